"""Measures of regions, against scikit-image and by hand."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import regionprops

from nurie.regions.measure import measure, open_borders

LABELS = hnp.arrays(
    np.int32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.integers(0, 4),
)


def test_an_upright_bar_by_hand():
    labels = np.zeros((6, 5), np.int32)
    labels[1:5, 2] = 1

    m = measure(labels)

    assert m.area.tolist() == [4]
    assert m.center.tolist() == [[2.5, 2]]
    assert m.covariance.tolist() == [[1.25, 0, 0]]
    assert m.box.tolist() == [[1, 2, 5, 3]]
    assert m.outline.tolist() == [10]
    assert m.border.tolist() == [0]


def test_a_corner_pixel_touches_the_border_twice():
    labels = np.array([[1, 2], [2, 2]], np.int32)

    m = measure(labels)

    assert m.border.tolist() == [2, 6]
    assert m.outline.tolist() == [4, 8]
    assert m.pairs.tolist() == [[1, 2]]
    assert m.contact.tolist() == [2]


def test_a_single_pixel_picture():
    m = measure(np.ones((1, 1), np.int32))

    assert (m.area[0], m.outline[0], m.border[0]) == (1, 4, 4)
    assert len(m.pairs) == 0


def test_no_region_gives_no_rows():
    m = measure(np.zeros((4, 4), np.int32))

    assert len(m) == 0
    assert m.to_records() == []
    assert m.box.shape == (0, 4)


@given(LABELS)
def test_area_centre_box_and_spread_agree_with_scikit_image(labels):
    m = measure(labels)

    for props in regionprops(labels):
        i = props.label - 1
        spread = np.cov(props.coords.T, bias=True) if len(props.coords) > 1 else np.zeros((2, 2))
        assert m.area[i] == props.area
        assert np.allclose(m.center[i], props.centroid, atol=1e-4)
        assert m.box[i].tolist() == list(props.bbox)
        assert np.allclose(m.covariance[i], spread[[0, 0, 1], [0, 1, 1]], atol=1e-3)


@given(LABELS)
def test_outlines_count_every_edge_to_something_else(labels):
    framed = np.pad(labels, 1)
    m = measure(labels)

    for label in range(1, len(m) + 1):
        inside = framed == label
        edges = (inside[1:] ^ inside[:-1]).sum() + (inside[:, 1:] ^ inside[:, :-1]).sum()
        assert m.outline[label - 1] == edges


@given(LABELS)
def test_measures_turn_with_the_picture(labels):
    here, there = measure(labels), measure(np.ascontiguousarray(labels.T))

    assert (here.area == there.area).all()
    assert np.allclose(here.center, there.center[:, ::-1])
    assert np.allclose(here.covariance, there.covariance[:, ::-1], atol=1e-4)
    assert (here.outline == there.outline).all()
    assert (here.border == there.border).all()
    assert here.pairs.tolist() == there.pairs.tolist()
    assert (here.contact == there.contact).all()


def test_a_label_that_is_missing_has_an_empty_row():
    m = measure(np.array([[2, 2]], np.int32))

    assert m.area.tolist() == [0, 2]
    assert np.isfinite(np.concatenate([m.center, m.covariance, m.box], axis=1)).all()


def test_large_pages_are_measured_exactly():
    labels = np.ones((2100, 1200), np.int32)
    labels[1501, 901] = 2  # a pixel that no coarse grid meets

    m = measure(labels)

    assert m.area.tolist() == [2100 * 1200 - 1, 1]
    assert m.center[1].tolist() == [1501, 901]
    assert m.outline[1] == 4


def test_records_are_plain_and_name_the_neighbours():
    records = measure(np.array([[1, 1, 2, 2], [3, 3, 3, 3]], np.int32)).to_records()

    assert [r["neighbours"] for r in records] == [[2, 3], [1, 3], [1, 2]]
    assert json.loads(json.dumps(records))[0]["box"] == [0, 0, 1, 2]


@pytest.mark.parametrize(("side", "near"), [(1100, 0), (1550, 1)])
def test_lines_between_neighbours_are_broader_in_large_pictures(side, near):
    labels = np.ones((side, side), np.int32)
    labels[:, side // 2 :] = 2
    labels[:, side // 2 - 1 : side // 2 + 1] = 0
    assert len(measure(labels).pairs) == near


def test_borders_without_a_line_are_open():
    """Halves that an invented edge parts meet openly, boxes that share a line do not."""
    labels = np.ones((20, 30), np.int32)
    labels[:, 15:] = 2
    labels[10:] = 3
    ink = np.zeros(labels.shape, bool)
    ink[9:11] = True
    pairs, length = open_borders(labels, ink, np.float32([150, 150, 300]))
    assert pairs.tolist() == [[1, 2]]
    assert length[0] == pytest.approx(9 / 150**0.5)
    ink[:, 14] = True
    pairs, length = open_borders(labels, ink, np.float32([150, 150, 300]))
    assert (pairs.shape, length.shape) == ((0, 2), (0,))


def test_nothing_has_open_borders_without_regions():
    for shape in ((0, 0), (1, 1), (4, 4)):
        pairs, length = open_borders(
            np.zeros(shape, np.int32), np.zeros(shape, bool), np.zeros(0, np.float32)
        )
        assert (pairs.shape, length.shape) == ((0, 2), (0,))
