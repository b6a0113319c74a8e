"""The stage of a scene: backdrop, layers, and things put at their places."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.kit.colors import in_mood, tint
from nurie_lab.drawings.kit.drafting import placed
from nurie_lab.drawings.kit.forms import arc, box, oval, puff, star, vec
from nurie_lab.drawings.kit.strokes import Color, Shape
from nurie_lab.drawings.things import draft_thing

Generator = np.random.Generator
Figures: TypeAlias = Callable[[Generator], list[Shape]]
"""Draws shapes of one figure at any scale and place."""


@dataclass(eq=False)
class Stage:
    """Shapes of a scene, the farthest first; places are shares of the page's width and height."""

    rng: Generator
    height: int
    width: int
    mood: str = "plain"
    figures: Figures | None = None
    shapes: list[Shape] = field(default_factory=list)
    count: int = 0
    scene: str = ""

    def u(self, low: float, high: float) -> float:
        """Any number between the two."""
        return float(self.rng.uniform(low, high))

    def n(self, low: int, high: int) -> int:
        """Any whole number from ``low`` to ``high``, both included."""
        return int(self.rng.integers(low, high + 1))

    def maybe(self, chance: float) -> bool:
        """True with this chance."""
        return bool(self.rng.random() < chance)

    def any(self, *names: str) -> str:
        """One of the names."""
        return names[int(self.rng.integers(len(names)))]

    def tint(self, family: str) -> Color:
        """A colour of the family in the mood of the picture."""
        return in_mood(tint(self.rng, family), self.mood)

    def area(
        self, outline: AnyArray, part: str, color: Color, *, width: float = 1.0, within: str = ""
    ) -> None:
        """Paint an outline given in (x, y) shares of the stage."""
        points = outline[:, ::-1] * vec([self.height, self.width])
        self.shapes.append(Shape(points, part, color, width, smooth=False, within=within))

    def stroke(self, path: AnyArray, *, width: float = 0.75, within: str = "") -> None:
        """An open stroke given in (x, y) shares of the stage."""
        points = path[:, ::-1] * vec([self.height, self.width])
        self.shapes.append(Shape(points, width=width, closed=False, smooth=False, within=within))

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
        self.area(box(-0.05, start, 1.05, end), part, color)

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
        self.area(np.vstack([top, foot]).astype(np.float32), part, color)

    def peaks(self, part: str, color: Color, level: float, high: float) -> None:
        """Mountains that stand on ``level``, some with snow."""
        snow = self.maybe(0.6)
        for i in range(self.n(2, 4)):
            x, h, w = self.u(0.0, 1.0), high * self.u(0.6, 1.0), self.u(0.22, 0.38)
            rim = [
                (x - w, level),
                (x - w * 0.45, level - h * 0.5),
                (x, level - h),
                (x + w * 0.4, level - h * 0.55),
                (x + w, level),
            ]
            name = f"{part} {i}"
            self.area(vec(rim), name, color)
            if snow:
                y = level - h * 0.62
                tip = [
                    (x - w, y),
                    (x - w * 0.2, y + 0.03),
                    (x - w * 0.08, y - 0.02),
                    (x + w * 0.08, y + 0.04),
                    (x + w * 0.2, y - 0.01),
                    (x + w, y + 0.02),
                    (x + w, 0),
                    (x - w, 0),
                ]
                self.area(vec(tip), "snow", self.tint("snow"), within=name)

    def clouds(self, most: int = 4, low: float = 0.35) -> None:
        """A few clouds in the sky."""
        color = self.tint("cloud")
        ratio = self.width / self.height
        for _ in range(self.n(0, most)):
            w = self.u(0.06, 0.13)
            spot = (self.u(0.05, 0.95), self.u(0.06, low), w, w * 0.4 * ratio)
            self.area(puff(self.rng, spot, self.n(6, 9)), "cloud", color)

    def disc(self, part: str, color: Color, spot: tuple[float, float, float]) -> None:
        """A round area (x, y, radius as a share of the width)."""
        x, y, r = spot
        self.area(oval(x, y, r, r * self.width / self.height), part, color)

    def sun(self, low: float = 0.3) -> None:
        """A sun, at times with rays."""
        x, y, r = self.u(0.1, 0.9), self.u(0.1, low), self.u(0.04, 0.08)
        ratio, color = self.width / self.height, self.tint("sun")
        if self.maybe(0.4):
            rays = star(0, 0, 1.9, inner=0.6, points=self.n(8, 14))
            self.area(rays * vec([r, r * ratio]) + vec([x, y]), "rays", color)
        elif self.maybe(0.5):
            for t in np.linspace(0, 2 * np.pi, 11)[:-1]:
                way = vec([[np.cos(t), np.sin(t) * ratio]]) * r
                self.stroke(np.vstack([way * 1.25, way * 1.7]) + vec([x, y]))
        self.disc("sun", color, (x, y, r))

    def moon(self) -> None:
        """A full moon or a crescent."""
        x, y, r = self.u(0.1, 0.9), self.u(0.1, 0.25), self.u(0.05, 0.08)
        ratio, color = self.width / self.height, self.tint("moon")
        if self.maybe(0.5):
            self.disc("moon", color, (x, y, r))
            return
        outer = arc((x, y, r, r * ratio), 0.05, 0.7)
        inner = arc((x + r * 0.45, y - r * ratio * 0.2, r * 0.75, r * ratio * 0.8), 0.68, 0.07)
        self.area(np.vstack([outer, inner]), "moon", color)

    def stars(self, count: int, low: float = 0.5) -> None:
        """Stars all over the sky."""
        color, ratio = self.tint("star"), self.width / self.height
        for _ in range(count):
            r = self.u(0.008, 0.02)
            rim = star(0, 0, r) * vec([1, ratio])
            self.area(rim + vec([self.u(0, 1), self.u(0.02, low)]), "star", color, width=0.7)


def heaven(stage: Stage, low: float = 1.0) -> str:
    """Sky by day, at dusk or by night, with what belongs there; tells which it is."""
    hour = str(stage.rng.choice(["day", "dusk", "night", "plain"], p=[0.68, 0.12, 0.13, 0.07]))
    family = {"day": "sky", "dusk": stage.any("dawn", "dusk"), "night": "night", "plain": "paper"}[
        hour
    ]
    stage.backdrop("sky", stage.tint(family))
    if hour == "night":
        stage.stars(stage.n(4, 14), low * 0.8)
        stage.moon()
        return hour
    if stage.maybe(0.6):
        stage.sun(low * 0.6)
    stage.clouds(low=low * 0.6)
    return hour


def spread(stage: Stage, count: int, low: float = 0.08, high: float = 0.92) -> list[float]:
    """Places from left to right that keep some distance, in any order."""
    cells = np.linspace(low, high, count + 1)
    xs = [stage.u(a + (b - a) * 0.2, b - (b - a) * 0.2) for a, b in pairwise(cells)]
    return [xs[i] for i in stage.rng.permutation(count)]


def people(stage: Stage, low: float, high: float) -> None:
    """One to three figures in the foreground, if there are any to be had."""
    if stage.figures is None or stage.maybe(0.3):
        return
    for x in spread(stage, stage.n(1, 3), 0.15, 0.85):
        stage.figure(x, low + stage.u(-0.02, 0.03), high * stage.u(0.8, 1.1))
