"""Krita's own files: layers of pixels as its format has them, packed here."""

import importlib.util
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nurie.api import save
from nurie.document import Layers, Palette
from nurie.errors import TooLargeError, UnreadableError
from nurie.io.images import read_color, read_document, read_sketch
from nurie.io.kra import unpacked_lzf
from nurie.stack import walk

spec = importlib.util.spec_from_file_location(
    "pictures", Path(__file__).with_name("pictures_by_hand.py")
)
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)

H, W = 70, 130
ORDER = {2: (0, 3), 4: (2, 1, 0, 3)}


def packed_lzf(data):
    """Greedy: what was there before within 8 KiB, else letters; about as liblzf packs."""
    out, letters, seen, at = bytearray(), bytearray(), {}, 0

    def flush():
        for start in range(0, len(letters), 32):
            part = letters[start : start + 32]
            out.append(len(part) - 1)
            out.extend(part)
        letters.clear()

    while at < len(data):
        key = data[at : at + 3]
        before, seen[key] = seen.get(key, -9999), at
        count = 0
        while (
            0 < at - before <= 8192
            and count < 264
            and at + count < len(data)
            and data[before + count] == data[at + count]
        ):
            count += 1
        if count < 3:
            letters.append(data[at])
            at += 1
            continue
        flush()
        back, short = at - before - 1, count - 2
        out.append(min(short, 7) << 5 | back >> 8)
        out.extend((short - 7,) if short >= 7 else ())
        out.append(back & 255)
        at += count
    flush()
    return bytes(out)


def tiles(pixels, top=0, left=0, *, size, pack=True):
    """A member of the archive: (h, w, bytes of a pixel) uint8 from a corner of a tile on."""
    height, width = (-(-side // 64) * 64 for side in pixels.shape[:2])
    whole = np.zeros((height, width, size), np.uint8)
    whole[: len(pixels), : pixels.shape[1]] = pixels
    found = []
    for row in range(0, height, 64):
        for column in range(0, width, 64):
            tile = whole[row : row + 64, column : column + 64]
            data = b"\0" + tile.tobytes()
            if pack:
                data = b"\1" + packed_lzf(tile.transpose(2, 0, 1).tobytes())
            found.append(b"%d,%d,LZF,%d\n" % (left + column, top + row, len(data)) + data)
    head = b"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE %d\nDATA %d\n"
    return head % (size, len(found)) + b"".join(found)


def krita(path, layers, *, space="RGBA", merged=None, more=(), size=(W, H), **members):
    """Elements of layers as text, and members below layers/ by their names."""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' 'http://www.calligra.org/DTD/krita-2.0.dtd'>
<DOC xmlns="http://www.calligra.org/DTD/krita" editor="Krita"><IMAGE name="page"
 width="{size[0]}" height="{size[1]}" x-res="300" y-res="300" colorspacename="{space}"
 mime="application/x-kra"><layers>{layers}</layers></IMAGE></DOC>"""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/x-krita")
        archive.writestr("maindoc.xml", text)
        for name, data in {**members, **dict(more)}.items():
            archive.writestr(f"page/layers/{name}", data)
        if merged is not None:
            file = BytesIO()
            Image.fromarray(merged).save(file, "PNG")
            archive.writestr("mergedimage.png", file.getvalue())
    return path


def paint(name, file, space="RGBA", inside="", **said):
    said = {"nodetype": "paintlayer", "colorspacename": space, "filename": file, **said}
    text = " ".join(f'{key}="{value}"' for key, value in {"name": name, **said}.items())
    return f"<layer {text}>{inside}</layer>"


def strokes():
    """A box of black lines on nothing: what is shown, (H, W, 4), and its bytes as Krita's."""
    pixels = np.zeros((H, W, 4), np.uint8)
    pixels[10:60, 20:110] = (0, 0, 0, 255)
    pixels[13:57, 23:107] = 0
    return pixels, pixels[..., (2, 1, 0, 3)]


@given(st.binary(max_size=400) | st.text("ab", max_size=400).map(str.encode))
def test_what_is_packed_comes_back(data):
    assert unpacked_lzf(packed_lzf(data), len(data)) == data


@given(st.binary(max_size=60))
def test_any_packed_bytes_are_unpacked_or_not(data):
    assert len(unpacked_lzf(data, 100)) <= 100 + 264


@pytest.mark.parametrize("pack", [True, False])
def test_layers_are_read_and_the_line_is_found_by_name(tmp_path, pack):
    shown, stored = strokes()
    blush = np.full((64, 64, 4), (10, 20, 240, 90), np.uint8)
    inside = paint("blush", "layer3", opacity=128, compositeop="multiply", x=5, y=-3)
    group = '<layer nodetype="grouplayer" name="g" passthrough="1" visible="0">'
    group += f"<layers>{inside}</layers></layer>"
    path = krita(
        tmp_path / "a.kra",
        paint("Line Art", "layer1") + group + paint("Background", "layer2", channelflags="1111"),
        layer1=tiles(stored, size=4, pack=pack),
        layer2=tiles(np.zeros((0, 0, 4), np.uint8), size=4),
        layer3=tiles(blush, 64, -64, size=4, pack=pack),
        more={"layer2.defaultpixel": b"\xff\xf0\xe0\xff"}.items(),
    )
    document = read_document(path)
    line, group, blush, ground = walk(document.nodes)
    assert (document.shape, document.bits, document.dpi) == ((H, W), 8, (300, 300))
    assert (document.whole(line) == shown).all()
    assert (group.blend, group.visible, ground.clipped) == ("pass-through", False, False)
    assert (blush.top, blush.left, blush.blend) == (61, -59, "multiply")
    assert blush.opacity == pytest.approx(128 / 255)
    assert (blush.pixels == (240, 20, 10, 90)).all()
    assert (document.whole(ground) == (0xE0, 0xF0, 0xFF, 255)).all()
    sketch = read_sketch(path)
    assert sketch.stack.line.name == "Line Art"
    assert (sketch.pixels == 255 - shown[..., 3]).all()
    assert read_color(path)[0, 0].tolist() == [0xE0, 0xF0, 0xFF]


@pytest.mark.parametrize("kind", ["psd", "ora"])
def test_layers_outlive_the_colouring(tmp_path, kind):
    shown, stored = strokes()
    note = np.full((9, 9, 4), (1, 2, 3, 200), np.uint8)
    path = krita(
        tmp_path / "a.kra",
        paint("notes", "layer3", visible=0) + paint("line", "layer1"),
        layer1=tiles(stored, size=4),
        layer3=tiles(note, size=4),
    )
    sketch = read_sketch(path)
    labels = np.ones((H, W), np.int32)
    palette = Palette(np.array([[9, 90, 200]], np.uint8), ("sea",))
    layers = Layers(sketch, labels, np.array([-1, 0], np.int32), palette, np.zeros(2, bool))
    save(layers, tmp_path / f"b.{kind}")
    document = read_document(tmp_path / f"b.{kind}")
    assert [n.name for n in document.nodes][:2] == ["notes", "line"]
    assert (document.whole(document.nodes[0])[:9, :9] == (3, 2, 1, 200)).all()
    assert not document.nodes[0].visible
    assert (document.whole(document.line) == shown).all()


@pytest.mark.parametrize("space", ["GRAYA", "RGBA16", "GRAYAU16"])
def test_gray_and_sixteen_bits(tmp_path, space):
    channels, deep = (2 if "GRAY" in space else 4), space.endswith("16")
    shown, _ = strokes()
    stored = np.ascontiguousarray(shown[..., ORDER[channels]])
    if deep:
        stored = (stored.astype("<u2") * 257).view(np.uint8)
    path = krita(
        tmp_path / "a.kra",
        paint("line", "layer1", space),
        space=space,
        layer1=tiles(stored, size=stored.shape[2]),
    )
    document = read_document(path)
    assert document.bits == (16 if deep else 8)
    assert (document.whole(document.nodes[0]) == shown.astype(int) * (257 if deep else 1)).all()


def test_a_mask_hides_and_what_has_no_pixels_is_named(tmp_path):
    _, stored = strokes()
    mask = np.zeros((H, W, 1), np.uint8)
    mask[:, :65] = 255
    inside = '<masks><mask nodetype="transparencymask" filename="mask4"/></masks>'
    vector = '<layer nodetype="shapelayer" name="Balloons" filename="layer9"/>'
    path = krita(
        tmp_path / "a.kra",
        vector
        + vector.replace(" name=", ' visible="0" name=')
        + paint("ink", "layer1", inside=inside),
        layer1=tiles(stored, size=4),
        more={"mask4.pixelselection": tiles(mask, size=1)}.items(),
    )
    sketch = read_sketch(path)
    assert sketch.pixels[30, 21] == 0
    assert (sketch.pixels[:, 65:] == 255).all()
    (note,) = sketch.notes
    assert note.startswith("'Balloons' left out: ")


def test_other_spaces_are_seen_merged(tmp_path):
    shown, _ = strokes()
    path = krita(
        tmp_path / "a.kra",
        paint("line", "layer1", "LABAU8"),
        layer1=b"?",
        merged=shown,
        space="LABAU8",
    )
    sketch = read_sketch(path)
    assert (sketch.pixels == 255 - shown[..., 3]).all()
    assert "'line' left out" in sketch.notes[0]


GOOD = tiles(np.full((64, 64, 4), 9, np.uint8), size=4)


@pytest.mark.parametrize(
    ("layers", "data", "sentence"),
    [
        (paint("line", "layer1"), GOOD[:-1], "page/layers/layer1 cannot be read"),
        (paint("line", "layer1"), GOOD.replace(b"SIZE 4", b"SIZE 8"), "cannot be read; save it"),
        (paint("line", "layer1"), GOOD.replace(b",LZF,", b",ZIP,"), "cannot be read"),
        (paint("line", "layer1"), b"VERSION 1\n", "cannot be read"),
        (paint("line", "layer7"), GOOD, "its list of layers cannot be read"),
        (paint("line", "layer1", opacity="much"), GOOD, "its list of layers cannot be read"),
        ("<layer>", GOOD, "its list of layers cannot be read"),
        ('<layer nodetype="grouplayer"><layers>' * 40 + "</layers></layer>" * 40, GOOD, "too deep"),
    ],
)
def test_damage_is_one_sentence(tmp_path, layers, data, sentence):
    krita(tmp_path / "a.kra", layers, layer1=data)
    with pytest.raises(UnreadableError, match=sentence):
        read_sketch(tmp_path / "a.kra")


def test_pixels_that_cannot_be_unpacked_and_sizes_that_are_refused(tmp_path):
    head, _, _ = GOOD.partition(b"0,0,LZF")
    krita(tmp_path / "a.kra", paint("line", "l"), l=head + b"0,0,LZF,3\n\1\xff\xff")
    with pytest.raises(UnreadableError, match="page/layers/l cannot be read"):
        read_sketch(tmp_path / "a.kra")
    krita(tmp_path / "b.kra", paint("line", "l"), l=GOOD, size=(99999, 99999))
    with pytest.raises(TooLargeError, match="--max-megapixels"):
        read_sketch(tmp_path / "b.kra")
    far = head + b"0,0,LZF,1\n\0" + b"999936,999936,LZF,1\n\0"
    krita(tmp_path / "c.kra", paint("line", "l"), l=far.replace(b"DATA 1", b"DATA 2"))
    with pytest.raises(TooLargeError, match="a layer of"):
        read_sketch(tmp_path / "c.kra")


def test_entities_are_refused(tmp_path):
    krita(tmp_path / "a.kra", "<!ENTITY>", layer1=GOOD)
    with pytest.raises(UnreadableError, match="its list of layers"):
        read_sketch(tmp_path / "a.kra")


def test_a_file_of_the_merged_picture_alone(tmp_path):
    shown = BytesIO()
    Image.fromarray(np.arange(20, dtype=np.uint8).reshape(4, 5) * 9).save(shown, "PNG")
    with zipfile.ZipFile(tmp_path / "a.kra", "w") as archive:
        archive.writestr("mimetype", "application/x-krita")
        archive.writestr("mergedimage.png", shown.getvalue())
    found = read_sketch(tmp_path / "a.kra", ink="dark").pixels
    assert found.tolist() == (np.arange(20).reshape(4, 5) * 9).tolist()
    assert read_color(tmp_path / "a.kra").shape == (4, 5, 3)
    with pytest.raises(TooLargeError):
        read_sketch(tmp_path / "a.kra", max_pixels=19)


def test_layers_of_ink(tmp_path):
    stored = np.zeros((H, W, 5), np.uint8)
    stored[3:9, 5:90] = 0, 0, 0, 255, 255
    stored[20:30, 5:90] = 0, 0, 0, 0, 128
    path = krita(
        tmp_path / "a.kra",
        paint("line", "layer1", "CMYK"),
        space="CMYK",
        layer1=tiles(stored, size=5),
    )
    document = read_document(path)
    assert not document.notes
    found = document.whole(document.line)
    assert found[5, 40].tolist() == [0, 0, 0, 255]
    assert found[25, 40].tolist() == [255, 255, 255, 128]
    assert (found[40:, :, 3] == 0).all()


@pytest.mark.parametrize("space", ["GRAYA", "GRAYAU16"])
@pytest.mark.parametrize(("gamma", "seen"), [(1, 188), (2.2, 128)])
def test_linear_gray_is_seen_as_it_was_drawn(tmp_path, space, gamma, seen):
    """Half the light is 188 in sRGB; what is nearly sRGB keeps its samples."""
    deep = space.endswith("16")
    stored = np.zeros((H, W, 2), "<u2" if deep else np.uint8)
    stored[10:40, 20:90] = np.array([128, 255]) * (257 if deep else 1)
    stored = stored.view(np.uint8).reshape(H, W, -1)
    path = krita(
        tmp_path / "a.kra",
        paint("line", "layer1", space),
        space=space,
        layer1=tiles(stored, size=stored.shape[2]),
        more={"layer1.icc": by_hand.gray_profile(gamma)},
    )
    document = read_document(path)
    pixel = document.whole(document.line)[20, 40] / (257 if deep else 1)
    assert np.abs(pixel - (seen, seen, seen, 255)).max() <= 1
