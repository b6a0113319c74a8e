"""Shards of pictures as lanes that can be entered anywhere: still encoded, in an order by seed.

A lane is a part of the data that one process reads from beginning to end, then again in another
order. Where a lane stands is two numbers, so a run can go on where it was killed, with as many
processes as its lanes can be dealt to.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nurie.errors import InputError, UnreadableError
from nurie_lab.data.shards import shards_in

Tell = Callable[[str, str], None]
"""Told the name of what is passed over and why."""

COLORS = ("color.webp", "webp", "color.png", "png", "jpg", "jpeg")
"""Names that the colour picture of a sample may have, the likeliest first."""


class Place(NamedTuple):
    """How far a lane is."""

    epoch: int = 0
    taken: int = 0
    """Samples of this epoch that were taken, broken ones included."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """One sample of a shard, as it lies there."""

    name: str
    """Shard and key, for people."""
    parts: dict[str, bytes]
    """By suffix."""
    lane: int
    place: Place
    """Of the lane once this sample is taken."""

    @property
    def color(self) -> bytes | None:
        """The encoded colour picture."""
        return next((self.parts[name] for name in COLORS if name in self.parts), None)


@dataclass(frozen=True)
class Stream:
    """All lanes of a data set."""

    shards: tuple[Path, ...]
    lanes: int
    buffer: int
    """Samples from which each lane takes the next at random."""
    seed: int

    def lane(self, number: int, start: Place, tell: Tell) -> Iterator[Encoded]:
        """The samples of one lane, for ever.

        Args:
            number: of the lane, from 0.
            start: where to begin; what lies before is read but not decoded.
            tell: hears of shards that cannot be read.

        Raises:
            InputError: an epoch holds no sample for this lane.
        """
        epoch, skip = start
        while True:
            found = False
            for taken, sample in enumerate(self._epoch(number, epoch, tell), 1):
                found = True
                if taken > skip:
                    yield _encoded(sample, number, Place(epoch, taken))
            if not found:
                raise InputError(
                    f"The data has too few readable pictures for {self.lanes} lanes; set lanes "
                    "lower or give more pictures."
                )
            epoch, skip = epoch + 1, 0

    def _epoch(self, number: int, epoch: int, tell: Tell) -> Iterator[dict[str, Any]]:
        from webdataset.filters import shuffle

        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.shards))
        shards = [self.shards[i] for i in order]
        if len(shards) >= self.lanes:
            samples = _samples(shards[number :: self.lanes], tell)
        else:
            # Too few shards to deal out: each lane reads all and keeps every n-th sample.
            samples = islice(_samples(shards, tell), number, None, self.lanes)
        rng = random.Random(f"{self.seed} {number} {epoch}")  # noqa: S311 (an order, no secret)
        mixed: Iterator[dict[str, Any]] = shuffle(self.buffer, initial=self.buffer, rng=rng)(
            samples
        )
        return mixed


def find_shards(data: Path) -> tuple[Path, ...]:
    """The shards to train on: a tar, or those of a folder without the ones kept to validate.

    Raises:
        UnreadableError: there is nothing of the name.
        InputError: there are no shards.
    """
    if not data.exists():
        raise UnreadableError(f"{data} does not exist; check the name.")
    shards = [path for path in shards_in(data) if not path.name.startswith("val-")]
    if not shards:
        raise InputError(f"{data} holds no shards to train on; make some with nurie data prepare.")
    return tuple(shards)


def count_pictures(shards: Sequence[Path], tell: Tell) -> dict[Path, int]:
    """Number of pictures by the tar files' headers; nothing is decoded.

    Of a shard that is cut off those before the cut count. Shards without any are left out, so that
    no lane is dealt nothing.

    Raises:
        InputError: there are none.
    """
    found = {path: count for path in shards if (count := _count(path, tell))}
    if not found:
        raise InputError(f"There are no pictures in {shards[0].parent}; give other shards.")
    return found


def _count(path: Path, tell: Tell) -> int:
    import tarfile

    keys = set()
    try:
        size = path.stat().st_size
        with tarfile.open(path) as tar:
            for member in tar:
                key, suffix = _named(member.name)
                if suffix in COLORS and member.offset_data + member.size <= size:
                    keys.add(key)
    except (OSError, tarfile.TarError) as error:
        tell(path.name, str(error))
    return len(keys)


def _samples(shards: Sequence[Path], tell: Tell) -> Iterator[dict[str, Any]]:
    """Samples shard by shard; a damaged shard gives those before the damage."""
    from webdataset.tariterators import group_by_keys, tar_file_expander

    for path in shards:

        def note(error: Exception, path: Path = path) -> bool:
            tell(path.name, str(error.args[0] if error.args else error).partition(" @ ")[0])
            return True

        try:
            stream = path.open("rb")
        except OSError as error:
            tell(path.name, str(error))
            continue
        with stream:
            source = [{"url": path.name, "stream": stream}]
            yield from group_by_keys(tar_file_expander(source, handler=note), _named, handler=note)


_NAME = re.compile(r"(.+?)\.((?:(?:color|line|ink|canny-[\d.]+)\.)?[A-Za-z]+)")


def _named(name: str) -> tuple[str | None, str | None]:
    """Key and suffix of a file; unlike WebDataset's own, keys may hold dots.

    >>> _named("a/game-1.14_7.color.webp"), _named("b.canny-1.2.png")
    (('a/game-1.14_7', 'color.webp'), ('b', 'canny-1.2.png'))
    """
    found = _NAME.fullmatch(name)
    return (found[1], found[2]) if found else (None, None)


def _encoded(sample: dict[str, Any], lane: int, place: Place) -> Encoded:
    parts = {name: data for name, data in sample.items() if isinstance(data, bytes)}
    return Encoded(f"{sample['__url__']}/{sample['__key__']}", parts, lane, place)
