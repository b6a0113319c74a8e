"""Palettes as GIMP and as people write them."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nurie.document import Palette
from nurie.errors import ExistsError, FormatError, UnreadableError
from nurie.io.palettes import MAX_ENTRIES, read_palette_file, write_palette


def read(tmp_path, text, name="warm.txt"):
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    return read_palette_file(tmp_path / name)


def test_gimp(tmp_path):
    text = (
        "GIMP Palette\r\nName: Skin & hair\nColumns: 3\n# by hand\n\n255 224  189\tSkin\n  0 0 0\n"
    )
    palette = read(tmp_path, text, "a.gpl")
    assert palette.name == "Skin & hair"
    assert palette.colors.tolist() == [[255, 224, 189], [0, 0, 0]]
    assert palette.colors.dtype == np.uint8
    assert palette.names == ("Skin", "")


def test_aseprites_alpha_is_no_part_of_a_name(tmp_path):
    palette = read(tmp_path, "GIMP Palette\nChannels: RGBA\n#\n255 0 9 128 wine\n1 2 3 255\n")
    assert palette.colors.tolist() == [[255, 0, 9], [1, 2, 3]]
    assert palette.names == ("wine", "")


def test_a_list_of_hex(tmp_path):
    text = (
        "; a comment\n// another\n# and another\n\n#ff8000 sunny side\n0af\n#\nABCDEF\tsea, deep\n"
    )
    palette = read(tmp_path, text)
    assert palette.name == "warm"
    assert palette.colors.tolist() == [[255, 128, 0], [0, 170, 255], [171, 205, 239]]
    assert palette.names == ("sunny side", "", "sea, deep")


def test_a_list_without_names_has_none(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbf#010203").names == ()
    assert read(tmp_path, b"#010203 caf\xe9").names == ("café",)


def test_a_picture_is_for_others(tmp_path):
    Image.new("RGB", (2, 2)).save(tmp_path / "a.png")
    assert read_palette_file(tmp_path / "a.png") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#ff8000\nzzz\n", r"warm\.txt, line 2: 'zzz' is not a colour; write it like #ff8800"),
        ("255 0 0\n", "line 1: '255 0 0' is no hex colour; begin the file with 'GIMP Palette'"),
        ("GIMP Palette\n1 2\n", "line 2: '1 2' is not three numbers from 0 to 255"),
        ("GIMP Palette\n1 2 256\n", "line 2: '1 2 256' is not three numbers"),
        ("GIMP Palette\n", "holds no colour"),
        ("; nothing\n", "holds no colour"),
        ("", "is empty"),
        ("000000\n" * 4097, "holds more than 4096 colours"),
        ("ff\0ff", "is not a palette"),
    ],
)
def test_garbled_palettes(tmp_path, text, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        read(tmp_path, text)


def test_the_largest_palette(tmp_path):
    assert len(read(tmp_path, "000000\n" * 4096)) == 4096


colors = st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=20)


@pytest.mark.parametrize("suffix", [".gpl", ".ase", ".hex", ".txt"])
@given(colors=colors, data=st.data())
def test_what_is_written_comes_back(tmp_path_factory, suffix, colors, data):
    words = st.text("äb色# 1:,😀", min_size=1).map(lambda s: " ".join(s.split())).filter(bool)
    if suffix in (".hex", ".txt"):
        words = words.map(lambda s: s.lstrip(" ,")).filter(bool)
    names = data.draw(st.lists(words, min_size=len(colors), max_size=len(colors)))
    name = data.draw(words)
    path = tmp_path_factory.mktemp("palette") / f"stem{suffix}"
    write_palette(path, Palette(np.array(colors, np.uint8), tuple(names), name))
    palette = read_palette_file(path)
    assert palette.colors.tolist() == [list(color) for color in colors]
    expected = name if suffix in (".gpl", ".ase") else "stem"
    assert (palette.names, palette.name) == (tuple(names), expected)


def test_entries_without_a_name_are_named_by_their_colour(tmp_path):
    write_palette(tmp_path / "a.gpl", Palette(np.array([[255, 128, 0]], np.uint8), name="a\nb"))
    text = (tmp_path / "a.gpl").read_text("utf-8")
    assert text == "GIMP Palette\nName: a b\nColumns: 0\n#\n255 128   0\tpale orange\n"
    with pytest.raises(ExistsError):
        write_palette(tmp_path / "a.gpl", Palette(np.zeros((1, 3), np.uint8)))
    with pytest.raises(FormatError):
        write_palette(tmp_path / "a.png", Palette(np.zeros((1, 3), np.uint8)))


def test_lists_may_end_lines_as_an_old_mac_does(tmp_path):
    assert read(tmp_path, "#ff0000 a\r#00ff00 b\r").names == ("a", "b")
    palette = read(tmp_path, "GIMP Palette\rName: Old\r1 2 3 a\r")
    assert (palette.name, palette.colors.tolist()) == ("Old", [[1, 2, 3]])


def test_a_hex_list_has_names_only_where_somebody_gave_them(tmp_path):
    palette = Palette(np.array([[255, 128, 0], [0, 0, 1]], np.uint8), ("sun", ""))
    write_palette(tmp_path / "a.hex", palette)
    assert (tmp_path / "a.hex").read_text("utf-8") == "#ff8000 sun\n#000001\n"


def test_a_name_as_long_as_a_book_is_cut(tmp_path):
    assert read(tmp_path, "#010203 " + "x" * 500_000).names == ("x" * 128,)
    assert read(tmp_path, "#010203 a\x1b[2Jb\u202ec").names == ("a [2Jb c",)


@pytest.mark.parametrize("line", ["\n", "000000\n", ";\n", "1 2 3\n"])
def test_a_palette_of_many_megabytes_is_not_read(tmp_path, line):
    with pytest.raises(UnreadableError, match="larger than 1 MiB"):
        read(tmp_path, "GIMP Palette\n" + line * (2**20 // len(line) + 1))


def test_reading_stops_after_one_entry_too_many(tmp_path):
    with pytest.raises(UnreadableError, match="more than 4096"):
        read(tmp_path, "000\n" * (MAX_ENTRIES + 1) + "zzz\n")


def ase(*blocks):
    """A swatch file of (kind, content) blocks."""
    body = b"".join(struct.pack(">HI", kind, len(data)) + data for kind, data in blocks)
    return b"ASEF\0\1\0\0" + struct.pack(">I", len(blocks)) + body


def swatch(model, *values, name="a"):
    text = name.encode("utf-16-be") + b"\0\0"
    layout = f">4s{len(values)}fH"
    return 1, struct.pack(">H", len(text) // 2) + text + struct.pack(layout, model, *values, 2)


def test_swatches_of_every_model(tmp_path):
    group = b"\0\5" + "Warm\0".encode("utf-16-be")
    data = ase(
        (0xC001, group),
        swatch(b"RGB ", 1, 0.5, 0, name="sun"),
        swatch(b"CMYK", 0, 1, 1, 0.5),
        swatch(b"Gray", 0.5),
        swatch(b"LAB ", 1, 0, 0),
        swatch(b"LAB ", 0.5429, 80.81, 69.89),  # the red of sRGB under D50
        (0xC002, b""),
        swatch(b"RGB ", 2, -1, 0),  # out of bounds
    )
    palette = read(tmp_path, data, "a.ase")
    red = [255, 0, 0]
    assert palette.colors[[0, 1, 2, 3, 5]].tolist() == [
        [255, 128, 0],
        [128, 0, 0],
        [128, 128, 128],
        [255, 255, 255],
        red,
    ]
    assert abs(palette.colors[4].astype(int) - red).max() <= 2
    assert (palette.name, palette.names[0]) == ("Warm", "sun")


def test_swatches_without_a_group_are_called_as_the_file(tmp_path):
    assert read(tmp_path, ase(swatch(b"Gray", 1)), "grays.ase").name == "grays"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"ASEF\0\1", "damaged swatch file: cut short"),
        (b"ASEF\0\1\0\0" + b"\xff" * 4, "cut short"),
        (ase((1, b"\xff\xff\0a")), "a name that is cut short"),
        (ase(swatch(b"XYZ ", 1)), "the unknown model b'XYZ '"),
        (ase(swatch(b"RGB ", float("nan"), 0, 0)), "a colour that is no number"),
        (ase(swatch(b"CMYK", 0, 0)), "cut short"),
        (ase((0xC001, b"")), "holds no colour"),
        (ase(*[swatch(b"Gray", 0)] * (MAX_ENTRIES + 1)), "holds more than 4096 colours"),
        (ase(swatch(b"RGB ", 0, 0, 0))[:-9], "cut short"),
    ],
)
def test_damaged_swatches(tmp_path, data, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        read(tmp_path, data, "a.ase")
