"""How far confidences can be believed, and a curve that mends them, on whole first answers.

``python -m nurie_lab.training.region.confidence SHARDS... ROWS... [--model NAME]`` with rows of
colourings by number (``lab/data``). A region's colour is right within ΔE2000 10 of any that is
known for it: of two good answers each is one.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from nurie.api import Colorizer
from nurie.arrays import AnyArray, Floats
from nurie.colors import delta_e, srgb_to_lab
from nurie.errors import OptionError
from nurie.models.registry import DEFAULT
from nurie_lab.data.colourings import Painted, is_held, painted_drawings
from nurie_lab.training.region.run import RIGHT, calibration_error, isotonic

MOST = 400
"""Drawings that are looked at."""

LEAST = 200
"""Pixels of the smallest region that counts."""


def fit(paths: Sequence[Path], model: str = DEFAULT) -> dict[str, Any]:
    """Colour held-out drawings, fit a curve on every second one, and judge it on the others.

    ``paths`` are shards (.tar) and rows (.jsonl). The figures are ``right`` (share of the regions,
    weighted by the root of their area), and the expected calibration error bare, as released and as
    fitted; ``calibration`` is the curve fitted on all, (k, 2).

    Raises:
        OptionError: there are no shards, no rows, or no held-out drawing in them.
    """
    shards = [path for path in paths if path.suffix == ".tar"]
    rows = [path for path in paths if path.suffix == ".jsonl"]
    if not shards or not rows:
        raise OptionError("Name shards (.tar) and colourings by number (.jsonl).")
    colorizer = Colorizer.load(model)
    released = colorizer.session.spec.calibration
    # Confidences as the network has them.
    colorizer.traits = replace(colorizer.traits, calibration=None)
    found = [answer(colorizer, painted) for painted in held_drawings(shards, rows)]
    halves = found[::2], found[1::2]
    if not halves[1]:
        raise OptionError("There are fewer than two held-out drawings in these shards.")
    fitted, judged = (
        tuple(np.concatenate(column) for column in zip(*half, strict=True)) for half in halves
    )
    curve = isotonic(*fitted)
    score, right, weight = judged
    believed = np.interp(score, *curve.T)
    return {
        "drawings": len(found), "regions": len(score) + len(fitted[0]),
        "right": float(np.average(right, weights=weight)),
        "error_bare": calibration_error(score, right, weight),
        "error_released": calibration_error(np.interp(score, *released.T), right, weight),
        "error_fitted": calibration_error(believed, right, weight),
        "calibration": isotonic(
            *(np.concatenate(pair) for pair in zip(fitted, judged, strict=True))
        ).tolist(),
    }  # fmt: skip


def held_drawings(shards: Sequence[Path], rows: Sequence[Path]) -> Iterator[Painted]:
    """Drawings coloured by number that no training showed, ``MOST`` at most."""
    named = [path for path in rows if '"regions"' in path.read_text("utf-8").partition("\n")[0]]
    colourings = [path for path in rows if path not in named]
    found = (
        painted
        for _, drawings in painted_drawings(shards, colourings=colourings, named=named)
        for painted in drawings
        if is_held(painted.group) and painted.trust.any()
    )
    return islice(found, MOST)


def answer(colorizer: Colorizer, painted: Painted) -> tuple[Floats, AnyArray, Floats]:
    """Confidence, whether it is right, and weight of each region whose colour is known."""
    reading = colorizer.read(painted.lines, labels=painted.labels)
    layers = reading.colorize(seed=0)
    assert layers.confidence is not None, "region models are never without"
    colors, confidence = layers.region_colors()[1:], layers.confidence[1:]
    gap = delta_e(srgb_to_lab(colors), srgb_to_lab(painted.colors))
    gap = np.where(painted.trust > 0.3, gap, np.inf).min(axis=0)
    area = np.bincount(painted.labels.ravel(), minlength=len(colors) + 1)[1:]
    counts = np.isfinite(gap) & (area >= LEAST) & (layers.entries[1:] >= 0)
    return confidence[counts], gap[counts] <= RIGHT, np.sqrt(area[counts]).astype(np.float32)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--model", default=DEFAULT)
    given = parser.parse_args()
    print(json.dumps(fit(given.paths, given.model), indent=1))


if __name__ == "__main__":
    main()
