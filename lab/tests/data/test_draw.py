"""Line art from colour pictures, and its flaws."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.data.extract import degrade, draw_lines, ink_lines, soft_lines, warp


def outlined_square():
    """A red square with a black outline four pixels wide, on white, 60 × 60."""
    picture = np.full((60, 60, 3), 255, np.uint8)
    picture[10:50, 10:50] = 0
    picture[14:46, 14:46] = [220, 40, 40]
    return picture


@pytest.mark.parametrize("seed", range(12))
def test_every_method_draws_dark_lines_on_white(seed):
    lines = draw_lines(outlined_square(), None, np.random.default_rng(seed))
    assert lines.shape == (60, 60)
    assert lines.dtype == np.uint8
    assert lines[0, 0] == 255
    assert lines[30, 30] == 255
    assert lines[8:18].min() < 160


def test_ink_follows_the_outline_only():
    lines = ink_lines(outlined_square(), fill=True, edges=False)
    assert (lines[10:14, 10:50] == 0).all()
    assert (lines[16:44, 16:44] == 255).all()


def test_broad_black_becomes_its_contour_unless_filled():
    picture = np.full((100, 100, 3), 255, np.uint8)
    picture[20:80, 20:80] = 0
    assert ink_lines(picture, fill=False, edges=False)[50, 50] == 255
    assert ink_lines(picture, fill=True, edges=False)[50, 50] == 0
    assert ink_lines(picture, fill=False, edges=False)[20, 50] == 0


def test_soft_lines_are_soft():
    lines = soft_lines(outlined_square(), sigma=1.0)
    assert ((lines > 0) & (lines < 255)).any()


@given(st.integers(0, 10**6))
def test_warped_lines_stay_around_their_colour(seed):
    picture = outlined_square()
    lines, color = warp(
        ink_lines(picture, fill=True, edges=False), picture, np.random.default_rng(seed)
    )
    assert lines.shape == picture.shape[:2]
    ink, dark = lines < 60, color.max(axis=2) < 90
    assert (
        ink & ~cv2.dilate(dark.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    ).sum() == 0


@given(st.integers(0, 10**6))
def test_flaws_keep_size_and_type_and_leave_the_input_alone(seed):
    lines = ink_lines(outlined_square(), fill=True, edges=False)
    before = lines.copy()
    flawed = degrade(lines, np.random.default_rng(seed))
    assert flawed.shape == lines.shape
    assert flawed.dtype == np.uint8
    assert (lines == before).all()
