"""PNG, written row by row: 8 and 16 bits, indexed, resolution and profile, little memory, and fast.

Pillow writes no 16-bit colour and OpenCV neither resolution nor profile. With each row stored as
its difference to the row above, flat colours become runs of zeros, for which zlib's run-length
strategy is both the fastest and the smallest of its settings.
"""

import struct
import zlib
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Protocol

import numpy as np
import numpy.typing as npt

from nurie.arrays import AnyArray

_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
INDEXED, _COLORED = 3, 2
"""Kind of a picture that numbers the colours of a palette, and the bit of all that have colours."""

_UP = 2
_INCH = 0.0254


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
    sink.write(b"\x89PNG\r\n\x1a\n")
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
    filtered = _above_subtracted(shape[1] * channels * depth // 8)
    for part in chain([first], parts):
        _data(sink, deflate.compress(filtered(part).data))
    _data(sink, deflate.flush())
    _chunk(sink, b"IEND", b"")


def _above_subtracted(width: int) -> Callable[[AnyArray], npt.NDArray[np.uint8]]:
    """A function that filters strips in their order; ``width`` is in bytes."""
    above = np.zeros(width, np.uint8)

    def filtered(part: AnyArray) -> npt.NDArray[np.uint8]:
        nonlocal above
        if part.dtype == np.uint16:
            part = part.astype(">u2")
        rows = np.ascontiguousarray(part).reshape(len(part), -1).view(np.uint8)
        out = np.empty((len(rows), width + 1), np.uint8)
        out[:, 0] = _UP
        np.subtract(rows[0], above, out=out[0, 1:])
        np.subtract(rows[1:], rows[:-1], out=out[1:, 1:])
        above = rows[-1].copy()
        return out

    return filtered


def _data(sink: Sink, data: bytes) -> None:
    if data:
        _chunk(sink, b"IDAT", data)


def _chunk(sink: Sink, kind: bytes, data: bytes) -> None:
    sink.write(struct.pack(">I", len(data)) + kind)
    sink.write(data)
    sink.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(kind))))
