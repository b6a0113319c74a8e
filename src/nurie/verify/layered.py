"""The promise of a layered document, layer by layer."""

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.color import parse_hex
from nurie.document import Hints, Palette, Sketch, strips
from nurie.errors import OptionError
from nurie.guidance.hints import settle
from nurie.io.ora import OraLayer, OraPicture
from nurie.io.samples import over_white
from nurie.verify.asked import CONFLICT, allowed_codes, check_hints
from nurie.verify.report import (
    Check,
    Point,
    Report,
    any_channel,
    broken,
    check_kind,
    codes,
    distance,
    first_pixel,
    hex_of,
    three,
)

_NO_LABELS = "that each region has one colour: the document does not hold nurie's label map"


def verify_layers(
    sketch: Sketch, ora: OraPicture, hints: Hints | None, palette: Palette | None
) -> Report:
    """Prove all of the promise from a layered document (see :func:`nurie.verify.verify`)."""
    line, merged = ora.pixels(ora.line), ora.merged()
    shapes = [ora.shape, line.shape[:2], merged.shape[:2]]
    checks = [check_kind(sketch, shapes, [line.dtype, merged.dtype])]
    if not checks[0].ok:
        return Report(tuple(checks))
    checks.append(_check_line(sketch, line))
    flats = _Flats(ora)
    checks += flats.checks()
    checks.append(_check_paper(ora))
    checks.append(_check_merged(line, flats.canvas, merged))
    labels, unproven = ora.labels(), []
    if labels is None or ora.facts() is None:
        labels, unproven = None, [_NO_LABELS]
    else:
        checks.append(_check_regions(ora, flats.canvas, labels))
    if hints is not None:
        told = hints if labels is None else settle(hints, labels)
        check, conflict = check_hints(told, flats.seen(told), labels)
        checks.append(check)
        unproven += [CONFLICT] if conflict else []
    if palette is not None:
        allowed = allowed_codes(palette, hints)
        checks.append(flats.check_palette(allowed))
    return Report(tuple(checks), tuple(unproven))


class _Flats:
    """The flat layers, decoded one after the other and laid onto one canvas."""

    def __init__(self, ora: OraPicture) -> None:
        self.canvas: AnyArray = np.zeros((*ora.shape, 4), np.uint8)
        self._one: Check | None = None
        self._disjoint: Check | None = None
        self._colors: list[tuple[OraLayer, int, Point]] = []
        for layer in ora.flats:
            self._lay(layer, ora.pixels(layer))

    def checks(self) -> list[Check]:
        """Whether each layer is one hard-edged colour, and whether no two overlap."""
        return [
            self._one or Check("flats", True, f"{len(self._colors)} layers of one colour each"),
            self._disjoint or Check("disjoint", True, "no pixel lies in two flat layers"),
        ]

    def check_palette(self, allowed: AnyArray) -> Check:
        """Whether each layer's colour is one of the codes."""
        for layer, code, first in self._colors:
            if code not in allowed:
                sentence = (
                    f"The flat layer {layer.name!r} is {hex_of(code)}, which is not asked for"
                )
                return broken("palette", sentence, first)
        return Check("palette", True, "each flat layer is of the palette or hinted")

    def seen(self, hints: Hints) -> AnyArray:
        """Colour codes below the hints, -1 where paper shows."""
        below = self.canvas[hints.rows, hints.columns]
        return np.where(below[:, 3] == 255, codes(below[:, :3]), -1)

    def _lay(self, layer: OraLayer, pixels: AnyArray) -> None:
        """Lay one layer; the first pixel that breaks the promise is kept."""
        top, left = layer.y, layer.x
        if pixels.dtype == np.uint16:
            pixels = (pixels // 257).astype(np.uint8)
        filled = pixels[..., 3] > 0
        first = first_pixel(len(filled), filled.__getitem__)
        if first is None:
            return
        color = pixels[first].copy()
        color[3] = 255
        start = (first[0] + top, first[1] + left)
        self._colors.append((layer, int(codes(color[:3])), start))
        bad = first_pixel(len(pixels), lambda r: filled[r] & any_channel(pixels[r] != color))
        if bad and self._one is None:
            sentence = f"The flat layer {layer.name!r} is not one colour with hard edges"
            self._one = broken("flats", sentence, (bad[0] + top, bad[1] + left))
        window = self.canvas[top : top + len(pixels), left : left + pixels.shape[1]]
        bad = first_pixel(len(pixels), lambda r: filled[r] & (window[r][..., 3] > 0))
        if bad and self._disjoint is None:
            sentence = f"The flat layer {layer.name!r} overlaps another one"
            self._disjoint = broken("disjoint", sentence, (bad[0] + top, bad[1] + left))
        for rows in strips(len(pixels)):
            window[rows][filled[rows]] = pixels[rows][filled[rows]]


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


def _check_paper(ora: OraPicture) -> Check:
    paper = ora.pixels(ora.paper)
    if paper.shape[:2] != ora.shape:
        return Check("complete", False, "The paper layer does not cover the whole picture.")
    white = np.iinfo(paper.dtype).max
    pixel = first_pixel(len(paper), lambda rows: any_channel(paper[rows] != white))
    if pixel:
        return broken("complete", "The paper layer is not opaque white", pixel)
    return Check("complete", True, "each pixel is flat or paper")


def _check_merged(line: AnyArray, canvas: AnyArray, merged: AnyArray) -> Check:
    white = int(np.iinfo(line.dtype).max)  # white * white + white // 2 just fits into uint32

    def bad(rows: slice) -> Mask:
        below = np.where(canvas[rows, :, 3:] > 0, canvas[rows, :, :3], 255).astype(np.uint32)
        alpha = line[rows, :, 3:].astype(np.uint32)
        laid = line[rows, :, :3] * alpha + below * (white // 255) * (white - alpha)
        found = merged[rows]
        off = any_channel(distance((laid + white // 2) // white, found[..., :3]) > 1)
        return np.asarray(off | (found[..., 3] != white))

    pixel = first_pixel(len(line), bad)
    if pixel:
        return broken("merged", "The layers do not give back the merged picture", pixel)
    return Check("merged", True, "the layers give back the merged picture")


def _check_regions(ora: OraPicture, canvas: AnyArray, labels: Labels) -> Check:
    """Each region has the colour of its palette entry everywhere, or stays paper everywhere."""
    colors = _stored_colors(ora)
    if colors is None or labels.shape != ora.shape or int(labels.max(initial=0)) >= len(colors):
        return Check("regions", False, "The document's label map and its list of colours disagree.")
    pixel = first_pixel(len(labels), lambda r: any_channel(canvas[r] != colors[labels[r]]))
    if pixel:
        region = int(labels[pixel])
        return broken("regions", f"Region {region} has not its colour in the flat layers", pixel)
    return Check("regions", True, f"{len(colors) - 1} regions, each of one colour or paper")


def _stored_colors(ora: OraPicture) -> AnyArray | None:
    """(n + 1, 4) uint8 of each label, transparent where paper stays; None if it makes no sense."""
    facts = ora.facts() or {}
    try:
        entries = np.asarray(facts["entries"], np.int64).ravel()
        palette = [(*parse_hex(text), 255) for text in facts["palette"]["colors"]]
        colors = np.array([*palette, (0, 0, 0, 0)], np.uint8)  # entry -1 is the last one
        return colors[entries] if (entries >= -1).all() else None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OptionError):
        return None
