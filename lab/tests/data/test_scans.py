"""What pencils, paper and scanners do to lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie_lab.data.extract import (
    double,
    hatch,
    jpeg,
    paper,
    pencil,
    pressure,
    specks,
    unfinished,
    wear,
)

FLAWS = [double, hatch, jpeg, paper, pencil, pressure, specks, unfinished]
INK_ONLY = [pencil, pressure, unfinished]


def ring():
    """A black frame of three pixels on a white page of 64 × 64."""
    lines = np.full((64, 64), 255, np.uint8)
    lines[10:54, 10:54] = 0
    lines[13:51, 13:51] = 255
    return lines


@pytest.mark.parametrize("flaw", FLAWS)
def test_every_flaw_shows_and_leaves_the_lines_darker_than_the_paper(flaw):
    lines = ring()
    worn = flaw(lines, np.random.default_rng(1))
    assert worn.shape == lines.shape
    assert worn.dtype == np.uint8
    assert (worn != lines).any()
    assert (lines == ring()).all(), "the drawing given stays as it is"
    assert worn[lines == 0].mean() < worn[lines == 255].mean() - 60


@pytest.mark.parametrize("flaw", INK_ONLY)
def test_flaws_of_the_ink_leave_the_paper_white(flaw):
    worn = flaw(ring(), np.random.default_rng(2))
    assert (worn[ring() == 255] == 255).all()
    assert (worn[ring() == 0] < 255).all()


def test_hatching_stays_inside_closed_areas():
    worn = hatch(ring(), np.random.default_rng(0))
    assert (worn[:10] == 255).all()
    inside = worn[14:50, 14:50]
    assert 0.02 < (inside < 255).mean() < 0.5


def test_a_blank_page_has_nothing_to_hatch():
    blank = np.full((20, 20), 255, np.uint8)
    assert (hatch(blank, np.random.default_rng(0)) == 255).all()


def test_tinted_paper_is_tinted_everywhere():
    worn = paper(np.full((64, 64), 255, np.uint8), np.random.default_rng(3))
    assert worn.max() < 255
    assert worn.mean() > 130


def test_a_page_smaller_than_a_block_is_left():
    tiny = np.full((5, 5), 90, np.uint8)
    assert (jpeg(tiny, np.random.default_rng(0)) == tiny).all()


def test_compression_keeps_flat_areas():
    flat = np.full((32, 32), 255, np.uint8)
    assert np.abs(jpeg(flat, np.random.default_rng(0)).astype(int) - 255).max() <= 4


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6))
def test_wear_is_the_same_for_the_same_seed(seed):
    a, b = (wear(ring(), np.random.default_rng(seed)) for _ in range(2))
    assert a.tobytes() == b.tobytes()


def test_most_drawings_are_hardly_worn():
    same = [(wear(ring(), np.random.default_rng(i)) == ring()).all() for i in range(100)]
    assert 35 < sum(same) < 80
