"""The HTTP API: its operations, one handler each, and the OpenAPI document that describes them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
from starlette.responses import Response

from nurie import __version__
from nurie.painting.shade import DIRECTIONS, STYLES
from nurie.studio import shapes
from nurie.studio.bodies import FileAnswer, Upload, parse, plain_name
from nurie.studio.files import SUFFIXES, Cache, Entry, Folder
from nurie.studio.shapes import PALETTES, PICTURES, Limits, RefusedError
from nurie.studio.workers import GoneError, Pool

T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])

BYTES = "application/octet-stream"
_ONE = "/drawings/{drawing}"
_CUT = f"{_ONE}/regions/{{regions}}"
_REF = "#/components/schemas/"

_PIXEL = 8
"""Bytes kept for each pixel of a drawing: its labels, its ink, and some to spare."""

_VERSION = "1"
"""Part of every key; another number when the same request shall give other regions."""

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
    """One address below /api and verb, and the handler of that name."""

    verb: str
    path: str
    name: str
    summary: str
    answer: Any
    """Shape of the JSON answered, or the type of the bytes."""
    body: Any = None
    """Shape of the JSON sent, or the type of the bytes."""
    refusals: tuple[int, ...] = ()
    status: int = 200


OPERATIONS: list[Operation] = []
"""All of them, in the order of their handlers."""


def _operation(verb: str, path: str, *about: Any) -> Callable[[H], H]:
    """Make a handler an operation; its docstring is the summary."""

    def known(handler: H) -> H:
        summary = " ".join((handler.__doc__ or "").split())
        OPERATIONS.append(Operation(verb, path, handler.__name__, summary, *about))
        return handler

    return known


@dataclass
class Call(Generic[T]):
    """One request: what was sent, and room for files until it is answered."""

    sent: T
    cache: Cache
    stack: ExitStack

    def room(self) -> Path:
        """A folder for drafts."""
        return self.stack.enter_context(self.cache.drafts())


class Handlers:
    """The operations: functions over the cache, carried out by workers."""

    cache: Cache
    """There while the application runs, as ``pool`` is."""
    pool: Pool

    def __init__(self, limits: Limits, model: str, folder: Folder | None) -> None:
        self._limits, self._model, self._folder = limits, model, folder

    @_operation("GET", "/health", shapes.Health)
    async def get_health(self, _call: Call[None]) -> shapes.Health:
        """Version and model."""
        return shapes.Health(__version__, self._model)

    @_operation("GET", "/limits", shapes.Allowed)
    async def get_limits(self, _call: Call[None]) -> shapes.Allowed:
        """What this server allows, reads and writes."""
        kinds = [[f".{kind}" for kind in some] for some in (PICTURES, PALETTES)]
        return shapes.Allowed(
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

    @_operation("GET", "/openapi.json", dict[str, Any])
    async def get_openapi(self, _call: Call[None]) -> dict[str, Any]:
        """This document."""
        return document()

    @_operation("POST", "/drawings", shapes.Drawing, BYTES, _UPLOAD)
    async def post_drawing(self, call: Call[Upload]) -> shapes.Drawing:
        """Take a line drawing in: the bytes of the file."""
        sent, most = call.sent, self._limits.max_pixels
        prepare = parse(msgspec.json.encode(sent.query), shapes.Prepare)
        said = msgspec.to_builtins(prepare)
        key = _digest([sent.digest, said]) if said else sent.digest
        read = {"source": sent.path, "name": sent.name, "max_pixels": most, "prepare": prepare}
        entry = await self._made(call, key, "decode", **read)
        self.cache.check(entry.size + _PIXEL * entry.facts["width"] * entry.facts["height"])
        return shapes.Drawing(key, sent.name, **entry.facts)

    @_operation("GET", f"{_ONE}/line.png", "image/png", None, _WORK)
    async def get_line(self, call: Call[None], drawing: str) -> Response:
        """The line layer: straight alpha, at the drawing's depth."""
        sketch = self._find(drawing).path
        entry = await self._made(call, f"{drawing}.line", "line", sketch=sketch)
        return FileAnswer(entry.path, "image/png")

    @_operation("POST", f"{_ONE}/regions", shapes.Regions, shapes.RegionsRequest, _SENT + _WORK)
    async def post_regions(self, call: Call[shapes.RegionsRequest], drawing: str) -> shapes.Regions:
        """Cut the drawing into regions, then make edits in their order.

        Numbers are stable: the largest piece of a cut region keeps its number and the others get
        new ones; merged regions take the lowest of their numbers.
        """
        sketch, gap, edits = self._find(drawing), call.sent.gap, call.sent.edits
        keys = _keys(drawing, gap, edits)
        done = max((i for i, key in enumerate(keys) if self._is_cut(key)), default=-1)
        if done == len(edits):
            cutting = self._find(f"{keys[-1]}.cutting").path
            return shapes.Regions(keys[-1], **await self.pool.run("measured", cutting=cutting))
        start = self._find(f"{keys[done]}.labels") if done >= 0 else None
        view = self.cache.find(f"{drawing}.view")
        drafts = call.room()
        measured = await self.pool.run(
            "regions",
            sketch=sketch.path,
            view=view and view.path,
            start=(start.path, start.facts["count"]) if start else None,
            request=msgspec.structs.replace(call.sent, edits=edits[max(done, 0) :]),
            drafts=drafts,
        )
        facts = {"drawing": drawing, "count": measured["count"]}
        if view is None:
            self.cache.keep(f"{drawing}.view", drafts / "view")
        for part in ("cutting", "labels"):
            self.cache.keep(f"{keys[-1]}.{part}", drafts / part, facts)
        return shapes.Regions(keys[-1], **measured)

    @_operation("GET", f"{_CUT}/labels", BYTES, None, (404,))
    async def get_labels(self, _call: Call[None], drawing: str, regions: str) -> Response:
        """The region of each pixel: 32-bit little-endian, row by row, 0 is line."""
        return FileAnswer(self._part(drawing, f"{regions}.labels").path, BYTES, packs=True)

    @_operation("POST", f"{_CUT}/colors", shapes.Answers, shapes.ColorsRequest, _SENT + _WORK)
    async def post_colors(
        self, call: Call[shapes.ColorsRequest], drawing: str, regions: str
    ) -> shapes.Answers:
        """Colour the regions.

        The last hint that means a region wins; fixed wins over hints.
        """
        facts, labels = self._find(drawing).facts, self._part(drawing, f"{regions}.labels")
        answers: list[shapes.Answer] = await self.pool.run(
            "colors",
            labels=(labels.path, (facts["height"], facts["width"])),
            cutting=self._part(drawing, f"{regions}.cutting").path,
            request=call.sent,
            references=[self._find(f"{key}.reference").path for key in call.sent.references],
        )
        return shapes.Answers(answers)

    @_operation("POST", f"{_CUT}/shade.png", "image/png", shapes.ShadeRequest, _SENT + _WORK)
    async def post_shade(
        self, call: Call[shapes.ShadeRequest], drawing: str, regions: str
    ) -> Response:
        """The layer of shade: multiply it into the flats. White where nothing is shaded."""
        paths, draft = self._paths(drawing, regions), call.room() / "shade.png"
        await self.pool.run("shade", **paths, coloring=call.sent, draft=draft)
        return FileAnswer(draft, "image/png")

    @_operation("POST", "/references", shapes.Reference, BYTES, _UPLOAD)
    async def post_reference(self, call: Call[Upload]) -> shapes.Reference:
        """Take a coloured drawing in; colours asked for with its id come from it."""
        sent, most = call.sent, self._limits.max_pixels
        read = {"source": sent.path, "name": sent.name, "max_pixels": most}
        await self._made(call, f"{sent.digest}.reference", "reference", **read)
        return shapes.Reference(sent.digest, sent.name)

    @_operation("POST", "/like", shapes.Like, BYTES, _UPLOAD)
    async def post_like(self, call: Call[Upload]) -> Any:
        """How a coloured picture is coloured and shaded: the bytes of the file."""
        return await self.pool.run("like", source=call.sent.path, name=call.sent.name)

    @_operation("POST", "/palette", shapes.PaletteRead, BYTES, _UPLOAD)
    async def post_palette(self, call: Call[Upload]) -> Any:
        """Colours of a palette (.gpl, .ase, hex) or of a picture: the bytes of the file."""
        return await self.pool.run("palette", source=call.sent.path, name=call.sent.name)

    @_operation("POST", "/export", BYTES, shapes.ExportRequest, _SENT + _WORK)
    async def post_export(self, call: Call[shapes.ExportRequest]) -> Response:
        """A file: the coloured drawing, flat or in layers, or its palette alone."""
        target = call.room() / f"out.{call.sent.format}"
        await self._export(call.sent, target)
        return FileAnswer(target, BYTES, filename=_file_name(call.sent))

    @_operation("GET", "/files", shapes.Files, None, (404,))
    async def get_files(self, _call: Call[None]) -> shapes.Files:
        """Drawings of the folder that the studio opened."""
        folder = self._opened()
        return shapes.Files(folder.name, folder.drawings())

    @_operation("POST", "/files", shapes.Saved, shapes.SaveRequest, (*_SENT, *_WORK, 409), 201)
    async def post_file(self, call: Call[shapes.SaveRequest]) -> shapes.Saved:
        """The same file as export, saved in that folder."""
        name, force = _file_name(call.sent), call.sent.force
        await self._export(call.sent, self._opened().target(name, force=force), force=force)
        return shapes.Saved(name)

    @_operation("GET", "/files/{name}", BYTES, None, (404, 422))
    async def get_file(self, _call: Call[None], name: str) -> Response:
        """One drawing of that folder."""
        path = self._opened().find(name)
        return FileAnswer(path, BYTES, filename=path.name)

    async def _made(self, call: Call[Any], key: str, job: str, **arguments: Any) -> Entry:
        """What is kept under a key; a job makes it where there is nothing."""
        entry = self.cache.find(key)
        if entry is None:
            draft = call.room() / job
            facts = await self.pool.run(job, **arguments, draft=draft)
            entry = self.cache.keep(key, draft, facts)
        return entry

    async def _export(
        self, coloring: shapes.ExportRequest, target: Path, *, force: bool = False
    ) -> None:
        paths: dict[str, Path] = {}
        if coloring.format in PICTURES:
            paths = self._paths(str(coloring.drawing), str(coloring.regions))
        await self.pool.run("export", **paths, coloring=coloring, target=target, force=force)

    def _paths(self, drawing: str, regions: str) -> dict[str, Path]:
        labels = self._part(drawing, f"{regions}.labels").path
        return {"sketch": self._find(drawing).path, "labels": labels}

    def _find(self, key: str) -> Entry:
        entry = self.cache.find(key)
        if entry is None:
            raise GoneError
        return entry

    def _part(self, drawing: str, key: str) -> Entry:
        """What belongs to a drawing that is kept."""
        self._find(drawing)
        entry = self._find(key)
        if entry.facts["drawing"] != drawing:
            raise GoneError
        return entry

    def _is_cut(self, key: str) -> bool:
        return all(self.cache.find(f"{key}.{part}") is not None for part in ("cutting", "labels"))

    def _opened(self) -> Folder:
        if self._folder is None:
            raise RefusedError(404, "No folder is open; start with: nurie studio FOLDER")
        return self._folder


def _keys(drawing: str, gap: float | None, edits: Sequence[shapes.Edit]) -> list[str]:
    """Keys of the regions before any edit and after each."""
    keys = [_digest([_VERSION, drawing, None if gap is None else float(gap)])]
    for step in edits:
        keys.append(_digest([keys[-1], msgspec.to_builtins(step)]))
    return keys


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _file_name(body: shapes.ExportRequest) -> str:
    return f"{plain_name(body.name) or 'drawing'}.{body.format}"


def document() -> dict[str, Any]:
    """The OpenAPI document; its schemas are those of the shapes that bodies are read into."""
    kinds = [s for o in OPERATIONS for s in (o.answer, o.body) if not isinstance(s, str | None)]
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        verbs = paths.setdefault(f"/api{operation.path}", {})
        verbs[operation.verb.lower()] = _described(operation)
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
            "schemas": _schemas(*kinds, shapes.Error)[1],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _schemas(*kinds: Any) -> tuple[Any, dict[str, Any]]:
    """A schema for each, which refers to those of all that have a name."""
    return msgspec.json.schema_components(kinds, ref_template=f"{_REF}{{name}}")


def _described(operation: Operation) -> dict[str, Any]:
    done = {"description": "Done.", "content": _content(operation.answer)}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": {str(operation.status): done},
    }
    for status in sorted((*operation.refusals, *_ALWAYS)):
        refusal = {"description": _REFUSALS[status], "content": _content(shapes.Error)}
        described["responses"][str(status)] = refusal
    (text, key), _ = _schemas(str, shapes.Key)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": text if name == "name" else key}
        for name in (part[1:-1] for part in operation.path.split("/") if part.startswith("{"))
    ]
    if operation.body == BYTES:
        says = "Name of the file, percent-encoded UTF-8; TGA is known by it alone."
        header = {"name": "X-Filename", "in": "header", "description": says, "schema": text}
        parameters.append(header)
    if operation.path == "/drawings":
        known = _schemas(shapes.Prepare)[1]["Prepare"]["properties"]
        parameters += [{"name": name, "in": "query", "schema": known[name]} for name in known]
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _content(shape: Any) -> dict[str, Any]:
    if isinstance(shape, str):
        return {shape: {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": _schemas(shape)[0][0]}}
