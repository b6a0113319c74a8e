"""Basins of the paper: rooms that hang together only through openings narrower than a ball.

The ball of Zhang et al. 2009 ("Vectorizing cartoon animations") rolls inside the lines and cannot
leave through a gap narrower than itself. Here the distance transform of the paper tells where a
ball of each radius fits; basins that only meet through a short neck stay apart.
"""

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, joined
from nurie.regions.merge import look_up, pair_keys, runs

# Shares of the ball's radius at which rooms are looked for, too: thin ones hold no whole ball.
_LEVELS = (1.0, 0.75, 0.5, 0.3, 0.0)
# A neck is a gap only where the paper opens to this many times its width on both sides.
_NECK = 1.7
# Pixels around necks that are looked at together.
_CHUNK = 1 << 20
# Radii an octave at which chambers are looked for.
_FINE = 6


def basins(paper: AnyArray, gap: float) -> Labels:
    """Connected paper, cut where it meets through gaps: (H, W) int32, 0 on ink.

    ``paper`` is (H, W) uint8, 1 on paper; ``gap`` the widest opening that is closed, in pixels.

    >>> paper = np.ones((9, 19), np.uint8); paper[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> basins(paper, 1).max(), basins(paper, 9).max()
    (np.int32(2), np.int32(2))
    """
    # Beyond the border paper goes on: a shape that leaves the picture is not narrow there.
    padded = cv2.copyMakeBorder(paper, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    # The middle pixel of an opening of 2k - 1 pixels is k from the ink, like those of 2k pixels.
    radius = max(gap / 2, (int(gap) + 1) // 2)
    seeds = _seeds(distance, [max(level * radius, 0.5) for level in _LEVELS])
    # Seeds part paper at every narrowing of the radius; those that are no gap are undone.
    labels = _flood(seeds, distance)
    pairs, spots = _necks(labels, distance)
    half = distance.ravel()[spots]
    # A neck wider than the gap is never closed, whatever the shape beside it.
    wide = 2 * half > gap + 1
    narrow = np.flatnonzero(~wide)
    # Of the others those are open that are the end of a tapering shape.
    wide[narrow] = _opening(labels, distance, pairs[narrow], spots[narrow]) <= _NECK * half[narrow]
    return look_up(joined(pairs[wide], int(labels.max(initial=0)) + 1), labels)


def chambers(distance: Floats) -> tuple[Labels, Ints, Floats]:
    """Paper cut at every narrowing, however slight, by its (H, W) float32 distance from ink.

    Returns (H, W) int32 chambers, 0 on ink; (m, 2) int32 pairs of them that meet, the lower first;
    and (m,) float32, for each pair the distance from the ink where their opening is widest.

    >>> rooms, pairs, half = chambers(np.array([[3, 2, 1, 2, 3]] * 3, np.float32))
    >>> rooms[0].tolist(), pairs.tolist(), half.tolist()
    ([1, 1, 1, 2, 2], [[1, 2]], [1.0])
    """
    widest = float(distance.max(initial=0))
    steps = max(1, int(np.ceil(_FINE * np.log2(max(widest, 1)))) + 1)
    radii = [max(2 ** (-i / _FINE) * widest, 0.5) - 1e-3 for i in range(1, steps + 1)]
    rooms = _flood(_seeds(distance, radii), distance)
    pairs, spots = _necks(rooms, distance)
    return rooms, pairs.astype(np.int32), distance.ravel()[spots]


def connected(mask: AnyArray) -> tuple[int, Labels]:
    """Number of labels, 0 included, and the connected parts of a uint8 mask.

    >>> connected(np.array([[1, 0, 1]], np.uint8))[1].tolist()
    [[1, 0, 2]]
    """
    count, parts = cv2.connectedComponents(mask, connectivity=4, ltype=cv2.CV_32S)
    return int(count), np.asarray(parts)


def _seeds(distance: Floats, radii: list[float]) -> Labels:
    """Where balls of falling radius fit: a part that first appears is a seed.

    A part of a larger ball's room keeps its number while the room grows, until it meets another.
    """
    seeds = np.zeros(distance.shape, np.int32)
    last, spots, total = np.zeros(1, np.int32), np.zeros(1, np.int64), 0
    for radius in radii:
        count, parts = connected((distance > radius).view(np.uint8))
        parent = parts.ravel()[spots[1:]]
        held = np.bincount(parent, minlength=count)
        number = np.bincount(parent, last[1:], count).astype(np.int32)
        # A part that swallowed two numbers is where two rooms have met: its seeds stay as they are.
        number[held > 1] = -1
        fresh = np.flatnonzero(held == 0)[1:]
        number[fresh] = np.arange(total + 1, total + 1 + len(fresh))
        number[0], total = 0, total + len(fresh)
        np.maximum(seeds, look_up(np.maximum(number, 0), parts), out=seeds)
        scan = runs(parts, axis=1)
        spots = np.zeros(count, np.int64)
        spots[scan.label] = scan.line * parts.shape[1] + scan.start
        last = number
    return seeds


def _flood(seeds: Labels, distance: Floats) -> Labels:
    """Let the seeds grow over the rest of the paper, the widest places first, in place."""
    empty = np.flatnonzero((seeds == 0) & (distance > 0))
    width = distance.ravel()[empty]
    waiting = np.zeros(seeds.size, bool)
    # Level by level, so that two rooms meet in the middle of the neck and not at its mouth.
    for level in np.arange(np.ceil(width.max(initial=0)) - 1, -1, -1):
        spread(seeds, empty[width > level], low=1, waiting=waiting)
        left = seeds.ravel()[empty] == 0
        empty, width = empty[left], width[left]
    return seeds


def _necks(labels: Labels, distance: Floats) -> tuple[AnyArray, AnyArray]:
    """Pairs of labels that touch, (m, 2), and the flat index of the widest place where they do."""
    count, width = int(labels.max(initial=0)) + 1, labels.shape[1]
    keys, spots = [], []
    for one, two in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        rows, columns = np.nonzero((one != two) & (one > 0) & (two > 0))
        keys.append(pair_keys(one[rows, columns], two[rows, columns], count))
        spots.append(rows * width + columns)
    key, spot = np.concatenate(keys), np.concatenate(spots)
    order = np.lexsort((spot, -distance.ravel()[spot], key))
    key, spot = key[order], spot[order]
    # Of each pair of rooms the widest place comes first: there the ball would get through.
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return np.stack(np.divmod(key[first], count), axis=1), spot[first]


def _opening(labels: Labels, distance: Floats, pairs: AnyArray, spots: AnyArray) -> AnyArray:
    """Half the width to which the paper opens near each neck, on its narrower side."""
    reach = np.ceil(3 * distance.ravel()[spots] + 2).astype(np.int64)
    # Padded once, so that no window needs clipping.
    margin = int(reach.max(initial=0))
    label, near = (np.pad(array, margin).ravel() for array in (labels, distance))
    row, column = np.divmod(spots, labels.shape[1])
    width = labels.shape[1] + 2 * margin
    middle = (row + margin) * width + column + margin
    opening = np.zeros(len(spots), np.float32)
    # Not ``np.unique``, for which numpy loads its masked arrays: 20 ms of each start.
    for r in np.flatnonzero(np.bincount(reach)):
        steps = np.arange(-r, r + 1)
        window = (steps[:, None] * width + steps).ravel()
        same = np.flatnonzero(reach == r)
        for some in np.array_split(same, 1 + same.size * window.size // _CHUNK):
            at = middle[some, None] + window
            sides = ((near[at] * (label[at] == pairs[some, i, None])).max(1) for i in (0, 1))
            opening[some] = np.minimum(*sides)
    return opening


def spread(labels: Labels, todo: AnyArray, *, low: int, waiting: AnyArray | None = None) -> None:
    """Let labels from ``low`` up spread over connected pixels, in place.

    Filled are the pixels at the flat indices ``todo``, whose labels are below ``low``; ``waiting``
    is bool, one for each pixel, room to work in, all of it false before and after.

    >>> row = np.array([[1, 0, 0, 2]], np.int32); spread(row, np.array([1]), low=1); row.tolist()
    [[1, 1, 0, 2]]
    """
    flat = labels.reshape(-1)
    waiting = np.zeros(flat.size, bool) if waiting is None else waiting
    waiting[todo] = True
    near, source = _beside(todo, labels.shape)
    touching = flat[near] >= low
    front, label = todo[source[touching]], flat[near[touching]]
    while len(front):
        front, first = np.unique(front, return_index=True)
        flat[front] = label[first]
        waiting[front] = False
        near, source = _beside(front, labels.shape)
        reached = waiting[near]
        front, label = near[reached], flat[front[source[reached]]]
    waiting[todo] = False


def _beside(at: AnyArray, shape: tuple[int, ...]) -> tuple[AnyArray, AnyArray]:
    """Flat indices of the four neighbours of each pixel, and whose neighbours they are."""
    row, column = np.divmod(at, shape[1])
    inside = (row > 0, row < shape[0] - 1, column > 0, column < shape[1] - 1)
    steps = (-shape[1], shape[1], -1, 1)
    near = [at[ok] + step for ok, step in zip(inside, steps, strict=True)]
    return np.concatenate(near), np.concatenate([np.flatnonzero(ok) for ok in inside])
