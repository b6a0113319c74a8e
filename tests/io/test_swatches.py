"""Palettes of other programs, as their files have them."""

import contextlib
import io
import json
import struct
import zipfile

import numpy as np
import pytest

from nurie.document import Palette
from nurie.errors import UnreadableError
from nurie.io.palettes import read_palette_file, write_palette

RED, SKY = (255, 0, 0), (16, 32, 240)


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return file.getvalue()


def aco(*colors, names=()):
    packed = [struct.pack(">5H", *color) for color in colors]
    data = struct.pack(">HH", 1, len(packed)) + b"".join(packed)
    if names:
        texts = [n.encode("utf-16-be") + b"\0\0" for n in names]
        data += struct.pack(">HH", 2, len(packed))
        data += b"".join(
            c + struct.pack(">I", len(t) // 2) + t for c, t in zip(packed, texts, strict=True)
        )
    return data


KPL = b"""<Colorset name="k"><Group name="g"><ColorSetEntry name="a"><RGB r="1" g="0" b="0"/>
<Position row="0"/></ColorSetEntry></Group><ColorSetEntry name="b"><sRGB r="0.0627" g="0.1255"
b="0.9412"/></ColorSetEntry><ColorSetEntry name="c"><Gray g="1"/></ColorSetEntry></Colorset>"""
SOC = b"""<?xml version="1.0"?><office:color-table xmlns:office="o" xmlns:draw="d"><draw:color
draw:name="a" draw:color="#ff0000"/><draw:color draw:name="b" draw:color="#1020f0"/>
</office:color-table>"""
TPL = b"""<palette name="p"><version> 71 0 </version><styles>
<style> color_0 3 255 255 255 0 </style>
<style> "deep red" 3 255 0 0 255 </style><style> b 3 16 32 240 255 </style></styles></palette>"""
PROCREATE = json.dumps(
    [{"name": "p", "swatches": [{"hue": 0, "saturation": 1, "brightness": 1}, None]}]
)
CLS_COLORS = b"".join(struct.pack("<I4BI", 8, *c, 255, 0) for c in (RED, SKY))
CLS = b"SLCC" + struct.pack("<HIH4sIH4s", 256, 20, 4, b"abcd", 0, 4, b"abcd")
CLS += struct.pack("<III", 4, 2, len(CLS_COLORS)) + CLS_COLORS
RIFF = b"RIFF" + bytes(4) + b"PAL data" + bytes(4) + struct.pack("<HH", 0x300, 2)
RIFF += bytes((*RED, 0, *SKY, 0))


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("a.aco", aco((0, 65535, 0, 0, 0), names=["rot"]), [(RED, "rot")]),
        ("a.aco", aco((1, 0, 65535, 65535, 0), (2, 65535, 0, 0, 65535)), [(RED, ""), (RED, "")]),
        ("a.aco", aco((7, 10000, 0, 0, 0), (8, 10000, 0, 0, 0)), [((255,) * 3, "")] * 2),
        ("a.act", bytes((*RED, *SKY)) + bytes(762) + b"\0\2\0\0", [(RED, ""), (SKY, "")]),
        ("a.act", bytes((*RED, *SKY)) + bytes(762), [(RED, ""), (SKY, "")]),
        ("a.kpl", zipped(colorset_xml=KPL), [(RED, "a"), (SKY, "b"), ((255,) * 3, "c")]),
        ("a.swatches", zipped(Swatches_json=PROCREATE), [(RED, "")]),
        ("a.soc", SOC, [(RED, "a"), (SKY, "b")]),
        ("a.pal", b"JASC-PAL\r\n0100\r\n2\r\n255 0 0\r\n16 32 240\r\n", [(RED, ""), (SKY, "")]),
        ("a.pal", RIFF, [(RED, ""), (SKY, "")]),
        ("a.tpl", TPL, [(RED, "deep red"), (SKY, "b")]),
        ("a.txt", b"; paint.net Palette File\n;\nFFFF0000\nFF1020F0\n", [(RED, ""), (SKY, "")]),
        ("a.cls", CLS, [(RED, ""), (SKY, "")]),
    ],
)
def test_palettes_of_other_programs(tmp_path, name, data, wanted):
    (tmp_path / name).write_bytes(data)
    found = read_palette_file(tmp_path / name)
    names = found.names or ("",) * len(found)
    assert [(tuple(c), n) for c, n in zip(found.colors.tolist(), names, strict=True)] == wanted
    for size in range(4, len(data), 7):  # cut short: a sentence, or what is left
        (tmp_path / name).write_bytes(data[:size])
        with contextlib.suppress(UnreadableError):
            read_palette_file(tmp_path / name)


@pytest.mark.parametrize("kind", ["aco", "kpl", "ase", "gpl"])
def test_palettes_come_back_as_they_were_written(tmp_path, kind):
    palette = Palette(np.array([RED, SKY, (1, 2, 3)], np.uint8), ("rot", "空 <&>", ""), "p")
    write_palette(tmp_path / f"a.{kind}", palette)
    again = read_palette_file(tmp_path / f"a.{kind}")
    assert again.colors.tolist() == palette.colors.tolist()
    assert again.names == ("rot", "空 <&>", "black")
    first = (tmp_path / f"a.{kind}").read_bytes()
    write_palette(tmp_path / f"a.{kind}", palette, force=True)
    assert (tmp_path / f"a.{kind}").read_bytes() == first


def test_a_palette_that_swells_is_refused(tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><Colorset/>'
    (tmp_path / "a.kpl").write_bytes(zipped(colorset_xml=bomb))
    with pytest.raises(UnreadableError, match="is a damaged palette"):
        read_palette_file(tmp_path / "a.kpl")


def test_colours_that_are_no_numbers(tmp_path):
    swatch = b'[{"swatches": [{"hue": 1e999, "saturation": 1, "brightness": 1}]}]'
    (tmp_path / "a.swatches").write_bytes(zipped(Swatches_json=swatch))
    with pytest.raises(UnreadableError, match="is a damaged palette"):
        read_palette_file(tmp_path / "a.swatches")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pal", b"JASC-PAL\r\n0100\r\n1\r\n255 300 0\r\n"),
        ("a.pal", b"RIFF" + bytes(4) + b"PAL data"),
        ("a.aco", b"\0\1\0\5\0\0"),
        ("a.act", b"\0\1"),
        ("a.kpl", b"PK\3\4 cut short"),
        ("a.swatches", zipped(Swatches_json=b'{"swatches": 3}')),
        ("a.soc", b'<color draw:color="#ff0000"'),
        ("a.txt", b"; paint.net Palette File\nnothing\n"),
    ],
)
def test_damage_is_said_in_words(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableError) as refused:
        read_palette_file(tmp_path / name)
    assert str(refused.value) == f"{tmp_path / name} is a damaged palette; save it again."
