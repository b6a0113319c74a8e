"""Screentone is neither lines nor holes; what only looks like it stays."""

import cv2
import numpy as np
import pytest

from nurie.regions.ink import find_ink
from nurie.regions.screentone import tone_in
from nurie.regions.segment import segment


def scene(side=600):
    """A box, a crown and a head with eyes, antialiased: (side, side) uint8."""
    page = np.full((side, side), 255, np.uint8)
    s = side / 600
    shapes = ("box", 40, 300, 220, 560), ("ball", 400, 180, 120), ("ball", 430, 440, 70)
    for kind, *place in shapes:
        at = [round(v * s) for v in place]
        if kind == "box":
            cv2.rectangle(page, at[:2], at[2:], 0, round(4 * s), cv2.LINE_AA)
        else:
            cv2.circle(page, at[:2], at[2], 0, round(4 * s), cv2.LINE_AA)
    for x in (405, 455):
        cv2.circle(page, (round(x * s), round(430 * s)), round(6 * s), 0, -1, cv2.LINE_AA)
    return page


def screen(side, pitch, share, turn=45):
    """Round dots in a turned lattice, antialiased; beyond a half the paper is what is round."""
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
    c, s = np.cos(np.radians(turn)) / pitch, np.sin(np.radians(turn)) / pitch
    u, v = (rows * c + columns * s) % 1 - 0.5, (columns * c - rows * s) % 1 - 0.5
    radius = np.sqrt(min(share, 1 - share) / np.pi)
    ink = np.clip((radius - np.hypot(u, v)) * pitch + 0.5, 0, 1)
    return ((ink if share > 0.5 else 1 - ink) * 255).astype(np.uint8)


@pytest.mark.parametrize(("pitch", "share"), [(6, 0.2), (8, 0.35), (10, 0.15), (7, 0.75)])
@pytest.mark.parametrize("bits", [1, 8])
def test_tone_in_a_region_leaves_the_regions(pitch, share, bits):
    plain = scene()
    inside = np.zeros_like(plain)
    cv2.circle(inside, (400, 180), 118, 1, -1)
    page = np.where(inside > 0, np.minimum(plain, screen(600, pitch, share)), plain)
    if bits == 1:
        page = np.where(page < 128, 0, 255).astype(np.uint8)
    labels = segment(page)
    crown = labels == labels[180, 400]
    assert (crown & (inside > 0)).sum() > 0.9 * (crown | (inside > 0)).sum()
    assert labels[440, 430] != labels[180, 400] != labels[5, 5]
    assert labels[430, 130] != labels[5, 5]


@pytest.mark.parametrize(("pitch", "left"), [(11, 210), (11, 330), (12.5, 330)])
def test_an_outline_that_leaves_the_tone_is_no_crumb(pitch, left):
    """Where the area of dots ends within a line, a balloon's own, all of the line stays ink."""
    page, outline = np.full((480, 480), 255, np.uint8), np.full((480, 480), 255, np.uint8)
    page[:, left:] = screen(480, pitch, 0.15)[:, left:]
    cv2.ellipse(page, (240, 240), (150, 90), 0, 0, 360, 255, -1)
    cv2.ellipse(outline, (240, 240), (150, 90), 0, 0, 360, 0, 3)
    dots, _ = tone_in(np.minimum(page, outline) < 165)
    assert dots.sum() > 0.9 * (page < 165).sum()
    assert not (dots & (outline < 165)).any()


@pytest.mark.parametrize(("pitch", "share"), [(7, 0.5), (9, 0.25), (9, 0.4), (11, 0.4), (13, 0.3)])
@pytest.mark.parametrize("left", [150, 240, 330])
def test_a_balloon_that_juts_into_tone_stays_closed(pitch, share, left):
    """Dots that touch a thin outline are as broad as it is black; no gap opens between them."""
    page = np.full((480, 480), 255, np.uint8)
    page[:, left:] = screen(480, pitch, share)[:, left:]
    cv2.ellipse(page, (240, 240), (150, 90), 0, 0, 360, 255, -1)
    cv2.ellipse(page, (240, 240), (150, 90), 0, 0, 360, 0, 2)
    mask = page < 165
    dots, _ = tone_in(mask)
    assert dots.sum() > 0.8 * mask[:, left:].sum()
    _, pieces = cv2.connectedComponents((~mask | dots).view(np.uint8), connectivity=4)
    assert pieces[240, 240] != pieces[475, 2]


def test_tone_across_everything_leaves_the_regions():
    plain = scene()
    page = plain.copy()
    page[:400, 100:500] = np.minimum(plain, screen(600, 8, 0.3))[:400, 100:500]
    labels, without = segment(page), segment(plain)
    for region in range(1, without.max() + 1):
        own = without == region
        best = max(
            ((labels == n) & own).sum() / ((labels == n) | own).sum()
            for n in np.unique(labels[own])
        )
        assert best > 0.9


def test_no_dot_of_a_tone_is_a_line():
    page = screen(400, 8, 0.2)
    page[190:210] = 0
    ink = find_ink(page)
    assert ink.mask[195:205].all()
    assert ink.mask[20:170, 20:380].mean() < 0.002
    assert ink.tone[20:170, 20:380].min() == 255


def lettering(page):
    for row in range(40, 560, 30):
        cv2.putText(
            page, "how do you do, Mr Fox? Beg pardon!", (10, row), 0, 0.8, 0, 2, cv2.LINE_AA
        )


def freckles(page):
    for row, column in np.random.default_rng(3).integers(100, 500, (60, 2)):
        cv2.circle(page, (int(column), int(row)), 3, 0, -1)


def dotted(page):
    for at in range(20, 580, 9):
        cv2.circle(page, (at, 300), 3, 0, -1)
        cv2.circle(page, (300, at), 3, 0, -1)


def hatching(page):
    for at in range(0, 600, 9):
        cv2.line(page, (at, 100), (at + 60, 500), 0, 2, cv2.LINE_AA)


@pytest.mark.parametrize("draw", [lettering, freckles, dotted, hatching])
def test_what_is_no_tone_stays_ink(draw):
    page = scene()
    draw(page)
    assert tone_in(page < 166) is None


def test_dots_that_touch_lines_are_tone_and_the_lines_go_on_below_them():
    page, lines = np.zeros((500, 500), np.uint8), np.zeros((500, 500), np.uint8)
    for row in range(5, 500, 10):
        for column in range(5 + row % 20, 500, 20):
            cv2.circle(page, (column, row), 4, 1, cv2.FILLED)
    # Narrow places, in which no dot has its like on all sides.
    for column in range(200, 400, 33):
        cv2.line(lines, (column, 0), (column + 20, 499), 1, 3)

    tone, _ = tone_in((page | lines) > 0)

    assert (tone & (lines > 0)).sum() < 0.02 * lines.sum()
    dots = (page > 0) & (cv2.dilate(lines, np.ones((7, 7), np.uint8)) == 0)
    assert (tone & dots).sum() > 0.94 * dots.sum()
