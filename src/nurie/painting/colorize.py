"""The walk of one drawing: regions → measures and tokens → colours → layers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from nurie.arrays import Floats, Gray, Labels, Mask, Rgb8
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import PAPER, Guidance, Hints, Layers, Palette, Sketch
from nurie.guidance.hints import color_codes, hinted_colors, settle
from nurie.guidance.reference import fills, strokes, without_strokes
from nurie.guidance.spill import Lines
from nurie.lines import canny_lines
from nurie.painting.predict import predict, tilted
from nurie.painting.references import Found, Reference, refer
from nurie.painting.review import asking_order
from nurie.painting.scene import Choice, RegionHead, Scene, Wishes
from nurie.regions.flatten import flatten
from nurie.regions.ink import Ink, find_ink
from nurie.regions.measure import measure
from nurie.regions.paper import stays_paper
from nurie.regions.segment import segment
from nurie.regions.split import split
from nurie.regions.tokens import Frame, frame_of, framed_labels, framed_lines, geometry, pool
from nurie.regions.trace import differing, with_traces

SAME, ALIKE = 7.0, 2.0
"""Colours nearer than this ΔE2000 become one palette entry; the same under a gray picture, whose
tones are to be told apart."""

DISTINCT = 6.0
"""Mean ΔE2000 over the coloured area that two variations differ by at least."""


class RegionModel(RegionHead, Protocol):
    """A model that reads framed drawings and colours their regions."""

    def encode(self, lines: Gray) -> list[Floats]:
        """Feature maps (C, S / s, S / s) of an (S, S) drawing."""
        ...


@dataclass(frozen=True)
class Traits:
    """What the pipeline must know of a model."""

    size: int
    """Side of the framed drawing."""
    entries: int
    """Palette tokens."""
    bin_colors: Rgb8
    """(512, 3) uint8 mean colour of each bin."""
    prior: Floats | None = None
    """(512,) share of each bin in the training, which a histogram replaces."""
    calibration: Floats | None = None
    """(k, 2) how sure the model is, how often it is right then; None believes the model."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A sketch that was read once and can be coloured many times."""

    sketch: Sketch
    labels: Labels
    scene: Scene
    paper: Mask
    """(n,) bool: regions that stay paper whatever the model says."""
    found: Found | None = None
    """What coloured references say of the regions, when there are some."""
    lightness: Floats | None = None
    """(n,) L* that a gray picture gives the regions, when there is one."""


@dataclass(frozen=True, eq=False)
class View:
    """What the model sees of a sketch, however it is cut into regions."""

    ink: Ink
    frame: Frame
    maps: list[Floats]
    """Feature maps (C, S / s, S / s) of the framed drawing."""


def read_drawing(
    sketch: Sketch, model: RegionModel, traits: Traits, *, gap: float | None = None
) -> Drawing:
    """Cut a sketch into regions and let the model look at it.

    Args:
        sketch: the drawing.
        model: reads it.
        traits: of the model.
        gap: see ``regions.segment``.

    Returns:
        All that colouring needs.

    Raises:
        OptionError: the gap makes no sense.
    """
    view = look(sketch, model, traits)
    return arrange(sketch, view, segment(sketch.pixels, gap=gap, ink=view.ink), traits)


def look(sketch: Sketch, model: RegionModel, traits: Traits) -> View:
    """Let the model look at a sketch, once for all ways to cut it."""
    ink = find_ink(sketch.pixels)
    frame = frame_of(ink)
    maps = both_ways(model, framed_lines(ink, frame, traits.size))
    if sketch.inked is not None:
        ink = with_traces(ink, differing(sketch.pixels, sketch.inked))
    return View(ink, frame, maps)


def both_ways(model: RegionModel, lines: Gray) -> list[Floats]:
    """Feature maps of a framed drawing, the mean of its own and those of its mirror image.

    Which way a figure looks says nothing of its colours, so two views of it are less noisy than one
    (test-time augmentation; Krizhevsky, Sutskever, Hinton 2012, section 4.1).
    """
    mirrored = model.encode(np.ascontiguousarray(lines[:, ::-1]))
    return [
        (a + b[..., ::-1]) * np.float32(0.5)
        for a, b in zip(model.encode(lines), mirrored, strict=True)
    ]


def arrange(sketch: Sketch, view: View, labels: Labels, traits: Traits) -> Drawing:
    """What the model saw, region by region.

    Args:
        sketch: the drawing.
        view: of the sketch, from ``look``.
        labels: (H, W) int32, 0 line, 1…n without holes.
        traits: of the model.

    Returns:
        All that colouring needs.
    """
    measures = measure(labels)
    places = geometry(measures, view.frame)
    pooled = pool(view.maps, framed_labels(labels, view.frame, traits.size), places[:, :2])
    scene = Scene(pooled, places, measures, view.maps[-1].mean(axis=(1, 2)))
    paper = stays_paper(view.ink, labels, measures)
    if sketch.protect is not None:
        paper = paper | protected(labels, sketch.protect)
    return Drawing(sketch, labels, scene, paper)


def read_reference(picture: Rgb8, model: RegionModel, traits: Traits) -> Reference:
    """Cut a coloured drawing into regions, by its outlines and the borders of its colours.

    Args:
        picture: (H, W, 3) uint8.
        model: reads it.
        traits: of the model.

    Returns:
        Its regions, each with the colour that fills it.
    """
    bare = without_strokes(picture)
    lines = np.minimum(strokes(picture, bare), canny_lines(bare, sigma=1.2))
    drawing = read_drawing(Sketch(lines), model, traits)
    median, _ = flatten(drawing.labels, lines, picture, len(drawing.paper))
    return Reference(drawing.scene, fills(drawing.labels, lines, picture, median))


def consult(
    drawing: Drawing, model: RegionHead, references: Sequence[Reference], traits: Traits
) -> Drawing:
    """Look a drawing's regions up in coloured references.

    Args:
        drawing: from ``arrange`` or ``obey``.
        model: compares regions.
        references: from ``read_reference``.
        traits: of the model.

    Returns:
        The drawing with what was found; unchanged without references.
    """
    if not references or not len(drawing.paper):
        return drawing
    return replace(drawing, found=refer(model, drawing.scene, references, traits.entries))


def protected(labels: Labels, protect: Mask) -> Mask:
    """Regions of which more than half is protected: they stay as they are.

    Args:
        labels: (H, W) int32, 0 line, 1…n.
        protect: (H, W) bool.

    Returns:
        (n,) bool, region 1 first.

    >>> protected(np.array([[1, 1, 2]], np.int32), np.array([[False, True, True]])).tolist()
    [False, True]
    """
    area = np.bincount(labels.ravel())
    covered = np.bincount(labels[protect], minlength=len(area))
    return np.asarray(2 * covered > area)[1:]


def obey(drawing: Drawing, view: View, hints: Hints, traits: Traits) -> tuple[Drawing, Hints]:
    """Make room for hints: a region that holds several colours is cut between them.

    Args:
        drawing: from ``arrange``.
        view: what the model saw of it; it does not look again.
        hints: colours at pixels of the sketch.
        traits: of the model.

    Returns:
        The drawing with such regions cut, and the hints that count, of one colour in each region.
    """
    told = settle(hints, drawing.labels, Lines(view.ink.mask, drawing.sketch.pixels))
    at = told.rows.astype(np.int64) * drawing.labels.shape[1] + told.columns
    parts = split(drawing.labels, at, color_codes(told), view.ink)
    if parts.labels is drawing.labels:
        return drawing, told
    return arrange(drawing.sketch, view, parts.labels, traits), told


def colorize(
    drawing: Drawing,
    model: RegionHead,
    traits: Traits,
    *,
    guidance: Guidance,
    temperature: float,
    rng: np.random.Generator,
) -> Layers:
    """One colouring of a drawing.

    Args:
        drawing: from ``read_drawing``.
        model: colours regions.
        traits: of the model.
        guidance: hints and palette; hints of several colours in one region need ``obey`` first.
        temperature: 0 takes the likeliest colours, 1 samples freely.
        rng: draws; the same state gives the same layers.

    Returns:
        Layers whose hinted regions have exactly the hinted colour.
    """
    hints, hinted = hinted_colors(guidance.hints, drawing.labels)
    fixed = hinted[1:] | drawing.paper
    colors = np.where(hinted[1:, None], hints[1:], 255).astype(np.uint8)
    palette, found = guidance.palette, drawing.found
    if found is not None:
        sure = found.sure & ~hinted[1:]
        colors[sure] = found.colors[sure]
        fixed |= sure
        palette = palette or found.palette
    tilt = None
    if guidance.histogram is not None and traits.prior is not None:
        tilt = tilted(guidance.histogram, traits.prior, traits.bin_colors)
    wishes = Wishes(
        fixed, colors, traits.bin_colors, palette, traits.entries, tilt, temperature,
        drawing.lightness,
    )  # fmt: skip
    choice = predict(model, drawing.scene, wishes, rng)
    if traits.calibration is not None:
        believed = np.interp(choice.confidence, *traits.calibration.T).astype(np.float32)
        choice = replace(choice, confidence=np.where(fixed, choice.confidence, believed))
    if found is not None:
        white = (found.colors == 255).all(axis=1)
        choice = Choice(
            choice.colors,
            np.where(sure, white, choice.paper),
            np.where(sure, found.chance, choice.confidence),
        )
    if palette is None:
        near = SAME if drawing.lightness is None else ALIKE
        choice = unify(choice, drawing.scene.measures.area, hinted[1:], near=near)
    return lay(drawing, choice, hinted, palette)


def unify(choice: Choice, area: Floats, hinted: Mask, *, near: float = SAME) -> Choice:
    """Give regions of nearly the same colour the same one; hinted colours never move.

    Args:
        choice: a colour for each of n regions.
        area: (n,) pixels; the largest of several like colours stays.
        hinted: (n,) bool.
        near: ΔE2000 below which two colours are one.
    """
    weight = np.where(hinted, np.inf, area)
    unique, inverse = np.unique(choice.colors, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    total = np.zeros(len(unique))
    np.add.at(total, inverse, weight)
    lab, target = srgb_to_lab(unique), np.arange(len(unique))
    kept: list[int] = []
    for i in np.argsort(-total, kind="stable").tolist():
        gap = delta_e(lab[i], lab[kept]) if kept else np.empty(0)
        if len(gap) and gap.min() < near:
            target[i] = kept[int(gap.argmin())]
        else:
            kept.append(i)
    colors = np.where(hinted[:, None], choice.colors, unique[target[inverse]])
    return Choice(colors.astype(np.uint8), choice.paper, choice.confidence)


def lay(drawing: Drawing, choice: Choice, hinted: Mask, palette: Palette | None) -> Layers:
    """Palette entries by area, and which region points at which.

    Args:
        drawing: its n regions.
        choice: their colours.
        hinted: (n + 1,) bool: the regions whose colour a hint gave.
        palette: names the colours that come from it.
    """
    filled = hinted[1:] | ~choice.paper
    unique, inverse = np.unique(choice.colors[filled], axis=0, return_inverse=True)
    area = np.bincount(
        inverse.reshape(-1), drawing.scene.measures.area[filled], minlength=len(unique)
    )
    order = np.argsort(-area, kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    entries = np.full(len(filled) + 1, PAPER, np.int32)
    entries[1:][filled] = rank[inverse.reshape(-1)]
    used = Palette(unique[order].reshape(-1, 3), _names(unique[order], palette))
    confidence = np.concatenate([[0], choice.confidence]).astype(np.float32)
    size: Floats = np.append(0, drawing.scene.measures.area).astype(np.float32)
    free = ~hinted[1:] & ~drawing.paper
    ask = asking_order(confidence[1:], size[1:], drawing.scene.features, free) + np.int32(1)
    return Layers(
        drawing.sketch, drawing.labels, entries, used, hinted, confidence, area=size, ask=ask
    )


def _names(colors: Rgb8, palette: Palette | None) -> tuple[str, ...]:
    """Names of the colours in the palette that they come from."""
    if palette is None or not palette.names:
        return ()
    known = {tuple(c): n for c, n in zip(palette.colors.tolist(), palette.names, strict=True)}
    return tuple(known.get(tuple(c), "") for c in colors.tolist())


def difference(one: Layers, two: Layers, area: Floats) -> float:
    """Mean ΔE2000 between two colourings of one drawing, over what either of them colours.

    Args:
        one: the first.
        two: the second.
        area: (n,) pixels of the regions 1…n.
    """
    share = np.where((one.entries == PAPER) & (two.entries == PAPER), 0, np.append(0.0, area))
    gap = delta_e(srgb_to_lab(one.region_colors()), srgb_to_lab(two.region_colors()))
    return float((gap * share).sum() / share.sum()) if share.any() else 0.0
