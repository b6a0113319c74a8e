"""Run the server: its socket, its address, and how it ends."""

import asyncio
import contextlib
import ipaddress
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nurie.errors import OptionError
from nurie.studio.app import Settings, build
from nurie.studio.guard import is_loopback

if TYPE_CHECKING:
    from starlette.applications import Starlette


_SILENT = 64
"""Most connections of a server on which the head of a request is still to come."""

_HEAD, _IDLE = 16 << 10, 5
"""Most bytes of a request's head, and seconds between two requests of a connection."""


class Impatient(H11Protocol):
    """Closes connections on which no request comes.

    uvicorn itself waits for the head of a request for ever, so that clients that never send one
    could use up all connections. Here each has some seconds, and of too many the oldest goes.
    """

    head_seconds = 10.0
    _of_server: ClassVar[WeakKeyDictionary[Any, dict[Any, asyncio.TimerHandle]]] = (
        WeakKeyDictionary()
    )

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._silent = self._of_server.setdefault(self.server_state, {})
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Wait on while the head is not complete."""
        super().data_received(data)
        # Between two requests uvicorn has a timer of its own.
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._heard()
        elif self not in self._silent:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._heard()
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection."""
        self._heard()
        self.transport.close()

    def _await_head(self) -> None:
        self._silent[self] = self.loop.call_later(self.head_seconds, self.give_up)
        if len(self._silent) > _SILENT:
            next(iter(self._silent)).give_up()

    def _heard(self) -> None:
        if timer := self._silent.pop(self, None):
            timer.cancel()


def serve(settings: Settings, *, port: int | None, open_browser: bool) -> None:
    """Serve until interrupted.

    Bound elsewhere than to loopback it gets a token; without a port, a free one.
    """
    if (settings.public or not is_loopback(settings.host)) and settings.token is None:
        settings = replace(settings, token=secrets.token_urlsafe(32))
    with contextlib.closing(bind(settings.host, port)) as listener:
        address = address_of(settings, listener.getsockname()[1])
        what = "The studio" if settings.page else "The API (below /api)"
        run(build(settings), listener, lambda: announce(what, address, open_browser=open_browser))


def run(app: "Starlette", listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until interrupted; ``ready`` is called as soon as they are answered."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(uvicorn.Server(configured(app)), listener, ready))


def configured(app: "Starlette") -> uvicorn.Config:
    """How the application is run: quiet, and with bounds on what a client may hold open."""
    return uvicorn.Config(
        app,
        http=Impatient,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=_SILENT + 128,
        h11_max_incomplete_event_size=_HEAD,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=3,
    )


def bind(host: str, port: int | None) -> socket.socket:
    """A socket that listens.

    Raises:
        OptionError: the address cannot be had.
    """
    try:
        found = socket.getaddrinfo(host, port or 0, type=socket.SOCK_STREAM)[0]
        # Told the protocol, asyncio lets small answers go at once (TCP_NODELAY); else the second
        # packet of each waits 40 ms for the other side.
        listener = socket.socket(*found[:3])
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(found[4])
        except OSError:
            listener.close()
            raise
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        place = f"{host}, port {port}" if port else host
        raise OptionError(
            f"{place} cannot be used: {why}; choose another --port or --host."
        ) from None
    return listener


def address_of(settings: Settings, port: int) -> str:
    """What a person opens, with the token behind # where browsers keep it to themselves."""
    token = f"#token={settings.token}" if settings.token else ""
    if settings.public:
        return f"{settings.public[0].rstrip('/')}/{token}"
    host = settings.host
    with contextlib.suppress(ValueError):
        known = ipaddress.ip_address(host)
        if known.is_unspecified:
            host = socket.gethostname()
        elif known.version == 6:
            host = f"[{host}]"
    return f"http://{host}:{port}/{token}"


def announce(what: str, address: str, *, open_browser: bool) -> None:
    """Say where something is, and show it."""
    print(f"{what} is at {address}", flush=True)
    print("Ctrl-C ends it.", file=sys.stderr, flush=True)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


async def _run(server: uvicorn.Server, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve, and say so as soon as requests are answered."""
    serving = asyncio.ensure_future(server.serve([listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        ready()
    await serving
