"""Rooms of the paper: parted wherever a line may be open, joined again where none was meant.

Lines too faint for ink part the paper first; then ends of strokes are joined, and narrowings cut.
What lies between two of the rooms that so come about decides whether they stay two: where their
border is open more than it is drawn, no line was meant there.
"""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Mask, joined
from nurie.regions.basins import basins, connected, spread
from nurie.regions.close import joins, rasterize, tips
from nurie.regions.merge import facing, look_up, pair_keys, runs, textures

# Two rooms are one if this share of the border between them is joins, not lines.
_OPEN = 0.6
# The same where what parts them is a narrowing of the paper, at which no stroke need end.
_NECKS = 0.15
# What a join of two ends counts, and one of an end with a line, which is less sure, in halves.
_PAIR, _SIDE = 2, 4
# Side in strokes of the smallest square that is a room of its own where it is open.
_SMALL = 3.0
# Rooms below the square of this part of the picture's side may be cells of a texture.
_CELL = 20
# Most rounds of joining; each joins rooms whose most open border is that of both.
_ROUNDS = 60
# Darkness, in parts of the ink's, from which on a thin line parts what is lighter.
_FAINT = 0.22
# The same of a line thinner than a pixel, on the two pixels that share it, and of each of them.
_HAIR, _HALF = 0.18, 0.05
# Least area in pixels of light paper that a faint line keeps apart.
_SEED = 6


class Widths(NamedTuple):
    """How wide the lines of a drawing and the openings between them are, in pixels."""

    stroke: float  # typical width of a line, at least 1
    gap: float  # widest opening that is closed wherever it is
    longest: float  # farthest apart that two ends of strokes are joined


def rooms_of(paper: AnyArray, widths: Widths) -> Labels:
    """Rooms of the paper, which is 1 on paper, cut where lines are open.

    >>> paper = np.ones((9, 19), np.uint8); paper[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> int(rooms_of(paper, Widths(1.0, 1.0, 1.0)).max())
    2
    """
    # Two sides of one line face each other across it, swollen corners included.
    reach = int(np.ceil(2 * widths.stroke)) + 4
    ink, bars = paper == 0, np.zeros(paper.shape, np.uint8)
    pairs, sides = joins(tips(ink, widths.stroke), ink, widths.stroke, widths.longest)
    rasterize(bars, sides, _SIDE)
    rasterize(bars, pairs, _PAIR)
    # Over ink a join is the line itself.
    bars[ink] = 0
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


class Rooms(NamedTuple):
    """Rooms and what lies between them."""

    area: AnyArray  # (n,) pixels of each label
    pairs: Ints  # (m, 2) int32 pairs that face each other, the lower first
    open: AnyArray  # (m,) tolls of the steps from one to the other over paper
    drawn: Ints  # (m,) lines across a line from one to the other


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
        cell: area below which rooms that are open to each other may be one texture.
        toll: (H, W) uint8, how much a step over an open border counts, in halves; 2 when None.

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
    cells = (rooms.area[rooms.pairs] < cell).all(axis=1) & (rooms.open > 0)
    count = len(rooms.area)
    group = textures(rooms.pairs[cells], count)
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
    return look_up(group, labels)


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
    """What lies between the rooms of a picture; see ``rejoin``.

    >>> rooms = between(np.array([[1, 0, 2], [1, 2, 2]], np.int32), 1)
    >>> rooms.open.tolist(), rooms.drawn.tolist()
    ([1.0], [1])
    """
    scans = runs(labels, axis=1), runs(labels, axis=0)
    count = int(scans[0].label.max(initial=0)) + 1
    area = np.bincount(scans[0].label, scans[0].length, count)
    pairs, met = facing(scans, reach=reach, count=count)
    keys, tolls = list[AnyArray](), list[AnyArray]()
    for here, there in (((..., slice(-1)), (..., slice(1, None))), (slice(-1), slice(1, None))):
        one, two = labels[here], labels[there]
        at = np.nonzero((one != two) & (one > 0) & (two > 0))
        keys.append(pair_keys(one[at], two[at], count))
        cost = np.full(len(keys[-1]), 2, np.uint8)
        tolls.append(cost if toll is None else np.maximum(toll[here][at], toll[there][at]))
    place = np.searchsorted(pair_keys(pairs[:, 0], pairs[:, 1], count), np.concatenate(keys))
    steps = np.bincount(place, minlength=len(pairs))
    return Rooms(
        area, pairs, np.bincount(place, np.concatenate(tolls) / 2, len(pairs)), met - steps
    )


def without_faint(paper: AnyArray, tone: AnyArray, *, ink: float, stroke: float) -> AnyArray:
    """Paper, (H, W) uint8, 1 on paper, cut along the faintest places of lines lighter than ink.

    An antialiased line thinner than a pixel is here and there too light for ink; that is no gap.
    ``tone`` is (H, W) uint8, 255 paper, ``ink`` the mean tone of the ink; what is broader than a
    ``stroke``, in pixels, is no line.

    >>> tone = np.array([[255, 255, 255, 190, 255, 255, 255]] * 4, np.uint8)
    >>> without_faint(np.ones((4, 7), np.uint8), tone, ink=0.0, stroke=1.0)[0].tolist()
    [1, 1, 1, 0, 1, 1, 1]
    """
    dark, full = 255 - tone, 255 - ink
    hair = cv2.morphologyEx(dark, cv2.MORPH_TOPHAT, np.ones((3, 3), np.uint8)) * paper
    shared = cv2.boxFilter(hair, cv2.CV_16U, (2, 2), anchor=(0, 0), normalize=False)
    shared = cv2.dilate(shared, np.ones((2, 2), np.uint8), anchor=(1, 1))
    faint: Mask = (shared > 2 * _HAIR * full) & (hair > _HALF * full)
    gray = ((faint | (dark > _FAINT * full)) & (paper > 0)).view(np.uint8)
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
