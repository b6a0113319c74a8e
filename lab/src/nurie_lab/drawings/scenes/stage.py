"""The stage of a scene: backdrop, layers, and things put at their places."""

from collections.abc import Callable
from typing import ClassVar, TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.kit.drafting import Draft, placed
from nurie_lab.drawings.kit.forms import box, oval, star, vec
from nurie_lab.drawings.kit.strokes import Color, Shape
from nurie_lab.drawings.things import draft_thing

Generator = np.random.Generator
Figures: TypeAlias = Callable[[Generator], list[Shape]]
"""Draws shapes of one figure at any scale and place."""


class Stage(Draft):
    """Shapes of a scene, the farthest first; places are shares of the page's width and height."""

    room = "scenes"
    commands: ClassVar[dict[str, int]] = {
        **Draft.commands, "put": 1, "backdrop": 2, "ridge": 2, "disc": 2, "sun": 0, "people": 0
    }  # fmt: skip

    def __init__(
        self,
        rng: Generator,
        height: int,
        width: int,
        mood: str = "plain",
        figures: Figures | None = None,
    ) -> None:
        super().__init__(rng, mood=mood, detail=0.0)
        self.height, self.width, self.figures = height, width, figures
        self.ratio = width / height
        self.count, self.scene = 0, ""

    def add(self, outline: AnyArray, part: str, color: Color, **how: float | str | bool) -> None:
        """Paint an outline given in (x, y) shares of the stage."""
        super().add(outline * vec([self.width, self.height]), part, color, **how)

    def line(self, path: AnyArray, *, width: float = 0.75, within: str = "") -> None:
        """An open stroke given in (x, y) shares of the stage."""
        super().line(path * vec([self.width, self.height]), width=width, within=within)

    def put(self, kind: str, x: float, low: float, high: float) -> None:
        """Put a thing with its foot at (x, low), at most ``high`` tall and 1.6 times as wide."""
        shapes = draft_thing(self.rng, kind, mood=self.mood)
        self.place(shapes, (x, low, high), kind)

    def place(self, shapes: list[Shape], spot: tuple[float, float, float], name: str) -> None:
        """Put shapes with their foot at (x, low), at most ``high`` tall: ``spot`` is all three."""
        x, low, high = spot
        side = high * self.height
        reach = min(0.8 * side, 0.55 * self.width) if name != "figure" else side
        frame = (
            low * self.height - side,
            low * self.height,
            x * self.width - reach,
            x * self.width + reach,
        )
        self.count += 1
        # A face is the smallest drawing within a drawing: a broad pen would drown its eyes.
        thin = np.clip(high, 0.35, 1.0) if name == "figure" else np.clip(high / 0.45, 0.55, 1.0)
        flip = bool(self.rng.random() < 0.5)
        self.shapes += placed(
            shapes, frame, name=f"{name} {self.count}.", flip=flip, width=float(thin)
        )

    def figure(self, x: float, low: float, high: float) -> None:
        """Put a figure, where there are any."""
        if self.figures is not None:
            self.place(self.figures(self.rng), (x, low, high), "figure")

    def backdrop(self, part: str, color: Color, top: float = 0.0, low: float = 1.0) -> None:
        """A band over the whole width that goes beyond the page at its sides."""
        end = low + 0.05 if low >= 1 else low
        start = top - 0.05 if top <= 0 else top
        self.add(box(-0.05, start, 1.05, end), part, color)

    def ridge(self, part: str, color: Color, level: float, rough: float) -> None:
        """Land that begins at a wavy line about ``level`` and goes to the foot of the stage."""
        xs = np.linspace(-0.05, 1.05, 60)
        waves = sum(
            rough
            * self.u(0.3, 1.0)
            / k
            * np.sin(2 * np.pi * (k * xs * self.u(0.5, 0.9) + self.u(0, 1)))
            for k in (1, 2, 3)
        )
        top = np.stack([xs, level + waves], 1)
        foot = np.array([[1.05, 1.06], [-0.05, 1.06]])
        self.add(np.vstack([top, foot]).astype(np.float32), part, color)

    def disc(self, part: str, color: Color, x: float, y: float, r: float) -> None:
        """A round area about (x, y); its radius is a share of the width."""
        self.add(oval(x, y, r, r * self.ratio), part, color)

    def sun(self, low: float) -> None:
        """A sun, at times with rays."""
        x, y, r = self.u(0.1, 0.9), self.u(0.1, low), self.u(0.04, 0.08)
        ratio, color = self.ratio, self.tint("sun")
        if self.maybe(0.4):
            rays = star(0, 0, 1.9, inner=0.6, points=self.n(8, 14))
            self.add(rays * vec([r, r * ratio]) + vec([x, y]), "rays", color)
        elif self.maybe(0.5):
            for t in np.linspace(0, 2 * np.pi, 11)[:-1]:
                way = vec([[np.cos(t), np.sin(t) * ratio]]) * r
                self.line(np.vstack([way * 1.25, way * 1.7]) + vec([x, y]))
        self.disc("sun", color, x, y, r)

    def people(self, low: float, high: float) -> None:
        """One to three figures in the foreground, if there are any to be had."""
        if self.figures is None or self.maybe(0.3):
            return
        for x in self.spread(self.n(1, 3), 0.15, 0.85):
            self.figure(x, low + self.u(-0.02, 0.03), high * self.u(0.8, 1.1))
