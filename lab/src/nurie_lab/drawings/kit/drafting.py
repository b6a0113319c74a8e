"""Frames to draft in, figures limb by limb and things in the unit square; and places on a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import ClassVar, TypeAlias, TypedDict, Unpack

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.kit.colors import WHITE, in_mood, tint
from nurie_lab.drawings.kit.forms import limb, oval, spun, turn, vec
from nurie_lab.drawings.kit.strokes import Color, Shape

Generator = np.random.Generator
Points: TypeAlias = Sequence[tuple[float, float]] | AnyArray


class Style(TypedDict, total=False):
    """The fields of a :class:`Shape` that a caller may set."""

    width: float
    smooth: bool
    within: str
    merge: bool
    whole: bool
    closed: bool
    solid: bool
    ink: int | None
    taper: bool | None


@dataclass(frozen=True)
class Sheet:
    """Shapes so far, the colours of their roles, and the frame in which points are now given."""

    colors: dict[str, Color]  # Colour of each role, such as ``skin`` or ``top``
    shapes: list[Shape] = field(default_factory=list)
    """What was drafted, shared by all frames of the sheet."""
    matrix: AnyArray = field(default_factory=lambda: np.eye(3))
    """From (x, y) of the frame to (x, y) of the figure."""

    def frame(
        self, x: float, y: float, *, scale: float = 1.0, angle: float = 0.0, flip: bool = False
    ) -> "Sheet":
        """The same sheet in a frame with its origin at (x, y), turned clockwise by ``angle``."""
        c, s = scale * np.cos(angle), scale * np.sin(angle)
        f = -1.0 if flip else 1.0
        move = np.array([[c * f, -s, x], [s * f, c, y], [0, 0, 1]])
        return replace(self, matrix=self.matrix @ move)

    def stretched(self, across: float, down: float) -> "Sheet":
        """The same sheet in a frame with its own unit for each direction."""
        return replace(self, matrix=self.matrix @ np.diag([across, down, 1.0]))

    def put(self, points: Points, part: str, role: str, **style: Unpack[Style]) -> None:
        """Cover a closed outline with a part; ``role`` names its colour."""
        outline = self._placed(points)
        color = self.colors.get(role, WHITE)
        self.shapes.append(Shape(outline, part, color, **style))

    def line(self, points: Points, **style: Unpack[Style]) -> None:
        """Draw an open stroke."""
        style.setdefault("closed", False)
        style.setdefault("width", 0.8)
        self.shapes.append(Shape(self._placed(points), **style))

    def tube(
        self,
        spine: Points,
        widths: Sequence[float],
        name: tuple[str, str],
        *,
        flat: tuple[bool, bool] = (False, False),
        **style: Unpack[Style],
    ) -> None:
        """Cover a bent tube; ``name`` is its part and role, ``flat`` ends are cut straight."""
        p, n = np.asarray(spine, np.float32), len(spine)
        caps = (0.04 if flat[0] else 0.4, 0.04 if flat[1] else 0.4)
        ring = limb(p[:, ::-1], np.asarray(widths, np.float32), caps=caps)[:, ::-1]
        style.setdefault("whole", True)
        # The ring is one side, the far cap, the other side backwards, the near cap.
        twice = np.ones(len(ring), int)
        twice[[n - 1, n + 1]] += flat[1]
        twice[[0, 2 * n]] += flat[0]
        self.put(np.repeat(ring, twice, axis=0), *name, **style)

    def oval(
        self,
        x: float,
        y: float,
        radii: tuple[float, float],
        name: tuple[str, str],
        **style: Unpack[Style],
    ) -> None:
        """Cover an ellipse with radii across and down."""
        t = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        ring = np.stack([x + radii[0] * np.cos(t), y + radii[1] * np.sin(t)], axis=1)
        self.put(ring, *name, **style)

    def dot(self, x: float, y: float, radius: float) -> None:
        """A small dot of ink that belongs to the part below."""
        t = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        ring = np.stack([x + radius * np.cos(t), y + radius * np.sin(t)], axis=1)
        self.ink(ring)

    def ink(self, points: Points) -> None:
        """Fill with ink what keeps the part below: lashes, brows, dots."""
        self.shapes.append(Shape(self._placed(points), solid=True, width=0.0))

    def _placed(self, points: Points) -> AnyArray:
        """(row, column) in the figure of (x, y) in this frame."""
        p = np.asarray(points, float)
        placed: AnyArray = (p @ self.matrix[:2, :2].T + self.matrix[:2, 2])[:, ::-1]
        return placed.astype(np.float32)


def corner(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Points given twice, which stay corners in a soft outline.

    >>> corner((0, 1))
    [(0, 1), (0, 1)]
    """
    return [p for p in points for _ in range(2)]


class Draft:
    """A sheet on which one thing is drafted: its shapes, and the chances that vary it."""

    room = "things"
    """Whose recipes are followed here."""
    commands: ClassVar[dict[str, int]] = {"tilt": 0}
    """Methods that recipes may name, and how many words come before their numbers."""
    ratio = 1.0
    """Width of the page by its height."""

    def __init__(self, rng: Generator, *, mood: str = "plain", detail: float | None = None) -> None:
        self.rng, self.mood = rng, mood
        self.shapes: list[Shape] = []
        self.detail = float(rng.random()) if detail is None else detail

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

    def tilt(self) -> None:
        """Lay all shapes aslant, as small things are drawn."""
        turn = self.u(-0.2, 0.2)
        self.shapes[:] = [
            replace(s, outline=spun(s.outline[:, ::-1], turn, (0.5, 0.5))[:, ::-1])
            for s in self.shapes
        ]

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

    def any(self, *names: str) -> str:
        """One of the names."""
        return names[int(self.rng.integers(len(names)))]

    def maybe(self, chance: float) -> bool:
        """True with this chance."""
        return bool(self.rng.random() < chance)

    def spread(self, count: int, low: float = 0.08, high: float = 0.92) -> list[float]:
        """Places from left to right that keep some distance, in any order."""
        cells = np.linspace(low, high, count + 1)
        xs = [self.u(a + (b - a) * 0.2, b - (b - a) * 0.2) for a, b in pairwise(cells)]
        return [xs[i] for i in self.rng.permutation(count)]


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
    """Shapes that stand in the middle of the lower edge of a (top, bottom, left, right) frame.

    ``name`` is put before every part's name, ``width`` a factor on all line widths.
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


def fitted(
    shapes: list[Shape],
    size: tuple[int, int],
    place: tuple[float, float, float],
    *,
    flip: bool = False,
    turned: float = 0.0,
) -> tuple[list[Shape], float]:
    """Shapes at any scale, fitted to a page, and the pixels that one unit of theirs becomes.

    ``place`` is row and column of the middle, and how much of the page is filled, as shares of it;
    ``turned`` is clockwise in radians.
    """
    paths = [turn(s.outline, turned) if turned else s.outline for s in shapes]
    points = np.vstack(paths)
    low, high = points.min(axis=0), points.max(axis=0)
    unit = float(place[2] * np.min(np.asarray(size) / np.maximum(high - low, 1e-6)))
    middle = np.asarray(size) * np.asarray(place[:2])
    sign = np.array([1.0, -1.0 if flip else 1.0])
    moved = [((p - (low + high) / 2) * unit * sign + middle).astype(np.float32) for p in paths]
    return [replace(s, outline=p) for s, p in zip(shapes, moved, strict=True)], unit


def anywhere(rng: Generator) -> tuple[float, float, float]:
    """A place about the middle that leaves a margin."""
    return (
        0.5 + float(rng.normal(0, 0.02)),
        0.5 + float(rng.normal(0, 0.02)),
        float(rng.uniform(0.7, 0.95)),
    )
