"""Animals drawn by program: true lines and true parts."""

from dataclasses import replace

import numpy as np

from nurie_lab.drawings.animals.beast import Beast, Gait, any_gait, beast
from nurie_lab.drawings.animals.ways import critter, mascot, walking
from nurie_lab.drawings.kit.drafting import Sheet, anywhere, fitted
from nurie_lab.drawings.kit.strokes import Made, Pen, any_pen, paint

Generator = np.random.Generator


def invent_beast(
    what: Beast,
    gait: Gait,
    rng: Generator,
    *,
    size: int | tuple[int, int] = 512,
    pen: Pen | None = None,
    place: tuple[float, float, float] | None = None,
) -> Made:
    """An animal in a moment of its movement; names of parts are the same in each.

    ``place`` is row and column of the middle, and how much of the page is filled, as shares.
    """
    page = (size, size) if isinstance(size, int) else size
    sheet = Sheet(what.colors)
    draft = {"walk": walking, "sit": mascot}.get(what.way, critter)
    draft(sheet, what, gait)
    shapes, unit = fitted(sheet.shapes, page, place or anywhere(rng), flip=gait.flip)
    pen = pen or any_pen(rng, min(page))
    made = paint(shapes, page, rng, pen=pen_for(pen, unit))
    return replace(made, seeds={"kind": what.kind, "way": what.way})


def pen_for(pen: Pen, unit: float) -> Pen:
    """The pen, made thinner for a small animal."""
    return replace(pen, width=min(pen.width, max(unit / 30, 0.9)))


def invent_animal(rng: Generator, *, size: int | tuple[int, int] = 512) -> Made:
    """Some animal.

    >>> invent_animal(np.random.default_rng(3), size=64).lines.shape
    (64, 64)
    """
    return invent_beast(beast(rng), any_gait(rng), rng, size=size)
