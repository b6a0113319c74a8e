"""Numbers with intervals: of pictures, of sets of them, and of losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.bench.metrics.statistics import number, span, within
from nurie_lab.bench.reproduction.paintings import Painting, View
from nurie_lab.bench.reproduction.scores import (
    apart,
    climb,
    features,
    learning,
    ratio,
    score,
    spread,
)
from nurie_lab.bench.reproduction.trained import Trained

SETTINGS = {"objective": "gan", "source": "line+hint", "target": "picture"}


def noise(seed, side=16):
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)


def encode(gray):
    """Coarse features: the means of the quarters, and nought; finer maps are not looked at."""
    assert gray.dtype == np.float32
    assert gray.shape == (8, 8)
    means = gray.reshape(2, 4, 2, 4).mean(axis=(1, 3))
    return [np.full((9, 4, 4), np.nan), np.stack([means, 0 * means])]


def painted(run, pictures, originals):
    views = [View(color, color[..., 0], {}) for color in originals]
    return Painting(run, "no hint", views, pictures)


def test_what_equals_the_original_scores_best():
    originals = [noise(i) for i in range(4)]
    gray = [np.full_like(each, 128) for each in originals]
    same, dull = score(
        [painted("same", originals, originals), painted("dull", gray, originals)], encode, 8
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
    (found,) = score([painted("a", originals, originals)], encode, 8)
    assert found.distance is None
    assert "Fréchet" not in found.table()


def test_runs_of_other_sizes_are_judged_by_their_own_originals():
    small, large = [noise(i) for i in range(3)], [noise(i, 32) for i in range(3)]
    found = score([painted("a", small, small), painted("b", large, large)], encode, 8)
    assert [each.table()["colorfulness"][0] for each in found] == [1, 1]


def test_features_are_of_each_channel():
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 255
    (found,) = features([red], encode, 8)
    assert found == pytest.approx([1, 0, 0, 0, 0, 0, 0.299, 0])


def test_what_sees_two_channels_is_left_out():
    middle = np.zeros((1, 3, 3))
    middle[0, 1] = middle[0, :, 1] = np.nan
    assert features([noise(0)], lambda _: [middle], 8).tolist() == [[0, 0, 0, 0]]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 100)), min_size=1, max_size=8))
def test_a_ratio_lies_within_its_interval(pairs):
    found, true = np.array(pairs).T
    mean, low, high = ratio(found, true)
    assert low <= high
    assert min(found / true) - 1e-9 <= mean <= max(found / true) + 1e-9
    assert np.isnan(ratio(found, true * 0)[0])


def test_the_sign_of_a_difference_is_kept():
    one, two = np.array([2.0, 3.0, 4.0]), np.array([1.0, 1.0, 1.0])
    assert apart(one, two)[1] > 0 > apart(two, one)[2]


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
