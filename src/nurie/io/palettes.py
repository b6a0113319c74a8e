"""Palettes: of other programs (:mod:`nurie.io.swatches`), GIMP's .gpl, lists of hex colours."""

import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from nurie.colors import parse_hex, to_hex
from nurie.document import Palette
from nurie.errors import OptionError, UnreadableError
from nurie.io.files import PathLike, check_target, read_bytes, reading, replacing, zip_names
from nurie.io.raster import is_picture
from nurie.io.swatches import Entry, aco_bytes, ase_bytes, kpl_bytes, read_swatches
from nurie.names import titles

MAX_ENTRIES = 4096
"""More colours than this are no palette that a person chose."""

_BYTES = 1 << 20
_NAME = 128
_GPL = "GIMP Palette"
_ZIPPED = (".kpl", ".swatches")
_TRIPLE = r"(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})"
_Lines = Iterator[tuple[int, str]]


def read_palette_file(path: PathLike) -> Palette | None:
    """Read a palette.

    Known by content: those of :mod:`nurie.io.swatches` (``.aco`` and ``.act`` by their suffix),
    GIMP's ``.gpl``, and a list with one ``#rrggbb`` a line, with or without the ``#``, perhaps
    followed by a name. In a list, blank lines and lines that begin with ``;``, ``//`` or ``# ``
    (with a space) are skipped. Names are cut after 128 characters.

    Returns:
        The palette, entries in the file's order, called as the file says or as the file is
        called; None when the file is a picture, whose colours are to be extracted elsewhere.

    Raises:
        UnreadableError: missing, empty, too large, or not a palette; the sentence names the line.
    """
    path = Path(path)
    with reading(path) as stream:
        zipped = zip_names(stream) & {"colorset.xml", "Swatches.json"}
    if not zipped and path.suffix.lower() not in _ZIPPED and is_picture(path):
        return None
    data = read_bytes(path, limit=_BYTES)
    try:
        found = read_swatches(path.suffix.lower(), data, MAX_ENTRIES + 1)
    except ValueError as error:
        raise UnreadableError(f"{path} is {error}.") from None
    entries, name = _listed(path, data) if found is None else found
    if not entries:
        raise UnreadableError(f"{path} holds no colour; write one like #ff8800 on each line.")
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(
            f"{path} holds more than {MAX_ENTRIES} colours; that is no palette to paint with."
        )
    names = tuple(one_line(name) for _, name in entries)
    colors = np.array([color for color, _ in entries], np.uint8)
    return Palette(colors, names if any(names) else (), one_line(name) or path.stem)


def check_palette(path: PathLike, *, force: bool = False) -> None:
    """Refuse a palette early that could not be written in the end."""
    check_target(path, force=force, suffixes=PALETTE_SUFFIXES)


def write_palette(path: PathLike, palette: Palette, *, force: bool = False) -> None:
    """Write a palette as the suffix says: .gpl, .ase, .aco, .kpl, or a list of hex colours.

    An entry without a name is called as its colour is, but in a list.
    """
    check_palette(path, force=force)
    names = titles(palette.colors, tuple(map(one_line, palette.names)))
    data = _WRITERS[Path(path).suffix.lower()](palette, names)
    with replacing(path, force=force) as stream:
        stream.write(data)


def one_line(text: str) -> str:
    r"""A name without line breaks or invisible characters, at most 128 characters long.

    >>> one_line("sea, \n  deep\x00")
    'sea, deep'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text[:_NAME]).split())


def _gpl_bytes(palette: Palette, names: list[str]) -> bytes:
    lines = [_GPL, f"Name: {one_line(palette.name)}", "Columns: 0", "#"]
    for (r, g, b), name in zip(palette.colors, names, strict=True):
        lines.append(f"{r:3d} {g:3d} {b:3d}\t{name}")
    return ("\n".join(lines) + "\n").encode()


def _hex_bytes(palette: Palette, _: list[str]) -> bytes:
    names = palette.names or ("",) * len(palette)
    pairs = zip(names, palette.colors, strict=True)
    return "".join(f"{to_hex(c)} {one_line(n)}".rstrip() + "\n" for n, c in pairs).encode()


_WRITERS = {
    ".gpl": _gpl_bytes,
    ".ase": ase_bytes,
    ".aco": aco_bytes,
    ".kpl": kpl_bytes,
    ".hex": _hex_bytes,
    ".txt": _hex_bytes,
}
PALETTE_SUFFIXES = tuple(_WRITERS)
"""What :func:`write_palette` writes."""


def _listed(path: Path, data: bytes) -> tuple[list[Entry], str]:
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


def _gimp_entries(path: Path, lines: _Lines) -> Iterator[Entry]:
    alpha = ""
    for number, line in lines:
        text = line.strip()
        if re.match(r"Channels:\s*RGBA", text):
            alpha = r"\s+\d{1,3}"  # Aseprite's fourth number is no part of the name.
        if not text or text.startswith("#") or re.match(r"(Name|Columns|Channels):", text):
            continue
        match = re.fullmatch(rf"{_TRIPLE}{alpha}(?:\s+(.*))?", text, re.ASCII)
        if not match or max(map(int, match.groups()[:3])) > 255:
            raise UnreadableError(
                f"{path}, line {number}: {text[:40]!r} is not three numbers from 0 to 255."
            )
        r, g, b = (int(match[i]) for i in (1, 2, 3))
        yield (r, g, b), match[4] or ""


def _hex_entries(path: Path, lines: _Lines) -> Iterator[Entry]:
    for number, line in lines:
        text = line.strip()
        if not text or text == "#" or text.startswith((";", "//", "# ")):
            continue
        if re.fullmatch(_TRIPLE, text, re.ASCII):  # 255 0 0 would be #225555, called 0 0.
            raise UnreadableError(
                f"{path}, line {number}: {text!r} is no hex colour; begin the file with {_GPL!r}."
            )
        color, *name = re.split(r"[\s,]+", text, maxsplit=1)
        try:
            yield parse_hex(color), "".join(name)
        except OptionError as error:
            raise UnreadableError(f"{path}, line {number}: {error}") from None
