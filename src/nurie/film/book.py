"""A book: the panels of its pages are drawings of one cast, which keeps its colours on every page.

Pages are read one after the other. The regions of a panel find themselves in coloured designs of
the cast, in panels that somebody coloured, and in panels of earlier pages: those just before, and
those in which something was new. What is found nowhere, the model colours, and later pages take it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

import cv2
import numpy as np

from nurie.arrays import Floats, Ints, Labels, Mask, Rgb8
from nurie.document import PAPER, Layers, Palette, Sketch
from nurie.errors import OptionError
from nurie.film.drawings import Drawings, Frame, Progress, Reader
from nurie.film.film import NEW, SPECK, invent
from nurie.film.keys import Entries, gray_lines, key_entries, read_key
from nurie.film.motion import Small, shrink
from nurie.film.pairs import RegionMatcher, sparse
from nurie.film.spread import Match, spread, take_beside
from nurie.film.store import Cel
from nurie.painting.read import Drawing, protected
from nurie.regions.measure import Measures

LEAST_PANEL = 0.01
"""Share of the page from which on something between gutters is a panel and not a mark."""

BEFORE = 3
"""Panels just before a panel in which it looks for itself."""

BANK, NOVEL = 8, 0.08
"""Earlier panels that are remembered for what was new in them, and the share of a panel from which
on something new is worth it. The one with the least goes first."""

BEFORE_TRUST = 0.6
"""How much a panel is trusted that took its own colours from others."""


class BookOptions(TypedDict, total=False):
    """The arguments of ``Book`` but for the pages."""

    designs: Sequence[Rgb8]
    keys: Mapping[int, Rgb8] | None
    palette: Palette | None
    seed: int
    gap: float | None
    cache: Path | None
    patient: bool
    progress: Progress | None


@dataclass(frozen=True, eq=False)
class Known:
    """A drawing whose colours are settled, for others to take."""

    cel: Cel
    entries: Ints
    """(n,) int32, ``PAPER`` where it is white."""
    given: Mask
    """(n,) bool: what others may take; paper, balloons and lettering are no things."""
    trust: float
    new: float = 0.0
    """Share of it that was seen here first."""


@dataclass(frozen=True, eq=False)
class Panel:
    """A part of a page with regions of its own, numbered from 1."""

    box: tuple[slice, slice]
    labels: Labels
    owner: Ints
    """(n,) int32: labels of the page."""


class Book:
    """Pages of one cast, coloured as one.

    Args:
        reader: the model.
        pages: in the order of reading; functions are called again when their page is written.
        designs: coloured drawings of the cast, (H, W, 3) uint8.
        keys: coloured pictures of some pages, by number from 0; later pages follow them.
        palette: colours that the model may take for what is new.
        seed: of what the model invents.
        gap: widest opening in a line, in pixels; automatic if None.
        cache: folder for what was read, so that a run that was ended goes on.
        patient: go on where a page cannot be read; ``failed`` then says which and why.
        progress: called as work goes on.

    Raises:
        InputError: a page cannot be read, or a key is not of its page.
        OptionError: there are no pages, or a key is of no page.
    """

    def __init__(  # noqa: PLR0913 - what a book is made of
        self,
        reader: Reader,
        pages: Sequence[Frame],
        *,
        designs: Sequence[Rgb8] = (),
        keys: Mapping[int, Rgb8] | None = None,
        palette: Palette | None = None,
        seed: int = 0,
        gap: float | None = None,
        cache: Path | None = None,
        patient: bool = False,
        progress: Progress | None = None,
    ) -> None:
        if not pages:
            raise OptionError("The book has no pages.")
        for number in keys or ():
            if not 0 <= number < len(pages):
                raise OptionError(f"There is no page {number + 1}: the book has {len(pages)}.")
        self._reader, self._palette, self._seed, self._keys = (
            reader,
            palette,
            seed,
            dict(keys or {}),
        )
        self._pages = Drawings(
            reader, pages, gap=gap, hold=False, cache=cache, patient=patient,
            progress=progress or (lambda *_: None),
        )  # fmt: skip
        self._matcher = RegionMatcher(reader.session, reader.traits.entries)
        self.failed = self._pages.failed
        """Pages that could not be read, and why."""
        self._entries = Entries()
        self._cast = [self._design(picture) for picture in designs]
        self._bank: list[Known] = []
        self._last: list[Known] = []
        self._colors: dict[int, tuple[Ints, Floats]] = {}
        for number in range(len(pages)):
            self._color(number)

    def __len__(self) -> int:
        """Number of pages."""
        return len(self._pages.of_frame)

    @property
    def palette(self) -> Palette:
        """All colours of the book; every page points at these entries."""
        return self._entries.palette

    def _design(self, picture: Rgb8) -> Known:
        """A coloured drawing of the cast."""
        from nurie.painting.references import read_reference

        reference = read_reference(picture, self._reader.session, self._reader.traits)
        count = len(reference.colors)
        entries = key_entries(reference.colors, np.zeros(count, bool), self._entries)
        nowhere = Small(np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.int32), count)
        cel = Cel(reference.scene, np.zeros(count, bool), nowhere, (0, 0))
        given = (entries >= 0) | (reference.scene.measures.border == 0)
        return Known(cel, entries, given, 1.0)

    def _color(self, number: int) -> None:
        """Settle the colours of a page, panel by panel."""
        index = self._pages.of_frame[number]
        if index < 0 or index in self._colors:
            return
        page, labels = self._pages.cel(index), self._pages.labels(index)
        entries, sure = np.full(len(page.paper), PAPER, np.int32), np.zeros(len(page.paper))
        sketch = self._pages.sketch(number)
        for place, panel in enumerate(panels(labels, page.paper, page.scene.measures)):
            digest = f"{self._pages.cards[index].digest}-{place}"
            known, chance = self._panel(number, sketch, panel, page.paper, digest)
            # A balloon that lies over two panels has regions in both.
            entries[panel.owner - 1], sure[panel.owner - 1] = known, chance
        self._colors[index] = entries, sure.astype(np.float32)

    def _panel(
        self, number: int, sketch: Sketch, panel: Panel, paper: Mask, digest: str
    ) -> tuple[Ints, Floats]:
        """Entries of a panel's regions, and how sure they are; others may take them from now on."""
        part = Sketch(np.ascontiguousarray(gray_lines(sketch)[panel.box]))
        stays = paper[panel.owner - 1]

        def look() -> tuple[Cel, Labels]:
            reading = self._reader.read(part, labels=panel.labels)
            small = shrink(reading.view.ink.mask, panel.labels, len(stays))
            return Cel(reading.drawing.scene, stays, small, part.shape), panel.labels

        cel = self._pages.store.cel(digest, look)
        if number in self._keys:
            picture, count = np.ascontiguousarray(self._keys[number][panel.box]), len(stays)
            colors, exact = read_key(picture, part, panel.labels, count, name=str(number + 1))
            entries = key_entries(colors, exact, self._entries)
            self._cast.append(Known(cel, entries, (entries >= 0) | ~stays, 1.0))
            return entries, np.ones(count, np.float32)
        votes = self._votes(cel)
        sure, taken, area = votes.max(axis=1), votes.argmax(axis=1), cel.scene.measures.area
        taken = np.where((sure > 0) & (taken < len(self._entries)), taken, PAPER).astype(np.int32)
        lost = (sure < NEW) & ~stays
        new = lost & (area >= SPECK * part.pixels.size)
        taken[stays] = PAPER
        if new.any():
            drawing = Drawing(part, panel.labels, cel.scene, stays)
            made = invent(
                self._reader, drawing, np.where(lost, PAPER, taken), new, self._entries,
                palette=self._palette, seed=self._seed, exact=False,
            )  # fmt: skip
            taken[new] = made[new]
        take_beside(taken, np.flatnonzero(lost & ~new).tolist(), cel.scene.measures)
        share = float(area[new].sum() / part.pixels.size)
        self._remember(Known(cel, taken, ~stays, BEFORE_TRUST, share))
        return taken, sure

    def _votes(self, cel: Cel) -> Floats:
        """(n, k + 1) votes of all that is known, for each entry and last for paper."""
        sources = [*self._cast, *self._bank, *(k for k in self._last if k not in self._bank)]
        paper, own = len(self._entries), len(sources)
        matches: list[list[Match]] = [[] for _ in range(own + 1)]
        for place, source in enumerate(sources):
            back = self._matcher(source.cel, cel)[1]
            matches[own].append(replace(sparse(back, place), trust=source.trust))
        counts = [*(len(s.entries) for s in sources), len(cel.paper)]
        known = {
            place: (s.given, np.where(s.entries < 0, paper, s.entries))
            for place, s in enumerate(sources)
        }
        return spread(matches, counts, known, paper + 1).votes[own]

    def _remember(self, known: Known) -> None:
        """Keep a panel for those that come after it."""
        self._last = [*self._last, known][-BEFORE:]
        if known.new >= NOVEL:
            self._bank.append(known)
            if len(self._bank) > BANK:
                self._bank.remove(min(self._bank, key=lambda one: one.new))

    def layers(self, number: int) -> Layers:
        """One page, coloured; all pages share the book's palette.

        Raises:
            OptionError: there is no such page.
            InputError: the page could not be read.
        """
        if not 0 <= number < len(self):
            raise OptionError(f"There is no page {number + 1}: the book has {len(self)}.")
        index = self._pages.of_frame[number]
        if index < 0:
            raise self.failed[number]
        labels, sketch = self._pages.labels(index), self._pages.sketch(number)
        entries = np.append(np.int32(PAPER), self._colors[index][0])
        sure = np.append(np.float32(0), self._colors[index][1])
        if sketch.protect is not None:
            entries[1:][protected(labels, sketch.protect)] = PAPER
        area = np.append(0, self._pages.cards[index].area).astype(np.float32)
        hinted = np.zeros(len(entries), bool)
        return Layers(sketch, labels, entries, self.palette, hinted, sure, area=area)

    def __iter__(self) -> Iterator[Layers]:
        """All pages, one after the other."""
        return map(self.layers, range(len(self)))


def panels(labels: Labels, paper: Mask, measures: Measures) -> list[Panel]:
    """The panels of a page, in rows from the top: what lies between gutters.

    ``paper`` (n,) are the regions that stay paper. A page without gutters is one panel.

    >>> from nurie.regions.measure import measure
    >>> labels = np.ones((40, 60), np.int32); labels[4:36, 4:28], labels[4:36, 32:56] = 2, 3
    >>> [p.owner.tolist() for p in panels(labels, np.array([True, False, False]), measure(labels))]
    [[2], [3]]
    """
    gutter = np.append(False, paper & (measures.border > 0))
    inside = (~gutter[labels]).astype(np.uint8)
    # Lines that cross a gutter, or a frame that touches the next one, tie no panels together.
    reach = 2 * max(1, round(min(labels.shape) / 400)) + 1
    opened = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8))
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(opened)
    least = LEAST_PANEL * labels.size
    found = [place for place in range(1, len(stats)) if stats[place, cv2.CC_STAT_AREA] >= least]
    rows = labels.shape[0] / 12
    order = sorted(found, key=lambda p: (round(stats[p, 1] / rows), stats[p, 0]))
    home = _homes(labels, pieces, found, len(paper))
    out = []
    for place in order or [0]:
        left, top, wide, high = stats[place, :4].tolist()
        box = slice(top, top + high), slice(left, left + wide)
        owner = np.flatnonzero((home == place) & ~gutter[1:]) + 1
        table = np.zeros(len(paper) + 1, np.int32)
        table[owner] = np.arange(1, len(owner) + 1)
        own = table[labels[box]]
        # A region that mostly lies outside of the box is none of this panel's.
        there = np.flatnonzero(np.bincount(own.ravel(), minlength=len(owner) + 1)[1:])
        if len(there):
            renumber = np.zeros(len(owner) + 1, np.int32)
            renumber[there + 1] = np.arange(1, len(there) + 1)
            out.append(Panel(box, renumber[own], owner[there].astype(np.int32)))
    return out


def _homes(labels: Labels, pieces: Labels, found: Sequence[int], count: int) -> Ints:
    """(n,) the panel that most of each region lies in; of those in none, 0."""
    table = np.zeros(int(pieces.max()) + 1, np.int64)
    table[found] = np.arange(1, len(found) + 1)
    width = len(found) + 1
    cells = np.bincount(
        labels.ravel() * width + table[pieces.ravel()], minlength=(count + 1) * width
    )
    votes = cells.reshape(count + 1, width)[1:]
    best = np.where(votes[:, 1:].any(axis=1), votes[:, 1:].argmax(axis=1) + 1, 0) if found else 0
    return np.append(0, found)[best] * np.ones(count, np.int32)
