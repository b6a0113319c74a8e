"""What layers and regions are called: by part and figure, where the model is sure."""

from collections.abc import Sequence

import numpy as np

from nurie.arrays import Ints
from nurie.names import unique_names
from nurie.painting.read import Drawing, Named
from nurie.painting.terms import CONSTANTS, Constants

_OWN = 0.8
"""Share of a layer in one figure from which on it is that figure's."""


def part_names(named: Named, constants: Constants = CONSTANTS) -> tuple[str, ...]:
    """What each region shows, empty where the model is not sure."""
    sure = named.chance.max(axis=1, initial=0) > constants.part_sure
    return tuple(named.name(i) if known else "" for i, known in enumerate(sure.tolist()))


def layer_names(
    drawing: Drawing, entries: Ints, count: int, given: Sequence[str] = ()
) -> tuple[str, ...]:
    """A name of its own for each palette entry, empty where nobody is sure.

    The name is the part that most of its area surely shows, with the number of the figure where
    there are several; else none. What a palette of the user's calls it counts first.

    Args:
        drawing: with the names of its regions.
        entries: (n,) int32 entry of each region, below 0 none.
        count: of the entries.
        given: names from the user's palette, empty where it has none.
    """
    named, area = drawing.named, drawing.scene.measures.area
    assert named is not None, "asked for only where it is known"
    names = []
    for entry in range(count):
        own = np.flatnonzero(entries == entry)
        share = area[own] / max(float(area[own].sum()), 1.0)
        mean = share @ named.chance[own]
        name = given[entry] if given else ""
        if not name and mean.max(initial=0) > CONSTANTS.part_sure:
            name = named.names[int(mean.argmax())].replace("_", " ")
            whose = np.bincount(named.figure[own], share, 2)
            if whose.argmax() > 1 and whose.max() > _OWN:
                name += f" {int(whose.argmax())}"
        names.append(name)
    return unique_names(names) if any(names) else ()
