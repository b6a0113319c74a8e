"""Steps of the report's networks: they learn, and each teaches what it is meant to teach."""

import dataclasses

import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie_lab.training.picture.steps import STEPS, History, show
from nurie_lab.training.settings import PictureConfig

SMALL = PictureConfig(
    size=32, width=4, batch=4, lanes=2, patches=3, ema=0.9, noise=0.1, precision="fp32"
)
ALL = dataclasses.replace(SMALL, smooth=0.9, matching=1.0, kernels=2, history=0.01)


@pytest.mark.parametrize(
    ("settings", "figure", "share"),
    [
        ({"objective": "l2", "generator": "cnn"}, "l2", 0.2),
        ({}, "l1", 0.5),
        ({"objective": "wgan", "optimizer": "rmsprop"}, "l1", 0.5),
        ({"objective": "wgan-gp", "judge_norm": "layer"}, "l1", 0.5),
        ({"generator": "unet", "discriminator": "patch", "source": "line"}, "l1", 0.5),
        ({"source": "line", "target": "hint"}, "l1", 0.5),
        ({"objective": "multimodal", "source": "line"}, "entropy", 0.5),
        ({"norm": "virtual"}, "l1", 0.5),
        ({"precision": "bf16", "objective": "l2", "generator": "cnn"}, "l2", 0.3),
    ],
)
def test_one_batch_overfits(one_batch, settings, figure, share):
    config = dataclasses.replace(SMALL, width=8, rate=5e-3, ema=0.5, **settings)
    batch, (networks, optimizers) = one_batch(config)
    step = STEPS[config.objective]
    first = step([batch], networks, optimizers, config)
    for _ in range(30):
        last = step([batch], networks, optimizers, config)
        assert all(value.isfinite() for value in last.values())
    assert float(last[figure]) < share * float(first[figure])


def test_each_batch_of_a_step_teaches_the_discriminator_only_the_last_the_generator(one_batch):
    config = dataclasses.replace(SMALL, critic_steps=3, norm="none", judge_norm="none")
    batch, (networks, optimizers) = one_batch(config)
    moves = []
    for optimizer in optimizers.values():
        optimizer.register_step_post_hook(lambda one, *_: moves.append(one))
    STEPS["gan"]([batch] * 3, networks, optimizers, config)
    assert moves == [optimizers["discriminator"]] * 3 + [optimizers["generator"]]
    assert all(p.requires_grad for p in networks.discriminator.parameters())


def test_a_wgan_critic_never_leaves_its_bounds(one_batch):
    config = dataclasses.replace(SMALL, objective="wgan", clip=0.02, judge_rate=0.1)
    batch, (networks, optimizers) = one_batch(config)
    STEPS["wgan"]([batch], networks, optimizers, config)
    assert (
        max(float(p.detach().abs().max()) for p in networks.discriminator.parameters())
        <= 0.02 + 1e-9
    )


def test_the_generators_step_leaves_the_discriminator_alone(one_batch):
    config = dataclasses.replace(SMALL, judge_rate=0.0)
    batch, (networks, optimizers) = one_batch(config)
    before = [p.detach().clone() for p in networks.discriminator.parameters()]
    STEPS["gan"]([batch], networks, optimizers, config)
    for old, new in zip(before, networks.discriminator.parameters(), strict=True):
        assert torch.equal(old, new)


def test_history_is_remembered_each_step(one_batch):
    batch, (networks, optimizers) = one_batch(ALL)
    for _ in range(3):
        STEPS["gan"]([batch], networks, optimizers, ALL)
    assert [int(h.steps) for h in networks.histories.values()] == [3, 3]
    assert all(isinstance(h, History) for h in networks.histories.values())


def test_what_is_shown_has_no_chance_in_it(one_batch):
    config = dataclasses.replace(SMALL, objective="multimodal", source="line")
    batch, (networks, _) = one_batch(config)
    one, two = (show(networks, batch, config) for _ in range(2))
    assert torch.equal(one, two)
    assert one.shape == (4, 3, 32, 32)
    assert float(one.abs().max()) <= 1 + 1e-5
