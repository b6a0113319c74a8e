"""``nurie color``: the main verb."""

from typing import TYPE_CHECKING, Any

from nurie.cli.options import (
    DEFAULT_LIGHT,
    Clean,
    Drop,
    Flats,
    Gap,
    Gray,
    HintFile,
    HistogramFrom,
    Ink,
    InkChoice,
    Light,
    Like,
    LineLayer,
    Masks,
    MaxMegapixels,
    Model,
    OneFlatLayer,
    Output,
    PaletteFrom,
    PaletteOut,
    Paper,
    PaperChoice,
    References,
    Report,
    Seed,
    Sheet,
    Sketches,
    Style,
    StyleChoice,
    Sure,
    Trace,
    Unsure,
    UnsureRegions,
    Variations,
)
from nurie.cli.outcome import FilesAsJson, Force, Quiet, complain_of, show_json
from nurie.cli.request import Request, read_guides, refuse_for_painter, write_used
from nurie.cli.targets import Job, check_distinct, make_folder, plan

if TYPE_CHECKING:
    from nurie.painting.style import PictureStyle


def color(  # noqa: PLR0913 (the options of a command)
    sketches: Sketches,
    *,
    output: Output = None,
    seed: Seed = 0,
    variations: Variations = 1,
    sheet: Sheet = None,
    hints: HintFile = None,
    palette: PaletteFrom = None,
    histogram: HistogramFrom = None,
    gray: Gray = None,
    reference: References = None,
    like: Like = None,
    palette_out: PaletteOut = None,
    gap: Gap = None,
    drop: Drop = None,
    trace: Trace = None,
    line_layer: LineLayer = None,
    ink: Ink = InkChoice.AUTO,
    paper: Paper = PaperChoice.KEEP,
    one_flat_layer: OneFlatLayer = False,
    flats: Flats = None,
    masks: Masks = None,
    report: Report = None,
    unsure: UnsureRegions = Unsure.COLOR,
    sure: Sure = 0.5,
    style: StyleChoice = None,
    light: Light = None,
    clean: Clean = False,
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
    _check_light(light)
    if palette_out is not None:
        from nurie.io.palettes import check_palette

        check_palette(palette_out, force=force)
    jobs = plan(sketches, output, variations=variations, cleaned=clean)
    guides = read_guides(
        palette=palette, references=reference or (), histogram=histogram, gray=gray
    )
    manner = _manner_of(like)
    if manner is not None:
        guides.setdefault("palette", manner.palette)
    leave = unsure is Unsure.LEAVE
    if model is not None:
        refuse_for_painter(model, guides, doubts=leave or report is not None)
    extras = None
    if any((flats, masks, report, sheet)):
        from nurie.cli.extras import Extras

        extras = Extras(flats=flats, masks=masks, report=report, sheet=sheet, sure=sure)
    request = Request(
        hints=hints, guides=guides | {"seed": seed}, gap=gap,
        style=style or (manner.style if manner else Style.FLAT),
        light=light or _light_of(manner), clean=clean, model=model,
        max_pixels=int(max_megapixels * 1e6), force=force, quiet=quiet,
        line_layer=line_layer, ink=ink.value, paper=paper.value,
        one_flat_layer=one_flat_layer, trace=trace or (), drop=drop or (),
        leave_unsure=leave, used=None if palette_out is None else [],
        extras=extras, sure=sure,
    )  # fmt: skip
    _refuse_suffix(jobs[0])
    if extras is None:
        check_distinct(jobs)
    else:
        extras.prepare(jobs)
    make_folder(sketches, output)
    records = request.color_all(jobs)
    if palette_out is not None and request.used:
        write_used(palette_out, request.used, force=force)
    _tell(records, as_json=as_json)


def _check_light(light: str | None) -> None:
    """Refuse a direction that there is not.

    Raises:
        OptionError: it is none.
    """
    if light:
        from nurie.painting.shade import light_angle

        light_angle(light)


def _manner_of(picture: "Like") -> "PictureStyle | None":
    """How a picture is coloured, None without one.

    Raises:
        InputError: the file cannot be used.
    """
    if picture is None:
        return None
    from nurie.api import read_style

    return read_style(picture)


def _light_of(manner: "PictureStyle | None") -> str:
    """Where light comes from in the style of a picture."""
    return DEFAULT_LIGHT if manner is None or manner.light is None else f"{manner.light:.0f}"


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
    failures = [record["error"] for record in records if "error" in record]
    complain_of(failures, len(records), "sketches were not coloured")
