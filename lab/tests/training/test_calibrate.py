"""Calibration against what can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie_lab.training.region.run import KNOTS, calibration_error, isotonic


def test_error_of_a_boaster():
    confidence = np.array([0.9, 0.9, 0.9, 0.9], np.float32)
    right = np.array([True, False, False, False])
    assert calibration_error(confidence, right, np.ones(4)) == pytest.approx(0.65, abs=1e-5)


def test_error_of_the_honest_is_nothing():
    confidence = np.array([0.25] * 4 + [1.0] * 4)
    right = np.array([True, False, False, False] + [True] * 4)
    assert calibration_error(confidence, right, np.ones(8)) == pytest.approx(0)


@given(st.integers(0, 10**6), st.integers(2, 200))
def test_the_curve_rises_and_stays_in_bounds(seed, count):
    rng = np.random.default_rng(seed)
    curve = isotonic(rng.random(count), rng.random(count) < 0.4, rng.random(count) + 0.1)
    assert (np.diff(curve, axis=0) >= -1e-6).all()
    assert curve.min() >= 0
    assert curve.max() <= 1
    assert len(curve) <= KNOTS + 2


def test_the_curve_mends_a_boaster():
    rng = np.random.default_rng(0)
    score = rng.random(4000)
    right = rng.random(4000) < score**2
    curve = isotonic(score, right, np.ones(4000))
    fitted = np.interp(score, curve[:, 0], curve[:, 1])
    before = calibration_error(score, right, np.ones(4000))
    assert calibration_error(fitted, right, np.ones(4000)) < before / 3
