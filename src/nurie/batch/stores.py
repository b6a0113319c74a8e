"""Where drawings lie and colourings go: a folder, or a bucket of an object store."""

import contextlib
import fnmatch
import functools
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nurie.errors import ExistsError, MissingExtraError, OptionError
from nurie.io.files import replacing


class Folder:
    """A folder on this machine, or one that several machines share."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.scratch = path / "ledger"
        """Where files are made, on the same disk, so that taking their name is one step."""

    def __str__(self) -> str:
        return str(self.path)

    def time_of(self, name: str) -> float | None:
        """Seconds since the epoch of the last change of a file, None where there is none."""
        try:
            return (self.path / name).stat().st_mtime
        except (OSError, ValueError):
            return None

    def write(self, name: str, data: bytes, *, force: bool = True) -> None:
        """Write a small file whole.

        Raises:
            ExistsError: it is there already, and ``force`` is not given.
        """
        with replacing(self.path / name, force=force) as stream:
            stream.write(data)

    def take(self, file: Path, name: str) -> None:
        """Move a finished file in: whole, or not at all."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
        file.replace(target)

    def append(self, name: str, line: str) -> None:
        """Add a line. Several processes may do so: a line goes in with one call."""
        with (self.path / name).open("ab", buffering=0) as stream:
            stream.write(line.encode())

    def flush(self) -> None:
        """Let what was appended be seen."""

    def lines(self, pattern: str) -> Iterator[bytes]:
        """The lines of all files of that name, which may have a *."""
        for path in self.path.glob(pattern):
            with path.open("rb") as stream:
                yield from stream

    def clear(self, name: str) -> None:
        """Remove a file that lines were added to."""
        (self.path / name).unlink(missing_ok=True)

    def stranger(self) -> str:
        """The name of something that is there, empty where there is nothing."""
        found = self.path.iterdir() if self.path.is_dir() else ()
        names = (path.name for path in found)
        return next((n for n in names if n != "ledger" and not n.startswith(".")), "")


class Bucket:
    """A place in an object store: S3, Google Cloud Storage, Azure. The same calls as ``Folder``."""

    def __init__(self, store: Any, address: str) -> None:
        self._store, self._address = store, address
        self.scratch = Path(tempfile.gettempdir())
        self._lines: dict[str, list[str]] = {}

    def __reduce__(self) -> Any:
        return place_of, (self._address,)

    def __str__(self) -> str:
        return self._address

    def time_of(self, name: str) -> float | None:
        """See ``Folder``; one request."""
        with contextlib.suppress(FileNotFoundError):
            time: float = self._store.head(name)["last_modified"].timestamp()
            return time
        return None

    def write(self, name: str, data: bytes, *, force: bool = True) -> None:
        """See ``Folder``; one put."""
        from obstore.exceptions import AlreadyExistsError

        try:
            self._store.put(name, data, mode="overwrite" if force else "create")
        except AlreadyExistsError as error:
            raise ExistsError(f"{self}/{name} exists already.") from error

    def take(self, file: Path, name: str) -> None:
        """See ``Folder``; one put, in parts where the file is large."""
        self._store.put(name, file)
        file.unlink()

    def append(self, name: str, line: str) -> None:
        """See ``Folder``; objects cannot grow, so that lines go to the store some at a time."""
        lines = self._lines.setdefault(name, [])
        lines.append(line)
        if len(lines) >= 256:
            self.flush()

    def flush(self) -> None:
        """See ``Folder``; the lines since the last time become an object of their own."""
        for name, lines in self._lines.items():
            if lines:
                stem, dot, suffix = name.rpartition(".")
                part = f"{stem}-{os.urandom(6).hex()}{dot}{suffix}"
                self.write(part, "".join(lines).encode())
                lines.clear()

    def lines(self, pattern: str) -> Iterator[bytes]:
        """See ``Folder``; all parts."""
        for name in self._parts(pattern):
            yield from bytes(self._store.get(name).bytes()).splitlines()

    def clear(self, name: str) -> None:
        """See ``Folder``; all parts."""
        for part in self._parts(name):
            self._store.delete(part)

    def stranger(self) -> str:
        """See ``Folder``."""
        return next((n for n in self.names() if not n.startswith("ledger/")), "")

    def names(self) -> Iterator[str]:
        """All objects: one request for a thousand, in the order of the store."""
        for batch in self._store.list():
            yield from (one["path"] for one in batch)

    def level(self, folder: str) -> tuple[list[str], list[str]]:
        """The folders and the objects in a folder, "" for the whole; not what lies deeper."""
        found = self._store.list_with_delimiter(folder or None)
        return found["common_prefixes"], [one["path"] for one in found["objects"]]

    def fetch(self, name: str, target: Path) -> None:
        """Copy an object to a file, piece by piece."""
        with target.open("wb") as stream:
            for piece in self._store.get(name):
                stream.write(piece)

    def _parts(self, pattern: str) -> list[str]:
        """The object of a name, and those that hold its lines."""
        # One level alone is listed, not the results below it.
        folder, stem = pattern.rpartition("/")[0], pattern.rpartition(".")
        wanted = pattern, f"{stem[0]}-*.{stem[2]}"
        names = self.level(folder)[1]
        return [n for n in names if any(fnmatch.fnmatch(n, one) for one in wanted)]


Place = Folder | Bucket


def is_address(text: str) -> bool:
    """Whether a text names a place in an object store.

    >>> is_address("s3://drawings/2026"), is_address("drawings/a.png")
    (True, False)
    """
    return re.match(r"[a-z0-9]+://", text) is not None


@functools.lru_cache(64)
def place_of(text: str) -> Place:
    """The folder or bucket of that name.

    Raises:
        MissingExtraError: an object store is named, and ``obstore`` is not installed.
        OptionError: there is no such kind of store, or its settings are wrong.
    """
    if not is_address(text):
        return Folder(Path(text))
    try:
        from obstore.store import from_url
    except ImportError as error:
        raise MissingExtraError(
            f"{text} needs what speaks to object stores; run: pip install 'nurie[cloud]'"
        ) from error
    try:
        return Bucket(from_url(text), text.rstrip("/"))
    except Exception as error:
        raise OptionError(f"{text} cannot be used: {str(error).splitlines()[0]}.") from error
