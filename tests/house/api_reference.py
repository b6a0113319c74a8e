"""Write docs/reference/api.md and openapi.json from the API's own description."""

import json
from pathlib import Path

from nurie.studio.api import OPERATIONS
from nurie.studio.openapi import document
from nurie.studio.shapes import EDITS, POINTS, VARIATIONS, Limits

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
HEAD = """\
# HTTP API

Written by `make reference` from the server's own description; the shapes of all bodies are in
[openapi.json](openapi.json), which a running server gives at `/api/openapi.json`.

`nurie serve` answers this API at `http://127.0.0.1:8745`, `nurie studio` beside its page. A drawing
is coloured in three steps:

```python
import httpx

server = httpx.Client(base_url="http://127.0.0.1:8745", timeout=60)
with open("examples/cat.png", "rb") as file:
    drawing = server.post("/api/drawings", content=file.read()).json()["id"]
cut = server.post(f"/api/drawings/{drawing}/regions", json={}).json()["regions"]
body = {"hints": [{"x": 250, "y": 300, "color": "#ff8800"}], "seed": 0}
found = server.post(f"/api/drawings/{drawing}/regions/{cut}/colors", json=body).json()
answer = found["answers"][0]
colors = {"palette": answer["palette"], "entries": answer["entries"]}
wanted = {"drawing": drawing, "regions": cut, "format": "ora", "name": "cat", **colors}
data = server.post("/api/export", json=wanted).content
```

## Rules

- Positions are pixels of the picture: x counts columns from the left, y rows from the top, from 0.
  Colours are `#rrggbb`. Region 0 is line; regions are numbered from 1.
- The server keeps no session. A drawing is known by the SHA-256 of its bytes, a segmentation by a
  key made from the drawing, the gap and the edits. The same request gives the same answer.
- What was used longest ago makes room when the cache is full (`--cache`). What is gone is answered
  by 404 with `"gone": true`: send the drawing again, then go on.
- A client that closes its connection stops the work that it asked for.
- Errors are `{"error": "one sentence"}`. 413, 422, 429 and 503 say what is too large, what cannot
  be obeyed, that too much waits already, and that the work broke off.
- Keys that are not known are refused, so a slip of the pen is seen.

How lines are found is said when a drawing is sent, by the options of `nurie color` of these names:
`POST /api/drawings?clean=yes&ink=light&paper=keep&letters=colour&drop=blue&trace=red,green`.

## Regions

Edits are carried out in their order, and numbers are stable under them. `{"cut": [[x, y], …]}` is a
line that is not part of the drawing: it closes a gap or divides a region; its ends reach on to ink
that is near, and a line that separates nothing changes nothing. `{"split": [[x, y], …]}` lets a
region fall apart between points, through the narrow place that joined its parts.
`{"merge": [[x, y], …]}` makes the regions at the points one. Of a region that falls apart the
largest piece keeps the number and the others get new ones from `count + 1`; merged regions take the
lowest of their numbers, and the other numbers stay empty (area 0).

## Colours

`hints` are dots, strokes and areas as `nurie color --hints` reads them; of several in one region
the last one wins. `fixed` gives regions by number an exact colour, or paper (`null`), and wins over
hints. The layers *hints* and *protect* of a drawing that was sent as OpenRaster or PSD are obeyed
too: several colours in one region cut it. With `palette` every other colour comes from it.
`confidence` is the model's own, and `ask` lists the unsure regions in the order in which a dab
helps most. `variations` asks for distinct answers; the first is the one that would be given alone,
and each has a number, `choice`, under which the same request asks for it alone.

With `keep`, a colouring that was seen (`palette`, `entries` and `confidence` of an answer), nothing
changes without need: a hint changes its region, and what surely is the same part of the same figure
(`spread`, 0 to 1); `alike` and `others` of the answer list what may be meant, too, on the same and
on other figures. The model is asked only for regions whose kept entry is -2. Without `keep` the
whole drawing is thought over again. A hint with `part` in place of a colour says what a region
shows.

The `style` of an export is `flat`, `cel` or `soft`: without shade, with one step of it, with a
gradient; `light` says where light comes from, `top-left` if nothing is said.

A coloured drawing of the same things is sent to `/api/references` once; with its id among the
`references` of a request, what is found in it takes its colour there. `shade.png` is the layer that
multiplies into the flats where the style is `cel` or `soft`.

## Who may ask

On loopback, which is the default, only requests whose `Host` is this machine's own name are
answered, and none that a browser says came from another site (`Origin`, `Sec-Fetch-Site`); there is
no CORS. Bound elsewhere with `--host`, every address below `/api` also asks for the token that
stands behind `#token=` in the address printed at the start: `Authorization: Bearer TOKEN`. There is
no encryption; put a proxy that has it before a server on a network that is not trusted.

## Operation

`/healthz` answers 200 while the server lives, `/readyz` as soon as a worker has the model in memory
and 503 before. `/metrics` gives figures in Prometheus' text format: seconds by operation and
status, workers that are ready, requests that wait, bytes kept. It asks for the token where there is
one.

A connection on which the head of a request does not arrive within 10 s is closed; of more than 64
such connections the oldest is closed at once.

## Several machines

The server keeps no session, so a proxy may send each request to any of several servers, of any
machine. Either they share a cache, a folder that all of them reach and nobody else may write to
(`--shared DIR`), or a client that is answered 404 with `"gone": true` sends its drawing again.
`--public https://colour.example.org` names the address of the proxy: requests for that name, and
from pages of that address, are answered. They share the token in the variable `NURIE_TOKEN`.
`integrations/server` has a Containerfile and a compose example.

## Folder

`nurie studio FOLDER` lists the drawings of that one folder and may save there: never over an
existing file unless `force` is true, never through a link, never elsewhere.

"""
TABLE = "| | sent | answered | refused by |\n|---|---|---|---|\n"
LIMITS = """
## Limits

| what | most | answered by |
|---|---|---|
| upload | {max_bytes} bytes | 413 |
| drawing | {max_pixels} pixels (`--max-megapixels`) | 413 |
| JSON | {max_json} bytes | 413 |
| arrival of a body | {body_seconds:g} s | 408 |
| work for one request | {seconds:g} s, then its process is ended | 422 |
| waiting for a process, and bodies on their way | {waiting} each | 429 |
| kept on disk | {cache} bytes (`--cache`) | 404, `gone` |
| answers to one request | {variations} | 422 |
| edits of a drawing | {edits} | 422 |
| hints, and points of one of them | {points} each | 422 |

`GET /api/limits` gives those of a running server. To look for requests that break these promises:

```sh
nurie serve --port 8745 &
schemathesis run http://127.0.0.1:8745/api/openapi.json --exclude-checks positive_data_acceptance
```
"""


def _kind(shape):
    """What a body is, in a word."""
    return "" if shape is None else (f"`{shape}`" if isinstance(shape, str) else "JSON")


def openapi():
    """The OpenAPI document."""
    return json.dumps(document(OPERATIONS), indent=1) + "\n"


def page():
    """The whole page."""
    rows = [
        f"| `{o.verb} /api{o.path}`<br>{o.summary} | {_kind(o.body)} | {_kind(o.answer)} "
        f"| {', '.join(map(str, sorted(o.refusals)))} |\n"
        for o in OPERATIONS
    ]
    heading = "## Operations\n\n401 and 403 are answered everywhere.\n\n"
    return (
        HEAD
        + heading
        + TABLE
        + "".join(rows)
        + LIMITS.format(**vars(Limits()), variations=VARIATIONS, edits=EDITS, points=POINTS)
    )


PAGES = {"openapi.json": openapi, "api.md": page}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, render in PAGES.items():
        (FOLDER / name).write_text(render(), encoding="utf-8")
