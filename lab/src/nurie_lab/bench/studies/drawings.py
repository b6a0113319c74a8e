"""Line art made by program, so that no file is needed: ``python drawings.py KIND SIDE OUT``.

Both kinds show one street of seeded figures, houses and trees, and have the same content at every
size, so that the cost can be compared from size to size:

- ``clean``: antialiased outlines, closed, thicker on a larger page, as a vector program prints it.
- ``canny``: the edges that Canny's method finds in the coloured, shaded and noisy street at 1024
  pixels, with pieces rubbed out, scaled to the size: thin, doubled and broken lines.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = ("clean", "canny")
_CANNY_SIDE = 1024
_SHIFT = 4
"""Fractional bits of OpenCV's coordinates: points lie on sixteenths of a pixel."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Shape:
    """A closed outline, (n, 2) x and y from 0 to 1, and its colour; later shapes lie on top."""

    points: Array
    color: tuple[int, int, int]


def street(rng: np.random.Generator) -> Iterator[Shape]:
    """The picture: sun, clouds, hills, houses, trees and people from back to front."""
    yield _ellipse(0.86, 0.12, 0.06, 0.06, (255, 214, 90))
    for x in (0.12, 0.45, 0.68):
        yield _blob(rng, x, 0.12, 0.09, (236, 244, 250))
    for x, color in ((0.2, (150, 190, 120)), (0.75, (120, 175, 110))):
        yield _blob(rng, x, 0.62, 0.42, color)
    for i in range(4):
        yield from _house(rng, 0.04 + 0.25 * i)
    for i in range(5):
        yield from _tree(rng, 0.1 + 0.2 * i + rng.uniform(-0.03, 0.03))
    for i in range(6):
        yield from _person(rng, 0.08 + 0.165 * i)


def _house(rng: np.random.Generator, x: float) -> Iterator[Shape]:
    top = 0.42 + rng.uniform(-0.05, 0.05)
    yield _box(x, top, 0.19, 0.8 - top, _color(rng, 170))
    roof = np.array([[x - 0.02, top], [x + 0.095, top - 0.13], [x + 0.21, top]])
    yield Shape(roof, _color(rng, 110))
    for row in range(2):
        for column in range(3):
            left, upper = x + 0.02 + 0.055 * column, top + 0.03 + 0.1 * row
            yield _box(left, upper, 0.04, 0.06, (200, 226, 240))
            yield _box(left + 0.005, upper + 0.005, 0.013, 0.05, (170, 205, 230))
    yield _box(x + 0.07, 0.69, 0.05, 0.11, _color(rng, 90))


def _tree(rng: np.random.Generator, x: float) -> Iterator[Shape]:
    yield _box(x - 0.012, 0.62, 0.024, 0.24, (122, 84, 58))
    for i in range(4):
        angle = i * np.pi / 2
        yield _blob(
            rng, x + 0.035 * np.cos(angle), 0.56 + 0.035 * np.sin(angle), 0.05, (90, 150, 80)
        )


def _person(rng: np.random.Generator, x: float) -> Iterator[Shape]:
    top, skin, shirt = 0.66 + rng.uniform(-0.02, 0.02), _color(rng, 200), _color(rng, 150)
    for side in (-1, 1):
        yield _box(x - 0.012 + side * 0.018, top + 0.16, 0.024, 0.12, _color(rng, 80))
        yield _ellipse(x + side * 0.045, top + 0.1, 0.012, 0.05, shirt)
        yield _ellipse(x + side * 0.05, top + 0.155, 0.012, 0.014, skin)
    body = np.array([[x - 0.03, top + 0.06], [x + 0.03, top + 0.06], [x + 0.042, top + 0.18]])
    yield Shape(np.vstack([body, [[x - 0.042, top + 0.18]]]), shirt)
    yield _blob(rng, x, top - 0.005, 0.046, _color(rng, 70))
    yield _ellipse(x, top + 0.015, 0.032, 0.04, skin)
    for side in (-1, 1):
        yield _ellipse(x + side * 0.012, top + 0.01, 0.006, 0.008, (255, 255, 255))
        yield _ellipse(x + side * 0.012, top + 0.011, 0.003, 0.004, (60, 60, 80))
    yield _ellipse(x, top + 0.036, 0.01, 0.004, (200, 80, 90))


def _color(rng: np.random.Generator, light: int) -> tuple[int, int, int]:
    r, g, b = (int(v) for v in np.clip(rng.normal(light, 40, 3), 20, 250))
    return r, g, b


def _box(x: float, y: float, width: float, height: float, color: tuple[int, int, int]) -> Shape:
    corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    return Shape(np.array(corners), color)


def _ellipse(x: float, y: float, a: float, b: float, color: tuple[int, int, int]) -> Shape:
    t = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    return Shape(np.stack([x + a * np.cos(t), y + b * np.sin(t)], 1), color)


def _blob(
    rng: np.random.Generator, x: float, y: float, radius: float, color: tuple[int, int, int]
) -> Shape:
    """A smooth closed curve: a circle whose radius swings with three seeded waves."""
    t = np.linspace(0, 2 * np.pi, 192, endpoint=False)
    swing = sum(rng.uniform(0, 0.1) * np.sin(k * t + rng.uniform(0, 6)) for k in (2, 3, 7))
    r = radius * (1 + swing)
    return Shape(np.stack([x + r * np.cos(t), y + 0.7 * r * np.sin(t)], 1), color)


def clean(side: int, seed: int = 0) -> Array:
    """(side, side) uint8 outlines of the street, 0 ink on 255 paper."""
    import cv2

    page = np.full((side, side), 255, np.uint8)
    stroke = max(1, round(side / 340))
    for shape in street(np.random.default_rng(seed)):
        points = _fixed(shape, side)
        cv2.fillPoly(page, [points], 255, cv2.LINE_AA, _SHIFT)
        cv2.polylines(page, [points], True, 0, stroke, cv2.LINE_AA, _SHIFT)
    return page


def canny(side: int, seed: int = 0) -> Array:
    """(side, side) uint8 broken edges of the coloured street, 0 ink on 255 paper."""
    import cv2

    rng = np.random.default_rng(seed + 1)
    edges = cv2.Canny(cv2.GaussianBlur(_colored(_CANNY_SIDE, seed), (0, 0), 1.2), 40, 110)
    rows, columns = np.nonzero(edges)
    for i in rng.integers(0, len(rows), 150):
        cv2.circle(edges, (int(columns[i]), int(rows[i])), int(rng.integers(2, 7)), 0, -1)
    way = cv2.INTER_AREA if side < _CANNY_SIDE else cv2.INTER_CUBIC
    return 255 - cv2.resize(edges, (side, side), interpolation=way)


def _colored(side: int, seed: int) -> Array:
    """(side, side, 3) uint8: the street painted without outlines, lit from above, with noise."""
    import cv2

    page = np.full((side, side, 3), (205, 228, 245), np.uint8)
    for shape in street(np.random.default_rng(seed)):
        cv2.fillPoly(page, [_fixed(shape, side)], shape.color, cv2.LINE_AA, _SHIFT)
    light = np.linspace(1.05, 0.85, side)[:, None, None]
    noise = np.random.default_rng(seed + 2).normal(0, 5, page.shape)
    return np.clip(page * light + noise, 0, 255).astype(np.uint8)


def _fixed(shape: Shape, side: int) -> Array:
    return np.round(shape.points * side * (1 << _SHIFT)).astype(np.int32)


if __name__ == "__main__":
    import cv2

    kind, size, target = sys.argv[1:]
    cv2.imwrite(target, {"clean": clean, "canny": canny}[kind](int(size)))
