"""Names of colours, both ways: CSS's, the xkcd survey's, hex, and lighter or darker ones."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats
from nurie.colors import delta_e, lab_to_srgb, parse_hex, srgb_to_lab, to_hex
from nurie.errors import OptionError

Color: TypeAlias = tuple[int, int, int]
"""sRGB, each in [0, 255]."""

MODIFIERS: Mapping[str, tuple[float, float, float]] = {
    "light": (0.4, 0.0, 0.8),
    "pale": (0.6, 0.0, 0.55),
    "pastel": (0.5, 0.0, 0.6),
    "dark": (0.0, 0.4, 0.9),
    "deep": (0.0, 0.25, 1.1),
    "bright": (0.1, 0.0, 1.25),
    "vivid": (0.0, 0.0, 1.35),
    "soft": (0.15, 0.0, 0.7),
    "dull": (0.0, 0.1, 0.6),
    "muted": (0.0, 0.05, 0.6),
}
"""How far a colour goes towards white and towards black in Lab, and what its chroma is times."""

INK = "2b2b2f"
"""What *black* is as a fill: one in which black lines are still seen."""

# Names that anybody understands: those by which colours are called.
_PLAIN = re.compile(
    "((very )?(light|dark|pale|deep|bright) )?(red|orange|yellow|green|blue|purple|pink|"
    "brown|grey|teal|cyan|magenta|beige|tan|olive|navy|maroon|turquoise|lavender|cream|gold|salmon|"
    "peach|violet|lilac|mint|rust|black|white)"
)


@cache
def _table() -> dict[str, str]:
    """Hex by name, as the file spells it."""
    lines = files("nurie").joinpath("colors.txt").read_text("utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    return {name: code for code, name in pairs}


@cache
def _known() -> dict[str, str]:
    """Hex by name without what may be spelt in several ways; the earlier name counts."""
    found: dict[str, str] = {"black": INK}
    for name, code in _table().items():
        found.setdefault(_spelt(name), code)
    return found


def _spelt(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).replace("gray", "grey")


def named_color(text: str) -> Color | None:
    """The colour that a name or hex means; None where nobody calls a colour so.

    >>> named_color("Crimson"), named_color("light blue"), named_color("#0af"), named_color("cat")
    ((220, 20, 60), (173, 216, 230), (0, 170, 255), None)
    """
    if text.startswith("#"):
        try:
            return parse_hex(text)
        except OptionError:
            return None
    code = _known().get(_spelt(text))
    if code is not None:
        return parse_hex(code)
    first, _, rest = text.strip().partition(" ")
    base = named_color(rest) if rest else None
    return base if base is None or first == "very" else modified(base, first)


def modified(color: Color, how: str) -> Color | None:
    """A lighter, darker, paler … colour; None for a word that is not in ``MODIFIERS``.

    >>> modified((200, 30, 30), "dark")
    (138, 0, 0)
    """
    if how not in MODIFIERS:
        return None
    white, black, chroma = MODIFIERS[how]
    lab = srgb_to_lab(np.array(color, np.uint8))
    light = (lab[0] + white * (100 - lab[0])) * (1 - black)
    red, green, blue = lab_to_srgb(np.array([light, *(lab[1:] * chroma)])).tolist()
    return red, green, blue


@cache
def _plain() -> tuple[tuple[str, ...], Floats]:
    """Plain names, and their colours in Lab."""
    names = tuple(name for name in _table() if _PLAIN.fullmatch(name))
    colors = [parse_hex(_table()[name]) for name in names]
    return names, srgb_to_lab(np.array(colors, np.uint8))


def color_name(color: AnyArray | Color) -> str:
    """What a colour is called, in plain words: that of the nearest colour by ΔE2000.

    >>> color_name((150, 205, 250)), color_name((42, 42, 46))
    ('light blue', 'dark grey')
    """
    names, lab = _plain()
    return names[int(delta_e(srgb_to_lab(np.array(color, np.uint8)), lab).argmin())]


def is_color_name(name: str, color: AnyArray | Color) -> bool:
    """Whether a name only says what colour it is, by hex or in words, numbered or not.

    >>> is_color_name("light blue 2", (150, 205, 250)), is_color_name("hair", (150, 205, 250))
    (True, False)
    """
    return re.sub(r" \d+$", "", name) in {to_hex(color), color_name(color)}


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """The same names, numbered from the second where they repeat; empty ones stay empty.

    >>> unique_names(["hair", "sky", "hair", "hair 2"])
    ('hair', 'sky', 'hair 3', 'hair 2')
    """
    taken, seen, found = set(names), Counter[str](), []
    for name in names:
        seen[name] += 1
        found.append(_free(name, taken) if name and seen[name] > 1 else name)
    return tuple(found)


def _free(name: str, taken: set[str]) -> str:
    """A name, numbered from the second where it is taken; it is taken from now on."""
    called, number = name, 2
    while called in taken:
        called, number = re.sub(r"( \d+)?$", f" {number}", name, count=1), number + 1
    taken.add(called)
    return called


def titles(colors: AnyArray, names: Sequence[str] = ()) -> list[str]:
    """What each entry of a palette is called: its name on one line, or its colour's.

    ``colors`` are (k, 3) uint8; ``names`` one an entry, perhaps empty, or none.

    >>> titles(np.array([[255, 0, 0], [254, 0, 0], [0, 0, 255]], np.uint8), ("", "", "coat"))
    ['red', 'red 2', 'coat']
    """
    own = names or ("",) * len(colors)
    plain = [" ".join("".join(c if c.isprintable() else " " for c in n).split()) for n in own]
    taken = set(plain)
    # Only what nobody named is numbered.
    pairs = zip(plain, colors, strict=True)
    return [name or _free(color_name(color), taken) for name, color in pairs]


def plain_names() -> tuple[str, ...]:
    """Names by which colours are called."""
    return _plain()[0]
