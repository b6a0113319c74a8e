"""Too small to be a region: slivers join a neighbour, hatching becomes one region."""

import numpy as np

from nurie.arrays import Ints, Labels

_CELLS = 12
"""From this many small cells that touch each other on, they are a texture, one region."""


def merge_slivers(labels: Labels, stroke: float) -> Labels:
    """Join slivers to what surrounds them, and cells of hatching or screentone to each other.

    Args:
        labels: (H, W) int32, 0 on ink.
        stroke: stroke width in pixels, the distance across which cells are neighbours.

    Returns:
        (H, W) int32 with fewer labels; numbers are those of the input.

    >>> merge_slivers(np.array([[1] * 8 + [0, 2]] * 8, np.int32), 1.0)[0].tolist()
    [1, 1, 1, 1, 1, 1, 1, 1, 0, 1]
    """
    count = int(labels.max(initial=0)) + 1
    area = np.bincount(labels.ravel(), minlength=count)
    side = float(np.sqrt(labels.size))
    sliver = max(9.0, (side / 220) ** 2)
    small = (area > 0) & (area < max(4 * sliver, (side / 60) ** 2 / 2))
    small[0] = False
    if not small.any():
        return labels
    pairs, contact = neighbours(labels, reach=int(np.ceil(stroke)) + 1)
    target = _textures(small, pairs, count)
    target = _absorb(area, pairs, contact, target, sliver)
    return target[labels]


def neighbours(labels: Labels, *, reach: int) -> tuple[Ints, Ints]:
    """Pairs of regions that face each other across at most ``reach`` pixels of line.

    Args:
        labels: (H, W) int32, 0 on lines.
        reach: widest line between neighbours, in pixels.

    Returns:
        (m, 2) int32 pairs with the smaller label first, and (m,) int32 counts of facing pixels.

    >>> pairs, contact = neighbours(np.array([[1, 0, 2]] * 4, np.int32), reach=2)
    >>> pairs.tolist(), contact.tolist()
    ([[1, 2]], [4])
    """
    count = int(labels.max(initial=0)) + 1
    keys = []
    for lines in (labels, labels.T):
        flat = np.ascontiguousarray(lines).ravel()
        at = np.flatnonzero(flat)
        change = np.flatnonzero(flat[at[1:]] != flat[at[:-1]])
        close = at[change + 1] - at[change] <= reach + 1
        row = at[change] // lines.shape[1] == at[change + 1] // lines.shape[1]
        one, two = flat[at[change]][close & row], flat[at[change + 1]][close & row]
        keys.append(np.minimum(one, two).astype(np.int64) * count + np.maximum(one, two))
    unique, contact = np.unique(np.concatenate(keys), return_counts=True)
    pairs = np.stack(np.divmod(unique, count), axis=1)
    return pairs.astype(np.int32).reshape(-1, 2), contact.astype(np.int32)


def _textures(small: Ints, pairs: Ints, count: int) -> Ints:
    """Label to take for each label: cells of a texture take the lowest label among them."""
    target = np.arange(count, dtype=np.int32)
    both = pairs[small[pairs].all(axis=1)]
    while len(both):
        low = target.copy()
        np.minimum.at(low, both[:, 0], target[both[:, 1]])
        np.minimum.at(low, both[:, 1], target[both[:, 0]])
        low = low[low]
        if (low == target).all():
            break
        target = low
    members = np.bincount(target, minlength=count)
    return np.where(members[target] >= _CELLS, target, np.arange(count)).astype(np.int32)


def _absorb(area: Ints, pairs: Ints, contact: Ints, target: Ints, sliver: float) -> Ints:
    """Send each region below ``sliver`` pixels to the neighbour it faces most."""
    size = np.bincount(target, weights=area, minlength=len(target))
    best = np.zeros(len(target), np.int64)
    choice = target.copy()
    for (i, j), length in zip(pairs.tolist(), contact.tolist(), strict=True):
        for here, there in ((target[i], target[j]), (target[j], target[i])):
            if here != there and 0 < size[here] < sliver <= size[there] and length > best[here]:
                best[here], choice[here] = length, there
    return choice[target]


def relabel(labels: Labels) -> Labels:
    """Number the labels 1…n without holes, in reading order of their first pixel; 0 stays.

    >>> relabel(np.array([[7, 7, 0, 3]], np.int32)).tolist()
    [[1, 1, 0, 2]]
    """
    flat = labels.ravel()
    count = int(labels.max(initial=0)) + 1
    first = np.full(count, flat.size, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    np.minimum.at(first, flat[starts], starts)
    first[0] = -1
    order = np.argsort(first, kind="stable")
    present = order[first[order] < flat.size]
    table = np.zeros(count, np.int32)
    table[present] = np.arange(len(present), dtype=np.int32)
    return table[labels]
