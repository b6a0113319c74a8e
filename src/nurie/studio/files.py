"""The server's files: what is kept in its cache, what workers exchange, the folder that was opened.

Pickles are read that a worker of this server wrote into a folder that nobody else may enter; what
clients send is never read as one. So everything travels that a sketch or a scene may hold.
"""

import contextlib
import json
import os
import pickle
import secrets
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Ints, Labels, Mask, Rgb8
from nurie.document import Sketch
from nurie.errors import ExistsError, OptionError, OutputError, TooLargeError, UnreadableError
from nurie.io.files import made_folder
from nurie.io.folders import Private
from nurie.painting.read import Scene
from nurie.studio.shapes import MIB, File

_PREFIX = "nurie-studio-"
"""Of the folders of caches."""

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga", ".psd", ".ora")
"""Drawings that are listed."""

_MOST = 10_000
"""Files that are listed."""


@dataclass(frozen=True)
class Entry:
    """A file that is kept."""

    path: Path
    size: int
    facts: Any
    """What is known of it, ready for JSON."""


class Cache:
    """Files in a private folder of their own; the ones used longest ago make room.

    A file that is read while it makes room stays readable where the system allows it, and is
    missing otherwise: who reads must be ready for that. ``limit`` is in bytes of all files
    together.
    """

    def __init__(self, limit: int, place: Path | None = None) -> None:
        self.limit = limit
        self.size = 0
        self._private = Private(place or Path(tempfile.gettempdir()), _PREFIX)
        self._folder = self._private.path
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def __len__(self) -> int:
        """Number of files kept."""
        return len(self._entries)

    def check(self, size: int) -> None:
        """Refuse what would not fit even alone.

        Raises:
            TooLargeError: so many bytes are more than the limit.
        """
        if size > self.limit:
            raise TooLargeError(
                f"This drawing needs {size / MIB:.0f} MiB of the {self.limit / MIB:.0f} MiB that "
                "this server keeps; make it smaller, or start the server with a larger --cache."
            )

    def find(self, key: str) -> Entry | None:
        """The file of that key, now the one used last; None when it is not kept."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    @contextlib.contextmanager
    def drafts(self) -> Iterator[Path]:
        """A folder for files that are not kept yet; it goes in the end, with what was not kept.

        Work that goes on although nobody waits for it any more finds no folder to write to, and
        so leaves nothing behind.
        """
        folder = self._private.path / f"drafts-{secrets.token_hex(16)}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, key: str, draft: Path, facts: Any = None) -> Entry:
        """Take a finished draft in, and let others go until all fit."""
        size = draft.stat().st_size
        self.check(size)
        self._forget(key)
        path = self._folder / key
        draft.replace(path)
        entry = self._entries[key] = Entry(path, size, facts)
        self.size += size
        while self.size > self.limit:
            self._forget(next(iter(self._entries)))
        return entry

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._entries.clear()
        self.size = 0
        self._private.close()

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= entry.size
            with contextlib.suppress(OSError):
                entry.path.unlink()


class SharedCache(Cache):
    """A cache that several servers share, on one machine or many: whatever one keeps, all find.

    Args:
        limit: bytes of all files together.
        place: a folder that nobody else may write to, since what lies in it is trusted.

    Raises:
        OptionError: others may write to it, or it cannot be made.
    """

    def __init__(self, limit: int, place: Path) -> None:
        made_folder(place / "kept")
        known = place.stat()
        if known.st_mode & 0o022 or (hasattr(os, "getuid") and known.st_uid != os.getuid()):
            raise OptionError(
                f"Others may write to {place}, which is trusted; run: chmod 700 {place}"
            )
        super().__init__(limit, place)
        self._folder = place / "kept"
        self._make_room()

    def find(self, key: str) -> Entry | None:
        """See ``Cache``; the time of a file says when it was used last."""
        path = self._folder / key
        try:
            facts = json.loads(path.with_name(f"{key}.json").read_bytes())
            os.utime(path)
            return Entry(path, path.stat().st_size, facts)
        except (OSError, ValueError):
            return None

    def keep(self, key: str, draft: Path, facts: Any = None) -> Entry:
        """See ``Cache``; where two servers keep the same, it is the same."""
        size = draft.stat().st_size
        self.check(size)
        known = draft.with_name(f"{draft.name}.json")
        known.write_text(json.dumps(facts), encoding="utf-8")
        draft.replace(self._folder / key)
        known.replace(self._folder / f"{key}.json")
        self._added += size
        # Others add, too: so it is counted anew before all of them could have added much.
        if self._added > self.limit // 16:
            self._make_room()
        return Entry(self._folder / key, size, facts)

    def _make_room(self) -> None:
        """Count what all servers keep, and let the files used longest ago go."""
        self._added, found = 0, []
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):
                if path.suffix != ".json":
                    found.append((path.stat().st_mtime, path.stat().st_size, path))
        self.size = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if self.size <= self.limit:
                break
            for part in (path, path.with_name(f"{path.name}.json")):
                part.unlink(missing_ok=True)
            self.size -= size


class Folder:
    """One folder, no folders in it, and nothing outside of it."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    @property
    def name(self) -> str:
        """Its own name, without the way to it."""
        return self._path.name or str(self._path)

    def drawings(self) -> list[File]:
        """Name, bytes and time of change of its drawings, by name."""
        found = []
        for path in sorted(self._path.iterdir())[:_MOST]:
            if self._is_drawing(path):
                known = path.stat()
                found.append(File(path.name, known.st_size, int(known.st_mtime)))
        return found

    def find(self, name: str) -> Path:
        """A drawing of the folder.

        Raises:
            UnreadableError: there is none of that name.
        """
        path = self._path / name
        if path.name != name or path.parent != self._path or not self._is_drawing(path):
            raise UnreadableError(f"There is no drawing {name[:80]!r} in the folder.")
        return path

    def target(self, name: str, *, force: bool) -> Path:
        """Where a result of that name goes.

        Raises:
            ExistsError: there is a file of that name and ``force`` was not given.
            OutputError: the name leads elsewhere.
        """
        path = self._path / name
        plain = path.name == name and not name.startswith(".")
        if not plain or path.parent != self._path or path.is_symlink():
            raise OutputError(f"{name[:80]!r} cannot be written; choose another name.")
        if path.exists() and not force:
            raise ExistsError(f"{name} exists already; choose another name or replace it.")
        return path

    def _is_drawing(self, path: Path) -> bool:
        """A file with a drawing's suffix that is really in the folder, and not hidden."""
        if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
            return False
        return path.is_file() and path.resolve().parent == self._path


@dataclass(frozen=True, eq=False)
class Cutting:
    """A drawing cut into regions, without its pixels: all that colouring needs."""

    numbers: Ints
    """(m,) numbers of the regions that hold pixels; row i of the rest is about ``numbers[i]``."""
    count: int
    """Regions ever made, empty ones included."""
    scene: Scene
    """Of the m regions."""
    paper: Mask
    """(m,) bool: regions that stay paper whatever the model says."""
    colors: Rgb8
    """(m, 3) uint8 colours that the drawing's own layer of hints gives."""
    hinted: Mask
    """(m,) bool: the regions that it gives one."""


def save(path: Path, value: Any) -> None:
    """Write a sketch, a view, a cutting or a reference."""
    with path.open("wb") as stream:
        pickle.dump(value, stream, protocol=5)


def load(path: Path) -> Any:
    """What ``save`` wrote."""
    with path.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 (see above)


def load_sketch(path: Path) -> Sketch:
    """A sketch that ``save`` wrote."""
    sketch: Sketch = load(path)
    return sketch


def save_labels(path: Path, labels: Labels) -> None:
    """Write labels as the page reads them: little-endian, 32 bits, row by row."""
    with path.open("wb") as stream:
        stream.write(np.ascontiguousarray(labels, "<i4").data)


def load_labels(path: Path, shape: tuple[int, int]) -> Labels:
    """What ``save_labels`` wrote, read where it is asked for; not to be changed."""
    labels: Labels = np.memmap(path, "<i4", "r", shape=shape)
    return labels
