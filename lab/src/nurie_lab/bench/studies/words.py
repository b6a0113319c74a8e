"""Whether words and dabs mean what they say, on drawings whose regions have names.

Each part that a drawing has is requested alone, with its own name; then hair, skin and clothes of a
drawing together. Measured is the share of the part's area that takes the colour, and of the area of
everything else that is named, the share that keeps the colour it has without the request. A dab is
put into some regions of each drawing: what is meant is the same part of the same figure.

Drawings by program have true names; those of ``parts.jsonl`` were named by a vision-language model
that looked. Only its validation drawings are used.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.api import Colorizer, Reading
from nurie.arrays import AnyArray
from nurie.document import Hints, Wish
from nurie.guidance.words import groups
from nurie.io.images import read_sketch
from nurie.reading import SPREAD
from nurie_lab.bench.studies import Options
from nurie_lab.data.answers import PARTS
from nurie_lab.data.invented import part_of
from nurie_lab.data.prepare import shared_pixels
from nurie_lab.drawings.figures import invent_character
from nurie_lab.drawings.scenes import invent_scene

SEED = 41_000
"""Of drawings by program; training uses others."""

MADE = 30
"""Scenes and characters by program, of each."""

DABS = 6
"""Dabs in each drawing."""

_PURE, _TOLERANCE, _MOST = 0.8, 1.6, 600
_NAMELESS = frozenset({"", "other", "paper"})
_COLOR = (230, 20, 200)

PEOPLE = {"hair": ("hair",), "skin": ("skin",), "clothes": groups()["clothes"]}


@dataclass(frozen=True, eq=False)
class Case:
    """A drawing that was read, and what its regions are."""

    reading: Reading
    part: AnyArray  # (n,) str, empty where nobody knows
    figure: AnyArray  # (n,) str, empty where there is only one

    @property
    def area(self) -> AnyArray:
        """(n,) pixels."""
        return self.reading.drawing.scene.measures.area


def run(options: Options) -> dict[str, Any]:
    """Rows by source and part; the first path is ``parts.jsonl``, beside its ``val`` folder."""
    model = options.colorizer()
    sources = {"by program": made(model)}
    if options.paths:
        sources["by people"] = drawn(model, options.paths[0])
    rows = []
    for name, cases in sources.items():
        found: dict[str, list[tuple[float, float]]] = {}
        for case in cases:
            for what, pair in [*words(case), *dabs(case)]:
                found.setdefault(what, []).append(pair)
        rows += [_row(name, what, pairs) for what, pairs in sorted(found.items())]
    return {"spread": SPREAD, "rows": rows}


def _row(name: str, what: str, pairs: list[tuple[float, float]]) -> dict[str, Any]:
    meant, kept = np.array(pairs).T
    known = meant[np.isfinite(meant)]
    return {
        "drawings": name, "what": what, "requests": len(pairs),
        "meant": round(float(known.mean()), 4) if len(known) else None,
        "kept": round(float(kept.mean()), 4),
    }  # fmt: skip


def made(model: Colorizer) -> Iterator[Case]:
    """Drawings by program."""
    for i in range(2 * MADE):
        rng = np.random.default_rng([SEED, i])
        drawing = invent_scene(rng) if i % 2 else invent_character(rng)
        reading = model.read(drawing.lines)
        shown = np.where(drawing.lines > 128, drawing.parts, 0)
        pixels = shared_pixels(reading.labels, shown, len(drawing.names))
        shapes = pixels[:, 1:]
        pure = shapes.max(axis=1, initial=0) > _PURE * pixels.sum(axis=1)
        names = [drawing.names[k] for k in shapes.argmax(axis=1)]
        parts = [
            part_of(n, drawing.seeds) or "" if p else "" for n, p in zip(names, pure, strict=True)
        ]
        first = [n.split(".")[0] if n.startswith("figure ") else "" for n in names]
        yield Case(reading, np.array(parts), np.array(first))


def drawn(model: Colorizer, path: Path) -> Iterator[Case]:
    """Validation drawings of ``parts.jsonl``."""
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        source = path.parent / row["where"]
        lines = source if source.is_file() else Path(f"{source}.line.png")
        if row["split"] != "val" or not lines.is_file():
            continue
        reading = model.read(read_sketch(lines))
        count = len(reading.drawing.paper)
        height, width = reading.labels.shape
        if [width, height] != row["size"] or not 0 < count <= _MOST:
            continue
        case = Case(reading, np.full(count, "", "U20"), np.full(count, "", "U4"))
        for region in row["regions"]:
            at = int(reading.labels[region["y"], region["x"]]) - 1
            ratio = case.area[at] / max(region["area"], 1) if at >= 0 else 0
            if 1 / _TOLERANCE < ratio < _TOLERANCE and not region.get("mixed"):
                case.part[at], case.figure[at] = region["part"], region.get("figure", "")
        yield case


def words(case: Case) -> Iterator[tuple[str, tuple[float, float]]]:
    """Every part of a drawing alone, and those of people together."""
    for part in sorted(set(case.part.tolist()) & set(PARTS) - _NAMELESS):
        took = case.reading.laid([Wish(part, (part,), _COLOR)]).given
        true = case.part == part
        yield part, _pair(case, true, took)
        for kind, members in PEOPLE.items():
            if part in members:
                yield f"{kind}, each part alone", _pair(case, true, took)
        yield "all parts, each alone", _pair(case, true, took)
    wishes = [Wish(kind, parts, (i, 0, 0)) for i, (kind, parts) in enumerate(PEOPLE.items())]
    over = case.reading.laid(wishes)
    for i, (kind, parts) in enumerate(PEOPLE.items()):
        true = np.isin(case.part, parts)
        if true.any():
            took = over.given & (over.colors[:, 0] == i)
            yield f"{kind}, requested together", _pair(case, true, took)


def dabs(case: Case) -> Iterator[tuple[str, tuple[float, float]]]:
    """Dabs in regions, large ones more often."""
    known = ~np.isin(case.part, list(_NAMELESS)) & ~case.reading.drawing.paper
    rows = np.flatnonzero(known)
    if len(rows) < 2:
        return
    weight = np.sqrt(case.area[rows])
    rng = np.random.default_rng(SEED)
    pixel = np.zeros(len(known) + 1, np.int64)
    pixel[case.reading.labels.ravel()] = np.arange(case.reading.labels.size)
    for i in rng.choice(
        rows, min(DABS, len(rows)), replace=False, p=weight / weight.sum()
    ).tolist():
        row, column = divmod(int(pixel[i + 1]), case.reading.labels.shape[1])
        at = np.array([[row], [column]], np.int32)
        hint = Hints(at[0], at[1], np.array([_COLOR], np.uint8))
        took = case.reading.laid(hints=hint, spread=SPREAD).given
        figure = case.figure == case.figure[i]
        same = (case.part == case.part[i]) & (figure | (case.figure == "") | (case.figure[i] == ""))
        took[i] = same[i] = False
        yield (
            "a dab",
            _pair(case, same & known, took, rest=known & ~same & (np.arange(len(known)) != i)),
        )


def _pair(
    case: Case, true: AnyArray, took: AnyArray, rest: AnyArray | None = None
) -> tuple[float, float]:
    """Share of what is meant that follows, NaN where nothing is, and of the rest that does not."""
    area = case.area
    other = ~np.isin(case.part, list(_NAMELESS)) & ~true if rest is None else rest
    meant = float(area[true & took].sum() / area[true].sum()) if true.any() else np.nan
    kept = 1 - float(area[other & took].sum() / area[other].sum()) if other.any() else 1.0
    return meant, kept


def show(facts: dict[str, Any]) -> str:
    """One table."""
    lines = [
        "| drawings | requested | n | follows | all else keeps its colour |",
        "|---|---|--:|--:|--:|",
    ]
    for row in facts["rows"]:
        meant = "" if row["meant"] is None else f"{100 * row['meant']:.1f} %"
        lines.append(
            f"| {row['drawings']} | {row['what']} | {row['requests']} | {meant} "
            f"| {100 * row['kept']:.1f} % |"
        )
    return "\n".join(lines)
