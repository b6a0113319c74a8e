"""Photoshop documents with other colours: all that shows no flat is copied byte for byte.

The channels of a flat's colour are runs of one value, so they are written, not repacked; alpha,
masks, effects, and every other layer stay as they lie in the file.
"""

import os
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from nurie.arrays import Rgb8
from nurie.document import Palette, strips
from nurie.errors import FormatError, UnreadableError
from nurie.io.files import PathLike, check_target, reading, replacing
from nurie.io.layered.facts import facts_text, facts_with
from nurie.io.layered.merged import merged_with
from nurie.io.layered.recolor import FlatNode, Recolorable
from nurie.io.psd import write as psd
from nurie.io.psd.format import OURS, bottom_up, seal_of, sized
from nurie.io.psd.packbits import pack
from nurie.io.psd.pixels import constant_channel
from nurie.io.psd.read import PsdOrigin
from nurie.io.psd.write import Packed, WrittenRecord

_HEADER = 26


def write_recolored_psd(
    path: PathLike, source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write a Photoshop document with another palette.

    Raises:
        FormatError: the suffix is not .psd, or the document is not RGB, or a large one (PSB).
    """
    check_target(path, force=force, suffixes=(".psd",))
    origin = psd.copied_from(source.document.origin)
    if origin is None:
        raise FormatError(f"{source.path} cannot be recoloured; save it as RGB, and as PSD.")
    fresh = {
        flat.node: (flat, colors, name)
        for flat, colors, name in zip(
            source.flats, source.split(palette.colors), source.names(palette), strict=True
        )
    }
    bits, records = source.document.bits, list[WrittenRecord]()
    for node, section in bottom_up(source.document.nodes):
        record = psd.kept_record(node, section, origin)
        if record is None:
            raise UnreadableError(f"{source.path} is damaged: a layer cannot be copied.")
        changes = node in fresh and section == 0
        records.append(_recolored(record, *fresh[node], bits=bits) if changes else record)
    info = psd.layer_section(records, bits, origin.blocks)
    pixels = merged_with(source, palette)
    with reading(source.path) as old:
        start, split = old.read(origin.layers_at), _HEADER + 4 + len(origin.place.palette)
        extra = _extra_planes(old, origin)
    merged = psd.merged_section((pixels[rows] for rows in strips(len(pixels))), extra)
    digests = dict(record.listing() for record in records)
    resources = start[split + 4 :]
    if (facts := facts_with(source.document, source.palette, palette, digests)) is not None:
        ours = origin.resources[OURS]
        labels = ours[4 + int.from_bytes(ours[:4], "big") :]
        seal = seal_of([labels, info, *merged]) if source.document.is_sealed() else None
        both = ours, sized(facts_text(facts, seal)) + labels
        old_block, new_block = (sized(data) + bytes(len(data) % 2) for data in both)
        resources = resources.replace(old_block, new_block, 1)
    with replacing(path, force=force) as stream:
        stream.write(start[:split] + sized(resources))
        stream.write(info)
        stream.writelines(merged)


def _recolored(
    record: WrittenRecord, flat: FlatNode, colors: Rgb8, name: str | None, *, bits: int
) -> WrittenRecord:
    """A layer's record with the planes of its colours, and its name, exchanged."""
    channels, (height, width) = list(record.channels), (flat.node.height, flat.node.width)
    for at, number in enumerate(record.numbers):
        if number not in (0, 1, 2):
            continue
        if len(colors) == 1 and flat.layer.everywhere:
            value = int(colors[0, number])
            channels[at] = constant_channel(value, (height, width * bits // 8))
        else:
            parts = (flat.layer.pixels(rows, colors)[..., number] for rows in strips(height))
            channels[at] = psd.packed_channel([pack(psd.bytes_of(part, bits)) for part in parts])
    head = record.head if name is None else _named(record.head, name)
    return replace(record, channels=tuple(channels), head=head)


def _named(head: bytes, name: str) -> bytes:
    """A record's head with another name.

    The head is 12 bytes of blend mode and flags, the size of what follows, the mask, the blending
    ranges, the old name, and blocks.
    """
    place = 16
    for _ in range(2):
        place += 4 + int.from_bytes(head[place : place + 4], "big")
    after = place + 1 + head[place]
    after += -(after - place) % 4
    blocks = _without(head[after:], b"luni")
    return head[:12] + sized(head[16:place] + psd.named(name) + blocks)


def _without(blocks: bytes, key: bytes) -> bytes:
    """The blocks of a record but for those of one key."""
    found, place = b"", 0
    while place + 12 <= len(blocks):
        end = place + 12 + int.from_bytes(blocks[place + 8 : place + 12], "big")
        if blocks[place + 4 : place + 8] != key:
            found += blocks[place:end]
        place = end
    return found + blocks[place:]


def _extra_planes(old: BinaryIO, origin: PsdOrigin) -> list[Packed]:
    """Planes of the merged picture beyond red, green and blue, packed."""
    place = origin.place
    height, line = place.height, place.width * place.bits // 8
    more = place.channels - 3
    old.seek(origin.merged_at)
    if not more:
        return []
    if old.read(2) == b"\x00\x01":
        sizes = np.frombuffer(old.read(2 * height * place.channels), ">u2").astype(np.int64)
        sizes = sizes.reshape(-1, height)
        old.seek(int(sizes[:3].sum()), os.SEEK_CUR)
        return [(old.read(int(own.sum())), own) for own in sizes[3:]]
    old.seek(origin.merged_at + 2 + 3 * height * line)
    planes = np.frombuffer(old.read(more * height * line), np.uint8)
    return [pack(plane) for plane in planes.reshape(more, height, line)]
