"""OpenRaster documents written: the layer tree as PNGs in a ZIP.

    mimetype                    stored first, image/openraster
    stack.xml                   the stack, topmost layer first
    data/line.png               straight alpha, at the sketch's own depth
    data/shade.png              multiplied into what is below, where there is any
    data/flat-NNNN.png          one colour, alpha 0 or 255, cropped to its bounding box; indexed,
                                so that another colour is another palette
    data/paper.png              white, opaque
    mergedimage.png             all of it
    Thumbnails/thumbnail.png    at most 256 pixels wide or high
    nurie/labels.png            the label map: 16-bit gray, or 24 bits as RGB above 65535 regions
    nurie/nurie.json            the colour of each region, the palette, the hinted regions

Editors ignore the last two; :mod:`nurie.verify` proves the promise with them.
"""

import os
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Layers, strips
from nurie.io.files import PathLike, check_target, replacing
from nurie.io.layered.facts import Own, facts_of, write_labels
from nurie.io.layered.tree import FLAT, TRACE, merged_parts, tree_of
from nurie.io.ora.document import OraOrigin
from nurie.io.ora.format import (
    BLEND_OPS,
    CLIPPED_OP,
    FACTS,
    LABELS,
    MERGED,
    MIMETYPE,
    STACK,
    THUMBNAIL,
    digest_of,
    group_identity,
    quoted,
    seal_of,
)
from nurie.io.png import write_png
from nurie.io.samples import document_profile
from nurie.stack import Node, walk

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_THUMBNAIL = 256


def write_ora(
    path: PathLike,
    layers: Layers,
    *,
    one_flat_layer: bool = False,
    force: bool = False,
) -> None:
    """Write a layered document; same layers, same bytes."""
    check_target(path, force=force, suffixes=(".ora",))
    tree = tree_of(layers, one_flat_layer=one_flat_layer)
    sources, look = _sources(tree), _Look.of(layers)
    with replacing(path, force=force) as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_member("mimetype"), MIMETYPE)
        archive.writestr(_member(STACK), _stack(layers, tree, sources))
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            small = [node for node in sources if node.role == FLAT]
            made = pool.map(lambda node: _node_png(node, look), small)
            for node, name in sources.items():
                if node.role != FLAT:
                    _write_node(archive, name, node, look)
            _write_whole(archive, layers, tree, look)
            for node, data in zip(small, made, strict=True):
                archive.writestr(_member(sources[node]), data)
        facts = facts_of(layers, seal_of(archive.infolist()), _own(tree, sources, archive))
        archive.writestr(_member(FACTS), facts, zipfile.ZIP_DEFLATED)


def _own(tree: Sequence[Node], sources: Mapping[Node, str], archive: zipfile.ZipFile) -> Own:
    """Identity, role and digest of nurie's own layers."""
    found = {}
    for node in walk(tree):
        if node.role not in ("", TRACE):
            name = sources.get(node)
            info = None if name is None else archive.getinfo(name)
            key = name or group_identity(sources.get(child, "") for child in node.children)
            found[key] = node.role, digest_of(_values(node, sources), info)
    return found


@dataclass(frozen=True)
class _Look:
    """What each picture of the document says."""

    dpi: tuple[float, float] | None
    icc_profile: bytes | None

    @classmethod
    def of(cls, layers: Layers) -> "_Look":
        sketch = layers.sketch
        return cls(sketch.dpi, document_profile(sketch.icc_profile, deep=sketch.white > 255))


def _sources(tree: Sequence[Node]) -> dict[Node, str]:
    """Where the picture of each layer lies in the archive."""
    counts: Counter[str] = Counter()
    found = {}
    for node in walk(tree):
        if node.is_group:
            continue
        role = node.role or "kept"
        if role in (FLAT, "kept"):
            found[node] = f"data/{role}-{counts[role]:04d}.png"
            counts[role] += 1
        else:
            found[node] = f"data/{role}.png"
    return found


def _write_whole(
    archive: zipfile.ZipFile, layers: Layers, tree: Sequence[Node], look: _Look
) -> None:
    """Label map, merged picture, thumbnail: strip by strip into the archive."""
    height, width = layers.sketch.shape
    with archive.open(_member(LABELS), "w") as file:
        write_labels(file, layers)
    sums: list[AnyArray] = []
    parts = _summed(merged_parts(layers, tree), layers, sums)
    _write_png(archive, MERGED, parts, (height, width, 3), look)
    thumbnail = _thumbnail(sums, height, width)
    _write_png(archive, THUMBNAIL, [thumbnail], thumbnail.shape, look)


def _write_node(archive: zipfile.ZipFile, name: str, node: Node, look: _Look) -> None:
    """One layer; the user's own PNG is copied as it is."""
    if isinstance(node.origin, OraOrigin):
        archive.writestr(_member(name), node.origin.picture.packed(node.origin.values["src"]))
    else:
        _write_png(archive, name, _parts(node), (*_shape(node), 4), look)


def _node_png(node: Node, look: _Look) -> bytes:
    """A flat layer: the numbers of nothing and of its colour, or the pixels of several colours."""
    file, shape = BytesIO(), _shape(node)
    if node.color is None:
        write_png(file, _parts(node), (*shape, 4), dpi=look.dpi, icc_profile=look.icc_profile)
        return file.getvalue()
    palette = np.array([(0, 0, 0, 0), (*node.color, 255)], np.uint8)
    parts = (part[..., 3] >> 7 for part in _parts(node))
    write_png(file, parts, shape, dpi=look.dpi, icc_profile=look.icc_profile, palette=palette)
    return file.getvalue()


def _shape(node: Node) -> tuple[int, int]:
    """Height and width of a layer's PNG, which knows no empty picture."""
    return (node.height, node.width) if node.height and node.width else (1, 1)


def _parts(node: Node) -> Iterator[AnyArray]:
    """Strips of a layer; PNG knows no empty picture, so an empty layer is one clear pixel."""
    assert node.rows is not None, "a group has no picture"
    if not (node.height and node.width):
        yield np.zeros((1, 1, 4), np.uint8)
        return
    yield from map(node.rows, strips(node.height))


def _write_png(
    archive: zipfile.ZipFile,
    name: str,
    parts: Iterable[AnyArray],
    shape: tuple[int, ...],
    look: _Look,
) -> None:
    with archive.open(_member(name), "w") as file:
        write_png(file, parts, shape, dpi=look.dpi, icc_profile=look.icc_profile)


def _summed(parts: Iterable[AnyArray], layers: Layers, sums: list[AnyArray]) -> Iterator[AnyArray]:
    """The strips; leaves in ``sums`` the sums of the thumbnail's columns."""
    deep = layers.sketch.white > 255
    columns = np.arange(0, layers.sketch.shape[1], _shrink(layers.sketch.shape))
    for part in parts:
        shallow = (part >> 8).astype(np.uint8) if deep else part
        sums.append(np.add.reduceat(shallow, columns, axis=1, dtype=np.uint32))
        yield part


def _shrink(shape: tuple[int, int]) -> int:
    """Pixels of the drawing for one pixel of the thumbnail, each way."""
    return -(-max(shape) // _THUMBNAIL)


def _thumbnail(sums: list[AnyArray], height: int, width: int) -> Rgb8:
    step = _shrink((height, width))
    places = [np.arange(0, side, step) for side in (height, width)]
    total = np.add.reduceat(np.concatenate(sums), places[0], axis=0, dtype=np.uint64)
    tall, broad = (np.diff(p, append=side) for p, side in zip(places, (height, width), strict=True))
    return np.asarray((total / (tall[:, None] * broad)[..., None]).round().astype(np.uint8))


def _stack(layers: Layers, tree: Sequence[Node], sources: Mapping[Node, str]) -> str:
    height, width = layers.sketch.shape
    resolution = _spaces(tree)
    if layers.sketch.dpi:
        x, y = (max(round(d), 1) for d in layers.sketch.dpi)
        resolution += f' xres="{x}" yres="{y}"'
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<image version="0.0.3" w="{width}" h="{height}"{resolution}>\n <stack>\n'
        + "".join(_element(node, sources, "  ") for node in tree)
        + " </stack>\n</image>\n"
    )


def _spaces(tree: Sequence[Node]) -> str:
    """Declarations of the prefixes that other programs' attributes have (``mypaint:…``)."""
    origins = [node.origin for node in walk(tree) if isinstance(node.origin, OraOrigin)]
    names = " ".join(key for origin in origins for key in origin.values)
    names += "".join(origin.raw for origin in origins)
    found = sorted(set(re.findall(r"[\s<]([A-Za-z_][\w.-]*):", " " + names)) - {"xml", "xmlns"})
    known = origins[0].picture.spaces if origins else {}
    return "".join(f" xmlns:{p}={quoted(known.get(p, f'urn:{p}'))}" for p in found)


def _values(node: Node, sources: Mapping[Node, str]) -> dict[str, str]:
    """Attributes of a layer or group; a user's own keeps all that its file said of it."""
    values = dict(node.origin.values) if isinstance(node.origin, OraOrigin) else {}
    operation = values.get("composite-op", BLEND_OPS.get(node.blend, BLEND_OPS["normal"]))
    if node.clipped and not values:
        operation = CLIPPED_OP
    values |= {"name": node.name}
    if not node.is_group:
        values |= {"src": sources[node], "x": str(node.left), "y": str(node.top)}
    values |= {
        "opacity": values.get("opacity", str(float(node.opacity))),
        "visibility": "visible" if node.visible else "hidden",
        "composite-op": operation,
    }
    return {key: _printable(value) for key, value in values.items()}


def _element(node: Node, sources: Mapping[Node, str], indent: str) -> str:
    """A layer or group."""
    if isinstance(node.origin, OraOrigin) and node.origin.raw:
        return f"{indent}{node.origin.raw}\n"
    text = " ".join(f"{key}={quoted(value)}" for key, value in _values(node, sources).items())
    if not node.is_group:
        return f"{indent}<layer {text}/>\n"
    inside = "".join(_element(child, sources, indent + " ") for child in node.children)
    return f"{indent}<stack {text}>\n{inside}{indent}</stack>\n"


def _printable(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(c for c in text if c.isprintable() or c in "\t\n")


def _member(name: str) -> zipfile.ZipInfo:
    """A member without date or machine, so that same layers give same bytes."""
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
