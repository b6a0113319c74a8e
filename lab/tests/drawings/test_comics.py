"""Comic pages, bubbles and letters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nurie_lab.drawings.kit.drafting import extent
from nurie_lab.drawings.kit.strokes import Pen, paint
from nurie_lab.drawings.scenes.comics import (
    SOUNDS,
    WORDS,
    _strokes,
    bubble,
    invent_comic,
    layout,
    shout,
    write,
)


@given(st.integers(0, 10**6), st.integers(120, 900), st.integers(120, 900))
def test_panels_are_two_to_six_on_the_page_and_apart(seed, height, width):
    panels = layout(np.random.default_rng(seed), height, width)
    assert 2 <= len(panels) <= 6
    taken = np.zeros((height, width), int)
    for p in panels:
        assert p.top > 0
        assert p.left > 0
        assert p.top + p.height < height
        assert p.left + p.width < width
        assert min(p.height, p.width) > 10
        taken[p.top - 1 : p.top + p.height + 1, p.left - 1 : p.left + p.width + 1] += 1
    assert taken.max() == 1


@pytest.fixture(scope="module")
def pages():
    return [invent_comic(np.random.default_rng(s), size=(200, 150)) for s in range(8)]


def test_gutters_are_paper_and_panels_have_borders(pages):
    for made in pages:
        assert (made.parts[0] == 0).all()
        assert (made.lines[0] == 255).all()
        first = np.flatnonzero((made.lines == 0).all(axis=1) | (made.lines[:, 75] == 0))[0]
        assert first < 10


def test_colours_agree_with_parts(pages):
    for made in pages:
        assert (made.color == made.colors[made.parts]).all()
        assert len(set(made.names)) == len(made.names)
        assert 2 <= int(made.seeds["panels"]) <= 6


def test_bubbles_are_white_and_the_cast_keeps_its_names(pages):
    names = [n for made in pages for n in made.names]
    assert any("speech" in n for n in names)
    assert any(n.startswith("cast 1.") for n in names)
    for made in pages:
        for i, name in enumerate(made.names, 1):
            if "speech" in name:
                assert made.colors[i].tolist() == [255, 255, 255]


def test_someone_is_met_again_in_another_panel(pages):
    seen = 0
    for made in pages:
        if int(made.seeds["panels"]) < 2:
            continue
        for i, name in enumerate(made.names, 1):
            rows, columns = np.nonzero(made.parts == i)
            far = len(rows) and max(np.ptp(rows), np.ptp(columns)) > 90
            seen += bool(far and name.startswith("cast "))
    assert seen > 0


def test_same_state_same_bytes(pages):
    again = invent_comic(np.random.default_rng(0), size=(200, 150))
    assert again.lines.tobytes() == pages[0].lines.tobytes()
    assert again.color.tobytes() == pages[0].color.tobytes()


def test_every_letter_used_can_be_written():
    for letter in set("".join([*WORDS, *SOUNDS])) - {" "}:
        assert _strokes(letter), letter


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), st.integers(20, 200))
def test_words_stay_in_their_frame(words, wide):
    shapes = write(" ".join(words), (10, 70, 5, 5 + wide), np.random.default_rng(0))
    top, bottom, left, right = extent(shapes)
    assert top > 5
    assert bottom < 75
    assert left > -5
    assert right < 15 + wide


def test_letters_of_a_sound_are_areas_each_of_one_piece():
    shapes = shout("HI!", (10, 60, 10, 100), (220, 40, 40))
    made = paint(shapes, (70, 110), np.random.default_rng(0), pen=Pen(width=1.0))
    assert made.names == ("sound 0", "sound 1", "sound 2")
    for i in (1, 2):
        inner = (made.parts == i) & (made.lines > 200)
        assert inner.sum() > 100
    assert (made.parts[:, :8] == 0).all()


@pytest.mark.parametrize("seed", range(12))
def test_bubbles_have_words_and_stay_near_their_frame(seed):
    shapes = bubble(np.random.default_rng(seed), (20, 60, 20, 90), (55, 110), "bubble")
    made = paint(shapes, (130, 120), np.random.default_rng(0), pen=Pen(width=1.0))
    assert set(made.names) == {"bubble"}
    assert made.parts[40, 55] == 1
    assert (made.lines[30:50, 35:75] < 128).any()
    assert not made.parts[:8].any()
    assert not made.parts[115:].any()
