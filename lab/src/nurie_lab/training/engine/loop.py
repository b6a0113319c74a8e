"""Train anything, read from top to bottom.

The loop is the same on one CPU, one GPU, and several processes started by ``torchrun``. A run goes
on bit for bit where it was stopped, by whatever means: what a step does follows from the weights,
the moments and averages in the state, and from the step's number.
"""

import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import Rgb8
from nurie.errors import OutputError
from nurie_lab.training.engine.folder import RunFolder, State, load_state, save_state
from nurie_lab.training.engine.team import averaged, broadcast, processes
from nurie_lab.training.settings import PictureConfig, RegionConfig


@dataclass
class Progress:
    """How far a run is. Pictures decide what is learnt; time only says when to save or to stop."""

    pictures: int
    """To be shown in all."""
    step: int = 0
    shown: int = 0
    losses: dict[str, float] = field(default_factory=dict)
    waited: float = 0.0
    """Seconds of this sitting in which no decoded picture was there."""
    _before: float = 0.0
    _begin: float = field(default_factory=time.monotonic)
    _timed: tuple[float, int] | None = None
    """When the first step of this sitting, a slow one, had ended, and pictures shown by then."""
    _marks: dict[str, float] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether all pictures were shown."""
        return self.shown >= self.pictures

    @property
    def sitting(self) -> float:
        """Seconds of this sitting."""
        return time.monotonic() - self._begin

    @property
    def rate(self) -> float:
        """Pictures a second in this sitting, the first step left out; 0 before."""
        begin, first = self._timed or (np.inf, self.shown)
        return (self.shown - first) / max(time.monotonic() - begin, 1e-6)

    def passed(self, shown: int) -> None:
        """A step has shown so many pictures."""
        self.step += 1
        self.shown += shown
        self._timed = self._timed or (time.monotonic(), self.shown)

    def restore(self, facts: dict[str, Any]) -> None:
        """Go on from what :meth:`facts` gave."""
        self.step, self.shown, self._before = facts["step"], facts["shown"], facts["seconds"]
        self.losses = facts["losses"]

    def facts(self) -> dict[str, Any]:
        """What is to be kept, as plain values."""
        return {
            "step": self.step,
            "shown": self.shown,
            "pictures": self.pictures,
            "seconds": self._before + self.sitting,
            "losses": self.losses,
        }

    def row(self) -> dict[str, Any]:
        """A line of the log."""
        return {
            "step": self.step,
            "shown": self.shown,
            "seconds": round(self._before + self.sitting, 3),
            "pictures_per_second": round(self.rate, 3),
            "waiting": round(self.waited / max(self.sitting, 1e-6), 4),
            **self.losses,
        }

    def due(self, what: str, seconds: float) -> bool:
        """Whether so long has passed since the sitting began or this was last true."""
        now = time.monotonic()
        if now - self._marks.get(what, self._begin) < seconds:
            return False
        self._marks[what] = now
        return True

    def line(self) -> str:
        """How it goes, for people."""
        timed = self._timed is not None and time.monotonic() - self._timed[0] >= WARM
        minutes = (self.pictures - self.shown) / max(self.rate, 1e-6) / 60
        left = f"{minutes:.0f} min left" if timed else "time left not known yet"
        figures = "  ".join(f"{name} {value:.4f}" for name, value in self.losses.items())
        return (
            f"step {self.step}  {self.shown}/{self.pictures}  {figures}  {self.rate:.1f} pictures/s"
            f"  {100 * self.waited / max(self.sitting, 1e-6):.0f} % waiting  {left}"
        )

    def wait_for(self, parts: Iterator[Any]) -> Any:
        """The next part, with the time counted that it was waited for."""
        begin = time.monotonic()
        part = next(parts)
        self.waited += time.monotonic() - begin
        return part


class Means:
    """Means of figures over some steps, added up on the device."""

    def __init__(self) -> None:
        self.steps = 0
        self._sums: dict[str, Tensor] = {}

    def add(self, figures: dict[str, Tensor]) -> None:
        """Take the figures of a step in."""
        self.steps += 1
        for name, value in figures.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value

    def take(self) -> dict[str, float]:
        """The means over all processes since the last time."""
        means = averaged({name: value / self.steps for name, value in self._sums.items()})
        self.__init__()  # type: ignore[misc]
        return means


SPEAK = 10.0
"""Seconds between two lines of progress."""

WARM = 20.0
"""Seconds of steps from which the time left is told."""

LINES = 20
"""Lines that a log has at least, where the run has as many steps."""


@dataclass
class Task(ABC):
    """What is trained: data, networks and a step, each in its own room."""

    config: RegionConfig | PictureConfig
    folder: RunFolder
    """Where it is kept."""
    going_on: bool
    """Whether the folder holds a state to go on from."""
    title: str
    """Said when the run begins."""
    state: State
    """Weights and moments."""
    averages: list[tuple[nn.Module, nn.Module]]
    """Moving averages, and the modules that they follow."""
    generator: torch.Generator
    """Of random numbers that are the same in every process."""
    pictures: int
    """To show in all."""

    @abstractmethod
    def parts(self, step: int) -> Generator[Any]:
        """What each step takes, for ever, from this one on."""

    @abstractmethod
    def step(self, part: Any, share: float) -> tuple[int, dict[str, Tensor]]:
        """Learn from a part at this share of the run; pictures shown by all, and figures."""

    @abstractmethod
    def restore(self, facts: dict[str, Any]) -> None:
        """Go on from what :meth:`facts` gave."""

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What is to be kept beside the state, as plain values; called in every process."""

    @abstractmethod
    def sheet(self) -> Rgb8 | None:
        """Samples to look at, where there are some; called in the first process."""


def train(task: Task, *, minutes: float | None = None) -> dict[str, Any]:
    """Show all pictures, or stop after some minutes and go on exactly when called again.

    SIGINT and SIGTERM end the run behind a whole step, with its state saved. Returned are ``step``,
    ``shown``, ``seconds``, ``losses``, ``finished`` and the task's own facts.

    Raises:
        OutputError: the last state cannot be written.
        KeyboardInterrupt: SIGINT came.
    """
    progress, means, config = Progress(task.pictures), Means(), task.config
    limit = np.inf if minutes is None else 60 * minutes
    if task.going_on:
        facts = load_state(task.folder.path, task.state)
        progress.restore(facts)
        task.restore(facts)
    rank, world = processes()
    if not rank:
        # What was logged after the state is forgotten.
        task.folder.rewind(progress.step)
        many = f", {world} processes" if world > 1 else ""
        going = f", going on from step {progress.step}" if progress.step else ""
        task.folder.say(f"{task.title}{many}{going}")
    with closing(task.parts(progress.step)) as parts, _signals() as caught:
        while not progress.finished:
            if broadcast(bool(caught) or progress.sitting >= limit):
                break
            part = progress.wait_for(parts)
            _reseed(config.seed, progress.step, task.generator)
            shown, figures = task.step(part, progress.shown / progress.pictures)
            average(task.averages, config.ema, progress.step)
            means.add(figures)
            progress.passed(shown)
            # A short run has its lines, too.
            if progress.step % min(config.log_every, max(1, task.pictures // shown // LINES)) == 0:
                _log(task, progress, means)
                _keep_now_and_then(task, progress)
            if progress.due("line", SPEAK) and not rank:
                task.folder.say(progress.line())
        if means.steps:
            _log(task, progress, means)
        _draw_sheet(task, progress)
        facts = _keep(task, progress, last=True)
        if not rank:
            task.folder.say(_end(progress, list(facts["skipped"])))
    return facts | {"finished": progress.finished}


def _log(task: Task, progress: Progress, means: Means) -> None:
    progress.losses = means.take()
    if not processes()[0]:
        task.folder.log(progress.row())


def _keep_now_and_then(task: Task, progress: Progress) -> None:
    pause = 60 * getattr(task.config, "sheet_minutes", 0.0)
    due = (
        progress.due("save", 60 * task.config.save_minutes),
        bool(pause) and progress.due("sheet", pause),
    )
    save, sheet = broadcast(due)
    if sheet:
        _draw_sheet(task, progress)
    if save:
        _keep(task, progress)


def _draw_sheet(task: Task, progress: Progress) -> None:
    pixels = None if processes()[0] else task.sheet()
    if pixels is not None:
        task.folder.sheet(progress.step, pixels)


def _keep(task: Task, progress: Progress, *, last: bool = False) -> dict[str, Any]:
    """Save the state; a disk that is full costs this state, not the run.

    Raises:
        OutputError: the last state of the run cannot be written.
    """
    facts = progress.facts() | task.facts()
    if processes()[0]:
        return facts
    try:
        save_state(task.folder.path, task.state, facts)
    except OSError as error:
        trouble = f"The state of step {progress.step} cannot be written ({error}); make room."
        if last:
            raise OutputError(trouble) from error
        task.folder.say(f"{trouble} The one before stays.")
    return facts


def _end(progress: Progress, names: list[str]) -> str:
    more = f"{', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
    skips = f"{len(names)} passed over: {more}" if names else "none passed over"
    end = "done" if progress.finished else "stopped; the same command goes on"
    return f"{end}: {progress.step} steps, {progress.shown} pictures, {skips}"


def _reseed(seed: int, step: int, generator: torch.Generator) -> None:
    """Let chance follow from the step's number alone, so that none of it needs to be saved."""
    rank = processes()[0]
    shared, own = (
        int(np.random.SeedSequence(words).generate_state(1, np.uint64)[0] >> 1)
        for words in ([seed, step], [seed, step, 1 + rank])
    )
    generator.manual_seed(shared)
    torch.manual_seed(own)


@torch.no_grad()
def average(pairs: Sequence[tuple[nn.Module, nn.Module]], decay: float, step: int) -> None:
    """Exponential moving average of the weights, warm in the first steps of the run.

    ``pairs`` are averages and the modules that they follow, of which a share ``decay`` stays.
    """
    decay = min(decay, (1 + step) / (10 + step))
    for mean, module in pairs:
        slow, fast = mean.state_dict(), module.state_dict()
        keys = [key for key, value in fast.items() if value.is_floating_point()]
        torch._foreach_lerp_([slow[k] for k in keys], [fast[k] for k in keys], 1 - decay)


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Signals that ask for an end, as they come; they end the process behind the block.

    The second of a kind ends it at once.
    """
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught
        return

    def note(number: int, _: Any) -> None:
        caught.append(number)
        signal.signal(number, before[number])

    numbers = (int(signal.SIGINT), int(signal.SIGTERM))
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if caught == [signal.SIGINT]:
        raise KeyboardInterrupt
    if caught:
        raise SystemExit(128 + caught[0])
