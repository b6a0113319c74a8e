"""Films whose true colours are known, segment by segment: made by program, or painted by people.

A segment is a connected piece of one thing between the lines, of more than 10 pixels. Its truth is
a number that the same colour has in all frames of the film, ``UNKNOWN`` where it does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray, Ints, Labels, Rgb8
from nurie.colors import delta_e, parse_hex, srgb_to_lab
from nurie_lab.bench.metrics.regions import contingency, segment_colors, segments
from nurie_lab.drawings.kit.strokes import Made

PAPER, UNKNOWN = -1, -2
"""Truth of what stays white, and of what no entry is near to; neither is scored."""

SNAP, SHADES, ENTRIES = 12.0, 25.0, 16
"""ΔE2000 within which a painted colour is an entry of the film's palette, or a shade of a listed
thing; and how many entries a palette has that is taken from a painting."""

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
    lines: list[AnyArray]
    """(H, W) uint8 each."""
    pieces: list[Labels]
    """(H, W) int32 each: 0 none, 1…n segments."""
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

    The palette is the painting's commonest colours, or the things of ``THINGS``.
    """
    from nurie.guidance.palette import extract_palette
    from nurie.io.images import read_color, read_sketch

    bare = folder / ("fill" if (folder / "fill").exists() else "color")
    painted = [read_color(path) for path in sorted(bare.iterdir())]
    things = THINGS.get(folder.name)
    if things is None:
        colors = extract_palette(np.concatenate(painted), most=ENTRIES).colors
        numbers = np.arange(len(colors))
    else:
        colors = np.array([parse_hex(shade) for shades in things for shade in shades], np.uint8)
        numbers = np.repeat(np.arange(len(things)), [len(shades) for shades in things])
    lines, pieces, truth = [], [], []
    for path, color in zip(sorted((folder / "line").iterdir()), painted, strict=True):
        pixels = read_sketch(path).pixels
        lines.append(pixels if pixels.ndim == 2 else pixels.min(axis=2))
        pieces.append(segments(np.ones(lines[-1].shape, np.int32), lines[-1]))
        lab = srgb_to_lab(_medians(pieces[-1], color))
        apart = delta_e(lab[:, None], srgb_to_lab(colors)[None])
        near = apart.min(axis=1) <= (SNAP if things is None else SHADES)
        found = np.where(near, numbers[apart.argmin(axis=1)], UNKNOWN)
        white = delta_e(lab, srgb_to_lab(np.full(3, 255, np.uint8))) <= WHITE
        truth.append(np.where(white, PAPER, found).astype(np.int32))
    return TrueFilm(folder.name, lines, pieces, truth)


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
