"""Pixels of a Photoshop document, decoded row by row when they are asked for."""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import UnreadableError
from nurie.io.files import reading
from nurie.io.layered.document import overlap
from nurie.io.psd.format import ALPHA, CMYK, INDEXED, LAB, MASK, Channel, Place, PsdRecord
from nurie.io.psd.packbits import pack, unpack
from nurie.io.samples import to_srgb

_RAW, _PACKED, _ZIP, _PREDICTED = range(4)


def rows_of(place: Place, record: PsdRecord) -> Callable[[slice], AnyArray]:
    """A function that decodes rows of a layer: (h, w, 4) at the document's depth.

    Its errors are :class:`UnreadableError`, one sentence.
    """
    top, left, bottom, right = record.rectangle
    shape, white = (bottom - top, right - left), np.iinfo(place.dtype).max
    channels = {channel.number: channel for channel in record.channels}

    def rows(part: slice) -> AnyArray:
        out = np.full((part.stop - part.start, shape[1], 4), white, place.dtype)
        if not out.size:
            return out
        with reading(record.path) as stream:
            found = _Planes(record.path, stream, place)
            planes = [
                found.plane(channels[at], shape, part) if at in channels else out[..., 3].copy()
                for at in range(place.inks)
            ]
            out[..., :3] = _colored(place, planes)
            if ALPHA in channels:
                out[..., 3] = found.plane(channels[ALPHA], shape, part)
            if record.mask is not None and MASK in channels:
                whole = slice(top + part.start, top + part.stop)
                shown = found.mask(channels[MASK], record, whole)
                product = out[..., 3].astype(np.uint32) * shown + white // 2
                out[..., 3] = (product // white).astype(place.dtype)
        return out

    return rows


def packed_channels(record: PsdRecord) -> Iterator[bytes]:
    """The channels of a layer as they lie in its file, perhaps cut short."""
    with reading(record.path) as stream:
        for channel in record.channels:
            stream.seek(channel.start)
            yield stream.read(channel.length)


def constant_channel(value: int, shape: tuple[int, int]) -> bytes:
    """A packed channel of (height, bytes a row) that holds one value: its rows are all alike."""
    row, _ = pack(np.full((1, shape[1]), value, np.uint8))
    return struct.pack(">H", _PACKED) + struct.pack(">H", len(row)) * shape[0] + row * shape[0]


@dataclass(frozen=True)
class _Planes:
    """A document whose channels are decoded."""

    path: Path
    stream: BinaryIO
    place: Place

    def mask(self, channel: Channel, record: PsdRecord, rows: slice) -> AnyArray:
        """A layer's mask in some rows of the document, as wide as the layer."""
        mask, place, (_, left, _, right) = record.mask, self.place, record.rectangle
        assert mask is not None, "asked for only where there is one"
        scale = np.iinfo(place.dtype).max // 255
        out = np.full((rows.stop - rows.start, right - left), mask.default * scale, place.dtype)
        where = mask.top, mask.left - left, mask.height, mask.width
        there, (part, inside) = overlap(where, rows, right - left)
        if part.start < part.stop:
            out[there] = self.plane(channel, (mask.height, mask.width), part)[:, inside]
        return out

    def plane(self, channel: Channel, shape: tuple[int, int], part: slice) -> AnyArray:
        """Rows of one channel of a layer."""
        height, width = shape
        self.stream.seek(channel.start)
        data = self.stream.read(2)
        kind = int.from_bytes(data, "big") if len(data) == 2 else -1
        line, rest = _line(self.place, width), channel.length - 2
        if kind == _PACKED:
            raw = self.unpacked(self.sizes(height), part, line)
        elif kind == _RAW and rest >= height * line:
            self.stream.seek(part.start * line, os.SEEK_CUR)
            raw = self.raw(part.stop - part.start, line)
        elif kind in (_ZIP, _PREDICTED) and rest > 0:
            raw = self._inflated(rest, height * line).reshape(height, line)[part]
        else:
            raise self.damaged()
        return _samples(self.place, raw, width, kind, light=channel.number >= 0)

    def raw(self, count: int, line: int) -> AnyArray:
        """The next rows, (count, line) uint8, as they are."""
        raw = np.frombuffer(self.stream.read(count * line), np.uint8)
        if raw.size != count * line:
            raise self.damaged()
        return raw.reshape(-1, line)

    def sizes(self, count: int) -> AnyArray:
        """Bytes of each packed row."""
        kind = np.dtype(">u2" if self.place.version == 1 else ">u4")
        data = self.stream.read(count * kind.itemsize)
        if len(data) != count * kind.itemsize:
            raise self.damaged()
        return np.frombuffer(data, kind).astype(np.int64)

    def unpacked(self, sizes: AnyArray, part: slice, line: int) -> AnyArray:
        """Unpacked rows of a part; the stream stands where the first row of all begins."""
        self.stream.seek(int(sizes[: part.start].sum()), os.SEEK_CUR)
        wanted = int(sizes[part].sum())
        # No row needs more than two bytes for each of its own; who claims more is lying.
        if wanted > (2 * line + 2) * (part.stop - part.start):
            raise self.damaged()
        data, count, first = self.stream.read(wanted), part.stop - part.start, sizes[part.start]
        if count > 1 and data == data[:first] * count and (sizes[part] == first).all():
            raw = unpack(data[:first], (1, line))  # rows all alike: channels of one colour
            raw = None if raw is None else np.broadcast_to(raw, (count, line))
        else:
            raw = unpack(data, (count, line))
        if raw is None:
            raise self.damaged()
        return raw

    def _inflated(self, length: int, size: int) -> AnyArray:
        try:
            raw = zlib.decompressobj().decompress(self.stream.read(length), size)
        except zlib.error as error:
            raise self.damaged() from error
        if len(raw) != size:
            raise self.damaged()
        return np.frombuffer(raw, np.uint8)

    def damaged(self) -> UnreadableError:
        """The error for pixels that make no sense."""
        return UnreadableError(
            f"{self.path} is damaged: its pixels cannot be unpacked; save it again."
        )


def _line(place: Place, width: int) -> int:
    """Bytes of a row."""
    return (width * place.depth + 7) // 8


def _samples(
    place: Place, rows: AnyArray, width: int, kind: int = _RAW, *, light: bool = True
) -> AnyArray:
    """Samples of 8 or 16 bits from the bytes of rows; ``light`` where they are of a colour."""
    if place.depth == 1:
        return np.where(np.unpackbits(rows, axis=1, count=width), 0, 255).astype(np.uint8)
    if place.depth == 32:
        if kind == _PREDICTED:  # differences of bytes, and all first bytes before all second ones
            rows = np.cumsum(rows, axis=1, dtype=np.uint8).reshape(-1, 4, width).swapaxes(1, 2)
        linear = np.ascontiguousarray(rows).reshape(len(rows), -1).view(">f4").astype(np.float32)
        linear = np.nan_to_num(linear, nan=0.0).clip(0, 1)
        curved = 1.055 * linear ** (1 / 2.4) - 0.055
        shown = np.where(linear <= 0.0031308, 12.92 * linear, curved) if light else linear
        return np.asarray((shown * 65535 + 0.5).astype(np.uint16))
    plane = rows if place.depth == 8 else np.ascontiguousarray(rows).view(">u2")
    if kind == _PREDICTED:
        plane = np.cumsum(plane, axis=1, dtype=place.dtype)
    return np.asarray(plane.astype(place.dtype, copy=False))


def _colored(place: Place, planes: list[AnyArray]) -> AnyArray:
    """Channels of whatever mode as sRGB, or as RGB of the document's profile: (h, w, 3)."""
    if place.mode == INDEXED:
        table = np.frombuffer(place.palette.ljust(768, b"\0")[:768], np.uint8).reshape(3, 256)
        return np.ascontiguousarray(table.T[planes[0]])
    if place.mode not in (CMYK, LAB):
        return np.stack([planes[0]] * 3 if len(planes) == 1 else planes, axis=2)
    eight = np.stack([p if place.bits == 8 else p >> 8 for p in planes], axis=2).astype(np.uint8)
    if place.mode == CMYK:  # stored as what ink leaves of white
        eight = 255 - eight
    else:
        eight[..., 1:] ^= 128  # Pillow's are signed
    if not eight.size:
        return eight[..., :3]
    from PIL import Image

    mode = "CMYK" if place.mode == CMYK else "LAB"
    image = Image.frombuffer(mode, eight.shape[1::-1], eight.tobytes(), "raw", mode, 0, 1)
    rgb = np.asarray(to_srgb(place.profile, mode)(image))
    return rgb if place.bits == 8 else rgb.astype(np.uint16) * np.uint16(257)


def is_whole(path: Path, stream: BinaryIO, place: Place, start: int) -> bool:
    """Whether the file goes on to the end of its flattened picture."""
    stream.seek(start)
    kind = int.from_bytes(stream.read(2).rjust(2, b"\xff"), "big")
    count, size = place.height * place.channels, os.fstat(stream.fileno()).st_size
    if kind != _PACKED:
        end = start + 2 + count * _line(place, place.width)
        return kind in (_ZIP, _PREDICTED) or (kind == _RAW and end <= size)
    try:
        sizes = _Planes(path, stream, place).sizes(count)
    except UnreadableError:
        return False
    return stream.tell() + int(sizes.sum()) <= size


def merged_picture(path: Path, place: Place, start: int) -> AnyArray:
    """The flattened picture at the end of the file: (H, W, 4), straight alpha.

    Raises:
        UnreadableError: it is damaged.
    """
    height, line = place.height, _line(place, place.width)
    out = np.full((height, place.width, 4), np.iinfo(place.dtype).max, place.dtype)
    with reading(path) as stream:
        found = _Planes(path, stream, place)
        stream.seek(start)
        kind = int.from_bytes(stream.read(2).rjust(2, b"\xff"), "big")
        if kind not in (_RAW, _PACKED):
            raise found.damaged()
        count = height * place.channels
        flat = found.sizes(count) if kind == _PACKED else np.full(count, line)
        sizes = flat.reshape(place.channels, height)
        begin = stream.tell() + np.concatenate([[0], np.cumsum(sizes.sum(axis=1))])
        planes = []
        for at in range(place.inks):
            stream.seek(int(begin[at]))
            packed = kind == _PACKED
            whole = slice(0, height)
            raw = found.unpacked(sizes[at], whole, line) if packed else found.raw(height, line)
            planes.append(_samples(place, raw, place.width))
    out[..., :3] = _colored(place, planes)
    return out
