"""One picture put to one system, and what all tasks share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Labels, Rgb8
from nurie_lab.bench.conditions import worn
from nurie_lab.bench.pictures import Case, Frame
from nurie_lab.bench.wishes import Answer, Wish

Ask: TypeAlias = Callable[[Wish], Answer]
"""Asks the system under test; its costs are counted elsewhere."""

Scores: TypeAlias = dict[str, float]
"""Figures by name; one that does not apply is not a number."""

RIGHT = 10.0
"""ΔE2000 up to which a colour counts as right where it need not be exact."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One picture under one condition, put to one system."""

    case: Case
    condition: str
    ask: Ask
    rng: np.random.Generator

    def lines(self, frame: Frame | None = None) -> AnyArray:
        """The lines under the condition."""
        return worn(frame or self.case.frame, self.condition, self.rng)


def on_paper(pieces: Labels, frame: Frame) -> AnyArray:
    """Share of each piece that is paper, (n,)."""
    count = int(pieces.max(initial=0))
    area = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    blank = np.bincount(pieces.ravel(), frame.paper.ravel(), minlength=count + 1)[1:]
    return np.asarray(blank / np.maximum(area, 1))


def unpacked(codes: AnyArray) -> Rgb8:
    """(n, 3) uint8 of colours as ``packed`` gives them.

    >>> unpacked(np.array([65538])).tolist()
    [[1, 0, 2]]
    """
    wide = np.maximum(codes, 0)[:, None] >> np.array([16, 8, 0])
    return np.asarray((wide & 255).astype(np.uint8))
