"""Kin inside one drawing: two sleeves, two eyes, halves of hair, which want one colour."""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import Floats, Ints, Mask

WEIGHTS = np.array([0.34, 0.61, -1.22, -0.23, -0.47, 1.43, -7.04], np.float32)
"""Of what ``evidence`` says, and of 1: a logistic regression on characters drawn by program, pairs
of sleeves, legs, eyes and pieces of one part against pairs of different colours."""

FOLLOW = 0.0
"""Logit of being kin from which on a region takes the colour of its elder."""

_FAINT = 0.15
"""Chance of being kin below which regions do not listen to each other."""

_UNIT = np.array([0.06, 0.08, 0.08, 0.12, 0.12], np.float32)
"""Differences in log area / 4, spreads, extent and roundness that the eye begins to see."""


@dataclass(frozen=True, eq=False)
class Kin:
    """Which of n regions belong together."""

    chance: Floats
    """(n, n) that two regions are kin, 1 for each with itself."""
    share: Floats
    """(n, n) rows sum to 1: how much each region listens to each that has no colour yet."""
    elder: Ints
    """(n,) the region whose colour each takes, often its own."""

    @property
    def leads(self) -> Mask:
        """(n,) bool: regions that follow nobody."""
        return np.asarray(self.elder == np.arange(len(self.elder)))


def cosine(ours: Floats, theirs: Floats) -> Floats:
    """How alike regions look to the encoder, less what all of them share.

    Args:
        ours: (n, C) pooled features.
        theirs: (m, C).

    Returns:
        (n, m) float32 in [-1, 1].

    >>> one = np.float32([[1, 0], [0, 1]])
    >>> cosine(one, one).round(1).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    both = np.concatenate([ours, theirs])
    both = (both - both.mean(axis=0)) / (both.std(axis=0) + 1e-3)
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-6)
    alike: Floats = (both[: len(ours)] @ both[len(ours) :].T).astype(np.float32)
    return alike


def evidence(
    query: Floats, key: Floats, *, features: Floats, mass: Floats, geometry: Floats, near: Floats
) -> list[Floats]:
    """What speaks for two regions being kin.

    Args:
        query: (n, 64).
        key: (n, 64).
        features: (n, 496).
        mass: (n, 512) chance of each colour and its neighbourhood.
        geometry: (n, 14).
        near: (n, n) shared outlines.

    Returns:
        Six (n, n): the learnt match, the cosine of the features, how far the colours that come into
        question differ, how far size and shape do, and the height, as logarithms; how much of their
        outlines they share with the same neighbours, as both eyes do with the face.
    """
    match = query @ key.T / np.sqrt(np.float32(query.shape[1]))
    root = np.sqrt(mass / np.maximum(mass.sum(axis=1, keepdims=True), 1e-9))
    shape, row = geometry[:, [2, 3, 4, 6, 8]] / _UNIT, geometry[:, 0]
    touch = np.sqrt(near)
    return [
        (match + match.T) / 2,
        cosine(features, features),
        np.log(1.02 - np.clip(root @ root.T, 0, 1)),
        np.log1p(np.maximum(_apart(shape), 0)),
        np.log(np.square(row[:, None] - row) + 0.003),
        touch @ touch.T,
    ]


def _apart(points: Floats) -> Floats:
    """(n, n) squared distances."""
    size = np.square(points).sum(axis=1)
    gap: Floats = size[:, None] + size - 2 * points @ points.T
    return gap


def kinship(said: list[Floats], area: Floats, *, known: Mask, spread: Mask) -> Kin:
    """Who listens to whom, and who follows whom.

    A region without a colour follows the one with a colour that it is surely kin to. The others
    gather, the largest first, around those that have not followed anybody.

    Args:
        said: what ``evidence`` says.
        area: (n,) pixels.
        known: (n,) bool: the colour is given.
        spread: (n,) bool, of these: others may follow, as they do not follow paper.

    Returns:
        The kin of each.

    >>> same, other = np.full((2, 2), 40.0), np.zeros((2, 2), np.float32)
    >>> free = np.zeros(2, bool)
    >>> kinship([same, *[other] * 5], np.ones(2), known=free, spread=free).elder.tolist()
    [0, 0]
    """
    logits = np.full(said[0].shape, WEIGHTS[-1])
    for weight, one in zip(WEIGHTS, said, strict=False):
        logits += weight * one
    chance = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    np.fill_diagonal(chance, 1)
    size = np.clip(area[None] / np.maximum(area[:, None], 1), 0.25, 4) ** 0.25
    share = np.where(chance > _FAINT, chance * size, 0).astype(np.float32)
    # What the model says of a region that it was told is of no use.
    share[:, known] = share[known] = 0
    share[known, known] = 1
    share /= share.sum(axis=1, keepdims=True)
    return Kin(chance, share, _elders(logits, area, known, spread))


def _elders(logits: Floats, area: Floats, known: Mask, spread: Mask) -> Ints:
    elder, free = np.arange(len(logits), dtype=np.int32), ~known
    if spread.any():
        told = np.flatnonzero(spread)
        best = told[logits[:, told].argmax(axis=1)]
        follows = free & (logits[elder, best] > FOLLOW)
        elder[follows] = best[follows]
        free &= ~follows
    for i in np.argsort(-area, kind="stable").tolist():
        if free[i]:
            mine = free & (logits[i] > FOLLOW)
            elder[mine] = i
            free &= ~mine
    return elder
