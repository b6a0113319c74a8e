"""Validation pictures, the line art and hints made of them, and what every run paints of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import AnyArray, Labels, Rgb, Rgb8
from nurie.document import Hints, lay_lines
from nurie.errors import InputError, ModelError, UnreadableError
from nurie.guidance.patches import Patches, hint_from_picture, sampled_hint
from nurie.lines import canny_lines
from nurie.spectrum import Spectrum
from nurie_lab.bench.hints import deepest
from nurie_lab.bench.reproduction.trained import Trained, cast
from nurie_lab.data.extract import draw_lines
from nurie_lab.data.shards import Record, read_shard, shards_in

if TYPE_CHECKING:
    from nurie.api import Colorizer
    from nurie.models.painter import PainterSession

TRUE, SAMPLED, GUESSED, NONE = "true hint", "sampled hint", "guessed hint", "no hint"
DOTS = 10
"""Hints that the region model gets, one in each of the largest regions."""

OURS = "nurie"
"""The region model's name in tables."""

Tell = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class View:
    """One picture as a run sees it."""

    color: Rgb8
    """(S, S, 3) uint8, the original."""
    line: AnyArray
    """(S, S) uint8, 0 ink."""
    hints: dict[str, Rgb8]
    """(S, S, 3) uint8 by kind."""


@dataclass(frozen=True, eq=False)
class Painting:
    """What one run made of all pictures with one kind of hint."""

    run: str
    hint: str
    views: list[View]
    pictures: list[Rgb8]


def validation(data: Path, count: int, tell: Tell) -> tuple[list[Record], bool]:
    """The pictures that judge: those kept to validate, else of the last shard.

    At most ``count``, as many of each shard; returned is also whether they were kept to validate.

    Raises:
        UnreadableError: there is nothing of the name.
        InputError: there are no readable pictures.
    """
    if not data.exists():
        raise UnreadableError(f"{data} does not exist; check the name.")
    shards = shards_in(data)
    kept = [path for path in shards if path.name.startswith("val-")]
    found: list[Record] = []
    chosen = kept or shards[-1:]
    for i, shard in enumerate(chosen):
        share = -(-(count - len(found)) // (len(chosen) - i))
        try:
            found += islice(read_shard(shard), share)
        except (InputError, OSError, ValueError) as error:
            tell(f"{shard} is passed over: {error}")
    if not found:
        raise InputError(f"{data} holds no readable pictures; make some with nurie data prepare.")
    return found, bool(kept)


def framed(pixels: AnyArray, size: int) -> AnyArray:
    """A square from the middle of an (H, W) or (H, W, 3) uint8 picture, as training frames it.

    >>> framed(np.zeros((64, 96, 3), np.uint8), 32).shape
    (32, 32, 3)
    """
    import cv2

    scale = size / min(pixels.shape[:2])
    height, width = (max(size, round(side * scale)) for side in pixels.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(pixels, (width, height), interpolation=way)
    top, left = (height - size) // 2, (width - size) // 2
    return np.ascontiguousarray(scaled[top : top + size, left : left + size])


def line_art(record: Record, settings: dict[str, Any], number: int) -> tuple[Rgb8, AnyArray]:
    """A picture and its line art as a run sees them: (S, S, 3) and (S, S) uint8, 0 ink.

    The picture's number stands for chance.
    """
    color = framed(record.color, settings["size"])
    stored = record.line if settings["lines"] != "canny" else None
    drawn = framed(stored, settings["size"]) if stored is not None else None
    if settings["lines"] == "mixed":
        return color, draw_lines(color, drawn, np.random.default_rng(number))
    return color, canny_lines(color, sigma=settings["sigma"]) if drawn is None else drawn


def view(record: Record, settings: dict[str, Any], spectrum: Spectrum, number: int) -> View:
    """A picture as a run sees it, with its true hint, made as in training, and its sampled one."""
    color, line = line_art(record, settings, number)
    patches = Patches(settings["patches"], settings["patch"], settings["filled"], settings["blur"])
    sampled = sampled_hint(line.shape, spectrum, np.random.default_rng([1, number]), patches)
    true = hint_from_picture(color, spectrum, np.random.default_rng([2, number]), patches)
    return View(color, line, {TRUE: true, SAMPLED: sampled})


def paint_all(
    runs: Sequence[Trained], records: Sequence[Record], spectrum: Spectrum, tell: Tell
) -> Iterator[Painting]:
    """What each run paints with each kind of hint it can have, run by run.

    The spectrum is for runs that have none of their own; ``tell`` hears of painters that fail.
    """
    guessers = cast(runs, painting=True).get("hint predictor", [None])
    for run in runs:
        if run.painter is None or not run.paints:
            continue
        guesser = next((g for g in guessers if g and g.seed == run.seed), guessers[0])
        own = run.spectrum or spectrum
        views = [view(record, run.settings, own, i) for i, record in enumerate(records)]
        try:
            views = _with_guesses(views, run, guesser, records) if run.hinted else views
        except ModelError as error:
            tell(f"{run.name} gets no guessed hints: {error}")
        try:
            yield from _painted(run, run.painter, views)
        except ModelError as error:
            tell(f"{run.name} is left out of the pictures: {error}")


def _painted(run: Trained, painter: "PainterSession", views: list[View]) -> list[Painting]:
    kinds = [kind for kind in (TRUE, SAMPLED, GUESSED) if kind in views[0].hints]
    return [
        Painting(run.name, kind, views, [_paint(painter, v, v.hints.get(kind)) for v in views])
        for kind in (kinds if run.hinted else [NONE])
    ]


def _with_guesses(
    views: list[View], run: Trained, guesser: Trained | None, records: Sequence[Record]
) -> list[View]:
    """Views with the hints of the run's own first network, else of the run that predicts.

    Training hides most of a hint; what another run predicts is washed out as far.
    """
    found, seen = [], Patches(run.settings["patches"], run.settings["patch"]).seen
    for i, each in enumerate(views):
        hint = run.painter.guess(_unit(each.line)) if run.painter is not None else None
        if hint is None and guesser is not None and guesser.painter is not None:
            line = line_art(records[i], guesser.settings, i)[1]
            hint = 1 - seen * (1 - guesser.painter.paint(_unit(line), None))
        if hint is None:
            return views
        guess = framed(_bytes(hint), len(each.line))
        found.append(replace(each, hints={**each.hints, GUESSED: guess}))
    return found


def _paint(painter: "PainterSession", seen: View, hint: Rgb8 | None) -> Rgb8:
    return _bytes(painter.paint(_unit(seen.line), None if hint is None else _unit(hint)))


def _unit(pixels: AnyArray) -> AnyArray:
    return pixels.astype(np.float32) / np.float32(255)


def _bytes(picture: Rgb) -> Rgb8:
    """Rounded to the nearest of 256 levels."""
    pixels: Rgb8 = np.clip(np.floor(picture * 255 + 0.5), 0, 255).astype(np.uint8)
    return pixels


def paint_regions(colorizer: "Colorizer", views: list[View]) -> list[Painting]:
    """What the region model makes of the same line art, alone and with dots of true colour.

    The colours are kept apart from the lines, as originals have none.
    """
    from nurie.document import Sketch

    alone, dotted = list[Rgb8](), list[Rgb8]()
    for each in views:
        sketch = Sketch(each.line)
        drawing = colorizer.read(sketch).drawing
        dots = _dots(drawing.labels, each.color)
        for hints, found in ((None, alone), (dots, dotted)):
            layers = colorizer.resume(drawing).colorize(hints=hints)
            flat = layers.flat()
            found.append(np.where(flat[..., 3:] > 0, flat[..., :3], np.uint8(255)))
    return [
        Painting(OURS, NONE, views, alone),
        Painting(OURS, f"{DOTS} dots", views, dotted),
    ]


def inked(painting: Painting) -> list[Rgb8]:
    """Pictures to be shown: over the region model's colours lie the lines."""
    if painting.run != OURS:
        return painting.pictures
    pairs = zip(painting.views, painting.pictures, strict=True)
    return [lay_lines(seen.line, flat).astype(np.uint8) for seen, flat in pairs]


def _dots(labels: Labels, color: Rgb8) -> Hints:
    """A dot of the true colour, the median, in the deepest place of each of the largest regions."""
    areas = np.bincount(labels.ravel(), minlength=int(labels.max(initial=0)) + 1)
    areas[0] = 0
    largest = np.argsort(-areas, kind="stable")[:DOTS]
    largest = largest[areas[largest] > 0]
    medians = [np.median(color[labels == label], axis=0) for label in largest]
    spots = deepest(labels)[largest - 1]
    marks = np.arange(len(largest), dtype=np.int32)
    colors = np.array(medians, np.uint8).reshape(-1, 3)
    return Hints(spots[:, 0].astype(np.int32), spots[:, 1].astype(np.int32), colors, marks)
