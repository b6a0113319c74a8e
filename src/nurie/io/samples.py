"""Samples of decoded pictures: over white, of 8 bits, turned; and ICC profiles."""

import contextlib
import functools
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import AnyArray, Pixels, Rgb8
from nurie.document import strips

if TYPE_CHECKING:
    from PIL import Image

_SPACES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
"""ICC's names of colour spaces, and Pillow's."""

_FAR = 32
"""Levels by which a gray looks other than its sample: 60 in a linear profile, 18 at gamma 1.8."""

_PROBE = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255), (120, 180, 90), (60, 60, 60)], np.uint8)


def grayed(pixels: Pixels) -> Pixels:
    """One channel of a picture whose red, green and blue agree everywhere, else the picture.

    >>> grayed(np.array([[[7, 7, 7], [9, 9, 9]]], np.uint8)).tolist()
    [[7, 9]]
    """
    if pixels.ndim == 2:
        return pixels
    for rows in strips(len(pixels)):
        part = pixels[rows]
        if (part[..., 0] != part[..., 1]).any() or (part[..., 0] != part[..., 2]).any():
            return pixels
    return pixels[..., 0].copy()


def over_white(samples: AnyArray, *, premultiplied: bool = False) -> AnyArray:
    """Lay samples with alpha over white.

    (..., c + 1) uint8 or uint16, the last channel is alpha, become (..., c), rounded to nearest.

    >>> over_white(np.array([[0, 55], [100, 255]], np.uint8)).tolist()
    [[200], [100]]
    """
    color, alpha = samples[..., :-1], samples[..., -1:]
    white = np.iinfo(samples.dtype).max
    if (alpha == white).all():
        return color
    # white * white + white // 2 just fits into twice the bits
    wide = color.astype(np.uint16 if white == 255 else np.uint32)
    if premultiplied:
        laid = np.minimum(wide, alpha) + (white - alpha)
    else:
        laid = (wide * alpha + (white - alpha).astype(wide.dtype) * white + white // 2) // white
    return np.asarray(laid.astype(samples.dtype))


def eight_bits(pixels: AnyArray) -> AnyArray:
    """Samples of 8 bits, 16 of them rounded to nearest."""
    if pixels.dtype == np.uint8:
        return pixels
    return np.asarray(((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8))


def with_alpha(pixels: AnyArray) -> AnyArray:
    """Samples with any number of channels as (H, W, 4), opaque without alpha.

    >>> with_alpha(np.array([[[9, 7]]], np.uint8)).tolist()
    [[[9, 9, 9, 7]]]
    """
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if pixels.shape[2] == 4:
        return pixels
    out = np.full((*pixels.shape[:2], 4), np.iinfo(pixels.dtype).max, pixels.dtype)
    if pixels.shape[2] == 2:
        out[..., 3] = pixels[..., 1]
    out[..., :3] = pixels if pixels.shape[2] == 3 else pixels[..., :1]
    return out


def decoded_deep(data: bytes) -> AnyArray | None:
    """Samples of a PNG or TIFF at their own depth, blue first; None where they make no sense."""
    import cv2

    place = 8
    while data.startswith(b"\x89PNG") and place < len(data):
        kind, size = data[place + 4 : place + 8], int.from_bytes(data[place : place + 4], "big")
        place += 12 + size
        if place > len(data):
            return None  # OpenCV makes room for whatever a chunk claims
        if kind == b"IEND":
            break
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


@functools.cache
def hush() -> None:
    """Let Pillow and libtiff complain of damage to their caller alone, never on stderr."""
    import ctypes
    import logging

    from PIL import _imaging

    logging.getLogger("PIL").addHandler(logging.NullHandler())
    with contextlib.suppress(AttributeError, OSError):
        # A symbol is looked for in what a library is linked with, too.
        ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)


def upright(pixels: AnyArray, orientation: int) -> AnyArray:
    """A picture turned as its EXIF orientation, 1…8, says."""
    turned = pixels.swapaxes(0, 1) if orientation >= 5 else pixels
    turned = turned[::-1] if orientation in (3, 4, 7, 8) else turned
    turned = turned[:, ::-1] if orientation in (2, 3, 6, 7) else turned
    return pixels if orientation == 1 else np.ascontiguousarray(turned)


def profile_mode(profile: bytes | None) -> str | None:
    """Pillow's mode of the pictures that a profile describes, None for a damaged or rare one.

    >>> profile_mode(b"not a profile") is None
    True
    """
    if profile is None or len(profile) < 128 or profile[36:40] != b"acsp":
        return None
    return _SPACES.get(profile[16:20])


def to_srgb(profile: bytes | None, mode: str) -> Callable[["Image.Image"], "Image.Image"]:
    """A function from Pillow pictures of a mode (L, RGB, CMYK or LAB) to RGB ones.

    A profile that is damaged or for another mode is ignored; LAB needs none.
    """
    from PIL import ImageCms

    source = ImageCms.createProfile("LAB") if mode == "LAB" else io.BytesIO(profile or b"")
    if mode == "LAB" or profile_mode(profile) == mode:
        with contextlib.suppress(OSError, ImageCms.PyCMSError):
            return _transform(source, ImageCms.createProfile("sRGB"), mode)
    return lambda image: image.convert("RGB")


def _transform(source: Any, target: Any, mode: str) -> Callable[["Image.Image"], "Image.Image"]:
    """From pictures of a mode to RGB ones, by profiles or streams that hold them."""
    from PIL import ImageCms

    one, other = ImageCms.ImageCmsProfile(source), ImageCms.ImageCmsProfile(target)
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.buildTransform(one, other, mode, "RGB", intent).apply


def toned(gray: AnyArray, profile: bytes | None) -> AnyArray:
    """Samples (H, W) or (H, W, 2) with alpha as they look in sRGB, where a profile is far from it.

    A linear one is. Common ones (gamma 2.2, dot gain) differ too little to give up the file's own
    samples for them.
    """
    if profile_mode(profile) != "L":
        return gray
    from PIL import Image

    ramp = np.arange(256, dtype=np.uint8)
    seen = np.asarray(to_srgb(profile, "L")(Image.fromarray(ramp[None])))[0, :, 1]
    if np.abs(seen.astype(int) - ramp).max() <= _FAR:
        return gray
    steps = np.iinfo(gray.dtype).max // 255
    table = np.interp(np.arange(255 * steps + 1) / steps, ramp, seen) * steps
    out: AnyArray = np.rint(table).astype(gray.dtype)[gray]
    if out.ndim == 3:
        out[..., 1] = gray[..., 1]
    return out


def of_cmyk(pixels: AnyArray, profile: Any) -> AnyArray:
    """CMYK, and alpha where there is one, as sRGB: (H, W, 4 or 5) uint8 to (H, W, 3 or 4)."""
    from PIL import Image

    convert = to_srgb(profile, "CMYK")
    plain = np.asarray(convert(Image.fromarray(np.ascontiguousarray(pixels[..., :4]), "CMYK")))
    return np.concatenate([plain, pixels[..., 4:]], axis=2)


def in_profile(colors: Rgb8, profile: bytes | None) -> Rgb8:
    """Colours that look in a profile as they do in sRGB; the same ones without an RGB profile.

    The profile is that of the picture that they are laid into: Display P3, Adobe RGB.
    """
    if profile_mode(profile) != "RGB" or not len(colors):
        return colors
    from PIL import Image, ImageCms

    try:
        convert = _transform(ImageCms.createProfile("sRGB"), io.BytesIO(profile or b""), "RGB")
        # A profile of sRGB itself moves nothing by more than a step of rounding.
        moved = np.asarray(convert(Image.fromarray(np.concatenate([_PROBE, colors])[None])))[0]
    except (OSError, ImageCms.PyCMSError):
        return colors
    far = np.abs(moved[: len(_PROBE)].astype(int) - _PROBE).max() > 2
    return moved[len(_PROBE) :] if far else colors


def document_profile(profile: bytes | None, *, deep: bool) -> bytes | None:
    """The profile that a layered file carries: the sketch's own, and sRGB where 16 bits have none.

    Krita takes 16-bit samples without a profile for linear ones, or asks and waits.
    """
    return srgb_profile() if profile is None and deep else profile


def srgb_profile() -> bytes:
    """A profile that says sRGB, the same bytes every time."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = bytes.fromhex("07d000010001000000000000")  # made at the start of 2000
    return bytes(data)
