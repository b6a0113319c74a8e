"""Shade: never across a shape's border, never far from a flat's hue."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.colors import bin_centers, srgb_to_lab
from nurie.document import Layers, Palette, Sketch, multiply
from nurie.errors import OptionError
from nurie.guidance.patches import Patches
from nurie.painting import shade as module
from nurie.painting.painter import Brush
from nurie.painting.shade import HUE_BOUND, light_angle, shade, tints
from nurie.spectrum import Spectrum

RED, BLUE = [220, 40, 40], [40, 60, 220]


def layers(side=120, second=0):
    """A red disc left, a blue one right, on paper; ``second`` moves the blue one."""
    rows, columns = np.mgrid[0:side, 0 : 2 * side]
    labels = np.ones((side, 2 * side), np.int32)
    labels[np.hypot(rows - side / 2, columns - side / 2) < side * 0.4] = 2
    labels[np.hypot(rows - side / 2 - second, columns - 1.5 * side) < side * 0.4] = 3
    sketch = Sketch(np.full(labels.shape, 255, np.uint8))
    palette = Palette(np.array([RED, BLUE], np.uint8))
    return Layers(sketch, labels, np.array([-1, -1, 0, 1], np.int32), palette, np.zeros(4, bool))


@pytest.mark.parametrize("style", ["cel", "soft"])
@pytest.mark.parametrize(("light", "bright", "dark"), [
    ("top-left", (30, 30), (90, 90)), ("right", (60, 100), (60, 20)), ("270", (100, 60), (20, 60)),
])  # fmt: skip
def test_the_side_away_from_the_light_is_darker(style, light, bright, dark):
    shaded = shade(layers(), style, light).shade
    assert shaded[bright].min() > shaded[dark].max()


@pytest.mark.parametrize("style", ["cel", "soft"])
def test_paper_is_never_shaded(style):
    flat = layers()
    assert (shade(flat, style).shade[flat.labels == 1] == 255).all()


@pytest.mark.parametrize("style", ["cel", "soft"])
def test_a_shape_does_not_feel_its_neighbour(style):
    one, two = shade(layers(), style), shade(layers(second=9), style)
    inside = one.labels == 2
    assert np.abs(one.shade[inside].astype(int) - two.shade[inside]).max() <= 1


def test_cel_has_one_step():
    values = shade(layers(), "cel").shade[..., 0]
    between = (values > values.min() + 3) & (values < 252)
    assert between.mean() < 0.05


def test_flat_takes_the_shade_away():
    assert shade(shade(layers(), "soft"), "flat").shade is None


def test_nothing_coloured_has_no_shade():
    paper = replace(layers(), entries=np.full(4, -1, np.int32))
    assert shade(paper, "soft").shade is None


def test_backdrops_and_specks_stay_flat():
    labels = np.ones((100, 100), np.int32)
    labels[50:52, 50:52] = 2
    flat = Layers(
        Sketch(np.full((100, 100), 255, np.uint8)), labels, np.array([-1, 0, 1], np.int32),
        Palette(np.array([RED, BLUE], np.uint8)), np.zeros(3, bool),
    )  # fmt: skip
    assert (shade(flat, "soft").shade == 255).all()


def test_the_hue_of_a_flat_stays_within_the_bound():
    lab = srgb_to_lab(bin_centers())
    strong = np.hypot(lab[:, 1], lab[:, 2]) >= 20
    below = bin_centers()[strong][None]
    for depth in (0.25, 0.5, 0.75, 1.0):
        above = np.broadcast_to(tints(np.float32([depth])), below.shape)
        after = srgb_to_lab(multiply(below, above))[0]
        turn = np.degrees(
            np.arctan2(after[:, 2], after[:, 1]) - np.arctan2(lab[strong, 2], lab[strong, 1])
        )
        assert np.abs((turn + 180) % 360 - 180).max() <= HUE_BOUND


def test_large_pages_are_shaded_as_small_ones():
    small, large = shade(layers(120), "soft").shade, shade(layers(480), "soft").shade
    again = large[2::4, 2::4]
    assert np.abs(small.astype(int) - again).mean() < 3


@pytest.mark.parametrize("light", ["up", "nan", "inf", ""])
def test_light_comes_from_somewhere(light):
    with pytest.raises(OptionError, match="Light cannot come from"):
        light_angle(light)


def test_unknown_styles_are_named():
    with pytest.raises(OptionError, match="no style 'oil'; use flat, cel, soft"):
        shade(layers(), "oil")


class Painter:
    """A painter that paints one picture, whatever it sees, and remembers the hint."""

    def __init__(self, picture):
        self.picture, self.hint = picture, None

    def paint(self, lines, hint=None):
        self.hint = hint
        height, width = lines.shape
        rows, columns = np.mgrid[0:height, 0:width]
        light = self.picture(rows / height, columns / width)
        return np.repeat(light[..., None], 3, axis=2).astype(np.float32)

    def guess(self, lines):
        return None


def brush(picture):
    spectrum = Spectrum(np.ones(512, np.int64), np.zeros((512, 3), np.uint8))
    return Brush(Painter(picture), 64, Patches(blur=0.2), spectrum)


def dusk(rows, columns):
    """Light above, dark below."""
    return 0.9 - 0.6 * rows + 0 * columns


def even(rows, columns):
    return 0.6 + 0 * rows * columns


@pytest.fixture
def painter_alone(monkeypatch):
    monkeypatch.setattr(module, "PAINTED", 1.0)


@pytest.mark.usefixtures("painter_alone")
def test_what_is_painted_darker_is_shaded():
    shaded = shade(layers(), "soft", brush=brush(dusk)).shade
    assert (shaded[30:40, 60] == 255).all()
    assert shaded[95, 60].max() < 230
    assert (shaded[95, 60] == shaded[95, 180]).all()


@pytest.mark.usefixtures("painter_alone")
def test_an_even_painting_has_no_shade():
    assert (shade(layers(), "soft", brush=brush(even)).shade >= 254).all()


def test_the_painter_weighs_what_its_constant_says():
    flat, half = layers(), module.PAINTED
    relief = 255 - shade(flat, "soft").shade.astype(int)
    both = 255 - shade(flat, "soft", brush=brush(even)).shade.astype(int)
    assert np.abs(both - (1 - half) * relief).max() <= 1


def test_the_painter_is_asked_for_soft_alone():
    one, two = shade(layers(), "cel"), shade(layers(), "cel", brush=brush(dusk))
    assert (one.shade == two.shade).all()
    assert shade(layers(), "flat", brush=brush(dusk)).shade is None


def test_the_painter_sees_the_flats_without_lines():
    given = brush(dusk)
    shade(layers(), "soft", brush=given)
    hint = (255 * given.painter.hint).round()
    assert np.abs(hint[32, 32] - RED).max() <= 2
    assert np.abs(hint[32, 96] - BLUE).max() <= 2
    assert (hint[0, 0] == 255).all()


@pytest.mark.usefixtures("painter_alone")
def test_what_is_painted_in_one_region_is_not_seen_in_another():
    flat = layers()

    def blotched(rows, columns):
        return np.where(columns > 0.5, 0.1 + 0.8 * (rows > 0.5), dusk(rows, columns))

    one = shade(flat, "soft", brush=brush(dusk)).shade
    two = shade(flat, "soft", brush=brush(blotched)).shade
    assert (one[flat.labels == 2] == two[flat.labels == 2]).all()
    assert (one[flat.labels == 3] != two[flat.labels == 3]).any()
    assert (two[flat.labels == 1] == 255).all()


@pytest.mark.usefixtures("painter_alone")
def test_regions_of_one_colour_that_touch_do_not_leak_either():
    flat = layers()
    labels = flat.labels.copy()
    labels[(labels == 2) & (np.arange(240) >= 60)] = 4
    cut = replace(flat, labels=labels, entries=np.array([-1, -1, 0, 1, 0], np.int32),
                  hinted=np.zeros(5, bool))  # fmt: skip

    def right(rows, columns):
        return np.where(columns >= 0.26, 0.3 + 0.6 * (rows > 0.5), 0.8)

    shaded = shade(cut, "soft", brush=brush(right)).shade
    assert (shaded[labels == 2] >= 254).all()
    assert (shaded[labels == 4] < 230).any()


@pytest.mark.usefixtures("painter_alone")
@pytest.mark.parametrize("depth", [0.0, 0.3, 1.0])
def test_painted_shade_is_bounded_as_the_relief_is(depth):
    def black(rows, columns):
        return np.where(rows + 0 * columns > 0.5, depth, 1.0)

    shaded = shade(layers(), "soft", brush=brush(black)).shade
    assert (shaded >= tints(np.float32([1]))[0]).all()
    used = np.unique(shaded.reshape(-1, 3), axis=0)
    allowed = tints(np.linspace(0, 1, 4096, dtype=np.float32))
    assert {tuple(c) for c in used.tolist()} <= {tuple(c) for c in allowed.tolist()}


@pytest.mark.usefixtures("painter_alone")
def test_large_pages_are_painted_as_small_ones():
    small, large = (shade(layers(side), "soft", brush=brush(dusk)).shade for side in (120, 480))
    assert np.abs(small.astype(int) - large[2::4, 2::4]).mean() < 3
