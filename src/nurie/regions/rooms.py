"""Rooms of the paper: parted wherever a line may be open, joined again where none was meant."""

from typing import NamedTuple

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.regions.basins import basins, connected, spread
from nurie.regions.borders import parted, rejoin
from nurie.regions.joins import draw, joins
from nurie.regions.tips import tips

_OPEN = 0.6
"""Two rooms are one if this share of the border between them is joins, not lines."""

_NECKS = 0.15
"""The same where what parts them is a narrowing of the paper, at which no stroke need end."""

_PAIR, _SIDE = 2, 4
"""What a join of two ends counts, and one of an end with a line, which is less sure, in halves."""

_SMALL = 3.0
"""Side in strokes of the smallest square that is a room of its own where it is open."""

_CELL = 20
"""Rooms below the square of this part of the picture's side may be cells of a texture."""


class Widths(NamedTuple):
    """How wide the lines of a drawing and the openings between them are, in pixels."""

    stroke: float
    """Typical width of a line, at least 1."""
    gap: float
    """Widest opening that is closed wherever it is."""
    longest: float
    """Farthest apart that two ends of strokes are joined."""


def rooms_of(paper: AnyArray, widths: Widths, *, leaks: bool) -> Labels:
    """Rooms of the paper, cut where lines are open.

    Args:
        paper: (H, W) uint8, 1 on paper.
        widths: of its lines and openings.
        leaks: whether to close wider openings between a figure and the page around it.

    Returns:
        (H, W) int32, 0 on ink.

    >>> paper = np.ones((9, 19), np.uint8); paper[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> int(rooms_of(paper, Widths(1.0, 1.0, 1.0), leaks=False).max())
    2
    """
    reach = int(np.ceil(2 * widths.stroke)) + 4
    bars = _bars(paper, widths)
    rooms = connected(np.where(bars > 0, np.uint8(0), paper))[1]
    spread(rooms, np.flatnonzero(bars), low=1)
    least = (_SMALL * widths.stroke) ** 2
    cell = paper.size / _CELL**2
    whole = rejoin(rooms, reach=reach, open_share=_OPEN, least=least, cell=cell, toll=bars)
    cut = parted(whole)
    rooms = basins(np.where(cut, np.uint8(0), paper), widths.gap, leaks=leaks)
    rooms = rejoin(rooms, reach=reach, open_share=_NECKS)
    spread(rooms, np.flatnonzero(cut), low=1)
    return rooms


def _bars(paper: AnyArray, widths: Widths) -> AnyArray:
    """Joins on the paper, (H, W) uint8: what they count, 0 elsewhere."""
    ink = paper == 0
    bars = np.zeros(paper.shape, np.uint8)
    pairs, sides = joins(tips(ink, widths.stroke), ink, widths.stroke, widths.longest)
    draw(bars, sides, _SIDE)
    draw(bars, pairs, _PAIR)
    bars[ink] = 0
    return bars
