"""A merged picture after its flats took other colours: the old one, plus what the flats changed.

Under lines of transparency t the flats show as t · flat, so new = old - t · before + t · after, in
the same integer arithmetic as :func:`nurie.document.lay_lines`. Where no flat changed, the picture
stays as it was to the last bit, whatever program merged it.

Where nurie wrote the document and nobody painted in it since, the picture is laid anew from the
label map and the line layer alone: neither the old one nor the flats need be unpacked.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Mask, Rgb8
from nurie.document import PAPER, Layers, Palette, Sketch, lay_lines, multiply
from nurie.errors import FormatError
from nurie.io.layered.document import Document
from nurie.io.layered.flats import FlatLayer
from nurie.io.layered.tree import SHADE

_WHITE = 0xFFFFFFFF
_LEVELS = 256
THUMBNAIL = 256
"""Longest side of a thumbnail."""


@dataclass(frozen=True, eq=False)
class Cover:
    """A layer above the flats: lines, or a shade that multiplies."""

    top: int
    left: int
    pixels: AnyArray
    """(h, w, 4) uint8 or uint16, straight alpha; of a shade (h, w, 3) uint8."""

    def seen(self, rows: slice, width: int) -> Mask:
        """Where the layer covers something of some rows of a picture, (h, width) bool."""
        found = np.zeros((rows.stop - rows.start, width), np.bool_)
        top, left = max(self.top, rows.start), max(self.left, 0)
        bottom = min(self.top + self.pixels.shape[0], rows.stop)
        right = min(self.left + self.pixels.shape[1], width)
        if top < bottom and left < right:
            part = self.pixels[top - self.top : bottom - self.top]
            part = part[:, left - self.left : right - self.left]
            full = part[..., 3] > 0 if part.shape[2] == 4 else (part < 255).any(axis=2)
            found[top - rows.start : bottom - rows.start, left:right] = full
        return found


def below(flats: Sequence[FlatLayer], colors: Sequence[Rgb8], rows: slice, width: int) -> AnyArray:
    """Flats of some rows over white paper.

    (h, width) uint32: red, green, blue and 255 of each pixel, as it lies in memory.
    """
    canvas = np.full((rows.stop - rows.start, width), _WHITE, np.uint32)
    for flat, own in zip(reversed(flats), reversed(colors), strict=True):
        top, bottom = max(flat.top, rows.start), min(flat.top + flat.shape[0], rows.stop)
        if top >= bottom:
            continue
        part = slice(top - flat.top, bottom - flat.top)
        first, last = max(flat.left, 0), min(flat.left + flat.shape[1], width)
        window = canvas[top - rows.start : bottom - rows.start, first : max(first, last)]
        inside = slice(first - flat.left, max(first, last) - flat.left)
        places = flat.places(part)[:, inside]
        pixels = flat.pixels(part, own).view(np.uint32)[:, inside, 0]
        np.copyto(window, pixels, where=places > 0)
    return canvas


def correct_flats(
    strip: AnyArray, rows: slice, before: AnyArray, after: AnyArray, covers: Sequence[Cover | None]
) -> None:
    """Correct some rows of a merged picture, in place.

    Args:
        strip: (h, W, 4) uint8 or uint16, the old picture, opaque.
        rows: of the picture.
        before: what :func:`below` gives with the old colours.
        after: with the new ones.
        covers: the lines, and the shade or None.
    """
    line, shade = covers
    covered = np.zeros(before.shape, np.bool_)
    for cover in (line, shade):
        if cover is not None:
            covered |= cover.seen(rows, before.shape[1])
    changed = before != after
    white = int(np.iinfo(strip.dtype).max)
    bare = changed & ~covered
    if white == 255:
        np.copyto(strip.view(np.uint32)[..., 0], after, where=bare)
    else:
        strip[bare] = after[bare].view(np.uint8).reshape(-1, 4).astype(np.uint16) * 257
    changed &= covered
    where = np.divmod(np.flatnonzero(changed), changed.shape[1])
    if len(where[0]):
        shows = [_seen(flat[changed], rows, where, covers, white) for flat in (before, after)]
        fixed = strip[changed].astype(np.int32)
        fixed[:, :3] += shows[1] - shows[0]
        strip[changed] = np.clip(fixed, 0, white)


def _seen(
    packed: AnyArray,
    rows: slice,
    where: tuple[AnyArray, AnyArray],
    covers: Sequence[Cover | None],
    white: int,
) -> AnyArray:
    """How much of the flats shows at some pixels, (n, 3) int32 up to ``white``."""
    line, shade = covers
    colors = packed.view(np.uint8).reshape(-1, 4)[:, :3]
    if shade is not None:
        colors = multiply(colors, _at(shade, rows, where, 255)[:, :3])
    through = np.full(len(packed), white, np.uint32)
    if line is not None:
        alpha = _at(line, rows, where, 0)[:, 3]
        through -= alpha.astype(np.uint32) * (white // int(np.iinfo(alpha.dtype).max))
    scaled = colors.astype(np.uint32) * np.uint32(white // 255)
    shown = scaled * through[:, None] + np.uint32(white // 2)
    return (shown // np.uint32(white)).astype(np.int32)


def _at(cover: Cover, rows: slice, where: tuple[AnyArray, AnyArray], outside: int) -> AnyArray:
    """Pixels of a layer at places of the picture, ``outside`` beyond its edges: (n, c)."""
    down, across = where[0] + (rows.start - cover.top), where[1] - cover.left
    height, width, channels = cover.pixels.shape
    inside = (down >= 0) & (down < height) & (across >= 0) & (across < width)
    if inside.all():
        return np.asarray(cover.pixels[down, across])
    found = np.full((len(down), channels), outside, cover.pixels.dtype)
    found[inside] = cover.pixels[down[inside], across[inside]]
    return found


class Thumbnail:
    """A picture at most 256 pixels wide and high, of another one's strips: means over squares.

    >>> small = Thumbnail((600, 300))
    >>> small.seen(np.full((600, 300, 4), 7, np.uint8)).shape, small.pixels.shape
    ((600, 300, 4), (200, 100, 3))
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self._shape, self._step, self._top = shape, -(-max(shape) // THUMBNAIL), 0
        self._sums = np.zeros((-(-shape[0] // self._step), shape[1], 3), np.uint32)

    def seen(self, part: AnyArray) -> AnyArray:
        """The next rows, (h, W, 3 or 4) uint8 or uint16, which are given back."""
        first = self._top // self._step
        edges = np.arange(first * self._step, self._top + len(part), self._step) - self._top
        eight = part[..., :3] if part.dtype == np.uint8 else part[..., :3] >> 8
        sums = np.add.reduceat(eight, np.maximum(edges, 0), axis=0, dtype=np.uint32)
        self._sums[first : first + len(sums)] += sums
        self._top += len(part)
        return part

    @property
    def pixels(self) -> Rgb8:
        """(h, w, 3) uint8."""
        starts = [np.arange(0, side, self._step) for side in self._shape]
        tall, broad = (
            np.diff(at, append=side) for at, side in zip(starts, self._shape, strict=True)
        )
        total = np.add.reduceat(self._sums, starts[1], axis=1)
        return np.asarray((total / (tall[:, None] * broad)[..., None]).round().astype(np.uint8))


def sealed_layers(document: Document, pool: Executor) -> Layers | None:
    """The coloured drawing as it was when it was written, but for its palette.

    Returns:
        Lines, regions, entries and shade, and an empty palette. None where the document was changed
        since, has layers of the user's own, or coloured lines, which are kept within one step only.
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
