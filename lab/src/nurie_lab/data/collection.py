"""A collection: pictures on disk, own folders too, and a line of JSON for where each comes from."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from nurie.errors import InputError, UnreadableError

NAME = "collection.jsonl"
"""The list of a collection, in its folder."""


@dataclass(frozen=True)
class Item:
    """One picture of a collection."""

    path: str
    """The file, from the folder of the list, with forward slashes; or an absolute path."""
    source: str  # Where it was taken from: a board, a folder
    licence: str
    tier: str  # What :func:`tier_of` says of the licence
    origin: str
    """An address or a name by which the original is found again."""
    group: str
    """Artist, film or source: pictures of one group are never split between train and val."""
    sha256: str  # Of the file's bytes, in hexadecimal
    rating: str = ""
    tags: str = ""  # Words about it, separated by spaces
    fingerprint: str = ""  # Perceptual hash in hexadecimal, where it is known

    @property
    def key(self) -> str:
        """A name that is the same wherever the file lies: the start of its hash."""
        return self.sha256[:20]


_TIERS = (
    ("permissive", ("public domain", "pd", "cc0", "mit", "apache", "bsd", "own")),
    ("share-alike", ("cc-by-sa", "cc by-sa")),
    ("permissive", ("cc-by-4", "cc-by-3", "cc-by-2", "cc by", "cc-by")),
    ("copyleft", ("gpl", "agpl", "lgpl", "gfdl")),
)


def tier_of(licence: str) -> str:
    """How free a licence is: ``permissive``, ``share-alike``, ``copyleft`` or ``custom``.

    What is not known, or forbids changes or selling, is ``custom``: no released weights learn it.

    >>> [tier_of(x) for x in ("CC0-1.0", "CC-BY-SA-4.0", "GPL-2+", "unknown", "CC-BY-NC-4.0")]
    ['permissive', 'share-alike', 'copyleft', 'custom', 'custom']
    """
    text = licence.lower()
    if "-nc" in text or "-nd" in text:
        return "custom"
    for tier, starts in _TIERS:
        if text.startswith(starts):
            return tier
    return "custom"


def line_of(item: Item) -> str:
    """An item as one line of the list, empty fields left out."""
    return json.dumps({k: v for k, v in asdict(item).items() if v}, ensure_ascii=False) + "\n"


def read_collection(path: Path) -> list[Item]:
    """The pictures of a list, or of a folder's ``collection.jsonl``, their paths made absolute.

    Raises:
        UnreadableError: there is none, or a line of it is damaged. The last line may be torn, as
            a killed run leaves it; it is passed over.
    """
    listing = path / NAME if path.is_dir() else path
    items, folder = [], listing.parent.resolve()
    for record in read_lines(listing):
        known = {each.name: record.get(each.name) for each in fields(Item)}
        try:
            item = Item(**{key: value for key, value in known.items() if isinstance(value, str)})
        except TypeError as error:
            missing = str(error).partition("argument")[2].lstrip("s:").strip()
            raise UnreadableError(f"{listing} holds a picture without {missing}.") from None
        items.append(replace(item, path=str(folder / item.path)))
    return items


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Records of a file of JSON lines; a torn last line is passed over.

    Raises:
        UnreadableError: the file is missing, or another line is damaged.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise UnreadableError(
            f"{path} does not exist; make it with nurie data fetch or nurie data folder."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{path} cannot be read ({error}).") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError:
            if number == len(lines):
                return
            record = None
        if not isinstance(record, dict):
            raise UnreadableError(f"{path} is damaged in line {number}; delete the line.")
        yield record


def mend(path: Path) -> None:
    """Cut off a torn last line, so that the next one starts on a line of its own."""
    if path.exists():
        with path.open("r+b") as stream:
            stream.truncate(stream.read().rfind(b"\n") + 1)


def read_collections(paths: Sequence[Path]) -> list[Item]:
    """The pictures of several collections, each file once.

    Raises:
        UnreadableError: as :func:`read_collection`.
        InputError: there are no pictures at all.
    """
    items = {item.path: item for path in reversed(paths) for item in read_collection(path)[::-1]}
    if not items:
        raise InputError("The collections hold no pictures; fetch some or name another folder.")
    return list(items.values())[::-1]


SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga")
"""Files that are taken for pictures."""

_FRAMES = 3
"""Numbered pictures of one name from which on they are a film."""


class By(StrEnum):
    """What is kept together when pictures are split into train and val."""

    AUTO = "auto"
    FOLDER = "folder"
    FILM = "film"
    PICTURE = "picture"


def pictures_in(folder: Path) -> list[Path]:
    """Pictures in a folder and its subfolders, in the order of their names, hidden ones left out.

    Raises:
        UnreadableError: it is no folder.
        InputError: it holds no pictures.
    """
    if not folder.is_dir():
        raise UnreadableError(f"{folder} is not a folder; name the folder that holds the pictures.")
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found:
        kinds = ", ".join(SUFFIXES)
        raise InputError(f"{folder} holds no pictures; nurie reads {kinds}.")
    return found


def groups_of(names: list[str], by: By = By.AUTO) -> list[str]:
    """The group of each picture: what must stay together, whose paths have forward slashes.

    ``folder`` is the subfolder; ``film`` the subfolder and the name without its number; ``picture``
    each its own; ``auto`` the subfolder where there is one, else films of at least three numbered
    frames, else each its own.

    >>> groups_of(["a/1.png", "a/2.png", "cat.png", "run_01.png", "run_02.png", "run_03.png"])
    ['a', 'a', 'cat', 'run', 'run', 'run']
    """
    stems = [name.rpartition(".")[0] for name in names]
    # A frame's name without its number: ``walk/cut2_0007.png`` is of ``walk/cut2``.
    films = [re.sub(r"[\s._-]*\d+$", "", stem) or "." for stem in stems]
    frames = Counter(films)

    def group(stem: str, film: str) -> str:
        parent = stem.rpartition("/")[0]
        if by is By.FOLDER or (by is By.AUTO and parent):
            return parent or "."
        is_film = by is By.FILM or (by is By.AUTO and frames[film] >= _FRAMES)
        return film if is_film else stem

    return [group(*each) for each in zip(stems, films, strict=True)]


def list_folder(folder: Path, *, licence: str = "own", by: By = By.AUTO) -> Iterator[Item]:
    """The pictures of a folder and its subfolders as items of a collection, with absolute paths.

    Raises:
        UnreadableError: it is no folder, or a picture cannot be read.
        InputError: it holds no pictures.
    """
    paths = pictures_in(folder)
    root = folder.resolve()
    names = [path.relative_to(folder).as_posix() for path in paths]
    for name, group in zip(names, groups_of(names, by), strict=True):
        yield Item(
            path=str(root / name),
            source=root.name,
            licence=licence,
            tier=tier_of(licence),
            origin=name,
            group=f"{root.name}/{group}",
            sha256=digest_of(root / name),
        )


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal.

    Raises:
        UnreadableError: it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}).") from error
