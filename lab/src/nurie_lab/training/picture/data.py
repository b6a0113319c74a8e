"""Shards as lanes of samples, then batches: line art drawn, hints made, decoded ahead.

A lane is a part of the data that one process reads from beginning to end, then again in another
order. Where a lane stands is two numbers, so a run can go on where it was killed, with as many
processes as its lanes can be dealt to.
"""

import random
import tarfile
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple

import cv2
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
from nurie_lab.data.shards import COLORS, Tell, decode, named, samples_in, shards_in
from nurie_lab.training.settings import PictureConfig


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
        """The samples of one lane, for ever; what lies before ``start`` is read but not decoded.

        Raises:
            InputError: an epoch holds no sample for this lane.
        """
        epoch, skip = start
        while True:
            taken = 0
            for taken, (name, parts) in enumerate(self._epoch(number, epoch, tell), 1):
                if taken > skip:
                    yield Encoded(name, parts, number, Place(epoch, taken))
            if not taken:
                raise InputError(
                    f"The data has too few readable pictures for {self.lanes} lanes; set lanes "
                    "lower or give more pictures."
                )
            epoch, skip = epoch + 1, 0

    def once(self, tell: Tell) -> Iterator[Encoded]:
        """The samples of the first lane, each once."""
        return takewhile(lambda sample: not sample.place.epoch, self.lane(0, Place(), tell))

    def _epoch(self, number: int, epoch: int, tell: Tell) -> Iterator[tuple[str, dict[str, bytes]]]:
        from webdataset.filters import shuffle

        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.shards))
        shards = [self.shards[i] for i in order]
        if len(shards) >= self.lanes:
            samples = _samples(shards[number :: self.lanes], tell)
        else:
            # Too few shards to deal out: each lane reads all and keeps every n-th sample.
            samples = islice(_samples(shards, tell), number, None, self.lanes)
        rng = random.Random(f"{self.seed} {number} {epoch}")  # noqa: S311 (an order, no secret)
        yield from shuffle(self.buffer, initial=self.buffer, rng=rng)(samples)


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
    found: dict[Path, set[str]] = {path: set() for path in shards}
    for path, keys in found.items():
        try:
            size = path.stat().st_size
            with tarfile.open(path) as tar:
                for member in tar:
                    part = named(member.name)
                    if part and part[1] in COLORS and member.offset_data + member.size <= size:
                        keys.add(part[0])
        except (OSError, tarfile.TarError) as error:
            tell(path.name, str(error))
    if not any(found.values()):
        raise InputError(f"There are no pictures in {shards[0].parent}; give other shards.")
    return {path: len(keys) for path, keys in found.items() if keys}


def _samples(shards: Sequence[Path], tell: Tell) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Samples shard by shard; a damaged shard gives those before the damage."""
    for path in shards:
        try:
            for key, parts in samples_in(path):
                yield f"{path.name}/{key}", parts
        except (OSError, tarfile.TarError) as error:
            tell(path.name, str(error))


COUNTED = 2000
"""Pictures from which a run takes its histogram when none is given."""

AHEAD = 3
"""Batches that are decoded before they are needed."""


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
    columns = [d.line[..., None] for d in drawn], [d.hint for d in drawn], [d.color for d in drawn]
    return Batch(*(to_tensor(column, device) for column in columns))


def to_tensor(pictures: list[AnyArray], device: torch.device | str) -> Tensor:
    """(B, C, S, S) in [-1, 1] from (S, S, C) uint8 each."""
    stacked = torch.from_numpy(np.stack(pictures)).to(device, non_blocking=True)
    # (B, S, S, C) seen as (B, C, S, S) is channels-last already.
    return stacked.permute(0, 3, 1, 2).float().div(127.5).sub(1)


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
    frame = _framing(color.shape, config, rng)
    color, line = frame(color), None if line is None else frame(line)
    if config.lines == "mixed":
        line = draw_lines(color, line, rng)
    elif line is None:
        spread = config.sigma_spread and config.sigma_spread * rng.uniform(-1, 1)
        line = canny_lines(color, sigma=config.sigma * (1 + spread))
    hint = hint_from_picture(color, spectrum, rng, patches_of(config))
    return Drawn(color, line, hint, sample.lane, sample.place)


def patches_of(config: PictureConfig) -> Patches:
    """How the hints of these settings are made."""
    return Patches(config.patches, config.patch, config.filled, config.blur)


def _framing(
    shape: tuple[int, ...], config: PictureConfig, rng: np.random.Generator
) -> Callable[[AnyArray], AnyArray]:
    """Makes a square of the training size: scaled by the shorter side, the rest cut at random."""
    scale = config.size / min(shape[:2])
    height, width = (max(config.size, round(side * scale)) for side in shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    top = int(rng.integers(0, height - config.size + 1))
    left = int(rng.integers(0, width - config.size + 1))
    mirrored = config.flip and rng.random() < 0.5

    def frame(pixels: AnyArray) -> AnyArray:
        scaled = cv2.resize(pixels, (width, height), interpolation=way)
        cut = scaled[top : top + config.size, left : left + config.size]
        return np.ascontiguousarray(cut[:, ::-1] if mirrored else cut)

    return frame


def batches(
    stream: Stream,
    config: PictureConfig,
    spectrum: Spectrum,
    *,
    places: dict[int, Place],
    tell: Tell,
) -> Generator[list[Drawn]]:
    """One process's part of each batch, for ever: batch ÷ lanes pictures of each lane in turn.

    ``places`` is where this process's lanes stand; their numbers follow one another. Hints take
    colours from the ``spectrum``; ``tell`` hears of what is passed over, and why.
    """
    each = config.batch // config.lanes
    with ExitStack() as stack:
        pool = ThreadPoolExecutor(config.loaders, "nurie-loader")
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        lanes = [
            _ready(
                stream.lane(number, place, tell),
                lambda sample: pool.submit(draw, sample, config, spectrum),
                each * AHEAD,
                tell,
            )
            for number, place in sorted(places.items())
        ]
        while True:
            yield [drawn for lane in lanes for drawn in islice(lane, each)]


def _ready(
    samples: Iterator[Encoded], begin: Callable[[Encoded], Future[Drawn]], ahead: int, tell: Tell
) -> Iterator[Drawn]:
    """Pictures of a lane in its order, decoded ahead of time; broken ones are passed over."""
    waiting: deque[tuple[Encoded, Future[Drawn]]] = deque()
    broken = 0
    for sample in samples:
        waiting.append((sample, begin(sample)))
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
        for sample in islice(replace(stream, lanes=1).once(tell), most):
            try:
                yield decode(sample.color or b"", "RGB")
            except (OSError, ValueError, SyntaxError) as error:
                tell(sample.name, str(error))

    return count_colors(colors())
