"""OpenRaster documents written: the layer tree as PNGs in a ZIP.

    mimetype                    stored first, image/openraster
    stack.xml                   the stack, topmost layer first
    data/line.png               straight alpha, at the sketch's own depth
    data/shade.png              multiplied into what is below, where there is any
    data/flat-NNNN.png          one colour, alpha 0 or 255, cropped to its bounding box
    data/paper.png              white, opaque
    mergedimage.png             all of it
    Thumbnails/thumbnail.png    at most 256 pixels wide or high
    nurie/labels.png            the label map: 16-bit gray, or 24 bits as RGB above 65535 regions
    nurie/nurie.json            the colour of each region, the palette, the hinted regions

Editors ignore the last two; :mod:`nurie.verify` proves the promise with them.
"""

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from xml.sax.saxutils import quoteattr

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.document import Layers, strips
from nurie.io.facts import facts_of, write_labels
from nurie.io.files import check_target, replacing
from nurie.io.ora_format import BLEND_OPS, FACTS, LABELS, MERGED, MIMETYPE, STACK, THUMBNAIL
from nurie.io.png import write_png
from nurie.io.tree import tree_of
from nurie.stack import Node, walk

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_THUMBNAIL = 256


def write_ora(
    path: str | os.PathLike[str],
    layers: Layers,
    *,
    one_flat_layer: bool = False,
    force: bool = False,
) -> None:
    """Write a layered document; same layers, same bytes.

    Args:
        path: the target, ending in .ora.
        layers: the coloured drawing.
        one_flat_layer: *flats* is one layer, not a group of them.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is not .ora.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=(".ora",))
    tree = tree_of(layers, one_flat_layer=one_flat_layer)
    sources = _sources(tree)
    with replacing(path, force=force) as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_member("mimetype"), MIMETYPE)
        archive.writestr(_member(STACK), _stack(layers, tree, sources))
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            small = [node for top in tree for node in top.children]
            made = pool.map(lambda node: _node_png(layers, node), small)
            for node in tree:
                if not node.is_group:
                    _write_node(archive, sources[node], layers, node)
            _write_whole(archive, layers)
            for node, data in zip(small, made, strict=True):
                archive.writestr(_member(sources[node]), data)
        archive.writestr(_member(FACTS), facts_of(layers), zipfile.ZIP_DEFLATED)


def _sources(tree: Sequence[Node]) -> dict[Node, str]:
    """Where the picture of each layer lies in the archive."""
    flats = (f"flat-{number:04d}" for number in range(10**9))
    top = {id(node) for node in tree}
    return {
        node: f"data/{node.name if id(node) in top else next(flats)}.png"
        for node in walk(tree)
        if not node.is_group
    }


def _write_whole(archive: zipfile.ZipFile, layers: Layers) -> None:
    """Label map, merged picture, thumbnail: strip by strip into the archive."""
    height, width = layers.sketch.shape
    with archive.open(_member(LABELS), "w") as file:
        write_labels(file, layers)
    sums: list[AnyArray] = []
    _write_png(archive, MERGED, _merged(layers, sums), (height, width, 3), layers)
    thumbnail = _thumbnail(sums, height, width)
    _write_png(archive, THUMBNAIL, [thumbnail], thumbnail.shape, layers)


def _write_node(archive: zipfile.ZipFile, name: str, layers: Layers, node: Node) -> None:
    _write_png(archive, name, _parts(node), (node.height, node.width, 4), layers)


def _node_png(layers: Layers, node: Node) -> bytes:
    file, sketch = BytesIO(), layers.sketch
    shape = node.height, node.width, 4
    write_png(file, _parts(node), shape, dpi=sketch.dpi, icc_profile=sketch.icc_profile)
    return file.getvalue()


def _parts(node: Node) -> Iterator[AnyArray]:
    assert node.rows is not None
    yield from map(node.rows, strips(node.height))


def _write_png(
    archive: zipfile.ZipFile,
    name: str,
    parts: Iterable[AnyArray],
    shape: tuple[int, ...],
    layers: Layers,
) -> None:
    sketch = layers.sketch
    with archive.open(_member(name), "w") as file:
        write_png(file, parts, shape, dpi=sketch.dpi, icc_profile=sketch.icc_profile)


def _merged(layers: Layers, sums: list[AnyArray]) -> Iterator[AnyArray]:
    """Strips of the merged picture; leaves in ``sums`` the sums of the thumbnail's columns."""
    deep = layers.sketch.white > 255
    columns = np.arange(0, layers.sketch.shape[1], _shrink(layers.sketch.shape))
    for rows in strips(layers.sketch.shape[0]):
        part = layers.merged(rows.start, rows.stop)
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
    mean: Rgb8 = (total / (tall[:, None] * broad)[..., None]).round().astype(np.uint8)
    return mean


def _stack(layers: Layers, tree: Sequence[Node], sources: Mapping[Node, str]) -> str:
    height, width = layers.sketch.shape
    resolution = ""
    if layers.sketch.dpi:
        x, y = (max(round(d), 1) for d in layers.sketch.dpi)
        resolution = f' xres="{x}" yres="{y}"'
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<image version="0.0.3" w="{width}" h="{height}"{resolution}>\n <stack>\n'
        + "".join(_element(node, sources, "  ") for node in tree)
        + " </stack>\n</image>\n"
    )


def _element(node: Node, sources: Mapping[Node, str], indent: str) -> str:
    look = (
        f'opacity="{float(node.opacity)}" visibility="{"visible" if node.visible else "hidden"}" '
        f'composite-op="{BLEND_OPS.get(node.blend, BLEND_OPS["normal"])}"'
    )
    name = quoteattr(node.name)
    if not node.is_group:
        place = f'src="{sources[node]}" x="{node.left}" y="{node.top}"'
        return f"{indent}<layer name={name} {place} {look}/>\n"
    inside = "".join(_element(child, sources, indent + " ") for child in node.children)
    return f"{indent}<stack name={name} {look}>\n{inside}{indent}</stack>\n"


def _member(name: str) -> zipfile.ZipInfo:
    """A member without date or machine, so that same layers give same bytes."""
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
