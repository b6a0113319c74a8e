"""The bytes of a Photoshop document, its header and its resources, checked before use."""

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.psd.format import MAGIC, MOST_CHANNELS, SIDES, SIGNATURE
from nurie.io.psd.pixels import Place

_MODES = {0: "a bitmap", 2: "indexed", 4: "CMYK", 7: "multichannel", 8: "duotone", 9: "Lab"}
_RESOURCE_LIMIT = 64 << 20
_SIGNATURES = (SIGNATURE, b"MeSa", b"AgHg", b"PHUT", b"DCSR")


@dataclass
class PsdStream:
    """Bytes of the file, never beyond its end."""

    path: Path
    stream: BinaryIO
    size: int
    version: int = 1

    def take(self, count: int) -> bytes:
        """The next bytes; a file that ends before is damaged."""
        if count < 0 or self.stream.tell() + count > self.size:
            raise self.damaged("it ends too early")
        data = self.stream.read(count)
        if len(data) != count:
            raise self.damaged("it ends too early")
        return data

    def number(self, code: str) -> int:
        """One big-endian integer."""
        (value,) = struct.unpack(">" + code, self.take(struct.calcsize(">" + code)))
        return int(value)

    def length(self) -> int:
        """A length that has eight bytes in a large document."""
        return self.number("Q" if self.version == 2 else "I")

    def section(self, length: int) -> int:
        """Where a section of that length ends."""
        end = self.stream.tell() + length
        if end > self.size:
            raise self.damaged("it ends too early")
        return end

    def damaged(self, why: str) -> UnreadableError:
        """The error for a file that makes no sense."""
        return UnreadableError(f"{self.path} is damaged: {why}; save it again.")


def read_header(reader: PsdStream, max_pixels: int) -> Place:
    """What the header says.

    Raises:
        UnreadableError: it makes no sense.
        FormatError: no Photoshop document, or of a kind that nurie does not read.
        TooLargeError: more than ``max_pixels``.
    """
    path = reader.path
    if reader.take(4) != MAGIC:
        raise FormatError(f"{path} is not a Photoshop document.")
    version = reader.number("H")
    if version not in SIDES:
        raise FormatError(f"{path} is a Photoshop document of an unknown version, {version}.")
    reader.version = version
    _, channels, height, width, depth, mode = struct.unpack(">6sHIIHH", reader.take(20))
    if not (1 <= channels <= MOST_CHANNELS and min(height, width) >= 1):
        raise reader.damaged("its header makes no sense")
    if max(height, width) > SIDES[version]:
        raise reader.damaged("its header makes no sense")
    if height * width > max_pixels:
        raise TooLargeError(
            f"{path} has {width} x {height} pixels, more than the {max_pixels} allowed; "
            "give --max-megapixels to allow more."
        )
    if mode not in (1, 3):
        raise FormatError(f"{path} is {_MODES.get(mode, 'of a mode unknown')}; save it as RGB.")
    if depth not in (8, 16):
        raise FormatError(f"{path} has {depth} bits a channel; save it with 8 or 16.")
    if channels < (3 if mode == 3 else 1):
        raise reader.damaged("it has too few channels")
    return Place(height, width, depth, mode, version, channels)


def read_resources(reader: PsdStream) -> dict[int, bytes]:
    """The small blocks before the layers, by number; the first of each number."""
    end = reader.section(reader.number("I"))
    found: dict[int, bytes] = {}
    while reader.stream.tell() + 12 <= end:
        signature, number, length = struct.unpack(">4sHB", reader.take(7))
        reader.take(length + (1 + length) % 2)
        size = reader.number("I")
        if signature not in _SIGNATURES:
            break
        if reader.stream.tell() + size > end or size > _RESOURCE_LIMIT:
            raise reader.damaged("its resources make no sense")
        found.setdefault(number, reader.take(size))
        reader.stream.seek(size % 2, os.SEEK_CUR)
    reader.stream.seek(end)
    return found
