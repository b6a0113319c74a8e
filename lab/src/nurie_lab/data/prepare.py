"""Shards of pictures become files of training examples, on all cores, ready to be read at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.errors import InputError
from nurie.regions.flatten import flatten
from nurie.regions.ink import Ink, find_ink
from nurie.regions.measure import Measures, measure
from nurie.regions.segment import segment
from nurie.regions.tokens import adjacency, frame_of, framed_labels, framed_lines, geometry
from nurie_lab.data.extract import degrade, draw_lines, warp
from nurie_lab.data.shards import Record, read_shard, spread

SIZE = 224
"""Side of the framed drawing in pixels."""

MOST = 96
"""Regions kept in an example: the larger half by size, the rest at random."""


@dataclass(frozen=True, eq=False)
class Example:
    """What the region model learns from; n ≤ ``MOST`` regions."""

    lines: AnyArray  # (S, S) uint8, 0 ink
    labels: AnyArray  # (S, S) uint8: 0 none, i + 1 the region of row i
    geometry: Floats  # (n, 14) float32
    adjacency: Floats  # (n, n) float32
    colors: Rgb8  # (n, 3) uint8 median colour of each region
    weight: Floats
    """(n,) float32: how far the colour is to be trusted, 0 for ink taken as region."""
    parts: AnyArray
    """(n,) int16: which of ``data.answers.PARTS`` each shows, -1 where that is not known."""


PURE = 0.6
"""Share of a region that shows one part, from which on the part is known."""


def make_example(
    lines: AnyArray, color: Rgb8, rng: np.random.Generator, shows: AnyArray | None = None
) -> Example | None:
    """Segment line art and read each region's colour off the picture; None where all is paper.

    ``lines`` are (H, W) uint8, 0 ink; ``color`` is (H, W, 3) uint8, the original; ``shows``, (H, W)
    int16, is the part that each pixel shows, -1 unknown. ``rng`` chooses which regions stay where
    there are many.
    """
    ink = find_ink(lines)
    labels = segment(lines, ink=ink)
    measures = measure(labels)
    if len(measures) < 2:
        return None
    colors, weight = flatten(labels, lines, color, len(measures))
    parts = np.full(len(measures), -1, np.int16) if shows is None else _shown(labels, shows)
    known = colors, weight, parts
    return framed(labels, ink, measures, _keep(measures.area, rng), known)


def framed(
    labels: AnyArray,
    ink: Ink,
    measures: Measures,
    keep: AnyArray,
    known: tuple[Rgb8, Floats, AnyArray],
    size: int = SIZE,
) -> Example:
    """The example of some regions, with the colours, trust and parts that are known of all.

    ``size`` is the side S of the framed drawing.
    """
    frame, (colors, trust, parts) = frame_of(ink), known
    table = np.zeros(len(measures) + 1, np.int32)
    table[keep + 1] = np.arange(len(keep)) + 1
    return Example(
        (framed_lines(ink, frame, size) * 255).astype(np.uint8),
        framed_labels(table[labels], frame, size).astype(np.uint8),
        geometry(measures, frame)[keep],
        adjacency(measures)[np.ix_(keep, keep)],
        colors[keep],
        trust[keep],
        parts[keep],
    )


def _keep(area: Floats, rng: np.random.Generator) -> AnyArray:
    order = np.argsort(-area, kind="stable")
    if len(order) > MOST:
        rest = rng.permutation(order[MOST // 2 :])[: MOST - MOST // 2]
        order = np.concatenate([order[: MOST // 2], rest])
    return np.sort(order)


def _shown(labels: AnyArray, shows: AnyArray) -> AnyArray:
    """(n,) int16: the part that most of each region shows, -1 where it shows several."""
    table = shared_pixels(labels, shows + 1, int(shows.max(initial=0)) + 1)
    pure = table.max(axis=1) >= PURE * table.sum(axis=1)
    return np.where(pure, table.argmax(axis=1) - 1, -1).astype(np.int16)


def shared_pixels(labels: AnyArray, other: AnyArray, most: int) -> AnyArray:
    """(n, most + 1) pixels that regions 1…n share with each label 0…most of another map.

    >>> shared_pixels(np.array([[1, 1, 2]]), np.array([[0, 1, 1]]), 1).tolist()
    [[1, 1], [0, 1]]
    """
    count, width = int(labels.max(initial=0)) + 1, most + 1
    pairs = (labels.astype(np.int64) * width + other).ravel()
    return np.bincount(pairs, minlength=count * width).reshape(count, width)[1:]


TIERS = ("permissive", "share-alike")
"""Licence tiers that released weights are trained on."""

REPEATS = {
    "openclipart-svg": 4,
    "openclipart-svg-vec": 4,
    "streamline-ultimate": 4,
    "streamline-emojis": 3,
    "streamline-ultimate-color": 3,
    "wtactics/art": 6,
    "jwvhewitt/gearhead-caramel": 6,
    "qirien/personal-space": 6,
    "SnowyYANG/godot-visual-novel": 6,
    "kenney-arcade": 3,
}
"""Examples made of one picture, by source; two where none is named, so that each has another one of
the same picture to refer to. Outlined sources count more."""

_SCENE = 0.15
"""Share of further examples in which several pictures stand on one page."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples as arrays of equal shape, rows of zeros beyond each one's regions."""

    lines: AnyArray  # (m, S, S) uint8
    labels: AnyArray  # (m, S, S) uint8
    geometry: AnyArray  # (m, MOST, 14) float16
    adjacency: AnyArray  # (m, MOST, MOST) float16
    colors: AnyArray  # (m, MOST, 3) uint8
    weight: AnyArray  # (m, MOST) float16, 0 beyond the regions
    picture: AnyArray
    """(m,) uint32: CRC-32 of the picture's key; examples that share it show the same colours."""
    source: AnyArray  # (m,) uint32: CRC-32 of the source's name
    parts: AnyArray
    """(m, MOST) int16: index into ``data.answers.PARTS``, -1 where the part is not known."""


def prepare(
    shards: list[Path],
    out: Path,
    *,
    seed: int = 0,
    workers: int = 2,
    without: frozenset[str] = frozenset(),
) -> Iterator[Path]:
    """Make examples of every shard, but of the pictures ``without``: ``out/NAME.npz``, as made.

    Files that are there already are kept, so it can go on; the same shards and seed give the same
    examples.

    Raises:
        InputError: there are no shards.
    """
    if not shards:
        raise InputError("No shards to prepare; give the folder that holds the .tar files.")
    out.mkdir(parents=True, exist_ok=True)
    parts = [(shard, out, part, seed, without) for part in range(4) for shard in shards]
    yield from spread(_prepare_part, parts, workers=workers)


def _prepare_part(job: tuple[Path, Path, int, int, frozenset[str]]) -> Path:
    """Every fourth picture of a shard."""
    shard, out, part, seed, without = job
    records = [r for i, r in enumerate(read_shard(shard)) if i % 4 == part]
    records = [r for r in records if r.info.get("tier") in TIERS and r.key not in without]
    rng = np.random.default_rng([seed, part, *shard.stem.encode()])
    return write_examples(out / f"{shard.stem}-{part}.npz", lambda: _examples(records, rng))


def write_examples(target: Path, make: Callable[[], Iterator["Named"]]) -> Path:
    """Store examples in a file, whole or not at all; one that is there already is kept."""
    if target.exists():
        return target
    cv2.setNumThreads(1)
    partial = target.with_suffix(".partial")
    with partial.open("wb") as handle:
        np.savez(handle, **vars(stack(list(make()))))
    partial.replace(target)
    return target


@dataclass(frozen=True, eq=False)
class Named:
    """An example and where it comes from."""

    example: Example
    picture: str
    source: str


def _examples(records: list[Record], rng: np.random.Generator) -> Iterator[Named]:
    """Examples of single pictures, then of scenes with several on one page, each scene twice."""
    pages = 0
    for record in records:
        source = str(record.info.get("source"))
        for _ in range(REPEATS.get(source, 2)):
            pages += 1
            yield from named(_drawn(record, rng), record.key, source, rng)
    for scene in range(int(_SCENE * pages / 2) if records else 0):
        chosen = [records[i] for i in rng.integers(0, len(records), int(rng.integers(2, 6)))]
        for _ in range(2):
            order = [chosen[i] for i in rng.permutation(len(chosen))]
            page = compose([_drawn(r, rng) for r in order], rng)
            yield from named(page, f"scene-{scene}-{chosen[0].key}", "scenes", rng)


def named(
    page: tuple[AnyArray, ...],
    picture: str,
    source: str,
    rng: np.random.Generator,
    shows: AnyArray | None = None,
) -> Iterator[Named]:
    """The example of one page of lines and colours, if it has regions, with the flaws of paper."""
    lines, color = page
    example = make_example(degrade(lines, rng), color, rng, shows)
    if example is not None:
        yield Named(example, picture, source)


def _drawn(record: Record, rng: np.random.Generator) -> tuple[AnyArray, ...]:
    return moved((draw_lines(record.color, record.line, rng), record.color), rng, bent=0.5)


def moved(
    maps: tuple[AnyArray, ...], rng: np.random.Generator, *, bent: float
) -> tuple[AnyArray, ...]:
    """Lines, colours and other maps of a picture as they are or mirrored, a share of them bent."""
    mirrored = rng.random() < 0.5
    lines, color, *more = (np.ascontiguousarray(m[:, ::-1] if mirrored else m) for m in maps)
    return warp(lines, color, rng, *more) if rng.random() < bent else (lines, color, *more)


def compose(
    pictures: list[tuple[AnyArray, ...]], rng: np.random.Generator
) -> tuple[AnyArray, Rgb8]:
    """Several drawings side by side on one page, in a grid with random sizes and places.

    Pairs of (h, w) uint8 lines and (h, w, 3) uint8 colours become (480, 480) and (480, 480, 3).
    """
    side = 480
    across = int(np.ceil(np.sqrt(len(pictures))))
    cell = side // across
    page = np.full((side, side), 255, np.uint8)
    colors = np.full((side, side, 3), 255, np.uint8)
    for i, (lines, color) in enumerate(pictures):
        scale = rng.uniform(0.55, 0.98) * cell / max(lines.shape)
        size = (max(1, int(lines.shape[1] * scale)), max(1, int(lines.shape[0] * scale)))
        top = i // across * cell + int(rng.integers(0, cell - size[1] + 1))
        left = i % across * cell + int(rng.integers(0, cell - size[0] + 1))
        where = np.s_[top : top + size[1], left : left + size[0]]
        page[where] = cv2.resize(lines, size, interpolation=cv2.INTER_AREA)
        colors[where] = cv2.resize(color, size, interpolation=cv2.INTER_AREA)
    return page, colors


def stack(examples: list[Named]) -> Batch:
    """Examples of different sizes as one batch of arrays."""
    count = len(examples)
    size = len(examples[0].example.lines) if count else SIZE
    batch = Batch(
        np.zeros((count, size, size), np.uint8),
        np.zeros((count, size, size), np.uint8),
        np.zeros((count, MOST, 14), np.float16),
        np.zeros((count, MOST, MOST), np.float16),
        np.zeros((count, MOST, 3), np.uint8),
        np.zeros((count, MOST), np.float16),
        np.array([crc32(e.picture.encode()) for e in examples], np.uint32),
        np.array([crc32(e.source.encode()) for e in examples], np.uint32),
        np.full((count, MOST), -1, np.int16),
    )
    for i, e in enumerate(e.example for e in examples):
        n = len(e.weight)
        batch.lines[i], batch.labels[i] = e.lines, e.labels
        batch.geometry[i, :n], batch.adjacency[i, :n, :n] = e.geometry, e.adjacency
        batch.colors[i, :n], batch.weight[i, :n] = e.colors, e.weight
        batch.parts[i, :n] = e.parts
    return batch
