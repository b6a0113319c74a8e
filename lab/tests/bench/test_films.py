"""Scores of films: what counts, and what is right."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nurie.film.store import Cel
from nurie_lab.bench.films import PAPER, UNKNOWN, TrueFilm, made_film, painted_film
from nurie_lab.bench.studies.films import KEYS, Played, show
from nurie_lab.drawings.kit.strokes import Shape, paint


def square(top, left, part, color, side=12):
    corners = [(top, left), (top, left + side), (top + side, left + side), (top + side, left)]
    return Shape(np.float32(corners), part, color, smooth=False)


def drawn(step):
    """A red and a green square on white paper that move to the right."""
    shapes = [square(6, 4 + step, "a", (200, 0, 0)), square(24, 4 + step, "b", (0, 160, 0))]
    return paint(shapes, (44, 48), np.random.default_rng(0))


def test_paper_is_paper_and_the_rest_has_its_colour():
    film = made_film("two", [drawn(0), drawn(2)])
    assert [sorted(t.tolist()) for t in film.truth] == [[PAPER, 0x00A000, 0xC80000]] * 2


def test_regions_take_the_truth_of_most_of_them():
    pieces = np.int32([[1, 1, 2, 2, 0]])
    film = TrueFilm("f", [np.full((1, 5), 255, np.uint8)], [pieces], [np.int32([7, PAPER])])
    assert film.regions(0, np.int32([[1, 1, 1, 2, 3]])).tolist() == [7, PAPER, UNKNOWN]
    assert film.homes(0, np.int32([[0, 4, 3, 3, 3]])).tolist() == [4, 3]


def test_white_paper_of_a_painting_counts_for_nothing(tmp_path):
    from nurie.io.images import write_picture

    made = drawn(0)
    for kind, picture in (("line", np.stack([made.lines] * 3, 2)), ("color", made.color)):
        (tmp_path / kind).mkdir()
        write_picture(tmp_path / kind / "1.png", picture, force=True)
    film = painted_film(tmp_path)
    paper, *things = sorted(film.truth[0].tolist())
    assert paper == PAPER
    assert len(set(things)) == 2


class Perfect:
    """Knows which region is which, by their order."""

    def __init__(self, *, swapped=False):
        self.name, self._swapped = f"perfect {swapped}", swapped

    def __call__(self, one: Cel, two: Cel):
        share = np.eye(len(one.paper), len(two.paper), dtype=np.float32)
        if self._swapped:
            share = np.roll(share, 1, axis=1)
        return share, share.T, 1.0


@pytest.fixture(scope="module")
def read():
    from nurie.api import Colorizer
    from nurie.film.drawings import Drawings

    film = made_film("two", [drawn(step) for step in range(5)])
    reader = Colorizer.load()
    return film, Drawings(
        reader, film.lines, gap=None, hold=False, cache=None, patient=False,
        progress=lambda *_: None,
    )  # fmt: skip


def test_a_perfect_match_is_right_everywhere(read):
    scores = Played(*read, Perfect()).scores()
    assert {name: scores[name] for name in ("next", "+3", *KEYS)} == dict.fromkeys(
        ("next", "+3", *KEYS), 1.0
    )
    assert scores["flicker"] == scores["A-B-A"] == scores["fixes"] == 0


def test_a_wrong_match_is_wrong_and_its_fixes_spread(read):
    scores = Played(*read, Perfect(swapped=True)).scores()
    assert scores["next"] < 1
    assert scores["fixes spread"] <= scores["fixes"]


def test_the_table_has_a_row_for_each_set_and_system():
    scores = {"next": 0.5, "fixes": 3.0}
    rows = [{"set": "a", "film": str(i), "system": "n", "scores": scores} for i in range(2)]
    assert show({"rows": rows}).splitlines()[-1] == "| a | n | 50.0 % | 3.0 |"


def test_the_table_of_the_docs_is_that_of_the_results():
    root = Path(__file__).parents[3]
    rows = json.loads((root / "results" / "films.json").read_text("utf-8"))["rows"]
    table = runpy.run_path(str(root / "examples" / "film.py"))["table"](rows)
    assert table in (root / "docs" / "how-to" / "animation.md").read_text("utf-8")


def test_the_pictures_of_films_can_be_made(tmp_path):
    script = Path(__file__).parents[3] / "examples" / "film.py"
    command = [sys.executable, script, "-o", tmp_path, "--films", "1", "--frames", "2"]
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(tmp_path / "film.png") as still, Image.open(tmp_path / "film.apng") as moving:
        assert (still.height, moving.n_frames) == (2 * moving.height, 2)
