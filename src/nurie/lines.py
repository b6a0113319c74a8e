"""Line art from a colour picture, and a scanned or photographed drawing made clean."""

import functools

import cv2
import numpy as np

from nurie.arrays import AnyArray, Mask, Pixels, Rgb8, high_bytes
from nurie.below import balanced, paper_light
from nurie.document import strips
from nurie.errors import OptionError

SIGMA = 2.5
"""The report's usual Gaussian (section IV.A)."""

# Pixels from which the paper is estimated.
_SAMPLES = 1 << 18
# A picture whose lightest common tone is darker than this share of white has no paper.
_NO_PAPER = 0.35
# Darkness, of 255, above which nothing passes as noise of the paper.
_DIRT_CAP = 40
# Darkness, of 255, that a mark must reach somewhere to be ink and not a stain.
_SEEN = 20


def canny_lines(rgb: Rgb8, *, sigma: float = SIGMA) -> AnyArray:
    """Line art of a colour picture, as the report makes it (section IV.A): Gaussian, then Canny.

    An edge starts where the gradient of the blurred luminance exceeds 0.2 of the picture's range
    (lightest minus darkest) and is followed down to 0.1 of it: for a picture from black to white
    the usual fixed thresholds of Canny (1986). Ranges below 1/8 of white count as 1/8, so that
    noise stays noise.

    (H, W) uint8: 0 is ink, one pixel wide; 255 is paper. ``sigma`` is in pixels; 0 does not blur.

    Raises:
        OptionError: ``sigma`` is negative or above 100.

    >>> step = np.zeros((9, 9, 3), np.uint8)
    >>> step[:, 4:] = 255
    >>> int((canny_lines(step, sigma=1.0) == 0).any(axis=1).sum())
    9
    """
    if not 0 <= sigma <= 100:
        raise OptionError(f"A sigma of {sigma:g} makes no lines; give 0 to 100 pixels.")
    gray = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    span = max(int(gray.max()) - int(gray.min()), 32)
    # Sixteen steps a gray level: a wide Gaussian leaves gradients that 8 bits would round away,
    # and the steepest edge still fits in the 16 bits that Canny takes.
    fine: AnyArray = gray.astype(np.int16) * 16
    if sigma:
        fine = cv2.GaussianBlur(fine, (0, 0), sigma)
    along, down = (cv2.Sobel(fine, cv2.CV_16S, *order, ksize=3) for order in ((1, 0), (0, 1)))
    low = 16 * 0.1 * span
    return np.asarray(cv2.bitwise_not(cv2.Canny(along, down, low, 2 * low, L2gradient=True)))


def clean(pixels: Pixels) -> Pixels:
    """A drawing on pure white paper: without tint, uneven light, noise, JPEG dirt and specks.

    The paper's colour is divided out. It may change slowly over the page, as light does, but not
    suddenly: a gray tone stays. Darkness that is far more frequent than antialiasing explains is
    noise and becomes white, by a ramp, so that the lines' edges stay soft; ink keeps its tone.
    Marks that are faint throughout, and specks of a few pixels, go.

    (H, W) gray or (H, W, 3), dark ink on lighter paper, gives the same shape and type. A picture
    without paper (all black) comes back as it is.

    >>> clean(np.array([[205] * 6, [205, 205, 0, 0, 205, 205], [205] * 6], np.uint8)).tolist()[1]
    [255, 255, 0, 0, 255, 255]
    """
    paper = _find_paper(pixels)
    if paper is None:
        return pixels.copy()
    out = balanced(pixels, paper)
    dark = np.empty(pixels.shape[:2], np.uint8)
    for rows in strips(len(pixels)):
        dark[rows] = _darkness(out[rows]) >> 8 * (pixels.dtype.itemsize - 1)
    dirt = _dirt(np.bincount(dark.ravel(), minlength=256))
    erased = _stains(dark, dirt)
    for rows in strips(len(pixels)):
        _fade(out[rows], erased[rows], dirt)
    return out


def _find_paper(pixels: Pixels) -> AnyArray | None:
    """Colour of the paper under the ink, of 255, (c,) or (H, W, 3); None where there is none."""
    eight = high_bytes(pixels)
    step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / _SAMPLES)))
    white = np.iinfo(pixels.dtype).max
    sample = pixels[::step, ::step].reshape(-1, 1 if pixels.ndim == 2 else 3)
    sample = np.maximum(sample.astype(np.float32) / white, 1 / 512)
    light = sample.mean(axis=1)
    # The most frequent tone of the lighter half of the range of tones.
    tones = np.minimum((light * 100).astype(np.int32), 99)
    counts = np.convolve(np.bincount(tones, minlength=100), [1, 2, 1], "same").astype(np.float64)
    counts[: (int(tones.min()) + int(tones.max())) // 2] = 0
    tone = (int(counts.argmax()) + 0.5) / 100
    if tone < _NO_PAPER:
        return None
    uneven = paper_light(eight)
    return (
        255 * np.median(sample[np.abs(light - tone) <= 0.02], axis=0) if uneven is None else uneven
    )


def _darkness(lit: AnyArray) -> AnyArray:
    """Distance of the darkest channel from white, (h, W) of the same type."""
    # Ten times faster than ``lit.min(axis=2)``.
    least = lit if lit.ndim == 2 else functools.reduce(cv2.min, cv2.split(lit))
    return np.asarray(cv2.bitwise_not(least))


def _dirt(counts: AnyArray) -> int:
    """Darkness, of 255, up to which the paper itself is dark.

    Antialiasing spreads evenly over the darknesses, noise crowds at the faint ones: dirt ends
    where the next eight are no more frequent than three times the usual.

    >>> _dirt(np.array([900] + [300] * 9 + [2] * 246))
    11
    """
    # Without the most frequent: tones that fill areas are no antialiasing.
    usual = np.sort(counts[_DIRT_CAP : 3 * _DIRT_CAP])[: int(1.8 * _DIRT_CAP)].mean()
    limit = max(3 * usual, counts.sum() * 1e-5)
    ahead = np.convolve(counts[1 : _DIRT_CAP + 8], np.full(8, 1 / 8), "valid")
    flat = np.flatnonzero(ahead <= limit)
    # A quarter more, for the tail.
    return max(1, 5 * int(flat[0]) // 4) if len(flat) else _DIRT_CAP


def _stains(dark: AnyArray, dirt: int) -> Mask:
    """Marks that are faint throughout or only a few pixels large, (H, W) bool."""
    visible = (dark > dirt).view(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(visible, connectivity=8)
    kept = np.zeros(count, bool)
    kept[labels[dark >= max(2 * dirt, _SEEN)]] = True
    # Up to 7 pixels at one megapixel and 24 at twelve: below the dot of a comic's lettering.
    kept &= stats[:, cv2.CC_STAT_AREA] > 0.007 * np.sqrt(dark.size)
    kept[0] = True
    return np.asarray(~kept[labels])


def _fade(lit: AnyArray, erased: Mask, dirt: int) -> None:
    """Make stains and dirt white in place; between ``dirt`` and three times as dark is a ramp."""
    white = np.iinfo(lit.dtype).max
    dark, edge = _darkness(lit), dirt * white // 255
    gone = np.where(erased | (dark <= edge), lit.dtype.type(white), lit.dtype.type(0))
    lit |= gone if lit.ndim == 2 else cv2.merge([gone] * lit.shape[2])
    faint = np.nonzero((gone == 0) & (dark < 3 * edge))
    depth = dark[faint].astype(np.float32).reshape(-1, *[1] * (lit.ndim - 2))
    ink = (white - lit[faint]) * (1.5 * (1 - edge / depth))
    lit[faint] = (white - ink + 0.5).astype(lit.dtype)
