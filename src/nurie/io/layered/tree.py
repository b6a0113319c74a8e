"""The layer tree of a coloured drawing, the same in every layered file.

Topmost first:

- *trace*: coloured trace lines, hidden, where there are any;
- *line*: the drawing, straight alpha; with *trace* it is all that the user drew;
- *shade*: multiplied into all that is below, where there is any;
- *flats*: a group with one layer for each palette entry, named by part, palette or colour;
- *paper*: white, opaque.

A drawing that came as a layer of a user's file keeps its place, its name and its neighbours: shade
and flats go below it and below all that they would cover, above the first sheet: a layer that is
opaque everywhere, below which nothing shows. Paper goes to the bottom where there is no sheet. A
drawing that is a sheet itself would hide the colours: its lines take its place, and it stays,
hidden, below them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Layers, strips
from nurie.ground import Ground
from nurie.names import titles
from nurie.stack import (
    BLENDS,
    MULTIPLY,
    NORMAL,
    PASS,
    Node,
    Stack,
    compose,
    levels,
    replaced,
    units,
    walk,
)

LINE, SHADE, FLATS, PAPER, TRACE = "line", "shade", "flats", "paper", "trace"
FLAT = "flat"
"""Role of one layer of *flats*."""


def tree_of(layers: Layers, *, one_flat_layer: bool = False) -> tuple[Node, ...]:
    """What is written of a coloured drawing, topmost first; flats are cropped to what they hold.

    Args:
        layers: the coloured drawing.
        one_flat_layer: *flats* is one layer with all colours, not a group.
    """
    shade = () if layers.shade is None else (_shade_node(layers),)
    below = (*shade, _flats_node(layers, one_flat_layer))
    stack, traces = layers.sketch.stack, _trace_nodes(layers)
    if stack is None or (stack.line is None and (stack.opaque or traces)):
        kept = () if stack is None else stack.nodes
        hidden = (node if not node.visible else replace(node, visible=False) for node in kept)
        return (*traces, _line_node(layers), *below, _paper_node(layers), *hidden)
    nodes, line = stack.nodes, stack.line
    if line is not None:
        nodes, line = _lines_clear(layers, stack, line, traces)
    laid = _laid(nodes, line, below, layers.sketch.shape)
    assert laid is not None, "the outermost level takes what no group could"
    if laid[1]:
        return laid[0]
    last = list(units(laid[0]))[-1]
    loose = last if last[-1].clipped else ()
    return (*laid[0][: len(laid[0]) - len(loose)], _paper_node(layers), *loose)


def merged_parts(layers: Layers, tree: Sequence[Node]) -> Iterator[AnyArray]:
    """Strips of what the tree looks like, (h, W, 3) at the sketch's depth."""
    dtype, (height, width) = layers.sketch.pixels.dtype, layers.sketch.shape
    for rows in strips(height):
        if layers.sketch.stack is None:
            yield layers.merged(rows.start, rows.stop)
            continue
        part = compose(tree, rows, width)
        over = part[..., :3] + (1 - part[..., 3:])
        yield (over.clip(0, 1) * layers.sketch.white + 0.5).astype(dtype)


def _lines_clear(
    layers: Layers, stack: Stack, line: Node, traces: tuple[Node, ...]
) -> tuple[tuple[Node, ...], Node]:
    """The user's layers and the line among them, transparent where it would hide the colours."""
    level = next(level for level in levels(stack.nodes) if line in level)
    unit = next(unit for unit in units(level) if line in unit)
    clear = replace(_line_node(layers), name=line.name, clipped=line.clipped)
    if line.clipped and is_sheet(unit[-1], layers.sketch.shape):
        clear = replace(clear, clipped=False)
        return replaced(stack.nodes, unit[0], (*traces, clear, unit[0])), clear
    if not stack.opaque and not traces:
        return stack.nodes, line
    hidden = () if line.role else (replace(line, visible=False),)
    return replaced(stack.nodes, line, (*traces, clear, *hidden)), clear


def _laid(
    nodes: tuple[Node, ...], line: Node | None, new: tuple[Node, ...], shape: tuple[int, int],
    free: bool = True,
) -> tuple[tuple[Node, ...], bool] | None:  # fmt: skip
    """The user's layers with new ones laid below the line, which cover none of the user's.

    Args:
        nodes: one level of the tree.
        line: what the new ones belong to; None for all above the first sheet.
        new: nurie's layers.
        shape: of the picture.
        free: whether nothing lies between the end of this level and the first sheet below it.

    Returns:
        The level, and whether it has a sheet below the new layers. None where what lies outside
        would be covered, so that they must be laid there.
    """
    level = list(units(nodes))
    at = next((i for i, unit in enumerate(level) if any(n is line for n in walk(unit))), -1)
    below = range(at + 1, len(level))
    # A clipped layer with nothing below it shows nothing, and is to stay so.
    end = len(level) - (len(level) > at + 1 and level[-1][-1].clipped)
    stop = next((i for i in below if is_sheet(level[i][-1], shape)), end)
    grounded = stop < end
    if at >= 0 and not any(node is line for node in level[at]):
        group = next(node for node in level[at] if any(n is line for n in walk(node.children)))
        bare = stop == at + 1 and (grounded or free) and len(level[at]) == 1 and _is_plain(group)
        inner = _laid(group.children, line, new, shape, bare)
        if inner is not None:
            whole = replace(group, children=inner[0])
            return replaced(nodes, group, (whole,)), grounded or inner[1]
    if not (grounded or free):
        return None
    sheet = level[stop] if grounded else ()
    if len(sheet) == 1 and sheet[0].is_group:
        # What lies above the sheet within its group would be covered, too.
        inside = _laid(sheet[0].children, None, new, shape)
        first = next((unit[-1] for unit in units(sheet[0].children) if unit[-1].visible), None)
        if inside is not None and first is not None and not is_sheet(first, shape):
            return replaced(nodes, sheet[0], (replace(sheet[0], children=inside[0]),)), True
    place = sum(map(len, level[:stop]))
    return (*nodes[:place], *new, *nodes[place:]), grounded


def _is_plain(group: Node) -> bool:
    """Whether what lies in a group looks as it would look outside of it."""
    shown = group.visible and group.opacity == 1 and not group.clipped
    return shown and group.blend in (NORMAL, PASS)


def is_sheet(node: Node, shape: tuple[int, int]) -> bool:
    """Whether a layer or group is opaque everywhere, so that nothing below it shows.

    >>> white = lambda part: np.full((part.stop - part.start, 2, 4), 255, np.uint8)
    >>> is_sheet(Node("paper", 0, 0, 3, 2, white), (3, 2)), is_sheet(Node("g"), (3, 2))
    (True, False)
    """
    if not node.visible or node.opacity < 1 or node.clipped:
        return False
    if node.rows is None:
        inside = (unit[-1] for unit in units(node.children))
        return _is_plain(node) and any(is_sheet(inner, shape) for inner in inside)
    # A mode that nobody here knows shows as normal.
    if BLENDS.get(node.blend) is not None or node.role or node.top > 0 or node.left > 0:
        return False
    if node.top + node.height < shape[0] or node.left + node.width < shape[1]:
        return False
    opaque = (node.rows(slice(r.start, r.stop))[..., 3] for r in strips(node.height))
    return all(bool((alpha == np.iinfo(alpha.dtype).max).all()) for alpha in opaque)


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

    plain = layers.sketch.pixels.ndim == 2 and layers.sketch.ground is None
    black = (0, 0, 0) if plain else None
    return Node(LINE, 0, 0, *layers.sketch.shape, rows_of, color=black, role=LINE)


def _trace_nodes(layers: Layers) -> tuple[Node, ...]:
    """The trace lines, hidden: they are no part of the picture, and are not lost either."""

    def rows_of(part: slice) -> AnyArray:
        return layers.trace(part.start, part.stop)

    if layers.sketch.inked is None:
        return ()
    return (Node(TRACE, 0, 0, *layers.sketch.shape, rows_of, visible=False, role=TRACE),)


def _shade_node(layers: Layers) -> Node:
    shade = layers.shade
    assert shade is not None, "asked for only where there is one"

    def rows_of(part: slice) -> AnyArray:
        inside = shade[part]
        return np.concatenate([inside, np.full((*inside.shape[:2], 1), 255, np.uint8)], axis=2)

    return Node(SHADE, 0, 0, *layers.sketch.shape, rows_of, blend=MULTIPLY, role=SHADE)


def _paper_node(layers: Layers) -> Node:
    height, width = layers.sketch.shape
    ground = layers.sketch.ground
    if ground is not None:
        return _ground_node(ground)

    def rows_of(part: slice) -> AnyArray:
        white = np.full((1, 1, 4), 255, np.uint8)
        return np.broadcast_to(white, (part.stop - part.start, width, 4))

    return Node(PAPER, 0, 0, height, width, rows_of, color=(255, 255, 255), role=PAPER)


def _ground_node(ground: Ground) -> Node:
    height, width = ground.pixels.shape[:2]

    def rows_of(part: slice) -> AnyArray:
        paper = ground.paper(part)
        opaque = np.full((*paper.shape[:2], 1), np.iinfo(paper.dtype).max, paper.dtype)
        return np.concatenate([paper, opaque], axis=2)

    return Node(PAPER, 0, 0, height, width, rows_of, role=PAPER)


def _flats_node(layers: Layers, one_flat_layer: bool) -> Node:
    boxes = _boxes(layers)
    if not one_flat_layer:
        found = sorted(boxes)
        names = titles(layers.palette.colors, layers.palette.names)
        nodes = tuple(_entry_node(layers, i, names[i], boxes[i].box) for i in found)
        return Node(FLATS, children=nodes, role=FLATS)
    edges = _Edges()
    for one in boxes.values():
        edges.top, edges.left = min(edges.top, one.top), min(edges.left, one.left)
        edges.bottom, edges.right = max(edges.bottom, one.bottom), max(edges.right, one.right)
    top, left, height, width = edges.box

    def rows_of(part: slice) -> AnyArray:
        return layers.flat(top + part.start, top + part.stop)[:, left : left + width]

    return Node(FLATS, top, left, height, width, rows_of, role=FLAT)


def _entry_node(layers: Layers, entry: int, name: str, box: tuple[int, int, int, int]) -> Node:
    top, left, height, width = box
    red, green, blue = (int(c) for c in layers.palette.colors[entry])
    pixel = np.array([red, green, blue, 255], np.uint8)
    chosen = np.where(layers.entries == entry, pixel.view(np.uint32)[0], np.uint32(0))

    def rows_of(part: slice) -> AnyArray:
        labels = layers.labels[top + part.start : top + part.stop, left : left + width]
        return chosen[labels].view(np.uint8).reshape(*labels.shape, 4)

    color = (red, green, blue)
    return Node(name, top, left, height, width, rows_of, color=color, role=FLAT)


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
