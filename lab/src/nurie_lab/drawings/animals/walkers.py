"""Four-legged animals, walking to the right as seen from the side; the body is two units long."""

from typing import TypeAlias

import numpy as np

from nurie_lab.drawings.animals.beast import Beast, Build, Gait, build
from nurie_lab.drawings.kit import sections
from nurie_lab.drawings.kit.drafting import Sheet, corner
from nurie_lab.drawings.kit.stencils import stencil

Path: TypeAlias = list[tuple[float, float]]
_COAT = ("body", "coat")
_TEXTS = sections("animals")


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
