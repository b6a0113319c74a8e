"""Pictures: sketches and colour pictures in, coloured pictures and label maps out."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from nurie.arrays import AnyArray, Labels, Pixels, Rgb8
from nurie.document import Sketch, strips
from nurie.errors import FormatError, OptionError
from nurie.ground import InkTone, PaperTone, on_ground
from nurie.io.files import (
    PICTURE_SUFFIXES,
    PathLike,
    check_target,
    is_stdout,
    reading,
    replacing,
    zip_names,
)
from nurie.io.png import write_png
from nurie.io.raster import MAX_PIXELS, Raster, open_raster, pages_in
from nurie.io.samples import grayed, profile_mode, toned, with_alpha

if TYPE_CHECKING:
    from nurie.io.layered.document import Document

_PHOTOSHOP = b"8BPS"
_LISTS = {"stack.xml", "maindoc.xml", "mergedimage.png"}
"""Members that list the layers of OpenRaster's documents and of Krita's, or show them."""

_DEEP_SUFFIXES = (".png", ".tif", ".tiff")
_SIDES = {".webp": 16383, ".tga": 65535}


def read_sketch(
    path: PathLike,
    *,
    max_pixels: int = MAX_PIXELS,
    line_layer: str | None = None,
    ink: InkTone = "auto",
    paper: PaperTone = "white",
    page: int | None = None,
) -> Sketch:
    """Read a line drawing, turned upright and laid over white paper.

    PNG, JPEG, WebP, TIFF, BMP, TGA, GIF, AVIF, JPEG 2000, PPM, PCX, QOI, SVG. 16-bit PNG and TIFF
    keep their 16 bits. CMYK goes to sRGB through its profile, or naively without one. Samples of an
    RGB picture are not converted: its profile travels with them. Linear gray goes to sRGB; other
    gray profiles are dropped: the RGB picture that is written in the end cannot hold them.

    Of a PSD, ORA or Krita document one layer is the drawing, and the others travel with it
    (:func:`nurie.io.layered.sketch.sketch_of`).

    Args:
        path: the file.
        max_pixels: checked from the header before decoding.
        line_layer: name or number of the layer that is the drawing, in a layered document.
        ink: whether lines are dark or light; found when ``auto``.
        paper: whether colours on tinted paper are laid as on white, or ``keep`` its tint.
        page: of a TIFF or an animation, from 0; when None the first, with a note on the others.

    Returns:
        The sketch; its pixels are (H, W) when red, green and blue agree everywhere.

    Raises:
        InputError: unreadable, of a kind that nurie does not read, or over ``max_pixels``.
        OptionError: there is no such layer.
    """
    if is_document(path):
        from nurie.io.layered.sketch import sketch_of

        document = read_document(path, max_pixels=max_pixels)
        return sketch_of(document, line_layer, ink=ink, paper=paper)
    if line_layer is not None:
        raise OptionError(f"{path} has no layers to choose from; leave --line-layer out.")
    found = open_raster(path, max_pixels=max_pixels, page=page or 0)
    if found.pixels.shape[2:] in ((), (2,)):
        found = replace(found, pixels=toned(found.pixels, found.icc_profile))
    pixels, samples = grayed(found.over_white()), None
    if found.has_alpha and ink != "dark":
        # Only where hardly anything is seen on white does what is transparent matter.
        bare = pixels[::4, ::4].min(initial=255) >= 160 * (1 + 256 * (pixels.itemsize - 1))
        samples = with_alpha(found.pixels) if ink == "light" or bare else None
        if samples is not None and (samples[..., 3] == np.iinfo(samples.dtype).max).all():
            samples = None
    pixels, ground = on_ground(pixels, samples, ink=ink, paper=paper)
    profile = found.icc_profile if profile_mode(found.icc_profile) == "RGB" else None
    many = pages_in(path) if page is None else 1
    note = (
        f"only the first of its {many} pictures is read; a result that ends in .tif holds all of "
        "them, and nurie film colours animations."
    )
    notes = (note,) if many > 1 else ()
    return Sketch(pixels, dpi=found.dpi, icc_profile=profile, ground=ground, notes=notes)


def read_color(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> Rgb8:
    """Read a colour picture as sRGB over white paper, turned upright.

    An embedded profile has been applied, 16 bits have been rounded to 8.

    Raises:
        InputError: unreadable, of a kind that nurie does not read, or over ``max_pixels``.
    """
    return _shown(path, max_pixels).over_white(srgb=True)


def read_exact(path: PathLike, *, max_pixels: int = MAX_PIXELS, page: int = 0) -> Pixels:
    """Read a picture's own samples over white, (H, W) or (H, W, 3), uint8 or uint16."""
    return _shown(path, max_pixels, page).over_white()


def read_rgba(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> tuple[AnyArray, bool]:
    """Read a picture with its transparency, turned upright; of a layered document what shows.

    Returns:
        (H, W, 4) uint8 or uint16, straight alpha, samples unchanged, and whether the picture has an
        alpha channel; without one it is opaque.
    """
    found = _shown(path, max_pixels)
    return with_alpha(found.pixels), found.has_alpha


def _shown(path: PathLike, max_pixels: int, page: int = 0) -> Raster:
    """A picture, or what a layered document shows."""
    if not is_document(path):
        return open_raster(path, max_pixels=max_pixels, page=page)
    document = read_document(path, max_pixels=max_pixels)
    merged = document.read_merged()
    pixels = document.drawn(document.nodes) if merged is None else merged
    return Raster(pixels, document.dpi, document.icc_profile)


def is_document(path: PathLike) -> bool:
    """Whether the file begins like a layered document; nothing is decoded."""
    with reading(path) as stream:
        return stream.read(4) == _PHOTOSHOP or bool(_LISTS & zip_names(stream))


def read_document(path: PathLike, *, max_pixels: int = MAX_PIXELS) -> "Document":
    """Read what a PSD, ORA or Krita file holds, known by its content."""
    with reading(path) as stream:
        photoshop, names = stream.read(4) == _PHOTOSHOP, zip_names(stream)
    if photoshop:
        from nurie.io.psd.read import read_psd

        return read_psd(path, max_pixels=max_pixels)
    if "stack.xml" not in names and names & _LISTS:
        from nurie.io.kra import read_kra

        return read_kra(path, max_pixels=max_pixels)
    from nurie.io.ora.read import read_ora

    return read_ora(path, max_pixels=max_pixels)


def write_picture(
    path: PathLike,
    pixels: Pixels,
    *,
    dpi: tuple[float, float] | None = None,
    icc_profile: bytes | None = None,
    force: bool = False,
) -> None:
    """Write a picture without loss; the suffix chooses PNG, WebP, TIFF or TGA.

    Args:
        path: the target.
        pixels: (H, W), (H, W, 3) or (H, W, 4) with straight alpha; uint8, or uint16 for PNG, TIFF.
        dpi: dots per inch; TGA has no place for it.
        icc_profile: an RGB profile; TGA and gray pictures have no place for it.
        force: an existing file may be replaced.

    Raises:
        FormatError: an unknown suffix, or one that cannot hold 16 bits or so many pixels.
        OutputError: the target cannot be written.
    """
    path = Path(path)
    check_target(path, force=force, suffixes=PICTURE_SUFFIXES)
    suffix = ".png" if is_stdout(path) else path.suffix.lower()
    if pixels.dtype == np.uint16 and suffix not in _DEEP_SUFFIXES:
        raise FormatError(f"{path} cannot hold 16 bits; choose a name that ends in .png or .tif.")
    if max(pixels.shape[:2]) > _SIDES.get(suffix, 2**31 - 1):
        raise FormatError(f"{path} cannot hold so large a picture; choose a name ending in .png.")
    with replacing(path, force=force) as stream:
        if suffix == ".png":
            parts = (pixels[rows] for rows in strips(len(pixels)))
            write_png(stream, parts, pixels.shape, dpi=dpi, icc_profile=icc_profile)
        elif suffix in _DEEP_SUFFIXES:
            from nurie.io.tiff import write_tiff

            write_tiff(stream, pixels, dpi=dpi, icc_profile=icc_profile)
        else:
            _by_pillow(stream, pixels, suffix, dpi, icc_profile)


def write_labels(path: PathLike, labels: Labels, *, force: bool = False) -> None:
    """Write a label map as a 16-bit gray PNG whose samples are the labels.

    Raises:
        OptionError: more than 65535 regions.
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


def _by_pillow(
    stream: BinaryIO,
    pixels: Pixels,
    suffix: str,
    dpi: tuple[float, float] | None,
    profile: bytes | None,
) -> None:
    """TGA, or lossless WebP, whose only place for a resolution is EXIF."""
    from PIL import ExifTags, Image

    image = Image.fromarray(np.ascontiguousarray(pixels))
    if suffix == ".tga":
        image.save(stream, "TGA", compression="tga_rle")
        return
    exif = Image.Exif()
    if dpi:
        tags = ExifTags.Base
        exif[tags.XResolution], exif[tags.YResolution], exif[tags.ResolutionUnit] = (*dpi, 2)
    how = {"lossless": True, "quality": 0, "method": 0, "exact": True}
    image.save(
        stream, "WEBP", **how, exif=exif.tobytes() if dpi else b"", icc_profile=profile or b""
    )
