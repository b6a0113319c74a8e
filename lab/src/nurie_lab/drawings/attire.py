"""Things to wear, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.dishes import heart_at
from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    line,
    oval,
    poly,
    spun,
    star,
    tube,
    twin,
)
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def hat(d: Draft) -> None:
    """A sun hat, a cap, a top hat or a witch's hat."""
    color, band, kind = d.tint("cloth"), d.tint("paint"), d.n(0, 3)
    if kind == 0:
        d.add(oval(0.5, 0.72, 0.48, 0.14), "brim", color)
        d.add(curve(*twin((0.5, 0.3), (0.66, 0.36), (0.74, 0.7), (0.74, 0.7), (0.5, 0.78))),
              "crown", color)
        d.add(curve((0.0, 0.6), (0.0, 0.58), (0.5, 0.66), (1, 0.58), (1, 0.6), (1, 0.7),
                    (0.5, 0.79), (0, 0.7)), "band", band, within="crown")
    elif kind == 1:
        d.add(curve((0.14, 0.66), (0.14, 0.66), (0.2, 0.36), (0.45, 0.24), (0.7, 0.36),
                    (0.76, 0.66), (0.76, 0.66)), "cap", color)
        d.add(curve((0.4, 0.66), (0.4, 0.66), (0.7, 0.58), (1.0, 0.68), (1.0, 0.72), (0.7, 0.73),
                    (0.4, 0.7)), "peak", band)
        d.line(line((0.45, 0.25), (0.55, 0.45), (0.52, 0.64)), within="cap")
    elif kind == 2:
        d.add(box(0.26, 0.14, 0.74, 0.8), "hat", d.tint("black"))
        d.add(box(0, 0.62, 1, 0.76), "band", band, within="hat")
        d.add(oval(0.5, 0.81, 0.44, 0.08), "brim", d.same("hat", "black"))
    else:
        d.add(oval(0.5, 0.84, 0.48, 0.1), "brim", d.tint("aubergine"))
        d.add(curve((0.24, 0.84), (0.24, 0.84), (0.4, 0.45), (0.46, 0.1), (0.62, 0.06),
                    (0.62, 0.06), (0.62, 0.45), (0.76, 0.84), (0.76, 0.84)), "brim",
              d.same("brim", "aubergine"))
        d.add(box(0, 0.68, 1, 0.8), "band", band, within="brim")


def shirt(d: Draft) -> None:
    """A T-shirt or a jumper with a print."""
    color = d.tint("cloth")
    d.add(poly((0.34, 0.1), (0.66, 0.1), (0.98, 0.32), (0.86, 0.5), (0.74, 0.42), (0.74, 0.94),
               (0.26, 0.94), (0.26, 0.42), (0.14, 0.5), (0.02, 0.32)), "shirt", color)
    d.add(np.vstack([arc((0.5, 0.1, 0.16, 0.12), 0.0, 0.5),
                     arc((0.5, 0.09, 0.12, 0.07), 0.5, 0.0)]), "collar", shade(color, -0.15))
    kind = d.n(0, 3)
    if kind == 0:
        d.add(star(0.5, 0.52, 0.14), "print", d.tint("star"))
    elif kind == 1:
        d.add(heart_at(0.5, 0.52, 0.13), "print", d.tint("cherry"))
    elif kind == 2:
        for y in np.linspace(0.4, 0.8, d.n(2, 4)):
            d.add(box(0, y, 1, y + 0.07), "stripe", d.same("stripe", "paint"), within="shirt")


def shoe(d: Draft) -> None:
    """A trainer or a boot."""
    color = d.tint("paint") if d.maybe(0.6) else d.tint("leather")
    top = 0.42 if d.maybe(0.5) else 0.12
    d.add(curve((0.08, top), (0.08, top), (0.42, top), (0.42, top), (0.46, 0.5), (0.66, 0.6),
                (0.92, 0.66), (0.96, 0.8), (0.96, 0.8), (0.06, 0.8), (0.06, 0.8)), "shoe", color)
    d.add(box(0.03, 0.78, 0.98, 0.88, 0.04), "sole",
          d.tint("paper") if d.maybe(0.6) else d.tint("black"))
    d.add(box(0.05, top - 0.03, 0.45, top + 0.06, 0.02), "cuff", shade(color, 0.25))
    for i in range(3):
        x, y = 0.45 + i * 0.07, 0.5 + i * 0.04
        d.line(poly((x, y), (x - 0.06, y + 0.09), closed=False), width=1.2)
    d.add(curve((0.74, 0.78), (0.74, 0.78), (0.8, 0.66), (0.98, 0.66), (0.98, 0.66), (0.98, 0.78),
                (0.98, 0.78)), "toe", d.same("sole", "paper"), within="shoe")


def glasses(d: Draft) -> None:
    """Spectacles or a magnifying glass."""
    color = d.tint("paint")
    if d.maybe(0.5):
        d.add(spun(box(0.45, 0.62, 0.55, 1.05, 0.04), -0.1, (0.4, 0.36)), "handle",
              d.tint("timber"))
        d.add(oval(0.4, 0.36, 0.32), "rim", d.tint("metal"))
        d.add(oval(0.4, 0.36, 0.26), "glass", d.tint("glass"))
        d.line(arc((0.4, 0.36, 0.19, 0.19), 0.55, 0.7))
        return
    d.add(tube([(0.42, 0.46), (0.5, 0.42), (0.58, 0.46)], 0.05), "rim", color)
    for x in (0.24, 0.76):
        d.add(oval(x, 0.5, 0.23, 0.2), "rim", color, merge=True)
        d.add(oval(x, 0.5, 0.18, 0.155), "glass", d.same("glass", "glass"))


KINDS = {
    "hat": hat, "shirt": shirt, "shoe": shoe, "glasses": glasses,
}
"""What can be drafted here, by name."""
