"""The pictures of one artist: read, divided, and varied so that a few are enough to learn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import InputError
from nurie.lines import canny_lines
from nurie_lab.data.collection import groups_of
from nurie_lab.data.extract import draw_lines, ink_lines, outlined
from nurie_lab.data.prepare import Named, moved, named
from nurie_lab.data.shards import Tell, pictures_of, shrunk
from nurie_lab.data.survey import fault_of

FEWEST = 3
"""Pictures that are needed: one is held out, the others are learnt from."""

HELD = 10
"""Pictures that are enough to judge by, until a tenth of all is more."""

MOST = 1000
"""Pictures that are taken; more would not fit into memory everywhere."""

SIDE = 384
"""Longest side in pixels that pictures are learnt from at, as those of the released model were."""


@dataclass(frozen=True, eq=False)
class Work:
    """One coloured drawing of an artist."""

    name: str  # Path from the folder, or shard and key
    color: Rgb8  # (H, W, 3) uint8 on white, no side longer than ``SIDE``
    line: AnyArray | None = None
    """(H, W) uint8 line art of it, 0 ink, where it came with some."""

    @property
    def lines(self) -> AnyArray:
        """(H, W) uint8: its line art, else its dark outlines and borders of colour, 0 ink."""
        if self.line is not None:
            return self.line
        if outlined(self.color):
            return ink_lines(self.color, fill=False, edges=True)
        return canny_lines(self.color, sigma=1.2)


def read_works(data: Path, tell: Tell) -> list[Work]:
    """At most ``MOST`` coloured drawings of a folder, or of shards, in the order of their names.

    ``tell`` hears of what is of no use and passed over, and why.

    Raises:
        UnreadableError: there is nothing of the name.
        InputError: fewer than ``FEWEST`` can be used.
    """
    found: list[Work] = []
    # Of several kinds of line art, the one like a pen's is taken.
    for record in pictures_of(data, tell, line=("ink", "line")):
        color, line = record.color, record.line
        fault = fault_of(color)
        if fault is not None:
            tell(record.key, fault)
        elif len(found) == MOST:
            tell(record.key, f"the first {MOST} are enough")
            break
        else:
            fits = line is not None and line.shape == color.shape[:2]
            lines = shrunk(line, SIDE) if line is not None and fits else None
            found.append(Work(record.key, shrunk(color, SIDE), lines))
    if len(found) < FEWEST:
        raise InputError(
            f"{data} holds {len(found) or 'no'} coloured drawings that can be learnt from; "
            f"give at least {FEWEST}."
        )
    return found


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
    return [works[i] for i in sorted(order[count:])], [works[i] for i in sorted(order[:count])]


def vary(work: Work, rng: np.random.Generator) -> tuple[AnyArray, Rgb8]:
    """Lines and colours of a picture, drawn, mirrored and bent anew; its palette stays its own.

    (H, W) uint8, 0 ink, and (H, W, 3) uint8.
    """
    lines, color = moved((draw_lines(work.color, work.line, rng), work.color), rng, bent=0.7)
    # White stays white, and no colour leaves its hue: what an artist mixes is to be learnt.
    factor = rng.normal(1, 0.015, 3).clip(0.96, 1.04)
    dark = (255 - color.astype(np.float32)) * factor
    jittered: Rgb8 = (255 - dark).round().clip(0, 255).astype(np.uint8)
    return lines, jittered


def examples_of(works: Sequence[Work], rng: np.random.Generator, most: int = 0) -> Iterator[Named]:
    """Varied examples, two rounds of all pictures and more up to ``most`` examples.

    Pictures in which no region is found have none.
    """
    turn = made = 0
    while turn < 2 or 0 < made < most:
        for work in works:
            for example in named(vary(work, rng), work.name, "artist", rng):
                made += 1
                yield example
        turn += 1
