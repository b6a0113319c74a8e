"""Lines that are too light for ink and still part the paper."""

import numpy as np
import pytest

from nurie.regions.rooms import without_faint
from nurie.regions.segment import segment


def parts(tone):
    from skimage.measure import label

    paper = np.ones(tone.shape, np.uint8)
    return label(without_faint(paper, tone, ink=0.0, stroke=1.0), connectivity=1).max()


@pytest.mark.parametrize(("tone", "count"), [(180, 2), (195, 2), (215, 1), (255, 1)])
def test_a_faint_line_parts_and_a_fainter_one_does_not(tone, count):
    page = np.full((20, 21), 255, np.uint8)
    page[:, 10] = tone

    assert parts(page) == count


@pytest.mark.parametrize(("levels", "count"), [((215, 215), 2), ((225, 210), 2), ((235, 240), 1)])
def test_a_hair_line_that_two_pixels_share_parts(levels, count):
    page = np.full((20, 21), 255, np.uint8)
    page[:, 10:12] = levels
    assert parts(page) == count
    steps = np.full((21, 21), 255, np.uint8)
    at = np.arange(20)
    steps[at, at], steps[at, at + 1] = levels
    assert parts(steps) == count


@pytest.mark.parametrize("width", [3, 6])
def test_a_soft_shadow_as_pale_as_a_hair_line_parts_nothing(width):
    page = np.full((20, 30), 255, np.uint8)
    page[:, 10 : 10 + width] = 215

    assert parts(page) == 1


def test_a_broad_gray_is_no_line():
    page = np.full((20, 41), 255, np.uint8)
    page[:, 10:31] = 190

    assert parts(page) == 1


def test_a_faint_line_that_ends_parts_nothing():
    page = np.full((20, 21), 255, np.uint8)
    page[5:, 10] = 190

    assert parts(page) == 1


def test_specks_between_faint_lines_are_no_parts():
    page = np.full((20, 21), 255, np.uint8)
    page[5:8, 5:8] = 190
    page[6, 6] = 255

    assert parts(page) == 1


@pytest.mark.parametrize("size", [2, 3])
def test_a_line_that_fades_in_one_place_stays_closed(size):
    page = np.full((60, 60), 255, np.uint8)
    page[20:40, [20, 39]] = 0
    page[[20, 39], 20:40] = 0
    page[20, 28:32] = 195  # lighter than ink, darker than paper
    page = np.kron(page, np.ones((size, size), np.uint8))

    assert segment(page).max() == 2
