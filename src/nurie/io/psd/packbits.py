"""PackBits, the run lengths of PSD: rows of bytes packed and unpacked by whole-array steps."""

from collections.abc import Sequence

import numpy as np

from nurie.arrays import AnyArray

_LONGEST = 128
_STRIP = 1 << 20


def pack(rows: AnyArray) -> tuple[bytes, AnyArray]:
    r"""Pack rows, each by itself.

    The packed rows of (h, n) one after the other, and their sizes, (h,) int64.

    >>> data, sizes = pack(np.array([[7, 7, 7, 7], [1, 2, 3, 3]], np.uint8))
    >>> data, sizes.tolist()
    (b'\xfd\x07\x03\x01\x02\x03\x03', [2, 5])
    """
    (data,), sizes = pack_alike([rows])
    return data, sizes


def pack_alike(planes: Sequence[AnyArray]) -> tuple[list[bytes], AnyArray]:
    r"""Pack rows of planes that mostly change in the same places, cut alike so that it is quick.

    The packed rows of each plane (h, n), and their sizes, (h,) int64, the same for all.

    >>> pack_alike([np.full((1, 4), 7, np.uint8), np.array([[1, 1, 1, 2]], np.uint8)])[0]
    [b'\xfe\x07\x00\x07', b'\xfe\x01\x00\x02']
    """
    height, width = planes[0].shape
    if not planes[0].size:
        return [b""] * len(planes), np.zeros(height, np.int64)
    step = max(_STRIP // width, 1)
    parts = [_cut_alike([p[t : t + step] for p in planes]) for t in range(0, height, step)]
    packed = [b"".join(data[at] for data, _ in parts) for at in range(len(planes))]
    return packed, np.concatenate([sizes for _, sizes in parts])


def _cut_alike(planes: Sequence[AnyArray]) -> tuple[list[bytes], AnyArray]:
    """Packets are cut where a row ends, where a run of three or more begins or ends, and at 128."""
    height, width = planes[0].shape
    flats = [np.ascontiguousarray(rows).ravel() for rows in planes]
    new = np.zeros(flats[0].size, np.bool_)
    for flat in flats:
        new[1:] |= flat[1:] != flat[:-1]
    new[::width] = True
    starts = np.flatnonzero(new)
    lengths = np.diff(starts, append=new.size)
    runs = lengths >= 3
    joined = ~runs[1:] & ~runs[:-1] & (starts[1:] % width != 0)
    first = np.flatnonzero(np.append(True, ~joined))
    starts, lengths, runs = starts[first], np.add.reduceat(lengths, first), runs[first]
    counts = -(-lengths // _LONGEST)
    piece = np.repeat(np.arange(len(counts)), counts)
    done = _LONGEST * _ordinals(counts)
    starts, lengths, runs = starts[piece] + done, lengths[piece] - done, runs[piece]
    lengths = np.minimum(lengths, _LONGEST)
    sizes = np.where(runs, 2, lengths + 1)
    ends = np.cumsum(sizes)
    places = ends - sizes
    out = np.empty(ends[-1], np.uint8)
    out[places] = np.where(runs, 257 - lengths, lengths - 1)  # a run of 1 is a literal of 1
    single = ~runs
    spread = _ordinals(lengths[single])
    source = np.repeat(starts[single], lengths[single]) + spread
    target = np.repeat(places[single] + 1, lengths[single]) + spread
    packed = []
    for flat in flats:
        out[places[runs] + 1] = flat[starts[runs]]
        out[target] = flat[source]
        packed.append(out.tobytes())
    row_starts = np.searchsorted(starts, np.arange(height) * width)
    return packed, np.add.reduceat(sizes, row_starts)


def _ordinals(counts: AnyArray) -> AnyArray:
    """0…c-1 for each count c, one after the other."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) - np.repeat(ends - counts, counts))


def unpack(data: bytes, shape: tuple[int, int]) -> AnyArray | None:
    r"""Unpack rows that were packed each by itself, one after the other.

    (h, n) uint8, read-only; None when the packets do not give exactly so many.

    >>> unpack(b"\xfd\x07\x03\x01\x02\x03\x03", (2, 4)).tolist(), unpack(b"\xfd", (1, 4))
    ([[7, 7, 7, 7], [1, 2, 3, 3]], None)
    """
    from PIL import Image

    try:
        return np.asarray(Image.frombytes("L", shape[::-1], data, "packbits", "L"))
    except (ValueError, OSError, MemoryError):
        return None
