"""Marks of a hint picture that only cling to lines: colours read at outlines, slips of a brush."""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Mask, Pixels
from nurie.colors import srgb_to_lab

_ON_INK = 0.25
"""Share of a mark on ink from which on it may be meant for the line."""

_TOUCHES = 1.5
"""Distance from ink in pixels up to which a mark touches it."""

_SLIP = 0.03
"""How far from ink a mark that clings to it may reach, as a share of the picture's longer side."""

_COVERED = 0.3
"""Share of a region that a mark covers to be meant for it all the same."""

_ALIKE = 30.0
"""Distance in Lab up to which a mark has the colour of the line below it."""


class Lines(NamedTuple):
    """What lies below the marks."""

    ink: Mask
    """(H, W) bool, true on lines."""
    pixels: Pixels
    """(H, W) or (H, W, 3), the drawing."""
    shallow: float = 0.5
    """Share of the depth about it that a mark which clings must reach to be meant."""


def spilled(at: AnyArray, mark: AnyArray, colors: AnyArray, *, labels: Labels, on: Lines) -> Mask:
    """Pixels of marks that ask nothing of the region that they lie in.

    A mark clings to lines where it touches ink and does not reach half as far from it as its region
    does about there, or has the line's own colour and lies on it by a quarter. In a region that
    another mark colours properly it asks nothing; where it does both, nowhere.

    Args:
        at: (m,) flat indices of the pixels.
        mark: (m,) int32 which of k marks each belongs to.
        colors: (k, 3) uint8 of the marks.
        labels: (H, W) int32, 0…n.
        on: the drawing.

    Returns:
        (m,) bool.

    >>> labels = np.repeat([[1] * 9 + [2] * 9], 9, axis=0).astype(np.int32)
    >>> pixels = np.full((9, 18), 255, np.uint8); pixels[:, 8:10] = 0
    >>> slip, dab = [79, 80, 97, 98], [21, 22, 39, 40]
    >>> colors = np.array([[0, 0, 0], [200, 0, 0]], np.uint8)
    >>> spilled(np.array(slip + dab), np.repeat([0, 1], 4), colors,
    ...         labels=labels, on=Lines(pixels < 9, pixels)).tolist()
    [True, True, True, True, False, False, False, False]
    """
    import cv2

    depth = cv2.distanceTransform((~on.ink).view(np.uint8), cv2.DIST_L2, 3)
    near = np.bincount(mark, depth.reshape(-1)[at] <= _TOUCHES, minlength=len(colors)) > 0
    # A dot has no extent: it is meant wherever it lies.
    near &= np.bincount(mark, minlength=len(colors)) > 1
    region, small = labels.reshape(-1)[at], near[mark]
    pair, size = _pairs(mark[small], region[small])
    few = size < _COVERED * np.bincount(labels.reshape(-1))[region[small]]
    small[small] = few
    shallow, own = small.copy(), small & for_lines(at, mark, colors, on)[mark]
    shallow[small] = _shallow(at[small], pair[few], depth, labels, on.shallow)
    held = np.zeros(int(labels.max(initial=0)) + 1, bool)
    held[region[~shallow & ~own & ~on.ink.reshape(-1)[at]]] = True
    return (shallow | own) & held[region] | (shallow & own)


def for_lines(at: AnyArray, mark: AnyArray, colors: AnyArray, on: Lines) -> Mask:
    """Marks of which much lies on ink and that have its colour: they may be meant for it alone.

    Args:
        at: (m,) flat indices of the pixels.
        mark: (m,) int32 which of k marks each belongs to.
        colors: (k, 3) uint8 of the marks.
        on: the drawing.

    Returns:
        (k,) bool; never a mark of a single pixel.

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
    alike = np.linalg.norm(gap, axis=1) < _ALIKE
    return np.asarray(alike & (count >= _ON_INK * size) & (size > 1))


def _pairs(mark: AnyArray, region: AnyArray) -> tuple[AnyArray, AnyArray]:
    """(m,) which pair of a mark and a region each pixel lies in, and its size in pixels."""
    key = mark.astype(np.int64) << 32 | region
    _, pair, size = np.unique(key, return_inverse=True, return_counts=True)
    pair = pair.reshape(-1)
    return pair, size[pair]


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
