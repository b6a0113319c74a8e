"""How many corrections until a drawing is right, in the order that nurie asks and in others?

    python -m nurie_lab.bench.studies.corrections PICTURES... [--model NAME] [--out FILE]

A picture is a colour picture NAME.color.webp beside its line art NAME.line.png, or any colour
picture, of which ink lines are taken. The truth of a region is the median of the original inside.
Beginning with the automatic answer, one region after the other is given its true colour by a dot,
and the drawing is coloured again, so that what is like it may follow. A region is wrong when it is
more than ΔE2000 10 from its truth. The orders:

asked        what ``review`` asks for first, of what was not given yet
largest      the largest region not given yet
looking      the largest region that is wrong: a person who sees what is wrong

Written: the share of regions that must be given until 95, 99 and 100 % of the regions, and of the
area, are right, and the mean share that is wrong on the way through the first half.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import Guidance, Hints, Layers, Sketch
from nurie.io.images import read_color, read_sketch
from nurie.lines import ink_lines
from nurie.painting.review import review
from nurie.regions.flatten import flatten
from nurie.regions.segment import segment
from nurie_lab.bench.studies.report import save

WRONG, EVEN = 10.0, 0.3
FEW = 8
GOALS = (0.95, 0.99, 1.0)
ORDERS = ("asked", "largest", "looking")


def drawing_of(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Line art and original."""
    color = read_color(path)
    line = path.with_name(path.name.replace(".color.webp", ".line.png"))
    return (
        read_sketch(line).pixels if line != path else ink_lines(color, fill=False, edges=True)
    ), color


def next_region(order: str, layers: Layers, wrong: np.ndarray, free: np.ndarray) -> int:
    """Row of the region that is given its colour next."""
    if order == "asked":
        asked = review(layers, sure=1.0) - 1
        asked = asked[free[asked]]
        if len(asked):
            return int(asked[0])
    area = layers.area[1:] * free
    if order == "looking" and (wrong & free).any():
        area = area * wrong
    return int(area.argmax())


def curve(model: Colorizer, case: tuple, order: str) -> Iterator[tuple[float, float]]:
    """Share of the regions and of the area that is wrong, before and after each correction."""
    drawing, truth, trust, spots = case
    told = np.zeros(len(truth), bool)
    lab = srgb_to_lab(truth)
    area = drawing.scene.measures.area
    while True:
        hints = Hints(spots[told, 0], spots[told, 1], truth[told])
        layers = model.answers(drawing, 1, guidance=Guidance(hints))[0]
        gap = delta_e(srgb_to_lab(layers.region_colors()[1:]), lab)
        wrong = (gap > WRONG) & trust & ~told
        yield float(wrong.sum() / trust.sum()), float(area[wrong].sum() / area[trust].sum())
        free = trust & ~told
        if not free.any():
            return
        told[next_region(order, layers, wrong, free)] = True


def cases(paths: list[Path], model: Colorizer, most: int) -> Iterator[tuple[str, tuple]]:
    for path in paths:
        lines, color = drawing_of(path)
        sketch = Sketch(lines if lines.ndim == 2 else lines.min(axis=2))
        view = model.look(sketch)
        labels = segment(sketch.pixels, ink=view.ink)
        count = int(labels.max(initial=0))
        truth, trust = flatten(labels, sketch.pixels, color, count)
        trust = trust > EVEN
        if not FEW <= trust.sum() <= most:
            continue
        flat, first = np.unique(labels.ravel(), return_index=True)
        spots = np.stack(np.divmod(first[flat > 0], labels.shape[1]), axis=1).astype(np.int32)
        yield path.stem, (model.arrange(sketch, view, labels), truth, trust, spots)


def summary(curves: list[np.ndarray]) -> dict[str, float]:
    """Means over pictures."""
    out = {}
    for column, name in enumerate(("regions", "area")):
        for goal in GOALS:
            needed = [
                next(i for i, wrong in enumerate(c[:, column]) if wrong <= 1 - goal + 1e-9)
                / (len(c) - 1)
                for c in curves
            ]
            out[f"{name} {goal:.0%}"] = round(float(np.mean(needed)), 3)
        half = [c[: len(c) // 2 + 1, column].mean() for c in curves]
        out[f"{name} wrong on the way"] = round(float(np.mean(half)), 3)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--model", default="nurie-flat")
    parser.add_argument(
        "--regions", type=int, default=80, help="pictures with more, or under 8, are left out"
    )
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    model = Colorizer.load(args.model)
    found: dict[str, list[np.ndarray]] = {order: [] for order in ORDERS}
    report: dict[str, object] = {"pictures": {}}
    for name, case in cases(args.pictures, model, args.regions):
        for order in ORDERS:
            found[order].append(np.array(list(curve(model, case, order))))
        report["pictures"][name] = {o: found[o][-1].round(4).tolist() for o in ORDERS}
        print(name, len(found["asked"][-1]) - 1, "regions", flush=True)
    report |= {order: summary(found[order]) for order in ORDERS}
    print(json.dumps({order: report[order] for order in ORDERS}, indent=1))
    if args.out:
        save(report, args.out)


if __name__ == "__main__":
    main()
