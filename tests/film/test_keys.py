"""Keys: exact colours, noise, and pictures of something else."""

import cv2
import numpy as np
import pytest

from nurie.document import PAPER, Sketch
from nurie.errors import InputError
from nurie.film.keys import Entries, key_entries, read_key
from nurie.regions.segment import segment


def boxes():
    lines = np.full((60, 60), 255, np.uint8)
    for at in (5, 20, 35, 50):
        lines[5:51, at] = lines[at, 5:51] = 0
    sketch = Sketch(lines)
    return sketch, segment(lines)


def painted(labels, seed=0):
    colors = np.random.default_rng(seed).integers(0, 250, (labels.max() + 1, 3)).astype(np.uint8)
    colors[1] = 255
    return colors[labels], colors


def test_a_key_says_each_regions_colour_exactly():
    sketch, labels = boxes()
    picture, colors = painted(labels)
    found, slack = read_key(picture, sketch, labels, labels.max(), name="1")
    assert (found == colors[1:]).all()
    assert (slack == 0).all()


def test_white_is_paper():
    entries = Entries()
    found = key_entries(np.uint8([[255] * 3, [9, 9, 9]]), 0.0, entries)
    assert found.tolist() == [PAPER, 0]


def test_exact_colours_are_never_moved():
    entries = Entries()
    near = np.uint8([[100, 100, 100], [101, 100, 100]])
    assert entries.find(near).tolist() == [0, 1]
    assert entries.find(near[1:]).tolist() == [1]


def test_noise_joins_an_exact_colour():
    entries = Entries()
    colors = np.uint8([[101, 100, 100], [100, 100, 100]])
    found = entries.find(colors, np.float32([3, 0]))
    assert found[0] == found[1]
    assert entries.colors.tolist() == [[100, 100, 100]]


@pytest.mark.parametrize("quality", [95, 80])
def test_a_key_saved_as_jpeg_has_no_more_colours_than_were_painted(quality):
    lines = np.full((240, 240), 255, np.uint8)
    for at in range(10, 240, 20):
        lines[10:231, at] = lines[at, 10:231] = 0
    sketch, labels = Sketch(lines), segment(lines)
    paints = np.uint8([[240, 200, 170], [200, 40, 30], [60, 90, 160], [228, 190, 160], [255] * 3])
    which = np.arange(labels.max() + 1) % 5
    picture = np.where(lines[..., None] == 0, 0, paints[which][labels]).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    found = Entries()
    entry = key_entries(
        *read_key(cv2.imdecode(packed, 1), sketch, labels, labels.max(), name="1"), found
    )
    assert len(found) == 4
    assert all(len(set(entry[which[1:] == paint])) == 1 for paint in range(5))
    assert set(entry[which[1:] == 4]) == {PAPER}


def test_white_that_a_brush_left_beside_lines_is_no_paper():
    lines = np.full((80, 200), 255, np.uint8)
    for column in (10, 90, 100, 190):
        lines[10:71, column] = 0
    lines[10, 10:191] = lines[70, 10:191] = 0
    sketch, labels = Sketch(lines), segment(lines)
    paints = np.uint8([[255] * 3, [255] * 3, [200, 40, 30], [60, 90, 160], [90, 160, 60]])
    picture = paints[labels]
    near = cv2.dilate(255 - lines, np.ones((7, 7), np.uint8)) > 0
    picture[near & (picture != 255).any(axis=2)] = 255
    found, _ = read_key(picture, sketch, labels, labels.max(), name="1")
    assert (found == paints[1:]).all()


def test_a_key_of_another_size_is_refused():
    sketch, labels = boxes()
    with pytest.raises(InputError, match="30 × 30"):
        read_key(np.zeros((30, 30, 3), np.uint8), sketch, labels, labels.max(), name="7")


def test_a_picture_of_something_else_is_refused():
    sketch, labels = boxes()
    ramp = np.linspace(0, 255, 60).astype(np.uint8)
    stripes = np.tile((np.arange(60) // 3 % 2 * 200).astype(np.uint8), (60, 1))
    other = np.stack([stripes, stripes, np.tile(ramp, (60, 1))], axis=-1)
    with pytest.raises(InputError, match="does not fit"):
        read_key(other, sketch, labels, labels.max(), name="7")
