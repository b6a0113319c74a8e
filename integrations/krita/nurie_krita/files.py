"""What travels: a PNG or an OpenRaster to nurie, an OpenRaster back. No Krita, no Qt."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

MIMETYPE = "image/openraster"


@dataclass(frozen=True)
class Picture:
    """Pixels as Krita gives them."""

    width: int
    height: int
    bgra: bytes
    """Row by row, 8 bits each of blue, green, red and straight alpha."""

    @property
    def is_opaque(self) -> bool:
        """Whether nothing that lies below can be seen.

        >>> Picture(1, 1, bytes([0, 0, 0, 255])).is_opaque
        True
        """
        alpha = self.bgra[3::4]
        return alpha.count(255) == len(alpha)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be seen."""
        return not any(self.bgra[3::4])


@dataclass(frozen=True)
class Layer:
    """A layer of nurie's answer, or a group of them."""

    name: str
    left: int = 0
    top: int = 0
    png: bytes = b""
    mode: str = "normal"
    """``normal`` or ``multiply``."""
    children: tuple[Layer, ...] | None = None
    """Topmost first; None for a layer that has pixels."""


def write_png(picture: Picture) -> bytes:
    """A picture as a PNG file.

    >>> write_png(Picture(1, 1, bytes(4)))[1:4]
    b'PNG'
    """
    rgba = bytearray(picture.bgra)
    rgba[0::4], rgba[2::4] = picture.bgra[2::4], picture.bgra[0::4]
    row, view = 4 * picture.width, memoryview(rgba)
    packer, packed = zlib.compressobj(1), []
    for at in range(0, len(rgba), row):
        packed += [packer.compress(b"\0"), packer.compress(view[at : at + row])]
    packed.append(packer.flush())
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", b"".join(packed)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_ora(layers: dict[str, Picture]) -> bytes:
    """Pictures of one size as an OpenRaster file, topmost first."""
    size = next(iter(layers.values()))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", MIMETYPE)
        rows = []
        for number, (name, picture) in enumerate(layers.items()):
            source = f"data/{number}.png"
            archive.writestr(source, write_png(picture))
            rows.append(f'<layer name={quoteattr(name)} src="{source}" x="0" y="0"/>')
        stack = f"<stack>{''.join(rows)}</stack>"
        text = f'<image version="0.0.3" w="{size.width}" h="{size.height}">{stack}</image>'
        archive.writestr("stack.xml", text)
    return file.getvalue()


def read_ora(data: bytes) -> tuple[Layer, ...]:
    """The layers of an OpenRaster file, topmost first.

    Raises:
        ValueError: it is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            [stack] = ET.fromstring(archive.read("stack.xml")).findall("stack")  # noqa: S314
            return tuple(_layer(child, archive) for child in stack)
    except (zipfile.BadZipFile, KeyError, ET.ParseError, ValueError) as error:
        raise ValueError(f"no OpenRaster: {error}") from None


def _layer(element: ET.Element, archive: zipfile.ZipFile) -> Layer:
    name = element.get("name", "")
    if element.tag == "stack":
        return Layer(name, children=tuple(_layer(child, archive) for child in element))
    return Layer(
        name,
        int(element.get("x", "0")),
        int(element.get("y", "0")),
        archive.read(element.get("src", "")),
        "multiply" if element.get("composite-op") == "svg:multiply" else "normal",
    )
