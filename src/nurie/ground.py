"""What a drawing's lines lie on, where that is not white paper: a dark ground, tinted paper.

Regions are found in dark lines on white. A drawing of another kind is read as such lines, and what
the person drew stays beside them: it is parted into lines, with transparency, and into the paper
below them, which together give back every pixel.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import cv2
import numpy as np

from nurie.arrays import AnyArray, Ints, Mask, Pixels, Rgb8

InkTone: TypeAlias = Literal["auto", "dark", "light"]
"""What the lines are: dark or light; found from the picture when ``auto``."""

PaperTone: TypeAlias = Literal["white", "keep"]
"""Whether colours on tinted paper are laid as on white, or muted by its tint."""

# Pixels from which the ground is judged.
_SAMPLE = 1 << 19
# Luminance, of 255, above which a ground is paper for dark ink.
_BRIGHTEST = 176
# Luminance by which a line differs from its ground at the least.
_CONTRAST = 40
# Pixels of the shorter side from which on a picture can be told to have a ground at all: in a
# smaller one a line is as broad as what it lies on.
_FEWEST = 32
# Share of the picture that a dark ground covers at the least.
_MOST_COMMON = 0.4
# Level of a channel from which on paper is white.
_WHITE = 247
# Share of the picture that tinted paper covers at the least: a broad fill is no paper.
_MOST_PAPER = 0.6
# Least difference between the channels of a colour that is no gray, and brightest channel of ink,
# both of 255.
_TINTED, _INKY = 24, 70
# Least share of a picture that is filled with one colour, and largest share that is of no such.
_FILLED, _MIXED = 0.001, 0.01

_NO_FILL = 0xFFFFFF

# Darkest channel, of 255, from which on ink cannot be seen on white paper.
_INVISIBLE = 200


@dataclass(frozen=True, eq=False)
class Ground:
    """A picture as it was drawn, and the colour that its lines lie on."""

    pixels: Pixels
    """(H, W) or (H, W, 3), uint8 or uint16: the picture; over ``color`` where it is transparent."""
    color: tuple[int, int, int]
    """Of the ground, each in [0, 255]."""
    light: bool
    """Whether the lines are lighter than the ground."""
    below: Rgb8 | None = None
    """(H, W, 3) uint8: the colour below each pixel, where the person has filled some areas."""

    def lines(self) -> Pixels:
        """The same lines in black on white, (H, W) of the picture's type.

        >>> Ground(np.array([[0, 255, 100]], np.uint8), (0, 0, 0), light=True).lines().tolist()
        [[255, 0, 155]]
        """
        white, height = int(np.iinfo(self.pixels.dtype).max), len(self.pixels)
        # Strip by strip: in whole the arithmetic would need twelve times the picture.
        rows = (slice(top, top + 256) for top in range(0, height, 256))
        return np.concatenate([white - self._alpha(part) for part in rows])

    def line(self, rows: slice) -> AnyArray:
        """Line layer: (h, W, 4) straight alpha, which over ``paper`` gives back the picture.

        Alpha is the distance from the ground's colour, as a share of the longest distance in that
        direction (GIMP's colour to alpha), so lines are opaque over whatever colour lies below.
        """
        alpha, white = self._alpha(rows).astype(np.float32), int(np.iinfo(self.pixels.dtype).max)
        ground = self._scaled(rows)
        over = self._three(rows) - ground * (1 - alpha[..., None] / white)
        shown = over * (white / np.maximum(alpha, 1))[..., None]
        out = np.zeros((*alpha.shape, 4), self.pixels.dtype)
        out[..., :3] = (np.clip(shown, 0, white) + 0.5) * (alpha > 0)[..., None]
        out[..., 3] = alpha
        return out

    def paper(self, rows: slice) -> AnyArray:
        """What lies below the lines, (h, W, 3): the ground's colour, and its grain."""
        line, white = self.line(rows).astype(np.float32), int(np.iinfo(self.pixels.dtype).max)
        alpha = line[..., 3:] / white
        through = 1 - alpha
        rest = (self._three(rows) - line[..., :3] * alpha) / np.maximum(through, 1 / white)
        # Where hardly anything shows through, rounding alone would make a colour of its own.
        ground = self._scaled(rows)
        rest = np.where(through > 0.1, rest, ground)
        near = np.abs(rest - ground).max(axis=2, keepdims=True) * through <= white / 255
        rest = np.where(near, ground, rest)
        return np.asarray((np.clip(rest, 0, white) + 0.5).astype(self.pixels.dtype))

    def lay(self, rows: slice, below: Rgb8) -> Pixels:
        """The lines of some rows over opaque colours, (h, W, 3) of the picture's type."""
        line, white = self.line(rows).astype(np.float32), int(np.iinfo(self.pixels.dtype).max)
        alpha = line[..., 3:] / white
        laid = line[..., :3] * alpha + below.astype(np.float32) * (white // 255) * (1 - alpha)
        return np.asarray((laid + 0.5).astype(self.pixels.dtype))

    def cleaned(self, lines: Pixels) -> "Ground":
        """The same ground, even all over, under (H, W) lines, black on white, in white."""
        white = int(np.iinfo(lines.dtype).max)
        through = (lines.astype(np.float32) / white)[..., None]
        soft = white + (self._scaled(slice(None)) - white) * through + np.float32(0.5)
        drawn = np.asarray(soft.astype(lines.dtype))
        gray = len(set(self.color)) == 1
        return Ground(drawn[..., 0].copy() if gray else drawn, self.color, light=True)

    def _alpha(self, rows: slice) -> AnyArray:
        """How opaque the lines are, (h, W) of the picture's type."""
        part, white = self._three(rows), np.float32(np.iinfo(self.pixels.dtype).max)
        ground = self._scaled(rows)
        if self.light:
            share = (part - ground) / np.maximum(white - ground, 1)
        else:
            share = (ground - part) / np.maximum(ground, 1)
        share = np.clip(share.max(axis=2), 0, 1)
        return np.asarray((share * white + np.float32(0.5)).astype(self.pixels.dtype))

    def _three(self, rows: slice) -> AnyArray:
        part = self.pixels[rows].astype(np.float32)
        return part if part.ndim == 3 else np.repeat(part[..., None], 3, axis=2)

    def _scaled(self, rows: slice) -> AnyArray:
        """The ground's colour at the picture's depth, (3,) or (h, W, 3) float32."""
        color = np.array(self.color) if self.below is None else self.below[rows]
        return color.astype(np.float32) * (np.iinfo(self.pixels.dtype).max // 255)

    def fills(self) -> tuple[Ints, Ints, Ints]:
        """Rows and columns of pixels that the person has filled, thinned out, and of which area."""
        assert self.below is not None, "asked for only where something is filled"
        codes = self.below.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
        # What is not quite the fill's colour is line, and says nothing of what lies below.
        own = (_eight(self.pixels) == self.below).all(axis=2) & (codes != _NO_FILL)
        found, total = [np.zeros((3, 0), np.int32)], 0
        step = max(1, int(np.sqrt(codes.size / _SAMPLE)))
        for code in np.unique(codes[own]):
            count, parts = cv2.connectedComponents((own & (codes == code)).view(np.uint8))
            rows, columns = (at * step for at in np.nonzero(parts[::step, ::step]))
            found.append(np.stack([rows, columns, parts[rows, columns] + total]).astype(np.int32))
            total += count
        rows, columns, areas = np.concatenate(found, axis=1)
        return rows, columns, areas


def is_invisible(samples: AnyArray) -> bool:
    """Whether transparent ink is so light that nothing of it would be seen on white paper.

    Samples are (H, W, 2) or (H, W, 4) with straight alpha.

    >>> is_invisible(np.array([[[255, 0], [255, 255], [255, 0]]], np.uint8))
    True
    """
    white = int(np.iinfo(samples.dtype).max)
    small = _sampled(samples)
    alpha = small[..., -1].astype(np.float64) / white
    covered = float(alpha.sum())
    if not 0 < covered < 0.5 * alpha.size:
        return False
    darkest = small[..., :-1].min(axis=2) / (white / 255)
    return bool((alpha * (darkest < _INVISIBLE)).sum() < 0.02 * covered)


def dark_ground(pixels: Pixels, *, sure: bool = False) -> tuple[int, int, int] | None:
    """Colour of a dark ground under lighter lines; None where dark ink lies on lighter paper.

    A ground is the commonest tone of a picture and broad; what is lighter than it is thin, and
    hardly anything is darker. A page with much solid black has broad white areas instead.

    Lines that are known to be light (``sure``) lie on the commonest colour.

    >>> page = np.zeros((64, 64), np.uint8); page[20] = page[:, 40] = 255
    >>> dark_ground(page), dark_ground(255 - page)
    ((0, 0, 0), None)
    """
    if not sure and min(pixels.shape[:2]) < _FEWEST:
        return None
    small = _eight(_sampled(pixels))
    light = small
    if small.ndim == 3:
        light = (small @ np.array([0.299, 0.587, 0.114]) + 0.5).astype(np.uint8)
    common, on = _commonest(light, 24)
    if not sure:
        if common > _BRIGHTEST or on.mean() < _MOST_COMMON:
            return None
        lighter, darker = light > common + _CONTRAST, light < common - _CONTRAST
        if lighter.mean() < 0.001 or 4 * darker.sum() > lighter.sum():
            return None
        # Lines are thin: most of them goes where they are opened.
        side = 2 * max(2, round(0.015 * min(lighter.shape))) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        broad = cv2.morphologyEx(lighter.view(np.uint8), cv2.MORPH_OPEN, kernel)
        if 2 * np.count_nonzero(broad) >= np.count_nonzero(lighter):
            return None
    color = np.median(small[on].reshape(int(on.sum()), -1), axis=0)
    # Grain darker than a nearly black ground would come out as solid specks on the colours.
    return _rgb(np.where(color <= 16, 0, color))


def _commonest(light: AnyArray, near: int) -> tuple[int, Mask]:
    """The commonest tone of a picture, within four steps, and which pixels are near it."""
    counts = np.convolve(np.bincount(light.ravel(), minlength=256), np.ones(9), "same")
    common = int(counts.argmax())
    return common, np.abs(light.astype(np.int16) - common) <= near


def _rgb(color: AnyArray) -> tuple[int, int, int]:
    """A colour of one channel or three."""
    red, green, blue = (int(c) for c in np.broadcast_to(color, 3))
    return red, green, blue


def _sampled(pixels: AnyArray) -> AnyArray:
    """Every n-th pixel in both directions, about half a million in all."""
    step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / _SAMPLE)))
    return pixels[::step, ::step]


def _eight(pixels: AnyArray) -> AnyArray:
    return pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)


def paper_ground(pixels: Pixels) -> tuple[int, int, int] | None:
    """Colour of tinted paper under darker ink; None for white paper, and where there is none.

    >>> page = np.full((9, 9, 3), (240, 225, 190), np.uint8); page[4] = 0
    >>> paper_ground(page), paper_ground(np.full((9, 9), 255, np.uint8))
    ((240, 225, 190), None)
    """
    small = _eight(_sampled(pixels))
    corner = small.reshape(-1) if small.ndim == 2 else small.reshape(-1, 3).min(axis=1)
    # Most drawings end here: their paper is white.
    if 2 * np.count_nonzero(corner >= _WHITE) > corner.size:
        return None
    common, on = _commonest(small if small.ndim == 2 else small.max(axis=2), 12)
    if common <= _BRIGHTEST or on.mean() < _MOST_PAPER:
        return None
    chosen = small[on].reshape(int(on.sum()), -1)
    color = np.median(chosen, axis=0)
    alike = (np.abs(chosen - color).max(axis=1) <= 16).sum()
    if alike < _MOST_PAPER * corner.size or color.min() >= _WHITE:
        return None
    return _rgb(color)


def on_ground(
    pixels: Pixels, samples: AnyArray | None, *, ink: InkTone, paper: PaperTone
) -> tuple[Pixels, Ground | None]:
    """A picture as dark lines on white paper, and its ground where it has another one.

    ``pixels`` are (H, W) or (H, W, 3), uint8 or uint16, over white where they are transparent;
    ``samples`` (H, W, 2) or (H, W, 4) are the same with straight alpha, None for an opaque picture.
    """
    if ink != "dark":
        if samples is not None and (ink == "light" or is_invisible(samples)):
            # Light ink on nothing would be lost on white where paper stays: its ground is black.
            ground = Ground(over_black(samples), (0, 0, 0), light=True)
            return ground.lines(), ground
        color = dark_ground(pixels, sure=ink == "light") if samples is None else None
        if color is not None:
            ground = Ground(pixels, color, light=True)
            return ground.lines(), ground
    tint = paper_ground(pixels) if samples is None else None
    if ink == "auto" and samples is None and tint is None:
        below = find_fills(pixels)
        if below is not None:
            ground = Ground(pixels, (255, 255, 255), light=False, below=below)
            return ground.lines(), ground
    tint = tint if paper == "white" else None
    return pixels, None if tint is None else Ground(pixels, tint, light=False)


def find_fills(pixels: Pixels) -> Rgb8 | None:
    """What lies below the lines of a drawing in which a person has filled some areas.

    A fill is broad and of one colour, which is neither white nor as dark as ink; at least one is no
    gray. Below lines and soft edges the nearest fill or paper goes on. (H, W, 3) uint8, white where
    paper is bare; None where nothing is filled, or where colours are mixed as in a painting.

    >>> page = np.full((90, 90, 3), 255, np.uint8); page[30:60, 30:60] = 200, 60, 60
    >>> find_fills(page)[[0, 45], [0, 45]].tolist(), find_fills(page[..., 0])
    ([[255, 255, 255], [200, 60, 60]], None)
    """
    if pixels.ndim == 2:
        return None
    small = _eight(_sampled(pixels)).reshape(-1, 3)
    tinted = np.ptp(small, axis=1) >= _TINTED
    if np.count_nonzero(tinted) < _FILLED * len(small):
        return None
    # Colours that fills may have, the commonest first.
    colors, count = np.unique(small, axis=0, return_counts=True)
    fits = count >= _FILLED * len(small)
    fits &= (colors.min(axis=1) < _WHITE) & (colors.max(axis=1) >= _INKY)
    return _below(_eight(pixels), colors[fits][np.argsort(-count[fits], kind="stable")])


def _below(eight: Rgb8, colors: Rgb8) -> Rgb8 | None:
    """What lies below the lines, where areas are filled with some of these colours."""
    radius = max(4, round(0.008 * min(eight.shape[:2])))
    broad = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    below, known, gray = np.full_like(eight, 255), eight.min(axis=2) >= _WHITE, True
    for color in colors:
        low, high = (np.clip(color.astype(int) + d, 0, 255).astype(np.uint8) for d in (-3, 3))
        like = cv2.inRange(eight, low, high)
        like[known] = 0
        if cv2.morphologyEx(like, cv2.MORPH_OPEN, broad).any():
            heart = cv2.morphologyEx(like, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
            own = (cv2.dilate(heart, np.ones((9, 9), np.uint8)) & like) > 0
            below[own], known = color, known | own
            gray &= bool(np.ptp(color) < _TINTED)
    rest = ((~known) & (eight.max(axis=2) > _INKY)).view(np.uint8)
    if gray or not known.any() or cv2.morphologyEx(rest, cv2.MORPH_OPEN, broad).mean() > _MIXED:
        return None
    _, nearest = cv2.distanceTransformWithLabels(
        (~known).view(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.full((int(nearest.max()) + 1, 3), 255, np.uint8)
    table[nearest[known]] = below[known]
    under: Rgb8 = table[nearest]
    # A soft pixel that is lighter than the fill beside it is a line over white, which a bucket
    # that fills up to a threshold has left: the fill goes on below it.
    bare = (eight > under.astype(np.int16) + 8).any(axis=2)
    fade = eight.max(axis=2) / np.maximum(under.max(axis=2), 1)
    bare |= 2 * np.ptp(eight, axis=2) < np.ptp(under, axis=2) * fade
    under[bare & ~known] = 255
    return under


def over_black(samples: AnyArray) -> Pixels:
    """Straight alpha over black, (H, W) where red, green and blue agree everywhere.

    >>> over_black(np.array([[[255, 128]]], np.uint8)).tolist()
    [[128]]
    """
    white = np.iinfo(samples.dtype).max
    color, alpha = samples[..., :-1], samples[..., -1:]
    laid = (color.astype(np.uint64) * alpha + white // 2) // white
    gray = laid.shape[2] == 1 or bool((laid == laid[..., :1]).all())
    return np.ascontiguousarray(laid[..., 0] if gray else laid).astype(samples.dtype)
