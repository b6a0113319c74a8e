"""Own pictures and film frames as a collection, without moving or copying a file."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from nurie.errors import InputError, UnreadableError
from nurie_lab.data.collection import Item, tier_of

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
    """The group of each picture: what must stay together.

    Args:
        names: paths from the folder, with forward slashes.
        by: ``folder``: the subfolder; ``film``: the subfolder and the name without its number;
            ``picture``: each its own; ``auto``: the subfolder where there is one, else films of at
            least three numbered frames, else each its own.

    Returns:
        One name for each picture.

    >>> groups_of(["a/1.png", "a/2.png", "cat.png", "run_01.png", "run_02.png", "run_03.png"])
    ['a', 'a', 'cat', 'run', 'run', 'run']
    """
    frames = Counter(_film(name) for name in names)

    def group(name: str) -> str:
        parent = name.rpartition("/")[0]
        if by is By.PICTURE:
            return name.rpartition(".")[0]
        if by is By.FOLDER or (by is By.AUTO and parent):
            return parent or "."
        if by is By.FILM or frames[_film(name)] >= _FRAMES:
            return _film(name)
        return name.rpartition(".")[0]

    return [group(name) for name in names]


def _film(name: str) -> str:
    """A frame's name without its number: ``walk/cut2_0007.png`` is of ``walk/cut2``."""
    stem = name.rpartition(".")[0]
    return re.sub(r"[\s._-]*\d+$", "", stem) or "."


def list_folder(folder: Path, *, licence: str = "own", by: By = By.AUTO) -> Iterator[Item]:
    """The pictures of a folder as items of a collection.

    Args:
        folder: searched with its subfolders.
        licence: what the pictures may be used under.
        by: what stays together.

    Yields:
        One item a picture, with its absolute path.

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
