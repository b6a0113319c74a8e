"""The region around a drawing: the paper of a thing, or the sky of a scene."""

import numpy as np
import pytest

from nurie.document import sketch_of
from nurie.painting.read import Drawing, Scene
from nurie.painting.terms import CONSTANTS
from nurie.painting.whole import open_backdrop
from nurie.regions.measure import measure


class Namer:
    """A model that tells paper from skies."""

    parts = ("paper", "gutter", "sky")


def drawing(*blank, paper=(True, False)):
    """A box, surely a sky, on a sheet that is paper or a gutter with some chance."""
    labels = np.ones((40, 40), np.int32)
    labels[10:30, 10:30] = 0
    labels[12:28, 12:28] = 2
    measures = measure(labels)
    scene = Scene(np.zeros((2, 496), np.float32), np.zeros((2, 14), np.float32), measures,
                  np.zeros(320, np.float32),
                  np.float32([[*blank, 1 - sum(blank)], [0, 0, 1]]))  # fmt: skip
    lines = np.where(labels > 0, 255, 0).astype(np.uint8)
    return Drawing(sketch_of(lines), labels, scene, np.array(paper))


@pytest.mark.parametrize(("blank", "stays"), [((0.9, 0), True), ((0.15, 0.1), True),
                                              ((0.12, 0.05), False)])  # fmt: skip
def test_what_the_model_takes_for_a_sky_may_be_coloured(blank, stays):
    one = drawing(*blank)
    found = open_backdrop(Namer(), one, CONSTANTS)
    assert found.paper.tolist() == [stays, False]
    assert one.paper[0], "the drawing that was read is left alone"


def test_balloons_stay_paper_whatever_the_model_says():
    """Only the region around a drawing is in question."""
    assert open_backdrop(Namer(), drawing(0, 0, paper=(False, True)), CONSTANTS).paper[1]


def test_a_model_without_names_changes_nothing():
    one = drawing(0, 0)
    assert open_backdrop(object(), one, CONSTANTS) is one
