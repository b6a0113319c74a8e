"""What PSD's reader and writer both know: signatures, numbers, keys, header, and resources."""

import os
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nurie.errors import FormatError, UnreadableError
from nurie.io.raster import check_size
from nurie.stack import Node

MAGIC = b"8BPS"
SIGNATURE = b"8BIM"
PASS_KEY = b"pass"

RESOLUTION, PROFILE, VERSION_INFO = 1005, 1039, 1057
OURS = 4951
"""A number of those that are left to plug-ins: nurie's label map and facts."""

RESOURCES_KEPT = frozenset({1010, 1028, 1032, 1037, 1049, 1058, 1059, 1060, 1065})
"""Background colour, captions (IPTC, EXIF, XMP), guides, light's angle and height, comps."""

FIRST_ID = 100_001
"""Id of the first layer that nurie adds, above those that users' files have."""

HIDDEN, MODERN, NO_PIXELS = 2, 8, 16
"""Flags of a layer."""

EFFECTS = frozenset((b"lfx2",))
"""Kind of the block of shadows, glows and outlines."""

COMPUTED = EFFECTS | frozenset(
    (
        *(b"brit", b"levl", b"curv", b"expA", b"vibA", b"hue2", b"blnc", b"blwh", b"phfl", b"mixr"),
        *(b"clrL", b"nvrt", b"post", b"thrs", b"grdm", b"selc", b"SoCo", b"GdFl", b"PtFl"),
    )
)
"""Those, and kinds of blocks of adjustments and fills, which have no pixels of their own."""

OPEN_GROUP, CLOSED_GROUP, GROUP_END = 1, 2, 3
"""Kinds of section divider."""

ALPHA, MASK = -1, -2
"""Numbers of channels; 0, 1 and 2 are red, green and blue."""

SIDE = 30_000
"""Pixels that a side of a PSD may have."""

SIDES = {1: SIDE, 2: 300_000}
"""The same for each version: PSD, and PSB for large documents."""

MOST_CHANNELS = 56

BLEND_KEYS = {
    "normal": b"norm",
    "multiply": b"mul ",
    "screen": b"scrn",
    "overlay": b"over",
    "darken": b"dark",
    "lighten": b"lite",
    "color-dodge": b"div ",
    "color-burn": b"idiv",
    "hard-light": b"hLit",
    "soft-light": b"sLit",
    "difference": b"diff",
    "add": b"lddg",
    "color": b"colr",
    "luminosity": b"lum ",
    "hue": b"hue ",
    "saturation": b"sat ",
    "pass-through": PASS_KEY,
}
"""Keys of the blend modes of :mod:`nurie.stack`, and of those that OpenRaster has too."""

LONG_KEYS = (
    *(b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2"),
    *(b"lnk3", b"lnkE", b"FEid", b"FXid", b"PxSD", b"cinf", b"extd"),
)
"""Blocks whose size has eight bytes in a large document (PSB)."""


BITMAP, GRAY, INDEXED, RGB, CMYK, DUOTONE, LAB = 0, 1, 2, 3, 4, 8, 9
"""Modes of colour."""

_INKS = {BITMAP: 1, GRAY: 1, INDEXED: 1, RGB: 3, CMYK: 4, DUOTONE: 1, LAB: 3}
"""Channels that colours have in each."""

_RESOURCE_LIMIT = 64 << 20
_SIGNATURES = (SIGNATURE, b"MeSa", b"AgHg", b"PHUT", b"DCSR")


@dataclass(frozen=True)
class Place:
    """What the header says."""

    height: int
    width: int
    depth: int
    """Bits of a sample: 1, 8, 16, or 32 for linear light as float."""
    mode: int
    version: int
    """2 in large documents."""
    channels: int
    palette: bytes = b""
    """All reds, all greens, all blues of an indexed picture."""
    profile: bytes | None = None

    @property
    def bits(self) -> int:
        """Of the samples that come out, 8 or 16."""
        return 8 if self.depth <= 8 else 16

    @property
    def inks(self) -> int:
        """How many channels a colour has."""
        return _INKS[self.mode]

    @property
    def copied(self) -> bool:
        """Whether records of its layers can be written again as they are."""
        return self.mode == RGB and self.version == 1 and self.depth in (8, 16)

    @property
    def dtype(self) -> np.dtype[np.uint8] | np.dtype[np.uint16]:
        """Of the samples, in this machine's order."""
        return np.dtype(np.uint8) if self.bits == 8 else np.dtype(np.uint16)


@dataclass(frozen=True)
class Channel:
    """Where the samples of a channel lie in the file."""

    number: int
    start: int
    length: int


@dataclass(frozen=True)
class MaskPlace:
    """Where a layer's mask lies, and what it is outside."""

    top: int
    left: int
    height: int
    width: int
    default: int


@dataclass(frozen=True)
class PsdRecord:
    """A layer as its file has it, so that it can be written again unchanged."""

    path: Path
    head: bytes
    """The record from the blend mode's signature to the end of the extra data."""
    rectangle: tuple[int, int, int, int]
    """Top, left, bottom, right."""
    channels: tuple[Channel, ...]
    name: str = ""
    section: int = 0
    group_key: bytes = b""
    mask: MaskPlace | None = None
    identity: int = 0
    """The number that Photoshop gives to each layer; 0 without one."""
    blocks: tuple[bytes, ...] = ()
    """Kinds of the other blocks."""

    @property
    def is_group(self) -> bool:
        """Whether it is the head of a group."""
        return self.section in (OPEN_GROUP, CLOSED_GROUP)

    def digest(self, channels: Iterable[bytes]) -> str:
        """A digest of a layer, but for whether it is shown, with its packed channels."""
        said = repr((self.name, self.section, self.group_key, self.mask, sorted(self.blocks)))
        blend = self.head[4:10]  # mode, opacity, clipping
        found = blake2b(repr((self.rectangle, blend, said)).encode(), digest_size=12)
        for channel, data in zip(self.channels, channels, strict=True):
            found.update(struct.pack(">hQ", channel.number, len(data)) + data)
        return found.hexdigest()


def bottom_up(nodes: Sequence[Node]) -> list[tuple[Node, int]]:
    """The list of layers from the lowest up: a group is its end, its layers, and its head.

    Returns:
        Each with its kind of section divider, 0 for a layer with pixels.

    >>> [(node.name, kind) for node, kind in bottom_up([Node("figure", children=(Node("face"),))])]
    [('figure', 3), ('face', 3), ('face', 1), ('figure', 1)]
    """
    found: list[tuple[Node, int]] = []
    for node in reversed(nodes):
        if node.is_group:
            found += [(node, GROUP_END), *bottom_up(node.children), (node, OPEN_GROUP)]
        else:
            found.append((node, 0))
    return found


def sized(data: bytes) -> bytes:
    r"""Data with its size before it.

    >>> sized(b"ab")
    b'\x00\x00\x00\x02ab'
    """
    return struct.pack(">I", len(data)) + data


def seal_of(parts: Iterable[bytes]) -> int:
    """A checksum of what a document holds: label map, layers, merged picture."""
    return reduce(lambda seal, part: zlib.crc32(part, seal), parts, 0)


@dataclass
class PsdStream:
    """Bytes of the file, never beyond its end."""

    path: Path
    stream: BinaryIO
    size: int
    version: int = 1

    def take(self, count: int) -> bytes:
        """The next bytes; a file that ends before is damaged."""
        data = self.stream.read(max(count, 0))
        if len(data) != count:
            raise self.damaged("it ends too early")
        return data

    def number(self, code: str) -> int:
        """One big-endian integer."""
        (value,) = struct.unpack(">" + code, self.take(struct.calcsize(">" + code)))
        return int(value)

    def length(self) -> int:
        """A length that has eight bytes in a large document."""
        return self.number("Q" if self.version == 2 else "I")

    def section(self, length: int) -> int:
        """Where a section of that length ends."""
        end = self.stream.tell() + length
        if end > self.size:
            raise self.damaged("it ends too early")
        return end

    def damaged(self, why: str) -> UnreadableError:
        """The error for a file that makes no sense."""
        return UnreadableError(f"{self.path} is damaged: {why}; save it again.")


def read_header(reader: PsdStream, max_pixels: int) -> Place:
    """What the header says.

    Raises:
        InputError: it makes no sense, is of a kind that nurie does not read, or too large.
    """
    path = reader.path
    if reader.take(4) != MAGIC:
        raise FormatError(f"{path} is not a Photoshop document.")
    version = reader.number("H")
    if version not in SIDES:
        raise FormatError(f"{path} is a Photoshop document of an unknown version, {version}.")
    reader.version = version
    _, channels, height, width, depth, mode = struct.unpack(">6sHIIHH", reader.take(20))
    sides = 1 <= min(height, width) <= max(height, width) <= SIDES[version]
    if not (sides and 1 <= channels <= MOST_CHANNELS):
        raise reader.damaged("its header makes no sense")
    check_size(path, (height, width), max_pixels)
    if mode not in _INKS:
        kind = "multichannel" if mode == 7 else "of a mode unknown"
        raise FormatError(f"{path} is {kind}; save it as RGB.")
    if depth not in ((1,) if mode == BITMAP else (8,) if mode == INDEXED else (8, 16, 32)):
        raise FormatError(f"{path} has {depth} bits a channel; save it with 8 or 16.")
    if channels < _INKS[mode]:
        raise reader.damaged("it has too few channels")
    return Place(height, width, depth, mode, version, channels)


def read_resources(reader: PsdStream) -> dict[int, bytes]:
    """The small blocks before the layers, by number; the first of each number."""
    end = reader.section(reader.number("I"))
    found: dict[int, bytes] = {}
    while reader.stream.tell() + 12 <= end:
        signature, number, length = struct.unpack(">4sHB", reader.take(7))
        reader.take(length + (1 + length) % 2)
        size = reader.number("I")
        if signature not in _SIGNATURES:
            break
        if reader.stream.tell() + size > end or size > _RESOURCE_LIMIT:
            raise reader.damaged("its resources make no sense")
        found.setdefault(number, reader.take(size))
        reader.stream.seek(size % 2, os.SEEK_CUR)
    reader.stream.seek(end)
    return found
