"""The flats of a layered document as a palette: what recolouring changes.

The merged picture follows in :mod:`nurie.io.layered.merged`; how the parts are put back into the
file is the formats' business: :mod:`nurie.io.ora.recolor`, :mod:`nurie.io.psd.recolor`.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from nurie.arrays import Ints, Rgb8
from nurie.document import Palette
from nurie.errors import FormatError
from nurie.io.layered.document import Document
from nurie.io.layered.facts import stored
from nurie.io.layered.flats import FlatLayer, flat_layer, palette_of
from nurie.io.layered.tree import FLATS
from nurie.names import titles
from nurie.stack import Node


@dataclass(frozen=True, eq=False)
class FlatNode:
    """A layer of flats: its colours, and, when somebody asks, where they are."""

    node: Node
    colors: Rgb8
    """(k, 3) uint8."""
    plain: bool
    """The file names its one colour apart from where the layer is, so nothing need be unpacked."""
    file: str
    """What to complain about."""

    @cached_property
    def layer(self) -> FlatLayer:
        """Where each colour is."""
        node = self.node
        return flat_layer(node.name, (node.top, node.left), node.pixels, file=self.file)

    @property
    def areas(self) -> Ints:
        """(k,) pixels of each colour."""
        found = self.layer.areas
        return found if len(found) == len(self.colors) else np.zeros(len(self.colors), np.int32)


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
        with threads() as pool:
            return np.concatenate(list(pool.map(lambda flat: flat.areas, self.flats)))

    def split(self, colors: Rgb8) -> list[Rgb8]:
        """Colours of all entries, layer by layer."""
        counts = np.cumsum([len(flat.colors) for flat in self.flats])
        return np.split(colors, counts[:-1])

    def names(self, palette: Palette) -> list[str | None]:
        """What each layer is called with another palette; None keeps the name of a mixed one."""
        found: list[str | None] = []
        names, entry = titles(palette.colors, palette.names), 0
        for flat in self.flats:
            found.append(names[entry] if len(flat.colors) == 1 else None)
            entry += len(flat.colors)
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
    with threads() as pool:
        flats = tuple(pool.map(lambda node: _flat_node(node, document), nodes))
    name, pairs = stored(document)
    known = {color: called for called, color in reversed(pairs)}
    named = [(flat.node.name, flat.colors) for flat in flats]
    mains = [_main(flat) for flat in flats]
    return Recolorable(document, flats, palette_of(named, name=name, known=known, mains=mains))


def _main(flat: FlatNode) -> int | None:
    """The colour that most of a layer has, which goes by its name; the rest is paint on it."""
    if len(flat.colors) < 2 or flat.node.name == FLATS:
        return None
    most = int(flat.areas.argmax())
    return most if 2 * flat.areas[most] > flat.areas.sum() else None


def _flat_node(node: Node, document: Document) -> FlatNode:
    color = document.read_color(node)
    if color is not None:
        return FlatNode(node, np.array([color], np.uint8), plain=True, file=str(document.path))
    seen = FlatNode(node, np.zeros((0, 3), np.uint8), plain=False, file=str(document.path))
    found = replace(seen, colors=seen.layer.colors)
    found.__dict__["layer"] = seen.layer  # decoded once
    return found


def threads() -> ThreadPoolExecutor:
    """As many threads as there are cores: packing and unpacking run side by side."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
