"""The colour histogram of a data set: the prior P(c) of equation (1), and the way back to colours.

512 bins, eight levels a channel; bin 511 is white (section III.A). A bin is painted with the mean
of the colours that fell into it, so that a histogram of skin gives skin and not the middle of its
bin.
"""

from collections.abc import Iterable

import numpy as np

from nurie.arrays import Bins, Rgb8
from nurie.colors import BINS, bin_centers, bins_of
from nurie.errors import InputError, OptionError
from nurie.spectrum import Spectrum


def count_colors(pictures: Iterable[Rgb8]) -> Spectrum:
    """Count the colours of pictures in one pass, a few vectorised sums for each.

    Raises:
        InputError: there are no pixels.

    >>> red = np.full((2, 2, 3), (250, 10, 20), np.uint8)
    >>> spectrum = count_colors([red, red // 2])
    >>> spectrum.most(2).tolist(), spectrum.means[448].tolist(), spectrum.pictures
    ([192, 448], [250, 10, 20], 2)
    """
    counts = np.zeros(BINS, np.int64)
    sums = np.zeros((BINS, 3), np.float64)
    number = 0
    for rgb in pictures:
        # Sums, not pictures, are kept: a data set of any size is counted in one pass.
        flat = rgb.reshape(-1, 3)
        bins = bins_of(flat)
        counts += np.bincount(bins, minlength=BINS)
        for channel in range(3):
            sums[:, channel] += np.bincount(bins, weights=flat[:, channel], minlength=BINS)
        number += 1
    if not counts.any():
        raise InputError("There are no pictures to count.")
    means = bin_centers()
    filled = counts > 0
    means[filled] = np.floor(sums[filled] / counts[filled, None] + 0.5).astype(np.uint8)
    return Spectrum(counts, means, number)


def back_project(bins: Bins, spectrum: Spectrum) -> Rgb8:
    """Colours of bins: the mean of what fell into each.

    Raises:
        OptionError: a bin is none of 0 … 511.

    >>> spectrum = count_colors([np.full((1, 1, 3), (250, 10, 20), np.uint8)])
    >>> back_project(np.array([448, 511], np.int32), spectrum).tolist()
    [[250, 10, 20], [255, 255, 255]]
    """
    if bins.size and not 0 <= int(bins.min()) <= int(bins.max()) < BINS:
        raise OptionError("Bins are numbered 0 to 511.")
    return spectrum.means[bins]


def sample_bins(spectrum: Spectrum, count: int, rng: np.random.Generator) -> Bins:
    """Bins sampled by their frequency, white left out: c ~ P(c) (section III.A).

    Raises:
        InputError: nothing but white was counted.

    >>> spectrum = count_colors([np.full((1, 1, 3), (250, 10, 20), np.uint8)])
    >>> sample_bins(spectrum, 3, np.random.default_rng(0)).tolist()
    [448, 448, 448]
    """
    prior = spectrum.prior().astype(np.float64)
    return np.asarray(rng.choice(BINS, size=count, p=prior / prior.sum()).astype(np.int32))
