"""A layered document in other colours: what changes in its flats, its facts and its merged picture.

How the parts are put back into the file is the formats' business: :mod:`nurie.io.ora.recolor`,
:mod:`nurie.io.psd.recolor`.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Ints, Rgb8
from nurie.document import Palette, strips
from nurie.errors import FormatError
from nurie.io.layered.document import Document
from nurie.io.layered.facts import is_unambiguous, reordered, stored
from nurie.io.layered.flats import FlatLayer, flat_layer, palette_of
from nurie.io.layered.merged import Cover, below, correct_flats, laying, sealed_layers
from nurie.io.layered.tree import FLATS
from nurie.names import titles
from nurie.stack import MULTIPLY, NORMAL, PASS, Node, compose, lit, walk


@dataclass(frozen=True, eq=False)
class FlatNode:
    """A layer of flats: its colours, and, when somebody asks, where they are."""

    node: Node
    colors: Rgb8
    """(k, 3) uint8."""
    plain: bool
    """The file names its one colour apart from where the layer is, so nothing need be unpacked."""
    file: str
    """What to complain about."""

    @cached_property
    def layer(self) -> FlatLayer:
        """Where each colour is."""
        node = self.node
        return flat_layer(node.name, (node.top, node.left), node.pixels, file=self.file)

    @property
    def areas(self) -> Ints:
        """(k,) pixels of each colour."""
        found = self.layer.areas
        return found if len(found) == len(self.colors) else np.zeros(len(self.colors), np.int32)


@dataclass(frozen=True, eq=False)
class Recolorable:
    """A layered document and the colours of its flats."""

    document: Document
    flats: tuple[FlatNode, ...]
    """The layers of flats, topmost first."""
    palette: Palette
    """One entry for each colour of each layer, topmost first."""

    @property
    def path(self) -> Path:
        """The file."""
        return self.document.path

    @cached_property
    def areas(self) -> Ints:
        """(k,) pixels of each entry."""
        with threads() as pool:
            return np.concatenate(list(pool.map(lambda flat: flat.areas, self.flats)))

    def split(self, colors: Rgb8) -> list[Rgb8]:
        """Colours of all entries, layer by layer."""
        counts = np.cumsum([len(flat.colors) for flat in self.flats])
        return np.split(colors, counts[:-1])

    def names(self, palette: Palette) -> list[str | None]:
        """What each layer is called with another palette; None keeps the name of a mixed one."""
        found: list[str | None] = []
        names, entry = titles(palette.colors, palette.names), 0
        for flat in self.flats:
            found.append(names[entry] if len(flat.colors) == 1 else None)
            entry += len(flat.colors)
        return found


def recolorable(document: Document) -> Recolorable:
    """The flats of a document: the layers of the group *flats*, or that layer.

    Raises:
        FormatError: there is no group *flats*, or it holds what is no flat.
    """
    nodes = tuple(node for node in document.flats if not node.is_group and node.height)
    if not nodes:
        raise FormatError(
            f"{document.path} has no group or layer named 'flats', so nobody knows what to "
            "recolour."
        )
    with threads() as pool:
        flats = tuple(pool.map(lambda node: _flat_node(node, document), nodes))
    name, pairs = stored(document)
    known = {color: called for called, color in reversed(pairs)}
    named = [(flat.node.name, flat.colors) for flat in flats]
    mains = [_main(flat) for flat in flats]
    return Recolorable(document, flats, palette_of(named, name=name, known=known, mains=mains))


def _main(flat: FlatNode) -> int | None:
    """The colour that most of a layer has, which goes by its name; the rest is paint on it."""
    if len(flat.colors) < 2 or flat.node.name == FLATS:
        return None
    most = int(flat.areas.argmax())
    return most if 2 * flat.areas[most] > flat.areas.sum() else None


def _flat_node(node: Node, document: Document) -> FlatNode:
    color = document.read_color(node)
    if color is not None:
        return FlatNode(node, np.array([color], np.uint8), plain=True, file=str(document.path))
    seen = FlatNode(node, np.zeros((0, 3), np.uint8), plain=False, file=str(document.path))
    found = replace(seen, colors=seen.layer.colors)
    found.__dict__["layer"] = seen.layer  # decoded once
    return found


def merged_with(source: Recolorable, palette: Palette) -> AnyArray:
    """The merged picture with another palette: (H, W, 3 or 4) uint8 or uint16, straight alpha.

    Where nobody painted in the document, it is laid anew from regions and lines. Elsewhere it is
    the old one, corrected by what the flats changed: where no colour changed it stays as it was,
    whatever program merged it.
    """
    with threads() as pool:
        laid = _laid(source, palette, pool)
        if laid is not None:
            return laid
        document = source.document
        waiting = pool.submit(document.read_merged)
        covers = _covers(document)
        merged = waiting.result()
        pixels = document.drawn(document.nodes) if merged is None else merged
        if pixels.shape[:2] != document.shape:
            raise FormatError(f"{source.path} is damaged: its merged picture has another size.")
        if not pixels.flags.writeable:
            pixels = pixels.copy()
        correct = _quick(source, palette, covers) if covers else None
        correct = correct or _thorough(source, palette, pixels)
        list(pool.map(lambda rows: correct(pixels[rows], rows), strips(document.height)))
    return pixels


def _laid(source: Recolorable, palette: Palette, pool: Executor) -> AnyArray | None:
    """The merged picture of a document that nobody painted in, if that is one."""
    ordered = reordered(source.document, source.palette, palette)
    if ordered is None or not is_unambiguous(source.document, source.palette):
        return None
    layers = sealed_layers(source.document, pool)
    if layers is None:
        return None
    layers = replace(layers, palette=ordered)
    out: AnyArray = np.empty((*layers.sketch.shape, 3), layers.sketch.pixels.dtype)
    lay = laying(layers)
    list(pool.map(lambda rows: lay(rows, out[rows]), strips(len(out))))
    return out


def whole(pixels: AnyArray) -> AnyArray:
    """A picture without its alpha where it is opaque everywhere."""
    if pixels.shape[2] == 3:
        return pixels
    opaque = bool((pixels[..., 3] == np.iinfo(pixels.dtype).max).all())
    return pixels[..., :3] if opaque else pixels


def threads() -> ThreadPoolExecutor:
    """As many threads as there are cores: packing and unpacking run side by side."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)


_Correct = Callable[[AnyArray, slice], None]
_Covers = tuple[Cover | None, Cover | None]


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
    soft = None if shade is None else _in_8_bits(shade.pixels)
    if soft is not None and (soft.dtype != np.uint8 or (soft[..., 3] < 255).any()):
        return None
    return (
        None if line is None else Cover(line.top, line.left, line.pixels),
        None if shade is None or soft is None else Cover(shade.top, shade.left, soft[..., :3]),
    )


def _in_8_bits(pixels: AnyArray) -> AnyArray:
    """Samples of 16 bits as 8, where that loses nothing."""
    if pixels.dtype == np.uint16 and not (pixels % 257).any():
        return (pixels // 257).astype(np.uint8)
    return pixels


def _simple(node: Node) -> bool:
    """Whether a layer of flats is laid over what is below, as it is."""
    plain = node.visible and node.opacity == 1 and not node.clipped
    return plain and not node.is_group and node.blend == NORMAL


def _quick(source: Recolorable, palette: Palette, covers: _Covers) -> _Correct | None:
    """Exact integers, for what nurie writes: lines and shade over opaque flats; else None."""
    if any(flat.layer.alpha is not None for flat in source.flats):
        return None
    old, new = source.split(source.palette.colors), source.split(palette.colors)
    flats = [flat.layer for flat in source.flats]

    def correct(strip: AnyArray, rows: slice) -> None:
        before, after = (below(flats, colors, rows, source.document.width) for colors in (old, new))
        correct_flats(strip, rows, before, after, covers)

    return correct


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
    table = {
        id(flat.node): replace(flat.node, rows=_with_colors(flat.layer, colors), color=None)
        for flat, colors in zip(source.flats, source.split(palette.colors), strict=True)
    }
    old, new = source.document.nodes, _exchanged(source.document.nodes, table)

    def correct(strip: AnyArray, rows: slice) -> None:
        white = int(np.iinfo(strip.dtype).max)
        seen = []
        for nodes in (old, new):
            part = compose(lit(nodes, modes), rows, source.document.width)
            seen.append(part[..., :3] + (1 - part[..., 3:]))
        change = np.rint((seen[1] - seen[0]) * np.float32(white)).astype(np.int64)
        strip[..., :3] = np.clip(strip[..., :3] + change, 0, white)

    return correct


def _with_colors(flat: FlatLayer, colors: Rgb8) -> Callable[[slice], AnyArray]:
    return lambda rows: flat.pixels(rows, colors)


def _exchanged(nodes: Sequence[Node], table: Mapping[int, Node]) -> tuple[Node, ...]:
    """A stack with some of its layers exchanged, by their identity."""
    return tuple(
        table.get(id(node))
        or (replace(node, children=_exchanged(node.children, table)) if node.is_group else node)
        for node in nodes
    )
