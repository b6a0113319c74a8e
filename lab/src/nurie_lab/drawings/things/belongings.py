"""Tools, toys, treasures and things to wear, each in about the unit square."""

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
    spun,
    star,
    vec,
)
from nurie_lab.drawings.kit.forms import heart as heart_shape
from nurie_lab.drawings.kit.recipes import Kinds, draft, whole

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def palette(d: Draft) -> None:
    """A painter's palette."""
    draft(d, "palette.wood")
    hues = ("cherry", "sea", "lemon", "leaf", "orange", "grape")
    for i, (x, y) in enumerate(((0.26, 0.38), (0.42, 0.26), (0.6, 0.24), (0.76, 0.34),
                                (0.78, 0.48))):
        d.add(oval(x, y, 0.06, 0.055), f"paint {i}", d.tint(hues[i]))


def bucket(d: Draft) -> None:
    """A bucket of water, sand or paint."""
    draft(d, "bucket.lines")
    d.add(oval(0.5, 0.4, 0.31, 0.06), "content", d.tint(("water", "sand", "cherry")[d.n(0, 2)]))
    draft(d, "bucket.band")


def saw(d: Draft) -> None:
    """A saw with teeth."""
    teeth = [(0.72 - i * 0.07, 0.72 + (0.05 if i % 2 else 0.0)) for i in range(11)]
    d.add(poly((0.02, 0.48), (0.72, 0.4), *teeth), "blade", d.tint("metal"))
    draft(d, "saw.handle")


def umbrella(d: Draft) -> None:
    """An open umbrella in one or two colours."""
    color, other = d.tint("paint"), d.tint("paint")
    d.line(line((0.5, 0.5), (0.5, 0.9), (0.45, 0.97), (0.38, 0.92)), width=2)
    low = 0.52
    lobes = d.n(3, 5)
    xs = np.linspace(0.04, 0.96, lobes + 1)
    for i in range(lobes):
        a, b = float(xs[i]), float(xs[i + 1])
        dip = low - 0.04
        rim = curve((0.5, 0.08), (0.5, 0.08), (0.5 + (b - 0.5) * 0.7, 0.2), (b, low), (b, low),
                    ((a + b) / 2, dip), (a, low), (a, low), (0.5 + (a - 0.5) * 0.7, 0.2))
        d.add(rim, f"cloth {i % 2}", other if i % 2 and d.detail > 0.4 else color)
    d.line(line((0.5, 0.02), (0.5, 0.09)), width=1.2)


def bag(d: Draft) -> None:
    """A rucksack, a handbag or a suitcase."""
    color, kind = d.tint("cloth") if d.maybe(0.6) else d.tint("leather"), d.n(0, 2)
    if kind == 0:
        draft(d, "bag.lines", color=color)
        return
    d.line(arc((0.5, 0.4, 0.18, 0.3 if kind == 1 else 0.15), 0.5, 1.0), width=1.6)
    rim = poly((0.2, 0.38), (0.8, 0.38), (0.92, 0.92), (0.08, 0.92)) if kind == 1 else box(0.05,
            0.36, 0.95, 0.94, 0.06)
    d.add(rim, "bag", color)
    for x in (0.22, 0.7) if kind == 2 else ():
        d.add(box(x, 0, x + 0.08, 1), "strap", d.same("strap", "leather"), within="bag")
    d.add(box(0.44, 0.36, 0.56, 0.5, 0.02), "buckle", d.tint("gold"))


def book(d: Draft) -> None:
    """A closed book, or an open one."""
    color = d.tint("cloth")
    if d.maybe(0.5):
        draft(d, "book.cover", color=color)
        return
    d.add(box(0.02, 0.34, 0.98, 0.86, 0.02), "cover", color)
    for s in (-1, 1):
        d.add(curve((0.5, 0.36), (0.5, 0.36), (0.5 + s * 0.2, 0.26), (0.5 + s * 0.44, 0.32),
                    (0.5 + s * 0.44, 0.32), (0.5 + s * 0.44, 0.8), (0.5 + s * 0.44, 0.8),
                    (0.5 + s * 0.2, 0.75), (0.5, 0.84), (0.5, 0.84)), f"page {s}", d.tint("paper"))
        for y in np.linspace(0.42, 0.66, 4):
            d.line(line((0.5 + s * 0.08, y), (0.5 + s * 0.36, y - 0.04)))


def drum(d: Draft) -> None:
    """A drum with its sticks."""
    color, rim = d.tint("paint"), d.tint("gold") if d.maybe(0.5) else d.tint("paint")
    d.add(box(0.1, 0.38, 0.9, 0.88), "body", color)
    for i in range(6):
        x = 0.1 + i * 0.16
        d.line(poly((x, 0.44), (x + 0.08, 0.8), (min(x + 0.16, 0.9), 0.44), closed=False),
               within="body")
    draft(d, "drum.rim", rim=rim)


def balloons(d: Draft) -> None:
    """One to five balloons on strings."""
    spots = [(0.5, 0.28), (0.24, 0.36), (0.76, 0.36), (0.36, 0.2), (0.64, 0.18)][: d.n(1, 5)]
    for i, (x, y) in enumerate(spots):
        d.line(line((x, y + 0.2), (x * 0.5 + 0.26, 0.75), (0.5, 1.0)))
        color = d.tint("paint")
        d.add(poly((x, y + 0.17), (x + 0.03, y + 0.22), (x - 0.03, y + 0.22)), f"balloon {i}",
              color)
        d.add(curve((x, y - 0.19), (x + 0.15, y - 0.1), (x + 0.13, y + 0.08), (x, y + 0.18),
                    (x - 0.13, y + 0.08), (x - 0.15, y - 0.1)), f"balloon {i}", color)
        draft(d, "balloons.lines", x=x, y=y)


def kite(d: Draft) -> None:
    """A kite with a tail of bows."""
    colors = [d.tint("paint") for _ in range(d.n(2, 4))]
    mid, ends = (0.5, 0.26), [(0.5, 0.0), (0.78, 0.26), (0.5, 0.66), (0.22, 0.26)]
    for i in range(4):
        d.add(poly(mid, ends[i], ends[(i + 1) % 4]), f"field {i % len(colors)}",
              colors[i % len(colors)])
    tail = [(0.5, 0.66), (0.42, 0.76), (0.56, 0.86), (0.48, 1.0)]
    d.line(line(*tail))
    for x, y in tail[1:]:
        for s in (-1, 1):
            d.add(poly((x, y), (x + s * 0.06, y - 0.035), (x + s * 0.06, y + 0.035)), "bow",
                  colors[0])


def ball(d: Draft) -> None:
    """A beach ball, a football, a tennis or a basket ball."""
    kind = d.n(0, 3)
    if kind == 0:
        colors = [d.tint("paint"), (255, 255, 255), d.tint("paint")]
        d.add(oval(0.5, 0.5, 0.44), "ball 0", colors[0])
        for i, w in enumerate((0.34, 0.13), 1):
            d.add(oval(0.5, 0.5, w, 0.44), f"ball {i}", colors[i])
        d.add(oval(0.5, 0.1, 0.09, 0.05), "cap", d.tint("paint"))
    elif kind == 1:
        d.add(oval(0.5, 0.5, 0.44), "ball", (255, 255, 255))
        five, black = star(0.5, 0.5, 0.17, inner=0.81), d.tint("black")
        d.add(five, "patch", black)
        for k in range(5):
            d.add(spun(poly((0.5, 0.17), (0.6, 0.1), (0.56, 0.07), (0.44, 0.07), (0.4, 0.1)), k / 5,
                       (0.5, 0.5)), "patch", black, within="ball")
            d.line(spun(poly((0.5, 0.33), (0.5, 0.17), closed=False), k / 5, (0.5, 0.5)))
    else:
        d.add(oval(0.5, 0.5, 0.44), "ball", d.tint("orange") if kind == 2 else d.tint("pear"))
        draft(d, "ball.lines")
        for path in (poly((0.5, 0), (0.5, 1), closed=False),
                     poly((0, 0.5), (1, 0.5), closed=False)) if kind == 2 else ():
            d.line(path, within="ball", width=1)


def crown(d: Draft) -> None:
    """A crown with jewels."""
    draft(d, "crown.crown")
    for i, x in enumerate((0.26, 0.5, 0.74)):
        d.add(poly((x, 0.66 + 0.1), (x + 0.05, 0.82), (x, 0.88), (x - 0.05, 0.82)),
              f"stone {i % 2}", d.tint(("sea", "leaf", "cherry")[d.n(0, 2)]))


def sword(d: Draft) -> None:
    """A sword, perhaps before a shield."""
    if d.maybe(0.5):
        color, other = d.tint("paint"), d.tint("paint")
        rim = curve((0.5, 0.1), (0.7, 0.16), (0.94, 0.14), (0.94, 0.14), (0.92, 0.5), (0.74, 0.8),
                    (0.5, 0.96), (0.5, 0.96), (0.26, 0.8), (0.08, 0.5), (0.06, 0.14), (0.06, 0.14),
                    (0.3, 0.16))
        d.add(rim, "rim", d.tint("metal"))
        d.add((rim - vec([0.5, 0.5])) * vec(0.84) + vec([0.5, 0.49]), "shield", color)
        d.add(box(0.5, 0, 1, 0.45) if d.maybe(0.5) else box(0.44, 0, 0.56, 1), "field", other,
              within="shield")
        return
    draft(d, "sword.blade")


def chest(d: Draft) -> None:
    """A treasure chest, closed or full of gold."""
    wood, metal = d.tint("timber"), d.tint("gold") if d.maybe(0.6) else d.tint("metal")
    opened = d.maybe(0.5)
    if opened:
        draft(d, "chest.lid", wood=wood)
        for i in range(11):
            x = 0.16 + i * 0.068
            d.add(oval(x, 0.46 - 0.07 * np.sin(i / 10 * np.pi) - 0.05 * (i % 2), 0.075), "coin",
                  d.same("coin", "gold"))
    else:
        draft(d, "chest.lid.2", metal=metal, wood=wood)
    draft(d, "chest.chest", metal=metal, wood=wood)


def heart(d: Draft) -> None:
    """A heart, perhaps with an arrow or a banner, or a star."""
    if d.maybe(0.35):
        d.add(star(0.5, 0.52, 0.48, inner=d.u(0.4, 0.55), points=d.n(5, 6)), "star", d.tint("star"))
        return
    draft(d, "heart.heart")


def doll_bear(d: Draft) -> None:
    """A teddy bear."""
    fur = d.tint("pale wood") if d.maybe(0.6) else d.tint("soft paint")
    pale = shade(fur, 0.45)
    for s in (-1, 1):
        draft(d, "doll_bear.fur", fur=fur, pale=pale, s=s)
        d.add(spun(oval(0.5 + s * 0.27, 0.62, 0.08, 0.16), -s * 0.08, (0.5 + s * 0.27, 0.55)),
              "fur", fur)
    draft(d, "doll_bear.fur.2", fur=fur, pale=pale)


def hat(d: Draft) -> None:
    """A sun hat, a cap, a top hat or a witch's hat."""
    color, band, kind = d.tint("cloth"), d.tint("paint"), d.n(0, 3)
    if kind == 0:
        draft(d, "hat.brim", band=band, color=color)
    elif kind == 1:
        draft(d, "hat.cap", band=band, color=color)
    elif kind == 2:
        draft(d, "hat.hat", band=band)
    else:
        draft(d, "hat.brim.2", band=band)


def shirt(d: Draft) -> None:
    """A T-shirt or a jumper with a print."""
    color = d.tint("cloth")
    draft(d, "shirt.shirt", color=color)
    d.add(np.vstack([arc((0.5, 0.1, 0.16, 0.12), 0.0, 0.5),
                     arc((0.5, 0.09, 0.12, 0.07), 0.5, 0.0)]), "collar", shade(color, -0.15))
    kind = d.n(0, 3)
    if kind == 0:
        d.add(star(0.5, 0.52, 0.14), "print", d.tint("star"))
    elif kind == 1:
        d.add(heart_shape(0.5, 0.52, 0.13), "print", d.tint("cherry"))
    elif kind == 2:
        for y in np.linspace(0.4, 0.8, d.n(2, 4)):
            d.add(box(0, y, 1, y + 0.07), "stripe", d.same("stripe", "paint"), within="shirt")


def shoe(d: Draft) -> None:
    """A trainer or a boot."""
    color = d.tint("paint") if d.maybe(0.6) else d.tint("leather")
    top = 0.42 if d.maybe(0.5) else 0.12
    draft(d, "shoe.shoe", color=color, top=top)


KINDS: Kinds = {
    "palette": palette, "bucket": bucket, "saw": saw, "umbrella": umbrella, "bag": bag,
    "book": book, "drum": drum, "balloons": balloons, "kite": kite, "ball": ball, "crown": crown,
    "sword": sword, "chest": chest, "heart": heart, "teddy bear": doll_bear, "hat": hat,
    "shirt": shirt, "shoe": shoe,
    **whole(
        "hammer", "screwdriver", "spanner", "scissors", "pencil", "brush", "gift", "key", "guitar",
        "lantern", "camera", "bell", "trophy", "anchor", "robot", "glasses",
    ),
}
