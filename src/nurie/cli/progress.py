"""A bar on stderr that follows long work, for people only."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

_T = TypeVar("_T")


def track(
    things: Iterable[_T], total: int | None, description: str, *, quiet: bool = False
) -> Iterator[_T]:
    """The things themselves, with a bar where a person looks on.

    Args:
        things: what is done one after the other.
        total: how many there will be, where that is known.
        description: what is being done, one word.
        quiet: no bar at all.
    """
    if quiet or not sys.stderr.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, *times, console=console, transient=True, redirect_stdout=False) as bar:
        yield from bar.track(things, total=total, description=description)
