"""People to put into scenes, as shapes without a place."""

from dataclasses import replace

import numpy as np

from nurie_lab.drawings.bodies import body
from nurie_lab.drawings.figures import figure
from nurie_lab.drawings.persona import any_pose, character
from nurie_lab.drawings.strokes import Shape

Generator = np.random.Generator


def someone(rng: Generator) -> list[Shape]:
    """The shapes of a whole figure in some pose, in heads, the lowest first.

    Args:
        rng: source of all choices.

    Returns:
        Shapes with (row, column) outlines about the figure's middle.

    >>> len(someone(np.random.default_rng(0))) > 10
    True
    """
    who, pose = character(rng), replace(any_pose(rng), view="full")
    return figure(who, pose, body(who, pose), detail=28.0)
