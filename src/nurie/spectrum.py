"""A colour histogram with its way back to colours: the prior P(c) of equation (1)."""

from dataclasses import dataclass

import numpy as np

from nurie.arrays import AnyArray, Bins, Histogram, Rgb8
from nurie.colors import WHITE_BIN
from nurie.errors import InputError


@dataclass(frozen=True, eq=False)
class Spectrum:
    """How often each colour occurs, and the mean colour of each bin."""

    counts: AnyArray  # (512,) int64 pixels in each bin
    means: Rgb8
    """(512, 3) uint8; the middle of the bin where nothing fell into it."""
    pictures: int = 0  # Pictures counted

    @property
    def histogram(self) -> Histogram:
        """Shares of all pixels, (512,) float32 that sums to 1."""
        return np.asarray((self.counts / self.counts.sum()).astype(np.float32))

    def prior(self, *, white: bool = False) -> Histogram:
        """P(c), by default of what is not paper: white drowns the rest of most drawings.

        Raises:
            InputError: nothing but white was counted.
        """
        counts = self.counts.astype(np.float64)
        if not white:
            counts[WHITE_BIN] = 0
        if not counts.sum():
            raise InputError("Nothing but white was counted; the histogram says no colours.")
        return np.asarray((counts / counts.sum()).astype(np.float32))

    def most(self, number: int, *, white: bool = False) -> Bins:
        """The most frequent bins, the most frequent first; empty ones are never among them."""
        counts = self.counts.copy()
        if not white:
            counts[WHITE_BIN] = 0
        order = np.argsort(-counts, kind="stable")[:number]
        return np.asarray(order[counts[order] > 0].astype(np.int32))
