"""Drawings written down as text."""

from importlib import resources

import numpy as np
import pytest

from nurie_lab.drawings.kit import recipes, sections
from nurie_lab.drawings.kit.drafting import Draft, Sheet, corner
from nurie_lab.drawings.kit.stencils import stencil

COLORS = {"coat": (9, 8, 7)}


def shapes(text, **values):
    sheet = Sheet(COLORS)
    stencil(sheet, text, **values)
    return sheet.shapes


def points(shape):
    """(x, y) of the outline."""
    return shape.outline[:, ::-1].astype(float).round(4).tolist()


def test_a_line_is_a_part_with_its_role_and_points():
    (shape,) = shapes("head coat : 0,0 1,.5 -.5,2")
    assert (shape.part, shape.color, shape.width) == ("head", (9, 8, 7), 1)
    assert points(shape) == [[0, 0], [1, 0.5], [-0.5, 2]]


def test_a_point_with_an_exclamation_mark_is_a_corner():
    (shape,) = shapes("head coat : 0,0! 1,0")
    assert points(shape) == [[0, 0], [0, 0], [1, 0]]
    assert corner((0, 0), (1, 1)) == [(0, 0), (0, 0), (1, 1), (1, 1)]


@pytest.mark.parametrize(
    ("number", "value"), [("a", 2), ("-a", -2), ("1-.5a", 0), ("3+a+b", 15), (".5a-b", -9)]
)
def test_letters_stand_for_values(number, value):
    (shape,) = shapes(f"p coat : {number},0 0,0 1,1", a=2.0, b=10.0)
    assert points(shape)[0] == [value, 0]


def test_a_letter_without_a_value_is_a_mistake():
    with pytest.raises(KeyError, match="z"):
        shapes("p coat : z,0 0,0")


def test_a_stroke_covers_nothing():
    stroke, ring = shapes("- w.5 : 0,0 1,1\n- ring : 0,0 1,1 0,1")
    assert (stroke.color, stroke.closed, stroke.width) == (None, False, 0.5)
    assert ring.closed


def test_both_draws_the_right_and_its_image():
    right, left = shapes("ear.% coat both @head.% : 1,0 2,0 1,1")
    assert (right.part, left.part) == ("ear.r", "ear.l")
    assert points(left) == [[-1, 0], [-2, 0], [-1, 1]]


def test_what_moves_with_the_head_moves_alike_on_both_sides():
    right, left = shapes("ear.% coat both ~.5 : 1,0 2,0 1,1", k=0.4)
    assert points(right)[0] == [1.2, 0]
    assert points(left)[0] == [-0.8, 0]


def test_a_mirrored_half_closes_on_the_other_side():
    (shape,) = shapes("p coat mirror : 0,-1 1,0 0,1")
    assert points(shape) == [[0, -1], [1, 0], [0, 1], [-1, 0]]


def test_ovals_and_tubes():
    oval, tube = shapes("o coat oval : 1,2 3,.5\nt coat tube=.4,.4 cut : 0,0 0,4")
    ring = np.array(points(oval))
    assert ring[:, 0].max() == 4
    assert ring[:, 1].min() == 1.5
    sides = np.array(points(tube))
    assert sides[:, 0].max() == pytest.approx(0.2)
    assert tube.whole


def test_options():
    (shape,) = shapes("p coat sharp merge solid w0 @body : 0,0 1,0 1,1")
    assert (shape.smooth, shape.merge, shape.solid) == (False, True, True)
    assert (shape.width, shape.within) == (0, "body")


def test_nothing_is_drawn_by_an_empty_text():
    assert shapes("\n  \n") == []


def test_frames_turn_clockwise_scale_flip_and_stretch():
    sheet = Sheet(COLORS)
    frame = sheet.frame(10, 20, scale=2, angle=np.pi / 2, flip=True)
    frame.line([(1, 0), (0, 1), (0, 0)])
    # Mirrored (-1, 0) turned a quarter clockwise points up; (0, 1) points to the left.
    assert points(sheet.shapes[0]) == [[10, 18], [8, 20], [10, 20]]
    sheet.stretched(2, 3).line([(1, 1), (0, 0), (1, 0)])
    assert points(sheet.shapes[1])[0] == [2, 3]


@pytest.mark.parametrize("room", ["figures", "animals", "things", "scenes"])
def test_no_section_of_a_room_hides_another(room):
    files = resources.files("nurie_lab.drawings") / room
    texts = [f.read_text("utf-8") for f in files.iterdir() if f.name.endswith(".txt")]
    names = [line for text in texts for line in text.splitlines() if line.startswith("[")]
    assert len(names) == len(set(names)) == len(sections(room))


def recipe(text, **values):
    """The shapes of a recipe."""
    d = Draft(np.random.default_rng(0))
    recipes.recipe(d, **values).follow(recipes._rules(text.strip()))
    return d.shapes


def parts(text, **values):
    return [s.part for s in recipe(text, **values)]


def test_a_recipe_chooses_repeats_and_shades():
    text = """
$coat = #102030?1:leaf
?0
  hidden $coat box : 0,0 1,1
else
  *x=.2;.6
    eye_{x} $coat+1 oval : x,.5 .1,.1
- *x=0;1 w=2 @eye : x,0 x,w
    """
    drawn = recipe(text, w=1.0)
    assert [s.part for s in drawn] == ["eye 0.2", "eye 0.6", "", ""]
    assert drawn[0].color == (255, 255, 255)
    assert (drawn[3].width, drawn[3].within) == (2.0, "eye")


@pytest.mark.parametrize(
    ("loop", "values"),
    [
        ("*i<3", ["0", "1", "2"]),
        ("*i=5;7", ["5", "7"]),
        ("*i=5;7;9[:n]", ["5", "7"]),
        ("*i=0:1:3", ["0", "0.5", "1"]),
        ("*k,i=1:3:n", ["1", "3"]),
        ("*i,k=1:3:n", ["0", "1"]),
        ("*i,k=n,1;n+1,1", ["2", "3"]),
        ("*i=0;1 i>0", []),
    ],
)
def test_loops_count_step_and_stop(loop, values):
    assert parts(f"{{i}} leaf {loop} : 0,0 1,0 1,1", n=2.0, i=0.0) == values


@pytest.mark.parametrize(("kind", "part"), [(0, "a"), (1, "b"), (2, "c"), (3, "d")])
def test_one_of_several_tests_is_followed(kind, part):
    text = "kind==0\n  a leaf : 0,0 1,0\nelse kind==1\n  b leaf : 0,0 1,0\n"
    text += "else kind<3\n  c leaf : 0,0 1,0\nelse\n  d leaf : 0,0 1,0"
    assert parts(text, kind=float(kind)) == [part]


def test_a_loop_goes_on_while_its_test_holds():
    assert parts("while x<2\n  p{x:.1f} leaf : 0,0 1,0\n  x = x+1", x=0.5) == ["p0.5", "p1.5"]


def test_values_of_another_section_stay_there(monkeypatch):
    monkeypatch.setattr(recipes, "sections", lambda _: {"_it": "{on} $c : 0,0 x,y\nx = 7"})
    text = "$c = #010203\ny = 1\n& _it x=.5 on=@roof\nx{y} $c : 0,0 1,1"
    first, second = recipe(text)
    assert (first.part, first.color, second.part) == ("roof", (1, 2, 3), "x1")
    assert points(first)[-1] == [0.5, 1]


def test_pieces_are_joined_and_moved():
    (shape,) = recipe("gate leaf : poly 1,1 0,1 + plain [*x=0;1 x,0 x,.5x]")
    assert points(shape)[0] == [1, 1]
    assert points(shape)[-4:] == [[0, 0], [0, 0], [1, 0], [1, 0.5]]
    (moved,) = recipe("gate leaf scale=2,1,0,0,0 plain : 1,0 2,1")
    assert points(moved) == [[0, 0], [2, 2]]


def test_a_choice_of_colours_follows_its_weights():
    assert {s.color for s in recipe("p #000001|#000002 *i<40 : 0,0 1,1")} == {(0, 0, 1), (0, 0, 2)}
    assert {s.color for s in recipe("p #000001:1|#000002:0 *i<9 : 0,0 1,1")} == {(0, 0, 1)}


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (".2~.4", 0.2, 0.4),
        ("1+(.2~.4)*2", 1.4, 1.8),
        ("3..5", 3, 5),
        ("2*(1..1)", 2, 2),
        ("?1", 1, 1),
    ],
)
def test_numbers_by_chance(text, least, most):
    assert all(least <= shape.width <= most for shape in recipe(f"- *i<30 w={text} : 0,0 1,1"))


def test_what_is_no_number_is_a_mistake():
    with pytest.raises(ValueError, match="is no number"):
        recipe("p leaf : x.real,0 1,1", x=1.0)
