"""Blind sheets: what is on them, and what is counted."""

import json

import numpy as np
import pytest
from PIL import Image

from nurie.errors import InputError
from nurie_lab.bench.preference.contest import read_contest
from nurie_lab.bench.preference.kept import draw_sheets, read_verdicts, summary


@pytest.fixture
def folders(tmp_path):
    """Three systems and two drawings, each system in a colour of its own."""
    for name, color in {"new": "red", "old": "gray", "rival": "blue"}.items():
        (tmp_path / name).mkdir()
        for drawing in ("cat", "hen"):
            Image.new("RGB", (44, 30), color).save(tmp_path / name / f"{drawing}.png")
    return [tmp_path / name for name in ("new", "old", "rival")]


def answer(folder, judged):
    """Answers by system, written by the numbers of the key."""
    rows = [json.loads(line) for line in (folder / "key.json").read_text().splitlines()]
    lines = []
    for row in rows:
        at = {system: i for i, system in enumerate(row["systems"], 1)}
        keep, best, worst = judged[row["drawing"]]
        kept = " ".join(str(at[s]) for s in keep) or "none"
        lines.append(f"{row['sheet']} | keep {kept} | best {at[best]} | worst {at[worst]} | so")
    (folder / "answers.txt").write_text("\n".join(lines))


def test_answers_are_counted_by_system(folders, tmp_path):
    out = tmp_path / "sheets"
    paths = draw_sheets(read_contest(folders), out, seed=3)
    assert [p.name for p in paths] == ["001.png", "002.png"]
    answer(out, {"cat": (["new", "rival"], "new", "old"), "hen": ([], "rival", "old")})
    facts = summary(read_verdicts(out), {"any": ["old", "rival"]})
    assert {s: share.count for s, share in facts["kept"].items()} == {
        "new": 1,
        "old": 0,
        "rival": 1,
    }
    assert facts["any"]["any"].count == 1
    assert facts["worst"]["old"].count == 2
    assert facts["beats"]["new over old"].share == 1
    assert facts["beats"]["new over rival"].of == 2
    assert facts["beats"]["new over rival"].count == 1


def test_a_sheet_shows_each_picture_under_its_number(folders, tmp_path):
    out = tmp_path / "sheets"
    draw_sheets(read_contest(folders), out)
    row = json.loads((out / "key.json").read_text().splitlines()[0])
    pixels = np.asarray(Image.open(out / "001.png"))
    places = [np.argwhere((pixels == color).all(-1)).mean(0).tolist()
              for color in ((255, 0, 0), (128, 128, 128), (0, 0, 255))]  # fmt: skip
    order = sorted(range(3), key=lambda i: (places[i][0] > pixels.shape[0] / 2, places[i][1]))
    assert [["new", "old", "rival"][i] for i in order] == row["systems"]


@pytest.mark.parametrize(
    "line", ["1 | keep 9 | best 1 | worst 2", "7 | keep 1 | best 1 | worst 2", "?"]
)
def test_a_wrong_answer_is_named(folders, tmp_path, line):
    out = tmp_path / "sheets"
    draw_sheets(read_contest(folders), out)
    (out / "answers.txt").write_text(line)
    with pytest.raises(InputError, match="line 1"):
        read_verdicts(out)


def test_the_command_draws_and_counts(folders, tmp_path, nurie):
    out = tmp_path / "sheets"
    assert nurie("prefer", *folders, "--sheets", out).code == 0
    answer(out, {"cat": (["new"], "new", "old"), "hen": (["new"], "new", "old")})
    counted = nurie("prefer", "--kept", out, "--json")
    assert json.loads(counted.out)["kept"]["new"]["count"] == 2
