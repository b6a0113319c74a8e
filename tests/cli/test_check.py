"""``nurie verify``."""

import json

import numpy as np
import pytest


@pytest.mark.parametrize("suffix", [".ora", ".png", ".webp", ".tif", ".tga"])
def test_what_was_coloured_is_proven(nurie, cat, suffix):
    out = f"out{suffix}"
    assert nurie("color", cat, "-o", out).code == 0
    heard = nurie("verify", cat, out)
    assert (heard.code, heard.err) == (0, "")
    assert all(line.startswith(("ok ", "? ")) for line in heard.out.splitlines())
    assert "ok  line" in heard.out


def test_a_changed_line_is_named(nurie, cat, tools, tmp_path):
    nurie("color", cat)
    spoiled = tools.load(tmp_path / "cat.colored.png")
    spoiled[3, 5] = (9, 9, 9)
    tools.save(tmp_path / "spoiled.png", spoiled)
    heard = nurie("verify", cat, "spoiled.png")
    assert heard.code == 1
    assert heard.err.startswith("nurie: ")
    assert "at x 5, y 3." in heard.err


def test_json_tells_the_checks(nurie, cat, tools, tmp_path):
    nurie("color", cat)
    found = nurie("verify", cat, "cat.colored.png", "--json").json
    assert found["ok"] is True
    assert {"name", "ok", "detail", "pixel"} <= set(found["checks"][0])
    spoiled = tools.load(tmp_path / "cat.colored.png")
    spoiled[3, 5] = (9, 9, 9)
    tools.save(tmp_path / "spoiled.png", spoiled)
    heard = nurie("verify", cat, "spoiled.png", "--json")
    assert heard.code == 1
    assert heard.json["ok"] is False
    assert [3, 5] in [check["pixel"] for check in heard.json["checks"]]


def test_clean_holds_against_the_cleaned_lines(nurie, tools, tmp_path):
    tinted = np.uint8(tools.draw(64)[..., None] * np.array([0.7, 0.8, 0.9]))
    tools.save(tmp_path / "scan.png", tinted)
    assert nurie("color", "scan.png", "--clean", "-o", "scan.ora").code == 0
    assert nurie("verify", "scan.png", "scan.ora", "--clean").code == 0
    assert nurie("verify", "scan.clean.png", "scan.ora").code == 0
    assert nurie("verify", "scan.png", "scan.ora").code == 1


@pytest.mark.parametrize(("color", "code"), [("#ff8800", 0), ("#ff8801", 1)])
def test_hints_are_proven(nurie, cat, tmp_path, color, code):
    for name, value in (("given", "#ff8800"), ("asked", color)):
        points = [{"x": 6, "y": 10, "color": value}]
        (tmp_path / f"{name}.json").write_text(json.dumps(points))
    assert nurie("color", cat, "-o", "a.ora", "--hints", "given.json").code == 0
    assert nurie("verify", cat, "a.ora", "--hints", "asked.json").code == code


@pytest.mark.parametrize(("colors", "code"), [("#102030\n#405060\n", 0), ("#111111\n", 1)])
def test_a_palette_is_proven(nurie, cat, tmp_path, colors, code):
    (tmp_path / "given.hex").write_text("#102030\n#405060\n")
    (tmp_path / "asked.hex").write_text(colors)
    assert nurie("color", cat, "-o", "a.ora", "--palette", "given.hex").code == 0
    assert nurie("verify", cat, "a.ora", "--palette", "asked.hex").code == code
