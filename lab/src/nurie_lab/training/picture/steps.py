"""The objectives of the report and of the papers it names, and a step of each.

A mean stands for each sum of the report, so that a picture's size and a batch's do not change the
balance between the terms.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie_lab.training.engine.team import Draws, descend, everywhere, processes
from nurie_lab.training.picture.data import Batch
from nurie_lab.training.picture.networks import COARSE, Verdict
from nurie_lab.training.settings import PictureConfig


def l2_loss(painted: Tensor, target: Tensor) -> Tensor:
    """Equation (6): mean over pixels of the squared length of the difference, (B, 3, S, S)."""
    return (painted.float() - target).square().sum(1).mean()


def l1_loss(painted: Tensor, target: Tensor) -> Tensor:
    """|x - G(z)| of equation (7), the mean over pixels and channels."""
    return (painted.float() - target).abs().mean()


def discriminator_loss(real: Tensor, fake: Tensor, *, smooth: float = 1.0) -> Tensor:
    """Equation (4), to be descended: -log D(x) - log(1 - D(G(z))), from logits of any shape.

    ``smooth`` is the target for real pictures; below 1 is one-sided label smoothing (reference 11,
    3.4).
    """
    log_real = functional.logsigmoid(real.float())
    log_not = functional.logsigmoid(-real.float())
    kept = smooth * log_real + (1 - smooth) * log_not
    return -(kept.mean() + functional.logsigmoid(-fake.float()).mean())


def generator_loss(fake: Tensor, *, saturating: bool = False) -> Tensor:
    """Equation (5), log(1 - D(G(z))), or -log D(G(z)), with stronger gradients (section II.C)."""
    if saturating:
        return functional.logsigmoid(-fake.float()).mean()
    return -functional.logsigmoid(fake.float()).mean()


def critic_loss(real: Tensor, fake: Tensor) -> Tensor:
    """The Wasserstein distance's estimate, negated (reference 1, algorithm 1)."""
    return fake.float().mean() - real.float().mean()


@torch.no_grad()
def clip_weights(parameters: Iterable[Tensor], bound: float) -> None:
    """Keep the critic's weights in [-bound, bound] (reference 1; the report, section III.E)."""
    for parameter in parameters:
        parameter.clamp_(-bound, bound)


def gradient_penalty(scores: Tensor, mixed: Tensor) -> Tensor:
    """Mean of (‖∇ D(x̂)‖ - 1)² over pictures between real and painted (reference 7, equation 3).

    ``scores`` are the critic's for ``mixed``, x̂ (B, C, S, S), which requires gradients.
    """
    (gradient,) = torch.autograd.grad(scores.sum(), mixed, create_graph=True)
    # The root has no derivative at zero, where a dead critic would be.
    length = gradient.float().flatten(1).square().sum(1).add(1e-12).sqrt()
    return (length - 1).square().mean()


def matching_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Feature matching: squared distance of the mean features of the batches (reference 11, 3.1).

    Both are (B, C, h, w); those of real pictures are taken as given.
    """
    world = processes()[1]
    away = everywhere(fake.float().mean(0)) - everywhere(real.detach().float().mean(0))
    return (away / world).square().mean()


class History(nn.Module):
    """The mean of a network's past weights, for historical averaging (reference 11, 3.3)."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.steps: Tensor
        for i, parameter in enumerate(network.parameters()):
            self.register_buffer(f"mean{i}", parameter.detach().clone())

    def loss(self, network: nn.Module) -> Tensor:
        """‖θ - 1/t Σ θ[i]‖²."""
        means = self._means()
        pairs = zip(network.parameters(), means, strict=True)
        return torch.stack([(now - mean).square().sum() for now, mean in pairs]).sum()

    @torch.no_grad()
    def remember(self, network: nn.Module) -> None:
        """Take the weights of this step into the mean."""
        self.steps += 1
        share = 1 / int(self.steps)
        torch._foreach_lerp_(self._means(), list(network.parameters()), share)

    def _means(self) -> list[Tensor]:
        return [b for name, b in self.named_buffers() if name != "steps"]


def multimodal_loss(logits: Tensor, bins: Tensor, weight: Tensor) -> Tensor:
    """Cross-entropy over the bins of colour, rare ones weighing more (references 8 and 12).

    ``logits`` are (B, 512, h, w), ``bins`` (B, h, w) int64; a ``weight`` (512,) of ones leaves
    "mostly white" the best answer.
    """
    losses = functional.cross_entropy(logits.float(), bins, reduction="none")
    return (losses * weight[bins]).mean()


def annealed_mean(logits: Tensor, colors: Tensor, temperature: float) -> Tensor:
    """Colour of a distribution: the mean of the sharpened one (reference 12, equation 5).

    (B, 512, h, w) logits and (512, 3) colours of the bins to (B, 3, h, w); a temperature of 1 gives
    the mean, towards 0 the mode.
    """
    chance = functional.softmax(logits.float() / temperature, dim=1)
    return torch.einsum("bkhw,kc->bchw", chance, colors)


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
    reference: Batch | None = None
    """What virtual batch normalisation refers to."""


Optimizers = dict[str, torch.optim.Optimizer]
"""One for each network that learns: ``generator`` and, where there is one, ``discriminator``."""

Step = Callable[[Sequence[Batch], Networks, Optimizers, PictureConfig], Figures]


def l2_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """The CNN's step: equation (6)."""
    batch = batches[-1]
    loss = l2_loss(painted(networks, batch, config), batch.target(config.target))
    descend(optimizers["generator"], loss, networks.generator)
    return {"l2": loss.detach()}


def multimodal_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """Cross-entropy over the bins of cells of 4 × 4 pixels (references 8 and 12)."""
    batch = batches[-1]
    logits = _forward(networks, batch, config)
    bins = cell_bins(batch.colors)
    loss = multimodal_loss(logits, bins, networks.weight)
    descend(optimizers["generator"], loss, networks.generator)
    # What it would paint white, beside what is: the failure that section II.B foresees.
    white, guessed = logits.shape[1] - 1, logits.detach().argmax(1)
    return {
        "entropy": loss.detach(),
        "white": (guessed == white).float().mean(),
        "white_true": (bins == white).float().mean(),
    }


def duel_step(
    batches: Sequence[Batch], networks: Networks, optimizers: Optimizers, config: PictureConfig
) -> Figures:
    """Algorithm 1: a step of the discriminator on each batch, one of the generator on the last."""
    assert networks.discriminator is not None
    weights, bound = list(networks.discriminator.parameters()), config.clip
    figures: Figures = {}
    if config.objective == "wgan":
        # Clipped before, too: the first step must not see weights out of bounds.
        clip_weights(weights, bound)
    for batch in batches:
        # The last painting is used twice: it fools the discriminator that has just learned.
        with torch.set_grad_enabled(batch is batches[-1]):
            paint = painted(networks, batch, config)
        terms = _judge(batch, paint.detach(), networks, config)
        loss = torch.stack(list(terms.values())).sum()
        loss = loss + _history(networks, "discriminator", config)
        descend(optimizers["discriminator"], loss, networks.discriminator)
        if config.objective == "wgan":
            clip_weights(weights, bound)
        figures |= {name: value.detach() for name, value in terms.items()}
    networks.discriminator.requires_grad_(False)
    terms, loss = _fool(batches[-1], paint, networks, config)
    descend(optimizers["generator"], loss, networks.generator)
    networks.discriminator.requires_grad_(True)
    return figures | {name: value.detach() for name, value in terms.items()}


STEPS: dict[str, Step] = {
    "l2": l2_step,
    "multimodal": multimodal_step,
    "gan": duel_step,
    "wgan": duel_step,
    "wgan-gp": duel_step,
}
"""The step of each objective."""


def _judge(batch: Batch, fake: Tensor, networks: Networks, config: PictureConfig) -> Figures:
    """What the discriminator descends: equation (4), or the losses of references 1 and 7."""
    seen, real = batch.seen(config.source), batch.target(config.target)
    penalty: Figures = {}
    if config.objective == "wgan-gp":
        assert networks.discriminator is not None
        between = networks.draws.uniform((len(real), 1, 1, 1))
        mixed = torch.lerp(fake, real, between).requires_grad_()
        # In full precision: second derivatives of halves are too coarse.
        scores = networks.discriminator(torch.cat([seen, mixed], 1), networks.draws).logits
        penalty = {"penalty": config.penalty * gradient_penalty(scores, mixed)}
    verdicts = [judged(networks, seen, picture).logits for picture in (real, fake)]
    if config.objective == "gan":
        return {"discriminator": discriminator_loss(*verdicts, smooth=config.smooth)}
    return {"critic": critic_loss(*verdicts)} | penalty


def _fool(
    batch: Batch, paint: Tensor, networks: Networks, config: PictureConfig
) -> tuple[Figures, Tensor]:
    """What the generator descends against a discriminator that stands still; and their sum."""
    seen, real = batch.seen(config.source), batch.target(config.target)
    verdict = judged(networks, seen, paint)
    if config.objective == "gan":
        fooled = generator_loss(verdict.logits, saturating=config.saturating)
    else:
        fooled = -verdict.logits.float().mean()
    figures = {"generator": fooled, "l1": l1_loss(paint, real)}
    loss = fooled + config.l1 * figures["l1"]
    if config.matching:
        with torch.no_grad():
            wanted = judged(networks, seen, real).features
        figures["matching"] = matching_loss(wanted, verdict.features)
        loss = loss + config.matching * figures["matching"]
    return figures, loss + _history(networks, "generator", config)


def _history(networks: Networks, name: str, config: PictureConfig) -> Tensor | float:
    """The term of historical averaging, and this step's weights remembered."""
    if name not in networks.histories:
        return 0.0
    history, network = networks.histories[name], getattr(networks, name)
    assert isinstance(history, History)
    history.remember(network)
    return config.history * history.loss(network)


def painted(networks: Networks, batch: Batch, config: PictureConfig) -> Tensor:
    """What the generator paints, (B, 3, S, S) in [-1, 1]."""
    return torch.tanh(_forward(networks, batch, config).float())


def judged(networks: Networks, seen: Tensor, picture: Tensor) -> Verdict:
    """What the discriminator says of a picture (B, 3, S, S) for what the generator saw."""
    both = torch.cat([seen, picture], 1)
    with torch.autocast(both.device.type, torch.bfloat16, enabled=networks.half):
        assert networks.discriminator is not None
        verdict: Verdict = networks.discriminator(both, networks.draws)
    return verdict


def _forward(networks: Networks, batch: Batch, config: PictureConfig) -> Tensor:
    seen, first = batch.seen(config.source), 0
    if networks.reference is not None:
        before = networks.reference.seen(config.source)
        seen, first = torch.cat([before, seen]), len(before)
    with torch.autocast(seen.device.type, torch.bfloat16, enabled=networks.half):
        result: Tensor = networks.generator(seen, networks.draws)
    return result[first:]


def cell_bins(colors: Tensor) -> Tensor:
    """Bin of each cell of a picture, that of the pixel at its middle: means would be new colours.

    (B, 3, S, S) in [-1, 1] to (B, S / 4, S / 4) int64 in [0, 511].
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
