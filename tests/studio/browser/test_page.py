"""What holds for the page whatever the story: access for all, sizes, speed."""

import io
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]
LEFT_SKIRT = (199, 306)
FRAME_MS, SWATCH_MS = 8, 200


def test_axe_finds_no_serious_fault(another, project, faults):
    desk = another()
    assert not faults(desk.page)
    desk.open_bytes("fairy.nurie", project)
    desk.click(*LEFT_SKIRT)
    desk.idle()
    assert not faults(desk.page)
    desk.page.emulate_media(color_scheme="dark")
    desk.picture("dark")
    desk.page.emulate_media(color_scheme="light")
    desk.page.keyboard.press("c")
    desk.page.locator(".swatches .swatch").first.dblclick()
    assert not faults(desk.page)
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("?")
    desk.page.locator("dialog[open]").wait_for()
    assert not faults(desk.page)
    desk.picture("shortcuts")
    desk.page.locator("dialog[open]").get_by_label("Close").click()
    desk.page.keyboard.press("Control+s")
    desk.page.locator("dialog[open]").wait_for()
    assert not faults(desk.page)
    desk.page.locator("dialog[open]").get_by_label("Close").click()
    desk.page.keyboard.press("v")
    desk.page.locator("dialog[open]").wait_for()
    assert not faults(desk.page)
    desk.page.locator("dialog[open]").get_by_label("Close").click()
    desk.tool("Say what it is")
    desk.click(*LEFT_SKIRT)
    assert not faults(desk.page)
    desk.page.keyboard.press("Escape")
    desk.page.locator("#more").click()
    desk.page.get_by_role("menuitem", name="How the drawing is read").click()
    assert not faults(desk.page)
    desk.page.locator("dialog[open]").get_by_label("Close").click()
    desk.page.get_by_role("radio", name="Soft").click()
    desk.page.locator("#more").click()
    assert not faults(desk.page)
    desk.page.get_by_role("menuitem", name="Colour many alike").click()
    desk.page.locator("dialog[open]").wait_for()
    assert not faults(desk.page)


OVERLAPS = """
(() => {
  const parts = [".palette", ".zoom", ".note", ".rail", ".top", ".busy"];
  const place = (part) => document.querySelector(`#desk ${part}`).getBoundingClientRect();
  const boxes = parts.map((part) => [part, place(part)]).filter(([, box]) => box.width > 0);
  const apart = (a, b) => a.right <= b.left + 0.5 || a.bottom <= b.top + 0.5;
  const found = [];
  for (const [one, a] of boxes) {
    for (const [two, b] of boxes) {
      if (one < two && !apart(a, b) && !apart(b, a)) found.push(`${one} on ${two}`);
    }
    const inside = a.left > -0.5 && a.right < innerWidth + 0.5 && a.bottom < innerHeight + 0.5;
    if (!inside) found.push(`${one} is cut off`);
  }
  return found;
})()
"""

SIZES = {
    "laptop": (1280, 800),
    "desktop": (1920, 1080),
    "twofold": (640, 400),
    "tablet": (768, 1024),
    "phone": (390, 844),
}


def test_nothing_overlaps_at_any_size(fairy):
    for name, (width, height) in SIZES.items():
        fairy.page.set_viewport_size({"width": width, "height": height})
        fairy.until(f"innerWidth === {width}")
        fairy.becomes(OVERLAPS, [], name)
        assert fairy.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        fairy.picture(name)


def test_every_tool_can_be_reached_by_tab_and_arrows(fairy):
    page = fairy.page
    page.locator("#tools button").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    fairy.becomes("nurie.desk.tool.id", "keep")
    page.keyboard.press("Tab")
    fairy.becomes("document.activeElement.id", "picture")


def test_zoom_and_pan_by_wheel_keys_and_fingers(another, project):
    desk = another(has_touch=True)
    desk.open_bytes("fairy.nurie", project)
    scale = "nurie.desk.stage.camera.scale"
    start = desk.page.evaluate(scale)
    x, y = desk.screen(*LEFT_SKIRT)
    desk.page.mouse.move(x, y)
    desk.page.mouse.wheel(0, -300)
    desk.until(f"{scale} > {start}")
    assert desk.screen(*LEFT_SKIRT) == pytest.approx((x, y), abs=1)
    desk.page.keyboard.press("ArrowRight")
    desk.becomes(lambda: desk.screen(*LEFT_SKIRT)[0], pytest.approx(x - 60, abs=1))
    desk.page.keyboard.press("0")
    desk.becomes(scale, pytest.approx(start))
    touch = desk.context.new_cdp_session(desk.page)
    for kind, spread in (("touchStart", 40), ("touchMove", 60), ("touchMove", 80)):
        points = [{"x": 500 - spread, "y": 400}, {"x": 500 + spread, "y": 400}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    desk.becomes(scale, pytest.approx(2 * start, rel=0.05))
    assert desk.count() == 0, "two fingers never paint"


def test_nothing_is_fetched_from_outside(context, address, visit):
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    visit(context, address)
    assert asked
    assert [url for url in asked if not url.startswith((address, "blob:"))] == []


def test_the_token_of_the_address_goes_with_every_request(context, address, visit):
    asked = []
    context.on("request", lambda request: asked.append((request.url, request.headers)))
    page = visit(context, f"{address}#token=s3cret").page
    sent = [headers.get("authorization") for url, headers in asked if "/api/" in url]
    assert len(sent) > 1
    assert set(sent) == {"Bearer s3cret"}
    assert "s3cret" not in page.url


def test_the_page_works_without_webgl(another, project):
    desk = another()
    hide = """
      const known = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind === "webgl2" ? null : known.call(this, kind, ...more);
      };
    """
    desk.context.add_init_script(hide)
    desk.page.reload()
    desk.until("document.documentElement.dataset.ready === 'yes'")
    desk.open_bytes("fairy.nurie", project)
    desk.becomes("nurie.desk.stage.painter.constructor.name", "PlainPainter")
    desk.paint_with("#2a7f62")
    desk.tool("Fill one region")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    place = desk.screen(LEFT_SKIRT[0] - 30, LEFT_SKIRT[1] + 40)
    desk.becomes(lambda: desk.shown(*place), (0x2A, 0x7F, 0x62))


@pytest.fixture(scope="session")
def large():
    """A drawing of 2048 × 2048 pixels, as PNG."""
    with Image.open(ROOT / "examples" / "fairy.png") as image:
        stream = io.BytesIO()
        image.convert("L").resize((2048, 2048), Image.Resampling.LANCZOS).save(stream, "PNG")
    return stream.getvalue()


MOVE = """
(async () => {
  const { stage } = nurie.desk;
  stage.zoom(stage.camera.scale > 0.5 ? 0.9 : 1.1);
  stage.pan(3, -2);
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
})()
"""

EDIT_SWATCH = """
(async () => {
  const { work, stage } = nurie.desk;
  stage.frames.length = 0;
  const to = `#${Math.floor(Math.random() * 0xffffff).toString(16).padStart(6, "0")}`;
  work.do({ type: "swatch", from: work.view.palette[0], to });
  while (!stage.frames.length) await new Promise((done) => setTimeout(done));
})()
"""


def main_thread_ms(desk, script, times, *, work):
    """Milliseconds of processor time that a script and what follows from it take, each time.

    ``work`` is "ScriptDuration", or "TaskDuration" for all that the page's thread does.

    Not the clock's: other processes of a busy machine do not count.
    """
    chrome = desk.context.new_cdp_session(desk.page)
    chrome.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        metrics = chrome.send("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == work)

    taken = []
    for _ in range(times):
        before = spent()
        desk.page.evaluate(script)
        taken.append(spent() - before)
    return sorted(taken)


def test_the_page_has_little_to_do_at_2048_pixels(desk, large):
    desk.open_bytes("large.png", large)
    desk.until("nurie.desk.autosave.thumbs.size > 0")
    assert 0 < main_thread_ms(desk, MOVE, 20, work="ScriptDuration")[17] <= FRAME_MS
    assert 0 < main_thread_ms(desk, EDIT_SWATCH, 5, work="TaskDuration")[2] <= SWATCH_MS


FILL_1000 = """
(() => {
  const { work } = nurie.desk;
  const { anchors, count } = work.view.regions;
  for (let i = 0; i < 1000; i += 1) {
    const [x, y] = anchors[1 + (i % count)];
    const color = `#${((i * 4099) % 0xffffff).toString(16).padStart(6, "0")}`;
    work.do({ type: "fill", x, y, color });
  }
})()
"""


def test_a_thousand_steps_are_undone_and_done_again(fairy):
    fairy.page.evaluate("nurie.desk.keep = () => {}")
    fairy.page.evaluate(FILL_1000)
    after = fairy.state()
    assert fairy.count() == 1000
    fairy.page.evaluate("for (let i = 0; i < 1000; i += 1) nurie.desk.work.undo()")
    assert fairy.count() == 0
    assert fairy.page.evaluate("nurie.desk.work.view.said.wishes.size") == 0
    fairy.page.evaluate("for (let i = 0; i < 1000; i += 1) nurie.desk.work.redo()")
    assert fairy.state() == after
