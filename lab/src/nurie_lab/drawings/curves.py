"""Curves of a drawing hand: (k, 2) points in (row, column)."""

import numpy as np

from nurie.arrays import AnyArray, Floats

Generator = np.random.Generator


def smooth(points: AnyArray, *, closed: bool, step: float = 4.0) -> Floats:
    """A Catmull-Rom curve through the points.

    Args:
        points: (k, 2); a point given twice stays a corner.
        closed: whether the curve returns to its start.
        step: about the distance of the points returned.

    Returns:
        (n, 2) float32.

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
    """The outline of a bent tube: arm, leg, tail, lock, branch.

    Args:
        spine: (k, 2) middle points, k at least 2.
        widths: (k,) full width at each point.
        caps: how far the first and last ends bulge, as a share of the width there; 0 is flat.

    Returns:
        (m, 2) float32, to be smoothed.
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
