"""Verdicts follow from numbers, whichever way they fall."""

from dataclasses import asdict

import numpy as np
import pytest

from nurie.spectrum import Spectrum
from nurie_lab.bench.reproduction.claims import (
    EARLY,
    HELD,
    LEAST_TO_GROW,
    NOT_HELD,
    NOT_MEASURED,
    UNDECIDED,
    claims,
    claims_page,
)
from nurie_lab.bench.reproduction.paintings import GUESSED, NONE, SAMPLED, TRUE
from nurie_lab.bench.reproduction.scores import Scored
from nurie_lab.bench.reproduction.trained import Trained
from nurie_lab.training.settings import PictureConfig

RNG = np.random.default_rng(0)


DONE = ({"step": 1000, "shown": 4000},)


def runs_of(name, log=DONE, seeds=2, **settings):
    return [
        Trained(f"{name}-{seed}", asdict(PictureConfig(seed=seed, **settings)), list(log))
        for seed in range(seeds)
    ]


def log_of(discriminator, generator, every=100):
    pairs = enumerate(zip(discriminator, generator, strict=True), 1)
    return [
        {"step": every * i, "shown": i, "discriminator": float(d), "generator": float(g)}
        for i, (d, g) in pairs
    ]


def scored(network, hint, **figures):
    """Two seeds, twelve pictures with figures near these; of the originals, 50 and 0.4 white."""
    values = {"colorfulness": 50.0, "white": 0.4, "sharpness": 50.0}
    each = {name: value + 0.01 * RNG.random((2, 12)) for name, value in (values | figures).items()}
    true = {name: value + 0.01 * RNG.random(12) for name, value in values.items()}
    return Scored(network, hint, each, true)


def all_runs(**options):
    return [
        *runs_of("cnn", objective="l2", generator="cnn", **options),
        *runs_of("gan", **options),
        *runs_of("wgan", objective="wgan", **options),
        *runs_of("bins", objective="multimodal", source="line", **options),
    ]


RUNS = all_runs()


def spectrum_of(white, other):
    counts = np.zeros(512, np.int64)
    counts[511], counts[5] = white, other
    return Spectrum(counts, np.zeros((512, 3), np.uint8), 3)


def test_nothing_measured_says_what_is_missing():
    found = claims([], [], None)
    assert {claim.verdict for claim in found} == {NOT_MEASURED}
    assert all(claim.measured for claim in found)
    page = claims_page(found)
    assert "held 0, not held 0, undecided 0, too early to say 0, not measured 12" in page
    assert page.count("**not measured**") == 12


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


@pytest.mark.parametrize(
    ("options", "why"),
    [({"log": [{"step": 999, "shown": 4000}]}, "999 steps, 0.57 %"), ({"seeds": 1}, "seeds: 1")],
)
def test_little_training_and_one_seed_are_too_early_to_say(options, why):
    scores = [scored("cnn", TRUE, colorfulness=20), scored("gan", TRUE, colorfulness=45)]
    claim = claims(all_runs(**options), scores, None)[2]
    assert claim.verdict == EARLY
    assert why in claim.trained
    assert "1,000 steps and two seeds are needed" in claim.trained


def test_seeds_that_disagree_decide_nothing():
    scores = [scored("cnn", TRUE), scored("gan", TRUE, colorfulness=60)]
    assert claims(RUNS, scores, None)[2].verdict == HELD
    scores[1].each["colorfulness"][1] -= 9
    assert claims(RUNS, scores, None)[2].verdict == UNDECIDED


def test_of_two_gans_the_nearer_one_speaks():
    runs = [*RUNS, *runs_of("noise", noise=0.2)]
    far, near = scored("gan", TRUE, Fréchet=9.0), scored("noise", TRUE, Fréchet=3.0)
    cnn = scored("cnn", TRUE)
    assert "noise" in claims(runs, [far, near, cnn], None)[2].measured
    far.each["Fréchet"] -= 8
    assert "gan with" in claims(runs, [far, near, cnn], None)[2].measured


@pytest.mark.parametrize(("guessed", "verdicts"), [
    ((14.0, 3.0), (HELD, HELD, HELD)), ((10.0, 9.0), (NOT_HELD, NOT_HELD, NOT_HELD)),
    ((14.0, 7.0), (HELD, HELD, NOT_HELD)),
])  # fmt: skip
def test_learnt_hints_are_compared_with_sampled_and_true_ones(guessed, verdicts):
    kinds = {TRUE: (20.0, 5.0), SAMPLED: (12.0, 8.0), GUESSED: guessed}
    scores = [scored("gan", hint, PSNR=a, Fréchet=b) for hint, (a, b) in kinds.items()]
    assert tuple(claim.verdict for claim in claims(RUNS, scores, None)[9:]) == verdicts
    blind = [scored("gan", hint, PSNR=a) for hint, (a, _) in kinds.items()]
    assert "no network to see" in claims(RUNS, blind, None)[10].measured


def test_what_pictures_cannot_tell_apart_is_undecided():
    one, two = scored("cnn", TRUE), scored("gan", TRUE)
    one.each["colorfulness"][:] = np.linspace(0, 100, 12)
    two.each["colorfulness"][:] = one.each["colorfulness"][:, ::-1] + 0.5
    assert claims(RUNS, [one, two], None)[2].verdict == UNDECIDED


@pytest.mark.parametrize(("wgan", "verdict"), [(20, HELD), (80, NOT_HELD)])
def test_brightness_and_softness_of_the_wgan(wgan, verdict):
    scores = [scored("gan", GUESSED), scored("wgan", GUESSED, colorfulness=wgan, sharpness=wgan)]
    found = claims(RUNS, scores, None)
    assert [claim.verdict for claim in found[6:8]] == [verdict, verdict]
    assert GUESSED in found[6].measured
    assert "no pictures of WGAN with a guessed hint" in claims(RUNS, scores[:1], None)[7].measured


@pytest.mark.parametrize(("white", "verdict"), [(0.7, HELD), (0.45, NOT_HELD), (0.3, NOT_HELD)])
def test_mostly_white_is_more_than_half_and_more_than_true(white, verdict):
    (claim,) = (
        c for c in claims(RUNS, [scored("bins", NONE, white=white)], None) if "mult" in c.text
    )
    assert claim.verdict == verdict
    balanced = runs_of("bins", objective="multimodal", source="line", rebalance=0.35)
    assert claims(balanced, [scored("bins", NONE, white=0.9)], None)[1].verdict == NOT_MEASURED


@pytest.mark.parametrize(("white", "verdict"), [(21, HELD), (19, NOT_HELD), (1, NOT_HELD)])
def test_white_by_far_is_twice_the_next(white, verdict):
    assert claims([], [], spectrum_of(white, 10))[0].verdict == verdict


CALM, WILD = 1 + 0.1 * np.sin(np.arange(80)), 1 + np.sin(np.arange(80))


@pytest.mark.parametrize(
    ("bare", "noisy", "verdict"),
    [(WILD, CALM, HELD), (CALM, WILD, NOT_HELD), (CALM, CALM, UNDECIDED)],
)
def test_noise_stabilises_when_the_loss_spreads_less(bare, noisy, verdict):
    runs = runs_of("gan", log_of(bare, CALM))
    claim = claims([*runs, *runs_of("noise", log_of(noisy, CALM), noise=0.2)], [], None)[4]
    assert claim.verdict == verdict
    assert "differ" not in claim.measured
    runs += runs_of("noise", log_of(noisy, CALM), noise=0.2, divide=2)
    assert "the runs differ in divide, too" in claims(runs, [], None)[4].measured


@pytest.mark.parametrize(("slope", "verdict"), [(0.1, HELD), (-0.1, NOT_HELD), (0.0, UNDECIDED)])
def test_a_growing_generator_loss_is_seen(slope, verdict):
    grown = CALM + slope * np.arange(80)
    runs = runs_of("gan", log_of(CALM, grown, LEAST_TO_GROW // 80 + 1))
    assert claims(runs, [], None)[5].verdict == verdict
    soon = claims(runs_of("gan", log_of(CALM, grown)), [], None)[5]
    assert (soon.verdict, "17,500 steps" in soon.trained) == (EARLY, True)


def test_short_logs_tell_nothing():
    runs = runs_of("gan", log_of(CALM[:5], CALM[:5]))
    found = claims(runs, [], None)
    assert found[5].measured == "logs too short"
    assert found[4].measured == "no run GAN with noise"
    assert {found[4].verdict, found[5].verdict} == {NOT_MEASURED}
