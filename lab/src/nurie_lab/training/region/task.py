"""The region model as the engine trains it: examples, networks, rates, a step."""

import copy
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import AnyArray, Rgb8
from nurie.colors import BINS, bin_centers, bins_of, srgb_to_lab
from nurie_lab.data.answers import PARTS
from nurie_lab.data.prepare import Batch
from nurie_lab.training.engine.folder import RunFolder, State
from nurie_lab.training.engine.loop import Task
from nurie_lab.training.engine.team import descend, multiplies_halves, processes
from nurie_lab.training.region.data import Examples, on_device
from nurie_lab.training.region.features import Features
from nurie_lab.training.region.networks import (
    Encoder,
    RegionTransformer,
    imagenet_encoder,
    new_encoder,
)
from nurie_lab.training.region.released import Restored, begin_as
from nurie_lab.training.region.steps import Colors, balance, pooled, region_step
from nurie_lab.training.settings import RegionConfig

FindFeatures = Callable[[Encoder, str | None], tuple[Features, str | None]]
"""Features of all examples, by the name of those that are kept; and their name."""


@dataclass
class RegionTask(Task):
    """The region model's training, made by :func:`region_task`."""

    config: RegionConfig
    batch: Batch
    examples: Examples
    encoder: Encoder
    network: RegionTransformer
    colors: Colors
    find: FindFeatures | None
    optimizer: torch.optim.Optimizer
    prior: list[float]  # (512,) share of each bin
    start: str  # What the encoder's weights began as, for the card
    vocabulary: tuple[str, ...] = ()  # Names of the network's parts
    features: Features | None = None
    stored: str | None = None  # Name of the features, where they are kept

    def parts(self, step: int) -> Generator[tuple[AnyArray, bool]]:
        """Rows of the examples, and whether 2k and 2k + 1 of them show one picture."""
        if self.find is not None:
            self.features, self.stored = self.find(self.encoder, self.stored)
        # The order is cheap to make again, so the step's number is place enough.
        yield from islice(shuffled(self.batch, self.config), step, None)

    def step(self, part: tuple[AnyArray, bool], share: float) -> tuple[int, dict[str, Tensor]]:
        """One step down the gradient of the mean loss of all processes."""
        index, paired = part
        device = self.examples.lines.device
        set_rates(self.optimizer, share, self.config)
        rows = torch.from_numpy(own_rows(index, paired=paired))
        seen = self.examples.pick(rows.to(device))
        half = multiplies_halves(device, self.config.precision)
        # On a CPU half precision speeds up matrix products but slows down convolutions.
        with torch.autocast(device.type, torch.bfloat16, enabled=half and device.type != "cpu"):
            drawn = self.read(seen, rows, share)
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            loss, figures = region_step(
                drawn, seen, network=self.network, colors=self.colors, config=self.config,
                generator=self.generator, paired=paired,
            )  # fmt: skip
        descend(self.optimizer, loss, self.network, self.encoder, limit=1.0)
        return len(index), figures

    def read(self, seen: Examples, rows: Tensor, share: float) -> tuple[Tensor, Tensor]:
        """Features of drawings at a share of the run: anew, from what was computed, or partly."""
        if self.features is None:
            return pooled(self.encoder, seen, small=share < self.config.small_share)[:2]
        if share < self.config.frozen_share:
            return self.features.frozen(seen, rows)
        return self.features.tuned(self.encoder, seen, rows)

    def restore(self, facts: dict[str, Any]) -> None:
        """The bins' colours that the run began with, and the features of its first encoder."""
        centers = torch.tensor(facts["centers"], device=self.colors.centers.device)
        self.colors = replace(self.colors, centers=centers)
        self.stored, self.start = facts["features"], facts["start"]

    def facts(self) -> dict[str, Any]:
        """Colours and shares of the bins, without which the weights mean nothing."""
        centers = self.colors.centers.tolist()
        return {
            "centers": centers, "prior": self.prior, "features": self.stored,
            "examples": len(self.examples), "start": self.start, "skipped": {},
            "parts": list(self.vocabulary),
        }  # fmt: skip

    def sheet(self) -> None:
        """None: what it has come to is judged on held-out examples."""


def region_task(  # noqa: PLR0913 - what a run needs
    config: RegionConfig,
    batch: Batch,
    folder: RunFolder,
    *,
    start: tuple[str, Restored] | None = None,
    parts: tuple[str, ...] | None = None,
    find: FindFeatures | None = None,
    going_on: bool = False,
    device: torch.device | str = "cpu",
) -> RegionTask:
    """Training on prepared examples: first with a frozen encoder, then with its late blocks.

    Where ``config.scratch`` says so the whole encoder learns all the time instead, and ``find``,
    which finds the examples' features, is not used. A run begins as ``start``, a name and a model;
    without, the encoder has ImageNet's weights, or random ones. ``parts`` is the vocabulary of the
    network's head; as the settings say when None.
    """
    torch.manual_seed(config.seed)
    if parts is None:
        parts = PARTS if config.naming else ()
    name, encoder = first_encoder(config, start)
    network = RegionTransformer(
        width=config.width, depth=config.depth, heads=config.heads, dropout=config.dropout,
        parts=len(parts),
    )  # fmt: skip
    if start is not None and config.objective != "second":
        begin_as(network, start[1])
    encoder.train(config.scratch).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.train().to(device)
    averaged = nn.ModuleDict({"encoder": encoder, "network": network})
    averaged = copy.deepcopy(averaged).requires_grad_(False)
    optimizer = make_optimizer(network, encoder, config)
    colors, prior = measure_colors(batch, config, device, start and start[1].bin_colors)
    if config.naming:
        colors = replace(colors, parts=weigh_parts(batch).to(device))
    modules = {"encoder": encoder, "network": network, "averaged": averaged}
    return RegionTask(
        config, folder, going_on, f"{len(batch.lines)} examples, {torch.device(device).type}",
        State(modules, {"network": optimizer}),
        [(averaged["encoder"], encoder), (averaged["network"], network)],
        torch.Generator(device), config.pictures, batch, on_device(batch, device), encoder, network,
        colors, None if config.scratch else find, optimizer, prior,
        name, parts,
    )  # fmt: skip


def first_encoder(config: RegionConfig, start: tuple[str, Restored] | None) -> tuple[str, Encoder]:
    """What the encoder begins as, and its name: a model's, else ImageNet's or random weights."""
    if start is not None:
        return start[0], copy.deepcopy(start[1].encoder)
    if config.scratch:
        return "random", new_encoder()
    return "ImageNet", imagenet_encoder()


def make_optimizer(
    network: RegionTransformer, encoder: Encoder, config: RegionConfig
) -> torch.optim.Optimizer:
    """AdamW over the transformer's matrices, its vectors without decay, what learns before it."""
    learns = list(encoder.parameters()) if config.scratch else encoder.late_parameters()
    matrices = [p for p in network.parameters() if p.ndim > 1]
    vectors = [p for p in network.parameters() if p.ndim < 2]
    groups = [
        {"params": matrices, "peak": config.rate},
        {"params": vectors, "peak": config.rate, "weight_decay": 0.0},
        {"params": learns, "peak": config.encoder_rate},
    ]
    return torch.optim.AdamW(
        groups, lr=0.0, weight_decay=config.decay, betas=(0.9, 0.98), fused=True
    )


def set_rates(optimizer: torch.optim.Optimizer, share: float, config: RegionConfig) -> None:
    """Let rates fall; the encoder's begins with its turn."""
    for group, encoder in zip(optimizer.param_groups, (False, False, True), strict=True):
        start = min(config.frozen_share, 0.999) if encoder and not config.scratch else 0.0
        group["lr"] = group["peak"] * cosine(share, start)


def cosine(share: float, start: float = 0.0) -> float:
    """Half a cosine from 1 down to 0 after a short rise; its turn begins at a share of the run."""
    if share < start:
        return 0.0
    along = min(1.0, (share - start) / (1 - start))
    return min(1.0, (along + 0.002) / 0.03) * 0.5 * (1 + math.cos(math.pi * along))


def shuffled(batch: Batch, config: RegionConfig) -> Iterator[tuple[AnyArray, bool]]:
    """Rows (B,) for ever, in a new order each time round; whether 2k and 2k + 1 show one picture.

    A batch holds drawings of about as many regions, so that little of it is padding.
    """
    rng, picture = np.random.default_rng(config.seed), batch.picture
    size = (batch.weight > 0).sum(1)
    by_picture = np.argsort(picture, kind="stable")
    begins = np.flatnonzero(np.diff(picture[by_picture], prepend=-1))
    groups = [g for g in np.split(by_picture, begins[1:]) if len(g) > 1]
    pairs = [rng.permutation(g)[: len(g) // 2 * 2].reshape(-1, 2) for g in groups]
    # Streams of their own, so that neither's order follows from how often the other is drawn from.
    ways = rng.spawn(3)
    singles = _alike(np.arange(len(picture))[:, None], size, config.batch, ways[0])
    doubles = _alike(np.concatenate(pairs), size, config.batch // 2, ways[1]) if pairs else singles
    while True:
        paired = bool(pairs) and ways[2].random() < config.pairs
        yield next(doubles if paired else singles).reshape(-1), paired


def _alike(
    rows: AnyArray, size: AnyArray, count: int, rng: np.random.Generator
) -> Iterator[AnyArray]:
    """For ever ``count`` of the rows of indices, of about one size, in random order."""
    while True:
        order = rng.permutation(len(rows))
        for chunk in np.array_split(order, max(1, len(order) // (24 * count))):
            largest = size[rows[chunk]].max(1)
            near = rows[chunk[np.argsort(largest, kind="stable")]]
            batches = [near[i : i + count] for i in range(0, len(near), count)]
            for i in rng.permutation(len(batches)):
                yield batches[i]


def own_rows(index: AnyArray, *, paired: bool) -> AnyArray:
    """This process's part of a batch; where it is too small to be shared, the first rows of it.

    >>> own_rows(np.arange(4), paired=True)
    array([0, 1, 2, 3])
    """
    rank, world = processes()
    units = index.reshape(-1, 2 if paired else 1)
    own = np.array_split(units, world)[rank]
    return (own if len(own) else units[:1]).reshape(-1)


def measure_colors(
    batch: Batch,
    config: RegionConfig,
    device: torch.device | str = "cpu",
    known: Rgb8 | None = None,
) -> tuple[Colors, list[float]]:
    """Mean colour and share, never 0, of each bin over the trusted regions (section III.A).

    Where there are few regions, means are drawn to ``known``, (512, 3) uint8 of an earlier model,
    or to the middles of the bins.
    """
    trusted = batch.weight > 0.3
    rgb = batch.colors[trusted]
    bins = bins_of(rgb)
    counts = np.bincount(bins, minlength=BINS).astype(np.float64)
    sums = np.stack([np.bincount(bins, rgb[:, c], BINS) for c in range(3)], 1)
    usual = bin_centers() if known is None else known
    means = (sums + 4.0 * usual) / (counts[:, None] + 4)
    centers = torch.from_numpy(srgb_to_lab(means / 255) / 100).float().to(device)
    smooth = (counts + 0.5) / (counts + 0.5).sum()
    weight = balance(torch.from_numpy(counts).float(), config.balance).to(device)
    return Colors(centers, weight), smooth.tolist()


def weigh_parts(batch: Batch) -> Tensor:
    """(P,) weight of each part's name in the loss: its frequency to a negative power, mean 1."""
    known = batch.parts[batch.parts >= 0]
    counts = np.bincount(known, minlength=len(PARTS)).astype(np.float64) + 1e-3
    weight = (counts + 20) ** -0.4
    weight = weight / np.average(weight, weights=counts)
    return torch.from_numpy(weight.clip(0.3, 4)).float()
