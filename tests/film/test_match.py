"""The matcher of films on two drawings of a wall with a roof and a door."""

import cv2
import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.film import match
from nurie.film.match import LearnedMatcher
from nurie.film.motion import shrink
from nurie.film.store import Cel


def drawn(x):
    lines = np.full((128, 128), 255, np.uint8)
    for shape in (
        [(x, 60), (x + 50, 60), (x + 50, 110), (x, 110)],
        [(x - 6, 60), (x + 25, 25), (x + 56, 60)],
        [(x + 18, 80), (x + 34, 80), (x + 34, 110), (x + 18, 110)],
    ):
        cv2.polylines(lines, [np.int32(shape)], True, 0, 2)
    return lines


@pytest.fixture(scope="module")
def known():
    model = Colorizer.load()
    cels = []
    for x in (30, 42):
        reading = model.read(drawn(x))
        drawing = reading.drawing
        small = shrink(reading.view.ink.mask, drawing.labels, len(drawing.paper))
        cels.append(Cel(drawing.scene, drawing.paper, small, (128, 128)))
    return model, *cels


def test_every_region_finds_itself_and_rows_are_chances(known):
    model, one, two = known
    forth, back, seen = LearnedMatcher(model.session)(one, two)
    assert forth.argmax(axis=1).tolist() == back.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert max(forth.sum(axis=1).max(), back.sum(axis=1).max()) <= 1 + 1e-5
    assert seen > 0.9


def test_regions_beyond_the_largest_follow_the_flow(known, monkeypatch):
    model, one, two = known
    whole = LearnedMatcher(model.session)(one, two)[0]
    monkeypatch.setattr(match, "LARGEST", 3)
    forth, back, _ = LearnedMatcher(model.session)(one, two)
    assert forth.shape == whole.shape
    smallest = int(one.scene.measures.area.argmin())
    assert forth[smallest].argmax() == back[smallest].argmax() == smallest
    assert not np.allclose(forth[smallest], whole[smallest])


def test_another_encoder_is_served_without_the_learnt_likeness(known):
    model, one, two = known
    matcher = LearnedMatcher(model.session)
    before = matcher(one, two)[0]
    matcher._sighted = False
    after = matcher(one, two)[0]
    assert after.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert not np.allclose(before, after)


def test_a_drawing_without_regions_matches_nothing(known):
    model, one, _ = known
    scene = type(one.scene)(*(v[:0] for v in (one.scene.features, one.scene.geometry)), None, None)
    empty = Cel(scene, one.paper[:0], one.small, one.shape)
    forth, back, seen = LearnedMatcher(model.session)(one, empty)
    assert (forth.shape, back.shape, seen) == ((4, 0), (0, 4), 0.0)
