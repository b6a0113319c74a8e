"""Sampling with a model of one line, no weights."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.colors import BINS, WHITE_BIN, bin_centers, bins_of, srgb_to_lab
from nurie.document import Palette
from nurie.painting.read import Scene
from nurie.painting.sample import predict
from nurie.painting.terms import CONSTANTS, Request
from nurie.regions.measure import measure

GROUPS = replace(CONSTANTS, context=8)

RED, BLUE = (int(bins_of(np.array(c, np.uint8))) for c in ([255, 0, 0], [0, 0, 255]))


def answer(logits, shift=(0, 0, 0)):
    """What a head returns: no matching, the colour of the bin moved by ``shift``."""
    count = len(logits)
    empty = np.zeros((count, 64), np.float32)
    return logits, np.tile(np.float32(shift), (count, 1)), empty, empty


class Head:
    """Logits that favour one bin for every region, and a memory of what it was told."""

    def __init__(self, favourite):
        self.favourite = favourite
        self.known = []

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        assert adjacency.shape == (len(features), len(features))
        self.known.append(known[:, 3].sum())
        logits = np.zeros((len(features), BINS), np.float32)
        logits[:, self.favourite] = 15
        return answer(logits)


def scene(count, rows=0.0):
    """Regions of one size and shape, one below the other where ``rows`` is the distance."""
    measures = measure(np.repeat(np.arange(1, count + 1, dtype=np.int32), 4)[None])
    places = np.zeros((count, 14), np.float32)
    places[:, 0] = rows * np.arange(count)
    return Scene(np.zeros((count, 496), np.float32), places, measures, np.zeros(320, np.float32))


def request(count, **kwargs):
    fixed = kwargs.pop("fixed", np.zeros(count, bool))
    colors = kwargs.pop("colors", np.full((count, 3), 255, np.uint8))
    return Request(fixed, colors, bin_centers(), **kwargs)


def test_all_regions_take_the_likeliest_colour():
    choice = predict(Head(RED), scene(5), request(5, temperature=0), np.random.default_rng(0))
    assert (bins_of(choice.colors) == RED).all()
    assert not choice.paper.any()
    assert (choice.confidence > 0.9).all()


def test_white_is_paper():
    choice = predict(Head(WHITE_BIN), scene(3), request(3), np.random.default_rng(0))
    assert choice.paper.all()


def test_given_colours_stay_and_are_told():
    fixed = np.array([True, False, False])
    colors = np.array([[1, 2, 3], [0, 0, 0], [0, 0, 0]], np.uint8)
    head = Head(RED)
    asked = request(3, fixed=fixed, colors=colors)
    choice = predict(head, scene(3), asked, np.random.default_rng(0))
    assert choice.colors[0].tolist() == [1, 2, 3]
    assert head.known[0] == 1
    assert head.known == sorted(head.known)


@pytest.mark.parametrize("count", [1, 2, 7, 50])
def test_a_palette_is_the_only_source(count):
    palette = Palette(np.array([[10, 20, 30], [250, 10, 10]], np.uint8))
    choice = predict(Head(RED), scene(count), request(count, palette=palette),
                     np.random.default_rng(1))  # fmt: skip
    used = {tuple(c) for c in choice.colors[~choice.paper].tolist()}
    assert (250, 10, 10) in used
    assert used <= {tuple(c) for c in palette.colors.tolist()}


def test_many_regions_are_coloured_in_groups():
    choice = predict(Head(RED), scene(30), request(30, constants=GROUPS), np.random.default_rng(0))
    assert (bins_of(choice.colors) == RED).all()


def test_no_group_is_told_the_models_own_colours_as_if_they_were_given():
    fixed = np.arange(30) == 0
    asked = request(
        30, fixed=fixed, colors=np.full((30, 3), 99, np.uint8), temperature=0, constants=GROUPS
    )
    predict(head := Head(RED), scene(30), asked, np.random.default_rng(0))
    assert head.known == [1, 1, 1, 1]


def test_a_drawn_answer_is_a_few_ideas_and_what_is_safest_beside_them():
    choice = predict(head := Echo(), scene(30, 1.0), request(30, temperature=1.0),
                     np.random.default_rng(3))  # fmt: skip
    assert [head.known[0], 0 < head.known[1] <= CONSTANTS.ideas, len(head.known)] == [0, True, 2]
    assert len(np.unique(choice.colors, axis=0)) <= CONSTANTS.ideas


class Echo(Head):
    """Any colour at first; later the one that the first region it is told has, everywhere."""

    def __init__(self):
        super().__init__(slice(None))

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        told = known[known[:, 3] > 0]
        lab = srgb_to_lab(bin_centers())
        self.favourite = (
            int(np.linalg.norm(lab - 100 * told[0, :3], axis=1).argmin())
            if len(told)
            else slice(None)
        )
        return super().predict(features, geometry, adjacency, known, palette, picture, drawing)


def test_the_same_state_gives_the_same_answer():
    flat = Head(slice(None))
    one, two = (
        predict(flat, scene(9), request(9, temperature=1), np.random.default_rng(4)).colors
        for _ in range(2)
    )
    assert (one == two).all()


def test_everything_given_asks_no_model():
    fixed = np.ones(2, bool)
    choice = predict(head := Head(RED), scene(2), request(2, fixed=fixed), np.random.default_rng(0))
    assert choice.paper.all()
    assert not head.known


class Undecided:
    """Red is a little likelier than blue, everywhere."""

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        logits = np.full((len(features), BINS), -9, np.float32)
        logits[:, RED], logits[:, BLUE] = 1.0, 0.5
        return answer(logits)


@pytest.mark.parametrize(("count", "colours"), [(5, 1), (40, 2)])
def test_one_colour_does_not_flood_a_drawing_of_many_things(count, colours):
    choice = predict(Undecided(), scene(count, 1.0), request(count, temperature=0),
                     np.random.default_rng(0))  # fmt: skip
    assert len(np.unique(choice.colors, axis=0)) == colours


class Dark(Undecided):
    """Black is a little likelier than red."""

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        logits = np.full((len(features), BINS), -9, np.float32)
        logits[:, 0], logits[:, RED] = 1.0, 0.5
        return answer(logits)


def test_fills_that_swallow_the_lines_need_certainty():
    choice = predict(Dark(), scene(3), request(3, temperature=0), np.random.default_rng(0))
    assert (bins_of(choice.colors) == RED).all()


class Exact(Undecided):
    """Red, somewhat lighter than the bin."""

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        logits = np.full((len(features), BINS), -9, np.float32)
        logits[:, RED] = 9
        return answer(logits, (0.05, 0, 0))


def test_the_exact_colour_lies_beside_the_bins():
    choice = predict(Exact(), scene(3), request(3, temperature=0), np.random.default_rng(0))
    moved = srgb_to_lab(choice.colors) - srgb_to_lab(bin_centers()[RED])
    np.testing.assert_allclose(moved[:, 0], 5, atol=0.5)


class Divided(Undecided):
    """Blue is the likeliest bin, but three neighbouring reds together are likelier."""

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        logits = np.full((len(features), BINS), -9, np.float32)
        logits[:, BLUE] = 1.0
        logits[:, [RED, RED + 1, RED + 8]] = 0.8
        return answer(logits)


def test_a_colour_is_as_likely_as_what_is_around_it():
    choice = predict(Divided(), scene(3), request(3, temperature=0), np.random.default_rng(0))
    assert (choice.colors[:, 0] > 200).all()


class Torn(Undecided):
    """The first two regions are unsure of different colours; the rest is surely blue."""

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        logits = np.full((len(features), BINS), -9, np.float32)
        logits[:, BLUE] = 3.0
        logits[0, RED], logits[1, RED] = 3.5, 2.7
        return answer(logits)


def test_kin_take_one_colour_though_each_alone_would_differ():
    alone = predict(Torn(), scene(3, 1.0), request(3, temperature=0), np.random.default_rng(0))
    assert bins_of(alone.colors).tolist() == [RED, BLUE, BLUE]
    places = scene(3)
    places.geometry[2] += 3
    places.features[2] += 1
    choice = predict(Torn(), places, request(3, temperature=0), np.random.default_rng(0))
    assert bins_of(choice.colors).tolist() == [RED, RED, BLUE]


def test_kin_of_a_hinted_region_take_its_colour_and_nobody_follows_paper():
    places = scene(3)
    places.geometry[2] += 3
    fixed = np.array([False, True, False])
    for told, follows in (((1, 2, 3), True), ((255, 255, 255), False)):
        asked = request(3, fixed=fixed, colors=np.array([told] * 3, np.uint8))
        choice = predict(Head(RED), places, asked, np.random.default_rng(0))
        assert choice.colors[1].tolist() == list(told)
        assert (choice.colors[0].tolist() == list(told)) == follows
        assert bins_of(choice.colors[2]) == RED
        assert choice.paper.tolist() == [False, not follows, False]
        assert choice.confidence[1] == 1
        assert choice.confidence[0] < 1
