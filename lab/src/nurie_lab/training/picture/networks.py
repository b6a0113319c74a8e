"""The report's networks: generators, discriminators and critics, and the layers that they share."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.colors import BINS
from nurie_lab.training.engine.team import Draws, everywhere, gathered, processes
from nurie_lab.training.settings import PictureConfig


class GlobalBatchNorm(nn.Module):
    """Batch normalisation over the batch of all processes (Ioffe, Szegedy 2015).

    Args:
        channels: of the maps.
    """

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
        if not self.training:
            return nn.functional.batch_norm(x, self.mean, self.variance, self.weight, self.bias)
        if processes()[1] == 1:
            return nn.functional.batch_norm(
                x, self.mean, self.variance, self.weight, self.bias, training=True
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


def norm_of(kind: str, channels: int) -> nn.Module:
    """The normalisation of that name: ``batch``, ``instance``, ``layer`` or ``none``."""
    if kind == "batch":
        return GlobalBatchNorm(channels)
    if kind == "none":
        return nn.Identity()
    return nn.GroupNorm(channels if kind == "instance" else 1, channels)


class Dropout(nn.Module):
    """Dropout of whole numbers of a map, drawn for the global batch.

    Args:
        share: of numbers set to zero.
    """

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
    """How close each row is to the others of the global batch (reference 11, section 3.2).

    Args:
        inputs: numbers in a row.
        kernels: numbers told of each row.
        depth: size of what is compared for each kernel.
    """

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


class Tandem(nn.Module):
    """The U-Net of reference 4: five convolutions and five deconvolutions, 5 × 5, joined by skips.

    Args:
        inputs: channels seen.
        outputs: channels painted.
        width: channels of the first layer.
        norm: name of the normalisation.
        dropout: share dropped in the innermost decoder layers.
        coarse: deconvolutions left out at the end; the output is 2 ** coarse times smaller.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        width: int,
        norm: str,
        dropout: float = 0.0,
        coarse: int = 0,
    ) -> None:
        super().__init__()
        down = [width, 2 * width, 4 * width, 8 * width, 8 * width]
        up = [8 * width, 4 * width, 2 * width, width]
        before = [inputs, *down[:-1]]
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 5, 2, 2) for a, b in zip(before, down, strict=True)
        )
        self.down_norms = nn.ModuleList([nn.Identity(), *(norm_of(norm, c) for c in down[1:])])
        seen = [down[-1], *(u + d for u, d in zip(up, down[-2::-1], strict=True))]
        kept = 5 - coarse
        painted = [*up, outputs][:kept]
        if coarse:
            painted[-1] = up[kept - 1]
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 5, 2, 2, output_padding=1)
            for a, b in zip(seen[:kept], painted, strict=True)
        )
        self.up_norms = nn.ModuleList(norm_of(norm, c) for c in up[:kept])
        self.bins = nn.Conv2d(seen[kept], outputs, 1) if coarse else nn.Identity()
        self.drop, self.coarse = Dropout(dropout), coarse

    def forward(self, x: Tensor, draws: Draws | None = None) -> Tensor:
        """(B, inputs, S, S) in [-1, 1] to (B, outputs, S, S), before any squashing."""
        maps = []
        for i, (layer, norm) in enumerate(zip(self.down, self.down_norms, strict=True)):
            x = norm(layer(functional.leaky_relu(x, 0.2) if i else x))
            maps.append(x)
        last = len(self.up) - 1
        for i, layer in enumerate(self.up):
            x = layer(functional.relu(x))
            if i < last or self.coarse:
                x = self.up_norms[i](x)
                if i < 3:
                    x = self.drop(x, draws)
                x = torch.cat([x, maps[-2 - i]], 1)
        result: Tensor = self.bins(functional.relu(x) if self.coarse else x)
        return result


class Baseline(nn.Module):
    """The report's CNN: convolutions and deconvolutions with ReLU and two residual connections.

    The outputs of the second and third convolutions are added to those of the deconvolutions of
    the same size (section III.C).

    Args:
        inputs: channels seen.
        outputs: channels painted.
        width: channels of the first layer.
        norm: name of the normalisation.
    """

    def __init__(self, inputs: int, outputs: int, *, width: int, norm: str) -> None:
        super().__init__()
        down = [width, 2 * width, 4 * width, 8 * width]
        before = [inputs, *down[:-1]]
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 5, 2, 2) for a, b in zip(before, down, strict=True)
        )
        self.down_norms = nn.ModuleList(norm_of(norm, c) for c in down)
        up = [4 * width, 2 * width, width]
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 5, 2, 2, output_padding=1)
            for a, b in zip([down[-1], *up], [*up, outputs], strict=True)
        )
        self.up_norms = nn.ModuleList(norm_of(norm, c) for c in up)

    def forward(self, x: Tensor, draws: Draws | None = None) -> Tensor:  # noqa: ARG002 (as others)
        """(B, inputs, S, S) in [-1, 1] to (B, outputs, S, S), before any squashing."""
        maps = []
        for layer, norm in zip(self.down, self.down_norms, strict=True):
            x = functional.relu(norm(layer(x)))
            maps.append(x)
        for i, (layer, norm) in enumerate(zip(self.up, self.up_norms, strict=False)):
            x = norm(layer(x))
            if i < 2:
                x = x + maps[2 - i]
            x = functional.relu(x)
        result: Tensor = self.up[-1](x)
        return result


class UNet(nn.Module):
    """U-Net-256 of pix2pix (Isola et al. 2017): eight levels of 4 × 4, down to one pixel.

    Pictures smaller than 256 pixels have as many levels as they can be halved.

    Args:
        inputs: channels seen.
        outputs: channels painted.
        width: channels of the first layer.
        norm: name of the normalisation; the innermost map has none.
        dropout: share dropped in the three innermost decoder layers.
        size: side of the pictures.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        width: int,
        norm: str,
        dropout: float,
        size: int,
    ) -> None:
        super().__init__()
        levels = min(8, int(math.log2(size & -size)))
        down = [width * min(8, 2**i) for i in range(levels)]
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 4, 2, 1) for a, b in zip([inputs, *down[:-1]], down, strict=True)
        )
        inner = [norm_of(norm, c) for c in down[1:-1]]
        self.down_norms = nn.ModuleList([nn.Identity(), *inner, nn.Identity()])
        up = [*down[-2::-1], outputs]
        seen = [down[-1], *(2 * c for c in down[-2::-1])]
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, 2, 1) for a, b in zip(seen, up, strict=True)
        )
        self.up_norms = nn.ModuleList(norm_of(norm, c) for c in up[:-1])
        self.drop = Dropout(dropout)

    def forward(self, x: Tensor, draws: Draws | None = None) -> Tensor:
        """(B, inputs, S, S) in [-1, 1] to (B, outputs, S, S), before any squashing."""
        maps = []
        for i, (layer, norm) in enumerate(zip(self.down, self.down_norms, strict=True)):
            x = norm(layer(functional.leaky_relu(x, 0.2) if i else x))
            maps.append(x)
        for i, layer in enumerate(self.up[:-1]):
            x = self.up_norms[i](layer(functional.relu(x)))
            if i < 3:
                x = self.drop(x, draws)
            x = torch.cat([x, maps[-2 - i]], 1)
        result: Tensor = self.up[-1](functional.relu(x))
        return result


COARSE = 2
"""Halvings from the picture to the map of bins: cells of 4 × 4 pixels, as in reference 12."""


def make_generator(config: PictureConfig, generator: torch.Generator) -> nn.Module:
    """The generator that the settings name, with random weights."""
    inputs = 4 if config.source == "line+hint" else 1
    width = max(1, config.width // config.divide)
    bins = config.objective == "multimodal"
    network: nn.Module
    if config.generator == "cnn":
        network = Baseline(inputs, 3, width=width, norm=config.norm)
    elif config.generator == "unet":
        network = UNet(
            inputs, 3, width=width, norm=config.norm, dropout=config.dropout, size=config.size
        )
    else:
        network = Tandem(
            inputs, BINS if bins else 3, width=width, norm=config.norm, dropout=config.dropout,
            coarse=COARSE if bins else 0,
        )  # fmt: skip
    start_normal(network, generator)
    return network


class Verdict(NamedTuple):
    """What a discriminator says."""

    logits: Tensor
    """(B, 1) or (B, 1, h, w); positive means real."""
    features: Tensor
    """(B, C, h, w) of the last layer but one, for feature matching."""


class _Judge(nn.Module):
    """Four convolutions, of which the first has no normalisation."""

    def __init__(
        self, inputs: int, *, width: int, kernel: int, padding: int, norm: str, noise: float
    ) -> None:
        super().__init__()
        self.wide = [width, 2 * width, 4 * width, 8 * width]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, kernel, step, padding)
            for a, b, step in zip([inputs, *self.wide[:-1]], self.wide, (2, 2, 2, 1), strict=True)
        )
        self.norms = nn.ModuleList([nn.Identity(), *(norm_of(norm, c) for c in self.wide[1:])])
        self.noise = noise

    def last_map(self, x: Tensor, draws: Draws | None) -> Tensor:
        """What the convolutions make of (B, inputs, S, S) in [-1, 1]."""
        x = noisy(x, self.noise, draws)
        for layer, norm in zip(self.convolutions, self.norms, strict=True):
            x = noisy(functional.leaky_relu(norm(layer(x)), 0.2), self.noise, draws)
        return x


class Discriminator(_Judge):
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
        super().__init__(inputs, width=width, kernel=5, padding=2, norm=norm, noise=noise)
        self.others = MinibatchDiscrimination(self.wide[-1], kernels) if kernels else None
        self.verdict = nn.Linear(self.wide[-1] * (size // 8) ** 2 + kernels, 1)

    def forward(self, x: Tensor, draws: Draws | None = None) -> Verdict:
        """Judge (B, inputs, S, S) in [-1, 1]; without ``draws`` there is no noise."""
        x = self.last_map(x, draws)
        flat = x.flatten(1)
        if self.others is not None:
            told = self.others(x.mean((2, 3)))
            flat = torch.cat([flat, told[:, x.shape[1] :]], 1)
        # In full precision: the verdicts of a clipped critic differ by less than halves can tell.
        with torch.autocast(x.device.type, enabled=False):
            return Verdict(self.verdict(flat.float()), x)


class PatchDiscriminator(_Judge):
    """The 70 × 70 PatchGAN of pix2pix: a verdict for each patch, of the same arguments."""

    def __init__(self, inputs: int, *, width: int, norm: str, noise: float) -> None:
        super().__init__(inputs, width=width, kernel=4, padding=1, norm=norm, noise=noise)
        self.verdict = nn.Conv2d(self.wide[-1], 1, 4, 1, 1)

    def forward(self, x: Tensor, draws: Draws | None = None) -> Verdict:
        """Judge (B, inputs, S, S) in [-1, 1], S ≥ 32; without ``draws`` there is no noise."""
        x = self.last_map(x, draws)
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
            inputs, width=config.width, size=config.size, norm=config.judge_norm,
            noise=config.noise, kernels=config.kernels,
        )  # fmt: skip
    start_normal(network, generator)
    return network
