"""The drawings of a film: each is read once, equal frames are one, and little stays in memory."""

import copy
import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask
from nurie.document import PAPER, Hints, Layers, Palette, Sketch, sketch_of
from nurie.errors import NurieError
from nurie.film.keys import NEAR, Entries, gray_lines
from nurie.film.motion import shrink
from nurie.film.store import Cel, Store
from nurie.painting.read import Drawing

AHEAD = 3
"""Drawings that are read ahead in other threads."""

STAMP = 32
"""Side in pixels at which drawings are compared to find loops."""

Progress = Callable[[str, int, int], None]
"""Called with what is done (``read``, ``match``, ``color``), how many of how many."""

Frame = Sketch | AnyArray | Callable[[], "Sketch | AnyArray"]
"""A drawing, or a function that reads it and is called again when it is written."""


class Reader(Protocol):
    """What reads drawings and colours what is new: a ``Colorizer``."""

    session: Any
    traits: Any

    def read(
        self, picture: Sketch, *, gap: float | None = None, labels: Labels | None = None
    ) -> Any:
        """A reading, with its ``drawing`` and ``view``."""
        ...

    def resume(self, drawing: Drawing) -> Any:
        """A reading of what was read before, with ``colorize``."""
        ...


@dataclass(frozen=True, eq=False)
class Card:
    """What stays in memory of a drawing; the rest is in the store."""

    digest: str
    frame: int
    """The first that shows it."""
    paper: Mask
    area: Floats
    shape: tuple[int, int]
    look: Floats
    """(k,) of unit length: the drawing at the size of a stamp, to find loops by."""


class Drawings:
    """What is known of a film's drawings.

    Arguments are those of ``Film``; ``lean`` ones are read only so far as matching needs it.

    Raises:
        NurieError: a frame cannot be read, or none can.
    """

    def __init__(  # noqa: PLR0913 - what reading depends on
        self,
        reader: Reader,
        frames: Sequence[Frame],
        *,
        gap: float | None,
        hold: bool,
        cache: Path | None,
        patient: bool,
        progress: Progress,
        lean: bool = True,
    ) -> None:
        self._reader, self._frames, self._gap, self._hold = reader, list(frames), gap, hold
        self._lean = lean
        self.store, self._say = Store(cache), progress
        self.failed: dict[int, NurieError] = {}
        """Frames that could not be read, by number."""
        self.cards: list[Card] = []
        self.of_frame: list[int] = []
        """Of each frame the number of its drawing, -1 where it could not be read."""
        self._read_all(patient=patient)

    def __len__(self) -> int:
        """Number of different drawings."""
        return len(self.cards)

    def cel(self, index: int) -> Cel:
        """What the model saw of a drawing, read from the store."""
        return self.store.cel(self.cards[index].digest)

    def labels(self, index: int) -> Labels:
        """(H, W) int32 regions of a drawing."""
        return self.store.labels(self.cards[index].digest)

    def drawing(self, index: int) -> Drawing:
        """A drawing that can be coloured."""
        cel = self.cel(index)
        return Drawing(
            self.sketch(self.cards[index].frame), self.labels(index), cel.scene, cel.paper
        )

    def whole(self, index: int) -> Drawing:
        """A drawing with all that the model looks at to colour it, read again."""
        sketch = self.sketch(self.cards[index].frame)
        found: Drawing = self._reader.read(sketch, labels=self.labels(index)).drawing
        return found

    def sketch(self, number: int) -> Sketch:
        """The drawing of a frame, read again."""
        frame = self._frames[number]
        picture = frame() if callable(frame) else frame
        return picture if isinstance(picture, Sketch) else sketch_of(picture)

    def _read_all(self, *, patient: bool) -> None:
        """Read every frame once; equal ones become one drawing."""
        seen, last, count = dict[str, int](), -1, 0
        held: tuple[AnyArray, AnyArray] | None = None
        waiting: deque[tuple[int, str, Future[tuple[Cel, Labels]] | None]] = deque()
        with ThreadPoolExecutor(2) as pool:
            for number in range(len(self._frames)):
                try:
                    sketch = self.sketch(number)
                except NurieError as error:
                    if not patient:
                        raise
                    self.failed[number] = error
                    self.of_frame.append(-1)
                    continue
                digest = self._digest(sketch)
                inked = _inked(sketch) if self._hold else None
                if digest not in seen and inked and held and _alike(inked, held):
                    seen[digest] = last
                if digest not in seen:
                    held, last, count = inked, count, count + 1
                    seen[digest] = last
                    job = None if self.store.has(digest) else pool.submit(self._look, sketch)
                    waiting.append((number, digest, job))
                self.of_frame.append(seen[digest])
                while len(waiting) > AHEAD:
                    self._settle(*waiting.popleft())
                self._say("read", number + 1, len(self._frames))
            while waiting:
                self._settle(*waiting.popleft())
        if not self.cards:
            raise next(iter(self.failed.values()))

    def _settle(self, number: int, digest: str, job: "Future[tuple[Cel, Labels]] | None") -> None:
        """Keep what a thread has read, and of it in memory only what is needed all the time."""
        import cv2

        cel = self.store.cel(digest, job.result if job else None)
        look = cv2.resize(cel.small.far, (STAMP, STAMP), interpolation=cv2.INTER_AREA).astype(
            np.float32
        )
        look = (look - look.mean()).ravel()
        look /= max(float(np.linalg.norm(look)), 1e-6)
        area = cel.scene.measures.area
        self.cards.append(Card(digest, number, cel.paper, area, cel.shape, look))

    def _look(self, sketch: Sketch) -> tuple[Cel, Labels]:
        reader = self._reader
        if self._lean:
            # What is lettering is looked for where something new is coloured, and spreads from
            # there: of a second's half that reading takes, this and names are two fifths.
            reader, sketch = copy.copy(reader), replace(sketch, letters=False)
            reader.traits = replace(reader.traits, lean=True)
        reading = reader.read(sketch, gap=self._gap)
        drawing: Drawing = reading.drawing
        small = shrink(reading.view.ink.mask, drawing.labels, len(drawing.paper))
        return Cel(drawing.scene, drawing.paper, small, sketch.shape), drawing.labels

    def _digest(self, sketch: Sketch) -> str:
        """Of a drawing's pixels, how it is cut, and who reads it."""
        about = f"{sketch.pixels.shape} {sketch.pixels.dtype} {self._gap} {self._lean}"
        seen = hashlib.sha256(f"{about} {self._reader.session.spec.name}".encode())
        seen.update(np.ascontiguousarray(sketch.pixels).data)
        return seen.hexdigest()[:32]


def _inked(sketch: Sketch) -> tuple[AnyArray, AnyArray]:
    """Where a drawing is dark, and where it is at least gray: (H, W) uint8 each."""
    gray = gray_lines(sketch)
    return (gray < 112).astype(np.uint8), (gray < 176).astype(np.uint8)


def _alike(one: tuple[AnyArray, AnyArray], two: tuple[AnyArray, AnyArray]) -> bool:
    """Whether two drawings differ by noise: what is dark in one is at least gray beside it."""
    import cv2

    if one[0].shape != two[0].shape:
        return False
    near = np.ones((3, 3), np.uint8)
    return not any(
        bool((dark & (1 - cv2.dilate(gray, near))).any())
        for dark, gray in ((one[0], two[1]), (two[0], one[1]))
    )


def invent(  # noqa: PLR0913 - what the model is told
    reader: Reader,
    drawing: Drawing,
    taken: Ints,
    new: Mask,
    entries: Entries,
    *,
    palette: Palette | None,
    seed: int,
    exact: bool = True,
) -> Ints:
    """(n,) entries that the model gives the ``new`` (n,) regions of a drawing, ``PAPER`` elsewhere.

    It sees the entries ``taken`` (n,) by the others. A colour that is hardly different from an
    entry becomes one of its own where it is to be ``exact``.
    """
    labels = drawing.labels
    at = np.flatnonzero(~new & (taken >= 0))
    hints = None
    if len(at):
        pixel = np.zeros(len(new) + 1, np.int64)
        pixel[labels.ravel()] = np.arange(labels.size)
        rows, columns = np.divmod(pixel[1:][at], labels.shape[1])
        hints = Hints(
            rows.astype(np.int32), columns.astype(np.int32),
            entries.colors[taken[at]], np.arange(len(at), dtype=np.int32),
        )  # fmt: skip
    layers: Layers = reader.resume(drawing).colorize(
        hints=hints, palette=palette, seed=seed, spread=1.0
    )
    chosen = new & (layers.entries[1:] >= 0)
    found = np.full(len(new), PAPER, np.int32)
    colors = layers.region_colors()[1:][chosen]
    found[chosen] = entries.find(colors, 0.0 if exact else NEAR)
    return found
