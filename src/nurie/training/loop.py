"""Train the region model within a number of minutes, read from top to bottom."""

import copy
import math
import time
from collections.abc import Callable
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
    """Train on prepared examples: first on features of the frozen encoder, then all together.

    The learning rates are zero at 95 % of the time, whatever the speed. Averaged weights go to
    ``out`` every two minutes and at the end.

    Args:
        batch: prepared examples.
        encoder: changed in place.
        config: settings.
        minutes: wall-clock budget.
        out: run folder.
        say: receives a line of progress every 10 s.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    network = RegionTransformer(
        width=config.width, depth=config.depth, heads=config.heads, dropout=config.dropout
    )
    colors = measure_colors(batch, config)
    averaged = nn.ModuleDict({"encoder": copy.deepcopy(encoder), "network": copy.deepcopy(network)})
    begin = time.monotonic()
    encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    features = compute_features(encoder, batch, say)
    groups = [
        {"params": [p for p in network.parameters() if p.ndim > 1], "peak": config.rate},
        {
            "params": [p for p in network.parameters() if p.ndim < 2],
            "peak": config.rate,
            "weight_decay": 0.0,
        },
        {"params": encoder.late_parameters(), "peak": config.encoder_rate},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=config.decay, betas=(0.9, 0.98))
    order: Index = np.empty(0, np.int64)
    rng = np.random.default_rng(config.seed)
    step, shown, loss_mean, spoke, saved = 0, 0, 0.0, time.monotonic(), time.monotonic()
    while (done := (time.monotonic() - begin) / (60 * minutes)) < 0.95:
        if len(order) < config.batch:
            order = rng.permutation(len(batch.lines))
        index, order = order[: config.batch], order[config.batch :]
        tuning = done > config.frozen_share
        set_rates(optimizer, done / 0.95, tuning=tuning, config=config)
        with torch.autocast("cpu", torch.bfloat16):
            seen = features.tuned(encoder, batch, index) if tuning else features.frozen(index)
            loss = region_step(
                seen, batch, index, network=network, colors=colors, config=config,
                generator=generator,
            )  # fmt: skip
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        average(averaged, {"encoder": encoder, "network": network}, config.ema, step)
        step, shown = step + 1, shown + len(index)
        loss_mean += (float(loss.detach()) - loss_mean) * max(0.01, 1 / step)
        now = time.monotonic()
        if now - spoke > 10:
            rate, left = shown / (now - begin), minutes * (1 - done)
            say(f"step {step}  loss {loss_mean:.4f}  {rate:.0f} pictures/s  {left:.1f} min left")
            spoke = now
        if now - saved > 120:
            save_run(out, averaged, colors, step)
            saved = now
    save_run(out, averaged, colors, step)
    say(f"done: {step} steps, {shown} pictures, loss {loss_mean:.4f}")


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
