"""What a single picture looks like: how white, how sharp."""

import numpy as np

from nurie.arrays import Rgb8
from nurie.colors import WHITE_BIN, bins_of


def white_share(picture: Rgb8) -> float:
    """Share of the pixels that fall into the white bin, every channel 224 or more.

    Args:
        picture: (H, W, 3) uint8.

    Returns:
        In [0, 1].

    >>> white_share(np.array([[[255, 240, 224], [255, 255, 223]]], np.uint8))
    0.5
    """
    return float((bins_of(picture) == WHITE_BIN).mean())


def sharpness(picture: Rgb8) -> float:
    """Variance of the gradient of luma (BT.601): 0 for one colour, less for a softer picture.

    Args:
        picture: (H, W, 3) uint8, at least 2 pixels a side.

    Returns:
        Gray levels squared, of steps from a pixel to the next, down and to the right.

    >>> sharpness(np.full((4, 4, 3), 80, np.uint8))
    0.0
    """
    luma = picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    steps = np.concatenate([np.diff(luma, axis=axis).ravel() for axis in (0, 1)])
    return float(steps.var())
