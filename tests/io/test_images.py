"""Sketches and colour pictures of every kind come in as arrays that one can write down."""

import importlib.util
import io
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from nurie.errors import MissingExtraError, UnreadableError
from nurie.io.images import read_color, read_rgba, read_sketch
from nurie.io.raster import pages_in

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
INK = np.array([[0, 128, 255], [255, 255, 0]], np.uint8)
COLORED = np.stack([INK, INK, INK[::-1]], axis=-1)
KINDS = ("png", "webp", "tif", "bmp", "tga")

spec = importlib.util.spec_from_file_location(
    "pictures", Path(__file__).with_name("pictures_by_hand.py")
)
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)
save, png, deep_png, chunk = by_hand.save, by_hand.png, by_hand.deep_png, by_hand.chunk


@pytest.mark.parametrize("kind", KINDS)
def test_gray_and_color_of_each_kind(tmp_path, kind):
    gray = read_sketch(save(tmp_path / f"gray.{kind}", INK))
    assert (gray.pixels.dtype, gray.pixels.tolist()) == (np.uint8, INK.tolist())
    color = read_sketch(save(tmp_path / f"塗り絵.{kind}", COLORED))
    assert color.pixels.tolist() == COLORED.tolist()
    assert read_color(tmp_path / f"gray.{kind}").tolist() == np.stack([INK] * 3, -1).tolist()


def test_jpeg_and_a_name_that_lies_about_the_kind(tmp_path):
    path = tmp_path / "jpeg.png"
    Image.new("L", (40, 30), 200).save(path, "JPEG")
    assert np.abs(read_sketch(path).pixels.astype(int) - 200).max() <= 2


def test_a_color_picture_of_grays_becomes_gray(tmp_path):
    pixels = np.stack([INK] * 3, axis=-1)
    assert read_sketch(save(tmp_path / "a.png", pixels)).pixels.tolist() == INK.tolist()


@pytest.mark.parametrize("kind", ["png", "webp", "tif", "tga"])
def test_transparent_paper_is_white(tmp_path, kind):
    #          clear black, black, half-clear black, half-clear red
    rgba = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [0, 0, 0, 55], [255, 0, 0, 55]]], np.uint8)
    pixels = read_sketch(save(tmp_path / f"a.{kind}", rgba)).pixels
    assert pixels.tolist() == [[[255] * 3, [0] * 3, [200] * 3, [255, 200, 200]]]


def test_gray_with_alpha(tmp_path):
    path = save(tmp_path / "a.png", np.array([[[0, 0], [0, 255], [0, 55], [100, 255]]], np.uint8))
    assert read_sketch(path).pixels.tolist() == [[255, 0, 200, 100]]


def test_palette_with_transparency(tmp_path):
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), mode=None).convert("P")
    image.putdata([0, 1, 2])
    image.putpalette([0, 0, 0, 9, 9, 9, 50, 60, 70])
    one = save(tmp_path / "one.png", image, transparency=0)
    assert read_sketch(one).pixels.tolist() == [[[255] * 3, [9] * 3, [50, 60, 70]]]
    each = save(tmp_path / "each.png", image, transparency=bytes([0, 255, 0]))
    assert read_sketch(each).pixels.tolist() == [[255, 9, 255]]
    assert read_rgba(each)[0].tolist()[0][1] == [9, 9, 9, 255]


@pytest.mark.parametrize(("mode", "value"), [("L", 7), ("RGB", (7, 8, 9)), ("1", 0)])
def test_one_transparent_color_of_a_png(tmp_path, mode, value):
    image = Image.new(mode, (2, 1), value)
    image.putpixel((1, 0), 1 if mode == "1" else value if mode == "L" else (1, 2, 3))
    if mode == "L":
        image.putpixel((1, 0), 30)
    pixels = read_sketch(save(tmp_path / "a.png", image, transparency=value)).pixels
    assert pixels[0, 0].min() == 255
    assert pixels[0, 1].min() == {"L": 30, "RGB": 1, "1": 255}[mode]


@pytest.mark.parametrize("kind", ["png", "tif", "bmp"])
def test_one_bit(tmp_path, kind):
    image = Image.fromarray(INK).convert("1", dither=Image.Dither.NONE)
    path = save(tmp_path / f"a.{kind}", image)
    assert read_sketch(path).pixels.tolist() == [[0, 255, 255], [255, 255, 0]]


def test_sixteen_bits_of_png(tmp_path):
    path = tmp_path / "a.png"
    deep = np.array([[[1, 2, 3, 65535], [0, 0, 65535, 0]]], np.uint16)
    cases = {
        0: (deep[..., :1], [[1, 0]]),
        2: (deep[..., :3], [[[1, 2, 3], [0, 0, 65535]]]),
        4: (deep[..., [0, 3]], [[1, 65535]]),
        6: (deep, [[[1, 2, 3], [65535] * 3]]),
    }
    for color_type, (samples, wanted) in cases.items():
        path.write_bytes(deep_png(samples, color_type))
        pixels = read_sketch(path).pixels
        assert (pixels.dtype, pixels.tolist()) == (np.uint16, wanted)


@pytest.mark.parametrize(("color_type", "key"), [(0, [5]), (2, [5, 6, 7])])
def test_one_transparent_color_of_a_deep_png(tmp_path, color_type, key):
    samples = np.array([[key, [300] * len(key)]], np.uint16)
    extra = chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
    (tmp_path / "a.png").write_bytes(deep_png(samples, color_type, extra))
    assert read_sketch(tmp_path / "a.png").pixels.tolist() == [[65535, 300]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tif", "deep.png", "deep.tif"])
def test_a_turned_picture_is_set_upright(tmp_path, orientation, kind):
    path = tmp_path / f"a.{kind}"
    stored = np.kron(np.array([[10, 90, 240], [150, 60, 200]], np.uint8), np.ones((8, 8), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if kind == "deep.tif":
        tags = [(274, "H", 1, orientation, True)]
        deep = np.stack([stored.astype(np.uint16) * 257] * 3, -1)
        tifffile.imwrite(path, deep, photometric="rgb", resolution=(300, 150), extratags=tags)
    elif kind == "deep.png":
        tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + bytes(6)
        path.write_bytes(deep_png(stored[..., None] * np.uint16(257), 0, chunk(b"eXIf", tiff)))
    else:
        save(path, stored, exif=exif.tobytes(), **({"quality": 100} if kind == "jpg" else {}))
    turned = {  # row 0 and column 0 of the stored picture are at these sides when upright
        1: stored,
        2: stored[:, ::-1],
        3: np.rot90(stored, 2),
        4: stored[::-1],
        5: stored.T,
        6: np.rot90(stored, -1),
        7: np.rot90(stored, 2).T,
        8: np.rot90(stored),
    }[orientation]
    sketch = read_sketch(path)
    found = sketch.pixels // 257 if sketch.pixels.dtype == np.uint16 else sketch.pixels
    assert found.shape == turned.shape
    assert np.abs(found.astype(int) - turned).max() <= (3 if kind == "jpg" else 0)
    if kind == "deep.tif":
        assert sketch.dpi == ((150, 300) if orientation > 4 else (300, 150))


@pytest.mark.parametrize("kind", ["png", "tif", "jpg", "bmp"])
def test_resolution_is_kept(tmp_path, kind):
    x, y = read_sketch(save(tmp_path / f"a.{kind}", INK, dpi=(300, 150))).dpi
    assert (x, y) == pytest.approx((300, 150), abs=0.02)


def test_no_resolution_is_none(tmp_path):
    assert read_sketch(save(tmp_path / "a.png", INK)).dpi is None


@pytest.mark.parametrize("kind", ["png", "tif", "jpg", "webp"])
def test_an_rgb_profile_is_kept_and_the_samples_too(tmp_path, kind):
    pixels = np.full((4, 4, 3), 100, np.uint8)
    sketch = read_sketch(save(tmp_path / f"a.{kind}", pixels, icc_profile=SRGB))
    assert sketch.icc_profile == SRGB
    assert sketch.pixels.shape == (4, 4)


def fake_profile(space):
    return SRGB[:16] + space + SRGB[20:]


@pytest.mark.parametrize("profile", [b"junk", fake_profile(b"GRAY"), fake_profile(b"CMYK")])
def test_other_profiles_are_dropped(tmp_path, profile):
    path = save(tmp_path / "a.tif", COLORED, icc_profile=profile)
    assert read_sketch(path).icc_profile is None
    assert read_color(path).tolist() == COLORED.tolist()


@pytest.mark.parametrize("kind", ["png", "tif", "jpg"])
def test_linear_gray_becomes_what_it_looks_like(tmp_path, kind):
    ramp = np.repeat(np.arange(256, dtype=np.uint8), 16).reshape(256, 16)
    path = save(tmp_path / f"a.{kind}", ramp, icc_profile=by_hand.gray_profile(1))
    found = read_sketch(path, ink="dark").pixels[:, 8]
    share = np.arange(256) / 255
    wanted = np.where(share < 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055) * 255
    assert np.abs(found - wanted)[8:].max() <= (5 if kind == "jpg" else 3)
    save(path, ramp, icc_profile=by_hand.gray_profile(2.2))
    kept = read_sketch(path, ink="dark").pixels
    assert (kept == read_sketch(save(path, ramp), ink="dark").pixels).all()


def test_a_profile_is_applied_to_color_pictures(tmp_path):
    # The sRGB profile with its red and blue primaries exchanged (rXYZ and bXYZ in the table).
    swapped = SRGB.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    path = save(
        tmp_path / "a.png", np.full((1, 1, 3), (250, 20, 10), np.uint8), icc_profile=swapped
    )
    assert np.abs(read_color(path).astype(int) - (10, 20, 250)).max() <= 2
    assert read_sketch(path).pixels.tolist() == [[[250, 20, 10]]]
    same = save(tmp_path / "b.png", COLORED, icc_profile=SRGB)
    assert np.abs(read_color(same).astype(int) - COLORED).max() <= 1


@pytest.mark.parametrize("kind", ["jpg", "tif"])
def test_cmyk_without_a_profile(tmp_path, kind):
    image = Image.new("CMYK", (8, 8), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 8, 4))
    path = save(tmp_path / f"a.{kind}", image, icc_profile=SRGB)
    sketch = read_sketch(path)
    assert sketch.pixels[[0, 7], 0].tolist() == [0, 255]
    assert sketch.icc_profile is None
    assert read_color(path)[[0, 7], 0].tolist() == [[0] * 3, [255] * 3]


def test_deep_color_is_rounded_to_eight_bits(tmp_path):
    samples = np.array([[[0, 128, 129], [65535, 257, 65406]]], np.uint16)
    (tmp_path / "a.png").write_bytes(deep_png(samples, 2))
    assert read_color(tmp_path / "a.png").tolist() == [[[0, 0, 1], [255, 1, 254]]]


@pytest.mark.parametrize("kind", ["png", "webp", "tif"])
def test_the_first_frame_of_an_animation(tmp_path, kind):
    frames = [Image.new("RGB", (3, 2), color) for color in ((9, 9, 9), (200, 0, 0))]
    path = save(tmp_path / f"a.{kind}", frames[0], save_all=True, append_images=frames[1:])
    assert read_sketch(path).pixels.tolist() == [[9] * 3] * 2


def test_one_pixel(tmp_path):
    assert read_sketch(save(tmp_path / "a.png", INK[:1, :1])).pixels.tolist() == [[0]]


@pytest.mark.parametrize("kind", ["GIF", "AVIF", "JPEG2000", "PPM", "PCX"])
def test_more_kinds_by_what_they_hold(tmp_path, kind):
    shades = np.full((24, 32), 255, np.uint8)
    shades[8:16] = 0
    Image.fromarray(shades).convert("RGB").save(tmp_path / "a.bin", format=kind, quality=100)
    assert np.abs(read_sketch(tmp_path / "a.bin").pixels.astype(int) - shades).max() <= 3


@pytest.mark.parametrize("name", ["a.tif", "a.gif", "a.png", "a.webp"])
def test_pages_are_read_one_by_one(tmp_path, name):
    path = tmp_path / name
    pictures = [Image.new("L", (5, 4), 200 - 50 * number) for number in range(3)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], lossless=True)
    assert pages_in(path) == 3
    for number in range(3):
        sketch = read_sketch(path, page=number)
        assert abs(int(sketch.pixels[0, 0].max()) - (200 - 50 * number)) <= 2
        assert not sketch.notes
    (note,) = read_sketch(path).notes
    assert note.startswith("only the first of its 3 pictures is read; a result that ends in .tif")
    with pytest.raises(UnreadableError, match=f"{name} is damaged"):
        read_sketch(path, page=3)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20"><path d="M3 3h9"/></svg>'


def test_strokes_without_a_renderer(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    (tmp_path / "a.svg").write_bytes(b"<?xml version='1.0'?>\n<!-- a -->" + SVG)
    with pytest.raises(MissingExtraError, match=r"pip install 'nurie\[svg\]'"):
        read_sketch(tmp_path / "a.svg")


def test_strokes_are_rendered(tmp_path, monkeypatch):
    asked = {}

    def render(svg_string, **given):
        asked.update(given, text=svg_string)
        file = io.BytesIO()
        Image.new("L", (6, 4), 255).save(file, "PNG")
        return file.getvalue()

    monkeypatch.setitem(sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=render))
    (tmp_path / "a.svg").write_bytes(SVG)
    assert read_sketch(tmp_path / "a.svg").shape == (4, 6)
    assert asked == {"background": "white", "width": 1024, "text": SVG.decode()}
    (tmp_path / "a.svg").write_bytes(SVG.replace(b"<path", b'<image href="/etc/passwd"/><path'))
    with pytest.raises(UnreadableError, match="it loads other files"):
        read_sketch(tmp_path / "a.svg")


def test_gray_maps_of_16_bits(tmp_path):
    (tmp_path / "a.pgm").write_bytes(b"P5 3 1 65535\n\0\1\x80\0\xff\xff")
    assert read_sketch(tmp_path / "a.pgm", ink="dark").pixels.tolist() == [[1, 32768, 65535]]
    Image.fromarray(np.full((9, 9), 60000, np.uint16)).save(tmp_path / "a.jp2")
    assert (read_sketch(tmp_path / "a.jp2").pixels == 60000).all()
