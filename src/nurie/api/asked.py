"""What is given to a model: pictures as sketches, options that can be obeyed."""

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Guidance, Sketch
from nurie.errors import InputError, OptionError


def sketch_of(array: AnyArray) -> Sketch:
    """A sketch from an array; transparency is laid over white, equal channels become gray.

    Raises:
        InputError: it is not a picture.

    >>> sketch_of(np.array([[[0, 0, 0, 0], [0, 0, 0, 255]]], np.uint8)).pixels.tolist()
    [[255, 0]]
    """
    if array.dtype not in (np.uint8, np.uint16) or array.ndim not in (2, 3) or not array.size:
        raise InputError(
            f"An array of shape {array.shape} and type {array.dtype} is not a drawing; give "
            "(H, W), (H, W, 3) or (H, W, 4) of uint8 or uint16."
        )
    if array.ndim == 3 and array.shape[2] not in (3, 4):
        raise InputError(f"A drawing has 3 or 4 channels, not {array.shape[2]}.")
    if array.ndim == 3 and array.shape[2] == 4:
        white = np.uint64(np.iinfo(array.dtype).max)
        alpha = array[..., 3:].astype(np.uint64)
        over = array[..., :3] * alpha + (white - alpha) * white
        array = ((over + white // 2) // white).astype(array.dtype)
    if array.ndim == 3 and (array == array[..., :1]).all():
        array = array[..., 0]
    return Sketch(np.ascontiguousarray(array))


def gray_of(array: AnyArray, shape: tuple[int, int]) -> AnyArray:
    """A gray picture of a drawing, made as large as the drawing.

    Args:
        array: (H, W), (H, W, 3) or (H, W, 4), uint8 or uint16, transparency over white.
        shape: height and width of the drawing.

    Returns:
        (height, width) uint8.

    Raises:
        InputError: it is not a picture, or has other proportions than the drawing.

    >>> gray_of(np.full((2, 4, 3), 80, np.uint8), (1, 2)).tolist()
    [[80, 80]]
    """
    import cv2

    pixels = sketch_of(array).pixels
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if pixels.ndim == 3:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    (height, width), (tall, wide) = shape, pixels.shape
    # One pixel more or less, and a hundredth, is rounding; more is another cut.
    if abs(tall * width - wide * height) > 0.01 * wide * height + max(width, height, tall, wide):
        raise InputError(
            f"The gray picture of {wide} × {tall} pixels has other proportions than the sketch of "
            f"{width} × {height}; give the same drawing, uncut."
        )
    if pixels.shape == shape:
        return pixels
    how = cv2.INTER_AREA if tall > height else cv2.INTER_LINEAR
    sized: AnyArray = cv2.resize(pixels, (width, height), interpolation=how)
    return sized


def check_asked(count: int, seed: int, guidance: Guidance, sketch: Sketch) -> None:
    """Refuse what no model can obey.

    Raises:
        OptionError: no answers, a negative seed, a hint outside the picture.
    """
    if count < 1:
        raise OptionError(f"{count} variations cannot be made; ask for 1 or more.")
    if seed < 0:
        raise OptionError(f"The seed {seed} is negative; use 0 or more.")
    hints = guidance.hints
    if hints is None or not len(hints.rows):
        return
    height, width = sketch.shape
    rows, columns = hints.rows, hints.columns
    if rows.min() < 0 or columns.min() < 0 or rows.max() >= height or columns.max() >= width:
        raise OptionError(f"A hint lies outside the picture of {width} × {height} pixels.")
