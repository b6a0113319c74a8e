"""``nurie regions``, ``lines`` and ``verify``: what a drawing holds, and what a result proves."""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from click.exceptions import Exit

from nurie.cli.options import Bounded, Dropped, Gapped, Inked, argument, flag, option, verb
from nurie.cli.outcome import complain, show_json, show_path
from nurie.errors import OptionError

if TYPE_CHECKING:
    from nurie.document import Palette, Sketch
    from nurie.verify import Report


@dataclass(frozen=True, kw_only=True)
class RegionsOptions(Gapped, Inked, Bounded):
    """The options of ``nurie regions``."""

    sketch: Path = argument("SKETCH", "A drawing.")
    output: Path | None = option(
        "-o --output LABELS.png", "A 16-bit gray PNG: 0 is line, 1, 2, … are the regions."
    )
    as_json: bool = flag("--json", "Print location, size, shape and neighbours of each region.")
    force: bool = flag("--force", "Replace an existing file.")


@verb
def regions(options: RegionsOptions) -> None:
    """Cut a drawing into regions, and measure them."""
    from nurie.io.files import check_target
    from nurie.io.images import read_sketch, write_labels
    from nurie.regions.ink import find_ink
    from nurie.regions.measure import measure
    from nurie.regions.segment import segment
    from nurie.regions.trace import outlines, trace_color, traced, with_traces

    output = options.output
    if output is None and not options.as_json:
        raise OptionError("Say where the regions go: -o labels.png, --json, or both.")
    if output is not None:
        check_target(output, force=options.force, suffixes=(".png",))
    drawing = read_sketch(
        options.sketch, max_pixels=options.max_pixels, line_layer=options.line_layer,
        ink=options.ink,
    )  # fmt: skip
    parts = find_ink(outlines(drawing.pixels))
    if options.trace:
        mask = traced(drawing.pixels, [trace_color(text) for text in options.trace])
        parts = with_traces(parts, mask)
    labels = segment(drawing.pixels, gap=options.gap, ink=parts)
    if output is not None:
        write_labels(output, labels, force=options.force)
    if not options.as_json:
        show_path(output)
        return
    height, width = drawing.shape
    found = {
        "sketch": str(options.sketch), "output": None if output is None else str(output),
        "width": width, "height": height, "regions": measure(labels).to_records(),
    }  # fmt: skip
    show_json(found, [output])


@dataclass(frozen=True, kw_only=True)
class LinesOptions(Bounded):
    """The options of ``nurie lines``."""

    picture: Path = argument("PICTURE", "A colour picture.")
    output: Path = option("-o --output LINE.png", "Where the lines go.", ...)
    sigma: float = option(
        "PX", "Blur before the edges are found, in pixels; more gives fewer.", 2.5
    )
    force: bool = flag("--force", "Replace an existing file.")


@verb
def lines(options: LinesOptions) -> None:
    """Make line art from a colour picture (Gaussian, then Canny)."""
    from nurie.io.files import PICTURE_SUFFIXES, check_target
    from nurie.io.images import read_color, write_picture
    from nurie.lines import canny_lines

    check_target(options.output, force=options.force, suffixes=PICTURE_SUFFIXES)
    rgb = read_color(options.picture, max_pixels=options.max_pixels)
    write_picture(options.output, canny_lines(rgb, sigma=options.sigma), force=options.force)
    show_path(options.output)


@dataclass(frozen=True, kw_only=True)
class VerifyOptions(Dropped, Bounded):
    """The options of ``nurie verify``."""

    sketch: Path = argument("SKETCH", "The drawing, or a film's folder.")
    output: Path = argument("OUTPUT", "What was made of it; ORA and PSD prove the most.")
    hints: Path | None = option("FILE", "The hints that were given.")
    palette: Path | None = option("FILE|PICTURE", "The palette that was given.")
    clean: bool = flag("--clean", "The drawing was coloured with --clean.")
    as_json: bool = flag("--json", "Print the checks as JSON.")


@verb
def verify(options: VerifyOptions) -> None:
    """Prove the pixel promise, or name the first pixel that breaks it.

    The lines are the drawing's, each flat is one colour, hints and palette are obeyed. Of a film or
    a book, folders or files of several frames: every frame, one palette for all, and equal drawings
    equal pictures. Of several pages: every page. One picture is that of the first.

    The exit code is 0 when every check holds and 1 when one does not.
    """
    from nurie.api import read_palette
    from nurie.io.hints import read_hints
    from nurie.io.movie import frames_in
    from nurie.io.raster import pages_in
    from nurie.verify import verify as prove

    sketch, output = options.sketch, options.output
    palette = read_palette(options.palette) if options.palette else None
    found = 0 if sketch.is_dir() else frames_in(sketch)
    made = 0 if output.is_dir() else pages_in(output)
    if found == 0 or (found > 1 and (made == 0 or frames_in(output) != 1)):
        report = _verify_film(sketch, output, palette, options.max_pixels)
    elif made > 1 and pages_in(sketch) > 1:
        report = _verify_pages(options, palette, max(made, pages_in(sketch)))
    else:
        drawing = _drawing(options)
        hints = read_hints(options.hints, drawing.shape) if options.hints else None
        report = prove(drawing, output, hints=hints, palette=palette)
    if options.as_json:
        show_json({"ok": report.ok, **asdict(report)})
    else:
        _tell(report)
    if not report.ok:
        raise Exit(1)


def _drawing(options: VerifyOptions, page: int | None = None) -> "Sketch":
    """The drawing as it was coloured."""
    from nurie.io.images import read_sketch
    from nurie.painting.read import prepared, with_pixels

    drawing = read_sketch(
        options.sketch, max_pixels=options.max_pixels, line_layer=options.line_layer,
        ink=options.ink, paper=options.paper, page=page,
    )  # fmt: skip
    drawing, _ = prepared(
        drawing, drop=options.drop or (), trace=options.trace or (), clean=options.clean
    )
    return drawing if drawing.inked is None else with_pixels(drawing, drawing.inked)


def _verify_pages(options: VerifyOptions, palette: "Palette | None", many: int) -> "Report":
    """The promise of pages in one file, one after the other."""
    from nurie.io.images import read_exact, write_picture
    from nurie.verify.film import verify_film

    with TemporaryDirectory(prefix="nurie-") as folder:
        file, limit = Path(folder, "page.png"), max(2 * options.max_pixels, 1 << 24)

        def read(page: int) -> "Sketch":
            pixels = read_exact(options.output, max_pixels=limit, page=page)
            write_picture(file, pixels, force=True)
            return _drawing(options, page)

        frames = ((f"page {page + 1}", partial(read, page), file) for page in range(many))
        return verify_film(frames, palette=palette, pages=True)


def _verify_film(cut: Path, output: Path, palette: "Palette | None", pixels: int) -> "Report":
    """The promise of a film, frame by frame."""
    import numpy as np

    from nurie.io.images import read_sketch
    from nurie.io.movie import frames_in
    from nurie.verify.film import verify_film

    if not output.is_dir() and frames_in(output) == 1:
        what = "a folder" if cut.is_dir() else "a film"
        raise OptionError(f"{cut} is {what}, so {output} must be what was made of it.")
    with TemporaryDirectory(prefix="nurie-") as folder:
        drawn = _timed(cut, Path(folder, "drawn"), pixels)
        made = _timed(output, Path(folder, "made"), pixels)
        stems = {path.stem: path for path in made}
        found = [stems.get(path.stem, output / path.name) for path in drawn]
        if not output.is_dir():
            # Frames that hold are one longer frame in some kinds of films, and many in others.
            ends, mine = (np.cumsum(list(shown.values())) for shown in (made, drawn))
            middle = (mine - np.array(list(drawn.values())) / 2) * ends[-1] / mine[-1]
            at = range(len(drawn)) if len(drawn) == len(made) else np.searchsorted(ends, middle)
            found = [list(made)[place] for place in at]
        frames = [
            (
                path.name if cut.is_dir() else f"frame {number}",
                partial(read_sketch, path, max_pixels=pixels),
                file,
            )
            for number, (path, file) in enumerate(zip(drawn, found, strict=True), 1)
        ]
        return verify_film(frames, palette=palette)


def _timed(path: Path, folder: Path, pixels: int) -> dict[Path, float]:
    """The pictures of a film and how long each is shown; a film in one file is unpacked."""
    from nurie.cli.cut import drawings_in
    from nurie.io.movie import unpack

    if path.is_dir():
        return dict.fromkeys(drawings_in(path), 1.0)
    folder.mkdir()
    return dict(zip(*unpack(path, folder, max_pixels=pixels), strict=True))


def _tell(report: "Report") -> None:
    """The checks that held on stdout, the broken ones on stderr."""
    for check in report.checks:
        if check.ok:
            print(f"ok  {check.name}: {check.detail}")
        else:
            complain(check.detail)
    for part in report.unproven:
        print(f"?   not proven: {part}")
