"""Houses and other buildings from the front, each drafted in about the unit square."""

import numpy as np

from nurie.dataset.forms import Draft, arc, box, curve, line, oval, poly, puff, spun
from nurie.dataset.strokes import Color
from nurie.dataset.tints import shade


def window(d: Draft, x: float, y: float, w: float, h: float) -> None:  # noqa: PLR0913
    """A window with bars, perhaps arched, with shutters or a box of flowers; (x, y) its middle."""
    glass, frame = d.same("glass", "glass"), d.same("frame", "paper")
    d.add(
        box(x - w / 2 - 0.012, y - h / 2 - 0.012, x + w / 2 + 0.012, y + h / 2 + 0.012),
        "frame",
        frame,
    )
    d.add(box(x - w / 2, y - h / 2, x + w / 2, y + h / 2), "glass", glass)
    if d.detail > 0.3:
        d.line(poly((x, y - h / 2), (x, y + h / 2), closed=False))
        d.line(poly((x - w / 2, y), (x + w / 2, y), closed=False))
    if d.detail > 0.75:
        for s in (-1, 1):
            inner, outer = x + s * (w / 2 + 0.012), x + s * (w + 0.01)
            d.add(
                box(min(inner, outer), y - h / 2, max(inner, outer), y + h / 2),
                "shutter",
                d.same("shutter", "door"),
            )


def door(d: Draft, x: float, top: float, w: float, low: float = 1.0) -> None:  # noqa: PLR0913
    """A door, round at the top at times, with a knob."""
    if d.maybe(0.35):
        rim = np.vstack(
            [
                poly((x + w / 2, low), (x - w / 2, low), closed=False),
                arc((x, top + w / 2, w / 2, w / 2), 0.5, 1.0),
            ]
        )
    else:
        rim = box(x - w / 2, top, x + w / 2, low)
    d.add(rim, "door", d.same("door", "door"))
    d.add(oval(x + w * 0.3, (top + low) / 2 + 0.02, 0.011), "knob", d.same("knob", "gold"))


def courses(d: Draft, within: str, step: float) -> None:
    """A few bricks or tiles, said by short strokes that close nothing."""
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
        d.add(box(x, 0.1, x + 0.09, 0.36), "chimney", d.tint("brick"))
        d.add(box(x - 0.015, 0.08, x + 0.105, 0.12), "chimney", d.tint("brick"))
        if d.maybe(0.3):
            d.add(puff(d.rng, (x + 0.08, 0.0, 0.08, 0.05), 7), "smoke", d.tint("cloud"))
    d.add(box(0.5 - w, eaves, 0.5 + w, 1), "wall", wall)
    courses(d, "wall", 0.06)
    roof, over = d.tint("roof"), d.u(0.03, 0.09)
    if d.maybe(0.6):
        d.add(poly((0.5 - w - over, eaves), (0.5, 0.12), (0.5 + w + over, eaves)), "roof", roof)
        if d.maybe(0.4):
            d.add(oval(0.5, eaves - 0.11, 0.05), "glass", d.same("glass", "glass"))
    else:
        d.add(
            poly(
                (0.5 - w - over, eaves),
                (0.5 - w * 0.65, 0.18),
                (0.5 + w * 0.65, 0.18),
                (0.5 + w + over, eaves),
            ),
            "roof",
            roof,
        )
    courses(d, "roof", 0.05)
    where = d.n(-1, 1)
    door(d, 0.5 + where * w * 0.5, eaves + 0.22, 0.15)
    for x in (-0.5, 0.0, 0.5):
        if round(x * 2) != where:
            window(d, 0.5 + x * w * 1.1, eaves + 0.2, 0.13, 0.14)
    if d.maybe(0.4):
        d.add(box(0.5 - w, 0.95, 0.5 + w, 1.0), "plinth", d.tint("stone"))


def block(d: Draft) -> None:
    """A block of flats or an office tower."""
    wide, floors, color = (
        d.u(0.18, 0.34),
        d.n(4, 9),
        d.tint("tower") if d.maybe(0.6) else d.tint("wall"),
    )
    top, columns, glass = 0.08, d.n(2, 4), d.tint("glass") if d.maybe(0.8) else d.tint("lit glass")
    if d.maybe(0.4):
        d.add(box(0.46, 0.0, 0.54, top), "mast", d.tint("dark metal"))
    d.add(box(0.5 - wide, top, 0.5 + wide, 1), "wall", color)
    if d.maybe(0.5):
        d.add(
            box(0.5 - wide - 0.02, top - 0.03, 0.5 + wide + 0.02, top + 0.02),
            "cornice",
            shade(color, -0.2),
        )
    high, across = 0.82 / floors, 2 * wide / columns
    for i in range(floors - 1):
        for k in range(columns):
            x, y = 0.5 - wide + (k + 0.2) * across, top + 0.05 + i * high
            d.add(box(x, y, x + across * 0.6, y + high * 0.62), "glass", glass)
    door(d, 0.5, 1 - min(0.14, high * 1.1), 0.12)


def castle(d: Draft) -> None:
    """A castle with towers, cones or battlements on them."""
    stone = d.tint("stone") if d.maybe(0.6) else d.tint("soft paint")
    roof, cones = d.tint("roof") if d.maybe(0.5) else d.tint("paint"), d.maybe(0.7)
    _tower(d, 0.5, 0.3, 0.13, (stone, roof), cone=cones)
    d.add(_battlement(0.2, 0.8, 0.55), "wall", stone)
    for x in (0.14, 0.86):
        _tower(d, x, 0.4 + d.u(-0.04, 0.06), 0.12, (stone, roof), cone=cones)
    courses(d, "wall", 0.07)
    gate = np.vstack(
        [poly((0.61, 1), (0.39, 1), closed=False), arc((0.5, 0.8, 0.11, 0.11), 0.5, 1.0)]
    )
    d.add(gate, "gate", d.tint("timber"))
    for x in (0.45, 0.5, 0.55) if d.detail > 0.3 else ():
        d.line(poly((x, 0.72), (x, 0.98), closed=False), within="gate")


def _battlement(x0: float, x1: float, top: float) -> np.ndarray:  # type: ignore[type-arg]
    n = max(3, round((x1 - x0) / 0.09)) // 2 * 2 + 1
    xs = np.linspace(x0, x1, n + 1)
    points = [(x0, 1.0)]
    for i in range(n):
        y = top + (0.06 if i % 2 else 0.0)
        points += [(float(xs[i]), y), (float(xs[i + 1]), y)]
    return poly(*points, (x1, 1.0))


def _tower(
    d: Draft, x: float, top: float, w: float, colors: tuple[Color, Color], *, cone: bool
) -> None:  # noqa: PLR0913
    stone, roof = colors
    if cone:
        d.add(box(x - w, top, x + w, 1), "wall", stone)
        d.add(poly((x - w - 0.03, top), (x, top - 0.26), (x + w + 0.03, top)), "roof", roof)
        if d.maybe(0.6):
            d.add(
                poly((x, top - 0.34), (x + 0.1, top - 0.31), (x, top - 0.28)),
                "flag",
                d.same("flag", "paint"),
            )
            d.line(poly((x, top - 0.35), (x, top - 0.25), closed=False))
    else:
        d.add(_battlement(x - w, x + w, top - 0.04), "wall", stone)
    d.add(np.vstack([poly((x + 0.03, top + 0.2), (x - 0.03, top + 0.2), closed=False), arc((x, top + 0.12, 0.03, 0.03), 0.5, 1.0)]),
          "glass", d.same("glass", "glass"))  # fmt: skip


def lighthouse(d: Draft) -> None:
    """A striped lighthouse on its rock."""
    color = d.tint("cherry") if d.maybe(0.7) else d.tint("sea")
    d.add(poly((0.4, 0.3), (0.6, 0.3), (0.68, 0.95), (0.32, 0.95)), "tower", (255, 255, 255))
    for y in (0.38, 0.58, 0.78):
        d.add(box(0, y, 1, y + 0.1), "stripe", color, within="tower")
        d.line(poly((0.2, y), (0.8, y), closed=False), within="tower")
        d.line(poly((0.2, y + 0.1), (0.8, y + 0.1), closed=False), within="stripe")
    d.add(box(0.36, 0.27, 0.64, 0.31), "gallery", d.tint("dark metal"))
    d.add(box(0.42, 0.15, 0.58, 0.27), "lamp", d.tint("lit glass"))
    d.line(poly((0.5, 0.15), (0.5, 0.27), closed=False))
    d.add(poly((0.39, 0.15), (0.5, 0.03), (0.61, 0.15)), "roof", color)
    door(d, 0.5, 0.84, 0.09, 0.95)
    d.add(puff(d.rng, (0.5, 0.98, 0.36, 0.06), 6), "rock", d.tint("stone"))


def windmill(d: Draft) -> None:
    """A mill with four sails."""
    d.add(poly((0.38, 0.4), (0.62, 0.4), (0.7, 1), (0.3, 1)), "tower", d.tint("wall"))
    courses(d, "tower", 0.06)
    d.add(
        curve(
            (0.35, 0.42),
            (0.35, 0.42),
            (0.42, 0.27),
            (0.5, 0.22),
            (0.58, 0.27),
            (0.65, 0.42),
            (0.65, 0.42),
        ),
        "cap",
        d.tint("roof"),
    )
    door(d, 0.5, 0.82, 0.12)
    window(d, 0.5, 0.6, 0.09, 0.1)
    start, sail = d.u(0, 0.25), d.tint("paper") if d.maybe(0.6) else d.tint("soft paint")
    for k in range(4):
        turn = start + k / 4
        d.add(spun(box(0.49, 0.0, 0.51, 0.34), turn, (0.5, 0.34)), "arm", d.same("arm", "timber"))
        d.add(spun(box(0.51, 0.01, 0.61, 0.25), turn, (0.5, 0.34)), "sail", sail)
        for y in (0.07, 0.13, 0.19) if d.detail > 0.4 else ():
            d.line(spun(poly((0.51, y), (0.61, y), closed=False), turn, (0.5, 0.34)))
    d.add(oval(0.5, 0.34, 0.03), "hub", d.tint("dark metal"))


def barn(d: Draft) -> None:
    """A red barn with white trim."""
    color = d.tint("cherry") if d.maybe(0.75) else d.tint("timber")
    d.add(
        poly(
            (0.08, 1), (0.08, 0.5), (0.22, 0.26), (0.5, 0.1), (0.78, 0.26), (0.92, 0.5), (0.92, 1)
        ),
        "wall",
        color,
    )
    for x in np.linspace(0.16, 0.84, 7) if d.detail > 0.4 else []:
        d.line(poly((x, 0.62), (x, 0.95), closed=False), within="wall")
    roof = poly(
        (0.03, 0.52),
        (0.18, 0.23),
        (0.5, 0.04),
        (0.82, 0.23),
        (0.97, 0.52),
        (0.9, 0.53),
        (0.77, 0.29),
        (0.5, 0.13),
        (0.23, 0.29),
        (0.1, 0.53),
    )
    d.add(roof, "roof", d.tint("roof"))
    d.add(box(0.4, 0.3, 0.6, 0.46), "hatch", d.tint("timber"))
    d.add(box(0.28, 0.58, 0.72, 1), "frame", (255, 255, 255))
    for x in (0.31, 0.51):
        d.add(box(x, 0.61, x + 0.18, 1), "door", d.same("door", "timber"))
        d.line(poly((x + 0.03, 0.64), (x + 0.15, 0.97), closed=False))


def church(d: Draft) -> None:
    """A church with its tower."""
    wall, roof = d.tint("wall"), d.tint("roof")
    d.add(box(0.4, 0.55, 0.95, 1), "wall", wall)
    d.add(poly((0.36, 0.56), (0.44, 0.36), (0.9, 0.36), (0.99, 0.56)), "roof", roof)
    d.add(box(0.12, 0.36, 0.42, 1), "wall", wall)
    d.add(poly((0.08, 0.37), (0.27, 0.06), (0.46, 0.37)), "roof", roof)
    d.line(poly((0.27, 0.06), (0.27, -0.05), closed=False), width=1)
    d.line(poly((0.235, -0.015), (0.305, -0.015), closed=False), width=1)
    d.add(oval(0.27, 0.48, 0.06), "clock", (255, 255, 255))
    d.line(poly((0.27, 0.44), (0.27, 0.48), (0.3, 0.49), closed=False))
    door(d, 0.27, 0.76, 0.14)
    for x in (0.55, 0.7, 0.85):
        pane = np.vstack(
            [
                poly((x + 0.04, 0.86), (x - 0.04, 0.86), closed=False),
                arc((x, 0.7, 0.04, 0.05), 0.5, 1.0),
            ]
        )
        d.add(pane, "glass", d.same("glass", "glass"))


def shop(d: Draft) -> None:
    """A shop with a striped awning."""
    color, stripe = d.tint("wall"), d.tint("paint")
    d.add(box(0.08, 0.1, 0.92, 1), "wall", color)
    d.add(box(0.05, 0.06, 0.95, 0.13), "cornice", shade(color, -0.2))
    d.add(box(0.2, 0.18, 0.8, 0.31, 0.02), "sign", d.tint("paint"))
    for i in range(5) if d.detail > 0.3 else ():
        d.dot(0.3 + i * 0.1, 0.245, 0.02)
    d.add(box(0.14, 0.5, 0.58, 0.86), "glass", d.tint("glass"))
    d.add(box(0.12, 0.86, 0.6, 0.9), "sill", d.tint("timber"))
    door(d, 0.76, 0.54, 0.2)
    for i in range(8):
        x = 0.04 + i * 0.115
        scallop = np.vstack([poly((x + 0.115, 0.5), (x + 0.115, 0.37), (x, 0.37), (x, 0.5), closed=False),
                             arc((x + 0.0575, 0.5, 0.0575, 0.04), 0.5, 0.0)])  # fmt: skip
        d.add(scallop, "awning" if i % 2 else "stripe", (255, 255, 255) if i % 2 else stripe)


def tent(d: Draft) -> None:
    """A tent, for camping or of a circus."""
    color = d.tint("paint")
    if d.maybe(0.5):
        d.add(poly((0.02, 1), (0.5, 0.25), (0.98, 1)), "tent", color)
        d.add(poly((0.36, 1), (0.5, 0.28), (0.64, 1)), "inside", shade(color, -0.5))
        d.add(poly((0.36, 1), (0.5, 0.28), (0.28, 1)), "flap", shade(color, 0.3))
        return
    stripe = d.tint("paint") if d.maybe(0.3) else (255, 255, 255)
    for i, x in enumerate(np.linspace(0.08, 0.78, 6)):
        d.add(box(x, 0.55, x + 0.14, 1), f"wall {i % 2}", stripe if i % 2 else color)
        d.add(
            poly((0.5, 0.16), (0.03 + i * 0.157, 0.55), (0.03 + (i + 1) * 0.157, 0.55)),
            f"wall {i % 2}",
            color,
        )
    d.add(poly((0.5, 1.0), (0.36, 1), (0.5, 0.62), (0.64, 1)), "door", shade(color, -0.5))
    d.add(poly((0.5, 0.04), (0.64, 0.08), (0.5, 0.12)), "flag", d.tint("paint"))
    d.line(poly((0.5, 0.02), (0.5, 0.17), closed=False), width=1)


def pagoda(d: Draft) -> None:
    """A temple tower with curved roofs."""
    roof, wall = d.tint("roof"), d.tint("cherry") if d.maybe(0.5) else d.tint("cream")
    for i in reversed(range(d.n(2, 4))):
        y, w = 0.16 + i * 0.24, 0.18 + i * 0.06
        d.add(box(0.5 - w, y, 0.5 + w, y + 0.2), "wall", wall)
        d.add(box(0.5 - w * 0.4, y + 0.06, 0.5 + w * 0.4, y + 0.2), "screen", d.tint("lamp"))
        d.add(curve((0.5 - w - 0.16, y + 0.02), (0.5 - w - 0.16, y + 0.02), (0.5 - w, y - 0.01), (0.5 - w * 0.6, y - 0.1), (0.5 - w * 0.6, y - 0.1),
                    (0.5 + w * 0.6, y - 0.1), (0.5 + w * 0.6, y - 0.1), (0.5 + w, y - 0.01), (0.5 + w + 0.16, y + 0.02), (0.5 + w + 0.16, y + 0.02),
                    (0.5, y + 0.05)), "roof", roof)  # fmt: skip
    d.add(poly((0.48, 0.07), (0.5, -0.06), (0.52, 0.07)), "finial", d.tint("gold"))


def igloo(d: Draft) -> None:
    """An igloo."""
    ice = d.tint("ice")
    d.add(
        np.vstack([poly((0.95, 1), (0.05, 1), closed=False), arc((0.5, 1, 0.45, 0.55), 0.5, 1.0)]),
        "ice",
        ice,
    )
    for y in (0.62, 0.75, 0.88):
        for _ in range(4):
            x = d.u(0.15, 0.8)
            d.line(poly((x, y), (x + 0.09, y), (x + 0.09, y + 0.08), closed=False), within="ice")
    for r, part, color in ((0.2, "porch", shade(ice, 0.5)), (0.13, "inside", d.tint("night"))):
        d.add(
            np.vstack(
                [
                    poly((0.5 + r, 1), (0.5 - r, 1), closed=False),
                    arc((0.5, 1, r, r * 1.4), 0.5, 1.0),
                ]
            ),
            part,
            color,
        )


KINDS = {
    "house": house, "block": block, "castle": castle, "lighthouse": lighthouse, "windmill": windmill,
    "barn": barn, "church": church, "shop": shop, "tent": tent, "pagoda": pagoda, "igloo": igloo,
}  # fmt: skip
"""What can be drafted here, by name."""
