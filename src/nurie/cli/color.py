"""``nurie color``: the main verb."""

from typing import TYPE_CHECKING, Any

from nurie.cli.options import DEFAULT_LIGHT, Colored, ColorOptions, verb
from nurie.cli.outcome import complain_of, show_json, show_path
from nurie.cli.request import Request, Used, read_guides, refuse_for_painter, write_used
from nurie.cli.targets import Job, check_distinct, make_folder, plan

if TYPE_CHECKING:
    from nurie.cli.extras import Extras


@verb
def color(options: ColorOptions) -> None:
    """Colour drawings.

    Several sketches are coloured one after the other; one that fails does not stop the rest, is
    listed at the end, and makes the exit code 1.
    """
    jobs = plan(
        options.sketches, options.output, variations=options.variations, cleaned=options.clean,
        beside=any((options.flats, options.masks, options.report, options.sheet)),
    )  # fmt: skip
    request = request_of(options)
    _refuse_suffix(jobs[0])
    if request.extras is None:
        check_distinct(jobs)
    else:
        request.extras.prepare(jobs)
    make_folder(options.sketches, options.output)
    records = request.color_all(jobs)
    if options.palette_out is not None and request.used:
        write_used(options.palette_out, request.used, force=options.force)
    _tell(records, as_json=options.as_json)


def request_of(options: Colored) -> Request:
    """The options, with what they name read once for all sketches."""
    if options.light:
        from nurie.painting.shade import light_angle

        light_angle(options.light)
    if options.palette_out is not None:
        from nurie.io.palettes import check_palette

        check_palette(options.palette_out, force=options.force)
    guides = read_guides(options)
    light = options.light
    style: str | None = options.style
    if options.like is not None:
        from nurie.api import read_style

        like = read_style(options.like)
        guides.setdefault("palette", like.palette)
        style = style or like.style
        light = light or (None if like.light is None else f"{like.light:.0f}")
    if options.model is not None:
        doubts = options.unsure == "leave" or options.report is not None
        refuse_for_painter(options.model, guides, doubts=doubts)
    guides["seed"] = options.seed
    used: list[Used] | None = None if options.palette_out is None else []
    return Request(options, guides, style or "flat", light or DEFAULT_LIGHT, _extras(options), used)


def _extras(options: Colored) -> "Extras | None":
    if not any((options.flats, options.masks, options.report, options.sheet)):
        return None
    from nurie.cli.extras import Extras

    return Extras(options)


def _refuse_suffix(job: Job) -> None:
    """Say at once that no such file can be written: it would be so for every sketch."""
    from nurie.errors import FormatError
    from nurie.io.files import LAYERED_SUFFIXES, PICTURE_SUFFIXES, is_stdout

    kinds = PICTURE_SUFFIXES + LAYERED_SUFFIXES
    target = job.outputs[0]
    if is_stdout(target):
        return
    if not target.is_dir() and target.suffix.lower() not in kinds:
        raise FormatError(
            f"{target} has no suffix that can be written; end it in one of {', '.join(kinds)}, "
            "or in / for a folder."
        )


def _tell(records: list[dict[str, Any]], *, as_json: bool) -> None:
    """Say what was written and what failed, and set the exit code."""
    outputs = [path for record in records for path in record.get("outputs", [])]
    if as_json:
        show_json(records, outputs)
    for path in outputs if not as_json else []:
        show_path(path)
    failures = [record["error"] for record in records if "error" in record]
    complain_of(failures, len(records), "sketches were not coloured")
