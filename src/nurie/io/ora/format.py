"""What OpenRaster's reader and writer both know: names of members, names of blend modes."""

import zlib
from collections.abc import Iterable
from zipfile import ZipInfo

MIMETYPE = b"image/openraster"
STACK = "stack.xml"
MERGED = "mergedimage.png"
THUMBNAIL = "Thumbnails/thumbnail.png"
LABELS = "nurie/labels.png"
FACTS = "nurie/nurie.json"

CLIPPED_OP = "svg:src-atop"
"""How a normal layer that is clipped to what is below it is written."""

BLEND_OPS = {
    "normal": "svg:src-over",
    "multiply": "svg:multiply",
    "screen": "svg:screen",
    "overlay": "svg:overlay",
    "darken": "svg:darken",
    "lighten": "svg:lighten",
    "color-dodge": "svg:color-dodge",
    "color-burn": "svg:color-burn",
    "hard-light": "svg:hard-light",
    "soft-light": "svg:soft-light",
    "difference": "svg:difference",
    "add": "svg:plus",
    "color": "svg:color",
    "luminosity": "svg:luminosity",
    "hue": "svg:hue",
    "saturation": "svg:saturation",
}
"""Operations of the blend modes of :mod:`nurie.stack`, and of those that PSD has too."""


def seal_of(members: Iterable[ZipInfo]) -> int:
    """A checksum of all members but the facts, from the checksums that the archive has of each."""
    lines = (f"{member.filename} {member.CRC:08x}" for member in members)
    return zlib.crc32("\n".join(line for line in lines if not line.startswith(FACTS)).encode())
