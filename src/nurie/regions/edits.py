"""Corrections of a segmentation by hand: cuts along lines that are not drawn, merges, splits."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask
from nurie.errors import OptionError
from nurie.regions.ink import Ink
from nurie.regions.merge import look_up
from nurie.regions.split import split

# A piece that a cut leaves with fewer pixels than this stays with its neighbour.
_CRUMB = 12
# Length of a line in pixels, beyond which it was not drawn by a person.
_LONGEST = 1_000_000


@dataclass(frozen=True, eq=False)
class Cut:
    """A line across a region, or across the opening through which two meet."""

    line: Floats
    """(k, 2) rows and columns in pixels, k ≥ 2."""


@dataclass(frozen=True, eq=False)
class Merge:
    """Regions that become one."""

    points: Floats
    """(k, 2) rows and columns in pixels, one in each region, k ≥ 2."""


@dataclass(frozen=True, eq=False)
class Split:
    """A region that falls apart between points, through the narrow place that joined its parts."""

    points: Floats
    """(k, 2) rows and columns in pixels, one in each part, k ≥ 2."""


Edit = Cut | Merge | Split


@dataclass(frozen=True, eq=False)
class Partition:
    """A segmentation whose numbers stay what they are while it is edited."""

    labels: Labels
    """(H, W) int32, 0 is line."""
    count: int
    """Regions ever made; some of the numbers 1…count may be empty."""


def edit(partition: Partition, edits: Sequence[Edit], ink: Ink, done: int = 0) -> Partition:
    """Carry out corrections in their order, but for the first ``done``, which the partition has.

    A region that is not touched keeps its number. Of a cut region the largest piece keeps it and
    the others get new ones from ``count + 1``; merged regions take the lowest of their numbers.
    A cut that separates nothing by itself waits for others: two lines carry a horizon on to both
    sides of the sheet.

    Raises:
        OptionError: an edit lies outside of the picture.

    >>> ink = Ink(np.zeros((4, 9), bool), np.full((4, 9), 255, np.uint8), 1.0)
    >>> whole = Partition(np.ones((4, 9), np.int32), 1)
    >>> parts = edit(whole, [Cut(np.array([[0, 5], [3, 5]], np.float32))], ink)
    >>> parts.count, parts.labels[0].tolist()
    (2, [1, 1, 1, 1, 1, 1, 2, 2, 2])
    """
    labels, count = partition.labels.copy(), partition.count
    cuts = list[Cut]()
    for number, step in enumerate(edits, 1):
        points = step.line if isinstance(step, Cut) else step.points
        length, (height, width) = float(np.abs(np.diff(points, axis=0)).sum()), labels.shape
        if length > _LONGEST:
            raise OptionError(
                f"Edit {number} is {length:.0f} pixels long; draw at most {_LONGEST}."
            )
        if not ((points >= 0) & (points < (height, width))).all():
            raise OptionError(
                f"Edit {number} leaves the picture of {width} x {height} pixels; keep it inside."
            )
        if isinstance(step, Cut):
            cuts.append(step)
            # Alone; else with the lines before it, back to the last merge, which undoes cuts.
            for first in (-1, 0) if number > done else ():
                before, count = count, cut(labels, count, cuts[first:], ink)
                if count > before:
                    break
        elif isinstance(step, Merge):
            cuts.clear()
            labels = labels if number <= done else merge(labels, step)
        elif number > done:
            labels, count = part(labels, count, step, ink)
    return Partition(labels, count)


def merge(labels: Labels, step: Merge) -> Labels:
    """Regions at the points as one, with the lowest of their numbers; points on ink are skipped.

    >>> merge(np.array([[1, 0, 2, 3]], np.int32), Merge(np.array([[0, 3], [0, 0]]))).tolist()
    [[1, 0, 2, 1]]
    """
    rows, columns = step.points.astype(np.int32).T
    found = np.unique(labels[rows, columns])
    found = found[found > 0]
    if len(found) < 2:
        return labels
    table = np.arange(int(labels.max()) + 1, dtype=np.int32)
    table[found] = found[0]
    return look_up(table, labels)


def cut(labels: Labels, count: int, steps: Sequence[Cut], ink: Ink) -> int:
    """Cut the regions that the last of some lines crosses along all of them, in place.

    The ends of a line reach on to ink that is near. A region falls apart where its paper does,
    or where the whole of it does, hatching included; the ink between follows the nearest piece.

    ``count`` is the highest number in use; the highest one in use now is given back.

    >>> labels = np.ones((3, 9), np.int32)
    >>> ink = Ink(np.zeros((3, 9), bool), np.full((3, 9), 255, np.uint8), 1.0)
    >>> cut(labels, 1, [Cut(np.array([[0, 4], [1, 4]]))], ink), cut(
    ...     labels, 1, [Cut(np.array([[0, 4], [2, 4]]))], ink)
    (1, 2)
    """
    # A hand that cuts stops a little short of the line, or a little beyond.
    reach = int(np.ceil(max(4.0, 2 * ink.stroke)))
    drawn = []
    for step in steps:
        ends = (_nearest(step.line[i], ink.mask, reach) for i in (0, -1))
        line = np.concatenate([next(ends), step.line, next(ends)])
        drawn.append(_along(np.clip(line, 0, np.array(labels.shape) - 0.01)))
    rows, columns = (np.concatenate(axis) for axis in zip(*drawn, strict=True))
    for region in np.unique(labels[drawn[-1]]).tolist():
        if region:
            count = _cut_region(labels, region, count, (rows, columns), ink.mask)
    return count


def part(labels: Labels, count: int, step: Split, ink: Ink) -> tuple[Labels, int]:
    """Let regions that hold several of the points fall apart between them.

    >>> pixels = np.full((9, 19), 255, np.uint8); pixels[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> ink, page = Ink(pixels == 0, pixels, 1.0), np.ones((9, 19), np.int32)
    >>> labels, count = part(page, 4, Split(np.array([[4, 7], [4, 18]])), ink)
    >>> labels[4, [7, 18]].tolist(), count
    ([1, 5], 5)
    """
    rows, columns = step.points.astype(np.int64).T
    at = np.unique(rows * labels.shape[1] + columns)
    highest = int(labels.max(initial=0))
    parts = split(labels, at, np.arange(len(at)), ink)
    table = np.arange(len(parts.parent), dtype=np.int32)
    table[highest + 1 :] += count - highest
    return look_up(table, parts.labels), count + len(table) - highest - 1


def _along(line: Floats) -> tuple[Ints, Ints]:
    """Pixels of a line through points, so close that no path of side steps slips through."""
    parts = [line[:1]]
    for start, end in pairwise(line):
        steps = int(np.ceil(2 * np.abs(end - start).max())) + 1
        parts.append(start + (end - start) * (np.arange(1, steps + 1)[:, None] / steps))
    rows, columns = np.floor(np.concatenate(parts)).astype(np.int32).T
    return rows, columns


def numbers_in_use(partition: Partition) -> Ints:
    """Numbers of the regions that hold pixels, rising, (m,) int32.

    >>> numbers_in_use(Partition(np.array([[0, 1, 3]], np.int32), 3)).tolist()
    [1, 3]
    """
    held = np.bincount(partition.labels.ravel(), minlength=partition.count + 1)
    return (np.flatnonzero(held[1:]) + 1).astype(np.int32)


def _nearest(point: Floats, mask: Mask, reach: int) -> Floats:
    """Nearest ink or border of the picture within reach of a point, (1, 2), else (0, 2)."""
    row, column = (int(v) for v in point)
    top, left = max(row - reach, 0), max(column - reach, 0)
    near = np.argwhere(mask[top : row + reach + 1, left : column + reach + 1])
    near += np.array([top, left])
    height, width = mask.shape
    edges = [[0, column], [height - 1, column], [row, 0], [row, width - 1]]
    candidates = np.concatenate([near, edges]) + 0.5
    distance = np.linalg.norm(candidates - point, axis=1)
    nearest = int(distance.argmin())
    return np.asarray(candidates[[nearest] if distance[nearest] <= reach else []], np.float32)


def _cut_region(labels: Labels, region: int, count: int, line: tuple[Ints, Ints], ink: Mask) -> int:
    """Let one region fall apart along a line, in place."""
    left, top, width, height = cv2.boundingRect((labels == region).view(np.uint8))
    box = np.s_[top : top + height, left : left + width]
    own = labels[box] == region
    barrier = np.zeros_like(own)
    rows, columns = line[0] - top, line[1] - left
    inside = (rows >= 0) & (columns >= 0) & (rows < height) & (columns < width)
    barrier[rows[inside], columns[inside]] = True
    # Regions reach under lines, where a cut may end: then the paper alone decides.
    for ground in (own, own & ~ink[box]):
        pieces = _pieces(ground, barrier)
        if pieces is not None:
            # What lies between goes to the nearest piece, the largest of which keeps the number.
            bare = pieces == 0
            _, index = cv2.distanceTransformWithLabels(
                bare.view(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
            )
            table = np.zeros(int(index.max()) + 1, np.int32)
            table[index[~bare]] = np.where(pieces > 1, pieces - 1 + count, region)[~bare]
            labels[box][own] = table[index][own]
            return count + int(pieces.max()) - 1
    return count


def _pieces(ground: Mask, barrier: Mask) -> AnyArray | None:
    """Pieces into which the barrier cuts the ground, 1 the largest, None where it cuts nothing.

    What hung together with none of them before the cut belongs to piece 1.
    """
    _, before = cv2.connectedComponents(ground.view(np.uint8), connectivity=4)
    left = ground & ~barrier
    total, after, stats, _ = cv2.connectedComponentsWithStats(left.view(np.uint8), connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA]
    parent = np.zeros(total, np.int32)
    parent[after[left]] = before[left]
    touched = np.unique(before[barrier & ground])
    new = np.isin(parent, touched) & (area >= _CRUMB)
    new[0] = False
    number, pieces = np.ones(total, np.int32), 1
    number[0] = 0
    for whole in touched[touched > 0].tolist():
        parts = np.flatnonzero(new & (parent == whole))
        for part in parts[np.argsort(-area[parts], kind="stable")][1:].tolist():
            pieces += 1
            number[part] = pieces
    if pieces == 1:
        return None
    # Crumbs are given to the nearest piece, as ink is.
    number[np.isin(parent, touched) & ~new] = 0
    return np.asarray(number[after])
