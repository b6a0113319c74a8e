"""Layers that the report's generators and discriminators share."""

import torch
from torch import Tensor, nn

from nurie_lab.training.engine.team import Draws, everywhere, gathered, processes


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
