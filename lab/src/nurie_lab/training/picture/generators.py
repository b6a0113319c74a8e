"""Generators: line art, with or without a hint, becomes a picture, a hint, or bins of colour."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.colors import BINS
from nurie_lab.training.engine.team import Draws
from nurie_lab.training.picture.layers import Dropout, norm_of, start_normal
from nurie_lab.training.settings import PictureConfig


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
            inputs,
            BINS if bins else 3,
            width=width,
            norm=config.norm,
            dropout=config.dropout,
            coarse=COARSE if bins else 0,
        )
    start_normal(network, generator)
    return network
