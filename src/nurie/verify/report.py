"""What a proof says, and how the first pixel that breaks it is found."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Mask
from nurie.colors import to_hex
from nurie.document import Sketch, strips
from nurie.errors import PromiseError

Point: TypeAlias = tuple[int, int]
"""(row, column)."""

_STEP = 64


@dataclass(frozen=True)
class Check:
    """One part of the promise."""

    name: str
    ok: bool
    detail: str
    """What was proven, or one sentence on what is broken and where."""
    pixel: Point | None = None
    """(row, column) of the first pixel that breaks it."""


@dataclass(frozen=True)
class Report:
    """All that was checked, and what could not be."""

    checks: tuple[Check, ...]
    unproven: tuple[str, ...] = ()
    """Parts of the promise that this kind of file cannot prove."""

    @property
    def ok(self) -> bool:
        """Whether every check held."""
        return all(check.ok for check in self.checks)

    def require(self) -> None:
        """Insist on the promise.

        Raises:
            PromiseError: a check failed; the sentence is the first one's.
        """
        for check in self.checks:
            if not check.ok:
                raise PromiseError(check.detail)


def broken(name: str, sentence: str, pixel: Point) -> Check:
    """A failed check; the sentence is finished with the place.

    >>> broken("line", "The line is not the sketch", (5, 2)).detail
    'The line is not the sketch at x 2, y 5.'
    """
    return Check(name, False, f"{sentence} at x {pixel[1]}, y {pixel[0]}.", pixel)


def first_pixel(height: int, bad: Callable[[slice], Mask]) -> Point | None:
    """First (row, column), rows first, where ``bad``, asked strip by strip, is true.

    >>> first_pixel(3, lambda rows: np.eye(3, dtype=bool)[rows][:, ::-1])
    (0, 2)
    """
    for rows in strips(height, _STEP):
        mask = bad(rows)
        if mask.any():
            row, column = divmod(int(mask.argmax()), mask.shape[1])
            return rows.start + row, column
    return None


def any_channel(bad: AnyArray) -> Mask:
    """Where some of the few channels, the last axis, is true; many times faster than ``any``."""
    channels = np.moveaxis(bad, -1, 0)
    return np.asarray(functools.reduce(np.bitwise_or, channels))


def darkest(pixels: AnyArray) -> AnyArray:
    """Least channel of (..., 3) pixels; many times faster than ``min``."""
    return np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])


def distance(a: AnyArray, b: AnyArray) -> AnyArray:
    """Absolute difference as int32, where unsigned samples would wrap around."""
    return np.abs(a.astype(np.int32) - b.astype(np.int32))


def three(pixels: AnyArray) -> AnyArray:
    """(..., 3) of a gray or RGB picture, without copying."""
    if pixels.ndim == 3:
        return pixels
    return np.broadcast_to(pixels[..., None], (*pixels.shape, 3))


def codes(colors: AnyArray) -> AnyArray:
    """One int64 for each (..., 3) uint8 colour.

    >>> codes(np.array([[255, 128, 0]], np.uint8)).tolist() == [0xFF8000]
    True
    """
    wide = colors.astype(np.int64)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def hex_of(code: int) -> str:
    """``#rrggbb`` of a code.

    >>> hex_of(0xFF8000)
    '#ff8000'
    """
    return to_hex((code >> 16, code >> 8 & 255, code & 255))


def check_kind(sketch: Sketch, shapes: list[tuple[int, ...]], kinds: list[np.dtype[Any]]) -> Check:
    """Whether an output has the sketch's size and depth."""
    height, width = sketch.shape
    for shape in shapes:
        if shape != sketch.shape:
            detail = f"{shape[1]} x {shape[0]} pixels, the sketch {width} x {height}"
            return Check("size", False, f"The output has {detail}.")
    bits = 8 * sketch.pixels.dtype.itemsize
    for kind in kinds:
        if kind != sketch.pixels.dtype:
            detail = f"The output has {8 * kind.itemsize} bits a channel, the sketch {bits}."
            return Check("size", False, detail)
    return Check("size", True, f"{width} x {height} pixels, {bits} bits a channel")
