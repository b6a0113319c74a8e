"""Hint-AUC by the independent judge ``hintauc``, which lives in an environment of its own."""

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Hints, lay_lines
from nurie.errors import MissingExtraError
from nurie_lab.bench.trials import Scores, Trial
from nurie_lab.bench.wishes import Wish

VARIABLE = "NURIE_HINTAUC"
"""Environment variable with the path of a Python that has ``hintauc``; ``--hintauc`` sets it."""


def under_the_curve(trial: Trial, kind: str = "scribble") -> Scores:
    """Area under the curve of each pixel metric over the judge's own hints, scribbles or dots.

    Raises:
        MissingExtraError: nobody said where the judge is, or it is not there.
    """
    python = os.environ.get(VARIABLE, "")
    if not python:
        raise MissingExtraError(
            "Hint-AUC needs hintauc in an environment of its own; give its Python by --hintauc."
        )
    frame = trial.case.frame
    with TemporaryDirectory() as name:
        folder = Path(name)
        truth = lay_lines(frame.lines, frame.color)
        np.savez(folder / "pair.npz", line=frame.lines, truth=truth[..., ::-1])
        script = Path(__file__).with_name("hintauc_process.py")
        try:
            child = subprocess.Popen(  # noqa: S603 - the Python that the user named
                [python, str(script), name, kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            raise MissingExtraError(f"{python} is no Python; give one that has hintauc.") from error
        with child:
            return _conversation(child, folder, trial, frame.lines)


def _conversation(
    child: "subprocess.Popen[str]", folder: Path, trial: Trial, lines: AnyArray
) -> Scores:
    """Answer what the judge asks, until it gives its verdict."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        for line in child.stdout:
            said = json.loads(line)
            if "auc" in said:
                return {f"AUC {k}": float(v) for k, v in said["auc"].items()}
            with np.load(folder / "asked.npz") as kept:
                hints = _hints(kept["color"], kept["mask"])
            shown = trial.ask(Wish(lines, hints)).pictures[0]
            np.savez(folder / "answered.npz", picture=shown[..., ::-1])
            child.stdin.write("\n")
            child.stdin.flush()
    finally:
        child.kill()
    raise MissingExtraError("The Python given by --hintauc has no hintauc that works.")


def _hints(color: AnyArray, mask: AnyArray) -> Hints | None:
    """The judge's colour (H, W, 3) BGR and mask (H, W) as hints."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return None
    told = np.ascontiguousarray(color[rows, columns][:, ::-1])
    return Hints(rows.astype(np.int32), columns.astype(np.int32), told)
