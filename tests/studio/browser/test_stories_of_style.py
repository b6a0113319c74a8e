"""Stories of style and reference: shade that is seen and saved, colours that are carried over."""

import base64
import io
import json
import time
import zipfile

import numpy as np
import pytest
from PIL import Image

LEFT_SKIRT, SKIRT, HAIR = (199, 306), (264, 384), (265, 77)
BLUE = "#2255cc"
SHADED = "nurie.desk.stage.shade !== null"


def choose(desk, name):
    desk.page.get_by_role("radio", name=name, exact=True).click()


def seen(desk):
    """The canvas as it is seen, (h, w, 3) of numbers."""
    box = desk.page.locator("#picture").bounding_box()
    with Image.open(io.BytesIO(desk.page.screenshot(clip=box))) as shot:
        return np.array(shot.convert("RGB"), int)


def saved(desk, button):
    path, _ = desk.download(button)
    with Image.open(path) as image:
        return np.array(image.convert("RGB"), int)


def until_seen(desk, before):
    """Wait for the canvas to be drawn anew: the shade comes some frames after the answer."""
    end = time.monotonic() + 60
    while (np.abs(seen(desk) - before) > 8).any(axis=2).mean() <= 0.005:
        assert time.monotonic() < end, "nothing has changed on the canvas"
        time.sleep(0.05)


def test_a_style_is_seen_kept_undone_and_saved(fairy, another):
    desk = fairy
    flat = saved(desk, "Picture (PNG)")
    desk.expect(desk.page.locator("#light-box")).to_be_hidden()
    choose(desk, "Soft")
    desk.until(SHADED)
    desk.idle()
    soft = saved(desk, "Picture (PNG)")
    assert (soft <= flat).all()
    assert (soft < flat).any(axis=2).mean() > 0.02
    desk.page.locator("#light-box").scroll_into_view_if_needed()
    desk.page.evaluate("document.querySelector('#toasts').replaceChildren()")
    desk.picture("style")
    before = seen(desk)
    choose(desk, "Light from the bottom right")
    desk.until("nurie.desk.work.waiting === 0 && nurie.desk.work.view.said.light !== 'top-left'")
    desk.idle()
    until_seen(desk, before)
    path, name = desk.download("Project")
    other = another()
    other.open_bytes(name, path.read_bytes())
    other.until(SHADED)
    other.idle()
    assert other.page.get_by_role("radio", name="Soft").get_attribute("aria-checked") == "true"
    assert (saved(other, "Picture (PNG)") == saved(desk, "Picture (PNG)")).all()
    for _ in range(2):
        desk.page.keyboard.press("Control+z")
    desk.until(f"!({SHADED})")
    assert (saved(desk, "Picture (PNG)") == flat).all()
    assert not other.errors


def test_a_change_of_colour_asks_for_no_shade(fairy):
    desk = fairy
    choose(desk, "Cel")
    desk.until(SHADED)
    desk.idle()
    asked = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.locator(".swatches .swatch").first.dblclick()
    desk.page.get_by_label("Colour as hex").fill("#123456")
    desk.page.get_by_role("button", name="Done").click()
    desk.idle()
    assert "#123456" in desk.page.evaluate("nurie.desk.work.view.palette")
    assert [url for url in asked if "shade" in url] == []


def test_layers_that_are_saved_hold_the_shade(fairy):
    desk = fairy
    choose(desk, "Cel")
    desk.until(SHADED)
    desk.idle()
    path, _ = desk.download("Layers (ORA)")
    with zipfile.ZipFile(path) as file:
        assert 'svg:multiply"' in file.read("stack.xml").decode()
    path, _ = desk.download("Layers (PSD)")
    psd = pytest.importorskip("psd_tools").PSDImage.open(path)
    assert "multiply" in {layer.blend_mode.name.lower() for layer in psd.descendants()}


def drop(desk, name, data):
    """Let go of a file above the reference's place."""
    held = desk.page.evaluate_handle(
        """([name, text]) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name, { type: "image/png" }));
          return transfer;
        }""",
        [name, base64.b64encode(data).decode()],
    )
    desk.page.dispatch_event("#reference-drop", "dragover", {"dataTransfer": held})
    desk.page.dispatch_event("#reference-drop", "drop", {"dataTransfer": held})


def colored_sheet(desk):
    """The same fairy in other colours, as a picture."""
    desk.paint_with(BLUE)
    desk.tool("Fill one region")
    for place in (LEFT_SKIRT, SKIRT, HAIR):
        desk.click(*place)
    path, _ = desk.download("Picture (PNG)")
    for _ in range(3):
        desk.page.keyboard.press("Control+z")
    desk.idle()
    return path.read_bytes()


def test_colours_are_carried_over_from_a_picture_that_is_dropped(fairy, another):
    desk = fairy
    before = json.loads(desk.state())[0]
    assert desk.color(*SKIRT) != BLUE
    drop(desk, "sheet.png", colored_sheet(desk))
    chip = desk.page.locator("#reference-list").get_by_text("sheet.png")
    chip.wait_for()
    desk.idle()
    carried = desk.state()
    assert [desk.color(*place) for place in (LEFT_SKIRT, SKIRT, HAIR)] == [BLUE] * 3
    chip.scroll_into_view_if_needed()
    desk.picture("reference")
    path, name = desk.download("Project")
    desk.page.get_by_role("button", name="Remove sheet.png").click()
    desk.idle()
    desk.sees(chip, 0)
    assert json.loads(desk.state())[0] == before, "without it, all is as it was at first"
    desk.page.keyboard.press("Control+z")
    desk.idle()
    assert desk.state().split("],")[0] == carried.split("],")[0]
    desk.page.keyboard.press("Control+z")
    desk.idle()
    assert json.loads(desk.state())[0] == before
    other = another()
    other.open_bytes(name, path.read_bytes())
    desk.sees(other.page.locator("#reference-list").get_by_text("sheet.png"), 1)
    assert other.color(*HAIR) == BLUE
    assert not other.errors


def test_what_is_no_picture_is_no_reference(fairy):
    desk = fairy
    drop(desk, "notes.png", b"not a picture")
    desk.page.get_by_text("notes.png is damaged").first.wait_for()
    assert desk.count() == 0
    desk.idle()
