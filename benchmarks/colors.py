"""Score the colours of a model on pictures whose truth is known, beside trivial baselines.

    python benchmarks/colors.py --pictures DIR [--pairs DIR] [--model NAME] [--out colors.json]

For every picture: line art (drawn strokes of a pair, or Canny and ink lines of a colour picture),
regions, true colour = median of the original inside each region. Reported: mean ΔE2000 over true
non-paper regions weighted by the root of their area, for the model, leave-it-white, the median
colour and a random colour of the model's prior; share of paper kept paper; colourfulness
(Hasler, Süsstrunk 2003) against the original's. Intervals: bootstrap over pictures.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.color import WHITE_BIN, bins_of, delta_e, srgb_to_lab
from nurie.document import Hints, Sketch
from nurie.io.images import read_color, read_sketch
from nurie.lines import canny_lines, ink_lines
from nurie.models.registry import find
from nurie.regions.flatten import flatten

Row = dict[str, float]


def cases(args: argparse.Namespace) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    for path in sorted(Path(args.pictures).glob("*.webp")) if args.pictures else ():
        color = read_color(path)
        source = path.stem.rsplit("_", 1)[0]
        yield f"{source}, Canny", canny_lines(color), color
        yield f"{source}, ink", ink_lines(color, fill=False, edges=True), color
    for path in sorted(Path(args.pairs).glob("*.line.png")) if args.pairs else ():
        color = read_color(path.with_name(path.name.replace(".line.png", ".color.webp")))
        sketch = read_sketch(path).pixels
        yield "OpenMoji pairs (in source)", sketch, color


def score(lines: np.ndarray, color: np.ndarray, model: Colorizer, prior: np.ndarray) -> Row | None:
    layers = model.colorize(Sketch(lines))
    count = len(layers.entries) - 1
    truth, trust = flatten(layers.labels, lines, color, count)
    area = np.bincount(layers.labels.ravel(), minlength=count + 1)[1:]
    paper = bins_of(truth) == WHITE_BIN
    weight = np.sqrt(area) * trust * ~paper
    if not weight.sum():
        return None
    lab = srgb_to_lab(truth)

    def mean(colors: np.ndarray, w: np.ndarray = weight) -> float:
        return float((delta_e(srgb_to_lab(colors.astype(np.uint8)), lab) * w).sum() / w.sum())

    median = np.broadcast_to(prior, truth.shape)
    row = {
        "model": mean(layers.region_colors()[1:]),
        "white": mean(np.full_like(truth, 255)),
        "median": mean(median),
        "paper kept": float((layers.entries[1:][paper] < 0).mean()) if paper.any() else np.nan,
        "colourful": colorfulness(layers.merged()) / max(colorfulness(color), 1e-6),
    }
    told = np.random.default_rng(0).random(count) < 0.1
    if told.any() and (weight * ~told).sum():
        hinted = model.colorize(Sketch(lines), hints=dots(layers.labels, truth, told))
        rest = weight * ~told
        row["hinted"] = mean(hinted.region_colors()[1:], rest)
        row["only hints"] = mean(np.full_like(truth, 255), rest)
    return row


def dots(labels: np.ndarray, truth: np.ndarray, told: np.ndarray) -> Hints:
    flat = labels.ravel()
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.flatnonzero(told) + 1)
    ends = np.searchsorted(flat[order], np.flatnonzero(told) + 1, "right")
    rows, columns = np.divmod(order[(starts + ends) // 2], labels.shape[1])
    return Hints(rows.astype(np.int32), columns.astype(np.int32), truth[told])


def colorfulness(rgb: np.ndarray) -> float:
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("pictures", "pairs", "out"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--model", default="nurie-flat")
    args = parser.parse_args()
    model, spec = Colorizer.load(args.model), find(args.model)
    coloured = np.arange(512) != WHITE_BIN
    cumulative = np.cumsum(np.where(coloured, spec.prior, 0))
    lab = srgb_to_lab(spec.bin_colors)
    middle = np.array(
        [
            np.interp(0.5, np.cumsum(spec.prior[o] * coloured[o]) / cumulative[-1], lab[o, c])
            for c in range(3)
            for o in [np.argsort(lab[:, c])]
        ]
    )
    prior = spec.bin_colors[int(np.linalg.norm(lab - middle, axis=1).argmin())]
    found: dict[str, list[Row]] = {}
    for source, lines, color in cases(args):
        row = score(lines, color, model, prior)
        if row:
            found.setdefault(source, []).append(row)
    report = {source: summary(rows) for source, rows in found.items()}
    print(json.dumps(report, indent=1))
    if args.out:
        Path(args.out).write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def summary(rows: list[Row]) -> dict[str, object]:
    rng = np.random.default_rng(0)
    out: dict[str, object] = {"pictures": len(rows)}
    for name in ("model", "white", "median", "hinted", "only hints", "paper kept", "colourful"):
        values = np.array([r.get(name, np.nan) for r in rows])
        values = values[np.isfinite(values)]
        if len(values):
            means = rng.choice(values, (1000, len(values))).mean(1)
            out[name] = [
                round(float(v), 3) for v in (values.mean(), *np.percentile(means, [2.5, 97.5]))
            ]
    return out


if __name__ == "__main__":
    main()
