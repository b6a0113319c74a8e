"""What is read of pictures that are sent: a palette, a style, and lines as is said."""

import cv2
import numpy as np


def test_colors_are_taken_from_a_picture(studio):
    picture = np.full((20, 20, 3), 255, np.uint8)
    picture[:10] = [30, 30, 200]
    data = cv2.imencode(".png", picture)[1].tobytes()
    found = studio.post("/api/palette", content=data, headers={"X-Filename": "sea.png"}).json()
    assert found["colors"] == [{"color": "#c81e1e", "name": ""}]


def test_the_style_of_a_picture_is_read(studio):
    picture = np.full((60, 60, 3), 255, np.uint8)
    picture[10:50, 10:50] = [30, 30, 200]
    data = cv2.imencode(".png", picture)[1].tobytes()
    found = studio.post("/api/like", content=data, headers={"X-Filename": "sea.png"}).json()
    assert "#c81e1e" in found["colors"]
    assert (found["style"], found["light"]) == ("flat", "top-left")


def test_lines_are_found_as_is_said(studio):
    picture = np.full((120, 200, 3), 255, np.uint8)
    cv2.rectangle(picture, (20, 20), (180, 100), (0, 0, 0), 3)
    cv2.line(picture, (100, 20), (100, 100), (0, 0, 255), 3)
    data = cv2.imencode(".png", picture)[1].tobytes()
    count = {}
    for said in ("", "trace=red", "drop=red", "letters=colour"):
        drawing = studio.post(f"/api/drawings?{said}", content=data).json()["id"]
        regions = studio.post(f"/api/drawings/{drawing}/regions", json={"gap": 0}).json()
        line = studio.get(f"/api/drawings/{drawing}/line.png").content
        alpha = cv2.imdecode(np.frombuffer(line, np.uint8), cv2.IMREAD_UNCHANGED)[60, 100, 3]
        count[said] = (sum(area > 0 for area in regions["areas"][1:]), bool(alpha))
    assert count["trace=red"] == (3, False), "it parts the box and is not seen"
    assert [count[said][1] for said in ("", "drop=red", "letters=colour")] == [True, False, True]
    assert studio.post("/api/drawings?drop=xyz", content=data).status_code == 422
    assert studio.post("/api/drawings?wet=yes", content=data).status_code == 422
