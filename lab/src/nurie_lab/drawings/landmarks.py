"""Castles, towers and tents, each drafted in about the unit square."""

import numpy as np

from nurie.arrays import Floats
from nurie_lab.drawings.buildings import courses, door, window
from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    oval,
    poly,
    puff,
    spun,
)
from nurie_lab.drawings.strokes import Color
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def castle(d: Draft) -> None:
    """A castle with towers, cones or battlements on them."""
    stone = d.tint("stone") if d.maybe(0.6) else d.tint("soft paint")
    roof, cones = d.tint("roof") if d.maybe(0.5) else d.tint("paint"), d.maybe(0.7)
    _tower(d, 0.5, 0.3, 0.13, (stone, roof), cone=cones)
    d.add(_battlement(0.2, 0.8, 0.55), "wall", stone)
    for x in (0.14, 0.86):
        _tower(d, x, 0.4 + d.u(-0.04, 0.06), 0.12, (stone, roof), cone=cones)
    courses(d, "wall", 0.07)
    gate = np.vstack([poly((0.61, 1), (0.39, 1), closed=False),
                      arc((0.5, 0.8, 0.11, 0.11), 0.5, 1.0)])
    d.add(gate, "gate", d.tint("timber"))
    for x in (0.45, 0.5, 0.55) if d.detail > 0.3 else ():
        d.line(poly((x, 0.72), (x, 0.98), closed=False), within="gate")


def _battlement(x0: float, x1: float, top: float) -> Floats:
    n = max(3, round((x1 - x0) / 0.09)) // 2 * 2 + 1
    xs = np.linspace(x0, x1, n + 1)
    points = [(x0, 1.0)]
    for i in range(n):
        y = top + (0.06 if i % 2 else 0.0)
        points += [(float(xs[i]), y), (float(xs[i + 1]), y)]
    return poly(*points, (x1, 1.0))


def _tower(d: Draft, x: float, top: float, w: float, colors: tuple[Color, Color], *,
           cone: bool) -> None:
    stone, roof = colors
    if cone:
        d.add(box(x - w, top, x + w, 1), "wall", stone)
        d.add(poly((x - w - 0.03, top), (x, top - 0.26), (x + w + 0.03, top)), "roof", roof)
        if d.maybe(0.6):
            d.add(poly((x, top - 0.34), (x + 0.1, top - 0.31), (x, top - 0.28)), "flag",
                  d.same("flag", "paint"))
            d.line(poly((x, top - 0.35), (x, top - 0.25), closed=False))
    else:
        d.add(_battlement(x - w, x + w, top - 0.04), "wall", stone)
    d.add(np.vstack([poly((x + 0.03, top + 0.2), (x - 0.03, top + 0.2), closed=False),
                     arc((x, top + 0.12, 0.03, 0.03), 0.5, 1.0)]), "glass",
          d.same("glass", "glass"))


def lighthouse(d: Draft) -> None:
    """A striped lighthouse on its rock."""
    color = d.tint("cherry") if d.maybe(0.7) else d.tint("sea")
    d.add(poly((0.4, 0.3), (0.6, 0.3), (0.68, 0.95), (0.32, 0.95)), "tower", (255, 255, 255))
    for y in (0.38, 0.58, 0.78):
        d.add(box(0, y, 1, y + 0.1), "stripe", color, within="tower")
        d.line(poly((0.2, y), (0.8, y), closed=False), within="tower")
        d.line(poly((0.2, y + 0.1), (0.8, y + 0.1), closed=False), within="stripe")
    d.add(box(0.36, 0.27, 0.64, 0.31), "gallery", d.tint("dark metal"))
    d.add(box(0.42, 0.15, 0.58, 0.27), "lamp", d.tint("lit glass"))
    d.line(poly((0.5, 0.15), (0.5, 0.27), closed=False))
    d.add(poly((0.39, 0.15), (0.5, 0.03), (0.61, 0.15)), "roof", color)
    door(d, 0.5, 0.84, 0.09, 0.95)
    d.add(puff(d.rng, (0.5, 0.98, 0.36, 0.06), 6), "rock", d.tint("stone"))


def windmill(d: Draft) -> None:
    """A mill with four sails."""
    d.add(poly((0.38, 0.4), (0.62, 0.4), (0.7, 1), (0.3, 1)), "tower", d.tint("wall"))
    courses(d, "tower", 0.06)
    d.add(curve((0.35, 0.42), (0.35, 0.42), (0.42, 0.27), (0.5, 0.22), (0.58, 0.27), (0.65, 0.42),
                (0.65, 0.42)), "cap", d.tint("roof"))
    door(d, 0.5, 0.82, 0.12)
    window(d, 0.5, 0.6, 0.09, 0.1)
    start, sail = d.u(0, 0.25), d.tint("paper") if d.maybe(0.6) else d.tint("soft paint")
    for k in range(4):
        turn = start + k / 4
        d.add(spun(box(0.49, 0.0, 0.51, 0.34), turn, (0.5, 0.34)), "arm", d.same("arm", "timber"))
        d.add(spun(box(0.51, 0.01, 0.61, 0.25), turn, (0.5, 0.34)), "sail", sail)
        for y in (0.07, 0.13, 0.19) if d.detail > 0.4 else ():
            d.line(spun(poly((0.51, y), (0.61, y), closed=False), turn, (0.5, 0.34)))
    d.add(oval(0.5, 0.34, 0.03), "hub", d.tint("dark metal"))


def tent(d: Draft) -> None:
    """A tent, for camping or of a circus."""
    color = d.tint("paint")
    if d.maybe(0.5):
        d.add(poly((0.02, 1), (0.5, 0.25), (0.98, 1)), "tent", color)
        d.add(poly((0.36, 1), (0.5, 0.28), (0.64, 1)), "inside", shade(color, -0.5))
        d.add(poly((0.36, 1), (0.5, 0.28), (0.28, 1)), "flap", shade(color, 0.3))
        return
    stripe = d.tint("paint") if d.maybe(0.3) else (255, 255, 255)
    for i, x in enumerate(np.linspace(0.08, 0.78, 6)):
        d.add(box(x, 0.55, x + 0.14, 1), f"wall {i % 2}", stripe if i % 2 else color)
        d.add(poly((0.5, 0.16), (0.03 + i * 0.157, 0.55), (0.03 + (i + 1) * 0.157, 0.55)),
              f"wall {i % 2}", color)
    d.add(poly((0.5, 1.0), (0.36, 1), (0.5, 0.62), (0.64, 1)), "door", shade(color, -0.5))
    d.add(poly((0.5, 0.04), (0.64, 0.08), (0.5, 0.12)), "flag", d.tint("paint"))
    d.line(poly((0.5, 0.02), (0.5, 0.17), closed=False), width=1)


def pagoda(d: Draft) -> None:
    """A temple tower with curved roofs."""
    roof, wall = d.tint("roof"), d.tint("cherry") if d.maybe(0.5) else d.tint("cream")
    for i in reversed(range(d.n(2, 4))):
        y, w = 0.16 + i * 0.24, 0.18 + i * 0.06
        d.add(box(0.5 - w, y, 0.5 + w, y + 0.2), "wall", wall)
        d.add(box(0.5 - w * 0.4, y + 0.06, 0.5 + w * 0.4, y + 0.2), "screen", d.tint("lamp"))
        d.add(curve((0.5 - w - 0.16, y + 0.02), (0.5 - w - 0.16, y + 0.02), (0.5 - w, y - 0.01),
                    (0.5 - w * 0.6, y - 0.1), (0.5 - w * 0.6, y - 0.1), (0.5 + w * 0.6, y - 0.1),
                    (0.5 + w * 0.6, y - 0.1), (0.5 + w, y - 0.01), (0.5 + w + 0.16, y + 0.02),
                    (0.5 + w + 0.16, y + 0.02), (0.5, y + 0.05)), "roof", roof)
    d.add(poly((0.48, 0.07), (0.5, -0.06), (0.52, 0.07)), "finial", d.tint("gold"))


def igloo(d: Draft) -> None:
    """An igloo."""
    ice = d.tint("ice")
    d.add(np.vstack([poly((0.95, 1), (0.05, 1), closed=False),
                     arc((0.5, 1, 0.45, 0.55), 0.5, 1.0)]), "ice", ice)
    for y in (0.62, 0.75, 0.88):
        for _ in range(4):
            x = d.u(0.15, 0.8)
            d.line(poly((x, y), (x + 0.09, y), (x + 0.09, y + 0.08), closed=False), within="ice")
    for r, part, color in ((0.2, "porch", shade(ice, 0.5)), (0.13, "inside", d.tint("night"))):
        d.add(np.vstack([poly((0.5 + r, 1), (0.5 - r, 1), closed=False),
                         arc((0.5, 1, r, r * 1.4), 0.5, 1.0)]), part, color)


KINDS = {
    "castle": castle, "lighthouse": lighthouse, "windmill": windmill, "tent": tent,
    "pagoda": pagoda, "igloo": igloo,
}
"""What can be drafted here, by name."""
