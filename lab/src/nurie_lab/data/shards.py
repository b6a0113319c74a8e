"""WebDataset shards: tar files of pictures that share a key with their lines and their sidecar."""

import json
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError, UnreadableError
from nurie.io.files import replacing
from nurie.io.images import read_color
from nurie_lab.data.collection import NAME, SUFFIXES, pictures_in, read_collection

_NAME = re.compile(r"((?:.*/)?[^./]+)\.([^/]*)")


@dataclass(frozen=True, eq=False)
class Record:
    """One picture of a shard."""

    key: str
    """Its name in the shard, folder and all, up to the first dot."""
    color: Rgb8
    """(H, W, 3) uint8, on white."""
    line: AnyArray | None
    """(H, W) uint8 drawn line art of the same size, 0 ink, where the shard has it."""
    info: dict[str, Any]
    """Sidecar: source, licence, tier, origin."""


def read_shard(path: Path, *, line: str = "line") -> Iterator[Record]:
    """Pictures of one shard in the order of the file.

    Parts belong together as WebDataset has it: the key is all up to the first dot of a file's name,
    its folder with it, and the suffix the rest, capitals or not. Files without either are no parts.

    Args:
        path: the tar file.
        line: name of the line art wanted, for shards that hold several, as ``canny-1.2``.

    Raises:
        UnreadableError: the file is not a shard.
    """
    try:
        with tarfile.open(path) as tar:
            members: dict[str, dict[str, bytes]] = {}
            for member in tar:
                named = _NAME.fullmatch(member.name)
                handle = tar.extractfile(member)
                if handle is not None and named is not None:
                    members.setdefault(named[1], {})[named[2].lower()] = handle.read()
    except (OSError, tarfile.TarError) as error:
        raise UnreadableError(f"{path} is not a readable shard ({error}).") from error
    for key, parts in members.items():
        color = parts.get("webp") or parts.get("color.webp")
        if color is not None:
            drawn = parts.get(f"{line}.png".lower())
            info = json.loads(parts.get("json", b"{}"))
            lines = decode(drawn, "L") if drawn is not None else None
            yield Record(key, decode(color, "RGB"), lines, info)


def write_shard(
    path: Path, records: Iterable[tuple[str, Mapping[str, bytes]]], *, force: bool = False
) -> int:
    """Write a shard whole or not at all; the same records give the same bytes.

    Args:
        path: the tar file.
        records: a key without dots, and the bytes of each of its parts by suffix.
        force: an existing file may be replaced.

    Returns:
        Size of the file in bytes.

    Raises:
        ExistsError: the file exists and ``force`` was not given.
        OutputError: it cannot be written.
    """
    with replacing(path, force=force) as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for key, parts in records:
                for suffix, data in parts.items():
                    member = tarfile.TarInfo(f"{key}.{suffix}")
                    member.size = len(data)
                    tar.addfile(member, BytesIO(data))
        return stream.tell()


def decode(data: bytes, mode: str) -> AnyArray:
    """Pixels of an encoded picture: (H, W) uint8 for mode "L", (H, W, 3) for "RGB"."""
    from PIL import Image

    with Image.open(BytesIO(data)) as picture:
        return np.array(picture.convert(mode))


def shrunk(pixels: AnyArray, size: int) -> AnyArray:
    """A picture, (H, W) or (H, W, 3) uint8, with no side longer than ``size``."""
    import cv2

    scale = size / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))


def encode(pixels: AnyArray, kind: str) -> bytes:
    """Bytes of a picture: (H, W) or (H, W, 3) uint8 as ``png``, or as ``webp`` with slight loss."""
    from PIL import Image

    stream = BytesIO()
    settings: dict[str, Any] = {"quality": 92, "method": 4} if kind == "webp" else {}
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, kind.upper(), **settings)
    return stream.getvalue()


def shards_in(path: Path) -> list[Path]:
    """The shards that a path stands for: itself, or those of a folder; none for other things."""
    if path.is_dir():
        return sorted(path.glob("*.tar"))
    return [path] if path.suffix == ".tar" else []


def colors_of(path: Path, passed_over: Callable[[str], None]) -> Iterator[Rgb8]:
    """Pictures of a shard, a folder of shards, a collection, a folder of pictures, or a picture.

    Args:
        path: one of these.
        passed_over: told of each shard or picture that cannot be read.

    Yields:
        (H, W, 3) uint8 each.

    Raises:
        UnreadableError: there is nothing of the name.
        InputError: it holds no pictures.
    """
    if not path.exists():
        raise UnreadableError(f"{path} does not exist; check the name.")
    shards = shards_in(path)
    if shards:
        for shard in shards:
            yield from _shard(shard, passed_over)
        return
    for name in _files(path):
        try:
            yield read_color(name)
        except InputError as error:
            passed_over(str(error))


def _shard(shard: Path, passed_over: Callable[[str], None]) -> Iterator[Rgb8]:
    records = read_shard(shard)
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except (InputError, OSError, ValueError) as error:
            passed_over(str(error) if isinstance(error, InputError) else f"{shard}: {error}")
            return
        yield record.color


def _files(path: Path) -> list[Path]:
    if path.suffix == ".jsonl" or (path / NAME).is_file():
        return [Path(item.path) for item in read_collection(path)]
    if path.suffix.lower() in SUFFIXES and path.is_file():
        return [path]
    return pictures_in(path)
