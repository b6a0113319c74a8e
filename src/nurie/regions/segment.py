"""Regions of a drawing: trapped-ball segmentation at a working size, exact at full size.

The ball of Zhang et al. 2009 ("Vectorizing cartoon animations") rolls inside the lines and cannot
leave through a gap narrower than itself. Here the distance transform of the paper tells where a
ball of each radius fits; basins that only meet through a short neck stay apart.
"""

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Mask, Pixels
from nurie.errors import OptionError
from nurie.regions.ink import Ink, find_ink
from nurie.regions.merge import joined, look_up, merge_slivers, relabel, runs

WORKING_SIDE = 1400
"""Longest side, in pixels, at which gaps are closed."""

_LEVELS = (1.0, 0.75, 0.5, 0.3, 0.0)
_NECK = 1.7
"""A neck is a gap only where the paper opens to this many times its width on both sides."""

_CHUNK = 1 << 20
"""Pixels around necks that are looked at together."""

_SOLID = 90
"""Tone below which thick ink is solid and keeps no region under its inside."""


def segment(pixels: Pixels, *, gap: float | None = None, ink: Ink | None = None) -> Labels:
    """Cut a drawing into regions.

    Regions are disjoint, cover everything but the inside of thick dark ink, and reach under the
    lines to their middle, so that no fringe shows between fill and line.

    Args:
        pixels: (H, W) or (H, W, 3), uint8 or uint16, dark lines on lighter paper.
        gap: widest opening in a line that still closes a region, in pixels; 0 closes none;
            automatic when None.
        ink: what ``find_ink`` says of the pixels, where it is known already.

    Returns:
        (H, W) int32: 0 inside thick ink, 1…n regions in reading order of their first pixel.

    Raises:
        OptionError: the gap is negative or not a number.

    >>> box = np.full((9, 9), 255, np.uint8); box[2:7, 2:7] = 0; box[3:6, 3:6] = 255
    >>> segment(box).max(), segment(box)[4, 4]
    (np.int32(2), np.int32(2))
    """
    if gap is not None and not 0 <= gap < float("inf"):
        raise OptionError(f"A gap of {gap} pixels cannot be closed; give a number from 0 up.")
    ink = find_ink(pixels) if ink is None else ink
    if gap is None:
        gap = automatic_gap(pixels.shape[:2], ink.stroke)
    labels = _components(ink.mask, gap)
    labels = merge_slivers(labels, ink.stroke)
    _grow(labels, ink)
    return relabel(labels)


def automatic_gap(shape: tuple[int, ...], stroke: float) -> float:
    """Gap in pixels that suits a drawing: one stroke plus 0.6 % of the longer side.

    >>> automatic_gap((512, 384), 3.0)
    6.072
    """
    return min(stroke, 0.01 * max(shape)) + 0.006 * max(shape)


def _components(ink: Mask, gap: float) -> Labels:
    """Regions of the paper, 0 on ink: connected parts, cut where they meet through a gap."""
    paper = (~ink).view(np.uint8)
    factor = max(1, -(-max(ink.shape) // WORKING_SIDE))
    if gap < 1:
        return _connected(paper)[1]
    basins = _basins(_shrink(paper, factor), gap / factor)
    return basins if factor == 1 else _refine(_connected(paper)[1], basins, factor)


def _connected(mask: AnyArray) -> tuple[int, Labels]:
    """Number of labels, 0 included, and the connected parts of a uint8 mask."""
    import cv2

    count: int
    parts: Labels
    count, parts = cv2.connectedComponents(mask, connectivity=4, ltype=cv2.CV_32S)
    return count, parts


def _shrink(paper: AnyArray, factor: int) -> AnyArray:
    """Paper at 1 / factor of the size, where a line one pixel wide still counts as ink."""
    import cv2

    if factor == 1:
        return paper
    height, width = (-(-s // factor) * factor for s in paper.shape)
    padded = cv2.copyMakeBorder(
        paper, 0, height - paper.shape[0], 0, width - paper.shape[1], cv2.BORDER_REPLICATE
    )
    padded *= 255
    size = width // factor, height // factor
    small: AnyArray = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    return (small > max(200.0, 255 * (1 - 0.8 / factor))).view(np.uint8)


def _basins(paper: AnyArray, gap: float) -> Labels:
    """Basins of the distance transform that stay apart through necks narrower than ``gap``."""
    import cv2

    padded = cv2.copyMakeBorder(paper, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    # The middle pixel of an opening of 2k - 1 pixels is k from the ink, like those of 2k pixels.
    radius = max(gap / 2, (int(gap) + 1) // 2)
    seeds = _seeds(distance, [max(level * radius, 0.5) for level in _LEVELS])
    return _merge_wide_necks(_flood(seeds, distance), distance, gap)


def _seeds(distance: Floats, radii: list[float]) -> Labels:
    """Where balls of falling radius fit: a part that first appears is a seed.

    A part of a larger ball's room keeps its number while the room grows, until it meets another.
    """
    seeds = np.zeros(distance.shape, np.int32)
    last, spots, total = np.zeros(1, np.int32), np.zeros(1, np.int64), 0
    for radius in radii:
        count, parts = _connected((distance > radius).view(np.uint8))
        parent = parts.ravel()[spots[1:]]
        held = np.bincount(parent, minlength=count)
        number = np.bincount(parent, last[1:], count).astype(np.int32)
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
    for level in np.arange(np.ceil(width.max(initial=0)) - 1, -1, -1):
        _spread(seeds, empty[width > level], low=1)
        left = seeds.ravel()[empty] == 0
        empty, width = empty[left], width[left]
    return seeds


def _merge_wide_necks(labels: Labels, distance: Floats, gap: float) -> Labels:
    """Join basins whose neck is no gap: as wide as the ball, or the end of a tapering shape."""
    pairs, spots = _necks(labels, distance)
    half = distance.ravel()[spots]
    wide = 2 * half > gap + 1
    narrow = np.flatnonzero(~wide)
    wide[narrow] = _opening(labels, distance, pairs[narrow], spots[narrow]) <= _NECK * half[narrow]
    return look_up(joined(pairs[wide], int(labels.max(initial=0)) + 1), labels)


def _necks(labels: Labels, distance: Floats) -> tuple[AnyArray, AnyArray]:
    """Pairs of labels that touch, (m, 2), and the flat index of the widest place where they do."""
    count, width = int(labels.max(initial=0)) + 1, labels.shape[1]
    keys, spots = [], []
    for one, two in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        rows, columns = np.nonzero((one != two) & (one > 0) & (two > 0))
        a, b = one[rows, columns].astype(np.int64), two[rows, columns]
        keys.append(np.minimum(a, b) * count + np.maximum(a, b))
        spots.append(rows * width + columns)
    key, spot = np.concatenate(keys), np.concatenate(spots)
    order = np.lexsort((spot, -distance.ravel()[spot], key))
    key, spot = key[order], spot[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return np.stack(np.divmod(key[first], count), axis=1), spot[first]


def _opening(labels: Labels, distance: Floats, pairs: AnyArray, spots: AnyArray) -> AnyArray:
    """Half the width to which the paper opens near each neck, on its narrower side."""
    reach = np.ceil(3 * distance.ravel()[spots] + 2).astype(np.int64)
    margin = int(reach.max(initial=0))
    label, near = (np.pad(array, margin).ravel() for array in (labels, distance))
    row, column = np.divmod(spots, labels.shape[1])
    width = labels.shape[1] + 2 * margin
    middle = (row + margin) * width + column + margin
    opening = np.zeros(len(spots), np.float32)
    for r in np.unique(reach):
        steps = np.arange(-r, r + 1)
        window = (steps[:, None] * width + steps).ravel()
        same = np.flatnonzero(reach == r)
        for some in np.array_split(same, 1 + same.size * window.size // _CHUNK):
            at = middle[some, None] + window
            sides = ((near[at] * (label[at] == pairs[some, i, None])).max(1) for i in (0, 1))
            opening[some] = np.minimum(*sides)
    return opening


def _refine(parts: Labels, basins: Labels, factor: int) -> Labels:
    """Carry basins of the working size into the exact parts of the full size, in place.

    A basin owns the pixels below it that lie in the part below its heart; what is left of a part
    that was cut, beside lines mostly, follows its neighbours.
    """
    count, width = int(parts.max(initial=0)) + 1, parts.shape[1]
    sampled = parts[factor // 2 :: factor, factor // 2 :: factor]
    owner = _owners(sampled, basins[: sampled.shape[0], : sampled.shape[1]])
    split = np.bincount(owner[owner >= 0], minlength=count) > 1
    if not split.any():
        return parts
    owner[(owner >= 0) & ~split[owner]] = -1
    split = np.append(split, np.zeros(len(owner), bool))
    left = []
    for i in range(-(-parts.shape[0] // factor)):
        rows = parts[i * factor : (i + 1) * factor]
        basin = np.repeat(basins[i], factor)[:width]
        np.copyto(rows, basin + np.int32(count), where=rows == owner[basin])
        left.append(np.flatnonzero(np.take(split, rows)) + i * factor * width)
    _spread(parts, np.concatenate(left), low=count)
    return parts


def _owners(parts: Labels, basins: Labels) -> AnyArray:
    """Part that holds most of each basin, -1 where none does."""
    total = int(basins.max(initial=0)) + 1
    key = np.where((parts > 0) & (basins > 0), parts.astype(np.int64) * total + basins, 0).ravel()
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    unique, place = np.unique(key[starts], return_inverse=True)
    size = np.bincount(place, np.diff(starts, append=key.size))
    part, basin = np.divmod(unique, total)
    owner = np.full(total, -1, np.int32)
    order = np.argsort(size, kind="stable")
    owner[basin[order]] = part[order]
    owner[0] = -1
    return owner


def _spread(labels: Labels, todo: AnyArray, *, low: int) -> None:
    """Let labels from ``low`` up spread over connected pixels, in place.

    Args:
        labels: (H, W) int32.
        todo: flat indices of the pixels to fill, whose labels are below ``low``.
        low: the least label that spreads.
    """
    flat = labels.reshape(-1)
    waiting = np.zeros(flat.size, bool)
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


def _beside(at: AnyArray, shape: tuple[int, ...]) -> tuple[AnyArray, AnyArray]:
    """Flat indices of the four neighbours of each pixel, and whose neighbours they are."""
    row, column = np.divmod(at, shape[1])
    inside = (row > 0, row < shape[0] - 1, column > 0, column < shape[1] - 1)
    steps = (-shape[1], shape[1], -1, 1)
    near = [at[ok] + step for ok, step in zip(inside, steps, strict=True)]
    return np.concatenate(near), np.concatenate([np.flatnonzero(ok) for ok in inside])


def _grow(labels: Labels, ink: Ink) -> None:
    """Let regions meet under the lines, in place; only the inside of thick dark ink stays 0."""
    import cv2

    bare = labels == 0
    distance, index = cv2.distanceTransformWithLabels(
        bare.view(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    # The nearest labelled pixel always touches a bare one.
    shore = cv2.dilate(bare.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool)
    shore &= ~bare
    if not shore.any():
        return
    table = np.zeros(int(index.max()) + 1, np.int32)
    table[index[shore]] = labels[shore]
    reach = max(3.0, 1.5 * ink.stroke)
    bare &= ~((distance > reach) & ink.mask & (ink.tone < _SOLID))
    labels[bare] = table[index[bare]]
