"""What PSD's reader and writer both know: signatures, numbers, keys, and how layers are listed."""

import struct
import zlib
from collections.abc import Iterable, Sequence

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
    """A checksum of what a document holds: label map, layers, merged picture.

    >>> seal_of([b"ab", b"c"]) == seal_of([b"abc"])
    True
    """
    seal = 0
    for part in parts:
        seal = zlib.crc32(part, seal)
    return seal
