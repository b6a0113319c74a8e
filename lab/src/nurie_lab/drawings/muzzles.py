"""Heads of four-legged animals from the side, in a frame where the skull has the radius 1."""

from nurie_lab.drawings.builds import Build
from nurie_lab.drawings.menagerie import Beast, Gait
from nurie_lab.drawings.sheet import Sheet
from nurie_lab.drawings.stencils import stencil

_HORNS = "horns horn : -.1,-.7! -.25,-1.2 .1,-1.75! .12,-1.2 .25,-.75!"
_ANTLERS = """
    antlers horn tube=.16,.14,.05 : .25,-.8 0,-1.5 .35,-2.2
    antlers horn merge tube=.12,.05 : .07,-1.35 .45,-1.65
    antlers horn tube=.16,.14,.05 : -.2,-.8 -.45,-1.5 -.1,-2.2
    antlers horn merge tube=.12,.05 : -.38,-1.35 0,-1.65
    """
# In these l is the length of the snout, c the part and r the role of the coat there.
_SKULL = """
    {c} {r} merge : -.95,.05 -.75,-.65 -.1,-.98 .55,-.78 .9,-.25 .95+l,0 1.08+l,.3 .9+l,.62 .4,.85 \
-.4,.9 -.85,.55
    """
_MUZZLE = "muzzle {m} @{c} w.7 : .75,.05 1+l,-.1 1.3+l,.3 .9+l,.8 .6,.95 .5,.5"
_TRUNK = """
    {c} {r} merge flat tube=.75,.6,.42,.3 : .7,.2 1.35,.7 1.4,1.6 1.8,2-t
    tusk horn : .75,.75 .95,.7 1.5,1 1.9,.8! 1.4,1.25 .8,1
    """
_SMILE = "- w.8 : .95+l,.5 .6+.4l,.52 .35,.4"
_OPEN = "mouth mouth w.8 : .85+l,.5! .6+.5l,.56 .3,.42! .6,.86"
_EYES = (
    """
    eye.pupil pupil solid w0 oval : .32,-.2 .6e,.75e
    eye.light white w0 oval : .32+.15e,-.2-.3e .2e,.2e
    """,
    """
    eye.white white w.8 oval : .32,-.2 1.2e,1.4e
    eye.pupil pupil @eye solid w0 oval : .32+.3e,-.2 .45e,.6e
    """,
    """
    eye.white white w.8 oval : .32,-.2 1.2e,1.4e
    eye.iris iris @eye.white w.7 oval : .32+.25e,-.2 .8e,e
    eye.pupil pupil @eye solid w0 oval : .32+.3e,-.2 .45e,.6e
    """,
)
# Ears: the far one, then the near one.
_EARS = {
    "point": (
        "ear.1 {r} : -.05,-.7! .2,-1.5! .6,-.75!",
        """
        ear.0 {r} : -.6,-.7! -.35,-1.5! .05,-.75!
        ear.inner pink w.6 : -.45,-.78 -.33,-1.28! -.1,-.8
        """,
    ),
    "round": (
        "ear.1 {r} oval : .25,-.9 .28,.28",
        "ear.0 {r} oval : -.3,-.9 .28,.28\near.inner pink w.6 oval : -.3,-.88 .15,.15",
    ),
    "long": (
        "ear.1 {r} tube=.26,.42,.14 : .25,-.7 .1,-1.4 -.1,-2.1",
        """
        ear.0 {r} tube=.26,.42,.14 : -.3,-.7 -.45,-1.4 -.65,-2.1
        ear.inner pink w.6 tube=.08,.2,.06 : -.35,-.95 -.47,-1.45 -.6,-1.9
        """,
    ),
    "big": (
        "ear.1 {r} oval : .15,-1 .52,.52\near.inner.1 pink w.7 oval : .15,-1 .34,.34",
        "ear.0 {r} oval : -.4,-1 .52,.52\near.inner.0 pink w.7 oval : -.4,-1 .34,.34",
    ),
    "floppy": ("", "ear.0 mane : -.5,-.75 -.1,-.7 0,.1 -.35,.6 -.7,.1"),
    "fan": (
        "",
        """
        ear.0 {r} : -.1,-.8 -.9,-1.15 -1.6,-.5 -1.4,.6 -.7,.9 -.15,.3
        ear.inner pink w.7 : -.3,-.6 -.85,-.85 -1.3,-.4 -1.2,.4 -.7,.6 -.35,.2
        """,
    ),
    "side": ("", "ear.0 {r} : -.35,-.6! -.8,-.95 -1.35,-.75! -.8,-.4"),
    "none": ("", ""),
}


def side_head(f: Sheet, what: Beast, k: Build, gait: Gait) -> None:
    """Horns, ears, skull, muzzle, nose, eye and mouth, looking to the right."""
    role = "mark" if "wool" in k.extra else "coat"
    part = "head" if role == "mark" or "ruff" in k.extra else "body"
    values = {"l": k.snout / k.head, "t": gait.tail, "e": 0.17 * what.build["eye"]}
    bare = what.kind in {"dinosaur", "dragon", "sheep"}
    far, near = _EARS[k.ear]
    text = [_HORNS if "horns" in k.extra else "", _ANTLERS if "antlers" in k.extra else "", far]
    text.append(_SKULL)
    if k.snout > 0.08 and not bare and what.build["marked"] > 0.35:
        text.append(_MUZZLE.replace("{m}", "pink" if what.kind in {"pig", "cow"} else "belly"))
    if "trunk" in k.extra:
        text.append(_TRUNK)
    elif bare:
        text.append("nostril dark w.7 oval : .85+l,.12 .06,.05")
    else:
        nose = "pink" if what.kind in {"rabbit", "mouse"} else "dark"
        text.append(f"nose {nose} oval : .98+l,.1 .17,.14")
    text += [_EYES[int(what.build["look"])], _SMILE]
    if gait.mouth == "open" and "trunk" not in k.extra:
        text.append(_OPEN)
    text.append(near)
    stencil(f, "\n".join(text).replace("{c}", part).replace("{r}", role), **values)
