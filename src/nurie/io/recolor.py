"""Coloured drawings read for their palette and written with another one, whatever the format.

Of flattened pictures only those that hold flats and nothing else can be recoloured exactly. Where
soft lines were laid over flats, each pixel of their edges is a mixture, and which part of it was
line is not known any more.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from nurie.arrays import Ints
from nurie.document import Palette
from nurie.errors import FormatError
from nurie.io.files import LAYERED_SUFFIXES, PathLike
from nurie.io.images import is_document, read_document, write_picture
from nurie.io.layered.flats import FlatLayer, flat_layer
from nurie.io.layered.merged import merged_with, whole
from nurie.io.layered.recolor import Recolorable, recolorable
from nurie.io.raster import MAX_PIXELS, open_raster
from nurie.io.samples import in_profile, with_alpha

_THIN = 8  # colours without area (lines one pixel wide) that flats may have; more is antialiasing


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


Coloured: TypeAlias = Recolorable | FlatPicture
"""A drawing with a palette: its ``palette``, and the pixels of each entry, ``areas``."""


def is_layered(path: PathLike) -> bool:
    """Whether a file is a document in layers: by its suffix, or by how it begins."""
    return Path(path).suffix.lower() in LAYERED_SUFFIXES or is_document(path)


def read_flats(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> Coloured:
    """Read the flats of a coloured drawing: ORA or PSD, else a picture of flats alone.

    Raises:
        InputError: the file cannot be used.
        FormatError: it holds no flats that can be recoloured exactly.
    """
    if is_layered(path):
        return recolorable(read_document(path, max_pixels=max_pixels))
    return _read_flat_picture(path, max_pixels)


def write_flats(path: PathLike, source: Coloured, palette: Palette, *, force: bool = False) -> None:
    """Write a coloured drawing with another palette.

    A document is written as a document, either as a picture; ``palette`` has as many entries as its
    own, in its order.

    Raises:
        FormatError: the kind of file that the suffix says cannot be made from this one.
        OutputError: the target cannot be written.
    """
    profile = source.icc_profile if isinstance(source, FlatPicture) else source.document.icc_profile
    if profile is not None:
        # What the file has already is in its own colours.
        known = (palette.colors[:, None] == source.palette.colors).all(axis=2).any(axis=1)
        converted = in_profile(palette.colors, profile)
        palette = replace(palette, colors=np.where(known[:, None], palette.colors, converted))
    own = Path(source.path).suffix.lower()
    wanted = Path(path).suffix.lower()
    if isinstance(source, FlatPicture):
        pixels = source.layer.pixels(slice(0, source.layer.shape[0]), palette.colors)
        pixels = pixels if source.has_alpha else np.ascontiguousarray(pixels[..., :3])
        write_picture(path, pixels, dpi=source.dpi, icc_profile=profile, force=force)
    elif wanted == own == ".ora":
        from nurie.io.ora.recolor import write_recolored_ora

        write_recolored_ora(path, source, palette, force=force)
    elif wanted == own == ".psd":
        from nurie.io.psd.recolor import write_recolored_psd

        write_recolored_psd(path, source, palette, force=force)
    elif wanted in LAYERED_SUFFIXES:
        raise FormatError(f"{path} cannot be made from {source.path}; let it end in {own}.")
    else:
        pixels = whole(merged_with(source, palette))
        write_picture(path, pixels, dpi=source.document.dpi, icc_profile=profile, force=force)


def _read_flat_picture(path: PathLike, max_pixels: int) -> FlatPicture:
    found = open_raster(path, max_pixels=max_pixels)
    refused = FormatError(
        f"{path} has soft edges or lines over its flats, which cannot be told apart any more; "
        "recolour the .ora or .psd instead, or a picture of the flats alone."
    )
    try:
        layer = flat_layer("flats", (0, 0), with_alpha(found.pixels), file=str(path))
    except FormatError:
        raise refused from None
    if layer.alpha is not None or _thin(layer) > _THIN:
        raise refused
    profile = found.icc_profile if found.pixels.shape[2:] in ((3,), (4,)) else None
    return FlatPicture(Path(path), layer, found.has_alpha, found.dpi, profile)


def _thin(layer: FlatLayer) -> int:
    """How many colours have not one square of two by two pixels."""
    index = layer.places(slice(0, layer.shape[0]))
    corner = index[:-1, :-1]
    solid = (corner == index[1:, :-1]) & (corner == index[:-1, 1:]) & (corner == index[1:, 1:])
    found = np.bincount(corner[solid], minlength=len(layer.colors) + 1)[1:]
    return int(np.count_nonzero(found == 0))
