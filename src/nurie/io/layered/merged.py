"""A merged picture after its flats took other colours: the old one, plus what the flats changed.

Where no flat changed, the picture stays as it was to the last bit, whatever program merged it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Palette, multiply, strips
from nurie.errors import FormatError
from nurie.io.layered.document import Document, overlap, threads
from nurie.io.layered.flats import FlatLayer
from nurie.io.layered.recolor import Recolorable
from nurie.io.layered.tree import FLATS
from nurie.stack import MULTIPLY, NORMAL, PASS, Node, compose, lit, walk

_WHITE = 0xFFFFFFFF
_THUMBNAIL = 256  # longest side of a thumbnail
_Correct = Callable[[AnyArray, slice], None]


def merged_with(source: Recolorable, palette: Palette) -> AnyArray:
    """The merged picture with another palette: (H, W, 4) uint8 or uint16, straight alpha."""
    document = source.document
    with threads() as pool:
        waiting = pool.submit(document.read_merged)
        covers = _covers(document)
        merged = waiting.result()
        pixels = document.drawn(document.nodes) if merged is None else merged
        if pixels.shape[:2] != document.shape:
            raise FormatError(f"{source.path} is damaged: its merged picture has another size.")
        if not pixels.flags.writeable:
            pixels = pixels.copy()
        correct = covers and _quick(source, palette, *covers)
        correct = correct or _thorough(source, palette, pixels)
        list(pool.map(lambda rows: correct(pixels[rows], rows), strips(document.height)))
    return pixels


def whole(pixels: AnyArray) -> AnyArray:
    """A picture without its alpha where it is opaque everywhere."""
    opaque = bool((pixels[..., 3] == np.iinfo(pixels.dtype).max).all())
    return pixels[..., :3] if opaque else pixels


@dataclass(frozen=True, eq=False)
class _Cover:
    """A layer above the flats: alpha of lines (h, w), or a shade (h, w, 3) that multiplies."""

    place: tuple[int, int, int, int]
    """Top, left, height, width."""
    samples: AnyArray

    @classmethod
    def of(cls, node: Node, samples: AnyArray) -> "_Cover":
        return cls((node.top, node.left, node.height, node.width), samples)

    def part(self, rows: slice, width: int, outside: int) -> AnyArray:
        """Some rows of the picture, ``outside`` beyond the layer's edges."""
        size = rows.stop - rows.start, width, *self.samples.shape[2:]
        found = np.full(size, outside, self.samples.dtype)
        there, here = overlap(self.place, rows, width)
        found[there] = self.samples[here]
        return found


_Covers = tuple[_Cover | None, _Cover | None]


def _covers(document: Document) -> _Covers | None:
    """Lines and shade above the flats; None where more lies there than nurie writes."""
    found = [n for n in document.nodes if n.visible]
    at = next((i for i, n in enumerate(found) if n.name == FLATS), -1)
    if at < 0 or not all(map(_simple, found[at].children or (found[at],))):
        return None
    above, group = found[:at], found[at]
    if group.opacity < 1 or group.clipped or group.blend not in (NORMAL, PASS):
        return None
    shade = above.pop() if above and above[-1].blend == MULTIPLY else None
    line = above.pop() if above else None
    known = line is None or _simple(line)
    if above or not known or (shade is not None and not _simple(replace(shade, blend=NORMAL))):
        return None
    soft = None if shade is None else shade.pixels
    if soft is not None and soft.dtype == np.uint16 and not (soft % 257).any():
        soft = (soft // 257).astype(np.uint8)
    if soft is not None and (soft.dtype != np.uint8 or (soft[..., 3] < 255).any()):
        return None
    return (
        None if line is None else _Cover.of(line, line.pixels[..., 3]),
        None if shade is None or soft is None else _Cover.of(shade, soft[..., :3]),
    )


def _simple(node: Node) -> bool:
    """Whether a layer of flats is laid over what is below, as it is."""
    plain = node.visible and node.opacity == 1 and not node.clipped
    return plain and not node.is_group and node.blend == NORMAL


def _quick(
    source: Recolorable, palette: Palette, line: _Cover | None, shade: _Cover | None
) -> _Correct | None:
    """Exact integers, for what nurie writes: lines and shade over opaque flats; else None.

    Under lines of transparency t the flats show as t · flat, so new = old - t · before + t · after,
    in the same integer arithmetic as :func:`nurie.document.lay_lines`.
    """
    flats, width = [flat.layer for flat in source.flats], source.document.width
    if any(flat.alpha is not None for flat in flats):
        return None
    old, new = source.split(source.palette.colors), source.split(palette.colors)

    def correct(strip: AnyArray, rows: slice) -> None:
        before, after = (_below(flats, colors, rows, width) for colors in (old, new))
        changed, white = before != after, int(np.iinfo(strip.dtype).max)
        alpha = None if line is None else line.part(rows, width, 0)
        soft = None if shade is None else shade.part(rows, width, 255)
        covered = np.zeros(before.shape, np.bool_) if alpha is None else alpha > 0
        if soft is not None:
            covered |= (soft < 255).any(axis=2)
        bare, both = changed & ~covered, changed & covered
        if white == 255:
            np.copyto(strip.view(np.uint32)[..., 0], after, where=bare)
        else:
            strip[bare] = after[bare].view(np.uint8).reshape(-1, 4).astype(np.uint16) * 257
        through = np.full(np.count_nonzero(both), white, np.uint32)
        if alpha is not None:
            scale = white // int(np.iinfo(alpha.dtype).max)
            through -= alpha[both].astype(np.uint32) * np.uint32(scale)
        fixed = strip[both].astype(np.int32)
        for sign, flat in ((-1, before), (1, after)):
            colors = flat[both].view(np.uint8).reshape(-1, 4)[:, :3]
            colors = colors if soft is None else multiply(colors, soft[both])
            shown = colors.astype(np.uint32) * np.uint32(white // 255) * through[:, None]
            fixed[:, :3] += sign * ((shown + np.uint32(white // 2)) // white).astype(np.int32)
        strip[both] = np.clip(fixed, 0, white)

    return correct


def _below(flats: Sequence[FlatLayer], colors: Sequence[Rgb8], rows: slice, width: int) -> AnyArray:
    """Flats of some rows over white paper.

    (h, width) uint32: red, green, blue and 255 of each pixel, as it lies in memory.
    """
    canvas = np.full((rows.stop - rows.start, width), _WHITE, np.uint32)
    for flat, own in zip(reversed(flats), reversed(colors), strict=True):
        there, (part, inside) = overlap((flat.top, flat.left, *flat.shape), rows, width)
        if part.start < part.stop:
            pixels = flat.pixels(part, own).view(np.uint32)[:, inside, 0]
            np.copyto(canvas[there], pixels, where=flat.places(part)[:, inside] > 0)
    return canvas


def _as_merged(source: Recolorable, merged: AnyArray) -> frozenset[str]:
    """The blend modes that were laid as light by the program that merged the picture."""
    modes = {node.blend for node in walk(source.document.nodes)} - {NORMAL, PASS}
    white, errors = float(np.iinfo(merged.dtype).max), {}
    for tried in (frozenset[str](), frozenset(modes - {MULTIPLY}), frozenset(modes)):
        nodes, errors[tried] = lit(source.document.nodes, tried), 0.0
        for rows in list(strips(len(merged), 16))[:: max(1, len(merged) // 256)]:
            part = compose(nodes, rows, source.document.width)
            seen = (part[..., :3] + (1 - part[..., 3:])) * white
            errors[tried] += float(np.abs(seen - merged[rows, :, :3]).sum())
        if not modes:
            break
    return min(errors, key=lambda tried: errors[tried])


def _thorough(source: Recolorable, palette: Palette, merged: AnyArray) -> _Correct:
    """Any stack: composed with the old and with the new colours, as its program composes."""
    modes = _as_merged(source, merged)
    fresh = {
        flat.node: replace(flat.node, rows=partial(flat.layer.pixels, colors=colors), color=None)
        for flat, colors in zip(source.flats, source.split(palette.colors), strict=True)
    }
    old, new = source.document.nodes, _exchanged(source.document.nodes, fresh)

    def correct(strip: AnyArray, rows: slice) -> None:
        white = int(np.iinfo(strip.dtype).max)
        seen = []
        for nodes in (old, new):
            part = compose(lit(nodes, modes), rows, source.document.width)
            seen.append(part[..., :3] + (1 - part[..., 3:]))
        change = np.rint((seen[1] - seen[0]) * np.float32(white)).astype(np.int64)
        strip[..., :3] = np.clip(strip[..., :3] + change, 0, white)

    return correct


def _exchanged(nodes: Sequence[Node], fresh: Mapping[Node, Node]) -> tuple[Node, ...]:
    """A stack with some of its layers exchanged."""
    return tuple(
        fresh.get(node) or replace(node, children=_exchanged(node.children, fresh))
        for node in nodes
    )


class Thumbnail:
    """A picture at most 256 pixels wide and high, of another one's strips: means over squares.

    >>> small = Thumbnail((600, 300))
    >>> small.seen(np.full((600, 300, 4), 7, np.uint8)).shape, small.pixels.shape
    ((600, 300, 4), (200, 100, 3))
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self._shape, self._step, self._top = shape, -(-max(shape) // _THUMBNAIL), 0
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
