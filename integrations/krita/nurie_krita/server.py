"""Ask a running ``nurie serve``: one drawing in, layers out. No Krita, no Qt, no GIMP.

Every error is one sentence that says what to do.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable
from urllib.parse import quote, urlsplit

from .files import Layer, Picture, read_ora, write_ora, write_png

ADDRESS = "http://127.0.0.1:8745"
"""Where ``nurie serve`` listens when it is not told otherwise."""

STYLES = ("flat", "cel", "soft")
LIGHTS = (
    "top-left", "top", "top-right", "right", "bottom-right", "bottom", "bottom-left", "left"
)  # fmt: skip

NAMES = {
    "line": ("line", "lines", "ink", "inks", "lineart", "line art", "線画", "主線"),
    "hints": ("hints", "hint"),
    "protect": ("protect", "protected", "保護"),
}
"""How layers are called that need not be chosen."""

SPREAD = 0.5
"""How far a hint reaches when nobody says: to what surely is the same thing."""

_PATIENCE = 5.0
"""Seconds that a connection may take."""

Tell = Callable[[str], None]


class ServerError(Exception):
    """What went wrong, as a sentence."""


class CancelledError(ServerError):
    """The person does not want it any more."""


class _GoneError(ServerError):
    """The server forgot the drawing."""


@dataclass(frozen=True)
class Wishes:
    """What is asked of the colours."""

    palette: str = ""
    """A palette file or a picture, empty for the model's own choice."""
    seed: int = 0
    ideas: int = 1
    style: str = "flat"
    light: str = LIGHTS[0]
    words: str = ""
    """Colours of parts: black hair, red dress."""
    spread: float = SPREAD
    """How far a hint reaches, from 0, its region alone, to 1, everything is chosen anew."""


@dataclass(frozen=True)
class Sheet:
    """What is sent: pictures of one size."""

    line: Picture
    hints: Picture | None = None
    """Colours where it is not transparent."""
    protect: Picture | None = None
    """Regions mostly below it stay paper."""

    def packed(self) -> tuple[str, bytes]:
        """The name of a file and its bytes."""
        over = {"hints": self.hints, "protect": self.protect}
        wanted = {name: layer for name, layer in over.items() if layer and not layer.is_empty}
        if not wanted:
            return "drawing.png", write_png(self.line)
        return "drawing.ora", write_ora({**wanted, "line": self.line})


@dataclass(frozen=True)
class Found:
    """A coloured drawing on the server."""

    sheet: Sheet = field(repr=False)
    wishes: Wishes
    drawing: str
    regions: str
    ideas: tuple[dict[str, Any], ...] = field(repr=False)

    @property
    def unsure(self) -> int:
        """Regions of the first idea for which a hint would help."""
        return len(self.ideas[0]["ask"])

    @property
    def notes(self) -> str:
        """What could not be done, in sentences; empty where all was."""
        return " ".join(self.ideas[0].get("notes", ()))


class Server:
    """A running server.

    Args:
        address: as it printed it, with or without ``http://`` and the token behind ``#token=``.
        token: asked for by a server that listens beyond its own machine.
        seconds: the longest that one answer may take.

    Raises:
        ServerError: that is no address.

    >>> Server("localhost:8745/#token=abc").token
    'abc'
    """

    def __init__(self, address: str = ADDRESS, token: str = "", seconds: float = 150.0) -> None:
        text = address.strip() or ADDRESS
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            self._host, self._port = parts.hostname, parts.port
        except ValueError:
            self._host = None
        if not self._host or parts.scheme not in ("http", "https"):
            raise ServerError(f"{text} is no address; write one like {ADDRESS}.")
        self._secure = parts.scheme == "https"
        self._place = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path.rstrip("/")
        behind = parts.fragment.partition("token=")[2]
        # A header holds no others than these characters, and a token has none.
        self.token = "".join(c for c in token.strip() or behind if c.isascii() and c.isprintable())
        self._seconds = seconds
        self._connection: http.client.HTTPConnection | None = None
        self._cancelled, self._lock = False, threading.Lock()

    def cancel(self) -> None:
        """Stop what another thread is asking; the server stops its work too."""
        with self._lock:
            self._cancelled = True
            found = self._connection
        if found is not None and found.sock is not None:
            # It may have ended by itself just now.
            with contextlib.suppress(OSError):
                found.sock.shutdown(socket.SHUT_RDWR)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        """Send a body below ``/api`` and give back the body of the answer.

        Raises:
            ServerError: it could not be done.
            CancelledError: ``cancel`` was called.
        """
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host or "", self._port, timeout=_PATIENCE)
        with self._lock:
            self._connection = connection
        try:
            return self._exchange(connection, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self._check()
            raise ServerError(self._silence(error)) from None
        finally:
            with self._lock:
                self._connection = None
            connection.close()

    def post_json(self, path: str, body: dict[str, Any]) -> Any:
        """The same with JSON both ways."""
        return self._parsed(self.post(path, *_as_json(body)))

    def upload(self, path: str, name: str, data: bytes) -> Any:
        """Send a file; the answer is JSON."""
        headers = {"Content-Type": "application/octet-stream", "X-Filename": quote(name)}
        return self._parsed(self.post(path, data, headers))

    def _exchange(self, connection: Any, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        self._check()
        connection.connect()
        self._check()
        connection.sock.settimeout(self._seconds)
        if self.token:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        connection.request("POST", f"{self._prefix}/api{path}", body, headers)
        response = connection.getresponse()
        data: bytes = response.read()
        self._check()
        if response.status != 200:
            raise self._refusal(response.status, data)
        return data

    def _check(self) -> None:
        if self._cancelled:
            raise CancelledError("Cancelled; nothing was changed.")

    def _silence(self, error: Exception) -> str:
        if isinstance(error, socket.timeout):
            return f"nurie at {self._place} takes too long; look at its terminal, or try again."
        return f"nurie does not answer at {self._place}; start it with: nurie serve"

    def _refusal(self, status: int, data: bytes) -> ServerError:
        if status == 401:
            return ServerError("The token is missing or wrong; paste what nurie serve printed.")
        try:
            found = json.loads(data)
            sentence, gone = str(found["error"]), found.get("gone") is True
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._stranger()
        return _GoneError(sentence) if gone else ServerError(sentence)

    def _parsed(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            raise self._stranger() from None

    def _stranger(self) -> ServerError:
        return ServerError(f"What answers at {self._place} is not nurie; check the address.")


def _as_json(body: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    return json.dumps(body).encode(), {"Content-Type": "application/json"}


def color(server: Server, sheet: Sheet, wishes: Wishes, tell: Tell = lambda _: None) -> Found:
    """Let a drawing be coloured.

    Args:
        server: the one to ask.
        sheet: the drawing, with hints.
        wishes: what is asked of the colours.
        tell: called with what is being done.

    Raises:
        ServerError: a sentence on what is wrong.
    """
    if sheet.line.is_empty:
        raise ServerError("The line layer is empty; choose the layer that holds the drawing.")
    wanted: dict[str, Any] = {"seed": wishes.seed, "variations": wishes.ideas}
    if wishes.words.strip():
        wanted["words"] = wishes.words
    if wishes.spread != SPREAD:
        wanted["spread"] = wishes.spread
    if wishes.palette:
        tell("Reading the palette")
        wanted.update(_palette(server, Path(wishes.palette)))
    tell("Sending the drawing")
    drawing = str(server.upload("/drawings", *sheet.packed())["id"])
    tell("Finding the regions")
    regions = str(server.post_json(f"/drawings/{drawing}/regions", {})["regions"])
    tell("Choosing colours")
    answer = server.post_json(f"/drawings/{drawing}/regions/{regions}/colors", wanted)
    return Found(sheet, wishes, drawing, regions, tuple(answer["answers"]))


def layers(
    server: Server, found: Found, idea: int = 0, tell: Tell = lambda _: None
) -> tuple[Layer, ...]:
    """The layers of one idea: *line*, *shade* if one was asked for, *flats*, *paper*.

    A drawing that the server does not keep any more is sent again.

    Raises:
        ServerError: a sentence on what is wrong.
    """
    tell("Fetching the layers")
    try:
        data = server.post("/export", *_as_json(_order(found, idea)))
    except _GoneError:
        again = color(server, found.sheet, found.wishes, tell)
        data = server.post("/export", *_as_json(_order(again, idea)))
    try:
        return read_ora(data)
    except ValueError:
        raise ServerError("nurie's answer cannot be read; update nurie and its plug-in.") from None


def _order(found: Found, idea: int) -> dict[str, Any]:
    chosen, wishes = found.ideas[idea], found.wishes
    order = {key: chosen[key] for key in ("palette", "names", "entries")}
    order.update(drawing=found.drawing, regions=found.regions, format="ora")
    if wishes.style != "flat":
        order.update(style=wishes.style, light=wishes.light)
    return order


def _palette(server: Server, path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError:
        raise ServerError(f"{path} cannot be read; choose another palette.") from None
    colors = server.upload("/palette", path.name, data)["colors"]
    return {"palette": [c["color"] for c in colors], "names": [c["name"] for c in colors]}
