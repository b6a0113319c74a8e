"""The flat layers of a document in memory: which exact colours they hold, and where.

Where a layer has one colour with hard edges, which is what nurie writes, a bit for each pixel is
kept. Other layers keep the number of the colour, and alpha where it is neither 0 nor 255.
"""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Ints, Rgb8
from nurie.colors import color_codes, colors_of
from nurie.errors import FormatError

_ALPHA = np.array([0, 0, 0, 255], np.uint8).view(np.uint32)
MOST = 4096
"""Exact colours that one layer may hold; more is painting, not flats."""


@dataclass(frozen=True, eq=False)
class FlatLayer:
    """One layer of flats: its colours, and where each of them is."""

    top: int
    left: int
    shape: tuple[int, int]
    """(height, width) in pixels."""
    colors: Rgb8
    """(k, 3) uint8."""
    areas: Ints
    """(k,) pixels of each colour."""
    index: AnyArray
    """Row by row: packed bits, or (h, w) uint16 with 0 where transparent and 1…k elsewhere."""
    alpha: AnyArray | None = None
    """(h, w) uint8, when some pixel is neither opaque nor transparent."""
    below: AnyArray | None = None
    """(h, w) uint32 pixels as they were, when transparent ones hide other colours."""
    everywhere: bool = False
    """Transparent pixels have the layer's one colour too, as PSD's usually do."""

    @property
    def is_plain(self) -> bool:
        """Whether it is one opaque colour and nothing else."""
        return self.index.dtype == np.uint8 and not self.everywhere

    def places(self, rows: slice) -> AnyArray:
        """Number of the colour at each pixel of some rows, (h, w): 0 transparent, 1…k."""
        if self.index.dtype == np.uint8:
            return np.unpackbits(self.index[rows], axis=1, count=self.shape[1])
        return self.index[rows]

    def pixels(self, rows: slice, colors: Rgb8) -> AnyArray:
        """Some rows with these colours in the place of the layer's own: (h, w, 4) uint8."""
        table = np.zeros((len(colors) + 1, 4), np.uint8)
        table[1:, :3], table[1:, 3] = colors, 255
        packed = table.view(np.uint32)[:, 0]
        places = self.places(rows)
        if self.everywhere:
            packed[0] = packed[1] & np.array([255, 255, 255, 0], np.uint8).view(np.uint32)[0]
            chosen = packed[places]
        elif self.index.dtype == np.uint8 and self.below is None:
            # A multiplication is twice as fast as a look-up.
            chosen = places * packed[1]
        else:
            chosen = packed[places]
        if self.below is not None:
            chosen = np.where(places > 0, chosen, self.below[rows])
        pixels: AnyArray = chosen.view(np.uint8).reshape(*places.shape, 4)
        if self.alpha is not None:
            pixels[..., 3] = self.alpha[rows]
        return pixels


def flat_layer(name: str, place: tuple[int, int], pixels: AnyArray, *, file: str) -> FlatLayer:
    """Look at a layer of flats.

    Raises:
        FormatError: more colours than flats can have, or colours that 8 bits cannot hold.

    >>> pixels = np.array([[[9, 8, 7, 255], [0, 0, 0, 0], [9, 8, 7, 255]]], np.uint8)
    >>> layer = flat_layer("skin", (0, 0), pixels, file="a.ora")
    >>> layer.colors.tolist(), layer.areas.tolist()
    ([[9, 8, 7]], [2])
    """
    if pixels.dtype == np.uint16:
        if (pixels % 257).any():
            raise FormatError(
                f"{file}: the layer {name!r} holds colours between the steps of 8 bits; "
                "fill its flats with 8-bit colours."
            )
        pixels = (pixels // 257).astype(np.uint8)
    packed = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    one = _one_color(packed)
    if one is not None:
        full, everywhere = one
        mask = packed == full
        area = np.array([np.count_nonzero(mask)], np.int32)
        bits, color = np.packbits(mask, axis=1), full.view(np.uint8)[None, :3].copy()
        return FlatLayer(*place, mask.shape, color, area, bits, everywhere=everywhere)
    return _many_colors(name, place, pixels, packed, file=file)


def _one_color(packed: AnyArray) -> tuple[AnyArray, bool] | None:
    """The colour (1,) of a layer that is one opaque colour and nothing.

    Also whether transparent pixels have that colour too.
    """
    filled = packed != 0
    if not filled.any():
        return None
    first = packed.ravel()[int(filled.argmax())][None]
    if first.view(np.uint8)[3] == 255 and not (packed[filled] != first).any():
        return first, False
    full = packed.ravel()[:1] | _ALPHA
    mask = packed == full
    if not mask.any() or not (mask | (packed == full & ~_ALPHA)).all():
        return None
    return full, bool(packed[~mask].any())


def _many_colors(
    name: str, place: tuple[int, int], pixels: AnyArray, packed: AnyArray, *, file: str
) -> FlatLayer:
    alpha = pixels[..., 3]
    shown = alpha > 0
    hidden = bool(packed[~shown].any())
    keys = np.where(shown, color_codes(pixels) + 1, 0)
    starts = np.flatnonzero(np.diff(keys.ravel(), prepend=-1))
    found = np.unique(keys.ravel()[starts])
    found = found[found > 0]
    if len(found) > MOST:
        raise FormatError(
            f"{file}: the layer {name!r} holds {len(found)} colours; that is painting, and only "
            "flats can be recoloured."
        )
    index = (np.searchsorted(found, keys) + 1).astype(np.uint16)
    index[~shown] = 0
    colors = colors_of(found - 1)
    areas = np.bincount(index.ravel(), minlength=len(found) + 1)[1:].astype(np.int32)
    soft = bool((shown & (alpha < 255)).any())
    kept = packed if hidden else None
    partial = alpha.copy() if soft else None
    return FlatLayer(*place, index.shape, colors, areas, index, partial, kept)
