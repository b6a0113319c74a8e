"""Rooms of the paper: parted wherever a line may be open, joined again where none was meant."""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.regions.basins import basins, connected, spread
from nurie.regions.borders import parted, rejoin
from nurie.regions.joins import draw, joins
from nurie.regions.tips import tips

_OPEN = 0.5
"""Two rooms are one if this share of the border between them is joins, not lines."""

_NECKS = 0.6
"""The same where what parts them is a narrowing of the paper."""

_SMALL = 3.0
"""Side in strokes of the smallest square that is a room of its own where it is open."""


class Lines(NamedTuple):
    """What the lines of a drawing are like, in pixels."""

    stroke: float
    """Typical width, at least 1."""
    gap: float
    """Widest opening that is closed wherever it is."""
    longest: float
    """Farthest apart that two ends of strokes are joined."""


def rooms_of(paper: AnyArray, lines: Lines, *, leaks: bool) -> Labels:
    """Rooms of the paper, cut where lines are open.

    Args:
        paper: (H, W) uint8, 1 on paper.
        lines: widths.
        leaks: whether to close wider openings between a figure and the page around it.

    Returns:
        (H, W) int32, 0 on ink.

    >>> paper = np.ones((9, 19), np.uint8); paper[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> int(rooms_of(paper, Lines(1.0, 1.0, 1.0), leaks=False).max())
    2
    """
    ink = paper == 0
    reach = int(np.ceil(2 * lines.stroke)) + 4
    bars = np.zeros(paper.shape, np.uint8)
    draw(bars, joins(tips(ink, lines.stroke), ink, lines.stroke, lines.longest))
    bars &= paper
    rooms = connected(paper - bars)[1]
    spread(rooms, np.flatnonzero(bars), low=1)
    least = (_SMALL * lines.stroke) ** 2
    cut = parted(rejoin(rooms, reach=reach, open_share=_OPEN, least=least))
    rooms = basins(np.where(cut, np.uint8(0), paper), lines.gap, leaks=leaks)
    spread(rooms, np.flatnonzero(cut), low=1)
    return rejoin(rooms, reach=reach, open_share=_NECKS)
