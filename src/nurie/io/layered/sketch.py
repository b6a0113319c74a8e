"""Sketches from layered documents: which layer is the drawing, and what the others mean.

One layer is the drawing, the others travel with it and are written back. A layer *protect* covers
what stays as it is, a layer *hints* holds dabs of colour; both are found by their names, shown or
hidden, and come back hidden.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray, Mask
from nurie.document import Sketch, strips
from nurie.errors import OptionError
from nurie.ground import InkTone, PaperTone, on_ground
from nurie.io.layered.document import Document
from nurie.io.layered.tree import FLATS, PAPER, SHADE
from nurie.io.marks import dabs_of
from nurie.io.samples import grayed, over_white
from nurie.stack import MULTIPLY, Node, Stack, walk

LINE_NAMES = frozenset(
    (
        *("line", "lines", "line art", "lineart", "line-art", "linework", "line work", "outline"),
        *("outlines", "ink", "inks", "inking", "線", "線画", "主線", "ペン入れ", "清書"),
    )
)
"""Names that a drawing's layer goes by, in lower case."""

PROTECT_NAMES = frozenset(("protect", "protected", "保護"))
HINT_NAMES = frozenset(("hint", "hints", "ヒント"))

_LIGHT, _FILLED = 0.75, 0.02
_SEE_THROUGH = (MULTIPLY, "darken", "psd:dkCl")


def sketch_of(
    document: Document,
    line_layer: str | None = None,
    *,
    ink: InkTone = "auto",
    paper: PaperTone = "keep",
) -> Sketch:
    """The drawing in a document.

    Args:
        document: the file.
        line_layer: name of the layer that is the drawing, or its number, counted from the top from
            1, groups too. When None, a layer that is called like one (``LINE_NAMES``); when there
            is none, all that shows.

        ink: as for ``io.images.read_sketch``.
        paper: likewise.

    Raises:
        OptionError: there is no such layer.
        InputError: its pixels are damaged.
    """
    marks = [node for node in walk(document.nodes) if _is_mark(node)]
    line = _asked(document, line_layer) if line_layer is not None else _found(document)
    stack, samples = None, None
    if line is not None:
        samples = document.whole(line)
        opaque = line.blend not in _SEE_THROUGH and _hides(samples)
        stack = Stack(_kept(document, line), line, opaque, document.origin)
    else:
        samples = _all_that_shows(document, marks)
    dabs = hint_layer(document)
    clear = samples if (samples[..., 3] < np.iinfo(samples.dtype).max).any() else None
    pixels = grayed(np.ascontiguousarray(over_white(samples)))
    pixels, ground = on_ground(pixels, clear, ink=ink, paper=paper)
    if ground is not None and stack is not None and clear is None:
        stack = replace(stack, opaque=True)
    return Sketch(
        pixels,
        dpi=document.dpi,
        icc_profile=document.icc_profile,
        stack=stack,
        protect=_protected(document, marks),
        hints=None if dabs is None else dabs_of(dabs),
        ground=ground,
    )


def hint_layer(document: Document) -> AnyArray | None:
    """The layer *hints*, (H, W, 4) straight alpha; None without one."""
    layers = [n for n in walk(document.nodes) if _named(n, HINT_NAMES)]
    return document.whole(layers[0]) if layers else None


def _named(node: Node, names: frozenset[str]) -> bool:
    return node.name.strip().casefold() in names


def _is_mark(node: Node) -> bool:
    return _named(node, PROTECT_NAMES) or _named(node, HINT_NAMES)


def _found(document: Document) -> Node | None:
    """The topmost visible layer that is called like a drawing, or was one before."""
    if document.read_facts() is not None:
        return document.line
    for node in walk(document.nodes):
        if node.visible and _named(node, LINE_NAMES):
            return node
    return None


def _asked(document: Document, wanted: str) -> Node:
    """The layer of that name, else of that number from the top."""
    nodes = list(walk(document.nodes))
    for same in (str.__eq__, lambda a, b: a.strip().casefold() == b.strip().casefold()):
        for node in nodes:
            if same(node.name, wanted):
                return node
    if wanted.strip().isdecimal() and 1 <= int(wanted) <= len(nodes):
        return nodes[int(wanted) - 1]
    some = ", ".join(f"{i} {node.name!r}" for i, node in enumerate(nodes[:12], 1))
    more = ", …" if len(nodes) > 12 else ""
    raise OptionError(
        f"{document.path} has no layer {wanted!r}; it has {some or 'no layers at all'}{more}."
    )


def _kept(document: Document, line: Node) -> tuple[Node, ...]:
    """The layers to be written back: all, but not what nurie made before, and marks hidden."""
    own = _own(document, line) if document.read_facts() is not None else []

    def keep(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        found: list[Node] = []
        for node in nodes:
            if any(node is made for made in own):
                continue
            if node is line:
                found.append(node)
            elif _is_mark(node):
                found.append(replace(node, visible=False))
            else:
                children = keep(node.children)
                same = len(children) == len(node.children) and all(
                    a is b for a, b in zip(children, node.children, strict=True)
                )
                found.append(node if same else replace(node, children=children))
        return tuple(found)

    return keep(document.nodes)


def _own(document: Document, line: Node) -> list[Node]:
    """What nurie put into a document: its layers at the places where it puts them.

    A name alone proves nothing: users, too, have layers called *flats* or *paper*. Shade and flats
    are nurie's directly below the line, one of each; paper is at the bottom, and only where it is
    white all over, so that one who lost it would get the same again.
    """
    beside = next(nodes for nodes in _siblings(document.nodes) if line in nodes)
    below = [node for node in beside[beside.index(line) + 1 :] if not _rides(node)]
    own = [node for node in below[:1] if node.name == SHADE]
    own += [node for node in below[len(own) : len(own) + 1] if node.name == FLATS]
    last = document.nodes[-1] if document.nodes else line
    if last.name == PAPER and last is not line and not last.is_group and _is_white(document, last):
        own.append(last)
    return own


def _siblings(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """The layers of the document, then those of each group."""
    yield nodes
    for node in nodes:
        if node.is_group:
            yield from _siblings(node.children)


def _rides(node: Node) -> bool:
    """Whether a layer stays with the line above it: clipped to it, or its hidden original."""
    return node.clipped or (node.is_group and not node.visible)


def _is_white(document: Document, node: Node) -> bool:
    samples = document.whole(node)
    return bool((samples == np.iinfo(samples.dtype).max).all())


def _all_that_shows(document: Document, marks: list[Node]) -> AnyArray:
    """The flattened picture, without the marks."""
    shown = [node for node in marks if node.visible]
    if not shown:
        merged = document.read_merged()
        if merged is not None and merged.shape[:2] == document.shape:
            return merged

    def without(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        kept = (node for node in nodes if node not in shown)
        return tuple(replace(n, children=without(n.children)) if n.children else n for n in kept)

    return document.drawn(without(document.nodes))


def _hides(samples: AnyArray) -> bool:
    """Whether more than a little of a layer is light and opaque: a sheet, not only lines."""
    white, filled = np.iinfo(samples.dtype).max, 0
    for rows in strips(len(samples)):
        part = samples[rows]
        light = part[..., :3].min(axis=2) >= _LIGHT * white
        filled += int(np.count_nonzero(light & (part[..., 3] > white // 2)))
    return filled > _FILLED * samples[..., 3].size


def _protected(document: Document, marks: list[Node]) -> Mask | None:
    layers = [node for node in marks if _named(node, PROTECT_NAMES)]
    if not layers:
        return None
    alpha = document.whole(layers[0])[..., 3]
    return np.asarray(alpha > np.iinfo(alpha.dtype).max // 2)
