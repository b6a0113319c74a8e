"""PNGs within other files: what was written comes back, and what chunks say is known."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from nurie.io.png import read_head, with_palette, write_png
from nurie.io.raster import read_png
from nurie.io.samples import with_alpha

TABLE = np.array([(0, 0, 0, 0), (9, 8, 7, 255), (1, 2, 3, 128)], np.uint8)


def png(pixels, **how):
    file = BytesIO()
    write_png(file, [pixels], pixels.shape, **how)
    return file.getvalue()


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
    np.testing.assert_array_equal(read_png("a.png", png(pixels)), with_alpha(pixels))


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
    slope = np.add.outer(np.arange(40), np.arange(50)).astype(np.uint8)
    image = Image.fromarray(slope).convert("RGBA" if mode == "RGBA" else "RGB").convert(mode)
    file = BytesIO()
    image.save(file, "PNG", **how)
    np.testing.assert_array_equal(read_png("a.png", file.getvalue()), by_pillow(file.getvalue()))


def test_an_indexed_picture():
    index = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)
    data = png(index, palette=TABLE, dpi=(300.0, 300.0))
    np.testing.assert_array_equal(read_png("a.png", data), TABLE[index])
    np.testing.assert_array_equal(by_pillow(data), TABLE[index])
    head = read_head(data)
    assert (head.height, head.width, head.bits) == (2, 3, 8)
    assert head.palette.tolist() == TABLE.tolist()
    assert b"pHYs" in head.carried


def test_another_palette_is_another_picture():
    index = np.array([[0, 1], [1, 0]], np.uint8)
    profile = b"PLTE" * 8  # which is in no chunk of its own
    data = with_palette(png(index, palette=TABLE[:2], icc_profile=profile), TABLE[[0, 2], :3])
    assert read_head(data).palette[:, :3].tolist() == TABLE[[0, 2], :3].tolist()
    assert by_pillow(data)[..., :3].tolist() == TABLE[[0, 2], :3][index].tolist()
    assert by_pillow(data)[..., 3].tolist() == [[0, 255], [255, 0]]
