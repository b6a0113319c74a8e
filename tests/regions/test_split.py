"""Regions that hold hints of several colours are cut between them, through the gap that leaked."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.regions.ink import find_ink
from nurie.regions.segment import segment
from nurie.regions.split import _straightened, split
from nurie.regions.ways import terrain


def two_rooms(side, gap):
    """A box in two halves, whose wall at side / 2 has a gap in the middle: pixels, ink, labels."""
    page = np.full((side, side), 255, np.uint8)
    edge, stroke = side // 10, max(1, side // 250)
    cv2.rectangle(page, (edge, edge), (side - edge, side - edge), 0, stroke)
    for rows in ((edge, (side - gap) // 2), ((side + gap) // 2, side - edge)):
        cv2.line(page, (side // 2, rows[0]), (side // 2, rows[1]), 0, stroke)
    ink = find_ink(page)
    return page, ink, segment(page, gap=0, ink=ink)


def cut(labels, ink, *points):
    """Split by (row, column, group)."""
    rows, columns, groups = np.array(points).T
    return split(labels, rows * labels.shape[1] + columns, groups, ink)


@pytest.mark.parametrize(("side", "gap"), [(200, 4), (200, 16), (500, 40), (1200, 100)])
@pytest.mark.parametrize("left", [(0.5, 0.15), (0.85, 0.45), (0.15, 0.15)])
def test_the_cut_runs_through_the_gap(side, gap, left):
    _, ink, labels = two_rooms(side, gap)
    room = labels[side // 2, side // 2]
    near, far = (int(side * v) for v in left), (side // 2, int(side * 0.85))
    parts = cut(labels, ink, (*near, 0), (*far, 1))
    columns = np.arange(side)[None].repeat(side, 0)
    paper = (labels == room) & ~ink.mask
    slack = 2 + side // 100
    assert (
        parts.labels[paper & (columns < side // 2 - slack)] == parts.labels[near_of(side, left)]
    ).all()
    assert (parts.labels[paper & (columns > side // 2 + slack)] == parts.labels[far]).all()
    assert parts.labels[near_of(side, left)] != parts.labels[far]


def near_of(side, left):
    return tuple(int(side * v) for v in left)


def test_nothing_shows_on_the_wrong_side_of_a_line():
    side = 1100  # measured at a fourth of its size, drawn exactly
    _, ink, labels = two_rooms(side, 60)
    parts = cut(labels, ink, (200, 200, 0), (900, 900, 1))
    wall = np.flatnonzero(ink.mask[300, 200:-200]) + 200
    left, right = parts.labels[200, 200], parts.labels[900, 900]
    assert (parts.labels[300, 200 : wall[0]] == left).all()
    assert (parts.labels[300, wall[-1] + 1 : 900] == right).all()


def test_open_paper_is_cut_in_the_middle_and_straight():
    page = np.full((100, 200), 255, np.uint8)
    parts = cut(np.ones(page.shape, np.int32), find_ink(page), (50, 40, 0), (50, 159, 1))
    seam = (parts.labels == parts.labels[50, 40]).sum(axis=1)
    assert abs(seam - 100).max() <= 3


def test_the_largest_part_keeps_the_label_and_parents_are_told():
    page = np.full((40, 120), 255, np.uint8)
    labels = np.ones(page.shape, np.int32)
    labels[:, 110:] = 2
    parts = cut(labels, find_ink(page), (20, 5, 7), (20, 100, 3), (20, 115, 5), (20, 119, 5))
    assert parts.parent.tolist() == [0, 1, 2, 1]
    assert parts.labels[20, 100] == 1
    assert parts.labels[20, 5] == 3
    assert (parts.labels[labels == 2] == 2).all()
    assert labels.max() == 2


def test_one_group_cuts_nothing():
    page = np.full((30, 30), 255, np.uint8)
    labels = np.ones(page.shape, np.int32)
    parts = cut(labels, find_ink(page), (3, 3, 4), (20, 20, 4))
    assert parts.labels is labels
    assert parts.parent.tolist() == [0, 1]


def test_a_soft_line_is_a_border_too():
    page = np.full((60, 160), 255, np.uint8)
    page[:, 108:111] = 190  # lighter than ink, twice as far from the one as from the other
    ink = find_ink(page)
    hard = ink.__class__(np.zeros_like(ink.mask), ink.tone, 1.0)
    parts = cut(np.ones(page.shape, np.int32), hard, (30, 10, 0), (30, 150, 1))
    assert (parts.labels[:, :105] == parts.labels[30, 10]).all()
    assert (parts.labels[:, 114:] == parts.labels[30, 150]).all()


@given(st.data())
def test_every_seed_keeps_its_pixel_and_every_part_is_of_its_region(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    height, width = rng.integers(2, 40, 2)
    page = np.where(rng.random((height, width)) < 0.3, 0, 255).astype(np.uint8)
    labels = rng.integers(0, 3, (height, width)).astype(np.int32)
    count = int(rng.integers(1, min(12, labels.size)))
    at = rng.choice(labels.size, count, replace=False)
    groups = rng.integers(0, 4, count)
    parts = split(labels, at, groups, find_ink(page))
    assert (parts.parent[parts.labels] == labels).all()
    found = parts.labels.ravel()[at]
    for one in range(count):
        same = (labels.ravel()[at] == labels.ravel()[at[one]]) & (found > 0)
        assert ((found == found[one])[same] == (groups == groups[one])[same]).all()


def test_a_pocket_nearly_as_wide_as_its_mouth_stays_a_pocket():
    page = np.full((300, 300), 255, np.uint8)
    cv2.rectangle(page, (130, 130), (160, 150), 0, 2)
    page[138:144, 158:163] = 255  # the mouth, 6 of 18 pixels
    page[126:132, 137:154] = 255  # and one more, of 17
    ink = find_ink(page)
    parts = cut(np.ones(page.shape, np.int32), ink, (140, 145, 0), (5, 295, 1))
    page_label, pocket = parts.labels[5, 295], parts.labels[140, 145]
    assert (parts.labels[134:147, 134:157] == pocket).mean() > 0.8
    outside = np.ones(page.shape, bool)
    outside[112:154, 124:176] = False
    assert (parts.labels[outside] == page_label).all()


def test_of_two_openings_the_narrower_is_cut():
    page = np.full((120, 400), 255, np.uint8)
    cv2.rectangle(page, (10, 10), (389, 109), 0, 2)
    for column, gap in ((130, 40), (260, 20)):
        cv2.line(page, (column, 10), (column, 60 - gap // 2), 0, 2)
        cv2.line(page, (column, 60 + gap // 2), (column, 109), 0, 2)
    ink = find_ink(page)
    labels = segment(page, gap=0, ink=ink)
    for near in (20, 120):  # the middle room has no dot: it goes to where it opens most
        parts = cut(labels, ink, (60, near, 0), (60, 375, 1))
        assert (parts.labels[14:106, 136:254] == parts.labels[60, near]).all()
        assert (parts.labels[14:106, 266:386] == parts.labels[60, 375]).all()


@pytest.mark.parametrize(("side", "measured"), [(360, 360), (720, 360), (722, 241)])
def test_ways_are_measured_at_360_pixels_at_most(monkeypatch, side, measured):
    seen = []

    def watched(inside, *rest):
        seen.append(max(inside.shape))
        return terrain(inside, *rest)

    monkeypatch.setattr("nurie.regions.split.terrain", watched)
    page = np.full((40, side), 255, np.uint8)
    cut(np.ones(page.shape, np.int32), find_ink(page), (20, 10, 0), (20, side - 10, 1))
    assert seen == [measured]


def test_seams_are_straightened_as_far_as_a_disc_shrinks():
    # Motion by curvature takes the same area from a disc in each round, whatever its radius.
    rows, columns = np.mgrid[:60, :60] - 30
    disc = np.hypot(rows, columns) <= 16
    lengths = np.stack([disc, ~disc]).astype(np.float32)
    spots = np.array([0, 30 * 60 + 30])
    shares = _straightened(lengths, np.ones((60, 60), np.float32), spots, np.array([0, 1]))
    lost = np.count_nonzero(disc) - np.count_nonzero(shares.argmax(axis=0))
    assert 40 < lost < 80
