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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Layers, Sketch, strips
from nurie.errors import FormatError, UnreadableError
from nurie.io.files import PathLike, check_target, reading, replacing
from nurie.io.layered.facts import Own, facts_of, labels_png
from nurie.io.layered.tree import TRACE, merged_parts, tree_of
from nurie.io.psd.format import (
    ALPHA,
    BLEND_KEYS,
    FIRST_ID,
    GROUP_END,
    HIDDEN,
    MAGIC,
    MODERN,
    NO_PIXELS,
    OURS,
    PASS_KEY,
    PROFILE,
    RESOLUTION,
    RESOURCES_KEPT,
    SIDE,
    SIGNATURE,
    VERSION_INFO,
    bottom_up,
    seal_of,
    sized,
)
from nurie.io.psd.packbits import pack, pack_alike
from nurie.io.psd.pixels import constant_channel
from nurie.io.psd.read import PsdOrigin, PsdRecord, digest_of, parsed_record
from nurie.io.samples import document_profile
from nurie.stack import Node, walk

_CHANNELS = (ALPHA, 0, 1, 2)
_WHOLE_RANGE = b"\x00\x00\xff\xff"
_FLAGS = 10
"""Place of the flags in a record's head."""

Packed: TypeAlias = tuple[bytes, AnyArray]
"""Packed rows, and the size of each."""


@dataclass(frozen=True)
class KeptRecord:
    """A layer's record but for the sizes of its channels, and these channels."""

    rectangle: tuple[int, int, int, int]
    numbers: tuple[int, ...]
    channels: tuple[bytes, ...]
    head: bytes


@dataclass(frozen=True)
class _Record:
    """One entry of the list of layers, ready to be written."""

    node: Node
    channels: tuple[bytes, ...]
    section: int = 0
    """Kind of section divider, 0 for a layer with pixels."""
    kept: KeptRecord | None = None
    """The user's own record, to be copied."""


def write_psd(
    path: PathLike,
    layers: Layers,
    *,
    one_flat_layer: bool = False,
    force: bool = False,
) -> None:
    """Write a Photoshop document; same layers, same bytes.

    Raises:
        FormatError: the suffix is not .psd, or the drawing is too wide or high for PSD.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=(".psd",))
    height, width = layers.sketch.shape
    if max(height, width) > SIDE:
        raise FormatError(
            f"{path} cannot hold {width} x {height} pixels, for PSD ends at {SIDE} a side; "
            "choose a name that ends in .ora."
        )
    tree = tree_of(layers, one_flat_layer=one_flat_layer)
    depth, origin = 8 * layers.sketch.pixels.dtype.itemsize, origin_of(layers.sketch)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        pairs = bottom_up(tree)
        listed = list(pool.map(lambda pair: _record(pair[0], pair[1], depth, origin), pairs))
    taken = [node.origin.identity for node in walk(tree) if isinstance(node.origin, PsdRecord)]
    heads = [
        _layer_record(record, number)
        for number, record in enumerate(listed, max(FIRST_ID, *taken, 0, 0) + 1)
    ]
    section = sized(_layer_section(listed, heads, depth, origin))
    merged = merged_section(merged_parts(layers, tree))
    with replacing(path, force=force) as stream:
        stream.write(struct.pack(">4sH6xHIIHH", MAGIC, 1, 3, height, width, depth, 3))
        stream.write(bytes(4))  # no palette
        stream.write(sized(_resources(layers, origin, [section, *merged], _own(listed, heads))))
        stream.write(section)
        stream.writelines(merged)


def _record(node: Node, section: int, depth: int, origin: PsdOrigin | None) -> _Record:
    kept = kept_record(node, section, origin)
    if kept is not None:
        return _Record(node, kept.channels, section, kept)
    if section or not node.height:
        return _Record(node, (bytes(2),) * 4, section)
    shape = node.height, node.width * depth // 8
    if node.color is None:
        planes = _planes(node, (3, 0, 1, 2), depth)
        return _Record(node, tuple(planes))
    (alpha,) = _planes(node, (3,), depth)
    colors = (constant_channel(value, shape) for value in node.color)
    return _Record(node, (alpha, *colors))


def _planes(node: Node, channels: Sequence[int], depth: int) -> list[bytes]:
    """Packed channels of a layer, fetched strip by strip."""
    assert node.rows is not None
    packed: list[list[tuple[bytes, AnyArray]]] = [[] for _ in channels]
    for rows in strips(node.height):
        part = node.rows(rows)
        for parts, channel in zip(packed, channels, strict=True):
            parts.append(pack(bytes_of(part[..., channel], depth)))
    return [_channel(parts) for parts in packed]


def bytes_of(plane: AnyArray, depth: int) -> AnyArray:
    """(h, n) uint8: samples of a depth, high byte first."""
    if depth == 8:
        return plane
    if plane.dtype == np.uint8:
        return np.repeat(plane, 2, axis=1)  # v · 257
    return np.ascontiguousarray(plane.astype(">u2")).view(np.uint8)


def _channel(parts: list[tuple[bytes, AnyArray]]) -> bytes:
    """A channel's data: its kind of packing, the sizes of its rows, its rows."""
    sizes = np.concatenate([sizes for _, sizes in parts]).astype(">u2")
    return b"\x00\x01" + sizes.tobytes() + b"".join(data for data, _ in parts)


def _own(listed: list[_Record], heads: list[bytes]) -> Own:
    """Identity, role and digest of nurie's own layers."""
    found = {}
    for record, head in zip(listed, heads, strict=True):
        if record.node.role not in ("", TRACE) and record.section != GROUP_END:
            own = parsed_record(head)
            found[str(own.identity)] = record.node.role, digest_of(own, record.channels)
    return found


def _layer_section(
    listed: list[_Record], records: list[bytes], depth: int, origin: PsdOrigin | None
) -> bytes:
    """Layer and mask information: the records, then all their pixels."""
    blocks = origin.blocks if origin is not None else b""
    pixels = (channel for record in listed for channel in record.channels)
    info = struct.pack(">h", len(listed)) + b"".join(records) + b"".join(pixels)
    info += bytes(-len(info) % 4)
    if depth == 8:
        return sized(info) + bytes(4) + blocks
    return bytes(4) + bytes(4) + SIGNATURE + b"Lr16" + sized(info) + blocks


def _layer_record(record: _Record, number: int) -> bytes:
    if record.kept is not None:
        return written(record.kept)
    node, group = record.node, record.section != 0
    top, left, height, width = (0,) * 4 if group else (node.top, node.left, node.height, node.width)
    flags = MODERN | (0 if node.visible else HIDDEN) | (NO_PIXELS if group else 0)
    key = BLEND_KEYS.get(node.blend, b"norm")
    shown = b"norm" if record.section == GROUP_END or key == PASS_KEY else key
    name = "</Layer group>" if record.section == GROUP_END else node.name
    extra = bytes(4) + sized(_WHOLE_RANGE * 2 * 5) + _pascal(name, 4)
    extra += _block(b"luni", _unicode(name)) + _block(b"lyid", struct.pack(">I", number))
    if record.section == GROUP_END:
        extra += _block(b"lsct", struct.pack(">I", GROUP_END))
    elif group:
        extra += _block(b"lsct", struct.pack(">I4s4s", record.section, SIGNATURE, key))
    head = struct.pack(">iiiiH", top, left, top + height, left + width, len(_CHANNELS))
    for channel, data in zip(_CHANNELS, record.channels, strict=True):
        head += struct.pack(">hI", channel, len(data))
    opacity = round(node.opacity * 255)
    head += struct.pack(">4s4sBBBx", SIGNATURE, shown, opacity, node.clipped, flags)
    return head + sized(extra)


def _resources(layers: Layers, origin: PsdOrigin | None, rest: list[bytes], own: Own) -> bytes:
    """Resolution, profile, what the user's document had, and what nurie knows of the regions.

    ``rest`` is what follows in the file.
    """
    sketch, deep = layers.sketch, layers.sketch.white > 255
    profile = document_profile(sketch.icc_profile, deep=deep)
    found = b"".join(_resource(*kept) for kept in kept_resources(origin).items())
    if sketch.dpi:
        x, y = (min(max(round(d * 65536), 1), 2**31 - 1) for d in sketch.dpi)
        found += _resource(RESOLUTION, struct.pack(">IHHIHH", x, 1, 1, y, 1, 1))
    if profile:
        found += _resource(PROFILE, profile)
    program = _unicode("nurie")
    found += _resource(VERSION_INFO, b"\0\0\0\1\1" + program + program + b"\0\0\0\1")
    labels = labels_png(layers)
    facts = facts_of(layers, seal_of([labels, *rest]), own)
    return found + _resource(OURS, sized(facts) + labels)


def _resource(number: int, data: bytes) -> bytes:
    # No name, which the format allows: Krita loses its way after one.
    head = SIGNATURE + struct.pack(">H", number) + bytes(2)
    return head + sized(data) + bytes(len(data) % 2)


def _block(key: bytes, data: bytes) -> bytes:
    return SIGNATURE + key + sized(data + bytes(-len(data) % 4))


def _unicode(text: str) -> bytes:
    data = text.encode("utf-16-be", "replace")
    return struct.pack(">I", len(data) // 2) + data


def _pascal(text: str, step: int) -> bytes:
    """A name for programs that know no Unicode."""
    data = text.encode("mac-roman", "replace")[:255]
    whole = bytes([len(data)]) + data
    return whole + bytes(-len(whole) % step)


def merged_section(parts: Iterable[AnyArray], extra: Sequence[Packed] = ()) -> list[bytes]:
    """The picture that programs show which read no layers: all sizes of rows, then all rows.

    Args:
        parts: strips of rows, (h, W, c) uint8 or uint16, of which red, green and blue count.
        extra: more planes, packed, and the sizes of their rows.
    """
    count, left = os.cpu_count() or 1, iter(parts)
    done: list[tuple[list[bytes], AnyArray]] = []
    with ThreadPoolExecutor(max_workers=count) as pool:
        while some := list(islice(left, count)):  # all at once would all lie in memory
            done += pool.map(_merged_strip, some)
    sizes = np.concatenate([sizes for _, sizes in done]).astype(">u2").tobytes()
    return [
        b"\x00\x01",
        *[sizes] * 3,
        *(own.astype(">u2").tobytes() for _, own in extra),
        *(data[at] for at in range(3) for data, _ in done),
        *(data for data, _ in extra),
    ]


def _merged_strip(part: AnyArray) -> tuple[list[bytes], AnyArray]:
    bits = 8 * part.dtype.itemsize
    return pack_alike([bytes_of(part[..., at], bits) for at in range(3)])


def origin_of(sketch: Sketch) -> PsdOrigin | None:
    """The Photoshop document that a sketch came from, when its layers can be copied."""
    origin = sketch.stack.origin if sketch.stack is not None else None
    return origin if isinstance(origin, PsdOrigin) and origin.copied else None


def kept_record(node: Node, section: int, origin: PsdOrigin | None) -> KeptRecord | None:
    """The record to be copied for a node, None when it must be written anew.

    Args:
        node: a layer or group.
        section: ``GROUP_END`` for the record that ends a group.
        origin: from :func:`origin_of`.

    Raises:
        UnreadableError: the file has gone or was cut meanwhile.
    """
    record = node.origin
    if origin is None or not isinstance(record, PsdRecord):
        return None
    if section == GROUP_END:
        record = origin.ends[id(record)]
    head = bytearray(record.head)
    if section != GROUP_END:
        head[_FLAGS] = head[_FLAGS] & ~HIDDEN | (0 if node.visible else HIDDEN)
    channels = []
    with reading(record.path) as stream:
        for channel in record.channels:
            stream.seek(channel.start)
            data = stream.read(channel.length)
            if len(data) != channel.length:
                raise UnreadableError(f"{record.path} changed while it was read; start again.")
            channels.append(data)
    numbers = tuple(channel.number for channel in record.channels)
    return KeptRecord(record.rectangle, numbers, tuple(channels), bytes(head))


def written(record: KeptRecord) -> bytes:
    """The record as it lies in a file."""
    out = struct.pack(">iiiiH", *record.rectangle, len(record.channels))
    for number, data in zip(record.numbers, record.channels, strict=True):
        out += struct.pack(">hI", number, len(data))
    return out + record.head


def kept_resources(origin: PsdOrigin | None) -> dict[int, bytes]:
    """Guides, captions, and whatever else does not speak of pixels or of nurie's own layers."""
    found = origin.resources if origin is not None else {}
    return {number: data for number, data in found.items() if number in RESOURCES_KEPT}
