"""Panels of a comic page: gutters part it, and a single drawing stays whole."""

import numpy as np
import pytest

from nurie.regions.panels import panels


def page(*frames, size=(200, 150)):
    """(H, W) bool with frames of two pixels: top, bottom, left, right."""
    mask = np.zeros(size, bool)
    for top, bottom, left, right in frames:
        mask[top:bottom, left:right] = True
        mask[top + 2 : bottom - 2, left + 2 : right - 2] = False
    return mask


ROWS = (8, 95, 8, 142), (103, 192, 8, 70), (103, 192, 78, 142)


def found(mask):
    return [(r.start, r.stop, c.start, c.stop) for r, c in panels(mask, 2.0)]


def test_rows_are_parted_and_then_their_panels():
    parts = found(page(*ROWS))
    assert parts == [(0, 99, 0, 150), (99, 200, 0, 74), (99, 200, 74, 150)]


def test_a_balloon_across_a_gutter_joins_nothing():
    mask = page(*ROWS)
    mask[80:120, 40:42] = mask[80:120, 60:62] = True
    assert len(found(mask)) == 3


def test_a_strip_of_ground_inside_a_panel_is_no_gutter():
    mask = page((8, 192, 8, 142))
    mask[182:184, 8:142] = True
    assert found(mask) == [(0, 200, 0, 150)]


def test_parts_too_thin_for_a_panel_are_no_panels():
    assert len(found(page((4, 12, 8, 142), (18, 192, 8, 142)))) == 1


@pytest.mark.parametrize("mask", [np.zeros((0, 0), bool), np.zeros((50, 40), bool),
                                  np.ones((50, 40), bool), page((8, 192, 8, 142))])  # fmt: skip
def test_a_single_drawing_is_one_window(mask):
    assert len(panels(mask, 2.0)) == 1


def test_a_page_lower_than_its_lines_are_broad_has_one_window():
    for side in range(1, 8):
        for stroke in (1.0, 2.0, 5.0):
            assert len(panels(np.ones((side, side), bool), stroke)) == 1
