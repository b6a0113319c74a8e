"""Prepared examples in memory, and what is drawn anew each time one is shown."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from nurie.color import bins_of, srgb_to_lab
from nurie.dataset.prepare import Batch
from nurie.errors import InputError
from nurie.training.config import RegionConfig


def load(folder: Path, limit: int | None = None) -> Batch:
    """All prepared examples of a folder, at most ``limit``.

    Raises:
        InputError: the folder holds none.
    """
    parts = []
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as stored:
            parts.append({name: stored[name][:limit] for name in stored.files})
    if not parts:
        raise InputError(f"No prepared examples in {folder}; run the preparation first.")
    names = [f.name for f in fields(Batch)]
    return Batch(*(np.concatenate([p[name] for p in parts])[:limit] for name in names))


@dataclass(frozen=True)
class Truth:
    """Colours of a batch as tensors; N regions, rows beyond an example's own weigh 0."""

    lab: Tensor
    """(B, N, 3) float32, Lab / 100."""
    bins: Tensor
    """(B, N) int64."""
    weight: Tensor
    """(B, N) float32: trust times the root of the area."""
    real: Tensor
    """(B, N) bool: rows that are regions."""


def truth(batch: Batch, index: npt.NDArray[np.int64]) -> Truth:
    """True colours of some examples."""
    colors = batch.colors[index]
    real = np.abs(batch.geometry[index]).sum(-1) > 0
    area = np.exp((batch.geometry[index, :, 2].astype(np.float32) - 1) * 4)
    weight = batch.weight[index].astype(np.float32) * np.sqrt(np.sqrt(area.clip(1e-4, 1)))
    return Truth(
        torch.from_numpy(srgb_to_lab(colors) / 100),
        torch.from_numpy(bins_of(colors).astype(np.int64)),
        torch.from_numpy(weight * real),
        torch.from_numpy(real),
    )


def draw_known(seen: Truth, config: RegionConfig, generator: torch.Generator) -> Tensor:
    """Which colours the model is told: none in some examples, any share of them in the others.

    Returns:
        (B, N, 4) float32: Lab / 100 and 1, or zeros.
    """
    batch, count = seen.bins.shape
    share = 1 - torch.cos(torch.rand(batch, 1, generator=generator) * torch.pi / 2)
    share = share * (torch.rand(batch, 1, generator=generator) > config.blind)
    told = (torch.rand(batch, count, generator=generator) < share) & seen.real
    return torch.cat([seen.lab, torch.ones(batch, count, 1)], -1) * told[..., None]


def draw_palette(seen: Truth, config: RegionConfig, generator: torch.Generator) -> Tensor:
    """The picture's own colours, one for each bin it uses, in some examples.

    Returns:
        (B, entries, 4) float32: Lab / 100 and 1, or zeros.
    """
    batch = len(seen.bins)
    palette = torch.zeros(batch, config.entries, 4)
    given = torch.rand(batch, generator=generator) < config.palette
    for i in torch.nonzero(given).flatten().tolist():
        rows = torch.nonzero(seen.real[i] & (seen.weight[i] > 0)).flatten()
        rows = rows[torch.randperm(len(rows), generator=generator)]
        _, first = np.unique(seen.bins[i, rows].numpy(), return_index=True)
        chosen = rows[torch.from_numpy(np.sort(first))][: config.entries]
        palette[i, : len(chosen), :3] = seen.lab[i, chosen]
        palette[i, : len(chosen), 3] = 1
    return palette
