"""References, with a model that recognises regions by their features alone."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.document import Palette
from nurie.painting.read import Scene
from nurie.painting.references import Reference, agreed, refer
from nurie.painting.terms import CONSTANTS
from nurie.regions.measure import measure


class Recogniser:
    """Equal features are surely the same; others are surely not."""

    def __init__(self):
        self.drawings = []

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        assert adjacency.shape == (len(features), len(features))
        assert (known[drawing == 0] == 0).all()
        assert (known[drawing > 0, 3] == 1).all()
        self.drawings.append(drawing)
        who = features[:, 0].astype(int)
        vectors = np.zeros((len(features), 64), np.float32)
        vectors[np.arange(len(features)), who] = 20
        vectors[:, 63] = -8
        query = vectors.copy()
        query[:, 63] = 8
        return (
            np.zeros((len(features), 512), np.float32),
            np.zeros((len(features), 3)),
            query,
            vectors,
        )


def scene(who):
    measures = measure(np.repeat(np.arange(1, len(who) + 1, dtype=np.int32), 4)[None])
    features = np.zeros((len(who), 496), np.float32)
    features[:, 0] = who
    return Scene(
        features, np.zeros((len(who), 14), np.float32), measures, np.zeros(320, np.float32)
    )


HAIR, SKIN, BOOT, NEW = 1, 2, 3, 4
BROWN, PINK, BLACK = (90, 50, 20), (250, 210, 190), (20, 20, 30)


def reference(who, colors):
    return Reference(scene(who), np.array(colors, np.uint8))


def test_each_region_takes_the_colour_of_its_like():
    known = reference([HAIR, SKIN, BOOT], [BROWN, PINK, BLACK])
    found = refer(Recogniser(), scene([BOOT, HAIR, SKIN, HAIR]), [known], 12)
    assert found.colors.tolist() == [list(c) for c in (BLACK, BROWN, PINK, BROWN)]
    assert found.known.all()


def test_what_is_new_is_not_sure():
    known = reference([HAIR, SKIN], [BROWN, PINK])
    found = refer(Recogniser(), scene([HAIR, NEW]), [known], 12)
    assert found.known.tolist() == [True, False]


def test_several_references_complete_each_other_and_are_told_apart():
    head = Recogniser()
    one, two = reference([HAIR], [BROWN]), reference([BOOT, SKIN], [BLACK, PINK])
    found = refer(head, scene([SKIN, HAIR, BOOT]), [one, two], 12)
    assert found.colors.tolist() == [list(c) for c in (PINK, BROWN, BLACK)]
    assert head.drawings[0].tolist() == [0, 0, 0, 1, 2, 2]
    assert isinstance(found.palette, Palette)
    assert {tuple(c) for c in found.palette.colors.tolist()} == {BROWN, PINK, BLACK}


def test_nearly_equal_colours_are_one_entry():
    known = reference([HAIR, SKIN], [BROWN, (91, 50, 20)])
    found = refer(Recogniser(), scene([HAIR, SKIN]), [known], 12)
    assert len(found.palette) == 1
    assert (found.colors[0] == found.colors[1]).all()


@pytest.mark.parametrize("context", [1, 2, 100])
def test_many_regions_are_looked_up_in_groups(context):
    known = reference([HAIR], [BROWN])
    found = refer(Recogniser(), scene([HAIR] * 7), [known], 12, replace(CONSTANTS, context=context))
    assert (found.colors == BROWN).all()
    assert found.known.all()


def test_one_region_of_the_reference_goes_to_the_one_that_it_fits_best():
    alone = np.float32([[3, 2.5], [3, -3]])
    assert alone.argmax(axis=1).tolist() == [0, 0]
    assert agreed(alone, np.zeros((2, 2)), np.zeros((2, 2))).argmax(axis=1).tolist() == [1, 0]


def test_a_thing_may_still_be_there_twice():
    alone = np.float32([[6, -6], [6, -6]])
    assert agreed(alone, np.zeros((2, 2)), np.zeros((2, 2))).argmax(axis=1).tolist() == [0, 0]


def test_what_touches_the_hair_there_touches_it_here():
    # The hair is sure; of two regions that look the same, number 1 hangs on the hair, 2 does not.
    logits = np.float32([[9, 0, 0], [0, 1, 1], [0, 1, 1]])
    touching = np.float32([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]])
    shares = agreed(logits, touching, touching)
    assert shares[1, 1] > 2 * shares[1, 2]
    assert np.isclose(shares[2, 1], shares[2, 2])
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
