"""How many corrections until a drawing is right, in the order of nurie's questions and in others?

A picture is a colour picture NAME.color.webp beside its line art NAME.line.png, or any colour
picture, of which ink lines are taken. The truth of a region is the median of the original inside.
Beginning with the automatic answer, one region after the other is given its true colour by a dot,
and the drawing is coloured again, so that what is like it may follow. A region is wrong when it is
more than ΔE2000 10 from its truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import Hints, Layers, Sketch
from nurie.errors import InputError
from nurie_lab.bench.hints import GOALS, deepest
from nurie_lab.bench.requests import gray
from nurie_lab.bench.studies import Options, table
from nurie_lab.bench.trials import RIGHT

if TYPE_CHECKING:
    from nurie.api import Colorizer

EVEN = 0.3
"""Trust in a region's true colour from which on the region counts."""

FEWEST, MOST = 8, 80
"""Regions of a picture; with fewer or more it is left out."""

ORDERS = {
    "review": "what `review` lists first",
    "largest": "the largest region first",
    "looking": "the largest wrong region first: a person who sees what is wrong",
}


@dataclass(frozen=True, eq=False)
class Known:
    """A drawing that was read, and the truth about its n regions."""

    drawing: Any
    truth: Rgb8  # (n, 3)
    trusted: Mask  # (n,) which regions count
    spots: AnyArray  # (n, 2) row and column inside each region


def run(options: Options) -> dict[str, Any]:
    """``{"pictures": {…}, "rows": […]}``: shares of each order of regions."""
    model = options.colorizer()
    curves: dict[str, list[AnyArray]] = {order: [] for order in ORDERS}
    pictures: dict[str, int] = {}
    for path in options.paths:
        known = read(path, model)
        if FEWEST <= known.trusted.sum() <= MOST:
            for order, found in curves.items():
                found.append(np.array(list(curve(model, known, order))))
            pictures[path.stem] = int(known.trusted.sum())
    if not pictures:
        raise InputError(f"Give pictures that have {FEWEST} to {MOST} regions.")
    rows = [{"order": order, "shares": summary(found)} for order, found in curves.items()]
    return {"pictures": pictures, "rows": rows}


def read(path: Path, model: "Colorizer") -> Known:
    """Read a picture and its line art, or make the line art."""
    from nurie.io.images import read_color, read_sketch
    from nurie.regions.flatten import flatten
    from nurie_lab.data.extract import ink_lines

    color = read_color(path)
    line = path.with_name(path.name.replace(".color.webp", ".line.png"))
    made = line == path
    pixels = ink_lines(color, fill=False, edges=True) if made else read_sketch(line).pixels
    sketch = Sketch(gray(pixels))
    reading = model.read(sketch)
    labels = reading.labels
    truth, trust = flatten(labels, sketch.pixels, color, int(labels.max(initial=0)))
    return Known(reading.drawing, truth, trust > EVEN, deepest(labels))


def curve(model: "Colorizer", known: Known, order: str) -> Iterator[tuple[float, float]]:
    """Share of the regions and of the area that is wrong, before and after each correction."""
    given = np.zeros(len(known.truth), bool)
    area = known.drawing.scene.measures.area
    while True:
        spots = known.spots[given].astype(np.int32)
        hints = Hints(spots[:, 0], spots[:, 1], known.truth[given])
        layers = model.resume(known.drawing).colorize(hints=hints)
        gap = delta_e(srgb_to_lab(layers.region_colors()[1:]), srgb_to_lab(known.truth))
        wrong = np.asarray((gap > RIGHT) & known.trusted & ~given)
        total = area[known.trusted].sum()
        yield float(wrong.sum() / known.trusted.sum()), float(area[wrong].sum() / total)
        free = known.trusted & ~given
        if not free.any():
            return
        given[next_region(order, layers, wrong, free)] = True


def next_region(order: str, layers: Layers, wrong: Mask, free: Mask) -> int:
    """Row of the region that is given its colour next."""
    from nurie.painting.review import review

    if order == "review":
        doubts = review(layers, sure=1.0) - 1
        doubts = doubts[free[doubts]]
        if len(doubts):
            return int(doubts[0])
    area = np.bincount(layers.labels.ravel(), minlength=len(free) + 1)[1:] * free
    if order == "looking" and (wrong & free).any():
        area = area * wrong
    return int(area.argmax())


def summary(curves: list[AnyArray]) -> dict[str, float]:
    """Means over pictures: shares given until each goal, and wrong over the first half."""
    found: dict[str, float] = {}
    for column, name in enumerate(("regions", "area")):
        for goal in GOALS:
            needed = [
                int(np.argmax(wrong[:, column] <= 1 - goal + 1e-9)) / (len(wrong) - 1)
                for wrong in curves
            ]
            found[f"{name} {goal:.0%}"] = round(float(np.mean(needed)), 3)
        halves = [wrong[: len(wrong) // 2 + 1, column].mean() for wrong in curves]
        found[f"{name} wrong on the way"] = round(float(np.mean(halves)), 3)
    return found


def show(facts: dict[str, Any]) -> str:
    """One table."""
    names = list(facts["rows"][0]["shares"])
    rows = (
        [ORDERS[row["order"]], *(f"{row['shares'][name]:.3f}" for name in names)]
        for row in facts["rows"]
    )
    return f"{table(['order', *names], rows)}\n\n{len(facts['pictures'])} pictures."
