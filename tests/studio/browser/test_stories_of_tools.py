"""Stories of tools that others have no room for: pick, gaps, fingers."""

LEFT_SKIRT, SKIRT = (199, 306), (264, 384)
PIECES = "nurie.desk.work.view.regions.areas.filter((area) => area > 0).length"


def test_a_colour_is_picked_from_the_picture(fairy):
    desk = fairy
    color = desk.color(*SKIRT)
    desk.tool("Pick a colour")
    desk.click(*SKIRT)
    desk.becomes("nurie.desk.color", color)
    desk.becomes("nurie.desk.tool.id", "dab")
    desk.page.keyboard.down("Alt")
    desk.click(*LEFT_SKIRT)
    desk.page.keyboard.up("Alt")
    picked = desk.color(*LEFT_SKIRT)
    wanted = "#ffffff" if picked == "paper" else picked
    desk.becomes("nurie.desk.color", wanted)
    assert desk.count() == 0


def test_gaps_are_closed_and_opened_in_the_whole_drawing(fairy):
    desk = fairy
    before, count = desk.page.evaluate(PIECES), desk.state()
    gap = desk.page.locator("#gap")
    gap.evaluate("e => { e.value = 0; e.dispatchEvent(new Event('change')); }")
    desk.settled()
    desk.expect(desk.page.locator("#gap-value")).to_have_text("0 px")
    fewer = desk.page.evaluate(PIECES)
    assert fewer < before
    desk.page.keyboard.press("Control+z")
    desk.becomes(PIECES, before)
    desk.becomes(lambda: desk.state().split("],")[0], count.split("],")[0])


def test_one_finger_paints(another, project):
    desk = another(has_touch=True)
    desk.open_bytes("fairy.nurie", project)
    desk.paint_with("#2a7f62")
    desk.page.touchscreen.tap(*desk.screen(*LEFT_SKIRT))
    desk.idle()
    desk.painted("#2a7f62", LEFT_SKIRT)
    desk.becomes(desk.count, 1)
    assert not desk.errors


def test_a_tool_whose_key_is_held_is_only_lent(fairy):
    desk = fairy
    tool = "nurie.desk.tool.id"
    desk.page.keyboard.down("l")
    desk.becomes(tool, "cut")
    desk.drag((150, 330), (250, 330))
    desk.page.keyboard.up("l")
    desk.becomes(tool, "dab")
    desk.becomes(desk.count, 1)
    # Pressed alone, it stays.
    desk.page.keyboard.press("f")
    desk.becomes(tool, "fill")
