"""OpenRaster documents with other colours: members that do not change are copied as they are.

So is the text of the stack, but for the names of the flats.
"""

import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from io import BytesIO

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Palette, strips
from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.files import PathLike, check_target, replacing
from nurie.io.layered.facts import facts_text, facts_with
from nurie.io.layered.merged import thumbnail
from nurie.io.layered.recolor import FlatNode, Recolorable, merged_with, threads, whole
from nurie.io.ora.document import OraOrigin
from nurie.io.ora.format import (
    FACTS,
    MERGED,
    STACK,
    THUMBNAIL,
    digest_of,
    elements,
    renamed,
    seal_of,
)
from nurie.io.ora.read import OraPicture, open_archive
from nurie.io.png import read_head, with_palette, write_png
from nurie.stack import Node, walk


def write_recolored_ora(
    path: PathLike, source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write an OpenRaster document with another palette."""
    check_target(path, force=force, suffixes=(".ora",))
    picture: OraPicture = source.document.origin
    _refuse_shared(picture, source)
    with threads() as pool:
        changed = _changed(source, palette, pool)
        with (
            open_archive(source.path) as old,
            replacing(path, force=force) as stream,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for info in old.infolist():
                name = info.filename.lstrip("/")
                if name != FACTS:
                    make = changed.get(name, partial(_read, picture, old, info.filename))
                    new.writestr(info, make())
            if FACTS in picture.members:
                facts = _facts(source, palette, new.infolist())
                new.writestr(old.getinfo(FACTS), facts)


def _changed(
    source: Recolorable, palette: Palette, pool: Executor
) -> dict[str, Callable[[], bytes]]:
    """Members that change, and how each is had; the work is under way already."""
    picture: OraPicture = source.document.origin
    found: dict[str, Callable[[], bytes]] = {STACK: partial(_stack, source, palette)}
    for flat, colors in zip(source.flats, source.split(palette.colors), strict=True):
        if (flat.colors != colors).any():
            name = _source(flat.node)
            make = _plain_png if flat.plain else _flat_png
            found[name] = pool.submit(make, picture, name, flat, colors).result
    if (palette.colors != source.palette.colors).any() and MERGED in picture.members:
        pixels = merged_with(source, palette)
        found[MERGED] = pool.submit(_png, picture, MERGED, whole(pixels)).result
        if THUMBNAIL in picture.members:
            found[THUMBNAIL] = partial(_png, picture, THUMBNAIL, thumbnail(pixels))
    return found


def _facts(source: Recolorable, palette: Palette, members: list[zipfile.ZipInfo]) -> bytes:
    """Nurie's facts with the new palette; sealed where the old ones were."""
    names = zip(source.flats, source.names(palette), strict=True)
    renamed = {flat.node: name for flat, name in names if name is not None}
    infos, digests = {member.filename.lstrip("/"): member for member in members}, {}
    for node in walk(source.document.nodes):
        values: dict[str, str] = node.origin.values
        info = infos.get(values.get("src", ""))
        said = values | {"name": renamed.get(node, node.name)}
        digests[source.document.identity(node)] = digest_of(said, info)
    facts = facts_with(source.document, source.palette, palette, digests)
    if facts is None:
        return _member(source.document.origin, FACTS)
    seal = seal_of(members) if source.document.is_sealed() else None
    return facts_text(facts, seal)


def _source(node: Node) -> str:
    assert isinstance(node.origin, OraOrigin), "it was read from OpenRaster"
    return node.origin.values["src"]


def _refuse_shared(picture: OraPicture, source: Recolorable) -> None:
    taken = picture.sources
    for flat in source.flats:
        if taken.count(_source(flat.node)) > 1:
            raise FormatError(
                f"{source.path} cannot be recoloured: its layer {flat.node.name!r} shares its "
                "picture with another one."
            )


def _stack(source: Recolorable, palette: Palette) -> bytes:
    """The stack with the new names of the flats' layers."""
    file, picture = str(source.path), source.document.origin
    text = _member(picture, STACK)
    tags = elements(text, file=file)
    places = [e.place for e in tags if e.tag == "layer" and e.values.get("src")]
    order = [id(node) for node in walk(source.document.nodes) if not node.is_group]
    named = zip(source.flats, source.names(palette), strict=True)
    names = {places[order.index(id(flat.node))]: name for flat, name in named if name is not None}
    return renamed(text, names, file=file)


def _plain_png(picture: OraPicture, name: str, _flat: FlatNode, colors: Rgb8) -> bytes:
    head = picture.heads[name]
    assert head is not None, "it is plain"
    assert head.palette is not None, "it is plain"
    return with_palette(_member(picture, name), np.concatenate([head.palette[:1, :3], colors]))


def _flat_png(picture: OraPicture, name: str, flat: FlatNode, colors: Rgb8) -> bytes:
    layer = flat.layer
    if layer.is_plain:  # as nurie writes it, so that the next time is quick
        parts = [layer.places(rows) for rows in strips(layer.shape[0])]
        palette = np.array([(0, 0, 0, 0), (*colors[0], 255)], np.uint8)
        return _png(picture, name, parts, layer.shape, palette)
    parts = [layer.pixels(rows, colors) for rows in strips(layer.shape[0])]
    return _png(picture, name, parts, (*layer.shape, 4))


def _png(
    picture: OraPicture,
    name: str,
    pixels: AnyArray | list[AnyArray],
    shape: tuple[int, ...] | None = None,
    palette: AnyArray | None = None,
) -> bytes:
    """A picture as PNG, with the resolution and profile that the member had."""
    file = BytesIO()
    if isinstance(pixels, list):
        write_png(file, pixels, shape or (), palette=palette)
    else:
        write_png(file, (pixels[rows] for rows in strips(len(pixels))), pixels.shape)
    data, head = file.getvalue(), read_head(_member(picture, name))
    kept = b"" if head is None else head.carried
    return data[:33] + kept + data[33:]


def _member(picture: OraPicture, name: str) -> bytes:
    with open_archive(picture.path) as archive:
        return _read(picture, archive, name)


def _read(picture: OraPicture, archive: zipfile.ZipFile, name: str) -> bytes:
    """Bytes of a member, never more than a picture of the size allowed can have."""
    limit = 9 * picture.max_pixels + (1 << 24)
    try:
        info = picture.infos.get(name) or archive.getinfo(name)
        if info.file_size > limit:
            raise TooLargeError(f"{picture.path} is refused: {name} is larger than any picture.")
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, LookupError, EOFError, RuntimeError) as error:
        raise UnreadableError(f"{picture.path} is damaged: {name} cannot be unpacked.") from error
