"""Layers out of chosen colours, and which of several colourings are shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from nurie.arrays import Floats, Mask, Rgb8
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import PAPER, Guidance, Layers, Palette, Sketch
from nurie.guidance.palette import gathered
from nurie.painting.read import Drawing, RegionModel, Scene, Traits
from nurie.painting.review import asking_order, score
from nurie.painting.sample import predict
from nurie.painting.terms import CONSTANTS, Choice, Constants, Request, tilted
from nurie.painting.whole import sample_whole, samples_whole

LINE_SAMPLES = 1 << 19
"""Samples of a picture from which the lightness of its lines is taken."""


def colorize(
    drawing: Drawing,
    model: RegionModel,
    traits: Traits,
    *,
    guidance: Guidance,
    temperature: float,
    rng: np.random.Generator,
) -> Layers:
    """One colouring of a drawing, whose hinted regions have exactly the hinted colour.

    Hints of several colours in one region need ``read.apply_hints`` first. A temperature of 0 takes
    the likeliest colours, 1 samples freely; the same state of ``rng`` gives the same layers.
    """
    c, base, over = traits.constants, drawing.whole or drawing, guidance.over
    hints, hinted = _hinted(guidance, drawing)
    # What is only laid over the answer is not shown to the model: all else is as without it.
    held = np.zeros(len(base.paper), bool) if guidance.minimal else hinted[1:]
    request = _request(base, traits, guidance, held, hints[1:], temperature)
    found, palette = base.found, request.palette
    choice = sampled(base.scene, model, request, rng)
    if traits.calibration is not None:
        # The bare network is too sure of itself; this was fitted.
        believed = np.interp(choice.confidence, *traits.calibration.T).astype(np.float32)
        choice = replace(choice, confidence=np.where(request.fixed, choice.confidence, believed))
    if found is not None:
        # What is paper in the reference is paper here.
        white = (found.colors == 255).all(axis=1)
        choice = choice.laid(found.known & ~held, choice.colors, white, found.chance)
    near = c.same if base.lightness is None else c.same_light
    if palette is None:
        choice = unify(choice, base.scene.measures.area, held, near=near)
    if base is not drawing:
        # Each piece of a cut region has the colour of the whole that it comes from.
        label = np.zeros(len(drawing.paper) + 1, np.int32)
        label[drawing.labels.ravel()] = base.labels.ravel()
        choice = choice.of(label[1:] - 1)
    if over is None:
        return compose(drawing, choice, hinted, palette)
    choice = choice.laid(over.given, over.colors, np.zeros(len(over.given), bool), over.chance)
    return replace(compose(drawing, choice, hinted, palette), notes=over.notes)


def _request(
    drawing: Drawing, traits: Traits, guidance: Guidance, held: Mask, given: Rgb8,
    temperature: float,
) -> Request:  # fmt: skip
    """What is fixed before the model predicts: paper, hints that are held, what references know."""
    c, found, palette = traits.constants, drawing.found, guidance.palette
    fixed = held | drawing.paper
    colors = np.full((len(held), 3), 255, np.uint8)
    colors[held] = given[held] if held.any() else 0
    if found is not None:
        sure = found.known & ~held
        fixed, colors[sure] = fixed | sure, found.colors[sure]
        palette = palette or found.palette
    tilt = None
    if guidance.histogram is not None and traits.prior is not None:
        tilt = tilted(guidance.histogram, traits.prior, traits.bin_colors, c)
    return Request(
        fixed, colors, traits.bin_colors, palette, traits.entries, tilt, temperature,
        drawing.lightness, c, drawing.seen or showing(drawing.sketch, c),
    )  # fmt: skip


def showing(sketch: Sketch, c: Constants) -> tuple[float, float]:
    """Least and largest L* of fills on which a drawing's lines show.

    >>> showing(Sketch(np.array([[[0, 0, 255], [255, 255, 255]]], np.uint8)), CONSTANTS)
    (44.3, 100.0)
    """
    # Some lines tell as much as all.
    every = max(1, int(np.sqrt(sketch.pixels.size / LINE_SAMPLES)))
    lines = sketch.pixels[::every, ::every]
    tone = lines if lines.ndim == 2 else lines.min(axis=2)
    inked = tone <= (int(tone.min()) + int(tone.max())) // 2
    colored = lines.ndim == 3
    light = sketch.ground if sketch.ground is not None and sketch.ground.light else None
    if light is not None:
        lines = light.pixels[::every, ::every]
    line = np.median(lines[inked], axis=0) * (255 / np.iinfo(lines.dtype).max)
    ink = float(srgb_to_lab(np.broadcast_to(line, 3).astype(np.uint8)[None])[0, 0])
    if light is not None:
        return 0.0, round(ink - c.line_light, 1)
    # Black and gray lines darken what they lie on, and so do the more the lighter it is.
    least = ink + c.line_margin if colored else c.dark_lightness / (1 - min(ink, 99) / 100)
    return round(max(c.dark_lightness, min(least, c.line_dark)), 1), 100.0


def sampled(scene: Scene, model: RegionModel, request: Request, rng: np.random.Generator) -> Choice:
    """Colours of all regions: the largest as one whole, where the model can, the rest under it."""
    begun = None
    if request.palette is None and request.light is None and samples_whole(model):
        begun = sample_whole(model, scene, request, rng)
    if begun is None:
        return predict(model, scene, request, rng)
    rows, chosen = begun
    fixed, colors = request.fixed.copy(), request.colors.copy()
    fixed[rows], colors[rows] = True, chosen.colors
    # The rest is small: each takes what is safest beside the whole.
    request = replace(request, fixed=fixed, colors=colors, temperature=0.0)
    choice = predict(model, scene, request, rng)
    choice.paper[rows], choice.confidence[rows] = chosen.paper, chosen.confidence
    return choice


def _hinted(guidance: Guidance, drawing: Drawing) -> tuple[Rgb8, Mask]:
    """Colours that hints give to labels, (n + 1, 3), and which they are, (n + 1,) bool."""
    if guidance.hints is None:
        # A plain drawing loads nothing of hints.
        count = len(drawing.paper) + 1
        return np.zeros((count, 3), np.uint8), np.zeros(count, bool)
    from nurie.guidance.hints import hinted_colors

    return hinted_colors(guidance.hints, drawing.labels)


def unify(choice: Choice, area: Floats, hinted: Mask, *, near: float = CONSTANTS.same) -> Choice:
    """Give regions of nearly the same colour the same one; hinted colours never move.

    The largest of several colours nearer to each other than ``near`` (ΔE2000) stays.
    """
    # Infinite, so that others move to a hinted colour and it never moves to theirs.
    weight = np.where(hinted, np.inf, area)
    unique, inverse = np.unique(choice.colors, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    total = np.zeros(len(unique))
    np.add.at(total, inverse, weight)
    target = gathered(unique, total, near)
    colors = np.where(hinted[:, None], choice.colors, unique[target[inverse]])
    return Choice(colors.astype(np.uint8), choice.paper, choice.confidence)


def compose(drawing: Drawing, choice: Choice, hinted: Mask, palette: Palette | None) -> Layers:
    """Palette entries by area, and which region points at which.

    Colours that come from ``palette`` take its names.
    """
    # White that a hint requests is a fill; white that the model chose is paper.
    filled = hinted[1:] | ~choice.paper
    unique, inverse = np.unique(choice.colors[filled], axis=0, return_inverse=True)
    inverse, size = inverse.reshape(-1), drawing.scene.measures.area
    area = np.bincount(inverse, size[filled], minlength=len(unique))
    # Entry 0 has the largest area, so that palettes of like drawings are in like order.
    order = np.argsort(-area, kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    entries = np.full(len(filled) + 1, PAPER, np.int32)
    entries[1:][filled] = rank[inverse]
    used = unique[order].reshape(-1, 3)
    names, parts = tuple[str, ...](), tuple[str, ...]()
    if palette is not None and palette.names:
        called = zip(palette.colors.tolist(), palette.names, strict=True)
        known = {tuple(color): name for color, name in called}
        names = tuple(known.get(tuple(color), "") for color in used.tolist())
    if drawing.named is not None:
        from nurie.painting.parts import layer_names, part_names

        names = layer_names(drawing, entries[1:], len(used), names)
        parts = ("", *part_names(drawing.named))
    confidence = np.append(0, choice.confidence).astype(np.float32)
    free = ~hinted[1:] & ~drawing.paper
    ask = asking_order(confidence[1:], size, drawing.scene.looks, free) + np.int32(1)
    return Layers(
        drawing.sketch, drawing.labels, entries, Palette(used, names), hinted, confidence,
        area=np.append(0, size).astype(np.float32), ask=ask, parts=parts,
    )  # fmt: skip


def difference(one: Layers, two: Layers, area: Floats) -> float:
    """Mean ΔE2000 between two colourings of one drawing, over what either of them colours."""
    share = np.where((one.entries == PAPER) & (two.entries == PAPER), 0, np.append(0.0, area))
    gap = delta_e(srgb_to_lab(one.region_colors()), srgb_to_lab(two.region_colors()))
    return float((gap * share).sum() / share.sum()) if share.any() else 0.0


def several(
    answer: Callable[[int], Layers], count: int, area: Floats, most: int | None = None
) -> list[Layers]:
    """At most ``count`` distinct colourings, of at most ``most`` that are made, by number."""
    found = list[Layers]()
    pool = CONSTANTS.pool * count if count > 1 else 1
    for number in range(CONSTANTS.tries * count if most is None else most):
        layers = answer(number)
        if all(difference(layers, other, area) >= CONSTANTS.distinct for other in found):
            found.append(layers)
        if len(found) == pool or not len(area):
            break
    return ranked(found, count, area)


def ranked(pool: Sequence[Layers], count: int, area: Floats) -> list[Layers]:
    """The best of many colourings: likely ones that are unlike each other.

    The first stays the first. Then comes, again and again, the one whose ``review.score`` plus
    ``Constants.variety`` times its distance from the nearest answer so far is largest (maximal
    marginal relevance, Carbonell and Goldstein 1998).
    """
    if len(pool) < 2:
        return list(pool)
    value, chosen = np.array([score(layers) for layers in pool]), [0]
    nearest = np.full(len(pool), np.inf)
    while len(chosen) < min(count, len(pool)):
        last = pool[chosen[-1]]
        nearest = np.minimum(nearest, [difference(layers, last, area) for layers in pool])
        worth = value + CONSTANTS.variety * nearest
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
    return [pool[i] for i in chosen]
