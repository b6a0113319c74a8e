"""Palettes of other programs: ASE, ACO, ACT, KPL, SOC, PAL, TPL, CLS, Procreate; three are written.

A swatch file of Adobe (Photoshop, Illustrator, InDesign, Affinity) is, all numbers big-endian:

    "ASEF"  version 1.0  number of blocks, and for each block: its kind, its length, its content
    colour  name (UTF-16, ends in zero)  model ("RGB ", "CMYK", "LAB ", "Gray")  floats  kind
    group   name

Colours inside groups are colours like any other.
"""

import colorsys
import io
import json
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from xml.etree import ElementTree as ET

import numpy as np

from nurie.colors import of_light, parse_hex
from nurie.document import Palette
from nurie.errors import OptionError
from nurie.io.files import zip_names

Entry = tuple[tuple[int, int, int], str]
"""sRGB and name."""

_DAMAGE = (
    *(struct.error, zipfile.BadZipFile, zlib.error, ET.ParseError, ArithmeticError, ValueError),
    *(LookupError, TypeError, AttributeError, RuntimeError, EOFError, OSError, OptionError),
)
_MEMBER = 4 << 20
_KRITA = {
    "rgb": (b"", "rgb"),
    "srgb": (b"", "rgb"),
    "gray": (b"Gray", "g"),
    "cmyk": (b"CMYK", "cmyk"),
    "lab": (b"LAB ", "lab"),
}
"""Model, none of RGB, and attributes of each kind of element."""


_ASE = b"ASEF"
_COLOR, _GROUP, _GLOBAL = 0x0001, 0xC001, 0
_CHANNELS = {b"RGB ": 3, b"CMYK": 4, b"LAB ": 3, b"Gray": 1}
_LAB = np.array([0.96422, 1.0, 0.82521])  # white of the Lab that Adobe means: D50
_TO_RGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
"""XYZ under D50 to linear sRGB (Bradford)."""


def read_swatches(suffix: str, data: bytes, most: int) -> tuple[list[Entry], str] | None:
    """Colours, and the name that the file says, of one of these kinds; None for any other file.

    Of .aco and .act only the suffix of the name tells what they are; at most ``most`` are read.

    Raises:
        ValueError: it is damaged; the words go on from *is*.
    """
    kinds: tuple[tuple[bool, Callable[[bytes], Iterable[Entry]]], ...] = (
        (data.startswith(_ASE), _ase),
        (suffix == ".aco", _aco),
        (suffix == ".act", _act),
        (data.startswith(b"PK\3\4"), _zipped),
        (data.startswith(b"JASC-PAL"), _jasc),
        (data[:4] == b"RIFF" and data[8:12] == b"PAL ", _riff),
        (data.startswith(b"SLCC"), _clip_studio),
        (b"draw:color=" in data, _office),
        (b"<palette" in data[:999] and b"<style>" in data, _toonz),
        (b"paint.net" in data[:999].lower(), _paint_net),
    )
    read = next((read for known, read in kinds if known), None)
    try:
        # The file itself has no place for a name, but the first group of ASE has one.
        named = read is _ase and len(data) > 18 and data[12:14] == struct.pack(">H", _GROUP)
        name = _text(data[18:])[0] if named else ""
        return None if read is None else (list(islice(read(data), most)), name)
    except _DAMAGE as error:
        if read is _ase:
            why = "cut short" if isinstance(error, struct.error) else str(error)
            raise ValueError(f"a damaged swatch file: {why}") from error
        raise ValueError("a damaged palette; save it again") from error


def _eight(values: Iterable[float]) -> tuple[int, int, int]:
    r, g, b = (min(max(int(255 * value + 0.5), 0), 255) for value in values)
    return r, g, b


def _ase(data: bytes) -> Iterator[Entry]:
    (count,) = struct.unpack_from(">8xI", data)
    place = 12
    for _ in range(count):
        kind, length = struct.unpack_from(">HI", data, place)
        block = data[place + 6 : place + 6 + length]
        if len(block) < length:
            raise ValueError("cut short")
        place += 6 + length
        if kind == _COLOR:
            name, end = _text(block)
            (model,) = struct.unpack_from(">4s", block, end)
            if model not in _CHANNELS:
                raise ValueError(f"a colour of the unknown model {model!r}")
            values = struct.unpack_from(f">{_CHANNELS[model]}f", block, end + 4)
            if not all(map(math.isfinite, values)):
                raise ValueError("a colour that is no number")
            yield _rgb(model, values), name


def _text(block: bytes) -> tuple[str, int]:
    """A counted UTF-16 text without its zero, and where it ends."""
    (count,) = struct.unpack_from(">H", block)
    end = 2 + 2 * int(count)
    if len(block) < end:
        raise ValueError("a name that is cut short")
    return block[2:end].decode("utf-16-be", "replace").rstrip("\0"), end


def _rgb(model: bytes, values: Iterable[float]) -> tuple[int, int, int]:
    """SRGB of a colour of one of Adobe's models: CMYK naively, Lab through D50."""
    if model == b"LAB ":
        # L is stored as a share of 100.
        lightness, a, b = (min(max(v, -128.0), 128.0) for v in values)
        middle = (100 * lightness + 16) / 116
        f = np.array([middle + a / 500, middle, middle - b / 200])
        xyz = np.where(f > 6 / 29, f**3, (116 * f - 16) * 27 / 24389) * _LAB
        return _eight(of_light(np.clip(_TO_RGB @ xyz, 0, 1)))
    shares = [min(max(v, 0.0), 1.0) for v in values]
    if model == b"CMYK":
        return _eight((1 - v) * (1 - shares[3]) for v in shares[:3])
    return _eight(shares if len(shares) == 3 else shares * 3)


def _aco(data: bytes) -> Iterator[Entry]:
    """Version 2, which has names, follows version 1 with the same colours."""
    version, count = struct.unpack_from(">HH", data)
    place = 4
    if version == 1 and len(data) > 4 + 10 * count + 4:
        version, count = struct.unpack_from(">HH", data, 4 + 10 * count)
        place = 8 + 10 * count
    for _ in range(count):
        space, *four = struct.unpack_from(">5H", data, place)
        place, name = place + 10, ""
        if version == 2:
            (length,) = struct.unpack_from(">I", data, place)
            text = data[place + 4 : place + 4 + 2 * length]
            name = text.decode("utf-16-be", "replace").rstrip("\0")
            place += 4 + 2 * length
        values = [value / 65535 for value in four]
        if space == 0:
            yield _eight(values[:3]), name
        elif space == 1:
            yield _eight(colorsys.hsv_to_rgb(*values[:3])), name
        elif space == 2:
            yield _rgb(b"CMYK", [1 - value for value in values]), name
        elif space == 7:
            a, b = struct.unpack(">hh", struct.pack(">2H", *four[1:3]))
            yield _rgb(b"LAB ", [four[0] / 10000, a / 100, b / 100]), name
        elif space == 8:
            yield _rgb(b"Gray", [four[0] / 10000]), name


def _act(data: bytes) -> Iterator[Entry]:
    count, last = 256, data[765:768]
    if len(data) >= 772:
        count = struct.unpack_from(">H", data, 768)[0] or 256
    elif data[762:765] == last:
        # Where no count is given, the colour that goes on to the end only fills the table up.
        while count > 1 and data[3 * count - 3 : 3 * count] == last:
            count -= 1
    for at in range(0, 3 * count, 3):
        r, g, b = data[at : at + 3]
        yield (r, g, b), ""


def _zipped(data: bytes) -> Iterator[Entry]:
    """Krita's palettes and Procreate's swatches."""
    krita = "colorset.xml" in zip_names(io.BytesIO(data))
    name = "colorset.xml" if krita else "Swatches.json"
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as file:
        text = file.read(_MEMBER)
    if krita:
        for entry in _xml(text).iter("ColorSetEntry"):
            for color in entry:
                model, keys = _KRITA.get(color.tag.lower(), (b"", ""))
                if keys:
                    values = {key.lower(): value for key, value in color.attrib.items()}
                    channels = [float(values[key]) for key in keys]
                    yield (
                        _rgb(model, channels) if model else _eight(channels),
                        entry.get("name", ""),
                    )
        return
    found = json.loads(text)
    for group in found if isinstance(found, list) else [found]:
        for one in group["swatches"]:
            if one:
                hsv = (float(one[key]) for key in ("hue", "saturation", "brightness"))
                yield _eight(colorsys.hsv_to_rgb(*hsv)), str(one.get("name") or "")


def _xml(text: bytes) -> ET.Element:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ValueError("a document type")
    return ET.fromstring(text)  # noqa: S314 (without entities)


def _jasc(data: bytes) -> Iterator[Entry]:
    for line in data.decode("latin-1").splitlines()[3:]:
        if line.strip():
            r, g, b = (int(part) for part in line.split()[:3])
            bytes((r, g, b))  # from 0 to 255
            yield (r, g, b), ""


def _riff(data: bytes) -> Iterator[Entry]:
    place = data.index(b"data") + 8
    (count,) = struct.unpack_from("<H", data, place + 2)
    for at in range(place + 4, place + 4 + 4 * count, 4):
        r, g, b, _ = data[at : at + 4]
        yield (r, g, b), ""


def _clip_studio(data: bytes) -> Iterator[Entry]:
    """Blocks up to the end of the file, each with its size; their number stands before them."""
    for start in range(18, min(len(data), 4096)):
        count, size = struct.unpack_from("<II", data, start - 8)
        if size != len(data) - start or not count:
            continue
        place, found = start, list[Entry]()
        while place + 8 <= len(data):
            (length,) = struct.unpack_from("<I", data, place)
            r, g, b, alpha = data[place + 4 : place + 8]
            found += [((r, g, b), "")] if alpha else []
            place += 4 + length
        if place == len(data):
            yield from found
            return
    raise ValueError("no colours")


def _office(data: bytes) -> Iterator[Entry]:
    for element in _xml(data).iter():
        color = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        if "color" in color:
            yield parse_hex(color["color"]), color.get("name", "")


def _toonz(data: bytes) -> Iterator[Entry]:
    """Name, kind, red, green, blue, alpha; the first style is what is transparent."""
    style = rb"<style>\s*(?:\"([^\"]*)\"|(\S+))\s+\d+\s+(\d+)\s+(\d+)\s+(\d+)(?:\s+(\d+))?"
    for quoted, plain, *parts, alpha in re.findall(style, data):
        r, g, b = (int(part) for part in parts)
        bytes((r, g, b))
        if alpha != b"0":
            yield (r, g, b), (quoted or plain).decode("utf-8", "replace")


def _paint_net(data: bytes) -> Iterator[Entry]:
    for line in data.decode("utf-8-sig", "replace").splitlines():
        text, _, name = line.partition(";")
        if text.strip():
            yield parse_hex(text.strip()[-6:]), name.strip()


def ase_bytes(palette: Palette, names: list[str]) -> bytes:
    r"""A swatch file of a palette: one group, global RGB colours.

    >>> ase_bytes(Palette(np.array([[255, 0, 0]], np.uint8)), ["red"])[:12]
    b'ASEF\x00\x01\x00\x00\x00\x00\x00\x03'
    """
    blocks = [(_GROUP, _counted(palette.name))]
    for color, name in zip(palette.colors.tolist(), names, strict=True):
        values = struct.pack(">4s3fH", b"RGB ", *(c / 255 for c in color), _GLOBAL)
        blocks.append((_COLOR, _counted(name) + values))
    blocks.append((_GROUP + 1, b""))
    data = b"".join(struct.pack(">HI", kind, len(block)) + block for kind, block in blocks)
    return struct.pack(">4sHHI", _ASE, 1, 0, len(blocks)) + data


def _counted(text: str) -> bytes:
    data = text.encode("utf-16-be", "replace")[: 2 * 0xFFFE] + b"\0\0"
    return struct.pack(">H", len(data) // 2) + data


def aco_bytes(palette: Palette, names: list[str]) -> bytes:
    r"""Photoshop's colours: version 1, and with names version 2.

    >>> import numpy as np
    >>> aco_bytes(Palette(np.array([[255, 0, 0]], np.uint8)), ["red"])[:14]
    b'\x00\x01\x00\x01\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00'
    """
    rgb = palette.colors.tolist()
    colors = [struct.pack(">5H", 0, *(257 * channel for channel in color), 0) for color in rgb]
    texts = [name.encode("utf-16-be", "replace") + b"\0\0" for name in names]
    named = (c + struct.pack(">I", len(t) // 2) + t for c, t in zip(colors, texts, strict=True))
    one, two = (struct.pack(">HH", version, len(colors)) for version in (1, 2))
    return one + b"".join(colors) + two + b"".join(named)


def kpl_bytes(palette: Palette, names: list[str]) -> bytes:
    """Krita's palette, 16 colours a row."""
    said = {"columns": "16", "rows": f"{-(-len(palette) // 16)}", "readonly": "false"}
    root = ET.Element("Colorset", {"name": palette.name, "version": "1.0", "comment": "", **said})
    for at, (color, name) in enumerate(zip(palette.colors.tolist(), names, strict=True)):
        kind = {"name": name, "id": f"{at}", "spot": "false", "bitdepth": "U8"}
        entry = ET.SubElement(root, "ColorSetEntry", kind)
        r, g, b = (f"{channel / 255:.6f}" for channel in color)
        ET.SubElement(entry, "RGB", space="sRGB-elle-V2-srgbtrc.icc", r=r, g=g, b=b)
        ET.SubElement(entry, "Position", row=f"{at // 16}", column=f"{at % 16}")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in (
            ("mimetype", b"application/x-krita-palette"),
            ("profiles.xml", b"<Profiles/>"),
            ("colorset.xml", ET.tostring(root, "utf-8", xml_declaration=True)),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return file.getvalue()
