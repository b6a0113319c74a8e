"""Whole colourings: sampled round by round under what is known."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.colors import BINS, WHITE_BIN, bin_centers, bins_of, srgb_to_lab
from nurie.painting.read import Scene
from nurie.painting.sample import Group
from nurie.painting.terms import CONSTANTS, Request
from nurie.painting.whole import (
    SKIN_TONES,
    Skin,
    agreement,
    begin,
    sample_whole,
    samples_whole,
    skin_tone,
)
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


class Judged(Model):
    """The same with a critic that likes blue."""

    judges = True

    def judge(self, features, geometry, near, known, picture, parts, likely):
        assert known[:, 3].all()
        assert likely.shape == (len(known), 2)
        return -float(known[:, 2].mean())


def scene(count, skin=(), parts=None):
    """Regions of falling size that look and lie apart; hats, or skin."""
    sizes = np.repeat(np.arange(1, count + 1), np.arange(count + 4, 4, -1))
    measures = measure(sizes.astype(np.int32)[None])
    rng = np.random.default_rng(0)
    geometry = rng.uniform(-1, 1, (count, 14)).astype(np.float32)
    features = rng.normal(size=(count, 496)).astype(np.float32)
    if parts is None:
        parts = np.eye(2, dtype=np.float32)[np.isin(np.arange(count), list(skin)).astype(int)]
    return Scene(features, geometry, measures, np.zeros(320, np.float32), parts)


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
    model, constants = Model(), replace(CONSTANTS, candidate_rounds=(9,))
    for seed in range(8):
        begun = sample_whole(
            model, scene(6, [0, 3, 5]), request(6, constants=constants), np.random.default_rng(seed)
        )
        assert len(np.unique(begun[1].colors[[0, 3, 5]], axis=0)) == 1
    assert agreement(np.float32([[0, 1], [1, 0]]), model.parts).tolist() == [[1, 0], [0, 0]]


def test_a_model_without_parts_does_not_sample_whole_colourings():
    assert samples_whole(Model())
    assert not samples_whole(object())


LIGHT, DARK = SKIN_TONES[0], SKIN_TONES[4]


def chances_of(*colors, others=0.0):
    """A row for each colour, in which that is likely."""
    rows = np.full((len(colors), BINS), others / BINS, np.float32)
    rows[np.arange(len(colors)), bins_of(np.array(colors, np.uint8))] += 1 - others
    return rows


def tones(chances, skin, area, **kwargs):
    """How often each tone is drawn in 300 answers."""
    wanted = request(len(skin), **kwargs)
    skin, area = np.array(skin, np.float32), np.array(area, np.float32)
    found = [skin_tone(chances, skin, area, wanted, np.random.default_rng(i)) for i in range(300)]
    return np.array([(np.array(found) == tone).all(axis=1).mean() for tone in SKIN_TONES])


def test_the_tone_of_skin_is_the_one_that_is_seen_on_skin():
    hat_is_dark = tones(chances_of(LIGHT, DARK), [1, 0], [9, 900])
    assert hat_is_dark[:2].sum() > 0.8
    face_is_dark = tones(chances_of(LIGHT, DARK), [0, 1], [900, 9])
    assert face_is_dark[3:].sum() > 0.8
    # The larger face counts more, and both count.
    both = tones(chances_of(LIGHT, DARK), [1, 1], [100, 900])
    assert face_is_dark[3:].sum() > both[3:].sum() > both[:2].sum() > hat_is_dark[3:].sum()


def test_tones_are_drawn_as_if_all_had_been_seen_as_often():
    # What the model predicts of the usual drawing says nothing about this one.
    centers = srgb_to_lab(bin_centers())
    chances = np.zeros((1, BINS), np.float32)
    for tone, seen in zip(SKIN_TONES, (0.136, 0.163, 0.183, 0.23, 0.19, 0.097), strict=True):
        gap = np.linalg.norm(centers - srgb_to_lab(tone[None]), axis=1)
        chances[0, gap.argmin()] += seen
    found = tones(chances / chances.sum(), [1], [50])
    assert found.max() < 0.3
    assert found.min() > 0.08
    # The last has no darker neighbour that takes part of it.
    assert found[-1] > 0.2
    # None is ever impossible.
    least = tones(chances_of(LIGHT), [1], [50], constants=replace(CONSTANTS, tone_least=0.1))
    assert (least > 0.02).all()


def test_given_skin_has_the_tone_of_all_and_other_given_colours_have_not():
    colors = np.array([[90, 140, 200], [250, 10, 10], [255, 255, 255]], np.uint8)
    for skin, tone in (([0.9, 0.1, 0], colors[0]), ([0.1, 0.9, 0], colors[1])):
        wanted = request(3, fixed=np.array([True, True, False]), colors=colors)
        given = np.array(skin, np.float32), np.ones(3, np.float32), wanted
        found = skin_tone(chances_of(*colors), *given, np.random.default_rng(0))
        assert found.tolist() == tone.tolist()


def test_drawings_differ_in_tone_at_one_seed():
    even = np.full((1, BINS), 1 / BINS, np.float32)
    skin, wanted = np.ones(1, np.float32), request(1)
    found = {
        tuple(skin_tone(even, skin, np.float32([area]), wanted, np.random.default_rng(0)))
        for area in range(1, 40)
    }
    assert len(found) == len(SKIN_TONES)


def test_skin_moves_to_its_tone_and_the_rest_moves_away():
    skin = Skin(np.float32([1, 0, 0.5]), LIGHT, request(3))
    rows = np.arange(3)
    before = chances_of(DARK, LIGHT, [0, 0, 255], others=0.2)
    after = skin.toned(before, rows)
    assert after.sum(axis=1) == pytest.approx(1)
    assert after.min() >= 0
    dark, blue = int(bins_of(DARK)), int(bins_of(np.uint8([0, 0, 255])))
    assert after[0, dark] < 0.2 * before[0, dark]
    assert after[0, skin.bin] > 0.6
    assert after[1, skin.bin] < 0.6 * before[1, int(bins_of(LIGHT))]
    # Colours that no skin has are left as they are.
    assert after[2, blue] == pytest.approx(before[2, blue], rel=0.15)
    picked = np.array([skin.bin] * 3)
    colors = skin.colored(np.zeros((3, 3), np.uint8), picked, rows)
    assert colors.tolist() == [LIGHT.tolist(), [0, 0, 0], LIGHT.tolist()]


def test_skin_of_one_drawing_has_one_tone_and_hats_keep_away_from_it():
    class People(Model):
        def _logits(self, known):
            logits = super()._logits(known)
            logits[self.skin] = np.log(chances_of(LIGHT)[0] + chances_of(DARK)[0] + 1e-9)
            return logits

    apart = replace(CONSTANTS, kin_follow=99.0, kin_faint=0.9999)
    alike = {"one tone": 0, "as predicted": 0}
    for name, share in (("one tone", 1.0), ("as predicted", 0.0)):
        wanted = request(6, constants=replace(apart, tone_share=share))
        for seed in range(20):
            rng = np.random.default_rng(seed)
            drawn = sample_whole(People(skin=[1, 4]), scene(6, [1, 4]), wanted, rng)[
                1
            ].colors.tolist()
            alike[name] += drawn[1] == drawn[4] and drawn[1] in SKIN_TONES.tolist()
            assert drawn[1] not in (drawn[0], drawn[2], drawn[3], drawn[5])
    assert alike["one tone"] >= 15
    assert alike["as predicted"] < 5


def test_skin_and_hats_are_hardly_kin():
    parts = np.float32([[0, 1], [0.5, 0.5], [1, 0], [1, 0]])
    group = Group(Model(), scene(4, parts=parts), np.arange(4))

    def logits(constants):
        wanted = request(4, constants=replace(constants, kin_parts=0.0))
        chance = begin(Model(), group, wanted, np.random.default_rng(0)).kin.chance
        return np.log(chance / (1 - chance + 1e-12))

    less = logits(CONSTANTS) - logits(replace(CONSTANTS, kin_skin=0.0))
    assert less[2, 3] == pytest.approx(0.06, abs=0.01)
    assert less[0, 1] == pytest.approx(-1.96, abs=0.1)
    assert less[0, 2] < -9


def test_regions_that_no_line_parts_are_rather_kin():
    pairs, length = np.int32([[1, 2], [3, 4]]), np.float32([9, 0.3])
    regions = replace(scene(4), open=(pairs, length))
    group = Group(Model(), regions, np.array([0, 1, 3, 2], np.int32))

    def logits(constants):
        chance = begin(Model(), group, request(4, constants=constants),
                       np.random.default_rng(0)).kin.chance  # fmt: skip
        return np.log(chance / (1 - chance + 1e-12))

    more = logits(CONSTANTS) - logits(replace(CONSTANTS, kin_open=0.0))
    assert more[0, 1] == pytest.approx(2.5, abs=0.01)
    assert more[3, 2] == pytest.approx(1.25, abs=0.01)
    assert more[0, 2] == pytest.approx(0, abs=0.01)


def test_what_has_a_colour_of_its_own_is_sampled_calmly():
    class Leaves(Model):
        parts = ("hat", "leaf")

        def _logits(self, known):
            logits = np.zeros((len(known), BINS), np.float32)
            logits[:, [RED, BLUE]] = 31, 30
            return logits

    apart = replace(CONSTANTS, kin_follow=99.0, kin_faint=0.9999)
    likeliest = np.zeros(6)
    for seed in range(60):
        wanted, rng = request(6, constants=apart), np.random.default_rng(seed)
        drawn = sample_whole(Leaves(), scene(6, [0, 1, 2]), wanted, rng)[1].colors
        likeliest += bins_of(drawn) == RED
    leaves, hats = likeliest[:3].sum() / 180, likeliest[3:].sum() / 180
    # Of temperatures of 0.4 and 1 these would be 92 and 73 %.
    assert 0.85 < leaves < 0.98
    assert hats < 0.8
