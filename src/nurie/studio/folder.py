"""The folder that was opened: its drawings are listed and read, and results may be saved there."""

from pathlib import Path
from typing import Any

from nurie.errors import ExistsError, OutputError, UnreadableError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga", ".psd", ".ora")
"""Drawings that are listed."""

_MOST = 10_000
"""Files that are listed."""


class Folder:
    """One folder, no folders in it, and nothing outside of it.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    @property
    def name(self) -> str:
        """Its own name, without the way to it."""
        return self._path.name or str(self._path)

    def drawings(self) -> list[dict[str, Any]]:
        """Name, bytes and time of change of its drawings, by name."""
        found = []
        for path in sorted(self._path.iterdir())[:_MOST]:
            if self._is_drawing(path):
                known = path.stat()
                facts = {"bytes": known.st_size, "modified": int(known.st_mtime)}
                found.append({"name": path.name, **facts})
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
