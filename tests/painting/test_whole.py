"""Whole colourings: sampled round by round under what is known."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.colors import BINS, WHITE_BIN, bin_centers, bins_of
from nurie.painting.read import Scene
from nurie.painting.terms import CONSTANTS, Request
from nurie.painting.whole import agreement, sample_whole, samples_whole
from nurie.regions.measure import measure

RED, BLUE = (int(bins_of(np.array(c, np.uint8))) for c in ([255, 0, 0], [0, 0, 255]))


class Model:
    """Red or blue by chance with nothing known; then the colour that most regions have."""

    parts = ("hat", "skin")
    judges = False

    def __init__(self, *, skin=()):
        self.skin, self.known = list(skin), []

    def _logits(self, known):
        logits = np.zeros((len(known), BINS), np.float32)
        told = known[known[:, 3] > 0]
        # Lab b of blue is far below 0.
        favoured = [RED, BLUE] if not len(told) else [BLUE if told[:, 2].mean() < 0 else RED]
        logits[:, favoured] = 30
        return logits

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        empty = np.zeros((len(features), 64), np.float32)
        return self._logits(known), np.zeros((len(features), 3), np.float32), empty, empty

    def predict_free(self, features, geometry, near, known, picture):
        self.known.append(known[:, 3].sum())
        return self._logits(known), np.zeros((len(known), 3), np.float32)

    def name_parts(self, features, geometry, near, known, picture):
        chances = np.tile(np.float32([1, 0]), (len(features), 1))
        chances[self.skin] = 0, 1
        return chances


class Judged(Model):
    """The same with a critic that likes blue."""

    judges = True

    def judge(self, features, geometry, near, known, picture):
        assert known[:, 3].all()
        return -float(known[:, 2].mean())


def scene(count):
    """Regions of falling size that look and lie apart."""
    sizes = np.repeat(np.arange(1, count + 1), np.arange(count + 4, 4, -1))
    measures = measure(sizes.astype(np.int32)[None])
    rng = np.random.default_rng(0)
    geometry = rng.uniform(-1, 1, (count, 14)).astype(np.float32)
    features = rng.normal(size=(count, 496)).astype(np.float32)
    return Scene(features, geometry, measures, np.zeros(320, np.float32))


def request(count, **kwargs):
    fixed = kwargs.pop("fixed", np.zeros(count, bool))
    colors = kwargs.pop("colors", np.full((count, 3), 255, np.uint8))
    return Request(fixed, colors, bin_centers(), temperature=1.0, **kwargs)


def test_the_first_region_decides_and_the_others_follow_it():
    found = set()
    for seed in range(12):
        begun = sample_whole(Model(), scene(6), request(6), np.random.default_rng(seed))
        bins = set(bins_of(begun[1].colors).tolist())
        assert len(bins) == 1
        found |= bins
    assert found == {RED, BLUE}


def test_the_critic_keeps_the_best_of_several():
    for seed in range(4):
        begun = sample_whole(Judged(), scene(6), request(6), np.random.default_rng(seed))
        assert set(bins_of(begun[1].colors).tolist()) == {BLUE}
    constants = replace(CONSTANTS, candidates=1)
    found = set()
    for seed in range(12):
        one = request(6, constants=constants)
        begun = sample_whole(Judged(), scene(6), one, np.random.default_rng(seed))
        found |= set(bins_of(begun[1].colors).tolist())
    assert found == {RED, BLUE}


def test_given_colours_stay_and_are_told():
    fixed = np.array([False, False, True, False, False, False])
    colors = np.full((6, 3), 255, np.uint8)
    colors[2] = 0, 0, 255
    wanted = request(6, fixed=fixed, colors=colors)
    for seed in range(6):
        begun = sample_whole(Model(), scene(6), wanted, np.random.default_rng(seed))
        assert begun[1].colors[2].tolist() == [0, 0, 255]
        assert set(bins_of(begun[1].colors).tolist()) == {BLUE}


def test_nothing_is_sampled_where_all_is_given():
    wanted = request(4, fixed=np.ones(4, bool))
    assert sample_whole(Model(), scene(4), wanted, np.random.default_rng(0)) is None


def test_only_the_largest_regions_are_sampled():
    constants = replace(CONSTANTS, candidate_regions=4)
    begun = sample_whole(
        Model(), scene(9), request(9, constants=constants), np.random.default_rng(0)
    )
    assert begun[0].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("rounds", "known"), [((1, 3), [1, 4]), ((2,), [2]), ((9,), [])])
def test_each_round_is_told_what_was_sampled_before(rounds, known):
    model, constants = Model(), replace(CONSTANTS, candidate_rounds=rounds)
    sample_whole(model, scene(6), request(6, constants=constants), np.random.default_rng(0))
    assert model.known == known


@pytest.mark.parametrize(("least", "whites"), [(0.0, True), (0.1, False)])
def test_what_is_hardly_white_is_never_sampled_so(least, whites):
    class Pale(Model):
        def _logits(self, known):
            logits = np.full((len(known), BINS), -30, np.float32)
            logits[:, [RED, WHITE_BIN]] = np.log([0.92, 0.08])
            return logits

    constants, found = replace(CONSTANTS, white_least=least), False
    for seed in range(12):
        one = request(6, constants=constants)
        found |= sample_whole(Pale(), scene(6), one, np.random.default_rng(seed))[1].paper.any()
    assert found == whites


def test_all_skin_takes_one_colour_in_one_round():
    model, constants = Model(skin=[0, 3, 5]), replace(CONSTANTS, candidate_rounds=(9,))
    for seed in range(8):
        begun = sample_whole(
            model, scene(6), request(6, constants=constants), np.random.default_rng(seed)
        )
        assert len(np.unique(begun[1].colors[[0, 3, 5]], axis=0)) == 1
    assert agreement(np.float32([[0, 1], [1, 0]]), model.parts).tolist() == [[1, 0], [0, 0]]


def test_a_model_without_parts_does_not_sample_whole_colourings():
    assert samples_whole(Model())
    assert not samples_whole(object())
