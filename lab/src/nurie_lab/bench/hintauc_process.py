"""Run by a Python that has ``hintauc`` and not nurie: one picture, its requests over a pipe.

``python hintauc_process.py FOLDER scribble|dot`` reads FOLDER/pair.npz. For each colouring it
writes request.npz, prints a line, waits for a line, and reads answer.npz. Its last line is the
verdict.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

METRICS = ("mse", "psnr", "ssim", "deltae")


def main(folder: Path, kind: str) -> None:
    """Judge one picture by hints of a kind."""
    import hintauc

    answers = sys.stdout
    sys.stdout = sys.stderr
    with np.load(folder / "pair.npz") as kept:
        line, truth = kept["line"], np.ascontiguousarray(kept["truth"])

    def colorize(seen: dict[str, Any]) -> Any:
        np.savez(folder / "request.npz", color=seen["hint_color"], mask=seen["hint_mask"])
        print(json.dumps({"alpha": seen["alpha"]}), file=answers, flush=True)
        sys.stdin.readline()
        with np.load(folder / "answer.npz") as kept:
            return np.ascontiguousarray(kept["picture"])

    verdict = hintauc.evaluate_colorizer(
        colorize, [(line, truth)], hint_type=kind, metrics=METRICS, path_method="geodesic"
    )
    found = verdict.get("hint_auc", verdict.get("auc", {}))
    print(json.dumps({"auc": {k: float(v) for k, v in found.items()}}), file=answers, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
