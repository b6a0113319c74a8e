"""A book: the panels of its pages are drawings of one cast, which keeps its colours on every page.

Pages are read one after the other. The regions of a panel find themselves in coloured designs of
the cast, in panels that somebody coloured, and in panels of earlier pages: those just before, and
those in which something was new. What is found nowhere, the model colours, and later pages take it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nurie.arrays import Floats, Ints, Mask, Rgb8
from nurie.document import PAPER, Layers, Palette, Sketch
from nurie.errors import OptionError
from nurie.film.drawings import Drawings, Frame, Progress, Reader, invent
from nurie.film.film import NEW, SPECK
from nurie.film.keys import Entries, gray_lines, key_entries, read_key
from nurie.film.match import LearnedMatcher
from nurie.film.motion import Small
from nurie.film.pairs import sparse
from nurie.film.spread import Match, spread, take_beside
from nurie.film.store import Cel
from nurie.painting.read import Drawing, Scene, protected
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.panels import panels

BEFORE = 3
"""Panels just before a panel in which it looks for itself."""

BANK, NOVEL = 8, 0.08
"""Earlier panels that are remembered for what was new in them, and the share of a panel from which
on something new is worth it. The one with the least goes first."""

BEFORE_TRUST = 0.6
"""How much a panel is trusted that took its own colours from others."""


@dataclass(frozen=True, eq=False)
class Known:
    """A drawing whose colours are settled, for others to take."""

    scene: Scene
    entries: Ints
    """(n,) int32, ``PAPER`` where it is white."""
    given: Mask
    """(n,) bool: what others may take; the paper around a design is no thing."""
    trust: float = 1.0
    new: float = 0.0
    """Share of it that was seen here first."""


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
        self._reader, self._palette, self._seed = reader, palette, seed
        self._keys = dict(keys or {})
        self._pages = Drawings(
            reader, pages, gap=gap, hold=False, cache=cache, patient=patient,
            progress=progress or (lambda *_: None),
        )  # fmt: skip
        self._matcher = LearnedMatcher(reader.session)
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
        colors = reference.colors
        entries = key_entries(colors, np.zeros(len(colors), bool), self._entries)
        paper = (entries < 0) & (reference.scene.measures.border > 0)
        return replace(_known(reference.scene, entries), given=~paper)

    def _color(self, number: int) -> None:
        """Settle the colours of a page, panel by panel."""
        index = self._pages.of_frame[number]
        if index < 0 or index in self._colors:
            return
        page, labels = self._pages.cel(index), self._pages.labels(index)
        sketch, count = self._pages.sketch(number), len(page.paper)
        entries, sure = np.full(count, PAPER, np.int32), np.ones(count, np.float32)
        if number in self._keys:
            key, name = self._keys[number], str(number + 1)
            known = read_key(key, sketch, labels, count, name=name, what="page")
            entries = key_entries(*known, self._entries)
        gray = gray_lines(sketch)
        ink = find_ink(gray)
        windows = panels(ink.mask, ink.stroke)
        held = [np.bincount(labels[box].ravel(), minlength=count + 1)[1:] for box in windows]
        home = np.argmax(held, axis=0)
        for place, box in enumerate(windows):
            # Gutters, balloons and lettering are nobody's, and nobody takes a colour from them.
            owner = np.flatnonzero((home == place) & ~page.paper)
            if not len(owner):
                continue
            table = np.zeros(count + 1, np.int32)
            table[owner + 1] = np.arange(1, len(owner) + 1)
            part, local = Sketch(np.ascontiguousarray(gray[box])), table[labels[box]]
            seen = page.scene.features[owner], page.scene.geometry[owner]
            scene = Scene(*seen, measure(local), page.scene.picture)
            if number in self._keys:
                self._cast.append(_known(scene, entries[owner]))
                continue
            drawing = Drawing(part, local, scene, np.zeros(len(owner), bool))
            entries[owner], sure[owner] = self._panel(drawing)
        self._colors[index] = entries, sure

    def _panel(self, drawing: Drawing) -> tuple[Ints, Floats]:
        """Entries of a panel's regions, and how sure they are; others may take them from now on."""
        scene = drawing.scene
        votes = self._votes(scene)
        sure, taken, area = votes.max(axis=1), votes.argmax(axis=1), scene.measures.area
        taken = np.where((sure > 0) & (taken < len(self._entries)), taken, PAPER).astype(np.int32)
        lost = sure < NEW
        new = lost & (area >= SPECK * drawing.labels.size)
        if new.any():
            made = invent(
                self._reader, drawing, np.where(lost, PAPER, taken), new, self._entries,
                palette=self._palette, seed=self._seed, exact=False,
            )  # fmt: skip
            taken[new] = made[new]
        take_beside(taken, np.flatnonzero(lost & ~new).tolist(), scene.measures)
        share = float(area[new].sum() / drawing.labels.size)
        known = replace(_known(scene, taken), trust=BEFORE_TRUST, new=share)
        self._last = [*self._last, known][-BEFORE:]
        if share >= NOVEL:
            self._bank.append(known)
            if len(self._bank) > BANK:
                self._bank.remove(min(self._bank, key=lambda one: one.new))
        return taken, sure

    def _votes(self, scene: Scene) -> Floats:
        """(n, k + 1) votes of all that is known, for each entry and last for white."""
        sources = [*self._cast, *self._bank, *(k for k in self._last if k not in self._bank)]
        white, own = len(self._entries), len(sources)
        matches: list[list[Match]] = [[] for _ in range(own + 1)]
        for place, source in enumerate(sources):
            back = self._matcher(_cel(source.scene), _cel(scene))[1]
            matches[own].append(sparse(back, place, source.trust))
        known = {
            place: (s.given, np.where(s.entries < 0, white, s.entries))
            for place, s in enumerate(sources)
        }
        counts = [*(len(s.entries) for s in sources), len(scene.geometry)]
        return spread(matches, counts, known, white + 1).votes[own]

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


def _known(scene: Scene, entries: Ints) -> Known:
    """A drawing that somebody coloured."""
    return Known(scene, entries, np.ones(len(entries), bool))


def _cel(scene: Scene) -> Cel:
    """A drawing that nothing moves to: panels have no motion in common."""
    count = len(scene.geometry)
    nowhere = Small(np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.int32), count)
    return Cel(scene, np.zeros(count, bool), nowhere, (0, 0))
