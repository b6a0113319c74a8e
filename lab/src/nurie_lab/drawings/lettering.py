"""Words in a drawing: letters as strokes of the pen or as areas, and the bubbles around them."""

from itertools import pairwise

import numpy as np

from nurie.arrays import Floats
from nurie_lab.drawings.forms import box, oval, puff, star, tube, vec
from nurie_lab.drawings.strokes import Color, Shape

Generator = np.random.Generator

_GLYPHS = dict(
    part.split("=")
    for row in (
        "A=618.35 B=0258760.35 C=20678 D=01576.06 E=20678.34 F=206.34 G=2067854 H=06.28.35 I=17",
        "J=2876 K=06.238 L=068 M=60428 N=6082 O=02860 P=60253 Q=02860.48 R=602538 S=203586",
        "T=02.17 U=0682 V=072 W=06482 X=08.26 Y=04.24.47 Z=0268 !=14.77 ?=0254.77 -=35 .=77 '=14",
    )
    for part in row.split(" ")
)
"""Strokes of each letter over the nine points 012 / 345 / 678."""

_TEXT = """HELLO THERE LOOK OUT WHAT NOW RUN STOP WHO ARE YOU I SEE IT NO WAY YES PLEASE COME HERE
WAIT FOR ME THE END OF DAY HOW NICE TO BE HOME AT LAST SO BIG AND OLD TREE CAT GONE AGAIN"""
WORDS = tuple(_TEXT.split())
"""What is said in bubbles."""

SOUNDS = ("BAM!", "POW!", "ZAP!", "BOOM!", "WOW!", "CRASH!", "HEY!", "OH NO!", "YES!", "ZOOM!")
"""What is heard."""


def _strokes(letter: str) -> list[Floats]:
    """Strokes of a letter in the unit square, (x, y)."""
    rows = []
    for run in _GLYPHS.get(letter, "").split("."):
        digits = [int(c) for c in run]
        rows.append(vec([[d % 3 / 2, d // 3 / 2] for d in digits]))
    return [r for r in rows if len(r) > 1]


def write(text: str, frame: tuple[float, float, float, float], rng: Generator) -> list[Shape]:
    """Words written into a frame with the pen, line under line.

    Args:
        text: capitals, spaces and ``!?-.'``; other letters leave a space.
        frame: (top, bottom, left, right) in pixels.
        rng: the hand.

    Returns:
        Open strokes.

    >>> shapes = write("HI", (0, 20, 0, 40), np.random.default_rng(0))
    >>> len(shapes), shapes[0].color is None
    (4, True)
    """
    top, bottom, left, right = frame
    lines = _broken(text, (right - left) / max(bottom - top, 1e-6))
    high = min((bottom - top) / (len(lines) * 1.5), (right - left) / (0.85 * max(map(len, lines))))
    shapes = []
    y = (top + bottom) / 2 - 1.5 * high * len(lines) / 2 + 0.25 * high
    for row in lines:
        x = (left + right) / 2 - len(row) * 0.425 * high
        for letter in row:
            shift = vec([x, y]) + rng.normal(0, 0.03 * high, 2).astype(np.float32)
            for path in _strokes(letter):
                points = path * vec([0.6 * high, high]) + shift
                shapes.append(Shape(points[:, ::-1], width=0.7, closed=False, smooth=False))
            x += 0.85 * high
        y += 1.5 * high
    return shapes


def _broken(text: str, ratio: float) -> list[str]:
    """The words in lines, so that they fill a frame that is ``ratio`` times as wide as high."""
    wide = max(int(np.sqrt(len(text) * 1.8 * ratio)), *(len(w) for w in text.split()))
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > wide:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def shout(text: str, frame: tuple[float, float, float, float], color: Color) -> list[Shape]:
    """A word in broad letters, each an area of its own with an outline.

    Args:
        text: as for :func:`write`.
        frame: (top, bottom, left, right) in pixels.
        color: of all letters.

    Returns:
        Closed shapes; strokes of a letter grow together.
    """
    top, bottom, left, right = frame
    step = (right - left) / len(text)
    bottom = min(bottom, top + 1.3 * step)
    shapes = []
    for i, letter in enumerate(text):
        name = f"sound {i}"
        origin = vec([left + i * step + 0.12 * step, top])
        for k, path in enumerate(_strokes(letter)):
            points = path * vec([0.7 * step, bottom - top]) + origin
            spine = [(float(a), float(b)) for a, b in points]
            for a, b in pairwise(spine):
                end = (b[0], b[1] + 0.01) if a == b else b
                rim = tube([a, end], 0.26 * step, cap=0.35)
                merge = k > 0 or (a, b) != (spine[0], spine[1])
                shapes.append(Shape(rim[:, ::-1], name, color, smooth=False, merge=merge))
    return shapes


def bubble(
    rng: Generator, frame: tuple[float, float, float, float], tip: tuple[float, float], name: str
) -> list[Shape]:
    """A speech bubble: round, boxed, a thought or a shout, with words in it.

    Args:
        rng: its kind and words.
        frame: (top, bottom, left, right) in pixels.
        tip: (x, y) of who speaks.
        name: name of the white part.

    Returns:
        The bubble and its letters.
    """
    top, bottom, left, right = frame
    x, y, rx, ry = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    kind, white = int(rng.choice(5, p=[0.45, 0.2, 0.12, 0.13, 0.1])), (255, 255, 255)
    rims = []
    if kind <= 1:
        rims = [_speech(frame, tip, power=2.0 if kind == 0 else 5.0)]
    elif kind == 2:
        way = vec(tip) - vec([x, y])
        rims = [puff(rng, (x, y, rx * 0.88, ry * 0.85), 10)]
        for s, r in ((0.75, 0.13), (0.9, 0.08)):
            rims.append(oval(x + float(way[0]) * s, y + float(way[1]) * s, r * ry))
    elif kind == 3:
        points = star(0, 0, 1, inner=0.8, points=int(rng.integers(11, 16)))
        rims = [points * vec([1.25 * rx, 1.3 * ry]) + vec([x, y])]
    else:
        rims = [box(left, top, right, bottom)]
    shapes = [Shape(rim[:, ::-1], name, white, smooth=False) for rim in rims]
    words = [str(w) for w in rng.choice(WORDS, int(rng.integers(1, 7)))]
    text = " ".join(words) + str(rng.choice(["!", "?", ".", ""]))
    inner = (y - 0.66 * ry, y + 0.66 * ry, x - 0.7 * rx, x + 0.7 * rx)
    return shapes + write(text, inner, rng)


def _speech(
    frame: tuple[float, float, float, float], tip: tuple[float, float], *, power: float
) -> Floats:
    """An ellipse, or nearly a box where ``power`` is high, with a tail towards ``tip``."""
    top, bottom, left, right = frame
    middle = vec([(left + right) / 2, (top + bottom) / 2])
    radii = vec([(right - left) / 2, (bottom - top) / 2])
    way = (vec(tip) - middle) / radii
    start = float(np.arctan2(way[1], way[0]))
    t = start + np.linspace(0.17, 2 * np.pi - 0.17, 48)
    c, s = np.cos(t), np.sin(t)
    r = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
    rim = middle + np.stack([c * r, s * r], 1) * radii
    # The tail ends before it leaves the panel or grows longer than the bubble is high.
    end = middle + (vec(tip) - middle) * min(1.0, 2.0 / max(float(np.hypot(*way)), 1e-6))
    return np.vstack([rim, end[None]]).astype(np.float32)
