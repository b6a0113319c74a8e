"""A layered document in other colours: what changes in its flats, its facts and its merged picture.

How the parts are put back into the file is the formats' business: :mod:`nurie.io.recolored_ora`,
:mod:`nurie.io.recolored_psd`.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Ints, Rgb8
from nurie.color import parse_hex, to_hex
from nurie.document import Palette, strips
from nurie.errors import FormatError, OptionError
from nurie.io.documents import Document
from nurie.io.flats import FlatLayer, flat_layer, palette_of
from nurie.io.images import write_picture
from nurie.io.layered_sketch import read_document
from nurie.io.raster import MAX_PIXELS
from nurie.io.repaint import Cover, below, repaint
from nurie.io.tree import FLATS
from nurie.stack import MULTIPLY, NORMAL, PASS, Node, compose


@dataclass(frozen=True, eq=False)
class Recolorable:
    """A layered document whose flats have been read."""

    document: Document
    nodes: tuple[Node, ...]
    """The layers of flats, topmost first."""
    flats: tuple[FlatLayer, ...]
    """What each of ``nodes`` holds."""
    palette: Palette
    """One entry for each colour of each layer, topmost first."""
    areas: Ints
    """(k,) pixels of each entry."""

    @property
    def path(self) -> Path:
        """The file."""
        return self.document.path

    def split(self, colors: Rgb8) -> list[Rgb8]:
        """Colours of all entries, layer by layer."""
        counts = np.cumsum([len(flat.colors) for flat in self.flats])
        return np.split(colors, counts[:-1])

    def names(self, palette: Palette) -> list[str | None]:
        """What each layer is called with another palette; None keeps the name of a mixed one."""
        found: list[str | None] = []
        entry = 0
        for flat in self.flats:
            found.append(layer_name(palette, entry) if len(flat.colors) == 1 else None)
            entry += len(flat.colors)
        return found


def read_recolorable(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Recolorable:
    """Read the flats of a PSD or ORA file: the layers of the group *flats*, or that layer.

    Args:
        path: the file.
        max_pixels: largest number of pixels of the document and of each layer.

    Raises:
        InputError: as :func:`nurie.io.layered_sketch.read_document`.
        FormatError: there is no group *flats*, or it holds what is no flat.
    """
    document = read_document(path, max_pixels=max_pixels)
    nodes = tuple(node for node in document.flats if not node.is_group and node.height)
    if not nodes:
        raise FormatError(
            f"{path} has no group or layer named 'flats', so nobody knows what to recolour."
        )

    def look(node: Node) -> FlatLayer:
        return flat_layer(node.name, (node.top, node.left), node.pixels, file=str(path))

    with threads() as pool:
        flats = tuple(pool.map(look, nodes))
    name, pairs = _stored(document)
    known = {color: called for called, color in reversed(pairs)}
    palette, areas = palette_of(flats, name=name, known=known)
    return Recolorable(document, nodes, flats, palette, areas)


def remerged(source: Recolorable, palette: Palette) -> AnyArray:
    """The merged picture with another palette: (H, W, 4) uint8 or uint16, straight alpha.

    It is the old one, corrected by what the flats changed: where no colour changed it stays as it
    was, whatever program merged it.

    Raises:
        UnreadableError: a part of the document is damaged.
    """
    document = source.document
    with threads() as pool:
        waiting = pool.submit(document.read_merged)
        covers = _covers(document)
        merged = waiting.result()
        pixels = document.drawn(document.nodes) if merged is None else merged
        if pixels.shape[:2] != document.shape:
            raise FormatError(f"{source.path} is damaged: its merged picture has another size.")
        correct = _quick(source, palette, covers) if covers else _thorough(source, palette)
        list(pool.map(lambda rows: correct(pixels[rows], rows), strips(document.height)))
    return pixels


def write_merged(
    path: str | os.PathLike[str], source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write the merged picture with another palette, in any format of ``write_picture``.

    Raises:
        OutputError: the target cannot be written.
        UnreadableError: a part of the document is damaged.
    """
    document = source.document
    pixels = whole(remerged(source, palette))
    write_picture(path, pixels, dpi=document.dpi, icc_profile=document.icc_profile, force=force)


def whole(pixels: AnyArray) -> AnyArray:
    """A picture without its alpha where it is opaque everywhere."""
    opaque = bool((pixels[..., 3] == np.iinfo(pixels.dtype).max).all())
    return pixels[..., :3] if opaque else pixels


def layer_name(palette: Palette, entry: int) -> str:
    """What the layer of an entry is called: its name, or its colour."""
    name = palette.names[entry] if palette.names else ""
    return "".join(c for c in name if c.isprintable()).strip() or to_hex(palette.colors[entry])


def facts_with(source: Recolorable, palette: Palette) -> bytes | None:
    """What nurie stored beside the layers, with the new palette; None when there is nothing."""
    facts, (name, pairs) = source.document.read_facts(), _stored(source.document)
    if not pairs or facts is None:
        return None
    olds = [to_hex(color) for color in source.palette.colors]
    names = source.palette.names or ("",) * len(olds)
    new_names = palette.names or ("",) * len(olds)
    by_color = {old: at for at, old in reversed(list(enumerate(olds)))}
    by_both = {(names[at], old): at for at, old in reversed(list(enumerate(olds)))}
    places = [by_both.get(pair, by_color.get(pair[1])) for pair in pairs]
    colors = [
        pair[1] if at is None else to_hex(palette.colors[at])
        for pair, at in zip(pairs, places, strict=True)
    ]
    called = [
        pair[0] if at is None else new_names[at] for pair, at in zip(pairs, places, strict=True)
    ]
    own: dict[str, Any] = {"name": name, "colors": colors, "names": called if any(called) else []}
    text = json.dumps(facts | {"palette": own}, ensure_ascii=False, separators=(",", ":"))
    return (text + "\n").encode()


def threads() -> ThreadPoolExecutor:
    """As many threads as there are cores: packing and unpacking run side by side."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)


def _stored(document: Document) -> tuple[str, list[tuple[str, str]]]:
    """Name of the palette, and name and hex of each entry, as nurie stored them; else nothing."""
    try:
        own = (document.read_facts() or {})["palette"]
        colors = [to_hex(parse_hex(color)) for color in own["colors"]]
        names = [str(name) for name in own["names"]] or [""] * len(colors)
        return str(own["name"]), list(zip(names, colors, strict=True))
    except (KeyError, TypeError, ValueError, AttributeError, OptionError):
        return document.path.stem, []


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


def _quick(source: Recolorable, palette: Palette, covers: _Covers) -> _Correct:
    """Exact integers, for what nurie writes: lines and shade over opaque flats."""
    if any(flat.alpha is not None for flat in source.flats):
        return _thorough(source, palette)
    old, new = source.split(source.palette.colors), source.split(palette.colors)

    def correct(strip: AnyArray, rows: slice) -> None:
        before, after = (
            below(source.flats, colors, rows, source.document.width) for colors in (old, new)
        )
        repaint(strip, rows, before, after, covers)

    return correct


def _thorough(source: Recolorable, palette: Palette) -> _Correct:
    """Any stack: composed with the old and with the new colours."""
    table = {
        id(node): replace(node, rows=_with_colors(flat, colors), color=None)
        for node, flat, colors in zip(
            source.nodes, source.flats, source.split(palette.colors), strict=True
        )
    }
    old, new = source.document.nodes, _exchanged(source.document.nodes, table)

    def correct(strip: AnyArray, rows: slice) -> None:
        white = int(np.iinfo(strip.dtype).max)
        seen = []
        for nodes in (old, new):
            part = compose(nodes, rows, source.document.width)
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
