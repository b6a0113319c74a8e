"""The request to a system and its answer, as arrays that can cross to another process."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie.document import Hints, Palette, lay_lines


@dataclass(frozen=True, eq=False)
class Request:
    """One drawing and what its colours must follow."""

    lines: AnyArray  # (H, W) or (H, W, 3) uint8, 0 ink
    hints: Hints | None = None  # Colours at pixels
    palette: Palette | None = None  # Colours that may be used
    references: tuple[AnyArray, ...] = ()  # Coloured drawings of the same things
    answers: int = 1  # How many different answers
    regions_only: bool = False  # Only where regions are, no colours
    file: str = ""
    """Also a file with this suffix: ``.ora``, ``.psd`` or ``.png``."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a system made of a request."""

    pictures: tuple[AnyArray, ...] = ()
    """(H, W, 3) uint8 coloured pictures with their lines."""
    fills: tuple[AnyArray, ...] = ()
    """(H, W, 3) uint8 colours without lines, where the system keeps them apart."""
    labels: Labels | None = None  # (H, W) int32 regions, where the system tells them
    confidence: Floats | None = None
    """(n + 1,) by label: chance that a chosen colour is right; not a number where none was
    chosen."""
    file: bytes = b""  # The requested file

    @property
    def shown(self) -> tuple[AnyArray, ...]:
        """What colours are read from: fills, or else the pictures."""
        return self.fills or self.pictures


@dataclass(frozen=True)
class Cost:
    """What an answer took."""

    wall_s: float = 0.0
    cpu_s: float = 0.0  # User and system time of all threads and children
    peak_mib: float = 0.0  # Most memory held at once by the process that answered


System: TypeAlias = Callable[[Request], Answer]
"""Whatever answers a request."""


def filled(request: Request, fill: Rgb8, labels: Labels | None = None) -> Answer:
    """An answer made of colours below the lines."""
    return Answer((lay_lines(request.lines, fill),), (fill,), labels)


def gray(lines: AnyArray) -> AnyArray:
    """(H, W) uint8 of lines in any colour.

    >>> gray(np.array([[[9, 8, 7]]], np.uint8)).tolist()
    [[7]]
    """
    return lines if lines.ndim == 2 else np.asarray(lines.min(axis=2))


def put(path: Path, thing: Request | Answer) -> None:
    """Write what crosses to another process."""
    path.write_bytes(pickle.dumps(thing))


def take(path: Path) -> Any:
    """What another process of the same bench put there."""
    return pickle.loads(path.read_bytes())  # noqa: S301 - never a file of anybody else's
