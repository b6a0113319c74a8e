"""Pencil under ink is left out by its colour."""

import cv2
import numpy as np
import pytest

from nurie.regions.segment import segment
from nurie.regions.trace import without_pencil


def inked():
    page = np.full((160, 200), 255, np.uint8)
    cv2.rectangle(page, (12, 12), (186, 146), 0, 3, cv2.LINE_AA)
    cv2.circle(page, (90, 80), 40, 0, 3, cv2.LINE_AA)
    return page


def penciled(color):
    page = np.full((160, 200, 3), 255, np.uint8)
    for row in range(20, 150, 24):
        cv2.line(page, (0, row), (199, row + 8), color, 2, cv2.LINE_AA)
    cv2.line(page, (60, 0), (120, 159), color, 3, cv2.LINE_AA)
    return np.minimum(page, inked()[..., None])


@pytest.mark.parametrize(
    ("pencil", "named"),
    [
        ((150, 190, 255), (0, 0, 255)),
        ((255, 190, 150), (255, 0, 0)),
        ((170, 200, 235), (0, 0, 255)),
    ],
)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_the_regions_are_those_of_the_ink(pencil, named, depth):
    page = penciled(pencil).astype(depth) * (257 if depth is np.uint16 else 1)
    found = without_pencil(page, named)
    assert found.dtype == depth
    assert segment(page).max() > segment(inked()).max() == segment(found).max()
    assert (found[inked() == 0] == 0).all()


def test_other_colours_stay():
    page = penciled((150, 190, 255))
    assert without_pencil(page, (255, 0, 0)) is page
    dark = penciled((20, 30, 110))
    assert without_pencil(dark, (0, 0, 255))[40, 30].tolist() == dark[40, 30].tolist()


def test_the_command(nurie, tools, tmp_path):
    sketch = tools.save(tmp_path / "blue.png", penciled((150, 190, 255))[..., ::-1])  # BGR
    assert nurie("color", sketch, "--drop", "blue", "-o", "out.psd").err == ""
    assert nurie("verify", sketch, "out.psd", "--drop", "blue").code == 0
    assert "no lines of red" in nurie("color", sketch, "--drop", "red", "-o", "red.png").err


@pytest.mark.parametrize(
    ("pixel", "pencil"),
    [
        ((70, 70, 140), True), ((60, 60, 120), False),  # light
        ((200, 200, 220), True), ((208, 208, 220), False),  # coloured
        ((155, 225, 255), True), ((155, 235, 255), False),  # of the hue
    ],
)  # fmt: skip
def test_which_pixels_are_blue_pencil(pixel, pencil):
    found = without_pencil(np.array([[pixel]], np.uint8), (0, 0, 255))
    assert (found[0, 0] > 250).all() == pencil
