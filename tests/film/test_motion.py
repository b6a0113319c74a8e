"""Where a square goes between two drawings."""

import cv2
import numpy as np

from nurie.film.motion import covered, flow, overlap, shrink


def drawing(left, side=160):
    ink = np.zeros((side, side), np.uint8)
    cv2.rectangle(ink, (left, 60), (left + 40, 100), 1, 1)
    labels = np.ones((side, side), np.int32)
    labels[61:100, left + 1 : left + 40] = 2
    labels[ink > 0] = 0
    return shrink(ink > 0, labels, 2)


def test_a_square_that_moves_is_followed():
    one, two = drawing(40), drawing(52)
    still = overlap(one, two, np.zeros((160, 160, 2), np.float32))[0][1, 1]
    assert overlap(one, two, flow(one, two))[0][1, 1] > 0.85 > still


def test_a_pan_longer_than_the_search_is_followed():
    one, two = drawing(20), drawing(90)
    assert overlap(one, two, flow(one, two))[0][1, 1] > 0.7


def test_a_camera_that_comes_nearer_is_followed():
    rng = np.random.default_rng(0)
    ink = np.zeros((240, 320), np.uint8)
    for x, y, rx, ry in rng.integers([0, 0, 8, 8], [320, 240, 50, 50], (40, 4)).tolist():
        cv2.ellipse(ink, (x, y), (rx, ry), 30, 0, 360, 1, 2)
    nearer = np.float32([[1.3, 0, -48], [0, 1.3, -36]])
    seen = cv2.warpAffine(ink, nearer, (320, 240))
    one, two = (shrink(each > 0, np.ones(ink.shape, np.int32), 1) for each in (ink, seen))
    rows, columns = np.mgrid[60:180, 80:240].astype(np.float32)
    true = np.stack([0.3 * columns - 48, 0.3 * rows - 36], axis=2)
    assert np.abs(flow(one, two)[60:180, 80:240] - true).mean() < 2


def test_overlaps_are_shares_of_both_and_of_each():
    one, two = drawing(40), drawing(44)
    union, ours, theirs = overlap(one, two, np.zeros((160, 160, 2), np.float32))
    assert union.shape == (2, 2)
    assert union[1, 1] < ours[1, 1] == theirs[1, 1] < 1


def test_lines_that_stay_are_covered_and_new_ones_are_not():
    one, two = drawing(40), drawing(42)
    rest = np.zeros((160, 160, 2), np.float32)
    assert covered(one, two, rest) == 1
    assert covered(one, drawing(110), rest) < 0.3


def test_large_drawings_become_small():
    small = shrink(np.zeros((600, 1200), bool), np.ones((600, 1200), np.int32), 1)
    assert small.far.shape == small.labels.shape == (256, 512)
