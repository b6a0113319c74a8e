"""``nurie data histogram``: how often each colour occurs in a data set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurie.cli.outcome import Force, Quiet, complain, show_json, track
from nurie.errors import OutputError

if TYPE_CHECKING:
    from nurie.spectrum import Spectrum


def make_dir(path: Path) -> Path:
    """A folder for outputs, made if need be.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be made: {error.strerror}.") from error
    return path


def histogram(  # noqa: PLR0913 (the options of a command)
    data: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA",
            show_default=False,
            help="Shards, folders of shards, collections, folders of pictures, pictures.",
        ),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Save it, as .json or .npz."),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Draw the distribution (figure 5) and the most frequent colours (figure 6) here, "
            "as PNG and SVG.",
        ),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=512, metavar="N", help="Colours printed.")] = 20,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    quiet: Quiet = False,
) -> None:
    """Count the colours of a data set in 512 bins.

    Eight levels a channel; bin 511 is white. Printed are bin, share and mean colour of the most
    frequent ones.
    """
    from nurie.io.files import check_target
    from nurie.io.spectra import SUFFIXES
    from nurie_lab.data.histogram import as_record, count_colors, write_spectrum
    from nurie_lab.data.shards import colors_of

    if output is not None:
        check_target(output, force=force, suffixes=SUFFIXES)
    targets = chart_files(figures, force=force) if figures else {}
    passed: list[str] = []
    pictures = (rgb for path in data for rgb in colors_of(path, passed.append))
    spectrum = count_colors(track(pictures, None, "counting", quiet=quiet))
    if output is not None:
        write_spectrum(output, spectrum, force=force)
    draw_charts(spectrum, targets, force=force)
    for text in passed if not quiet else []:
        complain(text)
    if as_json:
        show_json(as_record(spectrum))
        return
    _print_top(spectrum, top)


def chart_files(folder: Path, *, force: bool) -> dict[str, tuple[Path, Path]]:
    """PNG and SVG of figures 5 and 6 by name, checked before the counting."""
    from nurie.io.files import check_target

    names = ("figure-5-distribution", "figure-6-most-frequent")
    files = {name: (folder / f"{name}.png", folder / f"{name}.svg") for name in names}
    make_dir(folder)
    for path in (path for pair in files.values() for path in pair):
        check_target(path, force=force, suffixes=(".png", ".svg"))
    return files


def draw_charts(
    spectrum: "Spectrum", targets: dict[str, tuple[Path, Path]], *, force: bool
) -> None:
    """Draw figures 5 and 6 where there are targets for them."""
    from nurie.io.files import replacing
    from nurie.io.images import write_picture
    from nurie_lab.data.charts import as_pixels, as_svg, distribution, most_frequent

    drawn = (distribution(spectrum), most_frequent(spectrum)) if targets else ()
    for (picture, vector), figure in zip(targets.values(), drawn, strict=True):
        write_picture(picture, as_pixels(figure), force=force)
        with replacing(vector, force=force) as stream:
            stream.write(as_svg(figure).encode())


def _print_top(spectrum: "Spectrum", number: int) -> None:
    """The most frequent colours, a line each: bin, share, colour."""
    from nurie.colors import to_hex

    for i in spectrum.most(number, white=True).tolist():
        print(f"{i:3d}  {100 * float(spectrum.histogram[i]):8.4f} %  {to_hex(spectrum.means[i])}")
