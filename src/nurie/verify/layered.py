"""The promise of a layered document, layer by layer: one hard-edged colour in each flat one."""

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.colors import color_codes, parse_hex, to_hex
from nurie.document import Hints, Palette, Sketch, strips
from nurie.errors import FormatError, OptionError
from nurie.ground import Ground
from nurie.io.layered.document import Document, composed, overlap
from nurie.io.layered.sketch import is_mark
from nurie.io.layered.tree import FLAT, FLATS, is_sheet
from nurie.io.samples import over_white
from nurie.stack import Node, Stack, levels, reached, units, walk
from nurie.verify import report
from nurie.verify.report import CONFLICT, Check, Point, Report

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
    outputs = [(document.shape, kind), (merged.shape, merged.dtype)]
    checks = [report.check_kind(sketch, outputs)]
    if not checks[0].ok:
        return Report(tuple(checks))
    stack, listed = sketch.stack, document.read_facts() is not None
    if stack is None or stack.line is not None or stack.opaque:
        # Where another program dropped nurie's facts, the sketch knows its own line's name.
        known = stack.line if stack is not None and not listed else None
        line = document.line if known is None else document.named(known.name)
        checks.append(_check_line(sketch, document.whole(line)))
    if stack is not None:
        checks.append(_check_kept(stack, document))
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
        counted = report.obeyed_by(hints, sketch, labels)
        check, conflict = report.check_hints(counted, flats.seen(counted), labels)
        checks.append(check)
        unproven += [CONFLICT] if conflict else []
    if palette is not None:
        checks.append(flats.check_palette(report.allowed_codes(palette, hints)))
    return Report(tuple(checks), tuple(unproven))


def _check_line(sketch: Sketch, line: AnyArray) -> Check:
    """Gray pixels must come back exactly, coloured ones within one step."""
    if sketch.ground is not None:
        return _check_on_ground(sketch.ground, line)

    def bad(rows: slice) -> Mask:
        wanted = report.three(sketch.pixels[rows])
        off = np.abs(over_white(line[rows]).astype(np.int32) - wanted)
        if sketch.pixels.ndim == 2:
            return report.any_channel(off > 0)
        colored = report.any_channel(wanted != wanted[..., :1])
        return report.any_channel(off > colored[..., None])

    exactly = "exactly" if sketch.pixels.ndim == 2 else "exactly where gray, within 1 where not"
    held = f"the line layer over white is the sketch, {exactly}"
    return report.prove("line", len(line), bad, "The line layer over white is not the sketch", held)


def _check_kept(stack: Stack, document: Document) -> Check:
    """Whether all layers of the user's file are there, in their order, as they were, uncovered."""
    own, left = document.own, iter([n for n in walk(document.nodes) if n not in document.own])
    flats = document.of_role(FLATS) or document.of_role(FLAT)
    order = {node: at for at, node in enumerate(walk(document.nodes))}
    # A clipped layer with nothing below it shows nothing, wherever it lies.
    every = [unit for level in levels(document.nodes) for unit in units(level)]
    sheets = {node for unit in every if is_sheet(unit[-1], document.shape) for node in unit}
    lowest = [list(units(level))[-1] for level in levels(document.nodes) if level]
    loose = {node for unit in lowest if unit[-1].clipped for node in walk(unit)}
    open_ = set(reached(document.nodes)) - loose
    shown, names = stack.line is not None or not stack.opaque, {node.name for node in own}
    grounded = False
    for node in walk(stack.nodes):
        if node is stack.line and (stack.opaque or node.role) and node.name in names:
            continue
        again = next(
            (n for n in left if n.name == node.name and _is_same(node, n, stack, document)), None
        )
        called = f"The layer {node.name!r} of the drawing"
        if again is None:
            return Check("kept", False, f"{called} is missing or changed.")
        if shown and node.visible and not again.visible and not is_mark(node):
            return Check("kept", False, f"{called} is hidden.")
        below = flats is not None and order[again] > order[flats]
        grounded = grounded or (below and again in sheets)
        seen = again.visible and again in open_ and not again.is_group
        if shown and below and not grounded and seen:
            return Check("kept", False, f"{called} is covered.")
    return Check("kept", True, "the layers of the drawing's file are all there, as they were")


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
        return report.any_channel(np.abs(laid - report.three(ground.pixels[rows])) > 1.01)

    held = "the line layer over its ground is the sketch, within 1"
    return report.prove(
        "line", len(line), bad, "The line layer over its ground is not the sketch", held
    )


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

    def bad(rows: slice) -> Mask:
        if ground is None:
            return report.any_channel(paper[rows] != np.iinfo(paper.dtype).max)
        return report.any_channel(paper[rows][..., :3] != ground.paper(rows))

    own = "opaque white" if ground is None else "the sketch's own ground"
    held = f"each pixel is flat or {'paper' if ground is None else own}"
    return report.prove("complete", len(paper), bad, f"The paper layer is not {own}", held)


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
        far = np.abs(laid.astype(merged.dtype).astype(np.int32) - found[..., :3]) > step
        off = report.any_channel(far)
        bad = np.asarray(off | (found[..., 3] != white))
        if bad.any():
            row, column = divmod(int(bad.argmax()), bad.shape[1])
            pixel = rows.start + row, column
            return report.broken("merged", "The layers do not give back the merged picture", pixel)
    return Check("merged", True, "the layers give back the merged picture")


def _check_regions(document: Document, canvas: AnyArray, labels: Labels) -> Check:
    """Each region has the colour of its palette entry everywhere, or stays paper everywhere."""
    colors = _stored_colors(document)
    shape = document.shape
    if colors is None or labels.shape != shape or int(labels.max(initial=0)) >= len(colors):
        return Check("regions", False, "The document's label map and its list of colours disagree.")
    return report.prove(
        "regions",
        len(labels),
        lambda r: report.any_channel(canvas[r] != colors[labels[r]]),
        lambda pixel: f"Region {labels[pixel]} has not its colour in the flat layers",
        f"{len(colors) - 1} regions, each of one colour or paper",
    )


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

            def bad(rows: slice) -> Mask:
                part = self.canvas[rows]
                return np.asarray(
                    (part[..., 3] > 0) & ~np.isin(color_codes(part[..., :3]), allowed)
                )

            def sentence(pixel: Point) -> str:
                color = to_hex(self.canvas[pixel][:3])
                return f"The flat layer has {color}, which was not requested"

            held = "each colour of the flats is of the palette or hinted"
            return report.prove("palette", len(self.canvas), bad, sentence, held)
        for node, code, first in self._colors:
            if code not in allowed:
                called = f"The flat layer {node.name!r} is {report.hex_of(code)}"
                return report.broken("palette", f"{called}, which was not requested", first)
        return Check("palette", True, "each flat layer is of the palette or hinted")

    def seen(self, hints: Hints) -> AnyArray:
        """Colour codes below the hints, -1 where paper shows."""
        below = self.canvas[hints.rows, hints.columns]
        return np.where(below[:, 3] == 255, color_codes(below[:, :3]), -1)

    def _lay(self, document: Document, node: Node) -> None:
        """Lay one layer; the first pixel that breaks the promise is kept."""
        place = node.top, node.left, node.height, node.width
        there, (rows, columns) = overlap(place, slice(0, document.height), document.width)
        if node.rows is None or rows.start >= rows.stop:
            return
        window, top, left = self.canvas[there], there[0].start, there[1].start
        pixels = _eight(node.rows(rows)[:, columns])
        filled = pixels[..., 3] > 0
        first = report.first_pixel(len(filled), filled.__getitem__)
        if first is None:
            return
        color = pixels[first].copy()
        color[3] = 255
        self._colors.append((node, int(color_codes(color[:3])), (first[0] + top, first[1] + left)))
        bad = report.first_pixel(len(pixels), lambda r: filled[r] & self._soft(pixels[r], color))
        if bad and self._hard is None:
            sentence = f"The flat layer {node.name!r} is not one colour with hard edges"
            self._hard = report.broken("flats", sentence, (bad[0] + top, bad[1] + left))
        bad = report.first_pixel(len(pixels), lambda r: filled[r] & (window[r][..., 3] > 0))
        if bad and self._disjoint is None:
            sentence = f"The flat layer {node.name!r} overlaps another one"
            self._disjoint = report.broken("disjoint", sentence, (bad[0] + top, bad[1] + left))
        for rows in strips(len(pixels)):
            window[rows][filled[rows]] = pixels[rows][filled[rows]]

    def _soft(self, part: AnyArray, color: AnyArray) -> Mask:
        """What is no opaque pixel of the layer's colour, or, in the one layer of all, of any."""
        if self._single:
            return np.asarray(part[..., 3] < 255)
        return report.any_channel(part != color)


def _eight(pixels: AnyArray) -> AnyArray:
    """Samples of 8 bits; what lies between two steps is not opaque then, and so is found."""
    if pixels.dtype == np.uint8:
        return pixels
    eight = (pixels // 257).astype(np.uint8)
    between = report.any_channel(pixels % 257 != 0) & (pixels[..., 3] > 0)
    eight[between, 3] = np.minimum(eight[between, 3], 254)
    return eight
