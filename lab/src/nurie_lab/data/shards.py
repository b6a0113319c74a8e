"""WebDataset shards: tar files of pictures that share a key with their lines and their sidecar."""

import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from PIL import Image

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError, UnreadableError
from nurie.io.files import replacing
from nurie.io.images import read_color
from nurie_lab.data.collection import NAME, SUFFIXES, pictures_in, read_collection

_A = TypeVar("_A")
_B = TypeVar("_B")

COLORS = ("color.webp", "webp", "color.png", "png", "jpg", "jpeg")
"""Names that the colour picture of a sample may have, the likeliest first."""

_PART = re.compile(
    r"((?:.*/)?[^./][^/]*?)\.((?:(?:color|line|ink|canny-[\d.]+)\.)?[a-z]+)", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class Record:
    """One picture of a shard."""

    key: str  # Its name in the shard, folder and all
    color: Rgb8  # (H, W, 3) uint8, on white
    line: AnyArray | None
    """(H, W) uint8 drawn line art of the same size, 0 ink, where the shard has it."""
    info: dict[str, Any]  # Sidecar: source, licence, tier, origin


def named(name: str) -> tuple[str, str] | None:
    """Key and suffix of a file in a shard; unlike WebDataset's own, keys may hold dots.

    >>> named("a/game-1.14_7.color.webp"), named("b.CANNY-1.2.png"), named("README")
    (('a/game-1.14_7', 'color.webp'), ('b', 'canny-1.2.png'), None)
    """
    found = _PART.fullmatch(name)
    return (found[1], found[2].lower()) if found else None


def samples_in(path: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Keys of a shard and their parts by suffix, as they lie there, one after the other.

    Raises:
        OSError, tarfile.TarError: it is damaged; what lies before the damage came first.
    """
    with tarfile.open(path) as tar:
        members = ((found, member) for member in tar if (found := named(member.name)))
        for key, group in groupby(members, key=lambda each: each[0][0]):
            files = {suffix: tar.extractfile(member) for (_, suffix), member in group}
            yield key, {suffix: file.read() for suffix, file in files.items() if file}


def read_shard(path: Path, *, line: str | Sequence[str] = "line") -> Iterator[Record]:
    """Pictures of one shard in the order of the file.

    ``line`` names the line art wanted, as ``canny-1.2``; of several names the first that is there.

    Raises:
        UnreadableError: the file is not a shard.
    """
    names = [f"{name}.png" for name in ([line] if isinstance(line, str) else line)]
    try:
        samples = list(samples_in(path))
    except (OSError, tarfile.TarError) as error:
        raise UnreadableError(f"{path} is not a readable shard ({error}).") from error
    for key, parts in samples:
        color = parts.get("webp") or parts.get("color.webp")
        if color is not None:
            drawn = next((decode(parts[name], "L") for name in names if name in parts), None)
            yield Record(key, decode(color, "RGB"), drawn, json.loads(parts.get("json", b"{}")))


def write_shard(
    path: Path, records: Iterable[tuple[str, Mapping[str, bytes]]], *, force: bool = False
) -> None:
    """Write a shard whole or not at all; the same records give the same bytes.

    A record is a key without dots, and the bytes of each of its parts by suffix.

    Raises:
        ExistsError: the file exists and ``force`` was not given.
        OutputError: it cannot be written.
    """
    with (
        replacing(path, force=force) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for key, parts in records:
            for suffix, data in parts.items():
                member = tarfile.TarInfo(f"{key}.{suffix}")
                member.size = len(data)
                tar.addfile(member, BytesIO(data))


def decode(data: bytes, mode: str) -> AnyArray:
    """Pixels of an encoded picture: (H, W) uint8 for mode "L", (H, W, 3) for "RGB"."""
    with Image.open(BytesIO(data)) as picture:
        return np.array(picture.convert(mode))


def shrunk(pixels: AnyArray, size: int) -> AnyArray:
    """A picture, (H, W) or (H, W, 3) uint8, with no side longer than ``size``."""
    scale = size / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))


def encode(pixels: AnyArray, kind: str) -> bytes:
    """Bytes of a picture: (H, W) or (H, W, 3) uint8 as ``png``, or as ``webp`` with slight loss."""
    stream = BytesIO()
    settings: dict[str, Any] = {"quality": 92, "method": 4} if kind == "webp" else {}
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, kind.upper(), **settings)
    return stream.getvalue()


def shards_in(path: Path) -> list[Path]:
    """The shards that a path stands for: itself, or those of a folder; none for other things."""
    if path.is_dir():
        return sorted(path.glob("*.tar"))
    return [path] if path.suffix == ".tar" else []


Tell = Callable[[str, str], None]
"""Told the name of what is passed over and why."""


def pictures_of(path: Path, tell: Tell, *, line: Sequence[str] = ()) -> Iterator[Record]:
    """Pictures of a shard, a folder of shards, a collection, a folder of pictures, or a picture.

    Their keys are names for people; their line art is the first kind of ``line`` that a shard has.
    ``tell`` hears of each shard or picture that cannot be read.

    Raises:
        UnreadableError: there is nothing of the name.
        InputError: it holds no pictures.
    """
    if not path.exists():
        raise UnreadableError(f"{path} does not exist; check the name.")
    shards = shards_in(path)
    for shard in shards:
        try:
            for record in read_shard(shard, line=line):
                yield replace(record, key=f"{shard.name}/{record.key}")
        except (InputError, OSError, ValueError, SyntaxError) as error:
            # Pillow calls some damage a syntax error.
            tell(shard.name, str(error))
    for file in [] if shards else _files(path):
        name = file.relative_to(path).as_posix() if path in file.parents else str(file)
        try:
            yield Record(name, read_color(file), None, {})
        except InputError as error:
            tell(name, str(error))


def _files(path: Path) -> list[Path]:
    if path.suffix == ".jsonl" or (path / NAME).is_file():
        return [Path(item.path) for item in read_collection(path)]
    return [path] if path.suffix.lower() in SUFFIXES and path.is_file() else pictures_in(path)


def spread(work: Callable[[_A], _B], todo: Sequence[_A], *, workers: int) -> Iterator[_B]:
    """Results of a function for each thing, in order, on several processes."""
    if workers <= 1 or len(todo) <= 1:
        yield from map(work, todo)
        return
    # Forking a process that runs threads can hang; a fresh one cannot.
    with ProcessPoolExecutor(min(workers, len(todo)), get_context("spawn"), _one_thread) as pool:
        try:
            yield from pool.map(work, todo, chunksize=min(16, 1 + len(todo) // (64 * workers)))
        finally:
            pool.shutdown(cancel_futures=True)


def _one_thread() -> None:
    """The processes share the cores already."""
    cv2.setNumThreads(1)
