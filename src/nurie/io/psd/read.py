"""Photoshop documents read with distrust: sizes and counts are checked before anything is decoded.

All modes but multichannel, 1 to 32 bits, PSD and PSB; colours come out as RGB. The list of layers
is read; their pixels stay in the file until rows are asked for (:mod:`nurie.io.psd.pixels`).
"""

import contextlib
import os
import re
import struct
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from nurie.arrays import Labels
from nurie.errors import UnreadableError
from nurie.io.files import PathLike, reading
from nurie.io.layered.document import Document
from nurie.io.layered.facts import TEXT_LIMIT, is_seal, labels_from, parse_facts
from nurie.io.layered.sketch import LINE_NAMES
from nurie.io.psd import format as psd
from nurie.io.psd.format import Channel, MaskPlace, Place, PsdRecord, PsdStream
from nurie.io.psd.pixels import is_whole, merged_picture, packed_channels, rows_of
from nurie.io.raster import MAX_PIXELS, check_size
from nurie.io.samples import profile_mode
from nurie.stack import Node

_LAYERS = 8_000
_DEPTH = 64
_NAMES = {key: name for name, key in psd.BLEND_KEYS.items()}


def parsed_record(data: bytes) -> PsdRecord:
    """A record that was written, as it would be read."""
    return _record(PsdStream(Path(), BytesIO(data), len(data)), 1 << 60)


@dataclass(frozen=True)
class PsdOrigin:
    """What a document holds beside its layers."""

    place: Place
    layers_at: int
    """Where the section of layers begins."""
    merged_at: int
    """Where the merged picture does."""
    resources: dict[int, bytes]
    blocks: bytes
    """Blocks that belong to all layers: patterns, smart objects, texts."""
    ends: dict[int, PsdRecord] = field(default_factory=dict)
    """For each group, by the id of its head's record, the record that ends it."""


def read_psd(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> Document:
    """Read what a Photoshop document holds; its pixels are decoded when asked for.

    ``max_pixels`` bounds the document and each layer, from the headers.

    Raises:
        InputError: damaged, of a kind that nurie does not read, or too large.
    """
    path = Path(path)
    with reading(path) as stream:
        reader = PsdStream(path, stream, os.fstat(stream.fileno()).st_size)
        place = psd.read_header(reader, max_pixels)
        palette = reader.take(reader.number("I"))
        resources = psd.read_resources(reader)
        place = replace(place, palette=palette, profile=resources.get(psd.PROFILE))
        layers_at = reader.stream.tell()
        records, blocks = _layer_section(reader, max_pixels)
        merged_at = reader.stream.tell()
        whole = not records or is_whole(path, stream, place, merged_at)
    origin = PsdOrigin(place, layers_at, merged_at, resources, blocks)
    nodes = _tree(path, place, records, origin)
    real = resources.get(psd.VERSION_INFO, b"\0\0\0\1\1")[4:5] != b"\0" and whole
    profile = resources.get(psd.PROFILE)
    ours = resources.get(psd.OURS, b"")
    return Document(
        path,
        place.height,
        place.width,
        place.bits,
        nodes,
        read_merged=lambda: merged_picture(path, place, merged_at) if real else None,
        read_labels=lambda: _labels(path, ours, max_pixels),
        read_facts=lambda: _facts(path, ours),
        identity=lambda node: str(node.origin.identity or ""),
        digest=lambda node: node.origin.digest(packed_channels(node.origin)),
        is_sealed=lambda: is_seal(_facts(path, ours), _seal(path, ours, layers_at)),
        dpi=_dpi(resources.get(psd.RESOLUTION)),
        icc_profile=profile if profile_mode(profile) == "RGB" else None,
        origin=origin,
        notes=() if whole else ("it ends too early: its layers are read, its picture is missing.",),
    )


def _layer_section(reader: PsdStream, max_pixels: int) -> tuple[list[PsdRecord], bytes]:
    """The records of all layers, lowest first, and the blocks that belong to all of them."""
    end = reader.section(reader.length())
    records, blocks = [], b""
    if reader.stream.tell() < end:
        info_end = reader.section(reader.length())
        if reader.stream.tell() < info_end:
            records = _records(reader, info_end, max_pixels)
        reader.stream.seek(info_end)
    if reader.stream.tell() + 4 <= end:
        reader.stream.seek(reader.section(reader.number("I")))  # global mask
    while reader.stream.tell() + 12 <= end:
        start = reader.stream.tell()
        signature, key = reader.take(4), reader.take(4)
        if signature not in (psd.SIGNATURE, b"8B64"):
            break
        long = reader.version == 2 and key in psd.LONG_KEYS
        size = reader.number("Q" if long else "I")
        block_end = reader.section(size)
        if key in (b"Lr16", b"Lr32", b"Layr") and not records and size:
            records = _records(reader, block_end, max_pixels)
        elif key not in (b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn"):
            reader.stream.seek(start)
            blocks += reader.take(block_end - start) + bytes(-size % 4)
        reader.stream.seek(min(block_end + -size % 4, end))
    reader.stream.seek(end)
    return records, blocks


def _records(reader: PsdStream, end: int, max_pixels: int) -> list[PsdRecord]:
    count = abs(reader.number("h"))
    if count > _LAYERS:
        raise UnreadableError(f"{reader.path} is refused: it claims {count} layers.")
    heads = [_record(reader, max_pixels) for _ in range(count)]
    at, found = reader.stream.tell(), []
    for record in heads:
        placed = []
        for channel in record.channels:
            if at + channel.length > end:
                raise reader.damaged(f"the pixels of its layer {record.name!r} are cut off")
            placed.append(replace(channel, start=at))
            at += channel.length
        found.append(replace(record, channels=tuple(placed)))
    return found


def _record(reader: PsdStream, max_pixels: int) -> PsdRecord:
    """A record whose channels have no place yet."""
    top, left, bottom, right = struct.unpack(">iiii", reader.take(16))
    height, width = bottom - top, right - left
    if height < 0 or width < 0 or max(height, width) > 2 * psd.SIDES[2]:
        raise reader.damaged("a layer lies nowhere")
    if height and width:
        check_size(reader.path, (height, width), 4 * max_pixels, layer=True)
    count = reader.number("H")
    if count > psd.MOST_CHANNELS:
        raise reader.damaged(f"a layer claims {count} channels")
    channels = tuple(Channel(reader.number("h"), 0, reader.length()) for _ in range(count))
    start = reader.stream.tell()
    if reader.take(4) != psd.SIGNATURE:
        raise reader.damaged("a layer's record makes no sense")
    reader.take(8)
    extra = _extra(reader, reader.section(reader.number("I")))
    size = reader.stream.tell() - start
    reader.stream.seek(start)
    return PsdRecord(reader.path, reader.take(size), (top, left, bottom, right), channels, **extra)


def _extra(reader: PsdStream, end: int) -> dict[str, Any]:
    """Mask, name, and what kind of layer it is: fields of its record."""
    extra: dict[str, Any] = {"blocks": ()}
    size = reader.number("I")
    mask_end = reader.section(size)
    if size >= 18:
        top, left, bottom, right, default, flags = struct.unpack(">iiiiBB", reader.take(18))
        if bottom < top or right < left:
            raise reader.damaged("a layer's mask lies nowhere")
        if not flags & 2:
            extra["mask"] = MaskPlace(top, left, bottom - top, right - left, default)
    reader.stream.seek(mask_end)
    reader.stream.seek(reader.section(reader.number("I")))  # blending ranges
    length = reader.number("B")
    extra["name"] = _named(reader.take(length))
    reader.take(-(1 + length) % 4)
    while reader.stream.tell() + 12 <= end:
        signature, key = reader.take(4), reader.take(4)
        if signature not in (psd.SIGNATURE, b"8B64"):
            break
        size = reader.number("Q" if reader.version == 2 and key in psd.LONG_KEYS else "I")
        block_end = reader.section(size)
        if block_end > end:
            raise reader.damaged("a layer's record makes no sense")
        _block(reader, key, size, extra)
        reader.stream.seek(block_end)
    reader.stream.seek(end)
    return extra


def _block(reader: PsdStream, key: bytes, size: int, extra: dict[str, Any]) -> None:
    if key == b"luni" and 4 <= size <= 1 << 16:
        count = min(reader.number("I"), (size - 4) // 2)
        extra["name"] = reader.take(2 * count).decode("utf-16-be", "replace").rstrip("\0")
    elif key in (b"lsct", b"lsdk") and size >= 4:
        extra["section"] = reader.number("I")
        if size >= 12:
            extra["group_key"] = reader.take(8)[4:]
    elif key == b"lyid" and size >= 4:
        extra["identity"] = reader.number("I")
    else:
        extra["blocks"] += (key,)


def _named(data: bytes) -> str:
    """A layer's name without a Unicode one beside it: as its program's language has it.

    >>> _named("線画".encode("cp932")), _named("Café".encode("mac-roman"))
    ('線画', 'Café')
    """
    decoded: list[str] = []
    for encoding in ("utf-8", "cp932", "gbk", "cp949"):
        with contextlib.suppress(UnicodeDecodeError):
            decoded.append(data.decode(encoding))
    known = next((name for name in decoded if name.strip().casefold() in LINE_NAMES), None)
    if known is not None or data.isascii():
        return known or decoded[0]
    # Other names of mostly ideographs and kana are Japanese; a letter with an accent is not.
    wide = [name for name in decoded[:2] if sum(map(str.isascii, name)) < len(name) / 2]
    return next((n for n in wide if not re.search("[\uff61-\uff9f]", n)), data.decode("mac-roman"))


def _tree(
    path: Path, place: Place, records: list[PsdRecord], origin: PsdOrigin
) -> tuple[Node, ...]:
    """Groups from the list of layers: lowest first, a group's end before its head."""
    open_groups: list[tuple[list[Node], PsdRecord | None]] = [([], None)]
    for record in records:
        if record.section == psd.GROUP_END:
            if len(open_groups) > _DEPTH:
                raise UnreadableError(f"{path} is refused: its groups are nested too deep.")
            open_groups.append(([], record))
            continue
        children: list[Node] = []
        if record.is_group:
            if len(open_groups) == 1:
                raise UnreadableError(f"{path} is damaged: its groups are not closed.")
            children, ending = open_groups.pop()
            assert ending is not None, "every group but the outermost began with its end"
            origin.ends[id(record)] = ending
        open_groups[-1][0].append(_node(place, record, tuple(reversed(children))))
    if len(open_groups) > 1:
        raise UnreadableError(f"{path} is damaged: its groups are not closed.")
    return tuple(reversed(open_groups[0][0]))


def _node(place: Place, record: PsdRecord, children: tuple[Node, ...]) -> Node:
    top, left, bottom, right = record.rectangle
    key, opacity, clipping, flags = struct.unpack(">4sBBB", record.head[4:11])
    if record.is_group:
        key, top, left, bottom, right = record.group_key or key, 0, 0, 0, 0
    return Node(
        record.name,
        top,
        left,
        bottom - top,
        right - left,
        rows=None if record.is_group else rows_of(place, record),
        children=children,
        opacity=opacity / 255,
        blend=_NAMES.get(key, "psd:" + key.decode("latin-1")),
        visible=not flags & psd.HIDDEN,
        clipped=bool(clipping),
        computed=not flags & psd.HIDDEN
        and not (psd.EFFECTS if bottom > top else psd.COMPUTED).isdisjoint(record.blocks),
        origin=record,
    )


def _dpi(data: bytes | None) -> tuple[float, float] | None:
    if data is None or len(data) < 16:
        return None
    across, unit_x, _, down, unit_y, _ = struct.unpack(">IHHIHH", data[:16])
    if not (across and down) or {unit_x, unit_y} - {1, 2}:
        return None
    return across / 65536, down / 65536  # in inches always; the units are how it is shown


def _split(ours: bytes) -> tuple[bytes, bytes]:
    """The facts and the label map from nurie's resource."""
    size = int.from_bytes(ours[:4], "big")
    return (ours[4 : 4 + size], ours[4 + size :]) if 4 <= size + 4 <= len(ours) else (b"", b"")


def _facts(path: Path, ours: bytes) -> dict[str, Any] | None:
    text, _ = _split(ours)
    damaged = f"{path} is damaged: what nurie stored cannot be read."
    return parse_facts(text[: TEXT_LIMIT + 1], damaged) if ours else None


def _seal(path: Path, ours: bytes, layers_at: int) -> int:
    """Checksum of the label map, the layers and the merged picture."""
    with reading(path) as stream:
        stream.seek(layers_at)
        return psd.seal_of([_split(ours)[1], *iter(lambda: stream.read(1 << 20), b"")])


def _labels(path: Path, ours: bytes, max_pixels: int) -> Labels | None:
    _, picture = _split(ours)
    return labels_from(f"{path}:labels", picture, max_pixels) if picture else None
