"""Figures of merit against hand-made pictures, bounds, and scikit-image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.bench.metrics import pixels, regions, statistics


def noise(seed, shape=(24, 31, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def labels(*rows):
    return np.array([[int(c) for c in row] for row in rows], np.int32)


def test_psnr_is_that_of_scikit_image():
    from skimage.metrics import peak_signal_noise_ratio

    expected = peak_signal_noise_ratio(noise(0), noise(1))
    assert pixels.psnr(noise(1), noise(0)) == pytest.approx(expected)
    assert pixels.psnr(noise(1), noise(1)) == float("inf")


@pytest.mark.parametrize("shape", [(24, 31), (24, 31, 3)])
def test_ssim_is_that_of_scikit_image(shape):
    from skimage.metrics import structural_similarity

    a = noise(0, shape)
    b = (a * 0.5 + noise(1, shape) * 0.5).astype(np.uint8)
    options = {"channel_axis": -1} if len(shape) == 3 else {}
    expected = structural_similarity(
        a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, **options
    )
    assert pixels.ssim(a, b) == pytest.approx(expected, abs=1e-6)


def test_delta_e_is_the_mean_over_the_pixels_that_count():
    a, b = np.zeros((1, 2, 3), np.uint8), np.zeros((1, 2, 3), np.uint8)
    b[0, 1] = 255
    assert pixels.mean_delta_e(a, b) == pytest.approx(50, abs=0.01)
    assert pixels.mean_delta_e(a, b, np.array([[True, False]])) == 0
    assert pixels.mean_delta_e(a, b, np.zeros((1, 2), bool)) == 0


def test_segments_are_pieces_of_parts_between_lines():
    parts = labels("11122", "11122")
    lines = np.full((2, 5), 255, np.uint8)
    lines[:, 1] = 0
    assert regions.segments(parts, lines, smallest=0).tolist() == [[1, 0, 2, 3, 3]] * 2
    assert regions.segments(parts, lines, smallest=2).tolist() == [[0, 0, 0, 1, 1]] * 2


def test_segments_are_those_of_scikit_image():
    from skimage.measure import label

    parts = np.random.default_rng(0).integers(1, 3, (40, 40)).astype(np.int32)
    found = regions.segments(parts, np.full(parts.shape, 255, np.uint8), smallest=0)
    expected = label(parts, connectivity=1)
    assert found.max() == expected.max()
    assert len(np.unique(found * 10_000 + expected)) == found.max()


def test_equal_partitions_are_perfect():
    truth = labels("1122", "1122")
    assert regions.overlap(truth, truth[:, ::-1].copy()) == regions.Overlap(1.0, 0.0, 0.0)
    assert regions.boundary_f(truth, truth) == 1.0


def test_a_leak_is_a_found_region_that_holds_two():
    truth = labels("11112233")
    found = labels("11111122")
    got = regions.overlap(truth, found)
    assert got.leaks == pytest.approx(2 / 3)
    assert got.splits == 0
    assert got.iou == pytest.approx((4 / 6 + 2 / 6 + 1) / 3)


def test_a_split_is_a_true_region_in_pieces():
    got = regions.overlap(labels("11112222"), labels("12222333"))
    assert got.splits == 1.0
    assert got.leaks == 0.5


def test_what_is_not_held_is_neither_leak_nor_split():
    assert regions.overlap(labels("1122"), labels("0000")) == regions.Overlap(0.0, 0.0, 0.0)
    assert regions.overlap(labels("0000"), labels("1100")) == regions.Overlap(1.0, 0.0, 0.0)


def test_boundaries_match_within_the_tolerance():
    truth, found = labels(*["11112222"] * 3), labels(*["11222222"] * 3)
    assert regions.boundary_f(truth, found, tolerance=2) == 1.0
    assert regions.boundary_f(truth, found, tolerance=1) == 0.0


def test_regions_are_read_off_a_picture():
    picture = np.zeros((2, 4, 3), np.uint8)
    picture[:, 2:] = 200
    lines = np.full((2, 4), 255, np.uint8)
    lines[0, 0] = 0
    assert regions.read_off(picture, lines).tolist() == [[0, 1, 2, 2], [1, 1, 2, 2]]


def test_a_segment_is_right_when_its_commonest_colour_is():
    pieces = labels("1112223")
    truth = np.zeros((1, 7, 3), np.uint8)
    truth[0, :, 0] = [9, 9, 9, 40, 40, 40, 255]
    found = truth.copy()
    found[0, 0] = 77
    found[0, 3:5] = 77
    got = regions.segment_score(pieces, found, truth, pieces == 3)
    assert got.segments == 0.5
    assert got.pixels == 0.5


def test_colour_on_paper_costs_the_paper():
    pieces = labels("1122")
    truth = np.full((1, 4, 3), 255, np.uint8)
    truth[0, :2] = 50
    found = truth.copy()
    found[0, 2] = 50
    assert regions.segment_score(pieces, found, truth, pieces == 2).paper_iou == 0.5


def test_nothing_to_colour_is_no_mistake():
    nothing = np.zeros((1, 2), np.int32)
    white = np.full((1, 2, 3), 255, np.uint8)
    assert regions.segment_score(nothing, white, white, nothing == 0).segments == 1.0


def test_colourfulness_knows_gray_from_red():
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    assert pixels.colorfulness(red) == pytest.approx(0.3 * np.hypot(255, 127.5))


def test_earth_movers_distance_is_that_of_scipy_on_grays():
    from scipy.stats import wasserstein_distance

    from nurie.colors import srgb_to_lab

    gray = np.array([10, 90, 200, 250], np.uint8)
    rgb = np.repeat(gray[:, None], 3, 1)
    one, two = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.4, 0.1, 0.1])
    light = srgb_to_lab(rgb)[:, 0]
    expected = wasserstein_distance(light, light, one, two)
    assert pixels.earth_movers((rgb, one), (rgb, two)) == pytest.approx(expected, rel=1e-3)


def test_earth_movers_distance_of_nothing():
    some, none = pixels.signature(noise(0)), (np.zeros((0, 3), np.uint8), np.zeros(0))
    assert pixels.earth_movers(none, none) == 0
    assert pixels.earth_movers(some, none) == float("inf")
    assert pixels.earth_movers(some, some) == pytest.approx(0, abs=1e-3)


def test_white_needs_no_leave():
    picture = np.full((1, 3, 3), 255, np.uint8)
    assert pixels.obedience(picture, picture[0, :0], np.ones((1, 3), bool)) == 1.0
    picture[0, 0] = 7
    assert pixels.obedience(picture, picture[0, 1:], np.ones((1, 3), bool)) == 0.0


def test_one_answer_has_no_variety():
    assert pixels.variety([noise(0)], np.ones((24, 31), bool)) == 0
    assert pixels.variety([noise(0), noise(1)], np.ones((24, 31), bool)) > 10


def test_a_judge_that_is_always_sure_and_half_right():
    sure, right = np.ones(10), np.arange(10) % 2 == 0
    assert statistics.calibration_error(sure, right) == pytest.approx(0.5)
    assert statistics.calibration_error(sure[:0], right[:0]) == 0
    assert statistics.area_under_risk(sure[:0], right[:0]) == 0


def test_doubt_in_the_right_place_lowers_the_risk():
    right = np.array([True] * 8 + [False] * 2)
    good, bad = np.linspace(1, 0, 10), np.linspace(0, 1, 10)
    assert statistics.area_under_risk(good, right) < 0.1 < statistics.area_under_risk(bad, right)
    coverage, risk = statistics.risk_coverage(good, right)
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(0.2)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20))
def test_an_interval_holds_its_mean_between_the_extremes(values):
    mean, low, high = statistics.interval(np.array(values), np.random.default_rng(0), draws=200)
    assert min(values) - 1e-6 <= low <= high <= max(values) + 1e-6
    assert mean == pytest.approx(np.mean(values))


def test_an_interval_of_nothing_is_no_number():
    assert np.isnan(statistics.interval(np.array([np.nan]), np.random.default_rng(0))).all()
    assert statistics.interval(np.array([np.inf, 3.0]), np.random.default_rng(0))[0] == 3.0


@given(st.integers(0, 50))
def test_all_shares_lie_between_nought_and_one(seed):
    rng = np.random.default_rng(seed)
    truth, found = (rng.integers(0, 4, (6, 7)).astype(np.int32) for _ in range(2))
    got = regions.overlap(truth, found)
    assert all(0 <= x <= 1 for x in (got.iou, got.leaks, got.splits))
    assert 0 <= regions.boundary_f(truth, found) <= 1
    confidence, right = rng.random(9), rng.random(9) < 0.5
    assert 0 <= statistics.calibration_error(confidence, right) <= 1
    assert 0 <= statistics.area_under_risk(confidence, right) <= 1
