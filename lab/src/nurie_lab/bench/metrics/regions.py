"""How well regions, and their colours, agree with the true ones.

Parts, pieces and regions are (H, W) int32, 0 none; pictures (H, W, 3) uint8; lines (H, W) uint8.
"""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask, Rgb8
from nurie.colors import color_codes

SMALLEST = 10
"""Segments of so many pixels and fewer are not counted (DACoN, Daita et al. 2025)."""

PAPER_TONE = 200
"""Line art lighter than this is paper."""

_SHARE = 0.1
"""Share of a region from which on a piece of it counts as a leak or a split."""


def segments(parts: Labels, lines: AnyArray, *, smallest: int = SMALLEST) -> Labels:
    """Connected pieces of parts between the lines: what a person fills with one click.

    (H, W) int32, 0 none, 1…n; pieces of ``smallest`` pixels and fewer are left out.

    >>> lines = np.array([[255, 255, 0, 255, 255]], np.uint8)
    >>> segments(np.ones((1, 5), np.int32), lines, smallest=1).tolist()
    [[1, 1, 0, 2, 2]]
    """
    labels = _components(parts, lines > PAPER_TONE)
    area = np.bincount(labels.ravel())
    large = np.flatnonzero(area > smallest)
    large = large[large > 0]
    table = np.zeros(len(area), np.int32)
    table[large] = 1 + np.arange(len(large))
    return table[labels]


def grow(labels: Labels) -> Labels:
    """Every pixel takes the label of the nearest labelled one.

    >>> grow(np.array([[1, 0, 0, 2]], np.int32)).tolist()
    [[1, 1, 2, 2]]
    """
    import cv2

    empty = (labels == 0).astype(np.uint8)
    if empty.all():
        return labels
    _, index = cv2.distanceTransformWithLabels(
        empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(index.max()) + 1, np.int32)
    table[index[labels > 0]] = labels[labels > 0]
    return table[index]


def _components(values: AnyArray, inside: Mask) -> Labels:
    """Connected pixels of equal value, (H, W) int32 from 1; 0 outside.

    Drawn at twice the size, with a link between neighbours that are equal.
    """
    import cv2

    height, width = values.shape
    links = np.zeros((2 * height, 2 * width), np.uint8)
    links[::2, ::2] = inside
    links[::2, 1:-1:2] = (values[:, 1:] == values[:, :-1]) & inside[:, 1:] & inside[:, :-1]
    links[1:-1:2, ::2] = (values[1:] == values[:-1]) & inside[1:] & inside[:-1]
    found: Labels = cv2.connectedComponents(links, connectivity=4)[1][::2, ::2]
    return found


@dataclass(frozen=True)
class Overlap:
    """How true regions and found ones lie over each other."""

    iou: float
    """Mean over true regions of the best intersection over union."""
    leaks: float
    """Share of true regions that share a found one with another true region."""
    splits: float  # Share of true regions that fell into several found ones


def overlap(truth: Labels, found: Labels) -> Overlap:
    """Compare two partitions where the true one has regions (is not 0).

    A true region leaks when the found region that holds most of it also holds at least a tenth of
    another true region; it is split when two found regions hold at least a tenth of it each. Found
    label 0 is nothing: what lies there is held by no region.

    >>> truth = np.array([[1, 1, 2, 2]], np.int32)
    >>> overlap(truth, np.array([[5, 5, 5, 5]], np.int32))
    Overlap(iou=0.5, leaks=1.0, splits=0.0)
    >>> overlap(truth, np.array([[1, 2, 3, 3]], np.int32))
    Overlap(iou=0.75, leaks=0.0, splits=0.5)
    """
    table = contingency(truth, found)[1:]
    if not len(table):
        return Overlap(1.0, 0.0, 0.0)
    area, size = table.sum(axis=1), table.sum(axis=0)
    table, size = table[:, 1:], size[1:]
    if not table.shape[1]:
        return Overlap(0.0, 0.0, 0.0)
    best = (table / (area[:, None] + size - table)).max(axis=1)
    large = table >= np.maximum(_SHARE * area[:, None], 1)
    home = table.argmax(axis=1)
    shared = (large.sum(axis=0)[home] - large[np.arange(len(home)), home]) > 0
    leaks = shared & (table.max(axis=1) > 0)
    return Overlap(float(best.mean()), float(leaks.mean()), float((large.sum(axis=1) > 1).mean()))


def contingency(truth: Labels, found: Labels) -> AnyArray:
    """Pixels of each pair of labels, (max truth + 1, max found + 1), where ``truth`` is not 0.

    >>> contingency(np.array([[1, 1, 0]]), np.array([[0, 2, 2]])).tolist()
    [[0, 0, 0], [1, 0, 1]]
    """
    shape = int(truth.max(initial=0)) + 1, int(found.max(initial=0)) + 1
    inside = truth > 0
    keys = truth[inside].astype(np.int64) * shape[1] + found[inside]
    return np.bincount(keys, minlength=shape[0] * shape[1]).reshape(shape)


def boundary_f(truth: Labels, found: Labels, *, tolerance: float = 2.0) -> float:
    """F measure of boundaries (Martin, Fowlkes, Malik 2004), matched by distance, in [0, 1].

    A boundary pixel is one whose right or lower neighbour has another label. Those of each map
    count as matched when one of the other map is within the tolerance; a pixel may serve several.

    >>> a = np.array([[1, 1, 2, 2]] * 4)
    >>> boundary_f(a, a), boundary_f(a, np.ones_like(a))
    (1.0, 0.0)
    """
    one, two = _boundary(truth), _boundary(found)
    if not one.any() and not two.any():
        return 1.0
    if not one.any() or not two.any():
        return 0.0
    recall = float((_distance(two)[one] <= tolerance).mean())
    precision = float((_distance(one)[two] <= tolerance).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _boundary(labels: Labels) -> Mask:
    edge = np.zeros(labels.shape, bool)
    edge[:, :-1] |= labels[:, 1:] != labels[:, :-1]
    edge[:-1] |= labels[1:] != labels[:-1]
    return edge


def _distance(mask: Mask) -> AnyArray:
    import cv2

    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5))


def read_off(picture: Rgb8, lines: AnyArray) -> Labels:
    """Regions that a coloured picture shows: connected paper of one colour, (H, W) int32.

    What is darker than paper in the (H, W) uint8 ``lines`` belongs to no region.

    >>> row = np.array([[[9, 9, 9], [9, 9, 9], [200, 0, 0]]], np.uint8)
    >>> read_off(row, np.full((1, 3), 255, np.uint8)).tolist()
    [[1, 1, 2]]
    """
    return segments(color_codes(picture), lines, smallest=0)


def segment_colors(pieces: Labels, picture: Rgb8) -> tuple[Ints, Floats]:
    """The commonest colour of each segment, and how much of it has that colour.

    (n,) int32 codes of colours, the lesser at a tie, and (n,) float32 shares in (0, 1].

    >>> picture = np.array([[[0, 0, 7], [0, 0, 7], [0, 0, 9]]], np.uint8)
    >>> [each.tolist() for each in segment_colors(np.ones((1, 3), np.int32), picture)]
    [[7], [0.66...]]
    """
    count, inside = int(pieces.max(initial=0)), pieces > 0
    keys = pieces[inside].astype(np.int64) << 24 | color_codes(picture[inside])
    keys, votes = np.unique(keys, return_counts=True)
    order = np.lexsort((-keys, votes))
    colors, most = np.full(count + 1, -1, np.int32), np.zeros(count + 1, np.float32)
    colors[keys[order] >> 24] = (keys[order] & 0xFFFFFF).astype(np.int32)
    most[keys[order] >> 24] = votes[order]
    area = np.bincount(pieces.ravel(), minlength=count + 1)
    return colors[1:], (most / np.maximum(area, 1))[1:].astype(np.float32)


@dataclass(frozen=True)
class SegmentScore:
    """Right colours, as DACoN's code counts them (exact equality)."""

    segments: float
    """Share of segments, paper left out, whose commonest colour is exactly the true one."""
    pixels: float  # Share of their pixels that have exactly the true colour
    paper_iou: float
    """Intersection over union of what is paper and what should be."""


def segment_score(pieces: Labels, found: Rgb8, truth: Rgb8, paper: Mask) -> SegmentScore:
    """Compare the colours of segments with the true ones; 1 where nothing can be wrong.

    White is a colour where the truth is no ``paper``.

    >>> pieces = np.array([[1, 1, 2, 2]], np.int32)
    >>> truth = np.array([[[255] * 3, [255] * 3, [9] * 3, [9] * 3]], np.uint8)
    >>> segment_score(pieces, np.full_like(truth, 255), truth, pieces == 1)
    SegmentScore(segments=0.0, pixels=0.0, paper_iou=0.5)
    """
    fore = np.where(paper, 0, pieces)
    numbers = np.unique(fore[fore > 0]) - 1
    right = segment_colors(pieces, found)[0] == segment_colors(pieces, truth)[0]
    same = color_codes(found) == color_codes(truth)
    inside, white = pieces > 0, color_codes(found) == 0xFFFFFF
    either = inside & (white | paper)
    both = inside & white & paper
    return SegmentScore(
        float(right[numbers].mean()) if len(numbers) else 1.0,
        float(same[fore > 0].mean()) if len(numbers) else 1.0,
        float(both.sum() / either.sum()) if either.any() else 1.0,
    )
