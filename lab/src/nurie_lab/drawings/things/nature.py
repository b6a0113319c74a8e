"""Sky, land and sea, and small animals, each in about the unit square."""

import numpy as np

from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import (
    arc,
    curve,
    dome,
    line,
    oval,
    poly,
    puff,
    spun,
    star,
    tube,
)
from nurie_lab.drawings.kit.recipes import Kinds, draft, whole

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
            draft(d, "weather.drop", x=x, y=y)
    if kind == 2:
        draft(d, "weather.bolt")
    d.add(puff(d.rng, (0.5, 0.5, 0.38, 0.2), d.n(7, 10)), "cloud",
          d.tint("rain cloud") if kind in (1, 2) else d.tint("cloud"))


def rainbow(d: Draft) -> None:
    """A rainbow between clouds."""
    for i, color in enumerate(("cherry", "orange", "lemon", "leaf", "sea", "grape")[: d.n(5, 6)]):
        d.add(dome(0.5, 0.85, 0.48 - i * 0.06, 0.6 - i * 0.07), f"band {i}", d.tint(color))
    draft(d, "rainbow.lines")


def planet(d: Draft) -> None:
    """A planet with a ring, or the earth."""
    if d.maybe(0.4):
        draft(d, "planet.sea")
        return
    color, ring = d.tint("planet"), d.tint("planet")
    draft(d, "planet.planet", color=color)
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
    draft(d, "campfire.log")


def _eye(d: Draft, x: float, y: float, r: float) -> None:
    """A round eye, white with a pupil, or only a dot."""
    draft(d, "_eye", r=r, x=x, y=y)


def shell(d: Draft) -> None:
    """A scallop, a snail's house, or a starfish."""
    kind, color = d.n(0, 2), d.tint("shell")
    if kind == 0:
        draft(d, "shell.shell", color=color)
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
    draft(d, "fish.fin")
    if d.maybe(0.5):
        for x in (0.38, 0.54)[: d.n(1, 2)]:
            draft(d, "fish.stripe", x=x)
    else:
        draft(d, "fish.lines")
    _eye(d, 0.2, 0.46, 0.05)
    d.line(line((0.06, 0.56), (0.12, 0.58)))


def whale(d: Draft) -> None:
    """A whale that blows."""
    draft(d, "whale.lines")
    _eye(d, 0.22, 0.56, 0.035)


def octopus(d: Draft) -> None:
    """An octopus or a jellyfish."""
    color = d.tint("coral")
    for i, x in enumerate(np.linspace(0.2, 0.8, d.n(4, 7))):
        tip = x + (x - 0.5) * 0.5
        d.add(tube([(x, 0.5), (x + 0.03, 0.72), (tip, 0.86), (tip + 0.05 * (-1) ** i, 0.97)], 0.13,
                   0.1, 0.04), "octopus", color, merge=i == 0)
    draft(d, "octopus.octopus", color=color)
    face(d, 0.5, 0.42, 0.26)


def bird(d: Draft) -> None:
    """A bird on its feet."""
    draft(d, "bird.lines")
    _eye(d, 0.29, 0.28, 0.035)


def snail(d: Draft) -> None:
    """A snail."""
    draft(d, "snail.lines")
    t = np.linspace(0, 4.4 * np.pi, 60)
    d.line(np.stack([0.56 + t / 54 * np.cos(t), 0.52 + t / 54 * np.sin(t)], 1).astype(np.float32),
           width=1)


def ladybird(d: Draft) -> None:
    """A ladybird or a bee."""
    if d.maybe(0.5):
        draft(d, "ladybird.head")
        _eye(d, 0.2, 0.55, 0.03)
        return
    draft(d, "ladybird.wing")
    face(d, 0.3, 0.54, 0.2)


KINDS: Kinds = {
    "sun": sun, "moon": moon, "weather": weather, "rainbow": rainbow, "planet": planet,
    "camp fire": campfire, "shell": shell, "fish": fish, "whale": whale, "octopus": octopus,
    "bird": bird, "snail": snail, "ladybird": ladybird,
    **whole("snowman", "mountain", "butterfly"),
}
