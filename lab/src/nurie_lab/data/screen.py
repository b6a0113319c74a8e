"""Which pictures are worth learning from: faults with a reason, and near duplicates."""

import numpy as np

from nurie.arrays import Rgb8

SMALLEST = 96
"""Shorter side in pixels below which a picture teaches nothing."""

WITHIN = 12
"""Bits of 256 in which fingerprints of the same picture may differ."""

_BANDS = 16


def fault_of(rgb: Rgb8) -> str | None:
    """Why a picture is of no use, or None.

    Args:
        rgb: (H, W, 3) uint8.

    >>> fault_of(np.full((200, 200, 3), 255, np.uint8))
    'blank'
    >>> fault_of(np.zeros((20, 200, 3), np.uint8))
    'too small (200 × 20)'
    """
    import cv2

    height, width = rgb.shape[:2]
    if min(height, width) < SMALLEST:
        return f"too small ({width} × {height})"
    if max(height, width) > 12 * min(height, width):
        return f"too narrow ({width} × {height})"
    view = cv2.resize(rgb, (128, 128), interpolation=cv2.INTER_AREA)
    low, high = np.percentile(view, (0.5, 99.5), axis=(0, 1))
    if (high - low).max() < 16:
        return "blank"
    levels = view.astype(np.int16)
    chroma = levels.max(axis=2) - levels.min(axis=2)
    # A tinted page is one hue throughout: what counts is how the channels differ from each other.
    tint = (levels - levels.mean(axis=2, keepdims=True)).reshape(-1, 3)
    if (chroma > 24).mean() < 0.01 or tint.std(axis=0).max() < 2.5:
        return "monochrome"
    return None


def fingerprint(rgb: Rgb8) -> bytes:
    r"""Perceptual hash: 256 bits, each whether brightness rises to the right in a 16 × 16 grid.

    Sizes, formats and slight changes of tone leave it as it is, within :data:`WITHIN` bits.

    Args:
        rgb: (H, W, 3) uint8.

    Returns:
        32 bytes.

    >>> ramp = np.tile(np.arange(0, 255, 3, np.uint8)[None, :, None], (40, 1, 3))
    >>> fingerprint(ramp) == b"\xff" * 32, fingerprint(ramp[:, ::-1]) == b"\x00" * 32
    (True, True)
    """
    import cv2

    gray = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    grid = cv2.resize(gray, (17, 16), interpolation=cv2.INTER_AREA).astype(np.int16)
    # A margin, or the noise of JPEG would decide in flat areas.
    return np.packbits(grid[:, 1:] - grid[:, :-1] > 2).tobytes()


class Twins:
    r"""Fingerprints seen so far, found again within a few bits.

    Split into 16 bands of 16 bits, two fingerprints that differ in at most 15 bits share a band,
    so only those with an equal band are compared: nothing is missed, and a hundred thousand
    pictures take seconds.

    >>> twins = Twins()
    >>> twins.seen(bytes(32), "a"), twins.seen(bytes(31) + b"\x01", "b")
    (None, 'a')
    """

    def __init__(self, within: int = WITHIN) -> None:
        """Start empty; ``within`` is at most 15 bits, negative for none at all."""
        self._within = min(within, _BANDS - 1)
        self._bands: list[dict[bytes, list[int]]] = [{} for _ in range(_BANDS)]
        self._prints: list[tuple[int, str]] = []

    def seen(self, mark: bytes, name: str) -> str | None:
        """The name of an earlier picture that is the same; else remember this one."""
        number = int.from_bytes(mark, "big")
        bands = [mark[2 * i : 2 * i + 2] for i in range(_BANDS)]
        close = {
            i for band, part in zip(self._bands, bands, strict=True) for i in band.get(part, ())
        }
        for i in sorted(close):
            earlier, found = self._prints[i]
            if (earlier ^ number).bit_count() <= self._within:
                return found
        for band, part in zip(self._bands, bands, strict=True):
            band.setdefault(part, []).append(len(self._prints))
        self._prints.append((number, name))
        return None
