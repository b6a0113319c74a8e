"""What a coloured picture of a drawing says: which colour fills each of its regions."""

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Rgb8, high_bytes
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import PAPER, Palette, Sketch, check_colored
from nurie.errors import InputError
from nurie.guidance.reference import fills
from nurie.regions.flatten import flatten

NEAR = 2.0
"""ΔE2000 below which a colour that fills no region exactly is an entry that there is already: what
noise, a brush or JPEG made of it."""

UNEVEN, MOST = 2.5, 10.0
"""What is added to it for each level by which a region differs from its colour, over the root of
its pixels, and the most of it all: small regions of a key are mixed with what is beside them."""

SHARE, INSIDE = 0.5, 0.9
"""Share of a region that its colour fills at least to be exact; and that of all pixels four away
from lines, of which less say that a key has no exact colours at all."""

FLAT = 0.4
"""Share of the variance of a key that its drawing's regions must explain. Keys of their own
drawing reach 0.55 (gradients) to 1, other frames 0.3 to 0.7, pictures of something else less."""

BARE, SLIVER, SLIVERS = 250, 4.0, 0.25
"""White of a key, how far from lines in pixels a brush leaves it bare, and the share of what is so
near in coloured regions from which on it did: small regions then are mostly white."""

LEAST = 4
"""Regions from which on a key can be told from a picture of something else."""


class Entries:
    """The film's palette, which grows: an entry never changes its number or its colour."""

    def __init__(self) -> None:
        self.colors: Rgb8 = np.zeros((0, 3), np.uint8)

    def __len__(self) -> int:
        """Number of entries."""
        return len(self.colors)

    @property
    def palette(self) -> Palette:
        """The entries so far."""
        return Palette(self.colors, name="film")

    def recolor(self, old: Rgb8, new: Rgb8) -> None:
        """Give every entry of one colour (3,) another one."""
        self.colors = np.where((self.colors == old).all(axis=1, keepdims=True), new, self.colors)

    def find(self, colors: Rgb8, slack: Floats | float = 0.0) -> Ints:
        """Entries of some colours; new ones are added.

        A colour (n, 3) takes an entry that is less than its ``slack``, ΔE2000, away. In which order
        entries are added does not depend on that of the regions.

        >>> found = Entries()
        >>> found.find(np.uint8([[9, 9, 9], [200, 0, 0], [9, 9, 9]])).tolist()
        [1, 0, 1]
        >>> found.find(np.uint8([[10, 9, 9]]), NEAR).tolist()
        [1]
        """
        # Exact ones first, so that noise beside them joins them and not the other way round.
        loose = np.broadcast_to(slack, len(colors))
        asked, which = np.unique(
            np.column_stack((loose, colors[:, ::-1])), axis=0, return_inverse=True
        )
        found = [self._find(row[:0:-1].astype(np.uint8), float(row[0])) for row in asked]
        return np.array(found, np.int32)[which.reshape(-1)]

    def _find(self, color: Rgb8, slack: float) -> int:
        same = (self.colors == color).all(axis=1)
        if same.any():
            return int(same.argmax())
        if slack and len(self):
            apart = delta_e(srgb_to_lab(color[None])[0], srgb_to_lab(self.colors))
            if apart.min() < slack:
                return int(apart.argmin())
        self.colors = np.concatenate([self.colors, color[None]])
        return len(self) - 1


def read_key(
    picture: Rgb8, sketch: Sketch, labels: Labels, count: int, *, name: str, what: str = "frame"
) -> tuple[Rgb8, Floats]:
    """Colours of a drawing's regions in a coloured picture of it.

    Returns:
        (n, 3) uint8, and (n,) by how much, ΔE2000, the colour may be that of others; 0 where it
        fills the region exactly.

    Raises:
        InputError: it is no coloured picture, has another size, or shows something else.
    """
    check_colored(picture)
    if picture.shape[:2] != sketch.shape:
        height, width = sketch.shape
        raise InputError(
            f"The key of {what} {name} has {picture.shape[1]} × {picture.shape[0]} pixels and its "
            f"drawing {width} × {height}; save the key at the size of the drawing."
        )
    lines = _unpainted(picture, gray_lines(sketch), labels, count)
    bare = np.where(lines > 200, labels, 0)
    light = np.bincount(bare.ravel(), minlength=count + 1)[1:] > 0
    # A small region that is nowhere away from lines is seen where they are faint.
    median = np.where(
        light[:, None], *(flatten(seen, lines, picture, count)[0] for seen in (bare, labels))
    )
    colors = fills(labels, lines, picture, median)
    if count >= LEAST and _explained(picture, bare, count) < FLAT:
        raise InputError(
            f"The key of {what} {name} does not fit its drawing: its colours do not follow the "
            f"lines; is it of another {what}?"
        )
    return colors, _slack(picture, bare, colors)


def _unpainted(picture: Rgb8, lines: AnyArray, labels: Labels, count: int) -> AnyArray:
    """The lines, and as lines the white that a brush left beside them, if it did so everywhere."""
    import cv2

    far = cv2.distanceTransform((lines > 200).astype(np.uint8), cv2.DIST_L2, 3)
    white = np.asarray((picture >= BARE).all(axis=2))
    deep = (labels > 0) & (far > 2 * SLIVER)
    pixels = np.bincount(labels[deep], minlength=count + 1)
    filled = np.bincount(labels[deep & ~white], minlength=count + 1) > 0.9 * pixels
    rim = filled[labels] & (labels > 0) & (far > 1) & (far < SLIVER - 1)
    if not rim.any() or white[rim].mean() < SLIVERS:
        return lines
    return np.where(white & (far <= SLIVER), 0, lines)


def _slack(picture: Rgb8, labels: Labels, colors: Rgb8) -> Floats:
    """(n,) ΔE2000 by which colours of regions may be those of others."""
    import cv2

    inside, count = labels > 0, len(colors) + 1
    owner = labels[inside]
    apart = np.abs(picture[inside].astype(np.int16) - colors[owner - 1]).max(axis=1)
    pixels = np.maximum(np.bincount(owner, minlength=count)[1:], 1)
    filled = np.bincount(owner, apart == 0, count)[1:] / pixels
    uneven = np.bincount(owner, apart, count)[1:] / pixels
    away = cv2.erode(inside.astype(np.uint8), np.ones((9, 9), np.uint8))[inside] > 0
    rough = away.any() and (apart[away] == 0).mean() < INSIDE
    loose = np.minimum(NEAR + UNEVEN * uneven / np.sqrt(pixels), MOST)
    return np.asarray(np.where(rough | (filled < SHARE), loose, 0.0))


def key_entries(colors: Rgb8, slack: Floats | float, entries: Entries) -> Ints:
    """(n,) int32 entries of a key's regions; ``PAPER`` where it is white."""
    loose, white = np.broadcast_to(slack, len(colors)), srgb_to_lab(np.full((1, 3), 255, np.uint8))
    # JPEG makes white a level less.
    color = delta_e(srgb_to_lab(colors), white) > np.minimum(loose, NEAR)
    found = np.full(len(colors), PAPER, np.int32)
    found[color] = entries.find(colors[color], loose[color])
    return found


def gray_lines(sketch: Sketch) -> AnyArray:
    """(H, W) uint8 lines of a sketch, the darkest channel at eight bits."""
    pixels = sketch.pixels if sketch.pixels.ndim == 2 else sketch.pixels.min(axis=2)
    return high_bytes(pixels)


def _explained(picture: Rgb8, labels: Labels, count: int) -> float:
    """Share of the variance of the green channel, most of the light, that lies between regions."""
    inside = labels > 0
    owner, value = labels[inside], picture[..., 1][inside].astype(np.float64)
    if not len(value) or value.var() < 4:
        # A key of one colour says so of every region.
        return 1.0
    pixels = np.maximum(np.bincount(owner, minlength=count + 1), 1)
    mean = np.bincount(owner, value, count + 1) / pixels
    return 1 - float(np.square(value - mean[owner]).mean() / value.var())
