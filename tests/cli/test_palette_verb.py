"""``nurie palette``: shown, taken out, made one."""

import numpy as np
import pytest

from nurie.io.palettes import read_palette_file


@pytest.fixture
def files(tmp_path, tools):
    """Two palettes, a picture of flats, and a file that is none of these."""
    folder = tmp_path / "art"
    folder.mkdir()
    (folder / "c10.hex").write_text("#c81e1e shirt\n#000050 sea\n")
    (folder / "c9.gpl").write_text("GIMP Palette\n201 30 30 red\n")
    flats = np.zeros((8, 8, 3), np.uint8)
    flats[:6] = (30, 30, 200)  # blue first
    tools.save(folder / "flat.png", flats)
    (folder / "notes.md").write_text("nothing")
    return folder


def test_one_palette_is_shown_as_it_is(nurie, files):
    heard = nurie("palette", files / "c10.hex")
    assert (heard.code, heard.err) == (0, "")
    assert heard.paths == ["#c81e1e  shirt", "#000050  sea"]


def test_flats_have_shares_of_the_area(nurie, files):
    assert nurie("palette", files / "flat.png").paths == ["#000000   25.0 %", "#c81e1e   75.0 %"]


def test_a_coloured_drawing_has_names(nurie, cat, tmp_path):
    (tmp_path / "p.hex").write_text("#00a000 coat\n#ff0000 red\n#0000ff hat\n")
    nurie("color", cat, "--palette", "p.hex", "-o", "cat.ora")
    found = nurie("palette", "cat.ora", "--json").json["entries"]
    assert {entry["name"] for entry in found} == {"coat", "hat"}
    assert abs(sum(entry["share"] for entry in found) - 1) < 0.01


def test_a_painting_gives_its_commonest_colours(nurie, tools, tmp_path):
    rng = np.random.default_rng(0)
    picture = rng.normal(128, 20, (64, 64, 3))
    picture[:32] = rng.normal(60, 5, (32, 64, 3))
    tools.save(tmp_path / "a.png", picture.clip(0, 255).astype(np.uint8))
    found = nurie("palette", "a.png", "--most", "3", "--json").json["entries"]
    assert 1 <= len(found) <= 3
    assert abs(sum(entry["share"] for entry in found) - 1) < 0.01


def test_a_folder_becomes_one_palette(nurie, files, tmp_path):
    heard = nurie("palette", files, "-o", "all.ase")
    assert (heard.code, heard.err) == (0, "")
    assert heard.paths == [
        "#c91e1e  red  (3 of 3: c9.gpl, c10.hex, flat.png)",
        "#000050  sea  (1 of 3: c10.hex)",
        "#000000  (1 of 3: flat.png)",
    ]
    written = read_palette_file(tmp_path / "all.ase")
    assert written.names == ("red", "sea", "black")


def test_near_nothing_only_equal_colours_are_one(nurie, files):
    found = nurie("palette", files, "--near", "0", "--json").json
    assert len(found["entries"]) == 4
    assert [f["file"].rpartition("/")[2] for f in found["files"]] == [
        "c9.gpl",
        "c10.hex",
        "flat.png",
    ]
    shared = next(e for e in found["entries"] if e["color"] == "#c81e1e")
    assert [name.rpartition("/")[2] for name in shared["files"]] == ["c10.hex", "flat.png"]


def test_swatches_are_for_terminals(nurie, files, monkeypatch):
    import sys

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[48;2;200;30;30m    \x1b[0m  #c81e1e" in nurie("palette", files / "c10.hex").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in nurie("palette", files / "c10.hex").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no.gpl"], "no.gpl does not exist; check the name."),
        (["art/notes.md"], "art/notes.md, line 1: 'nothing' is not a colour"),
        (["art", "-o", "a.png"], "a.png has no suffix that can be written; end it in one of .gpl"),
        (["empty"], "empty holds no palette, no coloured drawing and no picture."),
        (["art", "--near", "-1"], "Invalid value for '--near'"),
    ],
)
def test_complaints(nurie, files, tmp_path, arguments, said):
    (tmp_path / "empty").mkdir()
    heard = nurie("palette", *arguments)
    assert (heard.code, heard.out) == (2, "")
    assert heard.err.startswith(f"nurie: {said}")
    assert len(heard.err.splitlines()) == 1


def test_a_broken_file_does_not_stop_the_rest(nurie, files):
    (files / "broken.ora").write_text("no archive")
    heard = nurie("palette", files)
    assert heard.code == 1
    assert len(heard.paths) == 3
    assert heard.err.splitlines()[0] == "nurie: 1 of 4 files have no palette that can be read:"


def test_nothing_is_replaced_without_force(nurie, files, tmp_path):
    (tmp_path / "a.gpl").write_text("precious")
    assert "a.gpl exists already" in nurie("palette", files, "-o", "a.gpl").err
    assert (tmp_path / "a.gpl").read_text() == "precious"
    assert nurie("palette", files, "-o", "a.gpl", "--force").code == 0
