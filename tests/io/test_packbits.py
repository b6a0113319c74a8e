"""PackBits: what comes out is what went in, and Pillow, which others wrote, agrees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from nurie.io.psd import packbits
from nurie.io.psd.packbits import pack, pack_alike, unpack
from nurie.io.psd.pixels import constant_channel
from nurie.io.psd.write import packed_channel


def by_hand(data):
    """The decoder of the TIFF specification, byte by byte."""
    out, i = b"", 0
    while i < len(data):
        head = data[i]
        if head < 128:
            out, i = out + data[i + 1 : i + 2 + head], i + 2 + head
        else:
            assert head != 128, "no packet is a filler"
            out, i = out + data[i + 1 : i + 2] * (257 - head), i + 2
    return out


@given(
    hnp.arrays(
        np.uint8,
        st.tuples(st.integers(1, 5), st.integers(1, 400)),
        elements=st.sampled_from([0, 0, 0, 7, 255]),
        fill=st.sampled_from([0, 7]),
    )
)
def test_rows_come_back(rows):
    data, sizes = pack(rows)
    ends = np.cumsum(sizes)
    for row, end, size in zip(rows, ends, sizes, strict=True):
        assert by_hand(data[end - size : end]) == row.tobytes()
    np.testing.assert_array_equal(unpack(data, rows.shape), rows)


@pytest.mark.parametrize("width", [1, 2, 3, 127, 128, 129, 256, 257])
def test_the_edges_of_packets(width):
    same, differ = np.full((1, width), 9, np.uint8), np.arange(width, dtype=np.uint8)[None] * 2
    assert by_hand(pack(same)[0]) == same.tobytes()
    assert by_hand(pack(differ)[0]) == differ.tobytes()
    assert len(pack(differ)[0]) <= width + -(-width // 128)
    whole = packed_channel([pack(np.repeat(same, 3, axis=0))])
    assert constant_channel(9, (3, width)) == whole


def test_strips_are_joined(monkeypatch):
    rows = np.arange(60, dtype=np.uint8).reshape(12, 5) // 4
    whole = pack(rows)
    monkeypatch.setattr(packbits, "_STRIP", 10)
    data, sizes = pack(rows)
    assert (data, sizes.tolist()) == (whole[0], whole[1].tolist())


def test_nothing_at_all():
    assert pack(np.zeros((3, 0), np.uint8))[1].tolist() == [0, 0, 0]


@given(st.binary(max_size=40), st.integers(1, 4), st.integers(1, 9))
def test_any_bytes_unpack_or_not(data, height, width):
    rows = unpack(data, (height, width))
    assert rows is None or rows.shape == (height, width)


def test_pillow_reads_them():
    rows = np.tile(np.array([[0, 0, 0, 0, 1, 2, 2, 3, 3, 3]], np.uint8), (4, 30))
    image = Image.frombytes("L", rows.shape[::-1], pack(rows)[0], "packbits", "L")
    assert np.asarray(image).tolist() == rows.tolist()


@given(
    hnp.arrays(
        np.uint8,
        st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 300)),
        elements=st.sampled_from([0, 0, 0, 7, 255]),
        fill=st.sampled_from([0, 7]),
    )
)
def test_planes_cut_alike_come_back(planes):
    packed, sizes = pack_alike(list(planes))
    for data, plane in zip(packed, planes, strict=True):
        assert len(data) == sizes.sum()
        np.testing.assert_array_equal(unpack(data, plane.shape), plane)
    assert pack_alike([planes[0]])[0][0] == pack(planes[0])[0]


def test_many_rows_are_cut_alike_in_strips(monkeypatch):
    monkeypatch.setattr(packbits, "_STRIP", 8)
    rows = np.arange(40, dtype=np.uint8).reshape(8, 5) // 3
    (data,), sizes = pack_alike([rows])
    np.testing.assert_array_equal(unpack(data, rows.shape), rows)
    assert len(sizes) == 8
