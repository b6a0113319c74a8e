"""Lightness as an order: bins near it, and colours made exactly so light."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.colors import WHITE_BIN, bin_centers, bins_of, srgb_to_lab
from nurie.guidance.palette import WHITE, as_light, favour_light

CHANNEL = st.integers(0, 255)


def hue(colors):
    lab = srgb_to_lab(colors)
    return np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))


@given(st.lists(st.tuples(CHANNEL, CHANNEL, CHANNEL), min_size=1, max_size=5), st.floats(0, 100))
def test_colours_become_as_light_as_told(colors, light):
    made = as_light(np.array(colors, np.uint8), np.full(len(colors), light, np.float32))
    assert np.abs(srgb_to_lab(made)[:, 0] - light).max() < 1


@pytest.mark.parametrize("light", [30, 50, 70])
def test_the_hue_stays(light):
    colors = np.array([[200, 60, 40], [40, 120, 70], [60, 80, 190]], np.uint8)
    turn = hue(as_light(colors, np.full(3, light, np.float32))) - hue(colors)
    assert np.abs((turn + 180) % 360 - 180).max() < 6


def test_what_is_not_told_stays():
    colors = np.array([[1, 2, 3], [200, 60, 40]], np.uint8)
    assert (as_light(colors, np.full(2, np.nan, np.float32)) == colors).all()


def test_bins_near_the_lightness_are_likelier():
    favour = favour_light(bin_centers(), np.float32([50]))
    light = srgb_to_lab(bin_centers())[:, 0]
    order = np.argsort(np.abs(light[:WHITE_BIN] - 50))
    assert (np.diff(favour[0][:WHITE_BIN][order]) <= 1e-5).all()
    assert favour.max() <= 0


def test_white_is_for_white_alone():
    favour = favour_light(bin_centers(), np.float32([WHITE + 1, WHITE - 1, np.nan]))
    assert favour[0].argmax() == WHITE_BIN
    assert favour[1, WHITE_BIN] == favour[1].min() < favour[1].max() - 20
    assert (favour[2] == 0).all()


def test_dark_bins_win_in_the_dark():
    favour = favour_light(bin_centers(), np.float32([5]))
    black = int(bins_of(np.array([0, 0, 0], np.uint8)))
    assert favour[0, black] > favour[0].mean() + 5
