"""What there is to colour, listed while it is used: never all of it in memory."""

import contextlib
import glob
import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from nurie.batch.stores import Bucket, is_address, place_of
from nurie.errors import OptionError, UnreadableError
from nurie.io.files import DRAWING_SUFFIXES, natural, reason

_LISTS = (".txt", ".lst", ".list")
_SORTED = 4096
"""Names of a folder that are put into order at a time; more are never held in memory."""


@dataclass(frozen=True)
class Item:
    """One thing to colour."""

    source: str
    """Path or address of the drawing, or the folder of a film."""
    name: str
    """Where it lies below its source, with / between folders: its results are named after it."""


def items(
    sources: Sequence[str], *, films: bool = False, omit: str = "", apart: Sequence[str] = ()
) -> Iterator[Item]:
    """What there is to colour, listed while it is used.

    Sources are folders, patterns, drawings, lists of paths (``.txt``, or - for stdin), addresses.
    With ``films`` each folder that holds drawings is one thing. The folder ``omit`` is not looked
    into, nor is one whose path ends in a name of ``apart``.

    Raises:
        UnreadableError: a source is not there.
        OptionError: two sources cannot be told apart by their names.
    """
    omit = os.path.realpath(omit) if omit else ""
    apart = tuple(f"/{name}" for name in apart)
    how: Any = {"films": films, "omit": omit, "apart": apart}
    listings = {source: _listing(source, **how) for source in sources}
    roots = [source for source in sources if listings[source] is not None]
    plain = [Path(source).name for source in sources if source not in roots]
    named = [PurePosixPath(root.rstrip("/")).name or "." for root in roots]
    for names, what in ((plain, "drawings"), (named, "sources")):
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise OptionError(f"Two {what} are called {twice}; colour them one after the other.")
    for source, listing in listings.items():
        if listing is None:
            yield Item(source, Path(source).name)
            continue
        prefix = f"{PurePosixPath(source.rstrip('/')).name}/" if len(roots) > 1 else ""
        for item in listing:
            yield Item(item.source, prefix + item.name)


def _listing(
    source: str, *, films: bool, omit: str, apart: tuple[str, ...]
) -> Iterator[Item] | None:
    """The items of a source that stands for many; a missing drawing is complained of later.

    Raises:
        UnreadableError: a folder is not there.
    """
    if is_address(source):
        return _stored_films(source, apart) if films else _objects(source)
    if source == "-" or source.lower().endswith(_LISTS):
        return _listed(source)
    if Path(source).is_dir():
        found = walk(source, omit=omit, apart=apart)
        return _films(source, found) if films else found
    if glob.has_magic(source) and not Path(source).exists():
        return _matching(source)
    if not Path(source).suffix:
        raise UnreadableError(f"{source} does not exist; check the name.")
    return None


def _objects(source: str) -> Iterator[Item]:
    bucket = place_of(source)
    assert isinstance(bucket, Bucket)
    for name in bucket.names():
        if name.lower().endswith(DRAWING_SUFFIXES):
            yield Item(f"{bucket}/{name}", name)


def _stored_films(source: str, apart: tuple[str, ...]) -> Iterator[Item]:
    """The folders of a store that hold drawings; one level at a time is in memory."""
    bucket, waiting = place_of(source), [""]
    assert isinstance(bucket, Bucket)
    while waiting:
        inside = waiting.pop()
        folders, names = bucket.level(inside)
        if any(name.lower().endswith(DRAWING_SUFFIXES) for name in names):
            yield Item(f"{bucket}/{inside}".rstrip("/"), inside or PurePosixPath(str(bucket)).name)
        waiting += sorted((f for f in folders if not f"/{f}".endswith(apart)), reverse=True)


def _matching(source: str) -> Iterator[Item]:
    parts = Path(source).parts
    root = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), parts))
    for path in root.glob(str(Path(source).relative_to(root))):
        if path.name.lower().endswith(DRAWING_SUFFIXES):
            yield Item(str(path), path.relative_to(root).as_posix())


def _films(source: str, found: Iterator[Item]) -> Iterator[Item]:
    """The folders of drawings; all drawings of a folder come one after the other."""
    last = None
    for item in found:
        folder = item.name.rpartition("/")[0]
        if folder != last:
            last = folder
            path = Path(source, folder)
            yield Item(str(path), folder or path.resolve().name)


def _listed(source: str) -> Iterator[Item]:
    """The lines of a list. They are named after the whole path, which is all that is known."""
    with contextlib.ExitStack() as stack:
        lines = sys.stdin
        if source != "-":
            try:
                lines = stack.enter_context(
                    Path(source).open(encoding="utf-8", errors="surrogateescape")
                )
            except OSError as error:
                raise UnreadableError(f"{source} cannot be opened: {reason(error)}.") from error
        for line in lines:
            text = line.rstrip("\r\n")
            if text.strip() and not text.startswith("#"):
                yield Item(text, _name_of(text))


def _name_of(text: str) -> str:
    """A path or address as a name below any folder, never leading out of it.

    >>> _name_of("../a/b.png").startswith(".."), _name_of("s3://x/b.png"), _name_of("./c/d.png")
    (False, 'x/b.png', 'c/d.png')
    """
    if is_address(text):
        text = text.partition("://")[2]
    path = Path(os.path.normpath(text))
    if path.is_absolute() or path.parts[:1] == ("..",):
        path = Path(os.path.normpath(path.absolute()))
        path = path.relative_to(path.anchor)
    return path.as_posix()


def walk(folder: str, *, omit: str = "", apart: tuple[str, ...] = ()) -> Iterator[Item]:
    """Drawings of a folder and those in it; the names of a huge one are never held at once."""
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        folders: list[str] = []
        try:
            entries = os.scandir(Path(folder, inside))
        except OSError:
            continue
        with entries:
            shown = (one for one in entries if not one.name.startswith("."))
            while chunk := list(itertools.islice(shown, _SORTED)):
                by_name = {Path(one.name): one for one in chunk}
                for path in natural(by_name):
                    entry = by_name[path]
                    name = f"{inside}/{path.name}" if inside else path.name
                    # A link to a folder could lead back to where it is.
                    if entry.is_dir(follow_symlinks=False):
                        left = f"/{name}".endswith(apart)
                        if not left and os.path.realpath(entry.path) != omit:
                            folders.append(name)
                    elif path.name.lower().endswith(DRAWING_SUFFIXES):
                        yield Item(entry.path, name)
        waiting += reversed(folders)
