"""Strips: each panel has the regions that it has alone, and memory follows the pixels."""

import cv2
import numpy as np
import pytest

from nurie.regions.ink import Ink, find_ink
from nurie.regions.segment import is_strip, segment
from nurie.regions.strips import bands, part_of, segment_strip


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


def test_bands_of_bare_paper_are_of_the_middle_length():
    assert [rows.stop for rows, _ in bands(np.zeros((2000, 500), bool))] == [600, 1200, 2000]


@pytest.mark.parametrize(("more", "own"), [(10, True), (20, False)])
def test_a_band_has_its_own_threshold_where_that_changes_little(more, own):
    tone = np.full((40, 40), 255, np.uint8)
    tone[10] = 0
    tone[20, :more] = 0  # of which the whole drawing knows nothing
    mask = tone == 0
    mask[20] = False
    mask[30:32, :30] = True  # gray that was looked at in the whole
    tone[30:32, :30] = 0
    part = part_of(Ink(mask, tone, 1.0), (slice(0, 40), slice(0, 40)))
    assert part.mask[20].any() == own


def test_bands_look_half_their_breadth_into_one_another():
    tone = np.full((1000, 100), 255, np.uint8)
    tone[:, 50] = 0
    seen = []

    def segment_one(ink):
        seen.append(len(ink.mask))
        return (~ink.mask).astype(np.int32)

    segment_strip(Ink(tone == 0, tone, 1.0), segment_one)
    assert seen[0] == bands(tone == 0)[0][0].stop + 50
    assert seen[1] == np.diff([rows.stop for rows, _ in bands(tone == 0)])[0] + 2 * 50
