"""Four-legged animals, walking as seen from the side (to the right) or sitting as seen from before."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from nurie.dataset.beasts import Beast, Gait
from nurie.dataset.sheet import Sheet, corner

Path: TypeAlias = list[tuple[float, float]]
_COAT = ("body", "coat")


@dataclass(frozen=True)
class Build:
    """Proportions of a kind; the body is two units long."""

    fat: float = 0.45
    leg: float = 0.85
    limb: float = 0.2
    neck: tuple[float, float] = (0.35, -0.4)
    head: float = 0.42
    snout: float = 0.3
    ear: str = "point"
    tail: str = "long"
    extra: str = ""


BUILDS: dict[str, Build] = {
    "cat": Build(0.42, 0.75, 0.2, (0.3, -0.42), 0.46, 0.1, "point", "long"),
    "dog": Build(0.45, 0.85, 0.22, (0.36, -0.5), 0.42, 0.4, "floppy", "curl"),
    "fox": Build(0.38, 0.75, 0.17, (0.36, -0.36), 0.38, 0.36, "point", "bushy"),
    "wolf": Build(0.45, 0.95, 0.2, (0.42, -0.4), 0.42, 0.44, "point", "bushy"),
    "horse": Build(0.5, 1.3, 0.21, (0.55, -0.95), 0.3, 0.55, "point", "hair", "mane hooves"),
    "zebra": Build(0.5, 1.15, 0.2, (0.5, -0.8), 0.3, 0.48, "point", "tuft", "mane stripes hooves"),
    "cow": Build(0.6, 0.8, 0.24, (0.35, -0.35), 0.4, 0.4, "side", "tuft", "horns patches hooves"),
    "pig": Build(0.62, 0.5, 0.24, (0.25, -0.12), 0.48, 0.2, "point", "spiral", "hooves"),
    "bear": Build(0.66, 0.66, 0.36, (0.4, -0.3), 0.46, 0.28, "round", "stub"),
    "rabbit": Build(0.5, 0.45, 0.22, (0.26, -0.42), 0.42, 0.12, "long", "ball"),
    "mouse": Build(0.45, 0.35, 0.14, (0.28, -0.15), 0.42, 0.26, "big", "thin"),
    "lion": Build(0.46, 0.85, 0.26, (0.3, -0.42), 0.44, 0.24, "round", "tuft", "ruff"),
    "tiger": Build(0.48, 0.8, 0.26, (0.36, -0.3), 0.45, 0.2, "round", "long", "stripes"),
    "elephant": Build(0.78, 0.75, 0.42, (0.3, -0.3), 0.52, 0.1, "fan", "thin", "trunk"),
    "sheep": Build(0.62, 0.6, 0.16, (0.22, -0.3), 0.34, 0.3, "side", "stub", "wool"),
    "goat": Build(0.48, 0.85, 0.17, (0.4, -0.5), 0.34, 0.36, "side", "stub", "horns hooves"),
    "deer": Build(
        0.42, 1.2, 0.15, (0.42, -0.8), 0.32, 0.36, "side", "stub", "antlers spots hooves"
    ),
    "giraffe": Build(0.48, 1.3, 0.17, (0.55, -2.1), 0.3, 0.4, "side", "tuft", "patches hooves"),
    "dinosaur": Build(0.62, 0.65, 0.34, (0.75, -0.9), 0.4, 0.34, "none", "thick", "plates belly"),
    "dragon": Build(0.5, 0.75, 0.26, (0.6, -0.95), 0.4, 0.44, "none", "thick", "wings horns belly"),
}


def build(what: Beast) -> Build:
    """The kind's proportions with this animal's own."""
    k, own = BUILDS[what.kind], what.build
    return replace(
        k,
        fat=1.1 * k.fat * own["fat"],
        leg=1.12 * k.leg * own["leg"],
        head=1.1 * k.head * own["head"],
    )


def walking(s: Sheet, what: Beast, gait: Gait) -> None:
    """The animal from the side."""
    k = build(what)
    fat = k.fat
    rng = np.random.default_rng([what.seed, 1])
    _tail(s, k, gait, fat)
    if "wings" in k.extra:
        _wing(s, gait, far=True)
    for i in (1, 3):
        _leg(s, what, gait, i, name=(f"leg.{i}", "coat"))
    _trunk(s, k, fat)
    _markings(s, what, k, rng, fat)
    _neck(s, what, k, fat, gait)
    for i in (0, 2):
        _leg(s, what, gait, i, name=_COAT)
    _side_head(s, what, gait)
    if "wings" in k.extra:
        _wing(s, gait, far=False)


def _trunk(s: Sheet, k: Build, fat: float) -> None:
    if "wool" in k.extra:
        _wool(s, 0.0, 0.0, (1.15, fat * 1.05), "body", "coat")
        return
    if "plates" in k.extra:
        for x in np.linspace(-0.95, 0.75, 6):
            y = -fat * (1 - 0.35 * x * x)
            plate = [
                *corner((x - 0.17, y + 0.12)),
                *corner((x, y - 0.26)),
                *corner((x + 0.17, y + 0.12)),
            ]
            s.put(plate, "plates", "trim")
    ring = [(-1.08, -0.1 * fat), (-0.95, -0.8 * fat), (-0.4, -fat), (0.3, -0.94 * fat), (0.9, -fat)]
    ring += [(1.12, -0.2 * fat), (0.92, 0.7 * fat), (0.3, 0.95 * fat), (-0.4, 0.84 * fat)]
    s.put([*ring, (-0.95, 0.7 * fat)], *_COAT)


def _wool(s: Sheet, x: float, y: float, radii: tuple[float, float], part: str, role: str) -> None:
    points: Path = []
    n = 11
    for i in range(2 * n):
        t, r = np.pi * i / n, 1.0 if i % 2 else 0.86
        point = (x + r * radii[0] * float(np.cos(t)), y + r * radii[1] * float(np.sin(t)))
        points += [point] if i % 2 else corner(point)
    s.put(points, part, role)


def _leg(s: Sheet, what: Beast, gait: Gait, i: int, *, name: tuple[str, str]) -> None:
    """Legs 0 and 1 are hind, 2 and 3 fore; even ones are near."""
    k = build(what)
    fat, long, w = k.fat, k.leg, k.limb
    x, y = (-0.78 if i < 2 else 0.8) + (0.12 if i % 2 else 0.0), 0.45 * fat
    swing = gait.stride * np.sin(gait.step + (np.pi if i in (1, 2) else 0.0))
    knee = (x + 0.5 * long * np.sin(swing) + (0.06 if i > 1 else 0.12), y + 0.5 * long)
    foot = (x + long * np.sin(swing * 0.9), y + long * np.cos(swing))
    wide = [w * (2.0 if i < 2 else 1.5), w * 1.05, w * 0.9]
    role = "mark" if "wool" in k.extra else name[1]
    part = name[0] if role != "mark" else f"leg.{i}"
    s.tube([(x, y), knee, foot], wide, (part, role), merge=True, flat=(False, True))
    fx, fy = foot
    if "hooves" in k.extra:
        hoof = [
            (fx - 0.55 * w, fy - 0.3 * w),
            (fx + 0.6 * w, fy - 0.3 * w),
            (fx + 0.75 * w, fy + 0.5 * w),
            (fx - 0.6 * w, fy + 0.5 * w),
        ]
        s.put(hoof, f"hoof.{i}", "hoof", smooth=False)
        return
    paw = [(fx - 0.5 * w, fy - 0.4 * w), (fx + 0.5 * w, fy - 0.4 * w), (fx + 1.0 * w, fy + 0.1 * w)]
    paw += [*corner((fx + 1.0 * w, fy + 0.42 * w)), *corner((fx - 0.55 * w, fy + 0.42 * w))]
    s.put(paw, part, role, merge=True)
    for t in (0.35, 0.65):
        s.line([(fx + t * w, fy + 0.05 * w), (fx + t * w, fy + 0.4 * w)], width=0.6)


def _tail(s: Sheet, k: Build, gait: Gait, fat: float) -> None:
    x, y, up = -1.0, -0.45 * fat, gait.tail
    a, b = (x - 0.5, y - 0.1 - 0.5 * up), (x - 0.8, y - 0.4 - 0.9 * up)
    if k.tail in {"long", "curl"}:
        spine = (
            [(x + 0.2, y), a, b]
            if k.tail == "long"
            else [(x + 0.2, y), (x - 0.3, y - 0.2), (x - 0.35, y - 0.65)]
        )
        s.tube(
            [*spine, (spine[-1][0] + 0.1, spine[-1][1] - 0.35)],
            [0.2, 0.17, 0.15, 0.08],
            ("tail", "coat"),
        )
    elif k.tail == "bushy":
        s.tube(
            [(x + 0.2, y), a, b, (b[0] - 0.2, b[1] - 0.3)], [0.2, 0.42, 0.4, 0.04], ("tail", "coat")
        )
        tip = [
            (b[0] - 0.5, b[1] + 0.1),
            (b[0], b[1] - 0.06),
            (b[0] + 0.4, b[1] + 0.02),
            (b[0] + 0.2, b[1] - 0.7),
            (b[0] - 0.7, b[1] - 0.6),
        ]
        s.put(tip, "tail.tip", "belly", within="tail")
    elif k.tail == "hair":
        s.tube(
            [
                (x + 0.1, y - 0.1),
                (x - 0.35, y),
                (x - 0.4 - 0.3 * up, y + 0.7),
                (x - 0.3 - 0.5 * up, y + 1.2),
            ],
            [0.16, 0.3, 0.36, 0.03],
            ("tail", "mane"),
        )
    elif k.tail in {"tuft", "thin"}:
        end = (x - 0.45, y + 0.55 - 0.8 * up)
        s.tube(
            [(x + 0.1, y), (x - 0.3, y + 0.1 - 0.3 * up), end],
            [0.1, 0.08, 0.06],
            ("tail", "coat" if k.tail == "tuft" else "pink"),
        )
        if k.tail == "tuft":
            s.oval(end[0], end[1] + 0.08, (0.12, 0.2), ("tail.tuft", "mane"))
    elif k.tail == "ball":
        s.oval(x - 0.06, y + 0.1, (0.2, 0.2), ("tail", "belly"))
    elif k.tail == "thick":
        s.tube(
            [(x + 0.4, 0.0), a, (x - 1.1, y + 0.2 - up), (x - 1.6, y - 0.1 - 1.2 * up)],
            [1.4 * fat, 0.8 * fat, 0.4 * fat, 0.04],
            ("tail", "coat"),
        )
    elif k.tail == "spiral":
        s.line(
            [
                (x, y),
                (x - 0.2, y - 0.15),
                (x - 0.08, y - 0.25),
                (x - 0.04, y - 0.1),
                (x - 0.3, y - 0.1),
            ],
            width=1.3,
        )
    else:
        s.oval(x, y, (0.13, 0.12), ("tail", "coat"))


def _neck(s: Sheet, what: Beast, k: Build, fat: float, gait: Gait) -> None:
    hx, hy = _head_at(k, gait)
    if "mane" in k.extra:
        mane = [
            (0.5, -fat * 0.9),
            (0.6, -fat - 0.15),
            (hx - 0.35, hy - 0.15),
            (hx - 0.1, hy - 0.4),
            (hx + 0.1, hy - 0.25),
            (1.0, -fat * 0.4),
        ]
        s.put(mane, "mane", "mane")
    wide = 1.5 * fat
    s.tube(
        [(0.72, -0.25 * fat), (0.5 * (0.9 + hx), 0.5 * (hy - 0.5 * fat) + 0.05), (hx, hy)],
        [wide, 0.5 * wide + 0.5 * k.head, k.head * 0.95],
        _COAT,
        merge=True,
    )
    if "ruff" in k.extra:
        _wool(s, hx, hy, (k.head * 1.65, k.head * 1.65), "mane", "mane")
    del what


def _head_at(k: Build, gait: Gait) -> tuple[float, float]:
    x, y = 0.9 + k.neck[0], -0.35 * k.fat + k.neck[1]
    return x + 0.1 * gait.nod, y + 0.3 * gait.nod * (1 + abs(k.neck[1]))


def _side_head(s: Sheet, what: Beast, gait: Gait) -> None:
    k = build(what)
    hx, hy = _head_at(k, gait)
    f = s.frame(hx, hy, scale=k.head, angle=0.3 * gait.nod)
    role = "mark" if "wool" in k.extra else "coat"
    part = "head" if role == "mark" or "ruff" in k.extra else "body"
    long = k.snout / k.head
    if "horns" in k.extra:
        f.put(
            [
                *corner((-0.1, -0.7)),
                (-0.25, -1.2),
                *corner((0.1, -1.75)),
                (0.12, -1.2),
                *corner((0.25, -0.75)),
            ],
            "horns",
            "horn",
        )
    if "antlers" in k.extra:
        _antlers(f)
    _ear(f, k, part, role, far=True)
    ring = [(-0.95, 0.05), (-0.75, -0.65), (-0.1, -0.98), (0.55, -0.78), (0.9, -0.25)]
    ring += [
        (0.95 + long, 0.0),
        (1.08 + long, 0.3),
        (0.9 + long, 0.62),
        (0.4, 0.85),
        (-0.4, 0.9),
        (-0.85, 0.55),
    ]
    f.put(ring, part, role, merge=True)
    if k.snout > 0.08 and role == "coat" and what.kind not in {"dinosaur", "dragon"}:
        muzzle = [
            (0.75, 0.05),
            (1.0 + long, -0.1),
            (1.3 + long, 0.3),
            (0.9 + long, 0.8),
            (0.6, 0.95),
            (0.5, 0.5),
        ]
        if what.build["marked"] > 0.35:
            f.put(
                muzzle,
                "muzzle",
                "pink" if what.kind in {"pig", "cow"} else "belly",
                within=part,
                width=0.7,
            )
    if "trunk" in k.extra:
        f.tube(
            [(0.7, 0.2), (1.35, 0.7), (1.4, 1.6), (1.8, 2.0 - gait.tail)],
            [0.75, 0.6, 0.42, 0.3],
            (part, role),
            merge=True,
            flat=(False, True),
        )
        f.put(
            [(0.75, 0.75), (0.95, 0.7), (1.5, 1.0), *corner((1.9, 0.8)), (1.4, 1.25), (0.8, 1.0)],
            "tusk",
            "horn",
        )
    elif what.kind not in {"dinosaur", "dragon", "sheep"}:
        f.oval(
            0.98 + long, 0.1, (0.17, 0.14), ("nose", "dark" if what.kind != "rabbit" else "pink")
        )
    else:
        f.dot(0.85 + long, 0.12, 0.06)
    _side_eye(f, what)
    f.line([(0.95 + long, 0.5), (0.6 + 0.4 * long, 0.52), (0.35, 0.4)], width=0.8)
    if gait.mouth == "open" and "trunk" not in k.extra:
        jaw = [
            *corner((0.85 + long, 0.5)),
            (0.6 + 0.5 * long, 0.56),
            *corner((0.3, 0.42)),
            (0.6, 0.86),
        ]
        f.put(jaw, "mouth", "mouth", width=0.8)
    _ear(f, k, part, role, far=False)


def _side_eye(f: Sheet, what: Beast) -> None:
    r, look = 0.17 * what.build["eye"], int(what.build["look"])
    x, y = 0.32, -0.2
    if look == 0:
        f.oval(x, y, (0.6 * r, 0.75 * r), ("eye.pupil", "pupil"), solid=True, width=0)
        f.oval(x + 0.15 * r, y - 0.3 * r, (0.2 * r, 0.2 * r), ("eye.light", "white"), width=0)
        return
    f.oval(x, y, (1.2 * r, 1.4 * r), ("eye.white", "white"), width=0.8)
    if look == 2:
        f.oval(
            x + 0.25 * r, y, (0.8 * r, 1.0 * r), ("eye.iris", "iris"), within="eye.white", width=0.7
        )
    f.oval(
        x + 0.3 * r,
        y,
        (0.45 * r, 0.6 * r),
        ("eye.pupil", "pupil"),
        within="eye",
        solid=True,
        width=0,
    )


def _ear(f: Sheet, k: Build, part: str, role: str, *, far: bool) -> None:
    x = 0.25 if far else -0.3
    if k.ear == "point":
        f.put(
            [*corner((x - 0.3, -0.7)), *corner((x - 0.05, -1.5)), *corner((x + 0.35, -0.75))],
            f"ear.{int(far)}",
            role,
        )
        if not far:
            f.put(
                [(x - 0.15, -0.78), *corner((x - 0.03, -1.28)), (x + 0.2, -0.8)],
                "ear.inner",
                "pink",
                width=0.6,
            )
    elif k.ear == "round":
        f.oval(x, -0.9, (0.28, 0.28), (f"ear.{int(far)}", role))
        if not far:
            f.oval(x, -0.88, (0.15, 0.15), ("ear.inner", "pink"), width=0.6)
    elif k.ear == "long":
        f.tube(
            [(x, -0.7), (x - 0.15, -1.4), (x - 0.35, -2.1)],
            [0.26, 0.42, 0.14],
            (f"ear.{int(far)}", role),
        )
        if not far:
            f.tube(
                [(x - 0.05, -0.95), (x - 0.17, -1.45), (x - 0.3, -1.9)],
                [0.08, 0.2, 0.06],
                ("ear.inner", "pink"),
                width=0.6,
            )
    elif k.ear == "big":
        f.oval(x - 0.1, -1.0, (0.52, 0.52), (f"ear.{int(far)}", role))
        f.oval(x - 0.1, -1.0, (0.34, 0.34), (f"ear.inner.{int(far)}", "pink"), width=0.7)
    elif far or k.ear == "none":
        return
    elif k.ear == "floppy":
        f.put([(-0.5, -0.75), (-0.1, -0.7), (0.0, 0.1), (-0.35, 0.6), (-0.7, 0.1)], "ear.0", "mane")
    elif k.ear == "fan":
        f.put(
            [(-0.1, -0.8), (-0.9, -1.15), (-1.6, -0.5), (-1.4, 0.6), (-0.7, 0.9), (-0.15, 0.3)],
            "ear.0",
            role,
        )
        f.put(
            [(-0.3, -0.6), (-0.85, -0.85), (-1.3, -0.4), (-1.2, 0.4), (-0.7, 0.6), (-0.35, 0.2)],
            "ear.inner",
            "pink",
            width=0.7,
        )
    elif k.ear == "side":
        f.put(
            [*corner((-0.35, -0.6)), (-0.8, -0.95), *corner((-1.35, -0.75)), (-0.8, -0.4)],
            "ear.0",
            role,
        )
    del part


def _antlers(f: Sheet) -> None:
    for dx in (0.25, -0.2):
        f.tube(
            [(dx, -0.8), (dx - 0.25, -1.5), (dx + 0.1, -2.2)],
            [0.16, 0.14, 0.05],
            ("antlers", "horn"),
        )
        f.tube(
            [(dx - 0.18, -1.35), (dx + 0.2, -1.65)], [0.12, 0.05], ("antlers", "horn"), merge=True
        )


def _markings(s: Sheet, what: Beast, k: Build, rng: np.random.Generator, fat: float) -> None:
    if "belly" in k.extra or what.build["marked"] > 0.75 and not k.extra:
        ring = [
            (-0.9, 0.35 * fat),
            (0.0, 0.45 * fat),
            (0.9, 0.1 * fat),
            (1.2, 0.6 * fat),
            (0.3, 1.4 * fat),
            (-0.9, 1.3 * fat),
        ]
        s.put(ring, "belly", "belly", within="body", width=0.7)
    if "patches" in k.extra or (what.kind in {"dog", "cat"} and what.build["marked"] < 0.25):
        for x, y in rng.uniform(-1, 1, (7, 2)):
            rx, ry = rng.uniform(0.14, 0.3, 2)
            cx, cy = 0.95 * x, 0.7 * fat * y
            t = np.linspace(0, 6.28, 7, endpoint=False)
            r = rng.uniform(0.7, 1.2, 7)
            blot = np.stack([cx + rx * r * np.cos(t), cy + ry * r * np.sin(t)], 1)
            s.put(blot, "patches", "mark", within="body", width=0.8)
    if "spots" in k.extra:
        for x, y in rng.uniform(-1, 1, (9, 2)):
            s.oval(
                0.85 * x,
                -0.2 * fat + 0.5 * fat * y,
                (0.07, 0.06),
                ("spots", "mark"),
                within="body",
                width=0.6,
            )
    if "stripes" in k.extra:
        for x in np.linspace(-0.85, 0.85, 7):
            w = 0.09 if what.kind == "zebra" else 0.07
            low = fat * (0.9 if what.kind == "zebra" else rng.uniform(0.0, 0.5))
            stripe = [
                (x - w, -1.2 * fat),
                (x + w, -1.2 * fat),
                (x + 0.1 + w * 0.6, -0.2 * fat),
                *corner((x + 0.02, low)),
                (x + 0.1 - w * 0.6, -0.2 * fat),
            ]
            s.put(stripe, "stripes", "mark", within="body", width=0.7)


def _wing(s: Sheet, gait: Gait, *, far: bool) -> None:
    lift = 0.5 * np.sin(gait.step)
    x = 0.5 if far else 0.2
    tip = (x - 0.9, -2.0 - lift)
    ring = [
        *corner((x, -0.35)),
        (x + 0.1, -1.2 - 0.5 * lift),
        *corner(tip),
        (x - 0.9, -1.4 - 0.5 * lift),
        *corner((x - 1.35, -1.25 - 0.6 * lift)),
        (x - 1.0, -0.9),
        *corner((x - 1.3, -0.55)),
        (x - 0.6, -0.5),
    ]
    name = f"wing.{int(far)}"
    s.put(ring, name, "wing")
    for end in (tip, (x - 1.35, -1.25 - 0.6 * lift)):
        s.line(
            [(x + 0.02, -0.6), (0.5 * (x + end[0]) + 0.1, 0.5 * (end[1] - 0.6)), end],
            width=0.7,
            within=name,
        )


def seated(s: Sheet, what: Beast, gait: Gait) -> None:
    """The animal sitting, as toys and mascots do, seen from before."""
    from nurie.dataset.mascots import mascot

    mascot(s, what, gait)
