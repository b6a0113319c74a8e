"""OpenRaster: what is in the archive, what comes back, and what is refused."""

import json
import struct
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms

from nurie.document import Layers, Palette, Sketch, line_layer
from nurie.errors import ExistsError, FormatError, TooLargeError, UnreadableError
from nurie.io.ora.read import read_ora
from nurie.io.ora.write import write_ora
from nurie.stack import walk

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RED, SEA, SUN = [255, 0, 0], [0, 170, 255], [255, 200, 0]
PALETTE = Palette(np.array([RED, SEA, SUN], np.uint8), ("", "sea & <sky>", ""), "three")
#                   a line between two regions, and paper at the right
LABELS = np.array([[1, 1, 0, 2, 3], [1, 1, 0, 2, 3], [0, 0, 0, 2, 3]], np.int32)
INK = np.where(LABELS == 0, 0, 255).astype(np.uint8)
INK[0, 1] = 100  # antialiased: fill reaches below


def layers(pixels=INK, labels=LABELS, entries=(-1, 2, 1, -1), palette=PALETTE, **sketch):
    hinted = np.array([False, True, *[False] * (len(entries) - 2)])[: len(entries)]
    entries = np.array(entries, np.int32)
    return Layers(Sketch(pixels, **sketch), labels, entries, palette, hinted)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "層.ora"


def picture(archive, name):
    with Image.open(BytesIO(archive.read(name))) as image:
        return np.asarray(image.convert("RGBA") if image.mode == "P" else image)


def test_the_archive(path):
    write_ora(path, layers(dpi=(300, 150)))
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names[:2] == ["mimetype", "stack.xml"]
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == b"image/openraster"
        assert archive.testzip() is None
        root = ET.fromstring(archive.read("stack.xml"))
        assert root.attrib == {"version": "0.0.3", "w": "5", "h": "3", "xres": "300", "yres": "150"}
        tags = [(e.tag, e.get("name"), e.get("x"), e.get("y")) for e in root.iter()][2:]
        assert tags == [
            ("layer", "line", "0", "0"),
            ("stack", "flats", None, None),
            ("layer", "sea & <sky>", "3", "0"),
            ("layer", "gold", "0", "0"),
            ("layer", "paper", "0", "0"),
        ]
        sea = picture(archive, "data/flat-0000.png")
        assert sea.tolist() == [[[*SEA, 255]]] * 3
        assert picture(archive, "data/flat-0001.png").tolist() == [[[*SUN, 255]] * 2] * 2
        assert "data/flat-0002.png" not in names
        assert (picture(archive, "data/paper.png") == 255).all()
        assert picture(archive, "mergedimage.png").tolist() == layers().merged().tolist()
        assert picture(archive, "Thumbnails/thumbnail.png").shape == (3, 5, 3)
        assert picture(archive, "nurie/labels.png").tolist() == LABELS.tolist()
        facts = json.loads(archive.read("nurie/nurie.json"))
        assert facts["palette"]["colors"] == ["#ff0000", "#00aaff", "#ffc800"]
        assert (facts["entries"], facts["hinted"]) == ([-1, 2, 1, -1], [1])


def test_it_comes_back(path):
    write_ora(path, layers())
    ora = read_ora(path)
    assert ora.shape == (3, 5)
    assert ora.line.pixels.tolist() == line_layer(INK).tolist()
    assert [layer.name for layer in ora.flats] == ["sea & <sky>", "gold"]
    assert ora.flats[0].pixels.tolist() == [[[*SEA, 255]]] * 3
    assert ora.read_merged()[..., :3].tolist() == layers().merged().tolist()
    assert ora.read_labels().tolist() == LABELS.tolist()
    assert ora.read_labels().dtype == np.int32
    assert ora.read_facts()["entries"] == [-1, 2, 1, -1]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_layers_come_back(tmp_path_factory, data):
    dtype = data.draw(st.sampled_from([np.uint8, np.uint16]))
    height, width = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    shape = (height, width, *data.draw(st.sampled_from([(), (3,)])))
    pixels = data.draw(hnp.arrays(dtype, shape))
    labels = data.draw(hnp.arrays(np.int32, shape[:2], elements=st.integers(0, 5)))
    entries = (-1, *data.draw(st.tuples(*[st.integers(-1, 2)] * 5)))
    drawn = layers(pixels, labels, entries)
    path = tmp_path_factory.mktemp("ora") / "a.ora"
    write_ora(path, drawn)
    ora = read_ora(path)
    line = ora.line.pixels
    assert line.dtype == dtype
    np.testing.assert_array_equal(line, drawn.line())
    np.testing.assert_array_equal(ora.read_merged()[..., :3], drawn.merged())
    canvas = np.zeros((height, width, 4), np.uint8)
    for layer in ora.flats:
        flat = layer.pixels
        assert (flat[..., 3] > 0).any(axis=0)[[0, -1]].all()
        assert (flat[..., 3] > 0).any(axis=1)[[0, -1]].all()
        canvas[layer.top : layer.top + len(flat), layer.left : layer.left + flat.shape[1]] += flat
    flat = drawn.flat()
    np.testing.assert_array_equal(canvas, flat * (flat[..., 3:] > 0))


def test_profile_and_resolution_are_in_each_picture(path):
    write_ora(path, layers(dpi=(300, 300), icc_profile=SRGB))
    with zipfile.ZipFile(path) as archive:
        for name in ("data/line.png", "data/flat-0001.png", "data/paper.png", "mergedimage.png"):
            with Image.open(BytesIO(archive.read(name))) as image:
                assert image.info["icc_profile"] == SRGB
                assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)


def test_same_layers_same_bytes(tmp_path):
    for name in ("a.ora", "b.ora"):
        write_ora(tmp_path / name, layers())
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


@pytest.mark.parametrize("shape", [(700, 300), (257, 1), (256, 256)])
def test_the_thumbnail_is_a_mean(path, shape):
    ink = np.zeros(shape, np.uint8)
    ink[:, ::2] = 200
    write_ora(path, layers(ink, np.zeros(shape, np.int32)))
    with zipfile.ZipFile(path) as archive:
        thumbnail = picture(archive, "Thumbnails/thumbnail.png")
    step = {700: 3, 257: 2, 256: 1}[shape[0]]
    assert thumbnail.shape == (-(-shape[0] // step), -(-shape[1] // step), 3)
    assert thumbnail[0, 0, 0] == round(ink[:step, :step].mean())
    assert thumbnail[-1, -1, 0] == round(ink[-1:, (len(thumbnail[0]) - 1) * step :].mean())


def test_deep_sketches_keep_their_depth(path):
    deep = INK.astype(np.uint16) * 257
    write_ora(path, layers(deep))
    ora = read_ora(path)
    assert ora.line.pixels.dtype == np.uint16
    assert ora.read_merged().dtype == np.uint16
    assert ora.flats[0].pixels.dtype == np.uint8


def test_more_regions_than_sixteen_bits(path):
    labels = np.array([[0, 1, 65536, 70000]], np.int32)
    entries = np.zeros(70001, np.int32)
    write_ora(path, layers(np.full((1, 4), 255, np.uint8), labels, entries))
    assert read_ora(path).read_labels().tolist() == labels.tolist()


def test_all_paper_has_no_flats(path):
    write_ora(path, layers(entries=(-1, -1, -1, -1)))
    assert read_ora(path).flats == ()


def test_names_that_xml_cannot_hold(path):
    names = ("\x00\x08", 'a"b\n', "ok")
    write_ora(path, layers(entries=(-1, 0, 1, 2), palette=Palette(PALETTE.colors, names)))
    assert [layer.name for layer in read_ora(path).flats] == ["red", 'a"b', "ok"]


def test_targets(tmp_path, path):
    write_ora(path, layers())
    with pytest.raises(ExistsError):
        write_ora(path, layers())
    write_ora(path, layers(), force=True)
    with pytest.raises(FormatError):
        write_ora(tmp_path / "a.zip", layers())


def rewritten(path, changes=(), *, drop=(), extra=()):
    """Write the archive again with members replaced, dropped or added."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name not in drop}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in [*(members | dict(changes)).items(), *extra]:
            archive.writestr(name, data)
    return path


STACK = b'<image w="5" h="3"><stack><layer name="line" src="data/line.png"/></stack></image>'


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"mimetype": b"text/plain"}, FormatError, "is not an OpenRaster document"),
        ({"stack.xml": b"<image"}, UnreadableError, "its stack cannot be read"),
        ({"stack.xml": b"<image/>"}, UnreadableError, "its stack cannot be read"),
        ({"stack.xml": b"<stack/>"}, UnreadableError, "its stack names no size"),
        ({"stack.xml": b'<image w="0" h="3"/>'}, UnreadableError, "names no size"),
        ({"stack.xml": b'<image w="x" h="3"/>'}, UnreadableError, "cannot be read"),
        ({"stack.xml": b"<stack>" * 99}, UnreadableError, "nested too deep"),
        (
            {"stack.xml": b'<!DOCTYPE x [<!ENTITY a "b">]>' + STACK},
            UnreadableError,
            "its stack declares a document type",
        ),
        ({"stack.xml": STACK.replace(b"line.png", b"no.png")}, UnreadableError, "has no picture"),
        ({"stack.xml": STACK.replace(b'"5"', b'"50000000"')}, TooLargeError, "--max-megapixels"),
        ({"../evil": b""}, UnreadableError, "leads out of it"),
        ({"a\\..\\b": b""}, UnreadableError, "leads out of it"),
        ({f"{i}": b"" for i in range(10_001)}, UnreadableError, "it holds 1001. files"),
    ],
)
def test_stacks_that_are_refused(path, changes, error, sentence):
    write_ora(path, layers())
    with pytest.raises(error, match=sentence):
        read_ora(rewritten(path, changes))


def test_missing_members(path):
    write_ora(path, layers())
    with pytest.raises(UnreadableError, match=r"it has no stack\.xml"):
        read_ora(rewritten(path, drop=["stack.xml"]))
    write_ora(path, layers(), force=True)
    assert read_ora(rewritten(path, drop=["mimetype"])).nodes
    stack = STACK.replace(b'"line"', b'"else"')
    changes = {"stack.xml": stack, "nurie/nurie.json": b"{}"}
    ora = read_ora(rewritten(path, changes, drop=["mergedimage.png"]))
    with pytest.raises(FormatError, match="has no layer named 'line'; was it written by nurie"):
        _ = ora.line
    assert ora.read_merged() is None


def test_two_members_of_one_name(path):
    write_ora(path, layers())
    with pytest.warns(UserWarning, match="Duplicate name"):
        rewritten(path, extra=[("stack.xml", STACK)])
    with pytest.raises(UnreadableError, match="two of its files have one name"):
        read_ora(path)


def test_a_member_that_swells(path):
    write_ora(path, layers())
    data = bytearray(rewritten(path, {"x": b"\0" * 99}).read_bytes())
    place = data.rindex(b"PK\1\2")  # the last entry of the directory, its size at 24
    data[place + 24 : place + 28] = struct.pack("<I", 2**31)
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableError, match="'x' swells too much"):
        read_ora(path)


def test_layers_are_checked_before_they_are_decoded(path, monkeypatch):
    write_ora(path, layers())
    file = BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    rewritten(path, {"data/line.png": file.getvalue()})
    monkeypatch.setattr("nurie.io.raster._decoded", lambda *_, **__: pytest.fail("decoded"))
    with pytest.raises(TooLargeError, match="has a layer of 9000 x 9000 pixels"):
        read_ora(path)


def test_a_member_larger_than_any_picture_is_not_unpacked(path, monkeypatch):
    write_ora(path, layers())
    monkeypatch.setattr("nurie.io.ora.read.TEXT_LIMIT", 100)
    with pytest.raises(TooLargeError, match=r"stack\.xml is larger than any picture allowed"):
        read_ora(path)


@pytest.mark.parametrize("facts", [b"{", b"[]", b"[" * 100_000])
def test_damaged_facts(path, facts):
    write_ora(path, layers())
    with pytest.raises(UnreadableError, match=r"nurie\.json cannot be read"):
        read_ora(rewritten(path, {"nurie/nurie.json": facts})).read_facts()


def test_documents_of_others(path):
    write_ora(path, layers())
    ora = read_ora(rewritten(path, drop=["nurie/nurie.json", "nurie/labels.png"]))
    assert (ora.read_labels(), ora.read_facts()) == (None, None)


def test_files_that_are_no_archives(tmp_path):
    (tmp_path / "a.ora").write_bytes(b"PK\3\4 not really")
    with pytest.raises(UnreadableError, match="damaged or not an OpenRaster document"):
        read_ora(tmp_path / "a.ora")
    with pytest.raises(UnreadableError, match="does not exist"):
        read_ora(tmp_path / "b.ora")


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_damage_gets_past_as_a_traceback(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("ora") / "a.ora"
    write_ora(path, layers())
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    try:
        ora = read_ora(path, max_pixels=10_000)
        found = [node.pixels.size for node in walk(ora.nodes) if not node.is_group]
        found += [np.size(ora.read_merged()), len(ora.read_facts() or "none")]
        assert all(found)
    except (UnreadableError, FormatError, TooLargeError):
        pass
