"""What the encoder's untuned part says of every example, computed once and kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray
from nurie.errors import InputError
from nurie_lab.training.region.data import Examples, load, on_device
from nurie_lab.training.region.networks import EARLY, Encoder
from nurie_lab.training.region.steps import pooled, tuned


@dataclass(frozen=True)
class Features:
    """Features of all examples under the encoder as it is before it is tuned, float16."""

    pools: Tensor
    """(m, N, 496), or (m, N, 64) where the late ones are tuned from the start."""
    pictures: Tensor
    """(m, 320)."""
    coarse: Tensor
    """(m, 40, S/8, S/8): where the tuned part of the encoder begins."""

    def keep(self, rows: AnyArray) -> "Features":
        """Of the examples in which ``rows`` (m,) is true; without a copy where all are kept."""
        if rows.all():
            return self
        chosen = torch.from_numpy(rows)
        return Features(self.pools[chosen], self.pictures[chosen], self.coarse[chosen])

    def frozen(self, seen: Examples, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Of some examples, as they are."""
        return self.pools[rows, : seen.bins.shape[1]].float(), self.pictures[rows].float()

    def tuned(self, encoder: Encoder, seen: Examples, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Of some examples, through the late blocks as they are now."""
        early = self.pools[rows, : seen.bins.shape[1], :EARLY].float()
        return tuned(encoder, early, self.coarse[rows].float(), seen)


def compute_features(
    encoder: Encoder, examples: Examples, *, late: bool, say: Callable[[str], None]
) -> Features:
    """Run the encoder once over all examples.

    Args:
        encoder: as it is before it is tuned.
        examples: at least one.
        late: whether the late blocks are run too.
        say: receives a line of progress every 10 s.

    Returns:
        Features on the examples' device.
    """
    (count, most), device = examples.bins.shape, examples.lines.device
    widths, spoke = (EARLY if not late else 0), time.monotonic()
    parts: list[tuple[Tensor, ...]] = []
    for start in range(0, count, 64):
        rows = torch.arange(start, min(start + 64, count), device=device)
        seen = examples.pick(rows)
        half = torch.autocast(device.type, torch.bfloat16, enabled=device.type != "cpu")
        with torch.inference_mode(), half:
            pools, picture, coarse = pooled(encoder, seen, late=late)
        full = torch.zeros(len(rows), most, widths or pools.shape[2], device=device).half()
        full[:, : pools.shape[1]] = pools.half()
        parts.append((full, picture.half(), coarse.half().contiguous()))
        if time.monotonic() - spoke > 10:
            say(f"features {start}/{count}")
            spoke = time.monotonic()
    return Features(*(torch.cat(column) for column in zip(*parts, strict=True)))


def store_features(encoder: Encoder, folder: Path, *, say: Callable[[str], None]) -> None:
    """Write the early features of each file of examples beside it; those there already stay."""
    for path in sorted(folder.glob("*.npz")):
        target = path.with_suffix(".features.npy")
        if target.exists():
            continue
        partial = target.with_name(f"{target.stem}.{time.monotonic_ns()}.partial")
        features = compute_features(encoder, on_device(load(path)), late=False, say=say)
        with partial.open("wb") as handle:
            np.save(handle, features.pools.numpy())
            np.save(handle, features.coarse.numpy())
        partial.replace(target)
        say(f"read {path.name}")


def load_features(folder: Path) -> Features:
    """The stored early features of a folder of examples, in the order of ``data.load``.

    Raises:
        InputError: those of a file are missing.
    """
    parts = []
    for path in sorted(folder.glob("*.npz")):
        target = path.with_suffix(".features.npy")
        if not target.exists():
            raise InputError(f"{target} is missing; compute the features first.")
        with target.open("rb") as handle:
            parts.append((np.load(handle), np.load(handle)))
    pools, coarse = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Features(
        torch.from_numpy(pools),
        torch.zeros(len(pools), 320, dtype=torch.float16),
        torch.from_numpy(coarse),
    )
