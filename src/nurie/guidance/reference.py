"""A coloured drawing read backwards: its strokes, and the colour that fills each region."""

import cv2
import numpy as np

from nurie.arrays import AnyArray, Labels, Rgb8
from nurie.colors import color_codes, colors_of

# How many times thinner than the shorter side of the picture half a stroke is at most.
_THINNER = 146
# Pixels that half a stroke may have in any picture.
_THIN = 3
# Share of the light beside it that a full stroke leaves, and from which on nothing is one.
_FULL, _NONE = 0.45, 0.75
# Added to both lights, so that the noise of a black fill is no stroke.
_BLACK = 16.0
# Share of a region's pixels of which one colour is the fill and not a chance.
_FLAT = 0.2


def without_strokes(color: Rgb8) -> Rgb8:
    """The picture with thin dark strokes closed by the colours beside them.

    >>> picture = np.full((9, 9, 3), 200, np.uint8); picture[:, 4] = 0
    >>> int(without_strokes(picture).min())
    200
    """
    # A closing by a square wider than the stroke fills it from both sides.
    side = 2 * max(_THIN, round(min(color.shape[:2]) / _THINNER)) + 1
    return np.asarray(cv2.morphologyEx(color, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)))


def strokes(color: Rgb8, bare: Rgb8) -> AnyArray:
    """What is darker than the colours beside it, be they dark themselves.

    (H, W) uint8, 0 ink; ``bare`` is the picture ``without_strokes``.

    >>> picture = np.full((9, 9, 3), 40, np.uint8); picture[:, 4] = 0
    >>> strokes(picture, without_strokes(picture))[0].tolist()
    [255, 255, 255, 255, 0, 255, 255, 255, 255]
    """
    # The lightest channel: a stroke is dark in all of them, a deep colour is not.
    left = (color.max(axis=2) + _BLACK) / (bare.max(axis=2) + _BLACK)
    return np.asarray((np.clip((left - _FULL) / (_NONE - _FULL), 0, 1) * 255).astype(np.uint8))


def fills(labels: Labels, lines: AnyArray, color: Rgb8, otherwise: Rgb8) -> Rgb8:
    """The colour that fills each region, exactly, where it is flat.

    (n, 3) uint8; of regions that no colour fills, such as photographed ones, ``otherwise``.

    >>> labels = np.ones((1, 4), np.int32)
    >>> color = np.array([[[9, 9, 9], [9, 9, 9], [8, 8, 8], [0, 0, 0]]], np.uint8)
    >>> fills(labels, np.uint8([[255, 255, 255, 0]]), color, np.zeros((1, 3), np.uint8)).tolist()
    [[9, 9, 9]]
    """
    inside = (labels > 0) & (lines > 200)
    keys = labels[inside].astype(np.int64) << 24 | color_codes(color[inside])
    found, pixels = np.unique(keys, return_counts=True)
    order = np.argsort(pixels, kind="stable")
    owner, packed = (found[order] >> 24) - 1, found[order] & 0xFFFFFF
    most, all_pixels = np.zeros(len(otherwise)), np.bincount(owner, pixels[order], len(otherwise))
    common = np.zeros(len(otherwise), np.int64)
    # The last of a region wins: its commonest colour.
    common[owner], most[owner] = packed, pixels[order]
    # Anti-aliased or photographed regions have no commonest colour worth the name.
    flat = (most > 0) & (most >= _FLAT * all_pixels)
    return np.where(flat[:, None], colors_of(common), otherwise).astype(np.uint8)
