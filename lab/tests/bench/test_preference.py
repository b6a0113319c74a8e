"""Strengths by Bradley and Terry against independent computations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from scipy.special import expit

from nurie.errors import OptionError
from nurie_lab.bench.preference.ranking import PRIOR, between, fit, rank, tally

CYCLE = np.array([[0, 8, 3, 5], [2, 0, 6.5, 1], [7, 1.5, 0, 4], [1, 6, 2, 0]])
"""Everybody lost to somebody; two halves are from a tie."""


def likeliest(wins, prior):
    """The same by a general minimiser, vote by vote, without derivatives by hand."""

    def unlikely(theta):
        total = 0.0
        for i, row in enumerate(wins):
            total -= prior * (np.log(expit(theta[i])) + np.log(expit(-theta[i])))
            for j, votes in enumerate(row):
                total -= votes * np.log(expit(theta[i] - theta[j]))
        return total

    found = minimize(unlikely, np.zeros(len(wins)), method="BFGS", options={"gtol": 1e-8})
    return found.x - found.x.mean()


def votes(won, lost, same=0):
    """As many choices between a and b, sides in turn."""
    choices = [("a", "b", "left"), ("b", "a", "right")]
    lose = [("a", "b", "right"), ("b", "a", "left")]
    return (
        [choices[n % 2] for n in range(won)]
        + [lose[n % 2] for n in range(lost)]
        + [("a", "b", "same")] * same
    )


@pytest.mark.parametrize("prior", [0, PRIOR])
def test_strengths_are_those_of_a_general_minimiser(prior):
    strengths, _ = fit(CYCLE, prior=prior)
    assert strengths == pytest.approx(likeliest(CYCLE, prior), abs=1e-5)
    assert strengths.mean() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("won", "lost", "same"), [(30, 10, 0), (7, 9, 4), (1, 1, 100)])
def test_two_systems_have_a_closed_form(won, lost, same):
    first, second = won + same / 2, lost + same / 2
    strengths, covariance = fit(np.array([[0, first], [second, 0]]), prior=0)
    assert strengths[0] - strengths[1] == pytest.approx(np.log(first / second))
    # The variance of a logit; half of the difference is one system's strength.
    assert covariance[0, 0] == pytest.approx((1 / first + 1 / second) / 4)


def test_the_covariance_is_the_inverse_of_the_curvature():
    strengths, covariance = fit(CYCLE, prior=0)
    chance = expit(np.subtract.outer(strengths, strengths))
    weight = (CYCLE + CYCLE.T) * chance * (1 - chance)
    curvature = np.diag(weight.sum(1)) - weight
    # Inverse on what is left when the mean is fixed: the last system's strength follows.
    basis = np.linalg.svd(np.ones((1, 4)))[2][1:]
    expected = basis.T @ np.linalg.inv(basis @ curvature @ basis.T) @ basis
    assert covariance == pytest.approx(expected)


@settings(max_examples=20)
@given(arrays(np.int64, (4, 4), elements=st.integers(0, 40)))
def test_any_votes_have_finite_strengths_at_the_top(wins):
    strengths, covariance = fit(wins)
    assert np.isfinite(strengths).all()
    assert np.isfinite(covariance).all()
    assert (np.diag(covariance) > 0).all()
    off = wins * (1 - np.eye(4))
    assert strengths == pytest.approx(likeliest(off, PRIOR), abs=2e-3)


def test_names_in_another_order_change_nothing():
    turned = [2, 0, 3, 1]
    strengths, _ = fit(CYCLE)
    assert fit(CYCLE[np.ix_(turned, turned)])[0] == pytest.approx(strengths[turned])


def test_ten_wins_of_ten_are_wide_not_certain():
    first, second = rank(tally(votes(10, 0)))
    assert (first.system, first.won, first.lost) == ("a", 10, 0)
    assert first.high - first.low > 2
    assert second.high < 0 < first.low


def test_more_votes_narrow_the_interval():
    few, many = (rank(tally(votes(3 * n, n)))[0] for n in (4, 64))
    assert (many.high - many.low) * 3 < few.high - few.low


def test_ties_alone_make_equals():
    places = rank(tally(votes(0, 0, 9)))
    assert [place.strength for place in places] == pytest.approx([0, 0], abs=1e-9)
    assert [(place.won, place.lost, place.same) for place in places] == [(0, 0, 9)] * 2


def test_a_tie_counts_half_for_both():
    assert tally(votes(2, 1, 3)).wins.tolist() == [[0, 3.5], [2.5, 0]]


def test_the_side_does_not_matter():
    assert rank(tally([("a", "b", "left")] * 4)) == rank(tally([("b", "a", "right")] * 4))


def test_95_percent_of_intervals_hold_the_truth():
    rng = np.random.default_rng(5)
    truth = np.array([0.8, 0.1, -0.9])
    held = []
    for _ in range(200):
        wins = np.zeros((3, 3))
        for i, j in ((0, 1), (0, 2), (1, 2)):
            wins[i, j] = rng.binomial(60, expit(truth[i] - truth[j]))
            wins[j, i] = 60 - wins[i, j]
        strengths, covariance = fit(wins)
        held.append(np.abs(strengths - truth) < 1.96 * np.sqrt(np.diag(covariance)))
    assert 0.92 < np.mean(held) < 0.98


def test_the_pairs_are_listed_once_each():
    counts = between(tally([*votes(2, 1, 1), ("c", "a", "left")]))
    assert counts == [
        {"a": "a", "b": "b", "won": 2, "lost": 1, "same": 1},
        {"a": "a", "b": "c", "won": 0, "lost": 1, "same": 0},
    ]


@pytest.mark.parametrize("wins", [[[0, 3], [0, 0]], np.zeros((3, 3))])
def test_without_a_prior_who_always_won_has_no_strength(wins):
    with pytest.raises(OptionError, match="always won or were never compared; give more votes"):
        fit(np.array(wins), prior=0)
