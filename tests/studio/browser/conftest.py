"""A running studio, a headless browser, and hands for the page."""

import io
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]

collect_ignore = ["hands.py"]
PICTURES = os.environ.get("NURIE_STORY_PICTURES")
"""Where screenshots of the stories are kept, to be looked at; without it none are taken."""

PATIENCE = 240
"""Seconds after which what is waited for does not come: a busy machine is no fault."""

SCREEN = {
    "viewport": {"width": 1280, "height": 800},
    "reduced_motion": "reduce",
    "accept_downloads": True,
    # The processor draws every pixel; stories go by places, which stay the same.
    "device_scale_factor": 1 if PICTURES else 0.5,
}


SCHEMES = "dark", "light"


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Two of the examples, so that no story can write into the real ones."""
    folder = tmp_path_factory.mktemp("studio") / "drawings"
    folder.mkdir()
    for name in ("fairy.png", "house.png"):
        shutil.copy(ROOT / "examples" / name, folder)
    return folder


@contextmanager
def studio(folder):
    """The address of ``nurie studio`` as people start it, until the block ends."""
    command = [sys.executable, "-m", "nurie", "studio", str(folder), "--no-browser", "--workers=1"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "nurie studio said no address"
        yield found[0]
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def address(folder):
    """A studio for the whole session."""
    with studio(folder) as found:
        yield found


@pytest.fixture
def context(chromium):
    """A browser that has never been here before."""
    context = chromium.new_context(**SCREEN)
    yield context
    context.close()


@pytest.fixture(scope="session")
def project(chromium, address):
    """The bytes of a project: the fairy with its first colours and ideas, as nurie gave them."""
    context = chromium.new_context(**SCREEN)
    desk = Desk(context, address)
    desk.open_file("fairy.png")
    path, _ = desk.download("Project")
    yield path.read_bytes()
    context.close()


@pytest.fixture
def visit():
    """Opens an address in a browser of the test's own: ``visit(context, address)``."""
    return Desk


@pytest.fixture
def desk(context, address):
    """The start page; an error on it fails the test."""
    desk = Desk(context, address)
    yield desk
    assert not desk.errors


@pytest.fixture
def fairy(desk, project):
    """The page with the fairy opened, coloured by itself."""
    desk.open_bytes("fairy.nurie", project)
    return desk


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core, from npm, kept in out/; a loud skip where it cannot be had."""
    folder = ROOT / "out" / "axe"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file() and shutil.which("npm"):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), "axe-core@4"]
        subprocess.run(command, check=False, timeout=120, capture_output=True)
    if not script.is_file():
        pytest.skip("LOUDLY: axe-core cannot be had from npm, so the page's access is not checked")
    return script.read_text("utf-8")


@pytest.fixture
def faults(axe):
    """What axe-core calls serious or critical on a page, dark and light: ``faults(page)``."""

    def found(page):
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe)
        return [fault for scheme in SCHEMES for fault in seen(page, scheme)]

    def seen(page, scheme):
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for()
        answer = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            f"{scheme}: {fault['id']}: {node['html'][:120]}"
            for fault in answer["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    return found


@pytest.fixture
def another(chromium, address):
    """Opens the page in a browser of its own."""
    contexts = []

    def enter(**options):
        contexts.append(chromium.new_context(**SCREEN | options))
        return Desk(contexts[-1], address)

    yield enter
    for context in contexts:
        context.close()


class Desk:
    """The page as a person uses it, and what tests may know of it."""

    def __init__(self, context, address):
        self.context, self.address, self.errors = context, address, []
        self.enter()

    def enter(self):
        """Open the page anew, as after a crash."""
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # The ring that turns while nurie works would be drawn sixty times a second.
        chrome = self.context.new_cdp_session(self.page)
        chrome.send("Animation.enable")
        chrome.send("Animation.setPlaybackRate", {"playbackRate": 0})
        self.page.goto(self.address)
        self.until("document.documentElement.dataset.ready === 'yes'")

    def until(self, expression):
        """Wait for something; the page itself looks, which costs far less than asking it."""
        found = self.page.evaluate(f"""(async () => {{
          for (const end = performance.now() + {1000 * PATIENCE}; performance.now() < end;) {{
            if ({expression}) return true;
            await new Promise((done) => setTimeout(done, 20));
          }}
        }})()""")
        assert found, f"still waiting for {expression}"

    def becomes(self, question, wanted, about=""):
        """Wait until a script, or a function, gives what is wanted; show what it gives if never."""
        end, pause = time.monotonic() + PATIENCE, 20
        ask = question if callable(question) else lambda: self.page.evaluate(question)
        while (got := ask()) != wanted:
            assert time.monotonic() < end, f"{got} is not {wanted} {about}"
            self.page.wait_for_timeout(pause)  # in which events of the page arrive, too
            pause = min(1.2 * pause, 100)

    def painted(self, color, *places):
        """Wait until the regions at these pixels have a colour."""
        self.becomes(lambda: [self.color(*place) for place in places], [color] * len(places))

    def expect(self, locator):
        """Playwright's assertions, which wait."""
        from playwright.sync_api import expect

        expect.set_options(timeout=1000 * PATIENCE)
        return expect(locator)

    def sees(self, locator, count):
        """Wait until so many of these are on the page."""
        self.expect(locator).to_have_count(count)

    def open_bytes(self, name, data):
        """Choose a file of one's own."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Open a drawing").click()
        chooser.value.set_files({"name": name, "mimeType": "", "buffer": data})
        self.settled()

    def open_file(self, name):
        """Open a drawing of the folder and wait for colours and ideas."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.settled()

    def settled(self):
        """Wait until nothing is being asked for, with ideas to choose from."""
        self.until("nurie.desk.work?.view?.answer && nurie.desk.work.hasIdeas")
        self.idle()

    def idle(self):
        """Wait until nothing is being asked for and all is kept."""
        # What the last event began, a dialog that goes or bars that are redrawn, ends first.
        self.page.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))")
        self.until("nurie.desk.work.waiting === 0 && !nurie.desk.autosave.busy")

    def screen(self, x, y):
        """Where a pixel of the picture is on the screen."""
        box = self.page.locator("#picture").bounding_box()
        place = self.page.evaluate(f"nurie.desk.stage.camera.toScreen({x}, {y})")
        return box["x"] + place[0], box["y"] + place[1]

    def click(self, x, y):
        """Click a pixel of the picture."""
        self.page.mouse.click(*self.screen(x, y))

    def drag(self, *points):
        """Draw a stroke through pixels of the picture."""
        self.page.mouse.move(*self.screen(*points[0]))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.screen(*point), steps=6)
        self.page.mouse.up()

    def tool(self, name):
        """Take a tool in hand."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def paint_with(self, color):
        """Choose the colour to paint with."""
        self.page.locator(".swatch.current").click()
        self.page.get_by_label("Colour as hex").fill(color)
        self.page.keyboard.press("Enter")

    def color(self, x, y):
        """Colour of the region at a pixel; -1 is paper."""
        view = "nurie.desk.work.view"
        number = self.page.evaluate(f"{view}.colors[{view}.regions.at({x}, {y})]")
        return "paper" if number < 0 else f"#{number:06x}"

    def shown(self, x, y):
        """The colour on the screen at a place of the page."""
        with Image.open(io.BytesIO(self.page.screenshot())) as shot:
            scale = shot.width / self.page.viewport_size["width"]
            return shot.convert("RGB").getpixel((round(scale * x), round(scale * y)))

    def largest(self):
        """A pixel inside the largest region that has a colour."""
        return self.page.evaluate(
            "(() => { const { colors, regions } = nurie.desk.work.view; let best = 0;"
            "regions.areas.forEach((area, r) => { if (colors[r] >= 0 && area > regions.areas[best])"
            " best = r; }); return regions.anchors[best]; })()"
        )

    def state(self):
        """All that a project must give back."""
        return self.page.evaluate(
            "(() => { const { view, history, order } = nurie.desk.work; return JSON.stringify("
            "[[...view.colors], view.palette, history, order]); })()"
        )

    def count(self):
        """How many commands count."""
        return self.page.evaluate("nurie.desk.work.history.cursor")

    def download(self, name):
        """Press a button of the save dialog: the file's path and its name."""
        self.page.get_by_role("button", name=re.compile("^Save$")).click()
        with self.page.expect_download() as caught:
            self.page.locator("dialog").get_by_role("button", name=name).click()
        return Path(caught.value.path()), caught.value.suggested_filename

    def picture(self, name, few=256):
        """Keep a screenshot where they are wanted."""
        if not PICTURES:
            return
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        # For the eye alone: what moves has come to rest.
        self.page.wait_for_timeout(250)
        with Image.open(io.BytesIO(self.page.screenshot())) as shot:
            kept = shot.convert("RGB")
            # A wheel of colours has more than a palette holds.
            kept = kept.quantize(few, dither=Image.Dither.NONE) if few else kept
            kept.save(folder / f"studio-{name}.png", optimize=True)
