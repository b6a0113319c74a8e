"""Rooms of drawings with open lines, hatching and stray strokes."""

import cv2
import numpy as np
import pytest

from nurie.regions.basins import basins, chambers
from nurie.regions.rooms import Widths, rooms_of
from nurie.regions.segment import segment
from nurie.regions.ways import _cuts

INK, PAPER = 0, 255


def white(side=448):
    return np.full((side, side), PAPER, np.uint8)


def face(page):
    """A head with eyes and a mouth that touch nothing."""
    cv2.circle(page, (224, 224), 120, INK, 3, cv2.LINE_AA)
    for column in (180, 268):
        cv2.ellipse(page, (column, 190), (20, 12), 0, 180, 360, INK, 3, cv2.LINE_AA)
    cv2.ellipse(page, (224, 280), (35, 15), 0, 0, 180, INK, 3, cv2.LINE_AA)
    return page


def test_free_strokes_do_not_cut_a_face():
    labels = segment(face(white()))

    assert labels.max() == 2
    assert (labels[[150, 240, 300], 224] == labels[224, 224]).all()


@pytest.mark.parametrize("gap", [6, 10, 16, 24, 32])
@pytest.mark.parametrize("angle", [0, 50, 200])
def test_an_open_head_is_parted_from_the_page(gap, angle):
    page = face(white())
    way = np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    middle = tuple(np.rint(224 + 120 * way[::-1]).astype(int).tolist())
    cv2.circle(page, middle, gap // 2, PAPER, -1)

    labels = segment(page)

    assert labels.max() == 2
    assert labels[224, 224] != labels[0, 0]


def test_a_given_gap_bounds_the_joins():
    page = face(white())
    cv2.circle(page, (344, 224), 12, PAPER, -1)

    assert segment(page).max() == 2
    assert segment(page, gap=10).max() == 1


def test_rows_of_dashes_do_not_shatter():
    page = white(700)
    for row in range(0, 700, 12):
        for column in range(0, 700, 40):
            cv2.line(page, (column, row), (column + 30, row + 3), INK, 1, cv2.LINE_AA)

    assert segment(page).max() < 10


def test_many_loose_strokes_do_not_shatter():
    rng, page = np.random.default_rng(0), white(700)
    for _ in range(2000):
        at, step = rng.integers(0, 700, 2), rng.normal(0, 9, 2)
        cv2.line(page, at.tolist(), (at + step).astype(int).tolist(), INK, 1, cv2.LINE_AA)

    assert segment(page).max() < 120


def test_the_same_drawing_has_the_same_rooms():
    page = face(white())
    cv2.circle(page, (344, 224), 12, PAPER, -1)

    assert (segment(page) == segment(page.copy())).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (2, 2)])
def test_tiny_papers(shape):
    paper = np.ones(shape, np.uint8)

    assert (rooms_of(paper, Widths(1.0, 2.0, 3.0)) == 1).all()


def test_a_page_whose_last_block_is_cut_off_keeps_its_rooms():
    page = np.full((1402, 2801), PAPER, np.uint8)
    page[:, 2790:2793] = INK  # the last column of blocks is one pixel wide
    page[700:703, 2793:] = INK

    assert segment(page).max() == 3


@pytest.mark.parametrize(("opening", "rooms"), [(5, 2), (10, 1)])
def test_a_narrowing_that_is_no_small_share_of_the_wall_is_open(opening, rooms):
    paper = np.ones((52, 121), np.uint8)
    paper[[0, -1]] = paper[:, [0, 60, -1]] = 0
    paper[20 : 20 + opening, 60] = 1
    assert rooms_of(paper, Widths(1.0, 12.0, 1.0)).max() == rooms


@pytest.mark.parametrize(("neck", "chamber"), [(16, 29), (11, 20), (8, 15), (5, 10)])
def test_chambers_of_any_width_are_parted_at_their_neck(neck, chamber):
    paper = np.zeros((2 * chamber + 1, 6 * chamber + 16), np.uint8)
    paper[1:-1, 1:-1] = 1
    middle = np.arange(paper.shape[1] // 2 - 4, paper.shape[1] // 2 + 4)
    paper[: chamber + 1 - neck, middle] = paper[chamber + neck :, middle] = 0
    assert basins(paper, 40).max() == 2


def test_rooms_much_thinner_than_the_gap_are_rooms():
    paper = np.ones((60, 90), np.uint8)
    paper[[0, 4, -1]] = paper[:, [0, -1]] = 0
    assert ((basins(paper, 40) > 0) == (paper > 0)).all()


@pytest.mark.parametrize(("neck", "count"), [(9.3, 1), (8.5, 2)])
def test_chambers_are_looked_for_six_times_an_octave(neck, count):
    assert chambers(np.array([[8, 10, neck, 10, 8]] * 3, np.float32))[0].max() == count


@pytest.mark.parametrize(("half", "parted"), [(9.0, True), (9.5, False)])
def test_what_opens_but_little_is_no_chamber_of_its_own(half, parted):
    one, two = np.array([[1, 2]], np.int32), np.float32([0, 10, 10])
    seeds = [np.array([1, 2]), np.array([0, 1])]
    assert _cuts(one, np.float32([half]), two, seeds).tolist() == [parted]


def test_a_wall_between_two_ends_counts_as_half_drawn():
    paper = np.ones((52, 121), np.uint8)
    paper[[0, -1]] = paper[:, [0, 60, -1]] = 0
    paper[13:39, 60] = 1
    assert rooms_of(paper, Widths(1.0, 1.0, 40.0)).max() == 2


@pytest.mark.parametrize(("side", "rooms"), [(20, 2), (22, 15)])
def test_only_cells_below_a_four_hundredth_of_the_picture_are_a_texture(side, rooms):
    paper, step = np.ones((420, 420), np.uint8), side + 1
    paper[[60, 60 + step], 20 : 21 + 14 * step] = 0
    paper[60 : 61 + step, 20 : 21 + 14 * step : step] = 0
    middle = 60 + side // 2
    paper[middle - 2 : middle + 4, 20 + step : 20 + 14 * step : step] = 1
    assert rooms_of(paper, Widths(1.0, 1.0, 12.0)).max() == rooms
