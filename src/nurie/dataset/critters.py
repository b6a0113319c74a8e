"""Birds, fish, insects and other small animals."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from nurie.dataset.beasts import Beast, Gait
from nurie.dataset.sheet import Sheet, corner

Path: TypeAlias = list[tuple[float, float]]


def critter(s: Sheet, what: Beast, gait: Gait) -> None:
    """Draft an animal that neither walks on four legs nor sits."""
    _DRAFTS[what.kind](s, what, gait)


def _eye(s: Sheet, x: float, y: float, r: float, *, name: str = "eye") -> None:
    s.oval(x, y, (r, r), (f"{name}.white", "white"), width=0.8)
    s.oval(x + 0.2 * r, y, (0.5 * r, 0.6 * r), (f"{name}.pupil", "pupil"), solid=True, width=0)
    s.oval(x + 0.1 * r, y - 0.3 * r, (0.2 * r, 0.2 * r), (f"{name}.light", "white"), width=0)


def _legs(s: Sheet, x: float, y: float, long: float, stride: float) -> None:
    for side, dx in ((-1, -0.15), (1, 0.15)):
        fx = x + dx + 0.4 * side * stride
        s.tube([(x + dx, y - 0.1), (fx, y + long)], [0.08, 0.07], (f"leg.{side}", "beak"))
        foot = [(fx - 0.08, y + long), (fx + 0.12, y + long - 0.04), (fx + 0.34, y + long + 0.12)]
        s.put([*foot, (fx - 0.14, y + long + 0.12)], f"leg.{side}", "beak", merge=True)


def _bird(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, duck, hen = what.build["fat"], what.kind == "duck", what.kind == "hen"
    _legs(s, 0.0, 0.55 * fat, 0.35 if duck else 0.5, gait.stride * np.sin(gait.step))
    up = 0.3 * gait.tail
    tail = [
        *corner((-0.7, 0.0)),
        *corner((-1.6, -0.35 - up)),
        (-1.55, -0.15 - up),
        *corner((-1.7, 0.05 - up)),
        *corner((-0.7, 0.35)),
    ]
    s.put(tail, "tail", "wing")
    body = [
        (-1.0, 0.0),
        (-0.4, -0.42 * fat),
        (0.4, -0.55),
        (0.85, -0.1),
        (0.6, 0.5 * fat),
        (0, 0.68 * fat),
        (-0.6, 0.45 * fat),
    ]
    s.put(body, "body", "coat")
    breast = [(0.95, -0.3), (0.45, 0.0), (0.2, 0.4), (-0.3, 0.6), (0.3, 1.0), (1.2, 0.4)]
    s.put(breast, "belly", "belly", within="body", width=0.8)
    hx, hy = 0.72 + 0.1 * gait.nod, -0.72 + 0.15 * gait.nod
    s.tube([(0.4, -0.1), (hx, hy)], [0.75, 0.6], ("body", "coat"), merge=True)
    _comb(s, hx, hy, hen=hen)
    s.oval(hx, hy, (0.42, 0.4), ("body", "coat"), merge=True)
    bill = 0.62 if duck else 0.42
    beak = [
        *corner((hx + 0.32, hy - 0.12)),
        *corner((hx + 0.36 + bill, hy + 0.06)),
        *corner((hx + 0.3, hy + 0.18)),
    ]
    if duck:
        beak = [
            (hx + 0.3, hy - 0.1),
            (hx + 0.36 + bill, hy - 0.02),
            (hx + 0.36 + bill, hy + 0.14),
            (hx + 0.3, hy + 0.16),
        ]
    s.put(beak, "beak", "beak")
    s.line([(hx + 0.33, hy + 0.03), (hx + 0.3 + 0.8 * bill, hy + 0.06)], width=0.6)
    _eye(s, hx + 0.12, hy - 0.08, 0.1 * what.build["eye"])
    _wing(s, gait)


def _comb(s: Sheet, x: float, y: float, *, hen: bool) -> None:
    if hen:
        for dx in (-0.2, 0.0, 0.2):
            s.oval(x + dx, y - 0.42, (0.14, 0.2), ("comb", "comb"), width=0.8)
        s.oval(x + 0.38, y + 0.32, (0.1, 0.17), ("wattle", "comb"))


def _wing(s: Sheet, gait: Gait) -> None:
    """Folded where it steps little, else spread upwards."""
    lift = 0.0 if gait.stride < 0.3 else 0.9 + 0.5 * np.sin(gait.step)
    a, b, c = (-0.95, 0.05 - lift), (-1.05, 0.28 - 0.9 * lift), (-0.85, 0.42 - 0.6 * lift)
    ring = [
        (0.35, -0.25),
        (0.0, -0.3 - 0.3 * lift),
        *corner(a),
        (-0.7, 0.16 - 0.6 * lift),
        *corner(b),
    ]
    s.put([*ring, (-0.5, 0.3 - 0.3 * lift), *corner(c), (0.1, 0.3)], "wing", "wing")
    s.line(
        [(0.1, 0.05), (-0.4, 0.0 - 0.4 * lift), (-0.7, 0.12 - 0.7 * lift)], width=0.6, within="wing"
    )


def _owl(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, k = what.build["fat"], 0.12 * gait.yaw
    for x in (-0.3, 0.3):
        s.oval(x, 1.1, (0.22, 0.12), ("foot", "beak"))
    for side in (-1, 1):
        ear = [
            *corner((side * 0.3, -0.85)),
            *corner((side * 0.72, -1.3)),
            *corner((side * 0.75, -0.5)),
        ]
        s.put(ear, f"ear.{side}", "coat")
    ring = [(0, -1.0), (0.66 * fat, -0.8), (0.8 * fat, 0.1), (0.6 * fat, 0.95), (0, 1.12)]
    s.put([*ring, *[(-x, y) for x, y in ring[3:0:-1]]], "body", "coat")
    s.oval(0, 0.5, (0.5 * fat, 0.55), ("belly", "belly"), within="body", width=0.8)
    for y in (0.3, 0.55, 0.8):
        for x in (-0.2, 0.0, 0.2):
            s.line([(x - 0.08, y), (x, y + 0.08), (x + 0.08, y)], width=0.6)
    for side in (-1, 1):
        out = side * (0.95 * fat + 0.4 * (gait.stride > 0.4))
        ring = [
            (side * 0.6 * fat, -0.25),
            (out, 0.2),
            *corner((side * 0.7 * fat, 0.95)),
            (side * 0.5 * fat, 0.4),
        ]
        s.put(ring, f"wing.{side}", "wing")
        x = side * 0.33 + k
        s.oval(x, -0.45, (0.36, 0.36), (f"disc.{side}", "belly"), width=0.9)
        s.oval(x, -0.45, (0.2, 0.22), (f"eye.{side}.iris", "beak"), width=0.8)
        s.oval(x, -0.45, (0.11, 0.13), (f"eye.{side}.pupil", "pupil"), solid=True, width=0)
    s.put(
        [*corner((k - 0.1, -0.35)), *corner((k + 0.1, -0.35)), *corner((k, -0.08))], "beak", "beak"
    )


def _penguin(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, k = what.build["fat"], 0.2 * gait.yaw
    for x in (-0.32, 0.32):
        s.oval(x, 1.2, (0.3, 0.13), ("foot", "beak"))
    ring = [(0, -1.15), (0.5, -0.9), (0.62, -0.3), (0.8 * fat, 0.4), (0.55, 1.1), (0, 1.2)]
    s.put([*ring, *[(-x, y) for x, y in ring[4:0:-1]]], "body", "coat")
    s.put(
        [
            (k, -0.55),
            (0.32 + k, -0.9),
            (0.5 + k, -0.5),
            (0.48 * fat, 0.2),
            (0.52 * fat, 0.7),
            (0, 1.1),
            (-0.52 * fat, 0.7),
            (-0.48 * fat, 0.2),
            (-0.5 + k, -0.5),
            (-0.32 + k, -0.9),
        ],
        "belly",
        "belly",
        within="body",
        width=0.9,
    )
    for side in (-1, 1):
        lift = 0.3 + 0.4 * (1 + np.sin(gait.step + side)) * (gait.stride > 0.2)
        spine = [
            (side * 0.55, -0.2),
            (side * (0.85 + 0.3 * lift), 0.2 - 0.3 * lift),
            (side * (0.95 + 0.5 * lift), 0.6 - 0.9 * lift),
        ]
        s.tube(spine, [0.2, 0.3, 0.08], (f"wing.{side}", "coat"))
        _eye(s, k + side * 0.2, -0.62, 0.1 * what.build["eye"], name=f"eye.{side}")
    s.put(
        [*corner((k - 0.14, -0.5)), (k, -0.56), *corner((k + 0.14, -0.5)), *corner((k, -0.26))],
        "beak",
        "beak",
    )


def _fish(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, beat = 0.6 * what.build["fat"], 0.25 * np.sin(gait.step)
    tail = [
        *corner((-0.85, 0.0)),
        (-1.2, -0.35 + beat),
        *corner((-1.7, -0.65 + beat)),
        (-1.45, beat),
        *corner((-1.7, 0.65 + beat)),
        (-1.2, 0.35 + beat),
    ]
    s.put(tail, "tail", "wing")
    top = [
        *corner((-0.6, -0.6 * fat)),
        *corner((-0.3, -1.3 * fat - 0.1)),
        (0.2, -1.25 * fat),
        *corner((0.5, -0.8 * fat)),
    ]
    s.put(top, "fin.top", "wing")
    s.put(
        [*corner((-0.1, 0.8 * fat)), *corner((-0.45, 1.35 * fat)), *corner((0.3, 0.8 * fat))],
        "fin.low",
        "wing",
    )
    ring = [
        *corner((-1.0, 0.0)),
        (-0.5, -0.72 * fat),
        (0.2, -fat),
        (0.8, -0.65 * fat),
        (1.1, 0.0),
        (0.8, 0.6 * fat),
        (0.2, 0.95 * fat),
        (-0.5, 0.7 * fat),
    ]
    s.put(ring, "body", "coat")
    mark = what.build["marked"]
    if mark > 0.6:
        for x in (-0.45, 0.05):
            band = [
                (x - 0.12, -1.5),
                (x + 0.12, -1.5),
                (x + 0.2, 0),
                (x + 0.1, 1.5),
                (x - 0.14, 1.5),
                (x - 0.04, 0),
            ]
            s.put(band, "band", "belly", within="body", width=0.8)
    elif mark > 0.3:
        s.put(
            [(-1.2, 0.25), (0, 0.4 * fat), (1.2, 0.2), (1.2, 2), (-1.2, 2)],
            "belly",
            "belly",
            within="body",
            width=0.8,
        )
    else:
        for x in (-0.5, -0.2, 0.1):
            for y in (-0.25, 0.1, 0.45):
                s.line(
                    [(x - 0.06, y - 0.12), (x + 0.1, y), (x - 0.06, y + 0.12)],
                    width=0.6,
                    within="body",
                )
    s.line([(0.55, -0.7 * fat), (0.42, 0.0), (0.55, 0.65 * fat)], width=0.8)
    s.put(
        [
            *corner((0.25, 0.15)),
            (-0.15, 0.05 + beat),
            *corner((-0.2, 0.45 + beat)),
            *corner((0.25, 0.4)),
        ],
        "fin.side",
        "wing",
    )
    _eye(s, 0.75, -0.15, 0.14 * what.build["eye"])
    s.line([(1.06, 0.14), (0.9, 0.22), (0.8, 0.18)])


def _whale(s: Sheet, what: Beast, gait: Gait) -> None:
    beat = 0.2 * np.sin(gait.step)
    fluke = [
        *corner((-1.3, -0.5)),
        (-1.6, -1.0 + beat),
        *corner((-2.1, -1.1 + beat)),
        (-1.75, -0.75 + beat),
        *corner((-1.7, -0.3 + beat)),
        (-1.45, -0.35),
    ]
    s.put(fluke, "tail", "coat")
    ring = [
        (-1.45, -0.6),
        (-0.9, -0.35),
        (0.0, -0.85),
        (0.9, -0.7),
        (1.25, 0.0),
        (0.9, 0.6),
        (-0.2, 0.75),
        (-1.0, 0.3),
    ]
    s.put(ring, "body", "coat", merge=True)
    belly = [(1.4, 0.1), (0.6, 0.2), (-0.3, 0.35), (-0.9, 0.3), (-0.6, 1.2), (1.2, 1.2)]
    s.put(belly, "belly", "belly", within="body", width=0.9)
    for y in (0.35, 0.5):
        s.line([(1.0, y - 0.05), (0.4, y + 0.02), (-0.2, y + 0.08)], width=0.6, within="belly")
    s.put(
        [*corner((0.3, 0.4)), (0.2, 0.85), *corner((-0.25, 1.05 + beat)), *corner((-0.1, 0.45))],
        "fin",
        "wing",
    )
    _eye(s, 0.78, -0.05, 0.1 * what.build["eye"])
    s.line([(0.3, -0.85), (0.28, -1.2), (0.05, -1.35)], width=0.9)
    s.line([(0.3, -0.85), (0.34, -1.2), (0.58, -1.32)], width=0.9)


def _turtle(s: Sheet, what: Beast, gait: Gait) -> None:
    swing = 0.15 * np.sin(gait.step)
    s.put([*corner((-0.9, 0.25)), *corner((-1.35, 0.4)), *corner((-0.8, 0.45))], "tail", "coat")
    for i, x in enumerate((-0.6, 0.6)):
        dx = swing * (1 if i else -1)
        s.tube([(x, 0.3), (x + dx, 0.8)], [0.4, 0.34], (f"leg.{i}", "coat"), flat=(False, True))
    s.tube([(0.7, 0.2), (1.1, 0.0), (1.3, -0.3)], [0.4, 0.34, 0.4], ("head", "coat"))
    s.oval(1.35, -0.4, (0.34, 0.28), ("head", "coat"), merge=True)
    _eye(s, 1.45, -0.46, 0.09 * what.build["eye"])
    s.line([(1.66, -0.32), (1.5, -0.26), (1.4, -0.3)])
    shell = [*corner((-1.1, 0.35)), (-0.9, -0.35), (0, -0.8), (0.9, -0.35), *corner((1.1, 0.35))]
    s.put(shell, "shell", "shell")
    for x in (-0.5, 0.0, 0.5):
        plate = [
            (x - 0.2, -0.3),
            (x, -0.45),
            (x + 0.2, -0.3),
            (x + 0.2, 0.0),
            (x, 0.14),
            (x - 0.2, 0.0),
        ]
        s.put(
            plate,
            "plates",
            "trim" if what.build["marked"] > 0.6 else "mark",
            within="shell",
            smooth=False,
            width=0.8,
        )
    s.put([(-1.12, 0.28), (1.12, 0.28), (1.1, 0.46), (-1.1, 0.46)], "rim", "horn")


def _frog(s: Sheet, what: Beast, gait: Gait) -> None:
    k = 0.12 * gait.yaw
    for side in (-1, 1):
        s.oval(side * 0.75, 0.55, (0.42, 0.5), (f"thigh.{side}", "coat"))
        s.oval(side * 0.95, 1.0, (0.36, 0.12), (f"foot.{side}", "coat"))
    s.oval(0, 0.35, (0.72 * what.build["fat"], 0.66), ("body", "coat"))
    s.oval(0, 0.5, (0.45, 0.45), ("belly", "belly"), within="body", width=0.8)
    for side in (-1, 1):
        s.tube([(side * 0.4, 0.3), (side * 0.45, 0.95)], [0.2, 0.22], (f"arm.{side}", "coat"))
        s.oval(side * 0.4 + k, -0.75, (0.26, 0.26), ("head", "coat"), merge=True)
    s.oval(k, -0.35, (0.8, 0.48), ("head", "coat"), merge=True)
    for side in (-1, 1):
        _eye(s, side * 0.4 + k, -0.78, 0.16, name=f"eye.{side}")
    s.line([(k - 0.55, -0.3), (k, -0.05), (k + 0.55, -0.3)])


def _snail(s: Sheet, what: Beast, gait: Gait) -> None:
    stretch = 0.15 * np.sin(gait.step)
    ring = [
        *corner((-1.4, 0.6)),
        (-0.8, 0.35),
        (0.5, 0.3),
        (0.85, -0.2),
        (1.15 + stretch, -0.35),
        (1.35 + stretch, -0.1),
        (1.2, 0.45),
        *corner((1.0, 0.62)),
    ]
    for dx in (0.0, 0.22):
        x = 1.05 + dx + stretch
        s.line([(x, -0.25), (x + 0.08, -0.7)], width=1.2)
        s.oval(x + 0.08, -0.75, (0.08, 0.08), (f"eye.{dx}", "dark"), width=0.8)
    s.put(ring, "body", "coat")
    s.oval(-0.15, -0.15, (0.75, 0.68), ("shell", "shell"))
    t = np.linspace(0, 11, 40)
    r = 0.62 * (1 - t / 13)
    s.line(np.stack([-0.15 + r * np.cos(t), -0.12 + 0.9 * r * np.sin(t)], 1), width=0.9)
    s.line([(1.28 + stretch, 0.0), (1.15 + stretch, 0.08), (1.08, 0.02)])


def _butterfly(s: Sheet, what: Beast, gait: Gait) -> None:
    open_ = 0.75 + 0.25 * np.sin(gait.step)
    for side in (-1, 1):
        f = s.frame(0, 0, flip=side < 0)
        w, n = open_, "r" if side > 0 else "l"
        low = [*corner((0.05, 0.1)), (0.7 * w, 0.15), (1.0 * w, 0.7), (0.5 * w, 1.15), (0.15, 0.6)]
        f.put(low, f"wing.low.{n}", "trim" if what.build["marked"] > 0.5 else "coat")
        top = [
            *corner((0.05, 0.05)),
            (0.35 * w, -0.75),
            (1.2 * w, -1.15),
            (1.4 * w, -0.4),
            (0.8 * w, 0.15),
        ]
        f.put(top, f"wing.top.{n}", "coat")
        f.oval(0.95 * w, -0.6, (0.24 * w, 0.26), (f"spot.top.{n}", "belly"), width=0.8)
        f.oval(0.62 * w, 0.6, (0.17 * w, 0.2), (f"spot.low.{n}", "mark"), width=0.8)
        f.line([(0.03, -0.55), (0.2, -0.95), (0.35, -1.1)], width=0.8)
    s.oval(0, 0.1, (0.11, 0.62), ("body", "dark"))
    s.oval(0, -0.55, (0.14, 0.14), ("head", "dark"))


def _bee(s: Sheet, what: Beast, gait: Gait) -> None:
    beat = 0.25 * np.sin(gait.step)
    for x, lean in ((-0.15, -0.5), (0.2, 0.2)):
        s.tube(
            [(x, -0.4), (x + 0.5 * lean, -0.9), (x + lean, -1.3 - beat)],
            [0.1, 0.5, 0.3],
            (f"wing.{x}", "belly"),
        )
    s.put([*corner((-0.9, -0.05)), *corner((-1.3, 0.05)), *corner((-0.9, 0.15))], "sting", "dark")
    s.oval(0, 0, (0.98, 0.6 * what.build["fat"]), ("body", "coat"))
    for x in (-0.55, -0.12, 0.3):
        band = [
            (x - 0.1, -0.9),
            (x + 0.1, -0.9),
            (x + 0.18, 0),
            (x + 0.1, 0.9),
            (x - 0.1, 0.9),
            (x - 0.02, 0),
        ]
        s.put(band, "bands", "mark", within="body", width=0.8)
    for dx in (0.0, 0.2):
        s.line([(0.85 + dx, -0.35), (0.95 + dx, -0.75), (1.1 + dx, -0.85)], width=0.9)
    s.oval(0.9, -0.05, (0.4, 0.38), ("head", "coat"))
    _eye(s, 1.02, -0.12, 0.12 * what.build["eye"])
    s.line([(1.1, 0.12), (0.98, 0.2), (0.85, 0.14)])


def _ladybird(s: Sheet, what: Beast, gait: Gait) -> None:
    for side in (-1, 1):
        for y in (-0.3, 0.15, 0.6):
            s.line([(side * 0.7, y), (side * 1.15, y + 0.1 * np.sin(gait.step + y * 4))], width=1.2)
        s.line([(side * 0.12, -0.95), (side * 0.4, -1.35)], width=0.9)
    s.oval(0, -0.75, (0.42, 0.34), ("head", "mark"))
    s.oval(0, 0.15, (0.92, 0.95), ("body", "coat"))
    s.line([(0, -0.78), (0, 1.08)], width=1.0)
    for x, y in ((0.4, -0.25), (0.5, 0.35), (0.28, 0.75), (0.22, 0.15)):
        for side in (-1, 1):
            s.oval(side * x, y, (0.15, 0.15), ("spots", "mark"), within="body", width=0.8)
    for side in (-1, 1):
        s.oval(side * 0.2, -0.85, (0.1, 0.1), (f"eye.{side}.white", "white"), width=0.8)


def _octopus(s: Sheet, what: Beast, gait: Gait) -> None:
    for i, x in enumerate(np.linspace(-0.75, 0.75, 6)):
        wave = 0.25 * np.sin(gait.step + 1.3 * i)
        spine = [(x * 0.7, 0.2), (x * 1.2, 0.75), (x * 1.7 + wave, 1.1), (x * 1.7 + 2 * wave, 1.5)]
        s.tube(spine, [0.36, 0.3, 0.22, 0.08], (f"arm.{i}", "coat"))
    ring = [(0, -1.2), (0.75, -0.9), (0.9, -0.2), (0.65, 0.4), (0, 0.55)]
    s.put([*ring, *[(-x, y) for x, y in ring[3:0:-1]]], "head", "coat")
    for side in (-1, 1):
        _eye(s, side * 0.32 + 0.1 * gait.yaw, -0.15, 0.18, name=f"eye.{side}")
    s.line([(-0.16, 0.18), (0, 0.26), (0.16, 0.18)])
    for x, y in ((-0.4, -0.75), (0.1, -0.85), (0.45, -0.65)):
        s.oval(x, y, (0.11, 0.11), ("spots", "belly"), width=0.7)


def _snake(s: Sheet, what: Beast, gait: Gait) -> None:
    x = np.linspace(-1.6, 1.2, 9)
    y = 0.4 * np.sin(3.2 * x + gait.step)
    wide = [0.06, 0.2, 0.3, 0.34, 0.36, 0.36, 0.34, 0.3, 0.28]
    s.tube(np.stack([x, y], 1), wide, ("body", "coat"))
    for a, b in zip(x[2:-1], y[2:-1], strict=True):
        s.oval(float(a), float(b), (0.09, 0.26), ("bands", "mark"), within="body", width=0.7)
    hx, hy = float(x[-1]) + 0.15, float(y[-1])
    s.line([(hx + 0.35, hy + 0.05), (hx + 0.65, hy + 0.1)], width=0.8)
    s.oval(hx, hy, (0.4, 0.27), ("body", "coat"), merge=True)
    _eye(s, hx + 0.1, hy - 0.1, 0.09 * what.build["eye"])


def _crab(s: Sheet, what: Beast, gait: Gait) -> None:
    for side in (-1, 1):
        f = s.frame(0, 0, flip=side < 0)
        for i, y in enumerate((0.1, 0.3, 0.5)):
            lift = 0.1 * np.sin(gait.step + i)
            f.tube(
                [(0.7, y), (1.15, y - 0.1 + lift), (1.4, y + 0.3)],
                [0.16, 0.14, 0.05],
                (f"leg.{side}.{i}", "coat"),
            )
        f.tube([(0.7, -0.2), (1.15, -0.4), (1.2, -0.7)], [0.2, 0.18, 0.2], (f"claw.{side}", "coat"))
        claw = [
            (1.05, -0.65),
            (0.95, -1.05),
            *corner((1.15, -1.35)),
            *corner((1.2, -1.0)),
            *corner((1.42, -1.25)),
            (1.5, -0.9),
            (1.35, -0.62),
        ]
        f.put(claw, f"claw.{side}", "coat", merge=True)
        f.line([(0.25, -0.4), (0.25, -0.75)], width=1.4)
    ring = [(0, -0.55), (0.7, -0.4), (0.95, 0.1), (0.6, 0.6), (0, 0.7)]
    s.put([*ring, *[(-x, y) for x, y in ring[3:0:-1]]], "body", "coat")
    for side in (-1, 1):
        _eye(s, side * 0.25, -0.8, 0.15, name=f"eye.{side}")
    s.line([(-0.25, 0.2), (0, 0.32), (0.25, 0.2)])
    del what


_DRAFTS: dict[str, Callable[[Sheet, Beast, Gait], None]] = {
    "bird": _bird,
    "duck": _bird,
    "hen": _bird,
    "owl": _owl,
    "penguin": _penguin,
    "fish": _fish,
    "whale": _whale,
    "turtle": _turtle,
    "frog": _frog,
    "snail": _snail,
    "butterfly": _butterfly,
    "bee": _bee,
    "ladybird": _ladybird,
    "octopus": _octopus,
    "snake": _snake,
    "crab": _crab,
}
