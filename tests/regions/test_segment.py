"""Regions of small and of made drawings: complete, disjoint, closed where a line is nearly so."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import label as connected

from nurie.errors import OptionError
from nurie.regions.ink import find_ink
from nurie.regions.segment import WORKING_SIDE, automatic_gap, segment

INK, PAPER = 0, 255


def white(height, width=None):
    return np.full((height, width or height), PAPER, np.uint8)


def box(gap=0, *, side=512, stroke=3):
    """A square outline in the middle, with an opening of ``gap`` pixels in its upper edge."""
    page, a, b = white(side), int(0.3 * side), int(0.7 * side)
    cv2.rectangle(page, (a, a), (b, b), INK, stroke)
    left = side // 2 - gap // 2
    page[a - stroke : a + stroke + 1, left : left + gap] = PAPER
    return page


def same_partition(one, two):
    """Whether two labellings differ in their numbers only."""
    pairs = {*zip(one.ravel().tolist(), two.ravel().tolist(), strict=True)}
    return len(pairs) == len(np.unique(one)) == len(np.unique(two))


def test_a_window_of_four_panes():
    page = white(21)
    page[[0, 10, 20]] = INK
    page[:, [0, 10, 20]] = INK

    labels = segment(page)

    assert [labels[5, 5], labels[5, 15], labels[15, 5], labels[15, 15]] == [1, 2, 3, 4]
    assert labels.max() == 4
    assert (labels > 0).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (40, 40)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_white_is_one_region_and_black_is_none(shape, dtype):
    paper = np.full(shape, np.iinfo(dtype).max, dtype)

    assert (segment(paper) == 1).all()
    assert (segment(np.zeros(shape, dtype)) == 0).all()


def test_a_line_of_one_pixel_parts_the_page_and_belongs_to_its_sides():
    page = white(20)
    page[:, 9] = INK

    labels = segment(page)

    assert (labels[:, :9] == 1).all()
    assert (labels[:, 10:] == 2).all()
    assert (labels > 0).all()


def test_a_diagonal_line_of_one_pixel_does_not_leak():
    page = white(30)
    page[np.arange(30), np.arange(30)] = INK

    assert segment(page, gap=0).max() == 2


@pytest.mark.parametrize("gap", [-1, float("nan"), float("inf")])
def test_a_gap_that_cannot_be_is_refused(gap):
    with pytest.raises(OptionError, match=r"A gap of \S+ pixels cannot be closed; give a number"):
        segment(white(4), gap=gap)


@pytest.mark.parametrize("gap", [1, 2, 3, 5, 8, 12, 16])
def test_a_box_closes_at_its_gap_and_leaks_without(gap):
    page = box(gap)

    closed, half, leaks = (segment(page, gap=g) for g in (gap, gap / 2, 0))

    assert closed.max() == 2
    assert closed[256, 256] != closed[0, 0]
    assert leaks.max() == 1
    assert gap < 3 or half.max() == 1


@pytest.mark.parametrize("gap", range(0, 17, 2))
@pytest.mark.parametrize("shape", ["box", "circle"])
def test_a_figure_of_512_pixels_with_one_opening_up_to_16_does_not_leak(shape, gap):
    page = box(gap)
    if shape == "circle":
        page = white(512)
        cv2.circle(page, (256, 256), 100, INK, 3, cv2.LINE_AA)
        page[:256, 256 - gap // 2 : 256 + gap - gap // 2] = PAPER

    labels = segment(page)

    assert labels.max() == 2
    assert labels[256, 256] != labels[0, 0]


def test_an_open_bowl_is_no_figure():
    page = white(512)
    cv2.ellipse(page, (256, 200), (100, 100), 0, 0, 180, INK, 3)

    assert segment(page).max() == 1


@pytest.mark.parametrize(("opening", "regions"), [((245, 257), 2), ((238, 265), 1)])
def test_a_small_shape_closes_half_its_edge_and_a_cup_stays_open(opening, regions):
    page = white(512)
    cv2.rectangle(page, (240, 240), (262, 262), INK, 3)
    page[236:244, slice(*opening)] = PAPER

    assert segment(page).max() == regions


def door(width):
    """Two rooms, and a door of some width in the wall between them."""
    page = white(512)
    cv2.rectangle(page, (60, 60), (450, 450), INK, 3)
    page[60:450, 254:257] = INK
    page[256 - width // 2 : 256 + width // 2, 250:260] = PAPER
    return segment(page)


def test_a_door_in_a_long_wall_closes_and_a_wide_one_stays_open():
    narrow, wide = door(30), door(80)

    assert narrow.max() == 3
    assert narrow[100, 100] != narrow[100, 400]
    assert wide.max() == 2
    assert wide[100, 100] == wide[100, 400]


def test_lines_that_nearly_reach_the_border_do_not_cut_the_page():
    page = white(512)
    page[14:500, 200:203] = INK
    page[14:500, 400:403] = INK

    assert segment(page).max() == 1


def test_thin_arms_are_not_cut_off():
    page = white(512)
    cv2.rectangle(page, (200, 150), (300, 400), INK, 3)
    cv2.rectangle(page, (300, 200), (420, 209), INK, 3)
    page[202:208, 298:303] = PAPER  # an arm as narrow as a gap opens into the body

    labels = segment(page)

    assert labels[205, 350] == labels[300, 250] != labels[0, 0]


def test_a_tapering_wedge_stays_whole():
    page = white(512)
    cv2.polylines(page, [np.array([[50, 60], [450, 250], [50, 440]])], True, INK, 3)

    assert segment(page).max() == 2


def test_dashes_close_when_their_gaps_are_small():
    page = white(512)
    for angle in range(0, 360, 6):
        cv2.ellipse(page, (256, 256), (120, 120), 0, angle, angle + 4, INK, 3)

    labels = segment(page)

    assert labels[256, 256] != labels[0, 0]


def test_blobs_in_the_open_do_not_cut_the_paper():
    page = white(512)
    for row in range(40, 500, 60):
        cv2.circle(page, (256, row), 12, INK, -1)

    assert segment(page).max() == 1


def test_antialiased_lines_leave_no_fringe():
    page = white(200)
    cv2.circle(page, (100, 100), 60, INK, 2, cv2.LINE_AA)

    labels = segment(page)
    distance = np.hypot(*(np.mgrid[:200, :200] - 100))

    # The middle of the line is the border; soft pixels belong to the side that they are on.
    assert (labels > 0).all()
    assert (labels[distance < 58.5] == 2).all()
    assert (labels[distance > 61.5] == 1).all()


def test_only_the_inside_of_thick_dark_ink_has_no_region():
    page = white(120)
    page[30:90, 30:90] = INK
    page[10] = INK

    labels, ink = segment(page), find_ink(page)

    assert labels[60, 60] == 0
    assert (labels[10] > 0).all()
    assert ink.mask[labels == 0].all()
    assert (labels[30, 30:90] > 0).all()


def test_screentone_is_one_region():
    page = white(300)
    cv2.rectangle(page, (50, 50), (250, 250), INK, 3)
    rows, columns = np.mgrid[:300, :300]
    dots = np.hypot(rows % 6 - 3, columns % 6 - 3) < 1.6
    page[55:246, 55:246][dots[55:246, 55:246]] = INK

    labels = segment(page)

    assert labels.max() <= 4
    assert np.mean(labels[60:240, 60:240] == labels[150, 150]) > 0.95


def test_hatching_is_a_few_regions():
    page = white(300)
    cv2.rectangle(page, (50, 50), (250, 250), INK, 2)
    for x in range(54, 250, 4):
        cv2.line(page, (x, 50), (x, 250), INK, 1)
        cv2.line(page, (50, x), (250, x), INK, 1)

    assert segment(page).max() <= 4


def test_noise_does_not_explode():
    noise = np.random.default_rng(5).integers(0, 256, (256, 256), dtype=np.uint8)

    assert connected(noise > 166, connectivity=1).max() > 4000
    assert segment(noise).max() < 300


def test_specks_beside_a_line_join_their_surroundings():
    page = white(200)
    page[100:103] = INK
    page[101, 50:52] = PAPER  # a speck inside the line

    assert segment(page).max() == 2


def test_the_ink_can_be_given():
    page = box(5)

    assert (segment(page, ink=find_ink(page)) == segment(page)).all()


def test_a_large_page_is_cut_like_a_small_one():
    small = segment(box(5))
    large = segment(cv2.resize(box(5), None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST))

    assert WORKING_SIDE < 4 * 512
    assert large.max() == small.max() == 2
    assert np.mean(large[2::4, 2::4] == small) > 0.995


def test_large_pages_keep_lines_of_one_pixel():
    page = white(4 * WORKING_SIDE + 120, 600)
    page[:, 200] = INK
    page[1000, 200:] = INK

    labels = segment(page)

    assert labels.max() == 3
    assert (labels[:, :200] == 1).all()
    assert (labels[:1000, 201:] == 2).all()
    assert (labels[1001:, 201:] == 3).all()


def test_thin_channels_of_large_pages_belong_to_what_they_open_into():
    page = white(3 * WORKING_SIDE, 400)
    page[1000:1004, 100:300] = INK
    page[1006:1010, 100:300] = INK  # two pixels of paper between two strokes, open at both ends

    labels = segment(page)

    assert labels.max() == 1


MAZES = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).random((2, 5, 5)))


@given(MAZES)
@settings(max_examples=30)
def test_mazes_agree_with_connected_components_and_turn_with_the_page(doors):
    page = white(41)
    page[::8], page[:, ::8] = INK, INK
    for i in range(5):
        for j in range(5):
            if doors[0, i, j] < 0.3 and i:
                page[8 * i, 8 * j + 3 : 8 * j + 6] = PAPER
            if doors[1, i, j] < 0.3 and j:
                page[8 * i + 3 : 8 * i + 6, 8 * j] = PAPER
    paper = page > 0

    labels = segment(page, gap=0)

    assert same_partition(labels[paper], connected(paper, connectivity=1)[paper])
    for turn in (np.transpose, np.flipud, np.fliplr):
        turned = segment(np.ascontiguousarray(turn(page)), gap=0)
        assert same_partition(turn(labels)[turn(paper)], turned[turn(paper)])


@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)),
    st.sampled_from([None, 0, 3, 40]),
)
@settings(max_examples=60)
def test_any_picture_is_covered_but_for_thick_dark_ink(page, gap):
    labels, ink = segment(page, gap=gap), find_ink(page)
    met = [v for v in dict.fromkeys(labels.ravel().tolist()) if v]

    assert labels.shape == page.shape
    assert labels.dtype == np.int32
    assert met == list(range(1, len(met) + 1))
    if not ink.mask.all():
        assert (ink.mask & (ink.tone < 90))[labels == 0].all()


@given(st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=20)
def test_gap_grows_with_the_page_and_the_stroke(side, stroke):
    assert automatic_gap((side, 2 * side), stroke) <= automatic_gap((2 * side, 4 * side), stroke)
    assert automatic_gap((side, side), stroke) <= automatic_gap((side, side), stroke + 1)
