"""Hints become colours of regions."""

import numpy as np

from nurie.arrays import Labels, Mask, Rgb8
from nurie.document import Hints


def hinted_colors(hints: Hints | None, labels: Labels) -> tuple[Rgb8, Mask]:
    """Colour that each region takes by hint: the most frequent of those that fall into it.

    Hints on line (label 0) have no region and are left out; ties go to the hint given first.

    Args:
        hints: colours at pixels, or None.
        labels: (H, W) int32, 0…n.

    Returns:
        (n + 1, 3) uint8 colours, zeros where there is none, and (n + 1,) bool: hinted.

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
    packed = hints.colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    keys, first, votes = np.unique(region << 24 | packed, return_index=True, return_counts=True)
    order = np.lexsort((-first, votes))
    owner, color = keys[order] >> 24, keys[order] & 0xFFFFFF
    colors[owner] = np.stack([color >> 16, color >> 8 & 255, color & 255], 1)
    hinted[owner] = True
    colors[0], hinted[0] = 0, False
    return colors, hinted
