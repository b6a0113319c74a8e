"""TIFF, written strip by strip: 8 and 16 bits, deflated, with resolution and profile.

Pillow writes no 16-bit colour and OpenCV no profile; a baseline TIFF 6.0 is one short table. So is
what a decoder of bytes must be told, of which the samples that none of them keeps are then made.
"""

import contextlib
import io
import struct
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import strips
from nurie.errors import FormatError

_SHORT, _LONG, _RATIONAL, _UNDEFINED = 3, 4, 5, 7
_CODES = {_SHORT: "H", _LONG: "I", _RATIONAL: "I", _UNDEFINED: "B"}
_KINDS = {1: "B", 3: "H", 4: "I", 5: "II", 7: "B", 16: "Q"}
_FORMS = {
    b"II*\0": ("<", "I", "H", 4), b"MM\0*": (">", "I", "H", 4),
    b"II+\0": ("<", "Q", "Q", 8), b"MM\0+": (">", "Q", "Q", 8),
}  # fmt: skip
"""Order of bytes, codes of a place and of a number of entries, where the first place lies."""

_NONE = "", "I", "H", 4
_PROFILE = 34675
_USED = {*range(256, 285), 296, 317, *range(322, 326), 338, 339, _PROFILE}
_PACKED = (1, 5, 8, 32773, 32946, 34925, 50000)
"""Compressions that know nothing of samples: none, LZW, deflate, PackBits, LZMA, Zstandard."""

_TYPES = {
    **{f"1{8 * size}": f"u{size}" for size in (1, 2, 4, 8)},
    **{f"2{8 * size}": f"i{size}" for size in (1, 2, 4, 8)},
    **{f"3{8 * size}": f"f{size}" for size in (2, 4, 8)},
}
"""Types of samples by their kind and bits."""

_ROWS, _MOST = 64, 10_000
# Bytes of the longest value that is read, and those by which packed pieces may exceed the picture.
_LONGEST, _SPARE = 1 << 26, 1 << 20
_Table = dict[int, tuple[int, Sequence[int]]]
"""Of each tag its type and its values."""


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
    if stream.tell() >= 2**32 - 2**20:
        raise FormatError("A TIFF holds no more than 4 GiB; write fewer pages, or another kind.")
    table = _described(pixels, dpi, icc_profile)
    place = _write_table(stream, table | {273: (_LONG, offsets), 279: (_LONG, lengths)})
    end = stream.tell()
    stream.seek(after or 4)
    stream.write(struct.pack("<I", place))
    stream.seek(end)
    return end - 4


def _described(
    pixels: AnyArray, dpi: tuple[float, float] | None, icc_profile: bytes | None
) -> _Table:
    """What a page says of its picture, but for where it is."""
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    table: _Table = {
        256: (_LONG, [pixels.shape[1]]),
        257: (_LONG, [pixels.shape[0]]),
        258: (_SHORT, [8 * pixels.dtype.itemsize] * channels),
        259: (_SHORT, [8]),  # deflate
        262: (_SHORT, [1 if channels == 1 else 2]),
        277: (_SHORT, [channels]),
        278: (_LONG, [_ROWS]),
    }
    if channels == 4:
        table[338] = _SHORT, [2]  # straight alpha
    if dpi:
        table |= {282: (_RATIONAL, _rational(dpi[0])), 283: (_RATIONAL, _rational(dpi[1]))}
        table[296] = _SHORT, [2]
    if icc_profile and channels > 1:
        table[_PROFILE] = _UNDEFINED, icc_profile
    return table


def _write_table(stream: BinaryIO, table: _Table) -> int:
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


def _tags(stream: BinaryIO) -> tuple[str, dict[int, tuple[Any, ...]]]:
    """Byte order, and the values of the tags that are of use, of the first page."""
    stream.seek(0)
    head, tags = stream.read(16), dict[int, tuple[Any, ...]]()
    order, place, many, start = _FORMS.get(head[:4], _NONE)
    entry = struct.Struct(f"{order}HH{place}{struct.calcsize(f'={place}')}s")
    with contextlib.suppress(struct.error, OverflowError, OSError):
        stream.seek(*struct.unpack_from(order + place, head, start) if order else (len(head),))
        (count,) = struct.unpack(order + many, stream.read(struct.calcsize(f"={many}")))
        table = stream.read(min(count, 65535) * entry.size)
        for at in range(0, len(table) - entry.size + 1, entry.size):
            tag, kind, number, value = entry.unpack_from(table, at)
            code = _KINDS.get(kind, "")
            size = number * struct.calcsize(f"={code}")
            if tag not in _USED or tag in tags or not code or size > _LONGEST:
                continue
            if size > len(value):
                stream.seek(*struct.unpack(order + place, value))
                value = stream.read(size)
            letter = "s" if tag == _PROFILE else code[0]
            tags[tag] = struct.unpack_from(f"{order}{number * len(code)}{letter}", value)
    return order, tags


def pages(stream: BinaryIO) -> list[int]:
    """Where the tables of a TIFF's pages lie, previews left out; nothing for any other file."""
    stream.seek(0)
    head = stream.read(16)
    order, place, many, start = _FORMS.get(head[:4], _NONE)
    found, seen, wide = list[int](), set[int](), struct.calcsize(f"={place}")
    with contextlib.suppress(struct.error):
        at = struct.unpack_from(order + place, head, start)[0] if order else 0
        while at and at not in seen and len(seen) < _MOST:
            seen.add(at)
            stream.seek(at)
            count = struct.unpack(order + many, stream.read(struct.calcsize(f"={many}")))[0]
            table = stream.read((4 + 2 * wide) * min(count, 65535) + wide)
            kinds = struct.iter_unpack(f"{order}H{2 + wide}x{place}", table[:-wide])
            if not found or not any(tag == 254 and kind & 1 for tag, kind in kinds):
                found.append(at)
            at = struct.unpack(order + place, table[-wide:])[0]
    return found


def first_of(stream: BinaryIO, page: int) -> bytes | None:
    """The first bytes of the TIFF as one that begins with that page; None where there is none."""
    found = pages(stream)
    if page >= len(found):
        return None
    stream.seek(0)
    head = stream.read(16)
    order, place, _, start = _FORMS[head[:4]]
    return head[:start] + struct.pack(order + place, found[page])


class Tiff:
    """A TIFF of samples that no decoder keeps whole, or only some versions of one.

    Those of 16 bits and more, numbers with a sign or a fraction, planes apart, gray with alpha.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, (self._order, self.tags) = stream, _tags(stream)
        self.shape = self.value(257), self.value(256)
        self.orientation, self._many = self.value(274, 1), self.value(277, 1)
        self.colors = {0: 1, 1: 1, 2: 3, 5: 4}.get(self.value(262, -1), 99)
        """Channels without the extra ones: 1 gray, 3 RGB, 4 CMYK."""
        self._bits, self._kind = self.value(258, 1), self.value(339, 1)

    def value(self, tag: int, otherwise: int = 0) -> int:
        """The first value of a tag."""
        return int((self.tags.get(tag) or (otherwise,))[0])

    @property
    def ours(self) -> bool:
        """Whether the samples are to be read here."""
        extra, apart = self._many - self.colors, self.value(284, 1) == 2 and self._many > 1
        odd = apart or self._bits > 8 or self._kind != 1
        odd |= extra > 0 and (self.colors == 1 or self.tags.get(338) == (0,))
        known = self.value(259, 1) in _PACKED and f"{self._kind}{self._bits}" in _TYPES
        even = len(set(self.tags.get(258, ()))) == 1 and self.value(266, 1) == 1
        return odd and known and even and 0 <= extra <= 4 and min(self.shape) > 0

    def samples(self, unpacked: Callable[[bytes], AnyArray]) -> tuple[AnyArray, bool]:
        """(H, W, c) uint8 or uint16, alpha last where there is one, and whether it is multiplied.

        Args:
            unpacked: decodes a TIFF of 8 bits gray.

        Raises:
            ValueError: the file is damaged; so do other errors of lookup and arithmetic.
        """
        apart = self.value(284, 1) == 2
        planes = [
            self._plane(n, 1 if apart else self._many, unpacked)
            for n in range(self._many if apart else 1)
        ]
        out = sixteen_bits(planes[0] if len(planes) == 1 else np.concatenate(planes, axis=2))
        if self.value(262) == 0:
            np.subtract(np.iinfo(out.dtype).max, out[..., :1], out=out[..., :1])
        extra = self.tags.get(338, (2,))[0] if self._many > self.colors else None
        # What the file does not call alpha is one where nothing would be seen without it.
        seen = extra == 0 and (out[..., : self.colors] != out[0, 0, : self.colors]).any()
        return out[..., : self.colors + (extra is not None and not seen)], extra == 1

    def _plane(self, plane: int, channels: int, unpacked: Callable[[bytes], AnyArray]) -> AnyArray:
        """Samples of one plane, (H, W, ``channels``), of whatever type the file has.

        A decoder is given them as gray of 8 bits and knows neither their order, size nor
        differences.
        """
        (height, width), size = self.shape, self._bits // 8
        tiled = 322 in self.tags
        across, down = (self.value(322), self.value(323)) if tiled else (width, self.value(278))
        down, columns = min(down or height, height) if not tiled else down, -(-width // across)
        each, row = columns * -(-height // down), across * channels * size
        if row * down > 1 << 30:
            raise ValueError("a piece is too large")
        places = self.tags[324 if tiled else 273][plane * each :][:each]
        sizes = self.tags.get(325 if tiled else 279, (row * down,))[plane * each :][:each]
        # What is packed is hardly longer than what it holds.
        if sum(sizes) > 2 * each * row * down + _SPARE:
            raise ValueError("its pieces are longer than the picture")
        stream, at = io.BytesIO(), list[int]()
        stream.write(b"II*\0\0\0\0\0")
        for place, many in zip(places, sizes, strict=True):
            at.append(stream.tell())
            self._stream.seek(place)
            stream.write(self._stream.read(many))
        table: _Table = {
            256: (_LONG, [columns * row]), 257: (_LONG, [height]), 258: (_SHORT, [8]),
            259: (_SHORT, [self.value(259, 1)]), 262: (_SHORT, [1]), 277: (_SHORT, [1]),
            (322 if tiled else 273): (_LONG, [row] if tiled else at),
            (323 if tiled else 278): (_LONG, [down]),
            (324 if tiled else 279): (_LONG, at if tiled else sizes),
        } | ({325: (_LONG, sizes)} if tiled else {})  # fmt: skip
        end = _write_table(stream, table)
        stream.seek(4)
        stream.write(struct.pack("<I", end))
        packed = unpacked(stream.getvalue()).reshape(height, columns, across * size, channels)
        return self._numbers(packed).reshape(height, -1, channels)[:, :width]

    def _numbers(self, packed: AnyArray) -> AnyArray:
        """Numbers of the bytes of pieces, (H, columns, bytes, channels) uint8."""
        height, columns, row, channels = packed.shape
        size, kind = self._bits // 8, _TYPES[f"{self._kind}{self._bits}"]
        differences = self.value(317, 1) * (self.value(259, 1) not in (1, 32773))
        if differences == 3:  # differences of bytes, all the first ones before the second
            whole = np.cumsum(packed, axis=2, dtype=np.uint8).reshape(height, columns, size, -1)
            return np.ascontiguousarray(whole.swapaxes(2, 3)).view(f">{kind}")[..., 0]
        shape, order = (height, columns, row // size, channels), self._order
        numbers = packed.reshape(height, columns, -1).view(f"{order}u{size}").reshape(shape)
        if differences == 2:
            numbers = np.cumsum(numbers, axis=2, dtype=f"u{size}")
        return numbers.astype(f"u{size}", copy=False).view(kind)


def sixteen_bits(samples: AnyArray) -> AnyArray:
    """Samples of other kinds as uint16; uint8 stays.

    Whole numbers lose their last bits, signs are counted from the least number on, and fractions
    are light from 0 to 1 (or to the largest).

    >>> sixteen_bits(np.array([-32768, 0], np.int16)), sixteen_bits(np.array([0.5, 2]))
    (array([    0, 32768], dtype=uint16), array([16384, 65535], dtype=uint16))
    """
    kind, size = samples.dtype.kind, samples.dtype.itemsize
    if kind == "f":
        finite = np.nan_to_num(samples.astype(np.float64 if size == 8 else np.float32), posinf=0.0)
        most = max(float(finite.max(initial=0)), 1.0)
        return np.asarray((finite.clip(0) * (65535 / most) + 0.5).astype(np.uint16))
    sign = np.asarray((kind == "i") << 8 * size - 1, f"u{size}")
    whole: AnyArray = samples.view(sign.dtype) ^ sign
    if size > 2:
        whole = whole >> np.asarray(8 * size - 16, sign.dtype)
    return whole if size < 2 else whole.astype(np.uint16)
