"""Which pixels of a drawing are ink: soft, coloured and thick lines on any paper."""

from dataclasses import dataclass

import cv2
import numpy as np

from nurie.arrays import AnyArray, Mask, Pixels, high_bytes

# Pixels from which levels are counted.
_SAMPLE = 1 << 20
# Tone down to which a broad dark area may be a gray tone on the paper; below it is solid.
_BLACK = 76
# Shorter side in pixels of a picture in which screentone can be told from a pattern of lines.
_TONED = 240
# Brightness from which on a level may be the paper's.
_LIGHT = 128
# Level of a channel below which no paper is looked for: in a light picture, in a dark one.
_DIMMEST = 56, 96
# Longer side in pixels at which rules are looked for, steepest slope of one, and the share of the
# page's breadth that it is seen over at the least.
_RULED_SIDE, _TILT, _THROUGH = 1000, 0.05, 0.55
# Share of the page's breadth that a crease is seen over at the least.
_CREASED = 0.8
# Darkness of a rule at the most, in parts of the ink's, and by which it is darker than its paper at
# the least, of 255 and in parts of the paper's median grain.
_RULE, _FAINTEST, _GRAINS = 0.6, 8, 3


@dataclass(frozen=True, eq=False)
class Ink:
    """Ink of a drawing."""

    mask: Mask
    """(H, W) bool, true on lines and solid black."""
    tone: AnyArray
    """(H, W) uint8: 255 is the paper, whatever its colour, 0 the darkest ink."""
    stroke: float
    """Typical stroke width in pixels, at least 1."""


def find_ink(pixels: Pixels) -> Ink:
    """Separate lines from paper.

    The tone is the darkest channel relative to the paper's colour, so yellow lines on white and
    pencil on orange paper count as ink alike. The threshold lies between paper and ink, nearer to
    the paper so that antialiased strokes stay closed. Large evenly gray areas are paper with a
    tone, not ink; their rim stays as a line.

    >>> find_ink(np.array([[255, 0, 255]] * 3, np.uint8)).mask[0].tolist()
    [False, True, False]
    """
    tone = paper_tone(pixels)
    threshold = ink_threshold(tone)
    mask = tone < threshold
    if min(mask.shape) >= _TONED:
        from nurie.regions.screentone import tone_in

        found = tone_in(mask)
        if found is not None:
            dots, area = found
            mask &= ~dots
            # The soft rims of dots are no faint lines.
            beside = cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
            tone = np.where(area & ~beside, np.uint8(255), tone)
    stroke = stroke_width(mask)
    return Ink(_release_gray(mask, tone, stroke), tone, stroke)


def paper_tone(pixels: Pixels) -> AnyArray:
    """Darkest channel relative to the paper's own colour, (H, W) uint8.

    >>> orange, ink = [200, 180, 160], [20, 18, 16]
    >>> paper_tone(np.array([[orange, orange, orange, ink]], np.uint8)).tolist()
    [[255, 255, 255, 26]]
    """
    small = pixels if pixels.dtype == np.uint8 else (pixels >> 8).astype(np.uint8)
    planes = [small] if small.ndim == 2 else [small[..., c] for c in range(3)]
    # A sample is enough for a histogram, and a page of 50 megapixels takes no longer.
    step = max(1, int(np.sqrt(planes[0].size / _SAMPLE)))
    samples = [plane[::step, ::step].ravel() for plane in planes]
    # A pixel may be paper where any channel is light: deep yellow paper has no blue.
    light = np.max(samples, axis=0) >= _LIGHT
    tone = np.full(small.shape[:2], 255, np.uint8)
    for plane, sample in zip(planes, samples, strict=True):
        # A look-up table, so that dividing by the paper's level costs one pass of bytes.
        cv2.min(tone, cv2.LUT(np.ascontiguousarray(plane), _levels(sample, light)), dst=tone)
    return tone


def _levels(sample: AnyArray, light: AnyArray) -> AnyArray:
    """Table that maps the paper's level in a plane to 255.

    The paper's level is the commonest one of the upper half, when an eighth of the picture lies
    there. On deeply coloured or dark paper it is the commonest level of the light pixels, or of
    all, unless that is as dark as ink.
    """
    upper = sample[sample >= _LIGHT]
    dim = 8 * np.count_nonzero(light) < len(sample)
    if 8 * len(upper) < len(sample):
        upper = sample if dim else sample[light]
    paper = int(np.bincount(upper, minlength=1).argmax())
    # So dark a level is ink that fills the page, not its paper.
    if paper < _DIMMEST[int(dim)]:
        paper = 255
    return np.minimum(np.arange(256) * 255 / paper + 0.5, 255).astype(np.uint8)


def ink_threshold(tone: AnyArray) -> int:
    """Tone below which a pixel is ink: a third of the way from paper to the mean of the ink.

    >>> ink_threshold(np.array([[0, 255, 255]], np.uint8))
    165
    """
    step = max(1, int(np.sqrt(tone.size / _SAMPLE)))
    sample = np.ascontiguousarray(tone[::step, ::step])
    otsu, _ = cv2.threshold(sample, 0, 255, cv2.THRESH_OTSU)
    dark = sample[sample <= otsu]
    # Otsu (1979) parts the dark from the light; a threshold at the white end found no ink at all.
    ink = float(dark.mean()) if otsu < 245 and dark.size else 0.0
    # Not halfway: an antialiased line one pixel wide is half as dark as its ink where it falls
    # between two rows.
    return int(np.clip(255 - 0.35 * (255 - ink), 96, 240))


def stroke_width(mask: Mask) -> float:
    """Typical width of strokes in pixels: twice the area over the length of the outline.

    >>> bar = np.zeros((20, 40), bool); bar[8:12] = True
    >>> stroke_width(bar)
    4.0
    """
    # A stroke of length l and width w has area l·w and an outline of about 2·l.
    edge = mask[:, 1:] ^ mask[:, :-1]
    outline = np.count_nonzero(edge) + np.count_nonzero(mask[1:] ^ mask[:-1])
    return float(max(1.0, 2.0 * np.count_nonzero(mask) / outline)) if outline else 1.0


def reduced(mask: Mask, factor: int) -> tuple[AnyArray, AnyArray]:
    """Ink, and paper without any ink, of the picture at 1 / factor of its size, both uint8.

    >>> [part.tolist() for part in reduced(np.array([[True, False]]), 1)]
    [[[1, 0]], [[0, 1]]]
    """
    small: AnyArray = mask.view(np.uint8)
    if factor == 1:
        return small, 1 - small
    size = -(-mask.shape[1] // factor), -(-mask.shape[0] // factor)
    share = cv2.resize(small * 255, size, interpolation=cv2.INTER_AREA)
    return (share > 100).view(np.uint8), (share < 40).view(np.uint8)


def _release_gray(mask: Mask, tone: AnyArray, stroke: float) -> Mask:
    """Take the inside of broad gray areas out of the ink, leaving a rim."""
    radius = int(np.ceil(max(4.0, 1.5 * stroke)))
    # Opening costs as the kernel's area: wide strokes are looked at reduced.
    factor = max(1, min(radius // 6, min(mask.shape) // 8))
    gray = (mask & (tone > _BLACK)).view(np.uint8)
    if factor > 1:
        size = -(-mask.shape[1] // factor), -(-mask.shape[0] // factor)
        gray = (cv2.resize(gray * 255, size, interpolation=cv2.INTER_AREA) > 127).view(np.uint8)
    radius = -(-radius // factor)
    # Less gray than one kernel cannot hold a broad area.
    if np.count_nonzero(gray) < (2 * radius + 1) ** 2:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    # The rim that the erosion leaves is the line between the gray area and the paper.
    inside = cv2.erode(cv2.morphologyEx(gray, cv2.MORPH_OPEN, kernel), np.ones((5, 5), np.uint8))
    if not inside.any():
        return mask
    inside = cv2.resize(inside, mask.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(mask & ((inside == 0) | (tone <= _BLACK)))


def without_rules(pixels: Pixels, *, creases: bool = False) -> Pixels:
    """A drawing without the rules or squares of its paper; the same array where there are none.

    Rules are straight, go on over most of the page at even distances, and are paler than the ink.
    ``creases`` are such lines that stand alone and go on over the whole page.

    >>> page = np.full((200, 200), 255, np.uint8)
    >>> page[10::20] = 200; page[50:150, 100:103] = 0
    >>> np.unique(without_rules(page)).tolist()
    [0, 255]
    """
    eight = high_bytes(pixels)
    # Coloured rules take least from their brightest channel: that one shows the ink alone.
    dark, deep = (
        255 - (eight if eight.ndim == 2 else way(eight, axis=2)) for way in (np.min, np.max)
    )
    factor = max(1, -(-max(dark.shape) // _RULED_SIDE))
    size = dark.shape[1] // factor, dark.shape[0] // factor
    small, solid = (cv2.resize(d, size, interpolation=cv2.INTER_AREA) for d in (dark, deep))
    ink = _RULE * _level(solid, 0.997)
    drawn = cv2.dilate((solid > ink).view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    pale = (small > _faintest(small)) & ~drawn
    if min(small.shape) < 64 or pale.mean() < 0.01:
        return pixels
    ways = (pale, drawn), (pale.T, drawn.T)
    found = [_rules(*way, fewest=5) for way in ways]
    alone = found == [None, None]
    if alone and creases:
        found = [_rules(*way, fewest=1, through=_CREASED) for way in ways]
    if found == [None, None]:
        return pixels
    gone = np.zeros(dark.shape, np.bool_)
    for whole, lines, turn in ((gone, found[0], np.asarray), (gone.T, found[1], np.transpose)):
        # Beside rules, one line from edge to edge is a margin.
        lone = lines is None and not alone
        rules = _rules(turn(pale), turn(drawn), fewest=1) if lone else lines
        if rules is None:
            continue
        slope, low, high = rules
        across = np.arange(whole.shape[1]) - whole.shape[1] / 2
        for top in range(0, len(whole), 256):
            rows = np.arange(top, min(top + 256, len(whole)))
            place = rows[:, None] + slope * across
            number = np.searchsorted(low * factor - 1.5, place, "right") - 1
            on = (number >= 0) & (place <= high[number] * factor + factor + 0.5)
            whole[rows] |= on
    gone &= deep <= ink
    out = pixels.copy()
    out[gone] = np.iinfo(pixels.dtype).max
    return out


def _faintest(dark: AnyArray) -> float:
    """Darkness of paper at the most: a scan's is not quite white, and has grain."""
    paper = _level(dark, 0.5)
    return paper + max(_FAINTEST, _GRAINS * _level(cv2.absdiff(dark, float(paper)), 0.5))


def _level(plane: AnyArray, share: float) -> int:
    """Level that a share of a plane of bytes is no higher than."""
    counts = np.cumsum(np.bincount(plane.ravel(), minlength=256))
    return int(np.searchsorted(counts, share * plane.size))


def _rules(
    pale: Mask, drawn: Mask, *, fewest: int, through: float = _THROUGH
) -> tuple[float, AnyArray, AnyArray] | None:
    """Slope of the rules from left to right, and rows in which they begin and end in the middle."""
    height, width = pale.shape
    (row, column), (away, beside) = np.nonzero(pale), np.nonzero(drawn)
    best, share, slope = 0.0, np.zeros(0), 0.0
    for way in np.linspace(-_TILT, _TILT, 33):
        # A row that is as far down as the middle of its line.
        lines, hidden = (
            np.bincount(np.clip(np.rint(r + way * (c - width / 2)), 0, height - 1).astype(int),
                        minlength=height)
            for r, c in ((row, column), (away, beside))
        )  # fmt: skip
        held = lines / np.maximum(width - hidden, width / 4)
        if np.square(held).sum() > best:
            best, share, slope = float(np.square(held).sum()), held, float(way)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], share >= through, [0]])))
    low, high = edges[::2], edges[1::2] - 1
    if len(low) < fewest or (fewest == 1 and len(low) > 3):
        return None
    if fewest > 1:
        steps = np.diff((low + high) / 2)
        usual = float(np.median(steps))
        even = np.abs(steps / usual - np.maximum(np.rint(steps / usual), 1)) < 0.15
        if even.mean() < 0.7 or usual < 5 or np.median(high - low + 1) > 0.4 * usual:
            return None
    return slope, low, high
