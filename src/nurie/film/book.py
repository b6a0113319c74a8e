"""A book: the panels of its pages are drawings of one cast, which keeps its colours on every page.

Pages are read one after the other. The regions of a panel find themselves in coloured designs of
the cast, in panels that somebody coloured, and in panels of earlier pages: those just before, and
those in which something was new. A figure is one of the cast as a whole, and a part of it is found
among like parts. What is found nowhere, the model colours, and later pages take it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nurie.arrays import Floats, Ints, Mask, Rgb8
from nurie.document import PAPER, Design, Layers, Palette, Sketch
from nurie.errors import OptionError
from nurie.film.drawings import Drawings, Frame, Progress, Reader, invent
from nurie.film.film import SPECK
from nurie.film.keys import NEAR, Entries, gray_lines, key_entries, read_key
from nurie.film.match import LearnedMatcher
from nurie.film.motion import Small
from nurie.film.spread import take_beside
from nurie.film.store import Cel
from nurie.painting.read import Drawing, Scene
from nurie.painting.terms import Named
from nurie.regions.ink import find_ink
from nurie.regions.measure import measure, protected
from nurie.regions.panels import panels

BEFORE = 3
"""Panels just before a panel in which it looks for itself."""

BANK, NOVEL = 8, 0.08
"""Earlier panels that are remembered for what was new in them, and the share of a panel from which
on something new is worth it. The one with the least goes first."""

BEFORE_TRUST = 0.3
"""How much a panel is trusted that took its own colours from others."""

KNOWN, OWN = 0.2, 0.02
"""Match with like parts from which on a region is known, and one of a figure, which the model would
hardly colour better. 41 of 100 regions behind figures reach the first on panels drawn by program;
without the parts, 89."""

WHOLE = 2.0
"""How much of a match with a figure depends on what the rest of the figure finds in it: 49 % of
regions right without, 53 % with it, on panels drawn by program."""

WORDS = 0.5
"""Chance from which on a region is lettering or what it stands on, and stays white."""


@dataclass(frozen=True, eq=False)
class Known:
    """A drawing whose colours are settled, for others to take."""

    scene: Scene
    entries: Ints
    """(n,) int32, ``PAPER`` where it is white."""
    given: Mask
    """(n,) bool: what others may take; the paper around a design is no thing."""
    named: Named | None
    """What its regions show, where the model tells."""
    settled: bool = True
    """Whether somebody coloured it."""
    new: float = 0.0
    """Share of it that was seen here first."""


class Book:
    """Pages of one cast, coloured as one.

    Args:
        reader: the model.
        pages: in the order of reading; functions are called again when their page is written.
        designs: coloured drawings of the cast, (H, W, 3) uint8.
        words: colours of a cast by part. Those of one figure of several count in the first panel
            that shows as many figures as the cast has, from left to right; later ones follow it.
        keys: coloured pictures of some pages, by number from 0; later pages follow them.
        palette: colours that the model may take for what is new.
        seed: of what the model invents.
        gap: widest opening in a line, in pixels; automatic if None.
        cache: folder for what was read, so that a run that was ended goes on.
        patient: go on where a page cannot be read; ``failed`` then says which and why.
        progress: called as work goes on.
        names: what pages are called in messages, their numbers from 1 when None.

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
        words: Design | None = None,
        keys: Mapping[int, Rgb8] | None = None,
        palette: Palette | None = None,
        seed: int = 0,
        gap: float | None = None,
        cache: Path | None = None,
        patient: bool = False,
        progress: Progress | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        if not pages:
            raise OptionError("The book has no pages.")
        self._names = names or [str(number) for number in range(1, len(pages) + 1)]
        for number in keys or ():
            if not 0 <= number < len(pages):
                raise OptionError(f"There is no page {number + 1}: the book has {len(pages)}.")
        self._reader, self._palette, self._seed = reader, palette, seed
        self._keys = dict(keys or {})
        self._pages = Drawings(
            reader, pages, gap=gap, hold=False, cache=cache, patient=patient,
            progress=progress or (lambda *_: None), lean=False,
        )  # fmt: skip
        self._matcher = LearnedMatcher(reader.session)
        self.failed = self._pages.failed
        """Pages that could not be read, and why."""
        self._entries = Entries()
        self._words, self._met = words or Design((), ()), False
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
        entries = key_entries(colors, NEAR, self._entries)
        paper = (entries < 0) & (reference.scene.measures.border > 0)
        named = self._named(reference.scene)
        # Whoever is on it is one: a shoe that touches no leg is hers all the same.
        named = named and replace(named, figure=np.ones_like(named.figure))
        return Known(reference.scene, entries, ~paper, named)

    def _named(self, scene: Scene) -> Named | None:
        """What regions show, and whose they are."""
        from nurie.painting.parts import name_regions

        return name_regions(self._reader.session, scene, self._reader.traits.constants)

    def _color(self, number: int) -> None:
        """Settle the colours of a page, panel by panel."""
        index = self._pages.of_frame[number]
        if index < 0 or index in self._colors:
            return
        page, labels = self._pages.cel(index), self._pages.labels(index)
        sketch, count = self._pages.sketch(number), len(page.paper)
        entries, sure = np.full(count, PAPER, np.int32), np.ones(count, np.float32)
        if number in self._keys:
            key, name = self._keys[number], self._names[number]
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
            seen = page.scene
            looks, places, parts = (a[owner] for a in (seen.features, seen.geometry, seen.parts))
            scene = Scene(looks, places, measure(local), seen.picture, parts)
            if number in self._keys:
                every = np.ones(len(owner), bool)
                self._cast.append(Known(scene, entries[owner], every, self._named(scene)))
                continue
            none = np.zeros(len(owner), bool)
            drawing = Drawing(part, local, scene, none, named=self._named(scene))
            entries[owner], sure[owner] = self._panel(drawing)
        self._colors[index] = entries, sure

    def _panel(self, drawing: Drawing) -> tuple[Ints, Floats]:
        """Entries of a panel's regions, and how sure they are; others may take them from now on."""
        scene, named = drawing.scene, drawing.named
        taken, sure = self._found(scene, named)
        said = self._said(drawing)
        sure[said >= 0], taken = 1, np.where(said >= 0, said, taken)
        if named is not None:
            written = named.share(("caption", "lettering", "gutter")) > WORDS
            sure[written], taken[written] = 1, PAPER
        body = np.zeros(len(sure), bool) if named is None else named.figure > 0
        area, lost = scene.measures.area, sure < np.where(body, OWN, KNOWN)
        new = lost & (area >= SPECK * drawing.labels.size)
        if new.any():
            made = invent(
                self._reader, drawing, np.where(lost, PAPER, taken), new, self._entries,
                palette=self._palette, seed=self._seed, exact=False,
            )  # fmt: skip
            taken[new] = made[new]
        take_beside(taken, np.flatnonzero(lost & ~new).tolist(), scene.measures)
        share = float(area[new].sum() / drawing.labels.size)
        every = np.ones(len(taken), bool)
        known = Known(scene, taken, every, named, settled=False, new=share)
        self._last = [*self._last, known][-BEFORE:]
        if share >= NOVEL:
            self._bank.append(known)
            if len(self._bank) > BANK:
                self._bank.remove(min(self._bank, key=lambda one: one.new))
        return taken, sure

    def _said(self, drawing: Drawing) -> Ints:
        """(n,) entries of what words speak of, ``PAPER`` elsewhere."""
        from nurie.painting.parts import obey

        named, free = drawing.named, ~drawing.paper
        found, wishes = np.full(len(free), PAPER, np.int32), self._words.wishes
        if named is None or not wishes:
            return found
        meet = not self._met and int(named.figure.max(initial=0)) == len(self._words.cast)
        wishes = tuple(wish for wish in wishes if meet or not wish.figure)
        self._met |= meet
        owner = obey(named, wishes, drawing.scene, free, self._reader.traits.constants)[0]
        colors = np.array([wish.color for wish in wishes], np.uint8).reshape(-1, 3)
        found[owner >= 0] = self._entries.find(colors[owner[owner >= 0]])
        return found

    def _found(self, scene: Scene, named: Named | None) -> tuple[Ints, Floats]:
        """(n,) entries that regions have elsewhere, and how sure it is that they are there."""
        cel, before = _cel(scene), (k for k in self._last if k not in self._bank)
        sources = [*self._cast, *self._bank, *before]
        count, white = len(scene.geometry), len(self._entries)
        votes, sure = np.zeros((count, white + 1), np.float32), np.zeros(count, np.float32)
        if not sources:
            return np.full(count, PAPER, np.int32), sure
        found = [self._matcher(_cel(s.scene), cel)[1] * _alike(named, s.named) for s in sources]
        # Whoever is likest in the cast is so whatever earlier panels say.
        first = len(self._cast)
        whole = _whole(found[:first], self._cast, scene, named)
        for place in range(first, len(sources)):
            whole += _whole(found[place : place + 1], sources[place : place + 1], scene, named)
        for source, share in zip(sources, whole, strict=True):
            share[:, ~source.given] = 0
            trust = 1.0 if source.settled else BEFORE_TRUST
            np.add.at(votes.T, np.where(source.entries < 0, white, source.entries), trust * share.T)
            sure = np.maximum(sure, share.sum(axis=1))
        best = votes.argmax(axis=1)
        return np.where(best == white, PAPER, best).astype(np.int32), sure

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


def _alike(ours: Named | None, theirs: Named | None) -> Floats | float:
    """(n, m) in [0, 1]: how alike regions of two drawings are in what they show."""
    if ours is None or theirs is None:
        return 1.0
    one, two = (
        of.chance / np.linalg.norm(of.chance, axis=1, keepdims=True) for of in (ours, theirs)
    )
    return np.asarray(one @ two.T)


def _whole(
    found: Sequence[Floats], sources: Sequence[Known], scene: Scene, named: Named | None
) -> list[Floats]:
    """Matches (n, m) with each source, once each figure is one of the figures there as a whole."""
    if named is None or not sources:
        return list(found)
    whose = [s.named.figure if s.named is not None else 0 * s.entries for s in sources]
    # Numbers that tell the figures of all sources apart.
    ends = np.cumsum([0, *(int(one.max(initial=0)) + 1 for one in whose)])
    whose = [one + end for one, end in zip(whose, ends, strict=False)]
    both, owner = np.concatenate(found, axis=1), np.concatenate(whose)
    for figure in range(1, int(named.figure.max(initial=0)) + 1):
        rows = np.flatnonzero(named.figure == figure)
        weight = np.sqrt(scene.measures.area[rows])
        held = np.bincount(owner, weight @ both[rows], ends[-1]) / weight.sum()
        turned = both[rows] * ((held / max(held.max(), 1e-6)) ** WHOLE)[owner]
        mass, left = (m.sum(axis=1, keepdims=True) for m in (both[rows], turned))
        both[rows] = turned * mass / np.maximum(left, 1e-6)
    return np.split(both, np.cumsum([len(one) for one in whose])[:-1], axis=1)


def _cel(scene: Scene) -> Cel:
    """A drawing that nothing moves to: panels have no motion in common."""
    count = len(scene.geometry)
    nowhere = Small(np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.int32), count)
    return Cel(scene, np.zeros(count, bool), nowhere, (0, 0))
