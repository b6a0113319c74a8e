"""Figures 5 and 6 of the report: how colours are distributed, and the hundred most frequent.

A chart is a list of boxes and words, so that the same one becomes an SVG and a picture, and
nothing but numpy and OpenCV is needed.
"""

from dataclasses import dataclass
from html import escape

import numpy as np

from nurie.arrays import Rgb8
from nurie.colors import BINS, parse_hex, to_hex
from nurie.spectrum import Spectrum

_INK, _FAINT, _PANEL, _PAPER = "#222222", "#d8d8d8", "#eeeeee", "#ffffff"


@dataclass(frozen=True)
class Box:
    """A filled rectangle, in points from the top left corner."""

    x: float
    y: float
    width: float
    height: float
    color: str


@dataclass(frozen=True)
class Words:
    """A line of text; (x, y) is on its baseline, at its ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    size: float = 12
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """Boxes and words on white, the later over the earlier."""

    width: int
    height: int
    parts: tuple[Box | Words, ...]


def distribution(spectrum: Spectrum) -> Chart:
    """Figure 5: the share of each of the 512 bins, on a logarithmic scale, in its own colour.

    Args:
        spectrum: of a data set.
    """
    left, top, tall, step = 64, 40, 260, 1.6
    wide = BINS * step
    shares = spectrum.histogram.astype(np.float64)
    lowest = min(int(np.floor(np.log10(shares[shares > 0].min()))), -1)
    parts: list[Box | Words] = [Words(left, 22, _title(spectrum, "Distribution of colours"), 14)]
    # A panel of gray, or the highest bar of all, white, would not be seen.
    parts.append(Box(left, top, wide + 8, tall, _PANEL))
    for power in range(lowest, 1):
        y = top + tall * power / lowest
        parts.append(Box(left, y, wide + 8, 0.8, _FAINT))
        text = np.format_float_positional(10.0 ** (power + 2), trim="-")
        parts.append(Words(left - 6, y + 4, f"{text} %", 11, "end"))
    for i in np.flatnonzero(shares).tolist():
        height = tall * (1 - np.log10(shares[i]) / lowest)
        x, y = left + i * step, top + tall - height
        parts.append(Box(x, y, step, height, to_hex(spectrum.means[i])))
        parts.append(Box(x, y, step, 1, _INK))
    parts.append(Box(left, top + tall, wide + 8, 1, _INK))
    ticks = (*range(0, BINS - 1, 64), BINS - 1)
    parts += [Words(left + i * step, top + tall + 16, str(i), 11, "middle") for i in ticks]
    label = "bin = 64 red + 8 green + blue, eight levels each; 511 is white"
    parts.append(Words(left + wide / 2, top + tall + 34, label, 11, "middle"))
    return Chart(round(left + wide + 24), top + tall + 46, tuple(parts))


def most_frequent(spectrum: Spectrum, *, number: int = 100) -> Chart:
    """Figure 6: the most frequent colours, row by row, each with its share.

    Args:
        spectrum: of a data set.
        number: how many.
    """
    side, margin, top, across = 56, 16, 40, 10
    title = _title(spectrum, f"The {number} most frequent colours")
    parts: list[Box | Words] = [Words(margin, 24, title, 14)]
    bins = spectrum.most(number, white=True).tolist()
    for place, i in enumerate(bins):
        x, y = margin + place % across * side, top + place // across * (side + 4)
        parts.append(Box(x, y, side - 4, side - 14, "#bbbbbb"))
        parts.append(Box(x + 1, y + 1, side - 6, side - 16, to_hex(spectrum.means[i])))
        share = f"{100 * float(spectrum.histogram[i]):.2g} %"
        parts.append(Words(x + side / 2 - 2, y + side - 3, share, 9, "middle"))
    rows = -(-len(bins) // across)
    return Chart(2 * margin + across * side - 4, top + rows * (side + 4) + 8, tuple(parts))


def _title(spectrum: Spectrum, text: str) -> str:
    pixels = spectrum.counts.sum() / 1e6
    return f"{text} ({spectrum.pictures:,} pictures, {pixels:,.1f} million pixels)"


def as_svg(chart: Chart) -> str:
    """A chart as SVG.

    >>> as_svg(Chart(9, 9, (Words(0, 8, "a & b"),))).splitlines()[2]
    '<text x="0" y="8" font-size="12" text-anchor="start" fill="#222222">a &amp; b</text>'
    """
    size = f'width="{chart.width}" height="{chart.height}"'
    box = f'viewBox="0 0 {chart.width} {chart.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} font-family="sans-serif">'
    paper = f'<rect {size} fill="{_PAPER}"/>'
    return "\n".join([head, paper, *map(_element, chart.parts), "</svg>\n"])


def _element(part: Box | Words) -> str:
    place = f'x="{part.x:.4g}" y="{part.y:.4g}"'
    if isinstance(part, Box):
        size = f'width="{part.width:.4g}" height="{part.height:.4g}"'
        return f'<rect {place} {size} fill="{part.color}"/>'
    style = f'font-size="{part.size:g}" text-anchor="{part.anchor}" fill="{_INK}"'
    return f"<text {place} {style}>{escape(part.text)}</text>"


def as_pixels(chart: Chart, *, scale: int = 2) -> Rgb8:
    """A chart as a picture, (H, W, 3) uint8.

    Args:
        chart: what to draw.
        scale: pixels a point.

    >>> red = Chart(4, 4, (Box(1, 1, 2, 2, "#ff0000"),))
    >>> as_pixels(red, scale=1)[1, :, 1].tolist()
    [255, 0, 0, 255]
    """
    page = np.full((chart.height * scale, chart.width * scale, 3), 255, np.uint8)
    for part in chart.parts:
        if isinstance(part, Box):
            corners = np.array([part.x, part.y, part.x + part.width, part.y + part.height]) * scale
            x, y, right, bottom = np.round(corners).astype(int).tolist()
            page[y : max(bottom, y + 1), x:right] = parse_hex(part.color)
        else:
            _write(page, part, scale)
    return page


def _write(page: Rgb8, words: Words, scale: int) -> None:
    """Words on a page, in place."""
    import cv2

    # OpenCV's plain letters are about 21 units high at a scale of 1; 30 leaves room for accents.
    height, thickness = words.size * scale / 30, max(scale // 2, 1)
    font = cv2.FONT_HERSHEY_SIMPLEX
    (width, _), _ = cv2.getTextSize(words.text, font, height, thickness)
    shift = {"start": 0.0, "middle": width / 2, "end": float(width)}[words.anchor]
    where = (round(words.x * scale - shift), round(words.y * scale))
    cv2.putText(page, words.text, where, font, height, parse_hex(_INK), thickness, cv2.LINE_AA)
