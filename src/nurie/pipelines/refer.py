"""Colours of a character carried over: regions of a drawing find themselves in a reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nurie.arrays import Floats, Ints, Mask, Rgb8
from nurie.color import delta_e, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.palette import palette_tokens
from nurie.pipelines.predict import CONTEXT, RegionHead, Scene, known_colors, softmax
from nurie.regions.tokens import adjacency

SURE = 0.5
"""Chance of being somewhere in the references above which a region takes their colour."""

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
    """(n,) float32 that this colour is right; less than ``SURE`` asks for another opinion."""
    palette: Palette
    """All colours of the references, the largest first."""

    @property
    def sure(self) -> Mask:
        """(n,) bool: regions that were found."""
        return self.chance >= SURE


def refer(head: RegionHead, scene: Scene, references: Sequence[Reference], entries: int) -> Found:
    """Find each region of a drawing in coloured references.

    The chance of a colour is the sum over the regions that have it, of the softmax over all regions
    of the references and "none" (as in the match loss of training).

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
    chance = np.zeros(len(order), np.float32)
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
        shares = softmax(np.concatenate([logits, np.zeros((count, 1), np.float32)], 1))
        votes = np.zeros((count, len(palette)), np.float32)
        np.add.at(votes.T, owners, shares[:, :-1].T)
        colors[group] = palette.colors[votes.argmax(1)]
        chance[group] = votes.max(1)
    return Found(colors, chance, palette)


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
