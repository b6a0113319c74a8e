"""How often kin inside one drawing agree in colour, and how often different things are merged.

    python -m nurie_lab.bench.studies.kin [--characters 40] [--model NAME] [--out FILE.json]

On characters drawn by program, coloured automatically. Kin are pairs of regions that show the same
part, or its left and right one (sleeves, legs, eyes); white ones are left out. They agree if they
have the same palette entry. Pairs are merged wrongly if they do although their colours in the truth
differ by more than ΔE2000 10. Intervals: bootstrap over characters.
"""

import argparse
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.colors import delta_e, srgb_to_lab
from nurie_lab.bench.studies.report import tell
from nurie_lab.drawings.figures import draw_character
from nurie_lab.drawings.strokes import Made

SEED = 32_000
PURE, SHOWN, SMALLEST = 0.8, 0.3, 10
DIFFERENT = 10.0


def side_less(name: str) -> str:
    """Name of a part without left and right.

    >>> side_less("eye.l.iris")
    'eye.iris'
    """
    return ".".join(piece for piece in name.split(".") if piece not in {"l", "r"})


def identities(labels: np.ndarray, made: Made) -> tuple[np.ndarray, np.ndarray]:
    """For regions 1…n which part each shows, from 1, and whether it shows hardly anything else."""
    pixels = np.zeros((int(labels.max()) + 1, len(made.names) + 1), np.int64)
    np.add.at(pixels, (labels, np.where(made.lines > 128, made.parts, 0)), 1)
    parts = pixels[1:, 1:]
    all_of = np.maximum(parts.sum(axis=1), 1)
    pure = (parts.max(axis=1) > PURE * all_of) & (all_of > SMALLEST)
    return parts.argmax(axis=1) + 1, pure & (all_of > SHOWN * pixels[1:].sum(axis=1))


def score(model: Colorizer, made: Made) -> dict[str, float]:
    """Shares of the pairs of one drawing; NaN where there are none."""
    layers = model.colorize(made.lines)
    part, use = identities(layers.labels, made)
    filled = layers.entries[1:]
    one, two = np.triu_indices(len(part), 1)
    both = use[one] & use[two]
    one, two = one[both], two[both]
    names = np.array([side_less(n) for n in ("", *made.names)])[part]
    colors = made.colors[part]
    gap = delta_e(srgb_to_lab(colors[one]), srgb_to_lab(colors[two]))
    kin = (names[one] == names[two]) & (gap < 1) & ~(colors[one] > 247).all(axis=1)
    same, apart = filled[one] == filled[two], gap > DIFFERENT
    return {
        "kin agree": float(same[kin].mean()) if kin.any() else np.nan,
        "different merged": float(same[apart].mean()) if apart.any() else np.nan,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=40)
    parser.add_argument("--model", default="nurie-flat")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    model, rng = Colorizer.load(args.model), np.random.default_rng(0)
    rows = [
        score(model, draw_character(np.random.default_rng([SEED, i])))
        for i in range(args.characters)
    ]
    report = {}
    for key in rows[0]:
        values = np.array([row[key] for row in rows])
        values = values[np.isfinite(values)]
        means = rng.choice(values, (2000, len(values))).mean(axis=1)
        low, high = np.percentile(means, [2.5, 97.5])
        report[key] = [round(float(v), 3) for v in (values.mean(), low, high)]
    tell(report, args.out)


if __name__ == "__main__":
    main()
