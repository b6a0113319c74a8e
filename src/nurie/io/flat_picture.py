"""A flattened picture that holds flats and nothing else: exact colours, hard edges.

Only such a picture can be recoloured exactly. Where soft lines were laid over flats, each pixel of
their edges is a mixture, and which part of it was line is not known any more.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Ints, Rgb8
from nurie.document import Palette
from nurie.errors import FormatError
from nurie.io.images import read_rgba, write_picture
from nurie.io.layered.flats import FlatLayer, flat_layer
from nurie.io.raster import MAX_PIXELS, open_raster

_THIN = 8
"""Colours without area (lines one pixel wide) that flats may have; more is antialiasing."""


@dataclass(frozen=True, eq=False)
class FlatPicture:
    """A picture of flats."""

    path: Path
    layer: FlatLayer
    has_alpha: bool
    dpi: tuple[float, float] | None = None
    icc_profile: bytes | None = field(default=None, repr=False)

    @property
    def palette(self) -> Palette:
        """Its colours, in the order of their codes."""
        return Palette(self.layer.colors, name=self.path.stem)

    @property
    def areas(self) -> Ints:
        """(k,) pixels of each colour."""
        return self.layer.areas


def read_flat_picture(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> FlatPicture:
    """Read a picture of flats.

    Raises:
        InputError: as :func:`nurie.io.images.read_sketch`.
        FormatError: the picture holds soft edges, lines over flats, or painting.
    """
    with open_raster(path, max_pixels=max_pixels) as raster:
        dpi = raster.dpi
        profile = raster.icc_profile if raster.mode in ("RGB", "RGBA") else None
    pixels, has_alpha = read_rgba(path, max_pixels=max_pixels)
    try:
        layer = flat_layer("flats", (0, 0), pixels, file=str(path))
    except FormatError:
        raise FormatError(_not_flat(path)) from None
    if layer.alpha is not None or _thin(layer) > _THIN:
        raise FormatError(_not_flat(path))
    return FlatPicture(Path(path), layer, has_alpha, dpi, profile)


def write_flat_picture(
    path: str | os.PathLike[str], source: FlatPicture, colors: Rgb8, *, force: bool = False
) -> None:
    """Write the picture with other colours.

    Args:
        path: the target, of any kind that ``write_picture`` writes.
        source: the picture.
        colors: as many as the picture's, in its order.
        force: an existing file may be replaced.

    Raises:
        OutputError: the target cannot be written.
    """
    pixels: AnyArray = source.layer.pixels(slice(0, source.layer.shape[0]), colors)
    write_picture(
        path,
        pixels if source.has_alpha else np.ascontiguousarray(pixels[..., :3]),
        dpi=source.dpi,
        icc_profile=source.icc_profile,
        force=force,
    )


def _thin(layer: FlatLayer) -> int:
    """How many colours have not one square of two by two pixels."""
    index = layer.places(slice(0, layer.shape[0]))
    corner = index[:-1, :-1]
    solid = (corner == index[1:, :-1]) & (corner == index[:-1, 1:]) & (corner == index[1:, 1:])
    found = np.bincount(corner[solid], minlength=len(layer.colors) + 1)[1:]
    return int(np.count_nonzero(found == 0))


def _not_flat(path: str | os.PathLike[str]) -> str:
    return (
        f"{path} has soft edges or lines over its flats, which cannot be told apart any more; "
        "recolour the .ora or .psd instead, or a picture of the flats alone."
    )
