"""A dab changes what it means and what is like it; the rest of the picture stays."""

from dataclasses import replace

import numpy as np
import pytest

from nurie.document import PAPER, Layers, Over, Palette, Sketch
from nurie.errors import OptionError
from nurie.painting.read import Scene
from nurie.regions.measure import measure
from nurie.studio import minimal_change
from nurie.studio.files import Cutting
from nurie.studio.shapes import Keep

RED, GREEN, BLUE = "#ff0000", "#00ff00", "#0000ff"
AREAS = (400, 300, 200, 100)


def cutting(looks=(0, 0, 1, 1), areas=AREAS):
    """Four regions; those with one number look alike."""
    count = len(areas)
    labels = np.repeat(np.arange(1, count + 1, dtype=np.int32), areas)[None]
    # Shapes that differ, so that looks alone decide.
    geometry = np.arange(count, dtype=np.float32)[:, None].repeat(14, axis=1)
    scene = Scene(np.eye(4, dtype=np.float32)[list(looks)], geometry, measure(labels), np.zeros(1))
    numbers = np.arange(1, count + 1, dtype=np.int32)
    no = np.zeros(count, bool)
    return Cutting(numbers, count, scene, no, np.zeros((count, 3), np.uint8), no)


def asked(hints):
    """Hints by row."""
    found = minimal_change.Requested(
        np.zeros((4, 3), np.uint8), *(np.zeros(4, bool) for _ in range(3))
    )
    for row, color in hints.items():
        found.colors[row], found.given[row], found.hinted[row] = color, True, True
    return found


def kept(entries, known, confidence=(0, 0.2, 0.4, 0.6, 0.8)):
    keep = Keep(palette=[RED, GREEN], entries=[-1, *entries], confidence=list(confidence))
    return minimal_change.kept_of(keep, known)


def reach(colors, given=(True,) * 4):
    """What surely is the same thing as a hinted region, and the hint's colour."""
    table = np.array(colors, np.uint8)[:, None].repeat(3, axis=1)
    return Over(table, np.array(given), np.ones(4, np.float32))


def test_what_had_the_same_colour_and_looks_alike_is_not_yet_the_same_thing():
    known = cutting((0, 0, 0, 0))
    seen, hints = kept((0, 0, 0, 0), known), asked({0: [9, 9, 9]})
    told, follows = minimal_change.hold(
        seen, hints, known, reach([9] * 4, (True, False, True, False))
    )
    assert follows.tolist() == [False, False, True, False]
    assert told.colors[:, 0].tolist() == [9, 255, 9, 255]
    assert not minimal_change.hold(seen, hints, known)[1].any()


@pytest.mark.parametrize(
    ("entries", "hints", "shape", "expected"),
    [
        # Region 2 is of the other figure, looks like 0 and had its colour.
        ((0, 0, 0, 0), {0: 9}, (), [2]),
        ((0, 0, 1, 0), {0: 9}, (), []),
        ((0, 0, -1, 0), {0: 9}, (), []),
        # The hint says the colour that is there; or the region has a hint of its own.
        ((0, 0, 0, 0), {0: 255}, (), []),
        ((0, 0, 0, 0), {0: 9, 2: 8}, (), []),
        ((-1, 0, 0, 0), {0: 9}, (), []),
        # It looks otherwise, but for the one of the same shape.
        ((0, 0, 0, 0), {1: 9}, (), []),
        ((0, 0, 0, 0), {1: 9}, (2,), [2]),
    ],
)
def test_what_is_like_it_on_another_figure_is_only_offered(entries, hints, shape, expected):
    known = replace(cutting((0, 1, 0, 0)), figure=np.int32([1, 1, 2, 0]))
    known.scene.geometry[list(shape)] = known.scene.geometry[1]
    hints = asked({row: [tone, 0, 0] if tone == 255 else [tone] * 3 for row, tone in hints.items()})
    seen = kept(entries, known)
    assert np.flatnonzero(minimal_change.others(seen, hints, known)).tolist() == expected


@pytest.mark.parametrize(
    ("entries", "looks", "figure", "wide", "expected"),
    [
        # Not sure, but likely: 3 looks like 0; 1 is likely, too, but looks otherwise.
        ((0, 0, 0, 0), (0, 1, 1, 0), (0, 0, 0, 0), [9, 9, 8, 9], [3]),
        # It has the colour already, or lies on another figure.
        ((0, 0, 0, 0), (0, 1, 0, 0), (1, 1, 2, 0), [9, 9, 9, 9], [3]),
        ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), None, []),
        # A region of 401 pixels is no lantern like one of 100.
        ((0, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 0), [9] * 4, [3]),
    ],
)
def test_what_may_be_the_same_thing_is_only_offered(entries, looks, figure, wide, expected):
    known = replace(cutting(looks, (100, 401, 401, 400)), figure=np.int32(figure))
    seen, hints = kept(entries, known), asked({0: [9, 9, 9]})
    found = minimal_change.alike(seen, hints, known, wide and reach(wide))
    assert np.flatnonzero(found).tolist() == expected
    # Nothing is offered that has the colour already, or a hint of its own.
    hints = asked({0: [9, 9, 9], 2: [8, 8, 8], 3: [8, 8, 8]})
    assert not minimal_change.alike(seen, hints, known, wide and reach(wide)).any()
    hints = asked({0: [255, 0, 0]})
    assert not minimal_change.alike(seen, hints, known, wide and reach(wide)).any()


def test_words_that_were_obeyed_go_on_to_no_other_region_when_a_hint_takes_theirs():
    known = cutting()
    seen, hints = kept((0, 0, 1, -2), known), asked({0: [9, 9, 9]})
    # Red, as region 1 is already; 2 was green before the hint, 3 is not known yet.
    worded = asked({0: [9, 9, 9], 1: [255, 0, 0], 2: [255, 0, 0], 3: [255, 0, 0]})
    found = minimal_change.obeyed(seen, hints, worded)
    assert found.given.tolist() == [True, True, False, True]
    assert found.hinted.tolist() == [True, False, False, False]
    assert found.colors[:, 0].tolist() == [9, 255, 0, 255]
    # Nobody gave a hint: the words are new.
    assert minimal_change.obeyed(seen, asked({}), worded) is worded


def test_nothing_of_another_figure_follows():
    known = replace(cutting((0, 0, 0, 1)), figure=np.int32([1, 1, 2, 0]))
    seen, hints = kept((0, 0, 0, 0), known), asked({0: [9, 9, 9]})
    _, follows = minimal_change.hold(seen, hints, known, reach([9] * 4))
    assert follows.tolist() == [False, True, False, True]


def test_what_follows_an_older_hint_stays_with_it():
    known = cutting((0, 0, 0, 0))
    # Another hint, which changes nothing, holds region 2.
    seen, hints = kept((0, 0, 0, 0), known), asked({0: [9, 9, 9], 3: [255, 0, 0]})
    over = reach([9, 9, 9, 9])
    over.colors[2:] = 255, 0, 0
    _, follows = minimal_change.hold(seen, hints, known, over)
    assert follows.tolist() == [False, True, False, False]


def test_the_model_is_asked_only_for_what_is_not_known():
    known = cutting()
    over = reach([9] * 4, (True, True, False, False))
    told, follows = minimal_change.hold(
        kept((0, 1, -1, -2), known), asked({0: [9] * 3}), known, over
    )
    assert told.colors[:2].tolist() == [[9, 9, 9], [9, 9, 9]]
    assert told.given.tolist() == [True, True, False, False]
    assert told.paper.tolist() == [False, False, True, False]
    assert follows.tolist() == [False, True, False, False]


def answer(known, colors, paper, confidence):
    entries = np.append(PAPER, np.where(paper, PAPER, np.arange(4))).astype(np.int32)
    sketch = Sketch(np.full((1, 5), 255, np.uint8))
    labels = np.arange(5, dtype=np.int32)[None]
    sure = np.append(np.float32(0), np.float32(confidence))
    table = Palette(np.array(colors, np.uint8), ("a", "b", "c", "d"))
    return Layers(sketch, labels, entries, table, np.zeros(5, bool), sure)


def test_what_the_model_says_of_settled_regions_is_not_heard():
    known = cutting()
    seen, hints = kept((0, 0, -1, -2), known), asked({0: [9, 9, 9]})
    _, follows = minimal_change.hold(seen, hints, known, reach([9] * 4, (True, True, False, False)))
    told = answer(known, [[9] * 3, [9] * 3, [7] * 3, [5] * 3], [False] * 4, [1, 1, 1, 0.3])
    found = minimal_change.settle(told, seen, hints, follows, known)
    assert found.region_colors()[1:].tolist() == [[9] * 3, [9] * 3, [255] * 3, [5] * 3]
    assert found.entries.tolist() == [PAPER, 0, 0, PAPER, 1]
    # A follower's doubt is halved, what is kept keeps its own, the new one's is the model's.
    assert found.confidence[1:].tolist() == pytest.approx([1, 0.7, 0.6, 0.3])
    # All but the hinted region can be asked for.
    assert sorted(found.ask.tolist()) == [2, 3, 4]


def test_a_palette_of_the_largest_area_first_with_its_names():
    known = cutting(areas=(100, 200, 300, 400))
    seen, nothing = kept((0, 0, 1, 1), known), asked({})
    told = answer(known, [[255, 0, 0]] * 2 + [[0, 255, 0]] * 2, [False] * 4, [1] * 4)
    found = minimal_change.settle(told, seen, nothing, np.zeros(4, bool), known)
    assert found.palette.colors.tolist() == [[0, 255, 0], [255, 0, 0]]
    assert found.palette.names == ("d", "b")
    assert found.entries.tolist() == [PAPER, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"entries": [-1, 0]}, "keep.entries has 2 items for 4 regions; give 5, one for each"),
        ({"entries": [-1, 0, 0, 0, 2]}, "keep.entries points at colour 2 of 2; count from 0."),
        ({"confidence": [1]}, "keep.confidence has 1 items for 4 regions; give 5"),
    ],
)
def test_what_cannot_be_kept(more, text):
    keep = Keep(**{"palette": [RED, GREEN], "entries": [-1, 0, 0, 0, 0], **more})
    with pytest.raises(OptionError) as caught:
        minimal_change.kept_of(keep, cutting())
    assert str(caught.value).startswith(text)
