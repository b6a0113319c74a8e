"""Whole colourings, sampled one part after the other; a critic keeps the best of several.

The mean of many good colourings is not a good colouring, and neither is the colour of the least
expected error in each region: both are gray. So whole colourings are sampled, the largest regions
first and each round under what the rounds before it chose (P(c) = Π P(c_i | c_<i)). Where the model
has a critic, which sees all colours of a drawing together, it chooses among some of them.
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


class Whole(RegionHead, Protocol):
    """A model that was taught on whole colourings: it tells parts apart."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that it tells apart."""
        ...

    def name_parts(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> Floats:
        """Chances (n, p) of the parts that regions show."""
        ...

    def predict_free(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> tuple[Floats, Floats]:
        """Logits (n, 512) and shift (n, 3) under known colours (n, 4) and no palette."""
        ...

    @property
    def judges(self) -> bool:
        """Whether it has a critic."""
        ...

    def judge(
        self, features: Floats, geometry: Floats, near: Floats, known: Floats, picture: Floats
    ) -> float:
        """How good colours (n, 4) of all regions are together; higher is better."""
        ...


class Begun(NamedTuple):
    """The colouring of the regions that it holds."""

    rows: Ints
    """(m,) regions."""
    choice: Choice
    """Their colours."""


def samples_whole(model: RegionHead) -> TypeGuard[Whole]:
    """Whether a model was taught on whole colourings: it knows parts."""
    return bool(getattr(model, "parts", ()))


def sample_whole(
    model: Whole, scene: Scene, request: Request, rng: np.random.Generator
) -> Begun | None:
    """Sample a colouring of the largest regions, the best of several where there is a critic.

    Args:
        model: predicts.
        scene: the regions.
        request: what is given; its temperature says how freely colours are sampled.
        rng: samples; the same state gives the same answer.

    Returns:
        The colouring, or None where every region is given.
    """
    rows = largest(scene, request)
    if request.fixed[rows].all():
        return None
    start = begin(model, Group(model, scene, rows), request.of(rows))
    if not model.judges:
        return Begun(rows, sample_one(model, start, rng))
    found = [sample_one(model, start, rng) for _ in range(request.constants.candidates)]
    known = [known_colors(one.colors, np.ones(len(rows), bool)) for one in found]
    scores = [model.judge(*start.tokens, colors, scene.picture) for colors in known]
    return Begun(rows, found[int(np.argmax(scores))])


def largest(scene: Scene, request: Request) -> Ints:
    """The largest regions, and the largest of those that have a colour already."""
    c, area = request.constants, scene.measures.area
    order = np.argsort(-area, kind="stable")
    free, fixed = order[~request.fixed[order]], order[request.fixed[order]]
    most = c.candidate_regions
    return np.sort(np.concatenate([free[:most], fixed[: most // 2]])).astype(np.int32)


class Start(NamedTuple):
    """What all samples of a group begin with."""

    group: Group
    request: Request
    tokens: tuple[Floats, Floats, Floats]
    """Features, geometry and adjacency of its regions."""
    logits: Floats
    shift: Floats
    kin: Kin


def begin(model: Whole, group: Group, request: Request) -> Start:
    """The first prediction for a group, and who is kin in it."""
    scene, rows, choice = group.scene, group.rows, given(request)
    known = known_colors(choice.colors, request.fixed)
    logits, shift, query, key = group.encode(request)(known)
    tokens = scene.features[rows], scene.geometry[rows], adjacency(scene.measures, rows)
    agree = agreement(model.name_parts(*tokens, known, scene.picture), model.parts)
    agree = agree * request.constants.kin_parts
    kin = group.kin((logits, query, key), request.fixed.copy(), choice, request, agree)
    return Start(group, request, tokens, logits, shift, kin)


def sample_one(model: Whole, start: Start, rng: np.random.Generator) -> Choice:
    """A colouring of a group, round by round."""
    group, request, tokens, logits, shift, kin = start
    measures, rows, choice = group.scene.measures, group.rows, given(request)
    state = State(measures.area[rows], measures.border[rows] > 0, choice, ~request.fixed)
    follow(state, request.fixed, kin)
    prior = np.broadcast_to(total(_PRIORS, state, request), logits.shape)
    for step, leading in enumerate(_rounds(state, kin, request.constants.candidate_rounds)):
        if step:
            known = known_colors(choice.colors, ~state.unknown)
            logits, shift = model.predict_free(*tokens, known, group.scene.picture)
        now = kin.share[leading] @ logits + prior[leading]
        now = (now + total(ROUND_TERMS, state, request)).astype(np.float32)
        noise = rng.gumbel(size=now.shape).astype(np.float32)
        fix(state, leading, _pick(now, shift[leading], request, noise))
        follow(state, request.fixed, kin)
    return choice


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
