"""OpenRaster documents as layers of any program are: names, places, blend modes, groups."""

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import TooLargeError, UnreadableError
from nurie.io.files import PathLike
from nurie.io.layered.document import Document
from nurie.io.layered.facts import is_seal
from nurie.io.ora.format import (
    BLEND_OPS,
    CLIPPED_OP,
    MERGED,
    digest_of,
    group_identity,
    opacity_of,
    place_of,
)
from nurie.io.ora.read import OraElement, OraPicture, read_ora
from nurie.io.raster import MAX_PIXELS, embedded_profile
from nurie.io.samples import profile_mode
from nurie.stack import Node

_NAMES = {operation: name for name, operation in BLEND_OPS.items()}


@dataclass(frozen=True, eq=False)
class OraOrigin:
    """A layer or group as its file has it, so that it can be written again unchanged."""

    picture: OraPicture
    values: dict[str, str]
    """The attributes of its element."""
    raw: str = ""
    """The text of its element, where nurie does not know such."""


def read_ora_document(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> Document:
    """Read what an OpenRaster document holds; its pixels are decoded when asked for.

    ``max_pixels`` bounds the document and each layer, from the stack and the headers.
    """
    picture = read_ora(path, max_pixels=max_pixels)
    nodes = tuple(_node(picture, element) for element in picture.elements)
    bits, profile = _whole(picture)
    read_facts = cache(picture.facts)
    return Document(
        picture.path,
        picture.height,
        picture.width,
        bits,
        nodes,
        read_merged=lambda: picture.decoded(MERGED) if MERGED in picture.members else None,
        read_labels=picture.labels,
        read_facts=read_facts,
        read_color=lambda node: _color(picture, node),
        identity=_identity,
        digest=lambda node: _digest(picture, node),
        is_sealed=lambda: is_seal(read_facts(), picture.seal),
        dpi=picture.dpi,
        icc_profile=profile,
        origin=picture,
    )


def _identity(node: Node) -> str:
    """A layer is known by the member that its picture is, a group by the first flat in it."""
    values: dict[str, str] = node.origin.values
    inside = (child.origin.values.get("src", "") for child in node.children)
    return values.get("src") or group_identity(inside)


def _digest(picture: OraPicture, node: Node) -> str:
    values: dict[str, str] = node.origin.values
    try:
        return digest_of(values, picture.infos.get(values.get("src", "")))
    except ValueError:
        return ""


def _color(picture: OraPicture, node: Node) -> tuple[int, int, int] | None:
    """The colour of a layer that is an indexed PNG of one."""
    assert isinstance(node.origin, OraOrigin), "it was read from OpenRaster"
    head = picture.heads.get(node.origin.values.get("src", ""))
    return None if head is None else head.color


def _whole(picture: OraPicture) -> tuple[int, bytes | None]:
    """Depth and profile of the document: those of its merged picture, else of its first layer."""
    names = [MERGED] if MERGED in picture.members else []
    names += picture.sources[:1]
    if not names:
        return 8, None
    _size(picture, names[0])
    head = picture.heads[names[0]]
    assert head is not None, "its size is known"
    bits = 16 if head.bits == 16 else 8
    if not head.has_profile:
        return bits, None
    profile = embedded_profile(picture.path, picture.packed(names[0]))
    return bits, profile if profile_mode(profile) == "RGB" else None


def _node(picture: OraPicture, element: OraElement) -> Node:
    values = element.values
    operation = values.get("composite-op", BLEND_OPS["normal"])
    group = element.children is not None
    try:
        opacity = opacity_of(values.get("opacity", "1"))
        left, top = place_of(values.get("x", "0")), place_of(values.get("y", "0"))
    except (ValueError, OverflowError):
        raise UnreadableError(f"{picture.path} is damaged: its stack cannot be read.") from None
    height, width = (0, 0) if group else _size(picture, values["src"])
    return Node(
        values.get("name", ""),
        top,
        left,
        height,
        width,
        rows=None if group else _Pixels(picture, values["src"], height).rows,
        children=tuple(_node(picture, child) for child in element.children or ()),
        opacity=1.0 if math.isnan(opacity) else opacity,
        blend=_NAMES.get(operation, "normal" if operation == CLIPPED_OP else operation),
        visible=values.get("visibility", "visible") != "hidden" and not element.raw,
        clipped=operation == CLIPPED_OP,
        origin=OraOrigin(picture, values, element.raw),
    )


def _size(picture: OraPicture, source: str) -> tuple[int, int]:
    """(height, width) from the header of a PNG."""
    head = picture.heads.get(source)
    if head is None or not (head.height and head.width):
        raise UnreadableError(f"{picture.path} is damaged: {source} is no PNG.")
    if head.height * head.width > picture.max_pixels:
        raise TooLargeError(
            f"{picture.path} has a layer of {head.width} x {head.height} pixels, more than "
            "allowed; give --max-megapixels to allow more."
        )
    return head.height, head.width


@dataclass
class _Pixels:
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
