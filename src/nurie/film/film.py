"""A film: its drawings read once, matched once, and coloured together."""

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from nurie.arrays import Floats, Ints, Mask, Rgb8
from nurie.document import PAPER, Hints, Layers, Palette
from nurie.errors import InputError, OptionError
from nurie.film.drawings import Drawings, Frame, Progress, Reader, invent
from nurie.film.keys import Entries, key_entries, read_key
from nurie.film.match import LearnedMatcher
from nurie.film.pairs import Pairs
from nurie.film.spread import Spread, corrected, doubts, next_key, spread, take_beside
from nurie.painting.read import Drawing
from nurie.regions.measure import protected

NEW = 0.08
"""Votes that a region must get: with fewer it is new in the film, and the model colours it."""

SPECK = 2e-4
"""Share of the picture below which something new takes the colour beside it, without the model."""

ROUNDS = 4
"""Times that the model colours what is new in drawings far from each other and lets it spread; what
is new after that, it colours drawing by drawing."""


class Film:
    """Drawings of one cast, coloured as one.

    Work is done for each *drawing*, never for each frame: equal frames are one drawing. Each is
    read and segmented once, each pair that lies near matched once; after that keys and corrections
    spread without the model. Reading several frames from several threads is safe.

    Args:
        reader: the model.
        frames: the drawings in order; functions are called again when their frame is written.
        keys: coloured pictures of some frames, (H, W, 3) uint8, by frame number from 0.
        palette: colours that regions without a key take.
        seed: of what the model invents.
        gap: widest opening in a line, in pixels; automatic if None.
        cuts: frames, from 0, at which a new cut begins; found by themselves when None.
        hold: whether frames that differ by noise alone are one drawing, too; equal ones always are.
        cache: folder for what was read, so that a run that was ended goes on; a temporary one when
            None.
        patient: go on where a frame cannot be read; ``failed`` then says which and why.
        progress: called as work goes on.
        names: what frames are called in messages, their numbers from 1 when None.

    Raises:
        InputError: a frame cannot be read, or a key is not of its frame.
        OptionError: there are no frames, or a key is of no frame.
    """

    def __init__(  # noqa: PLR0913 - what a film is made of
        self,
        reader: Reader,
        frames: Sequence[Frame],
        *,
        keys: Mapping[int, Rgb8] | None = None,
        palette: Palette | None = None,
        seed: int = 0,
        gap: float | None = None,
        cuts: Sequence[int] | None = None,
        hold: bool = True,
        cache: Path | None = None,
        patient: bool = False,
        progress: Progress | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        if not frames:
            raise OptionError("The film has no frames.")
        self._names = names or [str(number) for number in range(1, len(frames) + 1)]
        for number in (*(keys or {}), *(cuts or ())):
            self._check(number, len(frames))
        self._reader, self._palette, self._seed = reader, palette, seed
        self._say: Progress = progress or (lambda *_: None)
        self._lock = threading.RLock()
        self._drawings = Drawings(
            reader, frames, gap=gap, hold=hold, cache=cache, patient=patient, progress=self._say
        )
        self._cards = self._drawings.cards
        self.failed = self._drawings.failed
        """Frames that could not be read, and why."""
        self.drawing_of = self._drawings.of_frame
        """Of each frame the number of the drawing that it shows, -1 where it could not be read."""
        starts = None if cuts is None else {self.drawing_of[cut] for cut in cuts}
        self._pairs = Pairs(LearnedMatcher(reader.session), self._drawings, starts, self._say)
        self._matches = self._pairs.matches
        self._entries = Entries()
        self._known: dict[int, Ints] = {}
        self._invented: dict[int, tuple[Mask, Ints]] = {}
        self._fixed: dict[int, tuple[Mask, Ints]] = {}
        """Of corrected drawings which regions were corrected, and all their entries."""
        for number, picture in (keys or {}).items():
            if number not in self.failed:
                self._set_key(number, picture)
        self._pairs.link(self._known)
        self.changed: set[int] = set(range(len(frames)))
        """Frames whose colours changed since ``layers`` last gave them."""
        self._colors: list[Ints] = []
        self._spread()

    @staticmethod
    def _check(number: int, count: int) -> None:
        if not 0 <= number < count:
            raise OptionError(f"There is no frame {number + 1}: the film has {count}.")

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.drawing_of)

    @property
    def drawings(self) -> int:
        """Number of different drawings."""
        return len(self._cards)

    @property
    def palette(self) -> Palette:
        """All colours of the film; every frame points at these entries."""
        return self._entries.palette

    def _set_key(self, number: int, picture: Rgb8) -> None:
        """Take all colours of a drawing from a coloured picture of it."""
        index, name = self.drawing_of[number], self._names[number]
        if index < 0:
            raise InputError(f"Frame {name} could not be read, so its key is of no use.")
        labels, count = self._drawings.labels(index), len(self._cards[index].paper)
        said = read_key(picture, self._drawings.sketch(number), labels, count, name=name)
        self._known[index] = key_entries(*said, self._entries)
        # The picture is what was last said of this drawing.
        self._fixed.pop(index, None)

    def _spread(self) -> None:
        """Colours of all drawings from the keys; what is new anywhere, the model colours."""
        invented, fixed = self._invented, self._fixed
        self._invented, self._fixed = {}, {}
        votes = self._propagate()
        for index, (given, entry) in invented.items():
            # What the model coloured is let go where keys say something by now.
            self._invented[index] = given & (votes.sure(index) < NEW), entry
        self._votes = self._propagate()
        for turn in range(ROUNDS):
            new = {i: mask for i in range(len(self._cards)) if (mask := self._new(i)).any()}
            for index in self._chosen(new, last=turn == ROUNDS - 1):
                self._invent(index, new[index])
            if not new:
                break
            self._votes = self._propagate()
        self._replace([self._settled(i) for i in range(len(self._cards))])
        for index, (given, entry) in fixed.items():
            self._correct(index, np.flatnonzero(given).astype(np.int32), entry[given])

    def _replace(self, colors: list[Ints]) -> None:
        """Take other colours, and remember which frames they change."""
        before = self._colors
        self._colors = colors
        for number, index in enumerate(self.drawing_of):
            if index >= 0 and before and not np.array_equal(before[index], colors[index]):
                self.changed.add(number)

    def _propagate(self) -> Spread:
        """Votes for the palette's entries, and last for paper."""
        paper, clamped = len(self._entries), {}
        # What a drawing alone takes for paper, a row of windows for lettering, is none where a key
        # colours it: paper spreads like any other entry.
        everything = {i: (np.ones(len(e), bool), e) for i, e in self._known.items()}
        told = self._invented | everything
        for index, (fixed, entry) in self._fixed.items():
            given, other = told.get(index, (np.zeros_like(fixed), entry))
            told[index] = given | fixed, np.where(fixed, entry, other)
        for index, (given, entry) in told.items():
            filled = np.where(entry == PAPER, paper, entry)
            clamped[index] = given, np.where(given, filled, 0).astype(np.int32)
        counts = [len(card.paper) for card in self._cards]
        later = {index: fixed for index, (fixed, _) in self._fixed.items()}
        return spread(self._matches, counts, clamped, paper + 1, later)

    def _new(self, index: int) -> Mask:
        """Regions that nobody says anything of, and that are large enough for the model."""
        card = self._cards[index]
        if index in self._known:
            return np.zeros(len(card.paper), bool)
        large = card.area >= SPECK * card.shape[0] * card.shape[1]
        new = (self._votes.sure(index) < NEW) & large & ~card.paper
        if index in self._invented:
            new &= ~self._invented[index][0]
        return np.asarray(new)

    def _chosen(self, new: Mapping[int, Mask], *, last: bool) -> list[int]:
        """Drawings in which the model colours what is new, before that spreads."""
        if last:
            return list(new)
        if new and not self._known and not self._invented:
            # The most central one: the others find most of themselves in it.
            mass = {i: sum(float(m.share.sum()) * m.trust for m in self._matches[i]) for i in new}
            return [max(mass, key=lambda i: (mass[i], -i))]
        area = {i: float(self._cards[i].area[mask].sum()) for i, mask in new.items()}
        chosen: list[int] = []
        for i in sorted(area, key=lambda i: (-area[i], i)):
            if all(abs(i - other) > 3 for other in chosen):
                chosen.append(i)
        return chosen

    def _invent(self, index: int, new: Mask) -> None:
        """Let the model colour new regions beside the known ones."""
        drawing = self._drawings.whole(index)
        chosen = invent(
            self._reader, drawing, self._settled(index), new, self._entries,
            palette=self._palette, seed=self._seed,
        )  # fmt: skip
        given, entry = self._invented.get(
            index, (np.zeros(len(new), bool), np.full(len(new), PAPER, np.int32))
        )
        bare = drawing.paper & (self._votes.sure(index) < NEW)
        self._invented[index] = given | new | bare, np.where(new, chosen, entry).astype(np.int32)

    def _settled(self, index: int) -> Ints:
        """Entries of a drawing's regions; ``PAPER`` where it stays white."""
        entries = self._votes.entries(index)
        lost = np.flatnonzero((entries < 0) & ~self._cards[index].paper).tolist()
        entries[entries == self._votes.votes[index].shape[1] - 1] = PAPER
        if lost:
            take_beside(entries, lost, self._drawings.cel(index).scene.measures)
        return entries

    def add_key(self, number: int, picture: Rgb8) -> None:
        """Give a coloured picture of a frame; all drawings follow.

        Raises:
            InputError: it is not of the frame.
            OptionError: there is no such frame.
        """
        self._check(number, len(self))
        with self._lock:
            self._set_key(number, picture)
            self._pairs.link(self._known)
            self._spread()

    def fix(self, number: int, hints: Hints) -> None:
        """Correct colours of one frame; all drawings follow, without a run of the model.

        A correction reaches what is the same thing in other drawings, up to where a key or another
        correction is clearly nearer. White is paper, as in a key.

        Raises:
            OptionError: there is no such frame.
        """
        self._check(number, len(self))
        with self._lock:
            if (index := self.drawing_of[number]) < 0:
                return
            inside = self._drawings.labels(index)[hints.rows, hints.columns] - 1
            hit = np.flatnonzero(inside >= 0)[::-1]
            regions, last = np.unique(inside[hit], return_index=True)
            entry = key_entries(hints.colors[hit[last]], 0.0, self._entries)
            self._correct(index, regions.astype(np.int32), entry)

    def _correct(self, index: int, regions: Ints, entry: Ints) -> None:
        """Spread a correction together with the keys and the corrections before it."""
        before, colors, paper = self._votes, list(self._colors), len(self._entries)
        # What the model coloured is nobody's word: the same thing in the same colour gives way.
        wrong = colors[index][regions]
        if any(np.isin(was[given], wrong).any() for given, was in self._invented.values()):
            follow = corrected((index, regions, entry), colors, self._matches, self._known)
            for other, (given, was) in self._invented.items():
                self._invented[other] = given, np.where(given, follow[other], was)
        fixed, chosen = self._fixed.get(index, (np.zeros(len(colors[index]), bool), colors[index]))
        fixed, chosen = fixed.copy(), chosen.copy()
        fixed[regions], chosen[regions] = True, entry
        self._fixed[index] = fixed, chosen
        self._votes = self._propagate()
        for other, old in enumerate(self._colors):
            was, now = before.entries(other), self._votes.entries(other)
            # The palette may have grown by now, and paper comes after it.
            was[was == before.votes[other].shape[1] - 1] = paper
            if (moved := (was != now) & (now >= 0)).any():
                colors[other] = np.where(moved, np.where(now == paper, PAPER, now), old)
        self._replace(colors)

    def recolor(self, old: Rgb8, new: Rgb8) -> None:
        """Change one colour (3,) of the palette to another one, in all frames."""
        with self._lock:
            self._entries.recolor(old, new)
            self.changed.update(range(len(self)))

    def fork(self) -> "Film":
        """A film as this one is now, whose later keys and corrections are its own.

        What was read and matched is shared, so that a step can be tried and taken back at once.
        """
        with self._lock:
            other = copy.copy(self)
            for name in ("_entries", "_known", "_invented", "_fixed", "changed"):
                setattr(other, name, copy.copy(getattr(self, name)))
            pairs = self._pairs.fork()
            vars(other).update(_pairs=pairs, _matches=pairs.matches)
        return other

    def drawing(self, number: int) -> Drawing:
        """The drawing that a frame shows, with its regions."""
        return self._drawings.drawing(self.drawing_of[number])

    def entries(self, number: int) -> Ints:
        """(n,) int32 entries of the palette for the regions of a frame, ``PAPER`` where none."""
        return self._colors[self.drawing_of[number]]

    def layers(self, number: int) -> Layers:
        """One frame, coloured; all frames share the film's palette.

        Raises:
            InputError: the frame could not be read.
        """
        self._check(number, len(self))
        with self._lock:
            index = self.drawing_of[number]
            if index < 0:
                raise self.failed[number]
            labels, card = self._drawings.labels(index), self._cards[index]
            entries = np.append(np.int32(PAPER), self._colors[index]).astype(np.int32)
            hinted = np.zeros(len(entries), bool)
            if index in self._known:
                hinted[1:] = entries[1:] >= 0
            if index in self._fixed:
                hinted[1:] |= self._fixed[index][0]
            sure = np.append(np.float32(0), self.sure(number)).astype(np.float32)
            area = np.append(np.float32(0), card.area).astype(np.float32)
            self.changed.discard(number)
            palette = self.palette
        sketch = self._drawings.sketch(number)
        if sketch.protect is not None:
            entries[1:][protected(labels, sketch.protect)] = PAPER
        return Layers(sketch, labels, entries, palette, hinted, sure, area=area)

    def __iter__(self) -> Iterator[Layers]:
        """All frames, one after the other."""
        for number in range(len(self)):
            yield self.layers(number)
            self._say("color", number + 1, len(self))

    def sure(self, number: int) -> Floats:
        """(n,) float32 in [0, 1]: how sure each region of a frame is of its colour."""
        return self._votes.sure(self.drawing_of[number])

    def unsure(self, number: int, *, below: float = 0.5) -> list[dict[str, float]]:
        """Regions of a frame that are less sure than this, the worst first: label, x, y, sure."""
        index = self.drawing_of[number]
        sure, card = self.sure(number), self._cards[index]
        if index in self._known:
            return []
        doubt = (1 - sure) * np.sqrt(card.area) * (sure < below) * ~card.paper
        middle = self._drawings.cel(index).scene.measures.center
        return [
            {
                "label": region + 1,
                "x": round(float(middle[region, 1]), 1),
                "y": round(float(middle[region, 0]), 1),
                "area": float(card.area[region]),
                "sure": round(float(sure[region]), 3),
            }
            for region in np.argsort(-doubt, kind="stable")[: int((doubt > 0).sum())].tolist()
        ]

    def doubts(self, *, below: float = 0.5) -> list[tuple[int, int]]:
        """Unsure regions of the whole film in the order in which correcting them helps most.

        Each as its frame, the first that shows it, and its label. What keys and corrections settled
        is left out.
        """
        with self._lock:
            doubt = []
            for index, card in enumerate(self._cards):
                sure = self._votes.sure(index)
                open_ = (sure < below) & ~card.paper & (index not in self._known)
                if index in self._fixed:
                    open_ &= ~self._fixed[index][0]
                doubt.append((1 - sure) * np.sqrt(card.area) * open_)
            found = doubts(self._matches, doubt)
        return [(self._cards[index].frame, region + 1) for index, region in found]

    def size(self, number: int) -> tuple[int, int] | None:
        """(height, width) of a frame, None where it could not be read."""
        index = self.drawing_of[number]
        return None if index < 0 else self._cards[index].shape

    def empty(self, number: int) -> bool:
        """Whether a frame has nothing to colour."""
        index = self.drawing_of[number]
        return index >= 0 and bool(self._cards[index].paper.all())

    def next_key(self) -> int | None:
        """The frame, from 0, whose colouring by hand would help most; None when all are keys."""
        with self._lock:
            index = next_key(self._matches, self._votes, [c.area for c in self._cards], self._known)
            return None if index is None else self._cards[index].frame
