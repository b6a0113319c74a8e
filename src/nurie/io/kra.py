"""Krita's own files read with distrust: layers of pixels, groups, and what they show together.

A ZIP: ``maindoc.xml`` lists the layers, topmost first, and ``NAME/layers/FILE`` holds the pixels of
each as tiles of 64 x 64, packed with LZF, byte by byte of their samples: all blues, all greens, ….
Vectors, fills, clones and filters have no pixels of their own and are left out with a note.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import UnreadableError
from nurie.io.files import PathLike
from nurie.io.layered.document import Document, overlap
from nurie.io.layered.facts import TEXT_LIMIT
from nurie.io.ora.format import MERGED
from nurie.io.ora.read import LayerPixels, OraPicture, checked, open_archive
from nurie.io.raster import MAX_PIXELS, check_size
from nurie.io.samples import of_cmyk, profile_mode, toned
from nurie.stack import PASS, Node

_DEPTH, _TILE = 32, 64
_SPACES = {"RGBA": (4, 1), "RGBA16": (4, 2), "GRAYA": (2, 1), "GRAYAU16": (2, 2), "CMYK": (5, 1)}
"""Channels, and bytes of each; other spaces are seen in the merged picture alone."""

_SAME = ("normal", "multiply", "screen", "overlay", "darken", "lighten", "add", "hue", "color")
_BLENDS = {
    "dodge": "color-dodge", "burn": "color-burn", "hard_light": "hard-light", "diff": "difference",
    "soft_light": "soft-light", "soft_light_svg": "soft-light", "luminize": "luminosity",
    "saturation": "saturation", **dict(zip(_SAME, _SAME, strict=True)),
}  # fmt: skip
_HEAD = re.compile(rb"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE (\d+)\nDATA (\d{1,7})\n")
_PLACE = re.compile(rb"(-?\d{1,6}),(-?\d{1,6}),LZF,(\d{1,6})\n")
_DAMAGE = (ET.ParseError, ValueError, LookupError)


class _Source(NamedTuple):
    """What the pixels of a layer are."""

    place: tuple[int, int, int, int]
    """Top, left, height and width of its tiles."""
    space: str
    default: bytes
    """The pixel where no tile is."""
    mask: str
    """The member that says how much of the layer shows; empty without one."""


@dataclass(frozen=True, eq=False)
class _KraPicture(OraPicture):
    """The archive, and the layers of pixels in it by their members."""

    sources: dict[str, _Source] = field(default_factory=dict)

    def decoded(self, name: str) -> AnyArray:
        """Pixels of a layer or of the merged picture: (h, w, 4), straight alpha."""
        source = self.sources.get(name)
        if source is None:
            return super().decoded(name)
        channels, size = _SPACES[source.space]
        with open_archive(self.path) as archive:
            plane = self._plane(archive, name, source.place, source.default, channels * size)
            samples = plane.view("<u2" if size == 2 else np.uint8)
            order = (2, 1, 0, 3) if channels == 4 else (0, 0, 0, 1)
            profile = f"{name}.icc"
            icc = self.unpacked(archive, profile) if profile in self.infos else None
            if channels == 5:
                samples, order = of_cmyk(samples, icc), (0, 1, 2, 3)
            elif channels == 2:
                samples = toned(samples.astype(samples.dtype.newbyteorder("=")), icc)
            pixels = samples[..., order].astype(np.uint16 if size == 2 else np.uint8)
            if source.mask:
                shown = self._plane(archive, source.mask, source.place, b"\0", 1)[..., 0]
                pixels[..., 3] = (pixels[..., 3].astype(np.uint32) * shown + 127) // 255
        return pixels

    def _plane(
        self, archive: zipfile.ZipFile, name: str, place: tuple[int, int, int, int],
        default: bytes, size: int,
    ) -> AnyArray:  # fmt: skip
        """Pixels as their bytes: (height, width, ``size``) uint8."""
        top, left, height, width = place
        out = np.empty((height, width, size), np.uint8)
        out[:] = np.frombuffer(default.ljust(size, b"\0")[:size], np.uint8)
        for (row, column), data in self.tiles(archive, name, size).items():
            at = row - top, column - left, _TILE, _TILE
            there, here = overlap(at, slice(0, height), width)
            packed, flat = data[:1] == b"\1", data[1:]
            whole = unpacked_lzf(flat, _TILE * _TILE * size) if packed else flat
            if len(whole) != _TILE * _TILE * size:
                raise self.damaged(name)
            shape = (size, _TILE, _TILE) if packed else (_TILE, _TILE, size)
            tile = np.frombuffer(whole, np.uint8).reshape(shape)
            out[there] = (tile.transpose(1, 2, 0) if packed else tile)[here]
        return out

    def tiles(self, archive: zipfile.ZipFile, name: str, size: int) -> dict[tuple[int, int], bytes]:
        """The packed tiles of a layer by their places, row and column."""
        data = self.unpacked(archive, name)
        head, found = _HEAD.match(data), dict[tuple[int, int], bytes]()
        at = 0 if head is None else head.end()
        for _ in range(-1 if head is None else int(head[2])):
            place = _PLACE.match(data, at)
            if place is None:
                raise self.damaged(name)
            at = place.end() + int(place[3])
            found[int(place[2]), int(place[1])] = data[place.end() : at]
        if head is None or int(head[1]) != size or at > len(data):
            raise self.damaged(name)
        return found

    def damaged(self, what: str) -> UnreadableError:
        """The error for what makes no sense."""
        return UnreadableError(f"{self.path} is damaged: {what} cannot be read; save it again.")


def unpacked_lzf(data: bytes, size: int) -> bytes:
    r"""What LZF packed, at most about ``size`` bytes; too few where it is damaged.

    >>> unpacked_lzf(b"\x01ab\x60\x01", 7)
    b'abababa'
    """
    out, at = bytearray(), 0
    while at + 1 < len(data) and len(out) <= size:
        control = data[at]
        at += 1
        if control < 32:
            out += data[at : at + control + 1]
            at += control + 1
            continue
        count = control >> 5
        if count == 7:
            count += data[at]
            at += 1
        back = ((control & 31) << 8 | data[min(at, len(data) - 1)]) + 1
        at, count, piece = at + 1, count + 2, out[-back:]
        if back > len(out):
            break
        out += (piece * (count // back + 1))[:count]  # a piece may reach into what it becomes
    return bytes(out)


def read_kra(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> Document:
    """Read the layers of Krita's own file; their pixels are decoded when asked for.

    ``max_pixels`` bounds the document and each layer.

    Raises:
        InputError: damaged, with unsafe content, or too large.
    """
    path = Path(path)
    with open_archive(path) as archive:
        picture = _KraPicture(path, max_pixels, checked(path, archive.infolist()))
        if "maindoc.xml" not in picture.infos:  # what it shows is there, and no more
            shown = picture.decoded(MERGED)
            return Document(
                path, len(shown), shown.shape[1], 8 * shown.itemsize, (),
                read_merged=lambda: shown, read_labels=lambda: None, read_facts=lambda: None,
            )  # fmt: skip
        text = picture.unpacked(archive, "maindoc.xml", TEXT_LIMIT)
        icc = next((n for n in picture.infos if n.endswith("/annotations/icc")), None)
        profile = None if icc is None else picture.unpacked(archive, icc)
        try:
            if b"<!ENTITY" in text:
                raise ValueError("entities")
            # Text, not bytes: an encoding that it names could hide them.
            root = ET.fromstring(text.decode("utf-8-sig"))  # noqa: S314 (without entities)
            image = next((one for one in root if one.tag.endswith("IMAGE")), root)
            shape = int(image.attrib["height"]), int(image.attrib["width"])
            check_size(path, shape, max_pixels)
            resolution = float(image.get("x-res", 0)), float(image.get("y-res", 0))
            walk = _Walk(picture, archive, shape)
            nodes = tuple(walk.nodes(image, 0))
        except _DAMAGE as error:
            raise picture.damaged("its list of layers") from error
    some = ", ".join(map(repr, walk.left[:4])) + (", …" if len(walk.left) > 4 else "")
    note = f"{some} left out: of Krita's layers those of pixels in RGB, gray or CMYK are read."
    return Document(
        path, *shape, 16 if image.get("colorspacename", "").endswith("16") else 8, nodes,
        read_merged=lambda: picture.decoded(MERGED) if MERGED in picture.infos else None,
        read_labels=lambda: None,
        read_facts=lambda: None,
        dpi=resolution if all(0 < r < 1e6 for r in resolution) else None,
        icc_profile=profile if profile_mode(profile) == "RGB" else None,
        notes=(note,) if walk.left else (),
    )  # fmt: skip


class _Walk:
    """The walk through the list of layers."""

    def __init__(
        self, picture: _KraPicture, archive: zipfile.ZipFile, shape: tuple[int, int]
    ) -> None:
        self._picture, self._archive, self._shape = picture, archive, shape
        self._members = {n.partition("/layers/")[2]: n for n in picture.infos}
        self.left: list[str] = []
        """Names of what shows and is left out."""

    def nodes(self, element: ET.Element, depth: int) -> Iterator[Node]:
        """The layers in an element, topmost first."""
        if depth > _DEPTH:
            raise UnreadableError(f"{self._picture.path} is refused: its groups are too deep.")
        for layer in _inside(element, "layers"):
            said, kind = layer.attrib, layer.get("nodetype", layer.get("layertype"))
            blend = said.get("compositeop", "normal")
            look: dict[str, Any] = {
                "name": said.get("name", ""),
                "opacity": min(max(int(said.get("opacity", 255)), 0), 255) / 255,
                "blend": _BLENDS.get(blend, f"krita:{blend}"),
                "visible": said.get("visible") != "0",
                # The last flag is alpha: not drawn to, it is that of what lies below.
                "clipped": said.get("channelflags", "").endswith("0"),
            }
            if kind == "grouplayer":
                look["blend"] = PASS if said.get("passthrough") == "1" else look["blend"]
                yield Node(children=tuple(self.nodes(layer, depth + 1)), **look)
            elif kind == "paintlayer" and said.get("colorspacename") in _SPACES:
                yield Node(**self._pixels(layer), **look)
            elif look["visible"]:
                self.left.append(look["name"])

    def _pixels(self, layer: ET.Element) -> dict[str, Any]:
        """Place and rows of a layer of pixels."""
        said, picture, default = layer.attrib, self._picture, b""
        channels, size = _SPACES[said["colorspacename"]]
        name = self._members[said["filename"]]
        if beside := self._members.get(f"{said['filename']}.defaultpixel"):
            default = picture.start(self._archive, beside, channels * size)
        tiles, filled = picture.tiles(self._archive, name, channels * size), any(default[-size:])
        boxes = [(row, column, row + _TILE, column + _TILE) for row, column in tiles]
        if filled or not boxes:
            boxes.append((0, 0, *(self._shape if filled else (0, 0))))
        edges = zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
        top, left, bottom, right = (pick(edge) for pick, edge in edges)
        height, width = bottom - top, right - left
        if height:
            check_size(picture.path, (height, width), 4 * picture.max_pixels, layer=True)
        place = top, left, height, width
        picture.sources[name] = _Source(place, said["colorspacename"], default, self._mask(layer))
        top, left = top + int(said.get("y", 0)), left + int(said.get("x", 0))
        rows = LayerPixels(picture, name, height).rows
        return {"top": top, "left": left, "height": height, "width": width, "rows": rows}

    def _mask(self, layer: ET.Element) -> str:
        """The member that is a layer's mask of what shows; empty without one."""
        for mask in _inside(layer, "masks"):
            if mask.get("nodetype") == "transparencymask" and mask.get("visible") != "0":
                return self._members[f"{mask.attrib['filename']}.pixelselection"]
        return ""


def _inside(element: ET.Element, kind: str) -> list[ET.Element]:
    """The elements within the lists of that kind."""
    return [one for inner in element if inner.tag.rpartition("}")[2] == kind for one in inner]
