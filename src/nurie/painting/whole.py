"""Whole colourings, sampled; where the model has a critic, it keeps the best of several.

The mean of many good colourings is not a good colouring, and neither is the colour of the least
expected error in each region: both are gray. So whole colourings are sampled, the largest regions
first and each round under what the rounds before it chose (P(c) = Π P(c_i | c_<i)). A critic, which
sees all colours of one together, may choose among them.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeGuard

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints
from nurie.colors import WHITE_BIN, srgb_to_lab
from nurie.guidance.palette import around
from nurie.painting.kin import Kin
from nurie.painting.read import RegionHead, Scene
from nurie.painting.sample import Group, fix, follow, given, moved
from nurie.painting.terms import (
    PRIORS,
    ROUND_TERMS,
    Choice,
    Request,
    State,
    known_colors,
    softmax,
    total,
)
from nurie.regions.tokens import adjacency


class Critic(RegionHead, Protocol):
    """A model that predicts many colourings of one drawing at once, and judges them."""

    @property
    def judges(self) -> bool:
        """Whether it has a critic."""
        ...

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that it tells apart."""
        ...

    def name_parts(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> Floats:
        """Chances (n, p) of the parts that regions show."""
        ...

    def predict_many(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> tuple[Floats, Floats]:
        """Logits (k, n, 512) and shift (k, n, 3) under k sets of known colours (k, n, 4)."""
        ...

    def judge(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> Floats:
        """(k,) how good k colourings (k, n, 4) of one drawing are; higher is better."""
        ...


class Begun(NamedTuple):
    """The chosen colouring of the regions that it holds."""

    rows: Ints
    """(m,) regions."""
    choice: Choice
    """Their colours."""


def samples_whole(model: RegionHead) -> TypeGuard[Critic]:
    """Whether a model was taught on whole colourings: it knows parts."""
    return bool(getattr(model, "parts", ()))


def best(
    model: Critic, scene: Scene, request: Request, rng: np.random.Generator, count: int
) -> Begun | None:
    """Sample colourings of the largest regions, and choose one.

    None where every region is given.
    """
    rows = _rows(scene, request)
    if request.fixed[rows].all():
        return None
    group, wanted = Group(model, scene, rows), request.of(rows)
    found = _sample(model, group, wanted, rng, count if model.judges else 1)
    if len(found) == 1:
        return Begun(rows, found[0])
    known = np.stack([known_colors(one.colors, np.ones(len(rows), bool)) for one in found])
    tokens = scene.features[rows], scene.geometry[rows], adjacency(scene.measures, rows)
    scores = model.judge(*tokens, known, scene.picture)
    return Begun(rows, found[int(scores.argmax())])


def _rows(scene: Scene, request: Request) -> Ints:
    """The largest regions, and the largest of those that have a colour already."""
    c, area = request.constants, scene.measures.area
    order = np.argsort(-area, kind="stable")
    free, fixed = order[~request.fixed[order]], order[request.fixed[order]]
    most = c.candidate_regions
    return np.sort(np.concatenate([free[:most], fixed[: most // 2]])).astype(np.int32)


def _sample(
    model: Critic, group: Group, request: Request, rng: np.random.Generator, count: int
) -> list[Choice]:
    """``count`` colourings of a group, all of which start from one prediction."""
    c, scene, rows, measures = request.constants, group.scene, group.rows, group.scene.measures
    first = given(request)
    area, outer = measures.area[rows], measures.border[rows] > 0
    states = [
        State(area, outer, first.of(np.arange(len(rows))), ~request.fixed) for _ in range(count)
    ]
    start = states[0]
    predicted, moves, query, key = group.encode(request)(known_colors(first.colors, request.fixed))
    tokens = scene.features[rows], scene.geometry[rows], adjacency(measures, rows)
    known = known_colors(first.colors, request.fixed)
    agree = agreement(model.name_parts(*tokens, known, scene.picture), model.parts)
    kin = group.kin(
        (predicted, query, key), request.fixed.copy(), first, request, agree * c.kin_parts
    )
    for one in states:
        follow(one, request.fixed, kin)
    prior = np.broadcast_to(total(_PRIORS, start, request), predicted.shape)
    logits = np.broadcast_to(predicted, (count, *predicted.shape))
    shift = np.broadcast_to(moves, (count, *moves.shape))
    for step, leading in enumerate(_rounds(start, kin, c.candidate_rounds)):
        if step:
            known = np.stack([known_colors(one.choice.colors, ~one.unknown) for one in states])
            logits, shift = model.predict_many(*tokens, known, scene.picture)
        for k, one in enumerate(states):
            now = kin.share[leading] @ logits[k] + prior[leading]
            now = (now + total(ROUND_TERMS, one, request)).astype(np.float32)
            noise = rng.gumbel(size=now.shape).astype(np.float32)
            fix(one, leading, _pick(now, shift[k][leading], request, noise))
            follow(one, request.fixed, kin)
    return [one.choice for one in states]


_PRIORS = {name: term for name, term in PRIORS.items() if name != "border"}
"""White at the border was for a model that coloured single things: it leaves skies white."""

ONE_COLOUR = frozenset({"skin", "sky", "grass", "water", "fur", "animal_skin"})
"""Parts all of whose regions in a drawing take one colour."""


def agreement(parts: Floats, names: Sequence[str]) -> Floats:
    """Chance that two regions show the same part, of those that take one colour, (n, n).

    >>> agreement(np.float32([[0.5, 0.5], [1, 0]]), ["skin", "hat"]).tolist()
    [[0.25, 0.5], [0.5, 1.0]]
    """
    chosen = parts[:, [name in ONE_COLOUR for name in names]]
    return chosen @ chosen.T


def _rounds(state: State, kin: Kin, sizes: tuple[int, ...]) -> list[AnyArray]:
    """Groups of leading regions, the largest kin first; the last round holds all that are left."""
    area = np.bincount(kin.elder, state.area * state.unknown, len(state.area))
    left = np.flatnonzero(state.unknown & kin.leads)
    order = left[np.argsort(-area[left], kind="stable")]
    return [part for part in np.split(order, np.cumsum(sizes)) if len(part)]


def _pick(logits: Floats, shift: Floats, request: Request, noise: Floats) -> Choice:
    """A colour for each row, sampled from the bins that are not unlikely."""
    c = request.constants
    chances = softmax(logits)
    likely = chances >= c.unlikely * chances.max(axis=1, keepdims=True)
    score = np.log(np.maximum(chances, 1e-9)) + request.temperature * noise
    pick = np.where(likely, score, -np.inf).argmax(axis=1)
    colors = moved(request.bin_colors[pick], shift, c.shift_most)
    colors[pick == WHITE_BIN] = 255
    mass = around(chances, srgb_to_lab(request.bin_colors))
    return Choice(colors, pick == WHITE_BIN, mass[np.arange(len(pick)), pick])
