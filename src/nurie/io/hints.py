"""Hints: a transparent picture with dabs of colour, or JSON with dots, strokes and areas."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from nurie.arrays import AnyArray, Labels, Mask, Rgb8
from nurie.colors import color_codes, colors_of, parse_hex
from nurie.document import Hints, Mark
from nurie.errors import OptionError, UnreadableError
from nurie.io.files import PathLike, read_bytes
from nurie.io.raster import is_picture, open_raster, picture_size
from nurie.io.samples import eight_bits, with_alpha
from nurie.names import named_color

_TEXT = 16 << 20

_PEN = 4.0  # radius of a stroke that does not say its own, in pixels
_BROADEST = 32767  # width in pixels of the broadest stroke that OpenCV draws
_MAIN, _MAIN_SHARE = 16, 0.05  # pixels, or share of a dab, from which on a colour in it was meant
_FAR = 1e300  # above this a coordinate is no number
_MOST, _ROOM = 256, 1 << 20
"""Times that marks may cover a sketch, of at least so many pixels: more would only take time."""


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
    size = picture_size(path)
    if shape in (size, size[::-1]):
        found = open_raster(path, max_pixels=shape[0] * shape[1])
        size = found.pixels.shape[:2]
    if size != shape:
        raise OptionError(
            f"{path} has {size[1]} x {size[0]} pixels and the sketch {shape[1]} x {shape[0]}; "
            "hints must have the sketch's size."
        )
    if not found.has_alpha:
        raise OptionError(f"{path} has no transparency; paint hints on a transparent layer.")
    pixels = with_alpha(found.pixels)
    hinted = pixels[..., 3] > np.iinfo(pixels.dtype).max // 2
    if hinted.all() and hinted.size > 1:
        raise OptionError(
            f"{path} is opaque everywhere; leave what is no hint transparent, not painted."
        )
    return dabs_of(pixels)


def read_marks(path: PathLike, shape: tuple[int, int], *, frame: int | None = None) -> list[Mark]:
    """Dots, strokes and areas from JSON, in the file's order.

    Args:
        path: the file.
        shape: (height, width) of the sketch.
        frame: only marks of this number; all when None.

    Raises:
        UnreadableError: missing, empty, damaged, or no such list.
        OptionError: a mark that cannot be obeyed; the sentence names which.
    """
    found = []
    for i, mark in enumerate(_listed(path), 1):
        known = mark if isinstance(mark, dict) else {}
        named = "part" in known and "color" not in known
        if not named and (frame is None or known.get("frame") == frame):
            found.append(_mark(f"{path}, hint {i}", mark, shape))
    return found


def read_named(path: PathLike, shape: tuple[int, int]) -> tuple[tuple[int, int, str], ...]:
    """Row, column and part of each dot that says what a region is: ``{"x", "y", "part": "hair"}``.

    Raises:
        OptionError: a dot that lies outside, or whose part is no text.
    """
    found = []
    for i, mark in enumerate(_listed(path), 1):
        if isinstance(mark, dict) and "part" in mark:
            where = f"{path}, hint {i}"
            if not isinstance(mark["part"], str) or not mark["part"].strip():
                raise OptionError(f'{where}: part is no text; write it like "hair".')
            dot = _mark(where, {"color": "#000"} | mark, shape).points[0]
            found.append((int(dot[0]), int(dot[1]), mark["part"]))
    return tuple(found)


def marked_frames(path: PathLike) -> list[int]:
    """Numbers of the frames of a film that have marks, each once, in the file's order.

    Raises:
        UnreadableError: a mark without the number of its frame.
    """
    frames: dict[int, None] = {}
    for i, mark in enumerate(_listed(path), 1):
        frame = mark.get("frame") if isinstance(mark, dict) else None
        if not isinstance(frame, int) or isinstance(frame, bool):
            raise UnreadableError(f'{path}, hint {i} names no frame; add "frame": 12.')
        frames[frame] = None
    return list(frames)


def _listed(path: PathLike) -> list[Any]:
    try:
        found = json.loads(read_bytes(path, limit=_TEXT).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableError(
            f"{path} is neither a picture nor JSON; give hints as one of these."
        ) from None
    listed = found.get("hints") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise UnreadableError(
            f'{path} holds no list of hints; write {{"hints": [{{"x": 1, "y": 2, '
            '"color": "#ff8800"}]}.'
        )
    return listed


def draw_marks(marks: Sequence[Mark], shape: tuple[int, int]) -> Hints:
    """The pixels below marks; where they lie upon each other, those of the later one.

    A dot upon a stroke or an area leaves the pixel to both, so that it can take the region. What
    lies outside of the picture is left out.

    Raises:
        OptionError: the marks cover the sketch thousands of times.
    """
    canvas, painted = np.zeros(0, np.int32), 0
    dots = [i for i, mark in enumerate(marks) if is_dot(mark)]
    if len(dots) < len(marks):
        canvas = np.full(shape, -1, np.int32)
    for number, mark in enumerate(marks):
        if not is_dot(mark):
            painted += _paint(canvas, mark, number)
        if painted > _MOST * (shape[0] * shape[1] + _ROOM):
            raise OptionError(
                f"The first {number + 1} hints cover the sketch {_MOST} times; use fewer."
            )
    rows, columns = np.nonzero(canvas >= 0) if canvas.size else np.zeros((2, 0), np.int64)
    which = canvas[rows, columns] if canvas.size else np.zeros(0, np.int32)
    at = np.array([marks[i].points[0] for i in dots]).reshape(-1, 2).astype(np.int64)
    over = canvas[at[:, 0], at[:, 1]] < dots if canvas.size else np.ones(len(at), bool)
    rows, columns = np.append(rows, at[over, 0]), np.append(columns, at[over, 1])
    which = np.append(which, np.array(dots, np.int64)[over]).astype(np.int32)
    colors = np.array([mark.color for mark in marks], np.uint8).reshape(-1, 3)[which]
    return Hints(rows.astype(np.int32), columns.astype(np.int32), colors, which)


def is_dot(mark: Mark) -> bool:
    """Whether a mark is a single point without extent."""
    return len(mark.points) == 1 and not mark.radius and not mark.area


def _paint(canvas: Labels, mark: Mark, number: int) -> int:
    """Put one stroke or area on the canvas, in place; the pixels that were looked at."""
    margin = int(mark.radius) + 2
    low = np.floor(mark.points.min(axis=0)).astype(int) - margin
    high = np.ceil(mark.points.max(axis=0)).astype(int) + margin
    low, high = np.maximum(low, 0), np.minimum(high, canvas.shape)
    if (low >= high).any():
        return 0
    inside = np.zeros(high - low, np.uint8)
    # Sixteenths of a pixel, from the middle of the first one.
    points = np.round((mark.points[:, ::-1] - low[::-1] - 0.5) * 16).astype(np.int32)
    if mark.area:
        cv2.fillPoly(inside, [points], 1, cv2.LINE_8, 4)
    elif len(points) == 1:
        cv2.circle(inside, points[0].tolist(), round(mark.radius * 16), 1, -1, cv2.LINE_8, 4)
    else:
        wide = min(max(1, round(2 * mark.radius)), _BROADEST)
        cv2.polylines(inside, [points], False, 1, wide, cv2.LINE_8, 4)
    canvas[low[0] : high[0], low[1] : high[1]][inside > 0] = number
    return inside.size


def _mark(where: str, found: Any, shape: tuple[int, int]) -> Mark:
    if not isinstance(found, dict):
        raise OptionError(f"{where}: {str(found)[:40]!r} is not a point with x, y and color.")
    corners = found.get("polygon", found.get("points"))
    if corners is None:
        points = [_point(where, found.get("x"), found.get("y"))]
        inside = 0 <= points[0][0] < shape[0] and 0 <= points[0][1] < shape[1]
    else:
        points = _corners(where, corners, least=3 if "polygon" in found else 1)
        rows, columns = zip(*points, strict=True)
        inside = _meets(rows, shape[0]) and _meets(columns, shape[1])
    if not inside:
        y, x = (math.floor(v) for v in points[0])
        raise OptionError(
            f"{where}: ({x}, {y}) lies outside of the {shape[1]} x {shape[0]} sketch."
        )
    radius = found.get("radius", _PEN) if corners is not None and "polygon" not in found else None
    if radius is not None and (not _is_number(radius) or not 0 < radius <= max(shape)):
        raise OptionError(f"{where}: radius is no length in pixels above 0; write it like 4.5.")
    color = found.get("color")
    if not isinstance(color, str):
        raise OptionError(f"{where}: color is missing; write it like #ff8800.")
    try:
        rgb = named_color(color[:80]) or parse_hex(color)
    except OptionError as error:
        raise OptionError(f"{where}: {error}") from None
    return Mark(np.array(points, np.float32), rgb, float(radius or 0), "polygon" in found)


def _meets(values: Sequence[float], size: int) -> bool:
    """Whether a stroke or an area meets the picture and does not reach absurdly far beyond it."""
    return max(values) >= 0 and min(values) < size and max(map(abs, values)) <= 4 * size + 4096


def _corners(where: str, corners: Any, *, least: int) -> list[tuple[float, float]]:
    if not isinstance(corners, list) or len(corners) < least:
        raise OptionError(f"{where}: at least {least} points are needed, like [[1, 2], [3, 4]].")
    points = []
    for corner in corners:
        if not isinstance(corner, list) or len(corner) != 2:
            raise OptionError(f"{where}: {str(corner)[:40]!r} is not a point like [10, 20].")
        points.append(_point(where, *corner))
    return points


def _point(where: str, x: Any, y: Any) -> tuple[float, float]:
    """Row and column of a point; the pixel that it lies in holds it: 10.5 is in pixel 10."""
    for name, value in (("x", x), ("y", y)):
        if not _is_number(value):
            raise OptionError(f"{where}: {name} is not a number; count pixels from 0.")
    return float(y), float(x)


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= _FAR


def dabs_of(pixels: AnyArray) -> Hints:
    """Hints wherever a picture is more than half opaque, in row order.

    Pixels are (H, W, 4) uint8 or uint16, straight alpha. The few that a soft brush mixed where dabs
    of two colours touch take the nearer of these.

    >>> dabs_of(np.array([[[9, 8, 7, 255], [1, 1, 1, 9]]], np.uint8)).colors.tolist()
    [[9, 8, 7]]
    """
    hinted = pixels[..., 3] > np.iinfo(pixels.dtype).max // 2
    rows, columns = np.nonzero(hinted)
    colors = _unmixed(hinted, rows, columns, eight_bits(pixels[rows, columns, :3]))
    return Hints(rows.astype(np.int32), columns.astype(np.int32), colors)


def _unmixed(hinted: Mask, rows: AnyArray, columns: AnyArray, colors: Rgb8) -> Rgb8:
    """Colours without those that a soft brush mixed: in a dab they become its nearest main one."""
    _, dabs = cv2.connectedComponents(hinted.view(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    dab = dabs[rows, columns].astype(np.int64)
    packed = dab << 24 | color_codes(colors)
    keys, place, count = np.unique(packed, return_inverse=True, return_counts=True)
    owner, code = keys >> 24, keys & 0xFFFFFF
    size, most = np.bincount(dab), np.zeros(int(dab.max(initial=0)) + 1, np.int64)
    np.maximum.at(most, owner, count)
    main = (count >= _MAIN) | (count >= _MAIN_SHARE * size[owner])
    # Where all colours are rare, as in a gradient, the commonest one is meant.
    main |= ~np.isin(owner, owner[main]) & (count == most[owner])
    shades = colors_of(code).astype(np.int64)
    for one in np.unique(owner[~main]).tolist():
        own = np.flatnonzero(owner == one)
        kept = own[main[own]]
        gap = np.abs(shades[own][:, None] - shades[kept][None]).sum(axis=2)
        shades[own] = shades[kept[gap.argmin(axis=1)]]
    return np.asarray(shades.astype(np.uint8)[place.reshape(-1)])
