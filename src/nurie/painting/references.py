"""Colours of a character carried over: regions of a drawing find themselves in a reference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Rgb8
from nurie.document import Palette, Sketch, check_colored
from nurie.guidance.palette import gathered, palette_tokens
from nurie.guidance.reference import fills, strokes, without_strokes
from nurie.lines import canny_lines
from nurie.painting.kin import cosine
from nurie.painting.read import (
    Drawing,
    RegionModel,
    Scene,
    Traits,
    arrange,
    encode,
)
from nurie.painting.terms import CONSTANTS, Constants, Matches, known_colors, softmax
from nurie.regions.flatten import flatten
from nurie.regions.segment import segment
from nurie.regions.tokens import FEATURES, adjacency


@dataclass(frozen=True, eq=False)
class Reference:
    """A coloured drawing cut into regions, as the model sees it."""

    scene: Scene
    colors: Rgb8  # (n, 3) uint8, white is paper


def refer(
    head: RegionModel,
    scene: Scene,
    references: Sequence[Reference],
    entries: int,
    constants: Constants = CONSTANTS,
) -> Matches:
    """Find each region of a drawing in coloured references.

    Two regions are the same if the model's query and key match (as in the match loss of training),
    if they look alike to the encoder, and if they lie, measure and spread alike: the logits add up.
    Then they are compared beside each other, see ``agreed``. The chance of a colour is the sum of
    the softmax, over all regions of the references and "none", of those that have it; a region
    takes the likeliest.
    """
    c = constants
    palette, owner = _palette(references, c.reference_same)
    lot = _joined(references, c.context)
    order = np.argsort(-scene.measures.area, kind="stable").astype(np.int32)
    colors = np.full((len(order), 3), 255, np.uint8)
    chance, known = np.zeros(len(order), np.float32), np.zeros(len(order), bool)
    owners = np.concatenate([own[rows] for own, rows in zip(owner, lot.rows, strict=True)])
    for start in range(0, len(order), c.context):
        group = order[start : start + c.context]
        near = adjacency(scene.measures, group)
        logits = _logits(head, scene, group, (near, lot), palette_tokens(None, entries))
        logits += c.looks * cosine(scene.looks[group], lot.features[:, :FEATURES])
        logits += nearness(scene.geometry[group], lot.geometry, c)
        # One more column: the region may be in none of the references.
        none = np.full((len(group), 1), c.new, np.float32)
        here = softmax(np.concatenate([logits, none], 1))[:, :-1]
        known[group] = logits.max(axis=1) > c.new
        votes = np.zeros((len(group), len(palette)), np.float32)
        # Regions of one colour vote together: which of two boots it is does not matter.
        np.add.at(votes.T, owners, agreed(logits, near, lot.adjacency, c.touch).T)
        best = votes.argmax(axis=1)
        colors[group] = palette.colors[best]
        chance[group] = votes[np.arange(len(group)), best] * here.sum(axis=1)
    return Matches(colors, chance, known, palette)


def _logits(
    head: RegionModel, scene: Scene, group: Ints, near: tuple[Floats, "_Joined"], palette: Floats
) -> Floats:
    """Logits (n, m) of a group's regions being those of the references, by query and key."""
    (own, lot), count = near, len(group)
    both = np.zeros((count + len(lot.known),) * 2, np.float32)
    both[:count, :count], both[count:, count:] = own, lot.adjacency
    query, key = head.predict(
        np.concatenate([scene.features[group], lot.features]),
        np.concatenate([scene.geometry[group], lot.geometry]),
        both,
        np.concatenate([np.zeros((count, 4), np.float32), lot.known]),
        palette,
        scene.picture,
        np.concatenate([np.zeros(count, np.float32), lot.drawing]),
    )[2:]
    return np.asarray(query[:count] @ key[count:].T / np.sqrt(np.float32(query.shape[1])))


def agreed(logits: Floats, ours: Floats, theirs: Floats, touch: float = CONSTANTS.touch) -> Floats:
    """Matches that agree with each other.

    A region of the reference goes to the one that it fits best, so the logits get the log of the
    softmax over the drawing's regions, too; and what touches the hair there touches it here.

    ``ours`` (n, n) and ``theirs`` (m, m) are adjacencies. (n, m) float32, rows sum to 1.

    >>> both = np.float32([[3, 2.5], [3, -3]])
    >>> agreed(both, np.zeros((2, 2)), np.zeros((2, 2))).argmax(axis=1).tolist()
    [1, 0]
    """
    # A claim of less than a thousandth counts as that: a drawing may hold a thing twice.
    claim = np.log(softmax(logits.T).T + 1e-3)
    beside = ours @ softmax(logits) @ theirs.T
    return np.asarray(softmax(logits + claim + touch * beside).astype(np.float32))


def nearness(ours: Floats, theirs: Floats, constants: Constants = CONSTANTS) -> Floats:
    """How near regions are in place, size and shape, as logits; 0 is the same.

    (n, 14) and (m, 14) of ``regions.tokens.geometry``; (n, m) float32, at most 0.

    >>> place = np.zeros((2, 14), np.float32); place[1, 0] = 0.5
    >>> nearness(place, place).round(2).tolist()
    [[-0.0, -2.0], [-2.0, -0.0]]
    """
    place = (ours[:, None, :2] - theirs[None, :, :2]) / np.float32(constants.apart)
    # Log area / 4, spreads, extent, roundness.
    shape = ours[:, None, [2, 3, 4, 6, 8]] - theirs[None, :, [2, 3, 4, 6, 8]]
    shape /= np.array(constants.unlike, np.float32)
    return np.asarray((np.square(place).sum(-1) + np.square(shape).sum(-1)) / -2)


@dataclass(frozen=True, eq=False)
class _Joined:
    """The chosen regions of all references, one reference after the other."""

    features: Floats
    geometry: Floats
    known: Floats
    adjacency: Floats
    drawing: Floats  # (m,) number of each one's reference, from 1
    rows: list[Ints]  # which regions of each reference they are


def _joined(references: Sequence[Reference], most: int) -> _Joined:
    """The largest regions of all references, so many together at most."""
    share = max(1, most // len(references))
    rows = [
        np.sort(np.argsort(-r.scene.measures.area, kind="stable")[:share]).astype(np.int32)
        for r in references
    ]
    total = sum(len(r) for r in rows)
    near, start = np.zeros((total, total), np.float32), 0
    for reference, chosen in zip(references, rows, strict=True):
        stop = start + len(chosen)
        near[start:stop, start:stop] = adjacency(reference.scene.measures, chosen)
        start = stop
    pairs = list(zip(references, rows, strict=True))
    return _Joined(
        np.concatenate([r.scene.features[i] for r, i in pairs]),
        np.concatenate([r.scene.geometry[i] for r, i in pairs]),
        np.concatenate([known_colors(r.colors[i], np.ones(len(i), bool)) for r, i in pairs]),
        near,
        np.repeat(np.arange(1, len(rows) + 1), [len(r) for r in rows]).astype(np.float32),
        rows,
    )


def _palette(references: Sequence[Reference], same: float) -> tuple[Palette, list[Ints]]:
    """Entries of all references, and for each region of each which entry it has."""
    colors = np.concatenate([r.colors for r in references])
    area = np.concatenate([r.scene.measures.area for r in references]).astype(np.float64)
    unique, inverse = np.unique(colors, axis=0, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), area, len(unique))
    target, order = gathered(unique, total, same), np.argsort(-total, kind="stable")
    kept = order[target[order] == order]
    entry = np.zeros(len(unique), np.int32)
    entry[kept] = np.arange(len(kept))
    owner = entry[target][inverse.reshape(-1)]
    bounds = np.cumsum([len(r.colors) for r in references])[:-1]
    return Palette(unique[kept], name="reference"), list(np.split(owner, bounds))


def read_reference(picture: Rgb8, model: RegionModel, traits: Traits) -> Reference:
    """Cut a coloured drawing into regions, by its outlines and the borders of its colours.

    Raises:
        InputError: it is not (H, W, 3) of uint8.
    """
    check_colored(picture)
    bare = without_strokes(picture)
    # A picture without outlines still has borders of colour, and dark fills strokes of their own.
    lines = np.minimum(strokes(picture, bare), canny_lines(bare, sigma=1.2))
    view = encode(Sketch(lines), model, traits)
    drawing = arrange(Sketch(lines), view, segment(lines, ink=view.ink), model, traits)
    median, _ = flatten(drawing.labels, lines, picture, len(drawing.paper))
    return Reference(drawing.scene, fills(drawing.labels, lines, picture, median))


def match_references(
    drawing: Drawing, model: RegionModel, references: Sequence[AnyArray | Reference], traits: Traits
) -> Drawing:
    """Find a drawing's regions in coloured references."""
    if not references or not len(drawing.paper):
        return drawing
    known = [
        one if isinstance(one, Reference) else read_reference(one, model, traits)
        for one in references
    ]
    found = refer(model, drawing.scene, known, traits.entries, traits.constants)
    return replace(drawing, found=found)
