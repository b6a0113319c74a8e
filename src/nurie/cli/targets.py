"""Where the outputs go, decided and checked before any work is done."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nurie.errors import OptionError, OutputError, UnreadableError


@dataclass(frozen=True)
class Job:
    """One sketch and the files that it becomes."""

    sketch: Path
    outputs: tuple[Path, ...]
    """One for each variation."""
    cleaned: Path | None = None
    """Where the cleaned lines go."""

    @property
    def targets(self) -> tuple[Path, ...]:
        """All files that may be written."""
        return self.outputs if self.cleaned is None else (*self.outputs, self.cleaned)


def plan(
    sketches: Sequence[Path], output: str | None, *, variations: int = 1, cleaned: bool = False
) -> list[Job]:
    """Decide where everything goes.

    Frames keep their numbers and their order: what a shell sorted by letters is put into natural
    order, any other order is the user's.

    Args:
        sketches: the drawings.
        output: a file, a folder, or None for files beside the sketches. Several sketches, an
            existing folder or a closing slash make it a folder.
        variations: number of colourings of each sketch; with more than 1 the names are numbered.
        cleaned: the cleaned lines are written too.

    Raises:
        OptionError: several sketches for one file.
        OutputError: two outputs with the same name, or one with the name of a sketch.

    >>> [job.outputs[0].as_posix() for job in plan([Path("a/cat.png")], None)]
    ['a/cat.colored.png']
    """
    folder = folder_of(sketches, output)
    jobs = []
    for sketch in _in_order(sketches):
        name = f"{sketch.stem}.colored{_suffix(sketch)}"
        if output is None:
            target = sketch.with_name(name)
        else:
            target = folder / name if folder else Path(output)
        lines = target.with_name(f"{sketch.stem}.clean.png") if cleaned else None
        jobs.append(Job(sketch, _numbered(target, variations), lines))
    check_distinct(jobs)
    return jobs


def _suffix(sketch: Path) -> str:
    """Suffix of what a sketch becomes where none was asked for.

    Studios stay with TGA and TIFF, and layers with the format that they came in.
    """
    suffix = sketch.suffix.lower()
    return suffix if suffix in (".tga", ".tif", ".tiff", ".psd", ".ora") else ".png"


def _in_order(sketches: Sequence[Path]) -> list[Path]:
    by_letters = [str(sketch) for sketch in sketches]
    return natural(sketches) if by_letters == sorted(by_letters) else list(sketches)


def natural(paths: Iterable[Path]) -> list[Path]:
    """Paths in the order in which people count: frame 2 before frame 10.

    >>> [path.name for path in natural([Path("a10.png"), Path("a9.png"), Path("A1.png")])]
    ['A1.png', 'a9.png', 'a10.png']
    """

    def key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
        parts = re.split(r"([0-9]+)", str(path).casefold())
        numbered = [(0, int(p), "") if p[:1].isdecimal() else (1, 0, p) for p in parts if p]
        return numbered, str(path)

    return sorted(paths, key=key)


def check_sketch(path: Path) -> None:
    """Refuse a folder, with the words that would work.

    Raises:
        UnreadableError: it is a folder.
    """
    if path.is_dir():
        raise UnreadableError(f"{path} is a folder; name its drawings: nurie color {path}/*.png")


def check_targets(job: Job, *, force: bool) -> None:
    """Refuse what could not be written in the end.

    Raises:
        OutputError: a target exists, or cannot be written.
    """
    from nurie.io.files import check_target

    for target in job.targets:
        check_target(target, force=force)


def make_folder(sketches: Sequence[Path], output: str | None) -> None:
    """Create the folder for the outputs, where one is asked for.

    Raises:
        OutputError: it cannot be created.
    """
    folder = folder_of(sketches, output)
    if folder is not None:
        made_folder(folder)


def made_folder(folder: Path) -> None:
    """Create a folder, and those around it.

    Raises:
        OutputError: it cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror}.") from error


def folder_of(sketches: Sequence[Path], output: str | None) -> Path | None:
    """The folder that ``output`` stands for, or None when it is a file.

    Raises:
        OptionError: several sketches for one file.
    """
    if output is None:
        return None
    path = Path(output)
    if path.is_dir() or output.endswith(("/", os.sep)):
        return path
    if len(sketches) == 1:
        return None
    if path.suffix:
        raise OptionError(f"{len(sketches)} sketches do not fit in {output}; give -o a folder.")
    return path


def _numbered(target: Path, variations: int) -> tuple[Path, ...]:
    """The names of the variations: NAME-1.png, NAME-2.png and so on."""
    if variations == 1:
        return (target,)
    return tuple(
        target.with_name(f"{target.stem}-{i + 1}{target.suffix}") for i in range(variations)
    )


def check_distinct(jobs: Sequence[Job]) -> None:
    """Refuse two outputs with one name, and an output with the name of a sketch.

    Raises:
        OutputError: there are such outputs.
    """
    origin = {_absolute(job.sketch): job.sketch for job in jobs}
    taken: dict[str, Path] = {}
    for job in jobs:
        for target in job.targets:
            name = _absolute(target)
            if name in origin:
                raise OutputError(f"{target} is a sketch itself; choose another name with -o.")
            if name in taken:
                raise OutputError(
                    f"{taken[name]} and {job.sketch} would both become {target}; "
                    "colour them one by one."
                )
            taken[name] = job.sketch


def _absolute(path: Path) -> str:
    return os.path.realpath(path)
