"""From a picture file to samples: checked from its header, then decoded, never trusted.

Pillow reads headers and 8-bit samples; the samples of 16-bit pictures, of which Pillow keeps half
or none, come from OpenCV. What a decoder can throw at a damaged file is caught here and nowhere
else.
"""

import contextlib
import io
import math
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import strips
from nurie.errors import FormatError, InputError, TooLargeError, UnreadableError
from nurie.io.files import Bounded, PathLike, reading
from nurie.io.samples import (
    decoded_deep,
    eight_bits,
    hush,
    of_cmyk,
    over_white,
    to_srgb,
    upright,
    with_alpha,
)

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
"""Formats known by their content."""

MAX_PIXELS = 50_000_000
"""Pixels allowed unless the user says otherwise."""

MORE_FORMATS = ("GIF", "AVIF", "JPEG2000", "PPM", "PCX", "QOI")
"""Formats that are tried when it is none of these."""

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga")
_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION = 0x0112, 0x011A, 0x011B
_MODES = {
    **dict.fromkeys(("1", "L"), "L"),
    **dict.fromkeys(("LA", "La"), "LA"),
    **dict.fromkeys(("RGB", "RGBX", "YCbCr", "P"), "RGB"),
    **dict.fromkeys(("RGBA", "RGBa", "PA"), "RGBA"),
    "CMYK": "CMYK",
    "LAB": "LAB",
}
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_CHANNELS = {"L": (), "LA": (2,), "RGBA": (4,)}
_open_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Raster:
    """A decoded picture, turned upright."""

    pixels: AnyArray
    """(H, W) gray or (H, W, c), c 2 (gray and alpha), 3 (RGB) or 4 (RGBA), uint8 or uint16."""
    dpi: tuple[float, float] | None = None
    icc_profile: bytes | None = None
    """The embedded profile; None where the samples became sRGB at once (CMYK and Lab)."""
    premultiplied: bool = False
    """Colours have been multiplied by alpha (some TIFF), which is straight elsewhere."""

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is alpha."""
        return self.pixels.shape[2:] in ((2,), (4,))

    def over_white(self, *, srgb: bool = False) -> AnyArray:
        """(H, W) or (H, W, 3), uint8 or uint16; with ``srgb`` 8-bit sRGB by the profile."""
        pixels = self.pixels
        gray = pixels.shape[2:] in ((), (2,))
        if not (self.has_alpha or srgb):
            return pixels
        shape = pixels.shape[:2] if gray and not srgb else (*pixels.shape[:2], 3)
        out = np.empty(shape, np.uint8 if srgb else pixels.dtype)
        # Nothing else needs the library of colour profiles.
        convert = to_srgb(self.icc_profile, "L" if gray else "RGB") if srgb else None
        for rows in strips(len(out)):
            part = pixels[rows]
            if self.has_alpha:
                part = over_white(part, premultiplied=self.premultiplied)
                part = part[..., 0] if gray else part
            if convert is not None:
                from PIL import Image

                part = np.asarray(convert(Image.fromarray(eight_bits(np.ascontiguousarray(part)))))
            out[rows] = part
        return out


def open_raster(
    path: PathLike, *, max_pixels: int = MAX_PIXELS, data: bytes | None = None, page: int = 0
) -> Raster:
    """Decode a picture, known by content, but TGA by suffix.

    Args:
        path: the file, or the name to complain about when ``data`` is given.
        max_pixels: checked before anything is decoded.
        data: the bytes of a PNG within another file, which is not turned.
        page: of a TIFF or an animation, from 0.

    Raises:
        InputError: unreadable, of a kind that nurie does not read, or over ``max_pixels``.
    """
    name, inner = Path(path), data is not None
    with reading(name) if data is None else io.BytesIO(data) as stream, _quiet():
        head = b"" if inner else stream.read(12)
        source: BinaryIO = stream
        formats, tiff = ("PNG",) if inner else _formats(name), head[:4] in _TIFF
        if head[:2] in (b"<?", b"<s", b"<!", b"\xef\xbb"):
            from nurie.io.foreign import as_png

            rendered = as_png(name, stream)
            if rendered is not None:
                source, formats = io.BytesIO(rendered), ("PNG",)
        if tiff and page and isinstance(stream, Bounded):
            from nurie.io.tiff import first_of

            first = first_of(stream, page)
            if first is None:
                raise UnreadableError(f"{name} is damaged: it has no page {page + 1}.")
            stream.head, page = first, 0
        source.seek(0)
        if tiff:
            own = _own_tiff(name, source, max_pixels)
            if own is not None:
                return own
            source.seek(0)
        with _header(name, source, formats) as image:
            try:
                image.seek(page)
            except _damage() as error:
                raise UnreadableError(f"{name} is damaged: it has no page {page + 1}.") from error
            check_size(name, (image.height, image.width), max_pixels)
            return _decoded(name, image, source, turn=not inner, first=not page)


def pages_in(path: PathLike) -> int:
    """Pages of a TIFF, pictures of an animation; 1 for all others, and where it is not said."""
    name, found = Path(path), 1
    with contextlib.suppress(InputError), reading(name) as stream, _quiet():
        if stream.read(4) in _TIFF:
            from nurie.io.tiff import pages

            return max(len(pages(stream)), 1)
        stream.seek(0)
        with _header(name, stream, _formats(name)) as image:
            found = _stated(lambda: int(getattr(image, "n_frames", 1)), 1)
    return max(found, 1)


def read_png(name: PathLike, data: bytes, *, max_pixels: int = MAX_PIXELS) -> AnyArray:
    """Decode a PNG that lies within another file.

    (H, W, 4) uint8 or uint16, straight alpha; complaints name it so.
    """
    return with_alpha(open_raster(name, max_pixels=max_pixels, data=data).pixels)


def picture_size(path: PathLike) -> tuple[int, int]:
    """(height, width) that a picture's header claims, before it is turned; nothing is decoded."""
    name = Path(path)
    with reading(name) as stream, _quiet(), _header(name, stream, _formats(name)) as image:
        return image.height, image.width


def embedded_profile(path: Path, data: bytes) -> bytes | None:
    """The colour profile of a PNG that lies within a file; no pixel is decoded."""
    with _quiet(), _header(path, io.BytesIO(data), ("PNG",)) as image:
        profile = image.info.get("icc_profile")
        return profile if isinstance(profile, bytes) and profile else None


def is_picture(path: PathLike) -> bool:
    """Whether the file begins like a picture that nurie reads; nothing is decoded."""
    with reading(path) as stream:
        head = stream.read(12)
    magics = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8", b"<svg")
    if head[4:8] == b"ftyp" or head.startswith(b"PK"):
        return True
    webp = head[:4] == b"RIFF" and head[8:] == b"WEBP"
    return webp or head.startswith(magics) or Path(path).suffix.lower() == ".tga"


def _formats(name: Path) -> tuple[str, ...]:
    """TGA has no magic number: any bytes might be one, so its name must say so."""
    return (*FORMATS, "TGA") if name.suffix.lower() == ".tga" else FORMATS


@contextmanager
def _quiet() -> Iterator[None]:
    """Decoders' warnings (odd metadata, large pictures) say nothing that a user can act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _damage() -> tuple[type[Exception], ...]:
    """What decoders raise when a file is damaged."""
    from PIL import Image

    system = (OSError, EOFError, SyntaxError, RuntimeError, struct.error, zlib.error, MemoryError)
    # Pillow asserts what a palette picture must hold.
    data = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError)
    return (*system, *data, Image.DecompressionBombError)


@contextmanager
def _header(name: Path, stream: BinaryIO, formats: tuple[str, ...]) -> Iterator["Image.Image"]:
    from PIL import Image, UnidentifiedImageError

    hush()
    try:
        # Pillow's own limit is global and warns; ours is checked right after, by the caller.
        with _open_lock:
            limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
            try:
                image = Image.open(stream, formats=formats)
            finally:
                Image.MAX_IMAGE_PIXELS = limit
    except UnidentifiedImageError:
        if formats[-1] not in (MORE_FORMATS[-1], "PNG"):
            Image.init()
            known = tuple(kind for kind in MORE_FORMATS if kind in Image.OPEN)
            stream.seek(0)
            with _header(name, stream, (*known, MORE_FORMATS[-1])) as other:
                yield other
            return
        if name.suffix.lower() in _SUFFIXES:
            raise UnreadableError(
                f"{name} is damaged or no picture of the kind that its name says; "
                "export it again as PNG."
            ) from None
        from nurie.io.foreign import advice_on

        stream.seek(0)
        raise FormatError(advice_on(name, stream.read(12))) from None
    except _damage() as error:
        raise UnreadableError(f"{name} is damaged: its header cannot be read.") from error
    with image:
        yield image


def _own_tiff(name: Path, stream: BinaryIO, max_pixels: int) -> Raster | None:
    """A TIFF whose samples Pillow does not keep; None for any other file."""
    from nurie.io.tiff import Tiff

    tiff = Tiff(stream)
    if not tiff.ours:
        return None
    check_size(name, tiff.shape, max_pixels)

    def unpacked(plain: bytes) -> AnyArray:
        with _header(name, io.BytesIO(plain), ("TIFF",)) as image:
            return np.asarray(image)

    profile = tiff.tags.get(34675, (None,))[0]
    try:
        pixels, premultiplied = tiff.samples(unpacked)
    except _damage() as error:
        raise UnreadableError(f"{name} is truncated or damaged; export it again.") from error
    if tiff.colors == 4:
        pixels, profile = of_cmyk(eight_bits(pixels), profile), None
    inch = {2: 1.0, 3: 2.54}.get(tiff.value(296, 2), 0.0)
    sides = [tiff.tags.get(tag, (0, 0)) for tag in (_X_RESOLUTION, _Y_RESOLUTION)]
    dpi = _sane(*(side[0] * inch / max(side[-1], 1) for side in sides))
    turned = upright(pixels[..., 0] if pixels.shape[2] == 1 else pixels, tiff.orientation)
    dpi = dpi[::-1] if dpi and tiff.orientation >= 5 else dpi
    return Raster(np.ascontiguousarray(turned), dpi, profile, premultiplied)


def check_size(
    name: PathLike, shape: tuple[int, int], max_pixels: int, *, layer: bool = False
) -> None:
    """Refuse a picture, or a layer, with too many pixels, or with none."""
    height, width = shape
    if min(shape) < 1:
        raise UnreadableError(f"{name} has no pixels.")
    if width * height > max_pixels:
        size = f"{width} x {height} pixels, more than"
        what = f"a layer of {size}" if layer else f"{size} the {max_pixels}"
        raise TooLargeError(f"{name} has {what} allowed; give --max-megapixels to allow more.")


def _stated(read: Callable[[], Any], otherwise: Any) -> Any:
    """What a header says, where it makes sense."""
    try:
        return read()
    except _damage():
        return otherwise


def _decoded(
    name: Path, image: "Image.Image", stream: BinaryIO, *, turn: bool, first: bool
) -> Raster:
    deep = first and _is_deep(image, stream)
    orientation, dpi, profile = _orientation(image), _dpi(image), image.info.get("icc_profile")
    profile = profile if isinstance(profile, bytes) and profile else None
    try:
        pixels = _by_opencv(name, image, stream) if deep else _by_pillow(name, image, profile)
    except _damage() as error:
        raise UnreadableError(f"{name} is truncated or damaged; export it again.") from error
    if dpi and orientation >= 5:
        dpi = dpi[1], dpi[0]
    orientation = _orientation(image)  # Pillow turns TIFF by itself
    profile = None if image.mode in ("CMYK", "LAB") else profile
    return Raster(upright(pixels, orientation) if turn else pixels, dpi, profile)


def _by_pillow(name: Path, image: "Image.Image", profile: bytes | None) -> AnyArray:
    image.load()
    if image.mode in ("F", "I", "I;16"):
        from nurie.io.tiff import sixteen_bits

        wide = np.asarray(image)  # I has 32 bits, of which what is read here fills 16
        return sixteen_bits(wide if image.mode == "F" else wide.clip(0, 65535).astype(np.uint16))
    mode = _MODES.get(image.mode)
    if mode is None:
        raise FormatError(
            f"{name} has samples of the kind {image.mode}; "
            "save it with 8 or 16 bits as gray, RGB or CMYK."
        )
    if image.has_transparency_data:
        mode = _WITH_ALPHA.get(mode, mode)
    out = np.empty((image.height, image.width, *_CHANNELS.get(mode, (3,))), np.uint8)
    convert = to_srgb(profile, mode) if mode in ("CMYK", "LAB") else None
    # Strip by strip, for another picture as large as the first might not fit into memory.
    for rows in strips(image.height):
        strip = image.crop((0, rows.start, image.width, rows.stop))
        strip = strip.convert("L") if strip.mode == "1" else strip
        strip = strip if strip.mode == mode else strip.convert(mode)
        out[rows] = np.asarray(strip if convert is None else convert(strip))
    return out


def _by_opencv(name: Path, image: "Image.Image", stream: BinaryIO) -> AnyArray:
    """Samples of a PNG of 16 bits, (H, W), (H, W, 3) or (H, W, 4)."""
    stream.seek(0)
    # Gray is kept whole by Pillow, and OpenCV need not be loaded.
    samples = np.array(image) if image.mode == "I;16" else decoded_deep(stream.read())
    if samples is None or samples.dtype != np.uint16 or samples.shape[1::-1] != image.size:
        raise UnreadableError(f"{name} is truncated or damaged; export it again.")
    if samples.ndim == 2:
        transparent = image.info.get("transparency")
        if isinstance(transparent, int):
            samples[samples == transparent] = 65535
        return samples
    if samples.shape[2] == 3:
        return np.ascontiguousarray(samples[..., 2::-1])
    return samples[..., [2, 1, 0, 3]]


def _is_deep(image: "Image.Image", stream: BinaryIO) -> bool:
    """Whether it is a PNG whose samples have 16 bits."""
    stream_at = stream.tell()
    stream.seek(24)
    deep = stream.read(1) == b"\x10"
    stream.seek(stream_at)
    return deep and image.format == "PNG"


def _orientation(image: "Image.Image") -> int:
    value = _stated(lambda: image.getexif().get(_ORIENTATION, 1), 1)
    return value if value in range(1, 9) else 1


def _dpi(image: "Image.Image") -> tuple[float, float] | None:
    """Dots per inch, when the file says so and they make sense."""
    try:
        value = image.info.get("dpi")
        if value is None and image.format == "WEBP":
            exif = image.getexif()
            value = exif.get(_X_RESOLUTION), exif.get(_Y_RESOLUTION)
        if image.format == "TIFF" and _X_RESOLUTION not in getattr(image, "tag_v2", ()):
            return None  # for which Pillow says 1
        return _sane(*map(float, value or ()))
    except _damage():
        return None


def _sane(x: float, y: float) -> tuple[float, float] | None:
    """A resolution that makes sense, or None."""
    sane = all(math.isfinite(v) and 0 < v < 1e6 for v in (x, y))
    return (x, y) if sane else None
