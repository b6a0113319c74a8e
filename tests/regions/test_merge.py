"""Neighbours, slivers, textures and numbering."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nurie.arrays import joined
from nurie.regions.merge import facing, look_up, merge_slivers, relabel, runs

LABELS = hnp.arrays(
    np.int32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    elements=st.integers(0, 4),
)


def int32(rows):
    return np.array(rows, np.int32)


def neighbours(labels, *, reach):
    return facing((runs(labels, axis=1), runs(labels, axis=0)), reach=reach, count=10)


@given(LABELS, st.sampled_from([0, 1]))
def test_runs_cover_every_pixel_once(labels, axis):
    scan = runs(labels, axis=axis)
    lines = labels if axis else labels.T

    rebuilt = np.concatenate([np.full(n, v) for n, v in zip(scan.length, scan.label, strict=True)])

    assert rebuilt.reshape(lines.shape).tolist() == lines.tolist()
    assert (lines[scan.line, scan.start] == scan.label).all()


def test_runs_of_an_empty_picture_are_none():
    assert len(runs(np.zeros((0, 4), np.int32), axis=0).label) == 0


def test_neighbours_face_each_other_across_the_line():
    labels = int32([[1, 0, 2, 2], [1, 0, 0, 3], [1, 1, 0, 3]])

    pairs, contact = neighbours(labels, reach=1)

    # 1 and 2 in the first row; 1 and 3 in the last; 2 and 3 touch in the last column.
    assert pairs.tolist() == [[1, 2], [1, 3], [2, 3]]
    assert contact.tolist() == [1, 1, 1]


@pytest.mark.parametrize(("reach", "near"), [(1, False), (2, True), (3, True)])
def test_reach_is_the_widest_line_between_neighbours(reach, near):
    pairs, _ = neighbours(int32([[1, 0, 0, 2]]), reach=reach)

    assert (len(pairs) == 1) == near


def test_the_end_of_a_row_is_no_neighbour_of_the_next_rows_start():
    pairs, _ = neighbours(int32([[0, 0, 1], [2, 0, 0]]), reach=1)

    assert pairs.tolist() == []


def test_a_region_is_not_its_own_neighbour():
    assert neighbours(int32([[1, 0, 1]]), reach=1)[0].tolist() == []


@given(LABELS, st.integers(1, 3))
def test_neighbours_are_the_same_in_a_turned_picture(labels, reach):
    here = neighbours(labels, reach=reach)
    there = neighbours(np.ascontiguousarray(labels[::-1].T), reach=reach)

    assert here[0].tolist() == there[0].tolist()
    assert here[1].tolist() == there[1].tolist()


@given(LABELS)
def test_touching_pairs_agree_with_counting_pixel_by_pixel(labels):
    counted = {}
    for one, two in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        for a, b in zip(one.ravel().tolist(), two.ravel().tolist(), strict=True):
            if a != b and a and b:
                counted[min(a, b), max(a, b)] = counted.get((min(a, b), max(a, b)), 0) + 1

    pairs, contact = neighbours(labels, reach=0)

    assert dict(zip(map(tuple, pairs.tolist()), contact.tolist(), strict=True)) == counted


def test_a_sliver_joins_the_neighbour_that_it_faces_most():
    labels = np.zeros((30, 60), np.int32)
    labels[:, :29], labels[:, 33:] = 1, 2
    labels[10:14, 31:33] = 3  # four pixels along 2, at once
    labels[12:14, 25:29] = 0  # and two along 1, across two pixels of line

    merged = merge_slivers(labels, 1.0)

    assert set(merged[labels == 3].tolist()) == {2}
    assert (merged[labels != 3] == labels[labels != 3]).all()


def test_a_sliver_out_of_reach_stays():
    labels = np.zeros((40, 40), np.int32)
    labels[:, :20] = 1
    labels[10, 30] = 2

    assert (merge_slivers(labels, 1.0) == labels).all()


def test_the_cells_of_a_screen_become_one_region():
    labels = np.zeros((60, 60), np.int32)
    cells = np.arange(1, 26).reshape(5, 5)
    for i in range(5):
        for j in range(5):
            labels[10 + 5 * i : 14 + 5 * i, 10 + 5 * j : 14 + 5 * j] = cells[i, j]

    merged = merge_slivers(labels, 1.0)

    assert np.unique(merged).tolist() == [0, 1]


def test_a_few_cells_stay_apart():
    labels = np.zeros((60, 60), np.int32)
    for j in range(5):
        labels[10:14, 10 + 5 * j : 14 + 5 * j] = j + 1

    assert (merge_slivers(labels, 1.0) == labels).all()


@given(LABELS)
def test_merging_moves_whole_regions_and_no_line(labels):
    merged = merge_slivers(labels, 1.0)

    assert ((merged == 0) == (labels == 0)).all()
    for label in np.unique(labels):
        assert len(np.unique(merged[labels == label])) == 1


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_joined_agrees_with_painting_over(pairs):
    slow = list(range(20))
    for one, two in pairs:
        low, high = sorted((slow[one], slow[two]))
        slow = [low if value == high else value for value in slow]

    assert joined(np.array(pairs, np.int32).reshape(-1, 2), 20).tolist() == slow


def test_a_long_chain_is_joined_to_its_lowest_end():
    chain = np.arange(5000, dtype=np.int32)
    pairs = np.stack([chain[:-1], chain[1:]], axis=1)[::-1]

    assert not joined(pairs, 5000).any()


@given(LABELS)
def test_relabelling_numbers_regions_in_reading_order(labels):
    numbered = relabel(labels)
    met = [v for v in dict.fromkeys(numbered.ravel().tolist()) if v]

    assert met == list(range(1, len(met) + 1))
    assert ((numbered == 0) == (labels == 0)).all()
    assert len({*zip(labels.ravel().tolist(), numbered.ravel().tolist(), strict=True)}) == len(
        np.unique(labels)
    )


def test_relabelling_nothing_gives_nothing():
    assert relabel(np.zeros((0, 3), np.int32)).shape == (0, 3)


@given(LABELS)
def test_looking_up_is_indexing(labels):
    table = np.arange(10, 15, dtype=np.int32)

    assert (look_up(table, labels) == table[labels]).all()
