"""A model of regions in memory, which colours drawings."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nurie.api.asked import check_asked, gray_of, sketch_of
from nurie.arrays import AnyArray, Histogram, Labels
from nurie.document import Guidance, Hints, Layers, Palette, Sketch
from nurie.models.registry import DEFAULT, find_region
from nurie.models.session import RegionSession
from nurie.painting.colorize import (
    Drawing,
    Traits,
    View,
    arrange,
    colorize,
    consult,
    look,
    obey,
    read_reference,
)
from nurie.painting.gray import lit, parted
from nurie.painting.references import Reference
from nurie.painting.variations import POOL, is_new, ranked
from nurie.regions.segment import segment

TEMPERATURE = 0.25
"""How freely the first answer is drawn where a palette is given, which would be used in one entry
alone, or a seed; else it is the safest."""

FREER = 0.6
"""How freely further variations are drawn."""


class Colorizer:
    """A model in memory that colours any number of drawings.

    Args:
        session: the model.

    Example:
        >>> layers = Colorizer.load().colorize(drawing)  # doctest: +SKIP
    """

    def __init__(self, session: RegionSession) -> None:
        self._session = session
        spec = session.spec
        self._traits = Traits(
            spec.size, spec.entries, spec.bin_colors, spec.prior, spec.calibration
        )

    @classmethod
    def load(cls, name: str | Path = DEFAULT) -> "Colorizer":
        """Open a packaged model by name, or any exported one by path.

        Raises:
            ModelError: there is no such model, it is a painter, or its files were changed.
        """
        return cls(RegionSession(find_region(name)))

    def colorize(  # noqa: PLR0913 - what a person may ask for
        self,
        picture: Sketch | AnyArray,
        *,
        hints: Hints | None = None,
        palette: Palette | None = None,
        references: Sequence[AnyArray] = (),
        histogram: Histogram | None = None,
        gray: AnyArray | None = None,
        seed: int = 0,
        gap: float | None = None,
    ) -> Layers:
        """Colour one drawing.

        Args:
            picture: a sketch, or an array (H, W), (H, W, 3) or (H, W, 4), uint8 or uint16, dark
                lines on lighter or transparent paper.
            hints: colours at pixels; a region that holds one takes exactly that colour, and
                one that holds several is cut between them.
            palette: every other flat colour comes from it.
            references: coloured drawings (H, W, 3) uint8 of the same things; what is found in one
                of them takes exactly its colour there, the rest takes colours of theirs.
            histogram: (512,) shares of colours to draw from, in place of those of the training.
            gray: the same drawing with tones, (H, W), (H, W, 3) or (H, W, 4), of any size with the
                same proportions: every region becomes as light as it is there, only hue and chroma
                are chosen; entries of a palette come as near as they can.
            seed: other seeds give other colours; the same seed gives the same bytes.
            gap: widest opening in a line that still closes a region, in pixels; automatic if None.

        Returns:
            The layers.

        Raises:
            InputError: the array is not a picture.
            OptionError: an option cannot be obeyed.
        """
        return self.variations(
            picture, 1, hints=hints, palette=palette, references=references, histogram=histogram,
            gray=gray, seed=seed, gap=gap,
        )[0]  # fmt: skip

    def variations(  # noqa: PLR0913 - what a person may ask for
        self,
        picture: Sketch | AnyArray,
        count: int,
        *,
        hints: Hints | None = None,
        palette: Palette | None = None,
        references: Sequence[AnyArray] = (),
        histogram: Histogram | None = None,
        gray: AnyArray | None = None,
        seed: int = 0,
        gap: float | None = None,
    ) -> list[Layers]:
        """Several distinct colourings of one drawing, which is read once.

        Returns:
            At most ``count`` layers, fewer where the drawing has not so many answers (no regions,
            everything hinted). The first is the answer of ``colorize``; then likely ones that are
            unlike each other.

        Raises:
            InputError: the array is not a picture.
            OptionError: an option cannot be obeyed.
        """
        sketch = picture if isinstance(picture, Sketch) else sketch_of(picture)
        hints = sketch.hints if hints is None else hints
        check_asked(count, seed, Guidance(hints, palette), sketch)
        view = self.look(sketch)
        tones = None if gray is None else gray_of(gray, sketch.shape)
        if tones is not None:
            view = replace(view, ink=parted(view.ink, tones))
        drawing = self.arrange(sketch, view, segment(sketch.pixels, gap=gap, ink=view.ink))
        if hints is not None and len(hints.rows):
            drawing, hints = self.obey(drawing, view, hints)
        if tones is not None:
            drawing = lit(drawing, tones, view.ink)
        drawing = self.consult(drawing, references)
        guidance = Guidance(hints, palette, histogram)
        return self.answers(drawing, count, guidance=guidance, seed=seed)

    def look(self, sketch: Sketch) -> View:
        """What the model sees of a sketch, for ``arrange``."""
        return look(sketch, self._session, self._traits)

    def arrange(self, sketch: Sketch, view: View, labels: Labels) -> Drawing:
        """A sketch cut into regions of one's own, for ``answers``.

        Args:
            sketch: the drawing.
            view: from ``look``.
            labels: (H, W) int32, 0 line, 1…n without holes.
        """
        return arrange(sketch, view, labels, self._traits)

    def read_reference(self, picture: AnyArray) -> Reference:
        """A coloured drawing (H, W, 3) uint8 as ``consult`` reads it, for many drawings."""
        return read_reference(picture, self._session, self._traits)

    def consult(self, drawing: Drawing, references: Sequence[AnyArray | Reference]) -> Drawing:
        """A drawing that knows its colours in coloured drawings of the same things.

        Args:
            drawing: from ``arrange`` or ``obey``.
            references: (H, W, 3) uint8 pictures, or what ``read_reference`` made of them.
        """
        read = [r if isinstance(r, Reference) else self.read_reference(r) for r in references]
        return consult(drawing, self._session, read, self._traits)

    def obey(self, drawing: Drawing, view: View, hints: Hints) -> tuple[Drawing, Hints]:
        """A drawing whose regions are cut where hints of different colours share one.

        Args:
            drawing: from ``arrange``.
            view: that it was arranged from.
            hints: colours at pixels of the sketch.

        Returns:
            The drawing and the hints that count, both for ``answers``.
        """
        return obey(drawing, view, hints, self._traits)

    def answers(
        self,
        drawing: Drawing,
        count: int,
        *,
        guidance: Guidance,
        seed: int = 0,
    ) -> list[Layers]:
        """What ``variations`` returns, for a drawing that was read already.

        Args:
            drawing: from ``arrange``.
            count: the most answers.
            guidance: what is asked of the colours.
            seed: other seeds give other colours.

        Raises:
            OptionError: an option cannot be obeyed.
        """
        return list(self.numbered(drawing, count, guidance=guidance, seed=seed).values())

    def numbered(
        self,
        drawing: Drawing,
        count: int,
        *,
        guidance: Guidance,
        seed: int = 0,
    ) -> dict[int, Layers]:
        """The same answers, each by the number under which ``answer`` gives it alone."""
        check_asked(count, seed, guidance, drawing.sketch)
        found, area = dict[int, Layers](), drawing.scene.measures.area
        pool = POOL * count if count > 1 else 1
        for number in range(6 * count):
            layers = self.answer(drawing, guidance=guidance, seed=seed, number=number)
            if is_new(layers, list(found.values()), area):
                found[number] = layers
            if len(found) == pool or (number == 0 and not layers.entries.size - 1):
                break
        number_of = {id(layers): number for number, layers in found.items()}
        best = ranked(list(found.values()), count, area)
        return {number_of[id(layers)]: layers for layers in best}

    def answer(
        self, drawing: Drawing, *, guidance: Guidance, seed: int = 0, number: int = 0
    ) -> Layers:
        """One answer of a seed; number 0 is the first, that of seed 0 the safest one."""
        check_asked(1, seed, guidance, drawing.sketch)
        return colorize(
            drawing,
            self._session,
            self._traits,
            guidance=guidance,
            temperature=_temperature(seed, number, safe=guidance.palette is None),
            rng=np.random.default_rng([seed, number]),
        )


def _temperature(seed: int, number: int, *, safe: bool) -> float:
    """How freely the answer of that number is drawn."""
    if number:
        return FREER + min(number / 48, 0.5)
    return 0.0 if safe and not seed else TEMPERATURE
