"""The pixel promise, proven from the files alone: the sketch, and what was written.

Over white, the line layer is the input. Each flat layer is one colour, without antialiasing; the
flat layers are disjoint and, with the paper, complete; hints and palette are obeyed; the layers
give back the merged picture. Each check names the first pixel (rows first) that breaks it.
"""

from dataclasses import replace

from nurie.document import Hints, Palette, Sketch
from nurie.io.files import PathLike
from nurie.io.images import is_document, read_document, read_exact
from nurie.io.samples import in_profile
from nurie.verify.flat import verify_flat
from nurie.verify.layered import verify_layers
from nurie.verify.report import Check, Report

__all__ = ["Check", "Report", "verify"]


def verify(
    sketch: Sketch,
    output: PathLike,
    *,
    hints: Hints | None = None,
    palette: Palette | None = None,
) -> Report:
    """Prove the pixel promise of a coloured picture.

    Of a flat picture less can be proven; ``Report.unproven`` says what only layers can prove.

    Raises:
        InputError: the output cannot be read.
    """
    limit = max(2 * sketch.shape[0] * sketch.shape[1], 1 << 24)
    hints = sketch.hints if hints is None else hints
    if sketch.icc_profile is not None:
        profile = sketch.icc_profile
        if hints is not None:
            hints = replace(hints, colors=in_profile(hints.colors, profile))
        if palette is not None:
            palette = replace(palette, colors=in_profile(palette.colors, profile))
    if is_document(output):
        return verify_layers(sketch, read_document(output, max_pixels=limit), hints, palette)
    return verify_flat(sketch, read_exact(output, max_pixels=limit), hints, palette)
