"""Shards of pictures become files of training examples, on all cores, ready to be read at once."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.dataset.draw import degrade, draw_lines
from nurie.dataset.examples import MOST, SIZE, Example, make_example
from nurie.errors import InputError
from nurie.io.shards import Record, read_shard

TIERS = ("permissive", "share-alike")
"""Licence tiers that released weights are trained on."""

REPEATS = {
    "openclipart-svg": 3,
    "openclipart-svg-vec": 4,
    "streamline-ultimate": 4,
    "streamline-emojis": 3,
    "streamline-ultimate-color": 3,
    "fxemoji": 2,
    "twemoji": 2,
    "emojione": 2,
    "noto": 2,
    "fluent-emoji-flat": 2,
    "openmoji": 2,
    "wtactics/art": 4,
    "jwvhewitt/gearhead-caramel": 4,
    "qirien/personal-space": 4,
    "SnowyYANG/godot-visual-novel": 4,
    "kenney-arcade": 3,
}
"""Examples made of one picture, by source; one where none is named. Outlined sources count more."""

_SCENE = 0.15
"""Share of further examples in which several pictures stand on one page."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples as arrays of equal shape, rows of zeros beyond each one's regions."""

    lines: AnyArray
    """(m, SIZE, SIZE) uint8."""
    labels: AnyArray
    """(m, SIZE, SIZE) uint8."""
    geometry: AnyArray
    """(m, MOST, 14) float16."""
    adjacency: AnyArray
    """(m, MOST, MOST) float16."""
    colors: AnyArray
    """(m, MOST, 3) uint8."""
    weight: AnyArray
    """(m, MOST) float16, 0 beyond the regions."""


def prepare(shards: list[Path], out: Path, *, seed: int = 0, workers: int = 2) -> Iterator[Path]:
    """Make examples of every shard; files that are there already are kept, so it can go on.

    Args:
        shards: tar files of pictures.
        out: folder for ``NAME.npz`` files, made when missing.
        seed: of all random choices; the same shards and seed give the same examples.
        workers: processes.

    Yields:
        The path of each file when it is complete.

    Raises:
        InputError: there are no shards.
    """
    if not shards:
        raise InputError("No shards to prepare; give the folder that holds the .tar files.")
    out.mkdir(parents=True, exist_ok=True)
    parts = [(shard, out, part, seed) for part in range(4) for shard in shards]
    # Forking a process that runs threads can hang; a fresh one cannot.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(_prepare_part, parts)


def _prepare_part(job: tuple[Path, Path, int, int]) -> Path:
    """Every fourth picture of a shard."""
    import cv2

    shard, out, part, seed = job
    target = out / f"{shard.stem}-{part}.npz"
    if target.exists():
        return target
    cv2.setNumThreads(1)
    records = [r for i, r in enumerate(read_shard(shard)) if i % 4 == part]
    records = [r for r in records if r.info.get("tier") in TIERS]
    rng = np.random.default_rng([seed, part, *shard.stem.encode()])
    examples = list(_examples(records, rng))
    partial = target.with_suffix(".partial")
    with partial.open("wb") as handle:
        np.savez(handle, **vars(stack(examples)))
    partial.replace(target)
    return target


def _examples(records: list[Record], rng: np.random.Generator) -> Iterator[Example]:
    """Examples of single pictures, then of scenes."""
    pages = [r for r in records for _ in range(REPEATS.get(str(r.info.get("source")), 1))]
    for record in pages:
        lines, color = _drawn(record, rng)
        example = make_example(degrade(lines, rng), color, rng)
        if example is not None:
            yield example
    for _ in range(int(_SCENE * len(pages))):
        chosen = [records[i] for i in rng.integers(0, len(records), int(rng.integers(2, 6)))]
        lines, color = compose([_drawn(r, rng) for r in chosen], rng)
        example = make_example(degrade(lines, rng), color, rng)
        if example is not None:
            yield example


def _drawn(record: Record, rng: np.random.Generator) -> tuple[AnyArray, Rgb8]:
    lines, color = draw_lines(record.color, record.line, rng), record.color
    if rng.random() < 0.5:
        lines, color = lines[:, ::-1], color[:, ::-1]
    return np.ascontiguousarray(lines), np.ascontiguousarray(color)


def compose(
    pictures: list[tuple[AnyArray, Rgb8]], rng: np.random.Generator
) -> tuple[AnyArray, Rgb8]:
    """Several drawings side by side on one page, in a grid with random sizes and places.

    Args:
        pictures: pairs of (h, w) uint8 lines and (h, w, 3) uint8 colours.
        rng: source of all choices.

    Returns:
        (480, 480) lines and (480, 480, 3) colours.
    """
    import cv2

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


def stack(examples: list[Example]) -> Batch:
    """Examples of different sizes as one batch of arrays."""
    count = len(examples)
    batch = Batch(
        np.zeros((count, SIZE, SIZE), np.uint8),
        np.zeros((count, SIZE, SIZE), np.uint8),
        np.zeros((count, MOST, 14), np.float16),
        np.zeros((count, MOST, MOST), np.float16),
        np.zeros((count, MOST, 3), np.uint8),
        np.zeros((count, MOST), np.float16),
    )
    for i, e in enumerate(examples):
        n = len(e.weight)
        batch.lines[i], batch.labels[i] = e.lines, e.labels
        batch.geometry[i, :n], batch.adjacency[i, :n, :n] = e.geometry, e.adjacency
        batch.colors[i, :n], batch.weight[i, :n] = e.colors, e.weight
    return batch
