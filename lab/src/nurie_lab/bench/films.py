"""Films whose true colours are known, segment by segment: made by program, or painted by people.

A segment is a connected piece of one thing between the lines, of more than 10 pixels. Its truth is
a number that the same colour has in all frames of the film, ``UNKNOWN`` where it does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Rgb8
from nurie.colors import delta_e, parse_hex, srgb_to_lab
from nurie_lab.bench.metrics.regions import contingency, segment_colors, segments
from nurie_lab.drawings.kit.strokes import Made

PAPER, UNKNOWN = -1, -2
"""Truth of what stays white, and of what no entry is near to; neither is scored."""

APART, SHADES = 10.0, 25.0
"""ΔE2000 between entries of a palette that is taken from the segments of a painted film, and within
which a painted colour is a shade of a thing that is listed."""

BARE = 254
"""Tone of a painted film's line art from which on it is no line."""

WHITE = 3.0
"""ΔE2000 within which a painted colour is paper: it is no entry, so it must not be given to one."""

THINGS = {
    "peppercarrot_pepper_att1": (
        ("#ab6856", "#84483d", "#c8856a"),  # hat, skirt and boots
        ("#862d29", "#a93932"),  # vest and socks
        ("#531114", "#6d171c", "#39090b"),  # hair
        ("#ffe3d4", "#fbc7bc", "#f7aba3"),  # skin
        ("#e9e9db", "#cdcdc2", "#f3f3e8"),  # shirt
        ("#ffeeb1", "#f8c997", "#fff8d7"),  # broom
    )
}
"""Shades that are one thing, for paintings in which light and shade are colours of their own."""


@dataclass(frozen=True, eq=False)
class TrueFilm:
    """A film and the truth about it, frame by frame."""

    name: str
    lines: list[AnyArray]  # (H, W) uint8 each
    pieces: list[Labels]  # (H, W) int32 each: 0 none, 1…n segments
    truth: list[Ints]
    """(n,) int32 each: the colour's number, ``PAPER`` or ``UNKNOWN``."""

    def regions(self, frame: int, labels: Labels) -> Ints:
        """(m,) the truth of regions that somebody else cut: that of most of their pixels."""
        pieces, count = self.pieces[frame], int(labels.max(initial=0))
        table = np.append(UNKNOWN, self.truth[frame])[pieces]
        shown = np.unique(np.concatenate([[PAPER], *self.truth]))
        index = np.searchsorted(shown, np.maximum(table, PAPER)).astype(np.int32)
        inside = np.where((pieces > 0) & (table != UNKNOWN), labels, 0)
        votes = contingency(inside, index)
        votes = np.pad(votes, ((0, count + 1 - len(votes)), (0, 0)))[1:]
        return np.where(votes.any(axis=1), shown[votes.argmax(axis=1)], UNKNOWN).astype(np.int32)

    def homes(self, frame: int, labels: Labels) -> Ints:
        """(n,) the region, from 1, that most of each segment lies in; 0: none."""
        table = contingency(self.pieces[frame], labels)[1:]
        table[:, 0] = 0
        return np.where(table.any(axis=1), table.argmax(axis=1), 0).astype(np.int32)


def made_film(name: str, frames: Sequence[Made]) -> TrueFilm:
    """A film that was drawn by program."""
    pieces = [segments(made.parts, made.lines) for made in frames]
    truth = []
    for made, found in zip(frames, pieces, strict=True):
        colors, _ = segment_colors(found, made.color)
        bare = contingency(found, (made.parts == 0).astype(np.int32))[1:, 1:].sum(axis=1)
        paper = 2 * bare > np.bincount(found.ravel(), minlength=len(colors) + 1)[1:]
        truth.append(np.where(paper, PAPER, colors).astype(np.int32))
    return TrueFilm(name, [made.lines for made in frames], pieces, truth)


def painted_film(folder: Path) -> TrueFilm:
    """A painted film: a folder of ``line`` and ``color`` frames, perhaps ``fill`` without lines.

    A segment's colour is its median, and the palette are these medians, those of the largest
    segments first, or the things of ``THINGS``.
    """
    from nurie.io.images import read_color, read_sketch

    bare = folder / ("fill" if (folder / "fill").exists() else "color")
    lines = [read_sketch(path).pixels for path in sorted((folder / "line").iterdir())]
    lines = [pixels if pixels.ndim == 2 else pixels.min(axis=2) for pixels in lines]
    # Small hairlines are gray: at the usual tone every thing would run into the next.
    inked = [np.where(gray < BARE, 0, 255) for gray in lines]
    pieces = [segments(np.ones(gray.shape, np.int32), gray) for gray in inked]
    painted = [read_color(path) for path in sorted(bare.iterdir())]
    colors = [srgb_to_lab(_medians(*each)) for each in zip(pieces, painted, strict=True)]
    if things := THINGS.get(folder.name):
        shades = np.array([parse_hex(shade) for shades in things for shade in shades], np.uint8)
        entries = srgb_to_lab(shades)
        numbers = np.repeat(np.arange(len(things)), [len(shades) for shades in things])
    else:
        area = np.concatenate([np.bincount(p.ravel())[1:] for p in pieces])
        entries = _apart(np.concatenate(colors)[np.argsort(-area, kind="stable")])
        numbers = np.arange(len(entries))
    white, truth = srgb_to_lab(np.full(3, 255, np.uint8)), []
    for lab in colors:
        gap = delta_e(lab[:, None], entries[None])
        found = np.where(gap.min(axis=1) <= SHADES, numbers[gap.argmin(axis=1)], UNKNOWN)
        truth.append(np.where(delta_e(lab, white) <= WHITE, PAPER, found).astype(np.int32))
    return TrueFilm(folder.name, lines, pieces, truth)


def _apart(colors: Floats) -> Floats:
    """Those of some Lab colours that are not near one before them."""
    kept = colors[:1]
    for color in colors[1:]:
        if delta_e(color, kept).min() >= APART:
            kept = np.concatenate([kept, color[None]])
    return kept


def _medians(pieces: Labels, color: Rgb8) -> Rgb8:
    """(n, 3) median colour inside each segment, two pixels from its rim where so much is left."""
    import cv2

    # Segments are parted by lines, so an erosion of all of them is that of each.
    inner = cv2.erode((pieces > 0).astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1)
    out = np.zeros((int(pieces.max(initial=0)), 3), np.uint8)
    for i in range(len(out)):
        own = pieces == i + 1
        inside = own & (inner > 0)
        out[i] = np.median(color[inside if inside.any() else own], axis=0)
    return out
