"""Photoshop documents written: the layer tree, run-length packed, 8 or 16 bits.

Follows Adobe's file format specification. Layers of 16 bits lie in the block ``Lr16``, as Photoshop
has it. nurie's label map and facts travel in an image resource that other programs leave alone.

Of a user's document texts stay texts, masks masks, effects effects: a layer's record and its packed
pixels are copied, and only whether it is shown may change. That takes an RGB document of the usual,
not the large, kind; the layers of others are drawn anew.
"""

import os
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Layers, strips
from nurie.errors import FormatError, UnreadableError
from nurie.io.files import PathLike, check_target, replacing
from nurie.io.layered.document import threads
from nurie.io.layered.facts import Own, facts_of, write_labels
from nurie.io.layered.tree import TRACE, merged_parts, tree_of
from nurie.io.psd import format as psd
from nurie.io.psd.format import PsdRecord, sized
from nurie.io.psd.packbits import pack, pack_alike
from nurie.io.psd.pixels import constant_channel, packed_channels
from nurie.io.psd.read import PsdOrigin, parsed_record
from nurie.io.samples import document_profile
from nurie.stack import Node, walk

_CHANNELS = (psd.ALPHA, 0, 1, 2)
_WHOLE_RANGE = b"\x00\x00\xff\xff"
_FLAGS = 10  # place of the flags in a record's head
Packed: TypeAlias = tuple[bytes, AnyArray]
"""Packed rows, and the size of each."""


@dataclass(frozen=True)
class WrittenRecord:
    """One entry of the list of layers, ready to be written."""

    rectangle: tuple[int, int, int, int]
    numbers: tuple[int, ...]
    channels: tuple[bytes, ...]
    head: bytes
    """From the blend mode's signature to the end."""

    @property
    def data(self) -> bytes:
        """The record as it lies in a file."""
        out = struct.pack(">iiiiH", *self.rectangle, len(self.channels))
        for number, data in zip(self.numbers, self.channels, strict=True):
            out += struct.pack(">hI", number, len(data))
        return out + self.head

    def listing(self) -> tuple[str, str]:
        """Identity (empty without one) and digest, as they will be read."""
        own = parsed_record(self.data)
        return str(own.identity or ""), own.digest(self.channels)


def write_psd(
    path: PathLike, layers: Layers, *, one_flat_layer: bool = False, force: bool = False
) -> None:
    """Write a Photoshop document; same layers, same bytes.

    Raises:
        FormatError: the suffix is not .psd, or the drawing is too wide or high for PSD.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=(".psd",))
    height, width = layers.sketch.shape
    if max(height, width) > psd.SIDE:
        raise FormatError(
            f"{path} cannot hold {width} x {height} pixels, for PSD ends at {psd.SIDE} a side; "
            "choose a name that ends in .ora."
        )
    tree = tree_of(layers, one_flat_layer=one_flat_layer)
    depth, stack = 8 * layers.sketch.pixels.dtype.itemsize, layers.sketch.stack
    origin = copied_from(None if stack is None else stack.origin)
    pairs = psd.bottom_up(tree)
    taken = [node.origin.identity for node in walk(tree) if isinstance(node.origin, PsdRecord)]
    first = max(psd.FIRST_ID, *taken, 0, 0) + 1
    with threads() as pool:
        made = pool.map(
            lambda i: kept_record(*pairs[i], origin) or _record(*pairs[i], depth, first + i),
            range(len(pairs)),
        )
        records = list(made)
    own: dict[str, tuple[str, str]] = {}
    for (node, kind), record in zip(pairs, records, strict=True):
        if node.role not in ("", TRACE) and kind != psd.GROUP_END:
            identity, digest = record.listing()
            own[identity] = node.role, digest
    section = layer_section(records, depth, origin.blocks if origin is not None else b"")
    merged = merged_section(merged_parts(layers, tree))
    with replacing(path, force=force) as stream:
        stream.write(struct.pack(">4sH6xHIIHH", psd.MAGIC, 1, 3, height, width, depth, 3))
        stream.write(bytes(4))  # no palette
        stream.write(sized(_resources(layers, origin, [section, *merged], own)))
        stream.write(section)
        stream.writelines(merged)


def _record(node: Node, section: int, depth: int, number: int) -> WrittenRecord:
    """A layer or group of nurie's own, or of another program's file, drawn anew."""
    group, ends = section != 0, section == psd.GROUP_END
    top, left, height, width = (0,) * 4 if group else (node.top, node.left, node.height, node.width)
    if group or not height:
        channels = [bytes(2)] * 4
    elif node.color is None:
        channels = _planes(node, (3, 0, 1, 2), depth)
    else:
        shape = height, width * depth // 8
        channels = [constant_channel(value, shape) for value in node.color]
        channels = _planes(node, (3,), depth) + channels
    flags = psd.MODERN | (0 if node.visible else psd.HIDDEN) | (psd.NO_PIXELS if group else 0)
    key = psd.BLEND_KEYS.get(node.blend, b"norm")
    shown = b"norm" if ends or key == psd.PASS_KEY else key
    extra = bytes(4) + sized(_WHOLE_RANGE * 2 * 5)
    extra += named("</Layer group>" if ends else node.name)
    extra += _block(b"lyid", struct.pack(">I", number))
    if ends:
        extra += _block(b"lsct", struct.pack(">I", psd.GROUP_END))
    elif group:
        extra += _block(b"lsct", struct.pack(">I4s4s", section, psd.SIGNATURE, key))
    opacity = round(node.opacity * 255)
    head = struct.pack(">4s4sBBBx", psd.SIGNATURE, shown, opacity, node.clipped, flags)
    rectangle = top, left, top + height, left + width
    return WrittenRecord(rectangle, _CHANNELS, tuple(channels), head + sized(extra))


def _planes(node: Node, channels: Sequence[int], depth: int) -> list[bytes]:
    """Packed channels of a layer, fetched strip by strip."""
    assert node.rows is not None
    packed: list[list[tuple[bytes, AnyArray]]] = [[] for _ in channels]
    for rows in strips(node.height):
        part = node.rows(rows)
        for parts, channel in zip(packed, channels, strict=True):
            parts.append(pack(bytes_of(part[..., channel], depth)))
    return [packed_channel(parts) for parts in packed]


def bytes_of(plane: AnyArray, depth: int) -> AnyArray:
    """(h, n) uint8: samples of a depth, high byte first."""
    if depth == 8:
        return plane
    if plane.dtype == np.uint8:
        return np.repeat(plane, 2, axis=1)  # v · 257
    return np.ascontiguousarray(plane.astype(">u2")).view(np.uint8)


def packed_channel(parts: list[Packed]) -> bytes:
    """A channel's data: its kind of packing, the sizes of its rows, its rows."""
    sizes = np.concatenate([sizes for _, sizes in parts]).astype(">u2")
    return b"\x00\x01" + sizes.tobytes() + b"".join(data for data, _ in parts)


def layer_section(records: list[WrittenRecord], depth: int, blocks: bytes) -> bytes:
    """Layer and mask information with its size: the records, then all their pixels."""
    info = struct.pack(">h", len(records)) + b"".join(record.data for record in records)
    info += b"".join(data for record in records for data in record.channels)
    info += bytes(-len(info) % 4)
    if depth == 8:
        return sized(sized(info) + bytes(4) + blocks)
    return sized(bytes(8) + psd.SIGNATURE + b"Lr16" + sized(info) + blocks)


def _resources(layers: Layers, origin: PsdOrigin | None, rest: list[bytes], own: Own) -> bytes:
    """Resolution, profile, what the user's document had, and what nurie knows of the regions.

    ``rest`` is what follows in the file.
    """
    sketch, deep = layers.sketch, layers.sketch.white > 255
    profile = document_profile(sketch.icc_profile, deep=deep)
    # Guides, captions, and whatever else does not speak of pixels or of nurie's own layers.
    kept = origin.resources if origin is not None else {}
    found = b"".join(_resource(n, data) for n, data in kept.items() if n in psd.RESOURCES_KEPT)
    if sketch.dpi:
        x, y = (min(max(round(d * 65536), 1), 2**31 - 1) for d in sketch.dpi)
        found += _resource(psd.RESOLUTION, struct.pack(">IHHIHH", x, 1, 1, y, 1, 1))
    if profile:
        found += _resource(psd.PROFILE, profile)
    program = _unicode("nurie")
    found += _resource(psd.VERSION_INFO, b"\0\0\0\1\1" + program + program + b"\0\0\0\1")
    labels = BytesIO()
    write_labels(labels, layers)
    facts = facts_of(layers, psd.seal_of([labels.getvalue(), *rest]), own)
    return found + _resource(psd.OURS, sized(facts) + labels.getvalue())


def _resource(number: int, data: bytes) -> bytes:
    # No name, which the format allows: Krita loses its way after one.
    head = psd.SIGNATURE + struct.pack(">H", number) + bytes(2)
    return head + sized(data) + bytes(len(data) % 2)


def _block(key: bytes, data: bytes) -> bytes:
    return psd.SIGNATURE + key + sized(data + bytes(-len(data) % 4))


def named(name: str) -> bytes:
    """A layer's name, for programs that know no Unicode and for those that do."""
    short = name.encode("mac-roman", "replace")[:255]
    pascal = bytes([len(short)]) + short
    return pascal + bytes(-len(pascal) % 4) + _block(b"luni", _unicode(name))


def _unicode(text: str) -> bytes:
    data = text.encode("utf-16-be", "replace")
    return struct.pack(">I", len(data) // 2) + data


def merged_section(parts: Iterable[AnyArray], extra: Sequence[Packed] = ()) -> list[bytes]:
    """The picture that programs show which read no layers: all sizes of rows, then all rows.

    Parts are strips (h, W, c) uint8 or uint16, of which red, green and blue count; extra planes
    follow them.
    """
    left, done = iter(parts), list[tuple[list[bytes], AnyArray]]()

    def packed(part: AnyArray) -> tuple[list[bytes], AnyArray]:
        depth = 8 * part.dtype.itemsize
        return pack_alike([bytes_of(part[..., at], depth) for at in range(3)])

    with threads() as pool:
        while some := list(islice(left, os.cpu_count() or 1)):  # all would not fit into memory
            done += pool.map(packed, some)
    sizes = np.concatenate([sizes for _, sizes in done]).astype(">u2").tobytes()
    return [
        b"\x00\x01",
        *[sizes] * 3,
        *(own.astype(">u2").tobytes() for _, own in extra),
        *(data[at] for at in range(3) for data, _ in done),
        *(data for data, _ in extra),
    ]


def copied_from(origin: Any) -> PsdOrigin | None:
    """What a document or stack came from, where that is a PSD whose layers can be copied."""
    return origin if isinstance(origin, PsdOrigin) and origin.place.copied else None


def kept_record(node: Node, section: int, origin: PsdOrigin | None) -> WrittenRecord | None:
    """The record to be copied for a node, None when it must be written anew.

    Raises:
        UnreadableError: the file has gone or was cut meanwhile.
    """
    record = node.origin
    if origin is None or not isinstance(record, PsdRecord):
        return None
    if section == psd.GROUP_END:
        record = origin.ends[id(record)]
    head = bytearray(record.head)
    if section != psd.GROUP_END:
        head[_FLAGS] = head[_FLAGS] & ~psd.HIDDEN | (0 if node.visible else psd.HIDDEN)
    channels = tuple(packed_channels(record))
    if [len(data) for data in channels] != [channel.length for channel in record.channels]:
        raise UnreadableError(f"{record.path} changed while it was read; start again.")
    numbers = tuple(channel.number for channel in record.channels)
    return WrittenRecord(record.rectangle, numbers, channels, bytes(head))
