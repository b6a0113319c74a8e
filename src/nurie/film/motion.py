"""Where lines go from one drawing to the next: optical flow, and the regions that it carries over.

Line art has no texture for a flow to hold on to. So the flow is that of the lines' distance
transforms: every pixel of the paper then says how far the next line is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Mask

SIDE = 512
"""Longest side in pixels at which motion is found. A limb of a film's figure is wider than two of
these pixels, and the flow of 1080p drawings costs 0.07 s of a core here, four times as much at
twice the side."""

REACH = 0.06
"""Distance, in sides, from which on paper is equally far from all lines: beyond it the distance
transform would tie far things together that move apart."""


CORNERS, LEAST = 400, 12
"""Corners of lines that are looked for, and how many must agree on a move of the camera."""


@dataclass(frozen=True, eq=False)
class Small:
    """A drawing as its motion is found: small, and the same for each size of film."""

    far: AnyArray
    """(h, w) uint8: root of the clipped distance to the next line, 0 on lines."""
    labels: Labels
    """(h, w) int32: 0 line, 1…n."""
    count: int
    """n, regions that vanish at this size included."""

    @property
    def areas(self) -> AnyArray:
        """(n,) pixels of each region."""
        return np.bincount(self.labels.ravel(), minlength=self.count + 1)[1:]


def shrink(ink: Mask, labels: Labels, count: int) -> Small:
    """A drawing small enough for :func:`flow`.

    The longer side becomes ``SIDE`` at most.

    >>> small = shrink(np.eye(4, dtype=bool), np.ones((4, 4), np.int32), 1)
    >>> small.far.shape, int(small.far[0, 0])
    ((4, 4), 0)
    """
    import cv2

    height, width = labels.shape
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # INTER_AREA keeps thin lines as gray; a tenth of a pixel of ink still is a line.
    share = cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    lines = (share > 0.1).astype(np.uint8)
    distance = cv2.distanceTransform(1 - lines, cv2.DIST_L2, 3)
    reach = max(2.0, REACH * max(size))
    far = 255 * np.sqrt(np.minimum(distance, reach) / reach)
    small = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    return Small(far.astype(np.uint8), small.astype(np.int32), count)


def flow(one: Small, two: Small) -> Floats:
    """How far each pixel of one drawing moves to the next.

    Dense inverse search (Kroeger et al. 2016) from rest, and from moves of the whole picture, the
    shift that phase correlation finds and the similarity on which corners agree: whichever brings
    the lines closer together. Pans and zooms are longer than the search reaches. (h, w, 2) float32:
    columns and rows.
    """
    import cv2 as untyped

    # The stubs of some releases lack this search.
    cv2: Any = untyped
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    # The search itself warps by its start, so a start of the whole move is all it needs.
    found = [search.calc(one.far, two.far, begin) for begin in (None, *_moves(one, two))]
    return min(found, key=lambda moved: _error(one, two, moved))


def _moves(one: Small, two: Small) -> Iterator[Floats]:
    """Moves of the whole picture, (h, w, 2), that the flow may start from."""
    import cv2 as untyped

    cv2: Any = untyped
    windowed = cv2.createHanningWindow(one.far.shape[::-1], cv2.CV_32F)
    shift, _ = cv2.phaseCorrelate(one.far.astype(np.float32), two.far.astype(np.float32), windowed)
    moved = np.broadcast_to(np.float32(shift), (*one.far.shape, 2))
    if np.abs(moved).max() >= 1:
        yield moved.copy()
    (ours, these), (theirs, those) = _corners(one), _corners(two)
    if min(len(ours), len(theirs)) < LEAST:
        return
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(these, those)
    here = np.array([ours[pair.queryIdx].pt for pair in pairs], np.float32)
    there = np.array([theirs[pair.trainIdx].pt for pair in pairs], np.float32)
    turn, agreed = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=2.0)
    if turn is None or agreed.sum() < LEAST:
        return
    rows, columns = np.indices(one.far.shape, dtype=np.float32)
    still = np.stack([columns, rows], axis=2)
    turned = still @ turn[:, :2].T.astype(np.float32) + turn[:, 2].astype(np.float32) - still
    # A camera that stands still or only pans was tried already.
    if min(np.abs(turned).max(), np.abs(turned - moved).max()) >= 1:
        yield turned


@lru_cache(maxsize=8)
def _corners(small: Small) -> tuple[Any, Any]:
    """Corners of a drawing's lines, and what is seen about each; kept for its other pairs."""
    import cv2 as untyped

    cv2: Any = untyped
    return tuple(cv2.ORB_create(CORNERS).detectAndCompute(small.far, None))


def _error(one: Small, two: Small, moved: Floats) -> float:
    """Mean difference of a drawing and the next one, taken back along the flow."""
    import cv2

    rows, columns = np.indices(one.far.shape, dtype=np.float32)
    back = cv2.remap(
        two.far, columns + moved[..., 0], rows + moved[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=255,
    )  # fmt: skip
    return float(cv2.absdiff(one.far, back).mean())


def overlap(one: Small, two: Small, moved: Floats) -> tuple[Floats, Floats, Floats]:
    """How much regions of two drawings lie over each other once the first has moved.

    Returns:
        Three (n, m) float32 in [0, 1]: the pixels that two regions share over those of both, over
        those of the first, and over those of the second.

    >>> labels = np.array([[1, 1, 2, 2]], np.int32)
    >>> same = Small(np.zeros((1, 4), np.uint8), labels, 2)
    >>> overlap(same, same, np.zeros((1, 4, 2), np.float32))[0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    height, width = one.labels.shape
    rows, columns = np.indices((height, width))
    to_row = np.rint(rows + moved[..., 1]).astype(np.int64)
    to_column = np.rint(columns + moved[..., 0]).astype(np.int64)
    inside = (to_row >= 0) & (to_row < height) & (to_column >= 0) & (to_column < width)
    ours = one.labels[inside]
    theirs = two.labels[to_row[inside], to_column[inside]]
    both = (ours > 0) & (theirs > 0)
    cells = (ours[both] - 1).astype(np.int64) * two.count + theirs[both] - 1
    shared = np.bincount(cells, minlength=one.count * two.count).reshape(one.count, two.count)
    # A region that vanishes at this size still needs a pixel to divide by.
    own, other = np.maximum(one.areas, 1)[:, None], np.maximum(two.areas, 1)
    over = (shared / each for each in (own + other - shared, own, other))
    union, first, second = (share.astype(np.float32) for share in over)
    return union, first, second


def covered(one: Small, two: Small, moved: Floats) -> float:
    """Share of the second drawing's lines that lines of the first, moved, come near to.

    In [0, 1]; what a cut leaves uncovered is most of it. 1 for a drawing without lines.
    """
    import cv2

    ink = two.far == 0
    if not ink.any():
        return 1.0
    rows, columns = np.nonzero(one.far == 0)
    to_row = np.rint(rows + moved[rows, columns, 1]).astype(np.int64)
    to_column = np.rint(columns + moved[rows, columns, 0]).astype(np.int64)
    height, width = ink.shape
    inside = (to_row >= 0) & (to_row < height) & (to_column >= 0) & (to_column < width)
    moved_ink = np.zeros(ink.shape, np.uint8)
    moved_ink[to_row[inside], to_column[inside]] = 1
    near = cv2.dilate(moved_ink, np.ones((5, 5), np.uint8))
    return float((near[ink] > 0).mean())
