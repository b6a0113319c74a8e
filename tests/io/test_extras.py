"""Contact sheets, pictures of unsure regions, reports."""

import json

import numpy as np
import pytest

from nurie.document import Layers, Palette, Sketch
from nurie.errors import ExistsError, FormatError
from nurie.io.extras import write_doubts, write_report, write_sheet
from nurie.io.images import read_color

RED, SEA = (255, 0, 0), (0, 170, 255)


def layers(shape=(60, 90), colors=(RED, SEA), dtype=np.uint8):
    """Two halves, left and right."""
    labels = np.ones(shape, np.int32)
    labels[:, shape[1] // 2 :] = 2
    return Layers(
        Sketch(np.full(shape, np.iinfo(dtype).max, dtype)), labels, np.array([-1, 0, 1], np.int32),
        Palette(np.array(colors, np.uint8)), np.zeros(3, bool), np.array([0, 0.9, 0.2], np.float32),
    )  # fmt: skip


def share(picture, color):
    return (np.abs(picture.astype(int) - color).max(axis=2) < 3).mean()


def test_a_sheet_holds_the_lines_and_each_answer(tmp_path):
    write_sheet(tmp_path / "s.png", [layers(), layers(colors=(SEA, (9, 9, 9)))])
    sheet = read_color(tmp_path / "s.png")
    # Of three tiles one is white, one red and blue, one blue and black.
    tiles = share(sheet, (255, 255, 255)), share(sheet, RED), share(sheet, SEA)
    assert tiles[0] > 0.1
    assert tiles[1] > 0.05
    assert tiles[2] == pytest.approx(2 * tiles[1], rel=0.1)


@pytest.mark.parametrize("shape", [(1, 1), (2000, 3), (700, 1200)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_sheets_of_any_size_are_small(tmp_path, shape, dtype):
    write_sheet(tmp_path / "s.png", [layers(shape, dtype=dtype)] * 5)
    assert max(read_color(tmp_path / "s.png").shape) < 4000


def test_unsure_regions_keep_their_colour_and_the_others_fade(tmp_path):
    write_doubts(tmp_path / "d.png", layers((120, 180)), np.array([2], np.int32))
    picture = read_color(tmp_path / "d.png")
    assert picture.shape == (120, 180, 3)
    assert share(picture, RED) == 0
    assert picture[5, 5].tolist() == [255, 166, 166]
    assert share(picture[:, 95:], SEA) > 0.7
    assert share(picture, (230, 0, 120)) > 0.003


def test_nothing_unsure_is_a_pale_picture(tmp_path):
    write_doubts(tmp_path / "d.png", layers(dtype=np.uint16), np.zeros(0, np.int32))
    assert read_color(tmp_path / "d.png").min() > 100


def test_a_report_is_json_and_names_may_be_of_any_kind(tmp_path):
    report = {"sketch": "猫.png", "unsure": [], "regions": [{"label": 1}, {"label": 2}]}
    write_report(tmp_path / "r.json", report)
    assert json.loads((tmp_path / "r.json").read_text("utf-8")) == report
    write_report(tmp_path / "r.json", report | {"regions": []}, force=True)
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["regions"] == []


def test_no_file_is_lost_and_no_other_kind_is_written(tmp_path):
    for name in ("r.json", "s.png"):
        (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(ExistsError):
        write_report(tmp_path / "r.json", {"regions": []})
    with pytest.raises(ExistsError):
        write_sheet(tmp_path / "s.png", [layers()])
    with pytest.raises(ExistsError):
        write_doubts(tmp_path / "s.png", layers(), np.zeros(0, np.int32))
    with pytest.raises(FormatError):
        write_sheet(tmp_path / "s.webp", [layers()])
    assert (tmp_path / "s.png").read_bytes() == b"mine"
