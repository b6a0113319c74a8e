"""Every picture of a collection looked at once: usable or not, and why; and who goes where."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from nurie.errors import InputError, OptionError
from nurie.io.images import read_color
from nurie_lab.data.collection import Item, mend, read_lines
from nurie_lab.data.folder import digest_of
from nurie_lab.data.screen import Twins, fault_of, fingerprint

_A = TypeVar("_A")
_B = TypeVar("_B")

NAME = "survey.jsonl"
"""What was seen, a line for each picture, so that a killed run goes on."""

SPLIT = "split.json"
"""Side of each group, frozen when it is first seen."""


@dataclass(frozen=True)
class Sight:
    """What one look at a picture showed."""

    sha256: str
    height: int
    width: int
    fault: str
    """Why it is of no use; empty where it is."""
    fingerprint: str
    """Perceptual hash in hexadecimal; empty for broken pictures."""


@dataclass(frozen=True)
class Chosen:
    """Which pictures are used, and which are not and why."""

    train: list[Item]
    val: list[Item]
    dropped: list[tuple[Item, str]]


def look(item: Item) -> Sight:
    """Look at one picture; a file that changed since it was listed is broken."""
    try:
        digest = digest_of(Path(item.path))
        if digest != item.sha256:
            return Sight(item.sha256, 0, 0, "changed since it was listed", "")
        rgb = read_color(item.path)
    except InputError as error:
        return Sight(item.sha256, 0, 0, f"broken: {error}", "")
    height, width = rgb.shape[:2]
    return Sight(item.sha256, height, width, fault_of(rgb) or "", fingerprint(rgb).hex())


def survey(items: Sequence[Item], out: Path, *, workers: int) -> Iterator[Sight]:
    """Look at all pictures on several cores; what was seen in an earlier run is not seen again.

    Args:
        items: the pictures.
        out: folder of ``survey.jsonl``.
        workers: processes.

    Yields:
        What is seen, in the order of the pictures.
    """
    mend(out / NAME)
    seen: dict[str, Sight] = {}
    if (out / NAME).exists():
        seen = {record["sha256"]: Sight(**record) for record in read_lines(out / NAME)}
    todo = list({item.sha256: item for item in items if item.sha256 not in seen}.values())
    with (out / NAME).open("a", encoding="utf-8") as stream:
        fresh = spread(look, todo, workers=workers)
        for item in items:
            while item.sha256 not in seen:
                sight = next(fresh)
                seen[sight.sha256] = sight
                stream.write(json.dumps(asdict(sight), ensure_ascii=False) + "\n")
                stream.flush()
            yield seen[item.sha256]


def spread(work: Callable[[_A], _B], todo: Sequence[_A], *, workers: int) -> Iterator[_B]:
    """Results of a function for each thing, in order, on several processes."""
    if workers <= 1 or len(todo) <= 1:
        yield from map(work, todo)
        return
    # Forking a process that runs threads can hang; a fresh one cannot.
    with ProcessPoolExecutor(min(workers, len(todo)), get_context("spawn"), _one_thread) as pool:
        try:
            yield from pool.map(work, todo, chunksize=min(16, 1 + len(todo) // (4 * workers)))
        finally:
            pool.shutdown(cancel_futures=True)


def _one_thread() -> None:
    """The processes share the cores already."""
    import cv2

    cv2.setNumThreads(1)


def choose(
    items: Sequence[Item],
    sights: Sequence[Sight],
    frozen: dict[str, str],
    *,
    val_share: float,
    within: int,
) -> Chosen:
    """Drop what is of no use, and split the rest by group.

    The side of a group depends on its name alone, and stays as it was frozen. Of near duplicates
    the first by hash stays, whatever the order of the collections.

    Args:
        items: the pictures.
        sights: what was seen of each.
        frozen: side of each group known so far; new groups are entered.
        val_share: share of the groups that is kept for validation, in [0, 1).
        within: bits in which fingerprints of duplicates may differ; negative keeps them all.

    Raises:
        OptionError: the share makes no sense.
    """
    if not 0 <= val_share < 1:
        raise OptionError(f"A share of {val_share:g} for validation makes no sense; give 0 to 0.9.")
    chosen = Chosen([], [], [])
    twins = Twins(within)
    for item, sight in sorted(zip(items, sights, strict=True), key=lambda pair: pair[0].sha256):
        fault = sight.fault
        if not fault and within >= 0:
            twin = twins.seen(bytes.fromhex(sight.fingerprint), item.origin)
            fault = f"the same picture as {twin}" if twin else ""
        if fault:
            chosen.dropped.append((item, fault))
            continue
        side = frozen.setdefault(item.group, side_of(item.group, val_share))
        (chosen.val if side == "val" else chosen.train).append(item)
    return chosen


def side_of(group: str, val_share: float) -> str:
    """``train`` or ``val``, by the hash of a group's name.

    >>> side_of("film", 0.0), side_of("film", 0.999999)
    ('train', 'val')
    """
    digest = hashlib.sha256(f"nurie {group}".encode()).digest()
    return "val" if int.from_bytes(digest[:8], "big") < val_share * 2**64 else "train"
