"""Flowers and leaves, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    curve,
    leaf,
    line,
    oval,
    puff,
    spun,
    tube,
    vec,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


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
    d.add(curve((0.38, 0.1), (0.38, 0.1), (0.5, 0.2), (0.62, 0.1), (0.62, 0.1), (0.65, 0.3),
                (0.5, 0.44), (0.35, 0.3)), "petal", color)
    rim = curve((0.5, 0.06), (0.5, 0.06), (0.59, 0.24), (0.5, 0.44), (0.41, 0.24))
    d.add(rim, "petal", color)


def rose(d: Draft) -> None:
    """A rose with a spiral of petals."""
    stem(d, 0.42, d.n(1, 3))
    color = d.tint("berry") if d.maybe(0.5) else d.tint("petal")
    d.add(puff(d.rng, (0.5, 0.3, 0.2, 0.19), 5), "petal", color)
    d.add(oval(0.5, 0.28, 0.14, 0.13), "petal", color)
    t = np.linspace(0, 5 * np.pi, 60)
    r = 0.012 + 0.1 * t / t[-1]
    spiral = np.stack([0.5 + r * np.cos(t), 0.28 + r * np.sin(t)], 1).astype(np.float32)
    d.line(spiral[:-6])


def single_leaf(d: Draft) -> None:
    """One big leaf with its veins."""
    color = d.tint("leaf") if d.maybe(0.6) else d.tint("autumn")
    d.add(tube([(0.5, 1.0), (0.52, 0.85), (0.5, 0.7)], 0.025, cap=0), "stalk", shade(color, -0.2))
    wide = d.u(0.25, 0.4)
    d.add(curve((0.5, 0.02), (0.5, 0.02), (0.5 + wide, 0.4), (0.5 + wide * 0.8, 0.72), (0.5, 0.88),
                (0.5 - wide * 0.8, 0.72), (0.5 - wide, 0.4)), "leaf", color)
    d.line(line((0.5, 0.88), (0.5, 0.16)), within="leaf")
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


KINDS = {
    "daisy": daisy, "tulip": tulip, "rose": rose, "leaf": single_leaf, "clover": clover,
    "bouquet": bouquet,
}
"""What can be drafted here, by name."""
