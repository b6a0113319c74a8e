"""Colourings, named regions and choices, by point of a line drawing, become training examples.

Several colourings of one drawing are several good answers to it. They share lines, regions and
features, so a drawing is stored once with all its colourings beside it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie.errors import InputError
from nurie.regions.flatten import flatten
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.segment import segment
from nurie_lab.data.answers import PARTS
from nurie_lab.data.extract import degrade, ink_lines
from nurie_lab.data.prepare import MOST, SIZE, TIERS, Named, framed, shared_pixels, write_examples
from nurie_lab.data.shards import Record, read_shard

Read = TypeVar("Read")

COLOURINGS = 3
"""Colourings stored of one drawing: two by number, and the picture's own where it has colours."""

AREA_TOLERANCE = 1.6
"""Ratio of areas beyond which a point lies in another region than the one that was coloured: the
segmentation may have changed since."""

PURITY = 0.6
"""Share of a degraded drawing's region that lies in one region of the clean drawing, below which
its colour is unknown: lines were broken and two things became one region."""


@dataclass(frozen=True, eq=False)
class Row:
    """What was written about one drawing."""

    key: str
    where: str
    """``train``, ``pairs`` (shards) or ``made`` (a drawing made by program)."""
    size: tuple[int, int]  # Width and height in pixels that the points refer to
    points: AnyArray  # (p, 3) int: x, y, area of the region there
    colours: AnyArray  # (2, p, 3) int16, -1 where no colour was given
    parts: tuple[str, ...]  # (p,) names; empty where none was given
    mixed: AnyArray  # (p,) bool: open lines let the region hold two things
    recipe: tuple[str, list[int]] | None = None
    """Generator and seed of a drawing by program."""


@dataclass(frozen=True, eq=False)
class Painted:
    """A line drawing, its regions, and what is known of them."""

    key: str
    group: str
    """What must not be split between training and held-out drawings: the book, or the key."""
    source: str
    lines: AnyArray  # (H, W) uint8, 0 ink
    labels: Labels
    colors: Rgb8  # (COLOURINGS, n, 3)
    trust: Floats  # (COLOURINGS, n): 0 where no colour is known
    parts: AnyArray  # (n,) int16 index into the vocabulary, -1 unknown


def read_rows(colourings: Iterable[Path], parts: Iterable[Path]) -> dict[str, list[Row]]:
    """Rows of JSONL files of colourings and of named regions, by the drawing's key.

    A row of the first has ``points`` and two ``colourings``, one of the second ``regions``; those
    of another split than ``train`` are left out.

    Raises:
        InputError: a row lacks what it needs.
    """
    rows: dict[str, list[Row]] = {}
    for path, reader in [(p, _coloured) for p in colourings] + [(p, _named) for p in parts]:
        for row in read_jsonl(path, reader):
            if row is not None:
                rows.setdefault(row.key, []).append(row)
    return rows


def read_jsonl(path: Path, reader: Callable[[dict[str, Any]], Read]) -> Iterator[Read]:
    """What a reader makes of each line of a file.

    Raises:
        InputError: a row lacks what it needs.
    """
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = reader(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(f"{path}, line {number}, is not such a row ({error}).") from error
        yield row


def rows_at(labels: Labels, points: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The region from 0 below each (x, y, area), and whether it is about as large as that."""
    at = labels[points[:, 1], points[:, 0]]
    ratio = np.bincount(labels.ravel())[at] / np.maximum(points[:, 2], 1)
    return at - 1, (at > 0) & (ratio < AREA_TOLERANCE) & (ratio > 1 / AREA_TOLERANCE)


def _coloured(values: dict[str, Any]) -> Row:
    points = np.array(values["points"], np.int64).reshape(-1, 3)
    colours = np.full((2, len(points), 3), -1, np.int16)
    for k, colouring in enumerate(values["colourings"][:2]):
        for i, color in enumerate(colouring):
            if color:
                colours[k, i] = [int(color[j : j + 2], 16) for j in (1, 3, 5)]
    width, height = values["size"]
    mixed = np.zeros(len(points), bool)
    recipe = (str(values["generator"]), list(values["seed"])) if "generator" in values else None
    return Row(values["key"], values["where"], (width, height), points, colours, (), mixed, recipe)


def _named(values: dict[str, Any]) -> Row | None:
    if values.get("split", "train") != "train":
        return None
    regions, (width, height) = values["regions"], values["size"]
    points = np.array([[r["x"], r["y"], r["area"]] for r in regions], np.int64).reshape(-1, 3)
    mixed = np.array([bool(r.get("mixed")) for r in regions], bool)
    names = tuple(str(r["part"]) for r in regions)
    colours = np.full((2, len(points), 3), -1, np.int16)
    return Row(values["key"], values["where"], (width, height), points, colours, names, mixed)


def paint(row_list: list[Row], record: Record, names: tuple[str, ...]) -> Painted | None:
    """The regions of one drawing with what its rows say; None where they are of another size.

    Where the record has no lines the picture's ink is taken; its own colours become the last
    colouring.
    """
    lines = record.line
    if lines is None:
        lines = ink_lines(record.color, fill=True, edges=True)
    here = (lines.shape[1], lines.shape[0])
    row_list = [row for row in row_list if row.size == here]
    if not row_list:
        return None
    labels = segment(lines)
    count = int(labels.max(initial=0))
    colors = np.full((COLOURINGS, count, 3), 255, np.uint8)
    trust = np.zeros((COLOURINGS, count), np.float32)
    parts = np.full(count, -1, np.int16)
    for row in row_list:
        at, good = rows_at(labels, row.points)
        for i in np.flatnonzero(good).tolist():
            for k in range(2):
                if row.colours[k, i, 0] >= 0:
                    colors[k, at[i]], trust[k, at[i]] = row.colours[k, i], 1
            if row.parts and row.parts[i] in names:
                parts[at[i]] = names.index(row.parts[i])
            if row.mixed[i]:
                trust[:2, at[i]] = np.minimum(trust[:2, at[i]], 0.5)
    if record.color.shape[:2] == lines.shape and record.info.get("coloured", True):
        colors[2], trust[2] = flatten(labels, lines, record.color, count)
    title = str(record.info.get("title", ""))
    source = str(record.info.get("source", ""))
    book = title if title and ("asp" in source or "bookdash" in source) else record.key
    return Painted(record.key, book, source, lines, labels, colors, trust, parts)


def degraded(painted: Painted, rng: np.random.Generator) -> Painted:
    """The same drawing turned and stretched a little, with the flaws of paper, cut anew.

    Each new region knows what the old region knows that holds most of it.
    """
    import cv2

    height, width = painted.lines.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 5)), 1.0)
    turn[:, :2] *= rng.uniform(0.8, 1.1, (2, 1))
    turn[:, 2] += (
        np.array([width, height]) / 2 - turn[:, :2] @ np.array([width, height]) / 2 - turn[:, 2]
    )
    lines = cv2.warpAffine(painted.lines, turn, (width, height), borderValue=255)
    old = cv2.warpAffine(
        painted.labels.astype(np.float32), turn, (width, height), flags=cv2.INTER_NEAREST
    ).astype(np.int64)
    lines = degrade(lines, rng)
    labels = segment(lines)
    before = int(painted.labels.max(initial=0))
    shared = shared_pixels(labels, old, before)
    overlap, whole = shared[:, 1:], shared.sum(axis=1)
    best = overlap.argmax(1) if before else np.zeros(len(whole), np.int64)
    pure = overlap.max(1, initial=0) / np.maximum(whole, 1) >= PURITY
    return Painted(
        painted.key, painted.group, painted.source, lines, labels, painted.colors[:, best],
        painted.trust[:, best] * pure, np.where(pure, painted.parts[best], -1).astype(np.int16),
    )  # fmt: skip


def views(painted: Painted, rng: np.random.Generator, size: int = SIZE) -> Iterator[Named]:
    """The examples of one drawing: one for each of its colourings that colours two regions."""
    ink, measures = find_ink(painted.lines), measure(painted.labels)
    keep = _keep(measures.area, painted.trust[:2].max(0) > 0, rng)
    source = HELD if is_held(painted.group) else painted.source
    for colors, trust in zip(painted.colors, painted.trust, strict=True):
        if (trust > 0).sum() > 1:
            known = colors, trust, painted.parts
            yield Named(
                framed(painted.labels, ink, measures, keep, known, size), painted.key, source
            )


def _keep(area: Floats, known: AnyArray, rng: np.random.Generator) -> AnyArray:
    """At most ``MOST`` regions: the known ones, then the largest, then any."""
    order = np.lexsort((-area, ~known))
    if len(order) > MOST:
        head = order[: MOST * 3 // 4]
        order = np.concatenate([head, rng.permutation(order[len(head) :])[: MOST - len(head)]])
    return np.asarray(np.sort(order))


DEGRADED = 2
"""Further views of each drawing, turned and with the flaws of paper."""


def prepare_colourings(  # noqa: PLR0913 - what is known of the drawings
    out: Path,
    shards: Sequence[Path],
    *,
    colourings: Iterable[Path],
    named: Iterable[Path],
    without: frozenset[str] = frozenset(),
    size: int = SIZE,
    seed: int = 0,
) -> Iterator[Path]:
    """Make examples of drawings that were coloured or named by number: ``coloured-NAME.npz``.

    There is a file for each shard; those that are there already are kept. Pictures ``without`` are
    left out; see ``read_rows`` for ``colourings`` and ``named``.

    Raises:
        InputError: a row lacks what it needs.
    """
    found = painted_drawings(shards, colourings=colourings, named=named, without=without)
    for name, drawings in found:
        rng = np.random.default_rng([seed, *name.encode()])
        yield write_examples(out / f"coloured-{name}.npz", partial(_examples, drawings, rng, size))


def painted_drawings(
    shards: Sequence[Path],
    *,
    colourings: Iterable[Path],
    named: Iterable[Path],
    without: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, Iterator[Painted]]]:
    """The drawings that were coloured or named by number, by shard; then those by program.

    Arguments are those of :func:`prepare_colourings`.
    """
    rows = {k: r for k, r in read_rows(colourings, named).items() if k not in without}
    stored = [(shard.stem, read_shard(shard)) for shard in shards]
    for name, records in [*stored, ("made", _invented(rows))]:
        # Of the licences that may be used; drawings by program have none.
        fit = (r for r in records if r.key in rows and r.info.get("tier", TIERS[0]) in TIERS)
        found = (paint(rows[record.key], record, PARTS) for record in fit)
        yield name, (painted for painted in found if painted is not None)


def _examples(drawings: Iterator[Painted], rng: np.random.Generator, size: int) -> Iterator[Named]:
    for painted in drawings:
        yield from views(painted, rng, size)
        for _ in range(DEGRADED):
            yield from views(degraded(painted, rng), rng, size)


def _invented(rows: dict[str, list[Row]]) -> Iterator[Record]:
    """The drawings by program that rows are about, drawn again."""
    from nurie_lab.drawings.animals import invent_animal
    from nurie_lab.drawings.figures import invent_character
    from nurie_lab.drawings.scenes import invent_scene

    by_name = {"figure": invent_character, "animal": invent_animal, "scene": invent_scene}
    for key, (row, *_) in sorted(rows.items()):
        if row.recipe is None or row.recipe[0] not in by_name:
            continue
        (width, height), (name, seed) = row.size, row.recipe
        side = width if width == height else (height, width)
        made = by_name[name](np.random.default_rng(seed), size=side)
        blank = np.full((*made.lines.shape, 3), 255, np.uint8)
        yield Record(key, blank, made.lines, {"source": "made", "coloured": False})


HELD = "held out"
"""Source of examples whose drawing or book is kept from training."""


def is_held(group: str, share: int = 16) -> bool:
    """Whether a book or a drawing is held out of training: one in ``share``, by its name."""
    return crc32(group.encode()) % share == 0


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
