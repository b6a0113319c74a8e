"""``nurie film`` from files to files, with the packaged model on small drawings."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from nurie.cli.app import run
from nurie.document import lay_lines

WALL, ROOF = (200, 180, 140), (180, 40, 30)


def house(x):
    lines = np.full((96, 96), 255, np.uint8)
    color = np.full((96, 96, 3), 255, np.uint8)
    for shape, fill in (
        ([(x, 45), (x + 40, 45), (x + 40, 80), (x, 80)], WALL),
        ([(x - 5, 45), (x + 20, 18), (x + 45, 45)], ROOF),
    ):
        cv2.fillPoly(color, [np.int32(shape)], fill)
        cv2.polylines(lines, [np.int32(shape)], True, 0, 2)
    return lines, color


def write(path, pixels, **options):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


@pytest.fixture
def cut(tmp_path):
    """Frames 1 to 4 and 6 in ``cut``, a key of frame 1 in ``keys``."""
    for number in (1, 2, 3, 4, 6):
        lines, color = house(20 + 3 * number)
        write(tmp_path / "cut" / f"a_{number:04}.png", lines, dpi=(144, 144))
        if number == 1:
            write(tmp_path / "keys" / "a_0001.png", lay_lines(lines, color))
    return tmp_path / "cut"


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def roof(path, number):
    return tuple(pixels_of(path)[35, 38 + 3 * number].tolist())


def test_a_folder_becomes_a_folder(nurie, cut, tmp_path):
    heard = nurie("film", "cut", "-o", "out", "--keys", "keys", "--report", "r.json")
    assert heard.code == 0, heard.err
    assert "There is no frame 5" in heard.err
    assert [p.rsplit("/")[-1] for p in heard.paths] == sorted(p.name for p in cut.iterdir())
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        p.name for p in cut.iterdir()
    )
    for number in (1, 2, 3, 4, 6):
        picture = tmp_path / "out" / f"a_{number:04}.png"
        assert roof(picture, number) == ROOF
        with Image.open(picture) as image:
            assert round(image.info["dpi"][0]) == 144
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["next_key"] in {2, 3, 4, 6}
    assert [f["frame"] for f in report["frames"]] == [1, 2, 3, 4, 6]
    proof = nurie("verify", "cut", "out")
    assert proof.code == 0, proof.err
    assert "one palette of" in proof.out


def test_verify_finds_a_frame_of_another_colour(nurie, cut, tmp_path):
    nurie("film", cut, "-o", "out", "--key", "1=keys/a_0001.png", "--quiet")
    path = tmp_path / "out" / "a_0003.png"
    pixels = pixels_of(path).copy()
    pixels[(pixels == ROOF).all(axis=2)] = (181, 40, 30)
    Image.fromarray(pixels).save(path)
    proof = nurie("verify", "cut", "out")
    assert proof.code == 1
    assert "hardly different" in proof.err


def test_frames_that_hold_are_alike_and_verify_says_when_not(nurie, cut, tmp_path):
    (cut / "a_0005.png").write_bytes((cut / "a_0004.png").read_bytes())
    nurie("film", cut, "-o", "out", "--keys", "keys", "--quiet")
    out = tmp_path / "out"
    assert (out / "a_0004.png").read_bytes() == (out / "a_0005.png").read_bytes()
    write(out / "a_0005.png", pixels_of(cut / "a_0005.png"))
    proof = nurie("verify", "cut", "out")
    assert proof.code == 1
    assert "another picture" in proof.err


def test_a_torn_frame_does_not_stop_the_rest(nurie, cut, tmp_path):
    (cut / "a_0002.png").write_bytes((cut / "a_0002.png").read_bytes()[:60])
    heard = nurie("film", cut, "-o", "out", "--keys", "keys")
    assert heard.code == 1
    assert "1 of 5 frames were not coloured" in heard.err
    assert roof(tmp_path / "out" / "a_0003.png", 3) == ROOF
    assert not (tmp_path / "out" / "a_0002.png").exists()


def test_corrections_spread(nurie, cut, tmp_path):
    fix = [{"frame": 3, "x": 47, "y": 35, "color": "#0102ff"}]
    (tmp_path / "fix.json").write_text(json.dumps(fix))
    heard = nurie("film", cut, "-o", "out", "--keys", "keys", "--fix", "fix.json", "--quiet")
    assert heard.code == 0, heard.err
    assert roof(tmp_path / "out" / "a_0004.png", 4) == (1, 2, 255)
    assert roof(tmp_path / "out" / "a_0001.png", 1) == ROOF


def test_layers_a_range_and_another_kind(nurie, cut, tmp_path):
    heard = nurie("film", cut, "-o", "out", "--range", "2-3", "--to", "ora", "--alone", "--json")
    assert heard.code == 0
    assert [f["frame"] for f in heard.json["frames"]] == [2, 3]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a_0002.ora", "a_0003.ora"]


@pytest.mark.parametrize("name", ["out.apng", "out.gif", "out.mkv", "out.mp4"])
def test_a_film_becomes_one_file_and_comes_back(nurie, cut, tmp_path, name):
    if name.endswith(("mkv", "mp4")):
        pytest.importorskip("av")
    heard = nurie("film", cut, "-o", name, "--keys", "keys", "--fps", 12, "--quiet")
    assert heard.code == 0, heard.err
    heard = nurie("film", name, "-o", "again", "--quiet", "--alone")
    assert heard.code == 0, heard.err
    assert len(heard.paths) == 5
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_an_ended_call_goes_on_and_others_are_not_overwritten(nurie, cut, tmp_path, monkeypatch):
    import nurie.api

    save, written = nurie.api.save, []

    def killed(layers, target, **options):
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(target)
        return save(layers, target, **options)

    monkeypatch.setattr(nurie.api, "save", killed)
    assert run(["film", str(cut), "-o", "out", "--keys", "keys", "--quiet"]) == 130
    monkeypatch.setattr(nurie.api, "save", save)
    assert len(list((tmp_path / "out").glob("*.png"))) == 2
    assert run(["film", str(cut), "-o", "out", "--keys", "keys", "--quiet"]) == 0
    assert not (tmp_path / "out" / ".nurie-film").exists()
    assert run(["film", str(cut), "-o", "out", "--keys", "keys", "--quiet"]) == 2


def test_an_exposure_sheet_gives_the_timing(nurie, cut, tmp_path):
    table = {
        "timeTables": [
            {
                "duration": 6,
                "timeTableHeaders": [{"fieldId": 0, "names": ["A"]}],
                "fields": [
                    {
                        "fieldId": 0,
                        "tracks": [
                            {
                                "trackNo": 0,
                                "frames": [
                                    {"frame": 0, "data": [{"values": ["1"]}]},
                                    {"frame": 3, "data": [{"values": ["3"]}]},
                                    {"frame": 5, "data": [{"values": ["SYMBOL_NULL_CELL"]}]},
                                ],
                            }
                        ],
                    }
                ],
            }
        ]
    }
    text = "exchangeDigitalTimeSheet Save Data\n" + json.dumps(table)
    (tmp_path / "cut.xdts").write_text(text)
    heard = nurie(
        "film", cut, "-o", "out.apng", "--keys", "keys", "--sheet", "cut.xdts", "--json", "-q"
    )
    assert heard.code == 0, heard.err
    assert [f["frame"] for f in heard.json["frames"]] == [1, 1, 1, 3, 3]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--key", "9=keys/a_0001.png"], "There is no frame 9"),
        (["--key", "one"], "--key is N=PICTURE"),
        (["--key", "1=cut/a_0001.png"], "No key has a colour"),
        (["--range", "4-2"], "--range is"),
        (["--range", "70-80"], "There are no frames from 70"),
        (["--cuts", "x"], "--cuts is"),
        (["--hold", "often"], "is not one of 'auto', 'none'"),
        (["--to", "doc"], "nothing that can be written"),
        (["--keys", "nowhere"], "nowhere is no folder"),
        (["--sheet", "cut/a_0001.png"], "no exposure sheet"),
        (["--fix", "keys/a_0001.png"], "neither a picture nor JSON"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(nurie, cut, options, sentence):
    heard = nurie("film", "cut", "-o", "out", *options)
    assert heard.code == 2
    assert sentence in heard.err
    assert len([line for line in heard.err.splitlines() if "no frame 5" not in line]) == 1


def test_drawings_are_never_written_over(nurie, cut):
    heard = nurie("film", cut, "-o", cut, "--force")
    assert heard.code == 2
    assert "is a sketch itself" in heard.err


def test_an_empty_folder_is_one_sentence(nurie, tmp_path):
    (tmp_path / "none").mkdir()
    heard = nurie("film", "none", "-o", "out")
    assert heard.code == 2
    assert "holds no drawings" in heard.err


def test_frames_of_another_film_are_not_taken_for_its_own(nurie, tmp_path):
    for name, x in (("one.gif", 15), ("two.gif", 45)):
        frames = [Image.fromarray(house(x + step)[0]) for step in (0, 3)]
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        heard = nurie("film", name, "-o", "out", "--keep-cache", "--force")
        assert heard.code == 0, heard.err
    assert pixels_of(tmp_path / "out" / "1.png")[62, 45].tolist() == [0, 0, 0]


def test_a_lost_frame_with_a_key_and_a_correction_stops_no_others(nurie, cut, tmp_path):
    (tmp_path / "keys" / "a_0003.png").write_bytes((tmp_path / "keys" / "a_0001.png").read_bytes())
    (cut / "a_0003.png").write_bytes(b"no picture")
    marks = [{"frame": n, "x": 38 + 3 * n, "y": 60, "color": "#0000ff"} for n in (3, 4)]
    (tmp_path / "fix.json").write_text(json.dumps(marks))
    heard = nurie("film", "cut", "-o", "out", "--keys", "keys", "--fix", "fix.json")
    assert heard.code == 1
    assert "a_0003.png" in heard.err
    assert roof(tmp_path / "out" / "a_0002.png", 2) == ROOF
    assert pixels_of(tmp_path / "out" / "a_0004.png")[60, 50].tolist() == [0, 0, 255]


def test_a_film_is_not_written_over_itself(nurie, tmp_path):
    frames = [Image.fromarray(house(x)[0]) for x in (20, 23)]
    frames[0].save(tmp_path / "cut.gif", save_all=True, append_images=frames[1:])
    before = (tmp_path / "cut.gif").read_bytes()
    heard = nurie("film", "cut.gif", "-o", "cut.gif", "--force")
    assert heard.code == 2
    assert "is the film itself" in heard.err
    assert (tmp_path / "cut.gif").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["cut.gif"]


@pytest.mark.parametrize("suffix", ["gif", "apng", "webp"])
def test_frames_keep_their_times_and_each_is_verified(nurie, tmp_path, suffix):
    from nurie.io.movie import unpack

    times = [0.1, 0.1, 0.5, 0.2]
    first, *rest = (Image.fromarray(house(x)[0]) for x in (20, 23, 26, 29))
    first.save(
        tmp_path / f"cut.{suffix}", "PNG" if suffix == "apng" else None, save_all=True,
        append_images=rest, duration=[round(1000 * t) for t in times], lossless=True,
    )  # fmt: skip
    write(tmp_path / "key.png", lay_lines(*house(20)))
    for name in ("out.gif", "out.apng"):
        heard = nurie("film", f"cut.{suffix}", "-o", name, "--key", "1=key.png", "-q")
        assert heard.code == 0, heard.err
        (tmp_path / name[4:]).mkdir()
        assert unpack(tmp_path / name, tmp_path / name[4:])[1] == times
        proof = nurie("verify", f"cut.{suffix}", name)
        assert proof.code == 0, proof.err
        assert "each of 4 frames" in proof.out
    other = Image.fromarray(house(40)[0])
    first.save(tmp_path / "other.gif", save_all=True, append_images=[*rest[:2], other])
    proof = nurie("verify", f"cut.{suffix}", "other.gif")
    assert proof.code == 1
    assert "frame 4: " in proof.err
    assert "frame 3: " not in proof.err


@pytest.mark.parametrize("name", ["cut.gif", "1=key.png"])
def test_what_cannot_be_read_leaves_no_folder(nurie, cut, tmp_path, name):
    (tmp_path / name.removeprefix("1=")).write_bytes(b"GIF89a, and torn")
    asked = ("cut", "--key", name) if "=" in name else (name,)
    heard = nurie("film", *asked, "-o", "out")
    assert heard.code == 2
    assert name.removeprefix("1=") in heard.err
    assert "no picture" in heard.err
    assert not (tmp_path / "out").exists()


def test_a_key_of_another_frame_is_named_by_its_number(nurie, cut, tmp_path):
    write(tmp_path / "key.png", lay_lines(*house(20))[:90])
    heard = nurie("film", cut, "-o", "out", "--range", "3-6", "--key", "4=key.png")
    assert heard.code == 2
    assert "The key of frame 4 has" in heard.err
