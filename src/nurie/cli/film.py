"""``nurie film``: the drawings of a film, coloured as one."""

from pathlib import Path
from typing import Annotated

import typer

from nurie.cli.options import Gap, LineLayer, MaxMegapixels, Model, OneFlatLayer, PaletteFrom, Seed
from nurie.cli.outcome import FilesAsJson, Force, Quiet, complain_of, show_json
from nurie.errors import OptionError

Drawings = Annotated[
    list[Path],
    typer.Argument(
        metavar="CUT",
        show_default=False,
        help="The drawings in order: a folder, files, a GIF, APNG or WebP, or a video.",
    ),
]


def film(  # noqa: PLR0913 (the options of a command)
    drawings: Drawings,
    *,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            show_default=False,
            help="A folder, which is made if need be, or one file: .gif, .apng, .mkv, .mp4, .webm. "
            "In a folder each drawing keeps its name.",
        ),
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N=PICTURE",
            help="A coloured picture of frame N; may be given several times. N is the number in "
            "the name of the drawing, else its place from 1.",
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Coloured pictures with the names of their drawings."),
    ] = None,
    palette: PaletteFrom = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="CUT.xdts", help="An exposure sheet: which drawing each frame shows, and when."
        ),
    ] = None,
    fix: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Corrections, which spread: hints as for nurie color, each with the number of its "
            'frame, [{"frame": 12, "x": 10, "y": 20, "color": "#ff8800"}].',
        ),
    ] = None,
    alone: Annotated[
        bool,
        typer.Option("--alone", help="Colour each drawing by itself; nothing spreads."),
    ] = False,
    cuts: Annotated[
        str,
        typer.Option(
            metavar="auto|none|N,N", help="Frames with which another cut begins: nothing spreads."
        ),
    ] = "auto",
    hold: Annotated[
        str,
        typer.Option(
            metavar="auto|none",
            help="Whether frames that differ by noise alone are one drawing, as equal ones are.",
        ),
    ] = "auto",
    frames: Annotated[
        str | None,
        typer.Option("--range", metavar="N-N", help="Only frames from the one to the other."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            max=240,
            metavar="N",
            help="Frames a second, where OUT is one file.  [default: as they came, else 24]",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar=".png|.ora|…",
            help="Kind of the files in OUT.  [default: TGA, TIFF, PSD and ORA stay what they are, "
            "others become PNG]",
        ),
    ] = None,
    seed: Seed = 0,
    gap: Gap = None,
    line_layer: LineLayer = None,
    one_flat_layer: OneFlatLayer = False,
    model: Model = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Write which regions of each frame are unsure, and which frame to colour next.",
        ),
    ] = None,
    keep_cache: Annotated[
        bool,
        typer.Option(
            "--keep-cache",
            help="Keep what was read, so that the next call with other keys is quick.",
        ),
    ] = False,
    max_megapixels: MaxMegapixels = 50,
    force: Force = False,
    as_json: FilesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Colour the drawings of a film as one: correct once, right everywhere.

    One or a few coloured drawings are the keys; all others take their colours from them, and what
    no key shows, the model colours once for all frames. A call that was ended goes on where it was.

    A frame that cannot be read does not stop the rest, and makes the exit code 1.
    """
    from nurie.cli.cut import Cut
    from nurie.cli.filming import Filming
    from nurie.io.files import check_target

    if hold not in {"auto", "none"}:
        raise OptionError(f"--hold is auto or none, not {hold}.")
    if report is not None:
        check_target(report, force=force, suffixes=(".json",))
    cut = Cut(
        drawings, output, span=frames, sheet=sheet, to=to, line_layer=line_layer,
        one_flat_layer=one_flat_layer, max_pixels=int(max_megapixels * 1e6), force=force,
        quiet=quiet,
    )  # fmt: skip
    given, fixes, starts = cut.keys(key or [], keys), cut.fixes(fix), cut.starts(cuts)
    read = (palette, fix, *given.values())
    about = [(str(p), p.stat().st_mtime_ns if p.exists() else 0) for p in read if p]
    cut.prepare(repr((about, sorted(given), seed, gap, cuts, hold, alone, model)))
    filming = Filming(cut, fps=fps)
    if alone:
        filming.alone(model, palette, seed=seed, gap=gap)
    else:
        filming.together(
            model, palette, given, fixes, seed=seed, gap=gap, cuts=starts, hold=hold == "auto"
        )
    if report is not None:
        filming.report(report)
    cut.clear(keep=keep_cache)
    if as_json:
        show_json({**filming.outcome, "frames": filming.records})
    else:
        for path in dict.fromkeys(r["output"] for r in filming.records if "output" in r):
            print(path)
    failures = [record["error"] for record in filming.records if "error" in record]
    complain_of(failures, len(filming.records), "frames were not coloured")
