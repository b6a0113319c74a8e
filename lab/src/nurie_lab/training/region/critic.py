"""A critic of whole colourings: how good the colours of a drawing's regions are together.

The discriminator of the report, on regions: it tells colourings that people or a colourist made
from samples of the model and from spoilt ones (ELECTRA; Clark et al. 2020, for the score of each
region), and prefers what was preferred (Bradley and Terry 1952).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie_lab.training.region.networks import RegionTransformer

DEPTH = 2
"""Blocks: more would not fit into 4 MiB at the model's width."""


class Verdict(NamedTuple):
    """What the critic thinks of colourings."""

    score: Tensor
    """(B,) higher is better; differences are logits that one is preferred."""
    odd: Tensor
    """(B, N) logits that a region's colour is not the one that belongs there."""
    parts: Tensor
    """(B, N, P) logits of the part that each region shows."""


class Critic(nn.Module):
    """The first blocks of the region model, which read a drawing all of whose colours are known.

    Args:
        network: the trained model; its weights are copied.
    """

    def __init__(self, network: RegionTransformer) -> None:
        super().__init__()
        width = network.reference.shape[0]
        parts = network.parts.out_features if network.parts is not None else 0
        self.trunk = RegionTransformer(
            width=width, depth=DEPTH, heads=network.heads, dropout=0.1, parts=parts
        )
        state = self.trunk.state_dict()
        self.trunk.load_state_dict({k: v for k, v in network.state_dict().items() if k in state})
        for name in ("head", "shift", "query", "key"):
            setattr(self.trunk, name, nn.Identity())
        self.judge = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2))
        self.odd = nn.Linear(width, 1)

    def forward(
        self, features: Tensor, geometry: Tensor, adjacency: Tensor, known: Tensor, picture: Tensor
    ) -> Verdict:
        """Judge colourings.

        Args:
            features: (B, N, 496).
            geometry: (B, N, 14), rows of zeros are left out.
            adjacency: (B, N, N).
            known: (B, N, 4) Lab / 100 and 1.
            picture: (B, 320).
        """
        trunk = self.trunk
        empty = torch.zeros_like(known[:, :1])
        x = trunk.features(features) + trunk.geometry(geometry) + trunk.known(known)
        others = torch.cat([trunk.picture(picture)[:, None], trunk.palette(empty)], dim=1)
        x = torch.cat([others, x], dim=1)
        bias = trunk._bias(geometry, adjacency, empty, torch.zeros_like(geometry[..., 0]))  # noqa: SLF001
        for block in trunk.blocks:
            x = block(x, bias)
        x = trunk.norm(x[:, 2:])
        value, weight = self.judge(x).unbind(-1)
        real = (geometry.abs().sum(-1) > 0).to(x.dtype)
        # Large regions are seen first; how much the others count is learnt.
        weight = weight + 0.5 * (geometry[..., 2] - 1) * 4 + (real - 1) * 1e4
        score = (torch.softmax(weight, dim=1) * value).sum(1)
        parts = x[..., :0] if trunk.parts is None else trunk.parts(x)
        return Verdict(score, self.odd(x)[..., 0], parts)


def prefer_loss(score: Tensor, rank: Tensor, group: Tensor) -> Tensor:
    """Bradley–Terry: of two colourings of one drawing the one of higher rank scores higher.

    Args:
        score: (B,).
        rank: (B,).
        group: (B,) which drawing.

    Returns:
        Scalar mean over all such pairs.
    """
    better = (rank[:, None] > rank[None]) & (group[:, None] == group[None])
    gap = score[:, None] - score[None]
    return functional.softplus(-gap[better]).mean() if better.any() else score.sum() * 0


def odd_loss(logits: Tensor, odd: Tensor, weight: Tensor) -> Tensor:
    """Weighted binary cross-entropy of which regions were given another colour."""
    losses = functional.binary_cross_entropy_with_logits(logits.float(), odd, reduction="none")
    return (losses * weight).sum() / weight.sum().clamp_min(1e-6)
