"""Prepared examples in memory, and what is drawn anew each time one is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray
from nurie.colors import bins_of, srgb_to_lab
from nurie.errors import InputError
from nurie_lab.data.prepare import Batch
from nurie_lab.training.settings import RegionConfig


def load(
    source: Path | list[Path],
    *,
    chosen: Callable[[AnyArray], AnyArray] | None = None,
    empty: bool = False,
) -> Batch:
    """Prepared examples of a folder, or of some files.

    ``chosen`` says by the examples' sources which are taken, (m,) bool; ``empty`` whether there may
    be none.

    Raises:
        InputError: there are none, or they cannot be read.
    """
    paths = sorted(source.glob("*.npz")) if isinstance(source, Path) else source
    columns: dict[str, AnyArray] = {}
    try:
        # One column after the other, so that hardly more is held than what is returned.
        for name in [f.name for f in fields(Batch)] if paths else ():
            parts = []
            for path in paths:
                with np.load(path) as stored:
                    rows = slice(None) if chosen is None else chosen(stored["source"])
                    parts.append(stored[name][rows])
            columns[name] = np.concatenate(parts)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise InputError(f"{path} holds no prepared examples ({error}).") from error
    if not columns or not (empty or len(columns["lines"])):
        raise InputError(f"No prepared examples in {source}; run the preparation first.")
    return Batch(**columns)


def from_sources(names: Sequence[str], source: AnyArray) -> AnyArray:
    """(m,) bool: which examples are of these sources; ``source`` is that of a ``Batch``."""
    return np.isin(source, [crc32(name.encode()) for name in names])


def some(batch: Batch, most: int = 1024) -> Batch:
    """At most about that many examples, spread over all."""
    rows = slice(None, None, max(1, len(batch.lines) // most))
    return Batch(*(getattr(batch, f.name)[rows] for f in fields(Batch)))


@dataclass(frozen=True)
class Examples:
    """Prepared examples as tensors on one device; rows beyond an example's own regions weigh 0."""

    lines: Tensor  # (m, S, S) uint8, 0 ink
    labels: Tensor  # (m, S, S) uint8
    geometry: Tensor  # (m, N, 14) float16
    adjacency: Tensor  # (m, N, N) float16
    lab: Tensor  # (m, N, 3) float32, Lab / 100
    bins: Tensor  # (m, N) int64
    weight: Tensor  # (m, N) float32: trust times the fourth root of the area
    real: Tensor  # (m, N) bool: rows that are regions
    parts: Tensor  # (m, N) int64, -1 where the part is not known

    def __len__(self) -> int:
        """Number of examples."""
        return len(self.lines)

    def pick(self, index: Tensor) -> "Examples":
        """Some of the examples, without the rows that none of them uses."""
        longest = int(self.real[index].sum(1).max()) if len(index) else 0
        rows = {f.name: getattr(self, f.name)[index] for f in fields(self)}
        for name in ("geometry", "adjacency", "lab", "bins", "weight", "real", "parts"):
            rows[name] = rows[name][:, :longest]
        return Examples(**{**rows, "adjacency": rows["adjacency"][..., :longest]})


def on_device(batch: Batch, device: torch.device | str = "cpu") -> Examples:
    """Examples as tensors; on the CPU pictures are shared with the arrays, not copied."""
    real = np.abs(batch.geometry).sum(-1) > 0
    area = np.exp((batch.geometry[..., 2].astype(np.float32) - 1) * 4)
    weight = batch.weight.astype(np.float32) * np.sqrt(np.sqrt(area.clip(1e-4, 1))) * real
    arrays = (
        batch.lines, batch.labels, batch.geometry, batch.adjacency,
        (srgb_to_lab(batch.colors) / 100).astype(np.float32),
        bins_of(batch.colors).astype(np.int64), weight, real, batch.parts.astype(np.int64),
    )  # fmt: skip
    return Examples(*(torch.from_numpy(a).to(device) for a in arrays))


def draw_known(seen: Examples, config: RegionConfig, generator: torch.Generator) -> Tensor:
    """Which colours the model knows, (B, N, 4): none in some examples, any share in the others."""
    batch, count = seen.bins.shape
    device = seen.bins.device

    def rand(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device)

    share = 1 - torch.cos(rand(batch, 1) * torch.pi / 2)
    share = share * (rand(batch, 1) > config.blind)
    known = (rand(batch, count) < share) & seen.real & (seen.weight > 0)
    return known_colors(seen, known)


def known_colors(seen: Examples, known: Tensor) -> Tensor:
    """Colours of the regions that are known, (B, N, 4): Lab / 100 and 1, or zeros."""
    return torch.cat([seen.lab, torch.ones_like(seen.lab[..., :1])], -1) * known[..., None]


def draw_palette(seen: Examples, config: RegionConfig, generator: torch.Generator) -> Tensor:
    """The picture's own colours, one for each bin it uses, in some examples, (B, entries, 4).

    In half of them the share of the area is given too, in place of 1.
    """
    count, device = len(seen.bins), seen.bins.device
    chance = torch.rand(3, count, generator=generator, device=device)
    given = (chance[0] < config.palette)[:, None]
    trusted = seen.real & (seen.weight > 0)
    same = (seen.bins[:, None] == seen.bins[:, :, None]) & trusted[:, None] & trusted[:, :, None]
    before = torch.tril(torch.ones_like(same[0]), -1)
    first = trusted & ~(same & before).any(2) & given
    area = torch.exp((seen.geometry[..., 2].float() - 1) * 4) * trusted
    share = (same * area[:, None]).sum(2) / area.sum(1, keepdim=True).clamp_min(1e-6)
    given = torch.where((chance[1] < 0.5)[:, None], share.clamp(0.01, 1), torch.ones_like(share))
    rank = torch.rand(first.shape, generator=generator, device=device) * first
    best = rank.topk(min(config.entries, rank.shape[1]), dim=1)
    entries = torch.cat([seen.lab, given[..., None]], -1)
    chosen = torch.gather(entries, 1, best.indices[..., None].expand(-1, -1, 4))
    chosen = chosen * (best.values > 0)[..., None]
    return torch.nn.functional.pad(chosen, (0, 0, 0, config.entries - chosen.shape[1]))
