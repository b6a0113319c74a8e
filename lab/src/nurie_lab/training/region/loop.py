"""Train the region model within a number of minutes, read from top to bottom."""

import copy
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import AnyArray
from nurie.colors import BINS, bin_centers, bins_of, lab_to_srgb, srgb_to_lab
from nurie_lab.data.prepare import Batch
from nurie_lab.training import checkpoint
from nurie_lab.training.region.config import RegionConfig
from nurie_lab.training.region.data import Examples, on_device
from nurie_lab.training.region.features import Features, compute_features
from nurie_lab.training.region.losses import balance
from nurie_lab.training.region.networks import Encoder, RegionTransformer
from nurie_lab.training.region.steps import Colors, pooled, region_step

Say = Callable[[str], None]
Reader = Callable[[Examples, Tensor, float], tuple[Tensor, Tensor]]

EVERY = 4
"""Steps from one averaging of the weights to the next."""


def train(  # noqa: PLR0913 - what a run needs
    batch: Batch,
    encoder: Encoder,
    *,
    config: RegionConfig,
    minutes: float,
    out: Path,
    start: Path | None = None,
    features: Features | None = None,
    device: str = "cpu",
    say: Say = print,
) -> None:
    """Train on prepared examples: with the frozen encoder first, then with its late blocks too.

    Where ``config.scratch`` says so the whole encoder learns all the time instead.

    The learning rates are zero at 95 % of the time, whatever the speed. Averaged weights go to
    ``out`` every two minutes, at the end, and when Ctrl-C ends it sooner.

    Args:
        batch: prepared examples.
        encoder: changed in place.
        config: settings.
        minutes: wall-clock budget, the features' computation included.
        out: run folder.
        start: run whose weights are gone on from.
        features: of the examples under the encoder's early blocks, where they are known already.
        device: ``cpu`` or ``cuda``.
        say: receives a line of progress every 10 s.
    """
    torch.manual_seed(config.seed)
    generator = torch.Generator(device).manual_seed(config.seed)
    network = make_network(config)
    modules: dict[str, nn.Module] = {"encoder": encoder, "network": network}
    known = checkpoint.load(start, modules).get("centers") if start is not None else None
    colors = measure_colors(batch, config, device, known)
    clock = Clock(minutes, say)
    encoder.train(config.scratch).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.to(device)
    averaged = copy.deepcopy(nn.ModuleDict(modules))
    optimizer = make_optimizer(network, encoder, config)
    examples = on_device(batch, device)
    if features is None and not config.scratch:
        features = compute_features(encoder, examples, late=config.frozen_share > 0, say=say)
    read = reader(encoder, features, config)
    try:
        for step, (index, paired) in enumerate(shuffled(batch, config)):
            if (done := clock.done()) >= 0.95:
                break
            set_rates(optimizer, done / 0.95, config=config)
            seen = examples.pick(rows := torch.from_numpy(index).to(device))
            # On a CPU half precision speeds up matrix products but slows down convolutions.
            with torch.autocast(device, torch.bfloat16, enabled=device != "cpu"):
                drawn = read(seen, rows, done)
            with torch.autocast(device, torch.bfloat16):
                loss, parts = region_step(
                    drawn, seen, network=network, colors=colors, config=config, generator=generator,
                    paired=paired,
                )  # fmt: skip
            update(optimizer, loss, (network, encoder))
            if step % EVERY == 0:
                average(averaged, modules, config.ema**EVERY, step)
            clock.tell(len(index), {name: float(value) for name, value in parts.items()})
            if clock.time_to_save():
                save_run(out, averaged, colors, clock)
    finally:
        save_run(out, averaged, colors, clock)
    say(f"done: {clock.steps} steps, {clock.shown} pictures; {clock.figures()}")


def reader(encoder: Encoder, features: Features | None, config: RegionConfig) -> Reader:
    """How drawings are read at a share of the time: anew, from what was computed, or in part so."""

    def read(seen: Examples, rows: Tensor, done: float) -> tuple[Tensor, Tensor]:
        if features is None:
            return pooled(encoder, seen, small=done < config.small_share)[:2]
        if done < config.frozen_share:
            return features.frozen(seen, rows)
        return features.tuned(encoder, seen, rows)

    return read


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
        self.steps, self.shown = 0, 0
        self.losses: dict[str, float] = {}
        self._minutes, self._say = minutes, say
        self._begin = self._spoke = self._saved = time.monotonic()

    def done(self) -> float:
        """Share of the budget that is spent."""
        return (time.monotonic() - self._begin) / (60 * self._minutes)

    def tell(self, pictures: int, losses: dict[str, float]) -> None:
        """Count a step; a line of progress every 10 s."""
        self.steps, self.shown = self.steps + 1, self.shown + pictures
        for name, value in losses.items():
            mean = self.losses.setdefault(name, value)
            self.losses[name] += (value - mean) * max(0.01, 1 / self.steps)
        now = time.monotonic()
        if now - self._spoke > 10:
            rate, left = self.shown / (now - self._begin), self._minutes * (1 - self.done())
            self._say(
                f"step {self.steps}  {self.figures()}  {rate:.0f} pictures/s  {left:.1f} min left"
            )
            self._spoke = now

    def figures(self) -> str:
        """Running means of the losses."""
        return "  ".join(f"{name} {value:.4f}" for name, value in self.losses.items())

    def time_to_save(self) -> bool:
        """Whether two minutes have passed since this was last true."""
        if time.monotonic() - self._saved < 120:
            return False
        self._saved = time.monotonic()
        return True


def make_network(config: RegionConfig) -> RegionTransformer:
    """The transformer of these settings, its weights drawn at random."""
    return RegionTransformer(
        width=config.width, depth=config.depth, heads=config.heads, dropout=config.dropout
    )


def make_optimizer(
    network: RegionTransformer, encoder: Encoder, config: RegionConfig
) -> torch.optim.Optimizer:
    """AdamW over the transformer's matrices, its vectors without decay, what learns before it."""
    learns = list(encoder.parameters()) if config.scratch else encoder.late_parameters()
    groups = [
        {"params": [p for p in network.parameters() if p.ndim > 1], "peak": config.rate},
        {
            "params": [p for p in network.parameters() if p.ndim < 2],
            "peak": config.rate,
            "weight_decay": 0.0,
        },
        {"params": learns, "peak": config.encoder_rate},
    ]
    return torch.optim.AdamW(
        groups, lr=0.0, weight_decay=config.decay, betas=(0.9, 0.98), fused=True
    )


def shuffled(batch: Batch, config: RegionConfig) -> Iterator[tuple[AnyArray, bool]]:
    """Batches of indices for ever, in a new order each time round.

    A batch holds drawings of about as many regions, so that little of it is padding.

    Args:
        batch: the examples.
        config: settings.

    Yields:
        (B,) int64 and whether examples 2k and 2k + 1 of it show one picture.
    """
    rng, picture = np.random.default_rng(config.seed), batch.picture
    size = (batch.weight > 0).sum(1)
    by_picture = np.argsort(picture, kind="stable")
    begins = np.flatnonzero(np.diff(picture[by_picture], prepend=-1))
    groups = [g for g in np.split(by_picture, begins[1:]) if len(g) > 1]
    pairs = [rng.permutation(g)[: len(g) // 2 * 2].reshape(-1, 2) for g in groups]
    singles = _alike(np.arange(len(picture))[:, None], size, config.batch, rng)
    doubles = _alike(np.concatenate(pairs), size, config.batch // 2, rng) if pairs else singles
    while True:
        paired = bool(pairs) and rng.random() < config.pairs
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


def measure_colors(
    batch: Batch,
    config: RegionConfig,
    device: str = "cpu",
    known: list[list[float]] | None = None,
) -> Colors:
    """Mean colour and weight of each bin over the examples' regions (section III.A).

    Where there are few regions, means are drawn to ``known``, (512, 3) Lab / 100 of an earlier run,
    or to the middles of the bins.
    """
    real = batch.weight > 0.3
    rgb = batch.colors[real]
    bins = bins_of(rgb)
    counts = np.bincount(bins, minlength=BINS).astype(np.float64)
    sums = np.stack([np.bincount(bins, rgb[:, c], BINS) for c in range(3)], 1)
    usual = bin_centers() if known is None else lab_to_srgb(np.array(known, np.float32) * 100)
    means = (sums + 4.0 * usual) / (counts[:, None] + 4)
    centers = torch.from_numpy(srgb_to_lab(means / 255) / 100).float().to(device)
    return Colors(centers, balance(torch.from_numpy(counts).float(), config.balance).to(device))


def set_rates(optimizer: torch.optim.Optimizer, done: float, config: RegionConfig) -> None:
    """Half a cosine down to zero after a short rise; the encoder's begins with its turn."""
    for group, encoder in zip(optimizer.param_groups, (False, False, True), strict=True):
        start = config.frozen_share / 0.95 if encoder and not config.scratch else 0.0
        along = min(1.0, max(0.0, done - start) / (1 - start))
        rise = min(1.0, (along + 0.002) / 0.03) if done >= start else 0.0
        group["lr"] = group["peak"] * rise * 0.5 * (1 + math.cos(math.pi * along))


@torch.no_grad()
def average(
    averaged: nn.ModuleDict, modules: dict[str, nn.Module], decay: float, step: int
) -> None:
    """Exponential moving average of the weights, warm in the first steps."""
    decay = min(decay, (1 + step) / (10 + step))
    for name, module in modules.items():
        slow, fast = averaged[name].state_dict(), module.state_dict()
        keys = [key for key, value in fast.items() if value.is_floating_point()]
        torch._foreach_lerp_([slow[k] for k in keys], [fast[k] for k in keys], 1 - decay)


def save_run(out: Path, averaged: nn.ModuleDict, colors: Colors, clock: Clock) -> None:
    """Checkpoint of the averaged weights with the bins' colours."""
    facts = {
        "step": clock.steps,
        "shown": clock.shown,
        "losses": clock.losses,
        "centers": colors.centers.tolist(),
    }
    checkpoint.save(out, dict(averaged.items()), facts)
