"""``nurie color``: names, options, and what is written."""

import json
import os

import numpy as np
import pytest


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_writes_beside_the_sketch(nurie, cat, tools, tmp_path):
    heard = nurie("color", cat)
    assert (heard.code, heard.err) == (0, "")
    assert heard.paths == [str(tmp_path / "cat.colored.png")]
    result = tools.load(tmp_path / "cat.colored.png")
    assert result.shape == (24, 24, 3)
    assert (result[tools.draw() == 0] == 0).all()
    assert len(np.unique(result.reshape(-1, 3), axis=0)) == 4  # ink, paper, two colours


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif", ".tiff", ".tga", ".ora", ".PNG"])
def test_the_suffix_chooses_the_format(nurie, cat, tmp_path, suffix):
    heard = nurie("color", cat, "-o", f"out{suffix}")
    assert (heard.code, heard.err) == (0, "")
    starts = {".png": b"\x89PNG", ".web": b"RIFF", ".tif": b"II", ".ora": b"PK", ".tga": b"\0"}
    data = (tmp_path / f"out{suffix}").read_bytes()
    assert data.startswith(starts[suffix[:4].lower()])


@pytest.mark.parametrize("out", ["new/", "new/deeper/", "there"])
def test_a_folder_takes_the_sketch_by_name(nurie, cat, tmp_path, out):
    (tmp_path / "there").mkdir()
    assert nurie("color", cat, "-o", out).code == 0
    assert names(tmp_path / out) == ["cat.colored.png"]


def test_several_sketches_make_their_folder(nurie, cat, tools, tmp_path):
    dog = tools.save(tmp_path / "dog.bmp", tools.draw())
    heard = nurie("color", cat, dog, "-o", "painted")
    assert heard.code == 0
    assert heard.paths == ["painted/cat.colored.png", "painted/dog.colored.png"]
    assert names(tmp_path / "painted") == ["cat.colored.png", "dog.colored.png"]


def test_the_model_is_loaded_once(nurie, cat, tools, fake, tmp_path):
    dog = tools.save(tmp_path / "dog.bmp", tools.draw())
    nurie("color", cat, dog)
    assert fake.loaded == ["packaged"]


def test_another_model_is_passed_on(nurie, cat, fake):
    nurie("color", cat, "--model", "mine.json")
    assert fake.loaded == ["mine.json"]


def test_the_seed_changes_the_colours(nurie, cat, tools, tmp_path):
    made = []
    for seed in (0, 1, 1):
        nurie("color", cat, "--seed", seed, "-o", "out.png", "--force")
        made.append((tmp_path / "out.png").read_bytes())
    assert made[0] != made[1] == made[2]


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        ((), ["cat.colored-1.png", "cat.colored-2.png"]),
        (("-o", "a.ora"), ["a-1.ora", "a-2.ora"]),
        (("-o", "set/"), ["set/cat.colored-1.png", "set/cat.colored-2.png"]),
    ],
)
def test_variations_are_numbered_and_differ(nurie, cat, tmp_path, out, expected):
    heard = nurie("color", cat, "--variations", 2, *out)
    assert heard.code == 0
    assert [os.path.relpath(path, tmp_path) for path in heard.paths] == expected
    one, two = (tmp_path / name for name in expected)
    assert one.read_bytes() != two.read_bytes()


def test_fewer_answers_than_asked_are_told(nurie, cat, tmp_path):
    heard = nurie("color", cat, "--variations", 5)
    assert heard.code == 0
    assert len(heard.paths) == 3
    assert heard.err == f"nurie: {cat} has only 3 distinct colouring(s) with these options.\n"
    assert not nurie("color", cat, "--variations", 5, "--force", "--quiet").err


def test_hints_reach_the_colourist(nurie, cat, tools, tmp_path):
    hints = tmp_path / "hints.json"
    hints.write_text(json.dumps([{"x": 6, "y": 10, "color": "#123456"}]))
    assert nurie("color", cat, "--hints", hints).code == 0
    assert tools.load(tmp_path / "cat.colored.png")[10, 6].tolist() == [0x12, 0x34, 0x56]


def test_a_palette_gives_every_colour(nurie, cat, tools, tmp_path):
    palette = tmp_path / "two.hex"
    palette.write_text("#102030\n#405060\n")
    heard = nurie("color", cat, "--palette", palette, "--json")
    assert heard.code == 0
    assert set(heard.json[0]["colors"]) <= {"#102030", "#405060"}


def test_a_picture_is_a_palette(nurie, cat, tools, tmp_path):
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:20], picture[20:] = (30, 60, 200), (200, 120, 20)
    tools.save(tmp_path / "sea.png", picture)
    assert nurie("color", cat, "--palette", "sea.png").code == 0


def test_clean_writes_the_lines_too(nurie, tools, tmp_path):
    drawing = tools.draw(64)
    tinted = np.uint8(drawing[..., None] * np.array([0.7, 0.8, 0.9]))
    sketch = tools.save(tmp_path / "scan.png", tinted)
    (tmp_path / "out").mkdir()
    assert nurie("color", sketch, "--clean", "-o", "out/").code == 0
    assert names(tmp_path / "out") == ["scan.clean.png", "scan.colored.png"]
    assert (tools.load(tmp_path / "out/scan.clean.png") == drawing[..., None]).all()


def test_without_clean_the_lines_stay(nurie, tools, tmp_path):
    rng = np.random.default_rng(0)
    noisy = (tools.draw(64) - rng.integers(0, 9, (64, 64)).clip(0, tools.draw(64))).astype(np.uint8)
    sketch = tools.save(tmp_path / "noisy.png", noisy)
    assert nurie("color", sketch, "-o", "noisy.ora").code == 0
    assert nurie("verify", sketch, "noisy.ora").code == 0
    assert names(tmp_path) == ["noisy.ora", "noisy.png"]


def test_json_tells_what_was_done(nurie, cat, tmp_path):
    heard = nurie("color", cat, "--variations", 2, "--json")
    (record,) = heard.json
    outputs = [str(tmp_path / f"cat.colored-{i}.png") for i in (1, 2)]
    assert record["sketch"] == str(cat)
    assert record["outputs"] == outputs
    assert (record["width"], record["height"], record["regions"]) == (24, 24, 3)
    assert record["colors"] == ["#ff0000", "#0000ff"]
    assert record["unsure"] == [3, 2]
    assert record["seconds"] >= 0
    assert record["cleaned"] is None
    assert [v["output"] for v in record["variations"]] == outputs
    assert record["variations"][0]["colors"] != record["variations"][1]["colors"]


def test_a_bar_is_shown_only_on_a_terminal(nurie, cat, tools, tmp_path, monkeypatch):
    dog = tools.save(tmp_path / "dog.png", tools.draw())
    assert nurie("color", cat, dog).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    heard = nurie("color", cat, dog, "--force")
    assert heard.code == 0
    assert len(heard.paths) == 2


@pytest.mark.parametrize("name", ["猫の絵.png", "with space.png", "né.à.png", "-.png"])
def test_any_name_will_do(nurie, cat, tmp_path, name):
    sketch = cat.rename(tmp_path / name)
    heard = nurie("color", "--", sketch.name)
    assert (heard.code, heard.err) == (0, "")
    assert (tmp_path / f"{sketch.stem}.colored.png").exists()
    assert heard.paths == [f"{sketch.stem}.colored.png"]


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (20, 20)])
@pytest.mark.parametrize("suffix", [".png", ".ora"])
def test_empty_pictures_are_pictures(nurie, tools, tmp_path, shape, value, suffix):
    sketch = tools.save(tmp_path / "plain.png", np.full(shape, value, np.uint8))
    heard = nurie("color", sketch, "-o", f"out{suffix}")
    assert heard.code == 0
    seen = "no lines are seen on the page" if value else "the page is all ink"
    assert heard.err == f"nurie: {sketch}: {seen}, so there is nothing to colour.\n"
    assert nurie("color", sketch, "--clean", "-o", f"out{suffix}", "--force").code == 0


def test_same_input_same_bytes(nurie, cat, tmp_path):
    made = []
    for _ in range(2):
        nurie("color", cat, "-o", "a.ora", "--force")
        made.append((tmp_path / "a.ora").read_bytes())
    assert made[0] == made[1]


def test_paper_that_is_not_white_is_told_of(nurie, tools, tmp_path):
    page = np.full((60, 60, 3), (125, 164, 196), np.uint8)  # blue first
    page[10:50, [10, 49]] = page[[10, 49], 10:50] = 20
    sketch = tools.save(tmp_path / "kraft.png", page)
    heard = nurie("color", sketch)
    said = f"nurie: {sketch}: the paper is #c4a47d; colours lie as on white paper.\n"
    assert (heard.code, heard.err) == (0, said)
    assert not nurie("color", sketch, "--paper", "keep", "-o", "b.png").err
