"""Fruit and vegetables, each in about the unit square."""

import numpy as np

from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import (
    curve,
    leaf,
    line,
    oval,
    poly,
    puff,
    spun,
    tube,
    vec,
)
from nurie_lab.drawings.kit.recipes import Kinds, draft, whole
from nurie_lab.drawings.kit.strokes import Color

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def _stalk(d: Draft, y: float, color: Color | None = None) -> None:
    """A short stalk above ``y``, often with a leaf."""
    tilt = d.u(-0.06, 0.08)
    brown = color or d.tint("bark")
    draft(d, "_stalk.stalk", brown=brown, tilt=tilt, y=y)
    if d.maybe(0.65):
        side = 1 if d.maybe(0.7) else -1
        d.add(leaf((0.5, y - 0.02), (0.5 + side * d.u(0.2, 0.28), y - d.u(0.06, 0.16)),
                   d.u(0.4, 0.55)), "leaf", d.tint("leaf"))


def _shine(d: Draft, x: float, y: float, r: float) -> None:
    """A bow of light on a round thing; now and then a white spot."""
    draft(d, "_shine", r=r, x=x, y=y)


def apple(d: Draft) -> None:
    """An apple."""
    w, h = d.u(0.33, 0.4), d.u(0.32, 0.38)
    draft(d, "apple.apple", h=h, w=w)
    _stalk(d, 0.3)
    _shine(d, 0.5, 0.55, w * 0.75)


def cut_apple(d: Draft) -> None:
    """Half an apple with core and pips."""
    rim = curve((0.5, 0.25), (0.5, 0.25), (0.72, 0.18), (0.9, 0.45), (0.72, 0.88), (0.5, 0.94),
                (0.28, 0.88), (0.1, 0.45), (0.28, 0.18))
    d.add(rim, "skin", d.tint("apple"))
    d.add((rim - vec([0.5, 0.55])) * 0.85 + vec([0.5, 0.56]), "flesh", d.tint("cream"))
    draft(d, "cut_apple.core")
    _stalk(d, 0.27)


def pear(d: Draft) -> None:
    """A pear."""
    w, neck = d.u(0.28, 0.36), d.u(0.1, 0.16)
    draft(d, "pear.pear", neck=neck, w=w)
    _stalk(d, 0.16)
    _shine(d, 0.5, 0.7, w * 0.7)


def banana(d: Draft) -> None:
    """One banana or a bunch of them."""
    color, count = d.tint("banana"), d.n(1, 3)
    end = shade(d.tint("bark"), -0.1)
    for i in range(count):
        dy = 0.13 * i
        d.add(curve((0.86, 0.12), (0.8, 0.14), (0.8, 0.14), (0.78 - dy * 0.5, 0.44 + dy),
                    (0.5 - dy * 0.3, 0.66 + dy), (0.13, 0.62 + dy), (0.1, 0.68 + dy),
                    (0.3, 0.86 + dy), (0.62 - dy * 0.2, 0.82 + dy), (0.88 - dy * 0.3, 0.58 + dy),
                    (0.92, 0.13), (0.92, 0.13)), f"banana {i}", color)
        d.add(oval(0.115, 0.65 + dy, 0.028, 0.035), "tip", end)
        if d.detail > 0.4:
            d.line(line((0.85, 0.25), (0.82 - dy * 0.4, 0.52 + dy), (0.55, 0.75 + dy),
                        (0.24, 0.74 + dy)), within=f"banana {i}")
    d.add(poly((0.8, 0.16), (0.93, 0.15), (0.9, 0.02), (0.82, 0.02)), "stalk", end)


def cherries(d: Draft) -> None:
    """A pair of cherries, at times three."""
    color, stem = d.tint("cherry"), d.tint("stem")
    spots = [(0.28, 0.78), (0.7, 0.74), (0.5, 0.86)][: d.n(2, 3)]
    for x, y in spots:
        d.add(tube([(0.55, 0.1), (0.5 * x + 0.26, 0.36), (x, y - 0.14)], 0.03, cap=0), "stem", stem)
    draft(d, "cherries.leaf")
    for i, (x, y) in enumerate(spots):
        d.add(oval(x, y, 0.17, 0.165), f"cherry {i}", color)
        _shine(d, x, y, 0.11)


def strawberry(d: Draft) -> None:
    """A strawberry with seeds."""
    w = d.u(0.3, 0.38)
    draft(d, "strawberry.berry", w=w)
    seed = d.tint("lemon")
    for y, n in ((0.42, 4), (0.55, 3), (0.68, 2), (0.8, 1)) if d.detail > 0.2 else []:
        for x in (np.arange(n) - (n - 1) / 2) * w * 0.42 + 0.5:
            draft(d, "strawberry.seed", seed=seed, x=x, y=y)
    _calyx(d, 0.24, 0.22)


def _calyx(d: Draft, y: float, reach: float) -> None:
    """Green sepals and a stalk on top of a fruit."""
    green, count = d.tint("leaf"), d.n(4, 6)
    for i in range(count):
        a = np.pi * (0.1 + 0.8 * i / (count - 1))
        d.add(leaf((0.5, y - 0.04), (0.5 + reach * np.cos(a), y - 0.02 + reach * 0.6 * np.sin(a)),
                   0.45), "calyx", green)
    d.add(tube([(0.5, y), (0.52, y - 0.14)], 0.04, cap=0.2), "calyx", green)


def citrus(d: Draft) -> None:
    """An orange or a lemon, whole or cut in two."""
    lemon = d.maybe(0.5)
    color = d.tint("lemon") if lemon else d.tint("orange")
    if d.maybe(0.5):
        draft(d, "citrus.peel", color=color)
        flesh, count = shade(color, 0.15), d.n(7, 9)
        for i in range(count):
            piece = curve((0.5, 0.47), (0.5, 0.47), (0.5 + 0.7 / count, 0.2), (0.5, 0.15),
                          (0.5 - 0.7 / count, 0.2))
            d.add(spun(piece, i / count, (0.5, 0.5)), f"piece {i}", flesh)
    elif lemon:
        draft(d, "citrus.lemon", color=color)
    else:
        d.add(oval(0.5, 0.6, 0.38, 0.37), "orange", color)
        _stalk(d, 0.25, d.tint("stem"))
        _shine(d, 0.5, 0.6, 0.28)


def grapes(d: Draft) -> None:
    """A bunch of grapes."""
    color = d.tint("grape")
    d.add(tube([(0.5, 0.25), (0.5, 0.12), (0.56, 0.04)], 0.04, cap=0), "stalk", d.tint("bark"))
    for row, n in enumerate((4, 5, 4, 3, 2, 1)[d.n(0, 1):]):
        for x in (np.arange(n) - (n - 1) / 2) * 0.17 + 0.5:
            d.add(oval(x + d.u(-0.01, 0.01), 0.34 + row * 0.125, 0.1), f"grape {row} {x:.1f}",
                  color)
    d.add(puff(d.rng, (0.34, 0.19, 0.15, 0.09), 5), "leaf", d.tint("leaf"))


def melon(d: Draft) -> None:
    """A slice of watermelon, or a whole one."""
    rind, flesh = d.tint("melon rind"), d.tint("melon flesh")
    if d.maybe(0.3):
        d.add(oval(0.5, 0.5, 0.46, 0.4), "melon", rind)
        for r, part in ((0.32, "stripe"), (0.2, "melon"), (0.08, "stripe")):
            d.add(oval(0.5, 0.5, r, 0.4), part, shade(rind, -0.3 * (part == "stripe")))
        return
    for s, part, color in ((0.48, "rind", rind), (0.43, "white", d.tint("cream")),
                           (0.38, "flesh", flesh)):
        a = np.linspace(0, np.pi, 30)
        half = np.stack([0.5 + s * np.cos(a), 0.35 + s * np.sin(a)], 1).astype(np.float32)
        d.add(half, part, color)
    black = d.tint("black")
    for turn, r in ((0.4, 0.24), (0.9, 0.27), (1.5, 0.2), (2.1, 0.27), (2.7, 0.23)):
        x, y = 0.5 + r * float(np.cos(turn)), 0.35 + r * float(np.sin(turn))
        d.add(leaf((x, y - 0.03), (x, y + 0.03), 0.5), "pip", black)


def pineapple(d: Draft) -> None:
    """A pineapple with its net of scales."""
    green = d.tint("leaf")
    for turns in np.linspace(-0.17, 0.17, d.n(5, 7)):
        d.add(spun(leaf((0.5, 0.42), (0.5, 0.02 + abs(turns) * 0.6), 0.3), turns, (0.5, 0.42)),
              "crown", green)
    d.add(oval(0.5, 0.66, d.u(0.22, 0.27), 0.32), "fruit", d.tint("pineapple"))
    if d.detail > 0.3:
        for k in np.linspace(-0.5, 0.5, 5):
            draft(d, "pineapple.lines", k=k)


def basket(d: Draft) -> None:
    """A bowl or basket of fruit."""
    for i, x in enumerate((0.28, 0.5, 0.72, 0.39, 0.61)):
        color = d.tint(("apple", "orange", "peach", "lemon", "plum")[d.n(0, 4)])
        d.add(oval(x, 0.5 if i < 3 else 0.4 + 0.02 * i, 0.13), f"fruit {i}", color)
    color = d.tint("pale wood") if d.maybe(0.5) else d.tint("paint")
    draft(d, "basket.bowl", color=color)


def carrot(d: Draft) -> None:
    """A carrot with its greens."""
    green = d.tint("leaf")
    for x in (-0.16, 0.16, 0.0):
        d.add(leaf((0.5, 0.34), (0.5 + x, 0.03 + abs(x) * 0.5), 0.35), "green", green)
    w = d.u(0.13, 0.19)
    draft(d, "carrot.carrot", w=w)
    for y in (0.42, 0.52, 0.63, 0.73):
        side = 1 if d.maybe(0.5) else -1
        d.line(line((0.5 + side * w, y), (0.5 + side * w * 0.35, y + 0.015)), within="carrot")


def tomato(d: Draft) -> None:
    """A tomato."""
    draft(d, "tomato.tomato")
    _calyx(d, 0.27, 0.2)
    _shine(d, 0.5, 0.6, 0.28)


def pumpkin(d: Draft) -> None:
    """A pumpkin with ribs, some with a face for the feast."""
    color = d.tint("pumpkin")
    d.add(tube([(0.5, 0.3), (0.5, 0.18), (0.58, 0.08)], 0.1, 0.07, cap=0), "stalk", d.tint("stem"))
    for x, r in ((0.22, 0.2), (0.78, 0.2), (0.36, 0.2), (0.64, 0.2), (0.5, 0.2)):
        d.add(oval(x, 0.6, r, 0.36 - abs(x - 0.5) * 0.2), f"rib {x}", color)
    draft(d, "pumpkin.eye")


def corn(d: Draft) -> None:
    """A cob of corn in its leaves."""
    draft(d, "corn.cob")
    if d.detail > 0.3:
        draft(d, "corn.lines")
        for y in np.linspace(0.2, 0.6, 6):
            d.line(line((0.36, y), (0.64, y)), within="cob")
    draft(d, "corn.leaf")


KINDS: Kinds = {
    "apple": apple, "cut apple": cut_apple, "pear": pear, "banana": banana, "cherries": cherries,
    "strawberry": strawberry, "citrus": citrus, "grapes": grapes, "melon": melon,
    "pineapple": pineapple, "fruit bowl": basket, "carrot": carrot, "tomato": tomato,
    "pumpkin": pumpkin, "corn": corn,
    **whole("blueberries", "aubergine"),
}
