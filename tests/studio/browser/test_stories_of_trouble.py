"""Stories of what went wrong once: strips, a server that comes back, tabs, keys, fingers."""

import io

import numpy as np
import pytest
from PIL import Image

LEFT_SKIRT, SKIRT, RIGHT_SKIRT = (199, 306), (264, 384), (305, 316)
PIECES = "nurie.desk.work.view.regions.areas.filter((area) => area > 0).length"


@pytest.fixture(scope="session")
def strip():
    """A strip of boxes that is higher than a texture of most graphics cards, as PNG."""
    pixels = np.full((10_000, 300), 255, np.uint8)
    for top in (500, 7_600, 9_000):
        pixels[top : top + 900, 40:260] = 0
        pixels[top + 40 : top + 860, 80:220] = 255
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def test_a_strip_higher_than_a_texture_shows_lines_and_colours(desk, strip):
    desk.open_bytes("strip.png", strip)
    desk.tool("Fill one region")
    desk.paint_with("#2a7f62")
    # The first tile, a box across the seam at 8,064, and the last tile.
    for top in (500, 7_600, 9_000):
        place = f"stage.camera.toScreen(150, {top + 450})"
        desk.page.evaluate(
            "(() => { const { stage } = nurie.desk; stage.zoom(0.5 / stage.camera.scale);"
            f"const [x, y] = {place}; stage.pan(stage.size.width / 2 - x, 300 - y); }})()"
        )
        desk.click(150, top + 450)
        desk.idle()
        desk.page.mouse.move(5, 5)
        for y in (top + 450, top + 470):
            desk.becomes(lambda y=y: desk.shown(*desk.screen(150, y)), (0x2A, 0x7F, 0x62), top)
        assert max(desk.shown(*desk.screen(60, top + 450))) < 60, "the line is dark"
        assert min(desk.shown(*desk.screen(20, top + 450))) > 240, "the sheet is white"
    desk.picture("strip")


def test_enter_in_the_colour_box_closes_it(fairy):
    fairy.paint_with("#2a7f62")
    fairy.sees(fairy.page.locator(".colorbox"), 0)
    fairy.becomes("nurie.desk.color", "#2a7f62")


def test_a_server_that_comes_back_ends_the_trouble(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.page.route("**/api/**", lambda route: route.abort())
    desk.click(*LEFT_SKIRT)
    bad = desk.page.locator(".toast.bad")
    bad.get_by_text("nurie does not answer").wait_for()
    desk.page.evaluate("nurie.desk.panel.moreIdeas()")
    desk.sees(bad.get_by_role("button", name="Try again"), 1)
    desk.page.unroute("**/api/**")
    desk.page.get_by_text("nurie answers again").first.wait_for()
    desk.until("nurie.desk.work.answers.has(nurie.desk.work.commands[0].id)")
    desk.sees(bad, 0)


def test_trouble_goes_when_the_next_thing_works(fairy):
    desk = fairy
    desk.page.route("**/colors", lambda route: route.fulfill(status=503, body="{}"))
    desk.click(*LEFT_SKIRT)
    desk.page.locator(".toast.bad").wait_for()
    desk.page.unroute("**/colors")
    desk.click(*SKIRT)
    desk.until("document.querySelectorAll('.toast.bad').length === 0")


def test_a_work_is_recovered_after_a_second_tab_was_opened_and_closed(fairy, folder):
    desk, first = fairy, fairy.page
    desk.click(*LEFT_SKIRT)
    desk.idle()
    state = desk.state()
    desk.enter()
    desk.open_file("house.png")
    desk.page.locator("[data-do=home]").click()
    desk.page.locator("#recent-cards .card").nth(1).wait_for()
    desk.page.reload()
    desk.page.get_by_role("heading", name="Go on where you stopped").wait_for()
    desk.page.close(run_before_unload=False)
    first.close(run_before_unload=False)
    desk.enter()
    desk.settled()
    desk.becomes(desk.state, state)


def test_regions_are_merged_and_split_by_keyboard_alone(fairy):
    desk = fairy
    before = desk.page.evaluate(PIECES)
    mark = "nurie.desk.stage.select(nurie.desk.work.view.regions.at({}, {}))"
    desk.page.keyboard.press("m")
    for place in (LEFT_SKIRT, RIGHT_SKIRT):
        desk.page.evaluate(mark.format(*place))
        desk.page.keyboard.press("Enter")
    desk.until(f"{PIECES} === {before - 1}")
    desk.idle()
    desk.page.keyboard.press("l")
    desk.page.evaluate(mark.format(*LEFT_SKIRT))
    desk.page.keyboard.press("Enter")
    desk.until(f"{PIECES} === {before}")
    desk.idle()
    at = "nurie.desk.work.view.regions.at({}, {})"
    desk.until(f"{at.format(*LEFT_SKIRT)} !== {at.format(*RIGHT_SKIRT)}")


SMALL = """
[...document.querySelectorAll("#desk button, #desk input")]
  .filter((element) => element.offsetParent)
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([{ type }, box]) => box.width < 40 || (box.height < 40 && type !== "range"))
  .map(([{ id, ariaLabel }, { width, height }]) => `${id || ariaLabel} ${width} ${height}`)
"""


def test_everything_on_a_phone_is_large_enough_for_a_finger(another, project):
    desk = another(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    desk.open_bytes("fairy.nurie", project)
    desk.page.get_by_role("button", name="Ideas and settings").click()
    desk.becomes(SMALL, [])
    desk.picture("phone-panel")
