"""Sketches from layered documents: which layer is the drawing, and what the others mean.

One layer is the drawing, the others travel with it and are written back. A layer *protect* covers
what stays as it is, a layer *hints* holds dabs of colour; both are found by their names, shown or
hidden, and come back hidden.
"""

from dataclasses import replace
from operator import is_

import numpy as np

from nurie.arrays import AnyArray, Mask
from nurie.document import Hints, Sketch, strips
from nurie.errors import OptionError, UnreadableError
from nurie.ground import InkTone, PaperTone, on_ground
from nurie.io.layered.document import Document
from nurie.io.layered.tree import FLAT, FLATS, LINE, PAPER, SHADE, is_sheet
from nurie.io.samples import grayed, over_white
from nurie.stack import MULTIPLY, Node, Stack, levels, reached, replaced, units, walk

LINE_NAMES = frozenset(
    (
        *("line", "lines", "line art", "lineart", "line-art", "linework", "line work", "outline"),
        *("outlines", "ink", "inks", "inking", "sen", "線", "線画", "主線", "ペン入れ", "清書"),
        *("线", "线稿", "主线", "线条", "勾线", "描线", "라인", "선", "선화", "펜선"),
    )
)
"""Names that a drawing's layer goes by, in lower case."""

PROTECT_NAMES = frozenset(("protect", "protected", "保護"))
HINT_NAMES = frozenset(("hint", "hints", "ヒント"))

_REMADE = frozenset((SHADE, FLATS, FLAT, PAPER))
"""Roles of the layers that another colouring replaces."""

_LIGHT, _FILLED = 0.75, 0.02
_PAPER, _PAINT = 0.5, 24
"""Share of a sheet that has the colour of its paper, and levels by which paint differs from it."""
_SEE_THROUGH = (MULTIPLY, "darken", "psd:dkCl")


def sketch_of(
    document: Document,
    line_layer: str | None = None,
    *,
    ink: InkTone = "auto",
    paper: PaperTone = "white",
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
        UnreadableError: it holds nothing at all.
    """
    line = _line_of(document, line_layer)
    kept, notes = _kept(document, line)
    if line is not None:
        if not line.visible:
            notes += (f"the layer {line.name!r} is hidden, and is shown as the drawing.",)
        notes += _unmerged(kept)
        own = document.own.get(line, ("", False)) == (LINE, True)
        shown = replace(line, visible=True, role=LINE if own else "")
        kept, line = replaced(kept, line, (shown,)), shown
    samples = _drawing(document, kept, line)
    stack = Stack(kept, line, _hides(document, kept, line, samples), document.origin)
    protect, hints = _marks(document, kept, line)
    clear = samples if (samples[..., 3] < np.iinfo(samples.dtype).max).any() else None
    pixels = grayed(np.ascontiguousarray(over_white(samples)))
    pixels, ground = on_ground(pixels, clear, ink=ink, paper=paper, plain=False)
    if ground is not None and line is not None and clear is None:
        stack = replace(stack, opaque=True)
    return Sketch(
        pixels,
        dpi=document.dpi,
        icc_profile=document.icc_profile,
        stack=stack if kept or line is not None else None,
        protect=protect,
        hints=hints,
        ground=ground,
        notes=notes + document.notes,
    )


def _drawing(document: Document, kept: tuple[Node, ...], line: Node | None) -> AnyArray:
    """What is taken for the line art, (H, W, 4) straight alpha."""
    samples = None if line is None else document.whole(line)
    if samples is None and list(walk(kept)) == list(walk(document.nodes)):
        # Without marks, and without what nurie made, the picture that the file holds will do.
        merged = document.read_merged()
        samples = merged if merged is not None and merged.shape[:2] == document.shape else None
    return document.drawn(kept) if samples is None else samples


def _marks(
    document: Document, kept: tuple[Node, ...], line: Node | None
) -> tuple[Mask | None, Hints | None]:
    """What stays as it is, and the dabs of colour."""
    dabs, covered = (_called(document, names) for names in (HINT_NAMES, PROTECT_NAMES))
    hints = None
    if dabs is not None:
        from nurie.io.hints import dabs_of  # which loads OpenCV

        hints = dabs_of(dabs)
    protect = None
    if covered is not None:
        protect = np.asarray(covered[..., 3] > np.iinfo(covered.dtype).max // 2)
    painted = _painted(document, kept, line)
    if painted is not None:
        protect = painted if protect is None else protect | painted
    return protect, hints


def _hides(
    document: Document, kept: tuple[Node, ...], line: Node | None, samples: AnyArray
) -> bool:
    """Whether the drawing hides what lies below it: more than a little is light and opaque."""
    if line is None:
        shown = (unit[-1] for unit in units(kept) if any(node.visible for node in unit))
        top = next((node for node in shown if not is_mark(node)), None)
        return top is None or is_sheet(top, document.shape)
    white, filled = np.iinfo(samples.dtype).max, 0
    for rows in strips(len(samples) if line.blend not in _SEE_THROUGH else 0):
        part = samples[rows]
        light = part[..., :3].min(axis=2) >= _LIGHT * white
        filled += int(np.count_nonzero(light & (part[..., 3] > white // 2)))
    return filled > _FILLED * samples[..., 3].size


def _called(document: Document, names: frozenset[str]) -> AnyArray | None:
    """The topmost layer that is called so, (H, W, 4) straight alpha; None without one."""
    layer = next((node for node in walk(document.nodes) if _named(node, names)), None)
    return None if layer is None else document.whole(layer)


def _named(node: Node, names: frozenset[str]) -> bool:
    return node.name.strip().casefold() in names


def _holds(node: Node) -> bool:
    """Whether a layer, or one of a group, has any place in the picture."""
    return any(inner.height and inner.width for inner in walk((node,)))


def is_mark(node: Node) -> bool:
    """Whether a layer is called *protect* or *hints*."""
    return _named(node, PROTECT_NAMES) or _named(node, HINT_NAMES)


def _line_of(document: Document, line_layer: str | None) -> Node | None:
    """The layer that is the drawing."""
    line = _requested(document, line_layer) if line_layer is not None else _found(document)
    if line is not None and line not in document.own and not _holds(line):
        raise UnreadableError(
            f"{document.path}: the layer {line.name!r} holds no picture; save the file again, or "
            "choose the drawing with --line-layer."
        )
    return line


def _found(document: Document) -> Node | None:
    """The layer that was the drawing before, else the topmost that is called like one.

    One that is hidden or holds nothing is taken where there is no other; what lies in a hidden
    group never.
    """
    facts = document.read_facts()
    own, known = document.of_role(LINE), None if facts is None else facts.get("line", LINE)
    if own is not None or (facts is not None and known is None):
        return own
    named = [n for n in reached(document.nodes) if n.name == known or _named(n, LINE_NAMES)]
    return min(named, key=lambda n: (n.name != known, not _holds(n), not n.visible), default=None)


def _requested(document: Document, wanted: str) -> Node:
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


def _kept(document: Document, line: Node | None) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The layers to be written back, marks hidden, and what is to be said of them.

    All stay but what is provably nurie's, by what it holds: a name proves nothing, for users, too,
    have layers called *flats* or *paper*, and what was painted in since is theirs.
    """
    own = document.own
    gone = {n for n, (role, whole) in own.items() if whole and role in _REMADE and n is not line}

    def keep(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        found: list[Node] = []
        for *above, base in units(nodes):
            clips = [node for node in above if node not in gone]
            if base not in gone or clips:
                # What the user clipped to a layer of nurie's is seen only while that is there.
                inside = base.children if clips or base is line else keep(base.children)
                found += [*map(_laid_by, clips), _laid_by(_holding(base, inside))]
            elif base.is_group and (inside := keep(base.children)):
                found.append(_holding(base, inside))
        return tuple(found)

    kept = keep(document.nodes)
    names = [n.name for n, (role, whole) in own.items() if not whole and role in _REMADE]
    names += [n.name for n in walk(kept) if n in gone and not n.is_group]
    note = ""
    if names:
        some = ", ".join(repr(name) for name in names[:4]) + (", …" if len(names) > 4 else "")
        note = f"{some} changed since nurie wrote it: kept, and new colours lie below it."
    elif not own and line is not None and line.name == LINE:
        alike = any(n.visible and n.name == FLATS for n in walk(kept))
        stays = f"{FLATS!r} is there and not provably nurie's: it stays"
        note = f"{stays}, and new colours lie below it." if alike else ""
    return kept, (note,) if note else ()


def _unmerged(kept: tuple[Node, ...]) -> tuple[str, ...]:
    """One sentence on what shows in its own program, and not in what nurie merges."""
    names = [repr(n.name) for n in reached(kept) if n.computed]
    some = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    said = f"{some} kept; the merged picture leaves adjustments, fills and effects out."
    return (said,) if names else ()


def _holding(node: Node, children: tuple[Node, ...]) -> Node:
    """A group with these children; the same one where nothing changes."""
    same = len(children) == len(node.children) and all(map(is_, children, node.children))
    return node if same else replace(node, children=children)


def _laid_by(node: Node) -> Node:
    """A layer as it is written back: marks come back hidden."""
    return replace(node, visible=False) if is_mark(node) and node.visible else node


def _painted(document: Document, kept: tuple[Node, ...], line: Node | None) -> Mask | None:
    """What the user painted onto the paper below the line, so that no colour is laid over it.

    None where that sheet is no paper of one colour: a texture, or a photograph.
    """
    below = (unit for level in levels(kept) for unit in units(level) if line not in unit)
    sheet = next((unit for unit in below if is_sheet(unit[-1], document.shape)), None)
    if line is None or sheet is None:
        return None
    seen = document.drawn(sheet)
    step = np.iinfo(seen.dtype).max // 255
    some = seen[::3, ::3, :3].reshape(-1, 3) // step
    codes = (some // 8).astype(np.int64) @ (1024, 32, 1)
    _, of, count = np.unique(codes, return_inverse=True, return_counts=True)
    if count.max() < _PAPER * len(some):
        return None
    paper = np.median(some[of == count.argmax()], axis=0).astype(np.int32)
    found = np.zeros(document.shape, np.bool_)
    for rows in strips(document.height):
        found[rows] = np.abs(seen[rows, :, :3] // step - paper).max(axis=2) > _PAINT
    return found if found.any() else None
