"""Characters drawn by program: true lines, true parts, and the same one again in another pose."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.figures import clothes, faces, hair
from nurie_lab.drawings.figures.body import Body, arm, body, bottoms, leg
from nurie_lab.drawings.figures.persona import Persona, Pose, any_pose, character, moved
from nurie_lab.drawings.kit.drafting import Sheet
from nurie_lab.drawings.kit.strokes import Made, Pen, Shape, any_pen, paint

Generator = np.random.Generator
_EXTRA = {"straw": (236, 206, 130), "steel": (206, 214, 224), "leaf": (96, 160, 76)}


def invent_character(rng: Generator, *, size: int | tuple[int, int] = 512) -> Made:
    """Somebody new, in some pose, by some hand.

    >>> a, b = (invent_character(np.random.default_rng(5), size=96) for _ in range(2))
    >>> bool((a.lines == b.lines).all()), a.parts.shape
    (True, (96, 96))
    """
    return invent_figure(character(rng), any_pose(rng), rng, size=size)


def invent_figure(
    who: Persona,
    pose: Pose,
    rng: Generator,
    *,
    size: int | tuple[int, int] = 512,
    pen: Pen | None = None,
    place: tuple[float, float, float] | None = None,
) -> Made:
    """A character in a pose, whose parts have the same names in each.

    ``place`` is row and column of the middle of what is shown, and its height, as shares of the
    page's sides; None: somewhere that fits.
    """
    shape = (size, size) if isinstance(size, int) else size
    pose = faces.turnable(who, pose)
    b = body(who, pose)
    box = _box(b, pose, figure(who, pose, b, detail=1.0))
    unit, middle = _fit(box, shape, place or _somewhere(pose, rng), cut=pose.view != "full")
    shapes = figure(who, pose, b, detail=unit)
    placed = [replace(s, outline=_on_page(s, unit, middle, pose.flip, shape[1])) for s in shapes]
    pen = pen or any_pen(rng, min(shape))
    # A pen broader than a thirtieth of the head would drown the eyes.
    made = paint(placed, shape, rng, pen=replace(pen, width=min(pen.width, max(unit / 30, 0.9))))
    return replace(made, seeds={"manner": who.manner, "view": pose.view, "top": who.wears["top"]})


def _somewhere(pose: Pose, rng: Generator) -> tuple[float, float, float]:
    """Where on the page, and how much of it is filled."""
    filled = float(rng.uniform(0.8, 0.97)) if pose.view == "full" else float(rng.uniform(0.92, 1.1))
    return 0.5 + float(rng.normal(0, 0.01)), 0.5 + float(rng.normal(0, 0.02)), filled


def _box(b: Body, pose: Pose, shapes: list[Shape]) -> AnyArray:
    """Top, left, bottom and right of what is shown, in heads."""
    points = np.vstack([s.outline for s in shapes])
    low = {
        "full": float(points[:, 0].max()),
        "knee": 0.24 * b.height,
        "bust": b.neck[1] + max(0.6, 0.62 * b.torso),
        "head": b.head[1] + 0.72,
    }[pose.view]
    if pose.view == "full":
        return np.array([*points.min(axis=0), low, points[:, 1].max()])
    x, reach = b.head[0], 0.85 if pose.view == "head" else max(1.0, 2.0 * b.shoulder)
    near = points[(points[:, 0] < low) & (abs(points[:, 1] - x) < reach + 0.2)]
    top = float(max(near[:, 0].min(), b.head[1] - 1.1))
    return np.array([top, x - reach, low, x + reach])


def _fit(
    box: AnyArray, shape: tuple[int, int], place: tuple[float, float, float], *, cut: bool
) -> tuple[float, tuple[float, float]]:
    """Pixels a head, and where the figure's origin is: (row, column).

    ``cut``: the lower edge of the box is the lower edge of the page.
    """
    top, left, bottom, right = (float(v) for v in box)
    unit = place[2] * min(shape[0] / (bottom - top), shape[1] / (right - left))
    row = place[0] * shape[0] - unit * (top + bottom) / 2
    if cut:
        row = shape[0] - unit * bottom
    return unit, (row, place[1] * shape[1] - unit * (left + right) / 2)


def _on_page(
    shape: Shape, unit: float, middle: tuple[float, float], flip: bool, width: int
) -> AnyArray:
    placed = shape.outline * unit + np.asarray(middle, np.float32)
    if flip:
        placed[:, 1] = width - placed[:, 1]
    return placed.astype(np.float32)


def figure(who: Persona, pose: Pose, b: Body, *, detail: float) -> list[Shape]:
    """The shapes of a figure in heads, the lowest first; of ``detail`` pixels a head.

    Small faces are drawn more simply.
    """
    sheet = Sheet({**_EXTRA, **who.colors})
    s = sheet.frame(b.head[0], b.head[1], scale=0.5, angle=b.head_angle)
    clothes.back(sheet, who, b, pose)
    hair.behind(s, who, pose)
    holding = 1 if who.seed % 3 else 0
    for i in (0, 1):
        if not pose.before[i]:
            arm(sheet, who, b, i)
    order = (0, 1) if pose.body <= 0 else (1, 0)
    for i in order:
        leg(sheet, who, b, i)
    _neck(sheet, b, who)
    clothes.chest(sheet, b)
    if who.wears["top"] in clothes.OVER:
        bottoms(sheet, who, b, pose)
        clothes.torso(sheet, who, b)
    else:
        clothes.torso(sheet, who, b)
        bottoms(sheet, who, b, pose)
    clothes.belt(sheet, who, b)
    clothes.mantle(sheet, who, b, pose)
    clothes.neck(sheet, who, b, pose)
    for i in order[::-1]:
        if pose.before[i] and not _high(b, i):
            _arm(sheet, who, b, pose, i, holding)
    _head(s, who, pose, detail)
    for i in order[::-1]:
        if pose.before[i] and _high(b, i):
            _arm(sheet, who, b, pose, i, holding)
    return sheet.shapes


def _high(b: Body, i: int) -> bool:
    """Whether a hand is at the height of the head, and so before it."""
    return bool(b.arms[i][2, 1] < b.neck[1] + 0.1)


def _arm(s: Sheet, who: Persona, b: Body, pose: Pose, i: int, holding: int) -> None:
    if i == holding:
        clothes.prop(s, who, b, pose, side=i)
    arm(s, who, b, i)


def _neck(s: Sheet, b: Body, who: Persona) -> None:
    x, y = b.head
    w = (0.14 if who.woman else 0.18) * min(1.0, b.height / 4 + 0.3)
    nx, ny = b.neck
    low = [(nx + 1.15 * w, ny + 0.05), (nx - 1.15 * w, ny + 0.05)]
    ring = [(x - w, y + 0.2), (x + w, y + 0.2), *low]
    s.put(ring, "skin.neck", "skin", smooth=False)


def _head(s: Sheet, who: Persona, pose: Pose, detail: float) -> None:
    faces.head(s, who, pose, detail=detail)
    hair.beard(s, who, pose)
    hair.front(s, who, pose, detail=detail)
    if who.wears.get("glasses"):
        hair.glasses(s, who, pose)
    hair.hat(s, who, pose)


def film(
    rng: Generator, frames: int, *, size: int = 512, step: float = 0.18, who: Persona | None = None
) -> list[Made]:
    """A character moving: the names of parts are their identities in each frame.

    ``step`` is how far joints move between two frames, in radians.
    """
    who = who or character(rng)
    pose, pen = any_pose(rng), any_pen(rng, size)
    made = []
    for _ in range(frames):
        made.append(invent_figure(who, pose, rng, size=size, pen=pen))
        pose = moved(pose, rng, step)
    return made
