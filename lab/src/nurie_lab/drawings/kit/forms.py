"""Curves of a drawing hand, (k, 2) points in (row, column), and outlines of things, in (x, y).

A thing is drafted at any convenient scale, mostly in the unit square, and is put in its place on
the page afterwards; :class:`~nurie_lab.drawings.kit.drafting.Draft` turns its points into the (row,
column) of a picture.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nurie.arrays import AnyArray, Floats

Generator = np.random.Generator


def smooth(points: AnyArray, *, closed: bool, step: float = 4.0) -> Floats:
    """A Catmull-Rom curve, (n, 2) float32, whose points are about ``step`` apart.

    A point given twice stays a corner.

    >>> smooth(np.float32([[0, 0], [0, 4], [0, 8]]), closed=False).shape[1]
    2
    """
    p = np.asarray(points, np.float32)
    if len(p) < 3:
        return p
    ring = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([p[:1], p, p[-1:]])
    p0, p1, p2, p3 = ring[:-3], ring[1:-2], ring[2:-1], ring[3:]
    spans = np.hypot(*(p2 - p1).T)
    counts = np.clip(np.ceil(spans / step), 1, 40).astype(int)
    which = np.repeat(np.arange(len(p1)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    t = ((np.arange(counts.sum()) - first) / counts[which])[:, None]
    a, b, c, d = p0[which], p1[which], p2[which], p3[which]
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return np.asarray(curve if closed else np.vstack([curve, p[-1:]]), np.float32)


def wobble(path: AnyArray, amount: float, rng: Generator, *, closed: bool) -> Floats:
    """A path displaced by a slow tremor of at most about ``amount`` pixels."""
    n = len(path)
    if amount <= 0 or n < 4:
        return np.asarray(path, np.float32)
    steps = np.hypot(*np.diff(path, axis=0, prepend=path[:1]).T).cumsum()
    turns = np.maximum(np.round(steps[-1] / np.array([90.0, 40.0])), 1)
    phase = rng.uniform(0, 2 * np.pi, (2, 2))
    t = 2 * np.pi * steps / max(steps[-1], 1e-6)
    wave = (
        np.sin(turns[:, None, None] * t + phase[:, :, None]) * np.array([0.7, 0.3])[:, None, None]
    )
    moved = wave.sum(axis=0).T * amount
    if not closed:
        moved *= np.minimum(1, np.minimum(np.arange(n), np.arange(n)[::-1]) / 3)[:, None]
    return np.asarray(path + moved, np.float32)


def turn(points: AnyArray, angle: float, about: tuple[float, float] = (0.0, 0.0)) -> Floats:
    """Points turned clockwise (as one sees the picture) about a point, in radians."""
    c, s = np.cos(angle), np.sin(angle)
    p = np.asarray(points, np.float32) - np.asarray(about, np.float32)
    rows, columns = p[:, 0], p[:, 1]
    turned = np.stack([rows * c + columns * s, columns * c - rows * s], axis=1)
    return np.asarray(turned + np.asarray(about, np.float32), np.float32)


def limb(spine: AnyArray, widths: AnyArray, *, caps: tuple[float, float] = (0.5, 0.5)) -> Floats:
    """The outline of a bent tube: arm, leg, tail, lock, branch; (m, 2) float32, to be smoothed.

    ``caps`` are how far the first and last ends bulge, as a share of the width there; 0 is flat.
    """
    p, w = np.asarray(spine, np.float32), np.asarray(widths, np.float32)[:, None] / 2
    along = np.gradient(p, axis=0)
    along /= np.maximum(np.hypot(*along.T), 1e-6)[:, None]
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    start = p[:1] - along[:1] * w[0] * 2 * caps[0]
    end = p[-1:] + along[-1:] * w[-1] * 2 * caps[1]
    side, other = p + normal * w, (p - normal * w)[::-1]
    rows = [side, end, other, start]
    return np.asarray(np.vstack(rows), np.float32)


Point: TypeAlias = tuple[float, float]
_STEP = 0.03


def vec(numbers: ArrayLike) -> Floats:
    """Numbers as float32, for sums and products with outlines.

    >>> vec([1, 2]).dtype.name
    'float32'
    """
    return np.asarray(numbers, np.float32)


def oval(x: float, y: float, rx: float, ry: float | None = None) -> Floats:
    """An ellipse about (x, y); a circle where ``ry`` is left out.

    >>> oval(1, 2, 0.5).shape
    (36, 2)
    """
    t = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    rows = np.stack([x + np.cos(t) * rx, y + np.sin(t) * (rx if ry is None else ry)], 1)
    return rows.astype(np.float32)


def poly(*points: Point, closed: bool = True) -> Floats:
    """Straight edges from point to point, cut into short pieces so that a hand can tremble.

    >>> poly((0, 0), (0.06, 0), (0.06, 0.06)).shape[0] >= 6
    True
    """
    p = np.asarray(points, np.float32)
    ends = np.roll(p, -1, axis=0)
    rows = []
    for a, b in list(zip(p, ends, strict=True))[: None if closed else -1]:
        n = int(np.clip(np.hypot(*(b - a)) / _STEP, 1, 24))
        rows.append(a + (b - a) * np.linspace(0, 1, n, endpoint=False)[:, None])
    if not closed:
        rows.append(p[-1:])
    return np.vstack(rows).astype(np.float32)


def box(x0: float, y0: float, x1: float, y1: float, r: float = 0.0) -> Floats:
    """A rectangle, its corners rounded by the radius ``r``.

    >>> box(0, 0, 1, 2).max(axis=0).tolist()
    [1.0, 2.0]
    """
    if r <= 0:
        return poly((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    r = min(r, abs(x1 - x0) / 2, abs(y1 - y0) / 2)
    t = np.linspace(0, np.pi / 2, 6)
    corners = [(x1 - r, y1 - r), (x0 + r, y1 - r), (x0 + r, y0 + r), (x1 - r, y0 + r)]
    rows = []
    for i, (cx, cy) in enumerate(corners):
        a = t + i * np.pi / 2
        rows.append(np.stack([cx + r * np.cos(a), cy + r * np.sin(a)], 1))
    points: list[Point] = [(float(a), float(b)) for a, b in np.vstack(rows)]
    return poly(*points)


def curve(*points: Point, closed: bool = True) -> Floats:
    """A soft curve through the points; a point given twice stays a corner.

    >>> curve((0, 0), (1, 0), (1, 1), closed=False)[-1].tolist()
    [1.0, 1.0]
    """
    return smooth(np.asarray(points, np.float32), closed=closed, step=_STEP)


def line(*points: Point) -> Floats:
    """An open soft stroke through the points.

    >>> line((0, 0), (0, 1)).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    return curve(*points, closed=False)


def twin(*half: Point) -> list[Point]:
    """The right half of an outline, from the top down, with its mirror image about x = 0.5.

    >>> twin((0.5, 0.0), (1.0, 1.0))
    [(0.5, 0.0), (1.0, 1.0), (0.0, 1.0)]
    """
    left = [(1 - x, y) for x, y in reversed(half) if abs(x - 0.5) > 1e-6]
    return [*half, *left]


def dome(x: float, y: float, rx: float, ry: float) -> Floats:
    """The upper half of an ellipse, standing on the level ``y``.

    >>> dome(0.5, 1, 0.5, 0.5).min(axis=0).round(2).tolist()
    [0.0, 0.5]
    """
    return np.vstack([poly((x + rx, y), (x - rx, y), closed=False), arc((x, y, rx, ry), 0.5, 1.0)])


def tube(points: list[Point], *widths: float, cap: float = 0.4) -> Floats:
    """The outline of a bent tube; ``cap`` 0 ends it flat."""
    spine = smooth(np.asarray(points, np.float32), closed=False, step=0.08)
    given = np.linspace(0, 1, len(widths))
    wide = np.interp(np.linspace(0, 1, len(spine)), given, widths)
    rim = limb(spine, wide, caps=(cap, cap))
    if cap <= 0:
        return rim
    return smooth(rim, closed=True, step=_STEP)


def puff(rng: Generator, place: tuple[float, float, float, float], bumps: int = 8) -> Floats:
    """A cloud or a leafy crown: an ellipse (x, y, rx, ry) with bumps all round."""
    x, y, rx, ry = place
    angles = (np.arange(bumps) + rng.uniform(-0.2, 0.2, bumps)) * 2 * np.pi / bumps
    rows = []
    for a, b in zip(angles, [*angles[1:], angles[0] + 2 * np.pi], strict=True):
        t = np.linspace(0, 1, 9)[:-1]
        out = 1 + (b - a) * rng.uniform(0.2, 0.3) * np.sin(np.pi * t) ** 0.7
        angle = a + (b - a) * t
        rows.append(np.stack([x + np.cos(angle) * rx * out, y + np.sin(angle) * ry * out], 1))
    return np.vstack(rows).astype(np.float32)


def leaf(start: Point, end: Point, wide: float) -> Floats:
    """A leaf with pointed ends; ``wide`` as a share of its length."""
    a, b = np.asarray(start, np.float32), np.asarray(end, np.float32)
    t = np.linspace(0, 1, 12)[:, None]
    across = np.array([-(b - a)[1], (b - a)[0]]) * wide / 2 * np.sin(np.pi * t**0.85)
    mid = a + (b - a) * t
    return np.vstack([mid + across, (mid - across)[::-1][1:-1]]).astype(np.float32)


def star(x: float, y: float, r: float, *, inner: float = 0.45, points: int = 5) -> Floats:
    """A star, one point up; ``inner`` as a share of ``r``.

    >>> star(0, 0, 1)[0].round(3).tolist()
    [0.0, -1.0]
    """
    a = -np.pi / 2 + np.arange(2 * points) * np.pi / points
    radius = np.where(np.arange(2 * points) % 2, r * inner, r)
    rows = np.stack([x + np.cos(a) * radius, y + np.sin(a) * radius], 1)
    return poly(*[(float(p), float(q)) for p, q in rows])


def heart(x: float, y: float, r: float) -> Floats:
    """A heart about (x, y)."""
    right = [(0.25, -0.8), (0.8, -0.75), (0.95, 0.1)]
    left = [(-a, b) for a, b in right[::-1]]
    rim = curve((0, 1), (0, 1), *left, (0, -0.4), (0, -0.4), *right)
    return np.asarray(rim * r + vec([x, y]), np.float32)


def arc(place: tuple[float, float, float, float], start: float, stop: float) -> Floats:
    """An open piece of the ellipse (x, y, rx, ry), angles in turns, clockwise from the right."""
    x, y, rx, ry = place
    t = np.linspace(start, stop, max(3, int(abs(stop - start) * 36))) * 2 * np.pi
    return np.stack([x + np.cos(t) * rx, y + np.sin(t) * ry], 1).astype(np.float32)


def spun(outline: AnyArray, turns: float, about: Point) -> Floats:
    """The outline turned clockwise by a number of full turns.

    >>> spun(np.float32([[1, 0]]), 0.25, (0, 0)).round(3).tolist()
    [[0.0, 1.0]]
    """
    c, s = np.cos(turns * 2 * np.pi), np.sin(turns * 2 * np.pi)
    p = outline - vec(about)
    rows = np.stack([p[:, 0] * c - p[:, 1] * s, p[:, 0] * s + p[:, 1] * c], 1)
    return np.asarray(rows + vec(about), np.float32)
