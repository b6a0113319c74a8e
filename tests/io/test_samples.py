"""Label maps, transparency laid over white, and what counts as a picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp
from PIL import Image

from nurie.errors import FormatError, OptionError
from nurie.io.images import write_labels
from nurie.io.raster import is_picture
from nurie.io.samples import over_white


def test_is_picture(tmp_path):
    for kind in ("png", "webp", "tif", "bmp", "tga", "jpg"):
        path = tmp_path / f"a.{kind}"
        Image.fromarray(np.array([[0, 128, 255], [255, 255, 0]], np.uint8)).save(path)
        assert is_picture(path)
    (tmp_path / "a.gpl").write_text("GIMP Palette\n", "utf-8")
    assert not is_picture(tmp_path / "a.gpl")


def test_labels_are_the_samples(tmp_path):
    labels = np.array([[0, 1, 65535]], np.int32)
    write_labels(tmp_path / "a.png", labels)
    with Image.open(tmp_path / "a.png") as image:
        assert np.asarray(image).tolist() == labels.tolist()
    with pytest.raises(OptionError, match="falls into 65536 regions, more than the 65535"):
        write_labels(tmp_path / "b.png", labels + 1)
    with pytest.raises(FormatError):
        write_labels(tmp_path / "b.tif", labels)
    assert not (tmp_path / "b.png").exists()


@given(samples=hnp.arrays(np.uint8, (1, 4, 2)))
def test_over_white_is_rounded_to_nearest(samples):
    value, alpha = samples.astype(float).transpose(2, 0, 1)
    wanted = (value * alpha + 255 * (255 - alpha)) / 255
    assert np.abs(over_white(samples)[..., 0] - wanted).max() <= 0.5


def test_over_white_does_not_overflow():
    extremes = np.array([[65535, 1], [65535, 65534], [0, 0], [0, 65534]], np.uint16)
    assert over_white(extremes).tolist() == [[65535], [65535], [65535], [1]]


P3 = {
    b"rXYZ": (0.51512, 0.2412, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.1571, 0.06657, 0.78407),
}
ADOBE = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}


def wide_gamut(primaries=P3, gamma=None):
    """A profile with the primaries of Display P3 and its curve, or others, put together by hand."""
    from nurie.io.samples import srgb_profile

    data = bytearray(srgb_profile())
    for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12):
        tag, place = bytes(data[at : at + 4]), int.from_bytes(data[at + 4 : at + 8], "big")
        for i, value in enumerate(primaries.get(tag, ())):
            fixed = round(value * 65536)
            data[place + 8 + 4 * i : place + 12 + 4 * i] = fixed.to_bytes(4, "big", signed=True)
        if gamma is not None and tag[1:] == b"TRC":
            power = round(256 * gamma).to_bytes(2, "big")
            data[place : place + 14] = b"curv" + bytes(4) + b"\0\0\0\1" + power
    return bytes(data)


PROFILES = {"p3": wide_gamut(), "adobe": wide_gamut(ADOBE, 2.2)}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", ["png", "psd"])
def test_a_palette_looks_the_same_in_a_drawing_of_wide_gamut(tmp_path, profile, kind, tools):
    """From a PNG and a PSD, by the command line, for a palette and for the model's own colours."""
    from nurie.api import save
    from nurie.cli.app import run
    from nurie.document import Layers, Palette, Sketch
    from nurie.io.images import read_color, read_rgba, write_picture

    ink, icc = tools.draw(32), PROFILES[profile]
    sketch, source = Sketch(ink, icc_profile=icc), tmp_path / f"a.{kind}"
    if kind == "png":
        write_picture(source, np.dstack([ink] * 3), icc_profile=icc)
    else:
        labels, paper = np.ones(ink.shape, np.int32), np.array([-1, -1])
        none = Palette(np.zeros((0, 3), np.uint8))
        save(Layers(sketch, labels, paper, none, np.zeros(2, bool)), source)
    (tmp_path / "leaf.hex").write_text("#78b45a\n", "utf-8")
    write_picture(tmp_path / "plain.png", ink)
    for target in ("b.png", "b.psd"):
        more = ("--palette", tmp_path / "leaf.hex", "-o", tmp_path / target)
        assert run(["color", str(source), *map(str, more)]) == 0
        seen = read_color(tmp_path / target).reshape(-1, 3).astype(int)
        near = np.abs(seen - (0x78, 0xB4, 0x5A)).max(axis=1)
        assert np.count_nonzero(near <= 2) > 0.1 * len(seen)
        raw = read_rgba(tmp_path / target)[0][..., :3].reshape(-1, 3).astype(int)
        assert not (np.abs(raw - (0x78, 0xB4, 0x5A)).max(axis=1) <= 2).any()
    for name in ("plain.png", source.name):
        assert run(["color", str(tmp_path / name), "-o", str(tmp_path / f"model-{name}.png")]) == 0
    plain, wide = (read_color(tmp_path / f"model-{n}.png") for n in ("plain.png", source.name))
    assert np.abs(plain.astype(int) - wide).max() <= 3


def test_colours_look_the_same_in_a_wide_profile(tmp_path):
    from nurie.api import save
    from nurie.document import Layers, Palette, Sketch
    from nurie.io.images import read_color
    from nurie.io.recolor import read_flats, write_flats
    from nurie.io.samples import in_profile, srgb_profile
    from nurie.verify import verify

    asked = np.array([[120, 180, 90], [200, 20, 40]], np.uint8)
    assert in_profile(asked, srgb_profile()) is asked
    assert in_profile(asked, b"no profile") is asked
    labels = np.ones((4, 6), np.int32)
    labels[:, 3:] = 2
    sketch = Sketch(np.full((4, 6), 255, np.uint8), icc_profile=wide_gamut())
    palette = Palette(asked, ("leaf", "rose"))
    layers = Layers(sketch, labels, np.array([-1, 0, 1]), palette, np.zeros(3, bool))
    for name in ("a.png", "a.ora", "a.psd", "a.tif"):
        save(layers, tmp_path / name)
        seen = read_color(tmp_path / name)
        assert np.abs(seen[0, [0, 5]].astype(int) - asked).max() <= 2
        assert verify(sketch, tmp_path / name, palette=palette).ok
    source = read_flats(tmp_path / "a.ora")
    assert np.abs(source.palette.colors.astype(int) - asked).max() > 3  # other numbers, same look
    changed = source.palette.colors.copy()
    changed[0] = 10, 250, 30
    write_flats(tmp_path / "b.ora", source, Palette(changed, source.palette.names))
    seen = read_color(tmp_path / "b.ora")[0, [0, 5]].astype(int)
    assert np.abs(seen - [(10, 250, 30), asked[1]]).max() <= 3
