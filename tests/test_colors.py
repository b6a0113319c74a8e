"""Colours: bins, Lab, ΔE2000, hex."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import color as oracle

from nurie.colors import (
    BINS,
    WHITE_BIN,
    bin_centers,
    bins_of,
    delta_e,
    parse_hex,
    srgb_to_lab,
    to_hex,
)
from nurie.errors import OptionError

rgb = st.tuples(*[st.integers(0, 255)] * 3)


@given(st.lists(rgb, min_size=1, max_size=20))
def test_lab_agrees_with_scikit_image(colors):
    picture = np.array([colors], np.uint8)
    np.testing.assert_allclose(srgb_to_lab(picture), oracle.rgb2lab(picture), atol=0.02)


@given(st.lists(st.tuples(rgb, rgb), min_size=1, max_size=20))
def test_delta_e_agrees_with_scikit_image(pairs):
    lab = oracle.rgb2lab(np.array(pairs, np.uint8))
    expected = oracle.deltaE_ciede2000(lab[:, 0], lab[:, 1])
    np.testing.assert_allclose(delta_e(lab[:, 0], lab[:, 1]), expected, atol=1e-3)


@given(rgb, rgb)
def test_delta_e_is_symmetric_and_zero_on_the_diagonal(one, two):
    a, b = srgb_to_lab(np.array([one, two], np.uint8))
    assert delta_e(a, a) == 0
    assert delta_e(a, b) == pytest.approx(float(delta_e(b, a)), abs=1e-3)


@given(rgb)
def test_a_colour_lies_in_the_cube_of_its_bin(color):
    bin_ = int(bins_of(np.array(color, np.uint8)))
    assert 0 <= bin_ < BINS
    assert [c >> 5 for c in color] == [bin_ >> 6, bin_ >> 3 & 7, bin_ & 7]


def test_each_centre_lies_in_its_own_bin_and_white_is_white():
    assert bins_of(bin_centers()).tolist() == list(range(BINS))
    assert bin_centers()[WHITE_BIN].tolist() == [255, 255, 255]


@given(rgb)
def test_hex_round_trip(color):
    assert parse_hex(to_hex(color)) == color


@pytest.mark.parametrize("text", ["", "#12", "#gggggg", "red", "#1234567"])
def test_what_is_no_colour_is_named(text):
    with pytest.raises(OptionError, match="is not a colour; write it like"):
        parse_hex(text)
