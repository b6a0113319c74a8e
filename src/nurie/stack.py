"""Layers as paint programs know them: names, places, blend modes, groups, and what they look like.

A stack is a tuple of nodes, topmost first. Writers ask a node for its rows strip by strip, so that
no layer need be in memory whole. :func:`compose` follows the W3C's compositing and blending rules
(level 1), which PSD and OpenRaster programs share for the modes named in :data:`BLENDS`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Floats
from nurie.colors import light_of, of_light

LIGHT = "+light"
"""What follows the name of a blend mode whose result is laid over what is below as light."""

NORMAL, MULTIPLY, PASS = "normal", "multiply", "pass-through"


@dataclass(frozen=True, eq=False)
class Node:
    """One layer or group; a layer has rows, a group has children."""

    name: str
    top: int = 0
    left: int = 0
    height: int = 0
    width: int = 0
    rows: Callable[[slice], AnyArray] | None = None
    """Rows of the slice, counted from ``top``: (h, width, 4) uint8 or uint16, straight alpha."""
    children: tuple["Node", ...] = ()  # Topmost first
    opacity: float = 1.0  # In [0, 1]
    blend: str = NORMAL
    """One of ``BLENDS``, ``PASS`` for a group, or a name that only its own program knows."""
    visible: bool = True
    clipped: bool = False  # Shown only where the layer below it is
    computed: bool = False
    """It shows what only its own program knows: an adjustment, a fill, effects."""
    color: tuple[int, int, int] | None = None
    """The colour of all its pixels, when it has only one; then alpha alone differs."""
    role: str = ""
    """What it is of nurie's own layers: line, shade, flat, paper; empty for the user's."""
    origin: Any = field(default=None, repr=False)
    """What its own file said of it, so that a file of the same kind says it again unchanged."""

    @property
    def is_group(self) -> bool:
        """Whether it is a group, perhaps an empty one."""
        return self.rows is None

    @property
    def pixels(self) -> AnyArray:
        """All rows of a layer: (height, width, 4)."""
        assert self.rows is not None, "a group has no pixels of its own"
        return self.rows(slice(0, self.height))


@dataclass(frozen=True, eq=False)
class Stack:
    """The layers of a user's file, one of which is the drawing."""

    nodes: tuple[Node, ...]  # Topmost first
    line: Node | None
    """The layer or group that is the drawing, one of the nodes; None where it is all that shows."""
    opaque: bool = False
    """The drawing hides what lies below it, and so is written as transparent lines instead."""
    origin: Any = field(default=None, repr=False)  # What the file kept beside its layers


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Each node, topmost first, a group before its children.

    >>> [n.name for n in walk((Node("g", children=(Node("a"), Node("b"))), Node("c")))]
    ['g', 'a', 'b', 'c']
    """
    for node in nodes:
        yield node
        yield from walk(node.children)


def reached(nodes: Sequence[Node]) -> Iterator[Node]:
    """Each node that lies in no hidden group, topmost first."""
    for node in nodes:
        yield node
        yield from reached(node.children if node.visible else ())


def levels(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """The layers of a stack that lie in no group, then those of each group."""
    yield nodes
    for node in nodes:
        if node.is_group:
            yield from levels(node.children)


def replaced(nodes: tuple[Node, ...], old: Node, new: tuple[Node, ...]) -> tuple[Node, ...]:
    """A stack with one of its layers replaced, wherever that lies."""
    found: list[Node] = []
    for node in nodes:
        if node is old:
            found += new
        elif any(inner is old for inner in walk(node.children)):
            found.append(replace(node, children=replaced(node.children, old, new)))
        else:
            found.append(node)
    return tuple(found)


def units(nodes: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    """What moves together: a layer or group, below those that are clipped to it.

    >>> clip = Node("tint", clipped=True)
    >>> [[n.name for n in unit] for unit in units((Node("a"), clip, Node("b"), Node("c")))]
    [['a'], ['tint', 'b'], ['c']]
    """
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        if not node.clipped:
            yield tuple(found)
            found = []
    if found:
        yield tuple(found)


def compose(nodes: Sequence[Node], rows: slice, width: int) -> Floats:
    """What a stack looks like.

    (h, width, 4) float32 in [0, 1], colours multiplied by alpha; what is hidden is left out.

    >>> red = lambda part: np.full((part.stop - part.start, 1, 4), (255, 0, 0, 255), np.uint8)
    >>> compose([Node("red", height=1, width=1, rows=red, opacity=0.5)], slice(0, 1), 1).tolist()
    [[[0.5, 0.0, 0.0, 0.5]]]
    """
    canvas = np.zeros((rows.stop - rows.start, width, 4), np.float32)
    _onto(canvas, nodes, rows)
    return canvas


def _onto(canvas: Floats, nodes: Sequence[Node], rows: slice) -> None:
    """Lay a stack onto a premultiplied canvas, bottom up; clipped layers with their base."""
    for *above, node in reversed([*units(nodes)]):
        # What is clipped to nothing is not seen.
        if not node.visible or node.clipped:
            continue
        if node.is_group and node.blend == PASS and not above:
            # It is no picture of its own: its children lie on what is below it.
            before = canvas.copy()
            _onto(canvas, node.children, rows)
            canvas += (before - canvas) * np.float32(1 - node.opacity)
            continue
        window, layer = _drawn(canvas, node, rows)
        if layer is None:
            continue
        for clip in reversed(above):
            _clip(layer, clip, rows, window)
        _lay(canvas[window], layer, node)


_Window = tuple[slice, slice]


def _drawn(canvas: Floats, node: Node, rows: slice) -> tuple[_Window, Floats | None]:
    """The part of the canvas that a node covers, and the node there, premultiplied."""
    if node.rows is None:
        own = np.zeros_like(canvas)
        _onto(own, node.children, rows)
        return (slice(None), slice(None)), own
    top, bottom = max(node.top, rows.start), min(node.top + node.height, rows.stop)
    left, right = max(node.left, 0), min(node.left + node.width, canvas.shape[1])
    window = slice(top - rows.start, bottom - rows.start), slice(left, right)
    if top >= bottom or left >= right:
        return window, None
    part = node.rows(slice(top - node.top, bottom - node.top))
    part = part[:, left - node.left : right - node.left]
    own = part.astype(np.float32) / np.float32(np.iinfo(part.dtype).max)
    own[..., :3] *= own[..., 3:]
    return window, own


def _clip(base: Floats, node: Node, rows: slice, window: _Window) -> None:
    """Lay a clipped layer onto its base, whose alpha stays."""
    if not node.visible:
        return
    width = max(window[1].stop or 0, base.shape[1])
    whole = np.zeros((rows.stop - rows.start, width, 4), np.float32)
    within, layer = _drawn(whole, node, rows)
    if layer is None:
        return
    whole[within] = layer
    alpha = base[..., 3:].copy()
    solid = base / np.maximum(alpha, np.float32(1e-6))
    solid[..., 3] = 1
    _lay(solid, whole[window], node)
    base[...] = solid * alpha


def _lay(canvas: AnyArray, layer: AnyArray, node: Node) -> None:
    """Blend a premultiplied layer into a premultiplied canvas, in place."""
    layer = layer * np.float32(node.opacity)
    name, light, _ = node.blend.partition(LIGHT)
    blend = BLENDS.get(name, BLENDS[NORMAL])
    over, under = layer[..., 3:], canvas[..., 3:].copy()
    if blend is None:
        canvas *= 1 - over
        canvas += layer
        return
    above = np.divide(layer[..., :3], over, out=np.zeros_like(layer[..., :3]), where=over > 0)
    below = np.divide(canvas[..., :3], under, out=np.zeros_like(above), where=under > 0)
    mixed = blend(below, above)
    alpha = over + under * (1 - over)
    if light:
        lit = light_of(below) * (under * (1 - over)) + light_of(above) * (over * (1 - under))
        lit += light_of(mixed) * (over * under)
        straight = np.divide(lit, alpha, out=np.zeros_like(lit), where=alpha > 0)
        canvas[..., :3] = of_light(straight) * alpha
    else:
        canvas[..., :3] = canvas[..., :3] * (1 - over) + layer[..., :3] * (1 - under)
        canvas[..., :3] += mixed * (over * under)
    canvas[..., 3:] = alpha


def lit(nodes: Sequence[Node], modes: frozenset[str]) -> tuple[Node, ...]:
    """A stack whose layers of these modes are laid over each other as light, as GIMP does it."""
    return tuple(
        replace(
            node,
            blend=node.blend + LIGHT * (node.blend in modes),
            children=lit(node.children, modes),
        )
        for node in nodes
    )


def _screen(b: AnyArray, s: AnyArray) -> AnyArray:
    return np.asarray(b + s - b * s)


def _hard(b: AnyArray, s: AnyArray) -> AnyArray:
    return np.asarray(np.where(s <= 0.5, b * 2 * s, _screen(b, 2 * s - 1)))


def _soft(b: AnyArray, s: AnyArray) -> AnyArray:
    root = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    dark, light = b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (root - b)
    return np.asarray(np.where(s <= 0.5, dark, light))


def _dodge(b: AnyArray, s: AnyArray) -> AnyArray:
    return np.where(b <= 0, 0, np.minimum(1, b / np.maximum(1 - s, 1e-6)))


def _burn(b: AnyArray, s: AnyArray) -> AnyArray:
    return np.where(b >= 1, 1, 1 - np.minimum(1, (1 - b) / np.maximum(s, 1e-6)))


_Blend = Callable[[AnyArray, AnyArray], AnyArray]

BLENDS: dict[str, _Blend | None] = {
    NORMAL: None,
    MULTIPLY: np.multiply,
    "screen": _screen,
    "overlay": lambda b, s: _hard(s, b),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _dodge,
    "color-burn": _burn,
    "hard-light": _hard,
    "soft-light": _soft,
    "difference": lambda b, s: np.abs(b - s),
    "add": lambda b, s: np.minimum(b + s, 1),
}
"""Blend modes by name: (below, above) in [0, 1] to [0, 1]; None lays the layer over."""
