"""Which regions are unsure, and in which order a hint helps most."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.document import PAPER, Layers, Palette, Sketch
from nurie.errors import OptionError
from nurie.painting.review import asking_order, doubt, leave_unsure, report, review, score

LABELS = np.array([[1, 1, 2, 2, 3, 0, 4], [1, 1, 2, 2, 3, 0, 4]], np.int32)
PALETTE = Palette(np.array([[255, 0, 0], [0, 170, 255], [9, 9, 9]], np.uint8), ("a", "b", "c"))


def layers(**changes):
    """Region 1 is sure, 2 and 3 are not, 4 was hinted."""
    return Layers(
        **{
            "sketch": Sketch(np.full(LABELS.shape, 255, np.uint8)),
            "labels": LABELS,
            "entries": np.array([PAPER, 0, 1, 0, 2], np.int32),
            "palette": PALETTE,
            "hinted": np.array([0, 0, 0, 0, 1], bool),
            "confidence": np.array([0, 0.9, 0.4, 0.1, 1], np.float32),
            "area": np.array([0, 4, 4, 2, 2], np.float32),
            "ask": np.array([3, 2, 1], np.int32),
        }
        | changes
    )


def order(confidence, area, features, free=None):
    confidence, area = np.array(confidence, np.float32), np.array(area, np.float32)
    free = np.ones(len(area), bool) if free is None else np.array(free)
    return asking_order(confidence, area, np.array(features, np.float32), free).tolist()


ALONE = np.eye(6, dtype=np.float32)


def test_doubt_and_size_decide_among_strangers():
    assert order([0.5, 0.1, 0.1, 0.99], [100, 100, 400, 900], ALONE[:4]) == [2, 1, 0, 3]


def test_only_regions_of_the_model_are_asked_for():
    assert order([0.1, 0.1, 0.1], [9, 99, 999], ALONE[:3], [True, False, True]) == [2, 0]
    assert order([], [], np.zeros((0, 4))) == []


def test_one_of_many_alike_is_asked_for_first_and_the_others_late():
    features = np.array([[1, 0, 0]] * 4 + [[-1, 1, 0], [-1, -1, 1]])
    found = order([0.2] * 6, [100, 100, 100, 100, 121, 110], features)
    assert found[0] in (0, 1, 2, 3)
    assert set(found[1:3]) == {4, 5}


@given(st.integers(0, 999))
def test_every_free_region_is_asked_for_once(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 700))
    free = rng.random(count) < 0.8
    found = order(rng.random(count), rng.integers(1, 999, count), rng.normal(size=(count, 8)), free)
    assert sorted(found) == np.flatnonzero(free).tolist()


def test_doubt_falls_with_confidence_and_grows_with_the_root_of_the_area():
    stake = doubt(np.array([0.0, 0.5, 0.0]), np.array([100.0, 100.0, 400.0]))
    assert stake.tolist() == [10, 5, 20]


def test_regions_below_the_threshold_are_reviewed_in_order():
    assert review(layers()).tolist() == [3, 2]
    assert review(layers(), sure=0.3).tolist() == [3]
    assert review(layers(), sure=0).tolist() == []
    assert review(layers(), sure=1).tolist() == [3, 2, 1]
    assert review(layers(confidence=None)).tolist() == []
    assert review(layers(ask=None)).tolist() == [3, 2]


@pytest.mark.parametrize("sure", [-0.1, 1.5, float("nan")])
def test_a_confidence_is_a_probability(sure):
    with pytest.raises(OptionError, match=r"makes no sense; give a number from 0 to 1\."):
        review(layers(), sure=sure)


def test_unsure_regions_are_left_as_paper_and_hinted_ones_never():
    left = leave_unsure(layers())
    assert left.entries.tolist() == [PAPER, 0, PAPER, PAPER, 1]
    assert left.palette.colors.tolist() == [[255, 0, 0], [9, 9, 9]]
    assert left.palette.names == ("a", "c")
    assert left.region_colors()[4].tolist() == [9, 9, 9]
    assert layers().entries.tolist() == [PAPER, 0, 1, 0, 2]


def test_the_report_says_all_that_is_known():
    found = json.loads(json.dumps(report(layers())))
    assert (found["width"], found["height"], found["sure"]) == (7, 2, 0.5)
    assert found["unsure"] == [3, 2]
    assert found["regions"][1] == {
        "label": 2, "area": 4, "center": [0.5, 2.5], "box": [0, 2, 2, 4], "color": "#00aaff",
        "entry": 1, "confidence": 0.4, "part": None, "hinted": False, "paper": False, "ask": 2,
    }  # fmt: skip
    assert [r["ask"] for r in found["regions"]] == [None, 2, 1, None]
    assert [r["hinted"] for r in found["regions"]] == [False, False, False, True]


def test_the_report_of_paper_and_of_an_unknown_confidence():
    entries = np.array([PAPER, PAPER, 1, 0, 2], np.int32)
    found = report(layers(entries=entries, confidence=None))["regions"][0]
    assert (found["paper"], found["color"], found["entry"]) == (True, None, None)
    assert found["confidence"] is None


def test_likelier_colourings_score_higher():
    surer = layers(confidence=np.array([0, 0.9, 0.8, 0.7, 1], np.float32))
    assert score(layers()) < score(surer) < 0
    assert score(layers(ask=np.zeros(0, np.int32))) == 0
    # What a person hinted does not count.
    assert score(layers(confidence=np.array([0, 0.9, 0.4, 0.1, 0.2], np.float32))) == score(
        layers()
    )
