"""Small animals of sea and garden, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    arc,
    box,
    curve,
    dome,
    leaf,
    line,
    oval,
    poly,
    spun,
    star,
    tube,
    twin,
)
from nurie_lab.drawings.nature import face
from nurie_lab.drawings.tints import shade

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def _eye(d: Draft, x: float, y: float, r: float) -> None:
    """A round eye, white with a pupil, or only a dot."""
    if d.detail > 0.4:
        d.add(oval(x, y, r), "white of eye", (255, 255, 255))
        d.solid(oval(x, y, r * 0.5), "pupil", (30, 28, 30))
    else:
        d.solid(oval(x, y, r * 0.6), "pupil", (30, 28, 30))


def shell(d: Draft) -> None:
    """A scallop, a snail's house, or a starfish."""
    kind, color = d.n(0, 2), d.tint("shell")
    if kind == 0:
        d.add(curve(*twin((0.5, 0.12), (0.74, 0.16), (0.94, 0.44), (0.8, 0.64), (0.58, 0.84),
                          (0.62, 0.92), (0.62, 0.92))), "shell", color)
        for k in (-0.26, -0.13, 0.0, 0.13, 0.26):
            d.line(line((0.5 + k * 0.25, 0.8), (0.5 + k * 0.9, 0.5), (0.5 + k * 1.25, 0.24)),
                   within="shell")
    elif kind == 1:
        d.add(star(0.5, 0.52, 0.47, inner=0.42), "starfish", d.tint("coral"))
        for k in range(5):
            for r in (0.12, 0.22):
                x, y = 0.5 + r * np.sin(k * 1.2566), 0.52 - r * np.cos(k * 1.2566)
                d.dot(float(x), float(y), 0.012)
    else:
        d.add(oval(0.5, 0.5, 0.42), "shell", color)
        t = np.linspace(0, 4.5 * np.pi, 70)
        d.line(np.stack([0.5 + t / 36 * np.cos(t), 0.5 + t / 36 * np.sin(t)], 1).astype(np.float32),
               width=1)


def fish(d: Draft) -> None:
    """A fish with stripes or scales."""
    color, fin = d.tint("paint"), d.tint("paint")
    d.add(curve((0.76, 0.5), (0.76, 0.5), (0.98, 0.26), (0.98, 0.26), (0.93, 0.5), (0.98, 0.74),
                (0.98, 0.74)), "fin", fin)
    for s in (-1, 1):
        d.add(curve((0.4, 0.5 + s * 0.2), (0.46, 0.5 + s * 0.38), (0.66, 0.5 + s * 0.36),
                    (0.66, 0.5 + s * 0.36), (0.62, 0.5 + s * 0.16)), "fin", fin)
    d.add(curve((0.04, 0.5), (0.2, 0.3), (0.45, 0.22), (0.68, 0.34), (0.82, 0.5), (0.68, 0.66),
                (0.45, 0.78), (0.2, 0.7)), "body", color)
    if d.maybe(0.5):
        for x in (0.38, 0.54)[: d.n(1, 2)]:
            d.add(curve((x, 0.1), (x + 0.05, 0.5), (x, 0.9), (x + 0.08, 0.9), (x + 0.13, 0.5),
                        (x + 0.08, 0.1)), "stripe", d.same("stripe", "paint"), within="body")
    elif d.detail > 0.4:
        for x, y in ((0.45, 0.4), (0.56, 0.46), (0.45, 0.54), (0.56, 0.6), (0.66, 0.5)):
            d.line(arc((x, y, 0.04, 0.04), -0.25, 0.25), within="body")
    _eye(d, 0.2, 0.46, 0.05)
    d.line(line((0.06, 0.56), (0.12, 0.58)))


def whale(d: Draft) -> None:
    """A whale that blows."""
    color = d.tint("deep sea") if d.maybe(0.7) else d.tint("paint")
    for s in (-1, 1):
        d.line(line((0.34, 0.3), (0.34 + s * 0.04, 0.16), (0.34 + s * 0.14, 0.14)), width=1)
    d.add(curve((0.02, 0.6), (0.1, 0.38), (0.36, 0.3), (0.6, 0.42), (0.78, 0.58), (0.86, 0.44),
                (0.8, 0.28), (0.8, 0.28), (0.9, 0.34), (0.9, 0.34), (1.0, 0.26), (1.0, 0.26),
                (0.98, 0.5), (0.9, 0.7), (0.7, 0.84), (0.3, 0.86), (0.08, 0.78)), "whale", color)
    d.add(curve((0.0, 0.66), (0.2, 0.68), (0.4, 0.78), (0.7, 0.8), (0.8, 1), (0, 1)), "belly",
          shade(color, 0.6), within="whale")
    d.line(line((0.02, 0.66), (0.2, 0.68), (0.4, 0.78), (0.68, 0.84)), within="whale")
    d.add(leaf((0.42, 0.72), (0.56, 0.92), 0.5), "fin", color)
    _eye(d, 0.22, 0.56, 0.035)


def octopus(d: Draft) -> None:
    """An octopus or a jellyfish."""
    color = d.tint("coral")
    for i, x in enumerate(np.linspace(0.2, 0.8, d.n(4, 7))):
        tip = x + (x - 0.5) * 0.5
        d.add(tube([(x, 0.5), (x + 0.03, 0.72), (tip, 0.86), (tip + 0.05 * (-1) ** i, 0.97)], 0.13,
                   0.1, 0.04), "octopus", color, merge=i == 0)
    d.add(curve(*twin((0.5, 0.06), (0.74, 0.14), (0.82, 0.4), (0.74, 0.6), (0.5, 0.64))), "octopus",
          color)
    if d.maybe(0.6):
        for x, y in ((0.36, 0.18), (0.62, 0.16), (0.5, 0.24)):
            d.add(oval(x, y, 0.035), "spot", d.same("spot", "soft paint"))
    face(d, 0.5, 0.42, 0.26)


def butterfly(d: Draft) -> None:
    """A butterfly with spots."""
    upper, spot = d.tint("paint"), d.tint("paint")
    lower = upper if d.maybe(0.4) else d.tint("paint")
    for s in (-1, 1):
        d.add(curve((0.5, 0.5), (0.5, 0.5), (0.5 + s * 0.3, 0.52), (0.5 + s * 0.38, 0.72),
                    (0.5 + s * 0.24, 0.9), (0.5 + s * 0.06, 0.72)), "lower", lower)
        d.add(curve((0.5, 0.5), (0.5, 0.5), (0.5 + s * 0.16, 0.16), (0.5 + s * 0.4, 0.08),
                    (0.5 + s * 0.47, 0.3), (0.5 + s * 0.34, 0.52)), "upper", upper)
        d.add(oval(0.5 + s * 0.32, 0.28, 0.08), "spot", spot)
        d.add(oval(0.5 + s * 0.22, 0.7, 0.06), "spot", spot)
        d.line(line((0.5, 0.3), (0.5 + s * 0.06, 0.14), (0.5 + s * 0.14, 0.1)))
    d.add(oval(0.5, 0.54, 0.035, 0.24), "body", d.tint("bark"))


def bird(d: Draft) -> None:
    """A bird on its feet."""
    color = d.tint("paint")
    for x in (0.46, 0.56):
        d.line(poly((x, 0.78), (x, 0.96), (x - 0.07, 0.98), closed=False), width=1.1)
    d.add(poly((0.72, 0.5), (1.0, 0.4), (0.98, 0.56), (0.74, 0.64)), "tail", shade(color, -0.2))
    d.add(poly((0.16, 0.28), (0.02, 0.35), (0.18, 0.4)), "beak", d.tint("orange"))
    d.add(curve((0.14, 0.34), (0.2, 0.18), (0.36, 0.14), (0.5, 0.28), (0.7, 0.42), (0.8, 0.58),
                (0.66, 0.78), (0.4, 0.8), (0.22, 0.62)), "bird", color)
    d.add(oval(0.33, 0.68, 0.15, 0.14), "belly", shade(color, 0.55), within="bird")
    d.add(curve((0.42, 0.46), (0.6, 0.42), (0.86, 0.56), (0.86, 0.56), (0.66, 0.68), (0.46, 0.62)),
          "wing", shade(color, -0.18))
    _eye(d, 0.29, 0.28, 0.035)


def snail(d: Draft) -> None:
    """A snail."""
    body = d.tint("sand")
    for x in (0.14, 0.24):
        d.line(line((x, 0.5), (x - 0.03, 0.34)), width=1.2)
        d.solid(oval(x - 0.03, 0.33, 0.02), "tip", (30, 28, 30))
    d.add(curve((0.1, 0.56), (0.16, 0.46), (0.28, 0.5), (0.32, 0.72), (0.6, 0.76), (0.98, 0.88),
                (0.98, 0.88), (0.2, 0.9), (0.1, 0.8)), "body", body)
    d.add(oval(0.56, 0.52, 0.29), "shell", d.tint("pale wood") if d.maybe(0.5) else d.tint("paint"))
    t = np.linspace(0, 4.4 * np.pi, 60)
    d.line(np.stack([0.56 + t / 54 * np.cos(t), 0.52 + t / 54 * np.sin(t)], 1).astype(np.float32),
           width=1)


def ladybird(d: Draft) -> None:
    """A ladybird or a bee."""
    if d.maybe(0.5):
        d.add(dome(0.3, 0.62, 0.24, 0.2), "head", d.tint("black"))
        d.add(dome(0.56, 0.7, 0.38, 0.42), "shell", d.tint("cherry"))
        for x, y in ((0.42, 0.5), (0.62, 0.42), (0.55, 0.6), (0.76, 0.58)):
            d.add(oval(x, y, 0.05), "dot", d.same("head", "black"), within="shell")
        _eye(d, 0.2, 0.55, 0.03)
        return
    for x, tilt in ((0.46, -0.06), (0.6, 0.06)):
        d.add(spun(oval(x, 0.26, 0.11, 0.2), tilt, (x, 0.46)), "wing", d.tint("ice"))
    d.add(oval(0.52, 0.56, 0.36, 0.23), "bee", d.tint("sun"))
    for x in (0.46, 0.64):
        d.add(box(x, 0, x + 0.09, 1), "stripe", d.same("stripe", "black"), within="bee")
    face(d, 0.3, 0.54, 0.2)


KINDS = {
    "shell": shell, "fish": fish, "whale": whale, "octopus": octopus, "butterfly": butterfly,
    "bird": bird, "snail": snail, "ladybird": ladybird,
}
"""What can be drafted here, by name."""
