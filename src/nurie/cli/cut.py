"""A cut on disk: its frames and their numbers, its keys and corrections, and where it all goes."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nurie.cli.options import Layered, Many, Sampled, argument, flag, option
from nurie.cli.outcome import complain
from nurie.cli.targets import Job, check_distinct, inside
from nurie.errors import NurieError, OptionError, OutputError, UnreadableError
from nurie.io.files import made_folder, natural, reading, suffix_of

if TYPE_CHECKING:
    from nurie.document import Hints, Sketch

_READ = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga", ".psd", ".ora")
"""What is taken from a folder."""


@dataclass(frozen=True)
class Still:
    """One frame on disk."""

    path: Path
    number: int
    """As in its name, else its place from 1."""
    seconds: float = 1 / 24
    """How long it is shown."""


@dataclass(frozen=True, kw_only=True)
class Keyed(Sampled, Layered, Many):
    """What is said of drawings that are coloured together."""

    keys: Path | None = option(
        "DIR", "Coloured pictures with the names of their drawings; the others follow them."
    )
    to: str | None = option(
        ".png|.ora|…",
        "Kind of the files in OUT.  [default: TGA, TIFF, PSD and ORA stay what they are, others "
        "become PNG]",
    )
    keep_cache: bool = flag(
        "--keep-cache", "Keep what was read, so that the next call with other keys is quick."
    )


@dataclass(frozen=True, kw_only=True)
class Followed:
    """Which frames of a film follow each other."""

    alone: bool = flag("--alone", "Colour each drawing by itself; nothing spreads.")
    cuts: str = option(
        "auto|none|N,N", "Frames with which another cut begins: nothing spreads.", "auto"
    )
    hold: Literal["auto", "none"] = option(
        "auto|none",
        "Whether frames that differ by noise alone are one drawing, as equal ones are.",
        "auto",
    )
    frames: str | None = option("--range N-N", "Only frames from the one to the other.")


@dataclass(frozen=True, kw_only=True)
class FilmOptions(Followed, Keyed):
    """The options of ``nurie film``."""

    drawings: list[Path] = argument(
        "CUT", "The drawings in order: a folder, files, a GIF, APNG or WebP, or a video."
    )
    output: Path = option(
        "-o --output OUT",
        "A folder, which is made if need be, or one file: .gif, .apng, .mkv, .mp4, .webm. In a "
        "folder each drawing keeps its name.",
        ...,
    )
    key: list[str] | None = option(
        "N=PICTURE",
        "A coloured picture of frame N; may be given several times. N is the number in the name of "
        "the drawing, else its place from 1.",
    )
    sheet: Path | None = option(
        "CUT.xdts", "An exposure sheet: which drawing each frame shows, and when."
    )
    fix: Path | None = option(
        "FILE.json",
        "Corrections, which spread: hints as for nurie color, each with the number of its frame, "
        '[{"frame": 12, "x": 10, "y": 20, "color": "#ff8800"}].',
    )
    fps: float | None = option(
        "N",
        "Frames a second, where OUT is one file.  [default: as they came, else 24]",
        min=0.1,
        max=240,
    )
    report: Path | None = option(
        "FILE.json",
        "Write which regions of each frame are unsure, and which frame to colour next.",
    )


class Cut:
    """What is to be coloured, and where it goes."""

    def __init__(self, options: FilmOptions, also: Sequence[Path] = ()) -> None:
        from nurie.io.files import LAYERED_SUFFIXES, PICTURE_SUFFIXES
        from nurie.io.movie import MOVIE_SUFFIXES

        output, to = options.output, options.to
        self._options, self._also = options, also
        self.output, self.force, self.quiet = output, options.force, options.quiet
        self.movie = output.suffix.lower() in MOVIE_SUFFIXES and not output.is_dir()
        self.cache = (output.parent / f".{output.name}" if self.movie else output) / ".nurie-film"
        self._to = to and (to if to.startswith(".") else f".{to}").lower()
        if self._to and self._to not in PICTURE_SUFFIXES + LAYERED_SUFFIXES:
            kinds = ", ".join(PICTURE_SUFFIXES + LAYERED_SUFFIXES)
            raise OptionError(f"{to} is nothing that can be written; give one of {kinds}.")
        self._check_output()
        stills = self._stills(options.drawings)
        self.shown = self._exposed(stills, options.sheet, options.drawings)
        self.stills = self._within(stills, options.frames)
        self.done: set[str] = set()
        self.keys = self._keys(options.key or (), options.keys)
        """Coloured pictures by the place of their frame, from 0."""
        self.fixes = self._fixes(options.fix)
        """Corrections by the place of their frame, for a drawing of a given size."""
        self.starts = self._starts(options.cuts)
        """Places of frames with which a cut begins; None when they are to be found."""

    def _check_output(self) -> None:
        """Refuse a target that cannot be, before a film is unpacked beside it."""
        from nurie.io.files import check_target
        from nurie.io.movie import MOVIE_SUFFIXES

        if self.movie:
            if self.output.resolve() in {path.resolve() for path in self._options.drawings}:
                raise OutputError(f"{self.output} is the film itself; give -o another file.")
            check_target(self.output, force=self.force, suffixes=MOVIE_SUFFIXES)
        elif self.output.exists() and not self.output.is_dir():
            raise OutputError(f"{self.output} is a file; give -o a folder.")

    def _stills(self, paths: Sequence[Path]) -> list[Still]:
        """All frames, in order, each with its number."""
        from nurie.io.movie import frames_in, unpack

        if len(paths) == 1 and not paths[0].exists() and any(c in paths[0].name for c in "*?["):
            paths = natural(paths[0].parent.glob(paths[0].name))
        if len(paths) == 1 and paths[0].is_dir():
            paths = drawings_in(paths[0])
        elif len(paths) == 1 and frames_in(paths[0]) != 1:
            with reading(paths[0]):
                status = paths[0].stat()
            # What another film left here would be taken for frames of this one.
            about = f"{paths[0].resolve()} {status.st_size} {status.st_mtime_ns}"
            folder = self.cache / f"frames-{hashlib.sha256(about.encode()).hexdigest()[:16]}"
            made_folder(folder)
            try:
                unpacked = unpack(paths[0], folder, max_pixels=self._options.max_pixels)
            except NurieError:
                self.clear(kept=False)
                raise
            timed = enumerate(zip(*unpacked, strict=True), 1)
            return [Still(path, number, seconds) for number, (path, seconds) in timed]
        if not paths:
            raise UnreadableError("There are no drawings of that name.")
        if len(paths) == 1:
            with reading(paths[0]):
                pass  # Before a folder is made for nothing.
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

    def _keys(self, named: Sequence[str], folder: Path | None) -> dict[int, Path]:
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
            found[self._place(int(number))] = Path(path)
        return found

    def _fixes(self, path: Path | None) -> "dict[int, Callable[[tuple[int, int]], Hints]]":
        if path is None:
            return {}
        from nurie.io.hints import draw_marks, marked_frames, read_marks

        def of(number: int) -> "Callable[[tuple[int, int]], Hints]":
            return lambda shape: draw_marks(read_marks(path, shape, frame=number), shape)

        return {self._place(number): of(number) for number in marked_frames(path)}

    def _starts(self, cuts: str) -> list[int] | None:
        if cuts == "auto":
            return None
        if cuts == "none":
            return []
        try:
            return [self._place(int(text)) for text in cuts.split(",")]
        except ValueError:
            raise OptionError(f"--cuts is auto, none, or frames, 48,96, not {cuts}.") from None

    def _place(self, number: int) -> int:
        """Place of a frame, from 0, by its number."""
        for place, still in enumerate(self.stills):
            if still.number == number:
                return place
        first, last = self.stills[0].number, self.stills[-1].number
        raise OptionError(f"There is no frame {number}; they go from {first} to {last}.")

    @property
    def names(self) -> list[str]:
        """Numbers of all frames, as messages say them."""
        return [str(still.number) for still in self.stills]

    def target(self, place: int) -> Path:
        """The file that a frame becomes."""
        if self.movie:
            return self.output
        path = self.stills[place].path
        return self.output / f"{path.stem}{self._to or suffix_of(path)}"

    def prepare(self) -> None:
        """Refuse what could not be written in the end, and make room for what is read.

        A call with the same options goes on where an ended one was, and writes over what it wrote.
        """
        from nurie.io.files import check_target

        self._stamp = self._stamped()
        if self.movie:
            made_folder(self.cache)
            return
        made_folder(self.output)
        self.done = self._written()
        targets = [self.target(place) for place in range(len(self.stills))]
        frames = zip(self.stills, targets, strict=True)
        check_distinct([Job(still.path, (target,)) for still, target in frames])
        for path in targets:
            check_target(path, force=self.force or path.name in self.done)
        made_folder(self.cache)

    def _stamped(self) -> str:
        """Of all that changes the colours: the options and the drawings."""
        o = self._options
        read = (o.palette, o.fix, *self.keys.values(), *self._also)
        about = [(str(p), p.stat().st_mtime_ns if p.exists() else 0) for p in read if p]
        also = (o.seed, o.gap, o.cuts, o.hold, o.alone, o.model)
        stamp = hashlib.sha256(repr((about, sorted(self.keys), *also)).encode())
        for still in self.stills:
            status = still.path.stat() if still.path.exists() else None
            stamp.update(f"{still.path} {status and (status.st_size, status.st_mtime_ns)}".encode())
        return stamp.hexdigest()

    def _written(self) -> set[str]:
        """Names that an ended call with the same options wrote: they are its own to replace."""
        try:
            kept = json.loads((self.cache / "written.json").read_text("utf-8"))
            return set(kept["names"]) if kept["stamp"] == self._stamp else set()
        except (OSError, ValueError, KeyError, TypeError):
            return set()

    def note(self, name: str) -> None:
        """Remember that a frame was written, for a call that goes on after this one was ended."""
        from nurie.io.files import replacing

        self.done.add(name)
        with replacing(self.cache / "written.json", force=True) as stream:
            stream.write(json.dumps({"stamp": self._stamp, "names": sorted(self.done)}).encode())

    def sketch(self, place: int) -> "Sketch":
        """The drawing of a frame."""
        from nurie.io.images import read_sketch

        options = self._options
        return read_sketch(
            self.stills[place].path, max_pixels=options.max_pixels, line_layer=options.line_layer
        )

    def clear(self, *, kept: bool) -> None:
        """Remove what was read, unless it is to be kept, and the folder if nothing is in it."""
        if not kept:
            shutil.rmtree(self.cache, ignore_errors=True)
            with suppress(OSError):
                self.cache.parent.rmdir()


def drawings_in(folder: Path) -> list[Path]:
    """The pictures of a folder, in the order in which people count."""
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is no folder; give one with the pictures of a film.")
    return inside(folder, _READ, "drawings")


def _number(path: Path) -> int | None:
    """The last number in a name: that of the frame.

    >>> _number(Path("s01_c012_a_0007.tga"))
    7
    """
    found = re.findall(r"\d+", path.stem)
    return int(found[-1]) if found else None
