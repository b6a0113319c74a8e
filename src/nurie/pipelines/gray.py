"""A gray picture says how light each region is; the model chooses hue and chroma."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels
from nurie.color import srgb_to_lab
from nurie.pipelines.colorize import Drawing, protected
from nurie.regions.ink import Ink
from nurie.regions.within import means

_SIDE = 2048
"""Longest side at which the gray picture is looked at."""

_TONED = 90.0
"""Lightness below which even what should stay paper is coloured: the sheet has a tone there."""


def lit(drawing: Drawing, gray: AnyArray, ink: Ink) -> Drawing:
    """A drawing whose regions become as light as a gray picture of it.

    Args:
        drawing: from ``arrange`` or ``obey``.
        gray: (H, W) uint8, of the drawing's size.
        ink: of the drawing.

    Returns:
        The drawing with ``lightness``; the sheet, balloons and gutters are no longer paper where
        the gray picture has a tone.
    """
    light = lightness(gray, drawing.labels, ink)
    kept = light >= _TONED
    if drawing.sketch.protect is not None:
        kept |= protected(drawing.labels, drawing.sketch.protect)
    return replace(drawing, lightness=light, paper=drawing.paper & kept)


def lightness(gray: AnyArray, labels: Labels, ink: Ink) -> Floats:
    """Mean lightness of each region in a gray picture, away from the drawing's lines.

    Tones are averaged as they are stored: a screen of dots that covers a half is a middle gray.

    Args:
        gray: (H, W) uint8.
        labels: (H, W) int32, 1…n.
        ink: of the drawing.

    Returns:
        (n,) float32 L* in [0, 100].
    """
    import cv2

    count = int(labels.max(initial=0))
    away = cv2.erode((~ink.mask).astype(np.uint8) * 255, np.ones((3, 3), np.uint8))
    away[ink.tone < 240] = 0
    seen = cv2.multiply(gray, away, scale=1 / 255)
    scale = min(1.0, _SIDE / max(labels.shape))
    size = max(1, round(labels.shape[1] * scale)), max(1, round(labels.shape[0] * scale))
    small = [cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (seen, away, gray)]
    bare, weight, plain = (plane.astype(np.float32) / np.float32(255) for plane in small)
    tones = np.where(weight > 0, bare / np.maximum(weight, 1e-6), plain)[..., None]
    level = means(labels, tones.clip(0, 1), weight, count)
    light: Floats = srgb_to_lab(level.repeat(3, axis=1))[:, 0]
    return light
