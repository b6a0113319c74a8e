"""Other colours for the same drawing: which entry of a palette becomes which. No model runs.

Entries are identities. An entry is called by its name or, where nobody gave it one, by the hex of
its colour; so a palette that was saved, changed in a paint program and handed back fits again, and
*skin* of the night palette takes the place of *skin* of the day palette, wherever it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nurie.arrays import Rgb8
from nurie.colors import parse_hex, to_hex
from nurie.document import Layers, Palette
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
    fits at all, palettes of the same length fit by position. Then ``changes`` are made.

    Args:
        old: the palette of the file.
        new: the palette that replaces it, if any.
        changes: ``OLD=NEW`` each. OLD is the name or the hex colour of an entry; NEW is a hex
            colour, or the name of an entry of the new palette or of the old one.

    Raises:
        OptionError: nothing fits, or a change names what is not there.

    >>> day = Palette(np.array([[255, 224, 189], [0, 0, 9]], np.uint8), ("skin", "hair"))
    >>> night = Palette(np.array([[1, 2, 3], [90, 80, 120]], np.uint8), ("Hair", "Skin"), "night")
    >>> swap(day, night, ["hair=#0000ff"]).palette.colors.tolist()
    [[90, 80, 120], [0, 0, 255]]
    """
    source = _counterparts(old, new) if new is not None else [-1] * len(old)
    colors, names = old.colors.copy(), _names(old)
    for entry, at in enumerate(source):
        if new is not None and at >= 0:
            colors[entry] = new.colors[at]
            names[entry] = _names(new)[at] or names[entry]
    changed = set[int]()
    for change in changes:
        wanted, color, name = _parsed(change, old, new)
        changed.update(wanted)
        for entry in wanted:
            colors[entry], names[entry] = color, name or names[entry]
    kept = [e for e, at in enumerate(source) if at < 0 and e not in changed]
    title = new.name if new is not None else old.name
    palette = Palette(colors, tuple(names) if any(names) else (), title)
    return Swap(palette, tuple(kept) if new is not None else ())


def recolor(layers: Layers, new: Palette | None, changes: Sequence[str] = ()) -> Layers:
    """The same drawing in other colours; lines, regions and entries stay as they are."""
    return replace(layers, palette=swap(layers.palette, new, changes).palette)


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
        f"file's {len(old)} ({_some(old)}); name them alike, or say which with --map OLD=NEW."
    )


def _parsed(
    change: str, old: Palette, new: Palette | None
) -> tuple[list[int], tuple[int, int, int] | Rgb8, str]:
    """Entries that a change means, their new colour, and their new name where it has one."""
    before, sign, after = change.rpartition("=")
    before, after = before.strip(), after.strip()
    if not (before and sign and after):
        raise OptionError(
            f"{change[:60]!r} is no change of colour; write OLD=NEW, like skin=#ffe0bd."
        )
    wanted = _meant(before, old)
    if not wanted:
        raise OptionError(f"The file has no entry {before!r}; it has {_some(old)}.")
    for palette in (new, old):
        for at in _meant(after, palette, names_only=True) if palette is not None else ():
            assert palette is not None
            return wanted, palette.colors[at], _names(palette)[at] if palette is new else ""
    return wanted, parse_hex(after), ""


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


def _some(palette: Palette) -> str:
    names = called(palette)
    more = ", …" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
