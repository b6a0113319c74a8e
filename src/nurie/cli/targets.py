"""Where the outputs go, decided and checked before any work is done."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nurie.errors import OptionError, OutputError, UnreadableError
from nurie.io.files import (
    DRAWING_SUFFIXES,
    STREAM,
    is_stdout,
    is_stream,
    made_folder,
    natural,
    reason,
    suffix_of,
)

_LONGEST = 255
"""Bytes of a name that file systems take."""


@dataclass(frozen=True)
class Job:
    """One sketch and the files that it becomes."""

    sketch: Path
    outputs: tuple[Path, ...]  # One for each variation
    cleaned: Path | None = None  # Where the cleaned lines go
    stem: str = ""  # What the files beside the outputs are called

    @property
    def targets(self) -> tuple[Path, ...]:
        """All files that may be written."""
        return self.outputs if self.cleaned is None else (*self.outputs, self.cleaned)


def plan(
    sketches: Sequence[Path], output: str | None, *, variations: int = 1, cleaned: bool = False,
    beside: bool = False,
) -> list[Job]:  # fmt: skip
    """Decide where everything goes.

    Frames keep their numbers and their order: what a shell sorted by letters is put into natural
    order, any other order is the user's. ``output`` is a file, a folder, ``-`` for stdout, or None
    for files beside the sketches; several sketches, an existing folder or a closing slash make it a
    folder. What is read from a stream is written to one unless it says otherwise. ``cleaned`` lines
    and files ``beside`` the outputs, called like the sketches, are written too.

    >>> [job.outputs[0].as_posix() for job in plan([Path("a/cat.png")], None)]
    ['a/cat.colored.png']
    """
    if output is None and len(sketches) == 1 and is_stream(sketches[0]):
        output = STREAM
    if output is not None and is_stdout(output) and (len(sketches) * variations > 1 or cleaned):
        raise OptionError("One picture alone fits in a stream; give -o the name of a file.")
    twice = [path for path, count in Counter(map(os.path.realpath, sketches)).items() if count > 1]
    if twice:
        raise OptionError(f"{twice[0]} is given twice; name each sketch once.")
    folder, jobs, by_letters = folder_of(sketches, output), [], [str(one) for one in sketches]
    ordered = natural(sketches) if by_letters == sorted(by_letters) else list(sketches)
    kinds = ["" if cleaned or beside else suffix_of(sketch) for sketch in ordered]
    for sketch, stem in zip(ordered, stems(ordered, folder, kinds), strict=True):
        target = (folder or _place_of(sketch)) / f"{stem}.colored{suffix_of(sketch)}"
        if output is not None and folder is None:
            target = Path(output)
        lines = target.with_name(f"{stem}.clean.png") if cleaned else None
        jobs.append(Job(sketch, numbered(target, variations), lines, stem))
    check_distinct(jobs)
    return jobs


def stems(sketches: Sequence[Path], folder: Path | None, kinds: Sequence[str]) -> list[str]:
    """What the outputs of sketches are called, short enough for their suffixes, all different.

    Those that would be called alike bear their own suffix too, then that of their folder, then a
    number. ``folder`` is None for the folders of the sketches; ``kinds`` are what follows each
    name, and the same name may be followed by other kinds.

    >>> stems([Path("a/page.png"), Path("a/page.jpg"), Path("a/one.png")], None, [".png"] * 3)
    ['page.png', 'page.jpg', 'one']
    """
    rooms = [_LONGEST - max(len(os.fsencode(kind)), len(".colored.tiff-1000")) for kind in kinds]
    found = [_plain_stem(sketch) for sketch in sketches]
    for step in range(5):
        found = [cut(stem, room) for stem, room in zip(found, rooms, strict=True)]
        places = [folder or _place_of(sketch) for sketch in sketches]
        keys = list(zip(places, found, kinds, strict=True))
        counts = Counter(keys)
        for at, sketch in enumerate(sketches):
            if counts[keys[at]] == 1:
                continue
            if step == 0:
                found[at] = sketch.name or found[at]
            elif step == 1:
                found[at] = f"{sketch.absolute().parent.name}-{_plain_stem(sketch)}"
            elif keys[at] in keys[:at]:
                end = f"-{keys[:at].count(keys[at]) + 1}"
                found[at] = cut(found[at], rooms[at] - len(end)) + end
    return found


def _plain_stem(sketch: Path) -> str:
    return "stdin" if str(sketch) in (STREAM, "/dev/stdin") else sketch.stem or "drawing"


def _place_of(sketch: Path) -> Path:
    """The folder that a sketch lies in; for a stream the one that nurie was started in."""
    return Path() if is_stream(sketch) else sketch.parent


def cut(stem: str, room: int) -> str:
    """A name of at most so many bytes, as much of it as fits.

    >>> cut("線画", 5), cut("線画", -5)
    ('線', '')
    """
    while stem and len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return stem


def inside(folder: Path, kinds: Sequence[str], what: str, omit: str = r"^\.") -> list[Path]:
    """Files of some kinds in a folder, in the order in which people count.

    Raises:
        UnreadableError: it cannot be listed, or has none but those whose names match ``omit``.
    """
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in kinds]
    except OSError as error:
        raise UnreadableError(f"{folder} cannot be listed: {reason(error)}.") from error
    found = natural(path for path in found if path.is_file() and not re.search(omit, path.name))
    if not found:
        raise UnreadableError(f"{folder} holds no {what}.")
    return found


_WRITTEN = r"^\.|\.(colored(-\d+)?|clean)\.\w+$"
"""Names in a folder that are none of its drawings: what a call before wrote, and hidden files."""


def drawings_of(sketches: Sequence[Path]) -> list[Path]:
    """The same, but for a folder the drawings in it.

    A folder without any stays itself, for its turn to complain; so does the one that one is in,
    since an empty name means it, too.
    """
    found: list[Path] = []
    for path in sketches:
        folder = os.path.isdir(path) and path != Path()  # noqa: PTH112 (which no name makes fail)
        try:
            found += inside(path, DRAWING_SUFFIXES, "drawings", _WRITTEN) if folder else [path]
        except UnreadableError:
            found.append(path)
    return found


def check_sketch(path: Path) -> None:
    """Refuse a folder that ``drawings_of`` left, and say why."""
    if os.path.isdir(path):  # noqa: PTH112 (which no name makes fail)
        inside(path, DRAWING_SUFFIXES, "drawings", _WRITTEN)
        raise UnreadableError(f"{path} is the folder that you are in; name its drawings: *.png")


def check_targets(job: Job, *, force: bool) -> None:
    """Refuse what could not be written in the end."""
    from nurie.io.files import check_target

    for target in job.targets:
        check_target(target, force=force)


def make_folder(sketches: Sequence[Path], output: str | None) -> None:
    """Create the folder for the outputs, where one is asked for."""
    if folder := folder_of(sketches, output):
        made_folder(folder)


def folder_of(sketches: Sequence[Path], output: str | None) -> Path | None:
    """The folder that ``output`` stands for, or None when it is a file."""
    if output is None:
        return None
    if not output:
        raise OptionError("The name of the output is empty; give -o a file or a folder.")
    path = Path(output)
    known = os.path.isdir(path)  # noqa: PTH112 (which no name makes fail)
    if known or output.endswith(("/", os.sep)):
        return path
    if len(sketches) == 1:
        return None
    if path.suffix:
        raise OptionError(f"{len(sketches)} sketches do not fit in {output}; give -o a folder.")
    return path


def numbered(target: Path, variations: int) -> tuple[Path, ...]:
    """The names of the variations: NAME-1.png, NAME-2.png and so on; of one alone its own."""
    if variations == 1:
        return (target,)
    return tuple(target.with_stem(f"{target.stem}-{n}") for n in range(1, variations + 1))


def check_distinct(jobs: Sequence[Job]) -> None:
    """Refuse two outputs with one name, and an output with the name of a sketch."""
    origin = {os.path.realpath(job.sketch) for job in jobs}
    taken: dict[str, Path] = {}
    for job in jobs:
        for target in job.targets:
            if is_stdout(target):
                continue
            name = os.path.realpath(target)
            if name in origin:
                raise OutputError(f"{target} is a sketch itself; choose another name with -o.")
            if name in taken:
                raise OutputError(
                    f"{taken[name]} and {job.sketch} would both become {target}; rename one."
                )
            taken[name] = job.sketch
