"""Trace lines: found with their soft edges, never taken from ink, and gone from the fills."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.errors import OptionError
from nurie.regions.ink import find_ink
from nurie.regions.segment import segment
from nurie.regions.trace import trace_color, traced, with_traces, without

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 160, 60)


def laid(lines, side=96, fine=4):
    """Soft lines over white, (side, side, 3) uint8: (start, end, colour, width) each."""
    page = np.full((side * fine, side * fine, 3), 255, np.uint8)
    for (x0, y0), (x1, y1), color, width in lines:
        ends = (x0 * fine, y0 * fine), (x1 * fine, y1 * fine)
        cv2.line(page, *ends, color, round(width * fine), cv2.LINE_8)
    return cv2.resize(page, (side, side), interpolation=cv2.INTER_AREA)


BOX = [
    ((20, 20), (76, 20), (0, 0, 0), 3),
    ((76, 20), (76, 76), (0, 0, 0), 3),
    ((76, 76), (20, 76), (0, 0, 0), 3),
    ((20, 76), (20, 20), (0, 0, 0), 3),
]


@pytest.mark.parametrize("color", [RED, BLUE, GREEN, (255, 128, 0), (0, 255, 255), (220, 40, 90)])
@pytest.mark.parametrize("width", [1, 2.5, 6])
def test_all_of_a_soft_line_is_found(color, width):
    page = laid([((10, 13), (83, 71), color, width)])
    assert (traced(page, [color]) == (page < 253).any(axis=2)).mean() > 0.999
    assert (without(page, traced(page, [color])) > 245).all()


def test_ink_and_other_colours_stay():
    page = laid([*BOX, ((30, 10), (30, 90), BLUE, 2)])
    assert not traced(page, [RED]).any()
    assert not traced(laid(BOX), [RED, BLUE]).any()


@pytest.mark.parametrize("color", [RED, BLUE, GREEN])
def test_crossing_ink_keeps_its_darkness(color):
    """Where a trace line runs into ink, no ink gets lost."""
    page = laid([((20, 20), (76, 76), color, 2.5), *BOX])
    clean = without(page, traced(page, [color]))
    alone = laid(BOX)
    ink = alone.max(axis=2) < 40
    assert (clean[ink].max(axis=1) < 60).all()
    inside = clean[29:67, 29:67]  # but for the corners, which are as narrow as a gap
    assert (inside > 240).all()


def test_sixteen_bits_are_as_good():
    page = laid([*BOX, ((20, 30), (76, 60), RED, 2)])
    deep = page.astype(np.uint16) * 257
    assert (traced(deep, [RED]) == traced(page, [RED])).all()
    assert without(deep, traced(deep, [RED])).max() == 65535


def test_a_gray_drawing_has_none():
    gray = laid(BOX)[..., 0]
    assert not traced(gray, [RED]).any()


@given(st.integers(0, 2**32 - 1))
def test_pure_gray_is_never_a_trace(seed):
    gray = np.random.default_rng(seed).integers(0, 256, (12, 12, 1), np.uint8).repeat(3, 2)
    assert not traced(gray, [RED, BLUE, GREEN]).any()


@pytest.mark.parametrize("width", [1, 3, 14])
def test_they_part_regions_and_the_fills_meet_below(width):
    page = laid([*BOX, ((48, 20), (48, 76), RED, width)])
    mask = traced(page, [RED])
    labels = segment(page, ink=with_traces(find_ink(page), mask))
    left, right = labels[48, 30], labels[48, 66]
    assert left != right
    assert 0 not in (left, right)
    line = labels[30:66, 36:60]
    assert set(np.unique(line)) == {left, right}
    assert abs((line == left).mean() - 0.5) < 0.06


def test_a_light_trace_line_parts_too():
    page = laid([*BOX, ((48, 20), (48, 76), (255, 255, 0), 1)])
    mask = traced(page, [trace_color("yellow")])
    labels = segment(page, ink=with_traces(find_ink(page), mask))
    assert labels[48, 30] != labels[48, 66]


def test_colours_by_name_and_hex():
    assert trace_color(" Red ") == (255, 0, 0)
    assert trace_color("0af") == (0, 170, 255)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#808080", "#808080 is too gray for a trace line"),
        ("black", "black is too gray for a trace line"),
        ("blackish", "'blackish' is not a colour; write it like #ff8800"),
        ("#000", "too gray"),
    ],
)
def test_colours_that_cannot_be(text, sentence):
    with pytest.raises(OptionError, match=sentence):
        trace_color(text)


def test_a_pale_line_is_meant_by_the_name_of_its_hue():
    page = laid([((10, 13), (83, 71), (150, 190, 255), 2.5), *BOX])
    found = traced(page, [BLUE])
    assert (found == traced(page, [(150, 190, 255)])).mean() > 0.999
    assert found.mean() > 0.02
    assert not traced(page, [RED, GREEN]).any()
