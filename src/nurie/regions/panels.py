"""Panels of a comic page: windows between gutters, which part the page again and again.

Recursive cuts along blank bands (the XY cut; Nagy and Seth 1984), here only along those between two
frame lines: the empty sky of a single drawing is blank, too.
"""

from itertools import pairwise

import cv2
import numpy as np

from nurie.arrays import Labels, Mask
from nurie.regions.measure import Measures

Window = tuple[slice, slice]

_LINE = 0.6
"""Share of a window's breadth that a frame line covers; balloons break frames."""

_GUTTER = 0.06
"""Broadest gutter, in parts of the page's longer side."""

_CROSSED = 0.06
"""Share of a gutter's length that balloons and figures that cross it may ink."""

_SHEET = 0.6
"""Share of the picture's border that the sheet itself holds, whatever its shape."""

_MARGIN, _FULL = 0.2, 0.98
"""Deepest margin beyond a frame, in parts of the page; how much of its box a straight bar fills."""

_THIN = 0.035
"""Widest gutter that is a region, as a share of the shorter side of the page."""

_LEAST = 0.1
"""Lowest and narrowest panel, in parts of the page."""

_DEPTH = 6
"""Cuts one inside the other: pages have rows of panels, and a panel or two inset."""


def panels(mask: Mask, stroke: float) -> list[Window]:
    """Windows of the panels of a page, which cover it; one window where it has no gutters.

    Args:
        mask: (H, W) bool, true on ink.
        stroke: width of lines in pixels.

    >>> page = np.zeros((104, 60), bool)
    >>> for top in (4, 56):
    ...     page[[top, top + 44], 4:56] = page[top : top + 44, [4, 55]] = True
    >>> [rows for rows, columns in panels(page, 1.0)]
    [slice(0, 52, None), slice(52, 104, None)]
    """
    height, width = mask.shape
    found = _parts(mask, (slice(0, height), slice(0, width)), stroke, _DEPTH)
    return found if len(found) > 1 else [(slice(0, height), slice(0, width))]


def _parts(page: Mask, window: Window, stroke: float, depth: int) -> list[Window]:
    """A window, or the parts of it between gutters."""
    for axis in (1, 0) if depth else ():
        across, whole = window[1 - axis], page.shape[1 - axis]
        inside = page[window] if axis else page[window].T
        cuts = _gutters(inside, max(1, round(stroke)), _GUTTER * max(page.shape), _LEAST * whole)
        ends = [across.start, *(across.start + cut for cut in cuts), across.stop]
        spans = [slice(a, b) for a, b in pairwise(ends)]
        if cuts:
            parts = [(span, window[1]) if axis else (window[0], span) for span in spans]
            return [leaf for part in parts for leaf in _parts(page, part, stroke, depth - 1)]
    return [window]


def _gutters(inside: Mask, reach: int, broadest: float, least: float) -> list[int]:
    """Rows in the middle of the gutters that part a window from side to side.

    Args:
        inside: (h, w) bool, true on ink.
        reach: half of the rows over which a line that is rough or askew may spread.
        broadest: gutter, in pixels.
        least: lowest panel, in pixels.
    """
    if len(inside) <= 2 * reach:
        return []
    inked = inside.mean(axis=1)
    spread = np.convolve(inked, np.ones(2 * reach + 1), "same") / reach
    lines = np.flatnonzero(np.maximum(inked, np.minimum(spread, 1)) >= _LINE)
    steps, found, before = np.diff(lines), list[int](), 0
    for at in np.flatnonzero((steps > 2 * reach) & (steps <= broadest)).tolist():
        first, last = int(lines[at]), int(lines[at + 1])
        between = inside[first + reach + 1 : last - reach]
        blank = len(between) and between.mean(axis=1).max() <= _CROSSED
        edges = inside[max(first - 2 * reach, 0) : first + 1], inside[last : last + 2 * reach + 1]
        framed = np.asarray(np.concatenate(edges).any(axis=0))
        if blank and first - before >= least and not _closed(between, framed, reach):
            found.append((first + last + 1) // 2)
            before = last
    return found if len(inside) - before >= least else found[:-1]


def _closed(between: Mask, framed: Mask, reach: int) -> bool:
    """Whether lines cross a gutter near both of its ends: it is then a strip within a panel.

    Args:
        between: (g, w) bool, the gutter.
        framed: (w,) bool, where there are lines along it.
        reach: half a line's width.
    """
    at, near = np.flatnonzero(framed), 4 * reach + len(between)
    crossed = between.mean(axis=0) > _LINE
    return bool(crossed[: at[0] + near].any() and crossed[max(at[-1] + 1 - near, 0) :].any())


def page_itself(labels: Labels, measures: Measures) -> Mask:
    """Regions that are the page, and nothing drawn: its sheet, margins and gutters, (n,) bool.

    Each test looks for one kind of paper; what none of them is sure of may be coloured.

    >>> from nurie.regions.measure import measure
    >>> box = np.ones((9, 9), np.int32); box[3:6, 3:6] = 2
    >>> page_itself(box, measure(box)).tolist()
    [True, False]
    """
    sheet = surroundings(labels, len(measures)) | _bars(labels, measures)
    return sheet | _margins(labels, measures)


def surroundings(labels: Labels, count: int) -> Mask:
    """The region around the drawing, or the two beside a figure that fills the height, (n,) bool.

    >>> box = np.ones((9, 9), np.int32); box[3:6, 3:6] = 2
    >>> surroundings(box, 2).tolist()
    [True, False]
    """
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    held = np.stack([np.bincount(side, minlength=count + 1)[1:] for side in sides])
    share = held / np.array([[len(side)] for side in sides])
    # The background touches all four sides, even where a figure is cut by the frame.
    around = (share > 0).all(axis=0) & (share.mean(axis=0) > 0.3)
    # A figure from top to bottom parts the background in two: both fill a side whole.
    beside = (share[:2] > 0).all(axis=0)
    left, right = (beside & (one > 0.95) for one in share[2:])
    sheet: Mask = around | (held.sum(axis=0) > _SHEET * sum(map(len, sides)))
    if left.any() and right.any():
        sheet = sheet | left | right
    return sheet


def _margins(labels: Labels, measures: Measures) -> Mask:
    """The two bars above and below a frame that is as broad as the page."""
    height, width = labels.shape
    bars = []
    for page in (labels, labels[::-1]):
        label = int(page[0, 0])
        deep = int(measures.area[label - 1]) // width if label else 0
        # A sky may lie on a straight horizon; that another such bar is opposite is no chance.
        if 0 < deep <= _MARGIN * height and (page[:deep] == label).mean() > _FULL:
            bars.append((deep, label))
    found = np.zeros(len(measures) + 1, bool)
    if len(bars) == 2 and max(bars)[0] < 2 * min(bars)[0]:
        found[[label for _, label in bars]] = True
    return found[1:]


def _bars(labels: Labels, measures: Measures) -> Mask:
    """Regions made of thin straight bars that run from one side of the page to another."""
    side = min(labels.shape)
    thin = 2 * measures.area < _THIN * side * measures.outline
    long = measures.outline > 1.2 * side
    gutters = np.zeros(len(measures), bool)
    step = max(1, side // 600)
    small = labels[step // 2 :: step, step // 2 :: step]
    reach = max(3, int(0.12 * side / step))
    for label in np.flatnonzero(thin & long & (measures.border > 0)) + 1:
        bars = np.pad((small == label).astype(np.uint8), 1, mode="edge")
        straight = np.zeros_like(bars)
        for kernel in (np.ones((1, reach), np.uint8), np.ones((reach, 1), np.uint8)):
            # Opening with a bar keeps what is as long as the bar: a gutter is nothing else.
            straight |= cv2.morphologyEx(bars, cv2.MORPH_OPEN, kernel)
        sides = (bars[0], bars[-1], bars[:, 0], bars[:, -1])
        reached = sum(bool(line.any()) for line in sides)
        gutters[label - 1] = reached >= 2 and straight.sum() > 0.9 * bars.sum()
    return gutters
