"""Openings in lines: ends of strokes, where they point, and which were meant to meet.

After Fourey, Tschumperlé and Revoy 2018, "A Fast and Efficient Semi-guided Algorithm for Flat
Coloring Line-arts": ends are found on the outline of the ink, and joined in pairs whose directions
agree, or carried on to the line before them. Here many joins are proposed; the borders between the
rooms that they make decide which of them part anything (``rooms.rejoin``).
"""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Mask

# Strokes along the outline, to each side of an end, at which its flanks are looked for.
_STEP = 3.0
# Flanks of an end lie at most this far apart, in parts of how far it stands out.
_SHARP = 1.2
# Mean cosine between the ways of two ends and the way from one to the other from which on they
# may be as far apart as any; less, and they must be nearer.
_STRAIGHT = 0.9
# Places at which a join is tested for ink that it crosses.
_SAMPLES = 32
# Angles to its own way, in radians, at which an end looks for a line.
_FAN = (0.0, 0.25, -0.25, 0.5, -0.5)
# Pairs of ends that are looked at; of many ends, as in hatching, only nearer ones.
_PAIRS = 2_000_000
# Most ends that one end is joined with.
_PARTNERS = 3


class Tips(NamedTuple):
    """Ends of strokes."""

    at: Floats  # (n, 2) float32 row and column
    way: Floats  # (n, 2) float32 unit vector out of the stroke


def tips(ink: Mask, stroke: float) -> Tips:
    """Ends of strokes on the outline of the ink, in its order.

    ``stroke`` is the typical width in pixels.

    >>> bar = np.zeros((9, 30), bool); bar[4, 6:20] = True
    >>> sorted(tips(bar, 1.0).at.tolist())
    [[4.0, 6.0], [4.0, 19.0]]
    """
    step = max(4, round(_STEP * stroke + 1))
    padded = cv2.copyMakeBorder(ink.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    found, _ = cv2.findContours(padded, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    # An outline shorter than that is a dot: its flanks would lie on the other side of it.
    outlines = [outline[:, 0] for outline in found if len(outline) > 3.5 * step]
    if not outlines:
        return Tips(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))
    points = np.concatenate(outlines)[:, ::-1].astype(np.float32) - 1
    length = np.array([len(outline) for outline in outlines])
    start = np.repeat(np.cumsum(length) - length, length)
    size = np.repeat(length, length)
    place = np.arange(len(points)) - start
    ahead, behind = (points[start + (place + s) % size] for s in (step, -step))
    # At an end the outline turns back: both flanks lie behind it, one stroke apart.
    middle = (ahead + behind) / 2
    reach = np.hypot(*(points - middle).T)
    across = np.hypot(*(ahead - behind).T)
    row, column = np.rint(middle).astype(np.intp).T
    # Their middle lies in the ink at an end, and on the paper in a notch.
    sharp = (across <= _SHARP * reach) & (reach > 0.5 * step) & ink[row, column]
    # A line that leaves the picture does not end at its border.
    margin = step // 2
    sharp &= ((points >= margin) & (points < np.array(ink.shape) - margin)).all(axis=1)
    number = np.flatnonzero(sharp)
    return _sharpest(number, reach - 0.5 * across, points, middle, float(step))


def _sharpest(number: AnyArray, merit: Floats, points: Floats, middle: Floats, step: float) -> Tips:
    """One end for each stretch of outline that stands out, none beside a sharper one."""
    stretch = np.cumsum(np.diff(number, prepend=-1) > 1)
    order = np.lexsort((-merit[number], stretch))
    best = number[order[np.flatnonzero(np.diff(stretch[order], prepend=-1))]]
    one, two = near(points[best], step / 2)
    # A ragged end has several points; the one that stands out most speaks for it.
    blunt = np.where(merit[best[two]] > merit[best[one]], one, two)
    best = np.delete(best, blunt)
    way = points[best] - middle[best]
    way /= np.maximum(np.hypot(*way.T), 1e-6)[:, None]
    return Tips(points[best], way.astype(np.float32))


def near(at: Floats, distance: float) -> tuple[Ints, Ints]:
    """Pairs of points at most so far apart: (m,) and (m,) indices of the (n, 2) points.

    >>> one, two = near(np.float32([[0, 0], [9, 9], [0, 1]]), 1.0)
    >>> one.tolist(), two.tolist()
    ([0], [2])
    """
    order = np.argsort(at[:, 0], kind="stable")
    # Sorted by rows, only a band of points has to be compared.
    row, column = at[order].T
    count = np.searchsorted(row, row + distance, "right") - np.arange(len(row)) - 1
    one = np.repeat(np.arange(len(row)), count)
    two = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count) + one + 1
    close = np.hypot(row[one] - row[two], column[one] - column[two]) <= distance
    return order[one[close]], order[two[close]]


def joins(found: Tips, ink: Mask, stroke: float, farthest: float) -> tuple[Floats, Floats]:
    """Straight joins of ends of strokes with each other, and with the lines before them.

    ``ink`` is (H, W) bool; ``stroke``, the typical width, and ``farthest``, the longest join, are
    in pixels. (n, 4) float32 each: row and column where a join begins and where it ends.

    >>> ends = Tips(np.float32([[4, 5], [4, 9]]), np.float32([[0, 1], [0, -1]]))
    >>> joins(ends, np.zeros((9, 15), bool), 1.0, 5.0)[0].tolist()
    [[4.0, 5.0, 4.0, 9.0]]
    """
    # Hatching has thousands of ends, all of them near: there only near ones are meant.
    farthest = min(farthest, _PAIRS * ink.shape[0] / max(len(found.at), 1) ** 2)
    pairs = _partners(found, ink, stroke, farthest)
    # Joins of two ends count as lines for the ends that are left.
    wall = ink.astype(np.uint8)
    rasterize(wall, pairs)
    sides = _sides(found, wall, stroke, farthest)
    return pairs, sides


def rasterize(canvas: AnyArray, ends: Floats, value: int = 1) -> None:
    """Set the pixels of joins to a value, in place.

    >>> row = np.zeros((1, 4), np.uint8); rasterize(row, np.float32([[0, 1, 0, 2]])); row.tolist()
    [[0, 1, 1, 0]]
    """
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
    """(m,) how far apart two ends are, in parts of what their ways allow."""
    across = found.at[pair[1]] - found.at[pair[0]]
    length = np.hypot(*across.T)
    along = across / np.maximum(length, 1e-6)[:, None]
    # Both ends must look at each other: the cosine of each way with the join.
    lean = np.stack([(found.way[pair[0]] * along).sum(1), -(found.way[pair[1]] * along).sum(1)])
    least = lean.min(axis=0)
    straight = np.clip(lean.mean(axis=0) / _STRAIGHT, 0, 1)
    allowed = farthest * straight * (least > 0)
    # Ends that all but touch need not look at each other.
    allowed = np.maximum(allowed, min(2 * stroke + 1, farthest) * (least > -0.5))
    return np.asarray(length / np.maximum(allowed, 1e-6))


def _clear(one: Floats, two: Floats, ink: Mask, stroke: float) -> Mask:
    """Joins that cross no ink but at their ends."""
    share = np.linspace(0, 1, _SAMPLES, dtype=np.float32)[:, None]
    clear = np.ones(len(one), bool)
    for some in np.array_split(np.arange(len(one)), 1 + len(one) // 20000):
        length = np.hypot(*(two - one)[some].T)
        # The ends lie in ink themselves, so a join's first pixels are not looked at.
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
        # A line straight ahead is preferred to one as near at an angle.
        length = steps[first] / np.float32(cos**2)
        nearer = np.flatnonzero(hit.any(axis=1) & (length < nearest))
        nearest[nearer] = length[nearer]
        target[nearer] = points[nearer, first[nearer]]
    led = (target != found.at).any(axis=1)
    return np.concatenate([found.at[led], target[led]], axis=1)
