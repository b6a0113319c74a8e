"""Films over HTTP: frames in, steps that spread, and files out."""

import io
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image

GREEN = "#2a7f62"
FIX = {"frame": 0, "fix": [{"x": 55, "y": 65, "color": GREEN}]}


def frame(x):
    """A wall with a door, which stand further right in later frames, as PNG."""
    lines = np.full((96, 160), 255, np.uint8)
    cv2.rectangle(lines, (20 + x, 20), (90 + x, 80), 0, 2)
    cv2.rectangle(lines, (45 + x, 50), (65 + x, 80), 0, 2)
    return cv2.imencode(".png", lines)[1].tobytes()


def sent(studio, picture):
    """The id of a coloured picture that was sent."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return studio.post("/api/guides/key", content=stream.getvalue()).json()["id"]


@pytest.fixture(scope="module")
def film(studio):
    """The address of a film of four frames on the server, two of which are alike."""
    ids = [studio.post("/api/drawings", content=frame(x)).json()["id"] for x in (0, 6, 6, 12)]
    answer = studio.post("/api/films", json={"drawings": ids})
    assert answer.status_code == 200, answer.text
    return f"/api/films/{answer.json()['film']}"


@pytest.fixture
def colors(studio, film):
    """The film's colours after some steps."""

    def ask(*steps, **more):
        answer = studio.post(f"{film}/colors", json={"steps": steps, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def door(studio, film):
    """The number of the door's region in a frame."""

    def find(number, x):
        regions = studio.get(f"{film}/frames/{number}").json()
        apart = np.hypot(*(np.array(regions["centers"]) - (55 + x, 65)).T)
        return int(apart[1:].argmin()) + 1

    return find


def test_a_fix_reaches_all_frames_and_is_taken_back(colors, door):
    before = colors()
    assert before["shows"] == [0, 1, 1, 2]
    assert before["keys"] == []
    after = colors(FIX)
    entry = after["palette"].index(GREEN)
    for number, x in ((0, 0), (1, 6), (3, 12)):
        drawn = after["drawings"][after["shows"][number]]
        assert drawn["entries"][door(number, x)] == entry
    assert colors() == before


def test_a_key_is_named_and_another_frame_is_next(colors):
    keyed = colors(FIX, {"frame": 0, "key": None})
    assert keyed["keys"] == [0]
    assert keyed["next_key"] not in (None, 0)
    assert GREEN in keyed["palette"]
    changed = colors(FIX, {"frame": 0, "key": None}, {"recolor": [GREEN, "#0000ff"]})
    assert GREEN not in changed["palette"]
    assert "#0000ff" in changed["palette"]


def test_a_coloured_picture_is_a_key_and_must_fit(studio, film, colors, sentence):
    picture = np.full((96, 160, 3), 255, np.uint8)
    picture[21:80, 21:90] = 40, 90, 200
    picture[51:80, 46:65] = 200, 30, 30
    key = sent(studio, picture)
    assert {"#285ac8", "#c81e1e"} <= set(colors({"frame": 0, "key": key})["palette"])
    step = {"frame": 1, "key": sent(studio, picture[:50])}
    answer = studio.post(f"{film}/colors", json={"steps": [step]})
    assert "frame 2" in sentence(answer, 422)


def test_frames_have_regions_like_any_drawing_and_small_pictures(studio, film):
    regions = studio.get(f"{film}/frames/1").json()
    assert len(regions["areas"]) == regions["count"] + 1
    thumb = studio.get(f"{film}/frames/1/thumb").content
    assert np.frombuffer(thumb[:8], "<u4").tolist() == [160, 96]
    assert len(thumb) == 8 + 5 * 160 * 96
    assert studio.get(f"{film}/frames/4").status_code == 404
    assert studio.get(film).json()["total"] > 0


def test_the_sequence_is_written(studio, film):
    steps = {"steps": [FIX], "names": ["a", "../b", "c", "d"]}
    answer = studio.post(f"{film}/export", json={"format": "png", **steps})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.namelist() == ["a.png", "b.png", "c.png", "d.png"]
        with Image.open(io.BytesIO(file.read("d.png"))) as image:
            assert image.convert("RGB").getpixel((67, 65)) == (0x2A, 0x7F, 0x62)
    answer = studio.post(f"{film}/export", json={"format": "apng", **steps})
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.n_frames == 3, "equal frames are one that is shown longer"


def test_a_step_is_one_thing_and_of_the_film(studio, film, sentence):
    for step in ({}, {"fix": [], "key": None}):
        sentence(studio.post(f"{film}/colors", json={"steps": [step]}), 422)
    answer = studio.post(f"{film}/colors", json={"steps": [{"frame": 9, "key": None}]})
    assert "There is no frame 10" in sentence(answer, 422)
    assert studio.post(f"/api/films/{'0' * 64}/colors", json={}).json()["gone"]
