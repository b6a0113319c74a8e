"""Clothes of the chest, what is worn round the neck and on the back, and what hands hold.

The frame of a torso has its origin at the pelvis; x is in half shoulders, y in torsos, downwards.
"""

import numpy as np

from nurie_lab.drawings.figures.body import Body, shirt_of
from nurie_lab.drawings.figures.persona import Persona, Pose
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.drafting import Points, Sheet
from nurie_lab.drawings.kit.stencils import stencil

OVER = {"coat", "tunic", "hoodie", "sweater", "jacket", "tee"}
"""Tops that fall over what is worn on the hips."""
_LONG = {"coat", "robe", "gown", "kimono", "tunic"}
_NO_BELT = {"hoodie", "sweater", "overalls", "swim", "kimono", "apron", "pinafore"}
_TUCKED = {"skirt", "pleated", "straight", "dress", "robe"}
_LAYERED = {"jacket", "blazer", "coat", "vest", "pinafore", "overalls", "apron"}
_WIDE = {"hoodie": 1.22, "sweater": 1.14, "tee": 1.06, "coat": 1.18, "jacket": 1.15, "blazer": 1.1}

_TEXTS = sections("figures")
_DEEP = {"tee": 0.1, "tank": 0.2, "dress": 0.16, "gown": 0.24, "swim": 0.25, "sailor": 0.3}


def _outline(b: Body, *, wide: float = 1.0, hem: float = 0.08) -> list[tuple[float, float]]:
    """The right half of a torso from the neck to a hem ``hem`` torsos below the pelvis."""
    sh, waist, hip = 0.5 + 0.5 * wide, wide * b.waist / b.shoulder, wide * b.hip / b.shoulder
    right = [(0.3, -1.0), (0.72 * sh, -0.955), (sh, -0.84), (0.9 * sh, -0.66), (waist, -0.36)]
    return [*right, (hip, -0.02), (1.02 * hip, hem), (1.02 * hip, hem)]


def _both(half: Points) -> list[tuple[float, float]]:
    """The whole of which the right half is given."""
    right = [(float(x), float(y)) for x, y in half]
    return [*right, *[(-x, y) for x, y in right[::-1]]]


def _frame(s: Sheet, b: Body) -> Sheet:
    return s.frame(0, 0, angle=b.lean).stretched(b.shoulder, b.torso)


def _draw(t: Sheet, b: Body, text: str, **values: float) -> None:
    stencil(t, text, w=b.waist / b.shoulder, h=b.hip / b.shoulder, **values)


def chest(s: Sheet, b: Body) -> None:
    """The bare torso."""
    _frame(s, b).put(_both(_outline(b)), "skin.body", "skin")


def torso(s: Sheet, p: Persona, b: Body) -> None:
    """What is worn on the chest, with its neckline."""
    kind, t = p.wears["top"], _frame(s, b)
    short = p.wears.get("bottom") in _TUCKED and kind not in _LONG | OVER
    hem = -0.26 if short else 0.1
    if kind in _LAYERED:
        t.put(_both(_outline(b, wide=1.02, hem=hem)), "shirt", shirt_of(p))
        _neckline(t, b, "collar")
    else:
        t.put(_both(_outline(b, wide=_WIDE.get(kind, 1.04), hem=hem)), "top", "top")
        _pattern(t, p, b)
        _neckline(t, b, kind)
    if kind in {"jacket", "blazer", "coat", "vest"}:
        _open_front(t, p, b)
    role = {"overalls": "bottom", "apron": "white" if p.seed % 2 else "accent"}.get(kind, "top")
    if kind in {"overalls", "apron", "pinafore"}:
        _draw(t, b, _TEXTS["straps"].replace("{r}", role))
        bib = "top" if kind == "pinafore" else "bib"
        _draw(t, b, _TEXTS["bib"].replace("{0}", bib).replace("{r}", role))
    _draw(t, b, _TEXTS.get(f"top.{kind}", "").replace("{r}", role))


def belt(s: Sheet, p: Persona, b: Body) -> None:
    """A belt with its buckle, where one is worn."""
    if p.wears.get("belt") and p.wears["top"] not in _NO_BELT:
        _draw(_frame(s, b), b, _TEXTS["belt"])


def _pattern(t: Sheet, p: Persona, b: Body) -> None:
    """Stripes, a band, dots or a badge on the top."""
    kind = p.wears.get("pattern", "")
    _draw(t, b, _TEXTS.get(f"pattern.{kind}", ""))
    if kind == "dots":
        for x, y in np.random.default_rng([p.seed, 11]).uniform(-1, 1, (9, 2)).tolist():
            radii = (0.13, 0.13 * b.shoulder / b.torso)
            t.oval(x, 0.45 * y - 0.45, radii, ("top.dot", "trim"), within="top", width=0.7)
    elif kind == "mark":
        n = int(p.face["nose"]) + 3
        turns = np.pi * np.arange(2 * n) / n
        r = np.where(np.arange(2 * n) % 2, 0.18, 0.36)
        star = np.stack([r * np.sin(turns), -0.56 - r * np.cos(turns) * b.shoulder / b.torso], 1)
        t.put(star, "top.mark", "accent", within="top", smooth=p.seed % 2 == 0)


def _neckline(t: Sheet, b: Body, kind: str) -> None:
    """Skin at the throat, then a collar."""
    low = {"collar": 0.16, "shirt": 0.14}.get(kind, _DEEP.get(kind, 0.08)) - 1.0
    pointed = kind in {"collar", "shirt", "sailor", "tunic", "kimono", "robe"}
    _draw(t, b, _TEXTS["neck.pointed" if pointed else "neck.round"], d=low)
    if kind in {"shirt", "collar"}:
        _draw(t, b, _TEXTS["collar"].replace("{r}", "white" if kind == "collar" else "top"), d=low)
    if kind == "shirt":
        _draw(t, b, _TEXTS["buttons"], d=low)


def _open_front(t: Sheet, p: Persona, b: Body) -> None:
    """A jacket, blazer, coat or vest over the shirt."""
    kind = p.wears["top"]
    hem = {"coat": 0.95, "vest": -0.02}.get(kind, 0.16)
    half = _outline(b, wide={"coat": 1.16, "vest": 1.04}.get(kind, 1.12), hem=hem)
    gap = 0.2 if kind in {"jacket", "vest"} else 0.04
    edge = [(gap, hem), (gap, hem), (gap, -0.4), (0.34, -0.99), (0.34, -0.99)]
    for side, part in ((-1, "over.l"), (1, "over.r")):
        t.frame(0, 0, flip=side < 0).put([*half, *edge], part, "over")
    if kind in {"blazer", "coat"}:
        role = "trim" if p.seed % 3 == 0 else "over"
        _draw(t, b, _TEXTS["lapels"].replace("{r}", role))
        _draw(t, b, _TEXTS["lapels.buttons"])


def mantle(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """The two ends of an open coat or the clasp of a cape, over the chest."""
    if p.wears.get("cape") == "cape":
        _draw(_frame(s, b), b, _TEXTS["clasp"], k=pose.yaw)


def neck(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """Tie, bow, necklace or scarf: x in half shoulders, y in torsos above the pelvis."""
    kind = p.wears.get("neck", "")
    f = s.frame(0, 0, angle=b.lean)
    if kind == "bow":
        y = -0.64 if p.wears["top"] == "sailor" else -0.84
        stencil(f.frame(0, y * b.torso, scale=0.42 * b.shoulder), _TEXTS["bow"])
    elif f"round.{kind}" in _TEXTS:
        wide = f.stretched(b.shoulder, b.torso)
        stencil(wide, _TEXTS[f"round.{kind}"], s=pose.sway)


def back(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """A cape or wings behind everything."""
    kind, sh = p.wears.get("cape", ""), b.shoulder
    if kind == "wings":
        f = s.frame(0, -0.7 * b.torso, scale=0.14 * b.height + 0.4, angle=b.lean)
        stencil(f, _TEXTS["wings"], s=pose.sway)
    elif kind == "cape":
        low, drift = 0.42 * b.height, 0.9 * pose.sway
        hem: list[tuple[float, float]] = []
        for i, x in enumerate(np.linspace(1.9, -1.9, 7)):
            hem.append((float(x) * sh + drift, low + (0.06 if i % 2 else 0.0) * b.height))
        s.put([(-0.7 * sh, -0.98 * b.torso), (0.7 * sh, -0.98 * b.torso), *hem], "cape", "accent")
        for x, y in hem[1:-1:2]:
            line = [(0.4 * (x - drift), -0.2 * b.torso), (0.8 * x, 0.5 * y), (x, y)]
            s.line(line, within="cape", width=0.7)


def prop(s: Sheet, p: Persona, b: Body, pose: Pose, *, side: int) -> None:
    """What a hand holds: ``side`` 0 left, 1 right on the page; drawn before that hand."""
    kind = p.wears.get("prop", "")
    if not kind:
        return
    d = b.arms[side][2] - b.arms[side][1]
    d = d / max(float(np.hypot(*d)), 1e-6)
    x, y = b.arms[side][2] + d * b.arm[2]
    f = s.frame(float(x), float(y), scale=max(b.height / 5.5, 0.4), flip=side == 0)
    stencil(f, _TEXTS[f"prop.{kind}"], s=pose.sway)
