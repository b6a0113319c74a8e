"""Words for colours of parts, and names of colours."""

import pytest

from nurie.errors import OptionError
from nurie.guidance.words import (
    design_from,
    named_parts,
    part_words,
    read_words,
    vocabulary,
    wishes_of,
)
from nurie.names import color_name, is_color_name, named_color, titles

BLUE, RED, INK = (0, 0, 255), (255, 0, 0), (43, 43, 47)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hair #123", [(("hair",), (17, 34, 51), "")]),
        ("the Dress is red", [(("dress",), RED, "")]),
        ("red dress, blue t-shirts", [(("dress",), RED, ""), (("shirt",), BLUE, "")]),
        ("red dress and shoes", [(("dress",), RED, ""), (("shoe",), RED, "")]),
        ("gown and boots red", [(("dress",), RED, ""), (("shoe",), RED, "")]),
        ("sky blue dress", [(("dress",), (135, 206, 235), "")]),
        ("left girl's coat black", [(("jacket",), INK, "left")]),
        ("figure 2: red hat", [(("hat",), RED, "2")]),
        ("red trees", [(("leaf", "trunk"), RED, "")]),
        ("robin’s egg blue skirt", [(("skirt",), (138, 241, 254), "")]),
    ],
)
def test_words_become_wishes(text, expected):
    assert [(wish.parts, wish.color, wish.figure) for wish in read_words(text)] == expected


@pytest.mark.parametrize(
    ("text", "part", "color"),
    [
        ("night sky", "sky", (31, 42, 85)),
        ("black hair", "hair", (43, 43, 51)),
        ("dark skin", "skin", (111, 69, 46)),
        ("light skin", "skin", (246, 211, 184)),
        ("green grass", "grass", (111, 174, 78)),
        ("sky blue", "sky", (135, 197, 239)),
    ],
)
def test_a_part_has_colours_of_its_own(text, part, color):
    (wish,) = read_words(text)
    assert (wish.parts, wish.color) == ((part,), color)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bleu dress", "is 'blue' meant"),
        ("red dres", "is 'dress' meant"),
        ("sky nigth", "is 'night' meant"),
        ("blue", "names no part"),
        ("boots", "gives no colour"),
        ("hair #12", "is not a colour"),
        (" , ", "There are no words"),
        ("x" * 5000, "are enough"),
        ("night dress", "'night' is not known"),
    ],
)
def test_what_is_not_understood_is_said(text, said):
    with pytest.raises(OptionError, match=said):
        read_words(text)


def test_notes_take_the_place_of_errors():
    notes = []
    (wish,) = read_words("bleu hat, red dress", notes=notes)
    assert (wish.parts, len(notes)) == (("dress",), 1)


def test_a_design_is_of_figures_from_left_to_right_and_words_count_after_it():
    design = design_from(
        {"mina": {"coat": "crimson"}, "kato": {"hair": "black"}, "scene": {"sky": "night"}}
    )
    assert [wish.figure for wish in design.wishes] == ["1", "2", ""]
    assert wishes_of("Kato's hat is red", design)[-1].figure == "2"
    with pytest.raises(OptionError, match="no colour"):
        design_from({"mina": {"coat": "crimsn"}})
    with pytest.raises(OptionError, match="'caot' is not known"):
        design_from({"mina": {"caot": "red"}})


def test_every_part_of_the_packaged_model_belongs_to_one_group_and_has_a_word():
    from nurie.models.registry import find_region

    parts = find_region("nurie-flat").parts
    grouped = [part for of in vocabulary()["groups"].values() for part in of.split()]
    assert sorted(grouped) == sorted(parts)
    assert all(named_parts(part.replace("_", " ")) for part in parts)
    assert {part for found in part_words().values() for part in found} == set(parts)


def test_named_colours_and_their_names():
    assert named_color("dark sea green") == (143, 188, 143)
    assert named_color("light gray") == named_color("lightgrey")
    assert named_color("nonsense") is None
    assert (color_name((250, 0, 0)), color_name((255, 255, 255))) == ("red", "white")
    assert is_color_name("#ff0000", (255, 0, 0))
    assert not is_color_name("coat", (255, 0, 0))
    assert titles([RED, RED], ("", "a\nb")) == ["red", "a b"]
