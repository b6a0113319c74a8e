"""Train the region model within a number of minutes, read from top to bottom."""

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nurie.color import BINS, bin_centers, bins_of, srgb_to_lab
from nurie.dataset.prepare import Batch
from nurie.training import checkpoint
from nurie.training.config import RegionConfig
from nurie.training.losses import balance
from nurie.training.networks import EARLY, Encoder, RegionTransformer
from nurie.training.steps import Colors, Index, pooled, region_step, tuned

Say = Callable[[str], None]


def train(
    batch: Batch,
    encoder: Encoder,
    *,
    config: RegionConfig,
    minutes: float,
    out: Path,
    say: Say = print,
) -> None:
    """Train on prepared examples: with the frozen encoder first, then with its late blocks too.

    The learning rates are zero at 95 % of the time, whatever the speed. Averaged weights go to
    ``out`` every two minutes and at the end.

    Args:
        batch: prepared examples.
        encoder: changed in place.
        config: settings.
        minutes: wall-clock budget, the features' computation included.
        out: run folder.
        say: receives a line of progress every 10 s.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    network = RegionTransformer(
        width=config.width, depth=config.depth, heads=config.heads, dropout=config.dropout
    )
    colors = measure_colors(batch, config)
    clock = Clock(minutes, say)
    encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaged = nn.ModuleDict({"encoder": copy.deepcopy(encoder), "network": copy.deepcopy(network)})
    optimizer = make_optimizer(network, encoder, config)
    features = compute_features(encoder, batch, say)
    for step, index in enumerate(shuffled(len(batch.lines), config)):
        done = clock.done()
        if done >= 0.95:
            break
        tuning = done > config.frozen_share
        set_rates(optimizer, done / 0.95, tuning=tuning, config=config)
        with torch.autocast("cpu", torch.bfloat16):
            seen = features.tuned(encoder, batch, index) if tuning else features.frozen(index)
            loss = region_step(
                seen, batch, index, network=network, colors=colors, config=config,
                generator=generator,
            )  # fmt: skip
        update(optimizer, loss, (network, encoder))
        average(averaged, {"encoder": encoder, "network": network}, config.ema, step)
        clock.tell(step + 1, len(index), float(loss.detach()))
        if clock.time_to_save():
            save_run(out, averaged, colors, step + 1)
    save_run(out, averaged, colors, clock.steps)
    say(f"done: {clock.steps} steps, {clock.shown} pictures, loss {clock.loss:.4f}")


def update(optimizer: torch.optim.Optimizer, loss: Tensor, modules: tuple[nn.Module, ...]) -> None:
    """One step down the gradient, whose norm is cut to 1 in each module."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    for module in modules:
        nn.utils.clip_grad_norm_(module.parameters(), 1.0)
    optimizer.step()


class Clock:
    """How far a run is, and when to say and to save so.

    Args:
        minutes: wall-clock budget from now on.
        say: receives lines.
    """

    def __init__(self, minutes: float, say: Say) -> None:
        self.steps, self.shown, self.loss = 0, 0, 0.0
        self._minutes, self._say = minutes, say
        self._begin = self._spoke = self._saved = time.monotonic()

    def done(self) -> float:
        """Share of the budget that is spent."""
        return (time.monotonic() - self._begin) / (60 * self._minutes)

    def tell(self, steps: int, pictures: int, loss: float) -> None:
        """Count a step; a line of progress every 10 s."""
        self.steps, self.shown = steps, self.shown + pictures
        self.loss += (loss - self.loss) * max(0.01, 1 / steps)
        now = time.monotonic()
        if now - self._spoke > 10:
            rate, left = self.shown / (now - self._begin), self._minutes * (1 - self.done())
            self._say(
                f"step {steps}  loss {self.loss:.4f}  {rate:.0f} pictures/s  {left:.1f} min left"
            )
            self._spoke = now

    def time_to_save(self) -> bool:
        """Whether two minutes have passed since this was last true."""
        if time.monotonic() - self._saved < 120:
            return False
        self._saved = time.monotonic()
        return True


def make_optimizer(
    network: RegionTransformer, encoder: Encoder, config: RegionConfig
) -> torch.optim.Optimizer:
    """AdamW over the transformer's matrices, its vectors without decay, the late encoder."""
    groups = [
        {"params": [p for p in network.parameters() if p.ndim > 1], "peak": config.rate},
        {
            "params": [p for p in network.parameters() if p.ndim < 2],
            "peak": config.rate,
            "weight_decay": 0.0,
        },
        {"params": encoder.late_parameters(), "peak": config.encoder_rate},
    ]
    return torch.optim.AdamW(groups, lr=0.0, weight_decay=config.decay, betas=(0.9, 0.98))


def shuffled(count: int, config: RegionConfig) -> Iterator[Index]:
    """Batches of indices for ever, in a new order each time round."""
    rng, order = np.random.default_rng(config.seed), np.empty(0, np.int64)
    while True:
        while len(order) < config.batch:
            order = np.concatenate([order, rng.permutation(count)])
        yield order[: config.batch]
        order = order[config.batch :]


def measure_colors(batch: Batch, config: RegionConfig) -> Colors:
    """Mean colour and weight of each bin over the examples' regions (section III.A)."""
    real = batch.weight > 0.3
    rgb = batch.colors[real]
    bins = bins_of(rgb)
    counts = np.bincount(bins, minlength=BINS).astype(np.float64)
    sums = np.stack([np.bincount(bins, rgb[:, c], BINS) for c in range(3)], 1)
    means = (sums + 4.0 * bin_centers()) / (counts[:, None] + 4)
    centers = torch.from_numpy(srgb_to_lab(means / 255) / 100)
    return Colors(centers, balance(torch.from_numpy(counts).float(), config.balance))


@dataclass(frozen=True)
class Features:
    """Features of all examples under the frozen encoder, float16."""

    pools: Tensor
    """(m, N, 496)."""
    pictures: Tensor
    """(m, 320)."""
    coarse: Tensor
    """(m, 40, S/8, S/8): where the tuned part of the encoder begins."""

    def frozen(self, index: Index) -> tuple[Tensor, Tensor]:
        """Of some examples, as they are."""
        rows = torch.from_numpy(index)
        return self.pools[rows].float(), self.pictures[rows].float()

    def tuned(self, encoder: Encoder, batch: Batch, index: Index) -> tuple[Tensor, Tensor]:
        """Of some examples, through the late blocks as they are now."""
        rows = torch.from_numpy(index)
        early = self.pools[rows, :, :EARLY].float()
        return tuned(encoder, early, self.coarse[rows].float(), batch, index)


def compute_features(encoder: Encoder, batch: Batch, say: Say) -> Features:
    """Run the frozen encoder once over all examples."""
    parts: list[tuple[Tensor, ...]] = []
    spoke = time.monotonic()
    for start in range(0, len(batch.lines), 32):
        index = np.arange(start, min(start + 32, len(batch.lines)))
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            parts.append(tuple(t.half() for t in pooled(encoder, batch, index)))
        if time.monotonic() - spoke > 10:
            say(f"features {start}/{len(batch.lines)}")
            spoke = time.monotonic()
    return Features(*(torch.cat(column) for column in zip(*parts, strict=True)))


def set_rates(
    optimizer: torch.optim.Optimizer, done: float, *, tuning: bool, config: RegionConfig
) -> None:
    """Half a cosine down to zero after a short rise; the encoder's begins with its turn."""
    for group, encoder in zip(optimizer.param_groups, (False, False, True), strict=True):
        start = config.frozen_share / 0.95 if encoder else 0.0
        if encoder and not tuning:
            group["lr"] = 0.0
            continue
        along = min(1.0, (done - start) / (1 - start))
        rise = min(1.0, (along + 0.002) / 0.03)
        group["lr"] = group["peak"] * rise * 0.5 * (1 + math.cos(math.pi * along))


@torch.no_grad()
def average(
    averaged: nn.ModuleDict, modules: dict[str, nn.Module], decay: float, step: int
) -> None:
    """Exponential moving average of the weights, warm in the first steps."""
    decay = min(decay, (1 + step) / (10 + step))
    for name, module in modules.items():
        slow, fast = averaged[name].state_dict(), module.state_dict()
        for key, value in fast.items():
            if value.is_floating_point():
                slow[key].lerp_(value, 1 - decay)


def save_run(out: Path, averaged: nn.ModuleDict, colors: Colors, step: int) -> None:
    """Checkpoint of the averaged weights with the bins' colours."""
    facts = {"step": step, "centers": colors.centers.tolist()}
    checkpoint.save(out, dict(averaged.items()), facts)
