"""Putting a drafted figure in its place on a page."""

from dataclasses import replace

import numpy as np

from nurie_lab.drawings.strokes import Shape

Generator = np.random.Generator


def fitted(
    shapes: list[Shape],
    size: tuple[int, int],
    place: tuple[float, float, float],
    *,
    flip: bool = False,
    turned: float = 0.0,
) -> tuple[list[Shape], float]:
    """Shapes at any scale, moved and enlarged to fit a page.

    Args:
        shapes: drafted in (row, column).
        size: height and width of the page in pixels.
        place: row and column of the middle, and how much of the page is filled, as shares of it.
        flip: whether they are mirrored.
        turned: clockwise turn in radians.

    Returns:
        The shapes in pixels, and the pixels that one unit of the draft has become.
    """
    from nurie_lab.drawings.curves import turn

    paths = [turn(s.outline, turned) if turned else s.outline for s in shapes]
    points = np.vstack(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    unit = float(place[2] * np.min(np.asarray(size) / np.maximum(high - low, 1e-6)))
    middle = np.asarray(size) * np.asarray(place[:2])
    sign = np.array([1.0, -1.0 if flip else 1.0])
    moved = [((p - (low + high) / 2) * unit * sign + middle).astype(np.float32) for p in paths]
    return [replace(s, outline=p) for s, p in zip(shapes, moved, strict=True)], unit


def anywhere(rng: Generator) -> tuple[float, float, float]:
    """A place about the middle that leaves a margin."""
    return (
        0.5 + float(rng.normal(0, 0.02)),
        0.5 + float(rng.normal(0, 0.02)),
        float(rng.uniform(0.7, 0.95)),
    )
