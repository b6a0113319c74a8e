"""Too small to be a region: slivers join a neighbour, hatching becomes one region."""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, joined
from nurie.document import strips

# From this many small cells that touch each other on, they are a texture, one region.
_CELLS = 12


class Runs(NamedTuple):
    """Stretches of equal labels along the rows or columns of a picture, in scanning order."""

    line: AnyArray  # (r,) the row or column that holds the run
    start: AnyArray  # (r,) first position on that line
    length: AnyArray  # (r,) pixels
    label: Ints  # (r,) int32


def runs(labels: Labels, *, axis: int) -> Runs:
    """Runs of equal labels; everything that is summed over pixels can be summed over them.

    Axis 1 goes along the rows, 0 along the columns.

    >>> runs(np.array([[1, 1, 2], [2, 2, 2]], np.int32), axis=1).length.tolist()
    [2, 1, 3]
    """
    height, width = labels.shape
    if labels.size == 0:
        return Runs(*(np.zeros(0, np.int64),) * 3, np.zeros(0, np.int32))
    if axis:
        # A page of 50 megapixels has some 10⁵ runs: sums over runs cost a hundredth of those over
        # pixels.
        change = np.ones((height, width), bool)
        np.not_equal(labels[:, 1:], labels[:, :-1], out=change[:, 1:])
    else:
        change = np.ones((width, height), bool)
        if height > 1:
            differ = (labels[1:] != labels[:-1]).view(np.uint8)
            change[:, 1:] = cv2.transpose(differ).reshape(width, height - 1)
    at = np.flatnonzero(change)
    line, start = np.divmod(at, change.shape[1])
    label = labels[line, start] if axis else labels[start, line]
    return Runs(line, start, np.diff(at, append=change.size), label)


def look_up(table: Ints, labels: Labels) -> Labels:
    """``table[labels]``, strip by strip: several times faster on large pages.

    >>> look_up(np.array([0, 5], np.int32), np.array([[1, 0]], np.int32)).tolist()
    [[5, 0]]
    """
    out = np.empty_like(labels)
    for rows in strips(labels.shape[0], 16):
        np.take(table, labels[rows], mode="clip", out=out[rows])
    return out


def merge_slivers(labels: Labels, stroke: float) -> Labels:
    """Join slivers to what surrounds them, and cells of hatching or screentone to each other.

    (H, W) int32, 0 on ink, with fewer labels; numbers are those of the input. Cells are neighbours
    across a ``stroke``, in pixels.

    >>> merge_slivers(np.array([[1] * 8 + [0, 2]] * 8, np.int32), 1.0)[0].tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 0, 1]
    """
    along = runs(labels, axis=1)
    count = int(along.label.max(initial=0)) + 1
    area = np.bincount(along.label, along.length, count)
    side = float(np.sqrt(labels.size))
    # Relative to the page, but never below nine pixels: specks of the scan and of rounding.
    sliver = max(9.0, (side / 220) ** 2)
    small = (area > 0) & (area < max(4 * sliver, (side / 60) ** 2 / 2))
    small[0] = False
    if not small.any():
        return labels
    across = runs(labels, axis=0)
    pairs, contact = facing((along, across), reach=int(np.ceil(stroke)) + 1, count=count)
    target = textures(pairs[small[pairs].all(axis=1)], count)
    return look_up(_absorb(area, pairs, contact, target, sliver), labels)


def facing(scans: tuple[Runs, ...], *, reach: int, count: int) -> tuple[Ints, Ints]:
    """Pairs of regions that face each other across at most ``reach`` pixels of line.

    ``scans`` are runs of the labels along the rows, the columns or both, 0 on lines; ``count`` is
    above all labels. (m, 2) int32 pairs with the smaller label first, and (m,) int32 facing pixels.

    >>> facing((runs(np.array([[1, 0, 0, 2]], np.int32), axis=1),), reach=2, count=3)[0].tolist()
    [[1, 2]]
    """
    keys = []
    for line, _, length, label in scans:
        beside = (line[1:] == line[:-1]) & (label[1:] > 0) & (label[:-1] > 0)
        keys.append(pair_keys(label[:-1][beside], label[1:][beside], count))
        one, two = label[:-2], label[2:]
        # Two regions face each other where one run of line alone lies between them.
        over = (line[2:] == line[:-2]) & (label[1:-1] == 0) & (length[1:-1] <= reach)
        over &= one != two
        keys.append(pair_keys(one[over], two[over], count))
    unique, contact = np.unique(np.concatenate(keys), return_counts=True)
    pairs = np.stack(np.divmod(unique, count), axis=1)
    return pairs.astype(np.int32).reshape(-1, 2), contact.astype(np.int32)


def pair_keys(one: Ints, two: Ints, count: int) -> AnyArray:
    """One number for each unordered pair of labels.

    >>> pair_keys(np.array([2, 1]), np.array([1, 2]), 3).tolist()
    [5, 5]
    """
    return np.asarray(np.minimum(one, two).astype(np.int64) * count + np.maximum(one, two))


def textures(pairs: Ints, count: int) -> Ints:
    """Label to take for each label, (count,) int32, from (m, 2) pairs of small cells that meet.

    Hatching, scales, a net: many small cells are one thing to colour, and take the lowest label
    among them; few stay as they are.

    >>> textures(np.stack([np.arange(11), np.arange(1, 12)], 1), 12).max()
    np.int32(0)
    """
    target = joined(pairs, count)
    members = np.bincount(target, minlength=count)
    return np.where(members[target] >= _CELLS, target, np.arange(count)).astype(np.int32)


def _absorb(area: AnyArray, pairs: Ints, contact: Ints, target: Ints, sliver: float) -> Ints:
    """Send each region below ``sliver`` pixels to the neighbour it faces most."""
    size = np.bincount(target, weights=area, minlength=len(target))
    here = target[pairs].ravel()
    there = target[pairs[:, ::-1]].ravel()
    # Slivers join what is no sliver, so that none of them waits for another.
    tiny = (here != there) & (size[here] > 0) & (size[here] < sliver) & (size[there] >= sliver)
    here, there, contact = here[tiny], there[tiny], np.repeat(contact, 2)[tiny]
    # The last write wins: longest contact last, and of equals the first label.
    order = np.lexsort((-there, contact))
    choice = target.copy()
    choice[here[order]] = there[order]
    return choice[target]


def relabel(labels: Labels) -> Labels:
    """Number the labels 1…n without holes, in reading order of their first pixel; 0 stays.

    >>> relabel(np.array([[7, 7, 0, 3]], np.int32)).tolist()
    [[1, 1, 0, 2]]
    """
    flat = labels.ravel()
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]])[: flat.size])
    label = flat[starts]
    count = int(label.max(initial=0)) + 1
    first = np.full(count, flat.size, np.int64)
    first[label[::-1]] = starts[::-1]
    first[0] = -1
    order = np.argsort(first, kind="stable")
    present = order[first[order] < flat.size]
    table = np.zeros(count, np.int32)
    table[present] = np.arange(len(present), dtype=np.int32)
    return look_up(table, labels)
