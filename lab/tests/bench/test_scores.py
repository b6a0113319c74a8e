"""Numbers with intervals: of pictures, of sets of them, and of losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.bench.likeness import Eye
from nurie_lab.bench.metrics.statistics import crossed, frechet, number, seeded, span, within
from nurie_lab.bench.reproduction.paintings import Painting, View
from nurie_lab.bench.reproduction.scores import (
    FRECHET,
    climb,
    learning,
    over_seeds,
    ratio,
    score,
    seen_apart,
    spread,
)
from nurie_lab.bench.reproduction.trained import Trained

SETTINGS = {"objective": "gan", "source": "line+hint", "target": "picture"}


def noise(seed, side=16):
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)


class Means:
    """Sees the mean colour of the halves of a picture."""

    def compare(self, one, two):
        looks = [np.stack([each[:4].mean((0, 1)), each[4:].mean((0, 1))]) for each in (one, two)]
        return 0.0, *looks


EYE = Eye(Means(), "means", "0", 8)


def painted(run, pictures, originals):
    views = [View(color, color[..., 0], {}) for color in originals]
    return Painting(run, "no hint", views, pictures)


def test_what_equals_the_original_scores_best():
    originals = [noise(i) for i in range(4)]
    gray = [np.full_like(each, 128) for each in originals]
    same, dull = score(
        [painted("same", originals, originals), painted("dull", gray, originals)], {}, EYE
    )
    best, worst = same.table(), dull.table()
    assert best["colorfulness"] == best["sharpness"] == (1, 1, 1)
    assert best["SSIM"][0] == pytest.approx(1)
    assert best["Fréchet"][0] == pytest.approx(0, abs=1e-12)
    assert (worst["colorfulness"][0], worst["sharpness"][0], worst["white"][0]) == (0, 0, 0)
    assert worst["Fréchet"][0] > 0
    # Equal pictures have no finite PSNR, so no figure.
    assert np.isnan(best["PSNR"][0])
    assert 5 < worst["PSNR"][0] < 15


def test_few_pictures_have_no_distance():
    originals = [noise(0), noise(1)]
    (found,) = score([painted("a", originals, originals)], {}, EYE)
    assert FRECHET not in found.table()
    more = [*originals, noise(2)]
    assert FRECHET not in score([painted("a", more, more)], {}, None)[0].each


def test_the_parts_of_a_distance_are_its_jackknife():
    ours, theirs = [noise(i, 8) for i in range(9)], [noise(i + 50, 8) for i in range(9)]
    parts = seen_apart(ours, theirs, EYE)
    looks = [Means().compare(*pair)[1:] for pair in zip(ours, theirs, strict=True)]
    whole = [np.concatenate([look[i] for look in looks]) for i in (0, 1)]
    left = [np.concatenate([look[i] for look in looks[1:]]) for i in (0, 1)]
    assert parts[0] == pytest.approx(9 * frechet(*whole) - 8 * frechet(*left))
    assert len(parts) == 9
    # Few pictures make the distance too large; the parts' mean takes most of it away.
    many = [[noise(i + k, 8) for i in range(300)] for k in (0, 500)]
    far = [np.concatenate([Means().compare(p, p)[1] for p in one]) for one in many]
    assert abs(parts.mean() - frechet(*far)) < frechet(*whole) - frechet(*far)


def test_runs_of_one_network_are_one_row_with_several_seeds():
    originals = [noise(i) for i in range(4)]
    gray = [np.full_like(each, 128) for each in originals]
    names = {"gan-0": "gan", "gan-1": "gan"}
    found = score([painted("gan-0", originals, originals), painted("gan-1", gray, originals)], names, EYE)  # fmt: skip  # noqa: E501
    assert [(each.network, each.each["SSIM"].shape) for each in found] == [("gan", (2, 4))]
    half, low, high = found[0].table()["colorfulness"]
    # Two seeds that differ as much as can be say nothing of the third.
    assert (half, low < 0, high > 1) == (0.5, True, True)


def test_an_interval_holds_the_truth_as_often_as_it_says():
    rng, held = np.random.default_rng(0), 0
    for _ in range(400):
        seeds, pictures = rng.normal(0, 1, (3, 1)), rng.normal(0, 2, (1, 20))
        low, high = crossed(5 + seeds + pictures + rng.normal(0, 1, (3, 20)))[1:]
        held += low <= 5 <= high
    assert 0.93 <= held / 400 <= 0.995


def test_one_seed_has_the_interval_of_its_pictures():
    values = np.random.default_rng(0).normal(0, 1, (1, 100))
    mean, low, high = crossed(values)
    assert high - mean == pytest.approx(1.96 * values.std(ddof=1) / 10)
    assert mean - low == pytest.approx(high - mean)
    assert seeded(np.array([2.0]), 0.0) == (2, 2, 2)
    assert np.isnan(crossed(np.full((2, 3), np.inf))[0])


def test_runs_of_other_sizes_are_judged_by_their_own_originals():
    small, large = [noise(i) for i in range(3)], [noise(i, 32) for i in range(3)]
    found = score([painted("a", small, small), painted("b", large, large)], {}, None)
    assert [each.table()["colorfulness"][0] for each in found] == [1, 1]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 100)), min_size=1, max_size=8))
def test_a_ratio_lies_within_its_interval(pairs):
    found, true = np.array(pairs).T
    mean, low, high = ratio(found[None], true)
    assert low <= mean <= high
    assert min(found / true) - 1e-9 <= mean <= max(found / true) + 1e-9
    assert np.isnan(ratio(found[None], true * 0)[0])


def test_spread_looks_at_the_last_half_only():
    values = np.concatenate([np.linspace(0, 1000, 50), np.tile([1.0, 3.0], 25)])
    deviation, draws = spread(values)
    assert deviation == 1
    assert within(deviation, draws)[1] <= 1 <= within(deviation, draws)[2] + 1e-9


def test_climb_is_the_last_quarter_less_the_second():
    values = np.repeat([9.0, 1.0, 5.0, 4.0], 10)
    rise, draws = climb(values)
    assert rise == 3
    assert within(rise, draws) == (3, 3, 3)
    assert climb(values[::-1])[0] == 4


def test_logs_of_several_seeds_have_an_interval_over_them():
    logs = [climb(np.repeat([0.0, 1.0, 5.0, high], 10)) for high in (3.0, 4.0, 5.0)]
    mean, low, high = over_seeds(logs)
    assert (mean, high - mean) == (3, pytest.approx(4.303 / 3**0.5))
    assert low < 3


def test_a_long_log_is_drawn_less_often():
    assert len(spread(np.zeros(200))[1]) == 2000
    assert len(spread(np.zeros(100_000))[1]) == 100


def test_learning_tells_of_both_networks():
    log = [
        {"step": i, "shown": 4 * i, "critic": float(i % 2), "generator": float(i)}
        for i in range(1, 41)
    ]
    run = learning(Trained("w", SETTINGS | {"objective": "wgan"}, log))
    assert (run["run"], run["steps"], run["shown"], run["critic"]) == ("w", 40, 160, 0.5)
    assert run["critic, spread"][0] == 0.5
    assert run["generator, rise"][0] == 20
    assert learning(Trained("c", SETTINGS | {"objective": "l2"}, log)).keys() == {
        "run", "steps", "shown"
    }  # fmt: skip
    assert "critic" not in learning(Trained("w", SETTINGS | {"objective": "wgan"}, log[:3]))


def test_numbers_are_short():
    assert (span((float("nan"), 0, 1)), number(float("inf"))) == ("—", "—")
