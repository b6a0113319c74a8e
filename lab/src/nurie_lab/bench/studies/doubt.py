"""Whether confidence can be trusted: risk against coverage, on drawings that nobody trained on.

    python -m nurie_lab.bench.studies.doubt --pictures DIR [--pairs DIR] [--every N]

For the drawings of ``colors.py``: each region that is not paper in the original and not left paper
by nurie, its confidence, and whether its colour lies within ΔE2000 10 of the original's. Writes
docs/pictures/risk.svg and prints, for each source, the expected calibration error (ten bins), the
area under the curve and the risk at some coverages.
"""

import argparse

import numpy as np
from nurie_lab.bench.metrics.doubt import area_under_risk, calibration_error, risk_coverage

from nurie.api import Colorizer
from nurie.colors import WHITE_BIN, bins_of, delta_e, srgb_to_lab
from nurie.document import Sketch
from nurie.regions.flatten import flatten
from nurie_lab.bench.studies.colors import cases
from nurie_lab.bench.studies.plots import pyplot, save
from nurie_lab.bench.studies.report import tell

RIGHT = 10.0
"""ΔE2000 up to which a colour counts as right."""

COVERAGES = (1.0, 0.5, 0.25, 0.1)

Answers = tuple[np.ndarray, np.ndarray]
"""Confidence and whether it was right."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures")
    parser.add_argument("--pairs")
    parser.add_argument("--every", type=int, default=1, help="take every n-th case only")
    args = parser.parse_args()
    model, found = Colorizer.load(), dict[str, list[Answers]]()
    for i, (source, lines, color) in enumerate(cases(args)):
        if i % args.every == 0:
            found.setdefault(source, []).append(judged(model, lines, color))
    joined = {
        source: (np.concatenate([c for c, _ in some]), np.concatenate([r for _, r in some]))
        for source, some in found.items()
    }
    draw(joined)
    tell({source: summary(*both) for source, both in joined.items()})


def judged(model: Colorizer, lines: np.ndarray, color: np.ndarray) -> Answers:
    layers = model.colorize(Sketch(lines))
    truth, trust = flatten(layers.labels, lines, color, len(layers.entries) - 1)
    counts = (bins_of(truth) != WHITE_BIN) & (layers.entries[1:] >= 0) & (trust > 0.5)
    gap = delta_e(srgb_to_lab(layers.region_colors()[1:]), srgb_to_lab(truth))
    return layers.confidence[1:][counts], (gap <= RIGHT)[counts]


def summary(confidence: np.ndarray, right: np.ndarray) -> dict[str, float]:
    coverage, risk = risk_coverage(confidence, right)
    row = {
        "regions": len(right),
        "expected calibration error": calibration_error(confidence, right),
        "area under the curve": area_under_risk(confidence, right),
    }
    at = {f"risk at {c:.0%}": float(risk[np.searchsorted(coverage, c - 1e-6)]) for c in COVERAGES}
    return {name: round(value, 3) for name, value in (row | at).items()}


def draw(joined: dict[str, Answers]) -> None:
    figure, axes = pyplot().subplots(figsize=(5.5, 3.6), layout="constrained")
    for source, both in joined.items():
        coverage, risk = risk_coverage(*both)
        few = max(1, len(risk) // 50)
        axes.plot(coverage[few:], risk[few:], label=f"{source} ({len(risk)})")
    axes.set(xlabel="coverage: share of regions kept, the surest first", ylabel="risk: share wrong",
             ylim=(0, 1), xlim=(0, 1))  # fmt: skip
    axes.legend(fontsize=7)
    save(figure, "risk.svg")


if __name__ == "__main__":
    main()
