"""Pictures that are too large, cut short, damaged, or none: one sentence, and nothing decoded."""

import contextlib
import importlib.util
import struct
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.images import read_sketch

spec = importlib.util.spec_from_file_location(
    "pictures", Path(__file__).with_name("pictures_by_hand.py")
)
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)
save, png, deep_png = by_hand.save, by_hand.png, by_hand.deep_png
INK = np.array([[0, 128, 255], [255, 255, 0]], np.uint8)


def test_the_pixel_limit_is_inclusive(tmp_path):
    path = save(tmp_path / "a.png", INK)
    assert read_sketch(path, max_pixels=6).shape == (2, 3)
    with pytest.raises(TooLargeError, match=r"3 x 2 pixels, more than the 5 allowed; give --max"):
        read_sketch(path, max_pixels=5)


SIDE = 30000


def saved(kind):
    file = BytesIO()
    Image.new("L", (8, 8)).save(file, kind)
    return file.getvalue()


def jpeg_bomb():
    data = saved("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", SIDE, SIDE) + data[at + 4 :]


def webp_bomb():
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "WEBP", lossless=True)
    return file.getvalue()[:21] + struct.pack("<I", 16382 | 16382 << 14) + file.getvalue()[25:]


def tiff_bomb():
    data = saved("TIFF")
    for tag in (256, 257):
        old, new = (struct.pack("<HHII", tag, 4, 1, side) for side in (8, SIDE))
        assert old in data
        data = data.replace(old, new)
    return data


def bmp_bomb():
    data = saved("BMP")
    return data[:18] + struct.pack("<ii", SIDE, SIDE) + data[26:]


# Files of a few bytes whose headers promise 30000 x 30000 pixels (WebP: the most it can).
BOMBS = {
    "png": lambda: png((SIDE, SIDE), 8, 2),
    "deep.png": lambda: png((SIDE, SIDE), 16, 6),
    "jpg": jpeg_bomb,
    "webp": webp_bomb,
    "tif": tiff_bomb,
    "bmp": bmp_bomb,
    "tga": lambda: bytes([0, 0, 2, *[0] * 9]) + struct.pack("<HHBB", SIDE, SIDE, 24, 0),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_from_its_header(tmp_path, monkeypatch, kind):
    def decode(*_, **__):
        pytest.fail("decoded")

    path = tmp_path / f"a.{kind}"
    path.write_bytes(BOMBS[kind]())
    monkeypatch.setattr("nurie.io.raster._decoded", decode)
    limit = Image.MAX_IMAGE_PIXELS
    with pytest.raises(TooLargeError, match="more than the 50000000 allowed"):
        read_sketch(path)
    assert limit == Image.MAX_IMAGE_PIXELS


@pytest.mark.parametrize(
    "kind", ["png", "deep.png", "jpg", "webp", "tif", "deep.tif", "bmp", "tga"]
)
@pytest.mark.parametrize("part", [0.03, 0.3, 0.9])
def test_a_truncated_file_is_one_sentence(tmp_path, kind, part):
    path = tmp_path / f"a.{kind}"
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    if kind == "deep.png":
        path.write_bytes(deep_png(noise * np.uint16(257), 2))
    elif kind == "deep.tif":
        tifffile.imwrite(path, noise * np.uint16(257), photometric="rgb", compression="zlib")
    else:
        save(path, noise)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(UnreadableError, match=r"a\.\S+ is (truncated|damaged).*\.$"):
        read_sketch(path)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_damage_gets_past_as_a_traceback(tmp_path_factory, data):
    """Whatever bytes are flipped, the answer is a picture or one of our sentences."""
    kind = data.draw(st.sampled_from(["png", "jpg", "webp", "tif", "bmp", "tga", "deep.tif"]))
    path = tmp_path_factory.mktemp("flip") / f"a.{kind}"
    if kind == "deep.tif":
        tifffile.imwrite(path, np.zeros((9, 9, 3), np.uint16), photometric="rgb")
    else:
        save(path, np.arange(243, dtype=np.uint8).reshape(9, 9, 3), dpi=(72, 72))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(UnreadableError, FormatError, TooLargeError):
            assert read_sketch(path, max_pixels=10_000).pixels.size


@pytest.mark.parametrize("how", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
def test_decoders_say_nothing_on_stderr(tmp_path, capfd, how):
    """What libtiff prints by itself would stand beside our sentence, or beside none."""
    save(tmp_path / "a.tif", Image.new("RGB", (60, 40), "white"), compression=how)
    whole = (tmp_path / "a.tif").read_bytes()
    for place in range(8, len(whole), 3):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0x55
        (tmp_path / "a.tif").write_bytes(spoilt)
        with contextlib.suppress(UnreadableError, FormatError, TooLargeError):
            read_sketch(tmp_path / "a.tif")
    assert capfd.readouterr().err == ""


def test_files_that_are_no_pictures(tmp_path):
    (tmp_path / "text.png").write_text("not a picture, but quite some text", "utf-8")
    with pytest.raises(UnreadableError, match=r"text\.png is damaged or no picture of the kind"):
        read_sketch(tmp_path / "text.png")
    (tmp_path / "text.tga").write_text("not a picture, but quite some text", "utf-8")
    with pytest.raises(UnreadableError):
        read_sketch(tmp_path / "text.tga")
    known = {"a.clip": b"CSFCHUNK", "a.xcf": b"gimp xcf v011", "a.pdf": b"%PDF-1.7", "a.sai": b"x"}
    for name, data in known.items():
        (tmp_path / name).write_bytes(data + bytes(99))
        with pytest.raises(FormatError, match="export it as PSD or ORA, which keep layers"):
            read_sketch(tmp_path / name)
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(FormatError, match="is no picture that nurie knows"):
        read_sketch(tmp_path / "a.txt")
    (tmp_path / "empty.png").touch()
    for name, sentence in {"empty.png": "empty", "no.png": "not exist", ".": "folder"}.items():
        with pytest.raises(UnreadableError, match=sentence):
            read_sketch(tmp_path / name)


@pytest.mark.parametrize("width", [40_000, 2**32 - 1])
def test_gray_with_alpha_of_any_width(tmp_path, width):
    pixels = np.full((1, 40_000, 2), 65535, np.uint16)
    pixels[0, 7, 0] = 0
    how = {"photometric": "minisblack", "extrasamples": ["unassalpha"], "planarconfig": "contig"}
    tifffile.imwrite(tmp_path / "a.tif", pixels, **how)
    data = bytearray((tmp_path / "a.tif").read_bytes())
    entry = data.index(struct.pack("<HHI", 256, 4, 1))
    short = width < 65536
    struct.pack_into("<HHII", data, entry, 256, 3 if short else 4, 1, width)
    (tmp_path / "a.tif").write_bytes(data)
    if short:
        assert np.flatnonzero(read_sketch(tmp_path / "a.tif").pixels == 0).tolist() == [7]
    else:
        with pytest.raises((TooLargeError, UnreadableError)):
            read_sketch(tmp_path / "a.tif")
