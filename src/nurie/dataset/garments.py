"""Clothes on a body: torsos, sleeves, skirts, trousers, shoes."""

from collections.abc import Callable

import numpy as np

from nurie.arrays import AnyArray
from nurie.dataset.bodies import Body, bent, widths
from nurie.dataset.persona import Persona, Pose
from nurie.dataset.sheet import Sheet, corner

Path = list[tuple[float, float]]
_SIDES = ("l", "r")
_ROLES = {"jacket": "over", "blazer": "over", "coat": "over", "vest": "over"}
_LONG = {"coat": 0.55, "robe": 1.35, "gown": 1.6, "kimono": 1.5, "tunic": 0.3}


def _scaled(
    thick: tuple[float, float, float], by: float, add: float = 0.0
) -> tuple[float, float, float]:
    return thick[0] * by + add, thick[1] * by + add, thick[2] * by + add


def tube(
    s: Sheet,
    joints: AnyArray,
    thick: tuple[float, float, float],
    name: tuple[str, str],
    ends: tuple[float, float] = (0.0, 2.0),
    *,
    merge: bool = False,
) -> None:
    """A piece of clothing (or skin) along a limb."""
    points = bent(joints, start=ends[0], until=ends[1])
    s.tube(points, widths(thick, points, ends), name, merge=merge)


def leg(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """One leg: skin, sock, shoe, trouser leg."""
    side, joints, w = _SIDES[i], b.legs[i], p.wears
    bottom = w.get("bottom", "trousers")
    long = bottom in {"jeans", "trousers", "leggings"}
    if not long:
        tube(s, joints, b.leg, (f"skin.leg.{side}", "skin"))
        top = {"short": 1.72, "knee": 1.12, "thigh": 0.55}.get(w.get("socks", ""))
        if top and w.get("shoes") not in {"sandals", "bare"}:
            tube(s, joints, _scaled(b.leg, 1.06), (f"socks.{side}", "socks"), (top, 2.0))
    _shoe(s, p, b, i)
    if long:
        wide = 1.06 if bottom == "leggings" else 1.22
        end = 1.45 if w.get("shoes") in {"boots", "greaves"} else 1.97
        name = (f"bottom.{side}", "bottom")
        tube(s, joints, _scaled(b.leg, wide, 0.02), name, (0.0, end))
        if w.get("shoes") in {"boots", "greaves"}:
            _shaft(s, p, b, i)
    elif bottom == "shorts":
        tube(s, joints, _scaled(b.leg, 1.35), (f"bottom.{side}", "bottom"), (0.0, 0.62))


def _shaft(s: Sheet, p: Persona, b: Body, i: int) -> None:
    role = "metal" if p.wears["shoes"] == "greaves" else "shoes"
    tube(
        s, b.legs[i], _scaled(b.leg, 1.3, 0.01), (f"shoe.{_SIDES[i]}", role), (1.3, 2.0), merge=True
    )
    top = b.legs[i][1] + 0.3 * (b.legs[i][2] - b.legs[i][1])
    cuff = _scaled(b.leg, 1.45, 0.01)
    if p.face["kind"] > 0:
        tube(s, b.legs[i], cuff, (f"cuff.{_SIDES[i]}", "trim"), (1.26, 1.42))
    del top


def _shoe(s: Sheet, p: Persona, b: Body, i: int) -> None:
    side, out = _SIDES[i], (-1.0, 1.0)[i]
    knee, ankle = b.legs[i][1], b.legs[i][2]
    angle = float(np.arctan2(*(ankle - knee))) * -0.6
    h = b.leg[2]
    kind = p.wears.get("shoes", "low")
    f = s.frame(float(ankle[0]), float(ankle[1]), scale=h * 1.25, angle=angle, flip=out < 0)
    toe = 1.15
    ring = [(-0.55, -0.5), (0.5, -0.5), (0.62, 0.1), (toe, 0.5), *corner((toe + 0.05, 0.78))]
    ring += [*corner((-0.62, 0.78)), (-0.66, 0.2)]
    if kind in {"bare", "sandals"}:
        f.put(ring, f"skin.leg.{side}", "skin", merge=True)
        if kind == "sandals":
            f.put(
                [(-0.66, 0.66), (toe + 0.1, 0.66), (toe + 0.08, 0.88), (-0.66, 0.88)],
                f"shoe.{side}",
                "leather",
                smooth=False,
            )
            f.put(
                [(0.0, 0.0), (0.35, -0.05), (0.95, 0.7), (0.6, 0.7)],
                f"shoe.{side}",
                "leather",
                width=0.7,
            )
        return
    role = "metal" if kind == "greaves" else "shoes"
    f.put(ring, f"shoe.{side}", role)
    if kind == "sneakers":
        sole = [(-0.7, 0.6), (toe + 0.08, 0.6), (toe + 0.1, 0.86), (-0.7, 0.86)]
        f.put(sole, f"sole.{side}", "white", smooth=False, width=0.8)
        f.line([(0.1, 0.0), (0.55, -0.1)], width=0.5)
        f.line([(0.25, 0.2), (0.7, 0.1)], width=0.5)
    elif kind == "low":
        f.put(
            [(-0.35, -0.62), (0.35, -0.62), (0.62, 0.16), (0.2, 0.3)],
            f"instep.{side}",
            "skin" if not p.wears.get("socks") else "socks",
            width=0.7,
        )
    elif kind == "boots":
        tube(s, b.legs[i], _scaled(b.leg, 1.25), (f"shoe.{side}", role), (1.35, 1.95), merge=True)


def bottoms(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """What is around the hips, over the legs."""
    kind = p.wears.get("bottom", "trousers")
    t = s.frame(0, 0, angle=b.lean * 0.5)
    if kind in {"jeans", "trousers", "leggings", "shorts"}:
        y = 0.075 * b.height
        ring = [(-b.hip, 0.0), (-b.waist, -0.3 * b.torso), (b.waist, -0.3 * b.torso), (b.hip, 0.0)]
        for i in (1, 0):
            name = f"bottom.{_SIDES[i]}"
            half = [(x if (x > 0) == (i == 1) else 0.0, yy) for x, yy in ring]
            t.put(
                [*half, (0.97 * b.hip * (1 if i else -1), y), (0.0, y)],
                name,
                "bottom",
                merge=True,
                smooth=False,
            )
        t.line([(0, -0.1 * b.torso), (0, y * 1.2)], width=0.7)
        return
    long = {"skirt": 0.24, "pleated": 0.2, "straight": 0.27, "dress": 0.3, "robe": 0.5}.get(
        kind, 0.25
    )
    if p.wears["top"] in {"gown", "kimono"} or kind == "robe":
        long = 0.52
    name = ("top.skirt", _role(p)) if kind in {"dress", "robe"} else ("bottom", "bottom")
    _skirt(t, p, b, pose, (long, 1.15 if kind in {"straight", "robe"} else 1.55), name)


def _skirt(
    t: Sheet, p: Persona, b: Body, pose: Pose, cut: tuple[float, float], name: tuple[str, str]
) -> None:
    long, flare = cut[0] * b.height, cut[1]
    drift = 0.2 * pose.sway * long
    top = -0.3 * b.torso
    spread = 0.5 * max(0.0, max(abs(pose.legs[0]), abs(pose.legs[2])) - 0.15) * long
    reach = b.hip * flare + spread + 0.1 * long
    n = 3 + p.seed % 4
    hem: Path = []
    for i, x in enumerate(np.linspace(reach, -reach, 2 * n + 1)):
        hem.append(
            (
                float(x) + drift,
                long + (0.05 * long if i % 2 else 0.0) + 0.04 * long * (1 - (x / reach) ** 2),
            )
        )
    right = [(b.waist, top), (b.hip * 1.02, 0.02)]
    ring = [
        *corner((-b.waist, top)),
        *corner(right[0]),
        right[1],
        *corner(hem[0]),
        *hem[1:-1],
        *corner(hem[-1]),
        (-b.hip * 1.02, 0.02),
    ]
    t.put(ring, *name)
    within = name[0]
    folds = hem[2:-1:2] if p.wears.get("bottom") == "pleated" else hem[2:-1:4]
    for x, y in folds:
        x0 = (x - drift) / reach * b.waist
        start = (x0, top) if p.wears.get("bottom") == "pleated" else (0.5 * (x0 + x), 0.45 * long)
        t.line(
            [start, (0.5 * (start[0] + x), 0.5 * (start[1] + y)), (x, y)], within=within, width=0.6
        )
    if p.wears.get("pattern") in {"band", "stripes"} and p.wears.get("bottom") != "robe":
        band: Path = [(x, y - 0.12 * long) for x, y in hem] + [
            (x, y - 0.2 * long) for x, y in hem[::-1]
        ]
        t.put(band, f"{within}.hem", "trim", within=within, width=0.7)


def _role(p: Persona) -> str:
    return _ROLES.get(p.wears["top"], "top")


def outline(b: Body, *, wide: float = 1.0, hem: float = 0.08) -> Path:
    """The torso in its frame (origin at the pelvis), ending ``hem`` of its length below."""
    n, sh, t = 0.3 * b.shoulder, b.shoulder * (0.5 + 0.5 * wide), b.torso
    right = [(n, -1.0 * t), (0.72 * sh, -0.955 * t), (sh, -0.84 * t), (0.9 * sh, -0.66 * t)]
    right += [(b.waist * wide, -0.36 * t), (b.hip * wide, -0.02 * t)]
    bottom = (b.hip * wide * 1.02, hem * t)
    ring: Path = [*right, *corner(bottom)]
    return [*ring, *[(-x, y) for x, y in ring[::-1]]]


def torso(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """What is worn on the chest, with its neckline."""
    kind, t = p.wears["top"], s.frame(0, 0, angle=b.lean)
    t.put(outline(b), "skin.body", "skin")
    tucked = p.wears.get("bottom") in {"skirt", "pleated", "straight", "dress", "robe"}
    hem = -0.28 if tucked and kind not in _LONG and kind != "coat" else 0.1
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
        role = "white" if p.face["jaw"] > 0.35 or kind in {"blazer", "vest"} else "top"
        t.put(outline(b, wide=1.02, hem=hem), "shirt", role)
        _neckline(t, p, b, "collar")
    else:
        t.put(outline(b, wide=wide, hem=hem), "top", "top")
        _pattern(t, p, b)
        _neckline(t, p, b, kind)
    draw = _DETAILS.get(kind)
    if draw:
        draw(t, p, b, pose)
    if p.wears.get("belt") and kind not in {"hoodie", "sweater", "overalls", "swim", "kimono"}:
        _belt(t, b)


def _belt(t: Sheet, b: Body) -> None:
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
        ring: Path = []
        for i in range(2 * n):
            q = r if i % 2 == 0 else 0.5 * r
            ring.append((q * float(np.sin(np.pi * i / n)), y - q * float(np.cos(np.pi * i / n))))
        t.put(ring, "top.mark", "accent", within="top", smooth=p.seed % 2 == 0)


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
    t.put(ring, "skin.neck", "skin")
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


def arm(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """One arm: hand, skin, sleeve."""
    side, joints, kind = _SIDES[i], b.arms[i], p.wears["sleeve"]
    skin = (f"skin.arm.{side}", "skin")
    bare = kind in {"none", "short", "puff", "rolled"}
    if bare:
        tube(s, joints, b.arm, skin)
    hand(s, p, b, i)
    if p.wears["top"] == "vest" or p.wears["top"] in {"pinafore", "overalls", "apron"}:
        role, part = (
            "white" if p.face["jaw"] > 0.35 or p.wears["top"] == "vest" else "top",
            f"shirt.{side}",
        )
    else:
        role, part = _role(p), f"sleeve.{side}"
    name = (part, role)
    if kind == "long":
        loose = 1.5 if p.wears["top"] in {"hoodie", "coat", "sweater"} else 1.3
        tube(s, joints, _scaled(b.arm, loose), name, (0.0, 1.92))
        if p.wears["top"] in {"sailor", "sweater", "shirt", "coat"}:
            tube(
                s,
                joints,
                _scaled(b.arm, loose * 1.12),
                (f"cuff.{side}", "bottom" if p.wears["top"] == "sailor" else role),
                (1.76, 1.93),
            )
    elif kind == "rolled":
        tube(s, joints, _scaled(b.arm, 1.35), name, (0.0, 0.98))
    elif kind == "short":
        tube(s, joints, _scaled(b.arm, 1.42), name, (0.0, 0.52))
    elif kind == "puff":
        middle = joints[0] + 0.28 * (joints[1] - joints[0])
        s.oval(float(middle[0]), float(middle[1]), (b.arm[0] * 1.0, b.arm[0] * 1.0), name)
        tube(s, joints, _scaled(b.arm, 1.15), (f"cuff.{side}", "trim"), (0.5, 0.62))
    elif kind == "wide":
        _wide_sleeve(s, b, i, name)
    elif kind == "plate":
        tube(s, joints, _scaled(b.arm, 1.2), (f"sleeve.{side}", "top"), (0.0, 1.9))
        tube(s, joints, _scaled(b.arm, 1.45), (f"bracer.{side}", "metal"), (1.25, 1.9))
        x, y = joints[0]
        s.oval(float(x), float(y), (b.arm[0] * 1.05, b.arm[0] * 0.9), (f"pauldron.{side}", "metal"))
        s.line(
            [
                (float(x) - b.arm[0], float(y) + 0.1 * b.arm[0]),
                (float(x) + b.arm[0], float(y) + 0.1 * b.arm[0]),
            ],
            width=0.6,
            within=f"pauldron.{side}",
        )


def _wide_sleeve(s: Sheet, b: Body, i: int, name: tuple[str, str]) -> None:
    """A sleeve that hangs from the forearm."""
    shoulder, elbow, wrist = b.arms[i]
    along = (wrist - elbow) / max(float(np.hypot(*(wrist - elbow))), 1e-6)
    hang = np.array([0.0, 1.0]) - 0.35 * along
    end = elbow + 0.9 * (wrist - elbow)
    drop = 0.16 * b.height
    top = -1.0 * np.array([along[1], -along[0]]) * b.arm[1] * 0.8 * (1 if along[0] < 0 else -1)
    ring = [
        shoulder + top * 1.0,
        elbow + top,
        end + top,
        end + top,
        end + hang * drop,
        elbow * 0.55 + end * 0.45 + hang * drop * 1.1,
        elbow + hang * b.arm[0] * 0.9,
        shoulder - top,
    ]
    s.put(np.array(ring), *name)


def hand(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """A mitten with fingers drawn on it."""
    elbow, wrist = b.arms[i][1], b.arms[i][2]
    d = wrist - elbow
    angle = float(np.arctan2(-d[0], d[1]))
    f = s.frame(float(wrist[0]), float(wrist[1]), scale=b.arm[2], angle=angle, flip=i == 1)
    ring = [
        (-0.45, -0.5),
        (0.45, -0.5),
        (0.62, 0.3),
        (1.0, 0.75),
        (0.95, 1.05),
        (0.62, 0.95),
        (0.55, 1.5),
        (0.2, 1.95),
        (-0.25, 1.9),
        (-0.55, 1.4),
        (-0.55, 0.4),
    ]
    f.put(ring, f"skin.hand.{_SIDES[i]}", "skin")
    if p.heads > 3.2:
        for x in (-0.25, 0.02, 0.28):
            f.line([(x, 1.2), (x * 0.9, 1.8)], width=0.5)
