"""The promise of a layered document, layer by layer."""

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.colors import parse_hex
from nurie.document import Hints, Palette, Sketch
from nurie.errors import FormatError, OptionError
from nurie.io.layered.document import Document, composed
from nurie.io.samples import over_white
from nurie.verify.asked import CONFLICT, allowed_codes, check_hints, obeyed_by
from nurie.verify.flats import Flats
from nurie.verify.report import (
    Check,
    Report,
    any_channel,
    broken,
    check_kind,
    distance,
    first_pixel,
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
    stack, told = sketch.stack, document.read_facts() is not None
    # Where another program dropped nurie's facts, the sketch knows its own line's name.
    line = document.line if told or stack is None else document.named(stack.line.name)
    checks.append(_check_line(sketch, document.whole(line)))
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
    paper = document.whole(node)
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
