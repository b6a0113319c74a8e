"""Things that drive, seen from the side, each drafted in about the unit square."""

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import box, curve, line, oval, poly, puff, spun, tube
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def wheel(d: Draft, x: float, y: float, r: float) -> None:
    """A tyre with its hub, now and then with spokes."""
    d.add(oval(x, y, r), "tyre", d.same("tyre", "tyre"))
    d.add(oval(x, y, r * 0.58), "hub", d.same("hub", "metal"))
    if d.detail > 0.5:
        d.add(oval(x, y, r * 0.2), "cap", d.same("cap", "dark metal"))


def car(d: Draft) -> None:
    """A car: saloon, small or sporty, perhaps a taxi or the police."""
    color, glass = d.tint("paint"), d.tint("glass")
    top, front, back = d.u(0.3, 0.4), d.u(0.24, 0.36), d.u(0.62, 0.82)
    y0, low = 0.56, 0.8
    kind = d.n(0, 5)
    if kind == 0:
        color = d.tint("lemon")
        d.add(box(0.43, top - 0.07, 0.57, top + 0.02, 0.01), "sign", (255, 255, 255))
    if kind == 1:
        d.add(box(0.45, top - 0.06, 0.55, top + 0.02, 0.02), "light", d.tint("sea"))
    d.add(curve((front - 0.12, y0), (front - 0.12, y0), (front, top + 0.03), (front + 0.08, top),
                (back - 0.08, top), (back, top + 0.03), (back + 0.1, y0), (back + 0.1, y0),
                (back + 0.1, y0 + 0.1), (front - 0.12, y0 + 0.1)), "body", color)
    d.add(curve((0.04, low), (0.02, 0.68), (0.06, y0 + 0.02), (front - 0.05, y0 - 0.02),
                (0.5, y0 - 0.02), (back + 0.05, y0 - 0.02), (0.94, y0 + 0.02), (0.98, 0.68),
                (0.96, low), (0.96, low), (0.04, low)), "body", color, merge=True)
    mid = (front + back) / 2
    d.add(poly((front - 0.05, y0 - 0.01), (front + 0.05, top + 0.05), (mid - 0.02, top + 0.05),
               (mid - 0.02, y0 - 0.01)), "window", glass)
    d.add(poly((mid + 0.02, top + 0.05), (back - 0.05, top + 0.05), (back + 0.04, y0 - 0.01),
               (mid + 0.02, y0 - 0.01)), "window", glass)
    if d.detail > 0.3:
        d.line(line((mid, y0), (mid, low - 0.02)))
        d.line(line((mid + 0.05, y0 + 0.07), (mid + 0.11, y0 + 0.07)))
    d.add(oval(0.055, 0.66, 0.035, 0.045), "headlight", d.tint("lit glass"))
    d.add(box(0.93, 0.62, 0.985, 0.7, 0.02), "rear light", d.tint("cherry"))
    if d.maybe(0.5):
        d.add(box(0.0, low - 0.05, 1.0, low + 0.01, 0.03), "bumper", d.tint("metal"))
    for x in (d.u(0.21, 0.25), d.u(0.74, 0.79)):
        d.add(oval(x, low, 0.125), "arch", shade(color, -0.55))
        wheel(d, x, low + 0.01, 0.105)


def bus(d: Draft) -> None:
    """A bus or a van with a row of windows."""
    color, glass, count = d.tint("paint"), d.tint("glass"), d.n(3, 5)
    d.add(box(0.02, 0.25, 0.98, 0.82, 0.06), "body", color)
    if d.maybe(0.6):
        d.add(box(0.02, 0.6, 0.98, 0.67), "stripe",
              d.tint("paint") if d.maybe(0.4) else (255, 255, 255), within="body")
    for i in range(count):
        w = 0.7 / count
        d.add(box(0.24 + i * w, 0.33, 0.24 + (i + 0.82) * w, 0.54, 0.02), "window", glass)
    d.add(box(0.06, 0.33, 0.2, 0.78, 0.02), "door", glass if d.maybe(0.5) else shade(color, 0.4))
    if d.detail > 0.4:
        d.line(line((0.13, 0.33), (0.13, 0.78)))
    d.add(oval(0.04, 0.72, 0.028), "headlight", d.tint("lit glass"))
    for x in (0.28, 0.77):
        wheel(d, x, 0.83, 0.1)


def truck(d: Draft) -> None:
    """A lorry with a box, a tipper full of earth, or a tank."""
    cab, load, glass = d.tint("paint"), d.tint("paint"), d.tint("glass")
    kind = d.n(0, 2)
    d.add(box(0.05, 0.74, 0.97, 0.8), "frame", d.tint("dark metal"))
    if kind == 0:
        d.add(box(0.32, 0.2, 0.98, 0.74, 0.01), "box", load if d.maybe(0.6) else (255, 255, 255))
        for x in (0.48, 0.64, 0.8) if d.detail > 0.5 else ():
            d.line(line((x, 0.24), (x, 0.7)))
    elif kind == 1:
        d.add(puff(d.rng, (0.66, 0.44, 0.24, 0.12), 9), "earth", d.tint("earth"))
        d.add(poly((0.34, 0.42), (0.99, 0.42), (0.94, 0.74), (0.38, 0.74)), "tipper", load)
        for x in (0.5, 0.66, 0.82):
            d.line(line((x, 0.45), (x, 0.71)))
    else:
        d.add(box(0.33, 0.36, 0.98, 0.72, 0.15), "tank", d.tint("metal") if d.maybe(0.5) else load)
        d.add(box(0.58, 0.3, 0.72, 0.38, 0.02), "hatch", d.tint("dark metal"))
    d.add(curve((0.02, 0.8), (0.02, 0.8), (0.02, 0.55), (0.08, 0.34), (0.12, 0.3), (0.3, 0.3),
                (0.3, 0.3), (0.3, 0.8), (0.3, 0.8)), "cab", cab)
    d.add(poly((0.07, 0.54), (0.12, 0.37), (0.25, 0.37), (0.25, 0.54)), "window", glass)
    d.add(box(0.0, 0.66, 0.05, 0.72, 0.01), "headlight", d.tint("lit glass"))
    for x in (0.16, 0.62, 0.82) if d.maybe(0.7) else (0.16, 0.78):
        wheel(d, x, 0.83, 0.09)


def tractor(d: Draft) -> None:
    """A tractor with a big wheel behind."""
    color = d.tint("paint")
    d.add(poly((0.5, 0.12), (0.86, 0.12), (0.9, 0.55), (0.5, 0.55)), "window", d.tint("glass"))
    d.add(box(0.46, 0.06, 0.9, 0.13, 0.03), "roof", color)
    d.add(box(0.18, 0.24, 0.23, 0.46), "pipe", d.tint("dark metal"))
    d.add(curve((0.06, 0.72), (0.06, 0.72), (0.06, 0.5), (0.1, 0.44), (0.5, 0.44), (0.5, 0.44),
                (0.5, 0.52), (0.9, 0.5), (0.9, 0.74), (0.9, 0.74)), "body", color)
    for x in (0.14, 0.2, 0.26) if d.detail > 0.3 else ():
        d.line(line((x, 0.52), (x, 0.64)))
    wheel(d, 0.72, 0.72, 0.24)
    wheel(d, 0.2, 0.81, 0.15)


def locomotive(d: Draft) -> None:
    """A steam engine, with a wagon at times."""
    color, dark, trim = d.tint("paint"), d.tint("dark metal"), d.tint("brass")
    d.add(poly((0.2, 0.18), (0.32, 0.18), (0.29, 0.4), (0.23, 0.4)), "chimney", dark)
    d.add(curve((0.42, 0.42), (0.42, 0.42), (0.43, 0.3), (0.48, 0.27), (0.53, 0.3), (0.54, 0.42),
                (0.54, 0.42)), "dome", trim)
    d.add(box(0.1, 0.36, 0.64, 0.68, 0.04), "boiler", color)
    for x in (0.22, 0.36, 0.5):
        d.add(box(x, 0.36, x + 0.03, 0.68), "band", trim, within="boiler")
    d.add(box(0.6, 0.22, 0.94, 0.74), "cab", d.tint("paint"))
    d.add(box(0.56, 0.16, 0.98, 0.23, 0.02), "roof", dark)
    d.add(box(0.67, 0.3, 0.86, 0.47, 0.02), "window", d.tint("glass"))
    d.add(poly((0.02, 0.86), (0.12, 0.68), (0.16, 0.86)), "fender", d.tint("cherry"))
    d.add(box(0.08, 0.68, 0.96, 0.76), "frame", dark)
    for x, r in ((0.24, 0.09), (0.45, 0.09), (0.76, 0.14)):
        wheel(d, x, 0.92 - r, r)
    if d.maybe(0.5):
        for i, r in enumerate((0.06, 0.08, 0.1)):
            d.add(puff(d.rng, (0.3 + i * 0.16, 0.1 - i * 0.05, r, r * 0.8), 7), f"smoke {i}",
                  d.tint("cloud"))


def bicycle(d: Draft) -> None:
    """A bicycle: thin tubes and open wheels."""
    color, tyre = d.tint("paint"), d.tint("tyre")
    for x in (0.22, 0.78):
        d.ring("tyre", tyre, (x, 0.7, 0.2, 0.16))
        for k in range(8) if d.detail > 0.5 else ():
            d.line(spun(poly((x, 0.7), (x + 0.165, 0.7), closed=False), k / 8, (x, 0.7)), width=0.5)
    joints = {"a": (0.22, 0.7), "b": (0.46, 0.72), "c": (0.4, 0.42), "d": (0.68, 0.4),
              "e": (0.78, 0.7)}
    for pair in ("ab", "ac", "bc", "bd", "cd", "de"):
        d.add(tube([joints[pair[0]], joints[pair[1]]], 0.035, cap=0.3), "frame", color, merge=True)
    d.add(tube([(0.4, 0.44), (0.38, 0.32)], 0.03, cap=0), "post", d.tint("metal"))
    d.add(curve((0.28, 0.29), (0.36, 0.27), (0.48, 0.3), (0.38, 0.35)), "saddle", d.tint("leather"))
    d.add(tube([(0.68, 0.42), (0.67, 0.28), (0.76, 0.24)], 0.03, cap=0.4), "bar", d.tint("metal"))
    d.add(oval(0.46, 0.72, 0.05), "crank", d.tint("metal"))


def scooter(d: Draft) -> None:
    """A motor scooter."""
    color = d.tint("paint")
    for x in (0.2, 0.8):
        wheel(d, x, 0.84, 0.13)
    d.add(curve((0.1, 0.75), (0.1, 0.55), (0.25, 0.48), (0.48, 0.52), (0.52, 0.74), (0.66, 0.76),
                (0.74, 0.4), (0.8, 0.3), (0.84, 0.34), (0.82, 0.55), (0.76, 0.84), (0.4, 0.86),
                (0.14, 0.8)), "body", color)
    d.add(curve((0.12, 0.5), (0.16, 0.42), (0.42, 0.42), (0.5, 0.5), (0.3, 0.52)), "seat",
          d.tint("leather"))
    d.add(tube([(0.79, 0.34), (0.76, 0.2), (0.68, 0.18)], 0.035, cap=0.4), "bar",
          d.tint("dark metal"))
    d.add(oval(0.84, 0.32, 0.05), "headlight", d.tint("lit glass"))


KINDS = {
    "car": car, "bus": bus, "truck": truck, "tractor": tractor, "locomotive": locomotive,
    "bicycle": bicycle, "scooter": scooter,
}
"""What can be drafted here, by name."""
