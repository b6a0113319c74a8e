"""Colours beside and after the votes: corrections that spread, and regions that nobody knows."""

from collections.abc import Collection, Sequence
from typing import TypeAlias

import numpy as np

from nurie.arrays import Ints
from nurie.document import PAPER
from nurie.film.spread import Match, spread
from nurie.film.store import Cel

SAME_THING = 0.5
"""Share of a region that must come from a corrected one for the correction to reach it."""

Fix: TypeAlias = tuple[int, Ints, Ints]
"""A drawing, (k,) regions of it, and (k,) the entries that they take."""


def corrected(
    fix: Fix,
    colors: Sequence[Ints],
    matches: Sequence[Sequence[Match]],
    keys: Collection[int],
) -> list[Ints]:
    """The colours of all drawings once some regions of one have others.

    What is the same thing elsewhere and has the same wrong colour is corrected, too. Drawings of
    ``keys`` stay as they are; those that do not change are the given arrays.

    >>> one = np.zeros(1, np.int32)
    >>> link = [[Match(1 - i, one, one, np.ones(1, np.float32))] for i in (0, 1)]
    >>> fix = 0, one, np.int32([7])
    >>> [c.tolist() for c in corrected(fix, [np.int32([3]), np.int32([3])], link, ())]
    [[7], [7]]
    """
    index, regions, entry = fix
    # Every region of the corrected drawing is somebody: those that are not corrected are others.
    who = np.full(len(colors[index]), len(regions), np.int32)
    who[regions] = np.arange(len(regions), dtype=np.int32)
    known = {index: (np.ones(len(who), bool), who)}
    same = spread(matches, [len(c) for c in colors], known, len(regions) + 1)
    found, wrong = list(colors), colors[index][regions]
    for other, votes in enumerate(same.votes):
        if other == index or other in keys or not votes.any() or not len(regions):
            continue
        best = votes[:, :-1].argmax(axis=1)
        follows = (votes[:, :-1].max(axis=1) > SAME_THING) & (colors[other] == wrong[best])
        if follows.any():
            found[other] = np.where(follows, entry[best], colors[other]).astype(np.int32)
    found[index] = colors[index].copy()
    found[index][regions] = entry
    return found


def take_beside(entries: Ints, lost: list[int], cel: Cel) -> None:
    """Give regions that nobody knows the colour that they touch most; paper where there is none."""
    measures = cel.scene.measures
    for region in lost:
        touch = np.zeros(len(entries) + 1)
        for this, that in ((0, 1), (1, 0)):
            beside = measures.pairs[:, this] == region + 1
            np.add.at(touch, measures.pairs[beside, that], measures.contact[beside])
        touch[1:][entries == PAPER] = 0
        entries[region] = entries[int(touch.argmax()) - 1] if touch.any() else PAPER
