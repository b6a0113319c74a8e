"""Vegetables, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.food import _calyx, _shine
from nurie_lab.drawings.forms import (
    curve,
    leaf,
    line,
    oval,
    poly,
    tube,
)

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def carrot(d: Draft) -> None:
    """A carrot with its greens."""
    green = d.tint("leaf")
    for x in (-0.16, 0.16, 0.0):
        d.add(leaf((0.5, 0.34), (0.5 + x, 0.03 + abs(x) * 0.5), 0.35), "green", green)
    w = d.u(0.13, 0.19)
    d.add(curve((0.5 - w, 0.34), (0.5, 0.28), (0.5 + w, 0.34), (0.5 + w * 0.7, 0.6), (0.5, 0.98),
                (0.5, 0.98), (0.5 - w * 0.7, 0.6)), "carrot", d.tint("carrot"))
    for y in (0.42, 0.52, 0.63, 0.73):
        side = 1 if d.maybe(0.5) else -1
        d.line(line((0.5 + side * w, y), (0.5 + side * w * 0.35, y + 0.015)), within="carrot")


def tomato(d: Draft) -> None:
    """A tomato."""
    d.add(curve((0.5, 0.27), (0.75, 0.22), (0.92, 0.5), (0.78, 0.86), (0.5, 0.93), (0.22, 0.86),
                (0.08, 0.5), (0.25, 0.22)), "tomato", d.tint("tomato"))
    _calyx(d, 0.27, 0.2)
    _shine(d, 0.5, 0.6, 0.28)


def aubergine(d: Draft) -> None:
    """An aubergine."""
    d.add(curve((0.6, 0.22), (0.72, 0.34), (0.74, 0.6), (0.66, 0.86), (0.42, 0.95), (0.22, 0.82),
                (0.24, 0.58), (0.4, 0.38), (0.46, 0.24)), "aubergine", d.tint("aubergine"))
    green = d.tint("leaf")
    d.add(curve((0.42, 0.3), (0.42, 0.3), (0.48, 0.16), (0.6, 0.14), (0.72, 0.34), (0.72, 0.34),
                (0.63, 0.28), (0.58, 0.38), (0.58, 0.38), (0.52, 0.28)), "calyx", green)
    d.add(tube([(0.54, 0.17), (0.6, 0.03)], 0.06, cap=0.1), "calyx", green)


def pumpkin(d: Draft) -> None:
    """A pumpkin with ribs, some with a face for the feast."""
    color = d.tint("pumpkin")
    d.add(tube([(0.5, 0.3), (0.5, 0.18), (0.58, 0.08)], 0.1, 0.07, cap=0), "stalk", d.tint("stem"))
    for x, r in ((0.22, 0.2), (0.78, 0.2), (0.36, 0.2), (0.64, 0.2), (0.5, 0.2)):
        d.add(oval(x, 0.6, r, 0.36 - abs(x - 0.5) * 0.2), f"rib {x}", color)
    if d.maybe(0.3):
        glow = d.tint("lit glass")
        for x in (0.34, 0.66):
            d.add(poly((x, 0.42), (x + 0.08, 0.54), (x - 0.08, 0.54)), "eye", glow)
        d.add(curve((0.25, 0.66), (0.25, 0.66), (0.5, 0.76), (0.75, 0.66), (0.75, 0.66),
                    (0.5, 0.88)), "mouth", glow)


def corn(d: Draft) -> None:
    """A cob of corn in its leaves."""
    d.add(curve((0.5, 0.04), (0.64, 0.3), (0.65, 0.7), (0.5, 0.95), (0.35, 0.7), (0.36, 0.3)),
          "cob", d.tint("corn"))
    if d.detail > 0.3:
        for x in (0.44, 0.5, 0.56):
            d.line(line((x, 0.1), (x, 0.9)), within="cob")
        for y in np.linspace(0.2, 0.6, 6):
            d.line(line((0.36, y), (0.64, y)), within="cob")
    green = d.tint("leaf")
    for s in (-1, 1):
        d.add(curve((0.5, 1), (0.5, 1), (0.5 + s * 0.3, 0.75), (0.5 + s * 0.26, 0.35),
                    (0.5 + s * 0.26, 0.35), (0.5 + s * 0.08, 0.7)), f"leaf {s}", green)


KINDS = {
    "carrot": carrot, "tomato": tomato, "aubergine": aubergine, "pumpkin": pumpkin, "corn": corn,
}
"""What can be drafted here, by name."""
