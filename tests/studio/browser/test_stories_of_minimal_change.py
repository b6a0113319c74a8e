"""Stories of what does not change: one dab leaves the rest of the picture as it is."""

import json

LEFT_SKIRT, RIGHT_SKIRT, HAIR = (199, 306), (305, 316), (265, 77)


def colors(desk):
    return json.loads(desk.state())[0]


def differing(one, two):
    return [region for region, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]


def test_a_dab_leaves_the_rest_of_the_picture(fairy):
    desk = fairy
    before = colors(desk)
    doubts = desk.page.evaluate("nurie.desk.work.view.ask.length")
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    after = colors(desk)
    changed = differing(before, after)
    assert 1 <= len(changed) <= len(before) / 10
    assert {after[region] for region in changed} == {0x2A7F62}
    assert len({before[region] for region in changed}) == 1
    assert doubts - len(changed) <= desk.page.evaluate("nurie.desk.work.view.ask.length") < doubts


def test_taking_a_hint_back_gives_the_first_colours_back(fairy):
    desk = fairy
    before = colors(desk)
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.paint_with("#7f2a62")
    desk.click(*RIGHT_SKIRT)
    desk.idle()
    between = colors(desk)
    desk.tool("Erase a hint")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    after = colors(desk)
    assert differing(before, after) == [
        region for region in differing(before, between) if between[region] == 0x7F2A62
    ]
    desk.click(*RIGHT_SKIRT)
    desk.idle()
    assert colors(desk) == before


def test_an_idea_keeps_to_the_hints_and_stays_as_it_was_shown(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    idea = desk.page.evaluate(
        "(() => { const { ideas } = nurie.desk.work; return ideas[2].entries.map((e) => e < 0 ? -1 "
        ": parseInt(ideas[2].palette[e].slice(1), 16)); })()"
    )
    desk.page.keyboard.press("3")
    desk.idle()
    changed = differing(idea[1:], colors(desk)[1:])
    desk.painted("#2a7f62", LEFT_SKIRT)
    assert {colors(desk)[region + 1] for region in changed} == {0x2A7F62}


def test_a_second_hint_while_the_first_is_thought_over_is_as_calm(fairy):
    desk = fairy
    before = colors(desk)
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.click(*HAIR)
    desk.idle()
    after = colors(desk)
    assert {after[region] for region in differing(before, after)} == {0x2A7F62}


def test_asking_for_ideas_thinks_all_over_with_the_hints_in_mind(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    old = desk.page.evaluate("JSON.stringify(nurie.desk.work.ideas.map((idea) => idea.entries))")
    desk.page.get_by_role("button", name="Four other ideas").click()
    desk.until(
        "JSON.stringify(nurie.desk.work.ideas.map((idea) => idea.entries)) !== " + json.dumps(old)
    )
    desk.idle()
    region = desk.page.evaluate(
        f"nurie.desk.work.view.regions.at({LEFT_SKIRT[0]}, {LEFT_SKIRT[1]})"
    )
    for idea in desk.page.evaluate("nurie.desk.work.ideas"):
        assert idea["palette"][idea["entries"][region]] == "#2a7f62"
