"""Hard films drawn by program: turns, limbs that cross, cameras that move, and who comes in later.

Poses change between key poses, as an animator's do, so that what moves hides what is behind it.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.figures import faces, figure
from nurie_lab.drawings.figures.body import body
from nurie_lab.drawings.figures.persona import Persona, Pose, any_pose, character
from nurie_lab.drawings.kit.colors import any_mood
from nurie_lab.drawings.kit.forms import box, vec
from nurie_lab.drawings.kit.strokes import Made, Shape, any_pen, open_lines, paint
from nurie_lab.drawings.scenes import stage_scene
from nurie_lab.drawings.scenes.stage import Stage

Generator = np.random.Generator

BACKDROPS = ("white", "plain", "scene")
"""What figures stand before; a scene moves at half the speed of what is near."""

OPEN, GAP = 0.3, 4.0
"""Share of the films whose lines are open, and pixels of each opening at 512 pixels of width."""


@dataclass(frozen=True)
class _Actor:
    """Somebody, their key poses, and the way that they take."""

    who: Persona
    poses: tuple[Pose, ...]
    spacing: float  # Frames from one key pose to the next
    path: tuple[float, float]
    """Where they stand in the first and the last frame, as shares of the width."""
    tall: float  # Share of the height
    enters: int  # The first frame in which they are there


def hard_film(
    rng: Generator, frames: int, *, size: tuple[int, int] = (360, 512), opens: bool | None = None
) -> list[Made]:
    """A film of one or two people who turn, gesture and walk before a moving camera.

    The same name is the same thing with the same colour in each frame. Whether lines are open is
    drawn where ``opens`` is None.

    >>> made = hard_film(np.random.default_rng(0), 2, size=(90, 128))
    >>> [m.lines.shape for m in made]
    [(90, 128), (90, 128)]
    """
    height = size[0]
    pen = any_pen(rng, height)
    pen = replace(pen, width=min(pen.width, height / 220), wobble=min(pen.wobble, 0.4))
    behind, before = still(rng, size)
    actors = [_actor(rng, i, frames) for i in range(int(rng.integers(1, 3)))]
    moves = bool(rng.random() < 0.6)
    shifts = rng.normal(0, 0.16, (2, 2)) * moves
    zooms = rng.uniform(1.0, 1.5, 2) if moves else np.ones(2)
    drawn = rng.random() < OPEN
    made = []
    for i in range(frames):
        t = i / max(frames - 1, 1)
        shift = ((1 - t) * shifts[0] + t * shifts[1]) * size
        zoom = float((1 - t) * zooms[0] + t * zooms[1])
        shapes = seen(behind, 0.5 * shift, zoom, size)
        for number, actor in enumerate(actors):
            if i >= actor.enters:
                shapes += seen(_posed(actor, number, i, frames, size), shift, zoom, size)
        shapes += seen(before, 1.5 * shift, zoom, size)
        frame = paint(shapes, size, rng, pen=pen)
        made.append(open_frame(frame, rng) if (drawn if opens is None else opens) else frame)
    return made


def open_frame(frame: Made, rng: Generator) -> Made:
    """The frame with a few gaps in its lines."""
    return open_lines(frame, rng, GAP * frame.lines.shape[1] / 512, count=4)


def still(rng: Generator, size: tuple[int, int]) -> tuple[list[Shape], list[Shape]]:
    """What stands behind the figures, and what stands before them."""
    behind, near = Stage(rng, *size, any_mood(rng)), Stage(rng, *size)
    kind = BACKDROPS[int(rng.choice(3, p=[0.35, 0.25, 0.4]))]
    if kind == "plain":
        behind.add(box(-1, -1, 2, 0.8), "wall", behind.tint("room wall"))
        behind.add(box(-1, 0.8, 2, 2), "floor", behind.tint("floor"))
    elif kind == "scene":
        stage_scene(behind, "")
    if rng.random() < 0.3:
        near.put(near.any("bush", "tree", "chair", "stool"), near.u(0.3, 0.7), 1.08, 0.5)
    return _called(behind.shapes, "set"), _called(near.shapes, "near")


def _actor(rng: Generator, place: int, frames: int) -> _Actor:
    """Somebody new; the second one of two may come in later."""
    who = character(rng)
    spacing = float(rng.uniform(2.5, 6))
    count = int(np.ceil(frames / spacing)) + 1
    poses = [replace(any_pose(rng), view="full") for _ in range(count)]
    if rng.random() < 0.7:
        # Most turn without becoming their own mirror image.
        poses = [replace(pose, flip=poses[0].flip) for pose in poses]
    start = float(rng.uniform(0.2, 0.5)) + 0.3 * place
    enters = int(rng.integers(1, max(frames // 2, 2))) if place and rng.random() < 0.4 else 0
    path = (1.15 if enters else start), start + float(rng.normal(0, 0.12))
    return _Actor(who, tuple(poses), spacing, path, float(rng.uniform(0.65, 1.0)), enters)


def _posed(
    actor: _Actor, number: int, frame: int, frames: int, size: tuple[int, int]
) -> list[Shape]:
    """Somebody in one frame, in pixels of the stage."""
    before = int(frame / actor.spacing)
    t = frame / actor.spacing - before
    one, two = actor.poses[before : before + 2]
    pose = faces.turnable(actor.who, between(one, two, t))
    joints = body(actor.who, pose)
    unit = actor.tall * size[0] / (actor.who.heads + 0.4)
    gone = (frame - actor.enters) / max(frames - 1 - actor.enters, 1)
    x = actor.path[0] + (actor.path[1] - actor.path[0]) * gone
    foot = max(float(leg[2, 1]) for leg in joints.legs)
    ways = vec([unit, -unit if pose.flip else unit])
    origin = vec([0.94 * size[0] - unit * foot, x * size[1]])
    shapes = figure(actor.who, pose, joints, detail=unit)
    placed = [replace(s, outline=(s.outline * ways + origin).astype(np.float32)) for s in shapes]
    return _called(placed, f"actor {number + 1}")


def between(one: Pose, two: Pose, t: float) -> Pose:
    """The pose on the way from one to another, ``t`` in [0, 1]; what cannot move, jumps.

    >>> between(Pose(lean=0.0, arms=(0, 0, 0, 0)), Pose(lean=0.2, arms=(1, 1, 1, 1)), 0.5).arms
    (0.5, 0.5, 0.5, 0.5)
    """
    eased = t * t * (3 - 2 * t)
    found: dict[str, Any] = {}
    for field in fields(Pose):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if isinstance(a, float):
            found[field.name] = a + eased * (b - a)
        elif isinstance(a, tuple) and not isinstance(a[0], bool):
            found[field.name] = tuple(x + eased * (y - x) for x, y in zip(a, b, strict=True))
        else:
            found[field.name] = a if t < 0.5 else b
    return Pose(**found)


def _called(shapes: list[Shape], name: str) -> list[Shape]:
    """Shapes whose parts are those of somebody or something."""
    return [
        replace(
            s,
            part=f"{name}.{s.part}" if s.part else "",
            within=f"{name}.{s.within}" if s.within else "",
        )
        for s in shapes
    ]


def seen(shapes: list[Shape], shift: AnyArray, zoom: float, size: tuple[int, int]) -> list[Shape]:
    """Shapes as the camera sees them: nearer by ``zoom``, and moved by ``shift`` pixels."""
    middle = vec(size) / 2
    return [
        replace(s, outline=((s.outline - middle - shift) * zoom + middle).astype(np.float32))
        for s in shapes
    ]
