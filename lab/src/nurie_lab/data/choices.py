"""Choices among colourings of a drawing, by point: which would be kept, which is best and worst."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.errors import InputError
from nurie_lab.data.colourings import AREA_TOLERANCE

COVERED = 0.8
"""Share of a drawing's area that candidates must colour, else the drawing is left out."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What was chosen among the candidates for one drawing."""

    key: str
    points: AnyArray
    """(p, 3) int: x, y, area of the region there."""
    colors: AnyArray
    """(c, p, 3) uint8."""
    rank: AnyArray
    """(c,) int, higher is better: 2 more for one that is kept, 1 for the best, -1 for the worst."""

    def on(self, labels: Labels) -> tuple[AnyArray, AnyArray]:
        """The candidates' colours of n regions, (c, n, 3) uint8, and (n,) bool: which are known."""
        areas = np.bincount(labels.ravel())
        colors = np.full((len(self.colors), len(areas), 3), 255, np.uint8)
        known = np.zeros(len(areas), bool)
        at = labels[self.points[:, 1], self.points[:, 0]]
        ratio = areas[at] / np.maximum(self.points[:, 2], 1)
        good = (at > 0) & (ratio < AREA_TOLERANCE) & (ratio > 1 / AREA_TOLERANCE)
        colors[:, at[good]] = self.colors[:, good]
        known[at[good]] = True
        return colors[:, 1:], known[1:]


def read_choices(paths: Iterable[Path]) -> dict[str, Choice]:
    """Rows of JSONL files, by the drawing's key; of two about one drawing the last counts.

    Those of another split than ``train`` are left out.

    A row has ``key``, ``points``, ``candidates`` with ``colors`` (six hex digits a point),
    ``keep``, ``best`` and ``worst``, numbers from 1.

    Raises:
        InputError: a row lacks what it needs.
    """
    rows: dict[str, Choice] = {}
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                values = json.loads(line)
                if values.get("split", "train") == "train":
                    rows[values["key"]] = _choice(values)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                raise InputError(f"{path}, line {number}, is not such a row ({error}).") from error
    return rows


def _choice(values: dict[str, Any]) -> Choice:
    """A row as arrays."""
    points = np.array(values["points"], np.int64).reshape(-1, 3)
    found = [
        np.frombuffer(bytes.fromhex(candidate["colors"]), np.uint8).reshape(-1, 3)
        for candidate in values["candidates"]
    ]
    rank = np.zeros(len(found), np.int8)
    for number in values["keep"]:
        rank[number - 1] += 2
    rank[values["best"] - 1] += 1
    rank[values["worst"] - 1] -= 1
    return Choice(values["key"], points, np.stack(found), rank)
