"""Colours as artists choose them: skin, hair, eyes and clothes that go together."""

import colorsys

import numpy as np

from nurie_lab.drawings.strokes import Color

Generator = np.random.Generator

SKINS: tuple[Color, ...] = (
    (255, 240, 230),
    (255, 228, 210),
    (252, 214, 188),
    (243, 197, 162),
    (226, 174, 132),
    (198, 144, 102),
    (160, 108, 74),
    (118, 76, 52),
    (78, 50, 38),
)
_FANTASY_SKINS: tuple[Color, ...] = (
    (150, 196, 120),
    (140, 180, 220),
    (196, 170, 220),
    (186, 194, 196),
    (214, 96, 84),
    (110, 160, 140),
)
_HAIR: dict[str, tuple[Color, float]] = {
    "black": ((34, 32, 38), 18),
    "ink": ((44, 48, 72), 9),
    "dark brown": ((70, 46, 36), 14),
    "brown": ((112, 74, 46), 14),
    "chestnut": ((146, 84, 52), 7),
    "light brown": ((170, 124, 82), 7),
    "auburn": ((146, 58, 40), 4),
    "ginger": ((216, 112, 44), 6),
    "blond": ((238, 200, 108), 14),
    "pale blond": ((248, 230, 170), 6),
    "gray": ((158, 158, 164), 2),
    "white": ((238, 238, 242), 3),
}
_FANCY_HAIR: tuple[Color, ...] = (
    (246, 160, 186),
    (232, 84, 120),
    (200, 48, 52),
    (96, 160, 226),
    (62, 92, 176),
    (110, 200, 200),
    (120, 186, 110),
    (176, 140, 214),
    (112, 76, 160),
    (196, 206, 222),
)
_EYES: dict[Color, float] = {
    (104, 66, 40): 26,
    (62, 44, 38): 14,
    (146, 104, 52): 8,
    (82, 140, 80): 13,
    (70, 130, 200): 22,
    (110, 170, 214): 8,
    (120, 124, 134): 4,
    (128, 88, 180): 6,
    (196, 58, 58): 5,
    (226, 168, 50): 5,
    (220, 100, 150): 2,
}
_NEUTRALS: tuple[Color, ...] = (
    (250, 250, 250),
    (244, 238, 224),
    (212, 214, 218),
    (128, 132, 140),
    (66, 68, 76),
    (38, 38, 46),
    (40, 52, 92),
    (72, 100, 150),
    (206, 180, 140),
    (132, 100, 70),
    (110, 112, 72),
)
_NEUTRAL_ODDS = (20, 7, 7, 8, 9, 10, 12, 10, 7, 6, 4)
_HUES = (0, 12, 28, 46, 60, 95, 135, 165, 190, 210, 230, 265, 295, 325, 345)
_HUE_ODDS = (13, 4, 7, 7, 3, 4, 9, 5, 6, 12, 10, 6, 4, 8, 6)
LEATHERS: tuple[Color, ...] = ((104, 66, 42), (140, 92, 56), (74, 50, 40), (46, 42, 44))
METALS: tuple[Color, ...] = ((240, 200, 84), (196, 204, 214), (214, 160, 96), (160, 170, 184))
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
    """One of the names, as often as its number says."""
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
    return near(_HAIR[pick(rng, {k: v[1] for k, v in _HAIR.items()})][0], rng, 7)


def eye(rng: Generator) -> Color:
    """An iris."""
    odds = np.array(list(_EYES.values()))
    return near(list(_EYES)[int(rng.choice(len(_EYES), p=odds / odds.sum()))], rng, 10)


def neutral(rng: Generator) -> Color:
    """White, gray, navy, denim, beige: what most clothes are."""
    odds = np.array(_NEUTRAL_ODDS, float)
    return near(_NEUTRALS[int(rng.choice(len(_NEUTRALS), p=odds / odds.sum()))], rng, 5)


def clothes(rng: Generator, *, bright: float = 0.5) -> dict[str, Color]:
    """Colours of an outfit in harmony: one or two hues, neutrals, one accent.

    Args:
        rng: source of all choices.
        bright: 0 muted to 1 as in a children's book.

    Returns:
        Roles ``top``, ``bottom``, ``over``, ``accent``, ``trim``, ``socks``, ``shoes``,
        ``leather``, ``metal``, ``hat``.

    >>> sorted(clothes(np.random.default_rng(0)))[:3]
    ['accent', 'bottom', 'hat']
    """
    odds = np.array(_HUE_ODDS, float)
    hue = float(rng.choice(_HUES, p=odds / odds.sum())) + rng.normal(0, 5)
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
