"""From a painting to regions: hints, means, palettes; painters of one line."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.document import PAPER, Guidance, Hints, Palette, Sketch
from nurie.guidance.patches import Patches
from nurie.painting.painter import Brush, hint_of, nearest, paint, patches_at, prepare
from nurie.spectrum import Spectrum

ROSE, BLUE = (200, 80, 120), (30, 60, 200)


def spectrum(color=ROSE):
    counts, means = np.zeros(512, np.int64), np.zeros((512, 3), np.uint8)
    counts[5], means[5] = 9, color
    return Spectrum(counts, means)


class Copyist:
    """Paints the hint under the lines; guesses one colour."""

    def __init__(self, guessed=None):
        self.guessed = guessed

    def paint(self, lines, hint=None):
        return lines[..., None] * (np.float32([0.5] * 3) if hint is None else hint)

    def guess(self, lines):
        if self.guessed is None:
            return None
        return np.tile(np.float32(self.guessed) / 255, (*lines.shape, 1))


def brush(guessed=None, **more):
    given = {"patches": Patches(40, 0.4, 1.0, 0.3), "spectrum": spectrum()} | more
    return Brush(Copyist(guessed), 64, **given)


def page(side=96):
    """Two boxes side by side on paper."""
    drawn = np.full((side, side), 255, np.uint8)
    for left, right in ((10, side // 2), (side // 2, side - 11)):
        drawn[20:-20, left : right + 2] = 0
    for left, right in ((10, side // 2), (side // 2, side - 11)):
        drawn[22:-22, left + 2 : right] = 255
    return drawn


def answer(given, first=True, hints=None, gray=None, guidance=None, seed=0):
    canvas = prepare(Sketch(page()), given, hints=hints, gray=gray)
    rng = np.random.default_rng(seed)
    return paint(canvas, given, guidance or Guidance(hints), rng=rng, first=first)


def at(layers, row, column):
    return layers.flat()[row, column].tolist()


def dot(column, color):
    return Hints(np.array([48]), np.array([column]), np.array([color], np.uint8))


def test_flats_are_the_painting_in_each_region():
    layers = answer(brush(guessed=BLUE))
    assert np.abs(np.array(at(layers, 48, 25)[:3]) - BLUE).max() <= 2
    assert at(layers, 48, 25) == at(layers, 48, 70)
    assert layers.entries[layers.labels[0, 0]] == PAPER
    assert layers.confidence is None
    assert layers.ask is None


def test_lines_do_not_darken_flats():
    layers = answer(brush(hinted=False))
    assert np.abs(np.array(at(layers, 48, 25)[:3]) - 128).max() <= 2


def test_without_a_guess_the_histogram_is_sampled():
    color = np.array(at(answer(brush()), 48, 25)[:3], int)
    # Patches leave white between them, which the blur mixes in.
    assert (color < np.array(ROSE) + 90).all()
    assert color[0] > color[2] > color[1]


def test_a_histogram_takes_the_guess_away():
    histogram = np.eye(512, dtype=np.float32)[5]
    layers = answer(brush(guessed=BLUE), guidance=Guidance(histogram=histogram))
    color = at(layers, 48, 25)
    assert color[0] > color[2]


def test_other_seeds_sample_other_hints():
    canvas = prepare(Sketch(page()), brush())
    made = [
        hint_of(canvas, brush(), Guidance(), rng=np.random.default_rng(seed), first=True)
        for seed in (0, 0, 1)
    ]
    assert (made[0] == made[1]).all()
    assert (made[0] != made[2]).any()


def test_hints_are_law_and_tint_what_is_around_them():
    given = brush(guessed=(255, 255, 255))
    layers = answer(given, hints=dot(25, (10, 20, 30)))
    assert at(layers, 48, 25) == [10, 20, 30, 255]
    assert layers.hinted[layers.labels[48, 25]]
    canvas = prepare(Sketch(page()), given, hints=dot(25, (10, 20, 30)))
    hint = hint_of(canvas, given, Guidance(), rng=np.random.default_rng(0), first=True)
    assert hint[32, 16].max() < 255
    assert hint[32, 60].min() == 255


def test_two_colours_in_a_region_cut_it():
    two = Hints(np.array([48, 48]), np.array([15, 45]), np.array([[9, 8, 7], [1, 2, 3]], np.uint8))
    layers = answer(brush(guessed=BLUE), hints=two)
    assert at(layers, 48, 15)[:3] == [9, 8, 7]
    assert at(layers, 48, 45)[:3] == [1, 2, 3]


def test_a_gray_picture_gives_its_intensity():
    gray = np.full((96, 96), 90, np.uint8)
    layers = answer(brush(guessed=BLUE), gray=gray)
    assert at(layers, 48, 25)[:3] == [90, 90, 90]
    color = at(answer(brush(guessed=BLUE), gray=gray, first=False), 48, 25)[:3]
    assert max(color) - min(color) > 10
    assert abs(np.mean(color) - 90) < 35


def test_a_palette_is_the_only_source():
    palette = Palette(np.array([[20, 20, 220], [220, 200, 20]], np.uint8), ("sea", "sand"))
    layers = answer(brush(guessed=BLUE), guidance=Guidance(palette=palette))
    assert at(layers, 48, 25) == [20, 20, 220, 255]
    assert layers.palette.names == ("sea",)


def test_hints_are_sampled_from_the_palette():
    palette = Palette(np.array([[20, 220, 20]], np.uint8))
    canvas = prepare(Sketch(page()), brush())
    hint = hint_of(canvas, brush(), Guidance(palette=palette), rng=np.random.default_rng(0),
                   first=True).astype(int)  # fmt: skip
    assert (hint[..., 1] >= hint[..., 0]).all()
    assert hint[..., 0].min() < 100


@pytest.mark.parametrize("white", [(255, 255, 255), (252, 252, 250)])
def test_what_is_painted_white_stays_paper(white):
    layers = answer(brush(guessed=white))
    assert (layers.entries == PAPER).all()
    hinted = answer(brush(guessed=white), hints=dot(25, white))
    assert at(hinted, 48, 25) == [*white, 255]


def test_what_is_protected_stays_paper():
    sketch = Sketch(page(), protect=np.ones((96, 96), bool))
    given = brush(guessed=BLUE)
    layers = paint(prepare(sketch, given), given, Guidance(), rng=np.random.default_rng(0),
                   first=True)  # fmt: skip
    assert (layers.entries == PAPER).all()


def test_patches_lie_about_their_pixels_the_later_above():
    rows, columns = np.array([10, 12, 90]), np.array([10, 12, 90])
    colors = np.array([[1, 0, 0], [2, 0, 0], [3, 0, 0]], np.uint8)
    hints = Hints(rows, columns, colors, np.array([1, 0, 2], np.int32))
    marks = patches_at(hints, (100, 100), (50, 50), 0.2)
    assert marks[5, 5].tolist() == [1, 0, 0, 255]
    assert marks[10, 10].tolist() == [2, 0, 0, 255]
    assert marks[45, 45].tolist() == [3, 0, 0, 255]
    assert 200 <= (marks[..., 3] > 0).sum() <= 300
    plain = patches_at(replace(hints, marks=None), (100, 100), (50, 50), 0.2)
    assert ((plain[..., 3] > 0) == (marks[..., 3] > 0)).all()


def test_the_nearest_entry_is_that_which_looks_alike():
    palette = Palette(np.array([[0, 0, 0], [90, 90, 90]], np.uint8))
    assert nearest(np.array([[60, 60, 60], [5, 5, 5]], np.uint8), palette).tolist() == [
        [90, 90, 90], [0, 0, 0],
    ]  # fmt: skip
