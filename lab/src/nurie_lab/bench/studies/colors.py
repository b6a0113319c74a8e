"""Score the colours of a model on pictures whose truth is known, beside what is simpler.

    python -m nurie_lab.bench.studies.colors --pictures DIR [--pairs DIR] [--examples DIR]
        [--painter FILE.json] [--out colors.json]

For every picture: line art (drawn strokes of a pair, or Canny and ink lines of a colour picture),
regions, true colour = median of the original inside each region. Reported for each source: mean
ΔE2000 over true non-paper regions weighted by the root of their area, for the model,
leave-it-white, the median colour of the training, G'MIC's random colours (with the extra
``bench``), exported painters (``--painter``, as often as there are), and the median of the 5
training regions nearest in the model's own encoder features (with ``--examples``);
share of paper kept paper; colourfulness (Hasler, Süsstrunk 2003) against the original's; share of
the coloured area that the commonest colour holds, and in the original; with every tenth region
dotted (five seeds), ΔE of the others against filling the dotted ones alone; with the original's
palette, the share of colours that lie in it. "Original" is one of many right answers: a low ΔE is
welcome, a high one need not be ugly. Intervals: bootstrap over pictures, paired in the margins.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.api.painter import Painter
from nurie.colors import WHITE_BIN, bins_of, delta_e, srgb_to_lab
from nurie.document import Hints, Sketch
from nurie.guidance.palette import extract_palette
from nurie.io.images import read_color, read_sketch, write_picture
from nurie.lines import canny_lines, ink_lines
from nurie.models.registry import find
from nurie.regions.flatten import flatten
from nurie_lab.bench.studies.report import tell

Row = dict[str, float]
Nearest = Callable[[np.ndarray], np.ndarray]
Painters = dict[str, Painter]

SEEDS = 5
FLOOD = 12.0
"""ΔE2000 within which regions are of one colour when the commonest is looked for."""


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


def score(
    lines: np.ndarray, color: np.ndarray, model: Colorizer, plain: np.ndarray,
    near: Nearest | None, painters: Painters,
) -> Row | None:  # fmt: skip
    sketch = Sketch(lines)
    layers = model.colorize(sketch)
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

    filled = layers.entries[1:] >= 0
    row = {
        "model": mean(layers.region_colors()[1:]),
        "white": mean(np.full_like(truth, 255)),
        "median": mean(np.broadcast_to(plain, truth.shape)),
        "paper kept": float((~filled[paper]).mean()) if paper.any() else np.nan,
        "colourful": colorfulness(layers.merged()) / max(colorfulness(color), 1e-6),
        "commonest": commonest(layers.region_colors()[1:], area * filled),
        "commonest, original": commonest(truth, area * ~paper),
    }
    if near is not None:
        view = model.look(sketch)
        row["nearest"] = mean(near(model.arrange(sketch, view, layers.labels).scene.features))
    random = gmic_random(lines)
    if random is not None:
        row["G'MIC random"] = mean(flatten(layers.labels, lines, random, count)[0])
    for name, painter in painters.items():
        painted = painter.colorize(sketch).merged()
        row[name] = mean(flatten(layers.labels, lines, painted, count)[0])
    return row | hinted(model, sketch, layers, truth, weight, mean) | obedient(model, sketch, color)


def hinted(model, sketch, layers, truth, weight, mean) -> Row:
    scores: dict[str, list[float]] = {"hinted": [], "only hints": []}
    for seed in range(SEEDS):
        told = np.random.default_rng(seed).random(len(truth)) < 0.1
        rest = weight * ~told
        if not told.any() or not rest.sum():
            continue
        dotted = model.colorize(sketch, hints=dots(layers.labels, truth, told))
        if len(dotted.entries) != len(truth) + 1:
            continue
        scores["hinted"].append(mean(dotted.region_colors()[1:], rest))
        scores["only hints"].append(mean(np.full_like(truth, 255), rest))
    return {name: float(np.mean(values)) for name, values in scores.items() if values}


def obedient(model: Colorizer, sketch: Sketch, color: np.ndarray) -> Row:
    palette = extract_palette(color)
    layers = model.colorize(sketch, palette=palette)
    allowed = {tuple(c) for c in palette.colors.tolist()}
    used = [tuple(c) for c in layers.palette.colors.tolist()]
    return {"palette obeyed": float(np.mean([c in allowed for c in used])) if used else 1.0}


def dots(labels: np.ndarray, truth: np.ndarray, told: np.ndarray) -> Hints:
    flat = labels.ravel()
    order = np.argsort(flat, kind="stable")
    starts = np.searchsorted(flat[order], np.flatnonzero(told) + 1)
    ends = np.searchsorted(flat[order], np.flatnonzero(told) + 1, "right")
    rows, columns = np.divmod(order[(starts + ends) // 2], labels.shape[1])
    return Hints(rows.astype(np.int32), columns.astype(np.int32), truth[told])


def commonest(colors: np.ndarray, area: np.ndarray) -> float:
    """Largest share of the coloured area that lies within ``FLOOD`` of one region's colour."""
    if not area.sum():
        return 0.0
    used, inverse = np.unique(colors[area > 0], axis=0, return_inverse=True)
    share = np.bincount(inverse.reshape(-1), area[area > 0]) / area.sum()
    lab = srgb_to_lab(used)
    return float(((delta_e(lab[:, None], lab[None]) < FLOOD) @ share).max())


def colorfulness(rgb: np.ndarray) -> float:
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def gmic_random(lines: np.ndarray) -> np.ndarray | None:
    try:
        import gmic
    except ImportError:
        return None
    from systems import PIPELINES

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.png", Path(folder) / "out.png"
        write_picture(source, np.repeat(lines[..., None], 3, 2))
        pipeline = PIPELINES["G'MIC smart, random"]
        gmic.run(f"-v - {source} {pipeline} o {target}")
        return read_color(target)


def nearest_colors(folder: Path, model: Colorizer, most: int = 3000, k: int = 5) -> Nearest:
    """Median colour of the k training regions whose encoder features are the most alike."""
    from nurie.regions.tokens import pool

    features, colors = [], []
    files = sorted(folder.glob("*.npz"))
    rng = np.random.default_rng(0)
    for path in files:
        with np.load(path) as stored:
            chosen = rng.permutation(len(stored["lines"]))[: max(1, most // len(files))]
            lines, labels = stored["lines"][chosen], stored["labels"][chosen]
            geometry, weight = stored["geometry"][chosen], stored["weight"][chosen]
            truth = stored["colors"][chosen]
        for i in range(len(chosen)):
            good = np.flatnonzero(weight[i] > 0.5)
            good = good[bins_of(truth[i][good]) != WHITE_BIN]
            if not len(good):
                continue
            maps = model._session.encode(lines[i].astype(np.float32) / 255)  # noqa: SLF001
            places = geometry[i, : good.max() + 1, :2].astype(np.float32)
            pooled = pool(maps, labels[i].astype(np.int32) * (labels[i] <= len(places)), places)
            features.append(pooled[good])
            colors.append(truth[i][good])
    known, shown = np.concatenate(features), np.concatenate(colors)
    middle, spread = known.mean(0), known.std(0) + 1e-3
    known = (known - middle) / spread
    size = np.square(known).sum(1)

    def nearest(asked: np.ndarray) -> np.ndarray:
        asked = (asked - middle) / spread
        distance = size[None] - 2 * asked @ known.T
        best = np.argpartition(distance, k, axis=1)[:, :k]
        return np.median(shown[best], axis=1)

    return nearest


def plain_color(name: str) -> np.ndarray:
    """The training's median colour, channel by channel in Lab, white left out."""
    spec = find(name)
    share = np.where(np.arange(512) == WHITE_BIN, 0, spec.prior)
    lab = srgb_to_lab(spec.bin_colors)
    middle = []
    for c in range(3):
        order = np.argsort(lab[:, c])
        middle.append(np.interp(0.5, np.cumsum(share[order]) / share.sum(), lab[order, c]))
    return spec.bin_colors[int(np.linalg.norm(lab - np.array(middle), axis=1).argmin())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("pictures", "pairs"):
        parser.add_argument(f"--{name}")
    for name in ("examples", "out"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every n-th case only")
    parser.add_argument("--model", default="nurie-flat")
    parser.add_argument("--painter", type=Path, action="append", default=[])
    args = parser.parse_args()
    model, plain = Colorizer.load(args.model), plain_color(args.model)
    near = nearest_colors(args.examples, model) if args.examples else None
    painters = {path.stem: Painter.load(path) for path in args.painter}
    found: dict[str, list[Row]] = {}
    for i, (source, lines, color) in enumerate(cases(args)):
        row = score(lines, color, model, plain, near, painters) if i % args.every == 0 else None
        if row:
            found.setdefault(source, []).append(row)
    report = {source: summary(rows, painters) for source, rows in found.items()}
    tell(report, args.out)


def summary(rows: list[Row], painters: Painters) -> dict[str, object]:
    """Means with bootstrap 95 % intervals, and how far the model is under the others, paired."""
    rng = np.random.default_rng(0)
    out: dict[str, object] = {"pictures": len(rows)}
    for name in dict.fromkeys(key for row in rows for key in row):
        values = np.array([r.get(name, np.nan) for r in rows])
        values = values[np.isfinite(values)]
        means = rng.choice(values, (1000, len(values))).mean(1)
        out[name] = [
            round(float(v), 3) for v in (values.mean(), *np.percentile(means, [2.5, 97.5]))
        ]
    margins = [
        ("model", name) for name in ("white", "median", "nearest", "G'MIC random", *painters)
    ]
    for ours, theirs in [*margins, ("hinted", "only hints")]:
        pairs = np.array([[r[ours], r[theirs]] for r in rows if ours in r and theirs in r])
        if len(pairs):
            drawn = pairs[rng.integers(0, len(pairs), (1000, len(pairs)))].mean(1)
            low, high = np.percentile(1 - drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
            under = 1 - pairs[:, 0].mean() / pairs[:, 1].mean()
            out[f"{ours} under {theirs}"] = [round(float(v), 3) for v in (under, low, high)]
    return out


if __name__ == "__main__":
    main()
