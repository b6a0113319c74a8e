"""Joins of ends: in line, around a corner, on to a line, never across ink."""

import numpy as np
import pytest

from nurie.regions.close import Tips, joins, rasterize

SIDE = 60


def ends(*spots):
    at, way = zip(*spots, strict=True)
    ways = np.array(way, np.float32)
    return Tips(np.array(at, np.float32), ways / np.hypot(*ways.T)[:, None])


def pairs(found, ink=None, farthest=30.0):
    page = np.zeros((SIDE, SIDE), bool) if ink is None else ink
    return joins(found, page, 2.0, farthest)[0].tolist()


RIGHT, LEFT, DOWN, UP = (0, 1), (0, -1), (1, 0), (-1, 0)


def test_ends_that_face_each_other_are_joined():
    assert pairs(ends(((30, 20), RIGHT), ((30, 40), LEFT))) == [[30, 20, 30, 40]]


@pytest.mark.parametrize(("farthest", "count"), [(19.0, 0), (21.0, 1)])
def test_ends_too_far_apart_are_not(farthest, count):
    facing = ends(((30, 20), RIGHT), ((30, 40), LEFT))

    assert len(pairs(facing, farthest=farthest)) == count


def test_ends_around_a_corner_must_be_nearer():
    corner = ends(((20, 20), RIGHT), ((30, 30), UP))
    far = ends(((20, 20), RIGHT), ((40, 40), UP))

    assert len(pairs(corner)) == 1
    assert len(pairs(far)) == 0


def test_ends_that_look_away_are_not_joined():
    assert pairs(ends(((30, 20), LEFT), ((30, 40), RIGHT))) == []


def test_no_join_crosses_a_line():
    ink = np.zeros((SIDE, SIDE), bool)
    ink[:, 30] = True

    assert pairs(ends(((30, 20), RIGHT), ((30, 40), LEFT)), ink) == []


def test_an_end_is_carried_on_to_the_line_before_it():
    ink = np.zeros((SIDE, SIDE), bool)
    ink[:, 40:42] = True

    two, one = joins(ends(((30, 20), RIGHT)), ink, 2.0, 30.0)

    assert len(two) == 0
    assert one[0, :3].tolist() == [30, 20, 30]
    assert one[0, 3] == pytest.approx(40, abs=1)


def test_no_ends_no_joins():
    none = Tips(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))

    assert [len(each) for each in joins(none, np.zeros((9, 9), bool), 1.0, 5.0)] == [0, 0]


def test_drawing_keeps_to_the_canvas():
    canvas = np.zeros((3, 3), np.uint8)

    rasterize(canvas, np.float32([[1, 1, 1, 9]]), 7)

    assert canvas.tolist() == [[0, 0, 0], [0, 7, 7], [0, 0, 0]]


@pytest.mark.parametrize("down", [-10, 10])
def test_an_end_looks_for_lines_half_a_radian_to_each_side(down):
    ink = np.zeros((100, 120), bool)
    ink[50 + down - 1 : 50 + down + 2, 67:70] = True
    end = Tips(np.float32([[50, 50]]), np.float32([[0, 1]]))
    sides = joins(end, ink, 1.0, 40.0)[1]
    assert len(sides) == 1
    assert np.abs(sides[0, 2:] - (50 + down, 68)).max() <= 2


def test_an_end_is_joined_with_three_others_at_most():
    at = np.stack([np.arange(5) * 1.5 + 20, np.full(5, 20.0)], axis=1).astype(np.float32)
    ends = Tips(at, np.tile(np.float32([[0, 1]]), (5, 1)))
    pairs = joins(ends, np.zeros((40, 40), bool), 3.0, 10.0)[0]
    joined = np.concatenate([pairs[:, 0], pairs[:, 2]])
    assert max((joined == row).sum() for row in at[:, 0]) == 3
