"""A drawing is read once: ink → regions → measures → tokens, and what the encoder sees of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from nurie.arrays import Floats, Gray, Ints, Labels, Mask, Pixels, Rgb8
from nurie.document import Hints, Sketch
from nurie.errors import OptionError
from nurie.painting.terms import CONSTANTS, Constants, Matches, Named
from nurie.regions.ink import Ink, find_ink, without_rules
from nurie.regions.measure import Measures, measure, open_borders, protected
from nurie.regions.merge import look_up
from nurie.regions.panels import panels
from nurie.regions.paper import stays_paper
from nurie.regions.segment import is_strip
from nurie.regions.tokens import (
    FEATURES,
    Frame,
    adjacency,
    frame_of,
    framed_labels,
    framed_lines,
    geometry,
    pool,
)


class RegionModel(Protocol):
    """A model that reads framed drawings and colours their regions; see ``RegionSession``."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that it tells apart; none where it samples no whole colourings."""

    @property
    def judges(self) -> bool:
        """Whether it has a critic."""

    def encode(self, lines: Gray) -> list[Floats]:
        """Feature maps (C, S / s, S / s) of an (S, S) drawing."""

    @property
    def second_size(self) -> int:
        """Side S of what a second encoder reads; 0 where there is none."""

    def encode_second(self, lines: Gray) -> list[Floats]:
        """The same as ``encode``, by the second encoder."""

    @property
    def predict(self) -> Callable[..., tuple[Floats, Floats, Floats, Floats]]:
        """Logits (n, 512), shift (n, 3), query and key (n, 64) under known colours, a palette."""

    @property
    def predict_free(self) -> Callable[..., tuple[Floats, Floats]]:
        """Logits and shift where no palette is given."""

    def name_parts(
        self, features: Floats, geometry: Floats, near: Floats, picture: Floats
    ) -> Floats:
        """Chances (n, p) of the parts that regions show."""

    @property
    def judge(self) -> Callable[..., float]:
        """How good colours of all regions are together; higher is better."""


@dataclass(frozen=True)
class Traits:
    """What the pipeline must know of a model."""

    size: int  # Side of the framed drawing
    entries: int  # Palette tokens
    bin_colors: Rgb8  # (512, 3) uint8 mean colour of each bin
    prior: Floats | None = None
    """(512,) share of each bin in the training, which a histogram replaces."""
    calibration: Floats | None = None
    """(k, 2) how sure the model is, how often it is right then; None believes the model."""
    constants: Constants = field(default=CONSTANTS, repr=False)
    """The numbers of the sampler."""
    mirror: bool = True  # Whether a drawing is encoded with its mirror image, too
    lean: bool = False
    """Whether drawings are read to be matched alone: without names and the second encoder."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What the model knows of a drawing's n regions."""

    features: Floats  # (n, 496) of the encoder, with (n, 496) of a second one beside them if any
    geometry: Floats  # (n, 14)
    measures: Measures  # Of the n regions
    picture: Floats  # (320,) mean of the encoder's last map, and (320,) of the second one's
    parts: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """(n, p) chance of each part that the model tells apart, rows sum to 1; empty where it tells
    none."""

    open: tuple[Ints, Floats] = (np.zeros((0, 2), np.int32), np.zeros(0, np.float32))
    """Neighbours that meet where no line is, of ``regions.measure.open_borders``."""

    @property
    def looks(self) -> Floats:
        """(n, 496) how the regions look to the first encoder."""
        return self.features[:, :FEATURES]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A sketch that was read once and can be coloured many times."""

    sketch: Sketch
    labels: Labels
    scene: Scene
    paper: Mask
    """(n,) bool: regions that stay paper whatever the model predicts."""
    found: Matches | None = None
    """What was found of the regions in coloured references, when there are some."""
    lightness: Floats | None = None
    """(n,) L* that a gray picture gives the regions, when there is one."""
    named: Named | None = None  # What the regions show, where the model tells
    seen: tuple[float, float] | None = None
    """Least and largest L* of fills on which the lines show; the sketch's own where None."""
    whole: "Drawing | None" = None
    """The drawing before hints cut its regions, whose colours the pieces keep."""


@dataclass(frozen=True, eq=False)
class View:
    """What the model sees of a sketch, however it is cut into regions."""

    ink: Ink
    frame: Frame
    maps: list[list[Floats]]
    """Feature maps (C, S / s, S / s) of the framed drawing, at strides 4, 8, 16, 32, of each of the
    model's encoders."""
    bands: "tuple[tuple[tuple[slice, slice], View], ...]" = ()
    """Of a strip or a comic page, the parts that are looked at one by one, in coordinates of their
    own: each is as large to the model as a drawing alone."""


def encode(sketch: Sketch, model: RegionModel, traits: Traits) -> View:
    """Ink and feature maps of a sketch, once for all ways to cut it."""
    pixels = _on_white(sketch)
    # Light falls unevenly on photographs, whose paper may have been folded.
    ground = sketch.ground
    photo = ground is not None and ground.below is not None and not ground.filled
    if not sketch.pencil and pixels.ndim == 2 and not photo:
        pixels = without_rules(pixels)
    elif not sketch.pencil:
        from nurie.regions.trace import outlines

        pixels = outlines(pixels, creases=photo)
    ink = find_ink(pixels)
    if is_strip(ink.mask.shape):
        from nurie.regions.strips import bands

        windows = bands(ink.mask)
    else:
        windows = panels(ink.mask, ink.stroke)
    if len(windows) < 2:
        view = _seen(ink, model, traits)
    else:
        from nurie.regions.strips import part_of

        # Every part that has ink is seen by itself, and the first one where none has.
        inked = [window for window in windows if ink.mask[window].any()] or windows[:1]
        views = [_seen(part_of(ink, window), model, traits) for window in inked]
        view = View(ink, views[0].frame, views[0].maps, tuple(zip(inked, views, strict=True)))
    if sketch.inked is not None:
        # Trace lines part regions as ink does, but the fills beside them meet where they were.
        from nurie.regions.trace import with_traces

        differ: Mask = np.asarray(sketch.pixels != sketch.inked)
        lines: Mask = differ if differ.ndim == 2 else np.asarray(differ.any(axis=2))
        view = replace(view, ink=with_traces(ink, lines))
    return view


def _seen(ink: Ink, model: RegionModel, traits: Traits) -> View:
    """Feature maps of one drawing."""
    frame, encoders = frame_of(ink), [(model.encode, traits.size)]
    if model.second_size and not traits.lean:
        encoders.append((model.encode_second, model.second_size))
    framed = [(encode, framed_lines(ink, frame, size)) for encode, size in encoders]
    seen = [both_ways(*one) if traits.mirror else one[0](one[1]) for one in framed]
    return View(ink, frame, seen)


def both_ways(encode: Callable[[Gray], list[Floats]], lines: Gray) -> list[Floats]:
    """Feature maps of a framed drawing, the mean of its own and those of its mirror image.

    Which way a figure looks says nothing of its colours, so two views of it are less noisy than one
    (test-time augmentation; Krizhevsky, Sutskever, Hinton 2012, section 4.1).
    """
    mirrored = encode(np.ascontiguousarray(lines[:, ::-1]))
    return [
        (a + b[..., ::-1]) * np.float32(0.5) for a, b in zip(encode(lines), mirrored, strict=True)
    ]


def arrange(
    sketch: Sketch, view: View, labels: Labels, model: RegionModel, traits: Traits
) -> Drawing:
    """What the encoders saw, region by region, and what each region shows."""
    measures = measure(labels)
    if view.bands:
        features, places, paper = _by_bands(sketch, view, labels, measures)
    else:
        places = geometry(measures, view.frame)
        features = _pooled(view, labels, places)
        paper = stays_paper(view.ink, labels, measures, letters=sketch.letters)
    if sketch.protect is not None:
        paper = paper | protected(labels, sketch.protect)
    bands = [band for _, band in view.bands] or [view]
    # Of each encoder the mean of its last map, over all bands.
    means = [[maps[-1].mean(axis=(1, 2)) for maps in band.maps] for band in bands]
    picture: Floats = np.mean([np.concatenate(each) for each in means], axis=0)
    scene = Scene(features, places, measures, picture)
    if traits.lean:
        # Without names whatever surrounds the drawing may be a sky.
        unnamed = np.zeros((len(measures), len(model.parts)), np.float32)
        return Drawing(sketch, labels, replace(scene, parts=unnamed), paper)
    parts = _parts(model, scene, traits.constants.context)
    scene = replace(scene, parts=parts, open=open_borders(labels, view.ink.mask, measures.area))
    return Drawing(sketch, labels, scene, paper)


def _pooled(view: View, labels: Labels, places: Floats) -> Floats:
    """Features of the regions in the maps of each encoder, of which the first has stride 4."""
    framed = (framed_labels(labels, view.frame, 4 * maps[0].shape[1]) for maps in view.maps)
    found = [pool(*each, places[:, :2]) for each in zip(view.maps, framed, strict=True)]
    return np.concatenate(found, axis=1)


def _parts(model: RegionModel, scene: Scene, most: int) -> Floats:
    """Chances (n, p) of the parts that the regions of a scene show, so many together."""
    order = np.argsort(-scene.measures.area, kind="stable").astype(np.int32)
    chance = np.zeros((len(order), len(model.parts)), np.float32)
    for start in range(0, len(order) if model.parts else 0, most):
        # As in colouring, small regions are looked at beside the largest.
        rows = np.concatenate([order[: min(start, most)], order[start : start + most]])
        features, places = scene.features[rows], scene.geometry[rows]
        near = adjacency(scene.measures, rows)
        chance[rows] = model.name_parts(features, places, near, scene.picture)
    return chance


def _by_bands(
    sketch: Sketch, view: View, labels: Labels, measures: Measures
) -> tuple[Floats, Floats, Mask]:
    """The regions of a strip or a page, each as it is seen in the band that holds most of it.

    Their features, their places, and which are paper.
    """
    from nurie.regions.strips import part_of

    strip = is_strip(labels.shape)
    count = len(measures)
    features = np.zeros((count, sum(len(m) for maps in view.maps for m in maps)), np.float32)
    places = np.zeros((count, 14), np.float32)
    # A balloon or a gutter of a page is found beside all others; a strip's band is read alone.
    paper: Mask = (
        np.ones(count, bool)
        if strip
        else stays_paper(view.ink, labels, measures, letters=sketch.letters)
    )
    most = np.zeros(count)
    for window, band in view.bands:
        part = labels[window]
        present, held = np.unique(part, return_counts=True)
        present, held = present[present > 0], held[-np.count_nonzero(present) :]
        table = np.zeros(count + 1, np.int32)
        table[present] = np.arange(1, len(present) + 1, dtype=np.int32)
        local = look_up(table, np.ascontiguousarray(part))
        known = measure(local)
        where = geometry(known, band.frame)
        pooled = _pooled(band, local, where)
        mine = held > most[present - 1]
        rows = present[mine] - 1
        features[rows], places[rows] = pooled[mine], where[mine]
        if strip:
            still = stays_paper(part_of(view.ink, window), local, known, letters=sketch.letters)
            paper[rows] = still[mine]
        most[rows] = held[mine]
    return features, places, paper


def check_request(count: int, seed: int, hints: Hints | None, sketch: Sketch) -> None:
    """Refuse what no model can carry out.

    Raises:
        OptionError: no answers, a negative seed, a hint outside the picture.
    """
    if count < 1:
        raise OptionError(f"{count} variations cannot be made; give 1 or more.")
    if seed < 0:
        raise OptionError(f"The seed {seed} is negative; use 0 or more.")
    height, width = sketch.shape
    for places, end in () if hints is None else ((hints.rows, height), (hints.columns, width)):
        if ((places < 0) | (places >= end)).any():
            raise OptionError(f"A hint lies outside the picture of {width} × {height} pixels.")


def apply_hints(
    drawing: Drawing, view: View, hints: Hints, model: RegionModel, traits: Traits
) -> tuple[Drawing, Hints]:
    """Make room for hints: a region that holds several colours is cut between them.

    The encoder does not run again. Beside the drawing come the hints that count, of one colour in
    each region.
    """
    labels, counted = cut_by(hints, drawing.labels, view.ink, drawing.sketch)
    if labels is drawing.labels:
        return drawing, counted
    return arrange(drawing.sketch, view, labels, model, traits), counted


def cut_by(hints: Hints, labels: Labels, ink: Ink, sketch: Sketch) -> tuple[Labels, Hints]:
    """Regions cut between hints of several colours, and the hints that count."""
    from nurie.guidance.hints import Lines, color_codes, settle
    from nurie.regions.split import split

    counted = settle(hints, labels, Lines(ink.mask, sketch.pixels))
    at = counted.rows.astype(np.int64) * labels.shape[1] + counted.columns
    return split(labels, at, color_codes(counted), ink).labels, counted


def prepared(
    sketch: Sketch, *, drop: Sequence[str], trace: Sequence[str], clean: bool
) -> tuple[Sketch, list[str]]:
    """A sketch without what is to be dropped, cleaned, and with its trace lines.

    The rest are the ends of sentences on what was not found.
    """
    if not (drop or trace or clean):
        return sketch, []
    from nurie.lines import clean as cleaned
    from nurie.regions.trace import trace_color, traced, without, without_pencil

    lost = []
    if drop or trace:
        sketch = unfilled(sketch)
    for color in drop:
        base = _on_white(sketch)
        pixels = base if color == "none" else without_pencil(base, trace_color(color))
        if pixels is not base:
            sketch = with_pixels(sketch, pixels)
        elif color != "none":
            lost.append(f"has no lines of {color}; nothing is dropped.")
    if clean:
        # A dark ground stays under the lines; paper becomes white.
        ground = sketch.ground
        sketch = replace(sketch, ground=ground if ground is not None and ground.light else None)
        sketch = with_pixels(sketch, cleaned(sketch.pixels))
    if trace:
        mask, ground = traced(sketch.pixels, [trace_color(t) for t in trace]), sketch.ground
        if mask.any():
            # Trace lines are taken out of ink over white: there the paper's tint stays as it is.
            pixels = sketch.pixels if ground is None or ground.light else ground.pixels
            sketch = replace(sketch, pixels=pixels, inked=without(pixels, mask), ground=None)
        else:
            lost.append(f"has no lines of {' or '.join(trace)}; nothing is traced.")
    return sketch, lost


def with_pixels(sketch: Sketch, pixels: Pixels) -> Sketch:
    """The sketch with other pixels, written instead of those of the user's line layer."""
    stack = sketch.stack
    changed = stack if stack is None else replace(stack, opaque=True)
    ground = None if sketch.ground is None else sketch.ground.cleaned(pixels)
    return replace(sketch, pixels=pixels, stack=changed, ground=ground)


def below_ink(pixels: Pixels) -> str:
    """Colour of the pencil that plainly lies below the ink, ``rules`` of paper, or nothing."""
    if pixels.ndim == 3:
        from nurie.regions.trace import plain_pencil

        color = plain_pencil(pixels)
        if color is not None:
            return "#{:02x}{:02x}{:02x}".format(*color)
    return "" if without_rules(pixels) is pixels else "rules"


def _on_white(sketch: Sketch) -> Pixels:
    """The lines of a sketch as they would be on white paper."""
    ground = sketch.ground
    tinted = ground is not None and ground.below is None and not (ground.light or ground.plain)
    return ground.lines() if ground is not None and tinted else sketch.pixels


def unfilled(sketch: Sketch) -> Sketch:
    """The sketch with fills for ink: coloured lines are looked for in the picture itself."""
    ground = sketch.ground
    if ground is None or not ground.filled:
        return sketch
    return replace(sketch, pixels=ground.pixels, ground=None)
