"""The operations of the API, and the OpenAPI document that describes them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nurie import __version__
from nurie.studio.limits import Limits
from nurie.studio.service import PALETTES, PICTURES
from nurie.studio.shapes import (
    COLOR,
    KEY,
    Schema,
    colors_request,
    export_request,
    listed,
    record,
    regions_request,
    shade_request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_COUNT: Schema = {"type": "integer", "minimum": 0}
_TEXT: Schema = {"type": "string"}
_MANY = 1 << 31


def _all(properties: dict[str, Schema]) -> Schema:
    """An object that always has all of these."""
    return record(properties, tuple(properties))


def _tuple(items: Schema, size: int) -> Schema:
    return listed(items, size, size)


_DRAWING = _all({
    "id": KEY,
    "name": _TEXT,
    "width": _COUNT,
    "height": _COUNT,
    "dpi": {"type": ["array", "null"], "items": {"type": "number"}},
})  # fmt: skip
_REGIONS = _all({
    "regions": {**KEY, "description": "Key of this segmentation."},
    "count": {**_COUNT, "description": "Highest number of a region; 0 is line."},
    "areas": listed(_COUNT, _MANY),
    "centers": listed(_tuple({"type": "number"}, 2), _MANY),
    "boxes": listed(_tuple(_COUNT, 4), _MANY),
    "neighbours": listed(_tuple(_COUNT, 2), _MANY),
})  # fmt: skip
_ANSWER = _all({
    "choice": {**_COUNT, "description": "Ask with the same seed for this one alone."},
    "palette": listed(COLOR, _MANY),
    "names": listed(_TEXT, _MANY),
    "entries": {
        **listed({"type": "integer", "minimum": -1}, _MANY),
        "description": "Palette entry of each region number, -1 paper; the first is line.",
    },
    "confidence": listed({"type": "number", "minimum": 0, "maximum": 1}, _MANY),
    "ask": {
        **listed(_COUNT, _MANY),
        "description": "Unsure regions, in the order in which a dab helps most.",
    },
})  # fmt: skip
_ERROR: Schema = {
    "type": "object",
    "properties": {
        "error": {"type": "string", "description": "One sentence: what is wrong, what to do."},
        "gone": {"type": "boolean", "description": "Send the drawing again, then go on."},
    },
    "required": ["error"],
    "additionalProperties": False,
}
_LIMITS = _all({
    "max_bytes": _COUNT,
    "max_pixels": _COUNT,
    "max_json_bytes": _COUNT,
    "seconds": {"type": "number"},
    "variations": _COUNT,
    "edits": _COUNT,
    "hints": _COUNT,
    "references": _COUNT,
    "styles": listed(_TEXT, 100),
    "lights": listed(_TEXT, 100),
    "formats": _all(dict.fromkeys(("read", "write", "palette"), listed(_TEXT, 100))),
    "folder": {"type": ["string", "null"]},
})  # fmt: skip
_FILE = _all({"name": _TEXT, "bytes": _COUNT, "modified": {"type": "integer"}})
_SWATCH = _all({"color": COLOR, "name": _TEXT})

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


@dataclass(frozen=True)
class Operation:
    """One address and verb."""

    verb: str
    path: str
    """Below /api."""
    name: str
    """Of its handler."""
    summary: str
    answer: Schema | str
    """Shape of the JSON answered, or the type of the bytes."""
    body: "Callable[[Limits], Schema] | str | None" = None
    """Shape of the JSON sent, or the type of the bytes."""
    refusals: tuple[int, ...] = ()
    status: int = 200


def _shade(limits: Limits) -> Schema:  # noqa: ARG001 (shapes are made from limits)
    return shade_request()


def _export(limits: Limits) -> Schema:  # noqa: ARG001
    return export_request(PICTURES, PALETTES)


def _save(limits: Limits) -> Schema:  # noqa: ARG001
    return export_request(PICTURES, PALETTES, saved=True)


_ONE = "/drawings/{drawing}"
_CUT = f"{_ONE}/regions/{{regions}}"
_BYTES = "application/octet-stream"

OPERATIONS = (
    Operation("GET", "/health", "get_health", "Version and model.",
              _all({"version": _TEXT, "model": _TEXT})),
    Operation("GET", "/limits", "get_limits", "What this server allows, reads and writes.",
              _LIMITS),
    Operation("GET", "/openapi.json", "get_openapi", "This document.", {"type": "object"}),
    Operation("POST", "/drawings", "post_drawing",
              "Take a line drawing in: the bytes of the file.",
              _DRAWING, _BYTES, (408, 413, 422, 429, 503)),
    Operation("GET", f"{_ONE}/line.png", "get_line",
              "The line layer: straight alpha, at the drawing's depth.",
              "image/png", None, _WORK),
    Operation("POST", f"{_ONE}/regions", "post_regions",
              "Cut the drawing into regions, then make edits in their order. Numbers are stable: "
              "the largest piece of a cut region keeps its number and the others get new ones; "
              "merged regions take the lowest of their numbers.",
              _REGIONS, regions_request, _SENT + _WORK),
    Operation("GET", f"{_CUT}/labels", "get_labels",
              "The region of each pixel: 32-bit little-endian, row by row, 0 is line.",
              _BYTES, None, (404,)),
    Operation("POST", f"{_CUT}/colors", "post_colors",
              "Colour the regions. The last hint that means a region wins; fixed wins over hints.",
              _all({"answers": listed(_ANSWER, 100)}), colors_request, _SENT + _WORK),
    Operation("POST", f"{_CUT}/shade.png", "post_shade",
              "The layer of shade: multiply it into the flats. White where nothing is shaded.",
              "image/png", _shade, _SENT + _WORK),
    Operation("POST", "/references", "post_reference",
              "Take a coloured drawing in; colours asked for with its id come from it.",
              _all({"id": KEY, "name": _TEXT}), _BYTES, (408, 413, 422, 429, 503)),
    Operation("POST", "/palette", "post_palette",
              "Colours of a palette (.gpl, .ase, hex) or of a picture: the bytes of the file.",
              _all({"name": _TEXT, "colors": listed(_SWATCH, 4096)}), _BYTES,
              (408, 413, 422, 429, 503)),
    Operation("POST", "/export", "post_export",
              "A file: the coloured drawing, flat or in layers, or its palette alone.",
              _BYTES, _export, _SENT + _WORK),
    Operation("GET", "/files", "get_files", "Drawings of the folder that the studio opened.",
              _all({"folder": _TEXT, "files": listed(_FILE, 10_000)}), None, (404,)),
    Operation("POST", "/files", "post_file", "The same file as export, saved in that folder.",
              _all({"saved": _TEXT}), _save, (*_SENT, *_WORK, 409), 201),
    Operation("GET", "/files/{name}", "get_file", "One drawing of that folder.",
              _BYTES, None, (404, 422)),
)  # fmt: skip


def document(limits: Limits) -> dict[str, Any]:
    """The OpenAPI document of a server with these limits."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        described = _described(operation, limits)
        paths.setdefault(f"/api{operation.path}", {})[operation.verb.lower()] = described
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
            "schemas": {"Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _described(operation: Operation, limits: Limits) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": _responses(operation),
    }
    if parameters := _parameters(operation):
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body, limits)}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    keys = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    found: list[dict[str, Any]] = [
        {"name": key, "in": "path", "required": True, "schema": _TEXT if key == "name" else KEY}
        for key in keys
    ]
    if operation.body == _BYTES:
        says = "Name of the file, percent-encoded UTF-8; TGA is known by it alone."
        found.append({"name": "X-Filename", "in": "header", "description": says, "schema": _TEXT})
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(operation.status): {"description": "Done.", "content": _content(operation.answer)}
    }
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for status in sorted((*operation.refusals, *_ALWAYS)):
        found[str(status)] = {"description": _REFUSALS[status], "content": error}
    return found


def _content(
    shape: "Schema | str | Callable[[Limits], Schema]", limits: Limits | None = None
) -> dict[str, Any]:
    if isinstance(shape, str):
        return {shape: {"schema": {"type": "string", "format": "binary"}}}
    schema = shape(limits or Limits()) if callable(shape) else shape
    return {"application/json": {"schema": dict(schema)}}
