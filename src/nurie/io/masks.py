"""Flats and masks by themselves, for programs that compose frames: no lines, no antialiasing."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Layers, strips
from nurie.errors import OutputError
from nurie.io.files import check_target, reason, replacing
from nurie.io.images import write_picture
from nurie.io.layered.tree import entry_name
from nurie.io.png import write_png

_LONGEST = 80
_UNSAFE = frozenset('<>:"/\\|?*#%')


def write_flats(path: str | os.PathLike[str], layers: Layers, *, force: bool = False) -> None:
    """Write the flats without lines: one colour a region, transparent where paper stays.

    Args:
        path: the target; the suffix chooses PNG, TGA, TIFF or WebP.
        layers: the coloured drawing.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is none of these.
        OutputError: the target cannot be written.
    """
    sketch = layers.sketch
    write_picture(path, layers.flat(), dpi=sketch.dpi, icc_profile=sketch.icc_profile, force=force)


def write_masks(
    folder: str | os.PathLike[str], name: str, layers: Layers, *, force: bool = False
) -> list[Path]:
    """Write a mask for each palette entry: ``FOLDER/ENTRY/NAME.png``, gray, 255 where it is.

    One folder for each entry, so that the frames of a film are one sequence of pictures there.

    Args:
        folder: made if need be.
        name: of the files, without suffix.
        layers: the coloured drawing.
        force: existing files may be replaced.

    Returns:
        The files, in the palette's order; entries without a pixel have none.

    Raises:
        OutputError: a target cannot be written; nothing has been, then.
    """
    targets = {
        entry: Path(folder) / called / f"{name}.png" for entry, called in _folders(layers).items()
    }
    for target in targets.values():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{target.parent} cannot be made: {reason(error)}.") from error
        check_target(target, force=force, suffixes=(".png",))
    for entry, target in targets.items():
        with replacing(target, force=force) as stream:
            write_png(stream, _mask(layers, entry), layers.sketch.shape, dpi=layers.sketch.dpi)
    return list(targets.values())


def _mask(layers: Layers, entry: int) -> Iterator[AnyArray]:
    chosen = np.where(layers.entries == entry, 255, 0).astype(np.uint8)
    return (chosen[layers.labels[rows]] for rows in strips(layers.sketch.shape[0]))


def _folders(layers: Layers) -> dict[int, str]:
    """Name of the folder of each entry that some region has; all different on any disk."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for entry in np.unique(layers.entries[layers.entries >= 0]).tolist():
        plain = _safe(entry_name(layers, entry)) or f"{entry}"
        name, number = plain, 2
        while name.casefold() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.casefold())
        found[entry] = name
    return found


def _safe(name: str) -> str:
    """A name that every file system takes; # is left out, which stands for digits in some programs.

    >>> _safe("#ff8800"), _safe("skin / light"), _safe("..")
    ('ff8800', 'skin _ light', '')
    """
    kept = "".join("_" if c in _UNSAFE else c for c in name.removeprefix("#"))
    return kept[:_LONGEST].strip(" .")
