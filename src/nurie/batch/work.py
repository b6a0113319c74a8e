"""What a worker does with one drawing after the other, whoever gives them to it."""

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from nurie.batch.ledger import Outcome, is_done
from nurie.batch.manifest import Item
from nurie.batch.stores import Bucket, Folder, Place, is_address, place_of
from nurie.errors import ModelError, NurieError, OptionError, OutputError, failure
from nurie.io.files import DRAWING_SUFFIXES, Private, suffix_of

PREFIX = "nurie-batch-"
"""Of the private folders of workers."""


class Coloring:
    """Colours drawings as ``nurie.color`` does; it travels to other processes and machines.

    Args:
        model: name or path; the packaged one when None.
        options: ``hints``, ``palette``, ``style``, ``light`` and ``seed`` of ``nurie.color``.
    """

    numbered = False
    """Whether there are several answers, the first of them ``NAME-1``."""
    films = False
    """Whether each folder of drawings is one thing."""
    apart: tuple[str, ...] = ()
    """Folders in that of a film which belong to it, and are no films of their own."""

    def __init__(self, model: str | None = None, **options: Any) -> None:
        unknown = sorted(set(options) - {"hints", "palette", "style", "light", "seed"})
        if unknown:
            raise OptionError(f"There is no option {unknown[0]!r}.")
        self.model, self.options = model, options

    def settings(self) -> dict[str, Any]:
        """All that decides what a result looks like, ready for JSON: files are their digest."""
        from nurie import __version__
        from nurie.models.registry import DEFAULT, find

        spec = find(self.model or DEFAULT)
        model = _digest(spec.folder / f"{spec.name}.json")
        given = {name: _plain(value) for name, value in self.options.items() if value is not None}
        return {"version": __version__, "model": model, **given}

    def name(self, item: Item) -> str:
        """Where the first result goes: a function of the item's name alone.

        ``a/cat.png`` becomes ``a/cat.colored.png``. Where the suffix does not stay, or could be
        taken for another drawing's, the name keeps it: ``a/cat.jpg.colored.png``. So no two
        drawings of a folder become one.
        """
        path = PurePosixPath(item.name)
        suffix = suffix_of(path)
        keeps = path.suffix == suffix and not path.stem.lower().endswith(DRAWING_SUFFIXES)
        stem = path.stem if keeps else path.name
        return str(path.with_name(f"{stem}.colored{'-1' if self.numbered else ''}{suffix}"))

    def folders(self) -> dict[str, Path]:
        """Where files beside the results go, by the names of their folders for the while."""
        return {}

    def start(self) -> None:
        """Load what is needed, once in each process."""
        from nurie.api import read_palette
        from nurie.reading import load

        self._colorizer = load(self.model) if self.model else load()
        palette = self.options.get("palette")
        self._palette = read_palette(palette) if palette else None

    def __call__(self, source: Path, target: Path) -> dict[str, Any]:
        """Colour one drawing: fields of ``Outcome``, and ``used``, which the ledger notes.

        The target is the first result; others go beside it, or into ``folders`` beside its folder.
        """
        from nurie.api import save
        from nurie.io.hints import read_hints
        from nurie.io.images import read_sketch

        sketch, wanted = read_sketch(source), dict(self.options)
        hints = wanted.pop("hints", None)
        wanted |= {"palette": self._palette, "hints": hints and read_hints(hints, sketch.shape)}
        layers = self._colorizer.read(sketch).colorize(**wanted)
        save(layers, target)
        return {"regions": len(layers.entries) - 1}


def _plain(value: Any) -> Any:
    """An option's value, ready for JSON."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    is_file = isinstance(value, Path) or (isinstance(value, str) and Path(value).is_file())
    return _digest(Path(value)) if is_file else value


def _digest(path: Path) -> str:
    """Name and hash of a file's bytes."""
    with contextlib.suppress(OSError):
        return f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    return path.name


@dataclass(frozen=True)
class Answer:
    """What a worker sends back for an item."""

    outcome: Outcome
    again: bool = False
    """Whether another try may end better."""
    fatal: bool = False
    """Whether the rest would fail for the same reason."""
    last: bool = False
    """Whether the worker ends now."""
    used: Any = None


class Hand:
    """The work, the place, and a private folder: all that a worker needs.

    After ``most`` items, or from ``memory`` bytes on, the process is to be replaced by a fresh one.
    """

    def __init__(
        self, place: Place, work: Coloring, since: float | None, *, most: int = 1000,
        memory: int = 4 << 30,
    ) -> None:  # fmt: skip
        self._place, self._work, self._since = place, work, since
        self._left, self._memory = most, memory

    def start(self) -> None:
        """Load what is needed.

        Raises:
            NurieError: no item can be coloured.
        """
        # As many workers as cores: threads of theirs would only be in each other's way.
        os.environ["OMP_NUM_THREADS"] = "1"
        import cv2

        cv2.setNumThreads(1)
        self._work.start()
        self._private = Private(self._place.scratch, PREFIX)
        self._root, self._swept = self._private.path / "item", False
        self._places: dict[Path, Place] = {
            self._root / name: Folder(path) for name, path in self._work.folders().items()
        }
        self._places[self._root / "out"] = self._place

    def close(self) -> None:
        """Remove the private folder."""
        self._private.close()

    def do_all(self, items: list[Item], seconds: float) -> list[Answer]:
        """Colour some items, the first in any case, and begin no other after so many seconds."""
        end, answers = time.monotonic() + seconds, list[Answer]()
        for item in items:
            answers.append(self.do(item))
            if answers[-1].last or time.monotonic() > end:
                break
        return answers

    def do(self, item: Item) -> Answer:
        """Colour one item; whatever goes wrong becomes part of the answer."""
        start, name = time.perf_counter(), self._work.name(item)
        shown = Outcome(source=item.source, output=name, status="found")
        again = fatal = False
        used = None
        try:
            if not is_done(self._place, name, self._since):
                known = self._make(item, name)
                used = known.pop("used", None)
                shown = replace(shown, status="done", **known)
        except Exception as error:  # noqa: BLE001 - a worker outlives every defect
            fatal = isinstance(error, ModelError) or _is_full(error)
            again = not isinstance(error, NurieError) or isinstance(error, OutputError)
            shown = replace(shown, status="failed", error=failure(error, item.source)[:500])
        self._left -= 1
        last = self._left <= 0 or _peak() > self._memory
        shown = replace(shown, seconds=round(time.perf_counter() - start, 3))
        return Answer(shown, again, fatal, last, used)

    def _make(self, item: Item, name: str) -> dict[str, Any]:
        """Make all files in the private folder, and move them to their places."""
        first = PurePosixPath(name)
        # To make folders takes longer than all else here; they stay until something goes wrong.
        if not self._swept:
            shutil.rmtree(self._root, ignore_errors=True)
            for folder in (self._root / "in", *self._places):
                folder.mkdir(parents=True)
        self._swept = False
        # Under the name that its results have, so that none of theirs is another drawing's.
        path = PurePosixPath(item.name)
        called = (first.name.rpartition(".colored")[0] or path.stem) + path.suffix
        source, target = self._root / "in" / called, self._root / "out" / first.name
        try:
            self._bring(item.source, source)
            known = self._work(source, target)
        except NurieError as error:
            raise type(error)(str(error).replace(str(source), item.source)) from error
        for folder, place in self._places.items():
            made = [Path(at, name) for at, _, names in os.walk(folder) for name in names]
            for file in sorted(made):
                if file.suffix == ".json":
                    kept = f"{self._place}/{first.parent}".removesuffix("/.")
                    text = file.read_text("utf-8").replace(str(source), item.source)
                    file.write_text(text.replace(str(target.parent), kept), "utf-8")
                if file != target:
                    place.take(file, str(first.parent / file.relative_to(folder)))
        # The first result is the last to come: where it is, all are.
        self._place.take(target, name)
        if source.is_dir() and not source.is_symlink():
            shutil.rmtree(source)
        else:
            source.unlink()
        self._swept = True
        notes = [str(note).replace(str(source), item.source) for note in known.get("notes", ())]
        return known | {"notes": tuple(note[:200] for note in notes[:3])}

    def _bring(self, source: str, target: Path) -> None:
        """Let something be found under another name: a copy of objects, a link to a file."""
        if is_address(source):
            folder, _, name = source.rpartition("/")
            bucket = place_of(source if self._work.films else folder)
            assert isinstance(bucket, Bucket)
            if not self._work.films:
                bucket.fetch(name, target)
                return
            for below in ("", *self._work.apart):
                for name in bucket.level(below)[1]:
                    (target / name).parent.mkdir(parents=True, exist_ok=True)
                    bucket.fetch(name, target / name)
            return
        try:
            target.symlink_to(Path(source).absolute())
        except OSError:  # where links are not allowed
            (shutil.copytree if Path(source).is_dir() else shutil.copy)(source, target)


def _is_full(error: BaseException | None) -> bool:
    """Whether nothing can be written any more, whatever it is."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return True
    return error is not None and _is_full(error.__cause__)


def _peak() -> int:
    """Bytes of this process at its largest; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024
