"""Adobe Swatch Exchange (.ase): palettes for Photoshop, Illustrator, InDesign and Affinity.

    "ASEF"  version 1.0  number of blocks, and for each block: its kind, its length, its content
    colour  name (UTF-16, ends in zero)  model ("RGB ", "CMYK", "LAB ", "Gray")  floats  kind
    group   name

All numbers are big-endian. Colours inside groups are colours like any other.
"""

import math
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from nurie.document import Palette

MAGIC = b"ASEF"

_COLOR, _GROUP = 0x0001, 0xC001
_CHANNELS = {b"RGB ": 3, b"CMYK": 4, b"LAB ": 3, b"Gray": 1}
_GLOBAL = 0
_LAB = np.array([0.96422, 1.0, 0.82521])
"""White of the Lab that Adobe means: D50."""
_TO_RGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)
"""XYZ under D50 to linear sRGB (Bradford)."""

Entry = tuple[tuple[int, int, int], str]


class DamagedError(ValueError):
    """The bytes are no swatch file, or end too early."""


def ase_entries(data: bytes) -> Iterator[Entry]:
    """Colours and names of a swatch file, one by one: whoever asks may stop.

    Args:
        data: the file.

    Yields:
        sRGB colour and name. CMYK is converted naively, Lab through D50.

    Raises:
        DamagedError: not a swatch file, cut short, or a value that is no number.
    """
    blocks = _numbers(data, 0, ">4sHHI")
    if blocks[0] != MAGIC:
        raise DamagedError("no swatch file")
    place = 12
    for _ in range(blocks[3]):
        kind, length = _numbers(data, place, ">HI")
        block = data[place + 6 : place + 6 + length]
        if len(block) < length:
            raise DamagedError("cut short")
        place += 6 + length
        if kind == _COLOR:
            yield _entry(block)


def ase_name(data: bytes) -> str:
    """Name of the first group, or empty: the file itself has no place for a name."""
    if len(data) > 18 and _numbers(data, 12, ">H") == (_GROUP,):
        return _text(data[18:])[0]
    return ""


def ase_bytes(palette: Palette, names: list[str]) -> bytes:
    r"""A swatch file of a palette: one group, global RGB colours.

    Args:
        palette: its entries.
        names: one for each entry.

    >>> ase_bytes(Palette(np.array([[255, 0, 0]], np.uint8)), ["red"])[:12]
    b'ASEF\x00\x01\x00\x00\x00\x00\x00\x03'
    """
    blocks = [_block(_GROUP, _counted(palette.name))]
    for color, name in zip(palette.colors.tolist(), names, strict=True):
        values = struct.pack(">4s3fH", b"RGB ", *(c / 255 for c in color), _GLOBAL)
        blocks.append(_block(_COLOR, _counted(name) + values))
    blocks.append(_block(_GROUP + 1, b""))
    return struct.pack(">4sHHI", MAGIC, 1, 0, len(blocks)) + b"".join(blocks)


def _entry(block: bytes) -> Entry:
    name, place = _text(block)
    (model,) = _numbers(block, place, ">4s")
    channels = _CHANNELS.get(model)
    if channels is None:
        raise DamagedError(f"a colour of the unknown model {model!r}")
    values = [float(v) for v in _numbers(block, place + 4, f">{channels}f")]
    if not all(math.isfinite(v) for v in values):
        raise DamagedError("a colour that is no number")
    r, g, b = (min(max(int(255 * v + 0.5), 0), 255) for v in _rgb(model, values))
    return (r, g, b), name


def _rgb(model: bytes, values: list[float]) -> list[float]:
    """Channels of a colour as sRGB in [0, 1]."""
    if model == b"LAB ":
        return _from_lab(values)
    values = [min(max(v, 0.0), 1.0) for v in values]
    if model == b"CMYK":
        return [(1 - v) * (1 - values[3]) for v in values[:3]]
    return values if len(values) == 3 else values * 3


def _from_lab(values: list[float]) -> list[float]:
    """CIE Lab under D50, L stored as a share of 100, to sRGB."""
    lightness, a, b = (min(max(v, -128.0), 128.0) for v in values)
    middle = (100 * lightness + 16) / 116
    f = np.array([middle + a / 500, middle, middle - b / 200])
    xyz = np.where(f > 6 / 29, f**3, (116 * f - 16) * 27 / 24389) * _LAB
    linear = np.clip(_TO_RGB @ xyz, 0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return [float(v) for v in curved]


def _text(block: bytes) -> tuple[str, int]:
    """A counted UTF-16 text without its zero, and where it ends."""
    (count,) = _numbers(block, 0, ">H")
    end = 2 + 2 * int(count)
    if len(block) < end:
        raise DamagedError("a name that is cut short")
    return block[2:end].decode("utf-16-be", "replace").rstrip("\0"), end


def _counted(text: str) -> bytes:
    data = text.encode("utf-16-be", "replace")[: 2 * 0xFFFE] + b"\0\0"
    return struct.pack(">H", len(data) // 2) + data


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def _numbers(data: bytes, place: int, layout: str) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(layout, data, place)
    except struct.error:
        raise DamagedError("cut short") from None
