"""How fast nurie's networks learn, beside a plain loop and beside pix2pix, in one run.

    python -m nurie_lab.bench.studies.training --out training.json --table training.md

The steps are taken in turn, again and again, on one thread, and counted in processor time, so that
what else the machine does falls on all alike; the medians are reported. Pictures are made up.
"""

import argparse
import copy
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import Rgb8
from nurie.lines import ink_lines
from nurie.spectrum import Spectrum
from nurie_lab.bench.studies import report
from nurie_lab.data.examples import make_example
from nurie_lab.data.prepare import Named, stack
from nurie_lab.data.shards import encode, write_shard
from nurie_lab.training.engine.loop import average, train
from nurie_lab.training.picture.build import build
from nurie_lab.training.picture.data import Batch
from nurie_lab.training.picture.objectives import discriminator_loss, generator_loss, l1_loss
from nurie_lab.training.picture.steps import STEPS
from nurie_lab.training.picture.task import open_picture
from nurie_lab.training.region.data import on_device
from nurie_lab.training.region.features import compute_features
from nurie_lab.training.region.networks import imagenet_encoder
from nurie_lab.training.region.steps import region_step
from nurie_lab.training.region.task import make_network, make_optimizer, measure_colors, update
from nurie_lab.training.settings import PictureConfig, RegionConfig

Step = Callable[[], int]
"""Takes one step; how many pictures it took."""

GAN = PictureConfig(size=128, width=32, batch=4)
PIX2PIX = PictureConfig(
    generator="unet", discriminator="patch", source="line", norm="instance",
    judge_norm="instance", dropout=0.5, batch=1, lanes=1,
)  # fmt: skip
"""As in configs/pix2pix.toml."""
REGION = RegionConfig(batch=48, frozen_share=0.25)
"""As in configs/region.toml."""

AIMS = {"pixel loop": 1.3, "region model": 20.0}
MOST_WAITING = 0.05


def main() -> None:
    """Measure, print, write."""
    options = _options()
    torch.set_num_threads(1)
    steps = {
        "plain loop": plain_gan(GAN),
        "ours, full precision": our_gan(replace(GAN, precision="fp32")),
        "ours": our_gan(GAN),
        "pix2pix": our_gan(PIX2PIX),
        **regions(REGION),
    }
    rates = measure(steps, options.repeats)
    result = {
        "about": report.surroundings(),
        "repeats": options.repeats,
        "pictures_per_cpu_second": rates,
        "waiting": waiting(options.seconds),
        **ratios(rates, REGION.frozen_share),
    }
    text = markdown(result)
    print(text)
    report.save(result, options.out)
    if options.table:
        report.replace(options.table, text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="JSON file with all figures")
    parser.add_argument("--table", type=Path, help="Markdown file with the table")
    parser.add_argument("--repeats", type=int, default=5, help="steps of each kind")
    parser.add_argument(
        "--seconds", type=float, default=30, help="of the run that feels the loader"
    )
    return parser.parse_args()


def measure(steps: dict[str, Step], repeats: int) -> dict[str, float]:
    """Pictures a second of processor time by kind: medians of steps taken in turn.

    One step of each warms up what is made on first use.
    """
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(repeats + 1):
        for name, step in steps.items():
            begin = time.process_time()
            pictures = step()
            if turn:
                seconds[name].append((time.process_time() - begin) / pictures)
    return {name: 1 / statistics.median(each) for name, each in seconds.items()}


def ratios(rates: dict[str, float], frozen: float) -> dict[str, Any]:
    """How many times as fast, by what is compared.

    Args:
        rates: pictures a second by kind.
        frozen: share of the region model's time in which its encoder stays as it is.
    """
    region = frozen * rates["region, frozen encoder"] + (1 - frozen) * rates["region, tuned"]
    return {
        "region": region,
        "times": {
            "pixel loop": rates["ours"] / rates["plain loop"],
            "pixel loop, full precision": rates["ours, full precision"] / rates["plain loop"],
            "region model": region / rates["pix2pix"],
        },
    }


def batch_of(config: PictureConfig, layout: torch.memory_format) -> Batch:
    """Noise of the shape of a batch."""
    draw = torch.Generator().manual_seed(0)

    def noise(channels: int) -> Tensor:
        shape = (config.batch, channels, config.size, config.size)
        return torch.rand(shape, generator=draw).mul(2).sub(1).contiguous(memory_format=layout)

    return Batch(noise(1), noise(3), noise(3))


def _spectrum() -> Spectrum:
    return Spectrum(np.ones(512, np.int64), np.zeros((512, 3), np.uint8))


def our_gan(config: PictureConfig) -> Step:
    """A step of the loop of ``nurie train``, its moving average included."""
    networks, optimizers = build(config, torch.device("cpu"), _spectrum())
    batch = batch_of(config, torch.channels_last)

    def step() -> int:
        STEPS["gan"]([batch], networks, optimizers, config)
        average([(networks.averaged, networks.generator)], config.ema, 1000)
        return config.batch

    return step


def plain_gan(config: PictureConfig) -> Step:
    """The same networks and losses in the loop that one writes first.

    Maps in torch's usual order, full precision, the generator run once for each network's step,
    weights updated and averaged one after the other.
    """
    networks, _ = build(replace(config, precision="fp32"), torch.device("cpu"), _spectrum())
    generator = copy.deepcopy(networks.generator).to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    assert networks.discriminator is not None
    judge = networks.discriminator.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    slow = copy.deepcopy(generator).requires_grad_(False)
    batch = batch_of(config, torch.contiguous_format)
    seen, real = batch.seen(config.source), batch.colors
    optimizers = [
        torch.optim.Adam(n.parameters(), config.rate, betas=(0.5, 0.999), foreach=False)
        for n in (generator, judge)
    ]

    def verdict(picture: Tensor) -> Tensor:
        logits: Tensor = judge(torch.cat([seen, picture], 1), networks.draws).logits
        return logits

    def step() -> int:
        fake = torch.tanh(generator(seen)).detach()
        _down(optimizers[1], discriminator_loss(verdict(real), verdict(fake), smooth=1.0))
        fake = torch.tanh(generator(seen))
        loss = generator_loss(verdict(fake), saturating=False) + config.l1 * l1_loss(fake, real)
        _down(optimizers[0], loss)
        _average(slow, generator)
        return config.batch

    return step


def _down(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _average(slow: nn.Module, fast: nn.Module) -> None:
    with torch.no_grad():
        for one, two in zip(slow.parameters(), fast.parameters(), strict=True):
            one.mul_(0.999).add_(two, alpha=0.001)


def page(rng: np.random.Generator, side: int = 256, cells: int = 5) -> Rgb8:
    """An outlined drawing of about as many regions as those of the training have."""
    color = np.full((side, side, 3), 255, np.uint8)
    step = side // cells
    for top in range(4, side - step, step):
        for left in range(4, side - step, step):
            color[top : top + step - 4, left : left + step - 4] = 0
            color[top + 2 : top + step - 6, left + 2 : left + step - 6] = rng.integers(60, 255, 3)
    return color


def regions(config: RegionConfig) -> dict[str, Step]:
    """Steps of the region model while its encoder stays as it is, and while it is tuned."""
    rng = np.random.default_rng(0)
    pages = [page(rng) for _ in range(config.batch)]
    made = [make_example(ink_lines(p, fill=False, edges=False), p, rng) for p in pages]
    batch = stack([Named(one, str(i), "made") for i, one in enumerate(made) if one is not None])
    encoder, network, examples = imagenet_encoder(), make_network(config), on_device(batch)
    optimizer, colors = make_optimizer(network, encoder, config), measure_colors(batch, config)[0]
    known = compute_features(encoder, examples, late=True, say=lambda _: None)
    rows, chance = torch.arange(len(examples)), torch.Generator().manual_seed(0)
    seen = examples.pick(rows)

    def step(tuning: bool) -> int:
        read = known.tuned(encoder, seen, rows) if tuning else known.frozen(seen, rows)
        with torch.autocast("cpu", torch.bfloat16):
            loss, _ = region_step(
                read, seen, network=network, colors=colors, config=config, generator=chance
            )
        update(optimizer, loss, (network, encoder))
        return len(examples)

    return {"region, frozen encoder": lambda: step(False), "region, tuned": lambda: step(True)}


def waiting(seconds: float) -> float:
    """Share of a run's time in which no decoded picture was there, at 128 pixels."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = ((f"{i:03d}", {"webp": encode(page(rng), "webp")}) for i in range(64))
        write_shard(folder / "train-0000.tar", records)
        config = replace(GAN, epochs=10000, log_every=1, sheet_minutes=0, save_minutes=60)
        run = folder / "run"
        task = open_picture(config, data=folder, out=run, say=lambda _: None)
        train(task, minutes=seconds / 60)
        last = (run / "log.jsonl").read_text("utf-8").splitlines()[-1]
    return float(json.loads(last)["waiting"])


def markdown(result: dict[str, Any]) -> str:
    """The figures as a table for people."""
    rates, times = result["pictures_per_cpu_second"], result["times"]
    rows = [
        ("plain loop, GAN at 128 px", rates["plain loop"], 1.0),
        (
            "ours in full precision",
            rates["ours, full precision"],
            times["pixel loop, full precision"],
        ),
        ("ours", rates["ours"], times["pixel loop"]),
        ("pix2pix, U-Net-256 at 256 px", rates["pix2pix"], 1.0),
        ("region model, a run's mean", result["region"], times["region model"]),
    ]
    table = [f"| {name} | {rate:.2f} | {factor:.1f} |" for name, rate, factor in rows]
    aims = [f"{name} {times[name]:.1f} of {aim:g}" for name, aim in AIMS.items()]
    waited = f"{100 * result['waiting']:.1f} % of {100 * MOST_WAITING:g} % at most"
    lines = [
        "| what learns | pictures a second of processor time | times as fast |",
        "|---|---:|---:|", *table, "", f"Aims: {', '.join(aims)}; waiting for pictures {waited}.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
