"""The report's networks as the engine trains them: shards, networks, a step, sample sheets."""

import copy
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError, OptionError
from nurie.guidance.patches import sampled_hint
from nurie.io.spectra import read_spectrum
from nurie.spectrum import Spectrum
from nurie_lab.data.histogram import write_spectrum
from nurie_lab.data.shards import Tell
from nurie_lab.training.engine.folder import RunFolder, State, load_module
from nurie_lab.training.engine.loop import Task
from nurie_lab.training.engine.team import (
    Draws,
    broadcast,
    join,
    listed,
    multiplies_halves,
    processes,
)
from nurie_lab.training.picture.data import (
    Batch,
    Drawn,
    Place,
    Stream,
    batches,
    count_pictures,
    draw,
    find_shards,
    measure,
    patches_of,
    to_batch,
    to_tensor,
)
from nurie_lab.training.picture.networks import make_discriminator, make_generator
from nurie_lab.training.picture.steps import STEPS, History, Networks, Optimizers, show
from nurie_lab.training.region.steps import balance
from nurie_lab.training.settings import PictureConfig


def build(
    config: PictureConfig, device: torch.device, spectrum: Spectrum
) -> tuple[Networks, Optimizers]:
    """Networks and optimizers by the settings, the same in every process."""
    torch.manual_seed(config.seed)
    chance = torch.Generator().manual_seed(config.seed)
    generator, judge = make_generator(config, chance), make_discriminator(config, chance)
    learners = {"generator": generator} | ({} if judge is None else {"discriminator": judge})
    for network in learners.values():
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    remembered = learners if config.history and judge is not None else {}
    histories = nn.ModuleDict({name: History(network) for name, network in remembered.items()})
    counts = torch.from_numpy(spectrum.counts).float()
    weight = balance(counts, config.rebalance) if config.rebalance else torch.ones(len(counts))
    networks = Networks(
        generator, copy.deepcopy(generator).requires_grad_(False), judge, histories,
        torch.from_numpy(spectrum.means).float().div(127.5).sub(1).to(device), weight.to(device),
        Draws(torch.Generator(device).manual_seed(config.seed)),
        multiplies_halves(device, config.precision),
    )  # fmt: skip
    rates = {"generator": config.rate, "discriminator": config.judge_rate}
    return networks, {
        name: make_optimizer(network, config, rates[name]) for name, network in learners.items()
    }


def make_optimizer(network: nn.Module, config: PictureConfig, rate: float) -> torch.optim.Optimizer:
    """Adam or RMSprop; the rate that it starts from is kept as ``peak``."""
    groups = [{"params": list(network.parameters()), "peak": rate}]
    if config.optimizer == "rmsprop":
        return torch.optim.RMSprop(groups, lr=rate)
    return torch.optim.Adam(groups, lr=rate, betas=(config.beta1, config.beta2), fused=True)


def state_of(networks: Networks, optimizers: Optimizers) -> State:
    """All that a run consists of."""
    modules = {"generator": networks.generator, "averaged": networks.averaged}
    if networks.discriminator is not None:
        modules["discriminator"] = networks.discriminator
    if len(networks.histories):
        modules["histories"] = networks.histories
    return State(modules, optimizers)


def set_rates(optimizers: Optimizers, config: PictureConfig, share: float) -> None:
    """The learning rates at this share of the run."""
    factor = min(1.0, max(0.0, 2 * (1 - share))) if config.decay == "linear" else 1.0
    for optimizer in optimizers.values():
        for group in optimizer.param_groups:
            group["lr"] = factor * group["peak"]


SHOWN = 4
"""Pictures on a sheet, the first of the shards kept to validate, else of the others."""


def first_drawn(
    shards: tuple[Path, ...], count: int, config: PictureConfig, spectrum: Spectrum, tell: Tell
) -> list[Drawn]:
    """The first pictures of some shards, in an order that the seed gives."""
    found: list[Drawn] = []
    for sample in Stream(shards, 1, 1, config.seed).once(tell):
        if len(found) == count:
            break
        try:
            found.append(draw(sample, config, spectrum))
        except (InputError, OSError, ValueError, SyntaxError) as error:
            tell(sample.name, str(error))
    return found


def lay_out(
    batch: Batch, spectrum: Spectrum, config: PictureConfig, paint: Callable[[Batch], Tensor]
) -> Rgb8:
    """A sheet, (H, W, 3) uint8, a row for each picture: original, line art, hint, painting.

    Where the hint is an input, a hint sampled from the histogram and its painting follow.
    """
    columns = [batch.colors, batch.lines.expand(-1, 3, -1, -1), batch.hints, paint(batch)]
    if config.source == "line+hint":
        rng = np.random.default_rng(config.seed)
        patches, shape = patches_of(config), (config.size, config.size)
        guesses = [sampled_hint(shape, spectrum, rng, patches) for _ in range(len(batch.lines))]
        hints = to_tensor(guesses, batch.hints.device)
        columns += [hints, paint(Batch(batch.lines, hints, batch.colors))]
    across = torch.cat([column.float().cpu() for column in columns], 3)
    pixels: AnyArray = across.add(1).mul(127.5).round().clamp(0, 255).byte().numpy()
    return np.ascontiguousarray(pixels.transpose(0, 2, 3, 1).reshape(-1, across.shape[3], 3))


HISTOGRAM = "histogram.json"
"""The histogram of a run's pictures, in its folder."""


@dataclass
class PictureTask(Task):
    """A network of the report in training, made by :func:`open_picture`."""

    config: PictureConfig
    networks: Networks
    optimizers: Optimizers
    device: torch.device
    stream: Stream
    spectrum: Spectrum
    places: dict[int, Place]
    """Where the lanes of all processes stand."""
    skipped: dict[str, str]
    """What could not be read and why; filled while the run goes on."""
    shown: list[Drawn]
    """On every sheet."""

    def tell(self, name: str, why: str) -> None:
        """Hear of what is passed over."""
        if name not in self.skipped:
            self.skipped[name] = why
            self.folder.say(f"passed over {name}: {why}")

    def parts(self, step: int) -> Generator[list[list[Drawn]]]:  # noqa: ARG002 - places tell it
        """The batches of a step: as many as the discriminator takes steps."""
        rank, world = processes()
        lanes = range(rank * self.config.lanes // world, (rank + 1) * self.config.lanes // world)
        places = {lane: self.places.get(lane, Place()) for lane in lanes}
        found = batches(self.stream, self.config, self.spectrum, places=places, tell=self.tell)
        with closing(found):
            while True:
                yield list(islice(found, self.config.critic_steps))

    def step(self, part: list[list[Drawn]], share: float) -> tuple[int, dict[str, Tensor]]:
        """The step of the objective."""
        set_rates(self.optimizers, self.config, share)
        seen = [to_batch(drawn, self.device) for drawn in part]
        figures = STEPS[self.config.objective](seen, self.networks, self.optimizers, self.config)
        self.places |= {one.lane: one.place for drawn in part for one in drawn}
        return self.config.batch * self.config.critic_steps, figures

    def restore(self, facts: dict[str, Any]) -> None:
        """Go on in the data where the lanes stood."""
        self.places = {int(lane): Place(*place) for lane, place in facts["places"].items()}
        self.skipped |= facts["skipped"]

    def facts(self) -> dict[str, Any]:
        """Places in the data and what was passed over, of all processes."""
        for places, skipped in listed((self.places, self.skipped)):
            for lane, place in places.items():
                self.places[lane] = max(place, self.places.get(lane, place))
            self.skipped |= skipped
        return {"places": self.places, "skipped": self.skipped}

    def sheet(self) -> Rgb8 | None:
        """Samples of the averaged generator, nothing left to chance."""
        if not self.shown:
            return None
        batch = to_batch(self.shown, self.device)
        return lay_out(
            batch, self.spectrum, self.config, lambda seen: show(self.networks, seen, self.config)
        )


def begin_as(networks: Networks, start: Path) -> None:
    """Take the weights of another run."""
    for network in (networks.generator, networks.averaged):
        load_module(start, "averaged", network)
    if networks.discriminator is not None:
        load_module(start, "discriminator", networks.discriminator)


def open_picture(
    config: PictureConfig,
    *,
    data: Path,
    out: Path,
    say: Callable[[str], None] = print,
    start: Path | None = None,
) -> PictureTask:
    """Find the data, make the folder, measure the histogram; the first process acts for all.

    ``start`` is a run whose averaged generator, and discriminator where both have one, are gone on
    from.

    Raises:
        InputError: the data cannot be used.
        OptionError: the settings do not fit the run or the processes.
        OutputError: the folder cannot be made or written.
    """
    device = join()
    rank, world = processes()
    if config.lanes % world:
        raise OptionError(f"lanes is {config.lanes}; {world} processes must divide it.")
    skipped: dict[str, str] = {}
    tell = skipped.__setitem__
    shards, folder = find_shards(data), RunFolder(out, say)
    counts = broadcast(None if rank else count_pictures(shards, tell))
    stream = Stream(tuple(counts), config.lanes, config.shuffle, config.seed)
    going_on = folder.begin(config, data, [path.name for path in shards])
    if not rank and not (out / HISTOGRAM).exists():
        write_spectrum(out / HISTOGRAM, measure(stream, tell))
    spectrum: Spectrum = broadcast(None if rank else read_spectrum(out / HISTOGRAM))
    pictures = sum(counts.values())
    networks, optimizers = build(config, device, spectrum)
    if config.norm == "virtual":
        fixed = first_drawn(stream.shards, config.batch, config, spectrum, tell)
        networks = replace(networks, reference=to_batch(fixed, device))
    if start is not None and not going_on:
        begin_as(networks, start)
    kept = tuple(sorted(data.glob("val-*.tar"))) if data.is_dir() else ()
    millions = sum(p.numel() for p in networks.generator.parameters()) / 1e6
    return PictureTask(
        config, folder, going_on,
        f"{pictures} pictures, {device.type}, generator {millions:.1f} M",
        state_of(networks, optimizers), [(networks.averaged, networks.generator)],
        networks.draws.generator, config.pictures or config.epochs * pictures, networks, optimizers,
        device, stream, spectrum, {}, skipped,
        [] if rank else first_drawn(kept or stream.shards, SHOWN, config, spectrum, tell),
    )  # fmt: skip
