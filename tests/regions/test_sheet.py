"""The sheet, gutters between panels and margins beyond a frame, told by where regions lie."""

import numpy as np
import pytest

from nurie.regions.ink import Ink
from nurie.regions.measure import measure
from nurie.regions.paper import stays_paper


@pytest.mark.parametrize(("floor", "sheet"), [(80, True), (60, False)])
def test_what_holds_most_of_the_border_is_the_sheet(floor, sheet):
    labels = np.ones((100, 100), np.int32)
    labels[floor:] = 2
    ink = Ink(labels < 0, np.full(labels.shape, 255, np.uint8), 1.0)
    assert stays_paper(ink, labels, measure(labels)).tolist() == [sheet, False]


@pytest.mark.parametrize(("wide", "gutter"), [(16, True), (30, False)])
def test_gutters_are_narrow(wide, gutter):
    labels = np.ones((600, 600), np.int32)
    labels[:, 290:] = 2
    labels[:, 290 + wide :] = 3
    ink = Ink(labels < 0, np.full(labels.shape, 255, np.uint8), 1.0)
    assert stays_paper(ink, labels, measure(labels))[1] == gutter


def bars(top, bottom):
    """(100, 80) a picture with a straight line at some distance from above and from below."""
    labels = np.ones((100, 80), np.int32)
    labels[top:], labels[100 - bottom :] = 2, 3
    labels[[top, 99 - bottom]] = 0
    labels[40:60, 30:50] = 4
    return labels


@pytest.mark.parametrize(("top", "bottom", "paper"), [(9, 9, True), (9, 12, True),
                                                      (9, 30, False), (4, 12, False)])  # fmt: skip
def test_margins_beyond_a_frame_stay_paper(top, bottom, paper):
    """One bar alone may be a sky above a straight horizon, and so may one much deeper."""
    labels = bars(top, bottom)
    tone = np.where(labels > 0, 255, 0).astype(np.uint8)
    ink = Ink(labels == 0, tone, 1.0)
    found = stays_paper(ink, labels, measure(labels), letters=False)
    assert found.tolist() == [paper, False, paper, False]
