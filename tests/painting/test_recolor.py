"""Which entry becomes which: by name, by place, by wish."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie.document import Layers, Palette, Sketch
from nurie.errors import OptionError
from nurie.painting.recolor import swap

RED, GREEN, BLUE, GRAY = [255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]


def palette(*colors, names=(), name="new"):
    return Palette(np.array(colors, np.uint8), names, name)


DAY = palette(RED, GREEN, BLUE, names=("Skin", "hair", ""), name="day")


def test_names_fit_whatever_their_order_and_capitals():
    done = swap(DAY, palette(GRAY, BLUE, names=("HAIR", "skin")))
    assert done.palette.colors.tolist() == [BLUE, GRAY, BLUE]
    assert done.palette.names == ("skin", "HAIR", "")
    assert (done.kept, done.palette.name) == ((2,), "new")


def test_an_entry_without_a_name_is_called_by_its_colour():
    done = swap(DAY, palette(GRAY, names=("#0000ff",)))
    assert done.palette.colors.tolist() == [RED, GREEN, GRAY]
    # Called so by the palette, it is called so from now on: night goes back to day.
    assert done.palette.names[2] == "#0000ff"
    back = swap(done.palette, palette(BLUE, names=("#0000ff",)))
    assert back.palette.colors.tolist() == DAY.colors.tolist()


def test_without_a_fitting_name_places_count():
    done = swap(DAY, palette(GRAY, RED, GREEN))
    assert done.palette.colors.tolist() == [GRAY, RED, GREEN]
    assert (done.palette.names, done.kept) == (("Skin", "hair", ""), ())


def test_the_first_of_two_entries_with_one_name_counts():
    done = swap(DAY, palette(GRAY, BLUE, names=("hair", "hair")))
    assert done.palette.colors[1].tolist() == GRAY


@pytest.mark.parametrize(
    ("changes", "colors"),
    [
        (["hair=#090909"], [RED, GRAY, BLUE]),
        (["#0000FF = 090909"], [RED, GREEN, GRAY]),
        (["hair=Skin"], [RED, RED, BLUE]),
        (["hair=Skin", "skin=HAIR"], [GREEN, RED, BLUE]),  # they change places
        (["skin=#090909", "skin=#00f"], [BLUE, GREEN, BLUE]),  # the last one counts
    ],
)
def test_changes(changes, colors):
    assert swap(DAY, None, changes).palette.colors.tolist() == colors
    assert swap(DAY, None, changes).kept == ()


def test_changes_come_after_the_palette_and_may_name_its_entries():
    new = palette(GRAY, BLUE, names=("hair", "sea"))
    done = swap(DAY, new, ["skin=sea"])
    assert done.palette.colors.tolist() == [BLUE, GRAY, BLUE]
    assert (done.palette.names, done.kept) == (("sea", "hair", ""), (2,))


def test_one_colour_may_be_several_entries():
    twins = palette(RED, RED, names=("scarf", "lips"))
    assert swap(twins, None, ["#ff0000=#090909"]).palette.colors.tolist() == [GRAY, GRAY]
    assert swap(twins, None, ["lips=#090909"]).palette.colors.tolist() == [RED, GRAY]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (["hair"], "'hair' is no change of colour; write OLD=NEW, like skin=#ffe0bd"),
        (["=#fff"], "is no change of colour"),
        (["hair="], "is no change of colour"),
        (["coat=#fff"], "The file has no entry 'coat'; it has Skin, hair, #0000ff"),
        (["#123456=#fff"], "has no entry '#123456'"),
        (["hair=coat"], "'coat' is not a colour; write it like #ff8800"),
    ],
)
def test_changes_that_make_no_sense(changes, sentence):
    with pytest.raises(OptionError, match=sentence):
        swap(DAY, None, changes)


def test_nothing_fits():
    many = palette(*[RED] * 8, names=tuple("abcdefgh"))
    with pytest.raises(OptionError) as caught:
        swap(many, palette(GRAY, RED, name="night"))
    assert str(caught.value) == (
        "The palette night has 2 entries, of which none is named like one of the file's 8 "
        "(a, b, c, d, e, f, …); name them alike, or say which with --map OLD=NEW."
    )


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=9, unique=True))
def test_there_and_back(colors):
    old = palette(*colors, names=tuple(f"entry {i}" for i in range(len(colors))))
    other = Palette(255 - old.colors, old.names)
    there = swap(old, other).palette
    assert (there.colors == other.colors).all()
    assert (swap(there, old).palette.colors == old.colors).all()


def test_layers_keep_their_regions():
    labels = np.array([[1, 2]], np.int32)
    entries = np.array([-1, 0, 2], np.int32)
    layers = Layers(Sketch(np.full((1, 2), 255, np.uint8)), labels, entries, DAY, entries > 9)
    done = replace(layers, palette=swap(DAY, None, ["#0000ff=#090909"]).palette)
    assert done.labels is labels
    assert done.merged().tolist() == [[RED, GRAY]]
