"""Clothes of the chest: shirts, jackets, bibs, kimono, armour."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from nurie.dataset.bodies import Body
from nurie.dataset.limbs import shirt_of
from nurie.dataset.persona import Persona, Pose
from nurie.dataset.sheet import Sheet, corner

Path: TypeAlias = list[tuple[float, float]]
_NO_BELT = {"hoodie", "sweater", "overalls", "swim", "kimono", "apron", "pinafore"}
OVER = {"coat", "tunic", "hoodie", "sweater", "jacket", "tee"}
"""Tops that fall over what is worn on the hips."""
_LONG = {"coat", "robe", "gown", "kimono", "tunic"}


def outline(b: Body, *, wide: float = 1.0, hem: float = 0.08) -> Path:
    """The torso in its frame (origin at the pelvis), ending ``hem`` of its length below."""
    n, sh, t = 0.3 * b.shoulder, b.shoulder * (0.5 + 0.5 * wide), b.torso
    right = [(n, -1.0 * t), (0.72 * sh, -0.955 * t), (sh, -0.84 * t), (0.9 * sh, -0.66 * t)]
    right += [(b.waist * wide, -0.36 * t), (b.hip * wide, -0.02 * t)]
    bottom = (b.hip * wide * 1.02, hem * t)
    ring: Path = [*right, *corner(bottom)]
    return [*ring, *[(-x, y) for x, y in ring[::-1]]]


def chest(s: Sheet, b: Body) -> None:
    """The bare torso."""
    s.frame(0, 0, angle=b.lean).put(outline(b), "skin.body", "skin")


def torso(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """What is worn on the chest, with its neckline."""
    kind, t = p.wears["top"], s.frame(0, 0, angle=b.lean)
    tucked = p.wears.get("bottom") in {"skirt", "pleated", "straight", "dress", "robe"}
    hem = -0.26 if tucked and kind not in _LONG and kind not in OVER else 0.1
    wide = {
        "hoodie": 1.22,
        "sweater": 1.14,
        "tee": 1.06,
        "coat": 1.18,
        "jacket": 1.15,
        "blazer": 1.1,
    }.get(kind, 1.04)
    inner = kind in {"jacket", "blazer", "coat", "vest", "pinafore", "overalls", "apron"}
    if inner:
        t.put(outline(b, wide=1.02, hem=hem), "shirt", shirt_of(p))
        _neckline(t, p, b, "collar")
    else:
        t.put(outline(b, wide=wide, hem=hem), "top", "top")
        _pattern(t, p, b)
        _neckline(t, p, b, kind)
    draw = _DETAILS.get(kind)
    if draw:
        draw(t, p, b, pose)


def belt(s: Sheet, p: Persona, b: Body) -> None:
    """A belt with its buckle, where one is worn."""
    if not p.wears.get("belt") or p.wears["top"] in _NO_BELT:
        return
    t = s.frame(0, 0, angle=b.lean)
    y, h, w = -0.26 * b.torso, 0.09 * b.torso, b.waist * 1.12
    t.put(
        [(-w, y - h / 2), (w, y - h / 2), (w * 1.03, y + h / 2), (-w * 1.03, y + h / 2)],
        "belt",
        "leather",
        smooth=False,
    )
    t.put(
        [(-h, y - 0.7 * h), (h, y - 0.7 * h), (h, y + 0.7 * h), (-h, y + 0.7 * h)],
        "buckle",
        "metal",
        smooth=False,
        width=0.8,
    )


def _pattern(t: Sheet, p: Persona, b: Body) -> None:
    kind, n = p.wears.get("pattern"), 5
    if kind == "stripes":
        for y in np.linspace(-0.82, 0.0, n):
            a, c = float(y) * b.torso, (float(y) + 0.09) * b.torso
            w = b.shoulder * 1.6
            ring = [(-w, a), (0, a + 0.03), (w, a), (w, c), (0, c + 0.03), (-w, c)]
            t.put(ring, "top.stripe", "trim", within="top", width=0.7)
    elif kind == "band":
        w, a = b.shoulder * 1.6, -0.62 * b.torso
        t.put(
            [(-w, a), (w, a), (w, a + 0.2 * b.torso), (-w, a + 0.2 * b.torso)],
            "top.band",
            "trim",
            within="top",
            smooth=False,
        )
    elif kind == "dots":
        rng = np.random.default_rng([p.seed, 11])
        r = b.shoulder * 0.13
        for x, y in rng.uniform(-1, 1, (9, 2)):
            t.oval(
                x * b.shoulder,
                (-0.45 + 0.45 * y) * b.torso,
                (r, r),
                ("top.dot", "trim"),
                within="top",
                width=0.7,
            )
    elif kind == "mark":
        r, y = b.shoulder * 0.36, -0.56 * b.torso
        n = int(p.face["nose"]) + 3
        star: Path = []
        for i in range(2 * n):
            q = r if i % 2 == 0 else 0.5 * r
            star.append((q * float(np.sin(np.pi * i / n)), y - q * float(np.cos(np.pi * i / n))))
        t.put(star, "top.mark", "accent", within="top", smooth=p.seed % 2 == 0)


def _neckline(t: Sheet, p: Persona, b: Body, kind: str) -> None:
    """Skin at the throat, then a collar."""
    n, y = 0.36 * b.shoulder, -b.torso
    deep = {
        "tee": 0.1,
        "tank": 0.2,
        "dress": 0.16,
        "gown": 0.24,
        "swim": 0.25,
        "sailor": 0.3,
        "collar": 0.16,
        "shirt": 0.14,
    }.get(kind, 0.08)
    low = y + deep * b.torso
    if kind in {"collar", "shirt", "sailor", "tunic", "kimono", "robe"}:
        ring = [*corner((-n, y - 0.02)), *corner((n, y - 0.02)), *corner((0, low))]
    else:
        ring = [
            *corner((-n, y - 0.02)),
            *corner((n, y - 0.02)),
            (0.5 * n, low * 0.9 + 0.1 * y),
            (-0.5 * n, low * 0.9 + 0.1 * y),
        ]
    t.put(ring, "skin.neck", "skin", merge=True)
    if kind in {"shirt", "collar"}:
        for side in (-1, 1):
            flap = [
                (side * n, y - 0.03),
                (side * 0.03, low),
                (side * 0.9 * n, low + 0.05 * b.torso),
                (side * 1.3 * n, y + 0.05 * b.torso),
            ]
            t.put(flap, "collar", "white" if kind == "collar" else "top", smooth=False)
    if kind == "shirt":
        t.line([(0, low), (0, 0.08 * b.torso)], within="top", width=0.6)
        for v in (0.25, 0.42, 0.59, 0.76):
            t.oval(
                0.03 * b.shoulder,
                y + v * b.torso,
                (0.035 * b.height / 5, 0.035 * b.height / 5),
                ("button", "trim"),
                within="top",
                width=0.5,
            )


def _open_front(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    """A jacket, blazer, coat or vest over the shirt."""
    kind = p.wears["top"]
    hem = {"coat": 0.95, "vest": -0.02}.get(kind, 0.16)
    wide = {"coat": 1.16, "vest": 1.04}.get(kind, 1.12)
    half = outline(b, wide=wide, hem=hem)
    n, tt = len(half) // 2, b.torso
    gap = (0.2 if kind in {"jacket", "vest"} else 0.04) * b.shoulder
    for side, part in ((-1, "over.l"), (1, "over.r")):
        ring = [(side * x, y) for x, y in half[:n]]
        edge = [
            *corner((side * gap, hem * tt)),
            (side * gap, -0.4 * tt),
            *corner((side * 0.34 * b.shoulder, -0.99 * tt)),
        ]
        t.put([*ring, *edge], part, "over")
        if kind in {"blazer", "coat"}:
            lapel = [
                (side * 0.36 * b.shoulder, -1.0 * tt),
                (side * 0.62 * b.shoulder, -0.72 * tt),
                (side * gap, -0.42 * tt),
            ]
            t.put(
                lapel,
                f"lapel.{part[-1]}",
                "trim" if p.seed % 3 == 0 else "over",
                smooth=False,
                width=0.8,
            )
    if kind in {"blazer", "coat"}:
        for v in (0.62, 0.78):
            t.oval(
                0.1 * b.shoulder,
                (v - 1) * tt,
                (0.05 * b.shoulder, 0.05 * b.shoulder),
                ("button", "metal"),
                width=0.6,
            )


def _sailor(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    tt, sh = b.torso, b.shoulder
    for side, part in ((-1, "collar.l"), (1, "collar.r")):
        ring = [
            (side * 0.34 * sh, -1.0 * tt),
            (side * 0.85 * sh, -0.9 * tt),
            (side * 0.8 * sh, -0.78 * tt),
            (0.0, -0.6 * tt),
            (0.0, -0.68 * tt),
        ]
        t.put(ring, part, "bottom", smooth=False)
        t.line([(side * 0.68 * sh, -0.84 * tt), (0, -0.645 * tt)], width=0.5, within=part)
    del p


def _pinafore(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    """A bib over the shirt: dungarees, an apron, a pinafore dress."""
    tt, sh = b.torso, b.shoulder
    kind = p.wears["top"]
    role = {"overalls": "bottom", "apron": "white" if p.seed % 2 else "accent"}.get(kind, "top")
    name = {"pinafore": "top"}.get(kind, "bib")
    ring = [
        (-0.52 * sh, -0.68 * tt),
        (0.52 * sh, -0.68 * tt),
        (b.waist * 1.04, -0.3 * tt),
        (b.hip, 0.1 * tt),
        (-b.hip, 0.1 * tt),
        (-b.waist * 1.04, -0.3 * tt),
    ]
    for side in (-1, 1):
        strap = [
            (side * 0.36 * sh, -1.0 * tt),
            (side * 0.56 * sh, -0.99 * tt),
            (side * 0.52 * sh, -0.66 * tt),
            (side * 0.34 * sh, -0.66 * tt),
        ]
        t.put(strap, f"strap.{'l' if side < 0 else 'r'}", role, smooth=False)
    t.put(ring, name, role, smooth=False)
    if kind == "overalls":
        for side in (-1, 1):
            t.oval(
                side * 0.43 * sh, -0.64 * tt, (0.07 * sh, 0.07 * sh), ("button", "metal"), width=0.7
            )
        t.put(
            [
                (-0.3 * sh, -0.5 * tt),
                (0.3 * sh, -0.5 * tt),
                (0.26 * sh, -0.26 * tt),
                (-0.26 * sh, -0.26 * tt),
            ],
            "pocket",
            role,
            smooth=False,
            width=0.7,
        )
    elif kind == "apron":
        h = 0.9 * tt
        t.put(
            [
                (-b.hip * 0.9, -0.3 * tt),
                (b.hip * 0.9, -0.3 * tt),
                (b.hip * 1.15, h),
                (0, h * 1.08),
                (-b.hip * 1.15, h),
            ],
            "bib",
            role,
            merge=True,
        )


def _kimono(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    tt, sh = b.torso, b.shoulder
    for side in (1, -1):
        ring = [
            (side * 0.3 * sh, -1.02 * tt),
            (side * 0.48 * sh, -1.0 * tt),
            (-side * 0.2 * sh, -0.42 * tt),
            (-side * 0.36 * sh, -0.46 * tt),
        ]
        t.put(
            ring,
            f"collar.{'l' if side < 0 else 'r'}",
            "white" if side > 0 else "trim",
            smooth=False,
        )
    w = b.waist * 1.14
    t.put(
        [(-w, -0.46 * tt), (w, -0.46 * tt), (w * 1.04, -0.16 * tt), (-w * 1.04, -0.16 * tt)],
        "obi",
        "accent",
        smooth=False,
    )
    t.put(
        [
            (-w * 1.03, -0.33 * tt),
            (w * 1.03, -0.33 * tt),
            (w * 1.03, -0.27 * tt),
            (-w * 1.03, -0.27 * tt),
        ],
        "cord",
        "trim",
        smooth=False,
        width=0.7,
    )
    del p


def _armour(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    tt, sh = b.torso, b.shoulder
    ring = [
        (-0.5 * sh, -0.96 * tt),
        (0.5 * sh, -0.96 * tt),
        (0.95 * sh, -0.68 * tt),
        (b.waist * 1.12, -0.34 * tt),
        (0, -0.28 * tt),
        (-b.waist * 1.12, -0.34 * tt),
        (-0.95 * sh, -0.68 * tt),
    ]
    t.put(ring, "plate", "metal")
    t.line([(0, -0.94 * tt), (0, -0.3 * tt)], width=0.7, within="plate")
    t.oval(0, -0.72 * tt, (0.12 * sh, 0.12 * sh), ("gem", "gem"), width=0.8)
    n = 4
    for i in range(n):
        a, c = -1 + 2 * i / n, -1 + 2 * (i + 1) / n
        w = b.hip * 1.15
        t.put(
            [
                (a * w, -0.3 * tt),
                (c * w, -0.3 * tt),
                (c * w * 1.1, 0.12 * tt),
                ((a + c) / 2 * w * 1.1, 0.2 * tt),
                (a * w * 1.1, 0.12 * tt),
            ],
            "tassets",
            "metal",
            smooth=False,
            width=0.8,
        )
    del p


def _hoodie(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    tt, sh = b.torso, b.shoulder
    t.put(
        [
            (-0.62 * sh, -0.98 * tt),
            (0, -0.76 * tt),
            (0.62 * sh, -0.98 * tt),
            (0.42 * sh, -1.06 * tt),
            (0, -0.9 * tt),
            (-0.42 * sh, -1.06 * tt),
        ],
        "hood",
        "top",
    )
    t.put(
        [
            *corner((-0.4 * sh, -0.32 * tt), (0.4 * sh, -0.32 * tt)),
            (0.62 * sh, -0.04 * tt),
            (-0.62 * sh, -0.04 * tt),
        ],
        "pocket",
        "top",
        width=0.7,
    )
    for side in (-1, 1):
        t.line([(side * 0.16 * sh, -0.84 * tt), (side * 0.18 * sh, -0.56 * tt)], width=0.7)
    del p


def _ribs(t: Sheet, p: Persona, b: Body, _: Pose) -> None:
    w = b.hip * 1.16
    t.put(
        [
            (-w, 0.02 * b.torso),
            (w, 0.02 * b.torso),
            (w * 0.98, 0.14 * b.torso),
            (-w * 0.98, 0.14 * b.torso),
        ],
        "top.rib",
        "top",
        smooth=False,
        width=0.8,
    )
    del p


_DETAILS: dict[str, Callable[[Sheet, Persona, Body, Pose], None]] = {
    "jacket": _open_front,
    "blazer": _open_front,
    "coat": _open_front,
    "vest": _open_front,
    "sailor": _sailor,
    "pinafore": _pinafore,
    "overalls": _pinafore,
    "apron": _pinafore,
    "kimono": _kimono,
    "armour": _armour,
    "hoodie": _hoodie,
    "sweater": _ribs,
}
