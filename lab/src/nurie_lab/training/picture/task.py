"""The report's networks as the engine trains them: shards, networks, a step, sample sheets."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nurie.arrays import Rgb8
from nurie.errors import OptionError
from nurie.io.spectra import read_spectrum, write_spectrum
from nurie.spectrum import Spectrum
from nurie_lab.training.engine.folder import RunFolder
from nurie_lab.training.engine.state import State, load_module
from nurie_lab.training.engine.team import join, listed, processes, told_to_all
from nurie_lab.training.picture.build import build, set_rates, state_of
from nurie_lab.training.picture.data import Drawn, batches, measure, to_batch
from nurie_lab.training.picture.shards import Place, Stream, count_pictures, find_shards
from nurie_lab.training.picture.sheet import lay_out, samples_to_show
from nurie_lab.training.picture.steps import STEPS, Networks, Optimizers, show
from nurie_lab.training.settings import PictureConfig

HISTOGRAM = "histogram.json"
"""The histogram of a run's pictures, in its folder."""


@dataclass
class PictureTask:
    """A network of the report in training, made by :func:`open_picture`."""

    config: PictureConfig
    folder: RunFolder
    going_on: bool
    title: str
    state: State
    averages: list[tuple[nn.Module, nn.Module]]
    generator: torch.Generator
    pictures: int
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


def open_picture(
    config: PictureConfig,
    *,
    data: Path,
    out: Path,
    say: Callable[[str], None] = print,
    start: Path | None = None,
) -> PictureTask:
    """Find the data, make the folder, measure the histogram; the first process acts for all.

    Args:
        config: settings.
        data: a shard, or a folder of shards.
        out: folder of the run.
        say: receives lines of progress, in the first process alone.
        start: a run whose weights are gone on from, for fine-tuning.

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
    shards = find_shards(data)
    folder = RunFolder(out, say if not rank else lambda _: None)
    counts = told_to_all(None if rank else count_pictures(shards, tell))
    stream = Stream(tuple(counts), config.lanes, config.shuffle, config.seed)
    told: tuple[bool, Spectrum] | None = None
    if not rank:
        going_on = folder.begin(config, data, [path.name for path in shards])
        told = (going_on, _spectrum(out / HISTOGRAM, lambda: measure(stream, tell)))
    going_on, spectrum = told_to_all(told)
    pictures = sum(counts.values())
    networks, optimizers = build(config, device, spectrum)
    if start is not None and not going_on:
        _begin_from(start, networks)
    millions = sum(p.numel() for p in networks.generator.parameters()) / 1e6
    return PictureTask(
        config, folder, going_on,
        f"{pictures} pictures, {device.type}, generator {millions:.1f} M",
        state_of(networks, optimizers), [(networks.averaged, networks.generator)],
        networks.draws.generator, config.pictures or config.epochs * pictures, networks, optimizers,
        device, stream, spectrum, {}, skipped,
        [] if rank else samples_to_show(data, stream, config, spectrum, tell),
    )  # fmt: skip


def _spectrum(path: Path, measured: Callable[[], Spectrum]) -> Spectrum:
    """The run's histogram, measured when it is not there yet."""
    if not path.exists():
        write_spectrum(path, measured())
    return read_spectrum(path)


def _begin_from(start: Path, networks: Networks) -> None:
    """Take over a run's averaged generator, and its discriminator where both have one."""
    load_module(start, "averaged", networks.generator)
    load_module(start, "averaged", networks.averaged)
    if networks.discriminator is not None:
        load_module(start, "discriminator", networks.discriminator)
