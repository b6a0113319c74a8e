"""Sheets by number: what is written is read, checked, packed and found again in the drawing."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.cli.app import run
from nurie.painting.terms import CONSTANTS
from nurie_lab.data.answers import check, pack, parse_answers, read_answers
from nurie_lab.data.colourings import (
    degraded,
    is_held,
    paint,
    prepare_colourings,
    read_choices,
    read_rows,
    views,
)
from nurie_lab.data.prepare import stack
from nurie_lab.data.shards import Record, encode, write_shard

ANSWER = """// a note
0001 | object | a box and a lid
box@A : 1 : #c04030 , #3050c0
pot : 2* : #20a040 , #a0a020
paper : rest : #ffffff , #fff0e0
"""


def boxes():
    """(96, 96) two closed boxes on paper."""
    lines = np.full((96, 96), 255, np.uint8)
    for top, left in ((8, 8), (52, 52)):
        lines[top : top + 36, left : left + 36] = 0
        lines[top + 3 : top + 33, left + 3 : left + 33] = 255
    return lines


@pytest.fixture
def folder(tmp_path):
    """A pack of one drawing with an answer."""
    made = tmp_path / "pack"
    (made / "lines").mkdir(parents=True)
    (made / "lines" / "0001.png").write_bytes(encode(boxes(), "png"))
    points = [[26, 26, 900], [70, 70, 900], [2, 80, 6600]]
    row = {"n": 1, "key": "boxes", "where": "train", "source": "own", "licence": "CC0"}
    row |= {"size": [96, 96], "points": points, "title": "boxes"}
    (made / "pack.jsonl").write_text(json.dumps(row) + "\n")
    (made / "answers.txt").write_text(ANSWER.replace("box@A", "bag@A"))
    return made


def test_groups_ranges_and_rest_are_read():
    answer, skipped = parse_answers(ANSWER + "2 | skip | mush\n", {1: 4, 2: 3})
    assert answer.parts == {1: "box", 2: "pot", 3: "paper", 4: "paper"}
    assert answer.figures == {1: "A"}
    assert answer.mixed == {2}
    assert answer.colourings[1][4] == "#fff0e0"
    assert skipped.skip == "mush"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("bag@A", "bagg@A", "no such part: 'bagg'"),
        ("#c04030", "red", "no valid colour for 1"),
        ("paper : rest", "paper : 2", "named twice"),
        ("paper : rest", "paper : 9", "no region 9"),
        ("| object |", "| thing |", "is not one of"),
        ("bag@A", "skin", "no human hue in colouring 2: 1"),
        ("#3050c0", "#c04030", "two colours"),
    ],
)
def test_faults_are_named(folder, old, new, complaint):
    text = (folder / "answers.txt").read_text().replace(old, new)
    if complaint == "two colours":
        text, complaint = text.replace(", #a0a020", ""), "needs two colours"
    (folder / "answers.txt").write_text(text)
    assert any(complaint in line for line in check(folder)[1])


def test_same_colourings_are_refused(folder):
    text = (folder / "answers.txt").read_text()
    text = text.replace("#3050c0", "#c04030").replace("#a0a020", "#20a040")
    (folder / "answers.txt").write_text(text)
    assert check(folder)[1] == ["error: the two colourings are nearly the same"]


def test_a_later_answer_replaces_an_earlier_one(folder):
    (folder / "answers-b.txt").write_text("1 | skip | mush\n")
    (folder / "answers-a.txt").write_text(ANSWER)
    assert read_answers(folder)[1].title == "a box and a lid"


def test_what_is_packed_is_found_in_the_drawing(folder, tmp_path):
    assert pack([folder], tmp_path / "out") == {"written": 1, "skipped": 0, "left": 0}
    rows = read_rows([tmp_path / "out" / "colourings.jsonl"], [tmp_path / "out" / "parts.jsonl"])
    blank = np.full((96, 96, 3), 255, np.uint8)
    record = Record("boxes", blank, boxes(), {"source": "own", "coloured": False})
    painted = paint(rows["boxes"], record, ("bag", "paper", "pot"))
    first, second = painted.labels[26, 26] - 1, painted.labels[70, 70] - 1
    assert painted.colors[:2, first].tolist() == [[0xC0, 0x40, 0x30], [0x30, 0x50, 0xC0]]
    assert painted.parts[[first, second]].tolist() == [0, 2]
    assert painted.trust[:, second].tolist() == [0.5, 0.5, 0]


def test_regions_of_another_size_are_not_trusted(folder, tmp_path):
    row = json.loads((folder / "pack.jsonl").read_text())
    row["points"][0][2] = 90
    (folder / "pack.jsonl").write_text(json.dumps(row) + "\n")
    pack([folder], tmp_path)
    rows = read_rows([tmp_path / "colourings.jsonl"], [])
    record = Record("boxes", np.full((96, 96, 3), 255, np.uint8), boxes(), {"coloured": False})
    painted = paint(rows["boxes"], record, ())
    assert painted.trust[0, painted.labels[26, 26] - 1] == 0
    assert painted.trust[0, painted.labels[70, 70] - 1] == 1


def test_a_degraded_drawing_keeps_its_colours(folder, tmp_path):
    pack([folder], tmp_path)
    rows = read_rows([tmp_path / "colourings.jsonl"], [tmp_path / "parts.jsonl"])
    record = Record("boxes", np.full((96, 96, 3), 255, np.uint8), boxes(), {"coloured": False})
    painted = paint(rows["boxes"], record, ("bag", "paper", "pot"))
    other = degraded(painted, np.random.default_rng(2))
    known = {tuple(c) for c in other.colors[0][other.trust[0] > 0].tolist()}
    assert known <= {tuple(c) for c in painted.colors[0].tolist()}
    found = stack(list(views(painted, np.random.default_rng(0))))
    assert len(found.lines) == 2, "one for each colouring by number; the drawing has no colours"
    assert (np.abs(found.geometry[0]).sum(-1) > 0).sum() == painted.labels.max()
    assert set(found.parts[0].tolist()) == {-1, 0, 1, 2}


def test_drawings_coloured_by_number_become_examples(folder, tmp_path):
    out, (first,) = tmp_path / "examples", [json.loads((folder / "pack.jsonl").read_text())]
    pack([folder], tmp_path)
    rows = {"colourings": [tmp_path / "colourings.jsonl"], "named": [tmp_path / "parts.jsonl"]}
    info = json.dumps({"source": "own", "tier": "permissive"}).encode()
    blank = np.full((96, 96, 3), 255, np.uint8)
    files = {"color.webp": encode(blank, "webp"), "line.png": encode(boxes(), "png"), "json": info}
    write_shard(tmp_path / "a.tar", [(first["key"], files)])
    out.mkdir()
    paths = list(prepare_colourings(out, [tmp_path / "a.tar"], **rows))
    assert [path.name for path in paths] == ["coloured-a.npz", "coloured-made.npz"]
    assert len(np.load(paths[0])["lines"]) >= 2
    assert not len(np.load(paths[1])["lines"])
    left = list(prepare_colourings(tmp_path, [tmp_path / "a.tar"], **rows,
                                   without=frozenset([first["key"]])))  # fmt: skip
    assert not len(np.load(left[0])["lines"])


def test_books_are_held_out_whole():
    assert is_held("a book") == is_held("a book")
    assert 20 < sum(is_held(str(i)) for i in range(800)) < 90


def test_the_verb_draws_paints_checks_and_packs(folder, tmp_path, capsys):
    assert run(["data", "sheets", "draw", str(folder)]) == 0
    assert run(["data", "sheets", "paint", str(folder)]) == 0
    assert run(["data", "sheets", "check", str(folder)]) == 0
    assert run(["data", "sheets", "pack", str(folder), "-o", str(tmp_path / "out")]) == 0
    assert (folder / "0001.png").stat().st_size > 1000
    assert (folder / "painted" / "0001.png").is_file()
    assert len((tmp_path / "out" / "parts.jsonl").read_text().splitlines()) == 1
    (folder / "answers.txt").write_text("")
    capsys.readouterr()
    assert run(["data", "sheets", "check", str(folder)]) == 2
    assert "no answer" in capsys.readouterr().err


def test_samples_are_chosen_among_on_blind_sheets(folder, nurie, tmp_path):
    assert nurie("data", "sheets", "choose", folder, "--quiet").code == 0
    assert (folder / "choose" / "001.png").exists()
    (key,) = json.loads((folder / "choose" / "key.json").read_text().splitlines()[0])["systems"][:1]
    (folder / "choose" / "answers.txt").write_text("1 | keep 1 | best 1 | worst 2 | a box\n")
    heard = nurie("data", "sheets", "pack", folder, "-o", tmp_path / "out", "--json")
    assert json.loads(heard.out)["choices"] == 1
    path = tmp_path / "out" / "choices.jsonl"
    row = json.loads(path.read_text())
    assert row["candidates"][row["best"] - 1]["kind"] == key
    model = Colorizer(Colorizer.load().session, constants=replace(CONSTANTS, candidates=1))
    merged = model.read(boxes()).colorize(seed=2).merged()
    shown = [merged[y, x, :3].tobytes().hex() for x, y, _ in row["points"]]
    assert row["candidates"][2]["colors"] == "".join(shown)
    choice = read_choices([path])["boxes"]
    assert sorted(choice.rank.tolist()) == [-1, 0, 0, 0, 0, 0, 3]
