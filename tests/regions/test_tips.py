"""Ends of strokes: where they are and where they point."""

import cv2
import numpy as np
import pytest

from nurie.regions.close import near, tips


def stroke(angle, width=3, length=40):
    """A stroke through the middle of a page, and the unit vector along it."""
    page = np.zeros((100, 100), np.uint8)
    way = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    one, two = np.rint(50 - length / 2 * way), np.rint(50 + length / 2 * way)
    cv2.line(page, tuple(one[::-1].astype(int)), tuple(two[::-1].astype(int)), 1, width)
    return page > 0, way


@pytest.mark.parametrize("angle", range(0, 180, 15))
@pytest.mark.parametrize("width", [1, 3, 5])
def test_a_stroke_has_two_ends_that_point_out_of_it(angle, width):
    page, way = stroke(angle, width)

    found = tips(page, float(width))

    assert len(found.at) == 2
    for at, out in zip(found.at, found.way, strict=True):
        side = np.sign((at - 50) @ way)
        assert abs((at - 50) @ way) > 17
        assert out @ way * side > 0.9


def test_a_ring_has_no_end():
    page = np.zeros((100, 100), np.uint8)
    cv2.circle(page, (50, 50), 30, 1, 3)

    assert len(tips(page > 0, 3.0).at) == 0


def test_a_broken_ring_has_two_ends():
    page = np.zeros((100, 100), np.uint8)
    cv2.ellipse(page, (50, 50), (30, 30), 0, 20, 340, 1, 3)

    found = tips(page > 0, 3.0)

    assert len(found.at) == 2
    assert (found.at[:, 1] > 70).all()


def test_a_line_that_leaves_the_picture_does_not_end_there():
    page = np.zeros((60, 60), bool)
    page[30:33] = True

    assert len(tips(page, 3.0).at) == 0


@pytest.mark.parametrize("page", [np.zeros((5, 5), bool), np.ones((5, 5), bool)])
def test_no_lines_no_ends(page):
    assert len(tips(page, 1.0).at) == 0


def test_near_points_are_those_that_counting_finds():
    at = np.random.default_rng(0).uniform(0, 50, (60, 2)).astype(np.float32)
    apart = np.hypot(*(at[:, None] - at).transpose(2, 0, 1))
    counted = {(i, j) for i in range(60) for j in range(i) if apart[i, j] <= 9}

    one, two = near(at, 9.0)

    assert {(max(i, j), min(i, j)) for i, j in zip(one, two, strict=True)} == counted
    assert len(one) == len(counted)
