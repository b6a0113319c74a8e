"""The style of pictures that nurie shaded itself: what was asked for is read back."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.colors import delta_e, lab_to_srgb, srgb_to_lab
from nurie.painters import shaded
from nurie.painting.style import _bases, read_style

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module", params=["chicken", "pansy"])
def layers(request):
    drawing = cv2.imread(str(EXAMPLES / f"{request.param}.png"), cv2.IMREAD_GRAYSCALE)
    return Colorizer.load().colorize(drawing, seed=3)


@pytest.mark.parametrize("style", ["flat", "cel", "soft"])
def test_a_style_is_read_back(layers, style):
    assert read_style(shaded(layers, style).merged()).style == style


@pytest.mark.parametrize("style", ["cel", "soft"])
@pytest.mark.parametrize(("light", "degrees"), [("top-left", 135), ("bottom-right", 315)])
def test_light_is_read_back(layers, style, light, degrees):
    found = read_style(shaded(layers, style, light).merged()).light
    assert abs((found - degrees + 180) % 360 - 180) <= 45


def test_colours_are_read_without_their_shades(layers):
    whole = srgb_to_lab(layers.palette.colors)
    found = srgb_to_lab(read_style(shaded(layers, "cel").merged()).palette.colors)
    near = delta_e(found[:, None], whole[None]).min(axis=1)
    assert np.median(near) < 2
    assert len(found) <= 2 * len(whole)


@pytest.mark.parametrize("quality", [95, 75])
def test_the_grain_of_a_lossy_file_is_no_shade(layers, quality):
    ok, file = cv2.imencode(".jpg", layers.merged()[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert ok
    assert read_style(np.ascontiguousarray(cv2.imdecode(file, 1)[..., ::-1])).style == "flat"


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (2000, 5), (1, 9000)])
def test_any_picture_has_a_manner(shape):
    for value in (0, 120, 255):
        manner = read_style(np.full((*shape, 3), value, np.uint8))
        assert manner.style == "flat"
        assert manner.light is None
        assert len(manner.palette) == 1


def test_noise_has_a_manner():
    noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    assert 1 <= len(read_style(noise).palette) <= 12


def two_tones(base, dark, wide=60, plain=0):
    """Two Lab colours side by side, so many columns each, and so many of a plain one apart."""
    page = np.full((160, 360, 3), 255, np.uint8)
    page[20:140, 20 : 20 + wide] = lab_to_srgb(base)
    page[20:140, 20 + wide : 20 + 2 * wide] = lab_to_srgb(dark)
    page[20:140, 150 : 150 + plain] = 40, 160, 90
    return page


def of_hue(light, chroma, degrees):
    return light, chroma * math.cos(math.radians(degrees)), chroma * math.sin(math.radians(degrees))


@pytest.mark.parametrize(
    ("base", "dark", "style"),
    [
        (of_hue(70, 40, 0), of_hue(50, 40, 15), "cel"),
        (of_hue(70, 40, 0), of_hue(50, 40, 27), "flat"),
        (of_hue(80, 20, 20), of_hue(42, 20, 20), "cel"),
        (of_hue(90, 12, 20), of_hue(40, 12, 20), "flat"),
        # Hues of grays say nothing; those of colours do.
        (of_hue(80, 7, 0), of_hue(60, 8, 180), "cel"),
        (of_hue(80, 13, 0), of_hue(60, 15, 90), "flat"),
    ],
)
def test_a_shade_is_darker_and_of_the_same_hue(base, dark, style):
    assert read_style(two_tones(base, dark)).style == style


@pytest.mark.parametrize(("plain", "style"), [(70, "cel"), (170, "flat")])
def test_a_picture_is_shaded_where_a_fifth_of_it_is(plain, style):
    page = two_tones(of_hue(70, 40, 0), of_hue(50, 40, 0), wide=15, plain=plain)
    assert read_style(page).style == style


@pytest.mark.parametrize(("span", "style"), [(6.3, "soft"), (3.1, "flat")])
def test_a_gradient_is_soft_shade(span, style):
    page = np.full((160, 160, 3), 255, np.uint8)
    light = 60 + span * np.linspace(-0.5, 0.5, 120)
    row = lab_to_srgb(np.stack([light, np.full(120, 30), np.full(120, 10)], axis=1))
    page[20:140, 20:140] = row
    assert read_style(page).style == style


@pytest.mark.parametrize(("darker", "shades"), [(3, False), (5, True), (44, True), (46, False)])
def test_a_shade_is_darker_by_a_step_that_is_neither_small_nor_large(darker, shades):
    meeting = np.float32([[0, 1, 20, 20, -darker]])
    base, _ = _bases(meeting, np.float32([[60, 0, 0], [60 - darker, 0, 0]]))
    assert (base[1] == 0) == shades
