"""Animals sitting up as toys do, seen from before: big head, small body, four paws."""

import numpy as np

from nurie_lab.drawings.menagerie import Beast, Gait
from nurie_lab.drawings.sheet import Sheet, corner
from nurie_lab.drawings.stencils import stencil

_EARS = {
    "cat": "point",
    "fox": "point",
    "wolf": "point",
    "dog": "floppy",
    "bear": "round",
    "panda": "round",
    "lion": "round",
    "tiger": "round",
    "rabbit": "long",
    "mouse": "big",
    "pig": "fold",
    "cow": "side",
    "sheep": "side",
    "elephant": "fan",
    "owl": "tuft",
}
_SIDES = ((-1, "l"), (1, "r"))


def mascot(s: Sheet, what: Beast, gait: Gait) -> None:
    """Draft the animal; the head turns by ``gait.yaw`` and the paws swing."""
    kind = what.kind
    fat = what.build["fat"]
    if kind in {"cat", "fox", "wolf", "tiger", "lion", "dog"}:
        end = (1.35, 0.2 - 0.6 * gait.tail)
        spine = [(0.4, 1.2), (1.1, 1.1), end]
        s.tube(spine, [0.24, 0.3, 0.36 if kind in {"fox", "wolf"} else 0.14], ("tail", "coat"))
    _body(s, what, gait, fat)
    if kind == "lion":
        _ruff(s)
    h = s.frame(0.15 * gait.yaw, -0.62, scale=what.build["head"], angle=0.15 * gait.nod)
    _ears(h, what, gait)
    _face(h, what, gait)
    if what.seed % 4 == 0:
        _bow(s, what)


def _body(s: Sheet, what: Beast, gait: Gait, fat: float) -> None:
    limb = "coat" if what.kind != "panda" else "mark"
    for side, name in _SIDES:
        foot = (side * 0.62 * fat, 1.42)
        s.oval(*foot, (0.34, 0.26), (f"foot.{name}", limb))
    ring = [(-0.42, -0.1), (0.42, -0.1), (0.66 * fat, 0.6), (0.74 * fat, 1.2), (0.4, 1.5)]
    s.put([*ring, (-0.4, 1.5), (-0.74 * fat, 1.2), (-0.66 * fat, 0.6)], "body", "coat")
    s.oval(0, 0.82, (0.42 * fat, 0.52), ("belly", "belly"), within="body", width=0.8)
    for side, name in _SIDES:
        swing = 0.5 + 0.5 * np.sin(gait.step + side) * (1.0 if gait.stride > 0.2 else 0.3)
        x, y = side * 0.46 * fat, 0.12
        hand = (x + side * 0.55 * swing, y + 0.75 - 0.75 * swing)
        elbow = (x + side * 0.22, y + 0.35 - 0.1 * swing)
        s.tube([(x, y), elbow, hand], [0.34, 0.32, 0.34], (f"arm.{name}", limb))


def _ruff(s: Sheet) -> None:
    points = []
    for i in range(24):
        t, r = np.pi * i / 12, 1.32 if i % 2 else 1.12
        points += corner((r * float(np.sin(t)), -0.62 - r * float(np.cos(t))))
    s.put(points, "mane", "mane")


def _ears(h: Sheet, what: Beast, gait: Gait) -> None:
    role = "mark" if what.kind == "panda" else "coat"
    text = _EAR_SHAPES[_EARS[what.kind]].replace("{r}", role)
    if what.kind == "panda":
        text = text.splitlines()[1]
    if what.kind == "cow":
        text += "\nhorn.% horn both ~-.15 : .3,-.8 .45,-1.15 .75,-1.3! .6,-.75"
    stencil(h, text, k=gait.yaw, t=gait.tail)


_EAR_SHAPES = {
    "point": """
        ear.% {r} both ~-.15 : .2,-.72! .72,-1.32! .86,-.3!
        ear.inner.% pink both ~-.15 w.7 : .36,-.74 .66,-1.1! .74,-.5
        """,
    "round": """
        ear.% {r} both ~-.15 oval : .66,-.72 .3,.3
        ear.inner.% pink both ~-.15 w.7 oval : .66,-.72 .17,.17
        """,
    "big": """
        ear.% {r} both ~-.15 oval : .85,-.75 .5,.5
        ear.inner.% pink both ~-.15 w.7 oval : .85,-.75 .34,.34
        """,
    "long": """
        ear.% {r} both ~-.15 tube=.3,.42,.16 : .35,-.6 .45,-1.3 .6+.2t,-1.95
        ear.inner.% pink both ~-.15 w.7 tube=.1,.2,.06 : .38,-.9 .46,-1.3 .57+.2t,-1.75
        """,
    "floppy": "ear.% mane both ~-.15 : .45,-.85 .95,-.7 1.15,.1 .92,.45 .72,-.1",
    "fold": "ear.% {r} both ~-.15 : .3,-.75! .75,-1.1 .95,-.45! .65,-.6",
    "side": "ear.% {r} both ~-.15 : .7,-.45! 1.1,-.75 1.45,-.5! 1.05,-.25",
    "fan": """
        ear.% {r} both ~-.15 : .6,-.65 1.3,-.9 1.65,-.2 1.35,.5 .7,.4
        ear.inner.% pink both ~-.15 w.7 : .8,-.45 1.25,-.62 1.42,-.15 1.2,.3 .8,.2
        """,
    "tuft": "ear.% {r} both ~-.15 : .3,-.7! .8,-1.15! .82,-.4!",
}


def _face(h: Sheet, what: Beast, gait: Gait) -> None:
    kind, x = what.kind, 0.34 * gait.yaw
    wide = 1.0 if kind not in {"horse", "rabbit"} else 0.85
    ring = [(0, -0.84), (0.6 * wide, -0.7), (0.95 * wide, -0.1), (0.8 * wide, 0.45), (0.35, 0.72)]
    h.put([*ring, (0, 0.76), *[(-a, b) for a, b in ring[:0:-1]]], "head", "coat")
    if kind in {"tiger", "cat"} and what.build["marked"] > 0.4:
        for dx in (-0.22, 0.0, 0.22):
            mark = [(dx - 0.06, -0.95), (dx + 0.06, -0.95), *corner((dx + x * 0.3, -0.5))]
            h.put(mark, "stripes", "mark", within="head", width=0.7)
    if kind == "fox":
        for side, name in _SIDES:
            cheek = [
                (x, 0.75),
                (side * 0.1 + x, 0.1),
                (side * 0.55, 0.15),
                (side * 1.1, 0.2),
                (side * 0.6, 0.9),
            ]
            h.put(cheek, f"cheek.{name}", "belly", within="head", width=0.7)
    elif kind in {"dog", "bear", "cow", "pig", "lion", "tiger", "mouse", "sheep"}:
        role = "pink" if kind in {"pig", "cow"} else "belly"
        low = 0.2 if kind == "pig" else 0.36
        h.oval(
            x,
            low,
            (0.4, 0.26 if kind == "pig" else 0.34),
            ("muzzle", role),
            within="head",
            width=0.8,
        )
    for side, name in _SIDES:
        _eye(h, what, (x + side * 0.4, -0.08), name)
    _mouth(h, what, gait, x)


def _eye(h: Sheet, what: Beast, at: tuple[float, float], name: str) -> None:
    (x, y), look = at, int(what.build["look"])
    r = 0.14 * what.build["eye"]
    if what.kind == "panda":
        h.oval(x * 1.05, y + 0.04, (0.26, 0.32), (f"patch.{name}", "mark"), width=0.8)
    big = 1.5 if what.kind == "owl" else 1.0
    if look or what.kind in {"owl", "panda"}:
        h.oval(x, y, (1.2 * r * big, 1.4 * r * big), (f"eye.{name}.white", "white"), width=0.9)
        h.oval(x, y, (0.85 * r * big, r * big), (f"eye.{name}.iris", "iris"), width=0.7)
        h.oval(x, y, (0.45 * r, 0.6 * r), (f"eye.{name}.pupil", "pupil"), solid=True, width=0)
    else:
        h.oval(x, y, (0.6 * r, 0.8 * r), (f"eye.{name}.pupil", "pupil"), solid=True, width=0)
    h.oval(x - 0.2 * r, y - 0.35 * r, (0.22 * r, 0.24 * r), (f"eye.{name}.light", "white"), width=0)


def _mouth(h: Sheet, what: Beast, gait: Gait, x: float) -> None:
    """Beak or trunk, or else nose, mouth and whiskers."""
    kind, m = what.kind, h.frame(x, 0)
    if kind in {"owl", "elephant"}:
        stencil(m, _BEAK if kind == "owl" else _TRUNK, t=gait.tail)
        return
    if kind in {"pig", "cow"}:
        stencil(m, "nostril dark w.7 both oval : .14,.2 .05,.08")
    else:
        nose = "pink" if kind in {"rabbit", "mouse", "cat"} else "dark"
        stencil(m, f"nose {nose} : -.13,.12 .13,.12 0,.28!")
    text = _OPEN if gait.mouth == "open" else _SMILE
    stencil(m, text, y=0.5 if kind in {"pig", "cow"} else 0.42)
    if kind in {"cat", "mouse", "tiger", "rabbit"}:
        stencil(m, "- w.5 both : .42,.27 1.15,.12\n- w.5 both : .42,.32 1.15,.35")


_BEAK = "beak beak : -.12,.05! 0,0 .12,.05! 0,.36!"
_TRUNK = """
    trunk coat flat tube=.4,.34,.26 : 0,.1 .05,.6 .15+.2t,1.15
    - w.6 @trunk : -.14,.4 .18,.4
    - w.6 @trunk : -.14,.6 .18,.6
    - w.6 @trunk : -.14,.8 .18,.8
    """
_SMILE = """
    - w.8 : 0,.28 0,y
    - : -.24,y -.12,y+.08 0,y! .12,y+.08 .24,y
    """
_OPEN = """
    - w.8 : 0,.28 0,y
    mouth mouth : -.2,y! 0,y+.04 .2,y! 0,y+.3
    tongue tongue @mouth w.6 oval : 0,y+.24 .12,.08
    """


def _bow(s: Sheet, what: Beast) -> None:
    """A bow or a scarf round the neck."""
    if what.seed % 8 == 0:
        ring = [(-0.6, -0.12), (0, 0.06), (0.6, -0.12), (0.58, 0.14), (0, 0.3), (-0.58, 0.14)]
        s.put(ring, "scarf", "trim")
        s.put(
            [(0.15, 0.2), (0.4, 0.16), (0.5, 0.7), (0.22, 0.74)], "scarf.end", "trim", smooth=False
        )
        return
    for side in (-1, 1):
        s.put([*corner((0, 0.1)), (side * 0.4, -0.12), (side * 0.45, 0.32)], "bow", "trim")
    s.oval(0, 0.1, (0.1, 0.12), ("bow.knot", "trim"), width=0.9)
