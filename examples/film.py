"""Make the pictures of films: drawings by program, and what nurie makes of two coloured ones.

python examples/film.py [-o docs/pictures] [--table]    (nurie-lab must be installed)

They are the four *hard* films that the table of films is made from, in their order. With
``--table`` only the table in docs/how-to/animation.md is written anew, from results/films.json.
"""

import argparse
import json
import re
from pathlib import Path

import cv2
import numpy as np

from nurie.api import Colorizer
from nurie.document import lay_lines
from nurie.io.images import write_picture
from nurie.io.movie import write_movie
from nurie_lab.bench.studies.films import means
from nurie_lab.drawings.films import hard_film

FILMS, FRAMES, SHOWN = 4, 12, (0, 3, 6, 9, 11)
WIDTH, EDGE = 200, 2
SEED = 88_000
"""That of the table, see ``nurie_lab.bench.studies.films``."""


ROOT = Path(__file__).parents[1]
SETS = {
    "plain": "*plain*: somebody moves on white paper, {} films of 12 drawings",
    "hard": "*hard*: one or two people turn and gesture, limbs cross, pan and zoom, things before "
    "them, closed lines, {} films of 12",
    "open": "*open*: the same films with gaps in the lines",
    "rendered": "*rendered*: people in three dimensions walk, turn and cross, {} films of 12",
    "peppercarrot_pepper_att1": "Pepper jumps, painted, 7 drawings, six things",
    "peppercarrot_carrot_run": "Carrot runs, painted, 10 drawings, 5 segments each",
    "synfig_pirates_pan": "Pirates, a pan of 24 small drawings",
}
"""What the sets of films are called; others have the names of their folders."""

SCORES = {"next": "next frame", "+3": "3 frames on"} | {
    name: name for name in ("1 key", "2 keys", "3 keys", "flicker")
}


def table(rows: list[dict]) -> str:
    """Rows of results/films.json as the table of the docs: means over the films of a set."""
    lines = [
        f"| films | system | {' | '.join(SCORES.values())} |",
        "|---|---|" + "--:|" * len(SCORES),
    ]
    told, order = set(), [*SETS, *(row["set"] for row in rows)]
    for (kind, system), scores in sorted(
        means(rows).items(), key=lambda one: order.index(one[0][0])
    ):
        count = sum((row["set"], row["system"]) == (kind, system) for row in rows)
        name = "" if kind in told else SETS.get(kind, kind).format(count)
        told.add(kind)
        cells = [name, system, *(f"{100 * scores[score]:.1f} %" for score in SCORES)]
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def film(model: Colorizer, number: int, frames: int) -> list[np.ndarray]:
    """The frames, each the drawing over its colours, (2 · height, WIDTH, 3) uint8."""
    made = hard_film(np.random.default_rng([SEED, number, *b"hard"]), frames, opens=False)
    keys = {i: lay_lines(made[i].lines, made[i].color) for i in (0, frames - 1)}
    colored = model.film([each.lines for each in made], keys=keys)
    return [
        np.concatenate([_small(np.repeat(each.lines[..., None], 3, 2)), _small(picture)])
        for each, picture in zip(
            made, (colored.layers(i).merged() for i in range(frames)), strict=True
        )
    ]


def _small(picture: np.ndarray) -> np.ndarray:
    height = round(picture.shape[0] * WIDTH / picture.shape[1])
    small = cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_AREA)
    return np.pad(small, ((EDGE, EDGE), (EDGE, EDGE), (0, 0)), constant_values=255)


def main() -> None:
    """Write film.png and film.apng."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--films", type=int, default=FILMS)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    if args.table:
        rows = json.loads((ROOT / "results" / "films.json").read_text("utf-8"))["rows"]
        page = ROOT / "docs" / "how-to" / "animation.md"
        text = re.sub(r"\| films \|(.*\n)+?(?=\n)", table(rows), page.read_text("utf-8"))
        page.write_text(text, "utf-8")
        return
    folder = args.output or ROOT / "docs" / "pictures"
    model = Colorizer.load()
    films = [film(model, number, args.frames) for number in range(args.films)]
    shown = [i for i in SHOWN if i < args.frames]
    rows = [np.concatenate([frames[i] for i in shown], axis=1) for frames in films]
    write_picture(folder / "film.png", np.concatenate(rows), force=True)
    half = len(films[0][0]) // 2
    moving = [np.concatenate([frames[i][half:] for frames in films]) for i in range(args.frames)]
    write_movie(folder / "film.apng", ((m, 1 / 6) for m in moving), fps=6, force=True)
    print(folder / "film.png", folder / "film.apng")


if __name__ == "__main__":
    main()
