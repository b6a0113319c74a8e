"""Hints become colours of regions: which of their pixels count, and where."""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask, Pixels, Rgb8, joined
from nurie.colors import colors_of, srgb_to_lab
from nurie.document import Hints

# Share of a mark's heart that makes a region its own, whatever the region's size.
_SHARE = 0.15
# Share of a region under a mark that does the same: small parts inside a broad stroke.
_COVERED = 0.3
# Widths of itself that a stroke runs through a region to colour it: further than a slip.
_LENGTH = 1.5
# How far from its region a mark may lie on thick ink, as a share of the picture's longer side.
_REACH = 0.02
# Share of a mark on ink from which on it may be meant for the line.
_ON_INK = 0.25
# Distance from ink in pixels up to which a mark touches it.
_TOUCHES = 1.5
# How far from ink a mark that clings to it may reach, as a share of the picture's longer side.
_SLIP = 0.03
# Distance in Lab up to which a mark has the colour of the line below it.
_ALIKE = 30.0


class Lines(NamedTuple):
    """What lies below the marks."""

    ink: Mask  # (H, W) bool, true on lines
    pixels: Pixels  # (H, W) or (H, W, 3), the drawing
    shallow: float = 0.5
    """Share of the depth about it that a mark which clings must reach to be meant."""


def settle(hints: Hints, labels: Labels, on: Lines | None = None) -> Hints:
    """The hinted pixels that count, each in a region that it colours.

    A dot (one pixel) always counts, and a later dot upon a stroke takes the region from it. A
    stroke, a dab or an area counts in the regions that it crosses with its heart, those of its
    pixels that are at least half as far from its edge as its deepest: brushing over a line by a
    pixel or two means nothing to the neighbour. Marks on thick ink, where no region is, go to the
    region nearest to them. In a hint picture, whose marks nobody set one by one, those that only
    cling to the drawing's lines are left out where the drawing is known (``_spilled``).

    Without ``on``, the drawing, every mark is believed. The hints lie at pixels inside regions,
    with ``marks`` from 0 up in the order in which they were given.

    >>> labels = np.array([[1] * 9 + [2] * 9] * 5, np.int32)
    >>> rows, columns = np.divmod(np.arange(3 * 8), 8)
    >>> dab = Hints(rows + 1, columns + 2, np.full((24, 3), 200, np.uint8))
    >>> np.unique(labels[settle(dab, labels).rows, settle(dab, labels).columns]).tolist()
    [1]
    """
    # Marks, not pixels, are what a person means: a stroke that slips over a line is one mark.
    mark = marks_of(hints)
    at = np.ravel_multi_index((hints.rows, hints.columns), labels.shape)
    _, first, place = np.unique(mark, return_index=True, return_inverse=True)
    mark = place.reshape(-1).astype(np.int32)
    colors = hints.colors[first]
    if on is not None and hints.marks is None:
        meant = ~_spilled(at, mark, colors, labels=labels, on=on)
        at, mark = at[meant], mark[meant]
    counts = _counts(at, mark, labels.reshape(-1)[at], labels)
    # A mark on thick ink alone means the region beside it.
    lost = np.setdiff1d(mark, mark[counts])
    spots, places = _nearest(at, mark, lost, labels)
    at = np.concatenate([at[counts], spots])
    mark = np.concatenate([mark[counts], places.astype(np.int32)])
    keep = _latest(at, mark, labels.reshape(-1)[at])
    at, mark = at[keep], mark[keep]
    rows, columns = np.divmod(at, labels.shape[1])
    return Hints(rows.astype(np.int32), columns.astype(np.int32), colors[mark], mark)


def marks_of(hints: Hints) -> Ints:
    """Which mark each hinted pixel belongs to: pixels of one colour that touch, if nobody says.

    (m,) int32, rising with the order in which the marks were given.

    >>> pixels = Hints(np.array([0, 0, 0]), np.array([0, 1, 5]), np.zeros((3, 3), np.uint8))
    >>> marks_of(pixels).tolist()
    [0, 0, 2]
    """
    if hints.marks is not None:
        return hints.marks
    code = color_codes(hints)
    width = int(hints.columns.max(initial=0)) + 3
    place = (hints.rows.astype(np.int64) + 1) * width + hints.columns + 1
    order = np.argsort(place, kind="stable")
    pairs = [np.zeros((0, 2), np.int64)]
    for step in (0, 1, width - 1, width, width + 1) if len(place) else ():
        other = order[np.searchsorted(place[order], place + step).clip(0, len(place) - 1)]
        touch = (place[other] == place + step) & (code[other] == code)
        pairs.append(np.stack([np.flatnonzero(touch), other[touch]], axis=1))
    return joined(np.concatenate(pairs), len(place))


def _counts(at: AnyArray, mark: AnyArray, region: AnyArray, labels: Labels) -> Mask:
    """(m,) whether each pixel lies in a region that its mark colours."""
    size = np.bincount(mark)
    # Dots alone are the common case, and need no hearts.
    if size.max(initial=0) <= 1:
        return region > 0
    heart, width = _hearts(at, mark, labels.shape)
    base = int(labels.max(initial=0)) + 1
    pair, place = np.unique(mark.astype(np.int64) * base + region, return_inverse=True)
    place = place.reshape(-1)
    owner, label = np.divmod(pair, base)
    inner = np.bincount(place, heart & (region > 0), len(pair))
    whole = np.maximum(np.bincount(owner, inner, len(size)), 1)[owner]
    area = np.bincount(labels.reshape(-1))[label]
    most = np.zeros(len(size))
    np.maximum.at(most, owner, inner)
    # The heart is half as wide as its mark.
    long = inner >= np.maximum(_LENGTH * width[owner] ** 2 / 2, 4)
    counts = (inner >= _SHARE * whole) | (np.bincount(place) >= _COVERED * area) | long
    # Every mark colours at least the region that holds most of its heart.
    counts |= (inner == most[owner]) & (inner > 0)
    return counts[place] & (region > 0)


def _hearts(at: AnyArray, mark: AnyArray, shape: tuple[int, ...]) -> tuple[Mask, AnyArray]:
    """Pixels at least half as far from their mark's edge as its deepest; width of each mark."""
    rows, columns = np.divmod(at, shape[1])
    top, left = int(rows.min()), int(columns.min())
    canvas = np.full((int(rows.max()) - top + 3, int(columns.max()) - left + 3), -1, np.int32)
    canvas[rows - top + 1, columns - left + 1] = mark
    # An edge pixel has a neighbour of another mark.
    inner, middle = np.ones(canvas.shape, np.uint8), canvas[1:-1, 1:-1]
    inner[[0, -1]] = inner[:, [0, -1]] = 0
    for other in (canvas[:-2, 1:-1], canvas[2:, 1:-1], canvas[1:-1, :-2], canvas[1:-1, 2:]):
        inner[1:-1, 1:-1] &= middle == other
    depth = cv2.distanceTransform(inner, cv2.DIST_L2, 3)[rows - top + 1, columns - left + 1] + 0.5
    deepest = np.zeros(int(mark.max()) + 1)
    np.maximum.at(deepest, mark, depth)
    return depth >= deepest[mark] / 2, 2 * deepest


def _nearest(
    at: AnyArray, mark: AnyArray, lost: AnyArray, labels: Labels
) -> tuple[AnyArray, AnyArray]:
    """For marks that lie on ink alone, the pixel of a region nearest to each, where one is near."""
    reach = max(4, int(_REACH * max(labels.shape)))
    spots, places = [], []
    for one in lost.tolist():
        middle = np.median(np.divmod(at[mark == one], labels.shape[1]), axis=1)
        row, column = (int(v) for v in middle)
        top, left = max(row - reach, 0), max(column - reach, 0)
        near = np.argwhere(labels[top : row + reach + 1, left : column + reach + 1])
        if len(near):
            near += (top, left)
            best = near[np.square(near - (row, column)).sum(axis=1).argmin()]
            spots.append(int(best[0]) * labels.shape[1] + int(best[1]))
            places.append(one)
    return np.array(spots, np.int64), np.array(places, np.int64)


def _latest(at: AnyArray, mark: AnyArray, region: AnyArray) -> AnyArray:
    """Indices of the pixels that stay where marks lie upon each other: the last given counts."""
    order = np.lexsort((mark, at))
    upper = np.append(at[order][1:] != at[order][:-1], True)[: len(order)]
    below, above = order[~upper], order[np.flatnonzero(~upper) + 1]
    # A dot has no extent of its own: it takes the whole region from what it lies upon.
    dot = np.bincount(mark)[mark] == 1
    base = int(region.max(initial=0)) + 1
    taken = mark.astype(np.int64) * base + region
    gone = np.isin(taken, taken[below[dot[above]]]) if len(below) else np.zeros(len(at), bool)
    gone[below] = True
    return np.flatnonzero(~gone)


def hinted_colors(hints: Hints | None, labels: Labels) -> tuple[Rgb8, Mask]:
    """Colour that each region takes by hint: the most frequent of those that fall into it.

    Hints on line (label 0) have no region and are left out; ties go to the hint given first.
    (n + 1, 3) colours, zeros where there is none, and (n + 1,) bool: hinted.

    >>> hints = Hints(np.array([0, 0]), np.array([0, 1]), np.array([[255, 0, 0]] * 2, np.uint8))
    >>> colors, hinted = hinted_colors(hints, np.array([[1, 1, 2]], np.int32))
    >>> colors.tolist(), hinted.tolist()
    ([[0, 0, 0], [255, 0, 0], [0, 0, 0]], [False, True, False])
    """
    count = int(labels.max(initial=0)) + 1
    colors, hinted = np.zeros((count, 3), np.uint8), np.zeros(count, bool)
    if hints is None or not len(hints.rows):
        return colors, hinted
    region = labels[hints.rows, hints.columns].astype(np.int64)
    packed = color_codes(hints)
    keys, first, votes = np.unique(region << 24 | packed, return_index=True, return_counts=True)
    # The last write wins: most votes, and of equals the hint that was given first.
    order = np.lexsort((-first, votes))
    owner, color = keys[order] >> 24, keys[order] & 0xFFFFFF
    colors[owner] = colors_of(color)
    hinted[owner] = True
    colors[0], hinted[0] = 0, False
    return colors, hinted


def color_codes(hints: Hints) -> AnyArray:
    """One number for each hinted pixel's colour, (m,) int64: 65536 red + 256 green + blue.

    >>> color_codes(Hints(np.zeros(1), np.zeros(1), np.array([[1, 0, 2]], np.uint8))).tolist()
    [65538]
    """
    return np.asarray(hints.colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1]))


def _spilled(at: AnyArray, mark: AnyArray, colors: AnyArray, *, labels: Labels, on: Lines) -> Mask:
    """(m,) pixels of marks that mean nothing to the region that they lie in.

    A mark clings to lines where it touches ink and does not reach half as far from it as its region
    does about there, or has the line's own colour and lies on it by a quarter. In a region that
    another mark colours properly it means nothing; where it does both, nowhere. The pixels are (m,)
    flat indices, ``mark`` says which of k marks each belongs to, ``colors`` are (k, 3) uint8.
    """
    # How far from the lines each mark reaches, against how far its region does.
    depth = cv2.distanceTransform((~on.ink).view(np.uint8), cv2.DIST_L2, 3)
    near = np.bincount(mark, depth.reshape(-1)[at] <= _TOUCHES, minlength=len(colors)) > 0
    # A dot has no extent: it is meant wherever it lies.
    near &= np.bincount(mark, minlength=len(colors)) > 1
    region, small = labels.reshape(-1)[at], near[mark]
    # Which pair of a mark and a region each pixel lies in, and how many pixels the pair has.
    key = mark[small].astype(np.int64) << 32 | region[small]
    _, pair, held = np.unique(key, return_inverse=True, return_counts=True)
    pair, size = pair.reshape(-1), held[pair.reshape(-1)]
    # Small parts that a mark covers by a good share are meant, lines or not.
    few = size < _COVERED * np.bincount(labels.reshape(-1))[region[small]]
    small[small] = few
    shallow, own = small.copy(), small & for_lines(at, mark, colors, on)[mark]
    shallow[small] = _shallow(at[small], pair[few], depth, labels, on.shallow)
    colored = np.zeros(int(labels.max(initial=0)) + 1, bool)
    colored[region[~shallow & ~own & ~on.ink.reshape(-1)[at]]] = True
    return (shallow | own) & colored[region] | (shallow & own)


def for_lines(at: AnyArray, mark: AnyArray, colors: AnyArray, on: Lines) -> Mask:
    """Marks of which much lies on ink and that have its colour: they may be meant for it alone.

    Arguments are those of ``_spilled``. (k,) bool; never a mark of a single pixel.

    >>> pixels = np.array([[0, 255, 255, 255]], np.uint8)
    >>> for_lines(np.arange(2), np.zeros(2, np.int32), np.zeros((1, 3), np.uint8),
    ...           Lines(pixels < 9, pixels)).tolist()
    [True]
    """
    size = np.bincount(mark, minlength=len(colors))
    inked = on.ink.reshape(-1)[at]
    at, mark = at[inked], mark[inked]
    below = on.pixels.reshape(-1, 1 if on.pixels.ndim == 2 else 3)[at]
    below = np.broadcast_to(below >> 8 if below.dtype == np.uint16 else below, (len(below), 3))
    count = np.bincount(mark, minlength=len(colors))
    total = [np.bincount(mark, below[:, c], minlength=len(colors)) for c in range(3)]
    mean = np.stack(total, axis=1) / np.maximum(count, 1)[:, None]
    gap = srgb_to_lab(mean.round().astype(np.uint8)) - srgb_to_lab(colors)
    # A hint picture made from a coloured drawing has dots of the ink's own colour.
    alike = np.linalg.norm(gap, axis=1) < _ALIKE
    return np.asarray(alike & (count >= _ON_INK * size) & (size > 1))


def _shallow(at: AnyArray, pair: AnyArray, depth: Floats, labels: Labels, share: float) -> Mask:
    """(m,) whether a mark stays near the lines where the region about it goes further from them."""
    reach, region = depth.reshape(-1)[at], labels.reshape(-1)[at]
    order = np.lexsort((reach, pair))
    last = order[np.flatnonzero(np.diff(pair[order], append=-1))]
    found = np.zeros(int(pair.max(initial=-1)) + 1, bool)
    for one in last.tolist():
        row, column = divmod(int(at[one]), labels.shape[1])
        far = int(2 * reach[one]) + 2
        window = np.s_[max(row - far, 0) : row + far + 1, max(column - far, 0) : column + far + 1]
        there = depth[window][labels[window] == region[one]]
        found[pair[one]] = reach[one] < share * there.max(initial=0)
    found[pair[last]] &= reach[last] <= max(_SLIP * max(labels.shape), 3)
    return found[pair]
