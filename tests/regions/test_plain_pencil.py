"""Pencil that plainly lies below the ink is seen by itself; inks and coloured lines are not."""

import cv2
import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.document import Sketch
from nurie.ground import on_ground
from nurie.regions.ink import without_rules
from nurie.regions.segment import segment
from nurie.regions.trace import outlines, plain_pencil


def inked():
    page = np.full((300, 400), 255, np.uint8)
    cv2.rectangle(page, (20, 20), (380, 280), 0, 4, cv2.LINE_AA)
    cv2.circle(page, (130, 150), 70, 0, 4, cv2.LINE_AA)
    cv2.rectangle(page, (240, 90), (340, 220), 0, 4, cv2.LINE_AA)
    return np.repeat(page[..., None], 3, axis=2)


def pencilled(color, rule):
    page = np.full((300, 400, 3), 255, np.uint8)
    if rule:
        page[15::22] = color
    else:
        for ends in ((0, 40, 400, 260), (400, 30, 0, 270), (130, 0, 130, 300), (0, 150, 400, 150)):
            cv2.line(page, ends[:2], ends[2:], color, 2, cv2.LINE_AA)
    return np.minimum(page, inked())


@pytest.mark.parametrize("color", [(150, 190, 255), (255, 180, 160), (190, 235, 190)])
@pytest.mark.parametrize("rule", [False, True])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_pencil_below_ink_parts_nothing(color, rule, depth):
    page = pencilled(color, rule).astype(depth) * (257 if depth == np.uint16 else 1)
    found = plain_pencil(page)
    assert np.abs(np.subtract(found, color)).max() <= 12
    assert segment(outlines(page)).max() == segment(inked()).max() < segment(page).max()


def brown():
    return (255 - (255 - inked()) * np.array([0.45, 0.7, 0.85])).astype(np.uint8)


def filled():
    page = inked()
    cv2.floodFill(page, None, (130, 150), (180, 210, 255), (60,) * 3, (60,) * 3)
    return page


def two_hues():
    return np.minimum(pencilled((60, 60, 255), rule=False), pencilled((255, 60, 60), rule=False))


@pytest.mark.parametrize("draw", [inked, brown, filled, two_hues])
def test_what_is_no_plain_pencil(draw):
    page = draw()
    assert plain_pencil(page) is None
    assert outlines(page) is page


def test_a_broad_pale_area_is_a_fill():
    page = inked()
    page[100:200, 60:200] = np.minimum(page[100:200, 60:200], (150, 190, 255))
    assert plain_pencil(page) is None


def ruled(*colors, ink=0):
    """Lines of some colours in turn below ink of a level."""
    page = np.full((300, 400, 3), 255, np.uint8)
    for i, row in enumerate(range(5, 300, 14)):
        page[row] = colors[i % len(colors)]
    return np.minimum(page, np.maximum(inked(), ink))


BLUE, ROSE = (150, 190, 255), (255, 180, 160)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        # Pencil is pale, ink is dark, and pencil has one hue, or is very pale.
        (ruled((120, 120, 190)), True),
        (ruled((100, 100, 165)), False),
        (ruled(BLUE, ink=80), True),
        (ruled(BLUE, ink=140), False),
        (ruled(*[BLUE] * 10, ROSE), True),
        (ruled(BLUE, BLUE, ROSE), True),
        (ruled((60, 60, 255), (60, 60, 255), (255, 60, 60)), False),
    ],
)
def test_what_pencil_and_ink_look_like(page, found):
    assert (plain_pencil(page) is not None) == found


def on_squares(tilt=0.0, level=170):
    """Squared paper below the ink, perhaps askew."""
    page = np.full((600, 700), 255, np.uint8)
    for at in range(9, 800, 24):
        cv2.line(page, (0, at), (700, round(at + 700 * tilt)), level, 1, cv2.LINE_AA)
        cv2.line(page, (at, 0), (round(at - 600 * tilt), 600), level, 1, cv2.LINE_AA)
    ink = cv2.resize(inked()[..., 0], (700, 600))
    return np.minimum(page, ink), ink


@pytest.mark.parametrize("scanned", [False, True])
@pytest.mark.parametrize("tilt", [0.0, 0.02, -0.013])
def test_gray_squares_part_nothing(tilt, scanned):
    page, ink = on_squares(tilt)
    if scanned:
        # Its paper is not quite white, and has grain.
        grain = np.random.default_rng(1).normal(0, 3, page.shape)
        page = np.clip(page * 0.96 + grain, 0, 255).astype(np.uint8)
    found = outlines(page)
    assert (found[ink < 60] < 80).all()
    assert segment(found).max() == segment(ink).max()
    beside = cv2.erode(ink, np.ones((9, 9), np.uint8)) == 255
    assert (found < 225)[beside].mean() < 0.1 * (page < 225)[beside].mean()


def test_lines_that_are_no_rules():
    few, uneven = np.full((2, 600, 700), 255, np.uint8)
    few[100:400:100] = 200
    uneven[[20, 40, 90, 200, 230, 380, 420, 590]] = 200
    for lines in (few, uneven, on_squares(level=0)[0]):
        page = np.minimum(lines, on_squares()[1])
        assert outlines(page) is page


def folded(until=400, tone=190):
    """A box in black ink on a page with two folds, one of which ends ``until`` there."""
    page = np.full((300, 400), 255, np.uint8)
    page[140:143, :until] = tone
    page[:, 250:252] = tone
    page[60:240, [100, 101, 300, 301]] = page[[60, 61, 238, 239], 100:302] = 10
    return page


def test_creases_part_nothing_where_there_may_be_some():
    bare = without_rules(folded(), creases=True)
    assert set(np.unique(bare)) == {10, 255}
    assert segment(bare).max() == 2
    assert without_rules(folded()) is not bare
    assert (without_rules(folded()) == folded()).all()
    assert segment(folded()).max() > 2


@pytest.mark.parametrize("page", [folded(until=280), folded(tone=60)])
def test_lines_that_end_or_are_as_dark_as_ink_are_no_creases(page):
    assert without_rules(page, creases=True)[141, 50] == page[141, 50]


def test_a_folded_page_is_read_whole_in_uneven_light():
    light = np.linspace(0.6, 1, 400)
    page = (folded() * light).astype(np.uint8)
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    assert ground is not None
    assert ground.below is not None
    scan, photo = Sketch(lines), Sketch(lines, ground=ground)
    assert [Colorizer.load().read(s).labels.max() > 2 for s in (scan, photo)] == [True, False]
