"""Hints as section III.A makes them: patches whitened, some filled with colours, all blurred."""

from dataclasses import dataclass

import cv2
import numpy as np

from nurie.arrays import AnyArray, Bins, Rgb8, Rgba8
from nurie.colors import BINS
from nurie.spectrum import Spectrum


@dataclass(frozen=True)
class Patches:
    """How a hint is made; lengths are shares of the picture's shorter side."""

    count: int = 30  # Patches made white
    side: float = 0.2  # Side of a patch
    filled: float = 0.25
    """Share of the patches that then take a colour of the histogram."""
    blur: float = 0.4  # Side of the box blur

    @property
    def seen(self) -> float:
        """Share of a picture that they leave to be seen: 0.3, what reference 4 keeps of a guess."""
        return float((1 - self.side**2) ** self.count)


def hint_from_picture(
    color: Rgb8, spectrum: Spectrum, rng: np.random.Generator, patches: Patches
) -> Rgb8:
    """The hint that a picture teaches with: parts of it are gone, parts are other colours.

    >>> spectrum = Spectrum(np.eye(512, dtype=np.int64)[0], np.zeros((512, 3), np.uint8))
    >>> blue = np.full((8, 8, 3), (0, 0, 255), np.uint8)
    >>> hint_from_picture(blue, spectrum, np.random.default_rng(0), Patches(0))[0, 0].tolist()
    [0, 0, 255]
    """
    hint, boxes = color.copy(), _boxes(color.shape, patches, rng)
    for box in boxes:
        hint[box] = 255
    _fill(hint, [box for box in boxes if rng.random() < patches.filled], spectrum, rng)
    return blurred(hint, patches.blur)


def sampled_hint(
    shape: tuple[int, int], spectrum: Spectrum, rng: np.random.Generator, patches: Patches
) -> Rgb8:
    """A hint out of nothing but the histogram: every patch takes a colour of its own.

    >>> spectrum = Spectrum(np.eye(512, dtype=np.int64)[0], np.zeros((512, 3), np.uint8))
    >>> hint = sampled_hint((8, 8), spectrum, np.random.default_rng(0), Patches(1, 1.0))
    >>> hint.max()
    np.uint8(0)
    """
    hint = np.full((*shape, 3), 255, np.uint8)
    _fill(hint, _boxes(hint.shape, patches, rng), spectrum, rng)
    return blurred(hint, patches.blur)


def hint_from_gray(gray: AnyArray, *, blur: float = Patches.blur) -> Rgb8:
    """The hint in a gray picture, (H, W) uint8: its intensity, without its details.

    >>> hint_from_gray(np.full((4, 4), 80, np.uint8))[0, 0].tolist()
    [80, 80, 80]
    """
    return blurred(np.repeat(gray[:, :, None], 3, axis=2), blur)


def laid_over(hint: Rgb8, marks: Rgba8, *, blur: float = Patches.blur) -> Rgb8:
    """A hint with patches of colour upon it, the opaque pixels of marks, blurred as it is.

    >>> marks = np.full((4, 4, 4), (200, 0, 0, 255), np.uint8)
    >>> laid_over(np.full((4, 4, 3), 9, np.uint8), marks)[0, 0].tolist()
    [200, 0, 0]
    """
    bare = np.where(marks[..., 3:] == 255, marks[..., :3], 0).astype(np.uint8)
    opaque = np.repeat(np.where(marks[..., 3:] == 255, 255, 0).astype(np.uint8), 3, axis=2)
    seen = blurred(opaque, blur).astype(np.uint16)
    mixed = blurred(bare, blur) + (hint * (255 - seen) + 127) // 255
    return np.minimum(mixed, 255).astype(np.uint8)


def blurred(color: Rgb8, share: float) -> Rgb8:
    """A box blur; ``share`` is the side of the box over the picture's shorter side.

    >>> blurred(np.full((4, 4, 3), 9, np.uint8), 0.5)[0, 0].tolist()
    [9, 9, 9]
    """
    side = round(share * min(color.shape[:2]))
    if side < 2:
        return color
    return np.asarray(cv2.blur(color, (side, side)))


def _boxes(
    shape: tuple[int, ...], patches: Patches, rng: np.random.Generator
) -> list[tuple[slice, slice]]:
    """Where the patches are, all inside the picture."""
    height, width = shape[:2]
    side = max(1, round(patches.side * min(height, width)))
    # All choices of place before all of colour, so that a seed means the same for any histogram.
    tops = rng.integers(0, height - side + 1, patches.count).tolist()
    lefts = rng.integers(0, width - side + 1, patches.count).tolist()
    return [
        (slice(top, top + side), slice(left, left + side))
        for top, left in zip(tops, lefts, strict=True)
    ]


def _fill(
    hint: Rgb8, boxes: list[tuple[slice, slice]], spectrum: Spectrum, rng: np.random.Generator
) -> None:
    """Give each box a colour c ~ P(c), in place."""
    if boxes:
        # The mean of what fell into a bin, so that skin is not the middle of its bin.
        colors = spectrum.means[sample_bins(spectrum, len(boxes), rng)]
        for box, color in zip(boxes, colors, strict=True):
            hint[box] = color


def sample_bins(spectrum: Spectrum, count: int, rng: np.random.Generator) -> Bins:
    """Bins sampled by their frequency, white left out: c ~ P(c) (section III.A).

    Raises:
        InputError: nothing but white was counted.

    >>> from nurie.colors import bin_centers
    >>> spectrum = Spectrum(np.eye(512, dtype=np.int64)[448], bin_centers())
    >>> sample_bins(spectrum, 3, np.random.default_rng(0)).tolist()
    [448, 448, 448]
    """
    prior = spectrum.prior().astype(np.float64)
    return np.asarray(rng.choice(BINS, size=count, p=prior / prior.sum()).astype(np.int32))
