"""Ways over a drawing: short in the open, long in narrow places, longer through gaps and lines."""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Mask
from nurie.regions.basins import chambers

_INK = 8.0
"""Cost of a step over ink, in units of the widest place's radius squared: crossing a line costs
more than any way around it through a gap, however narrow."""

_GAP = 4.0
"""Cost of a step through a gap, in units of the widest place's radius squared over the gap's: a gap
costs several times the way across the chambers that it joins."""

_ROUNDS = 60
"""Most times that the ways are swept; mazes need one for each turn."""


class Terrain(NamedTuple):
    """What ways cost."""

    cost: Floats
    """(h, w) of a step at each pixel, infinite outside."""
    rooms: Labels
    """(h, w) chambers of the paper, 0 on ink."""
    keys: AnyArray
    """(m,) int64 in rising order, for two chambers a < b that meet: a * (chambers + 1) + b."""
    toll: Floats
    """(m,) of a step from one to the other."""


def terrain(inside: Mask, darkness: Floats) -> Terrain:
    """What a step costs: 1 at the widest place, more in narrow ones, much through a gap.

    Args:
        inside: (h, w) bool, where ways may go.
        darkness: (h, w) float32 in [0, 1], 0 paper, from 0.5 on a line.

    Returns:
        The terrain, for ``ways``.

    >>> terrain(np.ones((1, 3), bool), np.array([[0, 0, 1]], np.float32)).cost.round().tolist()
    [[1.0, 1.0, 24.0]]
    """
    import cv2

    free = inside & (darkness < 0.5)
    limit = float(max(free.shape))
    distance = np.minimum(cv2.distanceTransform(free.view(np.uint8), cv2.DIST_L2, 5), limit)
    room = thickness(distance)
    widest = float(max(room.max(initial=0), 1.0))
    cost = (widest / np.maximum(room, 0.5)) ** 2 + _INK * (widest * darkness) ** 2
    rooms, pairs, half = chambers(distance)
    largest = np.zeros(int(rooms.max(initial=0)) + 1, np.float32)
    np.maximum.at(largest, rooms, distance)
    open_to = np.maximum(largest[pairs].min(axis=1, initial=np.inf), half)
    toll = _GAP * widest**2 / np.maximum(half, 0.5) * (1 - half / np.maximum(open_to, 0.5)) ** 2
    keys = pairs[:, 0].astype(np.int64) * len(largest) + pairs[:, 1]
    cost = np.where(inside, cost, np.inf).astype(np.float32)
    return Terrain(cost, rooms, keys, toll.astype(np.float32))


def thickness(distance: Floats) -> Floats:
    """Radius of the widest ball clear of ink that covers each pixel, in steps of a factor of √2.

    Args:
        distance: (H, W) float32, distance of each pixel from the ink, 0 on ink.

    Returns:
        (H, W) float32 in pixels, 0 on ink; beyond the picture there is none.

    >>> thickness(np.array([[0, 1, 2, 1, 0]] * 9, np.float32))[4].tolist()  # doctest: +ELLIPSIS
    [0.0, 1.414..., 1.414..., 1.414..., 0.0]
    """
    import cv2

    out: Floats = np.minimum(distance, 1.0).astype(np.float32)
    radius, largest = 1.0, float(distance.max(initial=0))
    while radius <= largest:
        outside = (distance < radius).view(np.uint8)
        covered = cv2.distanceTransform(outside, cv2.DIST_L2, 5) < radius
        out[covered & (distance > 0)] = radius
        radius *= np.sqrt(2)
    return out


def ways(land: Terrain, spots: AnyArray, group: AnyArray) -> Floats:
    """Cheapest way from each group's seeds to each pixel, by sweeps in turn.

    Args:
        land: what steps cost.
        spots: (m,) flat indices of the seeds.
        group: (m,) int, 0…k - 1.

    Returns:
        (k, h, w) float32, infinite where no way leads.

    >>> land = terrain(np.ones((1, 3), bool), np.zeros((1, 3), np.float32))
    >>> ways(land, np.array([0]), np.array([0])).tolist()
    [[[0.0, 1.0, 2.0]]]
    """
    height, width = land.cost.shape
    cheapest = np.full((int(group.max()) + 1, height, width), np.inf, np.float32)
    cheapest.reshape(len(cheapest), -1)[group, spots] = 0
    down, across = _steps(land), _steps(_turned(land))
    for _ in range(_ROUNDS):
        before = cheapest.copy()
        _sweep(cheapest, down)
        turned = np.ascontiguousarray(cheapest.transpose(0, 2, 1))
        _sweep(turned, across)
        cheapest = np.ascontiguousarray(turned.transpose(0, 2, 1))
        if np.array_equal(before, cheapest):
            break
    return cheapest


def _turned(land: Terrain) -> Terrain:
    cost, rooms = np.ascontiguousarray(land.cost.T), np.ascontiguousarray(land.rooms.T)
    return Terrain(cost, rooms, land.keys, land.toll)


def _steps(land: Terrain) -> tuple[Floats, Floats, Floats]:
    """Cost from each pixel to the one below, below on the right, and below on the left."""
    cost, rooms, keys, toll = land
    count = int(rooms.max(initial=0)) + 1

    def between(one: tuple[slice, slice], two: tuple[slice, slice], length: float) -> Floats:
        step = (cost[one] + cost[two]) * np.float32(length / 2)
        a, b = rooms[one], rooms[two]
        row, column = np.nonzero((a != b) & (a > 0) & (b > 0))
        a, b = a[row, column].astype(np.int64), b[row, column]
        key = np.minimum(a, b) * count + np.maximum(a, b)
        if len(keys):
            place = np.searchsorted(keys, key).clip(0, len(keys) - 1)
            # Chambers that meet only at a corner have no opening: there the step is a line's.
            step[row, column] += np.where(keys[place] == key, toll[place], toll.max())
        return step

    first, last, every = slice(-1), slice(1, None), slice(None)
    return (
        between((first, every), (last, every), 1.0),
        between((first, first), (last, last), np.sqrt(2)),
        between((first, last), (last, first), np.sqrt(2)),
    )


def _sweep(ways: Floats, steps: tuple[Floats, Floats, Floats]) -> None:
    """Let each row improve on the one above, then each on the one below, in place."""
    below, right, left = steps
    for i in range(len(below)):
        here, there = ways[:, i], ways[:, i + 1]
        np.minimum(there, here + below[i], out=there)
        np.minimum(there[:, 1:], here[:, :-1] + right[i], out=there[:, 1:])
        np.minimum(there[:, :-1], here[:, 1:] + left[i], out=there[:, :-1])
    for i in range(len(below) - 1, -1, -1):
        here, there = ways[:, i + 1], ways[:, i]
        np.minimum(there, here + below[i], out=there)
        np.minimum(there[:, :-1], here[:, 1:] + right[i], out=there[:, :-1])
        np.minimum(there[:, 1:], here[:, :-1] + left[i], out=there[:, 1:])
