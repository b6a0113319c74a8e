"""Values inside regions: the colour that fills each, means, and smoothing that stays inside."""

from itertools import pairwise

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8

# Pixels over which means are taken; of larger pictures every second, third, … one.
_SAMPLES = 1 << 21
# Times that the recursive filter runs over rows and columns.
_ROUNDS = 3


def flatten(labels: Labels, lines: AnyArray, color: Rgb8, count: int) -> tuple[Rgb8, Floats]:
    """Median colour of each region away from its lines, and how even it is.

    (count, 3) colours and (count,) float32 weights in [0, 1].

    >>> labels = np.array([[1, 1, 2]], np.int32)
    >>> color = np.array([[[9, 9, 9], [9, 9, 9], [200, 0, 0]]], np.uint8)
    >>> flatten(labels, np.full((1, 3), 255, np.uint8), color, 2)[0].tolist()
    [[9, 9, 9], [200, 0, 0]]
    """
    # Beside a line the colour is mixed with ink.
    away = cv2.erode((lines > 200).astype(np.uint8), np.ones((3, 3), np.uint8)).ravel()
    flat = np.where(away > 0, labels.ravel(), 0)
    flat = np.where(
        np.bincount(flat, minlength=count + 1)[labels.ravel()] > 3, flat, labels.ravel()
    )
    order = np.argsort(flat, kind="stable")
    bounds = np.searchsorted(flat[order], np.arange(1, count + 2))
    pixels = color.reshape(-1, 3)[order]
    colors, weight = np.full((count, 3), 255, np.uint8), np.zeros(count, np.float32)
    for i, (start, stop) in enumerate(pairwise(bounds.tolist())):
        if stop > start:
            inside = pixels[start:stop]
            colors[i] = np.median(inside, axis=0)
            spread = np.abs(inside.astype(np.int16) - colors[i]).mean()
            # A small black region is a piece of line that the segmentation let through.
            thin_ink = colors[i].max() < 60 and stop - start < labels.size / 300
            weight[i] = 0.0 if thin_ink else float(np.exp(-spread / 40))
    return colors, weight


def means(labels: Labels, values: Floats, weight: Floats, count: int) -> Floats:
    """Weighted mean of a small picture below each region of a large one.

    ``values`` (h, w, C) are the same view at another size, ``weight`` (h, w) is at least 0. (count,
    C) float32; of a region that has no weight the plain mean.

    >>> labels = np.array([[1, 1, 2, 2]], np.int32)
    >>> values = np.float32([[[0], [4], [9], [9]]])
    >>> means(labels, values, np.float32([[1, 3, 0, 0]]), 2).round(3).tolist()
    [[3.0], [9.0]]
    """
    # A mean over two million pixels is as good as one over fifty.
    step = max(1, int(np.ceil(np.sqrt(labels.size / _SAMPLES))))
    sampled = labels[step // 2 :: step, step // 2 :: step]
    if not sampled.size:
        sampled = labels
    size = sampled.shape[1], sampled.shape[0]
    at = sampled.ravel()
    # A trace of plain weight decides where there is no other.
    given = weight[..., None] + np.float32(1e-6)
    both = np.concatenate([values * given, given], axis=2)
    how = cv2.INTER_AREA if both.shape[0] > size[1] else cv2.INTER_LINEAR
    planes = cv2.resize(both, size, interpolation=how).reshape(at.size, -1)
    *sums, total = (np.bincount(at, plane, count + 1)[1:] for plane in planes.T)
    found: Floats = (np.stack(sums, 1) / np.maximum(total, 1e-12)[:, None]).astype(np.float32)
    missed = np.append(False, total == 0)
    if missed.any():
        # Regions that the samples missed take what lies below their first pixel.
        pixels = np.flatnonzero(missed[labels.ravel()])
        label, first = np.unique(labels.ravel()[pixels], return_index=True)
        place = np.stack(np.unravel_index(pixels[first], labels.shape), axis=1) + 0.5
        row, column = (place * values.shape[:2] / labels.shape).astype(int).T
        found[label - 1] = values[row, column]
    return found


def smoothed(values: Floats, weight: Floats, labels: Labels, *, reach: float) -> Floats:
    """Weighted mean of the values about each pixel, from its own region alone.

    A recursive filter along rows and columns that starts anew at every border (Gastal and Oliveira
    2011, domain transform); about a Gaussian of that standard deviation.

    (H, W) float32 in pixels of ``reach``; where no weight is near the values of the region's pixels
    count alike.

    >>> labels = np.array([[1] * 8 + [2] * 8] * 4, np.int32)
    >>> values = np.where(labels == 1, 1, 5).astype(np.float32)
    >>> np.array_equal(smoothed(values, np.ones_like(values), labels, reach=3), values)
    True
    """
    given = weight + np.float32(1e-4)
    planes = np.stack([values * given, given]).astype(np.float32)
    down = (labels[1:] == labels[:-1]).astype(np.float32)
    right = np.ascontiguousarray((labels[:, 1:] == labels[:, :-1]).T, np.float32)
    for turn in range(_ROUNDS):
        # Equation 14 of the paper: widths of the rounds, whose variances add up to the one wanted.
        wide = reach * np.sqrt(3) * 2.0 ** (_ROUNDS - 1 - turn) / np.sqrt(4.0**_ROUNDS - 1)
        decay = np.float32(np.exp(-np.sqrt(2) / max(wide, 1e-3)))
        _sweep(planes, decay * down)
        planes = np.ascontiguousarray(planes.transpose(0, 2, 1))
        _sweep(planes, decay * right)
        planes = np.ascontiguousarray(planes.transpose(0, 2, 1))
    return np.asarray(planes[0] / planes[1])


def _sweep(planes: Floats, share: Floats) -> None:
    """Run down and up the rows in place, taking a share of the row before."""
    for i in range(1, planes.shape[1]):
        planes[:, i] += share[i - 1] * (planes[:, i - 1] - planes[:, i])
    for i in range(planes.shape[1] - 2, -1, -1):
        planes[:, i] += share[i] * (planes[:, i + 1] - planes[:, i])
