"""``nurie color`` with layered files: out, in, and what is written beside them."""

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage


@pytest.fixture
def comic(tmp_path, tools):
    """``comic.psd``: a drawing on the layer *Ink*, and a note above it."""
    drawing = tools.draw()
    ink = np.zeros((*drawing.shape, 4), np.uint8)
    ink[..., 3] = 255 - drawing
    note = Image.new("RGBA", (3, 3), (0, 0, 255, 255))
    psd = PSDImage.new("RGB", drawing.shape[::-1])
    psd.create_pixel_layer(Image.fromarray(ink, "RGBA"), name="Ink")
    psd.create_pixel_layer(note, name="note")
    psd.save(tmp_path / "comic.psd")
    return tmp_path / "comic.psd"


def layers(path):
    return [layer.name for layer in reversed(list(PSDImage.open(path)))]


def test_layers_out(nurie, cat, tmp_path):
    heard = nurie("color", cat, "-o", "a.psd")
    assert (heard.code, heard.paths) == (0, ["a.psd"])
    assert layers("a.psd") == ["line", "flats", "paper"]
    assert next(x for x in PSDImage.open("a.psd") if x.name == "flats").is_group()
    assert nurie("verify", cat, "a.psd").code == 0
    assert nurie("color", cat, "-o", "b.psd", "--one-flat-layer").code == 0
    assert not next(x for x in PSDImage.open("b.psd") if x.name == "flats").is_group()
    assert nurie("verify", cat, "b.psd").code == 0
    assert nurie("color", cat, "-o", "b.ora", "--one-flat-layer").code == 0
    assert nurie("verify", cat, "b.ora").code == 0


def test_layers_in(nurie, comic):
    heard = nurie("color", comic)
    assert heard.paths == [str(comic.with_name("comic.colored.psd"))]
    assert "the layer 'Ink' is the drawing; --line-layer takes another." in heard.err
    assert layers(heard.paths[0]) == ["note", "Ink", "flats", "paper"]
    assert nurie("verify", comic, heard.paths[0]).code == 0
    assert nurie("color", comic, "--quiet", "-o", "b.psd").err == ""


def test_another_layer(nurie, comic):
    heard = nurie("color", comic, "--line-layer", "1", "-o", "b.ora")
    assert heard.code == 0
    # It is a dot.
    assert heard.err.endswith("closes anything, so there is nothing to colour.\n")
    assert nurie("verify", comic, "b.ora", "--line-layer", "note").code == 0
    assert nurie("verify", comic, "b.ora", "--line-layer", "Ink").code == 1
    heard = nurie("color", comic, "--line-layer", "pencil", "-o", "c.psd")
    assert heard.code == 2
    assert "has no layer 'pencil'; it has 1 'note', 2 'Ink'." in heard.err
    heard = nurie("regions", comic, "--json", "--line-layer", "Ink")
    assert len(heard.json["regions"]) > 1


def test_a_cleaned_line_is_written(nurie, comic):
    assert nurie("color", comic, "--clean", "-o", "b.psd").code == 0
    assert nurie("verify", comic, "b.psd", "--clean").code == 0


def test_flats_and_masks(nurie, cat):
    heard = nurie("color", cat, "--flats", "f", "--masks", "m", "--variations", "2", "--json")
    (record,) = heard.json
    assert record["flats"] == ["f/cat-1.png", "f/cat-2.png"]
    with Image.open("f/cat-1.png") as image:
        flats = np.asarray(image)
    assert set(np.unique(flats[..., 3])) == {0, 255}
    masks = [path for path in record["masks"] if path.endswith("cat-1.png")]
    total = np.zeros(flats.shape[:2], int)
    for path in masks:
        with Image.open(path) as image:
            total += np.asarray(image)
    assert (total == flats[..., 3]).all()
    heard = nurie("color", cat, "--flats", "f", "--variations", "2", "--force")
    assert heard.code == 0


def test_frames_stay_tga(nurie, tools, tmp_path):
    Image.fromarray(tools.draw()).save(tmp_path / "cut_0001.tga")
    assert nurie("color", "cut_0001.tga", "--flats", "f").code == 0
    with Image.open("f/cut_0001.tga") as image:
        assert image.mode == "RGBA"


def test_flats_that_are_there_already(nurie, cat, tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "cat.png").write_bytes(b"mine")
    heard = nurie("color", cat, "--flats", "f")
    assert heard.code == 2
    assert "exists already; give --force" in heard.err
    assert not (tmp_path / "cat.colored.png").exists()
    heard = nurie("color", cat, "--masks", "f/cat.png")
    assert heard.code == 2
    assert "The folder f/cat.png cannot be made" in heard.err
