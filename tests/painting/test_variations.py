"""Which of many colourings are shown, and in which order."""

import numpy as np

from nurie.document import Layers, Palette, Sketch
from nurie.painting.compose import ranked, several

AREA = np.array([100.0], np.float32)


def layers(color, confidence):
    """One region of one colour."""
    return Layers(
        Sketch(np.full((10, 10), 255, np.uint8)), np.ones((10, 10), np.int32),
        np.array([-1, 0], np.int32), Palette(np.array([color], np.uint8)), np.zeros(2, bool),
        np.array([0, confidence], np.float32), area=np.array([0, 100], np.float32),
        ask=np.array([1], np.int32),
    )  # fmt: skip


FIRST = layers((250, 0, 0), 0.1)
RUST = layers((215, 50, 20), 0.5)
BLUE = layers((0, 0, 250), 0.4)
NAVY = layers((0, 0, 200), 0.39)
ODD = layers((0, 250, 0), 0.001)


def test_the_first_stays_and_the_likely_and_different_follow():
    assert ranked([FIRST, ODD, RUST, NAVY, BLUE], 3, AREA) == [FIRST, BLUE, RUST]


def test_all_are_chosen_when_all_are_wanted():
    found = ranked([FIRST, ODD, RUST], 9, AREA)
    assert found[0] is FIRST
    assert set(map(id, found)) == {id(FIRST), id(ODD), id(RUST)}
    assert ranked([FIRST], 1, AREA) == [FIRST]


def test_what_looks_the_same_is_not_new():
    made = [FIRST, BLUE, layers((0, 2, 250), 0.9), ODD]
    found = several(made.__getitem__, 4, AREA, most=4)
    assert set(map(id, found)) == {id(FIRST), id(BLUE), id(ODD)}
