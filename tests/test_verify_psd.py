"""What PSD proves, and where: with other samples put in, the first bad pixel is named."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.document import Hints, Layers, Palette, Sketch, line_layer
from nurie.errors import FormatError
from nurie.io.psd.write import write_psd
from nurie.stack import Node, Stack
from nurie.verify import verify

RED, SEA, SUN = [255, 0, 0], [0, 170, 255], [255, 200, 0]
PALETTE = Palette(np.array([RED, SEA, SUN], np.uint8))
#                   red,  line, sea, paper
LABELS = np.array([[1, 1, 0, 2, 3], [1, 1, 0, 2, 3], [0, 0, 0, 2, 3]], np.int32)
INK = np.where(LABELS == 0, 0, 255).astype(np.uint8)
INK[0, 1] = 100  # antialiased: red reaches below
SHADE = np.full((3, 5, 3), 255, np.uint8)
SHADE[1, :2] = 128, 100, 90


def layers(pixels=INK, shade=None, palette=PALETTE, entries=(-1, 0, 1, -1)):
    entries = np.array(entries, np.int32)
    return Layers(Sketch(pixels), LABELS, entries, palette, np.zeros(4, bool), shade=shade)


def failures(report):
    return {check.name: check.pixel for check in report.checks if not check.ok}


def hint(row, column, color):
    place = np.array([row], np.int32), np.array([column], np.int32)
    return Hints(*place, np.array([color], np.uint8))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.psd"


@pytest.mark.parametrize("one", [False, True])
@pytest.mark.parametrize("shade", [None, SHADE])
@pytest.mark.parametrize("deep", [False, True])
def test_the_promise_holds(path, one, shade, deep):
    ink = INK * np.uint16(257) if deep else INK
    write_psd(path, layers(ink, shade), one_flat_layer=one)
    report = verify(Sketch(ink), path, hints=hint(1, 0, RED), palette=PALETTE)
    assert failures(report) == {}
    assert report.unproven == ()
    names = "size line flats disjoint complete merged regions hints palette"
    assert [check.name for check in report.checks] == names.split()


@pytest.mark.parametrize("one", [False, True])
def test_another_line(path, one):
    write_psd(path, layers(), one_flat_layer=one)
    other = INK.copy()
    other[2, 3] = 254
    assert failures(verify(Sketch(other), path)) == {"line": (2, 3)}


@pytest.mark.parametrize("one", [False, True])
def test_another_palette_or_hint(path, one):
    write_psd(path, layers(), one_flat_layer=one)
    some = Palette(np.array([RED, SUN], np.uint8))
    report = verify(Sketch(INK), path, palette=some, hints=hint(1, 0, SUN))
    assert failures(report) == {"hints": (1, 0), "palette": (0, 3)}


def broken(monkeypatch, path, change):
    """Write a document whose layer tree was changed by a function of its nodes."""
    import nurie.io.psd.write as writer

    plain = writer.tree_of
    with monkeypatch.context() as patch:
        patch.setattr(writer, "tree_of", lambda *a, **k: change(*plain(*a, **k)))
        write_psd(path, layers())
    return verify(Sketch(INK), path)


def painted(node, pixels):
    """The node with other pixels."""
    return replace(node, rows=pixels.__getitem__, color=None)


def test_a_flat_of_two_colours(monkeypatch, path):
    def change(line, flats, paper):
        first = flats.children[0]
        pixels = first.pixels.copy()
        pixels[1, 0] = *SUN, 255
        return line, replace(flats, children=(painted(first, pixels), flats.children[1])), paper

    report = broken(monkeypatch, path, change)
    assert failures(report) == {"flats": (1, 0), "merged": (1, 0), "regions": (1, 0)}


def test_flats_that_overlap(monkeypatch, path):
    def change(line, flats, paper):
        below = replace(flats.children[1], left=flats.children[0].left)
        return line, replace(flats, children=(flats.children[0], below)), paper

    assert failures(broken(monkeypatch, path, change))["disjoint"] == (0, 0)


def test_paper_with_a_hole(monkeypatch, path):
    def change(line, flats, paper):
        pixels = paper.pixels.copy()
        pixels[2, 4, 3] = 0
        return line, flats, painted(paper, pixels)

    assert failures(broken(monkeypatch, path, change)) == {"complete": (2, 4)}


def test_no_paper(monkeypatch, path):
    with pytest.raises(FormatError, match="no layer named 'paper'"):
        broken(monkeypatch, path, lambda line, flats, paper: (line, flats))


def test_a_merged_picture_of_something_else(monkeypatch, path):
    def change(line, flats, paper):
        return line, replace(flats, visible=False), paper

    assert failures(broken(monkeypatch, path, change)) == {"merged": (0, 0)}


def test_a_file_of_the_user(path):
    """Line and neighbours are the user's; the promise is proven among them."""
    over = np.zeros((3, 5, 4), np.uint8)
    over[0, 4] = 9, 9, 9, 255
    line = Node("Ink", 0, 0, 3, 5, line_layer(INK).__getitem__)
    stack = Stack((Node("notes", 0, 0, 3, 5, over.__getitem__, opacity=0.5), line), line)
    drawn = replace(layers(), sketch=Sketch(INK, stack=stack))
    write_psd(path, drawn)
    assert failures(verify(drawn.sketch, path)) == {}
    other = replace(drawn.sketch, pixels=np.where(INK == 0, 1, INK).astype(np.uint8))
    assert failures(verify(other, path)) == {"line": (0, 2)}
