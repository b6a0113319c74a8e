"""Private folders for files on their way; those of processes that were killed are removed."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed.
    fcntl = None  # type: ignore[assignment]


class Private:
    """A folder of one process, which is there for as long as the process is.

    Others of the same prefix that nobody uses any more are removed from its place.
    """

    def __init__(self, place: Path, prefix: str) -> None:
        sweep(place, prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        self._lock = _locked(self.path)

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


def sweep(place: Path, prefix: str) -> None:
    """Remove the private folders of processes that were killed before they could do it.

    A process holds a lock on a file in its folder for as long as it lives; the system lets go of
    it, however the process ends. A folder without that file is let alone: it may be just made.
    """
    for folder in place.glob(f"{prefix}*"):
        lock = folder / "lock"
        with contextlib.suppress(OSError):
            if folder.is_symlink() or (fcntl and folder.stat().st_uid != os.getuid()):
                continue
            with lock.open("r+b") as stream:
                if fcntl:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not fcntl:
                lock.unlink()
            shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> IO[bytes]:
    """The file of a folder that says that it is in use, for as long as it is open."""
    draft = folder / "lock.new"
    stream = draft.open("wb")
    if fcntl:
        # Under its name it is never seen without its lock.
        fcntl.flock(stream, fcntl.LOCK_EX)
        draft.rename(folder / "lock")
        return stream
    stream.close()
    draft.rename(folder / "lock")
    return (folder / "lock").open("ab")
