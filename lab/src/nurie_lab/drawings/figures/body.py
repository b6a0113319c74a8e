"""Where the joints of a figure are, in heads: x to the right, y down, the pelvis at the origin."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.figures.persona import Persona, Pose
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.drafting import Sheet, corner
from nurie_lab.drawings.kit.stencils import stencil

_TEXTS = sections("figures")
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Body:
    """Joints and thicknesses of one figure in one pose; pairs are left and right on the page."""

    neck: Point
    head: Point
    head_angle: float
    lean: float
    torso: float  # Length of the torso
    height: float
    """Of the figure below the head; thicknesses are shares of it."""
    shoulder: float  # Half the width at the shoulders, as seen
    waist: float
    hip: float
    arms: tuple[AnyArray, AnyArray]  # (3, 2) shoulder, elbow, wrist
    legs: tuple[AnyArray, AnyArray]  # (3, 2) hip, knee, ankle
    arm: tuple[float, float, float]  # Thickness at shoulder, elbow and wrist
    leg: tuple[float, float, float]  # Thickness at hip, knee and ankle


def body(p: Persona, pose: Pose) -> Body:
    """The joints of a character in a pose."""
    b = p.heads - 1.0
    shoulder, waist, hip = _spread(p, pose)
    torso, thick = 0.385 * b, (1 + 0.5 * p.build + 0.45 * _small(p)) * b
    up = np.array([np.sin(pose.lean), -np.cos(pose.lean)])
    side = np.array([np.cos(pose.lean), np.sin(pose.lean)])
    neck = up * torso
    length = 0.1 if p.heads > 4 else 0.02
    angle = pose.lean * 0.5 + pose.tilt
    middle = neck + np.array([np.sin(angle), -np.cos(angle)]) * (0.5 + length * min(b / 5, 1.2))
    shoulders = [neck + s * side * shoulder * 0.84 - up * 0.055 * b for s in (-1, 1)]
    hips = [s * side * hip * 0.55 + np.array([0.0, 0.01 * b]) for s in (-1, 1)]
    a, g, arm, leg = pose.arms, pose.legs, (0.2 * b, 0.185 * b), (0.275 * b, 0.275 * b)
    return Body(
        neck=_point(neck),
        head=_point(middle + np.array([0.06 * pose.yaw, 0.0])),
        head_angle=angle,
        lean=pose.lean,
        torso=torso,
        height=b,
        shoulder=shoulder,
        waist=waist,
        hip=hip,
        arms=(_chain(shoulders[0], arm, -a[0], -a[1]), _chain(shoulders[1], arm, a[2], a[3])),
        legs=(_chain(hips[0], leg, -g[0], -g[1]), _chain(hips[1], leg, g[2], g[3])),
        arm=(0.072 * thick, 0.058 * thick, 0.042 * thick),
        leg=(0.118 * thick, 0.08 * thick, 0.05 * thick),
    )


def _small(p: Persona) -> float:
    """0 for grown figures to 1 for chibis."""
    return float(np.clip((4.0 - p.heads) / 1.5, 0, 1))


def _spread(p: Persona, pose: Pose) -> tuple[float, float, float]:
    """Half the widths of shoulders, waist and hip, as seen."""
    seen, small = (p.heads - 1.0) * (1 - 0.22 * abs(pose.body)), _small(p)
    shoulder = (0.128 if p.woman else 0.152) + 0.03 * p.build
    waist = (0.088 if p.woman else 0.112) + 0.1 * p.build + 0.03 * small
    hip = (0.122 if p.woman else 0.112) + 0.06 * p.build + 0.02 * small
    return shoulder * seen + 0.04, waist * seen + 0.03, hip * seen + 0.03


def _point(p: AnyArray) -> Point:
    return float(p[0]), float(p[1])


def _chain(start: AnyArray, lengths: tuple[float, float], angle: float, bend: float) -> AnyArray:
    """Three joints; angles from hanging down, to the right."""
    first = start + lengths[0] * np.array([np.sin(angle), np.cos(angle)])
    after = angle + bend
    return np.array([start, first, first + lengths[1] * np.array([np.sin(after), np.cos(after)])])


def bent(joints: AnyArray, *, until: float = 2.0, start: float = 0.0) -> AnyArray:
    """Points along a limb for a soft tube, from ``start`` to ``until`` (1 is the middle joint)."""
    t = np.unique(np.clip([start, 0.45, 0.9, 1.1, 1.55, until], start, until))
    columns = [np.interp(t, [0, 1, 2], joints[:, i]) for i in (0, 1)]
    return np.stack(columns, axis=1)


def widths(
    thick: tuple[float, float, float], points: AnyArray, ends: tuple[float, float]
) -> list[float]:
    """Thickness at points that :func:`bent` made between the two ``ends``."""
    t = np.unique(np.clip([ends[0], 0.45, 0.9, 1.1, 1.55, ends[1]], *ends))
    return [float(w) for w in np.interp(t, [0, 1, 2], thick)][: len(points)]


Path: TypeAlias = list[tuple[float, float]]
Thick: TypeAlias = tuple[float, float, float]
SIDES = ("l", "r")
_ROLES = {"jacket": "over", "blazer": "over", "coat": "over"}


def scaled(thick: Thick, by: float, add: float = 0.0) -> Thick:
    """Thicknesses of a limb with cloth around it."""
    return thick[0] * by + add, thick[1] * by + add, thick[2] * by + add


def role_of(p: Persona) -> str:
    """Whether the outermost garment has the colour of the top or that of a jacket."""
    return _ROLES.get(p.wears["top"], "top")


def tube(
    s: Sheet,
    joints: AnyArray,
    thick: Thick,
    name: tuple[str, str],
    ends: tuple[float, float] = (0.0, 2.0),
    *,
    merge: bool = False,
) -> None:
    """A piece of clothing (or skin) along a limb; cut ends are straight."""
    points = bent(joints, start=ends[0], until=ends[1])
    flat = (ends[0] > 0, ends[1] < 2)
    s.tube(points, widths(thick, points, ends), name, flat=flat, merge=merge)
    if ends[0] == 0.0 and ends[1] > 1.2 and name[1] != "skin":
        _creases(s, joints, thick[1], name[0])


def _creases(s: Sheet, joints: AnyArray, wide: float, part: str) -> None:
    """Folds of cloth on the inside of a bent elbow or knee."""
    before, after = joints[1] - joints[0], joints[2] - joints[1]
    bend = float(before[0] * after[1] - before[1] * after[0])
    if abs(bend) < 0.25 * float(np.hypot(*before) * np.hypot(*after)):
        return
    inward = (after - before) / max(float(np.hypot(*(after - before))), 1e-6)
    along = (joints[2] - joints[0]) / max(float(np.hypot(*(joints[2] - joints[0]))), 1e-6)
    for t in (-0.25, 0.2):
        start = joints[1] + wide * (0.5 * inward + t * along)
        end = joints[1] + wide * (-0.1 * inward + 1.8 * t * along)
        s.line([tuple(start), tuple(0.5 * (start + end)), tuple(end)], width=0.6, within=part)


def leg(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """One leg: skin, sock, shoe, trouser leg."""
    side, joints, w = SIDES[i], b.legs[i], p.wears
    bottom, shoes = w.get("bottom", "trousers"), w.get("shoes", "low")
    long = bottom in {"jeans", "trousers", "leggings"}
    if not long:
        tube(s, joints, b.leg, (f"skin.leg.{side}", "skin"))
        top = {"short": 1.72, "knee": 1.12, "thigh": 0.55}.get(w.get("socks", ""))
        if top and shoes not in {"sandals", "bare"}:
            tube(s, joints, scaled(b.leg, 1.06), (f"socks.{side}", "socks"), (top, 2.0))
    _shoe(s, p, b, i)
    if long:
        wide = 1.06 if bottom == "leggings" else 1.22
        end = 1.5 if shoes in {"boots", "greaves"} else 1.95
        tube(s, joints, scaled(b.leg, wide, 0.02), ("bottom", "bottom"), (0.0, end))
    elif bottom == "shorts":
        tube(s, joints, scaled(b.leg, 1.3), ("bottom", "bottom"), (0.0, 0.66))
    if shoes in {"boots", "greaves"}:
        _shaft(s, p, b, i)


def _shaft(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """What of a boot is round the calf."""
    role = "metal" if p.wears["shoes"] == "greaves" else "shoes"
    thick = scaled(b.leg, 1.28, 0.01)
    tube(s, b.legs[i], thick, (f"shoe.{SIDES[i]}", role), (1.3, 2.0), merge=True)
    if p.face["kind"] > 0:
        cuff = scaled(b.leg, 1.45, 0.01)
        tube(s, b.legs[i], cuff, (f"boot.cuff.{SIDES[i]}", "trim"), (1.26, 1.4))


def _shoe(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """A foot, seen from before and a little from outside."""
    side, out = SIDES[i], (-1.0, 1.0)[i]
    knee, ankle = b.legs[i][1], b.legs[i][2]
    angle = float(np.arctan2(*(ankle - knee))) * -0.6
    f = s.frame(float(ankle[0]), float(ankle[1]), scale=b.leg[2] * 1.25, angle=angle, flip=out < 0)
    kind = p.wears.get("shoes", "low")
    foot = f"skin.leg.{side} skin merge"
    if kind not in {"bare", "sandals"}:
        foot = f"shoe.{side} {'metal' if kind == 'greaves' else 'shoes'}"
    text = "\n".join(_TEXTS[name] for name in ("shoe", f"shoe.{kind}") if name in _TEXTS)
    over = "socks" if p.wears.get("socks") else "skin"
    stencil(f, text.replace("{p}", foot).replace("{n}", side).replace("{o}", over))


def bottoms(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """What is around the hips, over the legs."""
    kind = p.wears.get("bottom", "trousers")
    t = s.frame(0, 0, angle=b.lean * 0.5)
    if kind in {"jeans", "trousers", "leggings", "shorts"}:
        top, low = -0.3 * b.torso, 0.05 * b.height
        hip = max(b.hip, 0.55 * b.hip + 0.66 * b.leg[0])
        ring = [*corner((-b.waist * 1.04, top)), *corner((b.waist * 1.04, top))]
        ring += [(hip, 0.0), *corner((0.9 * hip, low)), *corner((0.0, low * 1.5))]
        ring += [*corner((-0.9 * hip, low)), (-hip, 0.0)]
        t.put(ring, "bottom", "bottom", merge=True)
        t.line([(0, 0.6 * top), (0, low * 1.5)], width=0.7, within="bottom")
        return
    long = {"skirt": 0.24, "pleated": 0.2, "straight": 0.27, "dress": 0.3, "robe": 0.5}.get(
        kind, 0.25
    )
    if p.wears["top"] in {"gown", "kimono"} or kind == "robe":
        long = 0.52
    name = ("top.skirt", role_of(p)) if kind in {"dress", "robe"} else ("bottom", "bottom")
    _skirt(t, p, b, pose, cut=(long, 1.15 if kind in {"straight", "robe"} else 1.55), name=name)


def _skirt(
    t: Sheet, p: Persona, b: Body, pose: Pose, *, cut: tuple[float, float], name: tuple[str, str]
) -> None:
    """A skirt of a length (share of the height) and a flare, with folds and sometimes a band."""
    long, drift, top = cut[0] * b.height, 0.2 * pose.sway * cut[0] * b.height, -0.3 * b.torso
    stride = 0.5 * max(0.0, max(abs(pose.legs[0]), abs(pose.legs[2])) - 0.15) * long
    reach = b.hip * cut[1] + stride + 0.1 * long
    hem: Path = []
    for i, x in enumerate(np.linspace(reach, -reach, 2 * (3 + p.seed % 4) + 1)):
        y = long + (0.05 * long if i % 2 else 0.0) + 0.04 * long * (1 - (x / reach) ** 2)
        hem.append((float(x) + drift, float(y)))
    ring = [*corner((-b.waist, top), (b.waist, top)), (b.hip * 1.02, 0.02), *corner(hem[0])]
    t.put([*ring, *hem[1:-1], *corner(hem[-1]), (-b.hip * 1.02, 0.02)], *name)
    pleated = p.wears.get("bottom") == "pleated"
    for x, y in hem[2:-1:2] if pleated else hem[2:-1:4]:
        x0 = (x - drift) / reach * b.waist
        start = (x0, top) if pleated else (0.5 * (x0 + x), 0.45 * long)
        middle = (0.5 * (start[0] + x), 0.5 * (start[1] + y))
        t.line([start, middle, (x, y)], within=name[0], width=0.6)
    if p.wears.get("pattern") in {"band", "stripes"} and p.wears.get("bottom") != "robe":
        band = [(x, y - 0.12 * long) for x, y in hem] + [(x, y - 0.2 * long) for x, y in hem[::-1]]
        t.put(band, f"{name[0]}.hem", "trim", within=name[0], width=0.7)


def arm(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """One arm: skin, hand, sleeve."""
    side, joints, kind, top = SIDES[i], b.arms[i], p.wears["sleeve"], p.wears["top"]
    if kind in {"none", "short", "puff", "rolled"}:
        tube(s, joints, b.arm, (f"skin.arm.{side}", "skin"))
    hand(s, p, b, i)
    name = (f"sleeve.{side}", role_of(p))
    if top in {"vest", "pinafore", "overalls", "apron"}:
        name = (f"shirt.{side}", shirt_of(p))
    if kind == "long":
        loose = 1.45 if top in {"hoodie", "coat", "sweater"} else 1.22
        tube(s, joints, scaled(b.arm, loose), name, (0.0, 1.92))
        if top in {"sailor", "sweater", "shirt", "coat"}:
            cuff = (f"cuff.{side}", "bottom" if top == "sailor" else name[1])
            tube(s, joints, scaled(b.arm, loose * 1.1), cuff, (1.74, 1.93))
    elif kind in {"rolled", "short"}:
        tube(s, joints, scaled(b.arm, 1.3), name, (0.0, 0.95 if kind == "rolled" else 0.5))
    elif kind == "puff":
        middle = joints[0] + 0.2 * (joints[1] - joints[0])
        r = b.arm[0] * 0.85
        s.oval(float(middle[0]), float(middle[1]), (r, r), name)
        tube(s, joints, scaled(b.arm, 1.15), (f"cuff.{side}", "trim"), (0.42, 0.54))
    elif kind == "wide":
        thick = (b.arm[0] * 1.2, b.arm[0] * 1.9, b.arm[0] * 3.0)
        tube(s, joints, thick, name, (0.0, 1.85))
    elif kind == "plate":
        _plates(s, b, i)


def shirt_of(p: Persona) -> str:
    """Role of a shirt under a vest or a bib."""
    return "white" if p.face["jaw"] > 0.35 or p.wears["top"] in {"blazer", "vest"} else "top"


def _plates(s: Sheet, b: Body, i: int) -> None:
    """An arm in armour."""
    side, joints = SIDES[i], b.arms[i]
    tube(s, joints, scaled(b.arm, 1.2), (f"sleeve.{side}", "top"), (0.0, 1.9))
    tube(s, joints, scaled(b.arm, 1.4), (f"bracer.{side}", "metal"), (1.25, 1.9))
    (x, y), r = joints[0].tolist(), b.arm[0]
    s.oval(x, y, (r * 0.95, r * 0.85), (f"pauldron.{side}", "metal"))
    s.line([(x - r, y + 0.1 * r), (x + r, y + 0.1 * r)], width=0.6, within=f"pauldron.{side}")


def hand(s: Sheet, p: Persona, b: Body, i: int) -> None:
    """A hand with its fingers together."""
    wrist = b.arms[i][2]
    d = wrist - b.arms[i][1]
    angle = float(np.arctan2(-d[0], d[1]))
    f = s.frame(float(wrist[0]), float(wrist[1]), scale=b.arm[2], angle=angle, flip=i == 1)
    stencil(f, _TEXTS["hand"].replace("{n}", SIDES[i]))
    if p.heads > 3.2:
        stencil(f, _TEXTS["fingers"])
