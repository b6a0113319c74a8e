"""Animals: each kind in each way."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie_lab.drawings.animals import invent_animal, invent_beast
from nurie_lab.drawings.animals.beast import KINDS, WAYS, Gait, any_gait, beast
from nurie_lab.drawings.kit.drafting import fitted
from nurie_lab.drawings.kit.strokes import Pen, Shape

PEN = Pen(width=1.5, vary=0.0)
DRAWN = [(way, kind) for way, kinds in WAYS.items() for kind in kinds]


def rng(seed=0):
    return np.random.default_rng(seed)


def animal(way, kind, **build):
    what = beast(rng(2))
    return replace(what, way=way, kind=kind, build={**what.build, **build})


def drawn(what, gait=None):
    return invent_beast(what, gait or Gait(), rng(), size=160, pen=PEN, place=(0.5, 0.5, 0.9))


def names_shown(made):
    return {made.names[i - 1] for i in np.unique(made.parts) if i}


@pytest.mark.parametrize(("way", "kind"), DRAWN)
def test_every_kind_is_drawn(way, kind):
    made = drawn(animal(way, kind))
    assert 0.05 < (made.parts > 0).mean() < 0.9
    assert (made.color == made.colors[made.parts]).all()
    shown = names_shown(made)
    assert len(shown) >= 4
    assert {"body", "head", "coat"} & shown


def test_every_kind_has_colours():
    assert {kind for _, kind in DRAWN} == set(KINDS)


@pytest.mark.parametrize(
    ("way", "kind", "part"),
    [
        ("walk", "zebra", "stripes"),
        ("walk", "giraffe", "patches"),
        ("walk", "deer", "antlers"),
        ("walk", "deer", "spots"),
        ("walk", "lion", "mane"),
        ("walk", "dragon", "wing.0"),
        ("walk", "dinosaur", "plates"),
        ("walk", "elephant", "tusk"),
        ("walk", "fox", "tail.tip"),
        ("walk", "horse", "hoof.0"),
        ("sit", "panda", "patch.l"),
        ("sit", "cow", "horn.r"),
        ("sit", "elephant", "trunk"),
        ("other", "hen", "comb"),
        ("other", "bee", "bands"),
        ("other", "turtle", "shell"),
        ("other", "crab", "claw.l"),
    ],
)
def test_kinds_have_what_makes_them(way, kind, part):
    assert part in names_shown(drawn(animal(way, kind)))


@pytest.mark.parametrize("look", [0, 1, 2])
def test_eyes_are_dots_or_have_whites(look):
    shown = names_shown(drawn(animal("walk", "dog", look=look)))
    assert ("eye.white" in shown) == (look > 0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_some_animal_is_the_same_for_the_same_seed(seed):
    a, b = (invent_animal(rng(seed), size=96) for _ in range(2))
    assert a.lines.tobytes() == b.lines.tobytes()
    assert a.names == b.names


def test_parts_keep_names_and_colours_in_every_gait():
    what, colors = beast(rng(4)), {}
    for seed in range(5):
        made = invent_beast(what, any_gait(rng(seed)), rng(seed), size=96)
        for name, color in zip(made.names, made.colors[1:].tolist(), strict=True):
            assert colors.setdefault(name, color) == color


def test_a_mirrored_animal_looks_the_other_way():
    what = animal("walk", "horse")
    a, b = (drawn(what, Gait(flip=flip)).parts for flip in (False, True))
    assert (a == b[:, ::-1]).mean() > 0.97


def test_shapes_are_fitted_to_the_page():
    shape = Shape(np.float32([[0, 0], [0, 2], [1, 2], [1, 0]]))
    (placed,), unit = fitted([shape], (100, 100), (0.5, 0.5, 0.8))
    assert unit == pytest.approx(40)
    assert placed.outline.min(axis=0).tolist() == [30, 10]
    assert placed.outline.max(axis=0).tolist() == [70, 90]
    (turned,), _ = fitted([shape], (100, 100), (0.5, 0.5, 0.8), turned=np.pi / 2)
    assert np.ptp(turned.outline, axis=0).round(3).tolist() == [80, 40]
