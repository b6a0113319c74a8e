"""One handler for each operation of the API: from a request to the service and back."""

from collections.abc import Awaitable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nurie import __version__
from nurie.painting.shade import DIRECTIONS, STYLES
from nurie.studio import openapi, shapes
from nurie.studio.bodies import (
    FileAnswer,
    RefusedError,
    name_of,
    plain_name,
    receive_file,
    receive_json,
    while_wanted,
)
from nurie.studio.folder import SUFFIXES, Folder
from nurie.studio.guard import is_loopback
from nurie.studio.limits import Limits
from nurie.studio.service import PALETTES, PICTURES, Service
from nurie.studio.workers import BusyError

_BYTES = "application/octet-stream"


class Handlers:
    """The operations; what is shared between requests is the service, in the app's state.

    Args:
        limits: of the server.
        model: name of the model.
        folder: the one that was opened, if any.
    """

    def __init__(self, limits: Limits, model: str, folder: Folder | None) -> None:
        self._limits, self._model, self._folder = limits, model, folder
        self._arriving = 0

    async def get_health(self, _request: Request) -> Response:
        """Version and model."""
        return JSONResponse({"version": __version__, "model": self._model})

    async def get_limits(self, _request: Request) -> Response:
        """What is allowed, so that a client can say so before it sends anything."""
        limits = self._limits
        formats = {
            "read": list(SUFFIXES),
            "write": [f".{kind}" for kind in PICTURES],
            "palette": [f".{kind}" for kind in PALETTES],
        }
        return JSONResponse({
            "max_bytes": limits.max_bytes,
            "max_pixels": limits.max_pixels,
            "max_json_bytes": limits.max_json,
            "seconds": limits.seconds,
            "variations": limits.variations,
            "edits": limits.edits,
            "hints": limits.points,
            "references": limits.references,
            "styles": list(STYLES),
            "lights": list(DIRECTIONS),
            "formats": formats,
            "folder": self._folder.name if self._folder else None,
        })  # fmt: skip

    async def get_openapi(self, _request: Request) -> Response:
        """This API's own description."""
        return JSONResponse(openapi.document(self._limits))

    async def post_drawing(self, request: Request) -> Response:
        """Take a drawing in."""
        name, service = name_of(request), _service(request)
        with self._arrival(), service.cache.drafts() as folder:
            path = folder / _upload_name(name)
            digest = await receive_file(request, path, self._limits)
            return await _json(request, service.take(path, digest, name))

    async def post_palette(self, request: Request) -> Response:
        """Read a palette."""
        name, service = name_of(request), _service(request)
        with self._arrival(), service.cache.drafts() as folder:
            path = folder / _upload_name(name)
            await receive_file(request, path, self._limits)
            return await _json(request, service.palette(path, name))

    async def post_reference(self, request: Request) -> Response:
        """Take a coloured drawing in, for others to take their colours from."""
        name, service = name_of(request), _service(request)
        with self._arrival(), service.cache.drafts() as folder:
            path = folder / _upload_name(name)
            digest = await receive_file(request, path, self._limits)
            return await _json(request, service.refer(path, digest, name))

    async def post_shade(self, request: Request) -> Response:
        """The layer of shade."""
        service = _service(request)
        body = await self._body(request, shapes.shade_request())
        with ExitStack() as stack:
            target = stack.enter_context(service.cache.drafts()) / "shade.png"
            work = service.shade(**request.path_params, coloring=body, draft=target)
            await while_wanted(request, work)
            done = stack.pop_all().close
        return FileAnswer(target, "image/png", done=done)

    async def get_line(self, request: Request) -> Response:
        """The line layer."""
        work = _service(request).line(request.path_params["drawing"])
        entry = await while_wanted(request, work)
        return FileAnswer(entry.path, "image/png")

    async def post_regions(self, request: Request) -> Response:
        """Cut into regions."""
        body = await self._body(request, shapes.regions_request(self._limits))
        drawing = request.path_params["drawing"]
        work = _service(request).regions(drawing, body.get("gap"), body.get("edits", []))
        return await _json(request, work)

    async def get_labels(self, request: Request) -> Response:
        """The label map."""
        entry = _service(request).labels(**request.path_params)
        # On the same machine sending is faster than packing.
        near = request.client is None or is_loopback(request.client.host)
        packed = not near and "gzip" in request.headers.get("accept-encoding", "")
        return FileAnswer(entry.path, _BYTES, packed=packed)

    async def post_colors(self, request: Request) -> Response:
        """Colour the regions."""
        body = await self._body(request, shapes.colors_request(self._limits))
        work = _service(request).colors(**request.path_params, wishes=body)
        return await _json(request, work)

    async def post_export(self, request: Request) -> Response:
        """Make a file."""
        service = _service(request)
        body = await self._body(request, shapes.export_request(PICTURES, PALETTES))
        with ExitStack() as stack:
            target = stack.enter_context(service.cache.drafts()) / f"out.{body['format']}"
            await while_wanted(request, service.export(body, target))
            done = stack.pop_all().close
        return FileAnswer(target, _BYTES, filename=_file_name(body), done=done)

    async def get_files(self, _request: Request) -> Response:
        """The drawings of the folder."""
        folder = self._opened()
        return JSONResponse({"folder": folder.name, "files": folder.drawings()})

    async def get_file(self, request: Request) -> Response:
        """One drawing of the folder."""
        path = self._opened().find(request.path_params["name"])
        return FileAnswer(path, _BYTES, filename=path.name)

    async def post_file(self, request: Request) -> Response:
        """Make a file in the folder."""
        folder = self._opened()
        body = await self._body(request, shapes.export_request(PICTURES, PALETTES, saved=True))
        force, name = body.pop("force", False), _file_name(body)
        target = folder.target(name, force=force)
        await while_wanted(request, _service(request).export(body, target, force=force))
        return JSONResponse({"saved": name}, 201)

    async def _body(self, request: Request, schema: shapes.Schema) -> dict[str, Any]:
        with self._arrival():
            return await receive_json(request, schema, self._limits)

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
    return JSONResponse(await while_wanted(request, work))


def _upload_name(name: str) -> str:
    """A name of our own for an upload, with its suffix where that is an ordinary one."""
    suffix = Path(name).suffix.lower()
    known = suffix[1:].isalnum() and suffix.isascii() and len(suffix) < 7
    return f"upload{suffix if known else ''}"


def _file_name(body: dict[str, Any]) -> str:
    return f"{plain_name(body.get('name', '')) or 'drawing'}.{body['format']}"
