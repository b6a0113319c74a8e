"""The outlines of outlined pictures, as line art."""

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.lines import canny_lines


def ink_lines(color: Rgb8, *, fill: bool, edges: bool) -> AnyArray:
    """The dark outlines of an outlined picture.

    (H, W) uint8, 0 ink. Without ``fill`` only the contour of broad black areas is drawn; with
    ``edges``, colour borders without an outline are thin lines, too.

    >>> picture = np.full((9, 9, 3), 200, np.uint8); picture[:, 4] = 0
    >>> ink_lines(picture, fill=True, edges=False)[0].tolist()
    [255, 255, 255, 255, 0, 255, 255, 255, 255]
    """
    import cv2

    light = color.max(axis=2)
    lines = cv2.LUT(light, (np.clip((np.arange(256) - 40) / 70, 0, 1) * 255).astype(np.uint8))
    if not fill:
        dark = (light < 75).astype(np.uint8)
        radius = max(2, round(min(dark.shape) / 50))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        broad = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
        lines[cv2.erode(broad, np.ones((5, 5), np.uint8)) > 0] = 255
    if edges:
        lines = np.minimum(lines, canny_lines(_without_outlines(color), sigma=1.2))
    return np.asarray(lines)


def _without_outlines(color: Rgb8) -> Rgb8:
    """The picture with thin dark strokes closed by the colours beside them."""
    import cv2

    return np.asarray(cv2.morphologyEx(color, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)))
