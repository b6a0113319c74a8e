"""Score how colours are carried from one frame to the next on films drawn by program.

    python -m nurie_lab.bench.studies.references [--characters 20] [--steps 1 3] [--out FILE]

Every character moves through a short film. Frame i, coloured and with its lines, is the reference;
frame i + k is a line drawing, closed or with opened lines. A segment is a connected piece of one
part between the lines, of more than 10 pixels, paper left out; it is right when the colour that
most of it takes is exactly the one it has in the film. Beside nurie: the colour at the same place
of the reference (what a paint bucket with the last frame under it does), and the frame's commonest
colour. Intervals: bootstrap over characters, none of whom is in the training: the seeds differ.
"""

import argparse
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.document import Sketch, lay_lines
from nurie.painting.references import Reference
from nurie_lab.bench.studies.report import tell
from nurie_lab.drawings.figures import film
from nurie_lab.drawings.gaps import open_lines
from nurie_lab.drawings.strokes import Made

SEED = 20_000
GAP = 6
SMALLEST = 10

Score = dict[str, list[float]]


def segments(made: Made) -> np.ndarray:
    """(H, W) int32: connected pieces of parts between the lines, 0 elsewhere."""
    import cv2

    found, count = np.zeros(made.parts.shape, np.int32), 0
    for part in np.unique(made.parts[made.parts > 0]).tolist():
        inside = ((made.parts == part) & (made.lines > 200)).astype(np.uint8)
        pieces, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=4)
        for i in range(1, pieces):
            if stats[i, cv2.CC_STAT_AREA] > SMALLEST:
                count += 1
                found[labels == i] = count
    return found


def commonest(labels: np.ndarray, colors: np.ndarray, count: int) -> np.ndarray:
    """(count,) packed colour that most pixels of each segment have."""
    packed = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    inside = labels > 0
    keys, votes = np.unique(labels[inside] << 24 | packed[inside], return_counts=True)
    order = np.argsort(votes, kind="stable")
    out = np.full(count + 1, -1, np.int64)
    out[keys[order] >> 24] = keys[order] & 0xFFFFFF
    return out[1:]


def score(
    model: Colorizer, known: Reference, before: Made, after: Made, lines: np.ndarray
) -> dict[str, float]:
    """Share of segments that each method gets right in one frame."""
    layers = model.colorize(Sketch(lines), references=[known])
    pieces = segments(after)
    count = int(pieces.max())
    truth = commonest(pieces.astype(np.int64), after.color, count)
    there = np.isin(truth, before.color.reshape(-1, 3) @ np.array([1 << 16, 1 << 8, 1]))
    flats = layers.region_colors()[layers.labels]
    votes = np.unique(truth, return_counts=True)[1]
    right = commonest(pieces.astype(np.int64), flats, count) == truth
    same = commonest(pieces.astype(np.int64), before.color, count) == truth
    return {
        "nurie": float(right.mean()),
        "nurie, where the reference has the colour": float(right[there].mean()),
        "same place": float(same.mean()),
        "commonest colour": float(votes.max() / votes.sum()),
        "segments": float(count),
    }


def interval(values: list[list[float]], rng: np.random.Generator) -> list[float]:
    """Mean over characters and its bootstrap 95 % interval."""
    means = np.array([np.mean(v) for v in values])
    drawn = rng.choice(means, (2000, len(means))).mean(1)
    return [round(float(v), 4) for v in (means.mean(), *np.percentile(drawn, [2.5, 97.5]))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--model", default="nurie-flat")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    model = Colorizer.load(args.model)
    found: dict[str, dict[str, list[list[float]]]] = {}
    for character in range(args.characters):
        rng = np.random.default_rng([SEED, character])
        frames = film(rng, args.pairs + max(args.steps))
        rows: dict[str, Score] = {}
        known = [model.read_reference(lay_lines(f.lines, f.color)) for f in frames[: args.pairs]]
        for step in args.steps:
            for i in range(args.pairs):
                after = frames[i + step]
                for name, lines in (
                    ("closed", after.lines),
                    ("opened", open_lines(after, rng, GAP).lines),
                ):
                    row = score(model, known[i], frames[i], after, lines)
                    table = rows.setdefault(f"{step} apart, {name}", {})
                    for key, value in row.items():
                        table.setdefault(key, []).append(value)
        for case, table in rows.items():
            for key, values in table.items():
                found.setdefault(case, {}).setdefault(key, []).append(values)
    rng = np.random.default_rng(0)
    report = {
        case: {key: interval(values, rng) for key, values in table.items()}
        for case, table in found.items()
    }
    tell(report, args.out)


if __name__ == "__main__":
    main()
