"""A network that paints pixels: drawings as it sees them, and regions out of what it paints."""

from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Gray, Rgb, Rgb8, Rgba8
from nurie.colors import BINS, WHITE_BIN, bins_of, delta_e, lab_to_srgb, srgb_to_lab
from nurie.document import Guidance, Hints, Layers, Palette, Sketch
from nurie.guidance.hints import color_codes, hinted_colors
from nurie.guidance.patches import Patches, blurred, hint_from_gray, laid_over, sampled_hint
from nurie.painting.compose import compose, unify
from nurie.painting.gray import parted
from nurie.painting.read import Drawing, Scene, cut_by
from nurie.painting.terms import Choice
from nurie.regions.flatten import means
from nurie.regions.ink import Ink, find_ink
from nurie.regions.measure import measure, protected
from nurie.regions.paper import stays_paper
from nurie.regions.segment import segment
from nurie.spectrum import Spectrum

STEP = 32
"""Sides of what a painter sees are multiples of it."""

LONGEST = 4
"""The longer side of what a painter sees is at most so many times the side it was trained at."""

# Strokes are thickened to at least this width, in pixels of what the painter sees.
_THINNEST = 1.0
# Painted at least so light and at most so colourful, in Lab, a region stays paper.
_WHITE, _PALE = 96.0, 4.0


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
    size: int  # Side of the pictures it was trained on, in pixels
    patches: Patches  # How its hints were made
    spectrum: Spectrum  # From which they were sampled
    hinted: bool = True  # Whether it sees a hint
    fixed: bool = False
    """Whether it takes drawings of exactly ``size`` by ``size`` pixels."""

    def padded(self, picture: Floats) -> Floats:
        """A picture with white at its right and lower side, as large as the painter needs it."""
        sides = picture.shape[:2]
        full = [self.size if self.fixed else -(-side // STEP) * STEP for side in sides]
        rest = [(0, total - side) for total, side in zip(full, sides, strict=True)]
        return np.pad(picture, [*rest, *[(0, 0)] * (picture.ndim - 2)], constant_values=1)


def away(lines: Gray) -> Gray:
    """How far each pixel is from being line, (h, w) in [0, 1]; 0 beside lines, too."""
    # Painted lines are broader than those that were seen, and are no part of a region's colour.
    return np.asarray(cv2.erode(lines, np.ones((3, 3), np.uint8)) ** 4)


def lines_of(ink: Ink, brush: Brush) -> Gray:
    """A drawing's lines as a painter sees them, (h, w) float32 in [0, 1], 0 ink.

    As in its training the shorter side is ``brush.size``, unless the longer one would then be over
    ``LONGEST`` times as long; of a painter with a fixed size the longer side is.
    """
    height, width = ink.tone.shape
    scale = min(brush.size / min(height, width), LONGEST * brush.size / max(height, width))
    if brush.fixed:
        scale = brush.size / max(height, width)
    tone, thicken = ink.tone, round(_THINNEST / scale - ink.stroke)
    if thicken > 0:
        # A thinner stroke would be gray at the painter's size, which it never saw in training.
        tone = cv2.erode(tone, np.ones((thicken + 1, thicken + 1), np.uint8))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(
        cv2.resize(tone, size, interpolation=how).astype(np.float32) / np.float32(255)
    )


def painted(lines: Gray, brush: Brush, hint: Rgb8 | None) -> Rgb:
    """Let the painter paint; the hint is as large as the lines, None for painters that see none."""
    guided = None if hint is None else brush.padded(hint.astype(np.float32) / np.float32(255))
    picture = brush.painter.paint(brush.padded(lines), guided)
    return np.ascontiguousarray(picture[: lines.shape[0], : lines.shape[1]])


def flat_hint(layers: Layers, shape: tuple[int, int], patches: Patches) -> Rgb8:
    """The hint that flats give: their colours without any lines, blurred as in training."""
    rows, columns = (
        ((np.arange(side) + 0.5) * full / side).astype(np.int64)
        for side, full in zip(shape, layers.labels.shape, strict=True)
    )
    return blurred(layers.region_colors()[layers.labels[np.ix_(rows, columns)]], patches.blur)


@dataclass(frozen=True, eq=False)
class Canvas:
    """A sketch cut into regions, for a painter."""

    drawing: Drawing
    lines: Gray  # (h, w) float32 in [0, 1] as the painter sees them
    hints: Hints | None = None  # those that count, of one colour in each region
    gray: AnyArray | None = None  # (h, w) uint8, the drawing with its tones, as large as the lines


def prepare(
    sketch: Sketch,
    brush: Brush,
    *,
    ink: Ink | None = None,
    hints: Hints | None = None,
    gray: AnyArray | None = None,
    gap: float | None = None,
) -> Canvas:
    """Cut a sketch into regions and scale it for the painter.

    A region that holds several hints is cut between them; for ``gap`` see ``regions.segment``.
    """
    ink = find_ink(sketch.pixels) if ink is None else ink
    lines = lines_of(ink, brush)
    if gray is not None:
        ink = parted(ink, gray)
    labels = segment(sketch.pixels, gap=gap, ink=ink)
    if hints is not None and len(hints.rows):
        labels, hints = cut_by(hints, labels, ink, sketch)
    measures = measure(labels)
    paper = stays_paper(ink, labels, measures, letters=sketch.letters)
    if sketch.protect is not None:
        paper = paper | protected(labels, sketch.protect)
    nothing = np.zeros((len(measures), 1), np.float32)
    scene = Scene(nothing, nothing, measures, nothing[:1])
    if gray is not None:
        gray = np.asarray(cv2.resize(gray, lines.shape[::-1], interpolation=cv2.INTER_AREA))
    return Canvas(Drawing(sketch, labels, scene, paper), lines, hints, gray)


def paint(
    canvas: Canvas, brush: Brush, guidance: Guidance, *, rng: np.random.Generator, first: bool
) -> Layers:
    """One colouring of a drawing: the painting's mean colour in each region.

    Histogram and palette are the guidance's, hints the canvas's; ``rng`` samples the hint, but for
    the ``first`` answer where the painter guesses one. The layers have no confidence; hinted
    regions have exactly the hinted colour.
    """
    hint = hint_of(canvas, brush, guidance, rng=rng, first=first) if brush.hinted else None
    picture = painted(canvas.lines, brush, hint)
    drawing, size = canvas.drawing, len(canvas.drawing.paper)
    mean = means(drawing.labels, picture, away(canvas.lines), size)
    found = (255 * mean + 0.5).clip(0, 255).astype(np.uint8)
    wanted, hinted = hinted_colors(canvas.hints, drawing.labels)
    lab = srgb_to_lab(found)
    # A painter has no bin for paper: what it leaves nearly white is left.
    paper = drawing.paper | ((lab[:, 0] >= _WHITE) & (np.hypot(lab[:, 1], lab[:, 2]) <= _PALE))
    if guidance.palette is not None and len(guidance.palette):
        found = nearest(found, guidance.palette)
    colors = np.where(hinted[1:, None], wanted[1:], found).astype(np.uint8)
    choice = Choice(colors, paper, np.ones(size, np.float32))
    if guidance.palette is None:
        choice = unify(choice, drawing.scene.measures.area, hinted[1:])
    return replace(compose(drawing, choice, hinted, guidance.palette), confidence=None, ask=None)


def nearest(colors: Rgb8, palette: Palette) -> Rgb8:
    """For each colour the palette's entry that looks most like it.

    >>> palette = Palette(np.array([[250, 5, 5], [0, 0, 255]], np.uint8))
    >>> nearest(np.array([[200, 60, 60]], np.uint8), palette).tolist()
    [[250, 5, 5]]
    """
    gap = delta_e(srgb_to_lab(colors)[:, None], srgb_to_lab(palette.colors)[None])
    return np.asarray(palette.colors[gap.argmin(axis=1)])


def hint_of(
    canvas: Canvas, brush: Brush, guidance: Guidance, *, rng: np.random.Generator, first: bool
) -> Rgb8:
    """The hint of section III.A: by hand upon the gray picture's, a guessed or a sampled one.

    (h, w, 3) uint8, as large as the canvas's lines.
    """
    shape, hint = canvas.lines.shape, None
    if first and canvas.gray is None and guidance.histogram is None:
        guess = brush.painter.guess(brush.padded(canvas.lines))
        if guess is not None:
            hint = (255 * guess[: shape[0], : shape[1]] + 0.5).astype(np.uint8)
    elif first and canvas.gray is not None:
        hint = hint_from_gray(canvas.gray, blur=brush.patches.blur)
    if hint is None:
        # Sampled as often as a histogram says, else from a palette's colours, all alike.
        counts, colors = brush.spectrum.counts, brush.spectrum.means
        if guidance.histogram is not None:
            counts = np.round(guidance.histogram.astype(np.float64) * 2**32).astype(np.int64)
        elif guidance.palette is not None:
            bins = bins_of(guidance.palette.colors)
            if (bins != WHITE_BIN).any():
                counts, colors = np.bincount(bins, minlength=BINS), colors.copy()
                colors[bins] = guidance.palette.colors
        hint = sampled_hint(shape, Spectrum(counts, colors), rng, brush.patches)
        if canvas.gray is not None:
            # Hue from the histogram, lightness from the picture, itself without details.
            lab, soft = srgb_to_lab(hint), hint_from_gray(canvas.gray, blur=brush.patches.blur)
            lab[..., 0] = srgb_to_lab(soft)[..., 0]
            hint = lab_to_srgb(lab)
    if canvas.hints is None or not len(canvas.hints.rows):
        return hint
    marks = patches_at(canvas.hints, canvas.drawing.labels.shape, shape, brush.patches.side)
    return laid_over(hint, marks, blur=brush.patches.blur)


def patches_at(hints: Hints, full: tuple[int, ...], shape: tuple[int, int], side: float) -> Rgba8:
    """A square patch about each hinted pixel, the later marks above.

    (h, w, 4) of the given shape, alpha 255 in patches; ``full`` is the picture's shape, and
    ``side`` that of a patch as a share of the shorter side.
    """
    marks = np.zeros((*shape, 4), np.uint8)
    half = max(1, round(side * min(shape))) / 2
    places = np.stack([hints.rows + 0.5, hints.columns + 0.5], axis=1) * shape / full[:2]
    # Pixels of one mark that fall together are rasterized once.
    keys = np.column_stack([places.astype(np.int64), color_codes(hints)])
    _, once = np.unique(keys, axis=0, return_index=True)
    order = once if hints.marks is None else once[np.argsort(hints.marks[once], kind="stable")]
    for i in order.tolist():
        top, left = np.maximum(np.round(places[i] - half), 0).astype(int).tolist()
        bottom, right = np.maximum(np.round(places[i] + half), 1).astype(int).tolist()
        marks[top:bottom, left:right] = (*hints.colors[i], 255)
    return marks
