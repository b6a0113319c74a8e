"""Marks that only cling to lines, and marks that are meant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.document import Hints
from nurie.guidance.hints import Lines, for_lines, hinted_colors, settle

BLACK, GRAY, RED, BLUE = (0, 0, 0), (130, 130, 130), (220, 30, 30), (40, 60, 200)
#       two rooms of 24 columns, with a line of 4 between them that each holds half of
LABELS = np.repeat(np.array([[1] * 26 + [2] * 26], np.int32), 30, axis=0)
PIXELS = np.full(LABELS.shape, 255, np.uint8)
PIXELS[:, 24:28] = 10
ON = Lines(PIXELS < 128, PIXELS)


def colored(*blocks, on=ON, labels=LABELS, told=False):
    """Colours of each hinted region; a block is (rows, columns, colour)."""
    parts = []
    for i, (rows, columns, color) in enumerate(blocks):
        r, c = (v.ravel().astype(np.int32) for v in np.mgrid[slice(*rows), slice(*columns)])
        parts.append((r, c, np.full((len(r), 3), color, np.uint8), np.full(len(r), i, np.int32)))
    hints = Hints(*(np.concatenate(p) for p in list(zip(*parts, strict=True))[: 3 + told]))
    kept = settle(hints, labels, on)
    region = labels[kept.rows, kept.columns].tolist()
    return {r: {tuple(c) for q, c in zip(region, kept.colors.tolist(), strict=True) if q == r}
            for r in set(region)}  # fmt: skip


def test_the_lines_own_colour_along_the_line_asks_nothing():
    assert colored(((2, 28), (22, 30), BLACK)) == {}
    assert colored(((2, 28), (22, 30), BLACK), on=None) == {1: {BLACK}, 2: {BLACK}}


def test_what_clings_to_a_line_yields_to_what_fills_the_region():
    dab = ((10, 20), (5, 15), BLUE)
    assert colored(dab, ((2, 6), (22, 26), RED)) == {1: {BLUE}}
    assert colored(((2, 6), (22, 26), RED)) == {1: {RED}}


@pytest.mark.parametrize("columns", [(6, 18), (14, 25)])
def test_black_inside_a_region_is_meant_also_where_it_touches_the_line(columns):
    assert colored(((5, 15), columns, BLACK)) == {1: {BLACK}}


def test_a_narrow_region_may_be_coloured_like_the_line():
    labels, pixels = LABELS.copy(), PIXELS.copy()
    labels[:, 36:39], pixels[:, [34, 35, 39, 40]] = 3, 10
    on = Lines(pixels < 128, pixels)
    assert colored(((8, 16), (34, 40), BLACK), on=on, labels=labels)[3] == {BLACK}


def test_a_dot_counts_wherever_it_lies():
    assert colored(((8, 9), (25, 26), BLACK)) == {1: {BLACK}}


def test_gray_between_line_and_paper_yields_but_counts_alone():
    assert colored(((2, 28), (22, 25), GRAY))[1] == {GRAY}
    assert colored(((10, 20), (5, 15), BLUE), ((2, 28), (21, 25), GRAY)) == {1: {BLUE}}


def test_marks_that_a_person_set_one_by_one_always_count():
    dab = ((10, 20), (5, 15), BLUE)
    assert colored(dab, ((2, 6), (22, 26), RED), told=True) == {1: {BLUE, RED}}


def test_a_hint_that_leaks_into_a_wide_region_is_meant_in_the_narrow_part():
    pixels = PIXELS.copy()
    pixels[4:, 18:20] = 10  # a passage of four pixels that hangs together with the room above
    on = Lines(pixels < 128, pixels)
    assert colored(((10, 20), (5, 12), BLUE), ((15, 25), (20, 24), RED), on=on)[1] == {BLUE, RED}


@given(st.integers(0, 999))
def test_believing_every_mark_never_loses_a_region(seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(0, 30, 40), rng.integers(0, 52, 40)
    marks = np.sort(rng.integers(0, 4, 40)).astype(np.int32)
    colors = rng.integers(0, 255, (4, 3)).astype(np.uint8)[marks]
    hints = Hints(rows.astype(np.int32), columns.astype(np.int32), colors)
    all_, some = (hinted_colors(settle(hints, LABELS, on), LABELS)[1] for on in (None, ON))
    assert not (some & ~all_).any()


@pytest.mark.parametrize(
    ("inked", "gray", "meant"), [(3, 50, True), (2, 50, False), (3, 95, False)]
)
def test_marks_for_the_line_lie_on_it_and_have_its_colour(inked, gray, meant):
    pixels = np.full((1, 10), 255, np.uint8)
    pixels[0, :inked] = 0
    colors = np.full((1, 3), gray, np.uint8)
    found = for_lines(np.arange(10), np.zeros(10, np.int32), colors, Lines(pixels < 9, pixels))
    assert found.tolist() == [meant]


@pytest.mark.parametrize(
    ("first", "last", "clings"),
    [
        # It touches the line, and reaches not far from it.
        (192, 198, True),
        (192, 197, False),
        (188, 198, True),
        (184, 198, False),
    ],
)
def test_what_clings_to_a_line_in_a_wide_room(first, last, clings):
    labels = np.ones((100, 400), np.int32)
    labels[:, 200:] = 2
    pixels = np.full(labels.shape, 255, np.uint8)
    pixels[:, 198:202] = 0
    dab, mark = ((40, 60), (60, 80), BLUE), ((40, 60), (first, last), RED)
    found = colored(dab, mark, on=Lines(pixels < 9, pixels), labels=labels)
    assert found == {1: {BLUE} if clings else {BLUE, RED}}
