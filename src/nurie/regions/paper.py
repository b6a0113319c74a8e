"""Regions that stay paper whatever the model says: lettering, balloons, gutters, the sheet."""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask, joined
from nurie.regions.ink import Ink
from nurie.regions.measure import Measures
from nurie.regions.merge import runs

# Longest side, in pixels, at which lettering is looked for.
_SIDE = 1200
# A region that holds this share of the picture's border is the sheet itself.
_SHEET = 0.6
# Deepest margin beyond a frame, in parts of the page, and how much of its box a straight bar fills.
_MARGIN, _BAR = 0.2, 0.98
# Widest gutter between panels, as a share of the shorter side of the page.
_GUTTER = 0.035
# Least share of a balloon that its lettering covers, and largest share of the page.
_BALLOON = 0.2, 0.3
# Least share of the ink in a line of lettering that is letters.
_ALONE = 0.85
# Least share of a balloon that lettering covers where nothing else is in it, and how much of its
# convex hull such a balloon fills at the least; a tail and spikes take some.
_WORDS = 0.02, 0.72
# Largest spread of the sizes and distances of dots that stand for silence.
_ALIKE = 0.3
# From this many small marks on, a picture is a texture in which nothing can be read.
_MOST = 3000


class Marks(NamedTuple):
    """Small separate pieces of ink, in pixels of the reduced picture."""

    box: Ints  # (k, 4) top, left, bottom, right; the last two are exclusive
    stroke: Floats  # (k,) mean width of the stroke
    area: Ints  # (k,) pixels of ink
    bends: Floats  # (k,) outline over that of the box: 1 for bars and blobs, more for letters
    shape: Floats  # (k, 64) how much ink lies in each part of the box


def stays_paper(ink: Ink, labels: Labels, measures: Measures, *, letters: bool = True) -> Mask:
    """Which of n regions no model may colour, (n,) bool.

    These are the sheet around the drawing, gutters between panels, and with ``letters`` balloons
    and the holes of letters. All tests are strict: what is in doubt is left to the model.

    >>> from nurie.regions.measure import measure
    >>> labels = np.ones((9, 9), np.int32); labels[3:6, 3:6] = 2
    >>> stays_paper(Ink(labels < 0, labels, 1.0), labels, measure(labels)).tolist()
    [True, False]
    """
    if len(measures) < 2:
        return np.ones(len(measures), bool)
    # Each test looks for one kind of paper; what none of them is sure of may be coloured.
    paper = surroundings(labels, len(measures)) | _gutters(labels, measures)
    paper |= _margins(labels, measures)
    factor = max(1, -(-max(labels.shape) // _SIDE))
    blocks = _blocks(ink.mask, factor) if letters else []
    if not blocks:
        return paper
    if factor > 1:
        # Where there is lettering there may be some too small to be read at this size.
        blocks += _blocks(ink.mask, factor // 2)
    boxes, lettered = np.concatenate([b[0] for b in blocks]), [b[1] for b in blocks]
    balloons = _balloons(lettered, ink, labels, measures)
    if balloons.any():
        tall = np.median(np.concatenate(lettered) @ np.array([-1, 0, 1, 0]))
        balloons |= _terse(ink, labels, measures, float(tall)) & ~paper
    # Letters too few to be known as such have three corners in a balloon, a pixel beside them.
    top, left, bottom, right = (boxes - [1, 1, 0, 0]).T
    rows = np.clip([top, top, bottom, bottom], 0, labels.shape[0] - 1)
    columns = np.clip([left, right, left, right], 0, labels.shape[1] - 1)
    within = np.append(False, balloons)[labels[rows, columns]].sum(axis=0) >= 3
    written = np.concatenate([boxes[within], *lettered])
    return (
        paper | balloons | _holes(written, measures, factor) | _enclosed(balloons, labels, measures)
    )


def _blocks(ink: Mask, factor: int) -> list[tuple[AnyArray, AnyArray]]:
    """Lines of letters seen at 1 / factor of the size: boxes of all marks, and of those in each."""
    small: AnyArray = ink.view(np.uint8)
    if factor > 1:
        size = -(-ink.shape[1] // factor), -(-ink.shape[0] // factor)
        small = cv2.resize(small * 255, size, interpolation=cv2.INTER_AREA)
        small = (small > 100).view(np.uint8)
    marks = _marks(small)
    boxes = marks.box * factor
    return [
        (boxes[:0] if i else boxes, boxes[block])
        for i, block in enumerate(_lettering(marks, small))
    ]


class _Inside(NamedTuple):
    """One region with all that it encloses, cut out."""

    window: tuple[slice, slice]
    filled: Mask  # of the window: the region and what lies in it, without its rim
    solid: float  # share of its convex hull that the region and what lies in it fill
    alone: Mask  # pieces of ink in it that do not touch the rim
    share: float  # how much of its ink these are


def _inside(region: int, ink: Ink, labels: Labels, measures: Measures) -> _Inside:
    """What a region encloses."""
    top, left, bottom, right = measures.box[region].astype(int)
    window = slice(top, bottom), slice(left, right)
    own = (labels[window] == region + 1).view(np.uint8)
    outlines, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    hull = max(cv2.contourArea(cv2.convexHull(outline)), 1)
    filled = cv2.drawContours(np.zeros_like(own), [outline], 0, 1, cv2.FILLED)
    # The region reaches under its outline, to the middle of the stroke and a little beyond.
    rim = 2 * int(np.ceil(ink.stroke)) + 3
    filled = cv2.erode(
        filled, np.ones((rim, rim), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    inked = (ink.mask[window] & (own + filled > 0)).view(np.uint8)
    count, pieces = cv2.connectedComponents(inked)
    touching = np.zeros(count, bool)
    touching[pieces[filled == 0]] = True
    alone = (inked > 0) & ~touching[pieces]
    share = alone.sum() / max((ink.mask[window] & (filled > 0)).sum(), 1)
    return _Inside(window, filled > 0, cv2.contourArea(outline) / hull, alone, share)


def _terse(ink: Ink, labels: Labels, measures: Measures, tall: float) -> Mask:
    """Balloons of a page with lettering that hold only a few marks: ``...``, ``!?``, *Oh*."""
    size = (measures.box[:, 2:] - measures.box[:, :2]).min(axis=1)
    fits = (size > 1.5 * tall) & (measures.area < _BALLOON[1] * labels.size)
    fits &= measures.area > 0.55 * np.prod(measures.box[:, 2:] - measures.box[:, :2], axis=1)
    found = np.zeros(len(measures), bool)
    for region in np.flatnonzero(fits):
        inside = _inside(int(region), ink, labels, measures)
        if inside.solid < _WORDS[1] or not inside.alone.any():
            continue
        _, _, stats, middle = cv2.connectedComponentsWithStats(inside.alone.view(np.uint8))
        holes = np.unique(labels[inside.window][inside.filled]).size - 1
        lone = inside.share > _ALONE and holes <= len(stats)
        found[region] = lone and _few(stats[1:], middle[1:], inside.filled, tall)
    return found


def _few(stats: Ints, middle: Floats, filled: Mask, tall: float) -> bool:
    """Whether a few marks stand in one line in the middle, as letters or dots do."""
    left, top, width, height, area = stats.T
    low, right = (top + height).max(), (left + width).max()
    center = np.array([top.min() + low, left.min() + right]) / 2
    off = np.abs(center - np.argwhere(filled).mean(axis=0)) / filled.shape
    if len(stats) > 8 or (off > 0.15).any() or low - top.min() > 2.2 * tall:
        return False
    order = np.argsort(middle[:, 0])
    if len(stats) >= 3 and height.max() < 0.8 * tall:
        steps = np.diff(middle[order, 0])
        return bool(
            np.ptp(middle[:, 1]) < height.max()
            and steps.std() < _ALIKE * steps.mean()
            and area.std() < _ALIKE * area.mean()
        )
    # A letter stands beside the next one, or below it: all but points and commas have a row of
    # pixels in common, or all a column. A mouth below eyes does neither.
    small = height < 0.5 * height.max()
    in_row = top[~small].max() < (top + height)[~small].min()
    in_row &= (width[small] < 0.6 * height.max()).all()
    if not in_row and left.max() >= (left + width).min():
        return False
    # Eyes and buttons come in pairs of the same shape; letters and signs differ.
    differ = np.ptp(area) > 0.2 * area.max() or np.ptp(width) > 0.2 * width.max()
    broad = right - left.min() > 0.08 * filled.shape[1]
    return bool(height.max() > 0.6 * tall and len(stats) >= 2 and differ and broad)


def _enclosed(balloons: Mask, labels: Labels, measures: Measures) -> Mask:
    """Regions that lie in a balloon: pockets between letters that touch, and holes."""
    within = np.zeros(len(measures), bool)
    for region in np.flatnonzero(balloons):
        top, left, bottom, right = measures.box[region].astype(int)
        part = labels[top:bottom, left:right]
        own = (part == region + 1).view(np.uint8)
        outlines, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        filled = cv2.drawContours(np.zeros_like(own), outlines, -1, 1, cv2.FILLED) > 0
        held = np.bincount(part[filled], minlength=len(measures) + 1)[1:]
        within |= held > 0.9 * measures.area
    return within


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
        if 0 < deep <= _MARGIN * height and (page[:deep] == label).mean() > _BAR:
            bars.append((deep, label))
    found = np.zeros(len(measures) + 1, bool)
    if len(bars) == 2 and max(bars)[0] < 2 * min(bars)[0]:
        found[[label for _, label in bars]] = True
    return found[1:]


def _gutters(labels: Labels, measures: Measures) -> Mask:
    """Regions made of thin straight bars that run from one side of the page to another."""
    side = min(labels.shape)
    thin = 2 * measures.area < _GUTTER * side * measures.outline
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


def _marks(small: AnyArray) -> Marks:
    """Pieces of ink that could be letters by their size."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    left, top, width, height, area = stats.T
    tall = np.maximum(width, height)
    # Letters are small, but not specks, and not solid.
    fits = (tall >= 5) & (tall <= 0.1 * max(small.shape)) & (area >= 6) & (area < 0.8 * tall**2)
    keep = np.flatnonzero(fits)[1 if fits[0] else 0 :]
    # In a texture everything is near everything: the pairs would fill the memory.
    keep = keep if len(keep) <= _MOST else keep[:0]
    edges = sum(np.bincount(runs(pieces, axis=a).label, minlength=count) for a in (0, 1))
    outline = 2.0 * np.asarray(edges)[keep]
    box = np.stack([top, left, top + height, left + width], axis=1)[keep]
    shape = [
        cv2.resize(
            (pieces[top:bottom, left:right] == k).view(np.uint8) * 255, (8, 8), interpolation=3
        )
        for k, (top, left, bottom, right) in zip(keep.tolist(), box.tolist(), strict=True)
    ]
    return Marks(
        box.astype(np.int32),
        (2 * area[keep] / outline).astype(np.float32),
        area[keep],
        (outline / (2 * (width + height)[keep])).astype(np.float32),
        np.array(shape, np.float32).reshape(-1, 64) / np.float32(255),
    )


def _lettering(marks: Marks, small: AnyArray) -> list[AnyArray]:
    """Groups of marks, as indices, that are lines or columns of letters."""
    tall = np.maximum(*(marks.box[:, 2:] - marks.box[:, :2]).T)
    # A letter is made of strokes: a blob as broad as it is tall is none.
    thin = np.flatnonzero(marks.stroke < 0.36 * tall)
    box, size, stroke = marks.box[thin], tall[thin], marks.stroke[thin]
    apart = np.maximum(box[:, None, :2], box[:, :2]) - np.minimum(box[:, None, 2:], box[:, 2:])
    larger = np.maximum(size[:, None], size)
    linked = (
        (np.maximum(apart, 0).max(axis=2) < 0.6 * larger)
        & (larger < 2.5 * np.minimum(size[:, None], size))
        & (np.maximum(stroke[:, None], stroke) < 2 * np.minimum(stroke[:, None], stroke))
    )
    group = joined(np.argwhere(np.triu(linked, 1)).astype(np.int32), len(thin))
    blocks = [thin[group == g] for g in np.flatnonzero(np.bincount(group) >= 5)]
    return [block for block in blocks if _is_lettering(Marks(*(m[block] for m in marks)), small)]


def _is_lettering(marks: Marks, small: AnyArray) -> bool:
    """Whether marks stand alone in lines or columns and are different from each other."""
    some = marks.shape[:: 1 + len(marks.shape) // 40]
    unlike = np.abs(some[:, None] - some).mean(axis=2)
    # Letters differ from one another; scales, bricks and windows repeat.
    various = unlike[np.triu_indices(len(some), 1)].mean() > 0.17
    if not various or np.mean(marks.bends) < 1.2:
        return False
    turned = marks.box[:, [1, 0, 3, 2]]
    return _in_lines(marks.box, marks.area, small) or _in_lines(turned, marks.area, small.T)


def _in_lines(box: AnyArray, area: AnyArray, small: AnyArray) -> bool:
    """Whether boxes (top, left, bottom, right) stand in lines that hold all the ink there."""
    size = np.percentile((box[:, 2:] - box[:, :2]).max(axis=1), 80)
    # The middle half of each letter, so that tails do not tie one line to the next.
    quarter = (box[:, 2] - box[:, 0]) / 4
    order = np.argsort(box[:, 0] + quarter)
    top, bottom = (box[:, 0] + quarter)[order], (box[:, 2] - quarter)[order]
    line = np.cumsum(np.append(True, top[1:] > np.maximum.accumulate(bottom)[:-1]))
    longest = 0
    for number in range(1, int(line[-1]) + 1):
        own = order[line == number]
        (top, left), (bottom, right) = box[own, :2].min(axis=0), box[own, 2:].max(axis=0)
        filled = np.zeros(right - left, bool)
        for start, stop in box[own][:, [1, 3]] - left:
            filled[start:stop] = True
        inside = area[own].sum() / small[top:bottom, left:right].sum()
        # A line is one letter tall, mostly covered, and holds no other ink.
        if bottom - top > 1.7 * size or filled.mean() < 0.5 or inside < _ALONE:
            return False
        longest = max(longest, right - left)
    return bool(longest > 2.5 * size and len(box) >= 2.5 * line[-1])


def _holes(letters: AnyArray, measures: Measures, margin: int) -> Mask:
    """Regions that lie inside the box of one letter."""
    holes = np.zeros(len(measures), bool)
    largest = (letters[:, 2:] - letters[:, :2]).max() + 2 * margin
    small = np.flatnonzero((measures.box[:, 2:] - measures.box[:, :2]).max(axis=1) <= largest)
    inside = np.ones((len(small), len(letters)), bool)
    for edge, sign in enumerate((1, 1, -1, -1)):
        inside &= sign * (measures.box[small, edge, None] - letters[:, edge]) >= -margin
    holes[small] = inside.any(axis=1)
    return holes


def _balloons(blocks: list[AnyArray], ink: Ink, labels: Labels, measures: Measures) -> Mask:
    """Regions in which lettering covers a good share, or in which nothing else is."""
    written = np.zeros(len(measures) + 1)
    for box in blocks:
        top, left = box[:, :2].min(axis=0)
        bottom, right = np.minimum(box[:, 2:].max(axis=0), labels.shape)
        under = np.bincount(labels[top:bottom:2, left:right:2].ravel(), minlength=len(written))
        around = int(under[1:].argmax()) + 1
        # Lettering that lies across several regions belongs to none of them.
        if under[around] > 0.6 * under[1:].sum():
            written[around] += (bottom - top) * (right - left)
    least, largest = _BALLOON
    balloons: Mask = written[1:] > least * measures.area
    for region in np.flatnonzero((written[1:] > _WORDS[0] * measures.area) & ~balloons):
        inside = _inside(int(region), ink, labels, measures)
        balloons[region] = inside.solid > _WORDS[1] and inside.share > _ALONE
    return balloons & (measures.area < largest * labels.size)
