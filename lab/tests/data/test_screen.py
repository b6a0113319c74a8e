"""Faults of pictures, and the same picture found again."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie_lab.data.survey import WITHIN, Twins, fault_of, fingerprint


def colourful(seed=0, side=128):
    rng = np.random.default_rng(seed)
    return np.kron(rng.integers(0, 256, (8, 8, 3)), np.ones((side // 8, side // 8, 1))).astype(
        np.uint8
    )


def tinted(tint):
    """A drawing in grays on tinted paper."""
    gray = colourful()[..., :1] / 255 * np.array(tint, np.float64)
    return gray.astype(np.uint8)


@pytest.mark.parametrize(
    ("picture", "fault"),
    [
        (colourful(), None),
        (np.full((128, 128, 3), 200, np.uint8), "blank"),
        (np.repeat(colourful()[..., :1], 3, axis=2), "monochrome"),
        (colourful(side=88), "too small (88 × 88)"),
        (np.zeros((100, 1300, 3), np.uint8), "too narrow (1300 × 100)"),
    ],
    ids=["good", "blank", "gray", "small", "narrow"],
)
def test_faults(picture, fault):
    assert fault_of(picture) == fault


def test_a_drawing_with_one_coloured_part_is_good():
    picture = np.full((128, 128, 3), 255, np.uint8)
    picture[20:60, 20:60] = (200, 30, 40)
    assert fault_of(picture) is None


def test_slightly_yellow_paper_is_still_monochrome():
    assert fault_of(tinted((255, 252, 244))) == "monochrome"


def test_noise_on_blank_paper_is_blank():
    noise = np.random.default_rng(0).normal(240, 3, (256, 256, 3)).clip(0, 255).astype(np.uint8)
    assert fault_of(noise) == "blank"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([96, 200, 320]), st.integers(60, 95))
def test_size_and_jpeg_leave_the_fingerprint(seed, side, quality):
    picture = colourful(seed)
    changed = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    changed = cv2.imdecode(cv2.imencode(".jpg", changed, [1, quality])[1], cv2.IMREAD_COLOR)
    twins = Twins(WITHIN)
    twins.seen(fingerprint(picture), "first")
    assert twins.seen(fingerprint(changed), "second") == "first"


def test_different_pictures_are_no_twins():
    twins = Twins()
    assert [twins.seen(fingerprint(colourful(seed)), str(seed)) for seed in range(60)] == [
        None
    ] * 60


@given(st.binary(min_size=32, max_size=32), st.sets(st.integers(0, 255), max_size=20))
def test_twins_are_found_exactly_within_the_bits(mark, flips):
    twins = Twins(12)
    twins.seen(mark, "first")
    other = int.from_bytes(mark, "big")
    for bit in flips:
        other ^= 1 << bit
    found = twins.seen(other.to_bytes(32, "big"), "second")
    assert found == ("first" if len(flips) <= 12 else None)
