"""``nurie color``: the main verb."""

import sys
import time
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nurie.cli.apart import (
    Apart,
    Flats,
    LineLayer,
    Masks,
    OneFlatLayer,
    tell_line_layer,
    with_pixels,
)
from nurie.cli.doubt import Doubts, Report, Sheet, Sure, Unsure, UnsureRegions
from nurie.cli.guides import (
    DEFAULT_LIGHT,
    Gray,
    HistogramFrom,
    Like,
    Model,
    PaletteFrom,
    References,
    asked_of,
    light_of,
    load_model,
    manner_of,
    refuse_for_painter,
)
from nurie.cli.outcome import FilesAsJson, Force, Quiet, complain, progress, sentence, show_json
from nurie.cli.record import Used, check_palette, record_of, used_by, write_used
from nurie.cli.targets import Job, check_sketch, check_targets, make_folder, plan
from nurie.errors import ModelError

if TYPE_CHECKING:
    from nurie.api import Colorizer, Painter
    from nurie.document import Sketch


class Style(StrEnum):
    """How the colours are laid."""

    FLAT = "flat"
    CEL = "cel"
    SOFT = "soft"


MaxMegapixels = Annotated[
    float, typer.Option(min=0, metavar="N", help="Refuse larger pictures, before decoding them.")
]


Gap = Annotated[
    float | None,
    typer.Option(
        metavar="PX",
        help="Widest opening in a line that still closes a region, 0 for none.  "
        "[default: automatic]",
    ),
]


Trace = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLOUR",
        help="Lines of this colour are trace lines: they part regions, take the fills beside them "
        "and are not seen in the result. A name (red, green, blue, …) or hex; may be given many "
        "times.",
    ),
]


def with_trace(sketch: "Sketch", colors: list[str]) -> "Sketch":
    """A sketch whose lines of these colours are trace lines.

    Raises:
        OptionError: a colour that cannot be told from ink.
    """
    from nurie.regions.trace import trace_color, traced, without

    mask = traced(sketch.pixels, [trace_color(text) for text in colors])
    return replace(sketch, inked=without(sketch.pixels, mask)) if mask.any() else sketch


@dataclass(frozen=True, kw_only=True)
class _Request:
    """The options of one call."""

    hints: Path | None
    asked: dict[str, Any]
    """What ``Colorizer.variations`` is asked for, the same for every sketch."""
    style: str
    light: str
    clean: bool
    model: str | None
    max_pixels: int
    force: bool
    quiet: bool
    apart: Apart
    trace: list[str]
    doubts: Doubts
    used: "list[Used]" = field(default_factory=list)
    """Grows: the colours of each answer."""


def color(  # noqa: PLR0913 (the options of a command)
    sketches: Annotated[
        list[Path], typer.Argument(metavar="SKETCH", show_default=False, help="Drawings.")
    ],
    *,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="A file (.png .webp .tif .tiff .tga .ora .psd; ORA and PSD have layers), or a "
            "folder, which is made if need be.  [default: NAME.colored.png beside the sketch; TGA, "
            "TIFF, PSD and ORA stay what they are]",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Other seeds give other colours; same seed, same bytes."
        ),
    ] = 0,
    variations: Annotated[
        int,
        typer.Option(
            min=1,
            max=1000,
            metavar="N",
            help="Number of distinct colourings, after the first the likeliest and most different "
            "ones first: NAME-1, NAME-2, …",
        ),
    ] = 1,
    sheet: Sheet = None,
    hints: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Colours at places: a transparent PNG of the sketch's size with dabs of colour, "
            'or JSON with dots, strokes and areas, [{"x": 10, "y": 20, "color": "#ff8800"}, '
            '{"points": [[1, 2], [9, 9]], "radius": 3, "color": "#08f"}, {"polygon": [[0, 0], '
            '[9, 0], [9, 9]], "color": "#080"}]. Hints of several colours in one region cut it.',
        ),
    ] = None,
    palette: PaletteFrom = None,
    histogram: HistogramFrom = None,
    gray: Gray = None,
    reference: References = None,
    like: Like = None,
    palette_out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the colours that were used, the largest area first, as one palette for "
            "all: .gpl, .ase, .hex or .txt.",
        ),
    ] = None,
    gap: Gap = None,
    trace: Trace = None,
    line_layer: LineLayer = None,
    one_flat_layer: OneFlatLayer = False,
    flats: Flats = None,
    masks: Masks = None,
    report: Report = None,
    unsure: UnsureRegions = Unsure.COLOR,
    sure: Sure = 0.5,
    style: Annotated[
        Style | None,
        typer.Option(
            metavar="flat|cel|soft",
            help="Flat colours, or a layer of shade above them: one step, or a gradient.  "
            "[default: flat]",
        ),
    ] = None,
    light: Annotated[
        str | None,
        typer.Option(
            metavar="DIRECTION",
            help="Where light comes from: top-left, top, right, …, or degrees against the clock "
            "from the right.  [default: top-left]",
        ),
    ] = None,
    clean: Annotated[
        bool,
        typer.Option(
            "--clean",
            help="First remove paper tint, noise and specks, and write NAME.clean.png beside the "
            "output. Without this the lines are never touched.",
        ),
    ] = False,
    model: Model = None,
    max_megapixels: MaxMegapixels = 50,
    force: Force = False,
    as_json: FilesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Colour drawings.

    Several sketches are coloured one after the other; one that fails does not stop the rest, is
    listed at the end, and makes the exit code 1.
    """
    from nurie.painting.shade import light_angle

    light_angle(light or DEFAULT_LIGHT)
    if palette_out is not None:
        check_palette(palette_out, force=force)
    jobs = plan(sketches, output, variations=variations, cleaned=clean)
    asked = asked_of(palette=palette, references=reference, histogram=histogram, gray=gray)
    manner = manner_of(like)
    if manner is not None and palette is None:
        asked["palette"] = manner.palette
    doubts = report is not None or unsure is Unsure.LEAVE
    refuse_for_painter(model, asked, doubts=doubts)
    request = _Request(
        hints=hints, asked=asked | {"seed": seed, "gap": gap},
        style=style or (manner.style if manner else Style.FLAT),
        light=light or light_of(manner), clean=clean, model=model,
        max_pixels=int(max_megapixels * 1e6), force=force, quiet=quiet,
        apart=Apart(line_layer, one_flat_layer, flats, masks), trace=trace or [],
        doubts=Doubts(unsure, sure, report, sheet),
    )  # fmt: skip
    _refuse_suffix(jobs[0])
    request.doubts.prepare(jobs)
    make_folder(sketches, output)
    bar = not quiet and max(len(jobs), variations) > 1 and sys.stderr.isatty()
    records = _color_all(jobs, request, quiet=quiet, bar=bar)
    if palette_out is not None:
        write_used(palette_out, request.used, force=force)
    _tell(records, as_json=as_json)


def _refuse_suffix(job: Job) -> None:
    """Say at once that no such file can be written: it would be so for every sketch."""
    from nurie.errors import FormatError
    from nurie.io.files import LAYERED_SUFFIXES, PICTURE_SUFFIXES

    kinds = PICTURE_SUFFIXES + LAYERED_SUFFIXES
    target = job.outputs[0]
    if not target.is_dir() and target.suffix.lower() not in kinds:
        raise FormatError(
            f"{target} has no suffix that can be written; end it in one of {', '.join(kinds)}, "
            "or in / for a folder."
        )


def _tell(records: list[dict[str, Any]], *, as_json: bool) -> None:
    """Say what was written and what failed, and set the exit code."""
    if as_json:
        show_json(records)
    for record in records if not as_json else []:
        for path in record.get("outputs", []):
            print(path)
    failures = [record for record in records if "error" in record]
    if not failures:
        return
    if len(records) > 1:
        complain(f"{len(failures)} of {len(records)} sketches were not coloured:")
    for record in failures:
        complain(record["error"])
    raise typer.Exit(1 if len(records) > 1 else 2)


def _color_all(
    jobs: list[Job], request: _Request, *, quiet: bool, bar: bool
) -> list[dict[str, Any]]:
    """One record a sketch: what was done, or ``{"sketch", "error"}``."""
    models: list[Colorizer | Painter] = []
    records = []
    with progress(jobs, "colouring", shown=bar) as watched:
        for job in watched:
            try:
                records.append(_color_one(job, request, models))
            except ModelError:
                # It would be the same for every sketch.
                raise
            except Exception as error:
                text = sentence(error)
                if text is None:
                    raise
                records.append({"sketch": str(job.sketch), "error": text})
    for record in records if not quiet else []:
        if record.get("missing"):
            found = len(record["outputs"])
            complain(
                f"{record['sketch']} has only {found} distinct colouring(s) with these options."
            )
    return records


def _color_one(job: Job, request: _Request, models: "list[Colorizer | Painter]") -> dict[str, Any]:
    """Colour one sketch in all its variations, write them, and say what was done."""
    from nurie.api import save, shaded
    from nurie.io.hints import read_hints
    from nurie.io.images import write_picture

    start = time.perf_counter()
    check_sketch(job.sketch)
    check_targets(job, force=request.force)
    apart = request.apart
    apart.check(job, force=request.force)
    request.doubts.check(job, force=request.force)
    sketch = _read(job, request)
    hints = read_hints(request.hints, sketch.shape) if request.hints else None
    if not models:
        models.append(load_model(request.model))
    answers = models[0].variations(sketch, len(job.outputs), hints=hints, **request.asked)
    answers = request.doubts.applied(answers)
    # A painter shades what it painted; flats of regions are shaded by the packaged one.
    lit = getattr(models[0], "shaded", shaded)
    answers = [lit(layers, request.style, request.light) for layers in answers]
    if job.cleaned is not None:
        write_picture(
            job.cleaned,
            sketch.pixels,
            dpi=sketch.dpi,
            icc_profile=sketch.icc_profile,
            force=request.force,
        )
    request.used.extend(used_by(layers) for layers in answers)
    for layers, target in zip(answers, job.outputs, strict=False):
        save(layers, target, one_flat_layer=apart.one_flat_layer, force=request.force)
    written = apart.write(job, answers, force=request.force)
    written |= request.doubts.write(job, answers, force=request.force)
    seconds = time.perf_counter() - start
    return record_of(job, answers, seconds, sure=request.doubts.sure) | written


def _read(job: Job, request: _Request) -> "Sketch":
    """The sketch, cleaned and without its trace lines where that is asked for."""
    from nurie.io.images import read_sketch
    from nurie.lines import clean

    layer = request.apart.line_layer
    sketch = read_sketch(job.sketch, max_pixels=request.max_pixels, line_layer=layer)
    tell_line_layer(job.sketch, sketch, request.apart, quiet=request.quiet)
    if request.clean:
        sketch = with_pixels(sketch, clean(sketch.pixels))
    return with_trace(sketch, request.trace) if request.trace else sketch
