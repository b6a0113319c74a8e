"""What workers do: functions from files to files, with the model in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from nurie.api import Colorizer, Reading, read_design, read_palette, read_style
from nurie.arrays import Ints, Labels
from nurie.colors import to_hex
from nurie.document import Sketch, line_layer, strips
from nurie.errors import NurieError, TooLargeError
from nurie.guidance.hints import Lines, hinted_colors, settle
from nurie.io.images import read_color, read_sketch
from nurie.io.png import write_png
from nurie.io.spectra import read_spectrum
from nurie.models.registry import ModelSpec, find_region
from nurie.models.session import RegionSession
from nurie.painting.compose import showing
from nurie.painting.parts import name_regions
from nurie.painting.read import prepared
from nurie.regions.edits import Partition, edit, numbers_in_use
from nurie.regions.merge import look_up
from nurie.studio import files, shapes
from nurie.studio.coloring import color, edits_of, export, shade_of
from nurie.studio.films import Films

if TYPE_CHECKING:
    from nurie.painting.read import View


def job_table(model: str, check: Callable[[], None]) -> dict[str, Callable[..., Any]]:
    """The jobs of one worker, by name.

    ``check`` is called whenever the model is to run; what it raises stops the job.
    """
    colorizer = Colorizer(_Checked(find_region(model), check))
    # Several threads read a film, and only one may look into the pipe; what was read is kept.
    films = Films(Colorizer(RegionSession(find_region(model))))
    return {
        "decode": decode,
        "line": line,
        "palette": palette_of,
        "like": like,
        "measured": lambda cutting: files.load(cutting).measured(),
        "regions": partial(regions, colorizer),
        "colors": partial(color, colorizer),
        "export": export,
        "reference": partial(reference, colorizer),
        "shade": shade_of,
        "guide": guide,
        "film_colors": films.colors,
        "film_regions": films.regions,
        "film_thumb": films.thumb,
        "film_export": films.export,
    }


class _Checked(RegionSession):
    """A session that asks before each piece of work whether anybody still wants it."""

    def __init__(self, spec: ModelSpec, check: Callable[[], None]) -> None:
        super().__init__(spec)
        self._check = check

    def encode(self, *arguments: Any, **named: Any) -> Any:
        self._check()
        return super().encode(*arguments, **named)

    def predict(self, *arguments: Any, **named: Any) -> Any:
        self._check()
        return super().predict(*arguments, **named)


def decode(
    source: Path, name: str, max_pixels: int, draft: Path, prepare: shapes.Prepare
) -> dict[str, Any]:
    """Read an uploaded drawing and keep its pixels, made ready as is asked for.

    Facts are ``width``, ``height`` and ``dpi``.
    """
    with _called(source, name, max_pixels):
        sketch = read_sketch(source, max_pixels=max_pixels, ink=prepare.ink, paper=prepare.paper)
    drop, trace = (text.split(",") if text else () for text in (prepare.drop, prepare.trace))
    sketch, _ = prepared(sketch, drop=drop, trace=trace, clean=prepare.clean == "yes")
    white, ink = prepare.letters == "paper", prepare.drop == "none"
    # The layers around the drawing stay with the program that sent it.
    files.save(draft, replace(sketch, letters=white, pencil=ink, stack=None))
    height, width = sketch.shape
    return {"width": width, "height": height, "dpi": list(sketch.dpi) if sketch.dpi else None}


def line(sketch: Path, draft: Path) -> None:
    """The line layer as a PNG."""
    drawing: Sketch = files.load(sketch)
    # Trace lines are not seen in the result.
    pixels = drawing.pixels if drawing.inked is None else drawing.inked
    ground = drawing.ground
    parts = (
        line_layer(pixels[rows]) if ground is None else ground.line(rows)
        for rows in strips(len(pixels))
    )
    with draft.open("wb") as stream:
        write_png(stream, parts, (*pixels.shape[:2], 4))


def palette_of(source: Path, name: str) -> shapes.PaletteRead:
    """Colours of a palette file or a picture, with their names."""
    with _called(source, name):
        palette = read_palette(source)
    names = palette.names or ("",) * len(palette)
    colors = [to_hex(color) for color in palette.colors]
    return shapes.PaletteRead(
        Path(name).stem if palette.name == source.stem else palette.name,
        [shapes.Swatch(c, n) for c, n in zip(colors, names, strict=True)],
    )


def like(source: Path, name: str) -> shapes.Like:
    """How a picture is coloured, and from which of the eight sides it is lit."""
    from nurie.painting.shade import DIRECTIONS

    with _called(source, name):
        found = read_style(source)
    degrees = 135.0 if found.light is None else found.light
    nearest = min(DIRECTIONS, key=lambda side: abs((DIRECTIONS[side] - degrees + 180) % 360 - 180))
    colors = [to_hex(color) for color in found.palette.colors]
    read = {"colors": colors, "style": found.style, "light": nearest}
    return msgspec.convert(read, shapes.Like)


def regions(
    colorizer: Colorizer,
    sketch: Path,
    *,
    view: Path | None,
    start: tuple[Path, int, int] | None,
    request: shapes.RegionsRequest,
    drafts: Path,
) -> dict[str, Any]:
    """Cut a drawing into regions.

    Args:
        colorizer: the model.
        sketch: the drawing.
        view: what the model sees of it, None where that is not known yet.
        start: labels to begin with, their count and how many of the edits they have already, None
            to cut anew.
        request: the gap, and the edits.
        drafts: folder for ``labels``, ``cutting`` and, where it was not known, ``view``.

    Returns:
        The measures of the regions as the page reads them.
    """
    drawing: Sketch = files.load(sketch)
    seen: View | None = files.load(view) if view else None
    reading = colorizer.read(drawing, gap=request.gap, view=seen)
    if seen is None:
        assert reading.view is not None
        seen = reading.view
        files.save(drafts / "view", seen)
    done = 0
    if start is None:
        labels = _cut(reading)
        partition = Partition(labels, int(labels.max(initial=0)))
    else:
        path, count, done = start
        partition = Partition(files.load_labels(path, drawing.shape), count)
    partition = edit(partition, edits_of(request.edits), seen.ink, done)
    numbers = numbers_in_use(partition)
    labels = _compact(partition, numbers)
    read = colorizer.read(drawing, view=seen, labels=labels).drawing
    files.save_labels(drafts / "labels", partition.labels)
    hints, kept = drawing.hints, None
    if hints is not None and len(hints.rows):
        kept = settle(hints, read.labels, Lines(seen.ink.mask, drawing.pixels))
    colors, hinted = hinted_colors(kept, read.labels)
    named = name_regions(colorizer.session, read.scene, colorizer.traits.constants)
    figure = None if named is None else named.figure
    cutting = files.Cutting(
        numbers, partition.count, read.scene, read.paper, colors[1:], hinted[1:], figure=figure,
        seen=showing(drawing, colorizer.traits.constants),
    )  # fmt: skip
    files.save(drafts / "cutting", cutting)
    return cutting.measured()


def reference(colorizer: Colorizer, source: Path, name: str, max_pixels: int, draft: Path) -> None:
    """Read a coloured drawing from which others take their colours."""
    with _called(source, name, max_pixels):
        picture = read_color(source, max_pixels=max_pixels)
    files.save(draft, colorizer.read_reference(picture))


def guide(source: Path, name: str, kind: str, max_pixels: int, draft: Path) -> None:
    """Read what guides colours, as the command line reads it."""
    with _called(source, name, max_pixels):
        if kind == "histogram":
            files.save(draft, read_spectrum(source).prior())
        elif kind == "design":
            files.save(draft, read_design(source))
        else:
            files.save(draft, read_color(source, max_pixels=max_pixels))


@contextmanager
def _called(source: Path, name: str, max_pixels: int = 0) -> Iterator[None]:
    """Let complaints name a file as the person does."""
    try:
        yield
    except TooLargeError as error:
        if not max_pixels:
            raise TooLargeError(str(error).replace(str(source), name)) from None
        raise TooLargeError(
            f"{name} has more than {max_pixels / 1e6:g} megapixels; make it smaller, or start the "
            "server with --max-megapixels."
        ) from None
    except NurieError as error:
        raise type(error)(str(error).replace(str(source), name)) from None


def _cut(reading: Reading) -> Labels:
    """Regions of a drawing; where its own hints of several colours share one, they cut it."""
    hints = reading.sketch.hints
    if hints is None or not len(hints.rows):
        return reading.labels
    return reading.apply_hints(hints)[0].labels


def _compact(partition: Partition, numbers: Ints) -> Labels:
    """Labels 1…m without holes, row i + 1 for ``numbers[i]``."""
    if len(numbers) == partition.count:
        return partition.labels
    table = np.zeros(partition.count + 1, np.int32)
    table[numbers] = np.arange(1, len(numbers) + 1)
    return look_up(table, partition.labels)
