"""Hair, beards and hats, in the frame of the head (see :mod:`nurie_lab.drawings.figures.faces`)."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from nurie_lab.drawings.figures.faces import SIDEWAYS, across, sideways
from nurie_lab.drawings.figures.persona import Persona, Pose
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.drafting import Sheet, corner
from nurie_lab.drawings.kit.stencils import stencil

Generator = np.random.Generator
Path = list[tuple[float, float]]
_TEXTS = sections("figures")


def _rng(p: Persona, salt: int) -> Generator:
    """The same small shapes in every drawing of one character."""
    return np.random.default_rng([p.seed, salt])


@lru_cache(maxsize=512)
def _volume(seed: int) -> float:
    return float(np.random.default_rng([seed, 7]).uniform(0.1, 0.26))


def _over(p: Persona) -> tuple[float, float]:
    """Radii of the hair around the head."""
    v = _volume(p.seed)
    return 0.86 + 0.7 * v, 0.92 + v


def behind(s: Sheet, p: Persona, pose: Pose) -> None:
    """What of the hair is behind the body."""
    style = p.wears["back"]
    if style == "bald":
        return
    rx, ry = _over(p)
    if style in {"long", "wavy", "bob", "short", "spiky"}:
        _fall(s, p, pose, (rx, ry))
    elif style == "afro":
        _cloud(s, (1.25 * rx, 1.2 * ry), "hair.back")
    else:
        s.oval(-0.1 * pose.yaw, -0.05, (0.97 * rx, 0.97 * ry), ("hair.back", "hair"))
    _tied(s, p, pose)


def _fall(s: Sheet, p: Persona, pose: Pose, over: tuple[float, float]) -> None:
    """Hair that hangs behind the neck and shoulders."""
    rng, (rx, ry), style = _rng(p, 1), over, p.wears["back"]
    low = {"long": rng.uniform(1.8, 4.5), "wavy": rng.uniform(1.5, 3.6), "bob": 1.05}.get(
        style, 0.62
    )
    low = min(low, 1.4 + 0.9 * (p.heads - 1))
    wide = rx * {"long": 1.15, "wavy": 1.45, "bob": 1.16}.get(style, 0.95)
    drift = 0.35 * pose.sway * low
    right: Path = [(rx, -0.1), (1.06 * rx, 0.35)]
    for t in (0.4, 0.7):
        swing = 0.16 * np.sin(t * 9) if style == "wavy" else 0.0
        right.append((rx + (wide - rx) * t + swing + drift * t * t, low * t))
    tips = _tips(rng, (wide, low), int(rng.integers(3, 8)), drift)
    left: Path = [(-x + (2 * drift * (y / low) ** 2 if y > 0 else 0), y) for x, y in right[::-1]]
    top: Path = [(-0.7 * rx, -0.8 * ry), (0, -ry), (0.7 * rx, -0.8 * ry)]
    s.put([*top, *right, *tips, *left], "hair.back", "hair")
    if low > 1.2:
        for x in rng.uniform(-0.75, 0.75, 4):
            a = (x * rx, 0.8)
            line = [a, (x * wide * 1.05 + drift * 0.3, low * 0.6), (x * wide + drift, low * 0.92)]
            s.line(line, within="hair.back", width=0.6)


def _tips(rng: Generator, size: tuple[float, float], count: int, drift: float) -> Path:
    """A jagged lower edge, from right to left."""
    wide, low = size
    points: Path = []
    edges = np.linspace(wide, -wide, count + 1)
    cut = float(rng.choice([0.02, 0.08, 0.16]))
    for a, b in pairwise(edges):
        x = 0.5 * (a + b) + 0.12 * wide * rng.normal() / count + drift
        tip = (x, low * rng.uniform(0.96, 1.06))
        points += corner(tip)
        if b > -wide + 1e-6:
            points += corner((b + drift, low * (1 - cut) - 0.05))
    return points


def _cloud(s: Sheet, radii: tuple[float, float], part: str) -> None:
    """Curly hair: a ring of bumps."""
    n = 11
    points: Path = []
    for i in range(2 * n):
        t, r = np.pi * i / n, 1.0 if i % 2 else 0.9
        point = (r * radii[0] * np.sin(t), -0.15 - r * radii[1] * np.cos(t))
        points += [point] if i % 2 else corner(point)
    s.put(points, part, "hair")


def _tied(s: Sheet, p: Persona, pose: Pose) -> None:
    """Tails, buns and braids."""
    rng, style = _rng(p, 2), p.wears["back"]
    long = min(float(rng.uniform(1.2, 3.2)), 0.7 + 0.9 * (p.heads - 1))
    drift = 0.5 * pose.sway * long
    if style == "pony":
        side = -1.0 if pose.yaw > 0 else 1.0
        x = side * (0.35 + 0.5 * abs(pose.yaw))
        spine = [(x, -0.75), (x + 0.9 * side + 0.4 * drift, -0.4), (x + side + drift, long)]
        _tail(s, rng, spine, 0.55)
    for side in (-1, 1):
        if style == "twin":
            x = side * 0.85 - 0.15 * pose.yaw
            end = (x + 0.75 * side + drift, long)
            _tail(s, rng, [(x, -0.45), (x + 0.62 * side, -0.25), end], 0.5)
        elif style == "buns":
            s.oval(side * 0.72 - 0.2 * pose.yaw, -0.92, (0.34, 0.34), ("hair.bun", "hair"))
        elif style == "braids":
            _braid(s, (side * 0.75 - 0.2 * pose.yaw, 0.75), side, (long, drift))
    if style == "bun":
        s.oval(-0.35 * pose.yaw, -1.15, (0.42, 0.36), ("hair.bun", "hair"))


def _tail(s: Sheet, rng: Generator, spine: Path, wide: float) -> None:
    (x0, y0), (x1, y1), (x2, y2) = spine
    middle = (0.5 * (x1 + x2) + 0.1, 0.45 * y1 + 0.55 * y2)
    path = [(x0, y0), (x1, y1), middle, (x2, y2)]
    s.tube(path, [0.3, wide * 1.05, wide, 0.03], ("hair.tail", "hair"))
    for d in rng.uniform(-0.15, 0.15, 2):
        strand = [(x1 + d, y1 + 0.1), (middle[0] + d, middle[1]), (x2, y2)]
        s.line(strand, within="hair.tail", width=0.6)
    s.oval(x0, y0 + 0.02, (0.17, 0.17), ("ribbon", "accent"), width=0.8)


def _braid(s: Sheet, start: tuple[float, float], side: int, fall: tuple[float, float]) -> None:
    long, drift = fall
    n = max(3, int(long * 2.4))
    for i in range(n):
        t = i / n
        x, y = start[0] + side * 0.12 + drift * t * t, start[1] + long * 0.8 * t
        wide = 0.24 * (1 - 0.4 * t)
        s.oval(x, y, (wide, 0.26), ("hair.braid", "hair"))
    x, y = start[0] + side * 0.12 + drift, start[1] + long * 0.8
    s.oval(x, y, (0.13, 0.1), ("ribbon", "accent"))
    s.put([(x - 0.08, y + 0.06), (x + 0.08, y + 0.06), *corner((x, y + 0.4))], "hair.braid", "hair")


def front(s: Sheet, p: Persona, pose: Pose, *, detail: float) -> None:
    """The hair over the forehead and the temples, then what hangs before the ears."""
    if p.wears["back"] == "bald":
        return
    rng, (rx, ry) = _rng(p, 3), _over(p)
    if p.wears["back"] == "afro":
        rx, ry = 1.05 * rx, 1.05 * ry
    if p.wears.get("locks"):
        for side in (-1, 1):
            if side * pose.yaw < SIDEWAYS:
                _lock(s, p, pose, side)
    s.put([*_crown(p, rng, (rx, ry)), *_hairline(p, pose, rng)], "hair.front", "hair")
    if detail > 60:
        _strands(s, pose, rng, ry)


def _crown(p: Persona, rng: Generator, over: tuple[float, float]) -> Path:
    """The upper outline, from the left temple to the right."""
    rx, ry = over
    points: Path = []
    spiky = p.wears["back"] == "spiky"
    angles = np.linspace(-1.85, 1.85, 9 if spiky else 13)
    for i, t in enumerate(angles):
        r = 1.0
        if spiky and 0 < i < len(angles) - 1:
            out = float(rng.uniform(1.14, 1.34))
            tip = t - 0.14
            points += corner((out * rx * np.sin(tip), -0.08 - out * ry * np.cos(tip)))
            r = 0.98
            u = t + 0.08
            points += corner((r * rx * np.sin(u), -0.08 - r * ry * np.cos(u)))
            continue
        points.append((r * rx * np.sin(t), -0.08 - r * ry * np.cos(t)))
    return points


def _hairline(p: Persona, pose: Pose, rng: Generator) -> Path:
    """The lower edge of the fringe, from the right temple to the left, with tips and notches."""
    style, n = p.wears["fringe"], int(rng.integers(3, 7))
    part = {"side": float(rng.choice([-0.4, 0.4])), "center": 0.0}.get(style, 0.0)
    down = float(rng.uniform(-0.05, 0.12))
    if style == "swept":
        half = [(1.0, 0.15), (0.75, -0.42), (0.3, -0.62)]
        line = [*half, *((-u, v) for u, v in half[::-1])]
        return [_pinned(u, v, pose) for u, v in line]
    edges = np.linspace(1.12, -1.12, n + 1)
    lean = float(rng.uniform(-0.5, 0.5))
    # In profile no hair hangs before the nose.
    low = [-0.2 if side * pose.yaw > SIDEWAYS else 0.45 for side in (1, -1)]
    points: Path = [_pinned(1.3, low[0], pose)]
    for i, (a, b) in enumerate(pairwise(edges)):
        middle = 0.5 * (a + b)
        notch, tip = _depths(style, middle, part, down)
        away = 0.28 * np.sign(middle - part) if style in {"side", "center"} else 0.3 * lean
        points += corner(_pinned(middle + away * 0.6, tip + 0.08 * rng.normal(), pose))
        if i < n - 1:
            points += corner(_pinned(b, notch + 0.05 * rng.normal(), pose))
    points.append(_pinned(-1.3, low[1], pose))
    return points


def _depths(style: str, u: float, part: float, down: float) -> tuple[float, float]:
    """Heights of a notch and of a tip of the fringe at longitude ``u``."""
    away = min(abs(u - part), 1.2)
    if style == "straight":
        return -0.08 + down, 0.02 + down
    if style == "spiky":
        return -0.3 + down + 0.2 * away, 0.12 + down + 0.15 * away
    if style == "curl":
        return -0.35 + down, -0.12 + down
    return -0.62 + 0.5 * away + down, -0.4 + 0.65 * away + down


def _pinned(u: float, v: float, pose: Pose) -> tuple[float, float]:
    """A point of the fringe on the turned head."""
    t = float(np.clip(u + 0.55 * pose.yaw, -1.5, 1.5))
    return 0.9 * float(np.sin(t)) + 0.04 * pose.sway, v + 0.1 * pose.pitch


def _strands(s: Sheet, pose: Pose, rng: Generator, ry: float) -> None:
    """A few lines along the hair, and now and then the band of light that anime hair has."""
    top = (0.25 * pose.yaw, -ry * 0.85)
    for u in rng.uniform(-1.0, 1.0, int(rng.integers(2, 6))):
        x, y = _pinned(float(u), -0.35, pose)
        middle = (0.5 * (x + top[0]) + 0.12 * u, 0.5 * (y + top[1]) - 0.08)
        s.line(
            [(0.4 * x + 0.6 * top[0], top[1] + 0.1), middle, (x, y)], within="hair.front", width=0.6
        )


def _lock(s: Sheet, p: Persona, pose: Pose, side: int) -> None:
    """A lock before the ear."""
    x = 0.82 * side * np.cos(0.5 * pose.yaw) + 0.02
    low = float(np.random.default_rng([p.seed, 5]).uniform(0.5, 1.9))
    low = min(low, 0.4 + 0.5 * p.heads)
    end = (x + 0.1 * side + 0.3 * pose.sway * low, low)
    path = [(x - 0.02 * side, -0.4), (x + 0.06 * side, 0.15), (x, 0.65 * low), end]
    s.tube(path, [0.3, 0.3, 0.2, 0.02], ("hair.lock", "hair"))


def beard(s: Sheet, p: Persona, pose: Pose) -> None:
    """Beard and moustache."""
    kind = p.wears.get("beard", "")
    kinds = {"full": ["full", "moustache"], "": []}.get(kind, [kind])
    text = "\n".join(_TEXTS[f"beard.{name}"] for name in kinds)
    stencil(s, text, x=across(0.0, pose)[0], y=0.62 + 0.1 * pose.pitch)


def hat(s: Sheet, p: Persona, pose: Pose) -> None:
    """What is on the head."""
    kind = p.wears.get("hat", "")
    if not kind:
        return
    bulk = 1.12 if p.wears["back"] != "afro" else 1.25
    left = kind in {"ribbon", "flower"} and p.seed % 2 == 0
    f = s.frame(0.0, 0.0, scale=bulk, flip=left)
    stencil(f, _TEXTS[f"hat.{kind}"], k=pose.yaw, s=pose.sway)


def glasses(s: Sheet, p: Persona, pose: Pose) -> None:
    """Round or square glasses."""
    soft = p.seed % 2 == 0
    y = (0.26 if p.manner in {"anime", "chibi"} else 0.16) + 0.14 * pose.pitch
    count, wide = (12, 1.0) if soft else (4, 1.25)
    t = np.linspace(0, 2 * np.pi, count, endpoint=False) + (0 if soft else np.pi / 4)
    for u in (-0.47, 0.47):
        if sideways(p, pose) and u * pose.yaw > 0:
            continue
        x, c = across(u, pose)
        ring = np.stack([x + 0.3 * c * wide * np.cos(t), y + 0.27 * wide * np.sin(t)], 1)
        s.line(ring, closed=True, smooth=soft, width=1.1)
    a, b = across(-0.1, pose)[0], across(0.1, pose)[0]
    s.line([(a - 0.04, y - 0.02), (0.5 * (a + b), y - 0.06), (b + 0.04, y - 0.02)], width=1.0)
