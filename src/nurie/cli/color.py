"""``nurie color``: the main verb."""

from nurie.cli.options import ColorOptions, verb
from nurie.cli.outcome import complain_of, show_json, show_path
from nurie.cli.request import request_of, write_used
from nurie.cli.targets import make_folder, plan
from nurie.errors import FormatError
from nurie.io.files import LAYERED_SUFFIXES, PICTURE_SUFFIXES, is_stdout


@verb
def color(options: ColorOptions) -> None:
    """Colour drawings.

    Several sketches are coloured one after the other; one that fails does not stop the rest, is
    listed at the end, and makes the exit code 1.
    """
    jobs = plan(
        options.sketches, options.output, variations=options.variations, cleaned=options.clean,
        beside=bool(options.beside),
    )  # fmt: skip
    request = request_of(options)
    # What cannot be written for one sketch cannot for any.
    target, kinds = jobs[0].outputs[0], PICTURE_SUFFIXES + LAYERED_SUFFIXES
    if not (is_stdout(target) or target.is_dir() or target.suffix.lower() in kinds):
        raise FormatError(
            f"{target} has no suffix that can be written; end it in one of {', '.join(kinds)}, "
            "or in / for a folder."
        )
    if request.extras is not None:
        request.extras.prepare(jobs)
    make_folder(options.sketches, options.output)
    records = request.color_all(jobs)
    if options.palette_out is not None and request.used:
        write_used(options.palette_out, request.used, force=options.force)
    outputs = [path for record in records for path in record.get("outputs", [])]
    if options.as_json:
        show_json(records, outputs)
    for path in outputs if not options.as_json else []:
        show_path(path)
    failures = [record["error"] for record in records if "error" in record]
    complain_of(failures, len(records), "sketches were not coloured")
