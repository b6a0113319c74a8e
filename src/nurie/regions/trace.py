"""Coloured trace lines: they part what they cross, and then they are gone.

Animators mark where a shadow, a highlight or a pattern ends with lines in colours of their own
(iro-trace: red, blue, green). Such a line is no ink of the finished picture. It closes regions like
any other line; the fills on both sides meet below it; and where the lines are laid over the fills
it is left out, so that nothing of it shows.
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from nurie.arrays import AnyArray, Mask, Pixels, high_bytes
from nurie.colors import parse_hex
from nurie.errors import OptionError
from nurie.names import named_color
from nurie.regions.ink import Ink, stroke_width, without_rules
from nurie.regions.screentone import mended

# Largest distance in RGB, of 255 a channel, at which full ink still has a trace colour.
_TOLERANCE = 56

# Share of the trace colour from which on a pixel begins a trace line; less only edges one.
_CORE = 0.5
# How far a soft pixel may lie off the way from white to the trace colour, as a share of it.
_LEAN = 0.42
# What noise of scanning and rounding may add to that.
_FAINT = 10
# Least share of a picture that lines of a paler colour cover, if they are no noise.
_THIN = 0.001
# Pixels up to which the soft edge of a trace line reaches from its core.
_EDGE = 3
# Brightest channel of pencil at the least, of ink at the most, and the least share of what is
# tinted that has the hue of the whole.
_PALE, _INKY, _ONE_HUE = 176, 128, 0.85
# Pixels in which pencil is looked for.
_SAMPLED = 1 << 18
# Names that mean a pure colour here, which a brush of that name has, and a muted one elsewhere.
_PURE = {"green": (0, 255, 0), "orange": (255, 128, 0), "purple": (128, 0, 255)}
# Brightest channel, of 255, below which a coloured line is ink and not pencil.
_LIGHTEST = 128
# Difference between channels, of 255, from which on a pixel is sure to be coloured.
_TINTED = 16
# Least cosine between what a pixel and the pencil lack of their brightest channel.
_SAME_HUE = 0.85


def trace_color(text: str) -> tuple[int, int, int]:
    """A trace colour by name or hex.

    Raises:
        OptionError: neither, or so light or gray that other lines could not be told from it.

    >>> trace_color("red"), trace_color("#00a0ff")
    ((255, 0, 0), (0, 160, 255))
    """
    name = text.strip().casefold()
    color = _PURE.get(name) or named_color(name) or parse_hex(text)
    if max(color) - min(color) < 64:
        raise OptionError(
            f"{text} is too gray for a trace line: ink and its soft edges are gray too; give a "
            "colour like red or #0080ff."
        )
    return color


def traced(pixels: Pixels, colors: Sequence[tuple[int, int, int]]) -> Mask:
    """Which pixels belong to trace lines, soft edges included.

    On the way from white to a trace colour a pixel has a share of it and a distance from the way.
    A line begins where the share is large and the distance small, and goes on over neighbours that
    lie near the way; a soft pixel of black ink is gray and far from it. Where a trace line touches
    ink, the pixels that mix both colours belong to it too: :func:`without` mends the ink.

    Where nothing has the colour itself, a paler one of its hue is meant, as in pencil. (H, W) bool;
    nothing in a gray drawing.

    >>> row = [[255, 255, 255], [255, 128, 128], [255, 0, 0], [128, 0, 0], [0, 0, 0]]
    >>> traced(np.array([row], np.uint8), [(255, 0, 0)]).tolist()
    [[False, True, True, True, False]]
    """
    found: Mask = np.zeros(pixels.shape[:2], np.bool_)
    if pixels.ndim == 2:
        return found
    # What a pixel lacks of white, of 255, adds up where inks are mixed, as light does not.
    lost = (np.iinfo(pixels.dtype).max - pixels.astype(np.float32)) / (
        257 if pixels.dtype == np.uint16 else 1
    )
    for color in colors:
        near = np.array(color, np.float32)
        sure, soft = _near(lost, 255 - near)
        if not sure.any():
            pale = _pencil(high_bytes(pixels), color)
            if np.count_nonzero(pale) > _THIN * pale.size:
                strong = lost[pale].max(axis=1)
                near = 255 - np.median(lost[pale][strong >= np.percentile(strong, 70)], axis=0)
                sure, soft = _near(lost, 255 - near)
        own = _connected(sure, soft)
        found |= own | _mixed(own, 255 - lost, near)
    return found


def without(pixels: Pixels, mask: Mask) -> Pixels:
    """A drawing without its trace lines: white where they were, but ink goes on below them.

    Where a trace line was drawn over ink, the ink on both sides is joined again, along the
    straightest of four directions.

    >>> pixels = np.array([[[0, 0, 0], [255, 0, 0], [0, 0, 0], [255, 0, 0], [255, 255, 255]]])
    >>> inked = without(pixels.astype(np.uint8), np.array([[False, True, False, True, False]]))
    >>> inked[0, :, 0].tolist()
    [0, 0, 0, 255, 255]
    """
    white = np.iinfo(pixels.dtype).max
    dark = white - pixels
    dark[mask] = 0
    # Half of the widest gap in ink that a trace line of usual width can have made.
    dark[mask] = mended(dark, int(np.ceil(stroke_width(mask))) + 2)[mask]
    out: Pixels = white - dark
    return out


def with_traces(ink: Ink, mask: Mask) -> Ink:
    """The ink for cutting regions: trace lines part them, but fills may meet below.

    >>> from nurie.regions.ink import find_ink
    >>> ink = find_ink(np.full((3, 3), 255, np.uint8))
    >>> with_traces(ink, np.eye(3, dtype=bool)).mask[1].tolist()
    [False, True, False]
    """
    tone = np.where(mask, np.maximum(ink.tone, _FILLED), ink.tone)
    return replace(ink, mask=ink.mask | mask, tone=tone)


# Tone of a trace line: so light that fills reach its middle, however thick it is.
_FILLED = 200


def _near(lost: AnyArray, way: AnyArray) -> tuple[Mask, Mask]:
    """Pixels that surely have the colour, and those that may continue a line of it."""
    length = float(way @ way)
    share = lost @ way / np.float32(length)
    off = np.linalg.norm(lost - share[..., None] * way, axis=-1)
    size = np.sqrt(length)
    # The tolerance grows with the share: a soft pixel holds little of either.
    sure = (share >= _CORE) & (off <= _TOLERANCE) & (off <= _LEAN * share * size + _FAINT)
    # Beyond the colour itself lies a mixture with ink.
    sure &= share * size <= size + _TOLERANCE
    soft = (share > 0) & (share < 1) & (off <= _LEAN * share * size + _FAINT) & (lost.max(-1) > 2)
    return sure, soft | sure


def _mixed(own: Mask, pixels: AnyArray, color: AnyArray) -> Mask:
    """Pixels beside a trace line on the way from its colour to black."""
    rim = cv2.dilate(own.view(np.uint8), np.ones((3, 3), np.uint8)).view(np.bool_) & ~own
    beside = pixels[rim]
    share = beside @ color / np.float32(color @ color)
    off = np.linalg.norm(beside - share[:, None] * color, axis=-1)
    tinted = beside.max(axis=-1, initial=0) - beside.min(axis=-1, initial=255) > 2 * _FAINT
    rim[rim] = (share < 1) & (off <= _LEAN * share * np.linalg.norm(color) + _FAINT) & tinted
    return np.asarray(rim)


def _connected(sure: Mask, soft: Mask) -> Mask:
    """The sure pixels, and the soft ones that hang on them at the distance of an edge."""
    if not sure.any():
        return sure
    side = 2 * _EDGE + 1
    soft = soft & cv2.dilate(sure.view(np.uint8), np.ones((side, side), np.uint8)).view(np.bool_)
    count, parts = cv2.connectedComponents(soft.view(np.uint8), connectivity=8)
    kept = np.zeros(count, np.bool_)
    kept[parts[sure]] = True
    kept[0] = False
    return np.asarray(kept[parts])


def without_pencil(pixels: Pixels, color: tuple[int, int, int]) -> Pixels:
    """A drawing without the pencil lines of a colour's hue, however pale; ink over them stays.

    Pencil takes least from the brightest channel of its own colour, so that channel shows the ink
    alone, as a red filter before a camera does. The same array where there is no such pencil.

    >>> row = [[255, 255, 255], [150, 190, 255], [0, 0, 0]]
    >>> without_pencil(np.array([row], np.uint8), (0, 0, 255))[0, :, 0].tolist()
    [255, 255, 0]
    """
    if pixels.ndim == 2:
        return pixels
    white = int(np.iinfo(pixels.dtype).max)
    eight = high_bytes(pixels)
    bright, sure = eight.max(axis=2), _pencil(eight, color)
    if not sure.any():
        return pixels
    near = cv2.dilate(sure.view(np.uint8), np.ones((5, 5), np.uint8)).view(np.bool_)
    near &= sure | (bright - eight.min(axis=2) < _TINTED) | _of_hue(eight, color)
    whole = max(float(np.percentile(bright[sure], 75)) / 255, 0.5)
    ink = np.minimum(pixels.max(axis=2) / whole + 0.5, white).astype(pixels.dtype)
    return np.asarray(np.where(near[..., None], ink[..., None], pixels))


def plain_pencil(pixels: Pixels) -> tuple[int, int, int] | None:
    """Colour of pale lines that lie, plainly, as pencil below black ink; else None.

    Ink is dark and gray, and not scarce beside the pencil; pencil is thin and light, and of one
    hue, or of several that are all pale: then the commonest is told.

    >>> page = np.full((60, 60, 3), 255, np.uint8)
    >>> page[::12] = 150, 190, 255; page[:, 20:23] = 0
    >>> plain_pencil(page), plain_pencil(page[..., 0])
    ((150, 190, 255), None)
    """
    if pixels.ndim == 2:
        return None
    whole = high_bytes(pixels)
    step = max(1, whole.size // 3 // _SAMPLED)
    # Every n-th pixel, counted along the rows: a grid must not fall between them.
    while np.gcd(step, whole.shape[1]) > 1:
        step += 1
    small = whole.reshape(-1, 3)[::step].astype(np.int16)
    bright, tint = small.max(axis=1), np.ptp(small, axis=1)
    pencil = (tint >= _TINTED) & (bright >= _PALE)
    ink = (bright < _INKY) & (tint < np.maximum(_TINTED, (255 - bright) // 4))
    found, drawn = int(pencil.sum()), int(ink.sum())
    if found < 0.002 * pencil.size or found > 0.25 * pencil.size or drawn < max(0.2 * found, 9):
        return None
    # The noise of a photograph is the more frequent the fainter it is; pencil is not.
    if 2 * found < np.count_nonzero((tint < _TINTED) & (2 * tint >= _TINTED) & (bright >= _PALE)):
        return None
    lack = (bright[:, None] - small)[pencil].astype(np.float32)
    # Hues by which channel is the brightest, and which the darkest.
    hue = 3 * lack.argmin(axis=1) + lack.argmax(axis=1)
    way = lack[hue == np.bincount(hue).argmax()].mean(axis=0)
    lean = lack @ way / np.maximum(np.linalg.norm(lack, axis=1) * np.linalg.norm(way), 1e-6)
    pale = np.percentile(small[pencil].min(axis=1), 15) >= _LIGHTEST
    if np.mean(lean > 0.9) < (_ONE_HUE if not pale else 0.3):
        return None
    near = whole.max(axis=2) - whole.min(axis=2) >= _TINTED
    side = 2 * max(4, round(0.01 * min(near.shape))) + 1
    broad = cv2.morphologyEx(near.view(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if 10 * np.count_nonzero(broad) > np.count_nonzero(near):
        return None
    own = small[pencil][lean > 0.9]
    strong = np.ptp(own, axis=1) >= np.percentile(np.ptp(own, axis=1), 70)
    red, green, blue = (int(v) for v in np.median(own[strong], axis=0))
    return red, green, blue


def outlines(pixels: Pixels, *, creases: bool = False) -> Pixels:
    """The drawing without what plainly lies below its ink; the same array without any of it.

    That is pencil, the rules of paper, and its ``creases`` where there may be some.

    >>> outlines(np.zeros((2, 2), np.uint8)).shape
    (2, 2)
    """
    for _ in range(3):
        color = plain_pencil(pixels)
        bare = pixels if color is None else without_pencil(pixels, color)
        bare = without_rules(bare, creases=creases)
        if bare is pixels:
            break
        pixels = bare
    return pixels


def _pencil(eight: AnyArray, color: tuple[int, int, int]) -> Mask:
    """Pixels that are sure to be pencil of a colour's hue, however pale."""
    bright = eight.max(axis=2)
    tinted = bright - eight.min(axis=2) >= _TINTED
    return np.asarray(_of_hue(eight, color) & tinted & (bright >= _LIGHTEST))


def _of_hue(eight: AnyArray, color: tuple[int, int, int]) -> Mask:
    """Pixels of a colour's hue."""
    lack = (eight.max(axis=2, keepdims=True) - eight).astype(np.float32)
    way = max(color) - np.array(color, np.float32)
    way /= max(float(np.linalg.norm(way)), 1.0)
    length = np.linalg.norm(lack, axis=2)
    return np.asarray((lack @ way >= _SAME_HUE * length) & (length > 0))
