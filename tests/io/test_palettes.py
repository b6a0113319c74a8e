"""Palettes as GIMP and as people write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nurie.document import Palette
from nurie.errors import ExistsError, FormatError, UnreadableError
from nurie.io.palettes import read_palette_file, write_gpl


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


def test_a_list_of_hex(tmp_path):
    text = (
        "; a comment\n// another\n# and another\n\n#ff8000 sunny side\n0af\n#\nABCDEF\tsea, deep\n"
    )
    palette = read(tmp_path, text)
    assert palette.name == "warm"
    assert palette.colors.tolist() == [[255, 128, 0], [0, 170, 255], [171, 205, 239]]
    assert palette.names == ("sunny side", "", "sea  deep")


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
        ("GIMP Palette\n1 2\n", "line 2: '1 2' is not three numbers from 0 to 255"),
        ("GIMP Palette\n1 2 256\n", "line 2: '1 2 256' is not three numbers"),
        ("GIMP Palette\n", "holds no colour"),
        ("; nothing\n", "holds no colour"),
        ("", "is empty"),
        ("000000\n" * 4097, "holds 4097 colours; a palette has at most 4096"),
        ("ff\0ff", "is not a palette"),
    ],
)
def test_garbled_palettes(tmp_path, text, sentence):
    with pytest.raises(UnreadableError, match=sentence):
        read(tmp_path, text)


def test_the_largest_palette(tmp_path):
    assert len(read(tmp_path, "000000\n" * 4096)) == 4096


colors = st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=20)


@given(colors=colors, data=st.data())
def test_what_is_written_comes_back(tmp_path_factory, colors, data):
    words = st.text("äb色# 1:", min_size=1).map(lambda s: " ".join(s.split())).filter(bool)
    names = data.draw(st.lists(words, min_size=len(colors), max_size=len(colors)))
    name = data.draw(words)
    path = tmp_path_factory.mktemp("gpl") / "a.gpl"
    write_gpl(path, Palette(np.array(colors, np.uint8), tuple(names), name))
    palette = read_palette_file(path)
    assert palette.colors.tolist() == [list(color) for color in colors]
    assert (palette.names, palette.name) == (tuple(names), name)


def test_entries_without_a_name_are_named_by_their_hex(tmp_path):
    write_gpl(tmp_path / "a.gpl", Palette(np.array([[255, 128, 0]], np.uint8), name="a\nb"))
    text = (tmp_path / "a.gpl").read_text("utf-8")
    assert text == "GIMP Palette\nName: a b\nColumns: 0\n#\n255 128   0\t#ff8000\n"
    with pytest.raises(ExistsError):
        write_gpl(tmp_path / "a.gpl", Palette(np.zeros((1, 3), np.uint8)))
    with pytest.raises(FormatError):
        write_gpl(tmp_path / "a.txt", Palette(np.zeros((1, 3), np.uint8)))
