"""Things drawn by program: each kind, its lines, its parts, its colours."""

from collections import Counter

import cv2
import numpy as np
import pytest

from nurie_lab.drawings.kit.drafting import placed
from nurie_lab.drawings.kit.strokes import Pen, paint
from nurie_lab.drawings.things import GROUPS, KINDS, SETTINGS, draft_thing, hand, invent_thing

SIDE = 128


def plain(kind, seed=0):
    """The thing by a plain pen, without paper flaws or setting."""
    rng = np.random.default_rng(seed)
    shapes = placed(draft_thing(rng, kind), (6, SIDE - 6, 6, SIDE - 6))
    return paint(shapes, SIDE, rng, pen=Pen(width=1.6))


def unlined(made):
    """Share of the borders between parts that have no line within three pixels."""
    p = made.parts
    border = np.zeros(p.shape, bool)
    border[1:] |= p[1:] != p[:-1]
    border[:, 1:] |= p[:, 1:] != p[:, :-1]
    near = cv2.erode(made.lines, np.ones((7, 7), np.uint8)) < 160
    return (border & ~near).sum() / max(border.sum(), 1)


def color_of(made, part):
    return made.colors[made.names.index(part) + 1].astype(int)


def test_there_are_many_kinds_in_all_groups():
    assert len(KINDS) >= 130
    assert len(KINDS) == sum(len(group) for group in GROUPS.values())
    assert set(GROUPS) >= {"plants", "food", "vehicles", "buildings", "furniture", "nature"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_has_lines_where_its_parts_meet(kind):
    for seed in (0, 1):
        made = plain(kind, seed)
        assert unlined(made) < 0.03
        assert (made.lines < 100).mean() > 0.01
        assert (made.parts > 0).mean() > 0.03
        assert all(name == name.strip() for name in made.names)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_varies(kind):
    drawn = {plain(kind, seed).parts.tobytes() for seed in range(4)}
    tinted = {plain(kind, seed).colors.tobytes() for seed in range(4)}
    assert len(tinted) > 1 or len(drawn) > 1
    assert len({len(d) for d in drawn}) == 1


def test_same_state_same_bytes():
    a, b = (invent_thing(np.random.default_rng(7), size=96) for _ in range(2))
    assert a.lines.tobytes() == b.lines.tobytes()
    assert a.color.tobytes() == b.color.tobytes()
    assert (a.names, a.seeds) == (b.names, b.seeds)


def test_other_seeds_other_kinds():
    kinds = {invent_thing(np.random.default_rng(s), size=48).seeds["kind"] for s in range(12)}
    assert len(kinds) >= 10


@pytest.mark.parametrize("seed", range(6))
def test_colours_agree_with_parts(seed):
    made = invent_thing(np.random.default_rng(seed), size=96)
    assert made.lines.shape == made.parts.shape == (96, 96)
    assert (made.color == made.colors[made.parts]).all()
    assert made.parts.max() <= len(made.names)
    assert made.seeds["setting"] in SETTINGS


def test_nothing_touches_the_edge_on_plain_paper():
    seen = 0
    for seed in range(12):
        made = invent_thing(np.random.default_rng(seed), size=96, kind="car")
        if made.seeds["setting"] != "paper":
            continue
        seen += 1
        rim = np.concatenate([made.lines[0], made.lines[-1], made.lines[:, 0], made.lines[:, -1]])
        assert (rim > 200).all()
    assert seen > 2


@pytest.mark.parametrize(
    ("kind", "part", "wanted"),
    [
        ("tree", "trunk", lambda r, g, b: r > g > b),
        ("bush", "leaves", lambda r, g, b: g > r and g > b),
        ("car", "tyre", lambda r, g, b: max(r, g, b) < 110),
        ("banana", "banana 0", lambda r, g, b: r > g > b and g > 1.5 * b),
        ("cherries", "cherry 0", lambda r, g, b: r > 2 * max(g, b)),
        ("car", "window", lambda r, g, b: b >= r and min(r, g, b) > 140),
        ("fried egg", "white", lambda r, g, b: (r, g, b) == (255, 255, 255)),
        ("lighthouse", "tower", lambda r, g, b: (r, g, b) == (255, 255, 255)),
    ],
)
def test_colours_are_those_of_the_thing(kind, part, wanted):
    for seed in range(6):
        assert wanted(*color_of(plain(kind, seed), part))


def test_a_house_is_not_one_colour():
    made = plain("house")
    assert len({tuple(color_of(made, p)) for p in ("wall", "roof", "door", "glass")}) == 4


def test_all_settings_are_met_and_several_things_have_names_of_their_own():
    seen = Counter()
    for seed in range(90):
        made = invent_thing(np.random.default_rng(seed), size=24, kind="apple")
        seen[made.seeds["setting"]] += 1
    assert set(seen) == set(SETTINGS)
    assert seen["paper"] == max(seen.values())
    many = (invent_thing(np.random.default_rng(s), size=64) for s in range(60))
    several = next(m for m in many if m.seeds["setting"] == "many")
    assert len({name.split(".")[0] for name in several.names}) == 6


def test_pens_are_thick_thin_and_free():
    widths = [hand(np.random.default_rng(s), 512) for s in range(60)]
    assert min(p.width for p in widths) < 1.5
    assert max(p.width for p in widths) > 3
    assert {p.wobble > 0 for p in widths} == {True, False}
