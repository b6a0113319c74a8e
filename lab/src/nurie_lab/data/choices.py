"""Choices among colourings of a drawing, by point: which would be kept, which is best and worst."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie_lab.data.colourings import read_jsonl, rows_at

COVERED = 0.8
"""Share of a drawing's area that candidates must colour, else the drawing is left out."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What was chosen among the candidates for one drawing."""

    key: str
    points: AnyArray  # (p, 3) int: x, y, area of the region there
    colors: AnyArray  # (c, p, 3) uint8
    rank: AnyArray
    """(c,) int, higher is better: 2 more for one that is kept, 1 for the best, -1 for the worst."""

    def on(self, labels: Labels) -> tuple[AnyArray, AnyArray]:
        """The candidates' colours of n regions, (c, n, 3) uint8, and (n,) bool: which are known."""
        count = int(labels.max(initial=0))
        colors = np.full((len(self.colors), count, 3), 255, np.uint8)
        known = np.zeros(count, bool)
        rows, good = rows_at(labels, self.points)
        colors[:, rows[good]] = self.colors[:, good]
        known[rows[good]] = True
        return colors, known


def read_choices(paths: Iterable[Path]) -> dict[str, Choice]:
    """Rows of JSONL files, by the drawing's key; of two about one drawing the last counts.

    Those of another split than ``train`` are left out.

    A row has ``key``, ``points``, ``candidates`` with ``colors`` (six hex digits a point),
    ``keep``, ``best`` and ``worst``, numbers from 1.

    Raises:
        InputError: a row lacks what it needs.
    """
    rows = (row for path in paths for row in read_jsonl(path, _choice))
    return {row.key: row for row in rows if row is not None}


def _choice(values: dict[str, Any]) -> Choice | None:
    """A row as arrays."""
    if values.get("split", "train") != "train":
        return None
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
