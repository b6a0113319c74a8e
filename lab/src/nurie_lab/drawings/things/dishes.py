"""Dishes, drinks and sweets, each in about the unit square."""

import numpy as np

from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import (
    arc,
    box,
    curve,
    dome,
    line,
    oval,
    poly,
    puff,
    spun,
    tube,
    vec,
)
from nurie_lab.drawings.kit.recipes import Kinds, draft, whole

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def mug(d: Draft) -> None:
    """A mug or cup with a hot drink."""
    color = d.tint("paint") if d.maybe(0.7) else d.tint("paper")
    draft(d, "mug.mug", color=color)
    rim = np.vstack([arc((0.48, 0.36, 0.3, 0.07), 0.5, 1.0),
                     line((0.78, 0.36), (0.77, 0.7), (0.7, 0.9)),
                     line((0.26, 0.9), (0.19, 0.7), (0.18, 0.36))])
    d.add(rim, "mug", color)
    draft(d, "mug.inside", color=color)


def teapot(d: Draft) -> None:
    """A teapot."""
    draft(d, "teapot.pot")
    if d.maybe(0.5):
        for k in range(5):
            d.add(spun(oval(0.5, 0.57, 0.04), k / 5, (0.5, 0.62)), "petal",
                  d.same("petal", "petal"))
        d.add(oval(0.5, 0.62, 0.03), "heart", d.tint("pistil"))


def drink(d: Draft) -> None:
    """A glass of juice with a straw."""
    d.add(tube([(0.5, 0.9), (0.62, 0.12), (0.78, 0.05)], 0.045, cap=0), "straw", d.tint("paint"))
    rim, level = poly((0.24, 0.22), (0.76, 0.22), (0.68, 0.97), (0.32, 0.97)), d.u(0.34, 0.5)
    d.add(rim, "glass", d.tint("glass"))
    draft(d, "drink.juice", level=level)


def burger(d: Draft) -> None:
    """A burger."""
    bun = d.tint("bread")
    draft(d, "burger.bun", bun=bun)
    xs = np.linspace(0.93, 0.07, 11)
    wave = [(float(x), 0.54 + (0.035 if i % 2 else -0.005)) for i, x in enumerate(xs)]
    d.add(curve((0.07, 0.48), (0.07, 0.48), (0.93, 0.48), (0.93, 0.48), *wave), "salad",
          d.tint("salad"))
    draft(d, "burger.bun.2", bun=bun)


def pizza(d: Draft) -> None:
    """A slice of pizza, or a whole one."""
    crust, cheese, meat = d.tint("bread"), d.tint("cheese"), d.tint("tomato")
    if d.maybe(0.5):
        draft(d, "pizza.cheese", cheese=cheese, crust=crust)
        spots = [(0.36, 0.36, 0.09), (0.62, 0.38, 0.08), (0.5, 0.6, 0.08)]
    else:
        draft(d, "pizza.crust", cheese=cheese, crust=crust)
        spots = [(0.5 + 0.25 * np.cos(a), 0.5 + 0.25 * np.sin(a), 0.08) for a in np.linspace(0, 5.4,
                6)] + [(0.5, 0.5, 0.08)]
        for k in range(3):
            d.line(spun(poly((0.11, 0.5), (0.89, 0.5), closed=False), k / 6, (0.5, 0.5)))
    for x, y, r in spots:
        d.add(oval(x, y, r), "salami", meat)
    for x, y, r in spots[:4] if d.maybe(0.6) else ():
        d.add(oval(x + r, y + r * 0.9, 0.035), "olive",
              d.same("olive", "leaf" if d.maybe(0.5) else "black"))


def bread(d: Draft) -> None:
    """A loaf, a slice or a roll."""
    crust = d.tint("bread")
    kind = d.n(0, 2)
    if kind == 0:
        rim = curve((0.14, 0.9), (0.14, 0.9), (0.14, 0.5), (0.06, 0.36), (0.2, 0.16), (0.5, 0.13),
                    (0.8, 0.16), (0.94, 0.36), (0.86, 0.5), (0.86, 0.9), (0.86, 0.9))
        d.add(rim, "crust", crust)
        d.add((rim - vec([0.5, 0.52])) * vec(0.86) + vec([0.5, 0.53]), "crumb", d.tint("crumb"))
    elif kind == 1:
        draft(d, "bread.crust", crust=crust)
    else:
        spine = [(0.06, 0.78), (0.22, 0.42), (0.5, 0.3), (0.78, 0.42), (0.94, 0.78)]
        d.add(tube(spine, 0.08, 0.3, 0.36, 0.3, 0.08), "crust", crust)
        for x, tilt in ((0.3, -0.1), (0.42, 0.0), (0.58, 0.02), (0.7, 0.1)):
            d.line(line((x, 0.2 + abs(tilt)), (x + 0.03, 0.35), (x - tilt, 0.5)), within="crust")


def sushi(d: Draft) -> None:
    """A piece of sushi on rice, or a roll."""
    if d.maybe(0.5):
        d.add(box(0.08, 0.52, 0.92, 0.85, 0.14), "rice", d.tint("rice"))
        for _ in range(int(d.detail * 8)):
            x, y = d.u(0.2, 0.8), d.u(0.66, 0.8)
            d.line(line((x, y), (x + 0.03, y + 0.01)))
        draft(d, "sushi.fish")
        return
    d.add(np.vstack([arc((0.5, 0.34, 0.4, 0.18), 0.5, 1.0), arc((0.5, 0.76, 0.4, 0.18), 0.0, 0.5)]),
          "nori", d.tint("nori"))
    draft(d, "sushi.nori")


def fried_egg(d: Draft) -> None:
    """A fried egg, in a pan at times."""
    draft(d, "fried_egg.handle")
    d.add(oval(0.48 + d.u(-0.05, 0.05), 0.5, 0.12), "yolk", d.tint("yolk"))


def cheese(d: Draft) -> None:
    """A wedge of cheese with holes."""
    draft(d, "cheese")


def bowl(d: Draft) -> None:
    """A bowl of noodle soup, rice or salad."""
    color, kind = d.tint("paint"), d.n(0, 2)
    if kind == 0:
        d.add(dome(0.5, 0.52, 0.38, 0.28), "rice", d.tint("rice"))
    else:
        d.add(oval(0.5, 0.5, 0.45, 0.14), "rim", shade(color, 0.25))
        d.add(oval(0.5, 0.51, 0.39, 0.105), "soup",
              d.tint("broth") if kind == 1 else d.tint("salad"))
        draft(d, "bowl.egg")
        for x in (0.46, 0.52) if kind == 1 else ():
            d.line(line((x, 0.46), (x + 0.05, 0.5), (x, 0.54), (x + 0.05, 0.58)), within="soup")
    low = np.vstack([arc((0.5, 0.5, 0.45, 0.14), 0.0, 0.5)[::1],
                     line((0.05, 0.5), (0.12, 0.72), (0.34, 0.93)),
                     line((0.66, 0.93), (0.88, 0.72), (0.95, 0.5))])
    d.add(low if kind else curve((0.05, 0.52), (0.05, 0.52), (0.95, 0.52), (0.95, 0.52),
                                 (0.85, 0.76), (0.66, 0.93), (0.34, 0.93), (0.15, 0.76)), "bowl",
          color)
    draft(d, "bowl.foot", color=color)


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
    draft(d, "cake.plate")
    top = 0.82 - 0.2 * tiers
    if d.maybe(0.6):
        for x in np.linspace(0.4, 0.6, d.n(1, 4)):
            draft(d, "cake.candle", top=top, x=x)
            rim = curve((x, top - 0.22), (x, top - 0.22), (x + 0.02, top - 0.17), (x, top - 0.15),
                        (x - 0.02, top - 0.17))
            d.add(rim, "flame", d.same("flame", "flame heart"))
    else:
        d.add(oval(0.5, top - 0.03, 0.05), "cherry", d.tint("cherry"))
    for i in range(tiers):
        w, y = 0.38 * (1 - 0.3 * i), 0.64 - 0.2 * i
        draft(d, "cake.cake", base=base, w=w, y=y)
        d.add(curve(*drips(0.5 - w - 0.01, 0.5 + w + 0.01, y - 0.02, y + 0.1, 6 - i)), "icing",
              icing)
        if d.maybe(0.4):
            sprinkle(d, "icing", (0.5 - w, y - 0.01, 0.5 + w, y + 0.05), 9)


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
        draft(d, "ice_cream.stick")
        return
    scoops = d.n(1, 3)
    d.add(poly((0.32, 0.52), (0.68, 0.52), (0.5, 1)), "cone", d.tint("wafer"))
    if d.detail > 0.3:
        for k in np.linspace(-0.4, 0.4, 5):
            draft(d, "ice_cream.lines", k=k)
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
        draft(d, "lollipop.wrapper", color=color)
        return
    draft(d, "lollipop.stick", color=color)
    t = np.linspace(0, 5 * np.pi, 70)
    d.line(np.stack([0.5 + t / 55 * np.cos(t), 0.34 + t / 55 * np.sin(t)],
                    1).astype(np.float32)[:-2])


KINDS: Kinds = {
    "mug": mug, "teapot": teapot, "drink": drink, "burger": burger, "pizza": pizza, "bread": bread,
    "sushi": sushi, "fried egg": fried_egg, "cheese": cheese, "bowl": bowl, "cake": cake,
    "cupcake": cupcake, "ice cream": ice_cream, "doughnut": doughnut, "biscuit": biscuit,
    "lollipop": lollipop,
    **whole("bottle", "pan", "slice of cake"),
}
