"""Four-legged animals, walking to the right as seen from the side; the body is two units long."""

from typing import TypeAlias

import numpy as np

from nurie_lab.drawings.builds import Build, build
from nurie_lab.drawings.menagerie import Beast, Gait
from nurie_lab.drawings.muzzles import side_head
from nurie_lab.drawings.sheet import Sheet, corner
from nurie_lab.drawings.stencils import stencil

Path: TypeAlias = list[tuple[float, float]]
_COAT = ("body", "coat")
# Tails begin at the origin; u is how far they are lifted, f the fatness of the body.
_TAILS = {
    "long": "tail coat tube=.2,.17,.15,.08 : .2,0 -.5,-.1-.5u -.8,-.4-.9u -.7,-.75-.9u",
    "curl": "tail coat tube=.2,.17,.15,.08 : .2,0 -.3,-.2 -.35,-.65 -.25,-1-.2u",
    "bushy": """
        tail coat tube=.2,.42,.4,.04 : .2,0 -.5,-.1-.5u -.8,-.4-.9u -1,-.7-.9u
        tail.tip belly @tail : -1.3,-.3-.9u -.8,-.46-.9u -.4,-.38-.9u -.6,-1.1-.9u -1.5,-1-.9u
        """,
    "hair": "tail mane tube=.16,.3,.36,.03 : .1,-.1 -.35,0 -.4-.3u,.7 -.3-.5u,1.2",
    "tuft": """
        tail coat tube=.1,.08,.06 : .1,0 -.3,.1-.3u -.45,.55-.8u
        tail.tuft mane oval : -.45,.63-.8u .12,.2
        """,
    "thin": "tail pink tube=.1,.08,.06 : .1,0 -.3,.1-.3u -.45,.55-.8u",
    "ball": "tail belly oval : -.06,.1 .2,.2",
    "stub": "tail coat oval : 0,0 .13,.12",
    "spiral": "- w1.3 : 0,0 -.2,-.15 -.08,-.25 -.04,-.1 -.3,-.1",
}
_WING = """
    {0} wing : 0,-.35! .1,-1.2-.5b -.9,-2-b! -.9,-1.4-.5b -1.35,-1.25-.6b! -1,-.9 -1.3,-.55! -.6,-.5
    - w.7 @{0} : .02,-.6 -.35,-1.3-.5b -.9,-2-b
    - w.7 @{0} : .02,-.6 -.57,-.93-.3b -1.35,-1.25-.6b
    """
_BODY = """
    body coat : -1.08,-.1f -.95,-.8f -.4,-f .3,-.94f .9,-f 1.12,-.2f .92,.7f .3,.95f \
-.4,.84f -.95,.7f
    """
_BELLY = """
    belly belly @body w.7 : -.9,.35f 0,.45f .9,.1f 1.2,.6f .3,1.4f -.9,1.3f
    """


def walking(s: Sheet, what: Beast, gait: Gait) -> None:
    """The animal from the side."""
    k = build(what)
    _tail(s, k, gait)
    lift = 0.5 * float(np.sin(gait.step))
    if "wings" in k.extra:
        stencil(s.frame(0.5, 0), _WING.format("wing.1"), b=lift)
    for i in (1, 3):
        _leg(s, k, gait, i, name=(f"leg.{i}", "coat"))
    _trunk(s, k)
    _markings(s, what, k)
    _neck(s, k, gait)
    for i in (0, 2):
        _leg(s, k, gait, i, name=_COAT)
    side_head(s.frame(*_head_at(k, gait), scale=k.head, angle=0.3 * gait.nod), what, k, gait)
    if "wings" in k.extra:
        stencil(s.frame(0.2, 0), _WING.format("wing.0"), b=lift)


def _trunk(s: Sheet, k: Build) -> None:
    """The body, with wool or plates."""
    if "wool" in k.extra:
        wool(s, (0.0, 0.0), (1.15, k.fat * 1.05), _COAT)
        return
    for x in np.linspace(-0.95, 0.75, 6).tolist() if "plates" in k.extra else []:
        y = -k.fat * (1 - 0.35 * x * x) + 0.12
        s.put(corner((x - 0.17, y), (x, y - 0.38), (x + 0.17, y)), "plates", "trim")
    stencil(s, _BODY, f=k.fat)


def wool(
    s: Sheet, at: tuple[float, float], radii: tuple[float, float], name: tuple[str, str]
) -> None:
    """A cloud of curls."""
    points: Path = []
    for i in range(22):
        t, r = np.pi * i / 11, 1.0 if i % 2 else 0.86
        x, y = at[0] + r * radii[0] * float(np.cos(t)), at[1] + r * radii[1] * float(np.sin(t))
        points += [(x, y)] if i % 2 else corner((x, y))
    s.put(points, *name)


def _leg(s: Sheet, k: Build, gait: Gait, i: int, *, name: tuple[str, str]) -> None:
    """Legs 0 and 1 are hind, 2 and 3 fore; even ones are near."""
    long, w = k.leg, k.limb
    x, y = (-0.78 if i < 2 else 0.8) + (0.12 if i % 2 else 0.0), 0.45 * k.fat
    swing = gait.stride * float(np.sin(gait.step + (np.pi if i in (1, 2) else 0.0)))
    knee = (x + 0.5 * long * np.sin(swing) + (0.06 if i > 1 else 0.12), y + 0.5 * long)
    foot = (x + long * np.sin(0.9 * swing), y + long * np.cos(swing))
    if "wool" in k.extra:
        name = (f"leg.{i}", "mark")
    wide = [w * (2.0 if i < 2 else 1.5), w * 1.05, w * 0.9]
    s.tube([(x, y), knee, foot], wide, name, merge=True, flat=(False, True))
    f = s.frame(*foot, scale=w)
    if "hooves" in k.extra:
        stencil(f, f"hoof.{i} hoof sharp : -.55,-.3 .6,-.3 .75,.5 -.6,.5")
        return
    paw = "{} {} merge : -.5,-.4 .5,-.4 1,.1 1,.42! -.55,.42!"
    stencil(f, paw.format(*name) + "\n- w.6 : .35,.05 .35,.4\n- w.6 : .65,.05 .65,.4")


def _tail(s: Sheet, k: Build, gait: Gait) -> None:
    f = s.frame(-1.0, -0.45 * k.fat)
    up = gait.tail
    if k.tail in _TAILS:
        stencil(f, _TAILS[k.tail], u=up)
        return
    spine = [
        (0.4, 0.45 * k.fat),
        (-0.5, -0.1 - 0.5 * up),
        (-1.1, 0.2 - up),
        (-1.6, -0.1 - 1.2 * up),
    ]
    f.tube(spine, [1.4 * k.fat, 0.8 * k.fat, 0.4 * k.fat, 0.04], ("tail", "coat"))


def _neck(s: Sheet, k: Build, gait: Gait) -> None:
    x, y = _head_at(k, gait)
    fat = k.fat
    if "mane" in k.extra:
        mane = [(0.5, -0.9 * fat), (0.6, -fat - 0.15), (x - 0.35, y - 0.15), (x - 0.1, y - 0.4)]
        s.put([*mane, (x + 0.1, y - 0.25), (1.0, -0.4 * fat)], "mane", "mane")
    spine = [(0.72, -0.25 * fat), (0.5 * (0.9 + x), 0.5 * (y - 0.5 * fat) + 0.05), (x, y)]
    s.tube(spine, [1.5 * fat, 0.75 * fat + 0.5 * k.head, 0.95 * k.head], _COAT, merge=True)
    if "ruff" in k.extra:
        wool(s, (x, y), (k.head * 1.65, k.head * 1.65), ("mane", "mane"))


def _head_at(k: Build, gait: Gait) -> tuple[float, float]:
    x, y = 0.9 + k.neck[0], -0.35 * k.fat + k.neck[1]
    return x + 0.1 * gait.nod, y + 0.3 * gait.nod * (1 + abs(k.neck[1]))


def _markings(s: Sheet, what: Beast, k: Build) -> None:
    """Belly, patches, spots and stripes on the body."""
    rng, marked = np.random.default_rng([what.seed, 1]), what.build["marked"]
    if "belly" in k.extra or (marked > 0.75 and not k.extra):
        stencil(s, _BELLY, f=k.fat)
    if "patches" in k.extra or (what.kind in {"dog", "cat"} and marked < 0.25):
        t = np.linspace(0, 6.28, 7, endpoint=False)
        for x, y in rng.uniform(-1, 1, (7, 2)):
            r = rng.uniform(0.7, 1.2, 7) * float(rng.uniform(0.14, 0.3))
            blot = np.stack([0.95 * x + 1.2 * r * np.cos(t), 0.7 * k.fat * y + r * np.sin(t)], 1)
            s.put(blot, "patches", "mark", within="body", width=0.8)
    for x, y in rng.uniform(-1, 1, (9, 2)).tolist() if "spots" in k.extra else []:
        at = (0.85 * x, k.fat * (0.5 * y - 0.2))
        s.oval(*at, (0.07, 0.06), ("spots", "mark"), within="body", width=0.6)
    for x in np.linspace(-0.85, 0.85, 7) if "stripes" in k.extra else []:
        low = k.fat * (0.9 if what.kind == "zebra" else rng.uniform(0.0, 0.5))
        stencil(s.frame(float(x), 0.0), _STRIPE, f=k.fat, l=float(low))


_STRIPE = """
    stripes mark @body w.7 : -.08,-1.2f .08,-1.2f .15,-.2f .02,l! .05,-.2f
    """
