"""Which pixels of a drawing are ink: soft, coloured and thick lines on any paper."""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Mask, Pixels

_SAMPLE = 1 << 20


@dataclass(frozen=True, eq=False)
class Ink:
    """Ink of a drawing."""

    mask: Mask
    """(H, W) bool, true on lines and solid black."""
    tone: AnyArray
    """(H, W) uint8: 255 is the paper, whatever its colour, 0 the darkest ink."""
    stroke: float
    """Typical stroke width in pixels, at least 1."""


def find_ink(pixels: Pixels) -> Ink:
    """Separate lines from paper.

    The tone is the darkest channel relative to the paper's colour, so yellow lines on white and
    pencil on orange paper count as ink alike. The threshold lies between paper and ink, nearer to
    the paper so that antialiased strokes stay closed. Large evenly gray areas are paper with a
    tone, not ink; their rim stays as a line.

    Args:
        pixels: (H, W) or (H, W, 3), uint8 or uint16, dark lines on lighter paper.

    Returns:
        The ink, at the size of the picture.

    >>> find_ink(np.array([[255, 0, 255]] * 3, np.uint8)).mask[0].tolist()
    [False, True, False]
    """
    tone = paper_tone(pixels)
    threshold = _threshold(tone)
    mask = tone < threshold
    stroke = stroke_width(mask)
    return Ink(_release_gray(mask, tone, stroke), tone, stroke)


def paper_tone(pixels: Pixels) -> AnyArray:
    """Darkest channel relative to the paper's own colour, (H, W) uint8.

    >>> orange, ink = [200, 180, 160], [20, 18, 16]
    >>> paper_tone(np.array([[orange, orange, orange, ink]], np.uint8)).tolist()
    [[255, 255, 255, 26]]
    """
    import cv2

    small = pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
    planes = [small] if small.ndim == 2 else [small[..., c] for c in range(3)]
    tone: AnyArray | None = None
    for plane in planes:
        scaled = cv2.LUT(np.ascontiguousarray(plane), _levels(plane))
        tone = scaled if tone is None else np.minimum(tone, scaled)
    assert tone is not None
    return tone


def _levels(plane: AnyArray) -> AnyArray:
    """Table that maps the plane's paper level to 255: the commonest level of the upper half."""
    step = max(1, int(np.sqrt(plane.size / _SAMPLE)))
    counts = np.bincount(plane[::step, ::step].ravel(), minlength=256)
    paper = max(int(counts[128:].argmax()) + 128 if counts[128:].any() else 255, 128)
    if counts[128:].sum() < counts.sum() / 8:
        paper = 255
    return np.minimum(np.arange(256) * 255 / paper + 0.5, 255).astype(np.uint8)


def _threshold(tone: AnyArray) -> int:
    """Tone below which a pixel is ink: a third of the way from paper to the mean of the ink."""
    import cv2

    step = max(1, int(np.sqrt(tone.size / _SAMPLE)))
    sample = np.ascontiguousarray(tone[::step, ::step])
    otsu, _ = cv2.threshold(sample, 0, 255, cv2.THRESH_OTSU)
    dark = sample[sample <= otsu]
    ink = float(dark.mean()) if otsu < 245 and dark.size else 0.0
    return int(np.clip(255 - 0.35 * (255 - ink), 96, 240))


def stroke_width(mask: Mask) -> float:
    """Typical width of strokes in pixels: twice the area over the length of the outline.

    >>> bar = np.zeros((20, 40), bool); bar[8:12] = True
    >>> stroke_width(bar)
    4.0
    """
    edge = mask[:, 1:] ^ mask[:, :-1]
    outline = np.count_nonzero(edge) + np.count_nonzero(mask[1:] ^ mask[:-1])
    return float(max(1.0, 2.0 * np.count_nonzero(mask) / outline)) if outline else 1.0


def _release_gray(mask: Mask, tone: AnyArray, stroke: float) -> Mask:
    """Take the inside of broad gray areas out of the ink, leaving a rim two pixels wide."""
    import cv2

    gray = mask & (tone > 76)
    radius = int(np.ceil(max(4.0, 1.5 * stroke)))
    if np.count_nonzero(gray) < (2 * radius + 1) ** 2:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    broad = cv2.morphologyEx(gray.view(np.uint8), cv2.MORPH_OPEN, kernel)
    inside = cv2.erode(broad, np.ones((5, 5), np.uint8))
    return mask & (inside == 0)
