"""The routes: what is asked over HTTP, and how errors are answered."""

import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from nurie import __version__
from nurie.errors import ExistsError, NurieError, TooLargeError
from nurie.studio import shapes
from nurie.studio.bodies import (
    FileAnswer,
    RefusedError,
    name_of,
    plain_name,
    receive_file,
    receive_json,
    while_wanted,
)
from nurie.studio.cache import Cache
from nurie.studio.folder import Folder
from nurie.studio.guard import Guard, is_loopback
from nurie.studio.jobs import desk
from nurie.studio.limits import Limits
from nurie.studio.service import PALETTES, PICTURES, Service
from nurie.studio.workers import (
    BrokenError,
    BusyError,
    FailedError,
    GoneError,
    OverdueError,
    Pool,
)

PAGE = Path(__file__).parent / "static"
"""The page's files."""

_READ = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".tga"]


@dataclass(frozen=True)
class Settings:
    """How a server is set up."""

    host: str = "127.0.0.1"
    model: str = "nurie-flat"
    token: str | None = None
    folder: Path | None = None
    """Drawings that the page lists, and where it may save."""
    page: bool = True
    """Whether the page is served beside the API."""
    limits: Limits = field(default_factory=Limits)


def build(settings: Settings) -> Starlette:
    """The application; its workers start and end with it."""
    state = _State(settings)
    routes: list[BaseRoute] = [Mount("/api", routes=_api(state))]
    if settings.page:
        routes.append(Mount("/", _Page(directory=PAGE, html=True, check_dir=False)))
    return Starlette(
        routes=routes,
        lifespan=state.lifespan,
        middleware=[Middleware(Guard, host=settings.host, token=settings.token)],
        exception_handlers={HTTPException: _http_error},
    )


def _api(state: "_State") -> list[Route]:
    drawing, cut = "/drawings/{drawing}", "/drawings/{drawing}/regions/{regions}"
    handlers = [
        ("GET", "/health", state.health),
        ("GET", "/limits", state.limits),
        ("POST", "/drawings", state.post_drawing),
        ("GET", f"{drawing}/line.png", state.get_line),
        ("POST", f"{drawing}/regions", state.post_regions),
        ("GET", f"{cut}/labels", state.get_labels),
        ("POST", f"{cut}/colors", state.post_colors),
        ("POST", "/palette", state.post_palette),
        ("POST", "/export", state.post_export),
        ("GET", "/files", state.get_files),
        ("POST", "/files", state.post_file),
        ("GET", "/files/{name}", state.get_file),
    ]
    return [Route(path, _answered(handler), methods=[verb]) for verb, path, handler in handlers]


Handler = Callable[[Request], Awaitable[Response]]


def _answered(handler: Handler) -> Handler:
    """A handler whose errors are answered by a status and a sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request)
        except ClientDisconnect:
            return Response(status_code=499)
        except FailedError as error:
            print(error, file=sys.stderr)
            return _error(500, "Something is wrong in nurie itself; its terminal says what.")
        except Exception as error:  # noqa: BLE001 (what is no answer is raised again)
            status, sentence = _status(error)
            return _error(status, sentence, gone=isinstance(error, GoneError | FileNotFoundError))

    return endpoint


_STATUS: dict[type[Exception], tuple[int, str]] = {
    GoneError: (404, "This is not kept here any more; send the drawing again."),
    FileNotFoundError: (404, "This is not kept here any more; send the drawing again."),
    BusyError: (429, "Too much is waiting already; try again in a moment."),
    OverdueError: (422, "This took too long and was ended; make the drawing smaller."),
    BrokenError: (503, "The work broke off; try again, with a smaller drawing if it stays so."),
    TooLargeError: (413, ""),
    ExistsError: (409, ""),
    NurieError: (422, ""),
}


def _status(error: Exception) -> tuple[int, str]:
    """Status and sentence of an error that is no defect; others are raised again."""
    if isinstance(error, RefusedError):
        return error.status, str(error)
    for kind, (status, sentence) in _STATUS.items():
        if isinstance(error, kind):
            return status, sentence or str(error)
    raise error


def _error(status: int, sentence: str, *, gone: bool = False) -> JSONResponse:
    body: dict[str, Any] = {"error": sentence}
    if gone:
        body["gone"] = True
    headers = {"retry-after": "1"} if status in (429, 503) else None
    return JSONResponse(body, status, headers)


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = {
        404: "There is nothing of that name here; see the API's document.",
        405: "This address does not answer that method; see the API's document.",
    }.get(status, "This cannot be answered; see the API's document.")
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return JSONResponse({"error": sentence}, status, headers)


class _Page(StaticFiles):
    """The page's files, asked for anew each time so that an update is seen."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["cache-control"] = "no-cache"
        return response


class _State:
    """What the handlers share: the service, made when the server starts."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._limits = settings, settings.limits
        self._folder = Folder(settings.folder) if settings.folder else None
        self._arriving = 0
        self._service: Service

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        cache = Cache(self._limits.cache)
        pool = Pool(desk, self._settings.model, self._limits)
        self._service = app.state.service = Service(cache, pool, self._limits)
        app.state.pool = pool
        try:
            yield
        finally:
            pool.close()
            cache.close()

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"version": __version__, "model": self._settings.model})

    async def limits(self, _request: Request) -> Response:
        limits = self._limits
        return JSONResponse({
            "max_bytes": limits.max_bytes,
            "max_pixels": limits.max_pixels,
            "max_json_bytes": limits.max_json,
            "seconds": limits.seconds,
            "variations": limits.variations,
            "edits": limits.edits,
            "hints": limits.points,
            "formats": {
                "read": _READ,
                "write": [f".{kind}" for kind in PICTURES],
                "palette": [f".{kind}" for kind in PALETTES],
            },
            "folder": self._folder.name if self._folder else None,
        })  # fmt: skip

    async def post_drawing(self, request: Request) -> Response:
        name = name_of(request)
        with self._upload(name) as path:
            digest = await receive_file(request, path, self._limits)
            return await self._json(request, self._service.take(path, digest, name))

    async def post_palette(self, request: Request) -> Response:
        name = name_of(request)
        with self._upload(name) as path:
            await receive_file(request, path, self._limits)
            return await self._json(request, self._service.palette(path, name))

    async def get_line(self, request: Request) -> Response:
        work = self._service.line(request.path_params["drawing"])
        entry = await while_wanted(request, work)
        return FileAnswer(entry.path, "image/png")

    async def post_regions(self, request: Request) -> Response:
        body = await receive_json(request, shapes.regions_request(self._limits), self._limits)
        drawing = request.path_params["drawing"]
        work = self._service.regions(drawing, body.get("gap"), body.get("edits", []))
        return await self._json(request, work)

    async def get_labels(self, request: Request) -> Response:
        entry = self._service.labels(**request.path_params)
        # On the same machine sending is faster than packing.
        near = request.client is None or is_loopback(request.client.host)
        packed = not near and "gzip" in request.headers.get("accept-encoding", "")
        return FileAnswer(entry.path, "application/octet-stream", packed=packed)

    async def post_colors(self, request: Request) -> Response:
        body = await receive_json(request, shapes.colors_request(self._limits), self._limits)
        return await self._json(request, self._service.colors(**request.path_params, wishes=body))

    async def post_export(self, request: Request) -> Response:
        schema = shapes.export_request(PICTURES + PALETTES)
        body = await receive_json(request, schema, self._limits)
        target = self._service.cache.draft(f".{body['format']}")
        filename = f"{plain_name(body.get('name', '')) or 'drawing'}.{body['format']}"
        try:
            await while_wanted(request, self._service.export(body, target))
            return FileAnswer(target, "application/octet-stream", filename=filename, remove=True)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    async def get_files(self, _request: Request) -> Response:
        folder = self._opened()
        return JSONResponse({"folder": folder.name, "files": folder.drawings()})

    async def get_file(self, request: Request) -> Response:
        path = self._opened().find(request.path_params["name"])
        return FileAnswer(path, "application/octet-stream", filename=path.name)

    async def post_file(self, request: Request) -> Response:
        folder = self._opened()
        schema = shapes.export_request(PICTURES + PALETTES, saved=True)
        body = await receive_json(request, schema, self._limits)
        force = body.pop("force", False)
        name = f"{plain_name(body.get('name', '')) or 'drawing'}.{body['format']}"
        target = folder.target(name, force=force)
        await while_wanted(request, self._service.export(body, target, force=force))
        return JSONResponse({"saved": name}, 201)

    def _opened(self) -> Folder:
        if self._folder is None:
            raise RefusedError(404, "No folder is open; start with: nurie studio FOLDER")
        return self._folder

    async def _json(self, request: Request, work: Awaitable[Any]) -> Response:
        return JSONResponse(await while_wanted(request, work))

    @contextmanager
    def _upload(self, name: str) -> Any:
        """A file for an upload, while not too many arrive."""
        if self._arriving >= self._limits.waiting:
            raise BusyError
        suffix = Path(name).suffix.lower()
        known = suffix[1:].isalnum() and suffix.isascii() and len(suffix) < 7
        path = self._service.cache.draft(suffix if known else "")
        self._arriving += 1
        try:
            yield path
        finally:
            self._arriving -= 1
            path.unlink(missing_ok=True)
