"""One step of each objective of the report: batches in, figures out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from nurie_lab.training.engine.team import Draws, average_gradients
from nurie_lab.training.picture.data import Batch
from nurie_lab.training.picture.networks import COARSE, Verdict
from nurie_lab.training.picture.objectives import (
    History,
    annealed_mean,
    clip_weights,
    critic_loss,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    l1_loss,
    l2_loss,
    matching_loss,
    multimodal_loss,
)
from nurie_lab.training.settings import PictureConfig

Figures = dict[str, Tensor]
"""Scalars by name, still on the device: reading them would stop it after each step."""


@dataclass(frozen=True)
class Networks:
    """What learns, and the chance that it learns with."""

    generator: nn.Module
    averaged: nn.Module
    """The generator's moving average."""
    discriminator: nn.Module | None
    histories: nn.ModuleDict
    """``generator`` and ``discriminator`` where historical averaging is wanted, else empty."""
    colors: Tensor
    """(512, 3) in [-1, 1]: mean colour of each bin."""
    weight: Tensor
    """(512,) of each bin in the multimodal loss."""
    draws: Draws
    half: bool = False
    """Whether the networks compute in bfloat16."""


@dataclass(frozen=True)
class Optimizers:
    """One for each network that learns."""

    generator: torch.optim.Optimizer
    discriminator: torch.optim.Optimizer | None


Step = Callable[[Sequence[Batch], Networks, Optimizers, PictureConfig], Figures]


def l2_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """The CNN's step: equation (6)."""
    batch = batches[-1]
    loss = l2_loss(painted(networks, batch, config), batch.target(config.target))
    _descend(optimizers.generator, loss, networks.generator)
    return {"l2": loss.detach()}


def multimodal_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """Cross-entropy over the bins of cells of 4 × 4 pixels (references 8 and 12)."""
    batch = batches[-1]
    logits = _forward(networks, networks.generator, batch.seen(config.source))
    bins = cell_bins(batch.colors)
    loss = multimodal_loss(logits, bins, networks.weight)
    _descend(optimizers.generator, loss, networks.generator)
    # What it would paint white, beside what is: the failure that section II.B foresees.
    white, guessed = logits.shape[1] - 1, logits.detach().argmax(1)
    return {
        "entropy": loss.detach(),
        "white": (guessed == white).float().mean(),
        "white_true": (bins == white).float().mean(),
    }


def gan_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """Algorithm 1 with equation (7): k steps of the discriminator, one of the generator."""

    def judge(pair: "_Pair") -> Figures:
        real, fake = pair.verdicts(networks)
        return {"discriminator": discriminator_loss(real, fake, smooth=config.smooth)}

    def fool(fake: Tensor) -> Tensor:
        return generator_loss(fake, saturating=config.saturating)

    return _duel(batches, networks, optimizers, config, judge=judge, fool=fool)


def wgan_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """The step of reference 1: the critic's weights are clipped after each of its steps."""
    assert networks.discriminator is not None

    def judge(pair: "_Pair") -> Figures:
        return {"critic": critic_loss(*pair.verdicts(networks))}

    def fool(fake: Tensor) -> Tensor:
        return -fake.float().mean()

    # Clipped before, too: the first step must not see weights out of bounds.
    clip_weights(networks.discriminator.parameters(), config.clip)
    return _duel(batches, networks, optimizers, config, judge=judge, fool=fool)


def wgan_gp_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """The step of reference 7: a gradient penalty in place of clipping."""
    assert networks.discriminator is not None
    critic = networks.discriminator

    def judge(pair: "_Pair") -> Figures:
        between = networks.draws.uniform((len(pair.real), 1, 1, 1))
        mixed = torch.lerp(pair.fake, pair.real, between).requires_grad_()
        # In full precision: second derivatives of halves are too coarse.
        scores = critic(torch.cat([pair.seen, mixed], 1), networks.draws).logits
        return {
            "critic": critic_loss(*pair.verdicts(networks)),
            "penalty": config.penalty * gradient_penalty(scores, mixed),
        }

    def fool(fake: Tensor) -> Tensor:
        return -fake.float().mean()

    return _duel(batches, networks, optimizers, config, judge=judge, fool=fool)


STEPS: dict[str, Step] = {
    "l2": l2_step,
    "multimodal": multimodal_step,
    "gan": gan_step,
    "wgan": wgan_step,
    "wgan-gp": wgan_gp_step,
}
"""The step of each objective."""


@dataclass(frozen=True)
class _Pair:
    """A drawing, its real colouring, and one painted for it."""

    seen: Tensor
    real: Tensor
    fake: Tensor

    def verdicts(self, networks: Networks) -> tuple[Tensor, Tensor]:
        """Logits of the real and of the painted picture."""
        real = judged(networks, self.seen, self.real).logits
        return real, judged(networks, self.seen, self.fake).logits


def _duel(
    batches: Sequence[Batch],
    networks: Networks,
    optimizers: Optimizers,
    config: PictureConfig,
    *,
    judge: Callable[[_Pair], Figures],
    fool: Callable[[Tensor], Tensor],
) -> Figures:
    """A step of the discriminator on each batch, one of the generator on the last."""
    assert optimizers.discriminator is not None
    assert networks.discriminator is not None
    figures: Figures = {}
    for batch in batches:
        # The last painting is used twice: it fools the discriminator that has just learned.
        with torch.set_grad_enabled(batch is batches[-1]):
            paint = painted(networks, batch, config)
        real = batch.target(config.target)
        terms = judge(_Pair(batch.seen(config.source), real, paint.detach()))
        loss = torch.stack(list(terms.values())).sum()
        loss = loss + _history(networks, "discriminator", config)
        _descend(optimizers.discriminator, loss, networks.discriminator)
        if config.objective == "wgan":
            clip_weights(networks.discriminator.parameters(), config.clip)
        figures |= {name: value.detach() for name, value in terms.items()}
    return figures | _fool(batches[-1], paint, networks, optimizers, config, fool)


def _fool(
    batch: Batch,
    paint: Tensor,
    networks: Networks,
    optimizers: Optimizers,
    config: PictureConfig,
    fool: Callable[[Tensor], Tensor],
) -> Figures:
    """The generator's step against a discriminator that stands still."""
    assert networks.discriminator is not None
    seen, real = batch.seen(config.source), batch.target(config.target)
    networks.discriminator.requires_grad_(False)
    verdict = judged(networks, seen, paint)
    figures = {"generator": fool(verdict.logits), "l1": l1_loss(paint, real)}
    loss = figures["generator"] + config.l1 * figures["l1"]
    if config.matching:
        with torch.no_grad():
            wanted = judged(networks, seen, real).features
        figures["matching"] = matching_loss(wanted, verdict.features)
        loss = loss + config.matching * figures["matching"]
    loss = loss + _history(networks, "generator", config)
    _descend(optimizers.generator, loss, networks.generator)
    networks.discriminator.requires_grad_(True)
    return {name: value.detach() for name, value in figures.items()}


def _history(networks: Networks, name: str, config: PictureConfig) -> Tensor | float:
    """The term of historical averaging, and this step's weights remembered."""
    if name not in networks.histories:
        return 0.0
    history, network = networks.histories[name], getattr(networks, name)
    assert isinstance(history, History)
    history.remember(network)
    return config.history * history.loss(network)


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor, network: nn.Module) -> None:
    """One step down the gradient of the mean loss of all processes."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    average_gradients(network.parameters())
    optimizer.step()


def painted(networks: Networks, batch: Batch, config: PictureConfig) -> Tensor:
    """What the generator paints, (B, 3, S, S) in [-1, 1]."""
    return torch.tanh(_forward(networks, networks.generator, batch.seen(config.source)).float())


def judged(networks: Networks, seen: Tensor, picture: Tensor) -> Verdict:
    """What the discriminator says of a picture (B, 3, S, S) for what the generator saw."""
    both = torch.cat([seen, picture], 1)
    with torch.autocast(both.device.type, torch.bfloat16, enabled=networks.half):
        assert networks.discriminator is not None
        verdict: Verdict = networks.discriminator(both, networks.draws)
    return verdict


def _forward(networks: Networks, network: nn.Module, seen: Tensor) -> Tensor:
    with torch.autocast(seen.device.type, torch.bfloat16, enabled=networks.half):
        result: Tensor = network(seen, networks.draws)
    return result


def cell_bins(colors: Tensor) -> Tensor:
    """Bin of each cell of the picture, that of the pixel at its middle: means would be new colours.

    Args:
        colors: (B, 3, S, S) in [-1, 1].

    Returns:
        (B, S / 4, S / 4) int64 in [0, 511].
    """
    cell = 2**COARSE
    middles = colors[:, :, cell // 2 :: cell, cell // 2 :: cell]
    levels = middles.add(1).mul(127.5).round().long() >> 5
    return levels[:, 0] * 64 + levels[:, 1] * 8 + levels[:, 2]


@torch.no_grad()
def show(networks: Networks, batch: Batch, config: PictureConfig) -> Tensor:
    """What the averaged generator paints, nothing left to chance, (B, 3, S, S) in [-1, 1]."""
    network = networks.averaged.eval()
    answer = network(batch.seen(config.source))
    if config.objective != "multimodal":
        return torch.tanh(answer.float())
    coarse = annealed_mean(answer, networks.colors, config.temperature)
    return nn.functional.interpolate(coarse, size=config.size, mode="bilinear")
