"""μ(S), equation (2) of the report: location, size and shape of every region, and its neighbours."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nurie.arrays import Floats, Ints, Labels
from nurie.regions.merge import neighbours

_BUDGET = 1 << 21
"""Pixels that are measured; larger pictures are sampled on a regular grid."""


@dataclass(frozen=True, eq=False)
class Measures:
    """Measures of regions 1…n, row i for region i + 1. Lengths are in pixels."""

    area: Floats
    """(n,) pixels."""
    center: Floats
    """(n, 2) mean row and column."""
    covariance: Floats
    """(n, 3) variance of rows, covariance, variance of columns."""
    box: Floats
    """(n, 4) top, left, bottom, right; the last two are exclusive."""
    outline: Floats
    """(n,) length of the boundary, the picture's border included."""
    border: Floats
    """(n,) length of contact with the picture's border."""
    pairs: Ints
    """(m, 2) neighbours, the smaller label first, labels from 1."""
    contact: Floats
    """(m,) length along which a pair touches."""

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.area)

    def to_records(self) -> list[dict[str, Any]]:
        """One plain dictionary a region, ready for JSON."""
        near: list[list[int]] = [[] for _ in range(len(self) + 1)]
        for one, two in self.pairs.tolist():
            near[one].append(two)
            near[two].append(one)
        return [
            {
                "label": i + 1,
                "area": float(self.area[i]),
                "center": [round(float(v), 2) for v in self.center[i]],
                "covariance": [round(float(v), 2) for v in self.covariance[i]],
                "box": [int(v) for v in self.box[i]],
                "outline": float(self.outline[i]),
                "border": float(self.border[i]),
                "neighbours": near[i + 1],
            }
            for i in range(len(self))
        ]


def measure(labels: Labels) -> Measures:
    """Measure every region.

    Pictures over 2 megapixels are sampled on a grid; regions that fall between its points are
    measured exactly.

    Args:
        labels: (H, W) int32, 0 line, 1…n regions.

    Returns:
        Measures of the n regions.

    >>> m = measure(np.array([[1, 1, 2, 2]] * 4, np.int32))
    >>> m.area.tolist(), m.center.tolist(), m.border.tolist()
    ([8.0, 8.0], [[1.5, 0.5], [1.5, 2.5]], [8.0, 8.0])
    """
    count = int(labels.max(initial=0)) + 1
    step = max(1, int(np.ceil(np.sqrt(labels.size / _BUDGET))))
    offset = step // 2
    sample = np.ascontiguousarray(labels[offset::step, offset::step])
    sums = _moments(sample, count)
    area = sums[0]
    safe = np.maximum(area, 1)
    row, column = sums[1] / safe, sums[2] / safe
    variance = [s / safe - a * b for s, a, b in zip(
        sums[3:], (row, row, column), (row, column, column), strict=True)]
    pairs, contact = neighbours(sample, reach=1)
    result = [
        area * step**2,
        np.stack([row, column], 1) * step + offset,
        np.maximum(np.stack(variance, 1), [0, -np.inf, 0]) * step**2,
        _boxes(sample, count) * step + [offset, offset, offset, offset],
        _outlines(sample, count) * step,
        _border(sample, count) * step,
    ]
    if step > 1:
        _measure_missed(labels, np.flatnonzero(area[1:] == 0) + 1, result)
    floats = [np.asarray(r[1:], np.float32) for r in result]
    return Measures(*floats, pairs=pairs, contact=(contact * step).astype(np.float32))


def _moments(labels: Labels, count: int) -> list[Floats]:
    """Area and sums of r, c, r², rc, c² for each label."""
    height, width = labels.shape
    flat = labels.ravel()
    rows = np.repeat(np.arange(height, dtype=np.float64), width)
    columns = np.tile(np.arange(width, dtype=np.float64), height)
    weights = (None, rows, columns, rows * rows, rows * columns, columns * columns)
    return [np.bincount(flat, w, count).astype(np.float64) for w in weights]


def _boxes(labels: Labels, count: int) -> Floats:
    """Bounding box of each label, (count, 4)."""
    box = np.zeros((count, 4))
    for axis, (low, high) in enumerate(((0, 2), (1, 3))):
        lines = labels if axis == 0 else labels.T
        starts = np.full(count, lines.shape[0])
        ends = np.zeros(count, np.int64)
        for i, line in enumerate(lines):
            present = np.flatnonzero(np.bincount(line, minlength=1))
            starts[present] = np.minimum(starts[present], i)
            ends[present] = i + 1
        box[:, low], box[:, high] = np.minimum(starts, ends), ends
    return box


def _outlines(labels: Labels, count: int) -> Floats:
    """Length of the boundary of each label, in pixel edges."""
    framed = np.pad(labels, 1)
    total = np.zeros(count)
    for one, two in ((framed[:, :-1], framed[:, 1:]), (framed[:-1], framed[1:])):
        differ = one != two
        total += np.bincount(one[differ], minlength=count)
        total += np.bincount(two[differ], minlength=count)
    return total


def _border(labels: Labels, count: int) -> Floats:
    """Pixel edges of each label on the picture's border."""
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    return np.bincount(np.concatenate(sides), minlength=count).astype(np.float64)


def _measure_missed(labels: Labels, missed: Ints, result: list[Floats]) -> None:
    """Fill in regions that the sampling grid never met."""
    if not len(missed):
        return
    wanted = np.zeros(int(labels.max()) + 1, bool)
    wanted[missed] = True
    at = np.flatnonzero(wanted[labels.ravel()])
    order = np.argsort(labels.ravel()[at], kind="stable")
    groups = np.split(at[order], np.cumsum(np.bincount(labels.ravel()[at])[missed])[:-1])
    for label, where in zip(missed.tolist(), groups, strict=True):
        rows, columns = np.divmod(where, labels.shape[1])
        cov = np.cov(np.stack([rows, columns]), bias=True) if len(where) > 1 else np.zeros((2, 2))
        values = (
            len(where),
            (rows.mean(), columns.mean()),
            (cov[0, 0], cov[0, 1], cov[1, 1]),
            (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1),
            4 * np.sqrt(len(where)),
            0,
        )
        for array, value in zip(result, values, strict=True):
            array[label] = value
