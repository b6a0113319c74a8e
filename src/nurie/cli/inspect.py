"""``nurie regions``, ``lines`` and ``verify``: what a drawing holds, and what a result proves."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurie.cli.options import (
    Drop,
    Gap,
    Ink,
    InkChoice,
    LineLayer,
    MaxMegapixels,
    Paper,
    PaperChoice,
    Trace,
)
from nurie.cli.outcome import complain, show_json
from nurie.cli.request import cleaned, dropped, with_pixels, with_trace
from nurie.errors import OptionError

if TYPE_CHECKING:
    from nurie.verify import Report


def regions(  # noqa: PLR0913 (the options of a command)
    sketch: Annotated[
        Path, typer.Argument(metavar="SKETCH", show_default=False, help="A drawing.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="LABELS.png",
            help="A 16-bit gray PNG: 0 is line, 1, 2, … are the regions.",
        ),
    ] = None,
    gap: Gap = None,
    line_layer: LineLayer = None,
    ink: Ink = InkChoice.AUTO,
    trace: Trace = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print location, size, shape and neighbours of each region."),
    ] = False,
    max_megapixels: MaxMegapixels = 50,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Cut a drawing into regions, and measure them."""
    from nurie.io.files import check_target
    from nurie.io.images import read_sketch, write_labels
    from nurie.regions.ink import find_ink
    from nurie.regions.measure import measure
    from nurie.regions.segment import segment
    from nurie.regions.trace import trace_color, traced, with_traces

    if output is None and not as_json:
        raise OptionError("Say where the regions go: -o labels.png, --json, or both.")
    if output is not None:
        check_target(output, force=force, suffixes=(".png",))
    pixels = int(max_megapixels * 1e6)
    drawing = read_sketch(sketch, max_pixels=pixels, line_layer=line_layer, ink=ink.value)
    parts = None
    if trace:
        mask = traced(drawing.pixels, [trace_color(text) for text in trace])
        parts = with_traces(find_ink(drawing.pixels), mask)
    labels = segment(drawing.pixels, gap=gap, ink=parts)
    if output is not None:
        write_labels(output, labels, force=force)
    if not as_json:
        print(output)
        return
    height, width = drawing.shape
    written = str(output) if output is not None else None
    found = measure(labels).to_records()
    show_json(
        {
            "sketch": str(sketch),
            "output": written,
            "width": width,
            "height": height,
            "regions": found,
        }
    )


def lines(
    picture: Annotated[
        Path, typer.Argument(metavar="PICTURE", show_default=False, help="A colour picture.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="LINE.png", show_default=False, help="Where the lines go."
        ),
    ],
    sigma: Annotated[
        float,
        typer.Option(
            metavar="PX", help="Blur before the edges are found, in pixels; more gives fewer."
        ),
    ] = 2.5,
    max_megapixels: MaxMegapixels = 50,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Make line art from a colour picture (Gaussian, then Canny)."""
    from nurie.io.files import PICTURE_SUFFIXES, check_target
    from nurie.io.images import read_color, write_picture
    from nurie.lines import canny_lines

    check_target(output, force=force, suffixes=PICTURE_SUFFIXES)
    rgb = read_color(picture, max_pixels=int(max_megapixels * 1e6))
    write_picture(output, canny_lines(rgb, sigma=sigma), force=force)
    print(output)


def verify(  # noqa: PLR0913 (the options of a command)
    sketch: Annotated[
        Path,
        typer.Argument(
            metavar="SKETCH", show_default=False, help="The drawing, or a film's folder."
        ),
    ],
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUTPUT",
            show_default=False,
            help="What was made of it; ORA and PSD prove the most.",
        ),
    ],
    *,
    hints: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The hints that were given.")
    ] = None,
    palette: Annotated[
        Path | None, typer.Option(metavar="FILE|PICTURE", help="The palette that was given.")
    ] = None,
    clean: Annotated[
        bool, typer.Option("--clean", help="The drawing was coloured with --clean.")
    ] = False,
    line_layer: LineLayer = None,
    ink: Ink = InkChoice.AUTO,
    paper: Paper = PaperChoice.KEEP,
    drop: Drop = None,
    trace: Trace = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
    max_megapixels: MaxMegapixels = 50,
) -> None:
    """Prove the pixel promise, or name the first pixel that breaks it.

    The lines are the drawing's, each flat is one colour, hints and palette are obeyed. Of a film,
    two folders: every frame, one palette for all, and equal drawings equal pictures.

    The exit code is 0 when every check holds and 1 when one does not.
    """
    from nurie.api import read_palette
    from nurie.io.hints import read_hints
    from nurie.io.images import read_sketch
    from nurie.verify import verify as prove

    pixels = int(max_megapixels * 1e6)
    if sketch.is_dir():
        _verify_film(sketch, output, palette, pixels, as_json=as_json)
        return
    drawing = read_sketch(
        sketch, max_pixels=pixels, line_layer=line_layer, ink=ink.value, paper=paper.value
    )
    for color in drop or ():
        drawing = dropped(drawing, color)
    if clean:
        drawing = cleaned(drawing)
    if trace:
        inked = with_trace(drawing, trace).inked
        drawing = drawing if inked is None else with_pixels(drawing, inked)
    report = prove(
        drawing,
        output,
        hints=read_hints(hints, drawing.shape) if hints else None,
        palette=read_palette(palette) if palette else None,
    )
    _conclude(report, as_json=as_json)


def _verify_film(
    cut: Path, output: Path, palette: Path | None, pixels: int, *, as_json: bool
) -> None:
    """The promise of a film, frame by frame."""
    from nurie.api import read_palette
    from nurie.cli.cut import drawings_in
    from nurie.io.images import read_sketch
    from nurie.verify.film import verify_film

    if not output.is_dir():
        raise OptionError(f"{cut} is a folder, so {output} must be the folder made of it.")
    made = {path.stem: path for path in drawings_in(output)}
    frames = [
        (
            path.name,
            partial(read_sketch, path, max_pixels=pixels),
            made.get(path.stem, output / path.name),
        )
        for path in drawings_in(cut)
    ]
    report = verify_film(frames, palette=read_palette(palette) if palette else None)
    _conclude(report, as_json=as_json)


def _conclude(report: "Report", *, as_json: bool) -> None:
    """Print the report, and set the exit code."""
    if as_json:
        show_json({"ok": report.ok, **asdict(report)})
    else:
        _tell(report)
    if not report.ok:
        raise typer.Exit(1)


def _tell(report: "Report") -> None:
    """The checks that held on stdout, the broken ones on stderr."""
    for check in report.checks:
        if check.ok:
            print(f"ok  {check.name}: {check.detail}")
        else:
            complain(check.detail)
    for part in report.unproven:
        print(f"?   not proven: {part}")
