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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Layers, strips
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

_Box: TypeAlias = tuple[int, int, int, int]


def tree_of(layers: Layers, *, one_flat_layer: bool = False) -> tuple[Node, ...]:
    """What is written of a coloured drawing, topmost first; flats are cropped to what they hold.

    With ``one_flat_layer`` *flats* is one layer with all colours, not a group.
    """
    below: tuple[Node, ...] = (_flats_node(layers, one_flat_layer),)
    if (soft := layers.shade) is not None:
        below = (_full(layers, SHADE, lambda part: _opaque(soft[part]), blend=MULTIPLY), *below)
    stack, traces = layers.sketch.stack, tuple[Node, ...]()
    if layers.sketch.inked is not None:
        # Trace lines are no part of the picture, and are not lost either.
        rows = partial(_rows, layers.trace)
        traces = (_full(layers, TRACE, rows, visible=False),)
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


def _line_node(layers: Layers) -> Node:
    plain = layers.sketch.pixels.ndim == 2 and layers.sketch.ground is None
    color = (0, 0, 0) if plain else None
    return _full(layers, LINE, partial(_rows, layers.line), color=color)


def _rows(between: Callable[[int, int], AnyArray], part: slice) -> AnyArray:
    return between(part.start, part.stop)


def _paper_node(layers: Layers) -> Node:
    ground, width = layers.sketch.ground, layers.sketch.shape[1]
    if ground is not None:
        return _full(layers, PAPER, lambda part: _opaque(ground.paper(part)))

    def white(part: slice) -> AnyArray:
        return np.broadcast_to(np.uint8(255), (part.stop - part.start, width, 4))

    return _full(layers, PAPER, white, color=(255, 255, 255))


def _full(layers: Layers, role: str, rows: Callable[[slice], AnyArray], **how: Any) -> Node:
    """A layer of the whole picture that is called like its role."""
    return Node(role, 0, 0, *layers.sketch.shape, rows, role=role, **how)


def _opaque(color: AnyArray) -> AnyArray:
    """(h, w, 4) of (h, w, 3)."""
    alpha = np.full((*color.shape[:2], 1), np.iinfo(color.dtype).max, color.dtype)
    return np.concatenate([color, alpha], axis=2)


def _flats_node(layers: Layers, one_flat_layer: bool) -> Node:
    boxes = _boxes(layers)
    if not one_flat_layer:
        names = titles(layers.palette.colors, layers.palette.names)
        nodes = tuple(_entry_node(layers, i, names[i], boxes[i]) for i in sorted(boxes))
        return Node(FLATS, children=nodes, role=FLATS)
    edges = np.array(list(boxes.values()) or [(0, 0, 0, 0)])
    (top, left), (bottom, right) = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
    top, left, height, width = map(int, (top, left, bottom - top, right - left))

    def rows_of(part: slice) -> AnyArray:
        return layers.flat(top + part.start, top + part.stop)[:, left : left + width]

    return Node(FLATS, top, left, height, width, rows_of, role=FLAT)


def _entry_node(layers: Layers, entry: int, name: str, box: _Box) -> Node:
    top, left, bottom, right = box
    red, green, blue = (int(c) for c in layers.palette.colors[entry])
    pixel = np.array([red, green, blue, 255], np.uint8)
    chosen = np.where(layers.entries == entry, pixel.view(np.uint32)[0], np.uint32(0))

    def rows_of(part: slice) -> AnyArray:
        labels = layers.labels[top + part.start : top + part.stop, left:right]
        return chosen[labels].view(np.uint8).reshape(*labels.shape, 4)

    color = (red, green, blue)
    return Node(name, top, left, bottom - top, right - left, rows_of, color=color, role=FLAT)


def _boxes(layers: Layers) -> dict[int, _Box]:
    """Top, left, bottom and right of each palette entry that some pixel uses."""
    size = len(layers.palette)
    boxes: dict[int, _Box] = {}
    for rows in strips(layers.sketch.shape[0]):
        entries = layers.entries[layers.labels[rows]]
        used = np.flatnonzero(np.bincount(entries.ravel() + 1, minlength=size + 1)[1:])
        for entry in used.tolist():
            mask = entries == entry
            down, across = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            first = rows.start + int(down[0])
            top, left, _, right = boxes.get(entry, (first, int(across[0]), 0, 0))
            left, right = min(left, int(across[0])), max(right, int(across[-1]) + 1)
            boxes[entry] = top, left, rows.start + int(down[-1]) + 1, right
    return boxes
