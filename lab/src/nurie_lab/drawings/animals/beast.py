"""Which animal, in which moment: everything that stays, and everything that moves."""

from dataclasses import dataclass, field, replace

import numpy as np

from nurie.colors import parse_hex
from nurie_lab.drawings.kit import colors, tables
from nurie_lab.drawings.kit.colors import darker, lighter, near
from nurie_lab.drawings.kit.strokes import Color

Generator = np.random.Generator
_TABLES = tables("animals", "animals")
_COATS: dict[str, str] = _TABLES["coats"]
_MARKS = {kind: parse_hex(text) for kind, text in _TABLES["marks"].items()}
WAYS: dict[str, tuple[str, ...]] = {way: tuple(v.split()) for way, v in _TABLES["ways"].items()}
"""Kinds drawn walking (``walk``), sitting (``sit``), and in ways of their own (``other``)."""
KINDS = tuple(_COATS)


@dataclass(frozen=True)
class Beast:
    """An animal that stays itself from drawing to drawing."""

    kind: str  # Such as ``cat``; see :data:`KINDS`
    way: str  # ``walk``, ``sit`` or ``other``: how it is drawn
    colors: dict[str, Color] = field(default_factory=dict)
    """Roles ``coat``, ``belly``, ``mark``, ``mane``, ``iris``…"""
    build: dict[str, float] = field(default_factory=dict)
    """Multiples of the kind's proportions: ``head``, ``leg``, ``fat``, ``eye``."""
    seed: int = 0  # Decides small shapes


@dataclass(frozen=True)
class Gait:
    """How an animal is seen in one drawing."""

    step: float = 0.0  # Phase of the walk in radians; of wings and fins, too
    stride: float = 0.3  # How far legs swing, in radians
    nod: float = 0.0  # Of the head, down
    tail: float = 0.0  # Of the tail, up
    yaw: float = 0.0  # Turn of a head seen from before, -1 to 1
    mouth: str = "smile"  # ``smile``, ``open`` or ``line``
    flip: bool = False  # Mirrored


def beast(rng: Generator) -> Beast:
    """An animal as children's books, logos and cartoons have them."""
    way = colors.pick(rng, {"walk": 42.0, "sit": 30.0, "other": 36.0})
    names = WAYS[way]
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
    coats = [parse_hex(word) for word in _COATS[kind].split()]
    coat = near(coats[int(rng.integers(len(coats)))], rng, 9)
    if rng.random() < 0.12:
        coat = colors.hsv(float(rng.uniform(0, 360)), float(rng.uniform(0.3, 0.7)), 0.92)
    light = lighter(coat, float(rng.uniform(0.45, 0.85)))
    accent = colors.clothes(rng, bright=0.8)
    return {
        "coat": coat,
        "belly": near((250, 244, 232), rng, 4) if rng.random() < 0.4 else light,
        "mark": _MARKS.get(kind, darker(coat, float(rng.uniform(0.25, 0.6)))),
        "mane": darker(coat, float(rng.uniform(0.2, 0.7))),
        "dark": near((58, 50, 52), rng, 6),
        "pink": near((244, 170, 176), rng, 6),
        "iris": colors.eye(rng),
        "pupil": (24, 22, 28),
        "white": colors.WHITE,
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
        mouth=colors.pick(rng, {"smile": 5.0, "open": 3.0, "line": 2.0}),
        flip=bool(rng.random() < 0.5),
    )


@dataclass(frozen=True)
class Build:
    """Proportions of a kind."""

    fat: float = 0.45
    leg: float = 0.85
    limb: float = 0.2
    neck: tuple[float, float] = (0.35, -0.4)
    head: float = 0.42
    snout: float = 0.3
    ear: str = "point"
    tail: str = "long"
    extra: str = ""


def build(what: Beast) -> Build:
    """The kind's proportions with this animal's own."""
    k, own = Build(*_TABLES["builds"][what.kind]), what.build
    head = 1.1 * k.head * own["head"]
    return replace(k, fat=1.1 * k.fat * own["fat"], leg=1.12 * k.leg * own["leg"], head=head)
