"""Shading with the pen: hatching, dots and grain that darken a part and never close it off."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray, Floats
from nurie_lab.drawings.kit.forms import spun, vec
from nurie_lab.drawings.kit.strokes import Shape

Generator = np.random.Generator
_STROKES = 40


def toned(shapes: list[Shape], rng: Generator, *, share: float, pitch: float) -> list[Shape]:
    """A share of the shapes, in pixels, shaded with the pen on their darker side.

    Strokes, ``pitch`` pixels apart, are drawn only where the shaded part shows.

    >>> square = Shape(np.float32([[0, 0], [0, 60], [60, 60], [60, 0]]), "box", (9, 9, 9))
    >>> more = toned([square], np.random.default_rng(0), share=1.0, pitch=4)
    >>> len(more) > 3, {s.within for s in more[1:]}
    (True, {'box'})
    """
    way = (hatch, hatch, stipple, grain)[int(rng.integers(4))]
    turns = float(rng.uniform(0.05, 0.2)) * (1 if rng.random() < 0.5 else -1)
    rows: list[Shape] = []
    for shape in shapes:
        rows.append(shape)
        if not shape.part or shape.within or shape.color is None or rng.random() >= share:
            continue
        if min(np.ptp(shape.outline, axis=0)) < 4 * pitch:
            continue
        rows += [replace(s, within=shape.part) for s in way(shape.outline, rng, turns, pitch)]
    return rows


def hatch(outline: AnyArray, rng: Generator, turns: float, pitch: float) -> list[Shape]:
    """Parallel strokes that start at one side and end before the other, so that no part is cut."""
    reach = float(rng.uniform(0.25, 0.5))
    strokes = []
    for y, start, stop in _runs(spun(outline, turns, (0, 0)), pitch):
        length = (stop - start) * reach * rng.uniform(0.7, 1.1)
        ends = vec([[y, stop - length], [y, stop + 1]])
        strokes.append(_stroke(spun(ends, -turns, (0, 0))))
    return strokes[:_STROKES]


def grain(outline: AnyArray, rng: Generator, turns: float, pitch: float) -> list[Shape]:
    """Short strokes here and there: wood, stone, fur, grass."""
    strokes = []
    for y, start, stop in _runs(spun(outline, turns / 4, (0, 0)), 1.6 * pitch):
        if rng.random() < 0.7:
            middle = rng.uniform(start, stop)
            length = min(pitch * rng.uniform(1, 3), 0.4 * (stop - start), stop - middle)
            ends = vec([[y, middle], [y, middle + length]])
            strokes.append(_stroke(spun(ends, -turns / 4, (0, 0))))
    return strokes[:_STROKES]


def stipple(outline: AnyArray, rng: Generator, turns: float, pitch: float) -> list[Shape]:
    """Rows of dots on one side, as of a screen."""
    dots, reach = [], float(rng.uniform(0.3, 0.6))
    r = max(0.8, pitch * 0.16)
    ring = r * vec([[0.0, 1.0], [0.7, 0.7], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0], [-0.7, 0.7]])
    for i, (y, start, stop) in enumerate(_runs(spun(outline, turns, (0, 0)), 0.8 * pitch)):
        first = stop - (stop - start) * reach
        columns = np.arange(first + (i % 2) * 0.5 * pitch, stop, pitch)
        for x in map(float, columns):
            at = spun(vec((y, x))[None], -turns, (0, 0))
            dots.append(Shape(ring + at, width=0.3, smooth=False, solid=True))
    return dots[: 5 * _STROKES]


def _stroke(ends: Floats) -> Shape:
    """A stroke with points enough to grow thin at its ends."""
    t = np.linspace(0, 1, 8)[:, None]
    path = (ends[0] + (ends[1] - ends[0]) * t).astype(np.float32)
    return Shape(path, width=0.6, closed=False, smooth=False)


def _runs(outline: AnyArray, pitch: float) -> list[tuple[float, float, float]]:
    """Where horizontal lines at this distance are inside: (row, first column, last column)."""
    p, q = outline, np.roll(outline, -1, axis=0)
    low, high = float(outline[:, 0].min()), float(outline[:, 0].max())
    pitch = max(pitch, (high - low) / _STROKES)
    runs = []
    for y in np.arange(low + pitch / 2, high, pitch):
        cross = (p[:, 0] <= y) != (q[:, 0] <= y)
        a, b = p[cross], q[cross]
        x = np.sort(a[:, 1] + (y - a[:, 0]) / (b[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1]))
        runs += [(float(y), float(s), float(e)) for s, e in zip(x[::2], x[1::2], strict=False)]
    return [run for run in runs if run[2] - run[1] > 2 * pitch]
