"""Exposure sheets (XDTS): which drawing a frame of a cut shows."""

import json
import re
from dataclasses import dataclass
from typing import Any

from nurie.errors import UnreadableError
from nurie.io.files import PathLike, read_bytes

_FIRST = "exchangeDigitalTimeSheet Save Data"
_LIMIT = 16 << 20
_LONGEST = 1_000_000
_EMPTY = "SYMBOL_NULL_CELL"


@dataclass(frozen=True)
class Track:
    """One layer of cels."""

    name: str
    cels: tuple[int | None, ...]
    """Of each frame the number of the drawing that it shows, None where it is empty."""


def read_timesheet(path: PathLike) -> list[Track]:
    """Read the tracks of drawings of an exposure sheet.

    A file of XDTS begins with a line of its own and goes on as JSON:
    ``timeTables[0].fields[fieldId 0].tracks[].frames[{frame, data[{values}]}]``. A cel holds until
    the next entry; entries before frame 0 are what frame 0 shows.

    In the order of their numbers.
    """
    text = read_bytes(path, limit=_LIMIT).decode("utf-8-sig", errors="replace")
    first, _, rest = text.partition("\n")
    try:
        table = json.loads(rest if first.strip() == _FIRST else "")["timeTables"][0]
        length = min(int(table["duration"]), _LONGEST)
        named = {h["fieldId"]: h["names"] for h in table.get("timeTableHeaders", [])}.get(0, [])
        field = next(f for f in table["fields"] if f["fieldId"] == 0)
        tracks = sorted(field["tracks"], key=lambda t: int(t["trackNo"]))
        found = [
            Track(
                str(named[number]) if number < len(named) else chr(65 + number % 26),
                _cels(track["frames"], length),
            )
            for track in tracks
            for number in [int(track["trackNo"])]
        ]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, StopIteration):
        raise UnreadableError(
            f"{path} is no exposure sheet that can be read; export it as XDTS."
        ) from None
    return [track for track in found if any(cel is not None for cel in track.cels)]


def _cels(entries: Any, length: int) -> tuple[int | None, ...]:
    """What each frame shows; what is no number, such as a symbol of an action, changes nothing."""
    cels: list[int | None] = [None] * length
    shown: int | None = None
    known: dict[int, str] = {}
    for entry in entries:
        values = entry["data"][0].get("values") or [""]
        known[max(int(entry["frame"]), 0)] = str(values[0])
    for frame in range(length):
        value = known.get(frame, "")
        if value == _EMPTY:
            shown = None
        elif (digits := re.search(r"\d+", value)) is not None:
            shown = int(digits.group())
        cels[frame] = shown
    return tuple(cels)
