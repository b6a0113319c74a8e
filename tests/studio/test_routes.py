"""The walk over HTTP: upload, regions, labels, colours, export; each answer is what it says."""

import io
import json
import socket
import time
import zipfile

import cv2
import numpy as np
import pytest

from nurie.document import line_layer
from nurie.io.images import read_sketch
from nurie.io.palettes import read_palette_file
from nurie.regions.segment import segment


def pixels_of(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


def regions_of(studio, drawing, **body):
    answer = studio.post(f"/api/drawings/{drawing['id']}/regions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def labels_of(studio, drawing):
    answer = studio.get(f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/labels")
    assert answer.status_code == 200, answer.text
    return np.frombuffer(answer.content, "<u4").reshape(drawing["height"], drawing["width"])


def colors_of(studio, drawing, **body):
    path = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/colors"
    answer = studio.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["answers"]


def color_at(answer, labels, x, y):
    entry = answer["entries"][labels[y, x]]
    return None if entry < 0 else answer["palette"][entry]


def test_health_and_limits(studio):
    assert studio.get("/api/health").json() == {"version": "0.1.0", "model": "nurie-flat"}
    limits = studio.get("/api/limits").json()
    assert limits["max_pixels"] == 3_000_000
    assert limits["folder"] == studio.settings.folder.name
    assert ".psd" in limits["formats"]["write"]


def test_an_upload_is_known_by_its_bytes(studio, boxes):
    one = studio.post("/api/drawings", content=boxes, headers={"X-Filename": "f%C3%A9e.png"}).json()
    two = studio.post("/api/drawings", content=boxes).json()
    assert one["id"] == two["id"]
    assert (one["name"], two["name"]) == ("fée.png", "drawing")
    assert (one["width"], one["height"], one["dpi"]) == (200, 120, None)


def test_resolution_is_told(studio, boxes):
    image = b"\x89PNG\r\n\x1a\n"
    # 11811 dots a metre are 300 an inch; the chunk goes before the pixels.
    chunk = b"pHYs" + (11811).to_bytes(4, "big") * 2 + b"\x01"
    from zlib import crc32

    resolution = (9).to_bytes(4, "big") + chunk + crc32(chunk).to_bytes(4, "big")
    data = image + boxes[8:33] + resolution + boxes[33:]
    found = studio.post("/api/drawings", content=data).json()
    assert found["dpi"] == pytest.approx([300, 300], abs=0.01)


def test_the_line_layer_is_the_drawing(studio, drawing, boxes):
    answer = studio.get(f"/api/drawings/{drawing['id']}/line.png")
    assert answer.headers["content-type"] == "image/png"
    expected = line_layer(pixels_of(boxes))
    assert (pixels_of(answer.content)[..., 3] == expected[..., 3]).all()


def test_regions_are_those_of_the_command_line(studio, drawing, boxes):
    labels = labels_of(studio, drawing)
    expected = segment(pixels_of(boxes), gap=0)
    assert (labels == expected).all()
    assert drawing["count"] == expected.max() == 2
    assert drawing["areas"] == [0, *np.bincount(expected.ravel())[1:].tolist()]
    assert drawing["neighbours"] == [[1, 2]]
    left = labels[60, 50]
    rows, columns = np.nonzero(expected == left)
    box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert drawing["boxes"][left] == box
    center = [columns.mean(), rows.mean()]
    assert drawing["centers"][left] == pytest.approx(center, abs=0.06)


def test_the_gap_is_obeyed(studio, drawing):
    assert regions_of(studio, drawing, gap=0)["count"] == 2
    assert regions_of(studio, drawing, gap=40)["count"] == 3
    key = regions_of(studio, drawing)["regions"]
    assert key == regions_of(studio, drawing, gap=None)["regions"] != drawing["regions"]


def test_the_same_request_gives_the_same_key(studio, drawing):
    edits = [{"cut": [[50, 20], [50, 100]]}]
    one, two = (regions_of(studio, drawing, gap=0, edits=edits) for _ in range(2))
    assert one == two
    assert one["regions"] != drawing["regions"]


def test_edits_go_on_from_what_is_known(studio, drawing):
    close = {"cut": [[180, 48], [180, 72]]}
    across = {"cut": [[22, 60], [88, 60]]}
    join = {"merge": [[50, 30], [150, 60]]}
    all_at_once = regions_of(studio, drawing, gap=0, edits=[close, across, join])
    counts = [
        regions_of(studio, drawing, gap=0, edits=e)["count"] for e in ([close], [close, across])
    ]
    assert counts == [3, 4]
    assert all_at_once["count"] == 4
    assert sum(area == 0 for area in all_at_once["areas"][1:]) == 1
    labels = labels_of(studio, drawing | all_at_once)
    assert labels[30, 50] == labels[60, 150] != labels[90, 50]


def test_a_split_finds_the_gap(studio, drawing):
    split = regions_of(studio, drawing, gap=0, edits=[{"split": [[150, 60], [195, 60]]}])
    labels = labels_of(studio, drawing | split)
    assert split["count"] == 3
    assert labels[60, 150] != labels[60, 195] == labels[5, 5]


def test_empty_regions_answer_with_zeros_and_are_not_colored(studio, drawing):
    join = regions_of(studio, drawing, gap=0, edits=[{"merge": [[50, 60], [150, 60]]}])
    empty = join["areas"].index(0, 1)
    assert (join["boxes"][empty], join["neighbours"]) == ([0, 0, 0, 0], [])
    [answer] = colors_of(studio, drawing | join)
    assert len(answer["entries"]) == len(answer["confidence"]) == 3
    assert answer["entries"][empty] == -1


def test_colors_cover_every_region(studio, drawing):
    [answer] = colors_of(studio, drawing)
    assert len(answer["entries"]) == drawing["count"] + 1
    assert answer["entries"][0] == -1
    assert max(answer["entries"]) < len(answer["palette"]) == len(answer["names"])
    assert all(0 <= c <= 1 for c in answer["confidence"])
    assert set(answer["ask"]) <= {1, 2}


def test_hints_of_all_kinds_are_obeyed(studio, drawing):
    drawing |= regions_of(studio, drawing, gap=40)
    labels = labels_of(studio, drawing)
    hints = [
        {"x": 50.5, "y": 60.9, "color": "#112233"},
        {"points": [[120, 40], [170, 80]], "radius": 3, "color": "#445566"},
        {"polygon": [[2, 2], [15, 2], [15, 110]], "color": "#778899"},
    ]
    [answer] = colors_of(studio, drawing, hints=hints)
    spots = [(50, 60), (150, 60), (195, 5)]
    assert [color_at(answer, labels, *spot) for spot in spots] == ["#112233", "#445566", "#778899"]


def test_the_last_hint_wins_and_fixed_wins_over_hints(studio, drawing):
    labels = labels_of(studio, drawing)
    inside = int(labels[60, 50])
    hints = [{"x": 40, "y": 60, "color": "#0000ff"}, {"x": 60, "y": 60, "color": "#00ff00"}]
    [answer] = colors_of(studio, drawing, hints=hints)
    assert color_at(answer, labels, 50, 60) == "#00ff00"
    [answer] = colors_of(studio, drawing, hints=hints, fixed={str(inside): "#ff0000"})
    assert color_at(answer, labels, 50, 60) == "#ff0000"
    [answer] = colors_of(studio, drawing, hints=hints, fixed={str(inside): None})
    assert color_at(answer, labels, 50, 60) is None


def test_the_palette_is_obeyed_with_its_names(studio, drawing):
    drawing |= regions_of(studio, drawing, gap=40)
    palette = {"palette": ["#aa0000", "#00bb00"], "names": ["blood", "leaf"]}
    [answer] = colors_of(studio, drawing, **palette, seed=3)
    named = dict(zip(answer["palette"], answer["names"], strict=True))
    assert named.items() <= {"#aa0000": "blood", "#00bb00": "leaf"}.items()


def test_seeds_and_variations(studio, cat):
    found = studio.post("/api/drawings", content=cat).json()
    drawing = found | regions_of(studio, found)
    one, two = colors_of(studio, drawing), colors_of(studio, drawing)
    assert one == two
    several = colors_of(studio, drawing, variations=3)
    assert several[0] == one[0]
    assert several[0]["choice"] == 0
    assert len({json.dumps(answer) for answer in several}) == len(several) > 1
    assert colors_of(studio, drawing, seed=5) != one
    last = several[-1]
    assert colors_of(studio, drawing, choice=last["choice"]) == [last]


def test_what_is_kept_stays_under_a_hint(studio, cat):
    found = studio.post("/api/drawings", content=cat).json()
    drawing = found | regions_of(studio, found)
    [first] = colors_of(studio, drawing)
    keep = {key: first[key] for key in ("palette", "entries", "confidence")}
    assert same_colors(*colors_of(studio, drawing, keep=keep), first)
    labels = labels_of(studio, drawing)
    inside = int(labels[250, 250])
    hints = [{"x": 250, "y": 250, "color": "#12ab34"}]
    for spread in (0, 0.5):
        [calm] = colors_of(studio, drawing, hints=hints, keep=keep, spread=spread)
        before, after = by_region(first), by_region(calm)
        changed = {n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b}
        assert after[inside] == "#12ab34"
        assert {after[n] for n in changed} == {"#12ab34"}
        # What surely is the same thing follows, whatever colour it had.
        assert spread or {before[n] for n in changed} == {before[inside]}
    refused = studio.post(
        f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/colors",
        json={"keep": {"palette": [], "entries": [-1]}},
    )
    assert refused.json()["error"].startswith("keep.entries has 1 items for")


def by_region(answer):
    return [None if entry < 0 else answer["palette"][entry] for entry in answer["entries"]]


def same_colors(one, two):
    return by_region(one) == by_region(two) and one["ask"] == two["ask"]


def test_colors_are_those_of_the_command_line(studio, cat, tmp_path):
    from nurie.api import Colorizer
    from nurie.colors import to_hex

    (tmp_path / "cat.png").write_bytes(cat)
    layers = Colorizer.load().colorize(read_sketch(tmp_path / "cat.png"), seed=7)
    found = studio.post("/api/drawings", content=cat).json()
    [answer] = colors_of(studio, found | regions_of(studio, found), seed=7)
    assert answer["palette"] == [to_hex(color) for color in layers.palette.colors]
    assert answer["entries"] == layers.entries.tolist()


def export(studio, drawing, kind, **more):
    body = {"drawing": drawing["id"], "regions": drawing["regions"], "format": kind, "name": "fée"}
    body |= {"palette": ["#ff0000", "#00ff00"], "entries": [-1, 0, 1]}
    answer = studio.post("/api/export", json=body | more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''f%C3%A9e.{kind}"
    return answer.content


def test_a_picture_is_exported_as_it_was_shown(studio, drawing, boxes):
    found = pixels_of(export(studio, drawing, "png"))[..., ::-1]
    labels = labels_of(studio, drawing)
    lines = pixels_of(boxes)
    for number, color in ((1, [255, 0, 0]), (2, [0, 255, 0])):
        free = (labels == number) & (lines == 255)
        assert (found[free] == color).all()
    assert (found[lines == 0] == 0).all()


@pytest.mark.parametrize("kind", ["ora", "psd", "tif", "webp", "tga"])
def test_every_kind_of_picture_is_exported(studio, drawing, kind):
    data = export(studio, drawing, kind)
    magic = {"ora": b"PK", "psd": b"8BPS", "tif": b"II*", "webp": b"RIFF", "tga": b"\0\0"}
    assert data.startswith(magic[kind])
    if kind == "ora":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            assert archive.read("mimetype") == b"image/openraster"


@pytest.mark.parametrize("kind", ["gpl", "ase", "hex"])
def test_the_palette_is_exported_and_read_back(studio, kind, tmp_path):
    body = {"palette": ["#ff0000", "#00ff00"], "names": ["red", "green"], "format": kind}
    answer = studio.post("/api/export", json=body | {"name": "mine"})
    (tmp_path / f"mine.{kind}").write_bytes(answer.content)
    palette = read_palette_file(tmp_path / f"mine.{kind}")
    assert palette.colors.tolist() == [[255, 0, 0], [0, 255, 0]]
    back = studio.post("/api/palette", content=answer.content, headers={"X-Filename": f"a.{kind}"})
    assert [c["color"] for c in back.json()["colors"]] == ["#ff0000", "#00ff00"]
    assert [c["name"] for c in back.json()["colors"]] == ["red", "green"]


def test_the_sheet_is_told_apart(studio, drawing):
    cut = studio.post(f"/api/drawings/{drawing['id']}/regions", json={"gap": 0}).json()
    assert cut["background"] == [int(np.argmax(cut["areas"][1:])) + 1]


def test_the_page_is_served_with_its_headers(studio):
    answer = studio.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_that_is_private_is_stored_by_browsers(studio, drawing):
    assert (
        studio.get(f"/api/drawings/{drawing['id']}/line.png").headers["cache-control"] == "no-store"
    )


def test_serve_has_no_page(server, odd_jobs):
    from nurie.studio.app import Settings
    from nurie.studio.shapes import Limits

    settings = Settings(page=False, jobs=odd_jobs.late_table, limits=Limits(workers=1))
    with server(settings) as client:
        assert client.get("/").status_code == 404
        assert client.get("/api/health").status_code == 200
        assert client.get("/api/files").json() == {
            "error": "No folder is open; start with: nurie studio FOLDER"
        }


def test_an_answer_that_nobody_waits_for_is_not_made(studio, cat):
    found = studio.post("/api/drawings", content=cat).json()
    drawing = found | regions_of(studio, found)
    path = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/colors"
    pids = studio.app.state.pool.pids
    body = json.dumps({"variations": 8, "seed": 1}).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", studio.port)) as connection:
            connection.sendall(head.encode() + body)
            time.sleep(0.05)
    colors_of(studio, drawing)
    # The model was asked in between whether to go on, so no process had to be ended.
    assert studio.app.state.pool.pids == pids


def test_colors_come_from_a_reference(studio, cat):
    found = studio.post("/api/drawings", content=cat).json()
    drawing = found | regions_of(studio, found)
    [plain] = colors_of(studio, drawing)
    assert "#13579b" not in plain["palette"]
    entries = [min(entry, 0) for entry in plain["entries"]]
    colors = {"palette": ["#13579b"], "entries": entries}
    sheet = export(studio, drawing, "png", **colors)
    sent = studio.post("/api/references", content=sheet, headers={"X-Filename": "sheet.png"})
    assert sent.json()["name"] == "sheet.png"
    [answer] = colors_of(studio, drawing, references=[sent.json()["id"]])
    assert "#13579b" in answer["palette"]
    path = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/colors"
    gone = studio.post(path, json={"references": ["0" * 64]})
    assert (gone.status_code, gone.json()["gone"]) == (404, True)


def test_shade_is_a_layer_that_multiplies(studio, drawing):
    drawing |= regions_of(studio, drawing, gap=40)
    path = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/shade.png"
    body = {"palette": ["#ff8800"], "entries": [-1] + [0] * drawing["count"]}
    labels = labels_of(studio, drawing)
    sheet = int(labels[1, 1])
    body["entries"][sheet] = -1
    layers = {}
    for style in ("flat", "cel", "soft"):
        answer = studio.post(path, json=body | {"style": style})
        assert answer.headers["content-type"] == "image/png"
        layers[style] = pixels_of(answer.content)
        assert layers[style].shape == (120, 200, 3)
        assert (layers[style][labels == sheet] == 255).all()
    assert (layers["flat"] == 255).all()
    assert len(np.unique(layers["cel"].reshape(-1, 3), axis=0)) > 1
    assert len(np.unique(layers["soft"])) > len(np.unique(layers["flat"]))
    other = studio.post(path, json=body | {"style": "soft", "light": "bottom-right"})
    assert (pixels_of(other.content) != layers["soft"]).any()
    refused = studio.post(path, json=body | {"style": "soft", "light": "below"})
    assert refused.json()["error"].startswith("light is 'below'; give one of top")


def test_a_style_is_exported(studio, drawing):
    drawing |= regions_of(studio, drawing, gap=40)
    labels = labels_of(studio, drawing)
    entries = {"entries": [-1] + [0] * drawing["count"]}
    entries["entries"][labels[1, 1]] = -1
    flat = pixels_of(export(studio, drawing, "png", **entries))
    soft = pixels_of(export(studio, drawing, "png", style="soft", **entries))
    assert (soft <= flat).all()
    assert (soft != flat).any()
