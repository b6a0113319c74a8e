"""Files kept by the hash of what they were made from, up to a number of bytes."""

import contextlib
import secrets
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nurie.errors import TooLargeError
from nurie.studio.limits import MIB


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
    missing otherwise: who reads must be ready for that.

    Args:
        limit: bytes of all files together.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._folder = Path(tempfile.mkdtemp(prefix="nurie-studio-"))
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
        folder = self._folder / f"drafts-{secrets.token_hex(16)}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, key: str, draft: Path, facts: Any = None) -> Entry:
        """Take a finished draft in, and let others go until all fit.

        Args:
            key: what it is found by, a file name.
            draft: a file in a folder of ``drafts``; it is moved.
            facts: what is known of it.

        Returns:
            The entry.

        Raises:
            TooLargeError: the file alone is larger than the limit.
        """
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
        shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= entry.size
            with contextlib.suppress(OSError):
                entry.path.unlink()
