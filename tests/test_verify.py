"""The promise holds for what nurie writes, and each way to break it is found at its pixel."""

import json
import re
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from nurie.api import save
from nurie.document import Hints, Layers, Palette, Sketch
from nurie.errors import FormatError, UnreadableError
from nurie.io.images import write_picture
from nurie.io.ora.write import write_ora
from nurie.io.png import write_png
from nurie.verify import verify
from nurie.verify.film import verify_film

RED, SEA, SUN = [255, 0, 0], [0, 170, 255], [255, 200, 0]
PALETTE = Palette(np.array([RED, SEA, SUN], np.uint8))
#                   red,  line, sea, paper
LABELS = np.array([[1, 1, 0, 2, 3], [1, 1, 0, 2, 3], [0, 0, 0, 2, 3]], np.int32)
INK = np.where(LABELS == 0, 0, 255).astype(np.uint8)
INK[0, 1] = 100  # antialiased: red reaches below
FLAT_KINDS = ["png", "webp", "tif", "tga"]


def layers(pixels=INK, labels=LABELS, entries=(-1, 0, 1, -1), palette=PALETTE):
    entries = np.array(entries, np.int32)
    return Layers(Sketch(pixels), labels, entries, palette, np.zeros(len(entries), bool))


def hints(*points):
    """Points (row, column, color)."""
    rows, columns, colors = zip(*points, strict=True) if points else ((), (), ())
    places = np.array([rows, columns], np.int32).reshape(2, -1)
    return Hints(places[0], places[1], np.array(colors, np.uint8).reshape(-1, 3))


@pytest.fixture
def ora(tmp_path):
    write_ora(tmp_path / "a.ora", layers())
    return tmp_path / "a.ora"


def rewrite(path, changes, *, drop=()):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name not in drop}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (members | changes).items():
            archive.writestr(name, data)


def tamper(path, name, pixel, value):
    """Change one pixel of one picture of the document."""
    with zipfile.ZipFile(path) as archive, Image.open(BytesIO(archive.read(name))) as image:
        pixels = np.array(image.convert("RGBA") if image.mode == "P" else image)
    pixels[pixel] = value
    file = BytesIO()
    write_png(file, [pixels], pixels.shape)
    rewrite(path, {name: file.getvalue()})


def failures(report):
    return {check.name: check.pixel for check in report.checks if not check.ok}


def first_broken(report):
    return next(check.detail for check in report.checks if not check.ok)


def test_what_nurie_writes_keeps_the_promise(ora):
    report = verify(Sketch(INK), ora, hints=hints((1, 0, RED), (2, 3, SEA)), palette=PALETTE)
    assert report.ok
    assert report.unproven == ()
    names = "size line flats disjoint complete merged regions hints palette"
    assert [check.name for check in report.checks] == names.split()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", ["ora", "psd", "png", "tif"])
def test_any_drawing_keeps_the_promise(tmp_path_factory, kind, data):
    dtype = data.draw(st.sampled_from([np.uint8, np.uint16]))
    shape = data.draw(st.tuples(st.integers(1, 8), st.integers(1, 8)))
    pixels = data.draw(hnp.arrays(dtype, (*shape, *data.draw(st.sampled_from([(), (3,)])))))
    labels = data.draw(hnp.arrays(np.int32, shape, elements=st.integers(0, 4)))
    colors = data.draw(hnp.arrays(np.uint8, (3, 3)))
    entries = (-1, *data.draw(st.tuples(*[st.integers(-1, 2)] * 4)))
    drawn = layers(pixels, labels, entries, Palette(colors))
    path = tmp_path_factory.mktemp("any") / f"a.{kind}"
    if kind in ("ora", "psd"):
        shade = data.draw(st.none() | hnp.arrays(np.uint8, (*shape, 3)))
        drawn = replace(drawn, shade=shade)
        save(drawn, path, one_flat_layer=data.draw(st.booleans()))
    else:
        write_picture(path, drawn.merged())
    asked = hints(
        *[
            (*at, colors[entries[labels[at]]])
            for at in np.ndindex(shape)
            if entries[labels[at]] >= 0
        ]
    )
    report = verify(drawn.sketch, path, hints=asked, palette=Palette(colors))
    assert failures(report) == {}


def test_strips_are_numbered_from_the_top(tmp_path):
    """A tall drawing goes through several strips; the place is still right."""
    ink, labels = np.full((600, 3), 255, np.uint8), np.ones((600, 3), np.int32)
    write_ora(tmp_path / "a.ora", layers(ink, labels, (-1, 0)))
    tamper(tmp_path / "a.ora", "data/line.png", (599, 2), (0, 0, 0, 9))
    report = verify(Sketch(ink), tmp_path / "a.ora")
    assert failures(report) == {"line": (599, 2), "merged": (599, 2)}
    assert re.search(r"is not the sketch at x 2, y 599\.$", first_broken(report))


@pytest.mark.parametrize(
    ("name", "pixel", "value", "broken", "sentence"),
    [
        # Entry 0 lies at (0, 0), entry 1 at x 3.
        ("data/line.png", (0, 1), (0, 0, 0, 156), "line", "not the sketch at x 1, y 0"),
        ("data/line.png", (1, 4), (0, 0, 0, 1), "line", "not the sketch at x 4, y 1"),
        ("data/flat-0001.png", (1, 0), (0, 170, 254, 255), "flats regions", "at x 3, y 1"),
        ("data/flat-0001.png", (1, 0), (0, 170, 255, 254), "flats regions", "not one colour"),
        ("data/flat-0000.png", (1, 1), (0, 0, 0, 0), "merged regions", "merged picture at x 1"),
        (
            "data/paper.png",
            (2, 1),
            (255, 255, 254, 255),
            "complete",
            "not opaque white at x 1, y 2",
        ),
        ("mergedimage.png", (1, 4), (253, 255, 255), "merged", "merged picture at x 4, y 1"),
        ("nurie/labels.png", (0, 4), 2, "regions", "Region 2 has not its colour"),
        ("nurie/labels.png", (0, 4), 9, "regions", "its list of colours disagree"),
    ],
)
def test_one_changed_pixel_is_found(ora, name, pixel, value, broken, sentence):
    if name.endswith("labels.png"):
        value = np.uint16(value)
    tamper(ora, name, pixel, value)
    report = verify(Sketch(INK), ora)
    assert list(failures(report)) == broken.split()
    assert sentence in " ".join(check.detail for check in report.checks)


def test_a_merged_picture_with_holes(ora):
    pixels = np.full((3, 5, 4), 255, np.uint8)
    pixels[..., :3] = layers().merged()
    pixels[2, 3, 3] = 254
    file = BytesIO()
    write_png(file, [pixels], pixels.shape)
    rewrite(ora, {"mergedimage.png": file.getvalue()})
    assert failures(verify(Sketch(INK), ora)) == {"merged": (2, 3)}


def test_one_step_in_the_merged_picture_is_rounding(ora):
    tamper(ora, "mergedimage.png", (1, 4), (254, 255, 255))
    assert verify(Sketch(INK), ora).ok


def test_a_colored_line_may_be_off_by_one_but_not_by_two(tmp_path):
    ink = np.array([[[10, 20, 30], [255, 255, 255]]], np.uint8)
    write_ora(tmp_path / "a.ora", layers(ink, np.array([[1, 1]], np.int32), (-1, -1)))
    for off, ok in ((1, True), (2, False)):
        other = ink.copy()
        other[0, 0, 1] += off
        assert verify(Sketch(other), tmp_path / "a.ora").checks[1].ok is ok
    gray = np.full((1, 2, 3), 255, np.uint8)
    gray[0, 0] = 10
    write_ora(tmp_path / "b.ora", layers(gray, np.array([[1, 1]], np.int32), (-1, -1)))
    for off, ok in ((0, True), (1, False)):  # gray pixels of a coloured sketch: exactly
        assert (
            verify(Sketch(gray + np.uint8(off * (gray < 255))), tmp_path / "b.ora").checks[1].ok
            is ok
        )


def test_overlapping_layers(ora):
    file = BytesIO()
    write_png(file, [np.full((3, 2, 4), (0, 170, 255, 255), np.uint8)], (3, 2, 4))
    with zipfile.ZipFile(ora) as archive:
        stack = archive.read("stack.xml").replace(b'flat-0001.png" x="3"', b'flat-0001.png" x="0"')
    rewrite(ora, {"stack.xml": stack, "data/flat-0001.png": file.getvalue()})
    report = verify(Sketch(INK), ora)
    assert failures(report)["disjoint"] == (0, 0)
    assert "overlaps another one at x 0, y 0" in report.checks[3].detail


def test_another_size_or_depth_ends_the_proof(ora, tmp_path):
    report = verify(Sketch(INK[:2]), ora)
    assert [check.name for check in report.checks] == ["size"]
    assert re.search("has 5 x 3 pixels, the sketch 5 x 2", first_broken(report))
    write_picture(tmp_path / "a.png", layers().merged())
    assert re.search(
        "has 8 bits a channel, the sketch 16",
        first_broken(verify(Sketch(INK * np.uint16(257)), tmp_path / "a.png")),
    )


@pytest.mark.parametrize(
    ("asked", "pixel"),
    [
        ([(1, 0, RED)], None),
        ([(1, 0, [255, 0, 1])], (1, 0)),  # off by one
        ([(1, 4, RED)], (1, 4)),  # paper
        ([(1, 4, RED), (0, 0, SEA)], (0, 0)),  # the first, rows first
        ([(0, 2, RED)], None),  # on a thick line: it asks the nearest region
        ([(0, 2, SUN)], (0, 1)),
        ([(0, 0, RED), (1, 0, RED), (0, 1, SUN)], None),  # the most frequent wins
        ([(0, 0, RED), (1, 0, SUN), (0, 1, SUN)], (0, 0)),
        ([(0, 0, RED), (1, 0, SUN)], None),  # a tie: either
    ],
)
def test_hints_are_looked_up_in_the_flat_layers(ora, asked, pixel):
    report = verify(Sketch(INK), ora, hints=hints(*asked))
    assert failures(report) == ({} if pixel is None else {"hints": pixel})


def test_the_sentence_of_a_hint(ora):
    assert re.search(
        r"have #ff0000 and not the hinted #ff0001 at x 0, y 1\.",
        first_broken(verify(Sketch(INK), ora, hints=hints((1, 0, [255, 0, 1])))),
    )
    assert re.search(
        "have paper and not the hinted #ff0000",
        first_broken(verify(Sketch(INK), ora, hints=hints((1, 4, RED)))),
    )


def test_without_the_regions_a_stroke_may_slip_over_its_neighbour(ora, tmp_path):
    write_picture(tmp_path / "a.png", layers().merged())
    bare = tmp_path / "bare.ora"
    bare.write_bytes(ora.read_bytes())
    rewrite(bare, {}, drop=["nurie/labels.png"])
    for color, ok in ((RED, True), ([255, 0, 1], False)):
        pixels = hints(*[(r, c, color) for r, c in ((0, 0), (0, 1), (1, 0), (1, 1), (0, 3))])
        stroke = replace(pixels, marks=np.zeros(5, np.int32))
        for path in (bare, tmp_path / "a.png"):
            assert verify(Sketch(INK), path, hints=stroke).ok == ok


def test_no_hints_at_all_are_obeyed(ora, tmp_path):
    write_picture(tmp_path / "a.png", layers().merged())
    for path in (ora, tmp_path / "a.png"):
        assert verify(Sketch(INK), path, hints=hints()).ok


def test_each_flat_layer_is_of_the_palette_or_hinted(ora):
    some = Palette(np.array([RED, SUN], np.uint8))
    report = verify(Sketch(INK), ora, palette=some)
    assert failures(report) == {"palette": (0, 3)}
    assert (
        "'light blue' is #00aaff, which was not requested at x 3, y 0" in report.checks[-1].detail
    )
    assert verify(Sketch(INK), ora, palette=some, hints=hints((0, 3, SEA))).ok


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"entries": [-1, 0, 1], "palette": {"colors": ["#ff0000", "#00aaff"]}},
        {"entries": [-1, 0, 7, -1], "palette": {"colors": ["#ff0000", "#00aaff"]}},
        {"entries": [-1, 0, -2, -1], "palette": {"colors": ["#ff0000", "#00aaff"]}},
        {"entries": [-1, 0, 1, -1], "palette": {"colors": ["red", "#00aaff"]}},
        {"entries": [-1, 0, 1, -1], "palette": []},
        {"entries": "none", "palette": {"colors": []}},
        {"entries": [[1], [2, 3]], "palette": {"colors": []}},
        {"entries": [-1, 0, 1, -1], "palette": {"colors": [5]}},
    ],
)
def test_facts_that_make_no_sense(ora, facts):
    rewrite(ora, {"nurie/nurie.json": json.dumps(facts)})
    assert failures(verify(Sketch(INK), ora)) == {"regions": None}


def test_documents_without_a_label_map(ora):
    rewrite(ora, {}, drop=["nurie/labels.png"])
    report = verify(Sketch(INK), ora, hints=hints((1, 0, RED)))
    assert report.ok
    assert "label map" in report.unproven[0]
    report = verify(Sketch(INK), ora, hints=hints((1, 0, SUN)))
    assert failures(report) == {"hints": (1, 0)}
    report = verify(Sketch(INK), ora, hints=hints((0, 0, RED), (1, 0, SUN)))
    assert report.ok
    assert "hints of several colours in one region" in report.unproven[1]


def test_outputs_that_cannot_be_read(tmp_path, ora):
    with pytest.raises(UnreadableError):
        verify(Sketch(INK), tmp_path / "no.png")
    with zipfile.ZipFile(ora) as archive:
        stack = archive.read("stack.xml")
    rewrite(ora, {"stack.xml": stack.replace(b'"paper"', b'"background"')})
    assert verify(Sketch(INK), ora).ok  # it is known by its picture, not by its name
    rewrite(ora, {"stack.xml": re.sub(rb"<layer name=.paper.*/>", b"", stack)})
    with pytest.raises(FormatError, match="no layer named 'paper'"):
        verify(Sketch(INK), ora)


def merged(path, change=None, sketch=INK):
    pixels = layers(sketch).merged()
    if change:
        pixels[change[0]] = change[1]
    write_picture(path, pixels)
    return path


@pytest.mark.parametrize("kind", FLAT_KINDS)
def test_a_flat_picture_proves_less_and_says_so(tmp_path, kind):
    path = merged(tmp_path / f"a.{kind}")
    asked = hints((1, 0, RED), (0, 1, RED))
    report = verify(Sketch(INK), path, hints=asked, palette=PALETTE)
    assert report.ok
    assert [check.name for check in report.checks] == ["size", "line", "flats", "hints", "palette"]
    assert len(report.unproven) == 2
    assert all("write .ora or .psd to prove it" in part for part in report.unproven)


@pytest.mark.parametrize("kind", FLAT_KINDS)
@pytest.mark.parametrize(
    ("pixel", "value"),
    [
        ((0, 2), [1, 0, 0]),  # ink that is not black any more
        ((0, 1), [101, 0, 0]),  # brighter than the line over white
    ],
)
def test_a_line_that_is_gone(tmp_path, kind, pixel, value):
    path = merged(tmp_path / f"a.{kind}", (pixel, value))
    assert failures(verify(Sketch(INK), path)) == {"line": pixel}


def test_a_deep_line_that_no_color_explains(tmp_path):
    deep = INK * np.uint16(257)
    # Over white and 0: between two of the 256 colours that may lie below.
    path = merged(tmp_path / "a.png", ((1, 4), [65535, 65535, 65535 - 100]), deep)
    assert failures(verify(Sketch(deep), path)) == {"line": (1, 4)}


def test_flat_pictures_and_hints(tmp_path):
    path = merged(tmp_path / "a.png")
    asked = {
        (1, 0, (255, 0, 1)): (1, 0),
        (0, 1, (250, 0, 0)): (0, 1),  # below an antialiased line
        (0, 2, (9, 9, 9)): None,  # below ink, which hides it
    }
    for hint, pixel in asked.items():
        report = verify(Sketch(INK), path, hints=hints(hint))
        assert failures(report) == ({} if pixel is None else {"hints": pixel})
    report = verify(Sketch(INK), path, hints=hints((0, 0, RED), (1, 0, SUN)))
    assert report.ok
    assert "hints of several colours" in report.unproven[-1]
    assert re.search(
        "does not show the hinted #ff0001 at x 0, y 1",
        first_broken(verify(Sketch(INK), path, hints=hints((1, 0, (255, 0, 1))))),
    )


def test_flat_pictures_and_palettes(tmp_path):
    path = merged(tmp_path / "a.png", ((1, 3), [0, 170, 254]))
    report = verify(Sketch(INK), path, palette=PALETTE)
    assert failures(report) == {"palette": (1, 3)}
    assert "has #00aafe, which was not requested at x 3, y 1" in report.checks[-1].detail
    assert verify(Sketch(INK), path, palette=PALETTE, hints=hints((1, 3, (0, 170, 254)))).ok


def test_a_picture_of_many_colors_is_not_flat(tmp_path):
    many = np.stack([*np.indices((65, 65)), np.zeros((65, 65), int)], axis=-1).astype(np.uint8)
    write_picture(tmp_path / "a.png", many)
    report = verify(Sketch(np.full((65, 65), 255, np.uint8)), tmp_path / "a.png")
    assert failures(report) == {"flats": None}
    assert "more than 4096 colours" in report.checks[-1].detail


def test_a_frame_that_cannot_be_read_repeats_no_other(ora, tmp_path):
    frames = [("1", lambda: Sketch(INK), ora), ("2", lambda: Sketch(INK), tmp_path / "lost.png")]
    report = verify_film(frames)
    assert not report.ok
    assert "(0 repeated)" in report.checks[-1].detail
