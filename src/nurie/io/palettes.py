"""Palettes: GIMP's .gpl and plain lists of hex colours."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from nurie.color import parse_hex, to_hex
from nurie.document import Palette
from nurie.errors import OptionError, UnreadableError
from nurie.io.files import check_target, read_bytes, replacing
from nurie.io.raster import is_picture

MAX_ENTRIES = 4096
"""More colours than this are no palette that a person chose."""

_TEXT = 4 << 20
_GPL = "GIMP Palette"
_Entry = tuple[tuple[int, int, int], str]


def read_palette_file(path: str | os.PathLike[str]) -> Palette | None:
    """Read a palette from a text file.

    Two kinds are known by content: GIMP's ``.gpl``, and a list with one ``#rrggbb`` a line, with
    or without the ``#``, perhaps followed by a name. In a list, blank lines and lines that begin
    with ``;``, ``//`` or ``# `` (with a space) are skipped.

    Args:
        path: the file.

    Returns:
        The palette, entries in the file's order, called as the file says or as the file is
        called; None when the file is a picture, whose colours are to be extracted elsewhere.

    Raises:
        UnreadableError: missing, empty, or not a palette; the sentence names the line.
    """
    if is_picture(path):
        return None
    path = Path(path)
    data = read_bytes(path, limit=_TEXT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        raise UnreadableError(f"{path} is not a palette; give a .gpl, a list of hex or a picture.")
    lines = list(enumerate(text.splitlines(), 1))
    gimp = bool(lines) and lines[0][1].strip() == _GPL
    entries = list(_gimp_entries(path, lines[1:]) if gimp else _hex_entries(path, lines))
    if not entries:
        raise UnreadableError(f"{path} holds no colour; write one like #ff8800 on each line.")
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(
            f"{path} holds {len(entries)} colours; a palette has at most {MAX_ENTRIES}."
        )
    name = _gimp_name(lines) if gimp else ""
    return _palette(entries, name or path.stem)


def write_gpl(path: str | os.PathLike[str], palette: Palette, *, force: bool = False) -> None:
    """Write a GIMP palette.

    Args:
        path: the target, ending in .gpl.
        palette: its entries; one without a name is named by its hex colour.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is not .gpl.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=(".gpl",))
    names = palette.names or ("",) * len(palette)
    lines = [_GPL, f"Name: {_one_line(palette.name)}", "Columns: 0", "#"]
    for color, name in zip(palette.colors, names, strict=True):
        r, g, b = color
        lines.append(f"{r:3d} {g:3d} {b:3d}\t{_one_line(name) or to_hex(color)}")
    with replacing(path, force=force) as stream:
        stream.write(("\n".join(lines) + "\n").encode())


def _palette(entries: list[_Entry], name: str) -> Palette:
    names = tuple(name for _, name in entries)
    colors = np.array([color for color, _ in entries], np.uint8)
    return Palette(colors, names if any(names) else (), name)


def _gimp_entries(path: Path, lines: Iterable[tuple[int, str]]) -> Iterable[_Entry]:
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


def _gimp_name(lines: Iterable[tuple[int, str]]) -> str:
    found = (re.match(r"Name:(.*)", line.strip()) for _, line in lines)
    return next((match[1].strip() for match in found if match), "")


def _hex_entries(path: Path, lines: Iterable[tuple[int, str]]) -> Iterable[_Entry]:
    for number, line in lines:
        text = line.strip()
        if not text or text == "#" or text.startswith((";", "//", "# ")):
            continue
        color, _, name = text.replace("\t", " ").replace(",", " ").partition(" ")
        try:
            yield parse_hex(color), name.strip()
        except OptionError as error:
            raise UnreadableError(f"{path}, line {number}: {error}") from None


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
