"""Whole pages and the stage they are laid out on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie_lab.drawings.kit import recipes
from nurie_lab.drawings.kit.drafting import extent
from nurie_lab.drawings.kit.strokes import Shape, paint
from nurie_lab.drawings.scenes import SCENES, framed, invent_scene, someone, stage_scene
from nurie_lab.drawings.scenes.stage import Stage


def stage(seed=0, figures=None, size=(90, 120)):
    return Stage(np.random.default_rng(seed), *size, figures=figures)


def dummy(rng):
    """A figure of one red box, ten high and four wide."""
    rim = np.float32([[0, 0], [0, 4], [10, 4], [10, 0]])
    return [Shape(rim, "coat", (200, 0, 0), smooth=False)]


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_fills_the_page_with_many_colours(scene):
    made = invent_scene(np.random.default_rng(1), size=(96, 128), figures=dummy, scene=scene)
    assert made.lines.shape == (96, 128)
    assert (made.color == made.colors[made.parts]).all()
    assert len(np.unique(made.parts)) >= 8
    assert (made.parts > 0).mean() > (0.15 if scene == "garden" else 0.95)
    assert (made.lines < 200).mean() > 0.01
    assert made.seeds["scene"] == scene


@pytest.mark.parametrize("scene", ["country", "street", "seaside", "park"])
def test_sky_and_ground_are_coloured(scene):
    colored = []
    for seed in range(6):
        made = invent_scene(np.random.default_rng(seed), size=48, figures=None, scene=scene)
        colored.append((made.color.min(axis=2) < 250).mean())
    assert np.median(colored) > 0.8


def test_same_state_same_bytes():
    a, b = (invent_scene(np.random.default_rng(4), size=80) for _ in range(2))
    assert a.lines.tobytes() == b.lines.tobytes()
    assert a.color.tobytes() == b.color.tobytes()
    assert a.names == b.names


def test_figures_are_put_in_with_names_of_their_own_or_left_out():
    with_them, without = (
        [invent_scene(np.random.default_rng(s), size=48, figures=f, scene="park") for s in range(4)]
        for f in (dummy, None)
    )
    assert any(n.startswith("figure ") for m in with_them for n in m.names)
    assert not any(n.startswith("figure ") for m in without for n in m.names)


def test_someone_is_taller_than_wide_with_head_to_foot_parts():
    top, bottom, left, right = extent(someone(np.random.default_rng(2)))
    assert bottom - top > 2
    parts = {s.part.split(".")[0] for s in someone(np.random.default_rng(2)) if s.part}
    assert len(parts) > 5
    assert right > left


def test_unknown_scene_is_any_scene():
    s = stage()
    assert len(stage_scene(s, "")) > 5
    assert s.scene in SCENES


def test_backdrop_goes_beyond_the_page_so_that_no_line_runs_along_its_edge():
    s = stage()
    s.backdrop("sky", (120, 180, 240))
    made = paint(s.shapes, (90, 120), s.rng)
    assert (made.parts == 1).all()
    assert (made.lines == 255).all()


def test_ridge_covers_everything_below_its_line():
    s = stage()
    s.ridge("hill", (90, 160, 80), 0.5, 0.05)
    made = paint(s.shapes, (90, 120), s.rng)
    assert (made.parts[60:] == 1).all()
    assert (made.parts[:25] == 0).all()


def test_things_stand_where_they_are_put():
    s = stage()
    s.put("apple", 0.5, 0.9, 0.4)
    top, bottom, left, right = extent(s.shapes)
    assert bottom == pytest.approx(0.9 * 90, abs=0.1)
    assert bottom - top == pytest.approx(0.4 * 90, abs=0.1)
    assert (left + right) / 2 == pytest.approx(60, abs=0.1)


def test_two_of_a_kind_are_two_parts():
    s = stage()
    s.put("apple", 0.3, 0.9, 0.4)
    s.put("apple", 0.7, 0.9, 0.4)
    assert {x.part.split(".")[0] for x in s.shapes if x.part} == {"apple 1", "apple 2"}


def test_a_scene_names_what_a_stage_can_do(monkeypatch):
    text = "backdrop sky sky|sea\n*i,x=spread:2\n  put apple*.5 x .9 tall\n- @sky : 0,0 1,{$c}\n"
    texts = {"_it": "$c = #000001\n" + text}
    known = recipes.sections
    monkeypatch.setattr(recipes, "sections", lambda r: texts if r == "scenes" else known(r))
    s = stage()
    recipes.follow(s, "_it")
    parts = [x.part.split(".")[0] for x in s.shapes]
    assert {"sky", "apple 1", "apple 2"} <= set(parts)
    assert s.shapes[-1].outline.tolist() == [[0, 0], [90, 120]]
    top, bottom, *_ = extent([x for x in s.shapes if x.part.startswith("apple 1.")])
    assert bottom - top == pytest.approx(0.5 * 90, abs=1)


def test_wide_things_stay_on_narrow_pages():
    s = stage(size=(200, 60))
    s.put("bus", 0.5, 0.9, 0.6)
    _, _, left, right = extent(s.shapes)
    assert right - left <= 1.11 * 60


@given(st.integers(0, 10**6), st.integers(0, 9))
def test_places_are_spread_from_side_to_side(seed, count):
    xs = sorted(stage(seed).spread(count, 0.1, 0.9))
    assert len(xs) == count
    assert all(0.1 <= x <= 0.9 for x in xs)
    if count > 1:
        assert np.diff(xs).min() > 0.3 * 0.8 / count


def test_people_come_only_where_there_are_any():
    nobody, crowd = stage(), stage(1, dummy)
    nobody.people(0.9, 0.4)
    for _ in range(5):
        crowd.people(0.9, 0.4)
    assert nobody.shapes == []
    assert len(crowd.shapes) >= 3


def test_the_sky_knows_day_and_night():
    skies = []
    for seed in range(60):
        s = stage(seed)
        recipes.recipe(s, low=1.0).follow(recipes._rules(recipes.sections("scenes")["_heaven"]))
        skies.append((sum(s.shapes[0].color), {x.part for x in s.shapes}))
    nights = [(light, parts) for light, parts in skies if "star" in parts]
    days = [(light, parts) for light, parts in skies if "sun" in parts]
    assert 0 < len(nights) < len(days) < 60
    assert all(light < 300 and "moon" in parts and "sun" not in parts for light, parts in nights)
    assert all(light > 300 for light, _ in days)


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10**6), st.integers(24, 90), st.integers(24, 90))
def test_any_shape_of_page_can_be_drawn(seed, height, width):
    made = invent_scene(np.random.default_rng(seed), size=(height, width), figures=dummy)
    assert made.lines.shape == (height, width)


def test_frame_is_black_and_leaves_the_inside_alone():
    rim = framed(np.full((6, 8), 255, np.uint8), 2)
    assert (rim[2:4, 2:6] == 255).all()
    assert (rim == 0).sum() == 48 - 8
