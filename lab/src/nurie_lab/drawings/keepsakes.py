"""Treasures and toys, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.dishes import heart_at
from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    dome,
    line,
    oval,
    poly,
    spun,
    star,
    tube,
    twin,
    vec,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def balloons(d: Draft) -> None:
    """One to five balloons on strings."""
    spots = [(0.5, 0.28), (0.24, 0.36), (0.76, 0.36), (0.36, 0.2), (0.64, 0.18)][: d.n(1, 5)]
    for i, (x, y) in enumerate(spots):
        d.line(line((x, y + 0.2), (x * 0.5 + 0.26, 0.75), (0.5, 1.0)))
        color = d.tint("paint")
        d.add(poly((x, y + 0.17), (x + 0.03, y + 0.22), (x - 0.03, y + 0.22)), f"balloon {i}",
              color)
        d.add(curve((x, y - 0.19), (x + 0.15, y - 0.1), (x + 0.13, y + 0.08), (x, y + 0.18),
                    (x - 0.13, y + 0.08), (x - 0.15, y - 0.1)), f"balloon {i}", color)
        if d.detail > 0.5:
            d.line(arc((x, y - 0.02, 0.1, 0.12), 0.55, 0.68))


def kite(d: Draft) -> None:
    """A kite with a tail of bows."""
    colors = [d.tint("paint") for _ in range(d.n(2, 4))]
    mid, ends = (0.5, 0.26), [(0.5, 0.0), (0.78, 0.26), (0.5, 0.66), (0.22, 0.26)]
    for i in range(4):
        d.add(poly(mid, ends[i], ends[(i + 1) % 4]), f"field {i % len(colors)}",
              colors[i % len(colors)])
    tail = [(0.5, 0.66), (0.42, 0.76), (0.56, 0.86), (0.48, 1.0)]
    d.line(line(*tail))
    for x, y in tail[1:]:
        for s in (-1, 1):
            d.add(poly((x, y), (x + s * 0.06, y - 0.035), (x + s * 0.06, y + 0.035)), "bow",
                  colors[0])


def ball(d: Draft) -> None:
    """A beach ball, a football, a tennis or a basket ball."""
    kind = d.n(0, 3)
    if kind == 0:
        colors = [d.tint("paint"), (255, 255, 255), d.tint("paint")]
        d.add(oval(0.5, 0.5, 0.44), "ball 0", colors[0])
        for i, w in enumerate((0.34, 0.13), 1):
            d.add(oval(0.5, 0.5, w, 0.44), f"ball {i}", colors[i])
        d.add(oval(0.5, 0.1, 0.09, 0.05), "cap", d.tint("paint"))
    elif kind == 1:
        d.add(oval(0.5, 0.5, 0.44), "ball", (255, 255, 255))
        five, black = star(0.5, 0.5, 0.17, inner=0.81), d.tint("black")
        d.add(five, "patch", black)
        for k in range(5):
            d.add(spun(poly((0.5, 0.17), (0.6, 0.1), (0.56, 0.07), (0.44, 0.07), (0.4, 0.1)), k / 5,
                       (0.5, 0.5)), "patch", black, within="ball")
            d.line(spun(poly((0.5, 0.33), (0.5, 0.17), closed=False), k / 5, (0.5, 0.5)))
    else:
        d.add(oval(0.5, 0.5, 0.44), "ball", d.tint("orange") if kind == 2 else d.tint("pear"))
        for x in (0.0, 1.0):
            d.line(arc((x, 0.5, 0.3, 0.4), -0.25 + 0.5 * x, 0.25 + 0.5 * x), within="ball", width=1)
        for path in (poly((0.5, 0), (0.5, 1), closed=False),
                     poly((0, 0.5), (1, 0.5), closed=False)) if kind == 2 else ():
            d.line(path, within="ball", width=1)


def camera(d: Draft) -> None:
    """A camera."""
    d.add(box(0.34, 0.18, 0.66, 0.34, 0.03), "case", d.tint("dark metal"))
    d.add(box(0.06, 0.28, 0.94, 0.84, 0.06), "case", d.same("case", "dark metal"))
    d.add(box(0, 0.42, 1, 0.7), "grip", d.tint("leather") if d.maybe(0.5) else d.tint("paint"),
          within="case")
    d.add(oval(0.5, 0.56, 0.23), "ring", d.tint("metal"))
    d.add(oval(0.5, 0.56, 0.16), "lens", d.tint("sea"))
    d.add(oval(0.45, 0.51, 0.045), "light", (255, 255, 255))
    d.add(oval(0.82, 0.36, 0.035), "lamp", d.tint("cherry"))
    d.add(box(0.14, 0.22, 0.26, 0.29, 0.01), "button", d.tint("metal"))


def crown(d: Draft) -> None:
    """A crown with jewels."""
    gold = d.tint("gold")
    d.add(poly((0.1, 0.85), (0.04, 0.3), (0.28, 0.58), (0.5, 0.16), (0.72, 0.58), (0.96, 0.3),
               (0.9, 0.85)), "crown", gold)
    for x, y in ((0.04, 0.28), (0.5, 0.14), (0.96, 0.28)):
        d.add(oval(x, y, 0.055), "jewel", d.same("jewel", "cherry"))
    d.add(box(0.09, 0.76, 0.91, 0.88, 0.02), "band", shade(gold, -0.15))
    for i, x in enumerate((0.26, 0.5, 0.74)):
        d.add(poly((x, 0.66 + 0.1), (x + 0.05, 0.82), (x, 0.88), (x - 0.05, 0.82)),
              f"stone {i % 2}", d.tint(("sea", "leaf", "cherry")[d.n(0, 2)]))


def sword(d: Draft) -> None:
    """A sword, perhaps before a shield."""
    if d.maybe(0.5):
        color, other = d.tint("paint"), d.tint("paint")
        rim = curve((0.5, 0.1), (0.7, 0.16), (0.94, 0.14), (0.94, 0.14), (0.92, 0.5), (0.74, 0.8),
                    (0.5, 0.96), (0.5, 0.96), (0.26, 0.8), (0.08, 0.5), (0.06, 0.14), (0.06, 0.14),
                    (0.3, 0.16))
        d.add(rim, "rim", d.tint("metal"))
        d.add((rim - vec([0.5, 0.5])) * vec(0.84) + vec([0.5, 0.49]), "shield", color)
        d.add(box(0.5, 0, 1, 0.45) if d.maybe(0.5) else box(0.44, 0, 0.56, 1), "field", other,
              within="shield")
        return
    d.add(poly((0.44, 0.66), (0.44, 0.1), (0.5, 0.0), (0.56, 0.1), (0.56, 0.66)), "blade",
          d.tint("metal"))
    d.line(poly((0.5, 0.1), (0.5, 0.6), closed=False))
    d.add(box(0.46, 0.7, 0.54, 0.92), "grip", d.tint("leather"))
    d.add(box(0.3, 0.64, 0.7, 0.72, 0.03), "guard", d.tint("gold"))
    d.add(oval(0.5, 0.94, 0.06), "pommel", d.same("guard", "gold"))


def chest(d: Draft) -> None:
    """A treasure chest, closed or full of gold."""
    wood, metal = d.tint("timber"), d.tint("gold") if d.maybe(0.6) else d.tint("metal")
    opened = d.maybe(0.5)
    if opened:
        d.add(curve((0.08, 0.44), (0.08, 0.44), (0.06, 0.24), (0.2, 0.1), (0.8, 0.1), (0.94, 0.24),
                    (0.92, 0.44), (0.92, 0.44)), "lid", shade(wood, -0.25))
        for i in range(11):
            x = 0.16 + i * 0.068
            d.add(oval(x, 0.46 - 0.07 * np.sin(i / 10 * np.pi) - 0.05 * (i % 2), 0.075), "coin",
                  d.same("coin", "gold"))
    else:
        d.add(dome(0.5, 0.5, 0.44, 0.34), "lid", wood)
        for x in (0.16, 0.74):
            d.add(box(x, 0, x + 0.1, 1), "band", metal, within="lid")
    d.add(box(0.06, 0.48, 0.94, 0.94, 0.02), "chest", wood)
    for y in (0.63, 0.78):
        d.line(poly((0.3, y), (0.7, y), closed=False), within="chest")
    for x in (0.16, 0.74):
        d.add(box(x, 0.48, x + 0.1, 0.94), "band", metal)
    d.add(box(0.42, 0.44, 0.58, 0.62, 0.02), "lock", metal)
    d.solid(oval(0.5, 0.53, 0.025), "keyhole", (40, 36, 34))


def bell(d: Draft) -> None:
    """A bell with a bow."""
    gold = d.tint("gold")
    d.add(oval(0.5, 0.86, 0.09), "clapper", shade(gold, -0.3))
    d.add(curve(*twin((0.5, 0.2), (0.66, 0.26), (0.72, 0.56), (0.86, 0.8), (0.86, 0.8),
                      (0.5, 0.86))), "bell", gold)
    d.line(line((0.2, 0.74), (0.5, 0.79), (0.8, 0.74)), within="bell")
    ribbon = d.tint("cherry")
    for s in (-1, 1):
        d.add(curve((0.5, 0.2), (0.5, 0.2), (0.5 + s * 0.16, 0.06), (0.5 + s * 0.26, 0.2),
                    (0.5 + s * 0.16, 0.3)), f"bow {s}", ribbon)
    d.add(oval(0.5, 0.19, 0.05), "knot", ribbon)


def trophy(d: Draft) -> None:
    """A cup on its foot."""
    gold = d.tint("gold") if d.maybe(0.75) else d.tint("metal")
    for x in (0.2, 0.8):
        d.ring("cup", gold, (x, 0.28, 0.15, 0.09))
    d.add(curve(*twin((0.78, 0.08), (0.78, 0.08), (0.74, 0.4), (0.55, 0.56), (0.54, 0.76),
                      (0.54, 0.76))), "cup", gold)
    d.add(poly((0.36, 0.74), (0.64, 0.74), (0.7, 0.84), (0.3, 0.84)), "cup", gold)
    d.add(box(0.24, 0.84, 0.76, 0.98), "base", d.tint("bark"))
    d.add(star(0.5, 0.28, 0.11), "star", shade(gold, 0.4))


def heart(d: Draft) -> None:
    """A heart, perhaps with an arrow or a banner, or a star."""
    if d.maybe(0.35):
        d.add(star(0.5, 0.52, 0.48, inner=d.u(0.4, 0.55), points=d.n(5, 6)), "star", d.tint("star"))
        return
    d.add(heart_at(0.5, 0.5, 0.44), "heart", d.tint("cherry") if d.maybe(0.7) else d.tint("petal"))
    if d.maybe(0.4):
        d.add(poly((0.02, 0.44), (0.98, 0.4), (0.98, 0.58), (0.02, 0.62)), "banner",
              d.tint("cream"))


def anchor(d: Draft) -> None:
    """An anchor."""
    metal = d.tint("dark metal") if d.maybe(0.6) else d.tint("deep sea")
    d.add(curve(*twin((0.5, 0.8), (0.7, 0.76), (0.82, 0.6), (0.78, 0.56), (0.78, 0.56),
                      (0.98, 0.46), (0.98, 0.46), (0.98, 0.7), (0.98, 0.7), (0.9, 0.66),
                      (0.78, 0.86), (0.5, 0.97))), "anchor", metal)
    d.add(box(0.45, 0.24, 0.55, 0.9, 0.02), "anchor", metal, merge=True)
    d.add(box(0.26, 0.32, 0.74, 0.41, 0.03), "bar", d.tint("timber") if d.maybe(0.4) else metal)
    d.ring("ring", metal, (0.5, 0.15, 0.12, 0.06))


def robot(d: Draft) -> None:
    """A toy robot."""
    color, metal = d.tint("paint") if d.maybe(0.5) else d.tint("metal"), d.tint("dark metal")
    d.add(box(0.48, 0.02, 0.52, 0.14), "aerial", metal)
    d.add(oval(0.5, 0.03, 0.035), "lamp", d.tint("cherry"))
    for s in (-1, 1):
        d.add(tube([(0.5 + s * 0.24, 0.48), (0.5 + s * 0.36, 0.58), (0.5 + s * 0.34, 0.72)], 0.09),
              f"arm {s}", metal)
        d.add(box(0.5 + s * 0.13 - 0.06, 0.8, 0.5 + s * 0.13 + 0.06, 0.95), "leg", metal)
        d.add(box(0.5 + s * 0.15 - 0.1, 0.92, 0.5 + s * 0.15 + 0.1, 1.0, 0.03), "foot", color)
    d.add(box(0.26, 0.42, 0.74, 0.84, 0.04), "body", color)
    d.add(box(0.34, 0.5, 0.66, 0.68, 0.02), "panel", d.tint("soft paint"))
    for i, x in enumerate((0.42, 0.5, 0.58)):
        d.add(oval(x, 0.59, 0.028), f"button {i}", d.tint("paint"))
    d.add(box(0.3, 0.13, 0.7, 0.4, 0.04), "head", shade(color, 0.2))
    for x in (0.41, 0.59):
        d.add(oval(x, 0.24, 0.055), "eye", d.same("eye", "lit glass"))
        d.solid(oval(x, 0.24, 0.02), "pupil", (30, 30, 36))
    d.add(box(0.4, 0.32, 0.6, 0.36), "mouth", (255, 255, 255))


def doll_bear(d: Draft) -> None:
    """A teddy bear."""
    fur = d.tint("pale wood") if d.maybe(0.6) else d.tint("soft paint")
    pale = shade(fur, 0.45)
    for s in (-1, 1):
        d.add(oval(0.5 + s * 0.2, 0.14, 0.1), "fur", fur)
        d.add(oval(0.5 + s * 0.2, 0.14, 0.055), "pale", pale)
        d.add(spun(oval(0.5 + s * 0.27, 0.62, 0.08, 0.16), -s * 0.08, (0.5 + s * 0.27, 0.55)),
              "fur", fur)
    d.add(oval(0.5, 0.68, 0.25, 0.24), "fur", fur)
    d.add(oval(0.5, 0.7, 0.15, 0.15), "pale", pale)
    for s in (-1, 1):
        d.add(oval(0.5 + s * 0.2, 0.89, 0.12, 0.1), "fur", fur)
        d.add(oval(0.5 + s * 0.21, 0.9, 0.06, 0.05), "pale", pale)
    d.add(oval(0.5, 0.3, 0.27, 0.23), "fur", fur)
    d.add(oval(0.5, 0.37, 0.12, 0.1), "pale", pale)
    d.solid(oval(0.5, 0.34, 0.04, 0.03), "nose", (60, 40, 34))
    for x in (0.4, 0.6):
        d.solid(oval(x, 0.27, 0.022), "eye", (30, 26, 26))
    d.line(line((0.5, 0.37), (0.5, 0.4), (0.46, 0.43)))
    d.line(line((0.5, 0.4), (0.54, 0.43)))
    if d.maybe(0.5):
        for s in (-1, 1):
            d.add(poly((0.5, 0.52), (0.5 + s * 0.13, 0.46), (0.5 + s * 0.13, 0.58)), "bow",
                  d.same("bow", "cherry"))


KINDS = {
    "balloons": balloons, "kite": kite, "ball": ball, "camera": camera, "crown": crown,
    "sword": sword, "chest": chest, "bell": bell, "trophy": trophy, "heart": heart,
    "anchor": anchor, "robot": robot, "teddy bear": doll_bear,
}
"""What can be drafted here, by name."""
