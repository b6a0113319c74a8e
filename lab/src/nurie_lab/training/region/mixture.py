"""A mixture of stored drawings: features and tokens in memory, rows drawn by weight."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray
from nurie.colors import bins_of, srgb_to_lab
from nurie_lab.training.region.data import Examples
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.region.steps import average_maps
from nurie_lab.training.settings import RegionConfig

MIRROR = np.array([1, -1, 1, 1, 1, -1, 1, 1, 1, 1, 0, 1, 0, 1], np.float32)
"""Factors of ``tokens.geometry`` under a mirror: the column and the tilt change sign; left and
right of the box (columns 10 and 12) change places, too."""


@dataclass(frozen=True, eq=False)
class Store:
    """Drawings, each with one or several colourings; arrays may be memory maps."""

    features: AnyArray
    """(m, N, 496) float16, mean of the drawing's and its mirror image's."""
    picture: AnyArray
    """(m, 320) float16."""
    geometry: AnyArray
    """(m, N, 14) float16."""
    adjacency: AnyArray
    """(m, N, N) float16."""
    colors: AnyArray
    """(m, K, N, 3) uint8."""
    trust: AnyArray
    """(m, K, N) float16."""
    parts: AnyArray
    """(m, N) int16, -1 unknown."""
    partner: AnyArray
    """(m,) int64: another drawing with the same colourings, or the drawing itself."""

    @property
    def count(self) -> AnyArray:
        """(m,) regions of each drawing."""
        return np.asarray((np.abs(self.geometry).sum(-1) > 0).sum(1))


@dataclass(frozen=True)
class Shown:
    """Examples of one step with their features."""

    seen: Examples
    features: Tensor
    picture: Tensor
    parts: Tensor
    """(B, N) int64, -1 unknown."""


def look(
    encoder: Encoder, lines: AnyArray, labels: AnyArray, geometry: AnyArray
) -> tuple[AnyArray, AnyArray]:
    """Features as the product computes them: the mean over a drawing and its mirror image.

    Args:
        encoder: in evaluation mode.
        lines: (B, S, S) uint8.
        labels: (B, S, S) uint8.
        geometry: (B, N, 14).

    Returns:
        (B, N, 496) and (B, 320) float16.
    """
    x = torch.from_numpy(lines)[:, None].float() / 255
    with torch.inference_mode():
        x = x.contiguous(memory_format=torch.channels_last)
        pairs = zip(encoder(x), encoder(x.flip(3)), strict=True)
        maps = tuple((a + b.flip(3)) / 2 for a, b in pairs)
        count = geometry.shape[1]
        zero = torch.zeros(len(x), count)
        seen = Examples(
            torch.from_numpy(lines), torch.from_numpy(labels),
            torch.from_numpy(geometry.astype(np.float32)), zero, zero, zero.long(), zero,
            zero.bool(),
        )  # fmt: skip
        pools = average_maps(maps, seen)
    return pools.numpy().astype(np.float16), maps[-1].mean((2, 3)).numpy().astype(np.float16)


def shown(store: Store, rows: AnyArray, colouring: AnyArray, mirrored: AnyArray) -> Shown:
    """Some drawings in one colouring each, without the rows that none of them uses.

    A region whose colour is unknown counts as none in ``seen.real``, so that it is never told.

    Args:
        store: of the drawings.
        rows: (B,) indices.
        colouring: (B,) which of their colourings.
        mirrored: (B,) bool.
    """
    geometry = store.geometry[rows].astype(np.float32)
    n = int((np.abs(geometry).sum(-1) > 0).sum(1).max(initial=1))
    geometry = geometry[:, :n]
    flipped = geometry * MIRROR
    flipped[..., 10], flipped[..., 12] = -geometry[..., 12], -geometry[..., 10]
    area = np.exp((geometry[..., 2] - 1) * 4).clip(1e-4, 1)
    geometry = np.where(mirrored[:, None, None], flipped, geometry)
    colors = store.colors[rows, colouring, :n]
    trust = store.trust[rows, colouring, :n].astype(np.float32)
    seen = Examples(
        torch.empty(len(rows), 0), torch.empty(len(rows), 0), torch.from_numpy(geometry),
        torch.from_numpy(store.adjacency[rows, :n, :n].astype(np.float32)),
        torch.from_numpy((srgb_to_lab(colors) / 100).astype(np.float32)),
        torch.from_numpy(bins_of(colors).astype(np.int64)),
        torch.from_numpy(trust * np.sqrt(np.sqrt(area))), torch.from_numpy(trust > 0),
    )  # fmt: skip
    features = torch.from_numpy(store.features[rows, :n].astype(np.float32))
    picture = torch.from_numpy(store.picture[rows].astype(np.float32))
    return Shown(seen, features, picture, torch.from_numpy(store.parts[rows, :n].astype(np.int64)))


@dataclass(frozen=True, eq=False)
class Plan:
    """Which colouring of which drawing is shown how often."""

    store: AnyArray
    """(r,) which store."""
    row: AnyArray
    """(r,) drawing in it."""
    colouring: AnyArray
    """(r,)."""
    chance: AnyArray
    """(r,) sums to 1."""
    size: AnyArray
    """(r,) regions."""


def batches(
    plan: Plan, config: RegionConfig, *, start: int = 0
) -> Generator[tuple[AnyArray, bool, np.random.Generator]]:
    """Rows of the plan for ever, of one store and about one size, exactly repeatable.

    Args:
        plan: rows and chances.
        config: rows a step, the share of steps whose second half shows the partners of the first,
            and the seed.
        start: step to begin with.

    Yields:
        (B,) rows of the plan, whether they are paired, and a generator for the step's own choices.
    """
    chunk = 16
    for number in range(start // chunk, 2**40):
        rng = np.random.default_rng([config.seed, number])
        rows = rng.choice(len(plan.row), chunk * config.batch, p=plan.chance)
        # Batches hold rows of one store and size, so that little of them is padding.
        rows = rows[np.lexsort((plan.size[rows], plan.store[rows]))]
        order = rng.permutation(chunk)
        for i, k in enumerate(order):
            if number * chunk + i >= start:
                step = np.random.default_rng([config.seed, number, i])
                yield (
                    rows[k * config.batch :][: config.batch],
                    bool(step.random() < config.pairs),
                    step,
                )
