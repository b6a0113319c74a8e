"""Pictures saved by Pillow, and PNGs put together byte by byte."""

import struct
import zlib

from PIL import Image


def save(path, pixels, **options):
    if str(path).endswith(".webp"):
        options = {"lossless": True, "exact": True} | options
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(path, **options)
    return path


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size, depth, color_type, samples=b"", extra=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, color_type, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(samples)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + extra + body


def deep_png(samples, color_type, extra=b""):
    """A 16-bit PNG of (H, W, c) samples."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    return png((samples.shape[1], len(samples)), 16, color_type, rows, extra)
