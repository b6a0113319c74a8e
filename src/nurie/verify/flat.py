"""What a flat picture can prove: the lines are all there, over colours that may be."""

from dataclasses import replace

import numpy as np

from nurie.arrays import AnyArray, Mask, Pixels
from nurie.colors import color_codes, to_hex
from nurie.document import Hints, Palette, Sketch, lay_lines, strips
from nurie.ground import Ground
from nurie.io.samples import eight_bits
from nurie.verify import report
from nurie.verify.report import CONFLICT, Check, Report

FEW = 4096
"""More colours than this where no line is are no flats."""

_WHITE = 0xFFFFFF
_NO_COLOR = "No colour below the sketch's line gives the output"
_ONLY_LAYERS = (
    "that each region has one colour, with hard edges: write .ora or .psd to prove it",
    "that regions are disjoint and complete: write .ora or .psd to prove it",
)


def verify_flat(
    sketch: Sketch, merged: Pixels, hints: Hints | None, palette: Palette | None
) -> Report:
    """Prove of a flat picture what can be proven (see :func:`nurie.verify.verify`)."""
    checks, unproven = [report.check_kind(sketch, [(merged.shape, merged.dtype)])], [*_ONLY_LAYERS]
    if not checks[0].ok:
        return Report(tuple(checks), tuple(unproven))
    merged = report.three(merged)
    checks += [_check_line(sketch, merged), _check_flats(sketch, merged)]
    if hints is not None:
        check, conflict = _check_hints(sketch, merged, report.obeyed_by(hints, sketch, None))
        checks.append(check)
        unproven += [CONFLICT] if conflict else []
    if palette is not None:
        checks.append(_check_palette(sketch, merged, report.allowed_codes(palette, hints)))
    return Report(tuple(checks), tuple(unproven))


def _check_line(sketch: Sketch, merged: Pixels) -> Check:
    """Each pixel must be the sketch's, laid over some 8-bit colour by ``document.lay_lines``.

    The colour that explains it best is found by division; laid again, it must give the pixel.
    """
    if sketch.ground is not None:
        return _check_on_ground(sketch.ground, merged)
    white = sketch.white
    signed = np.int32 if white == 255 else np.int64

    def bad(rows: slice) -> Mask:
        pixels = sketch.pixels[rows]
        wide = report.three(pixels).astype(signed)
        least = report.darkest(wide)[..., None]
        found: AnyArray = merged[rows].astype(signed)
        share = (found - (wide - least)) * white
        step = np.maximum(least * (white // 255), 1)
        below = np.clip((share + step // 2) // step, 0, 255).astype(np.uint8)
        return report.any_channel(lay_lines(pixels, below) != merged[rows])

    held = "each pixel is the sketch's over some colour"
    return report.prove("line", len(merged), bad, _NO_COLOR, held)


def _check_flats(sketch: Sketch, merged: Pixels) -> Check:
    """Where no line is, flats show: few colours."""
    found = np.zeros(0, np.int64)
    for rows in strips(len(merged)):
        shown = _bare(sketch, rows) & ~_own(sketch, merged, rows)
        here = color_codes(eight_bits(merged[rows]))[shown]
        runs = here[np.append(True, here[1:] != here[:-1])] if len(here) else here
        found = np.union1d(found, runs)
        if len(found) > FEW:
            detail = f"Where no line is, the output has more than {FEW} colours; flats have few."
            return Check("flats", False, detail)
    return Check("flats", True, f"{len(found)} colours where no line is")


def _check_hints(sketch: Sketch, merged: Pixels, hints: Hints) -> tuple[Check, bool]:
    """Whether hinted pixels show their hint below the line, and whether some cannot be judged."""
    at = hints.rows, hints.columns
    found, ground = merged[at], sketch.ground

    def lay(below: AnyArray) -> Pixels:
        if ground is None:
            return np.asarray(lay_lines(sketch.pixels[at][None], below)[0])
        whole = ground.below
        few = replace(
            ground, pixels=ground.pixels[at][None], below=None if whole is None else whole[at][None]
        )
        return np.asarray(few.lay(slice(0, 1), below)[0])

    bad = (found != lay(hints.colors[None])).any(axis=-1)
    bad &= ~report.slips(hints, bad)
    conflict = np.zeros_like(bad)
    if bad.any():
        # In a region with several hint colours the most frequent wins, which needs the regions.
        for color in np.unique(hints.colors, axis=0):
            below = np.broadcast_to(color, (1, len(bad), 3))
            conflict |= bad & (lay(below) == found).all(axis=-1)
    held = f"{len(bad) - int(conflict.sum())} hinted pixels show their hint"

    def sentence(i: int) -> str:
        return f"The output does not show the hinted {to_hex(hints.colors[i])}"

    return report.first_hint(hints, bad & ~conflict, sentence, held), bool(conflict.any())


def _check_palette(sketch: Sketch, merged: Pixels, allowed: AnyArray) -> Check:
    """Where no line is, only the palette, the hints and white paper may show."""
    allowed = np.append(allowed, _WHITE)

    def bad(rows: slice) -> Mask:
        wanted = np.isin(color_codes(eight_bits(merged[rows])), allowed)
        return _bare(sketch, rows) & ~wanted & ~_own(sketch, merged, rows)

    def sentence(pixel: report.Point) -> str:
        return f"The output has {to_hex(eight_bits(merged[pixel]))}, which was not requested"

    held = "each colour where no line is was requested, or is paper"
    return report.prove("palette", len(merged), bad, sentence, held)


def _bare(sketch: Sketch, rows: slice) -> Mask:
    """Where the sketch has no ink at all."""
    if sketch.ground is not None:
        return np.asarray(sketch.ground.line(rows)[..., 3] == 0)
    pixels = sketch.pixels[rows]
    return np.asarray(report.darkest(report.three(pixels)) == sketch.white)


def _own(sketch: Sketch, merged: Pixels, rows: slice) -> Mask:
    """Where the output is the sketch's own ground, which may have a grain."""
    if sketch.ground is None:
        return np.zeros(merged[rows].shape[:2], np.bool_)
    return ~report.any_channel(merged[rows] != report.three(sketch.ground.pixels[rows]))


def _check_on_ground(ground: Ground, merged: Pixels) -> Check:
    """Each pixel must be the sketch's own, or its line laid over some 8-bit colour."""
    white = np.float32(np.iinfo(merged.dtype).max)

    def bad(rows: slice) -> Mask:
        line, found = ground.line(rows).astype(np.float32), merged[rows]
        share = line[..., 3:] / white
        below = (found - line[..., :3] * share) / np.maximum(1 - share, 1 / white) * (255 / white)
        off = report.any_channel(
            ground.lay(rows, (below.clip(0, 255) + 0.5).astype(np.uint8)) != found
        )
        return np.asarray(off & report.any_channel(found != report.three(ground.pixels[rows])))

    held = "each pixel is the sketch's, or its line over some colour"
    return report.prove("line", len(merged), bad, _NO_COLOR, held)
