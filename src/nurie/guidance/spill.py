"""Marks that only cling to lines: colours read from a picture at its outlines, slips of a brush."""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask, Pixels
from nurie.color import srgb_to_lab

_CLINGS = 0.25
"""Share of a mark on ink from which on it may be meant for the line."""

_ALIKE = 30.0
"""Distance in Lab up to which a mark has the colour of the line below it."""


class Lines(NamedTuple):
    """What lies below the marks."""

    ink: Mask
    """(H, W) bool, true on lines."""
    pixels: Pixels
    """(H, W) or (H, W, 3), the drawing."""
    shallow: float = 0.5
    """Share of its region's depth that a mark which clings must reach to be meant for it."""


def spilled(at: AnyArray, mark: AnyArray, colors: AnyArray, *, labels: Labels, on: Lines) -> Mask:
    """Pixels of marks that ask nothing of the region that they lie in.

    A mark clings to lines where a quarter of it lies on ink and the rest does not reach half as
    deep into its region as the region is deep. It asks nothing if its colour is the line's own,
    which the line has anyway, or if a mark of another kind colours the region.

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
    clings = _clings(at, mark, on.ink, len(colors))
    if not clings.any():
        return np.zeros(len(at), bool)
    region = labels.reshape(-1)[at]
    weak = clings[mark] & _shallow(at, mark, region, labels, on)
    held = np.zeros(int(labels.max(initial=0)) + 1, bool)
    held[region[~weak & ~on.ink.reshape(-1)[at]]] = True
    return weak & (_as_lines(at, mark, colors, on)[mark] | held[region])


def for_lines(at: AnyArray, mark: AnyArray, colors: AnyArray, on: Lines) -> Mask:
    """Marks that cling to lines and have their colour, which may be meant for them alone.

    Args:
        at: (m,) flat indices of the pixels.
        mark: (m,) int32 which of k marks each belongs to.
        colors: (k, 3) uint8 of the marks.
        on: the drawing.

    Returns:
        (k,) bool.

    >>> pixels = np.array([[0, 255, 255, 255]], np.uint8)
    >>> for_lines(np.arange(2), np.zeros(2, np.int32), np.zeros((1, 3), np.uint8),
    ...           Lines(pixels < 9, pixels)).tolist()
    [True]
    """
    return _clings(at, mark, on.ink, len(colors)) & _as_lines(at, mark, colors, on)


def _clings(at: AnyArray, mark: AnyArray, ink: Mask, count: int) -> Mask:
    """(k,) whether much of each mark lies on ink; a dot has no extent, it is meant where it is."""
    size = np.bincount(mark, minlength=count)
    share = np.bincount(mark, ink.reshape(-1)[at], minlength=count) / np.maximum(size, 1)
    return np.asarray((share >= _CLINGS) & (size > 1))


def _shallow(at: AnyArray, mark: AnyArray, region: AnyArray, labels: Labels, on: Lines) -> Mask:
    """(m,) whether a mark stays near the lines of the region below each pixel."""
    import cv2

    depth = cv2.distanceTransform((~on.ink).view(np.uint8), cv2.DIST_L2, 3)
    deepest = np.zeros(int(labels.max(initial=0)) + 1, np.float32)
    np.maximum.at(deepest, labels.reshape(-1), depth.reshape(-1))
    _, pair = np.unique(mark.astype(np.int64) * len(deepest) + region, return_inverse=True)
    pair = pair.reshape(-1)
    reach = np.zeros(int(pair.max(initial=0)) + 1, np.float32)
    np.maximum.at(reach, pair, depth.reshape(-1)[at])
    return np.asarray(reach[pair] < on.shallow * deepest[region])


def _as_lines(at: AnyArray, mark: AnyArray, colors: AnyArray, on: Lines) -> Mask:
    """(k,) whether each mark has the mean colour of the ink below it."""
    inked = on.ink.reshape(-1)[at]
    at, mark = at[inked], mark[inked]
    below = on.pixels.reshape(-1, 1 if on.pixels.ndim == 2 else 3)[at]
    below = np.broadcast_to(below >> 8 if below.dtype == np.uint16 else below, (len(below), 3))
    count = np.maximum(np.bincount(mark, minlength=len(colors)), 1)
    mean = [np.bincount(mark, below[:, c], minlength=len(colors)) / count for c in range(3)]
    gap = srgb_to_lab(np.stack(mean, axis=1).round().astype(np.uint8)) - srgb_to_lab(colors)
    return np.asarray(np.linalg.norm(gap, axis=1) < _ALIKE)
