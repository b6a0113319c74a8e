"""Line over fill without fringe, at 100 % and 400 %.

Under a soft line the fill must go on: line over fill is then fill · line at every pixel. Beside the
lines each pixel of a composite is compared with that, for the colour of each fill within reach (at
a line either side's fill is right), and the best one counts. A pixel is fringe when a channel still
differs by more than 8 of 255. At 400 % both are enlarged by bicubic interpolation first, as paint
programs show them.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from nurie.document import Layers, Palette, Sketch
from nurie.regions.segment import segment

VISIBLE = 8
"""Difference of a channel, of 255, from which on a pixel is """

_INK = 250
_DEEP = 40
_FAR = 3
_REACH = 9


@dataclass(frozen=True)
class Fringe:
    """What is wrong beside the lines of one composite."""

    share: float
    """Share of the pixels beside lines that are fringe, at 100 %."""
    share_400: float
    """The same of the picture enlarged to 400 %."""
    mean: float
    """Mean difference of those pixels' worst channel, of 255, at 100 %."""


def measure(picture, line):
    """Fringe of a composite.

    Args:
        picture: (H, W, 3) uint8, lines over fills.
        line: (H, W) uint8, the lines over white.
    """
    ideal, known = ideal_of(picture, line)
    near = cv2.dilate((line < _INK).view(np.uint8), np.ones((5, 5), np.uint8)).view(bool)
    beside = near & (line > _DEEP) & known
    off = np.abs(picture.astype(np.int32) - ideal).max(axis=2)
    large = [enlarged(p) for p in (picture, ideal.astype(np.uint8))]
    wide = cv2.resize(beside.view(np.uint8), None, fx=4, fy=4, interpolation=0).view(bool)
    off_400 = np.abs(large[0].astype(np.int32) - large[1]).max(axis=2)[wide]
    if not beside.any():
        return Fringe(0.0, 0.0, 0.0)
    return Fringe(
        float((off[beside] > VISIBLE).mean()),
        float((off_400 > VISIBLE).mean()),
        float(off[beside].mean()),
    )


def ideal_of(picture, line):
    """The composite as it would be with the best fill within reach under each pixel.

    Returns:
        (H, W, 3) int32, and (H, W) bool: where some fill is within reach.
    """
    ink = (line < _INK).view(np.uint8)
    away = cv2.distanceTransform(1 - ink, cv2.DIST_L2, 3) >= _FAR
    count, parts, stats, _ = cv2.connectedComponentsWithStats(away.view(np.uint8), connectivity=4)
    seen = np.zeros_like(ink)
    best = np.full(line.shape, 1 << 20, np.int32)
    ideal = np.zeros((*line.shape, 3), np.int32)
    kernel = np.ones((2 * _REACH + 1,) * 2, np.uint8)
    for part in range(1, count):
        left, top, width, height, area = stats[part]
        if area < 12:
            continue
        rows = slice(max(top - _REACH, 0), top + height + _REACH)
        columns = slice(max(left - _REACH, 0), left + width + _REACH)
        own = parts[rows, columns] == part
        seen[rows, columns] |= own
        color = np.median(picture[rows, columns][own], axis=0)
        laid = ((line[rows, columns, None] * color + 127) // 255).astype(np.int32)
        off = np.abs(picture[rows, columns].astype(np.int32) - laid).max(axis=2)
        reached = cv2.dilate(own.view(np.uint8), kernel).view(bool)
        better = reached & (off < best[rows, columns])
        best[rows, columns][better] = off[better]
        ideal[rows, columns][better] = laid[better]
    # Where it is so tight that a fill is never seen alone, nobody knows what is right.
    side = 2 * _FAR + 1
    tight = (1 - ink) & (1 - cv2.dilate(seen, np.ones((side, side), np.uint8)))
    doubt = cv2.dilate(tight, kernel).view(bool)
    return ideal, (best < 1 << 20) & ~doubt


def enlarged(picture):
    """A picture at 400 %."""
    return cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)


def bucket(line):
    """What a paint bucket makes of it: pixels as light as paper take a colour, no others do."""
    rng = np.random.default_rng(0)
    count, parts = cv2.connectedComponents((line > 200).view(np.uint8), connectivity=4)
    colors = rng.integers(40, 230, (count, 3))
    colors[0] = 255
    return ((colors[parts] * line[..., None].astype(np.int32) + 127) // 255).astype(np.uint8)


def soft(line):
    """The drawing as if with a soft brush."""
    return cv2.GaussianBlur(line, (0, 0), 1.5)


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
def test_no_fringe_between_line_and_fill(width):
    line = drawing(width)
    found = measure(painted(line), line)
    assert (found.share, found.share_400, found.mean) == (0, 0, 0)


def test_no_fringe_below_a_soft_brush():
    line = soft(drawing(2.3))
    found = measure(painted(line), line)
    assert found.share <= 0.002
    assert found.share_400 <= 0.005


def test_the_measure_sees_what_a_bucket_leaves():
    line = drawing(2.3)
    found = measure(bucket(line), line)
    assert found.share > 0.1
    assert found.share_400 > 0.1


def test_nothing_beside_no_line():
    page = np.full((40, 40), 255, np.uint8)
    assert measure(page[..., None].repeat(3, 2), page).share == 0
