"""The colours of a data set counted, written for the product to read, and drawn.

Figures 5 and 6 of the report are how colours are distributed, and the hundred most frequent.
"""

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import Rgb8
from nurie.colors import BINS, bin_centers, bins_of, to_hex
from nurie.errors import FormatError, InputError
from nurie.io.files import replacing
from nurie.io.spectra import SUFFIXES
from nurie.spectrum import Spectrum

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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


_INK = "#222222"

_RC: Any = {"svg.hashsalt": "nurie", "svg.fonttype": "path", "font.family": "DejaVu Sans"}
"""Makes an SVG the same each time it is drawn."""


def distribution(spectrum: Spectrum) -> "Figure":
    """Figure 5: the share of each of the 512 bins, on a logarithmic scale, in its own colour."""
    from matplotlib.figure import Figure

    bins = np.flatnonzero(spectrum.counts)
    shares = 100 * spectrum.histogram[bins].astype(np.float64)
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    # A panel of gray, and bars with a dark cap: the highest bar of all, white, would not be seen.
    axes = figure.add_subplot(facecolor="#eeeeee")
    axes.bar(bins, shares, 1, color=spectrum.means[bins] / 255)
    axes.hlines(shares, bins - 0.5, bins + 0.5, color=_INK, linewidth=0.6)
    axes.set_yscale("log")
    axes.set_ylim(min(10 ** np.floor(np.log10(shares.min())), 10), 100)
    axes.set_xlim(-2, BINS + 6)
    axes.set_xticks([*range(0, BINS - 1, 64), BINS - 1])
    axes.set_xlabel("bin = 64 red + 8 green + blue, eight levels each; 511 is white")
    axes.set_ylabel("share in %")
    axes.set_title(_title(spectrum, "Distribution of colours"), loc="left")
    return figure


def most_frequent(spectrum: Spectrum, *, number: int = 100) -> "Figure":
    """Figure 6: the most frequent colours, row by row, each with its share."""
    from matplotlib.figure import Figure

    bins = spectrum.most(number, white=True)
    row, column = np.divmod(np.arange(len(bins)), 10)
    figure = Figure(figsize=(6, 1 + 0.6 * -(-number // 10)), layout="constrained")
    axes = figure.add_subplot(aspect="equal")
    axes.bar(column, 0.7, 0.94, bottom=-row, color=spectrum.means[bins] / 255, edgecolor="#bbbbbb")
    for x, y, share in zip(column, row, 100 * spectrum.histogram[bins], strict=True):
        axes.text(x, -y - 0.05, f"{share:.2g} %", ha="center", va="top", fontsize=7)
    axes.set_xlim(-0.6, 9.6)
    axes.axis("off")
    axes.set_title(_title(spectrum, f"The {number} most frequent colours"), loc="left", fontsize=10)
    return figure


def _title(spectrum: Spectrum, text: str) -> str:
    pixels = spectrum.counts.sum() / 1e6
    return f"{text} ({spectrum.pictures:,} pictures, {pixels:,.1f} million pixels)"


def write_figure(figure: "Figure", png: Path, svg: Path, *, force: bool = False) -> None:
    """Write a figure as PNG, 160 dots an inch, and SVG, each whole or not at all.

    The same figure gives the same bytes.

    Raises:
        OutputError: a target cannot be written, or exists and ``force`` was not given.
    """
    from matplotlib import rc_context

    for path, kind in ((png, "png"), (svg, "svg")):
        stream = BytesIO()
        with rc_context(_RC):
            metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
            figure.savefig(stream, format=kind, dpi=160, facecolor="white", metadata=metadata)
        with replacing(path, force=force) as target:
            target.write(stream.getvalue())
