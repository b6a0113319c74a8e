"""Dishes and drinks, each drafted in about the unit square."""

import numpy as np

from nurie.arrays import Floats
from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    dome,
    line,
    oval,
    poly,
    puff,
    spun,
    star,
    tube,
    twin,
    vec,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def mug(d: Draft) -> None:
    """A mug or cup with a hot drink."""
    color = d.tint("paint") if d.maybe(0.7) else d.tint("paper")
    d.ring("mug", color, (0.78, 0.6, 0.17, 0.1))
    if d.maybe(0.3):
        d.add(oval(0.48, 0.93, 0.45, 0.07), "saucer", color)
    rim = np.vstack([arc((0.48, 0.36, 0.3, 0.07), 0.5, 1.0),
                     line((0.78, 0.36), (0.77, 0.7), (0.7, 0.9)),
                     line((0.26, 0.9), (0.19, 0.7), (0.18, 0.36))])
    d.add(rim, "mug", color)
    d.add(oval(0.48, 0.36, 0.3, 0.07), "inside", shade(color, 0.4))
    d.add(oval(0.48, 0.375, 0.25, 0.048), "drink",
          d.tint("coffee") if d.maybe(0.6) else d.tint("tea"))
    if d.maybe(0.35):
        d.add(heart_at(0.46, 0.64, 0.11), "heart", d.tint("cherry"))
    elif d.maybe(0.4):
        d.add(box(0, 0.56, 1, 0.68), "band", d.tint("paint"), within="mug")
    for x in (0.38, 0.5, 0.6) if d.maybe(0.5) else ():
        d.line(line((x, 0.25), (x + 0.03, 0.18), (x - 0.02, 0.1), (x + 0.02, 0.03)))


def heart_at(x: float, y: float, r: float) -> Floats:
    """A heart about (x, y)."""
    rim = curve((0, 1), (0, 1), (-0.95, 0.1), (-0.8, -0.75), (-0.25, -0.8), (0, -0.4), (0, -0.4),
                (0.25, -0.8), (0.8, -0.75), (0.95, 0.1))
    return np.asarray(rim * r + vec([x, y]), np.float32)


def teapot(d: Draft) -> None:
    """A teapot."""
    color, lid = d.tint("paint") if d.maybe(0.6) else d.tint("soft paint"), d.tint("paint")
    d.add(tube([(0.76, 0.72), (0.88, 0.6), (0.97, 0.38)], 0.17, 0.06, cap=0.1), "pot", color)
    d.ring("handle", color, (0.18, 0.58, 0.17, 0.11))
    d.add(curve(*twin((0.5, 0.3), (0.72, 0.36), (0.8, 0.6), (0.7, 0.86), (0.66, 0.9), (0.66, 0.9))),
          "pot", color)
    d.add(dome(0.5, 0.36, 0.2, 0.11), "lid", color if d.maybe(0.5) else lid)
    d.add(oval(0.5, 0.22, 0.045), "knob", lid)
    if d.maybe(0.5):
        for k in range(5):
            d.add(spun(oval(0.5, 0.57, 0.04), k / 5, (0.5, 0.62)), "petal",
                  d.same("petal", "petal"))
        d.add(oval(0.5, 0.62, 0.03), "heart", d.tint("pistil"))


def drink(d: Draft) -> None:
    """A glass of juice with a straw."""
    d.add(tube([(0.5, 0.9), (0.62, 0.12), (0.78, 0.05)], 0.045, cap=0), "straw", d.tint("paint"))
    rim, level = poly((0.24, 0.22), (0.76, 0.22), (0.68, 0.97), (0.32, 0.97)), d.u(0.34, 0.5)
    d.add(rim, "glass", d.tint("glass"))
    d.add(box(0, level, 1, 1), "juice", d.tint("juice"), within="glass")
    d.line(poly((0, level), (1, level), closed=False), within="juice", width=1)
    for x, y in ((0.42, 0.5), (0.58, 0.62)) if d.detail > 0.5 else ():
        d.add(spun(box(x - 0.06, y, x + 0.06, y + 0.12, 0.01), d.u(0, 0.2), (x, y)), "ice",
              d.tint("ice"), within="juice")
    if d.maybe(0.6):
        color = d.tint("orange") if d.maybe(0.5) else d.tint("lemon")
        d.add(oval(0.24, 0.22, 0.14), "peel", color)
        d.add(oval(0.24, 0.22, 0.11), "slice", shade(color, 0.35))


def burger(d: Draft) -> None:
    """A burger."""
    bun = d.tint("bread")
    d.add(box(0.12, 0.74, 0.88, 0.92, 0.08), "bun", bun)
    d.add(box(0.1, 0.62, 0.9, 0.75, 0.06), "meat", d.tint("meat"))
    if d.maybe(0.7):
        d.add(poly((0.1, 0.6), (0.9, 0.6), (0.76, 0.66), (0.66, 0.72), (0.54, 0.65), (0.34, 0.7),
                   (0.24, 0.65)), "cheese", d.tint("cheese"))
    if d.maybe(0.7):
        d.add(box(0.13, 0.53, 0.87, 0.61, 0.03), "tomato", d.tint("tomato"))
    xs = np.linspace(0.93, 0.07, 11)
    wave = [(float(x), 0.54 + (0.035 if i % 2 else -0.005)) for i, x in enumerate(xs)]
    d.add(curve((0.07, 0.48), (0.07, 0.48), (0.93, 0.48), (0.93, 0.48), *wave), "salad",
          d.tint("salad"))
    d.add(curve(*twin((0.5, 0.16), (0.74, 0.2), (0.88, 0.36), (0.9, 0.49), (0.9, 0.49))), "bun",
          bun)
    for x, y in ((0.35, 0.3), (0.48, 0.24), (0.62, 0.28), (0.55, 0.36), (0.72, 0.38),
                 (0.28, 0.4)) if d.detail > 0.3 else ():
        d.add(oval(x, y, 0.022, 0.013), "sesame", d.tint("crumb"))


def pizza(d: Draft) -> None:
    """A slice of pizza, or a whole one."""
    crust, cheese, meat = d.tint("bread"), d.tint("cheese"), d.tint("tomato")
    if d.maybe(0.5):
        d.add(poly((0.1, 0.2), (0.9, 0.2), (0.5, 1)), "cheese", cheese)
        d.add(tube([(0.08, 0.2), (0.5, 0.13), (0.92, 0.2)], 0.14, 0.14), "crust", crust)
        spots = [(0.36, 0.36, 0.09), (0.62, 0.38, 0.08), (0.5, 0.6, 0.08)]
    else:
        d.add(oval(0.5, 0.5, 0.46), "crust", crust)
        d.add(oval(0.5, 0.5, 0.39), "cheese", cheese)
        spots = [(0.5 + 0.25 * np.cos(a), 0.5 + 0.25 * np.sin(a), 0.08) for a in np.linspace(0, 5.4,
                6)] + [(0.5, 0.5, 0.08)]
        for k in range(3):
            d.line(spun(poly((0.11, 0.5), (0.89, 0.5), closed=False), k / 6, (0.5, 0.5)))
    for x, y, r in spots:
        d.add(oval(x, y, r), "salami", meat)
    for x, y, r in spots[:4] if d.maybe(0.6) else ():
        d.add(oval(x + r, y + r * 0.9, 0.035), "olive",
              d.same("olive", "leaf" if d.maybe(0.5) else "black"))


def bread(d: Draft) -> None:
    """A loaf, a slice or a roll."""
    crust = d.tint("bread")
    kind = d.n(0, 2)
    if kind == 0:
        rim = curve((0.14, 0.9), (0.14, 0.9), (0.14, 0.5), (0.06, 0.36), (0.2, 0.16), (0.5, 0.13),
                    (0.8, 0.16), (0.94, 0.36), (0.86, 0.5), (0.86, 0.9), (0.86, 0.9))
        d.add(rim, "crust", crust)
        d.add((rim - vec([0.5, 0.52])) * vec(0.86) + vec([0.5, 0.53]), "crumb", d.tint("crumb"))
    elif kind == 1:
        d.add(tube([(0.05, 0.62), (0.5, 0.48), (0.95, 0.5)], 0.2, 0.32, 0.2), "crust", crust)
        for x in (0.28, 0.46, 0.64):
            d.add(spun(oval(x, 0.5, 0.035, 0.1), 0.08, (x, 0.5)), "cut", d.tint("crumb"))
    else:
        spine = [(0.06, 0.78), (0.22, 0.42), (0.5, 0.3), (0.78, 0.42), (0.94, 0.78)]
        d.add(tube(spine, 0.08, 0.3, 0.36, 0.3, 0.08), "crust", crust)
        for x, tilt in ((0.3, -0.1), (0.42, 0.0), (0.58, 0.02), (0.7, 0.1)):
            d.line(line((x, 0.2 + abs(tilt)), (x + 0.03, 0.35), (x - tilt, 0.5)), within="crust")


def sushi(d: Draft) -> None:
    """A piece of sushi on rice, or a roll."""
    if d.maybe(0.5):
        d.add(box(0.08, 0.52, 0.92, 0.85, 0.14), "rice", d.tint("rice"))
        for _ in range(int(d.detail * 8)):
            x, y = d.u(0.2, 0.8), d.u(0.66, 0.8)
            d.line(line((x, y), (x + 0.03, y + 0.01)))
        d.add(curve((0.04, 0.62), (0.1, 0.38), (0.5, 0.28), (0.9, 0.38), (0.96, 0.62), (0.5, 0.52)),
              "fish", d.tint("salmon"))
        for x in (0.3, 0.5, 0.7):
            d.line(line((x - 0.05, 0.5), (x + 0.04, 0.36)), within="fish")
        if d.maybe(0.4):
            d.add(box(0.42, 0.25, 0.58, 0.9), "nori", d.tint("nori"))
        return
    d.add(np.vstack([arc((0.5, 0.34, 0.4, 0.18), 0.5, 1.0), arc((0.5, 0.76, 0.4, 0.18), 0.0, 0.5)]),
          "nori", d.tint("nori"))
    d.add(oval(0.5, 0.34, 0.4, 0.18), "nori", d.same("nori", "nori"))
    d.add(oval(0.5, 0.34, 0.34, 0.145), "rice", d.tint("rice"))
    d.add(oval(0.5, 0.34, 0.15, 0.07), "fish", d.tint("salmon"))


def fried_egg(d: Draft) -> None:
    """A fried egg, in a pan at times."""
    if d.maybe(0.5):
        d.add(box(0.8, 0.46, 1.35, 0.56, 0.04), "handle", d.tint("timber"))
        d.add(oval(0.48, 0.5, 0.46), "pan", d.tint("dark metal"))
        d.add(oval(0.48, 0.5, 0.4), "base", d.tint("black"))
    d.add(puff(d.rng, (0.48, 0.5, 0.28, 0.25), 6), "white", (255, 255, 255))
    d.add(oval(0.48 + d.u(-0.05, 0.05), 0.5, 0.12), "yolk", d.tint("yolk"))


def cheese(d: Draft) -> None:
    """A wedge of cheese with holes."""
    color = d.tint("cheese")
    d.add(poly((0.05, 0.5), (0.66, 0.18), (0.95, 0.42)), "top", shade(color, 0.2))
    d.add(poly((0.05, 0.5), (0.95, 0.42), (0.95, 0.8), (0.05, 0.88)), "cheese", color)
    for x, y, r in ((0.24, 0.68, 0.07), (0.5, 0.58, 0.045), (0.62, 0.72, 0.08), (0.84, 0.58, 0.05)):
        d.add(oval(x, y, r, r * 0.9), "hole", shade(color, -0.15))


def bowl(d: Draft) -> None:
    """A bowl of noodle soup, rice or salad."""
    color, kind = d.tint("paint"), d.n(0, 2)
    if kind == 0:
        d.add(dome(0.5, 0.52, 0.38, 0.28), "rice", d.tint("rice"))
    else:
        d.add(oval(0.5, 0.5, 0.45, 0.14), "rim", shade(color, 0.25))
        d.add(oval(0.5, 0.51, 0.39, 0.105), "soup",
              d.tint("broth") if kind == 1 else d.tint("salad"))
        d.add(oval(0.36, 0.48, 0.1, 0.055), "egg", (255, 255, 255))
        d.add(oval(0.36, 0.48, 0.05, 0.028), "yolk", d.tint("yolk"))
        d.add(oval(0.62, 0.5, 0.09, 0.045), "tomato", d.tint("tomato"))
        for x in (0.46, 0.52) if kind == 1 else ():
            d.line(line((x, 0.46), (x + 0.05, 0.5), (x, 0.54), (x + 0.05, 0.58)), within="soup")
    low = np.vstack([arc((0.5, 0.5, 0.45, 0.14), 0.0, 0.5)[::1],
                     line((0.05, 0.5), (0.12, 0.72), (0.34, 0.93)),
                     line((0.66, 0.93), (0.88, 0.72), (0.95, 0.5))])
    d.add(low if kind else curve((0.05, 0.52), (0.05, 0.52), (0.95, 0.52), (0.95, 0.52),
                                 (0.85, 0.76), (0.66, 0.93), (0.34, 0.93), (0.15, 0.76)), "bowl",
          color)
    d.add(box(0.34, 0.92, 0.66, 0.97), "foot", color)
    if d.maybe(0.5):
        d.add(box(0, 0.68, 1, 0.75), "band", d.tint("paint"), within="bowl")
    for x in (0.0, 0.08) if d.maybe(0.4) else ():
        d.add(tube([(0.6 + x, 0.44), (0.92 + x, 0.0)], 0.03, cap=0.2), "chopstick",
              d.same("chopstick", "timber"))


def bottle(d: Draft) -> None:
    """A bottle or a jar with a label."""
    if d.maybe(0.5):
        d.add(curve(*twin((0.56, 0.1), (0.56, 0.1), (0.56, 0.3), (0.66, 0.42), (0.68, 0.6),
                          (0.68, 0.98), (0.68, 0.98))), "bottle",
              d.tint("leaf") if d.maybe(0.5) else d.tint("glass"))
        d.add(box(0.43, 0.03, 0.57, 0.12, 0.01), "cap", d.tint("paint"))
    else:
        d.add(box(0.22, 0.2, 0.78, 0.97, 0.1), "jar",
              d.tint("juice") if d.maybe(0.6) else d.tint("berry"))
        d.add(box(0.25, 0.08, 0.75, 0.22, 0.02), "cap", d.tint("paint"))
    d.add(box(0.32, 0.55, 0.68, 0.82, 0.01), "label", d.tint("cream"))
    if d.maybe(0.5):
        d.add(star(0.5, 0.69, 0.08), "mark", d.tint("paint"))


def pan(d: Draft) -> None:
    """A cooking pot with its lid."""
    color = d.tint("paint") if d.maybe(0.6) else d.tint("metal")
    for s in (-1, 1):
        d.ring("handle", d.same("handle", "dark metal"), (0.5 + s * 0.4, 0.56, 0.1, 0.05))
    d.add(box(0.14, 0.42, 0.86, 0.92, 0.08), "pot", color)
    d.add(dome(0.5, 0.44, 0.4, 0.18), "lid", shade(color,
            0.25) if d.maybe(0.6) else d.tint("glass"))
    d.add(oval(0.5, 0.24, 0.05, 0.04), "knob", d.same("handle", "dark metal"))


KINDS = {
    "mug": mug, "teapot": teapot, "drink": drink, "burger": burger, "pizza": pizza, "bread": bread,
    "sushi": sushi, "fried egg": fried_egg, "cheese": cheese, "bowl": bowl, "bottle": bottle,
    "pan": pan,
}
"""What can be drafted here, by name."""
