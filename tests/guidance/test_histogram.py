"""Counting colours, and the way back from bins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie.colors import WHITE_BIN, bins_of
from nurie.errors import InputError
from nurie.guidance.patches import sample_bins
from nurie_lab.data.histogram import count_colors

WHITE = np.full((2, 3, 3), 255, np.uint8)
RED = np.full((2, 3, 3), (250, 10, 20), np.uint8)


def noise(seed):
    return np.random.default_rng(seed).integers(0, 256, (17, 13, 3)).astype(np.uint8)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_it_agrees_with_counting_one_by_one(seeds):
    pictures = [noise(seed) for seed in seeds]
    spectrum = count_colors(pictures)
    pixels = np.concatenate([p.reshape(-1, 3) for p in pictures])
    bins = bins_of(pixels)
    for i in np.unique(bins)[:20]:
        inside = pixels[bins == i]
        assert spectrum.counts[i] == len(inside)
        assert np.abs(spectrum.means[i] - inside.mean(axis=0)).max() <= 0.5
    assert spectrum.counts.sum() == len(pixels)
    assert spectrum.pictures == len(pictures)
    assert spectrum.histogram.sum() == pytest.approx(1, abs=1e-5)


def test_means_stay_in_their_bins():
    spectrum = count_colors([noise(0)])
    assert (bins_of(spectrum.means) == np.arange(512)).all()


def test_order_of_pictures_does_not_matter():
    pictures = [noise(seed) for seed in range(4)]
    one, two = count_colors(pictures), count_colors(reversed(pictures))
    assert np.array_equal(one.counts, two.counts)
    assert np.array_equal(one.means, two.means)


def test_pictures_are_not_kept():
    spectrum = count_colors(RED for _ in range(10_000))
    assert spectrum.counts[448] == 60_000
    assert spectrum.means[448].tolist() == [250, 10, 20]


def test_the_prior_leaves_white_out():
    spectrum = count_colors([WHITE, WHITE, RED])
    assert spectrum.histogram[WHITE_BIN] == pytest.approx(2 / 3)
    assert spectrum.prior()[[448, WHITE_BIN]].tolist() == [1, 0]
    assert spectrum.prior(white=True)[WHITE_BIN] == pytest.approx(2 / 3)
    assert spectrum.most(9).tolist() == [448]
    assert spectrum.most(9, white=True).tolist() == [511, 448]
    assert spectrum.most(1, white=True).tolist() == [511]


def test_nothing_but_white_says_no_colours():
    with pytest.raises(InputError, match="Nothing but white was counted"):
        count_colors([WHITE]).prior()


def test_nothing_at_all_is_said():
    with pytest.raises(InputError, match="There are no pictures to count"):
        count_colors([])


def test_a_bin_has_the_mean_colour_of_what_fell_into_it():
    means = count_colors([RED]).means
    assert means[[448, 0, 511]].tolist() == [[250, 10, 20], [16, 16, 16], [255, 255, 255]]


def test_samples_follow_the_frequencies():
    blue = np.full((2, 9, 3), (10, 10, 250), np.uint8)
    spectrum = count_colors([WHITE, RED, blue])
    bins = sample_bins(spectrum, 4000, np.random.default_rng(1))
    assert set(bins.tolist()) == {448, 7}
    assert 0.72 < (bins == 7).mean() < 0.78
    again = sample_bins(spectrum, 4000, np.random.default_rng(1))
    assert np.array_equal(bins, again)
