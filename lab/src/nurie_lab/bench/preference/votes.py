"""The file of votes: SQLite, written at once, and refused when it is anything else."""

import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from nurie.errors import InputError, OutputError, UnreadableError
from nurie.io.files import reason
from nurie_lab.bench.preference.ranking import Chosen

APPLICATION = 0x6E757072
"""SQLite's mark of whose file this is, ``nupr``."""

VERSION = 1

Seen: TypeAlias = dict[tuple[str, str], str]
"""SHA-256 of the picture by system and drawing."""

_HEADER = 100
_SCHEMA = f"""
BEGIN;
CREATE TABLE vote (
  id INTEGER PRIMARY KEY,
  drawing TEXT NOT NULL,
  left_system TEXT NOT NULL,
  right_system TEXT NOT NULL,
  left_sha256 TEXT NOT NULL,
  right_sha256 TEXT NOT NULL,
  chosen TEXT NOT NULL CHECK (chosen IN ('left', 'right', 'same')),
  seconds REAL NOT NULL,
  time TEXT NOT NULL,
  session TEXT NOT NULL,
  test INTEGER NOT NULL CHECK (test IN (0, 1))
);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
COMMIT;
"""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Vote:
    """What a person, known by nothing but a random session, chose of one pair."""

    drawing: str
    left_system: str
    right_system: str
    left_sha256: str
    right_sha256: str
    chosen: Chosen
    seconds: float  # From when both pictures were seen
    time: str  # When, ISO 8601 in UTC
    session: str
    test: bool
    """Whether a script, or somebody who only tried the page, gave it."""


class Votes:
    """An open file of votes, a new one where there is none and ``create``.

    Raises:
        UnreadableError: it is missing, damaged, or no file of votes; it stays as it is.
        OutputError: it cannot be written.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        fresh = not _is_known(path, create=create)
        mode = "rwc" if create else "ro"
        with self._translated():
            # The studio's requests come one after the other, but not always in the same thread.
            self._base = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
            )
        try:
            with self._translated():
                if fresh:
                    self._base.executescript(_SCHEMA)
                elif create:
                    # Whether it can be written is checked now, not at the first vote.
                    self._base.executescript("BEGIN IMMEDIATE; ROLLBACK;")
                self._rows("SELECT count(*) FROM vote", lambda row: row)
        except (InputError, OutputError):
            self.close()
            raise

    def close(self) -> None:
        """Leave the file."""
        self._base.close()

    def add(self, vote: Vote) -> None:
        """Write a vote; it is on the disk when this returns."""
        with self._translated():
            self._base.execute(
                "INSERT INTO vote VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(vote)
            )

    def take_back(self, vote: Vote) -> None:
        """Take a vote away, the last where a session judged a pair twice."""
        with self._translated():
            self._base.execute(
                "DELETE FROM vote WHERE id = (SELECT max(id) FROM vote WHERE session = ? "
                "AND drawing = ? AND left_system = ? AND right_system = ?)",
                (vote.session, vote.drawing, vote.left_system, vote.right_system),
            )

    def all(self) -> list[Vote]:
        """Every vote, in the order in which they came."""
        return self._rows("SELECT * FROM vote ORDER BY id", _vote)

    def seen(self) -> Seen:
        """The pictures that were judged."""
        sides = (
            "SELECT left_system, drawing, left_sha256 FROM vote "
            "UNION SELECT right_system, drawing, right_sha256 FROM vote"
        )
        return dict(self._rows(sides, lambda row: ((row[0], row[1]), row[2])))

    def _rows(self, question: str, made: Callable[[tuple[Any, ...]], _T]) -> list[_T]:
        with self._translated():
            return [made(row) for row in self._base.execute(question)]

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's complaints as sentences."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(f"{self.path} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            raise UnreadableError(f"{self.path} is damaged: {error}.") from error


def _vote(row: tuple[Any, ...]) -> Vote:
    return Vote(*(*row[1:-1], bool(row[-1])))


def _is_known(path: Path, *, create: bool) -> bool:
    """Whether there is a file of votes; without ``create`` there must be.

    An empty file is as good as none: a program that was killed at once leaves one.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEADER)
    except FileNotFoundError:
        if not create:
            raise UnreadableError(f"{path} does not exist; check the name.") from None
        if not path.absolute().parent.is_dir():
            raise OutputError(f"{path.parent} is not a folder; make it first.") from None
        return False
    except OSError as error:
        raise UnreadableError(f"{path} cannot be opened: {reason(error)}.") from error
    if not head and create:
        return False
    whole = len(head) == _HEADER and head.startswith(b"SQLite format 3\0")
    version, mark = (struct.unpack_from(">I", head, at)[0] if whole else 0 for at in (60, 68))
    if mark != APPLICATION:
        raise UnreadableError(f"{path} is no file of votes; it stays as it is, name another one.")
    if version > VERSION:
        raise UnreadableError(f"{path} was written by a newer nurie; update this one.")
    return True
