"""Which animal, in which moment: everything that stays, and everything that moves."""

from dataclasses import dataclass, field

import numpy as np

from nurie_lab.drawings import hues
from nurie_lab.drawings.hues import darker, lighter, near
from nurie_lab.drawings.strokes import Color

Generator = np.random.Generator


@dataclass(frozen=True)
class Beast:
    """An animal that stays itself from drawing to drawing."""

    kind: str
    """Such as ``cat``; see :data:`KINDS`."""
    way: str
    """``walk``, ``sit`` or ``other``: how it is drawn."""
    colors: dict[str, Color] = field(default_factory=dict)
    """Roles ``coat``, ``belly``, ``mark``, ``mane``, ``iris``…"""
    build: dict[str, float] = field(default_factory=dict)
    """Multiples of the kind's proportions: ``head``, ``leg``, ``fat``, ``eye``."""
    seed: int = 0
    """Decides small shapes."""


@dataclass(frozen=True)
class Gait:
    """How an animal is seen in one drawing."""

    step: float = 0.0
    """Phase of the walk in radians; of wings and fins, too."""
    stride: float = 0.3
    """How far legs swing, in radians."""
    nod: float = 0.0
    """Of the head, down."""
    tail: float = 0.0
    """Of the tail, up."""
    yaw: float = 0.0
    """Turn of a head seen from before, -1 to 1."""
    mouth: str = "smile"
    """``smile``, ``open`` or ``line``."""
    flip: bool = False
    """Mirrored."""


_COATS: dict[str, tuple[Color, ...]] = {
    "cat": ((226, 150, 74), (70, 68, 74), (160, 160, 166), (244, 240, 232), (196, 160, 116)),
    "dog": ((190, 140, 84), (110, 74, 50), (240, 226, 200), (60, 56, 58), (226, 180, 110)),
    "fox": ((226, 112, 46), (214, 128, 60), (236, 236, 240)),
    "wolf": ((130, 134, 144), (86, 88, 98), (206, 204, 200)),
    "horse": ((140, 84, 48), (92, 58, 40), (236, 230, 222), (196, 146, 92), (58, 50, 50)),
    "zebra": ((246, 246, 244),),
    "cow": ((248, 246, 240), (170, 104, 66), (230, 208, 172)),
    "pig": ((246, 180, 180), (240, 160, 166), (236, 196, 180)),
    "bear": ((126, 82, 52), (92, 62, 46), (244, 242, 238), (64, 56, 56)),
    "rabbit": ((246, 242, 236), (176, 144, 112), (160, 160, 166), (120, 88, 66)),
    "mouse": ((170, 168, 172), (232, 228, 224), (150, 120, 96)),
    "lion": ((226, 176, 96), (214, 160, 84)),
    "tiger": ((240, 150, 54), (244, 240, 234)),
    "elephant": ((150, 158, 172), (130, 140, 152), (176, 170, 176)),
    "sheep": ((248, 246, 240), (236, 228, 214), (80, 76, 78)),
    "goat": ((228, 220, 206), (150, 120, 92)),
    "deer": ((186, 124, 74), (206, 150, 98)),
    "giraffe": ((244, 208, 120), (236, 192, 110)),
    "dinosaur": ((112, 170, 92), (96, 160, 160), (150, 130, 190), (214, 150, 90), (104, 150, 210)),
    "dragon": ((96, 160, 90), (190, 62, 58), (70, 110, 180), (120, 84, 160), (60, 64, 76)),
    "panda": ((250, 250, 250),),
    "penguin": ((46, 52, 70), (70, 90, 130)),
    "bird": ((80, 150, 210), (220, 70, 60), (246, 206, 70), (110, 170, 90), (150, 120, 96)),
    "owl": ((150, 112, 76), (186, 150, 110), (240, 238, 232)),
    "duck": ((252, 216, 80), (250, 250, 246), (150, 110, 80)),
    "hen": ((250, 246, 238), (170, 92, 56), (90, 70, 60)),
    "fish": ((246, 140, 50), (80, 150, 210), (246, 206, 70), (230, 90, 100), (120, 180, 170)),
    "whale": ((80, 120, 176), (110, 140, 170), (60, 80, 120)),
    "turtle": ((130, 180, 90), (110, 160, 110)),
    "frog": ((110, 180, 80), (90, 160, 110)),
    "snail": ((228, 196, 150), (214, 180, 150)),
    "butterfly": ((240, 150, 50), (90, 140, 214), (246, 210, 80), (220, 110, 160), (150, 110, 200)),
    "bee": ((248, 206, 66),),
    "ladybird": ((220, 50, 44), (240, 120, 40)),
    "octopus": ((226, 96, 96), (180, 110, 180), (240, 150, 90)),
    "snake": ((120, 176, 84), (200, 150, 80), (150, 90, 70)),
    "crab": ((226, 84, 60), (236, 120, 70)),
}
_MARKS: dict[str, Color] = {
    "cow": (60, 54, 54),
    "zebra": (44, 42, 46),
    "tiger": (50, 42, 40),
    "giraffe": (160, 100, 54),
    "panda": (44, 42, 48),
    "bee": (50, 44, 44),
    "ladybird": (40, 38, 42),
    "deer": (244, 230, 206),
}
WALKERS = (
    *("cat", "dog", "fox", "wolf", "horse", "zebra", "cow", "pig", "bear", "rabbit", "mouse"),
    *("lion", "tiger", "elephant", "sheep", "goat", "deer", "giraffe", "dinosaur", "dragon"),
)
"""Kinds drawn walking."""
SITTERS = (
    *("cat", "dog", "fox", "bear", "rabbit", "mouse", "lion", "tiger", "panda", "pig", "cow"),
    *("elephant", "sheep", "owl", "wolf"),
)
"""Kinds drawn sitting."""
OTHERS = (
    *("bird", "owl", "duck", "hen", "penguin", "fish", "whale", "turtle", "frog", "snail"),
    *("butterfly", "bee", "ladybird", "octopus", "snake", "crab"),
)
"""Kinds that have a way of their own."""
KINDS = tuple(_COATS)


def beast(rng: Generator) -> Beast:
    """An animal as children's books, logos and cartoons have them."""
    way = hues.pick(rng, {"walk": 42.0, "sit": 30.0, "other": 36.0})
    names = {"walk": WALKERS, "sit": SITTERS, "other": OTHERS}[way]
    kind = names[int(rng.integers(len(names)))]
    return Beast(
        kind=kind,
        way=way,
        colors=_colors(rng, kind),
        build={
            "head": float(rng.uniform(0.85, 1.3)),
            "leg": float(rng.uniform(0.75, 1.15)),
            "fat": float(rng.uniform(0.85, 1.2)),
            "eye": float(rng.uniform(0.7, 1.5)),
            "look": float(rng.integers(0, 3)),
            "marked": float(rng.uniform(0, 1)),
        },
        seed=int(rng.integers(1 << 31)),
    )


def _colors(rng: Generator, kind: str) -> dict[str, Color]:
    """The kind's colours, or now and then a toy's."""
    coats = _COATS[kind]
    coat = near(coats[int(rng.integers(len(coats)))], rng, 9)
    if rng.random() < 0.12:
        coat = hues.hsv(float(rng.uniform(0, 360)), float(rng.uniform(0.3, 0.7)), 0.92)
    light = lighter(coat, float(rng.uniform(0.45, 0.85)))
    accent = hues.clothes(rng, bright=0.8)
    return {
        "coat": coat,
        "belly": near((250, 244, 232), rng, 4) if rng.random() < 0.4 else light,
        "mark": _MARKS.get(kind, darker(coat, float(rng.uniform(0.25, 0.6)))),
        "mane": darker(coat, float(rng.uniform(0.2, 0.7))),
        "dark": near((58, 50, 52), rng, 6),
        "pink": near((244, 170, 176), rng, 6),
        "iris": hues.eye(rng),
        "pupil": (24, 22, 28),
        "white": hues.WHITE,
        "horn": near((236, 222, 190), rng, 8),
        "hoof": near((92, 76, 66), rng, 10),
        "beak": near((246, 170, 56), rng, 10),
        "comb": near((220, 56, 50), rng, 8),
        "wing": accent["accent"] if kind == "dragon" else darker(coat, 0.18),
        "trim": accent["accent"],
        "tongue": (232, 116, 124),
        "mouth": (140, 50, 58),
        "shell": near((150, 104, 66), rng, 14),
    }


def any_gait(rng: Generator) -> Gait:
    """A moment of an animal's movement."""
    return Gait(
        step=float(rng.uniform(0, 2 * np.pi)),
        stride=float(rng.choice([0.08, 0.25, 0.5])),
        nod=float(rng.normal(0, 0.2)),
        tail=float(rng.normal(0, 0.4)),
        yaw=float(np.clip(rng.normal(0, 0.4), -1, 1)),
        mouth=hues.pick(rng, {"smile": 5.0, "open": 3.0, "line": 2.0}),
        flip=bool(rng.random() < 0.5),
    )
