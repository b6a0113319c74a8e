"""Lines that are not closed, with the truth about where they were opened."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.strokes import Made

Generator = np.random.Generator


def open_lines(made: Made, rng: Generator, gap_px: float, *, count: int = 6) -> Made:
    """A drawing whose lines have gaps between parts; parts and colours stay.

    A gap is put where a line divides two parts, since a gap in a stroke within one part leaks
    nothing.

    Args:
        made: the drawing with closed lines.
        rng: source of all choices.
        gap_px: length of each gap along the line in pixels; 0 changes nothing.
        count: how many gaps; fewer where the borders are too short for so many.

    Returns:
        The same drawing with paper in the gaps.

    >>> from nurie_lab.drawings.strokes import Shape, paint
    >>> square = np.float32([[8, 8], [8, 32], [32, 32], [32, 8]])
    >>> made = paint([Shape(square, "box", (9, 9, 9), smooth=False)], 40, np.random.default_rng(0))
    >>> opened = open_lines(made, np.random.default_rng(0), 6, count=1)
    >>> bool((opened.lines > made.lines).any()), bool((opened.parts == made.parts).all())
    (True, True)
    """
    if gap_px <= 0:
        return made
    borders = _borders(made)
    lines = made.lines.copy()
    for _ in range(count):
        rows, columns = np.nonzero(borders)
        if not len(rows):
            break
        i = int(rng.integers(len(rows)))
        _rub_out(lines, borders, (int(rows[i]), int(columns[i])), gap_px)
    return replace(made, lines=lines)


def _borders(made: Made) -> AnyArray:
    """(H, W) bool: pixels of a line between two parts, solid black left out."""
    import cv2

    dark = made.lines < 128
    depth = cv2.distanceTransform(dark.astype(np.uint8), cv2.DIST_L2, 3)
    thick = np.median(depth[dark]) * 2.5 + 2 if dark.any() else 0
    solid = cv2.dilate((depth > thick).astype(np.uint8), np.ones((15, 15), np.uint8))
    parts = made.parts.astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    differ = cv2.dilate(parts, kernel) != cv2.erode(parts, kernel)
    border: AnyArray = differ & dark & (solid == 0)
    return border


def _rub_out(lines: AnyArray, borders: AnyArray, at: tuple[int, int], length: float) -> None:
    """Make paper of one piece of line, in place; no other gap shall come near it.

    The width of the line is what a disc of half the gap's length covers: the stroke at right
    angles to the border is rubbed out whole.
    """
    import cv2

    reach = int(np.ceil(length / 2 + 12))
    top, left = max(at[0] - reach, 0), max(at[1] - reach, 0)
    window = (slice(top, at[0] + reach + 1), slice(left, at[1] + reach + 1))
    near = borders[window].astype(np.uint8)
    disc = np.zeros_like(near)
    cv2.circle(disc, (at[1] - left, at[0] - top), max(round(length / 2), 1), 1, -1)
    along = near & disc
    # Every pixel of the line that belongs to this piece of border: nearer to it than to the rest.
    rest = cv2.distanceTransform(1 - (near & (1 - disc)), cv2.DIST_L2, 5)
    own = cv2.distanceTransform(1 - along, cv2.DIST_L2, 5)
    piece = (own <= rest) & (own < 8)
    lines[window][piece & _same_line(lines[window], along)] = 255
    cv2.circle(near, (at[1] - left, at[0] - top), reach, 0, -1)
    borders[window] = near > 0


def _same_line(lines: AnyArray, seed: AnyArray) -> AnyArray:
    """Ink that hangs together with the seed, a soft rim included."""
    import cv2

    ink = (lines < 250).astype(np.uint8)
    _, labels = cv2.connectedComponents(ink, connectivity=8)
    wanted = np.unique(labels[seed > 0])
    found: AnyArray = np.isin(labels, wanted[wanted > 0])
    return found
