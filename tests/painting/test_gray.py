"""A gray picture says how light; the head says which hue."""

import numpy as np
import pytest

from nurie.colors import bin_centers, bins_of, srgb_to_lab
from nurie.document import Palette, Sketch
from nurie.painting.gray import lightness, lit, parted
from nurie.painting.read import Drawing, Scene
from nurie.painting.sample import predict
from nurie.painting.terms import Request
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.segment import segment

RED = int(bins_of(np.array([255, 0, 0], np.uint8)))


class Reddish:
    """Red for every region; the other bins as near to it as they are in hue and chroma."""

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        lab = srgb_to_lab(bin_centers())
        logits = -np.linalg.norm(lab[:, 1:] - lab[RED, 1:], axis=1) / 8
        empty = np.zeros((len(features), 64), np.float32)
        shift = np.zeros((len(features), 3), np.float32)
        return np.tile(logits.astype(np.float32), (len(features), 1)), shift, empty, empty


def scene(count):
    measures = measure(np.repeat(np.arange(1, count + 1, dtype=np.int32), 4)[None])
    return Scene(
        np.zeros((count, 496), np.float32), np.zeros((count, 14), np.float32), measures,
        np.zeros(320, np.float32),
    )  # fmt: skip


def choose(light, **more):
    count = len(light)
    request = Request(
        more.pop("fixed", np.zeros(count, bool)), np.zeros((count, 3), np.uint8), bin_centers(),
        light=np.float32(light), temperature=0.0, **more,
    )  # fmt: skip
    return predict(Reddish(), scene(count), request, np.random.default_rng(0))


def test_regions_become_as_light_as_told_and_keep_their_hue():
    light = [15, 35, 55, 75]
    choice = choose(light)
    lab = srgb_to_lab(choice.colors)
    np.testing.assert_allclose(lab[:, 0], light, atol=1)
    assert (lab[:, 1] > 5).all()
    assert not choice.paper.any()


def test_white_stays_paper():
    assert choose([100, 50]).paper.tolist() == [True, False]


def test_where_nothing_is_told_the_model_chooses():
    assert bins_of(choose([np.nan, 30]).colors[0]) == RED


def test_entries_of_a_palette_come_as_near_as_they_can():
    palette = Palette(np.array([[40, 10, 10], [150, 90, 90], [240, 225, 225]], np.uint8))
    assert (
        choose([90, 10, 45], palette=palette).colors.tolist() == palette.colors[[2, 0, 1]].tolist()
    )


def test_given_colours_do_not_follow():
    choice = choose([90, 90], fixed=np.array([True, False]))
    assert choice.colors[0].tolist() == [0, 0, 0]


def boxes():
    """Two boxes, (40, 80) uint8."""
    page = np.full((40, 80), 255, np.uint8)
    for left in (5, 42):
        page[5:35, left : left + 33] = 0
        page[7:33, left + 2 : left + 31] = 255
    return page


@pytest.mark.parametrize("tone", [60, 128, 200])
def test_lines_do_not_darken_a_tone(tone):
    page = boxes()
    labels, gray = segment(page), page.copy()
    gray[8:32, 8:35] = tone
    light = lightness(gray, labels, find_ink(page))
    expected = srgb_to_lab(np.full((1, 3), tone, np.uint8))[0, 0]
    assert light[labels[20, 20] - 1] == pytest.approx(expected, abs=2)
    assert light[labels[20, 60] - 1] == pytest.approx(100, abs=0.5)


def test_a_screen_of_dots_is_the_gray_that_it_looks_like():
    page = boxes()
    labels, gray = segment(page), page.copy()
    gray[8:32:2, 8:35] = 0
    light = lightness(gray, labels, find_ink(page))
    expected = srgb_to_lab(np.full((1, 3), 128, np.uint8))[0, 0]
    assert light[labels[20, 20] - 1] == pytest.approx(expected, abs=4)


def drawing(page, **more):
    labels = segment(page)
    return Drawing(Sketch(page, **more), labels, scene(labels.max()), np.ones(labels.max(), bool))


def test_a_toned_sheet_is_no_longer_paper():
    page = boxes()
    gray = np.where(page == 255, 90, 0).astype(np.uint8)
    assert not lit(drawing(page), gray, find_ink(page)).paper.any()
    assert lit(drawing(page), page, find_ink(page)).paper.all()


def test_what_is_protected_stays_paper():
    page = boxes()
    gray = np.where(page == 255, 90, 0).astype(np.uint8)
    given = drawing(page, protect=np.ones(page.shape, bool))
    assert lit(given, gray, find_ink(page)).paper.all()


def test_nothing_is_said_of_no_regions():
    assert lightness(np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.int32),
                     find_ink(np.zeros((4, 4), np.uint8))).shape == (0,)  # fmt: skip


def open_box():
    """A box whose right side is missing, (200, 200) uint8."""
    page = np.full((200, 200), 255, np.uint8)
    page[40:160, 40:160] = 0
    page[43:157, 43:160] = 255
    return page


def screen(tone, shape):
    """Dots of 5 × 5 pixels that look like a tone."""
    rows, columns = np.mgrid[: shape[0], : shape[1]] % 5 - 2
    radius = 5 * np.sqrt((255 - tone) / 255 / np.pi)
    return np.where(np.hypot(rows, columns) < radius, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("tones", [np.full((200, 200), 120, np.uint8), screen(120, (200, 200))])
def test_a_tone_ends_where_the_line_is_missing(tones):
    page = open_box()
    gray = page.copy()
    gray[43:157, 43:158] = tones[43:157, 43:158]
    assert segment(page, gap=0).max() == 1
    labels = segment(page, ink=parted(find_ink(page), gray))
    inside, outside = labels[100, 100], labels[100, 190]
    assert inside != outside
    assert (labels[60:140, 60:145] == inside).all()
    assert (labels[:30] == outside).all()
    assert labels.max() == 2


@pytest.mark.parametrize("tones", [
    np.full((40, 80), 150, np.uint8), screen(150, (40, 80)),
    np.tile(np.linspace(90, 170, 80).astype(np.uint8), (40, 1)),
], ids=["even", "screened", "rising"])  # fmt: skip
def test_an_even_tone_cuts_nothing(tones):
    page = boxes()
    gray = np.where(page == 255, tones, 0).astype(np.uint8)
    assert (segment(page, ink=parted(find_ink(page), gray)) == segment(page)).all()
