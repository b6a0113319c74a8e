"""The flats of a layered document as a palette: what recolouring changes.

The merged picture follows in :mod:`nurie.io.layered.merged`; how the parts are put back into the
file is the formats' business: :mod:`nurie.io.ora.recolor`, :mod:`nurie.io.psd.recolor`.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from nurie.arrays import Ints, Rgb8
from nurie.colors import to_hex
from nurie.document import Palette
from nurie.errors import FormatError
from nurie.io.layered.document import Document, threads
from nurie.io.layered.facts import stored
from nurie.io.layered.flats import FlatLayer, flat_layer
from nurie.io.layered.tree import FLATS
from nurie.names import is_color_name, titles
from nurie.stack import Node


@dataclass(frozen=True, eq=False)
class FlatNode:
    """A layer of flats, and what is in it."""

    node: Node
    layer: FlatLayer

    @property
    def main(self) -> int | None:
        """The colour that most of it has, which goes by its name; the rest is paint on it."""
        areas = self.layer.areas
        if len(areas) < 2:
            return 0
        most = int(areas.argmax())
        half = 2 * areas[most] > areas.sum()
        return most if half and self.node.name != FLATS else None


@dataclass(frozen=True, eq=False)
class Recolorable:
    """A layered document and the colours of its flats."""

    document: Document
    flats: tuple[FlatNode, ...]
    """The layers of flats, topmost first."""
    palette: Palette
    """One entry for each colour of each layer, topmost first."""

    @property
    def path(self) -> Path:
        """The file."""
        return self.document.path

    @cached_property
    def areas(self) -> Ints:
        """(k,) pixels of each entry."""
        return np.concatenate([flat.layer.areas for flat in self.flats])

    def split(self, colors: Rgb8) -> list[Rgb8]:
        """Colours of all entries, layer by layer."""
        counts = np.cumsum([len(flat.layer.colors) for flat in self.flats])
        return np.split(colors, counts[:-1])

    def names(self, palette: Palette) -> list[str | None]:
        """What each layer is called with another palette; None keeps the name of a mixed one."""
        found: list[str | None] = []
        names, entry = titles(palette.colors, palette.names), 0
        for flat in self.flats:
            found.append(names[entry] if len(flat.layer.colors) == 1 else None)
            entry += len(flat.layer.colors)
        return found


def recolorable(document: Document) -> Recolorable:
    """The flats of a document: the layers of the group *flats*, or that layer.

    Raises:
        FormatError: there is no group *flats*, or it holds what is no flat.
    """
    nodes = tuple(node for node in document.flats if not node.is_group and node.height)
    if not nodes:
        raise FormatError(
            f"{document.path} has no group or layer named 'flats', so nobody knows what to "
            "recolour."
        )

    def unpacked(node: Node) -> FlatNode:
        place, file = (node.top, node.left), str(document.path)
        return FlatNode(node, flat_layer(node.name, place, node.pixels, file=file))

    with threads() as pool:
        flats = tuple(pool.map(unpacked, nodes))
    name, pairs = stored(document)
    known = {color: called for called, color in reversed(pairs)}
    names: list[str] = []
    for flat in flats:
        for at, color in enumerate(flat.layer.colors):
            # A layer names its entry, unless that only says what colour it is.
            called = flat.node.name if at == flat.main else known.get(to_hex(color), "")
            names.append("" if is_color_name(called, color) else called)
    colors = np.concatenate([flat.layer.colors for flat in flats])
    palette = Palette(colors, tuple(names) if any(names) else (), name)
    return Recolorable(document, flats, palette)
