"""Records of Photoshop's own kinds: whatever nurie does not know comes back byte for byte."""

import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie.api import save
from nurie.document import Layers, Palette
from nurie.io.images import read_document, read_sketch
from nurie.io.recolor import read_flats, write_flats
from nurie.verify import verify

spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("psd_by_hand.py"))
by_hand = importlib.util.module_from_spec(spec)
spec.loader.exec_module(by_hand)

H, W = 6, 8
BOX = (0, 0, H, W)
COLORS = np.array([[200, 10, 20], [9, 90, 200]], np.uint8)
ADJUSTMENTS = (
    *(b"brit", b"levl", b"curv", b"expA", b"vibA", b"hue2", b"blnc", b"blwh", b"phfl", b"mixr"),
    *(b"clrL", b"nvrt", b"post", b"thrs", b"grdm", b"selc", b"SoCo", b"GdFl", b"PtFl"),
)
"""Keys of adjustments and of fills, which have no pixels of their own."""
MORE = (b"lfx2", b"lrFX", b"vmsk", b"lspf", b"lclr", b"shmd", b"fxrp", b"tsly", b"lyid", b"knko")
NAMES = ("Brightness 1", "flats", "shade", "paper", "trace", "skin", "", "sky copy")
KEYS = (b"norm", b"mul ", b"scrn", b"over", b"lddg", b"vLit", b"hMix", b"dkCl", b"colr", b"lum ")


def planes(draw, height, width):
    values = [draw(st.integers(0, 255)) for _ in range(4)]
    found = {at - 1: np.full((height, width), v, np.uint8) for at, v in enumerate(values)}
    found[-1][0, 0] = draw(st.sampled_from((0, 90, 255)))
    return found


@st.composite
def layers(draw, depth=2):
    """Records with their channels, lowest first."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        said = {
            "opacity": draw(st.integers(0, 255)),
            "key": draw(st.sampled_from(KEYS)),
            "visible": draw(st.integers(0, 3)) > 0,
            "clipped": int(draw(st.integers(0, 2)) == 0),
        }
        some = draw(st.lists(st.sampled_from(MORE), max_size=3, unique=True))
        blocks = [(key, struct.pack(">I", 7) + draw(st.binary(max_size=20))) for key in some]
        name, kind = (
            draw(st.sampled_from(NAMES)),
            draw(st.sampled_from(["paint", "text", "adjust", "group"])),
        )
        if kind == "group":
            if depth:
                head = [(b"lsct", struct.pack(">I4s4s", draw(st.integers(1, 2)), b"8BIM", b"pass"))]
                found += [
                    by_hand.group_end(), *draw(layers(depth - 1)),
                    by_hand.layer(name, blocks=[*head, *blocks], **said),
                ]  # fmt: skip
            continue
        own, box = {}, (0, 0, 0, 0)
        if kind == "adjust":
            blocks.insert(0, (draw(st.sampled_from(ADJUSTMENTS)), draw(st.binary(max_size=40))))
            own = dict.fromkeys((-1, 0, 1, 2), b"\x00\x00")
        else:
            box = draw(st.sampled_from((BOX, (1, 2, 3, 4), (-1, -2, 4, 5))))
            own = planes(draw, *box[2:])
        if kind == "text":
            blocks.insert(0, (b"TySh", draw(st.binary(min_size=8, max_size=60))))
        if draw(st.booleans()):
            said["mask"] = struct.pack(">iiiiBBxx", 0, 0, H, W, 255, 0)
            own[-2] = np.full((H, W), draw(st.sampled_from((0, 120, 255))), np.uint8)
        found.append(by_hand.layer(name, own, box=box, blocks=blocks, **said))
    return found


def ink_layer(clipped):
    ink = {n: np.zeros((H, W), np.uint8) for n in (-1, 0, 1, 2)}
    ink[-1][2, 1:7] = 255
    return by_hand.layer("LINE of mine", ink, box=BOX, clipped=int(clipped))


def colored(sketch, turn):
    labels = np.ones(sketch.shape, np.int32)
    labels[:, W // 2 :] = 2
    palette = Palette(COLORS + np.uint8(turn), ("skin", "sky"))
    return Layers(sketch, labels, np.array([-1, 0, 1], np.int32), palette, np.zeros(3, bool))


def kept(path, records):
    """Whether all records and their channels are there, in their order."""
    data, places = path.read_bytes(), []
    for record, channels in records:
        places.append(data.find(record, places[-1] + 1 if places else 0))
        if places[-1] < 0 or channels not in data:
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(below=layers(), above=layers(), clipped=st.booleans())
def test_records_outlive_colouring_and_recolouring(tmp_path_factory, below, above, clipped):
    folder = tmp_path_factory.mktemp("foreign")
    merged = np.full((3, H, W), 255, np.uint8)
    whole = [*below, ink_layer(clipped), *above]
    (folder / "0.psd").write_bytes(
        by_hand.psd((H, W), whole, merged, blocks=by_hand.block(b"Txt2", b"texts"))
    )
    records = [*below, *above]
    for turn in (1, 2, 3):
        sketch = read_sketch(folder / f"{turn - 1}.psd", line_layer="LINE of mine")
        save(colored(sketch, turn), folder / f"{turn}.psd")
        assert kept(folder / f"{turn}.psd", records)
        assert b"texts" in (folder / f"{turn}.psd").read_bytes()
        bad = [check for check in verify(sketch, folder / f"{turn}.psd").checks if not check.ok]
        assert not [check for check in bad if check.name == "kept"]
    flats = read_flats(folder / "3.psd")
    other = Palette(flats.palette.colors[::-1].copy(), flats.palette.names)
    write_flats(folder / "4.psd", flats, other)
    assert kept(folder / "4.psd", records)
    document = read_document(folder / "4.psd")
    assert sorted(r for r, _ in document.own.values()).count("flat") == 2


@pytest.mark.parametrize("hidden", [True, False])
def test_what_the_merged_picture_leaves_out_is_said(tmp_path, hidden):
    empty = dict.fromkeys((-1, 0, 1, 2), b"\x00\x00")
    blue = {n: np.full((H, W), 90, np.uint8) for n in (-1, 0, 1, 2)}
    records = [
        by_hand.layer("glow", blue, box=BOX, blocks=[(b"lfx2", b"")], visible=not hidden),
        by_hand.layer("plain", blue, box=BOX, blocks=[(b"SoCo", b"")]),
        by_hand.layer("Curves 1", empty, box=(0, 0, 0, 0), blocks=[(b"curv", b"")]),
        ink_layer(False),
    ]
    (tmp_path / "a.psd").write_bytes(by_hand.psd((H, W), records, np.zeros((3, H, W), np.uint8)))
    (note,) = read_sketch(tmp_path / "a.psd", line_layer="LINE of mine").notes
    named = "'Curves 1'" if hidden else "'Curves 1', 'glow'"
    assert note == f"{named} kept; the merged picture leaves adjustments, fills and effects out."
