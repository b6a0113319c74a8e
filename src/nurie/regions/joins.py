"""Joins of strokes that were meant to meet: ends with ends, and ends with the line before them.

After Fourey, Tschumperlé and Revoy 2018, "A Fast and Efficient Semi-guided Algorithm for Flat
Coloring Line-arts". Here many joins are proposed; the borders between the rooms that they
make decide which of them part anything (``borders.rejoin``).
"""

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Mask
from nurie.regions.tips import Tips, near

_STRAIGHT = 0.9
"""Mean cosine between the ways of two ends and the way from one to the other from which on they
may be as far apart as any; less, and they must be nearer."""

_SAMPLES = 32
"""Places at which a join is asked whether it crosses ink."""

_FAN = (0.0, 0.25, -0.25, 0.5, -0.5)
"""Angles to its own way, in radians, at which an end looks for a line."""

_PAIRS = 2_000_000
"""Pairs of ends that are looked at; of many ends, as in hatching, only nearer ones."""

_PARTNERS = 3
"""Most ends that one end is joined with."""


def joins(found: Tips, ink: Mask, stroke: float, farthest: float) -> tuple[Floats, Floats]:
    """Straight joins of ends of strokes with each other and with the lines before them.

    Args:
        found: the ends.
        ink: (H, W) bool.
        stroke: typical width of strokes, in pixels.
        farthest: longest join, in pixels.

    Returns:
        Joins of two ends, and joins of an end with a line: (n, 4) float32 each, row and column
        where they begin, row and column where they end.

    >>> ends = Tips(np.float32([[4, 5], [4, 9]]), np.float32([[0, 1], [0, -1]]))
    >>> joins(ends, np.zeros((9, 15), bool), 1.0, 5.0)[0].tolist()
    [[4.0, 5.0, 4.0, 9.0]]
    """
    farthest = min(farthest, _PAIRS * ink.shape[0] / max(len(found.at), 1) ** 2)
    pairs = _partners(found, ink, stroke, farthest)
    wall = ink.astype(np.uint8)
    draw(wall, pairs)
    sides = _sides(found, wall, stroke, farthest)
    return pairs, sides


def draw(canvas: AnyArray, ends: Floats, value: int = 1) -> None:
    """Set the pixels of joins to a value, in place.

    >>> row = np.zeros((1, 4), np.uint8); draw(row, np.float32([[0, 1, 0, 2]])); row.tolist()
    [[0, 1, 1, 0]]
    """
    import cv2

    for top, left, bottom, right in np.rint(ends).astype(int).tolist():
        cv2.line(canvas, (left, top), (right, bottom), value, 1)


def _partners(found: Tips, ink: Mask, stroke: float, farthest: float) -> Floats:
    """Joins of two ends, the best of each end's."""
    one, two = near(found.at, farthest)
    doubt = _doubt(found, (one, two), stroke, farthest)
    good = np.flatnonzero(doubt < 1)
    good = good[_clear(found.at[one[good]], found.at[two[good]], ink, stroke)]
    taken = np.zeros(len(found.at), np.int8)
    kept = []
    for i in good[np.argsort(doubt[good], kind="stable")].tolist():
        if max(taken[one[i]], taken[two[i]]) < _PARTNERS:
            taken[one[i]] += 1
            taken[two[i]] += 1
            kept.append(i)
    return np.concatenate([found.at[one[kept]], found.at[two[kept]]], axis=1)


def _doubt(found: Tips, pair: tuple[Ints, Ints], stroke: float, farthest: float) -> Floats:
    """How far apart two ends are, in parts of what their ways allow."""
    across = found.at[pair[1]] - found.at[pair[0]]
    length = np.hypot(*across.T)
    along = across / np.maximum(length, 1e-6)[:, None]
    lean = np.stack([(found.way[pair[0]] * along).sum(1), -(found.way[pair[1]] * along).sum(1)])
    least = lean.min(axis=0)
    straight = np.clip(lean.mean(axis=0) / _STRAIGHT, 0, 1)
    allowed = farthest * straight * (least > 0)
    # Ends that all but touch need not look at each other.
    allowed = np.maximum(allowed, min(2 * stroke + 1, farthest) * (least > -0.5))
    doubt: Floats = length / np.maximum(allowed, 1e-6)
    return doubt


def _clear(one: Floats, two: Floats, ink: Mask, stroke: float) -> Mask:
    """Joins that cross no ink but at their ends."""
    share = np.linspace(0, 1, _SAMPLES, dtype=np.float32)[:, None]
    clear = np.ones(len(one), bool)
    for some in np.array_split(np.arange(len(one)), 1 + len(one) // 20000):
        length = np.hypot(*(two - one)[some].T)
        margin = np.minimum(1.5 + 0.25 * stroke, 0.4 * length)
        at = one[some] + (two - one)[some] * share[..., None]
        row, column = np.rint(at).astype(np.intp).transpose(2, 0, 1)
        inner = (share * length > margin) & (length - share * length > margin)
        clear[some] = ~(ink[row, column] & inner).any(axis=0)
    return clear


def _sides(found: Tips, wall: AnyArray, stroke: float, farthest: float) -> Floats:
    """Ends carried on to the line before them, the nearest one in a fan of ways."""
    steps = np.arange(2.0, max(farthest, 2.0) + 1, 0.7, dtype=np.float32)
    nearest = np.full(len(found.at), farthest, np.float32)
    target = found.at.copy()
    own = max(1, int(stroke))
    for angle in _FAN:
        cos, sin = np.cos(angle), np.sin(angle)
        way = found.way @ np.array([[cos, sin], [-sin, cos]], np.float32)
        points = found.at[:, None] + way[:, None] * steps[:, None]
        row, column = np.rint(points).astype(np.intp).transpose(2, 0, 1)
        inside = (row >= 0) & (column >= 0) & (row < wall.shape[0]) & (column < wall.shape[1])
        hit = inside & (wall[row * inside, column * inside] > 0)
        # An end's own stroke does not count.
        hit[:, :own] &= ~np.logical_and.accumulate(hit[:, :own], axis=1)
        first = hit.argmax(axis=1)
        length = steps[first] / np.float32(cos**2)
        nearer = np.flatnonzero(hit.any(axis=1) & (length < nearest))
        nearest[nearer] = length[nearer]
        target[nearer] = points[nearer, first[nearer]]
    led = (target != found.at).any(axis=1)
    return np.concatenate([found.at[led], target[led]], axis=1)
