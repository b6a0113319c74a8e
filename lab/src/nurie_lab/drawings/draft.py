"""A sheet to draft a thing on, and putting what was drafted in its place on the page."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.forms import oval, vec
from nurie_lab.drawings.strokes import Color, Shape
from nurie_lab.drawings.tints import in_mood, tint

Generator = np.random.Generator


class Draft:
    """A sheet on which one thing is drafted: its shapes, and the chances that vary it."""

    def __init__(self, rng: Generator, *, mood: str = "plain") -> None:
        self.rng, self.mood = rng, mood
        self.shapes: list[Shape] = []
        self.detail = float(rng.random())

    def add(self, outline: AnyArray, part: str, color: Color, **how: float | str | bool) -> None:
        """Paint an outline over what is there; ``how`` goes to :class:`Shape`."""
        shape = Shape(outline[:, ::-1], part, color, smooth=False)
        self.shapes.append(replace(shape, **how))  # type: ignore[arg-type]

    def line(self, path: AnyArray, *, width: float = 0.75, within: str = "") -> None:
        """A stroke that fills nothing."""
        self.shapes.append(
            Shape(path[:, ::-1], width=width, closed=False, smooth=False, within=within)
        )

    def dot(self, x: float, y: float, r: float, within: str = "") -> None:
        """A small ring of ink."""
        path = oval(x, y, r)[::4]
        self.shapes.append(Shape(path[:, ::-1], width=0.8, smooth=True, within=within))

    def solid(self, outline: AnyArray, part: str, color: Color) -> None:
        """An area that is drawn as ink all over, such as a pupil."""
        self.add(outline, part, color, solid=True)

    def ring(self, part: str, color: Color, spot: tuple[float, float, float, float]) -> None:
        """A ring about (x, y) with an outer and an inner radius; what is below shows inside."""
        x, y, outer, inner = spot
        rims = oval(x, y, outer), oval(x, y, inner)
        band = np.vstack([rims[0], rims[0][:1], rims[1], rims[1][:1]])
        self.add(band, part, color, width=0.0)
        for rim in rims:
            self.shapes.append(Shape(rim[:, ::-1], smooth=False))

    def same(self, part: str, family: str) -> Color:
        """The colour that the part has already, or a new one of the family."""
        for shape in self.shapes:
            if shape.part == part and shape.color is not None:
                return shape.color
        return self.tint(family)

    def tint(self, family: str) -> Color:
        """A colour of the family in the mood of the picture."""
        return in_mood(tint(self.rng, family), self.mood)

    def u(self, low: float, high: float) -> float:
        """Any number between the two."""
        return float(self.rng.uniform(low, high))

    def n(self, low: int, high: int) -> int:
        """Any whole number from ``low`` to ``high``, both included."""
        return int(self.rng.integers(low, high + 1))

    def maybe(self, chance: float) -> bool:
        """True with this chance."""
        return bool(self.rng.random() < chance)


def extent(shapes: list[Shape]) -> tuple[float, float, float, float]:
    """Least and greatest row, then column: (top, bottom, left, right).

    Shapes that are drawn ``within`` another count only where there are no others.
    """
    free = [s for s in shapes if not s.within] or shapes
    low = np.min([s.outline.min(axis=0) for s in free], axis=0)
    high = np.max([s.outline.max(axis=0) for s in free], axis=0)
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def placed(
    shapes: list[Shape],
    frame: tuple[float, float, float, float],
    *,
    name: str = "",
    flip: bool = False,
    width: float = 1.0,
) -> list[Shape]:
    """Shapes fitted into a frame, standing on its lower edge, in the middle.

    Args:
        shapes: at any scale.
        frame: (top, bottom, left, right) in pixels.
        name: put before every part's name.
        flip: mirror left and right.
        width: factor on all line widths.
    """
    top, bottom, left, right = extent(shapes)
    scale = min(
        (frame[1] - frame[0]) / max(bottom - top, 1e-6),
        (frame[3] - frame[2]) / max(right - left, 1e-6),
    )
    middle, x = (left + right) / 2, (frame[2] + frame[3]) / 2
    factor = vec([scale, -scale if flip else scale])
    origin, goal = vec([bottom, middle]), vec([frame[1], x])
    return [
        replace(
            s,
            outline=(s.outline - origin) * factor + goal,
            part=name + s.part if s.part else "",
            within=name + s.within if s.within else "",
            width=s.width * width,
        )
        for s in shapes
    ]
