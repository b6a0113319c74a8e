"""The layer tree of a coloured drawing, the same in every layered file.

line                 the drawing, straight alpha
shade                multiplied into all that is below, where there is any
flats                a group: one layer for each palette entry, named by the palette
paper                white, opaque
"""

import numpy as np

from nurie.arrays import AnyArray
from nurie.color import to_hex
from nurie.document import Layers, strips
from nurie.stack import MULTIPLY, Node

LINE, SHADE, FLATS, PAPER = "line", "shade", "flats", "paper"


def tree_of(layers: Layers, *, one_flat_layer: bool = False) -> tuple[Node, ...]:
    """What is written of a coloured drawing, topmost first; flats are cropped to what they hold.

    Args:
        layers: the coloured drawing.
        one_flat_layer: *flats* is one layer with all colours, not a group.
    """
    shade = () if layers.shade is None else (_shade_node(layers),)
    return (_line_node(layers), *shade, _flats_node(layers, one_flat_layer), _paper_node(layers))


def entry_name(layers: Layers, entry: int) -> str:
    """Name of a palette entry, or its colour; what cannot be printed is left out."""
    names = layers.palette.names
    name = "".join(c for c in names[entry] if c.isprintable()) if entry < len(names) else ""
    return name.strip() or to_hex(layers.palette.colors[entry])


class _Edges:
    """Bounding box of what was seen, strip by strip: top, left, bottom, right."""

    def __init__(self) -> None:
        self.top, self.left, self.bottom, self.right = 2**31, 2**31, 0, 0

    def see(self, mask: AnyArray, top: int) -> None:
        """Add the true pixels of a strip whose first row is ``top``."""
        down = np.flatnonzero(mask.any(axis=1))
        if not len(down):
            return
        across = np.flatnonzero(mask.any(axis=0))
        self.top, self.bottom = min(self.top, top + down[0]), max(self.bottom, top + down[-1] + 1)
        self.left, self.right = min(self.left, across[0]), max(self.right, across[-1] + 1)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Top, left, height, width; all 0 when nothing was seen."""
        if self.bottom == 0:
            return 0, 0, 0, 0
        top, left = int(self.top), int(self.left)
        return top, left, int(self.bottom) - top, int(self.right) - left


def _line_node(layers: Layers) -> Node:
    def rows_of(part: slice) -> AnyArray:
        return layers.line(part.start, part.stop)

    black = (0, 0, 0) if layers.sketch.pixels.ndim == 2 else None
    return Node(LINE, 0, 0, *layers.sketch.shape, rows_of, color=black)


def _shade_node(layers: Layers) -> Node:
    shade = layers.shade
    assert shade is not None

    def rows_of(part: slice) -> AnyArray:
        inside = shade[part]
        return np.concatenate([inside, np.full((*inside.shape[:2], 1), 255, np.uint8)], axis=2)

    return Node(SHADE, 0, 0, *layers.sketch.shape, rows_of, blend=MULTIPLY)


def _paper_node(layers: Layers) -> Node:
    height, width = layers.sketch.shape

    def rows_of(part: slice) -> AnyArray:
        white = np.full((1, 1, 4), 255, np.uint8)
        return np.broadcast_to(white, (part.stop - part.start, width, 4))

    return Node(PAPER, 0, 0, height, width, rows_of, color=(255, 255, 255))


def _flats_node(layers: Layers, one_flat_layer: bool) -> Node:
    boxes = _boxes(layers)
    if not one_flat_layer:
        found = sorted(boxes)
        return Node(FLATS, children=tuple(_entry_node(layers, e, boxes[e].box) for e in found))
    edges = _Edges()
    for one in boxes.values():
        edges.top, edges.left = min(edges.top, one.top), min(edges.left, one.left)
        edges.bottom, edges.right = max(edges.bottom, one.bottom), max(edges.right, one.right)
    top, left, height, width = edges.box

    def rows_of(part: slice) -> AnyArray:
        return layers.flat(top + part.start, top + part.stop)[:, left : left + width]

    return Node(FLATS, top, left, height, width, rows_of)


def _entry_node(layers: Layers, entry: int, box: tuple[int, int, int, int]) -> Node:
    top, left, height, width = box
    red, green, blue = (int(c) for c in layers.palette.colors[entry])
    pixel = np.array([red, green, blue, 255], np.uint8)
    chosen = np.where(layers.entries == entry, pixel.view(np.uint32)[0], np.uint32(0))

    def rows_of(part: slice) -> AnyArray:
        labels = layers.labels[top + part.start : top + part.stop, left : left + width]
        return chosen[labels].view(np.uint8).reshape(*labels.shape, 4)

    name = entry_name(layers, entry)
    return Node(name, top, left, height, width, rows_of, color=(red, green, blue))


def _boxes(layers: Layers) -> dict[int, _Edges]:
    """Bounding box of each palette entry that some pixel uses."""
    size = len(layers.palette)
    boxes: dict[int, _Edges] = {}
    for rows in strips(layers.sketch.shape[0]):
        entries = layers.entries[layers.labels[rows]]
        used = np.flatnonzero(np.bincount(entries.ravel() + 1, minlength=size + 1)[1:])
        for entry in used.tolist():
            boxes.setdefault(entry, _Edges()).see(entries == entry, rows.start)
    return boxes
