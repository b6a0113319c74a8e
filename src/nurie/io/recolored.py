"""An OpenRaster document in other colours: only what shows a colour of the flats is written anew.

All members that are not touched are copied as they are, and so is the text of the stack but for
the names of the flats. The merged picture is corrected by the difference that the flats make.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Ints, Rgb8
from nurie.color import parse_hex, to_hex
from nurie.document import Palette, strips
from nurie.errors import FormatError, OptionError, TooLargeError, UnreadableError
from nurie.io.files import check_target, replacing
from nurie.io.flats import FlatLayer, flat_layer, palette_of
from nurie.io.images import write_picture
from nurie.io.ora import OraLayer, OraPicture, read_ora
from nurie.io.ora_format import FACTS, MERGED, STACK, THUMBNAIL
from nurie.io.png import write_png
from nurie.io.raster import MAX_PIXELS, open_raster
from nurie.io.repaint import Cover, below, repaint, thumbnail
from nurie.io.stack_text import Element, elements, renamed

_CARRIED = (b"pHYs", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
"""Parts of a PNG that say nothing about its pixels' values."""


@dataclass(frozen=True, eq=False)
class Recolorable:
    """A layered document whose flats have been read."""

    picture: OraPicture
    layers: tuple[OraLayer, ...]
    flats: tuple[FlatLayer, ...]
    """What each of ``layers`` holds, topmost first."""
    palette: Palette
    """One entry for each colour of each layer, topmost first."""
    areas: Ints
    """(k,) pixels of each entry."""

    @property
    def path(self) -> Path:
        """The file."""
        return self.picture.path

    def split(self, colors: Rgb8) -> list[Rgb8]:
        """Colours of all entries, layer by layer."""
        counts = np.cumsum([len(flat.colors) for flat in self.flats])
        return np.split(colors, counts[:-1])


def read_recolorable(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Recolorable:
    """Read the flats of an OpenRaster document: the layers of the group *flats*, or that layer.

    Args:
        path: the file.
        max_pixels: largest number of pixels of the document and of each layer.

    Raises:
        InputError: as :func:`nurie.io.ora.read_ora`.
        FormatError: there is no group *flats*, or it holds what is no flat.
    """
    picture = read_ora(path, max_pixels=max_pixels)
    layers = _flat_layers(picture)

    def look(layer: OraLayer) -> FlatLayer:
        pixels = picture.pixels(layer)
        return flat_layer(layer.name, (layer.y, layer.x), pixels, file=str(path))

    with _threads() as pool:
        flats = list(pool.map(look, layers))
    name, pairs = _stored(picture)
    known = {color: called for called, color in reversed(pairs)}
    palette, areas = palette_of(flats, name=name, known=known)
    return Recolorable(picture, layers, tuple(flats), palette, areas)


def write_recolored(
    path: str | os.PathLike[str], source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write the document with another palette.

    Args:
        path: the target, ending in .ora; it may be the document itself.
        source: the document.
        palette: as many entries as the document's, in its order.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is not .ora.
        OutputError: the target cannot be written.
        UnreadableError: a part of the document is damaged.
    """
    check_target(path, force=force, suffixes=(".ora",))
    picture = source.picture
    with _threads() as pool:
        changed = _changed(source, palette, pool)
        with (
            _opened(picture) as old,
            replacing(path, force=force) as stream,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for info in old.infolist():
                make = changed.get(info.filename, partial(_read, picture, old, info.filename))
                new.writestr(info, make())


def write_merged(
    path: str | os.PathLike[str], source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write the merged picture with another palette, in any format of ``write_picture``.

    Raises:
        OutputError: the target cannot be written.
        UnreadableError: a part of the document is damaged.
    """
    picture = source.picture
    with _threads() as pool:
        pixels = _merged(source, palette, pool)
    with open_raster(picture.path, data=_member(picture, MERGED)) as raster:
        dpi, profile = raster.dpi, raster.icc_profile
    write_picture(path, _whole(pixels), dpi=dpi, icc_profile=profile, force=force)


def _changed(
    source: Recolorable, palette: Palette, pool: Executor
) -> dict[str, Callable[[], bytes]]:
    """Members that change, and how each is had; the work is under way already."""
    picture = source.picture
    found: dict[str, Callable[[], bytes]] = {STACK: partial(_stack, source, palette)}
    if FACTS in picture.members:
        found[FACTS] = partial(_facts, source, palette)
    pieces = zip(source.layers, source.flats, source.split(palette.colors), strict=True)
    for layer, flat, colors in pieces:
        if (flat.colors != colors).any():
            found[layer.source] = pool.submit(_flat_png, picture, layer, flat, colors).result
    if (palette.colors != source.palette.colors).any() and MERGED in picture.members:
        pixels = _merged(source, palette, pool)
        found[MERGED] = pool.submit(_png, picture, MERGED, _whole(pixels)).result
        if THUMBNAIL in picture.members:
            found[THUMBNAIL] = partial(_png, picture, THUMBNAIL, thumbnail(pixels))
    return found


def _flat_layers(picture: OraPicture) -> tuple[OraLayer, ...]:
    found = picture.flats or tuple(
        layer for layer in picture.layers if layer.name == "flats" and not layer.group
    )
    if not found:
        raise FormatError(
            f"{picture.path} has no group or layer named 'flats', so nobody knows what to recolour."
        )
    taken = [layer.source for layer in picture.layers]
    for layer in found:
        if taken.count(layer.source) > 1:
            raise FormatError(
                f"{picture.path} cannot be recoloured: its layer {layer.name!r} shares its picture "
                "with another one."
            )
    return found


def _merged(source: Recolorable, palette: Palette, pool: Executor) -> AnyArray:
    """The old merged picture, corrected strip by strip."""
    picture = source.picture
    waiting = pool.submit(picture.merged)
    covers = _covers(picture)
    pixels = waiting.result()
    old, new = source.split(source.palette.colors), source.split(palette.colors)
    width = picture.width

    def correct(rows: slice) -> None:
        before = below(source.flats, old, rows, width)
        repaint(pixels[rows], rows, before, below(source.flats, new, rows, width), covers)

    list(pool.map(correct, strips(picture.height)))
    return pixels


def _whole(pixels: AnyArray) -> AnyArray:
    """A picture without its alpha where it is opaque everywhere."""
    opaque = bool((pixels[..., 3] == np.iinfo(pixels.dtype).max).all())
    return pixels[..., :3] if opaque else pixels


def _covers(picture: OraPicture) -> tuple[Cover, Cover | None]:
    """Lines and shade above the flats.

    Raises:
        FormatError: there is more above or below the flats than nurie put there.
    """
    found = [e for e in _elements(picture) if e.depth == 2]
    names = [element.values.get("name", "") for element in found]
    rest = [n for n in names if n not in ("line", "shade", "flats", "paper")]
    if rest or not all(map(_as_written, found)):
        raise FormatError(f"{picture.path} has changed since nurie wrote it.")
    line = picture.line
    shades = [layer for layer in picture.layers if layer.name == "shade" and not layer.group]
    shade = None
    if shades:
        pixels = picture.pixels(shades[0])[..., :3]
        shade = Cover(shades[0].y, shades[0].x, pixels)
    return Cover(line.y, line.x, picture.pixels(line)), shade


def _as_written(element: Element) -> bool:
    return (
        element.shown_by("svg:multiply") if element.values["name"] == "shade" else element.is_plain
    )


def _elements(picture: OraPicture) -> list[Element]:
    return elements(_member(picture, STACK), file=str(picture.path))


def _stack(source: Recolorable, palette: Palette) -> bytes:
    """The stack with the new names of the flats' layers."""
    picture = source.picture
    text = _member(picture, STACK)
    layers = [e for e in elements(text, file=str(picture.path)) if e.tag == "layer"]
    names, entry = {}, 0
    for layer, flat in zip(source.layers, source.flats, strict=True):
        if len(flat.colors) == 1:
            place = layers[picture.layers.index(layer)].place
            names[place] = _name(palette, entry)
        entry += len(flat.colors)
    return renamed(text, names, file=str(picture.path))


def _name(palette: Palette, entry: int) -> str:
    name = palette.names[entry] if palette.names else ""
    return "".join(c for c in name if c.isprintable()).strip() or to_hex(palette.colors[entry])


def _stored(picture: OraPicture) -> tuple[str, list[tuple[str, str]]]:
    """Name of the palette, and name and hex of each entry, as nurie stored them; else nothing."""
    try:
        own = (picture.facts() or {})["palette"]
        colors = [to_hex(parse_hex(color)) for color in own["colors"]]
        names = [str(name) for name in own["names"]] or [""] * len(colors)
        return str(own["name"]), list(zip(names, colors, strict=True))
    except (KeyError, TypeError, ValueError, AttributeError, OptionError):
        return picture.path.stem, []


def _facts(source: Recolorable, palette: Palette) -> bytes:
    """What nurie stored beside the layers, with the new palette."""
    facts, (name, pairs) = source.picture.facts() or {}, _stored(source.picture)
    if not pairs:
        return _member(source.picture, FACTS)
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


def _flat_png(picture: OraPicture, layer: OraLayer, flat: FlatLayer, colors: Rgb8) -> bytes:
    parts = [flat.pixels(rows, colors) for rows in strips(flat.shape[0])]
    return _png(picture, layer.source, parts, (*flat.shape, 4))


def _png(
    picture: OraPicture,
    name: str,
    pixels: AnyArray | list[AnyArray],
    shape: tuple[int, ...] | None = None,
) -> bytes:
    """A picture as PNG, with the resolution and profile that the member had."""
    file = BytesIO()
    if isinstance(pixels, list):
        write_png(file, pixels, shape or ())
    else:
        write_png(file, (pixels[rows] for rows in strips(len(pixels))), pixels.shape)
    data, kept = file.getvalue(), b"".join(_carried(_member(picture, name)))
    return data[:33] + kept + data[33:]


def _carried(data: bytes) -> list[bytes]:
    """The chunks of a PNG that are carried over, as they stand."""
    found, place = [], 8
    while place + 12 <= len(data) and data[place + 4 : place + 8] != b"IDAT":
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] in _CARRIED:
            found.append(data[place:end])
        place = end
    return found


@contextmanager
def _opened(picture: OraPicture) -> Iterator[zipfile.ZipFile]:
    """The archive, whose names and sizes were checked when its stack was read."""
    try:
        with zipfile.ZipFile(picture.path) as archive:
            yield archive
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"{picture.path} is damaged or was changed meanwhile.") from error


def _member(picture: OraPicture, name: str) -> bytes:
    with _opened(picture) as archive:
        return _read(picture, archive, name)


def _read(picture: OraPicture, archive: zipfile.ZipFile, name: str) -> bytes:
    """Bytes of a member, never more than a picture of the size allowed can have."""
    limit = 9 * picture.max_pixels + (1 << 24)
    try:
        info = archive.getinfo(name)
        if info.file_size > limit:
            raise TooLargeError(f"{picture.path} is refused: {name} is larger than any picture.")
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError) as error:
        raise UnreadableError(f"{picture.path} is damaged: {name} cannot be unpacked.") from error


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
