"""Regions of a drawing: its paper cut into basins at a working size, exact at full size."""

import cv2
import numpy as np

from nurie.arrays import AnyArray, Labels, Pixels
from nurie.errors import OptionError
from nurie.regions.basins import connected, spread
from nurie.regions.ink import Ink, find_ink
from nurie.regions.merge import merge_slivers, relabel
from nurie.regions.rooms import Widths, rooms_of, without_faint

WORKING_SIDE = 1400
"""Longest side, in pixels, at which gaps are closed."""

# Longer side in pixels, and its ratio to the shorter one, from which on a picture is a strip.
_SHORTEST, _SLIMMEST = 1600, 3.0
# Farthest that two ends of strokes are joined, in parts of the longer side.
_FARTHEST = 0.1
# Tone below which thick ink is solid and keeps no region under its inside.
_SOLID = 90


def segment(pixels: Pixels, *, gap: float | None = None, ink: Ink | None = None) -> Labels:
    """Cut a drawing into regions.

    Regions are disjoint, cover everything but the inside of thick dark ink, and reach under the
    lines to their middle, so that no fringe shows between fill and line.

    Args:
        pixels: (H, W) or (H, W, 3), uint8 or uint16, dark lines on lighter paper.
        gap: widest opening in a line that still closes a region, in pixels; 0 closes none;
            automatic when None: then ends of strokes are joined up to a tenth of the side.
        ink: what ``find_ink`` says of the pixels, where it is known already.

    Returns:
        (H, W) int32: 0 inside thick ink, 1…n regions in reading order of their first pixel.

    Raises:
        OptionError: the gap is negative or not a number.

    >>> box = np.full((9, 9), 255, np.uint8); box[2:7, 2:7] = 0; box[3:6, 3:6] = 255
    >>> segment(box).max(), segment(box)[4, 4]
    (np.int32(2), np.int32(2))
    """
    check_gap(gap)
    ink = find_ink(pixels) if ink is None else ink
    if is_strip(ink.mask.shape):
        from nurie.regions.strips import segment_strip

        return segment_strip(ink, lambda band: _segment(band, gap))
    return relabel(_segment(ink, gap))


def is_strip(shape: tuple[int, ...]) -> bool:
    """Whether a picture is so long and slim that it is read in bands, see ``regions.strips``.

    >>> is_strip((20000, 800)), is_strip((3000, 2000))
    (True, False)
    """
    return max(shape) >= _SHORTEST and max(shape) > _SLIMMEST * min(shape)


def _segment(ink: Ink, gap: float | None) -> Labels:
    """Regions of one drawing, numbered with holes."""
    width = automatic_gap(ink.mask.shape, ink.stroke) if gap is None else gap
    longest = _FARTHEST * max(ink.mask.shape) if gap is None else gap
    labels = merge_slivers(_components(ink, width, longest), ink.stroke)
    _grow(labels, ink)
    return labels


def check_gap(gap: float | None) -> None:
    """Refuse a gap that is none.

    Raises:
        OptionError: it is negative or not a number.

    >>> check_gap(3.0)
    """
    if gap is not None and not 0 <= gap < float("inf"):
        raise OptionError(f"A gap of {gap} pixels cannot be closed; give a number from 0 up.")


def automatic_gap(shape: tuple[int, ...], stroke: float) -> float:
    """Gap in pixels that suits a drawing: one stroke plus 0.6 % of the longer side.

    >>> automatic_gap((512, 384), 3.0)
    6.072
    """
    return min(stroke, 0.01 * max(shape)) + 0.006 * max(shape)


def _components(ink: Ink, gap: float, longest: float) -> Labels:
    """Regions of the paper, 0 on ink: connected parts, cut where they meet through a gap."""
    paper = (~ink.mask).view(np.uint8)
    # Gaps are wide beside pixels on large pages: closing them needs no more than 1,400.
    factor = max(1, -(-max(paper.shape) // WORKING_SIDE))
    # Without gaps to close, rooms are the connected parts, exact and fast.
    if gap < 1:
        return connected(paper)[1]
    widths = Widths(max(1.0, ink.stroke / factor), gap / factor, longest / factor)
    step = max(1, int(np.sqrt(ink.mask.size / (1 << 20))))
    dark = ink.tone[::step, ::step][ink.mask[::step, ::step]]
    small, tone = (paper, ink.tone) if factor == 1 else _shrunk(paper, ink.tone, factor)
    mean = float(dark.mean()) if dark.size else 0.0
    rooms = rooms_of(without_faint(small, tone, ink=mean, stroke=widths.stroke), widths)
    return rooms if factor == 1 else _refine(connected(paper)[1], rooms, factor)


def _shrunk(paper: AnyArray, tone: AnyArray, factor: int) -> tuple[AnyArray, AnyArray]:
    """Paper and tone at 1 / factor of the size, where a line one pixel wide still is one."""
    # The darkest tone of a block, not the mean: a hair line must not fade into paper.
    dark = cv2.erode(tone, np.ones((factor, factor), np.uint8), anchor=(0, 0))
    height, width = (-(-s // factor) * factor for s in paper.shape)
    padded = cv2.copyMakeBorder(
        paper, 0, height - paper.shape[0], 0, width - paper.shape[1], cv2.BORDER_REPLICATE
    )
    # Area sampling then gives the share of paper in each block.
    padded *= 255
    size = width // factor, height // factor
    small: AnyArray = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    # A line one pixel wide takes 1 / factor of its block; 0.8 leaves room for its soft edge.
    light = (small > max(200.0, 255 * (1 - 0.8 / factor))).view(np.uint8)
    return light, np.ascontiguousarray(dark[::factor, ::factor])


def _refine(parts: Labels, rooms: Labels, factor: int) -> Labels:
    """Carry rooms of the working size into the exact parts of the full size, in place.

    A room owns the pixels below it that lie in the part below its heart; what is left of a part
    that was cut, beside lines mostly, follows its neighbours.
    """
    count, width = int(parts.max(initial=0)) + 1, parts.shape[1]
    sampled = parts[factor // 2 :: factor, factor // 2 :: factor]
    total = int(rooms.max(initial=0)) + 1
    owner = _owners(sampled, rooms[: sampled.shape[0], : sampled.shape[1]], total)
    # A part that holds one room alone is exact already; only parts that were cut are carried over.
    split = np.bincount(owner[owner >= 0], minlength=count) > 1
    if not split.any():
        return parts
    owner[(owner >= 0) & ~split[owner]] = -1
    split = np.append(split, np.zeros(len(owner), bool))
    left = []
    for i in range(-(-parts.shape[0] // factor)):
        rows = parts[i * factor : (i + 1) * factor]
        room = np.repeat(rooms[i], factor)[:width]
        np.copyto(rows, room + np.int32(count), where=rows == owner[room])
        left.append(np.flatnonzero(np.take(split, rows)) + i * factor * width)
    spread(parts, np.concatenate(left), low=count)
    return parts


def _owners(parts: Labels, rooms: Labels, total: int) -> AnyArray:
    """Part that holds most of each room below ``total``, -1 where none does."""
    key = np.where((parts > 0) & (rooms > 0), parts.astype(np.int64) * total + rooms, 0).ravel()
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    unique, place = np.unique(key[starts], return_inverse=True)
    size = np.bincount(place, np.diff(starts, append=key.size))
    part, room = np.divmod(unique, total)
    owner = np.full(total, -1, np.int32)
    order = np.argsort(size, kind="stable")
    owner[room[order]] = part[order]
    owner[0] = -1
    return owner


def _grow(labels: Labels, ink: Ink) -> None:
    """Let regions meet under the lines, in place; only the inside of thick dark ink stays 0."""
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
    # Regions meet in the middle of ordinary strokes; the inside of a black fill stays line.
    reach = max(3.0, 1.5 * ink.stroke)
    bare &= ~((distance > reach) & ink.mask & (ink.tone < _SOLID))
    labels[bare] = table[index[bare]]
