"""The report's networks: generators, discriminators and critics, and the layers that they share."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.colors import BINS
from nurie_lab.training.engine.team import Draws, everywhere, gathered, processes
from nurie_lab.training.settings import PictureConfig


class GlobalBatchNorm(nn.Module):
    """Batch normalisation over the batch of all processes (Ioffe, Szegedy 2015)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))
        self.mean: Tensor
        self.variance: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same shape."""
        if not self.training or processes()[1] == 1:
            return functional.batch_norm(
                x, self.mean, self.variance, self.weight, self.bias, training=self.training
            )
        y = x.float()
        count = y.numel() / y.shape[1] * processes()[1]
        mean = everywhere(y.sum((0, 2, 3))) / count
        off = y - mean.view(1, -1, 1, 1)
        variance = everywhere(off.square().sum((0, 2, 3))) / count
        with torch.no_grad():
            self.mean.lerp_(mean, 0.1)
            self.variance.lerp_(variance * (count / max(count - 1, 1)), 0.1)
        scale = self.weight * (variance + 1e-5).rsqrt()
        return (off * scale.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)).to(x.dtype)


class VirtualBatchNorm(nn.Module):
    """Normalisation of each picture by a reference batch and itself (reference 11, section 3.4).

    In training the first ``count`` rows are that batch, always the same; behind it its last
    statistics stay.
    """

    count = 1

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("square", torch.ones(channels))
        self.mean: Tensor
        self.square: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same shape."""
        y = x.float()
        own = torch.stack([y.mean((2, 3)), y.square().mean((2, 3))])
        fixed, share = torch.stack([self.mean, self.square]), torch.tensor(1 / (self.count + 1))
        if self.training:
            fixed = own[:, : self.count].mean(1)
            with torch.no_grad():
                self.mean.copy_(fixed[0])
                self.square.copy_(fixed[1])
            # The reference is normalised by itself alone.
            share = (torch.arange(len(x), device=x.device) >= self.count).float()[:, None] * share
        mean, square = torch.lerp(fixed[:, None], own, share.to(x.device))
        scale = self.weight * (square - mean.square()).clamp_min(0).add(1e-5).rsqrt()
        moved = (y - mean[..., None, None]) * scale[..., None, None]
        result: Tensor = (moved + self.bias.view(1, -1, 1, 1)).to(x.dtype)
        return result


def norm_of(kind: str, channels: int) -> nn.Module:
    """The normalisation of that name: ``batch``, ``virtual``, ``instance``, ``layer``, ``none``."""
    if kind in ("batch", "virtual"):
        return GlobalBatchNorm(channels) if kind == "batch" else VirtualBatchNorm(channels)
    if kind == "none":
        return nn.Identity()
    return nn.GroupNorm(channels if kind == "instance" else 1, channels)


class Dropout(nn.Module):
    """Dropout of a share of a map's numbers, drawn for the global batch."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor, draws: Draws | None) -> Tensor:
        """The same shape; nothing is dropped without ``draws``."""
        if draws is None or not self.share or not self.training:
            return x
        keep = draws.uniform(x.shape) >= self.share
        return x * keep / (1 - self.share)


def noisy(x: Tensor, spread: float, draws: Draws | None) -> Tensor:
    """A map with Gaussian noise upon it (reference 11, section 3; the report, section II.C)."""
    if draws is None or not spread:
        return x
    return x + spread * draws.normal(x.shape).to(x.dtype)


class MinibatchDiscrimination(nn.Module):
    """How close each row is to the others of the global batch (reference 11, section 3.2)."""

    def __init__(self, inputs: int, kernels: int, depth: int = 5) -> None:
        super().__init__()
        self.kernels = kernels
        # Of unit width: smaller, and all rows look the same at first.
        self.tensor = nn.Parameter(torch.randn(inputs, kernels * depth) * inputs**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs) to (B, inputs + kernels)."""
        m = (x @ self.tensor.to(x.dtype)).float().view(len(x), self.kernels, -1)
        distance = (m[:, None] - gathered(m)[None]).abs().sum(3)
        # The row itself is at distance 0 and would add 1 to each sum.
        closeness = torch.exp(-distance).sum(1) - 1
        return torch.cat([x, closeness.to(x.dtype)], 1)


def start_normal(network: nn.Module, generator: torch.Generator) -> None:
    """Weights from a normal distribution of width 0.02, biases zero, as DCGAN and reference 4."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, std=0.02, generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _halving(channels: Sequence[int], kernel: int) -> nn.ModuleList:
    """Convolutions from each number of channels to the next, each halving the sides."""
    return nn.ModuleList(
        nn.Conv2d(a, b, kernel, 2, (kernel - 1) // 2) for a, b in pairwise(channels)
    )


def _doubling(seen: Sequence[int], painted: Sequence[int], kernel: int) -> nn.ModuleList:
    """Deconvolutions, each doubling the sides."""
    return nn.ModuleList(
        nn.ConvTranspose2d(a, b, kernel, 2, (kernel - 1) // 2, output_padding=kernel % 2)
        for a, b in zip(seen, painted, strict=True)
    )


class UNet(nn.Module):
    """Convolutions down and deconvolutions up, joined by skips.

    With 5 × 5 it is the U-Net of reference 4; with 4 × 4, down to one pixel, U-Net-256 of pix2pix
    (Isola et al. 2017).

    Args:
        down: channels of what is seen, and of each convolution; the deconvolutions have the same.
        outputs: channels painted.
        kernel: side of all of them.
        norms: names of the normalisation, and of that of the innermost map.
        dropout: share dropped in the three innermost decoder layers.
        coarse: deconvolutions left out at the end; the output is 2 ** coarse times smaller.
    """

    def __init__(
        self,
        down: Sequence[int],
        outputs: int,
        *,
        kernel: int,
        norms: tuple[str, str],
        dropout: float,
        coarse: int = 0,
    ) -> None:
        super().__init__()
        self.down, down = _halving(down, kernel), down[1:]
        kinds = ["none", *[norms[0]] * (len(down) - 2), norms[1]]
        self.down_norms = nn.ModuleList(norm_of(*each) for each in zip(kinds, down, strict=True))
        up, kept = list(down[-2::-1]), len(down) - coarse
        seen = [down[-1], *(2 * channels for channels in up)]
        self.up = _doubling(seen[:kept], [*up, outputs][:kept], kernel)
        self.up_norms = nn.ModuleList(norm_of(norms[0], channels) for channels in up[:kept])
        self.bins = nn.Conv2d(seen[kept], outputs, 1) if coarse else None
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor, draws: Draws | None = None) -> Tensor:
        """(B, inputs, S, S) in [-1, 1] to (B, outputs, S, S), before any squashing."""
        maps: list[Tensor] = []
        for layer, norm in zip(self.down, self.down_norms, strict=True):
            x = norm(layer(functional.leaky_relu(x, 0.2) if maps else x))
            maps.append(x)
        # Without bins the last deconvolution, which paints, has no normalisation and no skip.
        for i, (layer, norm) in enumerate(zip(self.up, self.up_norms, strict=False)):
            x = norm(layer(functional.relu(x)))
            if i < 3:
                x = self.drop(x, draws)
            x = torch.cat([x, maps[-2 - i]], 1)
        last = self.up[-1] if self.bins is None else self.bins
        result: Tensor = last(functional.relu(x))
        return result


class Baseline(nn.Module):
    """The report's CNN: convolutions and deconvolutions with ReLU and two residual connections.

    The outputs of the second and third convolutions are added to those of the deconvolutions of the
    same size (section III.C).
    """

    def __init__(self, inputs: int, down: Sequence[int], norm: str) -> None:
        super().__init__()
        up = down[-2::-1]
        self.down = _halving([inputs, *down], 5)
        self.down_norms = nn.ModuleList(norm_of(norm, channels) for channels in down)
        self.up = _doubling(down[::-1], [*up, 3], 5)
        self.up_norms = nn.ModuleList(norm_of(norm, channels) for channels in up)

    def forward(self, x: Tensor, draws: Draws | None = None) -> Tensor:  # noqa: ARG002 (as others)
        """(B, inputs, S, S) in [-1, 1] to (B, 3, S, S), before any squashing."""
        maps = []
        for layer, norm in zip(self.down, self.down_norms, strict=True):
            x = functional.relu(norm(layer(x)))
            maps.append(x)
        for i, (layer, norm) in enumerate(zip(self.up, self.up_norms, strict=False)):
            x = norm(layer(x))
            x = functional.relu(x + maps[2 - i] if i < 2 else x)
        result: Tensor = self.up[-1](x)
        return result


COARSE = 2
"""Halvings from the picture to the map of bins: cells of 4 × 4 pixels, as in reference 12."""


def make_generator(config: PictureConfig, generator: torch.Generator) -> nn.Module:
    """The generator that the settings name, with random weights."""
    inputs = 4 if config.source == "line+hint" else 1
    width, norm = max(1, config.width // config.divide), config.norm
    down = [width, 2 * width, 4 * width, 8 * width]
    network: nn.Module
    if config.generator == "cnn":
        network = Baseline(inputs, down, norm)
    elif config.generator == "unet":
        # As many levels as a picture smaller than 256 pixels can be halved.
        levels = min(8, int(math.log2(config.size & -config.size)))
        wide = (down + 4 * down[-1:])[:levels]
        norms = norm, "none"
        network = UNet([inputs, *wide], 3, kernel=4, norms=norms, dropout=config.dropout)
    else:
        outputs, coarse = (BINS, COARSE) if config.objective == "multimodal" else (3, 0)
        network = UNet(
            [inputs, *down, 8 * width], outputs, kernel=5, norms=(norm, norm),
            dropout=config.dropout, coarse=coarse,
        )  # fmt: skip
    for module in network.modules():
        if isinstance(module, VirtualBatchNorm):
            module.count = config.batch
    start_normal(network, generator)
    return network


class Verdict(NamedTuple):
    """What a discriminator says."""

    logits: Tensor
    """(B, 1) or (B, 1, h, w); positive means real."""
    features: Tensor
    """(B, C, h, w) of the last layer but one, for feature matching."""


class Discriminator(nn.Module):
    """Four convolutions, then one linear verdict (reference 4) or one for each patch (pix2pix).

    With ``kernels``, minibatch discrimination looks at the last map's means: upon all of it, its
    tensor would be larger than the rest of the network.
    """

    def __init__(self, config: PictureConfig) -> None:
        super().__init__()
        patch, width, self.noise = config.discriminator == "patch", config.width, config.noise
        kernel = 4 if patch else 5
        inputs, wide = (7 if config.source == "line+hint" else 4), [width * 2**i for i in range(4)]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, kernel, step, (kernel - 1) // 2)
            for (a, b), step in zip(pairwise([inputs, *wide]), (2, 2, 2, 1), strict=True)
        )
        kinds = ["none", *[config.judge_norm] * 3]
        self.norms = nn.ModuleList(norm_of(*each) for each in zip(kinds, wide, strict=True))
        kernels = config.kernels
        self.others = MinibatchDiscrimination(wide[-1], kernels) if kernels else None
        self.verdict: nn.Module = (
            nn.Conv2d(wide[-1], 1, 4, 1, 1)
            if patch
            else nn.Linear(wide[-1] * (config.size // 8) ** 2 + kernels, 1)
        )

    def forward(self, x: Tensor, draws: Draws | None = None) -> Verdict:
        """Judge (B, inputs, S, S) in [-1, 1]; without ``draws`` there is no noise."""
        x = noisy(x, self.noise, draws)
        for layer, norm in zip(self.convolutions, self.norms, strict=True):
            x = noisy(functional.leaky_relu(norm(layer(x)), 0.2), self.noise, draws)
        if isinstance(self.verdict, nn.Conv2d):
            return Verdict(self.verdict(x), x)
        flat = x.flatten(1)
        if self.others is not None:
            shared = self.others(x.mean((2, 3)))
            flat = torch.cat([flat, shared[:, x.shape[1] :]], 1)
        # In full precision: the verdicts of a clipped critic differ by less than halves can tell.
        with torch.autocast(x.device.type, enabled=False):
            return Verdict(self.verdict(flat.float()), x)


def make_discriminator(config: PictureConfig, generator: torch.Generator) -> nn.Module | None:
    """The discriminator that the settings name, with random weights; None where nothing judges."""
    if not config.adversarial:
        return None
    network = Discriminator(config)
    start_normal(network, generator)
    return network
