"""``nurie data histogram``: how often each colour occurs in a data set."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.cli.options import argument, flag, option, verb
from nurie.cli.outcome import complain, show_json, track
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


@dataclass(frozen=True, kw_only=True)
class HistogramOptions:
    """The options of ``nurie data histogram``."""

    data: list[Path] = argument(
        "DATA", "Shards, folders of shards, collections, folders of pictures, pictures."
    )
    output: Path | None = option("-o --output FILE", "Save it, as .json or .npz.")
    figures: Path | None = option(
        "DIR",
        "Draw the distribution (figure 5) and the most frequent colours (figure 6) here, as PNG "
        "and SVG.",
    )
    top: int = option("N", "Colours printed.", 20, min=1, max=512)
    force: bool = flag("--force", "Replace existing files.")
    as_json: bool = flag("--json", "Print all of it as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")


@verb
def histogram(options: HistogramOptions) -> None:
    """Count the colours of a data set in 512 bins.

    Eight levels a channel; bin 511 is white. Printed are bin, share and mean colour of the most
    frequent ones.
    """
    from nurie.io.files import check_target
    from nurie.io.spectra import SUFFIXES
    from nurie_lab.data.histogram import as_record, count_colors, write_spectrum
    from nurie_lab.data.shards import colors_of

    output, force, quiet = options.output, options.force, options.quiet
    if output is not None:
        check_target(output, force=force, suffixes=SUFFIXES)
    targets = chart_files(options.figures, force=force) if options.figures else {}
    passed: list[str] = []
    pictures = (rgb for path in options.data for rgb in colors_of(path, passed.append))
    spectrum = count_colors(track(pictures, None, "counting", quiet=quiet))
    if output is not None:
        write_spectrum(output, spectrum, force=force)
    draw_charts(spectrum, targets, force=force)
    for text in passed if not quiet else []:
        complain(text)
    if options.as_json:
        show_json(as_record(spectrum))
    else:
        _print_top(spectrum, options.top)


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
