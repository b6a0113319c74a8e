"""The story of a film: frames in a strip, a fix that spreads, keys, doubts, and the sequence."""

import json
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image

HULL, SAIL, STEP = (150, 208), (135, 130), 34
GREEN = "#2a7f62"


def boat(x):
    """A boat on the sea under the sun, further right in later frames, as PNG."""
    lines = np.full((300, 420), 255, np.uint8)
    hull = [(60 + x, 190), (240 + x, 190), (210 + x, 232), (95 + x, 232)]
    sails = (
        [(150 + x, 60), (150 + x, 176), (90 + x, 176)],
        [(162 + x, 84), (162 + x, 176), (220 + x, 176)],
    )
    for shape in (hull, *sails, [(150 + x, 40), (150 + x, 56), (182 + x, 48)]):
        cv2.polylines(lines, [np.int32(shape)], True, 0, 3, cv2.LINE_AA)
    cv2.line(lines, (156 + x, 40), (156 + x, 190), 0, 2, cv2.LINE_AA)
    cv2.circle(lines, (350, 60), 30, 0, 3, cv2.LINE_AA)
    for left, right in ((0, 95 + x), (210 + x, 419)):
        cv2.line(lines, (left, 215), (right, 215), 0, 2, cv2.LINE_AA)
    return cv2.imencode(".png", lines)[1].tobytes()


@pytest.fixture
def film(desk):
    """The desk with five frames opened together."""
    return opened(desk)


def opened(desk):
    """Choose five frames, which become a film."""
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Open a drawing").click()
    names = [f"boat_{number:02}.png" for number in range(1, 6)]
    sent = [
        {"name": name, "mimeType": "image/png", "buffer": boat(STEP * at)}
        for at, name in enumerate(names)
    ]
    # Files come in the order of their numbers, whatever order they were chosen in.
    chooser.value.set_files(sent[::-1])
    desk.until("nurie.desk.work?.answer && nurie.desk.work.view")
    desk.idle()
    return desk


def in_all(desk, color):
    """Wait until something of this colour is in every frame."""
    desk.until(
        "nurie.desk.work.answer.drawings.every(({ entries }) => entries.some((entry) => "
        f"nurie.desk.work.answer.palette[entry] === '{color}'))"
    )


def test_a_film_is_corrected_once_and_right_everywhere(film):
    desk = film
    frames = desk.page.locator("#strip button")
    desk.sees(frames, 5)
    first = json.loads(desk.state())[0]
    desk.paint_with(GREEN)
    desk.click(*HULL)
    desk.painted(GREEN, HULL)
    in_all(desk, GREEN)
    desk.expect(desk.page.locator("#live")).to_have_text("4 more frames follow.")
    desk.page.keyboard.press(".")
    desk.expect(frames.nth(1)).to_have_attribute("aria-pressed", "true")
    desk.painted(GREEN, (HULL[0] + STEP, HULL[1]))
    frames.nth(3).click()
    desk.expect(frames.nth(3)).to_have_attribute("aria-pressed", "true")
    desk.page.get_by_role("switch", name="Lines of the frames beside").click()
    desk.until("nurie.desk.stage.look.onion.every(Boolean)")
    desk.paint_with("#f08a24")
    desk.click(SAIL[0] + 3 * STEP, SAIL[1])
    in_all(desk, "#f08a24")
    desk.page.keyboard.press("y")
    desk.expect(frames.nth(3)).to_have_attribute("aria-label", "Frame 4, a key")
    desk.idle()
    in_all(desk, GREEN)
    desk.picture("film")
    desk.page.get_by_role("button", name="next J").click()
    desk.becomes("nurie.desk.work.at === nurie.desk.work.answer.next_key", True)
    path, name = save(desk, "Frames (PNG)")
    assert name == "boat_01.colored.zip"
    with zipfile.ZipFile(path) as file:
        assert file.namelist() == [f"boat_{number:02}.png" for number in range(1, 6)]
        for at in (0, 4):
            with file.open(f"boat_{at + 1:02}.png") as stream, Image.open(stream) as image:
                place = HULL[0] + STEP * at, HULL[1]
                assert image.convert("RGB").getpixel(place) == (0x2A, 0x7F, 0x62)
    for _ in range(3):
        desk.page.keyboard.press("Control+z")
    desk.becomes(desk.count, 0)
    desk.idle()
    desk.becomes("nurie.desk.work.at", 0)
    desk.becomes(lambda: json.loads(desk.state())[0], first)


def save(desk, button):
    """Press a button of the dialog that saves: the file's path and its name."""
    desk.page.get_by_role("button", name="Save", exact=True).click()
    with desk.page.expect_download() as caught:
        desk.page.locator("dialog").get_by_role("button", name=button).click()
    return caught.value.path(), caught.value.suggested_filename


def test_a_film_is_back_after_a_crash_and_doubts_go_through_its_frames(film):
    desk = film
    desk.paint_with(GREEN)
    desk.click(*HULL)
    in_all(desk, GREEN)
    desk.idle()
    desk.page.keyboard.press("n")
    doubts = desk.page.evaluate("nurie.desk.work.doubts")
    if doubts:
        desk.becomes("[nurie.desk.work.at, nurie.desk.stage.look.selected]", doubts[0])
    desk.page.goto("about:blank")
    desk.page.close(run_before_unload=False)
    desk.enter()
    desk.until("nurie.desk.work?.answer && nurie.desk.work.view")
    in_all(desk, GREEN)
    desk.sees(desk.page.locator("#strip button"), 5)
    assert desk.count() == 1


def test_a_project_of_a_film_opens_again_with_keys_and_fixes(film, another):
    desk = film
    desk.paint_with(GREEN)
    desk.click(*HULL)
    in_all(desk, GREEN)
    desk.page.keyboard.press("y")
    desk.page.get_by_role("radio", name="Cel").click()
    desk.page.get_by_label("Frames a second").fill("8")
    desk.page.get_by_label("Frames a second").press("Enter")
    desk.idle()
    before = desk.state()
    path, name = save(desk, "Project")
    assert name == "boat_01.nurie"
    other = another()
    with other.page.expect_file_chooser() as chooser:
        other.page.get_by_role("button", name="Open a drawing").click()
    chooser.value.set_files({"name": name, "mimeType": "", "buffer": path.read_bytes()})
    other.until("nurie.desk.work?.answer && nurie.desk.work.view")
    other.becomes(other.state, before)
    other.becomes("[nurie.desk.work.fps, nurie.desk.work.view.said.style]", [8, "cel"])
    keyed = other.page.get_by_role("button", name="Frame 1, a key")
    other.sees(keyed, 1)
    other.until("nurie.desk.stage.shade !== null")
    for _ in range(3):
        other.page.keyboard.press("Control+z")
    other.becomes(other.count, 0)
    assert not other.errors


def test_space_plays_and_stops_where_it_is_seen(film):
    desk = film
    playing = "Boolean(nurie.desk.stage.look.playing)"
    desk.page.locator("#picture").focus()
    desk.page.keyboard.press(" ")
    desk.until(playing)
    desk.until("document.querySelector('#strip [aria-pressed=true]').dataset.frame === '2'")
    desk.page.keyboard.press(" ")
    desk.until(f"!{playing}")
    at = desk.page.evaluate("nurie.desk.work.at")
    assert at > 0
    desk.until(f"document.querySelector('#strip [aria-pressed=true]').dataset.frame === '{at}'")
    desk.sees(desk.page.locator("#play[aria-pressed=false]"), 1)
    # Held, it moves the picture and plays nothing.
    before = desk.screen(*HULL)
    desk.page.keyboard.down(" ")
    desk.drag(HULL, (HULL[0] + 20, HULL[1]))
    desk.page.keyboard.up(" ")
    assert desk.screen(*HULL) != before
    assert not desk.page.evaluate(playing)


def pictures(desk, name):
    """Keep screenshots, dark and light."""
    for scheme in ("dark", "light"):
        desk.page.emulate_media(color_scheme=scheme)
        desk.picture(f"{name}-{scheme}")


def test_axe_finds_no_serious_fault_in_a_film(film, faults):
    desk = film
    desk.page.keyboard.press(".")
    desk.page.get_by_role("switch", name="Lines of the frames beside").click()
    desk.until("nurie.desk.stage.look.onion.some(Boolean)")
    pictures(desk, "film")
    assert not faults(desk.page)
    desk.page.keyboard.press("Control+s")
    desk.page.locator("dialog[open]").wait_for()
    assert not faults(desk.page)
    desk.page.locator("dialog[open]").get_by_label("Close").click()
    desk.page.set_viewport_size({"width": 640, "height": 400})
    desk.until("innerWidth === 640")
    assert not faults(desk.page)
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert desk.page.locator("#stage").bounding_box()["height"] > 200
    pictures(desk, "film-twofold")
