"""Sun, snow, sea creatures and small animals, each drafted in about the unit square."""

import numpy as np

from nurie.dataset.forms import (
    Draft,
    arc,
    box,
    curve,
    dome,
    leaf,
    line,
    oval,
    poly,
    puff,
    spun,
    star,
    tube,
    twin,
)
from nurie.dataset.tints import shade


def _eye(d: Draft, x: float, y: float, r: float) -> None:
    """A round eye, white with a pupil, or only a dot."""
    if d.detail > 0.4:
        d.add(oval(x, y, r), "white of eye", (255, 255, 255))
        d.solid(oval(x, y, r * 0.5), "pupil", (30, 28, 30))
    else:
        d.solid(oval(x, y, r * 0.6), "pupil", (30, 28, 30))


def face(d: Draft, x: float, y: float, r: float) -> None:
    """Two eyes and a smile."""
    for s in (-1, 1):
        d.solid(oval(x + s * r * 0.35, y - r * 0.12, r * 0.09), "eye", (30, 28, 30))
    d.line(arc((x, y + r * 0.1, r * 0.35, r * 0.3), 0.08, 0.42), width=1)


def sun(d: Draft) -> None:
    """A sun with rays, often with a face."""
    color, count = d.tint("sun"), d.n(8, 14)
    if d.maybe(0.5):
        d.add(star(0.5, 0.5, 0.49, inner=0.68, points=count), "rays", d.tint("orange") if d.maybe(0.5) else color)
    else:
        for k in range(count):
            d.add(spun(poly((0.5, 0.02), (0.54, 0.16), (0.46, 0.16)), k / count, (0.5, 0.5)), "rays", color)
    d.add(oval(0.5, 0.5, 0.29), "sun", color)
    if d.maybe(0.5):
        face(d, 0.5, 0.5, 0.29)


def moon(d: Draft) -> None:
    """A crescent with stars."""
    d.add(np.vstack([arc((0.45, 0.5, 0.42, 0.44), 0.1, 0.87), arc((0.62, 0.48, 0.32, 0.35), 0.82, 0.15)]), "moon", d.tint("moon"))
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
            d.add(curve((x, y), (x, y), (x + 0.05, y + 0.12), (x, y + 0.16), (x - 0.05, y + 0.12)), "drop", d.same("drop", "water"))
    if kind == 2:
        d.add(poly((0.5, 0.58), (0.62, 0.58), (0.54, 0.75), (0.64, 0.75), (0.42, 1.0), (0.48, 0.8), (0.38, 0.8)), "bolt", d.tint("sun"))
    d.add(puff(d.rng, (0.5, 0.5, 0.38, 0.2), d.n(7, 10)), "cloud", d.tint("rain cloud") if kind in (1, 2) else d.tint("cloud"))


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
        d.add(tube([(0.5 + s * 0.14, 0.52), (0.5 + s * 0.38, 0.4)], 0.025), "arm", d.same("arm", "bark"))
    for y, r in ((0.8, 0.24), (0.52, 0.17), (0.29, 0.13)):
        d.add(oval(0.5, y, r, r * 0.92), f"snow {y}", white)
    d.add(curve((0.36, 0.37), (0.5, 0.42), (0.64, 0.37), (0.65, 0.42), (0.5, 0.47), (0.35, 0.42)), "scarf", scarf)
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
        d.add(curve((0.02, 1), (0.02, 1), (0.3, 0.6), (0.38, 0.3), (0.38, 0.3), (0.62, 0.3), (0.62, 0.3), (0.7, 0.6), (0.98, 1), (0.98, 1)), "rock", d.tint("earth"))
        d.add(curve((0.3, 0.2), (0.7, 0.2), (0.66, 0.5), (0.6, 0.44), (0.55, 0.66), (0.49, 0.46), (0.43, 0.56), (0.36, 0.42)), "lava", d.tint("flame"), within="rock")
        return
    d.add(poly((0.0, 1), (0.3, 0.5), (0.36, 0.56), (0.6, 0.12), (0.78, 0.5), (0.84, 0.46), (1.0, 1)), "rock", d.tint("mountain"))
    d.add(poly((0, 0), (1, 0), (1, 0.42), (0.72, 0.36), (0.66, 0.44), (0.6, 0.34), (0.53, 0.44), (0.44, 0.36), (0, 0.4)), "snow", d.tint("snow"), within="rock")
    for x, h in ((0.15, 0.18), (0.28, 0.14), (0.8, 0.2)) if d.maybe(0.5) else ():
        d.add(poly((x - 0.05, 1), (x, 1 - h), (x + 0.05, 1)), "fir", d.same("fir", "dark leaf"))


def shell(d: Draft) -> None:
    """A scallop, a snail's house, or a starfish."""
    kind, color = d.n(0, 2), d.tint("shell")
    if kind == 0:
        d.add(curve(*twin((0.5, 0.12), (0.74, 0.16), (0.94, 0.44), (0.8, 0.64), (0.58, 0.84), (0.62, 0.92), (0.62, 0.92))), "shell", color)
        for k in (-0.26, -0.13, 0.0, 0.13, 0.26):
            d.line(line((0.5 + k * 0.25, 0.8), (0.5 + k * 0.9, 0.5), (0.5 + k * 1.25, 0.24)), within="shell")
    elif kind == 1:
        d.add(star(0.5, 0.52, 0.47, inner=0.42), "starfish", d.tint("coral"))
        for k in range(5):
            for r in (0.12, 0.22):
                x, y = 0.5 + r * np.sin(k * 1.2566), 0.52 - r * np.cos(k * 1.2566)
                d.dot(float(x), float(y), 0.012)
    else:
        d.add(oval(0.5, 0.5, 0.42), "shell", color)
        t = np.linspace(0, 4.5 * np.pi, 70)
        d.line(np.stack([0.5 + t / 36 * np.cos(t), 0.5 + t / 36 * np.sin(t)], 1).astype(np.float32), width=1)


def fish(d: Draft) -> None:
    """A fish with stripes or scales."""
    color, fin = d.tint("paint"), d.tint("paint")
    d.add(curve((0.76, 0.5), (0.76, 0.5), (0.98, 0.26), (0.98, 0.26), (0.93, 0.5), (0.98, 0.74), (0.98, 0.74)), "fin", fin)
    for s in (-1, 1):
        d.add(curve((0.4, 0.5 + s * 0.2), (0.46, 0.5 + s * 0.38), (0.66, 0.5 + s * 0.36), (0.66, 0.5 + s * 0.36), (0.62, 0.5 + s * 0.16)), "fin", fin)
    d.add(curve((0.04, 0.5), (0.2, 0.3), (0.45, 0.22), (0.68, 0.34), (0.82, 0.5), (0.68, 0.66), (0.45, 0.78), (0.2, 0.7)), "body", color)
    if d.maybe(0.5):
        for x in (0.38, 0.54)[: d.n(1, 2)]:
            d.add(curve((x, 0.1), (x + 0.05, 0.5), (x, 0.9), (x + 0.08, 0.9), (x + 0.13, 0.5), (x + 0.08, 0.1)), "stripe", d.same("stripe", "paint"), within="body")
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
    d.add(curve((0.02, 0.6), (0.1, 0.38), (0.36, 0.3), (0.6, 0.42), (0.78, 0.58), (0.86, 0.44), (0.8, 0.28), (0.8, 0.28), (0.9, 0.34), (0.9, 0.34), (1.0, 0.26), (1.0, 0.26), (0.98, 0.5), (0.9, 0.7), (0.7, 0.84), (0.3, 0.86), (0.08, 0.78)), "whale", color)
    d.add(curve((0.0, 0.66), (0.2, 0.68), (0.4, 0.78), (0.7, 0.8), (0.8, 1), (0, 1)), "belly", shade(color, 0.6), within="whale")
    d.line(line((0.02, 0.66), (0.2, 0.68), (0.4, 0.78), (0.68, 0.84)), within="whale")
    d.add(leaf((0.42, 0.72), (0.56, 0.92), 0.5), "fin", color)
    _eye(d, 0.22, 0.56, 0.035)


def octopus(d: Draft) -> None:
    """An octopus or a jellyfish."""
    color = d.tint("coral")
    for i, x in enumerate(np.linspace(0.2, 0.8, d.n(4, 7))):
        tip = x + (x - 0.5) * 0.5
        d.add(tube([(x, 0.5), (x + 0.03, 0.72), (tip, 0.86), (tip + 0.05 * (-1) ** i, 0.97)], 0.13, 0.1, 0.04), "octopus", color, merge=i == 0)
    d.add(curve(*twin((0.5, 0.06), (0.74, 0.14), (0.82, 0.4), (0.74, 0.6), (0.5, 0.64))), "octopus", color)
    if d.maybe(0.6):
        for x, y in ((0.36, 0.18), (0.62, 0.16), (0.5, 0.24)):
            d.add(oval(x, y, 0.035), "spot", d.same("spot", "soft paint"))
    face(d, 0.5, 0.42, 0.26)


def butterfly(d: Draft) -> None:
    """A butterfly with spots."""
    upper, spot = d.tint("paint"), d.tint("paint")
    lower = upper if d.maybe(0.4) else d.tint("paint")
    for s in (-1, 1):
        d.add(curve((0.5, 0.5), (0.5, 0.5), (0.5 + s * 0.3, 0.52), (0.5 + s * 0.38, 0.72), (0.5 + s * 0.24, 0.9), (0.5 + s * 0.06, 0.72)), "lower", lower)
        d.add(curve((0.5, 0.5), (0.5, 0.5), (0.5 + s * 0.16, 0.16), (0.5 + s * 0.4, 0.08), (0.5 + s * 0.47, 0.3), (0.5 + s * 0.34, 0.52)), "upper", upper)
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
    d.add(curve((0.14, 0.34), (0.2, 0.18), (0.36, 0.14), (0.5, 0.28), (0.7, 0.42), (0.8, 0.58), (0.66, 0.78), (0.4, 0.8), (0.22, 0.62)), "bird", color)
    d.add(oval(0.33, 0.68, 0.15, 0.14), "belly", shade(color, 0.55), within="bird")
    d.add(curve((0.42, 0.46), (0.6, 0.42), (0.86, 0.56), (0.86, 0.56), (0.66, 0.68), (0.46, 0.62)), "wing", shade(color, -0.18))
    _eye(d, 0.29, 0.28, 0.035)


def snail(d: Draft) -> None:
    """A snail."""
    body = d.tint("sand")
    for x in (0.14, 0.24):
        d.line(line((x, 0.5), (x - 0.03, 0.34)), width=1.2)
        d.solid(oval(x - 0.03, 0.33, 0.02), "tip", (30, 28, 30))
    d.add(curve((0.1, 0.56), (0.16, 0.46), (0.28, 0.5), (0.32, 0.72), (0.6, 0.76), (0.98, 0.88), (0.98, 0.88), (0.2, 0.9), (0.1, 0.8)), "body", body)
    d.add(oval(0.56, 0.52, 0.29), "shell", d.tint("pale wood") if d.maybe(0.5) else d.tint("paint"))
    t = np.linspace(0, 4.4 * np.pi, 60)
    d.line(np.stack([0.56 + t / 54 * np.cos(t), 0.52 + t / 54 * np.sin(t)], 1).astype(np.float32), width=1)


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


def planet(d: Draft) -> None:
    """A planet with a ring, or the earth."""
    if d.maybe(0.4):
        d.add(oval(0.5, 0.5, 0.44), "sea", d.tint("sea"))
        for x, y, rx, ry in ((0.34, 0.34, 0.15, 0.12), (0.66, 0.52, 0.16, 0.2), (0.36, 0.72, 0.1, 0.13)):
            d.add(puff(d.rng, (x, y, rx, ry), 5), "land", d.same("land", "leaf"), within="sea")
        return
    color, ring = d.tint("planet"), d.tint("planet")
    d.add(oval(0.5, 0.5, 0.33), "planet", color)
    for y in (0.3, 0.62):
        d.add(box(0, y, 1, y + 0.08), "band", shade(color, 0.3), within="planet")
    outer, inner = arc((0.5, 0.5, 0.5, 0.14), -0.06, 0.56), arc((0.5, 0.49, 0.38, 0.08), 0.56, -0.06)
    d.add(spun(np.vstack([outer, inner]), -0.04, (0.5, 0.5)), "ring", ring)


def campfire(d: Draft) -> None:
    """A camp fire on logs."""
    for i, w in enumerate((0.24, 0.14)):
        part = ("flame", "flame heart")[i]
        d.add(curve((0.5, 0.08 + i * 0.25), (0.5, 0.08 + i * 0.25), (0.5 + w * 0.6, 0.4 + i * 0.1), (0.5 + w, 0.62), (0.5 + w * 0.6, 0.84), (0.5 - w * 0.6, 0.84), (0.5 - w, 0.6), (0.5 - w * 0.5, 0.44 + i * 0.1)), part, d.tint(part))
    for s in (-1, 1):
        d.add(tube([(0.5 - s * 0.36, 0.93), (0.5 + s * 0.34, 0.8)], 0.1, cap=0.1), f"log {s}", d.same("log -1", "bark"))
        d.add(oval(0.5 - s * 0.37, 0.93, 0.035, 0.055), "end", d.same("end", "crumb"))


KINDS = {
    "sun": sun, "moon": moon, "weather": weather, "rainbow": rainbow, "snowman": snowman,
    "mountain": mountain, "shell": shell, "fish": fish, "whale": whale, "octopus": octopus,
    "butterfly": butterfly, "bird": bird, "snail": snail, "ladybird": ladybird, "planet": planet,
    "camp fire": campfire,
}  # fmt: skip
"""What can be drafted here, by name."""
