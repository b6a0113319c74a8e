"""``nurie color``: reports, unsure regions, contact sheets."""

import json

import numpy as np
import pytest

# FakeColorizer gives regions 1, 2 and 3 a confidence of 0.73, 0.47 and 0.2; region 1 is paper.


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("out/", ["out/cat.report.json", "out/cat.report.png"]),
        ("seen", ["seen/cat.report.json", "seen/cat.report.png"]),
        ("what.json", ["what.json", "what.png"]),
    ],
)
def test_a_report_is_a_list_and_a_picture(nurie, cat, tools, tmp_path, option, expected):
    heard = nurie("color", cat, "--report", option, "--json")
    assert (heard.code, heard.err) == (0, "")
    assert heard.json[0]["report"] == expected
    found = json.loads((tmp_path / expected[0]).read_text("utf-8"))
    assert (found["sketch"], found["width"], found["unsure"]) == (str(cat), 24, [3, 2])
    assert [region["paper"] for region in found["regions"]] == [True, False, False]
    assert [region["ask"] for region in found["regions"]] == [None, 2, 1]
    assert tools.load(tmp_path / expected[1]).shape == (24, 24, 3)


def test_the_threshold_decides_what_is_unsure(nurie, cat):
    for sure, unsure in ((0.3, [3]), (0, []), (1, [3, 2])):
        heard = nurie("color", cat, "--sure", sure, "--force", "--json")
        assert heard.json[0]["unsure"] == unsure


def test_unsure_regions_may_stay_paper(nurie, cat, tools, tmp_path):
    assert nurie("color", cat, "--unsure", "leave", "--sure", 0.3).code == 0
    picture = tools.load(tmp_path / "cat.colored.png")
    assert picture[10, 6].tolist() != [255, 255, 255]
    assert picture[10, 16].tolist() == [255, 255, 255]
    assert nurie("color", cat, "--sure", 0.3, "--force").code == 0
    assert tools.load(tmp_path / "cat.colored.png")[10, 16].tolist() != [255, 255, 255]


def test_a_sheet_shows_the_lines_and_every_answer(nurie, cat, tools, tmp_path):
    heard = nurie("color", cat, "--variations", 3, "--sheet", "all.png", "--json")
    assert heard.json[0]["sheet"] == ["all.png"]
    sheet = tools.load(tmp_path / "all.png")
    colors = {tuple(c) for c in np.unique(sheet.reshape(-1, 3), axis=0).tolist()}
    assert {(255, 0, 0), (0, 160, 0), (0, 0, 255)} <= colors
    one = nurie("color", cat, "--sheet", "sheets/", "--force")
    assert one.code == 0
    assert (tmp_path / "sheets" / "cat.sheet.png").exists()


def test_several_sketches_need_a_folder(nurie, cat, tools, tmp_path):
    dog = tools.save(tmp_path / "dog.png", tools.draw())
    for option, name in (("--report", "r.json"), ("--sheet", "s.png")):
        heard = nurie("color", cat, dog, option, name)
        assert heard.code == 2
        assert heard.err == f"nurie: 2 sketches do not fit in {name}; give a folder.\n"
    assert nurie("color", cat, dog, "--report", "r/", "--sheet", "s/").code == 0
    assert len(list((tmp_path / "r").iterdir())) == 4
    assert len(list((tmp_path / "s").iterdir())) == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--report", "r.txt"], "r.txt has no suffix that can be written; end it in .json, or"),
        (["--sheet", "s.gif"], "s.gif has no suffix that can be written; end it in .png, or"),
        (["--sheet", "cat.png"], "cat.png is a sketch itself"),
        (["--sheet", "a.png", "-o", "a.png"], "would both become a.png"),
        (["--sure", "2"], "Invalid value for '--sure'"),
        (["--unsure", "maybe"], "'maybe' is not one of"),
        (["--report", "no/r.json"], "no is not a folder"),
    ],
)
def test_what_cannot_be_written_is_said_first(nurie, cat, tmp_path, options, sentence):
    heard = nurie("color", cat, *options)
    assert heard.code == 2
    assert sentence in heard.err.replace(str(tmp_path) + "/", "")
    assert not (tmp_path / "cat.colored.png").exists()


def test_no_report_or_sheet_is_replaced(nurie, cat, tmp_path):
    for name, options in (("r.png", ["--report", "r.json"]), ("s.png", ["--sheet", "s.png"])):
        (tmp_path / name).write_bytes(b"mine")
        heard = nurie("color", cat, *options)
        assert heard.code == 2
        assert f"{name} exists already; give --force" in heard.err
        assert (tmp_path / name).read_bytes() == b"mine"
        assert not (tmp_path / "cat.colored.png").exists()
