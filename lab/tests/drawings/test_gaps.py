"""Lines opened where parts meet."""

import cv2
import numpy as np
import pytest

from nurie_lab.drawings.kit.strokes import Pen, Shape, open_lines, paint


def boxes():
    """Two boxes side by side, with a stroke inside the left one."""
    left = np.float32([[10, 10], [10, 60], [110, 60], [110, 10]])
    shapes = [
        Shape(left, "left", (200, 0, 0), smooth=False),
        Shape(left + np.float32([0, 50]), "right", (0, 0, 200), smooth=False),
        Shape(np.float32([[60, 25], [60, 35], [60, 45]]), closed=False),
    ]
    return paint(shapes, 120, np.random.default_rng(0), pen=Pen(width=2, vary=0, taper=False))


def areas(lines):
    return cv2.connectedComponents((lines > 128).astype(np.uint8), connectivity=4)[0] - 1


def test_closed_lines_keep_their_areas_apart():
    assert areas(boxes().lines) == 3


@pytest.mark.parametrize("gap", [4, 8, 16])
def test_a_gap_joins_two_areas_and_the_truth_stays(gap):
    made = boxes()
    opened = open_lines(made, np.random.default_rng(1), gap, count=1)
    assert areas(opened.lines) == 2
    assert (opened.parts == made.parts).all()
    assert (opened.color == made.color).all()
    assert (opened.lines >= made.lines).all()


def test_the_gap_is_about_as_long_as_given():
    made = boxes()
    for gap in (6, 14):
        opened = open_lines(made, np.random.default_rng(1), gap, count=1)
        rubbed = (opened.lines > 128) & (made.lines <= 128)
        rows, columns = np.nonzero(rubbed)
        long = max(np.ptp(rows), np.ptp(columns)) + 1
        assert gap - 2 <= long <= gap + 3


def test_strokes_inside_a_part_are_left():
    made = boxes()
    opened = open_lines(made, np.random.default_rng(3), 8, count=40)
    assert (opened.lines[57:64, 28:42] == made.lines[57:64, 28:42]).all()


def test_no_length_and_no_border_change_nothing():
    made = boxes()
    assert open_lines(made, np.random.default_rng(0), 0) is made
    blank = paint([], 30, np.random.default_rng(0))
    assert (open_lines(blank, np.random.default_rng(0), 9).lines == 255).all()


def test_same_seed_same_gaps():
    a, b = (open_lines(boxes(), np.random.default_rng(5), 8).lines for _ in range(2))
    assert a.tobytes() == b.tobytes()
