"""Hints of section III.A: what is white, what is filled, what is blurred."""

import numpy as np
import pytest

from nurie.colors import WHITE_BIN, bin_centers
from nurie.guidance.patches import (
    Patches,
    blurred,
    hint_from_gray,
    hint_from_picture,
    sampled_hint,
)
from nurie.spectrum import Spectrum

RED, GREEN = 448, 56


@pytest.fixture
def spectrum():
    """Three times as much red as green, and much more white."""
    counts = np.zeros(512, np.int64)
    counts[[RED, GREEN, WHITE_BIN]] = 300, 100, 100000
    return Spectrum(counts, bin_centers())


def blue(side=40):
    return np.full((side, side, 3), (0, 0, 255), np.uint8)


def shares(hint):
    """Share of the pixels of each colour."""
    colors, counts = np.unique(hint.reshape(-1, 3), axis=0, return_counts=True)
    return {tuple(c): n / counts.sum() for c, n in zip(colors.tolist(), counts, strict=True)}


def test_patches_are_white_and_the_rest_is_the_picture(spectrum):
    patches = Patches(count=1, side=0.5, filled=0.0, blur=0.0)
    found = shares(hint_from_picture(blue(), spectrum, np.random.default_rng(0), patches))
    assert found == {(255, 255, 255): 0.25, (0, 0, 255): 0.75}


def test_filled_patches_follow_the_histogram_without_its_white(spectrum):
    patches = Patches(count=1, side=1.0, filled=1.0, blur=0.0)
    rng = np.random.default_rng(0)
    seen = [hint_from_picture(blue(4), spectrum, rng, patches)[0, 0].tolist() for _ in range(400)]
    reds = sum(color == bin_centers()[RED].tolist() for color in seen)
    greens = sum(color == bin_centers()[GREEN].tolist() for color in seen)
    assert reds + greens == 400
    # Three to one, give or take four standard deviations.
    assert 300 - 35 < reds < 300 + 35


def test_the_share_that_is_filled(spectrum):
    patches = Patches(count=1, side=1.0, filled=0.3, blur=0.0)
    rng = np.random.default_rng(1)
    hints = [hint_from_picture(blue(4), spectrum, rng, patches) for _ in range(400)]
    assert 0.2 < np.mean([hint[0, 0].tolist() != [255] * 3 for hint in hints]) < 0.4


def test_the_original_is_not_touched(spectrum):
    picture = blue()
    hint_from_picture(picture, spectrum, np.random.default_rng(0), Patches())
    assert (picture == blue()).all()


def test_a_sampled_hint_knows_nothing_but_the_histogram(spectrum):
    patches = Patches(count=3, side=0.2, blur=0.0)
    found = shares(sampled_hint((20, 30), spectrum, np.random.default_rng(0), patches))
    allowed = {(255, 255, 255), *(tuple(bin_centers()[b].tolist()) for b in (RED, GREEN))}
    assert set(found) <= allowed
    assert found[(255, 255, 255)] >= 1 - 3 * 16 / 600


def test_the_same_seed_gives_the_same_hint(spectrum):
    one, two = (
        sampled_hint((16, 16), spectrum, np.random.default_rng(5), Patches()) for _ in range(2)
    )
    assert (one == two).all()


def test_the_blur_is_a_box_of_that_share():
    picture = np.zeros((10, 10, 3), np.uint8)
    picture[5, 5] = 250
    soft = blurred(picture, 0.5)
    # 25 pixels take a part each.
    assert (soft[..., 0] == 10).sum() == 25
    assert blurred(picture, 0.0) is picture


def test_gray():
    gray = np.array([[0, 100], [200, 255]], np.uint8)
    assert hint_from_gray(gray, blur=0)[:, :, 1].tolist() == gray.tolist()
