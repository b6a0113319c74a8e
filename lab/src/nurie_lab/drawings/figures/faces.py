"""Faces: in a frame whose origin is the middle of the head, which reaches from -1 to 1."""

from dataclasses import replace

import numpy as np

from nurie_lab.drawings.figures.persona import Persona, Pose
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.drafting import Sheet
from nurie_lab.drawings.kit.stencils import stencil

_TEXTS = sections("figures")
_BENDS = {"smile": 0.35, "sad": -0.35, "line": 0.02, "small": 0.12}
"""How much closed mouths are bent."""
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
    """The face with ears, eyes, brows, nose and mouth; simpler where ``detail`` is few pixels."""
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
            stencil(s, _TEXTS["blush"], x=x, c=c)


def _ear(s: Sheet, p: Persona, pose: Pose, side: int) -> None:
    x = side * 0.84 * np.cos(_TURN * pose.yaw) - pose.yaw * 0.12
    kind = p.wears.get("ear", "")
    names = {"elf": ["ear.elf"], "ring": ["ear", "ear.ring"]}.get(kind, ["ear"])
    _draw(s, *names, x=x, y=0.2 + 0.1 * pose.pitch, s=side)


def _draw(sheet: Sheet, /, *names: str, n: str = "", **values: float) -> None:
    """Some sections one after the other; ``n`` is the name of what they draw."""
    stencil(sheet, "\n".join(_TEXTS[name] for name in names).replace("{n}", n), **values)


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
        _draw(e, "eye.shut", w=w, h=h, b=bend)
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
    inked = p.manner in {"anime", "chibi"} or thick < 0.05
    name, a, b = "brow.ink" if inked else "brow.hair", y + 0.12 * mood, y - 0.08 * mood
    _draw(e, name, w=w, y=y, t=thick, a=a, b=b)


def _anime_eye(
    e: Sheet, p: Persona, size: tuple[float, float], side: str, look: tuple[float, float]
) -> None:
    """Lid, white, iris, pupil, light and lashes; the outer corner is at +x."""
    w, h = size
    x, y = 0.16 * w * look[0] - 0.04 * w, 0.06 * h * look[1] + 0.02 * h
    flick = (1.24 * w, -0.14 * h) if p.woman else (1.08 * w, -0.02 * h)
    lash = {"t": 0.16 * h * p.face["lash"], "c": flick[0], "d": flick[1]}
    names = ["eye.anime", *(["eye.second"] if p.face["kind"] > 0 else []), "eye.lashes"]
    _draw(e, *names, n=f"eye.{side}", w=w, h=h, x=x, y=y, **lash)


def _simple_eye(
    e: Sheet, p: Persona, size: tuple[float, float], side: str, look: tuple[float, float]
) -> None:
    """Western eyes: dots, ovals, or whites with a small iris."""
    w, h = size
    kind, name = int(p.face["kind"]), f"eye.{side}"
    if kind == 0:
        ring = [(0.42 * w * np.cos(t), 0.62 * h * np.sin(t)) for t in np.arange(0, 6.2, 0.7)]
        e.put(ring, f"{name}.pupil", "pupil", solid=True, width=0)
        _draw(e, "eye.dot", n=name, w=w, h=h)
        return
    tall = 1.15 if kind == 1 else 0.85
    _draw(e, "eye.simple", n=name, w=w, h=h, x=0.3 * w * look[0], y=0.3 * h * look[1], b=tall)
    if p.woman:
        for t in (0.2, 0.65, 1.1):
            a, b = np.cos(t), -np.sin(t)
            e.line([(w * a, tall * h * b), (1.35 * w * a, 1.4 * tall * h * b)], width=0.9)


def _nose(s: Sheet, p: Persona, pose: Pose, detail: float) -> None:
    kind, side = int(p.face["nose"]), 1.0 if pose.yaw >= 0 else -1.0
    big = 0.1 + 0.04 * kind + (0.05 if p.age == "old" else 0)
    names = ["nose.bow", "nose.round", "nose.long"]
    if p.manner in {"anime", "chibi"}:
        names = ["nose.small", "nose.line"] if detail >= 70 else ["nose.small"] * 3
    x, y = across(0.0, pose)[0] * 1.08, 0.5 + 0.16 * pose.pitch
    _draw(s, *names[kind // 2 :][:1], x=x, y=y, s=side, b=big)


def _mouth(s: Sheet, p: Persona, pose: Pose, detail: float) -> None:
    x, c = across(0.0, pose)
    y = (0.71 if p.manner != "chibi" else 0.64) + 0.12 * pose.pitch
    wide = (0.2 if p.manner in {"anime", "chibi"} else 0.3) * (0.7 + 0.3 * c)
    names, bend = [f"mouth.{pose.mouth}"], 0.0
    if pose.mouth in {"smile", "sad", "line", "small"}:
        names, bend = (
            ["mouth"],
            {"smile": 0.35, "sad": -0.35, "line": 0.02, "small": 0.12}[pose.mouth],
        )
        if p.woman and p.age != "child" and p.face["lash"] > 0.95 and detail > 70:
            names, bend = ["lips", "mouth"], 0.08
    elif pose.mouth == "open" and (p.manner in {"cartoon", "storybook"} or p.face["kind"] > 1):
        names.append("teeth")
    reach = 0.5 if pose.mouth == "small" else 1.0
    _draw(s.frame(x * 1.04, y, scale=wide), *names, r=reach, b=bend)
