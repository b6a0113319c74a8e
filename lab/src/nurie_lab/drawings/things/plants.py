"""Trees, bushes, pots and flowers, each in about the unit square."""

import numpy as np

from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import (
    box,
    curve,
    leaf,
    line,
    oval,
    puff,
    spun,
    star,
    tube,
    vec,
)
from nurie_lab.drawings.kit.recipes import Kinds, draft

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def tree(d: Draft) -> None:
    """A tree with a round or cloudy crown; now and then in autumn, or with fruit."""
    w = d.u(0.1, 0.2)
    bark, fruit = d.tint("bark"), d.maybe(0.25)
    crown = d.tint("autumn") if d.maybe(0.15) else d.tint("leaf")
    draft(d, "tree.trunk", bark=bark, w=w)
    if d.detail > 0.5:
        d.line(line((0.5 - w / 6, 0.92), (0.5 - w / 5, 0.75)))
        d.line(line((0.5 + w / 5, 0.85), (0.5 + w / 5, 0.7)))
    draft(d, "tree.crown", crown=crown)
    leaves(d, (0.5, 0.34), 0.2)
    if fruit:
        color = d.tint("apple") if d.maybe(0.6) else d.tint("orange")
        for _ in range(d.n(4, 9)):
            a, r = d.u(0, 6.28), d.u(0.03, 0.22)
            d.add(oval(0.5 + r * np.cos(a) * 1.2, 0.36 + r * np.sin(a), 0.032), "fruit", color)


def leaves(d: Draft, middle: tuple[float, float], reach: float) -> None:
    """A few small bows that say leaves."""
    for _ in range(int(d.detail * 7)):
        x, y = middle[0] + d.u(-reach, reach), middle[1] + d.u(-reach, reach) * 0.7
        draft(d, "leaves.lines", x=x, y=y)


def fir(d: Draft) -> None:
    """A fir in tiers, sometimes with snow or dressed for a feast."""
    color, tiers = d.tint("dark leaf"), d.n(2, 4)
    wide, feast = d.u(0.26, 0.4), d.maybe(0.2)
    d.add(box(0.46, 0.8, 0.54, 1), "trunk", d.tint("bark"))
    snow = not feast and d.maybe(0.15)
    for i in reversed(range(tiers)):
        top, low = 0.06 + 0.68 * i / tiers - 0.05 * (i > 0), 0.12 + 0.74 * (i + 1) / tiers
        w = wide * (0.45 + 0.55 * (i + 1) / tiers)
        dip = low - 0.05
        d.add(curve((0.5, top), (0.5, top), (0.5 + w * 0.45, (top + low) / 2), (0.5 + w, low),
                    (0.5 + w, low), (0.5 + w / 2, low - 0.01), (0.5, dip + 0.04),
                    (0.5 - w / 2, low - 0.01), (0.5 - w, low), (0.5 - w, low),
                    (0.5 - w * 0.45, (top + low) / 2)), "needles", color)
        if snow:
            d.add(curve((0.5, top), (0.5, top), (0.5 + w * 0.4, top + (low - top) * 0.5),
                        (0.5 + w * 0.15, top + (low - top) * 0.4), (0.5, top + (low - top) * 0.55),
                        (0.5 - w * 0.2, top + (low - top) * 0.4),
                        (0.5 - w * 0.4, top + (low - top) * 0.5)), "snow", d.tint("snow"))
    if feast:
        _dress(d, wide)


def _dress(d: Draft, wide: float) -> None:

    colors = [d.tint("paint") for _ in range(3)]
    for i in range(d.n(5, 10)):
        y = d.u(0.3, 0.8)
        x = 0.5 + d.u(-0.5, 0.5) * wide * y
        d.add(oval(x, y, 0.028), f"bauble {i % 3}", colors[i % 3])
    d.add(star(0.5, 0.06, 0.07), "star", d.tint("star"))


def palm(d: Draft) -> None:
    """A palm with a ringed, bent trunk."""
    bend, color = d.u(-0.15, 0.15), d.tint("leaf")
    top = (0.5 + bend, 0.32)
    spine = [(0.5, 1.0), (0.5 + bend * 0.25, 0.7), top]
    d.add(tube(spine, 0.11, 0.07, cap=0), "trunk", d.tint("bark"))
    for t in np.linspace(0.15, 0.9, 5) if d.detail > 0.4 else []:
        x, y = 0.5 + bend * t**2, 1 - 0.68 * t
        d.line(line((x - 0.03, y), (x, y + 0.015), (x + 0.03, y)), within="trunk")
    for turns in np.linspace(-0.56, 0.06, d.n(5, 7)):
        a = turns * 2 * np.pi
        end = (top[0] + 0.36 * np.cos(a), top[1] + 0.22 * np.sin(a) + 0.06)
        mid = (top[0] + 0.2 * np.cos(a), top[1] + 0.24 * np.sin(a) - 0.05)
        low = (top[0] + 0.2 * np.cos(a), top[1] + 0.2 * np.sin(a) + 0.04)
        d.add(curve(top, top, mid, end, end, low), "frond", color)
    for x in (-0.035, 0.03) if d.maybe(0.6) else ():
        d.add(oval(top[0] + x, top[1] + 0.03, 0.035), "coconut", shade(d.tint("bark"), -0.2))


def bush(d: Draft) -> None:
    """A low bush, with berries or blossoms at times."""
    d.add(puff(d.rng, (0.5, 0.75, d.u(0.38, 0.48), 0.2), d.n(8, 12)), "leaves", d.tint("leaf"))
    leaves(d, (0.5, 0.75), 0.22)
    if d.maybe(0.4):
        color = d.tint("berry") if d.maybe(0.5) else d.tint("petal")
        for _ in range(d.n(4, 10)):
            d.add(oval(0.5 + d.u(-0.3, 0.3), 0.75 + d.u(-0.13, 0.13), 0.025), "berry", color)


def cypress(d: Draft) -> None:
    """A slim tree like a flame."""
    w = d.u(0.12, 0.2)
    d.add(box(0.47, 0.85, 0.53, 1), "trunk", d.tint("bark"))
    rim = curve((0.5, 0), (0.5, 0), (0.5 + w, 0.55), (0.5 + w * 0.7, 0.86), (0.5, 0.9),
                (0.5 - w * 0.7, 0.86), (0.5 - w, 0.55))
    d.add(rim, "leaves", d.tint("dark leaf"))


def bare_tree(d: Draft) -> None:
    """A winter tree: trunk and branches only."""
    bark = d.tint("bark")
    branches = []
    for side in (-1, 1):
        for y in (0.62, 0.45, 0.32)[: d.n(2, 3)]:
            tip = (0.5 + side * d.u(0.18, 0.34), y - d.u(0.15, 0.28))
            branches.append(([(0.5, y), (0.5 + side * 0.1, y - 0.09), tip], 0.06))
    for spine, w in branches:
        d.add(tube(spine, w, 0.015), "bark", bark, merge=True)
    draft(d, "bare_tree.bark", bark=bark)


def potted(d: Draft) -> None:
    """A plant in a pot on the floor."""
    color, green = d.tint("terracotta") if d.maybe(0.6) else d.tint("paint"), d.tint("leaf")
    for i in range(d.n(4, 8)):
        side = -1 if i % 2 else 1
        tip = (0.5 + side * d.u(0.05, 0.38), d.u(0.08, 0.4))
        d.add(leaf((0.5, 0.68), tip, d.u(0.25, 0.45)), f"leaf {i}", green)
        d.line(line((0.5, 0.68), (0.5 * 0.3 + tip[0] * 0.7, 0.68 * 0.3 + tip[1] * 0.7)),
               within=f"leaf {i}")
    pot(d, 0.66, color)


def pot(d: Draft, top: float, color: tuple[int, int, int]) -> None:
    """A flower pot with its rim, from ``top`` to the ground."""
    draft(d, "pot", color=color, top=top)


def cactus(d: Draft) -> None:
    """A cactus with arms, as in the desert."""
    color, w = d.tint("cactus"), d.u(0.16, 0.24)
    for side in (-1, 1):
        if d.maybe(0.75):
            y, x = d.u(0.4, 0.6), 0.5 + side * d.u(0.2, 0.28)
            arm = [(0.5, y), (x - side * 0.02, y), (x, y - 0.05), (x, y - d.u(0.12, 0.25))]
            d.add(tube(arm, w * 0.5, w * 0.5), "cactus", color, merge=True)
    d.add(tube([(0.5, 0.93), (0.5, 0.6), (0.5, 0.2)], w, w), "cactus", color, merge=True)
    for _ in range(int(d.detail * 12)):
        x, y = 0.5 + d.u(-0.35, 0.35) * w, d.u(0.25, 0.7)
        draft(d, "cactus.lines", x=x, y=y)
    draft(d, "cactus.flower")


def potted_cactus(d: Draft) -> None:
    """A cactus in a pot."""
    cactus(d)
    pot(d, 0.75, d.tint("terracotta") if d.maybe(0.7) else d.tint("paint"))


def mushroom(d: Draft) -> None:
    """A mushroom, dotted more often than not, alone or with a small one."""
    cap, spots = d.tint("cap"), d.maybe(0.65)
    if d.maybe(0.35):
        _toadstool(d, (0.84, 0.4), cap, spots=False)
    _toadstool(d, (0.45, 1.0), cap, spots=spots)


def _toadstool(d: Draft, place: tuple[float, float], cap: tuple[int, int, int], *,
               spots: bool) -> None:
    x, s = place
    w, y = d.u(0.09, 0.15) * s, 1 - 0.5 * s
    draft(d, "_toadstool.stalk", w=w, x=x, y=y)
    r, high = 0.42 * s, d.u(0.36, 0.48) * s
    d.add(curve((x - r, y), (x - r, y), (x - r * 0.75, y - high * 0.7), (x, y - high),
                (x + r * 0.75, y - high * 0.7), (x + r, y), (x + r, y), (x, y + 0.07 * s)),
          f"cap {s}", cap)
    if spots:
        white = d.tint("snow")
        for dx, dy, q in ((0.0, 0.62, 0.07), (-0.48, 0.33, 0.055), (0.5, 0.36, 0.06),
                          (0.12, 0.2, 0.045)):
            d.add(oval(x + dx * r, y - dy * high, q * d.u(0.8, 1.2), q * 0.8), "spot", white,
                  within=f"cap {s}")


def grass(d: Draft) -> None:
    """A tuft of grass."""
    color = d.tint("grass")
    for x in np.linspace(0.2, 0.8, d.n(5, 9)):
        tip = (x + (x - 0.5) * d.u(0.2, 0.9), 1 - d.u(0.3, 0.62))
        d.add(curve((x - 0.05, 1), (x - 0.05, 1), tip, tip, (x + 0.05, 1), (x + 0.05, 1)), "grass",
              color)


def stem(d: Draft, top: float, leaves_: int = 2) -> None:
    """A green stem at x = 0.5 from ``top`` to the ground, with leaves."""
    color = d.tint("stem")
    d.add(tube([(0.5 + d.u(-0.04, 0.04), 1.0), (0.5, 0.75), (0.5, top)], 0.035, cap=0), "stem",
          color)
    for i in range(leaves_):
        side = 1 if i % 2 else -1
        y = d.u(0.72, 0.9)
        d.add(leaf((0.5, y + 0.05), (0.5 + side * d.u(0.16, 0.26), y - d.u(0.03, 0.16)), 0.4),
              "leaf", color)


def daisy(d: Draft) -> None:
    """A flower with petals round a disc: daisy, sunflower, cosmos."""
    count, sun = d.n(5, 14), d.maybe(0.3)
    stem(d, 0.4, d.n(0, 3))
    color = d.tint("sun") if sun else d.tint("petal")
    r, hub = d.u(0.22, 0.3), d.u(0.08, 0.12) + 0.03 * sun
    wide = min(0.7, 5.2 / count) if d.maybe(0.7) else 0.35
    for i in range(count):
        start, end = vec([[0.5, 0.32 - hub * 0.6]]), vec([[0.5, 0.32 - r]])
        rim = curve(*_petal(float(start[0, 1]), float(end[0, 1]), wide))
        d.add(spun(rim, i / count, (0.5, 0.32)), "petal", color)
    heart = d.tint("bark") if sun else d.tint("pistil")
    d.add(oval(0.5, 0.32, hub), "heart", heart)
    if d.detail > 0.6:
        for _ in range(6):
            d.dot(0.5 + d.u(-0.5, 0.5) * hub, 0.32 + d.u(-0.5, 0.5) * hub, 0.008)


def _petal(low: float, high: float, wide: float) -> list[tuple[float, float]]:
    length = low - high
    w = length * wide / 2
    return [(0.5, low), (0.5 - w, low - length * 0.65), (0.5, high), (0.5 + w, low - length * 0.65)]


def tulip(d: Draft) -> None:
    """A tulip with two long leaves."""
    color, green = d.tint("petal"), d.tint("stem")
    d.add(tube([(0.5, 1), (0.5, 0.4)], 0.04, cap=0), "stem", green)
    for side in (-1, 1):
        tip = (0.5 + side * d.u(0.14, 0.26), d.u(0.45, 0.6))
        d.add(curve((0.5, 1), (0.5, 1), (0.5 + side * 0.16, 0.8), tip, tip,
                    (0.5 + side * 0.05, 0.85)), "leaf", green)
    draft(d, "tulip.petal", color=color)
    rim = curve((0.5, 0.06), (0.5, 0.06), (0.59, 0.24), (0.5, 0.44), (0.41, 0.24))
    d.add(rim, "petal", color)


def rose(d: Draft) -> None:
    """A rose with a spiral of petals."""
    stem(d, 0.42, d.n(1, 3))
    draft(d, "rose.petal")
    t = np.linspace(0, 5 * np.pi, 60)
    r = 0.012 + 0.1 * t / t[-1]
    spiral = np.stack([0.5 + r * np.cos(t), 0.28 + r * np.sin(t)], 1).astype(np.float32)
    d.line(spiral[:-6])


def single_leaf(d: Draft) -> None:
    """One big leaf with its veins."""
    color = d.tint("leaf") if d.maybe(0.6) else d.tint("autumn")
    d.add(tube([(0.5, 1.0), (0.52, 0.85), (0.5, 0.7)], 0.025, cap=0), "stalk", shade(color, -0.2))
    wide = d.u(0.25, 0.4)
    draft(d, "single_leaf.leaf", color=color, wide=wide)
    for y in np.linspace(0.36, 0.74, d.n(2, 5)):
        for side in (-1, 1):
            d.line(line((0.5, y), (0.5 + side * wide * 0.55, y - 0.13)), within="leaf")


def clover(d: Draft) -> None:
    """A clover with three leaves, or four for luck."""
    color, count = d.tint("leaf"), 3 if d.maybe(0.5) else 4
    d.add(tube([(0.58, 1), (0.52, 0.75), (0.5, 0.45)], 0.035, cap=0), "stem", color)
    heart = curve((0.5, 0.42), (0.5, 0.42), (0.34, 0.24), (0.38, 0.1), (0.47, 0.1), (0.5, 0.16),
                  (0.5, 0.16), (0.53, 0.1), (0.62, 0.1), (0.66, 0.24))
    for i in range(count):
        d.add(spun(heart, (i + 0.5 * (count == 4)) / count, (0.5, 0.42)), f"leaf {i}", color)


def bouquet(d: Draft) -> None:
    """Flowers in a vase."""
    green = d.tint("stem")
    heads = [(0.5 + d.u(-0.05, 0.05) + x, y + d.u(-0.04, 0.04)) for x,
             y in ((-0.25, 0.3), (0.25, 0.28), (0.0, 0.2), (-0.12, 0.42), (0.14, 0.42))]
    heads = heads[: d.n(2, 5)]
    for x, y in heads:
        d.add(tube([(0.5, 0.75), (0.5 + (x - 0.5) * 0.4, 0.6), (x, y)], 0.022, cap=0), "stem",
              green)
    for i, (x, y) in enumerate(heads):
        petals, count = d.tint("petal"), d.n(5, 7)
        for k in range(count):
            d.add(spun(oval(x, y - 0.065, 0.05, 0.055), k / count, (x, y)), f"petal {i}", petals)
        d.add(oval(x, y, 0.035), f"heart {i}", d.tint("pistil"))
    w, neck = d.u(0.13, 0.2), d.u(0.06, 0.12)
    rim = curve((0.5 - neck, 0.6), (0.5 - neck, 0.6), (0.5 - neck, 0.68), (0.5 - w, 0.85),
                (0.5 - w * 0.6, 1), (0.5 - w * 0.6, 1), (0.5 + w * 0.6, 1), (0.5 + w * 0.6, 1),
                (0.5 + w, 0.85), (0.5 + neck, 0.68), (0.5 + neck, 0.6), (0.5 + neck, 0.6))
    d.add(rim, "vase", d.tint("paint") if d.maybe(0.7) else d.tint("glass"))


KINDS: Kinds = {
    "tree": tree, "fir": fir, "palm": palm, "bush": bush, "cypress": cypress,
    "bare tree": bare_tree, "potted plant": potted, "cactus": cactus,
    "potted cactus": potted_cactus, "mushroom": mushroom, "grass": grass, "daisy": daisy,
    "tulip": tulip, "rose": rose, "leaf": single_leaf, "clover": clover, "bouquet": bouquet,
}
