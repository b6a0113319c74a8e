"""From encoded samples to batches: line art drawn, hints made, decoded while the networks work."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError
from nurie.guidance.histogram import count_colors
from nurie.guidance.patches import Patches, hint_from_picture
from nurie.lines import canny_lines
from nurie.spectrum import Spectrum
from nurie_lab.data.extract import draw_lines
from nurie_lab.data.shards import decode
from nurie_lab.training.picture.shards import Encoded, Place, Stream, Tell
from nurie_lab.training.settings import PictureConfig

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
    patches = Patches(config.patches, config.patch, config.filled, config.blur)
    hint = hint_from_picture(color, spectrum, rng, patches)
    return Drawn(color, line, hint, sample.lane, sample.place)


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
