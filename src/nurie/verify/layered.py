"""The promise of a layered document, layer by layer: one hard-edged colour in each flat one."""

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.colors import parse_hex
from nurie.document import Hints, Palette, Sketch, strips
from nurie.errors import FormatError, OptionError
from nurie.ground import Ground
from nurie.io.layered.document import Document, composed
from nurie.io.layered.sketch import is_mark
from nurie.io.layered.tree import FLAT, FLATS, is_sheet
from nurie.io.samples import over_white
from nurie.stack import Node, Stack, levels, reached, units, walk
from nurie.verify.report import (
    CONFLICT,
    Check,
    Point,
    Report,
    allowed_codes,
    any_channel,
    broken,
    check_hints,
    check_kind,
    codes,
    distance,
    first_pixel,
    hex_of,
    obeyed_by,
    three,
)

_NO_LABELS = "that each region has one colour: the document does not hold nurie's label map"
_STRIP = 64


def verify_layers(
    sketch: Sketch, document: Document, hints: Hints | None, palette: Palette | None
) -> Report:
    """Prove all of the promise from a layered document (see :func:`nurie.verify.verify`)."""
    merged = document.read_merged()
    if merged is None:
        raise FormatError(f"{document.path} holds no merged picture; was it written by nurie?")
    kind = np.dtype(np.uint8 if document.bits == 8 else np.uint16)
    checks = [check_kind(sketch, [document.shape, merged.shape[:2]], [kind, merged.dtype])]
    if not checks[0].ok:
        return Report(tuple(checks))
    stack, listed = sketch.stack, document.read_facts() is not None
    if stack is None or stack.line is not None or stack.opaque:
        # Where another program dropped nurie's facts, the sketch knows its own line's name.
        known = stack.line if stack is not None and not listed else None
        line = document.line if known is None else document.named(known.name)
        checks.append(_check_line(sketch, document.whole(line)))
    if stack is not None:
        checks.append(check_kept(stack, document))
    flats = Flats(document)
    checks += flats.checks()
    checks.append(_check_paper(sketch, document))
    checks.append(_check_merged(document, merged))
    labels, unproven = document.read_labels(), []
    if labels is None or document.read_facts() is None:
        labels, unproven = None, [_NO_LABELS]
    else:
        checks.append(_check_regions(document, flats.canvas, labels))
    if hints is not None:
        counted = obeyed_by(hints, sketch, labels)
        check, conflict = check_hints(counted, flats.seen(counted), labels)
        checks.append(check)
        unproven += [CONFLICT] if conflict else []
    if palette is not None:
        checks.append(flats.check_palette(allowed_codes(palette, hints)))
    return Report(tuple(checks), tuple(unproven))


def _check_line(sketch: Sketch, line: AnyArray) -> Check:
    """Gray pixels must come back exactly, coloured ones within one step."""
    if sketch.ground is not None:
        return _check_on_ground(sketch.ground, line)

    def bad(rows: slice) -> Mask:
        wanted = three(sketch.pixels[rows])
        off = distance(over_white(line[rows]), wanted)
        if sketch.pixels.ndim == 2:
            return any_channel(off > 0)
        colored = any_channel(wanted != wanted[..., :1])
        return any_channel(off > colored[..., None])

    pixel = first_pixel(len(line), bad)
    if pixel:
        return broken("line", "The line layer over white is not the sketch", pixel)
    exactly = "exactly" if sketch.pixels.ndim == 2 else "exactly where gray, within 1 where not"
    return Check("line", True, f"the line layer over white is the sketch, {exactly}")


def check_kept(stack: Stack, document: Document) -> Check:
    """Whether all layers of the user's file are there, in their order, as they were, uncovered."""
    own, left = document.own, iter([n for n in walk(document.nodes) if n not in document.own])
    flats = document.of_role(FLATS) or document.of_role(FLAT)
    order = {node: at for at, node in enumerate(walk(document.nodes))}
    # A clipped layer with nothing below it shows nothing, wherever it lies.
    every = [unit for level in levels(document.nodes) for unit in units(level)]
    sheets = {node for unit in every if is_sheet(unit[-1], document.shape) for node in unit}
    lowest = [list(units(level))[-1] for level in levels(document.nodes) if level]
    loose = {node for unit in lowest if unit[-1].clipped for node in unit}
    open_ = set(reached(document.nodes)) - loose
    shown, grounded = stack.line is not None or not stack.opaque, False
    for node in walk(stack.nodes):
        if node is stack.line and (stack.opaque or node.role) and node.name in map(_name, own):
            continue
        again = next(
            (n for n in left if n.name == node.name and _is_same(node, n, stack, document)), None
        )
        if again is None:
            return Check(
                "kept", False, f"The layer {node.name!r} of the drawing is missing or changed."
            )
        if shown and node.visible and not again.visible and not is_mark(node):
            return Check("kept", False, f"The layer {node.name!r} of the drawing is hidden.")
        below = flats is not None and order[again] > order[flats]
        grounded = grounded or (below and again in sheets)
        seen = again.visible and again in open_ and not again.is_group
        if shown and below and not grounded and seen:
            return Check("kept", False, f"The layer {node.name!r} of the drawing is covered.")
    return Check("kept", True, "the layers of the drawing's file are all there, as they were")


def _name(node: Node) -> str:
    return node.name


def _is_same(node: Node, again: Node, stack: Stack, document: Document) -> bool:
    """Whether a layer or group is what it was, to the last pixel."""
    if node.is_group != again.is_group or abs(node.opacity - again.opacity) > 1 / 255:
        return False
    alike = type(stack.origin) is type(document.origin)
    if alike and (node.blend, node.clipped) != (again.blend, again.clipped):
        return False
    if node.rows is None or again.rows is None:
        return True
    place, there = ((n.top, n.left, n.height, n.width) for n in (node, again))
    if place != there:
        return False
    same = (node.rows(rows) == again.rows(rows) for rows in strips(node.height))
    return all(bool(np.all(part)) for part in same)


def _check_on_ground(ground: Ground, line: AnyArray) -> Check:
    """Over the sketch's own ground each pixel must come back within one step."""
    white = np.float32(np.iinfo(line.dtype).max)

    def bad(rows: slice) -> Mask:
        part = line[rows].astype(np.float32)
        share = part[..., 3:] / white
        laid = part[..., :3] * share + ground.paper(rows) * (1 - share)
        return any_channel(np.abs(laid - three(ground.pixels[rows])) > 1.01)

    pixel = first_pixel(len(line), bad)
    if pixel:
        return broken("line", "The line layer over its ground is not the sketch", pixel)
    return Check("line", True, "the line layer over its ground is the sketch, within 1")


def _check_paper(sketch: Sketch, document: Document) -> Check:
    """White all over at the bottom; a user's own file may have its own lowest layer instead."""
    node = document.paper
    if node is None:
        if sketch.stack is None:
            raise FormatError(
                f"{document.path} has no layer named 'paper'; was it written by nurie?"
            )
        return Check("complete", True, "below the flats lie the layers that were there")
    if (node.top, node.left, node.height, node.width) != (0, 0, *document.shape):
        return Check("complete", False, "The paper layer does not cover the whole picture.")
    paper, ground = document.whole(node), sketch.ground
    if ground is not None:
        own = first_pixel(len(paper), lambda r: any_channel(paper[r][..., :3] != ground.paper(r)))
        if own:
            return broken("complete", "The paper layer is not the sketch's own ground", own)
        return Check("complete", True, "each pixel is flat or the sketch's own ground")
    white = np.iinfo(paper.dtype).max
    pixel = first_pixel(len(paper), lambda rows: any_channel(paper[rows] != white))
    if pixel:
        return broken("complete", "The paper layer is not opaque white", pixel)
    return Check("complete", True, "each pixel is flat or paper")


def _check_merged(document: Document, merged: AnyArray) -> Check:
    """The layers laid over each other, over white, must be the merged picture within one step.

    A shade of 8 bits multiplied into flats of 8 bits is rounded to 8 bits also where the lines
    have 16, so there a step is one of 8 bits.
    """
    white = int(np.iinfo(merged.dtype).max)
    shaded = any(node.blend != "normal" for node in document.nodes)
    step = white // 255 if shaded else 1
    for rows, part in composed(document.nodes, document.shape, _STRIP):
        laid = (part[..., :3] + (1 - part[..., 3:])).clip(0, 1) * white + 0.5
        found = merged[rows]
        off = any_channel(distance(laid.astype(merged.dtype), found[..., :3]) > step)
        bad = np.asarray(off | (found[..., 3] != white))
        if bad.any():
            row, column = divmod(int(bad.argmax()), bad.shape[1])
            pixel = rows.start + row, column
            return broken("merged", "The layers do not give back the merged picture", pixel)
    return Check("merged", True, "the layers give back the merged picture")


def _check_regions(document: Document, canvas: AnyArray, labels: Labels) -> Check:
    """Each region has the colour of its palette entry everywhere, or stays paper everywhere."""
    colors = _stored_colors(document)
    shape = document.shape
    if colors is None or labels.shape != shape or int(labels.max(initial=0)) >= len(colors):
        return Check("regions", False, "The document's label map and its list of colours disagree.")
    pixel = first_pixel(len(labels), lambda r: any_channel(canvas[r] != colors[labels[r]]))
    if pixel:
        region = int(labels[pixel])
        return broken("regions", f"Region {region} has not its colour in the flat layers", pixel)
    return Check("regions", True, f"{len(colors) - 1} regions, each of one colour or paper")


def _stored_colors(document: Document) -> AnyArray | None:
    """(n + 1, 4) uint8 of each label, transparent where paper stays; None if it makes no sense."""
    facts = document.read_facts() or {}
    try:
        entries = np.asarray(facts["entries"], np.int64).ravel()
        palette = [(*parse_hex(text), 255) for text in facts["palette"]["colors"]]
        colors = np.array([*palette, (0, 0, 0, 0)], np.uint8)  # entry -1 is the last one
        return colors[entries] if (entries >= -1).all() else None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OptionError):
        return None


class Flats:
    """The flat layers, decoded one after the other and laid onto one canvas."""

    def __init__(self, document: Document) -> None:
        self.canvas: AnyArray = np.zeros((*document.shape, 4), np.uint8)
        """(H, W, 4) uint8: the colour below the lines, alpha 0 where paper shows."""
        self._hard: Check | None = None
        self._disjoint: Check | None = None
        self._colors: list[tuple[Node, int, Point]] = []
        self._single = any(
            node.name == FLATS and not node.is_group for node in walk(document.nodes)
        )
        own = document.own
        for node in document.flats:
            if not own or node in own:
                self._lay(document, node)

    def checks(self) -> list[Check]:
        """Whether each layer is one hard-edged colour, and whether no two overlap."""
        found = f"{len(self._colors)} layers of one colour each"
        if self._single:
            found = "one layer of colours with hard edges"
        return [
            self._hard or Check("flats", True, found),
            self._disjoint or Check("disjoint", True, "no pixel lies in two flat layers"),
        ]

    def check_palette(self, allowed: AnyArray) -> Check:
        """Whether each layer's colour is one of the codes."""
        if self._single:
            return self._check_pixels(allowed)
        for node, code, first in self._colors:
            if code not in allowed:
                sentence = (
                    f"The flat layer {node.name!r} is {hex_of(code)}, which was not requested"
                )
                return broken("palette", sentence, first)
        return Check("palette", True, "each flat layer is of the palette or hinted")

    def seen(self, hints: Hints) -> AnyArray:
        """Colour codes below the hints, -1 where paper shows."""
        below = self.canvas[hints.rows, hints.columns]
        return np.where(below[:, 3] == 255, codes(below[:, :3]), -1)

    def _check_pixels(self, allowed: AnyArray) -> Check:
        def bad(rows: slice) -> Mask:
            part = self.canvas[rows]
            return np.asarray((part[..., 3] > 0) & ~np.isin(codes(part[..., :3]), allowed))

        pixel = first_pixel(len(self.canvas), bad)
        if pixel:
            code = int(codes(self.canvas[pixel][:3]))
            sentence = f"The flat layer has {hex_of(code)}, which was not requested"
            return broken("palette", sentence, pixel)
        return Check("palette", True, "each colour of the flats is of the palette or hinted")

    def _lay(self, document: Document, node: Node) -> None:
        """Lay one layer; the first pixel that breaks the promise is kept."""
        top, left = max(node.top, 0), max(node.left, 0)
        bottom = min(node.top + node.height, document.height)
        right = min(node.left + node.width, document.width)
        if node.rows is None or top >= bottom or left >= right:
            return
        pixels = node.rows(slice(top - node.top, bottom - node.top))
        pixels = _eight(pixels[:, left - node.left : right - node.left])
        filled = pixels[..., 3] > 0
        first = first_pixel(len(filled), filled.__getitem__)
        if first is None:
            return
        color = pixels[first].copy()
        color[3] = 255
        self._colors.append((node, int(codes(color[:3])), (first[0] + top, first[1] + left)))
        bad = first_pixel(len(pixels), lambda r: filled[r] & self._soft(pixels[r], color))
        if bad and self._hard is None:
            sentence = f"The flat layer {node.name!r} is not one colour with hard edges"
            self._hard = broken("flats", sentence, (bad[0] + top, bad[1] + left))
        window = self.canvas[top:bottom, left:right]
        bad = first_pixel(len(pixels), lambda r: filled[r] & (window[r][..., 3] > 0))
        if bad and self._disjoint is None:
            sentence = f"The flat layer {node.name!r} overlaps another one"
            self._disjoint = broken("disjoint", sentence, (bad[0] + top, bad[1] + left))
        for rows in strips(len(pixels)):
            window[rows][filled[rows]] = pixels[rows][filled[rows]]

    def _soft(self, part: AnyArray, color: AnyArray) -> Mask:
        """What is no opaque pixel of the layer's colour, or, in the one layer of all, of any."""
        if self._single:
            return np.asarray(part[..., 3] < 255)
        return any_channel(part != color)


def _eight(pixels: AnyArray) -> AnyArray:
    """Samples of 8 bits; what lies between two steps is not opaque then, and so is found."""
    if pixels.dtype == np.uint8:
        return pixels
    eight = (pixels // 257).astype(np.uint8)
    between = any_channel(pixels % 257 != 0) & (pixels[..., 3] > 0)
    eight[between, 3] = np.minimum(eight[between, 3], 254)
    return eight
