"""Palettes from pictures, and obeyed by distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nurie.colors import BINS, WHITE_BIN, bin_centers, delta_e, srgb_to_lab
from nurie.document import Palette
from nurie.guidance.palette import (
    extract_palette,
    farthest,
    favour_light,
    over_entries,
    palette_tokens,
    shares,
    unify,
)


@given(arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3))))
def test_a_picture_gives_colours_that_it_has(picture):
    palette = extract_palette(picture, most=5)
    assert 1 <= len(palette) <= 5
    low, high = picture.reshape(-1, 3).min(0), picture.reshape(-1, 3).max(0)
    assert ((palette.colors >= low) & (palette.colors <= high)).all()


def test_the_commonest_colour_comes_first_and_paper_is_left_out():
    picture = np.full((20, 20, 3), 255, np.uint8)
    picture[:6], picture[6:8] = [10, 120, 200], [200, 40, 40]
    assert extract_palette(picture).colors.tolist() == [[10, 120, 200], [200, 40, 40]]


def test_a_white_picture_still_gives_a_palette():
    assert extract_palette(np.full((3, 3, 3), 255, np.uint8)).colors.tolist() == [[255] * 3]


@given(arrays(np.uint8, st.tuples(st.integers(1, 30), st.just(3))), st.integers(0, 10**6))
def test_entries_share_all_of_the_chance(colors, seed):
    chances = np.random.default_rng(seed).dirichlet(np.ones(BINS), 3).astype(np.float32)
    shares = over_entries(chances, bin_centers(), Palette(colors))
    assert shares.shape == (3, len(colors))
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-4)


def test_a_long_palette_is_read_by_its_extremes():
    grays = np.repeat(np.arange(0, 250, 10, dtype=np.uint8)[:, None], 3, axis=1)
    tokens = palette_tokens(Palette(grays), 2)
    assert tokens[:, 3].tolist() == [1, 1]
    assert abs(tokens[0, 0] - tokens[1, 0]) > 0.9


def test_farthest_of_few():
    assert farthest(np.zeros((1, 3)), 5) == [0]


def weights(*values):
    return np.array(values, np.float32)


def test_the_heaviest_colour_stays_and_takes_a_name_from_the_others():
    one = Palette(np.array([[200, 30, 30], [0, 0, 0]], np.uint8))
    two = Palette(np.array([[202, 30, 30]], np.uint8), ("red",))
    unified = unify([one, two], [weights(0.6, 0.4), weights(0.5)])
    assert unified.palette.colors.tolist() == [[200, 30, 30], [0, 0, 0]]
    assert unified.palette.names == ("red", "")
    assert unified.members == (((0, 0), (1, 0)), ((0, 1),))
    np.testing.assert_allclose(unified.weights, [1.1, 0.4], atol=1e-6)


def test_different_names_in_one_palette_stay_apart():
    one = Palette(np.array([[200, 30, 30], [200, 30, 30]], np.uint8), ("scarf", "lips"))
    two = Palette(np.array([[200, 30, 30]], np.uint8), ("lips",))
    unified = unify([one, two], [weights(1, 1), weights(1)])
    assert len(unified.palette) == 2
    assert sorted(map(len, unified.members)) == [1, 2]


def test_nothing_gives_nothing():
    assert len(unify([], []).palette) == 0


@given(
    st.lists(arrays(np.uint8, st.tuples(st.integers(1, 6), st.just(3))), min_size=1, max_size=4),
    st.floats(0, 30),
)
def test_every_entry_has_one_place_near_its_colour(tables, near):
    palettes = [Palette(table) for table in tables]
    unified = unify(palettes, [np.ones(len(t), np.float32) for t in tables], near=near)
    places = [member for members in unified.members for member in members]
    assert sorted(places) == [(f, e) for f, table in enumerate(tables) for e in range(len(table))]
    for color, members in zip(unified.palette.colors, unified.members, strict=True):
        kept = srgb_to_lab(color)
        for file, entry in members:
            gap = float(delta_e(kept, srgb_to_lab(tables[file][entry])))
            assert gap <= near
    assert (np.diff(unified.weights) <= 0).all()


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_shares_are_all_of_the_picture(picture):
    found = shares(picture, extract_palette(picture))
    assert abs(found.sum() - 1) < 1e-5
    assert (found >= 0).all()


@pytest.mark.parametrize(("level", "entries"), [(104, 1), (110, 2)])
def test_colours_of_two_files_that_hardly_differ_are_one(level, entries):
    one, two = (Palette(np.full((1, 3), value, np.uint8)) for value in (100, level))
    assert len(unify([one, two], [weights(1), weights(1)]).palette) == entries


def test_a_region_is_white_from_its_lightness_on():
    best = favour_light(bin_centers(), np.float32([98.6, 98.4])).argmax(axis=1)
    assert (best == WHITE_BIN).tolist() == [True, False]
