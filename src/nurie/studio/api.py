"""The HTTP API: its operations, one handler each."""

import contextlib
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
from nurie.studio import films, shapes
from nurie.studio.bodies import FileAnswer, Upload, parse, plain_name
from nurie.studio.files import SUFFIXES, Cache, Entry, Folder
from nurie.studio.openapi import BYTES, Operation, document
from nurie.studio.shapes import PALETTES, PICTURES, Limits, RefusedError
from nurie.studio.workers import GoneError, Pool

T = TypeVar("T")
H = TypeVar("H", bound=Callable[..., Any])

_ONE = "/drawings/{drawing}"
_CUT = f"{_ONE}/regions/{{regions}}"
_FILM = "/films/{film}"

_PIXEL = 8
"""Bytes kept for each pixel of a drawing: its labels, its ink, and some to spare."""

_VERSION = "1"
"""Part of every key; another number when the same request shall give other regions."""

_WORK = (404, 422, 429, 503)
_SENT = (400, 408, 413, 415)
_UPLOAD = (408, 413, 422, 429, 503)


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
    """There while the application runs, as the pools are."""
    pool: Pool
    film_pool: Pool

    def __init__(
        self, limits: Limits, model: str, folder: Folder | None, *, film: float = 0
    ) -> None:
        self._limits, self._model, self._folder, self._opens = limits, model, folder, film

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
            film=self._opens,
        )

    @_operation("GET", "/openapi.json", dict[str, Any])
    async def get_openapi(self, _call: Call[None]) -> dict[str, Any]:
        """This document."""
        return document(OPERATIONS)

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
            start=(start.path, start.facts["count"], done) if start else None,
            request=call.sent,
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
        given = {kind: getattr(call.sent, kind) for kind in ("gray", "design", "histogram")}
        guides = {k: self._find(f"{key}.guide").path for k, key in given.items() if key}
        if call.sent.gray:
            guides["view"] = self._find(f"{drawing}.view").path
        answers: list[shapes.Answer] = await self.pool.run(
            "colors",
            labels=(labels.path, (facts["height"], facts["width"])),
            cutting=self._part(drawing, f"{regions}.cutting").path,
            request=call.sent,
            references=[self._find(f"{key}.reference").path for key in call.sent.references],
            guides=guides,
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

    @_operation("POST", "/films", films.FilmTaken, films.FilmSent, _SENT + _WORK)
    async def post_film(self, call: Call[films.FilmSent]) -> films.FilmTaken:
        """Take drawings for the frames of one film; they are matched when colours are asked for."""
        for drawing in call.sent.drawings:
            self._find(drawing)
        facts = msgspec.to_builtins(call.sent)
        key, draft = _digest([_VERSION, "film", facts]), call.room() / "film"
        draft.touch()
        self.cache.keep(f"{key}.film", draft, facts)
        return films.FilmTaken(key)

    @_operation("GET", _FILM, films.Progress, None, (404,))
    async def get_film(self, _call: Call[None], film: str) -> films.Progress:
        """How far the work on a film is."""
        self._find(f"{film}.film")
        with contextlib.suppress(OSError, ValueError):
            note = (self.cache.films / f"{film}.progress").read_text("utf-8")
            return films.Progress(*json.loads(note))
        return films.Progress("read", 0, 0)

    @_operation("POST", f"{_FILM}/colors", films.FilmColors, films.FilmRequest, _SENT + _WORK)
    async def post_film_colors(self, call: Call[films.FilmRequest], film: str) -> Any:
        """Colour a film after all that was done to it; a step more than last time is quick."""
        where = self._film(film, call.sent)
        return await self.film_pool.run("film_colors", request=call.sent, **where)

    @_operation("GET", f"{_FILM}/frames/{{frame}}", shapes.Regions, None, _WORK)
    async def get_film_frame(self, call: Call[None], film: str, frame: str) -> shapes.Regions:
        """The regions of a frame, whose labels and files are those of its drawing."""
        where, number = self._film(film), self._frame(film, frame)
        drawing = self._find(f"{film}.film").facts["drawings"][number]
        key, drafts = _digest([film, drawing]), call.room()
        measured = await self.film_pool.run("film_regions", frame=number, drafts=drafts, **where)
        facts = {"drawing": drawing, "count": measured["count"]}
        for part in ("cutting", "labels"):
            self.cache.keep(f"{key}.{part}", drafts / part, facts)
        return shapes.Regions(key, **measured)

    @_operation("GET", f"{_FILM}/frames/{{frame}}/thumb", BYTES, None, _WORK)
    async def get_film_thumb(self, call: Call[None], film: str, frame: str) -> Response:
        """A small frame: width and height, its labels, all of 32 bits, and 8 bits of ink."""
        where, draft = self._film(film), call.room() / "thumb"
        number = self._frame(film, frame)
        await self.film_pool.run("film_thumb", frame=number, draft=draft, **where)
        return FileAnswer(draft, BYTES)

    @_operation("POST", f"{_FILM}/export", BYTES, films.FilmExport, _SENT + _WORK)
    async def post_film_export(self, call: Call[films.FilmExport], film: str) -> Response:
        """The coloured film: a ZIP file of its frames, or an animation."""
        sent = call.sent
        whole = sent.format in ("apng", "gif")
        target = call.room() / f"film.{sent.format if whole else 'zip'}"
        names = [plain_name(name) for name in sent.names]
        request = msgspec.structs.replace(sent, names=names)
        where = self._film(film, sent)
        await self.film_pool.run("film_export", request=request, target=target, **where)
        return FileAnswer(target, BYTES, filename=target.name)

    @_operation("POST", "/guides/{kind}", shapes.Reference, BYTES, (404, *_UPLOAD))
    async def post_guide(self, call: Call[Upload], kind: str) -> shapes.Reference:
        """Take a guide in: what --gray, --design or --histogram read, or a key of a film."""
        if kind not in shapes.GUIDES:
            raise RefusedError(404, f"Guides are {', '.join(shapes.GUIDES)}; give one of these.")
        sent, most = call.sent, self._limits.max_pixels
        key = _digest([kind, sent.digest])
        read = {"source": sent.path, "name": sent.name, "max_pixels": most}
        await self._made(call, f"{key}.guide", "guide", kind=kind, **read)
        return shapes.Reference(key, sent.name)

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

    def _film(self, film: str, request: films.FilmRequest | None = None) -> dict[str, Any]:
        """Where all that a film is made of lies."""
        facts = self._find(f"{film}.film").facts
        keys = {step.key for step in request.steps} if request else set()
        return {
            "film": film,
            "gap": facts.get("gap"),
            "sketches": [self._find(drawing).path for drawing in facts["drawings"]],
            "pictures": {k: self._find(f"{k}.guide").path for k in keys if isinstance(k, str)},
            "folder": self.cache.films,
        }

    def _frame(self, film: str, frame: str) -> int:
        count = len(self._find(f"{film}.film").facts["drawings"])
        if not frame.isdecimal() or int(frame) >= count:
            raise RefusedError(404, f"There is no frame {frame[:9]}; they are 0 to {count - 1}.")
        return int(frame)

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
