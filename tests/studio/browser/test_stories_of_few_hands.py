"""Stories of little work: one stroke for a part, a line around it, a swatch dropped on it."""

import json

import pytest

LEFT_SKIRT, SKIRT, RIGHT_SKIRT = (199, 306), (264, 384), (305, 316)
HAIR, SHEET = (265, 77), (60, 300)
STARS = (164, 463), (208, 475), (252, 460)
COLOR = "nurie.desk.color"


def test_a_right_click_takes_a_colour_and_r_gives_the_one_before_back(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.page.mouse.click(*desk.screen(*LEFT_SKIRT), button="right")
    desk.becomes(COLOR, desk.color(*LEFT_SKIRT))
    desk.page.keyboard.press("r")
    desk.becomes(COLOR, "#2a7f62")
    desk.page.get_by_label("The colour before").click()
    desk.becomes(COLOR, desk.color(*LEFT_SKIRT))
    desk.becomes(desk.count, 0)


def test_a_swatch_is_dragged_onto_the_picture(fairy):
    desk = fairy
    swatch = desk.page.locator(".swatches .swatch").nth(2)
    color = swatch.get_attribute("data-color")
    box = swatch.bounding_box()
    desk.page.mouse.move(box["x"] + 10, box["y"] + 10)
    desk.page.mouse.down()
    desk.page.mouse.move(*desk.screen(*LEFT_SKIRT), steps=5)
    desk.sees(desk.page.locator(".swatch.dragged"), 1)
    desk.page.mouse.up()
    desk.painted(color, LEFT_SKIRT)
    desk.becomes(COLOR, color)
    desk.sees(desk.page.locator(".swatch.dragged"), 0)
    desk.becomes(desk.count, 1)


def test_a_colour_of_a_set_takes_one_click_or_one_drag(fairy):
    desk = fairy
    desk.page.get_by_role("group", name="Hair").get_by_role("button").nth(1).click()
    desk.becomes(COLOR, "#c98a3c")
    desk.page.get_by_role("group", name="Plants").get_by_role("button").nth(2).hover()
    desk.page.mouse.down()
    desk.page.mouse.move(*desk.screen(*LEFT_SKIRT), steps=5)
    desk.page.mouse.up()
    desk.painted("#4f8f3f", LEFT_SKIRT)
    desk.becomes(COLOR, "#4f8f3f")
    desk.becomes(desk.count, 1)


def test_the_box_takes_names_and_gives_colours_that_go_with_one(fairy):
    desk = fairy
    desk.page.locator(".swatch.current").click()
    desk.page.get_by_label("Colour as hex").fill("dark red")
    shades = desk.page.get_by_role("group", name="Lights and shades").get_by_role("button")
    desk.expect(shades.nth(0)).to_have_attribute("data-color", "#ae6060")
    desk.page.get_by_role("group", name="Goes with it").get_by_role("button").nth(3).click()
    desk.picture("box")
    desk.page.get_by_role("button", name="Done").click()
    desk.becomes(COLOR, "#1c8b8b")


def test_what_a_line_encloses_takes_the_colour_in_one_step(fairy):
    desk = fairy
    before = desk.state()
    desk.paint_with("#2a7f62")
    desk.tool("Enclose and fill")
    desk.drag((110, 205), (250, 195), (370, 260), (370, 440), (100, 440))
    desk.painted("#2a7f62", LEFT_SKIRT, SKIRT, RIGHT_SKIRT)
    assert desk.color(*HAIR) != "#2a7f62"
    desk.painted("paper", SHEET)
    desk.picture("enclosed")
    desk.becomes(desk.count, 1)
    desk.page.keyboard.press("Control+z")
    desk.becomes(lambda: json.loads(desk.state())[0], json.loads(before)[0])


def test_the_background_is_coloured_only_when_that_is_meant(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*SHEET)
    desk.painted("paper", SHEET)
    desk.picture("background")
    desk.page.get_by_text("click again, or hold").first.wait_for()
    desk.click(*SHEET)
    desk.painted("#2a7f62", SHEET)
    desk.page.keyboard.press("Control+z")
    desk.idle()
    desk.page.evaluate("nurie.desk.acts.meant = null")
    desk.drag(SHEET, (60, 340))
    desk.becomes(desk.count, 0)
    desk.drag(SHEET, LEFT_SKIRT)
    desk.painted("#2a7f62", LEFT_SKIRT)
    assert desk.color(*SHEET) == "paper"
    desk.page.keyboard.press("Control+z")
    desk.page.evaluate("nurie.desk.acts.meant = null")
    desk.page.mouse.move(*desk.screen(*SHEET))
    desk.page.mouse.down()
    desk.page.wait_for_timeout(460)  # how long a hold is, by the times of the events
    desk.page.mouse.up()
    desk.painted("#2a7f62", SHEET)


def test_the_keyboard_passes_over_the_background(fairy):
    fairy.page.keyboard.press("[")
    seen = set()
    for _ in range(5):
        last = fairy.page.evaluate("nurie.desk.stage.look.selected")
        fairy.page.keyboard.press("]")
        fairy.until(f"nurie.desk.stage.look.selected !== {last}")
        seen.add(fairy.page.evaluate("nurie.desk.stage.look.selected"))
    assert len(seen) == 5
    background = fairy.page.evaluate("[...nurie.desk.work.view.regions.background]")
    assert background
    assert not seen & set(background)


def test_doubts_go_with_the_first_dab_and_come_back_when_wanted(fairy):
    desk = fairy
    doubts = desk.page.get_by_role("switch", name="Show doubts in the picture")
    desk.expect(doubts).to_have_attribute("aria-checked", "true")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.expect(doubts).to_have_attribute("aria-checked", "false")
    desk.page.keyboard.press("u")
    desk.expect(doubts).to_have_attribute("aria-checked", "true")
    desk.click(*HAIR)
    desk.idle()
    desk.expect(doubts).to_have_attribute("aria-checked", "true")


def test_ideas_are_compared_large(fairy):
    desk = fairy
    desk.page.get_by_role("button", name="Compare them large").click()
    large = desk.page.locator("dialog .ideas button")
    desk.sees(large, 4)
    assert large.nth(1).bounding_box()["width"] > 250
    desk.picture("ideas")
    desk.page.keyboard.press("3")
    desk.sees(desk.page.locator("dialog"), 0)
    idea = desk.page.locator("#ideas button").nth(2)
    desk.expect(idea).to_have_attribute("aria-pressed", "true")


def test_the_drawing_alone_is_seen_while_c_is_held(fairy):
    split = "nurie.desk.stage.look.split"
    fairy.page.keyboard.down("c")
    fairy.page.keyboard.down("c")  # as a keyboard repeats it
    fairy.until(f"{split} >= nurie.desk.stage.size.width")
    fairy.page.keyboard.up("c")
    fairy.becomes(split, None)
    fairy.expect(fairy.page.locator("#split")).to_be_hidden()


@pytest.fixture
def requests(fairy):
    """What the page asks colours for."""
    found = []

    def note(request):
        if request.url.endswith("/colors"):
            found.append(json.loads(request.post_data))

    fairy.page.on("request", note)
    return found


def test_a_region_is_called_by_name_and_words_mean_it(fairy, requests):
    desk = fairy
    desk.tool("Say what it is")
    desk.click(*HAIR)
    desk.page.get_by_label("What it shows", exact=True).fill("black hair")
    desk.picture("part")
    desk.page.keyboard.press("Enter")
    desk.becomes(lambda: requests and requests[-1].get("words"), "black hair")
    desk.idle()
    assert {"x": HAIR[0], "y": HAIR[1], "part": "hair"} in requests[-1]["hints"]
    desk.expect(desk.page.locator("#words")).to_have_value("black hair")
    red, green, blue = bytes.fromhex(desk.color(*HAIR)[1:])
    assert max(red, green, blue) < 90, "it is black"
    desk.becomes(desk.count, 1)


def test_words_are_obeyed_and_what_they_cannot_is_said(fairy, requests):
    desk = fairy
    words = desk.page.get_by_role("textbox", name="Words")
    words.fill("blue dress, purple tractor")
    words.press("Enter")
    desk.becomes(lambda: requests and requests[-1].get("words"), "blue dress, purple tractor")
    desk.expect(desk.page.locator("#words-note")).to_contain_text("tractor")
    desk.picture("words")
    words.fill("")
    words.press("Enter")
    desk.becomes(lambda: requests[-1].get("words"), None)
    desk.expect(desk.page.locator("#words-note")).to_have_text("")


def test_what_followed_a_stroke_is_let_go_where_it_was_not_meant(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.drag((305, 300), RIGHT_SKIRT, (305, 330))
    desk.painted("#2a7f62", RIGHT_SKIRT, SKIRT)
    desk.page.get_by_role("button", name="Only what I crossed").click()
    desk.becomes(lambda: desk.color(*SKIRT) != "#2a7f62", True)
    desk.painted("#2a7f62", RIGHT_SKIRT)
    desk.becomes(desk.count, 1)


def test_with_shift_nothing_follows(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.page.keyboard.down("Shift")
    desk.click(*LEFT_SKIRT)
    desk.painted("#2a7f62", LEFT_SKIRT)
    desk.drag(STARS[0], STARS[1])
    desk.page.keyboard.up("Shift")
    desk.painted("#2a7f62", STARS[0], STARS[1])
    desk.becomes(desk.count, 2)
    desk.idle()
    assert "#2a7f62" not in (desk.color(*RIGHT_SKIRT), desk.color(*STARS[2]))
    desk.sees(desk.page.locator(".toast.offer"), 0)


def test_what_is_alike_is_offered_shown_and_taken(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*STARS[0])
    offer = desk.page.get_by_role("button", name="alike, too")
    offer.hover()
    desk.picture("alike")
    alike = desk.page.evaluate("nurie.desk.work.view.answer.alike")
    places = desk.page.evaluate(f"{alike}.map((r) => nurie.desk.work.view.regions.anchors[r])")
    assert len(places) > 2
    assert all(desk.color(*place) != "#2a7f62" for place in places)
    offer.click()
    desk.painted("#2a7f62", *places)
    desk.becomes(desk.count, 2)
    desk.page.keyboard.press("Control+z")
    desk.becomes(lambda: "#2a7f62" in [desk.color(*place) for place in places], False)
    desk.painted("#2a7f62", STARS[0])


def test_a_dab_reaches_what_is_the_same_thing(fairy, requests):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*RIGHT_SKIRT)
    desk.painted("#2a7f62", RIGHT_SKIRT, SKIRT)
    assert "keep" in requests[-1]
    desk.page.get_by_role("button", name="Only this one").click()
    desk.becomes(lambda: desk.color(*SKIRT) != "#2a7f62", True)
    desk.painted("#2a7f62", RIGHT_SKIRT)
    desk.becomes(desk.count, 1)
