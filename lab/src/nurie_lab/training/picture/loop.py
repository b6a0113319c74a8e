"""Train a network of the report, read from top to bottom.

The loop is the same on one CPU, one GPU, and several processes started by ``torchrun``: each of
them reads its own lanes of the data, and gradients, statistics and chance are the global batch's.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from nurie.errors import OptionError, OutputError
from nurie.spectrum import Spectrum
from nurie_lab.training.picture.build import average, begin_from, build, set_rates, state_of
from nurie_lab.training.picture.config import PictureConfig
from nurie_lab.training.picture.data import Drawn, batches, measure, to_batch
from nurie_lab.training.picture.progress import Means, Progress, grouped, timed
from nurie_lab.training.picture.run import RunFolder, lay_out, samples_to_show
from nurie_lab.training.picture.shards import Place, Stream, count_pictures, find_shards
from nurie_lab.training.picture.state import State, load_state, save_state
from nurie_lab.training.picture.steps import STEPS, Networks, show
from nurie_lab.training.team import listed, processes, told_to_all

Say = Callable[[str], None]


def train(
    config: PictureConfig,
    *,
    data: Path,
    out: Path,
    minutes: float | None = None,
    say: Say = print,
    start: Path | None = None,
) -> dict[str, Any]:
    """Train until every picture was shown ``epochs`` times, or for some minutes.

    A run that was stopped, by whatever means, goes on from its last state as if nothing had been.

    Args:
        config: settings.
        data: a shard, or a folder of shards.
        out: folder of the run.
        minutes: wall-clock budget over all sittings; None leaves it to ``epochs``.
        say: receives lines of progress, in the first process alone.
        start: a run whose weights are gone on from, for fine-tuning.

    Returns:
        ``step``, ``shown``, ``seconds``, ``losses`` and ``skipped`` (a reason by name).

    Raises:
        InputError: the data cannot be used.
        OptionError: the settings do not fit the run or the processes.
        OutputError: the folder or, in the end, the state cannot be written.
    """
    run = open_run(config, data=data, out=out, say=say)
    networks, optimizers = build(config, run.device, run.spectrum)
    state = state_of(networks, optimizers)
    progress = Progress(minutes, config.epochs * run.pictures)
    if run.going_on:
        progress.restore(load_state(out, state))
        run.skipped.update(progress.skipped)
    elif start is not None:
        begin_from(start, networks)
    run.tell_beginning(networks, progress)
    step, means, places = STEPS[config.objective], Means(), run.places(config, progress)
    taught = batches(run.stream, config, run.spectrum, places=places, tell=run.tell)
    with closing(taught):
        for parts in timed(grouped(taught, config.critic_steps), progress):
            if progress.over():
                break
            set_rates(optimizers, config, progress.share)
            seen = [to_batch(part, run.device) for part in parts]
            means.add(step(seen, networks, optimizers, config))
            average(networks, config.ema, progress.step)
            places |= {one.lane: one.place for part in parts for one in part}
            progress.count(config.batch * config.critic_steps)
            if progress.step % config.log_every:
                continue
            run.log(progress, means)
            save, sheet, progress.share = told_to_all(progress.due(config))
            if sheet:
                run.draw_sheet(networks, config, progress)
            if save:
                run.keep(state, places, progress)
    if means.steps:
        run.log(progress, means)
    run.draw_sheet(networks, config, progress)
    facts = run.keep(state, places, progress, last=True)
    run.folder.say(f"done: {progress.step} steps, {progress.shown} pictures, {_skips(facts)}")
    return facts


@dataclass(frozen=True)
class Run:
    """What a process knows of a run before it begins."""

    device: torch.device
    stream: Stream
    pictures: int
    """In all shards."""
    folder: RunFolder
    going_on: bool
    """Whether there is a state to go on from."""
    spectrum: Spectrum
    shown: list[Drawn]
    """On every sheet."""
    skipped: dict[str, str]
    """What could not be read and why; filled while the run goes on."""

    def tell(self, name: str, why: str) -> None:
        """Hear of what is passed over."""
        if name not in self.skipped:
            self.skipped[name] = why
            self.folder.say(f"passed over {name}: {why}")

    def places(self, config: PictureConfig, progress: Progress) -> dict[int, Place]:
        """Where the lanes of this process stand."""
        rank, world = processes()
        lanes = range(rank * config.lanes // world, (rank + 1) * config.lanes // world)
        return {lane: progress.places.get(lane, Place()) for lane in lanes}

    def tell_beginning(self, networks: Networks, progress: Progress) -> None:
        """Forget what was logged after the state; say what begins."""
        rank, world = processes()
        if rank:
            return
        self.folder.rewind(progress.step)
        millions = sum(p.numel() for p in networks.generator.parameters()) / 1e6
        going = f", going on from step {progress.step}" if progress.step else ""
        many = f"{world} processes, " if world > 1 else ""
        self.folder.say(
            f"{self.pictures} pictures, {many}{self.device.type}, generator {millions:.1f} M{going}"
        )

    def log(self, progress: Progress, means: Means) -> None:
        """Log the means since the last line, and say how it goes now and then."""
        progress.losses = means.take()
        if processes()[0]:
            return
        self.folder.log(progress.row() | progress.losses)
        line = progress.line()
        if line:
            self.folder.say(line)

    def draw_sheet(self, networks: Networks, config: PictureConfig, progress: Progress) -> None:
        """Write the sample sheet of this moment."""
        if processes()[0] or not self.shown:
            return
        batch = to_batch(self.shown, self.device)
        pixels = lay_out(batch, self.spectrum, config, lambda seen: show(networks, seen, config))
        self.folder.sheet(progress.step, pixels)

    def keep(
        self, state: State, places: dict[int, Place], progress: Progress, *, last: bool = False
    ) -> dict[str, Any]:
        """Save the state; a disk that is full costs this state, not the run.

        Raises:
            OutputError: the last state of the run cannot be written.
        """
        for other_places, other_skipped in listed((places, self.skipped)):
            progress.places |= other_places
            progress.skipped |= other_skipped
        facts = progress.facts()
        if processes()[0]:
            return facts
        try:
            save_state(self.folder.path, state, facts)
        except OSError as error:
            trouble = f"The state of step {progress.step} cannot be written ({error}); make room."
            if last:
                raise OutputError(trouble) from error
            self.folder.say(f"{trouble} The one before stays.")
        return facts


def open_run(config: PictureConfig, *, data: Path, out: Path, say: Say) -> Run:
    """Find the data, make the folder, measure the histogram; the first process acts for all.

    Raises:
        InputError: the data cannot be used.
        OptionError: the settings do not fit the run or the processes.
        OutputError: the folder cannot be made or written.
    """
    from accelerate import Accelerator

    device = Accelerator().device
    rank, world = processes()
    if config.lanes % world:
        raise OptionError(f"lanes is {config.lanes}; {world} processes must divide it.")
    skipped: dict[str, str] = {}
    tell = skipped.__setitem__
    stream = Stream(find_shards(data), config.lanes, config.shuffle, config.seed)
    folder = RunFolder(out, say if not rank else _silent)
    told: tuple[int, bool, Spectrum] | None = None
    if not rank:
        pictures = count_pictures(stream.shards, tell)
        going_on = folder.begin(config, stream.shards)
        told = (pictures, going_on, folder.spectrum(lambda: measure(stream, tell)))
    pictures, going_on, spectrum = told_to_all(told)
    shown = [] if rank else samples_to_show(data, stream, config, spectrum, tell)
    return Run(device, stream, pictures, folder, going_on, spectrum, shown, skipped)


def _silent(line: str) -> None:
    """What the other processes say."""


def _skips(facts: dict[str, Any]) -> str:
    if not facts["skipped"]:
        return "none passed over"
    names = list(facts["skipped"])
    return f"{len(names)} passed over: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
