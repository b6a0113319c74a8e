"""What a coloured picture of a drawing says: which colour fills each of its regions."""

import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Mask, Rgb8, high_bytes
from nurie.colors import delta_e, srgb_to_lab
from nurie.document import PAPER, Palette, Sketch, check_colored
from nurie.errors import InputError
from nurie.guidance.reference import fills
from nurie.regions.flatten import flatten

NEAR = 3.0
"""ΔE2000 below which a colour that fills no region exactly is an entry that there is already: what
noise or a brush made of it."""

FLAT = 0.4
"""Share of the variance of a key that its drawing's regions must explain. Keys of their own
drawing reach 0.55 (gradients) to 1, other frames 0.3 to 0.7, pictures of something else less."""

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

    def find(self, colors: Rgb8, *, exact: Mask | None = None) -> Ints:
        """Entries of some colours; new ones are added.

        Colours that are not ``exact`` (n,) take an entry that is hardly different; all are when
        None.

        >>> found = Entries()
        >>> found.find(np.uint8([[9, 9, 9], [200, 0, 0], [9, 9, 9]])).tolist()
        [0, 1, 0]
        >>> found.find(np.uint8([[10, 9, 9]]), exact=np.zeros(1, bool)).tolist()
        [0]
        """
        entry = np.empty(len(colors), np.int32)
        firm = np.ones(len(colors), bool) if exact is None else exact
        # Exact ones first, so that noise beside them joins them and not the other way round.
        for only in (True, False):
            for color in np.unique(colors[firm == only], axis=0):
                here = (colors == color).all(axis=1) & (firm == only)
                entry[here] = self._find(color, exact=only)
        return entry

    def _find(self, color: Rgb8, *, exact: bool) -> int:
        same = (self.colors == color).all(axis=1)
        if same.any():
            return int(same.argmax())
        if not exact and len(self):
            apart = delta_e(srgb_to_lab(color[None])[0], srgb_to_lab(self.colors))
            if apart.min() < NEAR:
                return int(apart.argmin())
        self.colors = np.concatenate([self.colors, color[None]])
        return len(self) - 1


def read_key(
    picture: Rgb8, sketch: Sketch, labels: Labels, count: int, *, name: str, what: str = "frame"
) -> tuple[Rgb8, Mask]:
    """Colours of a drawing's regions in a coloured picture of it.

    Returns:
        (n, 3) uint8, and (n,) bool where the colour fills the region exactly.

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
    lines = gray_lines(sketch)
    median, _ = flatten(labels, lines, picture, count)
    colors = fills(labels, lines, picture, median)
    if count >= LEAST and _explained(picture, np.where(lines > 200, labels, 0), count) < FLAT:
        raise InputError(
            f"The key of {what} {name} does not fit its drawing: its colours do not follow the "
            f"lines; is it of another {what}?"
        )
    return colors, (colors == median).all(axis=1)


def key_entries(colors: Rgb8, exact: Mask, entries: Entries) -> Ints:
    """(n,) int32 entries of a key's regions; ``PAPER`` where it is white."""
    white = (colors == 255).all(axis=1)
    found = np.full(len(colors), PAPER, np.int32)
    found[~white] = entries.find(colors[~white], exact=exact[~white])
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
