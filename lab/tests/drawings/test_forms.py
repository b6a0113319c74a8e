"""Outlines of things, in (x, y)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.drawings.kit.forms import (
    arc,
    box,
    curve,
    dome,
    leaf,
    line,
    oval,
    poly,
    puff,
    spun,
    star,
    tube,
    twin,
)


def area(outline):
    """Signed area by the shoelace formula."""
    x, y = outline.T.astype(float)
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def reach(outline):
    """Least x, least y, greatest x, greatest y."""
    return [*outline.min(axis=0).round(3).tolist(), *outline.max(axis=0).round(3).tolist()]


def test_box_has_its_corners_and_area():
    assert reach(box(1, 2, 3, 5)) == [1, 2, 3, 5]
    assert abs(area(box(1, 2, 3, 5))) == pytest.approx(6)


def test_rounded_box_lacks_only_its_corners():
    assert reach(box(0, 0, 2, 2, 0.5)) == [0, 0, 2, 2]
    assert abs(area(box(0, 0, 2, 2, 0.5))) == pytest.approx(4 - (4 - np.pi) * 0.25, abs=0.02)


def test_radius_too_large_makes_a_circle():
    assert abs(area(box(0, 0, 1, 1, 9))) == pytest.approx(np.pi / 4, abs=0.02)


def test_oval_is_an_ellipse():
    assert abs(area(oval(3, 4, 2, 1))) == pytest.approx(2 * np.pi, rel=0.01)
    assert reach(oval(0, 0, 1)) == [-1, -1, 1, 1]


def test_dome_is_half_an_ellipse_on_its_level():
    assert reach(dome(0, 1, 2, 0.5)) == pytest.approx([-2, 0.5, 2, 1], abs=0.01)
    assert abs(area(dome(0, 1, 2, 0.5))) == pytest.approx(np.pi / 2, rel=0.02)


def test_poly_cuts_long_edges_and_keeps_corners():
    path = poly((0, 0), (0.3, 0), (0, 0.3))
    steps = np.hypot(*np.diff(path, axis=0).T)
    assert steps.max() < 0.05
    for corner in ((0, 0), (0.3, 0), (0, 0.3)):
        assert np.isclose(path, corner, atol=1e-6).all(axis=1).any()


def test_open_poly_ends_at_its_last_point():
    assert poly((0, 0), (1, 0), (1, 1), closed=False)[-1].tolist() == [1, 1]


def test_curve_goes_through_its_points():
    path = curve((0, 0), (1, 0), (1, 1), (0, 1))
    for corner in ((0, 0), (1, 0), (1, 1), (0, 1)):
        assert np.isclose(path, corner, atol=1e-5).all(axis=1).any()


def test_doubled_point_stays_a_corner():
    soft = curve((0, 0), (1, 0), (1, 1), (0, 1))
    sharp = curve((0, 0), (1, 0), (1, 0), (1, 1), (0, 1))
    assert soft[:, 0].max() > sharp[:, 0].max()


def test_line_starts_and_ends_at_its_points():
    path = line((0, 0), (0.5, 1), (1, 0))
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [1, 0]


def test_tube_is_as_wide_as_given():
    rim = tube([(0, 0), (1, 0)], 0.2, cap=0)
    assert reach(rim)[1::2] == pytest.approx([-0.1, 0.1], abs=0.01)


def test_tube_tapers():
    rim = tube([(0, 0), (0.5, 0), (1, 0)], 0.4, 0.1, cap=0)
    near, far = rim[rim[:, 0] < 0.1], rim[rim[:, 0] > 0.9]
    assert np.ptp(near[:, 1]) > 2 * np.ptp(far[:, 1])


def test_leaf_ends_in_its_two_points():
    rim = leaf((0, 0), (1, 0), 0.4)
    assert reach(rim)[0::2] == [0, 1]
    assert 0.3 < np.ptp(rim[:, 1]) < 0.45


def test_star_has_its_points_at_two_radii():
    far = np.hypot(*star(0, 0, 2, inner=0.5, points=6).T)
    assert far.max() == pytest.approx(2)
    assert far.min() >= 0.95


def test_arc_is_a_quarter():
    path = arc((0, 0, 1, 1), 0.0, 0.25)
    assert path[0].tolist() == [1, 0]
    assert path[-1].round(3).tolist() == [0, 1]


def test_twin_mirrors_about_the_middle_and_keeps_the_axis_once():
    assert twin((0.5, 0.0), (0.75, 0.5), (0.5, 1.0)) == [
        (0.5, 0),
        (0.75, 0.5),
        (0.5, 1),
        (0.25, 0.5),
    ]


@given(st.floats(-2, 2), st.floats(-1, 1), st.floats(-1, 1))
def test_turning_keeps_area_and_turning_back_restores(turns, x, y):
    rim = box(0, 0, 1, 0.5)
    turned = spun(rim, turns, (x, y))
    assert area(turned) == pytest.approx(area(rim), abs=1e-3)
    np.testing.assert_allclose(spun(turned, -turns, (x, y)), rim, atol=1e-4)


@given(st.integers(0, 10**6), st.integers(4, 12))
def test_puff_bulges_out_of_its_ellipse_and_stays_near(seed, bumps):
    rim = puff(np.random.default_rng(seed), (0, 0, 1, 1), bumps)
    far = np.hypot(*rim.T)
    assert far.min() == pytest.approx(1, abs=1e-4)
    assert 1.02 < far.max() < 1.8
