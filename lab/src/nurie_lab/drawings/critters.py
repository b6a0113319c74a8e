"""Birds, fish, insects and other small animals, most of them as stencils.

In the stencils f is how fat the animal is, b the beat of its wings or fins, k the turn of its head,
t the lift of its tail, e the size of its eyes.
"""

import numpy as np

from nurie_lab.drawings.menagerie import Beast, Gait
from nurie_lab.drawings.sheet import Sheet
from nurie_lab.drawings.stencils import stencil

_BIRD = """
    tail wing : -.7,0! -1.6,-.35-t! -1.55,-.15-t -1.7,.05-t! -.7,.35!
    body coat : -1,0 -.4,-.42f .4,-.55 .85,-.1 .6,.5f 0,.68f -.6,.45f
    belly belly @body w.8 : .95,-.3 .45,0 .2,.4 -.3,.6 .3,1 1.2,.4
    body coat merge tube=.75,.6 : .4,-.1 .72+n,-.72+n
    """
_BIRD_HEAD = """
    body coat merge oval : 0,0 .42,.4
    beak beak : .32,-.12! .78,.06! .3,.18!
    - w.6 : .33,.03 .62,.06
    """
_DUCK_HEAD = """
    body coat merge oval : 0,0 .42,.4
    beak beak : .3,-.1 .98,-.02 .98,.14 .3,.16
    - w.6 : .33,.03 .8,.06
    """
_COMB = """
    comb comb w.8 oval : -.2,-.42 .14,.2
    comb comb w.8 oval : 0,-.42 .14,.2
    comb comb w.8 oval : .2,-.42 .14,.2
    wattle comb oval : .38,.32 .1,.17
    """
_WING = """
    wing wing : .35,-.25 0,-.3-.3l -.95,.05-l! -.7,.16-.6l -1.05,.28-.9l! -.5,.3-.3l \
-.85,.42-.6l! .1,.3
    - w.6 @wing : .1,.05 -.4,-.4l -.7,.12-.7l
    """
_OWL = """
    foot beak both oval : .3,1.1 .22,.12
    ear.% coat both : .3,-.85! .72,-1.3! .75,-.5!
    body coat mirror : 0,-1 .66f,-.8 .8f,.1 .6f,.95 0,1.12
    belly belly @body w.8 oval : 0,.5 .5f,.55
    - w.6 : -.28,.3 -.2,.38 -.12,.3
    - w.6 : .12,.3 .2,.38 .28,.3
    - w.6 : -.08,.55 0,.63 .08,.55
    - w.6 : -.28,.75 -.2,.83 -.12,.75
    - w.6 : .12,.75 .2,.83 .28,.75
    wing.% wing both : .6f,-.25 .95f+w,.2 .7f,.95! .5f,.4
    disc.% belly both ~.12 w.9 oval : .33,-.45 .36,.36
    eye.%.iris beak both ~.12 w.8 oval : .33,-.45 .2,.22
    eye.%.pupil pupil both ~.12 solid w0 oval : .33,-.45 .11,.13
    beak beak ~.12 : -.1,-.35! .1,-.35! 0,-.08!
    """
_PENGUIN = """
    foot beak both oval : .32,1.2 .3,.13
    body coat mirror : 0,-1.15 .5,-.9 .62,-.3 .8f,.4 .55,1.1 0,1.2
    belly belly @body w.9 : .2k,-.55 .32+.2k,-.9 .5+.2k,-.5 .48f,.2 .52f,.7 0,1.1 \
-.52f,.7 -.48f,.2 -.5+.2k,-.5 -.32+.2k,-.9
    wing.r coat tube=.2,.3,.08 : .55,-.2 .94+.3b,.11-.3b 1.1+.5b,.33-.9b
    wing.l coat tube=.2,.3,.08 : -.55,-.2 -.94+.3b,.11+.3b -1.1+.5b,.33+.9b
    beak beak ~.2 : -.14,-.5! 0,-.56 .14,-.5! 0,-.26!
    """
_FISH = """
    tail wing : -.85,0! -1.2,-.35+b -1.7,-.65+b! -1.45,b -1.7,.65+b! -1.2,.35+b
    fin.top wing : -.6,-.36f! -.3,-.78f-.1! .2,-.75f .5,-.48f!
    fin.low wing : -.1,.48f! -.45,.81f! .3,.48f!
    body coat : -1,0! -.5,-.43f .2,-.6f .8,-.39f 1.1,0 .8,.36f .2,.57f -.5,.42f
    """
_FISH_FRONT = """
    - w.8 : .55,-.42f .42,0 .55,.39f
    fin.side wing : .25,.15! -.15,.05+b -.2,.45+b! .25,.4!
    - : 1.06,.14 .9,.22 .8,.18
    """
_FISH_MARKS = (
    """
    - w.6 @body : -.56,-.37 -.4,-.25 -.56,-.13
    - w.6 @body : -.26,-.22 -.1,-.1 -.26,.02
    - w.6 @body : -.56,-.02 -.4,.1 -.56,.22
    - w.6 @body : .04,-.37 .2,-.25 .04,-.13
    """,
    "belly belly @body w.8 : -1.2,.25 0,.24f 1.2,.2 1.2,2 -1.2,2",
    """
    band belly @body w.8 : -.57,-1.5 -.33,-1.5 -.25,0 -.35,1.5 -.59,1.5 -.49,0
    band belly @body w.8 : -.07,-1.5 .17,-1.5 .25,0 .15,1.5 -.09,1.5 .01,0
    """,
)
_WHALE = """
    tail coat : -1.3,-.5! -1.6,-1+b -2.1,-1.1+b! -1.75,-.75+b -1.7,-.3+b! -1.45,-.35
    body coat : -1.45,-.6 -.9,-.35 0,-.85 .9,-.7 1.25,0 .9,.6 -.2,.75 -1,.3
    belly belly @body w.9 : 1.4,.1 .6,.2 -.3,.35 -.9,.3 -.6,1.2 1.2,1.2
    - w.6 @belly : 1,.3 .4,.37 -.2,.43
    - w.6 @belly : 1,.45 .4,.52 -.2,.58
    fin wing : .3,.4! .2,.85 -.25,1.05+b! -.1,.45!
    - w.9 : .3,-.85 .28,-1.2 .05,-1.35
    - w.9 : .3,-.85 .34,-1.2 .58,-1.32
    """
_TURTLE = """
    tail coat : -.9,.25! -1.35,.4! -.8,.45!
    leg.0 coat tube=.4,.34 flat : -.6,.3 -.6-.6b,.8
    leg.1 coat tube=.4,.34 flat : .6,.3 .6+.6b,.8
    head coat tube=.4,.34,.4 : .7,.2 1.1,0 1.3,-.3
    head coat merge oval : 1.35,-.4 .34,.28
    - : 1.66,-.32 1.5,-.26 1.4,-.3
    shell shell : -1.1,.35! -.9,-.35 0,-.8 .9,-.35 1.1,.35!
    plates mark @shell sharp w.8 : -.7,-.3 -.5,-.45 -.3,-.3 -.3,0 -.5,.14 -.7,0
    plates mark @shell sharp w.8 : -.2,-.3 0,-.45 .2,-.3 .2,0 0,.14 -.2,0
    plates mark @shell sharp w.8 : .3,-.3 .5,-.45 .7,-.3 .7,0 .5,.14 .3,0
    rim horn : -1.12,.28 1.12,.28 1.1,.46 -1.1,.46
    """
_FROG = """
    thigh.% coat both oval : .75,.55 .42,.5
    foot.% coat both oval : .95,1 .36,.12
    body coat oval : 0,.35 .72f,.66
    belly belly @body w.8 oval : 0,.5 .45,.45
    arm.% coat both tube=.2,.22 : .4,.3 .45,.95
    head coat both ~.12 merge oval : .4,-.75 .26,.26
    head coat ~.12 merge oval : 0,-.35 .8,.48
    - ~.12 : -.55,-.3 0,-.05 .55,-.3
    """
_SNAIL = """
    - w1.2 : 1.05+b,-.25 1.13+b,-.7
    - w1.2 : 1.27+b,-.25 1.35+b,-.7
    eye.l dark w.8 oval : 1.13+b,-.75 .08,.08
    eye.r dark w.8 oval : 1.35+b,-.75 .08,.08
    body coat : -1.4,.6! -.8,.35 .5,.3 .85,-.2 1.15+b,-.35 1.35+b,-.1 1.2,.45 1,.62!
    shell shell oval : -.15,-.15 .75,.68
    - w.9 : .47,-.12 .2,.36 -.3,.38 -.64,.06 -.56,-.36 -.2,-.56 .16,-.38 .24,-.06 .04,.18 -.26,.16 \
-.4,-.06 -.28,-.26 -.06,-.26 .02,-.1 -.1,0
    - : 1.28+b,0 1.15+b,.08 1.08,.02
    """
_BUTTERFLY = """
    wing.low.% trim both : .05,.1! .6+.2b,.15 .8+.4b,.7 .4+.2b,1.15 .15,.6
    wing.top.% coat both : .05,.05! .3+.1b,-.75 1+.4b,-1.15 1.15+.5b,-.4 .65+.3b,.15
    spot.top.% belly both w.8 oval : .78+.3b,-.6 .2+.1b,.26
    spot.low.% mark both w.8 oval : .5+.2b,.6 .14+.1b,.2
    - both w.8 : .03,-.55 .2,-.95 .35,-1.1
    body dark oval : 0,.1 .11,.62
    head dark oval : 0,-.55 .14,.14
    """
_BEE = """
    wing.l belly tube=.1,.5,.3 : -.15,-.4 -.4,-.9 -.65,-1.3-b
    wing.r belly tube=.1,.5,.3 : .2,-.4 .3,-.9 .4,-1.3-b
    sting dark : -.9,-.05! -1.3,.05! -.9,.15!
    body coat oval : 0,0 .98,.6f
    bands mark @body w.8 : -.65,-.9 -.45,-.9 -.37,0 -.45,.9 -.65,.9 -.57,0
    bands mark @body w.8 : -.22,-.9 -.02,-.9 .06,0 -.02,.9 -.22,.9 -.14,0
    bands mark @body w.8 : .2,-.9 .4,-.9 .48,0 .4,.9 .2,.9 .28,0
    - w.9 : .85,-.35 .95,-.75 1.1,-.85
    - w.9 : 1.05,-.35 1.15,-.75 1.3,-.85
    head coat oval : .9,-.05 .4,.38
    - : 1.1,.12 .98,.2 .85,.14
    """
_LADYBIRD = """
    - both w1.2 : .7,-.3 1.15,-.3+b
    - both w1.2 : .7,.15 1.15,.15-b
    - both w1.2 : .7,.6 1.15,.6+b
    - both w.9 : .12,-.95 .4,-1.35
    head mark oval : 0,-.75 .42,.34
    body coat oval : 0,.15 .92,.95
    - w1 : 0,-.78 0,1.08
    spots mark both @body w.8 oval : .4,-.25 .15,.15
    spots mark both @body w.8 oval : .5,.35 .15,.15
    spots mark both @body w.8 oval : .28,.75 .15,.15
    eye.%.white white both w.8 oval : .2,-.85 .1,.1
    """
_OCTOPUS_HEAD = """
    head coat mirror : 0,-1.2 .75,-.9 .9,-.2 .65,.4 0,.55
    - : -.16,.18 0,.26 .16,.18
    spots belly w.7 oval : -.4,-.75 .11,.11
    spots belly w.7 oval : .1,-.85 .11,.11
    spots belly w.7 oval : .45,-.65 .11,.11
    """
_CRAB = """
    leg.%.0 coat both tube=.16,.14,.05 : .7,.1 1.15,b 1.4,.4
    leg.%.1 coat both tube=.16,.14,.05 : .7,.3 1.15,.2-b 1.4,.6
    leg.%.2 coat both tube=.16,.14,.05 : .7,.5 1.15,.4+b 1.4,.8
    claw.% coat both tube=.2,.18,.2 : .7,-.2 1.15,-.4 1.2,-.7
    claw.% coat both merge : 1.05,-.65 .95,-1.05 1.15,-1.35! 1.2,-1! 1.42,-1.25! 1.5,-.9 1.35,-.62
    - both w1.4 : .25,-.4 .25,-.75
    body coat mirror : 0,-.55 .7,-.4 .95,.1 .6,.6 0,.7
    - : -.25,.2 0,.32 .25,.2
    """
_PLAIN = {
    "owl": (_OWL, ()),
    "penguin": (_PENGUIN, ((0.2, -0.62, 0.1), (-0.2, -0.62, 0.1))),
    "whale": (_WHALE, ((0.78, -0.05, 0.1),)),
    "turtle": (_TURTLE, ((1.45, -0.46, 0.09),)),
    "frog": (_FROG, ((0.4, -0.78, 0.16), (-0.4, -0.78, 0.16))),
    "snail": (_SNAIL, ()),
    "butterfly": (_BUTTERFLY, ()),
    "bee": (_BEE, ((1.02, -0.12, 0.12),)),
    "ladybird": (_LADYBIRD, ()),
    "crab": (_CRAB, ((0.25, -0.8, 0.15), (-0.25, -0.8, 0.15))),
}
"""Stencil, and the eyes: x, y and radius."""


def critter(s: Sheet, what: Beast, gait: Gait) -> None:
    """Draft an animal that neither walks on four legs nor sits."""
    if what.kind in {"bird", "duck", "hen"}:
        _bird(s, what, gait)
    elif what.kind == "fish":
        _fish(s, what, gait)
    elif what.kind == "octopus":
        _octopus(s, gait)
    elif what.kind == "snake":
        _snake(s, what, gait)
    else:
        _plain(s, what, gait)


def _beat(gait: Gait) -> float:
    return 0.2 * float(np.sin(gait.step))


def _eye(s: Sheet, x: float, y: float, r: float, *, name: str = "eye") -> None:
    s.oval(x, y, (r, r), (f"{name}.white", "white"), width=0.8)
    s.oval(x + 0.2 * r, y, (0.5 * r, 0.6 * r), (f"{name}.pupil", "pupil"), solid=True, width=0)
    s.oval(x + 0.1 * r, y - 0.3 * r, (0.2 * r, 0.2 * r), (f"{name}.light", "white"), width=0)


def _plain(s: Sheet, what: Beast, gait: Gait) -> None:
    text, eyes = _PLAIN[what.kind]
    wide = 0.4 if gait.stride > 0.4 else 0.0
    stencil(s, text, f=what.build["fat"], b=_beat(gait), k=gait.yaw, w=wide)
    turned = 0.15 * gait.yaw if len(eyes) > 1 else 0.0
    for i, (x, y, r) in enumerate(eyes):
        _eye(s, x + turned, y, r * what.build["eye"] ** 0.5, name=f"eye.{'rl'[i]}")


def _bird(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, duck = what.build["fat"], what.kind == "duck"
    _bird_legs(s, 0.55 * fat, 0.35 if duck else 0.5, gait.stride * np.sin(gait.step))
    stencil(s, _BIRD, f=fat, t=0.3 * gait.tail, n=0.1 * gait.nod)
    h = s.frame(0.72 + 0.1 * gait.nod, -0.72 + 0.1 * gait.nod)
    if what.kind == "hen":
        stencil(h, _COMB)
    stencil(h, _DUCK_HEAD if duck else _BIRD_HEAD)
    _eye(h, 0.12, -0.08, 0.1 * what.build["eye"])
    # Folded where it steps little, else spread upwards.
    lift = 0.0 if gait.stride < 0.3 else 0.9 + 0.5 * float(np.sin(gait.step))
    stencil(s, _WING, l=lift)


def _bird_legs(s: Sheet, y: float, long: float, stride: float) -> None:
    for side, x in ((-1, -0.15), (1, 0.15)):
        end, low = x + 0.4 * side * stride, y + long
        part = f"leg.{'l' if side < 0 else 'r'}"
        s.tube([(x, y - 0.1), (end, low)], [0.08, 0.07], (part, "beak"))
        foot = [(end - 0.08, low), (end + 0.12, low - 0.04), (end + 0.34, low + 0.12)]
        s.put([*foot, (end - 0.14, low + 0.12)], part, "beak", merge=True)


def _fish(s: Sheet, what: Beast, gait: Gait) -> None:
    values = {"f": what.build["fat"], "b": _beat(gait)}
    stencil(s, _FISH, **values)
    stencil(s, _FISH_MARKS[min(int(3 * what.build["marked"]), 2)], **values)
    stencil(s, _FISH_FRONT, **values)
    _eye(s, 0.75, -0.15, 0.14 * what.build["eye"])


def _octopus(s: Sheet, gait: Gait) -> None:
    for i, x in enumerate(np.linspace(-0.75, 0.75, 6).tolist()):
        wave = 0.25 * float(np.sin(gait.step + 1.3 * i))
        spine = [(x * 0.7, 0.2), (x * 1.2, 0.75), (x * 1.7 + wave, 1.1), (x * 1.7 + 2 * wave, 1.5)]
        s.tube(spine, [0.36, 0.3, 0.22, 0.08], (f"arm.{i}", "coat"))
    stencil(s, _OCTOPUS_HEAD)
    for side in (-1, 1):
        _eye(s, side * 0.32 + 0.1 * gait.yaw, -0.15, 0.18, name=f"eye.{'l' if side < 0 else 'r'}")


def _snake(s: Sheet, what: Beast, gait: Gait) -> None:
    x = np.linspace(-1.6, 1.2, 9)
    y = 0.4 * np.sin(3.2 * x + gait.step)
    wide = [0.06, 0.2, 0.3, 0.34, 0.36, 0.36, 0.34, 0.3, 0.28]
    s.tube(np.stack([x, y], 1), wide, ("body", "coat"))
    for a, b in zip(x[2:-1].tolist(), y[2:-1].tolist(), strict=True):
        s.oval(a, b, (0.09, 0.26), ("bands", "mark"), within="body", width=0.7)
    hx, hy = float(x[-1]) + 0.15, float(y[-1])
    s.line([(hx + 0.35, hy + 0.05), (hx + 0.65, hy + 0.1)], width=0.8)
    s.oval(hx, hy, (0.4, 0.27), ("body", "coat"), merge=True)
    _eye(s, hx + 0.1, hy - 0.1, 0.09 * what.build["eye"])
