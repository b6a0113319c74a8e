"""Coloured drawings read backwards: strokes on dark fills, fills beside their strokes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.guidance.reference import fills, strokes, without_strokes

NAVY, SKIN = (38, 40, 52), (250, 215, 190)


def page(color, ink):
    picture = np.full((64, 64, 3), color, np.uint8)
    picture[:, 30:33] = ink
    return picture


@pytest.mark.parametrize(("color", "ink"), [(NAVY, 0), (SKIN, 0), (SKIN, 110), ((255,) * 3, 60)])
def test_a_stroke_is_found_on_dark_and_light_fills_in_black_and_gray(color, ink):
    picture = page(color, ink)
    lines = strokes(picture, without_strokes(picture))
    assert (lines[:, 30:33] < 128).all()
    assert (np.delete(lines, (30, 31, 32), axis=1) == 255).all()


def test_a_broad_dark_fill_is_no_stroke():
    picture = page(SKIN, 0)
    picture[:, 8:28] = NAVY
    lines = strokes(picture, without_strokes(picture))
    assert (lines[:, 8:28] == 255).all()


def test_a_stroke_may_be_broader_in_a_larger_picture():
    small = np.full((400, 64, 3), SKIN, np.uint8)
    small[:, 30:38] = 0
    large = np.full((800, 800, 3), SKIN, np.uint8)
    large[:, 300:308] = 0
    assert (without_strokes(small)[:, 30:38] == 0).all()
    assert (without_strokes(large) == SKIN).all()


@given(st.integers(0, 4))
def test_a_fill_is_exact_though_its_edges_are_not(edges):
    labels = np.ones((3, 8), np.int32)
    color = np.full((3, 8, 3), SKIN, np.uint8)
    color[:, :edges] = [[125 + i, 107, 95] for i in range(edges)] or NAVY
    lines = np.full((3, 8), 255, np.uint8)
    median = np.zeros((1, 3), np.uint8)
    assert fills(labels, lines, color, median).tolist() == [list(SKIN)]


def test_where_no_colour_fills_the_region_the_other_one_is_taken():
    labels = np.int32([[1] * 12 + [2] * 4])
    color = np.arange(48, dtype=np.uint8).reshape(1, 16, 3)
    color[0, 12:] = NAVY
    told = np.uint8([[7, 7, 7], [8, 8, 8]])
    lines = np.full((1, 16), 255, np.uint8)
    assert fills(labels, lines, color, told).tolist() == [[7, 7, 7], list(NAVY)]


def test_a_region_under_lines_alone_takes_the_other_colour():
    told = np.uint8([[7, 7, 7]])
    lines = np.zeros((2, 2), np.uint8)
    color = np.full((2, 2, 3), 9, np.uint8)
    assert fills(np.ones((2, 2), np.int32), lines, color, told).tolist() == [[7, 7, 7]]


@pytest.mark.parametrize(
    ("side", "wide", "closed"),
    [(200, 6, True), (200, 8, False), (1460, 20, True), (1460, 24, False)],
)
def test_how_thick_a_stroke_may_be(side, wide, closed):
    picture = np.full((side, side, 3), 200, np.uint8)
    picture[:, 50 : 50 + wide] = 0
    assert (without_strokes(picture).min() == 200) == closed


def test_noise_in_black_is_half_a_stroke_at_most():
    color, bare = np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 10, np.uint8)
    assert 120 < strokes(color, bare)[0, 0] < 160


@pytest.mark.parametrize(("alike", "flat"), [(5, True), (3, False)])
def test_a_fifth_of_one_colour_is_a_fill(alike, flat):
    color = np.repeat(np.arange(20, dtype=np.uint8)[None, :, None], 3, axis=2)
    color[0, :alike] = 99
    lines, otherwise = np.full((1, 20), 255, np.uint8), np.full((1, 3), 7, np.uint8)
    found = fills(np.ones((1, 20), np.int32), lines, color, otherwise)
    assert found[0, 0] == (99 if flat else 7)
