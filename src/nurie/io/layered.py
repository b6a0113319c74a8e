"""OpenRaster documents: line, one layer for each flat colour, and paper.

    mimetype                    stored first, image/openraster
    stack.xml                   the stack, topmost layer first
    data/line.png               straight alpha, at the sketch's own depth
    data/flat-NNNN.png          one colour, alpha 0 or 255, cropped to its bounding box
    data/paper.png              white, opaque
    mergedimage.png             all of it
    Thumbnails/thumbnail.png    at most 256 pixels wide or high
    nurie/labels.png            the label map: 16-bit gray, or 24 bits as RGB above 65535 regions
    nurie/nurie.json            the colour of each region, the palette, the hinted regions

Editors ignore the last two; :mod:`nurie.verify` proves the promise with them.
"""

import json
import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import quoteattr

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.color import to_hex
from nurie.document import Layers, lay_lines, strips
from nurie.io.files import LAYERED_SUFFIXES, check_target, replacing
from nurie.io.png import write_png

MIMETYPE = b"image/openraster"
LABELS = "nurie/labels.png"
FACTS = "nurie/nurie.json"

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_THUMBNAIL = 256


@dataclass(frozen=True)
class _Box:
    """Where a palette entry is used."""

    entry: int
    left: int
    top: int
    right: int
    bottom: int


def write_ora(path: str | os.PathLike[str], layers: Layers, *, force: bool = False) -> None:
    """Write a layered document; same layers, same bytes.

    Args:
        path: the target, ending in .ora.
        layers: the coloured drawing.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is not .ora.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=LAYERED_SUFFIXES)
    boxes = _boxes(layers)
    with replacing(path, force=force) as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_member("mimetype"), MIMETYPE)
        archive.writestr(_member("stack.xml"), _stack(layers, boxes))
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            flats = pool.map(lambda box: _flat_png(layers, box), boxes)
            _write_pictures(archive, layers)
            for box, data in zip(boxes, flats, strict=True):
                archive.writestr(_member(_flat_name(box.entry)), data)
        archive.writestr(_member(FACTS), _facts(layers), zipfile.ZIP_DEFLATED)


def _write_pictures(archive: zipfile.ZipFile, layers: Layers) -> None:
    """Line, paper, label map, merged picture, thumbnail: strip by strip into the archive."""
    height, width = layers.sketch.shape
    parts = list(strips(height))
    lines = (layers.line(rows.start, rows.stop) for rows in parts)
    _write_png(archive, "data/line.png", lines, (height, width, 4), layers)
    white = np.full((1, width, 3), 255, np.uint8)
    papers = (np.broadcast_to(white, (r.stop - r.start, width, 3)) for r in parts)
    _write_png(archive, "data/paper.png", papers, (height, width, 3), layers)
    wide = len(layers.entries) > 65536
    labels = (_label_samples(layers.labels[rows], wide=wide) for rows in parts)
    shape = (height, width, 3) if wide else (height, width)
    with archive.open(_member(LABELS), "w") as file:
        write_png(file, labels, shape)
    sums: list[AnyArray] = []
    merged = _merged(layers, sums)
    _write_png(archive, "mergedimage.png", merged, (height, width, 3), layers)
    thumbnail = _thumbnail(sums, height, width)
    _write_png(archive, "Thumbnails/thumbnail.png", [thumbnail], thumbnail.shape, layers)


def _write_png(
    archive: zipfile.ZipFile,
    name: str,
    parts: "Iterator[AnyArray] | list[Rgb8]",
    shape: tuple[int, ...],
    layers: Layers,
) -> None:
    sketch = layers.sketch
    with archive.open(_member(name), "w") as file:
        write_png(file, parts, shape, dpi=sketch.dpi, icc_profile=sketch.icc_profile)


def _merged(layers: Layers, sums: list[AnyArray]) -> Iterator[AnyArray]:
    """Strips of the merged picture; leaves in ``sums`` the sums of the thumbnail's columns."""
    colors, step = layers.region_colors(), _shrink(layers.sketch.shape)
    deep = layers.sketch.white > 255
    columns = np.arange(0, layers.sketch.shape[1], step)
    for rows in strips(layers.sketch.shape[0]):
        part = lay_lines(layers.sketch.pixels[rows], colors[layers.labels[rows]])
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


def _label_samples(labels: AnyArray, *, wide: bool) -> AnyArray:
    if not wide:
        return labels.astype(np.uint16)
    return np.stack([labels >> 16, labels >> 8, labels], axis=-1).astype(np.uint8)


def _boxes(layers: Layers) -> list[_Box]:
    """Bounding box of each palette entry that some pixel uses, in the palette's order."""
    size = len(layers.palette)
    edges = np.tile(np.array([1, 1, -1, -1]) * np.iinfo(np.int32).max, (size, 1))
    for rows in strips(layers.sketch.shape[0]):
        entries = layers.entries[layers.labels[rows]]
        used = np.flatnonzero(np.bincount(entries.ravel() + 1, minlength=size + 1)[1:])
        for entry in used:
            mask = entries == entry
            across, down = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
            least, most = (across[0], rows.start + down[0]), (across[-1], rows.start + down[-1])
            edges[entry, :2] = np.minimum(edges[entry, :2], least)
            edges[entry, 2:] = np.maximum(edges[entry, 2:], most)
    return [
        _Box(entry, int(left), int(top), int(right) + 1, int(bottom) + 1)
        for entry, (left, top, right, bottom) in enumerate(edges)
        if right >= 0
    ]


def _flat_png(layers: Layers, box: _Box) -> bytes:
    """PNG of one entry, cropped to its box."""
    pixel = np.array([*layers.palette.colors[box.entry], 255], np.uint8)
    chosen = np.where(layers.entries == box.entry, pixel.view(np.uint32)[0], np.uint32(0))
    width, height = box.right - box.left, box.bottom - box.top
    labels = layers.labels[box.top : box.bottom, box.left : box.right]
    parts = (chosen[labels[rows]].view(np.uint8).reshape(-1, width, 4) for rows in strips(height))
    file, sketch = BytesIO(), layers.sketch
    write_png(file, parts, (height, width, 4), dpi=sketch.dpi, icc_profile=sketch.icc_profile)
    return file.getvalue()


def _flat_name(entry: int) -> str:
    return f"data/flat-{entry:04d}.png"


def _stack(layers: Layers, boxes: list[_Box]) -> str:
    height, width = layers.sketch.shape
    resolution = ""
    if layers.sketch.dpi:
        x, y = (max(round(d), 1) for d in layers.sketch.dpi)
        resolution = f' xres="{x}" yres="{y}"'
    flats = "".join(
        _layer(_entry_name(layers, box.entry), _flat_name(box.entry), box.left, box.top, "   ")
        for box in boxes
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<image version="0.0.3" w="{width}" h="{height}"{resolution}>\n <stack>\n'
        + _layer("line", "data/line.png", 0, 0, "  ")
        + f'  <stack name="flats" {_LOOK}>\n{flats}  </stack>\n'
        + _layer("paper", "data/paper.png", 0, 0, "  ")
        + " </stack>\n</image>\n"
    )


_LOOK = 'opacity="1.0" visibility="visible" composite-op="svg:src-over"'


def _layer(name: str, source: str, x: int, y: int, indent: str) -> str:
    return f'{indent}<layer name={quoteattr(name)} src="{source}" x="{x}" y="{y}" {_LOOK}/>\n'


def _entry_name(layers: Layers, entry: int) -> str:
    """Name of a palette entry, or its colour; what XML cannot hold is left out."""
    names = layers.palette.names
    name = "".join(c for c in names[entry] if c.isprintable()) if entry < len(names) else ""
    return name.strip() or to_hex(layers.palette.colors[entry])


def _facts(layers: Layers) -> str:
    palette = layers.palette
    facts = {
        "version": 1,
        "palette": {
            "name": palette.name,
            "colors": [to_hex(color) for color in palette.colors],
            "names": list(palette.names),
        },
        "entries": layers.entries.tolist(),
        "hinted": np.flatnonzero(layers.hinted).tolist(),
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n"


def _member(name: str) -> zipfile.ZipInfo:
    """A member without date or machine, so that same layers give same bytes."""
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
