"""A drawing that nurie wrote and nobody painted in since, laid anew from its regions and lines.

Its merged picture with other colours is had from the label map and the line layer alone: neither
the old one nor the flats need be unpacked.
"""

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import PAPER, Layers, Palette, Sketch, lay_lines
from nurie.errors import FormatError
from nurie.io.layered.document import Document
from nurie.io.layered.tree import SHADE

_LEVELS = 256


def sealed_layers(document: Document, pool: Executor) -> Layers | None:
    """The coloured drawing as it was when it was written, but for its palette.

    Args:
        document: of any program.
        pool: unpacks the label map while the line layer is unpacked.

    Returns:
        Lines, regions, entries and shade, and an empty palette. None where the document was changed
        since, has layers of the user's own, or coloured lines, which are kept within one step only.

    Raises:
        UnreadableError: a part of the document is damaged.
    """
    facts = document.read_facts() or {}
    if facts.get("gray") is not True or "line" in facts or not document.is_sealed():
        return None
    try:
        line, entries = document.line, np.array(facts["entries"], np.int32)
        shade = next((node for node in document.nodes if node.name == SHADE), None)
    except (FormatError, KeyError, ValueError, TypeError, OverflowError):
        return None
    waiting = pool.submit(document.read_labels)
    ink = line.pixels[..., 3] if not line.is_group else np.zeros((0, 0), np.uint8)
    soft = None if shade is None or shade.is_group else shade.pixels[..., :3]
    labels = waiting.result()
    shapes = {ink.shape, document.shape, *(() if soft is None else (soft.shape[:2],))}
    if labels is None or {labels.shape} != shapes or entries.ndim != 1:
        return None
    if not 0 <= labels.min() <= labels.max() < len(entries) or entries.min() < PAPER:
        return None
    if soft is not None and soft.dtype == np.uint16:
        soft = (soft // 257).astype(np.uint8)
    sketch = Sketch(np.iinfo(ink.dtype).max - ink)
    palette = Palette(np.zeros((0, 3), np.uint8))
    return Layers(sketch, labels, entries, palette, np.zeros(len(entries), np.bool_), shade=soft)


def laying(layers: Layers) -> Callable[[slice, AnyArray], None]:
    """A function that lays rows of the merged picture into an array (h, W, 3).

    Without shade and with 8 bits each pixel is one of a colour below 256 shades of line: all of
    them are computed once, and then looked up.
    """
    if layers.shade is not None or layers.sketch.pixels.dtype != np.uint8:
        return lambda rows, out: np.copyto(out, layers.merged(rows.start, rows.stop))
    colors = np.concatenate([layers.palette.colors, np.full((1, 3), 255, np.uint8)])
    shades = np.arange(_LEVELS, dtype=np.uint8)
    table = np.full((len(colors), _LEVELS, 4), 255, np.uint8)
    for own, color in zip(table, colors, strict=True):
        own[:, :3] = lay_lines(shades[None], np.broadcast_to(color, (1, _LEVELS, 3)))[0]
    pixels = table.view(np.uint32).ravel()
    paper = np.where(layers.entries < 0, len(colors) - 1, layers.entries)
    starts = (paper * _LEVELS).astype(np.min_scalar_type(len(pixels)))

    def lay(rows: slice, out: AnyArray) -> None:
        at = np.take(starts, layers.labels[rows], mode="clip")
        at += layers.sketch.pixels[rows]
        found = np.take(pixels, at, mode="clip").view(np.uint8).reshape(*at.shape, 4)
        for channel in range(3):  # several times faster than all three at once
            out[..., channel] = found[..., channel]

    return lay
