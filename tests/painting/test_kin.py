"""Kin: who belongs together in one drawing, and who follows whom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.painting.kin import WEIGHTS, cosine, evidence, kinship


def said(logits):
    """Evidence that comes to these logits, by the first piece alone."""
    others = [np.zeros(np.shape(logits), np.float32)] * (len(WEIGHTS) - 2)
    return [(np.array(logits, np.float32) - WEIGHTS[-1]) / WEIGHTS[0], *others]


def kin(logits, area=None, known=(), spread=()):
    count = len(logits)
    flags = [np.isin(np.arange(count), rows) for rows in (known, spread)]
    area = np.ones(count) if area is None else np.array(area, float)
    return kinship(said(logits), area, known=flags[0], spread=flags[1])


APART = -9.0


def test_the_largest_leads():
    both = [[0, 3, APART], [3, 0, APART], [APART, APART, 0]]
    assert kin(both, area=[1, 5, 2]).elder.tolist() == [1, 1, 2]
    assert kin(both, area=[1, 5, 2]).leads.tolist() == [False, True, True]


def test_a_chain_is_no_family():
    # 0 is kin to 1, 1 to 2, but 0 not to 2.
    chain = [[0, 3, APART], [3, 0, 3], [APART, 3, 0]]
    assert kin(chain, area=[3, 2, 1]).elder.tolist() == [0, 0, 2]


def test_a_known_region_is_followed_before_a_larger_one_and_follows_nobody():
    every = np.full((3, 3), 3.0)
    assert kin(every, area=[9, 1, 1], known=[2], spread=[2]).elder.tolist() == [2, 2, 2]
    assert kin(every, area=[9, 1, 1], known=[2]).elder.tolist() == [0, 0, 2]


def test_of_two_known_ones_the_nearer_kin_is_followed():
    table = [[0, APART, 1], [APART, 0, 4], [1, 4, 0]]
    assert kin(table, known=[0, 1], spread=[0, 1]).elder.tolist() == [0, 1, 1]


@given(st.lists(st.floats(-9, 9), min_size=16, max_size=16), st.sets(st.integers(0, 3)))
def test_shares_are_shares_and_nobody_listens_to_what_was_told(values, known):
    table = np.array(values).reshape(4, 4)
    family = kin(table + table.T, known=list(known), spread=list(known))
    assert np.allclose(family.share.sum(axis=1), 1, atol=1e-5)
    for row in known:
        assert family.share[:, row].sum() == 1
        assert family.share[row, row] == 1
    assert (family.elder[family.elder] == family.elder).all()


def test_no_regions_are_no_family():
    assert kin(np.zeros((0, 0))).elder.tolist() == []


@pytest.mark.parametrize("piece", range(6))
def test_each_piece_of_evidence_tells_likes_from_others(piece):
    rng = np.random.default_rng(0)
    # Regions 0 and 1 are alike in everything, 2 in nothing; 3 is what both touch.
    vectors, features = rng.normal(size=(4, 64)), rng.normal(size=(4, 496))
    mass, geometry = rng.random((4, 512)) ** 8, rng.random((4, 14))
    for array in (vectors, features, mass, geometry):
        array[1] = array[0]
    near = np.zeros((4, 4))
    near[:2, 3], near[2, 3] = 0.9, 0.01
    pieces = evidence(vectors, vectors, features=features, mass=mass, geometry=geometry, near=near)
    speaks = pieces[piece] * WEIGHTS[piece]
    assert speaks[0, 1] > speaks[0, 2]
    assert np.allclose(speaks, speaks.T, atol=1e-4)


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_cosine_is_bounded(ours, theirs):
    rng = np.random.default_rng(ours * 6 + theirs)
    found = cosine(rng.normal(size=(ours, 8)), rng.normal(size=(theirs, 8)))
    assert found.shape == (ours, theirs)
    assert (np.abs(found) <= 1 + 1e-5).all()
