"""OpenRaster documents with other colours: members that do not change are copied as they are.

So is the text of the stack, but for the names of the flats.
"""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Palette, strips
from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.files import check_target, replacing
from nurie.io.flats import FlatLayer
from nurie.io.ora import OraPicture
from nurie.io.ora_document import OraOrigin
from nurie.io.ora_format import FACTS, MERGED, STACK, THUMBNAIL
from nurie.io.png import write_png
from nurie.io.recolored import Recolorable, facts_with, remerged, threads, whole
from nurie.io.repaint import thumbnail
from nurie.io.stack_text import elements, renamed
from nurie.stack import Node, walk

_CARRIED = (b"pHYs", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
"""Parts of a PNG that say nothing about its pixels' values."""


def write_recolored_ora(
    path: str | os.PathLike[str], source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write an OpenRaster document with another palette.

    Args:
        path: the target, ending in .ora.
        source: the document, read from OpenRaster.
        palette: as many entries as the document's, in its order.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is not .ora.
        OutputError: the target cannot be written.
        UnreadableError: a part of the document is damaged.
    """
    check_target(path, force=force, suffixes=(".ora",))
    picture: OraPicture = source.document.origin
    _refuse_shared(picture, source)
    with threads() as pool:
        changed = _changed(source, palette, pool)
        with (
            _opened(source.path) as old,
            replacing(path, force=force) as stream,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for info in old.infolist():
                make = changed.get(info.filename, partial(_read, picture, old, info.filename))
                new.writestr(info, make())


def _changed(
    source: Recolorable, palette: Palette, pool: Executor
) -> dict[str, Callable[[], bytes]]:
    """Members that change, and how each is had; the work is under way already."""
    picture: OraPicture = source.document.origin
    found: dict[str, Callable[[], bytes]] = {STACK: partial(_stack, source, palette)}
    facts = facts_with(source, palette)
    if facts is not None:
        found[FACTS] = lambda: facts
    pieces = zip(source.nodes, source.flats, source.split(palette.colors), strict=True)
    for node, flat, colors in pieces:
        if (flat.colors != colors).any():
            name = _source(node)
            found[name] = pool.submit(_flat_png, picture, name, flat, colors).result
    if (palette.colors != source.palette.colors).any() and MERGED in picture.members:
        pixels = remerged(source, palette)
        found[MERGED] = pool.submit(_png, picture, MERGED, whole(pixels)).result
        if THUMBNAIL in picture.members:
            found[THUMBNAIL] = partial(_png, picture, THUMBNAIL, thumbnail(pixels))
    return found


def _source(node: Node) -> str:
    assert isinstance(node.origin, OraOrigin), "it was read from OpenRaster"
    return node.origin.values["src"]


def _refuse_shared(picture: OraPicture, source: Recolorable) -> None:
    taken = [layer.source for layer in picture.layers]
    for node in source.nodes:
        if taken.count(_source(node)) > 1:
            raise FormatError(
                f"{source.path} cannot be recoloured: its layer {node.name!r} shares its picture "
                "with another one."
            )


def _stack(source: Recolorable, palette: Palette) -> bytes:
    """The stack with the new names of the flats' layers."""
    file, picture = str(source.path), source.document.origin
    text = _member(picture, STACK)
    places = [element.place for element in elements(text, file=file) if element.tag == "layer"]
    order = [id(node) for node in walk(source.document.nodes) if not node.is_group]
    named = zip(source.nodes, source.names(palette), strict=True)
    names = {places[order.index(id(node))]: name for node, name in named if name is not None}
    return renamed(text, names, file=file)


def _flat_png(picture: OraPicture, name: str, flat: FlatLayer, colors: Rgb8) -> bytes:
    parts = [flat.pixels(rows, colors) for rows in strips(flat.shape[0])]
    return _png(picture, name, parts, (*flat.shape, 4))


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
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, whose names and sizes were checked when its stack was read."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"{path} is damaged or was changed meanwhile.") from error
    with archive:
        yield archive


def _member(picture: OraPicture, name: str) -> bytes:
    with _opened(picture.path) as archive:
        return _read(picture, archive, name)


def _read(picture: OraPicture, archive: zipfile.ZipFile, name: str) -> bytes:
    """Bytes of a member, never more than a picture of the size allowed can have."""
    limit = 9 * picture.max_pixels + (1 << 24)
    try:
        info = archive.getinfo(name)
        if info.file_size > limit:
            raise TooLargeError(f"{picture.path} is refused: {name} is larger than any picture.")
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, LookupError, EOFError, RuntimeError) as error:
        raise UnreadableError(f"{picture.path} is damaged: {name} cannot be unpacked.") from error
