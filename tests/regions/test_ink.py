"""Ink: what counts as a line, on which paper, and how wide it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nurie.regions.ink import find_ink, paper_tone, stroke_width

# A stroke of three pixels with soft edges: its rim is nearer to paper than to ink.
SOFT = [255, 255, 200, 60, 0, 60, 200, 255, 255]


def test_a_soft_stroke_is_ink_to_where_it_is_a_third_dark():
    mask = find_ink(np.array([SOFT] * 4, np.uint8)).mask

    assert mask[0].astype(int).tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0]


def test_sixteen_bits_say_the_same_as_eight():
    eight = np.array([SOFT] * 4, np.uint8)

    ink = find_ink(eight.astype(np.uint16) * 257)

    assert (ink.mask == find_ink(eight).mask).all()
    assert (ink.tone == find_ink(eight).tone).all()


@pytest.mark.parametrize("color", [(255, 230, 0), (255, 0, 0), (0, 0, 255), (0, 140, 70)])
def test_a_coloured_line_on_white_is_ink(color):
    picture = np.full((7, 7, 3), 255, np.uint8)
    picture[3] = color

    mask = find_ink(picture).mask

    assert mask[3].all()
    assert mask.sum() == 7


@pytest.mark.parametrize("paper", [(160, 212, 94), (240, 225, 190), (110, 110, 110)])
def test_coloured_and_dim_paper_is_paper(paper):
    picture = np.full((40, 40, 3), paper, np.uint8)
    picture[20] = 0

    ink = find_ink(picture)

    assert ink.mask[20].all()
    assert ink.mask.sum() == 40
    assert (ink.tone[0] == 255).all()


def test_pale_pencil_is_ink_when_there_is_nothing_darker():
    picture = np.full((20, 20), 255, np.uint8)
    picture[10] = 190

    assert find_ink(picture).mask.sum() == 20


def test_black_everywhere_is_ink_everywhere_and_white_is_none():
    assert find_ink(np.zeros((9, 9), np.uint8)).mask.all()
    assert not find_ink(np.full((9, 9), 255, np.uint8)).mask.any()


def test_a_broad_gray_area_is_a_tone_with_a_rim_of_line():
    picture = np.full((60, 60), 255, np.uint8)
    picture[10:50, 10:50] = 140
    picture[5] = 0  # a black line, so that gray is not the darkest ink

    mask = find_ink(picture).mask

    assert mask[10, 30]
    assert mask[5].all()
    assert not mask[30, 30]


def test_a_broad_black_area_stays_ink():
    picture = np.full((60, 60), 255, np.uint8)
    picture[10:50, 10:50] = 0

    assert find_ink(picture).mask[10:50, 10:50].all()


def test_gray_inside_thick_strokes_is_released_at_a_coarser_grid_too():
    picture = np.full((600, 600), 255, np.uint8)
    picture[100:500, 100:500] = 140
    picture[20:40] = 0
    picture[60:80] = 0  # strokes of twenty pixels: the opening looks at every fourth pixel

    mask = find_ink(picture).mask

    assert not mask[300, 300]
    assert mask[100, 300]
    assert mask[20:40].all()


def test_the_paper_itself_has_tone_255_and_the_darkest_channel_counts():
    pixels = np.array([[[200, 200, 200]] * 9 + [[200, 100, 200]]], np.uint8)

    assert paper_tone(pixels)[0].tolist() == [255] * 9 + [128]


@pytest.mark.parametrize("width", [1, 2, 5])
def test_stroke_width_of_a_bar_is_its_width(width):
    bar = np.zeros((30, 200), bool)
    bar[10 : 10 + width] = True

    assert stroke_width(bar) == pytest.approx(width, rel=0.05)


def test_stroke_width_is_at_least_one_even_without_ink():
    assert stroke_width(np.zeros((3, 3), bool)) == 1.0
    assert stroke_width(np.eye(9, dtype=bool)) == 1.0


PICTURES = hnp.arrays(
    st.sampled_from([np.uint8, np.uint16]),
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24).flatmap(
        lambda shape: st.sampled_from([shape, (*shape, 3)])
    ),
)


@given(PICTURES)
def test_any_picture_has_ink_of_its_own_size(pixels):
    ink = find_ink(pixels)

    assert ink.mask.shape == ink.tone.shape == pixels.shape[:2]
    assert (ink.mask.dtype, ink.tone.dtype) == (bool, np.uint8)
    assert ink.stroke >= 1


@given(PICTURES.filter(lambda pixels: pixels.ndim == 2))
def test_ink_turns_with_the_picture(pixels):
    ink = find_ink(pixels)

    assert (find_ink(np.ascontiguousarray(pixels.T)).tone == ink.tone.T).all()
    assert (find_ink(np.ascontiguousarray(pixels[::-1])).tone == ink.tone[::-1]).all()


@pytest.mark.parametrize(
    ("paper", "tone"),
    # Deep yellow has little blue, and dim paper little of anything; below that it is ink.
    [((200, 180, 58), 255), ((200, 180, 40), 40), ((100, 100, 100), 255), ((90, 90, 90), 90)],
)
def test_how_dark_paper_may_be(paper, tone):
    assert (paper_tone(np.full((9, 9, 3), paper, np.uint8)) == tone).all()


@pytest.mark.parametrize(("more", "expected"), [(0, (0, 255)), (70, (128, 255))])
def test_paper_is_the_commonest_of_the_light_levels(more, expected):
    page = np.full((10, 10), 140, np.uint8)
    page[:6] = more
    assert (paper_tone(page)[0, 0], paper_tone(page)[9, 0]) == expected


def test_broad_areas_are_solid_from_a_dark_gray_on():
    page = np.full((120, 120), 255, np.uint8)
    page[:15:3] = 0
    page[20:100, 20:100] = 60
    assert find_ink(page).mask[60, 60]
    page[20:100, 20:100] = 100
    assert not find_ink(page).mask[60, 60]


def test_tone_is_not_looked_for_in_small_pictures():
    dots = np.zeros((300, 300), bool)
    for i in range(2):
        dots[i::4, ::4] = dots[i::4, 1::4] = True
    page = np.where(dots, 0, 255).astype(np.uint8)
    assert find_ink(page[:200, :200]).mask.mean() > 0.2
    assert find_ink(page).mask.mean() < 0.05
