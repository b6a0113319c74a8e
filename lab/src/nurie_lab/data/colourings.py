"""Colourings and named regions of line drawings, by point, become training examples.

Several colourings of one drawing are several good answers to it. They share lines, regions and
features, so a drawing is stored once with all its colourings beside it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie.errors import InputError
from nurie.lines import ink_lines
from nurie.regions.flatten import flatten
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.segment import segment
from nurie.regions.tokens import adjacency, frame_of, framed_labels, framed_lines, geometry
from nurie_lab.data.extract import degrade
from nurie_lab.data.prepare import MOST, SIZE
from nurie_lab.data.shards import Record, decode, read_shard

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
    size: tuple[int, int]
    """Width and height in pixels that the points refer to."""
    points: AnyArray
    """(p, 3) int: x, y, area of the region there."""
    colours: AnyArray
    """(2, p, 3) int16, -1 where no colour was given."""
    parts: tuple[str, ...]
    """(p,) names; empty where none was given."""
    mixed: AnyArray
    """(p,) bool: open lines let the region hold two things."""


@dataclass(frozen=True, eq=False)
class Painted:
    """A line drawing, its regions, and what is known of them."""

    key: str
    group: str
    """What must not be split between training and held-out drawings: the book, or the key."""
    source: str
    lines: AnyArray
    """(H, W) uint8, 0 ink."""
    labels: Labels
    colors: Rgb8
    """(COLOURINGS, n, 3)."""
    trust: Floats
    """(COLOURINGS, n): 0 where no colour is known."""
    parts: AnyArray
    """(n,) int16 index into the vocabulary, -1 unknown."""


@dataclass(frozen=True, eq=False)
class Sheets:
    """Drawings as arrays of equal shape, rows of zeros beyond each one's regions."""

    lines: AnyArray
    """(m, SIZE, SIZE) uint8."""
    labels: AnyArray
    """(m, SIZE, SIZE) uint8."""
    geometry: AnyArray
    """(m, MOST, 14) float16."""
    adjacency: AnyArray
    """(m, MOST, MOST) float16."""
    colors: AnyArray
    """(m, COLOURINGS, MOST, 3) uint8."""
    trust: AnyArray
    """(m, COLOURINGS, MOST) float16."""
    parts: AnyArray
    """(m, MOST) int16."""
    key: AnyArray
    """(m,) str."""
    group: AnyArray
    """(m,) str."""
    source: AnyArray
    """(m,) str."""


def read_rows(colourings: Iterable[Path], parts: Iterable[Path]) -> dict[str, list[Row]]:
    """Rows of JSONL files of colourings and of named regions, by the drawing's key.

    Args:
        colourings: ``points`` and two ``colourings`` a row.
        parts: ``regions`` a row; those of another split than ``train`` are left out.

    Raises:
        InputError: a row lacks what it needs.
    """
    rows: dict[str, list[Row]] = {}
    for path, reader in [(p, _coloured) for p in colourings] + [(p, _named) for p in parts]:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                row = reader(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path}, line {number}, is not such a row ({error}).") from error
            if row is not None:
                rows.setdefault(row.key, []).append(row)
    return rows


def _coloured(values: dict[str, Any]) -> Row:
    points = np.array(values["points"], np.int64).reshape(-1, 3)
    colours = np.full((2, len(points), 3), -1, np.int16)
    for k, colouring in enumerate(values["colourings"][:2]):
        for i, color in enumerate(colouring):
            if color:
                colours[k, i] = [int(color[j : j + 2], 16) for j in (1, 3, 5)]
    width, height = values["size"]
    mixed = np.zeros(len(points), bool)
    return Row(values["key"], values["where"], (width, height), points, colours, (), mixed)


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
    """The regions of one drawing with what its rows say of them.

    Args:
        row_list: of this drawing.
        record: lines, or a picture whose ink is taken; its own colours become the last colouring.
        names: vocabulary of parts.

    Returns:
        None where the rows are of another size: they are then not about this picture.
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
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    colors = np.full((COLOURINGS, count, 3), 255, np.uint8)
    trust = np.zeros((COLOURINGS, count), np.float32)
    parts = np.full(count, -1, np.int16)
    for row in row_list:
        at = labels[row.points[:, 1], row.points[:, 0]]
        ratio = areas[at] / np.maximum(row.points[:, 2], 1)
        good = (at > 0) & (ratio < AREA_TOLERANCE) & (ratio > 1 / AREA_TOLERANCE)
        for i in np.flatnonzero(good).tolist():
            for k in range(2):
                if row.colours[k, i, 0] >= 0:
                    colors[k, at[i] - 1], trust[k, at[i] - 1] = row.colours[k, i], 1
            if row.parts and row.parts[i] in names:
                parts[at[i] - 1] = names.index(row.parts[i])
            if row.mixed[i]:
                trust[:2, at[i] - 1] = np.minimum(trust[:2, at[i] - 1], 0.5)
    if record.color.shape[:2] == lines.shape and record.info.get("coloured", True):
        colors[2], trust[2] = flatten(labels, lines, record.color, count)
    title = str(record.info.get("title", ""))
    source = str(record.info.get("source", ""))
    book = title if title and ("asp" in source or "bookdash" in source) else record.key
    return Painted(record.key, book, source, lines, labels, colors, trust, parts)


def records_of(
    rows: dict[str, list[Row]], shards: Iterable[Path], made: Path | None, tiers: tuple[str, ...]
) -> Iterator[Record]:
    """The drawings that rows are about, from shards and from a folder of made line art.

    Args:
        rows: by key.
        shards: tar files.
        made: folder of ``KEY.png`` for drawings made by program.
        tiers: licence tiers that may be used.
    """
    for shard in shards:
        for record in read_shard(shard):
            if record.key in rows and record.info.get("tier") in tiers:
                yield record
    for key in sorted(rows):
        path = made / f"{key}.png" if made is not None else None
        if rows[key][0].where == "made" and path is not None and path.is_file():
            lines = decode(path.read_bytes(), "L")
            blank = np.full((*lines.shape, 3), 255, np.uint8)
            info = {"source": "made", "tier": "permissive", "coloured": False}
            yield Record(key, blank, lines, info)


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
    count, before = int(labels.max(initial=0)), int(painted.labels.max(initial=0))
    pairs = np.bincount(
        (labels.astype(np.int64) * (before + 1) + old).ravel(), minlength=(count + 1) * (before + 1)
    )
    overlap = pairs.reshape(count + 1, before + 1)[1:, 1:]
    whole = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    best = overlap.argmax(1) if before else np.zeros(count, np.int64)
    pure = overlap.max(1, initial=0) / np.maximum(whole, 1) >= PURITY
    return Painted(
        painted.key, painted.group, painted.source, lines, labels, painted.colors[:, best],
        painted.trust[:, best] * pure, np.where(pure, painted.parts[best], -1).astype(np.int16),
    )  # fmt: skip


def stack_sheets(drawings: list[Painted], rng: np.random.Generator) -> Sheets:
    """Drawings as arrays; of many regions those with known colours or parts are kept first."""
    count = len(drawings)
    sheets = Sheets(
        np.zeros((count, SIZE, SIZE), np.uint8), np.zeros((count, SIZE, SIZE), np.uint8),
        np.zeros((count, MOST, 14), np.float16), np.zeros((count, MOST, MOST), np.float16),
        np.zeros((count, COLOURINGS, MOST, 3), np.uint8),
        np.zeros((count, COLOURINGS, MOST), np.float16), np.full((count, MOST), -1, np.int16),
        np.array([d.key for d in drawings], np.str_),
        np.array([d.group for d in drawings], np.str_),
        np.array([d.source for d in drawings], np.str_),
    )  # fmt: skip
    for i, drawing in enumerate(drawings):
        ink, measures = find_ink(drawing.lines), measure(drawing.labels)
        frame, keep = frame_of(ink), _keep(measures.area, drawing.trust[:2].max(0) > 0, rng)
        n = len(keep)
        table = np.zeros(len(measures) + 1, np.int32)
        table[keep + 1] = np.arange(n) + 1
        sheets.lines[i] = (framed_lines(ink, frame, SIZE) * 255).astype(np.uint8)
        sheets.labels[i] = framed_labels(table[drawing.labels], frame, SIZE).astype(np.uint8)
        sheets.geometry[i, :n] = geometry(measures, frame)[keep]
        sheets.adjacency[i, :n, :n] = adjacency(measures)[np.ix_(keep, keep)]
        sheets.colors[i, :, :n], sheets.trust[i, :, :n] = (
            drawing.colors[:, keep],
            drawing.trust[:, keep],
        )
        sheets.parts[i, :n] = drawing.parts[keep]
    return sheets


def _keep(area: Floats, known: AnyArray, rng: np.random.Generator) -> AnyArray:
    """At most ``MOST`` regions: the known ones, then the largest, then any."""
    order = np.lexsort((-area, ~known))
    if len(order) > MOST:
        head = order[: MOST * 3 // 4]
        order = np.concatenate([head, rng.permutation(order[len(head) :])[: MOST - len(head)]])
    kept: AnyArray = np.sort(order)
    return kept


def load_sheets(folder: Path) -> Sheets:
    """All stored drawings of a folder.

    Raises:
        InputError: there are none.
    """
    files = sorted(folder.glob("sheets-*.npz"))
    if not files:
        raise InputError(f"No prepared drawings in {folder}; run the preparation first.")
    loaded = [dict(np.load(path)) for path in files]
    return Sheets(*(np.concatenate([f[x.name] for f in loaded]) for x in fields(Sheets)))


def is_held(group: str, share: int = 16) -> bool:
    """Whether a book or a drawing is held out of training: one in ``share``, by its name."""
    return crc32(group.encode()) % share == 0
