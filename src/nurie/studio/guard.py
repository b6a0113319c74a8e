"""Who may ask: the Host and Origin of every request, the token, and headers on every answer."""

import hmac
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names of this machine to itself."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self' blob:; worker-src 'self'; font-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: itself and nothing else."""

HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def allowed_hosts(host: str) -> frozenset[str]:
    """Names under which a server bound to ``host`` may be asked for.

    On loopback only its own names, so that a page whose name was made to point here (DNS
    rebinding) is refused. Elsewhere this machine's names too, and any address, which no name
    service can turn.

    >>> sorted(allowed_hosts("127.0.0.1"))
    ['127.0.0.1', '::1', 'localhost']
    """
    if is_loopback(host):
        return LOOPBACK | {host}
    return LOOPBACK | {host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to ``host``.

    >>> is_loopback("localhost"), is_loopback("127.8.0.1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Guard:
    """Middleware that lets through what comes from the page or a program of this machine.

    With a token, every path below /api and /metrics asks for it.
    """

    def __init__(
        self, app: "ASGIApp", *, host: str, token: str | None, public: Sequence[str] = ()
    ) -> None:
        self._app, self._token = app, token
        self._public = frozenset(address.rstrip("/").lower() for address in public)
        self._hosts = allowed_hosts(host) | {urlsplit(one).hostname or "" for one in self._public}
        self._open = not is_loopback(host)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Refuse, or pass on with headers added to the answer."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: "Message") -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                found = MutableHeaders(scope=message)
                found.update(HEADERS)
                found.setdefault("cache-control", "no-store")
            await send(message)

        status, sentence = self._refusal(scope)
        app = self._app
        if status:
            asks = {"www-authenticate": "Bearer"} if status == 401 else {}
            app = JSONResponse({"error": sentence}, status, {"connection": "close"} | asks)
        await app(scope, receive, dressed)

    def _refusal(self, scope: "Scope") -> tuple[int, str]:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return 403, "This server does not go by that name; open the address that it printed."
        own = {f"{scope['scheme']}://{hosts[0]}".lower()} | self._public
        api = scope["path"].startswith("/api/") or scope["path"] in ("/api", "/metrics")
        sites = set(headers.getlist("sec-fetch-site")) if api else set()
        foreign = not own.issuperset(origin.lower() for origin in headers.getlist("origin"))
        if foreign or sites & {"cross-site", "same-site"}:
            return 403, "Another site asked for this; only the studio's own page may."
        if api and self._token and not _holds(headers.getlist("authorization"), self._token):
            return 401, "The token is missing or wrong; open the address that the server printed."
        return 0, ""

    def _is_ours(self, host: str) -> bool:
        try:
            place = urlsplit(f"//{host}")
            name, _ = place.hostname or "", place.port
        except ValueError:
            return False
        if name.rstrip(".") in self._hosts:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return self._open


def _holds(given: list[str], token: str) -> bool:
    if len(given) != 1:
        return False
    # RFC 9110, 11.1: the name of a scheme is the same in any letter case.
    scheme, _, value = given[0].partition(" ")
    known = hmac.compare_digest(value.strip().encode("latin-1"), token.encode())
    return known and scheme.lower() == "bearer"
