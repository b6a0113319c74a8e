"""What a person did on the page, as arrays: edits of the regions, and colours that regions take."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nurie.arrays import Floats, Ints, Labels, Mask, Rgb8
from nurie.color import parse_hex
from nurie.errors import OptionError
from nurie.regions.edits import Cut, Edit, Merge, along

RADIUS = 4.0
"""Half the width of a stroke that does not say its own, in pixels."""

_SHARE = 0.25
"""A stroke means a region in which at least this share of it runs, however short that is."""


def edits_of(listed: Sequence[Mapping[str, Any]]) -> list[Edit]:
    """Cuts and merges from ``{"cut": [[x, y], …]}`` and ``{"merge": [[x, y], …]}``.

    >>> [type(edit).__name__ for edit in edits_of([{"cut": [[0, 1], [2, 3]]}])]
    ['Cut']
    """
    return [
        Cut(_places(step["cut"])) if "cut" in step else Merge(_places(step["merge"]))
        for step in listed
    ]


def hinted_regions(
    hints: Sequence[Mapping[str, Any]], labels: Labels, count: int
) -> tuple[Rgb8, Mask]:
    """The colour that each region takes by hint: that of the last one that means it.

    A dab means the region below it. A stroke means the regions in which it runs for its own width
    or for a quarter of its length, so that brushing past a neighbour does not colour it.

    Args:
        hints: ``{"x", "y", "color"}`` and ``{"points", "radius", "color"}``, in their order.
        labels: (H, W) int32.
        count: highest number of a region.

    Returns:
        (count + 1, 3) uint8 colours and (count + 1,) bool: hinted.

    Raises:
        OptionError: a dab lies outside of the picture.

    >>> colors, hinted = hinted_regions(
    ...     [{"x": 1, "y": 0, "color": "#ff0000"}], np.array([[1, 2]], np.int32), 2)
    >>> hinted.tolist(), colors[2].tolist()
    ([False, False, True], [255, 0, 0])
    """
    colors, hinted = np.zeros((count + 1, 3), np.uint8), np.zeros(count + 1, bool)
    for number, hint in enumerate(hints, 1):
        meant = _stroked(hint, labels) if "points" in hint else _dabbed(hint, labels, number)
        colors[meant], hinted[meant] = parse_hex(hint["color"]), True
    hinted[0] = False
    return colors, hinted


def _dabbed(hint: Mapping[str, Any], labels: Labels, number: int) -> Ints:
    row, column = int(hint["y"] // 1), int(hint["x"] // 1)
    height, width = labels.shape
    if not (0 <= row < height and 0 <= column < width):
        raise OptionError(
            f"Hint {number} lies outside of the picture of {width} x {height} pixels; move it."
        )
    return np.array(labels[row, column]).reshape(1)


def _stroked(hint: Mapping[str, Any], labels: Labels) -> Ints:
    """Regions that a stroke means; what leaves the picture is left out."""
    rows, columns = np.unique(np.stack(along(_places(hint["points"]))), axis=1)
    inside = (rows >= 0) & (columns >= 0) & (rows < labels.shape[0]) & (columns < labels.shape[1])
    if not inside.any():
        return np.zeros(0, np.int32)
    found, length = np.unique(labels[rows[inside], columns[inside]], return_counts=True)
    enough = min(2 * float(hint.get("radius", RADIUS)), _SHARE * int(inside.sum()))
    meant: Ints = found[length >= enough]
    return meant


def _places(points: Sequence[Sequence[float]]) -> Floats:
    """Rows and columns from x and y, (k, 2)."""
    return np.array(points, np.float64)[:, ::-1].astype(np.float32)
