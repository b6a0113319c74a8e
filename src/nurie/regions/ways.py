"""Ways over a drawing: short in the open, long in narrow places, longer through gaps and lines."""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask
from nurie.regions.basins import chambers
from nurie.regions.merge import pair_keys

# Cost of a step over a soft line, in units of the widest place's radius times its darkness.
_SOFT = 8.0
# Cost of a step over a line, or through a gap where a cut is wanted: more than any way around.
_CLOSED = 1e6
# A narrowing is one where the paper opens to this many times its width on both sides.
_NECK = 1.1
# Share of a chamber's radius below which a place in it is a pocket.
_POCKET = 0.5
# Most times that the ways are swept; mazes need one for each turn.
_ROUNDS = 60


class Terrain(NamedTuple):
    """What ways cost."""

    cost: Floats  # (h, w) of a step at each pixel, infinite outside
    rooms: Labels  # (h, w) chambers of the paper, 0 on ink
    keys: AnyArray
    """(m,) int64 in rising order, for two chambers a < b that meet: a * (chambers + 1) + b."""
    toll: Floats  # (m,) of a step from one to the other


def terrain(inside: Mask, darkness: Floats, spots: AnyArray, group: AnyArray) -> Terrain:
    """What a step costs: 1 at the widest place, more in narrow ones, no way where a cut is wanted.

    ``inside`` (h, w) bool is where ways may go; ``darkness`` (h, w) float32 in [0, 1] is 0 on paper
    and from 0.5 on a line; the seeds are (m,) flat indices ``spots``, of (m,) int groups.

    >>> seed = np.array([0])
    >>> terrain(np.ones((1, 3), bool), np.array([[0, 0, 1]], np.float32), seed, seed).cost.tolist()
    [[1.0, 1.0, 1000000.0]]
    """
    free = inside & (darkness < 0.5)
    limit = float(max(free.shape))
    distance = np.minimum(cv2.distanceTransform(free.view(np.uint8), cv2.DIST_L2, 5), limit)
    room = _thickness(distance)
    widest = float(max(room.max(initial=0), 1.0))
    # The square makes one narrow place longer than any detour through the open.
    cost = (widest / np.maximum(room, 0.5)) ** 2 + _SOFT * (widest * darkness) ** 2
    cost = np.where(free, cost, np.where(inside, _CLOSED, np.inf)).astype(np.float32)
    rooms, pairs, half = chambers(distance)
    largest = np.zeros(int(rooms.max(initial=0)) + 1, np.float32)
    np.maximum.at(largest, rooms, distance)
    # A seed in a side pocket of a chamber does not speak for the chamber.
    home = rooms.reshape(-1)[spots]
    speaks = (home > 0) & (room.reshape(-1)[spots] > _POCKET * largest[home])
    cut = _cuts(pairs, half, largest, [home[speaks], group[speaks]])
    keys = pair_keys(pairs[:, 0], pairs[:, 1], len(largest))
    return Terrain(cost, rooms, keys, np.where(cut, _CLOSED, 0).astype(np.float32))


def _cuts(pairs: Ints, half: Floats, largest: Floats, seeds: list[AnyArray]) -> Mask:
    """The openings, (m,) bool, in which chambers that hold seeds of different groups are parted.

    Openings are let through in the order of their width, unless that would join two groups: each
    chamber without seeds goes to those that it is joined to most widely (Kruskal's forest, rooted
    in the seeds), and cuts run through the narrowest places.
    """
    # Widest first, as Kruskal's algorithm takes the cheapest edge first.
    order = np.argsort(-half, kind="stable").tolist()
    one, two, width = pairs[:, 0].tolist(), pairs[:, 1].tolist(), half.tolist()
    joined, wide = list(range(len(largest))), largest.tolist()
    # What opens but little on one side is no chamber of its own.
    necks, whole = [], list(range(len(largest)))
    for i in order:
        a, b = _root(joined, one[i]), _root(joined, two[i])
        if max(wide[a], wide[b]) > _NECK * width[i]:
            necks.append(i)
        else:
            whole[_root(whole, one[i])] = _root(whole, two[i])
        wide[b] = max(wide[a], wide[b])
        joined[a] = b
    held: dict[int, set[int]] = {}
    for chamber, group in zip(*(part.tolist() for part in seeds), strict=True):
        held.setdefault(_root(whole, chamber), set()).add(group)
    cut = np.zeros(len(pairs), bool)
    for i in necks:
        a, b = _root(whole, one[i]), _root(whole, two[i])
        mine, yours = held.get(a, set()), held.get(b, set())
        if a != b and mine and yours and len(mine | yours) > 1:
            cut[i] = True
        else:
            whole[a] = b
            held[b] = mine | yours
    return cut


def _root(parent: list[int], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


def _thickness(distance: Floats) -> Floats:
    """Radius of the widest ball clear of ink that covers each pixel, in steps of a factor of √2."""
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

    The seeds are (m,) flat indices ``spots``, of (m,) int groups 0…k - 1; (k, h, w) float32,
    infinite where no way leads.

    >>> seed = np.array([0])
    >>> land = terrain(np.ones((1, 3), bool), np.zeros((1, 3), np.float32), seed, seed)
    >>> ways(land, seed, seed).tolist()
    [[[0.0, 1.0, 2.0]]]
    """
    height, width = land.cost.shape
    cheapest = np.full((int(group.max()) + 1, height, width), np.inf, np.float32)
    cheapest.reshape(len(cheapest), -1)[group, spots] = 0
    turned_land = land._replace(
        cost=np.ascontiguousarray(land.cost.T), rooms=np.ascontiguousarray(land.rooms.T)
    )
    down, across = _steps(land), _steps(turned_land)
    for _ in range(_ROUNDS):
        # Fast sweeping (Zhao 2005): most drawings settle in a few rounds.
        before = cheapest.copy()
        _sweep(cheapest, down)
        turned = np.ascontiguousarray(cheapest.transpose(0, 2, 1))
        _sweep(turned, across)
        cheapest = np.ascontiguousarray(turned.transpose(0, 2, 1))
        if np.array_equal(before, cheapest):
            break
    return cheapest


def _steps(land: Terrain) -> tuple[Floats, Floats, Floats]:
    """Cost from each pixel to the one below, below on the right, and below on the left."""
    cost, rooms, keys, toll = land
    count = int(rooms.max(initial=0)) + 1

    def between(one: tuple[slice, slice], two: tuple[slice, slice], length: float) -> Floats:
        step = (cost[one] + cost[two]) * np.float32(length / 2)
        a, b = rooms[one], rooms[two]
        row, column = np.nonzero((a != b) & (a > 0) & (b > 0))
        key = pair_keys(a[row, column], b[row, column], count)
        if len(keys):
            place = np.searchsorted(keys, key).clip(0, len(keys) - 1)
            # Chambers that meet only at a corner have no opening: there the step is a line's.
            step[row, column] += np.where(keys[place] == key, toll[place], _CLOSED)
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
    for order in (1, -1):
        for i in range(len(below))[::order]:
            here, there = (ways[:, i], ways[:, i + 1])[::order]
            np.minimum(there, here + below[i], out=there)
            # Upwards the two diagonals change places.
            one, two = (right, left)[::order]
            np.minimum(there[:, 1:], here[:, :-1] + one[i], out=there[:, 1:])
            np.minimum(there[:, :-1], here[:, 1:] + two[i], out=there[:, :-1])
