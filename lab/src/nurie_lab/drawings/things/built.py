"""What drives, floats and flies, and what is built: each in about the unit square."""

import numpy as np

from nurie.arrays import Floats
from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import arc, box, curve, line, oval, poly, puff, spun, tube
from nurie_lab.drawings.kit.recipes import Kinds, draft, whole
from nurie_lab.drawings.kit.strokes import Color

# An outline stays in the few lines in which it can be read as a drawing.
# fmt: off

def wheel(d: Draft, x: float, y: float, r: float) -> None:
    """A tyre with its hub, now and then with spokes."""
    draft(d, "wheel", r=r, x=x, y=y)


def car(d: Draft) -> None:
    """A car: saloon, small or sporty, perhaps a taxi or the police."""
    color, glass = d.tint("paint"), d.tint("glass")
    top, front, back = d.u(0.3, 0.4), d.u(0.24, 0.36), d.u(0.62, 0.82)
    y0, low = 0.56, 0.8
    kind = d.n(0, 5)
    if kind == 0:
        color = d.tint("lemon")
        d.add(box(0.43, top - 0.07, 0.57, top + 0.02, 0.01), "sign", (255, 255, 255))
    if kind == 1:
        d.add(box(0.45, top - 0.06, 0.55, top + 0.02, 0.02), "light", d.tint("sea"))
    d.add(curve((front - 0.12, y0), (front - 0.12, y0), (front, top + 0.03), (front + 0.08, top),
                (back - 0.08, top), (back, top + 0.03), (back + 0.1, y0), (back + 0.1, y0),
                (back + 0.1, y0 + 0.1), (front - 0.12, y0 + 0.1)), "body", color)
    d.add(curve((0.04, low), (0.02, 0.68), (0.06, y0 + 0.02), (front - 0.05, y0 - 0.02),
                (0.5, y0 - 0.02), (back + 0.05, y0 - 0.02), (0.94, y0 + 0.02), (0.98, 0.68),
                (0.96, low), (0.96, low), (0.04, low)), "body", color, merge=True)
    mid = (front + back) / 2
    d.add(poly((front - 0.05, y0 - 0.01), (front + 0.05, top + 0.05), (mid - 0.02, top + 0.05),
               (mid - 0.02, y0 - 0.01)), "window", glass)
    d.add(poly((mid + 0.02, top + 0.05), (back - 0.05, top + 0.05), (back + 0.04, y0 - 0.01),
               (mid + 0.02, y0 - 0.01)), "window", glass)
    if d.detail > 0.3:
        d.line(line((mid, y0), (mid, low - 0.02)))
        d.line(line((mid + 0.05, y0 + 0.07), (mid + 0.11, y0 + 0.07)))
    draft(d, "car.headlight", low=low)
    for x in (d.u(0.21, 0.25), d.u(0.74, 0.79)):
        d.add(oval(x, low, 0.125), "arch", shade(color, -0.55))
        wheel(d, x, low + 0.01, 0.105)


def bus(d: Draft) -> None:
    """A bus or a van with a row of windows."""
    color, glass, count = d.tint("paint"), d.tint("glass"), d.n(3, 5)
    draft(d, "bus.body", color=color)
    for i in range(count):
        w = 0.7 / count
        d.add(box(0.24 + i * w, 0.33, 0.24 + (i + 0.82) * w, 0.54, 0.02), "window", glass)
    draft(d, "bus.door", color=color, glass=glass)
    for x in (0.28, 0.77):
        wheel(d, x, 0.83, 0.1)


def truck(d: Draft) -> None:
    """A lorry with a box, a tipper full of earth, or a tank."""
    cab, load, glass = d.tint("paint"), d.tint("paint"), d.tint("glass")
    kind = d.n(0, 2)
    d.add(box(0.05, 0.74, 0.97, 0.8), "frame", d.tint("dark metal"))
    if kind == 0:
        draft(d, "truck.box", load=load)
    elif kind == 1:
        draft(d, "truck.earth", load=load)
    else:
        draft(d, "truck.tank", load=load)
    draft(d, "truck.cab", cab=cab, glass=glass)
    for x in (0.16, 0.62, 0.82) if d.maybe(0.7) else (0.16, 0.78):
        wheel(d, x, 0.83, 0.09)


def tractor(d: Draft) -> None:
    """A tractor with a big wheel behind."""
    draft(d, "tractor.window")
    wheel(d, 0.72, 0.72, 0.24)
    wheel(d, 0.2, 0.81, 0.15)


def locomotive(d: Draft) -> None:
    """A steam engine, with a wagon at times."""
    draft(d, "locomotive.chimney")
    for x, r in ((0.24, 0.09), (0.45, 0.09), (0.76, 0.14)):
        wheel(d, x, 0.92 - r, r)
    draft(d, "locomotive.smoke")


def bicycle(d: Draft) -> None:
    """A bicycle: thin tubes and open wheels."""
    color, tyre = d.tint("paint"), d.tint("tyre")
    for x in (0.22, 0.78):
        d.ring("tyre", tyre, (x, 0.7, 0.2, 0.16))
        for k in range(8) if d.detail > 0.5 else ():
            d.line(spun(poly((x, 0.7), (x + 0.165, 0.7), closed=False), k / 8, (x, 0.7)), width=0.5)
    joints = {"a": (0.22, 0.7), "b": (0.46, 0.72), "c": (0.4, 0.42), "d": (0.68, 0.4),
              "e": (0.78, 0.7)}
    for pair in ("ab", "ac", "bc", "bd", "cd", "de"):
        d.add(tube([joints[pair[0]], joints[pair[1]]], 0.035, cap=0.3), "frame", color, merge=True)
    draft(d, "bicycle.post")


def scooter(d: Draft) -> None:
    """A motor scooter."""
    color = d.tint("paint")
    for x in (0.2, 0.8):
        wheel(d, x, 0.84, 0.13)
    draft(d, "scooter.body", color=color)


def ship(d: Draft) -> None:
    """A steamer or a ferry with funnels and round windows."""
    color = d.tint("paint")
    for x in (0.44, 0.62)[: d.n(1, 2)]:
        draft(d, "ship.funnel", x=x)
    draft(d, "ship.deck", color=color)
    for x in np.linspace(0.22, 0.8, 5):
        d.add(oval(x, 0.73, 0.028), "porthole", d.tint("glass"))


def plane(d: Draft) -> None:
    """An aeroplane."""
    draft(d, "plane.fin")
    for x in np.linspace(0.3, 0.75, d.n(4, 7)):
        d.add(oval(x, 0.5, 0.024, 0.028), "window", d.tint("glass"))


def rocket(d: Draft) -> None:
    """A rocket, mostly with its flame."""
    draft(d, "rocket.flame")
    for y in (0.34, 0.54)[: d.n(1, 2)]:
        draft(d, "rocket.rim", y=y)


def saucer(d: Draft) -> None:
    """A flying saucer, beaming at times."""
    draft(d, "saucer.beam")
    for x in np.linspace(0.18, 0.82, d.n(3, 6)):
        d.add(oval(x, 0.55, 0.032), "lamp", d.tint("sun"))


def balloon(d: Draft) -> None:
    """A hot-air balloon in gores of two or three colours."""
    colors = [d.tint("paint") for _ in range(d.n(2, 3))]
    draft(d, "balloon.lines")
    for i, w in enumerate(np.linspace(1, 0.14, d.n(3, 4))):
        d.add(curve((0.5, 0.02), (0.5 + 0.36 * w, 0.18), (0.5 + 0.36 * w, 0.38),
                    (0.5 + 0.14 * w, 0.66), (0.5 + 0.14 * w, 0.66), (0.5 - 0.14 * w, 0.66),
                    (0.5 - 0.14 * w, 0.66), (0.5 - 0.36 * w, 0.38), (0.5 - 0.36 * w, 0.18)),
              f"gore {i % len(colors)}", colors[i % len(colors)])


def window(d: Draft, x: float, y: float, w: float, h: float) -> None:
    """A window with bars, perhaps arched, with shutters or a box of flowers; (x, y) its middle."""
    draft(d, "window.frame", h=h, w=w, x=x, y=y)
    if d.detail > 0.75:
        for s in (-1, 1):
            inner, outer = x + s * (w / 2 + 0.012), x + s * (w + 0.01)
            d.add(box(min(inner, outer), y - h / 2, max(inner, outer), y + h / 2), "shutter",
                  d.same("shutter", "door"))


def door(d: Draft, x: float, top: float, w: float, low: float = 1.0) -> None:
    """A door, round at the top at times, with a knob."""
    if d.maybe(0.35):
        rim = np.vstack([poly((x + w / 2, low), (x - w / 2, low), closed=False),
                         arc((x, top + w / 2, w / 2, w / 2), 0.5, 1.0)])
    else:
        rim = box(x - w / 2, top, x + w / 2, low)
    d.add(rim, "door", d.same("door", "door"))
    d.add(oval(x + w * 0.3, (top + low) / 2 + 0.02, 0.011), "knob", d.same("knob", "gold"))


def courses(d: Draft, within: str, step: float) -> None:
    """A few bricks or tiles, suggested by short strokes that close nothing."""
    for _ in range(int(d.detail * 10)):
        x, y = d.u(0.15, 0.85), round(d.u(0.1, 0.95) / step) * step
        d.line(poly((x, y), (x + 0.06, y), closed=False), within=within)
        d.line(poly((x + 0.03, y), (x + 0.03, y + step * 0.8), closed=False), within=within)


def house(d: Draft) -> None:
    """A house with a pitched roof."""
    wall = d.tint("brick") if d.maybe(0.2) else d.tint("wall")
    eaves, w = d.u(0.42, 0.52), d.u(0.32, 0.42)
    if d.maybe(0.65):
        x = 0.5 + d.u(0.12, 0.24)
        draft(d, "house.chimney", x=x)
    d.add(box(0.5 - w, eaves, 0.5 + w, 1), "wall", wall)
    courses(d, "wall", 0.06)
    draft(d, "house.roof", eaves=eaves, w=w)
    courses(d, "roof", 0.05)
    where = d.n(-1, 1)
    door(d, 0.5 + where * w * 0.5, eaves + 0.22, 0.15)
    for x in (-0.5, 0.0, 0.5):
        if round(x * 2) != where:
            window(d, 0.5 + x * w * 1.1, eaves + 0.2, 0.13, 0.14)
    draft(d, "house.plinth", w=w)


def block(d: Draft) -> None:
    """A block of flats or an office tower."""
    wide, floors, color = (d.u(0.18, 0.34), d.n(4, 9),
                           d.tint("tower") if d.maybe(0.6) else d.tint("wall"))
    top, columns, glass = 0.08, d.n(2, 4), d.tint("glass") if d.maybe(0.8) else d.tint("lit glass")
    draft(d, "block.mast", color=color, top=top, wide=wide)
    high, across = 0.82 / floors, 2 * wide / columns
    for i in range(floors - 1):
        for k in range(columns):
            x, y = 0.5 - wide + (k + 0.2) * across, top + 0.05 + i * high
            d.add(box(x, y, x + across * 0.6, y + high * 0.62), "glass", glass)
    door(d, 0.5, 1 - min(0.14, high * 1.1), 0.12)


def barn(d: Draft) -> None:
    """A red barn with white trim."""
    draft(d, "barn.wall")
    for x in np.linspace(0.16, 0.84, 7) if d.detail > 0.4 else []:
        d.line(poly((x, 0.62), (x, 0.95), closed=False), within="wall")
    roof = poly((0.03, 0.52), (0.18, 0.23), (0.5, 0.04), (0.82, 0.23), (0.97, 0.52), (0.9, 0.53),
                (0.77, 0.29), (0.5, 0.13), (0.23, 0.29), (0.1, 0.53))
    d.add(roof, "roof", d.tint("roof"))
    draft(d, "barn.hatch")


def church(d: Draft) -> None:
    """A church with its tower."""
    draft(d, "church.wall")
    door(d, 0.27, 0.76, 0.14)
    for x in (0.55, 0.7, 0.85):
        pane = np.vstack([poly((x + 0.04, 0.86), (x - 0.04, 0.86), closed=False),
                          arc((x, 0.7, 0.04, 0.05), 0.5, 1.0)])
        d.add(pane, "glass", d.same("glass", "glass"))


def shop(d: Draft) -> None:
    """A shop with a striped awning."""
    color, stripe = d.tint("wall"), d.tint("paint")
    draft(d, "shop.wall", color=color)
    for i in range(5) if d.detail > 0.3 else ():
        d.dot(0.3 + i * 0.1, 0.245, 0.02)
    draft(d, "shop.glass")
    door(d, 0.76, 0.54, 0.2)
    for i in range(8):
        x = 0.04 + i * 0.115
        scallop = np.vstack([poly((x + 0.115, 0.5), (x + 0.115, 0.37), (x, 0.37), (x, 0.5),
                                  closed=False), arc((x + 0.0575, 0.5, 0.0575, 0.04), 0.5, 0.0)])
        d.add(scallop, "awning" if i % 2 else "stripe", (255, 255, 255) if i % 2 else stripe)


def castle(d: Draft) -> None:
    """A castle with towers, cones or battlements on them."""
    stone = d.tint("stone") if d.maybe(0.6) else d.tint("soft paint")
    roof, cones = d.tint("roof") if d.maybe(0.5) else d.tint("paint"), d.maybe(0.7)
    _tower(d, 0.5, 0.3, 0.13, (stone, roof), cone=cones)
    d.add(_battlement(0.2, 0.8, 0.55), "wall", stone)
    for x in (0.14, 0.86):
        _tower(d, x, 0.4 + d.u(-0.04, 0.06), 0.12, (stone, roof), cone=cones)
    courses(d, "wall", 0.07)
    gate = np.vstack([poly((0.61, 1), (0.39, 1), closed=False),
                      arc((0.5, 0.8, 0.11, 0.11), 0.5, 1.0)])
    d.add(gate, "gate", d.tint("timber"))
    draft(d, "castle.lines")


def _battlement(x0: float, x1: float, top: float) -> Floats:
    n = max(3, round((x1 - x0) / 0.09)) // 2 * 2 + 1
    xs = np.linspace(x0, x1, n + 1)
    points = [(x0, 1.0)]
    for i in range(n):
        y = top + (0.06 if i % 2 else 0.0)
        points += [(float(xs[i]), y), (float(xs[i + 1]), y)]
    return poly(*points, (x1, 1.0))


def _tower(d: Draft, x: float, top: float, w: float, colors: tuple[Color, Color], *,
           cone: bool) -> None:
    stone, roof = colors
    if cone:
        draft(d, "_tower.wall", roof=roof, stone=stone, top=top, w=w, x=x)
    else:
        d.add(_battlement(x - w, x + w, top - 0.04), "wall", stone)
    d.add(np.vstack([poly((x + 0.03, top + 0.2), (x - 0.03, top + 0.2), closed=False),
                     arc((x, top + 0.12, 0.03, 0.03), 0.5, 1.0)]), "glass",
          d.same("glass", "glass"))


def lighthouse(d: Draft) -> None:
    """A striped lighthouse on its rock."""
    draft(d, "lighthouse.tower")
    door(d, 0.5, 0.84, 0.09, 0.95)
    d.add(puff(d.rng, (0.5, 0.98, 0.36, 0.06), 6), "rock", d.tint("stone"))


def windmill(d: Draft) -> None:
    """A mill with four sails."""
    d.add(poly((0.38, 0.4), (0.62, 0.4), (0.7, 1), (0.3, 1)), "tower", d.tint("wall"))
    courses(d, "tower", 0.06)
    draft(d, "windmill.cap")
    door(d, 0.5, 0.82, 0.12)
    window(d, 0.5, 0.6, 0.09, 0.1)
    start, sail = d.u(0, 0.25), d.tint("paper") if d.maybe(0.6) else d.tint("soft paint")
    for k in range(4):
        turn = start + k / 4
        draft(d, "windmill.arm", sail=sail, turn=turn)
        for y in (0.07, 0.13, 0.19) if d.detail > 0.4 else ():
            d.line(spun(poly((0.51, y), (0.61, y), closed=False), turn, (0.5, 0.34)))
    d.add(oval(0.5, 0.34, 0.03), "hub", d.tint("dark metal"))


def tent(d: Draft) -> None:
    """A tent, for camping or of a circus."""
    color = d.tint("paint")
    if d.maybe(0.5):
        draft(d, "tent.tent", color=color)
        return
    stripe = d.tint("paint") if d.maybe(0.3) else (255, 255, 255)
    for i, x in enumerate(np.linspace(0.08, 0.78, 6)):
        d.add(box(x, 0.55, x + 0.14, 1), f"wall {i % 2}", stripe if i % 2 else color)
        d.add(poly((0.5, 0.16), (0.03 + i * 0.157, 0.55), (0.03 + (i + 1) * 0.157, 0.55)),
              f"wall {i % 2}", color)
    draft(d, "tent.door", color=color)


def pagoda(d: Draft) -> None:
    """A temple tower with curved roofs."""
    roof, wall = d.tint("roof"), d.tint("cherry") if d.maybe(0.5) else d.tint("cream")
    for i in reversed(range(d.n(2, 4))):
        draft(d, "pagoda.wall", i=i, roof=roof, wall=wall)
    d.add(poly((0.48, 0.07), (0.5, -0.06), (0.52, 0.07)), "finial", d.tint("gold"))


def igloo(d: Draft) -> None:
    """An igloo."""
    ice = d.tint("ice")
    d.add(np.vstack([poly((0.95, 1), (0.05, 1), closed=False),
                     arc((0.5, 1, 0.45, 0.55), 0.5, 1.0)]), "ice", ice)
    for y in (0.62, 0.75, 0.88):
        for _ in range(4):
            draft(d, "igloo.lines", y=y)
    for r, part, color in ((0.2, "porch", shade(ice, 0.5)), (0.13, "inside", d.tint("night"))):
        d.add(np.vstack([poly((0.5 + r, 1), (0.5 - r, 1), closed=False),
                         arc((0.5, 1, r, r * 1.4), 0.5, 1.0)]), part, color)


VEHICLES: Kinds = {
    "car": car, "bus": bus, "truck": truck, "tractor": tractor, "locomotive": locomotive,
    "bicycle": bicycle, "scooter": scooter, "ship": ship, "plane": plane, "rocket": rocket,
    "saucer": saucer, "balloon": balloon,
    **whole("sailboat", "submarine", "helicopter"),
}

BUILDINGS: Kinds = {
    "house": house, "block": block, "barn": barn, "church": church, "shop": shop, "castle": castle,
    "lighthouse": lighthouse, "windmill": windmill, "tent": tent, "pagoda": pagoda, "igloo": igloo,
}
