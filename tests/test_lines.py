"""Line art from colour pictures, and scans made clean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nurie.errors import OptionError
from nurie.lines import canny_lines, clean

RNG = np.random.default_rng(0)


def disc(side=96, radius=30, color=(200, 40, 40)):
    """A disc on white, (side, side, 3) uint8."""
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    picture = np.full((side, side, 3), 255, np.uint8)
    picture[np.hypot(rows, columns) < radius] = color
    return picture


def page(side=256):
    """A ring 4 pixels wide with soft edges on white paper, (side, side) float in [0, 1]."""
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    return np.clip(np.abs(np.hypot(rows, columns) - side / 3) - 1.5, 0, 1)


def scanned(drawing, paper=(235, 215, 180), noise=0.0, light=0.0):
    """The drawing on tinted paper, with noise, and light that falls off to the right."""
    fall = 1 - light * np.linspace(0, 1, drawing.shape[1])[None, :, None] ** 2
    picture = drawing[..., None] * np.array(paper) * fall
    picture = picture + RNG.normal(0, noise, picture.shape)
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def test_canny_follows_the_outline():
    lines = canny_lines(disc())
    rows, columns = np.nonzero(lines == 0)
    distance = np.hypot(rows - 47.5, columns - 47.5)
    assert len(rows) > 150
    assert np.abs(distance - 30).max() < 2


def test_canny_is_ink_on_paper():
    lines = canny_lines(disc())
    assert lines.dtype == np.uint8
    assert lines.shape == (96, 96)
    assert set(np.unique(lines)) == {0, 255}


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
def test_canny_agrees_with_scikit_image(sigma):
    from scipy.ndimage import distance_transform_edt
    from skimage.color import rgb2gray
    from skimage.feature import canny

    picture = disc(color=(0, 0, 0))
    picture[20:40, 60:90] = (250, 220, 60)
    picture[60:90, 5:30] = (30, 60, 160)
    ours = canny_lines(picture, sigma=sigma) == 0
    theirs = canny(rgb2gray(picture), sigma=sigma)
    # Two pixels from the border they treat the picture's edge differently.
    inside = np.s_[3:-3, 3:-3]
    far = distance_transform_edt(~theirs)[inside][ours[inside]]
    missed = distance_transform_edt(~ours)[inside][theirs[inside]]
    assert np.mean(far <= 1.5) > 0.95
    assert np.mean(missed <= 1.5) > 0.95


def test_canny_gives_the_same_lines_when_faded():
    picture = disc(color=(0, 0, 0))
    faded = (picture // 4 + 150).astype(np.uint8)
    differ = (canny_lines(picture) != canny_lines(faded)).sum()
    assert differ < 20


def test_a_wider_gaussian_keeps_less():
    blocks = RNG.integers(0, 256, (24, 24, 3), dtype=np.uint8)
    picture = blocks.repeat(6, axis=0).repeat(6, axis=1)
    ink = [int((canny_lines(picture, sigma=s) == 0).sum()) for s in (1, 2.5, 5)]
    assert ink[0] > 1.2 * ink[1] > 1.4 * ink[2]


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (40, 30)])
def test_canny_of_nothing_is_paper(shape, value):
    assert (canny_lines(np.full((*shape, 3), value, np.uint8)) == 255).all()


def test_canny_takes_faint_noise_for_nothing():
    noise = RNG.integers(250, 255, (64, 64, 3), dtype=np.uint8)
    assert (canny_lines(noise, sigma=1.0) == 255).all()


@pytest.mark.parametrize("sigma", [-0.1, 101, float("nan")])
def test_canny_refuses_a_senseless_sigma(sigma):
    with pytest.raises(OptionError, match="makes no lines; give 0 to 100 pixels"):
        canny_lines(disc(), sigma=sigma)


@pytest.mark.parametrize("paper", [(235, 215, 180), (160, 210, 95), (200, 200, 200), (255,) * 3])
def test_tint_becomes_white_and_ink_stays(paper):
    drawing = page()
    result = clean(scanned(drawing, paper))
    assert (result[drawing == 1] == 255).all()
    assert (result[drawing == 0] == 0).all()


def test_soft_edges_stay_soft():
    drawing = page()
    result = clean(scanned(drawing)).astype(int)
    half = (drawing > 0.25) & (drawing < 0.85)
    assert half.sum() > 300
    assert np.abs(result[half] - 255 * drawing[half, None]).max() <= 3


def test_noise_goes():
    drawing = page()
    result = clean(scanned(drawing, noise=3.0))
    assert (result[drawing == 1] == 255).all()
    assert result[drawing == 0].mean() < 8


def test_uneven_light_goes():
    drawing = page()
    result = clean(scanned(drawing, noise=1.0, light=0.4))
    assert (result[drawing == 1] == 255).mean() > 0.999
    assert result[drawing == 0].max() < 12


def test_jpeg_dirt_goes():
    import cv2

    drawing = page()
    ok, data = cv2.imencode(".jpg", scanned(drawing), [cv2.IMWRITE_JPEG_QUALITY, 40])
    assert ok
    result = clean(cv2.imdecode(data, cv2.IMREAD_COLOR))
    far = cv2.erode((drawing == 1).astype(np.uint8), np.ones((5, 5))) > 0
    assert (result[far] == 255).mean() > 0.995
    assert result[drawing == 0].mean() < 30


def test_a_gray_tone_is_not_paper():
    drawing = page()
    drawing[100:160, 90:170] = 0.7  # a filled patch, sudden: no light does that
    result = clean(scanned(drawing))
    assert np.abs(result[110:150, 100:160].astype(int) - 178).max() < 8


def test_ink_keeps_its_colour():
    picture = np.full((64, 64, 3), (230, 200, 170), np.uint8)
    picture[20:30, 10:50] = (46, 60, 119)  # (0.2, 0.3, 0.7) of the paper
    result = clean(picture)
    assert np.abs(result[25, 30].astype(int) - [51, 77, 179]).max() <= 2


@pytest.mark.parametrize("dots", [1, 2, 4])
def test_specks_go_and_dots_stay(dots):
    picture = np.full((1024, 1024), 255, np.uint8)
    picture[100 : 100 + dots, 100] = 0
    picture[500:504, 500:504] = 0
    result = clean(picture)
    assert (result[90:120, 90:120] == 255).all()
    assert (result[500:504, 500:504] == 0).all()


def test_a_faint_stain_goes_and_a_faint_line_on_clean_paper_stays():
    picture = page()[..., None] * np.full(3, 255.0)
    picture[20, 10:200] = 255 * 0.8  # pencil
    picture[30, 10:200] = 255 * 0.95  # hardly seen
    result = clean(np.clip(picture, 0, 255).astype(np.uint8))
    assert (result[20, 10:200] < 215).all()
    assert (result[30, 10:200] == 255).all()


def test_sixteen_bits_stay_sixteen():
    drawing = page()
    deep = (drawing * 0.8 * 65535).astype(np.uint16)
    result = clean(deep)
    assert result.dtype == np.uint16
    assert (result[drawing == 1] == 65535).all()
    assert (result[drawing == 0] == 0).all()
    assert (result % 257 != 0).any()


def test_depths_agree():
    shallow = scanned(page(), noise=2.0, light=0.3)
    deep = clean(shallow.astype(np.uint16) * 257)
    assert np.abs((deep / 257) - clean(shallow)).max() < 4


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (3, 50), (50, 3, 3)])
@pytest.mark.parametrize("value", [0, 60])
def test_a_picture_without_paper_is_left(shape, value):
    picture = np.full(shape, value, np.uint8)
    result = clean(picture)
    assert (result == picture).all()
    assert result is not picture


@settings(max_examples=40, deadline=None)
@given(
    arrays(
        st.sampled_from([np.uint8, np.uint16]),
        st.one_of(
            st.tuples(st.integers(1, 40), st.integers(1, 40)),
            st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)),
        ),
    )
)
def test_anything_comes_back_in_its_shape_and_untouched(picture):
    before = picture.copy()
    result = clean(picture)
    assert (result.shape, result.dtype) == (picture.shape, picture.dtype)
    assert (picture == before).all()


def test_a_clean_drawing_is_left_nearly_alone():
    drawing = np.uint8(page() * 255 + 0.5)
    once = clean(drawing)
    assert np.abs(once.astype(int) - drawing).max() <= 2
    assert np.abs(clean(once).astype(int) - once).max() <= 2
