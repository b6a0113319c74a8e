"""The hint predictor: which colour each region takes, drawn from P(c | S; μ(S))."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from nurie.arrays import AnyArray, Bins, Floats, Histogram, Ints, Mask, Rgb8
from nurie.color import WHITE_BIN, lab_to_srgb, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.lightness import as_light, favour_light
from nurie.guidance.palette import NEAR, around, nearness, over_entries, palette_tokens
from nurie.guidance.safest import safest
from nurie.pipelines.kin import Kin, evidence, kinship
from nurie.regions.measure import Measures
from nurie.regions.tokens import adjacency

STEPS, SAFE_STEPS = 8, 4
"""Rounds of sampling; in each the surest regions are fixed and seen by the others. The safest
answer needs fewer, and one look at the drawing."""

CONTEXT = 320
"""Regions that are coloured together; smaller ones follow in groups that see these."""


SWALLOWING = 22.0
"""Lab lightness below which a fill swallows black lines."""

DARK_PENALTY, WHITE_FAVOUR = 3.0, 1.0
"""How much less likely such fills are made, and more likely white at the border, in logits."""


TRUST = 0.3
"""How far later rounds believe what earlier ones chose, against the view before any choice: 1 makes
a drawing of one hue, 0 lets its regions ignore each other. The safest answer is safest alone: its
regions share what is given, their kin and the flood's penalty."""

FLOOD_SHARE, FLOOD_PENALTY, FLOOD_REGIONS = 0.3, 6.0, 10
"""A colour that holds more than this share of the coloured area, in a drawing of at least so many
regions, becomes less likely by the penalty times the excess."""


class RegionHead(Protocol):
    """Colours of regions some of whose colours are known."""

    def predict(  # noqa: PLR0913, PLR0917 - the inputs of a graph
        self,
        features: Floats,
        geometry: Floats,
        adjacency: Floats,
        known: Floats,
        palette: Floats,
        picture: Floats,
        drawing: Floats,
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Logits, shift, query and key; see ``models.session.RegionSession.predict``."""
        ...


@dataclass(frozen=True, eq=False)
class Scene:
    """What the model knows of a drawing's n regions."""

    features: Floats
    """(n, 496)."""
    geometry: Floats
    """(n, 14)."""
    measures: Measures
    """Of the n regions."""
    picture: Floats
    """(320,) mean of the encoder's last map."""


@dataclass(frozen=True, eq=False)
class Wishes:
    """What is fixed before the model is asked, and how freely it may choose."""

    fixed: Mask
    """(n,) bool: regions whose colour is given."""
    colors: Rgb8
    """(n, 3) uint8 their colours; white for regions that must stay paper."""
    bin_colors: Rgb8
    """(512, 3) uint8 mean colour of each bin."""
    palette: Palette | None = None
    """Colours to choose from; any when None."""
    entries: int = 12
    """Palette tokens of the model."""
    tilt: Floats | None = None
    """(512,) added to the logits; see ``tilted``."""
    temperature: float = 0.6
    """0 takes the safest colour (``guidance.safest``), 1 samples as the model believes."""
    light: Floats | None = None
    """(n,) L* of each region, NaN where any will do; any everywhere when None. Entries of a palette
    come as near to it as they can."""

    def of(self, rows: AnyArray) -> "Wishes":
        """The same of some regions."""
        light = None if self.light is None else self.light[rows]
        return replace(self, fixed=self.fixed[rows], colors=self.colors[rows], light=light)


@dataclass(frozen=True, eq=False)
class Choice:
    """One colouring."""

    colors: Rgb8
    """(n, 3) uint8."""
    paper: Mask
    """(n,) bool: the model left it white."""
    confidence: Floats
    """(n,) float32 in [0, 1]: chance that the model gave to the colour and its neighbours."""

    def of(self, rows: AnyArray) -> "Choice":
        """A copy of some regions."""
        return Choice(self.colors[rows], self.paper[rows], self.confidence[rows])


def predict(head: RegionHead, scene: Scene, wishes: Wishes, rng: np.random.Generator) -> Choice:
    """Colour all regions: the largest first, the rest in groups that see the largest.

    Args:
        head: the region model.
        scene: the regions.
        wishes: what is given.
        rng: draws the colours; the same state gives the same answer.

    Returns:
        A colour for every region; given ones unchanged.
    """
    order = np.argsort(-scene.measures.area, kind="stable").astype(np.int32)
    choice, done = given(wishes), wishes.fixed.copy()
    entries = len(wishes.palette) if wishes.palette is not None else 0
    noise = rng.gumbel(size=(len(order), max(len(wishes.bin_colors), entries + 1)))
    noise = noise[kin(scene.geometry)].astype(np.float32)
    for start in range(0, len(order), CONTEXT):
        group = order[start : start + CONTEXT]
        seen = np.concatenate([order[: min(start, CONTEXT)], group])
        local = _sample(
            head, scene, seen, wishes.of(seen), choice.of(seen), done[seen], noise[seen]
        )
        choice.colors[seen], choice.paper[seen] = local.colors, local.paper
        choice.confidence[seen] = local.confidence
        done[group] = True
    return choice


def kin(geometry: Floats) -> Ints:
    """For each region the first one of its size and shape: two eyes, two sleeves, many grapes.

    Kin are sampled with the same noise, so that they agree unless the model tells them apart.

    Args:
        geometry: (n, 14) from ``regions.tokens.geometry``.

    Returns:
        (n,) int32, row i's elder, i itself where there is none before it.

    >>> shapes = np.zeros((3, 14), np.float32); shapes[1, 2] = 1
    >>> kin(shapes).tolist()
    [0, 1, 0]
    """
    # Log area / 4, spread · 4 in the smaller and larger direction, extent, roundness.
    spread = np.sort(geometry[:, 3:5], axis=1)
    shape = np.column_stack([geometry[:, 2], spread, geometry[:, 6], geometry[:, 8]])
    shape = shape / np.array([0.06, 0.08, 0.08, 0.12, 0.12], np.float32)
    elder = np.arange(len(shape), dtype=np.int32)
    for i in range(len(shape)):
        if elder[i] == i:
            alike = (np.abs(shape[i:] - shape[i]) < 1).all(axis=1) & (elder[i:] >= i)
            elder[i:][alike] = i
    return elder


def given(wishes: Wishes) -> Choice:
    """The choice before the model is asked: white paper, and what is fixed."""
    colors = np.where(wishes.fixed[:, None], wishes.colors, 255).astype(np.uint8)
    return Choice(colors, np.ones(len(colors), bool), wishes.fixed.astype(np.float32))


def _sample(  # noqa: PLR0913, PLR0917 - the regions, what is known of them, what is drawn
    head: RegionHead, scene: Scene, rows: Ints, wishes: Wishes, choice: Choice, done: Mask,
    noise: Floats,
) -> Choice:  # fmt: skip
    """Masked sampling (Chang et al. 2022, MaskGIT): draw all, keep the surest, ask again.

    The first view is of what is given alone, not of what the model chose for larger regions: told
    as if they were true, calm choices make all that hears them calmer still.
    """
    features, geometry = scene.features[rows], scene.geometry[rows]
    near, area = adjacency(scene.measures, rows), scene.measures.area[rows]
    tokens = palette_tokens(wishes.palette, wishes.entries)
    favour = _favour(wishes.bin_colors, scene.measures.border[rows] > 0)
    favour = favour if wishes.tilt is None else favour + wishes.tilt
    if wishes.light is not None:
        favour = favour + favour_light(wishes.bin_colors, wishes.light)
    here = np.zeros(len(rows), np.float32)
    unknown = ~done
    steps, trust = (STEPS, TRUST) if wishes.temperature else (SAFE_STEPS, 0.0)
    for step in range(min(steps, int(unknown.sum()))):
        if step == 0 or trust:
            known = known_colors(choice.colors, ~unknown if step else wishes.fixed)
            told, shift, query, key = head.predict(
                features, geometry, near, known, tokens, scene.picture, here
            )
        if step == 0:
            mass = around(softmax(told), srgb_to_lab(wishes.bin_colors))
            seen = {"features": features, "mass": mass, "geometry": geometry, "near": near}
            kin = _family(evidence(query, key, **seen), area, choice, done, wishes)
            first = kin.share @ told
            _follow(choice, unknown, wishes.fixed, kin)
            total = int((unknown & kin.leads).sum())
        left = np.flatnonzero(unknown & kin.leads)
        if not len(left):
            break
        logits = trust * told + (1 - trust) * first + favour
        logits -= _flood(choice, area * ~unknown, wishes.bin_colors)
        drawn = _draw(logits[left], shift[left], wishes.of(left), noise[left])
        fixed_by_now = int(np.ceil(total * (1 - np.cos(np.pi / 2 * (step + 1) / steps))))
        keep = max(1, fixed_by_now - (total - len(left))) if step < steps - 1 else len(left)
        surest = np.argsort(-drawn.confidence * area[left] ** 0.25, kind="stable")[:keep]
        at = left[surest]
        choice.colors[at], choice.paper[at] = drawn.colors[surest], drawn.paper[surest]
        choice.confidence[at] = drawn.confidence[surest]
        unknown[at] = False
        _follow(choice, unknown, wishes.fixed, kin)
    return choice


def _family(said: list[Floats], area: Floats, choice: Choice, done: Mask, wishes: Wishes) -> Kin:
    """Kin by the evidence; paper is followed by nobody, nor anybody where each has its light."""
    white = (choice.colors == 255).all(axis=1)
    kin = kinship(said, area, known=done, spread=done & ~white)
    if wishes.light is not None:
        return replace(kin, elder=np.arange(len(area), dtype=np.int32))
    return kin


def _follow(choice: Choice, unknown: Mask, fixed: Mask, kin: Kin) -> None:
    """Give the colours that are fixed by now to the kin of their regions."""
    new = np.flatnonzero(unknown & ~unknown[kin.elder])
    of = kin.elder[new]
    choice.colors[new], choice.paper[new] = choice.colors[of], choice.paper[of]
    # A given colour is certain where it was given, and as likely as the kinship elsewhere.
    choice.confidence[new] = np.where(fixed[of], kin.chance[new, of], choice.confidence[of])
    unknown[new] = False


def _favour(bin_colors: Rgb8, outer: Mask) -> Floats:
    """Added to the logits, (n, 512): what a colouring wants beyond what the data holds.

    Fills so dark that they swallow the lines are for regions where the model is sure of them, and
    a region at the picture's border is rather left white than one inside the drawing.
    """
    dark = srgb_to_lab(bin_colors)[:, 0] < SWALLOWING
    favour = np.where(dark, -DARK_PENALTY, 0.0)[None].repeat(len(outer), axis=0)
    favour[outer, WHITE_BIN] += WHITE_FAVOUR
    return favour.astype(np.float32)


def tilted(histogram: Histogram, prior: Floats, bin_colors: Rgb8) -> Floats:
    """What makes a model trained under one P(c) draw under another, by Bayes' rule.

    log of the ratio of both, each weighed over the neighbourhood of a bin so that an empty bin
    beside a full one is not forbidden. Paper stays as likely as it is.

    Args:
        histogram: (512,) the wanted shares.
        prior: (512,) the training's.
        bin_colors: (512, 3) uint8.

    Returns:
        (512,) float32 in [-7, 7], 0 for white.

    >>> from nurie.color import bin_centers
    >>> even = np.full(512, 1 / 512, np.float32)
    >>> float(np.abs(tilted(even, even, bin_centers())).max())
    0.0
    """
    both = np.stack([histogram, prior]).astype(np.float32)
    both[:, WHITE_BIN] = 0
    both = around(both / both.sum(axis=1, keepdims=True), srgb_to_lab(bin_colors)) + 1e-3
    tilt: Floats = np.log(both[0] / both[1])
    tilt[WHITE_BIN] = 0
    return np.clip(tilt, -7, 7)


def _flood(choice: Choice, area: Floats, bin_colors: Rgb8) -> Floats:
    """Taken from the logits, (512,): how far colours like each bin flood the drawing so far."""
    area = area * ~choice.paper
    total = float(area.sum())
    if len(area) < FLOOD_REGIONS or not total:
        return np.zeros(len(bin_colors), np.float32)
    used, inverse = np.unique(choice.colors[area > 0], axis=0, return_inverse=True)
    share = np.bincount(inverse.reshape(-1), area[area > 0]) / total
    gap = srgb_to_lab(bin_colors)[:, None] - srgb_to_lab(used)[None]
    near = np.exp(-0.5 * (np.linalg.norm(gap, axis=2) / 12) ** 2)
    excess: Floats = np.maximum(near @ share - FLOOD_SHARE, 0).astype(np.float32)
    return FLOOD_PENALTY * excess


def known_colors(colors: Rgb8, told: Mask) -> Floats:
    """Colours as the model reads them: (n, 4) float32, Lab / 100 and 1 where told, else zeros."""
    known = np.concatenate([srgb_to_lab(colors) / 100, np.ones((len(colors), 1))], 1)
    return (known * told[:, None]).astype(np.float32)


def _draw(logits: Floats, shift: Floats, wishes: Wishes, noise: Floats) -> Choice:
    """One colour for each row of logits, from the palette where there is one."""
    chances = softmax(logits)
    if wishes.palette is not None and len(wishes.palette):
        return _draw_entry(chances, wishes, noise)
    # A colour that many likely bins are near to is likelier than a lone bin (Zhang et al. 2016 take
    # the annealed mean for the same reason; this stays a colour that occurs).
    lab = srgb_to_lab(wishes.bin_colors)
    mass = around(chances, lab)
    if wishes.temperature:
        middle = _pick(mass, wishes.temperature * noise[:, : mass.shape[1]])
        # The middle of a neighbourhood need not be likely itself: brown, skin and red lie around
        # an orange. So the likeliest colour about it is taken.
        close = nearness(lab, 0.7 * NEAR)[middle]
        pick = (chances * close).argmax(axis=1).astype(np.int32)
    else:
        middle = pick = safest(chances, wishes.bin_colors)
    colors = moved(wishes.bin_colors[pick], shift)
    colors[pick == WHITE_BIN] = 255
    if wishes.light is not None:
        colors = as_light(colors, np.where(pick == WHITE_BIN, np.nan, wishes.light))
    return Choice(colors, pick == WHITE_BIN, mass[np.arange(len(pick)), middle])


def _draw_entry(chances: Floats, wishes: Wishes, noise: Floats) -> Choice:
    """An entry of the palette, or paper, for each distribution over the bins."""
    assert wishes.palette is not None
    white = chances[:, WHITE_BIN : WHITE_BIN + 1]
    rest = np.delete(chances, WHITE_BIN, axis=1)
    rest = rest / np.maximum(rest.sum(1, keepdims=True), 1e-9)
    bin_colors = np.delete(wishes.bin_colors, WHITE_BIN, axis=0)
    entries = over_entries(rest, bin_colors, wishes.palette)
    if wishes.light is not None:
        entries = _near_in_light(entries, wishes.palette, wishes.light)
    chances = np.concatenate([entries * (1 - white), white], axis=1)
    colors = np.concatenate([wishes.palette.colors, [[255, 255, 255]]]).astype(np.uint8)
    pick = _pick(chances, wishes.temperature * noise[:, : len(colors)])
    return Choice(colors[pick], pick == len(colors) - 1, chances[np.arange(len(pick)), pick])


def _near_in_light(chances: Floats, palette: Palette, light: Floats) -> Floats:
    """Chances of palette entries, (n, k), where those nearest in lightness are likeliest."""
    gap = np.nan_to_num(np.abs(srgb_to_lab(palette.colors)[None, :, 0] - light[:, None]))
    gap = gap - gap.min(axis=1, keepdims=True)
    chances = (chances + 1e-4) * np.exp(-0.5 * (gap / 6) ** 2)
    near: Floats = (chances / chances.sum(axis=1, keepdims=True)).astype(np.float32)
    return near


def moved(colors: Rgb8, shift: Floats) -> Rgb8:
    """Colours moved in Lab, by no more than a bin is wide.

    Args:
        colors: (n, 3) uint8.
        shift: (n, 3) Lab / 100.

    Returns:
        (n, 3) uint8.

    >>> moved(np.array([[200, 10, 10]], np.uint8), np.zeros((1, 3))).tolist()
    [[200, 10, 10]]
    """
    return lab_to_srgb(srgb_to_lab(colors) + np.clip(100 * shift, -12, 12))


def _pick(chances: Floats, noise: Floats) -> Bins:
    """Sample an index a row by the Gumbel trick; no noise takes the largest."""
    score = np.log(np.maximum(chances, 1e-9)) + noise
    likely = chances >= 0.05 * chances.max(axis=1, keepdims=True)
    picked: Bins = np.where(likely, score, -np.inf).argmax(axis=1).astype(np.int32)
    return picked


def softmax(logits: Floats) -> Floats:
    """Rows of logits as distributions.

    >>> softmax(np.zeros((1, 2), np.float32)).tolist()
    [[0.5, 0.5]]
    """
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return result
