"""OpenRaster documents read back, with distrust: names, sizes and counts before any decoding."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from nurie.arrays import AnyArray, Labels
from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.files import PathLike, reading
from nurie.io.layered.facts import TEXT_LIMIT, labels_of, parse_facts
from nurie.io.ora.format import FACTS, LABELS, MERGED, MIMETYPE, seal_of
from nurie.io.png import PngHead, read_head, read_samples
from nurie.io.raster import MAX_PIXELS
from nurie.io.samples import read_png

_MEMBERS = 10_000
_HEAD = 1 << 20
_RATIO = 1_100  # deflate cannot do better than 1032
_DEPTH = 32
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)


@dataclass(frozen=True)
class OraElement:
    """A layer or a group as the stack names it."""

    values: dict[str, str]
    """Its attributes."""
    children: tuple["OraElement", ...] | None = None
    """Topmost first; None for a layer."""
    raw: str = ""
    """The text of what nurie does not know: filters, texts, layers without a picture."""


@dataclass(frozen=True)
class OraPicture:
    """A layered document: what its stack says; pictures are decoded when asked for."""

    path: Path
    width: int
    height: int
    sources: tuple[str, ...]
    """Names of the layers' pictures in the archive, topmost first."""
    members: frozenset[str]
    max_pixels: int
    elements: tuple["OraElement", ...] = ()
    """The stack as a tree, topmost first."""
    dpi: tuple[float, float] | None = None
    heads: Mapping[str, PngHead | None] = field(default_factory=dict, repr=False)
    """What the picture of each layer, and the merged one, says before its pixels."""
    seal: int = 0
    """Checksum of all members but the facts."""
    spaces: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the prefixes of attributes stand for."""
    infos: Mapping[str, zipfile.ZipInfo] = field(default_factory=dict, repr=False)
    """What the archive says of each member."""

    def labels(self) -> Labels | None:
        """Decode the label map that nurie stores: (H, W) int32; None in others' documents."""
        if LABELS not in self.members:
            return None
        samples = read_samples(self.packed(LABELS), max_pixels=self.max_pixels)
        return labels_of(self.decoded(LABELS) if samples is None else samples)

    def facts(self) -> dict[str, Any] | None:
        """What nurie stored beside the layers (see :mod:`nurie.io.ora.write`); None in others'."""
        if FACTS not in self.members:
            return None
        with open_archive(self.path) as archive:
            text = _read(self.path, archive, FACTS, TEXT_LIMIT)
        facts = parse_facts(text)
        if facts is None:
            raise UnreadableError(f"{self.path} is damaged: {FACTS} cannot be read.")
        return facts

    def packed(self, name: str) -> bytes:
        """The bytes of a member that is a picture, still packed."""
        with open_archive(self.path) as archive:
            return _read(self.path, archive, name, 9 * self.max_pixels + (1 << 20))

    def decoded(self, name: str) -> AnyArray:
        """Decode a member that is a picture: (h, w, 4), straight alpha."""
        data = self.packed(name)
        return read_png(f"{self.path}:{name}", data, max_pixels=self.max_pixels)


def read_ora(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> OraPicture:
    """Read the stack of a layered document; its pictures are decoded one by one, when asked for.

    ``max_pixels`` bounds the document and each layer, from the stack and the headers.

    Raises:
        UnreadableError: missing, empty, damaged, or with unsafe content.
        FormatError: not an OpenRaster document.
        TooLargeError: more than ``max_pixels``.
    """
    path = Path(path)
    with open_archive(path) as archive:
        members = archive.infolist()
        _check_members(path, members)
        names = frozenset(member.filename.lstrip("/") for member in members)
        # Some programs write no mimetype, or write it last.
        known = "mimetype" in names or "stack.xml" not in names
        if known and _read(path, archive, "mimetype", 64).strip() != MIMETYPE:
            raise FormatError(f"{path} is not an OpenRaster document.")
        stack = _Stack(path)
        stack.parse(_read(path, archive, "stack.xml", TEXT_LIMIT))
        shown = {*stack.sources, MERGED}
        heads = {name: _head(path, archive, name) for name in sorted(shown & names)}
    width, height = stack.size
    if width * height > max_pixels:
        raise TooLargeError(
            f"{path} has {width} x {height} pixels, more than the {max_pixels} allowed; "
            "give --max-megapixels to allow more."
        )
    for name, source in zip(stack.names, stack.sources, strict=True):
        if source not in names:
            raise UnreadableError(f"{path} is damaged: its layer {name!r} has no picture.")
    return OraPicture(
        path,
        width,
        height,
        tuple(stack.sources),
        names,
        max_pixels,
        tuple(stack.elements),
        stack.dpi,
        heads,
        seal_of(members),
        stack.spaces,
        {member.filename.lstrip("/"): member for member in members},
    )


class _Stack:
    """The state of the walk through stack.xml: the document's size, its layers, open groups."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = (0, 0)
        self.dpi: tuple[float, float] | None = None
        self.spaces: dict[str, str] = {}
        self.names: list[str] = []
        self.sources: list[str] = []
        self.elements: list[OraElement] = []
        self._text, self._unknown = b"", 0
        self._kept: tuple[dict[str, str], int] = {}, 0
        self._open: list[tuple[dict[str, str], list[OraElement]]] = []

    def parse(self, text: bytes) -> None:
        """Walk through the text; a document type, and so any entity, is refused."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = lambda tag, values: self._start(tag, values, parser)
        parser.EndElementHandler = lambda tag: self._end(tag, parser)
        self._text = text
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, LookupError, ValueError, OverflowError) as error:
            raise UnreadableError(f"{self.path} is damaged: its stack cannot be read.") from error
        if min(self.size) < 1:
            raise UnreadableError(f"{self.path} is damaged: its stack names no size.")

    def _refuse(self, *_: object) -> None:
        raise UnreadableError(f"{self.path} is refused: its stack declares a document type.")

    def _start(self, tag: str, values: dict[str, str], parser: expat.XMLParserType) -> None:
        if self._unknown or (self._open and tag != "stack" and not values.get("src")):
            if not self._unknown:
                self._kept = values, parser.CurrentByteIndex
            self._unknown += 1
        elif tag == "image":
            self.spaces = {k[6:]: v for k, v in values.items() if k.startswith("xmlns:")}
            self.size = int(values["w"]), int(values["h"])
            resolution = float(values.get("xres", 0)), float(values.get("yres", 0))
            self.dpi = resolution if all(0 < r < 1e6 for r in resolution) else None
        elif tag == "stack":
            if len(self._open) >= _DEPTH:
                raise UnreadableError(f"{self.path} is refused: its groups are nested too deep.")
            self._open.append((values, []))
        elif tag == "layer":
            self.names.append(values.get("name", ""))
            values["src"] = values["src"].lstrip("/")
            self.sources.append(values["src"])
            if self._open:
                self._open[-1][1].append(OraElement(values))

    def _end(self, tag: str, parser: expat.XMLParserType) -> None:
        if self._unknown:
            self._unknown -= 1
            if not self._unknown:
                values, start = self._kept
                end = self._text.find(b">", start) + 1
                if self._text[end - 2 : end] != b"/>":
                    end = self._text.find(b">", parser.CurrentByteIndex) + 1
                raw = self._text[start:end].decode("utf-8", "replace")
                self._open[-1][1].append(OraElement(values, (), raw))
        elif tag == "stack":
            values, children = self._open.pop()
            if self._open:
                self._open[-1][1].append(OraElement(values, tuple(children)))
            else:
                self.elements += children


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


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what no honest document holds: nothing is unpacked to disk, but others may do so."""
    if len(members) > _MEMBERS:
        raise UnreadableError(f"{path} is refused: it holds {len(members)} files.")
    names = [member.filename.lstrip("/") for member in members]
    if len(set(names)) != len(names):
        raise UnreadableError(f"{path} is refused: two of its files have one name.")
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        # Programs write and read names that begin with a slash; nothing is unpacked to disk.
        if ".." in parts or ":" in parts[0]:
            raise UnreadableError(f"{path} is refused: {member.filename!r} leads out of it.")
        if member.file_size > _RATIO * max(member.compress_size, 1):
            raise UnreadableError(f"{path} is refused: {member.filename!r} swells too much.")


def _info(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """A member by its name without slashes before it; KeyError where there is none."""
    for info in archive.infolist():
        if info.filename.lstrip("/") == name:
            return info
    raise KeyError(name)


def _head(path: Path, archive: zipfile.ZipFile, name: str) -> PngHead | None:
    """What a picture says before its pixels, which lie within its first bytes."""
    try:
        with archive.open(_info(archive, name)) as file:
            return read_head(file.read(_HEAD))
    except _DAMAGE as error:
        raise UnreadableError(f"{path} is damaged: {name} cannot be unpacked.") from error


def _read(path: Path, archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Bytes of a member, never more than ``limit``, whatever its header says."""
    try:
        info = _info(archive, name)
        if info.file_size > limit:
            raise TooLargeError(f"{path} is refused: {name} is larger than any picture allowed.")
        with archive.open(info) as file:
            data = file.read(limit + 1)
    except KeyError:
        raise UnreadableError(f"{path} is damaged: it has no {name}.") from None
    except _DAMAGE as error:
        raise UnreadableError(f"{path} is damaged: {name} cannot be unpacked.") from error
    return data
