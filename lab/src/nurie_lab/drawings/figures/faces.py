"""Faces: in a frame whose origin is the middle of the head, which reaches from -1 to 1."""

from dataclasses import replace

import numpy as np

from nurie_lab.drawings.figures.persona import Persona, Pose
from nurie_lab.drawings.kit.drafting import Sheet, corner

_REACH = 0.86
_TURN = 0.75
SIDEWAYS = 0.8
"""Turn from which on a head is seen from the side."""
_PROFILE = (
    *((0.0, -1.0), (0.55, -0.84), (0.8, -0.42), (0.84, -0.12), (0.79, 0.1)),
    *((1.0, 0.36), (0.98, 0.42), (0.83, 0.46), (0.87, 0.55), (0.82, 0.61)),
    *((0.85, 0.7), (0.78, 0.78), (0.76, 0.94), (0.55, 1.0), (0.1, 0.86)),
    *((-0.3, 0.55), (-0.8, 0.2), (-0.86, -0.3), (-0.6, -0.82)),
)


def sideways(p: Persona, pose: Pose) -> bool:
    """Whether a head is seen in profile; beards and chibis are not."""
    return abs(pose.yaw) > SIDEWAYS and p.manner != "chibi" and not p.wears.get("beard")


def turnable(p: Persona, pose: Pose) -> Pose:
    """The pose, its head turned no further than this face can be drawn."""
    if abs(pose.yaw) <= SIDEWAYS or sideways(p, pose):
        return pose
    return replace(pose, yaw=SIDEWAYS if pose.yaw > 0 else -SIDEWAYS)


def across(u: float, pose: Pose) -> tuple[float, float]:
    """Where a longitude of the head is seen, and how much it is foreshortened."""
    angle = u + (_TURN if abs(pose.yaw) <= SIDEWAYS else 1.45 * _TURN) * pose.yaw
    return float(_REACH * np.sin(angle)), float(max(np.cos(angle), 0.3))


def outline(p: Persona, pose: Pose) -> list[tuple[float, float]]:
    """The shape of the head without hair."""
    if sideways(p, pose):
        side = 1.0 if pose.yaw > 0 else -1.0
        return [(side * x, y) for x, y in _PROFILE]
    jaw, cheek, k = p.face["jaw"], p.face["cheek"], pose.yaw
    low = 0.92 if p.manner == "chibi" else 1.0
    man = 0.0 if p.woman else 0.08
    if p.manner == "anime":
        man -= 0.07
    half = [
        (0.52, -0.86),
        (0.80, -0.38),
        (0.83, 0.10),
        (0.76 + 0.04 * cheek, 0.42 * low),
        (0.50 + 0.12 * jaw + 0.12 * cheek + man, 0.78 * low),
        (0.15 + 0.13 * jaw + man, 0.985 * low),
    ]
    ring = [(0.0, -1.0), *half, (0.0, 1.01 * low), *[(-x, y) for x, y in half[::-1]]]
    return [_turned(x, y, k) for x, y in ring]


def _turned(x: float, y: float, k: float) -> tuple[float, float]:
    """A point of the outline when the head turns: the chin goes along, the far cheek flattens."""
    if x * k > 0:
        x *= 1 - 0.13 * abs(k)
    return x + k * 0.2 * float(np.clip((y + 0.2) / 1.2, 0, 1)), y


def head(s: Sheet, p: Persona, pose: Pose, *, detail: float) -> None:
    """The face with ears, eyes, brows, nose and mouth.

    Args:
        s: in the frame of the head.
        p: whose.
        pose: turn and expression.
        detail: height of the head in pixels; small heads are drawn more simply.
    """
    for side in (-1, 1):
        if side * pose.yaw > -0.35:
            _ear(s, p, pose, side)
    s.put(outline(p, pose), "skin.face", "skin")
    for side in (-1, 1):
        if side * pose.yaw <= -0.35:
            _ear(s, p, pose, side)
    if detail > 60:
        _blush(s, p, pose)
    flat = sideways(p, pose)
    for side in (-1, 1):
        if not (flat and side * pose.yaw > 0):
            eye(s, p, pose, side=side, detail=detail)
    if not flat:
        _nose(s, p, pose, detail)
    _mouth(s, p, pose, detail)


def _blush(s: Sheet, p: Persona, pose: Pose) -> None:
    """Red cheeks."""
    for u in (-0.62, 0.62) if p.wears.get("blush") else ():
        if not (sideways(p, pose) and u * pose.yaw > 0):
            x, c = across(u, pose)
            s.oval(x, 0.52, (0.15 * c, 0.08), ("blush", "blush"), within="skin.face", width=0.5)


def _ear(s: Sheet, p: Persona, pose: Pose, side: int) -> None:
    x = side * 0.84 * np.cos(_TURN * pose.yaw) - pose.yaw * 0.12
    y = 0.2 + 0.1 * pose.pitch
    if p.wears.get("ear") == "elf":
        tip = (x + side * 0.62, y - 0.42)
        ring = [(x - side * 0.1, y - 0.16), *corner(tip), (x + side * 0.08, y + 0.22)]
        s.put(ring, "skin.ear", "skin")
        return
    s.oval(x, y, (0.13, 0.2), ("skin.ear", "skin"))
    s.line([(x + side * 0.05, y - 0.08), (x - side * 0.02, y), (x + side * 0.02, y + 0.1)])
    if p.wears.get("ear") == "ring":
        s.oval(x + side * 0.03, y + 0.26, (0.06, 0.07), ("earring", "metal"), width=0.7)


def eye(s: Sheet, p: Persona, pose: Pose, *, side: int, detail: float) -> None:
    """One eye and its brow."""
    x, c = across(side * 0.47 * p.face["gap"], pose)
    drawn = p.manner in {"anime", "chibi"}
    y = (0.26 if drawn else 0.16) + 0.14 * pose.pitch
    w = 0.24 * p.face["eye"] * c
    h = 0.24 * p.face["eye"] * (p.face["tall"] if drawn else 1.0)
    e = s.frame(x, y, flip=side < 0)
    shut = pose.eyes in {"closed", "happy"} or (pose.eyes == "wink" and side > 0)
    if shut:
        bend = -0.55 if pose.eyes != "closed" else 0.35
        e.line([(-w, 0.1 * h), (-0.4 * w, bend * h), (0.4 * w, bend * h), (w, 0.1 * h)], width=1.4)
    elif drawn:
        _anime_eye(e, p, (w, h), "l" if side < 0 else "r", (pose.look[0] * side, pose.look[1]))
    else:
        _simple_eye(e, p, (w, h), "l" if side < 0 else "r", (pose.look[0] * side, pose.look[1]))
    if detail > 40:
        _brow(e, p, (w, h), pose.brow)


def _brow(e: Sheet, p: Persona, size: tuple[float, float], mood: float) -> None:
    w, h = size
    thick = 0.035 * p.face["brow"] * (1.0 if p.woman else 1.6)
    y = -h - 0.2
    a, b = y + 0.12 * mood, y - 0.08 * mood
    upper = [(-1.05 * w, a), (0.1 * w, y - 0.1), (1.25 * w, b)]
    lower = [(1.25 * w, b), (0.1 * w, y - 0.1 + 1.6 * thick), (-1.05 * w, a + 1.2 * thick)]
    if p.manner in {"anime", "chibi"} or thick < 0.05:
        e.ink([*corner(upper[0]), upper[1], *corner(upper[2]), lower[1], lower[2]])
    else:
        e.put([*corner(upper[0]), upper[1], *corner(upper[2]), lower[1]], "brow", "hair", width=0.6)


def _anime_eye(
    e: Sheet, p: Persona, size: tuple[float, float], side: str, look: tuple[float, float]
) -> None:
    """Lid, white, iris, pupil, light and lashes; the outer corner is at +x."""
    w, h = size
    white, name = f"eye.{side}.white", f"eye.{side}"
    upper = [(-w, 0.15 * h), (-0.62 * w, -0.66 * h), (0.05 * w, -h), (0.72 * w, -0.68 * h)]
    ring = [*upper, (w, 0.05 * h), (0.66 * w, 0.8 * h), (0, 0.98 * h), (-0.62 * w, 0.82 * h)]
    e.put(ring, white, "white", width=0.55)
    x, y = 0.16 * w * look[0] - 0.04 * w, 0.06 * h * look[1] + 0.02 * h
    iris, pupil = f"{name}.iris", f"{name}.pupil"
    e.oval(x, y, (0.66 * w, 0.92 * h), (iris, "iris"), within=white, width=0.7)
    e.oval(x, y - 0.05 * h, (0.3 * w, 0.45 * h), (pupil, "pupil"), within=name, solid=True, width=0)
    light = (f"{name}.light", "white")
    e.oval(x - 0.26 * w, y - 0.42 * h, (0.22 * w, 0.24 * h), light, within=name, width=0.5)
    if p.face["kind"] > 0:
        e.oval(x + 0.28 * w, y + 0.45 * h, (0.13 * w, 0.14 * h), light, within=name, width=0.4)
    t = 0.16 * h * p.face["lash"]
    flick = (1.24 * w, -0.14 * h) if p.woman else (1.08 * w, -0.02 * h)
    top = [(-1.08 * w, 0.14 * h), (-0.66 * w, -0.7 * h - t), (0.05 * w, -h - 1.2 * t)]
    top += [(0.78 * w, -0.72 * h - t), *corner(flick)]
    e.ink([*corner(top[0]), *top[1:], (0.7 * w, -0.62 * h), (0.05 * w, -0.92 * h), upper[1]])
    e.line([(-0.7 * w, -1.18 * h), (0.05 * w, -1.36 * h), (0.8 * w, -1.1 * h)], width=0.5)


def _simple_eye(
    e: Sheet, p: Persona, size: tuple[float, float], side: str, look: tuple[float, float]
) -> None:
    """Western eyes: dots, ovals, or whites with a small iris."""
    w, h = size
    kind, name = int(p.face["kind"]), f"eye.{side}"
    if kind == 0:
        ring = [(0.42 * w * np.cos(t), 0.62 * h * np.sin(t)) for t in np.arange(0, 6.2, 0.7)]
        e.put(ring, f"{name}.pupil", "pupil", solid=True, width=0)
        e.oval(-0.12 * w, -0.25 * h, (0.13 * w, 0.16 * h), (f"{name}.light", "white"), width=0)
        return
    tall = 1.15 if kind == 1 else 0.85
    e.oval(0, 0, (w, tall * h), (f"{name}.white", "white"), width=0.8)
    x, y = 0.3 * w * look[0], 0.3 * h * look[1]
    part = (f"{name}.iris", "iris")
    e.oval(x, y, (0.52 * w, 0.52 * w * tall), part, within=f"{name}.white", width=0.7)
    dark = (f"{name}.pupil", "pupil")
    e.oval(x, y, (0.26 * w, 0.28 * w), dark, within=name, solid=True, width=0)
    if p.woman:
        for t in (0.2, 0.65, 1.1):
            a, b = np.cos(t), -np.sin(t)
            e.line([(w * a, tall * h * b), (1.35 * w * a, 1.4 * tall * h * b)], width=0.9)


def _nose(s: Sheet, p: Persona, pose: Pose, detail: float) -> None:
    kind = int(p.face["nose"])
    x, _ = across(0.0, pose)
    y = 0.5 + 0.16 * pose.pitch
    x, side = x * 1.08, 1.0 if pose.yaw >= 0 else -1.0
    if p.manner in {"anime", "chibi"}:
        if kind < 2 or detail < 70:
            s.line([(x, y), (x + 0.03 * side, y + 0.05), (x - 0.02 * side, y + 0.06)], width=0.7)
        elif kind < 4:
            s.line(
                [(x - 0.01 * side, y - 0.1), (x + 0.07 * side, y + 0.05), (x, y + 0.08)], width=0.7
            )
        return
    big = 0.1 + 0.04 * kind + (0.05 if p.age == "old" else 0)
    if kind < 2:
        s.line([(x - big, y), (x, y + 0.8 * big), (x + big, y)])
    elif kind < 4:
        s.oval(x, y, (big, 0.85 * big), ("skin.nose", "skin"))
    else:
        s.line([(x, y - 0.3), (x + 0.16 * side, y + 0.04), (x - 0.02 * side, y + 0.08)])


def _mouth(s: Sheet, p: Persona, pose: Pose, detail: float) -> None:
    x, c = across(0.0, pose)
    y = (0.71 if p.manner != "chibi" else 0.64) + 0.12 * pose.pitch
    wide = (0.2 if p.manner in {"anime", "chibi"} else 0.3) * (0.7 + 0.3 * c)
    m = s.frame(x * 1.04, y, scale=wide)
    within = "skin.face"
    if pose.mouth in {"smile", "sad", "line", "small"}:
        bend = {"smile": 0.35, "sad": -0.35, "line": 0.02, "small": 0.12}[pose.mouth]
        r = 0.5 if pose.mouth == "small" else 1.0
        if p.woman and p.age != "child" and p.face["lash"] > 0.95 and detail > 70:
            ring = [*corner((-r, 0)), (-0.3, -0.25), (0, -0.15), (0.3, -0.25), *corner((r, 0))]
            m.put(
                [*ring, (0.4 * r, 0.4), (-0.4 * r, 0.4)], "lips", "lips", within=within, width=0.6
            )
            bend = 0.08
        m.line([(-r, -bend * 0.6), (0, bend * 0.6), (r, -bend * 0.6)], within=within, width=0.9)
    elif pose.mouth == "oh":
        m.oval(0, 0.1, (0.4, 0.5), ("mouth", "mouth"), within=within)
    elif pose.mouth == "grin":
        ring = [*corner((-1, -0.25)), (0, -0.1), *corner((1, -0.25)), (0.55, 0.45), (-0.55, 0.45)]
        m.put(ring, "teeth", "white", within=within)
        m.line([(-0.85, 0.1), (0, 0.2), (0.85, 0.1)], width=0.5, within="teeth")
    else:
        ring = [*corner((-1, -0.3)), (0, -0.15), *corner((1, -0.3)), (0.6, 0.65), (0, 0.95)]
        m.put([*ring, (-0.6, 0.65)], "mouth", "mouth", within=within)
        m.oval(0, 0.85, (0.6, 0.4), ("tongue", "tongue"), within="mouth", width=0.6)
        if p.manner in {"cartoon", "storybook"} or p.face["kind"] > 1:
            teeth = [(-1.2, -0.5), (1.2, -0.5), (0.8, 0.08), (-0.8, 0.08)]
            m.put(teeth, "teeth", "white", within="mouth", width=0.6)
