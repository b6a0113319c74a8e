"""A book of two pages on which a house stands, larger and smaller, coloured with one cast."""

import cv2
import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.document import PAPER, lay_lines
from nurie.errors import InputError, OptionError, UnreadableError
from nurie.film.book import Known, _alike, _whole
from nurie.guidance.words import design_from
from nurie.painting.read import Scene
from nurie.painting.terms import Named
from nurie.regions.measure import measure

WALL, ROOF, DOOR = (200, 180, 140), (180, 40, 30), (60, 90, 160)


def house(lines, color, x, y, scale=1.0):
    """Draw a wall with a roof and a door, and its true colours, into a picture."""
    for shape, fill in (
        ([(0, 35), (50, 35), (50, 85), (0, 85)], WALL),
        ([(-6, 35), (25, 0), (56, 35)], ROOF),
        ([(18, 55), (34, 55), (34, 85), (18, 85)], DOOR),
    ):
        points = np.int32(np.float32(shape) * scale + np.float32([x, y]))
        cv2.fillPoly(color, [points], fill)
        cv2.polylines(lines, [points], True, 0, 2)


def page(*places):
    """Panels side by side, 160 pixels square, each with a house at a place of its own."""
    lines = np.full((200, 20 + 180 * len(places)), 255, np.uint8)
    color = np.full((*lines.shape, 3), 255, np.uint8)
    for number, (x, y, scale) in enumerate(places):
        left = 20 + 180 * number
        cv2.rectangle(lines, (left, 20), (left + 160, 180), 0, 3)
        house(lines, color, left + x, 20 + y, scale)
    return lines, color


def design():
    lines = np.full((128, 128), 255, np.uint8)
    color = np.full((128, 128, 3), 255, np.uint8)
    house(lines, color, 40, 20)
    return lay_lines(lines, color)


PAGES = [page((60, 40, 1.0), (40, 30, 1.2)), page((50, 50, 0.9), (70, 40, 1.1))]


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer.load()


def colors_in(book, number, fill):
    """What the regions are that truly have one colour: bare pixels of a page."""
    lines, color = PAGES[number]
    layers = book.layers(number)
    where = (color == fill).all(axis=2) & (cv2.erode(lines, np.ones((5, 5))) == 255)
    return {tuple(c) for c in layers.region_colors()[layers.labels][where].tolist()}


def test_figures_take_the_colours_of_their_design_on_every_page(colorizer):
    book = colorizer.book([lines for lines, _ in PAGES], designs=[design()])
    for number in range(2):
        assert colors_in(book, number, ROOF) == {ROOF}
        assert colors_in(book, number, WALL) == {WALL}
        layers = book.layers(number)
        assert layers.entries[layers.labels[2, 2]] == PAPER
        assert layers.palette.colors.tolist() == book.palette.colors.tolist()


def test_a_region_is_found_among_like_parts_and_in_one_figure():
    """Two figures have a hat and a shirt each: the shirt decides whose hat it is."""
    chance = np.float32([[1, 0], [0, 1]])
    labels = np.array([[1, 1, 1, 2, 2, 2]], np.int32)
    scene = Scene(*(np.zeros((2, 3), np.float32),) * 2, measure(labels), np.zeros(3, np.float32))
    two = Known(
        scene, np.arange(4, dtype=np.int32), np.ones(4, bool),
        Named(("hat", "shirt"), np.tile(chance, (2, 1)), np.int32([1, 1, 2, 2])),
    )  # fmt: skip
    own = Named(("hat", "shirt"), chance, np.int32([1, 1]))
    match = np.float32([[0.4, 0.1, 0.5, 0], [0, 0.8, 0, 0.1]])
    assert (_alike(own, two.named) > 0.9).tolist() == [[True, False] * 2, [False, True] * 2]
    (whole,) = _whole([match * _alike(own, two.named)], [two], scene, own)
    assert whole.argmax(axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(whole.sum(axis=1), [0.9, 0.9], rtol=1e-5)
    assert _alike(None, two.named) == 1


def test_words_colour_the_parts_of_a_cast(colorizer):
    pages = [lines for lines, _ in PAGES]
    plain = colorizer.book(pages)
    roof = design_from({"house": {"roof": "#0102ff"}})
    found = colorizer.book(pages, words=roof)
    assert [0x01, 0x02, 0xFF] in found.palette.colors.tolist()
    assert [0x01, 0x02, 0xFF] not in plain.palette.colors.tolist()


def test_without_a_design_pages_agree_with_the_first(colorizer):
    book = colorizer.book([lines for lines, _ in PAGES])
    assert len(colors_in(book, 0, ROOF) | colors_in(book, 1, ROOF)) == 1


def test_later_pages_follow_a_coloured_one(colorizer):
    lines, color = PAGES[0]
    book = colorizer.book([drawn for drawn, _ in PAGES], keys={0: lay_lines(lines, color)})
    for fill in (ROOF, WALL, DOOR):
        assert colors_in(book, 0, fill) == {fill}
    assert colors_in(book, 1, ROOF) == {ROOF}


def test_a_bad_page_is_named_and_the_rest_done(colorizer):
    def broken():
        raise UnreadableError("page 2 is torn.")

    book = colorizer.book([PAGES[0][0], broken, PAGES[1][0]], designs=[design()], patient=True)
    assert list(book.failed) == [1]
    with pytest.raises(UnreadableError, match="torn"):
        book.layers(1)
    assert book.layers(2).labels.shape == PAGES[1][0].shape
    with pytest.raises(UnreadableError, match="torn"):
        colorizer.book([broken])


def test_what_was_read_is_not_read_again(colorizer, tmp_path, monkeypatch):
    pages = [lines for lines, _ in PAGES]
    first = colorizer.book(pages, designs=[design()], cache=tmp_path)
    monkeypatch.setattr(type(colorizer), "read", None)
    again = colorizer.book(pages, designs=[design()], cache=tmp_path)
    for number in range(2):
        assert again.layers(number).entries.tolist() == first.layers(number).entries.tolist()


def test_what_makes_no_book_is_refused(colorizer):
    with pytest.raises(OptionError, match="no pages"):
        colorizer.book([])
    with pytest.raises(OptionError, match="no page 3"):
        colorizer.book([PAGES[0][0]], keys={2: design()})
    with pytest.raises(InputError, match="save the key at the size"):
        colorizer.book([PAGES[0][0]], keys={0: design()})
    gray = design()[..., 0]
    for wanted in ({"designs": [gray]}, {"designs": [design() / 255]}, {"keys": {0: gray}}):
        with pytest.raises(InputError, match="not a coloured picture"):
            colorizer.book([PAGES[0][0]], **wanted)
