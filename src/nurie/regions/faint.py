"""Lines too faint for ink, which still part the paper."""

import numpy as np

from nurie.arrays import AnyArray, Mask
from nurie.regions.basins import connected, spread
from nurie.regions.borders import parted

_FAINT = 0.22
"""Darkness, in parts of the ink's, from which on a thin line parts what is lighter."""

_SEED = 6
"""Least area in pixels of light paper that a faint line keeps apart."""


def without_faint(paper: AnyArray, tone: AnyArray, *, ink: float, stroke: float) -> AnyArray:
    """Paper cut along the faintest places of lines that are lighter than ink.

    An antialiased line thinner than a pixel is here and there too light for ink; that is no gap.

    Args:
        paper: (H, W) uint8, 1 on paper.
        tone: (H, W) uint8, 255 paper.
        ink: mean tone of the ink.
        stroke: typical width of lines in pixels; what is broader and gray is no line.

    Returns:
        (H, W) uint8.

    >>> tone = np.array([[255, 255, 255, 190, 255, 255, 255]] * 4, np.uint8)
    >>> without_faint(np.ones((4, 7), np.uint8), tone, ink=0.0, stroke=1.0)[0].tolist()
    [1, 1, 1, 0, 1, 1, 1]
    """
    import cv2

    gray = ((tone < 255 - _FAINT * (255 - ink)) & (paper > 0)).view(np.uint8)
    side = 2 * int(np.ceil(stroke)) + 1
    kernel = np.ones((side, side), np.uint8)
    gray &= ~cv2.morphologyEx(gray, cv2.MORPH_OPEN, kernel)
    light = paper & ~gray
    count, rooms = connected(paper)
    seeds, parts = connected(light)
    area = np.bincount(parts.ravel(), minlength=seeds)
    home = np.zeros(seeds, np.int32)
    home[parts.ravel()] = rooms.ravel()
    area[0], home[0] = 0, 0
    kept = area >= _SEED
    several = np.bincount(home[kept], minlength=count) > 1
    several[0] = False
    if not several.any():
        return paper
    parts[~kept[parts] | ~several[rooms]] = 0
    empty: Mask = several[rooms] & (parts == 0)
    spread(parts, np.flatnonzero(empty), low=1)
    return np.where(parted(parts), np.uint8(0), paper)
