"""What stays as it is when somebody asks for one thing: a hint must not repaint the drawing."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import UNSET

from nurie.arrays import Floats, Ints, Mask, Rgb8
from nurie.colors import parse_hex
from nurie.document import PAPER, Layers, Over, Palette
from nurie.errors import OptionError
from nurie.painting.kin import directions, same_shape
from nurie.painting.review import FOLLOW, asking_order
from nurie.studio.files import Cutting
from nurie.studio.shapes import Keep

UNKNOWN = -2
"""Entry of a region of which nothing is kept."""

_LARGER = 4.0
"""How much larger than a hinted region others are at most that are offered as alike."""

_ALIKE = 0.3
"""Cosine of two regions' features, less the drawing's mean, from which on they look alike."""


@dataclass(frozen=True, eq=False)
class Requested:
    """What is requested of the m regions that hold pixels, row by row."""

    colors: Rgb8
    """(m, 3) uint8."""
    given: Mask
    """(m,) bool: the region takes exactly its colour."""
    hinted: Mask
    """(m,) bool: a hint gave it, so that others may follow."""
    paper: Mask
    """(m,) bool: the region stays paper."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A colouring that was seen before, row by row."""

    colors: Rgb8
    """(m, 3) uint8."""
    known: Mask
    """(m,) bool: there is something to keep."""
    paper: Mask
    """(m,) bool: it was paper."""
    confidence: Floats
    """(m,) float32 in [0, 1]."""


def kept_of(keep: Keep, known: Cutting) -> Kept:
    """Read what a request wants to keep."""
    rows, size = known.numbers, known.count + 1
    entries = np.array(keep.entries, np.int32)
    confidence = np.array(
        np.zeros(size) if keep.confidence is UNSET else keep.confidence, np.float32
    )
    for name, values in (("entries", entries), ("confidence", confidence)):
        if len(values) != size:
            raise OptionError(
                f"keep.{name} has {len(values)} items for {size - 1} regions; give {size}, one for "
                "each number from 0."
            )
    table = np.array([parse_hex(c) for c in (*keep.palette, "#ffffff")], np.uint8)
    if entries.max() >= len(keep.palette):
        raise OptionError(
            f"keep.entries points at colour {int(entries.max())} of {len(keep.palette)}; count "
            "from 0."
        )
    colors = np.where(entries[:, None] >= 0, table[entries.clip(0)], 255).astype(np.uint8)
    return Kept(colors[rows], entries[rows] > UNKNOWN, entries[rows] == PAPER, confidence[rows])


def changed(kept: Kept, requested: Requested) -> Mask:
    """(m,) bool: a hint gives the region another colour than it had."""
    other: Mask = (requested.colors != kept.colors).any(axis=1)
    return requested.hinted & kept.known & other


def hold(
    kept: Kept, requested: Requested, known: Cutting, reach: Over | None = None
) -> tuple[Requested, Mask]:
    """Ask for all that is kept, but for what follows a hint.

    What a person requests wins. (m,) bool are the regions that follow a hint: what surely is the
    same thing, as ``reach`` has it; never regions of another figure.
    """
    colors, follows = requested.colors.copy(), np.zeros(len(kept.known), bool)
    if reach is not None:
        rows = np.flatnonzero(changed(kept, requested)).astype(np.int32)
        # What surely is the same thing as a region of an older hint stays with that one.
        new = (reach.colors[:, None] == requested.colors[rows]).all(axis=2)
        new = (new & ~apart(known.figure, rows, len(new))).any(axis=1)
        follows = reach.given & new & ~requested.given & ~requested.paper
        colors[follows] = reach.colors[follows]
    stays = kept.known & ~requested.given & ~requested.paper & ~follows
    colors[stays] = kept.colors[stays]
    given = requested.given | follows | (stays & ~kept.paper)
    return Requested(
        colors, given, requested.hinted, requested.paper | (stays & kept.paper)
    ), follows


def apart(figure: Ints | None, rows: Ints, count: int) -> Mask:
    """Whether each of ``count`` regions is of another figure than each of (k,) rows: (m, k) bool.

    >>> apart(np.int32([0, 1, 2]), np.int32([1]), 3)[:, 0].tolist()
    [False, False, True]
    """
    if figure is None:
        return np.zeros((count, len(rows)), bool)
    own = figure[rows]
    return np.asarray((figure[:, None] > 0) & (own > 0) & (figure[:, None] != own))


def obeyed(kept: Kept, requested: Requested, worded: Requested) -> Requested:
    """What is requested, with words that were obeyed before.

    They look for the likeliest regions that are free, so each hint on one of these would send them
    on to others; what is kept takes nothing from them that it has not taken already.
    """
    if not changed(kept, requested).any():
        return worded
    new = worded.given & ~requested.given
    new &= ~kept.known | (worded.colors == kept.colors).all(axis=1)
    colors = np.where(new[:, None], worded.colors, requested.colors).astype(np.uint8)
    return replace(
        requested, colors=colors, given=requested.given | new, paper=requested.paper & ~new
    )


def _resembles(known: Cutting, rows: Ints) -> Mask:
    """(m, k) bool: a region looks like each of (k,) rows, or has its size and shape."""
    looks, elder = directions(known.scene.looks), same_shape(known.scene.geometry)
    return np.asarray((looks @ looks[rows].T > _ALIKE) | (elder[:, None] == elder[rows]))


def alike(kept: Kept, requested: Requested, known: Cutting, wide: Over | None) -> Mask:
    """(m,) bool: regions that rather are the same thing as one that a hint changes than not.

    ``wide`` is how far hints reach at most; what is not sure takes the colour when that is meant.
    """
    rows = np.flatnonzero(changed(kept, requested)).astype(np.int32)
    if wide is None or not len(rows):
        return np.zeros(len(kept.known), bool)
    near = (wide.colors[:, None] == requested.colors[rows]).all(axis=2) & _resembles(known, rows)
    near &= ~apart(known.figure, rows, len(near))
    near &= (kept.colors[:, None] != requested.colors[rows]).any(axis=2)
    area = known.scene.measures.area
    near &= area[:, None] <= _LARGER * area[rows]
    return np.asarray(wide.given & near.any(axis=1) & ~requested.given & ~requested.paper)


def others(kept: Kept, requested: Requested, known: Cutting) -> Mask:
    """(m,) bool: regions of other figures that had the colour of one that a hint changes.

    They look like it or have its size and shape, and keep their colour unless they are meant.
    """
    rows = np.flatnonzero(changed(kept, requested) & ~kept.paper).astype(np.int32)
    near = _resembles(known, rows) & (kept.colors[:, None] == kept.colors[rows]).all(axis=2)
    near &= apart(known.figure, rows, len(near))
    free = kept.known & ~kept.paper & ~requested.given & ~requested.paper
    return np.asarray(free & near.any(axis=1))


def settle(
    layers: Layers, kept: Kept, requested: Requested, follows: Mask, known: Cutting
) -> Layers:
    """An answer that keeps what is kept, and its doubts."""
    assert layers.confidence is not None
    sure, area = layers.confidence[1:].copy(), known.scene.measures.area
    colors, paper = layers.region_colors()[1:].astype(np.uint8), layers.entries[1:] < 0
    stays = kept.known & ~follows & ~requested.given & ~requested.paper
    colors[stays], paper[stays] = kept.colors[stays], kept.paper[stays]
    sure[stays] = kept.confidence[stays]
    sure[follows] = 1 - (1 - kept.confidence[follows]) * (1 - FOLLOW)
    free = ~requested.given & ~known.paper & ~requested.paper
    ask = asking_order(sure, area.astype(np.float32), known.scene.looks, free) + np.int32(1)
    entries, palette = _counted(colors, paper, area)
    names = dict(zip(_keys(layers.palette.colors), layers.palette.names or (), strict=False))
    named = tuple(names.get(key, "") for key in _keys(palette)) if names else ()
    return replace(
        layers,
        entries=np.append(np.int32(PAPER), entries),
        palette=Palette(palette, named),
        confidence=np.append(np.float32(0), sure),
        ask=ask,
    )


def _counted(colors: Rgb8, paper: Mask, area: Any) -> tuple[Ints, Rgb8]:
    """The entry of each region in a palette of the colours, those of the largest area first."""
    unique, inverse = np.unique(colors[~paper], axis=0, return_inverse=True)
    order = np.argsort(-np.bincount(inverse.reshape(-1), area[~paper], len(unique)), kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order))
    entries = np.full(len(paper), PAPER, np.int32)
    entries[~paper] = rank[inverse.reshape(-1)]
    return entries, unique[order].reshape(-1, 3)


def _keys(colors: Rgb8) -> list[tuple[int, ...]]:
    return [tuple(color) for color in colors.tolist()]
