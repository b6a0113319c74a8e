"""What nurie did not write is never lost: it knows its layers by what they hold, not by name."""

import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from psd_tools import PSDImage

from nurie.api import save
from nurie.document import Layers, Palette, Sketch
from nurie.io.images import read_document, read_sketch
from nurie.io.layered.tree import is_sheet
from nurie.io.recolor import read_flats, write_flats
from nurie.stack import Node, Stack, reached, walk
from nurie.verify import verify

H, W = 6, 8
NAMES = ("line", "Ink", "shade", "flats", "paper", "trace", "skin", "sky", "#c80a14", "", "ひ")
PALETTE = Palette(np.array([[200, 10, 20], [9, 90, 200]], np.uint8), ("skin", "sky"))
INK = np.full((H, W), 255, np.uint8)
INK[2, 1:7] = 0
KINDS = (".psd", ".ora")


def colored(sketch, seed=0):
    """Two regions; other seeds give other colours, and some a shade."""
    labels = np.ones(sketch.shape, np.int32)
    labels[:, W // 2 :] = 2
    entries = np.array([-1, *([0, 1] if seed % 2 else [1, 0])], np.int32)
    shade = np.full((H, W, 3), 200 + seed, np.uint8) if seed == 1 else None
    palette = replace(PALETTE, colors=PALETTE.colors + np.uint8(seed))
    return Layers(sketch, labels, entries, palette, np.zeros(3, bool), shade=shade)


def node(name, pixels, top=0, left=0, **said):
    return Node(name, top, left, *pixels.shape[:2], lambda rows: pixels[rows], **said)


def seen(nodes, own=()):
    """The user's layers from the top: groups around them, and all that is said of each."""
    found = []
    for one in walk(nodes):
        if one not in own:
            what = one.pixels.tobytes() if one.rows is not None else None
            place = one.top, one.left, one.height, one.width
            found.append((one.name, one.opacity, one.blend, one.visible, one.clipped, place, what))
    return found


@st.composite
def trees(draw, depth=2):
    found = []
    for _ in range(draw(st.integers(1, 3))):
        said = {
            "opacity": draw(st.sampled_from((1.0, 128 / 255))),
            "blend": draw(st.sampled_from(("normal", "multiply"))),
            "visible": draw(st.integers(0, 4)) > 0,
        }
        name = draw(st.sampled_from(NAMES))
        if depth and draw(st.integers(0, 3)) == 0:
            found.append(Node(name, children=draw(trees(depth - 1)), **said))
            continue
        height, width = draw(st.sampled_from(((H, W), (2, 3), (3, 1))))
        pixels = np.zeros((height, width, 4), np.uint8)
        pixels[...] = draw(st.tuples(*[st.integers(0, 255)] * 3, st.sampled_from((255, 90))))
        pixels[0, 0, 3] = draw(st.sampled_from((0, 255)))
        top, left = (0, 0) if height == H else (draw(st.integers(-1, 3)), draw(st.integers(-1, 3)))
        found.append(node(name, pixels, top, left, **said))
    return tuple(found)


def covered(document):
    """The first of the user's layers that shows and lies below nurie's without a sheet between."""
    own, below = document.own, False

    for one in reached(document.nodes):
        if own.get(one, ("",))[0] == "flats":
            below = True
        elif below and one not in own and one.visible and not one.is_group:
            return None if is_sheet(one, document.shape) else one
    return None


@settings(max_examples=30, deadline=None, phases=[Phase.generate, Phase.shrink])
@given(tree=trees(), kind=st.sampled_from(KINDS), place=st.none() | st.integers(0, 3))
def test_random_layers_outlive_three_colourings(tmp_path_factory, tree, kind, place):
    """With a line layer at that place, or without one."""
    folder = tmp_path_factory.mktemp("own")
    ink = np.zeros((H, W, 4), np.uint8)
    ink[..., 3] = 255 - INK
    line, at = node("LINE of mine", ink), min(place or 0, len(tree))
    start = Stack((*tree[:at], line, *tree[at:]), line) if place is not None else Stack(tree, None)
    asked = None if place is None else "LINE of mine"
    save(colored(Sketch(INK, stack=start)), folder / f"0{kind}")
    document = read_document(folder / f"0{kind}")
    users = seen(document.nodes, document.own)
    assert [u[0] for u in users] == [n.name for n in walk(start.nodes)]
    for turn in range(1, 4):
        before = read_sketch(folder / f"{turn - 1}{kind}", line_layer=asked)
        assert not before.notes
        save(colored(before, turn), folder / f"{turn}{kind}")
        document = read_document(folder / f"{turn}{kind}")
        hidden = before.stack.opaque  # the drawing itself is a sheet, and its lines stand for it
        for had, has in zip(users, seen(document.nodes, document.own), strict=True):
            assert (*has[:3], *has[4:]) == (*had[:3], *had[4:])
            assert hidden or has[3] == had[3]
        users = seen(document.nodes, document.own)
        assert covered(document) is None
        assert [r for r, _ in document.own.values()].count("flat") == 2
        kept = [c for c in verify(before, folder / f"{turn}{kind}").checks if c.name == "kept"]
        assert [check.ok for check in kept] == [True]


def repaint(path, name, target):
    """A dab of green on a layer, as an editor makes it that keeps what it does not know."""
    if path.suffix == ".psd":
        psd = PSDImage.open(path)
        layer = next(one for one in psd.descendants() if one.name == name)
        image = layer.topil().convert("RGBA")
        image.paste((1, 250, 2, 255), (0, 0, 2, 1))
        pixels = np.asarray(image)
        for channel, data in zip(layer._record.channel_info, layer._channels, strict=True):
            plane = pixels[..., [0, 1, 2, 3][int(channel.id)] if int(channel.id) >= 0 else 3]
            data.set_data(plane.tobytes(), layer.width, layer.height, psd.depth, psd.version)
            channel.length = data._length + 2 if hasattr(data, "_length") else len(data.data) + 2
        psd.save(target)
        return
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        document = read_document(path)
        layer = next(one for one in walk(document.nodes) if one.name == name)
        for info in old.infolist():
            data = old.read(info)
            if info.filename == layer.origin.values["src"]:
                image = Image.open(BytesIO(data)).convert("RGBA")
                image.paste((1, 250, 2, 255), (0, 0, 2, 1))
                file = BytesIO()
                image.save(file, "PNG")
                data = file.getvalue()
            new.writestr(info, data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["skin", "shade", "paper"])
def test_what_was_painted_over_stays_and_is_seen(tmp_path, kind, name):
    sketch = Sketch(INK)
    save(colored(sketch, 1), tmp_path / f"a{kind}")
    repaint(tmp_path / f"a{kind}", name, tmp_path / f"b{kind}")
    again = read_sketch(tmp_path / f"b{kind}")
    (note,) = again.notes
    assert repr(name) in note
    assert "changed since nurie wrote it" in note
    save(colored(again, 2), tmp_path / f"c{kind}")
    document = read_document(tmp_path / f"c{kind}")
    (painted,) = (
        one for one in walk(document.nodes) if one.name == name and one not in document.own
    )
    assert painted.pixels[0, 0].tolist() == [1, 250, 2, 255]
    assert covered(document) is None
    if name == "skin":
        top, left = painted.top, painted.left
        assert document.read_merged()[top, left].tolist() == [1, 250, 2, 255]
    assert verify(again, tmp_path / f"c{kind}").ok
    # From then on it is a layer like any other of the user's.
    third = read_sketch(tmp_path / f"c{kind}")
    assert not third.notes
    save(colored(third, 3), tmp_path / f"d{kind}")
    last = read_document(tmp_path / f"d{kind}")
    assert [u[-1] for u in seen(last.nodes, last.own)] == [
        u[-1] for u in seen(document.nodes, document.own)
    ]


def test_another_programs_copy_proves_nothing_and_loses_nothing(tmp_path):
    save(colored(Sketch(INK)), tmp_path / "a.ora")
    with (
        zipfile.ZipFile(tmp_path / "a.ora") as old,
        zipfile.ZipFile(tmp_path / "b.ora", "w") as new,
    ):
        for info in old.infolist():
            if not info.filename.startswith("nurie/"):
                new.writestr(info, old.read(info))
    sketch = read_sketch(tmp_path / "b.ora")
    assert len(sketch.notes) == 1
    assert "not provably nurie's" in sketch.notes[0]
    save(colored(sketch, 1), tmp_path / "c.ora")
    names = [one.name for one in read_document(tmp_path / "c.ora").nodes]
    assert names == ["line", "flats", "shade", "flats", "paper"]


def test_a_clip_keeps_the_flat_that_it_is_clipped_to(tmp_path):
    save(colored(Sketch(INK)), tmp_path / "a.ora")
    with (
        zipfile.ZipFile(tmp_path / "a.ora") as old,
        zipfile.ZipFile(tmp_path / "b.ora", "w") as new,
    ):
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "stack.xml":
                clip = b'<layer name="rouge" src="data/paper.png" composite-op="svg:src-atop"/>'
                data = data.replace(b'<layer name="skin"', clip + b'<layer name="skin"')
            new.writestr(info, data)
    sketch = read_sketch(tmp_path / "b.ora")
    assert "'skin'" in sketch.notes[0]
    save(colored(sketch, 1), tmp_path / "c.ora")
    flats = [one for one in read_document(tmp_path / "c.ora").nodes if one.name == "flats"]
    assert [one.name for one in flats[0].children] == ["rouge", "skin"]
    assert len(flats) == 2


def test_a_drawing_of_all_that_shows_keeps_its_layers(tmp_path):
    """Without a layer that is called like a drawing."""
    sheet, strokes = np.full((H, W, 4), 255, np.uint8), np.zeros((H, W, 4), np.uint8)
    strokes[..., 3] = 255 - INK
    for i, layers in enumerate(
        ((node("Layer 1", strokes), node("Back", sheet)), (node("a", sheet),))
    ):
        start = Sketch(INK, stack=Stack(layers, None, opaque=i == 1))
        save(colored(start), tmp_path / f"{i}.psd")
        sketch = read_sketch(tmp_path / f"{i}.psd")
        assert (sketch.pixels == INK).all()
        save(colored(sketch, 1), tmp_path / f"{i}.ora")
        names = [one.name for one in read_document(tmp_path / f"{i}.ora").nodes]
        wanted = (["Layer 1", "shade", "flats", "Back"], ["line", "a", "shade", "flats", "paper"])
        assert names == wanted[i]


def test_verify_names_a_layer_that_is_missing(tmp_path):
    blush = np.full((2, 2, 4), 90, np.uint8)
    strokes = np.zeros((H, W, 4), np.uint8)
    strokes[..., 3] = 255 - INK
    layers = (line := node("line", strokes), node("blush", blush))
    sketch = Sketch(INK, stack=Stack(layers, line))
    save(colored(sketch), tmp_path / "a.psd")
    assert verify(sketch, tmp_path / "a.psd").ok
    changed = node("blush", blush + np.uint8(1))
    save(colored(Sketch(INK, stack=Stack((line, changed), line))), tmp_path / "b.psd")
    (bad,) = (check for check in verify(sketch, tmp_path / "b.psd").checks if not check.ok)
    assert "'blush'" in bad.detail


@pytest.mark.parametrize("kind", KINDS)
def test_recoloured_flats_are_nuries_still_and_painted_ones_are_not(tmp_path, kind):
    save(colored(Sketch(INK), 1), tmp_path / f"a{kind}")
    repaint(tmp_path / f"a{kind}", "skin", tmp_path / f"b{kind}")
    for name, notes in (("a", 0), ("b", 1)):
        source = read_flats(tmp_path / f"{name}{kind}")
        palette = Palette(255 - source.palette.colors, source.palette.names)
        write_flats(tmp_path / f"{name}-night{kind}", source, palette)
        assert len(read_sketch(tmp_path / f"{name}-night{kind}").notes) == notes
