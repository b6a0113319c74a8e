"""OpenRaster documents read with distrust: names, sizes and counts before any decoding."""

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np

from nurie.arrays import AnyArray, Labels
from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.files import PathLike, reading
from nurie.io.layered.document import Document
from nurie.io.layered.facts import TEXT_LIMIT, is_seal, labels_from, parse_facts
from nurie.io.ora import format as ora
from nurie.io.png import PngHead, read_head
from nurie.io.raster import MAX_PIXELS, check_size, embedded_profile, read_png
from nurie.io.samples import profile_mode
from nurie.stack import Node, walk

_MEMBERS = 10_000
_HEAD = 1 << 20
_RATIO = 1_100  # deflate cannot do better than 1032
_DEPTH = 32
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_NAMES = {operation: name for name, operation in ora.BLEND_OPS.items()}


@dataclass(frozen=True, eq=False)
class OraPicture:
    """The archive of a document, whose members are unpacked when asked for."""

    path: Path
    max_pixels: int
    infos: dict[str, zipfile.ZipInfo] = field(repr=False)
    """What the archive says of each member, by its name without slashes before it."""
    heads: dict[str, PngHead | None] = field(default_factory=dict, repr=False)
    """What the picture of each layer, and the merged one, says before its pixels."""
    spaces: dict[str, str] = field(default_factory=dict, repr=False)
    """What the prefixes of attributes stand for."""

    def unpacked(self, archive: zipfile.ZipFile, name: str, limit: int | None = None) -> bytes:
        """Bytes of a member, never more than ``limit`` (than any picture has), whatever it says."""
        limit = limit or 9 * self.max_pixels + (1 << 20)
        if name not in self.infos:
            raise UnreadableError(f"{self.path} is damaged: it has no {name}.")
        if self.infos[name].file_size > limit:
            raise TooLargeError(
                f"{self.path} is refused: {name} is larger than any picture allowed."
            )
        return self.start(archive, name, limit + 1)

    def start(self, archive: zipfile.ZipFile, name: str, size: int) -> bytes:
        """The first bytes of a member, at most so many."""
        try:
            with archive.open(self.infos[name]) as file:
                return file.read(size)
        except (*_DAMAGE, LookupError) as error:
            raise UnreadableError(f"{self.path} is damaged: {name} cannot be unpacked.") from error

    def size(self, name: str) -> tuple[int, int]:
        """(height, width) from the header of a PNG."""
        head = self.heads.get(name)
        if head is None or not (head.height and head.width):
            raise UnreadableError(f"{self.path} is damaged: {name} is no PNG.")
        check_size(self.path, (head.height, head.width), self.max_pixels, layer=True)
        return head.height, head.width

    def packed(self, name: str) -> bytes:
        """The bytes of a member that is a picture, still packed."""
        with open_archive(self.path) as archive:
            return self.unpacked(archive, name)

    def decoded(self, name: str) -> AnyArray:
        """Decode a member that is a picture: (h, w, 4), straight alpha."""
        data = self.packed(name)
        return read_png(f"{self.path}:{name}", data, max_pixels=self.max_pixels)

    def labels(self) -> Labels | None:
        """Decode the label map that nurie stores: (H, W) int32; None in others' documents."""
        if ora.LABELS not in self.infos:
            return None
        name = f"{self.path}:{ora.LABELS}"
        return labels_from(name, self.packed(ora.LABELS), self.max_pixels)

    def facts(self) -> dict[str, Any] | None:
        """What nurie stored beside the layers (see :mod:`nurie.io.ora.write`); None in others'."""
        if ora.FACTS not in self.infos:
            return None
        with open_archive(self.path) as archive:
            text = self.unpacked(archive, ora.FACTS, TEXT_LIMIT)
        return parse_facts(text, f"{self.path} is damaged: {ora.FACTS} cannot be read.")


@dataclass(frozen=True, eq=False)
class OraOrigin:
    """A layer or group as its file has it, so that it can be written again unchanged."""

    picture: OraPicture
    values: dict[str, str]
    """The attributes of its element."""
    place: int
    """Byte of the stack's text at which it starts."""
    children: "list[OraOrigin] | None" = None
    """Topmost first; None for a layer."""
    raw: str = ""
    """The text of what nurie does not know: filters, texts, layers without a picture."""

    @property
    def source(self) -> str:
        """The member that a layer's picture is; empty for a group."""
        return "" if self.children is not None else self.values.get("src", "")


def read_ora(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> Document:
    """Read what an OpenRaster document holds; its pixels are decoded when asked for.

    ``max_pixels`` bounds the document and each layer, from the stack and the headers.

    Raises:
        InputError: damaged, with unsafe content, not OpenRaster, or too large.
    """
    path = Path(path)
    with open_archive(path) as archive:
        picture = OraPicture(path, max_pixels, checked(path, archive.infolist()))
        # Some programs write no mimetype, or write it last.
        known = "mimetype" in picture.infos or ora.STACK not in picture.infos
        if known and picture.unpacked(archive, "mimetype", 64).strip() != ora.MIMETYPE:
            raise FormatError(f"{path} is not an OpenRaster document.")
        text = picture.unpacked(archive, ora.STACK, TEXT_LIMIT)
        stack = _Stack(picture, text)
        sources = {origin.source for origin in _all(stack.roots)} | {ora.MERGED}
        for name in sorted(sources & picture.infos.keys()):
            picture.heads[name] = read_head(picture.start(archive, name, _HEAD))
    check_size(path, stack.size[::-1], max_pixels)
    for origin in _all(stack.roots):
        if origin.children is None and origin.source not in picture.infos:
            called = origin.values.get("name", "")
            raise UnreadableError(f"{path} is damaged: its layer {called!r} has no picture.")
    return _document(picture, stack)


def _document(picture: OraPicture, stack: "_Stack") -> Document:
    nodes = tuple(map(_node, stack.roots))
    merged, read_facts = ora.MERGED in picture.infos, cache(picture.facts)
    seal = ora.seal_of(picture.infos.values())
    # Depth and profile are those of the merged picture, else of the first layer.
    bits, profile = 8, None
    first = ora.MERGED if merged else next((n.origin.source for n in walk(nodes) if n.rows), None)
    if first is not None:
        picture.size(first)
        head = picture.heads[first]
        assert head is not None, "its size is known"
        bits = 16 if head.bits == 16 else 8
        if head.has_profile:
            profile = embedded_profile(picture.path, picture.packed(first))
    return Document(
        picture.path,
        stack.size[1],
        stack.size[0],
        bits,
        nodes,
        read_merged=lambda: picture.decoded(ora.MERGED) if merged else None,
        read_labels=picture.labels,
        read_facts=read_facts,
        identity=_identity,
        digest=_digest,
        is_sealed=lambda: is_seal(read_facts(), seal),
        dpi=stack.dpi,
        icc_profile=profile if profile_mode(profile) == "RGB" else None,
        origin=picture,
    )


def _all(origins: list[OraOrigin]) -> Iterator[OraOrigin]:
    for origin in origins:
        yield origin
        yield from _all(origin.children or [])


def _identity(node: Node) -> str:
    """A layer is known by the member that its picture is, a group by the first flat in it."""
    inside = (child.origin.values.get("src", "") for child in node.children)
    return node.origin.values.get("src") or ora.group_identity(inside)


def _digest(node: Node) -> str:
    values: dict[str, str] = node.origin.values
    try:
        return ora.digest_of(values, node.origin.picture.infos.get(values.get("src", "")))
    except ValueError:
        return ""


def _node(origin: OraOrigin) -> Node:
    picture, values, group = origin.picture, origin.values, origin.children is not None
    operation = values.get("composite-op", ora.BLEND_OPS["normal"])
    clipped = operation == ora.CLIPPED_OP
    try:
        # Some programs write the comma of their language, or whole numbers with a point.
        opacity = min(max(float(values.get("opacity", "1").replace(",", ".")), 0.0), 1.0)
        left, top = (round(float(values.get(key, "0"))) for key in ("x", "y"))
    except (ValueError, OverflowError):
        raise UnreadableError(f"{picture.path} is damaged: its stack cannot be read.") from None
    height, width = (0, 0) if group else picture.size(origin.source)
    return Node(
        values.get("name", ""),
        top,
        left,
        height,
        width,
        rows=None if group else LayerPixels(picture, origin.source, height).rows,
        children=tuple(map(_node, origin.children or ())),
        opacity=1.0 if math.isnan(opacity) else opacity,
        blend=_NAMES.get(operation, "normal" if clipped else operation),
        visible=values.get("visibility", "visible") != "hidden" and not origin.raw,
        clipped=clipped,
        computed=origin.raw.startswith("<filter") and values.get("visibility") != "hidden",
        origin=origin,
    )


@dataclass
class LayerPixels:
    """A layer's picture, kept from its first row asked for to its last."""

    picture: OraPicture
    source: str
    height: int
    kept: AnyArray | None = field(default=None, repr=False)

    def rows(self, part: slice) -> AnyArray:
        """(h, w, 4) of a part."""
        pixels = self.kept if self.kept is not None else self.picture.decoded(self.source)
        self.kept = None if part.stop >= self.height else pixels
        return np.asarray(pixels[part])


class _Stack:
    """The walk through a stack: what its root says, and its layers as a tree, topmost first."""

    def __init__(self, picture: OraPicture, text: bytes) -> None:
        self.picture, self.roots = picture, list[OraOrigin]()
        self.size = 0, 0
        """Width and height."""
        self.dpi: tuple[float, float] | None = None
        self._text, self._parser = text, expat.ParserCreate()
        self._unknown: list[tuple[dict[str, str], int]] = []
        self._groups: list[tuple[OraOrigin, list[OraOrigin]]] = []
        parser = self._parser
        # Any entity would be declared there.
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, LookupError, ValueError, OverflowError) as error:
            raise self._damaged("cannot be read") from error
        if min(self.size) < 1:
            raise self._damaged("names no size")

    def _damaged(self, why: str) -> UnreadableError:
        return UnreadableError(f"{self.picture.path} is damaged: its stack {why}.")

    def _refuse(self, *_: object) -> None:
        raise UnreadableError(
            f"{self.picture.path} is refused: its stack declares a document type."
        )

    def _start(self, tag: str, values: dict[str, str]) -> None:
        place = self._parser.CurrentByteIndex
        if self._unknown or (self._groups and tag != "stack" and not values.get("src")):
            self._unknown.append((values, place))
        elif tag == "image":
            self.size = int(values["w"]), int(values["h"])
            resolution = float(values.get("xres", 0)), float(values.get("yres", 0))
            self.dpi = resolution if all(0 < r < 1e6 for r in resolution) else None
            spaces = {k[6:]: v for k, v in values.items() if k.startswith("xmlns:")}
            self.picture.spaces.update(spaces)
        elif tag == "stack":
            if len(self._groups) >= _DEPTH:
                raise UnreadableError(
                    f"{self.picture.path} is refused: its groups are nested too deep."
                )
            inside: list[OraOrigin] = []
            self._groups.append((OraOrigin(self.picture, values, place, inside), inside))
        elif tag == "layer":
            values["src"] = values["src"].lstrip("/")
            if self._groups:
                self._groups[-1][1].append(OraOrigin(self.picture, values, place))

    def _end(self, tag: str) -> None:
        if self._unknown:
            values, start = self._unknown.pop()
            if not self._unknown:
                end = self._text.find(b">", start) + 1
                if self._text[end - 2 : end] != b"/>":
                    end = self._text.find(b">", self._parser.CurrentByteIndex) + 1
                raw = self._text[start:end].decode("utf-8", "replace")
                self._groups[-1][1].append(OraOrigin(self.picture, values, start, [], raw))
        elif tag == "stack":
            group, inside = self._groups.pop()
            (self._groups[-1][1] if self._groups else self.roots).extend(
                [group] if self._groups else inside
            )


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, open for reading."""
    with reading(path) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnreadableError(f"{path} is damaged or not an OpenRaster document.") from error
        with archive:
            yield archive


def checked(path: Path, members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Refuse what no honest document holds: nothing is unpacked to disk, but others may do so."""
    if len(members) > _MEMBERS:
        raise UnreadableError(f"{path} is refused: it holds {len(members)} files.")
    # Programs write and read names that begin with a slash.
    found = {member.filename.lstrip("/"): member for member in members}
    if len(found) != len(members):
        raise UnreadableError(f"{path} is refused: two of its files have one name.")
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or ":" in parts[0]:
            raise UnreadableError(f"{path} is refused: {member.filename!r} leads out of it.")
        if member.file_size > _RATIO * max(member.compress_size, 1):
            raise UnreadableError(f"{path} is refused: {member.filename!r} swells too much.")
    return found
