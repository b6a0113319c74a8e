"""Bodies of requests and answers: read within limits, written from files."""

import asyncio
import contextlib
import hashlib
import re
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, unquote

import msgspec
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from nurie.errors import OptionError
from nurie.studio.guard import is_loopback
from nurie.studio.shapes import CHOICES, Limits, RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

_PIECE = 1 << 20

T = TypeVar("T")


async def receive_json(request: "Request", shape: type[T], limits: Limits) -> T:
    """A JSON body of a known shape.

    Raises:
        RefusedError: another type, not JSON, too long or too slow.
        OptionError: not of that shape.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, "The body must be JSON; send Content-Type: application/json.")
    body = bytearray()
    async for chunk in _chunks(request, limits.max_json, limits.body_seconds):
        body += chunk
    try:
        return parse(body, shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(400, "The body is not JSON; check what is sent.") from None


def answered(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def parse(body: bytes | bytearray, shape: type[T]) -> T:
    """A JSON text as a shape.

    Raises:
        OptionError: it is JSON of another shape: the first thing that is wrong.
        msgspec.DecodeError: it is not JSON.

    >>> from nurie.studio.shapes import ColorsRequest
    >>> parse(b'{"seed": -1}', ColorsRequest)
    Traceback (most recent call last):
    nurie.errors.OptionError: seed must be a whole number >= 0.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise OptionError(_sentence(str(error))) from None


_WORDS = {
    "`object`": "an object",
    "`array`": "a list",
    "`str`": "text",
    "`float`": "a number",
    "`int`": "a whole number",
    "`bool`": "true or false",
    "`null`": "null",
    "matching regex '^#[0-9a-fA-F]{6}$'": "like #ff8800",
    "matching regex '^[0-9a-f]{64}$'": "of 64 hexadecimal digits",
}


def _sentence(complaint: str) -> str:
    """A sentence that names the field, from what msgspec says.

    >>> _sentence("Expected `int | null`, got `str` - at `$.edits[0].x`")
    'edits[0].x must be a whole number or null, not text.'
    """
    found = re.fullmatch(r"(.*?)(?: - at (`key` in )?`\$\.?(.*)`)?", complaint, re.DOTALL)
    assert found is not None
    what, key, at = found[1], found[2], found[3] or ""
    if field := re.fullmatch(r"Object (contains|missing).* `(.*)`", what, re.DOTALL):
        inner = f"{at}." if at else ""
        if field[1] == "missing":
            return f"{inner}{field[2]} is missing."
        return f"{inner}{field[2][:40]!r} is not known here; see the API's document."
    place = f"A key of {at}" if key else at or "The body"
    if what.startswith("Invalid enum value"):
        allowed = CHOICES.get(at.rpartition(".")[2])
        if allowed:
            return f"{place} is {what[19:61]}; give one of {', '.join(allowed)}."
        return f"{place} is {what[19:61]}, which is not allowed; see the API's document."
    if not what.startswith("Expected"):
        return f"{at}: {what}." if at else f"{what}."
    what = what.removeprefix("Expected ").replace(" | ", "` or `").replace(", got", ", not")
    for word, plain in _WORDS.items():
        what = what.replace(word, plain)
    return f"{place} must be {what}."


@dataclass(frozen=True)
class Upload:
    """A file that was sent, its SHA-256 as hex, and what its sender calls it."""

    path: Path
    digest: str
    name: str
    query: dict[str, str]
    """What the address says after its question mark."""


async def receive_file(request: "Request", folder: Path, limits: Limits) -> Upload:
    """Write a body to a file in a folder.

    Its name is the last part of X-Filename, percent-encoded UTF-8, without what a name cannot hold.

    Raises:
        RefusedError: empty, too long or too slow.
    """
    text = unquote(request.headers.get("x-filename", ""), errors="replace")
    name = plain_name(text.replace("\\", "/").rpartition("/")[2]) or "drawing"
    # A name of our own, with the suffix where that is an ordinary one.
    suffix = Path(name).suffix.lower()
    known = suffix[1:].isalnum() and suffix.isascii() and len(suffix) < 7
    path, digest = folder / f"upload{suffix if known else ''}", hashlib.sha256()
    with path.open("wb") as stream:
        async for chunk in _chunks(request, limits.max_bytes, limits.body_seconds):
            stream.write(chunk)
            digest.update(chunk)
    if not path.stat().st_size:
        raise RefusedError(422, "The body is empty; send the bytes of a file.")
    return Upload(path, digest.hexdigest(), name, dict(request.query_params))


def plain_name(text: str) -> str:
    """A name without separators, control characters or dots in front, of at most 120 characters.

    >>> plain_name("../a/b.png")
    'ab.png'
    """
    kept = "".join(c for c in text if c.isprintable() and c not in '/\\:*?"<>|')
    return kept.lstrip(". ").rstrip(". ")[-120:]


async def _chunks(request: "Request", most: int, seconds: float) -> AsyncIterator[bytes]:
    """The body piece by piece, refused as soon as it is too long or too slow."""
    too_long = RefusedError(413, f"The body is larger than {most >> 20} MiB; send a smaller one.")
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > most:
        raise too_long
    received = 0
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                received += len(chunk)
                if received > most:
                    raise too_long
                yield chunk
    except TimeoutError:
        raise RefusedError(
            408, f"The body took longer than {seconds:g} s to arrive; send it faster."
        ) from None


async def let_pass(request: "Request") -> None:
    """Read the rest of a body that is not wanted, so that its sender hears the answer.

    Many clients listen only when they have sent everything, and a connection closed before that
    is all they notice.
    """
    with contextlib.suppress(RefusedError, RuntimeError, ClientDisconnect):
        async for _ in _chunks(request, 1 << 30, 10):
            pass


async def while_wanted(request: "Request", work: Any) -> Any:
    """Await work, and cancel it when the client goes away.

    Raises:
        ClientDisconnect: it went away.
    """
    job = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({job, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            raise ClientDisconnect
        return job.result()
    finally:
        watch.cancel()
        job.cancel()
        await asyncio.gather(job, watch, return_exceptions=True)


async def _left(request: "Request") -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class FileAnswer(Response):
    """A file as the body, read piece by piece.

    Args:
        path: the file; opened at once, so that it may make room in the meantime.
        media_type: its type.
        filename: as a download of that name.
        packs: compressed on its way to another machine that reads gzip.
    """

    def __init__(
        self, path: Path, media_type: str, *, filename: str | None = None, packs: bool = False
    ) -> None:
        self._packs = packs
        self._stream = path.open("rb")
        self.done: Callable[[], None] = lambda: None
        """Called in the end, however that comes."""
        headers = {"content-length": str(path.stat().st_size)}
        if filename:
            headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
        super().__init__(None, 200, headers, media_type)

    async def __call__(self, scope: "Scope", _receive: "Receive", send: "Send") -> None:
        """Send the file."""
        # On the same machine sending is faster than packing.
        near = not scope.get("client") or is_loopback(scope["client"][0])
        read = Headers(scope=scope).get("accept-encoding", "")
        packed = self._packs and not near and "gzip" in read
        if packed:
            self.headers["content-encoding"] = "gzip"
            del self.headers["content-length"]
        try:
            start = {"status": self.status_code, "headers": self.raw_headers}
            await send({"type": "http.response.start", **start})
            pieces = self._pieces(packed=packed)
            while piece := await asyncio.to_thread(next, pieces, b""):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._stream.close()
            self.done()

    def _pieces(self, *, packed: bool) -> Iterator[bytes]:
        pieces = iter(lambda: self._stream.read(_PIECE), b"")
        if not packed:
            yield from pieces
            return
        deflate = zlib.compressobj(1, zlib.DEFLATED, 31)
        yield from filter(None, map(deflate.compress, pieces))
        yield deflate.flush()
