"""Hints, painted and listed."""

import json

import numpy as np
import pytest
from PIL import Image

from nurie.errors import OptionError, TooLargeError, UnreadableError
from nurie.io.hints import read_hints
from nurie.io.images import write_picture

RED, SEA = [255, 0, 0], [0, 170, 255]


def painted(tmp_path, pixels, name="h.png"):
    write_picture(tmp_path / name, np.array(pixels))
    return tmp_path / name


def listed(tmp_path, points):
    path = tmp_path / "h.json"
    path.write_text(points if isinstance(points, str) else json.dumps(points), "utf-8")
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_half_opaque_pixels_hint(tmp_path, dtype):
    step = 1 if dtype == np.uint8 else 257
    alphas = np.array([[0, 127, 128], [255, 0, 0]], np.uint8)
    pixels = np.zeros((2, 3, 4), dtype)
    pixels[..., :3], pixels[..., 3] = np.array(SEA) * step, alphas.astype(int) * step
    hints = read_hints(painted(tmp_path, pixels), (2, 3))
    assert list(zip(hints.rows.tolist(), hints.columns.tolist(), strict=True)) == [(0, 2), (1, 0)]
    assert hints.colors.tolist() == [SEA, SEA]
    assert (hints.rows.dtype, hints.colors.dtype) == (np.int32, np.uint8)


def test_no_hint_is_allowed(tmp_path):
    clear = painted(tmp_path, np.zeros((2, 3, 4), np.uint8))
    assert read_hints(clear, (2, 3)).colors.shape == (0, 3)
    assert read_hints(listed(tmp_path, []), (2, 3)).colors.shape == (0, 3)


def test_painted_hints_that_are_a_mistake(tmp_path):
    with pytest.raises(OptionError, match="has no transparency; paint hints on a transparent"):
        read_hints(painted(tmp_path, np.zeros((2, 3, 3), np.uint8)), (2, 3))
    clear = painted(tmp_path, np.zeros((2, 3, 4), np.uint8), "clear.png")
    with pytest.raises(OptionError, match="has 3 x 2 pixels and the sketch 5 x 4; hints must"):
        read_hints(clear, (4, 5))
    opaque = painted(tmp_path, np.full((2, 3, 4), 255, np.uint8), "opaque.png")
    with pytest.raises(OptionError, match="is opaque everywhere; leave what is no hint"):
        read_hints(opaque, (2, 3))
    one = painted(tmp_path, np.array([[[*RED, 255]]], np.uint8), "one.png")
    assert read_hints(one, (1, 1)).colors.tolist() == [RED]


def test_a_huge_hint_picture_is_not_decoded(tmp_path):
    Image.new("1", (9000, 9000)).save(tmp_path / "h.png")
    with pytest.raises(TooLargeError):
        read_hints(tmp_path / "h.png", (2, 3))


@pytest.mark.parametrize("wrap", [lambda points: points, lambda points: {"hints": points}])
def test_points(tmp_path, wrap):
    points = [{"x": 2, "y": 0, "color": "#f00"}, {"x": 0.9, "y": 1.5, "color": "00aaff"}]
    hints = read_hints(listed(tmp_path, wrap(points)), (2, 3))
    assert hints.rows.tolist() == [0, 1]
    assert hints.columns.tolist() == [2, 0]
    assert hints.colors.tolist() == [RED, SEA]


GOOD = {"x": 0, "y": 0, "color": "#ff0000"}


@pytest.mark.parametrize(
    ("point", "sentence"),
    [
        ({"x": 3}, r"hint 2: \(3, 0\) lies outside of the 3 x 2 sketch"),
        ({"y": 2}, r"hint 2: \(0, 2\) lies outside of the 3 x 2 sketch"),
        ({"x": -0.5}, r"hint 2: \(-1, 0\) lies outside"),
        ({"x": None}, "hint 2: x is not a number; count pixels from 0"),
        ({"y": True}, "hint 2: y is not a number"),
        ({"y": float("nan")}, "hint 2: y is not a number"),
        ({"x": 1e400}, "hint 2: x is not a number"),
        ({"color": "reddish"}, "hint 2: 'reddish' is not a colour; write it like #ff8800"),
        ({"color": None}, "hint 2: color is missing; write it like #ff8800"),
    ],
)
def test_points_that_cannot_be_obeyed(tmp_path, point, sentence):
    with pytest.raises(OptionError, match=sentence):
        read_hints(listed(tmp_path, [GOOD, GOOD | point]), (2, 3))


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ('[{"x": 1', UnreadableError, "is neither a picture nor JSON"),
        ("words", UnreadableError, "is neither a picture nor JSON"),
        ("[" * 100_000, UnreadableError, "is neither a picture nor JSON"),
        ("7", UnreadableError, "holds no list of hints; write"),
        ('{"points": []}', UnreadableError, "holds no list of hints"),
        ("[5]", OptionError, "hint 1: '5' is not a point with x, y and color"),
        ("", UnreadableError, "is empty"),
    ],
)
def test_garbled_lists(tmp_path, text, error, sentence):
    with pytest.raises(error, match=sentence):
        read_hints(listed(tmp_path, text), (2, 3))
