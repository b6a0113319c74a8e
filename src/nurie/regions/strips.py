"""Strips: pictures many times longer than broad, read in bands of about one panel each.

How wide a gap is closed, how small a region is a sliver and how much the model sees at once all
follow the size of a drawing. Of a webtoon that is the size of a panel, not the strip's.
"""

from collections.abc import Callable

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask, joined
from nurie.regions.ink import Ink, ink_threshold, stroke_width
from nurie.regions.merge import look_up, relabel

# Shortest and longest band, in parts of the shorter side.
_BAND = 0.8, 1.6
# Share of the ink by which the threshold of a band alone may change it.
_SHIFT = 0.15
# How far bands reach into one another where no gutter parts them, in parts of the shorter side.
_OVERLAP = 0.5


def bands(mask: Mask) -> list[tuple[slice, slice]]:
    """Windows that cover a strip, (H, W) bool with true on ink, cut where there is the least of it.

    >>> bands(np.zeros((2000, 500), bool))[0]
    (slice(0, 600, None), slice(0, 500, None))
    """
    down = mask.shape[0] >= mask.shape[1]
    length, side = max(mask.shape), min(mask.shape)
    held = np.count_nonzero(mask, axis=1 if down else 0)
    cuts = [0]
    while length - cuts[-1] > _BAND[1] * side:
        first, last = (cuts[-1] + int(share * side) for share in _BAND)
        cuts.append(first + _blankest(held[first:last]))
    ends = zip(cuts, [*cuts[1:], length], strict=True)
    rows = [slice(first, last) for first, last in ends]
    return [(r, slice(0, side)) if down else (slice(0, side), r) for r in rows]


def _blankest(held: AnyArray) -> int:
    """Middle of the longest stretch with the least ink."""
    least = np.concatenate([[0], held == held.min(), [0]])
    edges = np.flatnonzero(np.diff(least))
    starts, stops = edges[::2], edges[1::2]
    best = int((stops - starts).argmax())
    return int((starts[best] + stops[best]) // 2)


def part_of(ink: Ink, window: tuple[slice, slice]) -> Ink:
    """The ink in a window, as it would be of that window alone.

    >>> tone = np.array([[0, 255, 255, 0]], np.uint8)
    >>> part_of(Ink(tone < 9, tone, 1.0), (slice(0, 1), slice(2, 4))).mask.tolist()
    [[False, True]]
    """
    mask, tone = (np.ascontiguousarray(plane[window]) for plane in (ink.mask, ink.tone))
    own = tone < ink_threshold(tone)
    # Gray areas, trace lines and tone were looked at in the whole.
    if np.count_nonzero(own ^ mask) < _SHIFT * np.count_nonzero(mask):
        mask = own
    return Ink(mask, tone, stroke_width(mask))


def segment_strip(ink: Ink, segment_one: Callable[[Ink], Labels]) -> Labels:
    """Regions of a strip, as ``segment`` gives them: those of its bands, joined where they go on.

    >>> tone = np.full((90, 9), 255, np.uint8)
    >>> int(segment_strip(Ink(tone < 9, tone, 1.0), lambda i: (~i.mask).astype(np.int32)).max())
    1
    """
    if ink.mask.shape[0] < ink.mask.shape[1]:
        turned = Ink(ink.mask.T, ink.tone.T, ink.stroke)
        return relabel(np.ascontiguousarray(segment_strip(turned, segment_one).T))
    out, total = np.zeros(ink.mask.shape, np.int32), 0
    reach, pairs = int(_OVERLAP * min(ink.mask.shape)), list[AnyArray]()
    for rows, columns in bands(ink.mask):
        # A gutter parts two bands for good; through anything else both must look.
        above = 0 if not rows.start or not ink.mask[rows.start].any() else reach
        below = 0 if rows.stop == len(out) or not ink.mask[rows.stop].any() else reach
        top, bottom = max(rows.start - above, 0), min(rows.stop + below, len(out))
        labels = segment_one(part_of(ink, (slice(top, bottom), columns)))
        labels[labels > 0] += total
        total = max(total, int(labels.max(initial=0)))
        own = labels[rows.start - top :]
        if rows.start:
            shared = slice(top, rows.start) if above else slice(rows.start - 1, rows.start)
            pairs.append(_same(out[shared], labels[: rows.start - top] if above else own[:1]))
        # What lies below is kept for the next band to compare with, and then written over.
        out[rows.start : bottom] = own
    return relabel(look_up(joined(np.concatenate([*pairs, np.zeros((0, 2), int)]), total + 1), out))


def _same(one: Labels, two: Labels) -> AnyArray:
    """Pairs of labels that cover mostly the same pixels of a stretch seen twice, (m, 2)."""
    both = (one > 0) & (two > 0)
    pairs, count = np.unique(np.stack([one[both], two[both]], axis=1), axis=0, return_counts=True)
    if not len(pairs):
        return np.zeros((0, 2), np.int64)
    size = [
        dict(zip(*np.unique(labels[both], return_counts=True), strict=True))
        for labels in (one, two)
    ]
    least = np.array([min(size[0][a], size[1][b]) for a, b in pairs.tolist()])
    return np.asarray(pairs[2 * count > least])
