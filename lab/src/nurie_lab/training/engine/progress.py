"""How far a run is: pictures shown, time, means of its figures."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from nurie_lab.training.engine.team import averaged


@dataclass
class Progress:
    """How far a run is. Pictures decide what is learnt; time only says when to save or to stop."""

    pictures: int
    """To be shown in all."""
    minutes: float | None = None
    """After which this sitting stops."""
    step: int = 0
    shown: int = 0
    losses: dict[str, float] = field(default_factory=dict)
    waited: float = 0.0
    """Seconds of this sitting in which no decoded picture was there."""
    _before: float = 0.0
    _begin: float = field(default_factory=time.monotonic)
    _first: int = 0
    _marks: dict[str, float] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Share of the run that is over."""
        return self.shown / self.pictures

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
        """Pictures a second in this sitting."""
        return (self.shown - self._first) / max(self.sitting, 1e-6)

    def time_is_over(self) -> bool:
        """Whether this sitting took the minutes it was given."""
        return self.minutes is not None and self.sitting >= 60 * self.minutes

    def restore(self, facts: dict[str, Any]) -> None:
        """Go on from what :meth:`facts` said."""
        self.step, self.shown, self._before = facts["step"], facts["shown"], facts["seconds"]
        self.losses, self._first = facts["losses"], facts["shown"]

    def facts(self) -> dict[str, Any]:
        """What is to be kept, as plain values."""
        return {
            "step": self.step,
            "shown": self.shown,
            "pictures": self.pictures,
            "seconds": self._before + self.sitting,
            "losses": self.losses,
        }

    def count(self, pictures: int) -> None:
        """Count a step."""
        self.step += 1
        self.shown += pictures

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
        left = (self.pictures - self.shown) / max(self.rate, 1e-6) / 60
        figures = "  ".join(f"{name} {value:.4f}" for name, value in self.losses.items())
        return (
            f"step {self.step}  {self.shown}/{self.pictures}  {figures}  {self.rate:.1f} pictures/s"
            f"  {100 * self.waited / max(self.sitting, 1e-6):.0f} % waiting  {left:.0f} min left"
        )

    def timed(self, parts: Iterator[Any]) -> Iterator[Any]:
        """The same parts, with the time counted that each was waited for."""
        while True:
            begin = time.monotonic()
            part = next(parts)
            self.waited += time.monotonic() - begin
            yield part


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
