"""What ``nurie color`` does about doubt: reports, unsure regions left as paper, contact sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nurie.cli.targets import Job, check_distinct
from nurie.errors import FormatError, OptionError, OutputError

if TYPE_CHECKING:
    from nurie.document import Layers


class Unsure(StrEnum):
    """What becomes of regions whose colour the model is not sure of."""

    COLOR = "color"
    LEAVE = "leave"


UnsureRegions = Annotated[
    Unsure,
    typer.Option(
        metavar="color|leave",
        help="Colour the regions that the model is not sure of all the same, or leave them paper.",
    ),
]

Sure = Annotated[
    float,
    typer.Option(
        min=0, max=1, metavar="P", help="Confidence from which on a region is sure, from 0 to 1."
    ),
]

Report = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR|FILE",
        help="Write what is known of each region as JSON, and beside it a PNG in which the unsure "
        "ones are numbered in the order in which a hint helps most: FILE.json for one sketch, or "
        "DIR/NAME.report.json. Of several variations, the first.",
    ),
]

Sheet = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.png|DIR",
        help="Write a contact sheet: the lines and all variations, numbered; for several sketches "
        "DIR/NAME.sheet.png.",
    ),
]


@dataclass(frozen=True)
class Doubts:
    """These options of one call."""

    unsure: Unsure
    sure: float
    report: Path | None
    sheet: Path | None

    def prepare(self, jobs: Sequence[Job]) -> None:
        """Make the folders, and refuse names that cannot be.

        Raises:
            OptionError: one file for several sketches.
            OutputError: two outputs with the same name, or one with the name of a sketch.
            FormatError: a suffix that cannot be written.
        """
        for path, suffix in ((self.report, ".json"), (self.sheet, ".png")):
            if path is None:
                continue
            if _is_folder(path):
                _make(path)
            elif path.suffix.lower() != suffix:
                raise FormatError(
                    f"{path} has no suffix that can be written; end it in {suffix}, or give a "
                    "folder."
                )
            elif len(jobs) > 1:
                raise OptionError(f"{len(jobs)} sketches do not fit in {path}; give a folder.")
        check_distinct([self._with_targets(job) for job in jobs])

    def check(self, job: Job, *, force: bool) -> None:
        """Refuse early what could not be written.

        Raises:
            OutputError: a target exists, or cannot be written.
        """
        from nurie.io.files import check_target

        for target in self._targets(job):
            check_target(target, force=force, suffixes=(target.suffix.lower(),))

    def applied(self, answers: "list[Layers]") -> "list[Layers]":
        """The answers, without their unsure regions where these shall stay paper."""
        from nurie.painting.review import leave_unsure

        if self.unsure is Unsure.COLOR:
            return answers
        return [leave_unsure(layers, sure=self.sure) for layers in answers]

    def write(self, job: Job, answers: "list[Layers]", *, force: bool) -> dict[str, list[str]]:
        """Write report and contact sheet, and say where."""
        from nurie.io.report import write_report
        from nurie.io.sheet import write_doubts, write_sheet
        from nurie.painting.review import report, review

        said: dict[str, list[str]] = {}
        if self.report is not None:
            text, picture = self._report_targets(job)
            found = {"sketch": str(job.sketch), "output": str(job.outputs[0])}
            write_report(text, found | report(answers[0], sure=self.sure), force=force)
            write_doubts(picture, answers[0], review(answers[0], sure=self.sure), force=force)
            said["report"] = [str(text), str(picture)]
        if self.sheet is not None:
            target = self._sheet_target(job)
            write_sheet(target, answers, force=force)
            said["sheet"] = [str(target)]
        return said

    def _with_targets(self, job: Job) -> Job:
        return Job(job.sketch, (*job.outputs, *self._targets(job)), job.cleaned)

    def _targets(self, job: Job) -> tuple[Path, ...]:
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


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror}.") from error
