"""Pixels of a Photoshop document, decoded row by row when they are asked for."""

import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import UnreadableError
from nurie.io.files import reading
from nurie.io.psd.format import ALPHA, CMYK, INDEXED, LAB, MASK, Place
from nurie.io.psd.packbits import pack_constant, unpack
from nurie.io.samples import to_srgb

_RAW, _PACKED, _ZIP, _PREDICTED = range(4)


@dataclass(frozen=True)
class Channel:
    """Where the samples of a channel lie in the file."""

    number: int
    start: int
    length: int


@dataclass(frozen=True)
class MaskPlace:
    """Where a layer's mask lies, and what it is outside."""

    top: int
    left: int
    height: int
    width: int
    default: int


class Record(Protocol):
    """What is needed of a layer."""

    @property
    def rectangle(self) -> tuple[int, int, int, int]:
        """Top, left, bottom, right."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All of them."""


def rows_of(
    path: Path, place: Place, record: Record, mask: MaskPlace | None
) -> Callable[[slice], AnyArray]:
    """A function that decodes rows of a layer: (h, w, 4) at the document's depth.

    Its errors are :class:`UnreadableError`, one sentence.
    """
    top, left, bottom, right = record.rectangle
    shape = bottom - top, right - left
    channels = {channel.number: channel for channel in record.channels}

    def rows(part: slice) -> AnyArray:
        out = np.full((part.stop - part.start, shape[1], 4), np.iinfo(place.dtype).max, place.dtype)
        if not out.size:
            return out
        with reading(path) as stream:
            planes = []
            for at in range(place.inks):
                if at in channels:
                    planes.append(_plane(path, stream, place, channels[at], (shape, part)))
                else:
                    planes.append(out[..., 3].copy())
            out[..., :3] = _colored(place, planes)
            if ALPHA in channels:
                out[..., 3] = _plane(path, stream, place, channels[ALPHA], (shape, part))
            if mask is not None and MASK in channels:
                whole = slice(top + part.start, top + part.stop)
                shown = _mask(path, stream, place, channels[MASK], mask, (whole, left, shape[1]))
                white = np.iinfo(place.dtype).max
                product = out[..., 3].astype(np.uint32) * shown + white // 2
                out[..., 3] = (product // white).astype(place.dtype)
        return out

    return rows


def constant_color(path: Path, place: Place, record: Record) -> tuple[int, int, int] | None:
    """The colour of a layer, where each colour's channel is packed as runs of one value.

    So nurie packs flats; where another program cut the runs otherwise, the answer is None.
    """
    top, left, bottom, right = record.rectangle
    shape = bottom - top, (right - left) * place.bits // 8
    channels = {channel.number: channel for channel in record.channels}
    if not place.copied or not all(shape) or not {0, 1, 2} <= channels.keys():
        return None
    found = []
    with reading(path) as stream:
        for channel in (channels[at] for at in range(3)):
            stream.seek(channel.start)
            data = stream.read(channel.length)
            value = data[2 + 2 * shape[0] + 1] if len(data) > 2 * shape[0] + 3 else 0
            if data != constant_channel(value, shape):
                return None
            found.append(value)
    return found[0], found[1], found[2]


def constant_channel(value: int, shape: tuple[int, int]) -> bytes:
    """A packed channel of (height, bytes a row) that holds one value."""
    packed, sizes = pack_constant(value, shape)
    return struct.pack(">H", _PACKED) + sizes.astype(">u2").tobytes() + packed


def _mask(
    path: Path,
    stream: BinaryIO,
    place: Place,
    channel: Channel,
    mask: MaskPlace,
    window: tuple[slice, int, int],
) -> AnyArray:
    """A mask in the rows, from the column and of the width of ``window``."""
    rows, left, width = window
    scale = np.iinfo(place.dtype).max // 255
    out = np.full((rows.stop - rows.start, width), mask.default * scale, place.dtype)
    top, bottom = max(rows.start, mask.top), min(rows.stop, mask.top + mask.height)
    first, last = max(left, mask.left), min(left + width, mask.left + mask.width)
    if top < bottom and first < last:
        part = slice(top - mask.top, bottom - mask.top)
        plane = _plane(path, stream, place, channel, ((mask.height, mask.width), part))
        inside = plane[:, first - mask.left : last - mask.left]
        out[top - rows.start : bottom - rows.start, first - left : last - left] = inside
    return out


def _plane(
    path: Path,
    stream: BinaryIO,
    place: Place,
    channel: Channel,
    what: tuple[tuple[int, int], slice],
) -> AnyArray:
    """Rows of one channel of a layer."""
    (height, width), part = what
    stream.seek(channel.start)
    data = stream.read(2)
    kind = int.from_bytes(data, "big") if len(data) == 2 else -1
    line = _line(place, width)
    rest = channel.length - 2
    if kind == _PACKED:
        sizes = _sizes(path, stream, height, place.version)
        raw = _packed(path, stream, sizes, part, line)
    elif kind == _RAW and rest >= height * line:
        stream.seek(part.start * line, os.SEEK_CUR)
        raw = np.frombuffer(stream.read((part.stop - part.start) * line), np.uint8)
    elif kind in (_ZIP, _PREDICTED):
        raw = _inflated(path, stream.read(rest), height * line)
        raw = raw.reshape(height, line)[part]
    else:
        raise _damaged(path)
    if raw.size != (part.stop - part.start) * line:
        raise _damaged(path)
    return _samples(place, raw.reshape(-1, line), width, kind, light=channel.number >= 0)


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


def _sizes(path: Path, stream: BinaryIO, count: int, version: int) -> AnyArray:
    """Bytes of each packed row."""
    kind = np.dtype(">u2" if version == 1 else ">u4")
    data = stream.read(count * kind.itemsize)
    if len(data) != count * kind.itemsize:
        raise _damaged(path)
    return np.frombuffer(data, kind).astype(np.int64)


def _packed(path: Path, stream: BinaryIO, sizes: AnyArray, part: slice, line: int) -> AnyArray:
    """Unpacked rows of a part; the stream stands where the first row begins."""
    stream.seek(int(sizes[: part.start].sum()), os.SEEK_CUR)
    wanted = int(sizes[part].sum())
    # No row needs more than two bytes for each of its own; who claims more is lying.
    if wanted > (2 * line + 2) * (part.stop - part.start):
        raise _damaged(path)
    data, count, first = stream.read(wanted), part.stop - part.start, int(sizes[part.start])
    if count > 1 and data == data[:first] * count and (sizes[part] == first).all():
        raw = unpack(data[:first], (1, line))  # rows all alike: channels of one colour
        raw = None if raw is None else np.broadcast_to(raw, (count, line))
    else:
        raw = unpack(data, (count, line))
    if raw is None:
        raise _damaged(path)
    return raw


def _inflated(path: Path, data: bytes, size: int) -> AnyArray:
    try:
        raw = zlib.decompressobj().decompress(data, size)
    except zlib.error as error:
        raise _damaged(path) from error
    if len(raw) != size:
        raise _damaged(path)
    return np.frombuffer(raw, np.uint8)


def merged_picture(path: Path, place: Place, start: int) -> AnyArray:
    """The flattened picture at the end of the file: (H, W, 4), straight alpha.

    Raises:
        UnreadableError: it is damaged.
    """
    line = _line(place, place.width)
    out = np.full((place.height, place.width, 4), np.iinfo(place.dtype).max, place.dtype)
    with reading(path) as stream:
        stream.seek(start)
        kind = stream.read(2)
        if kind == struct.pack(">H", _PACKED):
            sizes = _sizes(path, stream, place.height * place.channels, place.version)
            sizes = sizes.reshape(place.channels, place.height)
            begin = stream.tell() + np.concatenate([[0], np.cumsum(sizes.sum(axis=1))])
        elif kind == struct.pack(">H", _RAW):
            begin = stream.tell() + np.arange(place.channels) * place.height * line
            sizes = None
        else:
            raise _damaged(path)
        planes = []
        for at in range(place.inks):
            stream.seek(int(begin[at]))
            planes.append(_whole(path, stream, place, None if sizes is None else sizes[at]))
    out[..., :3] = _colored(place, planes)
    return out


def _whole(path: Path, stream: BinaryIO, place: Place, sizes: AnyArray | None) -> AnyArray:
    line = _line(place, place.width)
    if sizes is None:
        raw = np.frombuffer(stream.read(place.height * line), np.uint8)
    else:
        raw = _packed(path, stream, sizes, slice(0, place.height), line)
    if raw.size != place.height * line:
        raise _damaged(path)
    return _samples(place, raw.reshape(-1, line), place.width)


def _damaged(path: Path) -> UnreadableError:
    return UnreadableError(f"{path} is damaged: its pixels cannot be unpacked; save it again.")
