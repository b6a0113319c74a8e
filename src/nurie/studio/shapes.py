"""The shapes of JSON bodies: one JSON Schema each, for the check and for the OpenAPI document."""

import re
from collections.abc import Mapping
from typing import Any

from nurie.errors import OptionError
from nurie.painting.shade import DIRECTIONS, STYLES
from nurie.studio.limits import Limits

Schema = Mapping[str, Any]

COLOR: Schema = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$", "example": "#ff8800"}
KEY: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
LIGHT: Schema = {"type": "string", "enum": list(DIRECTIONS)}
STYLE: Schema = {"type": "string", "enum": list(STYLES)}
NUMBER: Schema = {"type": "number", "minimum": -1e6, "maximum": 1e6}
POINT: Schema = {
    "type": "array",
    "items": NUMBER,
    "minItems": 2,
    "maxItems": 2,
    "description": "x (column) and y (row) in pixels.",
}
SEED_LIMIT = 2**53 - 1
"""Largest integer that JSON readers agree on."""

NAMES: Schema = {
    "type": ["array", "null"],
    "items": {"type": "string", "maxLength": 200},
    "maxItems": 4096,
    "description": "One for each colour of the palette, empty where it has none.",
}

_WORDS = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def record(properties: Mapping[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Schema, most: int, least: int = 0) -> Schema:
    """A list of so many."""
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


ENTRIES = listed({"type": "integer", "minimum": -1, "maximum": 4095}, 200_000, 1)
"""Palette entry of each region number, -1 paper; the first is line."""

KEEP: Schema = {
    **record(
        {
            "palette": listed(COLOR, 4096),
            "entries": listed({"type": "integer", "minimum": -2, "maximum": 4095}, 200_000, 1),
            "confidence": listed({"type": "number", "minimum": 0, "maximum": 1}, 200_000, 1),
        },
        ("palette", "entries"),
    ),
    "description": "A colouring that stays as it is but for what is asked and what is like it; its "
    "entries are -2 where nothing is known yet.",
}


def regions_request(limits: Limits) -> Schema:
    """The body that asks for regions."""
    line = listed(POINT, limits.points, 2)
    kinds = [record({kind: line}, (kind,)) for kind in ("cut", "merge", "split")]
    return record(
        {
            "gap": {
                "type": ["number", "null"],
                "minimum": 0,
                "maximum": 10_000,
                "description": "Widest opening that still closes a region, in pixels; null: "
                "automatic.",
            },
            "edits": listed({"anyOf": kinds}, limits.edits),
        }
    )


def colors_request(limits: Limits) -> Schema:
    """The body that asks for colours."""
    dab = record({"x": NUMBER, "y": NUMBER, "color": COLOR}, ("x", "y", "color"))
    stroke = record(
        {
            "points": listed(POINT, limits.points, 1),
            "radius": {"type": "number", "exclusiveMinimum": 0, "maximum": 10_000},
            "color": COLOR,
        },
        ("points", "color"),
    )
    corners = listed(POINT, limits.points, 3)
    area = record({"polygon": corners, "color": COLOR}, ("polygon", "color"))
    return record(
        {
            "hints": listed({"anyOf": [dab, stroke, area]}, limits.points),
            "palette": {**listed(COLOR, 4096, 1), "type": ["array", "null"]},
            "names": {
                **listed({"type": "string", "maxLength": 200}, 4096),
                "type": ["array", "null"],
            },
            "fixed": {
                "type": "object",
                "patternProperties": {"^[0-9]{1,9}$": {**COLOR, "type": ["string", "null"]}},
                "additionalProperties": False,
                "description": "Exact colour by region number; null leaves the region paper.",
            },
            "seed": {"type": "integer", "minimum": 0, "maximum": SEED_LIMIT},
            "variations": {"type": "integer", "minimum": 1, "maximum": limits.variations},
            "choice": {
                "type": "integer",
                "minimum": 0,
                "maximum": 6 * limits.variations - 1,
                "description": "That one of the seed's answers alone, in place of variations.",
            },
            "references": listed(KEY, limits.references),
            "keep": KEEP,
        }
    )


def shade_request() -> Schema:
    """The body that asks for the layer of shade."""
    properties = {
        "palette": listed(COLOR, 4096),
        "entries": ENTRIES,
        "style": STYLE,
        "light": LIGHT,
    }
    return record(properties, ("palette", "entries", "style"))


def export_request(
    pictures: tuple[str, ...],
    palettes: tuple[str, ...],
    *,
    saved: bool = False,
) -> Schema:
    """The body that asks for a file; with ``saved`` for one in the folder."""
    form = {"type": "string", "enum": [*pictures, *palettes]}
    properties: dict[str, Schema] = {
        "format": form,
        "palette": listed(COLOR, 4096),
        "names": NAMES,
        "name": {"type": "string", "maxLength": 200},
        "drawing": KEY,
        "regions": KEY,
        "entries": ENTRIES,
        "style": STYLE,
        "light": LIGHT,
        **({"force": {"type": "boolean"}} if saved else {}),
    }
    return {
        **record(properties, ("format", "palette")),
        "if": {"properties": {"format": {"enum": list(pictures)}}},
        "then": {"required": ["drawing", "regions", "entries"]},
        "else": {"properties": {"palette": listed(COLOR, 4096, 1)}},
    }


def check(value: Any, schema: Schema, at: str = "") -> None:
    """Refuse a value that has not the shape of a schema.

    Args:
        value: as ``json.loads`` gives it.
        schema: the part of JSON Schema that this file uses.
        at: where the value is, for the complaint.

    Raises:
        OptionError: the first thing that is wrong.

    >>> check({"seed": 1}, record({"seed": {"type": "integer", "minimum": 2}}))
    Traceback (most recent call last):
    nurie.errors.OptionError: seed is 1; give 2 or more.
    """
    if "anyOf" in schema:
        _check_any(value, schema["anyOf"], at)
        return
    _check_type(value, schema, at or "The body")
    if isinstance(value, dict):
        _check_object(value, schema, at)
    elif isinstance(value, list):
        _check_list(value, schema, at)
    elif isinstance(value, str):
        _check_text(value, schema, at)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _check_number(value, schema, at)


def _check_any(value: Any, choices: list[Schema], at: str) -> None:
    """The choice whose required keys are there speaks for all."""
    keys = value.keys() if isinstance(value, dict) else set()
    for choice in choices:
        if isinstance(value, dict) and set(choice["required"]) <= keys:
            check(value, choice, at)
            return
    kinds = " or ".join(", ".join(choice["required"]) for choice in choices)
    raise OptionError(f"{at} is none of what is allowed; give an object with {kinds}.")


def _check_type(value: Any, schema: Schema, at: str) -> None:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(_is(value, kind) for kind in kinds):
        raise OptionError(f"{at} is not {' or '.join(_WORDS[kind] for kind in kinds)}.")


def _is(value: Any, kind: str) -> bool:
    if kind in ("number", "integer"):
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return plain and (kind == "number" or isinstance(value, int) or value.is_integer())
    types: dict[str, type] = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "null": type(None),
    }
    return isinstance(value, types[kind])


def _check_object(value: dict[str, Any], schema: Schema, at: str) -> None:
    prefix = f"{at}." if at else ""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise OptionError(f"{prefix}{name} is missing.")
    for name, inner in value.items():
        found = known.get(name) or next(
            (s for pattern, s in patterns.items() if re.fullmatch(pattern.strip("^$"), name)), None
        )
        if found is not None:
            check(inner, found, f"{prefix}{name}")
        elif schema.get("additionalProperties", True) is False:
            raise OptionError(f"{prefix}{name[:40]!r} is not known here; see the API's document.")
    if "if" in schema:
        [(name, allowed)] = schema["if"]["properties"].items()
        _check_object(value, schema["then" if value[name] in allowed["enum"] else "else"], at)


def _check_list(value: list[Any], schema: Schema, at: str) -> None:
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(value))
    if not least <= len(value) <= most:
        raise OptionError(f"{at} has {len(value)} items; give {least} to {most}.")
    for index, inner in enumerate(value):
        check(inner, schema["items"], f"{at}[{index}]")


def _check_text(value: str, schema: Schema, at: str) -> None:
    if "enum" in schema and value not in schema["enum"]:
        raise OptionError(f"{at} is {value[:40]!r}; give one of {', '.join(schema['enum'])}.")
    if len(value) > schema.get("maxLength", len(value)):
        raise OptionError(f"{at} is longer than {schema['maxLength']} characters.")
    if "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), value):
        example = f"; write it like {schema['example']}" if "example" in schema else ""
        raise OptionError(f"{at} is {value[:40]!r}, which has not the right form{example}.")


def _check_number(value: float, schema: Schema, at: str) -> None:
    if value < schema.get("minimum", value):
        raise OptionError(f"{at} is {value}; give {schema['minimum']} or more.")
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        raise OptionError(f"{at} is {value}; give more than {schema['exclusiveMinimum']}.")
    if value > schema.get("maximum", value):
        raise OptionError(f"{at} is {value}; give {schema['maximum']} or less.")
