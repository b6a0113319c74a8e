"""Hatching, dots and grain."""

import numpy as np
import pytest

from nurie_lab.drawings.kit.strokes import Pen, Shape, paint
from nurie_lab.drawings.kit.tones import grain, hatch, stipple, toned

SQUARE = np.float32([[10, 10], [10, 90], [90, 90], [90, 10]])
WAYS = (hatch, stipple, grain)


def box(part="box"):
    return Shape(SQUARE, part, (200, 160, 90), smooth=False)


def drawn(strokes):
    rng = np.random.default_rng(0)
    inside = [Shape(s.outline, width=s.width, closed=s.closed, smooth=False, within="box",
                    solid=s.solid) for s in strokes]  # fmt: skip
    return paint([box(), *inside], 100, rng, pen=Pen(width=1.5))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(4))
def test_tones_darken_the_part_and_close_nothing_off(way, seed):
    import cv2

    made = drawn(way(SQUARE, np.random.default_rng(seed), 0.12, 8.0))
    inner = made.lines[14:86, 14:86]
    assert (inner < 128).mean() > 0.005
    count, _, stats, _ = cv2.connectedComponentsWithStats((inner > 200).astype(np.uint8))
    largest = stats[1:, cv2.CC_STAT_AREA].max()
    assert largest > 0.97 * (inner > 200).sum()
    assert count >= 2


@pytest.mark.parametrize("way", WAYS)
def test_strokes_stay_within_the_outline(way):
    for shape in way(SQUARE, np.random.default_rng(1), 0.1, 6.0):
        assert shape.outline.min() > 5
        assert shape.outline.max() < 95


def test_hatching_leaves_one_side_open():
    strokes = hatch(SQUARE, np.random.default_rng(0), 0.0, 8.0)
    starts = np.array([s.outline[:, 1].min() for s in strokes])
    assert len(strokes) == 10
    assert (starts > 10 + 0.3 * 80).all()


def test_share_chooses_how_many_parts_are_shaded():
    rng = np.random.default_rng(0)
    assert len(toned([box()], rng, share=0.0, pitch=8)) == 1
    more = toned([box()], rng, share=1.0, pitch=8)
    assert more[0].part == "box"
    assert {s.within for s in more[1:]} == {"box"}


def test_small_shapes_inner_shapes_and_paper_stay_plain():
    rng = np.random.default_rng(0)
    small = Shape(SQUARE / 20, "dot", (0, 0, 0), smooth=False)
    stripe = Shape(SQUARE, "stripe", (0, 0, 0), smooth=False, within="box")
    paper = Shape(SQUARE, "", (255, 255, 255), smooth=False)
    assert len(toned([small, stripe, paper], rng, share=1.0, pitch=8)) == 3


def test_fine_pitch_on_a_large_shape_stays_affordable():
    strokes = stipple(SQUARE * 20, np.random.default_rng(0), 0.1, 2.0)
    assert len(strokes) <= 200
    assert len(hatch(SQUARE * 20, np.random.default_rng(0), 0.1, 2.0)) <= 40


def test_same_state_same_strokes():
    a, b = (toned([box()], np.random.default_rng(5), share=1.0, pitch=7) for _ in range(2))
    assert [s.outline.tobytes() for s in a] == [s.outline.tobytes() for s in b]
