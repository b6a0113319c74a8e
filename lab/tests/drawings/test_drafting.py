"""The sheet on which things are drafted, and their place on the page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.drawings.kit.drafting import Draft, extent, placed
from nurie_lab.drawings.kit.forms import box, line, oval
from nurie_lab.drawings.kit.strokes import paint

RED, BLUE = (200, 30, 30), (30, 30, 200)


def sheet():
    """A red box with a stroke inside it."""
    d = Draft(np.random.default_rng(0))
    d.add(box(0, 0, 1, 0.5), "box", RED)
    d.line(line((0.2, 0.2), (0.8, 0.2)), within="box")
    return d


def test_points_become_rows_and_columns():
    shape = sheet().shapes[0]
    assert shape.outline.max(axis=0).tolist() == [0.5, 1]
    assert (shape.part, shape.color) == ("box", RED)


def test_extent_passes_over_what_is_drawn_within():
    d = sheet()
    d.add(box(-9, -9, 9, 9), "stripe", BLUE, within="box")
    assert extent(d.shapes) == (0, 0.5, 0, 1)


def test_placed_things_stand_on_the_lower_edge_in_the_middle():
    top, bottom, left, right = extent(placed(sheet().shapes, (10, 90, 20, 60)))
    assert (top, bottom, left, right) == pytest.approx((70, 90, 20, 60))


@given(st.floats(1, 500), st.floats(1, 500))
def test_placed_things_fit_and_keep_their_proportions(high, wide):
    top, bottom, left, right = extent(placed(sheet().shapes, (0, high, 0, wide)))
    assert top >= -1e-3
    assert left >= -1e-3
    assert right <= wide + 1e-3
    assert (right - left) == pytest.approx(2 * (bottom - top), rel=1e-3)


def test_names_are_put_before_parts_and_strokes_follow():
    shapes = placed(sheet().shapes, (0, 9, 0, 9), name="left ")
    assert [(s.part, s.within) for s in shapes] == [("left box", ""), ("", "left box")]


def test_flip_mirrors():
    d = Draft(np.random.default_rng(0))
    d.add(box(0, 0, 1, 1), "box", RED)
    d.add(box(0, 0, 0.2, 1), "bar", BLUE)
    plain, flipped = (placed(d.shapes, (0, 10, 0, 10), flip=f)[1].outline for f in (False, True))
    assert plain[:, 1].max() == pytest.approx(2)
    assert flipped[:, 1].min() == pytest.approx(8)


def test_line_widths_are_scaled():
    assert placed(sheet().shapes, (0, 9, 0, 9), width=0.5)[0].width == 0.5


def test_ring_shows_what_is_below_in_its_hole():
    d = Draft(np.random.default_rng(0))
    d.add(box(0, 0, 1, 1), "box", RED)
    d.ring("ring", BLUE, (0.5, 0.5, 0.4, 0.2))
    made = paint(placed(d.shapes, (0, 60, 0, 60)), 60, np.random.default_rng(0))
    assert made.color[30, 30].tolist() == list(RED)
    assert made.color[30, 12].tolist() == list(BLUE)
    assert made.lines[30, 30] == 255
    assert made.lines[30, 40:45].min() < 100  # the rim of the hole


def test_solid_is_drawn_as_ink_and_knows_its_colour():
    d = Draft(np.random.default_rng(0))
    d.add(oval(0.5, 0.5, 0.5), "pupil", (30, 28, 30), solid=True)
    made = paint(placed(d.shapes, (0, 40, 0, 40)), 40, np.random.default_rng(0))
    assert made.lines[20, 20] == 0
    assert made.color[20, 20].tolist() == [30, 28, 30]


def test_same_gives_the_colour_the_part_has():
    d = sheet()
    assert d.same("box", "leaf") == RED
    assert d.same("other", "leaf") != RED


def test_chances_stay_within_their_bounds():
    d = Draft(np.random.default_rng(3))
    assert {d.n(2, 4) for _ in range(60)} == {2, 3, 4}
    assert all(1 <= d.u(1, 2) <= 2 for _ in range(20))
    assert not d.maybe(0.0)
    assert d.maybe(1.0)
