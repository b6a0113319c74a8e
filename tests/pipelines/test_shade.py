"""Shade: never across a shape's border, never far from a flat's hue."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.color import bin_centers, srgb_to_lab
from nurie.document import Layers, Palette, Sketch, multiply
from nurie.errors import OptionError
from nurie.pipelines.shade import HUE_BOUND, light_angle, shade, tints

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
