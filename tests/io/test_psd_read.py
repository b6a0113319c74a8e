"""PSD read: what psd-tools wrote or the specification describes, and what is refused."""

import importlib.util
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode, Compression

from nurie.document import Layers, Palette, Sketch
from nurie.errors import FormatError, NurieError, TooLargeError, UnreadableError
from nurie.io.images import read_sketch
from nurie.io.psd.read import read_psd
from nurie.io.psd.write import write_psd
from nurie.stack import walk

_spec = importlib.util.spec_from_file_location(
    "by_hand", Path(__file__).with_name("psd_by_hand.py")
)
by_hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(by_hand)

RNG = np.random.default_rng(0)
PLANE = RNG.integers(0, 256, (3, 4)).astype(np.uint8)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.psd"


def read(path, data, **options):
    path.write_bytes(data)
    return read_psd(path, **options)


def flat(value, shape=(3, 4)):
    return np.full(shape, value, np.uint8)


@pytest.mark.parametrize("compression", list(Compression))
@pytest.mark.parametrize("size", [(5, 4), (300, 7)])
def test_layers_that_psd_tools_wrote(path, compression, size):
    """Noise and runs, each way of packing, partly outside of the picture."""
    pixels = RNG.integers(0, 256, (size[1], size[0], 4)).astype(np.uint8)
    pixels[1:3] = 7
    psd = PSDImage.new("RGB", (8, 6))
    options = {"top": 2, "left": -3, "opacity": 200, "blend_mode": BlendMode.MULTIPLY}
    image = Image.fromarray(pixels, "RGBA")
    psd.create_pixel_layer(image, name="Ink", compression=compression, **options)
    psd.save(path)
    (node,) = read_psd(path).nodes
    assert (node.name, node.top, node.left, node.blend) == ("Ink", 2, -3, "multiply")
    assert (node.height, node.width) == pixels.shape[:2]
    assert node.opacity == pytest.approx(200 / 255)
    np.testing.assert_array_equal(node.pixels, pixels)
    np.testing.assert_array_equal(node.rows(slice(2, 3)), pixels[2:3])


def test_what_nurie_wrote(path):
    labels = np.array([[1, 1, 2], [0, 0, 2]], np.int32)
    ink = np.where(labels == 0, 0, 255).astype(np.uint8)
    palette = Palette(np.array([[9, 8, 7], [1, 2, 3]], np.uint8), ("肌", ""))
    entries = np.array([-1, 0, 1], np.int32)
    sketch = Sketch(ink, dpi=(300, 300))
    write_psd(path, Layers(sketch, labels, entries, palette, np.zeros(3, bool)))
    document = read_psd(path)
    assert (document.shape, document.bits, document.dpi) == ((2, 3), 8, (300, 300))
    assert [node.name for node in walk(document.nodes)] == [
        "line",
        "flats",
        "肌",
        "black",
        "paper",
    ]
    assert document.read_labels().tolist() == labels.tolist()
    assert document.read_facts()["palette"]["names"] == ["肌", ""]
    assert document.line is document.nodes[0]
    assert document.paper is document.nodes[2]
    assert [node.name for node in document.flats] == ["肌", "black"]


def test_groups(path):
    a, b, c = (by_hand.layer(n, {0: PLANE, 1: PLANE, 2: PLANE}, box=(0, 0, 3, 4)) for n in "abc")
    end, inner, outer = (
        by_hand.group_end(),
        by_hand.group_head("inner"),
        by_hand.group_head("outer", b"mul "),
    )
    listed = [a, end, end, b, inner, c, outer]
    document = read(path, by_hand.psd((3, 4), listed))
    top, low = document.nodes
    assert (top.name, top.blend, top.is_group, low.name) == ("outer", "multiply", True, "a")
    assert [node.name for node in top.children] == ["c", "inner"]
    assert [node.name for node in top.children[1].children] == ["b"]
    assert top.children[1].blend == "pass-through"


def test_a_mask_hides(path):
    mask = struct.pack(">iiiiBB", 1, 1, 3, 3, 255, 0) + b"\0\0"
    planes = {-1: flat(200), 0: PLANE, 1: PLANE, 2: PLANE, -2: flat(0, (2, 2))}
    for flags, hidden in ((0, True), (2, False)):  # the second is switched off
        data = by_hand.layer(
            "m", planes, box=(0, 0, 3, 4), mask=mask[:17] + bytes([flags]) + mask[18:]
        )
        (node,) = read(path, by_hand.psd((3, 4), [data])).nodes
        alpha = node.pixels[..., 3]
        assert (alpha[1:3, 1:3] == (0 if hidden else 200)).all()
        assert alpha[0, 0] == 200
        assert node.rows(slice(1, 2))[0, :, 3].tolist() == alpha[1].tolist()


def test_gray_large_and_sixteen_bits(path):
    deep = RNG.integers(0, 65536, (3, 4)).astype(np.uint16)
    one = by_hand.layer("g", {0: deep, -1: deep}, box=(0, 0, 3, 4))
    document = read(path, by_hand.psd((3, 4), [one], depth=16, mode=1, merged=deep[None]))
    pixels = document.nodes[0].pixels
    assert document.bits == 16
    assert all((pixels[..., i] == deep).all() for i in range(4))
    assert (document.read_merged()[..., 1] == deep).all()
    large = by_hand.layer("g", dict.fromkeys(range(3), PLANE), box=(0, 0, 3, 4), large=True)
    document = read(path, by_hand.psd((3, 4), [large], large=True))
    assert (document.nodes[0].pixels[..., :3] == PLANE[..., None]).all()


def test_names_and_looks(path):
    name = struct.pack(">I", 3) + "線画\0".encode("utf-16-be")  # Krita ends names with a zero
    one = by_hand.layer(
        "??",
        dict.fromkeys(range(3), PLANE),
        box=(0, 0, 3, 4),
        blocks=[(b"luni", name)],
        key=b"diss",
        clipped=1,
        visible=False,
    )
    (node,) = read(path, by_hand.psd((3, 4), [one])).nodes
    assert (node.name, node.blend, node.clipped, node.visible) == ("線画", "psd:diss", True, False)
    assert (node.pixels[..., 3] == 255).all()  # no alpha: opaque


def test_resources(path):
    info = struct.pack(">IHHIHH", 300 << 16, 1, 1, 150 << 16, 1, 1)
    named = by_hand.resource(4000, b"abc", b"name") + by_hand.resource(1005, info)
    document = read(path, by_hand.psd((3, 4), resources=named))
    assert document.dpi == (300, 150)
    assert document.nodes == ()
    assert document.read_facts() is None
    assert document.read_labels() is None
    assert document.icc_profile is None
    no_merged = by_hand.resource(1057, b"\0\0\0\1\0")
    assert read(path, by_hand.psd((3, 4), resources=no_merged)).read_merged() is None
    assert read(path, by_hand.psd((3, 4))).read_merged().shape == (3, 4, 4)


def head(**changes):
    fields = {"magic": b"8BPS", "version": 1, "channels": 3, "height": 3, "width": 4}
    fields |= {"depth": 8, "mode": 3} | changes
    return struct.pack(">4sH6xHIIHH", *fields.values()) + bytes(12) + b"\0\0" + bytes(36)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"magic": b"8BPX"}, FormatError, "is not a Photoshop document"),
        ({"version": 3}, FormatError, "of an unknown version, 3"),
        ({"channels": 0}, UnreadableError, "its header makes no sense"),
        ({"channels": 57}, UnreadableError, "its header makes no sense"),
        ({"channels": 2}, UnreadableError, "it has too few channels"),
        ({"height": 0}, UnreadableError, "its header makes no sense"),
        ({"width": 30_001}, UnreadableError, "its header makes no sense"),
        ({"height": 20_000, "width": 20_000}, TooLargeError, "20000 x 20000 pixels, more than"),
        ({"mode": 7}, FormatError, "is multichannel; save it as RGB"),
        ({"mode": 77}, FormatError, "is of a mode unknown; save it as RGB"),
        ({"depth": 24}, FormatError, "has 24 bits a channel; save it with 8 or 16"),
        ({"depth": 1}, FormatError, "has 1 bits a channel"),
    ],
)
def test_headers_that_are_refused(path, changes, error, sentence):
    with pytest.raises(error, match=sentence) as caught:
        read(path, head(**changes))
    assert str(caught.value).count("\n") == 0
    assert read(path, head()).shape == (3, 4)


def claimed(count):
    """A document whose list of layers claims a number."""
    data = by_hand.psd((3, 4), [by_hand.layer("a", {0: PLANE}, box=(0, 0, 3, 4))])
    at = 26 + 4 + 4 + 4 + 4
    return data[:at] + struct.pack(">h", count) + data[at + 2 :]


def test_counts_and_places_that_are_refused(path):
    with pytest.raises(UnreadableError, match="claims 8001 layers"):
        read(path, claimed(8001))
    with pytest.raises(UnreadableError, match="is damaged"):
        read(path, claimed(2))
    for box, error in (
        ((0, 0, -1, 4), UnreadableError),
        ((0, 0, 700_000, 1), UnreadableError),
        ((0, 0, 200, 201), TooLargeError),
    ):
        data = by_hand.psd((3, 4), [by_hand.layer("a", {0: PLANE}, box=box)])
        with pytest.raises(error):
            read(path, data, max_pixels=10_000)
    with pytest.raises(UnreadableError, match="groups are not closed"):
        read(path, by_hand.psd((3, 4), [by_hand.group_end()]))
    with pytest.raises(UnreadableError, match="groups are not closed"):
        read(path, by_hand.psd((3, 4), [by_hand.group_head("g")]))
    with pytest.raises(UnreadableError, match="nested too deep"):
        read(path, by_hand.psd((3, 4), [by_hand.group_end()] * 100))
    many = by_hand.layer("a", dict.fromkeys(range(57), b""), box=(0, 0, 0, 0))
    with pytest.raises(UnreadableError, match="claims 57 channels"):
        read(path, by_hand.psd((3, 4), [many]))


@pytest.mark.parametrize(
    "channel",
    [
        b"",
        b"\0\7",
        b"\0\0" + bytes(11),  # raw, one short
        b"\0\1" + struct.pack(">3H", 2, 2, 60_000) + b"\xfd\0" * 3,  # a row that claims too much
        b"\0\1" + struct.pack(">3H", 2, 2, 2) + b"\xfd\0\xfd\0\xfe\0",  # a row one short
        b"\0\2" + b"no deflate",
        b"\0\2" + zlib.compress(bytes(11)),
    ],
)
def test_pixels_that_cannot_be_unpacked(path, channel):
    one = by_hand.layer("a", {0: channel, 1: PLANE, 2: PLANE}, box=(0, 0, 3, 4))
    document = read(path, by_hand.psd((3, 4), [one]))
    with pytest.raises(UnreadableError, match="pixels cannot be unpacked"):
        _ = document.nodes[0].pixels


def test_a_channel_of_no_length_takes_nothing_of_the_next(path):
    packed = b"\0\2" + zlib.compress(bytes(12))
    one = by_hand.layer("a", {0: b"", 1: packed, 2: packed}, box=(0, 0, 3, 4))
    document = read(path, by_hand.psd((3, 4), [one]))
    with pytest.raises(UnreadableError, match="pixels cannot be unpacked"):
        _ = document.nodes[0].pixels


def test_a_bomb_is_not_inflated(path):
    """A megabyte of zeros for a layer of twelve pixels: no more than these come out."""
    bomb = b"\0\2" + zlib.compress(bytes(1 << 20))
    one = by_hand.layer("a", {0: bomb, 1: PLANE, 2: PLANE}, box=(0, 0, 3, 4))
    assert (read(path, by_hand.psd((3, 4), [one])).nodes[0].pixels[..., 0] == 0).all()


def walked(document):
    """Decode all that can be."""
    found = [node.pixels.size for node in walk(document.nodes) if not node.is_group]
    found += [np.size(document.read_merged()), np.size(document.read_labels())]
    return [*found, len(document.read_facts() or {})]


def sample():
    """Some of everything, in few bytes."""
    planes = dict.fromkeys((-1, 0, 1, 2), PLANE)
    packed = b"\0\1" + struct.pack(">3H", 2, 2, 2) + b"\xfd\x09" * 3
    mask = struct.pack(">iiiiBB", 1, 1, 3, 3, 255, 0) + b"\0\0"
    name = struct.pack(">I", 1) + "線".encode("utf-16-be")
    layers = [
        by_hand.layer("a", planes, box=(0, 0, 3, 4), blocks=[(b"luni", name)]),
        by_hand.group_end(),
        by_hand.layer("b", planes | {0: packed, -2: flat(0, (2, 2))}, box=(-1, 2, 3, 4), mask=mask),
        by_hand.group_head("g"),
    ]
    info = struct.pack(">IHHIHH", 300 << 16, 1, 1, 150 << 16, 1, 1)
    ours = by_hand.resource(4951, by_hand.sized(b'{"line":"b"}') + b"no png")
    return by_hand.psd((3, 4), layers, resources=by_hand.resource(1005, info) + ours)


def test_cut_off_anywhere(path):
    whole = sample()
    for end in range(0, len(whole), 5):
        path.write_bytes(whole[:end])
        with pytest.raises(NurieError):
            walked(read_psd(path, max_pixels=10_000))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(sample()) - 1), st.integers(0, 255)), max_size=6))
def test_any_damage_is_one_sentence(tmp_path_factory, changes):
    data = bytearray(sample())
    for at, value in changes:
        data[at] = value
    path = tmp_path_factory.getbasetemp() / "damaged.psd"
    path.write_bytes(bytes(data))
    try:
        walked(read_psd(path, max_pixels=10_000))
    except NurieError as error:
        assert "\n" not in str(error)  # noqa: PT017


def plane(*values):
    return np.array(values, np.uint8)[:, None, None] * np.ones((1, 1, 2), np.uint8)


LINEAR = np.array([0, 0.21404, 1], np.float32)[:, None, None] * np.ones((1, 1, 2), np.float32)


@pytest.mark.parametrize(
    ("mode", "depth", "planes", "wanted"),
    [
        (4, 8, plane(255, 0, 0, 255), (255, 0, 0)),  # stored: what ink leaves of white
        (4, 8, plane(255, 255, 255, 128), (128, 128, 128)),
        (9, 8, plane(137, 128, 128), (128, 128, 128)),
        (8, 8, plane(77), (77, 77, 77)),
        (0, 1, np.array([[[0x40]]], np.uint8), (255, 255, 255)),
        (3, 32, LINEAR, (0, 32768, 65535)),
    ],
)
def test_every_mode_comes_out_as_rgb(tmp_path, mode, depth, planes, wanted):
    o = {"mode": mode, "depth": depth, "channels": len(planes), "merged": planes}
    (tmp_path / "a.psd").write_bytes(by_hand.psd((1, 2), **o))
    merged = read_psd(tmp_path / "a.psd").read_merged()
    assert np.abs(merged[0, 0, :3].astype(int) - wanted).max() <= (1 if depth < 32 else 20)
    if mode == 0:
        assert merged[0, 1].tolist() == [0, 0, 0, 255]


def test_layers_of_ink_come_out_as_rgb(tmp_path):
    channels = {-1: 200, 0: 255, 1: 0, 2: 0, 3: 255}
    planes = {number: np.full((1, 2), value, np.uint8) for number, value in channels.items()}
    red = by_hand.layer("line", planes, box=(0, 0, 1, 2))
    data = by_hand.psd((1, 2), [red], mode=4, channels=4)
    (tmp_path / "a.psd").write_bytes(data)
    (node,) = read_psd(tmp_path / "a.psd").nodes
    assert node.pixels.tolist() == [[[255, 0, 0, 200]] * 2]


def test_an_indexed_picture(tmp_path):
    data = by_hand.psd((1, 2), mode=2, merged=np.array([[[1, 0]]], np.uint8))
    table = (
        bytes((9, 200)) + bytes(254) + bytes((8, 100)) + bytes(254) + bytes((7, 50)) + bytes(254)
    )
    (tmp_path / "a.psd").write_bytes(data[:26] + by_hand.sized(table) + data[30:])
    assert read_psd(tmp_path / "a.psd").read_merged()[0, :, :3].tolist() == [
        [200, 100, 50],
        [9, 8, 7],
    ]


def test_floats_whose_bytes_are_differences(tmp_path):
    values = np.array([[0.25, 1.0]], ">f4")
    split = values.view(np.uint8).reshape(1, 2, 4).swapaxes(1, 2).reshape(1, 8)
    packed = b"\0\3" + zlib.compress(np.diff(split, axis=1, prepend=np.uint8(0)).tobytes())
    white = b"\0\0" + np.ones((1, 2), ">f4").tobytes()
    layer = by_hand.layer("a", {-1: white, 0: packed, 1: packed, 2: packed}, box=(0, 0, 1, 2))
    merged = np.zeros((3, 1, 2), np.float32)
    (tmp_path / "a.psd").write_bytes(by_hand.psd((1, 2), [layer], depth=32, merged=merged))
    (node,) = read_psd(tmp_path / "a.psd").nodes
    assert np.abs(node.pixels[0, :, 0].astype(int) - (35199, 65535)).max() < 30


@pytest.mark.parametrize("compression", [Compression.RAW, Compression.RLE])
def test_layers_whose_picture_is_cut_off_are_read_with_a_note(path, compression):
    psd = PSDImage.new("RGB", (8, 6))
    psd.create_pixel_layer(Image.new("RGBA", (8, 6), (9, 8, 7, 255)), name="Ink")
    psd.save(path)
    whole = read_psd(path)
    data, at = path.read_bytes()[: whole.origin.merged_at], whole.origin.merged_at
    end = bytes(2) + bytes(3 * 8 * 6) if compression == Compression.RAW else (
        b"\0\1" + b"\0\2" * 18 + b"\xf9\7" * 18
    )  # fmt: skip
    whole = read(path, data + end)
    assert (whole.notes, whole.read_merged()[0, 0, 3]) == ((), 255)
    for size in (0, 1, 2, 20, len(end) - 1):
        found = read(path, data + end[:size])
        assert "ends too early" in found.notes[0]
        assert found.read_merged() is None
        sketch = read_sketch(path)
        assert sketch.notes == found.notes
        assert sketch.pixels[0, 0].tolist() == [9, 8, 7]
    assert at == found.origin.merged_at
