"""A model of regions in memory, and a drawing that it has read: two calls colour anything.

``Colorizer.read`` does all that depends on the drawing alone, once; ``Reading.colorize`` and
``Reading.variations`` answer any number of requests.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np

from nurie.arrays import AnyArray, Floats, Histogram, Labels
from nurie.document import (
    Design,
    Guidance,
    Hints,
    Layers,
    Over,
    Palette,
    Sketch,
    Wish,
    fill_hints,
    joined,
    sketch_of,
    with_fills,
)  # fmt: skip
from nurie.errors import OptionError
from nurie.models.registry import DEFAULT, find_region
from nurie.models.session import RegionSession
from nurie.painting.compose import colorize, several
from nurie.painting.read import (
    Drawing,
    Traits,
    View,
    apply_hints,
    arrange,
    check_request,
    encode,
)
from nurie.painting.terms import CONSTANTS, Constants
from nurie.painting.whole import open_backdrop, samples_whole
from nurie.regions.segment import check_gap, segment

# What only some requests need is loaded when they come: it would be half of a plain start.
if TYPE_CHECKING:
    from nurie.film.book import Book
    from nurie.film.drawings import Frame
    from nurie.film.film import Film
    from nurie.painters import Painter
    from nurie.painting.references import Reference

SPREAD = 0.5
"""How far a hint reaches unless requested otherwise."""


class Wanted(TypedDict, total=False):
    """What a person may request of a colouring; all of it may be missing."""

    hints: Hints | None
    """Colours at pixels; a region that holds one takes exactly that colour, and one that holds
    several is cut between them. The sketch's own when None."""
    palette: Palette | None
    """Every other flat colour comes from it."""
    references: Sequence["AnyArray | Reference"]
    """Coloured drawings (H, W, 3) uint8 of the same things; what is found in one of them takes
    exactly its colour there, the rest takes colours of theirs."""
    histogram: Histogram | None
    """(512,) shares of colours to sample from, in place of those of the training."""
    gray: AnyArray | None
    """The same drawing with tones, (H, W), (H, W, 3) or (H, W, 4), of any size with the same
    proportions: every region becomes as light as it is there, only hue and chroma are chosen;
    entries of a palette come as near as they can."""
    words: str | Sequence[Wish] | None
    """Colours of parts, ``black hair, red dress, night sky``; what finds no region is said in
    ``Layers.notes``, and all else keeps the colour that it has without words."""
    design: Design | None
    """Colours of a cast, from ``nurie.read_design``; words count before it."""
    spread: float
    """How far a hint reaches, from 0, its region alone; below 1, as by default, it reaches what
    surely is the same thing, and all else keeps the colour that it has without hints; at 1 the
    model sees the hints and chooses everything anew."""
    names: bool
    """Whether layers are called by what they show, as they are by default."""
    style: str
    """``flat``, ``cel`` or ``soft``: without shade, with one step of it, with a gradient."""
    light: str
    """Where light comes from: ``top-left``, …, or degrees against the clock from the right."""
    seed: int
    """Other seeds give other colours; the same seed gives the same bytes."""


class Colorizer:
    """A model in memory that colours any number of drawings.

    Args:
        session: the model.
        constants: the numbers of the sampler, for studies.
        mirror: whether a drawing is encoded with its mirror image, too.
    """

    def __init__(
        self, session: RegionSession, *, constants: Constants = CONSTANTS, mirror: bool = True
    ) -> None:
        self.session, spec = session, session.spec
        fitted = spec.prior, spec.calibration
        self.traits = Traits(spec.size, spec.entries, spec.bin_colors, *fitted, constants, mirror)

    @classmethod
    def load(cls, name: str | Path = DEFAULT) -> "Colorizer":
        """Open a packaged model by name, or any exported one by path.

        Raises:
            ModelError: there is no such model, it is a painter, or its files were changed.
        """
        return cls(RegionSession(find_region(name)))

    def read(
        self,
        picture: Sketch | AnyArray,
        *,
        gap: float | None = None,
        labels: Labels | None = None,
        view: View | None = None,
    ) -> "Reading":
        """Read a drawing: ink, what the encoder sees, regions, their measures and tokens.

        Args:
            picture: a sketch, or an array (H, W), (H, W, 3) or (H, W, 4), uint8 or uint16, dark
                lines on lighter or transparent paper.
            gap: widest opening in a line that still closes a region, in pixels; automatic if None.
            labels: (H, W) int32, 0 line, 1…n without holes: regions of one's own, in place of those
                that the lines give.
            view: of an earlier reading of the same picture, which is then not encoded again.

        Raises:
            InputError: the array is not a picture.
            OptionError: the gap makes no sense.
        """
        sketch = picture if isinstance(picture, Sketch) else sketch_of(picture)
        check_gap(gap)
        if view is None:
            view = encode(sketch, self.session, self.traits)
        return Reading(self, sketch, view, gap=gap, labels=labels)

    def resume(self, drawing: Drawing) -> "Reading":
        """A reading of regions that were read before, elsewhere; its hints are one a region."""
        return Reading(self, drawing.sketch, None, drawing=drawing)

    def read_reference(self, picture: AnyArray) -> "Reference":
        """Read a coloured drawing (H, W, 3) uint8 once, as a reference for many drawings."""
        from nurie.painting.references import read_reference

        return read_reference(picture, self.session, self.traits)

    def film(self, frames: "Sequence[Frame]", **options: Any) -> "Film":
        """The drawings of a film, matched with each other once: ``layers(number)`` is a frame.

        Frames are sketches, arrays, or functions that read them again; options those of ``Film``.
        """
        from nurie.film.film import Film

        return Film(self, frames, **options)

    def book(self, pages: "Sequence[Frame]", **options: Any) -> "Book":
        """The pages of a book, given as frames of a film are; options are those of ``Book``."""
        from nurie.film.book import Book

        return Book(self, pages, **options)

    def colorize(
        self, picture: Sketch | AnyArray, *, gap: float | None = None, **wanted: Unpack[Wanted]
    ) -> Layers:
        """``read(picture, gap=gap).colorize(…)``, for a drawing that is coloured once."""
        return self.read(picture, gap=gap).colorize(**wanted)


class Reading:
    """A drawing that was read once and can be coloured many times; made by ``Colorizer.read``.

    Where the regions with their tokens, ``drawing``, are all that is known, there is no ``view``.
    """

    def __init__(
        self,
        colorizer: Colorizer,
        sketch: Sketch,
        view: View | None,
        *,
        gap: float | None = None,
        labels: Labels | None = None,
        drawing: Drawing | None = None,
    ) -> None:
        self._colorizer, self._gap, self._labels = colorizer, gap, labels
        self.sketch, self.view = sketch, view
        if drawing is not None:
            self.drawing = drawing

    @cached_property
    def drawing(self) -> Drawing:
        """The regions, their measures and tokens."""
        # A property, so that a gray picture, which cuts the regions anew, does not cut them twice.
        return self._cut(self.view)

    @property
    def labels(self) -> Labels:
        """(H, W) int32, 0 line, 1…n."""
        return self.drawing.labels

    def apply_hints(self, hints: Hints) -> tuple[Drawing, Hints]:
        """Cut regions that hold hints of several colours; see ``painting.read.apply_hints``."""
        return self._hinted(self.drawing, self.view, hints)

    def colorize(self, *, number: int = 0, **wanted: Unpack[Wanted]) -> Layers:
        """Colour the drawing.

        Args:
            number: which answer of the seed; ``Layers.number`` of a variation gives it again.
            wanted: hints, palette, references, …: see ``Wanted``.
        """
        drawing, guidance = self._guided(_checked(wanted))
        return _shaded(self._answer(drawing, guidance, wanted.get("seed", 0), number), wanted)

    def variations(self, count: int, **wanted: Unpack[Wanted]) -> list[Layers]:
        """At most ``count`` distinct colourings, for what is wanted of ``colorize``.

        They are fewer where the drawing has not so many answers (no regions, everything hinted).
        The first is the answer of ``colorize``; then likely ones that are unlike each other.
        """
        drawing, guidance = self._guided(_checked(wanted), count)
        answer = partial(self._answer, drawing, guidance, wanted.get("seed", 0))
        found = several(answer, count, drawing.scene.measures.area)
        return [_shaded(layers, wanted) for layers in found]

    def laid(
        self, words: str | Sequence[Wish] = (), hints: Hints | None = None, spread: float = 0.0
    ) -> Over:
        """What ``colorize`` would lay over the answer for words, and hints that cut no region."""
        from nurie.painting.parts import interpret

        over = interpret(
            self.drawing, self._colorizer.session, self._colorizer.traits, hints=hints,
            parts=() if hints is None else hints.parts, words=(words, None), spread=spread,
        )[1]  # fmt: skip
        assert over is not None, "it is asked for"
        return over

    def _cut(self, view: View | None) -> Drawing:
        assert view is not None
        labels = self._labels
        if labels is None:
            labels = segment(self.sketch.pixels, gap=self._gap, ink=view.ink)
        model, traits = self._colorizer.session, self._colorizer.traits
        return self._opened(arrange(self.sketch, view, labels, model, traits), view)

    def _opened(self, drawing: Drawing, view: View) -> Drawing:
        """The drawing with its backdrop; gutters of a page and a ground of its own stay so."""
        ground = self.sketch.ground
        if view.bands or not (ground is None or ground.plain):
            return drawing
        colorizer = self._colorizer
        return open_backdrop(colorizer.session, drawing, colorizer.traits.constants)

    def _hinted(self, drawing: Drawing, view: View | None, hints: Hints) -> tuple[Drawing, Hints]:
        if view is None:
            return drawing, hints
        model, traits = self._colorizer.session, self._colorizer.traits
        cut, hints = apply_hints(drawing, view, hints, model, traits)
        return (cut if cut is drawing else self._opened(cut, view)), hints

    def _guided(self, wanted: Wanted, count: int = 1) -> tuple[Drawing, Guidance]:
        """The drawing as requests about its regions make it, and what is left for the sampler."""
        hints, gray = wanted.get("hints"), wanted.get("gray")
        hints = self.sketch.hints if hints is None else hints
        fills, parts = fill_hints(self.sketch.ground), () if hints is None else hints.parts
        hints = joined(hints, fills)
        check_request(count, wanted.get("seed", 0), hints, self.sketch)
        spread = wanted.get("spread", SPREAD)
        if not 0 <= spread <= 1:
            raise OptionError(f"A spread of {spread} makes no sense; give a number from 0 to 1.")
        view, tones = self.view, None
        if gray is not None and view is not None:
            from nurie.painting.gray import gray_of, parted

            tones = gray_of(gray, self.sketch.shape)
            # Where an outline is open, the tones still say where a shape ends.
            view = replace(view, ink=parted(view.ink, tones))
        whole = self.drawing if tones is None else self._cut(view)
        dabs = hints is not None and len(hints.rows) > 0
        drawing = whole
        if hints is not None and dabs:
            drawing, hints = self._hinted(drawing, view, hints)
        # What is filled already guides all the rest.
        minimal = dabs and spread < 1 and fills is None
        if minimal:
            whole = self._told(whole, view, tones, wanted)
            drawing = whole if drawing.labels is whole.labels else replace(drawing, whole=whole)
        else:
            drawing = self._told(drawing, view, tones, wanted)
        words = wanted.get("words"), wanted.get("design")
        over = None
        if minimal or parts or any(w is not None for w in words) or wanted.get("names", True):
            from nurie.painting.parts import interpret

            model, traits = self._colorizer.session, self._colorizer.traits
            drawing, over = interpret(
                drawing, model, traits, hints=hints, parts=parts, words=words,
                spread=spread if minimal else None,
            )  # fmt: skip
        palette, histogram = wanted.get("palette"), wanted.get("histogram")
        return drawing, Guidance(hints, palette, histogram, over, minimal)

    def _told(
        self, drawing: Drawing, view: View | None, tones: Floats | None, wanted: Wanted
    ) -> Drawing:
        """The drawing with what tones and references say of its regions."""
        if tones is not None and view is not None:
            from nurie.painting.gray import lit

            drawing = lit(drawing, tones, view.ink)
        references = wanted.get("references", ())
        if not len(references):
            return drawing
        from nurie.painting.references import match_references

        model, traits = self._colorizer.session, self._colorizer.traits
        return match_references(drawing, model, references, traits)

    def _answer(self, drawing: Drawing, guidance: Guidance, seed: int, number: int) -> Layers:
        traits = self._colorizer.traits
        c = traits.constants
        fewer = replace(c, candidates=max(1, c.candidates >> number // c.patience))
        layers = colorize(
            drawing,
            self._colorizer.session,
            replace(traits, constants=fewer) if number >= c.patience else traits,
            guidance=guidance,
            temperature=self._temperature(seed, number, safe=guidance.palette is None),
            rng=np.random.default_rng([seed, number]),
        )
        return replace(with_fills(layers), number=number)

    def _temperature(self, seed: int, number: int, *, safe: bool) -> float:
        """How freely the answer of that number is sampled."""
        c = self._colorizer.traits.constants
        if safe and samples_whole(self._colorizer.session):
            return c.candidate_temperature
        if number:
            return c.variation_temperature + min(number / c.variation_span, c.variation_most)
        # With a palette the safest answer would use one entry alone.
        return 0.0 if safe and not seed else c.temperature


def _checked(wanted: Wanted) -> Wanted:
    """The same; a misspelt word would change nothing, and nobody would hear of it."""
    if unknown := wanted.keys() - Wanted.__optional_keys__:
        raise TypeError(f"nothing is called {min(unknown)!r}; see nurie.reading.Wanted")
    return wanted


def _shaded(layers: Layers, wanted: Wanted) -> Layers:
    """Layers with the shade that is requested; none needs no painter."""
    if wanted.get("style", "flat") == "flat":
        return layers
    from nurie.painters import shaded

    return shaded(layers, wanted["style"], wanted.get("light", "top-left"))


def load(name: str | Path = DEFAULT) -> "Colorizer | Painter":
    """Open any released or exported model: one that colours regions, or a painter.

    Raises:
        ModelError: there is no such model, or its files were changed.
    """
    from nurie.models.registry import PainterSpec, find

    if not isinstance(find(name), PainterSpec):
        return Colorizer.load(name)
    from nurie.painters import Painter

    return Painter.load(name)
