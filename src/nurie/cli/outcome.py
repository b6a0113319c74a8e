"""What a person hears: sentences on stderr, results on stdout; and the options that say how."""

import errno
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer

from nurie.errors import NurieError

Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no notes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]
FilesAsJson = Annotated[
    bool, typer.Option("--json", help="Print what was done as JSON, not the files' names.")
]

_Item = TypeVar("_Item")


def sentence(error: BaseException) -> str | None:
    """One sentence for an error that a person can do something about; None for a defect.

    >>> sentence(MemoryError())
    'There is not enough memory for this picture; make it smaller or close other programs.'
    """
    if isinstance(error, NurieError):
        return str(error)
    # OpenCV has an error of its own for this, with a code of its own.
    if isinstance(error, MemoryError) or getattr(error, "code", None) == -4:
        return (
            "There is not enough memory for this picture; make it smaller or close other programs."
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full; make room and try again."
    return None


def complain(text: str) -> None:
    """One line on stderr."""
    print(f"nurie: {text}", file=sys.stderr)


def show_json(value: Any) -> None:
    """A value as JSON on stdout."""
    print(json.dumps(value, indent=2))


@contextmanager
def progress(items: Sequence[_Item], label: str, *, shown: bool) -> Iterator[Iterable[_Item]]:
    """The items, with a bar on stderr that follows them."""
    if not shown:
        yield items
        return
    from rich.console import Console
    from rich.progress import Progress

    # One item is one piece of work: the bar only shows that it goes on.
    total = len(items) if len(items) > 1 else None
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        yield bar.track(items, total=total, description=label)
