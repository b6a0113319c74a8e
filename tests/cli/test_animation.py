"""What a studio expects of a batch: frames in order, suffixes, trace lines, palettes apart."""

import cv2
import numpy as np
import pytest

from nurie.cli.targets import plan
from nurie.io.files import natural
from nurie.io.palettes import read_palette_file


def paths(*names):
    from pathlib import Path

    return [Path(name) for name in names]


def test_frames_keep_their_numbers_and_their_kind():
    jobs = plan(paths("a_0001.tga", "a_0002.TGA", "b.tif", "c.png", "d.jpg"), None)
    assert [job.outputs[0].name for job in jobs] == [
        "a_0001.colored.tga",
        "a_0002.colored.tga",
        "b.colored.tif",
        "c.colored.png",
        "d.colored.png",
    ]


def test_what_a_shell_sorted_by_letters_is_counted():
    jobs = plan(paths("a1.png", "a10.png", "a2.png"), "out/")
    assert [job.sketch.name for job in jobs] == ["a1.png", "a2.png", "a10.png"]


def test_any_other_order_is_the_users():
    jobs = plan(paths("b.png", "a10.png", "a2.png"), "out/")
    assert [job.sketch.name for job in jobs] == ["b.png", "a10.png", "a2.png"]


def test_natural_order():
    names = ["cut2/a_9.tga", "cut10/a_1.tga", "cut2/a_0010.tga", "Cut2/a_10.tga", "²"]
    assert [path.as_posix() for path in natural(paths(*reversed(names)))] == [
        "cut2/a_9.tga",
        "Cut2/a_10.tga",
        "cut2/a_0010.tga",
        "cut10/a_1.tga",
        "²",
    ]


def test_a_sequence_of_tga(nurie, tools, tmp_path):
    for number in (1, 2, 10):
        tools.save(tmp_path / "frame.png", tools.draw())
        assert nurie("color", "frame.png", "-o", f"a_{number:04d}.tga").code == 0
    heard = nurie("color", "a_0001.tga", "a_0002.tga", "a_0010.tga", "-o", "out/")
    assert heard.code == 0
    assert heard.err.count("what is filled already stays as it is") == 3
    assert heard.paths == [f"out/a_{n}.colored.tga" for n in ("0001", "0002", "0010")]


@pytest.mark.parametrize("suffix", [".gpl", ".ase", ".hex", ".txt"])
def test_the_palette_goes_out(nurie, cat, tmp_path, suffix):
    (tmp_path / "p.hex").write_text("#00a000 coat\n#ff0000 red\n#0000ff hat\n")
    heard = nurie("color", cat, "--palette", "p.hex", "--palette-out", f"used{suffix}")
    assert (heard.code, heard.err) == (0, "")
    palette = read_palette_file(tmp_path / f"used{suffix}")
    assert palette.name == "used"
    found = dict(zip(palette.names, palette.colors.tolist(), strict=True))
    assert found == {"coat": [0, 160, 0], "hat": [0, 0, 255]}


def test_one_palette_of_all_answers(nurie, cat, tools, tmp_path):
    tools.save(tmp_path / "dog.png", tools.draw(40))
    assert nurie("color", cat, "dog.png", "--variations", 3, "--palette-out", "a.hex").code == 0
    colors = read_palette_file(tmp_path / "a.hex").colors.tolist()
    assert sorted(colors) == [[0, 0, 255], [0, 160, 0], [255, 0, 0]]


def test_a_drawing_without_colours_has_no_palette(nurie, tools, tmp_path):
    tools.save(tmp_path / "blank.png", np.full((9, 9), 255, np.uint8))
    assert nurie("color", "blank.png", "--palette-out", "a.gpl").code == 0
    assert not (tmp_path / "a.gpl").exists()


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("there.gpl", "there.gpl exists already; give --force to replace it"),
        ("a.png", "a.png has no suffix that can be written; end it in one of .gpl, .ase"),
        ("no/a.gpl", "no is not a folder"),
    ],
)
def test_palettes_that_cannot_be_written_are_told_first(nurie, cat, tmp_path, fake, out, said):
    (tmp_path / "there.gpl").write_text("precious")
    heard = nurie("color", cat, "--palette-out", out)
    assert (heard.code, heard.out) == (2, "")
    assert heard.err.startswith(f"nurie: {said}")
    assert not fake.loaded
    assert (tmp_path / "there.gpl").read_text() == "precious"


@pytest.fixture
def shaded(tools, tmp_path):
    """A box cut in two by a soft red line, ``shaded.png``."""
    fine = np.full((384, 384, 3), 255, np.uint8)
    cv2.line(fine, (190, 60), (230, 330), (0, 0, 255), 10)  # blue first
    cv2.rectangle(fine, (60, 60), (330, 330), (0, 0, 0), 12)
    page = cv2.resize(fine, (96, 96), interpolation=cv2.INTER_AREA)
    return tools.save(tmp_path / "shaded.png", page)


def test_regions_know_trace_lines(nurie, shaded, tmp_path):
    heard = nurie("regions", shaded, "--trace", "red", "-o", "labels.png")
    assert (heard.code, heard.err) == (0, "")
    labels = cv2.imdecode(
        np.frombuffer((tmp_path / "labels.png").read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED
    )
    assert len({int(labels[48, 30]), int(labels[48, 70]), int(labels[5, 5])}) == 3
    assert 0 not in labels[40:60, 40:64]


def test_a_gray_trace_is_refused(nurie, shaded):
    heard = nurie("regions", shaded, "--trace", "#777777", "--json")
    assert heard.code == 2
    assert "too gray for a trace line" in heard.err


def reddish(picture):
    wide = picture.astype(int)
    return (wide[..., 0] - wide[..., 1:].max(axis=2) > 30).any()


def test_trace_lines_vanish_from_the_picture(nurie, shaded, tools, tmp_path):
    (tmp_path / "cool.hex").write_text("#00a000\n#0000ff\n#008080\n")
    call = ("color", shaded, "--palette", "cool.hex")
    assert nurie(*call, "-o", "with.png").code == 0
    assert reddish(tools.load(tmp_path / "with.png"))
    assert nurie(*call, "--trace", "red", "-o", "out.png").code == 0
    picture = tools.load(tmp_path / "out.png")
    assert not reddish(picture)
    found = np.unique(picture[30:70, 30:70].reshape(-1, 3), axis=0).tolist()
    assert len(found) == 2  # nothing between the two fills


def test_trace_lines_are_kept_hidden_in_layers(nurie, shaded, tools, tmp_path):
    from nurie.io.ora.read import read_ora
    from nurie.io.samples import over_white

    (tmp_path / "cool.hex").write_text("#00a000\n#0000ff\n#008080\n")
    call = ("color", shaded, "--palette", "cool.hex", "--trace", "red")
    assert nurie(*call, "-o", "out.ora").code == 0
    picture = read_ora(tmp_path / "out.ora")
    trace = picture.named("trace")
    lines, red = picture.whole(picture.line), picture.whole(trace)
    drawn = tools.load(shaded).astype(int)
    above = red[..., 3:].astype(int)
    together = (red[..., :3] * above + over_white(lines).astype(int) * (255 - above)) / 255
    assert np.abs(together - drawn).max() <= 1
    assert not trace.visible
    assert not reddish(picture.read_merged()[..., :3])
    assert nurie("verify", shaded, "out.ora", "--trace", "red").code == 0
    assert nurie("verify", shaded, "out.ora").code == 1


def test_trace_lines_that_are_not_there_change_nothing(nurie, cat, tmp_path):
    assert nurie("color", cat, "-o", "a.ora").code == 0
    assert nurie("color", cat, "--trace", "red", "-o", "b.ora").code == 0
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


def test_flats_have_no_antialiasing(nurie, shaded, tmp_path):
    """Below soft lines each pixel is one entry or paper: a bucket can fill it again."""
    from nurie.io.images import read_rgba

    (tmp_path / "cool.hex").write_text("#00a000\n#0000ff\n#008080\n")
    heard = nurie("color", shaded, "--palette", "cool.hex", "--trace", "red", "--flats", "flats")
    assert heard.code == 0
    pixels, has_alpha = read_rgba(next((tmp_path / "flats").iterdir()))
    assert has_alpha
    found = {tuple(color) for color in np.unique(pixels.reshape(-1, 4), axis=0).tolist()}
    assert found <= {(0, 160, 0, 255), (0, 0, 255, 255), (0, 128, 128, 255), (255, 255, 255, 0)}
