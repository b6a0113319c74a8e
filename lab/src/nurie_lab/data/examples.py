"""One training example: a framed drawing, its regions, and the colour that each one had."""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.regions.flatten import flatten
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
    colors, weight = flatten(labels, lines, color, len(measures))
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
