"""The colours of a data set counted, and written for the product to read."""

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Rgb8
from nurie.colors import BINS, bin_centers, bins_of, to_hex
from nurie.errors import FormatError, InputError
from nurie.io.files import replacing
from nurie.io.spectra import SUFFIXES
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


def write_spectrum(path: Path, spectrum: Spectrum, *, force: bool = False) -> None:
    """Write a histogram; the suffix says as what.

    JSON holds ``pictures`` and, for each bin that is not empty, ``bin``, ``count`` and ``color``.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise FormatError(f"{path} is no histogram file; end it in .json or .npz.")
    stream = BytesIO()
    if path.suffix.lower() == ".npz":
        np.savez(stream, counts=spectrum.counts, means=spectrum.means, pictures=spectrum.pictures)
    else:
        stream.write((json.dumps(as_record(spectrum), indent=1) + "\n").encode())
    with replacing(path, force=force) as target:
        target.write(stream.getvalue())


def as_record(spectrum: Spectrum) -> dict[str, Any]:
    """What the JSON file holds, the most frequent bin first."""
    bins = [
        {
            "bin": i,
            "count": int(spectrum.counts[i]),
            "share": round(float(spectrum.histogram[i]), 6),
            "color": to_hex(spectrum.means[i]),
        }
        for i in spectrum.most(BINS, white=True).tolist()
    ]
    pixels = int(spectrum.counts.sum())
    return {"pictures": spectrum.pictures, "pixels": pixels, "bins": bins}
