"""Palettes: GIMP's .gpl, Adobe's .ase and plain lists of hex colours."""

import io
import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from nurie.colors import parse_hex, to_hex
from nurie.document import Palette
from nurie.errors import OptionError, UnreadableError
from nurie.io.ase import MAGIC, DamagedError, ase_bytes, ase_entries, ase_name
from nurie.io.files import check_target, read_bytes, replacing
from nurie.io.raster import is_picture

MAX_ENTRIES = 4096
"""More colours than this are no palette that a person chose."""

PALETTE_SUFFIXES = (".gpl", ".ase", ".hex", ".txt")
"""What :func:`write_palette` writes."""

_BYTES = 1 << 20
_NAME = 128
_GPL = "GIMP Palette"
_Entry = tuple[tuple[int, int, int], str]
_Lines = Iterator[tuple[int, str]]


def read_palette_file(path: str | os.PathLike[str]) -> Palette | None:
    """Read a palette.

    Three kinds are known by content: Adobe's ``.ase``; GIMP's ``.gpl``; and a list with one
    ``#rrggbb`` a line, with or without the ``#``, perhaps followed by a name. In a list, blank
    lines and lines that begin with ``;``, ``//`` or ``# `` (with a space) are skipped. Names are
    cut after 128 characters.

    Args:
        path: the file, of at most 1 MiB and :data:`MAX_ENTRIES` colours.

    Returns:
        The palette, entries in the file's order, called as the file says or as the file is
        called; None when the file is a picture, whose colours are to be extracted elsewhere.

    Raises:
        UnreadableError: missing, empty, too large, or not a palette; the sentence names the line.
    """
    if is_picture(path):
        return None
    path = Path(path)
    data = read_bytes(path, limit=_BYTES)
    entries, name = _swatches(path, data) if data.startswith(MAGIC) else _listed(path, data)
    if not entries:
        raise UnreadableError(f"{path} holds no colour; write one like #ff8800 on each line.")
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(
            f"{path} holds more than {MAX_ENTRIES} colours; that is no palette to paint with."
        )
    return _palette(entries, one_line(name) or path.stem)


def check_palette(path: str | os.PathLike[str], *, force: bool = False) -> None:
    """Refuse a palette early that could not be written in the end.

    Raises:
        FormatError: its suffix is none of :data:`PALETTE_SUFFIXES`.
        OutputError: it exists, or cannot be written.
    """
    check_target(path, force=force, suffixes=PALETTE_SUFFIXES)


def write_palette(path: str | os.PathLike[str], palette: Palette, *, force: bool = False) -> None:
    """Write a palette as the suffix says: .gpl, .ase, or a list of hex colours (.hex, .txt).

    Args:
        path: the target.
        palette: its entries; one without a name is named by its hex colour (.gpl, .ase).
        force: an existing file may be replaced.

    Raises:
        FormatError: another suffix.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=PALETTE_SUFFIXES)
    suffix = Path(path).suffix.lower()
    if suffix == ".gpl":
        data = _gpl_text(palette).encode()
    elif suffix == ".ase":
        data = ase_bytes(palette, entry_names(palette))
    else:
        data = _hex_text(palette).encode()
    with replacing(path, force=force) as stream:
        stream.write(data)


def entry_names(palette: Palette) -> list[str]:
    """A name for each entry: its own on one line, or its hex colour.

    >>> entry_names(Palette(np.array([[255, 128, 0]] * 2, np.uint8), ("sun", "")))
    ['sun', '#ff8000']
    """
    names = palette.names or ("",) * len(palette)
    return [one_line(n) or to_hex(c) for n, c in zip(names, palette.colors, strict=True)]


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


def _swatches(path: Path, data: bytes) -> tuple[list[_Entry], str]:
    try:
        return list(islice(ase_entries(data), MAX_ENTRIES + 1)), ase_name(data)
    except DamagedError as error:
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
