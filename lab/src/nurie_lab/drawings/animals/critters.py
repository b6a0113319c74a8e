"""Animals that sit as toys do, seen from before; then birds, fish, insects and other small ones."""

import numpy as np

from nurie_lab.drawings.animals.beast import Beast, Gait
from nurie_lab.drawings.kit import sections, tables
from nurie_lab.drawings.kit.drafting import Sheet, corner
from nurie_lab.drawings.kit.stencils import stencil

_TEXTS = sections("animals")
_EARS, _EYES = tables("animals", "animals")["ears"], tables("animals", "animals")["eyes"]
"""Ears of those that sit; eyes of those that are one stencil and no more: x, y and radius."""
_SIDES = ((-1, "l"), (1, "r"))


def mascot(s: Sheet, what: Beast, gait: Gait) -> None:
    """Draft the animal; the head turns by ``gait.yaw`` and the paws swing."""
    kind = what.kind
    fat = what.build["fat"]
    if kind in {"cat", "fox", "wolf", "tiger", "lion", "dog"}:
        end = (1.35, 0.2 - 0.6 * gait.tail)
        spine = [(0.4, 1.2), (1.1, 1.1), end]
        s.tube(spine, [0.24, 0.3, 0.36 if kind in {"fox", "wolf"} else 0.14], ("tail", "coat"))
    _body(s, what, gait, fat)
    if kind == "lion":
        _ruff(s)
    h = s.frame(0.15 * gait.yaw, -0.62, scale=what.build["head"], angle=0.15 * gait.nod)
    _ears(h, what, gait)
    _face(h, what, gait)
    if what.seed % 4 == 0:
        _bow(s, what)


def _body(s: Sheet, what: Beast, gait: Gait, fat: float) -> None:
    limb = "coat" if what.kind != "panda" else "mark"
    for side, name in _SIDES:
        foot = (side * 0.62 * fat, 1.42)
        s.oval(*foot, (0.34, 0.26), (f"foot.{name}", limb))
    ring = [(-0.42, -0.1), (0.42, -0.1), (0.66 * fat, 0.6), (0.74 * fat, 1.2), (0.4, 1.5)]
    s.put([*ring, (-0.4, 1.5), (-0.74 * fat, 1.2), (-0.66 * fat, 0.6)], "body", "coat")
    s.oval(0, 0.82, (0.42 * fat, 0.52), ("belly", "belly"), within="body", width=0.8)
    for side, name in _SIDES:
        swing = 0.5 + 0.5 * np.sin(gait.step + side) * (1.0 if gait.stride > 0.2 else 0.3)
        x, y = side * 0.46 * fat, 0.12
        hand = (x + side * 0.55 * swing, y + 0.75 - 0.75 * swing)
        elbow = (x + side * 0.22, y + 0.35 - 0.1 * swing)
        s.tube([(x, y), elbow, hand], [0.34, 0.32, 0.34], (f"arm.{name}", limb))


def _ruff(s: Sheet) -> None:
    points = []
    for i in range(24):
        t, r = np.pi * i / 12, 1.32 if i % 2 else 1.12
        points += corner((r * float(np.sin(t)), -0.62 - r * float(np.cos(t))))
    s.put(points, "mane", "mane")


def _ears(h: Sheet, what: Beast, gait: Gait) -> None:
    role = "mark" if what.kind == "panda" else "coat"
    text = _TEXTS[f"ear.{_EARS[what.kind]}"].replace("{r}", role)
    if what.kind == "panda":
        text = text.splitlines()[0]
    if what.kind == "cow":
        text += "\n" + _TEXTS["cow.horn"]
    stencil(h, text, k=gait.yaw, t=gait.tail)


def _face(h: Sheet, what: Beast, gait: Gait) -> None:
    kind, x = what.kind, 0.34 * gait.yaw
    wide = 1.0 if kind not in {"horse", "rabbit"} else 0.85
    ring = [(0, -0.84), (0.6 * wide, -0.7), (0.95 * wide, -0.1), (0.8 * wide, 0.45), (0.35, 0.72)]
    h.put([*ring, (0, 0.76), *[(-a, b) for a, b in ring[:0:-1]]], "head", "coat")
    if kind in {"tiger", "cat"} and what.build["marked"] > 0.4:
        for dx in (-0.22, 0.0, 0.22):
            mark = [(dx - 0.06, -0.95), (dx + 0.06, -0.95), *corner((dx + x * 0.3, -0.5))]
            h.put(mark, "stripes", "mark", within="head", width=0.7)
    if kind == "fox":
        for side, name in _SIDES:
            cheek = [
                (x, 0.75),
                (side * 0.1 + x, 0.1),
                (side * 0.55, 0.15),
                (side * 1.1, 0.2),
                (side * 0.6, 0.9),
            ]
            h.put(cheek, f"cheek.{name}", "belly", within="head", width=0.7)
    elif kind in {"dog", "bear", "cow", "pig", "lion", "tiger", "mouse", "sheep"}:
        role = "pink" if kind in {"pig", "cow"} else "belly"
        low = 0.2 if kind == "pig" else 0.36
        h.oval(
            x,
            low,
            (0.4, 0.26 if kind == "pig" else 0.34),
            ("muzzle", role),
            within="head",
            width=0.8,
        )
    for side, name in _SIDES:
        _mascot_eye(h, what, (x + side * 0.4, -0.08), name)
    _mouth(h, what, gait, x)


def _mascot_eye(h: Sheet, what: Beast, at: tuple[float, float], name: str) -> None:
    (x, y), look = at, int(what.build["look"])
    r = 0.14 * what.build["eye"]
    if what.kind == "panda":
        h.oval(x * 1.05, y + 0.04, (0.26, 0.32), (f"patch.{name}", "mark"), width=0.8)
    big = 1.5 if what.kind == "owl" else 1.0
    if look or what.kind in {"owl", "panda"}:
        h.oval(x, y, (1.2 * r * big, 1.4 * r * big), (f"eye.{name}.white", "white"), width=0.9)
        h.oval(x, y, (0.85 * r * big, r * big), (f"eye.{name}.iris", "iris"), width=0.7)
        h.oval(x, y, (0.45 * r, 0.6 * r), (f"eye.{name}.pupil", "pupil"), solid=True, width=0)
    else:
        h.oval(x, y, (0.6 * r, 0.8 * r), (f"eye.{name}.pupil", "pupil"), solid=True, width=0)
    h.oval(x - 0.2 * r, y - 0.35 * r, (0.22 * r, 0.24 * r), (f"eye.{name}.light", "white"), width=0)


def _mouth(h: Sheet, what: Beast, gait: Gait, x: float) -> None:
    """Beak or trunk, or else nose, mouth and whiskers."""
    kind, m = what.kind, h.frame(x, 0)
    if kind in {"owl", "elephant"}:
        stencil(m, _TEXTS["beak" if kind == "owl" else "trunk"], t=gait.tail)
        return
    if kind in {"pig", "cow"}:
        stencil(m, _TEXTS["nostrils"])
    else:
        nose = "pink" if kind in {"rabbit", "mouse", "cat"} else "dark"
        stencil(m, _TEXTS["nose"].replace("{n}", nose))
    text = _TEXTS["mouth.open" if gait.mouth == "open" else "mouth.smile"]
    stencil(m, text, y=0.5 if kind in {"pig", "cow"} else 0.42)
    if kind in {"cat", "mouse", "tiger", "rabbit"}:
        stencil(m, _TEXTS["whiskers"])


def _bow(s: Sheet, what: Beast) -> None:
    """A bow or a scarf round the neck."""
    if what.seed % 8 == 0:
        ring = [(-0.6, -0.12), (0, 0.06), (0.6, -0.12), (0.58, 0.14), (0, 0.3), (-0.58, 0.14)]
        s.put(ring, "scarf", "trim")
        s.put(
            [(0.15, 0.2), (0.4, 0.16), (0.5, 0.7), (0.22, 0.74)], "scarf.end", "trim", smooth=False
        )
        return
    for side in (-1, 1):
        s.put([*corner((0, 0.1)), (side * 0.4, -0.12), (side * 0.45, 0.32)], "bow", "trim")
    s.oval(0, 0.1, (0.1, 0.12), ("bow.knot", "trim"), width=0.9)


def critter(s: Sheet, what: Beast, gait: Gait) -> None:
    """Draft an animal that neither walks on four legs nor sits."""
    if what.kind in {"bird", "duck", "hen"}:
        _bird(s, what, gait)
    elif what.kind == "fish":
        _fish(s, what, gait)
    elif what.kind == "octopus":
        _octopus(s, gait)
    elif what.kind == "snake":
        _snake(s, what, gait)
    else:
        _plain(s, what, gait)


def _beat(gait: Gait) -> float:
    return 0.2 * float(np.sin(gait.step))


def _eye(s: Sheet, x: float, y: float, r: float, *, name: str = "eye") -> None:
    s.oval(x, y, (r, r), (f"{name}.white", "white"), width=0.8)
    s.oval(x + 0.2 * r, y, (0.5 * r, 0.6 * r), (f"{name}.pupil", "pupil"), solid=True, width=0)
    s.oval(x + 0.1 * r, y - 0.3 * r, (0.2 * r, 0.2 * r), (f"{name}.light", "white"), width=0)


def _plain(s: Sheet, what: Beast, gait: Gait) -> None:
    text, eyes = _TEXTS[what.kind], _EYES.get(what.kind, ())
    wide = 0.4 if gait.stride > 0.4 else 0.0
    stencil(s, text, f=what.build["fat"], b=_beat(gait), k=gait.yaw, w=wide)
    turned = 0.15 * gait.yaw if len(eyes) > 1 else 0.0
    for i, (x, y, r) in enumerate(eyes):
        _eye(s, x + turned, y, r * what.build["eye"] ** 0.5, name=f"eye.{'rl'[i]}")


def _bird(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, duck = what.build["fat"], what.kind == "duck"
    _bird_legs(s, 0.55 * fat, 0.35 if duck else 0.5, gait.stride * np.sin(gait.step))
    stencil(s, _TEXTS["bird"], f=fat, t=0.3 * gait.tail, n=0.1 * gait.nod)
    h = s.frame(0.72 + 0.1 * gait.nod, -0.72 + 0.1 * gait.nod)
    if what.kind == "hen":
        stencil(h, _TEXTS["hen.comb"])
    stencil(h, _TEXTS["duck.head" if duck else "bird.head"])
    _eye(h, 0.12, -0.08, 0.1 * what.build["eye"])
    # Folded where it steps little, else spread upwards.
    lift = 0.0 if gait.stride < 0.3 else 0.9 + 0.5 * float(np.sin(gait.step))
    stencil(s, _TEXTS["bird.wing"], l=lift)


def _bird_legs(s: Sheet, y: float, long: float, stride: float) -> None:
    for side, x in ((-1, -0.15), (1, 0.15)):
        end, low = x + 0.4 * side * stride, y + long
        part = f"leg.{'l' if side < 0 else 'r'}"
        s.tube([(x, y - 0.1), (end, low)], [0.08, 0.07], (part, "beak"))
        foot = [(end - 0.08, low), (end + 0.12, low - 0.04), (end + 0.34, low + 0.12)]
        s.put([*foot, (end - 0.14, low + 0.12)], part, "beak", merge=True)


def _fish(s: Sheet, what: Beast, gait: Gait) -> None:
    values = {"f": what.build["fat"], "b": _beat(gait)}
    stencil(s, _TEXTS["fish"], **values)
    stencil(s, _TEXTS[f"fish.mark.{min(int(3 * what.build['marked']), 2)}"], **values)
    stencil(s, _TEXTS["fish.front"], **values)
    _eye(s, 0.75, -0.15, 0.14 * what.build["eye"])


def _octopus(s: Sheet, gait: Gait) -> None:
    for i, x in enumerate(np.linspace(-0.75, 0.75, 6).tolist()):
        wave = 0.25 * float(np.sin(gait.step + 1.3 * i))
        spine = [(x * 0.7, 0.2), (x * 1.2, 0.75), (x * 1.7 + wave, 1.1), (x * 1.7 + 2 * wave, 1.5)]
        s.tube(spine, [0.36, 0.3, 0.22, 0.08], (f"arm.{i}", "coat"))
    stencil(s, _TEXTS["octopus.head"])
    for side in (-1, 1):
        _eye(s, side * 0.32 + 0.1 * gait.yaw, -0.15, 0.18, name=f"eye.{'l' if side < 0 else 'r'}")


def _snake(s: Sheet, what: Beast, gait: Gait) -> None:
    x = np.linspace(-1.6, 1.2, 9)
    y = 0.4 * np.sin(3.2 * x + gait.step)
    wide = [0.06, 0.2, 0.3, 0.34, 0.36, 0.36, 0.34, 0.3, 0.28]
    s.tube(np.stack([x, y], 1), wide, ("body", "coat"))
    for a, b in zip(x[2:-1].tolist(), y[2:-1].tolist(), strict=True):
        s.oval(a, b, (0.09, 0.26), ("bands", "mark"), within="body", width=0.7)
    hx, hy = float(x[-1]) + 0.15, float(y[-1])
    s.line([(hx + 0.35, hy + 0.05), (hx + 0.65, hy + 0.1)], width=0.8)
    s.oval(hx, hy, (0.4, 0.27), ("body", "coat"), merge=True)
    _eye(s, hx + 0.1, hy - 0.1, 0.09 * what.build["eye"])
