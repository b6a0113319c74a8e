"""Kin inside one drawing: two sleeves, two eyes, halves of hair, which want one colour."""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Mask
from nurie.painting.terms import CONSTANTS, Constants

WEIGHTS = np.array([0.34, 0.61, -1.22, -0.23, -0.47, 1.43, -7.04], np.float32)
"""Of the pieces of ``evidence``, and of 1: a logistic regression on characters drawn by program,
pairs of sleeves, legs, eyes and pieces of one part against pairs of different colours."""


@dataclass(frozen=True, eq=False)
class Kin:
    """Which of n regions belong together."""

    chance: Floats  # (n, n) that two regions are kin, 1 for each with itself
    share: Floats
    """(n, n) rows sum to 1: how much of its prediction each takes from each that has no colour."""
    elder: Ints  # (n,) the region whose colour each takes, often its own

    @property
    def leads(self) -> Mask:
        """(n,) bool: regions that follow nobody."""
        return np.asarray(self.elder == np.arange(len(self.elder)))


def same_shape(geometry: Floats, constants: Constants = CONSTANTS) -> Ints:
    """For each region the first one of its size and shape: two eyes, two sleeves, many grapes.

    ``geometry`` is (n, 14); row i's elder is i itself where there is none before it.

    >>> shapes = np.zeros((3, 14), np.float32); shapes[1, 2] = 1
    >>> same_shape(shapes).tolist()
    [0, 1, 0]
    """
    # Log area / 4, spread · 4 in the smaller and larger direction, extent, roundness: the spreads
    # are sorted, so that an ear lying and an ear standing are of one shape.
    spread = np.sort(geometry[:, 3:5], axis=1)
    shape = np.column_stack([geometry[:, 2], spread, geometry[:, 6], geometry[:, 8]])
    shape = shape / np.array(constants.kin_unit, np.float32)
    elder = np.arange(len(shape), dtype=np.int32)
    for i in range(len(shape)):
        if elder[i] == i:
            alike = (np.abs(shape[i:] - shape[i]) < 1).all(axis=1) & (elder[i:] >= i)
            elder[i:][alike] = i
    return elder


def directions(features: Floats) -> Floats:
    """Features less the drawing's mean, of length 1, whose products are cosines; (n, C)."""
    shape = features - features.mean(axis=0) if len(features) else features
    return np.asarray(shape / np.maximum(np.linalg.norm(shape, axis=1, keepdims=True), 1e-9))


def cosine(ours: Floats, theirs: Floats) -> Floats:
    """How alike regions look to the encoder, less what all of them share.

    (n, C) and (m, C) pooled features; (n, m) float32 in [-1, 1].

    >>> one = np.float32([[1, 0], [0, 1]])
    >>> cosine(one, one).round(1).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    both = np.concatenate([ours, theirs])
    both = (both - both.mean(axis=0)) / (both.std(axis=0) + 1e-3)
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-6)
    return np.asarray((both[: len(ours)] @ both[len(ours) :].T).astype(np.float32))


def evidence(  # noqa: PLR0913 - six pieces
    query: Floats,
    key: Floats,
    *,
    features: Floats,
    mass: Floats,
    geometry: Floats,
    near: Floats,
    constants: Constants = CONSTANTS,
) -> list[Floats]:
    """What speaks for two regions being kin.

    From ``query`` and ``key`` (n, 64), ``features`` (n, 496), ``mass`` (n, 512) the chance of each
    colour and its neighbourhood, ``geometry`` (n, 14) and ``near`` (n, n) shared outlines, six
    (n, n): the learnt match, the cosine of the features, how far the colours that come into
    question differ, how far size and shape do, and the height, as logarithms; how much of their
    outlines they share with the same neighbours, as both eyes do with the face.
    """
    match = query @ key.T / np.sqrt(np.float32(query.shape[1]))
    root = np.sqrt(mass / np.maximum(mass.sum(axis=1, keepdims=True), 1e-9))
    shape, row = geometry[:, [2, 3, 4, 6, 8]], geometry[:, 0]
    shape /= np.array(constants.kin_unit, np.float32)
    size, touch = np.square(shape).sum(axis=1), np.sqrt(near)
    # Squared distances: |a - b|² = |a|² + |b|² - 2 a·b.
    apart = size[:, None] + size - 2 * shape @ shape.T
    return [
        (match + match.T) / 2,
        cosine(features, features),
        np.log(1.02 - np.clip(root @ root.T, 0, 1)),
        np.log1p(np.maximum(apart, 0)),
        # Heights, not places: left and right are mirror images in a figure that stands.
        np.log(np.square(row[:, None] - row) + 0.003),
        touch @ touch.T,
    ]


def kin_logits(pieces: list[Floats]) -> AnyArray:
    """(n, n) logits that two regions are kin, from the pieces of ``evidence``."""
    logits = np.full(pieces[0].shape, WEIGHTS[-1])
    for weight, one in zip(WEIGHTS, pieces, strict=False):
        logits += weight * one
    return logits


def kinship(
    pieces: list[Floats],
    area: Floats,
    *,
    known: Mask,
    spread: Mask,
    constants: Constants = CONSTANTS,
    agree: Floats | None = None,
) -> Kin:
    """Which regions share their predictions, and which follow another.

    A region without a colour follows the one with a colour that it is surely kin to. The others
    gather, the largest first, around those that have not followed anybody. ``pieces`` are those of
    ``evidence``; of the ``known`` (n,), others follow those that ``spread`` (n,), as they do not
    follow paper; ``agree`` (n, n) are logits that are added where parts are known.

    >>> same, other = np.full((2, 2), 40.0), np.zeros((2, 2), np.float32)
    >>> free = np.zeros(2, bool)
    >>> kinship([same, *[other] * 5], np.ones(2), known=free, spread=free).elder.tolist()
    [0, 0]
    """
    logits = kin_logits(pieces)
    if agree is not None:
        logits += agree
    chance = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    np.fill_diagonal(chance, 1)
    # A large sleeve knows its colour better than a small one; never by more than √2.
    size = np.clip(area[None] / np.maximum(area[:, None], 1), 0.25, 4) ** 0.25
    share = np.where(chance > constants.kin_faint, chance * size, 0).astype(np.float32)
    # However strict the chance, a region always counts for itself.
    np.fill_diagonal(share, 1)
    # A known colour is an input of the model: what it predicts there is of no use to others.
    share[:, known] = share[known] = 0
    share[known, known] = 1
    share /= share.sum(axis=1, keepdims=True)
    elder, free, least = np.arange(len(logits), dtype=np.int32), ~known, constants.kin_follow
    if spread.any():
        leaders = np.flatnonzero(spread)
        best = leaders[logits[:, leaders].argmax(axis=1)]
        follows = free & (logits[elder, best] > least)
        elder[follows] = best[follows]
        free &= ~follows
    # The largest leads: what is seen first is what the others must agree with.
    for i in np.argsort(-area, kind="stable").tolist():
        if free[i]:
            mine = free & (logits[i] > least)
            elder[mine] = i
            free &= ~mine
    return Kin(chance, share, elder)
