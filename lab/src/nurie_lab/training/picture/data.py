"""Shards as lanes of samples, then batches: line art drawn, hints made, decoded ahead.

A lane is a part of the data that one process reads from beginning to end, then again in another
order. Where a lane stands is two numbers, so a run can go on where it was killed, with as many
processes as its lanes can be dealt to.
"""

import random
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError, UnreadableError
from nurie.guidance.patches import Patches, hint_from_picture
from nurie.lines import canny_lines
from nurie.spectrum import Spectrum
from nurie_lab.data.extract import draw_lines
from nurie_lab.data.histogram import count_colors
from nurie_lab.data.shards import decode, shards_in
from nurie_lab.training.settings import PictureConfig

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


COUNTED = 2000
"""Pictures from which a run takes its histogram when none is given."""

AHEAD = 3
"""Batches that are decoded before they are asked for."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """One picture, ready to train with."""

    color: Rgb8
    """(S, S, 3) uint8."""
    line: AnyArray
    """(S, S) uint8, 0 ink."""
    hint: Rgb8
    """(S, S, 3) uint8."""
    lane: int
    place: Place


@dataclass(frozen=True)
class Batch:
    """Pictures as the networks see them, in [-1, 1], channels last in memory."""

    lines: Tensor
    """(B, 1, S, S); -1 is ink."""
    hints: Tensor
    """(B, 3, S, S)."""
    colors: Tensor
    """(B, 3, S, S)."""

    def seen(self, source: str) -> Tensor:
        """What a generator sees: (B, 4, S, S) with the hint, (B, 1, S, S) without."""
        return torch.cat([self.lines, self.hints], 1) if source == "line+hint" else self.lines

    def target(self, target: str) -> Tensor:
        """What it should paint, (B, 3, S, S)."""
        return self.hints if target == "hint" else self.colors


def to_batch(drawn: list[Drawn], device: torch.device | str) -> Batch:
    """Stack pictures and move them to a device as bytes; numbers are made there."""

    def tensor(arrays: list[AnyArray]) -> Tensor:
        stacked = torch.from_numpy(np.stack(arrays)).to(device, non_blocking=True)
        # (B, S, S, C) seen as (B, C, S, S) is channels-last already.
        return stacked.permute(0, 3, 1, 2).float().div(127.5).sub(1)

    return Batch(
        tensor([d.line[..., None] for d in drawn]),
        tensor([d.hint for d in drawn]),
        tensor([d.color for d in drawn]),
    )


def draw(sample: Encoded, config: PictureConfig, spectrum: Spectrum) -> Drawn:
    """Decode a sample, frame it, and make its line art and hint.

    All choices come from the seed and the sample's place, so they are the same in every run.

    Raises:
        InputError: there is no colour picture in it.
        OSError, ValueError: it cannot be decoded.
    """
    rng = np.random.default_rng([config.seed, sample.lane, *sample.place])
    if sample.color is None:
        raise InputError("it has no colour picture")
    color = decode(sample.color, "RGB")
    stored = sample.parts.get("line.png") if config.lines != "canny" else None
    line = decode(stored, "L") if stored is not None else None
    if line is not None and line.shape != color.shape[:2]:
        raise InputError("its line art has another size")
    color, line = _framed(color, line, config, rng)
    line = _lines(color, line, config, rng)
    hint = hint_from_picture(color, spectrum, rng, patches_of(config))
    return Drawn(color, line, hint, sample.lane, sample.place)


def patches_of(config: PictureConfig) -> Patches:
    """How the hints of these settings are made."""
    return Patches(config.patches, config.patch, config.filled, config.blur)


def _framed(
    color: Rgb8, line: AnyArray | None, config: PictureConfig, rng: np.random.Generator
) -> tuple[Rgb8, AnyArray | None]:
    """A square of the training size: scaled by the shorter side, the rest cut off at random."""
    import cv2

    scale = config.size / min(color.shape[:2])
    height, width = (max(config.size, round(side * scale)) for side in color.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    top = int(rng.integers(0, height - config.size + 1))
    left = int(rng.integers(0, width - config.size + 1))
    mirrored = config.flip and rng.random() < 0.5

    def frame(pixels: AnyArray) -> AnyArray:
        scaled = cv2.resize(pixels, (width, height), interpolation=way)
        cut = scaled[top : top + config.size, left : left + config.size]
        return np.ascontiguousarray(cut[:, ::-1] if mirrored else cut)

    return frame(color), None if line is None else frame(line)


def _lines(
    color: Rgb8, line: AnyArray | None, config: PictureConfig, rng: np.random.Generator
) -> AnyArray:
    if config.lines == "mixed":
        return draw_lines(color, line, rng)
    return line if line is not None else canny_lines(color, sigma=config.sigma)


def batches(
    stream: Stream,
    config: PictureConfig,
    spectrum: Spectrum,
    *,
    places: dict[int, Place],
    tell: Tell,
) -> Generator[list[Drawn]]:
    """One process's part of each batch, for ever.

    Args:
        stream: the data.
        config: settings.
        spectrum: from which hints take colours.
        places: where this process's lanes stand; their numbers follow one another.
        tell: hears of what is passed over, and why.

    Yields:
        Batch ÷ lanes pictures of each lane, lane by lane.
    """
    each = config.batch // config.lanes
    with ExitStack() as stack:
        pool = ThreadPoolExecutor(config.loaders, "nurie-loader")
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        lanes = [
            _ready(stream.lane(number, place, tell), pool, each * AHEAD, (config, spectrum, tell))
            for number, place in sorted(places.items())
        ]
        while True:
            yield [drawn for lane in lanes for drawn in islice(lane, each)]


def _ready(
    samples: Iterator[Encoded],
    pool: ThreadPoolExecutor,
    ahead: int,
    settings: tuple[PictureConfig, Spectrum, Tell],
) -> Iterator[Drawn]:
    """Pictures of a lane in its order, decoded ahead of time; broken ones are passed over."""
    config, spectrum, tell = settings
    waiting: deque[tuple[Encoded, Future[Drawn]]] = deque()
    broken = 0
    for sample in samples:
        waiting.append((sample, pool.submit(draw, sample, config, spectrum)))
        if len(waiting) <= ahead:
            continue
        taken, future = waiting.popleft()
        try:
            yield future.result()
            broken = 0
        except (InputError, OSError, ValueError, SyntaxError) as error:
            # Pillow calls some damage a syntax error.
            tell(taken.name, str(error))
            broken += 1
            if broken > 1000:
                raise InputError(
                    f"A thousand pictures one after the other cannot be read, the last {taken.name}"
                    f" ({error}); check the shards."
                ) from error


def measure(stream: Stream, tell: Tell, most: int = COUNTED) -> Spectrum:
    """The histogram of the first pictures of the data.

    Raises:
        InputError: none can be read.
    """

    def colors() -> Iterator[Rgb8]:
        for sample in islice(
            Stream(stream.shards, 1, stream.buffer, stream.seed).lane(0, Place(), tell), most
        ):
            if sample.place.epoch:
                return
            try:
                yield decode(sample.color or b"", "RGB")
            except (OSError, ValueError, SyntaxError) as error:
                tell(sample.name, str(error))

    return count_colors(colors())
