"""A painter of outlined shapes: true lines, true parts and flat colours; and gaps in the lines."""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie_lab.drawings.kit.forms import smooth, wobble

Generator = np.random.Generator
Color: TypeAlias = tuple[int, int, int]
_SCALE = 2
_SHIFT = 4


@dataclass(frozen=True)
class Shape:
    """One outline with what is inside it; a later shape covers an earlier one."""

    outline: Floats
    """(k, 2) points in (row, column), pixels of the finished picture."""
    part: str = ""
    """Name of the part that it shows; shapes of one name are one part. Empty: paper."""
    color: Color | None = None
    """Flat colour of the part (the first shape of a name decides); None: a stroke only."""
    width: float = 1.0
    """Width of the line, as a multiple of the pen's; 0: no line."""
    closed: bool = True
    """Whether the stroke returns to its start; a fill is always closed."""
    smooth: bool = True
    """Round the outline (Catmull-Rom); a point given twice stays a corner."""
    within: str = ""
    """Only where this part (or its ``NAME.…`` parts) shows now: stripes of a shirt."""
    merge: bool = False
    """Grow together with what shows of the same part: no line between the two."""
    taper: bool | None = None  # Thin ends; None: as the pen does for open strokes
    ink: int | None = None  # Gray of the line, 0 black to 255; None: the pen's
    whole: bool = False
    """Filled also where the outline crosses itself, as a bent sleeve does."""
    solid: bool = False  # Inside is ink: a pupil, a lash, a black boot drawn black


@dataclass(frozen=True)
class Pen:
    """How a hand draws lines."""

    width: float = 2.0  # Pixels
    vary: float = 0.25  # Change of the width along a stroke, as a share of it
    wobble: float = 0.0  # Largest displacement of outlines in pixels
    taper: bool = True  # Whether open strokes end thin
    ink: int = 0  # Gray of the lines


@dataclass(frozen=True)
class Made:
    """A made drawing and the truth about it."""

    lines: AnyArray  # (H, W) uint8, 0 ink, 255 paper
    color: Rgb8  # (H, W, 3) uint8 flat colours without lines
    parts: Labels
    """(H, W) int32: 0 is paper, i is ``names[i - 1]``; there is a part under every line, too."""
    names: tuple[str, ...]  # Names of the parts, some perhaps hidden
    colors: Rgb8  # (n + 1, 3) uint8 colour of each part, paper first
    seeds: dict[str, str] = field(default_factory=dict)
    """What is known about the whole, such as the kind of thing."""


def any_pen(rng: Generator, size: int = 512) -> Pen:
    """A pen as people use them, for pictures of ``size`` pixels."""
    width = float(np.exp(rng.uniform(np.log(1.0), np.log(3.6)))) * (size / 512) ** 0.7
    return Pen(
        width=max(width, 0.9),
        vary=float(rng.choice([0.0, 0.15, 0.3, 0.45])),
        wobble=float(rng.choice([0.0, 0.4, 0.8, 1.5])) * size / 512,
        taper=bool(rng.random() < 0.7),
        ink=0 if rng.random() < 0.7 else int(rng.integers(10, 110)),
    )


def paint(
    shapes: list[Shape],
    size: int | tuple[int, int],
    rng: Generator,
    *,
    pen: Pen | None = None,
    paper: Color = (255, 255, 255),
) -> Made:
    """Paint shapes one over another, the lowest first; ``rng`` is the hand's small movements.

    Same shapes and generator state, same bytes.

    >>> square = np.float32([[2, 2], [2, 7], [7, 7], [7, 2]])
    >>> shape = Shape(square, "box", (200, 0, 0), smooth=False)
    >>> made = paint([shape], 10, np.random.default_rng(0))
    >>> made.names, made.color[5, 5].tolist(), int(made.parts[0, 0]), int(made.lines[2, 4])
    (('box',), [200, 0, 0], 0, 0)
    """
    height, width = (size, size) if isinstance(size, int) else size
    canvas = _Canvas(height, width, pen or Pen(), rng)
    for shape in shapes:
        canvas.add(shape)
    return canvas.made(paper)


class _Canvas:
    """Lines and parts at twice the size, while they are painted."""

    def __init__(self, height: int, width: int, pen: Pen, rng: Generator) -> None:
        self.lines = np.full((height * _SCALE, width * _SCALE), 255, np.uint8)
        self.parts = np.zeros((height * _SCALE, width * _SCALE), np.uint16)
        self.ids: dict[str, int] = {}
        self.colors: list[Color] = []
        self.pen, self.rng = pen, rng

    def add(self, shape: Shape) -> None:
        """Paint one shape: cover what is below, then stroke the outline."""
        path = np.asarray(shape.outline, np.float32)
        if shape.smooth and len(path) > 2:
            path = smooth(path, closed=shape.closed)
        path = wobble(path, self.pen.wobble, self.rng, closed=shape.closed) * _SCALE
        box = self._box(path, shape)
        if box is None:
            return
        lines, parts = self.lines[box], self.parts[box]
        path = path - [box[0].start, box[1].start]
        known = self.ids.get(shape.part, 0)
        free = self._free(parts, shape.within)
        same = parts == known if shape.merge and known else None
        if shape.color is not None or shape.solid:
            self._fill(path, shape, (lines, parts), free)
        if shape.width > 0:
            if same is not None:
                free = ~same if free is None else free & ~same
            self._stroke(path, shape, lines, free)

    def _box(self, path: AnyArray, shape: Shape) -> tuple[slice, slice] | None:
        """The part of the canvas that the shape can touch."""
        margin = 3 + int(2 * _SCALE * self.pen.width * max(shape.width, 0.0))
        low = np.maximum(np.floor(path.min(axis=0)).astype(int) - margin, 0)
        high = np.minimum(np.ceil(path.max(axis=0)).astype(int) + margin, self.lines.shape)
        if (low >= high).any():
            return None
        return slice(low[0], high[0]), slice(low[1], high[1])

    def _free(self, parts: AnyArray, within: str) -> AnyArray | None:
        """Where a shape may be drawn; None: everywhere."""
        if not within:
            return None
        ids = [i for n, i in self.ids.items() if n == within or n.startswith(within + ".")]
        return np.isin(parts, ids)

    def _fill(
        self, path: AnyArray, shape: Shape, box: tuple[AnyArray, AnyArray], free: AnyArray | None
    ) -> None:
        import cv2

        lines, parts = box
        number = 0
        if shape.color is not None and shape.part:
            number = self.ids.setdefault(shape.part, len(self.ids) + 1)
            if number > len(self.colors):
                self.colors.append(shape.color)
        mask = np.zeros(parts.shape, np.uint8)
        cv2.fillPoly(mask, [_fixed(path)], 1, shift=_SHIFT)
        if shape.whole:
            rings, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(mask, rings, -1, 1, cv2.FILLED)
        inside = mask.view(bool) if free is None else mask.view(bool) & free
        if shape.color is not None:
            parts[inside] = number
        if shape.solid:
            lines[inside] = self.pen.ink if shape.ink is None else shape.ink
        else:
            lines[inside & self._inner(free)] = 255

    def _inner(self, free: AnyArray | None) -> AnyArray | bool:
        """Where a fill may rub lines out: not the outline of the part that it is kept within."""
        import cv2

        if free is None:
            return True
        side = int(_SCALE * self.pen.width) // 2 * 2 + 1
        inner = cv2.erode(free.view(np.uint8), np.ones((side, side), np.uint8))
        return np.asarray(inner).view(bool)

    def _stroke(self, path: AnyArray, shape: Shape, lines: AnyArray, free: AnyArray | None) -> None:
        """Draw the outline as runs of equal width."""
        import cv2

        ink = self.pen.ink if shape.ink is None else shape.ink
        closed = shape.closed
        taper = (self.pen.taper and not closed) if shape.taper is None else shape.taper
        if closed:
            path = np.vstack([path, path[:1]])
        widths = self._widths(path, shape.width, taper=taper)
        target = lines if free is None else np.full_like(lines, 255)
        points = _fixed(path)
        starts = np.flatnonzero(np.diff(widths, prepend=-1))
        for a, b in zip(starts, [*starts[1:], len(widths) - 1], strict=True):
            run = [points[a : b + 1]]
            cv2.polylines(target, run, False, ink, int(widths[a]), cv2.LINE_8, _SHIFT)
        if free is not None:
            np.copyto(lines, np.minimum(lines, target), where=free)

    def _widths(self, path: AnyArray, width: float, *, taper: bool) -> AnyArray:
        """Thickness at each point in pixels of the canvas, at least 1."""
        n = len(path)
        t = np.linspace(0, 1, n)
        wide = np.full(n, _SCALE * self.pen.width * width)
        if self.pen.vary:
            phase, turns = self.rng.uniform(0, 6.28), self.rng.uniform(0.7, 2.5)
            wide = wide * (1 + self.pen.vary * np.sin(6.28 * turns * t + phase))
        if taper:
            wide = wide * np.clip(np.minimum(t, 1 - t) * 5 + 0.25, 0, 1)
        # Thin and gray at once, a closed line would not be seen as one.
        return np.maximum(np.round(wide), 1 if taper or self.pen.ink < 30 else 2).astype(int)

    def made(self, paper: Color) -> Made:
        """The finished drawing."""
        import cv2

        height, width = self.lines.shape
        lines = cv2.resize(
            self.lines, (width // _SCALE, height // _SCALE), interpolation=cv2.INTER_AREA
        )
        parts = self.parts[_SCALE // 2 :: _SCALE, _SCALE // 2 :: _SCALE].astype(np.int32)
        colors = np.array([paper, *self.colors], np.uint8)
        return Made(np.asarray(lines), colors[parts], parts, tuple(self.ids), colors)


def _fixed(path: AnyArray) -> AnyArray:
    """Points as OpenCV wants them: (x, y) in sixteenths of a pixel."""
    scaled: AnyArray = np.round(path[:, ::-1] * (1 << _SHIFT)).astype(np.int32)
    return scaled


def open_lines(made: Made, rng: Generator, gap_px: float, *, count: int = 6) -> Made:
    """A drawing whose lines have gaps of ``gap_px`` pixels between parts; parts and colours stay.

    A gap is put where a line divides two parts, since a gap in a stroke within one part leaks
    nothing; there are fewer than ``count`` where the borders are too short for so many.

    >>> from nurie_lab.drawings.kit.strokes import Shape, paint
    >>> square = np.float32([[8, 8], [8, 32], [32, 32], [32, 8]])
    >>> made = paint([Shape(square, "box", (9, 9, 9), smooth=False)], 40, np.random.default_rng(0))
    >>> opened = open_lines(made, np.random.default_rng(0), 6, count=1)
    >>> bool((opened.lines > made.lines).any()), bool((opened.parts == made.parts).all())
    (True, True)
    """
    if gap_px <= 0:
        return made
    borders = _borders(made)
    lines = made.lines.copy()
    for _ in range(count):
        rows, columns = np.nonzero(borders)
        if not len(rows):
            break
        i = int(rng.integers(len(rows)))
        _rub_out(lines, borders, (int(rows[i]), int(columns[i])), gap_px)
    return replace(made, lines=lines)


def _borders(made: Made) -> AnyArray:
    """(H, W) bool: pixels of a line between two parts, solid black left out."""
    import cv2

    dark = made.lines < 128
    depth = cv2.distanceTransform(dark.astype(np.uint8), cv2.DIST_L2, 3)
    thick = np.median(depth[dark]) * 2.5 + 2 if dark.any() else 0
    solid = cv2.dilate((depth > thick).astype(np.uint8), np.ones((15, 15), np.uint8))
    parts = made.parts.astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    differ = cv2.dilate(parts, kernel) != cv2.erode(parts, kernel)
    border: AnyArray = differ & dark & (solid == 0)
    return border


def _rub_out(lines: AnyArray, borders: AnyArray, at: tuple[int, int], length: float) -> None:
    """Make paper of one piece of line, in place; no other gap shall come near it.

    The width of the line is what a disc of half the gap's length covers: the stroke at right
    angles to the border is rubbed out whole.
    """
    import cv2

    reach = int(np.ceil(length / 2 + 12))
    top, left = max(at[0] - reach, 0), max(at[1] - reach, 0)
    window = (slice(top, at[0] + reach + 1), slice(left, at[1] + reach + 1))
    near = borders[window].astype(np.uint8)
    disc = np.zeros_like(near)
    cv2.circle(disc, (at[1] - left, at[0] - top), max(round(length / 2), 1), 1, -1)
    along = near & disc
    # Every pixel of the line that belongs to this piece of border: nearer to it than to the rest.
    rest = cv2.distanceTransform(1 - (near & (1 - disc)), cv2.DIST_L2, 5)
    own = cv2.distanceTransform(1 - along, cv2.DIST_L2, 5)
    piece = (own <= rest) & (own < 8)
    lines[window][piece & _same_line(lines[window], along)] = 255
    cv2.circle(near, (at[1] - left, at[0] - top), reach, 0, -1)
    borders[window] = near > 0


def _same_line(lines: AnyArray, seed: AnyArray) -> AnyArray:
    """Ink that hangs together with the seed, a soft rim included."""
    import cv2

    ink = (lines < 250).astype(np.uint8)
    _, labels = cv2.connectedComponents(ink, connectivity=8)
    wanted = np.unique(labels[seed > 0])
    found: AnyArray = np.isin(labels, wanted[wanted > 0])
    return found
