"""One colour for each region of a coloured picture."""

from itertools import pairwise

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8


def flatten(labels: Labels, lines: AnyArray, color: Rgb8, count: int) -> tuple[Rgb8, Floats]:
    """Median colour of each region away from its lines, and how even it is.

    Args:
        labels: (H, W) int32, 1…count.
        lines: (H, W) uint8 line art.
        color: (H, W, 3) uint8.
        count: number of regions.

    Returns:
        (count, 3) uint8 colours and (count,) float32 weights in [0, 1].

    >>> labels = np.array([[1, 1, 2]], np.int32)
    >>> color = np.array([[[9, 9, 9], [9, 9, 9], [200, 0, 0]]], np.uint8)
    >>> flatten(labels, np.full((1, 3), 255, np.uint8), color, 2)[0].tolist()
    [[9, 9, 9], [200, 0, 0]]
    """
    import cv2

    away = cv2.erode((lines > 200).astype(np.uint8), np.ones((3, 3), np.uint8)).ravel()
    flat = np.where(away > 0, labels.ravel(), 0)
    flat = np.where(
        np.bincount(flat, minlength=count + 1)[labels.ravel()] > 3, flat, labels.ravel()
    )
    order = np.argsort(flat, kind="stable")
    bounds = np.searchsorted(flat[order], np.arange(1, count + 2))
    pixels = color.reshape(-1, 3)[order]
    colors, weight = np.full((count, 3), 255, np.uint8), np.zeros(count, np.float32)
    for i, (start, stop) in enumerate(pairwise(bounds.tolist())):
        if stop > start:
            inside = pixels[start:stop]
            colors[i] = np.median(inside, axis=0)
            spread = np.abs(inside.astype(np.int16) - colors[i]).mean()
            thin_ink = colors[i].max() < 60 and stop - start < labels.size / 300
            weight[i] = 0.0 if thin_ink else float(np.exp(-spread / 40))
    return colors, weight
