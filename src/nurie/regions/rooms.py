"""Rooms of the paper: parted wherever a line may be open, joined again where none was meant.

Lines too faint for ink part the paper first; then ends of strokes are joined, and narrowings cut.
What lies between two of the rooms that so come about decides whether they stay two: where their
border is open more than it is drawn, no line was meant there.
"""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Mask
from nurie.regions.basins import basins, connected, spread
from nurie.regions.close import joins, rasterize, tips
from nurie.regions.merge import CELLS, facing, joined, look_up, pair_keys, runs

_OPEN = 0.6
"""Two rooms are one if this share of the border between them is joins, not lines."""

_NECKS = 0.15
"""The same where what parts them is a narrowing of the paper, at which no stroke need end."""

_PAIR, _SIDE = 2, 4
"""What a join of two ends counts, and one of an end with a line, which is less sure, in halves."""

_SMALL = 3.0
"""Side in strokes of the smallest square that is a room of its own where it is open."""

_CELL = 20
"""Rooms below the square of this part of the picture's side may be cells of a texture."""

_ROUNDS = 60
"""Most rounds of joining; each joins rooms whose most open border is that of both."""

_FAINT = 0.22
"""Darkness, in parts of the ink's, from which on a thin line parts what is lighter."""

_SEED = 6
"""Least area in pixels of light paper that a faint line keeps apart."""


class Widths(NamedTuple):
    """How wide the lines of a drawing and the openings between them are, in pixels."""

    stroke: float
    """Typical width of a line, at least 1."""
    gap: float
    """Widest opening that is closed wherever it is."""
    longest: float
    """Farthest apart that two ends of strokes are joined."""


def rooms_of(paper: AnyArray, widths: Widths) -> Labels:
    """Rooms of the paper, cut where lines are open.

    ``paper`` is 1 on paper.

    >>> paper = np.ones((9, 19), np.uint8); paper[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> int(rooms_of(paper, Widths(1.0, 1.0, 1.0)).max())
    2
    """
    # Two sides of one line face each other across it, swollen corners included.
    reach = int(np.ceil(2 * widths.stroke)) + 4
    bars = _bars(paper, widths)
    # First all joins are believed; the rooms that they make then tell which part anything.
    rooms = connected(np.where(bars > 0, np.uint8(0), paper))[1]
    spread(rooms, np.flatnonzero(bars), low=1)
    least = (_SMALL * widths.stroke) ** 2
    cell = paper.size / _CELL**2
    whole = rejoin(rooms, reach=reach, open_share=_OPEN, least=least, cell=cell, toll=bars)
    # Narrowings are looked for with the joins that stayed, as if they were drawn.
    cut = parted(whole)
    rooms = basins(np.where(cut, np.uint8(0), paper), widths.gap)
    rooms = rejoin(rooms, reach=reach, open_share=_NECKS)
    spread(rooms, np.flatnonzero(cut), low=1)
    return rooms


def _bars(paper: AnyArray, widths: Widths) -> AnyArray:
    """Joins on the paper, (H, W) uint8: what they count, 0 elsewhere."""
    ink = paper == 0
    bars = np.zeros(paper.shape, np.uint8)
    pairs, sides = joins(tips(ink, widths.stroke), ink, widths.stroke, widths.longest)
    rasterize(bars, sides, _SIDE)
    rasterize(bars, pairs, _PAIR)
    # Over ink a join is the line itself.
    bars[ink] = 0
    return bars


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

    ``reach`` is the widest line in pixels, ``toll`` what a step over paper counts, in halves.

    >>> rooms = between(np.array([[1, 0, 2], [1, 2, 2]], np.int32), 1)
    >>> rooms.open.tolist(), rooms.drawn.tolist()
    ([1.0], [1])
    """
    scans = runs(labels, axis=1), runs(labels, axis=0)
    count = int(scans[0].label.max(initial=0)) + 1
    area = np.bincount(scans[0].label, scans[0].length, count)
    pairs, met = facing(scans, reach=reach, count=count)
    keys, tolls = _steps(labels, toll, count)
    place = np.searchsorted(pair_keys(pairs[:, 0], pairs[:, 1], count), keys)
    steps = np.bincount(place, minlength=len(pairs))
    return Rooms(area, pairs, np.bincount(place, tolls / 2, len(pairs)), met - steps)


def _steps(labels: Labels, toll: AnyArray | None, count: int) -> tuple[AnyArray, AnyArray]:
    """Pair of rooms and toll of each step over an open border."""
    keys, tolls = [], []
    for here, there in (((..., slice(-1)), (..., slice(1, None))), (slice(-1), slice(1, None))):
        one, two = labels[here], labels[there]
        at = np.nonzero((one != two) & (one > 0) & (two > 0))
        keys.append(pair_keys(one[at], two[at], count))
        cost = np.full(len(keys[-1]), 2, np.uint8)
        tolls.append(cost if toll is None else np.maximum(toll[here][at], toll[there][at]))
    return np.concatenate(keys), np.concatenate(tolls)


def _textures(rooms: Rooms, cell: float) -> Ints:
    """The lowest cell of the texture that each room belongs to, or itself."""
    count = len(rooms.area)
    # Hatching, scales, a net: many small cells with open corners are one thing to colour.
    small = (rooms.area[rooms.pairs] < cell).all(axis=1) & (rooms.open > 0)
    group = joined(rooms.pairs[small], count)
    many = np.bincount(group, minlength=count) >= CELLS
    return np.where(many[group], group, np.arange(count, dtype=np.int32))


def _grouped(rooms: Rooms, group: Ints, open_share: float, least: float) -> Ints:
    """The lowest room of the group that each one belongs to, from the groups there are."""
    count = len(rooms.area)
    for _ in range(_ROUNDS):
        pair = np.sort(group[rooms.pairs], axis=1)
        differ = pair[:, 0] != pair[:, 1]
        keys, place = np.unique(
            pair_keys(pair[differ, 0], pair[differ, 1], count), return_inverse=True
        )
        open_ = np.bincount(place, rooms.open[differ], len(keys))
        drawn = np.bincount(place, rooms.drawn[differ], len(keys))
        one, two = np.divmod(keys, count)
        area = np.bincount(group, rooms.area, count)
        # The 1 keeps a border of a pixel or two from deciding by chance.
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


def without_faint(paper: AnyArray, tone: AnyArray, *, ink: float, stroke: float) -> AnyArray:
    """Paper cut along the faintest places of lines that are lighter than ink.

    An antialiased line thinner than a pixel is here and there too light for ink; that is no gap.

    Args:
        paper: (H, W) uint8, 1 on paper.
        tone: (H, W) uint8, 255 paper.
        ink: mean tone of the ink.
        stroke: typical width of lines in pixels; what is broader and gray is no line.

    Returns:
        (H, W) uint8.

    >>> tone = np.array([[255, 255, 255, 190, 255, 255, 255]] * 4, np.uint8)
    >>> without_faint(np.ones((4, 7), np.uint8), tone, ink=0.0, stroke=1.0)[0].tolist()
    [1, 1, 1, 0, 1, 1, 1]
    """
    gray = ((tone < 255 - _FAINT * (255 - ink)) & (paper > 0)).view(np.uint8)
    side = 2 * int(np.ceil(stroke)) + 1
    kernel = np.ones((side, side), np.uint8)
    # What is broader than a line and gray is a tone, and parts nothing.
    gray &= ~cv2.morphologyEx(gray, cv2.MORPH_OPEN, kernel)
    light = paper & ~gray
    count, rooms = connected(paper)
    seeds, parts = connected(light)
    area = np.bincount(parts.ravel(), minlength=seeds)
    home = np.zeros(seeds, np.int32)
    home[parts.ravel()] = rooms.ravel()
    area[0], home[0] = 0, 0
    # Specks of light between faint pixels are grain, no rooms.
    kept = area >= _SEED
    several = np.bincount(home[kept], minlength=count) > 1
    several[0] = False
    if not several.any():
        return paper
    parts[~kept[parts] | ~several[rooms]] = 0
    empty: Mask = several[rooms] & (parts == 0)
    spread(parts, np.flatnonzero(empty), low=1)
    return np.where(parted(parts), np.uint8(0), paper)
