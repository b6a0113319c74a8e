"""Which regions a dot, a stroke or an area colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.document import Hints
from nurie.guidance.hints import hinted_colors, settle

RED, BLUE = (255, 0, 0), (0, 0, 255)
#       two regions side by side, 20 columns each; a line between them is not needed
HALVES = np.repeat(np.array([[1] * 20 + [2] * 20], np.int32), 20, axis=0)


def block(rows, columns, color, mark=None):
    """All pixels of a rectangle."""
    r, c = (v.ravel().astype(np.int32) for v in np.mgrid[slice(*rows), slice(*columns)])
    marks = None if mark is None else np.full(len(r), mark, np.int32)
    return Hints(r, c, np.full((len(r), 3), color, np.uint8), marks)


def together(*all_hints):
    fields = ("rows", "columns", "colors", "marks")
    return Hints(*(np.concatenate([getattr(h, f) for h in all_hints]) for f in fields))


def colored(hints, labels=HALVES):
    """Colour of each hinted region."""
    colors, hinted = hinted_colors(settle(hints, labels), labels)
    return {int(i): tuple(colors[i].tolist()) for i in np.flatnonzero(hinted)}


def test_a_slip_over_the_line_asks_nothing_of_the_neighbour():
    assert colored(block((5, 13), (8, 22), RED)) == {1: RED}


def test_a_stroke_colours_every_region_that_it_runs_through():
    assert colored(block((8, 12), (5, 32), RED)) == {1: RED, 2: RED}


def test_a_small_region_under_a_broad_stroke_is_coloured():
    labels = HALVES.copy()
    labels[9:11, 9:11] = 3
    assert colored(block((4, 16), (4, 16), RED), labels) == {1: RED, 3: RED}


@pytest.mark.parametrize("column", [19, 20])
def test_a_dot_always_counts(column):
    assert colored(block((10, 11), (column, column + 1), RED)) == {1 + column // 20: RED}


def test_touching_pixels_of_one_colour_are_one_dab():
    dab = block((5, 13), (10, 22), RED)
    beside = block((5, 13), (22, 30), BLUE)
    both = Hints(*(np.concatenate([getattr(dab, f), getattr(beside, f)])
                   for f in ("rows", "columns", "colors")))  # fmt: skip
    assert colored(both) == {1: RED, 2: BLUE}
    assert np.unique(settle(both, HALVES).marks).tolist() == [0, 1]


def test_what_is_painted_later_lies_above():
    under, over = block((5, 15), (2, 18), RED, 0), block((5, 15), (2, 18), BLUE, 1)
    assert colored(together(under, over)) == {1: BLUE}
    assert colored(together(block((5, 15), (2, 18), RED, 1), block((5, 15), (2, 18), BLUE, 0))) == {
        1: RED
    }


def test_a_later_dot_takes_the_region_from_a_stroke_and_only_that():
    stroke, dot = block((8, 12), (5, 32), RED, 0), block((10, 11), (10, 11), BLUE, 1)
    assert colored(together(stroke, dot)) == {1: BLUE, 2: RED}


def test_two_dots_of_two_colours_both_stay():
    dots = together(block((3, 4), (3, 4), RED, 0), block((9, 10), (9, 10), BLUE, 1))
    assert len(settle(dots, HALVES).rows) == 2


def test_a_mark_on_thick_ink_goes_to_the_nearest_region():
    labels = np.zeros((100, 100), np.int32)
    labels[:, 60:] = 1
    told = settle(block((50, 51), (57, 58), RED), labels)
    assert (told.rows.tolist(), told.columns.tolist()) == ([50], [60])
    assert colored(block((48, 53), (54, 59), RED), labels) == {1: RED}
    assert colored(block((50, 51), (10, 11), RED), labels) == {}


def test_no_hints_at_all():
    none = Hints(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 3), np.uint8))
    assert len(settle(none, HALVES).rows) == 0


@given(st.integers(0, 999))
def test_every_hint_that_counts_lies_in_a_region_and_no_pixel_has_two(seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, (12, 15)).astype(np.int32)
    size = int(rng.integers(1, 60))
    rows, columns = rng.integers(0, 12, size), rng.integers(0, 15, size)
    marks = rng.integers(0, 5, size).astype(np.int32)
    colors = np.eye(5, 3, dtype=np.uint8)[marks] * 200
    _, first = np.unique(np.stack([rows, columns, marks]), axis=1, return_index=True)
    hints = Hints(rows[first], columns[first], colors[first], marks[first])
    told = settle(hints, labels)
    assert (labels[told.rows, told.columns] > 0).all()
    places = told.rows * 15 + told.columns
    assert len(np.unique(places)) == len(places)
    assert {tuple(c) for c in told.colors.tolist()} <= {tuple(c) for c in colors.tolist()}


def settled(mark, labels):
    """The regions that a mark colours."""
    found = settle(mark, labels)
    return set(labels[found.rows, found.columns].tolist())


@pytest.mark.parametrize(("border", "regions"), [(57, {1, 2}), (59, {1})])
def test_a_sixth_of_its_heart_makes_a_region_a_mark_s_own(border, regions):
    labels = np.ones((100, 200), np.int32)
    labels[:, border:] = 2
    # A square of 41 pixels, whose heart are the 21 in the middle.
    assert settled(block((30, 71), (30, 71), RED), labels) == regions


@pytest.mark.parametrize(("columns", "regions"), [(4, {1, 2}), (2, {1})])
def test_a_third_under_a_mark_makes_a_small_region_its_own(columns, regions):
    labels = np.ones((100, 200), np.int32)
    labels[45:55, 71 - columns : 81 - columns] = 2
    assert settled(block((30, 71), (30, 71), RED), labels) == regions


@pytest.mark.parametrize(("columns", "regions"), [(9, {1, 2}), (5, {1})])
def test_a_stroke_that_runs_on_for_its_width_is_no_slip(columns, regions):
    labels = np.ones((60, 400), np.int32)
    labels[:, 250 - columns :] = 2
    assert settled(block((20, 25), (50, 250), RED), labels) == regions


@pytest.mark.parametrize(("distance", "regions"), [(6, {1}), (12, set())])
def test_how_far_a_mark_on_ink_may_lie_from_its_region(distance, regions):
    labels = np.zeros((40, 400), np.int32)
    labels[: 20 - distance] = 1
    assert settled(block((20, 21), (200, 204), RED), labels) == regions
