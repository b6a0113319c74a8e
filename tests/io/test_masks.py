"""Flats and masks by themselves."""

import numpy as np
import pytest
from PIL import Image

from nurie.document import Layers, Palette, Sketch
from nurie.errors import ExistsError, FormatError, OutputError
from nurie.io.extras import write_flats, write_masks

LABELS = np.array([[1, 1, 0, 2, 3], [4, 1, 0, 2, 3]], np.int32)
COLORS = np.array([[255, 0, 0], [0, 170, 255], [0, 170, 255], [9, 9, 9]], np.uint8)


def layers(names=(), entries=(-1, 0, 1, -1, 2)):
    ink = np.where(LABELS == 0, 0, 255).astype(np.uint8)
    entries = np.array(entries, np.int32)
    palette = Palette(COLORS, names)
    return Layers(Sketch(ink, dpi=(300, 300)), LABELS, entries, palette, np.zeros(5, bool))


def picture(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("kind", ["png", "tga", "tif", "webp"])
def test_flats_have_no_lines_and_no_soft_edges(tmp_path, kind):
    write_flats(tmp_path / f"a.{kind}", layers())
    found = picture(tmp_path / f"a.{kind}")
    assert found.shape == (2, 5, 4)
    assert found[..., 3].tolist() == [[255, 255, 0, 255, 0]] * 2
    assert found[0, 0].tolist() == [255, 0, 0, 255]
    with pytest.raises(ExistsError):
        write_flats(tmp_path / f"a.{kind}", layers())
    with pytest.raises(FormatError):
        write_flats(tmp_path / "a.psd", layers())


def test_a_mask_for_each_entry(tmp_path):
    made = write_masks(tmp_path / "masks", "cut01_0007", layers())
    assert [path.relative_to(tmp_path).as_posix() for path in made] == [
        "masks/red/cut01_0007.png",
        "masks/light blue/cut01_0007.png",
        "masks/light blue 2/cut01_0007.png",
    ]
    red, sea, other = (picture(path) for path in made)
    assert red.dtype == np.uint8
    assert red.tolist() == [[255, 255, 0, 0, 0], [0, 255, 0, 0, 0]]
    assert sea.tolist() == [[0, 0, 0, 255, 0]] * 2
    assert other.tolist() == [[0, 0, 0, 0, 0], [255, 0, 0, 0, 0]]


def test_names_that_disks_do_not_take(tmp_path):
    names = ("../skin", "CON:a?", "Skin", "x")
    made = write_masks(tmp_path, "a", layers(names, (-1, 0, 1, 2, 3)))
    assert [path.parent.name for path in made] == ["_skin", "CON_a_", "Skin", "x"]
    made = write_masks(tmp_path, "b", layers(("...", "A", "a", ""), (-1, 0, 1, 2, 3)))
    assert [path.parent.name for path in made] == ["0", "A", "a-2", "black"]
    assert all(path.parent.parent == tmp_path for path in made)


def test_all_or_nothing(tmp_path):
    (tmp_path / "light blue").mkdir()
    (tmp_path / "light blue" / "a.png").write_bytes(b"mine")
    with pytest.raises(ExistsError):
        write_masks(tmp_path, "a", layers())
    assert (tmp_path / "light blue" / "a.png").read_bytes() == b"mine"
    assert not (tmp_path / "red" / "a.png").exists()
    assert len(write_masks(tmp_path, "a", layers(), force=True)) == 3
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be made"):
        write_masks(tmp_path / "file", "a", layers())


def test_all_paper_has_no_masks(tmp_path):
    assert write_masks(tmp_path, "a", layers(entries=(-1, -1, -1, -1, -1))) == []
