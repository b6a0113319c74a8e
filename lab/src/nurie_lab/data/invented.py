"""Examples of drawings made by program: things, scenes, people, animals, and people that move."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie_lab.data.extract import warp
from nurie_lab.data.made_parts import parts_map
from nurie_lab.data.prepare import Named, named, write_examples
from nurie_lab.drawings.animals import invent_animal
from nurie_lab.drawings.figures import film, invent_character
from nurie_lab.drawings.kit.strokes import Made
from nurie_lab.drawings.scenes import invent_scene
from nurie_lab.drawings.things import invent_thing

Generator = np.random.Generator

PORTION = 200
"""Drawings in a file."""


def _pages(invent: Callable[..., Made], least: int, most: int) -> Callable[[Generator], list[Made]]:
    """Two pages of one drawing, of a size between these in pixels."""
    return lambda rng: [invent(rng, size=int(rng.integers(least, most)))] * 2


KINDS: dict[str, tuple[Callable[[Generator], list[Made]], int]] = {
    "things": (_pages(invent_thing, 256, 448), 7),
    "people": (_pages(invent_character, 320, 512), 3),
    "films": (lambda rng: film(rng, int(rng.integers(2, 5))), 2),
    "scenes": (_pages(invent_scene, 384, 560), 2),
    "animals": (_pages(invent_animal, 320, 512), 2),
}
"""How the drawings of one page are made, all of one thing, and portions of each kind."""


def prepare_made(out: Path, *, seed: int = 0, workers: int = 2) -> Iterator[Path]:
    """Make drawings by program and examples of them; files that are there already are kept.

    Args:
        out: folder for ``KIND-N.npz`` files, made when missing.
        seed: the same seed gives the same examples.
        workers: processes.

    Yields:
        The path of each file when it is complete.
    """
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(out, kind, part, seed) for kind, (_, parts) in KINDS.items() for part in range(parts)]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(_portion, jobs)


def _portion(job: tuple[Path, str, int, int]) -> Path:
    out, kind, part, seed = job
    rng = np.random.default_rng([seed, part, *kind.encode()])
    return write_examples(out / f"{kind}-{part}.npz", lambda: examples(kind, part, PORTION, rng))


def examples(kind: str, part: int, count: int, rng: Generator) -> Iterator[Named]:
    """Examples of ``count`` drawings of a kind, each shown at least twice."""
    draw = KINDS[kind][0]
    for i in range(count):
        for made in draw(rng):
            maps = (made.lines, made.color, parts_map(made))
            lines, color, shows = maps if kind == "films" else _moved(maps, rng)
            yield from named((lines, color), f"{kind}-{part}-{i}", f"made-{kind}", rng, shows)


def _moved(maps: tuple[AnyArray, Rgb8, AnyArray], rng: Generator) -> tuple[AnyArray, ...]:
    """Lines, colours and parts as they are, mirrored, or bent."""
    if rng.random() < 0.5:
        maps = maps[0][:, ::-1], maps[1][:, ::-1], maps[2][:, ::-1]
    lines, color, shows = map(np.ascontiguousarray, maps)
    return warp(lines, color, rng, shows) if rng.random() < 0.6 else (lines, color, shows)
