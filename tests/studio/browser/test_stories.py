"""Whole stories: what a person does with the page, from the first drop to the saved file."""

import json
import zipfile

from PIL import Image

SKIRT, HAIR, BODICE = (264, 384), (265, 77), (271, 191)
STAR = (152, 30)
LEFT_SKIRT, RIGHT_SKIRT = (199, 306), (305, 316)


def test_a_drawing_is_coloured_by_itself(desk):
    desk.picture("start")
    desk.open_file("fairy.png")
    colors = json.loads(desk.state())[0]
    assert sum(color >= 0 for color in colors) > len(colors) / 2
    desk.sees(desk.page.locator("#ideas button"), 4)
    assert desk.page.locator(".swatches .swatch").count() > 3
    desk.picture("colours")


def test_a_dab_is_obeyed_exactly_and_undone(fairy):
    desk = fairy
    before = desk.state()
    first = desk.color(*LEFT_SKIRT)
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.painted("#2a7f62", LEFT_SKIRT)
    desk.idle()
    desk.painted("#2a7f62", LEFT_SKIRT)
    desk.picture("dab")
    desk.page.keyboard.press("Control+z")
    desk.idle()
    desk.painted(first, LEFT_SKIRT)
    desk.becomes(lambda: json.loads(desk.state())[0], json.loads(before)[0])
    desk.page.keyboard.press("Control+Shift+z")
    desk.idle()
    desk.painted("#2a7f62", LEFT_SKIRT)


def test_a_second_dab_can_split_the_region_instead(fairy):
    desk = fairy
    desk.tool("Merge regions")
    desk.drag(LEFT_SKIRT, RIGHT_SKIRT)
    desk.idle()
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.paint_with("#7f2a62")
    desk.click(*RIGHT_SKIRT)
    desk.painted("#7f2a62", LEFT_SKIRT, RIGHT_SKIRT)
    # At once: the offer goes by itself.
    desk.page.get_by_role("button", name="Split it between the two dabs").click()
    desk.becomes(desk.count, 4)
    desk.painted("#2a7f62", LEFT_SKIRT)
    desk.painted("#7f2a62", RIGHT_SKIRT)


def test_a_stroke_colours_what_it_crosses(fairy):
    desk = fairy
    desk.paint_with("#8040c0")
    desk.drag(LEFT_SKIRT, SKIRT, RIGHT_SKIRT)
    desk.painted("#8040c0", LEFT_SKIRT, SKIRT, RIGHT_SKIRT)
    desk.becomes(desk.count, 1)


def test_a_swatch_changes_every_region_with_it(fairy):
    desk = fairy
    place = desk.largest()
    old = desk.color(*place)
    swatch = desk.page.locator(f".swatches [data-color='{old}']")
    swatch.dblclick()
    # A gray has no hue to turn: saturation and brightness too.
    desk.page.get_by_role("slider", name="Hue").click(position={"x": 10, "y": 114})
    field = desk.page.get_by_role("slider", name="Saturation and brightness")
    field.click(position={"x": 84, "y": 36})
    field.press("Shift+ArrowLeft")
    said = "saturation 60 %, brightness 70 %, violet"
    desk.expect(field).to_have_attribute("aria-valuetext", said)
    desk.picture("swatch", few=0)
    desk.page.get_by_role("button", name="Done").click()
    desk.sees(swatch, 0)
    new = desk.color(*place)
    desk.sees(desk.page.locator(f".swatches [data-color='{new}']"), 1)
    desk.becomes(desk.count, 1)


def test_colours_painted_with_are_at_hand_in_the_next_drawing(fairy):
    desk = fairy
    for color, place in (("#8040c0", LEFT_SKIRT), ("#408060", RIGHT_SKIRT)):
        desk.paint_with(color)
        desk.click(*place)
        desk.idle()
    desk.page.get_by_role("button", name="back to the start page").click()
    desk.page.get_by_role("button", name="house.png", exact=True).click()
    desk.settled()
    desk.page.locator(".swatch.current").click()
    recent = desk.page.get_by_role("toolbar", name="Recent").get_by_role("button")
    desk.sees(recent, 2)
    recent.last.click()
    desk.page.get_by_role("button", name="Done").click()
    desk.becomes("nurie.desk.color", "#8040c0")


def test_a_title_names_the_work_and_its_files(fairy):
    desk = fairy
    title = desk.page.get_by_role("textbox", name="Title")
    desk.expect(title).to_have_value("fairy")
    title.fill("Godmother 2.5")
    title.press("Enter")
    _, name = desk.download("Picture (PNG)")
    assert name == "Godmother 2.5.colored.png"
    desk.idle()
    desk.page.reload()
    desk.expect(title).to_have_value("Godmother 2.5")
    desk.page.get_by_role("button", name="back to the start page").click()
    desk.sees(desk.page.get_by_role("button", name="Forget Godmother 2.5"), 1)


def test_giving_up_a_swatch_changes_nothing(fairy):
    desk = fairy
    before = desk.state()
    desk.page.locator(".swatches .swatch").first.dblclick()
    desk.page.get_by_label("Colour as hex").fill("#123456")
    desk.page.keyboard.press("Escape")
    desk.sees(desk.page.locator(".colorbox"), 0)
    assert desk.state() == before


def test_a_locked_colour_stays(fairy):
    desk = fairy
    place = desk.largest()
    color = desk.color(*place)
    desk.page.locator(f".swatches [data-color='{color}']").dblclick()
    desk.page.get_by_role("button", name="Lock").click()
    desk.paint_with("#206090")
    other = STAR if desk.color(*STAR) != color else HAIR
    desk.click(*other)
    desk.idle()
    desk.painted("#206090", other)
    assert desk.color(*place) == color
    desk.sees(desk.page.locator(f".swatches [data-color='{color}'][aria-label*=locked]"), 1)


def test_fill_paper_keep_and_erase_mean_one_region(fairy):
    desk = fairy
    others = json.loads(desk.state())[0]
    desk.paint_with("#30a0a0")
    desk.tool("Fill one region")
    desk.click(*SKIRT)
    desk.tool("Leave as paper")
    desk.click(*BODICE)
    desk.painted("#30a0a0", SKIRT)
    desk.painted("paper", BODICE)
    changed = [a != b for a, b in zip(others, json.loads(desk.state())[0], strict=True)]
    assert sum(changed) == 2
    desk.tool("Erase a hint")
    desk.click(*BODICE)
    desk.idle()
    desk.becomes(lambda: desk.color(*BODICE) != "paper", True)
    desk.tool("Keep as it is")
    desk.click(*HAIR)
    kept = desk.color(*HAIR)
    desk.page.keyboard.press("b")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.painted(kept, HAIR)


def test_an_idea_is_taken(fairy):
    desk = fairy
    first = desk.state()
    desk.page.keyboard.press("2")
    desk.expect(desk.page.locator("#ideas button").nth(1)).to_have_attribute("aria-pressed", "true")
    desk.idle()
    assert desk.state() != first
    desk.picture("idea")


def test_a_line_splits_a_region_and_a_merge_joins_two(fairy):
    desk = fairy
    count = "nurie.desk.work.view.regions.areas.filter((area) => area > 0).length"
    before = desk.page.evaluate(count)
    desk.tool("Close a gap or split")
    desk.drag((125, 315), (258, 315))
    desk.until(f"{count} > {before}")
    desk.settled()
    split = desk.page.evaluate(count)
    desk.picture("split")
    desk.drag((60, 60), (90, 90))
    desk.page.get_by_role("button", name="Take it back").click()
    desk.becomes(desk.count, 1)
    desk.tool("Merge regions")
    desk.drag(LEFT_SKIRT, RIGHT_SKIRT)
    desk.settled()
    desk.becomes(count, split - 1)
    desk.page.keyboard.press("Control+z")
    desk.page.keyboard.press("Control+z")
    desk.idle()
    desk.becomes(count, before)


def test_doubts_are_visited_by_keyboard_alone(fairy):
    desk = fairy
    first = desk.page.evaluate("nurie.desk.work.view.ask[0]")
    desk.page.keyboard.press("n")
    desk.becomes("nurie.desk.stage.look.selected", first)
    desk.expect(desk.page.locator("#live")).to_contain_text("Doubt 1")
    desk.picture("doubt")
    desk.page.keyboard.press("Enter")
    desk.until(f"nurie.desk.work.view.said.wishes.has({first})")
    desk.until(f"!nurie.desk.work.view.ask.includes({first})")


def test_before_and_after(fairy):
    desk = fairy
    desk.page.keyboard.press("c")
    handle = desk.page.locator("#split")
    desk.expect(handle).to_have_attribute("aria-valuenow", "50")
    desk.picture("before-after")
    handle.press("ArrowRight")
    desk.expect(handle).to_have_attribute("aria-valuenow", "52")
    desk.page.keyboard.press("c")
    desk.expect(handle).to_be_hidden()


def test_what_is_saved_has_the_colours_that_are_seen(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    for button, suffix in (("Picture (PNG)", "png"), ("Layers (ORA)", "ora")):
        path, name = desk.download(button)
        assert name == f"fairy.colored.{suffix}"
        if suffix == "ora":
            with zipfile.ZipFile(path) as file:
                path = file.extract("mergedimage.png", path.parent)
        with Image.open(path) as image:
            assert image.size == (512, 512)
            assert image.convert("RGB").getpixel(LEFT_SKIRT) == (0x2A, 0x7F, 0x62)


def test_hints_are_saved_for_the_command_line(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    path, name = desk.download("Hints (JSON)")
    assert name == "fairy.hints.json"
    hints = json.loads(path.read_text("utf-8"))["hints"]
    assert hints == [{"x": LEFT_SKIRT[0], "y": LEFT_SKIRT[1], "color": "#2a7f62"}]


def test_a_project_opens_again_exactly_as_it_was(fairy, another):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.tool("Fill one region")
    desk.click(*HAIR)
    before = desk.state()
    path, name = desk.download("Project")
    assert name == "fairy.nurie"
    other = another()
    other.open_bytes(name, path.read_bytes())
    other.becomes(other.state, before)
    other.page.keyboard.press("Control+z")
    other.page.keyboard.press("Control+z")
    other.becomes(lambda: other.color(*LEFT_SKIRT) != "#2a7f62", True)
    assert not other.errors


def test_a_crash_loses_nothing(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    before = desk.state()
    desk.page.goto("about:blank")
    desk.page.close(run_before_unload=False)
    desk.enter()
    desk.settled()
    desk.becomes(desk.state, before)
    desk.picture("recovered")
    desk.page.locator("[data-do=home]").click()
    desk.page.get_by_role("heading", name="Go on where you stopped").wait_for()
    desk.sees(desk.page.locator("#recent-cards .card"), 1)
    desk.picture("recent")


def test_a_work_that_another_tab_has_open_is_not_taken_away(fairy):
    first = fairy.page
    fairy.enter()
    fairy.page.get_by_role("heading", name="Go on where you stopped").wait_for()
    fairy.page.locator("#recent-cards button").first.click()
    fairy.settled()
    fairy.page.get_by_text("open in another tab").first.wait_for()
    ids = [page.evaluate("nurie.desk.work.id") for page in (first, fairy.page)]
    assert ids[0] != ids[1]


def test_a_drawing_that_the_server_forgot_is_sent_again(fairy):
    desk = fairy
    forgotten = json.dumps({"error": "It is no longer in the cache.", "gone": True})
    seen = []

    def answer(route):
        seen.append(route.request.url)
        if len(seen) == 1:
            route.fulfill(status=404, content_type="application/json", body=forgotten)
        else:
            route.continue_()

    desk.page.route("**/colors", answer)
    desk.click(*LEFT_SKIRT)
    desk.until("nurie.desk.work.answers.has(nurie.desk.work.commands[0].id)")
    assert len(seen) >= 2
    desk.sees(desk.page.locator(".toast.bad"), 0)
    desk.painted(desk.page.evaluate("nurie.desk.color"), LEFT_SKIRT)


def test_trouble_is_one_sentence_and_the_work_stays(fairy):
    desk = fairy
    broken = json.dumps({"error": "The disk is full; make room and try again."})
    desk.page.route("**/colors", lambda route: route.fulfill(status=503, body=broken))
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.page.get_by_text("The disk is full; make room and try again.").first.wait_for()
    desk.painted("#2a7f62", LEFT_SKIRT)
    desk.picture("trouble")
    desk.page.unroute("**/colors")
    desk.page.get_by_role("button", name="Try again").click()
    desk.until("nurie.desk.work.answers.has(nurie.desk.work.commands[0].id)")
    desk.sees(desk.page.locator(".toast.bad"), 0)


def test_saving_into_the_folder_never_replaces_by_itself(desk, folder):
    desk.open_file("house.png")
    for _ in range(2):
        desk.page.keyboard.press("Control+s")
        desk.page.get_by_role("button", name="Save there").click()
        desk.page.locator(".toast").wait_for()
        first = desk.page.locator(".toast").text_content()
        desk.page.evaluate("document.querySelector('.toast').remove()")
    assert (folder / "house.colored.png").is_file()
    assert "Replace it" in first
