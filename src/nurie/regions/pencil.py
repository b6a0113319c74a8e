"""Coloured pencil under ink: construction lines, blue pencil, ruled paper."""

import numpy as np

from nurie.arrays import AnyArray, Mask, Pixels

_LIGHTEST = 128
"""Brightest channel, of 255, below which a coloured line is ink and not pencil."""

_TINT = 16
"""Difference between channels, of 255, from which on a pixel is sure to be coloured."""

_HUE = 0.85
"""Least cosine between what a pixel and the pencil lack of their brightest channel."""


def without_pencil(pixels: Pixels, color: tuple[int, int, int]) -> Pixels:
    """A drawing without the pencil lines of a colour's hue, however pale; ink over them stays.

    Pencil takes least from the brightest channel of its own colour, so that channel shows the ink
    alone, as a red filter before a camera does with red lines.

    The same array where there is no such pencil.

    >>> row = [[255, 255, 255], [150, 190, 255], [0, 0, 0]]
    >>> without_pencil(np.array([row], np.uint8), (0, 0, 255))[0, :, 0].tolist()
    [255, 255, 0]
    """
    import cv2

    if pixels.ndim == 2:
        return pixels
    white = int(np.iinfo(pixels.dtype).max)
    eight = pixels if white == 255 else (pixels >> 8).astype(np.uint8)
    bright = eight.max(axis=2)
    sure = _like(eight, color) & (bright - eight.min(axis=2) >= _TINT) & (bright >= _LIGHTEST)
    if not sure.any():
        return pixels
    near = cv2.dilate(sure.view(np.uint8), np.ones((5, 5), np.uint8)).view(np.bool_)
    near &= sure | (bright - eight.min(axis=2) < _TINT) | _like(eight, color)
    whole = max(float(np.percentile(bright[sure], 75)) / 255, 0.5)
    ink = np.minimum(pixels.max(axis=2) / whole + 0.5, white).astype(pixels.dtype)
    return np.asarray(np.where(near[..., None], ink[..., None], pixels))


def _like(eight: AnyArray, color: tuple[int, int, int]) -> Mask:
    """Pixels of a colour's hue."""
    lack = (eight.max(axis=2, keepdims=True) - eight).astype(np.float32)
    way = max(color) - np.array(color, np.float32)
    way /= max(float(np.linalg.norm(way)), 1.0)
    length = np.linalg.norm(lack, axis=2)
    return np.asarray((lack @ way >= _HUE * length) & (length > 0))
