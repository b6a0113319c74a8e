"""Designs: the colours of a cast as TOML, a table for each figure from left to right.

    [mina]
    hair = "black"
    coat = "#dc143c"

    [scene]
    sky = "night"

A part is any word for it, a colour a name or hex. *scene*, and what stands before the first table,
holds for the whole drawing; so does the table of a cast of one.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from nurie.errors import UnreadableError
from nurie.io.files import check_target, read_bytes, replacing

_LIMIT = 1 << 20

SCENE = "scene"
"""The table of what belongs to no figure."""


def read_design_table(path: str | os.PathLike[str]) -> dict[str, dict[str, str]]:
    """What a design says: colours by part, by figure; ``scene`` holds for the whole drawing.

    Raises:
        UnreadableError: missing, empty, no TOML, or something that is no text.
    """
    try:
        found = tomllib.loads(read_bytes(path, limit=_LIMIT).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{path} is not a design in TOML ({error}).") from None
    table: dict[str, dict[str, str]] = {}
    for name, of in found.items():
        figure, parts = (name, of) if isinstance(of, dict) else (SCENE, {name: of})
        for part, color in parts.items():
            if not isinstance(color, str):
                raise UnreadableError(f'{path}: {part[:40]} is no text; write {part[:40]} = "red".')
            table.setdefault(figure, {})[part] = color
    if not table:
        raise UnreadableError(f'{path} names no colours; write them like hair = "black".')
    return table


def write_design(
    path: str | os.PathLike[str], design: Mapping[str, Mapping[str, str]], *, force: bool = False
) -> None:
    """Write colours by part, by figure, as TOML that ``read_design_file`` reads.

    Raises:
        OutputError: the target cannot be written, or exists and ``force`` was not given.
    """
    check_target(path, force=force, suffixes=(".toml",))
    with replacing(Path(path), force=force) as stream:
        stream.write(design_text(design).encode())


def design_text(design: Mapping[str, Mapping[str, str]]) -> str:
    """The TOML of a design.

    >>> print(design_text({"mina": {"hair": "#2b2b33"}}), end="")
    [mina]
    hair = "#2b2b33"
    """
    tables = []
    for name, parts in design.items():
        colors = (f'{part} = "{color}"\n' for part, color in parts.items())
        tables.append(f"[{name}]\n" + "".join(colors))
    return "\n".join(tables)
