"""What the region model sees: the drawing in a frame, one row of numbers for each region.

Written once, in numpy, for training and for use.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Gray, Ints, Labels
from nurie.regions.ink import Ink
from nurie.regions.measure import Measures

FEATURES, PICTURE = 24 + 40 + 112 + 320, 320
"""Channels of an encoder's maps at strides 4, 8, 16 and 32 together, and of the last one."""

GEOMETRY = 14
"""Numbers that describe the place, size and shape of a region."""

# Strokes are thickened to at least this width, in pixels of the frame.
_THINNEST = 1.3


@dataclass(frozen=True)
class Frame:
    """The square window of the drawing that the model looks at: the ink with a margin."""

    top: int
    left: int
    side: int


def frame_of(ink: Ink) -> Frame:
    """Square around all ink, with a margin of 4 %; the whole picture where there is none.

    >>> mask = np.zeros((100, 100), bool); mask[40:60, 30:70] = True
    >>> frame_of(Ink(mask, np.zeros((100, 100), np.uint8), 1.0))
    Frame(top=28, left=28, side=43)
    """
    rows, columns = np.flatnonzero(ink.mask.any(1)), np.flatnonzero(ink.mask.any(0))
    height, width = ink.mask.shape
    if not len(rows):
        side = max(height, width)
        return Frame((height - side) // 2, (width - side) // 2, side)
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    # The model was trained on drawings that fill their frame but for this margin.
    side = int(max(bottom - top, right - left) * 1.08 + 0.5)
    return Frame(int((top + bottom - side) // 2), int((left + right - side) // 2), max(side, 1))


def framed_lines(ink: Ink, frame: Frame, size: int) -> Gray:
    """The drawing in its frame as the encoder sees it: (size, size) float32 in [0, 1], 0 ink.

    Thin strokes are thickened so that they survive.

    >>> tone = np.full((8, 8), 255, np.uint8)
    >>> framed_lines(Ink(tone < 9, tone, 1.0), Frame(0, 0, 8), 2).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    top, left, side = max(frame.top, 0), max(frame.left, 0), frame.side
    tone = ink.tone[top : frame.top + side, left : frame.left + side]
    # Outside the picture lies paper.
    above, before = top - frame.top, left - frame.left
    below, behind = side - above - tone.shape[0], side - before - tone.shape[1]
    tone = np.pad(tone, ((above, below), (before, behind)), constant_values=255)
    scale = size / side
    thicken = round(_THINNEST / scale - ink.stroke)
    # A hair line of a large page would vanish in so small a frame, and with it what it parts.
    if scale < 1 and thicken > 0:
        tone = cv2.erode(tone, np.ones((thicken + 1, thicken + 1), np.uint8))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(np.ascontiguousarray(tone), (size, size), interpolation=how)
    return np.asarray(small.astype(np.float32) / np.float32(255))


def framed_labels(labels: Labels, frame: Frame, size: int) -> Labels:
    """Labels sampled at the middle of each pixel of the frame, (size, size) int32, 0 outside.

    >>> framed_labels(np.array([[1, 2], [3, 4]], np.int32), Frame(0, 0, 4), 2).tolist()
    [[4, 0], [0, 0]]
    """
    steps = (np.arange(size) + 0.5) * frame.side / size
    rows = np.floor(steps + frame.top).astype(int)
    columns = np.floor(steps + frame.left).astype(int)
    height, width = labels.shape
    out: Labels = labels[rows.clip(0, height - 1)][:, columns.clip(0, width - 1)]
    out[(rows < 0) | (rows >= height)] = 0
    out[:, (columns < 0) | (columns >= width)] = 0
    return out


def geometry(measures: Measures, frame: Frame) -> Floats:
    """Place, size and shape of each region in the frame.

    (n, 14) float32 of order one: centre, log area, spread, tilt, extent, border contact, roundness,
    box, log width.

    >>> from nurie.regions.measure import measure
    >>> geometry(measure(np.ones((8, 8), np.int32)), Frame(0, 0, 8)).shape
    (1, 14)
    """
    side = float(frame.side)
    offset = np.array([frame.top, frame.left], np.float32)
    center = (measures.center - offset) / side * 2 - 1
    area = np.maximum(measures.area, 1)
    down, both, across = measures.covariance.T
    variance = np.sqrt(np.maximum(measures.covariance[:, [0, 2]], 0)) / side
    tilt = both / (np.sqrt(down * across) + 1e-3)
    box = (measures.box - np.tile(offset, 2)) / side * 2 - 1
    size = np.maximum(np.prod(measures.box[:, 2:] - measures.box[:, :2], axis=1), 1)
    outline = np.maximum(measures.outline, 1)
    columns = [
        center.clip(-2, 2),
        # Divisors and offsets bring all columns to order one; the trained weights depend on them.
        np.log(area / side**2)[:, None] / 4 + 1,
        variance.clip(0, 1) * 4,
        tilt[:, None].clip(-1, 1),
        (area / size)[:, None],
        (measures.border / outline)[:, None],
        (4 * np.pi * area / outline**2)[:, None].clip(0, 1),
        box.clip(-2, 2),
        np.log(2 * area / outline / side)[:, None] / 3 + 1,
    ]
    return np.concatenate(columns, axis=1).astype(np.float32)


def adjacency(measures: Measures, rows: Ints | None = None) -> Floats:
    """Share of each region's outline that it has in common with each other one.

    (k, k) float32 in [0, 1]; row i, column j: of region i's outline, what touches j. Looked at are
    the (k,) ``rows``, counted from 0, or all regions.

    >>> from nurie.regions.measure import measure
    >>> adjacency(measure(np.array([[1, 1, 2, 2]] * 4, np.int32))).round(2).max()
    np.float32(0.33)
    """
    rows = np.arange(len(measures), dtype=np.int32) if rows is None else rows
    place = np.full(len(measures), -1)
    place[rows] = np.arange(len(rows))
    one, two = place[measures.pairs[:, 0] - 1], place[measures.pairs[:, 1] - 1]
    both = (one >= 0) & (two >= 0)
    near = np.zeros((len(rows), len(rows)), np.float32)
    near[one[both], two[both]] = near[two[both], one[both]] = measures.contact[both]
    near /= np.maximum(measures.outline[rows], 1)[:, None]
    return near


def pool(features: Sequence[Floats], labels: Labels, centers: Floats) -> Floats:
    """Mean of each feature map over each region, (n, ΣC_k) float32.

    ``features`` are maps (C_k, S / s_k, S / s_k) float32 of one frame, ``labels`` (S, S) int32 its
    labels; ``centers`` (n, 2) float32 in [-1, 1] say where to look for what is too small for it.

    >>> pool([np.ones((3, 2, 2), np.float32)], np.ones((4, 4), np.int32), np.zeros((1, 2))).shape
    (1, 3)
    """
    size, count = labels.shape[0], len(centers)
    rows, columns = np.nonzero(labels)
    region = labels[rows, columns] - 1
    # A region smaller than a pixel of the frame still sees the features at its centre.
    missing = np.flatnonzero(np.bincount(region, minlength=count) == 0)
    lost = ((centers[missing] + 1) / 2 * size).clip(0, size - 1).astype(int)
    rows, columns = np.append(rows, lost[:, 0]), np.append(columns, lost[:, 1])
    region = np.append(region, missing)
    return np.concatenate([_mean(f, size, rows, columns, region, count) for f in features], axis=1)


def _mean(
    feature: Floats, size: int, rows: AnyArray, columns: AnyArray, region: AnyArray, count: int
) -> Floats:
    """Mean of one map over the pixels of each region."""
    stride = size // feature.shape[1]
    cells = feature.shape[1] * feature.shape[2]
    cell = rows // stride * feature.shape[2] + columns // stride
    # Each cell of a coarse map counts by how many of the region's pixels lie in it.
    keys, weight = np.unique(region * cells + cell, return_counts=True)
    owner, cell = np.divmod(keys, cells)
    values = feature.reshape(len(feature), -1).T[cell] * weight[:, None].astype(np.float32)
    starts = np.searchsorted(owner, np.arange(count))
    total = np.bincount(owner, weight, count)
    pooled: Floats = np.add.reduceat(values, starts, axis=0).astype(np.float32)
    pooled /= total[:, None]
    return pooled
