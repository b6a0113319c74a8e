"""Light on flat colours: a layer that multiplies into them."""

import math
from contextlib import suppress
from dataclasses import replace

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Labels, Rgb8
from nurie.document import PAPER, Layers, strips
from nurie.errors import OptionError
from nurie.painting.painter import Brush, away, flat_hint, lines_of, painted
from nurie.regions.flatten import smoothed
from nurie.regions.ink import find_ink
from nurie.regions.relief import SIDE, enlarge, relief, slopes

STYLES = ("flat", "cel", "soft")
"""No shade; one step of shade; a gradient."""

DIRECTIONS = {
    "top": 90, "top-left": 135, "left": 180, "bottom-left": 225,
    "bottom": 270, "bottom-right": 315, "right": 0, "top-right": 45,
}  # fmt: skip
"""Where light comes from, in degrees against the clock from the right."""

# What the deepest shade leaves of red, green and blue: a little cooler than the flat.
_TINT = np.array([0.73, 0.72, 0.75], np.float32)

HUE_BOUND = 15.0
"""Degrees of Lab hue by which the deepest shade moves a flat of chroma 20 or more, at most."""

# Roundness: 1 makes a disc a hemisphere.
_BULGE = 0.75
# Degrees of the light above the page.
_ELEVATION = 48.0
# Brightness at which cel shade begins, and half the width of its border.
_STEP, _EDGE = 0.36, 0.015
# Brightness from which soft shade begins, and at which it is deepest.
_BRIGHT, _DIM = 0.80, 0.02
# Heights, as a share of the longer side, up to which a shape has no shade, and from which full.
_TINY, _SMALL = 0.006, 0.02

PAINTED = 0.35
"""Share of the painter's shade in soft shade, the rest is the relief's: 0 is relief alone."""

# How far the painter's light is smoothed within a region, as a share of the longer side.
_REACH = 0.012
# A shape that covers this share of the picture's border is a backdrop and has no shade.
_BACKDROP = 0.2


def light_angle(direction: str) -> float:
    """Degrees of a light's direction: a name such as ``top-left``, or a number.

    Raises:
        OptionError: it is neither.

    >>> light_angle("top-left"), light_angle("30")
    (135.0, 30.0)
    """
    with suppress(ValueError):
        angle = float(DIRECTIONS.get(direction, direction))
        if math.isfinite(angle):
            return angle
    names = ", ".join(DIRECTIONS)
    raise OptionError(f"Light cannot come from {direction!r}; use {names}, or degrees.")


def shade(
    layers: Layers, style: str, light: str = "top-left", *, brush: Brush | None = None
) -> Layers:
    """Give layers a shade of their own shapes under one light (see ``light_angle``).

    Regions of one palette entry that touch are one shape (Johnston 2002, *Lumo*: normals from
    outlines). Each pixel's shade comes from its own shape alone, so it never leaks into another.
    The style ``flat`` removes a shade, ``cel`` has one step, ``soft`` a gradient: a blend of that
    of the shapes and, where there is a brush, of what it paints darker than a region's mean.

    Raises:
        OptionError: there is no such style or direction.
    """
    if style not in STYLES:
        raise OptionError(f"There is no style {style!r}; use {', '.join(STYLES)}.")
    angle = light_angle(light)
    if style == "flat" or not (layers.entries >= 0).any():
        return replace(layers, shade=None)
    height, width = layers.sketch.shape
    # The relief is solved small; its values are mixed at full size inside each shape alone.
    factor = max(1, math.ceil(max(height, width) / SIDE))
    table = layers.entries.astype(np.int32)
    table[0] = -2
    labels = layers.labels[factor // 2 :: factor, factor // 2 :: factor]
    small = table[labels]
    bright, strength = _brightness(small, angle)
    deep = None
    if style == "soft" and brush is not None:
        deep = strength * _painted(layers, brush, labels)
    out = np.empty((height, width, 3), np.uint8)
    for rows in strips(height):
        groups = table[layers.labels[rows]]
        at = {"factor": factor, "top": rows.start}
        light_here = enlarge(bright, small, groups, missing=1, **at)
        if style == "cel":
            along = np.clip((_STEP + _EDGE - light_here) / (2 * _EDGE), 0, 1)
        else:
            along = np.clip((_BRIGHT - light_here) / (_BRIGHT - _DIM), 0, 1)
        # Smoothstep: no crease where the shade begins.
        dark = along * along * (3 - 2 * along)
        if deep is not None:
            full = enlarge(deep, labels, layers.labels[rows], missing=0, **at)
            dark += np.float32(PAINTED) * (full - dark)
        dark[groups < 0] = 0
        out[rows] = tints(dark)
    return replace(layers, shade=out)


def _painted(layers: Layers, brush: Brush, labels: Labels) -> Floats:
    """(h, w) depth in [0, 1] of the painter's shade: how much darker than its region's mean."""
    sketch = layers.sketch
    lines = lines_of(find_ink(sketch.pixels if sketch.inked is None else sketch.inked), brush)
    hint = flat_hint(layers, lines.shape, brush.patches) if brush.hinted else None
    picture, size = painted(lines, brush, hint), labels.shape[::-1]
    luma = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), size)
    weight = cv2.resize(away(lines), size)
    at, count = labels.ravel(), int(labels.max(initial=0)) + 1
    total = np.bincount(at, weight.ravel(), count)
    mean = np.bincount(at, (weight * luma).ravel(), count) / np.maximum(total, 1e-9)
    near = smoothed(luma, weight, labels, reach=_REACH * max(labels.shape))
    left = near / np.maximum(mean, 0.05)[labels]
    depth: Floats = np.clip((1 - left) / (1 - _TINT.mean()), 0, 1).astype(np.float32)
    depth[(total < 1)[labels]] = 0
    return depth


def _brightness(groups: Labels, angle: float) -> tuple[Floats, Floats]:
    """(h, w) brightness in [0, 1] of the inflated shapes, 1 where nothing is shaded, and strength.

    The strength of shade is 0 for paper, backdrops and specks, and 1 for all but small shapes.
    """
    height = relief(groups)
    down, right = slopes(height, groups)
    tall = _tallest(groups, height) / max(groups.shape)
    strength: Floats = np.clip((tall - _TINY) / (_SMALL - _TINY), 0, 1).astype(np.float32)
    turn, up = math.radians(angle), math.radians(_ELEVATION)
    x, y, z = math.cos(turn) * math.cos(up), math.sin(turn) * math.cos(up), math.sin(up)
    length = np.sqrt(1 + _BULGE**2 * (down**2 + right**2))
    # Up on the page is a smaller row.
    lit = (z - _BULGE * (x * right - y * down)) / length
    bright: Floats = (1 - strength * (1 - np.clip(lit / z, 0, 1))).astype(np.float32)
    return bright, strength


def _tallest(groups: Labels, height: Floats) -> Floats:
    """(h, w) greatest height of the connected shape of each pixel, 0 for paper and backdrops."""
    tall, border = np.zeros_like(height), np.zeros(groups.shape, bool)
    border[[0, -1]] = border[:, [0, -1]] = True
    for group in np.unique(groups[groups >= 0]).tolist():
        inside = (groups == group).astype(np.uint8)
        count, parts = cv2.connectedComponents(inside, connectivity=4)
        most = np.zeros(count, np.float32)
        np.maximum.at(most, parts.ravel(), height.ravel())
        edge = np.bincount(parts[border], minlength=count) / border.sum()
        most[(edge > _BACKDROP) | (np.arange(count) == PAPER + 1)] = 0
        tall += most[parts]
    return tall


def tints(dark: AnyArray) -> Rgb8:
    """The multiplying colour for each depth of shade.

    (...) float in [0, 1] becomes (..., 3), 255 where there is none.

    >>> tints(np.float32([0, 1])).tolist()
    [[255, 255, 255], [186, 184, 191]]
    """
    kept = 1 - np.asarray(dark, np.float32)[..., None] * (1 - _TINT)
    return (255 * kept + 0.5).astype(np.uint8)
