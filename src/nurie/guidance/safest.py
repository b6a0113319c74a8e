"""The safest colour for each region: of the least expected error, and kept from going gray."""

from functools import lru_cache

import numpy as np

from nurie.arrays import Bins, Floats, Rgb8
from nurie.colors import BINS, WHITE_BIN, delta_e, srgb_to_lab
from nurie.guidance.palette import nearness

VIVID = 0.07
"""What a unit of chroma is worth, in ΔE2000 of expected error: without it, where much is possible,
the middle of everything is brown and gray."""

LIKELY = 9.0
"""Width in Lab of the neighbourhood of the safest colour out of which the likeliest is taken: the
middle of orange and skin need not be a colour that occurs."""


def safest(chances: Floats, bin_colors: Rgb8) -> Bins:
    """The bin that each region takes where one answer is wanted, by Bayes' decision.

    White where it is likelier than all colours together; else the colour of the least expected
    ΔE2000 under the chances of colours, chroma weighed in, and of the bins about it the likeliest.

    ``chances`` are (n, 512) rows that sum to 1.

    >>> from nurie.colors import bin_centers, bins_of
    >>> red, blue = bins_of(np.array([[200, 16, 16], [16, 16, 200]], np.uint8))
    >>> chances = np.zeros((1, 512), np.float32); chances[0, [red, blue]] = 0.9, 0.1
    >>> bool(safest(chances, bin_centers())[0] == red)
    True
    """
    colored = chances.copy()
    colored[:, WHITE_BIN] = 0
    share = colored.sum(axis=1, keepdims=True)
    error = (colored / np.maximum(share, 1e-9)) @ _apart(bin_colors.tobytes())
    lab = srgb_to_lab(bin_colors)
    # The least expected error alone is brown wherever much is possible.
    middle = (error - VIVID * np.hypot(lab[:, 1], lab[:, 2])).argmin(axis=1)
    pick = (colored * nearness(lab, LIKELY)[middle]).argmax(axis=1)
    return np.where(chances[:, WHITE_BIN] > share[:, 0], WHITE_BIN, pick).astype(np.int32)


@lru_cache(maxsize=2)
def _apart(bin_colors: bytes) -> Floats:
    """(512, 512) ΔE2000 between all bins; 1e3 from any to white, which is nobody's neighbour."""
    lab = srgb_to_lab(np.frombuffer(bin_colors, np.uint8).reshape(BINS, 3))
    one, two = np.triu_indices(BINS)
    apart = np.zeros((BINS, BINS), np.float32)
    apart[one, two] = apart[two, one] = delta_e(lab[one], lab[two])
    apart[:, WHITE_BIN] = 1e3
    return apart
