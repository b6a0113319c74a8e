"""``nurie recolor``: day and night from one file."""

import pytest

from nurie.io.recolor import read_flats


@pytest.fixture
def colored(nurie, cat, tmp_path):
    """A coloured drawing, ``cat.ora``, of two entries: #00a000 and #0000ff."""
    (tmp_path / "day.gpl").write_text(
        "GIMP Palette\nName: day\n0 160 0 coat\n255 0 0 red\n0 0 255 hat\n"
    )
    (tmp_path / "night.gpl").write_text("GIMP Palette\nName: night\n9 9 9 Hat\n8 8 8 Coat\n")
    assert nurie("color", cat, "--palette", "day.gpl", "-o", "cat.ora").code == 0
    return tmp_path / "cat.ora"


def colors(path):
    palette = read_flats(path).palette
    return dict(zip(palette.names, map(tuple, palette.colors.tolist()), strict=True))


def test_one_change(nurie, colored, tmp_path):
    heard = nurie("recolor", colored.name, "--map", "hat=#010203")
    assert (heard.code, heard.err, heard.paths) == (0, "", ["cat.recolored.ora"])
    assert colors(tmp_path / "cat.recolored.ora") == {"coat": (0, 160, 0), "hat": (1, 2, 3)}
    assert colors(colored)["hat"] == (0, 0, 255)


def test_day_and_night_from_one_file(nurie, colored, tmp_path):
    heard = nurie("recolor", "cat.ora", "--palette", "night.gpl", "--palette", "day.gpl")
    assert (heard.code, heard.err) == (0, "")
    assert heard.paths == ["cat.night.ora", "cat.day.ora"]
    assert colors(tmp_path / "cat.night.ora") == {"Coat": (8, 8, 8), "Hat": (9, 9, 9)}
    assert colors(tmp_path / "cat.day.ora") == colors(colored)


@pytest.mark.parametrize("name", ["線" * 82 + ".gpl", "x" * 300])
def test_palettes_with_long_names(nurie, colored, tmp_path, name):
    """A name for which no room was left was cut for ever."""
    if len(name) < 255:
        (tmp_path / name).write_text((tmp_path / "day.gpl").read_text())
    heard = nurie("recolor", "cat.ora", "--palette", name)
    assert heard.code == (0 if len(name) < 255 else 2)
    assert heard.paths == ([f"cat.{'線' * 40}.ora"] if len(name) < 255 else [])


def test_several_drawings_into_a_folder(nurie, colored, tmp_path):
    (tmp_path / "dog.ora").write_bytes(colored.read_bytes())
    heard = nurie(
        "recolor",
        "cat.ora",
        "dog.ora",
        "--palette",
        "night.gpl",
        "--palette",
        "day.gpl",
        "-o",
        "out",
    )
    assert heard.paths == [
        "out/cat.night.ora",
        "out/cat.day.ora",
        "out/dog.night.ora",
        "out/dog.day.ora",
    ]
    assert all((tmp_path / path).exists() for path in heard.paths)


def test_a_picture_of_the_layers(nurie, colored, tools, tmp_path):
    heard = nurie("recolor", "cat.ora", "--map", "hat=#010203", "-o", "night.png")
    assert heard.paths == ["night.png"]
    assert (1, 2, 3) in set(map(tuple, tools.load(tmp_path / "night.png").reshape(-1, 3).tolist()))


def test_what_the_palette_lacks_stays_and_is_told(nurie, colored, tmp_path):
    (tmp_path / "half.hex").write_text("#050505 coat\n")
    heard = nurie("recolor", "cat.ora", "--palette", "half.hex")
    assert heard.code == 0
    assert heard.err == ("nurie: cat.half.ora: not in the palette and left as they are: hat.\n")
    assert colors(tmp_path / "cat.half.ora")["hat"] == (0, 0, 255)
    assert nurie("recolor", "cat.ora", "--palette", "half.hex", "--force", "-q").err == ""


def test_json(nurie, colored):
    (record,) = nurie("recolor", "cat.ora", "--map", "hat=#010203", "--json").json
    assert record["file"] == "cat.ora"
    assert record["seconds"] >= 0
    (made,) = record["outputs"]
    assert made["output"] == "cat.recolored.ora"
    assert made["kept"] == []
    assert {"entry": "hat", "old": "#0000ff", "new": "#010203"} in made["colors"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cat.ora"], "Say which colours: --palette NEW.gpl, --map OLD=NEW, or both."),
        (["cat.ora", "--map", "hat"], "'hat' is no change of colour; write OLD=NEW"),
        (["cat.ora", "--map", "shoe=#fff"], "The file has no entry 'shoe'; it has"),
        (["cat.ora", "--palette", "no.gpl"], "no.gpl does not exist; check the name."),
        (["cat.ora", "--map", "hat=#fff", "-o", "cat.ora"], "cat.ora is a sketch itself"),
        (["cat.ora", "--map", "hat=#fff", "-o", "x.psd"], "x.psd cannot be made from cat.ora"),
        (
            ["cat.ora", "--palette", "day.gpl", "--palette", "night.gpl", "-o", "a.ora"],
            "2 palettes do not fit in a.ora; give -o a folder.",
        ),
        (["no.ora", "--map", "hat=#fff"], "no.ora does not exist"),
    ],
)
def test_complaints(nurie, colored, arguments, said, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    heard = nurie("recolor", *arguments)
    assert (heard.code, heard.out) == (2, "")
    assert heard.err.startswith(f"nurie: {said}")
    assert len(heard.err.splitlines()) == 1
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir()}


def test_nothing_is_replaced_without_force(nurie, colored, tmp_path):
    (tmp_path / "cat.recolored.ora").write_text("precious")
    heard = nurie("recolor", "cat.ora", "--map", "hat=#010203")
    assert heard.code == 2
    assert "cat.recolored.ora exists already; give --force" in heard.err
    assert (tmp_path / "cat.recolored.ora").read_text() == "precious"


def test_in_a_batch_the_good_ones_are_recoloured(nurie, colored, cat):
    heard = nurie("recolor", "gone.ora", "cat.png", "cat.ora", "--map", "hat=#010203", "-o", "out/")
    assert heard.code == 1
    assert heard.paths == ["out/cat.recolored.ora"]
    assert heard.err.splitlines()[0] == "nurie: 2 of 3 drawings were not recoloured:"
