"""The HTTP API: its operations, one handler each, and the OpenAPI document that describes them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from nurie import __version__
from nurie.painting.shade import DIRECTIONS, STYLES
from nurie.studio import shapes
from nurie.studio.bodies import (
    FileAnswer,
    RefusedError,
    answered,
    name_of,
    plain_name,
    receive_file,
    receive_json,
    while_wanted,
)
from nurie.studio.files import SUFFIXES, Folder
from nurie.studio.guard import is_loopback
from nurie.studio.service import Service
from nurie.studio.shapes import PALETTES, PICTURES, Limits
from nurie.studio.workers import BusyError

T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])

_BYTES = "application/octet-stream"
_ONE = "/drawings/{drawing}"
_CUT = f"{_ONE}/regions/{{regions}}"
_REF = "#/components/schemas/"

_REFUSALS = {
    400: "The body is not JSON.",
    401: "The token is missing or wrong.",
    403: "The Host or Origin is not this server's.",
    404: "It is not there, or not kept any more.",
    408: "The body took too long to arrive.",
    409: "A file of that name exists.",
    413: "The body, or the picture, is too large.",
    415: "The body is not declared as JSON.",
    422: "It cannot be obeyed; the sentence says why.",
    429: "Too many requests wait already.",
    503: "The work broke off.",
}
_ALWAYS = (401, 403)
_WORK = (404, 422, 429, 503)
_SENT = (400, 408, 413, 415)
_UPLOAD = (408, 413, 422, 429, 503)


@dataclass(frozen=True)
class Operation:
    """One address and verb."""

    verb: str
    path: str
    """Below /api."""
    name: str
    """Of its handler."""
    summary: str
    answer: Any
    """Shape of the JSON answered, or the type of the bytes."""
    body: Any = None
    """Shape of the JSON sent, or the type of the bytes."""
    refusals: tuple[int, ...] = ()
    status: int = 200


OPERATIONS: list[Operation] = []
"""All of them, in the order of their handlers."""


def _operation(
    verb: str,
    path: str,
    answer: Any,
    body: Any = None,
    refusals: tuple[int, ...] = (),
    status: int = 200,
) -> Callable[[H], H]:
    """Make a handler an operation; its docstring is the summary."""

    def known(handler: H) -> H:
        summary = " ".join((handler.__doc__ or "").split())
        OPERATIONS.append(
            Operation(verb, path, handler.__name__, summary, answer, body, refusals, status)
        )
        return handler

    return known


class Handlers:
    """The operations; what is shared between requests is the service, in the app's state."""

    def __init__(self, limits: Limits, model: str, folder: Folder | None) -> None:
        self._limits, self._model, self._folder = limits, model, folder
        self._arriving = 0

    @_operation("GET", "/health", shapes.Health)
    async def get_health(self, _request: Request) -> Response:
        """Version and model."""
        return answered(shapes.Health(__version__, self._model))

    @_operation("GET", "/limits", shapes.Allowed)
    async def get_limits(self, _request: Request) -> Response:
        """What this server allows, reads and writes."""
        kinds = [[f".{kind}" for kind in some] for some in (PICTURES, PALETTES)]
        allowed = shapes.Allowed(
            max_bytes=self._limits.max_bytes,
            max_pixels=self._limits.max_pixels,
            max_json_bytes=self._limits.max_json,
            seconds=self._limits.seconds,
            variations=shapes.VARIATIONS,
            edits=shapes.EDITS,
            hints=shapes.POINTS,
            references=shapes.REFERENCES,
            styles=list(STYLES),
            lights=list(DIRECTIONS),
            formats=shapes.Formats(list(SUFFIXES), *kinds),
            folder=self._folder.name if self._folder else None,
        )
        return answered(allowed)

    @_operation("GET", "/openapi.json", dict[str, Any])
    async def get_openapi(self, _request: Request) -> Response:
        """This document."""
        return answered(document())

    @_operation("POST", "/drawings", shapes.Drawing, _BYTES, _UPLOAD)
    async def post_drawing(self, request: Request) -> Response:
        """Take a line drawing in: the bytes of the file."""
        async with self._upload(request) as (path, digest, name):
            return await _json(request, _service(request).take(path, digest, name))

    @_operation("GET", f"{_ONE}/line.png", "image/png", None, _WORK)
    async def get_line(self, request: Request) -> Response:
        """The line layer: straight alpha, at the drawing's depth."""
        work = _service(request).line(request.path_params["drawing"])
        entry = await while_wanted(request, work)
        return FileAnswer(entry.path, "image/png")

    @_operation("POST", f"{_ONE}/regions", shapes.Regions, shapes.RegionsRequest, _SENT + _WORK)
    async def post_regions(self, request: Request) -> Response:
        """Cut the drawing into regions, then make edits in their order.

        Numbers are stable: the largest piece of a cut region keeps its number and the others get
        new ones; merged regions take the lowest of their numbers.
        """
        body = await self._body(request, shapes.RegionsRequest)
        drawing = request.path_params["drawing"]
        return await _json(request, _service(request).regions(drawing, body.gap, body.edits))

    @_operation("GET", f"{_CUT}/labels", _BYTES, None, (404,))
    async def get_labels(self, request: Request) -> Response:
        """The region of each pixel: 32-bit little-endian, row by row, 0 is line."""
        entry = _service(request).labels(**request.path_params)
        # On the same machine sending is faster than packing.
        near = request.client is None or is_loopback(request.client.host)
        packed = not near and "gzip" in request.headers.get("accept-encoding", "")
        return FileAnswer(entry.path, _BYTES, packed=packed)

    @_operation("POST", f"{_CUT}/colors", shapes.Answers, shapes.ColorsRequest, _SENT + _WORK)
    async def post_colors(self, request: Request) -> Response:
        """Colour the regions.

        The last hint that means a region wins; fixed wins over hints.
        """
        body = await self._body(request, shapes.ColorsRequest)
        return await _json(request, _service(request).colors(**request.path_params, request=body))

    @_operation("POST", f"{_CUT}/shade.png", "image/png", shapes.ShadeRequest, _SENT + _WORK)
    async def post_shade(self, request: Request) -> Response:
        """The layer of shade: multiply it into the flats. White where nothing is shaded."""
        service = _service(request)
        body = await self._body(request, shapes.ShadeRequest)
        with ExitStack() as stack:
            target = stack.enter_context(service.cache.drafts()) / "shade.png"
            work = service.shade(**request.path_params, coloring=body, draft=target)
            await while_wanted(request, work)
            done = stack.pop_all().close
        return FileAnswer(target, "image/png", done=done)

    @_operation("POST", "/references", shapes.Reference, _BYTES, _UPLOAD)
    async def post_reference(self, request: Request) -> Response:
        """Take a coloured drawing in; colours asked for with its id come from it."""
        async with self._upload(request) as (path, digest, name):
            return await _json(request, _service(request).refer(path, digest, name))

    @_operation("POST", "/palette", shapes.PaletteRead, _BYTES, _UPLOAD)
    async def post_palette(self, request: Request) -> Response:
        """Colours of a palette (.gpl, .ase, hex) or of a picture: the bytes of the file."""
        async with self._upload(request) as (path, _, name):
            return await _json(request, _service(request).palette(path, name))

    @_operation("POST", "/export", _BYTES, shapes.ExportRequest, _SENT + _WORK)
    async def post_export(self, request: Request) -> Response:
        """A file: the coloured drawing, flat or in layers, or its palette alone."""
        service = _service(request)
        body = await self._body(request, shapes.ExportRequest)
        with ExitStack() as stack:
            target = stack.enter_context(service.cache.drafts()) / f"out.{body.format}"
            await while_wanted(request, service.export(body, target))
            done = stack.pop_all().close
        return FileAnswer(target, _BYTES, filename=_file_name(body), done=done)

    @_operation("GET", "/files", shapes.Files, None, (404,))
    async def get_files(self, _request: Request) -> Response:
        """Drawings of the folder that the studio opened."""
        folder = self._opened()
        return answered(shapes.Files(folder.name, folder.drawings()))

    @_operation("POST", "/files", shapes.Saved, shapes.SaveRequest, (*_SENT, *_WORK, 409), 201)
    async def post_file(self, request: Request) -> Response:
        """The same file as export, saved in that folder."""
        folder = self._opened()
        body = await self._body(request, shapes.SaveRequest)
        name = _file_name(body)
        target = folder.target(name, force=body.force)
        await while_wanted(request, _service(request).export(body, target, force=body.force))
        return answered(shapes.Saved(name), 201)

    @_operation("GET", "/files/{name}", _BYTES, None, (404, 422))
    async def get_file(self, request: Request) -> Response:
        """One drawing of that folder."""
        path = self._opened().find(request.path_params["name"])
        return FileAnswer(path, _BYTES, filename=path.name)

    async def _body(self, request: Request, shape: type[T]) -> T:
        with self._arrival():
            return await receive_json(request, shape, self._limits)

    @asynccontextmanager
    async def _upload(self, request: Request) -> AsyncIterator[tuple[Path, str, str]]:
        """File, SHA-256 and name of what is sent; the file goes in the end."""
        name = name_of(request)
        suffix = Path(name).suffix.lower()
        # A name of our own, with the suffix where that is an ordinary one.
        known = suffix[1:].isalnum() and suffix.isascii() and len(suffix) < 7
        with self._arrival(), _service(request).cache.drafts() as folder:
            path = folder / f"upload{suffix if known else ''}"
            yield path, await receive_file(request, path, self._limits), name

    @contextmanager
    def _arrival(self) -> Iterator[None]:
        """A body on its way, while not too many are."""
        if self._arriving >= self._limits.waiting:
            raise BusyError
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    def _opened(self) -> Folder:
        if self._folder is None:
            raise RefusedError(404, "No folder is open; start with: nurie studio FOLDER")
        return self._folder


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _json(request: Request, work: Awaitable[Any]) -> Response:
    return answered(await while_wanted(request, work))


def _file_name(body: shapes.ExportRequest) -> str:
    return f"{plain_name(body.name) or 'drawing'}.{body.format}"


def document() -> dict[str, Any]:
    """The OpenAPI document; its schemas are those of the shapes that bodies are read into."""
    kinds = [s for o in OPERATIONS for s in (o.answer, o.body) if not isinstance(s, str | None)]
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(f"/api{operation.path}", {})[operation.verb.lower()] = _described(
            operation
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "nurie",
            "version": __version__,
            "description": "Colours line art. Positions are pixels, x counts columns and y rows.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _schemas([*kinds, shapes.Error])[1],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _schemas(kinds: list[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A schema for each, which refers to those of all that have a name."""
    found, named = msgspec.json.schema_components(kinds, ref_template=f"{_REF}{{name}}")
    return list(found), named


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": {
            str(operation.status): {"description": "Done.", "content": _content(operation.answer)}
        },
    }
    for status in sorted((*operation.refusals, *_ALWAYS)):
        refusal = {"description": _REFUSALS[status], "content": _content(shapes.Error)}
        described["responses"][str(status)] = refusal
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    keys = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    (text, key), _ = _schemas([str, shapes.Key])
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": text if name == "name" else key}
        for name in keys
    ]
    if operation.body == _BYTES:
        says = "Name of the file, percent-encoded UTF-8; TGA is known by it alone."
        found.append({"name": "X-Filename", "in": "header", "description": says, "schema": text})
    return found


def _content(shape: Any) -> dict[str, Any]:
    if isinstance(shape, str):
        return {shape: {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": _schemas([shape])[0][0]}}
