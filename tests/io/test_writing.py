"""What is written comes back equal: every depth, kind, resolution and profile."""

from io import BytesIO

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms

from nurie.errors import ExistsError, FormatError
from nurie.io.images import read_rgba, read_sketch, write_picture
from nurie.io.png import write_png
from nurie.io.samples import grayed
from nurie.io.tiff import write_tiff

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

sides = st.integers(1, 300) | st.integers(1, 6)
dtypes = st.sampled_from([np.uint8, np.uint16])


@st.composite
def pictures(draw, dtypes=dtypes):
    """Few values in many pixels, so that both runs and noise occur."""
    count = draw(st.sampled_from([1, 3, 4]))
    shape = (draw(sides), draw(sides)) + ((count,) if count > 1 else ())
    dtype = draw(dtypes)
    return draw(hnp.arrays(dtype, shape, fill=st.integers(0, np.iinfo(dtype).max)))


@settings(max_examples=40, deadline=None)
@given(pixels=pictures(), dpi=st.none() | st.tuples(*[st.floats(1, 2400)] * 2))
@pytest.mark.parametrize("kind", ["png", "tif", "tiff"])
def test_deep_kinds_come_back_equal(tmp_path_factory, kind, pixels, dpi):
    path = tmp_path_factory.mktemp("deep") / f"a.{kind}"
    write_picture(path, pixels, dpi=dpi, icc_profile=SRGB)
    if pixels.shape[2:] == (4,):
        found, has_alpha = read_rgba(path)
        assert has_alpha
        np.testing.assert_array_equal(found, pixels)
        assert found.dtype == pixels.dtype
        return
    # Noise may pass for light lines on a dark ground; that is another test.
    sketch = read_sketch(path, ink="dark")
    np.testing.assert_array_equal(sketch.pixels, grayed(pixels))
    assert sketch.pixels.dtype == pixels.dtype
    assert sketch.icc_profile == (SRGB if pixels.ndim == 3 else None)
    # A PNG counts dots in whole ones per metre, a TIFF in fractions.
    assert sketch.dpi == (None if dpi is None else pytest.approx(dpi, abs=0.013))


@settings(max_examples=25, deadline=None)
@given(pixels=pictures(dtypes=st.just(np.uint8)))
@pytest.mark.parametrize("kind", ["webp", "tga"])
def test_shallow_kinds_come_back_equal(tmp_path_factory, kind, pixels):
    path = tmp_path_factory.mktemp("shallow") / f"a.{kind}"
    write_picture(path, pixels, dpi=(300, 150), icc_profile=SRGB)
    if pixels.shape[2:] == (4,):
        found, _ = read_rgba(path)
        np.testing.assert_array_equal(found, pixels)
        return
    sketch = read_sketch(path, ink="dark")
    np.testing.assert_array_equal(sketch.pixels, grayed(pixels))
    if kind == "webp":
        assert sketch.dpi == (300, 150)
        assert sketch.icc_profile == SRGB


@settings(max_examples=30, deadline=None)
@given(pixels=pictures())
def test_others_read_our_files(pixels):
    """OpenCV and tifffile, which share no code with what wrote them, agree."""
    rgb = {2: ..., 3: (..., slice(None, None, -1)), 4: (..., [2, 1, 0, 3])}
    order = rgb[pixels.shape[2] if pixels.ndim == 3 else 2]
    file = BytesIO()
    write_png(file, [pixels], pixels.shape, icc_profile=SRGB)
    decoded = cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(decoded[order], pixels)
    file = BytesIO()
    write_tiff(file, pixels, dpi=(72, 72), icc_profile=SRGB)
    np.testing.assert_array_equal(tifffile.imread(BytesIO(file.getvalue())), pixels)


def test_gray_with_alpha_as_png():
    samples = np.array([[[7, 0], [9, 255]]], np.uint8)
    file = BytesIO()
    write_png(file, [samples], samples.shape)
    with Image.open(file) as image:
        assert (image.mode, np.asarray(image).tolist()) == ("LA", samples.tolist())


@pytest.mark.parametrize("heights", [[5], [1, 4], [2, 2, 1]])
def test_strips_do_not_show_in_a_png(heights):
    pixels = np.arange(45, dtype=np.uint8).reshape(5, 3, 3)
    parts = np.split(pixels, np.cumsum(heights)[:-1])
    file = BytesIO()
    write_png(file, parts, pixels.shape)
    with Image.open(file) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)


def test_flat_colors_make_a_small_png():
    file = BytesIO()
    write_png(file, [np.full((512, 512, 3), (250, 120, 60), np.uint8)], (512, 512, 3))
    assert len(file.getvalue()) < 3000  # of 768 kB


def test_kinds_that_cannot_hold_the_picture(tmp_path):
    deep = np.zeros((1, 1), np.uint16)
    for kind in ("webp", "tga"):
        with pytest.raises(FormatError, match=r"cannot hold 16 bits; choose .* \.png or \.tif"):
            write_picture(tmp_path / f"a.{kind}", deep)
    with pytest.raises(FormatError, match="cannot hold so large a picture"):
        write_picture(tmp_path / "a.webp", np.zeros((1, 16384), np.uint8))
    for name in ("a.jpg", "a", "a.ora"):
        with pytest.raises(FormatError, match=r"end it in one of \.png, \.webp, \.tif"):
            write_picture(tmp_path / name, deep)
    assert not list(tmp_path.iterdir())


def test_colors_below_clear_pixels_are_kept(tmp_path):
    clear = np.zeros((8, 8, 4), np.uint8)
    clear[..., :3] = np.arange(192).reshape(8, 8, 3)
    for kind in ("png", "webp", "tif", "tga"):
        write_picture(tmp_path / f"a.{kind}", clear)
        np.testing.assert_array_equal(read_rgba(tmp_path / f"a.{kind}")[0], clear)


def test_an_existing_picture_needs_force(tmp_path):
    path, pixels = tmp_path / "a.png", np.zeros((1, 1), np.uint8)
    write_picture(path, pixels)
    with pytest.raises(ExistsError):
        write_picture(path, pixels + 1)
    write_picture(path, pixels + 1, force=True)
    assert read_sketch(path).pixels.tolist() == [[1]]


@pytest.mark.parametrize("kind", ["png", "webp", "tif", "tga"])
def test_same_pixels_same_bytes(tmp_path, kind):
    pixels = np.arange(300, dtype=np.uint16).astype(np.uint8).reshape(10, 10, 3)
    for name in ("a", "b"):
        write_picture(tmp_path / f"{name}.{kind}", pixels, dpi=(300, 300), icc_profile=SRGB)
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
