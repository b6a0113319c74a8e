"""One step of each objective: a batch in, figures out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from nurie.dataset.prepare import Batch
from nurie.training.config import RegionConfig
from nurie.training.data import draw_known, draw_palette, truth
from nurie.training.losses import region_loss, soft_targets
from nurie.training.networks import Encoder

Index = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Colors:
    """What is known of the bins before training."""

    centers: Tensor
    """(512, 3) Lab / 100 of the mean colour of each bin."""
    weight: Tensor
    """(512,) weight of each bin in the loss."""


def pooled(encoder: Encoder, batch: Batch, index: Index) -> tuple[Tensor, Tensor, Tensor]:
    """Encoder features averaged over regions: the twin of ``regions.tokens.pool``.

    Returns:
        (B, N, 496) features, (B, 320) mean of the last map, (B, 40, S/8, S/8) map at stride 8.
    """
    lines = torch.from_numpy(batch.lines[index])[:, None].float() / 255
    early = encoder.early(lines.contiguous(memory_format=torch.channels_last))
    late = encoder.late(early[1])
    features = _pool((*early, *late), batch, index)
    return features, late[1].float().mean((2, 3)), early[1]


def tuned(
    encoder: Encoder, early: Tensor, coarse: Tensor, batch: Batch, index: Index
) -> tuple[Tensor, Tensor]:
    """Features whose late part is computed anew from the cached map at stride 8.

    Args:
        encoder: its late blocks receive gradients.
        early: (B, N, 64) cached features of strides 4 and 8.
        coarse: (B, 40, S/8, S/8) cached map.
        batch: prepared examples.
        index: (B,) which of them.

    Returns:
        (B, N, 496) features and (B, 320) mean of the last map.
    """
    late = encoder.late(coarse.contiguous(memory_format=torch.channels_last))
    features = torch.cat([early, _pool(late, batch, index)], -1)
    return features, late[1].float().mean((2, 3))


def _pool(maps: tuple[Tensor, ...], batch: Batch, index: Index) -> Tensor:
    """Mean of each map over each region, (B, N, ΣC)."""
    labels = torch.from_numpy(batch.labels[index].astype(np.int64))
    center = torch.from_numpy(batch.geometry[index, :, :2].astype(np.float32))
    share = _shares(labels, center, maps[0].shape[3], batch.geometry.shape[1])
    columns = []
    for values in maps:
        across = values.shape[3]
        while share.shape[3] > across:
            rows = share[:, :, 0::2] + share[:, :, 1::2]
            share = rows[..., 0::2] + rows[..., 1::2]
        columns.append((share.flatten(2) @ values.flatten(2).transpose(1, 2)).float())
    return torch.cat(columns, -1)


def _shares(labels: Tensor, center: Tensor, across: int, count: int) -> Tensor:
    """Share of each cell in each region, (B, N, across, across), summing to 1 over the cells."""
    batch, size = len(labels), labels.shape[1]
    step = size // across
    place = torch.arange(size) // step
    cell = place[:, None] * across + place
    flat = (labels * across * across + cell).flatten(1)
    share = torch.zeros(batch, (count + 1) * across * across)
    share.scatter_add_(1, flat, torch.ones((), dtype=torch.float32).expand(flat.shape))
    pixels = torch.zeros(batch, count + 1)
    pixels.scatter_add_(1, labels.flatten(1), torch.ones(()).expand(flat.shape))
    share, pixels = share.view(batch, count + 1, across, across)[:, 1:], pixels[:, 1:]
    picture, region = torch.nonzero(pixels == 0, as_tuple=True)
    at = ((center[picture, region] + 1) / 2 * size).clamp(0, size - 1).long() // step
    share[picture, region, at[:, 0], at[:, 1]] = 1
    return share / pixels.clamp_min(1)[..., None, None]


def region_step(  # noqa: PLR0913 - the batch, the networks and what they need
    features: tuple[Tensor, Tensor],
    batch: Batch,
    index: Index,
    *,
    network: nn.Module,
    colors: Colors,
    config: RegionConfig,
    generator: torch.Generator,
) -> Tensor:
    """Loss of the region model on some examples, parts of whose colours are known.

    Args:
        features: (B, N, 496) and (B, 320) from ``pooled``.
        batch: prepared examples.
        index: (B,) which of them.
        network: a ``RegionTransformer``.
        colors: of the bins.
        config: settings.
        generator: draws what is known.

    Returns:
        Scalar loss.
    """
    seen = truth(batch, index)
    known = draw_known(seen, config, generator)
    palette = draw_palette(seen, config, generator)
    geometry = torch.from_numpy(batch.geometry[index].astype(np.float32))
    adjacency = torch.from_numpy(batch.adjacency[index].astype(np.float32))
    longest = int(seen.real.sum(1).max())
    logits = network(
        features[0][:, :longest],
        geometry[:, :longest],
        adjacency[:, :longest, :longest],
        known[:, :longest],
        palette,
        features[1],
    )
    target = soft_targets(seen.lab, seen.bins, colors.centers, config.spread)[:, :longest]
    weight = seen.weight * (known[..., 3] == 0) * colors.weight[seen.bins]
    return region_loss(logits, target, weight[:, :longest])
