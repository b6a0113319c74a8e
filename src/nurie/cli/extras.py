"""What ``nurie color`` writes beside the picture: flats, masks, a report, a contact sheet."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.cli.options import Colored
from nurie.cli.targets import Job, check_distinct
from nurie.errors import FormatError, OptionError
from nurie.io.files import made_folder

if TYPE_CHECKING:
    from nurie.document import Layers


class Extras:
    """These options of one call."""

    def __init__(self, options: Colored) -> None:
        self.flats, self.masks = options.flats, options.masks
        self.report, self.sheet = options.report, options.sheet
        self._sure, self._force = options.sure, options.force

    def prepare(self, jobs: Sequence[Job]) -> None:
        """Make the folders of report and sheet, and refuse names that cannot be."""
        for path, suffix in ((self.report, ".json"), (self.sheet, ".png")):
            if path is None:
                continue
            if _is_folder(path):
                made_folder(path)
            elif path.suffix.lower() != suffix:
                raise FormatError(
                    f"{path} has no suffix that can be written; end it in {suffix}, or give a "
                    "folder."
                )
            elif len(jobs) > 1:
                raise OptionError(f"{len(jobs)} sketches do not fit in {path}; give a folder.")
        check_distinct([replace(job, outputs=(*job.outputs, *self._reports(job))) for job in jobs])

    def check(self, job: Job) -> None:
        """Refuse early what could not be written."""
        from nurie.io.files import check_target

        for folder in (self.flats, self.masks):
            if folder is not None:
                made_folder(folder)
        for target in (*self._flat_targets(job), *self._reports(job)):
            check_target(target, force=self._force, suffixes=(target.suffix.lower(),))

    def write(self, job: Job, answers: "list[Layers]") -> dict[str, list[str]]:
        """Write what was requested, and say where."""
        from nurie.io import extras

        written: dict[str, list[Path]] = {}
        if self.flats is not None:
            written["flats"] = self._flat_targets(job)[: len(answers)]
            for target, layers in zip(written["flats"], answers, strict=True):
                extras.write_flats(target, layers, force=self._force)
        if self.masks is not None:
            written["masks"] = [
                path
                for name, layers in zip(_names(job), answers, strict=False)
                for path in extras.write_masks(self.masks, name, layers, force=self._force)
            ]
        if self.report is not None:
            written["report"] = self._write_report(job, answers[0])
        if self.sheet is not None:
            written["sheet"] = [self._sheet_target(job)]
            extras.write_sheet(written["sheet"][0], answers, force=self._force)
        return {name: [str(path) for path in paths] for name, paths in written.items()}

    def _write_report(self, job: Job, layers: "Layers") -> list[Path]:
        from nurie.io.extras import write_doubts, write_report
        from nurie.painting.review import report, review

        text, picture = self._report_targets(job)
        found = {"sketch": str(job.sketch), "output": str(job.outputs[0])}
        write_report(text, found | report(layers, sure=self._sure), force=self._force)
        write_doubts(picture, layers, review(layers, sure=self._sure), force=self._force)
        return [text, picture]

    def _flat_targets(self, job: Job) -> list[Path]:
        if self.flats is None:
            return []
        suffix = ".tga" if job.sketch.suffix.lower() == ".tga" else ".png"
        return [self.flats / f"{name}{suffix}" for name in _names(job)]

    def _reports(self, job: Job) -> tuple[Path, ...]:
        report = self._report_targets(job) if self.report is not None else ()
        return (*report, self._sheet_target(job)) if self.sheet is not None else report

    def _report_targets(self, job: Job) -> tuple[Path, Path]:
        assert self.report is not None
        text = self.report
        if _is_folder(text):
            text = text / f"{job.stem}.report.json"
        return text, text.with_suffix(".png")

    def _sheet_target(self, job: Job) -> Path:
        assert self.sheet is not None
        return self.sheet / f"{job.stem}.sheet.png" if _is_folder(self.sheet) else self.sheet


def _names(job: Job) -> list[str]:
    """Names of the variations: the sketch's own, numbered where there are several."""
    if len(job.outputs) == 1:
        return [job.stem]
    return [f"{job.stem}-{number}" for number in range(1, len(job.outputs) + 1)]


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix
