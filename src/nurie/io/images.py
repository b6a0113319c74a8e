"""Pictures: sketches and colour pictures in, coloured pictures and label maps out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from nurie.arrays import AnyArray, Labels, Pixels, Rgb8
from nurie.document import Sketch, strips
from nurie.errors import FormatError, OptionError
from nurie.io.files import PICTURE_SUFFIXES, check_target, replacing
from nurie.io.png import write_png
from nurie.io.profiles import profile_mode, to_srgb
from nurie.io.raster import (
    MAX_PIXELS,
    RESOLUTION_UNIT,
    X_RESOLUTION,
    Y_RESOLUTION,
    Raster,
    open_raster,
)
from nurie.io.tiff import write_tiff

if TYPE_CHECKING:
    from PIL import Image

_DEEP_SUFFIXES = (".png", ".tif", ".tiff")
_SIDES = {".webp": 16383, ".tga": 65535}
_TURNS: dict[int, Callable[[AnyArray], AnyArray]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: a.swapaxes(0, 1)[:, ::-1],
    7: lambda a: a.swapaxes(0, 1)[::-1, ::-1],
    8: lambda a: a.swapaxes(0, 1)[::-1],
}


def read_sketch(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Sketch:
    """Read a line drawing, turned upright and laid over white paper.

    Gray, RGB and palette pictures with or without transparency, and CMYK; PNG, JPEG, WebP, TIFF,
    BMP and TGA; the first frame of an animation. 16-bit PNG and TIFF keep their 16 bits. CMYK
    goes to sRGB through its embedded profile, or naively without one. Samples of an RGB picture
    are not converted: its profile travels with them. Profiles of gray and CMYK pictures are
    dropped, for they cannot be embedded in the RGB picture that is written in the end.

    Args:
        path: the file.
        max_pixels: largest number of pixels, checked from the header before decoding.

    Returns:
        The sketch; its pixels are (H, W) when red, green and blue agree everywhere.

    Raises:
        UnreadableError: missing, empty, damaged, or not a picture.
        FormatError: a kind of picture that nurie does not read.
        TooLargeError: more than ``max_pixels``.
    """
    with open_raster(path, max_pixels=max_pixels) as raster:
        pixels = grayed(_over_white(raster))
        kept = raster.mode != "CMYK" and profile_mode(raster.icc_profile) == "RGB"
        profile = raster.icc_profile if kept else None
        return Sketch(pixels, dpi=raster.dpi, icc_profile=profile)


def read_color(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Rgb8:
    """Read a colour picture as sRGB over white paper, turned upright.

    Args:
        path: the file, of any kind that :func:`read_sketch` reads.
        max_pixels: largest number of pixels, checked from the header before decoding.

    Returns:
        (H, W, 3) uint8; an embedded profile has been applied, 16 bits have been rounded to 8.

    Raises:
        UnreadableError: missing, empty, damaged, or not a picture.
        FormatError: a kind of picture that nurie does not read.
        TooLargeError: more than ``max_pixels``.
    """
    with open_raster(path, max_pixels=max_pixels) as raster:
        return _over_white(raster, srgb=True)


def read_exact(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Pixels:
    """Read a picture's own samples over white, (H, W) or (H, W, 3), uint8 or uint16.

    Raises:
        InputError: as :func:`read_sketch`.
    """
    with open_raster(path, max_pixels=max_pixels) as raster:
        return _over_white(raster)


def read_rgba(
    path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS, data: bytes | None = None
) -> tuple[AnyArray, bool]:
    """Read a picture with its transparency, turned upright, samples unchanged.

    Args:
        path: the file, or the name to complain about when ``data`` is given.
        max_pixels: largest number of pixels, checked from the header before decoding.
        data: the bytes of a PNG, instead of the file's.

    Returns:
        (H, W, 4) uint8 or uint16, straight alpha, and whether the picture has an alpha channel;
        without one it is opaque.

    Raises:
        InputError: as :func:`read_sketch`.
    """
    with open_raster(path, max_pixels=max_pixels, data=data) as raster:
        has_alpha = raster.mode in ("LA", "RGBA")
        out = np.empty((*raster.shape, 4), np.uint16 if raster.deep else np.uint8)
        own = to_srgb(raster.icc_profile, "CMYK") if raster.mode == "CMYK" else _same
        for rows in strips(raster.shape[0]):
            strip = raster.rows(rows)
            part = np.asarray(strip if isinstance(strip, np.ndarray) else own(strip))
            if raster.mode == "RGBA":
                out[rows] = part
                continue
            part = part[..., None] if part.ndim == 2 else part
            out[rows, :, :3] = part[..., :-1] if has_alpha else part
            out[rows, :, 3] = part[..., -1] if has_alpha else np.iinfo(out.dtype).max
        return _upright(out, raster.orientation), has_alpha


def write_picture(
    path: str | os.PathLike[str],
    pixels: Pixels,
    *,
    dpi: tuple[float, float] | None = None,
    icc_profile: bytes | None = None,
    force: bool = False,
) -> None:
    """Write a picture without loss; the suffix chooses PNG, WebP, TIFF or TGA.

    Args:
        path: the target.
        pixels: (H, W), (H, W, 3) or (H, W, 4) with straight alpha; uint8, or uint16 for PNG and
            TIFF.
        dpi: dots per inch; TGA has no place for it.
        icc_profile: an RGB profile; TGA and gray pictures have no place for it.
        force: an existing file may be replaced.

    Raises:
        FormatError: an unknown suffix, or one that cannot hold 16 bits or so many pixels.
        OutputError: the target cannot be written.
    """
    path = Path(path)
    check_target(path, force=force, suffixes=PICTURE_SUFFIXES)
    suffix = path.suffix.lower()
    if pixels.dtype == np.uint16 and suffix not in _DEEP_SUFFIXES:
        raise FormatError(f"{path} cannot hold 16 bits; choose a name that ends in .png or .tif.")
    if max(pixels.shape[:2]) > _SIDES.get(suffix, 2**31 - 1):
        raise FormatError(f"{path} cannot hold so large a picture; choose a name ending in .png.")
    with replacing(path, force=force) as stream:
        if suffix == ".png":
            parts = (pixels[rows] for rows in strips(len(pixels)))
            write_png(stream, parts, pixels.shape, dpi=dpi, icc_profile=icc_profile)
        elif suffix in _DEEP_SUFFIXES:
            write_tiff(stream, pixels, dpi=dpi, icc_profile=icc_profile)
        elif suffix == ".webp":
            _write_webp(stream, pixels, dpi=dpi, icc_profile=icc_profile)
        else:
            _pillow(pixels).save(stream, "TGA", compression="tga_rle")


def write_labels(path: str | os.PathLike[str], labels: Labels, *, force: bool = False) -> None:
    """Write a label map as a 16-bit gray PNG whose samples are the labels.

    Args:
        path: the target, ending in .png.
        labels: (H, W) int32, 0 is line.
        force: an existing file may be replaced.

    Raises:
        FormatError: the suffix is not .png.
        OptionError: more than 65535 regions.
        OutputError: the target cannot be written.
    """
    check_target(path, force=force, suffixes=(".png",))
    regions = int(labels.max(initial=0))
    if regions > 65535:
        raise OptionError(
            f"The drawing falls into {regions} regions, more than the 65535 that a 16-bit PNG "
            "holds; close larger gaps or merge small regions."
        )
    with replacing(path, force=force) as stream:
        parts = (labels[rows].astype(np.uint16) for rows in strips(len(labels)))
        write_png(stream, parts, labels.shape)


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

    Args:
        samples: (..., c + 1) uint8 or uint16, the last channel is alpha.
        premultiplied: colours have been multiplied by alpha already.

    Returns:
        (..., c) of the same type, rounded to nearest.

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
    out: AnyArray = laid.astype(samples.dtype)
    return out


def _over_white(raster: Raster, *, srgb: bool = False) -> AnyArray:
    """All strips over white, turned upright; with ``srgb`` as 8-bit sRGB."""
    from PIL import Image

    gray, deep = raster.mode in ("L", "LA") and not srgb, raster.deep and not srgb
    convert = to_srgb(raster.icc_profile, raster.mode.removesuffix("A"))
    own = convert if raster.mode == "CMYK" else _same
    shape = raster.shape if gray else (*raster.shape, 3)
    out = np.empty(shape, np.uint16 if deep else np.uint8)
    for rows in strips(raster.shape[0]):
        strip = raster.rows(rows)
        part = np.asarray(strip if isinstance(strip, np.ndarray) else own(strip))
        if raster.mode in ("LA", "RGBA"):
            part = over_white(part, premultiplied=raster.premultiplied)
        if srgb and raster.mode != "CMYK":
            part = part[..., 0] if part.shape[2:] == (1,) else part
            part = np.asarray(convert(Image.fromarray(_eight_bits(part))))
        out[rows] = part.reshape(out[rows].shape)
    return _upright(out, raster.orientation)


def _same(image: "Image.Image") -> "Image.Image":
    return image


def _eight_bits(pixels: AnyArray) -> Rgb8:
    """16 bits rounded to 8."""
    if pixels.dtype == np.uint8:
        return pixels
    rounded: Rgb8 = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return rounded


def _upright(pixels: AnyArray, orientation: int) -> AnyArray:
    turn = _TURNS.get(orientation)
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))


def _pillow(pixels: Pixels) -> "Image.Image":
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(pixels))


def _write_webp(
    stream: BinaryIO,
    pixels: Pixels,
    *,
    dpi: tuple[float, float] | None,
    icc_profile: bytes | None,
) -> None:
    """Lossless WebP; resolution goes into EXIF, where WebP has its only place for it."""
    from PIL import Image

    exif = Image.Exif()
    if dpi:
        exif[X_RESOLUTION], exif[Y_RESOLUTION], exif[RESOLUTION_UNIT] = (*dpi, 2)
    _pillow(pixels).save(
        stream,
        "WEBP",
        lossless=True,
        quality=0,
        method=0,
        exact=True,
        exif=exif.tobytes() if dpi else b"",
        icc_profile=icc_profile or b"",
    )
