"""Pictures from a board: the public JSON interface of Safebooru and boards like it.

A board lists its posts page by page at ``/index.php?page=dapi&s=post&q=index&json=1``; each names
its picture, the MD5 of its bytes, a rating, tags and the artist's own page.
"""

import hashlib
import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nurie.errors import InputError, OptionError
from nurie.io.files import replacing
from nurie.io.images import read_color
from nurie_lab.data.collection import NAME, Item, line_of, mend, read_lines, tier_of
from nurie_lab.data.polite import ComeBackError, FetchError, Polite, RefusedError
from nurie_lab.data.survey import WITHIN, Twins, fault_of, fingerprint

BOARDS = {"safebooru": "https://safebooru.org"}
"""Boards known by name; any other is given by its address."""

RATINGS = {"general": ("general", "safe", "g", "s"), "any": ()}
"""Ratings that are taken, by the name of the choice; none means all."""

SKIPPED = "skipped.jsonl"
"""What was passed over, and why, so that it is not fetched again."""

_PAGE = 100
_LARGEST_PAGE, _LARGEST_PICTURE = 32 << 20, 64 << 20

_FAILURES = 3
"""Pictures that the server fails to give in a row, after which it is left alone."""

_FIRST_IS_ARTIST = {"twitter.com", "x.com", "deviantart.com", "artstation.com", "instagram.com"}
_OWN_HOSTS = (".tumblr.com", ".deviantart.com", ".artstation.com", ".fanbox.cc", ".lofter.com")

_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Still pictures; boards hold films and animations too."""


@dataclass(frozen=True)
class Post:
    """One post of a board."""

    number: int
    url: str
    md5: str
    """Of the picture, in hexadecimal; empty where the board does not say."""
    rating: str
    tags: str
    group: str
    """The artist where the source tells, else the post that it is a variant of, else itself."""
    page: str  # Where people see it

    @property
    def suffix(self) -> str:
        """Of the picture's file, with its dot."""
        return Path(urllib.parse.urlsplit(self.url).path).suffix.lower()


@dataclass(frozen=True)
class Outcome:
    """What became of one post."""

    number: int
    reason: str = ""  # Why its picture was not kept; empty where it was
    final: bool = True
    """Whether it stays so; a picture that the server failed to give is tried in the next run."""


def board_url(board: str) -> str:
    """The address of a board, given by name or by address.

    Raises:
        OptionError: it is neither.

    >>> board_url("safebooru"), board_url("http://127.0.0.1:8000/b/")
    ('https://safebooru.org', 'http://127.0.0.1:8000/b')
    """
    if board in BOARDS:
        return BOARDS[board]
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", board):
        names = ", ".join(BOARDS)
        raise OptionError(f"{board!r} is no board; give {names} or an address, https://….")
    return board.rstrip("/")


def posts(client: Polite, base: str, tags: str) -> Iterator[Post]:
    """Posts of a board with these tags, each once, newest first as the board lists them.

    Raises:
        FetchError: a page cannot be had, or is not what a board of this kind gives.
    """
    known: set[int] = set()
    page = 0
    while True:
        query = {"page": "dapi", "s": "post", "q": "index", "json": 1, "limit": _PAGE}
        query |= {"pid": page, "tags": tags}
        url = f"{base}/index.php?{urllib.parse.urlencode(query)}"
        found = _page(client.get(url, limit=_LARGEST_PAGE), url)
        if not found:
            return
        for record in found:
            post = _post(record, base)
            # New posts push old ones on to the next page: some come twice.
            if post is not None and post.number not in known:
                known.add(post.number)
                yield post
        page += 1


def _page(body: bytes, url: str) -> list[dict[str, Any]]:
    """The records of a page; nothing at all is how some boards say that there are no more."""
    if not body.strip():
        return []
    try:
        found = json.loads(body)
    except ValueError:
        raise FetchError(f"{url} is not JSON; is this a board like Safebooru?") from None
    if isinstance(found, dict):
        found = found.get("post", [])
    if not isinstance(found, list):
        raise FetchError(f"{url} holds no list of posts; is this a board like Safebooru?")
    return [record for record in found if isinstance(record, dict)]


def _post(record: dict[str, Any], base: str) -> Post | None:
    """A post, or None where the board hides its picture."""
    text = {key: str(value).strip() for key, value in record.items() if value is not None}
    url = text.get("file_url", "")
    if not url and {"directory", "image"} <= text.keys():
        url = f"/images/{text['directory']}/{urllib.parse.quote(text['image'])}"
    if not url or not text.get("id", "").isdigit():
        return None
    # A board may live below the root of its server; addresses that name a server need nothing.
    below = urllib.parse.urlsplit(base).path if url[0] == "/" else ""
    page = f"{base}/index.php?page=post&s=view&id="
    parent = text.get("parent_id", "")
    original = parent if parent.isdigit() and int(parent) else text["id"]
    digest = text.get("hash") or text.get("md5") or ""
    return Post(
        number=int(text["id"]),
        url=urllib.parse.urljoin(f"{base}/", f"{below}{url}"),
        md5=digest.lower() if re.fullmatch(r"[0-9a-fA-F]{32}", digest) else "",
        rating=text.get("rating", "").lower(),
        tags=" ".join(text.get("tags", "").split()),
        group=artist_of(text.get("source", "")) or page + original,
        page=page + text["id"],
    )


def artist_of(source: str) -> str:
    """The artist that the address of a picture's source tells; empty where it does not.

    >>> artist_of("https://twitter.com/Someone/status/1"), artist_of("https://some.tumblr.com/p/1")
    ('twitter.com/someone', 'some.tumblr.com')
    >>> artist_of("https://www.pixiv.net/artworks/1")
    ''
    """
    parts = urllib.parse.urlsplit(source.strip().lower())
    host = parts.netloc.removeprefix("www.").removeprefix("mobile.")
    if host.endswith(_OWN_HOSTS) and host.count(".") > 1:
        return host
    first = parts.path.strip("/").partition("/")[0]
    if host in _FIRST_IS_ARTIST and first not in {"", "i", "p", "artwork", "works", "status"}:
        return f"{host}/{first}"
    return ""


@dataclass(frozen=True)
class Request:
    """What is to be fetched."""

    board: str  # Address of the board
    tags: str
    count: int
    """Pictures in the folder in the end, those of earlier runs included."""
    rating: str = "general"  # A key of :data:`RATINGS`
    licence: str = "unknown"  # What the pictures may be used under: boards do not say


def fetch(client: Polite, request: Request, out: Path) -> Iterator[Outcome]:
    """Fetch pictures into a folder, and go on where an earlier run stopped.

    Every picture is checked (MD5 of the board, decodes, not blank, not monochrome, no near
    duplicate), written whole or not at all, and entered in ``collection.jsonl`` with its source,
    page, tags and SHA-256; what is passed over is in ``skipped.jsonl`` with the reason. The outcome
    of each post is yielded as it is decided.

    Raises:
        OptionError: the rating is unknown.
        FetchError: the board answers no further requests.
    """
    if request.rating not in RATINGS:
        raise OptionError(f"{request.rating!r} is no rating; give {' or '.join(RATINGS)}.")
    (out / "pictures").mkdir(parents=True, exist_ok=True)
    done, kept, twins = _so_far(out)
    failures = 0
    for post in posts(client, request.board, request.tags) if kept < request.count else ():
        if post.number in done:
            continue
        outcome = _decide(client, post, request, out, twins)
        failures = 0 if outcome.final else failures + 1
        if failures == _FAILURES:
            raise FetchError(f"{outcome.reason} Run the same command later; it goes on from here.")
        yield outcome
        kept += not outcome.reason
        if kept >= request.count:
            return


def _so_far(out: Path) -> tuple[set[int], int, Twins]:
    """Numbers of the posts decided in earlier runs, pictures kept, and their fingerprints."""
    done: set[int] = set()
    twins, kept = Twins(WITHIN), 0
    for name in (NAME, SKIPPED):
        mend(out / name)
        if not (out / name).exists():
            continue
        for record in read_lines(out / name):
            done.add(int(record.get("number", -1)))
            if record.get("fingerprint"):
                twins.seen(bytes.fromhex(record["fingerprint"]), str(record.get("origin")))
                kept += 1
    return done, kept, twins


def _decide(client: Polite, post: Post, request: Request, out: Path, twins: Twins) -> Outcome:
    """Fetch a post's picture, unless there is something wrong with it; note what became of it."""
    try:
        line = line_of(_keep(client, post, request, out, twins))
        name, reason = NAME, ""
    except ComeBackError:
        raise
    except RefusedError as error:
        name, reason = SKIPPED, str(error)
        line = json.dumps({"reason": reason}, ensure_ascii=False) + "\n"
    except FetchError as error:
        return Outcome(post.number, str(error), final=False)
    with (out / name).open("a", encoding="utf-8") as stream:
        stream.write(f'{{"number": {post.number}, {line[1:]}')
    return Outcome(post.number, reason)


def _keep(client: Polite, post: Post, request: Request, out: Path, twins: Twins) -> Item:
    """Write a picture down.

    Raises:
        RefusedError: there is something wrong with it.
        FetchError: the server does not give it.
    """
    allowed = RATINGS[request.rating]
    if allowed and post.rating not in allowed:
        raise RefusedError(f"rated {post.rating or 'not at all'}")
    if post.suffix not in _SUFFIXES:
        raise RefusedError(f"no picture ({post.suffix or 'no suffix'})")
    data = _picture(client, post)
    target = out / "pictures" / f"{post.number}{post.suffix}"
    # A file that no list names was left by a run that was killed between the two.
    with replacing(target, force=True) as stream:
        stream.write(data)
        stream.flush()
        try:
            rgb = read_color(Path(stream.name))
        except InputError as error:
            raise RefusedError(f"broken: {error}".replace(str(stream.name), "the file")) from None
        fault, mark = fault_of(rgb), fingerprint(rgb)
        twin = None if fault else twins.seen(mark, post.page)
        if fault or twin:
            raise RefusedError(fault or f"the same picture as {twin}")
    return Item(
        path=f"pictures/{target.name}",
        source=urllib.parse.urlsplit(request.board).netloc,
        licence=request.licence,
        tier=tier_of(request.licence),
        origin=post.page,
        group=post.group,
        sha256=hashlib.sha256(data).hexdigest(),
        rating=post.rating,
        tags=post.tags,
        fingerprint=mark.hex(),
    )


def _picture(client: Polite, post: Post) -> bytes:
    """The bytes of a post's picture, as the board knows them."""
    for _ in range(2):
        data = client.get(post.url, limit=_LARGEST_PICTURE)
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if not post.md5 or digest == post.md5:
            return data
    raise RefusedError(f"wrong MD5 ({digest}, the board says {post.md5})")
