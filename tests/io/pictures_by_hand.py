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


def gray_profile(gamma):
    """An ICC profile of gray with this gamma."""

    def numbers(*values):
        return struct.pack(f">{len(values)}i", *(round(65536 * value) for value in values))

    white = numbers(0.9642, 1, 0.8249)
    curve = struct.pack(">4sIIHH", b"curv", 0, 1, round(256 * gamma), 0)
    text = struct.pack(">4sII2s78x", b"desc", 0, 2, b"g")
    parts = {b"desc": text, b"wtpt": b"XYZ \0\0\0\0" + white, b"kTRC": curve}
    place, table, body = 132 + 12 * len(parts), struct.pack(">I", len(parts)), b""
    for name, data in parts.items():
        table += struct.pack(">4sII", name, place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    head = struct.pack(">I4sI", place + len(body), b"lcms", 0x02100000)
    head += b"mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(28) + white
    return head.ljust(128, b"\0") + table + body
