"""``nurie regions`` and ``nurie lines``."""

import cv2
import numpy as np
import pytest


def deep(path):
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)


def test_regions_writes_sixteen_bit_labels(nurie, cat, tmp_path):
    heard = nurie("regions", cat, "-o", "labels.png")
    assert (heard.code, heard.err, heard.paths) == (0, "", ["labels.png"])
    labels = deep(tmp_path / "labels.png")
    assert (labels.dtype, labels.shape) == (np.uint16, (24, 24))
    assert {int(labels[0, 0]), int(labels[10, 7]), int(labels[10, 17])} == {1, 2, 3}


def test_regions_are_measured(nurie, cat, tmp_path):
    heard = nurie("regions", cat, "--json", "-o", "labels.png")
    found = heard.json
    assert (found["width"], found["height"], found["output"]) == (24, 24, "labels.png")
    labels = deep(tmp_path / "labels.png")
    assert [region["label"] for region in found["regions"]] == [1, 2, 3]
    assert [region["area"] for region in found["regions"]] == [
        (labels == label).sum() for label in (1, 2, 3)
    ]
    assert found["regions"][0]["border"] > 0 == found["regions"][1]["border"]


def test_json_alone_writes_nothing(nurie, cat, tmp_path):
    heard = nurie("regions", cat, "--json")
    assert heard.code == 0
    assert heard.json["output"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["cat.png"]


def test_the_gap_decides(nurie, tools, tmp_path):
    picture = np.full((64, 64), 255, np.uint8)
    cv2.rectangle(picture, (10, 10), (50, 50), 0, 2)
    picture[28:32, 48:54] = 255  # an opening of four pixels
    sketch = tools.save(tmp_path / "open.png", picture)
    closed, left_open = (
        len(nurie("regions", sketch, "--json", "--gap", gap).json["regions"]) for gap in (8, 0)
    )
    assert (closed, left_open) == (2, 1)


def test_lines_are_gray_ink(nurie, tools, tmp_path):
    picture = np.full((48, 48, 3), 255, np.uint8)
    picture[12:36, 12:36] = (20, 40, 220)
    tools.save(tmp_path / "flat.png", picture)
    heard = nurie("lines", "flat.png", "-o", "line.png")
    assert (heard.code, heard.err, heard.paths) == (0, "", ["line.png"])
    lines = deep(tmp_path / "line.png")
    assert (lines.ndim, lines.dtype) == (2, np.uint8)
    assert set(np.unique(lines)) == {0, 255}
    assert 60 < (lines == 0).sum() < 120


@pytest.mark.parametrize("sigma", ["1", "4"])
def test_sigma_reaches_canny(nurie, tools, tmp_path, sigma):
    from nurie.lines import canny_lines

    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (12, 12, 3), dtype=np.uint8).repeat(6, 0).repeat(6, 1)
    tools.save(tmp_path / "a.png", picture)
    assert nurie("lines", "a.png", "-o", "line.png", "--sigma", sigma).code == 0
    expected = canny_lines(picture[..., ::-1], sigma=float(sigma))
    assert (deep(tmp_path / "line.png") == expected).all()
