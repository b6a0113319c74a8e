"""What the Krita plug-in packs and unpacks: PNG and OpenRaster without any library."""

import io
import zipfile

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from nurie.document import Layers, Palette, Sketch
from nurie.io.images import read_sketch
from nurie.io.ora.write import write_ora

BGRA = array_shapes(min_dims=2, max_dims=2, max_side=7).flatmap(
    lambda shape: arrays(np.uint8, (*shape, 4))
)


def picture_of(files, pixels):
    height, width = pixels.shape[:2]
    return files.Picture(width, height, np.ascontiguousarray(pixels).tobytes())


@given(pixels=BGRA)
def test_a_png_holds_every_pixel(files, pixels):
    data = np.frombuffer(files.write_png(picture_of(files, pixels)), np.uint8)
    assert np.array_equal(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), pixels)


@pytest.mark.parametrize(
    ("alpha", "opaque", "empty"),
    [([255, 255], True, False), ([255, 254], False, False), ([0, 1], False, False),
     ([0, 0], False, True)],
)  # fmt: skip
def test_what_a_picture_covers(files, alpha, opaque, empty):
    pixels = np.full((1, 2, 4), 9, np.uint8)
    pixels[0, :, 3] = alpha
    picture = picture_of(files, pixels)
    assert (picture.is_opaque, picture.is_empty) == (opaque, empty)


def test_nurie_reads_the_layers_that_are_sent(files, tmp_path):
    line, hints, protect = (np.zeros((40, 60, 4), np.uint8) for _ in range(3))
    line[5:35, 10:50, 3] = 255
    line[8:32, 13:47, 3] = 0
    hints[20:23, 20:24] = (0, 0, 255, 255)  # B, G, R: red
    protect[:, 40:] = 200
    sent = {"hints": hints, "protect": protect, "line": line}
    path = tmp_path / "sent.ora"
    path.write_bytes(files.write_ora({k: picture_of(files, v) for k, v in sent.items()}))
    sketch = read_sketch(path)
    assert np.array_equal(sketch.pixels, 255 - line[..., 3])
    assert len(sketch.hints.rows) == 12
    assert set(map(tuple, sketch.hints.colors.tolist())) == {(255, 0, 0)}
    assert np.array_equal(sketch.protect, protect[..., 3] > 127)


def coloured(shade=None):
    """Two regions of two colours, one that stays paper, and lines between."""
    labels = np.array([[1, 1, 0, 2, 2, 0, 3]] * 4, np.int32)
    ink = np.where(labels == 0, 0, 255).astype(np.uint8)
    colors = np.array([[200, 30, 10], [10, 90, 220]], np.uint8)
    entries = np.array([-1, 0, 1, -1], np.int32)
    palette = Palette(colors, ("skin", "sun & <moon>"))
    return Layers(Sketch(ink), labels, entries, palette, np.zeros(4, bool), shade=shade)


@pytest.mark.parametrize("shaded", [False, True])
def test_the_layers_of_an_answer(files, tmp_path, shaded):
    shade = np.full((4, 7, 3), 128, np.uint8) if shaded else None
    write_ora(tmp_path / "answer.ora", coloured(shade))
    found = files.read_ora((tmp_path / "answer.ora").read_bytes())
    names = ["line", *(["shade"] if shaded else []), "flats", "paper"]
    assert [layer.name for layer in found] == names
    modes = {layer.name: layer.mode for layer in found}
    assert modes == dict.fromkeys(names, "normal") | ({"shade": "multiply"} if shaded else {})
    [flats] = [layer for layer in found if layer.children is not None]
    assert [(one.name, one.left, one.top) for one in flats.children] == [
        ("skin", 0, 0), ("sun & <moon>", 3, 0)
    ]  # fmt: skip
    moon = cv2.imdecode(np.frombuffer(flats.children[1].png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert moon.shape == (4, 2, 4)
    assert (moon == (220, 90, 10, 255)).all()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "."), text)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        zipped(),
        zipped(stack_xml="<image>"),
        zipped(stack_xml="<image/>"),
        zipped(stack_xml='<image><stack><layer src="gone.png"/></stack></image>'),
        zipped(stack_xml='<image><stack><layer x="left"/></stack></image>'),
    ],
)
def test_what_is_no_answer_is_told(files, data):
    with pytest.raises(ValueError, match="no OpenRaster: "):
        files.read_ora(data)


def test_the_zip_is_what_krita_imports(pack, tmp_path):
    pack.pack(tmp_path / "one.zip")
    pack.pack(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        desktop = archive.read("nurie_krita.desktop").decode()
    assert {"nurie_krita/", "nurie_krita/__init__.py", "nurie_krita/Manual.html"} <= set(names)
    assert "X-KDE-Library=nurie_krita\n" in desktop
    assert not [name for name in names if "pycache" in name]
