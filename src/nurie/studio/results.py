"""What becomes of a coloured drawing: a file, its palette alone, or its layer of shade."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nurie.api import save, shaded
from nurie.colors import parse_hex
from nurie.document import PAPER, Layers, Palette, strips
from nurie.errors import OptionError
from nurie.studio import file_store as shelf


def export(
    sketch: Path | None,
    labels: Path | None,
    coloring: Mapping[str, Any],
    target: Path,
    force: bool = False,
) -> None:
    """Write a coloured drawing, or its palette, as the target's suffix says.

    Args:
        sketch: the drawing.
        labels: its regions.
        coloring: the request's palette, names, entries and name.
        target: the file.
        force: an existing file may be replaced.

    Raises:
        OptionError: the entries do not fit the regions or the palette.
    """
    from nurie.io.palettes import write_palette

    if sketch is None or labels is None:
        write_palette(target, _colors(coloring), force=force)
    else:
        save(shaded(_layers(sketch, labels, coloring), *_light(coloring)), target, force=force)


def shade_of(sketch: Path, labels: Path, coloring: Mapping[str, Any], draft: Path) -> None:
    """The layer of shade as a PNG, white where nothing is shaded."""
    from nurie.io.png import write_png

    layers = shaded(_layers(sketch, labels, coloring), *_light(coloring))
    height, width = layers.sketch.shape
    white = np.full((1, width, 3), 255, np.uint8)
    parts = (
        np.broadcast_to(white, (rows.stop - rows.start, width, 3))
        if layers.shade is None
        else layers.shade[rows]
        for rows in strips(height)
    )
    with draft.open("wb") as stream:
        write_png(stream, parts, (height, width, 3))


def _light(coloring: Mapping[str, Any]) -> tuple[str, str]:
    return coloring.get("style", "flat"), coloring.get("light", "top-left")


def _layers(sketch: Path, labels: Path, coloring: Mapping[str, Any]) -> Layers:
    """The coloured drawing that a request describes.

    Raises:
        OptionError: the entries do not fit the regions or the palette.
    """
    drawing, palette = shelf.load_sketch(sketch), _colors(coloring)
    numbers = np.array(shelf.load_labels(labels, drawing.shape))
    entries = np.array(coloring["entries"], np.int32)
    if len(entries) <= int(numbers.max(initial=0)):
        raise OptionError(
            f"There are {int(numbers.max())} regions and line, but {len(entries)} entries; give "
            "one for each number from 0."
        )
    if entries.max() >= len(palette):
        raise OptionError(
            f"An entry points at colour {int(entries.max())} of {len(palette)}; count from 0."
        )
    entries[0] = PAPER
    return Layers(drawing, numbers, entries, palette, entries < PAPER)


def _colors(coloring: Mapping[str, Any]) -> Palette:
    return palette_from(coloring["palette"], coloring.get("names"), coloring.get("name", "nurie"))


def palette_from(
    colors: Sequence[str], names: Sequence[str] | None, name: str = "nurie"
) -> Palette:
    """A palette from colours and names as a request has them.

    Raises:
        OptionError: not one name for each colour.
    """
    if names and len(names) != len(colors):
        raise OptionError(f"{len(colors)} colours have {len(names)} names; give one for each.")
    table = np.array([parse_hex(color) for color in colors], np.uint8).reshape(-1, 3)
    return Palette(table, tuple(names) if names and any(names) else (), name)
