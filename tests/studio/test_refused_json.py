"""JSON that is refused: what is none, what has the wrong shape, what cannot be obeyed."""

import json

import pytest

NOBODY = "0" * 64


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json",
                                  "multipart/form-data; boundary=x"])  # fmt: skip
def test_json_must_be_declared(studio, drawing, kind, sentence):
    path = f"/api/drawings/{drawing['id']}/regions"
    answer = studio.post(path, content=b"{}", headers={"Content-Type": kind})
    assert "Content-Type: application/json" in sentence(answer, 415)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b'{"gap": 1,}', b'{"gap": NaN}', b'{"gap": Infinity}',
     b'\xef\xbb\xbf{}x', b'{"edits": []}]'],
)  # fmt: skip
def test_what_is_no_json(studio, drawing, data, sentence):
    path = f"/api/drawings/{drawing['id']}/regions"
    answer = studio.post(path, content=data, headers={"Content-Type": "application/json"})
    assert sentence(answer, 400) == "The body is not JSON; check what is sent."


def test_huge_json_is_refused(studio, drawing, sentence):
    data = b'{"edits": [' + b" " * (5 << 20) + b"]}"
    path = f"/api/drawings/{drawing['id']}/regions"
    answer = studio.post(path, content=data, headers={"Content-Type": "application/json"})
    assert "larger than 4 MiB" in sentence(answer, 413)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([], "The body must be an object, not a list."),
        ({"gap": -1}, "gap must be a number >= 0.0."),
        ({"gap": float("inf")}, None),
        ({"gap": True}, "gap must be a number or null, not true or false."),
        ({"cuts": []}, "'cuts' is not known here; see the API's document."),
        ({"edits": [{}]}, "edits[0]: give one of cut, merge and split."),
        ({"edits": [{"cut": [[0, 0]]}]}, "edits[0].cut must be a list of length >= 2."),
        ({"edits": [{"cut": [[0, 0], [0]]}]}, "edits[0].cut[1] must be a list of length >= 2."),
        ({"edits": [{"cut": [[0, 0], [0, "1"]]}]}, "edits[0].cut[1][1] must be a number, not"),
        ({"edits": [{"cut": [[0, 0], [0, 1]], "x": 1}]}, "edits[0].'x' is not known here"),
        ({"edits": [{"cut": [[0, 0], [0, 500]]}]}, "Edit 1 leaves the picture of 200 x 120"),
    ],
)  # fmt: skip
def test_regions_that_cannot_be_obeyed(studio, drawing, body, text, sentence):
    answer = studio.post(
        f"/api/drawings/{drawing['id']}/regions",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    if text is None:
        assert answer.status_code == 400
    else:
        assert sentence(answer, 422).startswith(text)


DOT = {"x": 1, "y": 1, "color": "#000000"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"seed": -1}, "seed must be a whole number >= 0."),
        ({"seed": 1.5}, "seed must be a whole number, not a number."),
        ({"variations": 9}, "variations must be a whole number <= 8."),
        ({"style": "soft"}, "'style' is not known here; see the API's document."),
        ({"choice": 48}, "choice must be a whole number <= 47."),
        ({"keep": {"palette": []}}, "keep.entries is missing."),
        ({"palette": []}, "palette must be a list of length >= 1."),
        ({"palette": ["red"]}, "palette[0] must be text like #ff8800."),
        ({"palette": ["#000000"], "names": ["a", "b"]}, "1 colours have 2 names; give one"),
        ({"hints": [{**DOT, "x": 200}]}, "Hint 1 lies outside of the picture of 200 x 120"),
        ({"hints": [{**DOT, "color": "#000000\n"}]}, "hints[0].color must be text of length <= 7."),
        ({"hints": [{"points": [[0, 0]], "radius": 0, "color": "#000000"}]},
         "hints[0].radius must be a number > 0.0."),
        ({"hints": [{"x": 1}]}, "hints[0]: give x and y, or points"),
        ({"hints": [{"x": 1, "color": "#000000"}]}, "hints[0]: give x and y, or points"),
        ({"hints": [{**DOT, "points": [[0, 0]]}]}, "hints[0]: give x and y, or points"),
        ({"fixed": {"0": "#000000"}}, "There is no region 0; they are 1 to 2."),
        ({"fixed": {"9": None}}, "There is no region 9; they are 1 to 2."),
        ({"fixed": {"-1": None}}, "A key of fixed must be a whole number >= 0."),
        ({"fixed": {"١": None}}, "A key of fixed must be a whole number, not text."),
    ],
)  # fmt: skip
def test_colors_that_cannot_be_obeyed(studio, drawing, body, text, sentence):
    path = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/colors"
    assert sentence(studio.post(path, json=body), 422).startswith(text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"format": "png"}, "palette is missing."),
        ({"palette": []}, "format is missing."),
        ({"format": "exe", "palette": []}, "format is 'exe', which is not allowed"),
        ({"format": "../../x", "palette": []}, "format is '../../x', which is not allowed"),
        ({"format": "png", "palette": []}, "drawing is missing."),
        ({"format": "gpl", "palette": []}, "palette must be a list of length >= 1."),
        ({"format": "png", "palette": [], "drawing": "x", "regions": NOBODY, "entries": [-1]},
         "drawing must be text of 64 hexadecimal digits."),
    ],
)  # fmt: skip
def test_files_that_cannot_be_made(studio, body, text, sentence):
    assert sentence(studio.post("/api/export", json=body), 422).startswith(text)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"entries": [-1, 0]}, "There are 2 regions and line, but 2 entries; give one for each"),
        ({"entries": [-1, 0, 1]}, "An entry points at colour 1 of 1; count from 0."),
        ({"entries": [-2, 0, 0]}, "entries[0] must be a whole number >= -1."),
    ],
)  # fmt: skip
def test_entries_that_do_not_fit(studio, drawing, more, text, sentence):
    body = {"drawing": drawing["id"], "regions": drawing["regions"], "format": "png"}
    answer = studio.post("/api/export", json=body | {"palette": ["#000000"]} | more)
    assert sentence(answer, 422).startswith(text)
