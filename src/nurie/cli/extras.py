"""What ``nurie color`` writes beside the picture: flats, masks, a report, a contact sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.cli.targets import Job, check_distinct, made_folder
from nurie.errors import FormatError, OptionError

if TYPE_CHECKING:
    from nurie.document import Layers


@dataclass(frozen=True, kw_only=True)
class Extras:
    """These options of one call."""

    flats: Path | None
    masks: Path | None
    report: Path | None
    sheet: Path | None
    sure: float

    def prepare(self, jobs: Sequence[Job]) -> None:
        """Make the folders of report and sheet, and refuse names that cannot be.

        Raises:
            OptionError: one file for several sketches.
            OutputError: two outputs with the same name, or one with the name of a sketch.
            FormatError: a suffix that cannot be written.
        """
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
        check_distinct(
            [Job(job.sketch, (*job.outputs, *self._reports(job)), job.cleaned) for job in jobs]
        )

    def check(self, job: Job, *, force: bool) -> None:
        """Refuse early what could not be written.

        Raises:
            OutputError: a target exists, or cannot be written.
        """
        from nurie.io.files import check_target

        for folder in (self.flats, self.masks):
            if folder is not None:
                made_folder(folder)
        for target in (*self._flat_targets(job), *self._reports(job)):
            check_target(target, force=force, suffixes=(target.suffix.lower(),))

    def write(self, job: Job, answers: "list[Layers]", *, force: bool) -> dict[str, list[str]]:
        """Write what was asked for, and say where."""
        said: dict[str, list[str]] = {}
        if self.flats is not None or self.masks is not None:
            said |= self._write_flats(job, answers, force=force)
        if self.report is not None:
            said["report"] = self._write_report(job, answers[0], force=force)
        if self.sheet is not None:
            from nurie.io.extras import write_sheet

            target = self._sheet_target(job)
            write_sheet(target, answers, force=force)
            said["sheet"] = [str(target)]
        return said

    def _write_flats(
        self, job: Job, answers: "list[Layers]", *, force: bool
    ) -> dict[str, list[str]]:
        from nurie.io.extras import write_flats, write_masks

        said = {}
        if self.flats is not None:
            targets = self._flat_targets(job)[: len(answers)]
            for target, layers in zip(targets, answers, strict=True):
                write_flats(target, layers, force=force)
            said["flats"] = [str(target) for target in targets]
        if self.masks is not None:
            made = [
                write_masks(self.masks, name, layers, force=force)
                for name, layers in zip(_names(job), answers, strict=False)
            ]
            said["masks"] = [str(path) for paths in made for path in paths]
        return said

    def _write_report(self, job: Job, layers: "Layers", *, force: bool) -> list[str]:
        from nurie.io.extras import write_doubts, write_report
        from nurie.painting.review import report, review

        text, picture = self._report_targets(job)
        found = {"sketch": str(job.sketch), "output": str(job.outputs[0])}
        write_report(text, found | report(layers, sure=self.sure), force=force)
        write_doubts(picture, layers, review(layers, sure=self.sure), force=force)
        return [str(text), str(picture)]

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
            text = text / f"{job.sketch.stem}.report.json"
        return text, text.with_suffix(".png")

    def _sheet_target(self, job: Job) -> Path:
        assert self.sheet is not None
        return self.sheet / f"{job.sketch.stem}.sheet.png" if _is_folder(self.sheet) else self.sheet


def _names(job: Job) -> list[str]:
    """Names of the variations: the sketch's own, numbered where there are several."""
    if len(job.outputs) == 1:
        return [job.sketch.stem]
    return [f"{job.sketch.stem}-{number}" for number in range(1, len(job.outputs) + 1)]


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix
