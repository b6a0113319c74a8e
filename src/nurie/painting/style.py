"""In the style of a picture: its colours and its shade, whatever it shows."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask, Rgb8
from nurie.colors import srgb_to_lab
from nurie.document import Palette
from nurie.guidance.palette import extract_palette
from nurie.guidance.reference import strokes, without_strokes
from nurie.lines import canny_lines
from nurie.regions.flatten import flatten
from nurie.regions.segment import segment

# Longer side in pixels at which a picture is looked at.
_SIDE = 1024

# Degrees of Lab hue within which a darker colour is the shade of another, and the chroma up to
# which a colour has no hue.
_HUE, _GRAY = 20.0, 10.0
# L* by which cel shade is darker than what it lies on.
_STEP = (4.0, 45.0)
# L* between the tenth and the ninetieth percentile within a region from which it is a gradient.
_GRADIENT = 3.5
# Least channel from which on a region is paper.
_COLORED = 245
# Share of the coloured area from which a picture is shaded.
_SHARE = 0.2
# Pixels along which shade meets its base, and the share of their difference that lies within five
# pixels where the shade is cel.
_MEETING, _SHARP = 8, 0.6
# Correlation of lightness and place from which light has a direction.
_LEANING = 0.08


@dataclass(frozen=True, eq=False)
class PictureStyle:
    """How a picture is coloured."""

    palette: Palette  # Its colours, the commonest first, without their shades
    style: str  # ``flat``, ``cel`` or ``soft``
    light: float | None
    """Degrees against the clock from the right where light comes from, None where it has none."""


def read_style(picture: Rgb8) -> PictureStyle:
    """What colours a picture has, and how it is shaded.

    The picture is cut by its strokes and the borders of its colours. A region that meets a lighter
    one of its hue where no stroke is drawn is that one's shade: cel where the lightness steps, soft
    where it runs, as it does in a region of many tones. Light comes from where shaded things are
    lighter.

    >>> flat = np.full((40, 40, 3), 255, np.uint8); flat[8:32, 8:32] = [200, 30, 30]
    >>> read_style(flat).style, read_style(flat).palette.colors.tolist()
    ('flat', [[200, 30, 30]])
    """
    factor = _SIDE / max(picture.shape[:2])
    if factor < 1:
        width, height = (max(1, round(factor * side)) for side in picture.shape[1::-1])
        picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    bare = without_strokes(picture)
    outlines = strokes(picture, bare)
    lines = np.minimum(outlines, canny_lines(bare, sigma=1.2))
    # Cut like a drawing, so that a shade and its base are two regions that meet.
    labels = segment(lines)
    count = int(labels.max())
    if not count:
        return PictureStyle(extract_palette(picture), "flat", None)
    colors, _ = flatten(labels, lines, picture, count)
    # Smoothed, or the grain of lossy files would pass for shade.
    light = srgb_to_lab(cv2.GaussianBlur(picture, (0, 0), 1.5).reshape(-1, 3))[:, 0]
    light = light.reshape(picture.shape[:2])
    base, sharp = _bases(_meetings(labels, outlines, light), srgb_to_lab(colors))
    shade = base != np.arange(count)
    stepped = _with_bases(shade & sharp, base)
    runs = _with_bases(shade & ~sharp, base) | (_spread(light, labels, lines, count) > _GRADIENT)
    area = np.bincount(labels.ravel(), minlength=count + 1)[1:] * (colors.min(axis=1) < _COLORED)
    cel, soft = (float(area[part].sum() / max(area.sum(), 1)) for part in (stepped, runs))
    style = "flat" if max(cel, soft) < _SHARE else "soft" if soft > cel else "cel"
    table = np.concatenate([np.full((1, 3), 255, np.uint8), colors[base]])
    palette = extract_palette(table[labels])
    shaded = np.isin(base, base[stepped | runs])
    leaning = _leaning(light, np.where(shaded, base, -1), labels) if style != "flat" else None
    return PictureStyle(palette, style, leaning)


def _with_bases(shade: Mask, base: Ints) -> Mask:
    """Some shades and what they lie on."""
    return np.asarray(shade | np.isin(np.arange(len(base)), base[shade]))


def _meetings(labels: Labels, outlines: AnyArray, light: Floats) -> Floats:
    """Where regions meet.

    (m, 5): two regions from 0, the smaller first; pixels along which they meet; how many of these
    are no stroke; the mean step of lightness from the first to the second there.
    """
    bare = cv2.erode((outlines > 200).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    found = []
    for view in (np.asarray, np.transpose):
        here, clear, bright = view(labels), view(bare), view(light)
        apart = (here[:, :-1] != here[:, 1:]) & (here[:, :-1] > 0) & (here[:, 1:] > 0)
        rows, columns = np.nonzero(apart)
        one, two = here[rows, columns], here[rows, columns + 1]
        left, right = np.maximum(columns - 2, 0), np.minimum(columns + 3, here.shape[1] - 1)
        step = np.where(one < two, 1, -1) * (bright[rows, right] - bright[rows, left])
        free = clear[rows, columns]
        found.append(np.stack([np.minimum(one, two), np.maximum(one, two), free, step * free], 1))
    each = np.concatenate(found)
    pairs, at = np.unique(each[:, :2], axis=0, return_inverse=True)
    at = at.reshape(-1)
    length, free = np.bincount(at, minlength=len(pairs)), np.bincount(at, each[:, 2], len(pairs))
    step = np.bincount(at, each[:, 3], len(pairs)) / np.maximum(free, 1)
    return np.column_stack([pairs - 1, length, free, step]).astype(np.float32)


def _bases(meetings: Floats, lab: Floats) -> tuple[Ints, Mask]:
    """(n,) the region whose shade each is, itself where it is none; (n,) whether it is sharp."""
    count = len(lab)
    base, sharp, most = np.arange(count, dtype=np.int32), np.zeros(count, bool), np.zeros(count)
    for one, two, length, free, step in meetings.tolist():
        dark, bright = sorted((int(one), int(two)), key=lambda region: float(lab[region, 0]))
        seen = free >= max(_MEETING, length / 2, most[dark] + 1)
        # Of its hue, and darker by a step; gray has no hue: two grays need like chroma alone.
        turn = math.atan2(lab[dark, 2], lab[dark, 1]) - math.atan2(lab[bright, 2], lab[bright, 1])
        near = abs((math.degrees(turn) + 180) % 360 - 180) < _HUE
        low, high = np.hypot(lab[dark, 1], lab[dark, 2]), np.hypot(lab[bright, 1], lab[bright, 2])
        if min(low, high) < _GRAY:
            near = abs(low - high) < _GRAY
        if seen and near and _STEP[0] < lab[bright, 0] - lab[dark, 0] < _STEP[1]:
            most[dark], base[dark] = free, bright
            sharp[dark] = abs(step) > _SHARP * (lab[bright, 0] - lab[dark, 0])
    # A shade of a shade has the base of the first.
    for _ in range(3):
        base = base[base]
    return base, sharp


def _spread(light: Floats, labels: Labels, lines: AnyArray, count: int) -> Floats:
    """(n,) L* between the tenth and the ninetieth percentile of each region, away from lines."""
    inner = cv2.erode((lines > 200).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    inner &= labels > 0
    at, values = labels[inner] - 1, light[inner]
    order = np.lexsort((values, at))
    at, values = at[order], values[order]
    size = np.bincount(at, minlength=count)
    start = np.cumsum(size) - size
    spread = np.zeros(count, np.float32)
    big = np.flatnonzero(size > 50)
    low, high = (start[big] + (size[big] * q).astype(np.int64) for q in (0.1, 0.9))
    spread[big] = values[high] - values[low]
    return spread


def _leaning(light: Floats, things: Ints, labels: Labels) -> float | None:
    """Degrees from where shaded things are lighter, None where they lean nowhere.

    ``things`` are (n,) numbers of the thing that each region is a part of, -1 for none.
    """
    total, weight, thing = np.zeros(2), 0.0, np.append(-1, things)[labels]
    for i in np.unique(thing[thing >= 0]).tolist():
        rows, columns = np.nonzero(thing == i)
        if len(rows) < 200:
            continue
        places = np.column_stack([columns, -rows]).astype(np.float64)
        places, value = places - places.mean(axis=0), light[rows, columns]
        value = value - value.mean()
        slope, *_ = np.linalg.lstsq(places, value, rcond=None)
        length, fitted = float(np.hypot(*slope)), places @ slope
        if length and value.std() > 0.5:
            total += slope / length * fitted.std() / value.std() * len(rows)
        weight += len(rows)
    x, y = total / max(weight, 1.0)
    if math.hypot(x, y) < _LEANING:
        return None
    return math.degrees(math.atan2(y, x)) % 360
