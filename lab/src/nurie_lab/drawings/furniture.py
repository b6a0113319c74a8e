"""What stands and hangs in rooms, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import arc, box, curve, dome, line, oval, poly, puff, tube, twin, vec
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def _stuff(d: Draft) -> tuple[int, int, int]:
    """Wood more often than paint."""
    return d.tint(str(d.rng.choice(["timber", "pale wood", "paint"], p=[0.4, 0.3, 0.3])))


def chair(d: Draft) -> None:
    """A kitchen chair."""
    color = _stuff(d)
    for x in (0.28, 0.68):
        d.add(box(x, 0.05, x + 0.05, 0.6), "wood", color)
    for y in (0.12, 0.26, 0.4)[: d.n(2, 3)]:
        d.add(box(0.33, y, 0.68, y + 0.07), "wood", color)
    for x in (0.24, 0.72):
        d.add(poly((x, 0.62), (x + 0.05, 0.62), (x + 0.04, 1), (x + 0.01, 1)), "wood", color)
    d.add(poly((0.26, 0.54), (0.75, 0.54), (0.83, 0.66), (0.18, 0.66)), "seat",
          d.tint("cloth") if d.maybe(0.6) else color)


def armchair(d: Draft) -> None:
    """An armchair or a sofa with cushions."""
    color, wide = d.tint("cloth") if d.maybe(0.7) else d.tint("leather"), d.n(1, 3)
    x0, x1 = 0.5 - 0.2 * wide, 0.5 + 0.2 * wide
    for x in (x0 - 0.06, x1 + 0.02):
        d.add(box(x, 0.88, x + 0.05, 1), "leg", d.same("leg", "timber"))
    d.add(box(x0, 0.22, x1, 0.7, 0.1), "sofa", color)
    for i in range(wide):
        d.add(box(x0 + i * 0.4, 0.56, x0 + (i + 1) * 0.4, 0.74, 0.05), f"seat {i}",
              shade(color, 0.12))
    d.add(box(x0 - 0.06, 0.72, x1 + 0.06, 0.9, 0.03), "sofa", color)
    for x in (x0 - 0.13, x1 - 0.03):
        d.add(box(x, 0.46, x + 0.16, 0.9, 0.08), "arm", color)
    if d.maybe(0.6):
        x = d.u(x0 + 0.05, x1 - 0.3)
        d.add(box(x, 0.36, x + 0.24, 0.58, 0.04), "cushion", d.tint("paint"))


def table(d: Draft) -> None:
    """A table, bare or with a cloth."""
    color = _stuff(d)
    for x in (0.12, 0.82):
        d.add(box(x, 0.5, x + 0.07, 1), "leg", color)
    d.add(box(0.02, 0.42, 0.98, 0.52, 0.02), "top", color)
    if d.maybe(0.35):
        d.add(poly((0.02, 0.41), (0.98, 0.41), (1.0, 0.66), (0.83, 0.74), (0.66, 0.66), (0.5, 0.74),
                   (0.34, 0.66), (0.17, 0.74), (0.0, 0.66)), "cloth", d.tint("cloth"))


def hanging_lamp(d: Draft) -> None:
    """A lamp that hangs from the ceiling."""
    d.add(box(0.49, 0.0, 0.51, 0.5), "cord", d.tint("dark metal"))
    d.add(oval(0.5, 0.82, 0.08), "bulb", d.tint("lit glass"))
    d.add(poly((0.42, 0.48), (0.58, 0.48), (0.82, 0.82), (0.18, 0.82)), "shade", d.tint("paint"))


def lamp(d: Draft) -> None:
    """A lamp to stand on the floor or a table."""
    cover, metal = d.tint("lamp"), d.tint(str(d.rng.choice(["brass", "dark metal"])))
    top = d.u(0.36, 0.5)
    d.add(box(0.48, top, 0.52, 0.95), "pole", metal)
    d.add(dome(0.5, 1, 0.18, 0.07), "foot", metal)
    d.add(poly((0.36, 0.06), (0.64, 0.06), (0.78, top), (0.22, top)), "shade", cover)
    if d.maybe(0.4):
        d.add(box(0, top - 0.07, 1, top), "trim", d.tint("paint"), within="shade")


def bed(d: Draft) -> None:
    """A bed with pillow and blanket, from the side."""
    wood, blanket = _stuff(d), d.tint("cloth")
    d.add(box(0.02, 0.2, 0.1, 1, 0.03), "wood", wood)
    d.add(box(0.92, 0.45, 1.0, 1, 0.03), "wood", wood)
    d.add(box(0.1, 0.72, 0.92, 0.88), "wood", wood)
    d.add(box(0.1, 0.58, 0.92, 0.74, 0.03), "mattress", (255, 255, 255))
    d.add(curve((0.12, 0.56), (0.14, 0.44), (0.28, 0.42), (0.36, 0.5), (0.33, 0.6), (0.16, 0.61)),
          "pillow", d.tint("paper"))
    d.add(curve((0.34, 0.55), (0.34, 0.55), (0.5, 0.48), (0.8, 0.5), (0.93, 0.54), (0.93, 0.54),
                (0.93, 0.8), (0.93, 0.8), (0.36, 0.8), (0.36, 0.8)), "blanket", blanket)
    for x in (0.5, 0.66, 0.82) if d.maybe(0.5) else ():
        d.add(box(x, 0, x + 0.06, 1), "stripe", d.same("stripe", "soft paint"), within="blanket")


def bookcase(d: Draft) -> None:
    """Shelves with books and a few other things."""
    wood, tints = _stuff(d), [d.tint("cloth") for _ in range(4)]
    d.add(box(0.12, 0.02, 0.88, 1), "wood", wood)
    rows = d.n(3, 4)
    high = 0.92 / rows
    for i in range(rows):
        y = 0.06 + i * high
        d.add(box(0.17, y, 0.83, y + high - 0.04), "back", shade(wood, -0.3))
        x = 0.18
        while x < 0.7:
            w, h = d.u(0.05, 0.09), high * d.u(0.55, 0.8)
            if d.maybe(0.85):
                which = d.n(0, 3)
                d.add(box(x, y + high - 0.04 - h, x + w, y + high - 0.04), f"book {which}",
                      tints[which])
            x += w


def cupboard(d: Draft) -> None:
    """A chest of drawers or a wardrobe."""
    wood = _stuff(d)
    for x in (0.16, 0.78):
        d.add(box(x, 0.9, x + 0.06, 1), "wood", wood)
    top = d.u(0.1, 0.4)
    d.add(box(0.1, top, 0.9, 0.93, 0.01), "wood", wood)
    d.add(box(0.06, top - 0.04, 0.94, top + 0.02, 0.01), "top", shade(wood, -0.15))
    if d.maybe(0.6):
        rows = 3
        high = (0.88 - top) / rows
        for i in range(rows):
            y = top + 0.05 + i * high
            d.add(box(0.15, y, 0.85, y + high - 0.03), "drawer", shade(wood, 0.15))
            for x in (0.34, 0.66):
                d.add(oval(x, y + high / 2 - 0.01, 0.022), "knob", d.same("knob", "brass"))
    else:
        for x in (0.14, 0.51):
            d.add(box(x, top + 0.05, x + 0.35, 0.89), "door", shade(wood, 0.15))
        for x in (0.46, 0.54):
            d.add(oval(x, (top + 0.9) / 2, 0.02), "knob", d.same("knob", "brass"))


def clock(d: Draft) -> None:
    """A wall clock or an alarm clock."""
    color = d.tint("paint")
    if d.maybe(0.5):
        for s in (-1, 1):
            d.add(oval(0.5 + s * 0.22, 0.16, 0.12, 0.1), "bell", d.same("bell", "brass"))
            d.add(tube([(0.5 + s * 0.2, 0.84), (0.5 + s * 0.3, 0.97)], 0.06), "foot",
                  d.same("foot", "dark metal"))
    d.add(oval(0.5, 0.55, 0.38), "case", color)
    d.add(oval(0.5, 0.55, 0.31), "face", d.tint("paper"))
    for k in range(12) if d.detail > 0.3 else range(0, 12, 3):
        a = k * np.pi / 6
        d.line(vec([[0.5 + r * np.cos(a), 0.55 + r * np.sin(a)] for r in (0.25, 0.285)]))
    a, b = d.u(0, 6.28), d.u(0, 6.28)
    d.line(vec([[0.5, 0.55], [0.5 + 0.22 * np.cos(a), 0.55 + 0.22 * np.sin(a)]]), width=1.2)
    d.line(vec([[0.5, 0.55], [0.5 + 0.14 * np.cos(b), 0.55 + 0.14 * np.sin(b)]]), width=1.5)


def television(d: Draft) -> None:
    """A television or a computer's screen."""
    d.add(poly((0.42, 0.72), (0.58, 0.72), (0.64, 0.86), (0.36, 0.86)), "foot",
          d.tint("dark metal"))
    d.add(box(0.28, 0.84, 0.72, 0.9, 0.02), "foot", d.same("foot", "dark metal"))
    d.add(box(0.04, 0.12, 0.96, 0.74, 0.03), "case",
          d.tint("black") if d.maybe(0.6) else d.tint("metal"))
    d.add(box(0.09, 0.17, 0.91, 0.68, 0.01), "screen",
          d.tint("sky") if d.maybe(0.5) else d.tint("glass"))
    if d.maybe(0.5):
        d.line(line((0.16, 0.3), (0.26, 0.22)))
        d.line(line((0.16, 0.4), (0.36, 0.22)))


def casement(d: Draft) -> None:
    """A window from inside with curtains and a view."""
    cloth, frame = d.tint("cloth"), d.tint("timber") if d.maybe(0.4) else d.tint("paper")
    d.add(box(0.12, 0.1, 0.88, 0.9), "frame", frame)
    d.add(box(0.18, 0.16, 0.82, 0.84), "sky", d.tint("sky"))
    if d.maybe(0.6):
        d.add(puff(d.rng, (0.4, 0.35, 0.1, 0.06), 6), "cloud", d.tint("cloud"), within="sky")
        d.add(curve((0, 0.9), (0.2, 0.68), (0.5, 0.64), (0.8, 0.74), (1, 0.7), (1, 1), (0, 1)),
              "hill", d.tint("hill"), within="sky")
    for bar in (box(0.48, 0.14, 0.52, 0.86), box(0.16, 0.48, 0.84, 0.52)):
        d.add(bar, "frame", frame)
    if d.maybe(0.75):
        for s in (-1, 1):
            side = [(0.5 + s * x, y) for x, y in ((0.46, 0.05), (0.46, 0.05), (0.1, 0.05),
                    (0.1, 0.05), (0.2, 0.45), (0.36, 0.6), (0.3, 0.94), (0.3, 0.94), (0.46, 0.94),
                    (0.46, 0.94))]
            d.add(curve(*side), "curtain", cloth)
            d.line(line((0.5 + s * 0.3, 0.1), (0.5 + s * 0.36, 0.45)), within="curtain")
        d.add(box(0.0, 0.02, 1.0, 0.06, 0.02), "rod", d.tint("timber"))
    d.add(box(0.08, 0.88, 0.92, 0.94), "sill", frame)


def picture(d: Draft) -> None:
    """A picture in its frame."""
    d.add(box(0.1, 0.2, 0.9, 0.85), "frame", d.tint("gold") if d.maybe(0.5) else d.tint("timber"))
    d.add(box(0.17, 0.27, 0.83, 0.78), "sky", d.tint("sky"))
    d.add(oval(0.68, 0.38, 0.06), "sun", d.tint("sun"), within="sky")
    d.add(curve((0.1, 0.7), (0.3, 0.5), (0.5, 0.62), (0.7, 0.52), (0.9, 0.62), (0.9, 0.9),
                (0.1, 0.9)), "hill", d.tint("hill"), within="sky")


def panel_door(d: Draft) -> None:
    """A door with panels in its frame."""
    color = d.tint("door") if d.maybe(0.7) else d.tint("paint")
    d.add(box(0.2, 0.02, 0.8, 1), "frame", d.tint("paper"))
    d.add(box(0.26, 0.07, 0.74, 1), "door", color)
    for x in (0.31, 0.53):
        for y, h in ((0.14, 0.34), (0.56, 0.36)):
            d.add(box(x, y, x + 0.16, y + h), "panel", shade(color, 0.1))
    d.add(oval(0.69, 0.53, 0.022), "knob", d.tint("brass"))


def fireplace(d: Draft) -> None:
    """A fireplace with its fire."""
    d.add(box(0.1, 0.25, 0.9, 1), "brick", d.tint("brick") if d.maybe(0.6) else d.tint("stone"))
    for _ in range(int(d.detail * 12)):
        x, y = d.u(0.12, 0.8), d.n(4, 15) * 0.06
        d.line(poly((x, y), (x + 0.08, y), closed=False), within="brick")
    d.add(box(0.04, 0.18, 0.96, 0.27, 0.01), "mantel", d.tint("timber"))
    d.add(np.vstack([poly((0.74, 1), (0.26, 1), closed=False),
                     arc((0.5, 0.65, 0.24, 0.2), 0.5, 1.0)]), "hearth", d.tint("black"))
    for w, part in ((0.16, "flame"), (0.08, "flame heart")):
        d.add(curve((0.5, 0.94 - w * 2), (0.5, 0.94 - w * 2), (0.5 + w, 0.86),
                    (0.5 + w * 0.6, 0.95), (0.5 - w * 0.6, 0.95), (0.5 - w, 0.84)), part,
              d.tint(part))
    d.add(tube([(0.3, 0.96), (0.7, 0.96)], 0.06), "log", d.tint("bark"))


def stool(d: Draft) -> None:
    """A three-legged stool."""
    color = _stuff(d)
    for x, tip in ((0.3, 0.2), (0.5, 0.5), (0.7, 0.8)):
        d.add(poly((x - 0.035, 0.4), (x + 0.035, 0.4), (tip + 0.025, 1), (tip - 0.025, 1)), "leg",
              color)
    d.add(oval(0.5, 0.36, 0.32, 0.1), "seat", d.tint("cloth") if d.maybe(0.5) else shade(color,
            0.1))


def bathtub(d: Draft) -> None:
    """A bathtub with foam."""
    for x in (0.2, 0.74):
        d.add(curve((x, 0.84), (x + 0.08, 0.84), (x + 0.06, 0.98), (x - 0.01, 0.97)), "foot",
              d.same("foot", "brass"))
    for x, r in ((0.25, 0.1), (0.45, 0.12), (0.66, 0.1), (0.8, 0.07)):
        d.add(puff(d.rng, (x, 0.46, r, r * 0.7), 6), "foam", d.same("foam", "snow"), merge=True)
    color = d.tint("paper") if d.maybe(0.5) else d.tint("soft paint")
    d.add(curve(*twin((0.5, 0.52), (0.96, 0.52), (0.96, 0.52), (0.9, 0.74), (0.76, 0.88))), "tub",
          color)
    d.add(box(0.0, 0.48, 1.0, 0.55, 0.03), "rim", color)


KINDS = {
    "chair": chair, "armchair": armchair, "table": table, "lamp": lamp,
    "hanging lamp": hanging_lamp, "bed": bed,
    "bookcase": bookcase,
    "cupboard": cupboard, "clock": clock, "television": television, "casement": casement,
    "picture": picture, "panel door": panel_door, "fireplace": fireplace, "stool": stool,
    "bathtub": bathtub,
}
"""What can be drafted here, by name."""
