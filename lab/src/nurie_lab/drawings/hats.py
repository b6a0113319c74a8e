"""What is on a head, in the frame of the head: hats, crowns, ears, bows, glasses."""

import numpy as np

from nurie_lab.drawings.faces import across, sideways
from nurie_lab.drawings.persona import Persona, Pose
from nurie_lab.drawings.sheet import Sheet
from nurie_lab.drawings.stencils import stencil

HATS = {
    "cap": """
        hat hat : -.92,-.3! -.85,-.8 0,-1.16 .85,-.8 .92,-.3! 0,-.42
        hat.brim trim ~.6 : -.7,-.4 0,-.52 .7,-.4 .85,-.16 0,-.12 -.85,-.16
        hat.button trim oval : .1k,-1.12 .08,.05
        """,
    "beanie": """
        hat hat : -.92,-.3 -.86,-.8 0,-1.2 .86,-.8 .92,-.3 0,-.4
        hat.band trim : -.95,-.5 0,-.62 .95,-.5 .97,-.22 0,-.34 -.97,-.22
        hat.ball trim oval : 0,-1.25 .22,.2
        """,
    "straw": """
        hat.brim straw oval : 0,-.42 1.55,.34
        hat straw : -.78,-.5! -.7,-1 0,-1.14 .7,-1 .78,-.5! 0,-.36
        hat.band accent : -.78,-.68 0,-.55 .78,-.68 .79,-.48 0,-.34 -.79,-.48
        """,
    "witch": """
        hat.brim hat oval : 0,-.48 1.6,.32
        hat hat : -.72,-.52! -.4,-1.3 .45+.3s,-2.1! .4,-1.3 .72,-.52! 0,-.38
        hat.band accent : -.7,-.7 0,-.58 .7,-.7 .73,-.5 0,-.36 -.73,-.5
        buckle metal sharp : -.14,-.66 .14,-.66 .14,-.4 -.14,-.4
        """,
    "beret": """
        hat hat : -.95,-.5 -1.05,-.85 -.2,-1.2 .85,-1.05 .95,-.55 0,-.58
        - w1.4 : -.15,-1.18 -.2,-1.34
        """,
    "top": """
        hat hat sharp : -.62,-.6 -.68,-1.75 .68,-1.75 .62,-.6
        hat.band trim sharp : -.63,-.86 .63,-.86 .62,-.62 -.62,-.62
        hat.brim hat : -1.15,-.5 -.6,-.66 0,-.6 .6,-.66 1.15,-.5 0,-.4
        """,
    "helmet": """
        hat metal : -.98,.1! -.95,-.6 -.5,-1.12 0,-1.2 .5,-1.12 .95,-.6 .98,.1! .7,.1! \
.6,-.36 0,-.48 -.6,-.36 -.7,.1!
        hat.crest accent : -.08,-1.1 -.2,-1.5 -.75,-1.6 -.2,-1.72 .14,-1.5 .1,-1.12
        hat.ridge metal w.8 : -.1,-1.16 .1,-1.16 .08,-.46 -.08,-.46
        """,
    "hood": """
        hat over : -1.05,.75! -1.12,-.4 -.6,-1.12 0,-1.3 .6,-1.12 1.12,-.4 1.05,.75! \
.78,.6! .8,-.2 .45,-.66 -.45,-.66 -.8,-.2 -.78,.6!
        """,
    "crown": """
        crown metal sharp : -.5,-.85 -.5,-1.3 -.37,-1.05 -.25,-1.42 -.12,-1.05 0,-1.3 .12,-1.05 \
.25,-1.42 .37,-1.05 .5,-1.3 .5,-.85 0,-.78
        gem gem oval w.7 : 0,-.97 .08,.09
        """,
    "ribbon": """
        ribbon accent : .55,-.86! .85,-1.13 1.02,-.86 .85,-.61
        ribbon accent : .55,-.86! .25,-1.13 .08,-.86 .25,-.61
        ribbon.knot accent oval w.9 : .55,-.86 .1,.12
        """,
    "band": """
        band accent : -.86,-.12 -.72,-.74 0,-.98 .72,-.74 .86,-.12 .76,-.12 .6,-.62 0,-.82 \
-.6,-.62 -.76,-.12
        """,
    "ears": """
        ears.% hair both ~-.1 : .25,-.72! .71,-1.4! .85,-.72!
        ears.inner.% lips both ~-.1 w.7 : .41,-.8 .68,-1.2! .71,-.8
        """,
    "bunny": """
        ears.% white both ~-.1 tube=.26,.4,.14 : .3,-.7 .38,-1.35 .55+.2s,-1.95
        ears.inner.% lips both ~-.1 w.7 tube=.08,.19,.05 : .32,-.95 .39,-1.35 .53+.2s,-1.75
        """,
    "horns": """
        horn.% trim both ~-.1 : .4,-.75 .67,-1.1 .5,-1.5! .87,-1.1 .7,-.72
        """,
    "halo": """
        halo metal tube=.08,.09,.09,.08 : -.55,-1.5 -.3,-1.6 .3,-1.6 .55,-1.5
        halo metal merge tube=.08,.1,.1,.1,.08 : -.57,-1.5 -.3,-1.4 0,-1.37 .3,-1.4 .57,-1.5
        """,
    "flower": """
        flower accent oval w.8 : .6,-.75 .13,.13
        flower accent oval w.8 : .74,-.65 .13,.13
        flower accent oval w.8 : .69,-.48 .13,.13
        flower accent oval w.8 : .51,-.48 .13,.13
        flower accent oval w.8 : .46,-.65 .13,.13
        flower.heart metal oval w.8 : .6,-.6 .09,.09
        """,
}


def hat(s: Sheet, p: Persona, pose: Pose) -> None:
    """What is on the head."""
    kind = p.wears.get("hat", "")
    if kind not in HATS:
        return
    bulk = 1.12 if p.wears["back"] != "afro" else 1.25
    left = kind in {"ribbon", "flower"} and p.seed % 2 == 0
    stencil(s.frame(0.0, 0.0, scale=bulk, flip=left), HATS[kind], k=pose.yaw, s=pose.sway)


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
