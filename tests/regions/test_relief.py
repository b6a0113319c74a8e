"""Inflated shapes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie.regions.relief import enlarge, relief, slopes


def disc(radius, side=64):
    center = (side - 1) / 2
    rows, columns = np.mgrid[0:side, 0:side]
    return (np.hypot(rows - center, columns - center) <= radius).astype(np.int32)


@pytest.mark.parametrize("radius", [10, 20, 28])
def test_a_disc_becomes_a_hemisphere(radius):
    height = relief(disc(radius))
    assert height[32, 32] == pytest.approx(radius, rel=0.15)
    half = height[32, 32 + radius // 2]
    assert half == pytest.approx(np.sqrt(radius**2 - (radius // 2) ** 2), rel=0.15)


def test_a_band_across_the_picture_has_no_edge_at_the_border():
    groups = np.repeat(np.array([0] * 16 + [1] * 16 + [0] * 16, np.int32)[:, None], 48, 1)
    height = relief(groups)
    assert np.ptp(height[24]) < 0.05 * height[24].max()


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_one_shape_does_not_feel_what_happens_within_another(seed):
    rng = np.random.default_rng(seed)
    groups = disc(18)
    other = groups.copy()
    other[:6] = rng.integers(5, 9, other[:6].shape)
    inside = groups == 1
    # The coarse levels are nothing but first guesses; the last rounds settle each shape alone.
    np.testing.assert_allclose(relief(groups)[inside], relief(other)[inside], rtol=1e-5, atol=1e-4)


def test_slopes_stop_at_borders():
    height = np.float32([[0, 1, 2, 50, 60]])
    _, right = slopes(height, np.array([[1, 1, 1, 2, 2]], np.int32))
    assert right.tolist() == [[1, 1, 1, 10, 10]]


def test_a_pixel_alone_has_no_slope():
    down, right = slopes(np.float32([[3, 9]]), np.array([[1, 2]], np.int32))
    assert not down.any()
    assert not right.any()


@given(st.integers(1, 4), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_enlarging_mixes_no_shapes(factor, seed):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.repeat(rng.integers(1, 3, (5, 6)), 2 * factor, 0), 2 * factor, 1)
    small = groups[factor // 2 :: factor, factor // 2 :: factor].astype(np.int32)
    values = small.astype(np.float32) * 10
    large = enlarge(values, small, groups.astype(np.int32), factor=factor, missing=0)
    np.testing.assert_allclose(large, groups * 10, rtol=1e-5)


def test_enlarging_what_the_reduced_picture_lacks():
    large = enlarge(np.float32([[5]]), np.int32([[1]]), np.int32([[1, 2]]), factor=2, missing=7)
    assert large.tolist() == [[5, 7]]
