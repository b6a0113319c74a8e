"""Colours as artists choose them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.drawings.kit.colors import (
    clothes,
    darker,
    eye,
    hair,
    hsv,
    lighter,
    mixed,
    near,
    neutral,
    pick,
    skin,
)

N = 300


def many(draw, **options):
    return np.array([draw(np.random.default_rng(i), **options) for i in range(N)])


def test_human_skins_are_warm_and_of_the_whole_range():
    skins = many(skin, fantasy=0.0)
    assert (skins[:, 0] > skins[:, 2]).all()
    light = skins.sum(axis=1)
    assert light.max() > 690
    assert light.min() < 250
    assert 0.2 < (light > 600).mean() < 0.75


def test_hair_is_mostly_dark_brown_or_blond_and_now_and_then_fancy():
    natural = many(hair, fancy=0.0)
    assert (natural[:, 0] + 25 >= natural[:, 2]).mean() > 0.9
    cool = (many(hair, fancy=1.0)[:, 2] > many(hair, fancy=1.0)[:, 0] + 20).mean()
    assert cool > 0.3
    gray = many(hair, old=True)
    assert (np.ptp(gray, axis=1) < 140).all()
    assert gray.mean() > 150


def test_irises_are_no_whites():
    assert (many(eye).min(axis=1) < 200).all()


def test_clothes_are_often_white_or_neutral():
    tops = many(lambda rng: clothes(rng)["top"])
    white = (tops.min(axis=1) > 235).mean()
    assert 0.1 < white < 0.5
    assert ((np.ptp(many(neutral), axis=1)) < 120).all()


def test_an_outfit_has_all_its_roles():
    roles = {"top", "bottom", "over", "accent", "trim", "socks", "shoes", "leather", "metal", "hat"}
    assert set(clothes(np.random.default_rng(0), bright=1.0)) == roles


def test_shoes_are_darker_than_tops():
    outfits = [clothes(np.random.default_rng(i)) for i in range(N)]
    assert np.mean([o["shoes"] for o in outfits]) < np.mean([o["top"] for o in outfits]) - 20


def test_mixing():
    assert mixed((0, 0, 0), (200, 100, 50), 0.5) == (100, 50, 25)
    assert sum(darker((200, 200, 200))) < 600 < sum(lighter((200, 200, 200)))
    assert hsv(0, 1, 1) == (255, 0, 0)
    assert hsv(480, 2, 1) == (0, 255, 0)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(0, 1000))
def test_another_hand_mixes_a_colour_like_it(color, seed):
    other = near(color, np.random.default_rng(seed), 4)
    assert all(0 <= c <= 255 for c in other)
    assert np.abs(np.subtract(other, color)).max() < 30


def test_what_is_never_is_never_picked():
    picked = {pick(np.random.default_rng(i), {"a": 1.0, "b": 0.0, "c": 2.0}) for i in range(50)}
    assert picked == {"a", "c"}
