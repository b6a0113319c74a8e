"""Rooms that are one, by how much of the border between them is open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nurie.regions.rooms import between, parted, rejoin

LABELS = hnp.arrays(np.int32, (7, 8), elements=st.integers(0, 4))


def wall(opening, height=20):
    """Two rooms with a wall between them that is open for some pixels."""
    labels = np.ones((height, 21), np.int32)
    labels[:, 11:] = 2
    labels[opening:, 10] = 0
    return labels


@pytest.mark.parametrize(("opening", "rooms"), [(2, 2), (9, 2), (11, 1), (20, 1)])
def test_rooms_are_one_where_more_than_half_the_border_is_open(opening, rooms):
    merged = rejoin(wall(opening), reach=3, open_share=0.5)

    assert merged.max() == rooms


@pytest.mark.parametrize(("toll", "rooms"), [(2, 2), (6, 1)])
def test_a_dear_border_counts_more(toll, rooms):
    merged = rejoin(wall(7), reach=3, open_share=0.5, toll=np.full((20, 21), toll, np.uint8))

    assert merged.max() == rooms


def test_a_room_below_the_least_joins_what_it_is_open_to():
    assert rejoin(wall(2), reach=3, open_share=0.5, least=300).max() == 1


def test_closed_rooms_stay_however_small():
    assert rejoin(wall(0), reach=3, open_share=0.0, least=300, cell=300).max() == 2


@pytest.mark.parametrize(("rows", "rooms"), [(2, 8), (4, 1)])
def test_many_small_rooms_that_are_open_to_each_other_are_a_texture(rows, rooms):
    cells = np.arange(1, 4 * rows + 1, dtype=np.int32).reshape(rows, 4)
    labels = np.kron(cells, np.ones((8, 8), np.int32))
    row, column = np.indices(labels.shape)
    labels[((column % 8 == 7) & (row % 8 > 0)) | ((row % 8 == 7) & (column % 8 > 0))] = 0

    merged = rejoin(labels, reach=2, open_share=0.9, cell=100)

    assert len(np.unique(merged[merged > 0])) == rooms


@given(LABELS)
def test_steps_and_lines_agree_with_counting(labels):
    counted = {}
    for one, two in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        for a, b in zip(one.ravel().tolist(), two.ravel().tolist(), strict=True):
            if a != b and a and b:
                counted[min(a, b), max(a, b)] = counted.get((min(a, b), max(a, b)), 0) + 1

    rooms = between(labels, 2)

    found = {tuple(p): n for p, n in zip(rooms.pairs.tolist(), rooms.open.tolist(), strict=True)}
    assert {pair: n for pair, n in found.items() if n} == counted
    assert (rooms.drawn >= 0).all()


@given(LABELS)
def test_without_the_parting_pixels_no_rooms_touch(labels):
    apart = np.where(parted(labels), 0, labels)

    assert not between(apart, 0).open.any()


@given(LABELS)
def test_rejoining_moves_whole_rooms_and_no_line(labels):
    merged = rejoin(labels, reach=2, open_share=0.5, least=4, cell=6)

    assert ((merged == 0) == (labels == 0)).all()
    for label in np.unique(labels):
        assert len(np.unique(merged[labels == label])) == 1
