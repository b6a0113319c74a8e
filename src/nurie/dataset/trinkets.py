"""Hats, glasses, scarves, capes and what hands hold."""

import numpy as np

from nurie.dataset.bodies import Body
from nurie.dataset.faces import across
from nurie.dataset.persona import Persona, Pose
from nurie.dataset.sheet import Sheet, corner

Path = list[tuple[float, float]]


def hat(s: Sheet, p: Persona, pose: Pose) -> None:
    """What is on the head, in the frame of the head."""
    kind, k = p.wears.get("hat", ""), pose.yaw
    bulk = 1.12 if p.wears["back"] != "afro" else 1.25
    f = s.frame(0.0, 0.0, scale=bulk)
    if kind == "cap":
        f.put(
            [
                *corner((-0.92, -0.3)),
                (-0.85, -0.8),
                (0, -1.16),
                (0.85, -0.8),
                *corner((0.92, -0.3)),
                (0, -0.42),
            ],
            "hat",
            "hat",
        )
        f.put(
            [
                (-0.7 + 0.5 * k, -0.4),
                (0.5 * k, -0.52),
                (0.7 + 0.5 * k, -0.4),
                (0.85 + 0.7 * k, -0.16),
                (0.6 * k, -0.12),
                (-0.85 + 0.7 * k, -0.16),
            ],
            "hat.brim",
            "trim",
        )
        f.oval(0.1 * k, -1.12, (0.08, 0.05), ("hat.button", "trim"))
    elif kind == "beanie":
        f.put(
            [(-0.92, -0.3), (-0.86, -0.8), (0, -1.2), (0.86, -0.8), (0.92, -0.3), (0, -0.4)],
            "hat",
            "hat",
        )
        f.put(
            [(-0.95, -0.5), (0, -0.62), (0.95, -0.5), (0.97, -0.22), (0, -0.34), (-0.97, -0.22)],
            "hat.band",
            "trim",
        )
        f.oval(0, -1.25, (0.22, 0.2), ("hat.ball", "trim"))
    elif kind == "straw":
        f.oval(0, -0.42, (1.55, 0.34), ("hat.brim", "straw"))
        f.put(
            [
                *corner((-0.78, -0.5)),
                (-0.7, -1.0),
                (0, -1.14),
                (0.7, -1.0),
                *corner((0.78, -0.5)),
                (0, -0.36),
            ],
            "hat",
            "straw",
        )
        f.put(
            [(-0.78, -0.68), (0, -0.55), (0.78, -0.68), (0.79, -0.48), (0, -0.34), (-0.79, -0.48)],
            "hat.band",
            "accent",
        )
    elif kind == "witch":
        f.oval(0, -0.48, (1.6, 0.32), ("hat.brim", "hat"))
        f.put(
            [
                *corner((-0.72, -0.52)),
                (-0.4, -1.3),
                *corner((0.45 + 0.3 * pose.sway, -2.1)),
                (0.4, -1.3),
                *corner((0.72, -0.52)),
                (0, -0.38),
            ],
            "hat",
            "hat",
        )
        f.put(
            [(-0.7, -0.7), (0, -0.58), (0.7, -0.7), (0.73, -0.5), (0, -0.36), (-0.73, -0.5)],
            "hat.band",
            "accent",
        )
        f.put(
            [(-0.14, -0.66), (0.14, -0.66), (0.14, -0.4), (-0.14, -0.4)],
            "buckle",
            "metal",
            smooth=False,
        )
    elif kind == "beret":
        f.put(
            [(-0.95, -0.5), (-1.05, -0.85), (-0.2, -1.2), (0.85, -1.05), (0.95, -0.55), (0, -0.58)],
            "hat",
            "hat",
        )
        f.line([(-0.15, -1.18), (-0.2, -1.34)], width=1.4)
    elif kind == "crown":
        points: Path = [(-0.5, -0.85)]
        for i in range(5):
            x = -0.5 + 0.25 * i
            points += [(x, -1.3 if i % 2 == 0 else -1.42)] + ([(x + 0.125, -1.05)] if i < 4 else [])
        f.put([*points, (0.5, -0.85), (0, -0.78)], "crown", "metal", smooth=False)
        f.oval(0, -0.97, (0.08, 0.09), ("gem", "gem"), width=0.7)
    elif kind == "ribbon":
        _bow(f.frame(0.55 * (1 if k <= 0 else -1), -0.86, scale=0.5), "ribbon", "accent")
    elif kind == "band":
        f.put(
            [
                (-0.86, -0.32),
                (-0.7, -0.78),
                (0, -0.98),
                (0.7, -0.78),
                (0.86, -0.32),
                (0.78, -0.32),
                (0.6, -0.66),
                (0, -0.82),
                (-0.6, -0.66),
                (-0.78, -0.32),
            ],
            "band",
            "accent",
        )
    elif kind == "ears":
        for side in (-1, 1):
            x = side * 0.55 - 0.1 * k
            f.put(
                [
                    *corner((x - 0.3, -0.72)),
                    *corner((x + 0.16 * side, -1.4)),
                    *corner((x + 0.3, -0.72)),
                ],
                f"ears.{'l' if side < 0 else 'r'}",
                "hair",
            )
            f.put(
                [(x - 0.14, -0.8), (x + 0.13 * side, -1.2), (x + 0.16, -0.8)],
                f"ears.inner.{'l' if side < 0 else 'r'}",
                "lips",
                width=0.7,
            )
    elif kind == "horns":
        for side in (-1, 1):
            x = side * 0.55 - 0.1 * k
            f.put(
                [
                    (x - 0.15, -0.75),
                    (x + side * 0.12, -1.1),
                    *corner((x - side * 0.05, -1.5)),
                    (x + side * 0.32, -1.1),
                    (x + 0.15, -0.72),
                ],
                f"horn.{'l' if side < 0 else 'r'}",
                "trim",
            )
    elif kind == "flower":
        x = 0.6 * (1 if k <= 0 else -1)
        for i in range(5):
            t = 2 * np.pi * i / 5
            f.oval(
                x + 0.15 * np.cos(t),
                -0.6 + 0.15 * np.sin(t),
                (0.13, 0.13),
                ("flower", "accent"),
                width=0.8,
            )
        f.oval(x, -0.6, (0.09, 0.09), ("flower.heart", "metal"), width=0.8)


def _bow(f: Sheet, part: str, role: str) -> None:
    """A bow of two loops."""
    for side in (-1, 1):
        f.put(
            [*corner((0, 0)), (side * 0.6, -0.55), (side * 0.95, 0), (side * 0.6, 0.5)], part, role
        )
    f.oval(0, 0, (0.2, 0.24), (f"{part}.knot", role), width=0.9)


def glasses(s: Sheet, p: Persona, pose: Pose) -> None:
    """Round or square glasses."""
    round_ = p.seed % 2 == 0
    for u in (-0.47, 0.47):
        x, c = across(u, pose)
        y = (0.26 if p.manner in {"anime", "chibi"} else 0.16) + 0.14 * pose.pitch
        r = 0.3 * c
        n = 12 if round_ else 4
        t = np.linspace(0, 2 * np.pi, n, endpoint=False) + (0 if round_ else np.pi / 4)
        k = 1.0 if round_ else 1.25
        s.line(
            np.stack([x + k * r * np.cos(t), y + 0.27 * k * np.sin(t)], 1),
            closed=True,
            smooth=round_,
            width=1.1,
        )
    a, b = across(-0.1, pose)[0], across(0.1, pose)[0]
    s.line([(a - 0.04, y - 0.02), (0.5 * (a + b), y - 0.06), (b + 0.04, y - 0.02)], width=1.0)


def neck(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """Tie, bow, necklace or scarf, in the frame of the torso."""
    kind, t, sh = p.wears.get("neck", ""), b.torso, b.shoulder
    f = s.frame(0, 0, angle=b.lean)
    y = -0.84 * t
    if p.wears["top"] == "sailor":
        y = -0.64 * t
    if kind == "tie":
        f.put(
            [
                (-0.09 * sh, y),
                (0.09 * sh, y),
                (0.17 * sh, -0.36 * t),
                (0, -0.26 * t),
                (-0.17 * sh, -0.36 * t),
            ],
            "tie",
            "accent",
            smooth=False,
        )
        f.put(
            [
                (-0.13 * sh, y - 0.06 * t),
                (0.13 * sh, y - 0.06 * t),
                (0.08 * sh, y + 0.04 * t),
                (-0.08 * sh, y + 0.04 * t),
            ],
            "tie.knot",
            "accent",
            smooth=False,
        )
    elif kind == "bow":
        _bow(f.frame(0, y, scale=0.42 * sh), "bow", "accent")
    elif kind == "necklace":
        f.line([(-0.34 * sh, -0.98 * t), (0, y), (0.34 * sh, -0.98 * t)], width=0.7)
        f.oval(0, y + 0.03, (0.09 * sh, 0.1 * sh), ("gem", "gem"), width=0.7)
    elif kind == "scarf":
        drift = 0.4 * pose.sway
        f.put(
            [
                (0.2 * sh, -0.95 * t),
                (0.5 * sh, -0.95 * t),
                (0.6 * sh + drift * 0.5, -0.4 * t),
                (0.25 * sh + drift * 0.5, -0.38 * t),
            ],
            "scarf.end",
            "accent",
            smooth=False,
        )
        f.put(
            [
                (-0.6 * sh, -1.04 * t),
                (0, -0.92 * t),
                (0.6 * sh, -1.04 * t),
                (0.66 * sh, -0.88 * t),
                (0, -0.76 * t),
                (-0.66 * sh, -0.88 * t),
            ],
            "scarf",
            "accent",
        )


def cape(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """A cape behind everything."""
    if not p.wears.get("cape"):
        return
    low, sh = 0.42 * b.height, b.shoulder
    drift = 0.9 * pose.sway
    hem: Path = []
    for i, x in enumerate(np.linspace(1.9, -1.9, 7)):
        hem.append((float(x) * sh + drift, low + (0.06 if i % 2 else 0.0) * b.height))
    s.put([(-0.7 * sh, -0.98 * b.torso), (0.7 * sh, -0.98 * b.torso), *hem], "cape", "accent")
    for x, y in hem[1:-1:2]:
        s.line(
            [(0.4 * (x - drift), -0.2 * b.torso), (0.8 * x, 0.5 * y), (x, y)],
            within="cape",
            width=0.7,
        )


def prop(s: Sheet, p: Persona, b: Body, pose: Pose, *, side: int) -> None:
    """What a hand holds: ``side`` 0 left, 1 right on the page; drawn before that hand."""
    kind = p.wears.get("prop", "")
    d = b.arms[side][2] - b.arms[side][1]
    d = d / max(float(np.hypot(*d)), 1e-6)
    x, y = b.arms[side][2] + d * b.arm[2]
    out = 1.0 if side else -1.0
    unit = max(b.height / 5.5, 0.4)
    f = s.frame(float(x), float(y), scale=unit, flip=out < 0)
    if kind == "sword":
        g = f.frame(0, 0, angle=0.5)
        g.put(
            [
                *corner((-0.09, -0.3)),
                *corner((-0.09, -2.2)),
                *corner((0, -2.45)),
                *corner((0.09, -2.2)),
                *corner((0.09, -0.3)),
            ],
            "blade",
            "steel",
            smooth=False,
        )
        g.line([(0, -0.3), (0, -2.2)], width=0.6)
        g.put(
            [(-0.36, -0.34), (0.36, -0.34), (0.36, -0.2), (-0.36, -0.2)],
            "hilt",
            "metal",
            smooth=False,
        )
        g.put(
            [(-0.07, -0.2), (0.07, -0.2), (0.07, 0.34), (-0.07, 0.34)],
            "grip",
            "leather",
            smooth=False,
        )
    elif kind == "staff":
        f.tube([(0.05, -2.0), (0, 0.0), (-0.05, 2.0)], [0.12, 0.12, 0.1], ("staff", "wood"))
        f.oval(0.05, -2.15, (0.26, 0.26), ("orb", "gem"))
    elif kind == "book":
        f.put(
            [(-0.35, -0.5), (0.35, -0.5), (0.35, 0.4), (-0.35, 0.4)], "book", "prop", smooth=False
        )
        f.put(
            [(-0.2, -0.3), (0.2, -0.3), (0.2, -0.1), (-0.2, -0.1)],
            "book.label",
            "trim",
            smooth=False,
            width=0.7,
        )
    elif kind == "flower":
        f.tube([(0, 0.5), (0.02, 0), (0.05, -0.7)], [0.07, 0.07, 0.06], ("stem", "leaf"))
        f.put(
            [*corner((0.02, -0.1)), (0.3, -0.3), *corner((0.45, -0.2)), (0.25, -0.08)],
            "leaf",
            "leaf",
        )
        for i in range(6):
            t = np.pi * i / 3
            f.oval(
                0.05 + 0.2 * np.cos(t),
                -0.85 + 0.2 * np.sin(t),
                (0.16, 0.16),
                ("petals", "prop"),
                width=0.8,
            )
        f.oval(0.05, -0.85, (0.13, 0.13), ("flower.heart", "metal"), width=0.8)
    elif kind == "balloon":
        f.line([(0, 0.2), (0.1, -0.8), (0.05 + 0.5 * pose.sway, -1.7)], width=0.7)
        f.oval(0.05 + 0.5 * pose.sway, -2.3, (0.5, 0.6), ("balloon", "prop"))
    elif kind == "ball":
        f.oval(0.1, 0.2, (0.42, 0.42), ("ball", "prop"))
        f.put(
            [(-0.4, 0.1), (0.1, 0.28), (0.6, 0.1), (0.6, 0.3), (0.1, 0.5), (-0.4, 0.3)],
            "ball.band",
            "white",
            within="ball",
            width=0.8,
        )
    elif kind == "cup":
        f.put(
            [(-0.2, -0.35), (0.25, -0.35), (0.2, 0.15), (-0.15, 0.15)], "cup", "prop", smooth=False
        )
        f.line([(0.23, -0.25), (0.42, -0.12), (0.21, 0.02)], width=0.9)
    elif kind == "umbrella":
        f.line([(0, 0.5), (0, -2.0)], width=1.4)
        edge: Path = [
            (1.3, -1.6),
            (0.9, -1.72),
            (0.45, -1.6),
            (0, -1.72),
            (-0.45, -1.6),
            (-0.9, -1.72),
            (-1.3, -1.6),
        ]
        f.put(
            [
                (-0.9, -2.25),
                (0, -2.55),
                (0.9, -2.25),
                *corner(edge[0]),
                edge[1],
                *corner(edge[2]),
                edge[3],
                *corner(edge[4]),
                edge[5],
                *corner(edge[6]),
            ],
            "umbrella",
            "prop",
        )
        for x in (0.45, -0.45):
            f.line([(0, -2.55), (x * 0.8, -2.1), (x, -1.6)], width=0.7)
    elif kind == "bag":
        f.line([(-0.2, 0.5), (-0.1, 0.0), (0.15, 0.0), (0.25, 0.5)], width=1.2)
        f.put([(-0.42, 0.45), (0.46, 0.45), (0.5, 1.1), (-0.46, 1.1)], "bag", "leather")
        f.put(
            [(-0.42, 0.45), (0.46, 0.45), (0.4, 0.75), (0.02, 0.85), (-0.36, 0.75)],
            "bag.flap",
            "leather",
            width=0.8,
        )
