"""What each region of a drawing is in another one: evidence of pairs, weighed by a small network.

Optical flow tells where things go, the encoder how they look, and neighbours what they belong to:
what touches the sleeve there touches it here (inclusion, as in BasicPBC, Dai et al. 2024). The
network was taught on films drawn by program in which limbs cross, people turn and cameras move.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints
from nurie.film.motion import covered, flow, overlap
from nurie.film.store import Cel
from nurie.painting.kin import cosine
from nurie.regions.tokens import adjacency

FAINT = 0.02
"""Overlap that counts as none: the logarithm needs a floor, and a small piece that moves by its own
width overlaps with nothing."""

WEIGHTS, ROUNDS = "matcher.safetensors", 2
"""The network's file, and how often matches are corrected by those of neighbours."""

LARGEST = 600
"""Regions of each drawing that the network sees, so that memory is bounded; smaller ones follow the
flow alone."""

OVERLAP = 1
"""Column of the evidence that is the overlap under the flow of the first drawing."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of the n largest regions of a drawing and the m of another one."""

    rows: tuple[Ints, Ints]
    """(n,) and (m,) which they are, from 0."""
    over: Floats
    """Overlap under flow of all regions of the one with all of the other."""
    pairs: Floats
    """(n, m, F): of each pair."""
    ours: Floats
    """(n, C): how regions look, where they are, and their shape."""
    theirs: Floats
    """(m, C)."""
    beside: tuple[Floats, Floats]
    """(n, n) and (m, m) shares of outlines that regions have in common."""
    seen: float
    """Share of the second drawing's lines that lines of the first come near to; 0 without flow."""


def evidence(one: Cel, two: Cel) -> Evidence:
    """All that the network is told of two drawings."""
    a, b = one.scene, two.scene
    rows = _largest(one), _largest(two)
    moves = one.shape == two.shape != (0, 0)
    none, seen = np.zeros((len(one.paper), len(two.paper)), np.float32), 0.0
    columns, over = [none] * 12, none
    if moves:
        forth, back = flow(one.small, two.small), flow(two.small, one.small)
        seen = covered(one.small, two.small, forth)
        columns = _moved(one, two, forth, back)
        over = columns[OVERLAP - 1]
    here, looks = a.geometry[rows[0]], a.looks[rows[0]]
    there, others = b.geometry[rows[1]], b.looks[rows[1]]
    place = here[:, None, :2] - there[None, :, :2]
    size = here[:, None, 2] - there[None, :, 2]
    shape = np.abs(here[:, None, [3, 4, 6, 7, 8, 13]] - there[None, :, [3, 4, 6, 7, 8, 13]])
    every = [
        cosine(looks, others),
        *(column[np.ix_(*rows)] for column in columns),
        # Between drawings of other places, a place says nothing.
        _log(np.hypot(place[..., 0], place[..., 1])) * moves,
        size,
        np.abs(size),
        *np.moveaxis(shape, 2, 0),
        np.broadcast_to(here[:, 2:3], size.shape),
        np.broadcast_to(there[None, :, 2], size.shape),
        np.full(size.shape, float(moves)),
    ]
    pairs = np.stack(every, axis=2).astype(np.float32)
    ours = np.concatenate([looks, here], axis=1)
    theirs = np.concatenate([others, there], axis=1)
    near = adjacency(a.measures, rows[0]), adjacency(b.measures, rows[1])
    return Evidence(rows, over, pairs, ours, theirs, near, seen)


def _largest(cel: Cel) -> Ints:
    largest = np.argsort(-cel.scene.measures.area, kind="stable")[:LARGEST]
    return np.sort(largest).astype(np.int32)


def _log(distance: Floats) -> Floats:
    """Distances, in order one, as logarithms: near things differ more than far ones."""
    return np.asarray(np.log(distance + 0.01) / 2 + 1)


def _moved(one: Cel, two: Cel, forth: Floats, back: Floats) -> list[AnyArray]:
    """Overlaps under both flows and none, and how far regions then lie apart."""
    ways = overlap(one.small, two.small, forth), overlap(two.small, one.small, back)
    there = [ways[1][k].T for k in (0, 2, 1)]
    mean = (ways[0][0] + there[0]) / 2
    columns: list[AnyArray] = [
        *ways[0],
        *there,
        overlap(one.small, two.small, np.zeros_like(forth))[0],
        np.log((mean + FAINT) / FAINT) / 4,
        mean / np.maximum(mean.sum(axis=1, keepdims=True), FAINT),
        mean / np.maximum(mean.sum(axis=0, keepdims=True), FAINT),
    ]
    ours, theirs = one.scene.measures, two.scene.measures
    steps = (
        (ours.center + _drift(one, forth))[:, None] - theirs.center,
        ours.center[:, None] - (theirs.center + _drift(two, back)),
    )
    apart = np.minimum(*(np.linalg.norm(step, axis=2) for step in steps))
    size = np.sqrt(np.minimum(ours.area[:, None], theirs.area))
    return [*columns, _log(2 * apart / max(one.shape)), _log(apart / np.maximum(size, 1) / 4)]


def _drift(cel: Cel, moved: Floats) -> Floats:
    """(n, 2) rows and columns, in pixels of the drawing, by which regions move."""
    small = cel.small
    scale = cel.shape[0] / small.labels.shape[0]
    pixels = small.areas
    total = np.stack([
        np.bincount(small.labels.ravel(), moved[..., axis].ravel(), small.count + 1)[1:]
        for axis in (1, 0)
    ], axis=1)  # fmt: skip
    mean = total / np.maximum(pixels, 1)[:, None]
    # A region too small for this size moves as the pixel below its middle does.
    lost = np.flatnonzero(pixels == 0)
    at = np.rint(cel.scene.measures.center[lost] / scale).astype(int)
    rows, columns = (at[:, k].clip(0, s - 1) for k, s in enumerate(small.labels.shape))
    mean[lost] = moved[rows, columns][:, ::-1]
    return np.asarray((mean * scale).astype(np.float32))


def read_weights(path: Path) -> tuple[dict[str, Floats], str]:
    """Arrays of a safetensors file by name, and the hash of the encoder they were taught with.

    The format is a length, a JSON head and the bytes; the library for it would be one more package.
    """
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    head = json.loads(data[8:start])
    encoder = str(head.pop("__metadata__")["encoder"])
    weights = {}
    for name, entry in head.items():
        first, last = entry["data_offsets"]
        kind = {"F16": "<f2", "F32": "<f4"}[entry["dtype"]]
        array = np.frombuffer(data[start + first : start + last], kind)
        weights[name] = array.reshape(entry["shape"]).astype(np.float32)
    return weights, encoder


class LearnedMatcher:
    """The released network, in numpy: it has 0.1 million numbers, and needs no session.

    A pair's logit is that of its evidence, and of how alike both regions are once they have looked
    around twice. Two more rounds correct it by what neighbours were matched with. ``session`` is
    of the model whose encoder made the features: with another one than the network was taught with,
    it does without the likeness that it learnt.
    """

    name = "learned 1"

    def __init__(self, session: Any) -> None:
        self._w, encoder = read_weights(Path(__file__).with_name(WEIGHTS))
        spec = session.spec
        self._sighted = spec.sha256.get(spec.graphs.get("encoder", "")) == encoder

    def __call__(self, one: Cel, two: Cel) -> tuple[Floats, Floats, float]:
        """See ``nurie.film.pairs.Matcher``."""
        if not len(one.paper) or not len(two.paper):
            none = np.zeros((len(one.paper), len(two.paper)), np.float32)
            return none, none.T, 0.0
        seen = evidence(one, two)
        here, there = seen.beside
        like, ours = self._look(seen.ours, here)
        unlike, theirs = self._look(seen.theirs, there)
        same = like @ unlike.T / np.sqrt(np.float32(like.shape[1]))
        told = np.concatenate([seen.pairs, same[..., None] / 4], axis=2)
        logits = self._layers(told, "p1", "p2", "p3")[..., 0] + same
        shared = seen.pairs[..., OVERLAP]
        for turn in range(ROUNDS + 1):
            forth = self._known(turn, ours, logits, shared)
            back = self._known(turn, theirs, logits.T, shared.T)
            if turn == ROUNDS:
                break
            mean = np.exp((forth + back.T) / 2)
            around = [
                logits / 4,
                np.maximum(forth, -9) / 4,
                np.maximum(back.T, -9) / 4,
                np.log(here @ mean @ there.T + 0.01) / 2,
                np.log(here.T @ mean @ there + 0.01) / 2,
            ]
            inputs = np.concatenate([told, np.stack(around, axis=2)], axis=2)
            logits = logits + self._layers(inputs, f"r.{turn}.0", f"r.{turn}.2")[..., 0]
        # What the network does not see follows the flow alone.
        over = [o / np.maximum(o.sum(axis=1, keepdims=True), 1) for o in (seen.over, seen.over.T)]
        over[0][np.ix_(*seen.rows)] = np.exp(forth)
        over[1][np.ix_(*seen.rows[::-1])] = np.exp(back)
        return over[0], over[1], seen.seen

    def _look(self, rows: Floats, near: Floats) -> tuple[Floats, Floats]:
        """What regions are like, and what is known of each and its neighbours."""
        seen = np.clip((rows - self._w["mean"]) / self._w["std"], -5, 5)
        for name in ("w0", "w1"):
            seen = np.maximum(self._layers(seen, name), 0)
            seen = np.concatenate([seen, near @ seen], axis=1)
        like = self._layers(seen, "w2")
        return (like, seen) if self._sighted else (0 * like, 0 * seen)

    def _known(self, turn: int, ours: Floats, logits: Floats, over: Floats) -> Floats:
        """(n, m) log chance of each match, when a region may be in the other drawing or not."""
        best = np.sort(logits, axis=1)[:, ::-1]
        second = best[:, 1] if best.shape[1] > 1 else best[:, 0] - 9
        total = best[:, 0] + np.log(np.exp(logits - best[:, :1]).sum(axis=1))
        facts = np.stack([best[:, 0], second, total, over.max(axis=1), over.sum(axis=1)], axis=1)
        inputs = np.concatenate([ours, facts], axis=1)
        nowhere = self._layers(inputs, f"n.{turn}.0", f"n.{turn}.2")[:, 0]
        return np.asarray(logits - np.logaddexp(total, nowhere)[:, None])

    def _layers(self, inputs: Floats, *names: str) -> Floats:
        """Affine layers with rectifiers between them."""
        for place, name in enumerate(names):
            inputs = np.maximum(inputs, 0) if place else inputs
            inputs = inputs @ self._w[f"{name}.weight"].T + self._w[f"{name}.bias"]
        return np.asarray(inputs)
