"""What ``nurie color`` writes beside the picture: flats, masks, a report, a contact sheet."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.cli.options import Colored
from nurie.cli.targets import Job, check_distinct
from nurie.errors import FormatError, OptionError
from nurie.io.files import check_target, made_folder

if TYPE_CHECKING:
    from nurie.document import Layers


def prepare(options: Colored, jobs: Sequence[Job]) -> None:
    """Make the folders of report and sheet, and refuse names that cannot be."""
    for path, suffix in ((options.report, ".json"), (options.sheet, ".png")):
        if path is None:
            continue
        if _is_folder(path):
            made_folder(path)
        elif path.suffix.lower() != suffix:
            raise FormatError(
                f"{path} has no suffix that can be written; end it in {suffix}, or give a folder."
            )
        elif len(jobs) > 1:
            raise OptionError(f"{len(jobs)} sketches do not fit in {path}; give a folder.")
    check_distinct(
        [
            replace(job, outputs=(*job.outputs, *chain(*_targets(options, job).values())))
            for job in jobs
        ]
    )


def check(options: Colored, job: Job) -> None:
    """Refuse early what could not be written."""
    for folder in (options.flats, options.masks):
        if folder is not None:
            made_folder(folder)
    for targets in _targets(options, job).values():
        for target in targets:
            suffixes = (target.suffix.lower(),)
            check_target(target, force=options.force, suffixes=suffixes)


def write(options: Colored, job: Job, answers: "list[Layers]") -> dict[str, list[str]]:
    """Write what was requested, and say where."""
    from nurie.io import extras
    from nurie.painting.review import report, review

    written = _targets(options, job)
    force, first = options.force, answers[0]
    if options.flats is not None:
        written["flats"] = written["flats"][: len(answers)]
        for target, layers in zip(written["flats"], answers, strict=True):
            extras.write_flats(target, layers, force=force)
    if options.masks is not None:
        written["masks"] = [
            path
            for name, layers in zip(_names(job), answers, strict=False)
            for path in extras.write_masks(options.masks, name, layers, force=force)
        ]
    if options.report is not None:
        text, picture = written["report"]
        found = {"sketch": str(job.sketch), "output": str(job.outputs[0])}
        extras.write_report(text, found | report(first, sure=options.sure), force=force)
        order = review(first, sure=options.sure)
        extras.write_doubts(picture, first, order, force=force)
    if options.sheet is not None:
        extras.write_sheet(written["sheet"][0], answers, force=force)
    return {name: [str(path) for path in paths] for name, paths in written.items()}


def _targets(options: Colored, job: Job) -> dict[str, list[Path]]:
    """The files by option; masks are named after the colours, which nobody knows yet."""
    found = dict[str, list[Path]]()
    if options.flats is not None:
        suffix = ".tga" if job.sketch.suffix.lower() == ".tga" else ".png"
        found["flats"] = [options.flats / f"{name}{suffix}" for name in _names(job)]
    if (text := options.report) is not None:
        text = text / f"{job.stem}.report.json" if _is_folder(text) else text
        found["report"] = [text, text.with_suffix(".png")]
    if (sheet := options.sheet) is not None:
        found["sheet"] = [sheet / f"{job.stem}.sheet.png" if _is_folder(sheet) else sheet]
    return found


def _names(job: Job) -> list[str]:
    """Names of the variations: the sketch's own, numbered where there are several."""
    if len(job.outputs) == 1:
        return [job.stem]
    return [f"{job.stem}-{number}" for number in range(1, len(job.outputs) + 1)]


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix
