"""Scarves, ties, capes, wings, and what hands hold."""

import numpy as np

from nurie_lab.drawings.bodies import Body
from nurie_lab.drawings.persona import Persona, Pose
from nurie_lab.drawings.sheet import Sheet
from nurie_lab.drawings.stencils import stencil

_BOW = """
    {0} accent : 0,0! .6,-.55 .95,0 .6,.5
    {0} accent : 0,0! -.6,-.55 -.95,0 -.6,.5
    {0}.knot accent oval w.9 : 0,0 .2,.24
    """
_NECK = {
    "tie": """
        tie accent sharp : -.09,-.84 .09,-.84 .17,-.36 0,-.26 -.17,-.36
        tie.knot accent sharp : -.13,-.9 .13,-.9 .08,-.8 -.08,-.8
        """,
    "necklace": """
        - w.7 : -.34,-.98 0,-.84 .34,-.98
        gem gem oval w.7 : 0,-.81 .09,.06
        """,
    "scarf": """
        scarf.end accent sharp : .2,-.95 .5,-.95 .6+.2s,-.4 .25+.2s,-.38
        scarf accent : -.6,-1.04 0,-.92 .6,-1.04 .66,-.88 0,-.76 -.66,-.88
        """,
}
PROPS = {
    "sword": """
        blade steel sharp : .05,-.33 .98,-1.98 1.16,-2.15 1.13,-1.9 .22,-.24
        - w.6 : .14,-.28 1.06,-1.95
        hilt metal sharp : -.15,-.47 .48,-.13 .41,0 -.22,-.34
        grip leather sharp : .03,-.21 .15,-.15 -.1,.33 -.22,.27
        """,
    "staff": """
        staff wood tube=.12,.12,.1 : .05,-2 0,0 -.05,2
        orb gem oval : .05,-2.15 .26,.26
        """,
    "wand": """
        wand wood tube=.09,.08,.06 cut : 0,.5 .05,-.4 .1,-1.1
        star metal sharp : .1,-1.62 .2,-1.36 .48,-1.34 .27,-1.16 .34,-.9 .1,-1.05 -.14,-.9 \
-.07,-1.16 -.28,-1.34 0,-1.36
        """,
    "book": """
        book prop sharp : -.35,-.5 .35,-.5 .35,.4 -.35,.4
        book.label trim sharp w.7 : -.2,-.3 .2,-.3 .2,-.1 -.2,-.1
        """,
    "flower": """
        stem leaf tube=.07,.07,.06 : 0,.5 .02,0 .05,-.7
        leaf leaf : .02,-.1! .3,-.3 .45,-.2! .25,-.08
        petals prop oval w.8 : .25,-.85 .16,.16
        petals prop oval w.8 : .15,-.68 .16,.16
        petals prop oval w.8 : -.05,-.68 .16,.16
        petals prop oval w.8 : -.15,-.85 .16,.16
        petals prop oval w.8 : -.05,-1.02 .16,.16
        petals prop oval w.8 : .15,-1.02 .16,.16
        flower.heart metal oval w.8 : .05,-.85 .13,.13
        """,
    "balloon": """
        - w.7 : 0,.2 .1,-.8 .05+.5s,-1.7
        balloon prop oval : .05+.5s,-2.3 .5,.6
        """,
    "ball": """
        ball prop oval : .1,.2 .42,.42
        ball.band white @ball w.8 : -.4,.1 .1,.28 .6,.1 .6,.3 .1,.5 -.4,.3
        """,
    "cup": """
        cup prop sharp : -.2,-.35 .25,-.35 .2,.15 -.15,.15
        - w.9 : .23,-.25 .42,-.12 .21,.02
        """,
    "umbrella": """
        - w1.4 : 0,.5 0,-2
        umbrella prop : -.9,-2.25 0,-2.55 .9,-2.25 1.3,-1.6! .9,-1.72 .45,-1.6! 0,-1.72 -.45,-1.6! \
-.9,-1.72 -1.3,-1.6!
        - w.7 : 0,-2.55 .36,-2.1 .45,-1.6
        - w.7 : 0,-2.55 -.36,-2.1 -.45,-1.6
        """,
    "bag": """
        - w1.2 : -.2,.5 -.1,0 .15,0 .25,.5
        bag leather : -.42,.45 .46,.45 .5,1.1 -.46,1.1
        bag.flap leather w.8 : -.42,.45 .46,.45 .4,.75 .02,.85 -.36,.75
        """,
    "shield": """
        shield prop : 0,-.75 .5,-.6! .5,.1 0,.75! -.5,.1 -.5,-.6!
        shield.mark metal w.8 : 0,-.4 .22,-.05 0,.35 -.22,-.05
        """,
    "ice": """
        cone wood sharp : -.2,-.2 .26,-.2 .03,.5
        scoop prop oval : .03,-.34 .28,.28
        scoop.top lips oval : .03,-.68 .23,.23
        """,
    "teddy": """
        teddy.ear wood oval : -.18,-.62 .13,.13
        teddy.ear wood oval : .24,-.62 .13,.13
        teddy.body wood oval : .03,.25 .3,.36
        teddy.belly straw oval w.8 : .03,.28 .17,.2
        teddy.head wood oval : .03,-.3 .32,.3
        teddy.nose straw oval w.8 : .03,-.2 .14,.11
        - w1 : -.08,-.36 -.08,-.32
        - w1 : .14,-.36 .14,-.32
        """,
}


def neck(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """Tie, bow, necklace or scarf: x in half shoulders, y in torsos above the pelvis."""
    kind = p.wears.get("neck", "")
    f = s.frame(0, 0, angle=b.lean)
    if kind == "bow":
        y = -0.64 if p.wears["top"] == "sailor" else -0.84
        stencil(f.frame(0, y * b.torso, scale=0.42 * b.shoulder), _BOW.format("bow"))
    elif kind in _NECK:
        wide = f.stretched(b.shoulder, b.torso)
        stencil(wide, _NECK[kind], s=pose.sway)


def back(s: Sheet, p: Persona, b: Body, pose: Pose) -> None:
    """A cape or wings behind everything."""
    kind, sh = p.wears.get("cape", ""), b.shoulder
    if kind == "wings":
        f = s.frame(0, -0.7 * b.torso, scale=0.14 * b.height + 0.4, angle=b.lean)
        stencil(f, _WINGS, s=pose.sway)
    elif kind == "cape":
        low, drift = 0.42 * b.height, 0.9 * pose.sway
        hem: list[tuple[float, float]] = []
        for i, x in enumerate(np.linspace(1.9, -1.9, 7)):
            hem.append((float(x) * sh + drift, low + (0.06 if i % 2 else 0.0) * b.height))
        s.put([(-0.7 * sh, -0.98 * b.torso), (0.7 * sh, -0.98 * b.torso), *hem], "cape", "accent")
        for x, y in hem[1:-1:2]:
            line = [(0.4 * (x - drift), -0.2 * b.torso), (0.8 * x, 0.5 * y), (x, y)]
            s.line(line, within="cape", width=0.7)


_WINGS = """
    back.wing.% white both : 0,0! .6,-.9-.3s 1.5,-1.3-.3s 1.75,-.8! 1.45,-.55 \
1.6,-.3! 1.2,-.1 1.25,.2! .7,.3
    - both w.7 : .3,-.1 .9,-.5 1.45,-.55
    - both w.7 : .3,.05 .8,-.1 1.2,-.1
    """


def prop(s: Sheet, p: Persona, b: Body, pose: Pose, *, side: int) -> None:
    """What a hand holds: ``side`` 0 left, 1 right on the page; drawn before that hand."""
    kind = p.wears.get("prop", "")
    if kind not in PROPS:
        return
    d = b.arms[side][2] - b.arms[side][1]
    d = d / max(float(np.hypot(*d)), 1e-6)
    x, y = b.arms[side][2] + d * b.arm[2]
    f = s.frame(float(x), float(y), scale=max(b.height / 5.5, 0.4), flip=side == 0)
    stencil(f, PROPS[kind], s=pose.sway)
