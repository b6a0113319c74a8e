"""A gray picture says how light each region is; the model chooses hue and chroma."""

from dataclasses import replace

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Labels
from nurie.colors import srgb_to_lab
from nurie.document import sketch_of
from nurie.errors import InputError
from nurie.painting.read import Drawing
from nurie.regions.flatten import means
from nurie.regions.ink import Ink
from nurie.regions.measure import protected
from nurie.regions.trace import with_traces

# Longest side at which the gray picture is looked at.
_SIDE = 2048
# Longest side at which tones are parted, how far they are smoothed as a share of it, and the gray
# levels by which they must differ.
_BORDERS, _BLUR, _STEP = 1400, 0.003, 24.0
# How far beside a line a gray picture may still show it, as a share of the longer side.
_FRINGE = 0.002
# Mean difference, in gray levels, of a picture's tones from their smoothed selves from which on it
# is screened, and smoothed four times as far.
_SCREEN = 20.0
# Lightness below which even what should stay paper is coloured: the sheet has a tone there.
TONED = 90.0


def gray_of(array: AnyArray, shape: tuple[int, int]) -> AnyArray:
    """A gray picture, over white where it is transparent, made as large as a drawing: uint8.

    Raises:
        InputError: it is not a picture, or has other proportions than the drawing.

    >>> gray_of(np.full((2, 4, 3), 80, np.uint8), (1, 2)).tolist()
    [[80, 80]]
    """
    pixels = sketch_of(array).pixels
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    (height, width), (tall, wide) = shape, pixels.shape
    # One pixel more or less, and a hundredth, is rounding; more is another cut.
    if abs(tall * width - wide * height) > 0.01 * wide * height + max(width, height, tall, wide):
        raise InputError(
            f"The gray picture of {wide} × {tall} pixels has other proportions than the sketch of "
            f"{width} × {height}; give the same drawing, uncut."
        )
    if pixels.shape == shape:
        return pixels
    how = cv2.INTER_AREA if tall > height else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how))


def lit(drawing: Drawing, gray: AnyArray, ink: Ink) -> Drawing:
    """A drawing whose regions become as light as a gray picture of it.

    The sheet, balloons and gutters are no longer paper where the picture has a tone.
    """
    light = lightness(gray, drawing.labels, ink)
    kept = light >= TONED
    if drawing.sketch.protect is not None:
        kept |= protected(drawing.labels, drawing.sketch.protect)
    return replace(drawing, lightness=light, paper=drawing.paper & kept)


def parted(ink: Ink, gray: AnyArray) -> Ink:
    """Ink in which the borders of tones part regions, as trace lines do.

    Where an outline is open, the tones of a gray picture still say where a shape ends. Dots of a
    screen are no borders: tones are seen without their details. Where a line is drawn between two
    tones, their border lies below it.
    """
    height, width = gray.shape
    scale = min(1.0, _BORDERS / max(gray.shape))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # The picture may be smaller, blurred, or not quite in place.
    fringe = max(2, round(_FRINGE * max(gray.shape)))
    away = _away(ink, fringe)
    bare, weight = (
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        for plane in (cv2.multiply(gray, away, scale=1 / 255), away)
    )
    sigma = max(1.0, _BLUR * max(size))
    tone = _softened(bare, weight, sigma)
    seen = (weight > 254) & (tone > 20) & (tone < 240)
    # Dots of a screen swing about their mean as no soft tone does.
    screened = bool(seen.any() and np.abs(bare - tone)[seen].mean() > _SCREEN)
    if screened:
        sigma *= 4
        tone = _softened(bare, weight, sigma)
    fine = (16 * tone.clip(0, 255)).astype(np.int16)
    along, down = (cv2.Sobel(fine, cv2.CV_16S, *order, ksize=3) for order in ((1, 0), (0, 1)))
    # A step of one level, blurred by √2 sigma, rises by 1 / (2 sigma √π) a pixel; Sobel counts 8.
    steep = 16 * 8 / (2 * sigma * np.sqrt(np.pi))
    edges = cv2.Canny(along, down, _STEP / 2 * steep, _STEP * steep, L2gradient=True)
    if screened:
        # So soft a border may lie beside its line and cut a strip off.
        reach = 2 * max(1, int(np.ceil(1.5 * sigma)) - round(fringe * scale)) + 1
        edges[cv2.erode(weight, np.ones((reach, reach), np.uint8)) < 255] = 0
    large = cv2.resize(edges, (width, height), interpolation=cv2.INTER_NEAREST)
    return with_traces(ink, large > 0)


def _away(ink: Ink, reach: int) -> AnyArray:
    """255 where a gray picture shows a tone, 0 on lines and so many pixels beside them."""
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.erode((~ink.mask).astype(np.uint8) * 255, kernel))


def _softened(bare: Floats, weight: Floats, sigma: float) -> Floats:
    """Tones without details, each a mean of what is not line; the nearest where all is line."""
    over, under = (cv2.GaussianBlur(plane, (0, 0), sigma) for plane in (bare, weight))
    tone: Floats = (over * 255 / np.maximum(under, 1)).astype(np.float32)
    line, known = (under <= 1).astype(np.uint8), under > 1
    if not known.any():
        return np.full_like(tone, 255)
    _, nearest = cv2.distanceTransformWithLabels(
        line, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.float32)
    table[nearest[known]] = tone[known]
    # Once more, so that a step between the fillings is as soft as any other.
    return np.asarray(cv2.GaussianBlur(table[nearest], (0, 0), sigma))


def lightness(gray: AnyArray, labels: Labels, ink: Ink) -> Floats:
    """Mean lightness of each region in a gray picture, away from the drawing's lines.

    Tones are averaged as they are stored: a screen of dots that covers a half is a middle gray.
    (n,) float32 L* in [0, 100].
    """
    count = int(labels.max(initial=0))
    away = _away(ink, 1)
    seen = cv2.multiply(gray, away, scale=1 / 255)
    scale = min(1.0, _SIDE / max(labels.shape))
    size = max(1, round(labels.shape[1] * scale)), max(1, round(labels.shape[0] * scale))
    small = [cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (seen, away, gray)]
    bare, weight, plain = (plane.astype(np.float32) / np.float32(255) for plane in small)
    tones = np.where(weight > 0, bare / np.maximum(weight, 1e-6), plain)[..., None]
    level = means(labels, tones.clip(0, 1), weight, count)
    # L* of the mean of what is stored, as a printed screen looks from afar.
    return np.asarray(srgb_to_lab(level.repeat(3, axis=1))[:, 0])
