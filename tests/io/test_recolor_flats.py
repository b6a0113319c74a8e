"""Pictures of flats alone take other colours exactly, or are refused."""

import numpy as np
import pytest

from nurie.document import Palette
from nurie.errors import FormatError
from nurie.io.images import read_rgba, write_picture
from nurie.io.recolor import read_flats, write_flats


def flats(tmp_path, name="flats.png", *, alpha=False):
    """A picture of flats with a line one pixel wide."""
    pixels = np.full((12, 12, 4 if alpha else 3), 255, np.uint8)
    pixels[2:8, 2:6, :3], pixels[2:8, 6:10, :3] = [200, 30, 30], [0, 90, 200]
    pixels[8, 2:10, :3] = 0
    if alpha:
        pixels[10:, :, 3] = 0
    write_picture(tmp_path / name, pixels, dpi=(72.0, 72.0))
    return pixels


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("name", ["flats.png", "flats.tga", "flats.tif", "flats.webp"])
def test_flats_alone_are_exact(tmp_path, name, alpha):
    pixels = flats(tmp_path, name, alpha=alpha)
    source = read_flats(tmp_path / name)
    colors = source.palette.colors
    assert colors.tolist() == [[0, 0, 0], [0, 90, 200], [200, 30, 30], [255, 255, 255]]
    assert source.areas.tolist() == [8, 24, 24, 144 - 56 - (24 if alpha else 0)]
    swapped = colors.copy()
    swapped[1:3] = colors[2:0:-1]
    write_flats(tmp_path / f"new-{name}", source, Palette(swapped))
    expected = pixels.copy()
    for old, new in zip(colors, swapped, strict=True):
        same = (pixels[..., :3] == old).all(axis=2)
        if alpha:
            same &= pixels[..., 3] > 0
        expected[same, :3] = new
    found, has_alpha = read_rgba(tmp_path / f"new-{name}")
    assert has_alpha is alpha
    assert (found[..., : expected.shape[2]] == expected).all()


def test_half_transparent_edges_are_refused(tmp_path):
    pixels = flats(tmp_path, alpha=True)
    pixels[0, 0, 3] = 128
    write_picture(tmp_path / "half.png", pixels)
    with pytest.raises(FormatError, match="soft edges"):
        read_flats(tmp_path / "half.png")
