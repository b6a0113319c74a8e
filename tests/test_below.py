"""Paper and dark grounds in uneven light, and sheets that are photographed on a desk."""

import cv2
import numpy as np
import pytest

from nurie.below import paper_light
from nurie.ground import on_ground
from nurie.regions.segment import segment
from nurie.regions.trace import plain_pencil

CREAM, BLUE = (230, 222, 206), (38, 70, 140)


def _photographed(
    drawing, *, desk, shadow=None, corners=((60, 50), (590, 70), (560, 450), (40, 430))
):
    """A drawing (H, W) on a sheet that lies on a desk, in light that falls off to one side."""
    height, width = drawing.shape
    flat = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    way, size = cv2.getPerspectiveTransform(flat, np.float32(corners)), (640, 480)
    page = cv2.warpPerspective(drawing.astype(np.float32) * 0.8 + 40, way, size)
    on = cv2.warpPerspective(np.ones(drawing.shape, np.float32), way, size)[..., None]
    light = np.linspace(0.5, 1, 640)[:, None] * np.ones((480, 1, 3))
    if shadow is not None:
        cover = np.zeros((480, 640), np.uint8)
        cv2.fillPoly(cover, [np.array(shadow, np.int32)], 1)
        light *= 1 - 0.4 * cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 3)[..., None]
    noise = np.random.default_rng(1).normal(0, 3, (480, 640, 3))
    seen = (page[..., None] * on + np.array(desk) * (1 - on)) * light * [1, 0.95, 0.85] + noise
    return seen.clip(0, 255).astype(np.uint8)


def _boxes():
    page = np.full((400, 520), 255, np.uint8)
    cv2.rectangle(page, (60, 60), (240, 340), 0, 4)
    cv2.circle(page, (390, 200), 90, 0, 4)
    return page


@pytest.mark.parametrize("desk", [(60, 50, 45), (150, 110, 70)])
@pytest.mark.parametrize("shadow", [None, ((0, 300), (330, 330), (250, 480), (0, 480))])
@pytest.mark.parametrize("exposure", [1, 2])
def test_a_sheet_that_is_photographed_on_a_desk(desk, shadow, exposure):
    picture = cv2.multiply(_photographed(_boxes(), desk=desk, shadow=shadow), (exposure,) * 4)
    lines, ground = on_ground(picture, None, ink="auto", paper="white")
    labels = segment(lines)
    # The box, the circle and what is around them, desk and all.
    large = np.bincount(labels.ravel())[1:] > 200
    assert np.count_nonzero(large) == 3
    assert labels[5, 5] == labels[475, 635] == labels[80, 300] != labels[240, 150]
    # And every pixel comes back.
    rows = slice(None)
    assert np.abs(ground.lay(rows, ground.paper(rows)).astype(int) - picture).max() <= 1


@pytest.mark.parametrize(
    ("paper", "ink", "width"), [(CREAM, (40, 40, 48), 24), (BLUE, (220, 230, 250), 9)]
)
def test_light_falls_off_below_broad_lines_that_cross(paper, ink, width):
    page = np.full((480, 640), 255, np.uint8)
    cv2.rectangle(page, (100, 80), (540, 400), 0, width)
    for x in (200, 320, 440):
        cv2.line(page, (x, 80), (x - 60, 400), 0, width)
    share = page[..., None] / 255
    light = np.linspace(1.1, 0.5, 640)[:, None] * np.linspace(1, 0.8, 480)[:, None, None]
    grain = np.random.default_rng(1).normal(0, 2, (480, 640, 3))
    seen = (share * np.array(paper) + (1 - share) * np.array(ink)) * light + grain
    picture = np.clip(seen, 0, 255).astype(np.uint8)
    lines, ground = on_ground(picture, None, ink="auto", paper="white")
    assert ground.below is not None
    assert ground.light == (paper == BLUE)
    # The four rooms, and what is around them.
    assert np.count_nonzero(np.bincount(segment(lines).ravel())[1:] > 99) == 5
    rows = slice(None)
    assert np.abs(ground.lay(rows, ground.paper(rows)).astype(int) - picture).max() <= 1


def test_the_noise_of_a_photograph_is_no_pencil():
    picture = _photographed(_boxes(), desk=(60, 50, 45))
    lines, _ = on_ground(picture, None, ink="auto", paper="white")
    assert plain_pencil(lines) is None


def test_flat_paint_around_a_panel_is_no_desk():
    page = np.full((480, 640), 60, np.uint8)
    page[60:420, 60:580] = 200
    cv2.circle(page, (300, 200), 90, 0, 4)
    assert paper_light(page) is None
