"""Palettes: GIMP's .gpl, Adobe's .ase and plain lists of hex colours.

A swatch file of Adobe (Photoshop, Illustrator, InDesign, Affinity) is, all numbers big-endian:

    "ASEF"  version 1.0  number of blocks, and for each block: its kind, its length, its content
    colour  name (UTF-16, ends in zero)  model ("RGB ", "CMYK", "LAB ", "Gray")  floats  kind
    group   name

Colours inside groups are colours like any other.
"""

import io
import math
import re
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from nurie.colors import parse_hex, to_hex
from nurie.document import Palette
from nurie.errors import OptionError, UnreadableError
from nurie.io.files import PathLike, check_target, read_bytes, reading, replacing, zip_names
from nurie.io.raster import is_picture
from nurie.names import titles

MAX_ENTRIES = 4096
"""More colours than this are no palette that a person chose."""

PALETTE_SUFFIXES = (".gpl", ".ase", ".aco", ".kpl", ".hex", ".txt")
"""What :func:`write_palette` writes."""

_BYTES = 1 << 20
_NAME = 128
_GPL = "GIMP Palette"
_Entry = tuple[tuple[int, int, int], str]
_Lines = Iterator[tuple[int, str]]

_ASE = b"ASEF"

_COLOR, _GROUP = 0x0001, 0xC001
_CHANNELS = {b"RGB ": 3, b"CMYK": 4, b"LAB ": 3, b"Gray": 1}
_GLOBAL = 0
_LAB = np.array([0.96422, 1.0, 0.82521])
"""White of the Lab that Adobe means: D50."""
_TO_RGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
"""XYZ under D50 to linear sRGB (Bradford)."""


def read_palette_file(path: PathLike) -> Palette | None:
    """Read a palette.

    Known by content: Adobe's ``.ase``, those of :mod:`nurie.io.swatches` (``.aco`` and ``.act`` by
    their suffix), GIMP's ``.gpl``, and a list with one ``#rrggbb`` a line, with or without the
    ``#``, perhaps followed by a name. In a list, blank lines and lines that begin with ``;``,
    ``//`` or ``# `` (with a space) are skipped. Names are cut after 128 characters.

    Args:
        path: the file, of at most 1 MiB and :data:`MAX_ENTRIES` colours.

    Returns:
        The palette, entries in the file's order, called as the file says or as the file is
        called; None when the file is a picture, whose colours are to be extracted elsewhere.

    Raises:
        UnreadableError: missing, empty, too large, or not a palette; the sentence names the line.
    """
    path = Path(path)
    with reading(path) as stream:
        zipped = zip_names(stream) & {"colorset.xml", "Swatches.json"}
    if not zipped and is_picture(path):
        return None
    data = read_bytes(path, limit=_BYTES)
    entries, name = _entries(path, data)
    if not entries:
        raise UnreadableError(f"{path} holds no colour; write one like #ff8800 on each line.")
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(
            f"{path} holds more than {MAX_ENTRIES} colours; that is no palette to paint with."
        )
    return _palette(entries, one_line(name) or path.stem)


def check_palette(path: PathLike, *, force: bool = False) -> None:
    """Refuse a palette early that could not be written in the end."""
    check_target(path, force=force, suffixes=PALETTE_SUFFIXES)


def write_palette(path: PathLike, palette: Palette, *, force: bool = False) -> None:
    """Write a palette as the suffix says: .gpl, .ase, .aco, .kpl, or a list of hex colours.

    An entry without a name is called as its colour is (.gpl, .ase).
    """
    check_target(path, force=force, suffixes=PALETTE_SUFFIXES)
    suffix = Path(path).suffix.lower()
    if suffix == ".gpl":
        data = _gpl_text(palette).encode()
    elif suffix == ".ase":
        data = ase_bytes(palette, entry_names(palette))
    elif suffix in (".aco", ".kpl"):
        from nurie.io.swatches import aco_bytes, kpl_bytes

        pack = aco_bytes if suffix == ".aco" else kpl_bytes
        data = pack(palette, entry_names(palette))
    else:
        data = _hex_text(palette).encode()
    with replacing(path, force=force) as stream:
        stream.write(data)


def entry_names(palette: Palette) -> list[str]:
    """A name for each entry: its own on one line, or what its colour is called.

    >>> entry_names(Palette(np.array([[255, 128, 0]] * 2, np.uint8), ("sun", "")))
    ['sun', 'pale orange']
    """
    return titles(palette.colors, tuple(map(one_line, palette.names)))


def one_line(text: str) -> str:
    r"""A name without line breaks or invisible characters, at most 128 characters long.

    >>> one_line("sea, \n  deep\x00")
    'sea, deep'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:_NAME]).split())


def _gpl_text(palette: Palette) -> str:
    lines = [_GPL, f"Name: {one_line(palette.name)}", "Columns: 0", "#"]
    for (r, g, b), name in zip(palette.colors, entry_names(palette), strict=True):
        lines.append(f"{r:3d} {g:3d} {b:3d}\t{name}")
    return "\n".join(lines) + "\n"


def _hex_text(palette: Palette) -> str:
    names = palette.names or ("",) * len(palette)
    lines = (
        f"{to_hex(c)} {one_line(n)}".rstrip() for n, c in zip(names, palette.colors, strict=True)
    )
    return "\n".join(lines) + "\n"


def _palette(entries: list[_Entry], name: str) -> Palette:
    names = tuple(one_line(name) for _, name in entries)
    colors = np.array([color for color, _ in entries], np.uint8)
    return Palette(colors, names if any(names) else (), name)


def _entries(path: Path, data: bytes) -> tuple[list[_Entry], str]:
    """Entries, and the name that the file says."""
    if data.startswith(_ASE):
        return _swatches(path, data)
    from nurie.io.swatches import read_swatches

    try:
        found = read_swatches(path.suffix.lower(), data, _rgb)
    except ValueError as error:
        raise UnreadableError(f"{path} is a damaged palette ({error}); save it again.") from None
    return _listed(path, data) if found is None else (found[: MAX_ENTRIES + 1], "")


def _swatches(path: Path, data: bytes) -> tuple[list[_Entry], str]:
    try:
        return list(islice(ase_entries(data), MAX_ENTRIES + 1)), ase_name(data)
    except _DamagedError as error:
        raise UnreadableError(f"{path} is a damaged swatch file: {error}.") from None


def _listed(path: Path, data: bytes) -> tuple[list[_Entry], str]:
    """Entries and name of a palette in text; reading stops after one entry too many."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        raise UnreadableError(f"{path} is not a palette; give .gpl, .ase, hex or a picture.")
    gimp = re.match(rf"{_GPL}[ \t]*([\r\n]|$)", text)
    lines = enumerate(io.StringIO(text, newline=None), 1)
    if not gimp:
        return list(islice(_hex_entries(path, lines), MAX_ENTRIES + 1)), ""
    next(lines)
    entries = list(islice(_gimp_entries(path, lines), MAX_ENTRIES + 1))
    named = re.search(r"[\r\n]Name:([^\r\n]{0,999})", text)
    return entries, named[1] if named else ""


def _gimp_entries(path: Path, lines: _Lines) -> Iterable[_Entry]:
    for number, line in lines:
        text = line.strip()
        if not text or text.startswith("#") or re.match(r"(Name|Columns):", text):
            continue
        match = re.fullmatch(r"(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s+(.*))?", text, re.ASCII)
        if not match or max(map(int, match.groups()[:3])) > 255:
            raise UnreadableError(
                f"{path}, line {number}: {text[:40]!r} is not three numbers from 0 to 255."
            )
        r, g, b = (int(match[i]) for i in (1, 2, 3))
        yield (r, g, b), match[4] or ""


def _hex_entries(path: Path, lines: _Lines) -> Iterable[_Entry]:
    for number, line in lines:
        text = line.strip()
        if not text or text == "#" or text.startswith((";", "//", "# ")):
            continue
        color, *name = re.split(r"[\s,]+", text, maxsplit=1)
        try:
            yield parse_hex(color), "".join(name)
        except OptionError as error:
            raise UnreadableError(f"{path}, line {number}: {error}") from None


class _DamagedError(ValueError):
    """The bytes are no swatch file, or end too early."""


def ase_entries(data: bytes) -> Iterator[_Entry]:
    """Colours and names of a swatch file, one by one: whoever asks may stop.

    Yields:
        sRGB colour and name. CMYK is converted naively, Lab through D50.

    Raises:
        _DamagedError: not a swatch file, cut short, or a value that is no number.
    """
    blocks = _numbers(data, 0, ">4sHHI")
    if blocks[0] != _ASE:
        raise _DamagedError("no swatch file")
    place = 12
    for _ in range(blocks[3]):
        kind, length = _numbers(data, place, ">HI")
        block = data[place + 6 : place + 6 + length]
        if len(block) < length:
            raise _DamagedError("cut short")
        place += 6 + length
        if kind == _COLOR:
            yield _entry(block)


def ase_name(data: bytes) -> str:
    """Name of the first group, or empty: the file itself has no place for a name."""
    if len(data) > 18 and _numbers(data, 12, ">H") == (_GROUP,):
        return _text(data[18:])[0]
    return ""


def ase_bytes(palette: Palette, names: list[str]) -> bytes:
    r"""A swatch file of a palette: one group, global RGB colours.

    >>> ase_bytes(Palette(np.array([[255, 0, 0]], np.uint8)), ["red"])[:12]
    b'ASEF\x00\x01\x00\x00\x00\x00\x00\x03'
    """
    blocks = [_block(_GROUP, _counted(palette.name))]
    for color, name in zip(palette.colors.tolist(), names, strict=True):
        values = struct.pack(">4s3fH", b"RGB ", *(c / 255 for c in color), _GLOBAL)
        blocks.append(_block(_COLOR, _counted(name) + values))
    blocks.append(_block(_GROUP + 1, b""))
    return struct.pack(">4sHHI", _ASE, 1, 0, len(blocks)) + b"".join(blocks)


def _entry(block: bytes) -> _Entry:
    name, place = _text(block)
    (model,) = _numbers(block, place, ">4s")
    channels = _CHANNELS.get(model)
    if channels is None:
        raise _DamagedError(f"a colour of the unknown model {model!r}")
    values = [float(v) for v in _numbers(block, place + 4, f">{channels}f")]
    if not all(math.isfinite(v) for v in values):
        raise _DamagedError("a colour that is no number")
    r, g, b = (min(max(int(255 * v + 0.5), 0), 255) for v in _rgb(model, values))
    return (r, g, b), name


def _rgb(model: bytes, values: list[float]) -> list[float]:
    """Channels of a colour as sRGB in [0, 1]."""
    if model == b"LAB ":
        return _from_lab(values)
    values = [min(max(v, 0.0), 1.0) for v in values]
    if model == b"CMYK":
        return [(1 - v) * (1 - values[3]) for v in values[:3]]
    return values if len(values) == 3 else values * 3


def _from_lab(values: list[float]) -> list[float]:
    """CIE Lab under D50, L stored as a share of 100, to sRGB."""
    lightness, a, b = (min(max(v, -128.0), 128.0) for v in values)
    middle = (100 * lightness + 16) / 116
    f = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(f > 6 / 29, f**3, (116 * f - 16) * 27 / 24389) * _LAB
    linear = np.clip(_TO_RGB @ xyz, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return [float(v) for v in curved]


def _text(block: bytes) -> tuple[str, int]:
    """A counted UTF-16 text without its zero, and where it ends."""
    (count,) = _numbers(block, 0, ">H")
    end = 2 + 2 * int(count)
    if len(block) < end:
        raise _DamagedError("a name that is cut short")
    return block[2:end].decode("utf-16-be", "replace").rstrip("\0"), end


def _counted(text: str) -> bytes:
    data = text.encode("utf-16-be", "replace")[: 2 * 0xFFFE] + b"\0\0"
    return struct.pack(">H", len(data) // 2) + data


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def _numbers(data: bytes, place: int, layout: str) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(layout, data, place)
    except struct.error:
        raise _DamagedError("cut short") from None
