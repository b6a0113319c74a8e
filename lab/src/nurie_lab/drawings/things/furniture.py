"""What stands and hangs in rooms, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import (
    arc,
    box,
    curve,
    line,
    oval,
    poly,
    tube,
    vec,
)
from nurie_lab.drawings.kit.recipes import Kinds, draft, whole

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def _stuff(d: Draft) -> tuple[int, int, int]:
    """Wood more often than paint."""
    return d.tint(str(d.rng.choice(["timber", "pale wood", "paint"], p=[0.4, 0.3, 0.3])))


def chair(d: Draft) -> None:
    """A kitchen chair."""
    color = _stuff(d)
    draft(d, "chair.wood", color=color)
    for y in (0.12, 0.26, 0.4)[: d.n(2, 3)]:
        d.add(box(0.33, y, 0.68, y + 0.07), "wood", color)
    draft(d, "chair.wood.2", color=color)


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
    draft(d, "table.leg", color=color)


def lamp(d: Draft) -> None:
    """A lamp to stand on the floor or a table."""
    cover, metal = d.tint("lamp"), d.tint(str(d.rng.choice(["brass", "dark metal"])))
    draft(d, "lamp.pole", cover=cover, metal=metal)


def bed(d: Draft) -> None:
    """A bed with pillow and blanket, from the side."""
    wood, blanket = _stuff(d), d.tint("cloth")
    draft(d, "bed.wood", blanket=blanket, wood=wood)


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
    draft(d, "cupboard.wood", top=top, wood=wood)
    if d.maybe(0.6):
        rows = 3
        high = (0.88 - top) / rows
        for i in range(rows):
            y = top + 0.05 + i * high
            draft(d, "cupboard.drawer", high=high, wood=wood, y=y)
    else:
        draft(d, "cupboard.door", top=top, wood=wood)
        for x in (0.46, 0.54):
            d.add(oval(x, (top + 0.9) / 2, 0.02), "knob", d.same("knob", "brass"))


def clock(d: Draft) -> None:
    """A wall clock or an alarm clock."""
    draft(d, "clock.bell")
    for k in range(12) if d.detail > 0.3 else range(0, 12, 3):
        a = k * np.pi / 6
        d.line(vec([[0.5 + r * np.cos(a), 0.55 + r * np.sin(a)] for r in (0.25, 0.285)]))
    a, b = d.u(0, 6.28), d.u(0, 6.28)
    d.line(vec([[0.5, 0.55], [0.5 + 0.22 * np.cos(a), 0.55 + 0.22 * np.sin(a)]]), width=1.2)
    d.line(vec([[0.5, 0.55], [0.5 + 0.14 * np.cos(b), 0.55 + 0.14 * np.sin(b)]]), width=1.5)


def casement(d: Draft) -> None:
    """A window from inside with curtains and a view."""
    cloth, frame = d.tint("cloth"), d.tint("timber") if d.maybe(0.4) else d.tint("paper")
    draft(d, "casement.frame", frame=frame)
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
    draft(d, "stool.leg", color=color)


KINDS: Kinds = {
    "chair": chair, "armchair": armchair, "table": table, "lamp": lamp, "bed": bed,
    "bookcase": bookcase, "cupboard": cupboard, "clock": clock, "casement": casement,
    "fireplace": fireplace, "stool": stool,
    **whole("hanging lamp", "television", "picture", "panel door", "bathtub"),
}
