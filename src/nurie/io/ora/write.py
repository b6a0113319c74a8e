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

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import count
from typing import Any

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Layers, strips
from nurie.io.files import PathLike, check_target, replacing
from nurie.io.layered.document import threads
from nurie.io.layered.facts import Own, facts_of, write_labels
from nurie.io.layered.merged import Thumbnail
from nurie.io.layered.tree import FLAT, TRACE, merged_parts, tree_of
from nurie.io.ora import format as ora
from nurie.io.ora.read import OraOrigin
from nurie.io.png import write_png
from nurie.io.samples import document_profile
from nurie.stack import Node, walk

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def write_ora(
    path: PathLike, layers: Layers, *, one_flat_layer: bool = False, force: bool = False
) -> None:
    """Write a layered document; same layers, same bytes."""
    check_target(path, force=force, suffixes=(".ora",))
    tree, sketch = tree_of(layers, one_flat_layer=one_flat_layer), layers.sketch
    sources = _sources(tree)
    # What each picture of the document says.
    profile = document_profile(sketch.icc_profile, deep=sketch.white > 255)
    look = {"dpi": sketch.dpi, "icc_profile": profile}
    with replacing(path, force=force) as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_member("mimetype"), ora.MIMETYPE)
        archive.writestr(_member(ora.STACK), _stack(layers, tree, sources))
        with threads() as pool:
            small = [node for node in sources if node.role == FLAT]
            made = pool.map(lambda node: _flat_png(node, look), small)
            for node, name in sources.items():
                if isinstance(node.origin, OraOrigin):  # the user's own PNG as it is
                    data = node.origin.picture.packed(node.origin.source)
                    archive.writestr(_member(name), data)
                elif node.role != FLAT:
                    _write(archive, name, *_picture(node), look)
            _write_whole(archive, layers, tree, look)
            for node, data in zip(small, made, strict=True):
                archive.writestr(_member(sources[node]), data)
        facts = facts_of(layers, ora.seal_of(archive.infolist()), _own(tree, sources, archive))
        archive.writestr(_member(ora.FACTS), facts, zipfile.ZIP_DEFLATED)


def _own(tree: Sequence[Node], sources: Mapping[Node, str], archive: zipfile.ZipFile) -> Own:
    """Identity, role and digest of nurie's own layers."""
    found = {}
    for node in walk(tree):
        if node.role not in ("", TRACE):
            name = sources.get(node)
            info = None if name is None else archive.getinfo(name)
            key = name or ora.group_identity(sources.get(child, "") for child in node.children)
            found[key] = node.role, ora.digest_of(_values(node, sources), info)
    return found


def _sources(tree: Sequence[Node]) -> dict[Node, str]:
    """Where the picture of each layer lies in the archive."""
    numbers, found = {FLAT: count(), "kept": count()}, {}
    for node in walk(tree):
        role = node.role or "kept"
        if not node.is_group:
            number = f"-{next(numbers[role]):04d}" if role in numbers else ""
            found[node] = f"data/{role}{number}.png"
    return found


def _write_whole(
    archive: zipfile.ZipFile, layers: Layers, tree: Sequence[Node], look: dict[str, Any]
) -> None:
    """Label map, merged picture, thumbnail: strip by strip into the archive."""
    shape = layers.sketch.shape
    with archive.open(_member(ora.LABELS), "w") as file:
        write_labels(file, layers)
    thumbnail = Thumbnail(shape)
    _write(archive, ora.MERGED, map(thumbnail.seen, merged_parts(layers, tree)), (*shape, 3), look)
    _write(archive, ora.THUMBNAIL, [thumbnail.pixels], thumbnail.pixels.shape, look)


def _write(
    archive: zipfile.ZipFile,
    name: str,
    parts: Iterable[AnyArray],
    shape: tuple[int, ...],
    look: dict[str, Any],
) -> None:
    with archive.open(_member(name), "w") as file:
        write_png(file, parts, shape, **look)


def _flat_png(node: Node, look: dict[str, Any]) -> bytes:
    """A flat layer: the numbers of nothing and of its colour, or the pixels of several colours."""
    file, (parts, shape) = BytesIO(), _picture(node)
    if node.color is None:
        write_png(file, parts, shape, **look)
    else:
        palette = np.array([(0, 0, 0, 0), (*node.color, 255)], np.uint8)
        write_png(file, (part[..., 3] >> 7 for part in parts), shape[:2], palette=palette, **look)
    return file.getvalue()


def _picture(node: Node) -> tuple[Iterable[AnyArray], tuple[int, ...]]:
    """Strips of a layer, and its shape; PNG knows no empty picture, so that is one clear pixel."""
    assert node.rows is not None, "a group has no picture"
    if not (node.height and node.width):
        return [np.zeros((1, 1, 4), np.uint8)], (1, 1, 4)
    return map(node.rows, strips(node.height)), (node.height, node.width, 4)


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
    return "".join(f" xmlns:{p}={ora.quoted(known.get(p, f'urn:{p}'))}" for p in found)


def _values(node: Node, sources: Mapping[Node, str]) -> dict[str, str]:
    """Attributes of a layer or group; a user's own keeps all that its file said of it."""
    values = dict(node.origin.values) if isinstance(node.origin, OraOrigin) else {}
    operation = values.get("composite-op", ora.BLEND_OPS.get(node.blend, ora.BLEND_OPS["normal"]))
    if node.clipped and not values:
        operation = ora.CLIPPED_OP
    values |= {"name": node.name}
    if not node.is_group:
        values |= {"src": sources[node], "x": str(node.left), "y": str(node.top)}
    values |= {
        "opacity": values.get("opacity", str(float(node.opacity))),
        "visibility": "visible" if node.visible else "hidden",
        "composite-op": operation,
    }
    # XML cannot hold all that a name can.
    return {k: "".join(c for c in v if c.isprintable() or c in "\t\n") for k, v in values.items()}


def _element(node: Node, sources: Mapping[Node, str], indent: str) -> str:
    if isinstance(node.origin, OraOrigin) and node.origin.raw:
        return f"{indent}{node.origin.raw}\n"
    text = " ".join(f"{key}={ora.quoted(value)}" for key, value in _values(node, sources).items())
    if not node.is_group:
        return f"{indent}<layer {text}/>\n"
    inside = "".join(_element(child, sources, indent + " ") for child in node.children)
    return f"{indent}<stack {text}>\n{inside}{indent}</stack>\n"


def _member(name: str) -> zipfile.ZipInfo:
    """A member without date or machine, so that same layers give same bytes."""
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
