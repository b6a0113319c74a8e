"""Ends of strokes, where they point, and which of them were meant to meet.

After Fourey, Tschumperlé and Revoy 2018, "A Fast and Efficient Semi-guided Algorithm for Flat
Coloring Line-arts": ends are found on the outline of the ink, and joined in pairs whose directions
agree, or carried on to the line before them.
"""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Mask

_STEP = 3.0
"""Strokes along the outline, to each side of an end, at which its flanks are looked for."""

_SHARP = 1.2
"""Flanks of an end lie at most this far apart, in parts of how far it stands out."""


class Tips(NamedTuple):
    """Ends of strokes."""

    at: Floats
    """(n, 2) float32 row and column."""
    way: Floats
    """(n, 2) float32 unit vector out of the stroke."""


def tips(ink: Mask, stroke: float) -> Tips:
    """Ends of strokes on the outline of the ink.

    Args:
        ink: (H, W) bool.
        stroke: typical width of strokes, in pixels.

    Returns:
        The ends, in the order of the outlines.

    >>> bar = np.zeros((9, 30), bool); bar[4, 6:20] = True
    >>> sorted(tips(bar, 1.0).at.tolist())
    [[4.0, 6.0], [4.0, 19.0]]
    """
    import cv2

    step = max(4, round(_STEP * stroke + 1))
    padded = cv2.copyMakeBorder(ink.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    found, _ = cv2.findContours(padded, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    outlines = [outline[:, 0] for outline in found if len(outline) > 3.5 * step]
    if not outlines:
        return Tips(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))
    points = np.concatenate(outlines)[:, ::-1].astype(np.float32) - 1
    length = np.array([len(outline) for outline in outlines])
    start = np.repeat(np.cumsum(length) - length, length)
    size = np.repeat(length, length)
    place = np.arange(len(points)) - start
    ahead, behind = (points[start + (place + s) % size] for s in (step, -step))
    middle = (ahead + behind) / 2
    reach = np.hypot(*(points - middle).T)
    across = np.hypot(*(ahead - behind).T)
    row, column = np.rint(middle).astype(np.intp).T
    sharp = (across <= _SHARP * reach) & (reach > 0.5 * step) & ink[row, column]
    sharp &= _inside(points, ink.shape, step // 2)
    number = np.flatnonzero(sharp)
    return _sharpest(number, reach - 0.5 * across, points, middle, float(step))


def _inside(points: Floats, shape: tuple[int, ...], margin: int) -> Mask:
    """Points so far from the picture's border: a line that leaves the picture does not end."""
    row, column = points.T
    inside: Mask = (row >= margin) & (column >= margin)
    inside &= (row < shape[0] - margin) & (column < shape[1] - margin)
    return inside


def _sharpest(number: AnyArray, merit: Floats, points: Floats, middle: Floats, step: float) -> Tips:
    """One end for each stretch of outline that stands out, none beside a sharper one."""
    stretch = np.cumsum(np.diff(number, prepend=-1) > 1)
    order = np.lexsort((-merit[number], stretch))
    best = number[order[np.flatnonzero(np.diff(stretch[order], prepend=-1))]]
    one, two = near(points[best], step / 2)
    blunt = np.where(merit[best[two]] > merit[best[one]], one, two)
    best = np.delete(best, blunt)
    way = points[best] - middle[best]
    way /= np.maximum(np.hypot(*way.T), 1e-6)[:, None]
    return Tips(points[best], way.astype(np.float32))


def near(at: Floats, distance: float) -> tuple[Ints, Ints]:
    """Pairs of points at most so far apart.

    Args:
        at: (n, 2) rows and columns.
        distance: pixels.

    Returns:
        (m,) and (m,) indices of points.

    >>> one, two = near(np.float32([[0, 0], [9, 9], [0, 1]]), 1.0)
    >>> one.tolist(), two.tolist()
    ([0], [2])
    """
    order = np.argsort(at[:, 0], kind="stable")
    row, column = at[order].T
    count = np.searchsorted(row, row + distance, "right") - np.arange(len(row)) - 1
    one = np.repeat(np.arange(len(row)), count)
    two = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count) + one + 1
    close = np.hypot(row[one] - row[two], column[one] - column[two]) <= distance
    return order[one[close]], order[two[close]]
