"""What OpenRaster's reader and writer both know: names of members and blend modes, and the stack.

In the text of a stack names are changed in place and every other byte is kept.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from xml.parsers import expat
from zipfile import ZipInfo

from nurie.errors import UnreadableError

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


_TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(rb"\s([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ENTITIES = (
    *(("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")),
    *(("\n", "&#10;"), ("\r", "&#13;"), ("\t", "&#9;")),
)


def seal_of(members: Iterable[ZipInfo]) -> int:
    """A checksum of all members but the facts, from the checksums that the archive has of each."""
    lines = (f"{member.filename} {member.CRC:08x}" for member in members)
    return zlib.crc32("\n".join(line for line in lines if not line.startswith(FACTS)).encode())


def place_of(text: str) -> int:
    """A coordinate: whole, though some programs write it with a point.

    >>> place_of("-64"), place_of("20.0")
    (-64, 20)
    """
    return round(float(text))


def opacity_of(text: str) -> float:
    """An opacity; some programs write the comma of their language.

    >>> opacity_of("0,5")
    0.5
    """
    return min(max(float(text.replace(",", ".")), 0.0), 1.0)


def group_identity(sources: Iterable[str]) -> str:
    """What a group of flats is known by, given where the pictures in it lie; else empty."""
    return next((f"stack {name}" for name in sources if name.startswith("data/flat-")), "")


def digest_of(values: Mapping[str, str], member: ZipInfo | None) -> str:
    """A digest of what a document holds of a layer, but for whether it is shown.

    Args:
        values: the attributes of its element.
        member: its picture, of which the archive has a checksum; None of a group.
    """
    get = values.get
    said = (
        get("name", ""),
        *(float(get(key, "0")) for key in ("x", "y")),
        float(get("opacity", "1").replace(",", ".")),
        get("composite-op", BLEND_OPS["normal"]),
        (0, 0) if member is None else (member.CRC, member.file_size),
    )
    return blake2b(repr(said).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Element:
    """An opening tag of a stack."""

    tag: str
    depth: int
    """0 for ``image``, 1 for the root stack, 2 for what lies in it."""
    place: int
    """Byte at which it starts."""
    values: dict[str, str]

    @property
    def is_plain(self) -> bool:
        """Whether it is shown as it is: visible, opaque, laid over what is below."""
        return self.shown_by("svg:src-over")

    def shown_by(self, operation: str) -> bool:
        """Whether it is visible, opaque, and composed by an operation."""
        get = self.values.get
        visible = get("visibility", "visible") == "visible"
        opaque = get("opacity", "1").rstrip("0").rstrip(".") == "1"
        return visible and opaque and get("composite-op", "svg:src-over") == operation


def quoted(text: str) -> str:
    """A text as the value of an attribute; xml.sax would load half the web for it.

    >>> print(quoted('a "b" & <c>'))
    "a &quot;b&quot; &amp; &lt;c&gt;"
    """
    for sign, entity in _ENTITIES:
        text = text.replace(sign, entity)
    return f'"{text}"'


def elements(text: bytes, *, file: str) -> list[Element]:
    """Opening tags in the order of the text.

    Raises:
        UnreadableError: the text is no XML.

    >>> [e.tag for e in elements(b"<image><stack><layer src='a'/></stack></image>", file="a.ora")]
    ['image', 'stack', 'layer']
    """
    found: list[Element] = []
    open_tags: list[str] = []
    parser = expat.ParserCreate()

    def start(tag: str, values: dict[str, str]) -> None:
        found.append(Element(tag, len(open_tags), parser.CurrentByteIndex, values))
        open_tags.append(tag)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_tags.pop() and None
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableError(f"{file} is damaged: its stack cannot be read.") from error
    return found


def renamed(text: bytes, names: Mapping[int, str], *, file: str) -> bytes:
    r"""The text with other names.

    Args:
        text: UTF-8.
        names: new names by the place of the element.
        file: what to complain about.

    Raises:
        UnreadableError: an element has no name where one is expected.

    >>> renamed(b"<a><layer src='x' name='old'/></a>", {3: 'a "b"'}, file="a.ora")
    b'<a><layer src=\'x\' name="a &quot;b&quot;"/></a>'
    """
    for place in sorted(names, reverse=True):
        tag = _TAG.match(text, place)
        spans = {m[1]: m.span(2) for m in _ATTRIBUTE.finditer(tag[0])} if tag else {}
        if b"name" not in spans:
            raise UnreadableError(f"{file} cannot be recoloured: a layer of its flats has no name.")
        start, end = (place + side for side in spans[b"name"])
        text = text[:start] + quoted(names[place]).encode() + text[end:]
    return text
