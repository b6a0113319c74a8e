"""Sky, snow, fire and planets, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    dome,
    oval,
    poly,
    puff,
    spun,
    star,
    tube,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def face(d: Draft, x: float, y: float, r: float) -> None:
    """Two eyes and a smile."""
    for s in (-1, 1):
        d.solid(oval(x + s * r * 0.35, y - r * 0.12, r * 0.09), "eye", (30, 28, 30))
    d.line(arc((x, y + r * 0.1, r * 0.35, r * 0.3), 0.08, 0.42), width=1)


def sun(d: Draft) -> None:
    """A sun with rays, often with a face."""
    color, count = d.tint("sun"), d.n(8, 14)
    if d.maybe(0.5):
        d.add(star(0.5, 0.5, 0.49, inner=0.68, points=count), "rays",
              d.tint("orange") if d.maybe(0.5) else color)
    else:
        for k in range(count):
            d.add(spun(poly((0.5, 0.02), (0.54, 0.16), (0.46, 0.16)), k / count, (0.5, 0.5)),
                  "rays", color)
    d.add(oval(0.5, 0.5, 0.29), "sun", color)
    if d.maybe(0.5):
        face(d, 0.5, 0.5, 0.29)


def moon(d: Draft) -> None:
    """A crescent with stars."""
    d.add(np.vstack([arc((0.45, 0.5, 0.42, 0.44), 0.1, 0.87),
                     arc((0.62, 0.48, 0.32, 0.35), 0.82, 0.15)]), "moon", d.tint("moon"))
    for x, y in ((0.72, 0.3), (0.86, 0.55), (0.66, 0.6))[: d.n(0, 3)]:
        d.add(star(x, y, d.u(0.06, 0.1)), "star", d.same("star", "star"))


def weather(d: Draft) -> None:
    """A cloud with sun, rain or lightning."""
    kind = d.n(0, 3)
    if kind == 0:
        d.add(oval(0.68, 0.34, 0.22), "sun", d.tint("sun"))
    if kind == 1:
        for x in (0.28, 0.44, 0.6, 0.74):
            y = 0.7 + d.u(0, 0.12)
            d.add(curve((x, y), (x, y), (x + 0.05, y + 0.12), (x, y + 0.16), (x - 0.05, y + 0.12)),
                  "drop", d.same("drop", "water"))
    if kind == 2:
        d.add(poly((0.5, 0.58), (0.62, 0.58), (0.54, 0.75), (0.64, 0.75), (0.42, 1.0), (0.48, 0.8),
                   (0.38, 0.8)), "bolt", d.tint("sun"))
    d.add(puff(d.rng, (0.5, 0.5, 0.38, 0.2), d.n(7, 10)), "cloud",
          d.tint("rain cloud") if kind in (1, 2) else d.tint("cloud"))


def rainbow(d: Draft) -> None:
    """A rainbow between clouds."""
    for i, color in enumerate(("cherry", "orange", "lemon", "leaf", "sea", "grape")[: d.n(5, 6)]):
        d.add(dome(0.5, 0.85, 0.48 - i * 0.06, 0.6 - i * 0.07), f"band {i}", d.tint(color))
    d.add(dome(0.5, 0.85, 0.13, 0.18), "", (255, 255, 255))
    for x in (0.14, 0.86):
        d.add(puff(d.rng, (x, 0.85, 0.15, 0.09), 7), "cloud", d.tint("cloud"))


def snowman(d: Draft) -> None:
    """A snowman with hat and scarf."""
    white, scarf = d.tint("snow"), d.tint("paint")
    for s in (-1, 1):
        d.add(tube([(0.5 + s * 0.14, 0.52), (0.5 + s * 0.38, 0.4)], 0.025), "arm",
              d.same("arm", "bark"))
    for y, r in ((0.8, 0.24), (0.52, 0.17), (0.29, 0.13)):
        d.add(oval(0.5, y, r, r * 0.92), f"snow {y}", white)
    d.add(curve((0.36, 0.37), (0.5, 0.42), (0.64, 0.37), (0.65, 0.42), (0.5, 0.47), (0.35, 0.42)),
          "scarf", scarf)
    d.add(poly((0.56, 0.42), (0.64, 0.41), (0.66, 0.6), (0.58, 0.6)), "scarf", scarf)
    for y in (0.52, 0.6):
        d.solid(oval(0.48, y, 0.018), "button", (40, 40, 44))
    for x in (0.45, 0.55):
        d.solid(oval(x, 0.26, 0.016), "eye", (30, 28, 30))
    d.add(poly((0.5, 0.28), (0.5, 0.32), (0.64, 0.32)), "carrot", d.tint("carrot"))
    hat = d.tint("black") if d.maybe(0.5) else d.tint("paint")
    d.add(box(0.4, 0.02, 0.6, 0.18), "hat", hat)
    d.add(box(0.33, 0.16, 0.67, 0.2, 0.02), "hat", hat)


def mountain(d: Draft) -> None:
    """A mountain with snow, or a volcano."""
    if d.maybe(0.35):
        d.add(puff(d.rng, (0.5, 0.12, 0.14, 0.1), 7), "smoke", d.tint("rain cloud"))
        d.add(curve((0.02, 1), (0.02, 1), (0.3, 0.6), (0.38, 0.3), (0.38, 0.3), (0.62, 0.3),
                    (0.62, 0.3), (0.7, 0.6), (0.98, 1), (0.98, 1)), "rock", d.tint("earth"))
        d.add(curve((0.3, 0.2), (0.7, 0.2), (0.66, 0.5), (0.6, 0.44), (0.55, 0.66), (0.49, 0.46),
                    (0.43, 0.56), (0.36, 0.42)), "lava", d.tint("flame"), within="rock")
        return
    d.add(poly((0.0, 1), (0.3, 0.5), (0.36, 0.56), (0.6, 0.12), (0.78, 0.5), (0.84, 0.46),
               (1.0, 1)), "rock", d.tint("mountain"))
    d.add(poly((0, 0), (1, 0), (1, 0.42), (0.72, 0.36), (0.66, 0.44), (0.6, 0.34), (0.53, 0.44),
               (0.44, 0.36), (0, 0.4)), "snow", d.tint("snow"), within="rock")
    for x, h in ((0.15, 0.18), (0.28, 0.14), (0.8, 0.2)) if d.maybe(0.5) else ():
        d.add(poly((x - 0.05, 1), (x, 1 - h), (x + 0.05, 1)), "fir", d.same("fir", "dark leaf"))


def planet(d: Draft) -> None:
    """A planet with a ring, or the earth."""
    if d.maybe(0.4):
        d.add(oval(0.5, 0.5, 0.44), "sea", d.tint("sea"))
        for x, y, rx, ry in ((0.34, 0.34, 0.15, 0.12), (0.66, 0.52, 0.16, 0.2),
                             (0.36, 0.72, 0.1, 0.13)):
            d.add(puff(d.rng, (x, y, rx, ry), 5), "land", d.same("land", "leaf"), within="sea")
        return
    color, ring = d.tint("planet"), d.tint("planet")
    d.add(oval(0.5, 0.5, 0.33), "planet", color)
    for y in (0.3, 0.62):
        d.add(box(0, y, 1, y + 0.08), "band", shade(color, 0.3), within="planet")
    outer, inner = arc((0.5, 0.5, 0.5, 0.14), -0.06, 0.56), arc((0.5, 0.49, 0.38, 0.08), 0.56,
            -0.06)
    d.add(spun(np.vstack([outer, inner]), -0.04, (0.5, 0.5)), "ring", ring)


def campfire(d: Draft) -> None:
    """A camp fire on logs."""
    for i, w in enumerate((0.24, 0.14)):
        part = ("flame", "flame heart")[i]
        d.add(curve((0.5, 0.08 + i * 0.25), (0.5, 0.08 + i * 0.25), (0.5 + w * 0.6, 0.4 + i * 0.1),
                    (0.5 + w, 0.62), (0.5 + w * 0.6, 0.84), (0.5 - w * 0.6, 0.84), (0.5 - w, 0.6),
                    (0.5 - w * 0.5, 0.44 + i * 0.1)), part, d.tint(part))
    for s in (-1, 1):
        d.add(tube([(0.5 - s * 0.36, 0.93), (0.5 + s * 0.34, 0.8)], 0.1, cap=0.1), f"log {s}",
              d.same("log -1", "bark"))
        d.add(oval(0.5 - s * 0.37, 0.93, 0.035, 0.055), "end", d.same("end", "crumb"))


KINDS = {
    "sun": sun, "moon": moon, "weather": weather, "rainbow": rainbow, "snowman": snowman,
    "mountain": mountain, "planet": planet, "camp fire": campfire,
}
"""What can be drafted here, by name."""
