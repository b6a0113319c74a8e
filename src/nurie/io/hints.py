"""Hints: a transparent picture with dabs of colour, or a list of dots, strokes and areas."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nurie.document import Hints, Mark
from nurie.errors import OptionError
from nurie.io.files import PathLike, check_target, replacing
from nurie.io.images import read_rgba
from nurie.io.marks import dabs_of, draw_marks, read_marks, read_named, record_of
from nurie.io.raster import is_picture, picture_size


def read_hints(path: PathLike, shape: tuple[int, int]) -> Hints:
    """Read what a person painted over a sketch.

    A picture of the sketch's size hints wherever it is at least half opaque; the few pixels that a
    soft brush mixed where dabs of two colours touch take the nearer of these. JSON holds dots,
    strokes and areas, ``{"hints": [{"x": 10, "y": 20, "color": "#ff8800"}, {"points": [[1, 2], [30,
    4]], "radius": 3, "color": "#08f"}, {"polygon": [[5, 5], [9, 5], [9, 9]], "color": "#080"},
    {"x": 5, "y": 5, "part": "hair"}]}`` or the bare list; a part says what a region is; x counts
    columns from the left and y rows from the top, from 0.

    In row order (picture), or with the file's order as ``marks`` (JSON); there may be none.

    Raises:
        UnreadableError: missing, empty, damaged, or neither a picture nor such a list.
        OptionError: of another size than the sketch, without transparency, or a point that cannot
            be obeyed; the sentence names which.
    """
    if is_picture(path):
        return _painted(Path(path), shape)
    return replace(draw_marks(read_marks(path, shape), shape), parts=read_named(path, shape))


def _painted(path: Path, shape: tuple[int, int]) -> Hints:
    # A picture of another size is not decoded: it may claim to be enormous.
    _check_size(path, picture_size(path), shape, turned=True)
    pixels, has_alpha = read_rgba(path, max_pixels=shape[0] * shape[1])
    _check_size(path, pixels.shape[:2], shape)
    if not has_alpha:
        raise OptionError(f"{path} has no transparency; paint hints on a transparent layer.")
    hinted = pixels[..., 3] > np.iinfo(pixels.dtype).max // 2
    if hinted.all() and hinted.size > 1:
        raise OptionError(
            f"{path} is opaque everywhere; leave what is no hint transparent, not painted."
        )
    return dabs_of(pixels)


def _check_size(
    path: Path, found: tuple[int, ...], shape: tuple[int, int], *, turned: bool = False
) -> None:
    if found == shape or (turned and found[::-1] == shape):
        return
    (height, width), (tall, broad) = shape, found
    raise OptionError(
        f"{path} has {broad} x {tall} pixels and the sketch {width} x {height}; "
        "hints must have the sketch's size."
    )


def write_hints(path: PathLike, hints: Hints | Sequence[Mark], *, force: bool = False) -> None:
    """Save hints as JSON that ``read_hints`` reads, in the picture's coordinates.

    Marks come back as they were drawn, to a hundredth of a pixel. Of hints that are pixels, single
    ones become dots and larger marks the areas inside their outlines: holes in them are filled.
    """
    check_target(path, force=force, suffixes=(".json",))
    marks = _traced(hints) if isinstance(hints, Hints) else hints
    lines = ",\n".join(json.dumps(record_of(mark)) for mark in marks)
    with replacing(path, force=force) as stream:
        stream.write(f'{{"hints": [\n{lines}\n]}}\n'.encode())


def _traced(hints: Hints) -> list[Mark]:
    """Dots and outlines of hinted pixels."""
    import cv2

    if not len(hints.rows):
        return []
    # Pixels of one mark and one colour belong together, in the order of the marks.
    packed = hints.colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    marks = hints.marks if hints.marks is not None else np.zeros(len(packed), np.int64)
    order = np.lexsort((packed, marks))
    change = (np.diff(packed[order]) != 0) | (np.diff(marks[order]) != 0)
    found = []
    for own in np.split(order, np.flatnonzero(change) + 1):
        rows, columns = hints.rows[own], hints.columns[own]
        r, g, b = hints.colors[own[0]].tolist()
        top, left = int(rows.min()), int(columns.min())
        mask = np.zeros((int(rows.max()) + 1 - top, int(columns.max()) + 1 - left), np.uint8)
        mask[rows - top, columns - left] = 1
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines[::-1]:
            points = outline.reshape(-1, 2)[:, ::-1] + np.array([top + 0.5, left + 0.5])
            found.append(Mark(points.astype(np.float32), (r, g, b), area=len(points) > 1))
    return found
