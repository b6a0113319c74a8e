"""What an array means in nurie.

Positions are (row, column). A *sketch* keeps the integer type of the file it came from, so that a
50-megapixel page fits and no bit of the lines is lost; everything else is as written here.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Gray: TypeAlias = npt.NDArray[np.float32]
"""(H, W) float32 in [0, 1]: 0 is ink, 1 is paper."""

Rgb: TypeAlias = npt.NDArray[np.float32]
"""(..., 3) float32 in [0, 1], sRGB."""

Rgb8: TypeAlias = npt.NDArray[np.uint8]
"""(..., 3) uint8, sRGB."""

Rgba8: TypeAlias = npt.NDArray[np.uint8]
"""(H, W, 4) uint8, sRGB with straight alpha; as a hint map, alpha 255 is hinted."""

Pixels: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""(H, W) gray or (H, W, 3) sRGB at the file's own depth, 0 is ink."""

Mask: TypeAlias = npt.NDArray[np.bool_]
"""(H, W) bool."""

Labels: TypeAlias = npt.NDArray[np.int32]
"""(H, W) int32: 0 is line, 1…n are regions."""

Histogram: TypeAlias = npt.NDArray[np.float32]
"""(512,) float32 that sums to 1: eight levels a channel, bin 511 is white."""

Bins: TypeAlias = npt.NDArray[np.int32]
"""(...,) int32 in [0, 511]: indices of histogram bins."""

Floats: TypeAlias = npt.NDArray[np.float32]
"""float32 of the shape that the docstring gives."""

Ints: TypeAlias = npt.NDArray[np.int32]
"""int32 of the shape that the docstring gives."""

AnyArray: TypeAlias = npt.NDArray[Any]
"""An array whose type the docstring gives."""


def joined(pairs: Ints, count: int) -> Ints:
    """Lowest label that each label below ``count`` is connected to by (m, 2) pairs, (count,) int32.

    >>> joined(np.array([[3, 1], [4, 3]], np.int32), 5).tolist()
    [0, 1, 2, 1, 1]
    """
    target = np.arange(count, dtype=np.int32)
    while len(pairs):
        one, two = target[pairs[:, 0]], target[pairs[:, 1]]
        differ = one != two
        pairs = pairs[differ]
        # Hang the higher root below the lower one, then flatten: halves the roots that remain.
        np.minimum.at(target, np.maximum(one, two)[differ], np.minimum(one, two)[differ])
        while (flat := target[target]).tobytes() != target.tobytes():
            target = flat
    return target


def high_bytes(pixels: AnyArray) -> AnyArray:
    """The upper eight bits of each sample; ``io.samples.eight_bits`` rounds.

    >>> high_bytes(np.array([513], np.uint16)).tolist()
    [2]
    """
    return pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)


def grainy(pixels: Pixels) -> bool:
    """Whether a picture has noise, as photographs have: a fifth of it differs from what is beside.

    >>> grainy(np.full((9, 9), 200, np.uint8))
    False
    """
    rows = high_bytes(pixels[::8])
    return rows.shape[1] > 1 and bool(np.mean(rows[:, 1:] == rows[:, :-1]) < 0.8)


def sampled(pixels: AnyArray) -> AnyArray:
    """Every n-th pixel in both directions, about half a million in all."""
    step = stride(pixels)
    return pixels[::step, ::step]


def stride(pixels: AnyArray) -> int:
    """That n."""
    return max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / (1 << 19))))
