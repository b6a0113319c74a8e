"""What a folder of results says of itself: its settings, what was done, what failed."""

import contextlib
import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nurie.batch.stores import Folder, Place
from nurie.errors import ExistsError, OutputError
from nurie.io.files import made_folder

SETTINGS, FAILURES = "batch.json", "failures.jsonl"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one thing that was to be coloured."""

    source: str
    output: str
    """Its first result."""
    status: str
    """``done``, ``found`` where the result was there already, or ``failed``."""
    error: str = ""
    attempts: int = 1
    seconds: float = 0.0
    regions: int = 0
    unsure: int = 0
    notes: tuple[str, ...] = ()
    """What a person may not expect."""


class Ledger:
    """The settings and the history of one folder of results.

    A result is done when it is there under its name: it takes that name in one step, and last of
    all files of its drawing. So whatever is killed leaves no doubt; the lines here are history.

    Raises:
        OutputError: the place holds something else, or results of other settings.
    """

    def __init__(self, place: Place, settings: dict[str, Any], *, force: bool = False) -> None:
        self.place = place
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]
        self._own: dict[str, Any] = {"digest": digest, "settings": settings}
        self._force, known = force, self._known()
        self.fresh = known is None
        """Whether nothing was coloured into it before."""
        self.first = False
        """Whether this call began it: of several at a time one does."""
        if self.fresh and not force and (other := place.stranger()):
            raise OutputError(
                f"{place} holds {other}, which is not of a batch; give an empty folder, or --force "
                "to write into this one."
            )
        name = f"{socket.gethostname()}-{os.getpid()}-{time.time():.0f}"
        self._lines = f"ledger/{name}.jsonl"
        self._follow(self._own if known is None or force else known)

    def begin(self) -> None:
        """Write the settings, where this call is the first or begins anew."""
        if self.fresh or self._force:
            self._follow(self._begin(anew=self._force))
            self.fresh = self._force = False

    def _follow(self, known: dict[str, Any]) -> None:
        """Refuse settings other than those that are known."""
        if known["digest"] != self._own["digest"]:
            old, settings = known["settings"], self._own["settings"]
            keys = sorted(key for key in {**old, **settings} if old.get(key) != settings.get(key))
            raise OutputError(
                f"{self.place} was begun with other settings ({', '.join(keys)}); give the same "
                "ones, another folder, or --force to colour all of it anew."
            )
        self.since = self.place.time_of(SETTINGS) if known.get("anew") else None
        """Results older than this are not of these settings."""

    def _known(self) -> dict[str, Any] | None:
        data = b"\n".join(self.place.lines(SETTINGS))
        try:
            return dict(json.loads(data)) if data else None
        except ValueError:
            raise OutputError(f"{self.place}/{SETTINGS} is damaged; remove it.") from None

    def _begin(self, *, anew: bool) -> dict[str, Any]:
        """Write the settings; where another call was quicker, its own hold."""
        if isinstance(self.place, Folder):
            made_folder(self.place.scratch)
        begun = self._own | {"begun": _now(), "anew": anew}
        with contextlib.suppress(ExistsError):
            self.place.write(SETTINGS, json.dumps(begun, indent=1).encode(), force=anew)
            self.first = True
        return self._known() or begun

    def is_done(self, name: str) -> bool:
        """Whether a result is there."""
        return is_done(self.place, name, self.since)

    def failures(self) -> dict[str, str]:
        """Why things failed, by their source; those that were done since are left out."""
        found = {}
        for line in self.place.lines(FAILURES):
            # The last line of a call that was killed may be cut.
            with contextlib.suppress(ValueError, KeyError):
                record = json.loads(line)
                found[record["source"]] = record["error"], record["output"]
        return {source: why for source, (why, name) in found.items() if not self.is_done(name)}

    def note(self, outcome: Outcome, used: Any = None) -> None:
        """Write what became of something."""
        if outcome.status == "found":
            return
        record = vars(outcome) | {"time": _now()} | ({"used": used} if used else {})
        line = json.dumps(record, ensure_ascii=False) + "\n"
        line = line.encode(errors="replace").decode()
        self.place.append(self._lines, line)
        if outcome.status == "failed":
            self.place.append(FAILURES, line)

    def used(self) -> Iterator[list[Any]]:
        """The colours of each result, as they were noted."""
        for line in self.place.lines("ledger/*.jsonl"):
            with contextlib.suppress(ValueError, KeyError):
                yield json.loads(line)["used"]


def is_done(place: Place, name: str, since: float | None) -> bool:
    """Whether a result is there, and not from before ``since``."""
    time_of = place.time_of(name)
    return time_of is not None and (since is None or time_of >= since)


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z")
