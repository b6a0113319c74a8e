"""Strips: each panel has the regions that it has alone, and memory follows the pixels."""

import cv2
import numpy as np
import pytest

from nurie.regions.ink import find_ink
from nurie.regions.segment import is_strip, segment
from nurie.regions.strips import bands


def panel(height=260, width=360):
    page = np.full((height, width), 255, np.uint8)
    cv2.rectangle(page, (10, 10), (width - 10, height - 10), 0, 3, cv2.LINE_AA)
    cv2.circle(page, (100, 120), 60, 0, 3, cv2.LINE_AA)
    cv2.line(page, (10, 200), (width - 10, 200), 0, 3, cv2.LINE_AA)
    cv2.rectangle(page, (220, 80), (300, 198), 0, 3)
    page[120:126, 218:223] = 255  # an opening
    return page


def strip(count, apart):
    page = np.full((count * apart, 360), 255, np.uint8)
    for i in range(count):
        page[i * apart + 40 : i * apart + 300] = panel()
    return page


@pytest.mark.parametrize("wide", [False, True])
def test_panels_of_a_strip_have_the_regions_that_they_have_alone(wide):
    page = strip(8, 420)
    labels = segment(page.T.copy()).T if wide else segment(page)
    alone = segment(page[:420].T.copy()).T if wide else segment(page[:420])
    assert labels.max() == 8 * (alone.max() - 1) + 1
    for i in range(8):
        part = labels[i * 420 : i * 420 + 420]
        for region in range(1, alone.max() + 1):
            own = alone == region
            name = np.bincount(part[own]).argmax()
            assert (own & (part == name)).sum() >= 0.98 * (own | (part == name)).sum()
    assert labels.max() == np.unique(labels[labels > 0]).size


def test_what_goes_on_over_many_bands_is_one_region():
    page = np.full((3000, 300), 255, np.uint8)
    page[:, [20, 280]] = 0
    for row in range(60, 2900, 110):
        cv2.circle(page, (150, row), 50, 0, 3)
    labels = segment(page)
    assert len(set(labels[5::7, 60].tolist())) == 1
    assert labels.max() == 3 + len(range(60, 2900, 110))


def test_bands_are_cut_where_no_ink_is():
    ink = find_ink(strip(8, 420))
    windows = bands(ink.mask)
    assert not any(ink.mask[rows.start].any() for rows, _ in windows)
    assert [rows.stop for rows, _ in windows[:-1]] == [rows.start for rows, _ in windows[1:]]
    assert windows[-1][0].stop == 8 * 420
    assert not is_strip((3000, 2000))


@pytest.mark.parametrize(
    ("shape", "strip"),
    [((1700, 500), True), ((1500, 400), False), ((2000, 600), True), ((800, 2000), False)],
)
def test_strips_are_long_and_slim(shape, strip):
    assert is_strip(shape) == strip
