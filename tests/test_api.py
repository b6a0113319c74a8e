"""The public face, with the packaged model."""

import numpy as np
import pytest

import nurie
from nurie.api import sketch_of
from nurie.colors import bins_of, delta_e, srgb_to_lab
from nurie.document import PAPER, Hints, Palette
from nurie.errors import InputError, OptionError
from nurie.painting.compose import difference
from nurie.painting.terms import CONSTANTS


@pytest.fixture(scope="module")
def colorizer():
    return nurie.Colorizer.load()


@pytest.fixture(scope="module")
def drawing():
    """Three ellipses and a box with outlines, 160 × 160."""
    import cv2

    page = np.full((160, 160), 255, np.uint8)
    for center, axes in (((50, 50), (35, 25)), ((50, 45), (10, 8)), ((110, 110), (30, 40))):
        cv2.ellipse(page, center, axes, 0, 0, 360, 0, 2, cv2.LINE_AA)
    cv2.rectangle(page, (95, 15), (145, 55), 0, 2)
    return page


def hint(row, column, color):
    return Hints(np.array([row]), np.array([column]), np.array([color], np.uint8))


def test_the_sheet_stays_paper_and_every_region_has_an_answer(colorizer, drawing):
    layers = colorizer.colorize(drawing)
    assert layers.labels.shape == drawing.shape
    assert layers.entries[layers.labels[0, 0]] == PAPER
    assert len(layers.entries) == layers.labels.max() + 1 == 6
    assert layers.entries.max() == len(layers.palette) - 1


def test_same_seed_same_bytes(colorizer, drawing):
    one, two = (colorizer.colorize(drawing, seed=3).merged() for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_a_hinted_region_has_exactly_the_colour(colorizer, drawing):
    layers = colorizer.colorize(drawing, hints=hint(110, 110, [12, 34, 56]))
    assert layers.flat()[110, 110].tolist() == [12, 34, 56, 255]
    assert layers.hinted[layers.labels[110, 110]]


def test_white_is_a_colour_when_hinted(colorizer, drawing):
    layers = colorizer.colorize(drawing, hints=hint(1, 1, [255, 255, 255]))
    assert layers.flat()[1, 1].tolist() == [255, 255, 255, 255]


def test_hints_of_two_colours_in_one_region_cut_it(colorizer):
    import cv2

    page = np.full((160, 160), 255, np.uint8)
    cv2.rectangle(page, (20, 40), (140, 120), 0, 2)
    cv2.line(page, (80, 40), (80, 60), 0, 2)
    cv2.line(page, (80, 100), (80, 120), 0, 2)
    asked = Hints(
        np.array([80, 80]), np.array([40, 120]), np.array([[9, 8, 7], [1, 2, 3]], np.uint8)
    )
    layers = colorizer.colorize(page, hints=asked, gap=0)
    flat = layers.flat()
    assert (flat[50:110, 24:76] == [9, 8, 7, 255]).all()
    assert (flat[50:110, 84:136] == [1, 2, 3, 255]).all()
    assert len(layers.entries) == layers.labels.max() + 1 == 4
    assert layers.hinted.sum() == 2


@pytest.mark.parametrize("seed", range(3))
def test_every_colour_comes_from_the_palette(colorizer, drawing, seed):
    palette = Palette(np.array([[200, 80, 40], [30, 60, 120]], np.uint8), ("clay", "night"))
    used = colorizer.colorize(drawing, palette=palette, seed=seed).palette
    known = dict(zip(map(tuple, palette.colors.tolist()), palette.names, strict=True))
    assert all(known[tuple(c)] == n for c, n in zip(used.colors.tolist(), used.names, strict=True))


def test_variations_are_distinct_and_begin_with_the_answer(colorizer, drawing):
    found = colorizer.read(drawing).variations(3, seed=1)
    assert len(found) == 3
    area = np.bincount(found[0].labels.ravel())[1:]
    gaps = [difference(a, b, area) for i, a in enumerate(found) for b in found[:i]]
    assert min(gaps) >= CONSTANTS.distinct
    assert (found[0].merged() == colorizer.colorize(drawing, seed=1).merged()).all()


def test_a_numbered_answer_is_given_again_alone(colorizer, drawing):
    reading = colorizer.read(drawing)
    found = reading.variations(3, seed=1)
    assert found[0].number == 0
    assert len({layers.number for layers in found}) == 3
    for layers in found:
        again = reading.colorize(seed=1, number=layers.number)
        assert (again.merged() == layers.merged()).all()


def test_a_reading_is_cut_as_one_likes_and_resumed_elsewhere(colorizer, drawing):
    reading = colorizer.read(drawing)
    labels = np.minimum(reading.labels, 3)
    own = colorizer.read(drawing, labels=labels, view=reading.view)
    assert own.labels is labels
    assert own.view is reading.view
    again = colorizer.resume(own.drawing).colorize(seed=2)
    assert (again.merged() == own.colorize(seed=2).merged()).all()


def test_shade_is_one_more_request(colorizer, drawing):
    reading = colorizer.read(drawing)
    lit = reading.colorize(style="cel", light="right")
    assert (lit.shade == nurie.painters.shaded(reading.colorize(), "cel", "right").shade).all()
    assert reading.variations(2, style="cel")[1].shade is not None


def test_no_two_entries_look_the_same(colorizer, drawing):
    lab = srgb_to_lab(colorizer.colorize(drawing, seed=5).palette.colors)
    gaps = delta_e(lab[:, None], lab[None]) + 100 * np.eye(len(lab))
    assert gaps.min() >= CONSTANTS.same


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 7), (64, 64)])
def test_plain_pictures_of_any_size(colorizer, shape, value):
    layers = colorizer.colorize(np.full(shape, value, np.uint8))
    assert layers.merged().shape == (*shape, 3)


def test_sixteen_bit_and_transparent_arrays(colorizer, drawing):
    deep = colorizer.colorize(drawing.astype(np.uint16) * 257)
    assert deep.merged().dtype == np.uint16
    rgba = np.zeros((*drawing.shape, 4), np.uint8)
    rgba[..., 3] = 255 - drawing
    assert (sketch_of(rgba).pixels == drawing).all()


@pytest.mark.parametrize(
    "array", [np.zeros((2, 2)), np.zeros(4, np.uint8), np.zeros((0, 3), np.uint8),
              np.zeros((2, 2, 2), np.uint8)],
)  # fmt: skip
def test_what_is_no_picture_is_refused(colorizer, array):
    with pytest.raises(InputError):
        colorizer.colorize(array)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"hints": hint(500, 0, [1, 2, 3])}, "lies outside the picture of 160 × 160"),
        ({"seed": -1}, "The seed -1 is negative"),
        ({"gap": -2.0}, "A gap of -2"),
        ({"gray": np.zeros((160, 200), np.uint8)}, "The gray picture of 200 × 160 pixels has"),
    ],
)
def test_what_cannot_be_obeyed_is_said(colorizer, drawing, options, sentence):
    with pytest.raises((InputError, OptionError), match=sentence):
        colorizer.colorize(drawing, **options)


@pytest.mark.parametrize("shape", [(160, 160), (320, 320, 3), (80, 79, 4)])
def test_regions_become_as_light_as_the_gray_picture(colorizer, drawing, shape):
    gray = np.full(shape, 90, np.uint8)
    gray[: shape[0] * 3 // 8] = 190
    if len(shape) == 3 and shape[2] == 4:
        gray[..., 3] = 255
    layers = colorizer.colorize(drawing, gray=gray)
    light = srgb_to_lab(layers.flat()[..., :3])[..., 0]
    expected = srgb_to_lab(np.array([[90] * 3, [190] * 3], np.uint8))[:, 0]
    assert light[130, 110] == pytest.approx(expected[0], abs=1)
    assert light[35, 110] == pytest.approx(expected[1], abs=1)


def test_a_gray_picture_of_white_leaves_paper(colorizer, drawing):
    layers = colorizer.colorize(drawing, gray=np.full((160, 160), 255, np.uint8))
    assert (layers.entries == PAPER).all()


def test_hints_are_law_under_a_gray_picture(colorizer, drawing):
    gray = np.full((160, 160), 90, np.uint8)
    layers = colorizer.colorize(drawing, gray=gray, hints=hint(110, 110, [250, 240, 10]))
    assert layers.flat()[110, 110].tolist() == [250, 240, 10, 255]


def test_color_writes_beside_the_drawing(tmp_path, drawing):
    from nurie.io.images import read_color, write_picture

    write_picture(tmp_path / "a.png", drawing)
    assert nurie.color(tmp_path / "a.png") == tmp_path / "a.colored.png"
    assert read_color(tmp_path / "a.colored.png").shape == (160, 160, 3)


def test_a_reference_gives_its_own_colours(colorizer, drawing):
    reference = np.repeat(drawing[..., None], 3, axis=2)
    labels = colorizer.colorize(drawing).labels
    reference[(labels > 1) & (drawing > 200)] = (12, 160, 190)
    layers = colorizer.colorize(drawing, references=[reference])
    assert {tuple(c) for c in layers.palette.colors.tolist()} <= {(12, 160, 190), (255, 255, 255)}
    assert (layers.entries[2:] >= 0).any()


def test_a_reference_does_not_overrule_a_hint(colorizer, drawing):
    reference = np.full((*drawing.shape, 3), 255, np.uint8)
    layers = colorizer.colorize(drawing, references=[reference], hints=hint(40, 40, [200, 10, 10]))
    label = layers.labels[40, 40]
    assert layers.region_colors()[label].tolist() == [200, 10, 10]


@pytest.mark.parametrize("wanted", [(30, 60, 200), (170, 60, 190), (40, 150, 60)])
def test_a_histogram_is_the_prior(colorizer, drawing, wanted):
    histogram = np.zeros(512, np.float32)
    histogram[bins_of(np.array(wanted, np.uint8))] = 1
    lab = srgb_to_lab(np.array(wanted, np.uint8))

    def gap(**asked):
        layers = colorizer.colorize(drawing, **asked)
        filled = layers.region_colors()[layers.entries >= 0]
        return delta_e(srgb_to_lab(filled), lab).mean()

    assert gap(histogram=histogram) < min(gap(), 25)
