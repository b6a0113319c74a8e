"""Drawings sent in layers: hints and protection of their own; and shade on what is exported."""

import io
import zipfile

import cv2
import numpy as np
import pytest

RED, BLUE = "#ff2030", "#2040ff"


def png(pixels):
    return cv2.imencode(".png", pixels[..., [2, 1, 0, 3]])[1].tobytes()


def ora(layers):
    """An OpenRaster file, topmost layer first."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        rows = ""
        for name, pixels in layers.items():
            archive.writestr(f"data/{name}.png", png(pixels))
            rows += f'<layer name="{name}" src="data/{name}.png"/>'
        height, width = next(iter(layers.values())).shape[:2]
        archive.writestr(
            "stack.xml", f'<image w="{width}" h="{height}"><stack>{rows}</stack></image>'
        )
    return file.getvalue()


@pytest.fixture(scope="module")
def sheet():
    """Two boxes, the right one with two rooms and a door between: line, hints and protect."""
    line = np.zeros((120, 200, 4), np.uint8)
    ink = np.zeros((120, 200), np.uint8)
    cv2.rectangle(ink, (20, 20), (70, 100), 255, 3)
    cv2.rectangle(ink, (90, 20), (190, 100), 255, 3)
    cv2.line(ink, (140, 20), (140, 48), 255, 3)
    cv2.line(ink, (140, 72), (140, 100), 255, 3)
    line[..., 3] = ink
    hints, protect = np.zeros_like(line), np.zeros_like(line)
    hints[50:70, 100:120] = (0xFF, 0x20, 0x30, 255)
    hints[50:70, 160:180] = (0x20, 0x40, 0xFF, 255)
    protect[15:105, 15:75] = (0, 0, 0, 255)
    return ora({"hints": hints, "protect": protect, "line": line})


@pytest.fixture(scope="module")
def sent(studio, sheet):
    """The sheet, cut without closing gaps."""
    answer = studio.post("/api/drawings", content=sheet, headers={"X-Filename": "sheet.ora"})
    assert answer.status_code == 200, answer.text
    drawing = answer.json()
    found = studio.post(f"/api/drawings/{drawing['id']}/regions", json={"gap": 0})
    assert found.status_code == 200, found.text
    return drawing | found.json()


def colored(studio, sent, **wishes):
    path = f"/api/drawings/{sent['id']}/regions/{sent['regions']}"
    answer = studio.post(f"{path}/colors", json=wishes)
    assert answer.status_code == 200, answer.text
    labels = np.frombuffer(studio.get(f"{path}/labels").content, "<u4").reshape(120, 200)
    chosen = answer.json()["answers"][0]

    def at(x, y):
        entry = chosen["entries"][labels[y, x]]
        return None if entry < 0 else chosen["palette"][entry]

    return chosen, at


def test_the_layers_hints_and_protect_are_obeyed(studio, sent):
    _, at = colored(studio, sent)
    assert [at(110, 40), at(170, 80), at(45, 60)] == [RED, BLUE, None]


def test_what_is_asked_for_wins_over_the_layer(studio, sent):
    _, at = colored(studio, sent, hints=[{"x": 110, "y": 40, "color": "#00aa00"}])
    assert [at(110, 60), at(170, 60)] == ["#00aa00", BLUE]


def test_an_edit_keeps_the_hints_of_the_layer(studio, sent):
    edits = [{"cut": [[100, 85], [130, 85]]}]
    path = f"/api/drawings/{sent['id']}/regions"
    cut = studio.post(path, json={"gap": 0, "edits": edits}).json()
    _, at = colored(studio, sent | cut)
    assert [at(110, 40), at(170, 80)] == [RED, BLUE]


def export(studio, sent, **more):
    chosen, _ = colored(studio, sent)
    body = {"drawing": sent["id"], "regions": sent["regions"], "format": "ora"}
    body |= {key: chosen[key] for key in ("palette", "entries")}
    return studio.post("/api/export", json=body | more)


def test_an_export_is_shaded_when_asked(studio, sent):
    def shade_of(**more):
        with zipfile.ZipFile(io.BytesIO(export(studio, sent, **more).content)) as archive:
            return (
                archive.read("data/shade.png") if "data/shade.png" in archive.namelist() else None
            )

    assert shade_of() is None
    assert shade_of(style="flat") is None
    one, other = shade_of(style="cel"), shade_of(style="cel", light="bottom-right")
    assert one
    assert other
    assert one != other
    assert shade_of(style="soft") != one


@pytest.mark.parametrize("wrong", [{"style": "oil"}, {"light": "behind"}])
def test_a_style_that_is_not_known_is_refused(studio, sent, wrong):
    answer = export(studio, sent, **wrong)
    assert answer.status_code == 422
    assert answer.json()["error"].endswith(".")
    assert next(iter(wrong.values())) in answer.json()["error"]
