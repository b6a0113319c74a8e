"""The pictures of one artist: read, divided, and varied so that a few are enough to learn from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError, UnreadableError
from nurie.io.images import read_color
from nurie.lines import canny_lines
from nurie_lab.data.collection import groups_of, pictures_in
from nurie_lab.data.extract import draw_lines, warp
from nurie_lab.data.outlines import ink_lines
from nurie_lab.data.prepare import Named, named
from nurie_lab.data.shards import read_shard, shards_in, shrunk
from nurie_lab.data.survey import fault_of

FEWEST = 3
"""Pictures that are needed: one is held out, the others are learnt from."""

HELD = 10
"""Pictures that are enough to judge by, until a tenth of all is more."""

MOST = 1000
"""Pictures that are taken; more would not fit into memory everywhere."""

SIDE = 384
"""Longest side in pixels that pictures are learnt from at, as those of the released model were."""

Tell = Callable[[str, str], None]
"""Told the name of what is passed over and why."""


@dataclass(frozen=True, eq=False)
class Work:
    """One coloured drawing of an artist."""

    name: str
    """Path from the folder, or shard and key."""
    color: Rgb8
    """(H, W, 3) uint8 on white, no side longer than ``SIDE``."""
    line: AnyArray | None = None
    """(H, W) uint8 line art of it, 0 ink, where it came with some."""

    @property
    def lines(self) -> AnyArray:
        """(H, W) uint8: its line art, else its dark outlines and borders of colour, 0 ink."""
        if self.line is not None:
            return self.line
        if float((self.color.max(axis=2) < 70).mean()) > 0.02:
            return ink_lines(self.color, fill=False, edges=True)
        return canny_lines(self.color, sigma=1.2)


def read_works(data: Path, tell: Tell) -> list[Work]:
    """Coloured drawings of a folder, or of shards; what is of no use is passed over.

    Args:
        data: a folder of pictures, a shard, or a folder of shards.
        tell: hears of what is passed over, and why.

    Returns:
        At most ``MOST``, in the order of their names.

    Raises:
        UnreadableError: there is nothing of the name.
        InputError: fewer than ``FEWEST`` can be used.
    """
    if not data.exists():
        raise UnreadableError(f"{data} does not exist; check the name.")
    shards = shards_in(data)
    found: list[Work] = []
    for work in _packed(shards, tell) if shards else _loose(data, tell):
        fault = fault_of(work.color)
        if fault is not None:
            tell(work.name, fault)
        elif len(found) == MOST:
            tell(work.name, f"the first {MOST} are enough")
            break
        else:
            line = None if work.line is None else shrunk(work.line, SIDE)
            found.append(Work(work.name, shrunk(work.color, SIDE), line))
    if len(found) < FEWEST:
        raise InputError(
            f"{data} holds {len(found) or 'no'} coloured drawings that can be learnt from; "
            f"give at least {FEWEST}."
        )
    return found


def _loose(folder: Path, tell: Tell) -> Iterator[Work]:
    for path in pictures_in(folder):
        name = path.relative_to(folder).as_posix()
        try:
            yield Work(name, read_color(path))
        except InputError as error:
            tell(name, str(error))


def _packed(shards: list[Path], tell: Tell) -> Iterator[Work]:
    """Pictures of shards; of several kinds of line art, the one like a pen's is taken."""
    for path in shards:
        try:
            for plain, inked in zip(read_shard(path), read_shard(path, line="ink"), strict=True):
                line = plain.line if inked.line is None else inked.line
                fits = line is not None and line.shape == plain.color.shape[:2]
                yield Work(f"{path.name}/{plain.key}", plain.color, line if fits else None)
        except (InputError, OSError, ValueError, SyntaxError) as error:
            # Pillow calls some damage a syntax error.
            tell(path.name, str(error))


def divide(works: list[Work]) -> tuple[list[Work], list[Work]]:
    """Those to learn from, and some that are held out to judge by.

    A fifth is held out, at least one; from ten held out on, a tenth. Of the frames of a film they
    are the last, for that is what comes next; of other pictures some that their names choose, the
    same ones each time.

    >>> frames = [Work(f"walk_{i}.png", np.zeros((1, 1, 3), np.uint8)) for i in range(12)]
    >>> [work.name for work in divide(frames)[1]]
    ['walk_10.png', 'walk_11.png']
    """
    count = max(1, min(HELD, len(works) // 5), len(works) // 10)
    if len(set(groups_of([work.name for work in works]))) == 1:
        return works[:-count], works[-count:]
    order = sorted(range(len(works)), key=lambda i: crc32(works[i].name.encode()))
    chosen = set(order[:count])
    return (
        [work for i, work in enumerate(works) if i not in chosen],
        [work for i, work in enumerate(works) if i in chosen],
    )


def vary(work: Work, rng: np.random.Generator) -> tuple[AnyArray, Rgb8]:
    """Lines and colours of a picture, drawn, mirrored and bent anew; its palette stays its own.

    Args:
        work: the picture.
        rng: source of all choices.

    Returns:
        (H, W) uint8 lines, 0 ink, and (H, W, 3) uint8 colours.
    """
    lines, color = draw_lines(work.color, work.line, rng), work.color
    if rng.random() < 0.5:
        lines, color = lines[:, ::-1], color[:, ::-1]
    lines, color = np.ascontiguousarray(lines), np.ascontiguousarray(color)
    if rng.random() < 0.7:
        lines, color = warp(lines, color, rng)
    # White stays white, and no colour leaves its hue: what an artist mixes is to be learnt.
    factor = rng.normal(1, 0.015, 3).clip(0.96, 1.04)
    dark = (255 - color.astype(np.float32)) * factor
    jittered: Rgb8 = (255 - dark).round().clip(0, 255).astype(np.uint8)
    return lines, jittered


def examples_of(
    works: list[Work], rng: np.random.Generator, rounds: Callable[[int, int], bool]
) -> Iterator[Named]:
    """Varied examples, round after round of all pictures.

    Args:
        works: the pictures.
        rng: source of all choices.
        rounds: asked after each round, with the number of rounds and of examples so far, whether
            there shall be another one.

    Yields:
        An example for each picture and round, but for those in which no region is found.
    """
    turn = made = 0
    while True:
        for work in works:
            for example in named(vary(work, rng), work.name, "artist", rng):
                made += 1
                yield example
        turn += 1
        if not rounds(turn, made):
            return
