"""What nurie stored beside the layers, told again with another palette.

Stored entries are found again in the palette of the layers by their order, where nobody changed the
layers' colours since, and else by name and colour.
"""

from typing import Any

import numpy as np

from nurie.colors import parse_hex, to_hex
from nurie.document import Palette
from nurie.errors import OptionError
from nurie.io.layered.document import Document


def facts_with(document: Document, old: Palette, new: Palette) -> dict[str, Any] | None:
    """What nurie stored beside the layers, with a new palette; None when there is nothing.

    Args:
        document: whose layers have the colours ``old``, topmost first.
        old: its palette.
        new: as many entries, in the order of ``old``.
    """
    facts, told = document.read_facts(), retold(document, old, new)
    if told is None or facts is None:
        return None
    own: dict[str, Any] = {
        "name": told.name,
        "colors": [to_hex(color) for color in told.colors],
        "names": list(told.names),
    }
    return facts | {"palette": own}


def retold(document: Document, old: Palette, new: Palette) -> Palette | None:
    """The new palette in the order of what nurie stored; None when there is nothing."""
    name, pairs = stored(document)
    if not pairs:
        return None
    places = _places(document, old, pairs)
    new_names = new.names or ("",) * len(new)
    colors = np.array([parse_hex(color) for _, color in pairs], np.uint8)
    called = [called for called, _ in pairs]
    for at, place in enumerate(places):
        if place is not None:
            colors[at], called[at] = new.colors[place], new_names[place]
    return Palette(colors, tuple(called) if any(called) else (), name)


def is_told_by(document: Document, old: Palette) -> bool:
    """Whether it is beyond doubt which of the layers' palette each entry is that a region has.

    It is where the colours agree one by one, or where no two layers look alike.
    """
    _, pairs = stored(document)
    used = _used(document)
    if any(at >= len(pairs) for at in used):
        return False
    own, olds = [pairs[at][1] for at in used], [to_hex(color) for color in old.colors]
    return own == olds or (len(set(olds)) == len(olds) and set(own) <= set(olds))


def _places(document: Document, old: Palette, pairs: list[tuple[str, str]]) -> list[int | None]:
    """For each stored entry, given as name and hex, where the layers' palette has it."""
    olds = [to_hex(color) for color in old.colors]
    used = _used(document)
    if [pairs[at][1] for at in used if at < len(pairs)] == olds:
        order = {entry: at for at, entry in enumerate(used)}
        return [order.get(at) for at in range(len(pairs))]
    names = old.names or ("",) * len(olds)
    by_color = {old: at for at, old in reversed(list(enumerate(olds)))}
    by_both = {(names[at], old): at for at, old in reversed(list(enumerate(olds)))}
    return [by_both.get(pair, by_color.get(pair[1])) for pair in pairs]


def _used(document: Document) -> list[int]:
    """Entries that some region has, in the order of their layers."""
    entries = (document.read_facts() or {}).get("entries")
    if not isinstance(entries, list):
        return []
    return sorted({entry for entry in entries if isinstance(entry, int) and entry >= 0})


def stored(document: Document) -> tuple[str, list[tuple[str, str]]]:
    """Name of the palette, and name and hex of each entry, as nurie stored them; else nothing."""
    try:
        own = (document.read_facts() or {})["palette"]
        colors = [to_hex(parse_hex(color)) for color in own["colors"]]
        names = [str(name) for name in own["names"]] or [""] * len(colors)
        return str(own["name"]), list(zip(names, colors, strict=True))
    except (KeyError, TypeError, ValueError, AttributeError, OptionError):
        return document.path.stem, []
