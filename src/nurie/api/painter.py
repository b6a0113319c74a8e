"""A painter in memory, which colours drawings; and the packaged one, which shades them."""

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nurie.api.asked import check_asked, gray_of, sketch_of
from nurie.api.colorizer import Colorizer
from nurie.arrays import AnyArray, Histogram
from nurie.document import Guidance, Hints, Layers, Palette, Sketch
from nurie.errors import OptionError
from nurie.models import registry
from nurie.models.painter import PainterSession
from nurie.models.registry import DEFAULT, PainterSpec, find, find_painter
from nurie.painting.painted import paint, prepare
from nurie.painting.painter import Brush
from nurie.painting.shade import shade
from nurie.painting.variations import POOL, is_new, ranked

SOFT = "nurie-soft"
"""The packaged painter, which gives soft shade."""


class Painter:
    """An exported painter in memory, which colours any number of drawings.

    It paints a picture of the size that it was trained at; the mean of that in each region is the
    region's colour.

    Args:
        session: the painter.
    """

    def __init__(self, session: PainterSession) -> None:
        self._spec = spec = session.spec
        self.brush = Brush(
            session,
            spec.size,
            spec.patches,
            spec.spectrum,
            hinted=spec.source == "line+hint",
            fixed=session.fixed,
        )

    @classmethod
    def load(cls, name: str | Path) -> "Painter":
        """Open an exported painter by name or path.

        Raises:
            ModelError: there is none, it colours regions, or its files were changed.
        """
        return cls(PainterSession(find_painter(name)))

    def colorize(  # noqa: PLR0913 - what a person may ask for
        self,
        picture: Sketch | AnyArray,
        *,
        hints: Hints | None = None,
        palette: Palette | None = None,
        histogram: Histogram | None = None,
        gray: AnyArray | None = None,
        seed: int = 0,
        gap: float | None = None,
    ) -> Layers:
        """Colour one drawing.

        The painter sees a hint (section III.A of the report): the gray picture's intensity, or what
        its own first network guesses, or colours sampled from the histogram; hints of a person are
        blurred patches upon it. Painters of lines alone see none of that.

        Args:
            picture: as for ``Colorizer.colorize``.
            hints: colours at pixels; a region that holds one takes exactly that colour.
            palette: every other flat colour becomes the nearest of its entries.
            histogram: (512,) shares of colours to sample from, in place of those of the training.
            gray: the same drawing with tones, of the same proportions.
            seed: other seeds sample other hints.
            gap: widest opening in a line that still closes a region, in pixels; automatic if None.

        Returns:
            The layers, without confidence.

        Raises:
            InputError: an array is not a picture, or the gray one has other proportions.
            OptionError: an option cannot be obeyed.
        """
        return self.variations(
            picture, 1, hints=hints, palette=palette, histogram=histogram, gray=gray, seed=seed,
            gap=gap,
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
        """Several distinct colourings of one drawing, by other hints.

        Returns:
            At most ``count`` layers, one of a painter that sees no hint; the first is the answer of
            ``colorize``.

        Raises:
            InputError: an array is not a picture, or the gray one has other proportions.
            OptionError: an option cannot be obeyed; references cannot.
        """
        sketch = picture if isinstance(picture, Sketch) else sketch_of(picture)
        hints = sketch.hints if hints is None else hints
        guidance = Guidance(hints, palette, histogram)
        check_asked(count, seed, guidance, sketch)
        told = {"histogram": histogram is not None, "gray": gray is not None}
        refuse(self._spec, references=bool(references), **told)
        tones = None if gray is None else gray_of(gray, sketch.shape)
        canvas = prepare(sketch, self.brush, hints=hints, gray=tones, gap=gap)
        found, area = list[Layers](), canvas.drawing.scene.measures.area
        pool = POOL * count if count > 1 else 1
        for attempt in range(6 * count if self.brush.hinted else 1):
            rng = np.random.default_rng([seed, attempt])
            layers = paint(canvas, self.brush, guidance, rng=rng, first=attempt == 0)
            if is_new(layers, found, area):
                found.append(layers)
            if len(found) == pool or not len(area):
                break
        return ranked(found, count, area)

    def shaded(self, layers: Layers, style: str, light: str = "top-left") -> Layers:
        """Layers with shade, soft shade by this painter; see ``nurie.painting.shade``.

        Raises:
            OptionError: there is no such style or direction.
        """
        return shade(layers, style, light, brush=self.brush)


def refuse(
    spec: PainterSpec, *, references: bool = False, histogram: bool = False, gray: bool = False
) -> None:
    """Say in one sentence what a painter cannot obey.

    Args:
        spec: the painter.
        references: whether coloured drawings are to be looked at.
        histogram: whether colours are to occur as often as one says.
        gray: whether a gray picture is given.

    Raises:
        OptionError: something is asked for that it cannot do.
    """
    if references:
        raise OptionError(
            f"The painter {spec.name} cannot look at coloured drawings; leave --reference out, or "
            "give one as --palette for its colours."
        )
    asked = "--gray" if gray else "--histogram" if histogram else ""
    if asked and spec.source == "line":
        raise OptionError(
            f"The painter {spec.name} sees the lines alone and no hint; leave {asked} out."
        )


def load(name: str | Path = DEFAULT) -> Colorizer | Painter:
    """Open any released or exported model: one that colours regions, or a painter.

    Raises:
        ModelError: there is no such model, or its files were changed.
    """
    if isinstance(find(name), PainterSpec):
        return Painter.load(name)
    return Colorizer.load(name)


def shaded(layers: Layers, style: str, light: str = "top-left") -> Layers:
    """Layers with shade, soft shade by the packaged painter where there is one.

    Args:
        layers: flats.
        style: ``flat``, ``cel`` or ``soft``.
        light: where light comes from: ``top-left``, …, or degrees against the clock from the right.

    Raises:
        OptionError: there is no such style or direction.
    """
    painter = soft_painter() if style == "soft" else None
    return shade(layers, style, light, brush=painter.brush if painter else None)


@functools.cache
def soft_painter() -> Painter | None:
    """The packaged painter, kept in memory once it was asked for; None where there is none.

    Raises:
        ModelError: its files were changed.
    """
    path = Path(registry.__file__).parent / "weights" / f"{SOFT}.json"
    return Painter.load(path) if path.is_file() else None
