"""Tools, toys and belongings, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    line,
    oval,
    poly,
    spun,
    tube,
    twin,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def _tilt(d: Draft) -> None:
    """Lay all shapes aslant, as small things are drawn."""
    from dataclasses import replace

    turn = d.u(-0.2, 0.2)
    d.shapes[:] = [replace(s, outline=spun(s.outline[:, ::-1], turn, (0.5, 0.5))[:, ::-1])
                   for s in d.shapes]


def hammer(d: Draft) -> None:
    """A hammer."""
    d.add(box(0.46, 0.22, 0.55, 1, 0.03), "handle",
          d.tint("timber") if d.maybe(0.6) else d.tint("paint"))
    d.add(curve((0.2, 0.12), (0.3, 0.08), (0.3, 0.08), (0.72, 0.08), (0.72, 0.08), (0.72, 0.26),
                (0.72, 0.26), (0.42, 0.26), (0.3, 0.24), (0.12, 0.34), (0.12, 0.34)), "head",
          d.tint("metal"))
    d.add(box(0.72, 0.06, 0.84, 0.28, 0.02), "face", d.tint("dark metal"))
    _tilt(d)


def screwdriver(d: Draft) -> None:
    """A screwdriver."""
    color = d.tint("paint")
    d.add(poly((0.47, 0.0), (0.53, 0.0), (0.535, 0.55), (0.465, 0.55)), "blade", d.tint("metal"))
    d.add(curve(*twin((0.54, 0.52), (0.54, 0.52), (0.58, 0.62), (0.6, 0.75), (0.58, 0.95),
                      (0.5, 1.0))), "handle", color)
    for x in (0.46, 0.54):
        d.line(line((x, 0.66), (x, 0.92)), within="handle")
    _tilt(d)


def spanner(d: Draft) -> None:
    """A spanner."""
    metal = d.tint("metal")
    d.add(curve((0.46, 0.9), (0.46, 0.3), (0.46, 0.3), (0.36, 0.22), (0.36, 0.08), (0.44, 0.02),
                (0.44, 0.02), (0.44, 0.14), (0.44, 0.14), (0.56, 0.14), (0.56, 0.14), (0.56, 0.02),
                (0.56, 0.02), (0.64, 0.08), (0.64, 0.22), (0.54, 0.3), (0.54, 0.3), (0.54, 0.9),
                (0.5, 0.98)), "spanner", metal)
    d.add(oval(0.5, 0.89, 0.035), "", (255, 255, 255))
    _tilt(d)


def scissors(d: Draft) -> None:
    """A pair of scissors."""
    color, metal = d.tint("paint"), d.tint("metal")
    for s in (-1, 1):
        d.add(poly((0.5 - s * 0.02, 0.6), (0.5 + s * 0.05, 0.56), (0.5 - s * 0.22, 0.0)),
              f"blade {s}", metal)
        d.ring("handle", color, (0.5 + s * 0.17, 0.82, 0.16, 0.09))
        d.add(tube([(0.5, 0.56), (0.5 + s * 0.08, 0.68)], 0.09), "handle", color, merge=True)
    d.add(oval(0.5, 0.55, 0.03), "screw", d.tint("dark metal"))


def pencil(d: Draft) -> None:
    """A pencil or a crayon."""
    color = d.tint("paint")
    d.add(poly((0.42, 0.2), (0.58, 0.2), (0.5, 0.0)), "wood", d.tint("crumb"))
    d.add(poly((0.473, 0.07), (0.527, 0.07), (0.5, 0.0)), "lead",
          d.tint("black") if d.maybe(0.5) else color)
    d.add(box(0.42, 0.2, 0.58, 0.84), "body", color)
    for x in (0.47, 0.53):
        d.line(poly((x, 0.24), (x, 0.8), closed=False), within="body")
    d.add(box(0.42, 0.84, 0.58, 0.9), "band", d.tint("brass"))
    d.add(box(0.42, 0.9, 0.58, 1, 0.04), "eraser", d.tint("rubber"))
    _tilt(d)


def brush(d: Draft) -> None:
    """A paint brush with paint on it."""
    color = d.tint("paint")
    d.add(curve(*twin((0.5, 0.0), (0.5, 0.0), (0.57, 0.12), (0.56, 0.24), (0.54, 0.26))), "hair",
          color)
    d.add(poly((0.455, 0.25), (0.545, 0.25), (0.53, 0.42), (0.47, 0.42)), "band", d.tint("metal"))
    d.add(curve(*twin((0.53, 0.42), (0.53, 0.42), (0.545, 0.55), (0.52, 0.85), (0.5, 1.0))),
          "handle", d.tint("timber") if d.maybe(0.5) else d.tint("paint"))
    _tilt(d)


def palette(d: Draft) -> None:
    """A painter's palette."""
    d.add(curve((0.1, 0.5), (0.2, 0.2), (0.55, 0.1), (0.88, 0.28), (0.92, 0.55), (0.72, 0.62),
                (0.66, 0.74), (0.6, 0.88), (0.3, 0.85)), "wood", d.tint("pale wood"))
    d.add(oval(0.42, 0.7, 0.06), "", (255, 255, 255))
    hues = ("cherry", "sea", "lemon", "leaf", "orange", "grape")
    for i, (x, y) in enumerate(((0.26, 0.38), (0.42, 0.26), (0.6, 0.24), (0.76, 0.34),
                                (0.78, 0.48))):
        d.add(oval(x, y, 0.06, 0.055), f"paint {i}", d.tint(hues[i]))


def bucket(d: Draft) -> None:
    """A bucket of water, sand or paint."""
    color = d.tint("paint") if d.maybe(0.6) else d.tint("metal")
    d.line(arc((0.5, 0.36, 0.34, 0.3), 0.5, 1.0), width=1.1)
    d.add(poly((0.14, 0.38), (0.86, 0.38), (0.74, 1), (0.26, 1)), "bucket", color)
    d.add(oval(0.5, 0.38, 0.36, 0.09), "inside", shade(color, 0.3))
    d.add(oval(0.5, 0.4, 0.31, 0.06), "content", d.tint(("water", "sand", "cherry")[d.n(0, 2)]))
    if d.maybe(0.4):
        d.add(box(0, 0.6, 1, 0.72), "band", d.tint("paint"), within="bucket")


def saw(d: Draft) -> None:
    """A saw with teeth."""
    teeth = [(0.72 - i * 0.07, 0.72 + (0.05 if i % 2 else 0.0)) for i in range(11)]
    d.add(poly((0.02, 0.48), (0.72, 0.4), *teeth), "blade", d.tint("metal"))
    color = d.tint("timber") if d.maybe(0.6) else d.tint("cherry")
    d.add(curve((0.68, 0.36), (0.8, 0.3), (0.98, 0.34), (1.0, 0.6), (0.9, 0.78), (0.7, 0.76)),
          "handle", color)
    d.add(curve((0.78, 0.46), (0.88, 0.44), (0.9, 0.6), (0.8, 0.64)), "", (255, 255, 255))


def umbrella(d: Draft) -> None:
    """An open umbrella in one or two colours."""
    color, other = d.tint("paint"), d.tint("paint")
    d.line(line((0.5, 0.5), (0.5, 0.9), (0.45, 0.97), (0.38, 0.92)), width=2)
    low = 0.52
    lobes = d.n(3, 5)
    xs = np.linspace(0.04, 0.96, lobes + 1)
    for i in range(lobes):
        a, b = float(xs[i]), float(xs[i + 1])
        dip = low - 0.04
        rim = curve((0.5, 0.08), (0.5, 0.08), (0.5 + (b - 0.5) * 0.7, 0.2), (b, low), (b, low),
                    ((a + b) / 2, dip), (a, low), (a, low), (0.5 + (a - 0.5) * 0.7, 0.2))
        d.add(rim, f"cloth {i % 2}", other if i % 2 and d.detail > 0.4 else color)
    d.line(line((0.5, 0.02), (0.5, 0.09)), width=1.2)


def bag(d: Draft) -> None:
    """A rucksack, a handbag or a suitcase."""
    color, kind = d.tint("cloth") if d.maybe(0.6) else d.tint("leather"), d.n(0, 2)
    if kind == 0:
        d.line(arc((0.5, 0.18, 0.12, 0.12), 0.5, 1.0), width=1.2)
        d.add(box(0.2, 0.14, 0.8, 0.96, 0.2), "bag", color)
        d.add(box(0.27, 0.55, 0.73, 0.9, 0.08), "pocket", shade(color, 0.2))
        d.add(curve((0.2, 0.36), (0.26, 0.18), (0.5, 0.13), (0.74, 0.18), (0.8, 0.36), (0.5, 0.5)),
              "flap", d.tint("cloth") if d.maybe(0.4) else shade(color, -0.12))
        d.add(box(0.46, 0.42, 0.54, 0.52, 0.02), "buckle", d.tint("brass"))
        return
    d.line(arc((0.5, 0.4, 0.18, 0.3 if kind == 1 else 0.15), 0.5, 1.0), width=1.6)
    rim = poly((0.2, 0.38), (0.8, 0.38), (0.92, 0.92), (0.08, 0.92)) if kind == 1 else box(0.05,
            0.36, 0.95, 0.94, 0.06)
    d.add(rim, "bag", color)
    for x in (0.22, 0.7) if kind == 2 else ():
        d.add(box(x, 0, x + 0.08, 1), "strap", d.same("strap", "leather"), within="bag")
    d.add(box(0.44, 0.36, 0.56, 0.5, 0.02), "buckle", d.tint("gold"))


def book(d: Draft) -> None:
    """A closed book, or an open one."""
    color = d.tint("cloth")
    if d.maybe(0.5):
        d.add(poly((0.1, 0.2), (0.78, 0.08), (0.9, 0.78), (0.22, 0.92)), "cover", color)
        d.add(poly((0.22, 0.92), (0.9, 0.78), (0.92, 0.86), (0.25, 1.0)), "pages", d.tint("cream"))
        d.add(poly((0.3, 0.32), (0.66, 0.25), (0.69, 0.42), (0.33, 0.49)), "label", d.tint("gold"))
        return
    d.add(box(0.02, 0.34, 0.98, 0.86, 0.02), "cover", color)
    for s in (-1, 1):
        d.add(curve((0.5, 0.36), (0.5, 0.36), (0.5 + s * 0.2, 0.26), (0.5 + s * 0.44, 0.32),
                    (0.5 + s * 0.44, 0.32), (0.5 + s * 0.44, 0.8), (0.5 + s * 0.44, 0.8),
                    (0.5 + s * 0.2, 0.75), (0.5, 0.84), (0.5, 0.84)), f"page {s}", d.tint("paper"))
        for y in np.linspace(0.42, 0.66, 4):
            d.line(line((0.5 + s * 0.08, y), (0.5 + s * 0.36, y - 0.04)))


def gift(d: Draft) -> None:
    """A present with a ribbon."""
    color, ribbon = d.tint("paint"), d.tint("paint")
    for s in (-1, 1):
        d.add(curve((0.5, 0.28), (0.5, 0.28), (0.5 + s * 0.1, 0.06), (0.5 + s * 0.28, 0.08),
                    (0.5 + s * 0.24, 0.24)), f"bow {s}", ribbon)
    d.add(box(0.12, 0.4, 0.88, 0.97), "box", color)
    d.add(box(0.07, 0.28, 0.93, 0.44, 0.01), "lid", color if d.maybe(0.5) else shade(color, 0.2))
    d.add(box(0.43, 0.44, 0.57, 0.97), "ribbon", ribbon)
    d.add(box(0.43, 0.28, 0.57, 0.44), "ribbon", ribbon)
    d.add(oval(0.5, 0.25, 0.055), "knot", ribbon)


def key(d: Draft) -> None:
    """A key."""
    metal = d.tint("gold") if d.maybe(0.7) else d.tint("metal")
    d.add(poly((0.47, 0.4), (0.53, 0.4), (0.53, 0.74), (0.66, 0.74), (0.66, 0.8), (0.53, 0.8),
               (0.53, 0.86), (0.62, 0.86), (0.62, 0.93), (0.53, 0.93), (0.53, 0.98), (0.47, 0.98)),
          "key", metal)
    d.ring("key", metal, (0.5, 0.24, 0.2, 0.1))
    _tilt(d)


def guitar(d: Draft) -> None:
    """A guitar."""
    wood = d.tint("timber") if d.maybe(0.6) else d.tint("paint")
    d.add(box(0.46, 0.1, 0.54, 0.6), "neck", d.tint("bark"))
    d.add(poly((0.44, 0.0), (0.56, 0.0), (0.55, 0.12), (0.45, 0.12)), "head",
          d.same("neck", "bark"))
    d.add(curve(*twin((0.5, 0.44), (0.6, 0.44), (0.67, 0.54), (0.62, 0.64), (0.72, 0.8),
                      (0.66, 0.94), (0.5, 0.99))), "body", wood)
    d.add(oval(0.5, 0.66, 0.075), "hole", d.tint("black"))
    d.add(box(0.42, 0.83, 0.58, 0.87), "bridge", d.tint("bark"))
    for x in (0.48, 0.5, 0.52):
        d.line(poly((x, 0.1), (x, 0.84), closed=False), width=0.5)
    _tilt(d)


def drum(d: Draft) -> None:
    """A drum with its sticks."""
    color, rim = d.tint("paint"), d.tint("gold") if d.maybe(0.5) else d.tint("paint")
    d.add(box(0.1, 0.38, 0.9, 0.88), "body", color)
    for i in range(6):
        x = 0.1 + i * 0.16
        d.line(poly((x, 0.44), (x + 0.08, 0.8), (min(x + 0.16, 0.9), 0.44), closed=False),
               within="body")
    d.add(curve((0.1, 0.8), (0.1, 0.8), (0.5, 0.92), (0.9, 0.8), (0.9, 0.8), (0.9, 0.9), (0.9, 0.9),
                (0.5, 1.0), (0.1, 0.9), (0.1, 0.9)), "rim", rim)
    d.add(oval(0.5, 0.38, 0.42, 0.12), "rim", rim)
    d.add(oval(0.5, 0.37, 0.37, 0.09), "skin", d.tint("cream"))
    for s in (-1, 1):
        d.add(tube([(0.5 + s * 0.08, 0.34), (0.5 + s * 0.4, 0.06)], 0.03), f"stick {s}",
              d.same("stick 1", "pale wood"))


def lantern(d: Draft) -> None:
    """A lantern or a candle."""
    if d.maybe(0.5):
        d.add(box(0.38, 0.38, 0.62, 0.9), "wax",
              d.tint("cream") if d.maybe(0.5) else d.tint("soft paint"))
        d.add(curve((0.5, 0.06), (0.5, 0.06), (0.57, 0.22), (0.5, 0.32), (0.43, 0.22)), "flame",
              d.tint("flame"))
        d.add(curve((0.5, 0.18), (0.5, 0.18), (0.53, 0.25), (0.5, 0.3), (0.47, 0.25)), "heart",
              d.tint("flame heart"))
        d.add(oval(0.5, 0.92, 0.32, 0.07), "dish", d.tint("brass"))
        return
    metal = d.tint("dark metal")
    d.line(arc((0.5, 0.16, 0.1, 0.13), 0.5, 1.0), width=1.3)
    d.add(poly((0.3, 0.28), (0.5, 0.12), (0.7, 0.28)), "roof", metal)
    d.add(box(0.33, 0.28, 0.67, 0.86), "glass", d.tint("lit glass"))
    d.add(curve((0.5, 0.42), (0.5, 0.42), (0.57, 0.62), (0.5, 0.72), (0.43, 0.62)), "flame",
          d.tint("flame"))
    d.add(box(0.28, 0.84, 0.72, 0.94, 0.02), "foot", metal)


KINDS = {
    "hammer": hammer, "screwdriver": screwdriver, "spanner": spanner, "scissors": scissors,
    "pencil": pencil, "brush": brush, "palette": palette, "bucket": bucket, "saw": saw,
    "umbrella": umbrella, "bag": bag, "book": book, "gift": gift, "key": key, "guitar": guitar,
    "drum": drum, "lantern": lantern,
}
"""What can be drafted here, by name."""
