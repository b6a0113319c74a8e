"""Hints: a transparent picture with dabs of colour, or a list of points."""

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from nurie.color import parse_hex
from nurie.document import Hints
from nurie.errors import OptionError, UnreadableError
from nurie.io.files import read_bytes
from nurie.io.images import read_rgba
from nurie.io.raster import is_picture

_TEXT = 16 << 20


def read_hints(path: str | os.PathLike[str], shape: tuple[int, int]) -> Hints:
    """Read what a person painted over a sketch.

    A picture of the sketch's size hints wherever it is at least half opaque. JSON holds points,
    ``{"hints": [{"x": 10, "y": 20, "color": "#ff8800"}, …]}`` or the bare list; x counts columns
    from the left and y rows from the top, from 0.

    Args:
        path: the file.
        shape: (height, width) of the sketch.

    Returns:
        The hints in row order (picture) or in the file's order (JSON); there may be none.

    Raises:
        UnreadableError: missing, empty, damaged, or neither a picture nor such a list.
        OptionError: of another size than the sketch, without transparency, or a point that cannot
            be obeyed; the sentence names which.
    """
    if is_picture(path):
        return _painted(Path(path), shape)
    return _listed(Path(path), shape)


def _painted(path: Path, shape: tuple[int, int]) -> Hints:
    pixels, has_alpha = read_rgba(path, max_pixels=max(shape[0] * shape[1], 1 << 26))
    if not has_alpha:
        raise OptionError(f"{path} has no transparency; paint hints on a transparent layer.")
    if pixels.shape[:2] != shape:
        (height, width), (tall, broad) = shape, pixels.shape[:2]
        raise OptionError(
            f"{path} has {broad} x {tall} pixels and the sketch {width} x {height}; "
            "hints must have the sketch's size."
        )
    hinted = pixels[..., 3] > np.iinfo(pixels.dtype).max // 2
    if hinted.all() and hinted.size > 1:
        raise OptionError(
            f"{path} is opaque everywhere; leave what is no hint transparent, not painted."
        )
    rows, columns = np.nonzero(hinted)
    colors = pixels[rows, columns, :3]
    if colors.dtype == np.uint16:
        colors = ((colors.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return Hints(rows.astype(np.int32), columns.astype(np.int32), colors)


def _listed(path: Path, shape: tuple[int, int]) -> Hints:
    try:
        found = json.loads(read_bytes(path, limit=_TEXT).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableError(
            f"{path} is neither a picture nor JSON; give hints as one of these."
        ) from None
    points = found.get("hints") if isinstance(found, dict) else found
    if not isinstance(points, list):
        raise UnreadableError(
            f'{path} holds no list of hints; write {{"hints": [{{"x": 1, "y": 2, '
            '"color": "#ff8800"}]}.'
        )
    parsed = [_point(path, number, point, shape) for number, point in enumerate(points, 1)]
    places = np.array([p[:2] for p in parsed], np.int32).reshape(-1, 2)
    colors = np.array([p[2] for p in parsed], np.uint8).reshape(-1, 3)
    return Hints(places[:, 0].copy(), places[:, 1].copy(), colors)


def _point(
    path: Path, number: int, point: Any, shape: tuple[int, int]
) -> tuple[int, int, tuple[int, int, int]]:
    where = f"{path}, hint {number}"
    if not isinstance(point, dict):
        raise OptionError(f"{where}: {str(point)[:40]!r} is not a point with x, y and color.")
    height, width = shape
    x, y = (_coordinate(where, name, point.get(name)) for name in ("x", "y"))
    if not (0 <= x < width and 0 <= y < height):
        raise OptionError(f"{where}: ({x}, {y}) lies outside of the {width} x {height} sketch.")
    color = point.get("color")
    if not isinstance(color, str):
        raise OptionError(f"{where}: color is missing; write it like #ff8800.")
    try:
        return y, x, parse_hex(color)
    except OptionError as error:
        raise OptionError(f"{where}: {error}") from None


def _coordinate(where: str, name: str, value: Any) -> int:
    """The pixel that a coordinate lies in: 10.5 is in pixel 10."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value):
        raise OptionError(f"{where}: {name} is not a number; count pixels from 0.")
    return int(value // 1)
