"""Colours of a given lightness: which are near it, and any made exactly so light."""

import numpy as np

from nurie.arrays import Floats, Rgb8
from nurie.colors import WHITE_BIN, lab_to_srgb, srgb_to_lab

WHITE = 98.5
"""L* from which on a region is white, and below which it is not."""

_NEAR = 6.0
"""Difference in L* at which a bin becomes less likely by half a logit."""

_NEVER = 30.0
"""Taken from the logits of what must not be."""


def favour_light(bin_colors: Rgb8, light: Floats) -> Floats:
    """Added to the logits of regions whose lightness is known.

    ``light`` is (n,) L*, NaN where it is not known. The result is (n, 512), at most 0; white is for
    white regions alone, which take nothing else.

    >>> from nurie.colors import bin_centers
    >>> favour_light(bin_centers(), np.float32([100, 50])).argmax(axis=1)[0] == WHITE_BIN
    np.True_
    """
    gap = srgb_to_lab(bin_colors)[None, :, 0] - light[:, None]
    favour = np.maximum(-0.5 * (gap / _NEAR) ** 2, -_NEVER)
    white = light >= WHITE
    # White is paper: a region is white or it is not, with nothing between.
    favour[white] = -_NEVER
    favour[:, WHITE_BIN] = np.where(white, 0, -_NEVER)
    return np.where(np.isnan(light)[:, None], 0, favour).astype(np.float32)


def as_light(colors: Rgb8, light: Floats) -> Rgb8:
    """Colours of the same hue at another lightness, as colourful as sRGB holds there.

    ``light`` is (n,) L*, NaN for colours that stay; the result is within 0.6 of it.

    >>> as_light(np.array([[255, 0, 0], [9, 9, 9]], np.uint8), np.float32([20, np.nan])).tolist()
    [[106, 0, 0], [9, 9, 9]]
    """
    given = ~np.isnan(light)
    lab = srgb_to_lab(colors)[given]
    lab[:, 0] = light[given]
    # Few hues are as colourful in the dark: chroma is reduced until sRGB holds the colour.
    scale = np.linspace(1, 0, 33, dtype=np.float32)[:, None, None]
    tried = lab_to_srgb(lab * np.concatenate([np.ones_like(scale), scale, scale], axis=2))
    fits = np.abs(srgb_to_lab(tried)[..., 0] - lab[:, 0]) < 0.6
    fits[-1] = True
    out = colors.copy()
    out[given] = tried[fits.argmax(axis=0), np.arange(len(lab))]
    return out
