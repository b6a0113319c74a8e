"""Colouring as requests say: from marks to answers, files and shade."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from msgspec import UNSET

from nurie.api import Colorizer, save
from nurie.arrays import Floats, Labels, Mask, Rgb8
from nurie.colors import parse_hex, to_hex
from nurie.document import PAPER, Hints, Layers, Mark, Palette, Sketch, Wish, strips
from nurie.errors import OptionError
from nurie.guidance.hints import settle
from nurie.guidance.words import read_words
from nurie.io.hints import draw_marks
from nurie.io.palettes import write_palette
from nurie.io.png import write_png
from nurie.painters import shaded
from nurie.painting.gray import TONED, gray_of, lightness
from nurie.painting.read import Drawing
from nurie.painting.review import review
from nurie.regions.edits import Cut, Edit, Merge, Split
from nurie.studio import files, shapes
from nurie.studio import minimal_change as minimal

if TYPE_CHECKING:
    from nurie.painting.references import Reference
    from nurie.reading import Wanted

Parts = tuple[tuple[int, int, str], ...]
"""Row, column and part of each place that a person named."""


def color(
    colorizer: Colorizer,
    labels: tuple[Path, tuple[int, int]],
    cutting: Path,
    request: shapes.ColorsRequest,
    references: Sequence[Path] = (),
    guides: Mapping[str, Path] = MappingProxyType({}),
) -> list[shapes.Answer]:
    """Colour the regions of a drawing."""
    known: files.Cutting = files.load(cutting)
    numbers = files.load_labels(*labels)
    guided = {kind: files.load(path) for kind, path in guides.items()}
    if "gray" in guided:
        tones = gray_of(guided["gray"], labels[1])
        light = lightness(tones, np.array(numbers), guided["view"].ink)[known.numbers - 1]
        known = replace(known, lightness=light, paper=known.paper & (light >= TONED))
    requested, notes = _requested(request, numbers, known), list[str]()
    parts = _named_parts(request, numbers, known)
    kept = None if request.keep is UNSET else minimal.kept_of(request.keep, known)
    if request.words.strip() or "design" in guided:
        design = guided.get("design")
        wanted = list(design.wishes) if design else []
        wanted += read_words(request.words, design.cast if design else (), notes=notes)
        worded = _worded(colorizer, known, requested, wanted, parts, notes)
        requested = worded if kept is None else minimal.obeyed(kept, requested, worded)
    held, offered = requested, tuple[list[int], ...](([], []))
    if kept is not None:
        reach, wide = None, None
        # Hints that were given before hold what follows them against new ones.
        leads = requested.hinted & ~known.paper
        if (minimal.changed(kept, requested) & leads).any() and request.spread > 0:
            reading = colorizer.resume(_as_row(known, requested.paper))
            given = _given(requested, leads, parts)
            reach, wide = (reading.laid((), given, far) for far in (request.spread, 1.0))
        held, follows = minimal.hold(kept, requested, known, reach)
        others = minimal.others(kept, requested, known)
        alike = minimal.alike(kept, requested, known, wide) & ~others
        offered = tuple(known.numbers[rows & ~follows].tolist() for rows in (others, alike))
    read: list[Reference] = [files.load(path) for path in references]
    more: Wanted = {"references": read}
    if "histogram" in guided:
        more["histogram"] = guided["histogram"]
    answers = _answers(colorizer, known, held, request, more, parts)
    if kept is not None:
        answers = [minimal.settle(one, kept, requested, follows, known) for one in answers]
    return [_answer(replace(layers, notes=tuple(notes)), known, offered) for layers in answers]


def _worded(
    colorizer: Colorizer,
    known: files.Cutting,
    requested: minimal.Requested,
    wanted: Sequence[Wish],
    parts: Parts,
    notes: list[str],
) -> minimal.Requested:
    """What is requested with the colours that words give; ``notes`` grow by what they could not."""
    reading = colorizer.resume(_as_row(known, requested.paper))
    over = reading.laid(wanted, _given(requested, requested.given, parts))
    notes += over.notes
    new = over.given & ~requested.given
    colors = np.where(new[:, None], over.colors, requested.colors).astype(np.uint8)
    return minimal.Requested(
        colors, requested.given | new, requested.hinted, requested.paper & ~new
    )


def _given(requested: minimal.Requested, rows: Mask, parts: Parts = ()) -> Hints:
    """What is requested of the regions ``rows`` (m,), as hints of a drawing of a pixel a region."""
    given = np.flatnonzero(rows).astype(np.int32)
    return Hints(np.zeros_like(given), given + 1, requested.colors[given], parts=parts)


def _named_parts(request: shapes.ColorsRequest, labels: Labels, known: files.Cutting) -> Parts:
    """What a person says that regions show, as hints of a drawing of a pixel a region."""
    rows = np.full(known.count + 1, -1, np.int32)
    rows[known.numbers] = np.arange(len(known.numbers))
    parts = []
    for hint in request.hints:
        if hint.part is not UNSET and hint.x is not UNSET and hint.y is not UNSET:
            row, column = int(hint.y), int(hint.x)
            inside = 0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]
            if inside and (at := int(rows[labels[row, column]])) >= 0:
                parts.append((0, at + 1, hint.part))
    return tuple(parts)


def _answers(
    colorizer: Colorizer,
    known: files.Cutting,
    requested: minimal.Requested,
    request: shapes.ColorsRequest,
    more: "Wanted",
    parts: Parts,
) -> list[Layers]:
    """What the model makes of it."""
    reading = colorizer.resume(_as_row(known, requested.paper))
    given: Wanted = {
        "hints": _given(requested, requested.given, parts),
        "palette": palette_from(request.palette, request.names) if request.palette else None,
        **more,
        "seed": request.seed,
        # What is kept is given, too: only what is new has a choice.
        "spread": request.spread if request.keep is UNSET else 1.0,
    }
    if request.choice is not UNSET:
        return [reading.colorize(number=request.choice, **given)]
    return reading.variations(request.variations, **given)


def _requested(
    request: shapes.ColorsRequest, labels: Labels, known: files.Cutting
) -> minimal.Requested:
    """Colours given by hints or exactly, where, and what shall stay paper.

    Hints of the request win over those of the drawing itself.
    """
    colors, given = hinted_regions(request.hints, labels, known.count)
    hinted = given.copy()
    own = known.numbers[known.hinted & ~given[known.numbers]]
    colors[own], given[own] = known.colors[known.hinted & ~given[known.numbers]], True
    paper = np.zeros(known.count + 1, bool)
    paper[known.numbers] = known.paper
    for region, exact in request.fixed.items():
        if not 0 < region <= known.count:
            raise OptionError(f"There is no region {region}; they are 1 to {known.count}.")
        given[region], paper[region], hinted[region] = exact is not None, exact is None, False
        colors[region] = parse_hex(exact) if exact else 255
    rows = known.numbers
    return minimal.Requested(colors[rows], given[rows], hinted[rows], paper[rows])


def _as_row(known: files.Cutting, paper: Mask) -> Drawing:
    """The drawing with one pixel a region, which is all that its colours depend on."""
    size = len(known.numbers) + 1
    row = np.arange(size, dtype=np.int32)[None]
    sketch = Sketch(np.full((1, size), 255, np.uint8))
    light, seen = known.lightness, known.seen
    return Drawing(sketch, row, known.scene, paper, lightness=light, seen=seen)


def _answer(layers: Layers, known: files.Cutting, offered: tuple[list[int], ...]) -> shapes.Answer:
    entries = np.full(known.count + 1, PAPER, np.int32)
    entries[known.numbers] = layers.entries[1:]
    sure = np.zeros(known.count + 1)
    if layers.confidence is not None:
        sure[known.numbers] = layers.confidence[1:]
    return shapes.Answer(
        choice=layers.number,
        palette=[to_hex(color) for color in layers.palette.colors],
        names=list(layers.palette.names or ("",) * len(layers.palette)),
        entries=entries.tolist(),
        confidence=sure.round(3).tolist(),
        ask=known.numbers[review(layers) - 1].tolist(),
        notes=list(layers.notes),
        others=offered[0],
        alike=offered[1],
    )


def edits_of(listed: Sequence[shapes.Edit]) -> list[Edit]:
    """Edits as the regions take them."""
    kinds: dict[str, type[Cut | Merge | Split]] = {"cut": Cut, "merge": Merge, "split": Split}
    return [
        kind(_places(points))
        for step in listed
        for name, kind in kinds.items()
        if (points := getattr(step, name)) is not UNSET
    ]


def hinted_regions(hints: Sequence[shapes.Hint], labels: Labels, count: int) -> tuple[Rgb8, Mask]:
    """The colour that each region takes by hint: that of the last one that means it.

    (count + 1, 3) colours and (count + 1,) bool: hinted.

    Raises:
        OptionError: a dot lies outside of the picture.

    >>> colors, hinted = hinted_regions(
    ...     [shapes.Hint(x=1, y=0, color="#ff0000")], np.array([[1, 2]], np.int32), 2)
    >>> hinted.tolist(), colors[2].tolist()
    ([False, False, True], [255, 0, 0])
    """
    colors, hinted = np.zeros((count + 1, 3), np.uint8), np.zeros(count + 1, bool)
    shape = labels.shape[0], labels.shape[1]
    colored = [hint for hint in hints if hint.color is not UNSET]
    if not colored:
        return colors, hinted
    marks = [mark_of(number, hint, shape) for number, hint in enumerate(colored, 1)]
    counted = settle(draw_marks(marks, shape), labels)
    assert counted.marks is not None
    # The last write wins: the latest mark.
    order = np.argsort(counted.marks, kind="stable")
    region = labels[counted.rows[order], counted.columns[order]]
    colors[region], hinted[region] = counted.colors[order], True
    hinted[0] = False
    return colors, hinted


def mark_of(number: int, hint: shapes.Hint, shape: tuple[int, int]) -> Mark:
    """A hint as it is rasterized on a picture of ``shape``; ``number`` is for the complaint."""
    assert hint.color is not UNSET
    color = parse_hex(hint.color)
    if hint.polygon is not UNSET:
        return Mark(_places(hint.polygon), color, area=True)
    if hint.points is not UNSET:
        radius = shapes.RADIUS if hint.radius is UNSET else hint.radius
        return Mark(_places(hint.points), color, radius)
    assert hint.x is not UNSET
    assert hint.y is not UNSET
    row, column = hint.y, hint.x
    if not (0 <= row < shape[0] and 0 <= column < shape[1]):
        raise OptionError(
            f"Hint {number} lies outside of the picture of {shape[1]} x {shape[0]} pixels; move it."
        )
    return Mark(np.array([[row, column]], np.float32), color)


def _places(points: Sequence[Sequence[float]]) -> Floats:
    """Rows and columns from x and y, (k, 2)."""
    return np.array(points, np.float64)[:, ::-1].astype(np.float32)


def export(
    coloring: shapes.ExportRequest,
    target: Path,
    sketch: Path | None = None,
    labels: Path | None = None,
    force: bool = False,
) -> None:
    """Write a coloured drawing, or its palette, as the target's suffix says."""
    palette = palette_from(coloring.palette, coloring.names, coloring.name or "nurie")
    if sketch is None or labels is None or coloring.entries is UNSET:
        write_palette(target, palette, force=force)
    else:
        layers = _layers(sketch, labels, coloring.entries, palette)
        save(shaded(layers, coloring.style, coloring.light), target, force=force)


def shade_of(sketch: Path, labels: Path, coloring: shapes.ShadeRequest, draft: Path) -> None:
    """The layer of shade as a PNG, white where nothing is shaded."""
    flat = _layers(sketch, labels, coloring.entries, palette_from(coloring.palette, None))
    layers = shaded(flat, coloring.style, coloring.light)
    size = (*layers.sketch.shape, 3)
    shade = np.broadcast_to(np.uint8(255), size) if layers.shade is None else layers.shade
    with draft.open("wb") as stream:
        write_png(stream, (shade[rows] for rows in strips(size[0])), size)


def _layers(sketch: Path, labels: Path, numbered: Sequence[int], palette: Palette) -> Layers:
    """The coloured drawing that a request describes."""
    drawing: Sketch = files.load(sketch)
    numbers = np.array(files.load_labels(labels, drawing.shape))
    entries = np.array(numbered, np.int32)
    if len(entries) <= int(numbers.max(initial=0)):
        raise OptionError(
            f"There are {int(numbers.max())} regions and line, but {len(entries)} entries; give "
            "one for each number from 0."
        )
    if entries.max() >= len(palette):
        raise OptionError(
            f"An entry points at colour {int(entries.max())} of {len(palette)}; count from 0."
        )
    entries[0] = PAPER
    return Layers(drawing, numbers, entries, palette, entries < PAPER)


def palette_from(
    colors: Sequence[str], names: Sequence[str] | None, name: str = "nurie"
) -> Palette:
    """A palette from colours and names as a request has them.

    Raises:
        OptionError: not one name for each colour.
    """
    if names and len(names) != len(colors):
        raise OptionError(f"{len(colors)} colours have {len(names)} names; give one for each.")
    table = np.array([parse_hex(color) for color in colors], np.uint8).reshape(-1, 3)
    return Palette(table, tuple(names) if names and any(names) else (), name)
