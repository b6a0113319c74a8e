"""What all invented drawings are made with: outlines, strokes, colours, and texts of shapes."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def sections(room: str) -> dict[str, str]:
    """The texts of a room, ``figures``, ``animals`` or ``things``, by the names of their sections.

    >>> sections("animals")["tail.thin"]
    'tail pink tube=.1,.08,.06 : .1,0 -.3,.1-.3u -.45,.55-.8u'
    """
    found: dict[str, list[str]] = {}
    files = resources.files("nurie_lab.drawings") / room
    for file in sorted((f for f in files.iterdir() if f.name.endswith(".txt")), key=str):
        name = ""
        for line in file.read_text("utf-8").replace("\\\n", " ").splitlines():
            if line.startswith("["):
                name = line.strip("[]")
                found[name] = []
            elif line.strip() and not line.startswith("#"):
                found[name].append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


@cache
def tables(room: str, name: str) -> dict[str, Any]:
    """The tables of ``ROOM/NAME.toml``: odds, proportions and colours."""
    file = resources.files("nurie_lab.drawings") / room / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))
