"""One training example: a framed drawing, its regions, and the colour that each one had."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.segment import segment
from nurie.regions.tokens import adjacency, frame_of, framed_labels, framed_lines, geometry

SIZE = 224
"""Side of the framed drawing in pixels."""

MOST = 96
"""Regions kept in an example: the larger half by size, the rest at random."""


@dataclass(frozen=True, eq=False)
class Example:
    """What the region model learns from; n ≤ ``MOST`` regions."""

    lines: AnyArray
    """(SIZE, SIZE) uint8, 0 ink."""
    labels: AnyArray
    """(SIZE, SIZE) uint8: 0 none, i + 1 the region of row i."""
    geometry: Floats
    """(n, 14) float32."""
    adjacency: Floats
    """(n, n) float32."""
    colors: Rgb8
    """(n, 3) uint8 median colour of each region."""
    weight: Floats
    """(n,) float32: how far the colour is to be trusted, 0 for ink taken as region."""


def make_example(lines: AnyArray, color: Rgb8, rng: np.random.Generator) -> Example | None:
    """Segment line art and read each region's colour off the picture.

    Args:
        lines: (H, W) uint8, 0 ink.
        color: (H, W, 3) uint8, the original.
        rng: chooses which regions stay where there are many.

    Returns:
        The example, or None where nothing but paper is found.
    """
    ink = find_ink(lines)
    labels = segment(lines, ink=ink)
    measures = measure(labels)
    if len(measures) < 2:
        return None
    frame = frame_of(ink)
    colors, weight = region_truth(labels, lines, color, len(measures))
    keep = _keep(measures.area, rng)
    table = np.zeros(len(measures) + 1, np.int32)
    table[keep + 1] = np.arange(len(keep)) + 1
    return Example(
        (framed_lines(ink, frame, SIZE) * 255).astype(np.uint8),
        framed_labels(table[labels], frame, SIZE).astype(np.uint8),
        geometry(measures, frame)[keep],
        adjacency(measures)[np.ix_(keep, keep)],
        colors[keep],
        weight[keep],
    )


def _keep(area: Floats, rng: np.random.Generator) -> AnyArray:
    order = np.argsort(-area, kind="stable")
    if len(order) > MOST:
        rest = rng.permutation(order[MOST // 2 :])[: MOST - MOST // 2]
        order = np.concatenate([order[: MOST // 2], rest])
    return np.sort(order)


def region_truth(labels: Labels, lines: AnyArray, color: Rgb8, count: int) -> tuple[Rgb8, Floats]:
    """Median colour of each region away from its lines, and how even it is.

    Args:
        labels: (H, W) int32, 1…count.
        lines: (H, W) uint8 line art.
        color: (H, W, 3) uint8.
        count: number of regions.

    Returns:
        (count, 3) uint8 colours and (count,) float32 weights in [0, 1].

    >>> labels = np.array([[1, 1, 2]], np.int32)
    >>> color = np.array([[[9, 9, 9], [9, 9, 9], [200, 0, 0]]], np.uint8)
    >>> region_truth(labels, np.full((1, 3), 255, np.uint8), color, 2)[0].tolist()
    [[9, 9, 9], [200, 0, 0]]
    """
    import cv2

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
            thin_ink = colors[i].max() < 60 and stop - start < labels.size / 300
            weight[i] = 0.0 if thin_ink else float(np.exp(-spread / 40))
    return colors, weight
