"""Regions of a drawing: trapped-ball segmentation at a working size, exact at full size.

The ball of Zhang et al. 2009 ("Vectorizing cartoon animations") rolls inside the lines and cannot
leave through a gap narrower than itself. Here the distance transform of the paper tells where a
ball of each radius fits; basins that only meet through a short neck stay apart.
"""

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask, Pixels
from nurie.errors import OptionError
from nurie.regions.ink import Ink, find_ink
from nurie.regions.merge import merge_slivers, relabel

WORKING_SIDE = 1400
"""Longest side, in pixels, at which gaps are closed."""

_LEVELS = (1.0, 0.75, 0.5, 0.3, 0.0)
_NECK = 1.7
"""A neck is a gap only where the paper opens to this many times its width on both sides."""


def segment(pixels: Pixels, *, gap: float | None = None) -> Labels:
    """Cut a drawing into regions.

    Regions are disjoint, cover everything but the inside of thick dark ink, and reach under the
    lines to their middle, so that no fringe shows between fill and line.

    Args:
        pixels: (H, W) or (H, W, 3), uint8 or uint16, dark lines on lighter paper.
        gap: widest opening in a line that still closes a region, in pixels; 0 closes none;
            automatic when None.

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
    ink = find_ink(pixels)
    if gap is None:
        gap = automatic_gap(pixels.shape[:2], ink.stroke)
    labels = _components(ink.mask, gap)
    labels = merge_slivers(labels, ink.stroke)
    return relabel(_grow(labels, ink))


def automatic_gap(shape: tuple[int, ...], stroke: float) -> float:
    """Gap in pixels that suits a drawing: one stroke plus 0.6 % of the longer side.

    >>> automatic_gap((512, 384), 3.0)
    6.072
    """
    return min(stroke, 0.01 * max(shape)) + 0.006 * max(shape)


def _components(ink: Mask, gap: float) -> Labels:
    """Regions of the paper, 0 on ink: connected parts, cut where they meet through a gap."""
    import cv2

    paper = (~ink).view(np.uint8)
    count, parts = cv2.connectedComponents(paper, connectivity=4, ltype=cv2.CV_32S)
    if gap < 1 or count < 2:
        return parts
    factor = max(1, -(-max(ink.shape) // WORKING_SIDE))
    coarse = _shrink(paper, factor)
    basins = _basins(coarse, gap / factor)
    return _refine(parts, basins, factor)


def _shrink(paper: AnyArray, factor: int) -> AnyArray:
    """Paper at 1 / factor of the size: a pixel is paper where at least half of its block is."""
    import cv2

    if factor == 1:
        return paper
    height, width = (-(-s // factor) * factor for s in paper.shape)
    padded = cv2.copyMakeBorder(
        paper, 0, height - paper.shape[0], 0, width - paper.shape[1], cv2.BORDER_REPLICATE
    )
    small = cv2.resize(padded * 255, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    return (small > 200).astype(np.uint8)


def _basins(paper: AnyArray, gap: float) -> Labels:
    """Basins of the distance transform that stay apart through necks narrower than ``gap``."""
    import cv2

    padded = cv2.copyMakeBorder(paper, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
    seeds = np.zeros(paper.shape, np.int32)
    total = 0
    for level in _LEVELS:
        radius = level * gap / 2
        core = (distance > max(radius, 0.5)).view(np.uint8)
        count, parts = cv2.connectedComponents(core, connectivity=4, ltype=cv2.CV_32S)
        held = np.zeros(count, bool)
        held[parts[seeds > 0]] = True
        fresh = np.cumsum(~held) * ~held
        seeds = np.where(seeds > 0, seeds, np.where(fresh[parts] > 0, fresh[parts] + total, 0))
        seeds = seeds.astype(np.int32) * (core > 0)
        total = int(seeds.max(initial=total))
        seeds = _spread_single(seeds, parts, count)
    return _merge_wide_necks(_flood(seeds, paper, distance), distance, gap)


def _spread_single(seeds: Labels, parts: Labels, count: int) -> Labels:
    """Give a part that holds exactly one seed to that seed entirely."""
    top = int(seeds.max(initial=0)) + 1
    at = seeds > 0
    low = np.full(count, top, np.int32)
    high = np.zeros(count, np.int32)
    np.minimum.at(low, parts[at], seeds[at])
    np.maximum.at(high, parts[at], seeds[at])
    single = np.where((low == high) & (np.arange(count) > 0), high, 0).astype(np.int32)
    return np.where(seeds > 0, seeds, single[parts])


def _flood(seeds: Labels, paper: AnyArray, distance: Floats) -> Labels:
    """Watershed from the seeds, the widest paper first, where paper is still unlabelled."""
    import cv2

    if not np.any((seeds == 0) & (paper > 0)):
        return seeds
    relief = 255 - np.minimum(distance * 8, 255).astype(np.uint8)
    markers = seeds + 1
    markers[(seeds == 0) & (paper > 0)] = 0
    cv2.watershed(cv2.merge([relief] * 3), markers)
    ridge = markers < 1
    labels = np.where(ridge, 0, markers - 1).astype(np.int32)
    grown = cv2.dilate(labels.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.int32)
    labels[ridge] = grown[ridge]
    return labels * (paper > 0)


def _merge_wide_necks(labels: Labels, distance: Floats, gap: float) -> Labels:
    """Join basins whose neck is no gap: as wide as the ball, or the end of a tapering shape."""
    pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for a, b, rows, columns in _contacts(labels):
        for i, j, row, column in zip(a, b, rows, columns, strict=True):
            pairs.setdefault((min(i, j), max(i, j)), []).append((row, column))
    parent = np.arange(int(labels.max(initial=0)) + 1)

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    for (i, j), touching in sorted(pairs.items()):
        where = np.array(touching)
        if not _is_gap(labels, distance, (i, j), where, gap):
            parent[max(root(i), root(j))] = min(root(i), root(j))
    return np.array([root(i) for i in range(len(parent))], np.int32)[labels]


def _contacts(labels: Labels) -> list[tuple[list[int], list[int], list[int], list[int]]]:
    """Pixels where two labels touch: first label, second label, row, column."""
    found = []
    for one, two, _ in ((labels[:, :-1], labels[:, 1:], 0), (labels[:-1], labels[1:], 1)):
        rows, columns = np.nonzero((one != two) & (one > 0) & (two > 0))
        found.append(
            (
                one[rows, columns].tolist(),
                two[rows, columns].tolist(),
                rows.tolist(),
                columns.tolist(),
            )
        )
    return found


def _is_gap(
    labels: Labels, distance: Floats, pair: tuple[int, int], where: Ints, gap: float
) -> bool:
    """Whether two basins meet through an opening in a line, not through a legitimate neck."""
    middle = where[distance[where[:, 0], where[:, 1]].argmax()]
    half = float(distance[middle[0], middle[1]])
    if 2 * half > gap + 1:
        return False
    reach = int(np.ceil(3 * half + 2))
    box = tuple(slice(max(0, int(m) - reach), int(m) + reach + 1) for m in middle)
    near, inside = distance[box], labels[box]
    opens = min(float(near[inside == label].max(initial=0)) for label in pair)
    return opens > _NECK * half


def _refine(parts: Labels, basins: Labels, factor: int) -> Labels:
    """Carry basins of the working size into the exact parts of the full size."""
    import cv2

    count = int(parts.max(initial=0)) + 1
    offset = factor // 2
    sampled = parts[offset::factor, offset::factor]
    basin = basins[: sampled.shape[0], : sampled.shape[1]]
    at = (sampled > 0) & (basin > 0)
    keys = np.unique(sampled[at].astype(np.int64) * (int(basins.max(initial=0)) + 1) + basin[at])
    owner, number = np.divmod(keys, int(basins.max(initial=0)) + 1)
    split = np.bincount(owner, minlength=count) > 1
    if not split.any():
        return parts
    cut = split[parts]
    full = cv2.resize(
        basins.astype(np.float32),
        (basins.shape[1] * factor, basins.shape[0] * factor),
        interpolation=cv2.INTER_NEAREST,
    )[: parts.shape[0], : parts.shape[1]].astype(np.int32)
    inside = np.isin(number, number[split[owner]])
    allowed = np.zeros(int(basins.max()) + 1, bool)
    allowed[number[inside]] = True
    labelled = np.where(cut & allowed[full], full, 0).astype(np.int32)
    filled = _nearest(labelled, cut)
    return np.where(cut, filled + count, parts).astype(np.int32)


def _nearest(labels: Labels, where: Mask) -> Labels:
    """Label of the nearest labelled pixel, for the pixels of ``where``; others stay."""
    import cv2

    if not (labels > 0).any():
        return labels
    _, index = cv2.distanceTransformWithLabels(
        (labels == 0).view(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(index.max()) + 1, np.int32)
    table[index[labels > 0]] = labels[labels > 0]
    return np.where(where & (labels == 0), table[index], labels)


def _grow(labels: Labels, ink: Ink) -> Labels:
    """Let regions meet under the lines; only the inside of thick dark ink stays 0."""
    import cv2

    reach = max(3.0, 1.5 * ink.stroke)
    grown = _nearest(labels, labels == 0)
    if not (labels > 0).any():
        return grown
    solid = ink.mask & (ink.tone < 90)
    depth = cv2.distanceTransform(solid.view(np.uint8), cv2.DIST_L2, 3)
    grown[depth > reach] = 0
    return grown
