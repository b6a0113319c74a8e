"""Other colours for the same drawing: which entry of a palette becomes which. No model runs.

Entries are identities. An entry is called by its name or, where nobody gave it one, by the hex of
its colour; so a palette that was saved, changed in a paint program and handed back fits again, and
*skin* of the night palette takes the place of *skin* of the day palette, wherever it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray
from nurie.colors import parse_hex, to_hex
from nurie.document import Palette
from nurie.errors import OptionError

_SHOWN = 6


@dataclass(frozen=True, eq=False)
class Swap:
    """What becomes of a palette."""

    palette: Palette
    """The new colours and names, entry for entry in the old order."""
    kept: tuple[int, ...]
    """Entries for which the new palette has no counterpart: they stay as they are."""


def swap(old: Palette, new: Palette | None, changes: Sequence[str] = ()) -> Swap:
    """Decide what becomes of each entry.

    An entry takes the colour of the entry of the same name (capitals do not matter). Where no name
    fits at all, palettes of the same length fit by position. Then ``changes``, each ``OLD=NEW``,
    are made: OLD is the name or the hex colour of an entry, NEW a hex colour, or the name of an
    entry of the new palette or of the old one.

    Raises:
        OptionError: nothing fits, or a change names what is not there.

    >>> day = Palette(np.array([[255, 224, 189], [0, 0, 9]], np.uint8), ("skin", "hair"))
    >>> night = Palette(np.array([[1, 2, 3], [90, 80, 120]], np.uint8), ("Hair", "Skin"), "night")
    >>> swap(day, night, ["hair=#0000ff"]).palette.colors.tolist()
    [[90, 80, 120], [0, 0, 255]]
    """
    colors, names, kept = old.colors.copy(), _names(old), dict[int, None]()
    if new is not None:
        for entry, at in enumerate(_counterparts(old, new)):
            if at < 0:
                kept[entry] = None
            else:
                colors[entry], names[entry] = new.colors[at], _names(new)[at] or names[entry]
    for change in changes:
        wanted, color, name = _parsed(change, old, new)
        for entry in wanted:
            colors[entry], names[entry] = color, name or names[entry]
            kept.pop(entry, None)
    title = new.name if new is not None else old.name
    return Swap(Palette(colors, tuple(names) if any(names) else (), title), tuple(kept))


def called(palette: Palette) -> list[str]:
    """What each entry is called: its name, or the hex of its colour.

    >>> called(Palette(np.array([[255, 0, 0], [0, 0, 0]], np.uint8), ("", "ink")))
    ['#ff0000', 'ink']
    """
    return [n or to_hex(c) for n, c in zip(_names(palette), palette.colors, strict=True)]


def _names(palette: Palette) -> list[str]:
    return list(palette.names) or [""] * len(palette)


def _counterparts(old: Palette, new: Palette) -> list[int]:
    """The entry of ``new`` for each entry of ``old``, -1 where there is none."""
    place: dict[str, int] = {}
    for at, name in enumerate(called(new)):
        place.setdefault(name.casefold(), at)
    found = [place.get(name.casefold(), -1) for name in called(old)]
    if max(found, default=0) >= 0:
        return found
    if len(old) == len(new):
        return list(range(len(old)))
    raise OptionError(
        f"The palette {new.name} has {len(new)} entries, of which none is named like one of the "
        f"file's {len(old)} ({some(called(old))}); name them alike, or say which with "
        "--map OLD=NEW."
    )


def _parsed(change: str, old: Palette, new: Palette | None) -> tuple[list[int], AnyArray, str]:
    """Entries that a change means, their new colour, and their new name where it has one."""
    before, sign, after = change.rpartition("=")
    before, after = before.strip(), after.strip()
    if not (before and sign and after):
        raise OptionError(
            f"{change[:60]!r} is no change of colour; write OLD=NEW, like skin=#ffe0bd."
        )
    wanted = _meant(before, old)
    if not wanted:
        raise OptionError(f"The file has no entry {before!r}; it has {some(called(old))}.")
    for palette in filter(None, (new, old)):
        if named := _meant(after, palette, names_only=True):
            at = named[0]
            return wanted, palette.colors[at], _names(palette)[at] if palette is new else ""
    return wanted, np.array(parse_hex(after), np.uint8), ""


def _meant(text: str, palette: Palette, *, names_only: bool = False) -> list[int]:
    """Entries that are called so, or else, unless only names count, that have this colour."""
    names = [name.casefold() for name in (_names if names_only else called)(palette)]
    found = [at for at, name in enumerate(names) if name == text.casefold()]
    if found or names_only:
        return found
    try:
        color = parse_hex(text)
    except OptionError:
        return []
    return [int(at) for at in np.flatnonzero((palette.colors == color).all(axis=1))]


def some(names: Sequence[str]) -> str:
    """The first of some names.

    >>> some(["a"] * 9)
    'a, a, a, a, a, a, …'
    """
    return ", ".join([*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])])
