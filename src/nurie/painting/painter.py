"""A network that paints pixels, and drawings as it sees them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nurie.arrays import Floats, Gray, Rgb, Rgb8
from nurie.document import Layers
from nurie.guidance.patches import Patches, blurred
from nurie.regions.ink import Ink
from nurie.spectrum import Spectrum

STEP = 32
"""Sides of what a painter sees are multiples of it."""

LONGEST = 4
"""The longer side of what a painter sees is at most so many times the side it was trained at."""

THINNEST = 1.0
"""Strokes are thickened to at least this width, in pixels of what the painter sees."""


class PixelPainter(Protocol):
    """A network that paints pixels; see ``models.painter.PainterSession``."""

    def paint(self, lines: Gray, hint: Rgb | None = None) -> Rgb:
        """(H, W) lines and (H, W, 3) hint to (H, W, 3), all in [0, 1]."""
        ...

    def guess(self, lines: Gray) -> Rgb | None:
        """The hint that it would paint by, None where it guesses none."""
        ...


@dataclass(frozen=True, eq=False)
class Brush:
    """A painter, and what the pipeline must know of it."""

    painter: PixelPainter
    size: int
    """Side of the pictures it was trained on, in pixels."""
    patches: Patches
    """How its hints were made."""
    spectrum: Spectrum
    """From which they were sampled."""
    hinted: bool = True
    """Whether it sees a hint."""
    fixed: bool = False
    """Whether it takes drawings of exactly ``size`` by ``size`` pixels."""


@dataclass(frozen=True, eq=False)
class View:
    """A drawing as a painter sees it."""

    lines: Gray
    """(h, w) float32 in [0, 1], 0 ink."""

    def away(self) -> Gray:
        """How far each pixel is from being line, (h, w) in [0, 1]; 0 beside lines, too.

        Painted lines are broader than those that were seen, and are no part of a region's colour.
        """
        import cv2

        beside: Gray = cv2.erode(self.lines, np.ones((3, 3), np.uint8)) ** 4
        return beside

    def padded(self, picture: Floats, brush: Brush) -> Floats:
        """A picture of this size with white at its right and lower side, as large as it must be."""
        sides = self.lines.shape
        full = [brush.size if brush.fixed else -(-side // STEP) * STEP for side in sides]
        rest = [(0, total - side) for total, side in zip(full, sides, strict=True)]
        return np.pad(picture, [*rest, *[(0, 0)] * (picture.ndim - 2)], constant_values=1)


def view_of(ink: Ink, brush: Brush) -> View:
    """Scale a drawing's lines to the pictures that the painter was trained on.

    The shorter side becomes ``brush.size``, unless the longer one would then be over ``LONGEST``
    times as long; of a painter with a fixed size the longer side does.

    Args:
        ink: of the drawing.
        brush: the painter.
    """
    import cv2

    height, width = ink.tone.shape
    scale = min(brush.size / min(height, width), LONGEST * brush.size / max(height, width))
    if brush.fixed:
        scale = brush.size / max(height, width)
    tone, thicken = ink.tone, round(THINNEST / scale - ink.stroke)
    if thicken > 0:
        tone = cv2.erode(tone, np.ones((thicken + 1, thicken + 1), np.uint8))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    lines: Gray = cv2.resize(tone, size, interpolation=how).astype(np.float32) / np.float32(255)
    return View(lines)


def painted(view: View, brush: Brush, hint: Rgb8 | None) -> Rgb:
    """Let the painter paint.

    Args:
        view: of the drawing.
        brush: the painter.
        hint: (h, w, 3) uint8, as large as the view; None for painters that see none.

    Returns:
        (h, w, 3) float32 in [0, 1].
    """
    guided = None if hint is None else view.padded(hint.astype(np.float32) / np.float32(255), brush)
    picture = brush.painter.paint(view.padded(view.lines, brush), guided)
    return np.ascontiguousarray(picture[: view.lines.shape[0], : view.lines.shape[1]])


def flat_hint(layers: Layers, shape: tuple[int, int], patches: Patches) -> Rgb8:
    """The hint that flats give: their colours without any lines, blurred as in training.

    Args:
        layers: the coloured drawing.
        shape: height and width of the hint, the same view smaller or larger.
        patches: how the painter's hints were made.

    Returns:
        (h, w, 3) uint8.
    """
    rows, columns = (
        ((np.arange(side) + 0.5) * full / side).astype(np.int64)
        for side, full in zip(shape, layers.labels.shape, strict=True)
    )
    return blurred(layers.region_colors()[layers.labels[np.ix_(rows, columns)]], patches.blur)
