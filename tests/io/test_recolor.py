"""Documents and pictures with other colours: exact where it counts, untouched elsewhere."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nurie.api import save
from nurie.document import PAPER, Layers, Palette, Sketch
from nurie.errors import ExistsError, FormatError, UnreadableError
from nurie.io.images import read_document, read_exact, write_picture
from nurie.io.ora.read import read_ora
from nurie.io.ora.write import write_ora
from nurie.io.raster import read_png
from nurie.io.recolor import read_flats, write_flats
from nurie.stack import Node, Stack, compose, lit, walk
from nurie.verify import verify

NAMES = ("skin", "hair <&\"'>", "")


def drawing(rng, *, deep=False, color=False, shade=False, names=NAMES):
    """Layers of 40 x 30 pixels with soft lines, three entries, paper, and bare line."""
    high = 65535 if deep else 255
    shape = (40, 30, 3) if color else (40, 30)
    pixels = np.where(
        rng.random((40, 30, 1)) < 0.3,
        rng.integers(0, high, (*shape, 1))[..., 0].reshape(40, 30, -1),
        high,
    )
    pixels = pixels.astype(np.uint16 if deep else np.uint8)
    pixels = pixels if color else pixels[..., 0]
    labels = np.repeat(np.repeat(rng.integers(0, 6, (10, 10)), 4, 0), 3, 1).astype(np.int32)
    entries = np.array([PAPER, 0, 1, 2, PAPER, 1], np.int32)
    palette = Palette(np.array([[255, 224, 189], [40, 20, 10], [0, 90, 200]], np.uint8), names)
    soft = rng.integers(90, 256, (40, 30, 3)).astype(np.uint8) if shade else None
    sketch = Sketch(pixels, dpi=(300.0, 300.0))
    return Layers(sketch, labels, entries, palette, entries > 99, shade=soft)


def other(palette):
    return Palette(np.array([[90, 80, 120], [1, 2, 3], [0, 90, 200]], np.uint8), palette.names)


def everything(path):
    """All that a document holds, decoded: layers, merged picture, thumbnail, facts."""
    document = read_document(path)
    found = {
        f"{node.name} {node.left} {node.top}": node.pixels
        for node in walk(document.nodes)
        if not node.is_group and node.height
    }
    if path.suffix == ".ora":
        with zipfile.ZipFile(path) as archive:
            data = archive.read("Thumbnails/thumbnail.png")
        found["thumbnail"] = read_png("thumbnail", data)
    facts = document.read_facts()
    return found | {"merged": document.read_merged(), "labels": document.read_labels()}, facts


def in_entry_order(source, colors):
    """Colours of the drawing's entries in the order in which the document holds them."""
    table = dict(
        zip(
            map(tuple, drawing(np.random.default_rng(0)).palette.colors.tolist()),
            colors,
            strict=True,
        )
    )
    return np.array([table[tuple(c)] for c in source.palette.colors.tolist()], np.uint8)


@pytest.mark.parametrize("suffix", [".ora", ".psd"])
@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    deep=st.booleans(),
    color=st.booleans(),
    shade=st.booleans(),
    single=st.booleans(),
)
def test_it_is_the_drawing_as_if_coloured_so_at_once(
    tmp_path_factory, suffix, seed, deep, color, shade, single
):
    layers = drawing(np.random.default_rng(seed), deep=deep, color=color, shade=shade)
    folder = tmp_path_factory.mktemp("documents")
    day, night, wanted = (folder / f"{name}{suffix}" for name in ("day", "night", "wanted"))
    save(layers, day, one_flat_layer=single)
    other_layers = replace(layers, palette=other(layers.palette))
    save(other_layers, wanted, one_flat_layer=single)
    source = read_flats(day)
    new = in_entry_order(source, other_layers.palette.colors.tolist())
    write_flats(night, source, Palette(new, source.palette.names))
    (expected, facts), (found, told) = everything(wanted), everything(night)
    assert expected.keys() == found.keys()
    for name, picture in expected.items():
        np.testing.assert_array_equal(found[name], picture, err_msg=name)
    assert told == facts
    if not shade:
        assert verify(layers.sketch, night).ok


def test_there_and_back_is_the_same_file(tmp_path):
    for suffix in (".ora", ".psd"):
        day, night, again = (tmp_path / f"{name}{suffix}" for name in ("day", "night", "again"))
        save(drawing(np.random.default_rng(5), shade=True), day)
        source = read_flats(day)
        write_flats(night, source, Palette(255 - source.palette.colors, source.palette.names))
        write_flats(again, read_flats(night), source.palette)
        assert again.read_bytes() == day.read_bytes(), suffix


@pytest.mark.parametrize("suffix", [".ora", ".psd"])
def test_layers_of_the_users_are_kept_and_shine_through(tmp_path, suffix):
    """A glow above the lines and half a tone between lines and flats: composed, not guessed."""
    layers = drawing(np.random.default_rng(2))
    glow = np.zeros((9, 7, 4), np.uint8)
    glow[...] = (255, 220, 90, 128)
    line = Node("line", 0, 0, 40, 30, lambda part: layers.line(part.start, part.stop))
    nodes = (
        Node("glow", 3, 5, 9, 7, lambda part: glow[part], blend="screen"),
        line,
        Node("tone", 20, -2, 9, 7, lambda part: glow[part], blend="multiply", opacity=0.5),
    )
    own = replace(layers, sketch=replace(layers.sketch, stack=Stack(nodes, line)))
    day, night, wanted = (tmp_path / f"{name}{suffix}" for name in ("day", "night", "wanted"))
    save(own, day)
    save(replace(own, palette=other(layers.palette)), wanted)
    source = read_flats(day)
    new = in_entry_order(source, other(layers.palette).colors.tolist())
    write_flats(night, source, Palette(new, source.palette.names))
    (expected, _), (found, _) = everything(wanted), everything(night)
    assert expected.keys() == found.keys()
    for name, picture in expected.items():
        near = 1 if name in ("merged", "thumbnail") else 0
        off = np.abs(found[name].astype(int) - picture.astype(int)).max()
        assert off <= near, name


def test_trace_lines_stay_hidden(tmp_path):
    layers = drawing(np.random.default_rng(4), color=True)
    inked = layers.sketch.pixels.copy()
    inked[10:14] = 255
    traced = replace(layers, sketch=replace(layers.sketch, inked=inked))
    save(traced, tmp_path / "day.ora")
    source = read_flats(tmp_path / "day.ora")
    write_flats(tmp_path / "night.ora", source, Palette(255 - source.palette.colors))
    before, after = members(tmp_path / "day.ora"), members(tmp_path / "night.ora")
    assert before["data/trace.png"] == after["data/trace.png"]
    assert b'name="trace"' in after["stack.xml"]
    assert b'visibility="hidden"' in after["stack.xml"]


@pytest.fixture
def day(tmp_path):
    """A document of three entries, and what is read of it."""
    write_ora(tmp_path / "day.ora", drawing(np.random.default_rng(1)))
    return read_flats(tmp_path / "day.ora")


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_names_and_areas(day):
    assert day.palette.name == "nurie"
    assert sorted(day.palette.names) == ["", "hair <&\"'>", "skin"]
    layers = drawing(np.random.default_rng(1))
    entries = layers.entries[layers.labels]
    order = in_entry_order(day, [[0] * 3, [1] * 3, [2] * 3])[:, 0]
    assert day.areas.tolist() == [(entries == entry).sum() for entry in order]


def test_what_does_not_change_is_copied_byte_for_byte(day, tmp_path):
    at = day.palette.names.index("skin")
    colors = day.palette.colors.copy()
    colors[at] = [1, 2, 3]
    write_flats(tmp_path / "new.ora", day, Palette(colors, day.palette.names))
    before, after = members(tmp_path / "day.ora"), members(tmp_path / "new.ora")
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    flat = next(f.node.origin.values["src"] for f in day.flats if f.node.name == "skin")
    assert changed == {flat, "mergedimage.png", "Thumbnails/thumbnail.png", "nurie/nurie.json"}


def test_the_same_palette_changes_nothing(day, tmp_path):
    write_flats(tmp_path / "new.ora", day, day.palette)
    assert members(tmp_path / "day.ora") == members(tmp_path / "new.ora")


def test_layers_are_named_by_the_new_palette(day, tmp_path):
    names = ('a & "b"', "", "<ö>")
    new = Palette(255 - day.palette.colors, names, "night")
    write_flats(tmp_path / "new.ora", day, new)
    again = read_flats(tmp_path / "new.ora")
    assert again.palette.names == names
    assert again.palette.colors.tolist() == new.colors.tolist()
    assert again.flats[0].node.name == 'a & "b"'
    facts = read_ora(tmp_path / "new.ora").read_facts()
    assert sorted(facts["palette"]["names"]) == sorted(names)


def test_resolution_travels_along(day, tmp_path):
    new = Palette(255 - day.palette.colors, day.palette.names)
    write_flats(tmp_path / "new.ora", day, new)
    for name, data in members(tmp_path / "new.ora").items():
        if name.endswith(".png") and not name.startswith("nurie/"):
            assert b"pHYs" in data, name


def rewritten(path, change):
    """The document with its members changed by ``change(name, data)``."""
    found = members(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in found.items():
            made = change(name, data)
            if made is not None:
                archive.writestr(name, made)
    return read_flats(path)


def test_what_other_programs_saved_can_be_recoloured(day, tmp_path):
    """They drop what is nurie's, and may compress what was stored."""
    source = rewritten(
        tmp_path / "day.ora", lambda name, data: None if name.startswith("nurie/") else data
    )
    assert sorted(source.palette.names) == ["", "hair <&\"'>", "skin"]
    write_flats(tmp_path / "new.ora", source, Palette(255 - source.palette.colors))
    assert read_flats(tmp_path / "new.ora").palette.colors.tolist() == (
        (255 - source.palette.colors).tolist()
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'name="flats"', b'name="colours"', "no group or layer named 'flats', so nobody knows"),
        (b"data/flat-0001", b"data/flat-0000", "shares its picture with another one"),
    ],
)
def test_documents_without_flats(day, tmp_path, old, new, sentence):
    def recolored():
        source = rewritten(
            tmp_path / "day.ora",
            lambda name, data: (
                data.replace(old, new)
                if name == "stack.xml"
                else b"{}"
                if name == "nurie/nurie.json"
                else data
            ),
        )
        write_flats(tmp_path / "new.ora", source, source.palette)

    with pytest.raises(FormatError, match=sentence):
        recolored()


def test_a_painted_layer_is_no_flat(day, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (40, 30, 4), np.uint8)
    noise[..., 3] = 255
    many = np.concatenate([np.roll(noise, i, 2) for i in range(5)])[:, :, :4]
    write_picture(tmp_path / "a.png", many)
    data = (tmp_path / "a.png").read_bytes()
    with pytest.raises((FormatError, UnreadableError)):
        rewritten(
            tmp_path / "day.ora",
            lambda name, old: data if name == day.flats[0].node.origin.values["src"] else old,
        )


def test_a_picture_of_all_layers_can_be_had(day, tmp_path):
    new = Palette(255 - day.palette.colors, day.palette.names)
    write_flats(tmp_path / "new.ora", day, new)
    write_flats(tmp_path / "new.png", day, new)
    merged = read_ora(tmp_path / "new.ora").read_merged()
    assert (read_exact(tmp_path / "new.png") == merged[..., :3]).all()


def test_targets_that_cannot_be(day, tmp_path):
    with pytest.raises(ExistsError):
        write_flats(tmp_path / "day.ora", day, day.palette)
    with pytest.raises(FormatError, match=r"new\.psd cannot be made from .*; let it end in \.ora"):
        write_flats(tmp_path / "new.psd", day, day.palette)


def test_soft_lines_over_flats_are_refused(tmp_path):
    layers = drawing(np.random.default_rng(3))
    write_picture(tmp_path / "soft.png", layers.merged())
    with pytest.raises(FormatError) as caught:
        read_flats(tmp_path / "soft.png")
    assert str(caught.value) == (
        f"{tmp_path / 'soft.png'} has soft edges or lines over its flats, which cannot be told "
        "apart any more; recolour the .ora or .psd instead, or a picture of the flats alone."
    )


def test_a_merged_picture_is_corrected_as_its_program_lays_layers(tmp_path):
    """GIMP lays *screen* as light: the old merged picture shows which way it was made."""
    ink = np.zeros((6, 8, 4), np.uint8)
    ink[2, 1:7, 3] = 255
    glow = np.full((6, 8, 4), (255, 255, 200, 82), np.uint8)
    line = Node("line", 0, 0, 6, 8, lambda rows: ink[rows])
    top = Node("glow", 0, 0, 6, 8, lambda rows: glow[rows], opacity=0.6, blend="screen")
    labels = np.ones((6, 8), np.int32)
    palette = Palette(np.array([[40, 110, 200]], np.uint8), ("coat",))
    sketch = Sketch(255 - ink[..., 3], stack=Stack((top, line), line))
    layers = Layers(sketch, labels, np.array([-1, 0]), palette, np.zeros(2, bool))
    write_ora(tmp_path / "a.ora", layers)

    def shown(path):
        part = compose(lit(read_ora(path).nodes, frozenset(("screen",))), slice(0, 6), 8)
        return (part[..., :3] + 1 - part[..., 3:]) * 255

    file = io.BytesIO()
    Image.fromarray((shown(tmp_path / "a.ora") + 0.5).astype(np.uint8)).save(file, "PNG")
    with (
        zipfile.ZipFile(tmp_path / "a.ora") as old,
        zipfile.ZipFile(tmp_path / "b.ora", "w") as new,
    ):
        for info in old.infolist():
            merged = info.filename == "mergedimage.png"
            new.writestr(info, file.getvalue() if merged else old.read(info))
    source = read_flats(tmp_path / "b.ora")
    night = Palette(np.array([[10, 10, 60]], np.uint8), ("coat",))
    write_flats(tmp_path / "c.ora", source, night)
    merged = read_ora(tmp_path / "c.ora").read_merged()
    assert np.abs(merged[..., :3] - shown(tmp_path / "c.ora")).max() <= 1


def test_paint_on_a_flat_leaves_the_flat_its_name(tmp_path):
    labels = np.ones((6, 8), np.int32)
    sketch = Sketch(np.full((6, 8), 255, np.uint8))
    palette = Palette(np.array([[40, 110, 200]], np.uint8), ("coat",))
    layers = Layers(sketch, labels, np.array([-1, 0]), palette, np.zeros(2, bool))
    write_ora(tmp_path / "a.ora", layers)
    painted = np.full((6, 8, 4), (40, 110, 200, 255), np.uint8)
    painted[0, :3] = 255, 150, 150, 255
    file = io.BytesIO()
    Image.fromarray(painted, "RGBA").save(file, "PNG")
    with (
        zipfile.ZipFile(tmp_path / "a.ora") as old,
        zipfile.ZipFile(tmp_path / "b.ora", "w") as new,
    ):
        for info in old.infolist():
            kept = not info.filename.startswith("nurie/")
            data = file.getvalue() if info.filename == "data/flat-0000.png" else old.read(info)
            new.writestr(info, data) if kept else None
    source = read_flats(tmp_path / "b.ora")
    assert source.palette.names == ("coat", "")
    colors = source.palette.colors.copy()
    colors[0] = 1, 2, 3
    write_flats(tmp_path / "c.ora", source, Palette(colors, source.palette.names))
    (flat,) = read_ora(tmp_path / "c.ora").flats
    assert flat.name == "coat"
    assert flat.pixels[0, :4, :3].tolist() == [[255, 150, 150]] * 3 + [[1, 2, 3]]
