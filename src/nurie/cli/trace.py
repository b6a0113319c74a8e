"""``nurie regions`` and ``nurie lines``: what a drawing holds, and a drawing from a picture."""

from pathlib import Path
from typing import Annotated

import typer

from nurie.cli.apart import LineLayer
from nurie.cli.outcome import show_json
from nurie.cli.paint import Gap, MaxMegapixels, Trace
from nurie.errors import OptionError


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
    drawing = read_sketch(sketch, max_pixels=pixels, line_layer=line_layer)
    ink = None
    if trace:
        mask = traced(drawing.pixels, [trace_color(text) for text in trace])
        ink = with_traces(find_ink(drawing.pixels), mask)
    labels = segment(drawing.pixels, gap=gap, ink=ink)
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
