"""μ(S), equation (2) of the report: where a region is, its size and shape, and its neighbours."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask
from nurie.regions.merge import Runs, facing, runs

# Pixels up to which neighbours touch across one pixel of line; in larger pictures more.
_FINE = 1 << 21


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
    """Measure every region, exactly.

    Neighbours touch across at most one pixel of line up to two megapixels, and across as many more
    in larger pictures as their sides are longer.

    >>> m = measure(np.array([[1, 1, 2, 2]] * 4, np.int32))
    >>> m.area.tolist(), m.center.tolist(), m.border.tolist()
    ([8.0, 8.0], [[1.5, 0.5], [1.5, 2.5]], [8.0, 8.0])
    """
    along, down = runs(labels, axis=1), runs(labels, axis=0)
    count = int(along.label.max(initial=0)) + 1
    area, center, covariance = _moments(along, count)
    (left, right), (top, bottom) = _extent(along, count), _extent(down, count)
    # Regions meet under thin lines; inside thick dark ink label 0 lies between neighbours.
    reach = max(1, int(np.ceil(np.sqrt(labels.size / _FINE))))
    pairs, contact = facing((along, down), reach=reach, count=count)
    # A run ends in two edges, whether at another label or at the picture's border.
    ends = np.bincount(along.label, minlength=count) + np.bincount(down.label, minlength=count)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1]) if labels.size else ()
    border = np.bincount(np.concatenate([np.zeros(0, np.int32), *sides]), minlength=count)
    box = np.stack([top, left, bottom, right], axis=1)

    def own(table: AnyArray) -> Floats:
        # Label 0 is no region.
        return table[1:].astype(np.float32)

    places = own(area), own(center), own(covariance), own(box)
    return Measures(*places, own(2 * ends), own(border), pairs, contact.astype(np.float32))


def open_borders(labels: Labels, ink: Mask, area: Floats) -> tuple[Ints, Floats]:
    """Neighbours that meet where no line is: where a gap was closed, or a room was parted.

    ``labels`` and ``ink`` are (H, W), ``area`` (n,) pixels. (k, 2) pairs, the smaller label first,
    and (k,) the length of the border without ink over the root of the smaller one's area.

    >>> labels, ink = np.array([[1, 1, 2, 2]] * 4, np.int32), np.zeros((4, 4), bool)
    >>> pairs, length = open_borders(labels, ink, np.float32([8, 8]))
    >>> pairs.tolist(), round(float(length[0]), 2)
    ([[1, 2]], 1.41)
    """
    keys, count = [np.zeros(0, np.int64)], len(area) + 1
    for one, two in (np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1]):
        y, x = np.nonzero((labels[one] != labels[two]) & ~(ink[one] | ink[two]))
        a, b = labels[one][y, x].astype(np.int64), labels[two][y, x].astype(np.int64)
        keys.append((np.minimum(a, b) * count + np.maximum(a, b))[(a > 0) & (b > 0)])
    found, length = np.unique(np.concatenate(keys), return_counts=True)
    pairs = np.stack(np.divmod(found, count), axis=1).astype(np.int32)
    smaller = area[pairs - 1].min(axis=1, initial=labels.size)
    return pairs, (length / np.sqrt(np.maximum(smaller, 1))).astype(np.float32)


def _moments(along: Runs, count: int) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Area, mean and covariance of the pixels of each label, from runs along the rows."""
    length = along.length.astype(np.float64)
    row, middle = along.line.astype(np.float64), along.start + (length - 1) / 2

    def total(weights: AnyArray) -> AnyArray:
        return np.bincount(along.label, weights, count)

    area = total(length)
    safe = np.maximum(area, 1)
    center = np.stack([total(length * row), total(length * middle)], axis=1) / safe[:, None]
    # About the region's own mean, so that nothing is lost to rounding far from the corner.
    row, middle = row - center[along.label, 0], middle - center[along.label, 1]
    # A run of l pixels has the variance (l² - 1) / 12 about its own middle.
    second = (row * row, row * middle, middle * middle + (length * length - 1) / 12)
    covariance = np.stack([total(length * value) / safe for value in second], axis=1)
    return area, center, covariance


def _extent(scan: Runs, count: int) -> tuple[AnyArray, AnyArray]:
    """First position of each label along its runs, and the position after its last."""
    low, high = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(low, scan.label, scan.start)
    np.maximum.at(high, scan.label, scan.start + scan.length)
    return np.minimum(low, high), high


def protected(labels: Labels, protect: Mask) -> Mask:
    """Regions of which more than half is protected: they stay as they are.

    (n,) bool, region 1 first.

    >>> protected(np.array([[1, 1, 2]], np.int32), np.array([[False, True, True]])).tolist()
    [False, True]
    """
    area = np.bincount(labels.ravel())
    covered = np.bincount(labels[protect], minlength=len(area))
    return np.asarray(2 * covered > area)[1:]


def outlines_of(pieces: Labels, box: Ints, some: Ints) -> list[Floats]:
    """Points of the outlines of some pieces, (k, 2) columns and rows each.

    Piece 0 has the number 1 in ``pieces``, and the first row of ``box``.

    >>> outlines_of(np.ones((1, 2), np.int32), np.int32([[0, 0, 1, 2]]), np.int32([0]))[0].tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    found = []
    for k in some.tolist():
        top, left, bottom, right = box[k]
        one = (pieces[top:bottom, left:right] == k + 1).view(np.uint8)
        lines, _ = cv2.findContours(one, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        corner = np.array([left, top], np.float32)
        found.append(np.concatenate(lines)[:, 0].astype(np.float32) + corner)
    return found
