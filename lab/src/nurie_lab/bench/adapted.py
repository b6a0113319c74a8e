"""Before and after a model was adapted: what it makes of pictures that it did not learn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nurie.api import Colorizer
from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.document import Sketch, lay_lines
from nurie_lab.bench.metrics.pixels import mean_delta_e
from nurie_lab.bench.sheets import write_grid
from nurie_lab.data.artist import Work

SHOWN = 12
"""Pictures on a sheet."""

_PAPER = 250
"""Least channel from which on a pixel is paper."""


@dataclass(frozen=True, eq=False)
class Judged:
    """One picture that was held out."""

    name: str
    lines: AnyArray  # (H, W) uint8, 0 ink
    before: AnyArray  # (H, W, 3) uint8
    after: AnyArray
    truth: AnyArray
    gaps: tuple[float, float]
    """Mean ΔE2000 from the original before and after, where one of the three is not paper."""


def judge(name: str, lines: AnyArray, answers: tuple[Rgb8, Rgb8], truth: Rgb8) -> Judged:
    """Compare two colourings (H, W, 3) uint8 of lines (H, W) uint8 with the original."""
    return _judged(name, lines, answers, truth, np.ones(lines.shape, bool))


def _judged(
    name: str, lines: AnyArray, answers: tuple[Rgb8, Rgb8], truth: Rgb8, where: Mask
) -> Judged:
    colored = where & ~np.all([p.min(axis=2) >= _PAPER for p in (*answers, truth)], axis=0)
    before, after = answers
    gaps = mean_delta_e(before, truth, colored), mean_delta_e(after, truth, colored)
    return Judged(name, lines, before, after, truth, gaps)


def judge_models(before: Colorizer, after: Colorizer, works: Sequence[Work]) -> Iterator[Judged]:
    """Colour each picture's lines with both models; flats are compared, ink does not count."""
    for work in works:
        lines = work.lines
        both = [model.colorize(Sketch(lines)) for model in (before, after)]
        flats = [layers.region_colors()[layers.labels] for layers in both]
        inside = both[0].labels > 0
        found = _judged(work.name, lines, (flats[0], flats[1]), work.color, inside)
        one, two, truth = (lay_lines(lines, colors) for colors in (*flats, work.color))
        yield replace(found, before=one, after=two, truth=truth)


def means(judged: Sequence[Judged]) -> tuple[float, float]:
    """Mean ΔE before and after over the pictures."""
    before, after = np.mean([each.gaps for each in judged], axis=0)
    return float(before), float(after)


def verdict(judged: Sequence[Judged], name: str) -> str:
    """What became of the adapted model, in plain words."""
    before, after = means(judged)
    many = f"{len(judged)} pictures" if len(judged) > 1 else "1 picture"
    better = sum(each.gaps[1] < each.gaps[0] for each in judged)
    figures = (
        f"ΔE from the originals on {many} held out: {before:.1f} before, {after:.1f} after, "
        f"nearer in {better} of {len(judged)}."
    )
    if after < before:
        return figures
    return (
        f"It got no better. {figures} Both are kept: {name} as it was, and this one; more pictures "
        "or more --minutes may help, and the sheet shows where it fails."
    )


def write_sheet(path: Path, judged: Sequence[Judged]) -> None:
    """Line art, before, after and original of the first pictures, side by side, as a PNG.

    Raises:
        OutputError: it cannot be written.
    """
    rows = [[each.lines, each.before, each.after, each.truth] for each in judged[:SHOWN]]
    write_grid(path, rows, ["line art", "before", "after", "original"], side=256)


def card(name: str, facts: dict[str, Any], judged: Sequence[Judged]) -> str:
    """The adapted model's card as Markdown; ``judged`` is what was held out."""
    rows = [f"| {key.replace('_', ' ')} | {value} |" for key, value in facts.items()]
    each = [f"| {one.name} | {one.gaps[0]:.1f} | {one.gaps[1]:.1f} |" for one in judged]
    lines = [
        f"# Model card: {name}", "",
        verdict(judged, str(facts["from"])), "", "| | |", "|---|---|", *rows, "",
        "It has learnt from its artist's pictures: ask before you pass it on.", "",
        "| held out | ΔE before | ΔE after |", "|---|---|---|", *each,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
