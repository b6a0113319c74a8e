"""PNGs read without a decoder: what Pillow reads too, or nothing at all."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from nurie.io.png import read_head, read_samples, with_palette, write_png
from nurie.io.raster import read_png

MANY = 1 << 20
TABLE = np.array([(0, 0, 0, 0), (9, 8, 7, 255), (1, 2, 3, 128)], np.uint8)


def png(pixels, **how):
    file = BytesIO()
    write_png(file, [pixels], pixels.shape, **how)
    return file.getvalue()


def chunked(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def by_pillow(data):
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"))


@given(
    hnp.arrays(
        st.sampled_from([np.uint8, np.uint16]),
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4)),
    )
)
def test_what_was_written_comes_back(pixels):
    np.testing.assert_array_equal(read_samples(png(pixels), max_pixels=MANY), pixels)


@given(
    hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4]))
    )
)
def test_pillow_reads_the_same(pixels):
    data = png(pixels)
    np.testing.assert_array_equal(read_png("a.png", data), by_pillow(data))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P", "1"])
@pytest.mark.parametrize("how", [{}, {"optimize": True}, {"compress_level": 0}])
def test_others_pictures_are_read_like_pillow_reads_them(mode, how):
    """Their filters are seldom simple: then Pillow is asked."""
    slope = np.add.outer(np.arange(40), np.arange(50)).astype(np.uint8)
    image = Image.fromarray(slope).convert("RGBA" if mode == "RGBA" else "RGB").convert(mode)
    file = BytesIO()
    image.save(file, "PNG", **how)
    np.testing.assert_array_equal(read_png("a.png", file.getvalue()), by_pillow(file.getvalue()))


def test_an_indexed_picture():
    index = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)
    data = png(index, palette=TABLE, dpi=(300.0, 300.0))
    np.testing.assert_array_equal(read_samples(data, max_pixels=6), TABLE[index])
    np.testing.assert_array_equal(by_pillow(data), TABLE[index])
    head = read_head(data)
    assert (head.height, head.width, head.bits, head.kind) == (2, 3, 8, 3)
    assert head.palette.tolist() == TABLE.tolist()
    assert head.color is None
    assert b"pHYs" in head.carried


def test_another_palette_is_another_picture():
    index = np.array([[0, 1], [1, 0]], np.uint8)
    profile = b"PLTE" * 8  # which is in no chunk of its own
    data = with_palette(png(index, palette=TABLE[:2], icc_profile=profile), TABLE[[0, 2], :3])
    assert read_head(data).color == (1, 2, 3)
    assert by_pillow(data)[..., :3].tolist() == TABLE[[0, 2], :3][index].tolist()
    assert by_pillow(data)[..., 3].tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize(
    "palette", [TABLE, TABLE[:1], TABLE[[1, 1]], TABLE[[0, 2]]], ids=["3", "1", "solid", "soft"]
)
def test_only_nothing_and_a_colour_are_a_colour(palette):
    assert read_head(png(np.zeros((1, 1), np.uint8), palette=palette)).color is None


def test_no_more_pixels_than_allowed():
    data = png(np.zeros((3, 4), np.uint8))
    assert read_samples(data, max_pixels=11) is None
    assert read_samples(data, max_pixels=12) is not None


def without(data, name):
    place = data.index(name) - 4
    return data[:place] + data[place + 12 + int.from_bytes(data[place : place + 4], "big") :]


PLAIN = png(np.arange(12, dtype=np.uint8).reshape(3, 4))
INDEXED = png(np.array([[0, 1]], np.uint8), palette=TABLE)
HEADER = struct.pack(">IIBBBBB", 4, 3, 8, 0, 0, 0, 0)


def with_rows(raw, header=HEADER):
    body = chunked(b"IHDR", header) + chunked(b"IDAT", zlib.compress(raw)) + chunked(b"IEND", b"")
    return PLAIN[:8] + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PLAIN[:20],
        PLAIN[:-1],
        PLAIN[:-12],
        PLAIN.replace(b"IDAT", b"IDAU"),
        PLAIN.replace(PLAIN[-20:-16], b"\0\0\0\0"),
        without(PLAIN, b"IDAT"),
        without(INDEXED, b"PLTE"),
        with_rows(bytes(14)),
        with_rows(bytes(16)),
        with_rows(b"\x04" * 15),
        with_rows(bytes(15), HEADER[:8] + b"\x08\x00\0\0\x01"),
        with_rows(bytes(15), HEADER[:8] + b"\x08\x05\0\0\0"),
        with_rows(bytes(15), HEADER[:8] + b"\x04\x00\0\0\0"),
        with_rows(bytes(15), bytes(4) + HEADER[4:]),
        PLAIN[:33] + chunked(b"tRNS", b"\0\7") + PLAIN[33:],
        png(np.array([[3]], np.uint8), palette=TABLE),
    ],
)
def test_what_is_not_simple_or_not_whole_is_left_to_others(data):
    assert read_samples(data, max_pixels=MANY) is None


def test_rows_as_they_are():
    raw = b"".join(b"\0" + bytes([n] * 4) for n in range(3))
    assert read_samples(with_rows(raw), max_pixels=12)[:, 0, 0].tolist() == [0, 1, 2]
