"""Screentone and halftone: dots that shade a region, and are neither lines nor holes.

Dots of one size lie close together over an area, as black dots on paper or, in a dark tone, as
dots of paper in black. Their pieces are found one by one, and kept only where they fill an area
in both directions: a dotted line, lettering, freckles and a row of buttons do not.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Mask

# Largest side of a dot, as a share of the picture's shorter side; at least 6 pixels.
_LARGEST = 0.012
# Least share of its box that a dot covers; letters cover less, and have boxes of all kinds.
_SOLID = 0.5
# Dots from which on they are a tone.
_FEWEST = 32
# Farthest that dots of a tone lie apart, in parts of their own size: a tone of 8 %.
_SPACING = 3.2
# Side of the windows, in half sizes of dots, in which dots are counted, and the largest variance
# of their number, in parts of its mean.
_WINDOW, _EVEN = 13, 0.45
# Largest ratio of the area of a dot to that of the usual one of its tone.
_UNLIKE = 2.2
# Least share of the dots that are so alike.
_MOST_ALIKE = 0.7
# Farthest that a dot lies from the next of its tone, in parts of the usual distance, how many such
# dots in a row are sure to be tone, and what of a dot's radius is left where a line touches it.
_HOP, _FEW, _CORE = 1.5, 8, 0.75
# Shares of plain paper, at the most, beside dots that stand alone, and within the area of tone.
_BARE, _JUTS = 0.002, 0.4
# Shorter side, in pixels, up to which dots are looked at one by one at full size.
_SIDE = 3600
# Squares beside each other that must be so busy.
_TILES = 3
# Changes between ink and paper along a row of eight dots from which on a tone is looked for.
_BUSY = 3.5


class _Dots(NamedTuple):
    """Pieces of a mask that may be dots."""

    at: Floats  # (k, 2) row and column of the middle
    area: Floats  # (k,) pixels
    number: AnyArray  # (k,) the piece's number


def tone_in(mask: Mask) -> tuple[Mask, Mask] | None:
    """Where tone lies in a drawing, (H, W) bool with true on ink.

    Ink that is tone, and the area that tone covers, both (H, W) bool; None where there is none.

    >>> page = np.zeros((240, 240), bool)
    >>> for i in range(2): page[i::4, ::4] = page[i::4, 1::4] = True
    >>> bool(tone_in(page)[0].mean() > 0.9 * page.mean()), tone_in(page[:9])
    (True, None)
    """
    largest, factor = max(6, round(_LARGEST * min(mask.shape))), -(-min(mask.shape) // _SIDE)
    dots, area = np.zeros_like(mask), np.zeros_like(mask)
    for window in _busy(mask, largest):
        bits = part = mask[window]
        if factor > 1:
            bits = _resized(part, (part.shape[0] // factor, part.shape[1] // factor))
        tone, covered = _tone(bits, max(6, largest // factor))
        if factor > 1:
            lines = _resized(bits & ~tone, part.shape)
            tone, covered = (
                _resized(_grown(found, factor - 1), part.shape) for found in (tone, covered)
            )
            # What is lost by the smaller size are soft rims of dots, and no lines.
            tone &= ~_grown(lines, factor - 1)
        dots[window] |= tone
        area[window] |= covered
        dots[window] &= part
    return (dots, area) if np.count_nonzero(dots) > _FEWEST else None


def _resized(mask: Mask, shape: tuple[int, ...]) -> Mask:
    sized = cv2.resize(mask.view(np.uint8) * 255, shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(sized > 127)


def _grown(mask: Mask, radius: int) -> Mask:
    return np.asarray(cv2.dilate(mask.view(np.uint8), _disc(radius))).view(np.bool_)


def _tone(mask: Mask, largest: int) -> tuple[Mask, Mask]:
    """Tone and the area that it covers."""
    area, tone, widest = np.zeros(mask.shape, bool), np.zeros(mask.shape, bool), 0
    for dark, thin in ((True, 0), (False, 0), (True, 1), (False, 1), (True, 2)):
        for dots, covered, radius in _layers(mask, largest, dark=dark, thin=thin):
            tone |= dots
            area |= covered
            widest = max(widest, radius)
    if not area.any():
        return tone, area
    tone &= ~_rim(mask, tone, area, largest)
    # Lines go on below dots; rims of dots are none.
    _, pieces, stats, _ = cv2.connectedComponentsWithStats((mask & ~tone).view(np.uint8))
    lines = stats[:, 4] > max(3, widest**2)
    lines[0] = False
    tone &= ~mended(lines[pieces], 2 * widest + 2).view(bool)
    # Crumbs of dots that were not whole; of a line that leaves the area no piece is one.
    pieces, found = _pieces((mask & ~tone).view(np.uint8), largest, 8)
    crumbs = np.zeros(int(pieces.max()) + 1, bool)
    within = area[tuple(found.at.astype(np.intp).T)]
    crumbs[found.number[within & (found.area < largest)]] = True
    return tone | crumbs[pieces], area


def mended(dark: AnyArray, reach: int) -> AnyArray:
    """Gaps in dark lines closed along the straightest of four directions.

    Args:
        dark: (H, W) or (H, W, 3), larger where there is ink.
        reach: half of the widest gap, in pixels.

    >>> mended(np.array([[9, 0, 0, 7, 0, 0, 0, 0]], np.uint8), 1)[0].tolist()
    [9, 7, 7, 7, 0, 0, 0, 0]
    """
    # Beyond the picture lies paper: else all that is near its edge would be joined to the edge.
    dark = np.asarray(dark).view(np.uint8) if dark.dtype == bool else dark
    page = cv2.copyMakeBorder(dark, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    joined, side = np.zeros_like(page), 2 * reach + 1
    across, diagonal = np.zeros((side, side), np.uint8), np.eye(side, dtype=np.uint8)
    across[reach] = 1
    for kernel in (across, across.T.copy(), diagonal, diagonal[::-1].copy()):
        np.maximum(joined, cv2.morphologyEx(page, cv2.MORPH_CLOSE, kernel), out=joined)
    return np.asarray(joined[reach : page.shape[0] - reach, reach : page.shape[1] - reach])


def _layers(mask: Mask, largest: int, *, dark: bool, thin: int) -> Iterator[tuple[Mask, Mask, int]]:
    """Tones of dots of each size, the area that each covers, and the dots' radius.

    Dots are ``dark`` or paper in ink; they are made smaller by ``thin`` pixels, so that those that
    touch are parted.
    """
    bits = (mask if dark else ~mask).view(np.uint8)
    cores = cv2.erode(bits, _disc(thin)) if thin else bits
    pieces, found = _pieces(cores, largest, 8 if dark and not thin else 4)
    wide = np.sqrt(found.area) + 2 * thin
    for size in 2.0 ** np.arange(np.ceil(np.log2(largest)) + 1):
        of_size = (wide >= 0.7 * size) & (wide < 2 * size)
        some = _Dots(*(part[of_size] for part in found))
        covered = _covered(some, float(size), mask.shape)
        if covered is None:
            continue
        inside = covered[tuple(some.at.astype(np.intp).T)]
        usual = np.median(some.area[inside])
        alike = inside & _alike(some, usual)
        if np.count_nonzero(alike) < _MOST_ALIKE * np.count_nonzero(inside):
            continue
        near = _HOP * np.sqrt(np.count_nonzero(covered) / np.count_nonzero(alike))
        # Of cores of a few pixels pieces of lines may have the size, too: only what is inside.
        if thin and usual < _FEW:
            some, alike = _Dots(*(part[alike] for part in some)), alike[alike]
        dots = _joined(pieces, some, alike, near)
        if thin:
            dots = cv2.dilate(dots, _disc(thin)) & bits
        radius = int(_CORE * (np.sqrt(usual / np.pi) + thin))
        if dark and radius > 1 + thin:
            # Dots that touch a thinner line are parted from it.
            opened = cv2.morphologyEx(bits, cv2.MORPH_OPEN, _disc(radius))
            parted, merged = _pieces(opened, largest, 4)
            sure = dots[tuple(merged.at.astype(np.intp).T)] > 0
            if sure.any():
                dots |= cv2.dilate(_joined(parted, merged, sure, near), _disc(1)) & bits
        if not dark:
            # Dots of paper with the black between them; a line that is broader parts them.
            kernel = _disc(max(1, round(0.5 * float(size))))
            dots = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, kernel) & mask.view(np.uint8)
        # What the dots fill, at a size at which it takes no time.
        few = cv2.resize(dots * 255, None, fx=4 / near, fy=4 / near, interpolation=cv2.INTER_AREA)
        few = cv2.dilate((few > 16).view(np.uint8), _disc(2))
        beside = cv2.resize(few, mask.shape[::-1], interpolation=cv2.INTER_NEAREST)
        yield dots > 0, covered | (beside > 0), radius if dark else 0


def _alike(dots: _Dots, usual: float) -> Mask:
    """Which pieces are about as large as the usual dot, (k,) bool."""
    return np.asarray((dots.area > usual / _UNLIKE) & (dots.area < usual * _UNLIKE))


def _joined(pieces: AnyArray, dots: _Dots, sure: Mask, near: float) -> AnyArray:
    """Dots from one to the next, each ``near`` the one before, from those that are sure.

    (H, W) uint8.
    """
    fits = _alike(dots, float(np.median(dots.area[sure])))
    # An eighth of the way from dot to dot is as exact as is needed.
    grid = max(1.0, near / 8)
    row, column = (dots.at / grid).astype(np.intp).T
    page = np.zeros([int(side / grid) + 1 for side in pieces.shape], np.uint8)
    page[row[fits], column[fits]] = 1
    count, parts = cv2.connectedComponents(cv2.dilate(page, _disc(round(near / 2 / grid))))
    own = parts[row, column]
    fits &= (np.bincount(own[sure], minlength=count) > _FEW)[own]
    chosen = np.zeros(int(pieces.max()) + 1, np.uint8)
    chosen[dots.number[fits]] = 1
    return np.asarray(chosen[pieces])


def _rim(mask: Mask, tone: Mask, area: Mask, largest: int) -> Mask:
    """Ink that parts plain paper from tone: an outline, whatever the dots that touch it."""
    # The area reaches into a balloon that juts into the tone; dots that stand alone do not.
    count, pieces = cv2.connectedComponents(mask.view(np.uint8))
    alone = np.bincount(pieces[mask & ~tone], minlength=count) == 0
    alone[0] = False
    beside = cv2.dilate(alone[pieces].view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    count, pieces = cv2.connectedComponents((~mask).view(np.uint8), connectivity=4)
    size = np.bincount(pieces.ravel(), minlength=count)
    deep = cv2.erode(area.view(np.uint8), _disc(largest // 2)) > 0
    toned, dotted = (np.bincount(pieces[part], minlength=count) for part in (deep, beside))
    bare = (dotted < _BARE * size) & (toned < _JUTS * size)
    plain = (size > largest**2) & (bare | (toned < 0.02 * size))
    plain[0] = False
    beside = cv2.dilate(plain[pieces].view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.asarray(beside & mask)


def _busy(mask: Mask, largest: int) -> list[tuple[slice, slice]]:
    """Windows in which ink and paper change so often, along rows and columns, that tone may lie."""
    tile, step = 8 * largest, max(1, largest // 4)
    down, across = (-(-side // tile) for side in mask.shape)
    rows, columns = (
        cv2.resize(
            (bits[:, 1:] != bits[:, :-1]).astype(np.float32), size, interpolation=cv2.INTER_AREA
        )
        for bits, size in ((mask[::step], (across, down)), (mask[:, ::step].T, (down, across)))
    )
    busy = np.minimum(rows, columns.T) * 8 * largest > _BUSY
    count, blobs, stats, _ = cv2.connectedComponentsWithStats(_grown(busy, 1).view(np.uint8))
    held = np.bincount(blobs[busy], minlength=count)
    tall, wide = mask.shape[0] / down, mask.shape[1] / across
    return [
        (slice(int(y * tall), int((y + h) * tall)), slice(int(x * wide), int((x + w) * wide)))
        for (x, y, w, h, _), tiles in zip(stats[1:], held[1:], strict=True)
        if tiles >= _TILES or busy.size <= _TILES
    ]


def _pieces(bits: AnyArray, largest: int, connectivity: int) -> tuple[AnyArray, _Dots]:
    """Pieces of a mask, (H, W) int32, and those of them that are small and solid."""
    _, pieces, stats, middle = cv2.connectedComponentsWithStats(bits, connectivity=connectivity)
    _, _, width, height, area = stats.T
    tall, flat = np.maximum(width, height), np.minimum(width, height)
    fits = (tall <= largest) & (area >= _SOLID * width * height) & (tall <= 2 * flat + 1)
    fits[0] = False
    number = np.flatnonzero(fits)
    return pieces, _Dots(
        middle[number, ::-1].astype(np.float32), area[number].astype(np.float32), number
    )


def _covered(dots: _Dots, size: float, shape: tuple[int, ...]) -> Mask | None:
    """The area that dots of about one size fill, (H, W) bool."""
    if len(dots.number) < _FEWEST:
        return None
    # Two pixels a dot are enough to see what dots fill.
    grid = max(1.0, size / 2)
    small = int(shape[0] / grid) + 1, int(shape[1] / grid) + 1
    row, column = (dots.at / grid).astype(np.intp).T
    centers = np.zeros(small, np.float32)
    np.add.at(centers, (row, column), 1)
    reach = round(0.71 * _SPACING * 1.5 * size / grid)
    # Half a pitch of paper lies around the outermost dots.
    edge = reach + 1
    page = np.pad((centers > 0).view(np.uint8), edge, mode="edge")
    closed = cv2.morphologyEx(page, cv2.MORPH_CLOSE, _disc(reach))
    filled = np.ascontiguousarray(closed[edge:-edge, edge:-edge])
    even = filled & _regular(centers, filled)
    core = cv2.morphologyEx(even, cv2.MORPH_OPEN, _disc(2 * reach // 3))
    if not core.any():
        return None
    kept = cv2.dilate(core, _disc(3 * reach // 2)) & filled
    if np.count_nonzero(kept[row, column]) < _FEWEST:
        return None
    grown = cv2.dilate(kept, _disc(max(1, reach // 3)))
    return np.asarray(cv2.resize(grown, shape[::-1], interpolation=cv2.INTER_NEAREST)).view(bool)


def _regular(centers: Floats, filled: AnyArray) -> AnyArray:
    """Where dots lie as evenly as in a lattice, (h, w) uint8.

    The variance of their number in a window is far below its mean, which it is for dots thrown at
    random (the index of dispersion); letters and pieces of lines crowd, and exceed it.
    """
    side, broad = (_WINDOW, _WINDOW), (2 * _WINDOW + 1, 2 * _WINDOW + 1)
    weight = filled.astype(np.float32)
    area = cv2.blur(weight, side)
    density = cv2.blur(centers, side) / np.maximum(area, 0.3)
    whole = np.maximum(cv2.blur(weight, broad), 1e-6)
    mean = cv2.blur(density * weight, broad) / whole
    square = cv2.blur(density**2 * weight, broad) / whole
    dispersion = (square - mean**2) * _WINDOW**2 / np.maximum(mean, 1e-6)
    return np.asarray((dispersion < _EVEN) & (area > 0.3)).view(np.uint8)


def _disc(radius: int) -> AnyArray:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
