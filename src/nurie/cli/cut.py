"""A cut on disk: its frames and their numbers, its keys and corrections, and where it all goes."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from nurie.cli.outcome import complain
from nurie.cli.targets import made_folder, natural
from nurie.errors import OptionError, OutputError, UnreadableError

if TYPE_CHECKING:
    from nurie.document import Hints, Sketch

_KEPT = (".tga", ".tif", ".tiff", ".psd", ".ora")
"""Kinds of drawings that stay what they are: studios' own, and those with layers."""

_READ = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga", ".psd", ".ora")
"""What is taken from a folder."""


@dataclass(frozen=True)
class Still:
    """One frame on disk."""

    path: Path
    number: int
    """As in its name, else its place from 1."""


class Cut:
    """What is to be coloured, and where it goes.

    Args:
        paths: a folder, files, or one film in a file.
        output: a folder, or a film in one file.
        span: first and last number, ``12-48``; all when None.
        sheet: exposure sheet that says which drawing each frame shows.
        to: suffix of what is written into a folder.
        line_layer: of layered files.
        one_flat_layer: see ``api.save``.
        max_pixels: of one frame.
        force: existing files may be replaced.
        quiet: no notes, no bar.

    Raises:
        NurieError: there are no frames, or an option makes no sense.
    """

    def __init__(  # noqa: PLR0913 - the options of a command
        self,
        paths: Sequence[Path],
        output: Path,
        *,
        span: str | None,
        sheet: Path | None,
        to: str | None,
        line_layer: str | None,
        one_flat_layer: bool,
        max_pixels: int,
        force: bool,
        quiet: bool,
    ) -> None:
        from nurie.io.files import LAYERED_SUFFIXES, PICTURE_SUFFIXES
        from nurie.io.movie import MOVIE_SUFFIXES

        self.output, self.force, self.quiet = output, force, quiet
        self._line_layer, self.one_flat_layer, self._max = line_layer, one_flat_layer, max_pixels
        self.movie = output.suffix.lower() in MOVIE_SUFFIXES and not output.is_dir()
        self.cache = self._cache = (
            output.parent / f".{output.name}" if self.movie else output
        ) / ".nurie-film"
        self._to = to and (to if to.startswith(".") else f".{to}").lower()
        if self._to and self._to not in PICTURE_SUFFIXES + LAYERED_SUFFIXES:
            kinds = ", ".join(PICTURE_SUFFIXES + LAYERED_SUFFIXES)
            raise OptionError(f"{to} is nothing that can be written; give one of {kinds}.")
        self.rate = 24.0
        stills = self._stills(paths)
        self.shown = self._exposed(stills, sheet, paths)
        self.stills = self._within(stills, span)
        self.done: set[str] = set()

    # --- what there is -------------------------------------------------------------------------

    def _stills(self, paths: Sequence[Path]) -> list[Still]:
        """All frames, in order, each with its number."""
        from nurie.io.movie import frames_in, unpack

        if len(paths) == 1 and not paths[0].exists() and any(c in paths[0].name for c in "*?["):
            paths = natural(paths[0].parent.glob(paths[0].name))
        if len(paths) == 1 and paths[0].is_dir():
            paths = drawings_in(paths[0])
        elif len(paths) == 1 and frames_in(paths[0]) != 1:
            folder = self._cache / "frames"
            made_folder(folder)
            unpacked, self.rate = unpack(paths[0], folder, max_pixels=self._max)
            return [Still(path, number) for number, path in enumerate(unpacked, 1)]
        if not paths:
            raise UnreadableError("There are no drawings of that name.")
        listed = [str(path) for path in paths]
        paths = natural(paths) if listed == sorted(listed) else list(paths)
        numbers = [_number(path) for path in paths]
        if None in numbers or len(set(numbers)) < len(numbers):
            return [Still(path, place) for place, path in enumerate(paths, 1)]
        stills = [Still(path, number or 0) for path, number in zip(paths, numbers, strict=True)]
        self._tell_missing(sorted(still.number for still in stills))
        return stills

    def _tell_missing(self, numbers: Sequence[int]) -> None:
        step = min((b - a for a, b in pairwise(numbers)), default=1)
        there = set(numbers)
        missing = [n for n in range(numbers[0], numbers[-1], max(step, 1)) if n not in there]
        # Numbers of a sheet on twos or threes have a step; a few holes in a row of ones are holes.
        if missing and len(missing) < len(numbers) and not self.quiet:
            some = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
            complain(f"There is no frame {some}; the frames beside are coloured all the same.")

    def _exposed(
        self, stills: list[Still], sheet: Path | None, paths: Sequence[Path]
    ) -> list[int] | None:
        """Numbers of the drawings that the frames of an exposure sheet show, one by one."""
        if sheet is None:
            return None
        from nurie.io.timesheet import read_timesheet

        tracks = read_timesheet(sheet)
        if not tracks:
            raise UnreadableError(f"{sheet} shows no drawings.")
        names = {paths[0].name.casefold(), *(s.path.stem.casefold() for s in stills)}
        named = [t for t in tracks if any(n.startswith(t.name.casefold()) for n in names)]
        track = (named or tracks)[0]
        if len(tracks) > 1 and not self.quiet:
            complain(f"{sheet} has {len(tracks)} layers; the drawings are those of {track.name}.")
        there = {still.number for still in stills}
        shown = [cel for cel in track.cels if cel is not None]
        lost = sorted({cel for cel in shown if cel not in there})
        if lost and not self.quiet:
            complain(f"{sheet} shows drawing {lost[0]}, which is not there.")
        # Drawings in the order in which they are first seen; what is never seen comes last.
        order = {cel: place for place, cel in reversed(list(enumerate(shown)))}
        stills.sort(key=lambda still: order.get(still.number, len(shown)))
        return [cel for cel in shown if cel in there]

    @staticmethod
    def _within(stills: list[Still], span: str | None) -> list[Still]:
        if span is None:
            return stills
        found = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", span)
        if found is None or int(found[1]) > int(found[2]):
            raise OptionError(f"--range is the first and the last frame, 12-48, not {span}.")
        kept = [s for s in stills if int(found[1]) <= s.number <= int(found[2])]
        if not kept:
            raise OptionError(f"There are no frames from {found[1]} to {found[2]}.")
        return kept

    # --- what is given -------------------------------------------------------------------------

    def keys(self, named: Sequence[str], folder: Path | None) -> dict[int, Path]:
        """Coloured pictures by the place of their frame, from 0."""
        found: dict[int, Path] = {}
        if folder is not None:
            stems = {still.path.stem: place for place, still in enumerate(self.stills)}
            found = {stems[p.stem]: p for p in drawings_in(folder) if p.stem in stems}
            if not found:
                raise OptionError(f"{folder} holds no picture with the name of a drawing.")
        for text in named:
            number, _, path = text.partition("=")
            if not path or not number.strip().isdecimal():
                raise OptionError(f"--key is N=PICTURE, the number of a frame, not {text}.")
            found[self.place(int(number))] = Path(path)
        return found

    def fixes(self, path: Path | None) -> "dict[int, Callable[[tuple[int, int]], Hints]]":
        """Corrections by the place of their frame, for a drawing of a given size."""
        if path is None:
            return {}
        from nurie.io.marks import draw_marks, marked_frames, read_marks

        def of(number: int) -> "Callable[[tuple[int, int]], Hints]":
            return lambda shape: draw_marks(read_marks(path, shape, frame=number), shape)

        return {self.place(number): of(number) for number in marked_frames(path)}

    def starts(self, cuts: str) -> list[int] | None:
        """Places of frames with which a cut begins; None when they are to be found."""
        if cuts == "auto":
            return None
        if cuts == "none":
            return []
        try:
            return [self.place(int(text)) for text in cuts.split(",")]
        except ValueError:
            raise OptionError(f"--cuts is auto, none, or frames, 48,96, not {cuts}.") from None

    def place(self, number: int) -> int:
        """Place of a frame, from 0, by its number.

        Raises:
            OptionError: there is no such frame.
        """
        for place, still in enumerate(self.stills):
            if still.number == number:
                return place
        first, last = self.stills[0].number, self.stills[-1].number
        raise OptionError(f"There is no frame {number}; they go from {first} to {last}.")

    # --- where it goes -------------------------------------------------------------------------

    def target(self, place: int) -> Path:
        """The file that a frame becomes."""
        if self.movie:
            return self.output
        path = self.stills[place].path
        suffix = path.suffix.lower()
        return self.output / f"{path.stem}{self._to or (suffix if suffix in _KEPT else '.png')}"

    def prepare(self, about: str) -> None:
        """Refuse what could not be written in the end, and make room for what is read.

        Args:
            about: all options that change the colours: a call with the same ones goes on where an
                ended one was, and writes over what that one wrote.

        Raises:
            OutputError: a target exists, would be a drawing itself, or two frames are one file.
        """
        from nurie.io.files import check_target
        from nurie.io.movie import MOVIE_SUFFIXES

        self._stamp = self._stamped(about)
        if self.movie:
            check_target(self.output, force=self.force, suffixes=MOVIE_SUFFIXES)
            made_folder(self._cache)
            return
        if self.output.exists() and not self.output.is_dir():
            raise OutputError(f"{self.output} is a file; give -o a folder.")
        made_folder(self.output)
        own = {still.path.resolve() for still in self.stills}
        names: set[Path] = set()
        self.done = self._written()
        for place in range(len(self.stills)):
            path = self.target(place)
            if path.resolve() in own:
                raise OutputError(f"{path} is a drawing itself; give -o another folder.")
            if path in names:
                raise OutputError(f"Two drawings would become {path}; rename one.")
            names.add(path)
            check_target(path, force=self.force or path.name in self.done)
        made_folder(self._cache)

    def _stamped(self, about: str) -> str:
        """Of the options and the drawings."""
        stamp = hashlib.sha256(about.encode())
        for still in self.stills:
            status = still.path.stat() if still.path.exists() else None
            stamp.update(f"{still.path} {status and (status.st_size, status.st_mtime_ns)}".encode())
        return stamp.hexdigest()

    def _written(self) -> set[str]:
        """Names that an ended call with the same options wrote: they are its own to replace."""
        try:
            kept = json.loads((self._cache / "written.json").read_text("utf-8"))
            return set(kept["names"]) if kept["stamp"] == self._stamp else set()
        except (OSError, ValueError, KeyError, TypeError):
            return set()

    def note(self, name: str) -> None:
        """Remember that a frame was written, for a call that goes on after this one was ended."""
        from nurie.io.files import replacing

        self.done.add(name)
        with replacing(self._cache / "written.json", force=True) as stream:
            stream.write(json.dumps({"stamp": self._stamp, "names": sorted(self.done)}).encode())

    def sketch(self, place: int) -> "Sketch":
        """The drawing of a frame."""
        from nurie.io.images import read_sketch

        path = self.stills[place].path
        return read_sketch(path, max_pixels=self._max, line_layer=self._line_layer)

    def clear(self, *, keep: bool) -> None:
        """Remove what was read."""
        if not keep:
            shutil.rmtree(self._cache, ignore_errors=True)
            if self.movie:
                shutil.rmtree(self._cache.parent, ignore_errors=True)


def drawings_in(folder: Path) -> list[Path]:
    """The pictures of a folder, in the order in which people count.

    Raises:
        UnreadableError: there are none, or it is no folder.
    """
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is no folder; give one with the pictures of a film.")
    paths = natural(p for p in folder.iterdir() if p.suffix.lower() in _READ)
    if not paths:
        raise UnreadableError(f"{folder} holds no drawings.")
    return paths


def _number(path: Path) -> int | None:
    """The last number in a name: that of the frame.

    >>> _number(Path("s01_c012_a_0007.tga"))
    7
    """
    found = re.findall(r"\d+", path.stem)
    return int(found[-1]) if found else None
