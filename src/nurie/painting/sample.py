"""A colour for each region, sampled from P(c | S; μ(S)): the prediction, the terms, the choice."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nurie.arrays import AnyArray, Bins, Floats, Ints, Mask, Rgb8
from nurie.colors import WHITE_BIN, lab_to_srgb, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.palette import (
    NEAR,
    around,
    as_light,
    nearness,
    over_entries,
    palette_tokens,
    safest,
)
from nurie.painting.kin import Kin, evidence, kinship, same_shape
from nurie.painting.read import RegionModel, Scene
from nurie.painting.terms import (
    IDEA_TERMS,
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
from nurie.regions.tokens import adjacency

Encode = Callable[[Floats], tuple[Floats, Floats, Floats, Floats]]
"""The model's logits, shift, query and key under some known colours."""


def predict(head: RegionModel, scene: Scene, request: Request, rng: np.random.Generator) -> Choice:
    """Colour all regions: the largest first, the rest in groups that see the largest."""
    context = request.constants.context
    order = np.argsort(-scene.measures.area, kind="stable").astype(np.int32)
    choice, done = given(request), request.fixed.copy()
    entries = len(request.palette) if request.palette is not None else 0
    noise = rng.gumbel(size=(len(order), max(len(request.bin_colors), entries + 1)))
    # Two eyes, two sleeves, many grapes: the same noise lets them agree by chance, too.
    noise = noise[same_shape(scene.geometry, request.constants)].astype(np.float32)
    for start in range(0, len(order), context):
        group = order[start : start + context]
        seen = np.concatenate([order[: min(start, context)], group])
        # What was chosen for larger regions counts in the terms, but is no input of the model as
        # given colours are: safe choices would make all that follow safer still.
        local = sample(
            Group(head, scene, seen), request.of(seen), choice.of(seen), done[seen], noise[seen]
        )
        choice.colors[seen], choice.paper[seen] = local.colors, local.paper
        choice.confidence[seen] = local.confidence
        done[group] = True
    return choice


def given(request: Request) -> Choice:
    """The choice before the model predicts: white paper, and what is fixed."""
    colors = np.where(request.fixed[:, None], request.colors, 255).astype(np.uint8)
    # Kin of what is fixed take this over, too: a hand is no paper where the arm is brown.
    paper = (colors == 255).all(axis=1)
    return Choice(colors, paper, request.fixed.astype(np.float32))


WIDE = 0.6
"""Length of a border without a line, over the root of the smaller region's area, that is wide."""


@dataclass(frozen=True, eq=False)
class Group:
    """Regions that are coloured together."""

    head: RegionModel
    scene: Scene
    rows: Ints

    @cached_property
    def tokens(self) -> tuple[Floats, Floats, Floats]:
        """Their features, geometry and adjacency."""
        rows, scene = self.rows, self.scene
        return scene.features[rows], scene.geometry[rows], adjacency(scene.measures, rows)

    def open_borders(self) -> Floats:
        """How far two of them meet where no line is, (n, n) in [0, 1]."""
        pairs, length = self.scene.open
        place = np.full(len(self.scene.measures) + 1, -1)
        place[self.rows + 1] = np.arange(len(self.rows))
        (one, two), found = place[pairs].T, np.zeros((len(self.rows),) * 2, np.float32)
        both = (one >= 0) & (two >= 0)
        one, two = one[both], two[both]
        found[one, two] = found[two, one] = np.minimum(length[both] / WIDE, 1)
        return found

    def encode(self, request: Request) -> Encode:
        """How the model predicts them."""
        palette = palette_tokens(request.palette, request.entries)
        rest = palette, self.scene.picture, np.zeros(len(self.rows), np.float32)
        return lambda known: self.head.predict(*self.tokens, known, *rest)

    def evidence(self, predicted: tuple[Floats, Floats, Floats], request: Request) -> list[Floats]:
        """What speaks for two regions being kin; see ``kin.evidence``."""
        logits, query, key = predicted
        mass = around(softmax(logits), srgb_to_lab(request.bin_colors))
        _, geometry, near = self.tokens
        return evidence(
            query, key, features=self.scene.looks[self.rows], geometry=geometry, mass=mass,
            near=near, constants=request.constants,
        )  # fmt: skip

    def kin(
        self,
        predicted: tuple[Floats, Floats, Floats],
        done: Mask,
        choice: Choice,
        request: Request,
        agree: Floats | None = None,
    ) -> Kin:
        """Kin; paper is followed by nobody, and nobody follows where each has its own light."""
        c = request.constants
        pieces = self.evidence(predicted, request)
        white = (choice.colors == 255).all(axis=1)
        area = self.scene.measures.area[self.rows]
        wide = self.open_borders() * c.kin_open
        agree = wide if agree is None else agree + wide
        kin = kinship(pieces, area, known=done, spread=done & ~white, constants=c, agree=agree)
        if request.light is not None:
            return replace(kin, elder=np.arange(len(area), dtype=np.int32))
        return kin


def sample(group: Group, request: Request, choice: Choice, done: Mask, noise: Floats) -> Choice:
    """Choose the surest regions first (MaskGIT, Chang et al. 2022), a sampled answer from ideas.

    ``choice`` is changed in place; ``done`` (n,) are the regions that have a colour, and ``noise``
    (n, k) is Gumbel's.
    """
    if done.all():
        return choice
    c, encode, measures = request.constants, group.encode(request), group.scene.measures
    state = State(measures.area[group.rows], measures.border[group.rows] > 0, choice, ~done)
    predicted, shift, query, key = encode(known_colors(choice.colors, request.fixed))
    kin = group.kin((predicted, query, key), done, choice, request)
    follow(state, request.fixed, kin)
    logits = kin.share @ predicted + total(PRIORS, state, request)
    if request.temperature:
        at = _ideas(logits, state, kin, c)
        bold = logits[at] + total(IDEA_TERMS, state, request)
        fix(state, at, decode(bold, shift[at], request.of(at), noise[at]))
        follow(state, request.fixed, kin)
        again, shift, _, _ = encode(known_colors(choice.colors, ~state.unknown))
        logits += c.trust * (again - predicted)
    wanted = int((state.unknown & kin.leads).sum())
    # Once the ideas stand the rest is the safest; entries of a palette are sampled all the same.
    settled = request if request.palette is not None else replace(request, temperature=0.0)
    for step in range(c.rounds):
        left = np.flatnonzero(state.unknown & kin.leads)
        if not len(left):
            break
        now = logits[left] + total(ROUND_TERMS, state, request)
        chosen = decode(now, shift[left], settled.of(left), noise[left])
        surest = np.argsort(-chosen.confidence * state.area[left] ** c.size_weight, kind="stable")
        if step < c.rounds - 1:
            # Few at first, when little is known (the cosine of MaskGIT).
            due = int(np.ceil(wanted * (1 - np.cos(np.pi / 2 * (step + 1) / c.rounds))))
            surest = surest[: max(1, due - (wanted - len(left)))]
        fix(state, left[surest], chosen.of(surest))
        follow(state, request.fixed, kin)
    return choice


def _ideas(logits: Floats, state: State, kin: Kin, c: Constants) -> AnyArray:
    """Of the regions without a colour the few that an answer begins with, the largest first."""
    area = np.bincount(kin.elder, state.area, len(state.area))
    left = np.flatnonzero(state.unknown & kin.leads)
    white = softmax(logits[left])[:, WHITE_BIN]
    order = np.argsort(-np.sqrt(area[left]) * (1 - white), kind="stable")
    held = np.cumsum((area[left] * (white < 0.5))[order])
    enough = int((held < c.idea_share * held[-1]).sum()) + 1 if len(held) else 0
    return left[order[: min(c.ideas, enough)]]


def fix(state: State, at: AnyArray, chosen: Choice) -> None:
    """Keep what was chosen for some regions."""
    state.choice.colors[at], state.choice.paper[at] = chosen.colors, chosen.paper
    state.choice.confidence[at] = chosen.confidence
    state.unknown[at] = False


def follow(state: State, fixed: Mask, kin: Kin) -> None:
    """Give the colours that are fixed by now to the kin of their regions."""
    choice, unknown = state.choice, state.unknown
    new = np.flatnonzero(unknown & ~unknown[kin.elder])
    of = kin.elder[new]
    choice.colors[new], choice.paper[new] = choice.colors[of], choice.paper[of]
    # A given colour is certain where it was given, and as likely as the kinship elsewhere.
    choice.confidence[new] = np.where(fixed[of], kin.chance[new, of], choice.confidence[of])
    unknown[new] = False


def decode(logits: Floats, shift: Floats, request: Request, noise: Floats) -> Choice:
    """One colour for each row of logits, from the palette where there is one."""
    chances, c = softmax(logits), request.constants
    if request.palette is not None and len(request.palette):
        return _decode_entry(chances, request, noise)
    # A colour that many likely bins are near to is likelier than a lone bin (Zhang et al. 2016 take
    # the annealed mean for the same reason; this stays a colour that occurs).
    lab = srgb_to_lab(request.bin_colors)
    mass = around(chances, lab)
    if request.temperature:
        middle = picked(mass, request.temperature * noise[:, : mass.shape[1]], c)
        # The middle of a neighbourhood need not be likely itself: brown, skin and red lie around
        # an orange. So the likeliest colour about it is taken.
        close = nearness(lab, c.neighbourhood * NEAR)[middle]
        pick = (chances * close).argmax(axis=1).astype(np.int32)
    else:
        middle = pick = safest(chances, request.bin_colors)
    colors = moved(request.bin_colors[pick], shift, c.shift_most)
    colors[pick == WHITE_BIN] = 255
    if request.light is not None:
        colors = as_light(colors, np.where(pick == WHITE_BIN, np.nan, request.light))
    return Choice(colors, pick == WHITE_BIN, mass[np.arange(len(pick)), middle])


def _decode_entry(chances: Floats, request: Request, noise: Floats) -> Choice:
    """An entry of the palette, or paper, for each distribution over the bins."""
    assert request.palette is not None
    white = chances[:, WHITE_BIN : WHITE_BIN + 1]
    rest = np.delete(chances, WHITE_BIN, axis=1)
    rest = rest / np.maximum(rest.sum(1, keepdims=True), 1e-9)
    bin_colors = np.delete(request.bin_colors, WHITE_BIN, axis=0)
    entries = over_entries(rest, bin_colors, request.palette)
    if request.light is not None:
        entries = _near_in_light(entries, request.palette, request.light, request.constants)
    chances = np.concatenate([entries * (1 - white), white], axis=1)
    colors = np.concatenate([request.palette.colors, [[255, 255, 255]]]).astype(np.uint8)
    pick = picked(chances, request.temperature * noise[:, : len(colors)], request.constants)
    return Choice(colors[pick], pick == len(colors) - 1, chances[np.arange(len(pick)), pick])


def _near_in_light(chances: Floats, palette: Palette, light: Floats, c: Constants) -> Floats:
    """Chances of palette entries, (n, k), where those nearest in lightness are likeliest."""
    gap = np.nan_to_num(np.abs(srgb_to_lab(palette.colors)[None, :, 0] - light[:, None]))
    # The nearest entry is not punished, however far it is: a palette may have nothing nearer.
    gap = gap - gap.min(axis=1, keepdims=True)
    chances = (chances + c.entry_floor) * np.exp(-0.5 * (gap / c.entry_light) ** 2)
    return np.asarray((chances / chances.sum(axis=1, keepdims=True)).astype(np.float32))


def moved(colors: Rgb8, shift: Floats, most: float = 12.0) -> Rgb8:
    """Colours moved in Lab, by no more than a bin is wide.

    ``shift`` is (n, 3) Lab / 100, ``most`` in Lab units.

    >>> moved(np.array([[200, 10, 10]], np.uint8), np.zeros((1, 3))).tolist()
    [[200, 10, 10]]
    """
    return lab_to_srgb(srgb_to_lab(colors) + np.clip(100 * shift, -most, most))


def picked(chances: Floats, noise: Floats, c: Constants) -> Bins:
    """Sample an index a row by the Gumbel trick; no noise takes the largest."""
    score = np.log(np.maximum(chances, 1e-9)) + noise
    likely = chances >= c.unlikely * chances.max(axis=1, keepdims=True)
    return np.asarray(np.where(likely, score, -np.inf).argmax(axis=1).astype(np.int32))
