"""Drawings coloured in every way, to be looked at: docs/gallery.md and its pictures.

Twelve are the examples; twelve are invented by program, so that a reference and the original exist.
Seeds were chosen before any was coloured, and none was changed afterwards.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Hints, Layers, Sketch, lay_lines
from nurie_lab.bench.hints import deepest
from nurie_lab.bench.likeness import fitted
from nurie_lab.bench.studies import Options

if TYPE_CHECKING:
    from nurie.api import Colorizer
    from nurie_lab.drawings.kit.strokes import Made

EXAMPLES = Path(__file__).parents[5] / "examples"
CELL, MARGIN = 224, 4
COLUMNS = ("lines", "automatic", "variation", "variation", "palette", "5 hints", "reference",
           "original")  # fmt: skip
SEED = 7_000
TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
"""The page, and what is wrong with each row."""


@dataclass(frozen=True, eq=False)
class Case:
    """One drawing and what is known about it."""

    name: str
    sketch: Sketch
    original: AnyArray | None = None
    reference: AnyArray | None = None
    hints: Path | None = None


def run(options: Options) -> dict[str, Any]:
    """Names of the rows; writes gallery.md and pictures/gallery in the folder."""
    from nurie.io.images import write_picture

    folder = options.out / "pictures" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    model, rows, text = options.colorizer(), list[str](), list[str]()
    remarks = TEXTS["remarks"]
    for case in cases():
        name = f"{case.name.replace(' ', '-')}.webp"
        strip = np.concatenate([_cell(picture) for picture in pictures(case, model)], axis=1)
        write_picture(folder / name, strip, force=True)
        remark = f" {remarks[case.name]}" if case.name in remarks else ""
        text.append(f"**{case.name}**{remark}\n\n![{case.name}](pictures/gallery/{name})\n")
        rows.append(case.name)
    page = TEXTS["head"].format(columns=" · ".join(COLUMNS)) + "\n" + "\n".join(text)
    (options.out / "gallery.md").write_text(page, "utf-8")
    return {"rows": rows}


def show(facts: dict[str, Any]) -> str:
    """What was coloured."""
    return f"{len(facts['rows'])} rows: {', '.join(facts['rows'])}"


def cases() -> Iterator[Case]:
    """The examples, then drawings by program."""
    from nurie.io.images import read_sketch
    from nurie_lab.drawings.figures import film
    from nurie_lab.drawings.scenes import invent_scene
    from nurie_lab.drawings.things import invent_thing

    for path in sorted(EXAMPLES.glob("*.png")):
        hints = path.with_suffix(".hints.json")
        yield Case(path.stem, read_sketch(path), hints=hints if hints.exists() else None)
    for i in range(6):
        before, _, after = film(np.random.default_rng([SEED, i]), 3)
        yield _invented(f"character {i + 1}", after, lay_lines(before.lines, before.color))
    for i in range(3):
        yield _invented(f"scene {i + 1}", invent_scene(np.random.default_rng([SEED, 10 + i])))
    for i in range(3):
        yield _invented(f"thing {i + 1}", invent_thing(np.random.default_rng([SEED, 20 + i])))


def _invented(name: str, drawing: "Made", reference: AnyArray | None = None) -> Case:
    original = lay_lines(drawing.lines, drawing.color)
    return Case(name, Sketch(drawing.lines), original, reference)


def pictures(case: Case, model: "Colorizer") -> list[AnyArray | None]:
    """A picture for each of ``COLUMNS``, None where there is none."""
    from nurie.api import read_palette
    from nurie.io.hints import read_hints

    answers = model.read(case.sketch).variations(3)
    shown = [a.merged() for a in answers] + [None] * (3 - len(answers))
    autumn = read_palette(EXAMPLES / "palettes" / "autumn.gpl")
    hints = read_hints(case.hints, case.sketch.shape) if case.hints else five(case, answers[0])
    hinted = model.colorize(case.sketch, hints=hints).merged()
    referred = None
    if case.reference is not None:
        referred = model.colorize(case.sketch, references=[case.reference]).merged()
    palette = model.colorize(case.sketch, palette=autumn).merged()
    return [case.sketch.pixels, *shown, palette, hinted, referred, case.original]


def five(case: Case, layers: Layers) -> Hints:
    """A dot in each of the five largest regions that have a colour, true or from a palette."""
    from nurie.api import read_palette
    from nurie.regions.flatten import flatten

    area = np.bincount(layers.labels.ravel(), minlength=len(layers.entries)).astype(float)
    area[layers.entries < 0] = 0
    largest = np.argsort(-area)[:5]
    largest = largest[area[largest] > 0]
    seaside = read_palette(EXAMPLES / "palettes" / "seaside.hex").colors
    colors = seaside[np.arange(len(largest)) % len(seaside)]
    if case.original is not None:
        truth, _ = flatten(layers.labels, case.sketch.pixels, case.original, len(area) - 1)
        colors = truth[largest - 1]
    spots = deepest(layers.labels)[largest - 1]
    return Hints(spots[:, 0].astype(np.int32), spots[:, 1].astype(np.int32), colors)


def _cell(picture: AnyArray | None) -> Rgb8:
    """A picture in the middle of a white square."""
    if picture is None:
        return np.full((CELL, CELL, 3), 255, np.uint8)
    small = (picture >> 8).astype(np.uint8) if picture.dtype == np.uint16 else picture
    color = small if small.ndim == 3 else np.repeat(small[..., None], 3, 2)
    inner = fitted(color, CELL - 2 * MARGIN)
    around = ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
    return np.pad(inner, around, constant_values=255)
