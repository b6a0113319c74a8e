"""What all invented drawings are made with: outlines, strokes, colours, and texts of shapes."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def files(room: str) -> dict[str, dict[str, str]]:
    """The texts of a room, such as ``figures`` or ``things``: by file, those of its sections.

    >>> files("animals")["walkers"]["tail.thin"]
    'tail pink tube=.1,.08,.06 : .1,0 -.3,.1-.3u -.45,.55-.8u'
    """
    found: dict[str, dict[str, str]] = {}
    room_files = resources.files("nurie_lab.drawings").joinpath(room).iterdir()
    for file in sorted((f for f in room_files if f.name.endswith(".txt")), key=str):
        lines: dict[str, list[str]] = {}
        for line in file.read_text("utf-8").replace("\\\n", "").splitlines():
            if line.startswith("["):
                own = lines.setdefault(line.strip("[]"), [])
            elif line.strip() and not line.startswith("#"):
                own.append(line)
        found[file.name[:-4]] = {name: "\n".join(own) for name, own in lines.items()}
    return found


@cache
def sections(room: str) -> dict[str, str]:
    """The texts of all files of a room by the names of their sections."""
    return {name: text for texts in files(room).values() for name, text in texts.items()}


@cache
def tables(room: str, name: str) -> dict[str, Any]:
    """The tables of ``ROOM/NAME.toml``: odds, proportions and colours."""
    file = resources.files("nurie_lab.drawings") / room / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))
