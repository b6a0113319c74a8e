"""Colours of a character carried over: regions of a drawing find themselves in a reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nurie.arrays import Floats, Ints, Mask, Rgb8
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.palette import palette_tokens
from nurie.painting.kin import cosine
from nurie.painting.predict import CONTEXT
from nurie.painting.sample import softmax
from nurie.painting.scene import RegionHead, Scene, known_colors
from nurie.regions.tokens import adjacency

NONE = -1.0
"""Logit of "not in the references": what a region far away and little alike has."""

APART = 0.25
"""Distance, in half frames, at which a region of the reference is less likely by exp(-1/2)."""

UNLIKE = np.array([0.56, 0.36, 0.36, 0.56, 0.56], np.float32)
"""Differences in log area, both spreads, extent and roundness that count as much as ``APART``."""

ALIKE_LOOKS = 15.0
"""Logit of two regions with the same encoder features."""

TOUCH = 5.0
"""Logit of two regions all of whose outlines touch what is surely the same."""

ALIKE = 3.0
"""ΔE2000 below which two colours of the references are one entry: gradients, not identities."""


@dataclass(frozen=True, eq=False)
class Reference:
    """A coloured drawing cut into regions, as the model sees it."""

    scene: Scene
    colors: Rgb8
    """(n, 3) uint8, white is paper."""


@dataclass(frozen=True, eq=False)
class Found:
    """What the references say of a drawing's n regions."""

    colors: Rgb8
    """(n, 3) uint8 colour of the likeliest match."""
    chance: Floats
    """(n,) float32 that this colour is right."""
    known: Mask
    """(n,) bool: likelier somewhere in the references than new."""
    palette: Palette
    """All colours of the references, the largest first."""

    @property
    def sure(self) -> Mask:
        """(n,) bool: regions that were found."""
        return self.known


def refer(head: RegionHead, scene: Scene, references: Sequence[Reference], entries: int) -> Found:
    """Find each region of a drawing in coloured references.

    Two regions are the same if the model's query and key say so (as in the match loss of training),
    if they look alike to the encoder, and if they lie, measure and spread alike: the logits add up.
    Then they are asked again beside each other, see ``agreed``. The chance of a colour is the sum
    of the softmax, over all regions of the references and "none", of those that have it; a region
    takes the likeliest.

    Args:
        head: the region model.
        scene: the drawing's regions.
        references: at least one; of many regions the largest are looked at.
        entries: palette tokens of the model.

    Returns:
        A colour and its chance for each region.
    """
    palette, owner = _palette(references)
    rows, drawing = _largest(references)
    lot = _joined(references, rows)
    tokens = palette_tokens(None, entries)
    order = np.argsort(-scene.measures.area, kind="stable").astype(np.int32)
    colors = np.full((len(order), 3), 255, np.uint8)
    chance, known = np.zeros(len(order), np.float32), np.zeros(len(order), bool)
    owners = np.concatenate([owner[i][r] for i, r in enumerate(rows)])
    for start in range(0, len(order), CONTEXT):
        group = order[start : start + CONTEXT]
        count = len(group)
        own = np.zeros((count, 4), np.float32)
        near = np.zeros((count + len(owners),) * 2, np.float32)
        near[:count, :count] = adjacency(scene.measures, group)
        near[count:, count:] = lot.adjacency
        query, key = head.predict(
            np.concatenate([scene.features[group], lot.features]),
            np.concatenate([scene.geometry[group], lot.geometry]),
            near,
            np.concatenate([own, lot.known]),
            tokens,
            scene.picture,
            np.concatenate([np.zeros(count, np.float32), drawing]),
        )[2:]
        logits = query[:count] @ key[count:].T / np.sqrt(np.float32(query.shape[1]))
        logits += alikeness(scene.features[group], lot.features)
        logits += nearness(scene.geometry[group], lot.geometry)
        none = np.full((count, 1), NONE, np.float32)
        here = softmax(np.concatenate([logits, none], 1))[:, :-1]
        known[group] = logits.max(axis=1) > NONE
        votes = np.zeros((count, len(palette)), np.float32)
        np.add.at(votes.T, owners, agreed(logits, near[:count, :count], lot.adjacency).T)
        best = votes.argmax(axis=1)
        colors[group] = palette.colors[best]
        chance[group] = votes[np.arange(count), best] * here.sum(axis=1)
    return Found(colors, chance, known, palette)


def agreed(logits: Floats, ours: Floats, theirs: Floats) -> Floats:
    """Matches that agree with each other.

    A region of the reference goes to the one that it fits best, so the logits get the log of the
    softmax over the drawing's regions, too; and what touches the hair there touches it here.

    Args:
        logits: (n, m) that region i of the drawing is region j of the references.
        ours: (n, n) of ``regions.tokens.adjacency``.
        theirs: (m, m).

    Returns:
        (n, m) float32, rows sum to 1.

    >>> both = np.float32([[3, 2.5], [3, -3]])
    >>> agreed(both, np.zeros((2, 2)), np.zeros((2, 2))).argmax(axis=1).tolist()
    [1, 0]
    """
    # A claim of less than a thousandth counts as that: a drawing may hold a thing twice.
    claim = np.log(softmax(logits.T).T + 1e-3)
    beside = ours @ softmax(logits) @ theirs.T
    shares: Floats = softmax(logits + claim + TOUCH * beside).astype(np.float32)
    return shares


def alikeness(ours: Floats, theirs: Floats) -> Floats:
    """How alike regions look to the encoder: the cosine of their features, as logits.

    Args:
        ours: (n, 496).
        theirs: (m, 496).

    Returns:
        (n, m) float32, at most ``ALIKE_LOOKS``.

    >>> one = np.float32([[1, 0], [0, 1]])
    >>> alikeness(one, one).round(1).tolist()
    [[15.0, -15.0], [-15.0, 15.0]]
    """
    return np.asarray(ALIKE_LOOKS * cosine(ours, theirs), np.float32)


def nearness(ours: Floats, theirs: Floats) -> Floats:
    """How near regions are in place, size and shape, as logits; 0 is the same.

    Args:
        ours: (n, 14) from ``regions.tokens.geometry``.
        theirs: (m, 14).

    Returns:
        (n, m) float32 ≤ 0.

    >>> place = np.zeros((2, 14), np.float32); place[1, 0] = 0.5
    >>> nearness(place, place).round(2).tolist()
    [[-0.0, -2.0], [-2.0, -0.0]]
    """
    place = (ours[:, None, :2] - theirs[None, :, :2]) / np.float32(APART)
    # Log area / 4, spreads, extent, roundness.
    shape = (ours[:, None, [2, 3, 4, 6, 8]] - theirs[None, :, [2, 3, 4, 6, 8]]) / UNLIKE
    near: Floats = (np.square(place).sum(-1) + np.square(shape).sum(-1)) / -2
    return near


@dataclass(frozen=True, eq=False)
class _Joined:
    features: Floats
    geometry: Floats
    known: Floats
    adjacency: Floats


def _joined(references: Sequence[Reference], rows: list[Ints]) -> _Joined:
    """The chosen regions of all references, one reference after the other."""
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
    )


def _largest(references: Sequence[Reference]) -> tuple[list[Ints], Floats]:
    """Rows of each reference, ``CONTEXT`` together, and the number of the reference for each."""
    share = max(1, CONTEXT // len(references))
    rows = [
        np.sort(np.argsort(-r.scene.measures.area, kind="stable")[:share]).astype(np.int32)
        for r in references
    ]
    numbers = [np.full(len(r), i + 1, np.float32) for i, r in enumerate(rows)]
    return rows, np.concatenate(numbers)


def _palette(references: Sequence[Reference]) -> tuple[Palette, list[Ints]]:
    """Entries of all references, and for each region of each which entry it has."""
    colors = np.concatenate([r.colors for r in references])
    area = np.concatenate([r.scene.measures.area for r in references]).astype(np.float64)
    unique, inverse = np.unique(colors, axis=0, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), area, len(unique))
    lab, entry, kept = srgb_to_lab(unique), np.zeros(len(unique), np.int32), list[int]()
    for i in np.argsort(-total, kind="stable").tolist():
        near = delta_e(lab[i], lab[kept]) if kept else np.full(1, np.inf)
        if near.min() < ALIKE:
            entry[i] = near.argmin()
        else:
            entry[i] = len(kept)
            kept.append(i)
    owner = entry[inverse.reshape(-1)]
    bounds = np.cumsum([len(r.colors) for r in references])[:-1]
    return Palette(unique[kept], name="reference"), list(np.split(owner, bounds))
