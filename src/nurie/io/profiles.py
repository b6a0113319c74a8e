"""ICC profiles: which one can travel with an RGB picture, and the way to sRGB."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_SPACES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}


def profile_mode(profile: bytes | None) -> str | None:
    """Pillow's mode of the pictures that a profile describes, None for a damaged or rare one.

    >>> profile_mode(b"not a profile") is None
    True
    """
    if profile is None or len(profile) < 128 or profile[36:40] != b"acsp":
        return None
    return _SPACES.get(profile[16:20])


def to_srgb(profile: bytes | None, mode: str) -> Callable[["Image.Image"], "Image.Image"]:
    """The way from pictures of a mode to sRGB.

    Args:
        profile: the embedded profile; None, a damaged one, or one for another mode is ignored.
        mode: ``L``, ``RGB`` or ``CMYK``.

    Returns:
        A function from Pillow pictures of ``mode`` to RGB ones.
    """
    from PIL import ImageCms

    if profile is not None and profile_mode(profile) == mode:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            transform = ImageCms.buildTransform(
                source, target, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
            )
        except (OSError, ImageCms.PyCMSError):
            pass
        else:
            return transform.apply
    return lambda image: image.convert("RGB")


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
