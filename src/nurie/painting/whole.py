"""Whole colourings, sampled one part after the other; a critic keeps the best of several.

The mean of many good colourings is not a good colouring, and neither is the colour of the least
expected error in each region: both are gray. So whole colourings are sampled, the largest regions
first and each round under what the rounds before it chose (P(c) = Π P(c_i | c_<i)). Where the model
has a critic, which sees all colours of a drawing together, it chooses among some of them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from zlib import crc32

import numpy as np

from nurie.arrays import AnyArray, Bins, Floats, Ints, Rgb8
from nurie.colors import WHITE_BIN, bins_of, srgb_to_lab
from nurie.guidance.palette import around, nearness
from nurie.painting.kin import Kin
from nurie.painting.read import Drawing, RegionModel, Scene
from nurie.painting.sample import Group, fix, follow, given, moved, picked
from nurie.painting.terms import (
    PRIORS,
    ROUND_TERMS,
    Choice,
    Constants,
    Request,
    State,
    known_colors,
    softmax,
    total,
)
from nurie.regions.measure import protected
from nurie.regions.panels import surroundings


def samples_whole(model: RegionModel) -> bool:
    """Whether a model was taught on whole colourings: it knows parts."""
    return bool(getattr(model, "parts", ()))


def sample_whole(
    model: RegionModel, scene: Scene, request: Request, rng: np.random.Generator
) -> tuple[Ints, Choice] | None:
    """Sample a colouring of the largest regions, the best of several where there is a critic.

    The regions and their colours; None where every region is given.
    """
    rows = largest(scene, request)
    if request.fixed[rows].all():
        return None
    start = begin(model, Group(model, scene, rows), request.of(rows), rng)
    if not model.judges:
        return rows, sample_one(model, start, rng)
    found = [sample_one(model, start, rng) for _ in range(request.constants.candidates)]
    scores, mass = [], start.mass
    for one in found:
        known = known_colors(one.colors, np.ones(len(rows), bool))
        more = scene.picture, scene.parts[rows], likely(mass, bins_of(one.colors))
        scores.append(model.judge(*start.group.tokens, known, *more))
    return rows, found[int(np.argmax(scores))]


CLOSE, LEAST = 9.0, 1e-5
"""Standard deviation in Lab within which a critic counts colours as near, and the least chance."""


def likely(mass: Floats, bins: Bins) -> Floats:
    """What the model says of the colours of n regions, each by itself, (n, 2) float32.

    ``mass`` (n, 512) is that of ``Start``, ``bins`` (n,) are those of the colours. Returned are a
    quarter of the mass of the colour, and of how far it is below that of the likeliest one.

    >>> likely(np.float32([[-4, -8]]), np.array([1]))
    array([[-2., -1.]], dtype=float32)
    """
    found = mass[np.arange(len(bins)), bins]
    return np.asarray(np.stack([found, found - mass.max(axis=1)], axis=1) / 4, np.float32)


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
    logits: Floats
    shift: Floats
    kin: Kin
    skin: "Skin"
    own: Floats
    """(n,) chance that a region shows a part of _ONE_COLOUR."""

    @property
    def mass(self) -> Floats:
        """(n, 512) logarithm of the chance that a region's colour is near that of each bin."""
        near = nearness(srgb_to_lab(self.request.bin_colors), CLOSE)
        return np.asarray(np.log(softmax(self.logits) @ near + LEAST), np.float32)


def begin(model: RegionModel, group: Group, request: Request, rng: np.random.Generator) -> Start:
    """The first prediction for a group, who is kin in it, and the tone of its skin."""
    choice = given(request)
    known = known_colors(choice.colors, request.fixed)
    logits, shift, query, key = group.encode(request)(known)
    parts = group.scene.parts[group.rows]
    c = request.constants
    agree = agreement(parts, model.parts) * c.kin_parts
    showing = parts[:, [name == "skin" for name in model.parts]].sum(axis=1)
    # Of other regions one in seventeen has the colour of the drawing's skin.
    agree = agree + c.kin_skin * np.log(1.02 - np.abs(showing[:, None] - showing))
    kin = group.kin((logits, query, key), request.fixed.copy(), choice, request, agree)
    area = group.scene.measures.area[group.rows]
    own = parts[:, [name in _ONE_COLOUR for name in model.parts]].sum(axis=1)
    tone = skin_tone(softmax(logits), showing, area, request, rng)
    return Start(group, request, logits, shift, kin, Skin(showing, tone, request), own)


SKIN_TONES = np.array(
    [[246, 214, 184], [228, 176, 132], [198, 143, 100], [150, 97, 63], [122, 74, 46], [98, 60, 40]],
    np.uint8,
)
"""Tones of skin from light to dark, near the clusters of 4,602 regions of named drawings."""

TONES_SEEN = np.array([0.136, 0.163, 0.183, 0.23, 0.19, 0.097], np.float32)
"""Mean share of each in what the released model predicts for skin of 565 named drawings."""


def skin_tone(
    chances: Floats, skin: Floats, area: Floats, request: Request, rng: np.random.Generator
) -> Rgb8:
    """The one colour of skin in an answer, (3,) uint8.

    From ``chances`` (n, 512) of colours and (n,) the chance that a region shows ``skin``. Tones are
    drawn as if the training had shown all of them as often (prior shift, Saerens et al. 2002): most
    of its people are of one continent. Skin whose colour is given has the tone of all.
    """
    c, known = request.constants, request.fixed & (skin > request.constants.part_sure)
    known &= (request.colors < 250).any(axis=1)
    if known.any():
        tone: Rgb8 = request.colors[known][int(area[known].argmax())]
        return tone
    weight = skin * np.sqrt(area)
    share = weight @ chances @ _near(request.bin_colors, SKIN_TONES).T / TONES_SEEN
    share = np.square(share / max(float(share.sum()), 1e-9))
    share = np.cumsum(share / max(float(share.sum()), 1e-9) + c.tone_least)
    # Answers to one drawing differ in it, and so do drawings at one seed.
    at = (rng.random() + crc32(area.tobytes()) / 2**32) % 1
    return np.asarray(SKIN_TONES[int((share > at * share[-1]).argmax())])


def _near(bin_colors: Rgb8, tones: Rgb8) -> Floats:
    """(k, 512): 1 where a bin is one of (k, 3) tones, towards 0 where it is far from it."""
    gap = np.linalg.norm(srgb_to_lab(bin_colors) - srgb_to_lab(tones)[:, None], axis=2)
    return np.asarray(np.exp(-0.5 * np.square(gap / TONE_WIDTH)), np.float32)


TONE_WIDTH = 14.0
"""Standard deviation in Lab in which a colour counts as a tone of skin."""


class Skin:
    """Which of n regions show skin, and its tone in this answer."""

    def __init__(self, chance: Floats, tone: Rgb8, request: Request) -> None:
        self.chance, self.tone, self._sure = chance, tone, request.constants.tone_sure
        colors = request.bin_colors
        self._flesh = _near(colors, SKIN_TONES).max(axis=0) * request.constants.tone_share
        near = _near(colors, tone[None])[0]
        self._away = request.constants.tone_own * near
        self.bin = int(np.delete(near, WHITE_BIN).argmax())  # white is the last bin

    def toned(self, chances: Floats, rows: AnyArray) -> Floats:
        """Of (k, 512) chances of some rows move what is skin to its tone, and the rest away."""
        skin = self.chance[rows][:, None]
        moved = skin * chances * self._flesh
        found = (chances - moved) * (1 - (1 - skin) * self._away)
        found[:, self.bin] += moved.sum(axis=1)
        return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)

    def colored(self, colors: Rgb8, pick: Bins, rows: AnyArray) -> Rgb8:
        """Colours (k, 3) of some rows, in which skin of the tone's bin is exactly the tone."""
        own = (pick == self.bin) & (self.chance[rows] > self._sure)
        return np.where(own[:, None], self.tone, colors).astype(np.uint8)


def sample_one(model: RegionModel, start: Start, rng: np.random.Generator) -> Choice:
    """A colouring of a group, round by round."""
    group, request, logits, shift, kin, skin, own = start
    measures, rows, choice = group.scene.measures, group.rows, given(request)
    state = State(measures.area[rows], measures.border[rows] > 0, choice, ~request.fixed)
    follow(state, request.fixed, kin)
    prior = np.broadcast_to(total(_PRIORS, state, request), logits.shape)
    # The largest kin lead; the last round holds all that are left.
    area = np.bincount(kin.elder, state.area * state.unknown, len(state.area))
    left = np.flatnonzero(state.unknown & kin.leads)
    order = left[np.argsort(-area[left], kind="stable")]
    rounds = np.split(order, np.cumsum(request.constants.candidate_rounds))
    for step, leading in enumerate(part for part in rounds if len(part)):
        if step:
            known = known_colors(choice.colors, ~state.unknown)
            logits, shift = model.predict_free(*group.tokens, known, group.scene.picture)
        now = kin.share[leading] @ logits + prior[leading]
        now = (now + total(ROUND_TERMS, state, request)).astype(np.float32)
        noise = rng.gumbel(size=now.shape).astype(np.float32)
        chances, c = skin.toned(softmax(now), leading), request.constants
        chances[chances[:, WHITE_BIN] < c.white_least, WHITE_BIN] = 0
        calm = 1 - c.own_calm * own[leading]
        pick = picked(chances, request.temperature * calm[:, None] * noise, c)
        colors = moved(request.bin_colors[pick], shift[leading], c.shift_most)
        colors[pick == WHITE_BIN] = 255
        colors = skin.colored(colors, pick, leading)
        mass = around(chances, srgb_to_lab(request.bin_colors))[np.arange(len(pick)), pick]
        fix(state, leading, Choice(colors, pick == WHITE_BIN, mass))
        follow(state, request.fixed, kin)
    return choice


# White at the border was for a model that coloured single things: it leaves skies white.
_PRIORS = {name: term for name, term in PRIORS.items() if name != "border"}

# Parts all of whose regions in a drawing take one colour.
_ONE_COLOUR = frozenset({"skin", "sky", "grass", "leaf", "trunk", "water", "fur", "animal_skin"})


def agreement(parts: Floats, names: Sequence[str]) -> Floats:
    """Chance that two regions show the same part, of those that take one colour, (n, n).

    >>> agreement(np.float32([[0.5, 0.5], [1, 0]]), ["skin", "hat"]).tolist()
    [[0.25, 0.5], [0.5, 1.0]]
    """
    chosen = parts[:, [name in _ONE_COLOUR for name in names]]
    return chosen @ chosen.T


BLANK = ("paper", "gutter")
"""Parts that show no thing."""


def open_backdrop(model: RegionModel, drawing: Drawing, constants: Constants) -> Drawing:
    """Let the region around a drawing be coloured where it shows a sky, a wall or a ground.

    Its shape alone does not tell whether it is the paper of a single thing or the sky of a scene
    that goes to the edge; what the model takes it for does. A model without names changes nothing.
    """
    scene, count = drawing.scene, len(drawing.paper)
    if not samples_whole(model) or count < 2:
        return drawing
    large = scene.measures.area >= constants.backdrop_least * drawing.labels.size
    sheet = surroundings(drawing.labels, count) & drawing.paper & large
    if drawing.sketch.protect is not None:
        sheet &= ~protected(drawing.labels, drawing.sketch.protect)
    if not sheet.any():
        return drawing
    blank = scene.parts[:, [name in BLANK for name in model.parts]].sum(axis=1)
    return replace(drawing, paper=drawing.paper & ~(sheet & (blank < constants.backdrop)))
