"""Who is drawn, in which clothes and pose: everything that stays, and everything that moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nurie_lab.drawings.kit import colors, tables
from nurie_lab.drawings.kit.colors import WHITE, darker, lighter, mixed, near, pick
from nurie_lab.drawings.kit.strokes import Color

Generator = np.random.Generator
_TABLES = tables("figures", "people")
_STANCES: dict[str, list[float]] = _TABLES["stances"]
_ODDS: dict[str, dict[str, float]] = _TABLES["odds"]
SLEEVES: dict[str, list[str]] = _TABLES["sleeves"]
HATS, PROPS = _ODDS["hats"], _ODDS["props"]


@dataclass(frozen=True)
class Persona:
    """A character: traits and colours that are the same in every drawing of them."""

    manner: str
    """``anime``, ``chibi``, ``cartoon`` or ``storybook``: how faces are drawn."""
    heads: float  # Height of the figure in heads
    build: float  # 0 slender to 1 stout
    woman: bool  # Whether drawn with a woman's figure and clothes
    age: str  # ``child``, ``adult`` or ``old``
    face: dict[str, float] = field(default_factory=dict)
    """Proportions of the face: ``eye``, ``tall``, ``jaw``, ``cheek``, ``nose``, ``brow``…"""
    wears: dict[str, str] = field(default_factory=dict)
    """What is worn, by kind: ``fringe``, ``back``, ``top``, ``sleeve``, ``bottom``, ``shoes``…"""
    colors: dict[str, Color] = field(default_factory=dict)
    """Colour of each role: ``skin``, ``hair``, ``iris``, ``top``…"""
    seed: int = 0  # Decides small shapes such as the tips of locks


@dataclass(frozen=True)
class Pose:
    """How a character stands and looks in one drawing; angles in radians from hanging down."""

    lean: float = 0.0  # Of the spine, to the right
    body: float = 0.0  # Turn of the body, -1 left to 1 right
    yaw: float = 0.0  # Turn of the head, -1 left to 1 right
    pitch: float = 0.0  # Nod of the head, -1 up to 1 down
    tilt: float = 0.0  # Of the head, clockwise
    arms: tuple[float, float, float, float] = (0.2, -0.1, 0.2, -0.1)
    """Left upper arm outwards, its bend at the elbow; the same of the right."""
    legs: tuple[float, float, float, float] = (0.07, 0.0, 0.07, 0.0)  # As ``arms``
    before: tuple[bool, bool] = (True, True)
    """Whether the left, the right arm is before the body."""
    mouth: str = "smile"
    """``smile``, ``open``, ``line``, ``small``, ``grin``, ``sad``, ``oh``."""
    eyes: str = "open"  # ``open``, ``closed``, ``happy``, ``wink``
    brow: float = 0.0  # -1 worried to 1 angry
    look: tuple[float, float] = (0.0, 0.0)  # Of the pupils, each in [-1, 1]
    sway: float = 0.0  # Of hair and skirt, to the right
    flip: bool = False  # Mirrored
    view: str = "full"
    """``full``, ``knee``, ``bust`` or ``head``: how much of the figure is on the page."""


def any_pose(rng: Generator) -> Pose:
    """A pose as people draw them."""
    left, right = pick(rng, _ODDS["stances"]), pick(rng, _ODDS["stances"])
    if rng.random() < 0.2:
        right = left
    jitter = rng.normal(0, 0.12, 8)
    a, b = _STANCES[left], _STANCES[right]
    turned = float(np.clip(rng.normal(0, 0.45), -1, 1))
    return Pose(
        lean=float(rng.normal(0, 0.06)),
        body=float(np.clip(turned * 0.7 + rng.normal(0, 0.15), -1, 1)),
        yaw=turned,
        pitch=float(np.clip(rng.normal(0, 0.3), -0.8, 0.8)),
        tilt=float(rng.normal(0, 0.1)),
        arms=(a[0] + jitter[0], a[1] + jitter[1], b[0] + jitter[2], b[1] + jitter[3]),
        legs=_legs(rng),
        before=(left != "back", right != "back"),
        mouth=pick(rng, _ODDS["mouths"]),
        eyes=pick(rng, {"open": 84.0, "closed": 6.0, "happy": 6.0, "wink": 4.0}),
        brow=float(np.clip(rng.normal(0, 0.4), -1, 1)),
        look=(float(rng.uniform(-0.6, 0.6)), float(rng.uniform(-0.3, 0.4))),
        sway=float(rng.normal(0, 0.25)),
        flip=bool(rng.random() < 0.5),
        view=pick(rng, _ODDS["views"]),
    )


def _legs(rng: Generator) -> tuple[float, float, float, float]:
    kind = rng.random()
    j = rng.normal(0, 0.04, 4)
    if kind < 0.6:
        s = float(rng.uniform(0.03, 0.2))
        return (s + j[0], -s / 2 + j[1], s + j[2], -s / 2 + j[3])
    if kind < 0.85:
        return (0.4 + j[0], -0.35 + j[1], 0.12 + j[2], 0.25 + j[3])
    return (0.55 + j[0], -1.3 + j[1], 0.1 + j[2], 0.1 + j[3])


def moved(pose: Pose, rng: Generator, amount: float) -> Pose:
    """The next drawing of a film: each joint about ``amount`` radians further; view and flip stay.

    Now and then there is a new expression.
    """
    step = rng.normal(0, amount, 14)
    arms = tuple(float(np.clip(a + d, -2.7, 2.8)) for a, d in zip(pose.arms, step[:4], strict=True))
    legs = tuple(
        float(np.clip(a + d / 3, -1.4, 0.8)) for a, d in zip(pose.legs, step[4:8], strict=True)
    )
    return replace(
        pose,
        lean=float(np.clip(pose.lean + step[8] / 4, -0.25, 0.25)),
        body=float(np.clip(pose.body + step[9], -1, 1)),
        yaw=float(np.clip(pose.yaw + step[9] * 1.2 + step[10] / 2, -1, 1)),
        pitch=float(np.clip(pose.pitch + step[11], -0.8, 0.8)),
        tilt=float(np.clip(pose.tilt + step[12] / 2, -0.4, 0.4)),
        sway=float(np.clip(pose.sway + 2 * step[13], -0.9, 0.9)),
        arms=(arms[0], arms[1], arms[2], arms[3]),
        legs=(legs[0], legs[1], legs[2], legs[3]),
        mouth=pick(rng, _ODDS["mouths"]) if rng.random() < 0.3 else pose.mouth,
        eyes="closed" if rng.random() < 0.08 else "open",
        look=(float(rng.uniform(-0.6, 0.6)), float(rng.uniform(-0.3, 0.4))),
    )


def character(rng: Generator) -> Persona:
    """Someone who could be in a book, a manga or a game.

    >>> character(np.random.default_rng(1)) == character(np.random.default_rng(1))
    True
    """
    manner = pick(rng, _ODDS["manners"])
    age = pick(rng, {"child": 22.0, "adult": 66.0, "old": 8.0 if manner != "chibi" else 2.0})
    woman = bool(rng.random() < 0.55)
    heads = float(rng.uniform(*_TABLES["heads"][manner]))
    if age == "child" and manner != "chibi":
        heads = float(rng.uniform(3.3, 5.0))
    wears = dressed(rng, woman=woman, age=age, manner=manner)
    return Persona(
        manner=manner,
        heads=heads,
        build=float(rng.beta(1.4, 4.0)) * (1.2 if manner in {"cartoon", "storybook"} else 0.8),
        woman=woman,
        age=age,
        face=_face(rng, manner, age),
        wears=wears,
        colors=_colors(rng, manner, age, wears),
        seed=int(rng.integers(1 << 31)),
    )


def _face(rng: Generator, manner: str, age: str) -> dict[str, float]:
    """Proportions of a face."""
    big = {"anime": 1.0, "chibi": 1.25, "cartoon": 0.8, "storybook": 0.55}[manner]
    big *= {"child": 1.12, "adult": 1.0, "old": 0.8}[age]
    return {
        "eye": float(rng.uniform(0.85, 1.15)) * big,
        "tall": float(rng.uniform(1.0, 1.6)),
        "jaw": float(rng.uniform(0, 1)),
        "cheek": float(rng.uniform(0, 1)) + (0.5 if age == "child" else 0),
        "nose": float(rng.integers(0, 5)),
        "brow": float(rng.uniform(0.6, 1.6)),
        "gap": float(rng.uniform(0.92, 1.08)),
        "lash": float(rng.uniform(0.5, 1.3)),
        "kind": float(rng.integers(0, 3)),
    }


def _colors(rng: Generator, manner: str, age: str, wears: dict[str, str]) -> dict[str, Color]:
    """Colours that go together."""
    bright = {"anime": 0.5, "chibi": 0.7, "cartoon": 0.8, "storybook": 0.6}[manner]
    skin = colors.skin(rng, fantasy=0.06)
    hair = colors.hair(rng, fancy=0.3 if manner in {"anime", "chibi"} else 0.08, old=age == "old")
    dark = sum(skin) < 420
    if dark and sum(hair) > 420 and rng.random() < 0.75:
        hair = near((44, 36, 34), rng, 6)
    iris = near(darker(hair, 0.1), rng) if rng.random() < 0.15 else colors.eye(rng)
    lips = mixed(skin, (205, 60, 80), 0.55)
    outfit = colors.clothes(rng, bright=bright)
    if wears.get("bottom") == "jeans":
        outfit["bottom"] = near((70, 104, 160), rng, 16)
    return {
        **outfit,
        "skin": skin,
        "hair": hair,
        "iris": iris,
        "lips": lips,
        "blush": mixed(skin, (240, 110, 110), 0.35),
        "mouth": near((150, 52, 60), rng, 12),
        "tongue": (232, 120, 124),
        "white": WHITE,
        "pupil": (24, 22, 28),
        "beard": near(hair, rng, 3),
        "glass": lighter((150, 200, 230), float(rng.uniform(0.4, 0.9))),
        "prop": colors.hsv(float(rng.uniform(0, 360)), 0.75, 0.9),
        "gem": colors.hsv(float(rng.choice([0, 120, 210, 280, 330])), 0.75, 0.85),
        "wood": near((150, 104, 62), rng),
    }


def _one(rng: Generator, names: Sequence[str]) -> str:
    return names[int(rng.integers(len(names)))]


def dressed(rng: Generator, *, woman: bool, age: str, manner: str) -> dict[str, str]:
    """An outfit, a hair style and what is carried: names by kind, an empty name is nothing.

    ``age`` is ``child``, ``adult`` or ``old``; western cartoons have bald heads more often.
    """
    odds = {k: v["odds"] for k, v in _TABLES["outfits"].items()}
    if not woman:
        odds["dress"] = 0.0
    outfit = _TABLES["outfits"][pick(rng, odds)]
    wears = {kind: _one(rng, names) for kind, names in outfit.items() if kind != "odds"}
    if not woman and wears["bottom"] in {"skirt", "pleated", "straight"}:
        wears["bottom"] = "trousers"
    if not woman and wears["top"] in {"sailor", "swim"}:
        wears["top"] = "shirt" if wears["top"] == "sailor" else "tank"
    wears["sleeve"] = _one(rng, SLEEVES[wears["top"]])
    wears["pattern"] = pick(rng, {"": 72.0, "stripes": 9.0, "dots": 6.0, "band": 7.0, "mark": 8.0})
    wears["socks"] = pick(rng, {"": 35.0, "short": 30.0, "knee": 20.0, "thigh": 9.0 * woman})
    wears["belt"] = "belt" if rng.random() < 0.3 else ""
    wears.update(_on_head(rng, woman=woman, age=age, manner=manner))
    if wears["hat"] == "" and rng.random() < 0.05:
        wears["neck"] = "scarf"
    wears["prop"] = pick(rng, PROPS)
    return wears


def _on_head(rng: Generator, *, woman: bool, age: str, manner: str) -> dict[str, str]:
    back = pick(rng, _ODDS["women" if woman else "men"])
    if not woman and age == "old" and rng.random() < 0.4:
        back = "bald"
    beard = {"": 100.0}
    if not woman and age != "child" and manner != "chibi":
        beard = {"": 70.0, "full": 10.0, "moustache": 10.0, "goatee": 6.0}
    return {
        "back": back,
        "fringe": pick(rng, _ODDS["fringes"] if woman else {**_ODDS["fringes"], "swept": 25.0}),
        "locks": "locks" if woman and rng.random() < 0.65 else "",
        "hat": pick(rng, HATS),
        "glasses": "glasses" if rng.random() < (0.4 if age == "old" else 0.09) else "",
        "beard": pick(rng, beard),
        "ear": pick(rng, {"": 90.0, "elf": 6.0, "ring": 8.0 * woman}),
        "blush": "blush" if rng.random() < 0.3 else "",
    }
