"""Discriminators and critics: is this colouring of this drawing a real one?"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie_lab.training.engine.team import Draws
from nurie_lab.training.picture.layers import MinibatchDiscrimination, noisy, norm_of, start_normal
from nurie_lab.training.settings import PictureConfig


class Verdict(NamedTuple):
    """What a discriminator says."""

    logits: Tensor
    """(B, 1) or (B, 1, h, w); positive means real."""
    features: Tensor
    """(B, C, h, w) of the last layer but one, for feature matching."""


class Discriminator(nn.Module):
    """The discriminator of reference 4: four convolutions, then one linear verdict.

    With ``kernels``, minibatch discrimination looks at the last map's means: upon all of it, its
    tensor would be larger than the rest of the network.

    Args:
        inputs: channels of drawing, hint and picture together.
        width: channels of the first layer.
        size: side of the pictures.
        norm: name of the normalisation; the first layer has none.
        noise: standard deviation of the noise on the input and on each layer's output.
        kernels: of minibatch discrimination.
    """

    def __init__(
        self, inputs: int, *, width: int, size: int, norm: str, noise: float, kernels: int
    ) -> None:
        super().__init__()
        wide = [width, 2 * width, 4 * width, 8 * width]
        steps = (2, 2, 2, 1)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 5, step, 2)
            for a, b, step in zip([inputs, *wide[:-1]], wide, steps, strict=True)
        )
        self.norms = nn.ModuleList([nn.Identity(), *(norm_of(norm, c) for c in wide[1:])])
        self.others = MinibatchDiscrimination(wide[-1], kernels) if kernels else None
        self.verdict = nn.Linear(wide[-1] * (size // 8) ** 2 + kernels, 1)
        self.noise = noise

    def forward(self, x: Tensor, draws: Draws | None = None) -> Verdict:
        """Judge (B, inputs, S, S) in [-1, 1]; without ``draws`` there is no noise."""
        x = noisy(x, self.noise, draws)
        for layer, norm in zip(self.convolutions, self.norms, strict=True):
            x = noisy(functional.leaky_relu(norm(layer(x)), 0.2), self.noise, draws)
        flat = x.flatten(1)
        if self.others is not None:
            told = self.others(x.mean((2, 3)))
            flat = torch.cat([flat, told[:, x.shape[1] :]], 1)
        # In full precision: the verdicts of a clipped critic differ by less than halves can tell.
        with torch.autocast(x.device.type, enabled=False):
            return Verdict(self.verdict(flat.float()), x)


class PatchDiscriminator(nn.Module):
    """The 70 × 70 PatchGAN of pix2pix: a verdict for each patch.

    Args:
        inputs: channels of drawing, hint and picture together.
        width: channels of the first layer.
        norm: name of the normalisation; the first layer has none.
        noise: standard deviation of the noise on the input and on each layer's output.
    """

    def __init__(self, inputs: int, *, width: int, norm: str, noise: float) -> None:
        super().__init__()
        wide = [width, 2 * width, 4 * width, 8 * width]
        steps = (2, 2, 2, 1)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 4, step, 1)
            for a, b, step in zip([inputs, *wide[:-1]], wide, steps, strict=True)
        )
        self.norms = nn.ModuleList([nn.Identity(), *(norm_of(norm, c) for c in wide[1:])])
        self.verdict = nn.Conv2d(wide[-1], 1, 4, 1, 1)
        self.noise = noise

    def forward(self, x: Tensor, draws: Draws | None = None) -> Verdict:
        """Judge (B, inputs, S, S) in [-1, 1], S ≥ 32; without ``draws`` there is no noise."""
        x = noisy(x, self.noise, draws)
        for layer, norm in zip(self.convolutions, self.norms, strict=True):
            x = noisy(functional.leaky_relu(norm(layer(x)), 0.2), self.noise, draws)
        return Verdict(self.verdict(x), x)


def make_discriminator(config: PictureConfig, generator: torch.Generator) -> nn.Module | None:
    """The discriminator that the settings name, with random weights; None where nothing judges."""
    if not config.adversarial:
        return None
    inputs = (4 if config.source == "line+hint" else 1) + 3
    network: nn.Module
    if config.discriminator == "patch":
        network = PatchDiscriminator(
            inputs, width=config.width, norm=config.judge_norm, noise=config.noise
        )
    else:
        network = Discriminator(
            inputs,
            width=config.width,
            size=config.size,
            norm=config.judge_norm,
            noise=config.noise,
            kernels=config.kernels,
        )
    start_normal(network, generator)
    return network
