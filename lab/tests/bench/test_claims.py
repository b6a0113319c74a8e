"""Verdicts follow from numbers, whichever way they fall."""

from dataclasses import asdict

import numpy as np
import pytest

from nurie.spectrum import Spectrum
from nurie_lab.bench.reproduction.claims import HELD, NOT_HELD, NOT_MEASURED, claims, claims_page
from nurie_lab.bench.reproduction.paintings import GUESSED, NONE, SAMPLED, TRUE
from nurie_lab.bench.reproduction.scores import Scored
from nurie_lab.bench.reproduction.trained import Trained
from nurie_lab.training.settings import PictureConfig

RNG = np.random.default_rng(0)


def run_of(name, log=(), **settings):
    return Trained(name, asdict(PictureConfig(**settings)), list(log))


def log_of(discriminator, generator):
    pairs = enumerate(zip(discriminator, generator, strict=True), 1)
    return [
        {"step": i, "shown": i, "discriminator": float(d), "generator": float(g)}
        for i, (d, g) in pairs
    ]


def scored(run, hint, **figures):
    """Twelve pictures with figures near these numbers; of the originals, 50 and 0.4 white."""
    values = {"colorfulness": 50.0, "white": 0.4, "sharpness": 50.0}
    each = {name: value + 0.01 * RNG.random(12) for name, value in (values | figures).items()}
    true = {name: value + 0.01 * RNG.random(12) for name, value in values.items()}
    return Scored(run, hint, each, true, None)


RUNS = [
    run_of("cnn", objective="l2", generator="cnn"),
    run_of("gan"),
    run_of("wgan", objective="wgan"),
    run_of("bins", objective="multimodal", source="line"),
]


def spectrum_of(white, other):
    counts = np.zeros(512, np.int64)
    counts[511], counts[5] = white, other
    return Spectrum(counts, np.zeros((512, 3), np.uint8), 3)


def test_nothing_measured_says_what_is_missing():
    found = claims([], [], None)
    assert {claim.verdict for claim in found} == {NOT_MEASURED}
    assert all(claim.measured for claim in found)
    page = claims_page(found)
    assert "held 0, not held 0, not measured 9" in page
    assert page.count("**not measured**") == 9


@pytest.mark.parametrize(
    ("cnn", "gan", "duller", "nearer"),
    [
        (20, 45, HELD, HELD),
        (45, 20, NOT_HELD, NOT_HELD),
        # More colour than the original has is not nearer.
        (45, 90, HELD, NOT_HELD),
    ],
)
def test_colours_of_cnn_and_gan(cnn, gan, duller, nearer):
    scores = [scored("cnn", TRUE, colorfulness=cnn), scored("gan", TRUE, colorfulness=gan)]
    found = claims(RUNS, scores, None)
    assert [claim.verdict for claim in found[2:4]] == [duller, nearer]
    assert "cnn" in found[2].measured
    assert "true hint" in found[2].measured


def test_what_pictures_cannot_tell_apart_is_not_held():
    one, two = scored("cnn", TRUE), scored("gan", TRUE)
    one.each["colorfulness"][:] = np.linspace(0, 100, 12)
    two.each["colorfulness"][:] = one.each["colorfulness"][::-1] + 0.5
    assert claims(RUNS, [one, two], None)[2].verdict == NOT_HELD


@pytest.mark.parametrize(("wgan", "verdict"), [(20, HELD), (80, NOT_HELD)])
@pytest.mark.parametrize("hint", [GUESSED, SAMPLED, TRUE])
def test_brightness_and_softness_of_the_wgan(wgan, verdict, hint):
    scores = [scored("gan", hint), scored("wgan", hint, colorfulness=wgan, sharpness=wgan)]
    found = claims(RUNS, scores, None)
    assert [claim.verdict for claim in found[6:8]] == [verdict, verdict]
    assert hint in found[6].measured


def test_guessed_hints_come_first():
    scores = [scored("gan", TRUE), scored("wgan", TRUE, sharpness=80)]
    scores += [scored("gan", GUESSED), scored("wgan", GUESSED, sharpness=20)]
    assert claims(RUNS, scores, None)[7].verdict == HELD
    assert "no hint that both had" in claims(RUNS, scores[1:3], None)[7].measured
    assert "no pictures of GAN" in claims(RUNS, scores[1:2], None)[7].measured


@pytest.mark.parametrize(("white", "verdict"), [(0.7, HELD), (0.45, NOT_HELD), (0.3, NOT_HELD)])
def test_mostly_white_is_more_than_half_and_more_than_true(white, verdict):
    (claim,) = (
        c for c in claims(RUNS, [scored("bins", NONE, white=white)], None) if "mult" in c.text
    )
    assert claim.verdict == verdict
    balanced = [run_of("bins", objective="multimodal", source="line", rebalance=0.35)]
    assert claims(balanced, [scored("bins", NONE, white=0.9)], None)[1].verdict == NOT_MEASURED


@pytest.mark.parametrize(("white", "verdict"), [(21, HELD), (19, NOT_HELD), (1, NOT_HELD)])
def test_white_by_far_is_twice_the_next(white, verdict):
    assert claims([], [], spectrum_of(white, 10))[0].verdict == verdict


CALM, WILD = 1 + 0.1 * np.sin(np.arange(80)), 1 + np.sin(np.arange(80))


@pytest.mark.parametrize(
    ("bare", "noisy", "verdict"),
    [(WILD, CALM, HELD), (CALM, WILD, NOT_HELD), (CALM, CALM, NOT_HELD)],
)
def test_noise_stabilises_when_the_loss_spreads_less(bare, noisy, verdict):
    runs = [run_of("gan", log_of(bare, CALM)), run_of("noise", log_of(noisy, CALM), noise=0.2)]
    claim = claims(runs, [], None)[4]
    assert claim.verdict == verdict
    assert "differ" not in claim.measured
    runs[1] = run_of("noise", log_of(noisy, CALM), noise=0.2, divide=2)
    assert "the runs differ in divide, too" in claims(runs, [], None)[4].measured


@pytest.mark.parametrize(("slope", "verdict"), [(0.1, HELD), (-0.1, NOT_HELD), (0.0, NOT_HELD)])
def test_a_growing_generator_loss_is_seen(slope, verdict):
    runs = [run_of("gan", log_of(CALM, CALM + slope * np.arange(80)))]
    assert claims(runs, [], None)[5].verdict == verdict


def test_short_logs_tell_nothing():
    runs = [run_of("gan", log_of(CALM[:5], CALM[:5]))]
    found = claims(runs, [], None)
    assert found[5].measured == "logs too short"
    assert found[4].measured == "no run GAN with noise"
    assert {found[4].verdict, found[5].verdict} == {NOT_MEASURED}
