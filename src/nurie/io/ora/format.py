"""What OpenRaster's reader and writer both know: names of members and blend modes, digests."""

import zlib
from collections.abc import Iterable, Mapping
from hashlib import blake2b
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
    **{name: f"svg:{name}" for name in ("multiply", "screen", "overlay", "darken", "lighten")},
    **{name: f"svg:{name}" for name in ("color-dodge", "color-burn", "hard-light", "soft-light")},
    **{name: f"svg:{name}" for name in ("difference", "color", "luminosity", "hue", "saturation")},
    "normal": "svg:src-over",
    "add": "svg:plus",
}
"""Operations of the blend modes of :mod:`nurie.stack`, and of those that PSD has too."""

_ENTITIES = (
    *(("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")),
    *(("\n", "&#10;"), ("\r", "&#13;"), ("\t", "&#9;")),
)


def seal_of(members: Iterable[ZipInfo]) -> int:
    """A checksum of all members but the facts, from the checksums that the archive has of each."""
    lines = (f"{member.filename} {member.CRC:08x}" for member in members)
    return zlib.crc32("\n".join(line for line in lines if not line.startswith(FACTS)).encode())


def group_identity(sources: Iterable[str]) -> str:
    """What a group of flats is known by, given where the pictures in it lie; else empty."""
    return next((f"stack {name}" for name in sources if name.startswith("data/flat-")), "")


def digest_of(values: Mapping[str, str], member: ZipInfo | None) -> str:
    """A digest of a layer, but for whether it is shown: its attributes, and what its picture is."""
    get = values.get
    said = (
        get("name", ""),
        *(float(get(key, "0")) for key in ("x", "y")),
        float(get("opacity", "1").replace(",", ".")),
        get("composite-op", BLEND_OPS["normal"]),
        (0, 0) if member is None else (member.CRC, member.file_size),
    )
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()


def quoted(text: str) -> str:
    """A text as the value of an attribute; xml.sax would load half the web for it.

    >>> print(quoted('a "b" & <c>'))
    "a &quot;b&quot; &amp; &lt;c&gt;"
    """
    for sign, entity in _ENTITIES:
        text = text.replace(sign, entity)
    return f'"{text}"'
