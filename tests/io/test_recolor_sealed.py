"""Sealed documents with other colours: the seal stays where nobody painted; never a crash."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nurie.api import save
from nurie.document import PAPER, Layers, Palette, Sketch
from nurie.io.images import read_document, read_sketch, write_picture
from nurie.io.ora.format import FACTS
from nurie.io.recolor import read_flats, write_flats
from nurie.verify import verify

CORPUS = Path(__file__).parents[2] / "lab/tests/fuzz/corpus/files"
COLORS = np.array([[255, 224, 189], [40, 20, 10], [255, 224, 189]], np.uint8)


def drawing(*, deep=False, color=False, shade=False):
    """Three columns of a colour each, two of them alike, under a soft line."""
    rng = np.random.default_rng(4)
    ink = np.full((9, 12), 255, np.uint8)
    ink[3:5] = rng.integers(0, 256, (2, 12))
    pixels = np.stack([ink, ink, ink // 2], -1) if color else ink
    pixels = pixels.astype(np.uint16) * 257 if deep else pixels
    labels = np.repeat(np.tile(np.array([1, 2, 3, 4], np.int32), (9, 1)), 3, 1)
    entries = np.array([PAPER, 0, 1, 2, PAPER], np.int32)
    soft = rng.integers(90, 256, (9, 12, 3)).astype(np.uint8) if shade else None
    palette = Palette(COLORS, ("skin", "hair", "hand"))
    return Layers(Sketch(pixels), labels, entries, palette, entries > 9, shade=soft)


@pytest.mark.parametrize("suffix", [".ora", ".psd"])
def test_entries_that_look_alike_stay_apart(tmp_path, suffix):
    """Skin and hand have one colour; only the hand takes another."""
    save(drawing(), tmp_path / f"a{suffix}")
    source = read_flats(tmp_path / f"a{suffix}")
    assert source.palette.names == ("skin", "hair", "hand")
    new = source.palette.colors.copy()
    new[2] = (1, 2, 3)
    write_flats(tmp_path / f"b{suffix}", source, Palette(new, ("", "", "")))
    document = read_document(tmp_path / f"b{suffix}")
    assert document.read_merged()[0, ::3, :3].tolist() == [*new.tolist(), [255, 255, 255]]
    assert document.read_facts()["palette"]["colors"] == ["#ffe0bd", "#28140a", "#010203"]
    assert document.is_sealed()


def test_regions_without_pixels_leave_no_doubt(tmp_path):
    """The hair's region is empty, so two layers are left, which look alike: which is which?"""
    layers = drawing()
    layers.labels[layers.labels == 2] = 1
    save(replace(layers, palette=Palette(COLORS)), tmp_path / "a.ora")
    source = read_flats(tmp_path / "a.ora")
    assert len(source.palette) == 2
    new = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
    write_flats(tmp_path / "b.ora", source, Palette(new))
    merged = read_document(tmp_path / "b.ora").read_merged()
    assert merged[0, [0, 6], :3].tolist() == new.tolist()


@pytest.mark.parametrize("name", ["plain.ora", "shade.ora", "deep.ora", "trace.ora", "plain.psd"])
def test_files_of_an_older_nurie(tmp_path, name):
    """Their flats are RGBA, and there is no seal."""
    day = CORPUS / name
    night = tmp_path / name
    source = read_flats(day)
    assert not source.document.is_sealed()
    write_flats(night, source, Palette(255 - source.palette.colors, source.palette.names))
    again = read_flats(night)
    assert again.palette.colors.tolist() == (255 - source.palette.colors).tolist()
    assert again.areas.tolist() == source.areas.tolist()
    checks = verify(read_sketch(day), night).checks
    # Of such a file nothing is provably nurie's, so its flats count as the user's.
    assert {check.name for check in checks if not check.ok} == {"kept"}


def rewritten(path, change):
    """The document with its members changed by ``change(name, data)``."""
    with zipfile.ZipFile(path) as archive:
        found = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in found.items():
            archive.writestr(name, change(name, data))


def test_a_painted_layer_breaks_the_seal_and_the_painting_is_kept(tmp_path):
    path, other = tmp_path / "a.ora", tmp_path / "b.png"
    save(drawing(), path)
    source = read_flats(path)
    painted = source.flats[0].node.pixels.copy()
    painted[0, 0] = 0
    write_picture(other, painted)
    name = source.flats[0].node.origin.values["src"]
    rewritten(path, lambda n, data: other.read_bytes() if n == name else data)
    again = read_flats(path)
    assert not again.document.is_sealed()
    write_flats(tmp_path / "c.ora", again, Palette(255 - again.palette.colors))
    document = read_document(tmp_path / "c.ora")
    assert "seal" not in document.read_facts()
    assert document.flats[0].pixels[0, :2, 3].tolist() == [0, 255]


def test_a_changed_byte_breaks_the_seal_of_a_psd(tmp_path):
    path = tmp_path / "a.psd"
    save(drawing(), path)
    assert read_document(path).is_sealed()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert not read_document(path).is_sealed()


@pytest.mark.parametrize(
    "facts",
    [
        {"entries": [-1, 0]},
        {"entries": [-7, 0, 1, 2, -1]},
        {"entries": "none"},
        {"entries": [[-1, 0], [1, 2]]},
        {"entries": [1e99, 0, 1, 2, 3]},
        {"entries": [99, 99, 99, 99, 99]},
        {"line": "Ink"},
        {"gray": 1},
        {"palette": {"colors": 7}},
    ],
)
def test_facts_that_lie_under_a_true_seal_do_no_harm(tmp_path, facts):
    path = tmp_path / "a.ora"
    save(drawing(), path)

    def change(name, data):
        return json.dumps(json.loads(data) | facts).encode() if name == FACTS else data

    rewritten(path, change)
    source = read_flats(path)
    assert source.document.is_sealed()
    write_flats(tmp_path / "b.ora", source, Palette(255 - source.palette.colors))
    merged = read_document(tmp_path / "b.ora").read_merged()
    assert merged[0, 0, :3].tolist() == (255 - COLORS[0]).tolist()
