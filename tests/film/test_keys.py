"""Keys: exact colours, noise, and pictures of something else."""

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
    found, exact = read_key(picture, sketch, labels, labels.max(), name="1")
    assert (found == colors[1:]).all()
    assert exact.all()


def test_white_is_paper():
    entries = Entries()
    found = key_entries(np.uint8([[255] * 3, [9, 9, 9]]), np.ones(2, bool), entries)
    assert found.tolist() == [PAPER, 0]


def test_exact_colours_are_never_moved():
    entries = Entries()
    near = np.uint8([[100, 100, 100], [101, 100, 100]])
    assert entries.find(near).tolist() == [0, 1]
    assert entries.find(near[1:]).tolist() == [1]


def test_noise_joins_an_exact_colour():
    entries = Entries()
    colors = np.uint8([[101, 100, 100], [100, 100, 100]])
    found = entries.find(colors, exact=np.array([False, True]))
    assert found[0] == found[1]
    assert entries.colors.tolist() == [[100, 100, 100]]


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
