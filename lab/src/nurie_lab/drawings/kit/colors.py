"""Colours as artists choose them for people and things, and the mood of a whole picture."""

import colorsys

import numpy as np

from nurie.colors import parse_hex
from nurie_lab.drawings.kit import tables
from nurie_lab.drawings.kit.strokes import Color

Generator = np.random.Generator

_TABLES = tables("kit", "colors")


def _anchors(text: str) -> tuple[Color, ...]:
    return tuple(parse_hex(word) for word in text.split())


SKINS, _FANTASY_SKINS, _FANCY_HAIR, LEATHERS, METALS = map(_anchors, _TABLES["people"].values())
FAMILIES: dict[str, str] = _TABLES["families"]
"""Space-separated anchors of each family; one that is there twice is chosen twice as often."""
_ANCHORS = {name: _anchors(text) for name, text in FAMILIES.items()}
WHITE: Color = (255, 255, 255)


def mixed(a: Color, b: Color, share: float) -> Color:
    """A colour between two: ``share`` of the second."""
    r, g, bl = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return r, g, bl


def near(color: Color, rng: Generator, spread: float = 6.0) -> Color:
    """The colour as another hand would have mixed it."""
    r, g, b = (int(c) for c in np.clip(np.add(color, rng.normal(0, spread, 3)), 0, 255))
    return r, g, b


def darker(color: Color, amount: float = 0.25) -> Color:
    """The colour in the shade, a little bluer."""
    return mixed(color, (30, 24, 50), amount)


def lighter(color: Color, amount: float = 0.4) -> Color:
    """The colour with white in it."""
    return mixed(color, (255, 255, 255), amount)


def hsv(hue: float, saturation: float, value: float) -> Color:
    """Colour of a hue in degrees.

    >>> hsv(120, 1, 1)
    (0, 255, 0)
    """
    s, v = min(max(saturation, 0), 1), min(max(value, 0), 1)
    r, g, b = (round(255 * c) for c in colorsys.hsv_to_rgb(hue % 360 / 360, s, v))
    return r, g, b


def pick(rng: Generator, choices: dict[str, float]) -> str:
    """One of the names, with its weight as probability."""
    odds = np.array(list(choices.values()), float)
    return str(rng.choice(list(choices), p=odds / odds.sum()))


def skin(rng: Generator, *, fantasy: float = 0.04) -> Color:
    """A skin, mostly human, of the whole range."""
    if rng.random() < fantasy:
        return near(_FANTASY_SKINS[int(rng.integers(len(_FANTASY_SKINS)))], rng, 8)
    place = rng.beta(1.3, 2.2) * (len(SKINS) - 1)
    i = min(int(place), len(SKINS) - 2)
    return near(mixed(SKINS[i], SKINS[i + 1], place - i), rng, 3)


def hair(rng: Generator, *, fancy: float = 0.2, old: bool = False) -> Color:
    """A hair colour: natural, or one of anime's."""
    if old:
        return near((190, 190, 196), rng, 22)
    if rng.random() < fancy:
        return near(_FANCY_HAIR[int(rng.integers(len(_FANCY_HAIR)))], rng, 10)
    return near(parse_hex(pick(rng, _TABLES["hair"])), rng, 7)


def eye(rng: Generator) -> Color:
    """An iris."""
    return near(parse_hex(pick(rng, _TABLES["eyes"])), rng, 10)


def neutral(rng: Generator) -> Color:
    """White, gray, navy, denim, beige: what most clothes are."""
    return near(parse_hex(pick(rng, _TABLES["neutrals"])), rng, 5)


def clothes(rng: Generator, *, bright: float = 0.5) -> dict[str, Color]:
    """Colours by role of an outfit in harmony: one or two hues, neutrals, one accent.

    ``bright`` is 0 muted to 1 as in a children's book.

    >>> sorted(clothes(np.random.default_rng(0)))[:3]
    ['accent', 'bottom', 'hat']
    """
    hue = float(pick(rng, _TABLES["hues"])) + rng.normal(0, 5)
    step = float(rng.choice([0, 25, -30, 180, 150, 210, 120, -120], p=_STEPS))
    main, second = _cloth(hue, rng, bright), _cloth(hue + step, rng, bright)
    accent = hsv(hue + float(rng.choice([180, 150, 30, -30, 0])), rng.uniform(0.6, 0.9), 0.9)
    tops = [main, neutral(rng), WHITE, second]
    top = tops[int(rng.choice(4, p=[0.48, 0.22, 0.2, 0.1]))]
    bottom = [main, second, neutral(rng)][int(rng.choice(3, p=[0.2, 0.25, 0.55]))]
    over = [second, main, neutral(rng)][int(rng.choice(3, p=[0.4, 0.2, 0.4]))]
    leather = near(LEATHERS[int(rng.integers(len(LEATHERS)))], rng)
    shoes = [leather, darker(main, 0.4), (48, 44, 50), near((244, 244, 244), rng, 4), accent]
    socks = [WHITE, near((46, 46, 56), rng), main, second, neutral(rng)]
    return {
        "top": top,
        "bottom": bottom,
        "over": over,
        "accent": near(accent, rng),
        "trim": [WHITE, darker(main), second, accent][int(rng.integers(4))],
        "socks": socks[int(rng.choice(5, p=[0.45, 0.25, 0.1, 0.1, 0.1]))],
        "shoes": shoes[int(rng.choice(5, p=[0.38, 0.17, 0.2, 0.12, 0.13]))],
        "leather": leather,
        "metal": near(METALS[int(rng.choice(4, p=[0.4, 0.35, 0.1, 0.15]))], rng),
        "hat": [main, second, accent, leather, neutral(rng)][int(rng.integers(5))],
    }


_STEPS = (0.15, 0.17, 0.15, 0.17, 0.1, 0.1, 0.08, 0.08)


def _cloth(hue: float, rng: Generator, bright: float) -> Color:
    """Dyed cloth of a hue: clear, dark, or pastel."""
    kind = rng.random()
    if kind < 0.25:
        return hsv(hue, rng.uniform(0.2, 0.42), rng.uniform(0.86, 1))
    if kind < 0.45:
        return hsv(hue, rng.uniform(0.45, 0.8), rng.uniform(0.32, 0.55))
    return hsv(hue, rng.uniform(0.4, 0.6) + 0.3 * bright, rng.uniform(0.65, 0.8) + 0.15 * bright)


MOODS = {"plain": 0.58, "vivid": 0.16, "pastel": 0.12, "muted": 0.08, "warm": 0.06}
"""What a person does to all colours of one picture, and how often."""


def tint(rng: Generator, family: str) -> Color:
    """A colour of one of ``FAMILIES``, such as ``"leaf"``; near-white stays as it is.

    >>> r, g, b = tint(np.random.default_rng(0), "leaf")
    >>> g > r and g > b
    True
    """
    anchors = _ANCHORS[family]
    r, g, b = anchors[int(rng.integers(len(anchors)))]
    if min(r, g, b) >= 250:
        return r, g, b
    h, s, v = colorsys.rgb_to_hsv(r / 255, g / 255, b / 255)
    h += rng.normal(0, 0.008)
    s *= float(np.clip(rng.normal(1, 0.07), 0.8, 1.15))
    v *= float(np.clip(rng.normal(1, 0.035), 0.9, 1.06))
    return _rgb(h, s, v)


def _rgb(h: float, s: float, v: float) -> Color:
    r, g, b = colorsys.hsv_to_rgb(h % 1, min(max(s, 0.0), 1.0), min(max(v, 0.0), 1.0))
    return round(r * 255), round(g * 255), round(b * 255)


def shade(color: Color, amount: float) -> Color:
    """The colour mixed with white (``amount`` above 0) or with a deep shadow (below 0).

    >>> shade((200, 100, 0), 1.0), shade((200, 100, 0), 0.0)
    ((255, 255, 255), (200, 100, 0))
    """
    goal = (255, 255, 255) if amount > 0 else (20, 16, 40)
    return mixed(color, goal, abs(amount))


def any_mood(rng: Generator) -> str:
    """A mood, as often as people have it."""
    return str(rng.choice(list(MOODS), p=list(MOODS.values())))


def in_mood(color: Color, mood: str) -> Color:
    """The colour as it is in a picture of that mood; white stays white.

    >>> in_mood((255, 255, 255), "muted"), in_mood((200, 40, 40), "plain")
    ((255, 255, 255), (200, 40, 40))
    """
    if mood == "plain" or min(color) >= 250:
        return color
    h, s, v = colorsys.rgb_to_hsv(*(c / 255 for c in color))
    if mood == "vivid":
        return _rgb(h, s**0.75, v**0.85)
    if mood == "pastel":
        return mixed(_rgb(h, s * 0.8, v), (255, 252, 248), 0.3)
    if mood == "muted":
        return _rgb(h, s * 0.7, v * 0.96)
    return mixed(color, (255, 190, 110), 0.14)
