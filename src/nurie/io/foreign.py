"""Pictures that no decoder takes as they are: Krita's files, SVG, gray with alpha in 16-bit TIFF.

For files that are read nowhere, the words that help.
"""

import contextlib
import math
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import MissingExtraError, UnreadableError
from nurie.io.files import zip_names

KRITA = "mergedimage.png"
"""Where Krita's own files hold what they show."""

_PROGRAMS = {
    b"CSFCHUNK": "a Clip Studio file",
    b"gimp xcf": "a GIMP file",
    b"%PDF": "a PDF",
    b"SQLite f": "a database, perhaps of a paint program",
}
_SUFFIXES = {
    ".sai": "a SAI file", ".sai2": "a SAI file", ".procreate": "a Procreate file",
    ".mdp": "a MediBang file", ".afphoto": "an Affinity file", ".ai": "an Illustrator file",
}  # fmt: skip
_SMALLEST, _LARGEST = 1024, 4096
"""Longest side of a drawing made of strokes alone, in pixels."""

_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*>|\s)*<svg[\s>]", re.DOTALL
)
_LOADS = re.compile(
    rb"<!ENTITY|<(?:image|feImage|use)\b[^>]*?href\s*=\s*[\"'](?!\s*(?:#|data:))", re.IGNORECASE
)
_BYTES = 64 << 20


def advice_on(name: Path, head: bytes) -> str:
    """What a file is that cannot be read, and what to do about it.

    >>> advice_on(Path("a.clip"), b"CSFCHUNK")
    'a.clip is a Clip Studio file; export it as PSD or ORA, which keep layers, or as PNG.'
    """
    kind = next((kind for magic, kind in _PROGRAMS.items() if head.startswith(magic)), None)
    kind = kind or _SUFFIXES.get(name.suffix.lower())
    if kind is None:
        return (
            f"{name} is no picture that nurie knows; save it as PNG, or as PSD or ORA with layers."
        )
    return f"{name} is {kind}; export it as PSD or ORA, which keep layers, or as PNG."


def as_png(name: Path, stream: BinaryIO) -> bytes | None:
    """The PNG within a Krita file, or the one that an SVG is rendered to; None for other files.

    Raises:
        UnreadableError: it is damaged, or wants to load other files.
        MissingExtraError: it is an SVG, and nothing renders it.
    """
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(b"PK\3\4") and KRITA in (names := zip_names(stream)):
        if "maindoc.xml" not in names and b"krita" not in head:
            return None
        try:
            with zipfile.ZipFile(stream) as archive:
                info = archive.getinfo(KRITA)
                if info.file_size <= _BYTES << 3:
                    return archive.read(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            LookupError,
            EOFError,
            RuntimeError,
            OSError,
        ) as error:
            raise UnreadableError(f"{name} is damaged: {KRITA} cannot be unpacked.") from error
    if not _SVG.match(head):
        return None
    stream.seek(0)
    return _rendered(name, stream.read(_BYTES))


def _rendered(name: Path, text: bytes) -> bytes:
    if _LOADS.search(text):
        raise UnreadableError(f"{name} is refused: it loads other files; export it as PNG.")
    try:
        import resvg_py
    except ImportError:
        raise MissingExtraError(
            f"{name} is an SVG, for which pip install 'nurie[svg]' is needed; or export it as PNG."
        ) from None
    root = text[text.index(b"<svg") : text.index(b"<svg") + 4096].split(b">")[0]
    sides = _sides(root)
    side = round(min(max(*sides, _SMALLEST), _LARGEST))
    size = {"width": side} if sides[0] >= sides[1] else {"height": side}
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=text.decode(), background="white", **size))
    except (ValueError, OSError) as error:
        raise UnreadableError(
            f"{name} is damaged: it cannot be rendered; export it as PNG."
        ) from error


def _sides(root: bytes) -> tuple[float, float]:
    """Width and height that the root of an SVG names, in pixels.

    >>> _sides(b'<svg viewBox="0 0 30 20"'), _sides(b'<svg width="9px" height="7"')
    ((30.0, 20.0), (9.0, 7.0))
    """
    box = re.search(rb"viewBox\s*=\s*[\"']([^\"']+)", root)
    own = [
        re.search(rb"\s%s\s*=\s*[\"']\s*([\d.]+)(?:px)?\s*[\"']" % name, root)
        for name in (b"width", b"height")
    ]
    found = [match[1] for match in own if match]
    if len(found) < 2 and box is not None:
        found = re.split(rb"[\s,]+", box[1].strip())[2:]
    try:
        width, height = (float(part) for part in found)
    except ValueError:
        return 1.0, 1.0
    return (width, height) if math.isfinite(width) and math.isfinite(height) else (1.0, 1.0)


def gray_alpha(data: bytes) -> tuple[bytes, bool, bool] | None:
    """A 16-bit gray TIFF with alpha as one twice as wide, gray and alpha in turn; else None.

    Decoders take two samples of 16 bits for nothing at all, or for 8 bits.

    Returns:
        The file; whether its samples are differences; and whether white is zero.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return None
    try:
        (table,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, table)
        tags = {}
        for place in range(table + 2, table + 2 + 12 * count, 12):
            tag, kind, many = struct.unpack_from(order + "HHI", data, place)
            value = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, place + 8)[0]
            tags[tag] = place, kind, many, value
        two = tags.get(277, (0, 0, 0, 1))[3] == 2 and tags[258][2:] == (2, 16)
        if not two or 322 in tags or tags.get(284, (0, 0, 0, 1))[3] != 1 or tags[262][3] > 1:
            return None
        patched = bytearray(data)
        for tag, value in zip(
            (256, 258, 262, 277, 317, 338), (2 * tags[256][3], 16, 1, 1, 1, 1), strict=True
        ):
            if tag in tags:
                layout = order + ("HHI" + ("H2x" if tags[tag][1] == 3 else "I"))
                struct.pack_into(layout, patched, tags[tag][0], tag, tags[tag][1], 1, value)
        if 338 in tags:  # two samples are no more: an unknown tag in place of that of alpha
            struct.pack_into(order + "H", patched, tags[338][0], 339)
        predictor = tags.get(317, (0, 0, 0, 1))[3]
        return (bytes(patched), predictor == 2, tags[262][3] == 0) if predictor < 3 else None
    except (struct.error, KeyError):
        return None


def two_samples(wide: AnyArray, *, differences: bool, inverted: bool) -> AnyArray:
    """Gray and alpha, (H, W, 2) uint16, of (H, 2 W) samples of what :func:`gray_alpha` gave."""
    both = wide.reshape(len(wide), -1, 2)
    if differences:
        both = np.cumsum(both, axis=1, dtype=np.uint16)
    if inverted:
        both = np.stack([65535 - both[..., 0], both[..., 1]], axis=2)
    return both


def wide_samples(samples: AnyArray) -> AnyArray:
    """16 bits of samples of 32: whole numbers, or light from 0 to 1 (or to the largest)."""
    if samples.dtype == np.int32:
        return (samples.view(np.uint32) >> 16).astype(np.uint16)
    finite = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
    most = max(float(finite.max(initial=0)), 1.0)
    return np.asarray((finite.clip(0) * (65535 / most) + 0.5).astype(np.uint16))


def upright_tiff(data: bytes) -> bytes:
    """A TIFF whose orientation tag says 1: versions of OpenCV differ in whether they turn."""
    if data[:2] not in (b"II", b"MM"):
        return data
    order = "<" if data[:2] == b"II" else ">"
    with contextlib.suppress(struct.error):
        (table,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, table)
        for place in range(table + 2, table + 2 + 12 * count, 12):
            if struct.unpack_from(order + "H", data, place) == (274,):
                upright = bytearray(data)
                struct.pack_into(order + "H", upright, place + 8, 1)
                return bytes(upright)
    return data


def is_whole(data: bytes) -> bool:
    """Whether each chunk of a PNG ends within it; OpenCV makes room for whatever one claims."""
    if not data.startswith(b"\x89PNG"):
        return True
    place = 8
    while place < len(data):
        kind, size = data[place + 4 : place + 8], int.from_bytes(data[place : place + 4], "big")
        place += 12 + size
        if kind == b"IEND":
            break
    return place <= len(data)
