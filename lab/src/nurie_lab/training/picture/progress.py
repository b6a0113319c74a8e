"""How far a run is: time, places in the data, means of its figures."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from torch import Tensor

from nurie_lab.training.picture.config import PictureConfig
from nurie_lab.training.picture.shards import Place
from nurie_lab.training.team import averaged


@dataclass
class Progress:
    """How far a run is, over all its sittings."""

    minutes: float | None
    pictures: int
    """To be shown in all."""
    step: int = 0
    shown: int = 0
    share: float = 0.0
    """Of the run that is over, as all processes agree."""
    places: dict[int, Place] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    waited: float = 0.0
    """Seconds of this sitting in which no decoded picture was there."""
    _before: float = 0.0
    _begin: float = field(default_factory=time.monotonic)
    _first: int = 0
    _spoke: float = field(default_factory=time.monotonic)
    _saved: float = field(default_factory=time.monotonic)
    _drew: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time spent, earlier sittings included."""
        return self._before + time.monotonic() - self._begin

    @property
    def rate(self) -> float:
        """Pictures a second in this sitting."""
        return (self.shown - self._first) / max(time.monotonic() - self._begin, 1e-6)

    @property
    def waiting(self) -> float:
        """Share of this sitting spent waiting for pictures."""
        return self.waited / max(time.monotonic() - self._begin, 1e-6)

    def over(self) -> bool:
        """Whether the run is at its end, by what all processes agreed upon."""
        return self.shown >= self.pictures or self.share >= 1

    def restore(self, facts: dict[str, Any]) -> None:
        """Go on from what :meth:`facts` said."""
        self.step, self.shown, self._before = facts["step"], facts["shown"], facts["seconds"]
        self.share, self.losses, self._first = facts["share"], facts["losses"], facts["shown"]
        self.skipped = facts["skipped"]
        self.places = {int(lane): Place(*place) for lane, place in facts["places"].items()}
        if self.minutes is not None:
            self.share = min(self.share, self.seconds / (60 * self.minutes))
        elif self.shown < self.pictures:
            self.share = self.shown / self.pictures

    def facts(self) -> dict[str, Any]:
        """What is to be kept, as plain values."""
        return {
            "step": self.step,
            "shown": self.shown,
            "seconds": self.seconds,
            "share": self.share,
            "losses": self.losses,
            "skipped": self.skipped,
            "places": self.places,
        }

    def count(self, pictures: int) -> None:
        """Count a step."""
        self.step += 1
        self.shown += pictures

    def row(self) -> dict[str, Any]:
        """What a line of the log says beside the figures."""
        return {
            "step": self.step,
            "shown": self.shown,
            "seconds": round(self.seconds, 3),
            "pictures_per_second": round(self.rate, 3),
            "waiting": round(self.waiting, 4),
        }

    def due(self, config: PictureConfig) -> tuple[bool, bool, float]:
        """Whether to save and to draw a sheet now, and the share of the run that is over."""
        now, share = time.monotonic(), self.shown / self.pictures
        if self.minutes is not None:
            share = max(share, self.seconds / (60 * self.minutes))
        save = now - self._saved >= 60 * config.save_minutes
        drawing = config.sheet_minutes > 0 and now - self._drew >= 60 * config.sheet_minutes
        self._saved = now if save else self._saved
        self._drew = now if drawing else self._drew
        return save, drawing, share

    def line(self) -> str | None:
        """A line about the run, every ten seconds."""
        if time.monotonic() - self._spoke < 10:
            return None
        self._spoke = time.monotonic()
        left = self.seconds * (1 / max(self.share, 1e-6) - 1) / 60
        figures = "  ".join(f"{name} {value:.4f}" for name, value in self.losses.items())
        return (
            f"step {self.step}  {figures}  {self.rate:.1f} pictures/s  "
            f"{100 * self.waiting:.0f} % waiting  {left:.0f} min left"
        )


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


def grouped(parts: Iterator[Any], count: int) -> Iterator[list[Any]]:
    """So many at a time: the batches of one step."""
    while True:
        yield list(islice(parts, count))


def timed(parts: Iterator[Any], progress: Progress) -> Iterator[Any]:
    """The same, with the time counted that each was waited for."""
    while True:
        begin = time.monotonic()
        part = next(parts)
        progress.waited += time.monotonic() - begin
        yield part
