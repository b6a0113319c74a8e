"""Drawings as a painter sees them."""

import numpy as np
import pytest

from nurie.document import Layers, Palette, Sketch
from nurie.guidance.patches import Patches
from nurie.painting.painter import LONGEST, Brush, away, flat_hint, lines_of, painted
from nurie.regions.ink import find_ink
from nurie.spectrum import Spectrum

SPECTRUM = Spectrum(np.eye(512, dtype=np.int64)[448], np.full((512, 3), 200, np.uint8))


class Copyist:
    """Paints the hint under the lines, and remembers the sizes that it saw."""

    def __init__(self):
        self.seen = []

    def paint(self, lines, hint=None):
        self.seen.append(lines.shape)
        assert hint is None or hint.shape == (*lines.shape, 3)
        return lines[..., None] * (np.ones(3, np.float32) if hint is None else hint)

    def guess(self, lines):
        return None


def brush(size=64, **more):
    return Brush(Copyist(), size, Patches(4, 0.2, 0.5, 0.2), SPECTRUM, **more)


def ink(height, width):
    page = np.full((height, width), 255, np.uint8)
    page[height // 2] = 0
    return find_ink(page)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((128, 128), (64, 64)), ((128, 192), (64, 96)), ((32, 16), (128, 64)), ((100, 150), (64, 96)),
     ((20, 2000), (3, 64 * LONGEST)), ((1, 1), (64, 64))],
)  # fmt: skip
def test_the_shorter_side_becomes_that_of_the_training(shape, expected):
    assert lines_of(ink(*shape), brush()).shape == expected


def test_a_fixed_painter_sees_the_whole_in_its_square():
    fixed = brush(fixed=True)
    lines = lines_of(ink(100, 50), fixed)
    assert lines.shape == (64, 32)
    assert painted(lines, fixed, None).shape == (64, 32, 3)
    assert fixed.painter.seen == [(64, 64)]


def test_sides_are_filled_up_with_paper():
    free = brush()
    lines = lines_of(ink(100, 140), free)
    padded = free.padded(lines)
    assert padded.shape == (64, 96)
    assert (padded[:, lines.shape[1] :] == 1).all()
    assert (padded[:, : lines.shape[1]] == lines).all()


@pytest.mark.parametrize("side", [64, 640, 2048])
def test_thin_lines_are_seen_however_small_the_picture_becomes(side):
    page = np.full((side, side), 255, np.uint8)
    page[side // 2] = 0
    assert lines_of(find_ink(page), brush()).min() < 0.5


def test_what_is_beside_lines_is_left_out():
    lines = np.ones((5, 5), np.float32)
    lines[2, 2] = 0
    free = away(lines)
    assert (free[1:4, 1:4] == 0).all()
    assert free.sum() == 16


def test_flats_become_their_own_hint():
    labels = np.repeat(np.array([[1, 2]], np.int32), 50, axis=1).repeat(40, axis=0)
    palette = Palette(np.array([[200, 0, 0]], np.uint8))
    layers = Layers(
        Sketch(np.full(labels.shape, 255, np.uint8)), labels, np.array([-1, 0, -1], np.int32),
        palette, np.zeros(3, bool),
    )  # fmt: skip
    hint = flat_hint(layers, (20, 50), Patches(blur=0.0))
    assert hint[10, 5].tolist() == [200, 0, 0]
    assert hint[10, 45].tolist() == [255, 255, 255]
    soft = flat_hint(layers, (20, 50), Patches(blur=0.5))
    assert 0 < soft[10, 24, 1] < 255
