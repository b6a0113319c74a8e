"""The OpenAPI document of the HTTP API: its operations, and the shapes of what they exchange."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from nurie import __version__
from nurie.studio import shapes

BYTES = "application/octet-stream"

_REF = "#/components/schemas/"

_ALWAYS = (401, 403)

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


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The OpenAPI document; its schemas are those of the shapes that bodies are read into."""
    kinds = [s for o in operations for s in (o.answer, o.body) if not isinstance(s, str | None)]
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
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
    (text, key, number), _ = _schemas(str, shapes.Key, shapes.Count)
    kinds = {"name": text, "kind": text, "frame": number}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": kinds.get(name, key)}
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
