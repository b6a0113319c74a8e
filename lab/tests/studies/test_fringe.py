"""Line over fill without fringe, at 100 % and 400 %, as the benchmark measures it."""

import importlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from nurie.document import Layers, Palette, Sketch
from nurie.regions.segment import segment

FOLDER = Path(__file__).parents[2] / "src" / "nurie_lab" / "bench" / "studies"


@pytest.fixture
def fringe(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("fringe")


def drawing(width):
    """Soft circles that overlap, (160, 160) uint8."""
    page = np.full((640, 640), 255, np.uint8)
    for x, y, radius in ((240, 240, 170), (420, 300, 150), (300, 440, 130)):
        cv2.circle(page, (x, y), radius, 0, round(4 * width))
    return cv2.resize(page, (160, 160), interpolation=cv2.INTER_AREA)


def painted(line):
    """The drawing in flat colours of random regions."""
    labels = segment(line)
    size = int(labels.max()) + 1
    colors = np.random.default_rng(0).integers(0, 256, (size, 3), np.uint8)
    entries = np.arange(-1, size - 1, dtype=np.int32)
    return Layers(Sketch(line), labels, entries, Palette(colors), entries > size).merged()


@pytest.mark.parametrize("width", [1, 2.3, 5])
def test_no_fringe_between_line_and_fill(fringe, width):
    line = drawing(width)
    found = fringe.measure(painted(line), line)
    assert (found.share, found.share_400, found.mean) == (0, 0, 0)


def test_no_fringe_below_a_soft_brush(fringe):
    line = fringe.soft(drawing(2.3))
    found = fringe.measure(painted(line), line)
    assert found.share <= 0.002
    assert found.share_400 <= 0.005


def test_the_measure_sees_what_a_bucket_leaves(fringe):
    line = drawing(2.3)
    found = fringe.measure(fringe.bucket(line), line)
    assert found.share > 0.1
    assert found.share_400 > 0.1


def test_nothing_beside_no_line(fringe):
    page = np.full((40, 40), 255, np.uint8)
    assert fringe.measure(page[..., None].repeat(3, 2), page).share == 0
