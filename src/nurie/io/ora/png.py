"""PNGs within documents read without a decoder: their headers, and the samples of simple ones.

Simple is what nurie writes and most programs do not: 8 or 16 bits, not interlaced, each row as it
is or as its difference to the row above. That is several times faster than Pillow, which leaves its
rows in another layout, and than loading OpenCV for 16 bits. Whatever is not simple, or not whole,
is left to :mod:`nurie.io.raster`, which then says what is wrong.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray
from nurie.io.png import INDEXED

_MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, INDEXED: 1, 4: 2, 6: 4}
_SIMPLE = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs", b"iCCP", b"sRGB"))
_NONE, _UP = 0, 2


@dataclass(frozen=True, eq=False)
class PngHead:
    """What a PNG says before its pixels."""

    height: int
    width: int
    bits: int
    """Of a sample."""
    kind: int
    """Its colour type: 0 gray, 2 RGB, 3 indexed, 4 gray and alpha, 6 RGBA."""
    interlaced: bool
    palette: AnyArray | None
    """(k, 4) uint8 of an indexed one that has its palette."""
    carried: bytes
    """Chunks of resolution and colour space, as they stand."""
    has_profile: bool

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The colour of all its pixels that can be seen, where it has one, and else nothing."""
        table = self.palette
        if table is None or len(table) != 2 or table[:, 3].tolist() != [0, 255]:
            return None
        red, green, blue = table[1, :3].tolist()
        return red, green, blue


def read_head(data: bytes) -> PngHead | None:
    """What a PNG says before its pixels; None when it is none.

    Args:
        data: its bytes, or the first of them, up to its pixels.

    >>> read_head(b"GIF89a") is None
    True
    """
    if data[:8] != _MAGIC or data[12:16] != b"IHDR" or len(data) < 29:
        return None
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    palette, alpha, carried, profile = b"", b"", b"", False
    for name, start, end in _chunks(data):
        if name == b"IDAT":
            break
        if name == b"PLTE":
            palette = data[start:end]
        elif name == b"tRNS":
            alpha = data[start:end]
        elif name in (b"pHYs", b"iCCP", b"sRGB", b"gAMA", b"cHRM"):
            carried += data[start - 8 : end + 4]
            profile = profile or name == b"iCCP"
    table = _table(palette, alpha) if kind == INDEXED else None
    return PngHead(height, width, bits, kind, interlaced != 0, table, carried, profile)


def read_samples(data: bytes, *, max_pixels: int) -> AnyArray | None:
    """Samples of a simple PNG as they are stored: (h, w, c) uint8 or uint16.

    Args:
        data: its bytes.
        max_pixels: largest number of pixels, checked from the header.

    Returns:
        The samples, those of an indexed one through its palette; None when the PNG is not simple,
        not whole, or too large.

    >>> from io import BytesIO
    >>> from nurie.io.png import write_png
    >>> file = BytesIO()
    >>> write_png(file, [np.array([[1, 2], [3, 5]], np.uint8)], (2, 2))
    >>> read_samples(file.getvalue(), max_pixels=4)[..., 0].tolist()
    [[1, 2], [3, 5]]
    """
    head = read_head(data)
    if head is None or head.interlaced or not 0 < head.height * head.width <= max_pixels:
        return None
    channels = _CHANNELS.get(head.kind)
    packed = _packed(data, indexed=head.kind == INDEXED)
    if head.bits not in (8, 16) or channels is None or packed is None:
        return None
    rows = _rows(packed, head.height, head.width * channels * head.bits // 8)
    if rows is None:
        return None
    shape = head.height, head.width, channels
    if head.kind == INDEXED:
        return _painted(rows, head.palette)
    if head.bits == 8:
        return rows.reshape(shape)
    return rows.view(">u2").reshape(shape).astype(np.uint16)


def repainted(data: bytes, palette: AnyArray) -> bytes:
    """An indexed PNG with other colours in the same places; nothing is unpacked.

    Args:
        data: a PNG whose head has a palette.
        palette: (k, 3) uint8, as many colours as it has.
    """
    start, end = next((s, e) for name, s, e in _chunks(data) if name == b"PLTE")
    body = b"PLTE" + palette.tobytes()
    return data[: start - 4] + body + struct.pack(">I", zlib.crc32(body)) + data[end + 4 :]


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name of each chunk, and where what it holds begins and ends."""
    place = 8
    while place + 12 <= len(data):
        end = place + 8 + int.from_bytes(data[place : place + 4], "big")
        yield data[place + 4 : place + 8], place + 8, end
        place = end + 4


def _packed(data: bytes, *, indexed: bool) -> bytes | None:
    """The packed pixels, when each chunk is known and whole."""
    found, name = [], b""
    for name, start, end in _chunks(data):
        known = name in _SIMPLE and (indexed or name != b"tRNS")
        stated = data[end : end + 4]
        if not known or zlib.crc32(data[start - 4 : end]) != int.from_bytes(stated, "big"):
            return None
        if name == b"IDAT":
            found.append(data[start:end])
    return b"".join(found) if name == b"IEND" else None


def _rows(packed: bytes, height: int, line: int) -> AnyArray | None:
    """(height, line) uint8: the rows with their differences added up again."""
    size = height * (line + 1)
    try:
        raw = zlib.decompressobj().decompress(packed, size + 1)
    except zlib.error:
        return None
    if len(raw) != size:
        return None
    stored = np.frombuffer(raw, np.uint8).reshape(height, line + 1)
    ways = stored[:, 0]
    if not np.isin(ways, (_NONE, _UP)).all():
        return None
    out: AnyArray = np.empty((height, line), np.uint8)
    above = np.zeros(line, np.uint8)
    for way, row, target in zip(ways.tolist(), stored[:, 1:], out, strict=True):
        if way == _UP:
            np.add(row, above, out=target)
        else:
            target[:] = row
        above = target
    return out


def _table(palette: bytes, alpha: bytes) -> AnyArray | None:
    """(k, 4) uint8 of a palette and its transparency; None where they make no sense."""
    count = len(palette) // 3
    if not 0 < count <= 256 or len(palette) % 3 or len(alpha) > count:
        return None
    table = np.full((count, 4), 255, np.uint8)
    table[:, :3] = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    table[: len(alpha), 3] = np.frombuffer(alpha, np.uint8)
    return table


def _painted(index: AnyArray, palette: AnyArray | None) -> AnyArray | None:
    """(h, w, 4) uint8 of the numbers of colours."""
    if palette is None or index.max() >= len(palette):
        return None
    colors = np.ascontiguousarray(palette).view(np.uint32)[:, 0]
    pixels: AnyArray = colors[index].view(np.uint8).reshape(*index.shape, 4)
    return pixels
