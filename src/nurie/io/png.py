"""PNG, written row by row: 8 and 16 bits, indexed, resolution, profile; and what its chunks say.

Pillow writes no 16-bit colour and OpenCV neither resolution nor profile. With each row stored as
its difference to the row above, flat colours become runs of zeros, for which zlib's run-length
strategy is both the fastest and the smallest of its settings.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np

from nurie.arrays import AnyArray

_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
INDEXED, _COLORED = 3, 2
"""Kind of a picture that numbers the colours of a palette, and the bit of all that have colours."""

_UP = 2
_INCH = 0.0254
_MAGIC = b"\x89PNG\r\n\x1a\n"


class Sink(Protocol):
    """Anything that takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take the bytes."""


def write_png(
    sink: Sink,
    parts: Iterable[AnyArray],
    shape: tuple[int, ...],
    *,
    dpi: tuple[float, float] | None = None,
    icc_profile: bytes | None = None,
    palette: AnyArray | None = None,
) -> None:
    r"""Write a PNG from strips of rows.

    Args:
        sink: takes the bytes in order; it needs no seek.
        parts: strips (h, W) or (h, W, c), c of 1…4 (gray, gray + alpha, RGB, RGBA), uint8 or
            uint16, all of one type, which stacked have ``shape``.
        shape: (H, W) or (H, W, c).
        dpi: dots per inch, horizontal and vertical.
        icc_profile: an RGB profile; left out of gray pictures, where PNG forbids it.
        palette: (k, 4) uint8, k up to 256: strips (h, W) of uint8 are the numbers of these colours,
            straight alpha.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_png(file, [np.zeros((2, 3), np.uint8)], (2, 3))
    >>> file.getvalue()[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    channels = shape[2] if len(shape) == 3 else 1
    parts = iter(parts)
    first = next(parts)
    depth = 8 * first.dtype.itemsize
    sink.write(_MAGIC)
    kind = _COLOR_TYPES[channels] if palette is None else INDEXED
    _chunk(sink, b"IHDR", struct.pack(">IIBBBBB", shape[1], shape[0], depth, kind, 0, 0, 0))
    if icc_profile and kind & _COLORED:
        _chunk(sink, b"iCCP", b"icc\0\0" + zlib.compress(icc_profile))
    if palette is not None:
        _chunk(sink, b"PLTE", palette[:, :3].tobytes())
        _chunk(sink, b"tRNS", palette[:, 3].tobytes())
    if dpi:
        x, y = (min(max(round(d / _INCH), 1), 2**31 - 1) for d in dpi)
        _chunk(sink, b"pHYs", struct.pack(">IIB", x, y, 1))
    deflate = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    above = np.zeros(shape[1] * channels * depth // 8, np.uint8)
    for part in chain([first], parts):
        wide = part.astype(">u2") if depth == 16 else part
        rows = np.ascontiguousarray(wide).reshape(len(part), -1).view(np.uint8)
        filtered = np.empty((len(rows), len(above) + 1), np.uint8)
        filtered[:, 0] = _UP
        np.subtract(rows[0], above, out=filtered[0, 1:])
        np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
        above = rows[-1].copy()
        if data := deflate.compress(filtered.data):
            _chunk(sink, b"IDAT", data)
    _chunk(sink, b"IDAT", deflate.flush())
    _chunk(sink, b"IEND", b"")


def _chunk(sink: Sink, kind: bytes, data: bytes) -> None:
    sink.write(struct.pack(">I", len(data)) + kind)
    sink.write(data)
    sink.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))


@dataclass(frozen=True, eq=False)
class PngHead:
    """What a PNG says before its pixels."""

    height: int
    width: int
    bits: int
    """Of a sample."""
    palette: AnyArray | None
    """(k, 4) uint8 of an indexed one that has its palette."""
    carried: bytes
    """Chunks of resolution and colour space, as they stand."""
    has_profile: bool


def read_head(data: bytes) -> PngHead | None:
    """What a PNG says before its pixels; None when it is none.

    >>> read_head(b"GIF89a") is None
    True
    """
    if data[:8] != _MAGIC or data[12:16] != b"IHDR" or len(data) < 29:
        return None
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
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
    return PngHead(height, width, bits, table, carried, profile)


def with_palette(data: bytes, palette: AnyArray) -> bytes:
    """An indexed PNG with other colours in the same places; nothing is unpacked."""
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


def _table(palette: bytes, alpha: bytes) -> AnyArray | None:
    """(k, 4) uint8 of a palette and its transparency; None where they make no sense."""
    count = len(palette) // 3
    if not 0 < count <= 256 or len(palette) % 3 or len(alpha) > count:
        return None
    table = np.full((count, 4), 255, np.uint8)
    table[:, :3] = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    table[: len(alpha), 3] = np.frombuffer(alpha, np.uint8)
    return table
