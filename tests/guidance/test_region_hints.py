"""Hints become colours of regions."""

import numpy as np

from nurie.document import Hints
from nurie.guidance.hints import hinted_colors

LABELS = np.array([[0, 1, 1, 2], [0, 1, 1, 2]], np.int32)
RED, BLUE = [255, 0, 0], [0, 0, 255]


def hints(*points):
    rows, columns, colors = zip(*points, strict=True)
    return Hints(np.array(rows), np.array(columns), np.array(colors, np.uint8))


def test_the_majority_of_hints_wins():
    asked = hints((0, 1, RED), (0, 2, BLUE), (1, 2, BLUE))
    assert hinted_colors(asked, LABELS)[0][1].tolist() == BLUE


def test_of_as_many_hints_the_first_wins():
    for first, second in ((RED, BLUE), (BLUE, RED)):
        asked = hints((0, 1, first), (0, 2, second))
        assert hinted_colors(asked, LABELS)[0][1].tolist() == first


def test_a_hint_on_line_asks_for_nothing():
    colors, hinted = hinted_colors(hints((0, 0, RED)), LABELS)
    assert not hinted.any()
    assert not colors.any()


def test_no_hints():
    assert not hinted_colors(None, LABELS)[1].any()
