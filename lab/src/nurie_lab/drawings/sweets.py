"""Cakes, ice cream and sweets, each drafted in about the unit square."""

import numpy as np

from nurie_lab.drawings.draft import Draft
from nurie_lab.drawings.forms import (
    box,
    curve,
    oval,
    poly,
    puff,
    spun,
)

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off


def drips(x0: float, x1: float, top: float, low: float, count: int) -> list[tuple[float, float]]:
    """Icing that runs down: points for a curve, from the upper left corner round to it."""
    points = [(x0, top), (x0, top), (x1, top), (x1, top)]
    xs = np.linspace(x1, x0, 2 * count + 1)
    for i, x in enumerate(xs):
        points.append((float(x), low - (0.06 if i % 2 == 0 else 0.0)))
    return points


def sprinkle(d: Draft, within: str, frame: tuple[float, float, float, float], count: int) -> None:
    """Sprinkles in (x0, y0, x1, y1)."""
    colors = [d.tint("paint") for _ in range(3)]
    x0, y0, x1, y1 = frame
    for i in range(count):
        x, y, r = d.u(x0, x1), d.u(y0, y1), 0.018
        piece = spun(box(x - r * 1.5, y - r * 0.7, x + r * 1.5, y + r * 0.7, r * 0.6), d.u(0, 0.5),
                     (x, y))
        d.add(piece, f"sprinkle {i % 3}", colors[i % 3], width=0.8, within=within)


def cake(d: Draft) -> None:
    """A cake in tiers with icing, candles or a cherry."""
    tiers, icing = d.n(1, 3), d.tint("icing")
    base = d.tint(str(d.rng.choice(["sponge", "sponge", "chocolate", "icing"])))
    d.add(oval(0.5, 0.87, 0.48, 0.045), "plate",
          d.tint("paper") if d.maybe(0.5) else d.tint("soft paint"))
    top = 0.82 - 0.2 * tiers
    if d.maybe(0.6):
        for x in np.linspace(0.4, 0.6, d.n(1, 4)):
            d.add(box(x - 0.012, top - 0.14, x + 0.012, top + 0.05), "candle",
                  d.same("candle", "paint"))
            rim = curve((x, top - 0.22), (x, top - 0.22), (x + 0.02, top - 0.17), (x, top - 0.15),
                        (x - 0.02, top - 0.17))
            d.add(rim, "flame", d.same("flame", "flame heart"))
    else:
        d.add(oval(0.5, top - 0.03, 0.05), "cherry", d.tint("cherry"))
    for i in range(tiers):
        w, y = 0.38 * (1 - 0.3 * i), 0.64 - 0.2 * i
        d.add(box(0.5 - w, y, 0.5 + w, y + 0.22, 0.02), "cake", base)
        if d.detail > 0.6:
            d.add(box(0.5 - w, y + 0.15, 0.5 + w, y + 0.18), "filling", d.same("filling", "berry"),
                  within="cake")
        d.add(curve(*drips(0.5 - w - 0.01, 0.5 + w + 0.01, y - 0.02, y + 0.1, 6 - i)), "icing",
              icing)
        if d.maybe(0.4):
            sprinkle(d, "icing", (0.5 - w, y - 0.01, 0.5 + w, y + 0.05), 9)


def slice_of_cake(d: Draft) -> None:
    """A slice with layers and a strawberry."""
    sponge, cream = d.tint("sponge"), d.tint("icing")
    d.add(poly((0.08, 0.5), (0.92, 0.5), (0.92, 0.9), (0.08, 0.9)), "sponge", sponge)
    for y in (0.58, 0.72):
        d.add(box(0.08, y, 0.92, y + 0.06), "cream", cream, within="sponge")
    d.add(poly((0.08, 0.5), (0.6, 0.28), (0.95, 0.36), (0.92, 0.5)), "icing", cream)
    d.add(puff(d.rng, (0.7, 0.34, 0.1, 0.06), 6), "whip", d.tint("cream white"))
    d.add(curve((0.7, 0.08), (0.62, 0.2), (0.62, 0.3), (0.78, 0.3), (0.79, 0.2)), "berry",
          d.tint("berry"))


def cupcake(d: Draft) -> None:
    """A cupcake in its paper."""
    icing, case = d.tint("icing"), d.tint("soft paint") if d.maybe(0.6) else d.tint("paint")
    d.add(oval(0.5, 0.12, 0.055), "cherry", d.tint("cherry"))
    for i, (y, w) in enumerate(((0.24, 0.15), (0.37, 0.25), (0.51, 0.35))):
        d.add(oval(0.5, y + 0.03, w, 0.1), f"icing {i}" if d.detail > 0.7 else "icing", icing)
    sprinkle(d, "icing", (0.25, 0.2, 0.75, 0.55), int(d.detail * 14))
    d.add(poly((0.18, 0.55), (0.82, 0.55), (0.72, 0.96), (0.28, 0.96)), "case", case)
    for x in np.linspace(0.28, 0.72, d.n(3, 6)):
        d.line(poly((x, 0.58), (0.5 + (x - 0.5) * 0.85, 0.93), closed=False), within="case")


def ice_cream(d: Draft) -> None:
    """Scoops in a cone, or an ice lolly."""
    if d.maybe(0.25):
        color = d.tint("icing") if d.maybe(0.5) else d.tint("juice")
        d.add(box(0.46, 0.7, 0.54, 1, 0.03), "stick", d.tint("pale wood"))
        d.add(box(0.28, 0.05, 0.72, 0.75, 0.2), "ice", color)
        if d.maybe(0.6):
            d.add(box(0, 0, 1, d.u(0.25, 0.4)), "coat", d.tint("chocolate"), within="ice")
        for x in (0.42, 0.58):
            d.line(poly((x, 0.25), (x, 0.6), closed=False), within="ice")
        return
    scoops = d.n(1, 3)
    d.add(poly((0.32, 0.52), (0.68, 0.52), (0.5, 1)), "cone", d.tint("wafer"))
    if d.detail > 0.3:
        for k in np.linspace(-0.4, 0.4, 5):
            d.line(poly((0.5 + k - 0.1, 0.5), (0.5 + k + 0.2, 1), closed=False), within="cone")
            d.line(poly((0.5 + k + 0.1, 0.5), (0.5 + k - 0.2, 1), closed=False), within="cone")
    for i in range(scoops):
        y = 0.44 - 0.2 * i
        d.add(puff(d.rng, (0.5, y, 0.19, 0.15), 9) if d.maybe(0.4) else oval(0.5, y, 0.2, 0.16),
              f"scoop {i}", d.tint("icing"))
    if d.maybe(0.5):
        d.add(oval(0.5, 0.27 - 0.2 * (scoops - 1), 0.045), "cherry", d.tint("cherry"))


def doughnut(d: Draft) -> None:
    """A ring with icing and sprinkles."""
    icing = d.tint("icing")
    d.ring("dough", d.tint("bread"), (0.5, 0.5, 0.45, 0.13))
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    wave = 0.37 + 0.025 * np.sin(t * d.n(6, 9))
    outer = np.stack([0.5 + wave * np.cos(t), 0.5 + wave * np.sin(t)], 1).astype(np.float32)
    inner = oval(0.5, 0.5, 0.18)
    d.add(np.vstack([outer, outer[:1], inner, inner[:1]]), "icing", icing, width=0.0)
    d.line(np.vstack([outer, outer[:1]]), width=1)
    d.line(np.vstack([inner, inner[:1]]), width=1)
    sprinkle(d, "icing", (0.18, 0.18, 0.82, 0.82), int(8 + d.detail * 20))


def biscuit(d: Draft) -> None:
    """A biscuit with chips, perhaps bitten."""
    d.add(oval(0.5, 0.5, 0.44, 0.42), "biscuit", d.tint("bread"))
    for x, y in ((0.3, 0.36), (0.55, 0.28), (0.7, 0.5), (0.42, 0.58), (0.62, 0.72), (0.28, 0.7)):
        d.add(oval(x + d.u(-0.03, 0.03), y + d.u(-0.03, 0.03), 0.05, 0.042), "chip",
              d.same("chip", "chocolate"))


def lollipop(d: Draft) -> None:
    """A lollipop with a spiral, or a wrapped sweet."""
    color = d.tint("paint")
    if d.maybe(0.4):
        for s in (-1, 1):
            d.add(poly((0.5 + s * 0.2, 0.5), (0.5 + s * 0.46, 0.32), (0.5 + s * 0.41, 0.5),
                       (0.5 + s * 0.46, 0.68)), "wrapper", color)
        d.add(oval(0.5, 0.5, 0.25, 0.22), "sweet", color)
        d.add(spun(box(0.42, 0, 0.54, 1), 0.07, (0.5, 0.5)), "stripe", d.tint("paint"),
              within="sweet")
        return
    d.add(box(0.48, 0.55, 0.52, 1, 0.02), "stick", d.tint("paper"))
    d.add(oval(0.5, 0.34, 0.3), "sweet", color)
    t = np.linspace(0, 5 * np.pi, 70)
    d.line(np.stack([0.5 + t / 55 * np.cos(t), 0.34 + t / 55 * np.sin(t)],
                    1).astype(np.float32)[:-2])


KINDS = {
    "cake": cake, "slice of cake": slice_of_cake, "cupcake": cupcake, "ice cream": ice_cream,
    "doughnut": doughnut, "biscuit": biscuit, "lollipop": lollipop,
}
"""What can be drafted here, by name."""
