"""Means and smoothing that stay inside regions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nurie.regions.flatten import means, smoothed

HALVES = np.repeat(np.array([[1, 2]], np.int32), 6, axis=1).repeat(5, axis=0)


def test_a_mean_is_that_of_the_region():
    values = np.where(HALVES == 1, 0.25, 0.75).astype(np.float32)[..., None]
    found = means(HALVES, values, np.ones(HALVES.shape, np.float32), 2)
    np.testing.assert_allclose(found, [[0.25], [0.75]], atol=1e-6)


def test_what_has_no_weight_does_not_count():
    values = np.where(np.arange(12) % 6 < 3, 1.0, 0.0).astype(np.float32)
    values, weight = np.tile(values, (5, 1))[..., None], np.tile(values, (5, 1))
    found = means(HALVES, values, weight, 2)
    np.testing.assert_allclose(found, [[1], [1]], atol=1e-5)


def test_a_region_without_any_weight_has_its_plain_mean():
    values = np.where(HALVES == 1, 0.5, 1).astype(np.float32)[..., None]
    found = means(HALVES, values, (HALVES == 2).astype(np.float32), 2)
    np.testing.assert_allclose(found, [[0.5], [1]], atol=1e-3)


def test_small_pictures_serve_large_labels():
    labels = HALVES.repeat(8, axis=0).repeat(8, axis=1)
    values = np.array([[[0.0], [1.0]]], np.float32)
    found = means(labels, values, np.ones((1, 2), np.float32), 2)
    assert found[0] < 0.2
    assert found[1] > 0.8


def test_a_region_that_the_samples_miss_takes_what_is_below_it(monkeypatch):
    monkeypatch.setattr("nurie.regions.flatten._SAMPLES", 40)
    labels = np.ones((20, 20), np.int32)
    labels[0, 19] = 2
    values = np.zeros((2, 2, 1), np.float32)
    values[0, 1] = 1
    found = means(labels, values, np.ones((2, 2), np.float32), 2)
    assert found[1].tolist() == [1]


@given(arrays(np.float32, (6, 9), elements=st.floats(0, 1, width=32)), st.floats(0.5, 20))
def test_smoothing_stays_between_the_values_of_the_region(values, reach):
    labels = np.where(np.arange(9) < 4, 1, 2).astype(np.int32)[None].repeat(6, axis=0)
    soft = smoothed(values, np.ones_like(values), labels, reach=reach)
    for label in (1, 2):
        inside, before = soft[labels == label], values[labels == label]
        assert inside.min() >= before.min() - 1e-4
        assert inside.max() <= before.max() + 1e-4


def test_nothing_runs_over_a_border():
    rng = np.random.default_rng(0)
    one = rng.random(HALVES.shape).astype(np.float32)
    two = np.where(HALVES == 1, one, rng.random(HALVES.shape)).astype(np.float32)
    weight = np.ones_like(one)
    soft = [smoothed(v, weight, HALVES, reach=4)[HALVES == 1] for v in (one, two)]
    assert (soft[0] == soft[1]).all()


@pytest.mark.parametrize("reach", [2.0, 6.0])
def test_smoothing_is_as_wide_as_a_gaussian(reach):
    spot = np.zeros((101, 101), np.float32)
    spot[50, 50] = 1
    soft = smoothed(spot, np.ones_like(spot), np.ones((101, 101), np.int32), reach=reach)
    share, away = soft / soft.sum(), np.arange(101) - 50
    assert np.sqrt((share.sum(axis=0) * away**2).sum()) == pytest.approx(reach, rel=0.15)


def test_lines_do_not_darken_what_is_beside_them():
    values, weight = np.ones((9, 9), np.float32), np.ones((9, 9), np.float32)
    values[:, 4], weight[:, 4] = 0, 0
    soft = smoothed(values, weight, np.ones((9, 9), np.int32), reach=3)
    np.testing.assert_allclose(soft, 1, atol=1e-3)
