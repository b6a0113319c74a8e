"""How far sets of pictures are apart, and what single ones look like."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from nurie_lab.bench.metrics.pixels import sharpness, white_share
from nurie_lab.bench.metrics.statistics import frechet


def by_the_book(one, two):
    """|μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½), matrix root and all."""
    root = sqrtm(np.cov(one.T) @ np.cov(two.T)).real
    apart = np.square(one.mean(0) - two.mean(0)).sum()
    return apart + np.trace(np.cov(one.T) + np.cov(two.T) - 2 * root)


@pytest.mark.parametrize(("n", "m"), [(40, 40), (30, 50)])
def test_the_distance_is_that_of_the_matrix_root(n, m):
    rng = np.random.default_rng(n + m)
    one = rng.normal(0, 1, (n, 5)) @ rng.normal(0, 1, (5, 5))
    two = rng.normal(0.3, 1, (m, 5)) @ rng.normal(0, 1, (5, 5))
    assert frechet(one, two) == pytest.approx(by_the_book(one, two), rel=1e-6)
    assert frechet(one, two) == pytest.approx(frechet(two, one))


def test_the_distance_of_lines_is_known():
    # Of one dimension: (μ₁ - μ₂)² + (σ₁ - σ₂)².
    one = np.array([[0.0], [2.0]])
    two = np.array([[5.0], [11.0]])
    assert frechet(one, two) == pytest.approx(7**2 + (3 - 1) ** 2 * 2)


def test_more_features_than_pictures_are_fine():
    rng = np.random.default_rng(0)
    one = rng.normal(size=(6, 100))
    assert frechet(one, one) == pytest.approx(0, abs=1e-9)
    assert frechet(one, one + 1) == pytest.approx(100)
    assert frechet(one[:4], one) > 0


def test_a_blurred_picture_is_less_sharp():
    step = np.zeros((8, 8, 3), np.uint8)
    step[:, 4:] = 200
    ramp = np.repeat(np.linspace(0, 200, 8).astype(np.uint8)[None, :, None], 8, 0).repeat(3, 2)
    assert sharpness(ramp) < sharpness(step) / 3
    # 8 of 112 steps are 200 high.
    share = 8 / 112
    assert sharpness(step) == pytest.approx(200**2 * share * (1 - share))


def test_white_is_the_last_bin():
    picture = np.full((2, 2, 3), 224, np.uint8)
    picture[0, 0] = 223
    assert white_share(picture) == 0.75
