"""A collection: pictures on disk, and one line of JSON for each that says where it comes from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
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
    source: str
    """Where it was taken from: a board, a folder."""
    licence: str
    tier: str
    """What :func:`tier_of` says of the licence."""
    origin: str
    """An address or a name by which the original is found again."""
    group: str
    """Artist, film or source: pictures of one group are never split between train and val."""
    sha256: str
    """Of the file's bytes, in hexadecimal."""
    rating: str = ""
    tags: str = ""
    """Words about it, separated by spaces."""
    fingerprint: str = ""
    """Perceptual hash in hexadecimal, where it is known."""

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
    """The pictures of a collection, their paths made absolute.

    Args:
        path: the list, or the folder that holds ``collection.jsonl``.

    Raises:
        UnreadableError: there is none, or a line of it is damaged. The last line may be torn, as
            a killed run leaves it; it is passed over.
    """
    listing = path / NAME if path.is_dir() else path
    items = [_item(record, listing) for record in read_lines(listing)]
    folder = listing.parent.resolve()
    return [_placed(item, folder) for item in items]


def _placed(item: Item, folder: Path) -> Item:
    return Item(**{**asdict(item), "path": str(folder / item.path)})


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
            raise UnreadableError(f"{path} is damaged in line {number}; delete the line.") from None
        if not isinstance(record, dict):
            raise UnreadableError(f"{path} is damaged in line {number}; delete the line.")
        yield record


def mend(path: Path) -> None:
    """Cut off a torn last line, so that the next one starts on a line of its own."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        with path.open("r+b") as stream:
            stream.truncate(len(whole))


def _item(record: dict[str, Any], listing: Path) -> Item:
    known = {field.name for field in fields(Item)}
    texts = {k: v for k, v in record.items() if k in known and isinstance(v, str)}
    try:
        return Item(**texts)
    except TypeError as error:
        missing = str(error).partition("argument")[2].lstrip("s:").strip()
        raise UnreadableError(f"{listing} holds a picture without {missing}.") from None


def read_collections(paths: Sequence[Path]) -> list[Item]:
    """The pictures of several collections, each file once.

    Raises:
        UnreadableError: as :func:`read_collection`.
        InputError: there are no pictures at all.
    """
    items: dict[str, Item] = {}
    for path in paths:
        for item in read_collection(path):
            items.setdefault(item.path, item)
    if not items:
        raise InputError("The collections hold no pictures; fetch some or name another folder.")
    return list(items.values())
