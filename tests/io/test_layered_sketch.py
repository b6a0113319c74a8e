"""Layered files as sketches: which layer is drawn, what is kept, what comes back unchanged."""

import json
import zipfile
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode, Tag

from nurie.api import save
from nurie.document import Layers, Palette, Sketch
from nurie.errors import OptionError, UnreadableError
from nurie.io.images import read_color, read_document, read_rgba, read_sketch
from nurie.stack import Node, Stack, walk

H, W = 6, 8
PALETTE = Palette(np.array([[200, 10, 20], [9, 90, 200]], np.uint8), ("coat", "sky"))
FLATS = ("flats", ["coat", "sky"])


def rgba(color, where=(slice(0, H), slice(0, W)), shape=(H, W)):
    pixels = np.zeros((*shape, 4), np.uint8)
    pixels[where] = color
    return pixels


INK = rgba((10, 20, 30, 200), (slice(1, 5), slice(2, 6)))
INK[2:4, 3:5, 3] = 0
NOTES = rgba((0, 200, 0, 128), shape=(2, 3))
GROUND = rgba((250, 240, 230, 255))


def users_psd(path, **named):
    """Background, ink, a group with hidden notes; and what is named, on top."""
    psd = PSDImage.new("RGB", (W, H))
    psd.create_pixel_layer(Image.fromarray(GROUND[..., :3]), name="Background")
    ink = Image.fromarray(INK, "RGBA")
    look = {"opacity": 200, "blend_mode": BlendMode.MULTIPLY}
    made = psd.create_pixel_layer(ink, name=named.pop("line", "Ink"), **look)
    made.tagged_blocks.set_data(Tag.SHEET_COLOR_SETTING, 3)
    notes = psd.create_pixel_layer(Image.fromarray(NOTES, "RGBA"), name="notes", top=1, left=-1)
    notes.visible = False
    psd.create_group([notes], name="extra")
    for name, pixels in named.items():
        psd.create_pixel_layer(Image.fromarray(pixels, "RGBA"), name=name)
    psd.save(path)
    return path


def users_ora(path, layers, attributes=""):
    """Layers topmost first: (attributes, pixels)."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", b"image/openraster")
        inner = ""
        for i, (said, pixels) in enumerate(layers):
            file = BytesIO()
            Image.fromarray(pixels, "RGBA").save(file, "PNG")
            archive.writestr(f"data/layer{i}.png", file.getvalue())
            inner += f'<layer src="data/layer{i}.png" {said}/>'
        text = f'<image w="{W}" h="{H}" {attributes}><stack>{inner}</stack></image>'
        archive.writestr("stack.xml", text)
    return path


def colored(sketch, **more):
    """Two regions beside each other under whatever lines there are."""
    labels = np.ones(sketch.shape, np.int32)
    labels[:, W // 2 :] = 2
    entries = np.array([-1, 0, 1], np.int32)
    return Layers(sketch, labels, entries, PALETTE, np.zeros(3, bool), **more)


def names(nodes):
    return [(node.name, names(node.children)) if node.is_group else node.name for node in nodes]


def test_the_layer_called_like_a_drawing_is_it(tmp_path):
    for name in ("Ink", "lines", "LINE", "線画", "Line Art "):
        if name.isascii():
            path = users_psd(tmp_path / "a.psd", line=name)
        else:
            path = users_ora(tmp_path / "a.ora", [(f'name="{name}"', INK), ('name="x"', GROUND)])
        sketch = read_sketch(path)
        assert sketch.stack.line.name == name
        over = INK.astype(int)
        wanted = (over[..., :3] * over[..., 3:] + (255 - over[..., 3:]) * 255 + 127) // 255
        assert sketch.pixels.tolist() == wanted.tolist()


@pytest.mark.parametrize("asked", ["notes", "NOTES", "2"])
def test_a_layer_is_asked_for(tmp_path, asked):
    sketch = read_sketch(users_psd(tmp_path / "a.psd"), line_layer=asked)
    assert sketch.stack.line.name == "notes"
    assert sketch.pixels[1:3, :2].tolist() == [[[127, 227, 127]] * 2] * 2  # cut at the edge
    assert (sketch.pixels[:, 2:] == 255).all()


def test_a_group_is_asked_for(tmp_path):
    # Its only layer is hidden.
    assert (read_sketch(users_psd(tmp_path / "a.psd"), line_layer="extra").pixels == 255).all()


def test_layers_that_are_not_there(tmp_path):
    path = users_psd(tmp_path / "a.psd")
    for asked in ("0", "5", "pencil"):
        wanted = r"has no layer '.*'; it has 1 'extra', 2 'notes', 3 'Ink', 4 'Background'\."
        with pytest.raises(OptionError, match=wanted):
            read_sketch(path, line_layer=asked)
    Image.new("L", (3, 3), 255).save(tmp_path / "a.png")
    with pytest.raises(OptionError, match="has no layers to choose from; leave --line-layer out"):
        read_sketch(tmp_path / "a.png", line_layer="1")


def test_without_a_drawing_all_that_shows(tmp_path):
    shown = [('name="a" opacity="0.5"', rgba((0, 0, 0, 255))), ('name="b"', rgba((255,) * 4))]
    sketch = read_sketch(users_ora(tmp_path / "a.ora", shown, 'xres="300" yres="150"'))
    assert sketch.stack.line is None
    assert not sketch.stack.opaque
    assert sketch.dpi == (300, 150)
    assert (sketch.pixels == 128).all()
    assert (read_color(tmp_path / "a.ora") == 128).all()
    assert (read_rgba(tmp_path / "a.ora")[0][..., 3] == 255).all()


def test_the_colours_go_below_the_line(tmp_path):
    sketch = read_sketch(users_psd(tmp_path / "a.psd"))
    save(colored(sketch, shade=np.full((H, W, 3), 250, np.uint8)), tmp_path / "b.psd")
    save(colored(sketch), tmp_path / "b.ora", one_flat_layer=True)
    document = read_document(tmp_path / "b.psd")
    assert names(document.nodes) == [("extra", ["notes"]), "Ink", "shade", FLATS, "Background"]
    document = read_document(tmp_path / "b.ora")
    assert names(document.nodes) == [("extra", ["notes"]), "Ink", "flats", "Background"]


def test_what_is_the_users_comes_back_byte_for_byte(tmp_path):
    source = users_psd(tmp_path / "a.psd")
    save(colored(read_sketch(source)), tmp_path / "b.psd")
    before, after = (list(walk(read_document(tmp_path / f).nodes)) for f in ("a.psd", "b.psd"))
    kept = {node.name: node for node in after}
    for node in before:
        again = kept[node.name]
        assert again.origin.head == node.origin.head
        assert again.origin.rectangle == node.origin.rectangle
        assert [c.number for c in again.origin.channels] == [c.number for c in node.origin.channels]
        if not node.is_group:
            np.testing.assert_array_equal(again.pixels, node.pixels)
    psd = PSDImage.open(tmp_path / "b.psd")
    ink = next(layer for layer in psd.descendants() if layer.name == "Ink")
    assert (ink.opacity, ink.blend_mode) == (200, BlendMode.MULTIPLY)
    assert ink.tagged_blocks.get_data(Tag.SHEET_COLOR_SETTING) == 3
    assert not next(layer for layer in psd.descendants() if layer.name == "notes").visible
    assert len({layer.layer_id for layer in psd.descendants() if layer.layer_id > 0}) >= 3


def test_an_ora_keeps_its_pngs_and_what_is_said_of_them(tmp_path):
    said = 'name="Ink &amp; co" x="-1" y="2" opacity="0.25" composite-op="krita:erase" selected="1"'
    path = users_ora(tmp_path / "a.ora", [(said, INK), ('name="line"', INK), ('name="b"', GROUND)])
    save(colored(read_sketch(path)), tmp_path / "b.ora")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.ora") as new:
        root = ET.fromstring(new.read("stack.xml"))
        top, line, flats, low = root.find("stack")
        called = [e.get("name") for e in (top, line, flats, low)]
        assert called == ["Ink & co", "line", "flats", "b"]
        wanted = {"x": "-1", "y": "2", "opacity": "0.25", "selected": "1"}
        assert wanted.items() <= top.attrib.items()
        assert top.get("composite-op") == "krita:erase"
        for element, i in ((top, 0), (line, 1), (low, 2)):
            assert new.read(element.get("src")) == old.read(f"data/layer{i}.png")
        assert len(new.namelist()) == len(set(new.namelist()))


@pytest.mark.parametrize("ends", ["ora", "psd"])
def test_from_one_format_to_the_other(tmp_path, ends):
    """Pixels, names, opacity, blend modes, order and what is shown."""
    if ends == "ora":
        source = users_psd(tmp_path / "a.psd")
    else:
        said = 'name="Ink" opacity="0.784" composite-op="svg:multiply"'
        hidden = ('name="notes" x="-1" y="1" visibility="hidden"', NOTES)
        source = users_ora(tmp_path / "a.ora", [hidden, (said, INK), ('name="Back"', GROUND)])
    save(colored(read_sketch(source)), tmp_path / f"b.{ends}")
    before = [n for n in walk(read_document(source).nodes) if not n.is_group]
    after = {n.name: n for n in walk(read_document(tmp_path / f"b.{ends}").nodes)}
    for node in before:
        again = after[node.name]
        assert (again.top, again.left, again.blend) == (node.top, node.left, node.blend)
        assert again.visible == node.visible
        assert again.opacity == pytest.approx(node.opacity, abs=1 / 255)
        np.testing.assert_array_equal(again.pixels, node.pixels)


def test_the_merged_picture_has_all_layers(tmp_path):
    sketch = read_sketch(users_psd(tmp_path / "a.psd", top=rgba((0, 0, 255, 128))))
    for name in ("b.psd", "b.ora"):
        save(colored(sketch), tmp_path / name)
        merged = read_document(tmp_path / name).read_merged()
        half = (np.array([200, 10, 20]) * 127 / 255 + (0, 0, 128)).round()
        assert np.abs(merged[0, 0, :3].astype(int) - half).max() <= 1
        assert (merged[..., 3] == 255).all()
    save(colored(sketch), tmp_path / "b.png")  # a flat picture is the drawing alone
    assert read_color(tmp_path / "b.png")[0, 0].tolist() == [200, 10, 20]


def test_an_opaque_drawing_is_made_transparent(tmp_path):
    """A scan on the lowest layer would hide the colours."""
    scan = rgba((255, 255, 255, 255))
    scan[2, 2:6] = 0, 0, 0, 255
    path = users_ora(tmp_path / "a.ora", [('name="Line"', scan), ('name="photo"', GROUND)])
    sketch = read_sketch(path)
    assert sketch.stack.opaque
    save(colored(sketch), tmp_path / "b.psd")
    document = read_document(tmp_path / "b.psd")
    assert names(document.nodes) == ["Line", "Line", FLATS, "photo"]
    assert [node.visible for node in document.nodes] == [True, False, True, True]
    assert document.whole(document.line)[..., 3].tolist() == (255 - scan[..., 0]).tolist()
    assert json.loads(json.dumps(document.read_facts()))["line"] == "Line"
    assert document.read_merged()[0, 0, :3].tolist() == [200, 10, 20]


def test_a_clipped_line_stays_with_its_base(tmp_path):
    line = 'name="line" composite-op="svg:src-atop"'
    path = users_ora(tmp_path / "a.ora", [(line, INK), ('name="base"', INK), ('name="b"', GROUND)])
    save(colored(read_sketch(path)), tmp_path / "b.psd")
    nodes = read_document(tmp_path / "b.psd").nodes
    assert names(nodes) == ["line", "base", FLATS, "b"]
    assert [node.clipped for node in nodes] == [True, False, False, False]


def test_paper_where_nothing_opaque_is(tmp_path):
    path = users_ora(tmp_path / "a.ora", [('name="line"', INK), ('name="wash"', NOTES)])
    save(colored(read_sketch(path)), tmp_path / "b.ora")
    assert names(read_document(tmp_path / "b.ora").nodes)[1:] == ["wash", FLATS, "paper"]


def test_protect_and_hints_are_marks(tmp_path):
    protect = rgba((255, 0, 0, 200), (slice(0, H), slice(0, 4)))
    protect[0, 0, 3] = 127
    hints = rgba((1, 2, 3, 255), (slice(5, 6), slice(6, 8)))
    path = users_psd(tmp_path / "a.psd", Protect=protect, hints=hints)
    sketch = read_sketch(path)
    assert sketch.protect.tolist() == (protect[..., 3] > 127).tolist()
    assert list(zip(sketch.hints.rows, sketch.hints.columns, strict=True)) == [(5, 6), (5, 7)]
    assert sketch.hints.colors.tolist() == [[1, 2, 3]] * 2
    save(colored(sketch), tmp_path / "b.psd")
    shown = {n.name: n.visible for n in walk(read_document(tmp_path / "b.psd").nodes)}
    assert (shown["Protect"], shown["hints"], shown["Ink"]) == (False, False, True)
    # They are found in what was written too, and once more.
    again = read_sketch(tmp_path / "b.psd")
    assert (again.protect == sketch.protect).all()


def test_marks_are_no_part_of_the_picture(tmp_path):
    hints = rgba((1, 2, 3, 255), (slice(0, 3), slice(0, 8)))
    path = users_ora(tmp_path / "a.ora", [('name="hints"', hints), ('name="pencil"', INK)])
    sketch = read_sketch(path)
    assert sketch.stack.line is None
    assert (sketch.pixels[0] == 255).all()
    assert len(sketch.hints.rows) == 24
    assert sketch.protect is None


def test_what_nurie_wrote_is_a_sketch_again(tmp_path):
    """Its own flats and paper are replaced, not stacked up."""
    gray = np.full((H, W), 255, np.uint8)
    gray[2, 2:6] = 0
    save(colored(Sketch(gray)), tmp_path / "a.psd")
    sketch = read_sketch(tmp_path / "a.psd")
    assert sketch.pixels.tolist() == gray.tolist()
    save(colored(sketch), tmp_path / "b.ora")
    assert names(read_document(tmp_path / "b.ora").nodes) == ["line", FLATS, "paper"]
    # But where another program has dropped nurie's facts, nothing of that name is nurie's.
    layers = [('name="line"', INK), ('name="paper"', GROUND)]
    save(colored(read_sketch(users_ora(tmp_path / "c.ora", layers))), tmp_path / "d.ora")
    assert names(read_document(tmp_path / "d.ora").nodes) == ["line", FLATS, "paper"]
    assert read_document(tmp_path / "d.ora").nodes[-1].pixels[0, 0].tolist() == [250, 240, 230, 255]


def test_a_gray_photoshop_file_is_drawn_anew(tmp_path):
    gray = PSDImage.new("L", (W, H))
    gray.create_pixel_layer(Image.new("L", (W, H), 9), name="line")
    gray.save(tmp_path / "a.psd")
    sketch = read_sketch(tmp_path / "a.psd")
    assert (sketch.pixels == 9).all()
    save(colored(sketch), tmp_path / "b.psd")
    psd = PSDImage.open(tmp_path / "b.psd")
    assert psd.channels == 3
    assert "line" in [layer.name for layer in psd]


def test_other_pixels_are_written_for_the_line(tmp_path):
    """As after cleaning: the user's layer would show the dirt again."""
    from nurie.painting.read import with_pixels

    sketch = read_sketch(users_psd(tmp_path / "a.psd"))
    clean = np.full((H, W), 255, np.uint8)
    save(colored(with_pixels(sketch, clean)), tmp_path / "b.psd")
    document = read_document(tmp_path / "b.psd")
    assert (document.whole(document.line)[..., 3] == 0).all()
    assert with_pixels(replace(sketch, stack=None), clean).stack is None


def other_ora(path, stack, *, first="mimetype", slash="", pictures=(INK, GROUND)):
    """A document as another program writes it: members in any order, names with a slash."""
    members = {"mimetype": b"image/openraster", "stack.xml": stack.encode()}
    for i, pixels in enumerate(pictures):
        file = BytesIO()
        Image.fromarray(pixels, "RGBA").save(file, "PNG")
        members[f"{slash}data/layer{i}.png"] = file.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(members, key=lambda name: name != first):
            archive.writestr(name, members[name])
    return path


KRITA = """<?xml version="1.0"?><image w="8" h="6" xmlns:mypaint="http://mypaint.org/ns/openraster">
<stack><layer name="sen" src="{0}data/layer0.png" x="0.0" y="0" mypaint:strokemap="a.dat"
 opacity="1,0"/><text name="note" x="3" y="4">hi <b>you</b></text><filter type="k:levels"/>
<layer name="empty" x="0" y="0"/><layer name="back" src="{0}data/layer1.png"
 composite-op="krita:unknown"/></stack></image>"""


@pytest.mark.parametrize(("first", "slash"), [("stack.xml", ""), ("mimetype", "/")])
def test_documents_as_other_programs_write_them(tmp_path, first, slash):
    path = other_ora(tmp_path / "a.ora", KRITA.format(slash), first=first, slash=slash)
    sketch = read_sketch(path)
    assert sketch.stack.line.name == "sen"
    for turn in range(2):
        save(colored(sketch), tmp_path / f"{turn}.ora")
        sketch = read_sketch(tmp_path / f"{turn}.ora")
    with zipfile.ZipFile(tmp_path / "1.ora") as archive:
        text = archive.read("stack.xml").decode()
    root = ET.fromstring(text)  # prefixes are declared
    assert [e.get("name") for e in root.find("stack")] == [
        "sen", "note", None, "empty", "flats", "back",
    ]  # fmt: skip
    assert '<text name="note" x="3" y="4">hi <b>you</b></text>' in text


def test_layer_names_in_the_language_of_their_program(tmp_path):
    for name, encoding in (("線画", "shift_jis"), ("线稿", "gbk"), ("라인", "cp949")):
        psd = PSDImage.new("RGB", (W, H))
        psd.create_pixel_layer(Image.fromarray(GROUND[..., :3]), name="paper")
        psd.create_pixel_layer(Image.fromarray(INK, "RGBA"), name="XXXX")
        psd.save(tmp_path / "a.psd")
        data = (tmp_path / "a.psd").read_bytes()
        (tmp_path / "a.psd").write_bytes(data.replace(b"\x04XXXX", b"\x04" + name.encode(encoding)))
        assert read_sketch(tmp_path / "a.psd").stack.line.name == name


def test_a_hidden_line_is_taken_and_shown(tmp_path):
    layers = [('name="line" visibility="hidden"', INK), ('name="paper"', GROUND)]
    sketch = read_sketch(users_ora(tmp_path / "a.ora", layers))
    assert "is hidden, and is shown" in sketch.notes[0]
    save(colored(sketch), tmp_path / "b.psd")
    assert [n.visible for n in read_document(tmp_path / "b.psd").nodes] == [True] * 3


def test_a_line_clipped_to_its_paper_is_laid_above_both(tmp_path):
    line = 'name="line" composite-op="svg:src-atop"'
    path = users_ora(tmp_path / "a.ora", [(line, INK), ('name="paper"', GROUND)])
    save(colored(read_sketch(path)), tmp_path / "b.psd")
    nodes = read_document(tmp_path / "b.psd").nodes
    assert names(nodes) == ["line", FLATS, "line", "paper"]
    assert [node.clipped for node in nodes] == [False, False, True, False]


def test_a_layer_without_width_is_written(tmp_path):
    line = Node("line", 0, 0, H, W, lambda rows: INK[rows])
    thin = Node("thin", 0, 0, H, 0, lambda rows: np.zeros((rows.stop - rows.start, 0, 4), np.uint8))
    sketch = Sketch(np.full((H, W), 255, np.uint8), stack=Stack((thin, line), line))
    save(colored(sketch), tmp_path / "a.ora")
    assert names(read_document(tmp_path / "a.ora").nodes)[:2] == ["thin", "line"]


def test_a_line_layer_without_a_picture_is_no_drawing(tmp_path):
    strokes, empty = rgba((0, 0, 0, 255)), '<layer name="line" src=""/>'
    for name, others in (("a", ()), ("b", (('name="ink"', strokes),))):
        path = users_ora(tmp_path / f"{name}.ora", others)
        with zipfile.ZipFile(path) as archive:
            members = {one: archive.read(one) for one in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for one, data in members.items():
                text = data.decode("latin-1").replace("<stack>", f"<stack>{empty}")
                archive.writestr(one, text.encode("latin-1"))
    with pytest.raises(UnreadableError, match="the layer 'line' holds no picture; save the file"):
        read_sketch(tmp_path / "a.ora")
    with pytest.raises(UnreadableError, match="holds no picture"):
        read_sketch(tmp_path / "b.ora", line_layer="line")
    # Where another one is called like a drawing, that is it.
    assert read_sketch(tmp_path / "b.ora").stack.line.name == "ink"
    psd = PSDImage.new("RGB", (W, H))
    psd.create_group([], name="line")
    psd.save(tmp_path / "c.psd")
    with pytest.raises(UnreadableError, match="the layer 'line' holds no picture"):
        read_sketch(tmp_path / "c.psd")
