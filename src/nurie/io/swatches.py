"""Palettes of other programs: ACO, ACT, KPL, SOC, PAL, TPL, CLS, Procreate; ACO and KPL written.

Adobe's swatches (.ase), GIMP's palettes and lists of hex are :mod:`nurie.io.palettes`' own.
"""

import colorsys
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.etree import ElementTree as ET

from nurie.colors import parse_hex
from nurie.document import Palette
from nurie.errors import OptionError
from nurie.io.files import zip_names

Entry = tuple[tuple[int, int, int], str]
"""sRGB and name."""

Convert = Callable[[bytes, list[float]], Sequence[float]]
"""From a model of Adobe's (CMYK, LAB, Gray, as bytes) and its channels to sRGB in [0, 1]."""

_DAMAGE = (
    *(struct.error, zipfile.BadZipFile, zlib.error, ET.ParseError, json.JSONDecodeError),
    *(
        ArithmeticError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RuntimeError,
        EOFError,
        OSError,
    ),
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


def read_swatches(suffix: str, data: bytes, convert: Convert) -> list[Entry] | None:
    """Colours and names of a palette of one of these kinds; None for any other file.

    Args:
        suffix: of the file's name, in lower case; .aco and .act have nothing else to know them by.
        data: the file.
        convert: for colours of other models.

    Raises:
        ValueError: it is damaged.
    """
    kinds: tuple[tuple[bool, Callable[[], Iterable[Entry]]], ...] = (
        (suffix == ".aco", lambda: _aco(data, convert)),
        (suffix == ".act", lambda: _act(data)),
        (data.startswith(b"PK\3\4"), lambda: _zipped(data, convert)),
        (data.startswith(b"JASC-PAL"), lambda: _jasc(data)),
        (data[:4] == b"RIFF" and data[8:12] == b"PAL ", lambda: _riff(data)),
        (data.startswith(b"SLCC"), lambda: _clip_studio(data)),
        (b"draw:color=" in data, lambda: _office(data)),
        (b"<palette" in data[:999] and b"<style>" in data, lambda: _toonz(data)),
        (b"paint.net" in data[:999].lower(), lambda: _paint_net(data)),
    )
    read = next((read for known, read in kinds if known), None)
    try:
        return None if read is None else list(read())
    except _DAMAGE as error:
        raise ValueError(f"{type(error).__name__}") from error


def _eight(values: Iterable[float]) -> tuple[int, int, int]:
    r, g, b = (min(max(int(255 * value + 0.5), 0), 255) for value in values)
    return r, g, b


def _aco(data: bytes, convert: Convert) -> Iterator[Entry]:
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
            yield _eight(convert(b"CMYK", [1 - value for value in values])), name
        elif space == 7:
            a, b = struct.unpack(">hh", struct.pack(">2H", *four[1:3]))
            yield _eight(convert(b"LAB ", [four[0] / 10000, a / 100, b / 100])), name
        elif space == 8:
            yield _eight(convert(b"Gray", [four[0] / 10000])), name


def _act(data: bytes) -> Iterator[Entry]:
    count = struct.unpack_from(">H", data, 768)[0] if len(data) >= 772 else 256
    for at in range(0, 3 * (count or 256), 3):
        r, g, b = data[at : at + 3]
        yield (r, g, b), ""


def _zipped(data: bytes, convert: Convert) -> Iterator[Entry]:
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
                    rgb = convert(model, channels) if model else channels
                    yield _eight(rgb), entry.get("name", "")
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
            yield _hex(color["color"]), color.get("name", "")


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
            yield _hex(text.strip()[-6:]), name.strip()


def _hex(text: str) -> tuple[int, int, int]:
    try:
        r, g, b = parse_hex(text)
    except OptionError as error:
        raise ValueError(str(error)) from None
    return int(r), int(g), int(b)


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
