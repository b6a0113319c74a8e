"""One step of each objective: a batch in, figures out."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.dataset.prepare import Batch
from nurie.training.config import RegionConfig
from nurie.training.data import draw_known, draw_palette, truth
from nurie.training.losses import region_loss, soft_targets


@dataclass(frozen=True)
class Colors:
    """What is known of the bins before training."""

    centers: Tensor
    """(512, 3) Lab / 100 of the mean colour of each bin."""
    weight: Tensor
    """(512,) weight of each bin in the loss."""


def pooled(encoder: nn.Module, batch: Batch, index: np.ndarray) -> tuple[Tensor, Tensor]:  # type: ignore[type-arg]
    """Encoder features averaged over regions: the twin of ``regions.tokens.pool``.

    Returns:
        (B, N, 496) features and (B, 320) mean of the last map, float32.
    """
    lines = torch.from_numpy(batch.lines[index])[:, None].float() / 255
    maps = encoder(lines.contiguous(memory_format=torch.channels_last))
    labels = torch.from_numpy(batch.labels[index].astype(np.int64))
    geometry = torch.from_numpy(batch.geometry[index, :, :2].astype(np.float32))
    count = batch.geometry.shape[1]
    columns = [_mean(m.float(), labels, geometry, count) for m in maps]
    return torch.cat(columns, -1), maps[-1].float().mean((2, 3))


def _mean(values: Tensor, labels: Tensor, center: Tensor, count: int) -> Tensor:
    """Mean of maps (B, C, h, w) over labels (B, S, S): (B, N, C)."""
    batch, size, across = len(labels), labels.shape[1], values.shape[3]
    place = torch.arange(size) // (size // across)
    cell = (place[:, None] * across + place).expand(batch, -1, -1)
    share = torch.zeros(batch, (count + 1) * across * across)
    flat = (labels * across * across + cell).flatten(1)
    share.scatter_add_(1, flat, torch.ones_like(flat, dtype=torch.float32))
    share = share.view(batch, count + 1, -1)[:, 1:]
    at = ((center + 1) / 2 * size).clamp(0, size - 1).long() // (size // across)
    lost = share.sum(-1, keepdim=True) == 0
    spot = functional.one_hot(at[..., 0] * across + at[..., 1], across * across)
    share = torch.where(lost, spot.to(share.dtype), share)
    return share @ values.flatten(2).transpose(1, 2) / share.sum(-1, keepdim=True)


def region_step(
    features: tuple[Tensor, Tensor],
    batch: Batch,
    index: np.ndarray,  # type: ignore[type-arg]
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
