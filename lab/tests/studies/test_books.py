"""Scores of books: what counts, and what is right."""

import numpy as np

from nurie_lab.bench.studies.books import invented, scores
from nurie_lab.drawings.kit.strokes import Shape, paint


def square(left, part, color, top=4, side=12):
    corners = [(top, left), (top, left + side), (top + side, left + side), (top + side, left)]
    return Shape(np.float32(corners), part, color, smooth=False)


def page(coat):
    shapes = [
        square(4, "cast 1.coat", coat),
        square(24, "cast 2.coat", (0, 0, 200)),
        square(44, "panel 1.speech 1", (255, 255, 255)),
        square(64, "panel 1.tree", (0, 90, 0)),
    ]
    return paint(shapes, (20, 80), np.random.default_rng(0))


def test_the_true_colours_are_right_and_agree():
    made = page((200, 0, 0))
    found = scores([made, made], [made.color, made.color])
    assert set(found.values()) == {1.0}


def test_what_is_wrong_alike_agrees_and_what_else_is_painted_does_not_count():
    made = page((200, 0, 0))
    other = made.color.copy()
    other[made.parts == 1 + made.names.index("cast 1.coat")] = (9, 9, 9)
    other[made.parts == 1 + made.names.index("panel 1.tree")] = (9, 9, 9)
    other[made.parts == 1 + made.names.index("panel 1.speech 1")] = (9, 9, 9)
    found = scores([made, made], [other, other])
    assert (found["right"], found["agree"], found["balloons"]) == (0.5, 1.0, 0.0)
    assert scores([made, made, made], [made.color, made.color, other])["agree"] == 5 / 6


def test_a_book_has_one_cast():
    pages, designs = invented(0)
    colors = {}
    for made in pages:
        for name, color in zip(made.names, made.colors[1:].tolist(), strict=True):
            if name.startswith("cast "):
                assert colors.setdefault(name, color) == color
    assert len(colors) > 8
    assert len(designs) == 2
