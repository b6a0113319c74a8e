"""Which drawings of a film are matched with each other, how, and where one cut ends.

A match is the reference match of :mod:`nurie.painting.references`, with the overlap under optical
flow as one more logit, without a look at any colour. The colours of the one drawing are not shown
to the model, which costs nothing (within one point of a hundred), so a pair is matched once and
serves all keys and all corrections.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from nurie.arrays import Floats, Ints
from nurie.film.drawings import Drawings, Progress
from nurie.film.motion import covered, flow, overlap
from nurie.film.spread import Match
from nurie.film.store import Cel
from nurie.guidance.palette import palette_tokens
from nurie.painting.kin import cosine
from nurie.painting.read import RegionHead, Scene
from nurie.painting.references import agreed, nearness
from nurie.painting.terms import CONSTANTS, softmax
from nurie.regions.tokens import adjacency

NEIGHBOURS = {1: 1.0, 2: 0.6}
"""How far away neighbours are matched, in drawings, and how much each is trusted: two steps away a
region that was hidden in between is found again."""

KEY_TRUST, KEYS = 0.8, 3
"""How much a key far away is trusted beside a neighbour: it is certain of its colours, the match
with it is not. And how many keys a drawing is matched with, the nearest ones."""

LOOP_TRUST = 0.6
"""How much a drawing far away is trusted that is as like this one as its own neighbours are."""

COVERED, MATCHED = 0.4, 0.3
"""A cut: less than this share of the new drawing's lines is near a moved old line, and less than
this share of its area finds itself in the old drawing. Nothing spreads over a cut."""

FAINT = 0.02
"""Overlap that counts as none: the logarithm needs a floor, and a small piece that moves by its own
width overlaps with nothing."""

LARGEST = 320
"""Regions of each drawing that are matched by the model; smaller ones follow flow alone."""

LEAST = 0.01
"""Shares below this are let go, so that matches stay sparse."""


class Matcher(Protocol):
    """What finds the regions of one drawing in another."""

    name: str
    """With another name pairs are matched anew."""

    def __call__(self, one: Cel, two: Cel) -> tuple[Floats, Floats, float]:
        """How far the regions of each drawing are those of the other.

        (n, m) and (m, n) float32 whose rows sum to at most 1, and the share in [0, 1] of the second
        drawing's lines that lines of the first come near to.
        """
        ...


class Pairs:
    """The matches of a film, each made once.

    ``starts`` are drawings with which a cut begins; found by themselves when None.
    """

    def __init__(
        self,
        matcher: Matcher,
        drawings: Drawings,
        starts: Collection[int] | None,
        progress: Progress,
    ) -> None:
        self._matcher, self._drawings, self._starts, self._say = matcher, drawings, starts, progress
        self.matches: list[list[Match]] = [[] for _ in drawings.cards]
        """Of each drawing, with the drawings that it takes colours from."""
        self._paired: set[tuple[int, int]] = set()

    def link(self, keys: Collection[int]) -> None:
        """Match each drawing with its neighbours, the nearest keys, and its like in a loop."""
        count = len(self._drawings)
        pairs = {
            (i, i + step): trust for step, trust in NEIGHBOURS.items() for i in range(count - step)
        }
        for i in range(count):
            nearest = sorted((abs(k - i), k) for k in keys if k != i)
            for _, key in nearest[:KEYS]:
                pairs.setdefault((min(key, i), max(key, i)), KEY_TRUST)
        for pair in self._loops():
            pairs.setdefault(pair, LOOP_TRUST)
        wanted = sorted(p for p in pairs.keys() - self._paired if self._one_cut(*p))
        for done, (i, j) in enumerate(wanted):
            forth, back = self.match(i, j)
            trust = pairs[i, j]
            self.matches[i].append(replace(forth, trust=trust))
            self.matches[j].append(replace(back, trust=trust))
            self._paired.add((i, j))
            self._say("match", done + 1, len(wanted))

    def _loops(self) -> Iterator[tuple[int, int]]:
        """Pairs of drawings far apart that are as like each other as neighbours are."""
        looks = np.stack([card.look for card in self._drawings.cards])
        for i in range(len(looks)):
            like = looks @ looks[i]
            beside = [j for j in (i - 1, i + 1) if 0 <= j < len(looks)]
            least = max((float(like[j]) for j in beside), default=1.0)
            like[max(i - 2, 0) : i + 3] = -1
            best = int(like.argmax())
            if like[best] >= least:
                yield min(i, best), max(i, best)

    def _one_cut(self, i: int, j: int) -> bool:
        return not any(i < start <= j for start in self._starts or ())

    def match(self, i: int, j: int) -> tuple[Match, Match]:
        """Matches of drawing i with j and of j with i; none over a cut."""
        cards = self._drawings.cards
        key = cards[i].digest, cards[j].digest, self._matcher.name
        forth, back = self._drawings.store.pair(key, lambda: self._made(i, j))
        return replace(forth, drawing=j), replace(back, drawing=i)

    def _made(self, i: int, j: int) -> tuple[Match, Match]:
        one, two = self._drawings.cel(i), self._drawings.cel(j)
        forth, back, seen = self._matcher(one, two)
        if self._starts is None and seen < COVERED:
            area = two.scene.measures.area
            found = float((back.sum(axis=1) * area).sum() / max(float(area.sum()), 1.0))
            if found < MATCHED:
                forth, back = np.zeros_like(forth), np.zeros_like(back)
        return sparse(forth, j), sparse(back, i)


class RegionMatcher:
    """Matches by the region model and the overlap under optical flow."""

    name = "regions"

    def __init__(self, head: RegionHead, entries: int) -> None:
        self._head, self._entries = head, entries

    def __call__(self, one: Cel, two: Cel) -> tuple[Floats, Floats, float]:
        """See ``Matcher``."""
        share, seen = np.zeros((len(one.paper), len(two.paper)), np.float32), 0.0
        if one.shape == two.shape:
            moved = flow(one.small, two.small)
            share, seen = overlap(one.small, two.small, moved), covered(one.small, two.small, moved)
        return *match(self._head, one.scene, two.scene, share, self._entries), seen


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
