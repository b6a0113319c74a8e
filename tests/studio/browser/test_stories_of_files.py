"""Stories of files: palettes taken in and given out, many drawings coloured alike."""

import io
import zipfile

import pytest
from PIL import Image

LEFT_SKIRT = (199, 306)
GPL = b"GIMP Palette\nName: Two\n#\n200  30  30\tBrick\n 20  60 160\tSea\n"


@pytest.fixture
def batch(fairy):
    """The dialog that colours many drawings as the fairy, who has a dab and a style."""
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.page.get_by_role("radio", name="Cel").click()
    desk.idle()
    desk.page.locator("#more").click()
    desk.page.get_by_role("menuitem", name="Colour many alike").click()
    desk.page.locator("dialog .files").get_by_text("house.png").wait_for()
    return desk


def colors_of(stream):
    """Colours of more than 2,000 pixels."""
    with Image.open(stream) as image:
        inside = image.convert("RGB").getcolors(1 << 20)
    return {f"#{r:02x}{g:02x}{b:02x}" for n, (r, g, b) in inside if n > 2000}


def test_many_drawings_alike(batch):
    desk = batch
    palette = set(desk.page.evaluate("[...nurie.desk.work.view.used]"))
    shaded = {shade(color) for color in palette}
    desk.picture("batch")
    desk.page.get_by_label("Where", exact=True).select_option("zip")
    with desk.page.expect_download() as caught:
        desk.page.get_by_role("button", name="Colour one drawing").click()
    with zipfile.ZipFile(caught.value.path()) as file:
        assert file.testzip() is None
        assert file.namelist() == ["house.colored.png"]
        with file.open("house.colored.png") as stream:
            assert colors_of(stream) - {"#ffffff", "#000000"} <= palette | shaded


def shade(color):
    """A colour in the deepest shade."""
    levels = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    deepest = (186, 184, 191)
    return "#" + "".join(f"{round(v * d / 255):02x}" for v, d in zip(levels, deepest, strict=True))


def test_many_drawings_go_into_the_folder_and_replace_nothing(batch, folder):
    desk = batch
    result = folder / "house.colored.png"
    result.unlink(missing_ok=True)
    desk.page.get_by_role("button", name="Colour one drawing").click()
    desk.page.get_by_text("1 of 1 drawings are in the folder").first.wait_for()
    first = result.read_bytes()
    desk.page.locator("#more").click()
    desk.page.get_by_role("menuitem", name="Colour many alike").click()
    desk.page.get_by_role("button", name="Colour one drawing").click()
    desk.page.locator("dialog").get_by_text("exists already").wait_for()
    assert result.read_bytes() == first
    result.unlink()


def test_many_drawings_can_be_stopped(batch, folder):
    desk = batch
    (folder / "house.colored.png").unlink(missing_ok=True)
    desk.page.route("**/colors", lambda _route: None)
    desk.page.get_by_role("button", name="Colour one drawing").click()
    desk.page.get_by_text("0 of 1").wait_for()
    desk.page.get_by_role("button", name="Stop").click()
    desk.page.locator("dialog").get_by_text("stopped").wait_for()
    desk.sees(desk.page.locator("dialog").get_by_text("0 of 1 done"), 1)
    assert not (folder / "house.colored.png").exists()
    desk.page.unroute_all(behavior="ignoreErrors")


def test_colours_come_from_a_palette_file_and_go_free_again(fairy):
    desk = fairy
    before = desk.state()
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Take all colours from a palette").click()
    chooser.value.set_files({"name": "two.gpl", "mimeType": "", "buffer": GPL})
    desk.page.get_by_text("All colours come from two.gpl now.").first.wait_for()
    desk.idle()
    assert set(desk.page.evaluate("nurie.desk.work.view.palette")) == {"#c81e1e", "#143ca0"}
    name = desk.page.locator(".swatches [data-color='#c81e1e']").get_attribute("aria-label")
    assert name.startswith("Brick, ")
    path, _ = desk.download("Palette (GPL)")
    assert "Brick" in path.read_text("utf-8")
    path, _ = desk.download("Palette (ASE)")
    data = path.read_bytes()
    assert data.startswith(b"ASEF")
    assert "Brick".encode("utf-16-be") in data
    desk.page.keyboard.press("Control+z")
    desk.idle()
    assert desk.state().split("],")[0] == before.split("],")[0]


def test_the_drawing_is_read_otherwise_and_hints_stay(fairy):
    desk = fairy
    desk.paint_with("#2a7f62")
    desk.click(*LEFT_SKIRT)
    desk.idle()
    desk.page.locator("#more").click()
    desk.page.get_by_role("menuitem", name="How the drawing is read").click()
    desk.page.get_by_label("Clean: paper tint, noise and specks").select_option("yes")
    desk.picture("reading")
    desk.page.get_by_role("button", name="Read it so").click()
    desk.until("nurie.desk.work.drawing.prepare?.clean === 'yes'")
    desk.settled()
    desk.painted("#2a7f62", LEFT_SKIRT)
    assert desk.page.evaluate("nurie.desk.work.line !== null")


def test_only_the_style_of_a_picture_is_taken(fairy):
    desk = fairy
    stream = io.BytesIO()
    picture = Image.new("RGB", (80, 80), "#c81e1e")
    picture.paste("#1e40c8", (0, 0, 40, 80))
    picture.save(stream, "PNG")
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Only its style").click()
    sent = {"name": "sea.png", "mimeType": "image/png", "buffer": stream.getvalue()}
    chooser.value.set_files(sent)
    desk.until("nurie.desk.work.view.said.palette")
    desk.idle()
    used = set(desk.page.evaluate("[...nurie.desk.work.view.used]"))
    assert used <= {"#c81e1e", "#1e40c8"}
    desk.becomes(desk.count, 1)
