"""Colour histograms as files: JSON for people and other programs, NPZ for speed."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.colors import BINS, bin_centers, parse_hex
from nurie.errors import FormatError, OptionError, UnreadableError
from nurie.io.files import read_bytes
from nurie.spectrum import Spectrum

SUFFIXES = (".json", ".npz")

_LIMIT = 4 << 20


def read_spectrum(path: Path) -> Spectrum:
    """Read a histogram that ``nurie data histogram`` wrote.

    Raises:
        UnreadableError: it is missing, damaged, or holds none.
        FormatError: neither .json nor .npz.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise FormatError(f"{path} is no histogram file; give a .json or .npz.")
    data = read_bytes(path, limit=_LIMIT)
    try:
        if path.suffix.lower() == ".npz":
            with np.load(BytesIO(data), allow_pickle=False) as arrays:
                counts, means = arrays["counts"], arrays["means"]
                pictures = int(arrays["pictures"])
        else:
            counts, means, pictures = _from_json(data)
    except (ValueError, KeyError, TypeError, IndexError, OptionError, zipfile.BadZipFile) as error:
        raise UnreadableError(f"{path} is no histogram of nurie's ({error}).") from error
    why = ""
    if counts.shape != (BINS,) or means.shape != (BINS, 3) or means.dtype != np.uint8:
        why = "its arrays have another shape"
    elif counts.dtype.kind not in "iu" or (counts < 0).any() or not counts.any():
        why = "its counts are not numbers of pixels"
    if why:
        raise UnreadableError(f"{path} is no histogram of nurie's ({why}).")
    return Spectrum(counts.astype(np.int64), means, pictures)


def _from_json(data: bytes) -> tuple[AnyArray, Rgb8, int]:
    record = json.loads(data)
    counts, means = np.zeros(BINS, np.int64), bin_centers()
    for entry in record["bins"]:
        place = entry["bin"]
        if not isinstance(place, int) or not 0 <= place < BINS:
            raise ValueError(f"bin {place!r} is none of 0 to 511")
        counts[place], means[place] = int(entry["count"]), parse_hex(entry["color"])
    return counts, means, int(record.get("pictures", 0))
