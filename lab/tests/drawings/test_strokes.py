"""The painter: covering, growing together, staying within, ink."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie_lab.drawings.kit.strokes import Pen, Shape, any_pen, paint

RED, BLUE, GREEN = (200, 0, 0), (0, 0, 200), (0, 200, 0)
THIN = Pen(width=1.0, vary=0.0)


def box(top, left, bottom, right):
    return np.float32([[top, left], [top, right], [bottom, right], [bottom, left]])


def drawn(*shapes, size=40, pen=THIN):
    return paint(list(shapes), size, np.random.default_rng(0), pen=pen)


def square(part, color, at=(8, 8, 32, 32), **style):
    return Shape(box(*at), part, color, smooth=False, **style)


def test_a_square_has_its_part_its_colour_and_a_closed_line():
    made = drawn(square("box", RED))
    assert made.names == ("box",)
    assert made.parts[20, 20] == 1
    assert made.parts[2, 2] == 0
    assert made.color[20, 20].tolist() == [200, 0, 0]
    assert made.color[2, 2].tolist() == [255, 255, 255]
    assert made.lines[20, 20] == 255
    assert (made.lines[8, 10:30] < 140).all()
    assert (made.lines[10:30, 8] < 140).all()


def test_colours_have_no_lines_and_there_is_a_part_under_every_line():
    made = drawn(square("box", RED), pen=Pen(width=4, vary=0))
    assert {tuple(c) for c in made.color.reshape(-1, 3).tolist()} == {(255, 255, 255), RED}
    assert made.parts[9, 20] == 1
    assert made.lines[9, 20] == 0


def test_a_later_shape_covers_lines_and_parts():
    made = drawn(square("box", RED), square("lid", BLUE, at=(16, 4, 24, 36)))
    assert made.color[20, 20].tolist() == [0, 0, 200]
    assert (made.lines[18:23, 8] == 255).all()
    assert made.color[28, 20].tolist() == [200, 0, 0]


def test_merged_shapes_have_no_line_between():
    parts = square("a", RED, at=(8, 4, 32, 22)), square("a", RED, at=(14, 16, 26, 36), merge=True)
    assert (drawn(*parts).lines[16:25, 10:32] == 255).all()
    apart = parts[0], square("a", RED, at=(14, 16, 26, 36))
    assert (drawn(*apart).lines[16:25, 16] < 140).all()


def test_what_is_within_a_part_stays_there_and_keeps_its_outline():
    made = drawn(square("shirt", RED), square("stripe", BLUE, at=(16, 0, 24, 40), within="shirt"))
    assert made.color[20, 20].tolist() == [0, 0, 200]
    assert made.color[20, 4].tolist() == [255, 255, 255]
    assert (made.lines[10:30, 8] < 200).all()


def test_within_takes_the_parts_of_a_part_too():
    eye = square("eye.white", RED), square("eye.iris", BLUE, at=(12, 12, 28, 28))
    made = drawn(*eye, square("light", GREEN, at=(14, 4, 18, 18), within="eye"))
    assert made.color[16, 10].tolist() == [0, 200, 0]
    assert made.color[16, 15].tolist() == [0, 200, 0]
    assert made.color[16, 5].tolist() == [255, 255, 255]


def test_solid_is_ink_that_has_a_colour_or_the_one_below():
    made = drawn(square("pupil", BLUE, solid=True))
    assert made.lines[20, 20] == 0
    assert made.color[20, 20].tolist() == [0, 0, 200]
    made = drawn(square("skin", RED), Shape(box(16, 16, 24, 24), solid=True, width=0))
    assert made.lines[20, 20] == 0
    assert made.parts[20, 20] == 1


def test_a_nameless_shape_is_paper():
    made = drawn(square("ring", RED), square("", (1, 2, 3), at=(14, 14, 26, 26)))
    assert made.parts[20, 20] == 0
    assert made.color[20, 20].tolist() == [255, 255, 255]


def test_an_outline_that_crosses_itself_is_filled_whole():
    bow = np.float32([[8, 8], [8, 30], [30, 30], [30, 14], [12, 14], [12, 24], [24, 24], [24, 8]])
    assert drawn(Shape(bow, "a", RED, smooth=False)).parts[18, 18] == 0
    assert drawn(Shape(bow, "a", RED, smooth=False, whole=True)).parts[18, 18] == 1


def test_the_first_shape_of_a_name_decides_its_colour():
    made = drawn(square("a", RED, at=(4, 4, 16, 16)), square("a", BLUE, at=(20, 20, 36, 36)))
    assert made.color[28, 28].tolist() == [200, 0, 0]
    assert len(made.colors) == 2


def test_an_open_stroke_divides_nothing():
    made = drawn(Shape(np.float32([[20, 4], [20, 36]]), closed=False))
    assert (made.parts == 0).all()
    assert made.lines[20, 20] < 200
    assert made.names == ()


def test_no_width_is_no_line():
    assert (drawn(square("a", RED, width=0)).lines == 255).all()


def test_a_shape_off_the_page_is_only_a_name_less():
    assert drawn(square("a", RED, at=(100, 100, 120, 120))).names == ()


def test_pages_need_not_be_square():
    made = drawn(square("a", RED), size=(40, 60))
    assert made.lines.shape == (40, 60)
    assert made.color.shape == (40, 60, 3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_same_seed_same_bytes_and_every_pixel_has_the_colour_of_its_part(seed):
    rng = np.random.default_rng(seed)
    shapes = [
        Shape(rng.uniform(-5, 45, (5, 2)).astype(np.float32), f"p{i}", RED, merge=bool(i % 2))
        for i in range(4)
    ]
    pen = any_pen(rng, 40)
    a, b = (paint(shapes, 40, np.random.default_rng(seed), pen=pen) for _ in range(2))
    assert a.lines.tobytes() == b.lines.tobytes()
    assert a.parts.tobytes() == b.parts.tobytes()
    assert a.parts.max() <= len(a.names)
    assert (a.color == a.colors[a.parts]).all()


@pytest.mark.parametrize("size", [64, 512, 2048])
def test_pens_are_thin_for_small_pictures_and_broader_for_large_ones(size):
    widths = [any_pen(np.random.default_rng(i), size).width for i in range(50)]
    assert min(widths) >= 0.9
    assert max(widths) < size / 20
