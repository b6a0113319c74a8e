"""Hints: dots where the truth is, how many are needed, and the area under the curve."""

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import Hints, lay_lines
from nurie.errors import MissingExtraError
from nurie_lab.bench.metrics.regions import segment_colors
from nurie_lab.bench.requests import Request
from nurie_lab.bench.trials import RIGHT, Scores, Trial, unpacked, worn

GOALS = (0.95, 0.99, 1.0)
"""Shares of segments to be right."""

STEP = 0.05
"""Share of the segments that are wrong which get hints at a time, one at least."""


def dots(pieces: Labels, rows: AnyArray, colors: AnyArray) -> Hints:
    """One dot in the deepest place of each of some segments, whose ``rows`` are counted from 0.

    >>> dots(np.ones((3, 3), np.int32), np.array([0]), np.array([7])).rows.tolist()
    [1]
    """
    spots = deepest(pieces)[rows]
    shades = unpacked(colors[rows])
    marks = np.arange(len(rows), dtype=np.int32)
    return Hints(spots[:, 0].astype(np.int32), spots[:, 1].astype(np.int32), shades, marks)


def deepest(pieces: Labels) -> AnyArray:
    """(n, 2) int32 row and column farthest from each segment's edge."""
    import cv2

    padded = np.pad(pieces, 1)
    edge = np.zeros(padded.shape, bool)
    for axis in (0, 1):
        for step in (-1, 1):
            edge |= np.roll(padded, step, axis) != padded
    inside = ((padded > 0) & ~edge).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
    # The farthest pixel of each segment comes last in this order.
    order = np.lexsort((-np.arange(pieces.size), depth.ravel()))
    last = np.zeros(int(pieces.max(initial=0)) + 1, np.int64)
    last[pieces.ravel()[order]] = order
    return np.stack(np.divmod(last[1:], pieces.shape[1]), axis=1).astype(np.int32)


def hinted(trial: Trial) -> Scores:
    """Correct the largest mistakes until all is right: ``until right``, perhaps ``+ gap 6``.

    Counted are the hints given, as a share of the segments, until 95, 99 and 100 % of them (paper
    too) are within ΔE2000 10 of the truth. Where a goal is never reached the share is 1, and
    ``reached`` says so. ``auc`` asks the independent judge instead, ``auc dots`` with its dots.
    """
    word, _, condition = trial.condition.partition("+")
    if word.split()[0] == "auc":
        return under_the_curve(trial, "dot" if word.split()[1:] == ["dots"] else "scribble")
    frame = trial.case.frame
    lines = worn(frame, condition.strip() or "clean", trial.rng)
    return _curve(trial, lines)


def _curve(trial: Trial, lines: AnyArray) -> Scores:
    frame = trial.case.frame
    pieces = frame.pieces
    truth, _ = segment_colors(pieces, frame.color)
    area = np.bincount(pieces.ravel(), minlength=len(truth) + 1)[1:]
    given = np.zeros(len(truth), bool)
    shares = dict.fromkeys(GOALS, np.nan)
    first = 0.0
    while True:
        hints = dots(pieces, np.flatnonzero(given), truth)
        shown = trial.ask(Request(lines, hints if given.any() else None)).shown[0]
        wrong = _wrong(segment_colors(pieces, shown)[0], truth)
        right = 1 - float(wrong.mean()) if len(wrong) else 1.0
        first = first if given.any() else right
        for goal in GOALS:
            if np.isnan(shares[goal]) and right >= goal - 1e-9:
                shares[goal] = float(given.mean()) if len(given) else 0.0
        free = np.flatnonzero(wrong & ~given)
        if not len(free):
            break
        count = max(1, round(STEP * len(free)))
        given[free[np.argsort(-area[free], kind="stable")[:count]]] = True
    scores = {"right without hints": first, "segments": float(len(truth))}
    for goal, share in shares.items():
        scores[f"hints to {goal:.0%}"] = 1.0 if np.isnan(share) else share
        scores[f"reached {goal:.0%}"] = float(not np.isnan(share))
    return scores


def _wrong(found: AnyArray, truth: AnyArray) -> AnyArray:
    apart = delta_e(srgb_to_lab(unpacked(found)), srgb_to_lab(unpacked(truth)))
    return np.asarray(apart > RIGHT)


HINTAUC = "NURIE_HINTAUC"
"""Environment variable with the path of a Python that has ``hintauc``; ``--hintauc`` sets it."""


def under_the_curve(trial: Trial, kind: str = "scribble") -> Scores:
    """Area under the curve of each pixel metric over the judge's own hints, scribbles or dots.

    Raises:
        MissingExtraError: the judge was not given, or it is not there.
    """
    python = os.environ.get(HINTAUC, "")
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
            reply = json.loads(line)
            if "auc" in reply:
                return {f"AUC {k}": float(v) for k, v in reply["auc"].items()}
            with np.load(folder / "request.npz") as kept:
                hints = _hints(kept["color"], kept["mask"])
            shown = trial.ask(Request(lines, hints)).pictures[0]
            np.savez(folder / "answer.npz", picture=shown[..., ::-1])
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
    colors = np.ascontiguousarray(color[rows, columns][:, ::-1])
    return Hints(rows.astype(np.int32), columns.astype(np.int32), colors)
