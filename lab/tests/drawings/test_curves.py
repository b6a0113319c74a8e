"""Curves of a drawing hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.drawings.kit.forms import limb, smooth, turn, wobble

TRIANGLE = np.float32([[0, 0], [0, 40], [30, 20]])


@pytest.mark.parametrize("closed", [True, False])
def test_a_smooth_curve_goes_through_its_points(closed):
    curve = smooth(TRIANGLE, closed=closed)
    for point in TRIANGLE:
        assert np.hypot(*(curve - point).T).min() < 1e-4


def test_an_open_curve_ends_where_its_points_end():
    curve = smooth(TRIANGLE, closed=False)
    assert curve[0].tolist() == [0, 0]
    assert curve[-1].tolist() == [30, 20]


def test_points_given_twice_are_corners():
    corners = np.repeat(np.float32([[0, 0], [0, 40], [40, 40], [40, 0]]), 2, axis=0)
    curve = smooth(corners, closed=True)
    assert curve.min() >= -1e-3
    assert curve.max() <= 40 + 1e-3


def test_a_turn_is_clockwise_as_one_sees_it():
    # Upwards (row -1) turned a quarter is to the right (column +1).
    assert turn(np.float32([[-1, 0]]), np.pi / 2).round(5).tolist() == [[0, 1]]
    assert turn(np.float32([[1, 2]]), 1.0, (1, 2)).tolist() == [[1, 2]]


def test_a_limb_is_as_wide_as_given():
    spine = np.float32([[0, 0], [10, 0], [20, 0]])
    ring = limb(spine, np.float32([4, 6, 2]), caps=(0, 0))
    assert ring[:, 1].max() == 3
    assert ring[:, 1].min() == -3
    assert ring[:, 0].min() == 0
    assert limb(spine, np.float32([4, 6, 2]), caps=(0.5, 0.5))[:, 0].min() == -2


@given(st.floats(0.1, 3), st.integers(0, 1000))
def test_a_hand_trembles_no_more_than_given(amount, seed):
    path = smooth(TRIANGLE * 5, closed=False)
    moved = wobble(path, amount, np.random.default_rng(seed), closed=False)
    assert np.abs(moved - path).max() <= amount + 1e-4
    assert moved[0].tolist() == path[0].tolist()


def test_a_calm_hand_moves_nothing():
    assert (wobble(TRIANGLE, 0, np.random.default_rng(0), closed=True) == TRIANGLE).all()
