"""A flat drawing given height: each shape bulges as if it were inflated."""

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Labels

SIDE = 512
"""Longest side, in pixels, at which heights are computed."""

# Rounds of relaxation at a quarter, a half and the whole of that side.
_ROUNDS = (120, 60, 30)


def relief(groups: Labels) -> Floats:
    """Height of every pixel above the page, zero where two shapes meet.

    Within each shape the membrane equation ∇²h = -1 is solved with h = 0 on its border (but not on
    the picture's), and the height is 2 √h: a disc becomes the hemisphere over it, of any size.

    (H, W) float32 in pixels; equal numbers are one shape.

    >>> disc = (np.hypot(*np.mgrid[-20:21, -20:21]) <= 18).astype(np.int32)
    >>> 15 < relief(disc)[20, 20] < 21
    np.True_
    """
    height, before = np.zeros(groups.shape, np.float32), groups[:0]
    # Coarse to fine: at full size alone the relaxation would need as many rounds as pixels.
    for level, rounds in zip((4, 2, 1), _ROUNDS, strict=True):
        small = groups[level // 2 :: level, level // 2 :: level]
        if not small.size:
            continue
        if before.size:
            height = 4 * enlarge(height, before, small, factor=2, missing=0.25)
        else:
            # A first guess: the solution in a strip whose border is as far away as the shape's.
            edge = np.zeros(small.shape, np.uint8)
            edge[:-1] |= small[:-1] != small[1:]
            edge[:, :-1] |= small[:, :-1] != small[:, 1:]
            distance = cv2.distanceTransform(1 - edge, cv2.DIST_L2, 3)
            height = np.minimum(distance, min(small.shape)).astype(np.float32) ** 2 / 2
        height, before = _relax(small, height, rounds), small
    return 2 * np.sqrt(height)


def _relax(groups: Labels, height: Floats, rounds: int) -> Floats:
    """Jacobi rounds of h = (sum over the four neighbours in the shape + 1) / 4."""
    down = (groups[:-1] == groups[1:]).astype(np.float32)
    right = (groups[:, :-1] == groups[:, 1:]).astype(np.float32)
    # Beyond the picture's border the shape goes on as it is there.
    beyond = np.zeros(groups.shape, np.float32)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        beyond[edge] += 1
    share = (1 / np.maximum(4 - beyond, 1)).astype(np.float32)
    for _ in range(rounds):
        around = np.ones_like(height)
        around[:-1] += down * height[1:]
        around[1:] += down * height[:-1]
        around[:, :-1] += right * height[:, 1:]
        around[:, 1:] += right * height[:, :-1]
        height = around * share
    return height


def slopes(height: Floats, groups: Labels) -> tuple[Floats, Floats]:
    """How the height rises for one pixel down and one to the right, within each shape.

    >>> down, right = slopes(np.float32([[0, 1, 2]]), np.ones((1, 3), np.int32))
    >>> right.tolist()
    [[1.0, 1.0, 1.0]]
    """
    return _slope(height, groups), np.ascontiguousarray(_slope(height.T, groups.T).T)


def _slope(height: Floats, groups: Labels) -> Floats:
    """Mean of the differences to the pixels above and below that belong to the shape."""
    total, count = np.zeros_like(height), np.zeros_like(height)
    same = groups[:-1] == groups[1:]
    step = (height[1:] - height[:-1]) * same.astype(np.float32)
    total[:-1] += step
    total[1:] += step
    count[:-1] += same
    count[1:] += same
    return np.asarray((total / np.maximum(count, 1)).astype(np.float32))


def enlarge(
    values: Floats, small: Labels, groups: Labels, *, factor: int, missing: float, top: int = 0
) -> Floats:
    """Values of a reduced picture at full size, mixed only from pixels of the same shape.

    ``values`` (h, w) float32 and ``small`` (h, w) int32, the shapes there, are reduced; ``groups``
    are the (H, W) int32 shapes, whose pixel (i, j) lies over ((top + i) / factor, j / factor).
    ``missing`` is the value where no neighbour belongs to the shape.

    >>> small = np.array([[1, 2]], np.int32)
    >>> large = small.repeat(2, 0).repeat(2, 1)
    >>> enlarge(np.float32([[0, 1]]), small, large, factor=2, missing=0).tolist()
    [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]]
    """
    rows, down = _between(top + np.arange(groups.shape[0]), small.shape[0], factor)
    columns, across = _between(np.arange(groups.shape[1]), small.shape[1], factor)
    total = np.zeros(groups.shape, np.float32)
    weight = np.zeros(groups.shape, np.float32)
    for i, part in ((0, 1 - down), (1, down)):
        for j, side in ((0, 1 - across), (1, across)):
            at = np.ix_(rows[i], columns[j])
            share = part[:, None] * side[None] * (small[at] == groups)
            total += share * values[at]
            weight += share
    result: Floats = np.where(weight > 0, total / np.maximum(weight, 1e-9), missing)
    return result.astype(np.float32)


def _between(at: AnyArray, small: int, factor: int) -> tuple[tuple[AnyArray, AnyArray], Floats]:
    """For each full pixel the two reduced ones around it and the share of the second."""
    place = (at + 0.5) / factor - 0.5
    first = np.clip(np.floor(place).astype(np.int64), 0, small - 1)
    second = np.minimum(first + 1, small - 1)
    return (first, second), np.clip(place - first, 0, 1).astype(np.float32)
