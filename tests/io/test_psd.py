"""PSD as psd-tools, which others wrote, reads it: the tree, the pixels, what travels with them."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms
from psd_tools import PSDImage
from psd_tools.constants import BlendMode, Resource

from nurie.document import Layers, Palette, Sketch, line_layer, multiply
from nurie.errors import ExistsError, FormatError
from nurie.io.psd.write import write_psd

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RED, SEA, SUN = [255, 0, 0], [0, 170, 255], [255, 200, 0]
PALETTE = Palette(np.array([RED, SEA, SUN], np.uint8), ("", "sea & <sky>", "太陽"), "three")
#                   a line between two regions, and paper at the right
LABELS = np.array([[1, 1, 0, 2, 3], [1, 1, 0, 2, 3], [0, 0, 0, 2, 3]], np.int32)
INK = np.where(LABELS == 0, 0, 255).astype(np.uint8)
INK[0, 1] = 100  # antialiased: fill reaches below
SHADE = np.full((3, 5, 3), 255, np.uint8)
SHADE[1, :2] = 128, 100, 90


def layers(pixels=INK, labels=LABELS, entries=(-1, 2, 1, -1), shade=None, **sketch):
    entries = np.array(entries, np.int32)
    hinted = np.zeros(len(entries), bool)
    return Layers(Sketch(pixels, **sketch), labels, entries, PALETTE, hinted, shade=shade)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "層.psd"


def pixels(layer, depth=8):
    """(h, w, 4) integers of a layer, as psd-tools decodes it."""
    return (layer.numpy() * (2**depth - 1)).round().astype(int)


def test_the_tree(path):
    write_psd(path, layers())
    psd = PSDImage.open(path)
    assert (psd.width, psd.height, psd.depth, psd.channels) == (5, 3, 8, 3)
    line, flats, paper = reversed(list(psd))
    assert (line.name, flats.name, paper.name) == ("line", "flats", "paper")
    assert (flats.kind, flats.blend_mode) == ("group", BlendMode.NORMAL)
    assert [layer.name for layer in reversed(list(flats))] == ["sea & <sky>", "太陽"]
    sea, sun = reversed(list(flats))
    assert sea.bbox == (3, 0, 4, 3)
    assert sun.bbox == (0, 0, 2, 2)
    assert pixels(sea).tolist() == [[[*SEA, 255]]] * 3
    assert pixels(sun).tolist() == [[[*SUN, 255]] * 2] * 2
    assert pixels(line).tolist() == line_layer(INK).tolist()
    assert (pixels(paper) == 255).all()
    assert all(layer.visible and layer.opacity == 255 for layer in psd.descendants())
    assert len({layer.layer_id for layer in psd.descendants()}) == 5


def test_the_merged_picture(path):
    write_psd(path, layers())
    assert (pixels(PSDImage.open(path)) == layers().merged()).all()
    with Image.open(path) as image:  # Pillow reads no layers
        assert np.asarray(image).tolist() == layers().merged().tolist()


def test_a_shade_multiplies(path):
    drawn = layers(shade=SHADE)
    write_psd(path, drawn)
    psd = PSDImage.open(path)
    line, shade, flats, _ = reversed(list(psd))
    assert (line.name, shade.name, flats.name) == ("line", "shade", "flats")
    assert shade.blend_mode == BlendMode.MULTIPLY
    assert pixels(shade)[..., :3].tolist() == SHADE.tolist()
    assert (pixels(shade)[..., 3] == 255).all()
    sun = multiply(np.array([[SUN]], np.uint8), SHADE[1:2, :1])
    assert pixels(psd)[1, 0].tolist() == sun[0, 0].tolist()
    assert (pixels(psd) == drawn.merged()).all()


def test_one_flat_layer(path):
    write_psd(path, layers(), one_flat_layer=True)
    line, flats, paper = reversed(list(PSDImage.open(path)))
    assert (line.name, flats.kind, paper.name) == ("line", "pixel", "paper")
    assert flats.bbox == (0, 0, 4, 3)
    flat = layers().flat()[:, :4]
    assert (pixels(flats)[..., 3] == flat[..., 3]).all()
    assert (pixels(flats)[..., :3] == flat[..., :3])[flat[..., 3] > 0].all()


def test_sixteen_bits(path):
    deep = INK.astype(np.uint16) * 257
    deep[0, 0] = 40_001
    drawn = layers(deep)
    write_psd(path, drawn)
    psd = PSDImage.open(path)
    line, flats, _ = reversed(list(psd))
    assert psd.depth == 16
    assert pixels(line, 16).tolist() == line_layer(deep).tolist()
    assert pixels(next(iter(flats)), 16)[0, 0].tolist() == [c * 257 for c in SUN] + [65535]
    assert (pixels(psd, 16) == drawn.merged()).all()


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_layers_come_back(tmp_path_factory, data):
    dtype = data.draw(st.sampled_from([np.uint8, np.uint16]))
    height, width = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    shape = (height, width, *data.draw(st.sampled_from([(), (3,)])))
    ink = data.draw(hnp.arrays(dtype, shape))
    labels = data.draw(hnp.arrays(np.int32, shape[:2], elements=st.integers(0, 5)))
    entries = (-1, *data.draw(st.tuples(*[st.integers(-1, 2)] * 5)))
    drawn = layers(ink, labels, entries)
    path = tmp_path_factory.mktemp("psd") / "a.psd"
    write_psd(path, drawn)
    psd, depth = PSDImage.open(path), 8 * np.dtype(dtype).itemsize
    line, flats, _ = reversed(list(psd))
    np.testing.assert_array_equal(pixels(line, depth), drawn.line())
    np.testing.assert_array_equal(pixels(psd, depth), drawn.merged())
    canvas = np.zeros((height, width, 4), int)
    for flat in flats:
        left, top, right, bottom = flat.bbox
        part = pixels(flat, depth) // (257 if depth == 16 else 1)
        canvas[top:bottom, left:right] += part * (part[..., 3:] > 0)
    flat = drawn.flat()
    np.testing.assert_array_equal(canvas, flat * (flat[..., 3:] > 0))


def test_resolution_and_profile(path):
    write_psd(path, layers(dpi=(300, 150.5), icc_profile=SRGB))
    resources = PSDImage.open(path).image_resources
    resolution = resources.get_data(Resource.RESOLUTION_INFO)
    assert (resolution.horizontal / 65536, resolution.vertical / 65536) == (300, 150.5)
    assert resources.get_data(Resource.ICC_PROFILE) == SRGB
    assert resources.get_data(Resource.VERSION_INFO).has_composite


def test_without_resolution_or_profile(path):
    write_psd(path, layers())
    resources = PSDImage.open(path).image_resources
    assert resources.get_data(Resource.RESOLUTION_INFO) is None
    assert resources.get_data(Resource.ICC_PROFILE) is None


def test_same_layers_same_bytes(tmp_path):
    for name in ("a.psd", "b.psd"):
        write_psd(tmp_path / name, layers(shade=SHADE))
    assert (tmp_path / "a.psd").read_bytes() == (tmp_path / "b.psd").read_bytes()


def test_all_paper_has_no_flats(path):
    write_psd(path, layers(entries=(-1, -1, -1, -1)))
    _, flats, _ = reversed(list(PSDImage.open(path)))
    assert (flats.kind, list(flats)) == ("group", [])
    write_psd(path, layers(entries=(-1, -1, -1, -1)), one_flat_layer=True, force=True)
    assert [layer.name for layer in PSDImage.open(path)] == ["paper", "flats", "line"]


def test_targets(path, tmp_path):
    path.write_bytes(b"mine")
    with pytest.raises(ExistsError):
        write_psd(path, layers())
    assert path.read_bytes() == b"mine"
    write_psd(path, layers(), force=True)
    with pytest.raises(FormatError, match=r"end it in one of \.psd"):
        write_psd(tmp_path / "a.ora", layers())


def test_too_wide_for_psd(path):
    wide = np.full((1, 30_001), 255, np.uint8)
    with pytest.raises(FormatError, match=r"cannot hold 30001 x 1 pixels.*ends in \.ora\."):
        write_psd(path, layers(wide, np.zeros((1, 30_001), np.int32)))
    assert not path.exists()
    fits = wide[:, :30_000]
    write_psd(path, layers(fits, np.zeros((1, 30_000), np.int32)))
    assert path.read_bytes()[:26] == struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 1, 30_000, 8, 3)
