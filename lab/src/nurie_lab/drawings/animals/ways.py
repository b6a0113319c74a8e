"""How animals are drawn: walking, seen from the side; sitting as toys do; or in ways of their own.

A walking body is two units long and looks to the right.
"""

from typing import TypeAlias

import numpy as np

from nurie_lab.drawings.animals.beast import Beast, Build, Gait, build
from nurie_lab.drawings.kit import sections, tables
from nurie_lab.drawings.kit.drafting import Sheet, corner
from nurie_lab.drawings.kit.stencils import stencil

Path: TypeAlias = list[tuple[float, float]]
_COAT = ("body", "coat")
_TEXTS = sections("animals")
_EARS, _EYES = tables("animals", "animals")["ears"], tables("animals", "animals")["eyes"]
"""Ears of those that sit; eyes of those that are one stencil and no more: x, y and radius."""
_SIDES = ((-1, "l"), (1, "r"))


def walking(s: Sheet, what: Beast, gait: Gait) -> None:
    """The animal from the side."""
    k = build(what)
    _tail(s, k, gait)
    lift = 0.5 * float(np.sin(gait.step))
    if "wings" in k.extra:
        stencil(s.frame(0.5, 0), _TEXTS["walker.wing"].format("wing.1"), b=lift)
    for i in (1, 3):
        _leg(s, k, gait, i, name=(f"leg.{i}", "coat"))
    _trunk(s, k)
    _markings(s, what, k)
    _neck(s, k, gait)
    for i in (0, 2):
        _leg(s, k, gait, i, name=_COAT)
    side_head(s.frame(*_head_at(k, gait), scale=k.head, angle=0.3 * gait.nod), what, k, gait)
    if "wings" in k.extra:
        stencil(s.frame(0.2, 0), _TEXTS["walker.wing"].format("wing.0"), b=lift)


def _trunk(s: Sheet, k: Build) -> None:
    """The body, with wool or plates."""
    if "wool" in k.extra:
        wool(s, (0.0, 0.0), (1.15, k.fat * 1.05), _COAT)
        return
    for x in np.linspace(-0.95, 0.75, 6).tolist() if "plates" in k.extra else []:
        y = -k.fat * (1 - 0.35 * x * x) + 0.12
        s.put(corner((x - 0.17, y), (x, y - 0.38), (x + 0.17, y)), "plates", "trim")
    stencil(s, _TEXTS["walker.body"], f=k.fat)


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
        stencil(f, _TEXTS["walker.hoof"].format(i))
        return
    stencil(f, _TEXTS["walker.paw"].format(*name))


def _tail(s: Sheet, k: Build, gait: Gait) -> None:
    stencil(s.frame(-1.0, -0.45 * k.fat), _TEXTS[f"tail.{k.tail}"], u=gait.tail, f=k.fat)


def _neck(s: Sheet, k: Build, gait: Gait) -> None:
    x, y = _head_at(k, gait)
    text = _TEXTS["walker.mane"] + "\n" if "mane" in k.extra else ""
    stencil(s, text + _TEXTS["walker.neck"], x=x, y=y, f=k.fat, h=k.head)
    if "ruff" in k.extra:
        wool(s, (x, y), (k.head * 1.65, k.head * 1.65), ("mane", "mane"))


def _head_at(k: Build, gait: Gait) -> tuple[float, float]:
    x, y = 0.9 + k.neck[0], -0.35 * k.fat + k.neck[1]
    return x + 0.1 * gait.nod, y + 0.3 * gait.nod * (1 + abs(k.neck[1]))


def _markings(s: Sheet, what: Beast, k: Build) -> None:
    """Belly, patches, spots and stripes on the body."""
    rng, marked = np.random.default_rng([what.seed, 1]), what.build["marked"]
    if "belly" in k.extra or (marked > 0.75 and not k.extra):
        stencil(s, _TEXTS["walker.belly"], f=k.fat)
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
        stencil(s.frame(float(x), 0.0), _TEXTS["walker.stripe"], f=k.fat, l=float(low))


def side_head(f: Sheet, what: Beast, k: Build, gait: Gait) -> None:
    """Horns, ears, skull, muzzle, nose, eye and mouth, looking to the right."""
    role = "mark" if "wool" in k.extra else "coat"
    part = "head" if role == "mark" or "ruff" in k.extra else "body"
    values = {"l": k.snout / k.head, "t": gait.tail, "e": 0.17 * what.build["eye"]}
    bare = what.kind in {"dinosaur", "dragon", "sheep"}
    names = [name for name in ("horns", "antlers") if name in k.extra] + [
        f"ear.{k.ear}.far",
        "skull",
    ]
    if k.snout > 0.08 and not bare and what.build["marked"] > 0.35:
        names.append("muzzle")
    if "trunk" in k.extra:
        names.append("trunk")
    elif bare:
        names.append("nostril")
    else:
        names.append("nose")
    names += [f"eye.{int(what.build['look'])}", "smile"]
    if gait.mouth == "open" and "trunk" not in k.extra:
        names.append("open")
    roles = {
        "{c}": part,
        "{r}": role,
        "{m}": "pink" if what.kind in {"pig", "cow"} else "belly",
        "{n}": "pink" if what.kind in {"rabbit", "mouse"} else "dark",
    }
    text = "\n".join(_TEXTS[f"side.{name}"] for name in [*names, f"ear.{k.ear}.near"])
    for mark, word in roles.items():
        text = text.replace(mark, word)
    stencil(f, text, **values)


def mascot(s: Sheet, what: Beast, gait: Gait) -> None:
    """Draft the animal; the head turns by ``gait.yaw`` and the paws swing."""
    kind = what.kind
    if kind in {"cat", "fox", "wolf", "tiger", "lion", "dog"}:
        end = 0.36 if kind in {"fox", "wolf"} else 0.14
        stencil(s, _TEXTS["sit.tail"], e=end, u=gait.tail)
    limbs = _TEXTS["sit.body"].replace("{l}", "coat" if kind != "panda" else "mark")
    swings = [
        0.5 + 0.5 * np.sin(gait.step + side) * (1.0 if gait.stride > 0.2 else 0.3)
        for side, _ in _SIDES
    ]
    stencil(s, limbs, f=what.build["fat"], a=swings[0], b=swings[1])
    if kind == "lion":
        _ruff(s)
    h = s.frame(0.15 * gait.yaw, -0.62, scale=what.build["head"], angle=0.15 * gait.nod)
    _ears(h, what, gait)
    _face(h, what, gait)
    if what.seed % 4 == 0:
        stencil(s, _TEXTS["sit.scarf" if what.seed % 8 == 0 else "sit.bow"])


def _ruff(s: Sheet) -> None:
    points = []
    for i in range(24):
        t, r = np.pi * i / 12, 1.32 if i % 2 else 1.12
        points += corner((r * float(np.sin(t)), -0.62 - r * float(np.cos(t))))
    s.put(points, "mane", "mane")


def _ears(h: Sheet, what: Beast, gait: Gait) -> None:
    role = "mark" if what.kind == "panda" else "coat"
    text = _TEXTS[f"ear.{_EARS[what.kind]}"].replace("{r}", role)
    if what.kind == "panda":
        text = text.splitlines()[0]
    if what.kind == "cow":
        text += "\n" + _TEXTS["cow.horn"]
    stencil(h, text, k=gait.yaw, t=gait.tail)


def _face(h: Sheet, what: Beast, gait: Gait) -> None:
    kind, x = what.kind, 0.34 * gait.yaw
    stencil(h, _TEXTS["sit.head"], w=1.0 if kind not in {"horse", "rabbit"} else 0.85)
    if kind in {"tiger", "cat"} and what.build["marked"] > 0.4:
        stencil(h, _TEXTS["sit.stripes"], x=x)
    if kind == "fox":
        stencil(h, _TEXTS["sit.cheeks"], x=x)
    elif kind in {"dog", "bear", "cow", "pig", "lion", "tiger", "mouse", "sheep"}:
        muzzle = _TEXTS["sit.muzzle"].replace("{m}", "pink" if kind in {"pig", "cow"} else "belly")
        y, high = (0.2, 0.26) if kind == "pig" else (0.36, 0.34)
        stencil(h, muzzle, x=x, y=y, h=high)
    names = ["patch"] * (kind == "panda")
    opened = what.build["look"] >= 1 or kind in {"owl", "panda"}
    names += ["eye.open" if opened else "eye.dot", "eye.light"]
    text = "\n".join(_TEXTS[f"sit.{name}"] for name in names)
    big = {"r": 0.14 * what.build["eye"], "b": 1.5 if kind == "owl" else 1.0}
    for side, name in _SIDES:
        stencil(h, text.replace("{n}", name), x=x + side * 0.4, y=-0.08, **big)
    _mouth(h, what, gait, x)


def _mouth(h: Sheet, what: Beast, gait: Gait, x: float) -> None:
    """Beak or trunk, or else nose, mouth and whiskers."""
    kind, m = what.kind, h.frame(x, 0)
    if kind in {"owl", "elephant"}:
        stencil(m, _TEXTS["beak" if kind == "owl" else "trunk"], t=gait.tail)
        return
    if kind in {"pig", "cow"}:
        stencil(m, _TEXTS["nostrils"])
    else:
        nose = "pink" if kind in {"rabbit", "mouse", "cat"} else "dark"
        stencil(m, _TEXTS["nose"].replace("{n}", nose))
    text = _TEXTS["mouth.open" if gait.mouth == "open" else "mouth.smile"]
    stencil(m, text, y=0.5 if kind in {"pig", "cow"} else 0.42)
    if kind in {"cat", "mouse", "tiger", "rabbit"}:
        stencil(m, _TEXTS["whiskers"])


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
    stencil(s, _TEXTS["critter.eye"].replace("{n}", name), x=x, y=y, r=r)


def _plain(s: Sheet, what: Beast, gait: Gait) -> None:
    text, eyes = _TEXTS[what.kind], _EYES.get(what.kind, ())
    wide = 0.4 if gait.stride > 0.4 else 0.0
    stencil(s, text, f=what.build["fat"], b=_beat(gait), k=gait.yaw, w=wide)
    turned = 0.15 * gait.yaw if len(eyes) > 1 else 0.0
    for i, (x, y, r) in enumerate(eyes):
        _eye(s, x + turned, y, r * what.build["eye"] ** 0.5, name=f"eye.{'rl'[i]}")


def _bird(s: Sheet, what: Beast, gait: Gait) -> None:
    fat, duck = what.build["fat"], what.kind == "duck"
    stride = gait.stride * np.sin(gait.step)
    stencil(s, _TEXTS["bird.legs"], y=0.55 * fat, h=0.35 if duck else 0.5, s=stride)
    stencil(s, _TEXTS["bird"], f=fat, t=0.3 * gait.tail, n=0.1 * gait.nod)
    h = s.frame(0.72 + 0.1 * gait.nod, -0.72 + 0.1 * gait.nod)
    if what.kind == "hen":
        stencil(h, _TEXTS["hen.comb"])
    stencil(h, _TEXTS["duck.head" if duck else "bird.head"])
    _eye(h, 0.12, -0.08, 0.1 * what.build["eye"])
    # Folded where it steps little, else spread upwards.
    lift = 0.0 if gait.stride < 0.3 else 0.9 + 0.5 * float(np.sin(gait.step))
    stencil(s, _TEXTS["bird.wing"], l=lift)


def _fish(s: Sheet, what: Beast, gait: Gait) -> None:
    values = {"f": what.build["fat"], "b": _beat(gait)}
    stencil(s, _TEXTS["fish"], **values)
    stencil(s, _TEXTS[f"fish.mark.{min(int(3 * what.build['marked']), 2)}"], **values)
    stencil(s, _TEXTS["fish.front"], **values)
    _eye(s, 0.75, -0.15, 0.14 * what.build["eye"])


def _octopus(s: Sheet, gait: Gait) -> None:
    for i, x in enumerate(np.linspace(-0.75, 0.75, 6).tolist()):
        wave = 0.25 * float(np.sin(gait.step + 1.3 * i))
        spine = [(x * 0.7, 0.2), (x * 1.2, 0.75), (x * 1.7 + wave, 1.1), (x * 1.7 + 2 * wave, 1.5)]
        s.tube(spine, [0.36, 0.3, 0.22, 0.08], (f"arm.{i}", "coat"))
    stencil(s, _TEXTS["octopus.head"])
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
