"""Layers recomposite to the sketch and to the merged picture."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nurie.document import PAPER, Layers, Palette, Sketch, lay_lines, line_layer, strips

DEPTHS = st.sampled_from([np.uint8, np.uint16])


def over_white(rgba):
    """Straight-alpha composite over white, in float."""
    white = np.iinfo(rgba.dtype).max
    alpha = rgba[..., 3:].astype(float) / white
    return rgba[..., :3] * alpha + white * (1 - alpha)


@given(DEPTHS.flatmap(lambda d: arrays(d, st.tuples(st.integers(1, 9), st.integers(1, 9)))))
def test_gray_lines_come_back_exactly(pixels):
    assert (np.rint(over_white(line_layer(pixels))) == pixels[..., None]).all()


@given(DEPTHS.flatmap(lambda d: arrays(d, st.tuples(*[st.integers(1, 9)] * 2, st.just(3)))))
def test_coloured_lines_come_back_within_one(pixels):
    assert np.abs(over_white(line_layer(pixels)) - pixels).max() <= 1


@given(DEPTHS.flatmap(lambda d: arrays(d, st.tuples(*[st.integers(1, 6)] * 2, st.just(3)))))
def test_lines_over_white_are_the_lines(pixels):
    white = np.full(pixels.shape, 255, np.uint8)
    assert (lay_lines(pixels, white) == pixels).all()


@given(arrays(np.uint8, (3, 4)), arrays(np.uint8, (3, 4, 3)))
def test_gray_lines_multiply(pixels, below):
    expected = below.astype(float) * pixels[..., None] / 255
    assert np.abs(lay_lines(pixels, below) - expected).max() <= 0.5 + 1e-9


def two_regions(depth):
    white = np.iinfo(depth).max
    pixels = np.array([[white, 0, white]] * 2, depth)
    labels = np.array([[1, 1, 2]] * 2, np.int32)
    palette = Palette(np.array([[200, 30, 30]], np.uint8))
    entries = np.array([PAPER, 0, PAPER], np.int32)
    return Layers(Sketch(pixels), labels, entries, palette, np.zeros(3, bool))


def test_layers_of_a_small_drawing():
    layers = two_regions(np.uint8)
    assert layers.merged()[0].tolist() == [[200, 30, 30], [0, 0, 0], [255, 255, 255]]
    assert layers.flat()[0].tolist() == [[200, 30, 30, 255]] * 2 + [[255, 255, 255, 0]]
    assert layers.line()[0, :, 3].tolist() == [0, 255, 0]


def test_sixteen_bits_stay_sixteen():
    merged = two_regions(np.uint16).merged()
    assert merged.dtype == np.uint16
    assert merged[0, 0].tolist() == [200 * 257, 30 * 257, 30 * 257]


@given(st.integers(0, 1000), st.integers(1, 300))
def test_strips_cover_every_row_once(height, step):
    rows = np.zeros(height, int)
    for part in strips(height, step):
        rows[part] += 1
    assert (rows == 1).all()
