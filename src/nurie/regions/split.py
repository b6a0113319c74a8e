"""Cutting a region between hints of different colours: through the gap that joined its parts."""

from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask
from nurie.document import strips
from nurie.regions.basins import spread
from nurie.regions.ink import Ink
from nurie.regions.ways import terrain, ways

# Longest side, in pixels, at which the way from the hints is measured.
_SIDE = 360
# Darkness, from 0 paper to 1 ink, up to which a pixel is paper with grain.
_FAINT = 0.08
# Times that the seams are straightened, and how far each: root of the steps, in pixels.
_SMOOTH, _STEPS = 5, 8


class Parts(NamedTuple):
    """A label map whose regions were cut."""

    labels: Labels
    """(H, W) int32; the largest part keeps its region's label, the others follow after the last."""
    parent: Ints
    """(n' + 1,) int32: for each label the one that it was cut from, itself where it was not."""


def split(labels: Labels, at: AnyArray, groups: AnyArray, ink: Ink) -> Parts:
    """Cut every region that holds seeds of several groups, so that each part holds one.

    A part is what is nearer to its seeds than to those of other groups, where narrow places are
    long ways and lines are longer still (a geodesic Voronoi partition), so that a cut runs through
    the gap by which a colour would have leaked. Cuts are then straightened by diffusion and
    threshold (Merriman, Bence, Osher 1992), which makes them as short as the lines allow.

    The seeds are (m,) flat indices ``at``, each pixel once, and (m,) int ``groups``. Every seed
    keeps its pixel; other regions are untouched, and so are the given (H, W) int32 labels.

    >>> pixels = np.full((9, 19), 255, np.uint8); pixels[[0, 1, 2, 3, 5, 6, 7, 8], 9] = 0
    >>> ink, page = Ink(pixels == 0, pixels, 1.0), np.ones((9, 19), np.int32)
    >>> parts = split(page, np.array([4 * 19 + 7, 4 * 19 + 18]), np.array([0, 1]), ink)
    >>> parts.labels[4].tolist(), parts.parent.tolist()
    ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2], [0, 1, 1])
    """
    at, groups = np.asarray(at, np.int64), np.asarray(groups)
    region = labels.reshape(-1)[at]
    parent = list(range(int(labels.max(initial=0)) + 1))
    held = np.unique(np.stack([region, groups]), axis=1)[0]
    shared = np.flatnonzero(np.bincount(held[held > 0]) > 1)
    out = labels.copy() if len(shared) else labels
    for label in shared.tolist():
        own = region == label
        _, group = np.unique(groups[own], return_inverse=True)
        size = _cut(out, label, at[own], group.reshape(-1), ink, len(parent))
        parent += [label] * (size - 1)
    return Parts(out, np.array(parent, np.int32))


def _cut(labels: Labels, label: int, at: AnyArray, group: AnyArray, ink: Ink, fresh: int) -> int:
    """Cut one region in place; parts but the largest get labels from ``fresh`` on."""
    # A margin of one pixel lets the walls of the region be seen.
    left, top, width, height = cv2.boundingRect((labels == label).view(np.uint8))
    rows = slice(max(top - 1, 0), top + height + 1)
    columns = slice(max(left - 1, 0), left + width + 1)
    crop = labels[rows, columns]
    row, column = np.divmod(at, labels.shape[1])
    seeds = (row - rows.start) * crop.shape[1] + column - columns.start
    inside = crop == label
    near = Ink(ink.mask[rows, columns], ink.tone[rows, columns], ink.stroke)
    owner = _owners(inside, near, seeds, group)
    count = int(group.max()) + 1
    order = np.argsort(-np.bincount(owner[inside], minlength=count), kind="stable")
    table = np.empty(count, np.int32)
    table[order] = [label, *range(fresh, fresh + count - 1)]
    np.copyto(crop, table[owner], where=inside)
    return count


def _owners(inside: Mask, ink: Ink, seeds: AnyArray, group: AnyArray) -> Labels:
    """Group that owns each pixel inside, (h, w) int32."""
    factor = -(-max(inside.shape) // _SIDE)
    small, soft = _shrunk(inside, ink, factor)
    width = -(-inside.shape[1] // factor)
    row, column = np.divmod(seeds, inside.shape[1])
    spots = row // factor * width + column // factor
    # Ways are measured small: the seams are drawn exactly at full size below.
    land = terrain(small, soft, spots, group)
    shares = _straightened(ways(land, spots, group), land.cost, spots, group)
    owner = _enlarged(shares, inside.shape, factor)
    # A seed keeps its pixel, wherever smoothing has moved the seam.
    owner.reshape(-1)[seeds] = group
    if factor > 1:
        _refine(owner, inside, ink.mask, seeds, 2 * factor)
    return owner


def _shrunk(inside: Mask, ink: Ink, factor: int) -> tuple[Mask, Floats]:
    """Region and darkness at 1 / factor of the size: a cell is as dark as its darkest pixel."""
    dark = np.where(inside, 255 - ink.tone, 0).astype(np.uint8)
    np.copyto(dark, 255, where=inside & ink.mask)
    both = []
    for plane in (inside.view(np.uint8), dark):
        below = -plane.shape[0] % factor, -plane.shape[1] % factor
        padded = cv2.copyMakeBorder(plane, 0, below[0], 0, below[1], cv2.BORDER_CONSTANT, value=0)
        # The anchor makes the first pixel of each cell hold the whole cell's largest value.
        grown = cv2.dilate(padded, np.ones((factor, factor), np.uint8), anchor=(0, 0))
        both.append(grown[::factor, ::factor])
    darkness = np.maximum(both[1] / np.float32(255) - _FAINT, 0) / (1 - _FAINT)
    return both[0].view(bool), darkness.astype(np.float32)


def _straightened(lengths: Floats, cost: Floats, spots: AnyArray, group: AnyArray) -> Floats:
    """Share of each group in each pixel after its seams were straightened, (k, h, w) in [0, 1]."""
    # Nothing flows through lines or outside.
    flow = np.where(np.isfinite(cost), 1 / np.maximum(cost, 1e-6), 0)
    flow = np.where(flow > 0, np.maximum(np.sqrt(flow / max(flow.max(), 1e-9)), 1e-4), 0)
    flow = flow.astype(np.float32)
    total = np.maximum(cv2.boxFilter(flow, -1, (3, 3), normalize=False), 1e-9)
    shares = np.empty_like(lengths)
    owner = lengths.argmin(axis=0)
    for _ in range(_SMOOTH):
        for k, share in enumerate(shares):
            np.equal(owner, k, out=share, casting="unsafe")
            for _ in range(_STEPS):
                share[:] = cv2.boxFilter(share * flow, -1, (3, 3), normalize=False) / total
        # Seeds are held, or a small part would be smoothed away.
        shares.reshape(len(shares), -1)[:, spots] = 0
        shares.reshape(len(shares), -1)[group, spots] = 1
        owner = shares.argmax(axis=0)
    return shares


def _enlarged(shares: Floats, shape: tuple[int, ...], factor: int) -> Labels:
    """The group with the largest share at full size, strip by strip."""
    if factor == 1:
        return np.asarray(shares.argmax(axis=0), np.int32)
    owner = np.zeros(shape, np.int32)
    scale, offset, how = 1 / factor, 0.5 / factor - 0.5, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for rows in strips(shape[0]):
        best = np.full((rows.stop - rows.start, shape[1]), -1, np.float32)
        to_small = np.array([[scale, 0, offset], [0, scale, rows.start * scale + offset]])
        for k, share in enumerate(shares):
            here = cv2.warpAffine(
                share, to_small, best.shape[::-1], flags=how, borderMode=cv2.BORDER_REPLICATE
            )
            np.copyto(owner[rows], k, where=here > best)
            np.maximum(best, here, out=best)
    return owner


def _refine(owner: Labels, inside: Mask, ink: Mask, seeds: AnyArray, reach: int) -> None:
    """Draw the seams again at full size, in place: paper first, so that they run under lines."""
    seam = np.zeros(owner.shape, np.uint8)
    seam[1:] |= owner[1:] != owner[:-1]
    seam[:, 1:] |= owner[:, 1:] != owner[:, :-1]
    band = cv2.dilate(seam, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)).view(bool) & inside
    band.reshape(-1)[seeds] = False
    todo = np.flatnonzero(band)
    owner[~inside] = -1
    owner.reshape(-1)[todo] = -1
    over_ink = ink.reshape(-1)[todo]
    spread(owner, todo[~over_ink], low=0)
    spread(owner, todo[owner.reshape(-1)[todo] < 0], low=0)
    np.maximum(owner, 0, out=owner)
