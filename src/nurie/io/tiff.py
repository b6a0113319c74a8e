"""TIFF, written strip by strip: 8 and 16 bits, deflated, with resolution and profile.

Pillow writes no 16-bit colour and OpenCV no profile; a baseline TIFF 6.0 is one short table. So is
what decoders must be told before they read gray with alpha of 16 bits, and 32 bits a sample.
"""

import contextlib
import struct
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import BinaryIO

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import strips
from nurie.errors import FormatError

_SHORT, _LONG, _RATIONAL, _UNDEFINED = 3, 4, 5, 7
_CODES = {_SHORT: "H", _LONG: "I", _RATIONAL: "I", _UNDEFINED: "B"}
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ROWS, _MOST = 64, 10_000


def write_tiff(
    stream: BinaryIO,
    pixels: AnyArray,
    *,
    dpi: tuple[float, float] | None = None,
    icc_profile: bytes | None = None,
    after: int = 0,
) -> int:
    r"""Write a little-endian TIFF, lossless, or one page more.

    Args:
        stream: takes the bytes, and is sought.
        pixels: (H, W), (H, W, 3) or (H, W, 4) with straight alpha, uint8 or uint16.
        dpi: dots per inch, horizontal and vertical.
        icc_profile: an RGB profile; left out of gray pictures.
        after: what came back for the page before; 0 for the first.

    Raises:
        FormatError: the file would be larger than a TIFF can be.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_tiff(file, np.zeros((2, 3), np.uint8), after=write_tiff(file, np.eye(2, dtype="u1")))
    256
    >>> len(pages(file)), file.getvalue()[:4]
    (2, b'II*\x00')
    """
    offsets, lengths = list[int](), list[int]()
    stream.write(b"" if after else b"II*\0\0\0\0\0")
    little = pixels.dtype.newbyteorder("<")
    for rows in strips(len(pixels), _ROWS):
        data = zlib.compress(np.ascontiguousarray(pixels[rows], little).data, 1)
        offsets.append(stream.tell())
        lengths.append(len(data))
        stream.write(data)
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    table: dict[int, tuple[int, Sequence[int]]] = {
        256: (_LONG, [pixels.shape[1]]),
        257: (_LONG, [pixels.shape[0]]),
        258: (_SHORT, [8 * pixels.dtype.itemsize] * channels),
        259: (_SHORT, [8]),  # deflate
        262: (_SHORT, [1 if channels == 1 else 2]),
        273: (_LONG, offsets),
        277: (_SHORT, [channels]),
        278: (_LONG, [_ROWS]),
        279: (_LONG, lengths),
    }
    if channels == 4:
        table[338] = _SHORT, [2]  # straight alpha
    if dpi:
        table |= {282: (_RATIONAL, _rational(dpi[0])), 283: (_RATIONAL, _rational(dpi[1]))}
        table[296] = _SHORT, [2]
    if icc_profile and channels > 1:
        table[34675] = _UNDEFINED, icc_profile
    if stream.tell() >= 2**32 - 2**20:
        raise FormatError("A TIFF holds no more than 4 GiB; write fewer pages, or another kind.")
    place = _write_table(stream, table)
    end = stream.tell()
    stream.seek(after or 4)
    stream.write(struct.pack("<I", place))
    stream.seek(end)
    return end - 4


def _write_table(stream: BinaryIO, table: dict[int, tuple[int, Sequence[int]]]) -> int:
    """Write the long values, then the table; gives back the table's place."""
    entries = b""
    for tag, (kind, values) in sorted(table.items()):
        data = struct.pack(f"<{len(values)}{_CODES[kind]}", *values)
        value = data.ljust(4, b"\0")
        if len(data) > 4:
            stream.write(b"\0" * (stream.tell() % 2))
            value = struct.pack("<I", stream.tell())
            stream.write(data)
        count = len(values) // 2 if kind == _RATIONAL else len(values)
        entries += struct.pack("<HHI", tag, kind, count) + value
    stream.write(b"\0" * (stream.tell() % 2))
    place = stream.tell()
    stream.write(struct.pack("<H", len(table)) + entries + b"\0\0\0\0")
    return place


def _rational(value: float) -> list[int]:
    part = Fraction(value).limit_denominator(10_000)
    return [min(max(part.numerator, 1), 2**32 - 1), part.denominator]


def _tags(data: bytes) -> tuple[str, dict[int, tuple[int, int, int, int]]]:
    """Byte order, and by tag of the first table: place, kind, count and first value."""
    order, tags = _ORDERS.get(data[:4], ""), {}
    with contextlib.suppress(struct.error):
        (table,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, table)
        end = min(table + 2 + 12 * count, len(data) - 11)  # without an entry that is cut off
        for place in range(table + 2, end, 12) if order else ():
            tag, kind, many = struct.unpack_from(order + "HHI", data, place)
            value = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), data, place + 8)[0]
            tags[tag] = place, kind, many, value
    return order, tags


def pages(stream: BinaryIO) -> list[int]:
    """Where the tables of a TIFF's pages lie, previews left out; nothing for any other file."""
    stream.seek(0)
    head = stream.read(8)
    order, found, seen = _ORDERS.get(head[:4], ""), list[int](), set[int]()
    with contextlib.suppress(struct.error):
        at = struct.unpack(order + "I", head[4:])[0] if order else 0
        while at and at not in seen and len(seen) < _MOST:
            seen.add(at)
            stream.seek(at)
            count = struct.unpack(order + "H", stream.read(2))[0]
            table = stream.read(12 * count + 4)
            kinds = struct.iter_unpack(order + "HxxxxxxI", table[:-4])
            if not found or not any(tag == 254 and kind & 1 for tag, kind in kinds):
                found.append(at)
            at = struct.unpack(order + "I", table[-4:])[0]
    return found


def page_of(stream: BinaryIO, page: int) -> bytes | None:
    """The TIFF as one that begins with that page, from 0; None where there is no such page."""
    found = pages(stream)
    if page >= len(found):
        return None
    stream.seek(0)
    data = stream.read()
    return data[:4] + struct.pack(_ORDERS[data[:4]] + "I", found[page]) + data[8:]


def gray_alpha(data: bytes) -> tuple[bytes, Callable[[AnyArray], AnyArray]] | None:
    """A 16-bit gray TIFF with alpha as one twice as wide, gray and alpha in turn; else None.

    Decoders take two samples of 16 bits for nothing at all, or for 8 bits.

    Returns:
        The file, and what makes gray and alpha, (H, W, 2) uint16, of its (H, 2 W) samples.
    """
    order, tags = _tags(data)
    values = {tag: value for tag, (_, _, _, value) in tags.items()}
    if not {256, 258, 262} <= tags.keys() or tags[258][2:] != (2, 16) or values.get(277) != 2:
        return None
    differences, light = values.get(317, 1) == 2, values[262]
    if 322 in tags or values.get(284, 1) != 1 or light > 1 or values.get(317, 1) > 2:
        return None
    if values[256] >= 2**31:
        return None
    patched = bytearray(data)
    fresh = {256: 2 * values[256], 258: 16, 262: 1, 277: 1, 317: 1, 338: 1}
    for tag in fresh.keys() & tags.keys():
        place, kind, _, _ = tags[tag]
        kind = _LONG if tag == 256 else kind  # Twice a width may be more than a short holds.
        layout = order + "HHI" + ("H2x" if kind == _SHORT else "I")
        # Two samples are no more, so an unknown tag takes the place of that of alpha.
        struct.pack_into(layout, patched, place, 339 if tag == 338 else tag, kind, 1, fresh[tag])

    def both(wide: AnyArray) -> AnyArray:
        two = wide.reshape(len(wide), -1, 2)
        if differences:
            two = np.cumsum(two, axis=1, dtype=np.uint16)
        return np.stack([65535 - two[..., 0], two[..., 1]], axis=2) if light == 0 else two

    return bytes(patched), both


def upright_tiff(data: bytes) -> bytes:
    """A TIFF whose orientation tag says 1: versions of OpenCV differ in whether they turn."""
    order, tags = _tags(data)
    if 274 not in tags:
        return data
    upright = bytearray(data)
    struct.pack_into(order + "H", upright, tags[274][0] + 8, 1)
    return bytes(upright)


def wide_samples(samples: AnyArray) -> AnyArray:
    """16 bits of samples of 32: whole numbers, or light from 0 to 1 (or to the largest)."""
    if samples.dtype == np.int32:
        return (samples.view(np.uint32) >> 16).astype(np.uint16)
    finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    most = max(float(finite.max(initial=0)), 1.0)
    return np.asarray((finite.clip(0) * (65535 / most) + 0.5).astype(np.uint16))
