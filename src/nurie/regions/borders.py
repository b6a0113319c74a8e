"""Rooms that belong together: where the border between them is open more than it is drawn."""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Mask
from nurie.regions.merge import facing, joined, look_up, runs

_CELLS = 12
"""From this many small rooms on that are open to each other, they are a texture."""

_ROUNDS = 60
"""Most rounds of joining; each joins rooms whose most open border is that of both."""


class Rooms(NamedTuple):
    """Rooms and what lies between them."""

    area: AnyArray
    """(n,) pixels of each label."""
    pairs: Ints
    """(m, 2) int32 pairs that face each other, the lower first."""
    open: AnyArray
    """(m,) tolls of the steps from one to the other over paper."""
    drawn: Ints
    """(m,) lines across a line from one to the other."""


def rejoin(
    labels: Labels,
    *,
    reach: int,
    open_share: float,
    least: float = 0,
    cell: float = 0,
    toll: AnyArray | None = None,
) -> Labels:
    """Join rooms that were parted where no line was meant.

    Where a line has a gap, most of the border between its two sides is drawn; between two halves
    of one room, or where stray strokes were joined to a frame, most of it is not.

    Args:
        labels: (H, W) int32, 0 on lines; rooms that were parted touch.
        reach: widest line, in pixels.
        open_share: rooms whose border is open for more than this share of its length are one.
        least: area in pixels below which a room joins what it is open to.
        cell: area in pixels below which rooms that are open to each other are cells of a texture,
            one room, where there are many of them.
        toll: (H, W) uint8, how much a step over an open border counts, in halves of a step over a
            line; 2 when None.

    Returns:
        (H, W) int32, labels of the input.

    >>> halves = np.array([[1] * 4 + [2] * 4] * 3, np.int32)
    >>> int(rejoin(halves, reach=2, open_share=0.5).max())
    1
    >>> halves[:2, 3] = 0  # a line with a gap
    >>> int(rejoin(halves, reach=2, open_share=0.5).max())
    2
    """
    rooms = between(labels, reach, toll)
    if not rooms.open.any():
        return labels
    group = _textures(rooms, cell)
    return look_up(_grouped(rooms, group, open_share, least), labels)


def parted(labels: Labels) -> Mask:
    """Pixels whose right or lower neighbour belongs to another room, (H, W) bool.

    >>> parted(np.array([[1, 1, 2, 0]], np.int32)).tolist()
    [[False, True, False, False]]
    """
    edge = np.zeros(labels.shape, bool)
    paper = labels > 0
    edge[:, :-1] = (labels[:, :-1] != labels[:, 1:]) & paper[:, :-1] & paper[:, 1:]
    edge[:-1] |= (labels[:-1] != labels[1:]) & paper[:-1] & paper[1:]
    return edge


def between(labels: Labels, reach: int, toll: AnyArray | None = None) -> Rooms:
    """What lies between the rooms of a picture.

    Args:
        labels: (H, W) int32, 0 on lines.
        reach: widest line, in pixels.
        toll: (H, W) uint8, how much a step over paper counts, in halves; 2 when None.

    >>> rooms = between(np.array([[1, 0, 2], [1, 2, 2]], np.int32), 1)
    >>> rooms.open.tolist(), rooms.drawn.tolist()
    ([1.0], [1])
    """
    scans = runs(labels, axis=1), runs(labels, axis=0)
    count = int(scans[0].label.max(initial=0)) + 1
    area = np.bincount(scans[0].label, scans[0].length, count)
    pairs, met = facing(scans, reach=reach, count=count)
    keys, tolls = _steps(labels, toll, count)
    place = np.searchsorted(_keys(pairs, count), keys)
    steps = np.bincount(place, minlength=len(pairs))
    return Rooms(area, pairs, np.bincount(place, tolls / 2, len(pairs)), met - steps)


def _steps(labels: Labels, toll: AnyArray | None, count: int) -> tuple[AnyArray, AnyArray]:
    """Pair of rooms and toll of each step over an open border."""
    keys, tolls = [], []
    for here, there in (((..., slice(-1)), (..., slice(1, None))), (slice(-1), slice(1, None))):
        one, two = labels[here], labels[there]
        at = np.nonzero((one != two) & (one > 0) & (two > 0))
        keys.append(_keys(np.sort(np.stack([one[at], two[at]], axis=1), axis=1), count))
        cost = np.full(len(keys[-1]), 2, np.uint8)
        tolls.append(cost if toll is None else np.maximum(toll[here][at], toll[there][at]))
    return np.concatenate(keys), np.concatenate(tolls)


def _keys(pairs: Ints, count: int) -> AnyArray:
    keys: AnyArray = pairs[:, 0].astype(np.int64) * count + pairs[:, 1]
    return keys


def _textures(rooms: Rooms, cell: float) -> Ints:
    """The lowest cell of the texture that each room belongs to, or itself."""
    count = len(rooms.area)
    small = (rooms.area[rooms.pairs] < cell).all(axis=1) & (rooms.open > 0)
    group = joined(rooms.pairs[small], count)
    many = np.bincount(group, minlength=count) >= _CELLS
    return np.where(many[group], group, np.arange(count, dtype=np.int32))


def _grouped(rooms: Rooms, group: Ints, open_share: float, least: float) -> Ints:
    """The lowest room of the group that each one belongs to, from the groups there are."""
    count = len(rooms.area)
    for _ in range(_ROUNDS):
        pair = np.sort(group[rooms.pairs], axis=1)
        differ = pair[:, 0] != pair[:, 1]
        keys, place = np.unique(_keys(pair[differ], count), return_inverse=True)
        open_ = np.bincount(place, rooms.open[differ], len(keys))
        drawn = np.bincount(place, rooms.drawn[differ], len(keys))
        one, two = np.divmod(keys, count)
        area = np.bincount(group, rooms.area, count)
        share = open_ / (open_ + drawn + 1)
        share[(np.minimum(area[one], area[two]) < least) & (open_ > 0)] += 1
        weak = np.flatnonzero(share > open_share)
        if not len(weak):
            break
        # The last write wins: for each room its most open border, of equals the later pair's.
        weak = weak[np.argsort(share[weak], kind="stable")]
        best = np.full(count, -1)
        best[np.stack([one[weak], two[weak]], axis=1)] = weak[:, None]
        weak = weak[(best[one[weak]] == weak) & (best[two[weak]] == weak)]
        group = joined(np.stack([one[weak], two[weak]], axis=1), count)[group]
    return group
