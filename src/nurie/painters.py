"""A painter in memory, which colours drawings; and the packaged one, which shades them."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np

from nurie.arrays import AnyArray, Histogram
from nurie.document import Guidance, Hints, Layers, Palette, Sketch, sketch_of
from nurie.errors import OptionError
from nurie.models import registry
from nurie.models.painter import PainterSession
from nurie.models.registry import PainterSpec, find_painter
from nurie.painting.compose import several
from nurie.painting.gray import gray_of
from nurie.painting.painter import Brush, paint, prepare
from nurie.painting.read import check_request
from nurie.painting.references import Reference
from nurie.painting.shade import shade
from nurie.regions.ink import Ink, find_ink
from nurie.regions.segment import check_gap

SOFT = "nurie-soft"
"""The packaged painter, which gives soft shade."""


class Painted(TypedDict, total=False):
    """What a painter can be requested."""

    hints: Hints | None
    palette: Palette | None
    references: Sequence[AnyArray | Reference]
    histogram: Histogram | None
    gray: AnyArray | None
    seed: int


class Painter:
    """An exported painter in memory, which colours any number of drawings.

    It paints a picture of the size that it was trained at; the mean of that in each region is the
    region's colour.
    """

    def __init__(self, session: PainterSession) -> None:
        self.spec = spec = session.spec
        hinted = spec.source == "line+hint"
        self.brush = Brush(
            session, spec.size, spec.patches, spec.spectrum, hinted=hinted, fixed=session.fixed
        )

    @classmethod
    def load(cls, name: str | Path) -> "Painter":
        """Open an exported painter by name or path.

        Raises:
            ModelError: there is none, it colours regions, or its files were changed.
        """
        return cls(PainterSession(find_painter(name)))

    def read(self, picture: Sketch | AnyArray, *, gap: float | None = None) -> "PainterReading":
        """Read a drawing: its ink, its regions, and its lines as large as the painter needs."""
        sketch = picture if isinstance(picture, Sketch) else sketch_of(picture)
        check_gap(gap)
        return PainterReading(self, sketch, find_ink(sketch.pixels), gap)

    def colorize(
        self, picture: Sketch | AnyArray, *, gap: float | None = None, **wanted: Unpack[Painted]
    ) -> Layers:
        """``read(picture, gap=gap).colorize(…)``, for a drawing that is coloured once."""
        return self.read(picture, gap=gap).colorize(**wanted)

    def shaded(self, layers: Layers, style: str, light: str = "top-left") -> Layers:
        """Layers with shade, soft shade by this painter; see ``nurie.painting.shade``."""
        return shade(layers, style, light, brush=self.brush)


@dataclass(frozen=True, eq=False)
class PainterReading:
    """A drawing that a painter has read; made by ``Painter.read``."""

    painter: Painter
    sketch: Sketch
    ink: Ink
    gap: float | None = None

    def colorize(self, **wanted: Unpack[Painted]) -> Layers:
        """Colour the drawing, by what is wanted as for ``reading.Reading``.

        The painter sees a hint (section III.A of the report): the gray picture's intensity, or what
        its own first network predicts, or colours sampled from the histogram; hints of a person are
        blurred patches upon it. Painters of lines alone see none of that. With a palette every flat
        colour but a hint's becomes the nearest of its entries.
        """
        return self.variations(1, **wanted)[0]

    def variations(self, count: int, **wanted: Unpack[Painted]) -> list[Layers]:
        """Several distinct colourings, by other hints.

        At most ``count``, one of a painter that sees no hint; the first is the answer of
        ``colorize``.
        """
        hints, gray = wanted.get("hints"), wanted.get("gray")
        hints, seed = self.sketch.hints if hints is None else hints, wanted.get("seed", 0)
        histogram, brush = wanted.get("histogram"), self.painter.brush
        check_request(count, seed, hints, self.sketch)
        given = {"histogram": histogram is not None, "gray": gray is not None}
        refuse(self.painter.spec, references=bool(wanted.get("references")), **given)
        tones = None if gray is None else gray_of(gray, self.sketch.shape)
        canvas = prepare(self.sketch, brush, ink=self.ink, hints=hints, gray=tones, gap=self.gap)
        guidance = Guidance(hints, wanted.get("palette"), histogram)

        def answer(number: int) -> Layers:
            rng = np.random.default_rng([seed, number])
            return paint(canvas, brush, guidance, rng=rng, first=number == 0)

        area = canvas.drawing.scene.measures.area
        return several(answer, count, area, None if brush.hinted else 1)


def refuse(
    spec: PainterSpec,
    *,
    references: bool = False,
    histogram: bool = False,
    gray: bool = False,
    words: bool = False,
    spread: bool = False,
) -> None:
    """Say in one sentence what a painter cannot carry out."""
    if words or spread:
        raise OptionError(
            f"The painter {spec.name} knows no regions by name; leave --words, --design and "
            "--spread out."
        )
    if references:
        raise OptionError(
            f"The painter {spec.name} cannot look at coloured drawings; leave --reference out, or "
            "give one as --palette for its colours."
        )
    option = "--gray" if gray else "--histogram" if histogram else ""
    if option and spec.source == "line":
        raise OptionError(
            f"The painter {spec.name} sees the lines alone and no hint; leave {option} out."
        )


def shaded(layers: Layers, style: str, light: str = "top-left") -> Layers:
    """Layers with shade, soft shade by the packaged painter where there is one.

    Raises:
        OptionError: there is no such style or direction.
    """
    painter = soft_painter() if style == "soft" else None
    return shade(layers, style, light, brush=painter.brush if painter else None)


@functools.cache
def soft_painter() -> Painter | None:
    """The packaged painter, kept in memory once it was needed; None where there is none."""
    path = Path(registry.__file__).parent / "weights" / f"{SOFT}.json"
    return Painter.load(path) if path.is_file() else None
