"""What a drawing's lines lie on, where that is not white paper: a dark ground, tinted paper.

Regions are found in dark lines on white. A drawing of another kind is read as such lines, and what
the person drew stays beside them: it is parted into lines, with transparency, and into the paper
below them, which together give back every pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Mask, Pixels, Rgb8, grainy, high_bytes, sampled, stride

InkTone: TypeAlias = Literal["auto", "dark", "light"]
"""What the lines are: dark or light; found from the picture when ``auto``."""

PaperTone: TypeAlias = Literal["white", "keep"]
"""Whether colours on tinted paper are laid as on white, or muted by its tint."""

# Luminance, of 255, above which a ground is paper for dark ink.
_BRIGHTEST = 176
# Least brightest and darkest channel of dimmer paper, with nothing lighter; below is but noise.
_DIMMEST, _DEEPEST = 88, 48
# Luminance by which a line differs from its ground at the least.
_CONTRAST = 40
# Pixels of the shorter side of a picture at the least: in a smaller one lines are broad as grounds.
_FEWEST = 32
# Share of the picture that a dark ground covers at the least.
_MOST_COMMON = 0.4
# Level of a channel from which on paper is white.
_WHITE = 247
# Share of the picture that tinted paper covers at the least: a broad fill is no paper.
_MOST_PAPER = 0.6
# Least share of the picture that is a fill, and no soft edge of one.
_FILL = 0.00025

_NO_FILL = 0xFFFFFF
# Coarseness in which the hue of ink is told, levels a channel; least share of white that it takes
# and least pixels of it; how far its channels differ at the least, in parts of what it takes.
_HUES, _FAINTEST, _SEEN, _HUED = 6, 0.15, 24, 0.2
# Least share of all ink that is coloured where any is.
_COLORED = 0.02
# Grain of paper, in parts of the median distance from its colour, and its largest share of white.
_GRAIN, _COARSEST = 4.0, 0.15

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
    """(H, W, 3) uint8: the colour below each pixel, where some areas are filled or light uneven."""
    filled: bool = False
    """Whether ``below`` is what the person has filled."""
    grain: float = 0.0
    """Share of white by which paper itself differs from its colour; lines differ by more."""
    strength: Floats | None = field(default=None, repr=False)
    """How much of what is below ink of each hue hides where it is at full strength."""

    @property
    def plain(self) -> bool:
        """Whether it is bare white paper."""
        return self.below is None and self.color == (255, 255, 255)

    def lines(self) -> Pixels:
        """The same lines in black on white, (H, W); of dark ink on paper as it is, (H, W, 3) too.

        >>> Ground(np.array([[0, 255, 100]], np.uint8), (0, 0, 0), light=True).lines().tolist()
        [[255, 0, 155]]
        """
        if not self.light and not self.filled:
            from nurie.below import balanced

            return balanced(self.pixels, np.array(self.color) if self.below is None else self.below)
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
        """The same ground without grain under other ``lines``, on white: dark ones, or light."""
        white = int(np.iinfo(lines.dtype).max)
        through = (lines.astype(np.float32) / white).reshape(*lines.shape[:2], -1)
        ink = white if self.light else 0
        soft = ink + (self._scaled(slice(None)) - ink) * through + np.float32(0.5)
        drawn = np.asarray(soft.astype(lines.dtype))
        gray = self.below is None and len(set(self.color)) == 1 and lines.ndim == 2
        return replace(self, pixels=drawn[..., 0].copy() if gray else drawn, grain=0.0)

    def _alpha(self, rows: slice) -> AnyArray:
        """How opaque the lines are, (h, W) of the picture's type."""
        share = self.share(rows)
        alpha = share.max(axis=2)
        if self.grain:
            alpha = np.maximum(alpha - self.grain, 0) / np.float32(1 - self.grain)
        if self.strength is not None:
            alpha = np.minimum(alpha / self.strength[_hue(share)], 1)
        white = np.float32(np.iinfo(self.pixels.dtype).max)
        return np.asarray((alpha * white + np.float32(0.5)).astype(self.pixels.dtype))

    def share(self, rows: slice) -> Floats:
        """Distance from the ground, of the longest in that direction, (h, W, 3) in [0, 1]."""
        part, white = self._three(rows), np.float32(np.iinfo(self.pixels.dtype).max)
        ground = self._scaled(rows)
        if self.light:
            return np.clip((part - ground) / np.maximum(white - ground, 1), 0, 1)
        return np.clip((ground - part) / np.maximum(ground, 1), 0, 1)

    def told(self) -> "Ground":
        """The same ground, and what grain and which coloured inks there are on it."""
        below = None if self.below is None else sampled(self.below)
        few = replace(self, pixels=sampled(self.pixels), below=below)
        share = few.share(slice(None)).reshape(-1, 3)
        grain = _GRAIN * float(np.median(share.max(axis=1)))
        grain = 0.0 if self.filled or grain > _COARSEST else grain
        return replace(self, grain=grain, strength=_strength(share))

    def _three(self, rows: slice) -> AnyArray:
        part = self.pixels[rows].astype(np.float32)
        return part if part.ndim == 3 else np.repeat(part[..., None], 3, axis=2)

    def _scaled(self, rows: slice) -> AnyArray:
        """The ground's colour at the picture's depth, (3,) or (h, W, 3) float32."""
        color = np.array(self.color) if self.below is None else self.below[rows]
        return color.astype(np.float32) * (np.iinfo(self.pixels.dtype).max // 255)

    def filled_with(self) -> Iterator[tuple[Rgb8, Mask]]:
        """Each colour with which the person has filled something, (3,) uint8, and where."""
        assert self.below is not None, "asked for only where something is filled"
        codes = self.below.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
        # What is not quite the fill's colour is line, and says nothing of what lies below.
        own = (high_bytes(self.pixels) == self.below).all(axis=2) & (codes != _NO_FILL)
        kinds, size = np.unique(codes[own], return_counts=True)
        # Less is the soft edge of a fill.
        for code in kinds[size >= _FILL * codes.size].tolist():
            color = np.array([code >> 16, code >> 8 & 255, code & 255], np.uint8)
            yield color, own & (codes == code)

    def fills(self) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Rows and columns of pixels that the person has filled, thinned out, and of which area."""
        found, total = [np.zeros((3, 0), np.int32)], 0
        step = stride(self.pixels)
        for _, own in self.filled_with():
            count, parts = cv2.connectedComponents(own.view(np.uint8))
            rows, columns = (at * step for at in np.nonzero(parts[::step, ::step]))
            found.append(np.stack([rows, columns, parts[rows, columns] + total]).astype(np.int32))
            total += count
        rows, columns, areas = np.concatenate(found, axis=1)
        return rows, columns, areas


def _hue(share: Floats) -> AnyArray:
    """Number of the hue of what ink takes of each channel, (..., 3) in [0, 1]; paler is the same.

    >>> _hue(np.float32([[0.5, 0.5, 0.5], [0.8, 0.4, 0], [0.4, 0.2, 0]])).tolist()
    [215, 192, 192]
    """
    most = np.maximum(share.max(axis=-1, keepdims=True), np.float32(1e-4))
    parts = (share * (np.float32(_HUES - 0.01) / most)).astype(np.int32)
    return np.asarray(parts @ np.array([_HUES**2, _HUES, 1], np.int32))


def _strength(share: Floats) -> Floats | None:
    """(216,) how much white ink of each hue takes at full strength; None without coloured ink.

    What a soft pixel takes is a share of that, so that ink at full strength hides what is below,
    however light it is. Gray ink is black that is thinned.
    """
    most = share.max(axis=1)
    inked = most > _FAINTEST
    hued = inked & (most - share.min(axis=1) > _HUED * most)
    if np.count_nonzero(hued) <= _COLORED * np.count_nonzero(inked):
        return None
    hue, strong = _hue(share), np.zeros(_HUES**3, np.float32)
    for number in np.flatnonzero(np.bincount(hue[hued]) >= _SEEN):
        strong[number] = np.percentile(most[hued & (hue == number)], 90)
    # Rounding moves soft pixels to the hue beside their own, where no ink is at full strength.
    near = np.pad(strong.reshape([_HUES] * 3), 1)
    windows = np.lib.stride_tricks.sliding_window_view(near, (3, 3, 3))
    found = windows.max(axis=(3, 4, 5)).ravel()
    found[(found == 0) | (np.indices([_HUES] * 3).min(axis=0).ravel() == _HUES - 1)] = 1
    # Very pale ink hides ever less, so that dust is no solid speck.
    found += (1 - found) * np.clip((0.4 - found) / 0.2, 0, 1)
    return found if (found < 0.97).any() else None


def is_invisible(samples: AnyArray) -> bool:
    """Whether transparent ink is so light that nothing of it would be seen on white paper.

    Samples are (H, W, 2) or (H, W, 4) with straight alpha.

    >>> is_invisible(np.array([[[255, 0], [255, 255], [255, 0]]], np.uint8))
    True
    """
    white = int(np.iinfo(samples.dtype).max)
    small = sampled(samples)
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
    small = high_bytes(sampled(pixels))
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
    common = int(
        np.convolve(np.bincount(light.ravel(), minlength=256), np.ones(9), "same").argmax()
    )
    return common, np.abs(light.astype(np.int16) - common) <= near


def _rgb(color: AnyArray) -> tuple[int, int, int]:
    """A colour of one channel or three."""
    red, green, blue = (int(c) for c in np.broadcast_to(color, 3))
    return red, green, blue


def paper_ground(pixels: Pixels) -> tuple[int, int, int] | None:
    """Colour of tinted paper under darker ink; None for white paper, and where there is none.

    >>> page = np.full((9, 9, 3), (240, 225, 190), np.uint8); page[4] = 0
    >>> paper_ground(page), paper_ground(np.full((9, 9), 255, np.uint8))
    ((240, 225, 190), None)
    """
    if _is_white(pixels):
        return None
    small = high_bytes(sampled(pixels))
    light = small if small.ndim == 2 else small.max(axis=2)
    common, on = _commonest(light, 12)
    if common < _DIMMEST or on.mean() < _MOST_PAPER:
        return None
    least = _DEEPEST if common <= _BRIGHTEST else 0
    # Beside white paper, a broad gray is a tone that somebody has laid.
    if least and (light > common + _CONTRAST).mean() > 0.002:
        return None
    chosen = small[on].reshape(int(on.sum()), -1)
    color = np.median(chosen, axis=0)
    alike = (np.abs(chosen - color).max(axis=1) <= 16).sum()
    if alike < _MOST_PAPER * on.size or not least <= color.min() < _WHITE:
        return None
    return _rgb(color)


def _is_white(pixels: Pixels) -> bool:
    """Whether most of a picture is white, as the paper of most drawings is."""
    small = np.atleast_3d(high_bytes(sampled(pixels))).min(axis=2)
    return bool(2 * np.count_nonzero(small >= _WHITE) > small.size)


def _paper(pixels: Pixels) -> tuple[tuple[int, int, int] | None, Rgb8 | None]:
    """Colour of paper that is not white, and that at each pixel where light is uneven."""
    white = _is_white(pixels)
    if white and not grainy(pixels):
        return None, None
    from nurie.below import paper_light

    light = paper_light(high_bytes(pixels), white=white)
    if light is None:
        return paper_ground(pixels), None
    return _rgb(np.median(light[::8, ::8].reshape(-1, 3), axis=0)), light


def on_ground(
    pixels: Pixels,
    samples: AnyArray | None,
    *,
    ink: InkTone,
    paper: PaperTone,
    plain: bool = True,
) -> tuple[Pixels, Ground | None]:
    """A picture as dark lines on white paper, and its ground where it has another one.

    ``pixels`` are (H, W) or (H, W, 3), uint8 or uint16, over white where they are transparent;
    ``samples`` (H, W, 2) or (H, W, 4) are the same with straight alpha, None for an opaque picture.
    """
    if ink != "dark":
        if samples is not None and (ink == "light" or is_invisible(samples)):
            # Light ink on nothing would be lost on white where paper stays: its ground is black.
            return _read(Ground(over_black(samples), (0, 0, 0), light=True))
        color = dark_ground(pixels, sure=ink == "light") if samples is None else None
        if color is not None:
            from nurie.below import paper_light

            below = paper_light(high_bytes(pixels), dark=True)
            return _read(Ground(pixels, color, light=True, below=below))
    tint, below = _paper(pixels) if samples is None else (None, None)
    if ink == "auto" and samples is None and below is None and pixels.ndim == 3:
        from nurie.below import find_fills, leaves_bare

        fills = find_fills(pixels) if tint is None or leaves_bare(pixels, tint) else None
        if fills is not None:
            return _read(Ground(pixels, (255, 255, 255), light=False, below=fills, filled=True))
    if tint is not None and paper == "white":
        lines, ground = _read(Ground(pixels, tint, light=False, below=below))
        return (pixels if below is None else lines), ground
    if plain and tint is None and pixels.ndim == 3 and _is_white(pixels):
        ground = Ground(pixels, (255, 255, 255), light=False).told()
        return pixels, None if ground.strength is None else replace(ground, grain=0.0)
    return pixels, None


def _read(ground: Ground) -> tuple[Pixels, Ground]:
    told = ground.told()
    return told.lines(), told


def over_black(samples: AnyArray) -> Pixels:
    """Straight alpha over black, (H, W) where red, green and blue agree everywhere.

    >>> over_black(np.array([[[255, 128]]], np.uint8)).tolist()
    [[128]]
    """
    white, alpha = np.iinfo(samples.dtype).max, samples[..., -1:]
    laid = (samples[..., :-1].astype(np.uint64) * alpha + white // 2) // white
    gray = laid.shape[2] == 1 or bool((laid == laid[..., :1]).all())
    return np.ascontiguousarray(laid[..., 0] if gray else laid).astype(samples.dtype)
