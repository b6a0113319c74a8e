"""TIFF, written strip by strip: 8 and 16 bits, deflated, with resolution and profile.

Pillow writes no 16-bit colour and OpenCV no profile; a baseline TIFF 6.0 is one short table.
"""

import struct
import zlib
from fractions import Fraction
from typing import BinaryIO

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import strips

_SHORT, _LONG, _RATIONAL, _UNDEFINED = 3, 4, 5, 7
_CODES = {_SHORT: "H", _LONG: "I"}
_ROWS = 64


def write_tiff(
    stream: BinaryIO,
    pixels: AnyArray,
    *,
    dpi: tuple[float, float] | None = None,
    icc_profile: bytes | None = None,
) -> None:
    r"""Write a little-endian TIFF, lossless.

    Args:
        stream: takes the bytes; it is sought once, to put the table's place into the header.
        pixels: (H, W), (H, W, 3) or (H, W, 4) with straight alpha, uint8 or uint16.
        dpi: dots per inch, horizontal and vertical.
        icc_profile: an RGB profile; left out of gray pictures.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_tiff(file, np.zeros((2, 3), np.uint8))
    >>> file.getvalue()[:4]
    b'II*\x00'
    """
    start = stream.tell()
    stream.write(b"II*\0\0\0\0\0")
    offsets, lengths = _write_strips(stream, pixels, start)
    table = _table(pixels, offsets, lengths)
    if dpi:
        table |= {282: (_RATIONAL, _rational(dpi[0])), 283: (_RATIONAL, _rational(dpi[1]))}
        table[296] = (_SHORT, _packed(_SHORT, 2))
    if icc_profile and pixels.ndim == 3:
        table[34675] = (_UNDEFINED, icc_profile)
    place = _write_table(stream, table, start)
    stream.seek(start + 4)
    stream.write(struct.pack("<I", place))


def _write_strips(stream: BinaryIO, pixels: AnyArray, start: int) -> tuple[list[int], list[int]]:
    offsets, lengths = [], []
    little = pixels.dtype.newbyteorder("<")
    for rows in strips(len(pixels), _ROWS):
        data = zlib.compress(np.ascontiguousarray(pixels[rows], little).data, 1)
        offsets.append(stream.tell() - start)
        lengths.append(len(data))
        stream.write(data)
    return offsets, lengths


def _table(
    pixels: AnyArray, offsets: list[int], lengths: list[int]
) -> dict[int, tuple[int, bytes]]:
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    table = {
        256: (_LONG, _packed(_LONG, width)),
        257: (_LONG, _packed(_LONG, height)),
        258: (_SHORT, _packed(_SHORT, *[8 * pixels.dtype.itemsize] * channels)),
        259: (_SHORT, _packed(_SHORT, 8)),  # deflate
        262: (_SHORT, _packed(_SHORT, 1 if channels == 1 else 2)),
        273: (_LONG, _packed(_LONG, *offsets)),
        277: (_SHORT, _packed(_SHORT, channels)),
        278: (_LONG, _packed(_LONG, _ROWS)),
        279: (_LONG, _packed(_LONG, *lengths)),
    }
    if channels == 4:
        table[338] = (_SHORT, _packed(_SHORT, 2))  # straight alpha
    return table


def _write_table(stream: BinaryIO, table: dict[int, tuple[int, bytes]], start: int) -> int:
    """Write the long values, then the table; gives back the table's place."""
    entries = b""
    for tag, (kind, data) in sorted(table.items()):
        count = len(data) // {_SHORT: 2, _LONG: 4, _RATIONAL: 8, _UNDEFINED: 1}[kind]
        value = data.ljust(4, b"\0")
        if len(data) > 4:
            stream.write(b"\0" * ((stream.tell() - start) % 2))
            value = struct.pack("<I", stream.tell() - start)
            stream.write(data)
        entries += struct.pack("<HHI", tag, kind, count) + value
    stream.write(b"\0" * ((stream.tell() - start) % 2))
    place = stream.tell() - start
    stream.write(struct.pack("<H", len(table)) + entries + b"\0\0\0\0")
    return place


def _packed(kind: int, *values: int) -> bytes:
    return struct.pack(f"<{len(values)}{_CODES[kind]}", *values)


def _rational(value: float) -> bytes:
    part = Fraction(value).limit_denominator(10_000)
    return struct.pack("<II", min(max(part.numerator, 1), 2**32 - 1), part.denominator)
