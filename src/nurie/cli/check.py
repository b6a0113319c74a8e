"""``nurie verify``: the pixel promise, proven from the files."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurie.cli.apart import LineLayer, with_pixels
from nurie.cli.outcome import complain, show_json
from nurie.cli.paint import MaxMegapixels, Trace, with_trace

if TYPE_CHECKING:
    from nurie.verify import Report


def verify(  # noqa: PLR0913 (the options of a command)
    sketch: Annotated[
        Path, typer.Argument(metavar="SKETCH", show_default=False, help="The drawing.")
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
    trace: Trace = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
    max_megapixels: MaxMegapixels = 50,
) -> None:
    """Prove the pixel promise, or name the first pixel that breaks it.

    The lines are the drawing's, each flat is one colour, hints and palette are obeyed.

    The exit code is 0 when every check holds and 1 when one does not.
    """
    from nurie.api import read_palette
    from nurie.io.hints import read_hints
    from nurie.io.images import read_sketch
    from nurie.lines import clean as cleaned
    from nurie.verify import verify as prove

    pixels = int(max_megapixels * 1e6)
    drawing = read_sketch(sketch, max_pixels=pixels, line_layer=line_layer)
    if clean:
        drawing = with_pixels(drawing, cleaned(drawing.pixels))
    if trace:
        inked = with_trace(drawing, trace).inked
        drawing = drawing if inked is None else with_pixels(drawing, inked)
    report = prove(
        drawing,
        output,
        hints=read_hints(hints, drawing.shape) if hints else None,
        palette=read_palette(palette) if palette else None,
    )
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
