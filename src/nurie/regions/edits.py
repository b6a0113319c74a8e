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

_CRUMB = 12
"""A piece that a cut leaves with fewer pixels than this stays with its neighbour."""

_LONGEST = 1_000_000
"""Length of a line in pixels, beyond which it was not drawn by a person."""


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


def edit(partition: Partition, edits: Sequence[Edit], ink: Ink) -> Partition:
    """Carry out corrections in their order.

    A region that is not touched keeps its number. Of a cut region the largest piece keeps it and
    the others get new ones from ``count + 1``; merged regions take the lowest of their numbers.

    Raises:
        OptionError: an edit lies outside of the picture.

    >>> ink = Ink(np.zeros((4, 9), bool), np.full((4, 9), 255, np.uint8), 1.0)
    >>> whole = Partition(np.ones((4, 9), np.int32), 1)
    >>> parts = edit(whole, [Cut(np.array([[0, 5], [3, 5]], np.float32))], ink)
    >>> parts.count, parts.labels[0].tolist()
    (2, [1, 1, 1, 1, 1, 1, 2, 2, 2])
    """
    labels, count = partition.labels.copy(), partition.count
    for number, step in enumerate(edits, 1):
        points = step.line if isinstance(step, Cut) else step.points
        _check(points, labels.shape, number)
        if isinstance(step, Merge):
            labels = merge(labels, step)
        elif isinstance(step, Split):
            labels, count = part(labels, count, step, ink)
        else:
            count = cut(labels, count, step, ink)
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


def cut(labels: Labels, count: int, step: Cut, ink: Ink) -> int:
    """Cut the regions that a line crosses, in place.

    The ends of the line reach on to ink that is near. A region falls apart where its paper does,
    or where the whole of it does, hatching included; the ink between follows the nearest piece.

    ``count`` is the highest number in use; the highest one in use now is given back.

    >>> labels = np.ones((3, 9), np.int32)
    >>> ink = Ink(np.zeros((3, 9), bool), np.full((3, 9), 255, np.uint8), 1.0)
    >>> cut(labels, 1, Cut(np.array([[0, 4], [1, 4]])), ink), cut(
    ...     labels, 1, Cut(np.array([[0, 4], [2, 4]])), ink)
    (1, 2)
    """
    rows, columns = along(_reached(step.line, ink, labels.shape))
    for region in np.unique(labels[rows, columns]).tolist():
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


def along(line: Floats) -> tuple[Ints, Ints]:
    """Pixels of a line through points, so close that no path of side steps slips through.

    Rows and columns, some of them twice.

    >>> np.unique(along(np.array([[0.5, 0.5], [0.5, 3.5]], np.float32))[1]).tolist()
    [0, 1, 2, 3]
    """
    parts = [line[:1]]
    for start, end in pairwise(line):
        steps = int(np.ceil(2 * np.abs(end - start).max())) + 1
        parts.append(start + (end - start) * (np.arange(1, steps + 1)[:, None] / steps))
    rows, columns = np.floor(np.concatenate(parts)).astype(np.int32).T
    return rows, columns


def numbers_in_use(partition: Partition) -> Ints:
    """Numbers of the regions that hold pixels, ascending, (m,) int32.

    >>> numbers_in_use(Partition(np.array([[0, 1, 3]], np.int32), 3)).tolist()
    [1, 3]
    """
    held = np.bincount(partition.labels.ravel(), minlength=partition.count + 1)
    return (np.flatnonzero(held[1:]) + 1).astype(np.int32)


def _check(points: Floats, shape: tuple[int, ...], number: int) -> None:
    length = float(np.abs(np.diff(points, axis=0)).sum())
    if length > _LONGEST:
        raise OptionError(f"Edit {number} is {length:.0f} pixels long; draw at most {_LONGEST}.")
    inside = (points >= 0) & (points < np.array(shape))
    if not inside.all():
        raise OptionError(
            f"Edit {number} leaves the picture of {shape[1]} x {shape[0]} pixels; keep it inside."
        )


def _reached(line: Floats, ink: Ink, shape: tuple[int, ...]) -> Floats:
    """The line with its ends carried on into the nearest ink or border, where that is near."""
    # A hand that cuts stops a little short of the line, or a little beyond.
    reach = int(np.ceil(max(4.0, 2 * ink.stroke)))
    ends = [_nearest(line[i], ink.mask, reach) for i in (0, -1)]
    extended = [end[None] for end in ends[:1] if end is not None]
    extended.append(line)
    extended += [end[None] for end in ends[1:] if end is not None]
    limits = np.array(shape) - 0.01
    return np.asarray(np.clip(np.concatenate(extended), 0, limits))


def _nearest(point: Floats, mask: Mask, reach: int) -> Floats | None:
    """Nearest ink or border of the picture within reach of a point, None where there is none."""
    row, column = (int(v) for v in point)
    top, left = max(row - reach, 0), max(column - reach, 0)
    near = mask[top : row + reach + 1, left : column + reach + 1]
    rows, columns = np.nonzero(near)
    candidates = np.stack([rows + top, columns + left], axis=1) + 0.5
    height, width = mask.shape
    edges = np.array([[0, column], [height - 1, column], [row, 0], [row, width - 1]]) + 0.5
    candidates = np.concatenate([candidates, edges])
    distance = np.linalg.norm(candidates - point, axis=1)
    nearest = int(distance.argmin())
    return candidates[nearest] if distance[nearest] <= reach else None


def _cut_region(labels: Labels, region: int, count: int, line: tuple[Ints, Ints], ink: Mask) -> int:
    """Let one region fall apart along a line, in place."""
    box = _box(labels == region)
    own = labels[box] == region
    barrier = np.zeros_like(own)
    rows, columns = line[0] - box[0].start, line[1] - box[1].start
    inside = (rows >= 0) & (columns >= 0) & (rows < own.shape[0]) & (columns < own.shape[1])
    barrier[rows[inside], columns[inside]] = True
    # Regions reach under lines, where a cut may end: then the paper alone decides.
    for ground in (own, own & ~ink[box]):
        pieces = _pieces(ground, barrier)
        if pieces is not None:
            _settle(labels[box], own, pieces, region, count)
            return count + int(pieces.max()) - 1
    return count


def _box(mask: Mask) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


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


def _settle(labels: Labels, own: Mask, pieces: AnyArray, region: int, count: int) -> None:
    """Number the pieces and give what lies between to the nearest one, in place."""
    bare = pieces == 0
    _, index = cv2.distanceTransformWithLabels(
        bare.view(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(index.max()) + 1, np.int32)
    table[index[~bare]] = pieces[~bare]
    nearest = table[index]
    labels[own] = np.where(nearest > 1, nearest - 1 + count, region)[own]
