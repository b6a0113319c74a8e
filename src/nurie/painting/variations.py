"""Several good answers: which of many colourings to show, and in which order."""

from collections.abc import Sequence

from nurie.arrays import Floats
from nurie.document import Layers
from nurie.painting.colorize import DISTINCT, difference
from nurie.painting.review import score

POOL = 2
"""Colourings to choose from for each one that is wanted."""

VARIETY = 0.02
"""What a ΔE2000 of distance from the answers before it is worth, in mean log confidence: an answer
as different as red from orange may be half as likely."""


def is_new(layers: Layers, others: Sequence[Layers], area: Floats) -> bool:
    """Whether a colouring differs enough from all the others to be one of its own.

    Args:
        layers: the colouring.
        others: of the same drawing.
        area: (n,) pixels of the regions 1…n.
    """
    return all(difference(layers, other, area) >= DISTINCT for other in others)


def ranked(pool: Sequence[Layers], count: int, area: Floats) -> list[Layers]:
    """The best of many colourings: likely ones that are unlike each other.

    The first stays the first. Then comes, again and again, the one whose ``review.score`` plus
    ``VARIETY`` times its distance from the nearest answer so far is largest (maximal marginal
    relevance, Carbonell and Goldstein 1998).

    Args:
        pool: distinct colourings of one drawing.
        count: how many to choose.
        area: (n,) pixels of the regions 1…n.

    Returns:
        At most ``count`` of them.
    """
    chosen, rest = list(pool[:1]), list(pool[1:])
    value = [score(layers) for layers in rest]
    nearest = [difference(layers, chosen[0], area) for layers in rest]
    while rest and len(chosen) < count:
        best = max(range(len(rest)), key=lambda i: value[i] + VARIETY * nearest[i])
        chosen.append(rest.pop(best))
        value.pop(best)
        nearest.pop(best)
        distance = (difference(layers, chosen[-1], area) for layers in rest)
        nearest = [min(pair) for pair in zip(nearest, distance, strict=True)]
    return chosen
