"""Families of colours and moods."""

import colorsys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.drawings.kit.colors import FAMILIES, MOODS, any_mood, in_mood, mixed, shade, tint

colors = st.tuples(*[st.integers(0, 255)] * 3)


def hsv(color):
    return colorsys.rgb_to_hsv(*(c / 255 for c in color))


def many(family):
    rng = np.random.default_rng(0)
    return [tint(rng, family) for _ in range(60)]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_gives_colours_near_its_anchors(family):
    anchors = [tuple(bytes.fromhex(h)) for h in FAMILIES[family].split()]
    for color in many(family):
        nearest = min(max(abs(a - b) for a, b in zip(color, t, strict=True)) for t in anchors)
        assert nearest < 60


@pytest.mark.parametrize(
    ("family", "low", "high"),
    [
        ("leaf", 70, 170),
        ("lemon", 42, 62),
        ("banana", 40, 60),
        ("orange", 18, 40),
        ("sky", 180, 215),
        ("sea", 180, 225),
        ("grass", 75, 125),
        ("sun", 32, 55),
        ("carrot", 15, 35),
        ("aubergine", 260, 300),
    ],
)
def test_hues_that_people_expect(family, low, high):
    hues = [hsv(c)[0] * 360 for c in many(family)]
    assert low <= min(hues)
    assert max(hues) <= high


def test_tyres_are_dark_and_gray_and_glass_is_pale():
    assert all(hsv(c)[2] < 0.4 and hsv(c)[1] < 0.3 for c in many("tyre"))
    assert all(hsv(c)[2] > 0.8 and hsv(c)[1] < 0.35 for c in many("glass"))


def test_snow_is_mostly_paper_white():
    assert sum(c == (255, 255, 255) for c in many("snow")) > 25


def test_paint_comes_in_many_hues():
    assert len({round(hsv(c)[0] * 8) for c in many("paint")}) >= 6


@given(colors, st.sampled_from(sorted(MOODS)))
def test_moods_keep_colours_in_range_and_white_white(color, mood):
    assert all(0 <= c <= 255 for c in in_mood(color, mood))
    assert in_mood((255, 255, 255), mood) == (255, 255, 255)


def test_moods_do_what_they_say():
    red = (200, 60, 50)
    assert hsv(in_mood(red, "muted"))[1] < hsv(red)[1] < hsv(in_mood(red, "vivid"))[1]
    assert sum(in_mood(red, "pastel")) > sum(red)
    assert in_mood((60, 90, 200), "warm")[0] > 60


def test_all_moods_are_met():
    rng = np.random.default_rng(0)
    assert {any_mood(rng) for _ in range(300)} == set(MOODS)


@given(colors, st.floats(0, 1))
def test_shade_goes_up_and_down(color, amount):
    assert sum(shade(color, amount)) >= sum(color)
    assert mixed(color, color, amount) == color
    assert sum(shade(color, -amount)) <= max(sum(color), 76)


def test_same_generator_same_colours():
    assert many("cloth") == many("cloth")
