"""Coloured drawings read for their palette and written with another one, whatever the format."""

import os
from pathlib import Path
from typing import TypeAlias

from nurie.document import Palette
from nurie.errors import FormatError
from nurie.io.files import LAYERED_SUFFIXES
from nurie.io.flat_picture import FlatPicture, read_flat_picture, write_flat_picture
from nurie.io.layered.recolor import Recolorable, read_recolorable, write_merged
from nurie.io.layered.sketch import is_document
from nurie.io.ora.recolor import write_recolored_ora
from nurie.io.psd.recolor import write_recolored_psd
from nurie.io.raster import MAX_PIXELS

Coloured: TypeAlias = Recolorable | FlatPicture
"""A drawing with a palette: its ``palette``, and the pixels of each entry, ``areas``."""


def is_layered(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a document in layers: by its suffix, or by how it begins.

    Raises:
        UnreadableError: missing, empty, or not to be opened.
    """
    return Path(path).suffix.lower() in LAYERED_SUFFIXES or is_document(path)


def read_flats(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Coloured:
    """Read the flats of a coloured drawing: ORA or PSD, else a picture of flats alone.

    Args:
        path: the file.
        max_pixels: largest number of pixels of the drawing and of each layer.

    Raises:
        InputError: the file cannot be used.
        FormatError: it holds no flats that can be recoloured exactly.
    """
    if is_layered(path):
        return read_recolorable(path, max_pixels=max_pixels)
    return read_flat_picture(path, max_pixels=max_pixels)


def write_flats(
    path: str | os.PathLike[str], source: Coloured, palette: Palette, *, force: bool = False
) -> None:
    """Write a coloured drawing with another palette.

    Args:
        path: a document for a document, or a picture for either.
        source: the drawing.
        palette: as many entries as its own, in its order.
        force: an existing file may be replaced.

    Raises:
        FormatError: the kind of file that the suffix says cannot be made from this one.
        OutputError: the target cannot be written.
    """
    own = Path(source.path).suffix.lower()
    wanted = Path(path).suffix.lower()
    if isinstance(source, FlatPicture):
        write_flat_picture(path, source, palette.colors, force=force)
    elif wanted == own == ".ora":
        write_recolored_ora(path, source, palette, force=force)
    elif wanted == own == ".psd":
        write_recolored_psd(path, source, palette, force=force)
    elif wanted in LAYERED_SUFFIXES:
        raise FormatError(f"{path} cannot be made from {source.path}; let it end in {own}.")
    else:
        write_merged(path, source, palette, force=force)
