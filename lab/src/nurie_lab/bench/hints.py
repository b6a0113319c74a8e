"""Hints: dots where the truth is, how many are needed, and the area under the curve."""

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import Hints
from nurie_lab.bench.conditions import worn
from nurie_lab.bench.hint_auc import under_the_curve
from nurie_lab.bench.metrics.regions import segment_colors
from nurie_lab.bench.trials import RIGHT, Scores, Trial, unpacked
from nurie_lab.bench.wishes import Wish

GOALS = (0.95, 0.99, 1.0)
"""Shares of segments to be right."""

STEP = 0.05
"""Share of the segments that are wrong which are told at a time, one at least."""


def dots(pieces: Labels, rows: AnyArray, colors: AnyArray) -> Hints:
    """One dot in the deepest place of each of some segments.

    Args:
        pieces: (H, W) int32 1…n.
        rows: (m,) which, counted from 0.
        colors: (n,) true colours as ``packed`` gives them.

    >>> dots(np.ones((3, 3), np.int32), np.array([0]), np.array([7])).rows.tolist()
    [1]
    """
    spots = deepest(pieces)[rows]
    told = unpacked(colors[rows])
    marks = np.arange(len(rows), dtype=np.int32)
    return Hints(spots[:, 0].astype(np.int32), spots[:, 1].astype(np.int32), told, marks)


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
    told = np.zeros(len(truth), bool)
    shares = dict.fromkeys(GOALS, np.nan)
    first = 0.0
    while True:
        hints = dots(pieces, np.flatnonzero(told), truth)
        shown = trial.ask(Wish(lines, hints if told.any() else None)).shown[0]
        wrong = _wrong(segment_colors(pieces, shown)[0], truth)
        right = 1 - float(wrong.mean()) if len(wrong) else 1.0
        first = first if told.any() else right
        for goal in GOALS:
            if np.isnan(shares[goal]) and right >= goal - 1e-9:
                shares[goal] = float(told.mean()) if len(told) else 0.0
        free = np.flatnonzero(wrong & ~told)
        if not len(free):
            break
        count = max(1, round(STEP * len(free)))
        told[free[np.argsort(-area[free], kind="stable")[:count]]] = True
    scores = {"right without hints": first, "segments": float(len(truth))}
    for goal, share in shares.items():
        scores[f"hints to {goal:.0%}"] = 1.0 if np.isnan(share) else share
        scores[f"reached {goal:.0%}"] = float(not np.isnan(share))
    return scores


def _wrong(found: AnyArray, truth: AnyArray) -> AnyArray:
    apart = delta_e(srgb_to_lab(unpacked(found)), srgb_to_lab(unpacked(truth)))
    return np.asarray(apart > RIGHT)
