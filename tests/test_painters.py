"""The public face with painters: a session of one line stands in for the graphs."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

import nurie.painters as module
from nurie.api import load
from nurie.colors import bin_centers
from nurie.document import PAPER, Hints, Palette
from nurie.errors import InputError, ModelError, OptionError
from nurie.guidance.patches import Patches
from nurie.painters import Painter, shaded
from nurie.painting.compose import difference
from nurie.painting.terms import CONSTANTS
from nurie.spectrum import Spectrum


class Copyist:
    """Paints the hint under the lines; sees lines alone as a middle gray."""

    def __init__(self, source="line+hint", guessed=None, fixed=False):
        counts = np.zeros(512, np.int64)
        counts[[56, 300, 448]] = 5
        self.spec = SimpleNamespace(
            name="tiny", size=64, source=source, patches=Patches(30, 0.4, 1.0, 0.2),
            spectrum=Spectrum(counts, bin_centers()),
        )  # fmt: skip
        self.fixed, self.guessed = fixed, guessed

    def paint(self, lines, hint=None):
        return lines[..., None] * (np.float32([0.5] * 3) if hint is None else hint)

    def guess(self, lines):
        if self.guessed is None:
            return None
        return np.tile(np.float32(self.guessed) / 255, (*lines.shape, 1))


@pytest.fixture(scope="module")
def drawing():
    """Three boxes, (120, 120) uint8."""
    page = np.full((120, 120), 255, np.uint8)
    for corners in (((10, 10), (60, 50)), ((60, 10), (110, 50)), ((20, 60), (100, 110))):
        cv2.rectangle(page, *corners, 0, 2)
    return page


def hint(row, column, color):
    return Hints(np.array([row]), np.array([column]), np.array([color], np.uint8))


def test_a_painter_colours_regions_and_leaves_the_sheet(drawing):
    layers = Painter(Copyist(guessed=(30, 60, 200))).colorize(drawing)
    assert layers.entries[layers.labels[0, 0]] == PAPER
    assert np.abs(layers.flat()[90, 60, :3].astype(int) - (30, 60, 200)).max() <= 2
    assert layers.confidence is None
    assert (layers.merged()[drawing == 0] == 0).all()


@pytest.mark.parametrize("fixed", [False, True])
def test_same_seed_same_bytes(drawing, fixed):
    painter = Painter(Copyist(fixed=fixed))
    one, two, other = (painter.colorize(drawing, seed=seed).merged() for seed in (3, 3, 4))
    assert one.tobytes() == two.tobytes() != other.tobytes()


def test_hints_are_law(drawing):
    layers = Painter(Copyist()).colorize(drawing, hints=hint(90, 60, [12, 34, 56]))
    assert layers.flat()[90, 60].tolist() == [12, 34, 56, 255]


def test_every_colour_comes_from_the_palette(drawing):
    palette = Palette(np.array([[200, 80, 40], [30, 60, 120]], np.uint8))
    used = Painter(Copyist()).colorize(drawing, palette=palette).palette
    assert {tuple(c) for c in used.colors.tolist()} <= {(200, 80, 40), (30, 60, 120)}
    assert len(used)


def test_variations_are_distinct_and_begin_with_the_answer(drawing):
    painter = Painter(Copyist(guessed=(30, 60, 200)))
    found = painter.read(drawing).variations(3, seed=1)
    assert len(found) == 3
    area = np.bincount(found[0].labels.ravel())[1:]
    gaps = [difference(a, b, area) for i, a in enumerate(found) for b in found[:i]]
    assert min(gaps) >= CONSTANTS.distinct
    assert (found[0].merged() == painter.colorize(drawing, seed=1).merged()).all()


def test_a_painter_of_lines_alone_has_one_answer(drawing):
    assert len(Painter(Copyist("line")).read(drawing).variations(3)) == 1


def test_a_gray_picture_says_how_light(drawing):
    painter = Painter(Copyist())
    dark, pale = (
        painter.colorize(drawing, gray=np.full((60, 60), tone, np.uint8)).flat()[90, 60, :3].mean()
        for tone in (60, 200)
    )
    assert abs(dark - 60) < 3
    assert abs(pale - 200) < 3


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 7), (300, 20)])
@pytest.mark.parametrize("fixed", [False, True])
def test_plain_pictures_of_any_size(shape, value, fixed):
    painter = Painter(Copyist(fixed=fixed))
    layers = painter.colorize(np.full(shape, value, np.uint8))
    assert painter.shaded(layers, "soft").merged().shape == (*shape, 3)


GRAY, HISTOGRAM = np.zeros((120, 120), np.uint8), np.full(512, 1 / 512, np.float32)


@pytest.mark.parametrize(
    ("source", "options", "error", "sentence"),
    [
        ("line", {"references": [GRAY]}, OptionError, "The painter tiny cannot look at coloured"),
        (
            "line",
            {"gray": GRAY},
            OptionError,
            "tiny sees the lines alone and no hint; leave --gray",
        ),
        ("line", {"histogram": HISTOGRAM}, OptionError, "no hint; leave --histogram out"),
        ("line+hint", {"gray": GRAY[:50]}, InputError, "gray picture of 120 × 50 pixels has other"),
        ("line+hint", {"seed": -1}, OptionError, "The seed -1 is negative"),
        ("line+hint", {"gap": -2.0}, OptionError, "A gap of -2"),
        ("line+hint", {"hints": hint(500, 0, [1, 2, 3])}, OptionError, "outside the picture"),
    ],
)
def test_what_cannot_be_obeyed_is_said(drawing, source, options, error, sentence):
    with pytest.raises(error, match=sentence):
        Painter(Copyist(source)).colorize(drawing, **options)


def test_a_painter_shades_what_it_painted(drawing):
    painter = Painter(Copyist(guessed=(200, 180, 90)))
    flats = painter.colorize(drawing)
    assert painter.shaded(flats, "flat").shade is None
    lit = painter.shaded(flats, "soft", "right").shade
    assert (lit[flats.labels == flats.labels[0, 0]] == 255).all()
    assert (lit < 255).any()


def test_any_model_is_opened_by_what_it_is(monkeypatch):
    assert type(load()).__name__ == "Colorizer"
    with pytest.raises(ModelError, match="There is no model 'none'"):
        load("none")
    with pytest.raises(ModelError, match="nurie-flat colours regions; a painter is needed"):
        Painter.load("nurie-flat")


def test_the_packaged_painter_shades_softly_where_there_is_one(drawing, monkeypatch):
    painter = Painter(Copyist(guessed=(200, 180, 90)))
    flats, told = painter.colorize(drawing), []
    monkeypatch.setattr(module, "soft_painter", lambda: told.append("asked") or painter)
    assert (shaded(flats, "soft").shade == painter.shaded(flats, "soft").shade).all()
    assert shaded(flats, "flat").shade is None
    assert shaded(flats, "cel").shade is not None
    assert told == ["asked"]


def test_without_it_the_relief_shades_alone(drawing, monkeypatch):
    from nurie.painting.shade import shade

    monkeypatch.setattr(module, "SOFT", "not-packaged")
    module.soft_painter.cache_clear()
    flats = Painter(Copyist(guessed=(200, 180, 90))).colorize(drawing)
    assert (shaded(flats, "soft").shade == shade(flats, "soft").shade).all()
    module.soft_painter.cache_clear()
