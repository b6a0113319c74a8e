"""What words and dabs mean: which regions follow, and which do not."""

import numpy as np
import pytest

from nurie.colors import bin_centers
from nurie.document import Wish
from nurie.errors import OptionError
from nurie.painting.parts import (
    design_of,
    layer_names,
    obey,
    part_names,
    same_thing,
    spread_to,
)
from nurie.painting.read import Drawing, Scene, Traits
from nurie.painting.terms import CONSTANTS, Named
from nurie.regions.measure import measure

NAMES = ("hair", "skin", "dress", "sky")
RED, BLUE = (255, 0, 0), (0, 0, 255)
LABELS = np.repeat(np.arange(1, 6, dtype=np.int32)[None], 4, axis=0)


def scene(labels=LABELS, columns=(-0.9, -0.5, 0, 0.5, 0.9)):
    measures = measure(labels)
    geometry = np.zeros((len(measures), 14), np.float32)
    geometry[:, 1] = columns[: len(measures)]
    return Scene(np.zeros((len(measures), 4), np.float32), geometry, measures, np.zeros(1))


def named(chance, figure=(0, 0, 0, 0, 0)):
    return Named(NAMES, np.array(chance, np.float32), np.array(figure, np.int32))


CHANCE = [
    [0.90, 0.04, 0.03, 0.03],
    [0.05, 0.90, 0.03, 0.02],
    [0.01, 0.10, 0.80, 0.09],
    [0.01, 0.02, 0.03, 0.94],
    [0.86, 0.05, 0.05, 0.04],
]


def follow(wishes, chance=CHANCE, figure=(0, 0, 0, 0, 0), free=True):
    owner, _, notes = obey(named(chance, figure), wishes, scene(), np.full(5, free), CONSTANTS)
    return owner.tolist(), notes


def test_words_find_their_regions_and_no_others():
    wishes = [Wish("red hair", ("hair",), RED), Wish("blue dress", ("dress",), BLUE)]
    assert follow(wishes) == ([0, -1, 1, -1, 0], ())


def test_a_figure_is_one_of_several_and_the_exact_wish_counts_before_the_general():
    left = [Wish("left hair", ("hair",), RED, "left"), Wish("hair", ("hair",), BLUE)]
    assert follow(left, figure=(1, 1, 0, 2, 2))[0] == [0, -1, -1, -1, 1]


@pytest.mark.parametrize(
    ("wish", "chance", "free", "said"),
    [
        (Wish("red cape", ("cape",), RED), CHANCE, True, "no region is free"),
        (Wish("red hair", ("hair",), RED), [[0.01, 0.97, 0.01, 0.01]] * 5, True, "more like skin"),
        (Wish("red hair", ("hair",), RED), CHANCE, False, "no region is free"),
        (Wish("hair of 4", ("hair",), RED, "4"), CHANCE, True, "means figure 4, but no figure"),
    ],
)
def test_what_finds_no_region_is_said(wish, chance, free, said):
    owner, notes = follow([wish], chance, free=free)
    assert owner == [-1] * 5
    assert said in notes[0]


@pytest.mark.parametrize(("spread", "followers"), [(0, []), (0.5, [1]), (1, [1, 2])])
def test_a_dab_reaches_as_far_as_is_requested(spread, followers):
    same = np.diag([9, 9, 9, 9]).astype(np.float32)
    same[0, 1:] = same[1:, 0] = 2, 0.5, -3
    hinted = np.array([True, False, False, False])
    leader, chance = spread_to(same, hinted, ~hinted, spread)
    assert np.flatnonzero(leader == 0).tolist() == followers
    assert ((chance > 0) == (leader >= 0)).all()


def test_layers_are_called_by_part_and_figure_where_that_is_sure():
    dress = [0, 0, 1, 0]
    known = named([[0.9, 0, 0, 0.1], [0.3, 0.3, 0.2, 0.2], *[dress] * 3], (1, 1, 1, 2, 2))
    drawing = Drawing(None, LABELS, scene(), np.zeros(5, bool), named=known)
    entries = np.array([0, 1, 2, 3, 4], np.int32)
    assert layer_names(drawing, entries, 5) == ("hair", "", "dress", "dress 2", "dress 3")
    assert layer_names(drawing, entries, 5, ("ink", "", "", "", ""))[0] == "ink"
    assert part_names(known) == ("hair", "", "dress", "dress", "dress")


def test_a_design_has_a_table_for_each_figure_and_one_for_the_scene():
    colors = np.array([RED, BLUE, (255, 255, 255), (9, 9, 9), (8, 8, 8)], np.uint8)
    known = named(
        [[1, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], (1, 1, 1, 0, 2)
    )
    found = design_of(known, colors, scene(), CONSTANTS)
    plain = {
        name: {part: tuple(c.tolist()) for part, c in of.items()} for name, of in found.items()
    }
    assert plain == {
        "figure1": {"hair": RED, "dress": BLUE}, "figure2": {"hair": (8, 8, 8)},
        "scene": {"sky": (9, 9, 9)},
    }  # fmt: skip


@pytest.fixture(scope="module")
def reading():
    """A house, a tree and a girl, drawn by hand."""
    import cv2

    from nurie.api import Colorizer

    page = np.full((200, 300), 255, np.uint8)
    cv2.rectangle(page, (0, 0), (299, 199), 0, 2)
    cv2.line(page, (0, 150), (299, 150), 0, 2)
    cv2.rectangle(page, (30, 80), (110, 150), 0, 2)
    cv2.circle(page, (160, 80), 30, 0, 2)
    cv2.circle(page, (230, 70), 18, 0, 2)
    cv2.fillPoly(page, [np.array([[215, 90], [245, 90], [260, 140], [200, 140]])], 255)
    cv2.polylines(page, [np.array([[215, 90], [245, 90], [260, 140], [200, 140]])], True, 0, 2)
    return Colorizer.load().read(page)


def colors(layers):
    return layers.region_colors()[1:]


def test_nothing_else_changes(reading):
    from nurie.document import Hints

    plain = colors(reading.colorize(seed=3))
    dab = Hints(np.array([110], np.int32), np.array([70], np.int32), np.array([RED], np.uint8))
    alone = colors(reading.colorize(seed=3, hints=dab, spread=0))
    changed = (alone != plain).any(axis=1)
    assert changed.sum() == 1
    assert (alone[changed] == RED).all()
    # The circle of the tree, by whatever the model takes it for.
    from nurie.models.registry import find_region

    name = find_region().parts[int(reading.drawing.scene.parts[1].argmax())]
    words = reading.colorize(seed=3, words=f"magenta {name}")
    took = (colors(words) == (255, 0, 255)).all(axis=1)
    assert took.any()
    assert (colors(words)[~took] == plain[~took]).all()
    assert name in words.palette.names


def test_a_dot_says_what_a_region_is(reading):
    from nurie.document import Hints

    none = np.zeros(0, np.int32)
    said = Hints(none, none, np.zeros((0, 3), np.uint8), parts=((110, 70, "cape"),))
    label = reading.labels[110, 70]
    layers = reading.colorize(hints=said, words="red cape")
    assert (layers.region_colors()[label] == RED).all()
    assert layers.parts[label] == "cape"
    with pytest.raises(OptionError, match="no part that the model knows"):
        reading.colorize(hints=Hints(none, none, said.colors, parts=((110, 70, "xyzzy"),)))


class Blind:
    """A model that knows nothing of any region."""

    def predict(self, features, *_):
        none = np.zeros((len(features), 4), np.float32)
        return np.zeros((len(features), 512), np.float32), none[:, :3], none, none


@pytest.mark.parametrize(
    ("chances", "figures", "follows"),
    [
        ([[1, 0, 0, 0], [1, 0, 0, 0]], [1, 1], True),
        ([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0]], [0, 0], True),
        # Hair beside a face, however alike they look.
        ([[1, 0, 0, 0], [0, 1, 0, 0]], [1, 1], False),
        ([[0.8, 0.2, 0, 0], [0.2, 0.8, 0, 0]], [1, 1], False),
        ([[1, 0, 0, 0], [1, 0, 0, 0]], [1, 2], False),
    ],
)
def test_a_dab_reaches_the_same_part_of_its_figure(chances, figures, follows):
    rows, traits = np.arange(2, dtype=np.int32), Traits(8, 4, bin_centers())
    known = Named(NAMES, np.float32([*chances, *[[0, 0, 0, 1]] * 3]), np.int32([*figures, 0, 0, 0]))
    same = same_thing(Blind(), scene(), known, rows, traits)
    hinted = np.array([True, False])
    assert (spread_to(same, hinted, ~hinted, 0.5)[0][1] == 0) == follows
    # Without parts what is rather kin counts.
    assert same_thing(Blind(), scene(), None, rows, traits)[0, 1] > 0
