"""The server's files: what is kept in its cache, what workers exchange, the folder that was opened.

Pickles are read that a worker of this server wrote into a folder that nobody else may enter; what
clients send is never read as one. So everything travels that a sketch or a scene may hold.
"""

import contextlib
import json
import os
import pickle
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Floats, Ints, Labels, Mask, Rgb8
from nurie.errors import ExistsError, OptionError, OutputError, TooLargeError, UnreadableError
from nurie.io.files import Private, made_folder
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
    """Files that are kept under keys; the ones used longest ago make room.

    A file that is read while it makes room stays readable where the system allows it, and is
    missing otherwise: who reads must be ready for that.

    Args:
        limit: bytes of all files together.
        shared: a folder for what several servers keep, on one machine or many: whatever one keeps,
            all find. A private one when None.

    Raises:
        OptionError: others may write to that folder, whose files are trusted, or it cannot be made.
    """

    def __init__(self, limit: int, shared: Path | None = None) -> None:
        self.limit = limit
        if shared is not None:
            made_folder(shared)
            known = shared.stat()
            if known.st_mode & 0o022 or (hasattr(os, "getuid") and known.st_uid != os.getuid()):
                raise OptionError(
                    f"Others may write to {shared}, which is trusted; run: chmod 700 {shared}"
                )
        self._private = Private(shared or Path(tempfile.gettempdir()), _PREFIX)
        self._folder = self._private.path
        self._kept = (shared or self._folder) / "kept"
        self._kept.mkdir(exist_ok=True)
        self.films = self._folder / "films"
        """What was read of films."""
        self.films.mkdir()
        self._make_room()

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
        # Keys come from addresses, too.
        if not re.fullmatch(r"[\w.]+", key):
            return None
        path = self._kept / key
        with contextlib.suppress(OSError, ValueError):
            facts = json.loads(path.with_name(f"{key}.json").read_bytes())
            _touch(path)
            return Entry(path, path.stat().st_size, facts)
        return None

    @contextlib.contextmanager
    def drafts(self) -> Iterator[Path]:
        """A folder for files that are not kept yet; it goes in the end, with what was not kept.

        Work that goes on although nobody waits for it any more finds no folder to write to, and
        so leaves nothing behind.
        """
        folder = self._folder / f"drafts-{secrets.token_hex(16)}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, key: str, draft: Path, facts: Any = None) -> Entry:
        """Take a finished draft in; where two servers keep the same key, the file is the same."""
        size = draft.stat().st_size
        self.check(size)
        known = draft.with_name(f"{draft.name}.json")
        known.write_text(json.dumps(facts), encoding="utf-8")
        _touch(draft)
        entry, before = Entry(self._kept / key, size, facts), self.find(key)
        draft.replace(entry.path)
        known.replace(self._kept / f"{key}.json")
        self._added += size
        self.size += size - (before.size if before else 0)
        # Others may add, too: so it is counted anew before all of them could have added much.
        if self.size > self.limit or self._added > self.limit // 16:
            self._make_room()
        return entry

    def close(self) -> None:
        """Remove the private folder and all that is in it."""
        self._private.close()
        self.size = 0

    def _make_room(self) -> None:
        """Count what is kept, and let the files used longest ago go."""
        self._added, found = 0, []
        for path in self._kept.iterdir():
            with contextlib.suppress(OSError):
                if path.suffix != ".json":
                    known = path.stat()
                    found.append((known.st_mtime_ns, known.st_size, path))
        self.size = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if self.size <= self.limit:
                break
            with contextlib.suppress(OSError):
                path.with_name(f"{path.name}.json").unlink(missing_ok=True)
                path.unlink(missing_ok=True)
            self.size -= size


def _touch(path: Path) -> None:
    """Note that a file is used now; the system's own clock would take steps of milliseconds."""
    now = time.time_ns()
    os.utime(path, ns=(now, now))


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
    lightness: Floats | None = None
    """(m,) in [0, 100]: how light a gray picture has them."""
    figure: Ints | None = None
    """(m,) the figure that each belongs to, from 1; 0 none."""
    seen: tuple[float, float] | None = None
    """Least and largest L* of fills on which the drawing's lines show."""

    def measured(self) -> dict[str, Any]:
        """What the page reads of the regions; item i of each list is about region i."""
        size, measures = self.count + 1, self.scene.measures
        areas, centers, boxes = np.zeros(size), np.zeros((size, 2)), np.zeros((size, 4))
        areas[self.numbers] = measures.area
        centers[self.numbers] = measures.center[:, ::-1]
        boxes[self.numbers] = measures.box[:, [1, 0, 3, 2]]
        near = self.numbers[measures.pairs - 1] if len(measures.pairs) else measures.pairs
        return {
            "count": self.count,
            "areas": areas.astype(int).tolist(),
            "centers": centers.round(1).tolist(),
            "boxes": boxes.astype(int).tolist(),
            "neighbours": np.sort(near, axis=1).tolist(),
            "background": self.numbers[self.paper].tolist(),
        }


def save(path: Path, value: Any) -> None:
    """Write a sketch, a view, a cutting or a reference."""
    with path.open("wb") as stream:
        pickle.dump(value, stream, protocol=5)


def load(path: Path) -> Any:
    """What ``save`` wrote."""
    with path.open("rb") as stream:
        return pickle.load(stream)  # noqa: S301 (see above)


def save_labels(path: Path, labels: Labels) -> None:
    """Write labels as the page reads them: little-endian, 32 bits, row by row."""
    with path.open("wb") as stream:
        stream.write(np.ascontiguousarray(labels, "<i4").data)


def load_labels(path: Path, shape: tuple[int, int]) -> Labels:
    """What ``save_labels`` wrote, read where it is asked for; not to be changed."""
    labels: Labels = np.memmap(path, "<i4", "r", shape=shape)
    return labels
