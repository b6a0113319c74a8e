"""The colour of the least expected error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie.colors import WHITE_BIN, bin_centers, bins_of, delta_e, srgb_to_lab
from nurie.guidance.palette import LIKELY, safest

CENTERS = bin_centers()
RED, ORANGE, BLUE, GREEN = bins_of(
    np.array([[216, 24, 24], [216, 120, 24], [24, 24, 216], [24, 152, 24]], np.uint8)
)


BINS = {"red": RED, "orange": ORANGE, "blue": BLUE, "green": GREEN, "white": WHITE_BIN}


def chances(**shares):
    row = np.zeros((1, 512), np.float32)
    row[0, [BINS[name] for name in shares]] = list(shares.values())
    return row


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"blue": 1.0}, BLUE),
        ({"blue": 0.4, "white": 0.6}, WHITE_BIN),
        ({"blue": 0.3, "red": 0.3, "white": 0.4}, None),  # colour is likelier than white
        ({"red": 0.35, "orange": 0.3, "blue": 0.35}, None),
    ],
)
def test_safest(told, expected):
    pick = safest(chances(**told), CENTERS)[0]
    if expected is None:
        assert pick != WHITE_BIN
    else:
        assert pick == expected


def test_two_warm_thirds_outweigh_a_blue_that_is_as_likely_as_each():
    pick = safest(chances(red=0.32, orange=0.32, blue=0.36), CENTERS)[0]
    assert pick in {RED, ORANGE}


@given(st.integers(0, 999))
@settings(max_examples=15)
def test_the_safest_expects_no_more_error_than_the_likeliest_but_for_chroma_and_snapping(seed):
    rng = np.random.default_rng(seed)
    row = rng.dirichlet(np.full(512, 0.02)).astype(np.float32)[None]
    row[0, WHITE_BIN] = 0
    row /= row.sum()
    lab = srgb_to_lab(CENTERS)
    error = (delta_e(lab[:, None], lab[None]) * row[0]).sum(axis=1)
    # Chroma is worth 0.07 a unit, of 130 at most; snapping moves by a few LIKELY.
    assert error[safest(row, CENTERS)[0]] <= error[row[0].argmax()] + 0.07 * 130 + 3 * LIKELY


def test_rows_are_decided_alone():
    both = np.concatenate([chances(blue=1.0), chances(red=1.0)])
    assert safest(both, CENTERS).tolist() == [BLUE, RED]
