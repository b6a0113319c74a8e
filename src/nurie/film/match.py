"""Which region of one drawing is which region of another, without a look at any colour.

The reference match of :mod:`nurie.painting.references`, with the overlap under optical flow as one
more logit. The colours of the one drawing are not shown to the model, which costs nothing (within
one point of a hundred), so a pair is matched once and serves all keys and all corrections.
"""

import numpy as np

from nurie.arrays import Floats, Ints
from nurie.film.spread import Match
from nurie.guidance.palette import palette_tokens
from nurie.painting.kin import cosine
from nurie.painting.read import RegionHead, Scene
from nurie.painting.references import agreed, nearness
from nurie.painting.terms import CONSTANTS, softmax
from nurie.regions.tokens import adjacency

FAINT = 0.02
"""Overlap that counts as none: the logarithm needs a floor, and a small piece that moves by its own
width overlaps with nothing."""

LARGEST = 320
"""Regions of each drawing that are matched by the model; smaller ones follow flow alone."""

LEAST = 0.01
"""Shares below this are let go, so that matches stay sparse."""


def match(
    head: RegionHead, one: Scene, two: Scene, overlap: Floats, entries: int
) -> tuple[Floats, Floats]:
    """How far each region of a drawing is each region of another one, and the other way round.

    ``overlap`` is (n, m), from :func:`nurie.film.motion.overlap`.

    Returns:
        (n, m) and (m, n) float32, rows sum to at most 1; what is left is that the region is new.
    """
    # What the model is not given follows the flow alone.
    forth, back = (o / np.maximum(o.sum(axis=1, keepdims=True), 1) for o in (overlap, overlap.T))
    if not overlap.size:
        return forth, back
    ours, theirs = _largest(one), _largest(two)
    count = len(ours)
    near = np.zeros((count + len(theirs),) * 2, np.float32)
    near[:count, :count] = adjacency(one.measures, ours)
    near[count:, count:] = adjacency(two.measures, theirs)
    features: Floats = np.concatenate([one.features[ours], two.features[theirs]])
    geometry = np.concatenate([one.geometry[ours], two.geometry[theirs]])
    drawing = (np.arange(len(features)) >= count).astype(np.float32)
    blank = np.zeros((len(drawing), 4), np.float32)
    # One run of the model serves both directions: each side has a query and a key.
    query, key = head.predict(
        features, geometry, near, blank, palette_tokens(None, entries), one.picture, drawing
    )[2:]
    scale = np.sqrt(np.float32(query.shape[1]))
    like = CONSTANTS.looks * cosine(features[:count], features[count:])
    like = like + nearness(geometry[:count], geometry[count:])
    like = like + np.log((overlap[np.ix_(ours, theirs)] + np.float32(FAINT)) / np.float32(FAINT))
    here, there = near[:count, :count], near[count:, count:]
    forth[np.ix_(ours, theirs)] = _shares(query[:count] @ key[count:].T / scale + like, here, there)
    back[np.ix_(theirs, ours)] = _shares(
        query[count:] @ key[:count].T / scale + like.T, there, here
    )
    return forth.astype(np.float32), back.astype(np.float32)


def _shares(logits: Floats, ours: Floats, theirs: Floats) -> Floats:
    """Matches that agree with each other, as far as a region is there at all."""
    none = np.full((len(logits), 1), CONSTANTS.new, np.float32)
    found = softmax(np.concatenate([logits, none], axis=1))[:, :-1].sum(axis=1, keepdims=True)
    return np.asarray(found * agreed(logits.astype(np.float32), ours, theirs), np.float32)


def _largest(scene: Scene) -> Ints:
    largest = np.argsort(-scene.measures.area, kind="stable")[:LARGEST]
    return np.sort(largest).astype(np.int32)


def sparse(share: Floats, drawing: int, trust: float = 1.0) -> Match:
    """A match as :func:`nurie.film.spread.spread` takes it.

    ``share`` is (n, m), from :func:`match`.

    >>> sparse(np.float32([[0, 0.9], [0.4, 0]]), 7).columns.tolist()
    [1, 0]
    """
    rows, columns = np.nonzero(share > LEAST)
    return Match(
        drawing, rows.astype(np.int32), columns.astype(np.int32), share[rows, columns], trust
    )
