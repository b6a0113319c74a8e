"""What a person did on the page, as arrays: edits of the regions, and colours that regions take."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nurie.arrays import Floats, Labels, Mask, Rgb8
from nurie.colors import parse_hex
from nurie.document import Mark
from nurie.errors import OptionError
from nurie.guidance.hints import settle
from nurie.io.marks import draw_marks
from nurie.regions.edits import Cut, Edit, Merge, Split

RADIUS = 4.0
"""Half the width of a stroke that does not say its own, in pixels."""

_EDITS: dict[str, type[Edit]] = {"cut": Cut, "merge": Merge, "split": Split}


def edits_of(listed: Sequence[Mapping[str, Any]]) -> list[Edit]:
    """Edits from ``{"cut": [[x, y], …]}``, ``{"merge": …}`` and ``{"split": …}``.

    >>> [type(edit).__name__ for edit in edits_of([{"cut": [[0, 1], [2, 3]]}])]
    ['Cut']
    """
    return [_EDITS[kind](_places(points)) for step in listed for kind, points in step.items()]


def hinted_regions(
    hints: Sequence[Mapping[str, Any]], labels: Labels, count: int
) -> tuple[Rgb8, Mask]:
    """The colour that each region takes by hint: that of the last one that means it.

    Args:
        hints: dots, strokes and areas as hint files have them, in their order.
        labels: (H, W) int32.
        count: highest number of a region.

    Returns:
        (count + 1, 3) uint8 colours and (count + 1,) bool: hinted.

    Raises:
        OptionError: a dot lies outside of the picture.

    >>> colors, hinted = hinted_regions(
    ...     [{"x": 1, "y": 0, "color": "#ff0000"}], np.array([[1, 2]], np.int32), 2)
    >>> hinted.tolist(), colors[2].tolist()
    ([False, False, True], [255, 0, 0])
    """
    colors, hinted = np.zeros((count + 1, 3), np.uint8), np.zeros(count + 1, bool)
    shape = labels.shape[0], labels.shape[1]
    marks = [_mark(number, hint, shape) for number, hint in enumerate(hints, 1)]
    drawn = draw_marks(marks, shape)
    if not len(drawn.rows):
        return colors, hinted
    told = settle(drawn, labels)
    assert told.marks is not None
    # The last write wins: the latest mark.
    order = np.argsort(told.marks, kind="stable")
    region = labels[told.rows[order], told.columns[order]]
    colors[region], hinted[region] = told.colors[order], True
    hinted[0] = False
    return colors, hinted


def _mark(number: int, hint: Mapping[str, Any], shape: tuple[int, int]) -> Mark:
    color = parse_hex(hint["color"])
    if "polygon" in hint:
        return Mark(_places(hint["polygon"]), color, area=True)
    if "points" in hint:
        return Mark(_places(hint["points"]), color, float(hint.get("radius", RADIUS)))
    row, column = float(hint["y"]), float(hint["x"])
    if not (0 <= row < shape[0] and 0 <= column < shape[1]):
        raise OptionError(
            f"Hint {number} lies outside of the picture of {shape[1]} x {shape[0]} pixels; move it."
        )
    return Mark(np.array([[row, column]], np.float32), color)


def _places(points: Sequence[Sequence[float]]) -> Floats:
    """Rows and columns from x and y, (k, 2)."""
    return np.array(points, np.float64)[:, ::-1].astype(np.float32)
