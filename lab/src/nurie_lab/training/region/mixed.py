"""Training on a mixture: what is shown of stored drawings, parts named, one network learns."""

import copy
import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nurie.arrays import AnyArray
from nurie.colors import bins_of, srgb_to_lab
from nurie_lab.training.engine.folder import RunFolder, State
from nurie_lab.training.engine.loop import Task
from nurie_lab.training.region.data import Examples, draw_known, draw_palette
from nurie_lab.training.region.networks import Encoder, RegionTransformer
from nurie_lab.training.region.steps import (
    SAME,
    Colors,
    average_maps,
    match_loss,
    refer,
    region_loss,
    shift_loss,
    soft_targets,
)
from nurie_lab.training.region.task import update
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


NAMING = 0.4
"""Weight of the parts' cross-entropy."""

Part = tuple[AnyArray, bool, np.random.Generator]


@dataclass
class MixedTask(Task):
    """A region model that learns from a mixture with its encoder as it is; see ``mixed_task``."""

    config: RegionConfig
    stores: Sequence[Store]
    plan: Plan
    network: RegionTransformer
    colors: Colors
    optimizer: torch.optim.Optimizer

    def parts(self, step: int) -> Generator[Part]:
        """Rows of the plan, from this step on."""
        yield from batches(self.plan, self.config, start=step)

    def step(self, part: Part, share: float) -> tuple[int, dict[str, Tensor]]:
        """One step down the gradient."""
        rise = min(1.0, (share + 0.002) / 0.02)
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.rate * rise * 0.5 * (1 + math.cos(math.pi * share))
        batch, paired = pick(self.stores, self.plan, part)
        loss, figures = mixed_step(
            batch, network=self.network, colors=self.colors, config=self.config,
            generator=self.generator, paired=paired,
        )  # fmt: skip
        update(self.optimizer, loss, (self.network,))
        return len(batch.picture), figures

    def restore(self, facts: dict[str, Any]) -> None:
        """Nothing but the state is needed: the plan is made again."""

    def facts(self) -> dict[str, Any]:
        """Colours of the bins, without which the weights mean nothing."""
        return {"centers": self.colors.centers.tolist(), "rows": len(self.plan.row), "skipped": {}}

    def sheet(self) -> None:
        """None: what it has come to is judged on held-out drawings."""


def mixed_task(  # noqa: PLR0913 - what a run needs
    config: RegionConfig,
    folder: RunFolder,
    stores: Sequence[Store],
    plan: Plan,
    network: RegionTransformer,
    colors: Colors,
    *,
    going_on: bool = False,
) -> MixedTask:
    """Training of a network, changed in place, on the drawings that a plan names.

    Args:
        config: settings.
        folder: of the run.
        stores: drawings with their features under the encoder, which stays as it is.
        plan: which of them are shown how often.
        network: to begin with; it has a head for parts.
        colors: of the bins.
        going_on: whether the folder holds a state to go on from.
    """
    averaged = copy.deepcopy(network.train()).requires_grad_(False)
    matrices = [p for p in network.parameters() if p.ndim > 1]
    vectors = [p for p in network.parameters() if p.ndim < 2]
    groups: list[dict[str, Any]] = [
        {"params": matrices},
        {"params": vectors, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(
        groups,
        lr=0.0, weight_decay=config.decay, betas=(0.9, 0.98),
    )  # fmt: skip
    return MixedTask(
        config, folder, going_on, f"{len(plan.row)} colourings",
        State({"network": network, "averaged": averaged}, {"network": optimizer}),
        [(averaged, network)], torch.Generator(), config.pictures, stores, plan, network, colors,
        optimizer,
    )  # fmt: skip


def mixed_step(
    batch: Shown,
    *,
    network: nn.Module,
    colors: Colors,
    config: RegionConfig,
    generator: torch.Generator,
    paired: bool,
) -> tuple[Tensor, dict[str, Tensor]]:
    """``steps.region_step`` on stored features, with the names of parts where they are known.

    Returns:
        Scalar loss and its parts.
    """
    seen = batch.seen
    known = draw_known(seen, config, generator)
    palette = torch.zeros(len(seen.bins), 1, 4)
    # Tokens that are empty in the whole batch would only cost time.
    if torch.rand((), generator=generator) < config.palette:
        palette = draw_palette(seen, replace(config, palette=1.0), generator)
    rows = [batch.features, seen.geometry, seen.adjacency, known]
    drawing, count = torch.zeros_like(seen.weight), seen.bins.shape[1]
    other = torch.arange(len(seen.bins)) ^ 1
    if paired:
        rows, drawing = refer(rows, seen, other, generator)
    answer = network(*rows, palette, batch.picture, drawing)
    target = soft_targets(seen.lab, seen.bins, colors.centers, config.spread)
    hidden = seen.weight * (known[..., 3] == 0)
    figures = {
        "color": region_loss(answer.logits[:, :count], target, hidden * colors.weight[seen.bins]),
        "shift": shift_loss(answer.shift[:, :count], seen.lab - colors.centers[seen.bins], hidden),
    }
    loss = figures["color"] + config.exactness * figures["shift"]
    if paired:
        same = torch.cdist(seen.lab, seen.lab[other]) < SAME
        logits = answer.query[:, :count] @ answer.key[:, count:].transpose(1, 2)
        logits = logits * answer.query.shape[2] ** -0.5
        figures["match"] = match_loss(logits, same, rows[3][:, count:, 3] > 0, hidden)
        loss = loss + config.matching * figures["match"]
    figures["part"] = part_loss(answer.parts[:, :count], batch.parts, seen.geometry[..., 2])
    loss = loss + NAMING * figures["part"]
    return loss, {name: value.detach() for name, value in figures.items()}


def part_loss(logits: Tensor, parts: Tensor, size: Tensor) -> Tensor:
    """Cross-entropy of the parts' names where they are known, large regions first.

    Args:
        logits: (B, N, P).
        parts: (B, N) int64, -1 unknown.
        size: (B, N) the regions' log area / 4 + 1, as ``tokens.geometry`` has it.

    Returns:
        Scalar, 0 where no name is known.
    """
    named = parts >= 0
    if not named.any():
        return logits.sum() * 0
    weight = torch.exp(size[named] - 1).clamp(0.1, 1)
    losses = functional.cross_entropy(logits[named].float(), parts[named], reduction="none")
    return (losses * weight).sum() / weight.sum()


def pick(stores: Sequence[Store], plan: Plan, part: Part) -> tuple[Shown, bool]:
    """The examples of a step; a paired one shows drawings beside their partners, in turns."""
    rows, paired, rng = part
    kind = int(np.bincount(plan.store[rows]).argmax())
    rows = rows[plan.store[rows] == kind]
    store, at, colouring = stores[kind], plan.row[rows], plan.colouring[rows]
    if paired:
        half = max(1, len(at) // 2)
        at = np.stack([at[:half], store.partner[at[:half]]], axis=1).reshape(-1)
        colouring = np.repeat(colouring[:half], 2)
    return shown(store, at, colouring, rng.random(len(at)) < 0.5), paired
