"""From a picture file to strips of samples: checked from its header, then decoded, never trusted.

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
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np

from nurie.errors import FormatError, TooLargeError, UnreadableError
from nurie.io.files import PathLike, reading

if TYPE_CHECKING:
    from PIL import Image

    from nurie.arrays import AnyArray

    Strip: TypeAlias = Image.Image | AnyArray
    _Decoded: TypeAlias = tuple[str, tuple[int, int], Callable[[slice], Strip]]

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
"""Formats known by their content."""

MAX_PIXELS = 50_000_000
"""Pixels allowed unless the user says otherwise."""

MORE_FORMATS = ("GIF", "AVIF", "JPEG2000", "PPM", "PCX", "QOI")
"""Formats that are tried when it is none of these."""

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga")
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
_ORIENTATION = 0x0112
_MODES = {
    **dict.fromkeys(("1", "L"), "L"),
    **dict.fromkeys(("LA", "La"), "LA"),
    **dict.fromkeys(("RGB", "RGBX", "YCbCr", "P"), "RGB"),
    **dict.fromkeys(("RGBA", "RGBa", "PA"), "RGBA"),
    "CMYK": "CMYK",
    "LAB": "LAB",
}
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_open_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Raster:
    """A decoded picture whose samples are fetched strip by strip, not yet turned."""

    mode: str
    """``L``, ``LA``, ``RGB`` or ``RGBA``, straight alpha, ``CMYK`` or ``LAB``."""
    shape: tuple[int, int]
    """(height, width) in pixels."""
    rows: Callable[[slice], "Strip"]
    """Rows of the slice: a Pillow picture of ``mode``, or uint16 (h, W) or (h, W, c)."""
    deep: bool
    """16 bits a sample."""
    orientation: int
    """EXIF orientation still to be applied, 1…8."""
    dpi: tuple[float, float] | None
    """Dots per inch of the turned picture."""
    icc_profile: bytes | None
    """The embedded profile, of whatever colour space."""
    premultiplied: bool = False
    """Colours have been multiplied by alpha (16-bit TIFF only)."""
    frames: int = 1
    """Pages of a TIFF, pictures of an animation; only the first is decoded."""


@contextmanager
def open_raster(
    path: PathLike, *, max_pixels: int = MAX_PIXELS, data: bytes | None = None
) -> Iterator[Raster]:
    """Open a picture: by content, but TGA by suffix; the first frame, of Krita what shows.

    Args:
        path: the file, or the name to complain about when ``data`` is given.
        max_pixels: largest number of pixels, checked before anything is decoded.
        data: the bytes of a PNG, instead of the file's.

    Yields:
        The decoded picture.

    Raises:
        UnreadableError: missing, empty, damaged, or not a picture.
        FormatError: a kind of picture that nurie does not read.
        TooLargeError: more than ``max_pixels``.
    """
    name = Path(path)
    source = reading(name) if data is None else contextlib.nullcontext(io.BytesIO(data))
    with contextlib.ExitStack() as stack:
        stream = stack.enter_context(source)
        stack.enter_context(_quiet())
        head = stream.read(12) if data is None else b""
        if head[:2] in (b"PK", b"<?", b"<s", b"<!", b"\xef\xbb"):
            from nurie.io.foreign import as_png

            data = as_png(name, stream)
            stream = stream if data is None else io.BytesIO(data)
        stream.seek(0)
        formats = ("PNG",) if data is not None else _formats(name)
        if head[:4] in (b"II*\0", b"MM\0*"):
            wide = _gray_alpha(name, stream, max_pixels)
            if wide is not None:
                yield wide
                return
        with _header(name, stream, formats) as image:
            _check_size(name, (image.height, image.width), max_pixels)
            yield _decoded(name, image, stream)


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


def _gray_alpha(name: Path, stream: BinaryIO, max_pixels: int) -> Raster | None:
    """A 16-bit TIFF of gray and alpha; None for any other file."""
    from nurie.io.foreign import gray_alpha, two_samples, upright_tiff

    data = stream.read()
    stream.seek(0)
    found = gray_alpha(data)
    if found is None:
        return None
    patched, differences, inverted = found
    with _header(name, io.BytesIO(patched), ("TIFF",)) as image:
        _check_size(name, (image.height, image.width // 2), max_pixels)
        wide = _opencv(upright_tiff(patched))
        if wide is None or wide.dtype != np.uint16 or wide.shape != (image.height, image.width):
            raise UnreadableError(f"{name} is truncated or damaged; export it again.")
        both = two_samples(wide, differences=differences, inverted=inverted)
        turned, dpi = _orientation(image), _dpi(image)
    shape = both.shape[0], both.shape[1]
    return Raster("LA", shape, both.__getitem__, True, turned, dpi, None)


def _check_size(name: Path, shape: tuple[int, int], max_pixels: int) -> None:
    """Refuse a picture with too many pixels, or with none."""
    height, width = shape
    if width < 1 or height < 1:
        raise UnreadableError(f"{name} has no pixels.")
    if width * height > max_pixels:
        raise TooLargeError(
            f"{name} has {width} x {height} pixels, more than the {max_pixels} allowed; "
            "give --max-megapixels to allow more."
        )


def _frames(image: "Image.Image") -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except _damage():
        return 1


def _decoded(name: Path, image: "Image.Image", stream: BinaryIO) -> Raster:
    """Decode all samples; what remains to be done for a strip cannot fail."""
    deep = _is_deep(image, stream)
    orientation, dpi, profile = _orientation(image), _dpi(image), image.info.get("icc_profile")
    frames = _frames(image)
    try:
        decode = _decoded_deep if deep else _decoded_by_pillow
        mode, shape, rows = decode(name, image, stream)
    except _damage() as error:
        raise UnreadableError(f"{name} is truncated or damaged; export it again.") from error
    deep = deep or image.mode in ("F", "I")
    if dpi and orientation >= 5:
        dpi = dpi[1], dpi[0]
    return Raster(
        mode=mode,
        shape=shape,
        rows=rows,
        deep=deep,
        orientation=orientation if deep else _orientation(image),  # Pillow turns TIFF by itself
        dpi=dpi,
        icc_profile=profile if isinstance(profile, bytes) and profile else None,
        premultiplied=deep and _tag(image, 338) == (1,),
        frames=frames,
    )


def _decoded_by_pillow(name: Path, image: "Image.Image", _stream: BinaryIO) -> "_Decoded":
    image.load()
    if image.mode in ("F", "I"):
        from nurie.io.foreign import wide_samples

        return "L", (image.height, image.width), wide_samples(np.asarray(image)).__getitem__
    mode = _MODES.get(image.mode)
    if mode is None:
        raise FormatError(
            f"{name} has samples of the kind {image.mode}; "
            "save it with 8 or 16 bits as gray, RGB or CMYK."
        )
    if image.has_transparency_data:
        mode = _WITH_ALPHA.get(mode, mode)

    def rows(part: slice) -> "Image.Image":
        strip = image.crop((0, part.start, image.width, part.stop))
        if strip.mode == "1":
            strip = strip.convert("L")
        return strip if strip.mode == mode else strip.convert(mode)

    return mode, (image.height, image.width), rows


def _decoded_deep(name: Path, image: "Image.Image", stream: BinaryIO) -> "_Decoded":
    if _tag(image, 284) == 2:
        raise FormatError(f"{name} keeps its 16-bit channels apart; save it as PNG first.")
    from nurie.io.foreign import upright_tiff

    stream.seek(0)
    samples = _opencv(upright_tiff(stream.read()))
    # Pillow gives the size of a TIFF as it is when upright.
    if (
        samples is None
        or samples.dtype != np.uint16
        or sorted(samples.shape[:2]) != sorted(image.size)
    ):
        raise UnreadableError(f"{name} is truncated or damaged; export it again.")
    if _tag(image, 262) == 0:
        np.subtract(65535, samples, out=samples)  # white is stored as zero
    shape = samples.shape[0], samples.shape[1]
    if samples.ndim == 2:
        transparent = image.info.get("transparency")
        if isinstance(transparent, int):
            samples[samples == transparent] = 65535
        return "L", shape, lambda part: samples[part]
    if samples.shape[2] == 3 or _tag(image, 338) == (0,):
        return "RGB", shape, lambda part: samples[part, :, 2::-1]
    return "RGBA", shape, lambda part: samples[part][..., [2, 1, 0, 3]]


def _opencv(data: bytes) -> "AnyArray | None":
    """Samples in OpenCV's order (blue first), at their own depth."""
    import cv2

    from nurie.io.foreign import is_whole

    if not is_whole(data):
        return None
    logging = cv2.utils.logging
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        samples: AnyArray | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    finally:
        logging.setLogLevel(level)
    return samples


def _is_deep(image: "Image.Image", stream: BinaryIO) -> bool:
    """Whether samples have 16 bits and OpenCV can keep them."""
    if image.format == "PNG":
        stream_at = stream.tell()
        stream.seek(24)
        deep = stream.read(1) == b"\x10"
        stream.seek(stream_at)
        return deep
    whole = set(_tag(image, 339) or (1,)) == {1}
    return whole and 16 in (_tag(image, 258) or ()) and _tag(image, 262) in (0, 1, 2)


def _tag(image: "Image.Image", tag: int) -> Any:
    """Value of a TIFF tag, or None."""
    tags = getattr(image, "tag_v2", None)
    return tags.get(tag) if tags else None


def _orientation(image: "Image.Image") -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _damage():
        return 1
    return value if value in range(1, 9) else 1


def _dpi(image: "Image.Image") -> tuple[float, float] | None:
    """Dots per inch, when the file says so and they make sense."""
    try:
        value = image.info.get("dpi")
        if value is None and image.format == "WEBP":
            exif = image.getexif()
            value = exif.get(X_RESOLUTION), exif.get(Y_RESOLUTION)
        if image.format == "TIFF" and _tag(image, X_RESOLUTION) is None:
            return None  # for which Pillow says 1
        x, y = map(float, value or ())
    except _damage():
        return None
    sane = all(math.isfinite(v) and 0 < v < 1e6 for v in (x, y))
    return (x, y) if sane else None
