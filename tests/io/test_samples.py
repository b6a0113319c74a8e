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
