"""Guides over HTTP, as the command line has them: gray, design and histogram."""

import json

import cv2
import numpy as np
import pytest

from nurie.colors import parse_hex, srgb_to_lab


@pytest.fixture
def guide(studio):
    """The id of a guide that was sent."""

    def send(kind, data, name):
        headers = {"X-Filename": name}
        answer = studio.post(f"/api/guides/{kind}", content=data, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    return send


@pytest.fixture
def first(studio, known):
    """The first answer to a request: the colour of each region."""

    def ask(**body):
        place = f"/api/drawings/{known['id']}/regions/{known['regions']}/colors"
        answer = studio.post(place, json=body)
        assert answer.status_code == 200, answer.text
        found = answer.json()["answers"][0]
        return [found["palette"][entry] if entry >= 0 else None for entry in found["entries"]]

    return ask


def test_a_gray_picture_says_how_light_each_region_is(guide, first, known):
    tones = np.full((120, 200), 255, np.uint8)
    tones[20:100, 20:91] = 60
    key = guide("gray", cv2.imencode(".png", tones)[1].tobytes(), "tones.png")
    colors = first(gray=key)
    box = int(np.hypot(*(np.array(known["centers"]) - (55, 60)).T)[1:].argmin()) + 1
    light = srgb_to_lab(np.array([[parse_hex(colors[box])]], np.uint8))[0, 0, 0]
    assert light == pytest.approx(25, abs=6)


def test_a_histogram_says_how_often_each_colour_occurs(guide, first):
    table = {"bins": [{"bin": 7 * 64, "count": 1000, "color": "#f01010"}]}
    key = guide("histogram", json.dumps(table).encode(), "red.json")
    colors = [parse_hex(color) for color in first(histogram=key) if color]
    assert colors
    assert all(color[0] > 2 * max(color[1:]) for color in colors)


def test_a_design_is_read_and_what_it_cannot_is_said(studio, guide, known, sentence):
    key = guide("design", b'[mina]\nhair = "black"\n', "cast.toml")
    place = f"/api/drawings/{known['id']}/regions/{known['regions']}/colors"
    answer = studio.post(place, json={"design": key}).json()["answers"][0]
    assert answer["palette"]
    bad = studio.post("/api/guides/design", content=b"hair", headers={"X-Filename": "x.toml"})
    assert "x.toml" in sentence(bad, 422)
    assert studio.post("/api/guides/words", content=b"x").status_code == 404
    assert studio.post(place, json={"gray": "0" * 64}).json()["gone"]
