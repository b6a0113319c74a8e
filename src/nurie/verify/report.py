"""What a proof says, how the first bad pixel is found, and what hints and palette ask for."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask
from nurie.colors import color_codes, colors_of, to_hex
from nurie.document import Hints, Palette, Sketch, strips
from nurie.guidance.hints import Lines, for_lines, marks_of, settle
from nurie.regions.ink import find_ink

Point: TypeAlias = tuple[int, int]
"""(row, column)."""

CONFLICT = "hints of several colours in one region: only nurie's label map tells which one wins"
"""Why some hints could not be judged."""

_STEP = 64


@dataclass(frozen=True)
class Check:
    """One part of the promise."""

    name: str
    ok: bool
    detail: str
    """What was proven, or one sentence on what is broken and where."""
    pixel: Point | None = None  # (row, column) of the first pixel that breaks it


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


def prove(
    name: str,
    height: int,
    bad: Callable[[slice], Mask],
    sentence: str | Callable[[Point], str],
    held: str,
) -> Check:
    """A check of pixels: what is broken where ``bad`` is true somewhere, else what holds."""
    pixel = first_pixel(height, bad)
    if pixel is None:
        return Check(name, True, held)
    return broken(name, sentence if isinstance(sentence, str) else sentence(pixel), pixel)


def any_channel(bad: AnyArray) -> Mask:
    """Where some of the few channels, the last axis, is true; many times faster than ``any``."""
    channels = np.moveaxis(bad, -1, 0)
    return np.asarray(functools.reduce(np.bitwise_or, channels))


def darkest(pixels: AnyArray) -> AnyArray:
    """Least channel of (..., 3) pixels; many times faster than ``min``."""
    return np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])


def three(pixels: AnyArray) -> AnyArray:
    """(..., 3) of a gray or RGB picture, without copying."""
    wide = pixels if pixels.ndim == 3 else pixels[..., None]
    return np.broadcast_to(wide, (*wide.shape[:-1], 3))


def hex_of(code: int) -> str:
    """``#rrggbb`` of a code."""
    return to_hex(colors_of(np.array(code)))


def check_kind(sketch: Sketch, outputs: list[tuple[tuple[int, ...], np.dtype[Any]]]) -> Check:
    """Whether outputs, given by shape and kind of samples, have the sketch's size and depth."""
    (height, width), bits = sketch.shape, 8 * sketch.pixels.dtype.itemsize
    for (tall, broad, *_), kind in outputs:
        if (tall, broad) != sketch.shape:
            other = f"{broad} x {tall} pixels, the sketch {width} x {height}"
        elif kind != sketch.pixels.dtype:
            other = f"{8 * kind.itemsize} bits a channel, the sketch {bits}"
        else:
            continue
        return Check("size", False, f"The output has {other}.")
    return Check("size", True, f"{width} x {height} pixels, {bits} bits a channel")


def allowed_codes(palette: Palette, hints: Hints | None) -> AnyArray:
    """Colours that flats may have: (k,) int64 codes of the palette and of the hints."""
    hinted = color_codes(hints.colors) if hints is not None else np.zeros(0, np.int64)
    return np.unique(np.concatenate([color_codes(palette.colors), hinted]))


def check_hints(hints: Hints, seen: AnyArray, labels: Labels | None) -> tuple[Check, bool]:
    """Whether hints are obeyed, and whether some could not be judged.

    With the regions known, hints are those that count in them (``guidance.hints.settle``); where
    several colours share a region, the most frequent one wins.
    """
    wanted, conflict = color_codes(hints.colors), np.zeros(len(seen), np.bool_)
    if labels is None:
        bad = seen != wanted
        bad &= ~slips(hints, bad)
        conflict = bad & np.isin(seen, wanted)
    else:
        region = labels[hints.rows, hints.columns].astype(np.int64)
        # The most frequent hint colours of each region.
        keys, counts = np.unique(region << 25 | (wanted + 1), return_counts=True)
        most = np.zeros(int(region.max(initial=0)) + 1, np.int64)
        np.maximum.at(most, keys >> 25, counts)
        winners = keys[counts == most[keys >> 25]]
        bad = (region > 0) & ~np.isin(region << 25 | (seen + 1), winners)

    def sentence(i: int) -> str:
        found = hex_of(int(seen[i])) if seen[i] >= 0 else "paper"
        return f"The flat layers have {found} and not the hinted {hex_of(int(wanted[i]))}"

    held = f"{len(wanted)} hinted pixels have their region's hint"
    return first_hint(hints, bad & ~conflict, sentence, held), bool(conflict.any())


def first_hint(hints: Hints, bad: Mask, sentence: Callable[[int], str], held: str) -> Check:
    """The check of hints: what is broken at the first of those that are bad, else what holds."""
    if not bad.any():
        return Check("hints", True, held)
    i = min(np.flatnonzero(bad), key=lambda i: (hints.rows[i], hints.columns[i]))
    return broken("hints", sentence(int(i)), (int(hints.rows[i]), int(hints.columns[i])))


def obeyed_by(hints: Hints, sketch: Sketch, labels: Labels | None) -> Hints:
    """The hints that a colouring of a sketch must obey.

    With the regions known, these are the ones that count in them. Regions may have been cut since,
    so of a hint picture's marks that cling to lines only those which reach the deepest are judged.
    Without regions, such marks in the colour of the line below them are left out.
    """
    if hints.marks is not None:
        return hints if labels is None else settle(hints, labels)
    on = Lines(find_ink(sketch.pixels).mask, sketch.pixels, shallow=1.0)
    if labels is not None:
        return settle(hints, labels, on)
    _, first, mark = np.unique(marks_of(hints), return_index=True, return_inverse=True)
    at = np.ravel_multi_index((hints.rows, hints.columns), sketch.shape)
    kept = ~for_lines(at, mark.reshape(-1), hints.colors[first], on)[mark.reshape(-1)]
    return Hints(hints.rows[kept], hints.columns[kept], hints.colors[kept])


def slips(hints: Hints, bad: Mask) -> Mask:
    """(m,) pixels by which a broad mark, obeyed in most of its pixels, lies over a neighbour."""
    marks = marks_of(hints)
    size = np.bincount(marks)
    obeyed = np.bincount(marks, ~bad, len(size)) >= np.maximum(size / 2, 1)
    return bad & obeyed[marks]
