"""Edits of regions: cuts fall apart where a person says, numbers stay, nothing else moves."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.errors import OptionError
from nurie.regions.edits import Cut, Merge, Partition, Split, edit, numbers_in_use
from nurie.regions.ink import Ink, find_ink
from nurie.regions.segment import segment

OUTSIDE = "Edit 1 leaves the picture of 9 x 4 pixels; keep it inside."


def blank(height, width):
    return Ink(np.zeros((height, width), bool), np.full((height, width), 255, np.uint8), 1.0)


def whole(height, width):
    return Partition(np.ones((height, width), np.int32), 1)


def line(*points):
    """From (row, column) pairs."""
    return Cut(np.array(points, np.float32))


@pytest.fixture
def gapped():
    """A box with a gap in its left side, its ink, and its one region."""
    pixels = np.full((200, 200), 255, np.uint8)
    cv2.rectangle(pixels, (40, 40), (160, 160), 0, 3)
    pixels[90:130, 36:46] = 255
    ink = find_ink(pixels)
    labels = segment(pixels, gap=0, ink=ink)
    assert labels.max() == 1
    return ink, Partition(labels, 1)


@pytest.mark.parametrize("done", [0, 1])
def test_two_lines_carry_a_horizon_to_both_sides_of_the_sheet(done):
    pixels = np.full((40, 60), 255, np.uint8)
    pixels[20, 12:48] = 0
    ink, steps = find_ink(pixels), [line((20, 12), (20, 0)), line((20, 47), (20, 59))]
    one = edit(Partition(segment(pixels, gap=0, ink=ink), 1), steps[:1], ink)
    assert one.count == 1
    found = edit(one, steps, ink, done)
    assert found.count == 2
    assert found.labels[2, 2] == found.labels[2, 57] != found.labels[37, 2]
    # A merge undoes both: then one of the lines is no more than that.
    again = [*steps, Merge(np.array([[2, 2], [37, 2]])), steps[1]]
    assert len(numbers_in_use(edit(one, again, ink))) == 1


@pytest.mark.parametrize(
    "step",
    [
        line((88, 40), (132, 40)),
        line((92, 41), (100, 48), (128, 41)),
        line((70, 40), (150, 40)),
        Split(np.array([[100, 100], [100, 10]])),
    ],
    ids=["across the gap", "short of the ink", "over the ink", "between two points"],
)
def test_a_gap_is_closed(gapped, step):
    ink, partition = gapped
    found = edit(partition, [step], ink)
    assert found.count == 2
    inside, outside = found.labels[100, 100], found.labels[10, 10]
    assert inside != outside
    # The fill reaches under the line to its middle, not through it.
    assert (found.labels[60:140, 60:140] == inside).all()
    assert (found.labels[:30] == outside).all()
    assert found.labels[60, 36] == outside


def test_a_cut_that_separates_nothing_changes_nothing(gapped):
    ink, partition = gapped
    found = edit(partition, [line((60, 80), (100, 120))], ink)
    assert found.count == 1
    assert (found.labels == partition.labels).all()


def test_the_largest_piece_keeps_the_number():
    # 3 columns to the left of the line, 5 to its right.
    found = edit(whole(20, 9), [line((0, 3.5), (19, 3.5))], blank(20, 9))
    assert found.labels[0].tolist()[0] == 2
    assert found.labels[0].tolist()[-1] == 1
    assert found.count == 2


def test_three_pieces_are_numbered_by_size():
    steps = [line((0, 2.5), (29, 2.5)), line((0, 8.5), (29, 8.5))]
    found = edit(whole(30, 20), steps, blank(30, 20))
    assert found.labels[0, [0, 5, 19]].tolist() == [2, 3, 1]


def test_a_loop_cuts_its_inside_out():
    loop = line((10, 10), (10, 30), (30, 30), (30, 10), (10, 10))
    found = edit(whole(50, 50), [loop], blank(50, 50))
    assert found.count == 2
    assert found.labels[20, 20] == 2
    assert found.labels[0, 0] == found.labels[49, 49] == 1


def test_crumbs_stay_with_their_neighbour():
    # The corner beyond the line has six pixels.
    found = edit(whole(30, 30), [line((0, 3.5), (3.5, 0))], blank(30, 30))
    assert found.count == 1
    assert (found.labels == 1).all()


def test_a_texture_is_cut_as_a_whole():
    # One region of many cells between hatching: its paper hangs together nowhere.
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[:, ::6] = 0
    ink = Ink(pixels == 0, pixels, 1.0)
    found = edit(whole(60, 60), [line((30, 0), (30, 59))], ink)
    assert found.count == 2
    assert {*found.labels[:28].ravel()} != {*found.labels[33:].ravel()}
    assert len({*found.labels[:28].ravel()}) == len({*found.labels[33:].ravel()}) == 1


def test_several_regions_are_cut_at_once():
    labels = np.ones((40, 40), np.int32)
    labels[:, 20:] = 2
    found = edit(Partition(labels, 2), [line((19.5, 0), (19.5, 39))], blank(40, 40))
    assert found.count == 4
    assert len({found.labels[r, c] for r in (5, 35) for c in (5, 35)}) == 4


def test_merged_regions_take_the_lowest_number_and_the_others_stay_empty():
    labels = np.array([[1, 2, 3, 0]] * 4, np.int32)
    found = edit(Partition(labels, 3), [Merge(np.array([[0, 2], [0, 1]]))], blank(4, 4))
    assert found.labels[0].tolist() == [1, 2, 2, 0]
    assert found.count == 3
    assert numbers_in_use(found).tolist() == [1, 2]


@pytest.mark.parametrize("points", [[[0, 3], [0, 0]], [[0, 0], [0, 0]], [[0, 3], [0, 3]]])
def test_merging_one_region_or_line_changes_nothing(points):
    labels = np.array([[1, 2, 3, 0]] * 4, np.int32)
    found = edit(Partition(labels, 3), [Merge(np.array(points))], blank(4, 4))
    assert found.labels.tolist() == labels.tolist()


def test_numbers_are_never_given_twice():
    steps = [
        line((0, 9.5), (29, 9.5)),
        Merge(np.array([[0, 0], [0, 19]])),
        line((14.5, 0), (14.5, 19)),
    ]
    found = edit(whole(30, 20), steps, blank(30, 20))
    # 2 was merged away: what is cut off next is 3.
    assert found.count == 3
    assert numbers_in_use(found).tolist() == [1, 3]


def test_a_split_after_a_merge_takes_a_new_number(gapped):
    ink, partition = gapped
    points = np.array([[100, 100], [100, 10]])
    found = edit(partition, [Split(points), Merge(points), Split(points)], ink)
    assert found.count == 3
    assert numbers_in_use(found).tolist() == [1, 3]


def test_the_partition_given_is_left_as_it_is(gapped):
    ink, partition = gapped
    before = partition.labels.copy()
    edit(partition, [line((88, 40), (132, 40)), Merge(np.array([[100, 100], [10, 10]]))], ink)
    assert (partition.labels == before).all()


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (line((0, 0), (4, 0)), "Edit 1 leaves the picture of 9 x 4 pixels; keep it inside."),
        (
            Merge(np.array([[-1, 0], [0, 0]])),
            "Edit 1 leaves the picture of 9 x 4 pixels; keep it inside.",
        ),
        (line(*[(0, 0), (3, 8)] * 100_000), r"Edit 1 is \d+ pixels long; draw at most 1000000\."),
    ],
)
def test_what_cannot_be_obeyed(step, sentence):
    with pytest.raises(OptionError, match=f"^{sentence}$"):
        edit(whole(4, 9), [step], blank(4, 9))


places = st.tuples(st.floats(0, 29.9), st.floats(0, 39.9))
paths = st.lists(places, min_size=2, max_size=5).map(lambda p: np.array(p, np.float32))
steps = st.lists(st.builds(Cut, paths) | st.builds(Merge, paths), max_size=5)


@given(steps, st.integers(0, 5))
def test_edits_only_ever_part_and_join(found_steps, seed):
    rng = np.random.default_rng(seed)
    pixels = np.where(rng.random((30, 40)) < 0.1, 0, 255).astype(np.uint8)
    ink = Ink(pixels == 0, pixels, 1.0)
    labels = np.repeat(np.repeat(np.arange(12, dtype=np.int32).reshape(3, 4), 10, 0), 10, 1)
    found = edit(Partition(labels, 11), found_steps, ink)
    # Line stays line, every region pixel stays in a region, numbers stay below the count.
    assert ((found.labels == 0) == (labels == 0)).all()
    assert found.labels.max() <= found.count
    assert found.count >= 11
    if not any(isinstance(step, Merge) for step in found_steps):
        # Each new region lies in one old one, which keeps a piece.
        for number in numbers_in_use(found):
            assert len(np.unique(labels[found.labels == number])) == 1
        assert set(range(1, 12)) <= set(numbers_in_use(found).tolist())


@pytest.mark.parametrize(("column", "count"), [(3, 1), (4, 2)])
def test_a_cut_leaves_no_crumb_of_fewer_than_twelve_pixels(column, count):
    step = line((0, column), (2, column))
    assert edit(whole(3, 30), [step], blank(3, 30)).count == count
