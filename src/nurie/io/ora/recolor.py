"""OpenRaster documents with other colours: members that do not change are copied as they are.

So is the text of the stack, but for the names of the flats.
"""

import re
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from io import BytesIO

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Palette, strips
from nurie.errors import FormatError, UnreadableError
from nurie.io.files import PathLike, check_target, replacing
from nurie.io.layered.document import threads
from nurie.io.layered.facts import facts_text, facts_with
from nurie.io.layered.merged import Thumbnail, merged_with, whole
from nurie.io.layered.recolor import FlatNode, Recolorable
from nurie.io.ora import format as ora
from nurie.io.ora.read import OraPicture, open_archive
from nurie.io.png import read_head, with_palette, write_png
from nurie.stack import walk

_TAG = re.compile(rb"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(rb"\s([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")


def write_recolored_ora(
    path: PathLike, source: Recolorable, palette: Palette, *, force: bool = False
) -> None:
    """Write an OpenRaster document with another palette."""
    check_target(path, force=force, suffixes=(".ora",))
    picture: OraPicture = source.document.origin
    taken = [node.origin.source for node in walk(source.document.nodes)]
    for flat in source.flats:
        if taken.count(flat.node.origin.source) > 1:
            raise FormatError(
                f"{source.path} cannot be recoloured: its layer {flat.node.name!r} shares its "
                "picture with another one."
            )
    with threads() as pool:
        changed = _changed(source, palette, pool)
        with (
            open_archive(source.path) as old,
            replacing(path, force=force) as stream,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for info in old.infolist():
                name = info.filename.lstrip("/")
                if name != ora.FACTS:
                    copy = partial(picture.unpacked, old, name)
                    new.writestr(info, changed.get(name, copy)())
            if ora.FACTS in picture.infos:
                facts = _facts(source, palette, new.infolist())
                new.writestr(old.getinfo(picture.infos[ora.FACTS].filename), facts)


def _changed(
    source: Recolorable, palette: Palette, pool: Executor
) -> dict[str, Callable[[], bytes]]:
    """Members that change, and how each is had; the work is under way already."""
    picture: OraPicture = source.document.origin
    found: dict[str, Callable[[], bytes]] = {ora.STACK: partial(_stack, source, palette)}
    for flat, colors in zip(source.flats, source.split(palette.colors), strict=True):
        if (flat.layer.colors != colors).any():
            found[flat.node.origin.source] = pool.submit(_flat_png, picture, flat, colors).result
    if (palette.colors != source.palette.colors).any() and ora.MERGED in picture.infos:
        pixels = whole(merged_with(source, palette))
        parts = [pixels[rows] for rows in strips(len(pixels))]
        found[ora.MERGED] = pool.submit(_png, picture, ora.MERGED, parts, pixels.shape).result
        if ora.THUMBNAIL in picture.infos:
            small = Thumbnail(source.document.shape)
            for part in parts:
                small.seen(part)
            found[ora.THUMBNAIL] = partial(
                _png, picture, ora.THUMBNAIL, [small.pixels], small.pixels.shape
            )
    return found


def _facts(source: Recolorable, palette: Palette, members: list[zipfile.ZipInfo]) -> bytes:
    """Nurie's facts with the new palette; sealed where the old ones were."""
    infos, digests = {member.filename.lstrip("/"): member for member in members}, {}
    for flat, name in zip(source.flats, source.names(palette), strict=True):
        own = flat.node.origin
        said = own.values if name is None else own.values | {"name": name}
        digests[own.source] = ora.digest_of(said, infos[own.source])
    facts = facts_with(source.document, source.palette, palette, digests)
    if facts is None:
        return bytes(source.document.origin.packed(ora.FACTS))
    seal = ora.seal_of(members) if source.document.is_sealed() else None
    return facts_text(facts, seal)


def _stack(source: Recolorable, palette: Palette) -> bytes:
    """The stack with the new names of the flats' layers; every other byte is kept."""
    text: bytes = source.document.origin.packed(ora.STACK)
    flats = zip(source.flats, source.names(palette), strict=True)
    names = {flat.node.origin.place: name for flat, name in flats if name is not None}
    for place in sorted(names, reverse=True):
        tag = _TAG.match(text, place)
        spans = {m[1]: m.span(2) for m in _ATTRIBUTE.finditer(tag[0])} if tag else {}
        if b"name" not in spans:
            raise UnreadableError(
                f"{source.path} cannot be recoloured: a layer of its flats has no name."
            )
        start, end = (place + side for side in spans[b"name"])
        text = text[:start] + ora.quoted(names[place]).encode() + text[end:]
    return text


def _flat_png(picture: OraPicture, flat: FlatNode, colors: Rgb8) -> bytes:
    name: str = flat.node.origin.source
    head, layer = picture.heads[name], flat.layer
    table = None if head is None else head.palette
    if layer.is_plain and table is not None and table[:, 3].tolist() == [0, 255]:
        return with_palette(picture.packed(name), np.concatenate([table[:1, :3], colors]))
    if layer.is_plain:  # as nurie writes it, so that the next time is quick
        parts = [layer.places(rows) for rows in strips(layer.shape[0])]
        palette = np.array([(0, 0, 0, 0), (*colors[0], 255)], np.uint8)
        return _png(picture, name, parts, layer.shape, palette)
    parts = [layer.pixels(rows, colors) for rows in strips(layer.shape[0])]
    return _png(picture, name, parts, (*layer.shape, 4))


def _png(
    picture: OraPicture,
    name: str,
    parts: list[AnyArray],
    shape: tuple[int, ...],
    palette: AnyArray | None = None,
) -> bytes:
    """A picture as PNG, with the resolution and profile that the member had."""
    file, head = BytesIO(), picture.heads.get(name) or read_head(picture.packed(name))
    write_png(file, parts, shape, palette=palette)
    data, kept = file.getvalue(), b"" if head is None else head.carried
    return data[:33] + kept + data[33:]
