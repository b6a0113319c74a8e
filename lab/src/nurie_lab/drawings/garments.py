"""Clothes of the chest: shirts, jackets, bibs, kimono, armour.

The frame of a torso has its origin at the pelvis; x is in half shoulders, y in torsos, downwards.
In its stencils w and h are the half widths of waist and hip.
"""

import numpy as np

from nurie_lab.drawings.bodies import Body
from nurie_lab.drawings.limbs import shirt_of
from nurie_lab.drawings.persona import Persona, Pose
from nurie_lab.drawings.sheet import Points, Sheet
from nurie_lab.drawings.stencils import stencil

OVER = {"coat", "tunic", "hoodie", "sweater", "jacket", "tee"}
"""Tops that fall over what is worn on the hips."""
_LONG = {"coat", "robe", "gown", "kimono", "tunic"}
_NO_BELT = {"hoodie", "sweater", "overalls", "swim", "kimono", "apron", "pinafore"}
_TUCKED = {"skirt", "pleated", "straight", "dress", "robe"}
_LAYERED = {"jacket", "blazer", "coat", "vest", "pinafore", "overalls", "apron"}
_WIDE = {"hoodie": 1.22, "sweater": 1.14, "tee": 1.06, "coat": 1.18, "jacket": 1.15, "blazer": 1.1}

_BELT = """
    belt leather sharp : -1.12w,-.3 1.12w,-.3 1.15w,-.21 -1.15w,-.21
    buckle metal sharp w.8 : -.14,-.32 .14,-.32 .14,-.19 -.14,-.19
    """
_PATTERNS = {
    "stripes": """
        top.stripe trim @top w.7 : -1.6,-.82 0,-.79 1.6,-.82 1.6,-.73 0,-.7 -1.6,-.73
        top.stripe trim @top w.7 : -1.6,-.62 0,-.59 1.6,-.62 1.6,-.53 0,-.5 -1.6,-.53
        top.stripe trim @top w.7 : -1.6,-.42 0,-.39 1.6,-.42 1.6,-.33 0,-.3 -1.6,-.33
        top.stripe trim @top w.7 : -1.6,-.22 0,-.19 1.6,-.22 1.6,-.13 0,-.1 -1.6,-.13
        top.stripe trim @top w.7 : -1.6,-.02 0,.01 1.6,-.02 1.6,.07 0,.1 -1.6,.07
        """,
    "band": "top.band trim @top sharp : -1.6,-.62 1.6,-.62 1.6,-.42 -1.6,-.42",
}
_V_NECK = "skin.neck skin merge : -.36,-1.02! .36,-1.02! 0,d!"
_ROUND_NECK = "skin.neck skin merge : -.36,-1.02! .36,-1.02! .18,.9d-.1 -.18,.9d-.1"
_COLLAR = "collar.% {r} both sharp : .36,-1.03 .03,d .32,.05+d .47,-.95"
_BUTTONS = """
    - w.6 @top : 0,d 0,.08
    button trim w.5 oval @top : .03,-.75 .05,.025
    button trim w.5 oval @top : .03,-.58 .05,.025
    button trim w.5 oval @top : .03,-.41 .05,.025
    button trim w.5 oval @top : .03,-.24 .05,.025
    """
_DEEP = {"tee": 0.1, "tank": 0.2, "dress": 0.16, "gown": 0.24, "swim": 0.25, "sailor": 0.3}
_LAPELS = "lapel.% {r} both sharp w.8 : .36,-1 .62,-.72 .04,-.42"
_BRASS = """
    button metal w.6 oval : .1,-.38 .05,.025
    button metal w.6 oval : .1,-.22 .05,.025
    """
_STRAPS = "strap.% {r} both sharp : .36,-1 .56,-.99 .52,-.66 .34,-.66"
_BIB = "{0} {r} sharp : -.52,-.68 .52,-.68 1.04w,-.3 h,.1 -h,.1 -1.04w,-.3"
_DETAILS = {
    "sailor": """
        collar.r bottom sharp : .34,-1 .85,-.9 .8,-.78 0,-.6 0,-.68
        - w.5 @collar.r : .68,-.84 0,-.645
        collar.l bottom sharp : -.34,-1 -.85,-.9 -.8,-.78 0,-.6 0,-.68
        - w.5 @collar.l : -.68,-.84 0,-.645
        """,
    "overalls": """
        button metal both w.7 oval : .43,-.64 .07,.04
        pocket {r} sharp w.7 : -.3,-.5 .3,-.5 .26,-.26 -.26,-.26
        """,
    "apron": "bib {r} merge : -.9h,-.3 .9h,-.3 1.15h,.9 0,.97 -1.15h,.9",
    "kimono": """
        collar.r white sharp : .3,-1.02 .48,-1 -.2,-.42 -.36,-.46
        collar.l trim sharp : -.3,-1.02 -.48,-1 .2,-.42 .36,-.46
        obi accent sharp : -1.14w,-.46 1.14w,-.46 1.19w,-.16 -1.19w,-.16
        cord trim sharp w.7 : -1.17w,-.33 1.17w,-.33 1.17w,-.27 -1.17w,-.27
        """,
    "armour": """
        plate metal : -.5,-.96 .5,-.96 .95,-.68 1.12w,-.34 0,-.28 -1.12w,-.34 -.95,-.68
        - w.7 @plate : 0,-.94 0,-.3
        gem gem w.8 oval : 0,-.72 .12,.06
        tassets metal sharp w.8 : -1.15h,-.3 -.57h,-.3 -.63h,.12 -.95h,.2 -1.26h,.12
        tassets metal sharp w.8 : -.57h,-.3 0,-.3 0,.12 -.32h,.2 -.63h,.12
        tassets metal sharp w.8 : 0,-.3 .57h,-.3 .63h,.12 .32h,.2 0,.12
        tassets metal sharp w.8 : .57h,-.3 1.15h,-.3 1.26h,.12 .95h,.2 .63h,.12
        """,
    "hoodie": """
        hood top : -.62,-.98 0,-.76 .62,-.98 .42,-1.06 0,-.9 -.42,-1.06
        pocket top w.7 : -.4,-.32! .4,-.32! .62,-.04 -.62,-.04
        - both w.7 : .16,-.84 .18,-.56
        """,
    "sweater": "top.rib top sharp w.8 : -1.16h,.02 1.16h,.02 1.14h,.14 -1.14h,.14",
}


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
        _draw(t, b, _STRAPS.replace("{r}", role))
        _draw(
            t, b, _BIB.replace("{0}", "top" if kind == "pinafore" else "bib").replace("{r}", role)
        )
    _draw(t, b, _DETAILS.get(kind, "").replace("{r}", role))


def belt(s: Sheet, p: Persona, b: Body) -> None:
    """A belt with its buckle, where one is worn."""
    if p.wears.get("belt") and p.wears["top"] not in _NO_BELT:
        _draw(_frame(s, b), b, _BELT)


def _pattern(t: Sheet, p: Persona, b: Body) -> None:
    """Stripes, a band, dots or a badge on the top."""
    kind = p.wears.get("pattern", "")
    _draw(t, b, _PATTERNS.get(kind, ""))
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
    _draw(t, b, _V_NECK if pointed else _ROUND_NECK, d=low)
    if kind in {"shirt", "collar"}:
        _draw(t, b, _COLLAR.replace("{r}", "white" if kind == "collar" else "top"), d=low)
    if kind == "shirt":
        _draw(t, b, _BUTTONS, d=low)


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
        _draw(t, b, _LAPELS.replace("{r}", "trim" if p.seed % 3 == 0 else "over") + "\n" + _BRASS)


def mantle(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """The two ends of an open coat or the clasp of a cape, over the chest."""
    if p.wears.get("cape") == "cape":
        clasp = "clasp metal w.8 oval : 0,-.93 .1,.05\n- w1.3 : -.62,-.97 0,-.92 .62,-.97"
        _draw(_frame(s, b), b, clasp, k=pose.yaw)
