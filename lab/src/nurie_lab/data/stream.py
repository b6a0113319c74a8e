"""The colours of a data set one picture after the other, whatever form it has."""

from collections.abc import Callable, Iterator
from pathlib import Path

from nurie.arrays import Rgb8
from nurie.errors import InputError, UnreadableError
from nurie.io.images import read_color
from nurie_lab.data.collection import NAME, read_collection
from nurie_lab.data.folder import SUFFIXES, pictures_in
from nurie_lab.data.shards import read_shard


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
