"""A sheet on which a figure is drafted limb by limb, each in a frame of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypedDict, Unpack

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.curves import limb
from nurie_lab.drawings.hues import WHITE
from nurie_lab.drawings.strokes import Color, Shape

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

    colors: dict[str, Color]
    """Colour of each role, such as ``skin`` or ``top``."""
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
