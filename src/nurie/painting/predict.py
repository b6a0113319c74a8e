"""The hint predictor: which colour each region takes, drawn from P(c | S; μ(S))."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray, Floats, Histogram, Ints, Mask, Rgb8
from nurie.colors import WHITE_BIN, srgb_to_lab
from nurie.guidance.lightness import favour_light
from nurie.guidance.palette import around, palette_tokens
from nurie.painting.kin import Kin, evidence, kinship
from nurie.painting.sample import draw, softmax
from nurie.painting.scene import Choice, RegionHead, Scene, Wishes, known_colors
from nurie.regions.tokens import adjacency

Look = Callable[[Floats], tuple[Floats, Floats, Floats, Floats]]
"""The model's logits, shift, query and key under some known colours."""

STEPS = 4
"""Rounds of choosing; in each the surest regions are fixed, and count as used for the others."""

CONTEXT = 320
"""Regions that are coloured together; smaller ones follow in groups that see these."""

SWALLOWING = 22.0
"""Lab lightness below which a fill swallows black lines."""

DARK_PENALTY, WHITE_FAVOUR = 3.0, 1.0
"""How much less likely such fills are made, and more likely white at the border, in logits."""

IDEAS, IDEA_SHARE = 4, 0.7
"""What a drawn answer begins with: so many regions at most, the largest that want a colour, until
they hold this share of all that does. The others take what is safest beside them."""

TRUST = 0.5
"""How far the others believe these ideas, against the view without them: 1 makes a drawing of one
hue, 0 lets the regions ignore each other."""

WHITE_IDEA, GRAY_IDEA = 2.0, 1.0
"""How much less likely an idea is white, and gray, in logits."""

FLOOD_SHARE, FLOOD_PENALTY, FLOOD_REGIONS = 0.3, 6.0, 10
"""A colour that holds more than this share of the coloured area, in a drawing of at least so many
regions, becomes less likely by the penalty times the excess."""


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
    """Choose the surest first (Chang et al. 2022, MaskGIT), a drawn answer from a few ideas.

    The first view is of what is given alone, not of what the model chose for larger regions: told
    as if they were true, calm choices make all that hears them calmer still.
    """
    if done.all():
        return choice
    area, unknown = scene.measures.area[rows], ~done
    look = _looking(head, scene, rows, wishes)
    told, shift, query, key = look(known_colors(choice.colors, wishes.fixed))
    said = _evidence(scene, rows, (told, query, key), wishes)
    kin = _family(said, area, choice, done, wishes)
    _follow(choice, unknown, wishes.fixed, kin)
    logits = kin.share @ told + _favour(wishes, scene.measures.border[rows] > 0)
    if wishes.temperature:
        at = _ideas(
            logits, np.bincount(kin.elder, area, len(area)), np.flatnonzero(unknown & kin.leads)
        )
        bold = logits[at] - _dullness(wishes.bin_colors)
        _take(choice, unknown, at, draw(bold, shift[at], wishes.of(at), noise[at]))
        _follow(choice, unknown, wishes.fixed, kin)
        again, shift, _, _ = look(known_colors(choice.colors, ~unknown))
        logits += TRUST * (again - told)
    total, calm = int((unknown & kin.leads).sum()), _settled(wishes)
    for step in range(STEPS):
        left = np.flatnonzero(unknown & kin.leads)
        if not len(left):
            break
        now = logits[left] - _flood(choice, area * ~unknown, wishes.bin_colors)
        drawn = draw(now, shift[left], calm.of(left), noise[left])
        fixed_by_now = int(np.ceil(total * (1 - np.cos(np.pi / 2 * (step + 1) / STEPS))))
        keep = max(1, fixed_by_now - (total - len(left))) if step < STEPS - 1 else len(left)
        surest = np.argsort(-drawn.confidence * area[left] ** 0.25, kind="stable")[:keep]
        _take(choice, unknown, left[surest], drawn.of(surest))
        _follow(choice, unknown, wishes.fixed, kin)
    return choice


def _settled(wishes: Wishes) -> Wishes:
    """What is wanted once the ideas stand; entries of a palette are drawn all the same."""
    return wishes if wishes.palette is not None else replace(wishes, temperature=0.0)


def _ideas(logits: Floats, area: AnyArray, left: AnyArray) -> AnyArray:
    """Of some regions the few that a drawn answer begins with, the largest first."""
    white = softmax(logits[left])[:, WHITE_BIN]
    order = np.argsort(-np.sqrt(area[left]) * (1 - white), kind="stable")
    held = np.cumsum((area[left] * (white < 0.5))[order])
    enough = int((held < IDEA_SHARE * held[-1]).sum()) + 1 if len(held) else 0
    return left[order[: min(IDEAS, enough)]]


def _dullness(bin_colors: Rgb8) -> Floats:
    """Taken from the logits of an idea, (512,)."""
    chroma = np.hypot(*srgb_to_lab(bin_colors).T[1:])
    dull: Floats = GRAY_IDEA * np.exp(-np.square(chroma / 10)).astype(np.float32)
    dull[WHITE_BIN] = WHITE_IDEA
    return dull


def _looking(head: RegionHead, scene: Scene, rows: Ints, wishes: Wishes) -> Look:
    """How the model is asked about some regions of a drawing."""
    features, geometry = scene.features[rows], scene.geometry[rows]
    near, tokens = adjacency(scene.measures, rows), palette_tokens(wishes.palette, wishes.entries)
    here = np.zeros(len(rows), np.float32)
    return lambda known: head.predict(features, geometry, near, known, tokens, scene.picture, here)


def _evidence(
    scene: Scene, rows: Ints, told: tuple[Floats, Floats, Floats], wishes: Wishes
) -> list[Floats]:
    """What speaks for two regions being one thing: ``nurie.painting.kin.evidence``."""
    logits, query, key = told
    mass = around(softmax(logits), srgb_to_lab(wishes.bin_colors))
    seen = {"features": scene.features[rows], "geometry": scene.geometry[rows]}
    return evidence(query, key, **seen, mass=mass, near=adjacency(scene.measures, rows))


def _take(choice: Choice, unknown: Mask, at: AnyArray, drawn: Choice) -> None:
    """Keep what was drawn for some regions."""
    choice.colors[at], choice.paper[at] = drawn.colors, drawn.paper
    choice.confidence[at] = drawn.confidence
    unknown[at] = False


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


def _favour(wishes: Wishes, outer: Mask) -> Floats:
    """Added to the logits, (n, 512): what a colouring wants beyond what the data holds.

    Fills so dark that they swallow the lines are for regions where the model is sure of them, and
    a region at the picture's border is rather left white than one inside the drawing.
    """
    dark = srgb_to_lab(wishes.bin_colors)[:, 0] < SWALLOWING
    favour = np.where(dark, -DARK_PENALTY, 0.0)[None].repeat(len(outer), axis=0)
    favour[outer, WHITE_BIN] += WHITE_FAVOUR
    if wishes.tilt is not None:
        favour += wishes.tilt
    if wishes.light is not None:
        favour += favour_light(wishes.bin_colors, wishes.light)
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

    >>> from nurie.colors import bin_centers
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
