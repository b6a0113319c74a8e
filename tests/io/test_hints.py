"""Hints, painted and listed."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nurie.document import Mark
from nurie.errors import OptionError, UnreadableError
from nurie.io.hints import draw_marks, read_hints, read_marks
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
    with pytest.raises(OptionError, match="9000 x 9000 pixels and the sketch 3 x 2"):
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
        ({"x": 10**400}, "hint 2: x is not a number"),
        ({"color": "rainbow"}, "hint 2: 'rainbow' is not a colour; write it like #ff8800"),
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


def test_mixed_pixels_between_two_dabs_take_the_nearer_colour(tmp_path):
    pixels = np.zeros((12, 30, 4), np.uint8)
    pixels[2:10, 3:14], pixels[2:10, 15:26] = [*RED, 255], [*SEA, 255]
    pixels[2:10, 14] = [180, 60, 80, 255]
    hints = read_hints(painted(tmp_path, pixels), (12, 30))
    assert np.unique(hints.colors, axis=0).tolist() == [SEA, RED]
    assert (hints.colors[hints.columns == 14] == RED).all()


def test_of_a_gradient_the_commonest_colour_is_meant(tmp_path):
    pixels = np.zeros((3, 40, 4), np.uint8)
    pixels[1, 2:38] = [[100 + i, 0, 0, 255] for i in range(36)]
    pixels[2, 20] = [120, 0, 0, 255]
    hints = read_hints(painted(tmp_path, pixels), (3, 40))
    assert np.unique(hints.colors, axis=0).tolist() == [[120, 0, 0]]


def grid(hints, shape):
    """What each pixel is hinted by, counted from 1."""
    out = np.zeros(shape, int)
    out[hints.rows, hints.columns] = hints.marks + 1
    return out


def test_a_stroke_is_as_wide_as_it_says(tmp_path):
    points = [{"points": [[5, 10], [25, 10]], "radius": 3, "color": "#f00"}]
    drawn = grid(read_hints(listed(tmp_path, points), (20, 30)), (20, 30))
    assert np.flatnonzero(drawn[:, 15]).tolist() in ([7, 8, 9, 10, 11, 12], list(range(7, 14)))
    assert drawn[10, 3]
    assert not drawn[10, 0]


def test_an_area_is_filled_and_what_comes_later_lies_above(tmp_path):
    points = [
        {"polygon": [[2, 2], [17, 2], [17, 17], [2, 17]], "color": "#ff0000"},
        {"points": [[10, 10]], "radius": 2, "color": "#00aaff"},
        {"x": 4, "y": 4, "color": "#00aaff"},
    ]
    hints = read_hints(listed(tmp_path, points), (20, 20))
    drawn = grid(hints, (20, 20))
    assert drawn[10, 10] == 2
    assert drawn[14, 14] == 1
    assert not drawn[0].any()
    # The dot shares its pixel with the area below it.
    assert sorted(hints.marks[(hints.rows == 4) & (hints.columns == 4)].tolist()) == [0, 2]
    under = draw_marks(read_marks(listed(tmp_path, points[::-1]), (20, 20)), (20, 20))
    assert np.unique(under.marks).tolist() == [2]


def test_a_stroke_may_leave_the_picture(tmp_path):
    points = [{"points": [[-30, 5], [40, 5]], "color": "#f00"}]
    drawn = grid(read_hints(listed(tmp_path, points), (10, 12)), (10, 12))
    assert drawn[5].all()


STROKE = {"points": [[1, 1], [2, 1]], "radius": 1, "color": "#ff0000"}


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ({"points": []}, "hint 1: at least 1 points are needed"),
        ({"points": 3}, "hint 1: at least 1 points are needed"),
        ({"points": [[1]]}, r"hint 1: '\[1\]' is not a point like \[10, 20\]"),
        ({"points": [[1, "a"]]}, "hint 1: y is not a number"),
        ({"points": [[-5, 1], [-1, 1]]}, r"hint 1: \(-5, 1\) lies outside of the 3 x 2 sketch"),
        ({"points": [[1, 1], [1e9, 1]]}, r"hint 1: \(1, 1\) lies outside"),
        ({"radius": 0}, "hint 1: radius is no length in pixels above 0"),
        ({"radius": "big"}, "hint 1: radius is no length"),
        ({"radius": 99}, "hint 1: radius is no length"),
        ({"color": "no"}, "hint 1: 'no' is not a colour"),
        ({"polygon": [[1, 1], [2, 1]]}, "hint 1: at least 3 points are needed"),
    ],
)
def test_strokes_and_areas_that_cannot_be_obeyed(tmp_path, mark, sentence):
    with pytest.raises(OptionError, match=sentence):
        read_hints(listed(tmp_path, [STROKE | mark]), (2, 3))


def test_hints_that_only_take_time_are_refused():
    whole = Mark(np.array([[0, 0], [0, 2e3], [2e3, 2e3]], np.float32), (1, 2, 3), area=True)
    with pytest.raises(OptionError, match="hints cover the sketch 256 times; use fewer"):
        draw_marks([whole] * 2000, (1000, 1000))


coordinate = st.floats(0, 60, width=32).map(lambda v: round(v, 2))
color = st.tuples(*[st.integers(0, 255)] * 3)


@st.composite
def marks(draw):
    kind = draw(st.sampled_from(["dot", "stroke", "area"]))
    least, most = {"dot": (1, 1), "stroke": (1, 5), "area": (3, 6)}[kind]
    points = draw(st.lists(st.tuples(coordinate, coordinate), min_size=least, max_size=most))
    radius = round(draw(st.floats(0.5, 9)), 2) if kind == "stroke" else 0.0
    return Mark(np.array(points, np.float32), draw(color), radius, kind == "area")


def record_of(mark):
    """A mark as JSON has it."""
    corners = [[round(float(x), 2), round(float(y), 2)] for y, x in mark.points]
    color = {"color": "#{:02x}{:02x}{:02x}".format(*mark.color)}
    if mark.area:
        return color | {"polygon": corners}
    if mark.radius:
        return color | {"points": corners, "radius": round(float(mark.radius), 2)}
    return color | {"x": corners[0][0], "y": corners[0][1]}


@given(st.lists(marks(), max_size=6))
def test_marks_come_back_as_they_were_saved(tmp_path_factory, saved):
    path = tmp_path_factory.mktemp("hints") / "h.json"
    path.write_text(json.dumps({"hints": [record_of(mark) for mark in saved]}), "utf-8")
    found = read_marks(path, (64, 64))
    assert [(m.color, m.radius, m.area) for m in found] == [
        (m.color, m.radius, m.area) for m in saved
    ]
    for one, two in zip(found, saved, strict=True):
        assert np.allclose(one.points, two.points, atol=0.006)


def test_colours_are_named_as_in_words(tmp_path):
    points = [{"x": 0, "y": 0, "color": name} for name in ("Crimson", "dark red", "0af", "#0af")]
    assert [mark.color for mark in read_marks(listed(tmp_path, points), (2, 3))] == [
        (220, 20, 60), (139, 0, 0), (0, 170, 255), (0, 170, 255)
    ]  # fmt: skip
    endless = [{"x": 0, "y": 0, "color": "a " * 100_000}]
    with pytest.raises(OptionError, match="is not a colour"):
        read_marks(listed(tmp_path, endless), (2, 3))
