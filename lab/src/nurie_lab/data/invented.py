"""Examples of drawings made by program: things, scenes, people, animals, and people that move.

What each shape shows, in the vocabulary of parts, is read off its name.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.data.answers import PARTS
from nurie_lab.data.prepare import Named, moved, named, write_examples
from nurie_lab.data.shards import spread
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
    """Make drawings by program and examples of them: ``out/KIND-N.npz``, yielded when complete.

    Files that are there already are kept; the same seed gives the same examples.
    """
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(out, kind, part, seed) for kind, (_, parts) in KINDS.items() for part in range(parts)]
    yield from spread(_portion, jobs, workers=workers)


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
            lines, color, shows = maps if kind == "films" else moved(maps, rng, bent=0.6)
            yield from named((lines, color), f"{kind}-{part}-{i}", f"made-{kind}", rng, shows)


UNKNOWN = -1
"""In place of a part's index where nothing is known."""


def parts_map(made: Made) -> AnyArray:
    """(H, W) int16: index into ``PARTS`` of what each pixel shows, -1 unknown; paper is paper."""
    table = [PARTS.index("paper")]
    for name in made.names:
        part = part_of(name, made.seeds)
        table.append(UNKNOWN if part is None else PARTS.index(part))
    return np.array(table, np.int16)[made.parts]


def part_of(name: str, seeds: Mapping[str, str]) -> str | None:
    """The part that a shape shows, where the rules of ``made_parts.toml`` know it.

    The name is one of ``Made.names``; ``seeds`` are what is known about the drawing,
    ``Made.seeds``.

    >>> part_of("skin.neck", {"manner": "anime"}), part_of("fir 3.needles", {"scene": "winter"})
    ('skin', 'leaf')
    """
    if figure := re.match(r"figure \d+\.(.*)$", name):
        return _clothed(figure[1], "")
    if "manner" in seeds:
        return _clothed(name, seeds.get("top", ""))
    rules, words = _rules(), name.split(".")
    kind, first = seeds.get("kind"), _bare(words[0])
    animals = {*rules["animals"], *rules["feathers"], *rules["skins"]}
    if kind is not None and kind in animals and "way" in seeds:
        return _animal(words, kind)
    if len(words) > 1 and first in animals and first not in rules["thing"]:
        return _animal(words[1:], first)
    return _thing(words, kind)


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("nurie_lab.data").joinpath("made_parts.toml").read_text("utf-8"))


def _bare(word: str) -> str:
    """A word without the number behind it."""
    return re.sub(r"\s*-?\d+$", "", word).strip()


def _clothed(name: str, top: str) -> str | None:
    rules = _rules()
    for pattern, shown in rules["people"]:
        if re.match(pattern, name):
            return str(shown)
    first = name.split(".", maxsplit=1)[0]
    part: str | None = rules["clothes"].get(first)
    return str(rules["tops"].get(top, part)) if first in _TOPS else part


_TOPS = ("top", "sleeve", "collar", "cuff")


def _animal(words: list[str], kind: str) -> str | None:
    rules = _rules()
    if words[0] == "eye":
        shown = {"white": "eye_white", "iris": "iris", "pupil": "iris"}
        return next((part for word, part in shown.items() if word in words), None)
    part: str | None = rules["animal"].get(words[0])
    if part != "coat":
        return part
    if kind in rules["feathers"]:
        return "feather"
    return "animal_skin" if kind in rules["skins"] else "fur"


_ROUND_IT = frozenset(
    ["sky", "cloud", "sun", "wall", "floor", "hill", "ground", "stem", "leaf", "stalk"]
)
"""What stands around a thing, or grows on it, whatever the thing is."""


def _thing(words: list[str], kind: str | None) -> str | None:
    rules = _rules()
    if len(words) > 1:
        kind, words = _bare(words[0]), words[1:]
    last = _bare(".".join(words))
    rule = rules["thing"].get(kind)
    if isinstance(rule, str):
        return rules["piece"].get(last) if last in _ROUND_IT else rule
    part = (rule or {}).get(last) or rules["piece"].get(last)
    return None if part is None else str(part)
