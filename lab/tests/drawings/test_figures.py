"""Characters: the same one again, in any pose, with closed lines and true parts."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie_lab.drawings.figures import faces, figure, film, invent_character, invent_figure, persona
from nurie_lab.drawings.figures.body import body
from nurie_lab.drawings.figures.persona import Pose, any_pose, character, moved
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.strokes import Pen

PEN = Pen(width=1.5, vary=0.0)


def rng(seed=0):
    return np.random.default_rng(seed)


def somebody(**wears):
    """A plain adult, dressed as given."""
    who = character(rng(3))
    plain = {"top": "tee", "sleeve": "short", "bottom": "jeans", "shoes": "sneakers"}
    head = {"back": "short", "fringe": "spiky", "hat": "", "glasses": "", "beard": ""}
    face = {**who.face, "nose": 1.0}
    return replace(who, manner="anime", age="adult", face=face, wears={**plain, **head, **wears})


def drawn(who, pose=None):
    return invent_figure(who, pose or Pose(), rng(), size=256, pen=PEN)


def names_shown(made):
    return {made.names[i - 1] for i in np.unique(made.parts) if i}


def leaked(made):
    """Share of the coloured area that lies in an enclosed area of another colour."""
    free = made.lines >= 200
    labels = cv2.connectedComponents(free.astype(np.uint8), connectivity=4)[1]
    colors = np.unique(made.colors.astype(int) @ [65536, 256, 1], return_inverse=True)[1]
    counts = np.zeros((labels.max() + 1, colors.max() + 1), int)
    np.add.at(counts, (labels[free], colors[made.parts][free]), 1)
    return (counts.sum() - counts.max(axis=1).sum()) / max((made.parts > 0).sum(), 1)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_anybody_can_be_drawn_with_closed_lines(seed):
    made = invent_character(rng(seed), size=256)
    assert made.lines.shape == (256, 256)
    assert (made.color == made.colors[made.parts]).all()
    assert 0.04 < (made.parts > 0).mean() < 1
    assert 0.003 < (made.lines < 128).mean() < 0.4
    assert len(np.unique(made.parts)) > 5
    assert leaked(made) < 0.02


def test_same_seed_same_bytes():
    a, b = (invent_character(rng(7), size=128) for _ in range(2))
    assert a.lines.tobytes() == b.lines.tobytes()
    assert a.color.tobytes() == b.color.tobytes()
    assert a.names == b.names
    assert invent_character(rng(8), size=128).lines.tobytes() != a.lines.tobytes()


def test_a_character_is_its_seed():
    assert character(rng(1)) == character(rng(1))
    assert character(rng(1)) != character(rng(2))


@pytest.mark.parametrize("top", sorted(persona.SLEEVES))
def test_every_top_is_drawn(top):
    for sleeve in persona.SLEEVES[top]:
        shown = names_shown(drawn(somebody(top=top, sleeve=sleeve)))
        assert {"top", "over.l", "shirt", "bib"} & shown
        assert {"skin.face", "hair.front", "skin.hand.l", "skin.hand.r"} <= shown


@pytest.mark.parametrize(
    ("wears", "part"),
    [
        ({"bottom": "pleated"}, "bottom"),
        ({"bottom": "dress", "top": "dress"}, "top.skirt"),
        ({"bottom": "shorts"}, "skin.leg.l"),
        ({"bottom": "shorts", "socks": "knee"}, "socks.r"),
        ({"shoes": "boots"}, "shoe.l"),
        ({"shoes": "sandals"}, "shoe.r"),
        ({"shoes": "low"}, "instep.l"),
        ({"pattern": "stripes"}, "top.stripe"),
        ({"pattern": "dots"}, "top.dot"),
        ({"pattern": "band"}, "top.band"),
        ({"pattern": "mark"}, "top.mark"),
        ({"belt": "belt"}, "buckle"),
        ({"neck": "tie", "top": "shirt"}, "tie"),
        ({"neck": "bow"}, "bow"),
        ({"neck": "scarf"}, "scarf"),
        ({"cape": "cape"}, "cape"),
        ({"cape": "wings"}, "back.wing.l"),
        ({"beard": "full"}, "beard"),
        ({"ear": "ring", "back": "bald"}, "earring"),
        ({"blush": "blush", "fringe": "swept"}, "blush"),
        ({"locks": "locks", "back": "long"}, "hair.lock"),
        ({"back": "twin"}, "hair.tail"),
        ({"back": "braids"}, "hair.braid"),
        ({"back": "buns"}, "hair.bun"),
        ({"back": "afro"}, "hair.back"),
    ],
)
def test_what_is_worn_is_seen(wears, part):
    who = somebody(**wears)
    assert part in names_shown(drawn(who)) | names_shown(drawn(who, Pose(view="head")))


def test_what_is_not_worn_is_not_seen():
    shown = names_shown(drawn(somebody()))
    assert not {"top.stripe", "buckle", "tie", "cape", "beard", "hair.tail", "socks.l"} & shown


@pytest.mark.parametrize("kind", sorted(set(persona.HATS) - {""}))
def test_every_hat_is_drawn(kind):
    plain, made = drawn(somebody()), drawn(somebody(hat=kind))
    assert names_shown(made) - names_shown(plain)


@pytest.mark.parametrize("kind", sorted(set(persona.PROPS) - {""}))
def test_every_prop_is_held(kind):
    plain, made = drawn(somebody()), drawn(somebody(prop=kind))
    assert names_shown(made) - names_shown(plain)


def test_the_wardrobe_knows_only_what_can_be_drawn():
    names = {name.partition(".")[::2] for name in sections("figures")}
    assert set(persona.HATS) == {"", *(name for kind, name in names if kind == "hat")}
    assert set(persona.PROPS) == {"", *(name for kind, name in names if kind == "prop")}


def test_parts_keep_names_and_colours_in_every_pose():
    frames = film(rng(11), 6, size=192)
    colors = {}
    for made in frames:
        for name, color in zip(made.names, made.colors[1:].tolist(), strict=True):
            assert colors.setdefault(name, color) == color
    shown = [names_shown(made) for made in frames]
    assert len(set.intersection(*shown)) >= 5
    assert len({made.lines.tobytes() for made in frames}) == 6


def test_a_film_is_of_the_character_given():
    who = somebody(hat="crown")
    for made in film(rng(0), 3, size=192, who=who):
        assert "crown" in made.names
        assert who.colors["metal"] == tuple(made.colors[1 + made.names.index("crown")])


def test_poses_move_a_little_and_within_reach():
    pose = any_pose(rng(0))
    for seed in range(60):
        pose = moved(pose, rng(seed), 0.5)
        assert abs(pose.yaw) <= 1
        assert abs(pose.sway) <= 0.9
        assert all(-2.7 <= a <= 2.8 for a in pose.arms)
    still = moved(pose, rng(0), 0.0)
    assert still.arms == pose.arms
    assert (still.view, still.flip) == (pose.view, pose.flip)


def test_an_arm_before_the_body_covers_it():
    across = Pose(arms=(0.2, -0.1, 0.3, -1.6))
    made = drawn(somebody(), across)
    front = (made.parts == 1 + made.names.index("skin.arm.r")).sum()
    made = drawn(somebody(), replace(across, before=(True, False)))
    behind = (made.parts == 1 + made.names.index("skin.arm.r")).sum()
    assert front > behind


def test_a_mirrored_figure_is_its_mirror_image():
    who = somebody()
    a, b = (
        invent_figure(who, Pose(flip=flip), rng(), size=128, pen=PEN, place=(0.5, 0.5, 0.9)).parts
        for flip in (False, True)
    )
    assert (a == b[:, ::-1]).mean() > 0.97


@pytest.mark.parametrize(("view", "share"), [("full", 0.0), ("bust", 0.04), ("head", 0.12)])
def test_the_nearer_the_view_the_larger_the_face(view, share):
    made = drawn(somebody(back="bald"), Pose(view=view))
    face = (made.parts == 1 + made.names.index("skin.face")).mean()
    assert share < face < 0.7


def test_eyes_close_and_mouths_open():
    shown = names_shown(drawn(somebody(fringe="swept"), Pose(view="head", mouth="open")))
    assert {"eye.l.white", "eye.r.iris", "mouth"} <= shown
    shown = names_shown(drawn(somebody(), Pose(view="head", eyes="closed", mouth="line")))
    assert not {"eye.l.white", "eye.r.white", "mouth"} & shown


def test_chibis_have_large_heads():
    tall, small = replace(somebody(), heads=7.0), replace(somebody(), heads=2.5)
    assert body(tall, Pose()).height == 6.0
    assert body(small, Pose()).height == 1.5
    assert len(figure(small, Pose(), body(small, Pose()), detail=100)) > 20


def test_twenty_characters_are_twenty():
    people = [character(rng([5, i])) for i in range(20)]
    assert len({p.colors["hair"] for p in people}) > 15
    assert len({(p.wears["top"], p.wears["back"], p.wears["hat"]) for p in people}) > 12


@pytest.mark.parametrize(("yaw", "seen", "hidden"), [(0.95, "l", "r"), (-0.95, "r", "l")])
def test_a_profile_shows_one_eye(yaw, seen, hidden):
    shown = names_shown(drawn(somebody(fringe="swept"), Pose(view="head", yaw=yaw)))
    assert f"eye.{seen}.white" in shown
    assert f"eye.{hidden}.white" not in shown


def test_faces_that_have_no_profile_turn_less():
    bearded = somebody(beard="full")
    assert faces.turnable(bearded, Pose(yaw=-1.0)).yaw == -faces.SIDEWAYS
    assert faces.turnable(somebody(), Pose(yaw=1.0)).yaw == 1.0
    assert faces.turnable(bearded, Pose(yaw=0.3)).yaw == 0.3


def test_cloth_creases_where_a_limb_bends():
    who = somebody(top="long", sleeve="long")
    straight, bent = (
        figure(who, pose, body(who, pose), detail=100)
        for pose in (Pose(arms=(0.2, 0, 0.2, 0)), Pose(arms=(0.3, -1.5, 0.3, -1.5)))
    )
    assert len(bent) == len(straight) + 4
