"""Houses and shops from the front, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    oval,
    poly,
    puff,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def window(d: Draft, x: float, y: float, w: float, h: float) -> None:
    """A window with bars, perhaps arched, with shutters or a box of flowers; (x, y) its middle."""
    glass, frame = d.same("glass", "glass"), d.same("frame", "paper")
    d.add(box(x - w / 2 - 0.012, y - h / 2 - 0.012, x + w / 2 + 0.012, y + h / 2 + 0.012), "frame",
          frame)
    d.add(box(x - w / 2, y - h / 2, x + w / 2, y + h / 2), "glass", glass)
    if d.detail > 0.3:
        d.line(poly((x, y - h / 2), (x, y + h / 2), closed=False))
        d.line(poly((x - w / 2, y), (x + w / 2, y), closed=False))
    if d.detail > 0.75:
        for s in (-1, 1):
            inner, outer = x + s * (w / 2 + 0.012), x + s * (w + 0.01)
            d.add(box(min(inner, outer), y - h / 2, max(inner, outer), y + h / 2), "shutter",
                  d.same("shutter", "door"))


def door(d: Draft, x: float, top: float, w: float, low: float = 1.0) -> None:
    """A door, round at the top at times, with a knob."""
    if d.maybe(0.35):
        rim = np.vstack([poly((x + w / 2, low), (x - w / 2, low), closed=False),
                         arc((x, top + w / 2, w / 2, w / 2), 0.5, 1.0)])
    else:
        rim = box(x - w / 2, top, x + w / 2, low)
    d.add(rim, "door", d.same("door", "door"))
    d.add(oval(x + w * 0.3, (top + low) / 2 + 0.02, 0.011), "knob", d.same("knob", "gold"))


def courses(d: Draft, within: str, step: float) -> None:
    """A few bricks or tiles, said by short strokes that close nothing."""
    for _ in range(int(d.detail * 10)):
        x, y = d.u(0.15, 0.85), round(d.u(0.1, 0.95) / step) * step
        d.line(poly((x, y), (x + 0.06, y), closed=False), within=within)
        d.line(poly((x + 0.03, y), (x + 0.03, y + step * 0.8), closed=False), within=within)


def house(d: Draft) -> None:
    """A house with a pitched roof."""
    wall = d.tint("brick") if d.maybe(0.2) else d.tint("wall")
    eaves, w = d.u(0.42, 0.52), d.u(0.32, 0.42)
    if d.maybe(0.65):
        x = 0.5 + d.u(0.12, 0.24)
        d.add(box(x, 0.1, x + 0.09, 0.36), "chimney", d.tint("brick"))
        d.add(box(x - 0.015, 0.08, x + 0.105, 0.12), "chimney", d.tint("brick"))
        if d.maybe(0.3):
            d.add(puff(d.rng, (x + 0.08, 0.0, 0.08, 0.05), 7), "smoke", d.tint("cloud"))
    d.add(box(0.5 - w, eaves, 0.5 + w, 1), "wall", wall)
    courses(d, "wall", 0.06)
    roof, over = d.tint("roof"), d.u(0.03, 0.09)
    if d.maybe(0.6):
        d.add(poly((0.5 - w - over, eaves), (0.5, 0.12), (0.5 + w + over, eaves)), "roof", roof)
        if d.maybe(0.4):
            d.add(oval(0.5, eaves - 0.11, 0.05), "glass", d.same("glass", "glass"))
    else:
        d.add(poly((0.5 - w - over, eaves), (0.5 - w * 0.65, 0.18), (0.5 + w * 0.65, 0.18),
                   (0.5 + w + over, eaves)), "roof", roof)
    courses(d, "roof", 0.05)
    where = d.n(-1, 1)
    door(d, 0.5 + where * w * 0.5, eaves + 0.22, 0.15)
    for x in (-0.5, 0.0, 0.5):
        if round(x * 2) != where:
            window(d, 0.5 + x * w * 1.1, eaves + 0.2, 0.13, 0.14)
    if d.maybe(0.4):
        d.add(box(0.5 - w, 0.95, 0.5 + w, 1.0), "plinth", d.tint("stone"))


def block(d: Draft) -> None:
    """A block of flats or an office tower."""
    wide, floors, color = (d.u(0.18, 0.34), d.n(4, 9),
                           d.tint("tower") if d.maybe(0.6) else d.tint("wall"))
    top, columns, glass = 0.08, d.n(2, 4), d.tint("glass") if d.maybe(0.8) else d.tint("lit glass")
    if d.maybe(0.4):
        d.add(box(0.46, 0.0, 0.54, top), "mast", d.tint("dark metal"))
    d.add(box(0.5 - wide, top, 0.5 + wide, 1), "wall", color)
    if d.maybe(0.5):
        d.add(box(0.5 - wide - 0.02, top - 0.03, 0.5 + wide + 0.02, top + 0.02), "cornice",
              shade(color, -0.2))
    high, across = 0.82 / floors, 2 * wide / columns
    for i in range(floors - 1):
        for k in range(columns):
            x, y = 0.5 - wide + (k + 0.2) * across, top + 0.05 + i * high
            d.add(box(x, y, x + across * 0.6, y + high * 0.62), "glass", glass)
    door(d, 0.5, 1 - min(0.14, high * 1.1), 0.12)


def barn(d: Draft) -> None:
    """A red barn with white trim."""
    color = d.tint("cherry") if d.maybe(0.75) else d.tint("timber")
    d.add(poly((0.08, 1), (0.08, 0.5), (0.22, 0.26), (0.5, 0.1), (0.78, 0.26), (0.92, 0.5),
               (0.92, 1)), "wall", color)
    for x in np.linspace(0.16, 0.84, 7) if d.detail > 0.4 else []:
        d.line(poly((x, 0.62), (x, 0.95), closed=False), within="wall")
    roof = poly((0.03, 0.52), (0.18, 0.23), (0.5, 0.04), (0.82, 0.23), (0.97, 0.52), (0.9, 0.53),
                (0.77, 0.29), (0.5, 0.13), (0.23, 0.29), (0.1, 0.53))
    d.add(roof, "roof", d.tint("roof"))
    d.add(box(0.4, 0.3, 0.6, 0.46), "hatch", d.tint("timber"))
    d.add(box(0.28, 0.58, 0.72, 1), "frame", (255, 255, 255))
    for x in (0.31, 0.51):
        d.add(box(x, 0.61, x + 0.18, 1), "door", d.same("door", "timber"))
        d.line(poly((x + 0.03, 0.64), (x + 0.15, 0.97), closed=False))


def church(d: Draft) -> None:
    """A church with its tower."""
    wall, roof = d.tint("wall"), d.tint("roof")
    d.add(box(0.4, 0.55, 0.95, 1), "wall", wall)
    d.add(poly((0.36, 0.56), (0.44, 0.36), (0.9, 0.36), (0.99, 0.56)), "roof", roof)
    d.add(box(0.12, 0.36, 0.42, 1), "wall", wall)
    d.add(poly((0.08, 0.37), (0.27, 0.06), (0.46, 0.37)), "roof", roof)
    d.line(poly((0.27, 0.06), (0.27, -0.05), closed=False), width=1)
    d.line(poly((0.235, -0.015), (0.305, -0.015), closed=False), width=1)
    d.add(oval(0.27, 0.48, 0.06), "clock", (255, 255, 255))
    d.line(poly((0.27, 0.44), (0.27, 0.48), (0.3, 0.49), closed=False))
    door(d, 0.27, 0.76, 0.14)
    for x in (0.55, 0.7, 0.85):
        pane = np.vstack([poly((x + 0.04, 0.86), (x - 0.04, 0.86), closed=False),
                          arc((x, 0.7, 0.04, 0.05), 0.5, 1.0)])
        d.add(pane, "glass", d.same("glass", "glass"))


def shop(d: Draft) -> None:
    """A shop with a striped awning."""
    color, stripe = d.tint("wall"), d.tint("paint")
    d.add(box(0.08, 0.1, 0.92, 1), "wall", color)
    d.add(box(0.05, 0.06, 0.95, 0.13), "cornice", shade(color, -0.2))
    d.add(box(0.2, 0.18, 0.8, 0.31, 0.02), "sign", d.tint("paint"))
    for i in range(5) if d.detail > 0.3 else ():
        d.dot(0.3 + i * 0.1, 0.245, 0.02)
    d.add(box(0.14, 0.5, 0.58, 0.86), "glass", d.tint("glass"))
    d.add(box(0.12, 0.86, 0.6, 0.9), "sill", d.tint("timber"))
    door(d, 0.76, 0.54, 0.2)
    for i in range(8):
        x = 0.04 + i * 0.115
        scallop = np.vstack([poly((x + 0.115, 0.5), (x + 0.115, 0.37), (x, 0.37), (x, 0.5),
                                  closed=False), arc((x + 0.0575, 0.5, 0.0575, 0.04), 0.5, 0.0)])
        d.add(scallop, "awning" if i % 2 else "stripe", (255, 255, 255) if i % 2 else stripe)


KINDS = {
    "house": house, "block": block, "barn": barn, "church": church, "shop": shop,
}
"""What can be drafted here, by name."""
