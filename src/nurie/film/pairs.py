"""Which drawings of a film are matched with each other, and where one cut ends.

No colour is looked at, so a pair is matched once and serves all keys and all corrections.
"""

import copy
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Protocol

import numpy as np

from nurie.arrays import Floats
from nurie.film.drawings import Drawings, Progress
from nurie.film.spread import Match
from nurie.film.store import Cel

NEIGHBOURS = {1: 1.0, 2: 0.2}
"""How far away neighbours are matched, in drawings, and how much each is trusted: two steps away a
region that was hidden in between is found again."""

KEY_TRUST, KEYS = 0.2, 3
"""How much a key far away is trusted beside a neighbour: it is certain of its colours, the match
with it is not. And how many keys a drawing is matched with, the nearest ones."""

LOOP_TRUST = 0.2
"""How much a drawing far away is trusted that is as like this one as its own neighbours are."""

COVERED, MATCHED = 0.4, 0.3
"""A cut: less than this share of the new drawing's lines is near a moved old line, and less than
this share of its area finds itself in the old drawing. Nothing spreads over a cut."""

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

    def fork(self) -> "Pairs":
        """These pairs, to which others can be added."""
        other = copy.copy(self)
        vars(other).update(matches=[list(taken) for taken in self.matches])
        vars(other).update(_paired=set(self._paired))
        return other

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
        return sparse(forth, j, back.T), sparse(back, i, forth.T)


def sparse(share: Floats, drawing: int, back: Floats | None = None) -> Match:
    """A match as :func:`nurie.film.spread.spread` takes it.

    ``share`` is (n, m), from a ``Matcher``, and ``back`` (n, m) that of the other way.

    >>> sparse(np.float32([[0, 0.9], [0.4, 0]]), 7).columns.tolist()
    [1, 0]
    """
    rows, columns = np.nonzero(share > LEAST)
    return Match(
        drawing, rows.astype(np.int32), columns.astype(np.int32), share[rows, columns],
        back=None if back is None else back[rows, columns],
    )  # fmt: skip
